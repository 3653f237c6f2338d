// SPDX-License-Identifier: GPL-2.0 OR MIT
/* A guest's display in time: modes, counters, vertical blanks, flips. */
#include "vgt_display_rig.h"

/* -- modes --------------------------------------------------------------------- */

static u32 frames(unsigned int pipe)
{
	return rd(PIPE_BASE(pipe) + PIPE_FRMCNT);
}

/* As intel_get_crtc_scanline(). */
static u32 scanline(unsigned int pipe)
{
	return (rd(PIPE_BASE(pipe) + PIPEDSL) + 1) % 806;
}

static void test_counters(void **state)
{
	u32 last_line = 0, last_count, count, line, us;
	u64 start;

	(void)state;
	assert_int_equal(rd(PIPE_BASE(0) + PIPEDSL), 0);
	mode_set(0);
	start = now();
	last_count = frames(0);
	for (unsigned int i = 0; i < 3000; i++) {
		vgt_rig_run(v, LINE_NS / 2 + i % 977);
		count = frames(0);
		line = scanline(0);
		assert_in_range(line, 0, 805);
		assert_int_equal(line, (now() - start) % FRAME_NS * 806 / FRAME_NS);
		/* The counter steps where the blank begins, and nowhere else. */
		assert_int_equal(count - last_count, last_line < 768 && line >= 768);
		us = rd(PIPE_BASE(0) + PIPE_FRMTMSTMP);
		assert_true(rd(TIMESTAMP_CTR) - us <= FRAME_NS / 1000 + 1);
		if (count != last_count)
			assert_true(rd(TIMESTAMP_CTR) - us <= LINE_NS / 500);
		last_count = count;
		last_line = line;
	}
	pipe_off(0);
	count = frames(0);
	vgt_rig_run(v, 100 * MS);
	assert_int_equal(frames(0), count);
	mode_set(0);
	assert_int_equal(frames(0), count);
}

/* HDMI's counter is two lines late. */
static void test_hdmi_counter(void **state)
{
	u64 start;

	(void)state;
	mode_set(0);
	pipe_off(0);
	wr(TRANS_BASE(0) + TRANS_DDI_FUNC_CTL, TRANS_DDI_ENABLE | PORT_B << 28);
	wr(PIPE_BASE(0) + TRANSCONF, TRANSCONF_ENABLE);
	start = now();
	assert_int_equal(rd(PIPE_BASE(0) + PIPEDSL), 804);
	vgt_rig_run(v, 500 * LINE_NS);
	assert_in_range(rd(PIPE_BASE(0) + PIPEDSL) + 2, (now() - start) / LINE_NS - 2,
			(now() - start) / LINE_NS + 2);
}

static void test_frame_rate(void **state)
{
	u32 count;

	(void)state;
	mode_set(1);
	count = frames(1);
	vgt_rig_run(v, 1000 * MS);
	assert_in_range(frames(1) - count, 59, 61);
	/* Half the clock. */
	wr(TRANS_BASE(1) + TRANS_LINK_M1, 32500);
	count = frames(1);
	vgt_rig_run(v, 1000 * MS);
	assert_in_range(frames(1) - count, 29, 31);
	assert_int_equal(frames(0), 0);
}

/* Clocks and timings that make no sense. */
static void test_absurd_modes(void **state)
{
	static const u32 values[] = { 0, 1, 0xffff, 0x10000, 0x7fffffff, 0xffffffff };
	u32 trans = TRANS_BASE(0);
	u32 count;

	(void)state;
	mode_set(0);
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IER, ~0u);
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IMR, ~PIPE_IRQ_VBLANK);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(values); j++) {
			wr(trans + TRANS_HTOTAL, values[i]);
			wr(trans + TRANS_VTOTAL, values[j]);
			wr(trans + TRANS_VBLANK, values[(i + j) % ARRAY_SIZE(values)]);
			wr(trans + TRANS_LINK_M1, values[j]);
			wr(trans + TRANS_LINK_N1, values[i]);
			wr(trans + TRANS_DDI_FUNC_CTL, values[j]);
			wr(DPLL_CTRL2, values[i]);
			count = frames(0);
			vgt_rig_run(v, 100 * MS);
			assert_in_range(frames(0) - count, 0, 26);
			rd(PIPE_BASE(0) + PIPEDSL);
			rd(PIPE_BASE(0) + PIPE_FRMTMSTMP);
		}
	}
}

/* -- vertical blanks and flips ------------------------------------------------- */

static u32 take_events(unsigned int pipe)
{
	u32 iir = rd(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR);

	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR, iir);
	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR, iir);
	return iir;
}

static void unmask(unsigned int pipe, u32 events)
{
	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IMR, ~events);
}

static bool timer_runs(void)
{
	return v->timer != VGT_NEVER;
}

static void no_notify(void)
{
	static struct vgt_guest_ops ops;

	vgt_guest_close(g->guest);
	ops = *machine;
	ops.display_changed = NULL;
	assert_int_equal(vgt_guest_open(g->guest, &ops, g), 0);
}

static void test_vblank(void **state)
{
	unsigned int raised, events = 0;
	u64 start;
	u32 count;

	(void)state;
	enable_interrupts();
	mode_set(0);
	assert_false(timer_runs());		/* nobody waits */
	vgt_rig_run(v, 50 * MS);
	assert_int_equal(take_events(0), 0);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_VBLANK), 0);

	unmask(0, PIPE_IRQ_VBLANK);
	assert_int_equal(take_events(0), 0);	/* those that have passed do not show up */
	assert_true(timer_runs());
	assert_true(v->timer > now() && v->timer <= now() + FRAME_NS + 1);
	start = now();
	count = frames(0);
	for (unsigned int i = 0; i < 60; i++) {
		raised = g->raised;
		vgt_rig_run(v, v->timer - now() + 1000);
		assert_int_equal(g->raised, raised + 1);
		assert_int_equal(take_events(0), PIPE_IRQ_VBLANK);
		assert_in_range(scanline(0), 768, 769);
		events++;
	}
	assert_int_equal(frames(0) - count, events);
	assert_in_range(now() - start, 59 * FRAME_NS, 61 * FRAME_NS);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_VBLANK), 60);
	assert_int_equal(take_events(1), 0);

	unmask(0, 0);
	assert_false(timer_runs());
	/* Unmasked but not enabled is nobody waiting, either. */
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IER, 0);
	unmask(0, PIPE_IRQ_VBLANK);
	assert_false(timer_runs());
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IER, PIPE_IRQ_VBLANK);
	assert_true(timer_runs());
	pipe_off(0);
	assert_false(timer_runs());
}

/* A guest that was late gets one interrupt for what it has missed. */
static void test_missed_vblanks(void **state)
{
	(void)state;
	enable_interrupts();
	mode_set(0);
	unmask(0, PIPE_IRQ_VBLANK);
	v->rig->now += 10 * FRAME_NS;
	vgt_hw_timer(&v->hw);
	assert_int_equal(take_events(0), PIPE_IRQ_VBLANK);
	assert_true(v->timer > now() && v->timer <= now() + FRAME_NS + 1);
}

static u32 live(unsigned int pipe, unsigned int n)
{
	return rd(plane(pipe, n) + PLANE_SURFLIVE);
}

static void test_flip(void **state)
{
	u32 flips;

	(void)state;
	no_notify();
	enable_interrupts();
	show(0, 0, XRGB, 1024, 768, 64, low());
	assert_int_equal(live(0, 0), low());	/* pipe off: at once */
	mode_set(0);
	flips = rd(PIPE_BASE(0) + PIPE_FLIPCNT);

	/* Nobody waits: no timer, yet it is live from the blank on. */
	flip(0, 0, low() + 0x400000);
	assert_int_equal(rd(PIPE_BASE(0) + PIPE_FLIPCNT), flips + 1);
	assert_false(timer_runs());
	assert_int_equal(live(0, 0), low());
	vgt_rig_run(v, 760 * LINE_NS);
	assert_int_equal(live(0, 0), low());
	vgt_rig_run(v, 20 * LINE_NS);
	assert_int_equal(live(0, 0), low() + 0x400000);
	assert_int_equal(take_events(0), 0);

	/* Whoever waits for flip-done gets it at the next blank, and the timer ends. */
	unmask(0, PIPE_IRQ_FLIP_DONE(0));
	assert_false(timer_runs());
	flip(0, 0, low() + 0x800000);
	assert_true(timer_runs());
	assert_int_equal(take_events(0), 0);
	vgt_rig_run(v, v->timer - now());
	assert_int_equal(take_events(0), PIPE_IRQ_FLIP_DONE(0));
	assert_int_equal(live(0, 0), low() + 0x800000);
	assert_false(timer_runs());

	/* The last of several wins. */
	flip(0, 0, low());
	flip(0, 0, low() + 0x1000);
	vgt_rig_run(v, 2 * FRAME_NS);
	assert_int_equal(live(0, 0), low() + 0x1000);
	assert_int_equal(take_events(0), PIPE_IRQ_FLIP_DONE(0));
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_FRAME), 5);
}

/* Registers that are not armed do not show. */
static void test_arming(void **state)
{
	struct vgt_plane p;

	(void)state;
	mode_set(0);
	show(0, 0, XRGB, 640, 480, 40, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 640);
	wr(plane(0, 0) + PLANE_SIZE, 599 << 16 | 799);
	wr(plane(0, 0) + PLANE_STRIDE, 50);
	vgt_rig_run(v, 2 * FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 640);
	flip(0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 640);
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 800);
	assert_int_equal(p.stride, 3200);
}

static void test_async_flip(void **state)
{
	(void)state;
	no_notify();
	enable_interrupts();
	mode_set(0);
	show(0, 0, XRGB | X_TILED | PLANE_CTL_ASYNC_FLIP, 1024, 768, 8, low());
	assert_int_equal(live(0, 0), 0);	/* the first waits */
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(live(0, 0), low());
	unmask(0, PIPE_IRQ_FLIP_DONE(0));
	flip(0, 0, low() + 0x400000);
	assert_int_equal(live(0, 0), low() + 0x400000);
	assert_int_equal(take_events(0), PIPE_IRQ_FLIP_DONE(0));
	assert_false(timer_runs());
}

/* A VMM that looks is told when what is shown has changed. */
static void test_notify(void **state)
{
	unsigned int changed;

	(void)state;
	changed = g->changed;
	mode_set(0);
	assert_true(g->changed > changed);
	changed = g->changed;
	show(0, 0, XRGB, 1024, 768, 64, low());
	assert_int_equal(g->changed, changed);
	assert_true(timer_runs());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(g->changed, changed + 1);
	assert_false(timer_runs());
	vgt_rig_run(v, 10 * FRAME_NS);
	assert_int_equal(g->changed, changed + 1);
	wr(PIPE_BASE(0) + CUR_POS, 5);
	wr(PIPE_BASE(0) + CUR_BASE, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(g->changed, changed + 2);
	pipe_off(0);
	assert_true(g->changed > changed + 2);
}

/* The machine goes in mid-frame; nothing of it is called any more. */
static void test_close(void **state)
{
	unsigned int raised, changed;
	u8 edid[VGT_EDID_MAX];

	(void)state;
	assert_int_equal(vgt_guest_set_edid(g->guest, NULL, 0), 0);
	enable_interrupts();
	mode_set(0);
	unmask(0, PIPE_IRQ_VBLANK);
	assert_true(timer_runs());
	flip(0, 0, low());
	vgt_guest_close(g->guest);
	assert_false(timer_runs());
	raised = g->raised;
	changed = g->changed;
	v->rig->now += 3 * FRAME_NS;
	vgt_hw_timer(&v->hw);
	assert_int_equal(g->raised, raised);
	assert_int_equal(g->changed, changed);
	assert_int_equal(vgt_guest_edid(g->guest, edid), 128);
	check_edid(edid, g->guest->type->width, g->guest->type->height);
	assert_int_equal(vgt_guest_set_edid(g->guest, NULL, 0), 0);

	assert_int_equal(vgt_guest_open(g->guest, machine, g), 0);
	assert_false(timer_runs());
	assert_false(connected());
	assert_int_equal(rd(PIPE_BASE(0) + TRANSCONF), 0);
	assert_int_equal(frames(0), 0);
	assert_int_equal(live(0, 0), 0);
	assert_int_equal(rd(VGACNTRL) & VGA_DISP_DISABLE, VGA_DISP_DISABLE);
}

/* Two guests at different rates: each has its own blanks, and one goes before the other. */
static void test_two_guests(void **state)
{
	struct vgt_guest_rig *first = g, *second = vgt_guest_rig_new(v, "V5_8", 4);

	(void)state;
	for (int i = 0; i < 2; i++) {
		g = i ? second : first;
		enable_interrupts();
		mode_set(i);
		if (i)
			wr(TRANS_BASE(i) + TRANS_LINK_M1, 32500);
		unmask(i, PIPE_IRQ_VBLANK);
	}
	first->raised = 0;
	second->raised = 0;
	for (int i = 0; i < 2000; i++) {
		vgt_rig_run(v, MS / 2);
		g = first;
		take_events(0);
		g = second;
		take_events(1);
	}
	assert_in_range(first->raised, 59, 61);
	assert_in_range(second->raised, 29, 31);
	vgt_guest_rig_free(second);
	g = first;
	assert_true(timer_runs());
	vgt_rig_run(v, 2 * FRAME_NS);
	assert_int_equal(take_events(0), PIPE_IRQ_VBLANK);
	unmask(0, 0);
	assert_false(timer_runs());
}

static void test_reset(void **state)
{
	struct vgt_plane p;

	(void)state;
	enable_interrupts();
	mode_set(0);
	unmask(0, PIPE_IRQ_VBLANK);
	show(0, 0, XRGB, 1024, 768, 64, low());
	vgt_rig_run(v, FRAME_NS);
	vgt_guest_reset(g->guest);
	assert_false(timer_runs());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -ENOENT);
}

/* -- the rest ------------------------------------------------------------------ */

/* i915 reads back what it has written to the precision palette. */
static void test_palette(void **state)
{
	u32 index = PREC_PAL_BASE(1) + PREC_PAL_INDEX, data = PREC_PAL_BASE(1) + PREC_PAL_DATA;

	(void)state;
	wr(index, PREC_PAL_AUTO_INC);
	for (u32 i = 0; i < 1024; i++)
		wr(data, i * 3);
	wr(index, PREC_PAL_AUTO_INC);
	for (u32 i = 0; i < 1024; i++)
		assert_int_equal(rd(data), i * 3);
	wr(index, 7);
	assert_int_equal(rd(data), 21);
	assert_int_equal(rd(data), 21);
}

/* Every register of the display takes any value. */
static void test_storm(void **state)
{
	u32 seed = 7;

	(void)state;
	for (unsigned int i = 0; i < 300000; i++) {
		seed = seed * 1664525 + 1013904223;
		if (i % 3)
			wr(0x40000 + (seed >> 8 & 0x3fffc), seed * 31);
		else
			rd(0x40000 + (seed >> 8 & 0x3fffc));
		if (i % 8 == 0)
			wr(0xc0000 + (seed >> 9 & 0x3fffc), seed);
		if (i % 64 == 0) {
			v->rig->now += seed >> 6;
			if (now() >= v->timer)
				vgt_hw_timer(&v->hw);
		}
	}
	assert_int_equal(v->rig->trespasses, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, display_setup, display_teardown)
	const struct CMUnitTest tests[] = {
		T(test_counters),
		T(test_hdmi_counter),
		T(test_frame_rate),
		T(test_absurd_modes),
		T(test_vblank),
		T(test_missed_vblanks),
		T(test_flip),
		T(test_arming),
		T(test_async_flip),
		T(test_notify),
		T(test_close),
		T(test_two_guests),
		T(test_reset),
		T(test_palette),
		T(test_storm),
	};

	return cmocka_run_group_tests_name("vgt_display", tests, NULL, NULL);
}
