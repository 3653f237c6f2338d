/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_CONTEXT_TYPES_H
#define VGT_CONTEXT_TYPES_H

#include <linux/list.h>
#include <linux/types.h>

#include "vgt_copy_types.h"
#include "vgt_execlist_types.h"

/* vgt_context.c has struct vgt_context. */
struct vgt_context;
struct vgt_batch_work;

/**
 * struct vgt_contexts - shadow contexts of a guest
 * @list: per engine, most recently used first; changed with the guest's lock and
 *	that of the engine held
 * @uses: that there have been
 * @current_ctx: being prepared: must not make room for what it needs
 * @first: of the first element, while the second is prepared: nor must that
 * @buffer: for what is to be copied
 * @batch_work: for batches
 */
struct vgt_contexts {
	struct list_head list[VGT_NUM_ENGINES];
	u64 uses;
	const struct vgt_context *current_ctx;
	const struct vgt_context *first;
	struct vgt_buffer buffer;
	struct vgt_batch_work *batch_work;
};

#endif
