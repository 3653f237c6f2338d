/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The GPU whose vGPUs are on offer: one at most.
 */
#ifndef KVMGT_MAIN_H
#define KVMGT_MAIN_H

#include <linux/mdev.h>

struct pci_dev;
struct vgt_gpu;
struct vgt_guest_type;

#define KVMGT_MAX_TYPES		8

/**
 * struct kvmgt_type - a kind of vGPU, as the mdev bus knows it
 * @mdev: for the mdev bus
 * @vgt: for the core
 * @name: "GVTg_V5_4"; the bus puts the driver's name before it
 */
struct kvmgt_type {
	struct mdev_type mdev;
	const struct vgt_guest_type *vgt;
	char name[32];
};

/**
 * struct kvmgt_gpu - a GPU and what is made of it
 * @vgt: the core's handle
 * @pdev: the device
 * @parent: for the mdev bus
 * @types: kinds of vGPU
 * @type_list: their addresses, for the mdev bus
 */
struct kvmgt_gpu {
	struct vgt_gpu *vgt;
	struct pci_dev *pdev;
	struct mdev_parent parent;
	struct kvmgt_type types[KVMGT_MAX_TYPES];
	struct mdev_type *type_list[KVMGT_MAX_TYPES];
};

/** kvmgt_gpu_of - the GPU that a device on the mdev bus, not yet bound to its driver too, is of */
struct kvmgt_gpu *kvmgt_gpu_of(struct mdev_device *mdev);
/** kvmgt_gpu_at - the GPU that is the PCI device @dev, whose attributes exist */
struct kvmgt_gpu *kvmgt_gpu_at(struct device *dev);

#endif
