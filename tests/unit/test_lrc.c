// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The context image against the rules of all who read it: i915, its self-tests
 * live_lrc_layout and live_lrc_fixed, and GVT-g; and that it holds the context.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "igd_lrc.h"
#include "rig.h"
#include "vgt/regs/engine.h"
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

static uint32_t base_of(enum igd_engine_id id)
{
	return rig->gd->engine[id].base;
}

/* An image as the GPU saves it: run an empty request. */
static uint32_t *saved_image(struct rig_context *c)
{
	rig_emit(c, MI_NOOP, MI_NOOP);
	rig_submit(c, NULL, 0);
	rig_settle(rig);
	return rig_context_image(c);
}

static int find_dword(const uint32_t *image, uint32_t val)
{
	for (int i = 0; i < IGD_LRC_STATE_DWORDS; i++)
		if (image[i] == val)
			return i;
	return -1;
}

/* live_lrc_layout: headers and offsets of the ring context and of the first engine block. */
static void headers_are_where_i915_has_them(void **state)
{
	(void)state;
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		struct rig_context *c = rig_context_new(rig, id, 1);
		uint32_t *image = saved_image(c);

		assert_int_equal(image[0x00], MI_NOOP);
		assert_int_equal(image[0x01], 0x1100101b);
		for (int i = 0x1e; i < 0x21; i++)
			assert_int_equal(image[i], MI_NOOP);
		assert_int_equal(image[0x21], 0x11001011);
		for (int i = 0x34; i < 0x41; i++)
			assert_int_equal(image[i], MI_NOOP);
		assert_int_equal(image[0x41], id == IGD_RCS ? 0x11000001 : 0x11001001);
		assert_int_equal(image[0x42], base_of(id) + (id == IGD_RCS ? 0xc8 : 0x200));
		for (int i = 0x44; i < 0x51; i++)
			assert_int_equal(image[i], MI_NOOP);
		assert_int_equal(image[0x51], 0x11001057);
		assert_int_equal(image[0xa8], base_of(id) + 0x68);
		assert_int_equal(image[0xaa], id == IGD_RCS ? MI_NOOP : MI_BATCH_BUFFER_END);
		rig_context_free(c);
	}
}

/* live_lrc_fixed: the first dword that equals a register's offset is that register's. */
static void registers_are_where_i915_looks(void **state)
{
	static const struct { uint32_t reg; int at; } place[] = {
		{ 0x038, 0x08 }, { 0x03c, 0x0a }, { 0x034, 0x04 }, { 0x030, 0x06 },
		{ 0x09c, 0x54 }, { 0x110, 0x10 }, { 0x1c0, 0x18 }, { 0x1c4, 0x1a },
		{ 0x1c8, 0x1c }, { 0x3a8, 0x22 }, { 0x600, 0x68 }, { 0x158, 0x64 },
		{ 0x084, -1 },
	};

	(void)state;
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		struct rig_context *c = rig_context_new(rig, id, 1);
		uint32_t *image = saved_image(c);

		for (size_t i = 0; i < IGD_ARRAY_SIZE(place); i++)
			assert_int_equal(find_dword(image, base_of(id) + place[i].reg), place[i].at);
		rig_context_free(c);
	}
}

/* GVT-g parses from dword 0x50 and knows NOOP, LRI and the end. */
static void gvt_can_parse_the_engine_context(void **state)
{
	(void)state;
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		struct rig_context *c = rig_context_new(rig, id, 1);
		uint32_t *image = saved_image(c);
		unsigned int i = IGD_LRC_RING_DWORDS;

		while (image[i] != MI_BATCH_BUFFER_END) {
			unsigned int n;

			if (image[i] == MI_NOOP) {
				i++;
				continue;
			}
			assert_int_equal(image[i] >> 23, MI_OP_LOAD_REGISTER_IMM);
			n = (image[i] & 0xff) + 2;
			/* live_lrc takes seven bits of the length. */
			assert_in_range(n, 3, 0x81);
			assert_int_equal(n % 2, 1);
			for (unsigned int r = 1; r < n; r += 2)
				assert_in_range(image[i + r], 0x2000, 0x2ffff);
			i += n;
			assert_in_range(i, 0, IGD_LRC_STATE_DWORDS - 1);
		}
		rig_context_free(c);
	}
}

static void gvt_finds_its_registers(void **state)
{
	static const uint32_t in_context[] = {
		0x20c0, 0x7004, 0x7008, 0x7000, 0x7010, 0x7300, 0x83a4, 0x2580, 0x7014,
		0xe100, 0xe180, 0xe184, 0xe188, 0xe194, 0xe4f0, 0x4de0, 0x4de4, 0x4de8,
		0x4dec, 0x4df0, 0x4df4, 0x4dfc, 0x7304, 0x20d8,
	};
	static const uint32_t flex[] = {
		0xe458, 0xe558, 0xe658, 0xe758, 0xe45c, 0xe55c, 0xe65c,
	};
	struct rig_context *c = rig_context_new(rig, IGD_RCS, 1);
	uint32_t *image = saved_image(c);

	(void)state;
	for (size_t i = 0; i < IGD_ARRAY_SIZE(in_context); i++)
		assert_int_not_equal(find_dword(image + IGD_LRC_RING_DWORDS, in_context[i]), -1);
	assert_int_equal(image[0x128], 0x2360);
	for (size_t i = 0; i < IGD_ARRAY_SIZE(flex); i++)
		assert_int_equal(image[0x3de + 2 * i], flex[i]);
	rig_context_free(c);
}

static void every_register_of_the_image_exists(void **state)
{
	uint32_t image[IGD_LRC_STATE_DWORDS];

	(void)state;
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		unsigned int len = igd_lrc_layout(id, base_of(id), image);

		assert_in_range(len, 0xab, IGD_LRC_STATE_DWORDS);
		for (unsigned int i = 0; image[i] != MI_BATCH_BUFFER_END; i++) {
			unsigned int n;

			if (image[i] == MI_NOOP)
				continue;
			for (n = ((image[i] & 0xff) + 1) / 2; n; n--, i += 2)
				assert_non_null(igd_mmio_known(rig->gd, image[i + 1]));
		}
	}
}

/* i915 may be writing the next tail while the image is saved. */
static void saving_leaves_the_driver_its_dwords(void **state)
{
	struct rig_context *c = rig_context_new(rig, IGD_RCS, 1);
	uint32_t gate = rig_ggtt_alloc(rig, 1), *image = rig_context_image(c);
	uint64_t pa = rig_ggtt_pa(rig, c->lrca + IGD_PAGE_SIZE);

	(void)state;
	rig_emit_semaphore(c, gate, SEMAPHORE_EQ, 1);
	rig_submit(c, NULL, 0);
	rig_run(rig, 50000);
	image[0x07] = 0x7777;
	image[0x09] = 0x9999;
	image[0x0b] = 0xbbbb;
	*rig_ggtt(rig, gate) = 1;
	rig_log_clear(rig);
	rig_settle(rig);
	assert_int_equal(image[0x07], 0x7777);
	assert_int_equal(image[0x09], 0x9999);
	assert_int_equal(image[0x0b], 0xbbbb);
	/* Not even written with the same value. */
	for (size_t i = 0; i < rig->logged; i++) {
		struct rig_event *ev = &rig->log[i];

		for (int dw = 0x07; dw <= 0x0b; dw += 2)
			assert_false(ev->kind == RIG_WRITE && ev->addr <= pa + 4 * dw &&
				     ev->addr + ev->len > pa + 4 * dw);
	}
	assert_int_equal(image[0x05], c->tail);
	rig_context_free(c);
}

static void inhibit_is_cleared_and_masks_are_set(void **state)
{
	struct rig_context *c = rig_context_new(rig, IGD_RCS, 1);
	uint32_t *image;

	(void)state;
	rig_emit(c, MI_LOAD_REGISTER_IMM(2), HDC_CHICKEN0, 0x00110011,
		 CS_CHICKEN1, 0x80008000);
	image = saved_image(c);
	assert_int_equal(image[0x03], 0xffff0000 | CTX_CTRL_INHIBIT_SYN_SWITCH);
	assert_int_equal(image[find_dword(image, HDC_CHICKEN0) + 1], 0xffff0011);
	assert_int_equal(image[find_dword(image, CS_CHICKEN1) + 1], 0xffff8000);
	assert_int_equal(image[0x55] & (MI_MODE_STOP_RING | MI_MODE_IDLE), 0);
	assert_int_equal(image[0x55] >> 16, 0xffff);
	rig_context_free(c);
}

/* Registers that a user batch can write: each context keeps its own. */
static void contexts_are_isolated(void **state)
{
	static const struct { uint32_t reg; unsigned int count; uint32_t mask; bool masked; } regs[] = {
		{ 0x20c0, 1, 0xfeff, true }, { 0x2310, 2, ~0u }, { 0x2300, 4, ~0u },
		{ 0x2318, 12, ~0u }, { 0x22c8, 2, ~3u }, { 0x22d8, 2, ~0u }, { 0x2500, 3, ~0u },
		{ 0x2400, 6, ~0u }, { 0x2418, 1, 1 }, { 0x2420, 1, ~0u }, { 0x2430, 5, ~0u },
		{ 0x2290, 2, ~0u }, { 0x22f0, 2, ~3u }, { 0x22f8, 2, ~0u }, { 0x2158, 1, ~7u },
		{ 0x241c, 1, ~0u }, { 0x2360, 2, ~0u }, { 0x2448, 2, ~3u }, { 0x2450, 2, ~0u },
		{ 0x7000, 3, 0xfeff, true }, { 0x7034, 1, ~0u }, { 0xe400, 1, 0xffff },
		{ 0xe404, 1, ~0u }, { 0x5200, 8, ~0u }, { 0x5240, 8, ~0u }, { 0x5280, 4, ~3u },
		{ 0x2600, 32, ~0u }, { 0x2580, 1, 0xffff, true }, { 0x7014, 1, 0xffff, true },
		{ 0x7304, 1, 0xffff, true },
	};
	const uint32_t poison[2] = { 0xdeadbeef, 0x33333333 };
	struct rig_context *c[2];
	uint32_t out[2];

	(void)state;
	rig_write(rig, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 0), CS_CHICKEN1);
	rig_write(rig, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 1), COMMON_SLICE_CHICKEN2);
	rig_write(rig, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 2), HDC_CHICKEN1);
	for (int i = 0; i < 2; i++) {
		uint32_t *cs;
		int n = 0;

		c[i] = rig_context_new(rig, IGD_RCS, i + 1);
		out[i] = rig_ggtt_alloc(rig, 1);
		saved_image(c[i]);
		cs = rig_ppgtt_alloc(c[i]->ppgtt, 0x100000, 1);
		for (size_t r = 0; r < IGD_ARRAY_SIZE(regs); r++)
			for (unsigned int k = 0; k < regs[r].count; k++) {
				cs[n++] = MI_LOAD_REGISTER_IMM(1);
				cs[n++] = regs[r].reg + 4 * k;
				cs[n++] = (poison[i] & regs[r].mask) |
					  (regs[r].masked ? 0xffff0000 : 0);
			}
		cs[n++] = MI_BATCH_BUFFER_END;
		rig_emit_batch(c[i], 0x100000, MI_BATCH_PPGTT);
		rig_submit(c[i], NULL, 0);
		rig_settle(rig);
	}
	for (int i = 0; i < 2; i++) {
		uint32_t at = out[i];

		for (size_t r = 0; r < IGD_ARRAY_SIZE(regs); r++)
			for (unsigned int k = 0; k < regs[r].count; k++, at += 4) {
				rig_emit_srm(c[i], regs[r].reg + 4 * k, at);
				if (at % 512)
					continue;
				rig_submit(c[i], NULL, 0);
				rig_settle(rig);
			}
		rig_submit(c[i], c[!i], 0);
		rig_settle(rig);
	}
	for (int i = 0; i < 2; i++) {
		uint32_t *got = rig_ggtt(rig, out[i]);

		for (size_t r = 0; r < IGD_ARRAY_SIZE(regs); r++)
			for (unsigned int k = 0; k < regs[r].count; k++, got++) {
				uint32_t want = poison[i] & regs[r].mask & (regs[r].masked ? 0xffff : ~0u);

				if (*got != want)
					fail_msg("context %d, register %#x: %#x, not %#x", i,
						 regs[r].reg + 4 * k, *got, want);
			}
		rig_context_free(c[i]);
	}
	assert_int_equal(igd_violation_total(rig->gd), 0);
}

/* The indirect-context batch runs at every restore, arbitration is on afterwards. */
static void workaround_batches(void **state)
{
	struct rig_context *c = rig_context_new(rig, IGD_RCS, 1);
	uint32_t wa = rig_ggtt_alloc(rig, 2), scratch = rig_ggtt_alloc(rig, 1);
	uint32_t *cs = rig_ggtt(rig, wa);
	uint32_t *image = rig_context_image(c);

	(void)state;
	*cs++ = MI_ARB_ON_OFF;
	*cs++ = MI_STORE_REGISTER_MEM | MI_GGTT;
	*cs++ = RING_START(RENDER_RING_BASE);
	*cs++ = scratch;
	*cs++ = 0;
	*cs++ = PIPE_CONTROL;
	*cs++ = PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_STORE_INDEX | PIPE_CONTROL_CS_STALL;
	*cs++ = 0x34 * 4;
	*cs++ = 0;
	*cs++ = 0x1234;
	*cs++ = 0;
	*cs++ = MI_ARB_ON_OFF | MI_ARB_ENABLE;
	cs = rig_ggtt(rig, wa + IGD_PAGE_SIZE);
	*cs++ = MI_ATOMIC | 1 | MI_GGTT | ATOMIC_INC << MI_ATOMIC_OP_SHIFT;
	*cs++ = scratch + 8;
	*cs++ = 0;
	*cs++ = MI_BATCH_BUFFER_END;
	image[0x19] = (wa + IGD_PAGE_SIZE) | BB_PER_CTX_VALID;
	image[0x1b] = wa | 1;
	image[0x1d] = 0x26 << 6;
	for (int i = 0; i < 3; i++)
		saved_image(c);
	assert_int_equal(rig_ggtt(rig, scratch)[0], c->ring);
	assert_int_equal(rig_ggtt(rig, scratch)[2], 3);
	assert_int_equal(rig_context_pphwsp(c)[0x34], 0x1234);
	assert_int_equal(igd_violation_total(rig->gd), 0);
	rig_context_free(c);
}

static void bad_images_halt(void **state)
{
	struct rig_context *c = rig_context_new(rig, IGD_RCS, 1);
	uint32_t status, id;

	(void)state;
	memset(rig_context_image(c), 0x5a, IGD_PAGE_SIZE);
	rig_submit_raw(rig, IGD_RCS, rig_descriptor(c), 0);
	rig_settle(rig);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_CONTEXT_IMAGE), 1);
	/* It has been taken up nevertheless: the driver waits for that, then resets. */
	assert_true(rig_csb_next(rig, IGD_RCS, &status, &id));
	assert_int_equal(status, CSB_IDLE_ACTIVE);
	assert_false(rig_csb_next(rig, IGD_RCS, &status, &id));
	assert_int_equal(rig_read(rig, RING_EXECLIST_STATUS_HI(RENDER_RING_BASE)), 1);

	igd_engine_reset(rig->gd, IGD_RCS);
	rig_engine_enable(rig, IGD_RCS);
	rig_context_free(c);
	c = rig_context_new(rig, IGD_RCS, 2);
	rig_context_image(c)[0x05] = 2 * RIG_RING_SIZE;
	rig_submit(c, NULL, 0);
	rig_settle(rig);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_RING), 1);
	rig_context_free(c);
}

/* A preempted batch goes on where it was, at both levels. */
static void batches_are_resumed(void **state)
{
	struct rig_context *a = rig_context_new(rig, IGD_RCS, 1);
	struct rig_context *b = rig_context_new(rig, IGD_RCS, 2);
	uint32_t *first = rig_ppgtt_alloc(a->ppgtt, 0xf000000000ull, 1);
	uint32_t *second = rig_ppgtt_alloc(a->ppgtt, 0x4000, 1);
	uint32_t *data = rig_ppgtt_alloc(a->ppgtt, 0x8000, 1);
	int n = 0;

	(void)state;
	first[n++] = MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_SECOND_LEVEL;
	first[n++] = 0x4000;
	first[n++] = 0;
	first[n++] = MI_STORE_DWORD_IMM;
	first[n++] = 0x8004;
	first[n++] = 0;
	first[n++] = 22;
	first[n++] = MI_BATCH_BUFFER_END;
	n = 0;
	second[n++] = MI_SEMAPHORE_WAIT | SEMAPHORE_EQ << MI_SEMAPHORE_OP_SHIFT;
	second[n++] = 1;
	second[n++] = 0x8000;
	second[n++] = 0;
	second[n++] = MI_STORE_DWORD_IMM;
	second[n++] = 0x8008;
	second[n++] = 0;
	second[n++] = 33;
	second[n++] = MI_BATCH_BUFFER_END;
	rig_emit_batch(a, 0xf000000000ull, MI_BATCH_PPGTT);
	rig_emit(a, MI_NOOP, MI_NOOP);
	rig_submit(a, NULL, 0);
	rig_run(rig, 50000);
	assert_int_equal(rig_read(rig, RING_SBBADDR(RENDER_RING_BASE)), 0x4000 | BBADDR_VALID);
	assert_int_equal(rig_read(rig, RING_BBADDR_UDW(RENDER_RING_BASE)), 0xf0);
	rig_emit(b, MI_NOOP, MI_NOOP);
	rig_submit(b, NULL, 0);
	rig_settle(rig);
	data[0] = 1;
	rig_submit(a, NULL, 0);
	rig_settle(rig);
	assert_int_equal(data[1], 22);
	assert_int_equal(data[2], 33);
	assert_int_equal(igd_violation_total(rig->gd), 0);
	rig_context_free(a);
	rig_context_free(b);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(headers_are_where_i915_has_them),
		TEST(registers_are_where_i915_looks),
		TEST(gvt_can_parse_the_engine_context),
		TEST(gvt_finds_its_registers),
		TEST(every_register_of_the_image_exists),
		TEST(saving_leaves_the_driver_its_dwords),
		TEST(inhibit_is_cleared_and_masks_are_set),
		TEST(contexts_are_isolated),
		TEST(workaround_batches),
		TEST(bad_images_halt),
		TEST(batches_are_resumed),
	};

	return cmocka_run_group_tests_name("lrc", tests, NULL, NULL);
}
