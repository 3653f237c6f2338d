/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_MEMORY_H
#define KVMGT_MEMORY_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct kvmgt_device;

/**
 * struct kvmgt_memory - pages of a vGPU's user that are pinned
 * @bus: by number of the guest's page, the number of the page on the bus; own lock
 * @told: the user has been told that no more can be pinned
 * @full_until: in jiffies; VFIO is not asked for more earlier
 * @lock: protects what follows
 * @unmapped: first page of the guest, and the one after the last, that have been taken from it
 * @unmapped_until: in jiffies; not to be pinned earlier
 */
struct kvmgt_memory {
	struct xarray bus;
	bool told;
	unsigned long full_until;
	spinlock_t lock; /* see above */
	u64 unmapped[2];
	unsigned long unmapped_until;
};

void kvmgt_memory_init(struct kvmgt_memory *memory);
void kvmgt_memory_open(struct kvmgt_memory *memory);
/** kvmgt_memory_close - nothing is pinned any more */
void kvmgt_memory_close(struct kvmgt_memory *memory);
/** kvmgt_memory_unmap - VFIO is about to take [@iova, @iova + @length): nothing there is pinned */
void kvmgt_memory_unmap(struct kvmgt_device *dev, u64 iova, u64 length);
/** kvmgt_memory_unmapped - the vGPU has let go of it; nothing is pinned for a moment still */
void kvmgt_memory_unmapped(struct kvmgt_device *dev, u64 iova, u64 length);

/* &struct vgt_guest_ops, @priv the &struct kvmgt_device */
int kvmgt_memory_pin(void *priv, u64 gfn, u64 *bus, void **addr);
void kvmgt_memory_unpin(void *priv, u64 gfn);

#endif
