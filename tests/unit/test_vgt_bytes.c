// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A driver that does anything: accesses of all sizes to all places, from random
 * bytes.  Whatever it does to its own GPU, the core keeps its books in order, its
 * pages to itself and the other ranges of graphics memory untouched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include <linux/kernel.h>
#include <linux/spinlock.h>

#include "vgt_rig.h"
#include "drivers/vgt/vgt_ggtt.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/fence.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/gtt.h"
#include "vgt/regs/irq.h"

#define ACCESSES 3000

static u64 rng;

static u32 rnd(u32 n)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return n ? (rng >> 33) % n : rng >> 32;
}

/* Mostly what has a handler, for the rest is the hardware's. */
static u32 pick_offset(struct vgt_rig *v)
{
	static const u32 bank[] = {
		GEN8_GT_IRQ_BASE(0), GEN8_GT_IRQ_BASE(1), GEN8_GT_IRQ_BASE(3),
		GEN8_DE_PIPE_IRQ_BASE(0), SDE_IRQ_BASE,
	};
	u32 base = v->rig->gd->engine[rnd(IGD_NUM_ENGINES)].base;

	switch (rnd(12)) {
	case 0:
		return RING_HWS_PGA(base);
	case 1 ... 3:
		return RING_ELSP(base);
	case 4:
		return RING_CSB(base) + 4 * rnd(14);
	case 5:
		return rnd(2) ? RING_IMR(base) : RING_EXECLIST_STATUS_LO(base) + 4 * rnd(2);
	case 6:
		return bank[rnd(ARRAY_SIZE(bank))] + 4 * rnd(4);
	case 7:
		return rnd(4) ? GEN8_MASTER_IRQ : GEN6_GDRST;
	case 8:
		return FENCE_LO(rnd(33));
	case 9:
		return 0x800000 + 4 * rnd(0x200000);
	case 10:
		return base + 4 * rnd(0x180);
	default:
		return 4 * rnd(0x400000);
	}
}

static u64 pick_value(struct vgt_rig *v, struct rig_context *ctx[IGD_NUM_ENGINES], u32 offset)
{
	for (int e = 0; e < IGD_NUM_ENGINES; e++) {
		u32 base = v->rig->gd->engine[e].base;
		u64 desc = rig_descriptor(ctx[e]);

		if (offset == RING_HWS_PGA(base) && rnd(4))
			return v->hwsp[e];
		/* A descriptor now and then, that something runs. */
		if (offset == RING_ELSP(base) && rnd(8))
			return rnd(2) ? (u32)desc : rnd(2) ? desc >> 32 : 0;
	}
	switch (rnd(4)) {
	case 0:
		return 0;
	case 1:
		return ~0ull;
	case 2:
		return 1ull << rnd(64);
	default:
		return (u64)rnd(0) << 32 | rnd(0);
	}
}

static void access(struct vgt_rig *v, struct rig_context *ctx[IGD_NUM_ENGINES])
{
	static const unsigned int sizes[] = { 4, 4, 4, 4, 4, 8, 2, 1 };
	unsigned int size = sizes[rnd(ARRAY_SIZE(sizes))];
	u32 offset = pick_offset(v) & ~(size - 1);

	if (rnd(3))
		vgt_host_write(v->host, offset, pick_value(v, ctx, offset), size);
	else
		vgt_host_read(v->host, offset, size);
	assert_int_equal(shim_locks_held, 0);
}

static void check_partition(struct vgt_rig *v)
{
	struct vgt_gm_share *gm = &v->host->vgpu.gm;
	struct vgt_gpu *gpu = v->host->gpu;

	for (u32 i = 0; i < IGD_GTT_ENTRIES; i++) {
		u64 pte = igd_gtt_read(v->rig->gd, 8 * i, 8), want = 0;

		if ((u64)i * 4096 - gm->low.start < gm->low.size ||
		    (u64)i * 4096 - gm->high.start < gm->high.size)
			continue;
		for (int e = 0; e < VGT_NUM_ENGINES; e++) {
			struct vgt_idle *idle = &gpu->engine[e].idle_context;
			u64 page = (i * 4096ull - idle->addr) / 4096;

			if ((u64)i * 4096 == vgt_ggtt_status_addr(gpu, e))
				want = gpu->engine[e].page_bus;
			else if (page <= idle->pages && pte)
				want = idle->page[page].bus;
		}
		if (want)
			want |= GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE;
		assert_int_equal(pte, want);
	}
	for (unsigned int i = vgt_host_fences(v->host); i < IGD_NUM_FENCES; i++)
		assert_int_equal(igd_reg_get(v->rig->gd, FENCE_LO(i)), 0);
	/* The engine never writes its status anywhere else. */
	for (int e = 0; e < VGT_NUM_ENGINES; e++) {
		u32 page = igd_reg_get(v->rig->gd, RING_HWS_PGA(gpu->engine[e].base));

		assert_true(!gpu->engine[e].live || page == gpu->engine[e].page_addr);
	}
}

static void random_bytes(u64 seed)
{
	struct rig_context *ctx[IGD_NUM_ENGINES];
	struct vgt_rig *v = vgt_rig_new(true);

	rng = seed;
	for (int e = 0; e < IGD_NUM_ENGINES; e++) {
		ctx[e] = rig_context_new(v->rig, e, 1 + e);
		rig_emit(ctx[e], 0x02 << 23 /* MI_USER_INTERRUPT */, 0);
		rig_update_tail(ctx[e]);
	}
	for (int i = 0; i < ACCESSES; i++) {
		access(v, ctx);
		if (!rnd(8))
			vgt_rig_run(v, rnd(3000));
	}
	check_partition(v);
	for (int e = 0; e < IGD_NUM_ENGINES; e++)
		rig_context_free(ctx[e]);
	vgt_rig_free(v);
}

static void any_access_is_survived(void **state)
{
	(void)state;
	for (u64 seed = 1; seed <= 40; seed++)
		random_bytes(seed * 0x9e3779b97f4a7c15ull);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_access_is_survived),
	};

	return cmocka_run_group_tests_name("vgt_bytes", tests, NULL, NULL);
}
