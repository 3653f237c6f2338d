// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: benchmarks
 *
 * Each does a fixed number of operations, so that what they cost (time, exits) can
 * be compared between machines; a line for each: NAME OPERATIONS SECONDS SWITCHES.
 * The last is how often the processor was given to another task meanwhile.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "batch.h"
#include "kms.h"

#define XY_SRC_COPY_RGBA	(2u << 29 | 0x53 << 22 | 3 << 20 | 8)
#define ROP_COPY		(0xcc << 16)
#define PTES			1000

static const struct vgt_engine *const rcs = &vgt_engines[0], *const bcs = &vgt_engines[1];

static void nop_batch(struct batch *b, int fd)
{
	batch_init(b, fd, 4096);
	batch_end(b);
	batch_run(b, rcs);
}

/* What the measurement itself costs. */
static uint32_t nothing(int fd, double *seconds)
{
	(void)fd;
	*seconds = 0;
	return 1;
}

static uint32_t nop(int fd, double *seconds)
{
	struct batch b;
	double start;

	nop_batch(&b, fd);
	start = vgt_now();
	for (int i = 0; i < 999; i++)
		batch_exec(&b, rcs);
	batch_run(&b, rcs);
	*seconds = vgt_now() - start;
	return 1000;
}

/* Each waits for the one before: the time from a submission to its end. */
static uint32_t latency(int fd, double *seconds)
{
	struct batch b;
	double start;

	nop_batch(&b, fd);
	start = vgt_now();
	for (int i = 0; i < 300; i++)
		batch_run(&b, rcs);
	*seconds = vgt_now() - start;
	return 300;
}

static uint32_t switching(int fd, double *seconds)
{
	struct batch b;
	uint32_t ctx[2];
	double start;

	for (int i = 0; i < 2; i++) {
		struct drm_i915_gem_context_create arg = { };

		vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_CONTEXT_CREATE, &arg);
		ctx[i] = arg.ctx_id;
	}
	nop_batch(&b, fd);
	for (int i = 0; i < 2; i++) {
		b.ctx = ctx[i];
		batch_run(&b, rcs);
	}
	start = vgt_now();
	for (int i = 0; i < 300; i++) {
		b.ctx = ctx[i & 1];
		batch_run(&b, rcs);
	}
	*seconds = vgt_now() - start;
	return 300;
}

/* Copies of 256 x 256 pixels, ten to a batch. */
static uint32_t blt(int fd, double *seconds)
{
	struct bo from = bo_create(fd, 256 << 10), to = bo_create(fd, 256 << 10);
	struct batch b;
	double start;

	batch_init(&b, fd, 4096);
	batch_use(&b, &from, false);
	batch_use(&b, &to, true);
	for (int i = 0; i < 10; i++) {
		batch_emit(&b, XY_SRC_COPY_RGBA);
		batch_emit(&b, 3 << 24 | ROP_COPY | 1024);
		batch_emit(&b, 0);
		batch_emit(&b, 256 << 16 | 256);
		batch_emit_addr(&b, to.addr);
		batch_emit(&b, 0);
		batch_emit(&b, 1024);
		batch_emit_addr(&b, from.addr);
	}
	batch_end(&b);
	batch_run(&b, bcs);
	start = vgt_now();
	for (int i = 0; i < 20; i++)
		batch_run(&b, bcs);
	*seconds = vgt_now() - start;
	return 200;
}

/* New pages in a page table of a context. */
static uint32_t ppgtt(int fd, double *seconds)
{
	struct batch b;
	struct bo big;
	double start;

	nop_batch(&b, fd);
	big = bo_create(fd, PTES * 4096);
	memset(big.map, 0, big.size);
	batch_use(&b, &big, false);
	start = vgt_now();
	batch_run(&b, rcs);
	*seconds = vgt_now() - start;
	return PTES;
}

/* New pages in the GGTT: an object appears in the aperture. */
static uint32_t ggtt(int fd, double *seconds)
{
	uint32_t handle = gem_create(fd, PTES * 4096);
	volatile uint32_t *map;
	double start;

	gem_set_domain(fd, handle, I915_GEM_DOMAIN_GTT, I915_GEM_DOMAIN_GTT);
	map = gem_mmap(fd, handle, PTES * 4096, I915_MMAP_OFFSET_GTT);
	start = vgt_now();
	map[0] = 1;
	*seconds = vgt_now() - start;
	return PTES;
}

static uint32_t cursor(int fd, double *seconds)
{
	struct output o = kms_output(fd);
	struct fb fb = fb_for(&o, I915_TILING_NONE);
	struct fb image = fb_create(fd, 64, 64, DRM_FORMAT_ARGB8888, I915_TILING_NONE);
	struct drm_mode_cursor arg = {
		.flags = DRM_MODE_CURSOR_BO, .crtc_id = o.crtc, .width = 64, .height = 64, .handle = image.handle,
	};
	double start;

	kms_set_mode(&o, &fb);
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_CURSOR, &arg);
	arg.flags = DRM_MODE_CURSOR_MOVE;
	start = vgt_now();
	for (int i = 0; i < 200; i++) {
		arg.x = arg.y = i;
		vgt_do_ioctl(fd, DRM_IOCTL_MODE_CURSOR, &arg);
	}
	*seconds = vgt_now() - start;
	return 200;
}

/* As fast as the monitor goes. */
static uint32_t flip(int fd, double *seconds)
{
	struct output o = kms_output(fd);
	struct fb fb[2] = { fb_for(&o, I915_TILING_X), fb_for(&o, I915_TILING_X) };
	double start;

	kms_set_mode(&o, &fb[0]);
	start = vgt_now();
	for (int i = 1; i <= 60; i++) {
		struct drm_event_vblank event;

		vgt_assert_eq(-kms_flip(&o, &fb[i & 1], i), 0);
		kms_event(fd, &event, sizeof(event));
	}
	*seconds = vgt_now() - start;
	return 60;
}

static const struct {
	const char *name;
	uint32_t (*run)(int fd, double *seconds);
	bool render;
} benchmarks[] = {
	{ "nothing", nothing, true },
	{ "nop", nop, true },
	{ "latency", latency, true },
	{ "switch", switching, true },
	{ "blt", blt, true },
	{ "ppgtt", ppgtt, true },
	{ "ggtt", ggtt, true },
	{ "cursor", cursor, false },
	{ "flip", flip, false },
};

static bool named(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], name))
			return true;
	}
	return argc == 1;
}

static long switches(void)
{
	struct rusage usage;

	vgt_assert_eq(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

int main(int argc, char **argv)
{
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(benchmarks); i++) {
		double seconds;
		uint32_t ops;
		long before;
		int fd;

		if (!named(benchmarks[i].name, argc, argv))
			continue;
		any = true;
		fd = vgt_open(benchmarks[i].render);
		vgt_assert(fd >= 0);
		before = switches();
		ops = benchmarks[i].run(fd, &seconds);
		printf("%s %u %.9f %ld\n", benchmarks[i].name, ops, seconds, switches() - before);
		fflush(stdout);
		close(fd);
	}
	if (!any)
		fprintf(stderr, "usage: vgt_bench [NAME...], as they are named without arguments\n");
	return any ? EXIT_SUCCESS : EXIT_FAILURE;
}
