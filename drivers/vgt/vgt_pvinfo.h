/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_PVINFO_H
#define VGT_PVINFO_H

#include <linux/types.h>

struct vgt_guest;
struct vgt_vgpu;

/** vgt_pvinfo_reset - the page as a driver finds it after power-on */
void vgt_pvinfo_reset(struct vgt_guest *guest);

/* Register handler of guests; reads need none. */
void vgt_pvinfo_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);

#endif
