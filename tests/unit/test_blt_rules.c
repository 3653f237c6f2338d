// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The blitter where it must do nothing, or not more: malformed commands, faults, slices. */
#include "blt_rig.h"

#define FILL(pitch, p1, p2) { \
	2u << 29 | XY_COLOR_BLT << 22 | 3 << 20 | 5, 3u << 24 | ROP_PAT_COPY << 16 | (pitch), \
	p1, p2, DST_BASE, 0, 0x11223344 }

/* A command that must do nothing, and how often BAD_COMMAND is reported for it. */
static void nothing(const uint32_t *dw, unsigned int len, enum igd_blt_result res)
{
	uint64_t before = igd_violation_count(rig->gd, IGD_RULE_BAD_COMMAND), bytes;

	gm_save(expect);
	assert_int_equal(exec(0, dw, len, &bytes), res);
	assert_int_equal(bytes, 0);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_BAD_COMMAND) - before,
			 res == IGD_BLT_BAD);
	check_gm("malformed", 0);
}

static void malformed_commands(void **state)
{
	const uint32_t zero_pitch[] = FILL(0, 0, 0x00010001);
	const uint32_t negative_pitch[] = FILL(0xff00, 0, 0x00010001);
	const uint32_t negative_x[] = FILL(256, 0x0000ffff, 0x00010001);
	const uint32_t negative_y[] = FILL(256, 0xffff0000, 0x00010001);
	const uint32_t good[] = FILL(256, 0, 0x00010001);
	uint32_t dw[12];

	(void)state;
	nothing(zero_pitch, 7, IGD_BLT_BAD);
	nothing(negative_pitch, 7, IGD_BLT_BAD);
	nothing(negative_x, 7, IGD_BLT_BAD);
	nothing(negative_y, 7, IGD_BLT_BAD);

	memcpy(dw, good, sizeof(good));
	dw[0] = (good[0] & ~0xffu) | 6;		/* one dword too many */
	dw[7] = 0;
	nothing(dw, 8, IGD_BLT_BAD);
	memcpy(dw, good, sizeof(good));		/* the length field says more than there is */
	nothing(dw, 6, IGD_BLT_BAD);
	dw[1] = 3u << 24 | ROP_SRC_COPY << 16 | 256;	/* no source to copy from */
	nothing(dw, 7, IGD_BLT_BAD);
	memcpy(dw, good, sizeof(good));
	dw[0] |= 1 << 11;			/* tiled: 256 dwords are fine, 100 are not */
	dw[1] = 3u << 24 | ROP_PAT_COPY << 16 | 100;
	nothing(dw, 7, IGD_BLT_BAD);
	dw[1] = 3u << 24 | ROP_PAT_COPY << 16 | 256;
	dw[4] = 64;				/* tiled surfaces begin pages */
	nothing(dw, 7, IGD_BLT_BAD);
}

static void malformed_fast_copies(void **state)
{
	uint32_t dw[10] = {
		2u << 29 | XY_FAST_COPY_BLT << 22 | 8, 3u << 24 | 256, 0, 0x00010001, DST_BASE, 0,
		0, 256, SRC_BASE, 0,
	};

	(void)state;
	dw[0] |= 3 << 20;			/* Ys */
	nothing(dw, 10, IGD_BLT_BAD);
	dw[0] = 2u << 29 | XY_FAST_COPY_BLT << 22 | 8;
	dw[1] = 2u << 24 | 256;			/* reserved depth */
	nothing(dw, 10, IGD_BLT_BAD);
	dw[1] = 3u << 24 | 256;
	dw[7] = 0;
	nothing(dw, 10, IGD_BLT_BAD);
	dw[7] = 256;
	dw[6] = 0xffff;				/* source left of its surface */
	nothing(dw, 10, IGD_BLT_BAD);
}

static void empty_rectangles_draw_nothing(void **state)
{
	const uint32_t reversed[] = FILL(256, 0x00010005, 0x00020004);
	const uint32_t flat[] = FILL(256, 0x00010001, 0x00010009);
	uint32_t clipped[] = FILL(256, 0, 0x00080008);

	(void)state;
	nothing(reversed, 7, IGD_BLT_DONE);
	nothing(flat, 7, IGD_BLT_DONE);
	clipped[1] |= 1 << 30;	/* the clip rectangle is empty after reset */
	nothing(clipped, 7, IGD_BLT_DONE);
}

static void unknown_commands(void **state)
{
	const uint32_t dw[] = { 2u << 29 | 0x7e << 22 | 1, 0, 0 };
	const uint32_t mi[] = { 0x02000000 };
	uint64_t bytes;

	(void)state;
	assert_int_equal(igd_blt_len(dw[0]), 0);
	assert_int_equal(igd_blt_len(mi[0]), 0);
	assert_int_equal(exec(0, dw, 3, &bytes), IGD_BLT_BAD);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_UNKNOWN_COMMAND), 1);
}

static void predefined_patterns_are_refused(void **state)
{
	const uint32_t dw[8] = { 2u << 29 | XY_MONO_PAT_FIXED_BLT << 22 | 6 };

	(void)state;
	nothing(dw, 8, IGD_BLT_BAD);
}

/* Pixels that clipping leaves of a rectangle that begins left of the surface. */
static void clipping_tames_negative_coordinates(void **state)
{
	const uint32_t clip[] = { 2u << 29 | XY_SETUP_CLIP_BLT << 22 | 1, 0, 0x00040004 };
	uint32_t dw[] = FILL(256, 0xfffefffd, 0x00080008);

	(void)state;
	gm_save(expect);
	must(0, clip, 3);
	dw[1] |= 1 << 30;
	must(0, dw, 7);
	for (int y = 0; y < 4; y++)
		for (int x = 0; x < 4; x++)
			memcpy(expect + y * 256 + x * 4, &dw[6], 4);
	check_gm("clipped", 0);
	assert_clean("clipped", 0);
}

/* A page that is not there: reported once, its writes are lost, the rest is drawn. */
static void faults_do_not_write(void **state)
{
	const uint32_t dw[] = FILL(4096, 0, 4 << 16 | 1024);

	(void)state;
	gm_save(expect);
	rig_ppgtt_map(ppgtt, 2 * 4096, 0, 0);
	for (int page = 0; page < 4; page++)
		for (int i = 0; i < 4096 && page != 2; i += 4)
			memcpy(expect + page * 4096 + i, &dw[6], 4);
	must(0, dw, 7);
	check_gm("fault", 0);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_PPGTT_NONPRESENT), 1);
	assert_int_equal(violations(), 1);
}

static void faulting_sources_read_zero(void **state)
{
	const uint32_t dw[] = {
		2u << 29 | XY_FAST_COPY_BLT << 22 | 8, 3u << 24 | 4096, 0, 2 << 16 | 1024,
		DST_BASE, 0, 0, 4096, SRC_BASE, 0,
	};

	(void)state;
	gm_save(expect);
	rig_ppgtt_map(ppgtt, SRC_BASE, 0, 0);
	memset(expect, 0, 4096);
	memcpy(expect + 4096, expect + SRC_BASE + 4096, 4096);
	must(0, dw, 10);
	check_gm("source fault", 0);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_PPGTT_NONPRESENT), 1);
}

/* A linear surface may begin anywhere, and then a page may end within a pixel. */
static void pixels_across_pages(void **state)
{
	uint32_t dw[] = FILL(4096, 0, 5 << 16 | 1024);

	(void)state;
	dw[4] = 0x1003;
	gm_save(expect);
	for (int i = 0; i < 5 * 4096; i += 4)
		memcpy(expect + dw[4] + i, &dw[6], 4);
	must(0, dw, 7);
	check_gm("unaligned", 0);
}

static void read_only_pages_keep_their_contents(void **state)
{
	const uint32_t dw[] = FILL(4096, 0, 3 << 16 | 1024);

	(void)state;
	rig_ppgtt_map(ppgtt, 4096, gm_pa(4096), 1);
	gm_save(expect);
	for (int page = 0; page < 3; page += 2)
		for (int i = 0; i < 4096; i += 4)
			memcpy(expect + page * 4096 + i, &dw[6], 4);
	must(0, dw, 7);
	check_gm("read-only", 0);
	assert_clean("read-only", 0);
}

/* 64 MiB of graphics memory that is one small piece of RAM over and over. */
static void long_blits_come_in_slices(void **state)
{
	uint32_t dw[] = FILL(16384, 0, 4096u << 16 | 4096);
	enum igd_blt_result res;
	uint64_t total = 0;
	int calls = 0;

	(void)state;
	gm_save(expect);
	for (uint32_t a = 0; a < 64 << 20; a += 4096)
		rig_ppgtt_map(ppgtt, GM_SIZE + a, gm_pa(a % GM_SIZE), 3);
	dw[4] = GM_SIZE;
	do {
		uint64_t bytes;

		res = igd_blt_exec(rig->gd, &blt, &as, 0, dw, 7, &bytes);
		assert_true(bytes <= IGD_BLT_SLICE + 16384);
		total += bytes;
		calls++;
	} while (res == IGD_BLT_MORE);
	assert_int_equal(res, IGD_BLT_DONE);
	assert_int_equal(total, 64 << 20);
	assert_int_equal(calls, 16);
	assert_int_equal(blt.row, 0);
	for (uint32_t a = 0; a < GM_SIZE; a += 4)
		memcpy(expect + a, &dw[6], 4);
	check_gm("slices", 0);
	assert_clean("slices", 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, blt_setup, blt_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(malformed_commands),
		TEST(malformed_fast_copies),
		TEST(empty_rectangles_draw_nothing),
		TEST(unknown_commands),
		TEST(predefined_patterns_are_refused),
		TEST(clipping_tames_negative_coordinates),
		TEST(faults_do_not_write),
		TEST(faulting_sources_read_zero),
		TEST(pixels_across_pages),
		TEST(read_only_pages_keep_their_contents),
		TEST(long_blits_come_in_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
