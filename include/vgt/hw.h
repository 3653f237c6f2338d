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

struct vgt_hw;

/**
 * struct vgt_hw_ops - raw accesses, without any policy
 * @read: register at byte @offset of BAR0; @size is 1, 2, 4 or 8 bytes
 * @write: the other direction
 * @gtt_read: GGTT entry number @index
 * @gtt_write: the other direction; takes effect at the next flush register write
 * @now: monotonic time in nanoseconds
 *
 * All may be called in hard interrupt context and must not sleep.
 */
struct vgt_hw_ops {
	u64 (*read)(struct vgt_hw *hw, u32 offset, unsigned int size);
	void (*write)(struct vgt_hw *hw, u32 offset, u64 val, unsigned int size);
	u64 (*gtt_read)(struct vgt_hw *hw, u32 index);
	void (*gtt_write)(struct vgt_hw *hw, u32 index, u64 pte);
	u64 (*now)(struct vgt_hw *hw);
};

/**
 * struct vgt_hw - a physical GPU
 * @ops: how it is reached
 * @gtt_entries: number of GGTT entries, 1 << 20 for 4 GiB of graphics memory
 * @aperture: bytes of graphics memory that the CPU reaches through BAR2
 * @num_fences: fence registers
 */
struct vgt_hw {
	const struct vgt_hw_ops *ops;
	u32 gtt_entries;
	u64 aperture;
	unsigned int num_fences;
};

#endif
