// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: regions of a vGPU as a VFIO device
 *
 *   offset in the file: index << 40 | offset in the region
 *
 *   config  256 bytes      read, write   kvmgt_config.c
 *   BAR0    16 MiB         read, write   the core
 *           of it entries  mmap          kvmgt_ggtt.c
 *   BAR2    the aperture   mmap          the guest's slice of it, at the same place
 *                          read, write   the same for who cannot map
 *   EDID    one page       read, write   kvmgt_display.c
 *   screen  64 MiB         read, mmap    kvmgt_screen.c
 *
 * Reads and writes are cut into accesses of 8 bytes at most, naturally aligned.  What is
 * outside of the slice reads as 0; a write there is dropped.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"
#include "kvmgt_ggtt.h"
#include "kvmgt_main.h"
#include "kvmgt_region.h"

#define BAR_APERTURE	2

static u64 region_size(struct kvmgt_device *dev, unsigned int index)
{
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return PCI_CFG_SPACE_SIZE;
	case VFIO_PCI_BAR0_REGION_INDEX:
		return KVMGT_BAR0_SIZE;
	case VFIO_PCI_BAR2_REGION_INDEX:
		return vgt_gpu_aperture(dev->gpu->vgt);
	case KVMGT_EDID_REGION_INDEX:
		return KVMGT_EDID_SIZE;
	case KVMGT_SCREEN_REGION_INDEX:
		return KVMGT_SCREEN_SIZE;
	default:
		return 0;
	}
}

static bool is_in_slice(struct kvmgt_device *dev, u64 offset, u64 size)
{
	struct vgt_gm_range low, high;

	vgt_guest_gm(dev->guest, &low, &high);
	return kvmgt_region_holds(&low, offset, size);
}

static phys_addr_t aperture_at(struct kvmgt_device *dev, u64 offset)
{
	return pci_resource_start(dev->gpu->pdev, BAR_APERTURE) + offset;
}

/* Mapped for each access: nobody who is in a hurry comes this way. */
static int access_aperture(struct kvmgt_device *dev, u64 offset, u8 *buf, unsigned int size,
			   bool write)
{
	void __iomem *map;

	if (!is_in_slice(dev, offset, size)) {
		if (!write)
			memset(buf, 0, size);
		return 0;
	}
	map = ioremap_wc(aperture_at(dev, offset), size);
	if (!map)
		return -ENOMEM;
	if (write)
		memcpy_toio(map, buf, size);
	else
		memcpy_fromio(buf, map, size);
	iounmap(map);
	return 0;
}

static void access_registers(struct kvmgt_device *dev, u64 offset, u8 *buf, unsigned int size,
			     bool write)
{
	u64 val = 0;

	if (write) {
		memcpy(&val, buf, size);
		vgt_guest_write(dev->guest, offset, val, size);
	} else {
		val = vgt_guest_read(dev->guest, offset, size);
		memcpy(buf, &val, size);
	}
}

static int access_region(struct kvmgt_device *dev, unsigned int index, u64 offset, u8 *buf,
			 unsigned int size, bool write)
{
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		if (write)
			kvmgt_config_write(dev, offset, buf, size);
		else
			kvmgt_config_read(dev, offset, buf, size);
		return 0;
	case VFIO_PCI_BAR0_REGION_INDEX:
		access_registers(dev, offset, buf, size, write);
		return 0;
	case VFIO_PCI_BAR2_REGION_INDEX:
		return access_aperture(dev, offset, buf, size, write);
	case KVMGT_SCREEN_REGION_INDEX:
		if (write)
			return -EPERM;
		kvmgt_screen_read(&dev->display.screen, offset, buf, size);
		return 0;
	default:
		return kvmgt_display_edid(dev, offset, buf, size, write);
	}
}

static unsigned int size_of_access(u64 offset, size_t count)
{
	unsigned int size = 8;

	while (size > count || offset & (size - 1))
		size /= 2;
	return size;
}

static int access_user(struct kvmgt_device *dev, loff_t pos, char __user *buf, unsigned int size,
		       bool write)
{
	unsigned int index = kvmgt_region_index(pos);
	u64 offset = kvmgt_region_offset(pos);
	u8 data[8];
	int ret;

	if (write && copy_from_user(data, buf, size))
		return -EFAULT;
	ret = access_region(dev, index, offset, data, size, write);
	if (ret)
		return ret;
	if (!write && copy_to_user(buf, data, size))
		return -EFAULT;
	return 0;
}

static ssize_t access_all(struct kvmgt_device *dev, char __user *buf, size_t count, loff_t *ppos,
			  bool write)
{
	u64 size = region_size(dev, kvmgt_region_index(*ppos));
	u64 offset = kvmgt_region_offset(*ppos);
	size_t done = 0;

	if (offset >= size)
		return -EINVAL;
	count = min_t(u64, count, size - offset);
	while (done < count) {
		unsigned int n = size_of_access(*ppos, count - done);
		int ret = access_user(dev, *ppos, buf + done, n, write);

		if (ret)
			return done ?: ret;
		done += n;
		*ppos += n;
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}
	return done;
}

ssize_t kvmgt_region_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos)
{
	return access_all(to_kvmgt_device(vdev), buf, count, ppos, false);
}

ssize_t kvmgt_region_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			   loff_t *ppos)
{
	return access_all(to_kvmgt_device(vdev), (char __user *)buf, count, ppos, true);
}

int kvmgt_region_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct kvmgt_device *dev = to_kvmgt_device(vdev);
	u64 pos = (u64)vma->vm_pgoff << PAGE_SHIFT, size = vma->vm_end - vma->vm_start;
	unsigned int index = kvmgt_region_index(pos);
	u64 offset = kvmgt_region_offset(pos);

	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (index == KVMGT_SCREEN_REGION_INDEX && offset < KVMGT_SCREEN_SIZE &&
	    size <= KVMGT_SCREEN_SIZE - offset)
		return kvmgt_screen_mmap(&dev->display.screen, vma);
	if (index == VFIO_PCI_BAR0_REGION_INDEX)
		return kvmgt_ggtt_mmap(dev, vma, offset, size);
	if (index != VFIO_PCI_BAR2_REGION_INDEX || !is_in_slice(dev, offset, size))
		return -EINVAL;
	vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, aperture_at(dev, offset) >> PAGE_SHIFT, size,
			       vma->vm_page_prot);
}

/* Parts of the region that can be mapped; at most two. */
static int add_areas(struct vfio_info_cap *caps, const struct vgt_gm_range *area, unsigned int n)
{
	DEFINE_RAW_FLEX(struct vfio_region_info_cap_sparse_mmap, sparse, areas, 2);
	unsigned int i;

	sparse->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	sparse->header.version = 1;
	sparse->nr_areas = n;
	for (i = 0; i < n; i++) {
		sparse->areas[i].offset = area[i].start;
		sparse->areas[i].size = area[i].size;
	}
	return vfio_info_add_capability(caps, &sparse->header, struct_size(sparse, areas, n));
}

static int add_slice(struct kvmgt_device *dev, struct vfio_info_cap *caps)
{
	struct vgt_gm_range low, high;

	vgt_guest_gm(dev->guest, &low, &high);
	return add_areas(caps, &low, 1);
}

static int add_entries(struct kvmgt_device *dev, struct vfio_info_cap *caps)
{
	const struct vgt_gm_range window[] = {
		kvmgt_ggtt_window(dev, 0), kvmgt_ggtt_window(dev, 1),
	};

	return add_areas(caps, window, ARRAY_SIZE(window));
}

static int add_edid_type(struct vfio_info_cap *caps)
{
	struct vfio_region_info_cap_type type = {
		.header = { .id = VFIO_REGION_INFO_CAP_TYPE, .version = 1 },
		.type = VFIO_REGION_TYPE_GFX,
		.subtype = VFIO_REGION_SUBTYPE_GFX_EDID,
	};

	return vfio_info_add_capability(caps, &type.header, sizeof(type));
}

static int copy_caps(struct vfio_region_info *info, struct vfio_info_cap *caps, unsigned long arg)
{
	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	info->cap_offset = 0;
	if (info->argsz < sizeof(*info) + caps->size) {
		info->argsz = sizeof(*info) + caps->size;
		return 0;
	}
	vfio_info_cap_shift(caps, sizeof(*info));
	if (copy_to_user((void __user *)(arg + sizeof(*info)), caps->buf, caps->size))
		return -EFAULT;
	info->cap_offset = sizeof(*info);
	return 0;
}

static u32 flags_of(struct kvmgt_device *dev, unsigned int index, u64 size)
{
	if (!size)
		return 0;
	switch (index) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		return VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		       (kvmgt_ggtt_window(dev, 0).size ? VFIO_REGION_INFO_FLAG_MMAP : 0);
	case KVMGT_SCREEN_REGION_INDEX:
		return VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_MMAP;
	case VFIO_PCI_BAR2_REGION_INDEX:
		return VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE |
		       VFIO_REGION_INFO_FLAG_MMAP;
	default:
		return VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	}
}

int kvmgt_region_info(struct kvmgt_device *dev, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_info_cap caps = {};
	struct vfio_region_info info;
	int ret = 0;

	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= KVMGT_NUM_REGIONS)
		return -EINVAL;

	info.offset = kvmgt_region_pos(info.index, 0);
	info.size = region_size(dev, info.index);
	info.flags = flags_of(dev, info.index, info.size);
	info.cap_offset = 0;
	if (info.index == VFIO_PCI_BAR2_REGION_INDEX)
		ret = add_slice(dev, &caps);
	else if (info.flags & VFIO_REGION_INFO_FLAG_MMAP &&
		 info.index == VFIO_PCI_BAR0_REGION_INDEX)
		ret = add_entries(dev, &caps);
	else if (info.index == KVMGT_EDID_REGION_INDEX)
		ret = add_edid_type(&caps);
	if (!ret && caps.size)
		ret = copy_caps(&info, &caps, arg);
	kfree(caps.buf);
	if (ret)
		return ret;
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}
