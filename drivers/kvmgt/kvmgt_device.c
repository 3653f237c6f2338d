// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a vGPU as a VFIO device
 *
 *   create        open_device       ioctl RESET
 *  --------> free -----------> open ----+
 *             ^                 | ^     |
 *  <--------  +-----------------+ +-----+
 *   remove      close_device
 *
 * `echo UUID >create` reserves graphics memory and fences; opening the device,
 * by the VFIO group or by the character device, gives the vGPU power.  One user
 * at a time: VFIO allows no second group open, the core no second machine.
 *
 * KVM is not needed: a user without it (a VFIO test client, an emulating VMM)
 * has all but the short way for BAR0.
 *
 * KVM can tell of a guest's writes to its page tables, which costs an exit and an
 * emulated instruction for each first write after a submission.  A submission compares
 * the tables of its address spaces instead, unless the parameter says so.
 */
#include <linux/mdev.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"
#include "kvmgt_main.h"
#include "kvmgt_region.h"

static bool track;
module_param(track, bool, 0444);
MODULE_PARM_DESC(track, "Let KVM tell of writes to page tables (default: off)");

static void kvmgt_raise_irq(void *priv)
{
	struct kvmgt_device *dev = priv;

	kvmgt_irq_raise(&dev->irqs);
}

static const struct vgt_guest_ops kvmgt_ops = {
	.pin = kvmgt_memory_pin,
	.unpin = kvmgt_memory_unpin,
	.unshare_ggtt = kvmgt_ggtt_unshare,
	.raise_irq = kvmgt_raise_irq,
};

static const struct vgt_guest_ops kvmgt_kvm_ops = {
	.pin = kvmgt_memory_pin,
	.unpin = kvmgt_memory_unpin,
	.track = kvmgt_track,
	.untrack = kvmgt_untrack,
	.unshare_ggtt = kvmgt_ggtt_unshare,
	.raise_irq = kvmgt_raise_irq,
};

static int kvmgt_open_device(struct vfio_device *vdev)
{
	struct kvmgt_device *dev = to_kvmgt_device(vdev);
	int ret;

	if (vdev->kvm && track) {
		ret = kvmgt_track_open(&dev->track, vdev->kvm, dev->guest);
		if (ret) {
			dev_err(vdev->dev, "KVM does not track writes for this vGPU: %d\n", ret);
			return ret;
		}
	}
	kvmgt_memory_open(&dev->memory);
	kvmgt_mmio_open(&dev->mmio, vdev->kvm, dev->guest);
	kvmgt_config_reset(dev);

	ret = vgt_guest_open(dev->guest, dev->track.kvm ? &kvmgt_kvm_ops : &kvmgt_ops, dev);
	if (ret) {
		if (ret == -EBUSY)
			dev_err(vdev->dev, "vGPU %u is in use by another virtual machine\n",
				dev->id);
		else
			dev_err(vdev->dev, "vGPU %u cannot be opened: %d\n", dev->id, ret);
		goto err_track;
	}
	kvmgt_display_open(dev);
	return 0;

err_track:
	kvmgt_mmio_close(&dev->mmio);
	kvmgt_memory_close(&dev->memory);
	kvmgt_track_close(&dev->track);
	return ret;
}

/* From the outside in: nothing enters, nothing runs, nothing is told. */
static void kvmgt_close_device(struct vfio_device *vdev)
{
	struct kvmgt_device *dev = to_kvmgt_device(vdev);

	kvmgt_mmio_close(&dev->mmio);
	kvmgt_display_close(dev);
	vgt_guest_close(dev->guest);
	kvmgt_irqs_close(&dev->irqs);
	kvmgt_track_close(&dev->track);
	kvmgt_memory_close(&dev->memory);
}

static void kvmgt_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	struct kvmgt_device *dev = to_kvmgt_device(vdev);

	kvmgt_memory_unmap(dev, iova, length);
	/* Nobody draws from pages that are let go. */
	mutex_lock(&dev->display.lock);
	vgt_guest_unmap(dev->guest, iova >> PAGE_SHIFT,
			((iova + length - 1) >> PAGE_SHIFT) - (iova >> PAGE_SHIFT) + 1);
	mutex_unlock(&dev->display.lock);
	kvmgt_memory_unmapped(dev, iova, length);
	kvmgt_display_forget(dev);
}

static void kvmgt_request(struct vfio_device *vdev, unsigned int count)
{
	struct kvmgt_device *dev = to_kvmgt_device(vdev);

	if (!kvmgt_irq_request(&dev->irqs) && !count)
		dev_notice(vdev->dev, "vGPU %u shall be removed; waiting for its virtual machine to end\n",
			   dev->id);
}

static int get_info(struct kvmgt_device *dev, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = KVMGT_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static int reset(struct kvmgt_device *dev)
{
	vgt_guest_reset(dev->guest);
	kvmgt_display_forget(dev);
	kvmgt_config_reset(dev);
	return 0;
}

static long kvmgt_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct kvmgt_device *dev = to_kvmgt_device(vdev);

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return get_info(dev, arg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return kvmgt_region_info(dev, arg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return kvmgt_irq_info(arg);
	case VFIO_DEVICE_SET_IRQS:
		return kvmgt_irq_set(&dev->irqs, arg);
	case VFIO_DEVICE_RESET:
		return reset(dev);
	case VFIO_DEVICE_QUERY_GFX_PLANE:
		return kvmgt_display_query(dev, arg);
	case VFIO_DEVICE_GET_GFX_DMABUF:
		return kvmgt_display_dmabuf(dev, arg);
	default:
		return -ENOTTY;
	}
}

static int kvmgt_init_device(struct vfio_device *vdev)
{
	struct kvmgt_device *dev = to_kvmgt_device(vdev);

	kvmgt_config_init(&dev->config);
	kvmgt_irqs_init(&dev->irqs);
	kvmgt_memory_init(&dev->memory);
	kvmgt_display_init(&dev->display);
	kvmgt_ggtt_init(&dev->ggtt);
	return 0;
}

static const struct vfio_device_ops kvmgt_device_ops = {
	.name = "kvmgt",
	.init = kvmgt_init_device,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
	.open_device = kvmgt_open_device,
	.close_device = kvmgt_close_device,
	.read = kvmgt_region_read,
	.write = kvmgt_region_write,
	.mmap = kvmgt_region_mmap,
	.ioctl = kvmgt_ioctl,
	.request = kvmgt_request,
	.dma_unmap = kvmgt_dma_unmap,
};

int kvmgt_device_create(struct mdev_device *mdev, struct kvmgt_gpu *gpu,
			const struct vgt_guest_type *type)
{
	struct kvmgt_device *dev;
	int ret;

	dev = vfio_alloc_device(kvmgt_device, vdev, &mdev->dev, &kvmgt_device_ops);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	dev->gpu = gpu;
	dev->type = type;
	dev->guest = vgt_guest_create(gpu->vgt, type, &dev->id);
	if (IS_ERR(dev->guest)) {
		ret = PTR_ERR(dev->guest);
		goto err_device;
	}
	dev_set_drvdata(&mdev->dev, dev);
	ret = vfio_register_emulated_iommu_dev(&dev->vdev);
	if (ret)
		goto err_guest;
	return 0;

err_guest:
	vgt_guest_destroy(dev->guest);
err_device:
	vfio_put_device(&dev->vdev);
	return ret;
}

void kvmgt_device_destroy(struct mdev_device *mdev)
{
	struct kvmgt_device *dev = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&dev->vdev);
	vgt_guest_destroy(dev->guest);
	vfio_put_device(&dev->vdev);
}
