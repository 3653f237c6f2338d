// SPDX-License-Identifier: GPL-2.0 OR MIT
/* In which order things are executed, and when we are told. */
#include <unistd.h>

#include "batch.h"

/* Long enough that what should not happen would have, short enough to wait for. */
#define A_WHILE_MS	50
#define LONG_MS		8000

static void store_one(struct batch *b, int fd, const struct bo *out, uint64_t offset, uint32_t value)
{
	batch_init(b, fd, 4096);
	batch_use(b, out, false);
	batch_store(b, out, offset, value);
	batch_end(b);
}

static void spin(int fd, const struct vgt_engine *e, enum spin_kind kind)
{
	struct spin s;

	spin_init(&s, fd, 0, kind);
	spin_start(&s, e);
	spin_wait_running(&s);
	vgt_assert_eq(fence_wait(s.fence, A_WHILE_MS), -ETIME);
	vgt_assert_eq(fence_status(s.fence), 0);
	spin_release(&s);
	vgt_assert_eq(fence_wait(s.fence, LONG_MS), 0);
	vgt_assert_eq(fence_status(s.fence), 1);
	spin_fini(&s);
}

static void spin_semaphore(int fd, const struct vgt_engine *e)
{
	spin(fd, e, SPIN_SEMAPHORE);
}

static void spin_loop(int fd, const struct vgt_engine *e)
{
	spin(fd, e, SPIN_LOOP);
}

static void spin_hog(int fd, const struct vgt_engine *e)
{
	spin(fd, e, SPIN_HOG);
}

/* The kernel knows what is busy, reading or writing, and where; and how long we want to wait. */
static void busy(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct spin s;
	double start;

	spin_init(&s, fd, 0, SPIN_SEMAPHORE);
	batch_use(&s.batch, &out, true);
	vgt_assert_eq(gem_busy(fd, out.handle), 0);
	spin_start(&s, e);
	vgt_assert_eq(gem_busy(fd, s.state.handle), 1u << (16 + e->class));
	vgt_assert_eq(gem_busy(fd, out.handle), 1u << (16 + e->class) | (e->class + 1));
	start = vgt_now();
	vgt_assert_eq(gem_try_wait(fd, out.handle, A_WHILE_MS * 1000000), -ETIME);
	vgt_assert(vgt_now() - start >= 0.9 * A_WHILE_MS / 1000);
	spin_release(&s);
	gem_wait(fd, out.handle);
	vgt_assert_eq(gem_busy(fd, out.handle), 0);
	spin_fini(&s);
}

/* A batch with an in-fence does not start before the fence has signalled. */
static void in_fence(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b[VGT_NUM_ENGINES];
	int fence[VGT_NUM_ENGINES];
	struct spin s;

	spin_init(&s, fd, ctx_create(fd), SPIN_SEMAPHORE);
	spin_start(&s, e);
	spin_wait_running(&s);
	for_each_engine(o) {
		int n = o - vgt_engines;

		store_one(&b[n], fd, &out, 4 * n, 0x40 + n);
		b[n].in_fence = s.fence;
		fence[n] = batch_exec_fence(&b[n], o);
	}
	vgt_sleep(A_WHILE_MS / 1e3);
	for (int n = 0; n < VGT_NUM_ENGINES; n++) {
		vgt_assert_eq(fence_status(fence[n]), 0);
		vgt_assert_eq(out.u32[n], 0);
	}
	spin_release(&s);
	for (int n = 0; n < VGT_NUM_ENGINES; n++) {
		vgt_assert_eq(fence_wait(fence[n], LONG_MS), 0);
		vgt_assert_eq(fence_status(fence[n]), 1);
		vgt_assert_eq(out.u32[n], 0x40 + n);
	}
	vgt_assert_eq(fence_status(s.fence), 1);
	spin_fini(&s);
}

/* An object that one engine writes is not read by another before. */
static void write_hazard(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct spin s;

	spin_init(&s, fd, ctx_create(fd), SPIN_SEMAPHORE);
	batch_use(&s.batch, &out, true);
	spin_start(&s, e);
	spin_wait_running(&s);
	for_each_engine(o) {
		struct batch b;

		if (o == e)
			continue;
		store_one(&b, fd, &out, 0, o->base);
		batch_exec(&b, o);
		vgt_assert_eq(gem_try_wait(fd, b.bo.handle, A_WHILE_MS / 5 * 1000000), -ETIME);
		vgt_assert_eq(out.u32[0], 0);
	}
	spin_release(&s);
	gem_wait(fd, out.handle);
	vgt_assert(out.u32[0] != 0);
	spin_fini(&s);
}

/* Engines that do not share anything do not wait for one another. */
static void independent(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct spin s;

	spin_init(&s, fd, 0, SPIN_HOG);
	spin_start(&s, e);
	spin_wait_running(&s);
	for_each_engine(o) {
		struct batch b;

		if (o == e)
			continue;
		store_one(&b, fd, &out, 0, o->base);
		batch_run(&b, o);
		vgt_assert_eq(out.u32[0], o->base);
	}
	vgt_assert_eq(fence_status(s.fence), 0);
	spin_fini(&s);
}

/* A merged fence signals when both have. */
static void merge(int fd, const struct vgt_engine *unused)
{
	struct spin s[2];
	int both;

	(void)unused;
	for (int i = 0; i < 2; i++) {
		spin_init(&s[i], fd, 0, SPIN_SEMAPHORE);
		spin_start(&s[i], &vgt_engines[i]);
		spin_wait_running(&s[i]);
	}
	both = fence_merge(s[0].fence, s[1].fence);
	spin_release(&s[0]);
	vgt_assert_eq(fence_wait(s[0].fence, LONG_MS), 0);
	vgt_assert_eq(fence_wait(both, A_WHILE_MS), -ETIME);
	spin_release(&s[1]);
	vgt_assert_eq(fence_wait(both, LONG_MS), 0);
	vgt_assert_eq(fence_status(both), 1);
	close(both);
	spin_fini(&s[0]);
	spin_fini(&s[1]);
}

/* One engine polls for what another writes later. */
static void semaphore_across(int fd, const struct vgt_engine *e)
{
	struct bo mail = bo_create(fd, 4096);
	struct batch wait, post;

	for_each_engine(o) {
		int fence;

		if (o == e)
			continue;
		memset(mail.map, 0, 4096);
		batch_init(&wait, fd, 4096);
		batch_use(&wait, &mail, false);
		batch_semaphore(&wait, &mail, 0, 7, SEM_GTE);
		batch_store(&wait, &mail, 8, 0x77);
		batch_end(&wait);
		store_one(&post, fd, &mail, 0, 9);
		fence = batch_exec_fence(&wait, e);
		vgt_assert_eq(fence_wait(fence, A_WHILE_MS / 5), -ETIME);
		vgt_assert_eq(mail.u32[2], 0);
		batch_exec(&post, o);
		vgt_assert_eq(fence_wait(fence, LONG_MS), 0);
		vgt_assert_eq(mail.u32[2], 0x77);
		close(fence);
		batch_fini(&wait);
		batch_fini(&post);
	}
}

/* Each comparison lets pass what it should, and holds what it should. */
static void semaphore_compare(int fd, const struct vgt_engine *e)
{
	static const uint32_t memory[] = { 4, 5, 6 };	/* compared with 5 */
	static const bool passes[][3] = {
		[SEM_GT] = { false, false, true },
		[SEM_GTE] = { false, true, true },
		[SEM_LT] = { true, false, false },
		[SEM_LTE] = { true, true, false },
		[SEM_EQ] = { false, true, false },
		[SEM_NEQ] = { true, false, true },
	};
	struct bo mail = bo_create(fd, 4096);
	uint32_t ctx = ctx_create(fd);

	for (uint32_t op = SEM_GT; op <= SEM_NEQ; op++) {
		for (int i = 0; i < 3; i++) {
			struct batch b;
			int fence;

			mail.u32[0] = memory[i];
			batch_init(&b, fd, 4096);
			b.ctx = ctx;
			batch_use(&b, &mail, false);
			batch_semaphore(&b, &mail, 0, 5, op);
			batch_end(&b);
			fence = batch_exec_fence(&b, e);
			vgt_assert_f(fence_wait(fence, passes[op][i] ? LONG_MS : 10) ==
				     (passes[op][i] ? 0 : -ETIME),
				     "%u, comparison %u with 5", memory[i], op);
			for (int j = 0; !passes[op][i] && j < 3; j++) {
				if (passes[op][j])
					__atomic_store_n(mail.u32, memory[j], __ATOMIC_SEQ_CST);
			}
			vgt_assert_eq(fence_wait(fence, LONG_MS), 0);
			close(fence);
			batch_fini(&b);
		}
	}
}

static void syncobj(int fd, const struct vgt_engine *e)
{
	uint32_t handle = syncobj_create(fd);
	struct bo out = bo_create(fd, 4096);
	struct batch b;
	struct spin s;

	spin_init(&s, fd, ctx_create(fd), SPIN_SEMAPHORE);
	s.batch.fences[0] = (struct drm_i915_gem_exec_fence){ handle, I915_EXEC_FENCE_SIGNAL };
	s.batch.num_fences = 1;
	spin_start(&s, e);
	store_one(&b, fd, &out, 0, 0xf00d);
	b.fences[0] = (struct drm_i915_gem_exec_fence){ handle, I915_EXEC_FENCE_WAIT };
	b.num_fences = 1;
	batch_exec(&b, e == vgt_engines ? e + 1 : vgt_engines);
	vgt_assert_eq(syncobj_wait(fd, handle, A_WHILE_MS / 1e3), -ETIME);
	vgt_assert_eq(out.u32[0], 0);
	spin_release(&s);
	vgt_assert_eq(syncobj_wait(fd, handle, LONG_MS / 1e3), 0);
	gem_wait(fd, b.bo.handle);
	vgt_assert_eq(out.u32[0], 0xf00d);
	spin_fini(&s);
}

/* Requests of one context on one engine are executed in order. */
static void in_order(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b[40];

	for (uint32_t i = 0; i < ARRAY_SIZE(b); i++) {
		batch_init(&b[i], fd, 4096);
		batch_use(&b[i], &out, false);
		/* Copies the number of the one before, then leaves its own. */
		batch_emit(&b[i], MI_COPY_MEM_MEM);
		batch_emit_addr(&b[i], out.addr + 64 + 4 * i);
		batch_emit_addr(&b[i], out.addr);
		batch_store(&b[i], &out, 0, i + 1);
		batch_end(&b[i]);
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(b); i++)
		batch_exec(&b[i], e);
	gem_wait(fd, b[ARRAY_SIZE(b) - 1].bo.handle);
	for (uint32_t i = 0; i < ARRAY_SIZE(b); i++)
		vgt_assert_eq(out.u32[16 + i], i);
}

static const struct vgt_subtest subtests[] = {
	{ "spin-semaphore", "a batch waiting on a semaphore runs until the CPU writes it",
	  spin_semaphore, true },
	{ "spin-loop", "a batch looping past arbitration points runs until it is released",
	  spin_loop, true },
	{ "spin-hog", "a batch looping without arbitration points runs until it is released",
	  spin_hog, true },
	{ "busy", "busy and wait ioctls tell what runs where", busy, true },
	{ "in-fence", "batches on all engines await a sync file", in_fence, true },
	{ "write-hazard", "other engines await the writer of an object", write_hazard, true },
	{ "independent", "the other engines work on while one is kept", independent, true },
	{ "merge", "a merged sync file signals with the last of its parts", merge, false },
	{ "semaphore-across", "an engine polls for another engine's store", semaphore_across, true },
	{ "semaphore-compare", "the six comparisons of MI_SEMAPHORE_WAIT", semaphore_compare, true },
	{ "syncobj", "a syncobj is signalled by one batch and awaited by another", syncobj, true },
	{ "in-order", "requests of a context are executed in order", in_order, true },
};

VGT_MAIN(true, "In which order things are executed, and when we are told")
