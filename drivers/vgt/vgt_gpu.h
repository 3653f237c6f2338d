/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GPU_H
#define VGT_GPU_H

#include <linux/io.h>
#include <linux/kernel.h>

#include "vgt/hw.h"
#include "vgt_gpu_types.h"

/**
 * vgt_gpu_create - take a physical GPU over
 *
 * May sleep.
 *
 * Return: the GPU without any vGPU, or an ERR_PTR: -EINVAL for a GPU that the
 * core cannot drive (printed), -ENOMEM.
 */
struct vgt_gpu *vgt_gpu_create(struct vgt_hw *hw);
/** vgt_gpu_destroy - when the last vGPU is gone.  May sleep. */
void vgt_gpu_destroy(struct vgt_gpu *gpu);

/** vgt_gpu_set_timer - be called back at the earliest of the engines' and displays' deadlines */
void vgt_gpu_set_timer(struct vgt_gpu *gpu);

/* Raw registers of the physical GPU. */
static inline u32 vgt_gpu_read(struct vgt_gpu *gpu, u32 offset)
{
	struct vgt_hw *hw = gpu->hw;

	return likely(hw->regs) ? readl(hw->regs + offset) : hw->ops->read(hw, offset, 4);
}

static inline void vgt_gpu_write(struct vgt_gpu *gpu, u32 offset, u32 val)
{
	struct vgt_hw *hw = gpu->hw;

	if (likely(hw->regs))
		writel(val, hw->regs + offset);
	else
		hw->ops->write(hw, offset, val, 4);
}

static inline u64 vgt_gpu_now(struct vgt_gpu *gpu)
{
	return gpu->hw->ops->now(gpu->hw);
}

#endif
