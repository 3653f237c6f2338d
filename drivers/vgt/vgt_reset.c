// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: resets
 *
 *   host writes GDRST ---> events written so far are handed on
 *                     ---> the write goes through
 *                     ---> engines of these domains are dead; the host's ports
 *                          to them are as after power-on
 *   host sets an engine up (RING_HWS_PGA) ---> it is live again, and what other
 *                          vGPUs had on it is submitted once more
 *
 * The host has stopped an engine before it resets it, so no event comes between
 * the first and the second step.
 *
 *   guest's work does not yield ---> its port is halted, the host is asked for a
 *                          reset of the engine; as above, but what the halted
 *                          port had on it is lost
 *
 * RING_RESET_CTL only halts an engine; it goes straight to the hardware.
 */
#include <linux/kernel.h>

#include "vgt/regs/gt.h"
#include "vgt_execlist.h"
#include "vgt_gpu.h"
#include "vgt_irq.h"
#include "vgt_reset.h"
#include "vgt_sched.h"
#include "vgt_stats.h"

#define RESET_TIMEOUT_NS	2000000		/* i915 gives it as long */

static const u32 domains[VGT_NUM_ENGINES] = {
	[VGT_RCS] = GDRST_RENDER | GDRST_FULL,
	[VGT_BCS] = GDRST_BLT | GDRST_FULL,
	[VGT_VCS] = GDRST_MEDIA | GDRST_FULL,
	[VGT_VECS] = GDRST_VECS | GDRST_FULL,
};

void vgt_reset_gdrst_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	struct vgt_gpu *gpu = vgpu->gpu;
	struct vgt_engine *engine;
	unsigned long flags;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		engine = &gpu->engine[id];
		if (!(val & domains[id]))
			continue;
		spin_lock_irqsave(&engine->lock, flags);
		vgt_execlist_drain(engine);
		vgt_execlist_reset(engine, &vgpu->port[id]);
		vgt_count(&vgpu->stats, VGT_EVENT_ENGINE_RESET);
		spin_unlock_irqrestore(&engine->lock, flags);
	}
	vgt_gpu_write(gpu, offset, val);
}

void vgt_reset_power(struct vgt_gpu *gpu)
{
	struct vgt_engine *engine;
	unsigned long flags;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		engine = &gpu->engine[id];
		spin_lock_irqsave(&engine->lock, flags);
		vgt_execlist_reset(engine, &gpu->vgpu[0]->port[id]);
		spin_unlock_irqrestore(&engine->lock, flags);
	}
	vgt_irq_vgpu_init(gpu->vgpu[0]);
}

static void ask_host(struct vgt_engine *engine)
{
	struct vgt_gpu *gpu = engine->gpu;

	if (engine->reset_asked || !gpu->host_ops || !gpu->host_ops->reset_engine)
		return;
	engine->reset_asked = true;
	gpu->host_ops->reset_engine(gpu->host_priv, engine->id);
}

/*
 * The host looks after its own contexts: its heartbeat finds one that does not
 * yield.  A guest's is lost, with all that it has on the engine: the host resets
 * the engine, for it has all the knowledge that it needs for that.
 */
void vgt_reset_stuck(struct vgt_engine *engine)
{
	struct vgt_port *owner = vgt_execlist_holder(engine);

	lockdep_assert_held(&engine->lock);
	vgt_count(&owner->vgpu->stats, VGT_EVENT_PREEMPT_TIMEOUT);
	if (!owner->vgpu->id && owner != &engine->idle)
		return;
	if (owner != &engine->idle)
		owner->halted = true;
	vgt_sched_sleep(owner);
	ask_host(engine);
}

/* Until the bit is gone the engine may still be at work on what its guest is about to lose. */
void vgt_reset_by_core(struct vgt_engine *engine)
{
	u32 domain = domains[engine->id] & ~GDRST_FULL;
	struct vgt_gpu *gpu = engine->gpu;
	unsigned long flags;
	u64 end;

	spin_lock_irqsave(&engine->lock, flags);
	vgt_gpu_write(gpu, GEN6_GDRST, domain);
	end = vgt_gpu_now(gpu) + RESET_TIMEOUT_NS;
	while (vgt_gpu_read(gpu, GEN6_GDRST) & domain && vgt_gpu_now(gpu) < end)
		;
	vgt_execlist_reset(engine, NULL);
	ask_host(engine);
	spin_unlock_irqrestore(&engine->lock, flags);
}
