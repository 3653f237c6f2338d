/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_MONITOR_H
#define VGT_MONITOR_H

#include <linux/types.h>

#include "vgt/regs/display.h"

struct vgt_guest;
struct vgt_vgpu;

/* Guest's lock held. */

/** vgt_monitor_init - plug the monitor of the guest's type */
void vgt_monitor_init(struct vgt_guest *guest);
/** vgt_monitor_reset - after a reset of the GPU the monitor has to be set up again */
void vgt_monitor_reset(struct vgt_guest *guest);

/* What a GPIO register has after power-on, and whenever nobody drives its lines. */
#define GPIO_LINES_HIGH	(GPIO_CLOCK_VAL_IN | GPIO_CLOCK_VAL_IN << GPIO_DATA_SHIFT)

/* Register handlers of guests; @port is the block's instance. */
void vgt_monitor_ddi_buf_write(struct vgt_vgpu *vgpu, unsigned int port, u32 offset, u32 val);
void vgt_monitor_tp_ctl_write(struct vgt_vgpu *vgpu, unsigned int port, u32 offset, u32 val);
void vgt_monitor_aux_ctl_write(struct vgt_vgpu *vgpu, unsigned int port, u32 offset, u32 val);
void vgt_monitor_hotplug_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
void vgt_monitor_pp_control_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
void vgt_monitor_gpio_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
void vgt_monitor_gmbus1_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
void vgt_monitor_gmbus2_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);

#endif
