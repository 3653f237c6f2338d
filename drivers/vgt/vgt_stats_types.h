/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_STATS_TYPES_H
#define VGT_STATS_TYPES_H

#include <linux/atomic.h>

/** enum vgt_event - what is counted per vGPU */
enum vgt_event {
	VGT_EVENT_SUBMIT,		/* ELSP submissions by the driver */
	VGT_EVENT_SUBMIT_DIRECT,	/* of these, handed to the hardware at once */
	VGT_EVENT_SUBMIT_REPLACED,	/* submissions lost to the next one: out of protocol */
	VGT_EVENT_CONTEXT_EVENT,	/* entries written to its context status buffer */
	VGT_EVENT_CONTEXT_SURPRISE,	/* hardware's events that no submission explains */
	VGT_EVENT_SWITCH_IN,		/* times that it got an engine from another vGPU */
	VGT_EVENT_PREEMPT_TIMEOUT,	/* times that it did not let go of an engine in time */
	VGT_EVENT_ENGINE_RESET,		/* resets of an engine by its driver */
	VGT_EVENT_IRQ,			/* virtual interrupts raised by other than the GPU's own */
	VGT_EVENT_REG_UNKNOWN,		/* accesses to registers that the table does not have */
	VGT_EVENT_REG_REFUSED,		/* accesses of a register that the vGPU must not make */
	VGT_EVENT_GGTT_REFUSED,		/* GGTT entries outside of its ranges */
	VGT_EVENT_READ,			/* a guest's reads of registers that were trapped */
	VGT_EVENT_WRITE,		/* a guest's writes of registers that were trapped */
	VGT_EVENT_GGTT_WRITE,		/* GGTT entries that a guest has written */
	VGT_EVENT_GGTT_SHARED,		/* times that a page of them became the guest's memory */
	VGT_EVENT_TABLE_SYNC,		/* shadow page tables compared with the guest's */
	VGT_EVENT_TABLE_WRITE,		/* first writes to page tables that were tracked */
	VGT_EVENT_PTE_SYNC,		/* entries of page tables that had changed */
	VGT_EVENT_AUDIT_DWORDS,		/* dwords of commands audited */
	VGT_EVENT_AUDIT_REFUSED,	/* submissions refused because of what they hold */
	VGT_EVENT_AUDIT_DROPPED,	/* commands and register loads taken out of batches */
	VGT_EVENT_BATCH_COPY,		/* batches copied */
	VGT_EVENT_MEMORY_REFUSED,	/* entries to memory that the guest does not have */
	VGT_EVENT_CONTEXT_COPY,		/* context images copied in or out */
	VGT_EVENT_RESET,		/* resets of the whole vGPU */
	VGT_EVENT_FRAME,		/* flips of its primary plane */
	VGT_EVENT_VBLANK,		/* vertical blanks that somebody waited for */
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
