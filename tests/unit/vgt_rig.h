/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A driver on the rig's GPU: bare, or as host on the core (drivers/vgt), which
 * then has the GPU to itself.  What the driver does is the same in both cases,
 * so that the two can be compared.
 */
#ifndef VGT_RIG_H
#define VGT_RIG_H

#include <linux/types.h>

#include "rig.h"
#include "vgt/host.h"
#include "vgt/hw.h"
#include "drivers/vgt/vgt_gpu.h"
#include "drivers/vgt/vgt_host_types.h"
#include "drivers/vgt/vgt_stats.h"

/**
 * struct vgt_rig - the driver and its world
 * @rig: memory, time, GPU
 * @hw: the GPU as the core sees it
 * @host: the core's, NULL: the driver is on the bare GPU
 * @timer: when the core wants to be called
 * @raised: the core asks for the driver's handler
 * @reset_asked: engines that the core wants the driver to reset, bits; @resets: how
 *	often it has done that
 * @csb_head: per engine, entry that the driver has read last
 * @hwsp: GGTT addresses of the driver's status pages
 * @events: per engine, events that the handler found, for the test to clear
 * @interrupts: how often the GPU's interrupt rose
 * @handled: how often the driver's handler ran, @spurious for nothing; @told: how
 *	often the core told of an engine's events without it
 * @accesses: to registers of the GPU, by whoever has it
 * @deaf: register of a TLB that is not flushed until an engine is reset, 0: none
 * @pages: given to the core and not given back; @pages_at_stop: when it stopped the timer
 * @free: those that were given back, @num_free of them
 */
struct vgt_rig {
	struct rig *rig;
	struct vgt_hw hw;
	struct vgt_host *host;
	u64 timer;
	bool raised;
	unsigned long reset_asked;
	unsigned int resets;
	unsigned int csb_head[IGD_NUM_ENGINES];
	u32 hwsp[IGD_NUM_ENGINES];
	u32 events[IGD_NUM_ENGINES];
	unsigned int interrupts, handled, spurious, told;
	unsigned int accesses;
	u32 deaf;
	int pages, pages_at_stop;
	u64 free[RIG_RAM_PAGES];
	unsigned int num_free;
};

/** vgt_rig_new - a driver that has done its set-up; @mediated: on the core */
struct vgt_rig *vgt_rig_new(bool mediated);
/** vgt_rig_new_detached - a GPU, and nobody on it */
struct vgt_rig *vgt_rig_new_detached(void);
void vgt_rig_free(struct vgt_rig *v);
/** vgt_rig_probe - what the driver does first: forcewake, interrupts, engines */
void vgt_rig_probe(struct vgt_rig *v);

/* The driver's accesses. */
u32 vgt_rig_read(struct vgt_rig *v, u32 offset);
void vgt_rig_write(struct vgt_rig *v, u32 offset, u32 val);
void vgt_rig_write_masked(struct vgt_rig *v, u32 offset, u32 mask, u32 val);

/** vgt_rig_run - let time pass; interrupts and the core's timer are served in it */
void vgt_rig_run(struct vgt_rig *v, u64 ns);
void vgt_rig_settle(struct vgt_rig *v);

void vgt_rig_submit_raw(struct vgt_rig *v, enum igd_engine_id engine, u64 first, u64 second);
void vgt_rig_submit(struct vgt_rig *v, struct rig_context *first, struct rig_context *second,
		    u64 flags);
bool vgt_rig_csb_next(struct vgt_rig *v, enum igd_engine_id engine, u32 *status, u32 *id);
void vgt_rig_engine_enable(struct vgt_rig *v, enum igd_engine_id engine);

/** vgt_rig_stat - one of the host's counters */
u64 vgt_rig_stat(struct vgt_rig *v, enum vgt_event event);

#endif
