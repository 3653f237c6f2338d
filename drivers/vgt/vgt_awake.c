// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: keeping the GPU awake
 *
 * The host's driver parks the GPU when it has no use for it itself, and lets its
 * domains sleep between two of its register accesses.  While a guest is open
 * neither may happen, for contexts of guests come and go without the host, and
 * their registers are read in the middle.
 *
 *            first guest opens: host's keep_awake, then forcewake
 *   parking ------------------------------------------------------> awake
 *   allowed <------------------------------------------------------
 *            last guest closes: forcewake off, then host's keep_awake
 *
 *   awake --- vgt_host_suspend() ---> forcewake off --- vgt_host_resume() ---> awake
 *
 * Forcewake has 16 requesters per domain, a bit each.  The kernel's driver has 0,
 * its user space 1, and 15 as a fall-back; the core takes one of the others.  The
 * host neither sees that bit nor can it clear it, which it would do when it
 * clears all at once in its set-up.
 *
 * Source: Skylake PRM vol. 2c (FORCE_WAKE); i915 intel_uncore.c.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "vgt/regs/power.h"
#include "vgt_awake.h"
#include "vgt_gpu.h"
#include "vgt_regs.h"

#define REQUEST		BIT(2)
#define ACK_TRIES	50000	/* of a microsecond; i915 waits as long */

static const struct {
	const char *name;
	u32 request, ack;
} domains[] = {
	{ "render", FORCEWAKE_RENDER, FORCEWAKE_ACK_RENDER },
	{ "GT", FORCEWAKE_GT, FORCEWAKE_ACK_GT },
	{ "media", FORCEWAKE_MEDIA, FORCEWAKE_ACK_MEDIA },
};

void vgt_awake_init(struct vgt_gpu *gpu)
{
	struct vgt_awake *awake = &gpu->awake;

	mutex_init(&awake->lock);
	spin_lock_init(&awake->forcewake_lock);
	awake->users = 0;
	awake->forcewake = false;
}

static void request(struct vgt_gpu *gpu, bool hold)
{
	unsigned int d;

	lockdep_assert_held(&gpu->awake.forcewake_lock);
	for (d = 0; d < ARRAY_SIZE(domains); d++)
		vgt_gpu_write(gpu, domains[d].request, REQUEST << 16 | (hold ? REQUEST : 0));
}

static void wait_awake(struct vgt_gpu *gpu, unsigned int d)
{
	unsigned int tries;

	for (tries = 0; tries < ACK_TRIES; tries++) {
		if (vgt_gpu_read(gpu, domains[d].ack) & REQUEST)
			return;
		udelay(1);
	}
	pr_err("the %s domain of the GPU does not wake up\n", domains[d].name);
}

static void wait_all_awake(struct vgt_gpu *gpu)
{
	unsigned int d;

	for (d = 0; d < ARRAY_SIZE(domains); d++)
		wait_awake(gpu, d);
}

void vgt_awake_forcewake(struct vgt_gpu *gpu, bool hold)
{
	struct vgt_awake *awake = &gpu->awake;
	unsigned long flags;

	spin_lock_irqsave(&awake->forcewake_lock, flags);
	awake->forcewake = hold;
	request(gpu, hold);
	spin_unlock_irqrestore(&awake->forcewake_lock, flags);
	if (hold)
		wait_all_awake(gpu);
}

/* The platform may wait for the GPU's sleep before its own. */
void vgt_awake_suspend(struct vgt_gpu *gpu)
{
	struct vgt_awake *awake = &gpu->awake;
	unsigned long flags;

	spin_lock_irqsave(&awake->forcewake_lock, flags);
	if (awake->forcewake)
		request(gpu, false);
	spin_unlock_irqrestore(&awake->forcewake_lock, flags);
}

void vgt_awake_resume(struct vgt_gpu *gpu)
{
	struct vgt_awake *awake = &gpu->awake;
	unsigned long flags;
	bool hold;

	spin_lock_irqsave(&awake->forcewake_lock, flags);
	hold = awake->forcewake;
	if (hold)
		request(gpu, true);
	spin_unlock_irqrestore(&awake->forcewake_lock, flags);
	if (hold)
		wait_all_awake(gpu);
}

static void tell_host(struct vgt_gpu *gpu, bool on)
{
	if (gpu->host_ops->keep_awake)
		gpu->host_ops->keep_awake(gpu->host_priv, on);
}

void vgt_awake_get(struct vgt_gpu *gpu)
{
	struct vgt_awake *awake = &gpu->awake;

	mutex_lock(&awake->lock);
	if (!awake->users++) {
		tell_host(gpu, true);
		vgt_awake_forcewake(gpu, true);
		vgt_regs_guard(gpu, true);
	}
	mutex_unlock(&awake->lock);
}

void vgt_awake_put(struct vgt_gpu *gpu)
{
	struct vgt_awake *awake = &gpu->awake;

	mutex_lock(&awake->lock);
	if (!--awake->users) {
		vgt_regs_guard(gpu, false);
		vgt_awake_forcewake(gpu, false);
		tell_host(gpu, false);
	}
	mutex_unlock(&awake->lock);
}

/*
 * Registers
 */

void vgt_awake_request_write(struct vgt_vgpu *vgpu, unsigned int domain, u32 offset, u32 val)
{
	vgt_gpu_write(vgpu->gpu, offset, val & ~(REQUEST << 16 | REQUEST));
}

u32 vgt_awake_request_read(struct vgt_vgpu *vgpu, unsigned int domain, u32 offset)
{
	return vgt_gpu_read(vgpu->gpu, offset) & ~REQUEST;
}

u32 vgt_awake_ack_read(struct vgt_vgpu *vgpu, unsigned int domain, u32 offset)
{
	return vgt_gpu_read(vgpu->gpu, offset) & ~REQUEST;
}
