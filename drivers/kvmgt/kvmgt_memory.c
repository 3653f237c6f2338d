// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: memory of a vGPU's user
 *
 *            pin: VFIO pins, IOMMU maps
 *   (free) ------------------------------> pinned
 *      ^                                      |
 *      +--------------------------------------+
 *            unpin, when the core lets go or VFIO takes the memory away
 *
 * The user has mapped its guest's memory into VFIO at the guest's physical
 * addresses.  VFIO accounts what is pinned to the user.
 *
 * VFIO's type 1 driver tells all vGPUs of a user, one after the other, of memory that it
 * takes away, looks again, and gives up by BUG() when something has been pinned anew ten
 * times; a guest could try.  So what is being taken away cannot be pinned, by any vGPU of
 * the same user, until the last has let go of it and VFIO has had the time to look:
 *
 *   free ---> kvmgt_memory_unmap() ---> kvmgt_memory_unmapped() ---> UNMAPPED_TIME ---> free
 *             of the first              of the last
 *
 * Who wants to pin it is refused before that, for it holds the lock that its vGPU needs to
 * let go, and waits after it.
 *
 * VFIO also writes a line to the kernel's log for each page above the user's limit, so
 * that it is asked no more than once in a while then.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/sched.h>

#include "kvmgt_device.h"
#include "kvmgt_main.h"

#define UNMAPPED_TIME	msecs_to_jiffies(20)
#define FULL_TIME	(10 * HZ)

static LIST_HEAD(open_memories);
static DEFINE_MUTEX(open_lock);		/* the list */

void kvmgt_memory_init(struct kvmgt_memory *memory)
{
	xa_init(&memory->bus);
	spin_lock_init(&memory->lock);
}

void kvmgt_memory_open(struct kvmgt_memory *memory)
{
	memory->told = false;
	memory->full_until = jiffies;
	memory->unmapping[0] = 0;
	memory->unmapping[1] = 0;
	memory->unmapping_now = 0;
	memory->user = current->mm;
	mutex_lock(&open_lock);
	list_add(&memory->link, &open_memories);
	mutex_unlock(&open_lock);
}

void kvmgt_memory_close(struct kvmgt_memory *memory)
{
	mutex_lock(&open_lock);
	list_del(&memory->link);
	mutex_unlock(&open_lock);
	xa_destroy(&memory->bus);
}

static void begin_unmap(struct kvmgt_memory *memory, u64 iova, u64 length)
{
	spin_lock(&memory->lock);
	memory->unmapping[0] = iova >> PAGE_SHIFT;
	memory->unmapping[1] = ((iova + length - 1) >> PAGE_SHIFT) + 1;
	memory->unmapping_now++;
	spin_unlock(&memory->lock);
}

/* It may have been opened in between. */
static void end_unmap(struct kvmgt_memory *memory)
{
	spin_lock(&memory->lock);
	if (memory->unmapping_now)
		memory->unmapping_now--;
	memory->unmapping_until = jiffies + UNMAPPED_TIME;
	spin_unlock(&memory->lock);
}

void kvmgt_memory_unmap(struct kvmgt_memory *memory, u64 iova, u64 length)
{
	struct kvmgt_memory *other;

	mutex_lock(&open_lock);
	list_for_each_entry(other, &open_memories, link)
		if (other->user == memory->user)
			begin_unmap(other, iova, length);
	mutex_unlock(&open_lock);
}

void kvmgt_memory_unmapped(struct kvmgt_memory *memory)
{
	struct kvmgt_memory *other;

	mutex_lock(&open_lock);
	list_for_each_entry(other, &open_memories, link)
		if (other->user == memory->user)
			end_unmap(other);
	mutex_unlock(&open_lock);
}

/* 0, -EFAULT: it is being taken away, -EAGAIN: it has just been. */
static int look_at_unmapping(struct kvmgt_memory *memory, u64 gfn)
{
	int ret = 0;

	spin_lock(&memory->lock);
	if (gfn >= memory->unmapping[0] && gfn < memory->unmapping[1]) {
		if (memory->unmapping_now)
			ret = -EFAULT;
		else if (time_before(jiffies, memory->unmapping_until))
			ret = -EAGAIN;
	}
	spin_unlock(&memory->lock);
	return ret;
}

static struct device *dma_device(struct kvmgt_device *dev)
{
	return &dev->gpu->pdev->dev;
}

static void tell_of_limit(struct kvmgt_device *dev)
{
	dev->memory.full_until = jiffies + FULL_TIME;
	if (dev->memory.told)
		return;
	dev->memory.told = true;
	dev_err(dev->vdev.dev,
		"vGPU %u: no more than %lu pages of its virtual machine can be locked; raise the limit of its memory lock (ulimit -l, libvirt: memtune/hard_limit)\n",
		dev->id, rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT);
}

/* Other devices' memory, which users map into VFIO too, is not for the GPU. */
static bool is_memory(struct page *page)
{
	return pfn_valid(page_to_pfn(page)) && !PageReserved(page) && !is_zone_device_page(page);
}

static int vfio_pin(struct kvmgt_device *dev, u64 gfn, struct page **page)
{
	int ret;

	if (gfn > U64_MAX >> PAGE_SHIFT)
		return -EFAULT;
	if (time_before(jiffies, dev->memory.full_until))
		return -ENOMEM;
	while ((ret = look_at_unmapping(&dev->memory, gfn)) == -EAGAIN)
		msleep(20);
	if (ret)
		return ret;
	ret = vfio_pin_pages(&dev->vdev, gfn << PAGE_SHIFT, 1, IOMMU_READ | IOMMU_WRITE, page);
	if (ret == -ENOMEM) {
		tell_of_limit(dev);
		return ret;
	}
	if (ret != 1)
		return -EFAULT;
	if (is_memory(*page))
		return 0;
	vfio_unpin_pages(&dev->vdev, gfn << PAGE_SHIFT, 1);
	return -EFAULT;
}

int kvmgt_memory_pin(void *priv, u64 gfn, u64 *bus, void **addr)
{
	struct kvmgt_device *dev = priv;
	struct page *page;
	dma_addr_t dma;
	int ret;

	ret = vfio_pin(dev, gfn, &page);
	if (ret)
		return ret;
	dma = dma_map_page(dma_device(dev), page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	ret = dma_mapping_error(dma_device(dev), dma);
	if (ret)
		goto err_pin;
	ret = xa_err(xa_store(&dev->memory.bus, gfn, xa_mk_value(dma >> PAGE_SHIFT), GFP_KERNEL));
	if (ret)
		goto err_map;
	*bus = dma;
	*addr = page_address(page);
	return 0;

err_map:
	dma_unmap_page(dma_device(dev), dma, PAGE_SIZE, DMA_BIDIRECTIONAL);
err_pin:
	vfio_unpin_pages(&dev->vdev, gfn << PAGE_SHIFT, 1);
	return -ENOMEM;
}

void kvmgt_memory_unpin(void *priv, u64 gfn)
{
	struct kvmgt_device *dev = priv;
	void *entry = xa_erase(&dev->memory.bus, gfn);

	if (!entry)
		return;
	dma_unmap_page(dma_device(dev), (dma_addr_t)xa_to_value(entry) << PAGE_SHIFT, PAGE_SIZE,
		       DMA_BIDIRECTIONAL);
	vfio_unpin_pages(&dev->vdev, gfn << PAGE_SHIFT, 1);
}
