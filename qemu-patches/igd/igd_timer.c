// SPDX-License-Identifier: GPL-2.0 OR MIT
#include "igd_priv.h"

uint64_t igd_now(struct igd *gd)
{
	return gd->ops->now(gd->opaque);
}

static void announce_next_deadline(struct igd *gd)
{
	uint64_t next = IGD_NEVER;

	for (struct igd_timer *t = gd->timers; t; t = t->next)
		if (t->deadline < next)
			next = t->deadline;
	if (next == gd->announced_deadline)
		return;
	gd->announced_deadline = next;
	gd->ops->set_deadline(gd->opaque, next);
}

void igd_timer_init(struct igd *gd, struct igd_timer *t,
		    void (*fn)(struct igd *gd, unsigned int arg), unsigned int arg)
{
	struct igd_timer **tail = &gd->timers;

	while (*tail)
		tail = &(*tail)->next;
	*tail = t;
	t->deadline = IGD_NEVER;
	t->fn = fn;
	t->arg = arg;
	t->next = NULL;
}

void igd_timer_arm(struct igd *gd, struct igd_timer *t, uint64_t deadline)
{
	t->deadline = deadline;
	if (!gd->running_timers)
		announce_next_deadline(gd);
}

void igd_timer_cancel(struct igd *gd, struct igd_timer *t)
{
	igd_timer_arm(gd, t, IGD_NEVER);
}

/*
 * One pass only: a handler that re-arms its timer for a time already past runs
 * again at the next call, so the caller's loop gets its turn in between.
 */
void igd_core_run(struct igd *gd)
{
	uint64_t now = igd_now(gd);

	gd->announced_deadline = IGD_NEVER;
	gd->running_timers = true;
	for (struct igd_timer *t = gd->timers; t; t = t->next) {
		if (t->deadline <= now) {
			t->deadline = IGD_NEVER;
			t->fn(gd, t->arg);
		}
	}
	gd->running_timers = false;
	announce_next_deadline(gd);
}
