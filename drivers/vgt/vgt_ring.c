// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: shadow rings
 *
 * What a guest has put into a context's ring is copied and audited when it is
 * submitted, to the same offsets of a ring that only the core writes:
 *
 *        saved head       engine                  tail              asked
 *   free     |   executed   |    to be executed    |   being added    |   free
 *            |              |                      |                  |
 *
 *                 behind the tail: audited, copied
 *   GIVEN ----------------------------------------------> ASKED
 *     ^ ^---- any element of the submission refused --------+ |
 *     +------ the submission is accepted: tail = asked -------+
 *
 * The engine may be anywhere between saved head and tail, and what it may execute
 * is never changed: the tail only goes on, around the ring, as far as there is room.
 * A driver that takes back what it has submitted is refused.  (i915 does not on a vGPU,
 * for it does not preempt there.)
 *
 * Reset, the engine goes back to the saved head, as long as all is there that
 * follows it.  What is written over, @overwritten says before, in the same critical
 * section in which it is looked where the engine is; the port is halted then instead.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "vgt/regs/engine.h"
#include "vgt_audit.h"
#include "vgt_batch.h"
#include "vgt_copy.h"
#include "vgt_execlist.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_image.h"
#include "vgt_ring.h"

#define MANY_BATCHES	16	/* copies, before it is looked which are not needed any more */

static enum vgt_engine_id engine_of(const struct vgt_ring *ring)
{
	return ring->port->engine->id;
}

static u32 ring_mask(const struct vgt_ring *ring)
{
	return ring->copy.pages * SZ_4K - 1;
}

static u32 size_of(const u32 *image)
{
	return (image[IMAGE_RING_CTL] & RING_CTL_PAGES) + SZ_4K;
}

static u32 saved_head(const struct vgt_ring *ring)
{
	return READ_ONCE(*ring->saved) & RING_HEAD_ADDR;
}

/*
 * How far the engine has come, or further.  It may turn to another ring at any moment, but not
 * without an event before that; and the event comes before it has restored the context.
 */
static u32 engine_head(const struct vgt_ring *ring)
{
	struct vgt_engine *engine = ring->port->engine;
	u32 start, head;

	if (!vgt_execlist_executes(ring->port, ring->lrca))
		return saved_head(ring);
	start = vgt_gpu_read(engine->gpu, RING_START(engine->base));
	head = vgt_gpu_read(engine->gpu, RING_HEAD(engine->base));
	vgt_execlist_drain(engine);
	if (!vgt_execlist_executes(ring->port, ring->lrca) || start != ring->copy.addr ||
	    head == ring->left)
		return saved_head(ring);
	return head & RING_HEAD_ADDR;
}

/* Of the commands that have to stay: the engine is there, behind it, or may go back to it. */
static u32 oldest_command(const struct vgt_ring *ring)
{
	return READ_ONCE(ring->overwritten) ? ring->head : saved_head(ring);
}

static bool is_between(const struct vgt_ring *ring, u32 at, u32 from, u32 to)
{
	u32 mask = ring_mask(ring);

	return ((at - from) & mask) <= ((to - from) & mask);
}

/* Where the engine is; from here on what it has executed may be written over. */
static int pass_executed(struct vgt_ring *ring)
{
	struct vgt_engine *engine = ring->port->engine;
	unsigned long flags;
	u32 from, head;
	int err = -EPERM;

	spin_lock_irqsave(&engine->lock, flags);
	vgt_execlist_drain(engine);
	from = oldest_command(ring);
	head = engine_head(ring);
	if (is_between(ring, head, from, ring->tail)) {
		ring->head = head;
		WRITE_ONCE(ring->overwritten, true);
		err = 0;
	}
	spin_unlock_irqrestore(&engine->lock, flags);
	return err;
}

static bool has_room(const struct vgt_ring *ring, unsigned int n)
{
	u32 mask = ring_mask(ring);

	return ((ring->tail - oldest_command(ring)) & mask) + 4 * n <= mask;
}

/* Room for @n dwords behind the tail. */
static int make_room(struct vgt_ring *ring, unsigned int n)
{
	int err;

	if (has_room(ring, n))
		return 0;
	err = pass_executed(ring);
	if (err)
		return err;
	return has_room(ring, n) ? 0 : -EPERM;
}

void vgt_ring_saved(struct vgt_ring *ring)
{
	lockdep_assert_held(&ring->port->engine->lock);
	/* The event may be one of before the engine passed the head, and is late. */
	if (ring->overwritten && is_between(ring, saved_head(ring), ring->head, ring->tail))
		WRITE_ONCE(ring->overwritten, false);
}

/* Commands of a ring that are being copied. */
struct ring_request {
	struct vgt_guest *guest;
	struct vgt_ring *ring;
	const u32 *dw;
};

static int copy_batch(void *priv, u32 *dw)
{
	struct ring_request *request = priv;
	struct vgt_ring *ring = request->ring;

	return vgt_batch_copy(request->guest, &ring->batches, engine_of(ring), ring->ppgtt,
			      ring->copied + 4 * (dw - request->dw), dw);
}

static int copy_commands(struct vgt_guest *guest, struct vgt_ring *ring, u32 from, u32 to)
{
	u32 mask = ring_mask(ring), bytes = (to - from) & mask;
	u32 *dw, first = min(bytes, mask + 1 - from);
	struct ring_request request;
	int ret;

	if (!bytes)
		return 0;
	ret = vgt_buffer_reserve(&guest->contexts.buffer, bytes / 4);
	if (ret)
		return ret;
	dw = guest->contexts.buffer.dw;
	ret = vgt_copy_fetch(guest, ring->start + from, dw, first / 4);
	if (!ret && bytes > first)
		ret = vgt_copy_fetch(guest, ring->start, dw + first / 4, (bytes - first) / 4);
	if (ret)
		return ret;
	request = (struct ring_request){ guest, ring, dw };
	ret = vgt_copy_audit(guest, engine_of(ring), VGT_AUDIT_RING, copy_batch, &request, dw,
			     bytes / 4, NULL);
	if (ret < 0)
		return ret;
	vgt_copy_write(&ring->copy, from, dw, first / 4);
	vgt_copy_write(&ring->copy, 0, dw + first / 4, (bytes - first) / 4);
	return 0;
}

int vgt_ring_load(struct vgt_guest *guest, struct vgt_ring *ring, const struct vgt_ppgtt *ppgtt,
		  const u32 *image)
{
	u32 head = image[IMAGE_RING_HEAD] & RING_HEAD_ADDR;
	u32 tail = image[IMAGE_RING_TAIL] & RING_TAIL_ADDR;
	u32 size = size_of(image);
	int err;

	if (!(image[IMAGE_RING_CTL] & RING_CTL_VALID) || image[IMAGE_RING_START] % SZ_4K ||
	    head >= size || tail >= size || size & (size - 1))
		return -EPERM;
	if (ring->copy.pages * SZ_4K != size) {
		vgt_copy_free(guest, &ring->copy);
		err = vgt_copy_alloc(guest, &ring->copy, size / SZ_4K, 0);
		if (err)
			return err;
	}
	ring->ppgtt = ppgtt;
	ring->start = image[IMAGE_RING_START];
	err = copy_commands(guest, ring, head, tail);
	if (err)
		return err;
	ring->left = *ring->saved;
	ring->tail = head;
	ring->asked = tail;
	ring->overwritten = false;
	return 0;
}

/* Position in the ring, of all that has ever been copied. */
static u64 position(const struct vgt_ring *ring, u32 at)
{
	return ring->copied - ((ring->tail - at) & ring_mask(ring));
}

/* Copies of batches that the engine has left behind are there for the next. */
static void retire_batches(struct vgt_ring *ring)
{
	if (ring->batches.num < MANY_BATCHES || pass_executed(ring))
		return;
	vgt_batches_retire(&ring->batches, position(ring, ring->head));
}

int vgt_ring_extend(struct vgt_guest *guest, struct vgt_ring *ring, u32 tail)
{
	int err;

	if (tail > ring_mask(ring))
		return -EPERM;
	err = make_room(ring, ((tail - ring->tail) & ring_mask(ring)) / 4);
	if (err)
		return err;
	retire_batches(ring);
	err = copy_commands(guest, ring, ring->tail, tail);
	if (!err)
		ring->asked = tail;
	return err;
}

u32 vgt_ring_give(struct vgt_ring *ring)
{
	ring->copied += (ring->asked - ring->tail) & ring_mask(ring);
	WRITE_ONCE(ring->tail, ring->asked);
	return ring->tail;
}

void vgt_ring_cancel(struct vgt_ring *ring)
{
	vgt_batches_cut(&ring->batches, ring->copied);
	ring->asked = ring->tail;
}

/*
 * Life
 */

void vgt_ring_init(struct vgt_ring *ring, struct vgt_port *port, u32 lrca, const u32 *saved)
{
	*ring = (struct vgt_ring){ .port = port, .lrca = lrca, .saved = saved };
	vgt_batches_init(&ring->batches);
}

void vgt_ring_free(struct vgt_guest *guest, struct vgt_ring *ring)
{
	vgt_batches_free(guest, &ring->batches);
	vgt_copy_free(guest, &ring->copy);
}

void vgt_ring_map(struct vgt_guest *guest, const struct vgt_ring *ring)
{
	vgt_copy_map(guest, &ring->copy);
	vgt_batches_map(guest, &ring->batches);
}
