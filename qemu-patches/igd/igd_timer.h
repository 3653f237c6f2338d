/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Timers on the virtual clock, all multiplexed on the shell's single deadline. */
#ifndef IGD_TIMER_H
#define IGD_TIMER_H

#include "igd_types.h"

struct igd_timer {
	uint64_t deadline;	/* IGD_NEVER while not armed */
	void (*fn)(struct igd *gd, unsigned int arg);
	unsigned int arg;
	struct igd_timer *next;	/* all timers of the GPU, in order of init */
};

void igd_timer_init(struct igd *gd, struct igd_timer *t,
		    void (*fn)(struct igd *gd, unsigned int arg), unsigned int arg);
/** igd_timer_arm - fire at virtual time @deadline; a time in the past fires at the next igd_core_run() */
void igd_timer_arm(struct igd *gd, struct igd_timer *t, uint64_t deadline);
void igd_timer_cancel(struct igd *gd, struct igd_timer *t);

/** igd_now - virtual time in nanoseconds */
uint64_t igd_now(struct igd *gd);

#endif
