// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Tile layouts against their definition as bit diagrams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tile_ref.h"

static const enum igd_tiling tilings[] = {
	IGD_LINEAR, IGD_TILE_X, IGD_TILE_Y, IGD_TILE_YF, IGD_TILE_YF_8, IGD_TILE_YF_64,
};

static void offsets_follow_the_diagrams(void **state)
{
	(void)state;
	for (size_t t = 0; t < IGD_ARRAY_SIZE(tilings); t++)
		for (uint32_t y = 0; y < 130; y++)
			for (uint32_t x = 0; x < 2048; x++)
				assert_int_equal(igd_tile_offset(tilings[t], 2048, x, y),
						 tile_ref_offset(tilings[t], 2048, x, y));
}

static void large_surfaces_do_not_wrap(void **state)
{
	(void)state;
	for (size_t t = 0; t < IGD_ARRAY_SIZE(tilings); t++)
		assert_true(igd_tile_offset(tilings[t], 131072, 131071, 65535) ==
			    tile_ref_offset(tilings[t], 131072, 131071, 65535));
}

static void tiles_fill_a_page(void **state)
{
	(void)state;
	for (size_t t = 1; t < IGD_ARRAY_SIZE(tilings); t++) {
		assert_int_equal(igd_tile_width(tilings[t]) * igd_tile_height(tilings[t]), 4096);
		assert_int_equal(igd_tile_width(tilings[t]), 1u << tile_ref_count(tilings[t], 'x'));
	}
	assert_int_equal(igd_tile_width(IGD_LINEAR), 1);
	assert_int_equal(igd_tile_height(IGD_LINEAR), 1);
}

/* A run is contiguous, and the byte behind it is elsewhere or in the next run. */
static void runs_are_contiguous(void **state)
{
	(void)state;
	for (size_t t = 0; t < IGD_ARRAY_SIZE(tilings); t++)
		for (uint32_t x = 0; x < 1024; x++) {
			uint32_t run = igd_tile_run(tilings[t], x);

			assert_true(run > 0);
			for (uint32_t i = 0; i < run && i < 600; i++)
				assert_int_equal(igd_tile_offset(tilings[t], 2048, x + i, 7),
						 igd_tile_offset(tilings[t], 2048, x, 7) + i);
		}
	assert_int_equal(igd_tile_run(IGD_TILE_X, 500), 12);
	assert_int_equal(igd_tile_run(IGD_TILE_Y, 31), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_follow_the_diagrams),
		cmocka_unit_test(large_surfaces_do_not_wrap),
		cmocka_unit_test(tiles_fill_a_page),
		cmocka_unit_test(runs_are_contiguous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
