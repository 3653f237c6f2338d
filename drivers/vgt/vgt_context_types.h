/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_CONTEXT_TYPES_H
#define VGT_CONTEXT_TYPES_H

#include <linux/list.h>
#include <linux/types.h>

#include "vgt_execlist_types.h"

/* vgt_context.c has struct vgt_context. */
struct vgt_context;

/**
 * struct vgt_contexts - shadow contexts of a guest
 * @list: per engine, most recently used first; changed with the guest's lock and
 *	that of the engine held
 * @window: the core's graphics memory for them, first byte; VGT_GM_WINDOW_SIZE long
 * @used: a bit per page of it
 * @first: of the first element, while the second is prepared: must not make room for it
 * @buffer: where commands are copied to and checked, @buffer_size bytes
 */
struct vgt_contexts {
	struct list_head list[VGT_NUM_ENGINES];
	u32 window;
	unsigned long *used;
	const struct vgt_context *first;
	u32 *buffer;
	size_t buffer_size;
};

#endif
