/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GUEST_H
#define VGT_GUEST_H

#include <linux/kernel.h>

#include "vgt_guest_types.h"

/** to_guest - the guest that a vGPU is of, NULL: it is the host's */
static inline struct vgt_guest *to_guest(struct vgt_vgpu *vgpu)
{
	return vgpu->guest;
}

/** vgt_vreg - virtual register at @offset, a multiple of 4 below VGT_REGS_SIZE */
static inline u32 *vgt_vreg(struct vgt_vgpu *vgpu, u32 offset)
{
	return &to_guest(vgpu)->vreg[offset / 4];
}

/** vgt_guests_resume - the GPU was without power: what it holds of guests is entered again */
void vgt_guests_resume(struct vgt_gpu *gpu);

#endif
