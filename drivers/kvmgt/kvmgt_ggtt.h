/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_GGTT_H
#define KVMGT_GGTT_H

#include <linux/mutex.h>
#include <linux/types.h>

#include <vgt/vmm.h>

struct kvmgt_device;
struct vm_area_struct;

/**
 * struct kvmgt_ggtt - entries that are memory of the guest
 * @lock: held from the moment that the core is told of a page until it is mapped, and to
 *	take the mappings away; within the lock of the user's memory and the core's
 */
struct kvmgt_ggtt {
	struct mutex lock; /* see above */
};

void kvmgt_ggtt_init(struct kvmgt_ggtt *ggtt);

/** kvmgt_ggtt_window - a part of BAR0 that can be mapped; @n: 0 or 1; size 0: none */
struct vgt_gm_range kvmgt_ggtt_window(struct kvmgt_device *dev, unsigned int n);
/**
 * kvmgt_ggtt_mmap - map [@offset, @offset + @size) of BAR0
 *
 * Return: 0, -EINVAL outside of the windows.
 */
int kvmgt_ggtt_mmap(struct kvmgt_device *dev, struct vm_area_struct *vma, u64 offset, u64 size);
/** kvmgt_ggtt_unshare - see &vgt_guest_ops.unshare_ggtt; @priv: the &struct kvmgt_device */
void kvmgt_ggtt_unshare(void *priv);

#endif
