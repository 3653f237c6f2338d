/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Pages of a guest's memory, pinned once however many use them.  All with the
 * guest's lock held; may sleep.
 */
#ifndef VGT_PAGE_H
#define VGT_PAGE_H

#include "vgt_page_types.h"

struct vgt_guest;

void vgt_pages_init(struct vgt_guest *guest);

/**
 * vgt_page_get - pin a page, or use one that is pinned already once more
 *
 * Return: the page, or an ERR_PTR: -EFAULT when the guest has no memory there, -ENOMEM.
 */
struct vgt_page *vgt_page_get(struct vgt_guest *guest, u64 gfn);

/** vgt_page_share - one more user of a page */
static inline struct vgt_page *vgt_page_share(struct vgt_page *page)
{
	page->refs++;
	return page;
}

/**
 * vgt_page_put - the last one unpins; NULL is fine
 *
 * For who has seen to it that the GPU does not reach the page by what the
 * reference was for.  If it may do so by what it had been used for besides, that is
 * left to the next vgt_pages_release().
 */
void vgt_page_put(struct vgt_guest *guest, struct vgt_page *page);

/**
 * vgt_page_drop - the same for a page that a GPU's entry pointed to until now; NULL is fine
 *
 * The page stays pinned until the TLBs have forgotten it.
 */
void vgt_page_drop(struct vgt_guest *guest, struct vgt_page *page);

/**
 * vgt_pages_flush_all - from here on the GPU goes by what the entries say now
 *
 * At any price: engines that do not answer are reset.
 */
void vgt_pages_flush_all(struct vgt_guest *guest);
/** vgt_pages_flush_tlb - the same for one engine, if it answers in time; @reg: for that */
void vgt_pages_flush_tlb(struct vgt_guest *guest, u32 reg);
/** vgt_pages_wait_flush - until none is under way, if the engine answers in time.  Any context. */
void vgt_pages_wait_flush(struct vgt_gpu *gpu, u32 reg);
/**
 * vgt_pages_release - flush the TLBs when that makes a difference; what nobody uses is unpinned
 *
 * When an engine does not answer, all stays as it is until the next time.
 */
void vgt_pages_release(struct vgt_guest *guest);
/** vgt_pages_release_all - the same at any price: engines that do not answer are reset */
void vgt_pages_release_all(struct vgt_guest *guest);

#endif
