// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the mediated GPU
 *
 *   vgt_gpu_create() ---> registers known, memory divided, status pages mapped
 *   vgt_gpu_destroy() --> nothing of the core is left in the GPU
 *
 * Lock order, all with interrupts off:
 *
 *   i915's uncore lock -> an engine's lock -> interrupt lock
 *                         an engine's lock -> timer lock
 *   display_lock -> a display's lock -> interrupt lock
 *   i915's uncore lock -> forcewake lock
 *
 * and those who may sleep, outside of them:
 *
 *   lock of vgt_vmm.c -> lock of struct vgt_awake
 *                     -> what the host's driver takes to power the GPU
 *                     -> guests_lock -> a guest's lock
 *
 * No lock of the core is held while a driver is told of an interrupt.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "vgt_awake.h"
#include "vgt_display.h"
#include "vgt_execlist.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_irq.h"
#include "vgt_regs.h"
#include "vgt_sched.h"

/* What everything else is laid out for. */
static int check_hw(const struct vgt_hw *hw)
{
	u64 gm = (u64)hw->gtt_entries * SZ_4K;

	if (hw->aperture && hw->aperture + VGT_GM_CORE_SIZE < gm && gm <= 1ull << 32 &&
	    hw->num_fences)
		return 0;
	pr_err("GPU with %u GGTT entries, %llu MiB of aperture, %u fences is not supported\n",
	       hw->gtt_entries, hw->aperture / SZ_1M, hw->num_fences);
	return -EINVAL;
}

static void fini_engines(struct vgt_gpu *gpu)
{
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++)
		if (gpu->engine[id].gpu)
			vgt_execlist_fini(&gpu->engine[id]);
}

static int init_engines(struct vgt_gpu *gpu)
{
	unsigned int id;
	int err;

	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		err = vgt_execlist_init(gpu, id, vgt_ggtt_status_addr(gpu, id));
		if (err)
			return err;
	}
	return 0;
}

struct vgt_gpu *vgt_gpu_create(struct vgt_hw *hw)
{
	struct vgt_gpu *gpu;
	int err;

	err = check_hw(hw);
	if (err)
		return ERR_PTR(err);
	gpu = kzalloc(sizeof(*gpu), GFP_KERNEL);
	if (!gpu)
		return ERR_PTR(-ENOMEM);
	gpu->hw = hw;
	spin_lock_init(&gpu->timer_lock);
	gpu->timer = VGT_NEVER;
	mutex_init(&gpu->guests_lock);
	INIT_LIST_HEAD(&gpu->vmm_link);
	vgt_awake_init(gpu);
	vgt_display_gpu_init(gpu);
	gpu->core.gpu = gpu;
	gpu->core.id = VGT_MAX_VGPUS;
	gpu->core.sched = vgt_sched_defaults;
	vgt_gm_init(&gpu->gm, hw);
	vgt_irq_init(gpu);
	err = vgt_regs_init(&gpu->regs);
	if (err)
		goto free_gpu;
	err = init_engines(gpu);
	if (err)
		goto free_engines;
	vgt_ggtt_map_core(gpu);
	return gpu;

free_engines:
	fini_engines(gpu);
	vgt_regs_fini(&gpu->regs);
free_gpu:
	kfree(gpu);
	return ERR_PTR(err);
}

void vgt_gpu_destroy(struct vgt_gpu *gpu)
{
	gpu->hw->ops->stop_timer(gpu->hw);
	vgt_ggtt_unmap_core(gpu);
	fini_engines(gpu);
	vgt_regs_fini(&gpu->regs);
	kfree(gpu);
}

void vgt_gpu_set_timer(struct vgt_gpu *gpu)
{
	u64 earliest = VGT_NEVER;
	unsigned long flags;
	unsigned int id;

	spin_lock_irqsave(&gpu->timer_lock, flags);
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		earliest = min(earliest, READ_ONCE(gpu->engine[id].deadline));
	for (id = 0; id < VGT_MAX_VGPUS; id++)
		earliest = min(earliest, READ_ONCE(gpu->display_deadline[id]));
	if (earliest != gpu->timer) {
		gpu->timer = earliest;
		gpu->hw->ops->set_timer(gpu->hw, earliest);
	}
	spin_unlock_irqrestore(&gpu->timer_lock, flags);
}

void vgt_hw_timer(struct vgt_hw *hw)
{
	struct vgt_gpu *gpu = READ_ONCE(hw->gpu);
	unsigned long flags;
	unsigned int id;

	if (!gpu)
		return;
	/* It has fired: the next one must be set even if it is for the same time. */
	spin_lock_irqsave(&gpu->timer_lock, flags);
	gpu->timer = VGT_NEVER;
	spin_unlock_irqrestore(&gpu->timer_lock, flags);
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		vgt_execlist_timer(&gpu->engine[id]);
	vgt_display_timer(gpu);
	vgt_gpu_set_timer(gpu);
	vgt_irq_deliver(gpu);
}
EXPORT_SYMBOL_GPL(vgt_hw_timer);
