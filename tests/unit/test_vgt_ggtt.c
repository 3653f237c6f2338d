// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The global GTT and the fences of guests. */
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
#include "drivers/vgt/vgt_ggtt.h"
#include "drivers/vgt/vgt_gm.h"
#include "drivers/vgt/vgt_page.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/fence.h"
#include "vgt/regs/gtt.h"

#define FLAGS (GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE)
#define ALLOWED_FLAGS (FLAGS | GEN8_PTE_PWT | GEN8_PTE_PCD | GEN8_PTE_PAT)

static const struct vgt_guest_type small = {
	.name = "small", .low = 1 << 20, .high = 8 << 20, .fences = 2,
};

static struct vgt_rig *v;
static struct vgt_guest_rig *g;
static struct vgt_guest *guest;

static int setup(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	g = vgt_guest_rig_new_bare(v, 1, &small, 8);
	guest = g->guest;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vgt_guest_rig_free(g);
	vgt_rig_free(v);
	return 0;
}

static void expect_clean(void)
{
	if (igd_violation_total(v->rig->gd))
		fail_msg("%s", v->rig->violation);
}

/* Number of the entry that is @n pages into the guest's low or high range. */
static u32 low(u32 n)
{
	return guest->vgpu.gm.low.start / 4096 + n;
}

static u32 high(u32 n)
{
	return guest->vgpu.gm.high.start / 4096 + n;
}

static void write8(u32 index, u64 pte)
{
	vgt_ggtt_guest_write(guest, 8 * index, pte, 8);
}

static void write4(u32 index, bool upper, u32 half)
{
	vgt_ggtt_guest_write(guest, 8 * index + 4 * upper, half, 4);
}

static u64 read8(u32 index)
{
	return vgt_ggtt_guest_read(guest, 8 * index, 8);
}

static u64 physical(u32 index)
{
	return igd_gtt_read(v->rig->gd, 8 * index, 8);
}

static u64 bus_pte(u64 gfn)
{
	return g->bus[gfn] | FLAGS;
}

/* Where the GPU finds itself at a graphics address; 0: nowhere. */
static u64 gpu_finds(u32 index)
{
	u64 entry = igd_gtt_lookup(v->rig->gd, index);

	return entry & IGD_PTE_ADDR;
}

static void entries_are_translated(void **state)
{
	u32 index[] = { low(0), low(255), high(0), high(2047) };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(index); i++) {
		u64 gfn = vgt_guest_rig_alloc(g);
		uint64_t pa;

		write8(index[i], gfn << 12 | FLAGS);
		assert_int_equal(read8(index[i]), gfn << 12 | FLAGS);
		assert_int_equal(physical(index[i]), bus_pte(gfn));
		assert_int_not_equal(g->bus[gfn], gfn << 12);
		vgt_ggtt_guest_flush(guest);
		assert_true(igd_translate(&v->rig->gd->engine[IGD_BCS].ggtt,
					  (u64)index[i] << 12 | 0xabc, true, &pa));
		assert_int_equal(pa, g->bus[gfn] | 0xabc);
		assert_ptr_equal(vgt_ggtt_guest_page(guest, index[i] << 12)->addr,
				 vgt_guest_rig_mem(g, gfn << 12));
		assert_int_equal(g->pinned, i + 1);
	}
	assert_null(vgt_ggtt_guest_page(guest, low(1) << 12));
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_GGTT_WRITE), 4);
	expect_clean();
}

static void reserved_bits_stay_with_the_guest(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g), pte = gfn << 12 | 0xffffff8000000fffull;

	(void)state;
	write8(low(3), pte);
	assert_int_equal(read8(low(3)), pte);
	assert_int_equal(physical(low(3)), g->bus[gfn] | ALLOWED_FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(gpu_finds(low(3)), g->bus[gfn]);
	expect_clean();
}

static void unpinned_after_the_flush(void **state)
{
	u64 a = vgt_guest_rig_alloc(g), b = vgt_guest_rig_alloc(g);

	(void)state;
	write8(low(0), a << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(gpu_finds(low(0)), g->bus[a]);
	write8(low(0), b << 12 | FLAGS);
	assert_int_equal(g->pins[a], 1);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pins[a], 0);
	assert_int_equal(g->pins[b], 1);
	assert_int_equal(gpu_finds(low(0)), g->bus[b]);
	write8(low(0), 0);
	assert_int_equal(g->pins[b], 1);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pinned, 0);
	/* Back before the flush: it has never been gone. */
	write8(low(0), a << 12 | FLAGS);
	write8(low(0), 0);
	write8(low(1), a << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pins[a], 1);
	expect_clean();
}

static void flushes_cost_only_when_needed(void **state)
{
	unsigned int before;

	(void)state;
	write8(low(0), vgt_guest_rig_alloc(g) << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	before = v->accesses;
	vgt_ggtt_guest_flush(guest);
	write8(low(0), read8(low(0)));
	vgt_ggtt_guest_flush(guest);
	write8(low(7), 0x5000);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(v->accesses, before);
}

static void many_changes_without_a_flush(void **state)
{
	unsigned int most = 0;

	(void)state;
	for (unsigned int i = 0; i < 1500; i++) {
		write8(low(0), vgt_guest_rig_alloc(g) << 12 | FLAGS);
		most = max(most, g->pinned);
	}
	assert_true(most > 100 && most <= 1025);
	write8(low(0), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pinned, 0);
}

static void others_ranges_are_refused(void **state)
{
	struct vgt_guest_rig *other = vgt_guest_rig_new_bare(v, 2, &small, 1);
	u32 foreign[] = {
		0, low(0) - 1, low(256), high(0) - 1, high(2048),
		other->guest->vgpu.gm.low.start / 4096, other->guest->vgpu.gm.high.start / 4096,
		0xfc000, 0xfffff, 0x100000, 0x1fffffff,
	};
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	vgt_host_write(v->host, 0x800000, 0x123000 | FLAGS, 8);
	for (unsigned int i = 0; i < ARRAY_SIZE(foreign); i++) {
		u64 old = foreign[i] < IGD_GTT_ENTRIES ? physical(foreign[i]) : 0;

		write8(foreign[i], gfn << 12 | FLAGS);
		write4(foreign[i], false, gfn << 12 | FLAGS);
		assert_int_equal(read8(foreign[i]), 0);
		assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_GGTT_REFUSED), 3 * (i + 1));
		if (foreign[i] < IGD_GTT_ENTRIES)
			assert_int_equal(physical(foreign[i]), old);
		assert_null(vgt_ggtt_guest_page(guest, foreign[i] << 12));
	}
	assert_int_equal(g->pinned, 0);
	vgt_guest_rig_free(other);
}

static void odd_accesses_are_refused(void **state)
{
	static const struct { u32 offset; unsigned int size; } odd[] = {
		{ 0, 1 }, { 0, 2 }, { 1, 4 }, { 2, 4 }, { 4, 8 }, { 1, 8 }, { 7, 1 }, { 0, 3 },
		{ 0, 16 },
	};
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(odd); i++) {
		u32 offset = 8 * low(0) + odd[i].offset;

		vgt_ggtt_guest_write(guest, offset, gfn << 12 | FLAGS, odd[i].size);
		assert_int_equal(vgt_ggtt_guest_read(guest, offset, odd[i].size), 0);
		assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_GGTT_REFUSED), 2 * (i + 1));
	}
	assert_int_equal(read8(low(0)), 0);
	assert_int_equal(physical(low(0)), 0);
}

static void memory_that_is_not_there(void **state)
{
	u64 none[] = { 2048 * 3 / 4, g->max_gfn, 0x7ffffff };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(none); i++) {
		write8(low(i), none[i] << 12 | FLAGS);
		assert_int_equal(read8(low(i)), none[i] << 12 | FLAGS);
		assert_int_equal(physical(low(i)), 0);
		assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_MEMORY_REFUSED), i + 1);
	}
	/* A good entry makes room for one that is not. */
	write8(low(9), vgt_guest_rig_alloc(g) << 12 | FLAGS);
	write8(low(9), none[0] << 12 | FLAGS);
	assert_int_equal(physical(low(9)), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pinned, 0);
}

static void one_page_at_many_places(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	for (u32 i = 0; i < 256; i++)
		write8(low(i), gfn << 12 | FLAGS);
	assert_int_equal(g->pins[gfn], 1);
	for (u32 i = 0; i < 255; i++)
		write8(low(i), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pins[gfn], 1);
	assert_int_equal(gpu_finds(low(255)), g->bus[gfn]);
	write8(low(255), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pins[gfn], 0);
}

/*
 * Halves
 */

static void halves_in_either_order(void **state)
{
	u64 a = vgt_guest_rig_alloc(g), b = vgt_guest_rig_alloc(g);

	(void)state;
	for (int upper_first = 0; upper_first < 2; upper_first++) {
		write8(low(0), 0);
		write4(low(0), upper_first, upper_first ? 0 : a << 12 | FLAGS);
		assert_int_equal(physical(low(0)), 0);
		write4(low(0), !upper_first, upper_first ? a << 12 | FLAGS : 0);
		assert_int_equal(physical(low(0)), bus_pte(a));
		/* What is there stays until the new one is complete. */
		write4(low(0), upper_first, upper_first ? 0 : b << 12 | FLAGS);
		assert_int_equal(physical(low(0)), bus_pte(a));
		assert_int_equal(vgt_ggtt_guest_read(guest, 8 * low(0), 4),
				 (u32)((upper_first ? a : b) << 12 | FLAGS));
		write4(low(0), !upper_first, upper_first ? b << 12 | FLAGS : 0);
		assert_int_equal(physical(low(0)), bus_pte(b));
		assert_int_equal(read8(low(0)), b << 12 | FLAGS);
	}
}

static void the_half_that_changes(void **state)
{
	u64 a = vgt_guest_rig_alloc(g), b = vgt_guest_rig_alloc(g);

	(void)state;
	write8(low(0), a << 12 | FLAGS);
	write4(low(0), false, b << 12 | FLAGS);
	assert_int_equal(physical(low(0)), bus_pte(a));
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(0)), bus_pte(b));
	write4(low(0), false, a << 12 | FLAGS);
	vgt_ggtt_guest_settle(guest);
	assert_int_equal(physical(low(0)), bus_pte(a));
	/* Not present needs no second half. */
	write4(low(0), false, 0);
	assert_int_equal(physical(low(0)), 0);
	/* All of it makes an end of halves. */
	write8(low(0), a << 12 | FLAGS);
	write4(low(0), true, 0x7f);
	write8(low(0), b << 12 | FLAGS);
	assert_int_equal(physical(low(0)), bus_pte(b));
	/* One half twice is still a half. */
	write4(low(0), false, a << 12 | FLAGS);
	assert_int_equal(physical(low(0)), bus_pte(b));
	write4(low(0), false, a << 12 | FLAGS);
	assert_int_equal(physical(low(0)), bus_pte(b));
}

/* Whatever is written in whatever order: the GPU sees what somebody wrote in whole. */
static void no_mixture_is_ever_used(void **state)
{
	u64 was[8] = { 0 }, page[4];
	unsigned int seed = 3;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(page); i++)
		page[i] = vgt_guest_rig_alloc(g);
	for (int step = 0; step < 20000; step++) {
		unsigned int i = rand_r(&seed) % ARRAY_SIZE(was);
		bool upper_first = rand_r(&seed) & 1, wide = rand_r(&seed) % 4 == 0;
		u64 pte, want;

		/* Addresses above 4 GiB are none of this guest's; their lower halves are. */
		pte = page[rand_r(&seed) % ARRAY_SIZE(page)] << 12 | FLAGS;
		want = bus_pte((pte & GEN8_PTE_ADDR_MASK) >> 12);
		if (rand_r(&seed) % 3 == 0) {
			pte |= 0x100000000ull;
			want = 0;
		}
		if (wide) {
			write8(low(i), pte);
		} else {
			write4(low(i), upper_first, upper_first ? pte >> 32 : pte);
			assert_int_equal(physical(low(i)), was[i]);
			write4(low(i), !upper_first, upper_first ? pte : pte >> 32);
		}
		assert_int_equal(physical(low(i)), want);
		was[i] = want;
		if (rand_r(&seed) % 64 == 0)
			vgt_ggtt_guest_flush(guest);
	}
	expect_clean();
}

static void more_halves_than_are_kept(void **state)
{
	u64 gfn[40];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(gfn); i++) {
		gfn[i] = vgt_guest_rig_alloc(g);
		write4(low(i), false, gfn[i] << 12 | FLAGS);
	}
	vgt_ggtt_guest_flush(guest);
	for (unsigned int i = 0; i < ARRAY_SIZE(gfn); i++)
		assert_int_equal(gpu_finds(low(i)), g->bus[gfn[i]]);
}

/*
 * Memory runs short, or goes
 */

static void no_memory_now_but_later(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	shim_fail_alloc = 1;
	write8(low(0), gfn << 12 | FLAGS);
	assert_int_equal(physical(low(0)), 0);
	g->fail_pin = 1;
	write8(low(0), gfn << 12 | FLAGS);
	assert_int_equal(physical(low(0)), 0);
	assert_int_equal(g->pinned, 0);
	write8(low(0), gfn << 12 | FLAGS);
	assert_int_equal(physical(low(0)), bus_pte(gfn));
}

static void no_memory_for_the_tables(void **state)
{
	(void)state;
	vgt_ggtt_guest_fini(guest);
	for (unsigned int n = 1; n <= 3; n++) {
		shim_fail_alloc = n;
		assert_int_equal(vgt_ggtt_guest_init(guest), -ENOMEM);
		vgt_ggtt_guest_fini(guest);
	}
	shim_fail_alloc = 0;
	assert_int_equal(vgt_ggtt_guest_init(guest), 0);
}

static void memory_is_taken_away(void **state)
{
	u64 gfn[4];

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(gfn); i++) {
		gfn[i] = vgt_guest_rig_alloc(g);
		write8(low(i), gfn[i] << 12 | FLAGS);
	}
	vgt_ggtt_guest_flush(guest);
	for (unsigned int i = 0; i < ARRAY_SIZE(gfn); i++)
		assert_int_equal(gpu_finds(low(i)), g->bus[gfn[i]]);
	vgt_ggtt_guest_drop_range(guest, gfn[1], 2);
	assert_int_equal(g->pinned, 2);
	assert_int_equal(gpu_finds(low(0)), g->bus[gfn[0]]);
	assert_int_equal(gpu_finds(low(1)), 0);
	assert_int_equal(gpu_finds(low(2)), 0);
	assert_int_equal(gpu_finds(low(3)), g->bus[gfn[3]]);
	/* It comes back when the guest asks for it again. */
	write8(low(1), gfn[1] << 12 | FLAGS);
	assert_int_equal(physical(low(1)), bus_pte(gfn[1]));
	expect_clean();
}

/*
 * Entries that are the guest's memory
 */

static const struct vgt_guest_type shareable = {
	.name = "shareable", .low = 2 << 20, .high = 64 << 20, .fences = 2,
};

static int setup_shareable(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	g = vgt_guest_rig_new_bare(v, 1, &shareable, 8);
	guest = g->guest;
	return 0;
}

static void poke(u32 index, u64 pte)
{
	assert_true(vgt_guest_rig_poke_entry(g, index << 12, pte));
}

static void windows_are_the_ranges(void **state)
{
	struct vgt_gm_range window = vgt_guest_ggtt_window(guest, 0);

	(void)state;
	assert_int_equal(window.start, 0x800000 + 8 * low(0));
	assert_int_equal(window.size, 4096);
	window = vgt_guest_ggtt_window(guest, 1);
	assert_int_equal(window.start, 0x800000 + 8 * high(0));
	assert_int_equal(window.size, 32 * 4096);
	assert_non_null(vgt_guest_share_ggtt(guest, window.start));
	assert_null(vgt_guest_share_ggtt(guest, window.start - 8));
	assert_null(vgt_guest_share_ggtt(guest, window.start + window.size));
	assert_null(vgt_guest_share_ggtt(guest, 0x800000));
	assert_null(vgt_guest_share_ggtt(guest, low(0)));
	assert_null(vgt_guest_share_ggtt(guest, ~0u));
}

/* Its entries do not fill a page: the rest of it would be another's. */
static void no_window_of_parts_of_pages(void **state)
{
	(void)state;
	assert_int_equal(guest->vgpu.gm.low.size, 1 << 20);
	assert_int_equal(vgt_guest_ggtt_window(guest, 0).size, 0);
	assert_int_equal(vgt_guest_ggtt_window(guest, 1).size, 0);
	assert_false(vgt_guest_rig_poke_entry(g, low(0) << 12, 0));
	assert_false(vgt_guest_rig_poke_entry(g, high(0) << 12, 0));
}

static void taken_over_at_the_flush(void **state)
{
	u64 a = vgt_guest_rig_alloc(g), b = vgt_guest_rig_alloc(g);

	(void)state;
	poke(low(7), a << 12 | FLAGS);
	poke(high(8000), b << 12 | FLAGS);
	assert_int_equal(physical(low(7)), 0);
	assert_int_equal(g->pinned, 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(7)), bus_pte(a));
	assert_int_equal(gpu_finds(high(8000)), g->bus[b]);
	assert_int_equal(g->pinned, 2);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_GGTT_WRITE), 2);

	poke(low(7), b << 12 | FLAGS);
	poke(high(8000), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(gpu_finds(low(7)), g->bus[b]);
	assert_int_equal(gpu_finds(high(8000)), 0);
	assert_int_equal(g->pins[a], 0);
	assert_int_equal(g->pins[b], 1);
	assert_int_equal(g->unshared, 0);
	expect_clean();
}

static void memory_and_traps_agree(void **state)
{
	u64 a = vgt_guest_rig_alloc(g), b = vgt_guest_rig_alloc(g);

	(void)state;
	poke(low(0), a << 12 | FLAGS);
	assert_int_equal(read8(low(0)), a << 12 | FLAGS);
	write8(low(1), b << 12 | FLAGS);
	assert_int_equal(physical(low(1)), bus_pte(b));
	poke(low(1), 0);
	write8(low(0), b << 12 | FLAGS);
	assert_int_equal(physical(low(0)), bus_pte(b));
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(0)), bus_pte(b));
	assert_int_equal(physical(low(1)), 0);
	/* Poked and written back before any flush: in force all the same. */
	poke(low(0), 0);
	write8(low(0), b << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(0)), bus_pte(b));
	expect_clean();
}

static void only_so_many_stay_shared(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	for (u32 page = 0; page < VGT_GGTT_MAX_SHARED; page++)
		poke(high(512 * page), gfn << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->unshared, 0);
	poke(low(0), gfn << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->unshared, 1);
	assert_int_equal(gpu_finds(low(0)), g->bus[gfn]);
	assert_true(bitmap_empty(guest->ggtt_pending.shared, VGT_GGTT_MAX_PAGES));
	poke(low(0), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(0)), 0);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_GGTT_SHARED), VGT_GGTT_MAX_SHARED + 2);
	for (u32 page = 0; page < VGT_GGTT_MAX_SHARED; page++)
		assert_int_equal(physical(high(512 * page)), bus_pte(gfn));
	expect_clean();
}

/* Too many pages are shared, so they are taken back; just before that @page is written. */
static void write_late(u32 page, u64 gfn)
{
	for (u32 i = 0; i <= VGT_GGTT_MAX_SHARED; i++)
		poke(high(512 * i), 0);
	g->late_addr = page << 12;
	g->late_pte = gfn << 12 | FLAGS;
}

static void written_in_the_last_moment(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	write_late(high(5), gfn);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->unshared, 1);
	assert_int_equal(gpu_finds(high(5)), g->bus[gfn]);
}

static void memory_goes_and_comes_back(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	g->fail_pin = 1;
	poke(low(3), gfn << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(3)), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(3)), bus_pte(gfn));
	vgt_ggtt_guest_drop_range(guest, gfn, 1);
	assert_int_equal(g->pinned, 0);
	assert_int_equal(gpu_finds(low(3)), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(gpu_finds(low(3)), g->bus[gfn]);
	expect_clean();
}

static void cleared_while_shared(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	poke(low(3), gfn << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	vgt_ggtt_guest_clear(guest);
	assert_int_equal(g->pinned, 0);
	assert_int_equal(read8(low(3)), 0);
	poke(low(4), gfn << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(physical(low(3)), 0);
	assert_int_equal(physical(low(4)), bus_pte(gfn));
	expect_clean();
}

/* Who has a page of entries pinned can write to it when it is not mapped any more. */
static void written_while_closed(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	write_late(high(5), gfn);
	vgt_ggtt_guest_fini(guest);
	assert_int_equal(g->pinned, 0);
	assert_int_equal(physical(high(5)), 0);
	expect_clean();
}

/*
 * Fences
 */

static void set_fence(unsigned int n, u32 lo, u32 hi)
{
	vgt_ggtt_fence_write(&guest->vgpu, 0, FENCE_LO(n), 0);
	vgt_ggtt_fence_write(&guest->vgpu, 0, FENCE_HI(n), hi);
	vgt_ggtt_fence_write(&guest->vgpu, 0, FENCE_LO(n), lo);
}

static u64 fence(unsigned int n)
{
	unsigned int real = guest->vgpu.gm.first_fence + n;

	return (u64)rig_read(v->rig, FENCE_HI(real)) << 32 | rig_read(v->rig, FENCE_LO(real));
}

static void fences_are_moved(void **state)
{
	u32 start = low(16) << 12, end = low(31) << 12;

	(void)state;
	assert_int_equal(guest->vgpu.gm.first_fence, 4);
	set_fence(1, start | FENCE_TILE_Y | FENCE_VALID, end | 3);
	assert_int_equal(fence(1), (u64)(end | 3) << 32 | start | FENCE_TILE_Y | FENCE_VALID);
	assert_int_equal(fence(0), 0);
	assert_int_equal(vgt_ggtt_fence_read(&guest->vgpu, 0, FENCE_LO(1)),
			 start | FENCE_TILE_Y | FENCE_VALID);
	assert_int_equal(vgt_ggtt_fence_read(&guest->vgpu, 0, FENCE_HI(1)), end | 3);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_REG_REFUSED), 0);
	set_fence(1, 0, 0);
	assert_int_equal(fence(1) & FENCE_VALID, 0);
	/* The host's are not the guest's. */
	vgt_rig_write(v, FENCE_HI(3), 0x0010f003);
	assert_int_equal(rig_read(v->rig, FENCE_HI(3)), 0x0010f003);
	assert_int_equal(vgt_ggtt_fence_read(&guest->vgpu, 0, FENCE_HI(3)), 0);
}

static void fences_that_are_refused(void **state)
{
	u32 first = low(0) << 12, last = low(255) << 12 | 3;	/* a row of tiles is a page */
	struct { u32 start, end; } bad[] = {
		{ 0, 0xfff003 }, { first - 4096, first | 3 }, { last & ~3u, last + 4096 },
		{ (last & ~3u) + 4096, last + 8192 },
		{ 0, 0xfffff003 }, { high(0) << 12, high(1) << 12 | 3 }, { first, 0xfffff003 },
		/* Rows that are longer than the range, or would end behind it; parts of tiles. */
		{ last & ~3u, last | 31 }, { first | FENCE_TILE_Y, first | 1 },
		{ first, low(3) << 12 | 23 }, { first, low(2) << 12 | 2 },
	};
	u64 refused = 0;

	(void)state;
	set_fence(0, first | FENCE_VALID, last);
	assert_int_equal(fence(0), (u64)last << 32 | first | FENCE_VALID);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		set_fence(0, bad[i].start | FENCE_VALID, bad[i].end);
		assert_int_equal(fence(0) & FENCE_VALID, 0);
		assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_REG_REFUSED), ++refused);
	}
	set_fence(0, first | FENCE_VALID, last);
	/* The end moves out while it is on. */
	vgt_ggtt_fence_write(&guest->vgpu, 0, FENCE_HI(0), last + 4096);
	assert_int_equal(fence(0) & FENCE_VALID, 0);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_REG_REFUSED), ++refused);
	/* There are two. */
	vgt_ggtt_fence_write(&guest->vgpu, 0, FENCE_LO(2), first | FENCE_VALID);
	assert_int_equal(vgt_ggtt_fence_read(&guest->vgpu, 0, FENCE_LO(2)), 0);
	assert_int_equal(rig_read(v->rig, FENCE_LO(guest->vgpu.gm.first_fence + 2)), 0);
	refused += 2;
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_REG_REFUSED), refused);
	/* An end before the start is no fence at all. */
	set_fence(0, (last & ~3u) | FENCE_VALID, first);
	assert_int_equal(fence(0) & FENCE_VALID, 0);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_REG_REFUSED), refused);
}

/*
 * Pages that are no more
 */

static void pages_stay_until_engines_answer(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g), other = vgt_guest_rig_alloc(g);
	u64 before;

	(void)state;
	write8(low(0), gfn << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	v->deaf = GEN8_BTCR;
	before = v->rig->now;
	write8(low(0), other << 12 | FLAGS);
	vgt_ggtt_guest_flush(guest);
	assert_in_range(v->rig->now - before, 4000000, 5000000);
	assert_int_equal(g->pins[gfn], 1);
	write8(low(0), 0);
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pinned, 2);
	v->deaf = 0;
	vgt_ggtt_guest_flush(guest);
	assert_int_equal(g->pinned, 0);
	expect_clean();
}

/*
 * Life
 */

static void expect_scrubbed(void)
{
	for (u32 i = 0; i < 256; i++)
		assert_int_equal(physical(low(i)), 0);
	for (u32 i = 0; i < 2048; i++)
		assert_int_equal(physical(high(i)), 0);
	assert_int_equal(fence(0), 0);
	assert_int_equal(fence(1), 0);
}

static void clear_leaves_nothing(void **state)
{
	(void)state;
	for (u32 i = 0; i < 1000; i++)
		write8(high(2 * i), vgt_guest_rig_alloc(g) << 12 | FLAGS);
	write8(low(0), vgt_guest_rig_alloc(g) << 12 | FLAGS);
	write4(low(1), false, vgt_guest_rig_alloc(g) << 12 | FLAGS);
	set_fence(0, low(0) << 12 | FENCE_VALID, low(7) << 12 | 3);
	vgt_ggtt_guest_flush(guest);
	for (u32 i = 0; i < 1000; i++)
		assert_int_not_equal(gpu_finds(high(2 * i)), 0);
	vgt_ggtt_guest_clear(guest);
	assert_int_equal(g->pinned, 0);
	expect_scrubbed();
	assert_int_equal(read8(low(0)), 0);
	assert_int_equal(vgt_ggtt_fence_read(&guest->vgpu, 0, FENCE_LO(0)), 0);
	for (u32 i = 0; i < 1000; i++)
		assert_int_equal(gpu_finds(high(2 * i)), 0);
	/* More may come. */
	write8(low(0), vgt_guest_rig_alloc(g) << 12 | FLAGS);
	assert_int_equal(g->pinned, 1);
	expect_clean();
}

/* What the firmware left in the GTT is not for the first guest to use. */
static void leftovers_are_scrubbed(void **state)
{
	(void)state;
	vgt_guest_rig_free(g);
	vgt_host_resume(v->host);
	for (u32 i = 0; i < IGD_GTT_ENTRIES; i++)
		if (!(physical(i) & 1))
			igd_gtt_write(v->rig->gd, 8 * i, 0x777000 | FLAGS, 8);
	igd_gtt_flush(v->rig->gd);
	g = vgt_guest_rig_new_bare(v, 1, &small, 8);
	guest = g->guest;
	expect_scrubbed();
	assert_int_equal(gpu_finds(low(0)), 0);
	assert_int_equal(gpu_finds(high(2047)), 0);
	assert_int_equal(physical(low(256)), 0x777000 | FLAGS);
	expect_clean();
}

static void all_is_back_after_a_loss_of_power(void **state)
{
	u64 a = vgt_guest_rig_alloc(g), b = vgt_guest_rig_alloc(g);

	(void)state;
	write8(low(5), a << 12 | FLAGS);
	write8(high(6), b << 12 | GEN8_PTE_PRESENT);
	set_fence(0, low(0) << 12 | FENCE_VALID, low(7) << 12 | 3);
	vgt_ggtt_guest_flush(guest);
	igd_core_reset(v->rig->gd);
	for (u32 i = 0; i < IGD_GTT_ENTRIES; i++)
		igd_gtt_write(v->rig->gd, 8 * i, 0x777000 | FLAGS, 8);
	vgt_ggtt_map_core(v->host->gpu);
	vgt_rig_probe(v);
	vgt_ggtt_guest_restore(guest);
	assert_int_equal(gpu_finds(low(5)), g->bus[a]);
	assert_int_equal(physical(high(6)), g->bus[b] | GEN8_PTE_PRESENT);
	assert_int_equal(fence(0), (u64)(low(7) << 12 | 3) << 32 | low(0) << 12 | FENCE_VALID);
	write8(low(5), 0);
	write8(high(6), 0);
	set_fence(0, 0, 0);
	vgt_ggtt_guest_flush(guest);
	vgt_gpu_write(v->host->gpu, FENCE_HI(guest->vgpu.gm.first_fence), 0);
	expect_scrubbed();
}

static void pages_of_the_core(void **state)
{
	u32 addr = vgt_gm_window(&v->host->gpu->gm, 3) + 0x5000;
	u64 bus = rig_alloc_page(v->rig);

	(void)state;
	vgt_ggtt_map_page(v->host->gpu, addr, bus);
	vgt_ggtt_flush(v->host->gpu);
	assert_int_equal(gpu_finds(addr >> 12), bus);
	vgt_ggtt_unmap_page(v->host->gpu, addr);
	vgt_ggtt_flush(v->host->gpu);
	assert_int_equal(gpu_finds(addr >> 12), 0);
	expect_clean();
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define SHAREABLE(f) cmocka_unit_test_setup_teardown(f, setup_shareable, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(entries_are_translated),
		T(reserved_bits_stay_with_the_guest),
		T(unpinned_after_the_flush),
		T(flushes_cost_only_when_needed),
		T(many_changes_without_a_flush),
		T(others_ranges_are_refused),
		T(odd_accesses_are_refused),
		T(memory_that_is_not_there),
		T(one_page_at_many_places),
		T(halves_in_either_order),
		T(the_half_that_changes),
		T(no_mixture_is_ever_used),
		T(more_halves_than_are_kept),
		T(no_memory_now_but_later),
		T(no_memory_for_the_tables),
		T(memory_is_taken_away),
		SHAREABLE(windows_are_the_ranges),
		T(no_window_of_parts_of_pages),
		SHAREABLE(taken_over_at_the_flush),
		SHAREABLE(memory_and_traps_agree),
		SHAREABLE(only_so_many_stay_shared),
		SHAREABLE(written_in_the_last_moment),
		SHAREABLE(memory_goes_and_comes_back),
		SHAREABLE(cleared_while_shared),
		SHAREABLE(written_while_closed),
		T(fences_are_moved),
		T(fences_that_are_refused),
		T(pages_stay_until_engines_answer),
		T(clear_leaves_nothing),
		T(leftovers_are_scrubbed),
		T(all_is_back_after_a_loss_of_power),
		T(pages_of_the_core),
	};

	return cmocka_run_group_tests_name("vgt_ggtt", tests, NULL, NULL);
}
