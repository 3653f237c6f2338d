// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: GGTT entries as memory of the guest
 *
 *                fault: the guest touches a page of entries
 *   not mapped ---------------------------------------------> mapped: it writes without a trap
 *              <---------------------------------------------
 *                kvmgt_ggtt_unshare(), from a flush by the guest
 *
 * The entries of the guest's own graphics memory are offered to VFIO's user as parts of
 * BAR0 that can be mapped, so that a stock VMM makes them memory of its virtual machine,
 * and KVM maps them when the guest touches them.  The core hears of each such page before
 * it is mapped, and compares its entries at the next flush.  Taking the mappings away takes
 * them from KVM as well.
 *
 * A fault takes no lock of the core: it comes with that of the user's memory, which pinning
 * of the guest's pages takes within the core's.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/vmalloc.h>

#include "kvmgt_device.h"
#include "kvmgt_ggtt.h"
#include "kvmgt_region.h"

static bool ggtt_memory = true;
module_param(ggtt_memory, bool, 0444);
MODULE_PARM_DESC(ggtt_memory, "GGTT entries are memory of the guest, not trapped (default: on)");

void kvmgt_ggtt_init(struct kvmgt_ggtt *ggtt)
{
	mutex_init(&ggtt->lock);
}

struct vgt_gm_range kvmgt_ggtt_window(struct kvmgt_device *dev, unsigned int n)
{
	return ggtt_memory ? vgt_guest_ggtt_window(dev->guest, n) : (struct vgt_gm_range){};
}

static bool is_in_windows(struct kvmgt_device *dev, u64 offset, u64 size)
{
	unsigned int n;

	for (n = 0; n < 2; n++) {
		struct vgt_gm_range window = kvmgt_ggtt_window(dev, n);

		if (kvmgt_region_holds(&window, offset, size))
			return true;
	}
	return false;
}

static int map_page(struct kvmgt_device *dev, struct vm_fault *vmf)
{
	u64 pos = (u64)vmf->pgoff << PAGE_SHIFT;
	void *addr = vgt_guest_share_ggtt(dev->guest, kvmgt_region_offset(pos));

	if (!addr)
		return -EFAULT;
	return vm_insert_page(vmf->vma, vmf->address, vmalloc_to_page(addr));
}

static vm_fault_t ggtt_fault(struct vm_fault *vmf)
{
	struct kvmgt_device *dev = vmf->vma->vm_private_data;
	int ret;

	mutex_lock(&dev->ggtt.lock);
	ret = map_page(dev, vmf);
	mutex_unlock(&dev->ggtt.lock);
	/* -EBUSY: another processor of the guest has been here first. */
	return !ret || ret == -EBUSY ? VM_FAULT_NOPAGE : vmf_error(ret);
}

static const struct vm_operations_struct ggtt_vm_ops = {
	.fault = ggtt_fault,
};

int kvmgt_ggtt_mmap(struct kvmgt_device *dev, struct vm_area_struct *vma, u64 offset, u64 size)
{
	if (!is_in_windows(dev, offset, size))
		return -EINVAL;
	vm_flags_set(vma, VM_MIXEDMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &ggtt_vm_ops;
	vma->vm_private_data = dev;
	return 0;
}

void kvmgt_ggtt_unshare(void *priv)
{
	struct kvmgt_device *dev = priv;
	unsigned int n;

	mutex_lock(&dev->ggtt.lock);
	for (n = 0; n < 2; n++) {
		struct vgt_gm_range window = kvmgt_ggtt_window(dev, n);

		if (window.size)
			unmap_mapping_range(dev->vdev.inode->i_mapping,
					    kvmgt_region_pos(VFIO_PCI_BAR0_REGION_INDEX,
							     window.start), window.size, true);
	}
	mutex_unlock(&dev->ggtt.lock);
}
