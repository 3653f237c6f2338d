// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: batches
 *
 * Two kinds of batches are copied: privileged ones, and those without privileges
 * on the blitter, which on gen9 carries out their register loads.  That is why
 * i915 copies and checks its programs' batches for the blitter itself
 * (i915_cmd_parser.c), and does not send others: to copy them at submission, when
 * a driver cannot have changed them any more, takes nothing from it.
 *
 * The batch, batches that it jumps to and its second level become one copy,
 * piece by piece:
 *
 *   guest   A: ... jump B ... end           B: ... jump A+8
 *                    |                            |
 *   pieces  A        +--> not known: piece B      +--> in a piece, where a command begins
 *
 *   copy    [ A: ... jump B' ... end | B: ... jump A'+8 ]
 *
 * A piece ends where commands do not go on, or at a page that does nothing: that is
 * left out, and what follows is the next piece.  Addresses are replaced when all pieces
 * are there.  The copy is in the GGTT, so it runs with privileges: of a batch
 * without any, the audit takes out what it may not do (VGT_AUDIT_USER).
 *
 *               started by the ring        the engine is past it, or will not come to it
 *   (none) ---------------------------> listed -------------------------------> spare
 *                                         ^                                       |
 *                                         +------ another one has room there -----+
 *
 * What the engine writes into its own batch does not change what it executes.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vgt/regs/mi.h"
#include "vgt_audit_cmds.h"
#include "vgt_batch.h"
#include "vgt_copy.h"
#include "vgt_ggtt.h"
#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"
#include "vgt_stats.h"

#define MAX_DWORDS	(SZ_1M / 4)	/* of a batch, with all that it leads to */
#define MAX_EMPTY	(SZ_256M / 4)	/* dwords of pages that do nothing, of a submission */
#define MAX_PIECES	128
#define MAX_LEFT_OUT	64	/* pieces; from then on empty pages are copied, too */
#define MAX_JUMPS	256
#define ADDRESS_BITS	48

/**
 * struct vgt_batch - a batch that has been copied
 * @link: in &struct vgt_batches
 * @pos: position in the ring of the command that starts it
 * @copy: of it
 */
struct vgt_batch {
	struct list_head link;
	u64 pos;
	struct vgt_copy copy;
};

/**
 * struct piece - commands in a row
 * @addr: where the guest has them
 * @first: the same behind what is left out
 * @at: first dword in the buffer
 * @len: dwords that have been audited; 0: none yet
 */
struct piece {
	u64 addr, first;
	unsigned int at, len;
};

/**
 * struct jump - a command that starts a batch
 * @at: its dword in the buffer
 * @piece: where it leads
 * @offset: dwords from the start of that piece
 */
struct jump {
	unsigned int at;
	unsigned int piece;
	unsigned int offset;
};

/**
 * struct vgt_batch_work - a batch being copied
 * @guest: whose
 * @id: engine
 * @kind: VGT_AUDIT_BATCH or VGT_AUDIT_USER
 * @ppgtt: address space of VGT_AUDIT_USER; that of the other one is the GGTT
 * @buffer: the pieces
 * @len: dwords in it
 * @empty: dwords that have been left out since the submission began
 * @piece: the pieces, @num_pieces of them
 * @current_piece: the one that is being audited
 * @jump: the jumps, @num_jumps of them
 */
struct vgt_batch_work {
	struct vgt_guest *guest;
	enum vgt_engine_id id;
	enum vgt_audit_kind kind;
	const struct vgt_ppgtt *ppgtt;
	struct vgt_buffer buffer;
	unsigned int len;
	unsigned int empty;
	struct piece piece[MAX_PIECES];
	unsigned int num_pieces;
	unsigned int current_piece;
	struct jump jump[MAX_JUMPS];
	unsigned int num_jumps;
};

struct vgt_batch_work *vgt_batch_work_new(void)
{
	return kzalloc(sizeof(struct vgt_batch_work), GFP_KERNEL);
}

void vgt_batch_work_begin(struct vgt_batch_work *work)
{
	work->empty = 0;
}

void vgt_batch_work_free(struct vgt_batch_work *work)
{
	if (work)
		kvfree(work->buffer.dw);
	kfree(work);
}

/*
 * Pieces
 */

static u64 target(const u32 *dw)
{
	u64 addr = (u64)dw[2] << 32 | (dw[1] & ~3u);

	return addr & ((1ull << ADDRESS_BITS) - 1);
}

/* Does a command begin at a dword of the piece?  What the audit has left is walked as it did. */
static bool begins_command(const struct vgt_batch_work *work, const struct piece *piece,
			   unsigned int offset)
{
	const u32 *dw = work->buffer.dw + piece->at;
	unsigned int i = 0, len;

	while (i < offset) {
		if (!vgt_audit_find(dw[i], work->id, &len))
			return false;
		i += len;
	}
	return i == offset;
}

/* Does @addr lead into a piece?  Then to @offset, in dwords. */
static bool leads_into(const struct vgt_batch_work *work, const struct piece *piece, u64 addr,
		       unsigned int *offset)
{
	u64 into = (addr - piece->first) / 4;

	if (addr - piece->addr <= piece->first - piece->addr)
		into = 0;
	else if (into >= piece->len || !begins_command(work, piece, into))
		return false;
	*offset = into;
	return true;
}

/* One more; the caller has seen to the bound. */
static void add_piece(struct vgt_batch_work *work, u64 addr)
{
	work->piece[work->num_pieces++] = (struct piece){ .addr = addr, .first = addr };
}

static int note_jump(struct vgt_batch_work *work, unsigned int at, u64 addr)
{
	struct jump *jump = &work->jump[work->num_jumps];
	unsigned int i, offset = 0;

	cond_resched();
	if (work->num_jumps == MAX_JUMPS)
		return -EPERM;
	for (i = 0; i < work->num_pieces; i++)
		if (leads_into(work, &work->piece[i], addr, &offset))
			break;
	if (i == work->num_pieces) {
		if (i == MAX_PIECES)
			return -EPERM;
		add_piece(work, addr);
	}
	*jump = (struct jump){ at, i, offset };
	work->num_jumps++;
	return 0;
}

/* &struct vgt_audit.start of batches without privileges; others start none. */
static int jump(void *priv, u32 *dw)
{
	struct vgt_batch_work *work = priv;
	struct piece *piece = &work->piece[work->current_piece];
	unsigned int at = dw - work->buffer.dw;

	piece->len = at + 1 - piece->at;
	return note_jump(work, at, target(dw));
}

/* The guest's, from @addr to the end of the page; NULL: nothing is there. */
static const u32 *guest_commands(const struct vgt_batch_work *work, u64 addr)
{
	struct vgt_page *page;

	if (work->kind == VGT_AUDIT_USER)
		page = vgt_ppgtt_page(work->ppgtt, addr & ((1ull << ADDRESS_BITS) - 1));
	else
		page = addr >> 32 ? NULL : vgt_ggtt_guest_page(work->guest, addr);
	return page ? (u32 *)page->addr + addr % SZ_4K / 4 : NULL;
}

static int fetch(struct vgt_batch_work *work, const u32 *from, unsigned int n)
{
	int err;

	if (work->len + n > MAX_DWORDS)
		return -EPERM;
	err = vgt_buffer_reserve(&work->buffer, work->len + n);
	if (err)
		return err;
	memcpy(work->buffer.dw + work->len, from, 4 * n);
	work->len += n;
	return 0;
}

/* Is the rest of a page, where a command begins, to be left out? */
static bool is_empty(const struct vgt_batch_work *work, const u32 *dw, unsigned int n)
{
	return work->num_pieces < MAX_LEFT_OUT && work->empty + n <= MAX_EMPTY &&
	       !memchr_inv(dw, 0, 4 * n);
}

static void leave_out(struct vgt_batch_work *work, unsigned int n)
{
	struct piece *piece = &work->piece[work->current_piece];

	work->empty += n;
	if (piece->len) {
		work->current_piece = work->num_pieces;
		add_piece(work, piece->first + 4ull * piece->len);
		piece = &work->piece[work->current_piece];
		piece->at = work->len;
	}
	piece->first += 4ull * n;
	cond_resched();
}

/* The current piece, and those that follow it behind empty pages. */
static int read_piece(struct vgt_batch_work *work)
{
	unsigned int from = work->len, n, stop;
	struct piece *piece;
	const u32 *dw;
	u64 addr;
	int ret;

	work->piece[work->current_piece].at = from;
	for (;;) {
		piece = &work->piece[work->current_piece];
		addr = piece->first + 4ull * (work->len - piece->at);
		n = (SZ_4K - addr % SZ_4K) / 4;
		dw = guest_commands(work, addr);
		if (!dw)
			return -EFAULT;
		if (from == work->len && is_empty(work, dw, n)) {
			leave_out(work, n);
			continue;
		}
		ret = fetch(work, dw, n);
		if (ret)
			return ret;
		ret = vgt_copy_audit(work->guest, work->id, work->kind,
				     work->kind == VGT_AUDIT_USER ? jump : NULL, work,
				     work->buffer.dw + from, work->len - from, &stop);
		if (ret >= 0)
			break;
		if (ret != -ENODATA)
			return ret;
		from += stop;
		piece->len = from - piece->at;
		cond_resched();
	}
	work->len = from + ret;
	piece->len = work->len - piece->at;
	return 0;
}

/* All that a batch leads to. */
static int read_batch(struct vgt_batch_work *work, u64 addr)
{
	unsigned int i;
	int err = 0;

	work->len = 0;
	work->num_jumps = 0;
	work->num_pieces = 0;
	add_piece(work, addr);
	for (i = 0; i < work->num_pieces && !err; i++) {
		work->current_piece = i;
		if (!work->piece[i].len)
			err = read_piece(work);
	}
	return err;
}

static void lead_to(u32 *dw, u32 addr)
{
	dw[0] &= ~MI_BATCH_PPGTT;
	dw[1] = addr;
	dw[2] = 0;
}

static void replace_addresses(struct vgt_batch_work *work, u32 addr)
{
	const struct jump *jump;

	for (jump = work->jump; jump < work->jump + work->num_jumps; jump++)
		lead_to(work->buffer.dw + jump->at,
			addr + 4 * (work->piece[jump->piece].at + jump->offset));
}

/*
 * Copies
 */

void vgt_batches_init(struct vgt_batches *batches)
{
	INIT_LIST_HEAD(&batches->list);
	INIT_LIST_HEAD(&batches->spare);
	batches->num = 0;
}

static void free_all(struct vgt_guest *guest, struct list_head *list)
{
	struct vgt_batch *batch, *next;

	list_for_each_entry_safe(batch, next, list, link) {
		list_del(&batch->link);
		vgt_copy_free(guest, &batch->copy);
		kfree(batch);
	}
}

void vgt_batches_free(struct vgt_guest *guest, struct vgt_batches *batches)
{
	free_all(guest, &batches->list);
	free_all(guest, &batches->spare);
	batches->num = 0;
}

static struct vgt_batch *take_spare(struct vgt_batches *batches, unsigned int pages)
{
	struct vgt_batch *batch;

	list_for_each_entry(batch, &batches->spare, link) {
		if (batch->copy.pages < pages)
			continue;
		list_del(&batch->link);
		return batch;
	}
	return NULL;
}

static struct vgt_batch *new_batch(struct vgt_guest *guest, unsigned int pages)
{
	struct vgt_batch *batch;
	int err;

	batch = kzalloc(sizeof(*batch), GFP_KERNEL_ACCOUNT);
	if (!batch)
		return ERR_PTR(-ENOMEM);
	err = vgt_copy_alloc(guest, &batch->copy, pages, 0);
	if (!err)
		return batch;
	kfree(batch);
	return ERR_PTR(err);
}

static struct vgt_batch *get_batch(struct vgt_guest *guest, struct vgt_batches *batches,
				   unsigned int pages)
{
	struct vgt_batch *batch = take_spare(batches, pages);

	if (batch)
		return batch;
	batch = new_batch(guest, pages);
	if (PTR_ERR_OR_ZERO(batch) != -ENOSPC || list_empty(&batches->spare))
		return batch;
	free_all(guest, &batches->spare);
	return new_batch(guest, pages);
}

int vgt_batch_copy(struct vgt_guest *guest, struct vgt_batches *batches, enum vgt_engine_id id,
		   const struct vgt_ppgtt *ppgtt, u64 pos, u32 *dw)
{
	struct vgt_batch_work *work = guest->contexts.batch_work;
	struct vgt_batch *batch;
	int err;

	work->guest = guest;
	work->id = id;
	work->kind = dw[0] & MI_BATCH_PPGTT ? VGT_AUDIT_USER : VGT_AUDIT_BATCH;
	work->ppgtt = ppgtt;
	err = read_batch(work, target(dw));
	if (err)
		return err;
	batch = get_batch(guest, batches, DIV_ROUND_UP(4 * work->len, SZ_4K));
	if (IS_ERR(batch))
		return PTR_ERR(batch);
	replace_addresses(work, batch->copy.addr);
	vgt_copy_write(&batch->copy, 0, work->buffer.dw, work->len);
	batch->pos = pos;
	list_add_tail(&batch->link, &batches->list);
	batches->num++;
	lead_to(dw, batch->copy.addr);
	vgt_count(&guest->vgpu.stats, VGT_EVENT_BATCH_COPY);
	return 0;
}

static void make_spare(struct vgt_batches *batches, struct vgt_batch *batch)
{
	list_move_tail(&batch->link, &batches->spare);
	batches->num--;
}

/*
 * The head may be behind the start of a batch that is being executed, so one that starts
 * between a batch and the head is not enough.
 */
void vgt_batches_retire(struct vgt_batches *batches, u64 pos)
{
	struct vgt_batch *batch, *second;

	while (batches->num > 2) {
		batch = list_first_entry(&batches->list, struct vgt_batch, link);
		second = list_next_entry(list_next_entry(batch, link), link);
		if (second->pos >= pos)
			break;
		make_spare(batches, batch);
	}
}

void vgt_batches_cut(struct vgt_batches *batches, u64 pos)
{
	struct vgt_batch *batch, *next;

	list_for_each_entry_safe(batch, next, &batches->list, link)
		if (batch->pos >= pos)
			make_spare(batches, batch);
}

void vgt_batches_keep(struct vgt_batches *batches, u32 addr)
{
	struct vgt_batch *batch, *next;

	list_for_each_entry_safe(batch, next, &batches->list, link)
		if (!addr || addr - batch->copy.addr >= batch->copy.pages * SZ_4K)
			make_spare(batches, batch);
}

void vgt_batches_map(struct vgt_guest *guest, const struct vgt_batches *batches)
{
	const struct vgt_batch *batch;

	list_for_each_entry(batch, &batches->list, link)
		vgt_copy_map(guest, &batch->copy);
	list_for_each_entry(batch, &batches->spare, link)
		vgt_copy_map(guest, &batch->copy);
}
