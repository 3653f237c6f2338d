/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_COPY_TYPES_H
#define VGT_COPY_TYPES_H

#include <linux/types.h>

/**
 * struct vgt_copy - pages of the core in a vGPU's window
 * @addr: in the GGTT
 * @pages: how many; 0: none
 * @page: the pages, for the kernel and on the bus
 */
struct vgt_copy {
	u32 addr;
	unsigned int pages;
	struct {
		u32 *addr;
		u64 bus;
	} *page;
};

/**
 * struct vgt_buffer - where commands are copied to and checked before they are in a copy
 * @dw: room for @size bytes
 */
struct vgt_buffer {
	u32 *dw;
	size_t size;
};

/**
 * struct vgt_copies - all copies of a guest
 * @window: the core's graphics memory for them, first byte; VGT_GM_WINDOW_SIZE long
 * @used: a bit per page of it
 *
 * Protected by the guest's lock.
 */
struct vgt_copies {
	u32 window;
	unsigned long *used;
};

#endif
