/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_EXECLIST_H
#define VGT_EXECLIST_H

#include "vgt_execlist_types.h"

struct vgt_guest;

/** vgt_execlist_init - an engine, not live, with its status page; -ENOMEM.  May sleep. */
int vgt_execlist_init(struct vgt_gpu *gpu, enum vgt_engine_id id, u32 page_addr);
/** vgt_execlist_fini - may sleep */
void vgt_execlist_fini(struct vgt_engine *engine);

void vgt_execlist_add_port(struct vgt_engine *engine, struct vgt_vgpu *vgpu);
/** vgt_execlist_remove_port - the port has no work */
void vgt_execlist_remove_port(struct vgt_port *port);

/**
 * vgt_execlist_events - the engine has raised its interrupt.  No lock held.
 * @events: as RCS has them: a context switch is acted on, an error goes to the vGPU
 *	whose command it was, any other is handed to those that had the engine since the
 *	last call
 *
 * Return: what of it the host has to be told by the caller.
 */
u32 vgt_execlist_events(struct vgt_engine *engine, u32 events);
/** vgt_execlist_crowded - is there more than one new status entry, at a glance?  No lock held. */
bool vgt_execlist_crowded(const struct vgt_engine *engine);
/** vgt_execlist_timer - the engine's deadline may have come.  No lock held. */
void vgt_execlist_timer(struct vgt_engine *engine);

/*
 * With the engine's lock held.
 */

/** vgt_execlist_drain - hand on the status entries that have been written up to now */
void vgt_execlist_drain(struct vgt_engine *engine);

/**
 * vgt_execlist_reset - the engine has lost all state
 * @victim: its port is reset, too, NULL: nobody's; the others' elements will be
 *	submitted again, but for those of halted ports
 *
 * The engine is dead until the host has set it up.
 */
void vgt_execlist_reset(struct vgt_engine *engine, struct vgt_port *victim);

/** vgt_execlist_holder - who has the engine, or is to have it next */
static inline struct vgt_port *vgt_execlist_holder(const struct vgt_engine *engine)
{
	return engine->owner ? engine->owner : engine->next;
}

/** vgt_execlist_holds - is there an element of the port with this LRCA, on the hardware or not? */
bool vgt_execlist_holds(const struct vgt_port *port, u32 lrca);
/** vgt_execlist_executes - is it what the engine has, by the entries that have been looked at? */
bool vgt_execlist_executes(const struct vgt_port *port, u32 lrca);

/*
 * Guests.  Guest's lock held, no other; may sleep.
 */

/**
 * vgt_execlist_guest_reset - a guest's ports are as after power-on
 * @mask: of which engines, bits of &enum vgt_engine_id
 *
 * Its work is taken off them: by an idle context, or when it does not yield
 * within its preempt timeout, by a reset of the engine.
 */
void vgt_execlist_guest_reset(struct vgt_guest *guest, unsigned long mask);

/* Register handlers; @id is an &enum vgt_engine_id. */
u32 vgt_execlist_elsp_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset);
void vgt_execlist_elsp_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val);
void vgt_execlist_elsp_write64(struct vgt_vgpu *vgpu, unsigned int id, u64 desc);
u32 vgt_execlist_status_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset);
u32 vgt_execlist_csb_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset);
u32 vgt_execlist_csb_ptr_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset);
void vgt_execlist_csb_ptr_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val);
u32 vgt_execlist_hws_pga_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset);
void vgt_execlist_hws_pga_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val);
u32 vgt_execlist_imr_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset);
void vgt_execlist_imr_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val);
u32 vgt_execlist_ring_read(struct vgt_vgpu *vgpu, unsigned int id, u32 offset);
void vgt_execlist_ignore_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val);

#endif
