/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_IRQ_TYPES_H
#define VGT_IRQ_TYPES_H

#include <linux/spinlock.h>
#include <linux/types.h>

/** enum vgt_irq_bank_id - a set of ISR, IMR, IIR, IER */
enum vgt_irq_bank_id {
	VGT_IRQ_GT0,		/* RCS, BCS */
	VGT_IRQ_GT1,		/* VCS */
	VGT_IRQ_PM,
	VGT_IRQ_GT3,		/* VECS */
	VGT_IRQ_PIPE_A,
	VGT_IRQ_PIPE_B,
	VGT_IRQ_PIPE_C,
	VGT_IRQ_PORT,
	VGT_IRQ_MISC,
	VGT_IRQ_PCU,
	VGT_IRQ_PCH,
	VGT_IRQ_NUM_BANKS,
};

/**
 * struct vgt_irq_bank - a bank as one vGPU sees it
 * @imr: events that are not latched
 * @iir: latched events
 * @ier: latched events that show in the master register
 * @queued: second events that wait behind set bits of @iir
 */
struct vgt_irq_bank {
	u32 imr, iir, ier, queued;
};

/**
 * struct vgt_vgpu_irq - interrupts of one vGPU
 * @bank: its banks
 * @master: the bits of the master register that @bank gives
 * @enabled: its master interrupt is
 * @level: the interrupt that it would see on a wire of its own
 * @raise: @level has risen and the driver has not been told yet
 * @held: whoever has set it will look at @level, there is no need to raise
 *
 * Protected by struct vgt_irq.lock.
 */
struct vgt_vgpu_irq {
	struct vgt_irq_bank bank[VGT_IRQ_NUM_BANKS];
	u32 master;
	bool enabled;
	bool level;
	bool raise;
	bool held;
};

/**
 * struct vgt_irq - the physical interrupt
 * @lock: protects all banks, virtual and physical; within the engines' locks
 * @master: the physical master register is enabled
 * @raise: some vGPU's raise is set; looked at without @lock
 */
struct vgt_irq {
	spinlock_t lock; /* every vGPU's banks and the physical ones */
	bool master;
	bool raise;
};

#endif
