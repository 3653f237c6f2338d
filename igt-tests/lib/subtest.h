/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_SUBTEST_H
#define VGT_SUBTEST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <i915_drm.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/**
 * struct vgt_engine - an engine of Skylake GT2
 * @name: as in sysfs
 * @flag: in execbuffer of a context without an engine map
 * @class, @instance: in the uAPI
 * @base: of its registers
 */
struct vgt_engine {
	const char *name;
	uint64_t flag;
	uint16_t class, instance;
	uint32_t base;
};

#define VGT_NUM_ENGINES 4
extern const struct vgt_engine vgt_engines[VGT_NUM_ENGINES];

#define for_each_engine(e) \
	for (const struct vgt_engine *e = vgt_engines; e < vgt_engines + VGT_NUM_ENGINES; e++)

static inline bool is_bcs(const struct vgt_engine *e)
{
	return e->class == I915_ENGINE_CLASS_COPY;
}

/**
 * struct vgt_subtest - one thing that is proved
 * @name: with "-ENGINE" appended when it is run on each
 * @describe: what it proves, one line
 * @run: called in a process of its own with a fresh file of the driver
 * @each_engine: one subtest per engine; @run gets the engine, else NULL
 */
struct vgt_subtest {
	const char *name;
	const char *describe;
	void (*run)(int fd, const struct vgt_engine *e);
	bool each_engine;
};

/**
 * struct vgt_test - a program
 * @describe: what it is about, one line
 * @render: the file is the render node's, else the card's
 * @seconds: until a subtest has failed; 0: 30
 */
struct vgt_test {
	const char *describe;
	bool render;
	unsigned int seconds;
	const struct vgt_subtest *subtests;
	size_t num_subtests;
};

/**
 * vgt_main - the main of each program: options and results as IGT's
 *
 * Return: exit status: 0 when all that was asked for passed, 77 when all of it was
 * skipped, 98 when something failed, 79 for options that make no sense.
 */
int vgt_main(int argc, char **argv, const struct vgt_test *test);

#define VGT_MAIN(render_, describe_) VGT_SLOW_MAIN(render_, 0, describe_)

#define VGT_SLOW_MAIN(render_, seconds_, describe_) \
	int main(int argc, char **argv) \
	{ \
		const struct vgt_test test = { \
			.describe = describe_, .render = render_, .seconds = seconds_, \
			.subtests = subtests, .num_subtests = ARRAY_SIZE(subtests), \
		}; \
		return vgt_main(argc, argv, &test); \
	}

/* These end the subtest's process. */
void vgt_skip(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void vgt_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

#define vgt_assert_f(cond, fmt, ...) do { \
	if (!(cond)) \
		vgt_fail(__FILE__, __LINE__, "%s: " fmt, #cond, ##__VA_ARGS__); \
} while (0)

#define vgt_assert(cond) do { \
	if (!(cond)) \
		vgt_fail(__FILE__, __LINE__, "%s (errno: %s)", #cond, strerror(errno)); \
} while (0)

#define vgt_assert_eq(a, b) do { \
	unsigned long long a_ = (a), b_ = (b); \
	if (a_ != b_) \
		vgt_fail(__FILE__, __LINE__, "%s == %s: %#llx != %#llx", #a, #b, a_, b_); \
} while (0)

/** vgt_open - open the node of an i915 device; -1 when there is none */
int vgt_open(bool render);

/** vgt_ioctl - an ioctl that is repeated when interrupted; 0 or a negative error */
int vgt_ioctl(int fd, unsigned long request, void *arg);

#define vgt_do_ioctl(fd, request, arg) do { \
	int err_ = vgt_ioctl(fd, request, arg); \
	if (err_) \
		vgt_fail(__FILE__, __LINE__, #request ": %s", strerror(-err_)); \
} while (0)

/** vgt_now - monotonic time in seconds */
double vgt_now(void);
void vgt_sleep(double seconds);

/** vgt_random - the next of a sequence that is the same in each run */
uint32_t vgt_random(void);

#endif
