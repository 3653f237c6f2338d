// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a hostile guest's batches without privileges
 *
 *   registers of the host: what are they?
 *     a batch that loads them, by one way or another, as the last but one of a ring
 *        ran to the end of the ring  |  was refused, and that is counted
 *   registers of the host: are they the same?
 *
 * Gen9's blitter does not refuse such loads, so what keeps them from it is the core.  Whether it
 * refuses the submission or takes the loads out is left to it; that they do not get to the GPU is
 * seen by the GPU model as well, where no rule may be broken (provoked.txt).
 */
#include <pthread.h>

#include "host_regs.h"
#include "scene.h"

#define EVIL		0x0001a5a4u
#define SECRET		0x5ec7e7a1u
#define SCRATCH		0x4f010u	/* a register that nobody uses, for software to keep something */
#define ATOMIC_CS_STALL	(1u << 17)
#define OTHER		(DRIVER_BATCH + 0x10000)	/* where a batch goes on */
#define THIRD		(DRIVER_BATCH + 0x20000)

enum load { LRI, LRM, LRR, NUM_LOADS };
enum outcome { RAN, REFUSED, HANGS };

/* The host's, which do not change by themselves, and with which no harm is done at once. */
static const uint32_t targets[] = {
	SCRATCH,
	RING_HWSTAM(RENDER_RING_BASE),
	RING_FORCE_TO_NONPRIV(RENDER_RING_BASE, NONPRIV_SLOTS - 1),
	MOCS_CONTROL(0, 3),
};

/**
 * struct attack - what is going on
 * @before: of each of the targets
 * @serial: what the ring stores behind the last batch
 * @ran, @refused: batches
 */
struct attack {
	struct scene *s;
	struct host_regs host;
	uint32_t before[ARRAY_SIZE(targets)];
	uint32_t serial;
	unsigned int ran, refused;
};

static struct attack *attack_start(int fd)
{
	static struct attack attack;
	struct attack *a = &attack;

	a->s = scene_start();
	host_regs_open(&a->host, fd);
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		a->before[i] = host_reg(&a->host, targets[i]);
		vgt_assert(a->before[i] != EVIL);
	}
	return a;
}

static void unharmed(struct attack *a, const char *what)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		uint32_t now = host_reg(&a->host, targets[i]);

		vgt_assert_f(now == a->before[i], "%s: %#x of the host is %#x, was %#x", what,
			     targets[i], now, a->before[i]);
	}
}

static void attack_end(struct attack *a)
{
	unharmed(a, "in the end");
	printf("%u ran, %u were refused\n", a->ran, a->refused);
	host_regs_close(&a->host);
	scene_end(a->s);
}

/*
 * Batches
 */

/* Into the page at @gpa from its @at'th dword on; returns where it ends. */
static unsigned int put_dwords(struct attack *a, uint64_t gpa, unsigned int at,
			       const uint32_t *dw, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*vfio_u32(&a->s->v, gpa + 4 * at++) = dw[i];
	return at;
}

#define put(a, gpa, at, ...) \
	put_dwords(a, gpa, at, (const uint32_t[]){ __VA_ARGS__ }, \
		   ARRAY_SIZE(((const uint32_t[]){ __VA_ARGS__ })))

static unsigned int put_jump(struct attack *a, uint64_t gpa, unsigned int at, uint32_t flags,
			     uint64_t to)
{
	return put(a, gpa, at, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | flags, (uint32_t)to,
		   to >> 32);
}

/* The last dword of a context's data is for loads from memory. */
static unsigned int put_load(struct attack *a, struct context *c, uint64_t gpa, unsigned int at,
			     enum load how, uint32_t reg)
{
	uint32_t gpr = RING_GPR(c->e->base, 3);

	switch (how) {
	case LRM:
		*vfio_u32(&a->s->v, c->data + PAGE - 4) = EVIL;
		return put(a, gpa, at, MI_LOAD_REGISTER_MEM, reg, DRIVER_DATA + PAGE - 4, 0);
	case LRR:
		return put(a, gpa, at, MI_LOAD_REGISTER_IMM(1), gpr, EVIL,
			   MI_LOAD_REGISTER_REG, gpr, reg);
	default:
		return put(a, gpa, at, MI_LOAD_REGISTER_IMM(1), reg, EVIL);
	}
}

/* All of the targets, and an end. */
static void put_loads(struct attack *a, struct context *c, uint64_t gpa, unsigned int at)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		at = put_load(a, c, gpa, at, LRI, targets[i]);
	put(a, gpa, at, MI_BATCH_BUFFER_END);
}

/* New pages in a context's own space. */
static uint64_t new_pages(struct attack *a, struct context *c, uint64_t addr, unsigned int n)
{
	uint64_t gpa = driver_pages(&a->s->d, n);

	for (unsigned int i = 0; i < n; i++)
		context_map(c, addr + i * PAGE, gpa + i * PAGE);
	return gpa;
}

/* A context for each batch: the ring of one that has been refused is of no use. */
static struct context *new_context(struct attack *a, const struct vgt_engine *e)
{
	return context_new(&a->s->d, e, 1 + a->ran + a->refused);
}

/*
 * Submissions
 */

/* Start the batch at @addr, and store when it has ended; returns the refusals before that. */
static uint64_t submit_flags(struct attack *a, struct context *c, uint64_t addr, uint32_t flags)
{
	uint64_t before = scene_stat("audit_refused");

	emit_batch(c, addr, flags);
	emit_store(c, a->s->d.results, ++a->serial);
	context_submit(c);
	return before;
}

static uint64_t submit(struct attack *a, struct context *c, uint64_t addr)
{
	return submit_flags(a, c, addr, MI_BATCH_PPGTT);
}

/* With nothing in it yet that would be a reason to refuse it, and a ring that waits before it. */
static uint64_t submit_harmless(struct attack *a, struct context *c, uint64_t addr)
{
	uint64_t before;

	*driver_result(&a->s->d, 16) = 0;
	emit_gate(c, a->s->d.results + 64, 1);
	before = submit(a, c, addr);
	vgt_assert_f(scene_stat("audit_refused") == before, "a harmless batch is refused");
	return before;
}

/* Time for the ring to go on, and for what comes then to do its harm. */
static void open_gate(struct attack *a)
{
	*driver_result(&a->s->d, 16) = 1;
	vgt_sleep(0.05);
}

static enum outcome outcome(struct attack *a, struct context *c, uint64_t before, double patience)
{
	struct driver *d = &a->s->d;
	double end = vgt_now() + patience;

	while (!driver_settle(d, c->e, 0.01)) {
		if (scene_stat("audit_refused") != before) {
			a->refused++;
			driver_reset_engine(d, c->e);
			return REFUSED;
		}
		if (vgt_now() > end) {
			driver_reset_engine(d, c->e);
			return HANGS;
		}
	}
	a->ran++;
	vgt_assert_eq(*driver_result(d, 0), a->serial);
	return RAN;
}

/* Refused, or carried out without what it may not. */
static void contained(struct attack *a, struct context *c, uint64_t before, const char *what)
{
	vgt_assert_f(outcome(a, c, before, PATIENCE) != HANGS, "%s: neither ran nor was refused",
		     what);
	unharmed(a, what);
}

static void attempt(struct attack *a, struct context *c, const char *what)
{
	contained(a, c, submit(a, c, DRIVER_BATCH), what);
}

/*
 * Subtests
 */

static void each_target(struct attack *a, const struct vgt_engine *e, enum load how,
			uint32_t more_bits)
{
	static const char * const name[NUM_LOADS] = { "LRI", "LRM", "LRR" };

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct context *c = new_context(a, e);
		unsigned int at = put_load(a, c, c->batch, 0, how, targets[i] | more_bits);

		put(a, c->batch, at, MI_BATCH_BUFFER_END);
		attempt(a, c, name[how]);
	}
}

/* On engines that refuse them, too. */
subtest(loads)
{
	struct attack *a = attack_start(fd);

	for (int how = 0; how < NUM_LOADS; how++)
		each_target(a, e, how, 0);
	attack_end(a);
}

/* What keeps the others in must not keep out what a driver lets its users do. */
subtest(allowed)
{
	struct attack *a = attack_start(fd);
	struct context *c = new_context(a, BCS);
	uint32_t gpr = RING_GPR(BLT_RING_BASE, 0);
	volatile uint32_t *data = vfio_u32(&a->s->v, c->data);
	unsigned int at, loop;

	data[0] = 5;
	data[1] = 0x600d;
	at = put(a, c->batch, 0,
		 MI_LOAD_REGISTER_IMM(2), gpr, 1, BCS_SWCTRL, BCS_SWCTRL_SRC_Y << 16,
		 MI_LOAD_REGISTER_MEM, gpr + 8, DRIVER_DATA + 4, 0,
		 MI_LOAD_REGISTER_REG, gpr + 8, gpr + 16,
		 MI_STORE_REGISTER_MEM, gpr + 16, DRIVER_DATA + 8, 0,
		 MI_STORE_REGISTER_MEM, RING_TIMESTAMP(BLT_RING_BASE), DRIVER_DATA + 12, 0);
	/* A loop: down to zero, five times. */
	loop = at;
	at = put(a, c->batch, at,
		 MI_ATOMIC | ATOMIC_CS_STALL | ATOMIC_DEC << MI_ATOMIC_OP_SHIFT | 1, DRIVER_DATA, 0,
		 MI_CONDITIONAL_BATCH_BUFFER_END | MI_COND_BBE_COMPARE, 0, DRIVER_DATA, 0);
	at = put_jump(a, c->batch, at, 0, DRIVER_BATCH + 4 * loop);
	put(a, c->batch, at, MI_BATCH_BUFFER_END);
	attempt(a, c, "own registers");
	vgt_assert_eq(a->refused, 0);
	vgt_assert_eq(data[0], 0);
	vgt_assert_eq(data[2], 0x600d);
	vgt_assert(data[3]);
	attack_end(a);
}

subtest(lri)
{
	struct attack *a = attack_start(fd);
	struct context *c;
	uint64_t gpa;

	each_target(a, BCS, LRI, 0);
	/* The hardware does not look at the other bits of the offset. */
	each_target(a, BCS, LRI, 0xff800003);

	c = new_context(a, BCS);
	put(a, c->batch, 0, MI_LOAD_REGISTER_IMM(3), RING_GPR(BLT_RING_BASE, 0), 1,
	    targets[0], EVIL, RING_GPR(BLT_RING_BASE, 1), 1, MI_BATCH_BUFFER_END);
	attempt(a, c, "between own registers");

	/* The header is the last dword of its page; the next one is elsewhere in memory. */
	c = new_context(a, BCS);
	driver_pages(&a->s->d, 1);
	gpa = new_pages(a, c, DRIVER_BATCH + PAGE, 1);
	put(a, c->batch, PAGE / 4 - 1, MI_LOAD_REGISTER_IMM(1));
	put(a, gpa, 0, targets[0], EVIL, MI_BATCH_BUFFER_END);
	attempt(a, c, "across pages");
	attack_end(a);
}

subtest(lrm)
{
	struct attack *a = attack_start(fd);

	each_target(a, BCS, LRM, 0);
	each_target(a, BCS, LRM, 0xff800003);
	attack_end(a);
}

subtest(lrr)
{
	struct attack *a = attack_start(fd);

	each_target(a, BCS, LRR, 0);
	each_target(a, BCS, LRR, 0xff800003);
	attack_end(a);
}

/* What the guest finds in its memory afterwards is not what the host has in the register. */
subtest(srm_leak)
{
	struct attack *a = attack_start(fd);
	const uint32_t regs[] = { SCRATCH, RING_HWS_PGA(RENDER_RING_BASE) };
	uint32_t gpr = RING_GPR(BLT_RING_BASE, 3), old = a->before[0];

	host_set_reg(&a->host, SCRATCH, SECRET);
	a->before[0] = SECRET;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(regs); i++) {
		uint32_t reg = regs[i / 2], val = host_reg(&a->host, reg);
		struct context *c = new_context(a, BCS);

		if (i & 1)
			put(a, c->batch, 0, MI_LOAD_REGISTER_REG, reg, gpr,
			    MI_STORE_REGISTER_MEM, gpr, DRIVER_DATA, 0, MI_BATCH_BUFFER_END);
		else
			put(a, c->batch, 0, MI_STORE_REGISTER_MEM, reg, DRIVER_DATA, 0,
			    MI_BATCH_BUFFER_END);
		vgt_assert(val);
		attempt(a, c, "store");
		vgt_assert_f(*vfio_u32(&a->s->v, c->data) != val,
			     "%#x of the host is in memory: %#x", reg, val);
	}
	host_set_reg(&a->host, SCRATCH, old);
	a->before[0] = old;
	attack_end(a);
}

/* The ring waits before the batch; the guest's CPU writes other commands where it was. */
subtest(changed)
{
	struct attack *a = attack_start(fd);
	struct context *c;
	uint64_t before, evil;

	/* Where nothing was. */
	c = new_context(a, BCS);
	put(a, c->batch, 64, MI_BATCH_BUFFER_END);
	before = submit_harmless(a, c, DRIVER_BATCH);
	put_loads(a, c, c->batch, 0);
	open_gate(a);
	contained(a, c, before, "commands written into the batch");

	/* Other registers. */
	c = new_context(a, BCS);
	put(a, c->batch, 0, MI_LOAD_REGISTER_IMM(1), RING_GPR(BLT_RING_BASE, 0), EVIL,
	    MI_BATCH_BUFFER_END);
	before = submit_harmless(a, c, DRIVER_BATCH);
	put(a, c->batch, 1, targets[0]);
	open_gate(a);
	contained(a, c, before, "register written into the batch");

	/* The end becomes a jump. */
	c = new_context(a, BCS);
	put_loads(a, c, new_pages(a, c, OTHER, 1), 0);
	put(a, c->batch, 0, MI_BATCH_BUFFER_END);
	before = submit_harmless(a, c, DRIVER_BATCH);
	put_jump(a, c->batch, 0, 0, OTHER);
	open_gate(a);
	contained(a, c, before, "jump written into the batch");

	/* Other pages. */
	c = new_context(a, BCS);
	put(a, c->batch, 0, MI_BATCH_BUFFER_END);
	evil = driver_pages(&a->s->d, 1);
	put_loads(a, c, evil, 0);
	before = submit_harmless(a, c, DRIVER_BATCH);
	context_map(c, DRIVER_BATCH, evil);
	open_gate(a);
	contained(a, c, before, "page of the batch replaced");
	attack_end(a);
}

/* At its submission there is no page where the batch is. */
subtest(mapped_later)
{
	struct attack *a = attack_start(fd);
	struct context *c = new_context(a, BCS);
	uint64_t before, evil = driver_pages(&a->s->d, 1);
	static const char * const name[] = { "ran", "refused", "hangs" };
	enum outcome how;

	put_loads(a, c, evil, 0);
	*vfio_u64(&a->s->v, context_entry(c, OTHER, 1)) = 0;
	*driver_result(&a->s->d, 16) = 0;
	emit_gate(c, a->s->d.results + 64, 1);
	before = submit(a, c, OTHER);
	context_map(c, OTHER, evil);
	open_gate(a);
	how = outcome(a, c, before, 1);
	printf("the batch %s\n", name[how]);
	unharmed(a, "mapped later");
	attack_end(a);
}

/* It runs already when it is submitted again, with other commands in the batch. */
subtest(resubmitted)
{
	struct attack *a = attack_start(fd);

	for (int force = 0; force < 2; force++) {
		struct context *c = new_context(a, BCS);
		uint64_t before;

		put(a, c->batch, 64, MI_BATCH_BUFFER_END);
		before = submit_harmless(a, c, DRIVER_BATCH);
		put_loads(a, c, c->batch, 0);
		emit_store(c, a->s->d.results, ++a->serial);
		driver_submit_raw(&a->s->d, BCS,
				  context_desc(c) | (force ? CTX_DESC_FORCE_RESTORE : 0), 0);
		open_gate(a);
		contained(a, c, before, "submitted again");
	}
	attack_end(a);
}

subtest(chained)
{
	struct attack *a = attack_start(fd);
	struct context *c;
	uint64_t gpa;
	uint32_t at;

	for (int how = 0; how < NUM_LOADS; how++) {
		c = new_context(a, BCS);
		gpa = new_pages(a, c, OTHER, 1);
		put_jump(a, c->batch, 0, 0, OTHER);
		put(a, gpa, put_load(a, c, gpa, 0, how, targets[0]), MI_BATCH_BUFFER_END);
		attempt(a, c, "jump to another page");
	}
	/* Further, and to the middle of a page. */
	c = new_context(a, BCS);
	put_jump(a, c->batch, 0, 0, OTHER);
	put_jump(a, new_pages(a, c, OTHER, 1), 0, 0, THIRD + 0x804);
	put_loads(a, c, new_pages(a, c, THIRD, 1), 0x201);
	attempt(a, c, "two jumps");

	c = new_context(a, BCS);
	put_jump(a, c->batch, 0, 0, DRIVER_BATCH + 0x400);
	put_loads(a, c, c->batch, 0x100);
	attempt(a, c, "jump within the page");

	/* From a batch with privileges. */
	c = new_context(a, BCS);
	put_loads(a, c, c->batch, 0);
	gpa = driver_pages(&a->s->d, 1);
	at = driver_gm(&a->s->d, gpa, 1);
	put_jump(a, gpa, 0, 0, DRIVER_BATCH);
	contained(a, c, submit_flags(a, c, at, 0), "from a privileged batch");
	attack_end(a);
}

subtest(second_level)
{
	struct attack *a = attack_start(fd);
	struct context *c;
	uint64_t gpa;

	for (int how = 0; how < NUM_LOADS; how++) {
		c = new_context(a, BCS);
		gpa = new_pages(a, c, OTHER, 1);
		put(a, c->batch, put_jump(a, c->batch, 0, MI_BATCH_SECOND_LEVEL, OTHER),
		    MI_BATCH_BUFFER_END);
		put(a, gpa, put_load(a, c, gpa, 0, how, targets[0]), MI_BATCH_BUFFER_END);
		attempt(a, c, "second level");
	}
	/* The one that is called goes on elsewhere; the caller, behind the call. */
	c = new_context(a, BCS);
	put(a, c->batch, put_jump(a, c->batch, 0, MI_BATCH_SECOND_LEVEL, OTHER),
	    MI_BATCH_BUFFER_END);
	put_jump(a, new_pages(a, c, OTHER, 1), 0, 0, THIRD);
	put_loads(a, c, new_pages(a, c, THIRD, 1), 0);
	attempt(a, c, "second level, chained");

	c = new_context(a, BCS);
	put_loads(a, c, c->batch, put_jump(a, c->batch, 0, MI_BATCH_SECOND_LEVEL, OTHER));
	put(a, new_pages(a, c, OTHER, 1), 0, MI_BATCH_BUFFER_END);
	attempt(a, c, "behind a call");
	attack_end(a);
}

/* Behind what looks like the end and is none. */
subtest(behind)
{
	struct attack *a = attack_start(fd);
	struct context *c = new_context(a, BCS);
	unsigned int at;

	*vfio_u32(&a->s->v, c->data) = 2;
	at = put(a, c->batch, 0, MI_CONDITIONAL_BATCH_BUFFER_END | MI_COND_BBE_COMPARE, 1,
		 DRIVER_DATA, 0);
	put_loads(a, c, c->batch, at);
	attempt(a, c, "behind a conditional end");

	c = new_context(a, BCS);
	put(a, new_pages(a, c, OTHER, 1), 0, MI_BATCH_BUFFER_END);
	at = put_jump(a, c->batch, 0, MI_BATCH_PREDICATE, OTHER);
	put_loads(a, c, c->batch, at);
	attempt(a, c, "behind a jump that is not taken");
	attack_end(a);
}

/* Into what was, or is to be, the data of a store. */
subtest(inside)
{
	const uint32_t store = MI_CMD(MI_OP_STORE_DATA_IMM) | 5;
	struct attack *a = attack_start(fd);

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct context *c = new_context(a, BCS);
		unsigned int at;

		at = put(a, c->batch, 0, store, DRIVER_DATA, 0, MI_LOAD_REGISTER_IMM(1), targets[i],
			 EVIL, MI_BATCH_BUFFER_END);
		at = put_jump(a, c->batch, at, 0, DRIVER_BATCH + 12);
		put(a, c->batch, at, MI_BATCH_BUFFER_END);
		attempt(a, c, "back into data");

		c = new_context(a, BCS);
		at = put_jump(a, c->batch, 0, 0, DRIVER_BATCH + 4 * 6);
		put(a, c->batch, at, store, DRIVER_DATA, 0, MI_LOAD_REGISTER_IMM(1), targets[i],
		    EVIL, MI_BATCH_BUFFER_END, MI_BATCH_BUFFER_END);
		attempt(a, c, "forward into data");
	}
	attack_end(a);
}

/* A batch of another engine, in the same address space, writes the commands. */
static void write_by_render(struct attack *a, struct context *c)
{
	struct context *r = new_context(a, RCS);
	uint64_t before = scene_stat("audit_refused"), gpa = new_pages(a, c, OTHER, 1);
	unsigned int at = 0;

	*context_image(r, IMG_PDP_LOW) = c->pml4;
	*context_image(r, IMG_PDP_HIGH) = c->pml4 >> 32;
	for (unsigned int i = 0; i < 3; i++)
		at = put(a, gpa, at, MI_STORE_DWORD_IMM, DRIVER_BATCH + 4 * i, 0,
			 i == 0 ? MI_LOAD_REGISTER_IMM(1) : i == 1 ? targets[0] : EVIL);
	put(a, gpa, at, MI_BATCH_BUFFER_END);
	emit_batch(r, OTHER, MI_BATCH_PPGTT);
	context_submit(r);
	vgt_assert_f(driver_settle(&a->s->d, RCS, PATIENCE), "RCS does not run");
	vgt_assert_eq(scene_stat("audit_refused"), before);
}

subtest(written_by_gpu)
{
	struct attack *a = attack_start(fd);
	struct context *c = new_context(a, BCS);
	unsigned int at = 0;
	uint64_t before;

	/* The batch, itself: far enough ahead that it has not been fetched. */
	for (unsigned int i = 0; i < 3; i++)
		at = put(a, c->batch, at, MI_STORE_DWORD_IMM, DRIVER_BATCH + 4 * (0x200 + i), 0,
			 i == 0 ? MI_LOAD_REGISTER_IMM(1) : i == 1 ? targets[0] : EVIL);
	put(a, c->batch, 0x210, MI_BATCH_BUFFER_END);
	attempt(a, c, "written by itself");

	c = new_context(a, BCS);
	put(a, c->batch, 64, MI_BATCH_BUFFER_END);
	before = submit_harmless(a, c, DRIVER_BATCH);
	write_by_render(a, c);
	open_gate(a);
	contained(a, c, before, "written by RCS");
	attack_end(a);
}

/* Images of contexts that are in a batch, where no ring has started one. */
static void claim_batch(struct context *c, bool second, uint64_t addr)
{
	*context_image(c, IMG_BB_ADDR) = (uint32_t)(second ? DRIVER_BATCH : addr) | BBADDR_VALID;
	*context_image(c, IMG_BB_HIGH) = 0;
	*context_image(c, IMG_BB_STATE) = BBSTATE_PPGTT;
	if (!second)
		return;
	*context_image(c, IMG_SBB_ADDR) = (uint32_t)addr | BBADDR_VALID;
	*context_image(c, IMG_SBB_HIGH) = addr >> 32;
	*context_image(c, IMG_SBB_STATE) = BBSTATE_PPGTT;
}

subtest(resumed)
{
	struct attack *a = attack_start(fd);
	struct context *c, *other;
	uint64_t before;

	for (int second = 0; second < 2; second++) {
		c = new_context(a, BCS);
		put(a, c->batch, 0, MI_BATCH_BUFFER_END);
		put_loads(a, c, new_pages(a, c, OTHER, 1), 2);
		claim_batch(c, second, OTHER + 8);
		before = scene_stat("audit_refused");
		emit_store(c, a->s->d.results, ++a->serial);
		context_submit(c);
		contained(a, c, before, "batch in a new image");
	}

	/* One that has been preempted in its batch goes on in another. */
	c = new_context(a, BCS);
	other = new_context(a, BCS);
	other->id = 1000;
	put_loads(a, c, new_pages(a, c, OTHER, 1), 0);
	put(a, c->batch, 0, MI_SEMAPHORE_WAIT | MI_SEMAPHORE_POLL |
	    SEMAPHORE_EQ << MI_SEMAPHORE_OP_SHIFT, 1, DRIVER_DATA, 0, MI_BATCH_BUFFER_END);
	before = submit_harmless(a, c, DRIVER_BATCH);
	open_gate(a);
	emit_store(other, a->s->d.results + 4, 1);
	vgt_assert(context_run(other, PATIENCE));
	claim_batch(c, false, OTHER);
	*vfio_u32(&a->s->v, c->data) = 1;
	context_submit(c);
	contained(a, c, before, "another batch in a saved image");
	attack_end(a);
}

/* More than anybody wants to copy. */
subtest(long_batch)
{
	static const unsigned int sizes[] = { 16, 512 };
	struct attack *a = attack_start(fd);

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct context *c = new_context(a, BCS);
		uint64_t gpa = new_pages(a, c, OTHER, sizes[i]);

		put_loads(a, c, gpa + (sizes[i] - 1) * PAGE, 512);
		contained(a, c, submit(a, c, OTHER), "long batch");
	}
	attack_end(a);
}

struct race {
	volatile uint32_t *addr, *stop;
};

static void *flip(void *arg)
{
	struct race *r = arg;

	while (!*r->stop) {
		*r->addr = targets[0];
		*r->addr = RING_GPR(BLT_RING_BASE, 0);
	}
	return NULL;
}

/* Another CPU changes the register of a load all the time. */
subtest(race)
{
	struct attack *a = attack_start(fd);
	struct context *c = new_context(a, BCS);
	uint64_t gpa = driver_pages(&a->s->d, 1);
	uint32_t stop = 0;
	struct race r = { .addr = vfio_u32(&a->s->v, gpa + 4), .stop = &stop };
	pthread_t thread;

	put(a, gpa, 0, MI_LOAD_REGISTER_IMM(1), RING_GPR(BLT_RING_BASE, 0), EVIL,
	    MI_BATCH_BUFFER_END);
	vgt_assert(!pthread_create(&thread, NULL, flip, &r));
	context_map(c, DRIVER_BATCH, gpa);
	for (unsigned int i = 0; i < 100; i++) {
		uint32_t tail = c->tail;
		unsigned int refused = a->refused;

		attempt(a, c, "race");
		if (a->refused != refused)
			c->tail = tail;
	}
	stop = 1;
	pthread_join(thread, NULL);
	attack_end(a);
}

static const struct vgt_subtest subtests[] = {
	{ "batch-loads",
	  "LRI, LRM, LRR of the host's registers change none",
	  loads, true },
	{ "blitter-batch-allowed",
	  "loads and stores of a context's own registers, and a loop, are carried out",
	  allowed, false },
	{ "blitter-batch-lri",
	  "LRI alone, among others, with bits that do not count, across pages",
	  lri, false },
	{ "blitter-batch-lrm",
	  "LRM, also with bits that do not count",
	  lrm, false },
	{ "blitter-batch-lrr",
	  "LRR, also with bits that do not count",
	  lrr, false },
	{ "blitter-batch-srm-leak",
	  "SRM and LRR of a register of the host's do not show its value",
	  srm_leak, false },
	{ "blitter-batch-changed",
	  "a batch whose commands, registers, end or page the CPU changes after its submission",
	  changed, false },
	{ "blitter-batch-mapped-later",
	  "a batch where there is no page before its submission",
	  mapped_later, false },
	{ "blitter-batch-resubmitted",
	  "a context that runs is submitted again after its batch has been changed",
	  resubmitted, false },
	{ "blitter-batch-chained",
	  "a batch that jumps to the loads: once, twice, within a page, from a privileged one",
	  chained, false },
	{ "blitter-batch-second-level",
	  "loads in a batch that is called, where that one jumps to, behind the call",
	  second_level, false },
	{ "blitter-batch-behind",
	  "loads behind a conditional end and a conditional jump",
	  behind, false },
	{ "blitter-batch-inside",
	  "jumps into the data of a command, which is a load",
	  inside, false },
	{ "blitter-batch-written-by-gpu",
	  "loads that the batch itself, or one of RCS, writes into the batch",
	  written_by_gpu, false },
	{ "blitter-batch-resumed",
	  "images of contexts that are in a batch with loads",
	  resumed, false },
	{ "blitter-batch-long",
	  "loads behind many pages of NOOPs",
	  long_batch, false },
	{ "blitter-batch-race",
	  "another CPU changes the register of a load all the time",
	  race, false },
};

VGT_MAIN(true, "A hostile guest's unprivileged batches, while another guest and the host work.")
