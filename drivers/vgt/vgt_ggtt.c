// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: global GTT
 *
 *                     index in low or high range of the vGPU?
 *   host's access ----- yes ----> entry of the GPU
 *                  \--- no -----> refused: reads 0, the write is dropped; counted
 *
 * The core's own pages (the status pages of the engines) are at the very top,
 * which belongs to nobody.
 */
#include <linux/kernel.h>
#include <linux/sizes.h>

#include "vgt/regs/fence.h"
#include "vgt/regs/gtt.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_stats.h"

static bool may_access(struct vgt_vgpu *vgpu, u32 index)
{
	if (likely(vgt_gm_owns(&vgpu->gm, (u64)index * SZ_4K)))
		return true;
	vgt_count(&vgpu->stats, VGT_EVENT_GGTT_REFUSED);
	return false;
}

u64 vgt_ggtt_host_read(struct vgt_vgpu *host, u32 index)
{
	struct vgt_hw *hw = host->gpu->hw;

	return may_access(host, index) ? hw->ops->gtt_read(hw, index) : 0;
}

void vgt_ggtt_host_write(struct vgt_vgpu *host, u32 index, u64 pte)
{
	struct vgt_hw *hw = host->gpu->hw;

	if (may_access(host, index))
		hw->ops->gtt_write(hw, index, pte);
}

u64 vgt_ggtt_host_read_bar(struct vgt_vgpu *host, u32 offset, unsigned int size)
{
	u64 pte = vgt_ggtt_host_read(host, offset / 8) >> (8 * (offset & 7));

	return size == 8 ? pte : pte & ((1ull << (8 * size)) - 1);
}

void vgt_ggtt_host_write_bar(struct vgt_vgpu *host, u32 offset, u64 val, unsigned int size)
{
	unsigned int shift = 8 * (offset & 4);
	u64 old;

	if (size == 8) {
		vgt_ggtt_host_write(host, offset / 8, val);
		return;
	}
	if (size != 4) {
		vgt_count(&host->stats, VGT_EVENT_GGTT_REFUSED);
		return;
	}
	old = vgt_ggtt_host_read(host, offset / 8) & ~(0xffffffffull << shift);
	vgt_ggtt_host_write(host, offset / 8, old | (u64)(u32)val << shift);
}

/*
 * The core's own range
 */

static u32 first_core_index(const struct vgt_gpu *gpu)
{
	return gpu->gm.end / SZ_4K;
}

u32 vgt_ggtt_status_addr(const struct vgt_gpu *gpu, unsigned int id)
{
	return gpu->gm.end + id * SZ_4K;
}

static void write_core(struct vgt_gpu *gpu, bool map)
{
	struct vgt_hw *hw = gpu->hw;
	u32 first = first_core_index(gpu), i;
	u64 pte;

	for (i = first; i < hw->gtt_entries; i++) {
		pte = 0;
		if (map && i - first < VGT_NUM_ENGINES)
			pte = gpu->engine[i - first].page_bus | GEN8_PTE_PRESENT |
			      GEN8_PTE_WRITABLE;
		hw->ops->gtt_write(hw, i, pte);
	}
	vgt_gpu_write(gpu, GFX_FLSH_CNTL, GFX_FLSH_CNTL_EN);
}

void vgt_ggtt_map_core(struct vgt_gpu *gpu)
{
	write_core(gpu, true);
}

void vgt_ggtt_unmap_core(struct vgt_gpu *gpu)
{
	write_core(gpu, false);
}

/*
 * Registers
 */

static bool own_fence(struct vgt_vgpu *vgpu, u32 offset)
{
	unsigned int n = (offset - FENCE_LO(0)) / 8;

	if (n - vgpu->gm.first_fence < vgpu->gm.num_fences)
		return true;
	vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
	return false;
}

u32 vgt_ggtt_fence_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return own_fence(vgpu, offset) ? vgt_gpu_read(vgpu->gpu, offset) : 0;
}

void vgt_ggtt_fence_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	if (own_fence(vgpu, offset))
		vgt_gpu_write(vgpu->gpu, offset, val);
}

u32 vgt_ggtt_pvinfo_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return 0;
}

void vgt_ggtt_pvinfo_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
}
