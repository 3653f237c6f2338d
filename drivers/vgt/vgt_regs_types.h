/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_REGS_TYPES_H
#define VGT_REGS_TYPES_H

#include <linux/types.h>

struct vgt_vgpu;

/** enum vgt_reg_class - whose a register is; without a handler it passes through for the host */
enum vgt_reg_class {
	VGT_REG_HOST,		/* the host alone: the GT's innards, clock gating, debugging */
	VGT_REG_STORAGE,	/* plain storage of each vGPU */
	VGT_REG_CONTEXT,	/* saved and restored with the context */
	VGT_REG_OWNER,		/* to be switched with the owner of the engine */
	VGT_REG_ENGINE,		/* state of an engine */
	VGT_REG_IRQ,
	VGT_REG_FENCE,
	VGT_REG_DISPLAY,
	VGT_REG_POWER,		/* forcewake, power wells, clocks, frequency */
	VGT_REG_PVINFO,		/* where a vGPU tells its driver that it is one */
	VGT_REG_CONSTANT,	/* never changes: fuses, capabilities; a guest sees the GPU's */
	VGT_REG_NUM_CLASSES,
};

/** enum vgt_reg_flags - how a write changes the register, and what a guest finds in it */
enum vgt_reg_flags {
	VGT_REG_MASKED = 1 << 0,	/* bits 31:16 select which of bits 15:0 */
	VGT_REG_READ_ONLY = 1 << 1,
	VGT_REG_W1C = 1 << 2,		/* a written 1 clears */
	/*
	 * A guest starts with what the GPU held when the host attached.  Only where
	 * a read changes nothing and the firmware's settings mean no activity.
	 */
	VGT_REG_AS_FOUND = 1 << 3,
};

/**
 * struct vgt_reg - a register, or a row of equal ones
 * @offset: from the base of its block
 * @name: PRM's or i915's name
 * @class: whose it is
 * @flags: of &enum vgt_reg_flags
 * @count: registers in the row, 0 means 1
 * @stride: bytes between two, 0 means 4
 * @reset: what a guest finds in it after power-on, unless it is constant or
 *	VGT_REG_AS_FOUND
 * @read: what a vGPU, the host included, reads; NULL: the hardware's value for the host
 * @write: the other direction.  @inst is the block's instance, @offset absolute.
 * @host_write64: 8 bytes by the host, NULL: they are two registers
 * @guest_read: what a guest reads, where that differs from @read; NULL without
 *	@read: its virtual register
 * @guest_write: the other direction; with the guest's lock held, may sleep
 */
struct vgt_reg {
	u32 offset;
	const char *name;
	enum vgt_reg_class class;
	u32 flags;
	u32 count;
	u32 stride;
	u32 reset;
	u32 (*read)(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
	void (*write)(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
	void (*host_write64)(struct vgt_vgpu *vgpu, unsigned int inst, u64 val);
	u32 (*guest_read)(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
	void (*guest_write)(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
};

#define VGT_REG_END	(~0u)	/* ends a list of bases */

/**
 * struct vgt_reg_block - registers that a GPU has at one or more places
 * @regs: the registers; ends with one that has no name
 * @base: the places, up to VGT_REG_END; the number in this list is the
 *	handlers' instance.  NULL: only one, at 0.
 */
struct vgt_reg_block {
	const struct vgt_reg *regs;
	const u32 *base;
};

/**
 * struct vgt_reg_entry - what is at an offset
 * @reg: the register
 * @inst: which instance
 */
struct vgt_reg_entry {
	const struct vgt_reg *reg;
	unsigned int inst;
};

#define VGT_REGS_SIZE		0x200000u	/* bytes of BAR0 that are registers */
#define VGT_REGS_PAGE_SHIFT	12
#define VGT_REGS_NUM_PAGES	(VGT_REGS_SIZE >> VGT_REGS_PAGE_SHIFT)

/**
 * struct vgt_regs - lookup by offset
 * @entry: all that is known; entry 0 is not used
 * @page: per 4 KiB of registers, the entry of each dword, 0: none; NULL: none at all
 * @passing: a bit for each dword: an access of the host is one of the hardware
 *	and nothing else, for the register is known and has no handler
 * @reset: a guest's registers after power-on, VGT_REGS_SIZE bytes; all that
 *	nobody knows is 0
 */
struct vgt_regs {
	struct vgt_reg_entry *entry;
	u16 *page[VGT_REGS_NUM_PAGES];
	unsigned long *passing;
	u32 *reset;
};

#endif
