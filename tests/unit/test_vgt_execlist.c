// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The host's submission port on the core: the same driver does the same on the
 * bare GPU and on the core, and must see the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/kernel.h>

#include "vgt_rig.h"
#include "drivers/vgt/vgt_irq.h"
#include "igd_irq.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/mi.h"

static struct vgt_rig *v;

static int setup(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vgt_rig_free(v);
	return 0;
}

static void expect_clean(struct vgt_rig *w)
{
	if (igd_violation_total(w->rig->gd))
		fail_msg("%s", w->rig->violation);
	assert_int_equal(w->rig->trespasses, 0);
}

static void expect_csb(enum igd_engine_id engine, u32 status, u32 id)
{
	u32 got_status, got_id;

	assert_true(vgt_rig_csb_next(v, engine, &got_status, &got_id));
	assert_int_equal(got_status, status);
	assert_int_equal(got_id, id);
}

static void expect_no_csb(enum igd_engine_id engine)
{
	u32 status, id;

	assert_false(vgt_rig_csb_next(v, engine, &status, &id));
}

static void one_element(void **state)
{
	u32 scratch = rig_ggtt_alloc(v->rig, 1);

	(void)state;
	for (int e = 0; e < IGD_NUM_ENGINES; e++) {
		struct rig_context *c = rig_context_new(v->rig, e, 0x11);
		u32 base = v->rig->gd->engine[e].base;

		rig_emit_store(c, scratch, 1 + e);
		rig_emit(c, MI_USER_INTERRUPT, MI_ARB_CHECK);
		vgt_rig_submit(v, c, NULL, 0);
		vgt_rig_settle(v);
		assert_int_equal(*rig_ggtt(v->rig, scratch), 1 + e);
		expect_csb(e, CSB_IDLE_ACTIVE, 0);
		expect_csb(e, CSB_COMPLETE | CSB_ACTIVE_IDLE, 0x11);
		expect_no_csb(e);
		assert_int_equal(v->events[e], IGD_EV_USER_INTERRUPT | IGD_EV_CONTEXT_SWITCH);
		assert_int_equal(vgt_rig_read(v, RING_EXECLIST_STATUS_HI(base)), 0);
		assert_true(vgt_rig_read(v, RING_MI_MODE(base)) & MI_MODE_IDLE);
		/* Registers and page tell the same. */
		assert_int_equal(vgt_rig_read(v, RING_CSB_PTR(base)), 5 << CSB_READ_PTR_SHIFT | 1);
		assert_int_equal(vgt_rig_read(v, RING_CSB(base) + 8), CSB_COMPLETE | CSB_ACTIVE_IDLE);
		assert_int_equal(vgt_rig_read(v, RING_CSB(base) + 12), 0x11);
		/* Nothing was written to the page but by the core. */
		assert_true(rig_read(v->rig, RING_HWS_PGA(base)) >= v->host->gpu->gm.end);
		rig_context_free(c);
	}
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_SUBMIT), 4);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_SUBMIT_DIRECT), 4);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_CONTEXT_EVENT), 8);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_CONTEXT_SURPRISE), 0);
	assert_int_equal(v->timer, VGT_NEVER);
	expect_clean(v);
}

/* The fast path: within the fourth write, before anything else happens. */
static void submission_reaches_the_hardware_at_once(void **state)
{
	struct rig_context *c = rig_context_new(v->rig, IGD_BCS, 3);

	(void)state;
	rig_emit(c, MI_ARB_CHECK, MI_NOOP);
	vgt_rig_submit(v, c, NULL, 0);
	assert_int_equal(v->rig->gd->engine[IGD_BCS].port.num_pending, 1);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_SUBMIT_DIRECT), 1);
	vgt_rig_settle(v);
	expect_clean(v);
	rig_context_free(c);
}

static void events_written_before_a_reset_are_seen(void **state)
{
	struct rig_context *c = rig_context_new(v->rig, IGD_RCS, 3);
	u32 scratch = rig_ggtt_alloc(v->rig, 1);

	(void)state;
	rig_emit_semaphore(c, scratch, SEMAPHORE_EQ, 1);
	vgt_rig_submit(v, c, NULL, 0);
	/* The interrupt has not been served when the driver resets the engine. */
	rig_run(v->rig, 20000);
	assert_int_equal(vgt_rig_read(v, RING_EXECLIST_STATUS_HI(RENDER_RING_BASE)), 3);
	expect_no_csb(IGD_RCS);
	vgt_rig_write(v, GEN6_GDRST, GDRST_RENDER);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_no_csb(IGD_RCS);
	assert_int_equal(vgt_rig_read(v, RING_CSB_PTR(RENDER_RING_BASE)), 0x707);
	assert_int_equal(vgt_rig_read(v, RING_HWS_PGA(RENDER_RING_BASE)), 0);
	assert_int_equal(vgt_rig_read(v, RING_IMR(RENDER_RING_BASE)), ~0u);
	vgt_rig_engine_enable(v, IGD_RCS);
	*rig_ggtt(v->rig, scratch) = 1;
	vgt_rig_submit(v, c, NULL, 0);
	vgt_rig_settle(v);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 3);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_ENGINE_RESET), 1);
	assert_int_equal(v->host->gpu->engine[VGT_BCS].live, true);
	expect_clean(v);
	rig_context_free(c);
}

/* Out of protocol, but nobody else's harm: it waits for the engine, or its successor replaces it. */
static void submissions_in_a_row(void **state)
{
	struct rig_context *c[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		c[i] = rig_context_new(v->rig, IGD_RCS, 3 + i);
		rig_emit(c[i], MI_ARB_CHECK, MI_NOOP);
	}
	for (int i = 0; i < 3; i++)
		vgt_rig_submit(v, c[i], NULL, 0);
	vgt_rig_settle(v);
	vgt_rig_settle(v);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_SUBMIT_REPLACED), 1);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 3);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 5);
	expect_no_csb(IGD_RCS);
	vgt_rig_submit_raw(v, IGD_RCS, 0, 0);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_REG_REFUSED), 1);
	expect_clean(v);
	for (int i = 0; i < 3; i++)
		rig_context_free(c[i]);
}

static void no_status_page(void **state)
{
	struct rig_context *c = rig_context_new(v->rig, IGD_VECS, 3);
	u32 base = VEBOX_RING_BASE;

	(void)state;
	vgt_rig_write(v, RING_HWS_PGA(base), 0xfc000000);	/* the core's */
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_REG_REFUSED), 1);
	vgt_rig_write(v, RING_HWS_PGA(base), 0x07000000);	/* not mapped */
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_REG_REFUSED), 2);
	rig_emit(c, MI_ARB_CHECK, MI_NOOP);
	vgt_rig_submit(v, c, NULL, 0);
	vgt_rig_settle(v);
	expect_no_csb(IGD_VECS);
	assert_int_equal(vgt_rig_read(v, RING_CSB_PTR(base)) & CSB_WRITE_PTR, 1);
	expect_clean(v);
	rig_context_free(c);
}

/*
 * Bare and mediated, side by side
 */

static unsigned int accesses_of_a_request(bool mediated)
{
	struct vgt_rig *w = vgt_rig_new(mediated);
	struct rig_context *c = rig_context_new(w->rig, IGD_RCS, 3);
	unsigned int before = w->accesses, accesses;
	u32 status, id;

	for (int i = 0; i < 20; i++) {
		rig_emit(c, MI_USER_INTERRUPT, MI_NOOP);
		vgt_rig_submit(w, c, NULL, 0);
		vgt_rig_settle(w);
		while (vgt_rig_csb_next(w, IGD_RCS, &status, &id))
			;
	}
	accesses = w->accesses - before;
	assert_int_equal(w->spurious, 0);
	rig_context_free(c);
	vgt_rig_free(w);
	return accesses;
}

/* From the submission to the end of the interrupt's handler. */
static void no_more_register_accesses_than_bare(void **state)
{
	(void)state;
	assert_true(accesses_of_a_request(true) <= accesses_of_a_request(false));
}

static unsigned int interrupts_of_two_events(bool mediated)
{
	struct vgt_rig *w = vgt_rig_new(mediated);
	struct rig_context *c = rig_context_new(w->rig, IGD_RCS, 3);
	unsigned int before = w->interrupts, interrupts;
	u32 status, id;

	rig_emit(c, MI_NOOP, MI_NOOP);
	vgt_rig_submit(w, c, NULL, 0);
	rig_run(w->rig, 1000000);	/* nobody looks until it has come and gone */
	vgt_rig_settle(w);
	interrupts = w->interrupts - before;
	assert_true(vgt_rig_csb_next(w, IGD_RCS, &status, &id));
	assert_int_equal(status, CSB_IDLE_ACTIVE);
	assert_true(vgt_rig_csb_next(w, IGD_RCS, &status, &id));
	assert_int_equal(status, CSB_COMPLETE | CSB_ACTIVE_IDLE);
	assert_int_equal(w->events[IGD_RCS], VGT_EV_CONTEXT_SWITCH);
	assert_int_equal(w->spurious, 0);
	rig_context_free(c);
	vgt_rig_free(w);
	return interrupts;
}

/* The core finds both at once, and takes back the interrupt of the second. */
static void two_events_are_one_interrupt(void **state)
{
	(void)state;
	assert_int_equal(interrupts_of_two_events(false), 2);
	assert_int_equal(interrupts_of_two_events(true), 1);
}

#define CONTEXTS	4
#define STEPS		400
#define MAX_EVENTS	8192

/* What the driver saw, in order. */
struct seen {
	u32 item[MAX_EVENTS];
	unsigned int n;
};

struct scenario {
	struct vgt_rig *v;
	struct seen *seen;
	u64 seed;
	enum igd_engine_id engine;
	struct rig_context *ctx[CONTEXTS];
	u32 gates;
	u32 opened[CONTEXTS];
	bool submitted;
};

/* Over all seeds: the comparison must not be about nothing. */
static unsigned int total[32], lite, resets;

static u32 rnd(struct scenario *s, u32 n)
{
	s->seed = s->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (s->seed >> 33) % n;
}

static void saw(struct scenario *s, u32 item)
{
	assert_true(s->seen->n < MAX_EVENTS);
	s->seen->item[s->seen->n++] = item;
}

static void take_status(struct scenario *s)
{
	u32 status, id;

	while (vgt_rig_csb_next(s->v, s->engine, &status, &id)) {
		saw(s, status);
		saw(s, id);
		total[status & 31]++;
		lite += !!(status & CSB_LITE_RESTORE);
		if (status & (CSB_IDLE_ACTIVE | CSB_PREEMPTED))
			s->submitted = false;
	}
}

static void emit_work(struct scenario *s, int i)
{
	struct rig_context *c = s->ctx[i];
	u32 room = (RIG_RING_SIZE + (rig_context_image(c)[0x05] & RING_HEAD_ADDR) - c->tail - 4) %
		   RIG_RING_SIZE;

	if (room < 256)
		return;
	switch (rnd(s, 3)) {
	case 0:
		rig_emit_semaphore(c, s->gates + 4 * i, SEMAPHORE_GTE, ++s->opened[i]);
		break;
	case 1:
		rig_emit(c, MI_USER_INTERRUPT, MI_NOOP);
		break;
	case 2:
		rig_emit(c, MI_ARB_ON_OFF);
		rig_emit_store(c, s->gates + 256 + 4 * i, rnd(s, 1000));
		rig_emit(c, MI_ARB_ON_OFF | MI_ARB_ENABLE, MI_ARB_CHECK, MI_NOOP);
		break;
	}
	rig_emit(c, MI_ARB_CHECK, MI_NOOP);
}

static void submit_random(struct scenario *s)
{
	int first = rnd(s, CONTEXTS), second = rnd(s, 3) ? (int)rnd(s, CONTEXTS) : -1;
	u64 flags = rnd(s, 4) ? 0 : CTX_DESC_FORCE_RESTORE;

	if (s->submitted)
		return;
	if (second == first)
		second = -1;
	emit_work(s, first);
	if (second >= 0)
		emit_work(s, second);
	s->submitted = true;
	vgt_rig_submit(s->v, s->ctx[first], second < 0 ? NULL : s->ctx[second], flags);
}

static void reset_random(struct scenario *s)
{
	static const u32 domain[IGD_NUM_ENGINES] = {
		[IGD_RCS] = GDRST_RENDER, [IGD_BCS] = GDRST_BLT,
		[IGD_VCS] = GDRST_MEDIA, [IGD_VECS] = GDRST_VECS,
	};
	bool full = rnd(s, 2);

	vgt_rig_write(s->v, GEN6_GDRST, full ? GDRST_FULL : domain[s->engine]);
	take_status(s);
	saw(s, vgt_rig_read(s->v, RING_CSB_PTR(s->v->rig->gd->engine[s->engine].base)));
	for (int e = 0; e < IGD_NUM_ENGINES; e++)
		if (full || e == (int)s->engine)
			vgt_rig_engine_enable(s->v, e);
	s->submitted = false;
	resets++;
}

/* Registers that must tell the driver the same. */
static void look_at_registers(struct scenario *s)
{
	u32 base = s->v->rig->gd->engine[s->engine].base;
	const u32 regs[] = {
		RING_CSB_PTR(base), RING_EXECLIST_STATUS_LO(base), RING_EXECLIST_STATUS_HI(base),
		RING_HEAD(base), RING_TAIL(base), RING_MI_MODE(base), RING_IMR(base),
		RING_ACTHD(base), RING_MODE(base),
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(regs); i++)
		saw(s, vgt_rig_read(s->v, regs[i]));
	for (unsigned int i = 0; i < 2 * CSB_ENTRIES; i++)
		saw(s, vgt_rig_read(s->v, RING_CSB(base) + 4 * i));
}

static void run_scenario(struct scenario *s)
{
	s->gates = rig_ggtt_alloc(s->v->rig, 1);
	for (int i = 0; i < CONTEXTS; i++)
		s->ctx[i] = rig_context_new(s->v->rig, s->engine, i + 1);
	/* Before the first, registers are as a reset or the core's own context has left them. */
	vgt_rig_submit(s->v, s->ctx[0], NULL, 0);
	vgt_rig_settle(s->v);
	take_status(s);

	for (int step = 0; step < STEPS; step++) {
		switch (rnd(s, 12)) {
		case 0 ... 3:
			submit_random(s);
			break;
		case 4 ... 5: {
			int i = rnd(s, CONTEXTS);

			rig_ggtt(s->v->rig, s->gates)[i] = s->opened[i];
			break;
		}
		case 6:
			if (!rnd(s, 8))
				reset_random(s);
			break;
		case 7:
			vgt_rig_run(s->v, rnd(s, 100));
			break;
		default:
			vgt_rig_run(s->v, rnd(s, 20000));
			break;
		}
		if (rnd(s, 2)) {
			vgt_rig_run(s->v, 0);
			take_status(s);
			saw(s, s->v->events[s->engine]);
			s->v->events[s->engine] = 0;
			if (!rnd(s, 8))
				look_at_registers(s);
		}
	}
	for (int i = 0; i < CONTEXTS; i++)
		rig_ggtt(s->v->rig, s->gates)[i] = s->opened[i];
	vgt_rig_settle(s->v);
	take_status(s);
	look_at_registers(s);
	for (unsigned int i = 0; i < 128; i++)
		saw(s, rig_ggtt(s->v->rig, s->gates)[i]);
	for (int i = 0; i < CONTEXTS; i++) {
		saw(s, rig_context_image(s->ctx[i])[0x05]);
		rig_context_free(s->ctx[i]);
	}
	expect_clean(s->v);
}

static void compare(enum igd_engine_id engine, u64 seed)
{
	static struct seen seen[2];

	for (int mediated = 0; mediated < 2; mediated++) {
		struct scenario s = {
			.v = vgt_rig_new(mediated), .seen = &seen[mediated], .seed = seed,
			.engine = engine,
		};

		seen[mediated].n = 0;
		run_scenario(&s);
		if (mediated) {
			assert_int_equal(vgt_rig_stat(s.v, VGT_EVENT_CONTEXT_SURPRISE), 0);
			assert_int_equal(vgt_rig_stat(s.v, VGT_EVENT_SUBMIT),
					 vgt_rig_stat(s.v, VGT_EVENT_SUBMIT_DIRECT));
		}
		vgt_rig_free(s.v);
	}
	for (unsigned int i = 0; i < seen[0].n && i < seen[1].n; i++)
		if (seen[0].item[i] != seen[1].item[i])
			fail_msg("seed %llu: item %u is %#x bare and %#x mediated", seed, i,
				 seen[0].item[i], seen[1].item[i]);
	assert_int_equal(seen[0].n, seen[1].n);
}

static void bare_and_mediated_see_the_same(void **state)
{
	(void)state;
	for (u64 seed = 1; seed <= 80; seed++)
		compare(seed % IGD_NUM_ENGINES, seed * 0x9e3779b97f4a7c15ull);
	assert_in_range(total[CSB_IDLE_ACTIVE], 100, ~0u);
	assert_in_range(total[CSB_PREEMPTED], 100, ~0u);
	assert_in_range(total[CSB_COMPLETE | CSB_ELEMENT_SWITCH], 100, ~0u);
	assert_in_range(total[CSB_COMPLETE | CSB_ACTIVE_IDLE], 100, ~0u);
	assert_in_range(lite, 100, ~0u);
	assert_in_range(resets, 20, ~0u);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_element),
		TEST(submission_reaches_the_hardware_at_once),
		TEST(events_written_before_a_reset_are_seen),
		TEST(submissions_in_a_row),
		TEST(no_status_page),
		cmocka_unit_test(no_more_register_accesses_than_bare),
		cmocka_unit_test(two_events_are_one_interrupt),
		cmocka_unit_test(bare_and_mediated_see_the_same),
	};

	return cmocka_run_group_tests_name("vgt_execlist", tests, NULL, NULL);
}
