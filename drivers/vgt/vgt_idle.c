// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: idle contexts
 *
 * In the core's own window of graphics memory, behind the status pages:
 *
 *   | 4 status pages | RCS: image, ring | BCS: image, ring | VCS ... | VECS ... |
 *
 * Head and tail of the ring are equal.  It is the first context on its engine, and
 * does not restore the engine context then: what the engine saves is what it has
 * after a reset, and is restored from there on.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sizes.h>

#include "vgt/regs/engine.h"
#include "vgt_ggtt.h"
#include "vgt_gpu.h"
#include "vgt_idle.h"

#define STATE_PAGE	1

static unsigned int image_pages(enum vgt_engine_id id)
{
	return id == VGT_RCS ? VGT_IMAGE_PAGES_RCS : VGT_IMAGE_PAGES_OTHER;
}

static u32 place(const struct vgt_gpu *gpu, enum vgt_engine_id id)
{
	u32 addr = vgt_ggtt_status_addr(gpu, VGT_NUM_ENGINES);
	unsigned int i;

	for (i = 0; i < id; i++)
		addr += (image_pages(i) + 1) * SZ_4K;
	return addr;
}

int vgt_idle_init(struct vgt_engine *engine)
{
	struct vgt_idle *idle = &engine->idle_context;
	struct vgt_hw *hw = engine->gpu->hw;
	unsigned int i;

	idle->addr = place(engine->gpu, engine->id);
	idle->pages = image_pages(engine->id);
	for (i = 0; i <= idle->pages; i++) {
		idle->page[i].addr = hw->ops->page_alloc(hw, &idle->page[i].bus);
		if (!idle->page[i].addr)
			return -ENOMEM;
	}
	return 0;
}

void vgt_idle_fini(struct vgt_engine *engine)
{
	struct vgt_idle *idle = &engine->idle_context;
	struct vgt_hw *hw = engine->gpu->hw;
	unsigned int i;

	for (i = 0; i <= idle->pages; i++) {
		if (idle->page[i].addr)
			hw->ops->page_free(hw, idle->page[i].addr, idle->page[i].bus);
		idle->page[i].addr = NULL;
	}
}

void vgt_idle_map(struct vgt_engine *engine)
{
	struct vgt_idle *idle = &engine->idle_context;
	u64 ring = idle->page[idle->pages].bus;
	u32 *image = idle->page[STATE_PAGE].addr;
	unsigned int i;

	vgt_image_init(image, engine->base);
	image[IMAGE_CONTEXT_CONTROL] = CTX_CTRL_INHIBIT_SYN_SWITCH * 0x10001 |
				       CTX_CTRL_RESTORE_INHIBIT * (idle->saved ? 0x10000 : 0x10001);
	image[IMAGE_RING_START] = idle->addr + idle->pages * SZ_4K;
	image[IMAGE_RING_CTL] = RING_CTL_VALID;
	image[IMAGE_BB_STATE] = BBSTATE_PPGTT;
	/* A page of zeroes: an address space in which nothing is present. */
	image[IMAGE_PDP_UDW(0)] = upper_32_bits(ring);
	image[IMAGE_PDP_LDW(0)] = lower_32_bits(ring);
	for (i = 0; i <= idle->pages; i++)
		vgt_ggtt_map_page(engine->gpu, idle->addr + i * SZ_4K, idle->page[i].bus);
	vgt_ggtt_flush(engine->gpu);
}

/* With an id that no driver uses. */
u64 vgt_idle_descriptor(const struct vgt_engine *engine)
{
	return 0x7ffull << 37 | engine->idle_context.addr | CTX_DESC_PPGTT | CTX_DESC_VALID |
	       CTX_DESC_FORCE_RESTORE |
	       (u64)CTX_DESC_MODE_LEGACY_64B << CTX_DESC_MODE_SHIFT;
}
