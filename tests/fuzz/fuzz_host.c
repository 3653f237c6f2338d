// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * The host's driver, gone mad.  It is trusted with the GPU, so what its contexts
 * touch does not matter; what the core makes of it does.
 */
#include <stdlib.h>

#include <linux/kernel.h>

#include "fuzz.h"
#include "fuzz_world.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/mi.h"

#define MAX_ACTIONS	400
#define MAX_TIME	3000000
#define NUM_CONTEXTS	3

struct fuzz {
	struct fuzz_world w;
	struct fuzz_bytes in;
	struct rig_context *ctx[NUM_CONTEXTS];
	u64 time;
};

static u32 take(struct fuzz *f, unsigned int bytes)
{
	return fuzz_take(&f->in, bytes);
}

static u32 some_register(struct fuzz *f)
{
	static const u32 absolute[] = {
		GEN6_GDRST, 0x101008, 0x44200, 0x44300, 0x44304, 0x44308, 0x4430c, 0x44404, 0x100000,
		0x100004, 0x100080, 0x78000, 0x78008, 0xa188, 0x138124, 0xc800,
	};
	static const u16 engine[] = {
		0x30, 0x34, 0x38, 0x3c, 0x80, 0x9c, 0xa8, 0xb0, 0xd0, 0x230, 0x234, 0x29c, 0x370, 0x3a0,
	};
	static const u32 base[] = { 0x2000, 0x22000, 0x12000, 0x1a000 };
	u32 which = take(f, 1);

	if (which < 0x60)
		return absolute[which % ARRAY_SIZE(absolute)];
	if (which < 0xc0)
		return base[which & 3] + engine[(which >> 2) % ARRAY_SIZE(engine)];
	return take(f, 3) & 0x1ffffc;
}

static void access_register(struct fuzz *f)
{
	u32 offset = some_register(f), how = take(f, 1);
	unsigned int size = 1u << (how >> 1 & 3);

	offset &= ~(size - 1);
	if (how & 1)
		vgt_host_write(f->w.v->host, offset, take(f, how & 8 ? 4 : 1), size);
	else
		vgt_host_read(f->w.v->host, offset, size);
}

#define GTT(index)	(0x800000 + 8 * (index))

static void access_gtt(struct fuzz *f)
{
	u32 how = take(f, 1), index = take(f, how & 1 ? 1 : 3) & 0xfffff;

	vgt_host_may_map(f->w.v->host, (u64)index << 12, (u64)how << 12);
	vgt_host_read(f->w.v->host, GTT(index), 8);
	if (how & 2)
		vgt_host_write(f->w.v->host, GTT(index), (u64)(take(f, 2) & 0x3fff) << 12 | (how >> 2 & 3), 8);
}

static void submit(struct fuzz *f)
{
	u32 how = take(f, 1);
	struct rig_context *c = f->ctx[how % NUM_CONTEXTS];
	struct rig_context *other = f->ctx[(how >> 2) % NUM_CONTEXTS];

	if (how & 16)
		vgt_rig_submit_raw(f->w.v, how & 3, (u64)take(f, 2) << 32 | take(f, 4), take(f, 4));
	else
		vgt_rig_submit(f->w.v, c, other != c && other->engine == c->engine ? other : NULL,
			       how & 32 ? CTX_DESC_FORCE_RESTORE : 0);
}

static void emit(struct fuzz *f)
{
	u32 how = take(f, 1);
	struct rig_context *c = f->ctx[how % NUM_CONTEXTS];

	switch (how >> 2 & 7) {
	case 0:
		rig_emit(c, MI_USER_INTERRUPT);
		break;
	case 1:
		rig_emit_store(c, f->w.v->hwsp[c->engine] + 0x100, how);
		break;
	case 2:
		rig_emit_semaphore(c, f->w.v->hwsp[c->engine] + 0x100, SEMAPHORE_EQ, how >> 6);
		break;
	case 3:
		rig_emit(c, MI_ARB_ON_OFF | (how >> 5 & 1));
		break;
	case 4:
		rig_emit(c, take(f, 4));
		break;
	default:
		rig_emit(c, MI_ARB_CHECK);
	}
}

static void pass_time(struct fuzz *f)
{
	u64 ns = 200ull << (take(f, 1) % 12);

	if (f->time + ns > MAX_TIME)
		return;
	f->time += ns;
	fuzz_world_run(&f->w, ns);
}

static void be_interrupted(struct fuzz *f)
{
	vgt_host_irq(f->w.v->host);
	vgt_hw_timer(&f->w.v->hw);
}

static void sleep_and_wake(struct fuzz *f)
{
	vgt_host_suspend(f->w.v->host);
	if (take(f, 1) & 1)
		igd_core_reset(f->w.v->rig->gd);
	vgt_host_resume(f->w.v->host);
	vgt_rig_probe(f->w.v);
}

static void reset_engine(struct fuzz *f)
{
	vgt_rig_write(f->w.v, GEN6_GDRST, 1u << (take(f, 1) & 7));
	vgt_rig_engine_enable(f->w.v, take(f, 1) & 3);
}

static void (*const actions[])(struct fuzz *f) = {
	access_register, access_register, access_register, access_register, access_gtt, submit, submit,
	submit, emit, emit, emit, pass_time, pass_time, pass_time, be_interrupted, sleep_and_wake,
	reset_engine,
};

void fuzz_host(const uint8_t *data, size_t size)
{
	struct fuzz *f = calloc(1, sizeof(*f));

	f->in = (struct fuzz_bytes){ data, data + size };
	fuzz_world_start(&f->w);
	f->w.v->rig->watch = NULL;
	for (int i = 0; i < NUM_CONTEXTS; i++)
		f->ctx[i] = fuzz_world_host_context(&f->w, i & 1);
	for (int n = 0; n < MAX_ACTIONS && f->in.at < f->in.end; n++)
		actions[take(f, 1) % ARRAY_SIZE(actions)](f);
	for (int i = 0; i < NUM_CONTEXTS; i++)
		rig_context_free(f->ctx[i]);
	vgt_rig_free(f->w.v);
	free(f);
}
