// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Guests submit work: what they see is the hardware's contract, what the GPU
 * executes are shadows that they cannot change.
 */
#include "vgt_driver_rig.h"

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

/* A driver's first contexts, from which it copies others, do not restore the engine context. */
static void test_new_context_is_as_after_a_reset(void **state)
{
	const u32 regs[] = {
		RING_GPR(RENDER_RING_BASE, 3), CACHE_MODE_1, COMMON_SLICE_CHICKEN2, TRVADR,
		IA_VERTICES_COUNT,
	};
	const u32 vals[] = { 0x5ec7e7, 0x00400040, 0x00100010, 0x77, 0x12345 };
	struct context *c[MAX_GUESTS];
	u32 after_reset[ARRAY_SIZE(regs)];

	start(IGD_RCS, MAX_GUESTS);
	for (int i = 0; i < ARRAY_SIZE(regs); i++)
		after_reset[i] = rig_read(v->rig, regs[i]);
	c[0] = context_new(&drivers[0], 1);
	c[1] = context_new(&drivers[1], 2);
	for (int i = 0; i < ARRAY_SIZE(regs); i++)
		emit(c[0], MI_LOAD_REGISTER_IMM(1), regs[i], vals[i], MI_NOOP);
	run(c[0], NULL);
	for (int i = 0; i < ARRAY_SIZE(regs); i++) {
		assert_int_not_equal(rig_read(v->rig, regs[i]), after_reset[i]);
		emit(c[1], MI_STORE_REGISTER_MEM | MI_GGTT, regs[i], drivers[1].results + 4 * i, 0);
	}
	run(c[1], NULL);
	for (int i = 0; i < ARRAY_SIZE(regs); i++) {
		assert_int_equal(result(&drivers[1], i), after_reset[i]);
		emit(c[0], MI_STORE_REGISTER_MEM | MI_GGTT, regs[i], drivers[0].results + 4 * i, 0);
	}
	/* The other's are where they belong. */
	run(c[0], NULL);
	for (int i = 0; i < ARRAY_SIZE(regs); i++)
		assert_int_not_equal(result(&drivers[0], i), after_reset[i]);
	free(c[0]);
	free(c[1]);
	stop();
}

/* What has taken the engine away from a guest has nothing of it. */
static void test_new_context_after_another_was_halted(void **state)
{
	u32 gpr = RING_GPR(RENDER_RING_BASE, 3);
	struct driver *d = &drivers[1];
	struct context *c, *other;

	start(IGD_RCS, MAX_GUESTS);
	vgt_rig_write(v, GEN6_GDRST, GDRST_RENDER);
	vgt_rig_engine_enable(v, IGD_RCS);
	c = context_new(&drivers[0], 1);
	other = context_new(d, 2);
	emit(c, MI_LOAD_REGISTER_IMM(1), gpr, 0x5ec7e7, MI_NOOP);
	emit_gate(c, 1);
	run(c, NULL);
	assert_int_equal(rig_read(v->rig, gpr), 0x5ec7e7);
	vgt_guest_rig_set_reg(drivers[0].g, GEN6_GDRST, GDRST_RENDER);
	assert_int_equal(v->resets, 0);
	vgt_guest_rig_write32(d->g, d->results_gpa, ~0u);
	emit(other, MI_STORE_REGISTER_MEM | MI_GGTT, gpr, d->results, 0);
	run(other, NULL);
	assert_int_equal(result(d, 0), 0);
	free(c);
	free(other);
	stop();
}

/* An engine that has been asked for, and is still another's. */
static void test_registers_of_the_one_before_are_not_seen(void **state)
{
	const u32 loop[] = { MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, (u32)BATCH, 0 };
	struct context *c, *other;

	start(IGD_RCS, 2);
	c = context_new(&drivers[0], 1);
	other = context_new(&drivers[1], 2);
	batch(c, loop, ARRAY_SIZE(loop));
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	submit(c, NULL);
	vgt_rig_run(v, 100000);
	emit_store(other, drivers[1].results, 1);
	submit(other, NULL);
	vgt_rig_run(v, 20000000);
	assert_int_not_equal(vgt_guest_rig_reg(drivers[0].g, RING_ACTHD(base())), 0);
	assert_int_equal(vgt_guest_rig_reg(drivers[1].g, RING_ACTHD(base())), 0);
	assert_int_equal(vgt_guest_rig_reg(drivers[1].g, RING_IPEHR(base())), 0);
	free(c);
	free(other);
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
	/* Nor one of the second level alone. */
	poke(c, IMAGE_BB_ADDR, 0);
	poke(c, IMAGE_SBB_ADDR, d->results | BBADDR_VALID);
	run(c, NULL);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 2);
	poke(c, IMAGE_SBB_ADDR, 0);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	free(c);
	stop();
}

static void test_flags_of_the_ring_are_masked(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	emit_store(c, d->results, 1);
	poke(c, IMAGE_RING_CTL, peek(c, IMAGE_RING_CTL) | 0xffe00ffe);
	poke(c, IMAGE_CONTEXT_CONTROL, peek(c, IMAGE_CONTEXT_CONTROL) | 0xfff0fff0);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(rig_read(v->rig, RING_CTL(base())) & ~RING_CTL_PAGES, RING_CTL_VALID);
	assert_int_equal(rig_read(v->rig, RING_CONTEXT_CONTROL(base())) & 0xfff0, 0);
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
	/* Where it is run is not the guest's to say: before it goes what clears. */
	poke(c, IMAGE_INDIRECT_OFFSET, 0x3ff << 6);
	emit_store(c, d->results, 1);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(result(d, 1), 0x99);
	assert_int_equal(rig_read(v->rig, RING_INDIRECT_CTX_OFFSET(base())), 0x26 << 6);
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

/* A guest may not see what another one has left in the execution units. */
static void test_cleardown(void **state)
{
	struct driver *d = &drivers[0];
	struct context *c;
	bool clears = false;
	u32 indirect;

	start(IGD_RCS, 1);
	c = context_new(d, 1);
	emit_store(c, d->results, 1);
	run(c, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_int_equal(peek(c, IMAGE_INDIRECT_CTX), 0);
	indirect = rig_read(v->rig, RING_INDIRECT_CTX(base()));
	assert_int_equal(indirect & INDIRECT_CTX_LINES, 1);
	assert_int_equal(rig_read(v->rig, RING_INDIRECT_CTX_OFFSET(base())), 0x26 << 6);
	for (u32 i = 0; i < 15; i++)
		if (*rig_ggtt(v->rig, (indirect & INDIRECT_CTX_ADDR) + 4 * i) == PIPE_CONTROL)
			clears |= *rig_ggtt(v->rig, (indirect & INDIRECT_CTX_ADDR) + 4 * i + 4) >> 27 & 1;
	assert_true(clears);
	free(c);
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

/* Runs a context once more; how many images that has copied. */
static unsigned int copies_of_a_run(struct driver *d, struct context *c)
{
	unsigned int before = stat(d, VGT_EVENT_CONTEXT_COPY);

	emit_store(c, d->results, 1);
	run(c, NULL);
	for (u32 s, id; csb_next(d, &s, &id);)
		;
	return stat(d, VGT_EVENT_CONTEXT_COPY) - before;
}

static void test_oldest_of_all_engines_makes_room(void **state)
{
	struct driver *d = &drivers[0];
	struct context *a, *b[12];
	unsigned int copies, i;

	start_with(IGD_BCS, 1, 20);
	engine = IGD_RCS;
	enable_engine(d);
	a = context_new(d, 1);
	copies_of_a_run(d, a);
	copies_of_a_run(d, a);
	copies = copies_of_a_run(d, a);
	for (i = 0; i < ARRAY_SIZE(b); i++) {
		engine = IGD_BCS;
		b[i] = context_new(d, i + 2);
		give_ring(b[i], 256);
		copies_of_a_run(d, b[i]);
		engine = IGD_RCS;
		assert_int_equal(copies_of_a_run(d, a), copies);
	}
	for (i = 0; i < ARRAY_SIZE(b); i++)
		free(b[i]);
	free(a);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_privileged_batch_is_copied),
		cmocka_unit_test(test_busy_context_keeps_its_mode),
		cmocka_unit_test(test_two_elements),
		cmocka_unit_test(test_refused_submission_is_not_run),
		cmocka_unit_test(test_garbage_descriptors),
		cmocka_unit_test(test_reset_takes_work_off),
		cmocka_unit_test(test_endless_batch_is_reset),
		cmocka_unit_test(test_endless_batch_loses_the_engine),
		cmocka_unit_test(test_guests_share),
		cmocka_unit_test(test_new_context_is_as_after_a_reset),
		cmocka_unit_test(test_new_context_after_another_was_halted),
		cmocka_unit_test(test_registers_of_the_one_before_are_not_seen),
		cmocka_unit_test(test_many_contexts),
		cmocka_unit_test(test_oldest_of_all_engines_makes_room),
		cmocka_unit_test(test_second_element_does_not_displace_the_first),
		cmocka_unit_test(test_close_in_the_middle),
		cmocka_unit_test(test_image_is_audited),
		cmocka_unit_test(test_batch_in_progress_cannot_be_made_up),
		cmocka_unit_test(test_flags_of_the_ring_are_masked),
		cmocka_unit_test(test_indirect_context),
		cmocka_unit_test(test_cleardown),
		cmocka_unit_test(test_sleep),
		cmocka_unit_test(test_memory_is_taken_away),
		cmocka_unit_test(test_random_submissions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
