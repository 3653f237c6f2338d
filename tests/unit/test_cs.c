// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The command streamer: every command that it executes, privileges, lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "igd_cmds.h"
#include "rig.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/mi.h"

#define BATCH	0x123456000ull		/* PPGTT addresses */
#define DATA	0x200000000ull

static struct rig *rig;
static struct rig_context *ctx;
static uint32_t *batch, *data;		/* memory behind BATCH and DATA */
static uint32_t scratch, *mem;		/* a page of the GGTT */

static void use_engine(enum igd_engine_id id)
{
	if (ctx)
		rig_context_free(ctx);
	ctx = rig_context_new(rig, id, 9);
	batch = rig_ppgtt_alloc(ctx->ppgtt, BATCH, 2);
	data = rig_ppgtt_alloc(ctx->ppgtt, DATA, 1);
}

static int setup(void **state)
{
	(void)state;
	rig = rig_new();
	scratch = rig_ggtt_alloc(rig, 1);
	mem = rig_ggtt(rig, scratch);
	use_engine(IGD_RCS);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_context_free(ctx);
	ctx = NULL;
	rig_free(rig);
	return 0;
}

static void run(void)
{
	rig_submit(ctx, NULL, 0);
	rig_settle(rig);
}

/* Commands into the batch, a batch start into the ring, and go. */
#define run_batch(...) \
	run_batch_dwords((const uint32_t[]){ __VA_ARGS__, MI_BATCH_BUFFER_END }, \
			 sizeof((const uint32_t[]){ __VA_ARGS__ }) + 4)
static void run_batch_dwords(const uint32_t *dw, size_t bytes)
{
	memcpy(batch, dw, bytes);
	rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
	run();
}

static void expect_violations(enum igd_rule rule, uint64_t n)
{
	if (igd_violation_count(rig->gd, rule) != n || igd_violation_total(rig->gd) != n)
		fail_msg("%d times %s, not %d; last: %s",
			 (int)igd_violation_count(rig->gd, rule), igd_rule_name(rule), (int)n,
			 rig->violation);
	igd_violations_clear(rig->gd);
}

static void expect_clean(void)
{
	if (igd_violation_total(rig->gd))
		fail_msg("%s", rig->violation);
	assert_true(igd_engine_idle(rig->gd, ctx->engine));
	assert_int_equal(rig->trespasses, 0);
}

static uint32_t lo(uint64_t addr)
{
	return (uint32_t)addr;
}

static uint32_t hi(uint64_t addr)
{
	return addr >> 32;
}

static void store_data(void **state)
{
	(void)state;
	run_batch(MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 11,
		  MI_STORE_QWORD_IMM, lo(DATA + 8), hi(DATA), 22, 33,
		  /* several dwords at once */
		  MI_CMD(MI_OP_STORE_DATA_IMM) | 4, lo(DATA + 16), hi(DATA), 44, 55, 66);
	assert_int_equal(data[0], 11);
	assert_int_equal(data[1], 0);
	assert_int_equal(data[2], 22);
	assert_int_equal(data[3], 33);
	assert_int_equal(data[4], 44);
	assert_int_equal(data[5], 55);
	assert_int_equal(data[6], 66);
	assert_int_equal(data[7], 0);

	rig_emit(ctx, MI_STORE_DATA_INDEX, 0x800, 77);
	rig_emit(ctx, MI_STORE_DATA_INDEX | MI_STORE_INDEX_PPHWSP, 0x800, 88);
	run();
	assert_int_equal(rig_ggtt(rig, rig->hwsp[IGD_RCS])[0x200], 77);
	assert_int_equal(rig_context_pphwsp(ctx)[0x200], 88);
	expect_clean();
}

static void copies_and_registers(void **state)
{
	uint32_t gpr = RING_GPR(RENDER_RING_BASE, 3);

	(void)state;
	data[0] = 0xcafe;
	data[3] = 0xf00d;
	run_batch(MI_COPY_MEM_MEM, lo(DATA + 4), hi(DATA), lo(DATA), hi(DATA),
		  MI_LOAD_REGISTER_MEM, gpr, lo(DATA + 12), hi(DATA),
		  MI_LOAD_REGISTER_REG, gpr, gpr + 4,
		  MI_STORE_REGISTER_MEM, gpr + 4, lo(DATA + 8), hi(DATA),
		  MI_LOAD_REGISTER_IMM(2) | MI_LRI_FORCE_POSTED, gpr, 1, gpr + 8, 2);
	assert_int_equal(data[1], 0xcafe);
	assert_int_equal(data[2], 0xf00d);
	assert_int_equal(rig_read(rig, gpr), 1);
	assert_int_equal(rig_read(rig, gpr + 8), 2);

	rig_emit(ctx, MI_COPY_MEM_MEM | MI_COPY_SRC_GGTT | MI_COPY_DST_GGTT,
		 scratch + 4, 0, scratch, 0);
	mem[0] = 0xbee;
	run();
	assert_int_equal(mem[1], 0xbee);
	expect_clean();
}

static uint64_t gpr64(unsigned int n)
{
	return (uint64_t)rig_read(rig, RING_GPR(RENDER_RING_BASE, n) + 4) << 32 |
	       rig_read(rig, RING_GPR(RENDER_RING_BASE, n));
}

static void set_gpr(unsigned int n, uint64_t val)
{
	rig_emit(ctx, MI_LOAD_REGISTER_IMM(2), RING_GPR(RENDER_RING_BASE, n), lo(val),
		 RING_GPR(RENDER_RING_BASE, n) + 4, hi(val));
}

static void alu(void **state)
{
	const uint64_t a = 0x1234567890abcdefull, b = 0xfedcba0987654321ull;
	static const struct { uint32_t op; } ops[] = {
		{ ALU_ADD }, { ALU_SUB }, { ALU_AND }, { ALU_OR }, { ALU_XOR },
	};
	const uint64_t want[] = { a + b, a - b, a & b, a | b, a ^ b };

	(void)state;
	for (size_t i = 0; i < IGD_ARRAY_SIZE(ops); i++) {
		set_gpr(0, a);
		set_gpr(1, b);
		rig_emit(ctx, MI_MATH(6), ALU(ALU_LOAD, ALU_SRCA, ALU_REG(0)),
			 ALU(ALU_LOAD, ALU_SRCB, ALU_REG(1)), ALU(ops[i].op, 0, 0),
			 ALU(ALU_STORE, ALU_REG(2), ALU_ACCU), ALU(ALU_STOREINV, ALU_REG(3), ALU_ACCU),
			 ALU(ALU_STORE, ALU_REG(4), ALU_CF));
		run();
		assert_true(gpr64(2) == want[i]);
		assert_true(gpr64(3) == ~want[i]);
		if (ops[i].op == ALU_ADD)
			assert_true(gpr64(4) == (a + b < a ? ~0ull : 0));
		if (ops[i].op == ALU_SUB)
			assert_true(gpr64(4) == (a < b ? ~0ull : 0));
	}
	rig_emit(ctx, MI_MATH(6), ALU(ALU_LOAD1, ALU_SRCA, 0), ALU(ALU_LOAD0, ALU_SRCB, 0),
		 ALU(ALU_AND, 0, 0), ALU(ALU_STORE, ALU_REG(5), ALU_ZF),
		 ALU(ALU_LOADINV, ALU_SRCA, ALU_REG(0)), ALU(ALU_STORE, ALU_REG(6), ALU_CF));
	run();
	assert_true(gpr64(5) == ~0ull);
	assert_true(gpr64(6) == 0);
	expect_clean();
	rig_emit(ctx, MI_MATH(1), ALU(0x7ff, 0, 0), MI_NOOP);
	run();
	expect_violations(IGD_RULE_BAD_COMMAND, 1);
}

static void atomics(void **state)
{
	static const struct { uint32_t op, old, op1, op2, want; } cases[] = {
		{ ATOMIC_AND, 0xff, 0x0f, 0, 0x0f }, { ATOMIC_OR, 0xf0, 0x0f, 0, 0xff },
		{ ATOMIC_XOR, 0xff, 0x0f, 0, 0xf0 }, { ATOMIC_MOVE, 1, 2, 0, 2 },
		{ ATOMIC_INC, ~0u, 0, 0, 0 }, { ATOMIC_DEC, 0, 0, 0, ~0u },
		{ ATOMIC_ADD, 40, 2, 0, 42 }, { ATOMIC_SUB, 40, 2, 0, 38 },
		{ ATOMIC_RSUB, 2, 40, 0, 38 }, { ATOMIC_IMAX, -5, 3, 0, 3 },
		{ ATOMIC_IMIN, -5, 3, 0, -5 }, { ATOMIC_UMAX, -5, 3, 0, -5 },
		{ ATOMIC_UMIN, -5, 3, 0, 3 }, { ATOMIC_CMPXCHG, 5, 5, 9, 9 },
		{ ATOMIC_CMPXCHG, 5, 6, 9, 5 },
	};

	(void)state;
	for (size_t i = 0; i < IGD_ARRAY_SIZE(cases); i++) {
		data[0] = cases[i].old;
		data[1] = 0x5555;
		run_batch(MI_ATOMIC | 9 | MI_ATOMIC_INLINE | cases[i].op << MI_ATOMIC_OP_SHIFT,
			  lo(DATA), hi(DATA), cases[i].op1, cases[i].op2, 0, 0, 0, 0, 0, 0);
		assert_int_equal(data[0], cases[i].want);
		assert_int_equal(data[1], 0x5555);
	}
	data[0] = 0xffffffff;
	data[1] = 0;
	run_batch(MI_ATOMIC | 9 | MI_ATOMIC_INLINE | MI_ATOMIC_RETURN | 1 << MI_ATOMIC_SIZE_SHIFT |
		  (0x20 + ATOMIC_ADD) << MI_ATOMIC_OP_SHIFT,
		  lo(DATA), hi(DATA), 1, 0, 1, 0, 0, 0, 0, 0);
	assert_int_equal(data[0], 0);
	assert_int_equal(data[1], 2);
	assert_true(gpr64(0) == 0xffffffff);
	expect_clean();
}

static void semaphores(void **state)
{
	static const struct { uint32_t op, below, equal, above; } cases[] = {
		{ SEMAPHORE_GT, 0, 0, 1 }, { SEMAPHORE_GTE, 0, 1, 1 }, { SEMAPHORE_LT, 1, 0, 0 },
		{ SEMAPHORE_LTE, 1, 1, 0 }, { SEMAPHORE_EQ, 0, 1, 0 }, { SEMAPHORE_NEQ, 1, 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < IGD_ARRAY_SIZE(cases); i++) {
		const uint32_t go[3] = { cases[i].below, cases[i].equal, cases[i].above };

		for (uint32_t val = 0; val < 3; val++) {
			mem[0] = 4 + val;
			mem[1] = 0;
			rig_take_events(rig, IGD_RCS);
			rig_emit_semaphore(ctx, scratch, cases[i].op, 5);
			rig_emit_store(ctx, scratch + 4, 1);
			run();
			assert_int_equal(mem[1], go[val]);
			assert_int_equal(!!(rig_take_events(rig, IGD_RCS) & IGD_EV_WAIT_SEMAPHORE),
					 !go[val]);
			for (uint32_t v = 4; v <= 6 && !mem[1]; v++) {
				mem[0] = v;
				rig_run(rig, 500000);
			}
			assert_int_equal(mem[1], 1);
			/* Only the first miss is told. */
			assert_false(rig_take_events(rig, IGD_RCS) & IGD_EV_WAIT_SEMAPHORE);
		}
	}
	expect_clean();
}

static void predicates(void **state)
{
	uint32_t result1 = RING_PREDICATE_RESULT_1(RENDER_RING_BASE);
	uint32_t src0 = RING_PREDICATE_SRC0(RENDER_RING_BASE);
	uint32_t src1 = RING_PREDICATE_SRC1(RENDER_RING_BASE);

	(void)state;
	/* A predicated batch start is taken only when RESULT_1 is set. */
	for (uint32_t taken = 0; taken < 2; taken++) {
		data[0] = 0;
		batch[0x100] = MI_STORE_DWORD_IMM;
		batch[0x101] = lo(DATA);
		batch[0x102] = hi(DATA);
		batch[0x103] = 2;
		batch[0x104] = MI_BATCH_BUFFER_END;
		run_batch(MI_LOAD_REGISTER_IMM(1), result1, taken,
			  MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_PREDICATE,
			  lo(BATCH + 0x400), hi(BATCH),
			  MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 1);
		assert_int_equal(data[0], 1 + taken);
	}
	/* MI_PREDICATE compares its sources. */
	run_batch(MI_LOAD_REGISTER_IMM(4), src0, 7, src0 + 4, 8, src1, 7, src1 + 4, 8,
		  MI_PREDICATE | PREDICATE_LOAD_SET << 6 | PREDICATE_COMPARE_SRCS_EQUAL,
		  MI_STORE_REGISTER_MEM, RING_PREDICATE_RESULT(RENDER_RING_BASE), lo(DATA), hi(DATA),
		  MI_PREDICATE | PREDICATE_LOAD_INV << 6 | PREDICATE_COMBINE_OR << 3 |
			PREDICATE_COMPARE_SRCS_EQUAL,
		  MI_STORE_REGISTER_MEM, RING_PREDICATE_RESULT(RENDER_RING_BASE), lo(DATA + 4), hi(DATA),
		  MI_PREDICATE | PREDICATE_LOAD_SET << 6 | PREDICATE_COMBINE_XOR << 3,
		  MI_STORE_REGISTER_MEM, RING_PREDICATE_RESULT(RENDER_RING_BASE), lo(DATA + 8), hi(DATA));
	assert_int_equal(data[0], 1);
	assert_int_equal(data[1], 1);
	assert_int_equal(data[2], 0);
	/* MI_SET_PREDICATE turns commands off until told otherwise, or the batch ends. */
	data[0] = data[1] = 0;
	run_batch(MI_SET_PREDICATE | SET_PREDICATE_ALWAYS,
		  MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 1,
		  MI_SET_PREDICATE, MI_STORE_DWORD_IMM, lo(DATA + 4), hi(DATA), 1);
	assert_int_equal(data[0], 0);
	assert_int_equal(data[1], 1);
	expect_clean();
}

static void conditional_end(void **state)
{
	(void)state;
	for (uint32_t val = 4; val <= 6; val++) {
		data[0] = val;
		data[2] = 0;
		run_batch(MI_CONDITIONAL_BATCH_BUFFER_END | MI_COND_BBE_COMPARE, 5, lo(DATA), hi(DATA),
			  MI_STORE_DWORD_IMM, lo(DATA + 8), hi(DATA), 1);
		/* Goes on only while memory is greater. */
		assert_int_equal(data[2], val > 5);
	}
	expect_clean();
}

static void flushes(void **state)
{
	uint64_t before, after;

	(void)state;
	rig_take_events(rig, IGD_RCS);
	before = rig_read(rig, RING_TIMESTAMP(RENDER_RING_BASE));
	rig_emit(ctx, PIPE_CONTROL, PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_GGTT, scratch, 0, 1, 2);
	rig_emit(ctx, PIPE_CONTROL, PIPE_CONTROL_TIMESTAMP | PIPE_CONTROL_GGTT, scratch + 8, 0, 0, 0);
	rig_emit(ctx, PIPE_CONTROL, PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_STORE_INDEX, 0x100, 0, 3, 4);
	rig_emit(ctx, PIPE_CONTROL, PIPE_CONTROL_NOTIFY | PIPE_CONTROL_CS_STALL, 0, 0, 0, 0);
	run();
	after = rig_read(rig, RING_TIMESTAMP(RENDER_RING_BASE));
	assert_int_equal(mem[0], 1);
	assert_int_equal(mem[1], 2);
	assert_in_range(mem[2], before, after + 100);
	assert_int_equal(rig_context_pphwsp(ctx)[0x40], 3);
	assert_int_equal(rig_context_pphwsp(ctx)[0x41], 4);
	assert_true(rig_take_events(rig, IGD_RCS) & IGD_EV_FLUSH_NOTIFY);
	run_batch(PIPE_CONTROL, PIPE_CONTROL_QW_WRITE, lo(DATA), hi(DATA), 5, 6);
	assert_int_equal(data[0], 5);
	assert_int_equal(data[1], 6);
	expect_clean();

	use_engine(IGD_BCS);
	mem[1] = 0x1111;
	rig_emit(ctx, MI_FLUSH_DW | MI_FLUSH_DW_OP_WRITE, scratch | MI_FLUSH_DW_GGTT, 0, 7);
	rig_emit(ctx, (MI_FLUSH_DW + 1) | MI_FLUSH_DW_OP_WRITE, (scratch + 8) | MI_FLUSH_DW_GGTT, 0, 8, 9);
	rig_emit(ctx, MI_FLUSH_DW | MI_FLUSH_DW_OP_WRITE | MI_FLUSH_DW_STORE_INDEX |
		 MI_FLUSH_DW_NOTIFY | MI_FLUSH_DW_TLB_INVALIDATE, 0x100, 0, 10);
	run();
	assert_int_equal(mem[0], 7);
	assert_int_equal(mem[1], 0x1111);	/* a dword, not a qword */
	assert_int_equal(mem[2], 8);
	assert_int_equal(mem[3], 9);
	assert_int_equal(rig_context_pphwsp(ctx)[0x40], 10);
	assert_true(rig_take_events(rig, IGD_BCS) & IGD_EV_FLUSH_NOTIFY);
	expect_clean();
}

/* A PTE that changes is seen after the invalidation that the command stream asks for. */
static void flushes_invalidate_translations(void **state)
{
	uint64_t other = rig_alloc_page(rig);

	(void)state;
	rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
	memcpy(batch, (const uint32_t[]){ MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 1,
					  MI_BATCH_BUFFER_END }, 20);
	rig_emit_semaphore(ctx, scratch, SEMAPHORE_EQ, 1);
	rig_emit(ctx, PIPE_CONTROL, PIPE_CONTROL_TLB_INVALIDATE | PIPE_CONTROL_CS_STALL, 0, 0, 0, 0);
	rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
	rig_submit(ctx, NULL, 0);
	rig_run(rig, 50000);
	assert_int_equal(data[0], 1);
	rig_ppgtt_map(ctx->ppgtt, DATA, other, 3);
	mem[0] = 1;
	rig_settle(rig);
	assert_int_equal(*(uint32_t *)rig_pa(rig, other), 1);
	expect_clean();
}

static void perf_reports(void **state)
{
	(void)state;
	rig_emit(ctx, MI_REPORT_PERF_COUNT, (scratch + 256) | MI_REPORT_PERF_COUNT_GGTT, 0, 0xabcd);
	run();
	assert_int_equal(mem[64], 0xabcd);
	assert_int_not_equal(mem[65], 0);
	assert_int_equal(mem[66], 9);
	expect_clean();
}

static void gtt_updates(void **state)
{
	uint64_t page = rig_alloc_page(rig);

	(void)state;
	rig_emit(ctx, MI_UPDATE_GTT | 2, 0x5000u << 12, lo(page | 3), hi(page));
	run();
	assert_true(igd_gtt_read(rig->gd, 0x5000 * 8, 8) == (page | 3));
	expect_clean();
	run_batch(MI_UPDATE_GTT | 2, 0x6000u << 12, lo(page | 3), hi(page));
	assert_true(igd_gtt_read(rig->gd, 0x6000 * 8, 8) == 0);
	expect_violations(IGD_RULE_PRIVILEGED_COMMAND, 1);
}

/*
 * Batches
 */

static void batch_levels(void **state)
{
	(void)state;
	/* First level calls second level, which chains; the first goes on, chains, and ends. */
	batch[0x100] = MI_BATCH_BUFFER_START | MI_BATCH_PPGTT;
	batch[0x101] = lo(BATCH + 0x800);
	batch[0x102] = hi(BATCH);
	memcpy(&batch[0x200], (const uint32_t[]){ MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 1,
						  MI_BATCH_BUFFER_END }, 20);
	memcpy(&batch[0x300], (const uint32_t[]){ MI_STORE_DWORD_IMM, lo(DATA + 8), hi(DATA), 3,
						  MI_BATCH_BUFFER_END }, 20);
	rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
	memcpy(batch, (const uint32_t[]){
		MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_SECOND_LEVEL, lo(BATCH + 0x400), hi(BATCH),
		MI_STORE_DWORD_IMM, lo(DATA + 4), hi(DATA), 2,
		MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, lo(BATCH + 0xc00), hi(BATCH),
		0xdeadbeef }, 44);
	rig_emit_store(ctx, scratch, 4);
	run();
	assert_int_equal(data[0], 1);
	assert_int_equal(data[1], 2);
	assert_int_equal(data[2], 3);
	assert_int_equal(mem[0], 4);
	expect_clean();
}

static void commands_cross_pages(void **state)
{
	(void)state;
	memset(batch, 0, 4096);
	batch[1022] = MI_STORE_DWORD_IMM;
	batch[1023] = lo(DATA);
	/* The pages need not be next to each other in memory. */
	memcpy(rig_ppgtt_map(ctx->ppgtt, BATCH + 4096, rig_alloc_page(rig), 3),
	       (const uint32_t[]){ hi(DATA), 42, MI_BATCH_BUFFER_END }, 12);
	rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
	run();
	assert_int_equal(data[0], 42);
	expect_clean();
}

static void rings_wrap(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		/* Seven dwords do not divide the ring: each offset is met, commands wrap. */
		rig_emit_store(ctx, scratch, i);
		rig_emit(ctx, MI_NOOP, MI_ARB_CHECK, MI_NOOP);
		run();
		assert_int_equal(mem[0], i);
	}
	assert_int_equal(rig_read(rig, RING_HEAD(RENDER_RING_BASE)) & RING_HEAD_ADDR, ctx->tail);
	assert_int_not_equal(rig_read(rig, RING_HEAD(RENDER_RING_BASE)) & RING_HEAD_WRAP, 0);
	expect_clean();
}

/*
 * Privileges
 */

static void non_privileged_batches_stay_out_of_the_ggtt(void **state)
{
	(void)state;
	run_batch(MI_STORE_DWORD_IMM | MI_GGTT, scratch, 0, 1,
		  MI_STORE_REGISTER_MEM | MI_GGTT, RING_TIMESTAMP(RENDER_RING_BASE), scratch, 0,
		  MI_COPY_MEM_MEM | MI_COPY_DST_GGTT, scratch, 0, lo(DATA), hi(DATA),
		  MI_ATOMIC | 1 | MI_GGTT | ATOMIC_INC << MI_ATOMIC_OP_SHIFT, scratch, 0,
		  PIPE_CONTROL, PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_GGTT, scratch, 0, 1, 1,
		  PIPE_CONTROL, PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_STORE_INDEX, 0x100, 0, 1, 1,
		  MI_STORE_DATA_INDEX, 0x100, 1,
		  MI_REPORT_PERF_COUNT, scratch | MI_REPORT_PERF_COUNT_GGTT, 0, 1,
		  MI_SEMAPHORE_WAIT | MI_GGTT | SEMAPHORE_EQ << MI_SEMAPHORE_OP_SHIFT, 1, scratch, 0,
		  MI_ARB_ON_OFF,
		  MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 0x900d);
	assert_int_equal(mem[0], 0);
	assert_int_equal(data[0], 0x900d);
	assert_int_equal(rig_context_pphwsp(ctx)[0x40], 0);
	expect_violations(IGD_RULE_PRIVILEGED_COMMAND, 10);
}

static void batches_in_the_ggtt_are_privileged(void **state)
{
	uint32_t page = rig_ggtt_alloc(rig, 1);

	(void)state;
	memcpy(rig_ggtt(rig, page), (const uint32_t[]){
		MI_STORE_DWORD_IMM | MI_GGTT, scratch, 0, 1,
		MI_LOAD_REGISTER_IMM(1), L3SQCREG4, 0x1234,
		MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, lo(BATCH), hi(BATCH) }, 40);
	/* ... but what they start in the PPGTT is not, nor can it go back. */
	memcpy(batch, (const uint32_t[]){
		MI_LOAD_REGISTER_IMM(1), L3SQCREG4, 0x5678,
		MI_BATCH_BUFFER_START, lo(BATCH + 0x400), hi(BATCH) }, 24);
	memcpy(&batch[0x100], (const uint32_t[]){
		MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 2, MI_BATCH_BUFFER_END }, 20);
	rig_emit_batch(ctx, page, 0);
	run();
	assert_int_equal(mem[0], 1);
	assert_int_equal(data[0], 2);
	assert_int_equal(rig_read(rig, L3SQCREG4), 0x1234);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_PRIVILEGED_REGISTER), 1);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_PRIVILEGED_COMMAND), 1);
}

static void lri_from_batch(uint32_t reg, uint32_t val)
{
	run_batch(MI_LOAD_REGISTER_IMM(1), reg, val);
}

static void force_to_nonpriv(void **state)
{
	uint32_t slot = RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 11);

	(void)state;
	lri_from_batch(L3SQCREG4, 0x11);
	assert_int_equal(rig_read(rig, L3SQCREG4), 0);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);

	rig_write(rig, slot, L3SQCREG4);
	lri_from_batch(L3SQCREG4, 0x22);
	assert_int_equal(rig_read(rig, L3SQCREG4), 0x22);
	expect_clean();
	lri_from_batch(L3SQCREG4 + 4, 0x22);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);

	/* Read access only; a row of four; denied. */
	rig_write(rig, slot, L3SQCREG4 | NONPRIV_ACCESS_RD << 28);
	lri_from_batch(L3SQCREG4, 0x33);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);
	rig_write(rig, slot, 0xb110 | 1);
	lri_from_batch(L3SQCREG4, 0x44);
	lri_from_batch(0xb110, 0x55);
	assert_int_equal(rig_read(rig, L3SQCREG4), 0x44);
	assert_int_equal(rig_read(rig, 0xb110), 0x55);
	expect_clean();
	lri_from_batch(0xb100, 0x66);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);
	rig_write(rig, slot, L3SQCREG4 | NONPRIV_DENY);
	lri_from_batch(L3SQCREG4, 0x77);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);

	/* No slot is needed for a user's own registers; none helps another engine's batch to them. */
	lri_from_batch(RING_GPR(RENDER_RING_BASE, 0), 1);
	expect_clean();
	use_engine(IGD_VECS);
	lri_from_batch(RING_GPR(VEBOX_RING_BASE, 0), 3);
	expect_clean();
	lri_from_batch(RING_GPR(RENDER_RING_BASE, 0), 2);
	assert_int_equal(rig_read(rig, RING_GPR(RENDER_RING_BASE, 0)), 1);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);

	/* A slot opens a register to the blitter as well. */
	use_engine(IGD_BCS);
	rig_write(rig, RING_FORCE_TO_NONPRIV(BLT_RING_BASE, 0), L3SQCREG4);
	lri_from_batch(L3SQCREG4, 0x88);
	assert_int_equal(rig_read(rig, L3SQCREG4), 0x88);
	expect_clean();
	rig_write(rig, RING_FORCE_TO_NONPRIV(BLT_RING_BASE, 0), 0);
	lri_from_batch(L3SQCREG4, 0x99);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);
}

#define ENGINE_BASE(id)	(rig->gd->engine[id].base)

/* Every command that writes a register, once: 0x11, 0x22, 0x33 to three of them. */
static const uint32_t loaded[] = { L3SQCREG4, MOCS_CONTROL(0, 3), MOCS_CONTROL(1, 4) };

static void load_each_way(enum igd_engine_id id)
{
	uint32_t base = ENGINE_BASE(id);

	use_engine(id);
	for (size_t i = 0; i < IGD_ARRAY_SIZE(loaded); i++)
		rig_write(rig, loaded[i], 0x5a);
	rig_write(rig, RING_EMR(base), ~RING_ERROR_PRIVILEGE);
	rig_write(rig, RING_EIR(base), ~0u);
	rig_take_events(rig, id);
	data[2] = 0x22;
	run_batch(MI_LOAD_REGISTER_IMM(3), RING_GPR(base, 0), 0x33, loaded[0], 0x11,
		  RING_GPR(base, 1), 0x44,
		  MI_LOAD_REGISTER_MEM, loaded[1], lo(DATA + 8), hi(DATA),
		  MI_LOAD_REGISTER_REG, RING_GPR(base, 0), loaded[2],
		  MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 0x900d);
	assert_int_equal(data[0], 0x900d);
	assert_int_equal(rig_read(rig, RING_GPR(base, 1)), 0x44);
	assert_true(igd_engine_idle(rig->gd, id));
}

static void loads_of_privileged_registers_are_dropped(void **state)
{
	static const enum igd_engine_id ids[] = { IGD_RCS, IGD_VCS, IGD_VECS };

	(void)state;
	for (size_t i = 0; i < IGD_ARRAY_SIZE(ids); i++) {
		load_each_way(ids[i]);
		for (size_t k = 0; k < IGD_ARRAY_SIZE(loaded); k++)
			assert_int_equal(rig_read(rig, loaded[k]), 0x5a);
		assert_int_equal(rig_read(rig, RING_EIR(ENGINE_BASE(ids[i]))),
				 RING_ERROR_PRIVILEGE);
		assert_true(rig_take_events(rig, ids[i]) & IGD_EV_CS_ERROR);
		expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 3);
	}
}

/* ... but not by the blitter, which says nothing either: only the model does. */
static void blitter_batches_load_any_register(void **state)
{
	(void)state;
	load_each_way(IGD_BCS);
	for (size_t k = 0; k < IGD_ARRAY_SIZE(loaded); k++)
		assert_int_equal(rig_read(rig, loaded[k]), 0x11 * (k + 1));
	assert_int_equal(rig_read(rig, RING_EIR(BLT_RING_BASE)), 0);
	assert_false(rig_take_events(rig, IGD_BCS) & IGD_EV_CS_ERROR);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 3);

	/* Another engine's, and from a batch that a batch calls. */
	memcpy(&batch[0x100], (const uint32_t[]){
		MI_LOAD_REGISTER_IMM(1), RING_GPR(RENDER_RING_BASE, 0), 7, MI_BATCH_BUFFER_END }, 16);
	run_batch(MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_SECOND_LEVEL,
		  lo(BATCH + 0x400), hi(BATCH));
	assert_int_equal(rig_read(rig, RING_GPR(RENDER_RING_BASE, 0)), 7);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);

	/* Other rules of a register hold: bits that are not enabled, none that can be written. */
	run_batch(MI_LOAD_REGISTER_IMM(2), RING_MI_MODE(RENDER_RING_BASE), 0x00100000,
		  RING_ESR(RENDER_RING_BASE), 1);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_PRIVILEGED_REGISTER), 2);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_READ_ONLY), 1);
	assert_int_equal(rig_read(rig, RING_ESR(RENDER_RING_BASE)), 0);
	igd_violations_clear(rig->gd);

	/* The ring may. */
	rig_emit(ctx, MI_LOAD_REGISTER_IMM(1), L3SQCREG4, 0x77);
	run();
	assert_int_equal(rig_read(rig, L3SQCREG4), 0x77);
	expect_clean();
}

/* What i915 lets users load from a batch for the blitter. */
static void blitter_batches_have_registers_of_their_own(void **state)
{
	static const uint32_t time[] = {
		RING_TIMESTAMP(RENDER_RING_BASE), RING_TIMESTAMP(BSD_RING_BASE),
		RING_TIMESTAMP(BLT_RING_BASE),
	};

	(void)state;
	use_engine(IGD_BCS);
	lri_from_batch(BCS_SWCTRL, 0x30003);
	assert_int_equal(rig_read(rig, BCS_SWCTRL), 3);
	lri_from_batch(RING_GPR(BLT_RING_BASE, RING_NUM_GPR - 1) + 4, 5);
	assert_int_equal(rig_read(rig, RING_GPR(BLT_RING_BASE, RING_NUM_GPR - 1) + 4), 5);
	for (size_t i = 0; i < IGD_ARRAY_SIZE(time); i++)
		run_batch(MI_LOAD_REGISTER_IMM(2), time[i], 0, time[i] + 4, 0);
	lri_from_batch(RING_CTX_TIMESTAMP(BLT_RING_BASE), 0);
	expect_clean();
	lri_from_batch(RING_TIMESTAMP(VEBOX_RING_BASE), 0);
	lri_from_batch(RING_CTX_TIMESTAMP(RENDER_RING_BASE), 0);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 2);

	use_engine(IGD_RCS);
	lri_from_batch(RING_TIMESTAMP(RENDER_RING_BASE), 0);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);
}

static void any_batch_reads_any_register(void **state)
{
	(void)state;
	for (unsigned int id = 0; id < IGD_NUM_ENGINES; id++) {
		uint32_t gpr = RING_GPR(ENGINE_BASE(id), 2);

		use_engine(id);
		rig_write(rig, L3SQCREG4, 0x100 + id);
		run_batch(MI_STORE_REGISTER_MEM, L3SQCREG4, lo(DATA), hi(DATA),
			  MI_LOAD_REGISTER_REG, L3SQCREG4, gpr,
			  MI_STORE_REGISTER_MEM, RING_ELSP(RENDER_RING_BASE), lo(DATA + 4), hi(DATA));
		assert_int_equal(data[0], 0x100 + id);
		assert_int_equal(rig_read(rig, gpr), 0x100 + id);
		expect_clean();
	}
}

/* The blitter's streamer is as strict as the others about commands and the GGTT. */
static void blitter_batches_stay_out_of_the_ggtt(void **state)
{
	(void)state;
	use_engine(IGD_BCS);
	mem[0] = 0xbad;
	memcpy(&batch[0x100], (const uint32_t[]){
		MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 0x900d, MI_BATCH_BUFFER_END }, 20);
	run_batch(MI_LOAD_REGISTER_MEM | MI_GGTT, L3SQCREG4, scratch, 0,
		  MI_STORE_REGISTER_MEM | MI_GGTT, L3SQCREG4, scratch, 0,
		  MI_STORE_DWORD_IMM | MI_GGTT, scratch, 0, 1,
		  MI_FLUSH_DW | MI_FLUSH_DW_OP_WRITE, scratch | MI_FLUSH_DW_GGTT, 0, 7,
		  MI_STORE_DATA_INDEX, 0x100, 1,
		  MI_UPDATE_GTT | 2, 0x6000u << 12, 3, 0,
		  MI_ARB_ON_OFF,
		  MI_BATCH_BUFFER_START, lo(BATCH + 0x400), hi(BATCH));
	assert_int_equal(rig_read(rig, L3SQCREG4), 0);
	assert_int_equal(mem[0], 0xbad);
	assert_true(igd_gtt_read(rig->gd, 0x6000 * 8, 8) == 0);
	assert_int_equal(data[0], 0x900d);
	expect_violations(IGD_RULE_PRIVILEGED_COMMAND, 8);
}

static void expect_load(const char *how)
{
	if (rig_read(rig, L3SQCREG4) != 0x11)
		fail_msg("%s: not loaded", how);
	expect_violations(IGD_RULE_PRIVILEGED_REGISTER, 1);
	rig_write(rig, L3SQCREG4, 0);
	memset(batch, 0, 4096);
}

#define LOAD		MI_LOAD_REGISTER_IMM(1), L3SQCREG4, 0x11
#define JUMP(offset)	MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, lo(BATCH + (offset)), hi(BATCH)

/* By all the ways that there are to get at a command: what has to be looked through is no line. */
static void blitter_batches_get_at_a_load(void **state)
{
	const uint32_t store = MI_CMD(MI_OP_STORE_DATA_IMM) | 5;

	(void)state;
	use_engine(IGD_BCS);
	/* Bits of the offset that do not count. */
	lri_from_batch(L3SQCREG4 | 0xff800003, 0x11);
	expect_load("other bits");

	memcpy(&batch[0x201], (const uint32_t[]){ LOAD, MI_BATCH_BUFFER_END }, 16);
	run_batch(JUMP(0x804));
	expect_load("jump");

	data[0] = 2;
	run_batch(MI_CONDITIONAL_BATCH_BUFFER_END | MI_COND_BBE_COMPARE, 1, lo(DATA), hi(DATA), LOAD);
	expect_load("behind a conditional end");

	batch[0x200] = MI_BATCH_BUFFER_END;
	run_batch(MI_BATCH_PREDICATE | JUMP(0x800), LOAD);
	expect_load("behind a jump that is not taken");

	batch[0x200] = MI_BATCH_BUFFER_END;
	run_batch(MI_BATCH_SECOND_LEVEL | JUMP(0x800), LOAD);
	expect_load("behind a call");

	run_batch(store, lo(DATA), hi(DATA), LOAD, MI_BATCH_BUFFER_END, JUMP(12));
	expect_load("back into data");

	run_batch(JUMP(24), store, lo(DATA), hi(DATA), LOAD, MI_BATCH_BUFFER_END);
	expect_load("forward into data");

	batch[0x210] = MI_BATCH_BUFFER_END;
	memcpy(batch, (const uint32_t[]){
		MI_STORE_DWORD_IMM, lo(BATCH + 0x800), hi(BATCH), MI_LOAD_REGISTER_IMM(1),
		MI_STORE_DWORD_IMM, lo(BATCH + 0x804), hi(BATCH), L3SQCREG4,
		MI_STORE_DWORD_IMM, lo(BATCH + 0x808), hi(BATCH), 0x11 }, 48);
	rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
	run();
	expect_load("written by itself");

	/* Of an image that says it were in a batch. */
	use_engine(IGD_BCS);
	memcpy(&batch[2], (const uint32_t[]){ LOAD, MI_BATCH_BUFFER_END }, 16);
	rig_context_image(ctx)[0x0d] = hi(BATCH);
	rig_context_image(ctx)[0x0f] = lo(BATCH + 8) | BBADDR_VALID;
	rig_context_image(ctx)[0x11] = BBSTATE_PPGTT;
	rig_emit_store(ctx, scratch, 4);
	run();
	assert_int_equal(mem[0], 4);
	expect_load("resumed");
}

/* Of all registers, while the batch is in progress: its engine may be lost, the model is not. */
static void blitter_batches_load_anything_anywhere(void **state)
{
	static const uint32_t vals[] = { 0, ~0u, 0xffff0001, 0x00101000 };
	unsigned int n = 0;

	for (uint32_t offset = 0; offset < IGD_MMIO_SIZE; offset += 4) {
		if (!igd_mmio_known(rig->gd, offset))
			continue;
		if (!(n++ % 256)) {
			teardown(state);
			setup(state);
			use_engine(IGD_BCS);
		}
		lri_from_batch(offset, vals[n % IGD_ARRAY_SIZE(vals)]);
		if (offset - BLT_RING_BASE < RING_MMIO_SIZE || offset == GEN6_GDRST)
			for (size_t i = 0; i < IGD_ARRAY_SIZE(vals); i++) {
				teardown(state);
				setup(state);
				use_engine(IGD_BCS);
				lri_from_batch(offset, vals[i]);
			}
	}
	assert_in_range(n, 1000, UINT32_MAX);
}

/* The privilege error is for EIR, when EMR lets it through; parsing goes on. */
static void privilege_errors_can_interrupt(void **state)
{
	(void)state;
	rig_write(rig, RING_EMR(RENDER_RING_BASE), ~RING_ERROR_PRIVILEGE);
	rig_take_events(rig, IGD_RCS);
	lri_from_batch(L3SQCREG4, 1);
	assert_int_equal(rig_read(rig, RING_EIR(RENDER_RING_BASE)), RING_ERROR_PRIVILEGE);
	assert_true(rig_take_events(rig, IGD_RCS) & IGD_EV_CS_ERROR);
	assert_true(igd_engine_idle(rig->gd, IGD_RCS));
}

/*
 * Lengths
 */

static void lengths(void **state)
{
	static const struct { enum igd_engine_id id; uint32_t dw0; unsigned int len; } cases[] = {
		{ IGD_RCS, MI_NOOP, 1 }, { IGD_RCS, MI_ARB_CHECK, 1 },
		{ IGD_RCS, MI_LOAD_REGISTER_IMM(126), 253 }, { IGD_RCS, 0x100003ff, 1025 },
		{ IGD_RCS, 0x69040300, 1 },	/* PIPELINE_SELECT */
		{ IGD_RCS, 0x61010011, 19 },	/* STATE_BASE_ADDRESS */
		{ IGD_RCS, 0x61020001, 3 },	/* STATE_SIP */
		{ IGD_RCS, 0x7a000004, 6 },	/* PIPE_CONTROL */
		{ IGD_RCS, 0x7b000005, 7 },	/* 3DPRIMITIVE */
		{ IGD_RCS, 0x78080003, 5 },	/* 3DSTATE_VERTEX_BUFFERS */
		{ IGD_RCS, 0x79170101, 259 },	/* 3DSTATE_SO_DECL_LIST, nine bits */
		{ IGD_RCS, 0x78390402, 1028 },	/* 3DSTATE_DX9_CONSTANTF_VS, eleven bits */
		{ IGD_RCS, 0x70000007, 9 },	/* MEDIA_VFE_STATE */
		{ IGD_RCS, 0x7105000d, 15 },	/* GPGPU_WALKER */
		{ IGD_VCS, 0x70000003, 5 },	/* MFX_PIPE_MODE_SELECT */
		{ IGD_VCS, 0x70020040, 66 },	/* MFX_PIPE_BUF_ADDR_STATE */
		{ IGD_VCS, 0x73800001, 3 },	/* HCP_PIPE_MODE_SELECT */
		{ IGD_VCS, 0x68000000, 1 },	/* MFX_WAIT */
		{ IGD_VECS, 0x74020011, 19 },	/* VEBOX_STATE */
		{ IGD_BCS, 0x13000002, 4 },	/* MI_FLUSH_DW */
		{ IGD_BCS, 0x54c00008, 10 },	/* XY_SRC_COPY_BLT */
		/* Not there. */
		{ IGD_RCS, 0xdeadbeef, 0 }, { IGD_BCS, 0xdeadbeef, 0 }, { IGD_VCS, 0xdeadbeef, 0 },
		{ IGD_VECS, 0xdeadbeef, 0 }, { IGD_RCS, 0x54c00008, 0 }, { IGD_BCS, 0x7a000004, 0 },
		{ IGD_RCS, 0x1f800000, 0 }, { IGD_VCS, 0x7b000005, 0 }, { IGD_RCS, 0x20000000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < IGD_ARRAY_SIZE(cases); i++) {
		struct igd_cmd cmd;
		bool known = igd_cmd_decode(cases[i].id, cases[i].dw0, &cmd);

		if (known != !!cases[i].len || (known && cmd.len != cases[i].len))
			fail_msg("engine %d, %#x: %s, %u dwords", cases[i].id, cases[i].dw0,
				 known ? "known" : "unknown", known ? cmd.len : 0);
	}
}

static void state_commands_are_skipped_by_length(void **state)
{
	(void)state;
	memset(batch, 0xff, 4096);	/* bodies that no engine would execute */
	batch[0] = 0x61010011;
	batch[19] = 0x7b000005;
	batch[26] = 0x70000010;
	batch[44] = MI_STORE_DWORD_IMM;
	batch[45] = lo(DATA);
	batch[46] = hi(DATA);
	batch[47] = 5;
	batch[48] = MI_BATCH_BUFFER_END;
	rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
	run();
	assert_int_equal(data[0], 5);
	expect_clean();
}

static void faults(void **state)
{
	(void)state;
	/* A store into nowhere is dropped, a batch that is nowhere hangs. */
	run_batch(MI_STORE_DWORD_IMM, 0, 0x7777, 1, MI_STORE_DWORD_IMM, lo(DATA), hi(DATA), 2);
	assert_int_equal(data[0], 2);
	expect_violations(IGD_RULE_PPGTT_NONPRESENT, 1);
	assert_int_not_equal(rig_read(rig, 0x4094), 0);
	rig_emit_batch(ctx, 0x888800000000ull, MI_BATCH_PPGTT);
	run();
	assert_false(igd_engine_idle(rig->gd, IGD_RCS));
	assert_true(igd_violation_count(rig->gd, IGD_RULE_PPGTT_NONPRESENT) > 0);
	assert_int_equal(rig_read(rig, RING_ACTHD_UDW(RENDER_RING_BASE)), 0x8888);
}

static void read_only_pages_drop_writes(void **state)
{
	uint64_t pa = rig_alloc_page(rig);

	(void)state;
	rig_ppgtt_map(ctx->ppgtt, DATA + 4096, pa, 1);
	run_batch(MI_STORE_DWORD_IMM, lo(DATA + 4096), hi(DATA), 1);
	assert_int_equal(*(uint32_t *)rig_pa(rig, pa), 0);
	expect_clean();
}

/*
 * Random commands
 */

static uint64_t seed;

static uint32_t rnd(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % n;
}

/* Addresses that mean something more often than not. */
static uint64_t random_addr(void)
{
	switch (rnd(6)) {
	case 0:
		return scratch + 4 * rnd(1024);
	case 1:
		return ctx->lrca + 4 * rnd(2048);
	case 2:
		return BATCH + 4 * rnd(1024);
	case 3:
		return (uint64_t)rnd(1u << 31) << rnd(32);
	default:
		return DATA + 4 * rnd(1024);
	}
}

static uint32_t random_header(void)
{
	static const uint32_t gfx[] = {
		PIPE_CONTROL, 0x61010011, 0x7b000005, 0x70000007, 0x73800001, 0x74020011,
	};

	switch (rnd(8)) {
	case 0:
		return rnd(1u << 31) << 1 | rnd(2);
	case 1:
		return gfx[rnd(IGD_ARRAY_SIZE(gfx))];
	case 2:
		return 2u << 29 | rnd(0x80) << 22 | rnd(1u << 22);
	default:
		return MI_CMD(rnd(0x37)) | rnd(4) << 21 | rnd(1u << 21) >> rnd(21);
	}
}

static void fill_batch(void)
{
	for (int i = 0; i < 1020; ) {
		uint64_t addr = random_addr();

		batch[i++] = random_header();
		for (int n = rnd(3); n && i < 1020; n--) {
			batch[i++] = rnd(2) ? 0x2000 + 4 * rnd(0x8000) : rnd(64);
			batch[i++] = lo(addr);
			batch[i++] = hi(addr);
			if (rnd(2))
				batch[i++] = rnd(1u << 31);
		}
	}
}

/*
 * Whatever a user's batch holds: no crash, no endless work, and not a byte
 * touched that is not in its address space or in its context.
 */
static void random_batches_do_no_harm(void **state)
{
	(void)state;
	for (int round = 0; round < 400; round++) {
		uint32_t before[1024];

		seed = round * 0x9e3779b97f4a7c15ull + 1;
		if (round % 100 == 0) {
			use_engine(round / 100 % IGD_NUM_ENGINES);
			for (unsigned int i = 0; i < RIG_RAM_PAGES; i++)
				rig->owner[i] = i < rig->next_page ? 0xfffff000 : 0;
			for (unsigned int i = 0; i < 22; i++)
				rig->owner[rig_ggtt_pa(rig, ctx->lrca) / 4096 + i] = ctx->lrca;
			/* Tables and pages of the PPGTT were the last to be allocated. */
			for (unsigned int i = ctx->ppgtt->pml4 / 4096; i < rig->next_page; i++)
				rig->owner[i] = ctx->lrca;
			rig->owner[rig_ggtt_pa(rig, ctx->ring) / 4096] = ctx->lrca;
			rig->trespasses = 0;
		}
		memcpy(before, mem, sizeof(before));
		fill_batch();
		rig_emit(ctx, MI_ARB_ON_OFF | MI_ARB_ENABLE);
		rig_emit_batch(ctx, BATCH, MI_BATCH_PPGTT);
		rig_submit(ctx, NULL, CTX_DESC_FORCE_RESTORE);
		rig_run(rig, 300000);
		assert_int_equal(rig->trespasses, 0);
		assert_memory_equal(before, mem, sizeof(before));
		igd_engine_reset(rig->gd, ctx->engine);
		rig_engine_enable(rig, ctx->engine);
		rig_context_image(ctx)[0x05] = ctx->tail;
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(store_data),
		TEST(copies_and_registers),
		TEST(alu),
		TEST(atomics),
		TEST(semaphores),
		TEST(predicates),
		TEST(conditional_end),
		TEST(flushes),
		TEST(flushes_invalidate_translations),
		TEST(perf_reports),
		TEST(gtt_updates),
		TEST(batch_levels),
		TEST(commands_cross_pages),
		TEST(rings_wrap),
		TEST(non_privileged_batches_stay_out_of_the_ggtt),
		TEST(batches_in_the_ggtt_are_privileged),
		TEST(force_to_nonpriv),
		TEST(loads_of_privileged_registers_are_dropped),
		TEST(blitter_batches_load_any_register),
		TEST(blitter_batches_have_registers_of_their_own),
		TEST(any_batch_reads_any_register),
		TEST(blitter_batches_stay_out_of_the_ggtt),
		TEST(blitter_batches_get_at_a_load),
		TEST(blitter_batches_load_anything_anywhere),
		TEST(privilege_errors_can_interrupt),
		TEST(lengths),
		TEST(state_commands_are_skipped_by_length),
		TEST(faults),
		TEST(read_only_pages_drop_writes),
		TEST(random_batches_do_no_harm),
	};

	return cmocka_run_group_tests_name("cs", tests, NULL, NULL);
}
