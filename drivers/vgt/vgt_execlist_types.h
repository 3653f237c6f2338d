/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_EXECLIST_TYPES_H
#define VGT_EXECLIST_TYPES_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "vgt/regs/engine.h"
#include "vgt_idle.h"
#include "vgt_sched_types.h"

struct vgt_gpu;
struct vgt_page;
struct vgt_vgpu;

/** enum vgt_engine_id - the command streamers of a Skylake GT2 */
enum vgt_engine_id {
	VGT_RCS,
	VGT_BCS,
	VGT_VCS,
	VGT_VECS,
	VGT_NUM_ENGINES,
};

/**
 * struct vgt_port - the submission port of an engine as one vGPU has it
 * @vgpu: whose it is
 * @engine: of which engine
 * @link: in the engine's list of ports
 * @elsp: dwords of a submission written so far, @elsp_written of them; of the
 *	driver's accesses alone, and without the lock
 * @pending: a submission that has not been acted on yet; 0: none
 * @active: the elements that the driver knows to be accepted; 0: none
 * @hws_pga: RING_HWS_PGA as the driver wrote it
 * @hwsp: the page there, NULL: none
 * @hwsp_page: what keeps a guest's page where it is; changed with the guest's lock held
 * @csb: RING_CSB
 * @csb_ptr: RING_CSB_PTR
 * @imr: RING_IMR; written under the engine's lock, read without
 * @same_tail: when @pending came, the hardware could begin with @active and the new tail
 * @refused: submissions refused since the last reset
 * @halted: nothing of it is to run: it has been stuck, or is being reset
 * @sched: on the run queue
 *
 * Protected by the engine's lock.
 */
struct vgt_port {
	struct vgt_vgpu *vgpu;
	struct vgt_engine *engine;
	struct list_head link;
	u32 elsp[4];
	unsigned int elsp_written;
	u64 pending[2];
	u64 active[2];
	u32 hws_pga;
	u32 *hwsp;
	struct vgt_page *hwsp_page;
	u64 csb[CSB_ENTRIES];
	u32 csb_ptr;
	u32 imr;
	bool same_tail;
	unsigned int refused;
	bool halted;
	struct vgt_sched_entity sched;
};

/**
 * struct vgt_engine - the physical port of an engine
 * @gpu: the GPU
 * @id: which engine
 * @base: of its registers
 * @lock: protects this and all its ports; taken with interrupts off, before
 *	struct vgt_irq.lock and never with that of another engine
 * @ports: of all vGPUs, struct vgt_port.link
 * @live: set up since the last reset
 * @page: the engine's status page, @page_addr its place in the GGTT, @page_bus on the bus
 * @idle: a port of the core, for a context with nothing to do that takes the
 *	engine away from a halted port; in no list, never on the run queue
 * @idle_context: that context
 * @csb_head: entry of the status buffer that was read last
 * @owner: whose elements it executes
 * @second: whose first element it goes on with after that of @owner; NULL: nobody's
 * @next: whose submission it has not taken up yet
 * @next_second: @second, as soon as it has
 * @flight: that submission, when it is one of the driver's; 0: the port's active
 *	elements once more, because it gets the engine back
 * @flight_since: since when somebody waits for that; 0: nobody has been seen yet
 * @reset_asked: the host has been asked for a reset that it has not carried out yet
 * @owners: vGPUs that had the engine since the last interrupt
 * @sched: the run queue
 * @deadline: when vgt_execlist_timer() has to look after it
 */
struct vgt_engine {
	struct vgt_gpu *gpu;
	enum vgt_engine_id id;
	u32 base;
	spinlock_t lock; /* all but the constant ones, and the ports */
	struct list_head ports;
	bool live;
	void *page;
	u32 page_addr;
	u64 page_bus;
	struct vgt_port idle;
	struct vgt_idle idle_context;
	unsigned int csb_head;
	struct vgt_port *owner;
	struct vgt_port *second;
	struct vgt_port *next;
	struct vgt_port *next_second;
	u64 flight[2];
	u64 flight_since;
	bool reset_asked;
	unsigned long owners;
	struct vgt_sched sched;
	u64 deadline;
};

#endif
