// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: copies
 *
 * What was audited is executed from pages that the guest cannot write:
 *
 *   guest's memory --fetch--> buffer --audit--> (refused)
 *                               |
 *                               +--write--> copy, in the window of the vGPU
 *
 * The window is graphics memory of the core, where neither the guest's
 * processors nor its commands reach.  Its size bounds what a guest can make the
 * core allocate: contexts that are not used give way, and when all are, the
 * submission that wants more is refused.
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vgt/hw.h"
#include "vgt_context.h"
#include "vgt_copy.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_stats.h"
#include "vgt_trace.h"

#define WINDOW_PAGES	(VGT_GM_WINDOW_SIZE / SZ_4K)

int vgt_copies_init(struct vgt_guest *guest)
{
	guest->copies.window = vgt_gm_window(&guest->vgpu.gpu->gm, guest->vgpu.id);
	guest->copies.used = bitmap_zalloc(WINDOW_PAGES, GFP_KERNEL);
	return guest->copies.used ? 0 : -ENOMEM;
}

void vgt_copies_fini(struct vgt_guest *guest)
{
	bitmap_free(guest->copies.used);
	guest->copies.used = NULL;
}

void vgt_copy_free(struct vgt_guest *guest, struct vgt_copy *copy)
{
	struct vgt_gpu *gpu = guest->vgpu.gpu;
	struct vgt_hw *hw = gpu->hw;
	unsigned int i;

	if (!copy->pages)
		return;
	for (i = 0; i < copy->pages; i++)
		vgt_ggtt_unmap_page(gpu, copy->addr + i * SZ_4K);
	vgt_ggtt_flush(gpu);
	for (i = 0; i < copy->pages; i++)
		if (copy->page[i].addr)
			hw->ops->page_free(hw, copy->page[i].addr, copy->page[i].bus);
	bitmap_clear(guest->copies.used, (copy->addr - guest->copies.window) / SZ_4K,
		     copy->pages);
	kfree(copy->page);
	*copy = (struct vgt_copy){ 0 };
}

static int take_room(struct vgt_guest *guest, unsigned int pages, u32 *addr)
{
	struct vgt_copies *copies = &guest->copies;
	unsigned long start;

	do {
		start = bitmap_find_next_zero_area(copies->used, WINDOW_PAGES, 0, pages, 0);
		if (start < WINDOW_PAGES) {
			bitmap_set(copies->used, start, pages);
			*addr = copies->window + start * SZ_4K;
			return 0;
		}
	} while (vgt_context_drop_oldest(guest));
	return -ENOSPC;
}

int vgt_copy_alloc(struct vgt_guest *guest, struct vgt_copy *copy, unsigned int pages,
		   unsigned int first)
{
	struct vgt_gpu *gpu = guest->vgpu.gpu;
	struct vgt_hw *hw = gpu->hw;
	unsigned int i;
	int err;

	copy->page = kcalloc(pages, sizeof(*copy->page), GFP_KERNEL);
	if (!copy->page)
		return -ENOMEM;
	err = take_room(guest, pages, &copy->addr);
	if (err) {
		kfree(copy->page);
		*copy = (struct vgt_copy){ 0 };
		return err;
	}
	copy->pages = pages;
	for (i = first; i < pages; i++) {
		copy->page[i].addr = hw->ops->page_alloc(hw, &copy->page[i].bus);
		if (!copy->page[i].addr) {
			vgt_copy_free(guest, copy);
			return -ENOMEM;
		}
		vgt_ggtt_map_page(gpu, copy->addr + i * SZ_4K, copy->page[i].bus);
	}
	vgt_ggtt_flush(gpu);
	return 0;
}

void vgt_copy_write(struct vgt_copy *copy, u32 offset, const u32 *dw, unsigned int n)
{
	unsigned int now;

	for (; n; n -= now, dw += now, offset += 4 * now) {
		now = min_t(unsigned int, n, (SZ_4K - offset % SZ_4K) / 4);
		memcpy(copy->page[offset / SZ_4K].addr + offset % SZ_4K / 4, dw, 4 * now);
	}
}

void vgt_copy_map(struct vgt_guest *guest, const struct vgt_copy *copy)
{
	unsigned int i;

	for (i = 0; i < copy->pages; i++)
		if (copy->page[i].addr)
			vgt_ggtt_map_page(guest->vgpu.gpu, copy->addr + i * SZ_4K,
					  copy->page[i].bus);
}

int vgt_buffer_reserve(struct vgt_buffer *buffer, unsigned int n)
{
	size_t size = ALIGN(4 * (size_t)n, SZ_4K);
	u32 *dw;

	if (buffer->size >= size)
		return 0;
	size = max(size, 2 * buffer->size);
	dw = kvzalloc(size, GFP_KERNEL);
	if (!dw)
		return -ENOMEM;
	if (buffer->dw)
		memcpy(dw, buffer->dw, buffer->size);
	kvfree(buffer->dw);
	buffer->dw = dw;
	buffer->size = size;
	return 0;
}

int vgt_copy_fetch(struct vgt_guest *guest, u32 addr, u32 *to, unsigned int n)
{
	struct vgt_page *page;
	unsigned int now;

	for (; n; n -= now, to += now, addr += 4 * now) {
		page = vgt_ggtt_guest_page(guest, addr);
		if (!page)
			return -EFAULT;
		now = min_t(unsigned int, n, (SZ_4K - addr % SZ_4K) / 4);
		memcpy(to, (u32 *)page->addr + addr % SZ_4K / 4, 4 * now);
	}
	return 0;
}

int vgt_copy_audit(struct vgt_guest *guest, enum vgt_engine_id id, enum vgt_audit_kind kind,
		   int (*start)(void *priv, u32 *dw), void *priv, u32 *dw, unsigned int n,
		   unsigned int *stop)
{
	struct vgt_audit_finding finding = { 0 };
	const struct vgt_audit how = {
		.regs = &guest->vgpu.gpu->regs,
		.gm = &guest->vgpu.gm,
		.engine = id,
		.kind = kind,
		.start = start,
		.priv = priv,
	};
	int ret;

	vgt_count_n(&guest->vgpu.stats, VGT_EVENT_AUDIT_DWORDS, n);
	ret = vgt_audit(&how, dw, n, &finding);
	if (finding.dropped)
		vgt_count_n(&guest->vgpu.stats, VGT_EVENT_AUDIT_DROPPED, finding.dropped);
	if (finding.rule)
		trace_vgt_refused(guest->vgpu.id, finding.rule, finding.command, finding.at);
	if (stop)
		*stop = finding.stop;
	return ret;
}
