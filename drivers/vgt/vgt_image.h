/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The ring context: the first dwords of a context image, which an engine loads
 * as registers at every restore.  Source: Skylake PRM vol. 7, "Register State
 * Context"; i915 gt/intel_lrc_reg.h.
 */
#ifndef VGT_IMAGE_H
#define VGT_IMAGE_H

#include <linux/types.h>

#define VGT_IMAGE_PAGES_RCS	22	/* status page and state */
#define VGT_IMAGE_PAGES_OTHER	2
#define VGT_RING_CONTEXT	0x50	/* dwords; the engine context follows */

/* Dwords of values, each behind its register's offset. */
#define IMAGE_CONTEXT_CONTROL	0x03
#define IMAGE_RING_HEAD		0x05
#define IMAGE_RING_TAIL		0x07
#define IMAGE_RING_START	0x09
#define IMAGE_RING_CTL		0x0b
#define IMAGE_BB_FIRST		0x0d	/* batch in progress: addresses and states */
#define IMAGE_BB_ADDR		0x0f
#define IMAGE_BB_STATE		0x11
#define IMAGE_SBB_ADDR		0x15
#define IMAGE_BB_LAST		0x17	/* SBB_STATE */
#define IMAGE_BB_PER_CTX	0x19
#define IMAGE_INDIRECT_CTX	0x1b
#define IMAGE_INDIRECT_OFFSET	0x1d
#define IMAGE_TIMESTAMP		0x23
#define IMAGE_PDP_UDW(n)	(0x31 - 4 * (n))
#define IMAGE_PDP_LDW(n)	(0x33 - 4 * (n))
#define IMAGE_POWER_STATE	0x43

/**
 * vgt_image_init - the ring context of an engine, all values zero
 * @base: of the engine's registers
 * @dw: VGT_RING_CONTEXT dwords
 */
void vgt_image_init(u32 *dw, u32 base);

#endif
