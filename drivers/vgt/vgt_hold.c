// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: pages behind a picture
 *
 *            vgt_guest_hold_pages()         vgt_guest_release_pages()
 *                       |                              |
 *   mapped in GGTT ----------> each page used once more ----------> used once less
 *                                       |                              ^
 *                                       | VMM takes the memory, or     |
 *                                       +------- guest closed ---------+
 *
 * What the VMM takes away is let go at once, for the VMM will not wait; the
 * handle stays, with a hole.  Who shows the picture must have stopped before.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_guest.h"
#include "vgt_hold.h"
#include "vgt_page.h"

/**
 * struct vgt_held_pages - a hold
 * @link: in &vgt_display.held
 * @count: of pages
 * @page: the pages; NULL: not held any more
 */
struct vgt_held_pages {
	struct list_head link;
	u32 count;
	struct vgt_page *page[];
};

u64 vgt_guest_ggtt_changes(const struct vgt_guest *guest)
{
	return READ_ONCE(guest->ggtt_changes);
}
EXPORT_SYMBOL_GPL(vgt_guest_ggtt_changes);

static void let_go(struct vgt_guest *guest, struct vgt_page **page)
{
	struct vgt_page *old = *page;

	*page = NULL;
	vgt_page_put(guest, old);
}

static void let_all_go(struct vgt_guest *guest, struct vgt_held_pages *held)
{
	u32 i;

	for (i = 0; i < held->count; i++)
		let_go(guest, &held->page[i]);
}

static int hold_page(struct vgt_guest *guest, u64 addr, struct vgt_page **page)
{
	struct vgt_page *mapped = NULL;

	if (vgt_gm_owns(&guest->vgpu.gm, addr))
		mapped = vgt_ggtt_guest_page(guest, addr);
	if (!mapped)
		return -EFAULT;
	mapped = vgt_page_get(guest, mapped->gfn);
	if (IS_ERR(mapped))
		return PTR_ERR(mapped);
	*page = mapped;
	return 0;
}

static int hold_all(struct vgt_guest *guest, struct vgt_held_pages *held, u32 ggtt_addr,
		    u64 *bus, void **addr)
{
	u32 i;
	int err;

	if (!guest->ops)
		return -EFAULT;
	for (i = 0; i < held->count; i++) {
		err = hold_page(guest, (u64)ggtt_addr + (u64)i * SZ_4K, &held->page[i]);
		if (err)
			return err;
		if (bus)
			bus[i] = held->page[i]->bus;
		if (addr)
			addr[i] = held->page[i]->addr;
	}
	return 0;
}

struct vgt_held_pages *vgt_guest_hold_pages(struct vgt_guest *guest, u32 ggtt_addr, u32 pages,
					    u64 *bus, void **addr)
{
	const struct vgt_gm_share *gm = &guest->vgpu.gm;
	struct vgt_held_pages *held;
	int err;

	if (!pages || ggtt_addr % SZ_4K ||
	    (u64)pages * SZ_4K > max(gm->low.size, gm->high.size))
		return ERR_PTR(-EFAULT);
	held = kvzalloc(sizeof(*held) + (size_t)pages * sizeof(held->page[0]), GFP_KERNEL);
	if (!held)
		return ERR_PTR(-ENOMEM);
	held->count = pages;

	mutex_lock(&guest->lock);
	err = hold_all(guest, held, ggtt_addr, bus, addr);
	if (err)
		let_all_go(guest, held);
	else
		list_add_tail(&held->link, &guest->display.held);
	mutex_unlock(&guest->lock);
	if (err) {
		kvfree(held);
		return ERR_PTR(err);
	}
	return held;
}
EXPORT_SYMBOL_GPL(vgt_guest_hold_pages);

void vgt_guest_release_pages(struct vgt_guest *guest, struct vgt_held_pages *held)
{
	mutex_lock(&guest->lock);
	let_all_go(guest, held);
	vgt_pages_release(guest);
	list_del(&held->link);
	mutex_unlock(&guest->lock);
	kvfree(held);
}
EXPORT_SYMBOL_GPL(vgt_guest_release_pages);

void vgt_hold_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages)
{
	struct vgt_held_pages *held;
	u32 i;

	list_for_each_entry(held, &guest->display.held, link)
		for (i = 0; i < held->count; i++)
			if (held->page[i] && held->page[i]->gfn - gfn < pages)
				let_go(guest, &held->page[i]);
}

void vgt_hold_drop_all(struct vgt_guest *guest)
{
	struct vgt_held_pages *held;

	list_for_each_entry(held, &guest->display.held, link)
		let_all_go(guest, held);
}
