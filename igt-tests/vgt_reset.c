// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Resets: of an engine and of the GPU, and what is left of everybody's work. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "batch.h"
#include "sysfs.h"

#define LONG_MS	8000
#define ALL	"0xffffffffffffffff"

static const struct hang_limits impatient = { .heartbeat = 200, .preempt = 100 };

static void reset_by_hand(int fd)
{
	char text[32];
	int err = debugfs_write(fd, "i915_wedged", ALL);

	if (err == -ENOENT || err == -EACCES)
		vgt_skip("debugfs i915_wedged: %s", strerror(-err));
	vgt_assert_eq(-err, 0);
	/* Says whether the driver has given the GPU up. */
	vgt_assert(debugfs_read(fd, "i915_wedged", text, sizeof(text)) > 0);
	vgt_assert_f(!strcmp(text, "0"), "wedged: %s", text);
}

static void check_engines(int fd)
{
	struct bo out = bo_create(fd, 4096);

	for_each_engine(e) {
		struct batch b;

		batch_init(&b, fd, 4096);
		b.ctx = ctx_create(fd);
		batch_use(&b, &out, true);
		batch_load_imm(&b, GPR(e, 2), e->base);
		batch_store_reg(&b, GPR(e, 2), &out, 0);
		batch_end(&b);
		batch_run(&b, e);
		vgt_assert_eq(out.u32[0], e->base);
		ctx_destroy(fd, b.ctx);
		batch_fini(&b);
	}
	bo_destroy(fd, &out);
}

static uint32_t guilty_of(int fd, uint32_t ctx)
{
	struct drm_i915_reset_stats arg = { .ctx_id = ctx };

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GET_RESET_STATS, &arg);
	return arg.batch_active;
}

static void wedged_idle(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	check_engines(fd);
	for (int i = 0; i < 3; i++) {
		reset_by_hand(fd);
		check_engines(fd);
	}
}

static void wedged_busy(int fd, const struct vgt_engine *e)
{
	struct spin s;

	spin_init(&s, fd, ctx_create(fd), SPIN_HOG);
	spin_start(&s, e);
	spin_wait_running(&s);
	reset_by_hand(fd);
	vgt_assert_eq(fence_wait(s.fence, LONG_MS), 0);
	vgt_assert(fence_status(s.fence) < 0);
	vgt_assert_eq(guilty_of(fd, s.batch.ctx), 1);
	check_engines(fd);
}

/* A hang again and again, each time by somebody else. */
static void hang_again(int fd, const struct vgt_engine *e)
{
	struct hang_limits old = hang_limits_set(fd, e, impatient);

	for (int i = 0; i < 3; i++) {
		struct spin s;
		int ended;

		spin_init(&s, fd, ctx_create(fd), SPIN_HOG);
		spin_start(&s, e);
		ended = fence_wait(s.fence, 9000);
		if (ended)
			hang_limits_set(fd, e, old);
		vgt_assert_f(!ended, "hang %d is not seen", i);
		vgt_assert(fence_status(s.fence) < 0);
		vgt_assert_eq(guilty_of(fd, s.batch.ctx), 1);
		ctx_destroy(fd, s.batch.ctx);
	}
	hang_limits_set(fd, e, old);
	check_engines(fd);
}

/* Registers of contexts that were not running outlive the reset of their engine. */
static void state_survives(int fd, const struct vgt_engine *e)
{
	struct hang_limits old = hang_limits_set(fd, e, impatient);
	struct bo out = bo_create(fd, 4096);
	struct batch b;
	struct spin s;
	int ended;

	batch_init(&b, fd, 4096);
	b.ctx = ctx_create(fd);
	batch_use(&b, &out, true);
	batch_load_imm(&b, GPR(e, 7), 0x77001122);
	batch_end(&b);
	batch_run(&b, e);

	spin_init(&s, fd, ctx_create(fd), SPIN_HOG);
	spin_start(&s, e);
	ended = fence_wait(s.fence, 15000);
	hang_limits_set(fd, e, old);
	vgt_assert_eq(ended, 0);
	vgt_assert(fence_status(s.fence) < 0);

	b.pos = 0;
	batch_store_reg(&b, GPR(e, 7), &out, 0);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u32[0], 0x77001122);
}

/* Other engines do not notice that one is reset. */
static void others_go_on(int fd, const struct vgt_engine *e)
{
	struct hang_limits old = hang_limits_set(fd, e, impatient);
	struct spin hog, other[VGT_NUM_ENGINES];
	int ended;

	for_each_engine(o) {
		struct spin *s = &other[o - vgt_engines];

		if (o == e)
			continue;
		spin_init(s, fd, ctx_create(fd), SPIN_SEMAPHORE);
		spin_start(s, o);
		spin_wait_running(s);
	}
	spin_init(&hog, fd, ctx_create(fd), SPIN_HOG);
	spin_start(&hog, e);
	ended = fence_wait(hog.fence, 15000);
	hang_limits_set(fd, e, old);
	vgt_assert_eq(ended, 0);
	vgt_assert(fence_status(hog.fence) < 0);
	for_each_engine(o) {
		struct spin *s = &other[o - vgt_engines];

		if (o == e)
			continue;
		vgt_assert_eq(fence_status(s->fence), 0);
		spin_release(s);
		vgt_assert_eq(fence_wait(s->fence, LONG_MS), 0);
		vgt_assert_eq(fence_status(s->fence), 1);
		vgt_assert_eq(guilty_of(fd, s->batch.ctx), 0);
	}
}

/*
 * The driver may not reset single engines, so the whole GPU goes, and with it what
 * runs on any engine; what waits behind is done.
 */
static void full_reset(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct spin spin[VGT_NUM_ENGINES];
	struct batch b[VGT_NUM_ENGINES];
	int fence[VGT_NUM_ENGINES], hog = e - vgt_engines, err, ended;
	struct hang_limits old;
	char saved[16];

	if (debugfs_read(fd, "i915_params/reset", saved, sizeof(saved)) <= 0)
		vgt_skip("debugfs i915_params/reset");
	old = hang_limits_set(fd, e, impatient);
	for_each_engine(o) {
		int n = o - vgt_engines;

		spin_init(&spin[n], fd, ctx_create(fd), o == e ? SPIN_HOG : SPIN_SEMAPHORE);
		spin_start(&spin[n], o);
		spin_wait_running(&spin[n]);
		batch_init(&b[n], fd, 4096);
		b[n].ctx = ctx_create(fd);
		/* Not to be let past the spinner. */
		ctx_set_priority(fd, b[n].ctx, -100);
		batch_use(&b[n], &out, false);
		batch_store(&b[n], &out, 4 * n, 0x99 + n);
		batch_end(&b[n]);
		fence[n] = batch_exec_fence(&b[n], o);
	}
	err = debugfs_write(fd, "i915_params/reset", "1");
	ended = fence_wait(spin[hog].fence, 15000);
	debugfs_write(fd, "i915_params/reset", saved);
	hang_limits_set(fd, e, old);
	vgt_assert_eq(-err, 0);
	vgt_assert_eq(ended, 0);
	vgt_assert(fence_status(spin[hog].fence) < 0);
	vgt_assert_eq(guilty_of(fd, spin[hog].batch.ctx), 1);
	for (int n = 0; n < VGT_NUM_ENGINES; n++) {
		spin_release(&spin[n]);
		vgt_assert_eq(fence_wait(spin[n].fence, LONG_MS), 0);
		vgt_assert_eq(fence_wait(fence[n], LONG_MS), 0);
		vgt_assert_eq(fence_status(fence[n]), 1);
		vgt_assert_eq(out.u32[n], 0x99 + n);
		vgt_assert_eq(guilty_of(fd, b[n].ctx), 0);
	}
	check_engines(fd);
}

/* A command that the engine does not have stops it, and is found like any other hang. */
static void bad_command(int fd, const struct vgt_engine *e)
{
	struct hang_limits old = hang_limits_set(fd, e, impatient);
	struct bo out = bo_create(fd, 4096);
	struct batch b;
	int err, fence, ended = 0, status = 0;

	batch_init(&b, fd, 4096);
	b.ctx = ctx_create(fd);
	batch_use(&b, &out, false);
	batch_store(&b, &out, 0, 1);
	batch_emit(&b, 0xdeadbeef);
	batch_store(&b, &out, 4, 1);
	batch_end(&b);
	err = batch_try_exec(&b, e, &fence);
	if (!err) {
		ended = fence_wait(fence, 15000);
		status = fence_status(fence);
	}
	hang_limits_set(fd, e, old);
	if (is_bcs(e)) {
		/* The kernel's command parser stumbles first. */
		vgt_assert_eq(-err, EINVAL);
		return;
	}
	vgt_assert_eq(-err, 0);
	vgt_assert_eq(ended, 0);
	vgt_assert(status < 0);
	vgt_assert_eq(out.u32[0], 1);
	vgt_assert_eq(out.u32[1], 0);
	vgt_assert_eq(guilty_of(fd, b.ctx), 1);
	check_engines(fd);
}

/* The driver keeps a record of the hang, with the engine that was to blame. */
static void error_state(int fd, const struct vgt_engine *e)
{
	static const char none[] = "No error state";
	const size_t size = 1 << 20;
	struct hang_limits old;
	char *text = malloc(size);
	struct spin s;
	int err, ended;

	vgt_assert(text);
	err = sysfs_write(fd, "error", "1");
	if (err)
		vgt_skip("sysfs error: %s", strerror(-err));
	vgt_assert(sysfs_read(fd, "error", text, size) > 0);
	vgt_assert_f(!strncmp(text, none, strlen(none)), "%.80s", text);
	old = hang_limits_set(fd, e, impatient);
	spin_init(&s, fd, ctx_create(fd), SPIN_HOG);
	spin_start(&s, e);
	ended = fence_wait(s.fence, 15000);
	hang_limits_set(fd, e, old);
	vgt_assert_eq(ended, 0);
	for (int i = 0; i < 50; i++) {
		vgt_assert(sysfs_read(fd, "error", text, size) > 0);
		if (strncmp(text, none, strlen(none)))
			break;
		vgt_sleep(0.1);
	}
	printf("%.300s\n", text);
	vgt_assert(!strncmp(text, "GPU HANG", 8));
	vgt_assert(strstr(text, e->name));
	vgt_assert_eq(-sysfs_write(fd, "error", "1"), 0);
}

static const struct vgt_subtest subtests[] = {
	{ "wedged-idle", "resets by hand of an idle GPU", wedged_idle, false },
	{ "wedged-busy", "a reset by hand ends what hangs, and all engines work on", wedged_busy, true },
	{ "hang-again", "hangs in a row, each found and reset", hang_again, true },
	{ "state-survives", "contexts keep their registers over the reset of an engine",
	  state_survives, true },
	{ "others-go-on", "the other engines' work outlives the reset of one", others_go_on, true },
	{ "full-reset", "a reset of the whole GPU; what waits is done afterwards", full_reset, true },
	{ "bad-command", "an unknown command hangs the engine, and is reset", bad_command, true },
	{ "error-state", "a hang leaves a record", error_state, true },
};

VGT_MAIN(true, "Resets: of an engine and of the GPU, and what is left of everybody's work")
