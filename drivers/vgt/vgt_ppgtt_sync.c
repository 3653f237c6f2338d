// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: keeping shadow page tables like the guest's
 *
 * Guests change their tables at any time, turn them into data, and back, and the
 * GPU may go by a change late but not by a wrong one: a table is compared with
 * what it was when work is submitted that may reach it.
 *
 *                   unchanged for some synchronisations, VMM tracks it
 *   built --> OPEN ---------------------------------------------------> TRACKED
 *              ^  compared each time                   costs nothing      |
 *              +----------------------------------------------------------+
 *                   vgt_ppgtt_written(): the guest has written to it
 *
 * Only the guest's processors are told of: a table that its GPU writes to is seen
 * to change only while it is open.
 * How long it has to be unchanged doubles each time that it turns out to have
 * been tracked for a short time only.
 *
 * An address space has a list of its tables, made anew when a table has come to
 * lead to another one.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"
#include "vgt_stats.h"
#include "vgt_table.h"

#define MAX_PATIENCE		1024	/* synchronisations */
#define LONG_TRACKED		64	/* that was worth it */

/*
 * Tracking
 */

/* Tables of other levels may be in the same page, which is tracked for all of them. */
static bool gfn_tracked(struct vgt_ppgtts *p, u64 gfn)
{
	struct vgt_table *table;

	hash_for_each_possible(p->table, table, node, gfn)
		if (table->gfn == gfn && table->tracked)
			return true;
	return false;
}

void vgt_table_untrack(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	unsigned long flags;
	bool last;

	spin_lock_irqsave(&p->lock, flags);
	last = table->tracked;
	table->tracked = false;
	last = last && !gfn_tracked(p, table->gfn);
	spin_unlock_irqrestore(&p->lock, flags);
	if (last)
		guest->ops->untrack(guest->priv, table->gfn);
}

void vgt_table_reopen(struct vgt_guest *guest, struct vgt_table *table)
{
	vgt_table_untrack(guest, table);
	table->quiet = 0;
}

/* From here on vgt_ppgtt_written() may open it again. */
static bool track(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	unsigned long flags;
	bool first;

	if (!guest->ops->track)
		return false;
	spin_lock_irqsave(&p->lock, flags);
	first = !gfn_tracked(p, table->gfn);
	table->tracked = true;
	spin_unlock_irqrestore(&p->lock, flags);
	table->tracked_at = p->syncs;
	if (!first || !guest->ops->track(guest->priv, table->gfn))
		return true;
	spin_lock_irqsave(&p->lock, flags);
	table->tracked = false;
	spin_unlock_irqrestore(&p->lock, flags);
	return false;
}

void vgt_ppgtt_written(struct vgt_guest *guest, u64 gfn)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	struct vgt_table *table;
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	hash_for_each_possible(p->table, table, node, gfn) {
		if (table->gfn != gfn || !table->tracked)
			continue;
		table->tracked = false;
		table->reopened = true;
		vgt_count(&guest->vgpu.stats, VGT_EVENT_TABLE_WRITE);
	}
	spin_unlock_irqrestore(&p->lock, flags);
}

static void wait_longer(struct vgt_table *table)
{
	table->quiet = 0;
	table->patience = min(2 * table->patience, (u32)MAX_PATIENCE);
}

/*
 * One table
 */

/* What is written before the tracking has begun is found here, the rest is told. */
static void start_tracking(struct vgt_guest *guest, struct vgt_table *table)
{
	if (!track(guest, table))
		wait_longer(table);
	else if (vgt_table_differs(table) && !vgt_table_take_over(guest, table))
		vgt_table_reopen(guest, table);
}

static void note_reopened(struct vgt_guest *guest, struct vgt_table *table)
{
	table->reopened = false;
	if (guest->ppgtt.syncs - table->tracked_at < LONG_TRACKED) {
		wait_longer(table);
	} else {
		table->quiet = 0;
		table->patience = VGT_MIN_PATIENCE;
	}
}

static void sync_table(struct vgt_guest *guest, struct vgt_table *table)
{
	vgt_count(&guest->vgpu.stats, VGT_EVENT_TABLE_SYNC);
	if (table->reopened)
		note_reopened(guest, table);
	if (vgt_table_differs(table)) {
		table->quiet = 0;
		vgt_table_take_over(guest, table);
	} else if (++table->quiet >= table->patience) {
		start_tracking(guest, table);
	}
}

static bool is_open(struct vgt_ppgtts *p, const struct vgt_table *table)
{
	unsigned long flags;
	bool open;

	spin_lock_irqsave(&p->lock, flags);
	open = table->page && !table->tracked;
	spin_unlock_irqrestore(&p->lock, flags);
	return open;
}

/*
 * An address space
 */

static bool list_table(struct vgt_ppgtt *space, struct vgt_table *table)
{
	unsigned int room = max(2 * space->room, 32u);
	struct vgt_table **list;

	if (space->num == space->room) {
		list = kvcalloc(room, sizeof(*list), GFP_KERNEL_ACCOUNT);
		if (!list)
			return false;
		if (space->num)
			memcpy(list, space->list, space->num * sizeof(*list));
		kvfree(space->list);
		space->list = list;
		space->room = room;
	}
	space->list[space->num++] = table;
	return true;
}

/* A table and what it leads to: four levels at most. */
static bool list_below(struct vgt_ppgtts *p, struct vgt_ppgtt *space, struct vgt_table *table)
{
	struct vgt_table *child = NULL;
	unsigned int i;

	if (!table || !table->page || table->listed == p->lists)
		return true;
	table->listed = p->lists;
	if (!list_table(space, table))
		return false;
	cond_resched();
	for (i = 0; i < VGT_TABLE_ENTRIES && !vgt_table_maps_pages(table); i++) {
		if (table->child[i].table == child)
			continue;
		child = table->child[i].table;
		if (!list_below(p, space, child))
			return false;
	}
	return true;
}

/* All its tables, each once; as long as no table leads to another one. */
static bool list_tables(struct vgt_ppgtts *p, struct vgt_ppgtt *space)
{
	unsigned int n;

	if (space->list && space->shape == p->shape)
		return true;
	p->lists++;
	space->shape = p->shape;
	space->num = 0;
	for (n = 0; n < ARRAY_SIZE(space->table); n++) {
		if (list_below(p, space, space->table[n]))
			continue;
		space->shape--;
		return false;
	}
	return true;
}

/*
 * Those that have not been compared in this synchronisation; none goes meanwhile.  One that only
 * the list holds is led to by nothing any more: its page may be anything by now.
 */
static void sync_listed(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	struct vgt_table *table;
	unsigned int i;

	for (i = 0; i < space->num; i++)
		space->list[i]->refs++;
	for (i = 0; i < space->num; i++) {
		table = space->list[i];
		if (table->refs > 1 && table->synced != p->syncs && is_open(p, table)) {
			table->synced = p->syncs;
			sync_table(guest, table);
		}
		vgt_table_put(guest, table);
		cond_resched();
	}
}

/* Tables that have come to be reached have their turn, too: a level further down each time. */
static int sync_space(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	struct vgt_ppgtts *p = &guest->ppgtt;

	p->syncs++;
	p->err = 0;
	do {
		if (!list_tables(p, space)) {
			p->err = -ENOMEM;
			break;
		}
		sync_listed(guest, space);
	} while (space->shape != p->shape);
	vgt_pages_release(guest);
	return p->err;
}

int vgt_ppgtt_sync(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	int err;

	lockdep_assert_held(&guest->lock);
	err = sync_space(guest, space);
	return err ? sync_space(guest, space) : 0;
}
