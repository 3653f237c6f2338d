// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a hostile guest among others
 *
 *   start: two vGPUs, both bystanders at work
 *     attack
 *   counted: the vGPU's statistics tell of it
 *   end: the bystanders go on and have seen nothing; the hostile vGPU works after a reset;
 *        nothing is pinned, all graphics memory is back
 */
#include <fcntl.h>
#include <unistd.h>

#include "scene.h"

static long vmstat(const char *name)
{
	char line[128], key[64];
	long val, found = -1;
	FILE *f = fopen("/proc/vmstat", "re");

	vgt_assert(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %ld", key, &val) == 2 && !strcmp(key, name))
			found = val;
	fclose(f);
	return found;
}

/* Processors keep what they have counted to themselves for a while. */
static long pinned_pages(void)
{
	int f = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);

	vgt_assert(f >= 0 && write(f, "1", 1) == 1);
	close(f);
	return vmstat("nr_foll_pin_acquired") - vmstat("nr_foll_pin_released");
}

uint64_t scene_stat(const char *name)
{
	return mdev_stat(HOSTILE, name);
}

/* Of a subtest that did not come to its end; its process may be about to die. */
static void remove_leftover(int number)
{
	for (int i = 0; i < 100 && mdev_exists(number); i++)
		if (mdev_remove(number))
			vgt_sleep(0.05);
}

void scene_create(int number)
{
	int err = mdev_create(number);

	vgt_assert_f(!err, "vGPU %d: %s", number, strerror(-err));
}

void scene_stage(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	vfio_need();
	for (int number = HOSTILE; number < SPARE + NUM_SPARE; number++)
		remove_leftover(number);
	s->available = mdev_available();
	if (s->available < 2)
		vgt_skip("room for two vGPUs; a larger aperture has it");
	s->pinned = pinned_pages();
}

void scene_start_bystanders(struct scene *s)
{
	scene_create(VICTIM);
	bystander_guest(&s->guest, VICTIM);
	bystander_host(&s->host);
}

void scene_goes_on(struct scene *s)
{
	bystander_goes_on(&s->guest, ROUNDS, PATIENCE);
	bystander_goes_on(&s->host, ROUNDS, PATIENCE);
}

struct scene *scene_start(void)
{
	static struct scene scene;
	struct scene *s = &scene;

	scene_stage(s);
	scene_create(HOSTILE);
	scene_start_bystanders(s);
	vfio_open(&s->v, HOSTILE, MEMORY);
	driver_init(&s->d, &s->v);
	scene_goes_on(s);
	return s;
}

/* Whatever it has done to itself: a reset mends it. */
static void works_after_reset(struct scene *s)
{
	vfio_reset(&s->v);
	driver_init(&s->d, &s->v);
	for_each_engine(e) {
		struct context *c = context_new(&s->d, e, 100);

		emit_store(c, s->d.results, c->e->base);
		vgt_assert_f(context_run(c, PATIENCE), "%s does not run after a reset", e->name);
		vgt_assert_eq(*driver_result(&s->d, 0), e->base);
	}
}

/* The sum of the processors' counts may be looked at while one is being added. */
static bool pins_are_back(struct scene *s)
{
	for (int i = 0; i < 100; i++) {
		if (pinned_pages() == s->pinned)
			return true;
		vgt_sleep(0.02);
	}
	return false;
}

void scene_leave(struct scene *s)
{
	scene_goes_on(s);
	bystander_stop(&s->guest);
	bystander_stop(&s->host);
	if (mdev_exists(HOSTILE))
		vgt_assert_eq(mdev_remove(HOSTILE), 0);
	vgt_assert_eq(mdev_remove(VICTIM), 0);
	vgt_assert_eq(mdev_available(), s->available);
	vgt_assert_f(pins_are_back(s), "%ld pages pinned, %ld before", pinned_pages(), s->pinned);
}

void scene_end(struct scene *s)
{
	works_after_reset(s);
	vfio_close(&s->v);
	scene_leave(s);
}

void scene_store(struct scene *s, struct context *c, uint32_t val)
{
	emit_store(c, s->d.results, val);
	vgt_assert_f(context_run(c, PATIENCE), "%s does not run", c->e->name);
	vgt_assert_eq(*driver_result(&s->d, 0), val);
}
