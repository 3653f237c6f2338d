// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: vGPUs
 *
 *        vgt_vgpu_prepare()          vgt_vgpu_enter()
 *   --------------------> prepared ---------------------> entered
 *                                 <---------------------
 *                                    vgt_vgpu_leave()
 *
 *   prepared: scheduling parameters and counters, which last
 *   entered:  in the GPU's table, on every run queue, sleeping
 *
 * The host's stays entered as long as it exists; a guest's is while a virtual
 * machine has it.
 *
 * The GPU's table is changed under the interrupt lock, for that is how it is
 * walked; each run queue under its engine's lock.  Drivers are told of interrupts
 * with no lock held, so to leave means to wait for those who are at it.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "vgt/vmm.h"
#include "vgt_execlist.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_irq.h"
#include "vgt_sched.h"
#include "vgt_stats.h"
#include "vgt_vgpu.h"

#define NS_PER_MS	1000000u
#define NS_PER_US	1000u

static void enter_table(struct vgt_gpu *gpu, unsigned int id, struct vgt_vgpu *vgpu)
{
	unsigned long flags;

	spin_lock_irqsave(&gpu->irq.lock, flags);
	gpu->vgpu[id] = vgpu;
	spin_unlock_irqrestore(&gpu->irq.lock, flags);
}

void vgt_vgpu_prepare(struct vgt_vgpu *vgpu, struct vgt_gpu *gpu, unsigned int id)
{
	vgpu->gpu = gpu;
	vgpu->id = id;
	vgpu->sched = vgt_sched_defaults;
	memset(&vgpu->stats, 0, sizeof(vgpu->stats));
}

void vgt_vgpu_enter(struct vgt_vgpu *vgpu, void (*raise_irq)(void *priv), void *priv)
{
	unsigned int e;

	vgpu->raise_irq = raise_irq;
	vgpu->priv = priv;
	vgt_irq_vgpu_init(vgpu);
	for (e = 0; e < VGT_NUM_ENGINES; e++)
		vgt_execlist_add_port(&vgpu->gpu->engine[e], vgpu);
	enter_table(vgpu->gpu, vgpu->id, vgpu);
}

void vgt_vgpu_leave(struct vgt_vgpu *vgpu)
{
	unsigned int e;

	enter_table(vgpu->gpu, vgpu->id, NULL);
	for (e = 0; e < VGT_NUM_ENGINES; e++)
		vgt_execlist_remove_port(&vgpu->port[e]);
	synchronize_rcu();
}

void vgt_vgpu_init(struct vgt_vgpu *vgpu, struct vgt_gpu *gpu, unsigned int id,
		   void (*raise_irq)(void *priv), void *priv)
{
	vgt_vgpu_prepare(vgpu, gpu, id);
	vgt_vgpu_enter(vgpu, raise_irq, priv);
}

void vgt_vgpu_fini(struct vgt_vgpu *vgpu)
{
	vgt_vgpu_leave(vgpu);
}

/*
 * By number, for who looks from outside
 */

static struct vgt_vgpu *find(struct vgt_gpu *gpu, unsigned int id)
{
	if (!id)
		return gpu->vgpu[0];
	return id < VGT_MAX_VGPUS && gpu->guest[id] ? &gpu->guest[id]->vgpu : NULL;
}

int vgt_sched_settings(struct vgt_gpu *gpu, unsigned int id, struct vgt_sched_settings *settings)
{
	struct vgt_vgpu *vgpu;

	mutex_lock(&gpu->guests_lock);
	vgpu = find(gpu, id);
	if (vgpu) {
		settings->priority = vgpu->sched.priority;
		settings->weight = vgpu->sched.weight;
		settings->quantum_ms = div_u64(vgpu->sched.quantum_ns, NS_PER_MS);
		settings->preempt_timeout_us = div_u64(vgpu->sched.preempt_timeout_ns, NS_PER_US);
	}
	mutex_unlock(&gpu->guests_lock);
	return vgpu ? 0 : -ENODEV;
}
EXPORT_SYMBOL_GPL(vgt_sched_settings);

static bool within(u32 val, u32 min, u32 max)
{
	return val >= min && val <= max;
}

static bool valid(const struct vgt_sched_settings *settings)
{
	return settings->priority <= VGT_PRIORITY_HIGH &&
	       within(settings->weight, VGT_WEIGHT_MIN, VGT_WEIGHT_MAX) &&
	       within(settings->quantum_ms, 1, 10000) &&
	       within(settings->preempt_timeout_us, 1000, 60000000);
}

/* What has run up to now is charged by the old weight; each engine has seen the new one then. */
static void set_params(struct vgt_vgpu *vgpu, const struct vgt_sched_settings *settings)
{
	struct vgt_engine *engine;
	unsigned long flags;
	unsigned int e;

	for (e = 0; e < VGT_NUM_ENGINES; e++) {
		engine = &vgpu->gpu->engine[e];
		spin_lock_irqsave(&engine->lock, flags);
		vgt_sched_charge(engine, vgt_gpu_now(engine->gpu));
		WRITE_ONCE(vgpu->sched.priority, settings->priority);
		WRITE_ONCE(vgpu->sched.weight, settings->weight);
		WRITE_ONCE(vgpu->sched.quantum_ns, (u64)settings->quantum_ms * NS_PER_MS);
		WRITE_ONCE(vgpu->sched.preempt_timeout_ns,
			   (u64)settings->preempt_timeout_us * NS_PER_US);
		spin_unlock_irqrestore(&engine->lock, flags);
	}
}

int vgt_sched_set(struct vgt_gpu *gpu, unsigned int id, const struct vgt_sched_settings *settings)
{
	struct vgt_vgpu *vgpu;

	if (!valid(settings))
		return -ERANGE;
	mutex_lock(&gpu->guests_lock);
	vgpu = find(gpu, id);
	if (vgpu)
		set_params(vgpu, settings);
	mutex_unlock(&gpu->guests_lock);
	return vgpu ? 0 : -ENODEV;
}
EXPORT_SYMBOL_GPL(vgt_sched_set);

/* Engine time up to now, in microseconds. */
static u64 engine_time(struct vgt_vgpu *vgpu, unsigned int e)
{
	struct vgt_engine *engine = &vgpu->gpu->engine[e];
	unsigned long flags;
	u64 time;

	spin_lock_irqsave(&engine->lock, flags);
	vgt_sched_charge(engine, vgt_gpu_now(engine->gpu));
	time = vgpu->port[e].sched.runtime;
	spin_unlock_irqrestore(&engine->lock, flags);
	return div_u64(time, NS_PER_US);
}

u64 vgt_stats_get(struct vgt_gpu *gpu, unsigned int id, unsigned int n)
{
	struct vgt_vgpu *vgpu;
	u64 val = 0;

	mutex_lock(&gpu->guests_lock);
	vgpu = find(gpu, id);
	if (vgpu && n < VGT_NUM_EVENTS)
		val = vgt_stats_read(&vgpu->stats, n);
	else if (vgpu && n < VGT_NUM_EVENTS + VGT_NUM_ENGINES)
		val = engine_time(vgpu, n - VGT_NUM_EVENTS);
	mutex_unlock(&gpu->guests_lock);
	return val;
}
EXPORT_SYMBOL_GPL(vgt_stats_get);
