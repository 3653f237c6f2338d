/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_VGPU_TYPES_H
#define VGT_VGPU_TYPES_H

#include "vgt_execlist_types.h"
#include "vgt_gm_types.h"
#include "vgt_irq_types.h"
#include "vgt_sched_types.h"
#include "vgt_stats_types.h"

struct vgt_guest;

/**
 * struct vgt_vgpu - one virtual GPU
 * @gpu: the physical one
 * @id: 0 is the host's
 * @guest: what it has as a guest; NULL: it is trusted, its contexts are used as they are
 * @gm: its graphics memory and fences
 * @irq: its interrupts
 * @port: its submission ports
 * @sched: how it is scheduled; read under the engine's lock
 * @stats: its counters
 * @raise_irq: tells its driver that its interrupt has risen; any context, no lock held
 * @priv: for @raise_irq
 */
struct vgt_vgpu {
	struct vgt_gpu *gpu;
	unsigned int id;
	struct vgt_guest *guest;
	struct vgt_gm_share gm;
	struct vgt_vgpu_irq irq;
	struct vgt_port port[VGT_NUM_ENGINES];
	struct vgt_sched_params sched;
	struct vgt_stats stats;
	void (*raise_irq)(void *priv);
	void *priv;
};

#endif
