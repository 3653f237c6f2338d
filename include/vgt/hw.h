/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: the physical GPU, as the core reaches it
 *
 * Below the core there is nothing but this table: in the kernel it is backed by
 * the mapped BAR, in the unit rig by the GPU model of qemu-patches/igd.
 */
#ifndef VGT_HW_H
#define VGT_HW_H

#include <linux/types.h>

struct device;
struct vgt_gpu;
struct vgt_hw;

#define VGT_NEVER	(~0ull)		/* a time that does not come */

/**
 * struct vgt_hw_ops - raw accesses, without any policy
 * @read: register at byte @offset of BAR0; @size is 1, 2, 4 or 8 bytes
 * @write: the other direction
 * @gtt_read: GGTT entry number @index
 * @gtt_write: the other direction; takes effect at the next flush register write
 * @now: monotonic time in nanoseconds
 * @memory: kernel address of the page of memory that the GPU reaches at the
 *	page-aligned bus address @bus (an IOMMU's translation included), NULL
 *	when that is not memory
 * @set_timer: call vgt_hw_timer() at time @when of @now, or soon after; it
 *	replaces what was set before, VGT_NEVER cancels.  vgt_hw_timer() may run
 *	once more after that.
 * @stop_timer: cancel it; from here on vgt_hw_timer() does not run.  May sleep.
 * @page_alloc: a zeroed page that GPU and CPU see coherently; @bus: where the
 *	GPU finds it.  NULL when out of memory.  May sleep.
 * @page_free: may sleep
 * @sleep: for about @ns nanoseconds; interrupts and timers go on
 *
 * All but stop_timer and the last three may be called in hard interrupt context, with interrupts
 * off and locks of the core held: they must not sleep nor call the core.
 */
struct vgt_hw_ops {
	u64 (*read)(struct vgt_hw *hw, u32 offset, unsigned int size);
	void (*write)(struct vgt_hw *hw, u32 offset, u64 val, unsigned int size);
	u64 (*gtt_read)(struct vgt_hw *hw, u32 index);
	void (*gtt_write)(struct vgt_hw *hw, u32 index, u64 pte);
	u64 (*now)(struct vgt_hw *hw);
	void *(*memory)(struct vgt_hw *hw, u64 bus);
	void (*set_timer)(struct vgt_hw *hw, u64 when);
	void (*stop_timer)(struct vgt_hw *hw);
	void *(*page_alloc)(struct vgt_hw *hw, u64 *bus);
	void (*page_free)(struct vgt_hw *hw, void *page, u64 bus);
	void (*sleep)(struct vgt_hw *hw, u64 ns);
};

/**
 * struct vgt_hw - a physical GPU
 * @ops: how it is reached
 * @regs: its registers where the CPU has them mapped: the short way for the core;
 *	NULL: there is only @ops
 * @gtt_entries: number of GGTT entries, 1 << 20 for 4 GiB of graphics memory
 * @aperture: bytes of graphics memory that the CPU reaches through BAR2
 * @num_fences: fence registers
 * @dev: the device, for who makes vGPUs of it
 * @gpu: the core's, NULL while no host is attached
 */
struct vgt_hw {
	const struct vgt_hw_ops *ops;
	void __iomem *regs;
	struct device *dev;
	u32 gtt_entries;
	u64 aperture;
	unsigned int num_fences;
	struct vgt_gpu *gpu;
};

/**
 * vgt_hw_timer - the time of vgt_hw_ops.set_timer has come
 *
 * Any context, hard interrupt included.
 */
void vgt_hw_timer(struct vgt_hw *hw);

#endif
