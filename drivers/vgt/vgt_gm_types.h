/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GM_TYPES_H
#define VGT_GM_TYPES_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "vgt/host.h"

#define VGT_MAX_VGPUS	8	/* the host included */

/**
 * struct vgt_gm_share - what a vGPU has of the graphics memory
 * @low: range within the aperture
 * @high: range above it
 * @first_fence: its first fence register
 * @num_fences: how many it has
 */
struct vgt_gm_share {
	struct vgt_gm_range low, high;
	unsigned int first_fence, num_fences;
};

/**
 * struct vgt_gm - the partition
 * @aperture: where low graphics memory ends
 * @end: where high graphics memory ends; above it is the core's own
 * @num_fences: fence registers of the GPU
 * @lock: protects @share; innermost, process context
 * @share: what has been given away; a share without low memory is free
 */
struct vgt_gm {
	u64 aperture, end;
	unsigned int num_fences;
	spinlock_t lock; /* share */
	struct vgt_gm_share *share[VGT_MAX_VGPUS];
};

#endif
