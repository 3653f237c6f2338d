/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GGTT_H
#define VGT_GGTT_H

#include <linux/types.h>

struct vgt_gpu;
struct vgt_guest;
struct vgt_page;
struct vgt_vgpu;

/* Entries of the host, through BAR0; @offset from the start of the entries, @size 4 or 8 bytes. */
u64 vgt_ggtt_host_read_bar(struct vgt_vgpu *host, u32 offset, unsigned int size);
void vgt_ggtt_host_write_bar(struct vgt_vgpu *host, u32 offset, u64 val, unsigned int size);

/** vgt_ggtt_status_addr - where the status page of engine number @id is in the GGTT */
u32 vgt_ggtt_status_addr(const struct vgt_gpu *gpu, unsigned int id);
/**
 * vgt_ggtt_map_core - (again) enter the core's own pages, and nothing else of its range
 *
 * For a GPU whose entries are not known: writes all of the core's range.
 */
void vgt_ggtt_map_core(struct vgt_gpu *gpu);
/** vgt_ggtt_unmap_core - no entry points to the core's pages any more */
void vgt_ggtt_unmap_core(struct vgt_gpu *gpu);

/*
 * Guests.  With the guest's lock held; may sleep.
 */

/**
 * vgt_ggtt_guest_init - room for the guest's entries, all zero; -ENOMEM
 *
 * Nothing is left in the GPU of who had the ranges before.
 */
int vgt_ggtt_guest_init(struct vgt_guest *guest);
/** vgt_ggtt_guest_fini - every entry not present, nothing pinned; the ranges are scrubbed */
void vgt_ggtt_guest_fini(struct vgt_guest *guest);
/** vgt_ggtt_guest_clear - the same, but more will come */
void vgt_ggtt_guest_clear(struct vgt_guest *guest);

/* Through BAR0; @offset from the start of the entries, @size 4 or 8 bytes; others are refused. */
u64 vgt_ggtt_guest_read(struct vgt_guest *guest, u32 offset, unsigned int size);
void vgt_ggtt_guest_write(struct vgt_guest *guest, u32 offset, u64 val, unsigned int size);
/**
 * vgt_ggtt_guest_settle - entries of which only a half has been written are taken as they are
 *
 * To be called before a submission.
 */
void vgt_ggtt_guest_settle(struct vgt_guest *guest);
/** vgt_ggtt_guest_flush - the guest writes GFX_FLSH_CNTL: its entries must be in force now */
void vgt_ggtt_guest_flush(struct vgt_guest *guest);

/** vgt_ggtt_guest_window - see vgt_guest_ggtt_window(), @offset from the start of the entries */
struct vgt_gm_range vgt_ggtt_guest_window(const struct vgt_guest *guest, unsigned int n);
/** vgt_ggtt_guest_share - see vgt_guest_share_ggtt(); any context */
void *vgt_ggtt_guest_share(struct vgt_guest *guest, u32 offset);

/**
 * vgt_ggtt_guest_page - the guest's page at an address of its graphics memory
 *
 * Return: the page, pinned as long as the entry stays; NULL: none, or not the guest's.
 */
struct vgt_page *vgt_ggtt_guest_page(struct vgt_guest *guest, u32 addr);

/** vgt_ggtt_guest_drop_range - entries that point to guest pages [@gfn, @gfn + @pages) are gone */
void vgt_ggtt_guest_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages);
/** vgt_ggtt_guest_restore - the GPU has lost its entries: write the guest's again */
void vgt_ggtt_guest_restore(struct vgt_guest *guest);

/*
 * The core's own range.  Any context.
 */

/** vgt_ggtt_map_page - the GPU finds the page at @bus at GGTT address @addr of the core's range */
void vgt_ggtt_map_page(struct vgt_gpu *gpu, u32 addr, u64 bus);
void vgt_ggtt_unmap_page(struct vgt_gpu *gpu, u32 addr);
/** vgt_ggtt_flush - entries written before this are in force after it */
void vgt_ggtt_flush(struct vgt_gpu *gpu);

/* Register handlers: fences, for host and guests; PVINFO of who is not a guest. */
u32 vgt_ggtt_fence_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
void vgt_ggtt_fence_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
u32 vgt_ggtt_pvinfo_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
void vgt_ggtt_pvinfo_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);

#endif
