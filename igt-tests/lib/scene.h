/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_SCENE_H
#define VGT_TEST_SCENE_H

#include "bystander.h"
#include "vfio_driver.h"

/*
 * A process that is a hostile guest: it uses a vGPU by VFIO, without a virtual machine.  Another
 * guest, on a vGPU of its own, and the host's driver work meanwhile.
 */

enum { HOSTILE = 1, VICTIM, SPARE };	/* numbers of vGPUs */

#define NUM_SPARE	4
#define MEMORY		(16ull << 20)	/* of the hostile guest */
#define PATIENCE	15.0	/* seconds; under emulation, with two others at work */
#define ROUNDS		3	/* of a bystander, to show that it is well */
#define HOST_GM		0x1000u	/* the host's graphics memory is from 0 on */
#define ENTRY		(GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE)
#define RCS		(&vgt_engines[0])
#define BCS		(&vgt_engines[1])

/* What each subtest is; @e of those that run on each engine. */
#define subtest(name) \
	static void name(int fd __attribute__((unused)), \
			 const struct vgt_engine *e __attribute__((unused)))

/**
 * struct scene - who takes part
 * @host, @guest: bystanders
 * @v, @d: the hostile guest's vGPU and its driver
 * @available, @pinned: vGPUs that there is room for and pages that are pinned, without all of this
 */
struct scene {
	struct bystander host, guest;
	struct vfio v;
	struct driver d;
	long available, pinned;
};

/** scene_start - two vGPUs, the hostile one open, the bystanders at work */
struct scene *scene_start(void);
/**
 * scene_end - the bystanders go on and have seen nothing, the hostile vGPU works after a reset, all
 * memory is back
 */
void scene_end(struct scene *s);

/* The parts of both. */

/** scene_stage - nothing is left of others; skips where there is no room */
void scene_stage(struct scene *s);
void scene_create(int number);
void scene_start_bystanders(struct scene *s);
void scene_goes_on(struct scene *s);
/** scene_leave - scene_end() without the hostile guest, which has closed its vGPU */
void scene_leave(struct scene *s);

/** scene_stat - a counter of the hostile vGPU */
uint64_t scene_stat(const char *name);
/* Contained is not enough: whoever looks at the statistics must see it. */
#define counted(name, least) do { \
	const char *name_ = name; \
	vgt_assert_f(scene_stat(name_) >= (least), "%s: %llu", name_, \
		     (unsigned long long)scene_stat(name_)); \
} while (0)

/** scene_store - a context of the hostile guest works: stores @val as result 0 */
void scene_store(struct scene *s, struct context *c, uint32_t val);

#endif
