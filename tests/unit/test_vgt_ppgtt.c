// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Shadow page tables: what the GPU finds by walking them is what a walk of the
 * guest's tables finds.
 */
#include "vgt_ppgtt_rig.h"
#include "vgt/regs/engine.h"
#include "drivers/vgt/vgt_page.h"

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
	assert_int_equal(sync(), 0);
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
	assert_int_equal(sync(), 0);
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
	sync();
	expect_range(space, 4, &root, VA, 2);
	map(root, VA, b << 12 | RW, 1);
	map(root, VA + 0x1000, a << 12 | P, 1);
	map(root, VA + 0x40000000, a << 12 | RW, 1);
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, VA, 2);
	expect_range(space, 4, &root, VA + 0x40000000, 1);
	/* Rights of any level. */
	set(root >> 12, index_of(VA, 4), table_of(root, VA, 3) << 12 | P);
	sync();
	expect_range(space, 4, &root, VA, 2);
	set(root >> 12, index_of(VA, 4), 0);
	sync();
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
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 0);
	/* Around the edge of memory. */
	set(pt, 0, (2048 * 3 / 4 - 16) << 12 | RW);
	set(pt, 16, (2048 * 3 / 4) << 12 | RW);
	set(pt, 17, 0);
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 16);
	/* The same page as a table of 4K pages. */
	set(table_of(root, VA, 2), index_of(VA, 2), pt << 12 | RW);
	for (unsigned int i = 0; i < 512; i++)
		set(pt, i, (100 + i) << 12 | (i & 1 ? RW : P));
	assert_int_equal(sync(), 0);
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
	sync();
	assert_true(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 512);
	set(pt, 16, (big + 32) << 12 | RW);
	set(pt, 32, (big + 48) << 12 | RW);
	sync();
	assert_true(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 512);
	/* One of the sixteen goes, and its page is not to be reached any more. */
	vgt_ppgtt_drop_range(guest, big + 5, 1);
	for (unsigned int i = 0; i < 16; i++)
		assert_false(igd_translate(load(space, 4), va + i * 4096, false, &(uint64_t){ 0 }));
	expect_range(space, 4, &root, va + 0x10000, 512 - 16);
	sync();
	expect_range(space, 4, &root, va, 512);
	/* Not for two entries, from then on. */
	set(pd, index_of(va, 2) + 1, pt << 12 | RW | GEN8_PDE_IPS_64K);
	sync();
	assert_false(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	assert_false(shadow_entry(space, va + 0x200000, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 1024);
	set(pd, index_of(va, 2) + 1, 0);
	set(pd, index_of(va, 2), 0);
	sync();
	set(pd, index_of(va, 2), pt << 12 | RW | GEN8_PDE_IPS_64K);
	sync();
	assert_true(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	/* Not for pages that are anywhere. */
	set(pt, 48, 64 << 12 | RW);
	sync();
	assert_false(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	expect_range(space, 4, &root, va, 512);
}

/* An engine that goes by the bit still would take a page that is anywhere for a large one. */
static void deaf_to_the_64k_bit(void **state)
{
	u64 root = new_table() << 12, va = VA & ~0x1fffffull, big, pt;
	struct vgt_ppgtt *space;

	(void)state;
	big = vgt_guest_rig_alloc_contiguous(g, 16);
	map(root, va, 0, 1);
	pt = table_of(root, va, 1);
	set(table_of(root, va, 2), index_of(va, 2), pt << 12 | RW | GEN8_PDE_IPS_64K);
	set(pt, 0, big << 12 | RW);
	space = get_space(4, &root);
	sync();
	assert_true(shadow_entry(space, va, 2) & GEN8_PDE_IPS_64K);
	v->deaf = GEN8_BTCR;
	set(pt, 16, 64 << 12 | RW);
	sync();
	/* It has been reset. */
	assert_int_equal(v->deaf, 0);
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
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, va, 1024);
	assert_int_equal(shadow_entry(space, va, 2), g->bus[big] | RW | GEN8_PDE_PS_2M);
	assert_int_equal(shadow_entry(space, va + 0x200000, 2) & GEN8_PDE_PS_2M, 0);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 0);
	/* Half in the hole; all of it. */
	map(root, va, 1024 << 12 | RW | GEN8_PDE_PS_2M, 2);
	map(root, va + 0x200000, 1536 << 12 | RW | GEN8_PDE_PS_2M, 2);
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, va, 1024);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 1);
	map(root, va, 0, 2);
	map(root, va + 0x200000, 0, 2);
	assert_int_equal(sync(), 0);
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
	assert_int_equal(sync(), 0);
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
	sync();
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
	assert_int_equal(sync(), 0);
	assert_int_equal(stat(VGT_EVENT_MEMORY_REFUSED), 5);
	expect_range(space, 4, &root, VA, 1024);
	expect_range(space, 4, &root, VA + 0x40000000, 1);
	expect_range(space, 4, &root, VA + 0x8000000000, 1);
	/* It is not asked for again and again. */
	assert_int_equal(sync(), 0);
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
	sync();
	expect_range(space[0], 4, &root[0], VA, 5);
	expect_range(space[4], 4, &root[4], 0x7123456000, 5);
	for (unsigned int i = 0; i < ARRAY_SIZE(root); i++) {
		put_space(space[i]);
		vgt_ppgtt_forget(guest, 4, &root[i]);
	}
	assert_int_equal(guest->ppgtt.num_tables, 0);
	sync();
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
	assert_int_equal(sync(), 0);
	assert_int_equal(guest->ppgtt.num_tables, 4 + 3);
	for (u64 i = 0; i < 81; i++)
		expect_range(space, 4, &root, (i / 27 % 3) << 39 | (i / 9 % 3) << 30 |
			     (i / 3 % 3) << 21 | (i % 3) << 12, 1);
	/* A change is one at all levels. */
	set(root >> 12, 3, new_table() << 12 | RW);
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, 1ull << 39 | 1 << 30 | 1 << 21 | 3 << 12, 1);
	expect_range(space, 4, &root, 1ull << 39 | 1 << 30 | 3 << 21 | 3 << 12, 1);
	set(root >> 12, 1, 0);
	assert_int_equal(sync(), 0);
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
	sync();
	pt = table_of(root, VA, 1);
	for (int round = 0; round < 20; round++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(noise); i++)
			noise[i] = (u64)rand_r(&seed) << 33 ^ (u64)rand_r(&seed) << 8;
		vgt_guest_rig_copy(g, pt << 12, noise, sizeof(noise));
		vgt_guest_rig_copy(g, table_of(root, VA, 2) << 12, noise, round & 1 ? 4096 : 0);
		assert_int_equal(sync(), 0);
		expect_range(space, 4, &root, VA & ~0x1fffffull, 512);
		if (round & 1)
			map(root, VA, pt << 12 | RW, 2);
	}
}

/*
 * Tracking
 */

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
		sync();
	}
	assert_true(g->written <= 4);
	/* Written each 20th time: soon left alone. */
	told = g->written;
	for (int i = 0; i < 5000; i++) {
		if (i % 20 == 0)
			map(root, VA, page[i / 20 & 1] << 12 | RW, 1);
		sync();
	}
	assert_true(g->written - told < 10);
	/* Quiet for long, it is tracked all the same. */
	syncs_of_tables(1100);
	assert_int_equal(num_tracked(), 4);
}

/* Work in one address space does not pay for the others'. */
static void other_spaces_are_left_alone(void **state)
{
	u64 root[50], page = new_table(), before;
	struct vgt_ppgtt *space[2];

	(void)state;
	g->no_track = true;
	for (unsigned int i = 0; i < 50; i++) {
		root[i] = new_table() << 12;
		map(root[i], VA, new_table() << 12 | RW, 1);
		space[i & 1] = get_space(4, &root[i]);
	}
	before = stat(VGT_EVENT_TABLE_SYNC);
	map(root[48], VA, page << 12 | RW, 1);
	map(root[49], VA + 0x40000000, page << 12 | RW, 1);
	for (unsigned int n = 0; n < 10; n++)
		assert_int_equal(vgt_ppgtt_sync(guest, space[0]), 0);
	assert_int_equal(stat(VGT_EVENT_TABLE_SYNC) - before, 40);
	expect_range(space[0], 4, &root[48], VA, 1);
	/* The other one's turn. */
	assert_int_equal(vgt_ppgtt_sync(guest, space[1]), 0);
	expect_range(space[1], 4, &root[49], VA + 0x40000000, 1);
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
	sync();
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
	sync();
	assert_true(g->tracked[table]);
	set(table, index_of(VA, 1), new_table() << 12 | RW);
	sync();
	expect_range(space, 4, &root, VA, 1);
	map(root, VA + 0x8000000000, table << 12 | RW, 3);
	syncs_of_tables(40);
	assert_true(g->tracked[table]);
	set(table, index_of(VA, 1), 0);
	sync();
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
	sync();
	as = load(space, 4);
	assert_true(igd_translate(as, VA, true, &pa));
	map(root, VA, new_table() << 12 | RW, 1);
	sync();
	assert_int_equal(g->pins[page], 0);
	assert_true(igd_translate(as, VA, true, &pa));
	expect(as, 4, &root, VA);
	/* A page that somebody else lets go of while it is still known. */
	map(root, VA + 0x1000, page << 12 | RW, 1);
	sync();
	assert_true(igd_translate(as, VA + 0x1000, true, &pa));
	other = vgt_page_get(guest, page);
	map(root, VA + 0x1000, 0, 1);
	sync();
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

#define T(f) cmocka_unit_test_setup_teardown(f, ppgtt_setup, ppgtt_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(four_levels),
		T(three_levels),
		T(changes_are_taken_over),
		T(pages_of_64k),
		T(pages_of_64k_in_one_piece),
		T(deaf_to_the_64k_bit),
		T(pages_of_2m),
		T(pages_of_2m_off_their_place),
		T(reserved_bits_stay_with_the_guest),
		T(memory_that_is_not_there),
		T(scratch_tables_are_shared),
		T(a_table_that_points_to_itself),
		T(a_table_becomes_data),
		T(quiet_tables_cost_nothing),
		T(busy_tables_stay_open),
		T(other_spaces_are_left_alone),
		T(machines_that_cannot_track),
		T(a_write_while_tracking_begins),
		T(one_page_two_levels),
		T(tlbs_are_flushed_first),
		T(no_flush_without_need),
	};

	return cmocka_run_group_tests_name("vgt_ppgtt", tests, NULL, NULL);
}
