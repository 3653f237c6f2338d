// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Guests come and go: what they get, that they give it back, and who is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_irq.h"
#include "vgt/abi/pvinfo.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/fence.h"
#include "vgt/regs/gtt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

#define CORE_BIT	(1u << 2)	/* the core's among the requesters of forcewake */

static struct vgt_rig *v;
static struct vgt_gpu *gpu;

/* The host's driver. */
static int awake, awake_calls;

static void raise_nothing(void *priv)
{
	(void)priv;
}

static void keep_awake(void *priv, bool on)
{
	assert_ptr_equal(priv, v);
	awake += on ? 1 : -1;
	awake_calls++;
	assert_in_range(awake, 0, 1);
}

static const struct vgt_host_ops host_ops = {
	.raise_irq = raise_nothing, .keep_awake = keep_awake,
};

static int setup(void **state)
{
	(void)state;
	awake = 0;
	awake_calls = 0;
	v = vgt_rig_new_detached();
	v->host = vgt_host_attach(&v->hw, &host_ops, v);
	if (IS_ERR(v->host))
		abort();
	gpu = v->host->gpu;
	vgt_rig_probe(v);
	shim_printk_last[0] = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vgt_rig_free(v);
	return 0;
}

static void expect_clean(void)
{
	if (igd_violation_total(v->rig->gd))
		fail_msg("%s", v->rig->violation);
	assert_int_equal(v->rig->trespasses, 0);
}

/* A machine without memory. */
static int pin_nothing(void *priv, u64 gfn, u64 *bus, void **addr)
{
	(void)priv;
	(void)gfn;
	(void)bus;
	(void)addr;
	return -EFAULT;
}

static void unpin_nothing(void *priv, u64 gfn)
{
	(void)priv;
	(void)gfn;
	abort();
}

static const struct vgt_guest_ops vm_ops = {
	.pin = pin_nothing, .unpin = unpin_nothing, .raise_irq = raise_nothing,
};

static const struct vgt_guest_type *type(const char *name)
{
	const struct vgt_guest_type *t;

	for (t = vgt_guest_types; t->name; t++)
		if (!strcmp(t->name, name))
			return t;
	abort();
}

static struct vgt_guest *create(const char *name)
{
	unsigned int id = 0;
	struct vgt_guest *guest = vgt_guest_create(gpu, type(name), &id);

	assert_false(IS_ERR(guest));
	assert_in_range(id, 1, VGT_MAX_VGPUS - 1);
	assert_int_equal(guest->vgpu.id, id);
	return guest;
}

static struct vgt_guest *create_open(const char *name)
{
	struct vgt_guest *guest = create(name);

	assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), 0);
	return guest;
}

/*
 * Types and room
 */

static void types_as_users_know_them(void **state)
{
	static const struct vgt_guest_type expected[] = {
		{ "V5_1", 512ull << 20, 2048ull << 20, 4, 1024, 1920, 1200 },
		{ "V5_2", 256ull << 20, 1024ull << 20, 4, 1024, 1920, 1200 },
		{ "V5_4", 128ull << 20, 512ull << 20, 4, 1024, 1920, 1200 },
		{ "V5_8", 64ull << 20, 384ull << 20, 4, 1024, 1024, 768 },
	};

	(void)state;
	for (unsigned int i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_string_equal(vgt_guest_types[i].name, expected[i].name);
		assert_int_equal(vgt_guest_types[i].low, expected[i].low);
		assert_int_equal(vgt_guest_types[i].high, expected[i].high);
		assert_int_equal(vgt_guest_types[i].fences, expected[i].fences);
		assert_int_equal(vgt_guest_types[i].weight, expected[i].weight);
		assert_int_equal(vgt_guest_types[i].width, expected[i].width);
		assert_int_equal(vgt_guest_types[i].height, expected[i].height);
	}
	assert_null(vgt_guest_types[ARRAY_SIZE(expected)].name);
	assert_int_equal(vgt_gpu_aperture(gpu), 256 << 20);
}

static void no_room(void **state)
{
	struct vgt_guest *guest[2];
	unsigned int id;

	(void)state;
	/* An aperture of 256 MiB, of which the host has 128. */
	assert_int_equal(vgt_guest_available(gpu, type("V5_1")), 0);
	assert_int_equal(vgt_guest_available(gpu, type("V5_2")), 0);
	assert_int_equal(vgt_guest_available(gpu, type("V5_4")), 1);
	assert_int_equal(vgt_guest_available(gpu, type("V5_8")), 2);
	guest[0] = create("V5_8");
	assert_int_equal(vgt_guest_available(gpu, type("V5_4")), 0);
	guest[1] = create("V5_8");
	assert_int_equal(vgt_guest_available(gpu, type("V5_8")), 0);
	assert_int_not_equal(guest[0]->vgpu.id, guest[1]->vgpu.id);
	assert_string_equal(shim_printk_last, "");
	assert_int_equal(PTR_ERR(vgt_guest_create(gpu, type("V5_8"), &id)), -ENOSPC);
	assert_non_null(strstr(shim_printk_last, "low graphics memory: 64 MiB needed"));
	assert_non_null(strstr(shim_printk_last, " 0 MiB left"));
	vgt_guest_destroy(guest[0]);
	assert_int_equal(vgt_guest_available(gpu, type("V5_8")), 1);
	guest[0] = create("V5_8");
	vgt_guest_destroy(guest[1]);
	vgt_guest_destroy(guest[0]);
	assert_int_equal(vgt_guest_available(gpu, type("V5_4")), 1);
	expect_clean();
}

static void numbers_are_used_again(void **state)
{
	struct vgt_guest *a = create("V5_8"), *b = create("V5_8");

	(void)state;
	assert_int_equal(a->vgpu.id, 1);
	assert_int_equal(b->vgpu.id, 2);
	vgt_guest_destroy(a);
	a = create("V5_8");
	assert_int_equal(a->vgpu.id, 1);
	vgt_guest_destroy(a);
	vgt_guest_destroy(b);
}

/*
 * Life
 */

static void a_thousand_lives(void **state)
{
	int pages = v->pages;
	struct vgt_guest *kept = create("V5_8"), *guest;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		guest = create_open("V5_8");
		vgt_guest_write(guest, FORCEWAKE_GT, 0x10001, 4);
		vgt_guest_write(guest, 0x800000 + guest->vgpu.gm.low.start / 4096 * 8, 0x1003, 8);
		vgt_guest_write(guest, FENCE_LO(0), 1, 4);
		if (i & 1)
			vgt_guest_reset(guest);
		if (i & 2) {
			vgt_guest_close(guest);
			assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), 0);
		}
		if (i & 4)
			vgt_guest_close(guest);
		vgt_guest_destroy(guest);
		assert_int_equal(v->pages, pages);
		assert_int_equal(awake, 0);
	}
	vgt_guest_destroy(kept);
	assert_int_equal(vgt_guest_available(gpu, type("V5_8")), 2);
	expect_clean();
}

static void one_machine_at_a_time(void **state)
{
	struct vgt_guest *guest = create_open("V5_8");

	(void)state;
	assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), -EBUSY);
	assert_int_equal(awake, 1);
	assert_int_equal(awake_calls, 1);
	vgt_guest_close(guest);
	vgt_guest_close(guest);
	assert_int_equal(awake, 0);
	assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), 0);
	vgt_guest_destroy(guest);
	assert_int_equal(awake, 0);
	expect_clean();
}

static void nobody_home(void **state)
{
	struct vgt_guest *guest = create("V5_8");
	unsigned int accesses = v->accesses;

	(void)state;
	vgt_guest_write(guest, PVINFO_DISPLAY_READY, 1, 4);
	assert_int_equal(vgt_guest_read(guest, PVINFO_MAGIC, 8), 0);
	vgt_guest_write(guest, 0x800000, 1, 8);
	vgt_guest_reset(guest);
	vgt_guest_unmap(guest, 0, ~0ull);
	vgt_guest_written(guest, 1);
	assert_int_equal(v->accesses, accesses);
	assert_int_equal(awake_calls, 0);
	vgt_guest_destroy(guest);
}

/* What the machine before has left behind is not there for the next. */
static void power_on_state_after_open_and_reset(void **state)
{
	struct vgt_guest *guest = create_open("V5_8");
	u32 *fresh = malloc(VGT_REGS_SIZE);

	(void)state;
	memcpy(fresh, guest->vreg, VGT_REGS_SIZE);
	for (int round = 0; round < 2; round++) {
		for (u32 offset = 0; offset < VGT_REGS_SIZE; offset += 4)
			vgt_guest_write(guest, offset, 0xffff5555, 4);
		assert_int_equal(vgt_guest_read(guest, 0x9424, 4), 0xffff5555);
		assert_int_equal(vgt_guest_read(guest, PVINFO_DISPLAY_READY, 4), 0xffff5555);
		if (round) {
			vgt_guest_close(guest);
			assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), 0);
		} else {
			vgt_guest_reset(guest);
		}
		assert_memory_equal(fresh, guest->vreg, VGT_REGS_SIZE);
		assert_int_equal(vgt_guest_read(guest, GEN8_MASTER_IRQ, 4), 0);
		assert_int_equal(vgt_guest_read(guest, GEN8_GT_IRQ_BASE(0) + IRQ_IER, 4), 0);
		assert_int_equal(vgt_guest_read(guest, RING_HWS_PGA(RENDER_RING_BASE), 4), 0);
		assert_int_equal(vgt_guest_read(guest, FENCE_LO(0), 4), 0);
	}
	vgt_guest_destroy(guest);
	free(fresh);
	expect_clean();
}

static void reset_lets_go_of_memory(void **state)
{
	struct vgt_guest_rig *g = vgt_guest_rig_new(v, "V5_8", 8);
	u32 addr = g->guest->vgpu.gm.low.start;

	(void)state;
	for (int i = 0; i < 3; i++) {
		for (u32 page = 0; page < 20; page++)
			vgt_guest_rig_map(g, addr + 4096 * page, vgt_guest_rig_alloc(g));
		vgt_guest_rig_set_reg(g, GFX_FLSH_CNTL, 1);
		assert_int_equal(g->pinned, 20);
		assert_true(igd_gtt_read(v->rig->gd, addr / 4096 * 8, 8) & GEN8_PTE_PRESENT);
		if (i)
			vgt_guest_unmap(g->guest, 0, g->max_gfn);
		else
			vgt_guest_reset(g->guest);
		assert_int_equal(g->pinned, 0);
		for (u32 page = 0; page < 20; page++)
			assert_false(igd_gtt_read(v->rig->gd, (addr / 4096 + page) * 8, 8) &
				     GEN8_PTE_PRESENT);
	}
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_RESET), 1);
	vgt_guest_rig_free(g);
	expect_clean();
}

/* Whoever's interrupt rises in an access is told of it with no lock held. */
static struct vgt_guest *in_access;
static unsigned int told;

static void raise_unlocked(void *priv)
{
	(void)priv;
	assert_false(mutex_is_locked(&in_access->lock));
	assert_int_equal(shim_locks_held, 0);
	told++;
}

static void interrupts_are_told_without_locks(void **state)
{
	static const struct vgt_guest_ops ops = {
		.pin = pin_nothing, .unpin = unpin_nothing, .raise_irq = raise_unlocked,
	};
	struct vgt_guest *guest = create("V5_8");
	u32 bank = GEN8_GT_IRQ_BASE(0);

	(void)state;
	in_access = guest;
	told = 0;
	assert_int_equal(vgt_guest_open(guest, &ops, NULL), 0);
	vgt_guest_write(guest, bank + IRQ_IER, 1, 4);
	vgt_guest_write(guest, bank + IRQ_IMR, ~1u, 4);
	vgt_guest_write(guest, RING_IMR(RENDER_RING_BASE), ~1u, 4);
	vgt_irq_engine_event(&guest->vgpu, VGT_RCS, VGT_EV_USER_INTERRUPT);
	assert_int_equal(told, 0);
	vgt_guest_write(guest, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL, 4);
	assert_int_equal(told, 1);
	assert_int_equal(vgt_guest_read(guest, bank + IRQ_IIR, 4), 1);
	assert_int_equal(vgt_guest_read(guest, GEN8_MASTER_IRQ, 4),
			 GEN8_MASTER_IRQ_CONTROL | GEN8_MASTER_RCS);
	/* One that has risen before the machine is gone is not told afterwards. */
	vgt_guest_write(guest, bank + IRQ_IIR, 1, 4);
	vgt_irq_engine_event(&guest->vgpu, VGT_RCS, VGT_EV_USER_INTERRUPT);
	vgt_guest_close(guest);
	vgt_irq_deliver(gpu);
	assert_int_equal(told, 1);
	assert_int_equal(vgt_guest_open(guest, &ops, NULL), 0);
	assert_int_equal(vgt_guest_read(guest, bank + IRQ_IIR, 4), 0);
	assert_int_equal(told, 1);
	vgt_guest_destroy(guest);
	expect_clean();
}

/* The VMM takes what the guest does not use: nothing happens. */
static void unmap_elsewhere(void **state)
{
	struct vgt_guest_rig *g = vgt_guest_rig_new(v, "V5_8", 8);
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	vgt_guest_rig_map(g, g->guest->vgpu.gm.low.start, gfn);
	vgt_guest_rig_set_reg(g, GFX_FLSH_CNTL, 1);
	vgt_guest_rig_set_reg(g, RING_IMR(BLT_RING_BASE), 0x1234);
	vgt_guest_unmap(g->guest, gfn + 1, 1000);
	vgt_guest_unmap(g->guest, 0, gfn);
	vgt_guest_unmap(g->guest, ~0ull, 1);
	assert_int_equal(g->pinned, 1);
	assert_int_equal(vgt_guest_rig_reg(g, RING_IMR(BLT_RING_BASE)), 0x1234);
	vgt_guest_unmap(g->guest, gfn, 1);
	assert_int_equal(g->pinned, 0);
	vgt_guest_rig_free(g);
	expect_clean();
}

/* A guest that asks for a flush is told that it is done when it is: of that engine, and in time. */
static void a_flush_by_the_guest(void **state)
{
	struct vgt_guest_rig *g = vgt_guest_rig_new(v, "V5_8", 8);
	u64 start;

	(void)state;
	v->deaf = GEN8_BTCR;
	start = vgt_gpu_now(gpu);
	vgt_guest_rig_set_reg(g, GEN8_RTCR, TLB_INVALIDATE);
	assert_in_range(vgt_gpu_now(gpu) - start, 0, 1000000);
	start = vgt_gpu_now(gpu);
	vgt_guest_rig_set_reg(g, GEN8_BTCR, TLB_INVALIDATE);
	assert_in_range(vgt_gpu_now(gpu) - start, 1000000, 10000000);
	assert_int_equal(v->deaf, GEN8_BTCR);
	v->deaf = 0;
	vgt_guest_rig_free(g);
	expect_clean();
}

/* The VMM does not wait, nor does the end: an engine that does not forget a page is reset. */
static void pages_that_an_engine_does_not_forget(void **state)
{
	const u32 regs[] = { GEN8_RTCR, GEN8_BTCR, GEN8_M1TCR, GEN8_VTCR };
	struct vgt_guest_rig *g = vgt_guest_rig_new(v, "V5_8", 8);
	u64 gfn = vgt_guest_rig_alloc(g);

	(void)state;
	for (unsigned int i = 0; i < 2 * ARRAY_SIZE(regs); i++) {
		vgt_guest_rig_map(g, g->guest->vgpu.gm.low.start, gfn);
		vgt_guest_rig_set_reg(g, GFX_FLSH_CNTL, 1);
		assert_int_equal(g->pinned, 1);
		v->deaf = regs[i / 2];
		if (i % 2)
			vgt_guest_close(g->guest);
		else
			vgt_guest_unmap(g->guest, gfn, 1);
		assert_int_equal(g->pinned, 0);
		assert_int_equal(v->deaf, 0);
		for (unsigned int id = 0; id < VGT_NUM_ENGINES; id++)
			assert_int_equal(gpu->engine[id].live, id != i / 2);
		vgt_rig_engine_enable(v, i / 2);
		if (i % 2)
			assert_int_equal(vgt_guest_rig_open(g), 0);
	}
	vgt_guest_rig_free(g);
	expect_clean();
}

static void out_of_memory(void **state)
{
	struct vgt_guest *guest;
	unsigned int n, id, created = 0, opened = 0;
	int pages = v->pages, err;

	(void)state;
	for (n = 1;; n++, created++) {
		shim_fail_alloc = n;
		guest = vgt_guest_create(gpu, type("V5_8"), &id);
		if (shim_fail_alloc)
			break;
		assert_int_equal(PTR_ERR(guest), -ENOMEM);
		assert_int_equal(vgt_guest_available(gpu, type("V5_8")), 2);
	}
	shim_fail_alloc = 0;
	assert_true(created >= 2);
	for (n = 1;; n++, opened++) {
		shim_fail_alloc = n;
		err = vgt_guest_open(guest, &vm_ops, NULL);
		if (shim_fail_alloc)
			break;
		assert_int_equal(err, -ENOMEM);
		assert_int_equal(awake, 0);
		assert_int_equal(v->pages, pages);
		assert_int_equal(vgt_guest_read(guest, PVINFO_MAGIC, 8), 0);
	}
	shim_fail_alloc = 0;
	assert_true(opened >= 2);
	assert_int_equal(err, 0);
	vgt_guest_destroy(guest);
	assert_int_equal(v->pages, pages);
	expect_clean();
}

/*
 * Power
 */

static u32 acks(void)
{
	return rig_read(v->rig, FORCEWAKE_ACK_RENDER) & rig_read(v->rig, FORCEWAKE_ACK_GT) &
	       rig_read(v->rig, FORCEWAKE_ACK_MEDIA);
}

static u32 any_acks(void)
{
	return rig_read(v->rig, FORCEWAKE_ACK_RENDER) | rig_read(v->rig, FORCEWAKE_ACK_GT) |
	       rig_read(v->rig, FORCEWAKE_ACK_MEDIA);
}

static void awake_while_open(void **state)
{
	struct vgt_guest *a, *b;

	(void)state;
	assert_int_equal(any_acks(), 1);	/* the host's */
	a = create("V5_8");
	assert_int_equal(any_acks(), 1);
	assert_int_equal(awake, 0);
	b = create_open("V5_8");
	assert_int_equal(acks(), 1 | CORE_BIT);
	assert_int_equal(vgt_guest_open(a, &vm_ops, NULL), 0);
	assert_int_equal(awake_calls, 1);
	vgt_guest_destroy(b);
	assert_int_equal(acks(), 1 | CORE_BIT);
	vgt_guest_close(a);
	assert_int_equal(any_acks(), 1);
	assert_int_equal(awake_calls, 2);
	assert_int_equal(awake, 0);
	vgt_guest_destroy(a);
	expect_clean();
}

/* fw_domain_reset() of i915 clears all bits. */
static void host_does_not_see_the_cores_bit(void **state)
{
	struct vgt_guest *guest = create_open("V5_8");
	static const u32 request[] = { FORCEWAKE_RENDER, FORCEWAKE_GT, FORCEWAKE_MEDIA };
	static const u32 ack[] = {
		FORCEWAKE_ACK_RENDER, FORCEWAKE_ACK_GT, FORCEWAKE_ACK_MEDIA,
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		vgt_rig_write(v, request[i], 0xffff0000);
		assert_int_equal(vgt_rig_read(v, ack[i]), 0);
		assert_int_equal(vgt_rig_read(v, request[i]), 0);
		assert_int_equal(rig_read(v->rig, ack[i]), CORE_BIT);
		vgt_rig_write(v, request[i], 0xffffffff);
		assert_int_equal(vgt_rig_read(v, ack[i]), 0xffff & ~CORE_BIT);
		vgt_rig_write(v, request[i], 0xffff0001);
		assert_int_equal(vgt_rig_read(v, ack[i]), 1);
	}
	vgt_guest_destroy(guest);
	assert_int_equal(any_acks(), 1);
	vgt_rig_write(v, FORCEWAKE_GT, 0xffffffff);
	assert_int_equal(rig_read(v->rig, FORCEWAKE_ACK_GT), 0xffff & ~CORE_BIT);
	expect_clean();
}

static void sleep_and_wake(void **state)
{
	struct vgt_guest_rig *g = vgt_guest_rig_new(v, "V5_8", 8);
	struct vgt_guest *closed = create("V5_8");
	u32 addr = g->guest->vgpu.gm.low.start;
	u64 pte;

	(void)state;
	vgt_guest_rig_map(g, addr, vgt_guest_rig_alloc(g));
	vgt_guest_rig_set_reg(g, GFX_FLSH_CNTL, 1);
	vgt_guest_rig_set_reg(g, FF_THREAD_MODE, 0x1234);
	pte = igd_gtt_read(v->rig->gd, addr / 4096 * 8, 8);
	assert_true(pte & GEN8_PTE_PRESENT);

	assert_int_equal(acks(), 1 | CORE_BIT);
	vgt_host_suspend(v->host);
	assert_int_equal(acks(), 1);
	igd_core_reset(v->rig->gd);
	assert_int_equal(any_acks(), 0);
	assert_int_equal(igd_gtt_read(v->rig->gd, addr / 4096 * 8, 8), 0);
	vgt_host_resume(v->host);
	assert_int_equal(acks(), CORE_BIT);
	assert_int_equal(igd_gtt_read(v->rig->gd, addr / 4096 * 8, 8), pte);
	assert_int_equal(vgt_guest_rig_reg(g, FF_THREAD_MODE), 0x1234);
	assert_int_equal(awake_calls, 1);
	vgt_guest_rig_free(g);
	vgt_guest_destroy(closed);
	assert_int_equal(any_acks(), 0);

	vgt_host_suspend(v->host);
	igd_core_reset(v->rig->gd);
	vgt_host_resume(v->host);
	assert_int_equal(any_acks(), 0);
	expect_clean();
}

/* The host powers the GPU up only when it is asked to keep it so. */
static struct vgt_host *resuming;

static void resume_on_demand(void *priv, bool on)
{
	(void)priv;
	if (on)
		vgt_host_resume(resuming);
}

static void host_resumes_within_keep_awake(void **state)
{
	static const struct vgt_host_ops ops = {
		.raise_irq = raise_nothing, .keep_awake = resume_on_demand,
	};
	struct vgt_guest *guest;

	(void)state;
	resuming = v->host;
	gpu->host_ops = &ops;
	guest = create_open("V5_8");
	assert_int_equal(acks() & CORE_BIT, CORE_BIT);
	vgt_guest_destroy(guest);
	gpu->host_ops = &host_ops;
}

/* The ack register reads 0 for ever. */
static u64 (*real_read)(struct vgt_hw *hw, u32 offset, unsigned int size);

static u64 read_asleep(struct vgt_hw *hw, u32 offset, unsigned int size)
{
	return offset == FORCEWAKE_ACK_MEDIA ? 0 : real_read(hw, offset, size);
}

static void domain_that_does_not_wake(void **state)
{
	struct vgt_guest *guest = create("V5_8");
	static const struct vgt_host_ops bare = { .raise_irq = raise_nothing };
	const struct vgt_hw_ops *real = v->hw.ops;
	struct vgt_hw_ops deaf = *real;

	(void)state;
	gpu->host_ops = &bare;	/* need not have all */
	real_read = real->read;
	deaf.read = read_asleep;
	v->hw.ops = &deaf;
	assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), 0);
	assert_string_equal(shim_printk_last,
			    "vgt: the media domain of the GPU does not wake up\n");
	vgt_guest_destroy(guest);
	v->hw.ops = real;
	gpu->host_ops = &host_ops;
	assert_int_equal(any_acks(), 1);
}

/*
 * The VMM's driver
 */

static struct vgt_gpu *offered;
static struct device *offered_dev;
static int add_result, adds, removes;

static int add(struct vgt_gpu *which, struct device *dev)
{
	adds++;
	assert_null(offered);
	if (!add_result) {
		offered = which;
		offered_dev = dev;
	}
	return add_result;
}

static void remove_gpu(struct vgt_gpu *which)
{
	removes++;
	assert_ptr_equal(which, offered);
	offered = NULL;
}

static const struct vgt_vmm_driver driver = { .add = add, .remove = remove_gpu };
static const struct vgt_vmm_driver other_driver = { .add = add, .remove = remove_gpu };

static void expect_calls(int more_adds, int more_removes)
{
	assert_int_equal(adds, more_adds);
	assert_int_equal(removes, more_removes);
	adds = 0;
	removes = 0;
}

static void offers(void **state)
{
	(void)state;
	add_result = 0;
	expect_calls(0, 0);
	v->hw.dev = (struct device *)&driver;
	/* The driver first. */
	assert_int_equal(vgt_vmm_register(&driver), 0);
	assert_int_equal(vgt_vmm_register(&other_driver), -EBUSY);
	expect_calls(0, 0);
	vgt_host_ready(v->host);
	assert_ptr_equal(offered, gpu);
	assert_ptr_equal(offered_dev, v->hw.dev);
	vgt_host_ready(v->host);
	expect_calls(1, 0);
	vgt_vmm_unregister(&other_driver);
	assert_ptr_equal(offered, gpu);
	vgt_host_leaving(v->host);
	vgt_host_leaving(v->host);
	expect_calls(0, 1);
	vgt_vmm_unregister(&driver);
	vgt_vmm_unregister(&driver);
	expect_calls(0, 0);

	/* The host first. */
	vgt_host_ready(v->host);
	assert_int_equal(vgt_vmm_register(&other_driver), 0);
	expect_calls(1, 0);
	vgt_vmm_unregister(&other_driver);
	expect_calls(0, 1);
	assert_null(offered);

	/* A driver that cannot. */
	add_result = -ENOMEM;
	assert_int_equal(vgt_vmm_register(&driver), 0);
	expect_calls(1, 0);
	assert_non_null(strstr(shim_printk_last, "no vGPUs to be had"));
	vgt_vmm_unregister(&driver);
	expect_calls(0, 0);
	v->hw.dev = NULL;
}

static void host_goes_without_a_word(void **state)
{
	struct vgt_rig *d = vgt_rig_new_detached();
	static const struct vgt_host_ops ops = { .raise_irq = raise_nothing };

	(void)state;
	add_result = 0;
	assert_int_equal(vgt_vmm_register(&driver), 0);
	for (int i = 0; i < 3; i++) {
		d->host = vgt_host_attach(&d->hw, &ops, d);
		vgt_host_ready(d->host);
		assert_ptr_equal(offered, d->host->gpu);
		vgt_host_detach(d->host);
		d->host = NULL;
		assert_null(offered);
	}
	expect_calls(3, 3);
	vgt_vmm_unregister(&driver);
	expect_calls(0, 0);
	vgt_rig_free(d);
}

/*
 * Settings and counters
 */

static void settings_of_each(void **state)
{
	struct vgt_sched_settings s, t;
	struct vgt_guest *guest = create("V5_8");
	unsigned int id = guest->vgpu.id;

	(void)state;
	assert_int_equal(vgt_sched_settings(gpu, 0, &s), 0);
	assert_int_equal(s.weight, 1024);
	assert_int_equal(vgt_sched_settings(gpu, id, &s), 0);
	assert_int_equal(s.weight, 1024);
	assert_int_equal(s.quantum_ms, 2);
	assert_int_equal(s.preempt_timeout_us, 640000);
	assert_int_equal(vgt_sched_settings(gpu, 7, &s), -ENODEV);
	assert_int_equal(vgt_sched_settings(gpu, 8, &s), -ENODEV);
	assert_int_equal(vgt_sched_settings(gpu, ~0u, &s), -ENODEV);

	s = (struct vgt_sched_settings){ 1, 4096, 10000, 60000000 };
	assert_int_equal(vgt_sched_set(gpu, id, &s), 0);
	assert_int_equal(vgt_sched_set(gpu, 7, &s), -ENODEV);
	assert_int_equal(vgt_sched_settings(gpu, id, &t), 0);
	assert_memory_equal(&s, &t, sizeof(s));
	/* They last over a machine. */
	assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), 0);
	assert_int_equal(guest->vgpu.sched.weight, 4096);
	s = (struct vgt_sched_settings){ 1, 1, 1, 1000 };
	assert_int_equal(vgt_sched_set(gpu, id, &s), 0);
	vgt_guest_close(guest);
	assert_int_equal(vgt_sched_settings(gpu, id, &t), 0);
	assert_memory_equal(&s, &t, sizeof(s));
	vgt_guest_destroy(guest);
	assert_int_equal(vgt_sched_settings(gpu, id, &t), -ENODEV);

	s.weight = 2048;
	assert_int_equal(vgt_sched_set(gpu, 0, &s), 0);
	assert_int_equal(v->host->vgpu.sched.weight, 2048);
}

static void settings_out_of_range(void **state)
{
	static const struct vgt_sched_settings bad[] = {
		{ 0, 1, 1000 }, { 65537, 1, 1000 }, { ~0u, 1, 1000 }, { 1, 0, 1000 },
		{ 1, 10001, 1000 }, { 1, ~0u, 1000 }, { 1, 1, 999 }, { 1, 1, 60000001 },
		{ 1, 1, 0 }, { 1, 1, ~0u },
	};
	struct vgt_sched_settings before, after;

	(void)state;
	assert_int_equal(vgt_sched_settings(gpu, 0, &before), 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(vgt_sched_set(gpu, 0, &bad[i]), -ERANGE);
	assert_int_equal(vgt_sched_settings(gpu, 0, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void counters_by_name(void **state)
{
	struct vgt_guest *guest = create_open("V5_8");
	unsigned int id = guest->vgpu.id;

	(void)state;
	for (unsigned int n = 0; n < VGT_NUM_EVENTS + VGT_NUM_ENGINES; n++) {
		assert_non_null(vgt_stats_name(n));
		assert_int_equal(strspn(vgt_stats_name(n), "abcdefghijklmnopqrstuvwxyz_"),
				 strlen(vgt_stats_name(n)));
		for (unsigned int m = 0; m < n; m++)
			assert_string_not_equal(vgt_stats_name(n), vgt_stats_name(m));
	}
	assert_null(vgt_stats_name(VGT_NUM_EVENTS + VGT_NUM_ENGINES));
	assert_null(vgt_stats_name(~0u));
	vgt_guest_read(guest, PVINFO_MAGIC, 8);
	assert_string_equal(vgt_stats_name(VGT_EVENT_READ), "register_reads");
	assert_int_equal(vgt_stats_get(gpu, id, VGT_EVENT_READ), 1);
	assert_int_equal(vgt_stats_get(gpu, id, VGT_NUM_EVENTS + VGT_NUM_ENGINES), 0);
	assert_int_equal(vgt_stats_get(gpu, 0, VGT_EVENT_READ), 0);
	assert_int_equal(vgt_stats_get(gpu, 5, VGT_EVENT_READ), 0);
	/* They count from creation on, not from the last machine's start. */
	vgt_guest_close(guest);
	assert_int_equal(vgt_guest_open(guest, &vm_ops, NULL), 0);
	assert_int_equal(vgt_stats_get(gpu, id, VGT_EVENT_READ), 1);
	/* A guest's mistakes are never printed. */
	for (int i = 0; i < 1000; i++)
		vgt_guest_write(guest, 0x1ffff1, ~0ull, 8);
	vgt_guest_destroy(guest);
	assert_string_equal(shim_printk_last, "");
	assert_int_equal(vgt_stats_get(gpu, id, VGT_EVENT_READ), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(types_as_users_know_them),
		TEST(no_room),
		TEST(numbers_are_used_again),
		TEST(a_thousand_lives),
		TEST(one_machine_at_a_time),
		TEST(nobody_home),
		TEST(power_on_state_after_open_and_reset),
		TEST(reset_lets_go_of_memory),
		TEST(interrupts_are_told_without_locks),
		TEST(unmap_elsewhere),
		TEST(a_flush_by_the_guest),
		TEST(pages_that_an_engine_does_not_forget),
		TEST(out_of_memory),
		TEST(awake_while_open),
		TEST(host_does_not_see_the_cores_bit),
		TEST(sleep_and_wake),
		TEST(host_resumes_within_keep_awake),
		TEST(domain_that_does_not_wake),
		TEST(offers),
		TEST(host_goes_without_a_word),
		TEST(settings_of_each),
		TEST(settings_out_of_range),
		TEST(counters_by_name),
	};

	return cmocka_run_group_tests_name("vgt_guest_life", tests, NULL, NULL);
}
