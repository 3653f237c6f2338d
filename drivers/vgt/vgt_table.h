/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Shadow page tables; for vgt_ppgtt.c and vgt_ppgtt_sync.c, and vgt_page.c, which
 * flushes the TLBs.  All with the guest's lock held; may sleep.
 */
#ifndef VGT_TABLE_H
#define VGT_TABLE_H

#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/types.h>

#include "vgt/regs/gtt.h"

struct vgt_guest;
struct vgt_page;

#define VGT_TABLE_ENTRIES	512
#define VGT_MIN_PATIENCE	4	/* synchronisations before a table is tracked */

/* What a table is; the first three map pages, the others tables. */
enum vgt_table_kind { TABLE_PT, TABLE_PT_64K, TABLE_2M, TABLE_PD, TABLE_PDP, TABLE_PML4 };

/* Where an entry leads. */
union vgt_child {
	struct vgt_page *page;
	struct vgt_table *table;
};

/**
 * struct vgt_table - a shadow page table
 * @node: in &struct vgt_ppgtts.table
 * @all: in &struct vgt_ppgtts.tables, or .stale
 * @kind: what it is
 * @gfn: the page that it is the shadow of; of TABLE_2M, the first that it maps
 * @refs: entries and roots that point to it
 * @page: the guest's table; NULL: none, or not any more
 * @seen: entries of the guest's table that have been taken over
 * @child: where they lead
 * @shadow: what the GPU walks; TABLE_2M: NULL when not needed
 * @bus: address of @shadow
 * @parent: TABLE_PT_64K: whose entry @slot leads to it with the 64K bit; NULL: none does
 * @slot: see @parent
 * @scattered: TABLE_PT_64K: some page is not large on the bus, or two entries lead to it
 * @tracked: the VMM tells of the next write; under the tables' lock
 * @reopened: it has told; under the tables' lock
 * @quiet: synchronisations that found nothing
 * @patience: when to track it
 * @tracked_at: synchronisation that it has been tracked since
 * @synced: the last synchronisation of an address space that compared it
 * @listed: the last list of an address space's tables that it came on
 */
struct vgt_table {
	struct hlist_node node;
	struct list_head all;
	enum vgt_table_kind kind;
	u64 gfn;
	unsigned int refs;
	struct vgt_page *page;
	u64 *seen;
	union vgt_child *child;
	u64 *shadow;
	u64 bus;
	struct vgt_table *parent;
	unsigned int slot;
	bool scattered;
	bool tracked, reopened;
	u32 quiet, patience;
	u64 tracked_at, synced, listed;
};

/* The guest's page that an entry, or a root, leads to. */
static inline u64 vgt_table_entry_gfn(u64 entry)
{
	return (entry & GEN8_PTE_ADDR_MASK) / SZ_4K;
}

static inline bool vgt_table_maps_pages(const struct vgt_table *table)
{
	return table->kind <= TABLE_2M;
}

/**
 * vgt_table_get - the shadow of the guest's table in page @gfn, with one reference more
 *
 * Return: the shadow, or an ERR_PTR that has been counted: -EFAULT, -ENOMEM.
 */
struct vgt_table *vgt_table_get(struct vgt_guest *guest, enum vgt_table_kind kind, u64 gfn);
/**
 * vgt_table_put - the last one frees it, later; NULL is fine
 *
 * The GPU may still be on its way through it.
 */
void vgt_table_put(struct vgt_guest *guest, struct vgt_table *table);

/** vgt_table_differs - whether the guest's table is not what it was */
bool vgt_table_differs(const struct vgt_table *table);
/** vgt_table_take_over - make the shadow like the guest's table; false: memory was lacking */
bool vgt_table_take_over(struct vgt_guest *guest, struct vgt_table *table);

/** vgt_table_has_page - whether its own page is one of [@gfn, @gfn + @pages) */
bool vgt_table_has_page(const struct vgt_table *table, u64 gfn, u64 pages);
/** vgt_table_drop_range - no entry leads to guest pages [@gfn, @gfn + @pages) any more */
void vgt_table_drop_range(struct vgt_guest *guest, struct vgt_table *table, u64 gfn, u64 pages);
/** vgt_table_close - of a root whose page is gone: who still uses it finds nothing there */
void vgt_table_close(struct vgt_guest *guest, struct vgt_table *table);

/** vgt_tables_have_stale - whether there are tables that wait for a flush of the TLBs */
bool vgt_tables_have_stale(const struct vgt_guest *guest);
/** vgt_tables_free_stale - the TLBs have been flushed */
void vgt_tables_free_stale(struct vgt_guest *guest);

/** vgt_table_reopen - from here on it is compared, whatever it has been */
void vgt_table_reopen(struct vgt_guest *guest, struct vgt_table *table);
/** vgt_table_untrack - the VMM need not tell of writes to it any more */
void vgt_table_untrack(struct vgt_guest *guest, struct vgt_table *table);

#endif
