// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: ring context
 *
 * Fixed on gen9: three register loads, with the same registers on all engines
 * but for one.
 *
 *   0x00 NOOP | 0x01 load 14: ring, batch, workaround batches
 *             | 0x21 load 9: timestamp, page directories
 *             | 0x41 load 1: power (RCS) or tiling (others)
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "vgt/regs/engine.h"
#include "vgt/regs/mi.h"
#include "vgt_image.h"

static const u16 ring_regs[] = {
	0x244, 0x034, 0x030, 0x038, 0x03c, 0x168, 0x140, 0x110,
	0x11c, 0x114, 0x118, 0x1c0, 0x1c4, 0x1c8,
};

static const u16 ppgtt_regs[] = {
	0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
};

static void load(u32 *dw, u32 base, const u16 *regs, unsigned int num, u32 flags)
{
	unsigned int i;

	*dw++ = MI_LOAD_REGISTER_IMM(num) | flags;
	for (i = 0; i < num; i++, dw += 2)
		dw[0] = base + regs[i];
}

void vgt_image_init(u32 *dw, u32 base)
{
	const u16 last = base == RENDER_RING_BASE ? 0x0c8 : 0x200;

	memset(dw, 0, 4 * VGT_RING_CONTEXT);
	load(&dw[0x01], base, ring_regs, ARRAY_SIZE(ring_regs), MI_LRI_FORCE_POSTED);
	load(&dw[0x21], base, ppgtt_regs, ARRAY_SIZE(ppgtt_regs), MI_LRI_FORCE_POSTED);
	load(&dw[0x41], base, &last, 1, base == RENDER_RING_BASE ? 0 : MI_LRI_FORCE_POSTED);
}
