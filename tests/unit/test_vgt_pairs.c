// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Two guests' elements on the hardware, one behind the other: each driver hears of its own only,
 * and what becomes of the one does not harm the other.
 */
#include "vgt_driver_rig.h"
#include "drivers/vgt/vgt_idle.h"

#define MS	1000000ull

static struct context *a, *b;	/* in this order on the hardware */

static struct vgt_engine *core(void)
{
	return &v->host->gpu->engine[engine];
}

static struct vgt_port *port(unsigned int i)
{
	return &drivers[i].g->guest->vgpu.port[engine];
}

static void emit_wait(struct context *c, u32 val)
{
	emit(c, MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL |
	     SEMAPHORE_GTE << MI_SEMAPHORE_OP_SHIFT, val, c->d->results + GATE, 0);
}

static void set_quantum(unsigned int ms)
{
	const struct vgt_sched_settings settings = {
		.priority = VGT_PRIORITY_NORMAL, .weight = 1024, .quantum_ms = ms,
		.preempt_timeout_us = 640000,
	};

	for (unsigned int i = 0; i < num_guests; i++)
		assert_int_equal(vgt_sched_set(v->host->gpu, drivers[i].g->guest->vgpu.id,
					       &settings), 0);
}

/* Something that lasts until its gate is opened: @arb is how it can be preempted. */
static void emit_first(struct context *c, u32 arb)
{
	const u32 loop[] = { arb, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, (u32)BATCH, 0 };

	if (arb == MI_SEMAPHORE_WAIT) {
		emit_wait(c, 1);
	} else {
		batch(c, loop, ARRAY_SIZE(loop));
		emit_batch(c, BATCH, MI_BATCH_PPGTT);
	}
}

static void start_pair(enum igd_engine_id id, u32 arb)
{
	start(id, 2);
	set_quantum(1000);
	a = context_new(&drivers[0], 1);
	b = context_new(&drivers[1], 2);
	emit_first(a, arb);
	submit(a, NULL);
	vgt_rig_run(v, MS / 10);
	expect(&drivers[0], CSB_IDLE_ACTIVE, 0);
	emit(b, MI_NOOP, MI_NOOP);
	emit_wait(b, 1);
	emit_store(b, drivers[1].results, 2);
	submit(b, NULL);
	expect(&drivers[1], CSB_IDLE_ACTIVE, 0);
	emit_store(a, drivers[0].results, 1);
	submit(a, NULL);
	vgt_rig_run(v, MS / 10);
	expect(&drivers[0], CSB_PREEMPTED | CSB_LITE_RESTORE, 1);
	assert_ptr_equal(core()->owner, port(0));
	assert_ptr_equal(core()->second, port(1));
}

static void stop_pair(void)
{
	free(a);
	free(b);
	stop();
}

/* What the guest's driver finds in the image when it is told. */
static u32 head(struct context *c)
{
	return peek(c, IMAGE_RING_HEAD) & RING_HEAD_ADDR;
}

static void expect_work_of(struct context *c, u32 val)
{
	struct driver *d = c->d;

	expect(d, CSB_COMPLETE | CSB_ACTIVE_IDLE, c->id);
	expect_nothing(d);
	assert_int_equal(head(c), c->tail);
	assert_int_equal(result(d, 0), val);
}

/* A new driver's, after a reset. */
static void expect_new_work(unsigned int i)
{
	struct driver *d = &drivers[i];
	struct context *c;

	enable_engine(d);
	c = context_new(d, 7);
	emit_store(c, d->results, 77);
	run(c, NULL);
	expect(d, CSB_IDLE_ACTIVE, 0);
	expect_work_of(c, 77);
	free(c);
}

static void each_hears_of_its_own(void **state)
{
	(void)state;
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		start_pair(id, MI_SEMAPHORE_WAIT);
		expect_nothing(&drivers[1]);
		open_gate(&drivers[0], 1);
		vgt_rig_run(v, MS / 10);
		expect_work_of(a, 1);
		expect_nothing(&drivers[1]);
		assert_ptr_equal(core()->owner, port(1));
		assert_null(core()->second);
		open_gate(&drivers[1], 1);
		vgt_rig_run(v, MS);
		expect_work_of(b, 2);
		assert_int_equal(stat(&drivers[0], VGT_EVENT_SWITCH_IN), 1);
		assert_int_equal(stat(&drivers[1], VGT_EVENT_SWITCH_IN), 1);
		assert_int_equal(v->timer, VGT_NEVER);
		stop_pair();
	}
}

/* The engine is at the second's, and nobody has told yet. */
static void the_first_does_not_see_the_second(void **state)
{
	const u32 regs[] = { RING_HEAD(0), RING_TAIL(0), RING_ACTHD(0), RING_IPEHR(0) };
	u32 id;

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(regs); i++) {
		start_pair(IGD_RCS, MI_SEMAPHORE_WAIT);
		open_gate(&drivers[0], 1);
		rig_run(v->rig, MS / 10);
		assert_int_not_equal(rig_read(v->rig, base() + regs[i]), 0);
		assert_int_equal(vgt_guest_rig_reg(drivers[0].g, base() + regs[i]), 0);
		assert_int_equal(vgt_guest_rig_reg(drivers[1].g, base() + regs[i]),
				 rig_read(v->rig, base() + regs[i]));
		id = vgt_guest_rig_reg(drivers[0].g, RING_EXECLIST_STATUS_HI(base()));
		assert_int_equal(id, 0);
		open_gate(&drivers[1], 1);
		vgt_rig_run(v, MS);
		expect_work_of(a, 1);
		expect_work_of(b, 2);
		stop_pair();
	}
}

static bool takes_interrupt(unsigned int i)
{
	u32 iir = GEN8_GT_IRQ_BASE(0) + IRQ_IIR, events = vgt_guest_rig_reg(drivers[i].g, iir);

	vgt_guest_rig_set_reg(drivers[i].g, iir, ~0u);
	vgt_guest_rig_set_reg(drivers[i].g, iir, ~0u);
	return events & VGT_EV_USER_INTERRUPT;
}

/* Its own ones, even if they are served late, or without the context switch before them. */
static void each_hears_of_its_interrupts(void **state)
{
	(void)state;
	for (int alone = 0; alone < 2; alone++) {
		start_pair(IGD_RCS, MI_SEMAPHORE_WAIT);
		emit(b, MI_USER_INTERRUPT, MI_NOOP);
		submit(b, NULL);
		assert_false(takes_interrupt(1));
		/* Those of the first. */
		for (int n = 0; n < 2; n++) {
			vgt_execlist_events(core(), VGT_EV_USER_INTERRUPT);
			assert_true(takes_interrupt(0));
			assert_false(takes_interrupt(1));
		}
		open_gate(&drivers[0], 1);
		open_gate(&drivers[1], 1);
		rig_run(v->rig, MS);
		if (alone)
			vgt_execlist_events(core(), VGT_EV_USER_INTERRUPT);
		else
			vgt_rig_run(v, 0);
		assert_true(takes_interrupt(1));
		/* One that came while the first was being served is its own, too. */
		vgt_execlist_events(core(), VGT_EV_USER_INTERRUPT);
		assert_true(takes_interrupt(1));
		vgt_rig_run(v, MS);
		stop_pair();
	}
}

static void reset_engine(unsigned int i)
{
	static const u32 domain[IGD_NUM_ENGINES] = {
		[IGD_RCS] = GDRST_RENDER, [IGD_BCS] = GDRST_BLT,
		[IGD_VCS] = GDRST_MEDIA, [IGD_VECS] = GDRST_VECS,
	};

	vgt_guest_rig_set_reg(drivers[i].g, GEN6_GDRST, domain[engine]);
}

static void the_second_is_reset(void **state)
{
	(void)state;
	start_pair(IGD_RCS, MI_SEMAPHORE_WAIT);
	reset_engine(1);
	assert_ptr_not_equal(core()->second, port(1));
	open_gate(&drivers[1], 1);
	open_gate(&drivers[0], 1);
	vgt_rig_run(v, MS);
	expect_work_of(a, 1);
	assert_int_equal(result(&drivers[1], 0), 0);
	assert_int_equal(v->resets, 0);
	expect_new_work(1);
	stop_pair();
}

static void the_first_is_reset(void **state)
{
	(void)state;
	start_pair(IGD_BCS, MI_SEMAPHORE_WAIT);
	reset_engine(0);
	vgt_rig_run(v, MS / 10);
	assert_ptr_equal(core()->owner, port(1));
	open_gate(&drivers[1], 1);
	vgt_rig_run(v, MS);
	expect_work_of(b, 2);
	assert_int_equal(result(&drivers[0], 0), 0);
	assert_int_equal(v->resets, 0);
	expect_new_work(0);
	stop_pair();
}

static void machines_end(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		start_pair(IGD_VCS, MI_SEMAPHORE_WAIT);
		vgt_guest_close(drivers[i].g->guest);
		assert_int_equal(drivers[i].g->pinned, 0);
		open_gate(&drivers[!i], 1);
		vgt_rig_run(v, MS);
		expect_work_of(i ? a : b, i ? 1 : 2);
		assert_int_equal(v->resets, 0);
		stop_pair();
	}
}

/* Who does not yield is reset for it, whether the other one waits or goes. */
static void the_first_does_not_yield(void **state)
{
	(void)state;
	for (int leaves = 0; leaves < 2; leaves++) {
		start_pair(IGD_RCS, MI_NOOP);
		open_gate(&drivers[1], 1);
		if (leaves)
			reset_engine(1);
		else
			vgt_rig_run(v, 2000 * MS);
		assert_int_equal(v->resets, 1);
		assert_int_equal(stat(&drivers[0], VGT_EVENT_PREEMPT_TIMEOUT), 1);
		assert_true(port(0)->halted);
		vgt_rig_run(v, MS);
		assert_int_equal(result(&drivers[1], 0), leaves ? 0 : 2);
		if (!leaves)
			expect_work_of(b, 2);
		else
			expect_new_work(1);
		reset_engine(0);
		expect_new_work(0);
		stop_pair();
	}
}

static const struct vgt_hw_ops *hw_ops;
static struct rig_context *host_context;
static unsigned int naps;

static void hw_sleep(struct vgt_hw *hw, u64 ns)
{
	/* For longer than anything is given time to. */
	if (naps++ > 5000 * MS / ns)
		*rig_ggtt(v->rig, v->hwsp[IGD_VECS] + 0x800) = 1;
	hw_ops->sleep(hw, ns);
}

/* Its element has not begun: for that the host's does not have to go. */
static void the_second_is_reset_behind_the_host(void **state)
{
	u32 gate, done;
	struct vgt_hw_ops ops;

	(void)state;
	start(IGD_RCS, 1);
	hw_ops = v->hw.ops;
	ops = *hw_ops;
	ops.sleep = hw_sleep;
	v->hw.ops = &ops;
	naps = 0;
	gate = v->hwsp[IGD_VECS] + 0x800;
	done = gate + 4;
	host_context = rig_context_new(v->rig, engine, 9);
	rig_emit(host_context, MI_ARB_ON_OFF, MI_NOOP);
	rig_emit_semaphore(host_context, gate, SEMAPHORE_EQ, 1);
	rig_emit_store(host_context, done, 1);
	rig_emit(host_context, MI_ARB_ON_OFF | MI_ARB_ENABLE, MI_ARB_CHECK);
	vgt_rig_submit(v, host_context, NULL, 0);
	vgt_rig_run(v, MS / 10);
	b = context_new(&drivers[0], 2);
	emit_store(b, drivers[0].results, 2);
	submit(b, NULL);
	rig_emit(host_context, MI_NOOP, MI_NOOP);
	vgt_rig_submit(v, host_context, NULL, 0);
	vgt_rig_run(v, MS / 10);
	assert_ptr_equal(core()->second, port(0));
	reset_engine(0);
	assert_int_equal(v->resets, 0);
	assert_true(core()->live);
	assert_int_equal(*rig_ggtt(v->rig, done), 1);
	assert_int_equal(result(&drivers[0], 0), 0);
	expect_new_work(0);
	rig_context_free(host_context);
	free(b);
	stop();
}

static void the_host_resets_or_sleeps(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) {
		start_pair(IGD_RCS, MI_SEMAPHORE_WAIT);
		/* The second has begun, unseen, or not. */
		if (how & 1) {
			open_gate(&drivers[0], 1);
			rig_run(v->rig, MS / 10);
		}
		if (how & 2) {
			vgt_host_suspend(v->host);
			igd_core_reset(v->rig->gd);
			vgt_host_resume(v->host);
			vgt_rig_probe(v);
		} else {
			vgt_rig_write(v, GEN6_GDRST, GDRST_RENDER);
			assert_null(core()->second);
			vgt_rig_engine_enable(v, IGD_RCS);
		}
		open_gate(&drivers[0], 1);
		open_gate(&drivers[1], 1);
		vgt_rig_run(v, 10 * MS);
		expect_work_of(a, 1);
		expect_work_of(b, 2);
		stop_pair();
	}
}

/*
 * Random interleavings
 */

#define CONTEXTS	2
#define FIRST_GFN	16		/* of those that a machine may use */

struct side {
	struct context *ctx[CONTEXTS];
	u32 last, gate;			/* gates emitted, opened up to */
	int pending[2], active[2];	/* contexts, -1: none */
	bool submitted;
	unsigned int submissions, promotions;
	u32 done[CONTEXTS];		/* requests that count */
	bool exact;			/* no reset that loses some, or repeats some */
};

static struct side sides[MAX_GUESTS];
static struct { unsigned int pairs, finished, resets, closes, host_resets; } seen;
static u64 rng;
static bool calm;			/* no resets */

static u32 rnd(u32 n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (rng >> 33) % n;
}

static void forget(struct side *s)
{
	s->pending[0] = -1;
	s->pending[1] = -1;
	s->active[0] = -1;
	s->active[1] = -1;
	s->submitted = false;
	s->submissions = 0;
	s->promotions = 0;
}

static void take_status(unsigned int i)
{
	struct side *s = &sides[i];
	u32 status, id;

	while (csb_next(&drivers[i], &status, &id)) {
		if (status & (CSB_IDLE_ACTIVE | CSB_PREEMPTED)) {
			bool lite = s->active[0] >= 0 && s->active[0] == s->pending[0];

			assert_true(s->submitted);
			assert_int_equal(status, s->active[0] < 0 ? CSB_IDLE_ACTIVE :
					 lite ? CSB_PREEMPTED | CSB_LITE_RESTORE : CSB_PREEMPTED);
			assert_int_equal(id, s->active[0] + 1);
			s->submitted = false;
			s->promotions++;
			memcpy(s->active, s->pending, sizeof(s->active));
			continue;
		}
		assert_true(s->active[0] >= 0);
		assert_int_equal(id, s->active[0] + 1);
		assert_int_equal(status, CSB_COMPLETE | (s->active[1] < 0 ? CSB_ACTIVE_IDLE :
							 CSB_ELEMENT_SWITCH));
		s->active[0] = s->active[1];
		s->active[1] = -1;
		seen.finished++;
	}
}

static bool emit_work(unsigned int i, int k)
{
	struct context *c = sides[i].ctx[k];
	u32 size = RING_PAGES * SZ_4K;

	if ((size + head(c) - c->tail - 4) % size < 256)
		return false;
	if (rnd(2))
		emit_wait(c, ++sides[i].last);
	sides[i].done[k]++;
	emit(c, MI_ATOMIC | MI_GGTT | ATOMIC_INC << MI_ATOMIC_OP_SHIFT | 1,
	     drivers[i].results + 4 * k, 0);
	emit(c, MI_USER_INTERRUPT, MI_ARB_CHECK);
	return true;
}

static void submit_random(unsigned int i)
{
	struct side *s = &sides[i];
	int first = rnd(CONTEXTS), second = rnd(3) ? -1 : 1 - first;

	if (s->submitted || !emit_work(i, first) || (second >= 0 && !emit_work(i, second)))
		return;
	s->pending[0] = first;
	s->pending[1] = second;
	s->submitted = true;
	s->submissions++;
	submit(s->ctx[first], second < 0 ? NULL : s->ctx[second]);
}

static void new_contexts(unsigned int i)
{
	for (int k = 0; k < CONTEXTS; k++) {
		free(sides[i].ctx[k]);
		sides[i].ctx[k] = context_new(&drivers[i], k + 1);
	}
	forget(&sides[i]);
}

static void reset_random(unsigned int i)
{
	reset_engine(i);
	enable_engine(&drivers[i]);
	sides[i].exact = false;
	forget(&sides[i]);
	/* What is lost is not done again. */
	for (int k = 0; k < CONTEXTS; k++)
		poke(sides[i].ctx[k], IMAGE_RING_HEAD, sides[i].ctx[k]->tail);
	seen.resets++;
}

static void close_random(unsigned int i)
{
	static const u8 zeroes[SZ_4K];
	struct vgt_gm_range low, high;
	struct driver *d = &drivers[i];

	vgt_guest_close(d->g->guest);
	assert_int_equal(d->g->pinned, 0);
	while (d->g->next_gfn > FIRST_GFN)
		vgt_guest_rig_copy(d->g, --d->g->next_gfn << 12, zeroes, sizeof(zeroes));
	assert_int_equal(vgt_guest_rig_open(d->g), 0);
	vgt_guest_gm(d->g->guest, &low, &high);
	d->next_gm = high.start;
	enable_interrupts(d);
	enable_engine(d);
	d->results = gm_alloc(d, 1, &d->results_gpa);
	sides[i].last = 0;
	sides[i].gate = 0;
	sides[i].exact = false;
	new_contexts(i);
	seen.closes++;
}

static void host_random(void)
{
	if (calm || rnd(4)) {
		rig_emit(host_context, MI_USER_INTERRUPT, MI_ARB_CHECK);
		vgt_rig_submit(v, host_context, NULL, 0);
		return;
	}
	vgt_rig_write(v, GEN6_GDRST, GDRST_FULL);
	for (unsigned int i = 0; i < 2; i++)
		sides[i].exact = false;
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		vgt_rig_engine_enable(v, id);
	seen.host_resets++;
}

static void open_gates(unsigned int i)
{
	sides[i].gate = sides[i].last;
	open_gate(&drivers[i], sides[i].gate);
}

/* The engine runs on between the core's decision and its write to the port. */
static void hw_write(struct vgt_hw *hw, u32 offset, u64 val, unsigned int size)
{
	if (offset == RING_ELSP(base()) && !v->rig->gd->engine[engine].port.elsp_written && !rnd(3))
		rig_run(v->rig, rnd(40000));
	hw_ops->write(hw, offset, val, size);
}

static void step_random(unsigned int i)
{
	switch (rnd(10)) {
	case 0 ... 3:
		submit_random(i);
		break;
	case 4:
		open_gates(i);
		break;
	case 5:
		if (!rnd(4))
			host_random();
		break;
	case 6:
		if (calm)
			break;
		if (!rnd(16))
			reset_random(i);
		else if (!rnd(16))
			close_random(i);
		break;
	case 7:
		rig_run(v->rig, rnd(40000));
		break;
	default:
		vgt_rig_run(v, rnd(40000));
		break;
	}
}

/* What was preempted is still to be done; nothing of it is lost, or done twice. */
static void finish(unsigned int i, int k)
{
	struct side *s = &sides[i];

	if (head(s->ctx[k]) != s->ctx[k]->tail) {
		s->pending[0] = k;
		s->pending[1] = -1;
		s->submitted = true;
		run(s->ctx[k], NULL);
		take_status(i);
	}
	assert_int_equal(s->active[0], -1);
	assert_int_equal(head(s->ctx[k]), s->ctx[k]->tail);
	if (s->exact)
		assert_int_equal(result(&drivers[i], k), s->done[k]);
	free(s->ctx[k]);
}

static void random_interleaving(enum igd_engine_id id, u64 seed)
{
	struct vgt_hw_ops ops;

	rng = seed;
	calm = seed & 2;
	start(id, 2);
	hw_ops = v->hw.ops;
	ops = *hw_ops;
	ops.write = hw_write;
	v->hw.ops = &ops;
	memset(sides, 0, sizeof(sides));
	for (unsigned int i = 0; i < 2; i++) {
		drivers[i].g->guest->vgpu.sched.quantum_ns = 20000 + rnd(100000);
		new_contexts(i);
		sides[i].exact = true;
	}
	host_context = rig_context_new(v->rig, id, 9);
	for (int n = 0; n < 400; n++) {
		struct vgt_port *second = core()->second;

		step_random(rnd(2));
		seen.pairs += core()->second && !second;
		for (unsigned int i = 0; i < 2; i++)
			take_status(i);
	}
	for (unsigned int i = 0; i < 2; i++)
		open_gates(i);
	vgt_rig_run(v, 5 * MS);
	for (unsigned int i = 0; i < 2; i++) {
		struct side *s = &sides[i];

		take_status(i);
		assert_false(s->submitted);
		assert_int_equal(s->active[0], -1);
		assert_int_equal(s->promotions, s->submissions);
		assert_false(port(i)->sched.waits);
		assert_int_equal(stat(&drivers[i], VGT_EVENT_AUDIT_REFUSED), 0);
		for (int k = 0; k < CONTEXTS; k++)
			finish(i, k);
	}
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_CONTEXT_SURPRISE), 0);
	assert_true(igd_engine_idle(v->rig->gd, engine));
	rig_context_free(host_context);
	stop();
}

static void random_interleavings(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	for (u64 seed = 1; seed <= 40; seed++)
		random_interleaving(seed % IGD_NUM_ENGINES, seed * 0x9e3779b97f4a7c15ull);
	assert_in_range(seen.pairs, 100, ~0u);
	assert_in_range(seen.finished, 200, ~0u);
	assert_in_range(seen.resets, 20, ~0u);
	assert_in_range(seen.closes, 20, ~0u);
	assert_in_range(seen.host_resets, 20, ~0u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hears_of_its_own),
		cmocka_unit_test(the_first_does_not_see_the_second),
		cmocka_unit_test(each_hears_of_its_interrupts),
		cmocka_unit_test(the_second_is_reset),
		cmocka_unit_test(the_first_is_reset),
		cmocka_unit_test(machines_end),
		cmocka_unit_test(the_first_does_not_yield),
		cmocka_unit_test(the_second_is_reset_behind_the_host),
		cmocka_unit_test(the_host_resets_or_sleeps),
		cmocka_unit_test(random_interleavings),
	};

	return cmocka_run_group_tests_name("vgt_pairs", tests, NULL, NULL);
}
