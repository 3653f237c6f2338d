/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_SCREEN_H
#define KVMGT_SCREEN_H

#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include <vgt/vmm.h>

struct vm_area_struct;

#define KVMGT_SCREEN_SIZE	SZ_64M	/* of its region */

/**
 * struct kvmgt_screen - a copy of what a guest shows, for users that cannot take a dma-buf
 * @pages: of the region, by number, as far as they have been needed; they stay until the close
 * @count: of them
 */
struct kvmgt_screen {
	struct xarray pages;
	u32 count;
};

void kvmgt_screen_init(struct kvmgt_screen *screen);
/** kvmgt_screen_close - when nobody can have it mapped */
void kvmgt_screen_close(struct kvmgt_screen *screen);

/**
 * kvmgt_screen_draw - bring it up to date; one call at a time
 * @plane: set to what is in the region now
 *
 * Return: 0; -ENOENT: the guest shows nothing, -EINVAL: nothing of a format that the region
 * can have, -EFAULT: nothing that is in its memory, -ENOMEM.
 */
int kvmgt_screen_draw(struct kvmgt_screen *screen, struct vgt_guest *guest,
		      struct vgt_plane *plane);

/* Of the region; what has never been drawn reads as 0.  @offset within it, @size 8 at most. */
void kvmgt_screen_read(struct kvmgt_screen *screen, u64 offset, u8 *buf, unsigned int size);
/** kvmgt_screen_mmap - read only; the page offset of @vma, less that of the region, is in it */
int kvmgt_screen_mmap(struct kvmgt_screen *screen, struct vm_area_struct *vma);

#endif
