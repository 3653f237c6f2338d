// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: statistics
 *
 * Counters per vGPU that only grow.  They are atomic, so that counting takes no
 * lock; a plain access that passes through to the hardware is not counted.
 */
#include <linux/kernel.h>

#include "vgt_stats.h"

const char *vgt_event_name(enum vgt_event event)
{
	static const char * const names[] = {
#define E(id, name, text) [VGT_EVENT_##id] = name,
		VGT_EVENTS(E)
#undef E
	};

	return names[event];
}
