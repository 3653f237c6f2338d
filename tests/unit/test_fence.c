// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Fence registers, and the aperture that they detile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "igd_aperture.h"
#include "rig.h"
#include "rnd.h"
#include "tile_ref.h"
#include "vgt/regs/fence.h"

#define RAM_BASE	(32u << 20)
#define PAGES		256u		/* mapped from GGTT page FIRST on, in scrambled order */
#define FIRST		64u
#define NO_RAM		(1ull << 36)	/* a bus address where nothing answers */

static struct rig *rig;

/* What gtt_changed said: how often, and the last time. */
static uint32_t changes, first_changed, num_changed;

static uint64_t gm_pa(uint64_t addr)
{
	return RAM_BASE + (addr / 4096 - FIRST) * 37 % PAGES * 4096 + addr % 4096;
}

static uint8_t *gm(uint64_t addr)
{
	return rig_pa(rig, gm_pa(addr));
}

static void gtt_changed(void *opaque, uint32_t first, uint32_t count)
{
	(void)opaque;
	changes++;
	first_changed = first;
	num_changed = count;
}

static void map_page(uint32_t page, uint64_t pte)
{
	igd_gtt_write(rig->gd, page * 8, pte, 8);
	igd_gtt_flush(rig->gd);
}

static int setup(void **state)
{
	static struct igd_ops ops;

	(void)state;
	rig = rig_new();
	ops = *rig->gd->ops;
	ops.gtt_changed = gtt_changed;
	rig->gd->ops = &ops;
	seed = 88172645463325252ull;
	for (uint32_t page = FIRST; page < FIRST + PAGES; page++)
		map_page(page, gm_pa(page * 4096) | 3);
	for (uint32_t a = FIRST * 4096; a < (FIRST + PAGES) * 4096; a++)
		*gm(a) = rnd(256);
	changes = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_free(rig);
	return 0;
}

static void write_reg(uint32_t offset, uint32_t val)
{
	igd_mmio_write(rig->gd, &igd_client_cpu, offset, val);
}

/* In the order in which i915 does it. */
static void set_fence(unsigned int i, uint32_t first, uint32_t last, uint32_t stride,
		      enum igd_tiling tiling)
{
	write_reg(FENCE_LO(i), 0);
	write_reg(FENCE_HI(i), last << 12 | (stride / 128 - 1));
	write_reg(FENCE_LO(i), first << 12 | (tiling == IGD_TILE_Y) << 1 | 1);
}

static uint64_t read_sized(uint64_t offset, unsigned int size)
{
	return igd_core_aperture_read(rig->gd, offset, size);
}

static void unfenced_is_linear(void **state)
{
	(void)state;
	for (unsigned int size = 1; size <= 8; size *= 2)
		for (uint32_t a = FIRST * 4096; a < (FIRST + 3) * 4096; a += 24) {
			uint64_t val = 0;

			for (unsigned int i = 0; i < size; i++)
				val |= (uint64_t)*gm(a + i) << (8 * i);
			assert_true(read_sized(a, size) == val);
		}
	assert_int_equal(igd_violation_total(rig->gd), 0);
}

/* Any size, aligned or not, across words, tiles and pages. */
static void reads_are_detiled(void **state)
{
	(void)state;
	for (int round = 0; round < 40; round++) {
		enum igd_tiling tiling = rnd(2) ? IGD_TILE_X : IGD_TILE_Y;
		uint32_t stride = (1 + rnd(6)) * (tiling == IGD_TILE_X ? 512 : 128);
		uint32_t height = tiling == IGD_TILE_X ? 8 : 32;
		uint32_t rows = 3 * height, bytes = rows * stride;
		uint32_t base = (FIRST + rnd(8)) * 4096;
		unsigned int i = rnd(IGD_NUM_FENCES);

		set_fence(i, base / 4096, base / 4096 + bytes / 4096 - 1, stride, tiling);
		for (int n = 0; n < 2000; n++) {
			unsigned int size = 1u << rnd(4);
			uint32_t at = rnd(bytes - size);
			uint64_t val = 0;

			for (unsigned int k = 0; k < size; k++) {
				uint64_t to = tile_ref_offset(tiling, stride, (at + k) % stride,
							      (at + k) / stride);

				val |= (uint64_t)*gm(base + to) << (8 * k);
			}
			assert_true(read_sized(base + at, size) == val);
		}
		write_reg(FENCE_LO(i), 0);
	}
	assert_int_equal(igd_violation_total(rig->gd), 0);
}

static void writes_are_tiled(void **state)
{
	const uint32_t stride = 1024, base = FIRST * 4096, bytes = 64 * 4096;
	uint8_t *expect = malloc(bytes);

	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		enum igd_tiling tiling = pass ? IGD_TILE_Y : IGD_TILE_X;

		for (uint32_t a = 0; a < bytes; a++)
			expect[a] = *gm(base + a);
		set_fence(3, base / 4096, base / 4096 + 63, stride, tiling);
		for (int n = 0; n < 5000; n++) {
			unsigned int size = 1u << rnd(4);
			uint32_t at = rnd(bytes - size);
			uint64_t val = (uint64_t)rnd(~0u) << 32 | rnd(~0u);

			igd_core_aperture_write(rig->gd, base + at, val, size);
			for (unsigned int k = 0; k < size; k++)
				expect[tile_ref_offset(tiling, stride, (at + k) % stride,
						       (at + k) / stride)] = val >> (8 * k);
		}
		for (uint32_t a = 0; a < bytes; a++)
			assert_int_equal(expect[a], *gm(base + a));
	}
	free(expect);
}

static void only_covered_pages_are_detiled(void **state)
{
	(void)state;
	set_fence(5, 20, 23, 512, IGD_TILE_X);
	set_fence(9, 40, 47, 128, IGD_TILE_Y);
	assert_null(igd_fence_at(rig->gd, 19));
	assert_non_null(igd_fence_at(rig->gd, 20));
	assert_non_null(igd_fence_at(rig->gd, 23));
	assert_null(igd_fence_at(rig->gd, 24));
	assert_null(igd_fence_at(rig->gd, 39));
	assert_int_equal(igd_fence_at(rig->gd, 47)->tiling, IGD_TILE_Y);
	assert_null(igd_fence_at(rig->gd, 48));
	assert_null(igd_fence_at(rig->gd, 0xfffff));
	write_reg(FENCE_LO(9), 0);
	assert_null(igd_fence_at(rig->gd, 40));
	assert_non_null(igd_fence_at(rig->gd, 21));
}

static void the_lowest_fence_wins(void **state)
{
	(void)state;
	set_fence(31, 20, 30, 128, IGD_TILE_Y);
	set_fence(2, 24, 27, 512, IGD_TILE_X);
	assert_int_equal(igd_fence_at(rig->gd, 23)->tiling, IGD_TILE_Y);
	assert_int_equal(igd_fence_at(rig->gd, 24)->tiling, IGD_TILE_X);
	assert_int_equal(igd_fence_at(rig->gd, 28)->tiling, IGD_TILE_Y);
}

static void changes_are_announced(void **state)
{
	(void)state;
	set_fence(0, 20, 23, 512, IGD_TILE_X);
	assert_int_equal(changes, 1);
	assert_int_equal(first_changed, 20);
	assert_int_equal(num_changed, 4);

	/* Moved by its high half alone: the old range, then the new one. */
	write_reg(FENCE_HI(0), 27u << 12 | 3);
	assert_int_equal(changes, 3);
	assert_int_equal(first_changed, 20);
	assert_int_equal(num_changed, 8);

	write_reg(FENCE_LO(0), 0);
	assert_int_equal(changes, 4);
	assert_int_equal(num_changed, 8);
	write_reg(FENCE_LO(0), 0);
	assert_int_equal(changes, 4);

	set_fence(1, 40, 40, 512, IGD_TILE_X);
	igd_fence_reset(rig->gd);
	assert_int_equal(changes, 6);
	assert_int_equal(first_changed, 40);
	assert_null(igd_fence_at(rig->gd, 40));
}

static void impossible_fences_cover_nothing(void **state)
{
	(void)state;
	set_fence(0, 23, 20, 512, IGD_TILE_X);
	assert_null(igd_fence_at(rig->gd, 22));
	set_fence(0, 20, 23, 128, IGD_TILE_X);
	assert_null(igd_fence_at(rig->gd, 22));
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_MISALIGNED), 2);
}

static void registers_read_back(void **state)
{
	(void)state;
	set_fence(7, 20, 23, 1024, IGD_TILE_Y);
	assert_int_equal(igd_mmio_read(rig->gd, &igd_client_cpu, FENCE_LO(7)), 20 << 12 | 3);
	assert_int_equal(igd_mmio_read(rig->gd, &igd_client_cpu, FENCE_HI(7)), 23 << 12 | 7);
}

/* Reads of what is not there give zero, writes are lost; both are reported. */
static void absent_pages(void **state)
{
	const uint64_t hole = (FIRST + PAGES) * 4096;

	(void)state;
	assert_true(read_sized(hole, 8) == 0);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_GGTT_NONPRESENT), 1);
	igd_core_aperture_write(rig->gd, hole, ~0ull, 8);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_GGTT_NONPRESENT), 2);

	/* Half of an access may be there. */
	assert_true(read_sized(hole - 4, 8) ==
		    (*gm(hole - 4) | (uint32_t)*gm(hole - 3) << 8 | (uint32_t)*gm(hole - 2) << 16 |
		     (uint32_t)*gm(hole - 1) << 24));
}

static void the_aperture_ends(void **state)
{
	const uint64_t end = 256ull << 20;

	(void)state;
	assert_int_equal(igd_aperture_size(rig->gd), end);
	assert_true(read_sized(end, 4) == 0);
	assert_true(read_sized(end - 4, 8) == 0);
	assert_true(read_sized(UINT64_MAX - 3, 8) == 0);
	igd_core_aperture_write(rig->gd, end - 1, ~0ull, 2);
	assert_int_equal(igd_violation_total(rig->gd), 0);
}

static void plain_pages_can_be_reached_directly(void **state)
{
	uint64_t pa;

	(void)state;
	assert_true(igd_core_aperture_page(rig->gd, FIRST + 1, &pa));
	assert_true(pa == gm_pa((FIRST + 1) * 4096));

	set_fence(0, FIRST, FIRST + 3, 512, IGD_TILE_X);
	assert_false(igd_core_aperture_page(rig->gd, FIRST + 1, &pa));
	assert_true(igd_core_aperture_page(rig->gd, FIRST + 4, &pa));

	assert_false(igd_core_aperture_page(rig->gd, FIRST + PAGES, &pa));
	assert_false(igd_core_aperture_page(rig->gd, 65536, &pa));
	map_page(FIRST + 4, NO_RAM | 3);
	assert_false(igd_core_aperture_page(rig->gd, FIRST + 4, &pa));
	assert_int_equal(igd_violation_total(rig->gd), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(unfenced_is_linear),
		TEST(reads_are_detiled),
		TEST(writes_are_tiled),
		TEST(only_covered_pages_are_detiled),
		TEST(the_lowest_fence_wins),
		TEST(changes_are_announced),
		TEST(impossible_fences_cover_nothing),
		TEST(registers_read_back),
		TEST(absent_pages),
		TEST(the_aperture_ends),
		TEST(plain_pages_can_be_reached_directly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
