// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: statistics
 *
 * Counters per vGPU that only grow.  They are atomic, so that counting takes no
 * lock; a plain access that passes through to the hardware is not counted.  What
 * should not have happened is printed when the vGPU leaves.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/kernel.h>
#include <linux/printk.h>

#include "vgt_stats.h"

void vgt_stats_report(const struct vgt_stats *stats, const char *who)
{
	static const struct {
		enum vgt_event event;
		const char *what;
	} troubles[] = {
		{ VGT_EVENT_SUBMIT_REPLACED, "submissions lost to the next one" },
		{ VGT_EVENT_CONTEXT_SURPRISE, "context events that nobody waited for" },
		{ VGT_EVENT_PREEMPT_TIMEOUT, "times an engine was not given up in time" },
		{ VGT_EVENT_REG_UNKNOWN, "accesses to registers that are not in the table" },
		{ VGT_EVENT_REG_REFUSED, "accesses to registers that were refused" },
		{ VGT_EVENT_GGTT_REFUSED, "accesses to GGTT entries outside of its ranges" },
	};
	unsigned int i;
	u64 n;

	for (i = 0; i < ARRAY_SIZE(troubles); i++) {
		n = vgt_stats_read(stats, troubles[i].event);
		if (n)
			pr_info("%s: %llu %s\n", who, n, troubles[i].what);
	}
}
