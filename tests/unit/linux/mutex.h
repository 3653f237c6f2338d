/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Mutexes of one thread: taking one twice, or under a spinlock, stops the test. */
#ifndef SHIM_LINUX_MUTEX_H
#define SHIM_LINUX_MUTEX_H

#include <linux/spinlock.h>

struct mutex {
	bool held;
};

#define DEFINE_MUTEX(name)	struct mutex name

static inline void mutex_init(struct mutex *lock)
{
	lock->held = false;
}

static inline void mutex_destroy(struct mutex *lock)
{
	if (lock->held)
		abort();
}

static inline void mutex_lock(struct mutex *lock)
{
	if (lock->held || shim_locks_held)
		abort();
	lock->held = true;
}

static inline void mutex_unlock(struct mutex *lock)
{
	if (!lock->held || shim_locks_held)
		abort();
	lock->held = false;
}

static inline bool mutex_is_locked(struct mutex *lock)
{
	return lock->held;
}

#endif
