/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Shadow rings.  All with the guest's lock held; may sleep.
 */
#ifndef VGT_RING_H
#define VGT_RING_H

#include <linux/types.h>

#include "vgt_batch_types.h"
#include "vgt_copy_types.h"

struct vgt_guest;
struct vgt_port;
struct vgt_ppgtt;

/**
 * struct vgt_ring - the shadow of a context's ring
 * @port: where the context is submitted
 * @lrca: the shadow context
 * @saved: the ring's head in its image
 * @ppgtt: its address space
 * @copy: the commands
 * @start: where the guest has them
 * @tail: of the commands that the engine has been given
 * @asked: what that is to be when the submission has been accepted
 * @overwritten: of those that follow the head in the image, some are there no more; set
 *	with the guest's lock and the engine's held, cleared when the image is saved
 * @head: then, of those that are: where the engine has been
 * @left: what the engine's head was, and may be until it has restored the context
 * @batches: what the commands start and has to be copied
 * @copied: bytes that have been copied since there is a ring
 */
struct vgt_ring {
	struct vgt_port *port;
	u32 lrca;
	const u32 *saved;
	const struct vgt_ppgtt *ppgtt;
	struct vgt_copy copy;
	u32 start;
	u32 tail, asked;
	bool overwritten;
	u32 head, left;
	struct vgt_batches batches;
	u64 copied;
};

/** vgt_ring_init - none yet; parameters as in &struct vgt_ring */
void vgt_ring_init(struct vgt_ring *ring, struct vgt_port *port, u32 lrca, const u32 *saved);
/** vgt_ring_free - the engine will not execute it any more */
void vgt_ring_free(struct vgt_guest *guest, struct vgt_ring *ring);
/** vgt_ring_map - enter it, and its batches, in the GGTT again */
void vgt_ring_map(struct vgt_guest *guest, const struct vgt_ring *ring);

/**
 * vgt_ring_load - all that is to be executed by a context that is not in the port
 * @image: its ring context
 *
 * Return: 0, -EPERM when something was refused, -EFAULT, -ENOSPC, -ENOMEM.
 */
int vgt_ring_load(struct vgt_guest *guest, struct vgt_ring *ring, const struct vgt_ppgtt *ppgtt,
		  const u32 *image);
/** vgt_ring_extend - the same for one that is; @tail: where it is to end now */
int vgt_ring_extend(struct vgt_guest *guest, struct vgt_ring *ring, u32 tail);
/** vgt_ring_give - the submission has been accepted.  Returns the tail for the image. */
u32 vgt_ring_give(struct vgt_ring *ring);
/** vgt_ring_cancel - it has not been, or one of these has failed: all is as before */
void vgt_ring_cancel(struct vgt_ring *ring);

/** vgt_ring_saved - the engine has saved the image.  Engine's lock held, any context. */
void vgt_ring_saved(struct vgt_ring *ring);

#endif
