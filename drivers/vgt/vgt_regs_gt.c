// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: registers of the GT, gen9
 *
 * Engines, what they feed, address translation, interrupts, fences.  A guest has
 * virtual registers, but for these:
 *
 *   RING_HEAD, ACTHD, ... ---> the GPU's while the guest's context is on it
 *   RING_TIMESTAMP ----------> the GPU's
 *   GDRST -------------------> the guest's work is off the engines; self-clearing
 *   TLB_INVALIDATE ----------> its shadow page tables are brought up to date
 *   GFX_FLSH_CNTL -----------> so is its global GTT
 *
 * MOCS and L3 control are remembered per guest, and are the host's in effect.
 * FORCE_TO_NONPRIV of a guest never gets to the hardware: what its batches may
 * write is what the host allows, as far as contexts hold it.
 *
 * Source: Skylake PRM vol. 2c; i915 gt/intel_engine_regs.h, gt/intel_gt_regs.h.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>

#include "vgt/abi/pvinfo.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/fence.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/gtt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"
#include "vgt_audit_cmds.h"
#include "vgt_context.h"
#include "vgt_execlist.h"
#include "vgt_ggtt.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_irq.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"
#include "vgt_pvinfo.h"
#include "vgt_regs.h"
#include "vgt_reset.h"
#include "vgt_stats.h"

/* Both in the order of enum vgt_engine_id. */
static const u32 engine_base[] = {
	RENDER_RING_BASE, BLT_RING_BASE, BSD_RING_BASE, VEBOX_RING_BASE,
	VGT_REG_END,
};

static const u32 engine_domain[] = { GDRST_RENDER, GDRST_BLT, GDRST_MEDIA, GDRST_VECS };

/*
 * FORCE_TO_NONPRIV
 */

/* May anybody write this, in the terms of a slot, and no other context finds it? */
static bool in_contexts(const struct vgt_regs *regs, unsigned int id, u32 slot)
{
	const struct vgt_audit audit = { .regs = regs, .engine = id, .kind = VGT_AUDIT_BATCH };
	u32 bytes = 4 * NONPRIV_RANGE(slot), first = slot & NONPRIV_ADDR & ~(bytes - 1), offset;

	for (offset = first; offset < first + bytes; offset += 4)
		if (vgt_audit_reg_load(&audit, offset) != VGT_AUDIT_REG_LOAD)
			return false;
	return true;
}

static u32 *nonpriv_slot(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	u32 first = RING_FORCE_TO_NONPRIV(engine_base[id], 0);

	return vgpu->guest ? vgt_vreg(vgpu, offset) : &vgpu->gpu->nonpriv[id][(offset - first) / 4];
}

static u32 nonpriv_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	u32 val = *nonpriv_slot(vgpu, id, offset), slot;

	if (vgpu->guest)
		return val;
	slot = vgt_gpu_read(vgpu->gpu, offset);
	return slot == RING_NOPID(engine_base[id]) ? val : slot;
}

/*
 * Of what i915 opens on Skylake, L3SQCREG4 is in no context: while there are guests, OpenCL
 * kernels that fence images do without WaDisableLSQCROPERFforOCL, rather than that any guest's
 * batch changes the L3 of all.
 */
static void put_nonpriv(struct vgt_gpu *gpu, unsigned int id, u32 offset, u32 slot)
{
	lockdep_assert_held(&gpu->engine[id].lock);
	if (gpu->guarded && !in_contexts(&gpu->regs, id, slot))
		slot = RING_NOPID(engine_base[id]);
	vgt_gpu_write(gpu, offset, slot);
}

static void nonpriv_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	struct vgt_engine *engine = &vgpu->gpu->engine[id];
	unsigned long flags;

	if (vgpu->guest) {
		*nonpriv_slot(vgpu, id, offset) = val;
		return;
	}
	spin_lock_irqsave(&engine->lock, flags);
	*nonpriv_slot(vgpu, id, offset) = val;
	put_nonpriv(vgpu->gpu, id, offset, val);
	spin_unlock_irqrestore(&engine->lock, flags);
}

void vgt_regs_guard(struct vgt_gpu *gpu, bool guarded)
{
	unsigned int id, i;
	unsigned long flags;

	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		spin_lock_irqsave(&gpu->engine[id].lock, flags);
		gpu->guarded = guarded;
		for (i = 0; i < NONPRIV_SLOTS; i++)
			if (gpu->nonpriv[id][i])
				put_nonpriv(gpu, id, RING_FORCE_TO_NONPRIV(engine_base[id], i),
					    gpu->nonpriv[id][i]);
		spin_unlock_irqrestore(&gpu->engine[id].lock, flags);
	}
}

/*
 * Guests' handlers
 */

/* A stopped ring is idle: what is on the engine is taken off by the reset that follows. */
static u32 mi_mode_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	u32 val = *vgt_vreg(vgpu, offset) & ~MI_MODE_IDLE;

	if (val & MI_MODE_STOP_RING)
		return val | MI_MODE_IDLE;
	return val | (vgt_execlist_ring_read(vgpu, id, offset) & MI_MODE_IDLE);
}

static void reset_ctl_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	u32 *ctl = vgt_vreg(vgpu, offset), mask = val >> 16;

	*ctl = (*ctl & ~mask) | (val & mask);
	if (*ctl & RESET_CTL_REQUEST)
		*ctl |= RESET_CTL_READY;
	else
		*ctl &= ~RESET_CTL_READY;
}

/* Engines that a write to GDRST resets, and their registers with them. */
static void gdrst_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	struct vgt_guest *guest = to_guest(vgpu);
	unsigned long mask = 0;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++)
		if (val & (GDRST_FULL | engine_domain[id]))
			mask |= BIT(id);
	if (!mask)
		return;
	vgt_execlist_guest_reset(guest, mask);
	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		if (!(mask & BIT(id)))
			continue;
		vgt_regs_guest_reset_range(guest, engine_base[id],
					   engine_base[id] + RING_MMIO_SIZE);
		vgt_count(&vgpu->stats, VGT_EVENT_ENGINE_RESET);
	}
	if (val & GDRST_FULL)
		vgt_count(&vgpu->stats, VGT_EVENT_RESET);
}

static void flush_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	vgt_ggtt_guest_flush(to_guest(vgpu));
}

/* The host's driver serialises its own; a guest's may be under way. */
static void host_tlb_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	if (val & TLB_INVALIDATE)
		vgt_pages_wait_flush(vgpu->gpu, offset);
	vgt_gpu_write(vgpu->gpu, offset, val);
}

/*
 * What the guest has taken out of its page tables is out of the shadows, then of the TLB;
 * where nothing runs, when it is submitted.
 */
static void tlb_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	if (!(val & TLB_INVALIDATE))
		return;
	vgt_context_sync_busy(to_guest(vgpu));
	vgt_pages_flush_tlb(to_guest(vgpu), offset);
}

/*
 * Tables
 */

/* Every engine, from its base. */
static const struct vgt_reg engine_regs[] = {
	{ 0x028, "EXCC", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x030, "RING_TAIL", VGT_REG_CONTEXT, .read = vgt_execlist_ring_read },
	{ 0x034, "RING_HEAD", VGT_REG_CONTEXT, .read = vgt_execlist_ring_read },
	{ 0x038, "RING_START", VGT_REG_CONTEXT },
	{ 0x03c, "RING_CTL", VGT_REG_CONTEXT },
	{ 0x040, "RING_SYNC", VGT_REG_ENGINE, .count = 3 },
	{ 0x050, "RING_PSMI_CTL", VGT_REG_ENGINE, .flags = VGT_REG_MASKED },
	{ 0x054, "RING_MAX_IDLE", VGT_REG_ENGINE, .flags = VGT_REG_AS_FOUND },
	{ 0x05c, "RING_ACTHD_UDW", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY,
	  .read = vgt_execlist_ring_read },
	{ 0x060, "RING_DMA_FADD_UDW", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY,
	  .guest_read = vgt_execlist_ring_read },
	{ 0x064, "RING_IPEIR", VGT_REG_ENGINE, .guest_read = vgt_execlist_ring_read },
	{ 0x068, "RING_IPEHR", VGT_REG_ENGINE, .guest_read = vgt_execlist_ring_read },
	{ 0x06c, "RING_INSTDONE", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY,
	  .guest_read = vgt_execlist_ring_read },
	{ 0x070, "RING_INSTPS", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY,
	  .guest_read = vgt_execlist_ring_read },
	{ 0x074, "RING_ACTHD", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY,
	  .read = vgt_execlist_ring_read },
	{ 0x078, "RING_DMA_FADD", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY,
	  .guest_read = vgt_execlist_ring_read },
	{ 0x080, "RING_HWS_PGA", VGT_REG_ENGINE,
	  .read = vgt_execlist_hws_pga_read, .write = vgt_execlist_hws_pga_write },
	{ 0x094, "RING_NOPID", VGT_REG_ENGINE },
	{ 0x098, "RING_HWSTAM", VGT_REG_ENGINE, .reset = ~0u },
	{ 0x09c, "RING_MI_MODE", VGT_REG_ENGINE, .flags = VGT_REG_MASKED,
	  .read = vgt_execlist_ring_read, .guest_read = mi_mode_read },
	{ 0x0a8, "RING_IMR", VGT_REG_ENGINE,
	  .read = vgt_execlist_imr_read, .write = vgt_execlist_imr_write },
	{ 0x0b0, "RING_EIR", VGT_REG_ENGINE, .flags = VGT_REG_W1C },
	{ 0x0b4, "RING_EMR", VGT_REG_ENGINE, .reset = ~0u },
	{ 0x0b8, "RING_ESR", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY },
	{ 0x0c0, "RING_INSTPM", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x0c4, "RING_CMD_CCTL", VGT_REG_ENGINE },
	{ 0x0c8, "RING_R_PWR_CLK_STATE", VGT_REG_CONTEXT },
	{ 0x0d0, "RING_RESET_CTL", VGT_REG_ENGINE, .flags = VGT_REG_MASKED,
	  .guest_write = reset_ctl_write },
	{ 0x0d4, "RING_CSFE_CHICKEN1", VGT_REG_ENGINE, .flags = VGT_REG_MASKED },
	{ 0x110, "RING_BBSTATE", VGT_REG_CONTEXT, .guest_read = vgt_execlist_ring_read },
	{ 0x114, "RING_SBBADDR", VGT_REG_CONTEXT },
	{ 0x118, "RING_SBBSTATE", VGT_REG_CONTEXT },
	{ 0x11c, "RING_SBBADDR_UDW", VGT_REG_CONTEXT },
	{ 0x134, "RING_UHPTR", VGT_REG_ENGINE },
	{ 0x140, "RING_BBADDR", VGT_REG_CONTEXT, .guest_read = vgt_execlist_ring_read },
	{ 0x150, "RING_PREDICATE_MODE", VGT_REG_CONTEXT },
	{ 0x154, "RING_BB_RETURN", VGT_REG_CONTEXT },
	{ 0x158, "RING_BB_OFFSET", VGT_REG_CONTEXT },
	{ 0x168, "RING_BBADDR_UDW", VGT_REG_CONTEXT, .guest_read = vgt_execlist_ring_read },
	{ 0x170, "RING_170", VGT_REG_ENGINE },
	{ 0x178, "RING_WATCHDOG_CTL", VGT_REG_CONTEXT },
	{ 0x17c, "RING_WATCHDOG_THRESH", VGT_REG_CONTEXT },
	{ 0x180, "CCID", VGT_REG_ENGINE },
	{ 0x1c0, "RING_BB_PER_CTX_PTR", VGT_REG_CONTEXT },
	{ 0x1c4, "RING_INDIRECT_CTX", VGT_REG_CONTEXT },
	{ 0x1c8, "RING_INDIRECT_CTX_OFFSET", VGT_REG_CONTEXT },
	{ 0x1d0, "ECOSKPD", VGT_REG_ENGINE, .flags = VGT_REG_MASKED },
	{ 0x220, "RING_PP_DIR_DCLV", VGT_REG_CONTEXT },
	{ 0x228, "RING_PP_DIR_BASE", VGT_REG_CONTEXT },
	{ 0x230, "RING_ELSP", VGT_REG_ENGINE,
	  .read = vgt_execlist_elsp_read, .write = vgt_execlist_elsp_write,
	  .host_write64 = vgt_execlist_elsp_write64 },
	{ 0x234, "RING_EXECLIST_STATUS", VGT_REG_ENGINE, .flags = VGT_REG_READ_ONLY, .count = 2,
	  .read = vgt_execlist_status_read },
	{ 0x244, "RING_CONTEXT_CONTROL", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x24c, "RING_SEMA_WAIT_POLL", VGT_REG_CONTEXT },
	{ 0x270, "RING_PDP", VGT_REG_CONTEXT, .count = 8 },
	{ 0x29c, "RING_MODE", VGT_REG_ENGINE, .flags = VGT_REG_MASKED },
	{ 0x358, "RING_TIMESTAMP", VGT_REG_ENGINE, .count = 2,
	  .guest_read = vgt_regs_hw_read, .guest_write = vgt_regs_ignore_write },
	{ 0x370, "RING_CSB", VGT_REG_ENGINE, .count = 2 * CSB_ENTRIES,
	  .read = vgt_execlist_csb_read, .write = vgt_execlist_ignore_write },
	{ 0x3a0, "RING_CSB_PTR", VGT_REG_ENGINE, .flags = VGT_REG_MASKED,
	  .read = vgt_execlist_csb_ptr_read, .write = vgt_execlist_csb_ptr_write },
	{ 0x3a8, "RING_CTX_TIMESTAMP", VGT_REG_CONTEXT, .guest_read = vgt_execlist_ring_read },
	{ 0x3b8, "RING_3B8", VGT_REG_CONTEXT },
	{ 0x3bc, "RING_PREDICATE_RESULT_2", VGT_REG_CONTEXT },
	{ 0x400, "RING_PREDICATE_SRC0", VGT_REG_CONTEXT, .count = 2 },
	{ 0x408, "RING_PREDICATE_SRC1", VGT_REG_CONTEXT, .count = 2 },
	{ 0x410, "RING_PREDICATE_DATA", VGT_REG_CONTEXT, .count = 2 },
	{ 0x418, "RING_PREDICATE_RESULT", VGT_REG_CONTEXT },
	{ 0x41c, "RING_PREDICATE_RESULT_1", VGT_REG_CONTEXT },
	{ 0x4d0, "RING_FORCE_TO_NONPRIV", VGT_REG_OWNER, .count = NONPRIV_SLOTS,
	  .read = nonpriv_read, .write = nonpriv_write },
	{ 0x518, "RING_PP_DIR_BASE_READ", VGT_REG_ENGINE },
	{ 0x600, "RING_GPR", VGT_REG_CONTEXT, .count = 2 * RING_NUM_GPR },
	{ }
};

/* All engines but RCS; for BCS it is the tiling mode of the blitter. */
static const u32 other_engine_base[] = {
	BLT_RING_BASE, BSD_RING_BASE, VEBOX_RING_BASE, VGT_REG_END,
};

static const struct vgt_reg other_engine_regs[] = {
	{ 0x200, "RING_SWCTRL", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ }
};

static const u32 video_base[] = { BSD_RING_BASE, VGT_REG_END };

static const struct vgt_reg video_regs[] = {
	{ 0x198, "VCS_198", VGT_REG_CONTEXT },
	{ 0x800, "MFC", VGT_REG_CONTEXT, .count = 64 },
	{ }
};

static const struct vgt_reg render_regs[] = {
	{ 0x2024, "PGTBL_ER", VGT_REG_ENGINE },
	{ 0x2084, "_3D_CHICKEN", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ FF_SLICE_CHICKEN, "FF_SLICE_CHICKEN", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x208c, "_3D_CHICKEN2", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ _3D_CHICKEN3, "_3D_CHICKEN3", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ FF_THREAD_MODE, "FF_THREAD_MODE", VGT_REG_CONTEXT },
	{ 0x20cc, "WAIT_FOR_RC6_EXIT", VGT_REG_ENGINE },
	{ 0x20d8, "CS_DEBUG_MODE2", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x20dc, "FW_BLC2", VGT_REG_HOST, .flags = VGT_REG_MASKED },
	{ 0x20e0, "FF_SLICE_CS_CHICKEN1", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x20e4, "FF_SLICE_CS_CHICKEN2", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x20ec, "CS_DEBUG_MODE1", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x20f0, "STATE_ACK", VGT_REG_CONTEXT },
	{ 0x20f8, "STATE_ACK_SLICE1", VGT_REG_CONTEXT },
	{ 0x2100, "STATE_ACK_SLICE2", VGT_REG_CONTEXT },
	{ 0x2120, "CACHE_MODE_0_GEN4", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x2124, "RCS_2124", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x2128, "FBC_RT_BASE_ILK", VGT_REG_HOST },
	{ 0x2148, "BB_PREEMPT_ADDR", VGT_REG_CONTEXT },
	{ 0x215c, "RCS_215C", VGT_REG_CONTEXT },
	{ 0x21a0, "CXT_SIZE", VGT_REG_CONTEXT },
	{ 0x21a8, "GEN7_CXT_SIZE", VGT_REG_CONTEXT },
	{ 0x21f0, "RCS_21F0", VGT_REG_CONTEXT },
	{ 0x2214, "HSW_MI_PREDICATE_RESULT_2", VGT_REG_CONTEXT },
	{ GEN9_CTX_PREEMPT_REG, "CTX_PREEMPT", VGT_REG_CONTEXT },
	{ GPGPU_THREADS_DISPATCHED, "GPGPU_THREADS_DISPATCHED", VGT_REG_CONTEXT, .count = 2 },
	{ 0x22a4, "RCS_FE_FSM2", VGT_REG_ENGINE },
	{ 0x22ac, "RCS_PWR_FSM", VGT_REG_ENGINE },
	{ PS_INVOCATION_COUNT_SLICE0, "PS_INVOCATION_COUNT_SLICE0", VGT_REG_CONTEXT, .count = 2 },
	{ PS_DEPTH_COUNT_SLICE0, "PS_DEPTH_COUNT_SLICE0", VGT_REG_CONTEXT, .count = 2 },
	{ PS_INVOCATION_COUNT_SLICE1, "PS_INVOCATION_COUNT_SLICE1", VGT_REG_CONTEXT, .count = 2 },
	{ PS_DEPTH_COUNT_SLICE1, "PS_DEPTH_COUNT_SLICE1", VGT_REG_CONTEXT, .count = 2 },
	{ HS_INVOCATION_COUNT, "HS_INVOCATION_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ DS_INVOCATION_COUNT, "DS_INVOCATION_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ IA_VERTICES_COUNT, "IA_VERTICES_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ IA_PRIMITIVES_COUNT, "IA_PRIMITIVES_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ VS_INVOCATION_COUNT, "VS_INVOCATION_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ GS_INVOCATION_COUNT, "GS_INVOCATION_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ GS_PRIMITIVES_COUNT, "GS_PRIMITIVES_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ CL_INVOCATION_COUNT, "CL_INVOCATION_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ CL_PRIMITIVES_COUNT, "CL_PRIMITIVES_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ PS_INVOCATION_COUNT, "PS_INVOCATION_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ PS_DEPTH_COUNT, "PS_DEPTH_COUNT", VGT_REG_CONTEXT, .count = 2 },
	{ OACTXCONTROL, "OACTXCONTROL", VGT_REG_CONTEXT },
	{ OACTXID, "OACTXID", VGT_REG_CONTEXT },
	{ 0x23b0, "OABUFFER_GEN7", VGT_REG_HOST, .count = 2 },
	{ PRIM_END_OFFSET, "PRIM_END_OFFSET", VGT_REG_CONTEXT },
	{ PRIM_START_VERTEX, "PRIM_START_VERTEX", VGT_REG_CONTEXT },
	{ PRIM_VERTEX_COUNT, "PRIM_VERTEX_COUNT", VGT_REG_CONTEXT },
	{ PRIM_INSTANCE_COUNT, "PRIM_INSTANCE_COUNT", VGT_REG_CONTEXT },
	{ PRIM_START_INSTANCE, "PRIM_START_INSTANCE", VGT_REG_CONTEXT },
	{ PRIM_BASE_VERTEX, "PRIM_BASE_VERTEX", VGT_REG_CONTEXT },
	{ PS_INVOCATION_COUNT_SLICE2, "PS_INVOCATION_COUNT_SLICE2", VGT_REG_CONTEXT, .count = 2 },
	{ PS_DEPTH_COUNT_SLICE2, "PS_DEPTH_COUNT_SLICE2", VGT_REG_CONTEXT, .count = 2 },
	{ 0x2470, "RCS_2470", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ GPGPU_DISPATCHDIM(0), "GPGPU_DISPATCHDIM", VGT_REG_CONTEXT, .count = 3 },
	{ 0x2520, "GFX_MODE_GEN6", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ CS_CHICKEN1, "CS_CHICKEN1", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x2690, "RCS_2690", VGT_REG_CONTEXT, .count = 3 },
	{ 0x26c0, "DRAW_WATERMARK", VGT_REG_CONTEXT },
	{ 0x2710, "OASTARTTRIG", VGT_REG_HOST, .count = 8 },
	{ 0x2740, "OAREPORTTRIG", VGT_REG_HOST, .count = 8 },
	{ 0x2770, "OACEC", VGT_REG_HOST, .count = 16 },
	{ 0x2800, "OA_COUNTER", VGT_REG_HOST, .count = 64 },
	{ 0x2b00, "OACONTROL", VGT_REG_HOST },
	{ 0x2b04, "OA_DEBUG", VGT_REG_HOST, .flags = VGT_REG_MASKED },
	{ 0x2b08, "OASTATUS", VGT_REG_HOST },
	{ 0x2b0c, "OAHEADPTR", VGT_REG_HOST },
	{ 0x2b10, "OATAILPTR", VGT_REG_HOST },
	{ 0x2b14, "OABUFFER", VGT_REG_HOST },
	{ 0x2b20, "OA_IMR", VGT_REG_HOST },
	{ 0x2b28, "OAGLBCTXCTRL", VGT_REG_CONTEXT },
	{ }
};

/* Address translation. */
static const struct vgt_reg gam_regs[] = {
	{ 0x4024, "HSW_GTT_CACHE_EN", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x4028, "GEN7_WR_WATERMARK", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x4030, "ARB_MODE", VGT_REG_HOST,
	  .flags = VGT_REG_MASKED | VGT_REG_AS_FOUND },
	{ 0x4034, "GFX_PEND_TLB", VGT_REG_HOST, .count = 2 },
	{ 0x4068, "GAM_4068", VGT_REG_HOST },
	{ 0x4070, "MEDIA_MAX_REQ_COUNT", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x4074, "GFX_MAX_REQ_COUNT", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x4080, "GAMW_ECO_DEV_RW_IA", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x4090, "GAM_ECOCHK", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ GEN8_RING_FAULT, "RING_FAULT", VGT_REG_HOST },
	{ 0x40a0, "ERROR_GEN6", VGT_REG_HOST, .flags = VGT_REG_W1C },
	{ 0x40b0, "DONE_REG", VGT_REG_HOST, .flags = VGT_REG_READ_ONLY, .reset = ~0u },
	{ 0x40e0, "PRIVATE_PAT", VGT_REG_HOST, .count = 2 },
	{ 0x4180, "BSD_HWS_PGA_GEN7", VGT_REG_HOST },
	{ 0x4194, "RING_FAULT_BSD_GEN7", VGT_REG_HOST },
	{ 0x41d0, "GAM_41D0", VGT_REG_HOST },
	{ GEN8_RTCR, "TLB_INVALIDATE", VGT_REG_HOST, .count = 6,
	  .write = host_tlb_write, .guest_write = tlb_write },
	{ 0x4280, "BLT_HWS_PGA_GEN7", VGT_REG_HOST },
	{ 0x4294, "RING_FAULT_BLT_GEN7", VGT_REG_HOST },
	{ 0x4380, "VEBOX_HWS_PGA_GEN7", VGT_REG_HOST },
	{ 0x4494, "RING_FAULT_VEBOX_GEN7", VGT_REG_HOST },
	{ 0x4a08, "GAMTARBMODE", VGT_REG_HOST,
	  .flags = VGT_REG_MASKED | VGT_REG_AS_FOUND },
	{ 0x4ab0, "GAMT_ECO_REG_RW_IA", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x4ab8, "GAMT_CHKN_BIT_REG", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ GEN8_FAULT_TLB_DATA0, "FAULT_TLB_DATA", VGT_REG_HOST, .count = 2 },
	{ 0x4dd4, "L3_LRA_1_GPGPU", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x4ddc, "MMCD_MISC_CTRL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ TRVATTL3PTRDW(0), "TRVATTL3PTR", VGT_REG_CONTEXT, .count = 2 },
	{ TRNULLDETCT, "TRNULLDETCT", VGT_REG_CONTEXT },
	{ TRINVTILEDETCT, "TRINVTILEDETCT", VGT_REG_CONTEXT },
	{ TRVADR, "TRVADR", VGT_REG_CONTEXT },
	{ TRTTE, "TRTTE", VGT_REG_CONTEXT },
	{ TRTT_4DFC, "TRTT_4DFC", VGT_REG_CONTEXT },
	{ 0x14090, "GAC_ECO_BITS", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x24000, "GAB_CTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ }
};

/* Units behind the engines, L3, MOCS, the microcontroller. */
static const struct vgt_reg unit_regs[] = {
	{ SO_NUM_PRIMS_WRITTEN(0), "SO_NUM_PRIMS_WRITTEN", VGT_REG_CONTEXT, .count = 8 },
	{ SO_PRIM_STORAGE_NEEDED(0), "SO_PRIM_STORAGE_NEEDED", VGT_REG_CONTEXT, .count = 8 },
	{ SO_WRITE_OFFSET(0), "SO_WRITE_OFFSET", VGT_REG_CONTEXT, .count = 4 },
	{ 0x5588, "WM_CHICKEN3", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ CACHE_MODE_0, "CACHE_MODE_0", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ CACHE_MODE_1, "CACHE_MODE_1", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ GT_MODE, "GT_MODE", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ COMMON_SLICE_CHICKEN1, "COMMON_SLICE_CHICKEN1", VGT_REG_CONTEXT,
	  .flags = VGT_REG_MASKED },
	{ COMMON_SLICE_CHICKEN2, "COMMON_SLICE_CHICKEN2", VGT_REG_CONTEXT,
	  .flags = VGT_REG_MASKED },
	{ HIZ_CHICKEN, "HIZ_CHICKEN", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x7020, "FBC_RT_BASE", VGT_REG_CONTEXT, .count = 2 },
	{ L3CNTLREG, "L3CNTLREG", VGT_REG_CONTEXT },
	{ SC_INSTDONE, "SC_INSTDONE", VGT_REG_CONTEXT, .flags = VGT_REG_READ_ONLY,
	  .reset = ~0u },
	{ 0x7118, "SC_7118", VGT_REG_CONTEXT },
	{ 0x7180, "SC_7180", VGT_REG_CONTEXT },
	{ HDC_CHICKEN0, "HDC_CHICKEN0", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ HDC_CHICKEN1, "HDC_CHICKEN1", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x731c, "SLICE_COMMON_ECO_CHICKEN1", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x7408, "UNIT_7408", VGT_REG_CONTEXT },
	{ 0x7c00, "UNIT_7C00", VGT_REG_CONTEXT },
	{ 0x8000, "MSG_IDLE", VGT_REG_HOST, .count = 5 },
	/* Per slice, of which GT2 has one. */
	{ 0x804c, "SLICE_PGCTL_ACK", VGT_REG_POWER,
	  .flags = VGT_REG_READ_ONLY | VGT_REG_AS_FOUND },
	{ 0x8050, "SLICE_PGCTL_ACK", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY, .count = 2 },
	{ 0x805c, "EU_PGCTL_ACK", VGT_REG_POWER,
	  .flags = VGT_REG_READ_ONLY | VGT_REG_AS_FOUND, .count = 2 },
	{ 0x8064, "EU_PGCTL_ACK", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY, .count = 4 },
	{ VF_GUARDBAND, "VF_GUARDBAND", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0x8430, "UNIT_8430", VGT_REG_CONTEXT },
	{ 0x9400, "UCGCTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND, .count = 4 },
	{ 0x9410, "RCGCTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND, .count = 2 },
	{ 0x9420, "RSTCTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x9424, "MISCCPCTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x9430, "UCGCTL6", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x9434, "UNSLICE_UNIT_LEVEL_CLKGATE", VGT_REG_HOST,
	  .flags = VGT_REG_AS_FOUND, .count = 4 },
	{ 0x9800, "MICRO_BP", VGT_REG_HOST, .count = 35 },
	{ 0xb000, "SARCHKMD", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb004, "GARBCNTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb008, "SCRATCH_LNCF1", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb010, "L3SQCREG1_GEN7", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb01c, "L3CNTLREG1", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb020, "LNCFCMOCS", VGT_REG_OWNER, .count = 32 },
	{ 0xb100, "L3SQCREG1", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb10c, "L3_10C", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb110, "L3_110", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ L3SQCREG4, "L3SQCREG4", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb11c, "SCRATCH1", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb1c0, "L3_1C0", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0xb1f0, "L3_1F0", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ GUC_STATUS, "GUC_STATUS", VGT_REG_HOST, .flags = VGT_REG_READ_ONLY,
	  .reset = GUC_STATUS_MIA_IN_RESET },
	{ 0xc050, "GUC_WOPCM_SIZE", VGT_REG_HOST },
	{ 0xc064, "GUC_MISC", VGT_REG_HOST },
	{ 0xc068, "GUC_SHIM_CONTROL2", VGT_REG_HOST },
	{ 0xc180, "SOFT_SCRATCH", VGT_REG_HOST, .count = 16 },
	{ 0xc300, "DMA_ADDR", VGT_REG_HOST, .count = 4 },
	{ 0xc310, "DMA_COPY_SIZE", VGT_REG_HOST },
	{ 0xc314, "DMA_CTRL", VGT_REG_HOST },
	{ 0xc340, "DMA_GUC_WOPCM_OFFSET", VGT_REG_HOST },
	{ 0xc3e4, "GUC_MAX_IDLE_COUNT", VGT_REG_HOST },
	{ 0xc3e8, "GUC_PM_TIMESTAMP", VGT_REG_HOST },
	{ MOCS_CONTROL(0, 0), "MOCS", VGT_REG_OWNER, .count = 510 },
	{ HALF_SLICE_CHICKEN1, "HALF_SLICE_CHICKEN1", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ SAMPLER_INSTDONE, "SAMPLER_INSTDONE", VGT_REG_CONTEXT, .flags = VGT_REG_READ_ONLY,
	  .reset = ~0u },
	{ ROW_INSTDONE, "ROW_INSTDONE", VGT_REG_CONTEXT, .flags = VGT_REG_READ_ONLY,
	  .reset = ~0u },
	{ HALF_SLICE_CHICKEN2, "HALF_SLICE_CHICKEN2", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ HALF_SLICE_CHICKEN3, "HALF_SLICE_CHICKEN3", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ HALF_SLICE_CHICKEN5, "HALF_SLICE_CHICKEN5", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0xe18c, "SAMPLER_MODE", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ HALF_SLICE_CHICKEN7, "HALF_SLICE_CHICKEN7", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0xe220, "TDL_220", VGT_REG_CONTEXT, .count = 3, .stride = 0x10 },
	{ 0xe260, "TDL_260", VGT_REG_CONTEXT, .count = 3, .stride = 0x10 },
	{ 0xe2a0, "TDL_2A0", VGT_REG_CONTEXT, .count = 3, .stride = 0x10 },
	{ TD_CTL, "TD_CTL", VGT_REG_CONTEXT, .count = 2 },
	{ 0xe420, "CACHE_MODE_SS", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ EU_PERF_CNTL0, "EU_PERF_CNTL0", VGT_REG_CONTEXT },
	{ EU_PERF_CNTL4, "EU_PERF_CNTL4", VGT_REG_CONTEXT },
	{ 0xe48c, "ROW_CHICKEN4", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0xe49c, "ROW_CHICKEN3", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0xe4cc, "ROW_4CC", VGT_REG_CONTEXT },
	{ ROW_CHICKEN, "ROW_CHICKEN", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ ROW_CHICKEN2, "ROW_CHICKEN2", VGT_REG_CONTEXT, .flags = VGT_REG_MASKED },
	{ 0xe530, "RT_CTRL", VGT_REG_CONTEXT },
	{ EU_PERF_CNTL1, "EU_PERF_CNTL1", VGT_REG_CONTEXT },
	{ EU_PERF_CNTL5, "EU_PERF_CNTL5", VGT_REG_CONTEXT },
	{ EU_PERF_CNTL2, "EU_PERF_CNTL2", VGT_REG_CONTEXT },
	{ EU_PERF_CNTL6, "EU_PERF_CNTL6", VGT_REG_CONTEXT },
	{ EU_PERF_CNTL3, "EU_PERF_CNTL3", VGT_REG_CONTEXT },
	{ }
};

/* GT2 has no second VCS. */
static const struct vgt_reg no_vcs2_regs[] = {
	{ 0x1c054, "VCS2_MAX_IDLE", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x1c178, "VCS2_WATCHDOG_CTL", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x1c17c, "VCS2_WATCHDOG_THRESH", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x1c1d0, "VCS2_ECOSKPD", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ }
};

static const struct vgt_reg gt_regs[] = {
	{ 0x00fdc, "MCR_SELECTOR", VGT_REG_HOST },
	{ 0x00d00, "RPM_CONFIG", VGT_REG_POWER,
	  .flags = VGT_REG_READ_ONLY | VGT_REG_AS_FOUND, .count = 3 },
	{ 0x00d40, "RC6_LOCATION", VGT_REG_POWER },
	{ 0x00d48, "RC6_CTX_BASE", VGT_REG_POWER },
	{ GEN8_FUSE2, "FUSE2", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x09134, "EU_DISABLE", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY, .count = 3 },
	{ 0x09008, "SNPCR", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND, .count = 2 },
	{ 0x0902c, "MBCUNIT_CONFIG", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND, .count = 2 },
	{ 0x09044, "FBC_LLC_READ_CTRL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x0907c, "MBCTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x0911c, "PAVP_FUSE1", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x08504, "RC6_CTX_INFO", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ GEN6_GDRST, "GDRST", VGT_REG_HOST, .write = vgt_reset_gdrst_write,
	  .guest_write = gdrst_write },
	{ GFX_FLSH_CNTL, "GFX_FLSH_CNTL", VGT_REG_HOST, .guest_write = flush_write },
	{ 0x111b8, "RSTDBYCTL", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x101000, "TILECTL", VGT_REG_HOST, .flags = VGT_REG_AS_FOUND },
	{ 0x1082c0, "MEM_MODE", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x120000, "GTFIFODBG", VGT_REG_HOST, .flags = VGT_REG_W1C },
	{ 0x120008, "GTFIFOCTL", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x120010, "EDRAM_CAP", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x130040, "GTLC", VGT_REG_HOST },
	{ PVINFO_BASE, "PVINFO", VGT_REG_PVINFO, .count = PVINFO_SIZE / 4,
	  .read = vgt_ggtt_pvinfo_read, .write = vgt_ggtt_pvinfo_write,
	  .guest_read = vgt_regs_virtual_read, .guest_write = vgt_pvinfo_write },
	{ 0x0003c, "UNUSED", VGT_REG_HOST, .flags = VGT_REG_READ_ONLY },
	{ 0x00860, "UNUSED", VGT_REG_HOST, .flags = VGT_REG_READ_ONLY },
	{ 0x06200, "UNUSED", VGT_REG_HOST, .flags = VGT_REG_READ_ONLY, .count = 3 },
	{ 0x320f0, "UNUSED", VGT_REG_HOST, .flags = VGT_REG_READ_ONLY },
	{ 0x110000, "UNUSED", VGT_REG_HOST, .flags = VGT_REG_READ_ONLY },
	{ }
};

#define MCHBAR_BASE		0x140000
#define MCHBAR_END		0x180000
#define MAD_INTER_CHANNEL	0x145000
#define MAD_DIMM_CH0		0x14500c
#define MC_BIOS_DATA		0x145e04

/* Dwords from one register to before another. */
#define UP_TO(from, to)		.count = ((to) - (from)) / 4

/*
 * The mirror of the memory controller.  A driver wants to know what memory there
 * is; for the rest, it is none of a guest's business.
 */
static const struct vgt_reg mchbar_regs[] = {
	{ MCHBAR_BASE, "MCHBAR", VGT_REG_HOST, UP_TO(MCHBAR_BASE, MAD_INTER_CHANNEL) },
	{ MAD_INTER_CHANNEL, "MAD_INTER_CHANNEL", VGT_REG_CONSTANT },
	{ 0x145004, "MCHBAR", VGT_REG_HOST, UP_TO(0x145004, MAD_DIMM_CH0) },
	{ MAD_DIMM_CH0, "MAD_DIMM_CH", VGT_REG_CONSTANT, .count = 2 },
	{ 0x145014, "MCHBAR", VGT_REG_HOST, UP_TO(0x145014, GT_PERF_STATUS) },
	{ 0x14594c, "MCHBAR", VGT_REG_HOST, UP_TO(0x14594c, RP_STATE_LIMITS) },
	{ 0x14599c, "MCHBAR", VGT_REG_HOST, UP_TO(0x14599c, MC_BIOS_DATA) },
	{ MC_BIOS_DATA, "MC_BIOS_DATA", VGT_REG_CONSTANT },
	{ 0x145e08, "MCHBAR", VGT_REG_HOST, UP_TO(0x145e08, MCHBAR_END) },
	{ }
};

/* In the order of enum vgt_irq_bank_id. */
static const u32 irq_base[] = {
	GEN8_GT_IRQ_BASE(0), GEN8_GT_IRQ_BASE(1), GEN8_GT_IRQ_BASE(2), GEN8_GT_IRQ_BASE(3),
	GEN8_DE_PIPE_IRQ_BASE(0), GEN8_DE_PIPE_IRQ_BASE(1), GEN8_DE_PIPE_IRQ_BASE(2),
	GEN8_DE_PORT_IRQ_BASE, GEN8_DE_MISC_IRQ_BASE, GEN8_PCU_IRQ_BASE, SDE_IRQ_BASE,
	VGT_REG_END,
};

static const struct vgt_reg irq_regs[] = {
	{ IRQ_ISR, "ISR", VGT_REG_IRQ, .flags = VGT_REG_READ_ONLY },
	{ IRQ_IMR, "IMR", VGT_REG_IRQ, .read = vgt_irq_imr_read, .write = vgt_irq_imr_write },
	{ IRQ_IIR, "IIR", VGT_REG_IRQ, .flags = VGT_REG_W1C, .read = vgt_irq_iir_read,
	  .write = vgt_irq_iir_write },
	{ IRQ_IER, "IER", VGT_REG_IRQ, .read = vgt_irq_ier_read, .write = vgt_irq_ier_write },
	{ }
};

static const struct vgt_reg master_regs[] = {
	{ GEN8_MASTER_IRQ, "MASTER_IRQ", VGT_REG_IRQ, .read = vgt_irq_master_read,
	  .write = vgt_irq_master_write },
	{ }
};

static const struct vgt_reg fence_regs[] = {
	{ FENCE_LO(0), "FENCE", VGT_REG_FENCE, .count = 64, .read = vgt_ggtt_fence_read,
	  .write = vgt_ggtt_fence_write },
	{ }
};

const struct vgt_reg_block vgt_regs_gt[] = {
	{ .regs = engine_regs, .base = engine_base },
	{ .regs = other_engine_regs, .base = other_engine_base },
	{ .regs = video_regs, .base = video_base },
	{ .regs = render_regs },
	{ .regs = gam_regs },
	{ .regs = unit_regs },
	{ .regs = no_vcs2_regs },
	{ .regs = gt_regs },
	{ .regs = mchbar_regs },
	{ .regs = irq_regs, .base = irq_base },
	{ .regs = master_regs },
	{ .regs = fence_regs },
	{ }
};
