// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: shadow page tables
 *
 * The GPU walks tables that only the core writes.  For each page of guest memory
 * that is used as a table there is a shadow per level that it is used at, shared
 * by all address spaces: drivers let whole subtrees of empty spaces point to one
 * set of scratch tables.  Levels decrease on the way down whatever the guest's
 * entries say, so there are no cycles, and references can be counted.
 *
 *   PML4 --> PDP --> PD --> PT ----------> page
 *                     |---> PT of 64K ---> 16 pages      large in the shadow where the
 *                     +---> 2M ----------> 512 pages     bus allows it
 *
 * Pages of 4 KiB that make up a large one in the guest may be anywhere on the bus.
 * A 2M page is then a table of its own.  A table of 64K pages has all its entries
 * filled in the shadow, so that it says the same whether the entry that leads to
 * it has the 64K bit or not: the bit is there as long as one entry leads to it and
 * all its pages may have it.
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
 * What no entry points to any more is stale until the TLBs have been flushed
 * (vgt_page.c), shadow tables as well as pages.  Address spaces that no context
 * uses are kept, up to a bound, and give way when there are too many tables.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vgt/regs/gtt.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"
#include "vgt_stats.h"

#define NUM_ENTRIES		512
#define PAGES_64K		16
#define MAX_TABLES		16384
#define MAX_STALE		256
#define MAX_UNUSED		256	/* address spaces */
#define MIN_PATIENCE		4	/* synchronisations before a table is tracked */
#define MAX_PATIENCE		1024
#define LONG_TRACKED		64	/* that was worth it */

/* What is taken over of an entry besides the address: the rest is reserved. */
#define TABLE_FLAGS	(GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE | GEN8_PTE_PWT | GEN8_PTE_PCD)
#define PAGE_FLAGS	(TABLE_FLAGS | GEN8_PTE_PAT)
#define PAGE_2M_FLAGS	(TABLE_FLAGS | GEN8_PDE_PS_2M | GEN8_PDE_PAT_2M)

/* What a table is; the first three map pages, the others tables. */
enum table_kind { TABLE_PT, TABLE_PT_64K, TABLE_2M, TABLE_PD, TABLE_PDP, TABLE_PML4 };

/* Where an entry leads. */
union child {
	struct vgt_page *page;
	struct vgt_table *table;
};

/**
 * struct vgt_table - a shadow page table
 * @node: in &struct vgt_ppgtts.table
 * @all: in &struct vgt_ppgtts.tables, or .stale
 * @open: in &struct vgt_ppgtts.open; empty when it is tracked, or has no @page
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
	struct list_head open;
	enum table_kind kind;
	u64 gfn;
	unsigned int refs;
	struct vgt_page *page;
	u64 *seen;
	union child *child;
	u64 *shadow;
	u64 bus;
	struct vgt_table *parent;
	unsigned int slot;
	bool scattered;
	bool tracked, reopened;
	u32 quiet, patience, tracked_at, synced, listed;
};

/* An entry to be: nothing, or what it leads to. */
struct target {
	union child child;
	u64 entry;
};

static const struct target nothing;

static bool maps_pages(const struct vgt_table *table)
{
	return table->kind <= TABLE_2M;
}

static u64 entry_gfn(u64 entry)
{
	return (entry & GEN8_PTE_ADDR_MASK) / SZ_4K;
}

static const u64 *guest_entries(const struct vgt_table *table)
{
	return table->page->addr;
}

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

static void untrack(struct vgt_guest *guest, struct vgt_table *table)
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

static void set_open(struct vgt_guest *guest, struct vgt_table *table, bool open)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	list_del_init(&table->open);
	if (open)
		list_add_tail(&table->open, &p->open);
	spin_unlock_irqrestore(&p->lock, flags);
}

/* From here on it is compared, whatever it has been. */
static void reopen(struct vgt_guest *guest, struct vgt_table *table)
{
	untrack(guest, table);
	set_open(guest, table, true);
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
	list_del_init(&table->open);
	spin_unlock_irqrestore(&p->lock, flags);
	table->tracked_at = p->syncs;
	if (!first || !guest->ops->track(guest->priv, table->gfn))
		return true;
	spin_lock_irqsave(&p->lock, flags);
	table->tracked = false;
	list_del_init(&table->open);
	list_add_tail(&table->open, &p->open);
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
		list_add_tail(&table->open, &p->open);
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
 * Tables: life
 */

static void table_put(struct vgt_guest *guest, struct vgt_table *table);
static bool sync_entries(struct vgt_guest *guest, struct vgt_table *table);
static bool evict_space(struct vgt_guest *guest);

static struct vgt_table *find_table(struct vgt_guest *guest, enum table_kind kind, u64 gfn)
{
	struct vgt_table *table;

	hash_for_each_possible(guest->ppgtt.table, table, node, gfn)
		if (table->gfn == gfn && table->kind == kind)
			return table;
	return NULL;
}

static bool alloc_shadow(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_hw *hw = guest->vgpu.gpu->hw;

	table->shadow = hw->ops->page_alloc(hw, &table->bus);
	return table->shadow;
}

static void free_table(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_hw *hw = guest->vgpu.gpu->hw;

	if (table->shadow)
		hw->ops->page_free(hw, table->shadow, table->bus);
	kfree(table->seen);
	kfree(table->child);
	kfree(table);
}

/* Make room for one more table. */
static bool make_room(struct vgt_guest *guest)
{
	while (guest->ppgtt.num_tables >= guest->ppgtt.max_tables)
		if (!evict_space(guest))
			return false;
	return true;
}

static struct vgt_table *new_table(struct vgt_guest *guest, enum table_kind kind, u64 gfn)
{
	struct vgt_table *table;

	if (!make_room(guest))
		return NULL;
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	INIT_LIST_HEAD(&table->all);
	INIT_LIST_HEAD(&table->open);
	table->kind = kind;
	table->gfn = gfn;
	table->refs = 1;
	table->patience = MIN_PATIENCE;
	table->child = kcalloc(NUM_ENTRIES, sizeof(*table->child), GFP_KERNEL_ACCOUNT);
	if (!table->child) {
		free_table(guest, table);
		return NULL;
	}
	guest->ppgtt.num_tables++;
	return table;
}

static void enter_table(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	unsigned long flags;

	list_add_tail(&table->all, &p->tables);
	spin_lock_irqsave(&p->lock, flags);
	hash_add(p->table, &table->node, table->gfn);
	list_add_tail(&table->open, &p->open);
	spin_unlock_irqrestore(&p->lock, flags);
}

/* The guest's page is not looked at any more. */
static void leave_page(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	unsigned long flags;

	if (!table->page)
		return;
	p->shape++;
	untrack(guest, table);
	spin_lock_irqsave(&p->lock, flags);
	hash_del(&table->node);
	list_del_init(&table->open);
	spin_unlock_irqrestore(&p->lock, flags);
	vgt_page_put(guest, table->page);
	table->page = NULL;
}

/* The shadow of the guest's table in page @gfn, with one reference more. */
static struct vgt_table *table_get(struct vgt_guest *guest, enum table_kind kind, u64 gfn)
{
	struct vgt_table *table = find_table(guest, kind, gfn);
	struct vgt_page *page;

	if (table) {
		table->refs++;
		return table;
	}
	page = vgt_page_get(guest, gfn);
	if (IS_ERR(page))
		return ERR_CAST(page);
	table = new_table(guest, kind, gfn);
	if (!table)
		goto put_page;
	table->seen = kcalloc(NUM_ENTRIES, sizeof(*table->seen), GFP_KERNEL_ACCOUNT);
	if (!table->seen || !alloc_shadow(guest, table))
		goto free;
	table->page = page;
	enter_table(guest, table);
	sync_entries(guest, table);
	cond_resched();
	return table;

free:
	guest->ppgtt.num_tables--;
	free_table(guest, table);
put_page:
	vgt_page_put(guest, page);
	return ERR_PTR(-ENOMEM);
}

/* Take away a child that an entry led to until now. */
static void drop_child(struct vgt_guest *guest, struct vgt_table *table, union child child)
{
	if (maps_pages(table))
		vgt_page_drop(guest, child.page);
	else
		table_put(guest, child.table);
}

static void clear_entries(struct vgt_guest *guest, struct vgt_table *table)
{
	union child child;
	unsigned int i;

	for (i = 0; i < NUM_ENTRIES; i++) {
		child = table->child[i];
		if (table->shadow)
			WRITE_ONCE(table->shadow[i], 0);
		table->child[i] = nothing.child;
		drop_child(guest, table, child);
	}
}

/* The last one frees it, later: the GPU may still be on its way through it. */
static void table_put(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_ppgtts *p = &guest->ppgtt;

	if (!table || --table->refs)
		return;
	leave_page(guest, table);
	clear_entries(guest, table);
	list_move_tail(&table->all, &p->stale);
	p->num_tables--;
	if (++p->num_stale % MAX_STALE == 0)
		vgt_pages_release(guest);
	cond_resched();
}

bool vgt_ppgtt_has_stale(const struct vgt_guest *guest)
{
	return guest->ppgtt.num_stale;
}

void vgt_ppgtt_free_stale(struct vgt_guest *guest)
{
	struct vgt_table *table, *next;

	list_for_each_entry_safe(table, next, &guest->ppgtt.stale, all) {
		list_del_init(&table->all);
		free_table(guest, table);
	}
	guest->ppgtt.num_stale = 0;
}

/*
 * Entries: what they lead to
 */

static void set_entry(struct vgt_guest *guest, struct vgt_table *table, unsigned int i,
		      struct target target)
{
	union child old = table->child[i];

	smp_wmb(); /* a table is complete before it is reachable */
	WRITE_ONCE(table->shadow[i], target.entry);
	table->child[i] = target.child;
	if (!maps_pages(table) && old.table != target.child.table)
		guest->ppgtt.shape++;
	if (maps_pages(table) && old.page == target.child.page)
		vgt_page_put(guest, old.page);
	else
		drop_child(guest, table, old);
}

static int refuse(struct vgt_guest *guest, int err)
{
	if (err == -ENOMEM)
		guest->ppgtt.err = -ENOMEM;
	else
		vgt_count(&guest->vgpu.stats, VGT_EVENT_MEMORY_REFUSED);
	return err;
}

/* The page @gfn, which is often that of the entry before: the scratch page. */
static struct vgt_page *page_get_near(struct vgt_guest *guest, struct vgt_table *table,
				      unsigned int i, u64 gfn)
{
	struct vgt_page *before = i ? table->child[i - 1].page : NULL;

	if (before && before->gfn == gfn)
		return vgt_page_share(before);
	return vgt_page_get(guest, gfn);
}

static int lead_to_page(struct vgt_guest *guest, struct vgt_table *table, unsigned int i, u64 gfn,
			u64 flags, struct target *target)
{
	struct vgt_page *page = page_get_near(guest, table, i, gfn);

	if (IS_ERR(page))
		return refuse(guest, PTR_ERR(page));
	target->child.page = page;
	target->entry = page->bus | flags;
	return 0;
}

/*
 * No entry leads to the table of 64K pages with the 64K bit, from here on: what is
 * entered next must not be taken for a large page, which would reach beyond it.
 */
static void scatter(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_table *parent = table->parent;

	table->scattered = true;
	table->parent = NULL;
	if (!parent)
		return;
	WRITE_ONCE(parent->shadow[table->slot],
		   parent->shadow[table->slot] & ~GEN8_PDE_IPS_64K);
	vgt_pages_flush_all(guest);
}

/* The 64K bit for the entry that will lead to @child. */
static u64 bit_64k(struct vgt_guest *guest, struct vgt_table *table, unsigned int i,
		   struct vgt_table *child)
{
	if (child->kind != TABLE_PT_64K)
		return 0;
	if (child->parent && (child->parent != table || child->slot != i))
		scatter(guest, child);
	if (child->scattered)
		return 0;
	child->parent = table;
	child->slot = i;
	return GEN8_PDE_IPS_64K;
}

static int lead_to_table(struct vgt_guest *guest, struct vgt_table *table, unsigned int i,
			 enum table_kind kind, u64 entry, struct target *target)
{
	struct vgt_table *child = i ? table->child[i - 1].table : NULL;
	u64 gfn = entry_gfn(entry);

	if (child && child->kind == kind && child->gfn == gfn && child->page)
		child->refs++;
	else
		child = table_get(guest, kind, gfn);
	if (IS_ERR(child))
		return refuse(guest, PTR_ERR(child));
	target->child.table = child;
	target->entry = child->bus | (entry & TABLE_FLAGS) | bit_64k(guest, table, i, child);
	return 0;
}

/* Whether @count pages are one large page on the bus, too. */
static bool contiguous(const union child *child, unsigned int count)
{
	unsigned int i;

	if (!child->page || !IS_ALIGNED(child->page->bus, count * SZ_4K))
		return false;
	for (i = 1; i < count; i++)
		if (!child[i].page || child[i].page->bus != child->page->bus + i * SZ_4K)
			return false;
	return true;
}

/* Pins what there is; -EFAULT when there is not even the first page. */
static int pin_2m(struct vgt_guest *guest, struct vgt_table *table)
{
	struct vgt_page *page;
	unsigned int i;

	for (i = 0; i < NUM_ENTRIES; i++) {
		page = vgt_page_get(guest, table->gfn + i);
		if (!IS_ERR(page)) {
			table->child[i].page = page;
			continue;
		}
		if (!i || PTR_ERR(page) == -ENOMEM)
			return PTR_ERR(page);
		vgt_count(&guest->vgpu.stats, VGT_EVENT_MEMORY_REFUSED);
	}
	cond_resched();
	return 0;
}

static int split_2m(struct vgt_guest *guest, struct vgt_table *table, u64 entry)
{
	u64 flags = entry & TABLE_FLAGS;
	unsigned int i;

	if (!alloc_shadow(guest, table))
		return -ENOMEM;
	if (entry & GEN8_PDE_PAT_2M)
		flags |= GEN8_PTE_PAT;
	for (i = 0; i < NUM_ENTRIES; i++)
		if (table->child[i].page)
			table->shadow[i] = table->child[i].page->bus | flags;
	return 0;
}

static int lead_to_2m(struct vgt_guest *guest, u64 entry, struct target *target)
{
	u64 gfn = entry_gfn(entry & ~(GEN8_PAGE_2M - 1));
	struct vgt_table *table;
	int err;

	table = new_table(guest, TABLE_2M, gfn);
	if (!table)
		return refuse(guest, -ENOMEM);
	err = pin_2m(guest, table);
	if (!err && !contiguous(table->child, NUM_ENTRIES))
		err = split_2m(guest, table, entry);
	if (err) {
		table_put(guest, table);
		return refuse(guest, err);
	}
	target->child.table = table;
	if (table->shadow)
		target->entry = table->bus | (entry & TABLE_FLAGS);
	else
		target->entry = table->child[0].page->bus | (entry & PAGE_2M_FLAGS);
	return 0;
}

static int lead(struct vgt_guest *guest, struct vgt_table *table, unsigned int i, u64 entry,
		struct target *target)
{
	enum table_kind pt = entry & GEN8_PDE_IPS_64K ? TABLE_PT_64K : TABLE_PT;

	switch (table->kind) {
	case TABLE_PML4:
		return lead_to_table(guest, table, i, TABLE_PDP, entry, target);
	case TABLE_PDP:
		return lead_to_table(guest, table, i, TABLE_PD, entry, target);
	case TABLE_PD:
		if (entry & GEN8_PDE_PS_2M)
			return lead_to_2m(guest, entry, target);
		return lead_to_table(guest, table, i, pt, entry, target);
	default:
		return lead_to_page(guest, table, i, entry_gfn(entry), entry & PAGE_FLAGS, target);
	}
}

static int take_over(struct vgt_guest *guest, struct vgt_table *table, unsigned int i, u64 entry)
{
	struct target target = nothing;
	int err = 0;

	if (entry & GEN8_PTE_PRESENT)
		err = lead(guest, table, i, entry, &target);
	set_entry(guest, table, i, target);
	return err;
}

/* The pages of a 64K page, as far as they are there. */
static int pin_64k(struct vgt_guest *guest, struct vgt_table *table, unsigned int first, u64 entry,
		   union child *child)
{
	u64 gfn = entry_gfn(entry & ~(GEN8_PAGE_64K - 1));
	struct target target;
	unsigned int i;
	int err = 0;

	for (i = 0; i < PAGES_64K; i++) {
		target = nothing;
		if (lead_to_page(guest, table, first + i, gfn + i, 0, &target) == -ENOMEM)
			err = -ENOMEM;
		child[i] = target.child;
	}
	return err;
}

/* Of sixteen entries the first counts, for all of them. */
static int take_over_64k(struct vgt_guest *guest, struct vgt_table *table, unsigned int first,
			 u64 entry)
{
	union child child[PAGES_64K] = { nothing.child };
	struct target target;
	unsigned int i;
	int err = 0;

	if (entry & GEN8_PTE_PRESENT) {
		err = pin_64k(guest, table, first, entry, child);
		if (!contiguous(child, PAGES_64K))
			scatter(guest, table);
	}
	for (i = 0; i < PAGES_64K; i++) {
		target.child = child[i];
		target.entry = child[i].page ? child[i].page->bus | (entry & PAGE_FLAGS) : 0;
		set_entry(guest, table, first + i, target);
	}
	return err;
}

/*
 * Synchronisation
 */

/* Whether the entry is as the guest's; then it has been taken over. */
static bool sync_entry(struct vgt_guest *guest, struct vgt_table *table, unsigned int i, u64 entry)
{
	int err = 0;

	if (table->kind != TABLE_PT_64K)
		err = take_over(guest, table, i, entry);
	else if (i % PAGES_64K == 0)
		err = take_over_64k(guest, table, i, entry);
	/* What is out of memory now is tried again; it is not present. */
	table->seen[i] = err == -ENOMEM ? 0 : entry;
	return err != -ENOMEM;
}

/* Whether all has been taken over. */
static bool sync_entries(struct vgt_guest *guest, struct vgt_table *table)
{
	const u64 *entries = guest_entries(table);
	unsigned int i, changed = 0;
	bool good = true;
	u64 entry;

	for (i = 0; i < NUM_ENTRIES; i++) {
		entry = READ_ONCE(entries[i]);
		if (entry == table->seen[i])
			continue;
		good &= sync_entry(guest, table, i, entry);
		changed++;
	}
	atomic64_add(changed, &guest->vgpu.stats.count[VGT_EVENT_PTE_SYNC]);
	return good;
}

static bool differs(const struct vgt_table *table)
{
	return memcmp(table->seen, guest_entries(table), SZ_4K);
}

/* What is written before the tracking has begun is found here, the rest is told. */
static void start_tracking(struct vgt_guest *guest, struct vgt_table *table)
{
	if (!track(guest, table))
		wait_longer(table);
	else if (differs(table) && !sync_entries(guest, table))
		reopen(guest, table);
}

static void note_reopened(struct vgt_guest *guest, struct vgt_table *table)
{
	table->reopened = false;
	if (guest->ppgtt.syncs - table->tracked_at < LONG_TRACKED) {
		wait_longer(table);
	} else {
		table->quiet = 0;
		table->patience = MIN_PATIENCE;
	}
}

static void sync_table(struct vgt_guest *guest, struct vgt_table *table)
{
	vgt_count(&guest->vgpu.stats, VGT_EVENT_TABLE_SYNC);
	if (table->reopened)
		note_reopened(guest, table);
	if (differs(table)) {
		table->quiet = 0;
		sync_entries(guest, table);
	} else if (++table->quiet >= table->patience) {
		start_tracking(guest, table);
	}
}

/* The next table of @work, which goes back to the open ones. */
static struct vgt_table *next_table(struct vgt_ppgtts *p, struct list_head *work)
{
	struct vgt_table *table;
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	table = list_first_entry_or_null(work, struct vgt_table, open);
	if (table)
		list_move_tail(&table->open, &p->open);
	spin_unlock_irqrestore(&p->lock, flags);
	return table;
}

static int sync_tables(struct vgt_guest *guest)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	struct vgt_table *table;
	unsigned long flags;
	LIST_HEAD(work);

	p->err = 0;
	spin_lock_irqsave(&p->lock, flags);
	list_splice_init(&p->open, &work);
	spin_unlock_irqrestore(&p->lock, flags);
	while ((table = next_table(p, &work))) {
		/* It must not go while it is looked at, as by eviction. */
		table->refs++;
		sync_table(guest, table);
		table_put(guest, table);
		cond_resched();
	}
	vgt_pages_release(guest);
	return p->err;
}

static bool is_open(struct vgt_ppgtts *p, const struct vgt_table *table)
{
	unsigned long flags;
	bool open;

	spin_lock_irqsave(&p->lock, flags);
	open = !list_empty(&table->open);
	spin_unlock_irqrestore(&p->lock, flags);
	return open;
}

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
	for (i = 0; i < NUM_ENTRIES && !maps_pages(table); i++) {
		if (table->child[i].table == child)
			continue;
		child = table->child[i].table;
		if (!list_below(p, space, child))
			return false;
	}
	return true;
}

/* All tables of an address space, each once; as long as no table leads to another one. */
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

/* Those that have not been compared in this synchronisation; none goes meanwhile, as by eviction. */
static void sync_listed(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	struct vgt_ppgtts *p = &guest->ppgtt;
	struct vgt_table *table;
	unsigned int i;

	for (i = 0; i < space->num; i++)
		space->list[i]->refs++;
	for (i = 0; i < space->num; i++) {
		table = space->list[i];
		if (table->synced != p->syncs && is_open(p, table)) {
			table->synced = p->syncs;
			sync_table(guest, table);
		}
		table_put(guest, table);
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

int vgt_ppgtt_sync_space(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	int err;

	lockdep_assert_held(&guest->lock);
	err = sync_space(guest, space);
	return err ? sync_space(guest, space) : 0;
}

int vgt_ppgtt_sync(struct vgt_guest *guest)
{
	int err;

	lockdep_assert_held(&guest->lock);
	guest->ppgtt.syncs++;
	err = sync_tables(guest);
	/* What has been given up meanwhile may be what was lacking. */
	return err ? sync_tables(guest) : 0;
}

int vgt_ppgtt_complete(struct vgt_guest *guest)
{
	return guest->ppgtt.err ? vgt_ppgtt_sync(guest) : 0;
}

/*
 * Address spaces
 */

void vgt_ppgtt_init(struct vgt_guest *guest)
{
	struct vgt_ppgtts *p = &guest->ppgtt;

	memset(p, 0, sizeof(*p));
	INIT_LIST_HEAD(&p->spaces);
	INIT_LIST_HEAD(&p->tables);
	INIT_LIST_HEAD(&p->open);
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
		table_put(guest, table);
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

/* Let the space go that has been out of use for longest. */
static bool evict_space(struct vgt_guest *guest)
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
		if (space->levels == levels &&
		    !memcmp(space->root, root, num_roots(levels) * sizeof(*root)))
			return space;
	return NULL;
}

static int get_roots(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	enum table_kind kind = space->levels == 4 ? TABLE_PML4 : TABLE_PD;
	struct vgt_table *table;
	unsigned int n;

	for (n = 0; n < num_roots(space->levels); n++) {
		table = table_get(guest, kind, entry_gfn(space->root[n]));
		if (IS_ERR(table))
			return refuse(guest, PTR_ERR(table));
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
	if (!ppgtt->levels) {
		free_space(guest, ppgtt);
		return;
	}
	list_move(&ppgtt->link, &guest->ppgtt.spaces);
	if (++guest->ppgtt.num_unused > MAX_UNUSED)
		evict_space(guest);
}

/* Not to be found any more; gone as soon as nobody uses it. */
static void end_space(struct vgt_guest *guest, struct vgt_ppgtt *space)
{
	if (space->refs) {
		space->levels = 0;
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
	for (; table && !maps_pages(table); shift -= 9)
		table = table->child[addr >> shift & (NUM_ENTRIES - 1)].table;
	return table ? table->child[addr >> 12 & (NUM_ENTRIES - 1)].page : NULL;
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
		space->levels = 0;
		list_del_init(&space->link);
		put_roots(guest, space);
	}
	p->num_unused = 0;
	vgt_pages_release(guest);
}

/*
 * Memory that the guest loses
 */

static bool page_in(const struct vgt_page *page, u64 gfn, u64 pages)
{
	return page && page->gfn - gfn < pages;
}

/* Whether an entry that leads to @child has to go. */
static bool table_in(const struct vgt_table *child, u64 gfn, u64 pages)
{
	unsigned int i;

	if (!child)
		return false;
	if (child->kind != TABLE_2M)
		return page_in(child->page, gfn, pages);
	for (i = 0; i < NUM_ENTRIES; i++)
		if (page_in(child->child[i].page, gfn, pages))
			return true;
	return false;
}

/* Should the memory come back, so does the entry. */
static void drop_entry(struct vgt_guest *guest, struct vgt_table *table, unsigned int i)
{
	if (table->kind == TABLE_PT_64K) {
		i -= i % PAGES_64K;
		take_over_64k(guest, table, i, 0);
	} else {
		set_entry(guest, table, i, nothing);
	}
	table->seen[i] = 0;
}

static void drop_entries(struct vgt_guest *guest, struct vgt_table *table, u64 gfn, u64 pages)
{
	bool dropped = false;
	unsigned int i;

	for (i = 0; i < NUM_ENTRIES; i++) {
		if (maps_pages(table) ? !page_in(table->child[i].page, gfn, pages) :
					!table_in(table->child[i].table, gfn, pages))
			continue;
		drop_entry(guest, table, i);
		dropped = true;
	}
	if (dropped && table->page)
		reopen(guest, table);
}

/* A root whose page is gone: whoever still uses it finds nothing there. */
static void drop_root(struct vgt_guest *guest, struct vgt_table *table)
{
	leave_page(guest, table);
	clear_entries(guest, table);
}

static void drop_space(struct vgt_guest *guest, struct vgt_ppgtt *space, u64 gfn, u64 pages)
{
	bool dropped = false;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(space->table); n++) {
		if (!space->table[n] || !page_in(space->table[n]->page, gfn, pages))
			continue;
		drop_root(guest, space->table[n]);
		dropped = true;
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
		drop_entries(guest, table, gfn, pages);
		table_put(guest, table);
		cond_resched();
	}
	list_for_each_entry_safe(space, next, &p->spaces, link)
		drop_space(guest, space, gfn, pages);
	vgt_pages_release(guest);
}
