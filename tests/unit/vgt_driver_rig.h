/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the tests of guests that submit work share: drivers in guests, and their contexts. */
#ifndef VGT_DRIVER_RIG_H
#define VGT_DRIVER_RIG_H

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

static inline u32 base(void)
{
	return v->rig->gd->engine[engine].base;
}

static inline u32 gm_alloc(struct driver *d, unsigned int pages, u64 *gpa)
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
static inline void enable_engine(struct driver *d)
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

static inline void enable_interrupts(struct driver *d)
{
	for (int bank = 0; bank < 4; bank++) {
		vgt_guest_rig_set_reg(d->g, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		vgt_guest_rig_set_reg(d->g, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
	}
	vgt_guest_rig_set_reg(d->g, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

static inline void start_with(enum igd_engine_id id, unsigned int guests, unsigned int mib)
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

static inline void start(enum igd_engine_id id, unsigned int guests)
{
	start_with(id, guests, 8);
}

static inline void stop(void)
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

static inline void set_entry(struct context *c, u64 table, unsigned int index, u64 entry)
{
	vgt_guest_rig_write64(c->d->g, table + 8 * index, entry);
}

static inline u64 child(struct context *c, u64 table, unsigned int index)
{
	u64 entry = vgt_guest_rig_read64(c->d->g, table + 8 * index);

	if (!(entry & 1)) {
		entry = vgt_guest_rig_alloc(c->d->g) << 12 | 3;
		set_entry(c, table, index, entry);
	}
	return entry & ~0xfffull;
}

static inline void map(struct context *c, u64 addr, u64 gpa)
{
	u64 table = c->pml4;

	for (int shift = 39; shift > 12; shift -= 9)
		table = child(c, table, addr >> shift & 511);
	set_entry(c, table, addr >> 12 & 511, gpa | 3);
}

static inline void poke(struct context *c, unsigned int dword, u32 val)
{
	vgt_guest_rig_write32(c->d->g, c->image_gpa[1] + 4 * dword, val);
}

static inline u32 peek(struct context *c, unsigned int dword)
{
	return vgt_guest_rig_read32(c->d->g, c->image_gpa[1] + 4 * dword);
}

static inline struct context *context_new(struct driver *d, u32 id)
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

static inline void emit_dwords(struct context *c, const u32 *dw, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		vgt_guest_rig_write32(c->d->g, c->ring_gpa[c->tail / SZ_4K] + c->tail % SZ_4K, dw[i]);
		c->tail = (c->tail + 4) % (RING_PAGES * SZ_4K);
	}
}

#define emit(c, ...) \
	emit_dwords(c, (const u32[]){ __VA_ARGS__ }, ARRAY_SIZE(((const u32[]){ __VA_ARGS__ })))

static inline void emit_store(struct context *c, u32 addr, u32 val)
{
	emit(c, MI_STORE_DWORD_IMM | MI_GGTT, addr, 0, val);
}

#define GATE	64	/* among the results: what the rings wait for */

static inline void emit_gate(struct context *c, u32 val)
{
	emit(c, MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL |
	     SEMAPHORE_EQ << MI_SEMAPHORE_OP_SHIFT, val, c->d->results + GATE, 0);
}

static inline void open_gate(struct driver *d, u32 val)
{
	vgt_guest_rig_write32(d->g, d->results_gpa + GATE, val);
}

static inline void emit_batch(struct context *c, u64 addr, u32 flags)
{
	emit(c, MI_BATCH_BUFFER_START | flags, (u32)addr, addr >> 32, MI_NOOP);
}

static inline void batch(struct context *c, const u32 *dw, size_t n)
{
	vgt_guest_rig_copy(c->d->g, c->batch, dw, 4 * n);
}

static inline u64 descriptor(struct context *c)
{
	if (c->tail & 4)
		emit(c, MI_NOOP);
	poke(c, IMAGE_RING_TAIL, c->tail);
	return (u64)c->id << 32 | c->lrca | CTX_DESC_PPGTT | CTX_DESC_VALID |
	       CTX_DESC_MODE_LEGACY_64B << CTX_DESC_MODE_SHIFT;
}

static inline void submit_raw(struct driver *d, u64 first, u64 second)
{
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), second >> 32);
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), second);
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), first >> 32);
	vgt_guest_rig_set_reg(d->g, RING_ELSP(base()), first);
}

static inline void submit(struct context *first, struct context *second)
{
	u64 a = descriptor(first), b = second ? descriptor(second) : 0;

	submit_raw(first->d, a, b);
}

/* Until the GPU rests, or waits at a gate. */
static inline void run(struct context *first, struct context *second)
{
	submit(first, second);
	vgt_rig_settle(v);
}

static inline void reset_by_host(void)
{
	vgt_rig_write(v, GEN6_GDRST, GDRST_FULL);
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		vgt_rig_engine_enable(v, id);
	vgt_rig_settle(v);
}

static inline bool csb_next(struct driver *d, u32 *status, u32 *id)
{
	unsigned int head = d->head;

	if (head == vgt_guest_rig_read32(d->g, d->hwsp + 4 * HWSP_CSB_WRITE_PTR))
		return false;
	d->head = (head + 1) % CSB_ENTRIES;
	*status = vgt_guest_rig_read32(d->g, d->hwsp + 4 * (HWSP_CSB + 2 * d->head));
	*id = vgt_guest_rig_read32(d->g, d->hwsp + 4 * (HWSP_CSB + 2 * d->head + 1));
	return true;
}

static inline void expect(struct driver *d, u32 status, u32 id)
{
	u32 s = 0, i = 0;

	assert_true(csb_next(d, &s, &i));
	assert_int_equal(s, status);
	assert_int_equal(i, id);
}

static inline void expect_nothing(struct driver *d)
{
	u32 s, i;

	assert_false(csb_next(d, &s, &i));
}

static inline u32 result(struct driver *d, unsigned int dword)
{
	return vgt_guest_rig_read32(d->g, d->results_gpa + 4 * dword);
}

static inline u64 stat(struct driver *d, enum vgt_event event)
{
	return vgt_guest_rig_stat(d->g, event);
}

#endif
