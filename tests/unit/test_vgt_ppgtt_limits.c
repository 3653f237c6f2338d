// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Shadow page tables when there are too many, when memory runs short or goes, and
 * when the guest's hold anything at all.
 */
#include "vgt_ppgtt_rig.h"

/*
 * Bounds
 */

static void unused_spaces_are_kept_for_a_while(void **state)
{
	u64 root[300];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(root); i++) {
		root[i] = new_table() << 12;
		put_space(get_space(4, &root[i]));
	}
	assert_int_equal(guest->ppgtt.num_tables, 256);
	assert_int_equal(guest->ppgtt.num_unused, 256);
	/* The last ones are still there. */
	for (unsigned int i = ARRAY_SIZE(root) - 256; i < ARRAY_SIZE(root); i++)
		get_space(4, &root[i]);
	assert_int_equal(guest->ppgtt.num_tables, 256);
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
	assert_int_equal(sync(), 0);
	assert_int_equal(guest->ppgtt.num_tables, 8);
	/* Including what is looked at just now. */
	map(root[1], 0, new_table() << 12 | RW, 1);
	map(root[2], 0, new_table() << 12 | RW, 1);
	assert_int_equal(sync(), 0);
	assert_int_equal(guest->ppgtt.num_tables, 7);
	expect_range(space, 4, &root[1], VA, 1);
	expect_range(space, 4, &root[1], 0, 1);
	/* There is no more: what does not fit is not present. */
	map(root[1], VA ^ 0x8000000000, new_table() << 12 | RW, 1);
	assert_int_equal(sync(), -ENOMEM);
	assert_int_equal(sync(), -ENOMEM);
	expect_range(space, 4, &root[1], VA, 1);
	map(root[1], 0, 0, 4);
	sync();
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root[1], VA ^ 0x8000000000, 1);
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 3, (u64[]){ root[0], root[1], root[2], 0 })),
			 -ENOMEM);
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
	sync();
	expect_range(space, 4, &root, VA, 1);
	next = get_space(4, &root);
	assert_ptr_not_equal(next, space);
	put_space(space);
	sync();
	expect_range(next, 4, &root, VA, 1);
	put_space(next);
	vgt_ppgtt_put(guest, NULL);
	vgt_ppgtt_forget(guest, 4, &root);
	sync();
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
			hold(space);
			assert_int_equal(sync(), 0);
			expect_all_sizes(space, root);
			put_space(space);
			vgt_ppgtt_forget(guest, 4, &root);
		}
		sync();
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
		assert_int_equal(sync(), 0);
		expect_all_sizes(space, root);
		put_space(space);
		vgt_ppgtt_forget(guest, 4, &root);
		sync();
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
		if (!sync() && shim_fail_alloc)
			break;
		shim_fail_alloc = 0;
		expect_clean();
	}
	shim_fail_alloc = 0;
	assert_int_equal(sync(), 0);
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
	sync();
	expect_all_sizes(space, root);
	/* Now it is not. */
	vgt_ppgtt_drop_range(guest, page, 1);
	vgt_guest_rig_remove(g, page);
	sync();
	expect_all_sizes(space, root);
	/* A table. */
	syncs_of_tables(20);
	pt = table_of(root, VA + 0x80000000, 1);
	assert_true(g->tracked[pt]);
	vgt_ppgtt_drop_range(guest, pt, 1);
	vgt_guest_rig_remove(g, pt);
	sync();
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
	assert_int_equal(sync(), 0);
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 3, root)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_ppgtt_get(guest, 4, &root[1])), -EFAULT);
	assert_int_equal(sync(), 0);
	put_space(space);
	assert_int_equal(sync(), 0);
	assert_int_equal(g->pinned, 0);
	expect_clean();
}

/* Two spaces with a root in common: both end with it, and both may come back. */
static void a_shared_root_is_taken_away(void **state)
{
	struct vgt_ppgtt *space;
	u64 root[2][4], pt = new_table();

	(void)state;
	for (int n = 0; n < 4; n++)
		root[0][n] = root[1][n] = new_table() << 12;
	root[1][3] = new_table() << 12;
	set(root[0][0] >> 12, 5, pt << 12 | RW);
	set(pt, 7, new_table() << 12 | RW);
	put_space(get_space(3, root[0]));
	put_space(get_space(3, root[1]));
	vgt_ppgtt_drop_range(guest, root[0][0] >> 12, 1);
	for (int s = 0; s < 2; s++) {
		space = get_space(3, root[s]);
		assert_int_equal(sync(), 0);
		expect_range(space, 3, root[s], 5 << 21, 16);
		put_space(space);
	}
}

/* Those that nothing leads to any more may be data by now. */
static void a_parent_goes_before_its_tables(void **state)
{
	u64 root = new_table() << 12, pt[300], page = new_table(), pdp;
	struct vgt_ppgtt *space;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(pt); i++) {
		pt[i] = new_table();
		map(root, i * GEN8_PAGE_2M, pt[i] << 12 | RW | GEN8_PDE_IPS_64K, 2);
	}
	space = get_space(4, &root);
	assert_int_equal(sync(), 0);
	pdp = get(root >> 12, 0);
	set(root >> 12, 0, 0);
	set(pt[299], 0, page << 12 | RW);
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, 299 * GEN8_PAGE_2M, 16);
	assert_int_equal(guest->ppgtt.num_tables, 1);
	set(root >> 12, 0, pdp);
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, 299 * GEN8_PAGE_2M, 16);
}

/* Sixteen pages, of which some are pinned already and others cannot be: none is there. */
static void out_of_memory_within_64k(void **state)
{
	u64 root = new_table() << 12, big = vgt_guest_rig_alloc_contiguous(g, 16), pt = new_table();
	struct vgt_ppgtt *space;

	(void)state;
	assert_int_equal(big % 16, 0);
	for (unsigned int i = 0; i < 8; i++)
		map(root, VA + i * 4096, (big + i) << 12 | RW, 1);
	map(root, 0, pt << 12 | RW | GEN8_PDE_IPS_64K, 2);
	space = get_space(4, &root);
	assert_int_equal(sync(), 0);
	set(pt, 0, big << 12 | RW);
	g->no_memory = true;
	assert_int_equal(vgt_ppgtt_sync(guest, space), -ENOMEM);
	g->no_memory = false;
	set(pt, 0, 0);
	assert_int_equal(sync(), 0);
	expect_range(space, 4, &root, 0, 16);
	expect_range(space, 4, &root, VA, 8);
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
			sync();
			shim_fail_alloc = 0;
		}
		assert_int_equal(sync(), 0);
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
		ppgtt_teardown(state);
		ppgtt_setup(state);
	}
	assert_true(mapped > 20000);
}

#define T(f) cmocka_unit_test_setup_teardown(f, ppgtt_setup, ppgtt_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(unused_spaces_are_kept_for_a_while),
		T(tables_are_bounded),
		T(forgotten_while_in_use),
		T(used_beyond_the_end),
		T(out_of_memory_anywhere),
		T(pinning_fails_anywhere),
		T(out_of_memory_while_in_use),
		T(memory_is_taken_away),
		T(roots_are_taken_away),
		T(a_shared_root_is_taken_away),
		T(a_parent_goes_before_its_tables),
		T(out_of_memory_within_64k),
		T(anything_goes),
	};

	return cmocka_run_group_tests_name("vgt_ppgtt_limits", tests, NULL, NULL);
}
