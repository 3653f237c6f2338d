/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GUEST_TYPES_H
#define VGT_GUEST_TYPES_H

#include <linux/mutex.h>

#include "vgt/vmm.h"
#include "vgt_context_types.h"
#include "vgt_copy_types.h"
#include "vgt_display_types.h"
#include "vgt_ggtt_types.h"
#include "vgt_page_types.h"
#include "vgt_ppgtt_types.h"
#include "vgt_vgpu_types.h"

/**
 * struct vgt_guest - a vGPU whose driver is in a virtual machine
 * @vgpu: what it has in common with the host's
 * @type: its kind
 * @lock: serialises accesses of the guest; outermost, may be held while sleeping
 * @ops: the VMM's, NULL: no virtual machine; @priv is handed to each
 * @vreg: virtual registers, VGT_REGS_SIZE bytes: what is not handled otherwise
 * @pages: guest memory that is pinned
 * @ggtt: entries as the guest has written them, for its low range, then its high one; may be
 *	its memory
 * @ggtt_taken: what of them is in force, 0 where the guest has no such memory; same order
 * @ggtt_page: the pages that the physical entries point to, in the same order
 * @ggtt_pending: what of them is not in force yet
 * @ggtt_changes: how often one of @ggtt_page has become another; never set back
 * @ppgtt: shadow page tables
 * @copies: of what the GPU executes for it
 * @contexts: shadow contexts
 * @display: its monitor
 *
 * Protected by @lock, but for @vgpu and where a member says otherwise.
 */
struct vgt_guest {
	struct vgt_vgpu vgpu;
	const struct vgt_guest_type *type;
	struct mutex lock; /* see above */
	const struct vgt_guest_ops *ops;
	void *priv;
	u32 *vreg;
	struct vgt_pages pages;
	u64 *ggtt;
	u64 *ggtt_taken;
	struct vgt_page **ggtt_page;
	struct vgt_ggtt_pending ggtt_pending;
	u64 ggtt_changes;
	struct vgt_ppgtts ppgtt;
	struct vgt_copies copies;
	struct vgt_contexts contexts;
	struct vgt_display display;
};

#endif
