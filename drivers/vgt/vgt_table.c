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
 * What no entry points to any more is stale until the TLBs have been flushed
 * (vgt_page.c), shadow tables as well as pages.
 */
#include <linux/err.h>
#include <linux/kernel.h>
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
#include "vgt_table.h"

#define PAGES_64K		16
#define MAX_STALE		256

/* What is taken over of an entry besides the address: the rest is reserved. */
#define TABLE_FLAGS	(GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE | GEN8_PTE_PWT | GEN8_PTE_PCD)
#define PAGE_FLAGS	(TABLE_FLAGS | GEN8_PTE_PAT)
#define PAGE_2M_FLAGS	(TABLE_FLAGS | GEN8_PDE_PS_2M | GEN8_PDE_PAT_2M)

/* An entry to be: nothing, or what it leads to. */
struct target {
	union vgt_child child;
	u64 entry;
};

static const struct target nothing;

static const u64 *guest_entries(const struct vgt_table *table)
{
	return table->page->addr;
}

static int refuse(struct vgt_guest *guest, int err)
{
	if (err == -ENOMEM)
		guest->ppgtt.err = -ENOMEM;
	else
		vgt_count(&guest->vgpu.stats, VGT_EVENT_MEMORY_REFUSED);
	return err;
}

/*
 * Life
 */

static struct vgt_table *find_table(struct vgt_guest *guest, enum vgt_table_kind kind, u64 gfn)
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
		if (!vgt_ppgtt_evict_space(guest))
			return false;
	return true;
}

static struct vgt_table *new_table(struct vgt_guest *guest, enum vgt_table_kind kind, u64 gfn)
{
	struct vgt_table *table;

	if (!make_room(guest))
		return NULL;
	table = kzalloc(sizeof(*table), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	INIT_LIST_HEAD(&table->all);
	table->kind = kind;
	table->gfn = gfn;
	table->refs = 1;
	table->patience = VGT_MIN_PATIENCE;
	table->child = kcalloc(VGT_TABLE_ENTRIES, sizeof(*table->child), GFP_KERNEL_ACCOUNT);
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
	vgt_table_untrack(guest, table);
	spin_lock_irqsave(&p->lock, flags);
	hash_del(&table->node);
	spin_unlock_irqrestore(&p->lock, flags);
	vgt_page_put(guest, table->page);
	table->page = NULL;
}

struct vgt_table *vgt_table_get(struct vgt_guest *guest, enum vgt_table_kind kind, u64 gfn)
{
	struct vgt_table *table = find_table(guest, kind, gfn);
	struct vgt_page *page;

	if (table) {
		table->refs++;
		return table;
	}
	page = vgt_page_get(guest, gfn);
	if (IS_ERR(page))
		return ERR_PTR(refuse(guest, PTR_ERR(page)));
	table = new_table(guest, kind, gfn);
	if (!table)
		goto put_page;
	table->seen = kcalloc(VGT_TABLE_ENTRIES, sizeof(*table->seen), GFP_KERNEL_ACCOUNT);
	if (!table->seen || !alloc_shadow(guest, table))
		goto free;
	table->page = page;
	enter_table(guest, table);
	vgt_table_take_over(guest, table);
	cond_resched();
	return table;

free:
	guest->ppgtt.num_tables--;
	free_table(guest, table);
put_page:
	vgt_page_put(guest, page);
	return ERR_PTR(refuse(guest, -ENOMEM));
}

/* Take away a child that an entry led to until now. */
static void drop_child(struct vgt_guest *guest, struct vgt_table *table, union vgt_child child)
{
	if (vgt_table_maps_pages(table))
		vgt_page_drop(guest, child.page);
	else
		vgt_table_put(guest, child.table);
}

/* Entry @i does not lead to @child any more, which may live on. */
static void leave_child(struct vgt_table *table, unsigned int i, struct vgt_table *child)
{
	if (child && child->parent == table && child->slot == i)
		child->parent = NULL;
}

static void clear_entries(struct vgt_guest *guest, struct vgt_table *table)
{
	union vgt_child child;
	unsigned int i;

	for (i = 0; i < VGT_TABLE_ENTRIES; i++) {
		child = table->child[i];
		if (table->shadow)
			WRITE_ONCE(table->shadow[i], 0);
		table->child[i] = nothing.child;
		if (!vgt_table_maps_pages(table))
			leave_child(table, i, child.table);
		drop_child(guest, table, child);
	}
}

void vgt_table_put(struct vgt_guest *guest, struct vgt_table *table)
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

bool vgt_tables_have_stale(const struct vgt_guest *guest)
{
	return guest->ppgtt.num_stale;
}

void vgt_tables_free_stale(struct vgt_guest *guest)
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
	union vgt_child old = table->child[i];

	smp_wmb(); /* a table is complete before it is reachable */
	WRITE_ONCE(table->shadow[i], target.entry);
	table->child[i] = target.child;
	if (!vgt_table_maps_pages(table) && old.table != target.child.table) {
		guest->ppgtt.shape++;
		leave_child(table, i, old.table);
	}
	if (vgt_table_maps_pages(table) && old.page == target.child.page)
		vgt_page_put(guest, old.page);
	else
		drop_child(guest, table, old);
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
			 enum vgt_table_kind kind, u64 entry, struct target *target)
{
	struct vgt_table *child = i ? table->child[i - 1].table : NULL;
	u64 gfn = vgt_table_entry_gfn(entry);

	if (child && child->kind == kind && child->gfn == gfn && child->page)
		child->refs++;
	else
		child = vgt_table_get(guest, kind, gfn);
	if (IS_ERR(child))
		return PTR_ERR(child);
	target->child.table = child;
	target->entry = child->bus | (entry & TABLE_FLAGS) | bit_64k(guest, table, i, child);
	return 0;
}

/* Whether @count pages are one large page on the bus, too. */
static bool contiguous(const union vgt_child *child, unsigned int count)
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

	for (i = 0; i < VGT_TABLE_ENTRIES; i++) {
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
	for (i = 0; i < VGT_TABLE_ENTRIES; i++)
		if (table->child[i].page)
			table->shadow[i] = table->child[i].page->bus | flags;
	return 0;
}

static int lead_to_2m(struct vgt_guest *guest, u64 entry, struct target *target)
{
	u64 gfn = vgt_table_entry_gfn(entry & ~(GEN8_PAGE_2M - 1));
	struct vgt_table *table;
	int err;

	table = new_table(guest, TABLE_2M, gfn);
	if (!table)
		return refuse(guest, -ENOMEM);
	err = pin_2m(guest, table);
	if (!err && !contiguous(table->child, VGT_TABLE_ENTRIES))
		err = split_2m(guest, table, entry);
	if (err) {
		vgt_table_put(guest, table);
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
	enum vgt_table_kind pt = entry & GEN8_PDE_IPS_64K ? TABLE_PT_64K : TABLE_PT;

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
		return lead_to_page(guest, table, i, vgt_table_entry_gfn(entry), entry & PAGE_FLAGS,
				    target);
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

/* The pages of a 64K page, as far as they are there; without memory, none. */
static int pin_64k(struct vgt_guest *guest, struct vgt_table *table, unsigned int first, u64 entry,
		   union vgt_child *child)
{
	u64 gfn = vgt_table_entry_gfn(entry & ~(GEN8_PAGE_64K - 1));
	struct target target;
	unsigned int i;
	int err = 0;

	for (i = 0; i < PAGES_64K; i++) {
		target = nothing;
		if (lead_to_page(guest, table, first + i, gfn + i, 0, &target) == -ENOMEM)
			err = -ENOMEM;
		child[i] = target.child;
	}
	for (i = 0; err && i < PAGES_64K; i++) {
		vgt_page_put(guest, child[i].page);
		child[i] = nothing.child;
	}
	return err;
}

/* Of sixteen entries the first counts, for all of them. */
static int take_over_64k(struct vgt_guest *guest, struct vgt_table *table, unsigned int first,
			 u64 entry)
{
	union vgt_child child[PAGES_64K] = { nothing.child };
	struct target target;
	unsigned int i;
	int err = 0;

	if (entry & GEN8_PTE_PRESENT) {
		err = pin_64k(guest, table, first, entry, child);
		if (!err && !contiguous(child, PAGES_64K))
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
 * Entries: taken over, and taken away
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

bool vgt_table_take_over(struct vgt_guest *guest, struct vgt_table *table)
{
	const u64 *entries = guest_entries(table);
	unsigned int i, changed = 0;
	bool good = true;
	u64 entry;

	for (i = 0; i < VGT_TABLE_ENTRIES; i++) {
		entry = READ_ONCE(entries[i]);
		if (entry == table->seen[i])
			continue;
		good &= sync_entry(guest, table, i, entry);
		changed++;
	}
	atomic64_add(changed, &guest->vgpu.stats.count[VGT_EVENT_PTE_SYNC]);
	return good;
}

bool vgt_table_differs(const struct vgt_table *table)
{
	return memcmp(table->seen, guest_entries(table), SZ_4K);
}

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
	for (i = 0; i < VGT_TABLE_ENTRIES; i++)
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

bool vgt_table_has_page(const struct vgt_table *table, u64 gfn, u64 pages)
{
	return page_in(table->page, gfn, pages);
}

void vgt_table_drop_range(struct vgt_guest *guest, struct vgt_table *table, u64 gfn, u64 pages)
{
	bool dropped = false;
	unsigned int i;

	for (i = 0; i < VGT_TABLE_ENTRIES; i++) {
		if (vgt_table_maps_pages(table) ? !page_in(table->child[i].page, gfn, pages) :
					!table_in(table->child[i].table, gfn, pages))
			continue;
		drop_entry(guest, table, i);
		dropped = true;
	}
	if (dropped && table->page)
		vgt_table_reopen(guest, table);
}

void vgt_table_close(struct vgt_guest *guest, struct vgt_table *table)
{
	leave_page(guest, table);
	clear_entries(guest, table);
}
