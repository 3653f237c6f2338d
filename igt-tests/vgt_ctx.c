// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Contexts: what each has for itself, and who may run. */
#include <unistd.h>

#include "batch.h"
#include "sysfs.h"

#define LONG_MS	8000

static void create_destroy(int fd, const struct vgt_engine *unused)
{
	uint32_t ctx[100];

	(void)unused;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(ctx); i++) {
			ctx[i] = ctx_create(fd);
			for (size_t j = 0; j < i; j++)
				vgt_assert(ctx[j] != ctx[i]);
		}
		for (size_t i = 0; i < ARRAY_SIZE(ctx); i++)
			ctx_destroy(fd, ctx[i]);
	}
	struct drm_i915_gem_context_destroy again = { .ctx_id = ctx[0] };

	vgt_assert_eq(-vgt_ioctl(fd, DRM_IOCTL_I915_GEM_CONTEXT_DESTROY, &again), ENOENT);
}

/* Each context works once, so that its image is made, and is destroyed meanwhile. */
static void execute_and_destroy(int fd, const struct vgt_engine *e, bool persistent)
{
	enum { CONTEXTS = 40 };
	struct bo out = bo_create(fd, 4096);
	struct batch b[CONTEXTS], last;
	int fence[CONTEXTS];

	for (int i = 0; i < CONTEXTS; i++) {
		batch_init(&b[i], fd, 4096);
		b[i].ctx = ctx_create(fd);
		vgt_assert_eq(ctx_set_param(fd, b[i].ctx, I915_CONTEXT_PARAM_PERSISTENCE, persistent), 0);
		batch_use(&b[i], &out, false);
		batch_store(&b[i], &out, 4 * i, i + 1);
		batch_end(&b[i]);
		fence[i] = batch_exec_fence(&b[i], e);
		ctx_destroy(fd, b[i].ctx);
	}
	for (int i = 0; i < CONTEXTS; i++) {
		vgt_assert_eq(fence_wait(fence[i], LONG_MS), 0);
		if (persistent)
			vgt_assert_eq(fence_status(fence[i]), 1);
		vgt_assert_f(out.u32[i] == (fence_status(fence[i]) == 1 ? i + 1u : 0) ||
			     (fence_status(fence[i]) < 0 && out.u32[i] == i + 1u),
			     "context %d: status %d, stored %u", i, fence_status(fence[i]), out.u32[i]);
	}
	batch_init(&last, fd, 4096);
	batch_use(&last, &out, true);
	batch_store(&last, &out, 2048, 0x1a57);
	batch_end(&last);
	batch_run(&last, e);
	vgt_assert_eq(out.u32[512], 0x1a57);
}

static void execute_many(int fd, const struct vgt_engine *e)
{
	execute_and_destroy(fd, e, true);
}

static void need_preemption(int fd)
{
	if (!gem_preempts(fd))
		vgt_skip("a scheduler that preempts");
}

/* Without persistence, what has not been done when its context goes need not be. */
static void cancel_many(int fd, const struct vgt_engine *e)
{
	need_preemption(fd);
	execute_and_destroy(fd, e, false);
}

/* Each context adds to a register of its own; all take turns. */
static void switch_state(int fd, const struct vgt_engine *e)
{
	enum { CONTEXTS = 4, ROUNDS = 12 };
	struct bo out = bo_create(fd, 4096);
	struct batch b[CONTEXTS][2];

	for (int i = 0; i < CONTEXTS; i++) {
		struct batch *first = &b[i][0], *next = &b[i][1];

		batch_init(first, fd, 4096);
		first->ctx = ctx_create(fd);
		batch_use(first, &out, false);
		for (int n = 0; n < 2; n++)
			batch_load_imm(first, GPR(e, n) + 4, 0);
		batch_load_imm(first, GPR(e, 0), 1000 * i);
		batch_load_imm(first, GPR(e, 1), i + 1);
		batch_end(first);

		batch_init(next, fd, 4096);
		next->ctx = first->ctx;
		batch_use(next, &out, false);
		batch_add_gpr(next, 0, 1);
		batch_store_reg(next, GPR(e, 0), &out, 4 * i);
		batch_end(next);
	}
	for (int i = 0; i < CONTEXTS; i++)
		batch_exec(&b[i][0], e);
	for (int r = 0; r < ROUNDS; r++) {
		for (int i = 0; i < CONTEXTS; i++)
			batch_exec(&b[(i * 3 + r) % CONTEXTS][1], e);
	}
	for (int i = 0; i < CONTEXTS; i++)
		gem_wait(fd, b[i][1].bo.handle);
	for (int i = 0; i < CONTEXTS; i++)
		vgt_assert_eq(out.u32[i], 1000 * i + ROUNDS * (i + 1));
}

static void emit_gprs(struct batch *b, const struct vgt_engine *e, uint32_t value)
{
	for (int n = 0; n < 2 * NUM_GPR; n++)
		batch_load_imm(b, GPR(e, 0) + 4 * n, value + n);
	batch_end(b);
}

static void emit_read_gprs(struct batch *b, const struct vgt_engine *e, const struct bo *out,
			   uint64_t offset)
{
	for (int n = 0; n < 2 * NUM_GPR; n++)
		batch_store_reg(b, GPR(e, 0) + 4 * n, out, offset + 4 * n);
	batch_end(b);
}

/* No context sees or spoils another's general purpose registers. */
static void gpr_isolation(int fd, const struct vgt_engine *e)
{
	enum { A, B, FRESH, CONTEXTS };
	static const uint32_t pattern[] = { 0xaaaa0000, 0xbbbb0000 };
	struct bo out = bo_create(fd, 4096);
	uint32_t ctx[CONTEXTS];
	struct batch b;

	for (int i = A; i <= B; i++) {
		ctx[i] = ctx_create(fd);
		batch_init(&b, fd, 4096);
		b.ctx = ctx[i];
		emit_gprs(&b, e, pattern[i]);
		batch_run(&b, e);
	}
	ctx[FRESH] = ctx_create(fd);
	for (int i = A; i < CONTEXTS; i++) {
		batch_init(&b, fd, 4096);
		b.ctx = ctx[i];
		batch_use(&b, &out, true);
		emit_read_gprs(&b, e, &out, 1024 * i);
		batch_run(&b, e);
	}
	for (int n = 0; n < 2 * NUM_GPR; n++) {
		vgt_assert_eq(out.u32[n], pattern[A] + n);
		vgt_assert_eq(out.u32[256 + n], pattern[B] + n);
		vgt_assert_f(out.u32[512 + n] >> 16 != 0xaaaa && out.u32[512 + n] >> 16 != 0xbbbb,
			     "a new context finds %#x", out.u32[512 + n]);
	}
}

static uint32_t vm_create(int fd)
{
	struct drm_i915_gem_vm_control arg = { };

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_VM_CREATE, &arg);
	return arg.vm_id;
}

/* One address is two objects in two address spaces. */
static void vm_isolation(int fd, const struct vgt_engine *e)
{
	struct bo out[2];
	struct batch b[2];

	for (int i = 0; i < 2; i++) {
		out[i] = bo_create(fd, 4096);
		out[i].addr = 0x40000000;
		batch_init(&b[i], fd, 4096);
		b[i].ctx = ctx_create(fd);
		vgt_assert_eq(ctx_set_param(fd, b[i].ctx, I915_CONTEXT_PARAM_VM, vm_create(fd)), 0);
		batch_use(&b[i], &out[i], false);
		batch_emit(&b[i], MI_ATOMIC_INC);
		batch_emit_addr(&b[i], out[i].addr + 4 * i);
		batch_end(&b[i]);
	}
	for (int i = 0; i < 8; i++)
		batch_exec(&b[i % 2], e);
	for (int i = 0; i < 2; i++) {
		gem_wait(fd, b[i].bo.handle);
		vgt_assert_eq(out[i].u32[i], 4);
		vgt_assert_eq(out[i].u32[!i], 0);
	}
}

/* A page that has been given back is no longer reached under its old address. */
static void vm_rebind(int fd, const struct vgt_engine *e)
{
	struct bo first = bo_create(fd, 4096);

	for (uint32_t i = 0; i < 8; i++) {
		struct bo next = bo_create(fd, 4096);
		struct batch b;

		next.addr = first.addr;
		batch_init(&b, fd, 4096);
		batch_use(&b, &next, true);
		batch_store(&b, &next, 0, 0x900 + i);
		batch_end(&b);
		batch_run(&b, e);
		vgt_assert_eq(next.u32[0], 0x900 + i);
		batch_fini(&b);
		bo_destroy(fd, &next);
	}
	vgt_assert_eq(first.u32[0], 0);
}

/* A store by a context of high priority, while others keep the engine. */
static int urgent_store(int fd, const struct vgt_engine *e, const struct bo *out)
{
	struct batch b;

	batch_init(&b, fd, 4096);
	b.ctx = ctx_create(fd);
	ctx_set_priority(fd, b.ctx, 512);
	batch_use(&b, out, false);
	batch_store(&b, out, 0, 0x1234);
	batch_end(&b);
	return batch_exec_fence(&b, e);
}

static void preempt(int fd, const struct vgt_engine *e, enum spin_kind kind)
{
	struct bo out = bo_create(fd, 4096);
	struct spin s;
	int fence;

	need_preemption(fd);
	spin_init(&s, fd, ctx_create(fd), kind);
	ctx_set_priority(fd, s.batch.ctx, -512);
	spin_start(&s, e);
	spin_wait_running(&s);
	fence = urgent_store(fd, e, &out);
	vgt_assert_eq(fence_wait(fence, LONG_MS), 0);
	vgt_assert_eq(fence_status(fence), 1);
	vgt_assert_eq(out.u32[0], 0x1234);
	/* The spinner goes on afterwards, and is not told that anything was lost. */
	vgt_assert_eq(fence_wait(s.fence, 20), -ETIME);
	spin_release(&s);
	vgt_assert_eq(fence_wait(s.fence, LONG_MS), 0);
	vgt_assert_eq(fence_status(s.fence), 1);
	spin_fini(&s);
}

static void preempt_semaphore(int fd, const struct vgt_engine *e)
{
	preempt(fd, e, SPIN_SEMAPHORE);
}

static void preempt_loop(int fd, const struct vgt_engine *e)
{
	preempt(fd, e, SPIN_LOOP);
}

/* Without an arbitration point nobody gets the engine: a batch start is none. */
static void preempt_hog(int fd, const struct vgt_engine *e)
{
	struct hang_limits patient = { .heartbeat = 20000, .preempt = 20000 }, old;
	struct bo out = bo_create(fd, 4096);
	struct spin s;
	int fence, early;

	need_preemption(fd);
	old = hang_limits_set(fd, e, patient);
	spin_init(&s, fd, ctx_create(fd), SPIN_HOG);
	ctx_set_priority(fd, s.batch.ctx, -512);
	spin_start(&s, e);
	spin_wait_running(&s);
	fence = urgent_store(fd, e, &out);
	early = fence_wait(fence, 100);
	spin_release(&s);
	hang_limits_set(fd, e, old);
	vgt_assert_eq(early, -ETIME);
	vgt_assert_eq(fence_wait(fence, LONG_MS), 0);
	vgt_assert_eq(fence_status(s.fence), 1);
	vgt_assert_eq(out.u32[0], 0x1234);
	spin_fini(&s);
}

/* A preempted context finds its registers as it left them. */
static void preempt_state(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;
	struct spin s;
	int fence;

	need_preemption(fd);
	spin_init(&s, fd, ctx_create(fd), SPIN_SEMAPHORE);
	ctx_set_priority(fd, s.batch.ctx, -512);
	batch_use(&s.batch, &out, false);
	s.batch.pos = 0;
	batch_load_imm(&s.batch, GPR(e, 3), 0x33333333);
	batch_store(&s.batch, &s.state, 0, 1);
	batch_semaphore(&s.batch, &s.state, 4, 1, SEM_EQ);
	batch_store_reg(&s.batch, GPR(e, 3), &out, 64);
	batch_end(&s.batch);
	spin_start(&s, e);
	spin_wait_running(&s);

	batch_init(&b, fd, 4096);
	b.ctx = ctx_create(fd);
	ctx_set_priority(fd, b.ctx, 512);
	emit_gprs(&b, e, 0x99990000);
	fence = batch_exec_fence(&b, e);
	vgt_assert_eq(fence_wait(fence, LONG_MS), 0);
	spin_release(&s);
	vgt_assert_eq(fence_wait(s.fence, LONG_MS), 0);
	vgt_assert_eq(out.u32[16], 0x33333333);
	spin_fini(&s);
}

/* Two contexts of one priority: the first waits for what only the second brings. */
static void timeslice(int fd, const struct vgt_engine *e)
{
	struct bo mail = bo_create(fd, 4096);
	struct batch wait, post;
	int fence;

	if (!(gem_getparam(fd, I915_PARAM_HAS_SCHEDULER) & I915_SCHEDULER_CAP_SEMAPHORES))
		vgt_skip("a scheduler that knows semaphores");
	batch_init(&wait, fd, 4096);
	wait.ctx = ctx_create(fd);
	batch_use(&wait, &mail, false);
	batch_semaphore(&wait, &mail, 0, 5, SEM_EQ);
	batch_store(&wait, &mail, 4, 6);
	batch_end(&wait);

	batch_init(&post, fd, 4096);
	post.ctx = ctx_create(fd);
	batch_use(&post, &mail, false);
	batch_store(&post, &mail, 0, 5);
	batch_end(&post);

	fence = batch_exec_fence(&wait, e);
	batch_exec(&post, e);
	vgt_assert_eq(fence_wait(fence, LONG_MS), 0);
	vgt_assert_eq(fence_status(fence), 1);
	vgt_assert_eq(mail.u32[1], 6);
}

static struct drm_i915_reset_stats reset_stats(int fd, uint32_t ctx)
{
	struct drm_i915_reset_stats arg = { .ctx_id = ctx };

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GET_RESET_STATS, &arg);
	return arg;
}

/* The context that hangs loses its work and the right to bring more; those behind it do not. */
static void hang(int fd, const struct vgt_engine *e)
{
	struct hang_limits impatient = { .heartbeat = 200, .preempt = 100 }, old;
	struct bo out = bo_create(fd, 4096);
	struct batch b;
	struct spin s;
	int fence, ended, status;

	old = hang_limits_set(fd, e, impatient);
	spin_init(&s, fd, ctx_create(fd), SPIN_HOG);
	vgt_assert_eq(ctx_set_param(fd, s.batch.ctx, I915_CONTEXT_PARAM_RECOVERABLE, 0), 0);
	spin_start(&s, e);
	spin_wait_running(&s);

	batch_init(&b, fd, 4096);
	b.ctx = ctx_create(fd);
	batch_use(&b, &out, false);
	batch_store(&b, &out, 0, 0x1dea);
	batch_end(&b);
	fence = batch_exec_fence(&b, e);

	ended = fence_wait(s.fence, 15000);
	status = fence_status(s.fence);
	hang_limits_set(fd, e, old);
	vgt_assert_f(!ended, "the driver does not see the hang");
	vgt_assert_f(status < 0, "the hanging batch ends well: %d", status);
	vgt_assert_eq(fence_wait(fence, LONG_MS), 0);
	vgt_assert_eq(fence_status(fence), 1);
	vgt_assert_eq(out.u32[0], 0x1dea);
	vgt_assert_eq(reset_stats(fd, s.batch.ctx).batch_active, 1);
	vgt_assert_eq(reset_stats(fd, b.ctx).batch_active, 0);

	vgt_assert_eq(-batch_try_exec(&s.batch, e, NULL), EIO);
	out.u32[0] = 0;
	batch_run(&b, e);
	vgt_assert_eq(out.u32[0], 0x1dea);
}

/* What a closed context leaves running does not outlive it. */
static void close_kills(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct spin s;
	struct batch b;

	need_preemption(fd);
	spin_init(&s, fd, ctx_create(fd), SPIN_LOOP);
	spin_start(&s, e);
	spin_wait_running(&s);
	ctx_destroy(fd, s.batch.ctx);
	vgt_assert_eq(fence_wait(s.fence, LONG_MS), 0);
	vgt_assert(fence_status(s.fence) < 0);

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, false);
	batch_store(&b, &out, 0, 3);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u32[0], 3);
}

static const struct vgt_subtest subtests[] = {
	{ "create-destroy", "hundreds of contexts are made and destroyed", create_destroy, false },
	{ "execute-many", "many contexts work once and are destroyed meanwhile", execute_many, true },
	{ "cancel-many", "many contexts are destroyed with their work", cancel_many, true },
	{ "switch-state", "contexts that take turns keep their registers", switch_state, true },
	{ "gpr-isolation", "no context sees another's general purpose registers", gpr_isolation, true },
	{ "vm-isolation", "one address in two address spaces is two objects", vm_isolation, true },
	{ "vm-rebind", "a new object at an old address, again and again", vm_rebind, true },
	{ "preempt-semaphore", "high priority gets through while another waits on a semaphore",
	  preempt_semaphore, true },
	{ "preempt-loop", "high priority gets through at MI_ARB_CHECK", preempt_loop, true },
	{ "preempt-hog", "nobody gets through where there is no arbitration point", preempt_hog, true },
	{ "preempt-state", "a preempted context finds its registers again", preempt_state, true },
	{ "timeslice", "a context that waits on a semaphore yields to its equals", timeslice, true },
	{ "hang", "only the context that hangs is reset and banned", hang, true },
	{ "close-kills", "closing a context ends what it runs", close_kills, true },
};

VGT_MAIN(true, "Contexts: what each has for itself, and who may run")
