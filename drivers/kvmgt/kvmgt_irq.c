// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: interrupts of a vGPU
 *
 *   INTx      raise: signal                   MSI     raise: signal
 *   +------+ --------------> +--------+       +------+ --------+
 *   | idle |                 | masked |       | idle |         |
 *   +------+ <-------------- +--------+       +------+ <-------+
 *             unmask; signal again
 *             if raised meanwhile
 *
 * The core tells of the rise of its interrupt, not of its level.  That is enough
 * for INTx, too: a driver that leaves something pending enables the master interrupt
 * again, and that is a rise.
 */
#include <linux/eventfd.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include "kvmgt_irq.h"

void kvmgt_irqs_init(struct kvmgt_irqs *irqs)
{
	mutex_init(&irqs->setup);
	spin_lock_init(&irqs->lock);
}

static void deliver(struct kvmgt_irqs *irqs)
{
	if (!irqs->pending)
		return;
	if (irqs->msi) {
		irqs->pending = false;
		eventfd_signal(irqs->msi);
	} else if (irqs->intx && !irqs->masked && !irqs->disabled) {
		irqs->pending = false;
		irqs->masked = true;
		eventfd_signal(irqs->intx);
	}
}

void kvmgt_irq_raise(struct kvmgt_irqs *irqs)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->pending = true;
	deliver(irqs);
	spin_unlock_irqrestore(&irqs->lock, flags);
}

void kvmgt_irq_disable_intx(struct kvmgt_irqs *irqs, bool disable)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->disabled = disable;
	deliver(irqs);
	spin_unlock_irqrestore(&irqs->lock, flags);
}

bool kvmgt_irq_request(struct kvmgt_irqs *irqs)
{
	unsigned long flags;
	bool listens;

	spin_lock_irqsave(&irqs->lock, flags);
	listens = irqs->request;
	if (listens)
		eventfd_signal(irqs->request);
	spin_unlock_irqrestore(&irqs->lock, flags);
	return listens;
}

static void set_masked(struct kvmgt_irqs *irqs, bool masked)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	irqs->masked = masked;
	deliver(irqs);
	spin_unlock_irqrestore(&irqs->lock, flags);
}

/* Runs within the signal of an eventfd, where no other may be signalled. */
static int unmask_soon(void *opaque, void *unused)
{
	return 1;
}

static void unmask(void *opaque, void *unused)
{
	set_masked(opaque, false);
}

static void listen_to(struct kvmgt_irqs *irqs, struct eventfd_ctx **slot, struct eventfd_ctx *ctx)
{
	struct eventfd_ctx *old;
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	old = *slot;
	*slot = ctx;
	if (slot == &irqs->intx)
		irqs->masked = false;
	deliver(irqs);
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (old)
		eventfd_ctx_put(old);
}

void kvmgt_irqs_close(struct kvmgt_irqs *irqs)
{
	vfio_virqfd_disable(&irqs->unmask);
	listen_to(irqs, &irqs->intx, NULL);
	listen_to(irqs, &irqs->msi, NULL);
	listen_to(irqs, &irqs->request, NULL);
	irqs->pending = false;
}

int kvmgt_irq_info(unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;

	info.count = 1;
	info.flags = VFIO_IRQ_INFO_EVENTFD;
	switch (info.index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		info.flags |= VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
		break;
	case VFIO_PCI_MSI_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		info.flags |= VFIO_IRQ_INFO_NORESIZE;
		break;
	default:
		return -EINVAL;
	}
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

/* What comes with VFIO_DEVICE_SET_IRQS for the one interrupt of an index, or for none. */
struct irq_order {
	u32 type;	/* VFIO_IRQ_SET_DATA_* */
	u32 count;
	union {
		u8 flag;
		s32 fd;
	};
};

static bool is_wanted(const struct irq_order *order)
{
	return order->count && (order->type == VFIO_IRQ_SET_DATA_NONE || order->flag);
}

static int set_mask(struct kvmgt_irqs *irqs, const struct irq_order *order)
{
	if (order->type == VFIO_IRQ_SET_DATA_EVENTFD)
		return -ENOTTY;
	if (is_wanted(order))
		set_masked(irqs, true);
	return 0;
}

static int set_unmask(struct kvmgt_irqs *irqs, const struct irq_order *order)
{
	if (order->type != VFIO_IRQ_SET_DATA_EVENTFD) {
		if (is_wanted(order))
			set_masked(irqs, false);
		return 0;
	}
	if (!order->count)
		return -EINVAL;
	if (order->fd >= 0)
		return vfio_virqfd_enable(irqs, unmask_soon, unmask, NULL, &irqs->unmask,
					  order->fd);
	vfio_virqfd_disable(&irqs->unmask);
	return 0;
}

static void fire(struct kvmgt_irqs *irqs, struct eventfd_ctx **slot)
{
	unsigned long flags;

	if (slot != &irqs->request) {
		kvmgt_irq_raise(irqs);
		return;
	}
	spin_lock_irqsave(&irqs->lock, flags);
	if (*slot)
		eventfd_signal(*slot);
	spin_unlock_irqrestore(&irqs->lock, flags);
}

static int set_trigger(struct kvmgt_irqs *irqs, struct eventfd_ctx **slot,
		       const struct irq_order *order)
{
	struct eventfd_ctx *ctx = NULL;

	if (order->type == VFIO_IRQ_SET_DATA_NONE && !order->count) {
		if (slot == &irqs->intx)
			vfio_virqfd_disable(&irqs->unmask);
		listen_to(irqs, slot, NULL);
		return 0;
	}
	if (order->type != VFIO_IRQ_SET_DATA_EVENTFD) {
		if (is_wanted(order))
			fire(irqs, slot);
		return 0;
	}
	if (!order->count)
		return -EINVAL;
	if (order->fd >= 0) {
		ctx = eventfd_ctx_fdget(order->fd);
		if (IS_ERR(ctx))
			return PTR_ERR(ctx);
	}
	listen_to(irqs, slot, ctx);
	return 0;
}

static int set_irq(struct kvmgt_irqs *irqs, u32 index, u32 action, const struct irq_order *order)
{
	struct eventfd_ctx **slot;

	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		if (action == VFIO_IRQ_SET_ACTION_MASK)
			return set_mask(irqs, order);
		if (action == VFIO_IRQ_SET_ACTION_UNMASK)
			return set_unmask(irqs, order);
		slot = &irqs->intx;
		break;
	case VFIO_PCI_MSI_IRQ_INDEX:
		slot = &irqs->msi;
		break;
	case VFIO_PCI_REQ_IRQ_INDEX:
		slot = &irqs->request;
		break;
	default:
		return -ENOTTY;
	}
	if (action != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -ENOTTY;
	return set_trigger(irqs, slot, order);
}

static unsigned int count_of(u32 index)
{
	return index == VFIO_PCI_INTX_IRQ_INDEX || index == VFIO_PCI_MSI_IRQ_INDEX ||
	       index == VFIO_PCI_REQ_IRQ_INDEX;
}

int kvmgt_irq_set(struct kvmgt_irqs *irqs, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	struct irq_order order = {};
	struct vfio_irq_set hdr;
	size_t size;
	int ret;

	if (copy_from_user(&hdr, (void __user *)arg, minsz))
		return -EFAULT;
	ret = vfio_set_irqs_validate_and_prepare(&hdr, count_of(hdr.index), VFIO_PCI_NUM_IRQS,
						 &size);
	if (ret)
		return ret;
	if (copy_from_user(&order.fd, (void __user *)(arg + minsz), size))
		return -EFAULT;
	order.type = hdr.flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	order.count = hdr.count;

	mutex_lock(&irqs->setup);
	ret = set_irq(irqs, hdr.index, hdr.flags & VFIO_IRQ_SET_ACTION_TYPE_MASK, &order);
	mutex_unlock(&irqs->setup);
	return ret;
}
