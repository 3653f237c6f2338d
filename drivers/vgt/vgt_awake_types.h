/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_AWAKE_TYPES_H
#define VGT_AWAKE_TYPES_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct vgt_awake - who needs the GPU powered
 * @lock: protects @users; held while the host's driver is asked
 * @users: open guests
 * @forcewake_lock: protects @forcewake and the core's bit in the GPU; innermost
 * @forcewake: the core holds it
 */
struct vgt_awake {
	struct mutex lock; /* users */
	unsigned int users;
	spinlock_t forcewake_lock; /* forcewake */
	bool forcewake;
};

#endif
