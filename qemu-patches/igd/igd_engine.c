// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: engines
 *
 * An engine executes one context at a time.  Software hands it submissions of
 * one or two elements (contexts) through ELSP; the engine tells what became of
 * them in the context status buffer:
 *
 *              submission taken up: IDLE_ACTIVE
 *      +------+ ---------------------------------> +------------------+
 *      | IDLE |                                    | ACTIVE, n left   | --+ HEAD == TAIL, n == 2:
 *      +------+ <--------------------------------- +------------------+ <-+ COMPLETE|ELEMENT_SWITCH
 *              HEAD == TAIL, n == 1:                |   ^        |   ^
 *              COMPLETE|ACTIVE_IDLE                 |   |        |   |
 *                                       submission  +---+        +---+  submission of another
 *                     of the context that runs, at once:         context, at the next arbitration
 *                                PREEMPTED|LITE_RESTORE          point: PREEMPTED
 *
 * A submission is latched by the fourth write to ELSP and taken up once; so it
 * yields exactly one of IDLE_ACTIVE, PREEMPTED and PREEMPTED|LITE_RESTORE.  An
 * element that finishes yields exactly one COMPLETE event.  An element that
 * finishes while a submission is pending is finished first: idle is an
 * arbitration point, and what the port does next is decided afterwards.
 *
 * Order in memory: what the context wrote, then its image, then the status
 * entry, then the write pointer, then the interrupt.
 *
 * Time: an engine runs in slices, from a timer.  A slice executes commands and
 * adds up what they cost, until it is LOOKAHEAD ahead of the clock or has done
 * its share of host work; the next one starts no earlier than that cost.  Who
 * polls or goes round in circles is called back at growing intervals.
 *
 * Source: Skylake PRM vol. 7, "Execlists"; i915 gt/intel_execlists_submission.c.
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_cs.h"
#include "igd_engine.h"
#include "igd_lrc.h"
#include "vgt/regs/engine.h"

enum {
	NS_LOOKAHEAD		= 20 * 1000,
	NS_SUBMIT		= 200,	/* from the last write to ELSP to the decision */
	NS_RENDER_SAVE		= 3000,
	NS_RENDER_RESTORE	= 3000,
	NS_OTHER_SAVE		= 1000,
	NS_OTHER_RESTORE	= 1000,
	NS_LITE_RESTORE		= 300,
	NS_POLL_MIN		= 1000,
	NS_POLL_MAX		= 50 * 1000,
	NS_SPIN_REST_MIN	= 10 * 1000,
	NS_SPIN_REST_MAX	= 50 * 1000,

	/* A slice that has executed so many commands gives the machine a turn. */
	COMMANDS_PER_SLICE	= 4096,
	NS_GAP			= 20 * 1000,
};

/*
 * Time
 */

uint64_t igd_engine_ticks(uint64_t ns)
{
	/* 12 MHz: 3 ticks in 250 ns, without overflow. */
	return ns / 250 * 3 + ns % 250 * 3 / 250;
}

uint64_t igd_engine_now(struct igd *gd)
{
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		if (gd->engine[id].in_slice)
			return gd->engine[id].time;
	return igd_now(gd);
}

void igd_engine_spend(struct igd_engine *e, uint64_t ns)
{
	e->time += ns;
}

void igd_engine_spend_clocks(struct igd_engine *e, uint64_t clocks)
{
	e->time += (clocks * 1000 + e->gd->cfg.gpu_mhz - 1) / e->gd->cfg.gpu_mhz;
}

uint32_t igd_engine_ctx_timestamp(const struct igd_engine *e)
{
	uint64_t now;

	if (!e->port.num_active)
		return e->ctx_ticks;
	now = igd_engine_ticks(igd_engine_now(e->gd));
	/* Seen from outside of its slice the engine may have loaded it in the future. */
	if (now < e->ctx_start)
		return e->ctx_ticks;
	return e->ctx_ticks + (uint32_t)(now - e->ctx_start);
}

void igd_engine_set_ctx_timestamp(struct igd_engine *e, uint32_t ticks)
{
	e->ctx_ticks = ticks;
	e->ctx_start = igd_engine_ticks(igd_engine_now(e->gd));
}

static uint64_t save_cost(const struct igd_engine *e)
{
	return e->id == IGD_RCS ? NS_RENDER_SAVE : NS_OTHER_SAVE;
}

static uint64_t restore_cost(const struct igd_engine *e)
{
	return e->id == IGD_RCS ? NS_RENDER_RESTORE : NS_OTHER_RESTORE;
}

/*
 * Status
 */

bool igd_engine_stopped(const struct igd_engine *e)
{
	return igd_reg_get(e->gd, RING_MI_MODE(e->base)) & MI_MODE_STOP_RING ||
	       igd_reg_get(e->gd, RING_RESET_CTL(e->base)) & RESET_CTL_READY;
}

void igd_engine_error(struct igd_engine *e, uint32_t bits)
{
	bits &= ~igd_reg_get(e->gd, RING_EMR(e->base));
	if (!bits)
		return;
	igd_reg_set(e->gd, RING_EIR(e->base), igd_reg_get(e->gd, RING_EIR(e->base)) | bits);
	igd_irq_engine(e->gd, e->id, IGD_EV_CS_ERROR);
}

/* The status page belongs to the engine, not to the context that happens to run. */
static void write_status_page(struct igd_engine *e, unsigned int dword, const void *buf, size_t len)
{
	uint32_t page = igd_reg_get(e->gd, RING_HWS_PGA(e->base)) & ~IGD_PAGE_MASK;
	uint32_t lrca = e->ggtt.who.lrca;

	e->ggtt.who.lrca = 0;
	igd_write(&e->ggtt, page + 4 * dword, buf, len);
	e->ggtt.who.lrca = lrca;
}

static void report_status(struct igd_engine *e, uint32_t status, uint32_t ctx_id)
{
	uint32_t ptr = igd_reg_get(e->gd, RING_CSB_PTR(e->base));
	uint32_t index = (ptr & CSB_WRITE_PTR) + 1;
	uint32_t entry[2] = { status, ctx_id };

	if (index >= CSB_ENTRIES)
		index = 0;
	igd_reg_set(e->gd, RING_CSB(e->base) + 8 * index, entry[0]);
	igd_reg_set(e->gd, RING_CSB(e->base) + 8 * index + 4, entry[1]);
	igd_reg_set(e->gd, RING_CSB_PTR(e->base), (ptr & ~CSB_WRITE_PTR) | index);
	write_status_page(e, HWSP_CSB + 2 * index, entry, sizeof(entry));
	write_status_page(e, HWSP_CSB_WRITE_PTR, &index, sizeof(index));
	igd_trace(e->gd, "csb", "engine %d: [%u] %#x context %#x", e->id, index, status, ctx_id);
	igd_irq_engine(e->gd, e->id, IGD_EV_CONTEXT_SWITCH);
}

static void update_status_regs(struct igd_engine *e)
{
	struct igd_execlist *port = &e->port;
	uint32_t lo = 0, hi = 0;

	if (port->num_active) {
		lo |= EXECLIST_STATUS_VALID(0) | EXECLIST_STATUS_ACTIVE(0) |
		      EXECLIST_STATUS_ELEMENT(port->slot + 1);
		hi = CTX_DESC_ID(port->active[0]);
	}
	if (port->num_pending)
		lo |= EXECLIST_STATUS_VALID(1) | EXECLIST_STATUS_QUEUE_FULL;
	if (e->cs.arb_enabled)
		lo |= EXECLIST_STATUS_ARB_ENABLE;
	igd_reg_set(e->gd, RING_EXECLIST_STATUS_LO(e->base), lo);
	igd_reg_set(e->gd, RING_EXECLIST_STATUS_HI(e->base), hi);
	igd_power_activity(e->gd);
}

/*
 * Switching contexts
 */

static void load_context(struct igd_engine *e)
{
	igd_engine_spend(e, restore_cost(e));
	igd_trace(e->gd, "context", "engine %d: load %#llx", e->id,
		  (unsigned long long)e->port.active[0]);
	igd_lrc_restore(e, e->port.active[0]);
}

/* Time of the context stands still from here on. */
static void save_context(struct igd_engine *e)
{
	igd_engine_spend(e, save_cost(e));
	igd_lrc_save(e);
	e->ctx_ticks = igd_engine_ctx_timestamp(e);
	igd_trace(e->gd, "context", "engine %d: saved %#llx", e->id,
		  (unsigned long long)e->port.active[0]);
}

static void unload_context(struct igd_engine *e)
{
	e->ggtt.who.lrca = 0;
	e->ppgtt.who.lrca = 0;
}

static void take_up_pending(struct igd_engine *e)
{
	struct igd_execlist *port = &e->port;

	memcpy(port->active, port->pending, sizeof(port->active));
	port->num_active = port->num_pending;
	port->slot = 0;
	port->num_pending = 0;
}

static bool is_lite_restore(const struct igd_execlist *port)
{
	return CTX_DESC_LRCA(port->pending[0]) == CTX_DESC_LRCA(port->active[0]) &&
	       !(port->pending[0] & CTX_DESC_FORCE_RESTORE);
}

static void lite_restore(struct igd_engine *e)
{
	uint32_t id = CTX_DESC_ID(e->port.active[0]);

	igd_engine_spend(e, NS_LITE_RESTORE);
	take_up_pending(e);
	igd_lrc_resample_tail(e);
	report_status(e, CSB_PREEMPTED | CSB_LITE_RESTORE, id);
}

static void preempt(struct igd_engine *e)
{
	uint32_t id = CTX_DESC_ID(e->port.active[0]);

	save_context(e);
	unload_context(e);
	take_up_pending(e);
	report_status(e, CSB_PREEMPTED, id);
	load_context(e);
}

static void activate(struct igd_engine *e)
{
	take_up_pending(e);
	report_status(e, CSB_IDLE_ACTIVE, 0);
	load_context(e);
}

/* The running element has reached its tail. */
static void complete(struct igd_engine *e)
{
	struct igd_execlist *port = &e->port;
	uint32_t id = CTX_DESC_ID(port->active[0]);

	save_context(e);
	unload_context(e);
	port->active[0] = port->active[1];
	port->num_active--;
	port->slot++;
	report_status(e, CSB_COMPLETE | (port->num_active ? CSB_ELEMENT_SWITCH : CSB_ACTIVE_IDLE), id);
	if (!port->num_active)
		return;
	if (port->num_pending) {
		/* It replaces the second element before that has been loaded. */
		id = CTX_DESC_ID(port->active[0]);
		take_up_pending(e);
		report_status(e, CSB_PREEMPTED, id);
	}
	load_context(e);
}

/*
 * What a pending submission does where the engine stands.
 * @arbitration: the running context may be switched away from here
 */
static void arbitrate(struct igd_engine *e, bool arbitration)
{
	struct igd_execlist *port = &e->port;

	if (!port->num_pending)
		return;
	if (!port->num_active)
		activate(e);
	else if (is_lite_restore(port))
		lite_restore(e);
	else if (arbitration && e->cs.arb_enabled)
		preempt(e);
}

/*
 * Slices
 */

static uint64_t poll_interval(const struct igd_engine *e)
{
	/* An eighth of the time waited so far: late by little, seldom for long. */
	uint64_t ns = (e->time - e->cs.wait_since) / 8;

	if (ns < NS_POLL_MIN)
		return NS_POLL_MIN;
	return ns < NS_POLL_MAX ? ns : NS_POLL_MAX;
}

/* A loop that software will end soon is noticed soon; a hang costs little. */
static uint64_t spin_interval(const struct igd_engine *e)
{
	uint64_t ns = NS_SPIN_REST_MIN + 500ull * e->cs.spin.repeats;

	return ns < NS_SPIN_REST_MAX ? ns : NS_SPIN_REST_MAX;
}

static void rest(struct igd_engine *e, uint64_t ns)
{
	e->waiting = true;
	igd_timer_arm(e->gd, &e->timer, e->time + ns);
}

static bool can_run(const struct igd_engine *e)
{
	return (e->port.num_active || e->port.num_pending) && !e->cs.halted &&
	       !igd_engine_stopped(e);
}

/* Returns false when the engine is to be called back later, which has been arranged. */
static bool run_one(struct igd_engine *e)
{
	switch (igd_cs_step(e)) {
	case IGD_CS_OK:
		arbitrate(e, false);
		return true;
	case IGD_CS_ARB:
		arbitrate(e, true);
		return true;
	case IGD_CS_IDLE:
		/* More work for this very context may have come in just in time. */
		if (e->port.num_pending && is_lite_restore(&e->port)) {
			lite_restore(e);
			return true;
		}
		complete(e);
		return true;
	case IGD_CS_WAIT:
		if (e->port.num_pending && e->cs.arb_enabled) {
			arbitrate(e, true);
			return true;
		}
		rest(e, poll_interval(e));
		return false;
	case IGD_CS_SPIN:
		arbitrate(e, false);
		rest(e, spin_interval(e));
		return false;
	case IGD_CS_MORE:
	case IGD_CS_ERROR:
		return true;
	}
	return true;
}

static void slice(struct igd *gd, unsigned int arg)
{
	struct igd_engine *e = &gd->engine[arg];
	uint64_t start = igd_now(gd), end;
	unsigned int commands = 0;
	bool resting = false;

	if (e->time < start)
		e->time = start;
	e->waiting = false;
	e->in_slice = true;
	igd_cs_begin_slice(e);

	/*
	 * A submission that came since the last slice: a lite restore needs no
	 * arbitration point, a semaphore or a loop that the engine rested at is
	 * executed once more and tells by itself whether it is one.
	 */
	if (can_run(e))
		arbitrate(e, false);
	while (!resting && can_run(e) && commands++ < COMMANDS_PER_SLICE &&
	       e->time < start + NS_LOOKAHEAD) {
		if (e->port.num_active)
			resting = !run_one(e);
		else
			arbitrate(e, true);
	}

	e->in_slice = false;
	update_status_regs(e);
	if (resting || !can_run(e))
		return;

	/* However much there is to do, the machine gets half of its time for the rest. */
	end = igd_now(gd);
	if (commands >= COMMANDS_PER_SLICE && e->time < end + NS_GAP)
		e->time = end + NS_GAP;
	if (e->time < end + (end - start))
		e->time = end + (end - start);
	igd_timer_arm(gd, &e->timer, e->time);
}

void igd_engine_kick(struct igd_engine *e)
{
	uint64_t at;

	if (e->in_slice)
		return;
	update_status_regs(e);
	if (!can_run(e)) {
		igd_timer_cancel(e->gd, &e->timer);
		return;
	}
	at = igd_now(e->gd) + NS_SUBMIT;
	/* Work that has been done already is paid for first, waiting is not work. */
	if (!e->waiting && e->time > at)
		at = e->time;
	if (e->timer.deadline > at)
		igd_timer_arm(e->gd, &e->timer, at);
}

/*
 * Submission
 */

static bool valid_submission(struct igd_engine *e, const uint64_t element[2], unsigned int *num)
{
	const char *what = NULL;

	*num = element[1] & CTX_DESC_VALID ? 2 : 1;
	if (!(igd_reg_get(e->gd, RING_MODE(e->base)) & GFX_RUN_LIST_ENABLE))
		what = "execlists are not enabled";
	else if (!(element[0] & CTX_DESC_VALID))
		what = "the first element is not valid";
	else if (!CTX_DESC_LRCA(element[0]) || (*num == 2 && !CTX_DESC_LRCA(element[1])))
		what = "no context address";
	else if (*num == 2 && CTX_DESC_LRCA(element[0]) == CTX_DESC_LRCA(element[1]))
		what = "the same context twice";
	if (!what)
		return true;

	igd_violation(e->gd, IGD_RULE_ELSP_PROTOCOL, "engine %d: %s: %#llx, %#llx", e->id, what,
		      (unsigned long long)element[0], (unsigned long long)element[1]);
	return false;
}

void igd_engine_submit(struct igd_engine *e, uint32_t val)
{
	struct igd_execlist *port = &e->port;
	uint64_t element[2];
	unsigned int num;

	port->elsp[port->elsp_written++] = val;
	if (port->elsp_written < 4)
		return;
	port->elsp_written = 0;

	/* Written in the order: second element high, low, first element high, low. */
	element[1] = (uint64_t)port->elsp[0] << 32 | port->elsp[1];
	element[0] = (uint64_t)port->elsp[2] << 32 | port->elsp[3];
	if (!valid_submission(e, element, &num))
		return;
	if (port->num_pending)
		igd_violation(e->gd, IGD_RULE_ELSP_PROTOCOL,
			      "engine %d: %#llx while %#llx has not been taken up", e->id,
			      (unsigned long long)element[0], (unsigned long long)port->pending[0]);
	memcpy(port->pending, element, sizeof(element));
	port->num_pending = num;
	igd_trace(e->gd, "elsp", "engine %d: %#llx, %#llx", e->id,
		  (unsigned long long)element[0], (unsigned long long)element[1]);
	igd_engine_kick(e);
}

/*
 * Reset
 */

bool igd_engine_idle(const struct igd *gd, enum igd_engine_id id)
{
	const struct igd_execlist *port = &gd->engine[id].port;

	return !port->num_active && !port->num_pending;
}

void igd_engine_invalidate_tlb(struct igd *gd, enum igd_engine_id id)
{
	igd_aspace_invalidate(&gd->engine[id].ppgtt);
}

/* The state that the render engine keeps outside of its own block. */
static void reset_render_state(struct igd *gd)
{
	igd_mmio_reset_range(gd, 0x05000, 0x08000);
	igd_mmio_reset_range(gd, 0x083a4, 0x083a8);
	igd_mmio_reset_range(gd, 0x0e000, 0x0f000);
}

void igd_engine_reset(struct igd *gd, enum igd_engine_id id)
{
	struct igd_engine *e = &gd->engine[id];

	igd_timer_cancel(gd, &e->timer);
	memset(&e->port, 0, sizeof(e->port));
	memset(&e->blt, 0, sizeof(e->blt));
	igd_cs_reset(e);
	unload_context(e);
	igd_aspace_invalidate(&e->ppgtt);
	e->time = igd_now(gd);
	e->waiting = false;
	e->ctx_ticks = 0;
	e->ctx_start = 0;

	igd_mmio_reset_range(gd, e->base, e->base + RING_MMIO_SIZE);
	if (id == IGD_RCS)
		reset_render_state(gd);
	update_status_regs(e);
}

void igd_engine_init(struct igd *gd)
{
	static const uint32_t base[IGD_NUM_ENGINES] = {
		[IGD_RCS] = RENDER_RING_BASE, [IGD_BCS] = BLT_RING_BASE,
		[IGD_VCS] = BSD_RING_BASE, [IGD_VECS] = VEBOX_RING_BASE,
	};

	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		struct igd_engine *e = &gd->engine[id];

		e->gd = gd;
		e->id = id;
		e->base = base[id];
		igd_aspace_init_ggtt(&e->ggtt, gd, IGD_UNIT_ENGINE, id);
		igd_aspace_init_ggtt(&e->ppgtt, gd, IGD_UNIT_ENGINE, id);
		igd_timer_init(gd, &e->timer, slice, id);
		igd_cs_reset(e);
	}
	igd_engine_regs_init(gd);
	igd_render_regs_init(gd);
}
