/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_VGPU_H
#define VGT_VGPU_H

#include "vgt_vgpu_types.h"

/**
 * vgt_vgpu_prepare - give a vGPU its place and its defaults
 * @id: free on @gpu
 */
void vgt_vgpu_prepare(struct vgt_vgpu *vgpu, struct vgt_gpu *gpu, unsigned int id);

/**
 * vgt_vgpu_enter - a vGPU goes on the run queues, without work, interrupts as after power-on
 * @raise_irq: see &struct vgt_vgpu
 */
void vgt_vgpu_enter(struct vgt_vgpu *vgpu, void (*raise_irq)(void *priv), void *priv);
/** vgt_vgpu_leave - without work on any engine; on return its raise_irq is not called any more */
void vgt_vgpu_leave(struct vgt_vgpu *vgpu);

/**
 * vgt_vgpu_init - a vGPU enters its GPU
 *
 * Everything but @vgpu->gm, which the caller has allocated, is set up.
 */
void vgt_vgpu_init(struct vgt_vgpu *vgpu, struct vgt_gpu *gpu, unsigned int id,
		   void (*raise_irq)(void *priv), void *priv);

/** vgt_vgpu_fini - a vGPU without work on any engine leaves; its gm is the caller's to free */
void vgt_vgpu_fini(struct vgt_vgpu *vgpu);

#endif
