/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_REGION_H
#define KVMGT_REGION_H

#include <linux/types.h>
#include <linux/vfio.h>

#include <vgt/vmm.h>

struct kvmgt_device;
struct vm_area_struct;

/* Regions beyond those of every PCI device. */
#define KVMGT_EDID_REGION_INDEX	VFIO_PCI_NUM_REGIONS
#define KVMGT_SCREEN_REGION_INDEX	(VFIO_PCI_NUM_REGIONS + 1)
#define KVMGT_NUM_REGIONS	(VFIO_PCI_NUM_REGIONS + 2)

/* In the device's file: index << KVMGT_REGION_SHIFT | offset in the region. */
#define KVMGT_REGION_SHIFT	40

static inline u64 kvmgt_region_pos(unsigned int index, u64 offset)
{
	return (u64)index << KVMGT_REGION_SHIFT | offset;
}

static inline unsigned int kvmgt_region_index(u64 pos)
{
	return pos >> KVMGT_REGION_SHIFT;
}

static inline u64 kvmgt_region_offset(u64 pos)
{
	return pos & ((1ull << KVMGT_REGION_SHIFT) - 1);
}

/** kvmgt_region_holds - does [@offset, @offset + @size) lie in @range? */
static inline bool kvmgt_region_holds(const struct vgt_gm_range *range, u64 offset, u64 size)
{
	return offset >= range->start && size <= range->size &&
	       offset - range->start <= range->size - size;
}

/* Operations of &struct vfio_device_ops and the request of VFIO by this name. */
ssize_t kvmgt_region_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos);
ssize_t kvmgt_region_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			   loff_t *ppos);
int kvmgt_region_mmap(struct vfio_device *vdev, struct vm_area_struct *vma);
int kvmgt_region_info(struct kvmgt_device *dev, unsigned long arg);

#endif
