/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GGTT_TYPES_H
#define VGT_GGTT_TYPES_H

#include <linux/bitmap.h>
#include <linux/types.h>

#define VGT_GGTT_CHUNK		0x100000u	/* bytes that are scrubbed together */
#define VGT_GGTT_MAX_CHUNKS	4096
#define VGT_GGTT_MAX_HALF	16
#define VGT_GGTT_MAX_PAGES	2048	/* of entries: 4 GiB of graphics memory */
#define VGT_GGTT_MAX_SHARED	8	/* pages that may stay the guest's memory after a flush */

/**
 * struct vgt_ggtt_half - an entry of which a guest has written one half
 * @slot: which, in the order of &struct vgt_guest.ggtt
 * @written: bit 0: the low half, bit 1: the high one
 */
struct vgt_ggtt_half {
	u32 slot;
	u32 written;
};

/**
 * struct vgt_ggtt_pending - what of a guest's GGTT is not in force yet
 * @dirty: entries of the GPU have changed since the last flush
 * @half: entries that are written in halves, @num_half of them
 * @shared: pages of &struct vgt_guest.ggtt that the guest may write by itself; atomic
 */
struct vgt_ggtt_pending {
	bool dirty;
	unsigned int num_half;
	struct vgt_ggtt_half half[VGT_GGTT_MAX_HALF];
	DECLARE_BITMAP(shared, VGT_GGTT_MAX_PAGES);
};

#endif
