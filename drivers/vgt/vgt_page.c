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
 * by vgt_pages_release(), or when a bound is reached.  A stale page stays that if
 * an engine does not answer to the flush; who cannot leave it at that has the
 * engine reset, by vgt_pages_flush_all() or vgt_pages_release_all().
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

#include "vgt/regs/engine.h"
#include "vgt/regs/gtt.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_reset.h"
#include "vgt_table.h"

#define MAX_STALE		1024
#define FLUSH_TIMEOUT_NS	4000000
#define FLUSH_TRIES		25	/* before an engine is reset */

/* In the order of enum vgt_engine_id. */
static const u32 tlb_regs[] = { GEN8_RTCR, GEN8_BTCR, GEN8_M1TCR, GEN8_VTCR };
#define ALL_TLBS	GENMASK(ARRAY_SIZE(tlb_regs) - 1, 0)

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
	if (page && !--page->refs && !is_stale(page))
		unpin_page(guest, page);
}

void vgt_page_drop(struct vgt_guest *guest, struct vgt_page *page)
{
	if (!page)
		return;
	page->refs--;
	if (is_stale(page))
		return;
	list_add_tail(&page->stale, &guest->pages.stale);
	if (++guest->pages.num_stale % MAX_STALE == 0)
		vgt_pages_release(guest);
}

/* Each bit clears itself when the engine has done it, as it is where nothing is cached. */
static bool wait_flushed(struct vgt_gpu *gpu, u32 reg, u64 end)
{
	while (vgt_gpu_read(gpu, reg) & TLB_INVALIDATE)
		if (vgt_gpu_now(gpu) >= end)
			return false;
	return true;
}

/* Of the engines, those whose bit does not clear. */
static unsigned long wait_engines(struct vgt_gpu *gpu, unsigned long engines)
{
	u64 end = vgt_gpu_now(gpu) + FLUSH_TIMEOUT_NS;
	unsigned long missing = 0;
	unsigned int i;

	for_each_set_bit(i, &engines, ARRAY_SIZE(tlb_regs))
		if (!wait_flushed(gpu, tlb_regs[i], end))
			missing |= BIT(i);
	return missing;
}

/*
 * From here on the GPU goes by what the entries say now, but for the engines that are returned as
 * bits: they have not answered.  A flush that is under way, of another vGPU, may be past an entry
 * that has changed since, and what is asked for in it may be lost: its end is waited for.  One
 * that begins after that, whoever asks for it, finds what the entries say now.
 */
static unsigned long flush(struct vgt_guest *guest, unsigned long engines)
{
	struct vgt_gpu *gpu = guest->vgpu.gpu;
	unsigned long busy;
	unsigned int i;

	busy = wait_engines(gpu, engines);
	engines &= ~busy;
	for_each_set_bit(i, &engines, ARRAY_SIZE(tlb_regs))
		vgt_gpu_write(gpu, tlb_regs[i], TLB_INVALIDATE);
	vgt_gpu_write(gpu, GFX_FLSH_CNTL, GFX_FLSH_CNTL_EN);
	return busy | wait_engines(gpu, engines);
}

void vgt_pages_wait_flush(struct vgt_gpu *gpu, u32 reg)
{
	wait_flushed(gpu, reg, vgt_gpu_now(gpu) + FLUSH_TIMEOUT_NS);
}

/*
 * Waited for, as a driver does: the guest is told that it is done, and who asks again and again
 * must not keep a flush from ever coming to its end.
 */
void vgt_pages_flush_tlb(struct vgt_guest *guest, u32 reg)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tlb_regs); i++)
		if (tlb_regs[i] == reg)
			flush(guest, BIT(i));
}

static bool has_stale(const struct vgt_guest *guest)
{
	return !list_empty(&guest->pages.stale) || vgt_tables_have_stale(guest);
}

static void free_stale(struct vgt_guest *guest)
{
	struct vgt_page *page, *next;

	vgt_tables_free_stale(guest);
	list_for_each_entry_safe(page, next, &guest->pages.stale, stale) {
		list_del_init(&page->stale);
		if (!page->refs)
			unpin_page(guest, page);
	}
	guest->pages.num_stale = 0;
}

void vgt_pages_release(struct vgt_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	if (!has_stale(guest))
		return;
	if (!flush(guest, ALL_TLBS))
		free_stale(guest);
}

void vgt_pages_flush_all(struct vgt_guest *guest)
{
	unsigned int tries = FLUSH_TRIES, id;
	unsigned long missing = ALL_TLBS;

	do
		missing = flush(guest, missing);
	while (missing && --tries);
	for (id = 0; id < ARRAY_SIZE(tlb_regs); id++)
		if (missing & BIT(id))
			vgt_reset_by_core(&guest->vgpu.gpu->engine[id]);
}

void vgt_pages_release_all(struct vgt_guest *guest)
{
	lockdep_assert_held(&guest->lock);
	if (!has_stale(guest))
		return;
	vgt_pages_flush_all(guest);
	free_stale(guest);
}
