// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the host
 *
 *             vgt_host_attach()               vgt_host_suspend()
 *   detached -----------------> attached -------------------------> asleep
 *            <-----------------  |  ^  <---------------------------
 *             vgt_host_detach()  |  |         vgt_host_resume()
 *                                |  +-- every access of the driver
 *             vgt_host_ready()   |  |   vgt_host_leaving()
 *                                v  |
 *                           guests may exist
 *
 * The functions that i915 calls: each finds its way into the core and, on the
 * way out, lets interrupts rise that have come up.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "vgt/host.h"
#include "vgt/hw.h"
#include "vgt_awake.h"
#include "vgt_debugfs.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_host_types.h"
#include "vgt_irq.h"
#include "vgt_regs.h"
#include "vgt_reset.h"
#include "vgt_sched.h"
#include "vgt_stats.h"
#include "vgt_vgpu.h"
#include "vgt_vmm.h"

#define GTT_OFFSET SZ_8M	/* of the GGTT's entries in BAR0 */

/* Before the driver changes anything. */
static void look_around(struct vgt_gpu *gpu)
{
	vgt_awake_forcewake(gpu, true);
	vgt_regs_look(gpu);
	vgt_awake_forcewake(gpu, false);
}

struct vgt_host *vgt_host_attach(struct vgt_hw *hw, const struct vgt_host_ops *ops, void *priv)
{
	struct vgt_host *host;
	int err;

	if (hw->gpu) {
		pr_err("this GPU has its host already\n");
		return ERR_PTR(-EBUSY);
	}
	host = kzalloc(sizeof(*host), GFP_KERNEL);
	if (!host)
		return ERR_PTR(-ENOMEM);
	host->gpu = vgt_gpu_create(hw);
	if (IS_ERR(host->gpu)) {
		err = PTR_ERR(host->gpu);
		goto free_host;
	}
	err = vgt_gm_alloc_host(&host->gpu->gm, &host->vgpu.gm);
	if (err)
		goto destroy_gpu;
	host->gpu->host_ops = ops;
	host->gpu->host_priv = priv;
	look_around(host->gpu);
	vgt_vgpu_init(&host->vgpu, host->gpu, 0, ops->raise_irq, priv);
	WRITE_ONCE(hw->gpu, host->gpu);
	vgt_debugfs_add(host->gpu);
	return host;

destroy_gpu:
	vgt_gpu_destroy(host->gpu);
free_host:
	kfree(host);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(vgt_host_attach);

void vgt_host_detach(struct vgt_host *host)
{
	struct vgt_gpu *gpu = host->gpu;

	vgt_vmm_withdraw(gpu);
	vgt_debugfs_remove(gpu);
	vgt_stats_report(&host->vgpu.stats, "host");
	vgt_vgpu_fini(&host->vgpu);
	vgt_gm_free(&gpu->gm, &host->vgpu.gm);
	WRITE_ONCE(gpu->hw->gpu, NULL);
	vgt_gpu_destroy(gpu);
	kfree(host);
}
EXPORT_SYMBOL_GPL(vgt_host_detach);

void vgt_host_ready(struct vgt_host *host)
{
	if (host)
		vgt_vmm_offer(host->gpu);
}
EXPORT_SYMBOL_GPL(vgt_host_ready);

void vgt_host_leaving(struct vgt_host *host)
{
	if (host)
		vgt_vmm_withdraw(host->gpu);
}
EXPORT_SYMBOL_GPL(vgt_host_leaving);

/* Nearly all that come here have a handler: see vgt_host_passing(). */
u64 vgt_host_read(struct vgt_host *host, u32 offset, unsigned int size)
{
	const struct vgt_reg_entry *e;
	u64 val;

	if (likely(offset < VGT_REGS_SIZE)) {
		e = vgt_regs_find(&host->gpu->regs, offset);
		if (likely(size == 4 && e && e->reg->read))
			val = e->reg->read(&host->vgpu, e->inst, offset);
		else
			val = vgt_regs_host_read(&host->vgpu, offset, size);
		vgt_irq_deliver(host->gpu);
		return val;
	}
	if (offset >= GTT_OFFSET)
		return vgt_ggtt_host_read_bar(&host->vgpu, offset - GTT_OFFSET, size);
	vgt_count(&host->vgpu.stats, VGT_EVENT_REG_UNKNOWN);
	return 0;
}
EXPORT_SYMBOL_GPL(vgt_host_read);

void vgt_host_write(struct vgt_host *host, u32 offset, u64 val, unsigned int size)
{
	const struct vgt_reg_entry *e;

	if (likely(offset < VGT_REGS_SIZE)) {
		e = vgt_regs_find(&host->gpu->regs, offset);
		if (likely(size == 4 && e && e->reg->write))
			e->reg->write(&host->vgpu, e->inst, offset, val);
		else if (size == 8 && e && e->reg->host_write64)
			e->reg->host_write64(&host->vgpu, e->inst, val);
		else
			vgt_regs_host_write(&host->vgpu, offset, val, size);
		vgt_irq_deliver(host->gpu);
	} else if (offset >= GTT_OFFSET) {
		vgt_ggtt_host_write_bar(&host->vgpu, offset - GTT_OFFSET, val, size);
	} else {
		vgt_count(&host->vgpu.stats, VGT_EVENT_REG_UNKNOWN);
	}
}
EXPORT_SYMBOL_GPL(vgt_host_write);

const unsigned long *vgt_host_passing(struct vgt_host *host)
{
	return host->gpu->regs.passing;
}
EXPORT_SYMBOL_GPL(vgt_host_passing);

bool vgt_host_may_map(struct vgt_host *host, u64 start, u64 size)
{
	if (likely(vgt_gm_owns_range(&host->vgpu.gm, start, size)))
		return true;
	vgt_count(&host->vgpu.stats, VGT_EVENT_GGTT_REFUSED);
	return false;
}
EXPORT_SYMBOL_GPL(vgt_host_may_map);

bool vgt_host_irq(struct vgt_host *host)
{
	return vgt_irq_handle(host->gpu);
}
EXPORT_SYMBOL_GPL(vgt_host_irq);

u64 vgt_host_guest_time(struct vgt_host *host, u32 base)
{
	unsigned int id;

	for (id = 0; host && id < VGT_NUM_ENGINES; id++)
		if (host->gpu->engine[id].base == base)
			return vgt_sched_guest_time(&host->gpu->engine[id]);
	return 0;
}
EXPORT_SYMBOL_GPL(vgt_host_guest_time);

bool vgt_host_has_guests(struct vgt_host *host)
{
	return host && READ_ONCE(host->gpu->awake.users);
}
EXPORT_SYMBOL_GPL(vgt_host_has_guests);

void vgt_host_gm(struct vgt_host *host, struct vgt_gm_range *low, struct vgt_gm_range *high)
{
	*low = host->vgpu.gm.low;
	*high = host->vgpu.gm.high;
}
EXPORT_SYMBOL_GPL(vgt_host_gm);

unsigned int vgt_host_fences(struct vgt_host *host)
{
	return host->vgpu.gm.num_fences;
}
EXPORT_SYMBOL_GPL(vgt_host_fences);

void vgt_host_suspend(struct vgt_host *host)
{
	if (!host)
		return;
	vgt_reset_power(host->gpu);
	vgt_awake_suspend(host->gpu);
}
EXPORT_SYMBOL_GPL(vgt_host_suspend);

/* What the core has in the GPU's own memory has to be entered again. */
void vgt_host_resume(struct vgt_host *host)
{
	if (!host)
		return;
	vgt_reset_power(host->gpu);
	vgt_ggtt_map_core(host->gpu);
	vgt_awake_resume(host->gpu);
	vgt_guests_resume(host->gpu);
}
EXPORT_SYMBOL_GPL(vgt_host_resume);
