// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: shadow contexts
 *
 * The GPU never executes from memory that a guest can write, but for batches
 * that run without privileges, where the engine sees to that.  For each of its
 * contexts the core has a shadow, in the core's own graphics memory, where neither
 * the guest's CPUs nor its commands reach:
 *
 *   guest's context               shadow
 *     status page  <------------    the same page
 *     ring context  - values -->    built by the core: addresses replaced
 *     engine context - audit -->    copy; copied back when the engine has saved it;
 *                                   that of an idle context, if it is not to be restored
 *     ring          - audit -->     vgt_ring.c
 *     workaround batches - audit -> copies
 *     batches       - audit -->     copies (vgt_batch.c), if privileged or the blitter's
 *     page tables   - sync -->      vgt_ppgtt.c
 *
 *                 first use               submission: load            saved, no element left
 *   (none) --------------------> IDLE ------------------------> BUSY -----------------------> IDLE
 *      ^                          |                             |  ^
 *      +---- dropped: least ------+                             +--+ submission: extend, by the
 *            recently used                                           commands behind the old tail
 *
 * A context is busy while its descriptor is in the port of its engine.  What the
 * engine has of it then must not change: only commands that it cannot have
 * reached are added, and the tail, which the engine reads anew at a lite restore.
 * Copies of batches that it has left behind are used again.
 *
 * The image goes through the guest's memory between two runs, as drivers expect.
 * What comes back equal to what the engine has saved needs no second audit.
 *
 * Source: Skylake PRM vol. 7, "Logical Ring Context"; i915 gt/intel_lrc.c.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vgt/hw.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/mi.h"
#include "vgt_audit.h"
#include "vgt_batch.h"
#include "vgt_context.h"
#include "vgt_copy.h"
#include "vgt_execlist.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_idle.h"
#include "vgt_image.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"
#include "vgt_ring.h"
#include "vgt_stats.h"
#include "vgt_trace.h"

#define PAGE_DWORDS	(SZ_4K / 4)
#define LINE_DWORDS	16
#define STATE_PAGE	1	/* of the image: ring context and engine context */

/* What of CONTEXT_CONTROL and of a descriptor a guest has a say in. */
#define CONTROL_FLAGS	(CTX_CTRL_RS_ENABLE | CTX_CTRL_SAVE_INHIBIT | CTX_CTRL_INHIBIT_SYN_SWITCH)
#define DESC_FLAGS	(CTX_DESC_VALID | CTX_DESC_FORCE_RESTORE | 3ull << CTX_DESC_MODE_SHIFT | \
			 CTX_DESC_COHERENT)

/**
 * struct vgt_context - a shadow context
 * @link: in &struct vgt_contexts
 * @id: its engine
 * @used: number of its last use among those of all contexts
 * @lrca: the guest's address of it
 * @pages: of the image, status page included
 * @guest_page: these pages in the guest
 * @image: their shadow; its first page is the guest's own
 * @length: dwords of the state pages that the engine loads; as far as it is known
 * @loaded: @image has been filled
 * @saved: ... by the engine since, and the guest's image is equal
 * @ring: the shadow of its ring
 * @indirect: workaround batch of each restore
 * @per_ctx: workaround batch after each restore
 * @ppgtt: its address space
 * @mode: how a descriptor says of what kind that is
 */
struct vgt_context {
	struct list_head link;
	enum vgt_engine_id id;
	u64 used;
	u32 lrca;
	unsigned int pages;
	struct vgt_page *guest_page[VGT_IMAGE_PAGES_RCS];
	struct vgt_copy image;
	unsigned int length;
	bool loaded;
	bool saved;
	struct vgt_ring ring;
	struct vgt_copy indirect, per_ctx;
	struct vgt_ppgtt *ppgtt;
	unsigned int mode;
};

static struct vgt_port *port_of(struct vgt_guest *guest, const struct vgt_context *ctx)
{
	return &guest->vgpu.port[ctx->id];
}

static u32 *state(struct vgt_context *ctx)
{
	return ctx->image.page[STATE_PAGE].addr;
}

static const u32 *guest_state(const struct vgt_context *ctx)
{
	return ctx->guest_page[STATE_PAGE]->addr;
}

static int audit(struct vgt_guest *guest, const struct vgt_context *ctx, enum vgt_audit_kind kind,
		 u32 *dw, unsigned int n)
{
	return vgt_copy_audit(guest, ctx->id, kind, NULL, NULL, dw, n, NULL);
}

/*
 * The image
 */

static unsigned int state_dwords(const struct vgt_context *ctx)
{
	return (ctx->pages - STATE_PAGE) * PAGE_DWORDS;
}

/* Is the engine context that the guest has the one that the engine saved? */
static bool unchanged(const struct vgt_context *ctx)
{
	unsigned int from = VGT_RING_CONTEXT, i, n;
	unsigned int left = ctx->length - VGT_RING_CONTEXT;

	if (!ctx->saved)
		return false;
	for (i = STATE_PAGE; left; i++, from = 0, left -= n) {
		n = min_t(unsigned int, left, PAGE_DWORDS - from);
		if (memcmp((u32 *)ctx->guest_page[i]->addr + from, ctx->image.page[i].addr + from,
			   4 * n))
			return false;
	}
	return true;
}

static int load_engine_context(struct vgt_guest *guest, struct vgt_context *ctx)
{
	unsigned int i, n = state_dwords(ctx);
	u32 *dw;
	int ret;

	if (ctx->length < n && unchanged(ctx))
		return 0;
	ret = vgt_buffer_reserve(&guest->contexts.buffer, n);
	if (ret)
		return ret;
	dw = guest->contexts.buffer.dw;
	for (i = STATE_PAGE; i < ctx->pages; i++)
		memcpy(dw + (i - STATE_PAGE) * PAGE_DWORDS, ctx->guest_page[i]->addr, SZ_4K);
	ret = audit(guest, ctx, VGT_AUDIT_IMAGE, dw + VGT_RING_CONTEXT, n - VGT_RING_CONTEXT);
	if (ret < 0)
		return ret == -ENODATA ? -EPERM : ret;
	ctx->length = VGT_RING_CONTEXT + ret;
	for (i = STATE_PAGE; i < ctx->pages; i++, dw += PAGE_DWORDS) {
		n = i == STATE_PAGE ? VGT_RING_CONTEXT : 0;
		memcpy(ctx->image.page[i].addr + n, dw + n, SZ_4K - 4 * n);
	}
	vgt_count(&guest->vgpu.stats, VGT_EVENT_CONTEXT_COPY);
	return 0;
}

/* Hardware would leave in the engine what the context before it had there: another guest's. */
static int load_clean_engine_context(struct vgt_guest *guest, struct vgt_context *ctx)
{
	const struct vgt_idle *idle = &port_of(guest, ctx)->engine->idle_context;
	unsigned int from = VGT_RING_CONTEXT, i;

	if (!READ_ONCE(idle->saved))
		return -EPERM;
	for (i = STATE_PAGE; i < ctx->pages; i++, from = 0)
		memcpy(ctx->image.page[i].addr + from, idle->page[i].addr + from,
		       SZ_4K - 4 * from);
	ctx->length = state_dwords(ctx);
	return 0;
}

static bool same_batch_in_progress(const u32 *image, const u32 *shadow)
{
	unsigned int i;

	for (i = IMAGE_BB_FIRST; i <= IMAGE_BB_LAST; i += 2)
		if (image[i] != shadow[i])
			return false;
	return true;
}

/* Is a copy what it was in when the image was saved? */
static bool was_in_copy(const u32 *shadow)
{
	return shadow[IMAGE_BB_ADDR] & BBADDR_VALID && !(shadow[IMAGE_BB_STATE] & BBSTATE_PPGTT);
}

/* A batch to be gone on with: the one that the engine has left, or one that the engine checks. */
static int load_batch_in_progress(struct vgt_context *ctx, const u32 *image)
{
	u32 *shadow = state(ctx), *guest = ctx->guest_page[STATE_PAGE]->addr;
	bool lost = ctx->ring.overwritten && was_in_copy(shadow);
	unsigned int i;

	if (ctx->loaded && same_batch_in_progress(image, shadow)) {
		/* A reset has thrown the engine back to a copy that may be another batch's. */
		for (i = IMAGE_BB_FIRST; lost && i <= IMAGE_BB_LAST; i += 2) {
			guest[i] = 0;
			shadow[i] = 0;
		}
		return 0;
	}
	if ((image[IMAGE_BB_ADDR] | image[IMAGE_SBB_ADDR]) & BBADDR_VALID &&
	    (ctx->id == VGT_BCS ||
	     !(image[IMAGE_BB_STATE] & image[IMAGE_BB_LAST] & BBSTATE_PPGTT)))
		return -EPERM;
	for (i = IMAGE_BB_FIRST; i <= IMAGE_BB_LAST; i += 2)
		shadow[i] = image[i];
	shadow[IMAGE_BB_STATE] &= BBSTATE_PPGTT;
	shadow[IMAGE_BB_LAST] &= BBSTATE_PPGTT;
	return 0;
}

/* The copy that the engine is to go on with, as an address in it; 0: with none. */
static u32 copy_in_progress(const struct vgt_context *ctx)
{
	const u32 *shadow = ctx->image.page[STATE_PAGE].addr;

	return was_in_copy(shadow) && !ctx->ring.overwritten ? shadow[IMAGE_BB_ADDR] & ~3u : 0;
}

/*
 * Workaround batch of @n dwords at @addr, which ends by itself, or with its last dword, to @at in
 * its copy.
 */
static int load_wa_batch(struct vgt_guest *guest, struct vgt_context *ctx, struct vgt_copy *copy,
			 unsigned int at, u32 addr, unsigned int n, bool ends)
{
	u32 *dw;
	int ret;

	ret = vgt_buffer_reserve(&guest->contexts.buffer, n + 1);
	if (ret)
		return ret;
	dw = guest->contexts.buffer.dw;
	ret = vgt_copy_fetch(guest, addr, dw, n);
	if (ret)
		return ret;
	if (!ends)
		dw[n++] = MI_BATCH_BUFFER_END;
	ret = audit(guest, ctx, VGT_AUDIT_WA_BATCH, dw, n);
	if (ret < 0 || (!ends && ret != n))
		return ret < 0 && ret != -ENODATA ? ret : -EPERM;
	vgt_copy_write(copy, at, dw, n);
	return 0;
}

/*
 * In the execution units gen9 leaves what the context before this one has had in their registers
 * and shared memory.  i915 clears that at each restore, as here (WaClearSlmSpaceAtContextSwitch,
 * CVE-2019-14615); a guest's driver might not.
 */
static void write_cleardown(struct vgt_guest *guest, struct vgt_context *ctx)
{
	const struct vgt_idle *idle = &port_of(guest, ctx)->engine->idle_context;
	const u32 dw[LINE_DWORDS] = {
		MI_ARB_ON_OFF,
		PIPE_CONTROL,
		PIPE_CONTROL_FLUSH_L3 | PIPE_CONTROL_CS_STALL | PIPE_CONTROL_QW_WRITE |
		PIPE_CONTROL_GGTT,
		idle->addr + idle->pages * SZ_4K, 0,	/* a page of zeroes: it stays that */
		0, 0,
		MI_ARB_ON_OFF | MI_ARB_ENABLE,
	};

	vgt_copy_write(&ctx->indirect, 0, dw, LINE_DWORDS);
}

static int load_indirect(struct vgt_guest *guest, struct vgt_context *ctx, const u32 *image)
{
	u32 indirect = image[IMAGE_INDIRECT_CTX], *shadow = state(ctx);
	unsigned int lines = indirect & INDIRECT_CTX_LINES;
	unsigned int own = ctx->id == VGT_RCS;
	int err;

	shadow[IMAGE_INDIRECT_CTX] = 0;
	shadow[IMAGE_INDIRECT_OFFSET] = 0;
	if (!lines && !own)
		return 0;
	if (lines + own > INDIRECT_CTX_LINES)
		return -EPERM;
	if (!ctx->indirect.pages) {
		err = vgt_copy_alloc(guest, &ctx->indirect, 1, 0);
		if (err)
			return err;
	}
	if (own)
		write_cleardown(guest, ctx);
	if (lines) {
		err = load_wa_batch(guest, ctx, &ctx->indirect, own * 4 * LINE_DWORDS,
				    indirect & INDIRECT_CTX_ADDR, lines * LINE_DWORDS, false);
		if (err)
			return err;
	}
	shadow[IMAGE_INDIRECT_CTX] = ctx->indirect.addr | (lines + own);
	/* Where it is not reached, or too early, it clears nothing. */
	shadow[IMAGE_INDIRECT_OFFSET] = own ? INDIRECT_CTX_OFFSET_DEFAULT :
					      image[IMAGE_INDIRECT_OFFSET] & 0xffc0;
	return 0;
}

static int load_per_ctx(struct vgt_guest *guest, struct vgt_context *ctx, const u32 *image)
{
	u32 per_ctx = image[IMAGE_BB_PER_CTX], *shadow = state(ctx);
	int err;

	shadow[IMAGE_BB_PER_CTX] = 0;
	if (!(per_ctx & BB_PER_CTX_VALID))
		return 0;
	if (!ctx->per_ctx.pages) {
		err = vgt_copy_alloc(guest, &ctx->per_ctx, 2, 0);
		if (err)
			return err;
	}
	err = load_wa_batch(guest, ctx, &ctx->per_ctx, 0, per_ctx & BB_PER_CTX_ADDR, PAGE_DWORDS,
			    true);
	if (err)
		return err;
	shadow[IMAGE_BB_PER_CTX] = ctx->per_ctx.addr | BB_PER_CTX_VALID;
	return 0;
}

static int load_ppgtt(struct vgt_guest *guest, struct vgt_context *ctx, const u32 *image, u64 desc)
{
	unsigned int levels, n, i;
	struct vgt_ppgtt *ppgtt;
	u64 root[4], addr;
	int err;

	switch (CTX_DESC_MODE(desc)) {
	case CTX_DESC_MODE_LEGACY_64B:
		levels = 4;
		n = 1;
		break;
	case CTX_DESC_MODE_LEGACY_32B:
		levels = 3;
		n = 4;
		break;
	default:
		return -EPERM;
	}
	for (i = 0; i < n; i++)
		root[i] = (u64)image[IMAGE_PDP_UDW(i)] << 32 | image[IMAGE_PDP_LDW(i)];
	ppgtt = vgt_ppgtt_get(guest, levels, root);
	if (IS_ERR(ppgtt))
		return PTR_ERR(ppgtt);
	vgt_ppgtt_put(guest, ctx->ppgtt);
	ctx->ppgtt = ppgtt;
	ctx->mode = CTX_DESC_MODE(desc);
	err = vgt_ppgtt_sync(guest, ppgtt);
	if (err)
		return err;
	for (i = 0; i < 4; i++) {
		addr = i < n ? vgt_ppgtt_root(ppgtt, i) : 0;
		state(ctx)[IMAGE_PDP_UDW(i)] = upper_32_bits(addr);
		state(ctx)[IMAGE_PDP_LDW(i)] = lower_32_bits(addr);
	}
	return 0;
}

/* The pages that hold the image in the guest, as its GGTT has them now. */
static int load_pages(struct vgt_guest *guest, struct vgt_context *ctx)
{
	struct vgt_page *page, *old;
	unsigned int i;

	for (i = 0; i < ctx->pages; i++) {
		page = vgt_ggtt_guest_page(guest, ctx->lrca + i * SZ_4K);
		if (!page)
			return -EFAULT;
		old = ctx->guest_page[i];
		if (old == page)
			continue;
		page = vgt_page_get(guest, page->gfn);
		if (IS_ERR(page))
			return PTR_ERR(page);
		ctx->guest_page[i] = page;
		ctx->saved = false;
		if (!i) {
			vgt_ggtt_map_page(guest->vgpu.gpu, ctx->image.addr, page->bus);
			vgt_ggtt_flush(guest->vgpu.gpu);
		}
		vgt_page_put(guest, old);
	}
	return 0;
}

static int load(struct vgt_guest *guest, struct vgt_context *ctx, u64 desc)
{
	u32 image[VGT_RING_CONTEXT], *shadow = state(ctx);
	int err;

	err = load_pages(guest, ctx);
	if (err)
		return err;
	memcpy(image, guest_state(ctx), sizeof(image));
	if (!ctx->loaded)
		vgt_image_init(shadow, port_of(guest, ctx)->engine->base);
	vgt_batches_keep(&ctx->ring.batches, copy_in_progress(ctx));

	if (image[IMAGE_CONTEXT_CONTROL] & CTX_CTRL_RESTORE_INHIBIT)
		err = load_clean_engine_context(guest, ctx);
	else
		err = load_engine_context(guest, ctx);
	if (!err)
		err = load_ppgtt(guest, ctx, image, desc);
	if (!err)
		err = load_batch_in_progress(ctx, image);
	if (!err)
		err = load_indirect(guest, ctx, image);
	if (!err)
		err = load_per_ctx(guest, ctx, image);
	if (!err)
		err = vgt_ring_load(guest, &ctx->ring, ctx->ppgtt, image);
	if (err)
		return err;

	shadow[IMAGE_CONTEXT_CONTROL] = (image[IMAGE_CONTEXT_CONTROL] & CONTROL_FLAGS * 0x10001) |
					CTX_CTRL_RESTORE_INHIBIT << 16;
	shadow[IMAGE_RING_HEAD] = image[IMAGE_RING_HEAD];
	shadow[IMAGE_RING_START] = ctx->ring.copy.addr;
	shadow[IMAGE_RING_CTL] = image[IMAGE_RING_CTL] & (RING_CTL_PAGES | RING_CTL_VALID);
	shadow[IMAGE_TIMESTAMP] = image[IMAGE_TIMESTAMP];
	shadow[IMAGE_POWER_STATE] = image[IMAGE_POWER_STATE];
	ctx->loaded = true;
	ctx->saved = false;
	return 0;
}

static int extend(struct vgt_guest *guest, struct vgt_context *ctx)
{
	u32 tail = READ_ONCE(guest_state(ctx)[IMAGE_RING_TAIL]) & RING_TAIL_ADDR;
	int err;

	err = vgt_ppgtt_sync(guest, ctx->ppgtt);
	return err ? err : vgt_ring_extend(guest, &ctx->ring, tail);
}

/*
 * Life
 */

static bool is_busy(struct vgt_guest *guest, const struct vgt_context *ctx)
{
	struct vgt_port *port = port_of(guest, ctx);
	unsigned long flags;
	bool busy;

	spin_lock_irqsave(&port->engine->lock, flags);
	busy = vgt_execlist_holds(port, ctx->image.addr);
	spin_unlock_irqrestore(&port->engine->lock, flags);
	return busy;
}

/* In front of the others; from here on the engine's events find it. */
static void use(struct vgt_guest *guest, struct vgt_context *ctx)
{
	struct vgt_engine *engine = port_of(guest, ctx)->engine;
	unsigned long flags;

	spin_lock_irqsave(&engine->lock, flags);
	list_move(&ctx->link, &guest->contexts.list[ctx->id]);
	spin_unlock_irqrestore(&engine->lock, flags);
	ctx->used = ++guest->contexts.uses;
}

static void drop(struct vgt_guest *guest, struct vgt_context *ctx)
{
	struct vgt_engine *engine = port_of(guest, ctx)->engine;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&engine->lock, flags);
	list_del(&ctx->link);
	spin_unlock_irqrestore(&engine->lock, flags);

	vgt_copy_free(guest, &ctx->per_ctx);
	vgt_copy_free(guest, &ctx->indirect);
	vgt_ring_free(guest, &ctx->ring);
	vgt_copy_free(guest, &ctx->image);
	vgt_ppgtt_put(guest, ctx->ppgtt);
	for (i = 0; i < ctx->pages; i++)
		vgt_page_put(guest, ctx->guest_page[i]);
	kfree(ctx);
}

/* Of an engine's contexts that may go. */
static struct vgt_context *oldest(struct vgt_guest *guest, enum vgt_engine_id id)
{
	const struct vgt_contexts *contexts = &guest->contexts;
	struct vgt_context *ctx;

	list_for_each_entry_reverse(ctx, &contexts->list[id], link)
		if (ctx != contexts->first && ctx != contexts->current_ctx && !is_busy(guest, ctx))
			return ctx;
	return NULL;
}

bool vgt_context_drop_oldest(struct vgt_guest *guest)
{
	struct vgt_context *ctx = NULL, *other;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		other = oldest(guest, id);
		if (other && (!ctx || other->used < ctx->used))
			ctx = other;
	}
	if (!ctx)
		return false;
	drop(guest, ctx);
	return true;
}

static struct vgt_context *create(struct vgt_guest *guest, enum vgt_engine_id id, u32 lrca)
{
	struct vgt_context *ctx;
	int err;

	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&ctx->link);
	ctx->id = id;
	ctx->lrca = lrca;
	ctx->pages = id == VGT_RCS ? VGT_IMAGE_PAGES_RCS : VGT_IMAGE_PAGES_OTHER;
	err = vgt_copy_alloc(guest, &ctx->image, ctx->pages, STATE_PAGE);
	if (err) {
		kfree(ctx);
		return ERR_PTR(err);
	}
	ctx->length = state_dwords(ctx);
	vgt_ring_init(&ctx->ring, port_of(guest, ctx), ctx->image.addr,
		      &state(ctx)[IMAGE_RING_HEAD]);
	return ctx;
}

static struct vgt_context *find(struct vgt_guest *guest, enum vgt_engine_id id, u32 lrca)
{
	struct vgt_context *ctx;

	list_for_each_entry(ctx, &guest->contexts.list[id], link)
		if (ctx->lrca == lrca)
			return ctx;
	return create(guest, id, lrca);
}

static int prepare(struct vgt_guest *guest, enum vgt_engine_id id, u64 *desc,
		   struct vgt_context **prepared)
{
	struct vgt_context *ctx;
	int err;

	ctx = find(guest, id, CTX_DESC_LRCA(*desc));
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	*prepared = ctx;
	guest->contexts.current_ctx = ctx;
	if (is_busy(guest, ctx)) {
		/* Else the engine would take tables of one level for those of another. */
		err = CTX_DESC_MODE(*desc) == ctx->mode ? extend(guest, ctx) : -EPERM;
	} else {
		err = load(guest, ctx, *desc);
	}
	guest->contexts.current_ctx = NULL;
	use(guest, ctx);
	*desc = (*desc & (DESC_FLAGS | 0xffffffff00000000ull)) | CTX_DESC_PPGTT | ctx->image.addr;
	return err;
}

static int prepare_elements(struct vgt_guest *guest, enum vgt_engine_id id, u64 element[2])
{
	struct vgt_contexts *contexts = &guest->contexts;
	struct vgt_context *ctx[2] = { 0 };
	unsigned int i;
	int err = 0;

	if (element[1] && CTX_DESC_LRCA(element[0]) == CTX_DESC_LRCA(element[1]))
		return -EPERM;
	for (i = 0; i < 2 && !err; i++) {
		if (!element[i])
			continue;
		err = prepare(guest, id, &element[i], &ctx[i]);
		if (!i && !err)
			contexts->first = ctx[0];
	}
	contexts->first = NULL;
	/* Not before all have been accepted: any restore takes over the tail. */
	for (i = 0; i < 2; i++) {
		if (!ctx[i])
			continue;
		if (err)
			vgt_ring_cancel(&ctx[i]->ring);
		else
			WRITE_ONCE(state(ctx[i])[IMAGE_RING_TAIL], vgt_ring_give(&ctx[i]->ring));
	}
	return err;
}

int vgt_context_prepare(struct vgt_guest *guest, enum vgt_engine_id id, u64 element[2])
{
	int err;

	vgt_ggtt_guest_settle(guest);
	vgt_batch_work_begin(guest->contexts.batch_work);
	err = prepare_elements(guest, id, element);
	if (err)
		vgt_count(&guest->vgpu.stats, VGT_EVENT_AUDIT_REFUSED);
	return err;
}

void vgt_context_sync_busy(struct vgt_guest *guest)
{
	struct vgt_context *ctx;
	unsigned int id;

	lockdep_assert_held(&guest->lock);
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		list_for_each_entry(ctx, &guest->contexts.list[id], link)
			if (is_busy(guest, ctx))
				vgt_ppgtt_sync(guest, ctx->ppgtt);
}

static struct vgt_context *find_shadow(struct vgt_guest *guest, enum vgt_engine_id id, u64 desc)
{
	struct vgt_context *ctx;

	list_for_each_entry(ctx, &guest->contexts.list[id], link)
		if (ctx->image.addr == CTX_DESC_LRCA(desc))
			return ctx;
	return NULL;
}

bool vgt_context_intact(struct vgt_guest *guest, enum vgt_engine_id id, u64 desc)
{
	struct vgt_context *ctx = find_shadow(guest, id, desc);

	return ctx && !READ_ONCE(ctx->ring.overwritten);
}

/* What software looks at, and the engine context; the rest of the ring context is the guest's. */
void vgt_context_saved(struct vgt_guest *guest, enum vgt_engine_id id, u64 desc)
{
	static const u8 values[] = {
		IMAGE_CONTEXT_CONTROL, IMAGE_RING_HEAD, IMAGE_TIMESTAMP,
	};
	unsigned int from = VGT_RING_CONTEXT, left, i, n;
	struct vgt_context *ctx;
	u32 *to;

	ctx = find_shadow(guest, id, desc);
	if (!ctx)
		return;
	vgt_ring_saved(&ctx->ring);
	to = ctx->guest_page[STATE_PAGE]->addr;
	for (i = 0; i < ARRAY_SIZE(values); i++)
		to[values[i]] = state(ctx)[values[i]];
	for (i = IMAGE_BB_FIRST; i <= IMAGE_BB_LAST; i += 2)
		to[i] = state(ctx)[i];
	left = ctx->length - VGT_RING_CONTEXT;
	for (i = STATE_PAGE; left; i++, from = 0, left -= n) {
		n = min_t(unsigned int, left, PAGE_DWORDS - from);
		memcpy((u32 *)ctx->guest_page[i]->addr + from, ctx->image.page[i].addr + from,
		       4 * n);
	}
	ctx->saved = true;
	vgt_count(&guest->vgpu.stats, VGT_EVENT_CONTEXT_COPY);
}

int vgt_context_init(struct vgt_guest *guest)
{
	struct vgt_contexts *contexts = &guest->contexts;
	unsigned int id;
	int err;

	for (id = 0; id < VGT_NUM_ENGINES; id++)
		INIT_LIST_HEAD(&contexts->list[id]);
	contexts->current_ctx = NULL;
	contexts->first = NULL;
	contexts->buffer = (struct vgt_buffer){ 0 };
	contexts->batch_work = vgt_batch_work_new();
	if (!contexts->batch_work)
		return -ENOMEM;
	err = vgt_copies_init(guest);
	if (err)
		vgt_batch_work_free(contexts->batch_work);
	return err;
}

void vgt_context_drop_all(struct vgt_guest *guest)
{
	struct vgt_context *ctx, *next;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++)
		list_for_each_entry_safe(ctx, next, &guest->contexts.list[id], link)
			drop(guest, ctx);
}

void vgt_context_fini(struct vgt_guest *guest)
{
	struct vgt_contexts *contexts = &guest->contexts;

	vgt_context_drop_all(guest);
	kvfree(contexts->buffer.dw);
	contexts->buffer = (struct vgt_buffer){ 0 };
	vgt_batch_work_free(contexts->batch_work);
	contexts->batch_work = NULL;
	vgt_copies_fini(guest);
}

static bool uses_range(const struct vgt_context *ctx, u64 gfn, u64 pages)
{
	unsigned int i;

	for (i = 0; i < ctx->pages; i++)
		if (ctx->guest_page[i] && ctx->guest_page[i]->gfn - gfn < pages)
			return true;
	return false;
}

void vgt_context_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages)
{
	struct vgt_context *ctx, *next;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++)
		list_for_each_entry_safe(ctx, next, &guest->contexts.list[id], link)
			if (uses_range(ctx, gfn, pages))
				drop(guest, ctx);
}

/*
 * Sleep
 */

void vgt_context_restore(struct vgt_guest *guest)
{
	struct vgt_context *ctx;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		list_for_each_entry(ctx, &guest->contexts.list[id], link) {
			if (ctx->guest_page[0])
				vgt_ggtt_map_page(guest->vgpu.gpu, ctx->image.addr,
						  ctx->guest_page[0]->bus);
			vgt_copy_map(guest, &ctx->image);
			vgt_ring_map(guest, &ctx->ring);
			vgt_copy_map(guest, &ctx->indirect);
			vgt_copy_map(guest, &ctx->per_ctx);
		}
	}
	vgt_ggtt_flush(guest->vgpu.gpu);
}
