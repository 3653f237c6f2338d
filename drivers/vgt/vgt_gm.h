/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GM_H
#define VGT_GM_H

#include "vgt_gm_types.h"

struct vgt_guest_type;
struct vgt_hw;

#define VGT_GM_WINDOW_SIZE	0x800000ull	/* per vGPU, for its shadow contexts */
#define VGT_GM_CORE_SIZE	(VGT_MAX_VGPUS * VGT_GM_WINDOW_SIZE)	/* at the very top */
void vgt_gm_init(struct vgt_gm *gm, const struct vgt_hw *hw);

/**
 * vgt_gm_alloc_host - the share that the module's parameters give the host
 *
 * Return: 0, or -EINVAL when it does not fit this GPU, which has been printed.
 */
int vgt_gm_alloc_host(struct vgt_gm *gm, struct vgt_gm_share *share);

/**
 * vgt_gm_alloc - a share for a vGPU, first fit
 * @type: how much
 * @share: filled; must live until vgt_gm_free()
 *
 * Process context.
 *
 * Return: 0, or -ENOSPC; the resource that is short has been printed, with what
 * is needed and what is left.
 */
int vgt_gm_alloc(struct vgt_gm *gm, const struct vgt_guest_type *type, struct vgt_gm_share *share);

/** vgt_gm_free - give a share back; one that was never allocated is fine */
void vgt_gm_free(struct vgt_gm *gm, struct vgt_gm_share *share);

/** vgt_gm_available - how many more vGPUs of a type there is room for */
unsigned int vgt_gm_available(struct vgt_gm *gm, const struct vgt_guest_type *type);

/** vgt_gm_window - the core's graphics memory for vGPU @id; the host's is for the core itself */
static inline u32 vgt_gm_window(const struct vgt_gm *gm, unsigned int id)
{
	return gm->end + id * VGT_GM_WINDOW_SIZE;
}

/** vgt_gm_owns - is the byte of graphics memory at @addr within a share? */
static inline bool vgt_gm_owns(const struct vgt_gm_share *share, u64 addr)
{
	return addr - share->low.start < share->low.size ||
	       addr - share->high.start < share->high.size;
}

/** vgt_gm_owns_range - are all of @size bytes from @start within a share? */
static inline bool vgt_gm_owns_range(const struct vgt_gm_share *share, u64 start, u64 size)
{
	u64 low_end = share->low.start + share->low.size;
	u64 high_end = share->high.start + share->high.size;
	u64 end = start + size;

	if (end < start)
		return false;
	if (start - share->low.start < share->low.size) {
		if (end <= low_end)
			return true;
		start = low_end; /* what is left has to be in the high range, which may be next */
	}
	return start >= share->high.start && end <= high_end;
}

#endif
