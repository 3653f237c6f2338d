// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: vGPUs
 *
 *   vgt_vgpu_init() ---> in the GPU's table, on every run queue, sleeping
 *   vgt_vgpu_fini() ---> out of both
 *
 * The GPU's table is changed under the interrupt lock, for that is how it is
 * walked; each run queue under its engine's lock.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "vgt_execlist.h"
#include "vgt_gpu.h"
#include "vgt_irq.h"
#include "vgt_vgpu.h"

static void enter_table(struct vgt_gpu *gpu, unsigned int id, struct vgt_vgpu *vgpu)
{
	unsigned long flags;

	spin_lock_irqsave(&gpu->irq.lock, flags);
	gpu->vgpu[id] = vgpu;
	spin_unlock_irqrestore(&gpu->irq.lock, flags);
}

void vgt_vgpu_init(struct vgt_vgpu *vgpu, struct vgt_gpu *gpu, unsigned int id,
		   void (*raise_irq)(void *priv), void *priv)
{
	unsigned int e;

	vgpu->gpu = gpu;
	vgpu->id = id;
	vgpu->raise_irq = raise_irq;
	vgpu->priv = priv;
	vgpu->sched = (struct vgt_sched_params){
		.weight = VGT_WEIGHT_DEFAULT,
		.quantum_ns = VGT_QUANTUM_DEFAULT_NS,
		.preempt_timeout_ns = VGT_PREEMPT_TIMEOUT_DEFAULT_NS,
	};
	memset(&vgpu->stats, 0, sizeof(vgpu->stats));
	vgt_irq_vgpu_init(vgpu);
	for (e = 0; e < VGT_NUM_ENGINES; e++)
		vgt_execlist_add_port(&gpu->engine[e], vgpu);
	enter_table(gpu, id, vgpu);
}

void vgt_vgpu_fini(struct vgt_vgpu *vgpu)
{
	unsigned int e;

	enter_table(vgpu->gpu, vgpu->id, NULL);
	for (e = 0; e < VGT_NUM_ENGINES; e++)
		vgt_execlist_remove_port(&vgpu->port[e]);
}
