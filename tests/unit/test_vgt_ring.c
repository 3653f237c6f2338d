// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Rings of guests: what runs is what was there when it was submitted, or nothing. */
#include "vgt_driver_rig.h"

#define RING_SIZE	(RING_PAGES * SZ_4K)

static void ring_runs(void)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(engine, 1);
	c = context_new(d, 7);
	emit_store(c, d->results, 0x1234);
	emit(c, MI_USER_INTERRUPT);
	run(c, NULL);
	assert_int_equal(result(d, 0), 0x1234);
	expect(d, CSB_IDLE_ACTIVE, 0);
	expect(d, CSB_COMPLETE | CSB_ACTIVE_IDLE, 7);
	expect_nothing(d);
	assert_int_equal(peek(c, IMAGE_RING_HEAD), c->tail);
	assert_int_equal(peek(c, IMAGE_CONTEXT_CONTROL) & 1, 0);
	assert_int_equal(peek(c, IMAGE_RING_START), c->ring);
	assert_true(d->g->raised > 0);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);

	/* Again, and again: from the image that came back. */
	for (u32 i = 1; i < 600; i++) {
		emit_store(c, d->results + 4 * (i % 16), i);
		run(c, NULL);
		assert_int_equal(result(d, i % 16), i);
		expect(d, CSB_IDLE_ACTIVE, 0);
		expect(d, CSB_COMPLETE | CSB_ACTIVE_IDLE, 7);
	}
	free(c);
	stop();
}

static void test_ring(void **state)
{
	for (engine = 0; engine < IGD_NUM_ENGINES; engine++)
		ring_runs();
}

static void test_ring_is_copied(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_BCS, 1);
	c = context_new(d, 1);
	emit_gate(c, 1);
	emit_store(c, d->results, 1);
	run(c, NULL);
	vgt_guest_rig_write32(d->g, c->ring_gpa[0] + 4 * 7, 0x666);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 1);
	free(c);
	stop();
}

static void test_lite_restore_extends(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 3);
	emit_gate(c, 1);
	run(c, NULL);
	expect(d, CSB_IDLE_ACTIVE, 0);
	for (u32 i = 0; i < 40; i++) {
		emit_store(c, d->results, i);
		submit(c, NULL);
		vgt_rig_run(v, 10000);
		expect(d, CSB_PREEMPTED | CSB_LITE_RESTORE, 3);
	}
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 39);
	expect(d, CSB_COMPLETE | CSB_ACTIVE_IDLE, 3);
	expect_nothing(d);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	free(c);
	stop();
}

static void test_long_run_of_lite_restores(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u32 done = 0;

	start(IGD_BCS, 1);
	c = context_new(d, 1);
	/* Several times around the ring while the context never leaves the engine. */
	for (u32 i = 1; i <= 4000; i++) {
		emit_gate(c, i - 1);
		emit_store(c, d->results, i);
		submit(c, NULL);
		vgt_rig_run(v, 20000);
		if (i > 3) {
			open_gate(d, i - 3);
			vgt_rig_run(v, 20000);
			done = result(d, 0);
			assert_in_range(done, i - 3, i - 2);
		}
		for (u32 s, id; csb_next(d, &s, &id);)
			assert_int_equal(id == 1 || s == CSB_IDLE_ACTIVE, 1);
	}
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	open_gate(d, 3999);
	for (u32 i = 3998; i < 4000; i++) {
		open_gate(d, i);
		vgt_rig_settle(v);
	}
	assert_int_equal(result(d, 0), 4000);
	free(c);
	stop();
}

/* A tail that overtakes the head is refused: nothing that waits is written over. */
static void test_overfilled_ring(void **state)
{
	struct driver *d = &drivers[0];
	struct context *a, *b;
	u32 slots = RING_PAGES * SZ_4K / 16, i;

	start(IGD_RCS, 1);
	a = context_new(d, 1);
	b = context_new(d, 2);
	emit_gate(a, 1);
	for (i = 1; i <= slots + 75; i++) {
		emit_store(b, d->results, i);
		submit(a, b);
		vgt_rig_run(v, 10000);
	}
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), slots - 1);
	free(a);
	free(b);
	stop();
}

static void fill(struct context *c, u32 to, u32 dw)
{
	while (c->tail != to)
		emit(c, dw);
}

/* A store to the guest's own page up to before @to, with one to @victim among its data. */
static void emit_hidden_store(struct context *c, u32 at, u32 to, u32 victim)
{
	u32 data = (to - c->tail) / 4 - 3;

	emit(c, (MI_STORE_DWORD_IMM & ~0x3ffu) | MI_GGTT | (data + 1), c->d->results + 128, 0);
	fill(c, at, 0);
	emit(c, MI_STORE_DWORD_IMM | MI_GGTT, victim, 0, 0xdeadbeef);
	fill(c, to, 0);
}

/* What a reset goes back to may have been written over since, and not with commands. */
static void test_reset_does_not_run_what_was_overwritten(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u32 victim;

	start(IGD_RCS, 1);
	victim = rig_ggtt_alloc(v->rig, 1);
	c = context_new(d, 3);
	poke(c, IMAGE_RING_HEAD, 0x40);
	c->tail = 0x40;
	fill(c, RING_SIZE - 0x400, MI_NOOP);
	emit_gate(c, 1);
	run(c, NULL);

	fill(c, 0x20, MI_NOOP);
	emit_hidden_store(c, 0x40, 0x60, victim);
	emit_gate(c, 1);
	run(c, NULL);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	reset_by_host();
	assert_int_equal(*rig_ggtt(v->rig, victim), 0);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(*rig_ggtt(v->rig, victim), 0);
	free(c);
	stop();
}

/* What the engine may be executing stays: it is refused to take it back, and it runs. */
static void test_work_is_not_taken_back(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c, *other;
	u32 tail;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	other = context_new(d, 2);
	fill(c, RING_SIZE / 2, MI_NOOP);
	emit_gate(c, 1);
	tail = c->tail;
	emit_store(c, d->results, 1);
	run(c, NULL);
	c->tail = tail;
	emit_store(other, d->results + 4, 2);
	submit_raw(d, descriptor(other), descriptor(c) | CTX_DESC_FORCE_RESTORE);
	vgt_rig_settle(v);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	/* What is put in its place does not run, what follows does. */
	emit_store(c, d->results, 3);
	emit_store(c, d->results + 8, 4);
	run(c, NULL);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(result(d, 1), 0);
	assert_int_equal(result(d, 2), 4);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	/* The other one can be submitted again. */
	run(other, NULL);
	assert_int_equal(result(d, 1), 2);
	free(c);
	free(other);
	stop();
}

/* What has not been written over, a reset for another does not cost. */
static void test_reset_goes_on_with_an_intact_ring(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 3);
	fill(c, RING_SIZE / 2, MI_NOOP);
	emit_gate(c, 1);
	run(c, NULL);
	emit_store(c, d->results, 1);
	run(c, NULL);
	reset_by_host();
	emit_store(c, d->results + 4, 2);
	run(c, NULL);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(result(d, 1), 2);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	free(c);
	stop();
}

/* A tail within a command is refused: what is in its place later would be taken for commands. */
static void tail_within_a_command(u32 before)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u32 victim;

	start(IGD_RCS, 1);
	victim = rig_ggtt_alloc(v->rig, 1);
	c = context_new(d, 3);
	poke(c, IMAGE_RING_HEAD, before);
	c->tail = before;
	emit_gate(c, 1);
	emit(c, MI_NOOP);
	emit_store(c, d->results, 0x1234);
	emit(c, MI_NOOP);
	run(c, NULL);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	c->tail = (before + 0x18) % RING_SIZE;
	run(c, NULL);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	emit(c, victim, 0, 0x666, MI_NOOP);
	run(c, NULL);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(*rig_ggtt(v->rig, victim), 0);
	assert_int_equal(result(d, 0), 0x1234);
	free(c);
	stop();
}

static void test_tail_within_a_command(void **state)
{
	tail_within_a_command(0);
	tail_within_a_command(RING_SIZE - 0x10);
	tail_within_a_command(RING_SIZE - 0x18);
}

/* A context where there is nothing: a submission with it is refused, whatever is the first. */
static void submit_with_bad_second(struct context *c)
{
	u64 desc = descriptor(c);

	submit_raw(c->d, desc, (desc & 0xfff) | (c->lrca + SZ_1M));
}

/* What is refused, the engine does not get to know, not by a restore either. */
static void test_refused_tails_are_not_restored(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c, *other;
	u32 victim, tail;

	start(IGD_RCS, 2);
	victim = rig_ggtt_alloc(v->rig, 1);
	c = context_new(d, 3);
	other = context_new(&drivers[1], 4);
	fill(c, 0x100, MI_NOOP);
	emit_hidden_store(c, 0x140, 0x200, victim);
	fill(c, RING_SIZE - 0x100, MI_NOOP);
	run(c, NULL);

	/* The ring begins anew, with two waits: the tail is taken back to the first, in vain. */
	fill(c, 0x80, MI_NOOP);
	emit_gate(c, 1);
	emit_gate(c, 2);
	tail = c->tail;
	run(c, NULL);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	c->tail -= 16;
	submit_with_bad_second(c);
	open_gate(d, 1);
	vgt_rig_settle(v);
	/* The context goes, and comes back. */
	emit_store(other, drivers[1].results, 1);
	run(other, NULL);
	assert_int_equal(result(&drivers[1], 0), 1);
	c->tail = tail;
	fill(c, 0x140, MI_NOOP);
	submit_with_bad_second(c);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 2);
	open_gate(d, 2);
	vgt_rig_settle(v);
	assert_int_equal(*rig_ggtt(v->rig, victim), 0);
	assert_int_equal(peek(c, IMAGE_RING_HEAD) & RING_HEAD_ADDR, tail);
	emit_store(c, d->results, 5);
	run(c, NULL);
	assert_int_equal(result(d, 0), 5);
	free(c);
	free(other);
	stop();
}

/* After a reset for another the engine is further back in the ring than it has been. */
static void test_engine_goes_back_behind_a_known_head(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u32 victim;

	start(IGD_RCS, 1);
	victim = rig_ggtt_alloc(v->rig, 1);
	c = context_new(d, 3);
	emit_gate(c, 1);
	fill(c, RING_SIZE / 2, MI_NOOP);
	emit_gate(c, 2);
	run(c, NULL);
	open_gate(d, 1);
	vgt_rig_settle(v);
	/* The core looks where the engine is. */
	c->tail -= 8;
	run(c, NULL);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	open_gate(d, 0);
	reset_by_host();
	c->tail += 8;
	fill(c, 0, MI_NOOP);
	emit_hidden_store(c, 0x10, 0x200, victim);
	fill(c, RING_SIZE / 2 - 0x100, MI_NOOP);
	run(c, NULL);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(*rig_ggtt(v->rig, victim), 0);
	free(c);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_is_copied),
		cmocka_unit_test(test_lite_restore_extends),
		cmocka_unit_test(test_long_run_of_lite_restores),
		cmocka_unit_test(test_overfilled_ring),
		cmocka_unit_test(test_reset_does_not_run_what_was_overwritten),
		cmocka_unit_test(test_work_is_not_taken_back),
		cmocka_unit_test(test_reset_goes_on_with_an_intact_ring),
		cmocka_unit_test(test_tail_within_a_command),
		cmocka_unit_test(test_refused_tails_are_not_restored),
		cmocka_unit_test(test_engine_goes_back_behind_a_known_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
