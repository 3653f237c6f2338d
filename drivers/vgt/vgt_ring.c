// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: shadow rings
 *
 * What a guest has put into a context's ring is copied and audited when it is
 * submitted, to the same offsets of a ring that only the core writes:
 *
 *        saved head       engine                 given                 tail
 *   free     |   executed   |     to be executed   |    taken back       | stop,    free
 *            |              |                      |                     | if need be
 *
 * The engine may be anywhere between head and tail, so only what is behind the tail
 * is new.  Reset, it goes back to the saved head, as long as all is there that
 * follows it.  That is not written over before @overwritten says so; the port is
 * halted then instead.
 *
 *              a tail behind the old one: commands audited, copied
 *   GIVEN --+----------------------------------------------------+--> ASKED
 *     ^     |  a tail that takes work back: stop written          |      |
 *     |     +----------------------------------------------------+      |
 *     +-------------- the whole submission is accepted -----------------+
 *
 * A tail that is not accepted the engine does not get to know: any restore of the
 * context takes over the one in the image.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "vgt/regs/engine.h"
#include "vgt/regs/mi.h"
#include "vgt_audit_cmds.h"
#include "vgt_batch.h"
#include "vgt_copy.h"
#include "vgt_execlist.h"
#include "vgt_guest.h"
#include "vgt_idle.h"
#include "vgt_image.h"
#include "vgt_ring.h"

#define MANY_BATCHES	16	/* copies, before it is looked which are not needed any more */
#define STOP_DWORDS	4

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

static u32 ring_dword(const struct vgt_ring *ring, u32 at)
{
	return ring->copy.page[at / SZ_4K].addr[at % SZ_4K / 4];
}

static void ring_write(struct vgt_ring *ring, u32 at, const u32 *dw, unsigned int n)
{
	unsigned int first;

	at &= ring_mask(ring);
	first = min(n, (ring->copy.pages * SZ_4K - at) / 4);
	vgt_copy_write(&ring->copy, at, dw, first);
	vgt_copy_write(&ring->copy, 0, dw + first, n - first);
}

/* Where a command begins: @at or the last before it.  At @from one does, and it goes on to @at. */
static u32 command_at(const struct vgt_ring *ring, u32 from, u32 at)
{
	u32 mask = ring_mask(ring), left = (at - from) & mask;
	unsigned int len;

	while (left && vgt_audit_find(ring_dword(ring, from), engine_of(ring), &len) &&
	       4 * len <= left) {
		from = (from + 4 * len) & mask;
		left -= 4 * len;
	}
	return from;
}

static u32 saved_head(struct vgt_ring *ring)
{
	return READ_ONCE(*ring->saved) & RING_HEAD_ADDR;
}

static u32 ring_head(struct vgt_ring *ring)
{
	return vgt_execlist_ring_head(ring->port, ring->lrca, ring->copy.addr, ring->saved);
}

/* Of the commands that have to stay: the engine is there, behind it, or may go back to it. */
static u32 oldest_command(struct vgt_ring *ring)
{
	return READ_ONCE(ring->overwritten) ? ring->head : saved_head(ring);
}

/* An engine that loses what it has done since the image was saved does not go back there. */
static void set_overwritten(struct vgt_ring *ring)
{
	if (READ_ONCE(ring->overwritten))
		return;
	ring->head = saved_head(ring);
	WRITE_ONCE(ring->overwritten, true);
	smp_mb(); /* before it is, and before it is looked where the engine is */
}

/*
 * Room for @n dwords behind the tail.  Where the engine is counts only when it cannot go back any
 * more; past the tail it waits for good.
 */
static int make_room(struct vgt_ring *ring, unsigned int n)
{
	u32 mask = ring_mask(ring), from = oldest_command(ring), head;

	if (((ring->tail - from) & mask) + 4 * n <= mask)
		return 0;
	set_overwritten(ring);
	head = ring_head(ring);
	if (((head - from) & mask) > ((ring->tail - from) & mask))
		return -EPERM;
	ring->head = command_at(ring, from, head);
	return ((ring->tail - ring->head) & mask) + 4 * n <= mask ? 0 : -EPERM;
}

/*
 * The engine may pass a tail before it gets to know it.  What is behind the commands then must not
 * be what another run has left, so the engine waits there, for good.
 */
static void write_stop(struct vgt_ring *ring, u32 at)
{
	const struct vgt_idle *idle = &ring->port->engine->idle_context;
	const u32 stop[STOP_DWORDS] = {
		MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL |
		SEMAPHORE_EQ << MI_SEMAPHORE_OP_SHIFT,
		1, idle->addr + idle->pages * SZ_4K, 0,
	};

	ring_write(ring, at, stop, STOP_DWORDS);
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

/* In this order: the engine may be waiting for the first of them, at a stop. */
static void write_commands(struct vgt_ring *ring, u32 from, u32 to, const u32 *dw, unsigned int n)
{
	if (ring->stop)
		write_stop(ring, to);
	ring_write(ring, from + 4, dw + 1, n - 1);
	smp_wmb(); /* with its first dword all is there */
	ring_write(ring, from, dw, 1);
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
	if (ret < 0) {
		vgt_batches_cut(&ring->batches, ring->copied);
		return ret;
	}
	write_commands(ring, from, to, dw, bytes / 4);
	ring->copied += bytes;
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
	ring->stop = false;
	err = copy_commands(guest, ring, head, tail);
	if (err)
		return err;
	ring->tail = tail;
	ring->given = tail;
	ring->asked = tail;
	ring->overwritten = false;
	return 0;
}

/* Position in the ring, of all that has ever been copied, that the engine has come to. */
static u64 position(struct vgt_ring *ring)
{
	return ring->copied - ((ring->tail - ring_head(ring)) & ring_mask(ring));
}

/* Copies of batches that the engine has left behind are there for the next. */
static void retire_batches(struct vgt_ring *ring)
{
	if (ring->batches.num < MANY_BATCHES ||
	    !vgt_batches_behind(&ring->batches, position(ring)))
		return;
	set_overwritten(ring);
	vgt_batches_retire(&ring->batches, position(ring));
}

/* What has been taken back may be replaced once the engine cannot reach it any more. */
static void settle_tail(struct vgt_ring *ring)
{
	u32 mask = ring_mask(ring), from = oldest_command(ring);
	u32 ahead = (ring->given - from) & mask;

	if (ring->given == ring->tail || !vgt_execlist_settled(ring->port))
		return;
	if (ahead > ((ring->tail - from) & mask) || ((ring_head(ring) - from) & mask) > ahead)
		return;
	ring->copied -= (ring->tail - ring->given) & mask;
	vgt_batches_cut(&ring->batches, ring->copied);
	ring->tail = ring->given;
	ring->stop = false;
}

/* What replaces the rest is audited from @tail on, so that must not lie within a command. */
static int take_back(struct vgt_ring *ring, u32 tail)
{
	int err;

	if (command_at(ring, oldest_command(ring), tail) != tail)
		return -EPERM;
	err = make_room(ring, STOP_DWORDS);
	if (err)
		return err;
	write_stop(ring, ring->tail);
	ring->stop = true;
	return 0;
}

static int add_commands(struct vgt_guest *guest, struct vgt_ring *ring, u32 tail)
{
	unsigned int n = ((tail - ring->tail) & ring_mask(ring)) / 4;
	int err;

	err = make_room(ring, n + (ring->stop ? STOP_DWORDS : 0));
	if (err)
		return err;
	retire_batches(ring);
	err = copy_commands(guest, ring, ring->tail, tail);
	if (!err)
		ring->tail = tail;
	return err;
}

/* Is it between what the engine may be at and the tail?  If not, the ring has come around. */
static bool takes_back(struct vgt_ring *ring, u32 tail)
{
	u32 mask = ring_mask(ring), from = oldest_command(ring);
	u32 ahead = (tail - from) & mask;

	return ahead < ((ring->tail - from) & mask) &&
	       ((ring_head(ring) - from) & mask) <= ahead;
}

/*
 * The engine may be anywhere between head and tail: only what is behind the tail
 * is new.  A tail that comes to lie between the two takes work back.
 */
int vgt_ring_extend(struct vgt_guest *guest, struct vgt_ring *ring, u32 tail)
{
	int err = 0;

	if (tail > ring_mask(ring))
		return -EPERM;
	settle_tail(ring);
	if (tail != ring->tail)
		err = takes_back(ring, tail) ? take_back(ring, tail) :
					       add_commands(guest, ring, tail);
	ring->asked = tail;
	return err;
}

u32 vgt_ring_give(struct vgt_ring *ring)
{
	ring->given = ring->asked;
	return ring->given;
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
