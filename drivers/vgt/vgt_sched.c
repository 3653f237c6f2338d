// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: scheduler
 *
 * One run queue per engine, over all vGPUs.  Time is divided in proportion to
 * weights: who runs is charged what it ran, divided by its weight, and of those
 * who wait the one that has been charged least is next.
 *
 *                     submission                        picked: switched in
 *   +----------+ ---------------------> +-----------+ ------------------> +---------+
 *   | sleeping |                        |  waiting  |                     | running |
 *   +----------+ <------+               +-----------+ <------------------ +---------+
 *                       |                     quantum used up, and another       |
 *                       |                     has been charged less              |
 *                       +--------------------------------------------------------+
 *                                          nothing left to do
 *
 * Work-conserving: an idle engine goes to whoever has work, a quantum ends only
 * when somebody waits, and who slept has no credit from that time: it starts
 * where the one with the least charge is.
 *
 * Priorities come first: who has a higher one than all others that wait gets the
 * engine at once, and those share it as if there were nobody else.
 *
 * Who is next in line may be on the hardware already, behind the one that runs
 * (vgt_execlist.c): what is decided there is what would be when that sleeps.
 *
 * Time is measured from context switch to context switch as the core sees them.
 * A queue is a list of few ports and is walked.  With the host alone there is
 * nothing to pick from, no timer, and no clock but for the statistics.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/math64.h>

#include "vgt/vmm.h"
#include "vgt_gpu.h"
#include "vgt_sched.h"

const struct vgt_sched_params vgt_sched_defaults = {
	.priority = VGT_PRIORITY_NORMAL,
	.weight = VGT_WEIGHT_DEFAULT,
	.quantum_ns = VGT_QUANTUM_DEFAULT_NS,
	.preempt_timeout_ns = VGT_PREEMPT_TIMEOUT_DEFAULT_NS,
};

void vgt_sched_wake(struct vgt_port *port)
{
	struct vgt_sched_entity *entity = &port->sched;

	lockdep_assert_held(&port->engine->lock);
	if (entity->waits)
		return;
	entity->waits = true;
	entity->vruntime = max(entity->vruntime, port->engine->sched.min_vruntime);
}

void vgt_sched_sleep(struct vgt_port *port)
{
	lockdep_assert_held(&port->engine->lock);
	port->sched.waits = false;
}

static bool goes_before(const struct vgt_port *a, const struct vgt_port *b)
{
	if (a->vgpu->sched.priority != b->vgpu->sched.priority)
		return a->vgpu->sched.priority > b->vgpu->sched.priority;
	return a->sched.vruntime < b->sched.vruntime;
}

static struct vgt_port *first_in_line(const struct vgt_engine *engine,
				      const struct vgt_port *except)
{
	struct vgt_port *port, *best = NULL;

	list_for_each_entry(port, &engine->ports, link)
		if (port != except && port->sched.waits && (!best || goes_before(port, best)))
			best = port;
	return best;
}

void vgt_sched_charge(struct vgt_engine *engine, u64 now)
{
	struct vgt_port *port = engine->owner, *least;
	u64 ran;

	lockdep_assert_held(&engine->lock);
	if (!port)
		return;
	ran = now - engine->sched.charged;
	engine->sched.charged = now;
	port->sched.runtime += ran;
	if (port->vgpu->guest)
		engine->sched.guests += ran;
	if (port->vgpu->sched.weight != VGT_WEIGHT_DEFAULT)
		ran = div_u64(ran * VGT_WEIGHT_DEFAULT, port->vgpu->sched.weight);
	port->sched.vruntime += ran;

	least = first_in_line(engine, NULL);
	if (least)
		engine->sched.min_vruntime = max(engine->sched.min_vruntime,
						 least->sched.vruntime);
}

void vgt_sched_start(struct vgt_port *port, u64 now)
{
	struct vgt_sched *sched = &port->engine->sched;

	lockdep_assert_held(&port->engine->lock);
	sched->charged = now;
	sched->slice_start = now;
}

bool vgt_sched_contended(const struct vgt_engine *engine, const struct vgt_port *port)
{
	const struct vgt_port *other;

	list_for_each_entry(other, &engine->ports, link)
		if (other != port && other->sched.waits)
			return true;
	return false;
}

struct vgt_port *vgt_sched_pick(struct vgt_engine *engine)
{
	struct vgt_port *owner = engine->owner, *best;

	lockdep_assert_held(&engine->lock);
	if (!owner || owner->halted)
		return first_in_line(engine, NULL);
	if (!vgt_sched_contended(engine, owner))
		return owner;

	vgt_sched_charge(engine, vgt_gpu_now(engine->gpu));
	best = first_in_line(engine, NULL);
	if (best && best->vgpu->sched.priority > owner->vgpu->sched.priority)
		return best;
	if (engine->sched.charged - engine->sched.slice_start < owner->vgpu->sched.quantum_ns)
		return owner;
	if (best == owner || !best)
		engine->sched.slice_start = engine->sched.charged;
	return best ? best : owner;
}

struct vgt_port *vgt_sched_after(const struct vgt_engine *engine, const struct vgt_port *port)
{
	struct vgt_port *best;

	lockdep_assert_held(&engine->lock);
	best = first_in_line(engine, port);
	return best && best->vgpu->sched.priority == port->vgpu->sched.priority ? best : NULL;
}

u64 vgt_sched_deadline(const struct vgt_engine *engine)
{
	const struct vgt_port *owner = engine->owner;

	if (!owner || !vgt_sched_contended(engine, owner))
		return VGT_NEVER;
	return engine->sched.slice_start + owner->vgpu->sched.quantum_ns;
}

u64 vgt_sched_guest_time(struct vgt_engine *engine)
{
	unsigned long flags;
	u64 time;

	spin_lock_irqsave(&engine->lock, flags);
	if (engine->owner && engine->owner->vgpu->guest)
		vgt_sched_charge(engine, vgt_gpu_now(engine->gpu));
	time = engine->sched.guests;
	spin_unlock_irqrestore(&engine->lock, flags);
	return time;
}
