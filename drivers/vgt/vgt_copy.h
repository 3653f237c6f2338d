/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Copies of what a guest wants the GPU to execute, in the core's own graphics
 * memory.  All with the guest's lock held; may sleep.
 */
#ifndef VGT_COPY_H
#define VGT_COPY_H

#include "vgt_audit.h"
#include "vgt_copy_types.h"

struct vgt_guest;

/** vgt_copies_init - 0 or -ENOMEM */
int vgt_copies_init(struct vgt_guest *guest);
/** vgt_copies_fini - there is no copy any more */
void vgt_copies_fini(struct vgt_guest *guest);

/**
 * vgt_copy_alloc - pages of the vGPU's window
 * @pages: how many
 * @first: from which on they are the core's own; the caller maps those before it
 *
 * Where the window is full, contexts that are not used give way.
 *
 * Return: 0, -ENOSPC, -ENOMEM.
 */
int vgt_copy_alloc(struct vgt_guest *guest, struct vgt_copy *copy, unsigned int pages,
		   unsigned int first);
/** vgt_copy_free - nothing happens where there are no pages */
void vgt_copy_free(struct vgt_guest *guest, struct vgt_copy *copy);
/** vgt_copy_write - @offset: bytes from its start, a multiple of 4 */
void vgt_copy_write(struct vgt_copy *copy, u32 offset, const u32 *dw, unsigned int n);
/** vgt_copy_map - enter its pages in the GGTT again */
void vgt_copy_map(struct vgt_guest *guest, const struct vgt_copy *copy);

/**
 * vgt_buffer_reserve - room for @n dwords
 *
 * Return: 0 or -ENOMEM.  What is in there stays, also then.
 */
int vgt_buffer_reserve(struct vgt_buffer *buffer, unsigned int n);

/**
 * vgt_copy_fetch - copy from the guest's graphics memory
 * @addr: where from, a multiple of 4
 * @to: @n dwords
 *
 * Return: 0; -EFAULT when the guest has nothing there.
 */
int vgt_copy_fetch(struct vgt_guest *guest, u32 addr, u32 *to, unsigned int n);

/**
 * vgt_copy_audit - check a copy; what is refused is traced and counted
 * @start: see &struct vgt_audit.start
 * @stop: as &struct vgt_audit_finding.at; may be NULL
 *
 * Return: as vgt_audit().
 */
int vgt_copy_audit(struct vgt_guest *guest, enum vgt_engine_id id, enum vgt_audit_kind kind,
		   int (*start)(void *priv, u32 *dw), void *priv, u32 *dw, unsigned int n,
		   unsigned int *stop);

#endif
