/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* There is one thread: nobody is at anything. */
#ifndef SHIM_LINUX_RCUPDATE_H
#define SHIM_LINUX_RCUPDATE_H

#include <stdlib.h>
#include <linux/spinlock.h>

static inline void rcu_read_lock(void)
{
}

static inline void rcu_read_unlock(void)
{
}

static inline void synchronize_rcu(void)
{
	if (shim_locks_held)
		abort();
}

#endif
