// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Batches of the blitter: what runs is a copy, with nothing in it that a batch
 * without privileges may not do, and does the work that the guest's would.
 */
#include "vgt_driver_rig.h"

#include <linux/bitmap.h>
#include <linux/slab.h>

#include "drivers/vgt/vgt_gm.h"

#define BATCH2		(BATCH + SZ_4K)
#define SECRET		0x4208		/* a register of the host's that nobody else uses here */
#define WINDOW_PAGES	(VGT_GM_WINDOW_SIZE / SZ_4K)

/* Another page of commands at @addr; returns where it is in the guest. */
static u64 more(struct context *c, u64 addr)
{
	u64 gpa = vgt_guest_rig_alloc(c->d->g) << 12;

	map(c, addr, gpa);
	return gpa;
}

#define write_at(c, gpa, ...) \
	vgt_guest_rig_copy((c)->d->g, gpa, (const u32[]){ __VA_ARGS__ }, \
			   sizeof((const u32[]){ __VA_ARGS__ }))

#define STORE(dword, val)	MI_STORE_DWORD_IMM, (u32)DATA + 4 * (dword), 0, (val)
#define JUMP(addr)		MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, (u32)(addr), 0
#define CALL(addr)		MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_SECOND_LEVEL, \
				(u32)(addr), 0
/* Ends the batch when a dword of the data is not greater than @val. */
#define END_IF_LE(dword, val)	MI_CONDITIONAL_BATCH_BUFFER_END | MI_COND_BBE_COMPARE, (val), \
				(u32)DATA + 4 * (dword), 0
#define END			MI_BATCH_BUFFER_END

static u32 data(struct context *c, unsigned int dword)
{
	return vgt_guest_rig_read32(c->d->g, c->data + 4 * dword);
}

static void set_data(struct context *c, unsigned int dword, u32 val)
{
	vgt_guest_rig_write32(c->d->g, c->data + 4 * dword, val);
}

static unsigned int window_used(struct driver *d)
{
	unsigned int used = 0;

	for (unsigned int i = 0; i < WINDOW_PAGES; i++)
		used += test_bit(i, d->g->guest->copies.used);
	return used;
}

static struct context *begin(unsigned int mib)
{
	start_with(IGD_BCS, 1, mib);
	return context_new(&drivers[0], 1);
}

static void end(struct context *c)
{
	free(c);
	stop();
}

static void test_what_runs_is_a_copy(void **state)
{
	struct context *c = begin(8);

	emit_gate(c, 1);
	write_at(c, c->batch, STORE(0, 0x77), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	emit_store(c, c->d->results, 1);
	run(c, NULL);
	write_at(c, c->batch, MI_LOAD_REGISTER_IMM(1), SECRET, 0xbad, MI_NOOP, STORE(0, 0x666), END);
	open_gate(c->d, 1);
	vgt_rig_settle(v);
	assert_int_equal(data(c, 0), 0x77);
	assert_int_equal(result(c->d, 0), 1);
	assert_int_equal(stat(c->d, VGT_EVENT_BATCH_COPY), 1);
	end(c);
}

static void test_loads_are_taken_out(void **state)
{
	struct context *c = begin(8);
	u32 before;

	before = igd_reg_get(v->rig->gd, SECRET);
	set_data(c, 4, 0xbad);
	write_at(c, c->batch,
		 MI_LOAD_REGISTER_IMM(2), SECRET, ~before, RING_GPR(BLT_RING_BASE, 1), 0x5a5a,
		 MI_LOAD_REGISTER_MEM, SECRET, (u32)DATA + 16, 0,
		 MI_LOAD_REGISTER_REG, RING_GPR(BLT_RING_BASE, 1), SECRET,
		 MI_STORE_REGISTER_MEM, RING_GPR(BLT_RING_BASE, 1), (u32)DATA, 0,
		 MI_STORE_REGISTER_MEM, SECRET, (u32)DATA + 4, 0,
		 MI_STORE_DWORD_IMM | MI_GGTT, c->d->results, 0, 0xbad,
		 STORE(2, 3), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	set_data(c, 1, 0x1234);
	run(c, NULL);
	assert_int_equal(igd_reg_get(v->rig->gd, SECRET), before);
	assert_int_equal(data(c, 0), 0x5a5a);
	assert_int_equal(data(c, 1), 0x1234);
	assert_int_equal(data(c, 2), 3);
	assert_int_equal(result(c->d, 0), 0);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_DROPPED), 5);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 0);
	end(c);
}

/* To another batch, into the middle of the first one, and round again until it is enough. */
static void test_jumps(void **state)
{
	struct context *c = begin(8);
	u64 second = more(c, BATCH2);

	write_at(c, c->batch, JUMP(BATCH2 + 4), STORE(0, 0x11), JUMP(BATCH2 + 32), 0xffffffff);
	write_at(c, second, 0xffffffff, STORE(1, 0x22), JUMP(BATCH + 12),
		 STORE(2, 0x33), END_IF_LE(3, 7), JUMP(BATCH + 12));
	set_data(c, 3, 100);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	submit(c, NULL);
	vgt_rig_run(v, 100000);
	assert_int_equal(data(c, 0), 0x11);
	assert_int_equal(data(c, 1), 0x22);
	assert_int_equal(data(c, 2), 0x33);
	expect(c->d, CSB_IDLE_ACTIVE, 0);
	expect_nothing(c->d);
	set_data(c, 3, 7);
	vgt_rig_settle(v);
	expect(c->d, CSB_COMPLETE | CSB_ACTIVE_IDLE, 1);
	assert_int_equal(stat(c->d, VGT_EVENT_BATCH_COPY), 1);
	end(c);
}

/* A load of a register that only a jump into the middle of a command leads to. */
static void test_jump_into_a_command(void **state)
{
	struct context *c = begin(8);
	u32 before = igd_reg_get(v->rig->gd, SECRET);

	/* Data of the store is a register load, and the end of it. */
	write_at(c, c->batch,
		 (MI_STORE_DWORD_IMM & ~0x3ffu) | 5, (u32)DATA, 0,
		 MI_LOAD_REGISTER_IMM(1), SECRET, ~before, END,
		 JUMP(BATCH + 12));
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(data(c, 2), ~before);
	assert_int_equal(igd_reg_get(v->rig->gd, SECRET), before);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_DROPPED), 1);
	end(c);
}

static void test_second_level(void **state)
{
	struct context *c = begin(8);
	u64 second = more(c, BATCH2);

	write_at(c, c->batch, CALL(BATCH2), STORE(0, 1), CALL(BATCH2 + 16), STORE(3, 4), END);
	write_at(c, second, STORE(1, 2), STORE(2, 3), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	emit_store(c, c->d->results, 5);
	run(c, NULL);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(data(c, i), i + 1);
	assert_int_equal(result(c->d, 0), 5);
	end(c);
}

static void test_second_level_of_a_privileged_batch(void **state)
{
	struct context *c = begin(8);
	u64 gpa;
	u32 addr = gm_alloc(c->d, 1, &gpa);

	write_at(c, c->batch, STORE(0, 1), END);
	write_at(c, gpa, CALL(BATCH), END);
	emit_batch(c, addr, 0);
	run(c, NULL);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 1);
	assert_int_equal(data(c, 0), 0);
	end(c);
}

static void test_across_pages(void **state)
{
	struct context *c = begin(8);
	u64 second = more(c, BATCH2);
	u32 dw[1024] = { 0 };

	dw[1022] = MI_STORE_DWORD_IMM;
	dw[1023] = (u32)DATA;
	batch(c, dw, 1024);
	write_at(c, second, 0, 0x77, STORE(1, 0x78), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(data(c, 0), 0x77);
	assert_int_equal(data(c, 1), 0x78);
	end(c);
}

/* What the tables say at the submission counts, not what they said at the one before. */
static void test_tables_change(void **state)
{
	struct context *c = begin(8);
	u64 other;

	write_at(c, c->batch, STORE(0, 1), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	other = more(c, BATCH);
	write_at(c, other, STORE(1, 2), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(data(c, 0), 1);
	assert_int_equal(data(c, 1), 2);
	end(c);
}

static void test_not_in_memory(void **state)
{
	struct context *c = begin(8);

	write_at(c, c->batch, STORE(0, 1), JUMP(BATCH2));
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(data(c, 0), 0);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 1);
	end(c);
}

/* A batch of many pages, all of them one that is full of @command. */
static void map_pages(struct context *c, unsigned int pages, u32 command)
{
	u64 page = vgt_guest_rig_alloc(c->d->g) << 12;
	u32 dw[SZ_4K / 4];

	for (unsigned int i = 0; i < ARRAY_SIZE(dw); i++)
		dw[i] = command;
	vgt_guest_rig_copy(c->d->g, page, dw, sizeof(dw));
	for (unsigned int i = 0; i < pages; i++)
		map(c, BATCH + i * SZ_4K, page);
}

static void map_noops(struct context *c, unsigned int pages)
{
	map_pages(c, pages, MI_NOOP | 1);	/* with an identification: it is said in a register */
}

static void run_long(struct context *c)
{
	submit(c, NULL);
	vgt_rig_run(v, 20000000);
}

static void test_too_long(void **state)
{
	struct context *c = begin(8);

	map_noops(c, 254);
	map(c, BATCH + 254 * SZ_4K, c->batch);
	write_at(c, c->batch, STORE(0, 1), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run_long(c);
	assert_int_equal(data(c, 0), 1);

	map_noops(c, 300);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 1);
	end(c);
}

/* Pages that do nothing, in front of commands and between them, are not in the copy. */
static void test_empty_pages(void **state)
{
	struct context *c = begin(8);
	u64 last;

	map_pages(c, 256, 0);
	map(c, BATCH + 10 * SZ_4K, c->batch);
	/* A command that goes on in the next page is a command, whatever is there. */
	write_at(c, c->batch, STORE(0, 1), JUMP(BATCH + 20 * SZ_4K + 8));
	write_at(c, more(c, BATCH + 100 * SZ_4K) + SZ_4K - 12, MI_STORE_DWORD_IMM, (u32)DATA + 4, 0);
	write_at(c, more(c, BATCH + 102 * SZ_4K), STORE(2, 3));
	last = more(c, BATCH + 250 * SZ_4K);
	write_at(c, last, END_IF_LE(3, 7), STORE(0, 5), JUMP(BATCH + 150 * SZ_4K));
	set_data(c, 1, 0xff);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(data(c, 0), 1);
	assert_int_equal(data(c, 1), 0);
	assert_int_equal(data(c, 2), 3);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 0);

	/* Jumps back lead to the same place as without them. */
	set_data(c, 3, 100);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	submit(c, NULL);
	vgt_rig_run(v, 1000000);
	assert_int_equal(data(c, 0), 5);
	set_data(c, 3, 7);
	vgt_rig_settle(v);
	assert_in_range(window_used(c->d), 0, 40);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 0);
	end(c);
}

/* The same page again and again. */
static void test_too_many_empty_pages(void **state)
{
	struct context *c = begin(32);

	map_pages(c, 66000, 0);
	map(c, BATCH + 66000ull * SZ_4K, c->batch);
	write_at(c, c->batch, END);
	for (unsigned int i = 0; i < 2; i++) {
		emit_batch(c, BATCH + 256 * SZ_4K, MI_BATCH_PPGTT);
		emit_batch(c, BATCH + 1024 * SZ_4K, MI_BATCH_PPGTT);
		run(c, NULL);
		/* Of a submission, not of each batch. */
		assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), i + 1);
		c->tail = 0;
	}
	emit_batch(c, BATCH + 1024 * SZ_4K, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 2);
	end(c);
}

static void test_too_many_jumps(void **state)
{
	struct context *c = begin(8);
	u32 dw[1024] = { 0 };

	for (u32 i = 0; i < 300; i++) {
		dw[3 * i] = MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_SECOND_LEVEL;
		dw[3 * i + 1] = (u32)BATCH + 12 * i;
	}
	dw[900] = END;
	batch(c, dw, 1024);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 1);

	/* Pieces that lie over one another. */
	for (u32 i = 0; i < 150; i++) {
		dw[2 * i] = (MI_STORE_DWORD_IMM & ~0x3ffu) | 200;
		dw[2 * i + 1] = END;
	}
	for (u32 i = 0; i < 150; i++) {
		dw[300 + 3 * i] = MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_SECOND_LEVEL;
		dw[300 + 3 * i + 1] = (u32)BATCH + 8 * i + 4;
	}
	dw[750] = END;
	batch(c, dw, 1024);
	c->tail -= 16;
	emit_batch(c, BATCH + 1200, MI_BATCH_PPGTT);
	run(c, NULL);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 2);
	end(c);
}

/* A context that comes and goes uses its copies again. */
static void test_one_after_another(void **state)
{
	struct context *c = begin(8);
	unsigned int used = 0;

	for (u32 i = 1; i <= 300; i++) {
		write_at(c, c->batch, STORE(0, i), END);
		emit_batch(c, BATCH, MI_BATCH_PPGTT);
		run(c, NULL);
		assert_int_equal(data(c, 0), i);
		if (i == 1)
			used = window_used(c->d);
	}
	assert_int_equal(window_used(c->d), used);
	assert_int_equal(stat(c->d, VGT_EVENT_BATCH_COPY), 300);
	end(c);
}

/* So does one that never leaves the engine, as far as the engine has come. */
static void test_context_that_stays(void **state)
{
	struct context *c = begin(8);

	for (u32 i = 1; i <= 1000; i++) {
		emit_gate(c, i);
		write_at(c, c->batch, STORE(0, i), END);
		emit_batch(c, BATCH, MI_BATCH_PPGTT);
		submit(c, NULL);
		vgt_rig_run(v, 20000);
		assert_int_equal(data(c, 0), i > 4 ? i - 4 : 0);
		if (i > 3)
			open_gate(c->d, i - 3);
		vgt_rig_run(v, 20000);
		for (u32 s, id; csb_next(c->d, &s, &id);)
			;
	}
	for (u32 i = 998; i <= 1000; i++) {
		open_gate(c->d, i);
		vgt_rig_settle(v);
	}
	assert_int_equal(data(c, 0), 1000);
	assert_in_range(window_used(c->d), 6, 40);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 0);
	end(c);
}

/* After a reset the engine would go back to batches whose copies hold others by now. */
static void test_reset_does_not_go_back_to_retired_copies(void **state)
{
	struct context *c = begin(8);

	for (u32 i = 1; i <= 40; i++) {
		emit(c, MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL |
		     SEMAPHORE_GTE << MI_SEMAPHORE_OP_SHIFT, i, c->d->results + GATE, 0);
		write_at(c, c->batch, STORE(i, i), END);
		emit_batch(c, BATCH, MI_BATCH_PPGTT);
		run(c, NULL);
		open_gate(c->d, i);
	}
	emit_gate(c, 100);
	run(c, NULL);
	for (u32 i = 1; i <= 40; i++) {
		assert_int_equal(data(c, i), i);
		set_data(c, i, 0);
	}
	reset_by_host();
	for (u32 i = 1; i <= 40; i++)
		assert_int_equal(data(c, i), 0);
	end(c);
}

/* A batch that was preempted goes on in its copy, whatever the guest has made of its own. */
static void test_preempted_in_a_batch(void **state)
{
	struct driver *d;
	struct context *c = begin(8), *other;
	unsigned int used = 0;

	d = c->d;
	other = context_new(d, 2);
	write_at(c, c->batch, MI_ARB_CHECK, END_IF_LE(3, 7), STORE(0, 1), JUMP(BATCH));
	set_data(c, 3, 100);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	emit_store(c, d->results, 9);
	submit(c, NULL);
	vgt_rig_run(v, 100000);
	assert_int_equal(data(c, 0), 1);
	for (u32 i = 1; i <= 100; i++) {
		write_at(c, c->batch, STORE(0, i), MI_LOAD_REGISTER_IMM(1), SECRET, 0xbad, END);
		emit_store(other, d->results + 4, i);
		submit(other, c);
		vgt_rig_run(v, 200000);
		assert_int_equal(result(d, 1), i);
		/* More of it, behind the batch that it is in. */
		emit_batch(c, BATCH, MI_BATCH_PPGTT);
		if (i == 50)
			used = window_used(d);
		for (u32 s, id; csb_next(d, &s, &id);)
			;
	}
	assert_in_range(window_used(d), 0, used + 55);
	assert_int_equal(data(c, 0), 1);
	assert_int_equal(result(d, 0), 0);
	set_data(c, 3, 7);
	run(c, NULL);
	assert_int_equal(result(d, 0), 9);
	assert_int_equal(data(c, 0), 100);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	free(other);
	end(c);
}

/*
 * A context is reset that has been saved within a batch, and has come far beyond it since: where
 * that batch's copy was, there is another, whose commands begin elsewhere.
 */
static void test_reset_to_a_copy_that_is_another_batchs(void **state)
{
	struct context *c = begin(8), *other;
	u32 victim = rig_ggtt_alloc(v->rig, 1);
	struct driver *d = c->d;
	const u32 hidden[48] = {
		[0] = (MI_STORE_DWORD_IMM & ~0x3ffu) | 33, (u32)DATA + 64,
		[24] = MI_STORE_DWORD_IMM | MI_GGTT, victim, 0, 0xbad,
		[28] = END,
		[35] = END,
	};

	other = context_new(d, 2);
	write_at(c, c->batch + 64, MI_ARB_CHECK, END_IF_LE(3, 7), JUMP(BATCH));
	set_data(c, 3, 100);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	submit(c, NULL);
	vgt_rig_run(v, 100000);
	emit_store(other, d->results, 1);
	run(other, NULL);
	assert_int_equal(result(d, 0), 1);
	assert_true(peek(c, IMAGE_BB_ADDR) & BBADDR_VALID);

	submit(c, NULL);
	vgt_rig_run(v, 100000);
	set_data(c, 3, 7);
	vgt_guest_rig_copy(d->g, c->batch, hidden, sizeof(hidden));
	for (u32 i = 1; i <= 40; i++) {
		emit(c, MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL |
		     SEMAPHORE_GTE << MI_SEMAPHORE_OP_SHIFT, i, d->results + GATE, 0);
		emit_batch(c, BATCH, MI_BATCH_PPGTT);
		run(c, NULL);
		open_gate(d, i);
	}
	emit_gate(c, 100);
	run(c, NULL);
	assert_int_equal(stat(d, VGT_EVENT_AUDIT_REFUSED), 0);
	reset_by_host();
	vgt_guest_rig_set_reg(d->g, GEN6_GDRST, GDRST_BLT);
	enable_engine(d);

	run(c, NULL);
	assert_int_equal(*rig_ggtt(v->rig, victim), 0);
	open_gate(d, 100);
	emit_store(c, d->results, 2);
	run(c, NULL);
	assert_int_equal(result(d, 0), 2);
	assert_int_equal(*rig_ggtt(v->rig, victim), 0);
	free(other);
	end(c);
}

static void test_batch_in_progress_that_is_none(void **state)
{
	struct context *c = begin(8);

	write_at(c, c->batch, STORE(0, 0xbad), END);
	emit_store(c, c->d->results, 1);
	poke(c, IMAGE_BB_STATE, BBSTATE_PPGTT);
	poke(c, IMAGE_BB_LAST, BBSTATE_PPGTT);
	poke(c, IMAGE_BB_ADDR, (u32)BATCH | BBADDR_VALID);
	poke(c, IMAGE_CONTEXT_CONTROL, 0x00090008);
	run(c, NULL);
	assert_int_equal(data(c, 0), 0);
	assert_int_equal(result(c->d, 0), 0);
	assert_int_equal(stat(c->d, VGT_EVENT_AUDIT_REFUSED), 1);
	end(c);
}

/* More than the window holds: contexts that are not used give way, others lose nothing. */
static void test_window_is_full(void **state)
{
	struct context *c = begin(32), *all[20];
	struct driver *d = c->d;

	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++) {
		all[i] = context_new(d, 10 + i);
		map_noops(all[i], 200);
		map(all[i], BATCH + 200 * SZ_4K, all[i]->batch);
		write_at(all[i], all[i]->batch, STORE(0, i + 1), END);
		emit_batch(all[i], BATCH, MI_BATCH_PPGTT);
		run_long(all[i]);
		assert_int_equal(data(all[i], 0), i + 1);
	}
	assert_in_range(window_used(d), 1000, WINDOW_PAGES);

	/* What is in the port cannot: that is refused, and the rest runs. */
	emit_gate(c, 1);
	emit_store(c, d->results, 5);
	run(c, NULL);
	map_noops(c, 200);
	map(c, BATCH + 200 * SZ_4K, c->batch);
	write_at(c, c->batch, STORE(0, 1), END);
	for (unsigned int i = 0; i < 12; i++) {
		emit_batch(c, BATCH, MI_BATCH_PPGTT);
		run(c, NULL);
	}
	assert_in_range(stat(d, VGT_EVENT_AUDIT_REFUSED), 1, 5);
	open_gate(d, 1);
	vgt_rig_settle(v);
	assert_int_equal(result(d, 0), 5);
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
		free(all[i]);
	end(c);
}

static void test_out_of_memory(void **state)
{
	struct context *c = begin(8);
	bool failed;

	write_at(c, c->batch, STORE(0, 1), END);
	emit_batch(c, BATCH, MI_BATCH_PPGTT);
	for (unsigned int n = 1; !data(c, 0); n++) {
		assert_in_range(n, 1, 200);
		shim_fail_alloc = n;
		run(c, NULL);
		failed = !shim_fail_alloc;
		shim_fail_alloc = 0;
		/* Some are tried again. */
		assert_true(failed || data(c, 0));
	}
	end(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_runs_is_a_copy),
		cmocka_unit_test(test_loads_are_taken_out),
		cmocka_unit_test(test_jumps),
		cmocka_unit_test(test_jump_into_a_command),
		cmocka_unit_test(test_second_level),
		cmocka_unit_test(test_second_level_of_a_privileged_batch),
		cmocka_unit_test(test_across_pages),
		cmocka_unit_test(test_tables_change),
		cmocka_unit_test(test_not_in_memory),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_empty_pages),
		cmocka_unit_test(test_too_many_empty_pages),
		cmocka_unit_test(test_too_many_jumps),
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_context_that_stays),
		cmocka_unit_test(test_reset_does_not_go_back_to_retired_copies),
		cmocka_unit_test(test_preempted_in_a_batch),
		cmocka_unit_test(test_reset_to_a_copy_that_is_another_batchs),
		cmocka_unit_test(test_batch_in_progress_that_is_none),
		cmocka_unit_test(test_window_is_full),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests_name("vgt_batch", tests, NULL, NULL);
}
