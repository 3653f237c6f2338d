/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_PAGE_TYPES_H
#define VGT_PAGE_TYPES_H

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/types.h>

#define VGT_PAGES_HASH_BITS	15

/**
 * struct vgt_page - a page of a guest's memory that is pinned
 * @node: in &struct vgt_pages
 * @stale: in &struct vgt_pages.stale, or empty
 * @gfn: its number in the guest
 * @bus: where the GPU finds it
 * @addr: where the kernel finds it
 * @refs: who uses it
 */
struct vgt_page {
	struct hlist_node node;
	struct list_head stale;
	u64 gfn;
	u64 bus;
	void *addr;
	unsigned int refs;
};

/**
 * struct vgt_pages - pinned pages of a guest
 * @table: by gfn
 * @count: how many
 * @stale: pages that an entry pointed to which is gone: the TLBs may not know
 * @num_stale: how many
 *
 * Protected by the guest's lock.
 */
struct vgt_pages {
	DECLARE_HASHTABLE(table, VGT_PAGES_HASH_BITS);
	u64 count;
	struct list_head stale;
	unsigned int num_stale;
};

#endif
