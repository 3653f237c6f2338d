// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: submission ports
 *
 * An engine has one physical port; every vGPU has a port of its own, which
 * keeps the hardware's contract: each submission yields exactly one of
 * IDLE_ACTIVE, PREEMPTED and PREEMPTED|LITE_RESTORE, each element that finishes
 * exactly one COMPLETE, in the order of memory: context image, status entry,
 * write pointer, interrupt.
 *
 * On the hardware are one or two elements of one vGPU, or one of each of two: of
 * the owner, which has the engine, and of the second, with which the engine goes
 * on by itself.  The physical port:
 *
 *         reset        host writes RING_HWS_PGA
 *   DEAD <----- any    DEAD --------------------> IDLE
 *
 *          submit: next, next_second                taken up: owner, second
 *   IDLE ----------------------------> TAKING UP ----------------------------> RUNNING --+
 *    ^                                  ^  |  ^                                 |  |  ^  |
 *    |                                  |  +--+ owner's elements finish         |  |  +--+
 *    |                                  |       first: the second is            |  |
 *    |                                  |       owner, or there is none         |  | owner's last
 *    |                                  |                                       |  | finishes: the
 *    |                                  +---------------------------------------+  | second is
 *    |                                             submit: next, next_second       | owner
 *    +-----------------------------------------------------------------------------+
 *                     owner's last element finishes, there is no second
 *
 * One submission at a time is in flight, as i915 does it.  It is
 *  - one of the owner's driver, of the second's, or of a driver whose port was
 *    idle: when the hardware writes the event for it, the driver is told;
 *  - or the active elements of a vGPU that lost the engine and gets it back: its
 *    driver has seen the event long ago, so the hardware's is swallowed, and so
 *    is the PREEMPTED of the one who loses the engine.
 *
 * A vGPU whose contexts are not on the hardware has its submissions acted on by
 * the core, at once: nothing of it runs, its images are in memory, so to replace
 * its elements is all there is to do.
 *
 *   virtual port:   submission of the owner: in flight, then active
 *                   submission, in flight already: waits as pending
 *                   submission of the second: waits as pending, until it is owner,
 *                       is chosen to be, or has been taken off by a submission
 *                       of the owner
 *                   submission, not on the hardware: active
 *
 * A second is added to a submission of one element that is made anyway, when
 * somebody waits.  Its element may begin, and finish, before the core hears that
 * the owner has nothing more to do.  From this follows who it can be:
 *
 *  - Nothing is submitted to add a second alone.  The owner's element would be
 *    restored lightly with the tail that the engine knows: if the ring is empty by
 *    then, that confuses it (i915: WaIdleLiteRestore).  To restore it in full would
 *    take longer than what the engine waits for an interrupt.
 *  - Not the host.  Its submissions would wait as long as a guest's batch takes, and
 *    i915 resets an engine that does not take up one within its preempt timeout.  (On
 *    a vGPU it does not preempt, and has no such timeout.)
 *  - Who is next in line, and of the owner's priority: nobody who is in a hurry, and
 *    might come until then, has to wait for it.
 *  - One whose first element is the only one that may have begun, or nobody: so each
 *    event is of active[0], by whichever submission it has come to the hardware.
 *
 * The core may submit an element again that has begun, or even finished, unseen: the
 * second's when it is to be the owner, or second once more, and that of an owner that
 * becomes the second.  It does so with a full restore.  What then finishes before the
 * submission is taken up is not told: the element is there once more, with an empty
 * ring, and finishes again, and only then its driver may do away with the context.
 *
 * It may have begun, too, when its driver replaces it.  So the core's word is not
 * enough for that, and it waits for a submission.
 *
 * A guest's elements are those of its shadow contexts (vgt_context.c); what the
 * engine saves is copied back before its driver is told.  A port whose work is to
 * be got rid of, or does not yield, is halted:
 *
 *               guest resets,             idle context is            engine reset, by the
 *               or preempt timeout        taken up                   host or the core
 *   RUNNING -------------------> HALTED -----------------> off <---------------------- HALTED
 *                                        (work yields)               (work does not yield)
 *
 * and runs nothing more until its driver has reset it.  A second that is halted is
 * taken off the same way, for it would begin; the owner comes back after that.  It
 * waits for an owner that does not yield: a guest for its preempt timeout, then that
 * is reset; the host, which is not to lose its work for it, for as long as it takes.
 *
 * With the host alone this comes down to handing its submissions to the hardware
 * in its own context, and the hardware's entries to its status page one by one.
 *
 * Source: Skylake PRM vol. 7, "Execlists"; i915 gt/intel_execlists_submission.c.
 */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "vgt/regs/gtt.h"
#include "vgt_context.h"
#include "vgt_execlist.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_idle.h"
#include "vgt_irq.h"
#include "vgt_page.h"
#include "vgt_reset.h"
#include "vgt_sched.h"
#include "vgt_stats.h"
#include "vgt_trace.h"

#define CSB_POINTERS	(CSB_WRITE_PTR | CSB_READ_PTR)
#define REFUSED_LIMIT	100			/* submissions, before a port is halted */
#define POLL_NS		20000ull		/* for an engine to let go */
#define HOST_RESET_NS	2000000000ull		/* how long the host may take to reset one */

static const u32 engine_base[VGT_NUM_ENGINES] = {
	[VGT_RCS] = RENDER_RING_BASE,
	[VGT_BCS] = BLT_RING_BASE,
	[VGT_VCS] = BSD_RING_BASE,
	[VGT_VECS] = VEBOX_RING_BASE,
};

/*
 * Life
 */

static void reset_port(struct vgt_port *port)
{
	port->elsp_written = 0;
	memset(port->pending, 0, sizeof(port->pending));
	memset(port->active, 0, sizeof(port->active));
	memset(port->csb, 0, sizeof(port->csb));
	port->hws_pga = 0;
	port->hwsp = NULL;
	port->csb_ptr = CSB_POINTERS;
	WRITE_ONCE(port->imr, ~0u);
	port->same_tail = false;
	port->refused = 0;
	port->halted = false;
	vgt_sched_sleep(port);
}

/* Events that anybody wants to hear of, and the one that the core lives by. */
static void write_imr(struct vgt_engine *engine)
{
	const struct vgt_port *port;
	u32 imr = ~0u;

	list_for_each_entry(port, &engine->ports, link)
		imr &= port->imr;
	vgt_gpu_write(engine->gpu, RING_IMR(engine->base),
		      imr & ~(VGT_EV_CONTEXT_SWITCH << vgt_irq_shift(engine->id)));
}

int vgt_execlist_init(struct vgt_gpu *gpu, enum vgt_engine_id id, u32 page_addr)
{
	struct vgt_engine *engine = &gpu->engine[id];

	engine->gpu = gpu;
	engine->id = id;
	engine->base = engine_base[id];
	spin_lock_init(&engine->lock);
	INIT_LIST_HEAD(&engine->ports);
	engine->deadline = VGT_NEVER;
	engine->page_addr = page_addr;
	engine->idle.engine = engine;
	engine->idle.vgpu = &gpu->core;
	engine->page = gpu->hw->ops->page_alloc(gpu->hw, &engine->page_bus);
	if (!engine->page)
		return -ENOMEM;
	return vgt_idle_init(engine);
}

void vgt_execlist_fini(struct vgt_engine *engine)
{
	if (engine->page)
		engine->gpu->hw->ops->page_free(engine->gpu->hw, engine->page, engine->page_bus);
	engine->page = NULL;
	vgt_idle_fini(engine);
}

void vgt_execlist_add_port(struct vgt_engine *engine, struct vgt_vgpu *vgpu)
{
	struct vgt_port *port = &vgpu->port[engine->id];
	unsigned long flags;

	spin_lock_irqsave(&engine->lock, flags);
	port->vgpu = vgpu;
	port->engine = engine;
	port->sched = (struct vgt_sched_entity){ .runtime = port->sched.runtime };
	reset_port(port);
	list_add_tail(&port->link, &engine->ports);
	spin_unlock_irqrestore(&engine->lock, flags);
}

void vgt_execlist_remove_port(struct vgt_port *port)
{
	struct vgt_engine *engine = port->engine;
	unsigned long flags;

	spin_lock_irqsave(&engine->lock, flags);
	list_del_init(&port->link);
	if (engine->owner == port)
		engine->owner = NULL;
	if (engine->second == port)
		engine->second = NULL;
	if (engine->next == port)
		engine->next = NULL;
	if (engine->next_second == port)
		engine->next_second = NULL;
	spin_unlock_irqrestore(&engine->lock, flags);
}

bool vgt_execlist_holds(const struct vgt_port *port, u32 lrca)
{
	const struct vgt_engine *engine = port->engine;
	const u64 *const elements[] = { port->pending, port->active, engine->flight };
	unsigned int i;

	lockdep_assert_held(&engine->lock);
	for (i = 0; i < ARRAY_SIZE(elements); i++)
		if ((elements[i][0] && CTX_DESC_LRCA(elements[i][0]) == lrca) ||
		    (elements[i][1] && CTX_DESC_LRCA(elements[i][1]) == lrca))
			return true;
	return false;
}

bool vgt_execlist_executes(const struct vgt_port *port, u32 lrca)
{
	lockdep_assert_held(&port->engine->lock);
	return port->engine->owner == port && CTX_DESC_LRCA(port->active[0]) == lrca;
}

/*
 * The virtual port's side to its driver
 */

static void write_event(struct vgt_port *port, u32 status, u32 id)
{
	u32 index = (port->csb_ptr & CSB_WRITE_PTR) + 1;
	u64 entry = (u64)id << 32 | status;

	if (index >= CSB_ENTRIES)
		index = 0;
	port->csb[index] = entry;
	port->csb_ptr = (port->csb_ptr & ~CSB_WRITE_PTR) | index;
	if (port->hwsp) {
		WRITE_ONCE(*(u64 *)&port->hwsp[HWSP_CSB + 2 * index], entry);
		smp_wmb(); /* the driver trusts the pointer: the entry comes first */
		WRITE_ONCE(port->hwsp[HWSP_CSB_WRITE_PTR], index);
	}
	vgt_count(&port->vgpu->stats, VGT_EVENT_CONTEXT_EVENT);
	trace_vgt_context_event(port->vgpu->id, port->engine->id, status, id);
}

static void tell(struct vgt_port *port)
{
	vgt_irq_engine_event(port->vgpu, port->engine->id, VGT_EV_CONTEXT_SWITCH);
}

static bool same_context(u64 running, u64 desc)
{
	return CTX_DESC_LRCA(running) == CTX_DESC_LRCA(desc) && !(desc & CTX_DESC_FORCE_RESTORE);
}

static void set_elements(u64 to[2], u64 from[2])
{
	to[0] = from[0];
	to[1] = from[1] & CTX_DESC_VALID ? from[1] : 0;
	from[0] = 0;
	from[1] = 0;
}

/* The elements take the place of those that the driver had submitted before. */
static void promote(struct vgt_port *port, u64 element[2])
{
	u64 old = port->active[0];
	u32 status = CSB_IDLE_ACTIVE;

	if (old) {
		status = CSB_PREEMPTED;
		if (same_context(old, element[0]))
			status |= CSB_LITE_RESTORE;
	}
	set_elements(port->active, element);
	write_event(port, status, old ? CTX_DESC_ID(old) : 0);
}

/* Act on a submission of a port that is not on the hardware. */
static void accept(struct vgt_port *port)
{
	promote(port, port->pending);
	port->same_tail = false;
	tell(port);
}

/*
 * The physical port
 */

static void note_switch(struct vgt_engine *engine, struct vgt_port *from, struct vgt_port *to)
{
	vgt_count(&to->vgpu->stats, VGT_EVENT_SWITCH_IN);
	trace_vgt_switch(engine->id, from ? from->vgpu->id : ~0u, to->vgpu->id);
}

static void submit(struct vgt_engine *engine, struct vgt_port *port, struct vgt_port *second)
{
	struct vgt_gpu *gpu = engine->gpu;
	const u64 *element = port->active;
	u32 elsp = RING_ELSP(engine->base);
	u64 first, other;

	if (port->pending[0]) {
		set_elements(engine->flight, port->pending);
		element = engine->flight;
	}
	first = element[0];
	other = element[1];
	if (engine->owner != port) {
		note_switch(engine, engine->owner, port);
		engine->owners |= BIT(port->vgpu->id);
	}
	/*
	 * The engine may have begun with it and know the tail.  To restore a context lightly with
	 * the tail that it has, its ring being empty perhaps, confuses it (WaIdleLiteRestore).
	 */
	if (engine->second == port || port->same_tail)
		first |= CTX_DESC_FORCE_RESTORE;
	port->same_tail = false;
	if (second)
		other = second->active[0];
	engine->next = port;
	engine->next_second = second;
	engine->flight_since = 0;
	vgt_gpu_write(gpu, elsp, upper_32_bits(other));
	vgt_gpu_write(gpu, elsp, lower_32_bits(other));
	vgt_gpu_write(gpu, elsp, upper_32_bits(first));
	vgt_gpu_write(gpu, elsp, lower_32_bits(first));
}

static bool on_hardware(const struct vgt_engine *engine, const struct vgt_port *port)
{
	return engine->owner == port || engine->second == port ||
	       engine->next == port || engine->next_second == port;
}

/* Is its first element in flight by the core's doing?  The hardware may be about to finish it. */
static bool is_resubmitted(const struct vgt_engine *engine, const struct vgt_port *port)
{
	return engine->next_second == port || (engine->next == port && !engine->flight[0]);
}

/* Who gets the second element of a submission of a port; see the rules above. */
static struct vgt_port *choose_second(struct vgt_engine *engine, struct vgt_port *port)
{
	const u64 *element = port->pending[0] ? port->pending : port->active;
	struct vgt_port *second;

	if (element[1] & CTX_DESC_VALID || port == &engine->idle)
		return NULL;
	second = vgt_sched_after(engine, port);
	if (!second || !second->vgpu->id || (second == engine->owner && second->active[1]))
		return NULL;
	if (second->pending[0]) {
		if (on_hardware(engine, second))
			return NULL;
		accept(second);
	}
	return second;
}

/* It may begin at any moment, so that it is to be taken off. */
static bool has_halted_second(const struct vgt_engine *engine)
{
	return engine->second && engine->second->halted;
}

/*
 * The deadline while a submission is in flight: somebody may hold the engine against it; of an
 * engine that nobody has, it itself, if it does not come to begin.
 */
static u64 flight_deadline(struct vgt_engine *engine)
{
	const struct vgt_port *holder = vgt_execlist_holder(engine);

	if (!holder->halted && !has_halted_second(engine) && !vgt_sched_contended(engine, holder))
		return VGT_NEVER;
	if (!engine->flight_since)
		engine->flight_since = vgt_gpu_now(engine->gpu);
	return engine->flight_since + holder->vgpu->sched.preempt_timeout_ns;
}

static void set_deadline(struct vgt_engine *engine)
{
	u64 deadline = engine->next ? flight_deadline(engine) : vgt_sched_deadline(engine);

	if (deadline == engine->deadline)
		return;
	WRITE_ONCE(engine->deadline, deadline);
	vgt_gpu_set_timer(engine->gpu);
}

static struct vgt_port *idle_port(struct vgt_engine *engine)
{
	engine->idle.active[0] = vgt_idle_descriptor(engine);
	return &engine->idle;
}

/* Whose elements are to be on the hardware now; nobody's is worse than a halted port's. */
static struct vgt_port *choose(struct vgt_engine *engine)
{
	struct vgt_port *port;

	if (engine->owner == &engine->idle)
		return NULL;
	if (has_halted_second(engine))
		return idle_port(engine);
	port = vgt_sched_pick(engine);
	return port || !engine->owner ? port : idle_port(engine);
}

/* Is the host the only vGPU there is, with the engine or an idle one? */
static bool host_alone(const struct vgt_engine *engine, const struct vgt_port *host)
{
	return list_is_singular(&engine->ports) && engine->deadline == VGT_NEVER &&
	       (engine->owner == host || (!engine->owner && !host->active[0]));
}

/* Do what is to be done, after any change. */
static void advance(struct vgt_engine *engine)
{
	struct vgt_port *port = list_first_entry(&engine->ports, struct vgt_port, link);

	if (likely(host_alone(engine, port))) {
		if (engine->live && !engine->next && port->pending[0])
			submit(engine, port, NULL);
		return;
	}
	if (engine->live && !engine->next) {
		/* Else one that has begun would be taken for one that has not. */
		if (engine->second)
			vgt_execlist_drain(engine);
		port = choose(engine);
		if (port && port != engine->owner) {
			if (port->active[0] && port->pending[0] && !on_hardware(engine, port))
				accept(port);
			submit(engine, port, choose_second(engine, port));
		} else if (port && port->pending[0]) {
			submit(engine, port, choose_second(engine, port));
		}
	}
	if (!list_is_singular(&engine->ports))
		list_for_each_entry(port, &engine->ports, link)
			if (port->pending[0] && !on_hardware(engine, port))
				accept(port);
	set_deadline(engine);
}

static struct vgt_port *host_port(struct vgt_engine *engine)
{
	return &engine->gpu->vgpu[0]->port[engine->id];
}

/* Nothing explains it.  The host resets an engine whose events make no sense: let it see. */
static struct vgt_port *surprise(struct vgt_engine *engine, u32 status, u32 id)
{
	struct vgt_port *port = host_port(engine);

	vgt_count(&port->vgpu->stats, VGT_EVENT_CONTEXT_SURPRISE);
	write_event(port, status, id);
	return port;
}

/* The hardware has written the image of an element. */
static void saved(struct vgt_port *port, u64 desc)
{
	if (port->vgpu->guest)
		vgt_context_saved(to_guest(port->vgpu), port->engine->id, desc);
}

/* The submission in flight has been taken up.  Returns whose driver has a new entry, if any. */
static struct vgt_port *taken_up(struct vgt_engine *engine, u32 status, u32 id, u64 now)
{
	struct vgt_port *port = engine->next, *old = engine->owner;
	bool told = engine->flight[0];

	if (!port)
		return surprise(engine, status, id);
	vgt_sched_charge(engine, now);
	if (old && !(status & CSB_LITE_RESTORE))
		saved(old, old->active[0]);
	if (told)
		promote(port, engine->flight);
	engine->owner = port;
	engine->second = engine->next_second;
	engine->next = NULL;
	engine->next_second = NULL;
	if (old != port)
		vgt_sched_start(port, now);
	return told ? port : NULL;
}

/* The hardware goes on with the element that follows, or rests. */
static void hand_over(struct vgt_engine *engine, bool goes_on, u64 now)
{
	struct vgt_port *old = engine->owner;

	vgt_sched_charge(engine, now);
	engine->owner = goes_on ? engine->second : NULL;
	engine->second = NULL;
	engine->flight_since = 0;
	if (engine->owner) {
		engine->owners |= BIT(engine->owner->vgpu->id);
		note_switch(engine, old, engine->owner);
		vgt_sched_start(engine->owner, now);
	}
}

static struct vgt_port *finished(struct vgt_engine *engine, u32 status, u32 id, u64 now)
{
	bool goes_on = status & CSB_ELEMENT_SWITCH;
	struct vgt_port *port = engine->owner;

	if (!port)
		return surprise(engine, status, id);
	saved(port, port->active[0]);
	if (port == &engine->idle)
		WRITE_ONCE(engine->idle_context.saved, true);
	if (port == &engine->idle || is_resubmitted(engine, port)) {
		hand_over(engine, goes_on, now);
		return NULL;
	}
	port->active[0] = port->active[1];
	port->active[1] = 0;
	/* What follows may be of another vGPU, or not have been on the hardware. */
	status &= ~(CSB_ELEMENT_SWITCH | CSB_ACTIVE_IDLE);
	status |= port->active[0] ? CSB_ELEMENT_SWITCH : CSB_ACTIVE_IDLE;
	write_event(port, status, id);
	if (port->active[0] && goes_on)
		return port;
	hand_over(engine, goes_on, now);
	if (!port->active[0] && !port->pending[0] &&
	    !(engine->next == port && engine->flight[0]))
		vgt_sched_sleep(port);
	return port;
}

/* Hand on the new status entries.  Returns bits of the vGPUs that have to be told. */
static unsigned long drain(struct vgt_engine *engine)
{
	unsigned long told = 0;
	u32 *page = engine->page;
	struct vgt_port *port;
	u32 write, status, id;
	u64 now;

	lockdep_assert_held(&engine->lock);
	if (!engine->live)
		return 0;
	write = READ_ONCE(page[HWSP_CSB_WRITE_PTR]);
	if (write >= CSB_ENTRIES || write == engine->csb_head)
		return 0;
	smp_rmb(); /* entries after the pointer that tells of them */
	now = vgt_gpu_now(engine->gpu);
	do {
		engine->csb_head = (engine->csb_head + 1) % CSB_ENTRIES;
		status = READ_ONCE(page[HWSP_CSB + 2 * engine->csb_head]);
		id = READ_ONCE(page[HWSP_CSB + 2 * engine->csb_head + 1]);
		if (status & (CSB_IDLE_ACTIVE | CSB_PREEMPTED))
			port = taken_up(engine, status, id, now);
		else
			port = finished(engine, status, id, now);
		if (port)
			told |= BIT(port->vgpu->id);
	} while (engine->csb_head != write);
	return told;
}

void vgt_execlist_drain(struct vgt_engine *engine)
{
	unsigned long told = drain(engine);
	struct vgt_port *port;

	if (told)
		list_for_each_entry(port, &engine->ports, link)
			if (told & BIT(port->vgpu->id))
				tell(port);
}

/* Bits of the vGPUs that had the engine since the last call. */
static unsigned long take_owners(struct vgt_engine *engine)
{
	unsigned long owners = engine->owners;

	engine->owners = 0;
	if (engine->owner)
		engine->owners |= BIT(engine->owner->vgpu->id);
	if (engine->next)
		engine->owners |= BIT(engine->next->vgpu->id);
	return owners;
}

/*
 * The engine has met a command that it cannot carry out.  A driver that is told resets the engine
 * and gives up what it finds there, so it must be the right one: who had the engine before and
 * after the events were looked through.  Is that not the same, nobody is told.
 *
 * Return: whether it is the host's, which finds the cause in the engine by itself.
 */
static bool command_error(struct vgt_engine *engine, struct vgt_port *before)
{
	struct vgt_port *port = engine->owner ? engine->owner : before;
	u32 eir = RING_EIR(engine->base), bits;

	if (list_is_singular(&engine->ports))
		return true;
	if (before && port != before)
		port = NULL;
	if (port == host_port(engine))
		return true;
	bits = vgt_gpu_read(engine->gpu, eir) & RING_ERRORS;
	vgt_gpu_write(engine->gpu, eir, bits);
	if (!port || !port->vgpu->guest)
		return false;
	bits &= ~READ_ONCE(*vgt_vreg(port->vgpu, RING_EMR(engine->base)));
	if (!bits)
		return false;
	WRITE_ONCE(*vgt_vreg(port->vgpu, eir), *vgt_vreg(port->vgpu, eir) | bits);
	vgt_irq_engine_event(port->vgpu, engine->id, VGT_EV_MASTER_ERROR);
	return false;
}

u32 vgt_execlist_events(struct vgt_engine *engine, u32 events)
{
	u32 others = events & ~(VGT_EV_CONTEXT_SWITCH | VGT_EV_MASTER_ERROR), mine, host = 0;
	unsigned long owners = 0, told = 0, flags;
	struct vgt_port *port, *before;
	bool look;

	spin_lock_irqsave(&engine->lock, flags);
	before = engine->owner;
	if (others)
		owners = take_owners(engine);
	/* An event of a second comes after the entry by which it has become the owner. */
	look = events & (VGT_EV_CONTEXT_SWITCH | VGT_EV_MASTER_ERROR) ||
	       engine->second || engine->next_second;
	if (look)
		told = drain(engine);
	owners |= engine->owners;
	list_for_each_entry(port, &engine->ports, link) {
		mine = owners & BIT(port->vgpu->id) ? others : 0;
		if (told & BIT(port->vgpu->id))
			mine |= VGT_EV_CONTEXT_SWITCH;
		if (!port->vgpu->id)
			host = mine;
		else if (mine)
			vgt_irq_engine_event(port->vgpu, engine->id, mine);
	}
	if (unlikely(events & VGT_EV_MASTER_ERROR) && command_error(engine, before))
		host |= VGT_EV_MASTER_ERROR;
	if (look)
		advance(engine);
	spin_unlock_irqrestore(&engine->lock, flags);
	return host;
}

bool vgt_execlist_crowded(const struct vgt_engine *engine)
{
	const u32 *page = engine->page;
	u32 head = READ_ONCE(engine->csb_head), write = READ_ONCE(page[HWSP_CSB_WRITE_PTR]);

	return write != head && write != (head + 1) % CSB_ENTRIES;
}

void vgt_execlist_timer(struct vgt_engine *engine)
{
	unsigned long flags;
	u64 now;

	if (READ_ONCE(engine->deadline) == VGT_NEVER)
		return;
	spin_lock_irqsave(&engine->lock, flags);
	now = vgt_gpu_now(engine->gpu);
	if (now >= engine->deadline) {
		vgt_execlist_drain(engine);
		if (engine->next && now >= flight_deadline(engine)) {
			vgt_reset_stuck(engine);
			engine->flight_since = now;
		}
		advance(engine);
	}
	spin_unlock_irqrestore(&engine->lock, flags);
}

/*
 * Reset
 */

static void drop_elements(struct vgt_port *port)
{
	memset(port->pending, 0, sizeof(port->pending));
	memset(port->active, 0, sizeof(port->active));
	vgt_sched_sleep(port);
}

/* Whether its elements may be submitted once more, as they were saved last. */
static bool can_go_on(struct vgt_port *port)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (port->active[i] && port->vgpu->guest &&
		    !vgt_context_intact(to_guest(port->vgpu), port->engine->id, port->active[i]))
			return false;
	return true;
}

void vgt_execlist_reset(struct vgt_engine *engine, struct vgt_port *victim)
{
	struct vgt_port *next = engine->next, *port;

	lockdep_assert_held(&engine->lock);
	vgt_sched_charge(engine, vgt_gpu_now(engine->gpu));
	if (next && next != victim && engine->flight[0] && !next->pending[0])
		set_elements(next->pending, engine->flight);
	engine->flight[0] = 0;
	engine->flight[1] = 0;
	engine->owner = NULL;
	engine->second = NULL;
	engine->next = NULL;
	engine->next_second = NULL;
	engine->live = false;
	engine->reset_asked = false;
	list_for_each_entry(port, &engine->ports, link) {
		if (!can_go_on(port))
			port->halted = true;
		if (port->halted)
			drop_elements(port);
	}
	if (victim)
		reset_port(victim);
	advance(engine);
}

/* After a reset the host enables the engine, and the core takes its place in it. */
static void come_alive(struct vgt_engine *engine)
{
	u32 last = CSB_ENTRIES - 1, *page = engine->page;

	memset(&page[HWSP_CSB], 0, CSB_ENTRIES * sizeof(u64));
	page[HWSP_CSB_WRITE_PTR] = last;
	engine->csb_head = last;
	vgt_gpu_write(engine->gpu, RING_CSB_PTR(engine->base),
		      CSB_POINTERS << 16 | last << CSB_READ_PTR_SHIFT | last);
	vgt_idle_map(engine);
	engine->live = true;
}

/*
 * Resets of guests
 */

/* From now on nothing of the port is submitted, and what the engine has of it is taken off. */
static void halt_port(struct vgt_port *port)
{
	struct vgt_engine *engine = port->engine;
	unsigned long flags;

	spin_lock_irqsave(&engine->lock, flags);
	vgt_execlist_drain(engine);
	port->halted = true;
	memset(port->pending, 0, sizeof(port->pending));
	vgt_sched_sleep(port);
	advance(engine);
	spin_unlock_irqrestore(&engine->lock, flags);
}

static bool is_off(struct vgt_port *port)
{
	struct vgt_engine *engine = port->engine;
	unsigned long flags;
	bool off;

	spin_lock_irqsave(&engine->lock, flags);
	off = !on_hardware(engine, port);
	spin_unlock_irqrestore(&engine->lock, flags);
	return off;
}

static bool is_behind_host(struct vgt_port *port)
{
	struct vgt_engine *engine = port->engine;
	unsigned long flags;
	bool behind;

	spin_lock_irqsave(&engine->lock, flags);
	behind = engine->second == port && engine->owner == host_port(engine);
	spin_unlock_irqrestore(&engine->lock, flags);
	return behind;
}

/*
 * The host resets an engine that does not obey; should it not, the core does.  The host's own
 * element is not to be lost for one that has not begun: its heartbeat ends it, if need be.
 */
static void wait_off(struct vgt_port *port)
{
	struct vgt_engine *engine = port->engine;
	u64 patience = port->vgpu->sched.preempt_timeout_ns + HOST_RESET_NS;
	struct vgt_gpu *gpu = engine->gpu;
	u64 end = vgt_gpu_now(gpu) + patience;

	while (!is_off(port)) {
		if (is_behind_host(port))
			end = vgt_gpu_now(gpu) + patience;
		if (vgt_gpu_now(gpu) >= end) {
			vgt_reset_by_core(engine);
			return;
		}
		gpu->hw->ops->sleep(gpu->hw, POLL_NS);
		vgt_execlist_timer(engine);
		vgt_irq_engine_event(gpu->vgpu[0], engine->id,
				     vgt_execlist_events(engine, VGT_EV_CONTEXT_SWITCH));
	}
}

static void power_on(struct vgt_guest *guest, struct vgt_port *port)
{
	struct vgt_engine *engine = port->engine;
	struct vgt_page *page = port->hwsp_page;
	unsigned long flags;

	spin_lock_irqsave(&engine->lock, flags);
	reset_port(port);
	port->hwsp_page = NULL;
	if (engine->live)
		write_imr(engine);
	spin_unlock_irqrestore(&engine->lock, flags);
	vgt_page_put(guest, page);
}

void vgt_execlist_guest_reset(struct vgt_guest *guest, unsigned long mask)
{
	unsigned int id;

	trace_vgt_reset(guest->vgpu.id, mask);
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		if (mask & BIT(id))
			halt_port(&guest->vgpu.port[id]);
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		if (mask & BIT(id))
			wait_off(&guest->vgpu.port[id]);
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		if (mask & BIT(id))
			power_on(guest, &guest->vgpu.port[id]);
}

/*
 * Registers
 */

/* What is written here cannot be read back. */
u32 vgt_execlist_elsp_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	return 0;
}

void vgt_execlist_ignore_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
}

static void commit(struct vgt_port *port, const u64 element[2])
{
	struct vgt_engine *engine = port->engine;
	struct vgt_stats *stats = &port->vgpu->stats;

	if (port->halted)
		return;
	if (port->pending[0])
		vgt_count(stats, VGT_EVENT_SUBMIT_REPLACED);
	port->pending[0] = element[0];
	port->pending[1] = element[1];
	if (engine->second == port || is_resubmitted(engine, port))
		port->same_tail = true;
	vgt_sched_wake(port);
	advance(engine);
	if (engine->next == port && !port->pending[0])
		vgt_count(stats, VGT_EVENT_SUBMIT_DIRECT);
}

/* Whether four dwords have come that are a submission, which is in @element then. */
static bool take_elements(struct vgt_port *port, u64 element[2])
{
	port->elsp_written = 0;
	element[1] = (u64)port->elsp[0] << 32 | port->elsp[1];
	element[0] = (u64)port->elsp[2] << 32 | port->elsp[3];
	vgt_count(&port->vgpu->stats, VGT_EVENT_SUBMIT);
	trace_vgt_submit(port->vgpu->id, port->engine->id, element);
	if (element[0] & CTX_DESC_VALID)
		return true;
	vgt_count(&port->vgpu->stats, VGT_EVENT_REG_REFUSED);
	return false;
}

/* Make of a guest's elements what may be run; whether there is anything. */
static bool prepare(struct vgt_port *port, u64 element[2])
{
	if (!(element[1] & CTX_DESC_VALID))
		element[1] = 0;
	if (port->halted)
		return false;
	if (!vgt_context_prepare(to_guest(port->vgpu), port->engine->id, element))
		return true;
	if (++port->refused == REFUSED_LIMIT)
		halt_port(port);
	return false;
}

static void take_submission(struct vgt_port *port)
{
	struct vgt_engine *engine = port->engine;
	unsigned long flags;
	u64 element[2];

	if (!take_elements(port, element))
		return;
	if (port->vgpu->guest && !prepare(port, element))
		return;
	spin_lock_irqsave(&engine->lock, flags);
	commit(port, element);
	spin_unlock_irqrestore(&engine->lock, flags);
}

/*
 * Second element high and low, first element high and low: the last one commits.
 * What has come so far needs no lock: a guest's accesses hold the guest's, and the
 * host's driver makes one submission, or reset, of an engine at a time.
 */
static void take_dword(struct vgt_port *port, u32 val)
{
	port->elsp[port->elsp_written++] = val;
	if (port->elsp_written == ARRAY_SIZE(port->elsp))
		take_submission(port);
}

void vgt_execlist_elsp_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	take_dword(&vgpu->port[id], val);
}

void vgt_execlist_elsp_write64(struct vgt_vgpu *vgpu, unsigned int id, u64 desc)
{
	struct vgt_port *port = &vgpu->port[id];

	take_dword(port, upper_32_bits(desc));
	take_dword(port, lower_32_bits(desc));
}

/*
 * Has somebody else the engine, or had it last?  Then its registers say nothing about this port;
 * to the host, what is left in an idle engine does not matter.
 */
static bool sees_hardware(const struct vgt_engine *engine, const struct vgt_port *port)
{
	if (engine->owner)
		return engine->owner == port;
	return !port->vgpu->guest && (!engine->next || engine->next == port);
}

/*
 * What the engine's register says of this port.  It may turn to another's element at any moment,
 * but not without an event before that.
 */
static bool read_own(struct vgt_engine *engine, const struct vgt_port *port, u32 offset, u32 *val)
{
	bool turns = engine->second || (engine->next && engine->next != port);

	if (turns)
		vgt_execlist_drain(engine);
	if (!sees_hardware(engine, port))
		return false;
	*val = vgt_gpu_read(engine->gpu, offset);
	if (turns)
		vgt_execlist_drain(engine);
	return sees_hardware(engine, port);
}

u32 vgt_execlist_status_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	struct vgt_port *port = &vgpu->port[id];
	struct vgt_engine *engine = port->engine;
	unsigned long flags;
	u32 val = 0;

	spin_lock_irqsave(&engine->lock, flags);
	if (read_own(engine, port, offset, &val))
		;
	else if (!port->active[0])
		val = 0;
	else if (offset == RING_EXECLIST_STATUS_HI(engine->base))
		val = CTX_DESC_ID(port->active[0]);
	else
		val = EXECLIST_STATUS_VALID(0) | EXECLIST_STATUS_ACTIVE(0) |
		      EXECLIST_STATUS_ELEMENT(1) | EXECLIST_STATUS_ARB_ENABLE;
	spin_unlock_irqrestore(&engine->lock, flags);
	return val;
}

static u32 mode_bits(struct vgt_vgpu *vgpu, u32 offset)
{
	return vgpu->guest ? *vgt_vreg(vgpu, offset) : vgt_gpu_read(vgpu->gpu, offset);
}

/* Position and idleness of the ring: of an idle engine, where another vGPU's runs. */
u32 vgt_execlist_ring_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	struct vgt_port *port = &vgpu->port[id];
	struct vgt_engine *engine = port->engine;
	unsigned long flags;
	u32 val = 0;

	spin_lock_irqsave(&engine->lock, flags);
	if (read_own(engine, port, offset, &val))
		;
	else if (offset == RING_MI_MODE(engine->base))
		val = mode_bits(vgpu, offset) | MI_MODE_IDLE;
	spin_unlock_irqrestore(&engine->lock, flags);
	return val;
}

u32 vgt_execlist_csb_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	struct vgt_port *port = &vgpu->port[id];
	unsigned int rel = offset - RING_CSB(port->engine->base);
	u64 entry = READ_ONCE(port->csb[rel / 8]);

	return rel & 4 ? upper_32_bits(entry) : lower_32_bits(entry);
}

u32 vgt_execlist_csb_ptr_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	return READ_ONCE(vgpu->port[id].csb_ptr);
}

void vgt_execlist_csb_ptr_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	struct vgt_port *port = &vgpu->port[id];
	u32 mask = val >> 16 & CSB_POINTERS;
	unsigned long flags;

	spin_lock_irqsave(&port->engine->lock, flags);
	port->csb_ptr = (port->csb_ptr & ~mask) | (val & mask);
	spin_unlock_irqrestore(&port->engine->lock, flags);
}

/* The page behind an address in a trusted vGPU's graphics memory. */
static void *page_at(struct vgt_vgpu *vgpu, u32 addr)
{
	struct vgt_hw *hw = vgpu->gpu->hw;
	u64 pte;

	if (!vgt_gm_owns(&vgpu->gm, addr))
		return NULL;
	pte = hw->ops->gtt_read(hw, addr / SZ_4K);
	if (!(pte & GEN8_PTE_PRESENT))
		return NULL;
	return hw->ops->memory(hw, pte & GEN8_PTE_ADDR_MASK);
}

u32 vgt_execlist_hws_pga_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	return READ_ONCE(vgpu->port[id].hws_pga);
}

/* A guest's page stays pinned as long as the core writes to it. */
static struct vgt_page *hold_page(struct vgt_vgpu *vgpu, u32 addr)
{
	struct vgt_guest *guest = to_guest(vgpu);
	struct vgt_page *page = vgt_ggtt_guest_page(guest, addr);

	if (page)
		page = vgt_page_get(guest, page->gfn);
	return IS_ERR(page) ? NULL : page;
}

/* The driver's page gets its events; the engine writes to the core's. */
void vgt_execlist_hws_pga_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	struct vgt_port *port = &vgpu->port[id];
	struct vgt_page *page = NULL, *old = port->hwsp_page;
	struct vgt_engine *engine = port->engine;
	u32 addr = val & ~(SZ_4K - 1);
	unsigned long flags;

	if (vgpu->guest)
		page = hold_page(vgpu, addr);
	spin_lock_irqsave(&engine->lock, flags);
	port->hws_pga = val;
	if (vgpu->guest)
		port->hwsp = page ? page->addr : NULL;
	else
		port->hwsp = page_at(vgpu, addr);
	port->hwsp_page = page;
	if (!port->hwsp)
		vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
	if (!vgpu->id) {
		if (!engine->live)
			come_alive(engine);
		vgt_gpu_write(engine->gpu, offset, engine->page_addr);
		write_imr(engine);
		/* Before all others, for what it saves is to be nobody's. */
		if (!engine->idle_context.saved && !engine->owner && !engine->next)
			submit(engine, idle_port(engine), NULL);
		advance(engine);
	}
	spin_unlock_irqrestore(&engine->lock, flags);
	if (vgpu->guest)
		vgt_page_put(to_guest(vgpu), old);
}

u32 vgt_execlist_imr_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset)
{
	return READ_ONCE(vgpu->port[id].imr);
}

void vgt_execlist_imr_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	struct vgt_port *port = &vgpu->port[id];
	struct vgt_engine *engine = port->engine;
	unsigned long flags;

	spin_lock_irqsave(&engine->lock, flags);
	WRITE_ONCE(port->imr, val);
	write_imr(engine);
	spin_unlock_irqrestore(&engine->lock, flags);
}
