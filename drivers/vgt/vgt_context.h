/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Shadow contexts: what the GPU executes for a guest.
 */
#ifndef VGT_CONTEXT_H
#define VGT_CONTEXT_H

#include "vgt_context_types.h"
#include "vgt_execlist_types.h"

struct vgt_guest;

/* Guest's lock held; may sleep. */
int vgt_context_init(struct vgt_guest *guest);
/** vgt_context_fini - nothing of the guest is on an engine */
void vgt_context_fini(struct vgt_guest *guest);
/** vgt_context_drop_all - the same, but more will come */
void vgt_context_drop_all(struct vgt_guest *guest);

/** vgt_context_sync_busy - take over page tables that the engines are working with */
void vgt_context_sync_busy(struct vgt_guest *guest);

/** vgt_context_drop_oldest - the one not used for longest makes room; false: all are in use */
bool vgt_context_drop_oldest(struct vgt_guest *guest);

/**
 * vgt_context_prepare - make a submission of a guest one that the GPU may execute
 * @element: descriptors as the guest has written them; replaced by those of shadow
 *	contexts.  An element that is not valid is 0.
 *
 * Takes over page tables, context images and ring contents.
 *
 * Return: 0, -EPERM when something was refused (counted), -EFAULT, -ENOMEM.
 */
int vgt_context_prepare(struct vgt_guest *guest, enum vgt_engine_id id, u64 element[2]);

/**
 * vgt_context_saved - an engine has saved a context: the guest's image gets it
 * @desc: as vgt_context_prepare() has made it
 *
 * Engine lock held, any context; guest's lock not needed.
 */
void vgt_context_saved(struct vgt_guest *guest, enum vgt_engine_id id, u64 desc);

/**
 * vgt_context_intact - has nothing been written over since the context was saved or loaded?
 * @desc: as vgt_context_prepare() has made it
 *
 * Engine lock held, any context.
 */
bool vgt_context_intact(struct vgt_guest *guest, enum vgt_engine_id id, u64 desc);

/**
 * vgt_context_drop_range - contexts that use guest pages [@gfn, @gfn + @pages) are gone
 *
 * None is on an engine.
 */
void vgt_context_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages);

/** vgt_context_restore - the GPU has lost the GGTT: enter the shadows again.  Nothing runs. */
void vgt_context_restore(struct vgt_guest *guest);

#endif
