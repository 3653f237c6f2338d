/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_PICTURE_H
#define KVMGT_PICTURE_H

#include <linux/kref.h>
#include <linux/list.h>

#include <vgt/vmm.h>

struct page;

/**
 * struct kvmgt_picture - a plane that a guest shows or has shown, and the memory it is in
 * @ref: one of the cache, one of each dma-buf
 * @link: in &kvmgt_display.pictures
 * @id: what the user calls it; not used again for another one
 * @plane: how it is laid out; where on the screen is not of interest
 * @changes: vgt_guest_ggtt_changes() when @page was right
 * @count: of pages
 * @page: the guest's, each with a reference
 */
struct kvmgt_picture {
	struct kref ref;
	struct list_head link;
	u32 id;
	struct vgt_plane plane;
	u64 changes;
	u32 count;
	struct page *page[] __counted_by(count);
};

/** kvmgt_picture_make - ERR_PTR: -EFAULT when there is a hole in the guest's memory, -ENOMEM */
struct kvmgt_picture *kvmgt_picture_make(struct vgt_guest *guest, const struct vgt_plane *plane);
void kvmgt_picture_put(struct kvmgt_picture *picture);

/** kvmgt_picture_same - whether both are the same memory */
bool kvmgt_picture_same(const struct kvmgt_picture *a, const struct kvmgt_picture *b);

/** kvmgt_picture_export - a dma-buf of it, as a file descriptor of the caller, or an error */
int kvmgt_picture_export(struct kvmgt_picture *picture);

#endif
