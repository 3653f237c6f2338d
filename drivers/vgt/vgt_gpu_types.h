/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GPU_TYPES_H
#define VGT_GPU_TYPES_H

#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "vgt_awake_types.h"
#include "vgt_execlist_types.h"
#include "vgt_ggtt_types.h"
#include "vgt_gm_types.h"
#include "vgt_irq_types.h"
#include "vgt_regs_types.h"
#include "vgt_vgpu_types.h"

struct vgt_display;
struct dentry;
struct vgt_guest;

/**
 * struct vgt_gpu - a mediated GPU
 * @hw: the physical one
 * @host_ops: what may be asked of the host's driver
 * @host_priv: handed to each of them
 * @regs: what is known about its registers
 * @gm: the partition of graphics memory
 * @scrubbed: a bit per VGT_GGTT_CHUNK of graphics memory: outside of the host's and the
 *	core's, and no entry is present that is not in an open guest's tables
 * @irq: the physical interrupt
 * @awake: who needs the GPU powered
 * @engine: the physical engines
 * @nonpriv: their RING_FORCE_TO_NONPRIV as the host has written it; in the GPU, RING_NOPID is
 *	in place of what is not for all
 * @guarded: there are guests, see vgt_regs_guard(); changed for an engine under its lock
 * @vgpu: by id, those on the run queues; 0 is the host's and always there
 * @core: the core itself, where something has to be a vGPU's; in no table
 * @timer_lock: protects @timer; innermost
 * @timer: what @hw has been told to call back at
 * @display_lock: protects which @display are there; around each display's own lock
 * @display: of the guests by id, those on which time passes
 * @display_deadline: when vgt_display_timer() has to look after each; under its own lock
 * @guests_lock: protects @guest; before the locks of the guests
 * @guest: by id, those that exist
 * @vmm_link: in the list of GPUs of vgt_vmm.c
 * @debugfs: the directory there
 * @offered: to the VMM's driver; protected by vgt_vmm.c's lock
 */
struct vgt_gpu {
	struct vgt_hw *hw;
	const struct vgt_host_ops *host_ops;
	void *host_priv;
	struct vgt_regs regs;
	struct vgt_gm gm;
	DECLARE_BITMAP(scrubbed, VGT_GGTT_MAX_CHUNKS);
	struct vgt_irq irq;
	struct vgt_awake awake;
	struct vgt_engine engine[VGT_NUM_ENGINES];
	u32 nonpriv[VGT_NUM_ENGINES][NONPRIV_SLOTS];
	bool guarded;
	struct vgt_vgpu *vgpu[VGT_MAX_VGPUS];
	struct vgt_vgpu core;
	spinlock_t timer_lock; /* timer */
	u64 timer;
	spinlock_t display_lock; /* display */
	struct vgt_display *display[VGT_MAX_VGPUS];
	u64 display_deadline[VGT_MAX_VGPUS];
	struct mutex guests_lock; /* guest */
	struct vgt_guest *guest[VGT_MAX_VGPUS];
	struct list_head vmm_link;
	struct dentry *debugfs;
	bool offered;
};

#endif
