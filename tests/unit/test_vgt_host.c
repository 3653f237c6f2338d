// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The host on the core: registers, GGTT, interrupts, life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "vgt_rig.h"
#include "drivers/vgt/vgt_awake.h"
#include "drivers/vgt/vgt_irq.h"
#include "drivers/vgt/vgt_regs.h"
#include "igd_irq.h"
#include "vgt/regs/display.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/fence.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/gtt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

#define GTT(index)	(0x800000 + 8 * (index))	/* an entry in BAR0 */

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

static void expect_clean(void)
{
	if (igd_violation_total(v->rig->gd))
		fail_msg("%s", v->rig->violation);
	assert_int_equal(v->rig->trespasses, 0);
}

/*
 * Registers
 */

static void table_has_all_that_the_model_has(void **state)
{
	(void)state;
	for (u32 offset = 0; offset < IGD_MMIO_SIZE; offset += 4) {
		const struct igd_reg *model = igd_mmio_known(v->rig->gd, offset);
		const struct vgt_reg_entry *e = vgt_regs_find(&v->host->gpu->regs, offset);

		if (model && !e)
			fail_msg("%s (%#x) is not in the core's table", model->name, offset);
		if (!model)
			continue;
		if (!!(model->flags & IGD_REG_MASKED) != !!(e->reg->flags & VGT_REG_MASKED))
			fail_msg("%s (%#x): masked or not?", model->name, offset);
		assert_true(e->reg->class < VGT_REG_NUM_CLASSES);
	}
}

/* Without a handler an access is the hardware's, whatever its size. */
static void registers_pass_through(void **state)
{
	unsigned int checked = 0;

	(void)state;
	for (u32 offset = 0; offset < IGD_MMIO_SIZE; offset += 4) {
		const struct igd_reg *model = igd_mmio_known(v->rig->gd, offset);
		const struct vgt_reg_entry *e = vgt_regs_find(&v->host->gpu->regs, offset);

		if (!model || model->read || model->write || e->reg->read || e->reg->write ||
		    model->flags || model->ro)
			continue;
		vgt_rig_write(v, offset, ~offset);
		assert_int_equal(igd_reg_get(v->rig->gd, offset), ~offset);
		vgt_host_write(v->host, offset, offset * 0x9e3779b9u, 4);
		assert_int_equal(igd_reg_get(v->rig->gd, offset), offset * 0x9e3779b9u);
		assert_int_equal(vgt_host_read(v->host, offset, 4), offset * 0x9e3779b9u);
		assert_int_equal(vgt_rig_read(v, offset), offset * 0x9e3779b9u);
		assert_int_equal(vgt_host_read(v->host, offset + 2, 2),
				 offset * 0x9e3779b9u >> 16);
		checked++;
	}
	assert_true(checked > 1000);
	vgt_host_write(v->host, RING_GPR(RENDER_RING_BASE, 0), 0x1122334455667788ull, 8);
	assert_int_equal(vgt_host_read(v->host, RING_GPR(RENDER_RING_BASE, 0), 8),
			 0x1122334455667788ull);
	assert_int_equal(rig_read(v->rig, RING_GPR(RENDER_RING_BASE, 0) + 4), 0x11223344);
	expect_clean();
}

/* The driver may leave the core out where the core has no part, and nowhere else. */
static void known_registers_without_a_handler_pass(void **state)
{
	static const u32 mediated[] = {
		RING_ELSP(RENDER_RING_BASE), RING_HWS_PGA(BLT_RING_BASE), RING_IMR(BSD_RING_BASE),
		GEN8_MASTER_IRQ, GEN8_GT_IRQ_BASE(0) + IRQ_IIR, SDE_IRQ_BASE + IRQ_IMR,
		FENCE_LO(0), FENCE_HI(31), GEN6_GDRST, FORCEWAKE_RENDER, 0x78000, 0x1ffff0,
	};
	const unsigned long *passing = vgt_host_passing(v->host);
	unsigned int passed = 0;

	(void)state;
	for (u32 offset = 0; offset < VGT_REGS_SIZE; offset += 4) {
		const struct vgt_reg_entry *e = vgt_regs_find(&v->host->gpu->regs, offset);
		bool passes = e && !e->reg->read && !e->reg->write;

		assert_int_equal(vgt_host_passes(passing, offset, 4), passes);
		passed += passes;
	}
	assert_true(passed > 1000);
	for (unsigned int i = 0; i < ARRAY_SIZE(mediated); i++)
		assert_false(vgt_host_passes(passing, mediated[i], 4));
	/* Of two dwords, both. */
	assert_true(vgt_host_passes(passing, RING_GPR(RENDER_RING_BASE, 0), 8));
	assert_true(vgt_host_passes(passing, RENDER_RING_BASE + 0x228, 4));
	assert_false(vgt_host_passes(passing, RENDER_RING_BASE + 0x228, 8));
	assert_false(vgt_host_passes(passing, RENDER_RING_BASE + 0x230, 8));
}

static void masked_registers_pass_through(void **state)
{
	(void)state;
	vgt_rig_write_masked(v, CACHE_MODE_0, 0xff, 0x5a);
	vgt_rig_write_masked(v, CACHE_MODE_0, 0x0f, 0x03);
	assert_int_equal(vgt_rig_read(v, CACHE_MODE_0), 0x53);
	assert_int_equal(rig_read(v->rig, CACHE_MODE_0), 0x53);
	expect_clean();
}

/* A batch of anybody may write what contexts hold; the driver finds what it has written. */
static void open_registers_are_of_contexts_while_there_are_guests(void **state)
{
	static const struct { u32 slot; bool effective; } slots[] = {
		{ CS_CHICKEN1, true }, { COMMON_SLICE_CHICKEN2, true }, { HDC_CHICKEN1, true },
		{ GEN9_CTX_PREEMPT_REG, true }, { RING_NOPID(RENDER_RING_BASE), true },
		{ RING_GPR(RENDER_RING_BASE, 0) | 2, true },
		{ L3SQCREG4, false }, { L3SQCREG4 | 3, false }, { 0xb100 | 3, false },
		{ RING_ELSP(RENDER_RING_BASE), false }, { 0, false }, { ~0u, false },
	};

	(void)state;
	/* Without guests, the host's are the host's business. */
	vgt_rig_write(v, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 0), L3SQCREG4);
	assert_int_equal(rig_read(v->rig, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 0)), L3SQCREG4);
	vgt_awake_get(v->host->gpu);
	assert_int_equal(rig_read(v->rig, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 0)),
			 RING_NOPID(RENDER_RING_BASE));
	for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++) {
		u32 offset = RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, i);

		vgt_rig_write(v, offset, slots[i].slot);
		assert_int_equal(vgt_rig_read(v, offset), slots[i].slot);
		assert_int_equal(rig_read(v->rig, offset),
				 slots[i].effective ? slots[i].slot : RING_NOPID(RENDER_RING_BASE));
	}
	vgt_rig_write(v, GEN6_GDRST, GDRST_RENDER);
	for (unsigned int i = 0; i < ARRAY_SIZE(slots); i++)
		assert_int_equal(vgt_rig_read(v, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, i)),
				 rig_read(v->rig, RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, i)));
	/* What the others' batches may write is of their engines. */
	vgt_rig_write(v, RING_FORCE_TO_NONPRIV(BLT_RING_BASE, 0), CS_CHICKEN1);
	assert_int_equal(rig_read(v->rig, RING_FORCE_TO_NONPRIV(BLT_RING_BASE, 0)),
			 RING_NOPID(BLT_RING_BASE));
	vgt_awake_put(v->host->gpu);
	assert_int_equal(rig_read(v->rig, RING_FORCE_TO_NONPRIV(BLT_RING_BASE, 0)), CS_CHICKEN1);
	expect_clean();
}

static void unknown_registers_pass_and_count(void **state)
{
	(void)state;
	assert_null(vgt_regs_find(&v->host->gpu->regs, 0x1ffff0));
	assert_int_equal(vgt_rig_read(v, 0x1ffff0), 0);
	vgt_rig_write(v, 0x1ffff0, 1);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_REG_UNKNOWN), 2);
	assert_int_equal(igd_violation_count(v->rig->gd, IGD_RULE_UNKNOWN_REGISTER), 2);
	/* Between registers and GGTT there is nothing. */
	assert_int_equal(vgt_host_read(v->host, 0x200000, 4), 0);
	vgt_host_write(v->host, 0x7ffffc, 1, 4);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_REG_UNKNOWN), 4);
	assert_int_equal(igd_violation_count(v->rig->gd, IGD_RULE_UNKNOWN_REGISTER), 2);
}

static void no_pvinfo_for_the_host(void **state)
{
	(void)state;
	vgt_host_write(v->host, 0x78000, 0x4776544776544776ull, 8);
	assert_int_equal(vgt_host_read(v->host, 0x78000, 8), 0);
}

static void fences_of_the_host_only(void **state)
{
	(void)state;
	assert_int_equal(vgt_host_fences(v->host), 4);
	vgt_rig_write(v, FENCE_HI(3), 0x0010f003);
	vgt_rig_write(v, FENCE_LO(3), 0x00100001);
	assert_int_equal(rig_read(v->rig, FENCE_LO(3)), 0x00100001);
	assert_int_equal(vgt_host_read(v->host, FENCE_LO(3), 8), 0x0010f00300100001ull);
	vgt_rig_write(v, FENCE_LO(4), 1);
	assert_int_equal(rig_read(v->rig, FENCE_LO(4)), 0);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_REG_REFUSED), 1);
	expect_clean();
}

static void parts_of_virtual_registers(void **state)
{
	u32 hws = RING_HWS_PGA(RENDER_RING_BASE);

	(void)state;
	assert_int_equal(vgt_rig_read(v, hws), v->hwsp[IGD_RCS]);
	assert_int_equal(vgt_host_read(v->host, hws + 2, 2), v->hwsp[IGD_RCS] >> 16);
	assert_int_equal(vgt_host_read(v->host, hws + 1, 1), v->hwsp[IGD_RCS] >> 8 & 0xff);
	vgt_host_write(v->host, hws, 0, 1);
	assert_int_equal(vgt_rig_read(v, hws), v->hwsp[IGD_RCS]);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_REG_REFUSED), 1);
	/* The engine's page is the core's. */
	assert_int_equal(rig_read(v->rig, hws), v->host->gpu->gm.end);
}

/*
 * GGTT
 */

static void ggtt_within_and_outside(void **state)
{
	struct vgt_gm_range low, high;
	u32 inside[4], outside[5];

	(void)state;
	vgt_host_gm(v->host, &low, &high);
	inside[0] = low.start >> 12;
	inside[1] = (low.start + low.size - 1) >> 12;
	inside[2] = high.start >> 12;
	inside[3] = (high.start + high.size - 1) >> 12;
	outside[0] = inside[1] + 1;
	outside[1] = inside[2] - 1;
	outside[2] = inside[3] + 1;
	outside[3] = 0xfc000;
	outside[4] = IGD_GTT_ENTRIES;
	for (unsigned int i = 0; i < ARRAY_SIZE(inside); i++) {
		vgt_host_write(v->host, GTT(inside[i]), 0x123000 | 3, 8);
		assert_int_equal(vgt_host_read(v->host, GTT(inside[i]), 8), 0x123000 | 3);
		assert_int_equal(igd_gtt_read(v->rig->gd, 8 * inside[i], 8), 0x123000 | 3);
	}
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_GGTT_REFUSED), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(outside); i++) {
		u64 old = outside[i] < IGD_GTT_ENTRIES ? igd_gtt_read(v->rig->gd, 8 * outside[i], 8) : 0;

		vgt_host_write(v->host, GTT(outside[i]), 0x123000 | 3, 8);
		assert_int_equal(vgt_host_read(v->host, GTT(outside[i]), 8), 0);
		assert_int_equal(vgt_rig_stat(v, VGT_EVENT_GGTT_REFUSED), 2 * (i + 1));
		if (outside[i] < IGD_GTT_ENTRIES)
			assert_int_equal(igd_gtt_read(v->rig->gd, 8 * outside[i], 8), old);
	}
}

static void ranges_that_may_be_mapped(void **state)
{
	struct vgt_gm_share *gm = &v->host->vgpu.gm;
	struct vgt_gm_range low = gm->low, high = gm->high;
	u64 low_end = low.start + low.size, high_end = high.start + high.size;

	(void)state;
	assert_true(vgt_host_may_map(v->host, low.start, low.size));
	assert_true(vgt_host_may_map(v->host, low_end - SZ_4K, SZ_4K));
	assert_true(vgt_host_may_map(v->host, high.start, high.size));
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_GGTT_REFUSED), 0);

	assert_false(vgt_host_may_map(v->host, low_end - SZ_4K, 2 * SZ_4K));
	assert_false(vgt_host_may_map(v->host, low_end, SZ_4K));
	assert_false(vgt_host_may_map(v->host, high.start - SZ_4K, 2 * SZ_4K));
	assert_false(vgt_host_may_map(v->host, high_end - SZ_4K, 2 * SZ_4K));
	assert_false(vgt_host_may_map(v->host, high_end, SZ_4K));
	assert_false(vgt_host_may_map(v->host, low.start, high_end - low.start));
	assert_false(vgt_host_may_map(v->host, high.start, ~0ull));
	assert_false(vgt_host_may_map(v->host, 1ull << 32, SZ_4K));
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_GGTT_REFUSED), 8);

	/* A host that has all of the aperture has one range. */
	gm->low.size = high.start - low.start;
	assert_true(vgt_host_may_map(v->host, high.start - SZ_4K, 2 * SZ_4K));
	assert_true(vgt_host_may_map(v->host, low.start, high_end - low.start));
	assert_false(vgt_host_may_map(v->host, high.start - SZ_4K, high.size + 2 * SZ_4K));
	gm->low = low;
}

static void ggtt_by_halves(void **state)
{
	u32 bar = GTT(0x100);

	(void)state;
	vgt_host_write(v->host, bar, 0xaaaaa003, 4);
	vgt_host_write(v->host, bar + 4, 0x12, 4);
	assert_int_equal(vgt_host_read(v->host, GTT(0x100), 8), 0x12aaaaa003ull);
	assert_int_equal(vgt_host_read(v->host, bar, 8), 0x12aaaaa003ull);
	assert_int_equal(vgt_host_read(v->host, bar + 4, 4), 0x12);
	vgt_host_write(v->host, bar, 0x55, 1);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_GGTT_REFUSED), 1);
	assert_int_equal(vgt_host_read(v->host, GTT(0x100), 8), 0x12aaaaa003ull);
}

/*
 * Interrupts
 */

#define PIPE_A		GEN8_DE_PIPE_IRQ_BASE(0)

static void display_events_are_the_hosts(void **state)
{
	(void)state;
	vgt_rig_write(v, PIPE_A + IRQ_IER, 0x11);
	vgt_rig_write(v, PIPE_A + IRQ_IMR, ~0x11u);
	assert_int_equal(vgt_rig_read(v, PIPE_A + IRQ_IER), 0x11);
	assert_int_equal(rig_read(v->rig, PIPE_A + IRQ_IMR), ~0x11u);
	igd_irq_pipe(v->rig->gd, IGD_PIPE_A, 0x1);
	igd_irq_pipe(v->rig->gd, IGD_PIPE_A, 0x2);	/* masked */
	assert_true(v->rig->irq);
	assert_true(vgt_host_irq(v->host));
	/* Taken from the hardware, which stays quiet until the handler has run. */
	assert_int_equal(rig_read(v->rig, PIPE_A + IRQ_IIR), 0);
	assert_int_equal(rig_read(v->rig, GEN8_MASTER_IRQ), 0);
	vgt_rig_write(v, GEN8_MASTER_IRQ, 0);
	assert_int_equal(vgt_rig_read(v, GEN8_MASTER_IRQ), GEN8_MASTER_DE_PIPE(0));
	assert_int_equal(vgt_rig_read(v, PIPE_A + IRQ_IIR), 1);
	vgt_rig_write(v, PIPE_A + IRQ_IIR, 1);
	vgt_rig_write(v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	assert_int_equal(vgt_rig_read(v, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);
	assert_int_equal(rig_read(v->rig, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);
	assert_false(v->raised);
	assert_false(vgt_host_irq(v->host));
	assert_int_equal(rig_read(v->rig, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);
	expect_clean();
}

static void a_second_event_waits(void **state)
{
	(void)state;
	vgt_rig_write(v, PIPE_A + IRQ_IER, 1);
	vgt_rig_write(v, PIPE_A + IRQ_IMR, ~1u);
	for (int i = 0; i < 2; i++) {
		igd_irq_pipe(v->rig->gd, IGD_PIPE_A, 1);
		/* The handler is asked to run once, and has not yet. */
		assert_int_equal(vgt_host_irq(v->host), !i);
	}
	vgt_rig_write(v, GEN8_MASTER_IRQ, 0);
	vgt_rig_write(v, PIPE_A + IRQ_IIR, 1);
	assert_int_equal(vgt_rig_read(v, PIPE_A + IRQ_IIR), 1);
	/* It raises the interrupt anew when the handler leaves it. */
	assert_false(v->raised);
	vgt_rig_write(v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	assert_true(v->raised);
	vgt_rig_write(v, PIPE_A + IRQ_IIR, 1);
	assert_int_equal(vgt_rig_read(v, PIPE_A + IRQ_IIR), 0);
	assert_int_equal(vgt_rig_read(v, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);
	expect_clean();
}

/* A driver may look into IIR, or clear it, without an interrupt. */
static void polling_finds_latched_events(void **state)
{
	(void)state;
	vgt_rig_write(v, PIPE_A + IRQ_IMR, ~1u);
	igd_irq_pipe(v->rig->gd, IGD_PIPE_A, 1);
	assert_int_equal(vgt_rig_read(v, PIPE_A + IRQ_IIR), 1);
	vgt_rig_write(v, PIPE_A + IRQ_IIR, ~0u);
	assert_int_equal(vgt_rig_read(v, PIPE_A + IRQ_IIR), 0);
	/* As i915 resets a bank. */
	igd_irq_pipe(v->rig->gd, IGD_PIPE_A, 1);
	igd_irq_pipe(v->rig->gd, IGD_PIPE_A, 1);
	vgt_rig_write(v, PIPE_A + IRQ_IMR, ~0u);
	vgt_rig_write(v, PIPE_A + IRQ_IIR, ~0u);
	vgt_rig_write(v, PIPE_A + IRQ_IIR, ~0u);
	assert_int_equal(vgt_rig_read(v, PIPE_A + IRQ_IIR), 0);
	assert_int_equal(rig_read(v->rig, PIPE_A + IRQ_IIR), 0);
	expect_clean();
}

static void engine_events_pass_two_masks(void **state)
{
	u32 bank = GEN8_GT_IRQ_BASE(0);

	(void)state;
	/* What the core needs is open in the hardware even though the host masks all. */
	vgt_rig_write(v, bank + IRQ_IMR, ~0u);
	vgt_rig_write(v, RING_IMR(BLT_RING_BASE), ~0u);
	assert_int_equal(rig_read(v->rig, bank + IRQ_IMR) & (1u << 8 | 1u << 24), 0);
	assert_int_equal(rig_read(v->rig, RING_IMR(BLT_RING_BASE)), ~(1u << 24));
	assert_int_equal(vgt_rig_read(v, RING_IMR(BLT_RING_BASE)), ~0u);
	vgt_irq_engine_event(&v->host->vgpu, VGT_BCS, VGT_EV_CONTEXT_SWITCH);
	assert_int_equal(vgt_rig_read(v, bank + IRQ_IIR), 0);
	vgt_rig_write(v, RING_IMR(BLT_RING_BASE), ~(1u << 24));
	vgt_irq_engine_event(&v->host->vgpu, VGT_BCS, VGT_EV_CONTEXT_SWITCH);
	assert_int_equal(vgt_rig_read(v, bank + IRQ_IIR), 0);
	vgt_rig_write(v, bank + IRQ_IMR, ~(1u << 24));
	vgt_irq_engine_event(&v->host->vgpu, VGT_BCS, VGT_EV_CONTEXT_SWITCH);
	assert_int_equal(vgt_rig_read(v, bank + IRQ_IIR), 1u << 24);
	assert_int_equal(vgt_rig_read(v, GEN8_MASTER_IRQ) & ~GEN8_MASTER_IRQ_CONTROL,
			 GEN8_MASTER_BCS);
	expect_clean();
}

/* Engine events from the hardware that are the host's: it had the engine. */
static void user_interrupt_of_the_host(void **state)
{
	struct rig_context *c = rig_context_new(v->rig, IGD_VCS, 5);

	(void)state;
	rig_emit(c, 0x02 << 23 /* MI_USER_INTERRUPT */, 0);
	vgt_rig_submit(v, c, NULL, 0);
	vgt_rig_settle(v);
	assert_int_equal(v->events[IGD_VCS], VGT_EV_USER_INTERRUPT | VGT_EV_CONTEXT_SWITCH);
	assert_int_equal(v->events[IGD_RCS], 0);
	assert_int_equal(v->spurious, 0);
	rig_context_free(c);
	expect_clean();
}

static void run_with_events(struct rig_context *c)
{
	v->told = 0;
	v->handled = 0;
	v->events[IGD_BCS] = 0;
	rig_emit(c, 0x02 << 23 /* MI_USER_INTERRUPT */, 0);
	vgt_rig_submit(v, c, NULL, 0);
	vgt_rig_settle(v);
}

/* The driver is told of them in the physical interrupt, unless they have to wait in its banks. */
static void engine_events_without_the_banks(void **state)
{
	static const struct vgt_host_ops without = { 0 };
	const u32 events = VGT_EV_USER_INTERRUPT | VGT_EV_CONTEXT_SWITCH;
	struct rig_context *c = rig_context_new(v->rig, IGD_BCS, 5);
	const struct vgt_host_ops *ops = v->host->gpu->host_ops;
	u32 bank = GEN8_GT_IRQ_BASE(0);

	(void)state;
	run_with_events(c);
	assert_int_equal(v->events[IGD_BCS], events);
	assert_true(v->told);
	assert_int_equal(v->handled, 0);
	assert_int_equal(vgt_rig_read(v, bank + IRQ_IIR), 0);
	assert_int_equal(vgt_rig_read(v, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);
	assert_int_equal(rig_read(v->rig, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);

	vgt_rig_write(v, GEN8_MASTER_IRQ, 0);
	run_with_events(c);
	assert_int_equal(vgt_rig_read(v, bank + IRQ_IIR), events << 16);
	assert_int_equal(v->told + v->handled, 0);
	vgt_rig_write(v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	vgt_rig_settle(v);
	assert_int_equal(v->events[IGD_BCS], events);
	assert_true(v->handled);

	vgt_rig_write(v, bank + IRQ_IER, 0);
	run_with_events(c);
	assert_int_equal(vgt_rig_read(v, bank + IRQ_IIR), events << 16);
	assert_int_equal(v->told + v->handled, 0);
	vgt_rig_write(v, bank + IRQ_IER, ~0u);
	vgt_rig_settle(v);
	assert_int_equal(v->events[IGD_BCS], events);
	assert_true(v->handled);

	vgt_rig_write(v, RING_IMR(BLT_RING_BASE), ~0u);
	run_with_events(c);
	assert_int_equal(v->events[IGD_BCS], 0);
	assert_int_equal(vgt_rig_read(v, bank + IRQ_IIR), 0);
	vgt_rig_write(v, RING_IMR(BLT_RING_BASE), ~(events << 16));

	v->host->gpu->host_ops = &without;
	run_with_events(c);
	v->host->gpu->host_ops = ops;
	assert_int_equal(v->events[IGD_BCS], events);
	assert_int_equal(v->told, 0);
	rig_context_free(c);
	expect_clean();
}

/*
 * Life
 */

static void raise_nothing(void *priv)
{
	(void)priv;
}

static const struct vgt_host_ops quiet_ops = { .raise_irq = raise_nothing };

static void one_host(void **state)
{
	(void)state;
	assert_int_equal(PTR_ERR(vgt_host_attach(&v->hw, &quiet_ops, v)), -EBUSY);
	assert_string_equal(shim_printk_last, "vgt: this GPU has its host already\n");
}

static void attach_and_detach(void **state)
{
	struct vgt_rig *d = vgt_rig_new_detached();
	int pages;
	u32 core;

	(void)state;
	for (int i = 0; i < 20; i++) {
		d->host = vgt_host_attach(&d->hw, &quiet_ops, d);
		assert_false(IS_ERR(d->host));
		assert_true(d->pages >= VGT_NUM_ENGINES);
		core = d->host->gpu->gm.end / 4096 * 8;
		assert_true(igd_gtt_read(d->rig->gd, core, 8) & GEN8_PTE_PRESENT);
		vgt_rig_probe(d);
		pages = d->pages;
		d->pages_at_stop = 0;
		vgt_host_detach(d->host);
		d->host = NULL;
		/* It may have been running: what it uses was still there. */
		assert_int_equal(d->pages_at_stop, pages);
		assert_int_equal(d->pages, 0);
		assert_int_equal(igd_gtt_read(d->rig->gd, core, 8), 0);
		assert_null(d->hw.gpu);
	}
	vgt_rig_free(d);
}

static void what_went_wrong_is_told_in_the_end(void **state)
{
	struct vgt_rig *d = vgt_rig_new(true);

	(void)state;
	shim_printk_last[0] = 0;
	vgt_host_write(d->host, GTT(0xfc000), 0, 8);
	vgt_host_write(d->host, GTT(0xfc001), 0, 8);
	vgt_rig_free(d);
	assert_string_equal(shim_printk_last,
			    "vgt: host: 2 accesses to GGTT entries outside of its ranges\n");
	d = vgt_rig_new(true);
	shim_printk_last[0] = 0;
	vgt_rig_free(d);
	assert_string_equal(shim_printk_last, "");
}

static void attach_without_memory(void **state)
{
	struct vgt_rig *d = vgt_rig_new_detached();
	unsigned int n = 0;

	(void)state;
	for (;;) {
		shim_fail_alloc = ++n;
		d->host = vgt_host_attach(&d->hw, &quiet_ops, d);
		if (shim_fail_alloc)
			break;
		assert_int_equal(PTR_ERR(d->host), -ENOMEM);
		assert_int_equal(d->pages, 0);
		assert_null(d->hw.gpu);
		d->host = NULL;
	}
	shim_fail_alloc = 0;
	assert_in_range(n, 7, 1000);
	vgt_rig_free(d);
}

static void attach_to_what_is_no_gpu(void **state)
{
	struct vgt_rig *d = vgt_rig_new_detached();

	(void)state;
	d->hw.aperture = 0;
	assert_int_equal(PTR_ERR(vgt_host_attach(&d->hw, &quiet_ops, d)), -EINVAL);
	assert_non_null(strstr(shim_printk_last, "is not supported"));
	d->hw.aperture = 64 << 20;	/* smaller than the host's share */
	assert_int_equal(PTR_ERR(vgt_host_attach(&d->hw, &quiet_ops, d)), -EINVAL);
	assert_non_null(strstr(shim_printk_last, "low graphics memory"));
	assert_int_equal(d->pages, 0);
	vgt_rig_free(d);
}

static void sleep_and_wake(void **state)
{
	struct rig_context *c;
	u32 status, id;

	(void)state;
	vgt_host_suspend(v->host);
	igd_core_reset(v->rig->gd);
	vgt_host_resume(v->host);
	assert_int_equal(vgt_rig_read(v, GEN8_MASTER_IRQ), 0);
	for (int i = 0; i < IGD_NUM_ENGINES; i++)
		v->hwsp[i] = rig_ggtt_alloc(v->rig, 1);
	rig_log_clear(v->rig);
	vgt_rig_probe(v);
	for (int e = 0; e < IGD_NUM_ENGINES; e++) {
		c = rig_context_new(v->rig, e, 5);
		rig_emit(c, 0, 0);
		vgt_rig_submit(v, c, NULL, 0);
		vgt_rig_settle(v);
		assert_true(vgt_rig_csb_next(v, e, &status, &id));
		assert_int_equal(status, CSB_IDLE_ACTIVE);
		assert_true(vgt_rig_csb_next(v, e, &status, &id));
		assert_int_equal(status, CSB_COMPLETE | CSB_ACTIVE_IDLE);
		rig_context_free(c);
	}
	expect_clean();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(table_has_all_that_the_model_has),
		TEST(registers_pass_through),
		TEST(known_registers_without_a_handler_pass),
		TEST(masked_registers_pass_through),
		TEST(open_registers_are_of_contexts_while_there_are_guests),
		TEST(unknown_registers_pass_and_count),
		TEST(no_pvinfo_for_the_host),
		TEST(fences_of_the_host_only),
		TEST(parts_of_virtual_registers),
		TEST(ggtt_within_and_outside),
		TEST(ranges_that_may_be_mapped),
		TEST(ggtt_by_halves),
		TEST(display_events_are_the_hosts),
		TEST(a_second_event_waits),
		TEST(polling_finds_latched_events),
		TEST(engine_events_pass_two_masks),
		TEST(user_interrupt_of_the_host),
		TEST(engine_events_without_the_banks),
		TEST(one_host),
		cmocka_unit_test(attach_and_detach),
		cmocka_unit_test(what_went_wrong_is_told_in_the_end),
		cmocka_unit_test(attach_without_memory),
		cmocka_unit_test(attach_to_what_is_no_gpu),
		TEST(sleep_and_wake),
	};

	return cmocka_run_group_tests_name("vgt_host", tests, NULL, NULL);
}
