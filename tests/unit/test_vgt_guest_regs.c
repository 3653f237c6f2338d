// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Registers as a guest sees them, and what of its accesses reaches the GPU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>

#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_ppgtt.h"
#include "drivers/vgt/vgt_regs.h"
#include "vgt/abi/pvinfo.h"
#include "vgt/regs/display.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/fence.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/gtt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

static struct vgt_rig *v;
static struct vgt_guest_rig *g;

static int setup(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	g = vgt_guest_rig_new(v, "V5_8", 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vgt_guest_rig_free(g);
	vgt_rig_free(v);
	return 0;
}

static void expect_clean(void)
{
	if (igd_violation_total(v->rig->gd))
		fail_msg("%s", v->rig->violation);
	assert_int_equal(v->rig->trespasses, 0);
}

static u32 get(u32 offset)
{
	return vgt_guest_rig_reg(g, offset);
}

static void set(u32 offset, u32 val)
{
	vgt_guest_rig_set_reg(g, offset, val);
}

static void set_masked(u32 offset, u32 mask, u32 val)
{
	set(offset, mask << 16 | val);
}

static u64 stat(enum vgt_event event)
{
	return vgt_guest_rig_stat(g, event);
}

static const struct vgt_reg_entry *entry(u32 offset)
{
	return vgt_regs_find(&v->host->gpu->regs, offset);
}

static bool plain_memory(const struct vgt_reg *reg)
{
	return !reg->read && !reg->write && !reg->guest_read && !reg->guest_write &&
	       !reg->flags && reg->class != VGT_REG_CONSTANT;
}

/* What a guest does not share with anybody else, by the class of the register. */
static bool may_touch_gpu(u32 offset)
{
	static const u32 bases[] = {
		RENDER_RING_BASE, BLT_RING_BASE, BSD_RING_BASE, VEBOX_RING_BASE,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(bases); i++)
		if (offset == RING_TIMESTAMP(bases[i]) || offset == RING_TIMESTAMP_UDW(bases[i]) ||
		    offset == RING_IMR(bases[i]))
			return true;
	if (offset >= FENCE_LO(0) && offset <= FENCE_HI(31))
		return true;
	switch (offset) {
	case GEN6_GDRST:
	case GFX_FLSH_CNTL:
	case GEN8_RTCR:
	case GEN8_M1TCR:
	case GEN8_BTCR:
	case GEN8_VTCR:
		return true;
	}
	return false;
}

/*
 * All there are
 */

static void expect_same_gpu(const u32 *before)
{
	for (u32 offset = 0; offset < IGD_MMIO_SIZE; offset += 4)
		if (!may_touch_gpu(offset) &&
		    igd_reg_get(v->rig->gd, offset) != before[offset / 4])
			fail_msg("the GPU's register %#x has changed", offset);
}

static void access_one(u32 offset, unsigned int *seed)
{
	for (unsigned int size = 1; size <= 8; size *= 2) {
		unsigned int before = v->accesses;
		u64 val = (u64)rand_r(seed) << 33 ^ (u64)rand_r(seed) << 15 ^ rand_r(seed);

		vgt_guest_read(g->guest, offset, size);
		vgt_guest_write(g->guest, offset, val, size);
		vgt_guest_read(g->guest, offset, size);
		if (v->accesses == before || may_touch_gpu(offset) ||
		    (size == 8 && may_touch_gpu(offset + 4)))
			continue;
		fail_msg("%s (%#x) of a guest leads to the GPU", entry(offset)->reg->name, offset);
	}
}

/* Whatever is written, whatever its size: nothing but the few above gets to the hardware. */
static void every_register_at_every_size(void **state)
{
	u32 *before = malloc(IGD_MMIO_SIZE);
	unsigned int known = 0, seed = 1;

	(void)state;
	for (u32 offset = 0; offset < IGD_MMIO_SIZE; offset += 4)
		before[offset / 4] = igd_reg_get(v->rig->gd, offset);
	for (unsigned int round = 0; round < 3; round++) {
		for (u32 offset = 0; offset < VGT_REGS_SIZE - 4; offset += 4) {
			if (!entry(offset))
				continue;
			access_one(offset, &seed);
			known++;
		}
	}
	assert_true(known > 3 * 10000);
	expect_same_gpu(before);
	expect_clean();
	free(before);
}

static void plain_registers_keep_what_is_written(void **state)
{
	unsigned int checked = 0;

	(void)state;
	for (u32 offset = 0; offset < VGT_REGS_SIZE; offset += 4) {
		u32 val = offset * 0x9e3779b9u;

		if (!entry(offset) || !plain_memory(entry(offset)->reg))
			continue;
		set(offset, val);
		assert_int_equal(get(offset), val);
		assert_int_equal(vgt_guest_read(g->guest, offset + 1, 2), val >> 8 & 0xffff);
		assert_int_equal(vgt_guest_read(g->guest, offset + 3, 1), val >> 24);
		vgt_guest_write(g->guest, offset + 1, 0xabcd, 2);
		assert_int_equal(get(offset), (val & 0xff0000ff) | 0xabcd00);
		vgt_guest_write(g->guest, offset, 0x12, 1);
		assert_int_equal(get(offset), (val & 0xff000000) | 0xabcd12);
		checked++;
	}
	assert_true(checked > 3000);
	assert_int_equal(stat(VGT_EVENT_REG_REFUSED), 0);
	assert_int_equal(stat(VGT_EVENT_REG_UNKNOWN), 0);
	expect_clean();
}

static void two_guests_do_not_see_each_other(void **state)
{
	struct vgt_guest_rig *other = vgt_guest_rig_new(v, "V5_8", 8);
	u32 *before = malloc(VGT_REGS_SIZE);

	(void)state;
	memcpy(before, other->guest->vreg, VGT_REGS_SIZE);
	for (u32 offset = 0; offset < VGT_REGS_SIZE; offset += 4)
		if (entry(offset) && offset != GEN6_GDRST)
			set(offset, 0xa5a5a5a5);
	assert_memory_equal(before, other->guest->vreg, VGT_REGS_SIZE);
	for (u32 offset = 0; offset < VGT_REGS_SIZE; offset += 4)
		if (entry(offset) && plain_memory(entry(offset)->reg))
			assert_int_equal(vgt_guest_rig_reg(other, offset), before[offset / 4]);
	vgt_guest_rig_free(other);
	free(before);
	expect_clean();
}

/*
 * By kind
 */

static void unknown_registers(void **state)
{
	u64 wild[] = { 0x1ffff0, 0x200000, 0x400000, 0x7ffffc, 0x1000000, 0xfffffffc };
	unsigned int accesses = v->accesses;

	(void)state;
	assert_null(entry(wild[0]));
	for (unsigned int i = 0; i < ARRAY_SIZE(wild); i++) {
		set(wild[i], 0xdeadbeef);
		assert_int_equal(get(wild[i]), 0);
		assert_int_equal(stat(VGT_EVENT_REG_UNKNOWN), 2 * (i + 1));
	}
	assert_int_equal(v->accesses, accesses);
	expect_clean();
}

static void accesses_that_no_bus_makes(void **state)
{
	static const struct {
		u32 offset;
		unsigned int size;
	} bad[] = {
		{ FF_THREAD_MODE + 1, 4 }, { FF_THREAD_MODE + 2, 4 }, { FF_THREAD_MODE + 3, 2 },
		{ FF_THREAD_MODE, 0 }, { FF_THREAD_MODE, 3 }, { FF_THREAD_MODE, 5 },
		{ FF_THREAD_MODE, 16 }, { FF_THREAD_MODE + 2, 8 }, { FF_THREAD_MODE, 0xffffffff },
		{ VGT_REGS_SIZE - 4, 8 }, { VGT_REGS_SIZE - 1, 2 }, { VGT_REGS_SIZE - 2, 4 },
	};

	(void)state;
	set(FF_THREAD_MODE, 0x11223344);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		vgt_guest_write(g->guest, bad[i].offset, ~0ull, bad[i].size);
		assert_int_equal(vgt_guest_read(g->guest, bad[i].offset, bad[i].size), 0);
		assert_int_equal(stat(VGT_EVENT_REG_REFUSED), 2 * (i + 1));
	}
	assert_int_equal(get(FF_THREAD_MODE), 0x11223344);
	expect_clean();
}

static void masked_and_cleared_by_ones(void **state)
{
	(void)state;
	set_masked(CACHE_MODE_0, 0xff, 0x5a);
	set_masked(CACHE_MODE_0, 0x0f, 0x03);
	assert_int_equal(get(CACHE_MODE_0), 0x53);
	set(CACHE_MODE_0, 0xffff);
	assert_int_equal(get(CACHE_MODE_0), 0x53);
	/* Half of a masked register is not taken. */
	vgt_guest_write(g->guest, CACHE_MODE_0, 0xffff, 2);
	assert_int_equal(get(CACHE_MODE_0), 0x53);
	assert_int_equal(stat(VGT_EVENT_REG_REFUSED), 1);

	*vgt_vreg(&g->guest->vgpu, RING_EIR(RENDER_RING_BASE)) = 0x7;
	set(RING_EIR(RENDER_RING_BASE), 0x5);
	assert_int_equal(get(RING_EIR(RENDER_RING_BASE)), 0x2);
	expect_clean();
}

static void read_only_and_constant(void **state)
{
	u32 fuse = rig_read(v->rig, GEN8_FUSE2);

	(void)state;
	assert_int_not_equal(fuse, 0);
	set(GEN8_FUSE2, ~fuse);
	assert_int_equal(get(GEN8_FUSE2), fuse);
	vgt_guest_write(g->guest, GEN8_FUSE2, 0, 1);
	assert_int_equal(get(GEN8_FUSE2), fuse);
	set(RING_ESR(RENDER_RING_BASE), 1);
	assert_int_equal(get(RING_ESR(RENDER_RING_BASE)), 0);
	assert_int_equal(stat(VGT_EVENT_REG_REFUSED), 3);
	expect_clean();
}

static void every_trap_is_counted(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		get(0x1ffff0);
	for (int i = 0; i < 7; i++)
		set(FF_THREAD_MODE, i);
	vgt_guest_read(g->guest, FF_THREAD_MODE, 8);
	assert_int_equal(stat(VGT_EVENT_READ), 11);
	assert_int_equal(stat(VGT_EVENT_WRITE), 7);
}

/*
 * Reset values
 */

static void found_and_documented_values(void **state)
{
	(void)state;
	/* What the GPU is. */
	assert_int_equal(get(GEN8_FUSE2), rig_read(v->rig, GEN8_FUSE2));
	assert_int_equal(get(RP_STATE_CAP), rig_read(v->rig, RP_STATE_CAP));
	assert_int_equal(get(CTC_MODE), rig_read(v->rig, CTC_MODE));
	assert_int_equal(get(0x14500c), rig_read(v->rig, 0x14500c));
	assert_int_not_equal(get(0x14500c), 0);
	assert_int_not_equal(get(0x8504), 0);	/* RC6_CTX_INFO */
	assert_int_equal(get(0xa188), 0);
	/* How a unit stands after power-on. */
	assert_int_equal(get(RING_HWSTAM(BLT_RING_BASE)), ~0u);
	assert_int_equal(get(RING_EMR(RENDER_RING_BASE)), ~0u);
	assert_int_equal(get(0xe160), ~0u);	/* SAMPLER_INSTDONE */
	expect_clean();
}

/* As firmware, or a driver before, may leave the GPU. */
static void what_was_set_up_before_is_not_seen(void **state)
{
	static const u32 busy[] = {
		GEN8_RING_FAULT, PWR_WELL_CTL_DRIVER, LCPLL1_CTL, DBUF_CTL, RC_CONTROL,
		RING_HWS_PGA(RENDER_RING_BASE), RING_MODE(RENDER_RING_BASE), CDCLK_CTL,
		RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, 0), MOCS_CONTROL(0, 3), 0x4f060,
	};
	struct vgt_rig *old = v, *dirty = vgt_rig_new_detached();
	static const struct vgt_host_ops ops = { 0 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(busy); i++)
		igd_reg_set(dirty->rig->gd, busy[i], 0x80000001);
	igd_reg_set(dirty->rig->gd, L3SQCREG4, 0x12345678);
	dirty->host = vgt_host_attach(&dirty->hw, &ops, dirty);
	assert_false(IS_ERR(dirty->host));
	for (unsigned int i = 0; i < ARRAY_SIZE(busy); i++)
		assert_int_equal(dirty->host->gpu->regs.reset[busy[i] / 4], 0);
	assert_int_equal(dirty->host->gpu->regs.reset[L3SQCREG4 / 4], 0x12345678);
	assert_int_equal(igd_violation_total(dirty->rig->gd), 0);
	/* Nobody is left awake by the look. */
	assert_int_equal(rig_read(dirty->rig, FORCEWAKE_ACK_GT), 0);
	vgt_rig_free(dirty);
	v = old;
}

/*
 * Handshakes, as i915 makes them
 */

static void forcewake_is_acknowledged(void **state)
{
	static const u32 reg[][2] = {
		{ FORCEWAKE_RENDER, FORCEWAKE_ACK_RENDER },
		{ FORCEWAKE_GT, FORCEWAKE_ACK_GT },
		{ FORCEWAKE_MEDIA, FORCEWAKE_ACK_MEDIA },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		u32 physical = rig_read(v->rig, reg[i][1]);

		set(reg[i][0], 0xffff0000);
		assert_int_equal(get(reg[i][1]), 0);
		set_masked(reg[i][0], 1, 1);
		assert_int_equal(get(reg[i][1]), 1);
		set_masked(reg[i][0], 0x8000, 0x8000);
		assert_int_equal(get(reg[i][1]), 0x8001);
		set_masked(reg[i][0], 1, 0);
		assert_int_equal(get(reg[i][1]), 0x8000);
		assert_int_equal(rig_read(v->rig, reg[i][1]), physical);
	}
	expect_clean();
}

static u32 pcode(u32 command, u32 data)
{
	set(PCODE_DATA, data);
	set(PCODE_DATA1, 0);
	set(PCODE_MAILBOX, PCODE_READY | command);
	assert_false(get(PCODE_MAILBOX) & PCODE_READY);
	return get(PCODE_MAILBOX) & 0xff;
}

static void mailbox_answers(void **state)
{
	(void)state;
	assert_int_equal(pcode(PCODE_CDCLK_CONTROL, 3), PCODE_SUCCESS);
	assert_int_equal(get(PCODE_DATA) & 1, 1);
	assert_int_equal(pcode(PCODE_SAGV_CONTROL, 0), PCODE_SUCCESS);
	assert_int_equal(get(PCODE_DATA) & 1, 1);
	for (u32 half = 0; half < 2; half++) {
		assert_int_equal(pcode(PCODE_MEM_LATENCY, half), PCODE_SUCCESS);
		assert_int_not_equal(get(PCODE_DATA), half);
	}
	assert_int_equal(pcode(PCODE_DUTY_CYCLE, 0), PCODE_SUCCESS);
	assert_int_not_equal(get(PCODE_DATA) >> 8 & 0xff, 0);
	for (u32 ratio = 6; ratio < 24; ratio++)
		assert_int_equal(pcode(PCODE_WRITE_FREQ_TABLE, ratio), PCODE_SUCCESS);
	assert_int_equal(pcode(0xfe, 0), PCODE_ILLEGAL_CMD);
	expect_clean();
}

/* Section by section what skl_display_core_init() and the PLL code wait for. */
static void display_power_comes_up(void **state)
{
	static const u32 pll[] = { LCPLL1_CTL, LCPLL2_CTL, WRPLL_CTL1, WRPLL_CTL2 };

	(void)state;
	assert_int_equal(get(SKL_FUSE_STATUS) >> 25 & 7, 7);
	assert_int_equal(get(DC_STATE_EN), 0);
	set(DC_STATE_EN, 2);
	assert_int_equal(get(DC_STATE_EN), 2);

	for (unsigned int well = 0; well < 16; well++) {
		assert_int_equal(get(PWR_WELL_CTL_DRIVER) & PWR_WELL_CTL_STATE(well), 0);
		set(PWR_WELL_CTL_DRIVER, get(PWR_WELL_CTL_DRIVER) | PWR_WELL_CTL_REQ(well));
		assert_int_not_equal(get(PWR_WELL_CTL_DRIVER) & PWR_WELL_CTL_STATE(well), 0);
		assert_int_not_equal(get(PWR_WELL_CTL_BIOS) & PWR_WELL_CTL_STATE(well), 0);
		assert_int_equal(get(PWR_WELL_CTL_BIOS) & PWR_WELL_CTL_REQ(well), 0);
	}
	set(PWR_WELL_CTL_DRIVER, PWR_WELL_CTL_STATES);
	assert_int_equal(get(PWR_WELL_CTL_DRIVER), 0);

	for (unsigned int i = 0; i < ARRAY_SIZE(pll); i++) {
		assert_int_equal(get(pll[i]), 0);
		set(pll[i], LCPLL_PLL_ENABLE);
		assert_int_equal(get(pll[i]), LCPLL_PLL_ENABLE | LCPLL_PLL_LOCK);
		assert_int_not_equal(get(DPLL_STATUS) & DPLL_STATUS_LOCK(i), 0);
		set(pll[i], 0);
		assert_int_equal(get(pll[i]), 0);
		assert_int_equal(get(DPLL_STATUS) & DPLL_STATUS_LOCK(i), 0);
	}
	assert_int_equal(get(0x4f060), 0);	/* SWF18: the firmware has not set a clock */
	set(CDCLK_CTL, 0x08000151);
	assert_int_equal(get(CDCLK_CTL), 0x08000151);
	set(DBUF_CTL, DBUF_POWER_REQUEST);
	assert_int_equal(get(DBUF_CTL), DBUF_POWER_REQUEST | DBUF_POWER_STATE);
	set(DBUF_CTL, 0);
	assert_int_equal(get(DBUF_CTL), 0);
	assert_int_equal(stat(VGT_EVENT_REG_REFUSED), 0);
	expect_clean();
}

static void engines_reset_alone(void **state)
{
	u32 base = BLT_RING_BASE;

	(void)state;
	set_masked(RING_MODE(base), GFX_RUN_LIST_ENABLE, GFX_RUN_LIST_ENABLE);
	set_masked(RING_MODE(RENDER_RING_BASE), GFX_RUN_LIST_ENABLE, GFX_RUN_LIST_ENABLE);
	assert_int_equal(get(RING_MODE(base)), GFX_RUN_LIST_ENABLE);

	set_masked(RING_MI_MODE(base), MI_MODE_STOP_RING, MI_MODE_STOP_RING);
	assert_int_not_equal(get(RING_MI_MODE(base)) & MI_MODE_IDLE, 0);
	set_masked(RING_RESET_CTL(base), RESET_CTL_REQUEST, RESET_CTL_REQUEST);
	assert_int_not_equal(get(RING_RESET_CTL(base)) & RESET_CTL_READY, 0);
	set(GEN6_GDRST, GDRST_BLT);
	assert_int_equal(get(GEN6_GDRST), 0);
	set_masked(RING_RESET_CTL(base), RESET_CTL_REQUEST, 0);
	assert_int_equal(get(RING_RESET_CTL(base)), 0);
	set_masked(RING_MI_MODE(base), MI_MODE_STOP_RING, 0);

	assert_int_equal(get(RING_MODE(base)), 0);
	assert_int_equal(get(RING_MODE(RENDER_RING_BASE)), GFX_RUN_LIST_ENABLE);
	assert_int_equal(get(RING_HEAD(base)), get(RING_TAIL(base)));
	assert_int_not_equal(get(RING_MI_MODE(base)) & MI_MODE_IDLE, 0);
	assert_int_equal(stat(VGT_EVENT_ENGINE_RESET), 1);
	assert_int_equal(stat(VGT_EVENT_RESET), 0);
	/* The host's engines are as they were. */
	assert_int_not_equal(rig_read(v->rig, RING_MODE(base)) & GFX_RUN_LIST_ENABLE, 0);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_ENGINE_RESET), 0);

	set(GEN6_GDRST, GDRST_FULL);
	assert_int_equal(get(GEN6_GDRST), 0);
	assert_int_equal(get(RING_MODE(RENDER_RING_BASE)), 0);
	assert_int_equal(stat(VGT_EVENT_ENGINE_RESET), 1 + VGT_NUM_ENGINES);
	assert_int_equal(stat(VGT_EVENT_RESET), 1);
	set(GEN6_GDRST, 1u << 31);
	assert_int_equal(stat(VGT_EVENT_ENGINE_RESET), 1 + VGT_NUM_ENGINES);
	expect_clean();
}

static void translations_are_invalidated(void **state)
{
	static const u32 reg[] = { 0x4260, 0x4264, 0x4268, 0x426c, 0x4270, 0x4274 };

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(reg); i++) {
		set(reg[i], 1);
		assert_int_equal(get(reg[i]), 0);
	}
	set(GFX_FLSH_CNTL, 1);
	expect_clean();
}

static void clocks_go(void **state)
{
	u32 base = RENDER_RING_BASE, before = get(RING_TIMESTAMP(base));
	unsigned int accesses;

	(void)state;
	vgt_rig_run(v, 1000000);
	assert_in_range(get(RING_TIMESTAMP(base)) - before, 11999, 12100);
	/* Both halves of one moment, in one access. */
	accesses = v->accesses;
	assert_in_range(vgt_guest_read(g->guest, RING_TIMESTAMP(base), 8) - before, 11999, 12100);
	assert_int_equal(v->accesses, accesses + 1);
	set(RING_TIMESTAMP(base), 0);
	assert_true(get(RING_TIMESTAMP(base)) > before);
	assert_int_equal(stat(VGT_EVENT_REG_REFUSED), 0);
	expect_clean();
}

/* Interrupt banks of a guest: none of the host's are in them. */
static void interrupts_are_ones_own(void **state)
{
	(void)state;
	assert_int_equal(get(GEN8_MASTER_IRQ), 0);
	for (int bank = 0; bank < 4; bank++) {
		assert_int_equal(get(GEN8_GT_IRQ_BASE(bank) + IRQ_IMR), ~0u);
		assert_int_equal(get(GEN8_GT_IRQ_BASE(bank) + IRQ_IIR), 0);
		assert_int_equal(get(GEN8_GT_IRQ_BASE(bank) + IRQ_IER), 0);
		set(GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		set(GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
	}
	set(GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	assert_int_equal(get(GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);
	assert_int_equal(g->raised, 0);
	expect_clean();
}

/* The host runs something; the guest looks. */
static void no_trace_of_others_in_the_engine(void **state)
{
	static const u32 rel[] = {
		0x30, 0x34, 0x38, 0x3c, 0x5c, 0x60, 0x64, 0x68, 0x70, 0x74, 0x78, 0x110, 0x114,
		0x118, 0x140, 0x168, 0x234, 0x238, 0x270, 0x274, 0x3a8,
	};
	struct rig_context *c = rig_context_new(v->rig, IGD_RCS, 5);
	u32 flag = rig_ggtt_alloc(v->rig, 1), base = RENDER_RING_BASE;

	(void)state;
	rig_emit_semaphore(c, flag, 4, 1);	/* never */
	vgt_rig_submit(v, c, NULL, 0);
	vgt_rig_run(v, 100000);
	assert_int_not_equal(vgt_rig_read(v, RING_ACTHD(base)), 0);
	assert_int_not_equal(vgt_rig_read(v, RING_EXECLIST_STATUS_LO(base)), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(rel); i++)
		assert_int_equal(get(base + rel[i]), 0);
	assert_int_not_equal(get(RING_MI_MODE(base)) & MI_MODE_IDLE, 0);
	for (unsigned int i = 0; i < 2 * CSB_ENTRIES; i++)
		assert_int_equal(get(RING_CSB(base) + 4 * i), 0);
	*rig_ggtt(v->rig, flag) = 1;
	vgt_rig_settle(v);
	rig_context_free(c);
	expect_clean();
}

/*
 * Noise
 */

static u32 random_offset(unsigned int *seed)
{
	static const u32 near[] = {
		RENDER_RING_BASE, BLT_RING_BASE, BSD_RING_BASE, VEBOX_RING_BASE, 0x9400, 0x44200,
		0x44300, 0x44400, 0x45400, 0x46000, 0x60000, 0x64000, 0x70000, 0x78000, 0x78800,
		0xa000, 0xa180, 0xc4000, 0xc5100, 0x100000, 0x101000, 0x138100,
		0x800000, 0x840000, 0xa00000,
	};
	u32 r = rand_r(seed);

	if (r % 16 == 0)
		return rand_r(seed) % 0x1100000;
	return near[r / 16 % ARRAY_SIZE(near)] + rand_r(seed) % 0x400;
}

static u64 random_value(unsigned int *seed)
{
	u64 gfn = rand_r(seed) % (g->max_gfn + 2);

	switch (rand_r(seed) % 6) {
	case 0:
		return gfn << 12 | (rand_r(seed) & 3);
	case 1:
		return g->guest->vgpu.gm.low.start + (rand_r(seed) & 0xff03fu);
	case 2:
		return rand_r(seed) & 0xffff00ffu;
	case 3:
		return 1ull << rand_r(seed) % 64;
	case 4:
		return ~0ull;
	default:
		return (u64)rand_r(seed) << 32 | rand_r(seed);
	}
}

/* A driver gone mad; the host submits in between and is served. */
static void noise(void **state)
{
	unsigned int seed = 4711, size;
	struct rig_context *c = rig_context_new(v->rig, IGD_BCS, 5);
	u32 flag = rig_ggtt_alloc(v->rig, 1);

	(void)state;
	for (unsigned int i = 0; i < 200000; i++) {
		u32 offset = random_offset(&seed);

		size = 1 << rand_r(&seed) % 4;
		if (rand_r(&seed) % 4)
			offset &= ~(size - 1);
		if (rand_r(&seed) % 3)
			vgt_guest_write(g->guest, offset, random_value(&seed), size);
		else
			vgt_guest_read(g->guest, offset, size);
		if (i % 64 == 0)
			vgt_rig_run(v, 10000);
		if (i % 10000)
			continue;
		rig_emit_store(c, flag, i + 1);
		vgt_rig_submit(v, c, NULL, 0);
		vgt_rig_run(v, 20000000);
		assert_int_equal(*rig_ggtt(v->rig, flag), i + 1);
	}
	rig_context_free(c);
	expect_clean();
}

/*
 * PVINFO
 */

static void pvinfo_tells_what_there_is(void **state)
{
	struct vgt_gm_range low, high;

	(void)state;
	vgt_guest_gm(g->guest, &low, &high);
	assert_int_equal(low.size, 64 << 20);
	assert_int_equal(high.size, 384 << 20);
	assert_int_equal(vgt_guest_read(g->guest, 0x78000, 8), 0x4776544776544776ull);
	assert_int_equal(vgt_guest_read(g->guest, 0x78008, 2), 1);
	assert_int_equal(vgt_guest_read(g->guest, 0x7800a, 2), 0);
	assert_int_equal(get(0x7800c), g->guest->vgpu.id);
	assert_int_equal(get(0x78010), 1 << 2 | 1 << 3 | 1 << 4);
	assert_int_equal(get(0x78040), low.start);
	assert_int_equal(get(0x78044), low.size);
	assert_int_equal(get(0x78048), high.start);
	assert_int_equal(get(0x7804c), high.size);
	assert_int_equal(get(0x78050), 4);
	assert_int_equal(get(0x78804), 0);
	assert_int_equal(get(0x78830), ~0u);
	assert_int_equal(get(0x78834), ~0u);
	/* The conditions of intel_vgt_balloon(). */
	assert_true(low.start + low.size <= vgt_gpu_aperture(v->host->gpu));
	assert_true(high.start >= vgt_gpu_aperture(v->host->gpu));
	assert_true(high.start + high.size <= 1ull << 32);
	assert_int_equal(vgt_host_read(v->host, 0x78000, 8), 0);
	expect_clean();
}

static void pvinfo_upper_half_is_read_only(void **state)
{
	u64 refused = 0;

	(void)state;
	for (u32 offset = PVINFO_BASE; offset < PVINFO_BASE + PVINFO_SIZE; offset += 4) {
		u32 before = get(offset);

		switch (offset) {
		case PVINFO_DISPLAY_READY:
		case PVINFO_CURSOR_HOT_X:
		case PVINFO_CURSOR_HOT_Y:
		case PVINFO_PDP_LO(0) ... PVINFO_CONTEXT_HI:
			set(offset, 0x1357);
			assert_int_equal(get(offset), 0x1357);
			break;
		default:
			set(offset, 0x1357);
			assert_int_equal(get(offset), before);
			assert_int_equal(stat(VGT_EVENT_REG_REFUSED), ++refused);
		}
	}
	expect_clean();
}

static void notifications(void **state)
{
	u64 refused = stat(VGT_EVENT_REG_REFUSED), pml4 = vgt_guest_rig_alloc(g);
	struct vgt_ppgtt *ppgtt;
	u64 root[4] = { pml4 << 12 };

	(void)state;
	set(PVINFO_PDP_LO(0), pml4 << 12);
	set(PVINFO_PDP_HI(0), 0);
	for (u32 what = PVINFO_NOTIFY_PPGTT3_CREATE; what <= PVINFO_NOTIFY_CONTEXT_DESTROY; what++)
		set(PVINFO_NOTIFY, what);
	assert_int_equal(stat(VGT_EVENT_REG_REFUSED), refused);
	set(PVINFO_NOTIFY, 0);
	set(PVINFO_NOTIFY, 8);
	set(PVINFO_NOTIFY, ~0u);
	assert_int_equal(stat(VGT_EVENT_REG_REFUSED), refused + 3);

	/* A shadow that nobody uses goes when its end is told. */
	assert_int_equal(g->pinned, 0);
	mutex_lock(&g->guest->lock);
	ppgtt = vgt_ppgtt_get(g->guest, 4, root);
	assert_false(IS_ERR(ppgtt));
	vgt_ppgtt_put(g->guest, ppgtt);
	mutex_unlock(&g->guest->lock);
	assert_true(g->pinned > 0);
	set(PVINFO_NOTIFY, PVINFO_NOTIFY_PPGTT3_DESTROY);
	assert_true(g->pinned > 0);
	set(PVINFO_NOTIFY, PVINFO_NOTIFY_PPGTT4_DESTROY);
	assert_int_equal(g->pinned, 0);
	expect_clean();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_register_at_every_size),
		TEST(plain_registers_keep_what_is_written),
		TEST(two_guests_do_not_see_each_other),
		TEST(unknown_registers),
		TEST(accesses_that_no_bus_makes),
		TEST(masked_and_cleared_by_ones),
		TEST(read_only_and_constant),
		TEST(every_trap_is_counted),
		TEST(found_and_documented_values),
		TEST(what_was_set_up_before_is_not_seen),
		TEST(forcewake_is_acknowledged),
		TEST(mailbox_answers),
		TEST(display_power_comes_up),
		TEST(engines_reset_alone),
		TEST(translations_are_invalidated),
		TEST(clocks_go),
		TEST(interrupts_are_ones_own),
		TEST(no_trace_of_others_in_the_engine),
		TEST(noise),
		TEST(pvinfo_tells_what_there_is),
		TEST(pvinfo_upper_half_is_read_only),
		TEST(notifications),
	};

	return cmocka_run_group_tests_name("vgt_guest_regs", tests, NULL, NULL);
}
