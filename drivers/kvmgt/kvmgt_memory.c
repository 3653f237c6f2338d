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
 * times; a guest could try.  So once a vGPU has been told it cannot pin there any more, until
 * the thread that has told it is done.  How long that takes is in the user's hands; the
 * thread is done for certain when it has returned to the user, or goes on to other memory:
 *
 *   (none) ---> telling a vGPU <---> between vGPUs ---> (none)
 *               who pins is           who pins waits     UNMAPPED_TIME more: the user mostly
 *               refused                                  maps the memory again
 *
 * Refused is who holds the lock that its vGPU needs to let go.
 *
 * VFIO also writes a line to the kernel's log for each page above the user's limit, so
 * that it is asked no more than once in a while then.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/task_work.h>

#include "kvmgt_device.h"
#include "kvmgt_main.h"

#define UNMAPPED_TIME	msecs_to_jiffies(20)
#define FULL_TIME	(10 * HZ)

/**
 * struct taking - a thread that takes memory away
 * @link: in the list of all
 * @work: for when it returns to the user
 * @thread: who it is
 * @first: page of the guest that it begins with
 * @end: page that it ends before
 * @told: numbers of the vGPUs that have been told
 * @telling: number of the one that is letting go now, 0: none
 */
struct taking {
	struct list_head link;
	struct callback_head work;
	struct task_struct *thread;
	u64 first, end;
	unsigned long told;
	unsigned int telling;
};

static LIST_HEAD(takings);
static DEFINE_SPINLOCK(takings_lock);	/* the list, and what is in it */

void kvmgt_memory_init(struct kvmgt_memory *memory)
{
	xa_init(&memory->bus);
	spin_lock_init(&memory->lock);
}

void kvmgt_memory_open(struct kvmgt_memory *memory)
{
	memory->told = false;
	memory->full_until = jiffies;
	memory->unmapped[0] = 0;
	memory->unmapped[1] = 0;
}

void kvmgt_memory_close(struct kvmgt_memory *memory)
{
	xa_destroy(&memory->bus);
}

static void end_taking(struct callback_head *work)
{
	struct taking *taking = container_of(work, struct taking, work);

	spin_lock(&takings_lock);
	list_del(&taking->link);
	spin_unlock(&takings_lock);
	kfree(taking);
	module_put(THIS_MODULE);
}

static struct taking *find_taking(void)
{
	struct taking *taking;

	lockdep_assert_held(&takings_lock);
	list_for_each_entry(taking, &takings, link)
		if (taking->thread == current)
			return taking;
	return NULL;
}

/* Kernel threads do not return to a user, nor does VFIO call from them in a loop. */
static void begin_taking(void)
{
	struct taking *taking;

	if (current->flags & PF_KTHREAD)
		return;
	taking = kzalloc(sizeof(*taking), GFP_KERNEL | __GFP_NOFAIL);
	taking->thread = current;
	init_task_work(&taking->work, end_taking);
	if (task_work_add(current, &taking->work, TWA_RESUME)) {
		kfree(taking);
		return;
	}
	__module_get(THIS_MODULE);
	spin_lock(&takings_lock);
	list_add(&taking->link, &takings);
	spin_unlock(&takings_lock);
}

/* Whether this thread has begun to take memory away. */
static bool note_telling(unsigned int id, u64 first, u64 end)
{
	struct taking *taking;

	spin_lock(&takings_lock);
	taking = find_taking();
	if (taking) {
		if (taking->first != first || taking->end != end)
			taking->told = 0;
		taking->first = first;
		taking->end = end;
		taking->told |= BIT(id);
		taking->telling = id;
	}
	spin_unlock(&takings_lock);
	return taking;
}

void kvmgt_memory_unmap(struct kvmgt_device *dev, u64 iova, u64 length)
{
	u64 first = iova >> PAGE_SHIFT, end = ((iova + length - 1) >> PAGE_SHIFT) + 1;

	if (note_telling(dev->id, first, end))
		return;
	begin_taking();
	note_telling(dev->id, first, end);
}

void kvmgt_memory_unmapped(struct kvmgt_device *dev, u64 iova, u64 length)
{
	struct kvmgt_memory *memory = &dev->memory;
	struct taking *taking;

	spin_lock(&memory->lock);
	memory->unmapped[0] = iova >> PAGE_SHIFT;
	memory->unmapped[1] = ((iova + length - 1) >> PAGE_SHIFT) + 1;
	memory->unmapped_until = jiffies + UNMAPPED_TIME;
	spin_unlock(&memory->lock);

	spin_lock(&takings_lock);
	taking = find_taking();
	if (taking)
		taking->telling = 0;
	spin_unlock(&takings_lock);
}

static bool has_just_been_unmapped(struct kvmgt_memory *memory, u64 gfn)
{
	bool ret;

	spin_lock(&memory->lock);
	ret = gfn >= memory->unmapped[0] && gfn < memory->unmapped[1] &&
	      time_before(jiffies, memory->unmapped_until);
	spin_unlock(&memory->lock);
	return ret;
}

/* 0, -EAGAIN: it has been taken away, -EFAULT: and the vGPU's lock is wanted to go on. */
static int look_at_takings(struct kvmgt_device *dev, u64 gfn)
{
	bool taken = false, wanted = false;
	struct taking *taking;

	spin_lock(&takings_lock);
	list_for_each_entry(taking, &takings, link) {
		if (taking->told & BIT(dev->id) && gfn >= taking->first && gfn < taking->end)
			taken = true;
		if (taking->telling == dev->id)
			wanted = true;
	}
	spin_unlock(&takings_lock);
	if (!taken)
		return 0;
	return wanted ? -EFAULT : -EAGAIN;
}

static int wait_for_takings(struct kvmgt_device *dev, u64 gfn)
{
	int ret = 0;

	while (has_just_been_unmapped(&dev->memory, gfn) ||
	       (!list_empty(&takings) && (ret = look_at_takings(dev, gfn)))) {
		if (ret == -EFAULT || fatal_signal_pending(current))
			return -EFAULT;
		msleep(20);
	}
	return 0;
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
	ret = wait_for_takings(dev, gfn);
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
