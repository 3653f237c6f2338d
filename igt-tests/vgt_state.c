// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the driver says of the GPU: engines, clocks, power, counters. */
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "batch.h"
#include "sysfs.h"

/* What the driver found is what a Skylake GT2 has. */
static void device(int fd, const struct vgt_engine *unused)
{
	int id = gem_getparam(fd, I915_PARAM_CHIPSET_ID);

	(void)unused;
	vgt_assert_eq(sysfs_get(fd, "device/vendor"), 0x8086);
	vgt_assert_eq(sysfs_get(fd, "device/device"), id);
	if (id != 0x1912)
		vgt_skip("a Skylake GT2, 8086:1912, not %04x", id);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_SUBSLICE_TOTAL), 3);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_EU_TOTAL), 24);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_SLICE_MASK), 1);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_CS_TIMESTAMP_FREQUENCY), 12000000);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_HAS_LLC), 1);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_HAS_ALIASING_PPGTT), 2 /* full */);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_HAS_EXEC_SOFTPIN), 1);
	vgt_assert_eq(gem_getparam(fd, I915_PARAM_HAS_GPU_RESET), 2);
}

static void engine(int fd, const struct vgt_engine *e)
{
	char file[64], text[64];

	snprintf(file, sizeof(file), "engine/%s/name", e->name);
	vgt_assert(sysfs_read(fd, file, text, sizeof(text)) > 0);
	vgt_assert_f(!strcmp(text, e->name), "%s", text);
	snprintf(file, sizeof(file), "engine/%s/class", e->name);
	vgt_assert_eq(sysfs_get(fd, file), e->class);
	snprintf(file, sizeof(file), "engine/%s/instance", e->name);
	vgt_assert_eq(sysfs_get(fd, file), e->instance);
}

static void engine_info(int fd, const struct vgt_engine *e)
{
	static char text[65536];
	int err = debugfs_read(fd, "i915_engine_info", text, sizeof(text));

	if (err == -ENOENT || err == -EACCES)
		vgt_skip("debugfs i915_engine_info: %s", strerror(-err));
	vgt_assert(err > 0);
	vgt_assert(strstr(text, e->name));
}

/* The GPU runs within its limits, and at the one that we set. */
static void frequency(int fd, const struct vgt_engine *unused)
{
	long rpn = sysfs_get(fd, "gt_RPn_freq_mhz"), rp1 = sysfs_get(fd, "gt_RP1_freq_mhz");
	long rp0 = sysfs_get(fd, "gt_RP0_freq_mhz"), min = sysfs_get(fd, "gt_min_freq_mhz");
	long max = sysfs_get(fd, "gt_max_freq_mhz"), cur = sysfs_get(fd, "gt_cur_freq_mhz");
	long at_max, busy, at_min;
	struct spin s;

	(void)unused;
	printf("RPn %ld, RP1 %ld, RP0 %ld; %ld to %ld, now %ld MHz\n", rpn, rp1, rp0, min, max, cur);
	vgt_assert(rpn > 0 && rpn <= rp1 && rp1 <= rp0);
	vgt_assert(rpn <= min && min <= max && max <= rp0);
	vgt_assert(cur >= min && cur <= max);
	vgt_assert_eq(-sysfs_write(fd, "gt_max_freq_mhz", "1"), EINVAL);

	spin_init(&s, fd, 0, SPIN_SEMAPHORE);
	spin_start(&s, vgt_engines);
	spin_wait_running(&s);
	sysfs_set(fd, "gt_min_freq_mhz", rp0);
	at_max = sysfs_wait(fd, "gt_cur_freq_mhz", rp0, true, 3);
	busy = sysfs_wait(fd, "gt_act_freq_mhz", rp0, true, 3);
	sysfs_set(fd, "gt_min_freq_mhz", rpn);
	sysfs_set(fd, "gt_max_freq_mhz", rpn);
	at_min = sysfs_wait(fd, "gt_act_freq_mhz", rpn, true, 3);
	sysfs_set(fd, "gt_max_freq_mhz", max);
	sysfs_set(fd, "gt_min_freq_mhz", min);
	spin_fini(&s);
	vgt_assert_eq(at_max, rp0);
	vgt_assert_eq(busy, rp0);
	vgt_assert_eq(at_min, rpn);
}

/* Part of the coming time that the GPU spends in RC6. */
static double rc6_share(int fd, double seconds)
{
	long before, after;
	double start;

	before = sysfs_get(fd, "power/rc6_residency_ms");
	start = vgt_now();
	vgt_sleep(seconds);
	after = sysfs_get(fd, "power/rc6_residency_ms");
	return (after - before) / 1e3 / (vgt_now() - start);
}

/* An idle GPU sleeps; a busy one does not, nor one that is kept awake. */
static void rc6(int fd, const struct vgt_engine *unused)
{
	double idle, busy, awake, again;
	struct spin s;
	int f;

	(void)unused;
	if (!sysfs_get(fd, "power/rc6_enable"))
		vgt_skip("RC6");
	vgt_sleep(0.5);
	idle = rc6_share(fd, 1);
	spin_init(&s, fd, 0, SPIN_LOOP);
	spin_start(&s, vgt_engines);
	spin_wait_running(&s);
	busy = rc6_share(fd, 0.5);
	spin_fini(&s);
	f = debugfs_open(fd, "i915_forcewake_user", O_RDONLY);
	vgt_assert_f(f >= 0, "i915_forcewake_user: %s", strerror(-f));
	awake = rc6_share(fd, 0.5);
	close(f);
	vgt_sleep(0.5);
	again = rc6_share(fd, 1);
	printf("in RC6: idle %.2f, busy %.2f, kept awake %.2f, idle again %.2f of the time\n", idle, busy,
	       awake, again);
	vgt_assert(idle > 0.5 && idle < 1.1);
	vgt_assert(busy < 0.1);
	vgt_assert(awake < 0.1);
	vgt_assert(again > 0.5 && again < 1.1);
}

static void forcewake(int fd, const struct vgt_engine *unused)
{
	struct bo out = bo_create(fd, 4096);
	int f[8];

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(f); i++) {
		f[i] = debugfs_open(fd, "i915_forcewake_user", O_RDONLY);
		if (f[i] == -ENOENT || f[i] == -EACCES)
			vgt_skip("debugfs i915_forcewake_user: %s", strerror(-f[i]));
		vgt_assert(f[i] >= 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(f); i++) {
		const struct vgt_engine *e = &vgt_engines[i % VGT_NUM_ENGINES];
		struct batch b;

		batch_init(&b, fd, 4096);
		batch_use(&b, &out, true);
		batch_store(&b, &out, 0, i + 1);
		batch_end(&b);
		batch_run(&b, e);
		vgt_assert_eq(out.u32[0], i + 1);
		close(f[i]);
	}
}

static int pmu_open(int fd, uint64_t config)
{
	struct perf_event_attr attr = { .size = sizeof(attr), .config = config };
	FILE *file = fopen("/sys/bus/event_source/devices/i915/type", "r");
	int pmu;

	(void)fd;
	if (!file || fscanf(file, "%u", &attr.type) != 1)
		vgt_skip("the PMU of i915");
	fclose(file);
	pmu = syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);
	vgt_assert(pmu >= 0);
	return pmu;
}

static uint64_t pmu_read(int pmu)
{
	uint64_t value;

	vgt_assert_eq(read(pmu, &value, sizeof(value)), sizeof(value));
	return value;
}

static double busy_share(int pmu, double seconds)
{
	uint64_t before = pmu_read(pmu);
	double start = vgt_now();

	vgt_sleep(seconds);
	return (pmu_read(pmu) - before) / 1e9 / (vgt_now() - start);
}

/* The time that an engine is busy, as the driver makes it out from context switches. */
static void busyness(int fd, const struct vgt_engine *e)
{
	int pmu = pmu_open(fd, I915_PMU_ENGINE_BUSY(e->class, e->instance));
	double idle, busy, again;
	struct spin s;

	idle = busy_share(pmu, 0.2);
	spin_init(&s, fd, 0, SPIN_SEMAPHORE);
	spin_start(&s, e);
	spin_wait_running(&s);
	busy = busy_share(pmu, 0.3);
	spin_fini(&s);
	vgt_sleep(0.1);
	again = busy_share(pmu, 0.2);
	printf("busy: idle %.3f, spinning %.3f, idle again %.3f of the time\n", idle, busy, again);
	vgt_assert(idle < 0.1);
	vgt_assert(busy > 0.9 && busy < 1.1);
	vgt_assert(again < 0.1);
}

/* Work that is waited for is reported by interrupts. */
static void interrupts(int fd, const struct vgt_engine *e)
{
	int pmu = pmu_open(fd, I915_PMU_INTERRUPTS);
	uint64_t before = pmu_read(pmu);
	struct spin s;

	for (int i = 0; i < 5; i++) {
		spin_init(&s, fd, 0, SPIN_SEMAPHORE);
		spin_start(&s, e);
		spin_wait_running(&s);
		vgt_sleep(0.01);
		spin_fini(&s);
	}
	vgt_assert_f(pmu_read(pmu) >= before + 5, "%llu interrupts for 5 batches",
		     (unsigned long long)(pmu_read(pmu) - before));
}

static const struct vgt_subtest subtests[] = {
	{ "device", "the driver has found a Skylake GT2", device, false },
	{ "engine", "the engine is in sysfs under its name", engine, true },
	{ "engine-info", "debugfs tells of the engine", engine_info, true },
	{ "frequency", "the GPU's clock keeps to its limits", frequency, false },
	{ "rc6", "the GPU sleeps when it is idle, and only then", rc6, false },
	{ "forcewake", "engines work while and after user space keeps the GPU awake", forcewake, false },
	{ "busyness", "the PMU tells how busy an engine is", busyness, true },
	{ "interrupts", "batches that end raise interrupts", interrupts, true },
};

VGT_MAIN(true, "What the driver says of the GPU: engines, clocks, power, counters")
