/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_PPGTT_TYPES_H
#define VGT_PPGTT_TYPES_H

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define VGT_PPGTT_HASH_BITS	10

/* a shadow page table, vgt_table.h */
struct vgt_table;

/**
 * struct vgt_ppgtt - shadow of an address space
 * @link: in &struct vgt_ppgtts, most recently used first
 * @levels: 4, or 3: then there are four roots
 * @ended: it is not to be found any more
 * @root: the guest's, addresses of pages in its memory
 * @table: the shadows of the roots
 * @refs: shadow contexts that use it
 * @list: all its tables, @num of them; there is room for @room
 * @shape: what &struct vgt_ppgtts.shape was when the list was made
 */
struct vgt_ppgtt {
	struct list_head link;
	unsigned int levels;
	bool ended;
	u64 root[4];
	struct vgt_table *table[4];
	unsigned int refs;
	struct vgt_table **list;
	unsigned int num, room;
	u64 shape;
};

/**
 * struct vgt_ppgtts - shadow page tables of a guest
 * @spaces: address spaces
 * @num_unused: those that no context uses
 * @tables: all shadow tables
 * @table: the same by the guest's page; changed under @lock, too
 * @num_tables: how many
 * @max_tables: their bound
 * @lock: protects which tables are tracked; innermost, interrupts off
 * @stale: tables that are to be freed once the TLBs have been flushed, @num_stale of them
 * @syncs: synchronisations so far
 * @lists: of tables that have been made
 * @shape: changes when a table comes to lead to another one, or goes
 * @err: what has gone wrong in the present one
 *
 * Protected by the guest's lock.
 */
struct vgt_ppgtts {
	struct list_head spaces;
	unsigned int num_unused;
	struct list_head tables;
	DECLARE_HASHTABLE(table, VGT_PPGTT_HASH_BITS);
	unsigned int num_tables, max_tables;
	spinlock_t lock; /* see above */
	struct list_head stale;
	unsigned int num_stale;
	u64 syncs, lists, shape;
	int err;
};

#endif
