// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: pages of a guest
 *
 *             vgt_page_get()            vgt_page_drop(): an entry is gone
 *   unknown ----------------> pinned ------------------------------> pinned, stale
 *      ^                       |  ^                                   |
 *      +-----------------------+  +-----------------------------------+
 *        nobody uses it                TLBs flushed
 *
 * A page is unpinned when nobody uses it and it is not stale.  Stale is a page
 * that some entry of the GPU pointed to until a moment ago: its translation may
 * still be in a TLB, so that the GPU may still write to it, whoever else uses the
 * page now.  A flush costs some register writes, so it is done for many at once:
 * by vgt_pages_release(), or when a bound is reached.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

#include "vgt/regs/engine.h"
#include "vgt/regs/gtt.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"

#define MAX_STALE		1024
#define FLUSH_TIMEOUT_NS	4000000

void vgt_pages_init(struct vgt_guest *guest)
{
	hash_init(guest->pages.table);
	guest->pages.count = 0;
	INIT_LIST_HEAD(&guest->pages.stale);
	guest->pages.num_stale = 0;
}

static struct vgt_page *find_page(struct vgt_guest *guest, u64 gfn)
{
	struct vgt_page *page;

	hash_for_each_possible(guest->pages.table, page, node, gfn)
		if (page->gfn == gfn)
			return page;
	return NULL;
}

static struct vgt_page *pin_page(struct vgt_guest *guest, u64 gfn)
{
	struct vgt_page *page;
	int err;

	page = kzalloc(sizeof(*page), GFP_KERNEL_ACCOUNT);
	if (!page)
		return ERR_PTR(-ENOMEM);
	err = guest->ops->pin(guest->priv, gfn, &page->bus, &page->addr);
	if (err) {
		kfree(page);
		return ERR_PTR(err == -ENOMEM ? -ENOMEM : -EFAULT);
	}
	/* Where the entries of the GPU cannot point to. */
	if (page->bus & ~GEN8_PTE_ADDR_MASK) {
		guest->ops->unpin(guest->priv, gfn);
		kfree(page);
		return ERR_PTR(-EFAULT);
	}
	page->gfn = gfn;
	INIT_LIST_HEAD(&page->stale);
	hash_add(guest->pages.table, &page->node, gfn);
	guest->pages.count++;
	return page;
}

struct vgt_page *vgt_page_get(struct vgt_guest *guest, u64 gfn)
{
	struct vgt_page *page;

	lockdep_assert_held(&guest->lock);
	if (!guest->ops || gfn > GEN8_PTE_ADDR_MASK >> 12)
		return ERR_PTR(-EFAULT);
	page = find_page(guest, gfn);
	if (!page)
		page = pin_page(guest, gfn);
	if (!IS_ERR(page))
		page->refs++;
	return page;
}

static void unpin_page(struct vgt_guest *guest, struct vgt_page *page)
{
	hash_del(&page->node);
	guest->pages.count--;
	guest->ops->unpin(guest->priv, page->gfn);
	kfree(page);
}

static bool is_stale(const struct vgt_page *page)
{
	return !list_empty(&page->stale);
}

void vgt_page_put(struct vgt_guest *guest, struct vgt_page *page)
{
	if (!page || --page->refs)
		return;
	if (is_stale(page))
		vgt_pages_release(guest);
	else
		unpin_page(guest, page);
}

void vgt_page_drop(struct vgt_guest *guest, struct vgt_page *page)
{
	if (!page)
		return;
	page->refs--;
	if (!is_stale(page)) {
		list_add_tail(&page->stale, &guest->pages.stale);
		guest->pages.num_stale++;
	}
	if (guest->pages.num_stale >= MAX_STALE)
		vgt_pages_release(guest);
}

/* Each clears itself when the engine has done it, as it is where nothing is cached. */
void vgt_pages_flush(struct vgt_guest *guest)
{
	static const u32 regs[] = { GEN8_RTCR, GEN8_M1TCR, GEN8_BTCR, GEN8_VTCR };
	struct vgt_gpu *gpu = guest->vgpu.gpu;
	u64 end = vgt_gpu_now(gpu) + FLUSH_TIMEOUT_NS;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(regs); i++)
		vgt_gpu_write(gpu, regs[i], TLB_INVALIDATE);
	vgt_gpu_write(gpu, GFX_FLSH_CNTL, GFX_FLSH_CNTL_EN);
	for (i = 0; i < ARRAY_SIZE(regs); i++)
		while (vgt_gpu_read(gpu, regs[i]) & TLB_INVALIDATE && vgt_gpu_now(gpu) < end)
			;
}

void vgt_pages_release(struct vgt_guest *guest)
{
	struct vgt_page *page, *next;

	lockdep_assert_held(&guest->lock);
	if (list_empty(&guest->pages.stale) && !vgt_ppgtt_has_stale(guest))
		return;
	vgt_pages_flush(guest);
	vgt_ppgtt_free_stale(guest);
	list_for_each_entry_safe(page, next, &guest->pages.stale, stale) {
		list_del_init(&page->stale);
		if (!page->refs)
			unpin_page(guest, page);
	}
	guest->pages.num_stale = 0;
}
