/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_REGS_H
#define VGT_REGS_H

#include "vgt_regs_types.h"

struct vgt_gpu;
struct vgt_guest;

/* The blocks of gen9, by unit; each list ends with one that has no registers. */
extern const struct vgt_reg_block vgt_regs_gt[];
extern const struct vgt_reg_block vgt_regs_power[];
extern const struct vgt_reg_block vgt_regs_display[];

/**
 * vgt_regs_init - make the lookup of the tables
 *
 * Return: 0, -ENOMEM, or -EINVAL when two tables claim one offset (printed).
 * May sleep.
 */
int vgt_regs_init(struct vgt_regs *regs);
void vgt_regs_fini(struct vgt_regs *regs);

/**
 * vgt_regs_look - take over from the GPU what guests are to find in their registers
 *
 * The GPU is awake.  Reads only; what is not taken over has its documented reset value.
 */
void vgt_regs_look(struct vgt_gpu *gpu);

/**
 * vgt_regs_find - the register at an offset, NULL: not known
 * @offset: below VGT_REGS_SIZE
 */
static inline const struct vgt_reg_entry *vgt_regs_find(const struct vgt_regs *regs, u32 offset)
{
	const u16 *page = regs->page[offset >> VGT_REGS_PAGE_SHIFT];
	u16 i = page ? page[(offset & ((1u << VGT_REGS_PAGE_SHIFT) - 1)) / 4] : 0;

	return i ? &regs->entry[i] : NULL;
}

/**
 * vgt_regs_host_read - the host's driver reads
 * @offset: in BAR0, below VGT_REGS_SIZE, aligned to @size
 * @size: 1, 2, 4 or 8
 *
 * Any context.  Interrupts that this lets rise are delivered by the caller.
 */
u64 vgt_regs_host_read(struct vgt_vgpu *host, u32 offset, unsigned int size);
void vgt_regs_host_write(struct vgt_vgpu *host, u32 offset, u64 val, unsigned int size);

/**
 * vgt_regs_guest_read - a guest's driver reads
 * @offset: in BAR0, below VGT_REGS_SIZE; any alignment
 * @size: 1, 2, 4 or 8
 *
 * A register that is not in the table reads as its reset value.  Guest's lock
 * held; may sleep.  Interrupts that this lets rise are delivered by the caller.
 */
u64 vgt_regs_guest_read(struct vgt_guest *guest, u32 offset, unsigned int size);
void vgt_regs_guest_write(struct vgt_guest *guest, u32 offset, u64 val, unsigned int size);

/**
 * vgt_regs_guard - from here on there are guests, or none
 *
 * While there are, batches without privileges may write only what is in their contexts, whatever
 * the host's driver allows.  The GPU is awake; one caller at a time.
 */
void vgt_regs_guard(struct vgt_gpu *gpu, bool guarded);

/** vgt_regs_guest_reset - virtual registers as after power-on */
void vgt_regs_guest_reset(struct vgt_guest *guest);
/** vgt_regs_guest_reset_range - those from @start up to before @end */
void vgt_regs_guest_reset_range(struct vgt_guest *guest, u32 start, u32 end);

/* A guest's handlers of use to several tables. */

/** vgt_regs_hw_read - what the GPU has: for clocks, which all vGPUs share.  The GPU is awake. */
u32 vgt_regs_hw_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
/** vgt_regs_virtual_read - the virtual register; where the common handler is not for guests */
u32 vgt_regs_virtual_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
/** vgt_regs_ignore_write - a guest's write has no effect, and that is fine */
void vgt_regs_ignore_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);

#endif
