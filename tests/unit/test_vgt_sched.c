// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Several vGPUs on one engine: the host and vGPUs that exist in this test only.
 * Each must see the hardware's contract, and get its share.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/kernel.h>

#include "vgt_rig.h"
#include "drivers/vgt/vgt_execlist.h"
#include "drivers/vgt/vgt_gm.h"
#include "drivers/vgt/vgt_idle.h"
#include "drivers/vgt/vgt_irq.h"
#include "drivers/vgt/vgt_vgpu.h"
#include "vgt/vmm.h"
#include "igd_irq.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/mi.h"

#define VGPUS		3		/* the host is the first */
#define CONTEXTS	3		/* of each */
#define MS		1000000ull

/* A driver as it sees its port of the one engine that a test is about. */
struct driver {
	struct vgt_vgpu *vgpu;
	struct vgt_vgpu own;		/* unless it is the host */
	u32 *hwsp;
	unsigned int head;
	struct rig_context *ctx[CONTEXTS];
	u32 gates;
	u32 opened[CONTEXTS];
	int pending[2], active[2];	/* contexts, -1: none */
	bool submitted, force;
	unsigned int promotions, submissions, raised;
};

static struct vgt_rig *v;
static enum igd_engine_id engine;
static struct driver drivers[VGPUS];
static struct { unsigned int idle_active, preempted, lite, finished, resets, pairs, handed; } seen;

/* Lets the engine run on between the core's decision and its write to the port. */
static void (*before_elsp)(void);
static const struct vgt_hw_ops *hw_ops;

static u32 base(void)
{
	return v->rig->gd->engine[engine].base;
}

static struct vgt_engine *core(void)
{
	return &v->host->gpu->engine[engine];
}

static struct vgt_port *port(int i)
{
	return &drivers[i].vgpu->port[engine];
}

static void raise_irq(void *priv)
{
	struct driver *d = priv;

	d->raised++;
}

static void set_hwsp(struct driver *d)
{
	u32 addr = d->vgpu->gm.low.start + 0x10000;

	d->hwsp = rig_pa(v->rig, igd_gtt_read(v->rig->gd, addr / 512, 8) & ~0xfffull);
	d->head = CSB_ENTRIES - 1;
	d->hwsp[HWSP_CSB_WRITE_PTR] = d->head;
	vgt_execlist_csb_ptr_write(d->vgpu, engine, RING_CSB_PTR(base()), 0xffff0505);
	vgt_execlist_hws_pga_write(d->vgpu, engine, RING_HWS_PGA(base()), addr);
	vgt_execlist_imr_write(d->vgpu, engine, RING_IMR(base()), 0);
}

static bool is_of(struct rig_context *c, u64 desc)
{
	return CTX_DESC_LRCA(rig_descriptor(c)) == CTX_DESC_LRCA(desc);
}

static int whose(u64 desc)
{
	for (int i = 0; i < VGPUS; i++)
		for (int k = 0; k < CONTEXTS; k++)
			if (is_of(drivers[i].ctx[k], desc))
				return i;
	return -1;
}

/*
 * The engine's ring may be empty: it would have to be told a new tail.  A driver whose own second
 * element has begun cannot know, here as without the core.
 */
static void expect_new_tail(const struct igd_execlist *hw)
{
	static bool mixed;
	u64 running = hw->active[0], desc = hw->pending[0];
	u32 *image = rig_ggtt(v->rig, CTX_DESC_LRCA(desc) + 4096);

	if (hw->num_active && CTX_DESC_LRCA(running) == CTX_DESC_LRCA(desc) &&
	    !(desc & CTX_DESC_FORCE_RESTORE) && (mixed || !hw->slot))
		assert_int_not_equal(image[0x07], igd_reg_get(v->rig->gd, RING_TAIL(base())));
	mixed = hw->num_pending == 2 && whose(desc) != whose(hw->pending[1]);
}

static void hw_write(struct vgt_hw *hw, u32 offset, u64 val, unsigned int size)
{
	struct igd_execlist *port = &v->rig->gd->engine[engine].port;

	if (offset == RING_ELSP(base()) && before_elsp && !port->elsp_written)
		before_elsp();
	hw_ops->write(hw, offset, val, size);
	if (offset == RING_ELSP(base()) && !port->elsp_written)
		expect_new_tail(port);
}

static void start(enum igd_engine_id id)
{
	static struct vgt_hw_ops ops;

	engine = id;
	before_elsp = NULL;
	v = vgt_rig_new(true);
	hw_ops = v->hw.ops;
	ops = *hw_ops;
	ops.write = hw_write;
	v->hw.ops = &ops;
	for (int i = 0; i < VGPUS; i++) {
		struct driver *d = &drivers[i];

		memset(d, 0, sizeof(*d));
		d->vgpu = i ? &d->own : &v->host->vgpu;
		d->pending[0] = -1;
		d->pending[1] = -1;
		d->active[0] = -1;
		d->active[1] = -1;
		d->gates = rig_ggtt_alloc(v->rig, 1);
		for (int k = 0; k < CONTEXTS; k++)
			d->ctx[k] = rig_context_new(v->rig, id, k + 1);
		if (!i) {
			d->hwsp = rig_ggtt(v->rig, v->hwsp[id]);
			d->head = CSB_ENTRIES - 1;
			continue;
		}
		assert_int_equal(vgt_gm_alloc(&v->host->gpu->gm, &vgt_guest_types[3], &d->own.gm), 0);
		igd_gtt_write(v->rig->gd, (d->own.gm.low.start + 0x10000) / 512,
			      rig_alloc_page(v->rig) | 3, 8);
		igd_gtt_flush(v->rig->gd);
		vgt_vgpu_init(d->vgpu, v->host->gpu, i, raise_irq, d);
		set_hwsp(d);
	}
}

static void stop(void)
{
	if (igd_violation_total(v->rig->gd))
		fail_msg("%s", v->rig->violation);
	assert_int_equal(v->rig->trespasses, 0);
	for (int i = 0; i < VGPUS; i++) {
		for (int k = 0; k < CONTEXTS; k++)
			rig_context_free(drivers[i].ctx[k]);
		if (i) {
			vgt_vgpu_fini(drivers[i].vgpu);
			vgt_gm_free(&v->host->gpu->gm, &drivers[i].own.gm);
		}
	}
	vgt_rig_free(v);
}

static void elsp(struct driver *d, u32 val)
{
	if (d->vgpu->id)
		vgt_execlist_elsp_write(d->vgpu, engine, RING_ELSP(base()), val);
	else
		vgt_rig_write(v, RING_ELSP(base()), val);
}

static void submit(struct driver *d, int first, int second, u64 flags)
{
	u64 e[2] = { rig_descriptor(d->ctx[first]) | flags, 0 };

	rig_update_tail(d->ctx[first]);
	if (second >= 0) {
		rig_update_tail(d->ctx[second]);
		e[1] = rig_descriptor(d->ctx[second]) | flags;
	}
	d->pending[0] = first;
	d->pending[1] = second;
	d->force = flags;
	d->submitted = true;
	d->submissions++;
	elsp(d, e[1] >> 32);
	elsp(d, e[1]);
	elsp(d, e[0] >> 32);
	elsp(d, e[0]);
	vgt_irq_deliver(v->host->gpu);
}

/* Each entry must be one that the hardware could have written. */
static void take_status(struct driver *d)
{
	u32 status, id, *entry;

	while (d->head != d->hwsp[HWSP_CSB_WRITE_PTR]) {
		d->head = (d->head + 1) % CSB_ENTRIES;
		entry = &d->hwsp[HWSP_CSB + 2 * d->head];
		status = entry[0];
		id = entry[1];
		if (status & (CSB_IDLE_ACTIVE | CSB_PREEMPTED)) {
			assert_true(d->submitted);
			d->submitted = false;
			d->promotions++;
			if (d->active[0] < 0) {
				assert_int_equal(status, CSB_IDLE_ACTIVE);
				assert_int_equal(id, 0);
				seen.idle_active++;
			} else {
				bool lite = d->active[0] == d->pending[0] && !d->force;

				assert_int_equal(status, lite ? CSB_PREEMPTED | CSB_LITE_RESTORE :
								CSB_PREEMPTED);
				assert_int_equal(id, d->active[0] + 1);
				seen.preempted += !lite;
				seen.lite += lite;
			}
			d->active[0] = d->pending[0];
			d->active[1] = d->pending[1];
			continue;
		}
		assert_true(d->active[0] >= 0);
		assert_int_equal(id, d->active[0] + 1);
		assert_int_equal(status, CSB_COMPLETE | (d->active[1] < 0 ? CSB_ACTIVE_IDLE :
									     CSB_ELEMENT_SWITCH));
		seen.finished++;
		d->active[0] = d->active[1];
		d->active[1] = -1;
	}
}

/* A batch that goes round without end; preempted at @arb, if that is MI_ARB_CHECK. */
static void emit_spinner(struct driver *d, int k, u32 arb)
{
	u64 addr = 0x300000;
	u32 *cs = rig_ppgtt_alloc(d->ctx[k]->ppgtt, addr, 1);
	int n = 0;

	cs[n++] = arb;
	n += 128;
	cs[n++] = MI_BATCH_BUFFER_START | MI_BATCH_PPGTT;
	cs[n++] = addr;
	cs[n++] = 0;
	rig_emit(d->ctx[k], MI_ARB_ON_OFF | MI_ARB_ENABLE);
	rig_emit_batch(d->ctx[k], addr, MI_BATCH_PPGTT);
}

/* Engine time by the core's account, since the last call. */
static u64 ran(int i)
{
	static u64 last[VGPUS];
	u64 all = port(i)->sched.runtime, delta = all - last[i];

	last[i] = all;
	return delta;
}

/* By the GPU's: how long its context was on the engine, at its last switch. */
static u64 context_ns(int i)
{
	return rig_context_pphwsp(drivers[i].ctx[0])[PPHWSP_CTX_TIMESTAMP] * 1000ull / 12;
}

static void expect_share(u64 part, u64 whole, unsigned int weight, unsigned int weights)
{
	u64 permille = part * 1000 / whole, want = 1000 * weight / weights;

	assert_in_range(permille, want * 95 / 100, want * 105 / 100);
}

static void shares(const u32 weight[VGPUS])
{
	u64 time[VGPUS], sum = 0, before[VGPUS], sum_context = 0;
	u32 weights = 0;

	start(IGD_RCS);
	for (int i = 0; i < VGPUS; i++) {
		drivers[i].vgpu->sched.weight = weight[i];
		weights += weight[i];
		emit_spinner(&drivers[i], 0, MI_ARB_CHECK);
		submit(&drivers[i], 0, -1, 0);
		ran(i);
	}
	vgt_rig_run(v, 20 * MS);
	/* Any 500 ms, not only the first. */
	for (int window = 0; window < 3; window++) {
		sum = 0;
		sum_context = 0;
		for (int i = 0; i < VGPUS; i++) {
			before[i] = context_ns(i);
			ran(i);
		}
		vgt_rig_run(v, 500 * MS);
		for (int i = 0; i < VGPUS; i++) {
			time[i] = ran(i);
			sum += time[i];
			sum_context += context_ns(i) - before[i];
		}
		assert_in_range(sum, 490 * MS, 510 * MS);
		for (int i = 0; i < VGPUS; i++) {
			expect_share(time[i], sum, weight[i], weights);
			expect_share(context_ns(i) - before[i], sum_context, weight[i], weights);
		}
	}
	for (int i = 0; i < VGPUS; i++) {
		take_status(&drivers[i]);
		assert_int_equal(drivers[i].promotions, 1);
	}
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_PREEMPT_TIMEOUT), 0);
	stop();
}

static void equal_shares(void **state)
{
	(void)state;
	shares((const u32[]){ 1024, 1024, 1024 });
}

static void weighted_shares(void **state)
{
	(void)state;
	shares((const u32[]){ 4096, 2048, 1024 });
	shares((const u32[]){ 512, 2048, 1024 });
}

/*
 * A stock driver on a vGPU turns arbitration off in its batches: who has the engine keeps it to a
 * batch's end.  The driver appends to what it has submitted, so that there is always a next one.
 */

#define LONG_BATCH	0x300000ull	/* some 2.5 ms */
#define LONG_CALLS	600
#define LONG_CALL	4096u		/* dwords */
#define NOOPS		0x400000ull
#define STEP		(10 * MS)
#define STEPS		100
#define WINDOW		50

/* Pages that follow each other for the GPU only. */
static void write_pages(struct driver *d, u64 addr, const u32 *words, unsigned int num)
{
	for (unsigned int done = 0; done < num; done += 1024)
		memcpy(rig_ppgtt_alloc(d->ctx[0]->ppgtt, addr + 4 * done, 1), words + done,
		       4 * min(num - done, 1024u));
}

static void write_long_batch(struct driver *d)
{
	static const u32 noops[LONG_CALL] = { [LONG_CALL - 1] = MI_BATCH_BUFFER_END };
	u32 batch[3 * LONG_CALLS + 1];

	for (int i = 0; i < LONG_CALLS; i++) {
		batch[3 * i] = MI_BATCH_BUFFER_START | MI_BATCH_SECOND_LEVEL | MI_BATCH_PPGTT;
		batch[3 * i + 1] = NOOPS;
		batch[3 * i + 2] = 0;
	}
	batch[3 * LONG_CALLS] = MI_BATCH_BUFFER_END;
	write_pages(d, NOOPS, noops, ARRAY_SIZE(noops));
	write_pages(d, LONG_BATCH, batch, ARRAY_SIZE(batch));
}

static void queue_long_batches(struct driver *d)
{
	struct rig_context *c = d->ctx[0];
	u32 head = rig_context_image(c)[0x05] & RING_HEAD_ADDR, tail = c->tail;

	take_status(d);
	if (d->submitted)
		return;
	while ((RIG_RING_SIZE + head - c->tail - 4) % RIG_RING_SIZE > 64) {
		rig_emit(c, MI_ARB_ON_OFF, MI_NOOP);
		rig_emit_batch(c, LONG_BATCH, MI_BATCH_PPGTT);
		rig_emit(c, MI_ARB_ON_OFF | MI_ARB_ENABLE, MI_ARB_CHECK);
	}
	if (c->tail != tail)
		submit(d, 0, -1, 0);
}

static void long_batches(const u32 weight[VGPUS])
{
	static u64 at[STEPS + 1][VGPUS];
	u32 weights = 0;

	start(IGD_RCS);
	for (int i = 0; i < VGPUS; i++) {
		drivers[i].vgpu->sched.weight = weight[i];
		weights += weight[i];
		write_long_batch(&drivers[i]);
	}
	for (int step = 0; step <= STEPS; step++) {
		for (int i = 0; i < VGPUS; i++) {
			queue_long_batches(&drivers[i]);
			at[step][i] = drivers[i].vgpu->port[engine].sched.runtime;
		}
		vgt_rig_run(v, STEP);
	}
	for (int step = WINDOW; step <= STEPS; step++) {
		u64 sum = 0;

		for (int i = 0; i < VGPUS; i++)
			sum += at[step][i] - at[step - WINDOW][i];
		for (int i = 0; i < VGPUS; i++)
			expect_share(at[step][i] - at[step - WINDOW][i], sum, weight[i], weights);
	}
	stop();
}

static void shares_of_long_batches(void **state)
{
	(void)state;
	long_batches((const u32[]){ 1024, 1024, 1024 });
	long_batches((const u32[]){ 1024, 4096, 2048 });
}

static void idle_share_goes_to_the_busy(void **state)
{
	u64 sum;

	(void)state;
	start(IGD_VCS);
	for (int i = 0; i < 2; i++) {
		emit_spinner(&drivers[i], 0, MI_ARB_CHECK);
		submit(&drivers[i], 0, -1, 0);
		ran(i);
	}
	ran(2);
	vgt_rig_run(v, 300 * MS);
	sum = ran(0);
	expect_share(sum, sum + ran(1), 1, 2);
	assert_int_equal(ran(2), 0);
	/* Who slept gets no more than its share, but that at once. */
	emit_spinner(&drivers[2], 0, MI_ARB_CHECK);
	submit(&drivers[2], 0, -1, 0);
	vgt_rig_run(v, 300 * MS);
	expect_share(ran(2), 300 * MS, 1, 3);
	expect_share(ran(1), 300 * MS, 1, 3);
	expect_share(ran(0), 300 * MS, 1, 3);
	stop();
}

/* Many short requests of one beside the endless one of another. */
static void short_requests_beside_a_spinner(void **state)
{
	struct driver *d = &drivers[1];
	unsigned int done = 0;

	(void)state;
	start(IGD_BCS);
	emit_spinner(&drivers[0], 0, MI_ARB_CHECK);
	submit(&drivers[0], 0, -1, 0);
	for (int i = 0; i < 50; i++) {
		rig_emit_store(d->ctx[0], d->gates, i + 1);
		rig_emit(d->ctx[0], MI_USER_INTERRUPT, MI_NOOP);
		submit(d, 0, -1, 0);
		vgt_rig_run(v, 8 * MS);
		take_status(d);
		assert_false(d->submitted);
		done += *rig_ggtt(v->rig, d->gates) == (u32)i + 1;
	}
	/* Each waits for the spinner's quantum, at most. */
	assert_int_equal(done, 50);
	stop();
}

/* Its driver is not kept waiting for an answer; what it replaces has not run yet. */
static void who_waits_is_answered_at_once(void **state)
{
	struct driver *d = &drivers[1];

	(void)state;
	start(IGD_VECS);
	emit_spinner(&drivers[0], 0, MI_ARB_CHECK);
	submit(&drivers[0], 0, -1, 0);
	vgt_rig_run(v, MS / 2);
	memset(&seen, 0, sizeof(seen));
	for (int k = 0; k < CONTEXTS; k++)
		rig_emit_store(d->ctx[k], d->gates + 4 * k, 1);
	submit(d, 0, 1, 0);
	take_status(d);
	assert_int_equal(seen.idle_active, 1);
	submit(d, 0, -1, 0);
	take_status(d);
	assert_int_equal(seen.lite, 1);
	submit(d, 2, -1, 0);
	take_status(d);
	assert_int_equal(seen.preempted, 1);
	assert_false(d->submitted);
	/* To the driver it is active; the engine is another's. */
	assert_int_equal(vgt_execlist_status_read(d->vgpu, engine, RING_EXECLIST_STATUS_HI(base())), 3);
	assert_int_equal(vgt_rig_read(v, RING_EXECLIST_STATUS_HI(base())), 1);
	assert_true(vgt_execlist_ring_read(d->vgpu, engine, RING_MI_MODE(base())) & MI_MODE_IDLE);
	assert_false(vgt_rig_read(v, RING_MI_MODE(base())) & MI_MODE_IDLE);
	vgt_rig_run(v, 5 * MS);
	take_status(d);
	assert_int_equal(d->active[0], -1);
	assert_int_equal(rig_ggtt(v->rig, d->gates)[2], 1);
	assert_int_equal(rig_ggtt(v->rig, d->gates)[0], 0);
	stop();
}

static void one_alone_is_left_alone(void **state)
{
	(void)state;
	start(IGD_RCS);
	emit_spinner(&drivers[0], 0, MI_ARB_CHECK);
	submit(&drivers[0], 0, -1, 0);
	memset(&seen, 0, sizeof(seen));
	vgt_rig_run(v, 100 * MS);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_SWITCH_IN), 1);
	assert_int_equal(v->timer, VGT_NEVER);
	take_status(&drivers[0]);
	assert_int_equal(seen.preempted, 0);
	stop();
}

/* Its own driver's reset frees the engine for the others, who lose nothing. */
static void who_does_not_let_go(void **state)
{
	struct driver *d = &drivers[1];

	(void)state;
	start(IGD_RCS);
	emit_spinner(&drivers[0], 0, MI_NOOP);
	submit(&drivers[0], 0, -1, 0);
	rig_emit_store(d->ctx[0], d->gates, 1);
	submit(d, 0, -1, 0);
	vgt_rig_run(v, 600 * MS);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_PREEMPT_TIMEOUT), 0);
	vgt_rig_run(v, 100 * MS);
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_PREEMPT_TIMEOUT), 1);
	assert_int_equal(*rig_ggtt(v->rig, d->gates), 0);
	/* What the other submits meanwhile is not lost either. */
	take_status(d);
	rig_emit_store(d->ctx[1], d->gates + 4, 1);
	submit(d, 0, 1, 0);

	vgt_rig_write(v, GEN6_GDRST, GDRST_RENDER);
	vgt_rig_run(v, 1 * MS);
	assert_int_equal(*rig_ggtt(v->rig, d->gates), 0);
	vgt_rig_engine_enable(v, IGD_RCS);
	vgt_rig_run(v, 1 * MS);
	take_status(d);
	assert_int_equal(rig_ggtt(v->rig, d->gates)[0], 1);
	assert_int_equal(rig_ggtt(v->rig, d->gates)[1], 1);
	assert_int_equal(d->active[0], -1);
	stop();
}

/* Only who had the engine hears of what happened on it. */
static void events_go_to_the_owner(void **state)
{
	u32 bank = GEN8_GT_IRQ_BASE(0);

	(void)state;
	start(IGD_RCS);
	for (int i = 1; i < VGPUS; i++) {
		vgt_irq_imr_write(drivers[i].vgpu, VGT_IRQ_GT0, bank + IRQ_IMR, 0);
		vgt_irq_ier_write(drivers[i].vgpu, VGT_IRQ_GT0, bank + IRQ_IER, ~0u);
		vgt_irq_master_write(drivers[i].vgpu, 0, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	}
	rig_emit(drivers[1].ctx[0], MI_USER_INTERRUPT, MI_NOOP);
	submit(&drivers[1], 0, -1, 0);
	vgt_rig_run(v, 1 * MS);
	take_status(&drivers[1]);
	assert_int_equal(drivers[1].active[0], -1);
	assert_int_equal(vgt_irq_iir_read(drivers[1].vgpu, VGT_IRQ_GT0, bank + IRQ_IIR),
			 VGT_EV_USER_INTERRUPT | VGT_EV_CONTEXT_SWITCH);
	assert_int_equal(vgt_irq_iir_read(drivers[2].vgpu, VGT_IRQ_GT0, bank + IRQ_IIR), 0);
	assert_int_equal(v->events[IGD_RCS], 0);
	assert_int_equal(v->handled, 0);
	assert_int_equal(drivers[1].raised, 1);
	assert_int_equal(drivers[2].raised, 0);
	stop();
}

/*
 * Elements of two vGPUs on the hardware
 */

static u32 *result(int i, int k)
{
	return &rig_ggtt(v->rig, drivers[i].gates)[64 + k];
}

/* One request of vGPU @i that waits for its gate and says when it is done. */
static void emit_gated(int i, int k)
{
	struct driver *d = &drivers[i];

	rig_emit_semaphore(d->ctx[k], d->gates + 4 * k, SEMAPHORE_GTE, ++d->opened[k]);
	rig_emit_store(d->ctx[k], d->gates + 256 + 4 * k, d->opened[k]);
	rig_emit(d->ctx[k], MI_ARB_CHECK, MI_NOOP);
}

static void open_gate(int i, int k)
{
	rig_ggtt(v->rig, drivers[i].gates)[k] = drivers[i].opened[k];
}

static void expect_idle(int i)
{
	take_status(&drivers[i]);
	assert_false(drivers[i].submitted);
	assert_int_equal(drivers[i].active[0], -1);
	assert_int_equal(drivers[i].promotions, drivers[i].submissions);
}

/* The first has the engine; by its driver's next submission the second's element is behind it. */
static void make_pair(int first, int second)
{
	emit_gated(first, 0);
	submit(&drivers[first], 0, -1, 0);
	vgt_rig_run(v, MS / 10);
	emit_gated(second, 0);
	open_gate(second, 0);
	submit(&drivers[second], 0, -1, 0);
	/* The tail would be the same: nothing is submitted for this alone. */
	assert_null(core()->next);
	assert_null(core()->second);
	take_status(&drivers[first]);
	take_status(&drivers[second]);
	emit_gated(first, 0);
	submit(&drivers[first], 0, -1, 0);
	vgt_rig_run(v, MS / 10);
	assert_ptr_equal(core()->owner, port(first));
	assert_ptr_equal(core()->second, port(second));
	take_status(&drivers[first]);
}

static void goes_on_by_itself(int first)
{
	const int second = 2;

	start(IGD_RCS);
	make_pair(first, second);
	open_gate(first, 0);
	/* Nobody looks. */
	rig_run(v->rig, MS);
	assert_int_equal(*result(first, 0), 2);
	assert_int_equal(*result(second, 0), 1);
	assert_true(igd_engine_idle(v->rig->gd, engine));
	vgt_rig_run(v, 0);
	expect_idle(first);
	expect_idle(second);
	assert_false(port(first)->sched.waits);
	assert_false(port(second)->sched.waits);
	assert_null(core()->owner);
	stop();
}

static void the_engine_goes_on_by_itself(void **state)
{
	(void)state;
	goes_on_by_itself(1);
	goes_on_by_itself(0);
}

/* Its driver may give up on a submission that waits for what is before it. */
static void the_host_is_never_second(void **state)
{
	(void)state;
	start(IGD_RCS);
	emit_gated(1, 0);
	submit(&drivers[1], 0, -1, 0);
	vgt_rig_run(v, MS / 10);
	take_status(&drivers[1]);
	submit(&drivers[0], 0, -1, 0);
	emit_gated(1, 0);
	submit(&drivers[1], 0, -1, 0);
	vgt_rig_run(v, MS / 10);
	assert_null(core()->second);
	open_gate(1, 0);
	vgt_rig_run(v, 3 * MS);
	expect_idle(0);
	expect_idle(1);
	stop();
}

/* Who has a lower one waits for those of a higher one, also for those who are still to come. */
static void priorities_make_no_pairs(void **state)
{
	(void)state;
	start(IGD_RCS);
	drivers[2].vgpu->sched.priority = VGT_PRIORITY_LOW;
	emit_gated(1, 0);
	submit(&drivers[1], 0, -1, 0);
	vgt_rig_run(v, MS / 10);
	submit(&drivers[2], 0, -1, 0);
	take_status(&drivers[1]);
	emit_gated(1, 0);
	submit(&drivers[1], 0, -1, 0);
	vgt_rig_run(v, MS / 10);
	assert_null(core()->second);
	open_gate(1, 0);
	vgt_rig_run(v, MS);
	expect_idle(1);
	expect_idle(2);
	stop();
}

/* Whose quantum is over is behind who replaces it, and has the engine back without delay. */
static void who_was_preempted_goes_on(void **state)
{
	(void)state;
	start(IGD_RCS);
	emit_spinner(&drivers[1], 0, MI_ARB_CHECK);
	submit(&drivers[1], 0, -1, 0);
	vgt_rig_run(v, MS);
	emit_gated(2, 0);
	submit(&drivers[2], 0, -1, 0);
	vgt_rig_run(v, 3 * MS / 2);
	assert_ptr_equal(core()->owner, port(2));
	assert_ptr_equal(core()->second, port(1));
	open_gate(2, 0);
	rig_run(v->rig, MS / 10);
	assert_int_equal(*result(2, 0), 1);
	assert_int_equal(CTX_DESC_LRCA(v->rig->gd->engine[engine].port.active[0]),
			 CTX_DESC_LRCA(rig_descriptor(drivers[1].ctx[0])));
	/* The new owner's quantum begins when it is seen to have the engine. */
	vgt_rig_run(v, 0);
	assert_ptr_equal(core()->owner, port(1));
	expect_idle(2);
	take_status(&drivers[1]);
	assert_int_equal(drivers[1].promotions, 1);
	stop();
}

/* What the second's driver submits waits, for its element may begin at any moment. */
static void second_submits(void **state)
{
	struct driver *d = &drivers[2];

	(void)state;
	for (int k = 0; k < 2; k++) {
		start(IGD_BCS);
		make_pair(1, 2);
		rig_ggtt(v->rig, d->gates)[0] = 0;
		emit_gated(2, k);
		submit(d, k, -1, 0);
		take_status(d);
		assert_true(d->submitted);
		vgt_rig_run(v, MS / 10);
		take_status(d);
		assert_true(d->submitted);
		/* The first's time is over, and the new submission has the hardware. */
		memset(&seen, 0, sizeof(seen));
		vgt_rig_run(v, 3 * MS);
		take_status(d);
		assert_false(d->submitted);
		assert_int_equal(seen.lite, !k);
		assert_int_equal(seen.preempted, k);
		open_gate(1, 0);
		open_gate(2, 0);
		open_gate(2, k);
		vgt_rig_run(v, 10 * MS);
		expect_idle(1);
		expect_idle(2);
		assert_int_equal(*result(2, k), d->opened[k]);
		stop();
	}
}

/*
 * The second begins, and may even finish, between the core's look at the status buffer and its
 * write to the port, by which the element is submitted once more.
 */

static void first_finishes(void)
{
	open_gate(1, 0);
	rig_run(v->rig, MS / 10);
	before_elsp = NULL;
}

static void second_is_ahead_of_the_core(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) {
		bool ends = how & 1, replaced = how & 2;

		start(IGD_VCS);
		make_pair(1, 2);
		rig_ggtt(v->rig, drivers[2].gates)[0] = ends;
		before_elsp = first_finishes;
		if (replaced) {
			emit_gated(1, 1);
			submit(&drivers[1], 1, -1, 0);
		} else {
			vgt_rig_run(v, 2 * MS);
		}
		assert_null(before_elsp);
		vgt_rig_run(v, MS / 10);
		/* It is not finished before it has left the hardware for good. */
		take_status(&drivers[2]);
		assert_int_equal(drivers[2].active[0], replaced || !ends ? 0 : -1);
		assert_int_equal(*result(2, 0), ends);
		open_gate(1, 1);
		open_gate(2, 0);
		vgt_rig_run(v, 10 * MS);
		expect_idle(1);
		expect_idle(2);
		assert_int_equal(*result(1, 0), 2);
		assert_int_equal(*result(1, 1), replaced);
		assert_int_equal(*result(2, 0), 1);
		stop();
	}
}

static u64 on_engine(void)
{
	u64 sum = 0;

	for (int i = 0; i < VGPUS; i++)
		for (int k = 0; k < CONTEXTS; k++)
			sum += rig_context_pphwsp(drivers[i].ctx[k])[PPHWSP_CTX_TIMESTAMP];
	return sum * 1000 / 12;
}

/* One goes on for long, the other has short requests, and interrupts are served late. */
static void no_time_is_lost_to_late_interrupts(void **state)
{
	const u64 late = MS / 20;
	struct driver *d = &drivers[2];
	unsigned int requests = 0;
	u64 begin, used;

	(void)state;
	start(IGD_RCS);
	emit_spinner(&drivers[1], 0, MI_ARB_CHECK);
	submit(&drivers[1], 0, -1, 0);
	vgt_rig_run(v, MS);
	begin = v->rig->now;
	used = on_engine();
	while (v->rig->now < begin + 300 * MS) {
		take_status(d);
		if (d->active[0] < 0 && !d->submitted) {
			rig_emit_store(d->ctx[0], d->gates, ++requests);
			submit(d, 0, -1, 0);
		}
		rig_run(v->rig, late);
		vgt_rig_run(v, 0);
	}
	used = on_engine() - used;
	begin = v->rig->now - begin;
	print_message("%u requests, engine in use %llu.%llu %%\n", requests, used * 100 / begin,
		      used * 1000 / begin % 10);
	assert_in_range(requests, 100, 200);
	/* Two switches of 6 us for each of the requests, and nothing else. */
	assert_in_range(begin - used, 0, requests * 15000ull);
	stop();
}

/* To go on behind short requests of a third is no more than a share. */
static void shares_beside_short_requests(void **state)
{
	const u32 weight[VGPUS] = { 1024, 3072, 1024 };
	struct driver *host = &drivers[0];
	unsigned int requests = 0;
	u64 before[VGPUS], all, begin, used;

	(void)state;
	start(IGD_RCS);
	for (int i = 1; i < VGPUS; i++) {
		drivers[i].vgpu->sched.weight = weight[i];
		emit_spinner(&drivers[i], 0, MI_ARB_CHECK);
		submit(&drivers[i], 0, -1, 0);
	}
	vgt_rig_run(v, 20 * MS);
	begin = v->rig->now;
	used = on_engine();
	for (int window = 0; window < 3; window++) {
		u64 end = v->rig->now + 500 * MS;

		for (int i = 1; i < VGPUS; i++)
			before[i] = context_ns(i);
		while (v->rig->now < end) {
			take_status(host);
			if (host->active[0] < 0 && !host->submitted) {
				rig_emit_store(host->ctx[1], host->gates, 1);
				submit(host, 1, -1, 0);
				requests++;
			}
			rig_run(v->rig, MS / 50);
			vgt_rig_run(v, 0);
		}
		all = context_ns(1) - before[1] + context_ns(2) - before[2];
		assert_in_range(all, 450 * MS, 500 * MS);
		expect_share(context_ns(1) - before[1], all, weight[1], weight[1] + weight[2]);
		expect_share(context_ns(2) - before[2], all, weight[2], weight[1] + weight[2]);
	}
	begin = v->rig->now - begin;
	used = on_engine() - used;
	assert_in_range(requests, 200, 1000);
	assert_in_range(begin - used, 0, requests * 15000ull + 1500 / 2 * 6000ull);
	stop();
}

/*
 * Random interleavings
 */

static u64 rng;

static u32 rnd(u32 n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (rng >> 33) % n;
}

static void emit_work(struct driver *d, int k)
{
	struct rig_context *c = d->ctx[k];
	u32 room = (RIG_RING_SIZE + (rig_context_image(c)[0x05] & RING_HEAD_ADDR) - c->tail - 4) %
		   RIG_RING_SIZE;

	if (room < 256)
		return;
	switch (rnd(3)) {
	case 0:
		rig_emit_semaphore(c, d->gates + 4 * k, SEMAPHORE_GTE, ++d->opened[k]);
		break;
	case 1:
		rig_emit(c, MI_USER_INTERRUPT, MI_NOOP);
		break;
	case 2:
		rig_emit_store(c, d->gates + 256 + 4 * k, rnd(1000));
		break;
	}
	rig_emit(c, MI_ARB_CHECK, MI_NOOP);
}

/* Of two with the higher priority each has half; the third what they leave: nothing, then all. */
static void priorities_come_first(void **state)
{
	u64 time[VGPUS];

	(void)state;
	start(IGD_RCS);
	drivers[0].vgpu->sched.priority = VGT_PRIORITY_LOW;
	for (int i = 0; i < VGPUS; i++) {
		emit_spinner(&drivers[i], 0, MI_ARB_CHECK);
		submit(&drivers[i], 0, -1, 0);
	}
	vgt_rig_run(v, 20 * MS);
	for (int i = 0; i < VGPUS; i++)
		ran(i);
	vgt_rig_run(v, 500 * MS);
	for (int i = 0; i < VGPUS; i++)
		time[i] = ran(i);
	assert_int_equal(time[0], 0);
	expect_share(time[1], time[1] + time[2], 1, 2);

	/* One that was asleep and comes with a high one does not wait for a quantum. */
	drivers[0].vgpu->sched.priority = VGT_PRIORITY_HIGH;
	emit_work(&drivers[0], 1);
	take_status(&drivers[0]);
	submit(&drivers[0], 1, 0, 0);
	vgt_rig_run(v, MS / 4);
	ran(0);
	vgt_rig_run(v, 100 * MS);
	assert_in_range(ran(0), 99 * MS, 101 * MS);
	stop();
}

static void open_gates(struct driver *d)
{
	for (int k = 0; k < CONTEXTS; k++)
		rig_ggtt(v->rig, d->gates)[k] = d->opened[k];
}

/* Nobody looks for a while. */
static void runs_on(void)
{
	if (rnd(2))
		return;
	open_gates(&drivers[rnd(VGPUS)]);
	rig_run(v->rig, rnd(40000));
}

static bool has_submitted(const struct driver *d, u64 desc)
{
	const int ctx[] = {
		d->active[0], d->active[1],
		d->submitted ? d->pending[0] : -1, d->submitted ? d->pending[1] : -1,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(ctx); i++)
		if (ctx[i] >= 0 && is_of(d->ctx[ctx[i]], desc))
			return true;
	return false;
}

/* What is on the hardware is somebody's who has not been told that it is there no more. */
static void check_hardware(void)
{
	const struct igd_execlist *hw = &v->rig->gd->engine[engine].port;

	for (unsigned int n = 0; n < hw->num_active; n++) {
		u64 desc = hw->active[n];
		bool known = desc == vgt_idle_descriptor(core());

		for (int i = 0; i < VGPUS; i++)
			known |= has_submitted(&drivers[i], desc);
		assert_true(known);
	}
}

static void submit_random(struct driver *d)
{
	int first = rnd(CONTEXTS), second = rnd(2) ? (int)rnd(CONTEXTS) : -1;

	if (d->submitted)
		return;
	if (second == first)
		second = -1;
	emit_work(d, first);
	if (second >= 0)
		emit_work(d, second);
	submit(d, first, second, rnd(4) ? 0 : CTX_DESC_FORCE_RESTORE);
}

static void host_resets(void)
{
	struct driver *host = &drivers[0];

	static const u32 domain[IGD_NUM_ENGINES] = {
		[IGD_RCS] = GDRST_RENDER, [IGD_BCS] = GDRST_BLT,
		[IGD_VCS] = GDRST_MEDIA, [IGD_VECS] = GDRST_VECS,
	};

	vgt_rig_write(v, GEN6_GDRST, domain[engine]);
	take_status(host);
	if (host->submitted)
		host->submissions--;
	host->submitted = false;
	host->active[0] = -1;
	host->active[1] = -1;
	vgt_rig_run(v, rnd(20000));
	vgt_rig_engine_enable(v, engine);
	host->head = CSB_ENTRIES - 1;
	seen.resets++;
}

static void random_interleaving(enum igd_engine_id id, u64 seed)
{
	rng = seed;
	start(id);
	before_elsp = runs_on;
	for (int i = 0; i < VGPUS; i++) {
		drivers[i].vgpu->sched.quantum_ns = 10000 + rnd(50000);
		if (!rnd(6))
			drivers[i].vgpu->sched.priority = VGT_PRIORITY_HIGH;
	}
	for (int step = 0; step < 600; step++) {
		struct driver *d = &drivers[rnd(VGPUS)];
		struct vgt_port *second = core()->second;

		switch (rnd(10)) {
		case 0 ... 3:
			submit_random(d);
			break;
		case 4 ... 5: {
			int k = rnd(CONTEXTS);

			rig_ggtt(v->rig, d->gates)[k] = d->opened[k];
			break;
		}
		case 6:
			if (!rnd(12))
				host_resets();
			break;
		case 7:
			vgt_rig_run(v, rnd(100));
			break;
		case 8:
			rig_run(v->rig, rnd(30000));
			break;
		default:
			vgt_rig_run(v, rnd(30000));
			break;
		}
		seen.pairs += core()->second && !second;
		seen.handed += second && !core()->second && core()->owner == second;
		for (int i = 0; i < VGPUS; i++)
			if (rnd(2))
				take_status(&drivers[i]);
		check_hardware();
	}
	for (int i = 0; i < VGPUS; i++)
		open_gates(&drivers[i]);
	before_elsp = NULL;
	vgt_rig_run(v, 2 * MS);
	for (int i = 0; i < VGPUS; i++) {
		struct driver *d = &drivers[i];

		take_status(d);
		assert_false(d->submitted);
		assert_int_equal(d->active[0], -1);
		assert_int_equal(d->promotions, d->submissions);
		assert_false(d->vgpu->port[engine].sched.waits);
	}
	assert_int_equal(vgt_rig_stat(v, VGT_EVENT_CONTEXT_SURPRISE), 0);
	assert_true(igd_engine_idle(v->rig->gd, engine));
	assert_int_equal(v->timer, VGT_NEVER);
	stop();
}

static void random_interleavings(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	for (u64 seed = 1; seed <= 80; seed++)
		random_interleaving(seed % IGD_NUM_ENGINES, seed * 0x9e3779b97f4a7c15ull);
	assert_in_range(seen.idle_active, 200, ~0u);
	assert_in_range(seen.preempted, 200, ~0u);
	assert_in_range(seen.lite, 200, ~0u);
	assert_in_range(seen.finished, 200, ~0u);
	assert_in_range(seen.resets, 20, ~0u);
	print_message("%u pairs, %u handed over\n", seen.pairs, seen.handed);
	assert_in_range(seen.pairs, 200, ~0u);
	assert_in_range(seen.handed, 50, ~0u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_shares),
		cmocka_unit_test(weighted_shares),
		cmocka_unit_test(shares_of_long_batches),
		cmocka_unit_test(priorities_come_first),
		cmocka_unit_test(idle_share_goes_to_the_busy),
		cmocka_unit_test(short_requests_beside_a_spinner),
		cmocka_unit_test(who_waits_is_answered_at_once),
		cmocka_unit_test(one_alone_is_left_alone),
		cmocka_unit_test(who_does_not_let_go),
		cmocka_unit_test(events_go_to_the_owner),
		cmocka_unit_test(the_engine_goes_on_by_itself),
		cmocka_unit_test(the_host_is_never_second),
		cmocka_unit_test(priorities_make_no_pairs),
		cmocka_unit_test(who_was_preempted_goes_on),
		cmocka_unit_test(second_submits),
		cmocka_unit_test(second_is_ahead_of_the_core),
		cmocka_unit_test(no_time_is_lost_to_late_interrupts),
		cmocka_unit_test(shares_beside_short_requests),
		cmocka_unit_test(random_interleavings),
	};

	return cmocka_run_group_tests_name("vgt_sched", tests, NULL, NULL);
}
