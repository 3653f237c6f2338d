// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: statistics
 *
 * Counters per vGPU that only grow.  They are atomic, so that counting takes no
 * lock; a plain access that passes through to the hardware is not counted.  What
 * should not have happened to the host is printed when it leaves; a guest's
 * counters are read by name and number, and its mistakes are never printed.  Behind
 * the counters come the times on the engines, in microseconds.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "vgt/vmm.h"
#include "vgt_execlist_types.h"
#include "vgt_stats.h"

static const char * const names[VGT_NUM_EVENTS + VGT_NUM_ENGINES] = {
	[VGT_EVENT_SUBMIT] = "submissions",
	[VGT_EVENT_SUBMIT_DIRECT] = "submissions_direct",
	[VGT_EVENT_SUBMIT_REPLACED] = "submissions_replaced",
	[VGT_EVENT_CONTEXT_EVENT] = "context_events",
	[VGT_EVENT_CONTEXT_SURPRISE] = "context_surprises",
	[VGT_EVENT_SWITCH_IN] = "switches_in",
	[VGT_EVENT_PREEMPT_TIMEOUT] = "preempt_timeouts",
	[VGT_EVENT_ENGINE_RESET] = "engine_resets",
	[VGT_EVENT_IRQ] = "interrupts",
	[VGT_EVENT_REG_UNKNOWN] = "registers_unknown",
	[VGT_EVENT_REG_REFUSED] = "registers_refused",
	[VGT_EVENT_GGTT_REFUSED] = "ggtt_refused",
	[VGT_EVENT_READ] = "register_reads",
	[VGT_EVENT_WRITE] = "register_writes",
	[VGT_EVENT_GGTT_WRITE] = "ggtt_writes",
	[VGT_EVENT_GGTT_SHARED] = "ggtt_pages_shared",
	[VGT_EVENT_TABLE_SYNC] = "table_syncs",
	[VGT_EVENT_TABLE_WRITE] = "table_writes",
	[VGT_EVENT_PTE_SYNC] = "pte_syncs",
	[VGT_EVENT_AUDIT_DWORDS] = "audit_dwords",
	[VGT_EVENT_AUDIT_REFUSED] = "audit_refused",
	[VGT_EVENT_AUDIT_DROPPED] = "audit_dropped",
	[VGT_EVENT_BATCH_COPY] = "batch_copies",
	[VGT_EVENT_MEMORY_REFUSED] = "memory_refused",
	[VGT_EVENT_CONTEXT_COPY] = "context_copies",
	[VGT_EVENT_RESET] = "resets",
	[VGT_EVENT_FRAME] = "frames",
	[VGT_EVENT_VBLANK] = "vblanks",
	[VGT_NUM_EVENTS + VGT_RCS] = "rcs_us",
	[VGT_NUM_EVENTS + VGT_BCS] = "bcs_us",
	[VGT_NUM_EVENTS + VGT_VCS] = "vcs_us",
	[VGT_NUM_EVENTS + VGT_VECS] = "vecs_us",
};

const char *vgt_stats_name(unsigned int n)
{
	return n < ARRAY_SIZE(names) ? names[n] : NULL;
}
EXPORT_SYMBOL_GPL(vgt_stats_name);

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
