// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Commands that an engine cannot carry out, and time: who has done it is who hears
 * of it, and who is charged.
 */
#include "vgt_driver_rig.h"

#include "vgt/vmm.h"

#define MS		(1000 * 1000ull)
#define BAD_COMMAND	(7u << 29)
#define ALL_EVENTS	(VGT_EV_USER_INTERRUPT | VGT_EV_MASTER_ERROR | VGT_EV_CONTEXT_SWITCH)

static u32 events_of(struct driver *d)
{
	u32 iir = vgt_guest_rig_reg(d->g, GEN8_GT_IRQ_BASE(0) + IRQ_IIR);

	vgt_guest_rig_set_reg(d->g, GEN8_GT_IRQ_BASE(0) + IRQ_IIR, iir);
	return iir;
}

/* Host and guests as i915 is: they want to hear of commands that the engine does not know. */
static void start_listening(unsigned int guests)
{
	start(IGD_RCS, guests);
	vgt_rig_write(v, RING_EMR(base()), ~RING_ERROR_INSTRUCTION);
	vgt_rig_write(v, RING_IMR(base()), (u32)~ALL_EVENTS);
	for (unsigned int i = 0; i < guests; i++) {
		vgt_guest_rig_set_reg(drivers[i].g, RING_EMR(base()), ~RING_ERROR_INSTRUCTION);
		vgt_guest_rig_set_reg(drivers[i].g, RING_IMR(base()), (u32)~ALL_EVENTS);
	}
}

static void stop_listening(void)
{
	if (igd_violation_total(v->rig->gd) != 1)
		fail_msg("%s", v->rig->violation);
	assert_int_equal(igd_violation_count(v->rig->gd, IGD_RULE_UNKNOWN_COMMAND), 1);
	igd_violations_clear(v->rig->gd);
	stop();
}

static void run_on_host(u32 command)
{
	struct rig_context *c = rig_context_new(v->rig, engine, 9);

	rig_emit(c, command, MI_NOOP);
	vgt_rig_submit(v, c, NULL, 0);
	vgt_rig_settle(v);
	rig_context_free(c);
}

static struct context *run_bad_batch(struct driver *d)
{
	struct context *c = context_new(d, 3);

	batch(c, (const u32[]){ BAD_COMMAND, MI_BATCH_BUFFER_END }, 2);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	return c;
}

/* Had the host had the engine before, it would look for the culprit among its own requests. */
static void error_of_a_guest(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c, *other;
	u32 reg;

	(void)state;
	start_listening(2);
	reg = RING_EIR(base());
	other = context_new(&drivers[1], 4);
	emit_store(other, drivers[1].results, 1);
	run(other, NULL);
	run_on_host(MI_USER_INTERRUPT);
	assert_int_equal(v->events[engine], VGT_EV_USER_INTERRUPT | VGT_EV_CONTEXT_SWITCH);
	v->events[engine] = 0;
	events_of(d);
	events_of(&drivers[1]);

	c = run_bad_batch(d);
	assert_int_equal(v->events[engine], 0);
	assert_int_equal(vgt_rig_read(v, reg), 0);
	assert_true(events_of(d) & VGT_EV_MASTER_ERROR);
	assert_int_equal(vgt_guest_rig_reg(d->g, reg), RING_ERROR_INSTRUCTION);
	assert_int_equal(events_of(&drivers[1]), 0);
	assert_int_equal(vgt_guest_rig_reg(drivers[1].g, reg), 0);

	/* As drivers do then. */
	vgt_guest_rig_set_reg(d->g, reg, RING_ERROR_INSTRUCTION);
	assert_int_equal(vgt_guest_rig_reg(d->g, reg), 0);
	vgt_guest_rig_set_reg(d->g, GEN6_GDRST, GDRST_RENDER);
	vgt_rig_settle(v);
	emit_store(other, drivers[1].results, 2);
	run(other, NULL);
	assert_int_equal(result(&drivers[1], 0), 2);
	free(c);
	free(other);
	stop_listening();
}

static void error_that_a_guest_masks(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	(void)state;
	start_listening(1);
	vgt_guest_rig_set_reg(d->g, RING_EMR(base()), ~0u);
	c = run_bad_batch(d);
	assert_int_equal(v->events[engine] & VGT_EV_MASTER_ERROR, 0);
	assert_int_equal(events_of(d) & VGT_EV_MASTER_ERROR, 0);
	assert_int_equal(vgt_guest_rig_reg(d->g, RING_EIR(base())), 0);
	vgt_guest_rig_set_reg(d->g, GEN6_GDRST, GDRST_RENDER);
	vgt_rig_settle(v);
	free(c);
	stop_listening();
}

static void error_of_the_host(void **state)
{
	struct context *c;

	(void)state;
	start_listening(1);
	c = context_new(&drivers[0], 4);
	emit_store(c, drivers[0].results, 1);
	run(c, NULL);
	events_of(&drivers[0]);
	run_on_host(BAD_COMMAND);
	assert_true(v->events[engine] & VGT_EV_MASTER_ERROR);
	assert_int_equal(vgt_rig_read(v, RING_EIR(base())), RING_ERROR_INSTRUCTION);
	assert_int_equal(events_of(&drivers[0]) & VGT_EV_MASTER_ERROR, 0);
	assert_int_equal(vgt_guest_rig_reg(drivers[0].g, RING_EIR(base())), 0);
	reset_by_host();
	free(c);
	stop_listening();
}

/* With nobody on the engine one may be stuck that does not come to begin. */
static void who_does_not_begin(void **state)
{
	struct context *a, *b;

	(void)state;
	start(IGD_RCS, 2);
	a = context_new(&drivers[0], 1);
	b = context_new(&drivers[1], 2);
	vgt_rig_write(v, RING_MI_MODE(base()), MI_MODE_STOP_RING * 0x10001);
	emit_store(a, drivers[0].results, 1);
	submit(a, NULL);
	vgt_rig_run(v, 2000 * MS);
	assert_int_equal(v->resets, 0);
	emit_store(b, drivers[1].results, 2);
	submit(b, NULL);
	vgt_rig_run(v, 500 * MS);
	assert_int_equal(v->resets, 0);
	vgt_rig_run(v, 500 * MS);
	assert_int_equal(v->resets, 1);
	assert_int_equal(stat(&drivers[0], VGT_EVENT_PREEMPT_TIMEOUT), 1);
	assert_int_equal(stat(&drivers[1], VGT_EVENT_PREEMPT_TIMEOUT), 0);
	assert_int_equal(result(&drivers[0], 0), 0);
	assert_int_equal(result(&drivers[1], 0), 2);
	free(a);
	free(b);
	stop();
}

/* The host's driver chooses the frequency by it: all that guests do, and nothing else. */
static void time_of_guests(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u64 before;

	(void)state;
	start(IGD_BCS, 2);
	run_on_host(MI_NOOP);
	vgt_rig_run(v, 10 * MS);
	assert_int_equal(vgt_host_guest_time(v->host, base()), 0);
	assert_int_equal(vgt_host_guest_time(NULL, base()), 0);
	assert_true(vgt_host_has_guests(v->host));
	c = context_new(d, 1);
	emit_gate(c, 1);
	submit(c, NULL);
	vgt_rig_run(v, 10 * MS);
	before = vgt_host_guest_time(v->host, base());
	assert_in_range(before, 9 * MS, 10 * MS);
	vgt_rig_run(v, 10 * MS);
	assert_in_range(vgt_host_guest_time(v->host, base()) - before, 10 * MS, 10 * MS + 1000);
	assert_int_equal(vgt_host_guest_time(v->host, RENDER_RING_BASE), 0);
	open_gate(d, 1);
	vgt_rig_settle(v);
	before = vgt_host_guest_time(v->host, base());
	vgt_rig_run(v, 10 * MS);
	assert_int_equal(vgt_host_guest_time(v->host, base()), before);
	/* It stays when the guest goes. */
	vgt_guest_rig_free(drivers[1].g);
	vgt_guest_rig_free(d->g);
	num_guests = 0;
	assert_false(vgt_host_has_guests(v->host));
	assert_false(vgt_host_has_guests(NULL));
	assert_int_equal(vgt_host_guest_time(v->host, base()), before);
	free(c);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_of_a_guest),
		cmocka_unit_test(error_that_a_guest_masks),
		cmocka_unit_test(error_of_the_host),
		cmocka_unit_test(who_does_not_begin),
		cmocka_unit_test(time_of_guests),
	};

	return cmocka_run_group_tests_name("vgt_errors", tests, NULL, NULL);
}
