// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Pipes: counters on a stepped clock, interrupts, latching, CRC. */
#include "display_rig.h"

#define MS	1000000ull
#define SURF_PAGES 16u

/* 100 x 50 pixels at 300 kHz: a line takes 1/3 ms, a frame 16.67 ms */
#define LINE_NS		333334ull
#define FRAME_NS	16666667ull

static uint32_t surf;	/* of the test at hand */

static uint32_t dsl(unsigned int pipe)
{
	return rd(PIPE_BASE(pipe) + PIPEDSL);
}

static uint32_t frames(unsigned int pipe)
{
	return rd(PIPE_BASE(pipe) + PIPE_FRMCNT);
}

static void test_enable_and_disable(void **state)
{
	uint32_t w, h;

	(void)state;
	assert_false(igd_display_mode(rig->gd, IGD_PIPE_A, &w, &h));
	light(IGD_PIPE_A, &small_mode);
	assert_int_equal(rd(PIPE_BASE(0) + TRANSCONF), TRANSCONF_ENABLE | TRANSCONF_STATE);
	assert_true(igd_display_mode(rig->gd, IGD_PIPE_A, &w, &h));
	assert_int_equal(w, 64);
	assert_int_equal(h, 32);
	wr(PIPE_BASE(0) + TRANSCONF, 0);
	assert_int_equal(rd(PIPE_BASE(0) + TRANSCONF), 0);
	assert_false(igd_display_mode(rig->gd, IGD_PIPE_A, &w, &h));
	assert_int_equal(violations(), 0);
}

static void test_line_counter(void **state)
{
	(void)state;
	light(IGD_PIPE_A, &small_mode);
	/* The counter lags one line behind on DisplayPort ... */
	assert_int_equal(dsl(0), 49);
	for (unsigned int line = 1; line < 120; line++) {
		rig_run(rig, LINE_NS);
		assert_int_equal(dsl(0), (line + 49) % 50);
	}
}

static void test_line_counter_hdmi(void **state)
{
	struct mode hdmi = { 1000, 700, 1500, 3000, true, 0, 0 };	/* 270 MHz: 60 Hz */

	(void)state;
	light(IGD_PIPE_B, &hdmi);
	/* ... and two on HDMI. */
	assert_int_equal(dsl(1), 2998);
	rig_run(rig, 5556 * 10);
	assert_int_equal(dsl(1), 8);
}

static void test_frame_counter(void **state)
{
	(void)state;
	light(IGD_PIPE_C, &small_mode);
	assert_int_equal(frames(2), 0);
	/* A frame is counted where vertical blank begins: after 32 of 50 lines. */
	rig_run(rig, 31 * LINE_NS);
	assert_int_equal(frames(2), 0);
	rig_run(rig, LINE_NS);
	assert_int_equal(frames(2), 1);
	rig_run(rig, 600 * FRAME_NS);
	assert_int_equal(frames(2), 601);
	assert_int_equal(dsl(2), 31);
	/* The line counter never shows a blank that the frame counter has not seen. */
	for (int i = 0; i < 1000; i++) {
		uint32_t before = frames(2), line = (dsl(2) + 1) % 50;

		rig_run(rig, 123457);
		if (line < 32 && (dsl(2) + 1) % 50 >= 32)
			assert_int_equal(frames(2), before + 1);
	}
}

static void test_frame_timestamp(void **state)
{
	uint64_t start = rig->now;

	(void)state;
	light(IGD_PIPE_A, &small_mode);
	rig_run(rig, 20 * MS);
	assert_in_range(rd(PIPE_BASE(0) + PIPE_FRMTMSTMP),
			(start + 32 * LINE_NS) / 1000 - 2, (start + 32 * LINE_NS) / 1000 + 2);
	assert_int_equal(rd(TIMESTAMP_CTR), (uint32_t)(rig->now / 1000));
}

static void test_fallback_rate(void **state)
{
	struct mode odd = small_mode;

	(void)state;
	odd.n = 0;
	light(IGD_PIPE_A, &odd);
	rig_run(rig, 1000 * MS);
	assert_in_range(frames(0), 59, 61);
}

static void test_vblank_interrupt(void **state)
{
	unsigned int blanks = 0;

	(void)state;
	light(IGD_PIPE_A, &small_mode);
	rig_run(rig, 100 * MS);
	assert_int_equal(take_pipe_events(0), 0);
	assert_true(rig->deadline == IGD_NEVER);	/* nobody waits, nothing ticks */

	unmask_pipe(0, PIPE_IRQ_VBLANK);
	assert_int_equal(take_pipe_events(0), 0);	/* no blank of the past */
	for (int i = 0; i < 1000; i++) {
		rig_run(rig, 1 * MS);
		if (take_pipe_events(0) & PIPE_IRQ_VBLANK) {
			blanks++;
			assert_int_equal(frames(0), 6 + blanks);
		}
	}
	assert_in_range(blanks, 59, 61);

	unmask_pipe(0, 0);
	rig_run(rig, 100 * MS);
	assert_int_equal(take_pipe_events(0), 0);
	assert_true(rig->deadline == IGD_NEVER);
}

/* A host that lags gets one interrupt for the blanks that it missed. */
static void test_late_timer(void **state)
{
	(void)state;
	light(IGD_PIPE_A, &small_mode);
	unmask_pipe(0, PIPE_IRQ_VBLANK);
	rig->now += 10 * FRAME_NS;
	igd_core_run(rig->gd);
	assert_int_equal(take_pipe_events(0), PIPE_IRQ_VBLANK);
	assert_int_equal(frames(0), 10);
	assert_true(rig->deadline > rig->now && rig->deadline <= rig->now + FRAME_NS);
}

static void test_retime_while_on(void **state)
{
	uint32_t before;

	(void)state;
	light(IGD_PIPE_A, &small_mode);
	rig_run(rig, 1000 * MS);
	before = frames(0);
	wr(TRANS_BASE(0) + TRANS_LINK_M1, 2);	/* twice the clock */
	assert_int_equal(frames(0), before);
	rig_run(rig, 1000 * MS);
	assert_in_range(frames(0) - before, 119, 121);
}

static void plane_on(unsigned int pipe, uint32_t address)
{
	uint32_t p = PIPE_BASE(pipe) + PLANE_BASE(0);

	wr(p + PLANE_STRIDE, 4);
	wr(p + PLANE_POS, 0);
	wr(p + PLANE_SIZE, 31 << 16 | 63);
	wr(p + PLANE_OFFSET, 0);
	wr(p + PLANE_CTL, PLANE_CTL_ENABLE | PLANE_FORMAT_8888 << 24);
	wr(p + PLANE_SURF, address);
}

static void test_flip_latches_at_vblank(void **state)
{
	uint32_t p = PIPE_BASE(0) + PLANE_BASE(0);

	(void)state;
	surf = rig_ggtt_alloc(rig, SURF_PAGES);
	light(IGD_PIPE_A, &small_mode);
	unmask_pipe(0, PIPE_IRQ_FLIP_DONE(0));
	plane_on(0, surf);
	assert_int_equal(rd(p + PLANE_SURFLIVE), 0);
	assert_int_equal(rd(p + PLANE_SURF), surf);
	rig_run(rig, 31 * LINE_NS);
	assert_int_equal(rd(p + PLANE_SURFLIVE), 0);
	rig_run(rig, LINE_NS);
	assert_int_equal(rd(p + PLANE_SURFLIVE), surf);
	assert_int_equal(take_pipe_events(0), PIPE_IRQ_FLIP_DONE(0));
	assert_int_equal(rd(PIPE_BASE(0) + PIPE_FLIPCNT), 1);

	/* Without the arming write nothing changes. */
	wr(p + PLANE_CTL, 0);
	rig_run(rig, 3 * FRAME_NS);
	assert_int_equal(rig->gd->display.pipe[0].plane[0].live.ctl >> 31, 1);
	wr(p + PLANE_SURF, 0);
	rig_run(rig, FRAME_NS);
	assert_int_equal(rig->gd->display.pipe[0].plane[0].live.ctl, 0);
	assert_int_equal(violations(), 0);
}

static void test_async_flip(void **state)
{
	uint32_t p = PIPE_BASE(0) + PLANE_BASE(0);
	uint32_t ctl = PLANE_CTL_ENABLE | PLANE_FORMAT_8888 << 24 | PLANE_CTL_ASYNC_FLIP;

	(void)state;
	surf = rig_ggtt_alloc(rig, SURF_PAGES);
	light(IGD_PIPE_A, &small_mode);
	unmask_pipe(0, PIPE_IRQ_FLIP_DONE(0));
	plane_on(0, surf);
	rig_run(rig, FRAME_NS);
	take_pipe_events(0);
	/* The first flip with the bit waits for vertical blank, the next does not. */
	wr(p + PLANE_CTL, ctl);
	wr(p + PLANE_SURF, surf + 0x1000);
	assert_int_equal(rd(p + PLANE_SURFLIVE), surf);
	rig_run(rig, FRAME_NS);
	assert_int_equal(rd(p + PLANE_SURFLIVE), surf + 0x1000);
	assert_int_equal(take_pipe_events(0), PIPE_IRQ_FLIP_DONE(0));
	wr(p + PLANE_SURF, surf + 0x2000);
	assert_int_equal(rd(p + PLANE_SURFLIVE), surf + 0x2000);
	assert_int_equal(take_pipe_events(0), PIPE_IRQ_FLIP_DONE(0));
}

/* The next CRC that the pipe reports. */
static uint32_t next_crc(void)
{
	for (int i = 0; i < 40; i++) {
		rig_run(rig, 1 * MS);
		if (take_pipe_events(0) & PIPE_IRQ_CRC_DONE)
			return rd(TRANS_BASE(0) + PIPE_CRC_RES);
	}
	fail_msg("no CRC came");
	return 0;
}

static void test_crc(void **state)
{
	uint32_t first, black;

	(void)state;
	surf = rig_ggtt_alloc(rig, SURF_PAGES);
	for (uint32_t i = 0; i < SURF_PAGES * IGD_PAGE_SIZE; i++)
		*gm(surf + i) = i * 7 + (i >> 8);
	light(IGD_PIPE_A, &small_mode);
	unmask_pipe(0, PIPE_IRQ_CRC_DONE);
	rig_run(rig, 100 * MS);
	assert_int_equal(take_pipe_events(0), 0);
	wr(TRANS_BASE(0) + PIPE_CRC_CTL, PIPE_CRC_ENABLE | (uint32_t)PIPE_CRC_DMUX << 28);
	black = next_crc();

	plane_on(0, surf);
	assert_int_equal(next_crc(), black);	/* the frame in which the plane was armed */
	first = next_crc();
	assert_int_not_equal(first, black);
	for (int i = 0; i < 5; i++)
		assert_int_equal(next_crc(), first);
	*gm(surf + 256 * 31 + 63 * 4) ^= 1;	/* one bit of the last pixel */
	assert_int_not_equal(next_crc(), first);
	*gm(surf + 256 * 31 + 63 * 4) ^= 1;
	assert_int_equal(next_crc(), first);
	*gm(surf + 3) ^= 0xff;			/* the unused byte does not count */
	assert_int_equal(next_crc(), first);
	wr(TRANS_BASE(0) + PIPE_CRC_CTL, 0);
	rig_run(rig, 100 * MS);
	assert_int_equal(take_pipe_events(0), 0);
	assert_int_equal(violations(), 0);
}

static void test_power_rule(void **state)
{
	(void)state;
	wr(PWR_WELL_CTL_DRIVER, PWR_WELL_CTL_REQ(14));
	plane_on(0, surf);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_POWER_WELL), 0);
	plane_on(1, surf);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_POWER_WELL), 1);
}

static void test_reset(void **state)
{
	uint32_t w, h;

	(void)state;
	surf = rig_ggtt_alloc(rig, SURF_PAGES);
	light(IGD_PIPE_A, &small_mode);
	unmask_pipe(0, PIPE_IRQ_VBLANK);
	plane_on(0, surf);
	igd_core_reset(rig->gd);
	assert_false(igd_display_mode(rig->gd, IGD_PIPE_A, &w, &h));
	assert_true(rig->deadline == IGD_NEVER);
	assert_int_equal(rd(PIPE_BASE(0) + PLANE_BASE(0) + PLANE_SURFLIVE), 0);
	assert_int_equal(rd(VGACNTRL), VGA_DISP_DISABLE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, display_setup, display_teardown)
	const struct CMUnitTest tests[] = {
		T(test_enable_and_disable),
		T(test_line_counter),
		T(test_line_counter_hdmi),
		T(test_frame_counter),
		T(test_frame_timestamp),
		T(test_fallback_rate),
		T(test_vblank_interrupt),
		T(test_late_timer),
		T(test_retime_while_on),
		T(test_flip_latches_at_vblank),
		T(test_async_flip),
		T(test_crc),
		T(test_power_rule),
		T(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
