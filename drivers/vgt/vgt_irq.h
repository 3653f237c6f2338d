/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_IRQ_H
#define VGT_IRQ_H

#include <linux/bits.h>
#include <linux/kernel.h>

#include "vgt_gpu_types.h"

/* Events of an engine, as RCS has them in its bank. */
#define VGT_EV_USER_INTERRUPT	BIT(0)
#define VGT_EV_MASTER_ERROR	BIT(3)
#define VGT_EV_PIPE_NOTIFY	BIT(4)
#define VGT_EV_CONTEXT_SWITCH	BIT(8)
#define VGT_EV_SEMAPHORE_WAIT	BIT(11)
#define VGT_EV_ENGINE		0xffffu

void vgt_irq_init(struct vgt_gpu *gpu);
/** vgt_irq_vgpu_init - power-on state of a vGPU's interrupts, nothing pending */
void vgt_irq_vgpu_init(struct vgt_vgpu *vgpu);

/** vgt_irq_shift - where the events of an engine are within its bank and RING_IMR */
unsigned int vgt_irq_shift(enum vgt_engine_id id);

/**
 * vgt_irq_engine_event - an event of an engine is for a vGPU
 * @events: as RCS has them
 *
 * What the vGPU masks in RING_IMR or its bank is dropped.  Engine lock held or
 * not; the driver is told by the next vgt_irq_deliver().
 */
void vgt_irq_engine_event(struct vgt_vgpu *vgpu, enum vgt_engine_id id, u32 events);

/**
 * vgt_irq_event - an event of any other unit is for a vGPU
 * @events: bits of @bank
 *
 * What the vGPU masks is dropped.  Any context, but not with the interrupt lock
 * held; the driver is told by the next vgt_irq_deliver().
 */
void vgt_irq_event(struct vgt_vgpu *vgpu, enum vgt_irq_bank_id bank, u32 events);
/** vgt_irq_wanted - events of @bank that would be latched and raise the interrupt */
u32 vgt_irq_wanted(const struct vgt_vgpu *vgpu, enum vgt_irq_bank_id bank);

void vgt_irq_raise(struct vgt_gpu *gpu);
/** vgt_irq_deliver - tell the drivers of risen interrupts.  No lock of the core held. */
static inline void vgt_irq_deliver(struct vgt_gpu *gpu)
{
	if (unlikely(READ_ONCE(gpu->irq.raise)))
		vgt_irq_raise(gpu);
}

/**
 * vgt_irq_handle - read the physical banks and split what they hold
 *
 * Return: whether the host's handler is to run; the physical master interrupt
 * then stays off until that handler enables its own.  Hard interrupt context.
 */
bool vgt_irq_handle(struct vgt_gpu *gpu);

/* Register handlers; @bank is an &enum vgt_irq_bank_id. */
u32 vgt_irq_imr_read(struct vgt_vgpu *vgpu, unsigned int bank, u32 offset);
void vgt_irq_imr_write(struct vgt_vgpu *vgpu, unsigned int bank, u32 offset, u32 val);
u32 vgt_irq_iir_read(struct vgt_vgpu *vgpu, unsigned int bank, u32 offset);
void vgt_irq_iir_write(struct vgt_vgpu *vgpu, unsigned int bank, u32 offset, u32 val);
u32 vgt_irq_ier_read(struct vgt_vgpu *vgpu, unsigned int bank, u32 offset);
void vgt_irq_ier_write(struct vgt_vgpu *vgpu, unsigned int bank, u32 offset, u32 val);
u32 vgt_irq_master_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
void vgt_irq_master_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);

/** vgt_irq_bank_base - offset of a bank's ISR */
u32 vgt_irq_bank_base(enum vgt_irq_bank_id bank);

#endif
