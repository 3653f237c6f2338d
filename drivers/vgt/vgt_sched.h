/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_SCHED_H
#define VGT_SCHED_H

#include "vgt_sched_types.h"

struct vgt_engine;
struct vgt_port;

/*
 * All with the engine's lock held.
 */

/** vgt_sched_defaults - of a vGPU for which nobody has said otherwise */
extern const struct vgt_sched_params vgt_sched_defaults;

/** vgt_sched_wake - a port has work; one that had some already is not changed */
void vgt_sched_wake(struct vgt_port *port);
/** vgt_sched_sleep - a port has no more work */
void vgt_sched_sleep(struct vgt_port *port);
/** vgt_sched_start - the hardware has begun with a port that it did not have before */
void vgt_sched_start(struct vgt_port *port, u64 now);
/** vgt_sched_charge - account for the time since the last start or charge */
void vgt_sched_charge(struct vgt_engine *engine, u64 now);

/**
 * vgt_sched_pick - who is to have the engine next
 *
 * Return: the engine's owner when it may go on, another port that is to replace
 * it, or NULL when nobody has work, or nobody but an owner that is halted.
 */
struct vgt_port *vgt_sched_pick(struct vgt_engine *engine);

/**
 * vgt_sched_after - who is to follow @port, should that have nothing more to do
 *
 * Of the same priority: before somebody of a lower one another might have come
 * until then, and somebody of a higher one does not follow.
 *
 * Return: another port, or NULL.
 */
struct vgt_port *vgt_sched_after(const struct vgt_engine *engine, const struct vgt_port *port);

/** vgt_sched_contended - does anybody but @port wait for the engine? */
bool vgt_sched_contended(const struct vgt_engine *engine, const struct vgt_port *port);

/** vgt_sched_deadline - when to pick again at the latest, VGT_NEVER: no need */
u64 vgt_sched_deadline(const struct vgt_engine *engine);

/** vgt_sched_guest_time - &struct vgt_sched.guests, up to now.  Engine's lock not held. */
u64 vgt_sched_guest_time(struct vgt_engine *engine);

#endif
