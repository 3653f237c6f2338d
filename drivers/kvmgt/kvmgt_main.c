// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: kvmgt.ko
 *
 *                   module_init              vgt: add()
 *   (not loaded) --------------> registered ------------> on offer: mdev_supported_types/
 *                                   ^   i915-GVTg_V5_*            |
 *                                   +-----------------------------+
 *                                         vgt: remove()
 *
 * Glue between the core of vGT on one side, VFIO, the mdev bus and KVM on the
 * other.  A GPU is on offer from when its host's driver is ready until that
 * leaves.  The directories and files in sysfs are those that GVT-g has had since
 * Linux 4.10 and that mdevctl, libvirt and people's scripts know.
 */
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/vfio.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"
#include "kvmgt_main.h"
#include "kvmgt_sysfs.h"

/* There is one integrated GPU in a machine.  Written by add() and remove() only. */
static struct kvmgt_gpu the_gpu;

struct kvmgt_gpu *kvmgt_gpu_of(struct mdev_device *mdev)
{
	return container_of(mdev->type->parent, struct kvmgt_gpu, parent);
}

struct kvmgt_gpu *kvmgt_gpu_at(struct device *dev)
{
	return &the_gpu;
}

static struct kvmgt_type *to_type(struct mdev_type *mtype)
{
	return container_of(mtype, struct kvmgt_type, mdev);
}

static unsigned int kvmgt_get_available(struct mdev_type *mtype)
{
	struct kvmgt_gpu *gpu = container_of(mtype->parent, struct kvmgt_gpu, parent);

	return vgt_guest_available(gpu->vgt, to_type(mtype)->vgt);
}

static ssize_t kvmgt_show_description(struct mdev_type *mtype, char *buf)
{
	const struct vgt_guest_type *type = to_type(mtype)->vgt;

	return sysfs_emit(buf,
			  "low_gm_size: %lluMB\nhigh_gm_size: %lluMB\nfence: %u\nresolution: %ux%u\nweight: %u\n",
			  type->low / SZ_1M, type->high / SZ_1M, type->fences,
			  type->width, type->height, type->weight);
}

static int kvmgt_probe(struct mdev_device *mdev)
{
	return kvmgt_device_create(mdev, kvmgt_gpu_of(mdev), to_type(mdev->type)->vgt);
}

static struct mdev_driver kvmgt_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.driver = {
		.name = "kvmgt",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		.dev_groups = kvmgt_device_groups,
	},
	.probe = kvmgt_probe,
	.remove = kvmgt_device_destroy,
	.get_available = kvmgt_get_available,
	.show_description = kvmgt_show_description,
};

/* The mdev bus wants them as new at each registration. */
static unsigned int kvmgt_make_types(struct kvmgt_gpu *gpu)
{
	unsigned int n;

	memset(gpu->types, 0, sizeof(gpu->types));
	for (n = 0; n < KVMGT_MAX_TYPES && vgt_guest_types[n].name; n++) {
		struct kvmgt_type *type = &gpu->types[n];

		type->vgt = &vgt_guest_types[n];
		snprintf(type->name, sizeof(type->name), "GVTg_%s", type->vgt->name);
		type->mdev.sysfs_name = type->name;
		gpu->type_list[n] = &type->mdev;
	}
	return n;
}

static int kvmgt_add(struct vgt_gpu *vgt, struct device *dev)
{
	struct kvmgt_gpu *gpu = &the_gpu;
	unsigned int types = kvmgt_make_types(gpu);
	int ret;

	gpu->vgt = vgt;
	gpu->pdev = to_pci_dev(dev);
	ret = device_add_groups(dev, kvmgt_host_groups);
	if (ret)
		return ret;
	ret = mdev_register_parent(&gpu->parent, dev, &kvmgt_driver, gpu->type_list, types);
	if (ret) {
		dev_err(dev, "kvmgt: no vGPUs, registration with the mdev bus failed: %d\n", ret);
		device_remove_groups(dev, kvmgt_host_groups);
	}
	return ret;
}

static void kvmgt_remove(struct vgt_gpu *vgt)
{
	struct kvmgt_gpu *gpu = &the_gpu;

	mdev_unregister_parent(&gpu->parent);
	device_remove_groups(&gpu->pdev->dev, kvmgt_host_groups);
	gpu->vgt = NULL;
	gpu->pdev = NULL;
}

static const struct vgt_vmm_driver kvmgt_vmm = {
	.add = kvmgt_add,
	.remove = kvmgt_remove,
};

static int __init kvmgt_init(void)
{
	int ret;

	ret = kvmgt_sysfs_init();
	if (ret)
		return ret;
	ret = mdev_register_driver(&kvmgt_driver);
	if (ret)
		goto err_sysfs;
	ret = vgt_vmm_register(&kvmgt_vmm);
	if (ret)
		goto err_driver;
	return 0;

err_driver:
	mdev_unregister_driver(&kvmgt_driver);
err_sysfs:
	kvmgt_sysfs_exit();
	return ret;
}

static void __exit kvmgt_exit(void)
{
	vgt_vmm_unregister(&kvmgt_vmm);
	mdev_unregister_driver(&kvmgt_driver);
	kvmgt_sysfs_exit();
	/* Task work that has put its reference may not have returned yet. */
	synchronize_rcu_tasks();
}

module_init(kvmgt_init)
module_exit(kvmgt_exit)

MODULE_DESCRIPTION("vGT, virtual GPUs for KVM as mediated devices");
MODULE_LICENSE("Dual MIT/GPL");
