/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_DISPLAY_TYPES_H
#define VGT_DISPLAY_TYPES_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "vgt/vmm.h"

#define VGT_NUM_PIPES		3
#define VGT_PIPE_PLANES		3	/* universal planes of a pipe; the last pipe has one less */
#define VGT_PREC_ENTRIES	1024
#define VGT_DPCD_LINK		0x100	/* where the sink's link configuration is ... */
#define VGT_DPCD_LINK_SIZE	0x30	/* ... and how long */

/** struct vgt_plane_regs - registers of a universal plane that take effect together */
struct vgt_plane_regs {
	u32 ctl, stride, pos, size, offset, surf;
};

/** struct vgt_cursor_regs - the same of a cursor */
struct vgt_cursor_regs {
	u32 ctl, base, pos, fbc;
};

/**
 * struct vgt_pipe_plane - a universal plane
 * @armed: what the last write of PLANE_SURF armed
 * @live: what is on the screen
 * @pending: @armed waits for the start of vertical blank
 */
struct vgt_pipe_plane {
	struct vgt_plane_regs armed, live;
	bool pending;
};

/** struct vgt_pipe_cursor - the same for the cursor, which CUR_BASE arms */
struct vgt_pipe_cursor {
	struct vgt_cursor_regs armed, live;
	bool pending;
};

/**
 * struct vgt_pipe - a pipe and the transcoder that it feeds
 * @plane: universal planes
 * @cursor: the cursor
 * @on: a transcoder is enabled
 * @trans: which one, 3 for EDP
 * @epoch: time at which line 0 of the current count began
 * @frame_ns: duration of a frame
 * @blank_ns: from the start of a frame to its vertical blank
 * @vtotal: lines of a frame
 * @late: how many lines PIPEDSL is behind
 * @base: frame counter at @epoch
 * @seen: frame counter up to which vertical blanks have been acted on
 * @watch: events that the guest let through since @seen
 * @flips: flips of plane 1
 * @flip_us: when the last of them was asked for
 * @prec: precision palette; guest's lock
 */
struct vgt_pipe {
	struct vgt_pipe_plane plane[VGT_PIPE_PLANES];
	struct vgt_pipe_cursor cursor;
	bool on;
	unsigned int trans;
	u64 epoch;
	u32 frame_ns;
	u32 blank_ns;
	u32 vtotal;
	u32 late;
	u32 base, seen;
	u32 watch;
	u32 flips, flip_us;
	u32 prec[VGT_PREC_ENTRIES];
};

/**
 * struct vgt_display - the display of a guest
 * @lock: protects @pipe and @notify; interrupts off, before the interrupt lock
 * @pipe: the pipes, A first
 * @notify: the VMM wants to know of changes
 * @edid: of the monitor, @edid_size bytes; 0: none is plugged
 * @edid_size: see @edid
 * @ddc_segment: of the EDID, as the guest's driver has chosen it
 * @ddc_offset: within that segment, of the next byte to be read
 * @dpcd_link: the sink's registers from VGT_DPCD_LINK on
 * @dpcd_power: the sink's power state register
 * @held: holds on pages, struct vgt_held_pages
 *
 * Protected by the guest's lock, but for what @lock protects.
 */
struct vgt_display {
	spinlock_t lock; /* see above */
	struct vgt_pipe pipe[VGT_NUM_PIPES];
	bool notify;
	u8 edid[VGT_EDID_MAX];
	size_t edid_size;
	u8 ddc_segment, ddc_offset;
	u8 dpcd_link[VGT_DPCD_LINK_SIZE];
	u8 dpcd_power;
	struct list_head held;
};

#endif
