// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A hostile guest: commands, contexts, submissions (lib/scene.c).
 */
#include <pthread.h>

#include "scene.h"
#include "sysfs.h"

/*
 * Commands
 */

/* The ring has been refused: take back what is in it. */
static void expect_refused(struct scene *s, struct context *c, const uint32_t *dw, size_t n)
{
	uint64_t before = scene_stat("audit_refused");
	uint32_t tail = c->tail;

	emit_dwords(c, dw, n);
	driver_submit_raw(&s->d, c->e, context_desc(c), 0);
	vgt_assert_f(scene_stat("audit_refused") == before + 1, "%s: %#x %#x %#x is not refused",
		     c->e->name, dw[0], dw[1], dw[2]);
	c->tail = tail;
}

#define refuse(s, c, ...) \
	expect_refused(s, c, (const uint32_t[]){ __VA_ARGS__ }, \
		       ARRAY_SIZE(((const uint32_t[]){ __VA_ARGS__ })))

/* Registers that would reach beyond the vGPU; of the engine's own, offsets. */
static const uint32_t engine_regs[] = {
	0x030, 0x034, 0x038, 0x03c, 0x080, 0x0a8, 0x140, 0x168, 0x1c0, 0x1c4, 0x230, 0x244, 0x29c,
	0x3a0, 0x4d0,
};

static const uint32_t other_regs[] = {
	GEN6_GDRST, GFX_FLSH_CNTL, GEN8_MASTER_IRQ, GEN8_GT_IRQ_BASE(0) + IRQ_IMR, 0xa278, 0xa188,
	0x70180, 0x7019c, 0x100000, 0x100004, 0x45400, 0x138124, 0x4260, 0x78818, 0x9424, 0xc800,
	0x2000000, 0x1fffffc, 3,
};

subtest(lri_ring)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);

	scene_store(s, c, 1);
	for (size_t i = 0; i < ARRAY_SIZE(engine_regs); i++)
		refuse(s, c, MI_LOAD_REGISTER_IMM(1), e->base + engine_regs[i], 0xffff0001);
	for (size_t i = 0; i < ARRAY_SIZE(other_regs); i++)
		refuse(s, c, MI_LOAD_REGISTER_IMM(1), other_regs[i], ~0u);
	for_each_engine(o)
		if (o != e)
			refuse(s, c, MI_LOAD_REGISTER_IMM(1), o->base + 0x600, 1);
	/* Behind harmless ones, and by other commands. */
	refuse(s, c, MI_LOAD_REGISTER_IMM(2), e->base + 0x600, 1, RING_ELSP(e->base), 1);
	refuse(s, c, MI_LOAD_REGISTER_REG, e->base + 0x600, RING_ELSP(e->base));
	refuse(s, c, MI_LOAD_REGISTER_MEM | MI_GGTT, RING_ELSP(e->base), s->d.results, 0);
	/* Nor is it shown what others do. */
	refuse(s, c, MI_STORE_REGISTER_MEM | MI_GGTT, 0x70180, s->d.results, 0);
	refuse(s, c, MI_STORE_REGISTER_MEM | MI_GGTT, (e == RCS ? BCS : RCS)->base + 0x74,
	       s->d.results, 0);
	scene_store(s, c, 2);
	scene_end(s);
}

subtest(privileged_batch)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1);
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);

	for (size_t i = 0; i < ARRAY_SIZE(other_regs); i++) {
		dw[0] = MI_LOAD_REGISTER_IMM(1);
		dw[1] = other_regs[i];
		dw[2] = ~0u;
		dw[3] = MI_BATCH_BUFFER_END;
		refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	}
	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[1] = HOST_GM;
	dw[2] = 0;
	dw[3] = 0xbad;
	dw[4] = MI_BATCH_BUFFER_END;
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	/* A batch in a batch, one without an end, one at somebody else's. */
	dw[0] = MI_BATCH_BUFFER_START;
	dw[1] = at;
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	for (unsigned int i = 0; i < PAGE / 4; i++)
		dw[i] = MI_NOOP;
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	refuse(s, c, MI_BATCH_BUFFER_START, HOST_GM, 0, MI_NOOP);
	refuse(s, c, MI_BATCH_BUFFER_START, s->v.low - PAGE, 0, MI_NOOP);
	refuse(s, c, MI_BATCH_BUFFER_START, at, 1, MI_NOOP);
	scene_store(s, c, 2);
	scene_end(s);
}

subtest(lri_batch)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint32_t dw[512];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(engine_regs); i++) {
		dw[n++] = MI_LOAD_REGISTER_IMM(1);
		dw[n++] = e->base + engine_regs[i];
		dw[n++] = 0xffff0001;
	}
	for (size_t i = 0; i < 16; i++) {
		dw[n++] = MI_LOAD_REGISTER_IMM(1);
		dw[n++] = other_regs[i];
		dw[n++] = ~0u;
	}
	/* To the GGTT: the host's memory, and its own, which it may not either. */
	for (uint32_t at = HOST_GM; at; at = at == HOST_GM ? s->d.results + 64 : 0) {
		dw[n++] = MI_STORE_DWORD_IMM | MI_GGTT;
		dw[n++] = at;
		dw[n++] = 0;
		dw[n++] = 0xbad;
	}
	dw[n++] = MI_STORE_DWORD_IMM;
	dw[n++] = DRIVER_DATA;
	dw[n++] = 0;
	dw[n++] = 0x600d;
	dw[n++] = MI_BATCH_BUFFER_END;
	context_batch(c, dw, n);
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
	emit_store(c, s->d.results, 1);
	context_submit(c);
	/* The blitter would carry them out: the core is in the way, and may refuse the batch. */
	if (e == BCS && scene_stat("audit_refused")) {
		driver_reset_engine(&s->d, e);
	} else {
		vgt_assert(driver_settle(&s->d, e, PATIENCE));
		vgt_assert_eq(*driver_result(&s->d, 0), 1);
		vgt_assert_eq(*vfio_u32(&s->v, c->data), 0x600d);
	}
	vgt_assert_eq(*driver_result(&s->d, 16), 0);
	scene_end(s);
}

static void refuse_stores(struct scene *s, struct context *c, uint32_t at)
{
	refuse(s, c, MI_STORE_DWORD_IMM | MI_GGTT, at, 0, 0xbad);
	refuse(s, c, MI_STORE_QWORD_IMM | MI_GGTT, at, 0, 0xbad, 0xbad, MI_NOOP);
	refuse(s, c, MI_STORE_REGISTER_MEM | MI_GGTT, RING_TIMESTAMP(c->e->base), at, 0);
	refuse(s, c, MI_ATOMIC | MI_GGTT | ATOMIC_INC << MI_ATOMIC_OP_SHIFT | 1, at, 0, MI_NOOP);
	refuse(s, c, MI_COPY_MEM_MEM | MI_COPY_SRC_GGTT | MI_COPY_DST_GGTT, at, 0, s->d.results, 0,
	       MI_NOOP);
	refuse(s, c, MI_COPY_MEM_MEM | MI_COPY_SRC_GGTT | MI_COPY_DST_GGTT, s->d.results, 0, at, 0,
	       MI_NOOP);
	refuse(s, c, MI_SEMAPHORE_WAIT | MI_GGTT, 0, at, 0);
	if (c->e == RCS)
		refuse(s, c, PIPE_CONTROL, PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_GGTT |
		       PIPE_CONTROL_CS_STALL, at, 0, 0xbad, 0xbad);
	else
		refuse(s, c, MI_CMD(MI_OP_FLUSH_DW) | 3 | MI_FLUSH_DW_OP_WRITE,
		       at | MI_FLUSH_DW_GGTT, 0, 0xbad, 0xbad, MI_NOOP);
}

subtest(ggtt_stores)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);

	refuse_stores(s, c, HOST_GM);
	refuse_stores(s, c, s->v.low - 8);
	refuse_stores(s, c, s->v.low + s->v.low_size);
	refuse_stores(s, c, s->v.high + s->v.high_size);
	refuse_stores(s, c, 0xffffe000);
	refuse(s, c, MI_STORE_QWORD_IMM | MI_GGTT, s->v.low + s->v.low_size - 4, 0, 1, 1, MI_NOOP);
	refuse(s, c, MI_STORE_DWORD_IMM | MI_GGTT, s->d.results, 1, 1);
	refuse(s, c, MI_STORE_DATA_INDEX, 0x40, 1, MI_NOOP);
	refuse(s, c, MI_STORE_DATA_INDEX | MI_STORE_INDEX_PPHWSP, PAGE, 1, MI_NOOP);
	refuse(s, c, MI_UPDATE_GTT | 1, s->d.results, ENTRY, MI_NOOP);
	scene_store(s, c, 2);
	scene_end(s);
}

subtest(unknown_commands)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	unsigned int refused = 0;

	for (unsigned int i = 0; i < 300; i++) {
		uint64_t before = scene_stat("audit_refused");
		uint32_t tail = c->tail;

		for (unsigned int k = 0; k < 8; k++)
			emit(c, vgt_random());
		driver_submit_raw(&s->d, e, context_desc(c), 0);
		if (scene_stat("audit_refused") == before)
			vgt_assert(driver_settle(&s->d, e, PATIENCE));
		else
			c->tail = tail;
		refused += scene_stat("audit_refused") != before;
		/* Before so many that the engine is taken away. */
		if (i % 90 == 89)
			driver_reset_engine(&s->d, e);
	}
	vgt_assert_f(refused > 280, "%u of 300 refused", refused);
	scene_end(s);
}

/*
 * What is changed after it has been submitted
 */

subtest(toctou_ring)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint32_t tail;

	emit_gate(c, s->d.results + 64, 1);
	tail = c->tail;
	emit_store(c, s->d.results, 0x600d);
	emit_store(c, s->d.results + 4, 0x600d);
	context_submit(c);
	for (unsigned int i = 0; i < 2; i++) {
		*vfio_u32(&s->v, c->ring + tail + 16 * i + 4) = HOST_GM;
		*vfio_u32(&s->v, c->ring + tail + 16 * i + 12) = 0xbad;
	}
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 0x600d);
	vgt_assert_eq(*driver_result(&s->d, 1), 0x600d);
	counted("audit_dwords", 12);
	scene_end(s);
}

/* Work is taken back to within a command; then other commands are in place of its rest. */
subtest(tail_in_command)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint64_t before = scene_stat("audit_refused");
	uint32_t inside;

	emit_gate(c, s->d.results + 64, 1);
	emit(c, MI_NOOP);
	inside = c->tail + 4;
	emit_store(c, s->d.results, 0x600d);
	emit(c, MI_NOOP);
	context_submit(c);
	c->tail = inside;
	context_submit(c);
	vgt_assert_eq(scene_stat("audit_refused"), before + 1);
	emit(c, HOST_GM, 0, 0xbad, MI_NOOP);
	context_submit(c);
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 0x600d);
	scene_end(s);
}

subtest(toctou_batch)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1);
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);

	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[1] = s->d.results;
	dw[2] = 0;
	dw[3] = 0x600d;
	dw[4] = MI_BATCH_BUFFER_END;
	emit_gate(c, s->d.results + 64, 1);
	emit_batch(c, at, 0);
	emit_store(c, s->d.results + 4, 2);
	context_submit(c);
	dw[1] = HOST_GM;
	dw[3] = 0xbad;
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 0x600d);
	vgt_assert_eq(*driver_result(&s->d, 1), 2);
	/* As it is now, it is refused. */
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	scene_end(s);
}

subtest(toctou_wa_batch)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, RCS, 1), *other = context_new(&s->d, RCS, 2);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1);
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);

	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[1] = s->d.results + 4;
	dw[3] = 0x600d;
	*context_image(c, IMG_INDIRECT) = at | 1;
	*context_image(c, IMG_INDIRECT_OFFSET) = 0x26 << 6;
	/* It waits in the second element: what is restored next has been audited before. */
	emit_gate(other, s->d.results + 64, 1);
	emit_store(c, s->d.results, 1);
	s->d.idle[0] = false;
	driver_submit_raw(&s->d, RCS, context_desc(other), context_desc(c));
	dw[1] = HOST_GM;
	dw[3] = 0xbad;
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, RCS, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 1);
	vgt_assert_eq(*driver_result(&s->d, 1), 0x600d);
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	scene_end(s);
}

struct race {
	volatile uint32_t *addr, *stop;
	uint32_t good, bad;
};

static void *flip(void *arg)
{
	struct race *r = arg;

	while (!*r->stop) {
		*r->addr = r->bad;
		*r->addr = r->good;
	}
	return NULL;
}

/* Another CPU changes the address of a store all the time. */
subtest(toctou_race)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1), stop = 0, refused = 0, ran = 0;
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);
	struct race race = { .addr = &dw[1], .stop = &stop, .good = s->d.results, .bad = HOST_GM };
	pthread_t thread;

	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[3] = 0x600d;
	dw[4] = MI_BATCH_BUFFER_END;
	vgt_assert(!pthread_create(&thread, NULL, flip, &race));
	for (unsigned int i = 0; i < 150; i++) {
		uint64_t before = scene_stat("audit_refused");
		uint32_t tail = c->tail;

		emit_batch(c, at, 0);
		driver_submit_raw(&s->d, e, context_desc(c), 0);
		s->d.idle[e - vgt_engines] = false;
		if (scene_stat("audit_refused") != before) {
			s->d.idle[e - vgt_engines] = true;
			c->tail = tail;
			if (!(++refused % 90))
				driver_reset_engine(&s->d, e);
			continue;
		}
		vgt_assert(driver_settle(&s->d, e, PATIENCE));
		ran++;
	}
	stop = 1;
	pthread_join(thread, NULL);
	printf("%u ran, %u were refused\n", ran, refused);
	scene_end(s);
}

/*
 * Engines
 */

subtest(endless_batch)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	double began = vgt_now(), took;

	emit_endless(c);
	context_submit(c);
	/* Enough rounds that both have needed this engine. */
	bystander_goes_on(&s->guest, 2, PATIENCE);
	bystander_goes_on(&s->host, VGT_NUM_ENGINES, PATIENCE);
	took = vgt_now() - began;
	printf("the others had %s after %.2f s\n", e->name, took);
	if (e == RCS || e == BCS)
		vgt_assert_eq(scene_stat("preempt_timeouts"), 1);
	/* Nothing more runs until its driver has reset the engine. */
	driver_reset_engine(&s->d, e);
	scene_store(s, context_new(&s->d, e, 2), 5);
	scene_end(s);
}

/*
 * The engine stops there and says so: to its driver, and to nobody who could take it for his own.
 * The blitter does not get to see it.
 */
subtest(bad_command)
{
	const uint32_t dw[] = { 7u << 29, MI_BATCH_BUFFER_END };
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint32_t error = e == BCS ? 0 : RING_ERROR_INSTRUCTION;
	double until;

	vfio_set_reg(&s->v, RING_EMR(e->base), ~RING_ERROR_INSTRUCTION);
	bystander_goes_on(&s->host, VGT_NUM_ENGINES, PATIENCE);
	context_batch(c, dw, ARRAY_SIZE(dw));
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
	context_submit(c);
	until = vgt_now() + PATIENCE;
	while (vfio_reg(&s->v, RING_EIR(e->base)) != error && vgt_now() < until)
		vgt_sleep(0.001);
	vgt_assert_eq(vfio_reg(&s->v, RING_EIR(e->base)), error);
	vgt_assert_eq(scene_stat("audit_refused"), e == BCS);
	driver_reset_engine(&s->d, e);
	scene_store(s, context_new(&s->d, e, 2), 5);
	scene_end(s);
}

/* Its own resets of what does not yield: each costs the others what they have on the engine. */
subtest(reset_storm)
{
	struct scene *s = scene_start();
	double until = vgt_now() + 2;
	unsigned int n = 0;

	for (; vgt_now() < until && n < 60; n++) {
		struct context *c = context_new(&s->d, e, 1);

		emit_endless(c);
		context_submit(c);
		driver_reset_engine(&s->d, e);
	}
	printf("%u resets in %.1f s\n", n, vgt_now() - until + 2);
	scene_end(s);
}

/* The host, which has nothing to do, clocks the GPU by what guests do; nor does it wait for its sleep. */
subtest(load)
{
	static struct scene scene;
	struct scene *s = &scene;
	struct context *c;
	long max, idle, busy;

	scene_stage(s);
	scene_create(HOSTILE);
	vfio_open(&s->v, HOSTILE, MEMORY);
	driver_init(&s->d, &s->v);
	max = sysfs_get(fd, "gt_max_freq_mhz");
	idle = sysfs_wait(fd, "gt_cur_freq_mhz", max, false, PATIENCE);
	c = context_new(&s->d, e, 1);
	emit_gate(c, s->d.results + 64, 1);
	context_submit(c);
	busy = sysfs_wait(fd, "gt_cur_freq_mhz", max, true, PATIENCE);
	printf("%ld MHz, %ld with a busy guest\n", idle, busy);
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(debugfs_write(fd, "i915_gem_drop_caches", "0x40"), 0);
	vfio_close(&s->v);
	vgt_assert_eq(mdev_remove(HOSTILE), 0);
	vgt_assert(idle < max);
	vgt_assert_eq(busy, max);
}

/* Each command is an interrupt of the real GPU; the guest may have them in any batch. */
subtest(interrupt_flood)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	double guest, host;
	uint32_t dw[504];
	size_t n = 0;

	while (n < 500)
		dw[n++] = MI_USER_INTERRUPT;
	dw[n++] = MI_ARB_CHECK;
	dw[n++] = MI_BATCH_BUFFER_START | MI_BATCH_PPGTT;
	dw[n++] = DRIVER_BATCH;
	dw[n++] = 0;
	context_batch(c, dw, n);
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
	context_submit(c);
	guest = bystander_goes_on(&s->guest, ROUNDS, PATIENCE);
	host = bystander_goes_on(&s->host, VGT_NUM_ENGINES, PATIENCE);
	printf("%d rounds of the other guest in %.3f s, %d of the host in %.3f s\n",
	       ROUNDS, guest, VGT_NUM_ENGINES, host);
	vgt_assert_eq(scene_stat("preempt_timeouts"), 0);
	driver_reset_engine(&s->d, e);
	scene_store(s, context_new(&s->d, e, 2), 5);
	scene_end(s);
}

/* Where there is no batch: the engine reads NOOPs, or nothing, for ever. */
subtest(batch_nowhere)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);

	emit_batch(c, 0x7f0000000000ull, MI_BATCH_PPGTT);
	context_submit(c);
	bystander_goes_on(&s->guest, 2, PATIENCE);
	bystander_goes_on(&s->host, VGT_NUM_ENGINES, PATIENCE);
	driver_reset_engine(&s->d, e);
	scene_store(s, context_new(&s->d, e, 2), 5);
	scene_end(s);
}

subtest(elsp_garbage)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);

	for (unsigned int i = 0; i < 1000; i++) {
		uint64_t desc[2];

		for (int k = 0; k < 2; k++)
			desc[k] = (uint64_t)vgt_random() << 32 | vgt_random();
		if (i & 1)	/* something of its own that is no context */
			desc[0] = s->d.results | (desc[0] & 0xfff);
		if (i % 4 == 3)	/* a context, but how? */
			desc[1] = context_desc(c) ^ 1u << (i / 4 % 12);
		driver_submit_raw(&s->d, e, desc[0] | (i & 2), desc[1]);
		if (i % 50 == 49)
			driver_reset_engine(&s->d, e);
	}
	vgt_assert(scene_stat("audit_refused") + scene_stat("registers_refused") > 300);
	driver_reset_engine(&s->d, e);
	/* A submission that is not complete is part of the next. */
	vfio_set_reg(&s->v, RING_ELSP(e->base), vgt_random());
	driver_submit_raw(&s->d, e, context_desc(c), context_desc(c));
	driver_reset_engine(&s->d, e);
	scene_store(s, context_new(&s->d, e, 2), 5);
	scene_end(s);
}

subtest(same_context_twice)
{
	struct scene *s = scene_start();
	struct context *a = context_new(&s->d, e, 1), *b = context_new(&s->d, e, 2);

	b->lrca = a->lrca;
	emit_store(a, s->d.results, 1);
	driver_submit_raw(&s->d, e, context_desc(a), context_desc(b));
	driver_submit_raw(&s->d, e, context_desc(a), context_desc(a));
	counted("audit_refused", 2);
	/* One image, on two engines. */
	emit_gate(a, s->d.results + 64, 1);
	context_submit(a);
	for_each_engine(o)
		if (o != e)
			driver_submit_raw(&s->d, o, context_desc(a), 0);
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	scene_end(s);
}

/* A ring of so many pages, all of them the same. */
static void give_ring(struct context *c, unsigned int pages)
{
	struct driver *d = c->d;

	*context_image(c, IMG_START) = d->next_gm;
	*context_image(c, IMG_CTL) = (pages - 1) * PAGE | RING_CTL_VALID;
	for (unsigned int i = 0; i < pages; i++, d->next_gm += PAGE)
		vfio_set_pte(d->v, d->next_gm / PAGE, c->ring | ENTRY);
	driver_flush(d);
}

/* So little of the core's room for copies is left that one's would have to go for the other's. */
subtest(no_room_for_both)
{
	struct scene *s = scene_start();
	struct context *a, *b;

	for_each_engine(o) {
		if (o == e)
			continue;
		a = context_new(&s->d, o, 1);
		give_ring(a, 512);
		emit_gate(a, s->d.results + 64, 1);
		context_submit(a);
	}
	for (unsigned int pages = 512; pages >= 4; pages /= 2) {
		a = context_new(&s->d, e, 2);
		b = context_new(&s->d, e, 3);
		give_ring(a, pages);
		give_ring(b, pages);
		emit_store(a, s->d.results, pages);
		emit_store(b, s->d.results + 4, pages);
		s->d.idle[e - vgt_engines] = false;
		driver_submit_raw(&s->d, e, context_desc(a), context_desc(b));
		driver_settle(&s->d, e, 0.5);
		vgt_assert_eq(*driver_result(&s->d, 0), *driver_result(&s->d, 1));
	}
	counted("audit_refused", 1);
	vgt_assert_eq(*driver_result(&s->d, 0), 4);
	*driver_result(&s->d, 16) = 1;
	for_each_engine(o)
		vgt_assert(o == e || driver_settle(&s->d, o, PATIENCE));
	scene_end(s);
}

subtest(image_tampered)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	unsigned int at = IMG_ENGINE_CONTEXT, loads = 0;

	scene_store(s, c, 1);
	while (*context_image(c, at) == MI_NOOP)
		at++;
	vgt_assert_eq(MI_OPCODE(*context_image(c, at)), MI_OP_LOAD_REGISTER_IMM);
	/* A register of the engine context becomes one that submits; a load becomes a store. */
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t old = *context_image(c, at + 1 - i);

		*context_image(c, at + 1 - i) = i ? MI_STORE_DWORD_IMM | MI_GGTT :
						    RING_ELSP(e->base);
		refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
		*context_image(c, at + 1 - i) = old;
	}
	/* A batch in progress that has the ring's privileges. */
	*context_image(c, IMG_BB_ADDR) = s->d.results | BBADDR_VALID;
	*context_image(c, IMG_BB_STATE) = 0;
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	*context_image(c, IMG_BB_ADDR) = 0;
	*context_image(c, IMG_BB_STATE) = BBSTATE_PPGTT;
	/* A ring that is the host's memory. */
	*context_image(c, IMG_START) = HOST_GM;
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	*context_image(c, IMG_START) = c->start;
	/* Page tables where there is no memory. */
	*context_image(c, IMG_PDP_LOW) = 0xfee00000;
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	*context_image(c, IMG_PDP_LOW) = c->pml4;
	/* Headers of the ring context are the core's, whatever is written there. */
	for (unsigned int i = 0; i < IMG_ENGINE_CONTEXT; i += 2, loads++)
		*context_image(c, i) = RING_ELSP(e->base);
	scene_store(s, c, 2);
	scene_end(s);
}

/* Any dword, any value. */
subtest(image_garbage)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	unsigned int ran = 0;

	scene_store(s, c, 1);
	for (unsigned int i = 0; i < 120; i++) {
		volatile uint32_t *dw = context_image(c, vgt_random() % (i & 1 ? 0x50 : 0x400));
		uint32_t old = *dw;

		*dw = i & 2 ? vgt_random() : old ^ 1u << vgt_random() % 32;
		emit_store(c, s->d.results + 4, i);
		context_submit(c);
		ran += driver_settle(&s->d, e, 0.02);
		*dw = old;
		driver_reset_engine(&s->d, e);
		if (i % 20 == 19)
			c = context_new(&s->d, e, i);
	}
	printf("%u of 120 ran\n", ran);
	counted("submissions", 120);
	scene_end(s);
}

subtest(submission_storm)
{
	struct scene *s = scene_start();
	struct context *c[VGT_NUM_ENGINES][2];
	double end_at = vgt_now() + 2, pace;

	for_each_engine(o)
		for (int i = 0; i < 2; i++)
			c[o - vgt_engines][i] = context_new(&s->d, o, i + 1);
	while (vgt_now() < end_at) {
		for_each_engine(o) {
			struct context *a = c[o - vgt_engines][vgt_random() & 1];
			struct context *b = c[o - vgt_engines][vgt_random() & 1];

			emit_store(a, s->d.results, vgt_random());
			driver_submit_raw(&s->d, o, context_desc(a), a != b ? context_desc(b) : 0);
		}
	}
	pace = bystander_goes_on(&s->guest, ROUNDS, PATIENCE);
	printf("%llu submissions in 2 s; then %d rounds of the other guest in %.2f s\n",
	       (unsigned long long)scene_stat("submissions"), ROUNDS, pace);
	counted("submissions", 200);
	scene_end(s);
}

static const struct vgt_subtest subtests[] = {
	{ "lri-ring",
	  "loads of registers from the ring that reach beyond the vGPU are refused",
	  lri_ring, true },
	{ "privileged-batch",
	  "batches in the GGTT that load registers, store to others, nest, do not end",
	  privileged_batch, true },
	{ "lri-batch",
	  "the same from a batch without privileges does nothing, or is refused",
	  lri_batch, true },
	{ "ggtt-stores",
	  "stores, post-sync operations, copies, atomics to others' graphics memory",
	  ggtt_stores, true },
	{ "unknown-commands",
	  "random dwords in the ring",
	  unknown_commands, true },
	{ "toctou-ring",
	  "a ring that is changed after its submission is executed as it was",
	  toctou_ring, true },
	{ "tail-in-command",
	  "a tail that takes work back to within a command",
	  tail_in_command, true },
	{ "toctou-batch",
	  "a privileged batch that is changed after its submission is executed as it was",
	  toctou_batch, true },
	{ "toctou-wa-batch",
	  "a workaround batch that is changed after its submission is executed as it was",
	  toctou_wa_batch, false },
	{ "toctou-race",
	  "a batch that another CPU changes all the time is refused or harmless",
	  toctou_race, true },
	{ "endless-batch",
	  "an endless batch with arbitration off loses its engine, the others go on",
	  endless_batch, true },
	{ "bad-command",
	  "a command that the engine does not know, in a batch without privileges",
	  bad_command, true },
	{ "load",
	  "work of guests sets the frequency, and is not waited for in debugfs",
	  load, true },
	{ "reset-storm",
	  "endless batches, and resets of the engine as soon as they run",
	  reset_storm, true },
	{ "interrupt-flood",
	  "an endless batch of interrupts, which yields",
	  interrupt_flood, true },
	{ "batch-nowhere",
	  "a batch where there is no memory",
	  batch_nowhere, true },
	{ "elsp-garbage",
	  "submissions of random descriptors",
	  elsp_garbage, true },
	{ "same-context-twice",
	  "one context in both elements, and on all engines",
	  same_context_twice, true },
	{ "no-room-for-both",
	  "two large contexts at once, while others fill the room for their copies",
	  no_room_for_both, true },
	{ "image-tampered",
	  "a saved context image whose loads, ring, batch or tables are made others'",
	  image_tampered, true },
	{ "image-garbage",
	  "a context image with random dwords",
	  image_garbage, true },
	{ "submission-storm",
	  "submissions to all engines as fast as they can be written",
	  submission_storm, false },
};

VGT_MAIN(true, "A hostile guest's commands, while another guest and the host work.")
