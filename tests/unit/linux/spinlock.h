/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Spinlocks of one thread: taking one twice, or giving back what is not held,
 * stops the test.
 */
#ifndef SHIM_LINUX_SPINLOCK_H
#define SHIM_LINUX_SPINLOCK_H

#include <stdlib.h>
#include <linux/atomic.h>

/* For sparse. */
#define __acquires(lock)
#define __releases(lock)

typedef struct { bool held; } spinlock_t;

extern unsigned int shim_locks_held;

static inline void spin_lock_init(spinlock_t *lock)
{
	lock->held = false;
}

static inline void spin_lock(spinlock_t *lock)
{
	if (lock->held)
		abort();
	lock->held = true;
	shim_locks_held++;
}

static inline void spin_unlock(spinlock_t *lock)
{
	if (!lock->held)
		abort();
	lock->held = false;
	shim_locks_held--;
}

#define spin_lock_irqsave(lock, flags)		do { (flags) = 0; spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags)	do { (void)(flags); spin_unlock(lock); } while (0)
#define lockdep_assert_held(lock)		do { if (!(lock)->held) abort(); } while (0)

#endif
