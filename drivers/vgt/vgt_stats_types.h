/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_STATS_TYPES_H
#define VGT_STATS_TYPES_H

#include <linux/atomic.h>

/* identifier, name, what it counts */
#define VGT_EVENTS(E) \
	E(SUBMIT,		"submit",	"ELSP submissions by the driver") \
	E(SUBMIT_DIRECT,	"submit-direct", "of these, handed to the hardware at once") \
	E(SUBMIT_REPLACED,	"submit-replaced", "submissions lost to the next one: out of protocol") \
	E(CONTEXT_EVENT,	"context-event", "entries written to its context status buffer") \
	E(CONTEXT_SURPRISE,	"context-surprise", "hardware's events that no submission explains") \
	E(SWITCH_IN,		"switch-in",	"times that it got an engine from another vGPU") \
	E(PREEMPT_TIMEOUT,	"preempt-timeout", "times that it did not let go of an engine in time") \
	E(ENGINE_RESET,		"engine-reset",	"resets of an engine by its driver") \
	E(IRQ,			"irq",		"virtual interrupts raised by other than the GPU's own") \
	E(REG_UNKNOWN,		"reg-unknown",	"accesses to registers that the table does not have") \
	E(REG_REFUSED,		"reg-refused",	"accesses of a register that the vGPU must not make") \
	E(GGTT_REFUSED,		"ggtt-refused",	"GGTT entries outside of its ranges")

/** enum vgt_event - what is counted per vGPU */
enum vgt_event {
#define E(id, name, text) VGT_EVENT_##id,
	VGT_EVENTS(E)
#undef E
	VGT_NUM_EVENTS,
};

/**
 * struct vgt_stats - counters of a vGPU
 * @count: since the vGPU was created
 */
struct vgt_stats {
	atomic64_t count[VGT_NUM_EVENTS];
};

#endif
