// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Guests submit work: what they see is the hardware's contract, what the GPU
 * executes are shadows that they cannot change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <linux/sizes.h>

#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_execlist.h"
#include "drivers/vgt/vgt_image.h"
#include "drivers/vgt/vgt_irq.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/mi.h"

#define MAX_GUESTS	2
#define RING_PAGES	4
#define BATCH		0x100000ull	/* in each context's own address space */
#define DATA		0x200000ull

/* A driver in a guest, as far as one engine goes. */
struct driver {
	struct vgt_guest_rig *g;
	u32 next_gm;		/* graphics memory not used yet */
	u64 hwsp;		/* guest-physical */
	unsigned int head;
	u32 results;		/* graphics address of a page for results */
	u64 results_gpa;
};

/* One of its contexts; addresses of memory are guest-physical. */
struct context {
	struct driver *d;
	u32 id;
	u32 lrca, ring;
	u64 image_gpa[VGT_IMAGE_PAGES_RCS];
	u64 ring_gpa[RING_PAGES];
	u64 batch, data;
	u64 pml4;
	u32 tail;
};

static struct vgt_rig *v;
static enum igd_engine_id engine;
static struct driver drivers[MAX_GUESTS];
static unsigned int num_guests;

static u32 base(void)
{
	return v->rig->gd->engine[engine].base;
}

static u32 gm_alloc(struct driver *d, unsigned int pages, u64 *gpa)
{
	u32 addr = d->next_gm;

	for (unsigned int i = 0; i < pages; i++) {
		u64 gfn = vgt_guest_rig_alloc(d->g);

		vgt_guest_rig_map(d->g, addr + i * SZ_4K, gfn);
		gpa[i] = gfn << 12;
	}
	vgt_guest_rig_set_reg(d->g, 0x101008, 1);
	d->next_gm += (pages + 1) * SZ_4K;
	return addr;
}

/* As a driver sets an engine up. */
static void enable_engine(struct driver *d)
{
	u32 hwsp = d->next_gm, events = 0x101 << (engine == IGD_BCS ? 16 : 0);

	gm_alloc(d, 1, &d->hwsp);
	d->head = CSB_ENTRIES - 1;
	vgt_guest_rig_write32(d->g, d->hwsp + 4 * HWSP_CSB_WRITE_PTR, d->head);
	vgt_guest_rig_set_reg(d->g, RING_CSB_PTR(base()), 0xffff0505);
	vgt_guest_rig_set_reg(d->g, RING_MODE(base()), GFX_RUN_LIST_ENABLE * 0x10001);
	vgt_guest_rig_set_reg(d->g, RING_HWS_PGA(base()), hwsp);
	vgt_guest_rig_set_reg(d->g, RING_IMR(base()), ~events);
}

static void enable_interrupts(struct driver *d)
{
	for (int bank = 0; bank < 4; bank++) {
		vgt_guest_rig_set_reg(d->g, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		vgt_guest_rig_set_reg(d->g, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
	}
	vgt_guest_rig_set_reg(d->g, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

static void start_with(enum igd_engine_id id, unsigned int guests, unsigned int mib)
{
	engine = id;
	num_guests = guests;
	v = vgt_rig_new(true);
	for (unsigned int i = 0; i < guests; i++) {
		struct driver *d = &drivers[i];
		struct vgt_gm_range low, high;

		*d = (struct driver){ .g = vgt_guest_rig_new(v, "V5_8", mib) };
		vgt_guest_gm(d->g->guest, &low, &high);
		d->next_gm = high.start;
		enable_interrupts(d);
		enable_engine(d);
		d->results = gm_alloc(d, 1, &d->results_gpa);
	}
}

static void start(enum igd_engine_id id, unsigned int guests)
{
	start_with(id, guests, 8);
}

static void stop(void)
{
	if (igd_violation_total(v->rig->gd))
		fail_msg("%s", v->rig->violation);
	assert_int_equal(v->rig->trespasses, 0);
	for (unsigned int i = 0; i < num_guests; i++)
		vgt_guest_rig_free(drivers[i].g);
	vgt_rig_free(v);
}

/*
 * Contexts
 */

static void set_entry(struct context *c, u64 table, unsigned int index, u64 entry)
{
	vgt_guest_rig_write64(c->d->g, table + 8 * index, entry);
}

static u64 child(struct context *c, u64 table, unsigned int index)
{
	u64 entry = vgt_guest_rig_read64(c->d->g, table + 8 * index);

	if (!(entry & 1)) {
		entry = vgt_guest_rig_alloc(c->d->g) << 12 | 3;
		set_entry(c, table, index, entry);
	}
	return entry & ~0xfffull;
}

static void map(struct context *c, u64 addr, u64 gpa)
{
	u64 table = c->pml4;

	for (int shift = 39; shift > 12; shift -= 9)
		table = child(c, table, addr >> shift & 511);
	set_entry(c, table, addr >> 12 & 511, gpa | 3);
}

static void poke(struct context *c, unsigned int dword, u32 val)
{
	vgt_guest_rig_write32(c->d->g, c->image_gpa[1] + 4 * dword, val);
}

static u32 peek(struct context *c, unsigned int dword)
{
	return vgt_guest_rig_read32(c->d->g, c->image_gpa[1] + 4 * dword);
}

static struct context *context_new(struct driver *d, u32 id)
{
	struct context *c = calloc(1, sizeof(*c));
	u32 image[VGT_RING_CONTEXT];

	c->d = d;
	c->id = id;
	c->lrca = gm_alloc(d, engine == IGD_RCS ? VGT_IMAGE_PAGES_RCS : VGT_IMAGE_PAGES_OTHER,
			   c->image_gpa);
	c->ring = gm_alloc(d, RING_PAGES, c->ring_gpa);
	c->pml4 = vgt_guest_rig_alloc(d->g) << 12;
	c->batch = vgt_guest_rig_alloc(d->g) << 12;
	c->data = vgt_guest_rig_alloc(d->g) << 12;
	map(c, BATCH, c->batch);
	map(c, DATA, c->data);

	vgt_image_init(image, base());
	image[IMAGE_CONTEXT_CONTROL] = 0x00090009;
	image[IMAGE_RING_START] = c->ring;
	image[IMAGE_RING_CTL] = (RING_PAGES - 1) * SZ_4K | RING_CTL_VALID;
	image[IMAGE_BB_STATE] = BBSTATE_PPGTT;
	image[IMAGE_PDP_UDW(0)] = c->pml4 >> 32;
	image[IMAGE_PDP_LDW(0)] = c->pml4;
	vgt_guest_rig_copy(d->g, c->image_gpa[1], image, sizeof(image));
	return c;
}

static void emit_dwords(struct context *c, const u32 *dw, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		vgt_guest_rig_write32(c->d->g, c->ring_gpa[c->tail / SZ_4K] + c->tail % SZ_4K, dw[i]);
		c->tail = (c->tail + 4) % (RING_PAGES * SZ_4K);
	}
}

#define emit(c, ...) \
	emit_dwords(c, (const u32[]){ __VA_ARGS__ }, ARRAY_SIZE(((const u32[]){ __VA_ARGS__ })))

static void emit_store(struct context *c, u32 addr, u32 val)
{
	emit(c, MI_STORE_DWORD_IMM | MI_GGTT, addr, 0, val);
}

#define GATE	64	/* among the results: what the rings wait for */

static void emit_gate(struct context *c, u32 val)
{
	emit(c, MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL |
	     SEMAPHORE_EQ << MI_SEMAPHORE_OP_SHIFT, val, c->d->results + GATE, 0);
}

static void open_gate(struct driver *d, u32 val)
{
	vgt_guest_rig_write32(d->g, d->results_gpa + GATE, val);
}

static void emit_batch(struct context *c, u64 addr, u32 flags)
{
	emit(c, MI_BATCH_BUFFER_START | flags, (u32)addr, addr >> 32, MI_NOOP);
}

static void batch(struct context *c, const u32 *dw, size_t n)
{
	vgt_guest_rig_copy(c->d->g, c->batch, dw, 4 * n);
}

static u64 descriptor(struct context *c)
{
	if (c->tail & 4)
		emit(c, MI_NOOP);
	poke(c, IMAGE_RING_TAIL, c->tail);
	return (u64)c->id << 32 | c->lrca | BIT(8) | CTX_DESC_VALID |
	       CTX_DESC_MODE_LEGACY_64B << CTX_DESC_MODE_SHIFT;
}

static void submit_raw(struct driver *d, u64 first, u64 second)
{
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), second >> 32);
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), second);
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), first >> 32);
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), first);
}

static void submit(struct context *first, struct context *second)
{
	u64 a = descriptor(first), b = second ? descriptor(second) : 0;

	submit_raw(first->d, a, b);
}

/* Until the GPU rests, or waits at a gate. */
static void run(struct context *first, struct context *second)
{
	submit(first, second);
	vgt_rig_settle(v);
}

static bool csb_next(struct driver *d, u32 *status, u32 *id)
{
	unsigned int head = d->head;

	if (head == vgt_guest_rig_read32(d->g, d->hwsp + 4 * HWSP_CSB_WRITE_PTR))
		return false;
	d->head = (head + 1) % CSB_ENTRIES;
	*status = vgt_guest_rig_read32(d->g, d->hwsp + 4 * (HWSP_CSB + 2 * d->head));
	*id = vgt_guest_rig_read32(d->g, d->hwsp + 4 * (HWSP_CSB + 2 * d->head + 1));
	return true;
}

static void expect(struct driver *d, u32 status, u32 id)
{
	u32 s = 0, i = 0;

	assert_true(csb_next(d, &s, &i));
	assert_int_equal(s, status);
	assert_int_equal(i, id);
}

static void expect_nothing(struct driver *d)
{
	u32 s, i;

	assert_false(csb_next(d, &s, &i));
}

static u32 result(struct driver *d, unsigned int dword)
{
	return vgt_guest_rig_read32(d->g, d->results_gpa + 4 * dword);
}

static u64 stat(struct driver *d, enum vgt_event event)
{
	return vgt_guest_rig_stat(d->g, event);
}

/*
 * Tests
 */

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

static void test_batch(void **state)
{
	const u32 dw[] = {
		MI_STORE_DWORD_IMM, (u32)DATA + 8, 0, 0xcafe, MI_BATCH_BUFFER_END,
	};
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	batch(c, dw, ARRAY_SIZE(dw));
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(vgt_guest_rig_read32(d->g, c->data + 8), 0xcafe);
	free(c);
	stop();
}

static void test_privileged_batch_is_copied(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u64 gpa;
	u32 addr;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	addr = gm_alloc(d, 1, &gpa);
	vgt_guest_rig_copy(d->g, gpa + 16, (const u32[]){
		MI_STORE_DWORD_IMM | MI_GGTT, d->results, 0, 0x77, MI_BATCH_BUFFER_END }, 20);
	emit_gate(c, 1);
	emit_batch(c, addr + 16, 0);
	emit_store(c, d->results + 4, 0x78);
	run(c, NULL);

	/* The engine waits at the gate; the guest changes what has been audited. */
	vgt_guest_rig_write32(d->g, gpa + 16 + 12, 0x666);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 0x77);
	assert_int_equal(result(d, 1), 0x78);
	free(c);
	stop();
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

/* Tables of four levels, taken for those of three, would let a guest write to its shadow tables. */
static void test_busy_context_keeps_its_mode(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u64 desc;

	start(IGD_RCS, 1);
	c = context_new(d, 3);
	emit_gate(c, 1);
	run(c, NULL);

	emit_store(c, d->results, 1);
	desc = descriptor(c) | CTX_DESC_FORCE_RESTORE;
	submit_raw(d, desc ^ (2ull << CTX_DESC_MODE_SHIFT), 0);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 0);

	submit_raw(d, desc, 0);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 1);
	free(c);
	stop();
}

static void test_two_elements(void **state)
{
	struct driver *d = &drivers[0];
	struct context *a, *b;

	start(IGD_VECS, 1);
	a = context_new(d, 1);
	b = context_new(d, 2);
	emit_store(a, d->results, 1);
	emit_store(b, d->results + 4, 2);
	run(a, b);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(result(d, 1), 2);
	expect(d, CSB_IDLE_ACTIVE, 0);
	expect(d, CSB_COMPLETE | CSB_ELEMENT_SWITCH, 1);
	expect(d, CSB_COMPLETE | CSB_ACTIVE_IDLE, 2);
	free(a);
	free(b);
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

/* A tail that overtakes the head is one that takes work back: nothing that waits is written over. */
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
	assert_int_equal(result(d, 0), 75);
	free(a);
	free(b);
	stop();
}

static void test_refused_submission_is_not_run(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	emit_store(c, d->results, 1);
	emit_store(c, 0x1000, 0xbad);	/* the host's graphics memory */
	run(c, NULL);
	assert_int_equal(result(d, 0), 0);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	expect_nothing(d);
	free(c);
	stop();
}

static void test_garbage_descriptors(void **state)
{
	struct driver *d = &drivers[0];
	u64 r = 88172645463325252ull;

	start(IGD_RCS, 1);
	for (int i = 0; i < 3000; i++) {
		u64 desc[2];

		for (int k = 0; k < 2; k++) {
			r ^= r << 13;
			r ^= r >> 7;
			r ^= r << 17;
			desc[k] = r;
		}
		submit_raw(d, desc[0] | 1, desc[1]);
	}
	vgt_rig_settle(v);
	expect_nothing(d);
	/* After so many the port is halted, and nothing is even looked at. */
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 100);
	stop();
}

static void test_reset_takes_work_off(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	emit_gate(c, 1);
	emit_store(c, d->results, 1);
	run(c, NULL);
	vgt_guest_rig_set_reg(d->g, GEN6_GDRST, GDRST_RENDER);
	assert_int_equal(vgt_guest_rig_reg(d->g, GEN6_GDRST) & GDRST_RENDER, 0);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 0);

	/* and the engine is there for the next. */
	d->head = CSB_ENTRIES - 1;
	enable_engine(d);
	free(c);
	c = context_new(d, 2);
	emit_store(c, d->results, 2);
	run(c, NULL);
	assert_int_equal(result(d, 0), 2);
	free(c);
	stop();
}

static void test_endless_batch_is_reset(void **state)
{
	const u32 loop[] = { MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, (u32)BATCH, 0 };
	struct driver *d = &drivers[0], *other = &drivers[1];
	struct context *c, *o;

	start(IGD_RCS, 2);
	c = context_new(d, 1);
	o = context_new(other, 1);
	batch(c, loop, ARRAY_SIZE(loop));
	emit(c, MI_ARB_ON_OFF);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	emit_store(o, other->results, 5);
	submit(o, NULL);
	vgt_guest_rig_set_reg(d->g, GEN6_GDRST, GDRST_RENDER);
	assert_int_equal(v->resets, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(other, 0), 5);
	free(c);
	free(o);
	stop();
}

static void test_endless_batch_loses_the_engine(void **state)
{
	const u32 loop[] = { MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, (u32)BATCH, 0 };
	struct driver *d = &drivers[0], *other = &drivers[1];
	struct context *c, *o;

	start(IGD_BCS, 2);
	c = context_new(d, 1);
	o = context_new(other, 1);
	batch(c, loop, ARRAY_SIZE(loop));
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	emit_store(o, other->results, 5);
	submit(o, NULL);
	/* Its driver does nothing about it: the preempt timeout does. */
	vgt_rig_run(v, 1000000000ull);
	assert_int_equal(v->resets, 1);
	assert_int_equal(result(other, 0), 5);
	assert_int_equal(stat(d, VGT_EVENT_PREEMPT_TIMEOUT), 1);

	/* Nothing more of it runs until its driver has reset the engine. */
	free(c);
	c = context_new(d, 2);
	emit_store(c, d->results, 1);
	run(c, NULL);
	assert_int_equal(result(d, 0), 0);
	vgt_guest_rig_set_reg(d->g, GEN6_GDRST, GDRST_BLT);
	enable_engine(d);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(v->resets, 1);
	free(c);
	free(o);
	stop();
}

static void test_guests_share(void **state)
{
	struct context *c[MAX_GUESTS];

	start(IGD_BCS, MAX_GUESTS);
	for (int i = 0; i < MAX_GUESTS; i++)
		c[i] = context_new(&drivers[i], 1);
	for (u32 round = 1; round <= 50; round++) {
		for (int i = 0; i < MAX_GUESTS; i++) {
			emit_store(c[i], drivers[i].results, round * 10 + i);
			submit(c[i], NULL);
		}
		vgt_rig_settle(v);
		for (int i = 0; i < MAX_GUESTS; i++) {
			assert_int_equal(result(&drivers[i], 0), round * 10 + i);
			for (u32 s, id; csb_next(&drivers[i], &s, &id);)
				;
		}
	}
	for (int i = 0; i < MAX_GUESTS; i++)
		free(c[i]);
	stop();
}

static void test_many_contexts(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c[100];		/* more than there is room for */

	start_with(IGD_RCS, 1, 20);
	for (u32 i = 0; i < ARRAY_SIZE(c); i++)
		c[i] = context_new(d, i + 1);
	for (u32 round = 0; round < 3; round++) {
		for (u32 i = 0; i < ARRAY_SIZE(c); i++) {
			emit_store(c[i], d->results + 4 * i, round * 1000 + i);
			run(c[i], NULL);
			assert_int_equal(result(d, i), round * 1000 + i);
			for (u32 s, id; csb_next(d, &s, &id);)
				;
		}
	}
	for (u32 i = 0; i < ARRAY_SIZE(c); i++)
		free(c[i]);
	stop();
}

static void test_close_in_the_middle(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_VCS, 1);
	c = context_new(d, 1);
	emit_gate(c, 1);
	run(c, NULL);
	free(c);
	stop();		/* nothing may be pinned when the guest has gone */
}

static void test_image_is_audited(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u32 at;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	emit_store(c, d->results, 1);
	run(c, NULL);
	/* The first value behind the ring context: a load of EXCC becomes one of ELSP. */
	at = VGT_RING_CONTEXT + 2;
	assert_int_equal(peek(c, at), RING_EXCC(base()));
	poke(c, at, RING_ELSP(base()));
	emit_store(c, d->results, 2);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);

	/* What is harmless may be changed. */
	poke(c, at, RING_EXCC(base()));
	poke(c, VGT_RING_CONTEXT + 3 + 2 * 12, 0x1111);
	run(c, NULL);
	assert_int_equal(result(d, 0), 2);
	free(c);
	stop();
}

static void test_batch_in_progress_cannot_be_made_up(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	emit_store(c, d->results, 1);
	poke(c, IMAGE_BB_ADDR, d->results | BBADDR_VALID);
	poke(c, IMAGE_BB_STATE, 0);	/* privileged */
	run(c, NULL);
	assert_int_equal(result(d, 0), 0);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	free(c);
	stop();
}

static void test_indirect_context(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	u32 addr, dw[16] = { MI_STORE_DWORD_IMM | MI_GGTT, 0, 0, 0x99 };
	u64 gpa;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	addr = gm_alloc(d, 1, &gpa);
	dw[1] = d->results + 4;
	vgt_guest_rig_copy(d->g, gpa + 64, dw, sizeof(dw));
	poke(c, IMAGE_INDIRECT_CTX, (addr + 64) | 1);
	poke(c, IMAGE_INDIRECT_OFFSET, 0x26 << 6);
	emit_store(c, d->results, 1);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(result(d, 1), 0x99);
	assert_int_equal(peek(c, IMAGE_INDIRECT_CTX), (addr + 64) | 1);

	/* With a command that may not be there, nothing runs. */
	dw[1] = 0x1000;
	vgt_guest_rig_copy(d->g, gpa + 64, dw, sizeof(dw));
	emit_store(c, d->results, 2);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	free(c);
	stop();
}

static void test_force_restore_takes_work_back(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c, *other;
	u32 tail;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	other = context_new(d, 2);
	emit_gate(c, 1);
	submit(c, NULL);
	tail = c->tail;
	vgt_rig_settle(v);
	emit_store(c, d->results, 1);
	run(c, NULL);
	/* The store is taken back, another context goes first. */
	c->tail = tail;
	emit_store(other, d->results + 4, 2);
	submit_raw(d, descriptor(other), descriptor(c) | CTX_DESC_FORCE_RESTORE);
	vgt_rig_settle(v);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 1), 2);
	assert_int_equal(result(d, 0), 0);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	free(c);
	free(other);
	stop();
}

static void test_sleep(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_BCS, 1);
	c = context_new(d, 1);
	emit_gate(c, 1);
	emit_store(c, d->results, 1);
	run(c, NULL);
	vgt_host_suspend(v->host);
	igd_core_reset(v->rig->gd);
	vgt_host_resume(v->host);
	vgt_rig_probe(v);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 0);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 1);
	free(c);
	stop();
}

static void test_memory_is_taken_away(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	emit_gate(c, 1);
	run(c, NULL);
	vgt_guest_unmap(d->g->guest, 0, d->g->max_gfn);
	assert_int_equal(d->g->pinned, 0);
	vgt_rig_settle(v);
	free(c);
	stop();
}

static void test_random_submissions(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c[4];
	u32 count[4] = { 0 };

	srand(1);
	for (engine = 0; engine < IGD_NUM_ENGINES; engine++) {
		start(engine, 1);
		for (int i = 0; i < 4; i++) {
			c[i] = context_new(d, i + 1);
			count[i] = 0;
		}
		for (int step = 0; step < 1500; step++) {
			int a = rand() % 4, b = (a + 1 + rand() % 3) % 4;

			emit_store(c[a], d->results + 4 * a, ++count[a]);
			if (rand() % 2) {
				emit_store(c[b], d->results + 4 * b, ++count[b]);
				submit(c[a], c[b]);
			} else {
				submit(c[a], NULL);
			}
			/* As a driver does: not before the last one has been taken up. */
			for (u32 s = 0, id; !(s & (CSB_IDLE_ACTIVE | CSB_PREEMPTED));)
				if (!csb_next(d, &s, &id))
					vgt_rig_run(v, 1 + rand() % 4000);
			if (rand() % 4)
				continue;
			vgt_rig_settle(v);
			for (u32 s, id; csb_next(d, &s, &id);)
				;
			/* Replaced elements wait for their next submission: all again. */
			for (int i = 0; i < 4; i++) {
				run(c[i], NULL);
				for (u32 s, id; csb_next(d, &s, &id);)
					;
				assert_int_equal(result(d, i), count[i]);
			}
		}
		for (int i = 0; i < 4; i++)
			free(c[i]);
		stop();
	}
}

/* So many pages that few such rings fit into the core's window; all of them the same. */
static void give_ring(struct context *c, unsigned int pages)
{
	struct driver *d = c->d;

	poke(c, IMAGE_RING_START, d->next_gm);
	poke(c, IMAGE_RING_CTL, (pages - 1) * SZ_4K | RING_CTL_VALID);
	for (unsigned int i = 0; i < pages; i++, d->next_gm += SZ_4K)
		vgt_guest_rig_map(d->g, d->next_gm, c->ring_gpa[0] >> 12);
	vgt_guest_rig_set_reg(d->g, 0x101008, 1);
}

static void test_second_element_does_not_displace_the_first(void **state)
{
	struct driver *d = &drivers[0];
	struct context *busy[3], *a, *b;
	unsigned int i;

	start_with(IGD_BCS, 1, 8);
	for (i = 0; i < 3; i++) {
		engine = IGD_BCS + i;
		enable_engine(d);
		busy[i] = context_new(d, i + 1);
		give_ring(busy[i], 512);
		emit_gate(busy[i], 1);
		run(busy[i], NULL);
	}
	engine = IGD_RCS;
	enable_engine(d);
	a = context_new(d, 4);
	b = context_new(d, 5);
	give_ring(a, 256);
	give_ring(b, 256);
	emit_store(a, d->results, 1);
	emit_store(b, d->results + 4, 1);
	run(a, b);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 1);
	assert_int_equal(result(d, 0), 0);

	/* One after the other there is room. */
	run(a, NULL);
	run(b, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(result(d, 1), 1);
	for (i = 0; i < 3; i++)
		free(busy[i]);
	free(a);
	free(b);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_privileged_batch_is_copied),
		cmocka_unit_test(test_ring_is_copied),
		cmocka_unit_test(test_lite_restore_extends),
		cmocka_unit_test(test_busy_context_keeps_its_mode),
		cmocka_unit_test(test_two_elements),
		cmocka_unit_test(test_long_run_of_lite_restores),
		cmocka_unit_test(test_overfilled_ring),
		cmocka_unit_test(test_refused_submission_is_not_run),
		cmocka_unit_test(test_garbage_descriptors),
		cmocka_unit_test(test_reset_takes_work_off),
		cmocka_unit_test(test_endless_batch_is_reset),
		cmocka_unit_test(test_endless_batch_loses_the_engine),
		cmocka_unit_test(test_guests_share),
		cmocka_unit_test(test_many_contexts),
		cmocka_unit_test(test_second_element_does_not_displace_the_first),
		cmocka_unit_test(test_close_in_the_middle),
		cmocka_unit_test(test_image_is_audited),
		cmocka_unit_test(test_batch_in_progress_cannot_be_made_up),
		cmocka_unit_test(test_indirect_context),
		cmocka_unit_test(test_force_restore_takes_work_back),
		cmocka_unit_test(test_sleep),
		cmocka_unit_test(test_memory_is_taken_away),
		cmocka_unit_test(test_random_submissions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
