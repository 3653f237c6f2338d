/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_STATS_H
#define VGT_STATS_H

#include "vgt_stats_types.h"

/** vgt_count - one more of @event.  Any context. */
static inline void vgt_count(struct vgt_stats *stats, enum vgt_event event)
{
	atomic64_inc(&stats->count[event]);
}

/** vgt_count_n - @n more of @event.  Any context. */
static inline void vgt_count_n(struct vgt_stats *stats, enum vgt_event event, u64 n)
{
	atomic64_add(n, &stats->count[event]);
}

static inline u64 vgt_stats_read(const struct vgt_stats *stats, enum vgt_event event)
{
	return atomic64_read(&stats->count[event]);
}

/** vgt_stats_report - print what has been counted that should not have happened, if any */
void vgt_stats_report(const struct vgt_stats *stats, const char *who);

#endif
