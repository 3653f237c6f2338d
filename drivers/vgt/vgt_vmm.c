// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: GPUs on offer, and the VMM's driver that wants them
 *
 * The two come and go in any order:
 *
 *                 GPU is ready               driver registers
 *   nothing ----------------> GPU waits ----------------------.
 *      |                                                      v
 *      |    driver registers               GPU is ready      add() ---> offered
 *      '----------------> driver waits --------------------->'            |
 *                                                                         |
 *                                     remove() <--- GPU leaves, or driver goes
 *
 * A driver whose add() fails does not get that GPU, and no remove() for it.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/printk.h>

#include "vgt/hw.h"
#include "vgt/vmm.h"
#include "vgt_gpu.h"
#include "vgt_vmm.h"

/* Protects the two below; held while the driver is called. */
static DEFINE_MUTEX(vmm_lock);
static const struct vgt_vmm_driver *vmm_driver;
static LIST_HEAD(ready_gpus);

static void offer(struct vgt_gpu *gpu)
{
	int err;

	if (!vmm_driver || gpu->offered)
		return;
	err = vmm_driver->add(gpu, gpu->hw->dev);
	if (err)
		pr_err("no vGPUs to be had: the driver for virtual machines fails with error %d\n",
		       -err);
	gpu->offered = !err;
}

static void take_back(struct vgt_gpu *gpu)
{
	if (gpu->offered)
		vmm_driver->remove(gpu);
	gpu->offered = false;
}

void vgt_vmm_offer(struct vgt_gpu *gpu)
{
	mutex_lock(&vmm_lock);
	if (list_empty(&gpu->vmm_link)) {
		list_add_tail(&gpu->vmm_link, &ready_gpus);
		offer(gpu);
	}
	mutex_unlock(&vmm_lock);
}

void vgt_vmm_withdraw(struct vgt_gpu *gpu)
{
	mutex_lock(&vmm_lock);
	take_back(gpu);
	list_del_init(&gpu->vmm_link);
	mutex_unlock(&vmm_lock);
}

int vgt_vmm_register(const struct vgt_vmm_driver *driver)
{
	struct vgt_gpu *gpu;
	int err = -EBUSY;

	mutex_lock(&vmm_lock);
	if (!vmm_driver) {
		err = 0;
		vmm_driver = driver;
		list_for_each_entry(gpu, &ready_gpus, vmm_link)
			offer(gpu);
	}
	mutex_unlock(&vmm_lock);
	return err;
}
EXPORT_SYMBOL_GPL(vgt_vmm_register);

void vgt_vmm_unregister(const struct vgt_vmm_driver *driver)
{
	struct vgt_gpu *gpu;

	mutex_lock(&vmm_lock);
	if (vmm_driver == driver) {
		list_for_each_entry(gpu, &ready_gpus, vmm_link)
			take_back(gpu);
		vmm_driver = NULL;
	}
	mutex_unlock(&vmm_lock);
}
EXPORT_SYMBOL_GPL(vgt_vmm_unregister);
