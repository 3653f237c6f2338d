/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Shadows of a guest's per-process page tables.  All with the guest's lock held,
 * all may sleep, unless they say otherwise.
 */
#ifndef VGT_PPGTT_H
#define VGT_PPGTT_H

#include "vgt_ppgtt_types.h"

struct vgt_guest;
struct vgt_page;

/** vgt_ppgtt_init - before the machine may call vgt_guest_written() */
void vgt_ppgtt_init(struct vgt_guest *guest);
/** vgt_ppgtt_fini - drop everything, but more may come; nothing of the guest is on an engine */
void vgt_ppgtt_fini(struct vgt_guest *guest);

/**
 * vgt_ppgtt_get - the shadow of an address space, made if there is none
 * @levels: 3 or 4
 * @root: addresses in guest memory: of the PML4, or of four page directories
 *
 * Return: the shadow with one reference more, or an ERR_PTR: -EFAULT, -ENOMEM.
 */
struct vgt_ppgtt *vgt_ppgtt_get(struct vgt_guest *guest, unsigned int levels, const u64 *root);
/** vgt_ppgtt_put - unused ones are kept for the next time, up to a bound; NULL is fine */
void vgt_ppgtt_put(struct vgt_guest *guest, struct vgt_ppgtt *ppgtt);
/** vgt_ppgtt_forget - the guest says that an address space has come to its end */
void vgt_ppgtt_forget(struct vgt_guest *guest, unsigned int levels, const u64 *root);

/**
 * vgt_ppgtt_page - the guest's page behind an address, as the shadow has it
 *
 * What the guest has changed since the last synchronisation does not count.
 *
 * Return: the page, or NULL: nothing is there.  Valid until the next synchronisation.
 */
struct vgt_page *vgt_ppgtt_page(const struct vgt_ppgtt *ppgtt, u64 addr);

/** vgt_ppgtt_root - what PDP number @n of a shadow context is: a bus address */
u64 vgt_ppgtt_root(const struct vgt_ppgtt *ppgtt, unsigned int n);

/**
 * vgt_ppgtt_sync - take over what the guest has changed in an address space
 * @space: that somebody uses
 *
 * To be called before each submission of work in it.
 *
 * Return: 0, or -ENOMEM: entries that could not be taken over are not present.
 */
int vgt_ppgtt_sync(struct vgt_guest *guest, struct vgt_ppgtt *space);

/** vgt_ppgtt_evict_space - let the one go that is unused for longest; false: there is none */
bool vgt_ppgtt_evict_space(struct vgt_guest *guest);

/** vgt_ppgtt_written - a tracked page has been written.  Any context, guest's lock not held. */
void vgt_ppgtt_written(struct vgt_guest *guest, u64 gfn);

/** vgt_ppgtt_drop_range - forget all that refers to guest pages [@gfn, @gfn + @pages) */
void vgt_ppgtt_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages);

#endif
