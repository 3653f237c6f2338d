/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_DEVICE_H
#define KVMGT_DEVICE_H

#include <linux/vfio.h>

#include "kvmgt_config.h"
#include "kvmgt_display.h"
#include "kvmgt_ggtt.h"
#include "kvmgt_irq.h"
#include "kvmgt_memory.h"
#include "kvmgt_mmio.h"
#include "kvmgt_track.h"

struct kvmgt_gpu;
struct mdev_device;
struct vgt_guest;
struct vgt_guest_type;

/**
 * struct kvmgt_device - a vGPU as a VFIO device
 * @vdev: for VFIO; owns the memory of all this
 * @gpu: what it is made of
 * @type: its kind
 * @guest: the core's part; from kvmgt_device_create() to kvmgt_device_destroy()
 * @id: the vGPU's number
 * @config: its configuration space
 * @irqs: how its user hears of interrupts
 * @memory: pages of its user that are pinned
 * @track: pages of its user whose next write is of interest
 * @mmio: BAR0 within KVM
 * @ggtt: entries of BAR0 that are its user's memory
 * @display: its screen, as its user sees it
 */
struct kvmgt_device {
	struct vfio_device vdev;
	struct kvmgt_gpu *gpu;
	const struct vgt_guest_type *type;
	struct vgt_guest *guest;
	unsigned int id;
	struct kvmgt_config config;
	struct kvmgt_irqs irqs;
	struct kvmgt_memory memory;
	struct kvmgt_track track;
	struct kvmgt_mmio mmio;
	struct kvmgt_ggtt ggtt;
	struct kvmgt_display display;
};

static inline struct kvmgt_device *to_kvmgt_device(struct vfio_device *vdev)
{
	return container_of(vdev, struct kvmgt_device, vdev);
}

/** kvmgt_device_create - probe of the mdev bus; -ENOSPC: no room for one more of @type */
int kvmgt_device_create(struct mdev_device *mdev, struct kvmgt_gpu *gpu,
			const struct vgt_guest_type *type);
/** kvmgt_device_destroy - remove of the mdev bus; waits until its user has let go of it */
void kvmgt_device_destroy(struct mdev_device *mdev);

#endif
