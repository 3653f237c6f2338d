/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_IRQ_H
#define KVMGT_IRQ_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct eventfd_ctx;
struct virqfd;

/**
 * struct kvmgt_irqs - how the user of a vGPU hears of interrupts
 * @setup: one VFIO_DEVICE_SET_IRQS at a time
 * @lock: protects what follows but for @unmask; any context
 * @intx: signalled for INTx, NULL: nobody listens
 * @msi: signalled for MSI, takes precedence
 * @request: signalled when the vGPU shall be removed
 * @unmask: unmasks INTx when the user signals it; VFIO's lock
 * @pending: an interrupt has risen that nobody has been told of
 * @masked: no INTx until it is unmasked
 * @disabled: no INTx, by the command register
 */
struct kvmgt_irqs {
	struct mutex setup;	/* see above */
	spinlock_t lock;	/* see above */
	struct eventfd_ctx *intx;
	struct eventfd_ctx *msi;
	struct eventfd_ctx *request;
	struct virqfd *unmask;
	bool pending;
	bool masked;
	bool disabled;
};

void kvmgt_irqs_init(struct kvmgt_irqs *irqs);
/** kvmgt_irqs_close - nobody listens any more; may sleep */
void kvmgt_irqs_close(struct kvmgt_irqs *irqs);

/** kvmgt_irq_raise - the vGPU's interrupt has risen; any context */
void kvmgt_irq_raise(struct kvmgt_irqs *irqs);
/** kvmgt_irq_request - ask the user to let go of the vGPU; whether there is one that listens */
bool kvmgt_irq_request(struct kvmgt_irqs *irqs);
/** kvmgt_irq_disable_intx - the bit of the command register */
void kvmgt_irq_disable_intx(struct kvmgt_irqs *irqs, bool disable);

/* Requests of VFIO by this name, @arg the user's pointer. */
int kvmgt_irq_info(unsigned long arg);
int kvmgt_irq_set(struct kvmgt_irqs *irqs, unsigned long arg);

#endif
