/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_BATCH_TYPES_H
#define VGT_BATCH_TYPES_H

#include <linux/list.h>
#include <linux/types.h>

/* vgt_batch.c has struct vgt_batch. */
struct vgt_batch;

/**
 * struct vgt_batches - batches of a context that have been copied
 * @list: those that its ring leads to, in the order of the ring
 * @num: how many
 * @spare: copies that nothing leads to, to be used again
 *
 * Protected by the guest's lock.
 */
struct vgt_batches {
	struct list_head list;
	unsigned int num;
	struct list_head spare;
};

#endif
