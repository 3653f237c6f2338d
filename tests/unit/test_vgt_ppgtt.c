// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Shadow page tables: what the GPU finds by walking them is what a walk of the
 * guest's tables finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_page.h"
#include "drivers/vgt/vgt_ppgtt.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gtt.h"

#define P	GEN8_PTE_PRESENT
#define RW	(GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE)
#define VA	0x123456789000ull

static const struct vgt_guest_type small = {
	.name = "small", .low = 1 << 20, .high = 1 << 20, .fences = 1,
};

static struct vgt_rig *v;
static struct vgt_guest_rig *g;
static struct vgt_guest *guest;
static struct vgt_ppgtt *held[64];	/* spaces in use, NULL: a free place */
static unsigned int mapped;		/* translations that were compared */

static struct vgt_ppgtt **place_of(struct vgt_ppgtt *space)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(held); i++)
		if (held[i] == space)
			return &held[i];
	fail();
	return NULL;
}

static struct vgt_ppgtt *get_space(unsigned int levels, const u64 *root)
{
	struct vgt_ppgtt *space = vgt_ppgtt_get(guest, levels, root);

	assert_false(IS_ERR(space));
	*place_of(NULL) = space;
	return space;
}

static void put_space(struct vgt_ppgtt *space)
{
	*place_of(space) = NULL;
	vgt_ppgtt_put(guest, space);
}

static int setup(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	g = vgt_guest_rig_new_bare(v, 1, &small, 8);
	guest = g->guest;
	return 0;
}

/* Everything is given back, whatever the test has left. */
static int teardown(void **state)
{
	unsigned int tables;

	(void)state;
	shim_fail_alloc = 0;
	vgt_ppgtt_fini(guest);
	tables = guest->ppgtt.num_tables;
	for (unsigned int i = 0; i < ARRAY_SIZE(held); i++)
		if (held[i])
			put_space(held[i]);
	vgt_guest_rig_free(g);
	vgt_rig_free(v);
	return tables ? -1 : 0;
}

/* Accesses to what is not mapped are no mistake here; everything else is. */
static void expect_clean(void)
{
	struct igd *gd = v->rig->gd;

	if (igd_violation_total(gd) - igd_violation_count(gd, IGD_RULE_PPGTT_NONPRESENT))
		fail_msg("%s", v->rig->violation);
}

/*
 * The guest's tables, and what they say
 */

static u64 new_table(void)
{
	return vgt_guest_rig_alloc(g);
}

static unsigned int index_of(u64 va, int level)
{
	return va >> (12 + 9 * (level - 1)) & 511;
}

static void set(u64 table, unsigned int i, u64 entry)
{
	vgt_guest_rig_write64(g, (table << 12) + 8 * i, entry);
}

static u64 get(u64 table, unsigned int i)
{
	return vgt_guest_rig_read64(g, (table << 12) + 8 * i);
}

static bool is_memory(u64 gfn)
{
	return gfn < g->max_gfn && g->bus[gfn];
}

struct mapping {
	bool there, writable;
	u64 gfn;
};

static struct mapping walk(unsigned int levels, const u64 *root, u64 va)
{
	struct mapping m = { .writable = true };
	int level = levels == 4 ? 4 : 2;
	u64 table = root[levels == 4 ? 0 : va >> 30 & 3] >> 12, entry;
	bool pages_64k = false;

	for (;; level--) {
		unsigned int i = index_of(va, level);

		if (!is_memory(table))
			return m;
		if (level == 1 && pages_64k)
			i &= ~15u;
		entry = get(table, i);
		m.writable &= !!(entry & GEN8_PTE_WRITABLE);
		if (!(entry & P))
			return m;
		table = (entry & GEN8_PTE_ADDR_MASK) >> 12;
		if (level == 1) {
			m.gfn = pages_64k ? (table & ~15ull) + (va >> 12 & 15) : table;
			break;
		}
		if (level == 2 && entry & GEN8_PDE_PS_2M) {
			m.gfn = (table & ~511ull) + (va >> 12 & 511);
			break;
		}
		pages_64k = level == 2 && entry & GEN8_PDE_IPS_64K;
	}
	m.there = is_memory(m.gfn);
	return m;
}

/* Sets @va in a 4-level space, with tables of its own on the way. */
static void map(u64 root, u64 va, u64 entry, int level)
{
	u64 table = root >> 12;

	for (int l = 4; l > level; l--) {
		if (!(get(table, index_of(va, l)) & P))
			set(table, index_of(va, l), new_table() << 12 | RW);
		table = get(table, index_of(va, l)) >> 12;
	}
	set(table, index_of(va, level), entry);
}

static u64 table_of(u64 root, u64 va, int level)
{
	u64 table = root >> 12;

	for (int l = 4; l > level; l--)
		table = get(table, index_of(va, l)) >> 12;
	return table;
}

/*
 * The shadow, and what the GPU finds
 */

static struct igd_aspace *load(const struct vgt_ppgtt *space, unsigned int levels)
{
	struct igd_aspace *as = &v->rig->gd->engine[IGD_BCS].ppgtt;
	uint64_t root[4];

	for (int n = 0; n < 4; n++)
		root[n] = vgt_ppgtt_root(space, n);
	igd_aspace_load_ppgtt(as, levels == 4 ? IGD_AS_PPGTT4 : IGD_AS_PPGTT3, root);
	return as;
}

static void expect(struct igd_aspace *as, unsigned int levels, const u64 *root, u64 va)
{
	struct mapping m = walk(levels, root, va);
	uint64_t pa;

	if (!m.there) {
		assert_false(igd_translate(as, va, false, &pa));
		return;
	}
	if (!igd_translate(as, va | 0x123, false, &pa))
		fail_msg("%#llx leads nowhere, should be page %#llx", va, m.gfn);
	mapped++;
	assert_int_equal(pa, g->bus[m.gfn] | 0x123);
	assert_int_equal(igd_translate(as, va, true, &pa), m.writable);
}

static void expect_range(const struct vgt_ppgtt *space, unsigned int levels, const u64 *root,
			 u64 va, unsigned int pages)
{
	struct igd_aspace *as = load(space, levels);

	for (unsigned int i = 0; i < pages; i++)
		expect(as, levels, root, va + i * 4096ull);
	igd_aspace_invalidate(as);
	expect_clean();
}

static u64 stat(enum vgt_event event)
{
	return vgt_guest_rig_stat(g, event);
}

/*
 * Translation
 */

static void four_levels(void **state)
{
	u64 root = new_table() << 12;
	struct vgt_ppgtt *space;

	(void)state;
	map(root, VA, new_table() << 12 | RW, 1);
	map(root, VA + 0x1000, new_table() << 12 | P, 1);
	map(root, VA + 0x200000, new_table() << 12 | RW, 1);
	map(root, 0, new_table() << 12 | RW, 1);
	map(root, 0xfffffffff000ull, new_table() << 12 | RW, 1);
	space = get_space(4, &root);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, VA - 0x2000, 600);
	expect_range(space, 4, &root, 0, 2);
	expect_range(space, 4, &root, 0xfffffffff000ull, 1);
	assert_ptr_equal(get_space(4, &root), space);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 0);
}

static void three_levels(void **state)
{
	u64 root[4], page;
	struct vgt_ppgtt *space;

	(void)state;
	for (int n = 0; n < 4; n++) {
		u64 pt = new_table();

		root[n] = new_table() << 12;
		set(root[n] >> 12, 7 * n, pt << 12 | RW);
		page = new_table();
		set(pt, 100 + n, page << 12 | RW);
	}
	space = get_space(3, root);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	for (u64 n = 0; n < 4; n++) {
		assert_int_equal(walk(3, root, n << 30 | 7 * n << 21 | (100 + n) << 12).there, 1);
		expect_range(space, 3, root, n << 30 | 7 * n << 21, 512);
	}
	/* Not the same as a space of four levels with that root. */
	assert_ptr_not_equal(get_space(4, root), space);
}

static void changes_are_taken_over(void **state)
{
	u64 root = new_table() << 12, a = new_table(), b = new_table();
	struct vgt_ppgtt *space;

	(void)state;
	map(root, VA, a << 12 | RW, 1);
	space = get_space(4, &root);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 2);
	map(root, VA, b << 12 | RW, 1);
	map(root, VA + 0x1000, a << 12 | P, 1);
	map(root, VA + 0x40000000, a << 12 | RW, 1);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, VA, 2);
	expect_range(space, 4, &root, VA + 0x40000000, 1);
	/* Rights of any level. */
	set(root >> 12, index_of(VA, 4), table_of(root, VA, 3) << 12 | P);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 2);
	set(root >> 12, index_of(VA, 4), 0);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 2);
	assert_int_equal(g->pins[b], 0);
	assert_int_equal(guest->ppgtt.num_tables, 1);
}

static void pages_of_64k(void **state)
{
	u64 root = new_table() << 12, big = vgt_guest_rig_alloc_contiguous(g, 16), pt;
	struct vgt_ppgtt *space;

	(void)state;
	/* On the bus in one piece, scattered, and half of it in the hole. */
	map(root, VA & ~0x1fffffull, 0, 1);
	pt = table_of(root, VA, 1);
	set(table_of(root, VA, 2), index_of(VA, 2), pt << 12 | RW | GEN8_PDE_IPS_64K);
	for (unsigned int i = 0; i < 512; i++)
		set(pt, i, ~0ull);
	set(pt, 0, big << 12 | RW);
	set(pt, 16, 64 << 12 | RW);
	set(pt, 32, (64 + 5) << 12 | P);
	for (unsigned int i = 48; i < 512; i += 16)
		set(pt, i, 0);
	space = get_space(4, &root);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 0);
	/* Around the edge of memory. */
	set(pt, 0, (2048 * 3 / 4 - 16) << 12 | RW);
	set(pt, 16, (2048 * 3 / 4) << 12 | RW);
	set(pt, 17, 0);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 16);
	/* The same page as a table of 4K pages. */
	set(table_of(root, VA, 2), index_of(VA, 2), pt << 12 | RW);
	for (unsigned int i = 0; i < 512; i++)
		set(pt, i, (100 + i) << 12 | (i & 1 ? RW : P));
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
}

static u64 shadow_entry(const struct vgt_ppgtt *space, u64 va, int level)
{
	u64 table = vgt_ppgtt_root(space, 0);

	for (int l = 4;; l--) {
		u64 entry = ((u64 *)rig_pa(v->rig, table))[index_of(va, l)];

		if (l == level)
			return entry;
		table = entry & GEN8_PTE_ADDR_MASK;
	}
}

/* The 64K bit is in the shadow as long as all pages are large on the bus, and one entry has it. */
static void pages_of_64k_in_one_piece(void **state)
{
	u64 root = new_table() << 12, va = VA & ~0x1fffffull, big, pt, pd;
	struct vgt_ppgtt *space;

	(void)state;
	big = vgt_guest_rig_alloc_contiguous(g, 64);
	map(root, va, 0, 1);
	pt = table_of(root, va, 1);
	pd = table_of(root, va, 2);
	set(pd, index_of(va, 2), pt << 12 | RW | GEN8_PDE_IPS_64K);
	set(pt, 0, big << 12 | RW);
	set(pt, 32, (big + 16) << 12 | P);
	space = get_space(4, &root);
	vgt_ppgtt_sync(guest);
	assert_true(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 512);
	set(pt, 16, (big + 32) << 12 | RW);
	set(pt, 32, (big + 48) << 12 | RW);
	vgt_ppgtt_sync(guest);
	assert_true(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 512);
	/* One of the sixteen goes, and its page is not to be reached any more. */
	vgt_ppgtt_drop_range(guest, big + 5, 1);
	for (unsigned int i = 0; i < 16; i++)
		assert_false(igd_translate(load(space, 4), va + i * 4096, false, &(uint64_t){ 0 }));
	expect_range(space, 4, &root, va + 0x10000, 512 - 16);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, va, 512);
	/* Not for two entries, from then on. */
	set(pd, index_of(va, 2) + 1, pt << 12 | RW | GEN8_PDE_IPS_64K);
	vgt_ppgtt_sync(guest);
	assert_false(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	assert_false(shadow_entry(space, va + 0x200000, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 1024);
	set(pd, index_of(va, 2) + 1, 0);
	set(pd, index_of(va, 2), 0);
	vgt_ppgtt_sync(guest);
	set(pd, index_of(va, 2), pt << 12 | RW | GEN8_PDE_IPS_64K);
	vgt_ppgtt_sync(guest);
	assert_true(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	/* Not for pages that are anywhere. */
	set(pt, 48, 64 << 12 | RW);
	vgt_ppgtt_sync(guest);
	assert_false(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 512);
}

static void pages_of_2m(void **state)
{
	u64 root = new_table() << 12, big = vgt_guest_rig_alloc_contiguous(g, 512);
	u64 va = VA & ~0x1fffffull;
	struct vgt_ppgtt *space;

	(void)state;
	/* One entry where the bus allows it, else a table; address bits below 2M do not count. */
	map(root, va, big << 12 | RW | GEN8_PDE_PS_2M, 2);
	map(root, va + 0x200000, (512 + 77) << 12 | P | GEN8_PDE_PS_2M, 2);
	space = get_space(4, &root);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, va, 1024);
	assert_int_equal(shadow_entry(space, va, 2), g->bus[big] | RW | GEN8_PDE_PS_2M);
	assert_int_equal(shadow_entry(space, va + 0x200000, 2) & GEN8_PDE_PS_2M, 0);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 0);
	/* Half in the hole; all of it. */
	map(root, va, 1024 << 12 | RW | GEN8_PDE_PS_2M, 2);
	map(root, va + 0x200000, 1536 << 12 | RW | GEN8_PDE_PS_2M, 2);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, va, 1024);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 1);
	map(root, va, 0, 2);
	map(root, va + 0x200000, 0, 2);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(g->pinned, 3);
	assert_int_equal(guest->ppgtt.num_tables, 3);
}

/* In a row on the bus, but not where a large page may begin. */
static void pages_of_2m_off_their_place(void **state)
{
	u64 root = new_table() << 12, big = vgt_guest_rig_alloc_contiguous(g, 1024);
	u64 va = VA & ~0x1fffffull, first = g->bus[big];
	struct vgt_ppgtt *space;

	(void)state;
	for (unsigned int i = 0; i < 1024; i++)
		g->bus[big + i] = first + (i + 1) % 1024 * 4096;
	map(root, va, big << 12 | RW | GEN8_PDE_PS_2M, 2);
	space = get_space(4, &root);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(shadow_entry(space, va, 2) & GEN8_PDE_PS_2M, 0);
	expect_range(space, 4, &root, va, 512);
}

static void reserved_bits_stay_with_the_guest(void **state)
{
	u64 root = new_table() << 12, page = new_table(), bits = 0xffffff8000000e60ull;
	u64 cache = GEN8_PTE_PWT | GEN8_PTE_PCD;
	struct vgt_ppgtt *space;

	(void)state;
	map(root, VA, page << 12 | RW | cache | GEN8_PTE_PAT | bits, 1);
	set(root >> 12, index_of(VA, 4), get(root >> 12, index_of(VA, 4)) | bits | cache);
	space = get_space(4, &root);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 1);
	assert_int_equal(shadow_entry(space, VA, 1), g->bus[page] | RW | cache | GEN8_PTE_PAT);
	assert_int_equal(shadow_entry(space, VA, 4) & ~GEN8_PTE_ADDR_MASK, RW | cache);
}

static void memory_that_is_not_there(void **state)
{
	u64 root = new_table() << 12, hole = 2048 * 3 / 4, bad;
	struct vgt_ppgtt *space;

	(void)state;
	map(root, VA, hole << 12 | RW, 1);
	map(root, VA + 0x1000, 0x7ffffff000 | RW, 1);
	map(root, VA + 0x200000, hole << 12 | RW, 2);
	map(root, VA + 0x40000000, hole << 12 | RW, 3);
	map(root, VA + 0x8000000000, g->max_gfn << 12 | RW, 4);
	space = get_space(4, &root);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 5);
	expect_range(space, 4, &root, VA, 1024);
	expect_range(space, 4, &root, VA + 0x40000000, 1);
	expect_range(space, 4, &root, VA + 0x8000000000, 1);
	/* It is not asked for again and again. */
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 5);
	bad = hole << 12;
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 4, &bad)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 2, &root)), -EFAULT);
}

/*
 * Sharing
 */

/* As i915 does it: every entry of an empty table points to the scratch table below. */
static u64 scratch_table(u64 below)
{
	u64 table = new_table();

	for (unsigned int i = 0; i < 512; i++)
		set(table, i, below << 12 | RW);
	return table;
}

static void scratch_tables_are_shared(void **state)
{
	u64 page = new_table(), pt = scratch_table(page), pd = scratch_table(pt);
	u64 pdp = scratch_table(pd), root[5];
	struct vgt_ppgtt *space[5];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(root); i++) {
		root[i] = scratch_table(pdp) << 12;
		space[i] = get_space(4, &root[i]);
	}
	assert_int_equal(guest->ppgtt.num_tables, 5 + 3);
	assert_int_equal(g->pinned, 5 + 3 + 1);
	vgt_ppgtt_sync(guest);
	expect_range(space[0], 4, &root[0], VA, 5);
	expect_range(space[4], 4, &root[4], 0x7123456000, 5);
	for (unsigned int i = 0; i < ARRAY_SIZE(root); i++) {
		put_space(space[i]);
		vgt_ppgtt_forget(guest, 4, &root[i]);
	}
	assert_int_equal(guest->ppgtt.num_tables, 0);
	vgt_ppgtt_sync(guest);
	assert_int_equal(g->pinned, 0);
}

static void a_table_that_points_to_itself(void **state)
{
	u64 root = new_table() << 12;
	struct vgt_ppgtt *space;

	(void)state;
	set(root >> 12, 1, root | RW);
	set(root >> 12, 2, new_table() << 12 | RW);
	space = get_space(4, &root);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(guest->ppgtt.num_tables, 4 + 3);
	for (u64 i = 0; i < 81; i++)
		expect_range(space, 4, &root, (i / 27 % 3) << 39 | (i / 9 % 3) << 30 |
			     (i / 3 % 3) << 21 | (i % 3) << 12, 1);
	/* A change is one at all levels. */
	set(root >> 12, 3, new_table() << 12 | RW);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, 1ull << 39 | 1 << 30 | 1 << 21 | 3 << 12, 1);
	expect_range(space, 4, &root, 1ull << 39 | 1 << 30 | 3 << 21 | 3 << 12, 1);
	set(root >> 12, 1, 0);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root, 1ull << 39 | 1 << 30 | 1 << 21 | 3 << 12, 1);
}

static void a_table_becomes_data(void **state)
{
	u64 root = new_table() << 12, pt, noise[512];
	struct vgt_ppgtt *space;
	unsigned int seed = 9;

	(void)state;
	map(root, VA, new_table() << 12 | RW, 1);
	space = get_space(4, &root);
	vgt_ppgtt_sync(guest);
	pt = table_of(root, VA, 1);
	for (int round = 0; round < 20; round++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(noise); i++)
			noise[i] = (u64)rand_r(&seed) << 33 ^ (u64)rand_r(&seed) << 8;
		vgt_guest_rig_copy(g, pt << 12, noise, sizeof(noise));
		vgt_guest_rig_copy(g, table_of(root, VA, 2) << 12, noise, round & 1 ? 4096 : 0);
		assert_int_equal(vgt_ppgtt_sync(guest), 0);
		expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
		if (round & 1)
			map(root, VA, pt << 12 | RW, 2);
	}
}

/*
 * Tracking
 */

static u64 syncs_of_tables(unsigned int syncs)
{
	u64 before = stat(VGT_EVENT_TABLE_SYNC);

	while (syncs--)
		assert_int_equal(vgt_ppgtt_sync(guest), 0);
	return stat(VGT_EVENT_TABLE_SYNC) - before;
}

static unsigned int num_tracked(void)
{
	unsigned int n = 0;

	for (u64 gfn = 0; gfn < g->max_gfn; gfn++)
		n += g->tracked[gfn];
	return n;
}

static void quiet_tables_cost_nothing(void **state)
{
	u64 root = new_table() << 12, page = new_table();
	struct vgt_ppgtt *space;

	(void)state;
	map(root, VA, new_table() << 12 | RW, 1);
	space = get_space(4, &root);
	assert_int_equal(syncs_of_tables(1), 4);
	syncs_of_tables(10);
	assert_int_equal(num_tracked(), 4);
	assert_int_equal(syncs_of_tables(100), 0);
	/* One write opens one table, and the second is not told. */
	map(root, VA, page << 12 | RW, 1);
	map(root, VA + 0x1000, page << 12 | RW, 1);
	assert_int_equal(g->written, 1);
	assert_int_equal(num_tracked(), 3);
	assert_int_equal(stat(VGT_EVENT_TABLE_WRITE), 1);
	assert_int_equal(syncs_of_tables(1), 1);
	expect_range(space, 4, &root, VA, 2);
	syncs_of_tables(10);
	assert_int_equal(num_tracked(), 4);
	assert_int_equal(syncs_of_tables(1), 0);
}

/* A table that is written between any two submissions is not worth the tracking. */
static void busy_tables_stay_open(void **state)
{
	u64 root = new_table() << 12, page[2] = { new_table(), new_table() };
	unsigned int told;

	(void)state;
	get_space(4, &root);
	for (int i = 0; i < 1000; i++) {
		map(root, VA, page[i & 1] << 12 | RW, 1);
		vgt_ppgtt_sync(guest);
	}
	assert_true(g->written <= 4);
	/* Written each 20th time: soon left alone. */
	told = g->written;
	for (int i = 0; i < 5000; i++) {
		if (i % 20 == 0)
			map(root, VA, page[i / 20 & 1] << 12 | RW, 1);
		vgt_ppgtt_sync(guest);
	}
	assert_true(g->written - told < 10);
	/* Quiet for long, it is tracked all the same. */
	syncs_of_tables(1100);
	assert_int_equal(num_tracked(), 4);
}

static void machines_that_cannot_track(void **state)
{
	struct vgt_guest_ops none = *guest->ops;
	u64 root = new_table() << 12;
	struct vgt_ppgtt *space;

	(void)state;
	g->no_track = true;
	map(root, VA, new_table() << 12 | RW, 1);
	space = get_space(4, &root);
	assert_int_equal(syncs_of_tables(50), 200);
	none.track = NULL;
	guest->ops = &none;
	assert_int_equal(syncs_of_tables(50), 200);
	map(root, VA, new_table() << 12 | RW, 1);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 1);
	vgt_ppgtt_fini(guest);
}

static u64 late_table, late_entry;

/* The guest's write comes in just before the tracking begins, and so is not told. */
static int track_late(void *priv, u64 gfn)
{
	(void)priv;
	if (gfn == late_table)
		((u64 *)vgt_guest_rig_mem(g, gfn << 12))[0] = late_entry;
	g->tracked[gfn] = true;
	return 0;
}

static void a_write_while_tracking_begins(void **state)
{
	struct vgt_guest_ops late = *guest->ops;
	u64 root = new_table() << 12, va = VA & ~0x1fffffull;
	struct vgt_ppgtt *space;

	(void)state;
	late.track = track_late;
	guest->ops = &late;
	map(root, va, new_table() << 12 | RW, 1);
	late_table = table_of(root, va, 1);
	late_entry = new_table() << 12 | P;
	space = get_space(4, &root);
	syncs_of_tables(10);
	assert_int_equal(num_tracked(), 4);
	assert_int_equal(get(late_table, 0), late_entry);
	expect_range(space, 4, &root, va, 1);
	vgt_ppgtt_fini(guest);
}

/* A page that is a table at two levels is tracked once, for both. */
static void one_page_two_levels(void **state)
{
	u64 root = new_table() << 12, table = new_table();
	struct vgt_ppgtt *space;

	(void)state;
	map(root, VA, table << 12 | RW, 2);
	map(root, VA + 0x8000000000, table << 12 | RW, 3);
	space = get_space(4, &root);
	syncs_of_tables(20);
	assert_true(g->tracked[table]);
	/* One of the two goes: the other one is still told. */
	set(root >> 12, index_of(VA + 0x8000000000, 4), 0);
	vgt_ppgtt_sync(guest);
	assert_true(g->tracked[table]);
	set(table, index_of(VA, 1), new_table() << 12 | RW);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 1);
	map(root, VA + 0x8000000000, table << 12 | RW, 3);
	syncs_of_tables(40);
	assert_true(g->tracked[table]);
	set(table, index_of(VA, 1), 0);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 1);
	expect_range(space, 4, &root, VA + 0x8000000000, 1);
}

/*
 * TLBs
 */

/* The rig stops the test when a page is unpinned that a TLB still knows. */
static void tlbs_are_flushed_first(void **state)
{
	u64 root = new_table() << 12, page = new_table();
	struct vgt_ppgtt *space;
	struct igd_aspace *as;
	struct vgt_page *other;
	uint64_t pa;

	(void)state;
	map(root, VA, page << 12 | RW, 1);
	space = get_space(4, &root);
	vgt_ppgtt_sync(guest);
	as = load(space, 4);
	assert_true(igd_translate(as, VA, true, &pa));
	map(root, VA, new_table() << 12 | RW, 1);
	vgt_ppgtt_sync(guest);
	assert_int_equal(g->pins[page], 0);
	assert_true(igd_translate(as, VA, true, &pa));
	expect(as, 4, &root, VA);
	/* A page that somebody else lets go of while it is still known. */
	map(root, VA + 0x1000, page << 12 | RW, 1);
	vgt_ppgtt_sync(guest);
	assert_true(igd_translate(as, VA + 0x1000, true, &pa));
	other = vgt_page_get(guest, page);
	map(root, VA + 0x1000, 0, 1);
	vgt_ppgtt_sync(guest);
	assert_int_equal(g->pins[page], 1);
	vgt_page_put(guest, other);
	assert_int_equal(g->pins[page], 0);
	expect_clean();
}

static void no_flush_without_need(void **state)
{
	u64 root = new_table() << 12;
	unsigned int before;

	(void)state;
	map(root, VA, new_table() << 12 | RW, 1);
	get_space(4, &root);
	before = v->accesses;
	syncs_of_tables(10);
	map(root, VA + 0x1000, new_table() << 12 | RW, 1);
	syncs_of_tables(10);
	assert_int_equal(v->accesses, before);
	map(root, VA + 0x1000, 0, 1);
	syncs_of_tables(1);
	assert_true(v->accesses > before);
}

/*
 * Bounds
 */

static void unused_spaces_are_kept_for_a_while(void **state)
{
	u64 root[40];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(root); i++) {
		root[i] = new_table() << 12;
		put_space(get_space(4, &root[i]));
	}
	assert_int_equal(guest->ppgtt.num_tables, 16);
	assert_int_equal(guest->ppgtt.num_unused, 16);
	/* The last ones are still there. */
	for (unsigned int i = 24; i < ARRAY_SIZE(root); i++)
		get_space(4, &root[i]);
	assert_int_equal(guest->ppgtt.num_tables, 16);
	assert_int_equal(guest->ppgtt.num_unused, 0);
}

static void tables_are_bounded(void **state)
{
	u64 root[3];
	struct vgt_ppgtt *space;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(root); i++) {
		root[i] = new_table() << 12;
		map(root[i], VA, new_table() << 12 | RW, 1);
	}
	guest->ppgtt.max_tables = 8;
	put_space(get_space(4, &root[0]));
	space = get_space(4, &root[1]);
	assert_int_equal(guest->ppgtt.num_tables, 8);
	/* What nobody uses makes room. */
	put_space(get_space(4, &root[2]));
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(guest->ppgtt.num_tables, 8);
	/* Including what is looked at just now. */
	map(root[1], 0, new_table() << 12 | RW, 1);
	map(root[2], 0, new_table() << 12 | RW, 1);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(guest->ppgtt.num_tables, 7);
	expect_range(space, 4, &root[1], VA, 1);
	expect_range(space, 4, &root[1], 0, 1);
	/* There is no more: what does not fit is not present. */
	map(root[1], VA ^ 0x8000000000, new_table() << 12 | RW, 1);
	assert_int_equal(vgt_ppgtt_sync(guest), -ENOMEM);
	assert_int_equal(vgt_ppgtt_sync(guest), -ENOMEM);
	expect_range(space, 4, &root[1], VA, 1);
	map(root[1], 0, 0, 4);
	vgt_ppgtt_sync(guest);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_range(space, 4, &root[1], VA ^ 0x8000000000, 1);
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 3, (u64[]){ root[0], root[1], root[2], 0 })),
			 -ENOMEM);
}

/* What a table needs can only be had by giving up the space that it is in. */
static void a_space_makes_room_for_itself(void **state)
{
	u64 root = new_table() << 12;

	(void)state;
	map(root, VA, new_table() << 12 | RW, 1);
	put_space(get_space(4, &root));
	guest->ppgtt.max_tables = 4;
	map(root, 0, new_table() << 12 | RW, 1);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(guest->ppgtt.num_tables, 0);
	assert_int_equal(g->pinned, 0);
}

static void forgotten_while_in_use(void **state)
{
	u64 root = new_table() << 12;
	struct vgt_ppgtt *space, *next;

	(void)state;
	map(root, VA, new_table() << 12 | RW, 1);
	space = get_space(4, &root);
	vgt_ppgtt_forget(guest, 4, &root);
	vgt_ppgtt_forget(guest, 4, &root);
	vgt_ppgtt_forget(guest, 9, &root);
	vgt_ppgtt_sync(guest);
	expect_range(space, 4, &root, VA, 1);
	next = get_space(4, &root);
	assert_ptr_not_equal(next, space);
	put_space(space);
	vgt_ppgtt_sync(guest);
	expect_range(next, 4, &root, VA, 1);
	put_space(next);
	vgt_ppgtt_put(guest, NULL);
	vgt_ppgtt_forget(guest, 4, &root);
	vgt_ppgtt_sync(guest);
	assert_int_equal(g->pinned, 0);
}

/* Its user comes late. */
static void used_beyond_the_end(void **state)
{
	u64 root = new_table() << 12;
	struct vgt_ppgtt *space = get_space(4, &root);

	(void)state;
	vgt_ppgtt_fini(guest);
	assert_int_equal(g->pinned, 0);
	assert_int_equal(vgt_ppgtt_root(space, 0), 0);
	put_space(space);
}

/*
 * Memory runs short, or goes
 */

static void build_all_sizes(u64 root)
{
	map(root, VA, new_table() << 12 | RW, 1);
	map(root, VA + 0x40000000, 512 << 12 | RW | GEN8_PDE_PS_2M, 2);
	map(root, VA + 0x80000000, 64 << 12 | RW, 1);
	map(root, VA + 0x80000000,
	    table_of(root, VA + 0x80000000, 1) << 12 | RW | GEN8_PDE_IPS_64K, 2);
}

static void expect_all_sizes(const struct vgt_ppgtt *space, u64 root)
{
	expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
	expect_range(space, 4, &root, (VA + 0x40000000) & ~0x1fffffull, 512);
	expect_range(space, 4, &root, (VA + 0x80000000) & ~0x1fffffull, 512);
}

/* One allocation fails, whichever; the next synchronisation finds what is missing. */
static void out_of_memory_anywhere(void **state)
{
	u64 root = new_table() << 12;
	unsigned int failed = 0;

	(void)state;
	build_all_sizes(root);
	for (unsigned int n = 1;; n++) {
		struct vgt_ppgtt *space;
		bool done;

		shim_fail_alloc = n;
		space = vgt_ppgtt_get(guest, 4, &root);
		done = shim_fail_alloc;
		shim_fail_alloc = 0;
		if (IS_ERR(space)) {
			assert_int_equal(PTR_ERR(space), -ENOMEM);
			failed++;
		} else {
			assert_int_equal(vgt_ppgtt_sync(guest), 0);
			expect_all_sizes(space, root);
			vgt_ppgtt_put(guest, space);
			vgt_ppgtt_forget(guest, 4, &root);
		}
		vgt_ppgtt_sync(guest);
		assert_int_equal(g->pinned, 0);
		assert_int_equal(guest->pages.count, 0);
		assert_int_equal(guest->ppgtt.num_tables, 0);
		if (done)
			break;
	}
	assert_int_equal(failed, 6);
}

static void pinning_fails_anywhere(void **state)
{
	u64 root = new_table() << 12;

	(void)state;
	build_all_sizes(root);
	for (unsigned int n = 2; n < 600; n += n < 20 ? 1 : 53) {
		struct vgt_ppgtt *space;

		g->fail_pin = n;
		space = get_space(4, &root);
		assert_int_equal(vgt_ppgtt_sync(guest), 0);
		expect_all_sizes(space, root);
		put_space(space);
		vgt_ppgtt_forget(guest, 4, &root);
		vgt_ppgtt_sync(guest);
		assert_int_equal(g->pinned, 0);
	}
}

static void out_of_memory_while_in_use(void **state)
{
	u64 root = new_table() << 12;
	struct vgt_ppgtt *space = get_space(4, &root);

	(void)state;
	syncs_of_tables(10);
	build_all_sizes(root);
	for (unsigned int n = 1; n < 50; n++) {
		shim_fail_alloc = n;
		if (!vgt_ppgtt_sync(guest) && shim_fail_alloc)
			break;
		shim_fail_alloc = 0;
		expect_clean();
	}
	shim_fail_alloc = 0;
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	expect_all_sizes(space, root);
}

static void memory_is_taken_away(void **state)
{
	u64 root = new_table() << 12, page, pt;
	struct vgt_ppgtt *space;

	(void)state;
	build_all_sizes(root);
	page = get(table_of(root, VA, 1), index_of(VA, 1)) >> 12;
	space = get_space(4, &root);
	syncs_of_tables(20);
	expect_all_sizes(space, root);
	/* A page, one of sixteen, one of 512. */
	vgt_ppgtt_drop_range(guest, page, 1);
	assert_int_equal(g->pins[page], 0);
	vgt_ppgtt_drop_range(guest, 64 + 3, 1);
	assert_int_equal(g->pins[64 + 3], 0);
	vgt_ppgtt_drop_range(guest, 600, 1);
	assert_int_equal(g->pins[600], 0);
	assert_int_equal(g->pins[601], 0);
	assert_false(igd_translate(load(space, 4), VA, false, &(uint64_t){ 0 }));
	/* All of it is still there, and so comes back. */
	vgt_ppgtt_sync(guest);
	expect_all_sizes(space, root);
	/* Now it is not. */
	vgt_ppgtt_drop_range(guest, page, 1);
	vgt_guest_rig_remove(g, page);
	vgt_ppgtt_sync(guest);
	expect_all_sizes(space, root);
	/* A table. */
	syncs_of_tables(20);
	pt = table_of(root, VA + 0x80000000, 1);
	assert_true(g->tracked[pt]);
	vgt_ppgtt_drop_range(guest, pt, 1);
	vgt_guest_rig_remove(g, pt);
	vgt_ppgtt_sync(guest);
	expect_all_sizes(space, root);
	expect_clean();
}

static void roots_are_taken_away(void **state)
{
	u64 root[4], pd = new_table();
	struct vgt_ppgtt *space, *unused;

	(void)state;
	for (int n = 0; n < 4; n++)
		root[n] = new_table() << 12;
	set(root[1] >> 12, 5, pd << 12 | RW);
	space = get_space(3, root);
	unused = get_space(4, &root[1]);
	put_space(unused);
	syncs_of_tables(20);
	vgt_ppgtt_drop_range(guest, root[1] >> 12, 1);
	vgt_guest_rig_remove(g, root[1] >> 12);
	assert_int_not_equal(vgt_ppgtt_root(space, 0), 0);
	assert_false(igd_translate(load(space, 3), 1ull << 30 | 5 << 21, false, &(uint64_t){ 0 }));
	igd_aspace_invalidate(load(space, 3));
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 3, root)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 4, &root[1])), -EFAULT);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	put_space(space);
	assert_int_equal(vgt_ppgtt_sync(guest), 0);
	assert_int_equal(g->pinned, 0);
	expect_clean();
}

/*
 * Anything
 */

#define POOL_TABLES	20
#define POOL_PAGES	12

static const unsigned int indices[] = { 0, 1, 15, 16, 17, 255, 496, 511 };

struct world {
	unsigned int seed;
	u64 table[POOL_TABLES];
	u64 page[POOL_PAGES];
	u64 big;	/* 64 pages in one piece */
	u64 root[5][4];
	struct vgt_ppgtt *space[5];
	unsigned int users[5];
};

static unsigned int pick(struct world *w, unsigned int n)
{
	return rand_r(&w->seed) % n;
}

static u64 some_gfn(struct world *w)
{
	switch (pick(w, 8)) {
	case 0:
		return w->page[pick(w, POOL_PAGES)];
	case 1:
		return pick(w, g->max_gfn + 100);
	case 2:
		return w->big + pick(w, 64);
	default:
		return w->table[pick(w, POOL_TABLES)];
	}
}

static u64 some_entry(struct world *w)
{
	u64 entry = some_gfn(w) << 12;

	if (pick(w, 6))
		entry |= P;
	if (pick(w, 4))
		entry |= GEN8_PTE_WRITABLE;
	if (!pick(w, 12))
		entry |= GEN8_PDE_PS_2M;
	if (!pick(w, 8))
		entry |= GEN8_PDE_IPS_64K;
	if (!pick(w, 16))
		entry = (u64)rand_r(&w->seed) << 33 ^ (u64)rand_r(&w->seed) << 8;
	return entry;
}

static unsigned int levels_of(unsigned int s)
{
	return s < 3 ? 4 : 3;
}

static void check_world(struct world *w, unsigned int samples)
{
	for (unsigned int s = 0; s < ARRAY_SIZE(w->space); s++) {
		struct igd_aspace *as;

		if (!w->users[s])
			continue;
		as = load(w->space[s], levels_of(s));
		for (unsigned int i = 0; i < samples; i++) {
			u64 va = 0;

			for (int level = 0; level < 4; level++)
				va = va << 9 | indices[pick(w, ARRAY_SIZE(indices))];
			if (levels_of(s) == 3)
				va = (va & 0x3ffff) | (u64)pick(w, 4) << 18;
			expect(as, levels_of(s), w->root[s], va << 12);
		}
		/* Translations of a space that is not on the engine are not kept. */
		if (pick(w, 2))
			igd_aspace_invalidate(as);
	}
	expect_clean();
}

static void use_spaces(struct world *w)
{
	unsigned int s = pick(w, ARRAY_SIZE(w->space));

	if (w->users[s] && pick(w, 3) == 0) {
		if (!--w->users[s])
			igd_aspace_invalidate(&v->rig->gd->engine[IGD_BCS].ppgtt);
		put_space(w->space[s]);
	} else if (w->users[s] < 3) {
		w->space[s] = get_space(levels_of(s), w->root[s]);
		w->users[s]++;
	} else if (pick(w, 3) == 0) {
		vgt_ppgtt_forget(guest, levels_of(s), w->root[s]);
		while (w->users[s]) {
			put_space(w->space[s]);
			w->users[s]--;
		}
	}
}

static void drop_something(struct world *w)
{
	struct igd_aspace *as = &v->rig->gd->engine[IGD_BCS].ppgtt;
	u64 gfn = pick(w, 3) ? w->page[pick(w, POOL_PAGES)] : pick(w, g->max_gfn);

	for (unsigned int i = 0; i < POOL_TABLES; i++)
		if (w->table[i] - gfn < 4)
			return;
	igd_aspace_invalidate(as);
	vgt_ppgtt_drop_range(guest, gfn, 4);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(gfn + i < g->max_gfn ? g->pins[gfn + i] : 0, 0);
}

static void anything(unsigned int seed, bool track)
{
	struct world w = { .seed = seed };

	g->no_track = !track;
	for (unsigned int i = 0; i < POOL_TABLES; i++)
		w.table[i] = new_table();
	for (unsigned int i = 0; i < POOL_PAGES; i++)
		w.page[i] = new_table();
	w.big = vgt_guest_rig_alloc_contiguous(g, 64);
	for (unsigned int s = 0; s < ARRAY_SIZE(w.root); s++)
		for (int n = 0; n < 4; n++)
			w.root[s][n] = w.table[(4 * s + n * (1 + seed % 7)) % POOL_TABLES] << 12;
	for (int step = 0; step < 300; step++) {
		unsigned int edits = pick(&w, 4) ? pick(&w, 3) : pick(&w, 40);

		while (edits--)
			set(w.table[pick(&w, POOL_TABLES)], indices[pick(&w, ARRAY_SIZE(indices))],
			    some_entry(&w));
		if (pick(&w, 4) == 0)
			use_spaces(&w);
		if (pick(&w, 40) == 0)
			drop_something(&w);
		if (pick(&w, 10) == 0) {
			shim_fail_alloc = 1 + pick(&w, 8);
			vgt_ppgtt_sync(guest);
			shim_fail_alloc = 0;
		}
		assert_int_equal(vgt_ppgtt_sync(guest), 0);
		check_world(&w, 60);
		assert_true(guest->ppgtt.num_tables <= 5 * POOL_TABLES * 9);
	}
	igd_aspace_invalidate(&v->rig->gd->engine[IGD_BCS].ppgtt);
	for (unsigned int s = 0; s < ARRAY_SIZE(w.space); s++)
		while (w.users[s]--)
			put_space(w.space[s]);
	vgt_ppgtt_fini(guest);
	assert_int_equal(g->pinned, 0);
	assert_int_equal(num_tracked(), 0);
	assert_int_equal(guest->ppgtt.num_tables, 0);
}

static void anything_goes(void **state)
{
	mapped = 0;
	for (unsigned int seed = 1; seed <= 12; seed++) {
		anything(seed, seed & 3);
		teardown(state);
		setup(state);
	}
	assert_true(mapped > 20000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(four_levels),
		T(three_levels),
		T(changes_are_taken_over),
		T(pages_of_64k),
		T(pages_of_64k_in_one_piece),
		T(pages_of_2m),
		T(pages_of_2m_off_their_place),
		T(reserved_bits_stay_with_the_guest),
		T(memory_that_is_not_there),
		T(scratch_tables_are_shared),
		T(a_table_that_points_to_itself),
		T(a_table_becomes_data),
		T(quiet_tables_cost_nothing),
		T(busy_tables_stay_open),
		T(machines_that_cannot_track),
		T(a_write_while_tracking_begins),
		T(one_page_two_levels),
		T(tlbs_are_flushed_first),
		T(no_flush_without_need),
		T(unused_spaces_are_kept_for_a_while),
		T(tables_are_bounded),
		T(a_space_makes_room_for_itself),
		T(forgotten_while_in_use),
		T(used_beyond_the_end),
		T(out_of_memory_anywhere),
		T(pinning_fails_anywhere),
		T(out_of_memory_while_in_use),
		T(memory_is_taken_away),
		T(roots_are_taken_away),
		T(anything_goes),
	};

	return cmocka_run_group_tests_name("vgt_ppgtt", tests, NULL, NULL);
}
