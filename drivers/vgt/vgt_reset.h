/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_RESET_H
#define VGT_RESET_H

#include <linux/types.h>

struct vgt_engine;
struct vgt_gpu;
struct vgt_vgpu;

/** vgt_reset_gdrst_write - register handler: the host resets engines */
void vgt_reset_gdrst_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);

/** vgt_reset_power - the GPU has lost its power: every engine, and the host's view of it */
void vgt_reset_power(struct vgt_gpu *gpu);

/** vgt_reset_stuck - an engine's owner does not let go of it.  Engine lock held. */
void vgt_reset_stuck(struct vgt_engine *engine);

/**
 * vgt_reset_by_core - the host does not do it, or not now
 *
 * Nothing runs until it has reset the engine, too.  Takes the engine's lock.
 */
void vgt_reset_by_core(struct vgt_engine *engine);

#endif
