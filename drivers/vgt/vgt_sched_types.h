/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_SCHED_TYPES_H
#define VGT_SCHED_TYPES_H

#include <linux/types.h>

#define VGT_WEIGHT_DEFAULT		1024
#define VGT_QUANTUM_DEFAULT_NS		(2 * 1000 * 1000ull)
#define VGT_PREEMPT_TIMEOUT_DEFAULT_NS	(640 * 1000 * 1000ull)

/**
 * struct vgt_sched_params - how a vGPU is to be treated, on all engines
 * @priority: &enum vgt_sched_priority of vmm.h: who has a higher one goes first
 * @weight: its share of an engine is in proportion to it; not 0
 * @quantum_ns: how long it keeps an engine that another waits for
 * @preempt_timeout_ns: how long it may take to let go of it then
 */
struct vgt_sched_params {
	unsigned int priority;
	u32 weight;
	u64 quantum_ns;
	u64 preempt_timeout_ns;
};

/**
 * struct vgt_sched_entity - a vGPU on one engine's run queue
 * @vruntime: time on the engine in nanoseconds, divided by the weight's ratio to the default
 * @runtime: the same, not divided
 * @waits: it has work
 *
 * Protected by the engine's lock.
 */
struct vgt_sched_entity {
	u64 vruntime;
	u64 runtime;
	bool waits;
};

/**
 * struct vgt_sched - the run queue of an engine
 * @min_vruntime: only grows; who wakes up starts from here
 * @charged: up to when the running vGPU has been charged
 * @slice_start: when its quantum began
 * @guests: nanoseconds that guests have been charged, those included that are gone
 *
 * Protected by the engine's lock.
 */
struct vgt_sched {
	u64 min_vruntime;
	u64 charged;
	u64 slice_start;
	u64 guests;
};

#endif
