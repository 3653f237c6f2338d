// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The submission port: what software may rely on, for single scenarios and for
 * random interleavings of submissions, completions, preemptions and resets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "rig.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/mi.h"

static struct rig *rig;

static int setup(void **state)
{
	(void)state;
	rig = rig_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_free(rig);
	return 0;
}

static void expect_csb(enum igd_engine_id engine, uint32_t status, uint32_t id)
{
	uint32_t got_status, got_id;

	assert_true(rig_csb_next(rig, engine, &got_status, &got_id));
	assert_int_equal(got_status, status);
	assert_int_equal(got_id, id);
}

static void expect_no_csb(enum igd_engine_id engine)
{
	uint32_t status, id;

	assert_false(rig_csb_next(rig, engine, &status, &id));
}

static void expect_clean(void)
{
	if (igd_violation_total(rig->gd))
		fail_msg("%s", rig->violation);
	assert_int_equal(rig->trespasses, 0);
}

/* The usual request: a seqno, an interrupt, an arbitration point. */
static void emit_request(struct rig_context *c, uint32_t seqno_addr, uint32_t seqno)
{
	rig_emit(c, MI_ARB_ON_OFF | MI_ARB_ENABLE);
	rig_emit_store(c, seqno_addr, seqno);
	rig_emit(c, MI_USER_INTERRUPT, MI_ARB_CHECK, MI_NOOP);
}

static void one_element_runs_and_completes(void **state)
{
	uint32_t scratch = rig_ggtt_alloc(rig, 1);

	(void)state;
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		struct rig_context *c = rig_context_new(rig, id, 0x11);
		uint32_t base = rig->gd->engine[id].base;

		emit_request(c, scratch + 64 * id, 1234 + id);
		rig_submit(c, NULL, 0);
		rig_settle(rig);
		assert_int_equal(*rig_ggtt(rig, scratch + 64 * id), 1234 + id);
		expect_csb(id, CSB_IDLE_ACTIVE, 0);
		expect_csb(id, CSB_COMPLETE | CSB_ACTIVE_IDLE, 0x11);
		expect_no_csb(id);
		assert_int_equal(rig_take_events(rig, id), IGD_EV_USER_INTERRUPT | IGD_EV_CONTEXT_SWITCH);
		assert_int_equal(rig_read(rig, RING_HEAD(base)), rig_read(rig, RING_TAIL(base)));
		assert_true(rig_read(rig, RING_MI_MODE(base)) & MI_MODE_IDLE);
		assert_int_equal(rig_read(rig, RING_EXECLIST_STATUS_HI(base)), 0);
		assert_true(igd_engine_idle(rig->gd, id));
		assert_int_equal(rig_context_image(c)[0x05], c->tail);
		rig_context_free(c);
	}
	expect_clean();
}

static void two_elements_switch(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_RCS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);

	(void)state;
	emit_request(a, scratch, 1);
	emit_request(b, scratch + 4, 2);
	rig_submit(a, b, 0);
	rig_settle(rig);
	assert_int_equal(rig_ggtt(rig, scratch)[0], 1);
	assert_int_equal(rig_ggtt(rig, scratch)[1], 2);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ELEMENT_SWITCH, 0xa);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 0xb);
	expect_no_csb(IGD_RCS);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

/* A context that waits for *@gate to become @val, then writes 1 to @done. */
static void emit_wait(struct rig_context *c, uint32_t gate, uint32_t val, uint32_t done)
{
	rig_emit_semaphore(c, gate, SEMAPHORE_EQ, val);
	rig_emit_store(c, done, 1);
}

static void lite_restore_takes_the_tail_only(void **state)
{
	struct rig_context *c = rig_context_new(rig, IGD_BCS, 7);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);
	uint32_t *mem = rig_ggtt(rig, scratch);

	(void)state;
	emit_wait(c, scratch, 1, scratch + 4);
	rig_submit(c, NULL, 0);
	rig_run(rig, 20000);
	expect_csb(IGD_BCS, CSB_IDLE_ACTIVE, 0);
	assert_int_equal(rig_read(rig, RING_EXECLIST_STATUS_HI(BLT_RING_BASE)), 7);

	/* A wrong HEAD in the image does no harm: it is not read again. */
	rig_context_image(c)[0x05] = 0xdeadbeec;
	rig_emit_store(c, scratch + 8, 1);
	rig_submit(c, NULL, 0);
	rig_run(rig, 20000);
	expect_csb(IGD_BCS, CSB_PREEMPTED | CSB_LITE_RESTORE, 7);
	expect_no_csb(IGD_BCS);
	assert_int_equal(mem[2], 0);

	mem[0] = 1;
	rig_settle(rig);
	assert_int_equal(mem[1], 1);
	assert_int_equal(mem[2], 1);
	expect_csb(IGD_BCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 7);
	expect_no_csb(IGD_BCS);
	expect_clean();
	rig_context_free(c);
}

static void force_restore_reloads_the_image(void **state)
{
	struct rig_context *c = rig_context_new(rig, IGD_BCS, 7);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);
	uint32_t *mem = rig_ggtt(rig, scratch);

	(void)state;
	emit_wait(c, scratch, 1, scratch + 4);
	rig_submit(c, NULL, 0);
	rig_run(rig, 20000);
	expect_csb(IGD_BCS, CSB_IDLE_ACTIVE, 0);
	rig_submit(c, NULL, CTX_DESC_FORCE_RESTORE);
	rig_run(rig, 20000);
	expect_csb(IGD_BCS, CSB_PREEMPTED, 7);
	expect_no_csb(IGD_BCS);
	mem[0] = 1;
	rig_settle(rig);
	assert_int_equal(mem[1], 1);
	expect_csb(IGD_BCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 7);
	expect_clean();
	rig_context_free(c);
}

static void preemption_at_a_semaphore(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_RCS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);
	uint32_t *mem = rig_ggtt(rig, scratch);

	(void)state;
	emit_wait(a, scratch, 1, scratch + 4);
	rig_submit(a, NULL, 0);
	rig_run(rig, 20000);
	assert_int_equal(rig_take_events(rig, IGD_RCS), IGD_EV_CONTEXT_SWITCH | IGD_EV_WAIT_SEMAPHORE);

	emit_request(b, scratch + 8, 5);
	rig_submit(b, a, 0);
	rig_run(rig, 30000);
	assert_int_equal(mem[2], 5);
	assert_int_equal(mem[1], 0);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_RCS, CSB_PREEMPTED, 0xa);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ELEMENT_SWITCH, 0xb);
	expect_no_csb(IGD_RCS);
	/* HEAD in the image is still at the semaphore. */
	assert_int_equal(rig_context_image(a)[0x05], 0);
	mem[0] = 1;
	rig_settle(rig);
	assert_int_equal(mem[1], 1);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 0xa);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

/* A batch that stores and jumps to its own start, with @arb in between. */
static void make_spinner(struct rig_context *c, uint64_t addr, uint32_t arb)
{
	uint32_t *cs = rig_ppgtt_alloc(c->ppgtt, addr, 2);
	uint32_t at = addr + IGD_PAGE_SIZE;
	int n = 0;

	cs[n++] = MI_STORE_DWORD_IMM;
	cs[n++] = at;
	cs[n++] = addr >> 32;
	cs[n++] = 0x600d;
	cs[n++] = arb;
	n += 128;
	cs[n++] = MI_BATCH_BUFFER_START | MI_BATCH_PPGTT;
	cs[n++] = (uint32_t)addr;
	cs[n++] = addr >> 32;
	rig_emit(c, MI_ARB_ON_OFF | MI_ARB_ENABLE);
	rig_emit_batch(c, addr, MI_BATCH_PPGTT);
}

static void spinner_with_arbitration_is_preempted_and_resumes(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_VCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_VCS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);
	uint32_t *cs;

	(void)state;
	make_spinner(a, 0x100000000ull, MI_ARB_CHECK);
	rig_emit_store(a, scratch, 77);
	rig_submit(a, NULL, 0);
	rig_run(rig, 100000);
	emit_request(b, scratch + 4, 5);
	rig_submit(b, a, 0);
	rig_run(rig, 100000);
	assert_int_equal(rig_ggtt(rig, scratch)[1], 5);
	assert_int_equal(rig_ggtt(rig, scratch)[0], 0);
	expect_csb(IGD_VCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_VCS, CSB_PREEMPTED, 0xa);
	expect_csb(IGD_VCS, CSB_COMPLETE | CSB_ELEMENT_SWITCH, 0xb);
	/* It goes on inside of its batch, until that is ended. */
	assert_int_equal(rig_read(rig, RING_BBADDR_UDW(BSD_RING_BASE)), 1);
	assert_true(rig_read(rig, RING_BBADDR(BSD_RING_BASE)) & BBADDR_VALID);
	cs = rig_ppgtt_alloc(a->ppgtt, 0x200000000ull, 1);	/* unrelated memory */
	assert_non_null(cs);
	rig_run(rig, 100000);
	assert_int_equal(rig_ggtt(rig, scratch)[0], 0);
	expect_no_csb(IGD_VCS);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

static void spinner_without_arbitration_is_not_preempted(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_VECS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_VECS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);

	(void)state;
	make_spinner(a, 0x300000, MI_NOOP);
	rig_submit(a, NULL, 0);
	rig_run(rig, 100000);
	expect_csb(IGD_VECS, CSB_IDLE_ACTIVE, 0);
	emit_request(b, scratch, 5);
	rig_submit(b, a, 0);
	rig_run(rig, 2000000);
	expect_no_csb(IGD_VECS);
	assert_int_equal(rig_ggtt(rig, scratch)[0], 0);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

static void no_preemption_while_arbitration_is_off(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_RCS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);
	uint32_t *mem = rig_ggtt(rig, scratch);

	(void)state;
	rig_emit(a, MI_ARB_ON_OFF);
	emit_wait(a, scratch, 1, scratch + 4);
	rig_emit(a, MI_ARB_ON_OFF | MI_ARB_ENABLE, MI_ARB_CHECK);
	rig_emit_semaphore(a, scratch + 12, SEMAPHORE_EQ, 1);
	rig_submit(a, NULL, 0);
	rig_run(rig, 20000);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	emit_request(b, scratch + 8, 5);
	rig_submit(b, NULL, 0);
	rig_run(rig, 200000);
	expect_no_csb(IGD_RCS);
	mem[0] = 1;
	rig_run(rig, 200000);
	expect_csb(IGD_RCS, CSB_PREEMPTED, 0xa);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 0xb);
	assert_int_equal(mem[2], 5);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

static void no_preemption_of_a_batch_while_arbitration_is_off(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_BCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_BCS, 0xb);

	(void)state;
	make_spinner(a, 0x300000, MI_ARB_CHECK);
	rig_ggtt(rig, a->ring)[0] = MI_ARB_ON_OFF;
	rig_submit(a, NULL, 0);
	rig_run(rig, 100000);
	expect_csb(IGD_BCS, CSB_IDLE_ACTIVE, 0);
	rig_submit(b, NULL, 0);
	rig_run(rig, 200000);
	expect_no_csb(IGD_BCS);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

/* Lite restore needs no arbitration point: software queues behind whatever runs. */
static void lite_restore_while_arbitration_is_off(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_RCS, 0xb);

	(void)state;
	make_spinner(a, 0x300000, MI_NOOP);
	rig_submit(a, NULL, 0);
	rig_run(rig, 100000);
	rig_emit(a, MI_NOOP, MI_NOOP);
	rig_submit(a, b, 0);
	rig_run(rig, 100000);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_RCS, CSB_PREEMPTED | CSB_LITE_RESTORE, 0xa);
	expect_no_csb(IGD_RCS);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

static void stop_ring_and_reset(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_RCS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1), base = RENDER_RING_BASE;
	uint32_t image_head;

	(void)state;
	make_spinner(a, 0x300000, MI_NOOP);
	rig_submit(a, NULL, 0);
	rig_run(rig, 100000);
	assert_false(rig_read(rig, RING_MI_MODE(base)) & MI_MODE_IDLE);
	rig_write_masked(rig, RING_MI_MODE(base), MI_MODE_STOP_RING, MI_MODE_STOP_RING);
	assert_true(rig_read(rig, RING_MI_MODE(base)) & MI_MODE_IDLE);
	assert_int_equal(rig_read(rig, RING_EXECLIST_STATUS_HI(base)), 0xa);
	image_head = rig_context_image(a)[0x05];

	rig_write_masked(rig, RING_RESET_CTL(base), RESET_CTL_REQUEST, RESET_CTL_REQUEST);
	assert_true(rig_read(rig, RING_RESET_CTL(base)) & RESET_CTL_READY);
	rig_write(rig, GEN6_GDRST, GDRST_RENDER);
	assert_int_equal(rig_read(rig, GEN6_GDRST), 0);
	assert_int_equal(rig_read(rig, RING_RESET_CTL(base)), 0);
	assert_int_equal(rig_read(rig, RING_HEAD(base)), 0);
	assert_int_equal(rig_read(rig, RING_TAIL(base)), 0);
	assert_int_equal(rig_read(rig, RING_CTL(base)), 0);
	assert_true(igd_engine_idle(rig->gd, IGD_RCS));
	assert_int_equal(rig_context_image(a)[0x05], image_head);
	rig_run(rig, 1000000);

	rig_engine_enable(rig, IGD_RCS);
	emit_request(b, scratch, 5);
	rig_submit(b, NULL, 0);
	rig_settle(rig);
	assert_int_equal(*rig_ggtt(rig, scratch), 5);
	expect_csb(IGD_RCS, CSB_IDLE_ACTIVE, 0);
	expect_csb(IGD_RCS, CSB_COMPLETE | CSB_ACTIVE_IDLE, 0xb);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

/*
 * A context is preempted in a batch, comes back, and is reset; software lets it
 * go on at another place of the ring: then the old batch is not to be resumed.
 */
static void moved_head_drops_the_batch(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_RCS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);

	(void)state;
	make_spinner(a, 0x300000, MI_ARB_CHECK);
	rig_emit_store(a, scratch, 3);
	rig_submit(a, NULL, 0);
	rig_run(rig, 50000);
	emit_request(b, scratch + 4, 5);
	rig_submit(b, NULL, 0);
	rig_settle(rig);
	assert_int_equal(rig_context_image(a)[0x05], 4 * 4);

	rig_context_image(a)[0x05] = 5 * 4;
	rig_submit(a, NULL, CTX_DESC_FORCE_RESTORE);
	rig_settle(rig);
	assert_int_equal(*rig_ggtt(rig, scratch), 3);
	expect_clean();
	rig_context_free(a);
	rig_context_free(b);
}

static void instruction_error_halts_and_interrupts(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_BCS, 0xa);
	uint32_t scratch = rig_ggtt_alloc(rig, 1), base = BLT_RING_BASE;

	(void)state;
	rig_emit(a, MI_NOOP, MI_NOOP, 0xdeadbeef, 0xdeadbeef);
	rig_emit_store(a, scratch, 1);
	rig_submit(a, NULL, 0);
	rig_settle(rig);
	assert_true(rig_take_events(rig, IGD_BCS) & IGD_EV_CS_ERROR);
	assert_int_equal(rig_read(rig, RING_EIR(base)), RING_ERROR_INSTRUCTION);
	assert_int_equal(rig_read(rig, RING_IPEHR(base)), 0xdeadbeef);
	assert_int_equal(rig_read(rig, RING_ACTHD(base)), a->ring + 8);
	assert_int_equal(rig_read(rig, RING_ESR(base)), 0);
	assert_int_equal(*rig_ggtt(rig, scratch), 0);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_UNKNOWN_COMMAND), 1);
	rig_write(rig, RING_EIR(base), RING_ERROR_INSTRUCTION);
	assert_int_equal(rig_read(rig, RING_EIR(base)), 0);
	expect_csb(IGD_BCS, CSB_IDLE_ACTIVE, 0);
	expect_no_csb(IGD_BCS);
	rig_context_free(a);
}

static void submissions_out_of_protocol(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	uint64_t desc = rig_descriptor(a);

	(void)state;
	rig_submit_raw(rig, IGD_RCS, 0, desc);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_ELSP_PROTOCOL), 1);
	rig_submit_raw(rig, IGD_RCS, desc, desc);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_ELSP_PROTOCOL), 2);
	assert_true(igd_engine_idle(rig->gd, IGD_RCS));
	rig_write_masked(rig, RING_MODE(RENDER_RING_BASE), GFX_RUN_LIST_ENABLE, 0);
	rig_submit_raw(rig, IGD_RCS, desc, 0);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_ELSP_PROTOCOL), 3);
	assert_true(igd_engine_idle(rig->gd, IGD_RCS));
	rig_context_free(a);
}

/* How many slices an engine takes in @ns: what it costs the machine. */
static unsigned int count_wakeups(uint64_t ns)
{
	uint64_t end = rig->now + ns;
	unsigned int n = 0;

	while (rig->deadline <= end) {
		rig->now = rig->deadline > rig->now ? rig->deadline : rig->now;
		rig->deadline = IGD_NEVER;
		igd_core_run(rig->gd);
		n++;
	}
	rig->now = end;
	return n;
}

static void waiting_is_cheap(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	struct rig_context *b = rig_context_new(rig, IGD_BCS, 0xb);
	uint32_t scratch = rig_ggtt_alloc(rig, 1);

	(void)state;
	rig_emit_semaphore(a, scratch, SEMAPHORE_EQ, 1);
	make_spinner(b, 0x300000, MI_NOOP);
	rig_submit(a, NULL, 0);
	rig_submit(b, NULL, 0);
	rig_run(rig, 1000000);
	/* Each at most once in 25 us, over 10 ms. */
	assert_in_range(count_wakeups(10000000), 1, 800);
	rig_context_free(a);
	rig_context_free(b);
}

static void time_of_the_context(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 0xa);
	uint32_t scratch = rig_ggtt_alloc(rig, 1), base = RENDER_RING_BASE;
	uint32_t *mem = rig_ggtt(rig, scratch);
	int32_t d_ring, d_ctx;

	(void)state;
	rig_context_image(a)[0x23] = 0xffffffff;
	rig_emit_srm(a, RING_CTX_TIMESTAMP(base), scratch + 4);
	rig_emit_srm(a, RING_TIMESTAMP(base), scratch + 8);
	rig_emit_semaphore(a, scratch, SEMAPHORE_EQ, 1);
	rig_emit_srm(a, RING_CTX_TIMESTAMP(base), scratch + 12);
	rig_emit_srm(a, RING_TIMESTAMP(base), scratch + 16);
	rig_submit(a, NULL, 0);
	rig_run(rig, 100000);
	mem[0] = 1;
	rig_settle(rig);
	assert_true((int32_t)(mem[1] - 0xffffffff) > 0);
	d_ctx = mem[3] - mem[1];
	d_ring = mem[4] - mem[2];
	/* 100 us are 1200 ticks; the poll comes late by an eighth at most. */
	assert_in_range(d_ring, 1100, 1400);
	assert_true(abs(d_ring - d_ctx) <= 2);
	assert_true((int32_t)(rig_context_image(a)[0x23] - mem[3]) > 0);
	assert_int_equal(rig_context_pphwsp(a)[PPHWSP_CTX_TIMESTAMP], rig_context_image(a)[0x23]);
	expect_clean();
	rig_context_free(a);
}

/*
 * Random interleavings
 */

#define CONTEXTS 4

struct model {
	uint64_t seed;
	enum igd_engine_id engine;
	struct rig_context *ctx[CONTEXTS];
	uint32_t gates;			/* GGTT page: [i] opens the gate of context i */
	uint32_t opened[CONTEXTS];	/* gates passed so far, as emitted */
	/* The driver's view. */
	int pending[2], active[2];	/* contexts, -1: none */
	bool submitted;			/* a submission has not been acknowledged */
	unsigned int promotions, submissions;
	bool force;			/* the pending submission must not be a lite restore */
};

/* How often each event was seen, over all seeds: the test must not be about nothing. */
static struct {
	unsigned int idle_active, preempted, lite, element_switch, active_idle, resets;
} seen;

static uint32_t rnd(struct model *m, uint32_t n)
{
	m->seed = m->seed * 6364136223846793005ull + 1442695040888963407ull;
	return (m->seed >> 33) % n;
}

static int by_id(uint32_t id)
{
	assert_in_range(id, 1, CONTEXTS);
	return id - 1;
}

/* After its image has been saved: HEAD and TAIL of the context agree. */
static void check_complete(struct model *m, int i)
{
	uint32_t *image = rig_context_image(m->ctx[i]);

	assert_int_equal(image[0x05] & RING_HEAD_ADDR, image[0x07]);
}

static void take_status(struct model *m)
{
	uint32_t status, id;

	while (rig_csb_next(rig, m->engine, &status, &id)) {
		if (status & (CSB_IDLE_ACTIVE | CSB_PREEMPTED)) {
			assert_true(m->submitted);
			m->submitted = false;
			m->promotions++;
			if (status == CSB_IDLE_ACTIVE) {
				assert_int_equal(m->active[0], -1);
				seen.idle_active++;
			} else {
				assert_int_not_equal(m->active[0], -1);
				assert_int_equal(by_id(id), m->active[0]);
				if (status == (CSB_PREEMPTED | CSB_LITE_RESTORE)) {
					assert_int_equal(m->active[0], m->pending[0]);
					assert_false(m->force);
					seen.lite++;
				} else {
					assert_int_equal(status, CSB_PREEMPTED);
					seen.preempted++;
				}
			}
			m->active[0] = m->pending[0];
			m->active[1] = m->pending[1];
			continue;
		}
		assert_int_not_equal(m->active[0], -1);
		assert_int_equal(by_id(id), m->active[0]);
		assert_int_equal(status, m->active[1] == -1 ? (CSB_COMPLETE | CSB_ACTIVE_IDLE) :
							      (CSB_COMPLETE | CSB_ELEMENT_SWITCH));
		if (m->active[1] == -1)
			seen.active_idle++;
		else
			seen.element_switch++;
		m->active[0] = m->active[1];
		m->active[1] = -1;
	}
}

/*
 * Image before status entry before write pointer before interrupt, by the order
 * in which the model wrote to memory.
 */
static void check_log(struct model *m)
{
	uint64_t hwsp = rig_ggtt_pa(rig, rig->hwsp[m->engine]);
	struct rig_event *last = NULL;

	for (size_t i = 0; i < rig->logged; i++) {
		struct rig_event *ev = &rig->log[i];

		if (ev->kind == RIG_IRQ) {
			if (ev->level) {
				assert_non_null(last);
				assert_int_equal(last->addr, hwsp + 4 * HWSP_CSB_WRITE_PTR);
			}
			continue;
		}
		assert_int_equal(ev->who.unit, IGD_UNIT_ENGINE);
		if (ev->addr >= hwsp + 4 * HWSP_CSB &&
		    ev->addr < hwsp + 4 * (HWSP_CSB + 2 * CSB_ENTRIES)) {
			/* Whoever stops running has just been saved, but for lite restores. */
			assert_int_equal(ev->len, 8);
			if (ev->data & (CSB_PREEMPTED | CSB_COMPLETE) &&
			    !(ev->data & CSB_LITE_RESTORE)) {
				bool saved = last && last->who.lrca && last->len > 64;
				bool unloaded = last && last->addr == hwsp + 4 * HWSP_CSB_WRITE_PTR;

				assert_true(saved || (unloaded && ev->data == CSB_PREEMPTED));
			}
		}
		if (ev->addr == hwsp + 4 * HWSP_CSB_WRITE_PTR) {
			assert_non_null(last);
			assert_int_equal(last->addr, hwsp + 4 * HWSP_CSB + 8 * ev->data);
			assert_int_equal(ev->who.lrca, 0);
		}
		last = ev;
	}
	rig_log_clear(rig);
}

static void emit_work(struct model *m, int i)
{
	struct rig_context *c = m->ctx[i];
	uint32_t room = (RIG_RING_SIZE + (rig_context_image(c)[0x05] & RING_HEAD_ADDR) - c->tail - 4) %
			RIG_RING_SIZE;

	/* What runs may have come further than its image says, never less far. */
	if (room < 256)
		return;
	switch (rnd(m, 3)) {
	case 0:
		rig_emit_semaphore(c, m->gates + 4 * i, SEMAPHORE_GTE, ++m->opened[i]);
		break;
	case 1:
		rig_emit(c, MI_ARB_CHECK, MI_NOOP);
		break;
	case 2:
		rig_emit(c, MI_ARB_ON_OFF);
		rig_emit_store(c, m->gates + 256 + 4 * i, rnd(m, 1000));
		rig_emit(c, MI_ARB_ON_OFF | MI_ARB_ENABLE, MI_ARB_CHECK, MI_NOOP);
		break;
	}
	rig_emit(c, MI_ARB_CHECK, MI_NOOP);
}

static void submit_random(struct model *m)
{
	int first = rnd(m, CONTEXTS), second = rnd(m, 3) ? (int)rnd(m, CONTEXTS) : -1;
	uint64_t flags = rnd(m, 4) ? 0 : CTX_DESC_FORCE_RESTORE;

	if (m->submitted)
		return;
	if (second == first)
		second = -1;
	emit_work(m, first);
	if (second >= 0)
		emit_work(m, second);
	m->pending[0] = first;
	m->pending[1] = second;
	m->force = flags;
	m->submitted = true;
	m->submissions++;
	rig_submit(m->ctx[first], second < 0 ? NULL : m->ctx[second], flags);
}

static void open_gates(struct model *m)
{
	int i = rnd(m, CONTEXTS);

	rig_ggtt(rig, m->gates)[i] = m->opened[i];
}

static void reset_random(struct model *m)
{
	static const uint32_t domain[IGD_NUM_ENGINES] = {
		[IGD_RCS] = GDRST_RENDER, [IGD_BCS] = GDRST_BLT,
		[IGD_VCS] = GDRST_MEDIA, [IGD_VECS] = GDRST_VECS,
	};

	take_status(m);
	rig_write(rig, GEN6_GDRST, rnd(m, 2) ? domain[m->engine] : GDRST_FULL);
	rig_engine_enable(rig, m->engine);
	rig_mask_events(rig, m->engine, IGD_EV_CONTEXT_SWITCH);
	if (m->submitted)
		m->submissions--;	/* lost, as it should be */
	m->submitted = false;
	m->active[0] = m->active[1] = -1;
	seen.resets++;
}

static void drain(struct model *m)
{
	for (int i = 0; i < CONTEXTS; i++)
		rig_ggtt(rig, m->gates)[i] = m->opened[i];
	rig_settle(rig);
	take_status(m);
	assert_false(m->submitted);
	assert_int_equal(m->active[0], -1);
	assert_int_equal(m->promotions, m->submissions);
	assert_true(igd_engine_idle(rig->gd, m->engine));
	assert_int_equal(rig_read(rig, RING_HEAD(rig->gd->engine[m->engine].base)) & RING_HEAD_ADDR,
			 rig_read(rig, RING_TAIL(rig->gd->engine[m->engine].base)));
}

static void random_interleaving(enum igd_engine_id engine, uint64_t seed)
{
	struct model m = { .seed = seed, .engine = engine,
			   .pending = { -1, -1 }, .active = { -1, -1 } };

	rig = rig_new();
	rig_mask_events(rig, engine, IGD_EV_CONTEXT_SWITCH);
	m.gates = rig_ggtt_alloc(rig, 1);
	for (int i = 0; i < CONTEXTS; i++)
		m.ctx[i] = rig_context_new(rig, engine, i + 1);
	rig_log_clear(rig);

	for (int step = 0; step < 400; step++) {
		switch (rnd(&m, 12)) {
		case 0 ... 3:
			submit_random(&m);
			break;
		case 4 ... 5:
			open_gates(&m);
			break;
		case 6:
			if (!rnd(&m, 8))
				reset_random(&m);
			break;
		case 7:
			rig_run(rig, rnd(&m, 100));
			break;
		default:
			rig_run(rig, rnd(&m, 20000));
			break;
		}
		check_log(&m);
		if (rnd(&m, 2)) {
			take_status(&m);
			rig_take_events(rig, engine);
		}
		rig_log_clear(rig);
	}
	drain(&m);
	for (int i = 0; i < CONTEXTS; i++) {
		emit_work(&m, i);
		m.pending[0] = i;
		m.pending[1] = -1;
		m.submitted = true;
		m.submissions++;
		rig_submit(m.ctx[i], NULL, 0);
		drain(&m);
		check_complete(&m, i);
	}
	expect_clean();
	for (int i = 0; i < CONTEXTS; i++)
		rig_context_free(m.ctx[i]);
	rig_free(rig);
	rig = NULL;
}

static void random_interleavings(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++)
		random_interleaving(seed % IGD_NUM_ENGINES, seed * 0x9e3779b97f4a7c15ull);
	assert_in_range(seen.idle_active, 100, UINT32_MAX);
	assert_in_range(seen.preempted, 100, UINT32_MAX);
	assert_in_range(seen.lite, 100, UINT32_MAX);
	assert_in_range(seen.element_switch, 100, UINT32_MAX);
	assert_in_range(seen.active_idle, 100, UINT32_MAX);
	assert_in_range(seen.resets, 10, UINT32_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_element_runs_and_completes),
		TEST(two_elements_switch),
		TEST(lite_restore_takes_the_tail_only),
		TEST(force_restore_reloads_the_image),
		TEST(preemption_at_a_semaphore),
		TEST(spinner_with_arbitration_is_preempted_and_resumes),
		TEST(spinner_without_arbitration_is_not_preempted),
		TEST(no_preemption_while_arbitration_is_off),
		TEST(no_preemption_of_a_batch_while_arbitration_is_off),
		TEST(lite_restore_while_arbitration_is_off),
		TEST(stop_ring_and_reset),
		TEST(moved_head_drops_the_batch),
		TEST(instruction_error_halts_and_interrupts),
		TEST(submissions_out_of_protocol),
		TEST(waiting_is_cheap),
		TEST(time_of_the_context),
		cmocka_unit_test(random_interleavings),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
