// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The register file, the interrupt banks, power: what the CPU sees at BAR0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rig.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

#define GPU(r) ((r)->gd)

static int setup(void **state)
{
	*state = rig_new();
	return 0;
}

static int teardown(void **state)
{
	rig_free(*state);
	return 0;
}

static void masked_write_changes_only_enabled_bits(void **state)
{
	struct rig *r = *state;

	rig_write(r, RING_MI_MODE(RENDER_RING_BASE), 0x00f000f0);
	rig_write(r, RING_MI_MODE(RENDER_RING_BASE), 0x00300010);
	assert_int_equal(rig_read(r, RING_MI_MODE(RENDER_RING_BASE)) & 0xf0, 0xd0);
	assert_int_equal(igd_violation_total(GPU(r)), 0);
}

static void write_without_mask_breaks_a_rule(void **state)
{
	struct rig *r = *state;
	uint32_t before = rig_read(r, RING_MI_MODE(RENDER_RING_BASE));

	rig_write(r, RING_MI_MODE(RENDER_RING_BASE), 0x00000010);
	assert_int_equal(rig_read(r, RING_MI_MODE(RENDER_RING_BASE)), before);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_NO_MASK), 1);
}

static void read_only_register_keeps_its_value(void **state)
{
	struct rig *r = *state;
	uint32_t before = rig_read(r, GEN8_FUSE2);

	assert_int_not_equal(before, 0);
	rig_write(r, GEN8_FUSE2, ~before);
	assert_int_equal(rig_read(r, GEN8_FUSE2), before);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_READ_ONLY), 1);
}

static void unknown_register_reads_zero(void **state)
{
	struct rig *r = *state;

	assert_null(igd_mmio_known(GPU(r), 0x1ffff0));
	assert_int_equal(rig_read(r, 0x1ffff0), 0);
	rig_write(r, 0x1ffff0, 1);
	assert_int_equal(rig_read(r, 0x1ffff0), 0);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_UNKNOWN_REGISTER), 3);
}

static void narrow_accesses(void **state)
{
	struct rig *r = *state;

	rig_write(r, PCODE_DATA, 0x44332211);
	assert_int_equal(igd_core_bar0_read(GPU(r), PCODE_DATA + 1, 1), 0x22);
	assert_int_equal(igd_core_bar0_read(GPU(r), PCODE_DATA + 2, 2), 0x4433);
	assert_int_equal(igd_violation_total(GPU(r)), 0);
	igd_core_bar0_write(GPU(r), PCODE_DATA + 1, 0xff, 1);
	assert_int_equal(rig_read(r, PCODE_DATA), 0x44332211);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_MISALIGNED), 1);
}

static void qword_access_is_two_halves(void **state)
{
	struct rig *r = *state;

	igd_core_bar0_write(GPU(r), PCODE_DATA, 0x1122334455667788, 8);
	assert_int_equal(rig_read(r, PCODE_DATA), 0x55667788);
	assert_int_equal(rig_read(r, PCODE_DATA1), 0x11223344);
	assert_int_equal(igd_core_bar0_read(GPU(r), PCODE_DATA, 8), 0x1122334455667788);
}

static void strict_off_counts_nothing(void **state)
{
	struct rig *r = *state;

	GPU(r)->cfg.strict = IGD_STRICT_OFF;
	rig_write(r, 0x1ffff0, 1);
	assert_int_equal(igd_violation_total(GPU(r)), 0);
}

static void violations_as_json(void **state)
{
	struct rig *r = *state;
	char *json;

	json = igd_violations_json(GPU(r));
	assert_string_equal(json, "[]");
	free(json);

	rig_write(r, GEN8_FUSE2, 1);
	rig_write(r, GEN8_FUSE2, 2);
	rig_read(r, 0x1ffff0);
	json = igd_violations_json(GPU(r));
	assert_non_null(strstr(json, "{\"rule\":\"read-only-register\",\"count\":2,"));
	assert_non_null(strstr(json, "{\"rule\":\"unknown-register\",\"count\":1,"));
	free(json);

	igd_violations_clear(GPU(r));
	assert_int_equal(igd_violation_total(GPU(r)), 0);
}

static void sleep_all(struct rig *r)
{
	rig_write(r, FORCEWAKE_RENDER, 0xffff0000);
	rig_write(r, FORCEWAKE_GT, 0xffff0000);
	rig_write(r, FORCEWAKE_MEDIA, 0xffff0000);
	rig_run(r, 2 * IGD_NS_PER_SEC);
}

static void sleeping_domain_does_not_answer(void **state)
{
	struct rig *r = *state;

	rig_write(r, RING_START(RENDER_RING_BASE), 0x1000);
	sleep_all(r);
	assert_int_equal(rig_read(r, RING_START(RENDER_RING_BASE)), 0);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_FORCEWAKE), 1);
	rig_write(r, RING_START(RENDER_RING_BASE), 0x2000);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_FORCEWAKE), 2);

	rig_write(r, FORCEWAKE_RENDER, 0x00010001);
	assert_int_equal(rig_read(r, FORCEWAKE_ACK_RENDER), 1);
	assert_int_equal(rig_read(r, RING_START(RENDER_RING_BASE)), 0x1000);
	/* Render is awake, media is not. */
	assert_int_equal(rig_read(r, RING_START(BSD_RING_BASE)), 0);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_FORCEWAKE), 3);
}

static void shadowed_writes_need_no_forcewake(void **state)
{
	struct rig *r = *state;

	sleep_all(r);
	rig_write(r, RING_TAIL(RENDER_RING_BASE), 0);
	rig_write(r, RPNSWREQ, 0);
	rig_write(r, RC_CONTROL, 0);
	assert_int_equal(igd_violation_total(GPU(r)), 0);
}

static void power_well_state_is_or_of_requests(void **state)
{
	struct rig *r = *state;

	assert_false(igd_power_well_on(GPU(r), IGD_WELL_2));
	rig_write(r, PWR_WELL_CTL_BIOS, PWR_WELL_CTL_REQ(IGD_WELL_2));
	rig_write(r, PWR_WELL_CTL_DRIVER, PWR_WELL_CTL_REQ(IGD_WELL_1));
	assert_true(igd_power_well_on(GPU(r), IGD_WELL_2));
	assert_int_equal(rig_read(r, PWR_WELL_CTL_DRIVER),
			 PWR_WELL_CTL_REQ(IGD_WELL_1) | PWR_WELL_CTL_STATE(IGD_WELL_1) |
			 PWR_WELL_CTL_STATE(IGD_WELL_2));
	rig_write(r, PWR_WELL_CTL_BIOS, 0);
	assert_false(igd_power_well_on(GPU(r), IGD_WELL_2));
}

static void pll_locks_and_has_its_frequency(void **state)
{
	struct rig *r = *state;

	assert_int_equal(igd_dpll_khz(GPU(r), 1), 0);
	rig_write(r, DPLL_CTRL1, 1u << (6 + 1));		/* DPLL 1: 1350 MHz */
	rig_write(r, LCPLL2_CTL, LCPLL_PLL_ENABLE);
	assert_true(rig_read(r, LCPLL2_CTL) & LCPLL_PLL_LOCK);
	assert_int_equal(rig_read(r, DPLL_STATUS), DPLL_STATUS_LOCK(1));
	assert_int_equal(igd_dpll_khz(GPU(r), 1), 270000);

	/* 148.5 MHz, as i915 programs it: DCO 8910 MHz = 24 * (371 + 0.25), by 2 * 2 * 3 * 5. */
	rig_write(r, DPLL_CFGCR1(1), 1u << 31 | (0x8000 / 4) << 9 | 371);
	rig_write(r, DPLL_CFGCR2(1), 2u << 8 | 1u << 7 | 2u << 5 | 1u << 2);
	rig_write(r, DPLL_CTRL1, DPLL_CTRL1_HDMI_MODE(1));
	assert_int_equal(igd_dpll_khz(GPU(r), 1), 148500);

	rig_write(r, LCPLL2_CTL, 0);
	assert_int_equal(igd_dpll_khz(GPU(r), 1), 0);
}

static void mailbox_answers_and_refuses(void **state)
{
	struct rig *r = *state;

	rig_write(r, PCODE_DATA, 0);
	rig_write(r, PCODE_MAILBOX, PCODE_READY | PCODE_MEM_LATENCY);
	assert_int_equal(rig_read(r, PCODE_MAILBOX), PCODE_SUCCESS);
	assert_int_not_equal(rig_read(r, PCODE_DATA) & 0xff, 0);
	assert_int_equal(igd_violation_total(GPU(r)), 0);

	/* Least ratios: of the processor 3, of the ring 9 when the GPU has 7. */
	rig_write(r, PCODE_DATA, 0x090307);
	rig_write(r, PCODE_MAILBOX, PCODE_READY | PCODE_WRITE_FREQ_TABLE);
	rig_write(r, PCODE_DATA, 7);
	rig_write(r, PCODE_MAILBOX, PCODE_READY | PCODE_READ_FREQ_TABLE);
	assert_int_equal(rig_read(r, PCODE_DATA), 0x0903);
	assert_int_equal(igd_violation_total(GPU(r)), 0);

	rig_write(r, PCODE_MAILBOX, PCODE_READY | 0xee);
	assert_int_equal(rig_read(r, PCODE_MAILBOX), PCODE_ILLEGAL_CMD);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_PCODE), 1);
}

static void rc6_counts_only_sleep(void **state)
{
	struct rig *r = *state;
	uint32_t start;

	start = rig_read(r, GT_GFX_RC6);
	rig_run(r, 1280 * 1000);
	assert_int_equal(rig_read(r, GT_GFX_RC6), start);	/* not enabled, not asleep */

	rig_write(r, RC_CONTROL, 1u << 31);
	rig_run(r, 1280 * 1000);
	assert_int_equal(rig_read(r, GT_GFX_RC6), start);	/* forcewake holds it awake */

	sleep_all(r);
	start = rig_read(r, GT_GFX_RC6);
	rig_run(r, 1280 * 1000);
	assert_in_range(rig_read(r, GT_GFX_RC6) - start, 999, 1001);
}

#define GT0 GEN8_GT_IRQ_BASE(0)

static void enable_render_interrupts(struct rig *r)
{
	rig_write(r, RING_IMR(RENDER_RING_BASE), 0);
	rig_write(r, GT0 + IRQ_IMR, 0);
	rig_write(r, GT0 + IRQ_IER, ~0u);
	rig_write(r, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

static void master_is_computed_live(void **state)
{
	struct rig *r = *state;

	enable_render_interrupts(r);
	igd_irq_engine(GPU(r), IGD_RCS, IGD_EV_USER_INTERRUPT);
	assert_int_equal(rig_read(r, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL | GEN8_MASTER_RCS);
	assert_true(r->irq);
	rig_write(r, GT0 + IRQ_IER, 0);
	assert_int_equal(rig_read(r, GEN8_MASTER_IRQ), GEN8_MASTER_IRQ_CONTROL);
	assert_false(r->irq);
	rig_write(r, GT0 + IRQ_IER, ~0u);
	assert_true(r->irq);
	rig_write(r, GEN8_MASTER_IRQ, 0);
	assert_false(r->irq);
	assert_int_equal(rig_read(r, GEN8_MASTER_IRQ), GEN8_MASTER_RCS);
}

static void second_event_waits_third_is_lost(void **state)
{
	struct rig *r = *state;

	enable_render_interrupts(r);
	for (int i = 0; i < 3; i++)
		igd_irq_engine(GPU(r), IGD_RCS, IGD_EV_USER_INTERRUPT);
	rig_write(r, GT0 + IRQ_IIR, IGD_EV_USER_INTERRUPT);
	assert_int_equal(rig_read(r, GT0 + IRQ_IIR), IGD_EV_USER_INTERRUPT);
	assert_true(r->irq);
	rig_write(r, GT0 + IRQ_IIR, IGD_EV_USER_INTERRUPT);
	assert_int_equal(rig_read(r, GT0 + IRQ_IIR), 0);
	assert_false(r->irq);
}

static void masked_events_leave_no_trace(void **state)
{
	struct rig *r = *state;

	enable_render_interrupts(r);
	rig_write(r, RING_IMR(RENDER_RING_BASE), ~IGD_EV_USER_INTERRUPT);
	igd_irq_engine(GPU(r), IGD_RCS, IGD_EV_CONTEXT_SWITCH);
	rig_write(r, GT0 + IRQ_IMR, IGD_EV_USER_INTERRUPT);
	igd_irq_engine(GPU(r), IGD_RCS, IGD_EV_USER_INTERRUPT);
	assert_int_equal(rig_read(r, GT0 + IRQ_IIR), 0);
	rig_write(r, GT0 + IRQ_IMR, 0);
	assert_int_equal(rig_read(r, GT0 + IRQ_IIR), 0);
}

static void engines_use_their_bank(void **state)
{
	static const struct {
		enum igd_engine_id id;
		uint32_t base, iir, master;
	} line[] = {
		{ IGD_BCS, BLT_RING_BASE, 0x00010000, GEN8_MASTER_BCS },
		{ IGD_VCS, BSD_RING_BASE, 0x00000001, GEN8_MASTER_VCS0 },
		{ IGD_VECS, VEBOX_RING_BASE, 0x00000001, GEN8_MASTER_VECS },
	};
	static const int bank[] = { 0, 1, 3 };
	struct rig *r = *state;

	for (size_t i = 0; i < IGD_ARRAY_SIZE(line); i++) {
		uint32_t base = GEN8_GT_IRQ_BASE(bank[i]);

		rig_write(r, RING_IMR(line[i].base), 0);
		rig_write(r, base + IRQ_IMR, 0);
		rig_write(r, base + IRQ_IER, ~0u);
		igd_irq_engine(GPU(r), line[i].id, IGD_EV_USER_INTERRUPT);
		assert_int_equal(rig_read(r, base + IRQ_IIR), line[i].iir);
		assert_int_equal(rig_read(r, GEN8_MASTER_IRQ) & ~GEN8_MASTER_IRQ_CONTROL,
				 line[i].master);
		rig_write(r, base + IRQ_IIR, ~0u);
	}
}

/* A reset of the GT leaves display and interrupts alone; that of the function does not. */
static void resets_reach_what_they_should(void **state)
{
	struct rig *r = *state;

	rig_write(r, CDCLK_CTL, 0x123);
	rig_write(r, GT0 + IRQ_IER, 0x1);
	rig_write(r, RING_START(RENDER_RING_BASE), 0x1000);
	rig_write(r, GEN6_GDRST, GDRST_FULL);
	assert_int_equal(rig_read(r, GEN6_GDRST), 0);
	assert_int_equal(rig_read(r, RING_START(RENDER_RING_BASE)), 0);
	assert_int_equal(rig_read(r, CDCLK_CTL), 0x123);
	assert_int_equal(rig_read(r, GT0 + IRQ_IER), 0x1);

	igd_core_reset(GPU(r));
	assert_int_equal(rig_read(r, CDCLK_CTL), 0);
	assert_int_equal(rig_read(r, GT0 + IRQ_IER), 0);
	assert_int_equal(rig_read(r, GT0 + IRQ_IMR), ~0u);
}

static void config_check_names_what_is_wrong(void **state)
{
	struct igd_config good = { 256, IGD_STRICT_ON, 1150, 34100 }, bad;

	(void)state;
	assert_null(igd_config_check(&good));
	bad = good, bad.aperture_mb = 300;
	assert_non_null(strstr(igd_config_check(&bad), "aperture-mb"));
	bad = good, bad.gpu_mhz = 0;
	assert_non_null(strstr(igd_config_check(&bad), "gpu-mhz"));
	bad = good, bad.mem_mbps = 0;
	assert_non_null(strstr(igd_config_check(&bad), "mem-mbps"));
	bad = good, bad.strict = 7;
	assert_non_null(strstr(igd_config_check(&bad), "strict"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(masked_write_changes_only_enabled_bits),
		T(write_without_mask_breaks_a_rule),
		T(read_only_register_keeps_its_value),
		T(unknown_register_reads_zero),
		T(narrow_accesses),
		T(qword_access_is_two_halves),
		T(strict_off_counts_nothing),
		T(violations_as_json),
		T(sleeping_domain_does_not_answer),
		T(shadowed_writes_need_no_forcewake),
		T(power_well_state_is_or_of_requests),
		T(pll_locks_and_has_its_frequency),
		T(mailbox_answers_and_refuses),
		T(rc6_counts_only_sleep),
		T(master_is_computed_live),
		T(second_event_waits_third_is_lost),
		T(masked_events_leave_no_trace),
		T(engines_use_their_bank),
		T(resets_reach_what_they_should),
		T(config_check_names_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
