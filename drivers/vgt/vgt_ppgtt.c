// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a guest's address spaces
 *
 * An address space is the shadows of its roots (vgt_table.c), which are compared
 * with the guest's tables when work is submitted in it (vgt_ppgtt_sync.c).  Those
 * that no context uses are kept, up to a bound, and give way when there are too
 * many tables.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"
#include "vgt_table.h"

#define MAX_TABLES		16384
#define MAX_UNUSED		256	/* address spaces */

void vgt_ppgtt_init(struct vgt_guest *guest)
{
	struct vgt_ppgtts *p = &guest->ppgtt;

	memset(p, 0, sizeof(*p));
	INIT_LIST_HEAD(&p->spaces);
	INIT_LIST_HEAD(&p->tables);
	INIT_LIST_HEAD(&p->stale);
	hash_init(p->table);
	spin_lock_init(&p->lock);
	p->max_tables = MAX_TABLES;
}

static unsigned int num_roots(unsigned int levels)
{
	return levels == 4 ? 1 : 4;
}

static void put_roots(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	struct vgt_table *table;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(space->table); n++) {
		table = space->table[n];
		space->table[n] = NULL;
		vgt_table_put(guest, table);
	}
}

/* Nobody uses it. */
static void free_space(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	list_del_init(&space->link);
	put_roots(guest, space);
	kvfree(space->list);
	kfree(space);
}

bool vgt_ppgtt_evict_space(struct vgt_guest *guest)
{
	struct vgt_ppgtt *space;

	if (!guest->ppgtt.num_unused)
		return false;
	list_for_each_entry_reverse(space, &guest->ppgtt.spaces, link) {
		if (space->refs)
			continue;
		guest->ppgtt.num_unused--;
		free_space(guest, space);
		return true;
	}
	return false;
}

static struct vgt_ppgtt *find_space(struct vgt_guest *guest, unsigned int levels, const u64 *root)
{
	struct vgt_ppgtt *space;

	list_for_each_entry(space, &guest->ppgtt.spaces, link)
		if (!space->ended && space->levels == levels &&
		    !memcmp(space->root, root, num_roots(levels) * sizeof(*root)))
			return space;
	return NULL;
}

static int get_roots(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	enum vgt_table_kind kind = space->levels == 4 ? TABLE_PML4 : TABLE_PD;
	struct vgt_table *table;
	unsigned int n;

	for (n = 0; n < num_roots(space->levels); n++) {
		table = vgt_table_get(guest, kind, vgt_table_entry_gfn(space->root[n]));
		if (IS_ERR(table))
			return PTR_ERR(table);
		space->table[n] = table;
	}
	return 0;
}

static struct vgt_ppgtt *new_space(struct vgt_guest *guest, unsigned int levels, const u64 *root)
{
	struct vgt_ppgtt *space;
	int err;

	space = kzalloc(sizeof(*space), GFP_KERNEL_ACCOUNT);
	if (!space)
		return ERR_PTR(-ENOMEM);
	space->levels = levels;
	space->refs = 1;
	memcpy(space->root, root, num_roots(levels) * sizeof(*root));
	list_add(&space->link, &guest->ppgtt.spaces);
	err = get_roots(guest, space);
	if (err) {
		free_space(guest, space);
		return ERR_PTR(err);
	}
	return space;
}

struct vgt_ppgtt *vgt_ppgtt_get(struct vgt_guest *guest, unsigned int levels, const u64 *root)
{
	struct vgt_ppgtt *space;

	lockdep_assert_held(&guest->lock);
	if (levels != 3 && levels != 4)
		return ERR_PTR(-EFAULT);
	space = find_space(guest, levels, root);
	if (!space)
		return new_space(guest, levels, root);
	if (!space->refs++)
		guest->ppgtt.num_unused--;
	list_move(&space->link, &guest->ppgtt.spaces);
	return space;
}

void vgt_ppgtt_put(struct vgt_guest *guest, struct vgt_ppgtt *ppgtt)
{
	if (!ppgtt || --ppgtt->refs)
		return;
	if (ppgtt->ended) {
		free_space(guest, ppgtt);
		return;
	}
	list_move(&ppgtt->link, &guest->ppgtt.spaces);
	if (++guest->ppgtt.num_unused > MAX_UNUSED)
		vgt_ppgtt_evict_space(guest);
}

/* Not to be found any more; gone as soon as nobody uses it. */
static void end_space(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	if (space->refs) {
		space->ended = true;
		return;
	}
	guest->ppgtt.num_unused--;
	free_space(guest, space);
}

void vgt_ppgtt_forget(struct vgt_guest *guest, unsigned int levels, const u64 *root)
{
	struct vgt_ppgtt *space;

	if (levels != 3 && levels != 4)
		return;
	space = find_space(guest, levels, root);
	if (space)
		end_space(guest, space);
}

u64 vgt_ppgtt_root(const struct vgt_ppgtt *ppgtt, unsigned int n)
{
	return n < ARRAY_SIZE(ppgtt->table) && ppgtt->table[n] ? ppgtt->table[n]->bus : 0;
}

struct vgt_page *vgt_ppgtt_page(const struct vgt_ppgtt *ppgtt, u64 addr)
{
	const struct vgt_table *table;
	unsigned int shift;

	if (ppgtt->levels == 4) {
		table = ppgtt->table[0];
		shift = 39;
	} else {
		table = addr >> 32 ? NULL : ppgtt->table[addr >> 30];
		shift = 21;
	}
	for (; table && !vgt_table_maps_pages(table); shift -= 9)
		table = table->child[addr >> shift & (VGT_TABLE_ENTRIES - 1)].table;
	return table ? table->child[addr >> 12 & (VGT_TABLE_ENTRIES - 1)].page : NULL;
}

void vgt_ppgtt_fini(struct vgt_guest *guest)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	struct vgt_ppgtt *space, *next;

	lockdep_assert_held(&guest->lock);
	list_for_each_entry_safe(space, next, &p->spaces, link) {
		if (!space->refs) {
			free_space(guest, space);
			continue;
		}
		space->ended = true;
		list_del_init(&space->link);
		put_roots(guest, space);
	}
	p->num_unused = 0;
	vgt_pages_release(guest);
}

/*
 * Memory that the guest loses
 */

static void drop_space(struct vgt_guest *guest, struct vgt_ppgtt *space, u64 gfn, u64 pages)
{
	struct vgt_table *table;
	bool dropped = false;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(space->table); n++) {
		table = space->table[n];
		if (!table)
			continue;
		if (vgt_table_has_page(table, gfn, pages))
			vgt_table_close(guest, table);
		/* It may be another space's root, too, and have been closed for that one. */
		dropped |= !table->page;
	}
	if (dropped)
		end_space(guest, space);
}

void vgt_ppgtt_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	struct vgt_ppgtt *space, *next;
	struct vgt_table *table;
	LIST_HEAD(work);

	lockdep_assert_held(&guest->lock);
	list_splice_init(&p->tables, &work);
	while (!list_empty(&work)) {
		table = list_first_entry(&work, struct vgt_table, all);
		list_move_tail(&table->all, &p->tables);
		table->refs++;
		vgt_table_drop_range(guest, table, gfn, pages);
		vgt_table_put(guest, table);
		cond_resched();
	}
	list_for_each_entry_safe(space, next, &p->spaces, link)
		drop_space(guest, space, gfn, pages);
	vgt_pages_release(guest);
}
