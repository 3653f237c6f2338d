/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GPU_TYPES_H
#define VGT_GPU_TYPES_H

#include "vgt_execlist_types.h"
#include "vgt_gm_types.h"
#include "vgt_irq_types.h"
#include "vgt_regs_types.h"
#include "vgt_vgpu_types.h"

/**
 * struct vgt_gpu - a mediated GPU
 * @hw: the physical one
 * @regs: what is known about its registers
 * @gm: the partition of graphics memory
 * @irq: the physical interrupt
 * @engine: the physical engines
 * @vgpu: by id; 0 is the host's and always there
 * @timer_lock: protects @timer; innermost
 * @timer: what @hw has been told to call back at
 */
struct vgt_gpu {
	struct vgt_hw *hw;
	struct vgt_regs regs;
	struct vgt_gm gm;
	struct vgt_irq irq;
	struct vgt_engine engine[VGT_NUM_ENGINES];
	struct vgt_vgpu *vgpu[VGT_MAX_VGPUS];
	spinlock_t timer_lock; /* timer */
	u64 timer;
};

#endif
