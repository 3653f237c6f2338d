/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SCHED_H
#define SHIM_LINUX_SCHED_H

#include <linux/spinlock.h>

static inline void cond_resched(void)
{
	if (shim_locks_held)
		abort();
}

#endif
