/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_DISPLAY_H
#define VGT_DISPLAY_H

#include "vgt_display_types.h"
#include "vgt_irq_types.h"

struct vgt_gpu;
struct vgt_guest;
struct vgt_vgpu;

/** vgt_display_gpu_init - no guest has a display yet */
void vgt_display_gpu_init(struct vgt_gpu *gpu);

/*
 * Life of a guest's display.  Guest's lock held.
 */

/** vgt_display_init - a new guest, with the monitor of its type */
void vgt_display_init(struct vgt_guest *guest);
/** vgt_display_reset - as after power-on; the virtual registers have been reset.  Monitors stay. */
void vgt_display_reset(struct vgt_guest *guest);
/** vgt_display_open - a virtual machine has it, &vgt_guest.ops is set: from now on time passes */
void vgt_display_open(struct vgt_guest *guest);
/**
 * vgt_display_close - on return no event arises any more and &vgt_guest.ops is not used
 *
 * The next machine finds the monitor of the guest's type.
 */
void vgt_display_close(struct vgt_guest *guest);

/** vgt_display_timer - do what is due.  Any context, no lock of the core held. */
void vgt_display_timer(struct vgt_gpu *gpu);

/** vgt_display_irq_changed - mask or enable bits of a bank have changed.  Guest's lock held. */
void vgt_display_irq_changed(struct vgt_vgpu *vgpu, unsigned int bank);

/**
 * vgt_display_plane - registers of a universal plane as they are on the screen
 * @guest: whose
 * @n: 0 is the primary plane
 * @pipe: set to whose plane it is: the first pipe that is on
 * @regs: filled
 *
 * Guest's lock held.
 *
 * Return: false when no pipe is on.
 */
bool vgt_display_plane(struct vgt_guest *guest, unsigned int n, unsigned int *pipe,
		       struct vgt_plane_regs *regs);
/** vgt_display_cursor - the same of the cursor */
bool vgt_display_cursor(struct vgt_guest *guest, struct vgt_cursor_regs *regs);

/* Register handlers of guests; @pipe, @trans and @inst are the block's instance. */
void vgt_display_timing_write(struct vgt_vgpu *vgpu, unsigned int trans, u32 offset, u32 val);
void vgt_display_transconf_write(struct vgt_vgpu *vgpu, unsigned int trans, u32 offset, u32 val);
u32 vgt_display_dsl_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset);
u32 vgt_display_frmcnt_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset);
u32 vgt_display_frmtmstmp_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset);
u32 vgt_display_flipcnt_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset);
void vgt_display_flipcnt_write(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset, u32 val);
u32 vgt_display_fliptmstmp_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset);
u32 vgt_display_timestamp_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
void vgt_display_surf_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
u32 vgt_display_surflive_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
void vgt_display_curbase_write(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset, u32 val);
u32 vgt_display_cursurflive_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset);
u32 vgt_display_prec_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset);
void vgt_display_prec_write(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset, u32 val);

#endif
