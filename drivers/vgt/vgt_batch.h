/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Copies of batches.  All with the guest's lock held; may sleep.
 */
#ifndef VGT_BATCH_H
#define VGT_BATCH_H

#include "vgt_batch_types.h"
#include "vgt_execlist_types.h"

struct vgt_batch_work;
struct vgt_guest;
struct vgt_ppgtt;

/** vgt_batch_work_new - what copying takes, once per guest; NULL: no memory */
struct vgt_batch_work *vgt_batch_work_new(void);
/** vgt_batch_work_free - NULL is fine */
void vgt_batch_work_free(struct vgt_batch_work *work);

/** vgt_batch_work_begin - of a submission */
void vgt_batch_work_begin(struct vgt_batch_work *work);

/** vgt_batches_init - none yet */
void vgt_batches_init(struct vgt_batches *batches);
/** vgt_batches_free - the engine will not execute them any more */
void vgt_batches_free(struct vgt_guest *guest, struct vgt_batches *batches);

/**
 * vgt_batch_copy - audit a batch and all that it leads to, and copy it
 * @id: engine
 * @ppgtt: where its addresses lead if the command says PPGTT; synchronised
 * @pos: position of the command in the ring, counted on for as long as there are batches in
 *	@batches: not before that of the last one
 * @dw: the MI_BATCH_BUFFER_START that starts it; its address becomes the copy's
 *
 * Return: 0, -EPERM when something was refused, -EFAULT when it is not all in memory,
 * -ENOSPC, -ENOMEM.
 */
int vgt_batch_copy(struct vgt_guest *guest, struct vgt_batches *batches, enum vgt_engine_id id,
		   const struct vgt_ppgtt *ppgtt, u64 pos, u32 *dw);

/** vgt_batches_retire - the engine has come as far as @pos: those behind it are spare */
void vgt_batches_retire(struct vgt_batches *batches, u64 pos);
/** vgt_batches_cut - those from @pos on are spare: the engine will never come so far */
void vgt_batches_cut(struct vgt_batches *batches, u64 pos);
/** vgt_batches_keep - all are spare but the one that graphics address @addr is in; 0: all */
void vgt_batches_keep(struct vgt_batches *batches, u32 addr);

/** vgt_batches_map - enter them in the GGTT again */
void vgt_batches_map(struct vgt_guest *guest, const struct vgt_batches *batches);

#endif
