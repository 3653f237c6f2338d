/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Fence registers: detiled views of GGTT ranges through the aperture.
 * Source: Skylake PRM vol. 2c (FENCE); gt/intel_ggtt_fencing.c of i915.
 */
#ifndef VGT_REGS_FENCE_H
#define VGT_REGS_FENCE_H

#define FENCE_LO(i)		(0x100000 + 8 * (i))
#define FENCE_HI(i)		(0x100004 + 8 * (i))

/* Low half. */
#define FENCE_START_MASK	0xfffff000u	/* first page */
#define FENCE_TILE_Y		(1u << 1)
#define FENCE_VALID		(1u << 0)

/* High half. */
#define FENCE_END_MASK		0xfffff000u	/* last page */
#define FENCE_PITCH(hi)		((((hi) & 0xfff) + 1) * 128)	/* bytes */

#endif
