/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef IGD_DISPLAY_TYPES_H
#define IGD_DISPLAY_TYPES_H

#include "igd_mem.h"
#include "igd_timer.h"
#include "igd_sink.h"

#define IGD_PIPE_PLANES		3	/* universal planes; pipe C has one less */
#define IGD_PIPE_SCALERS	2
#define IGD_MAX_WIDTH		8192	/* pixels in a line that a pipe can handle */
#define IGD_MAX_HEIGHT		8192	/* lines, likewise */

/** struct igd_plane_regs - the registers of a universal plane that latch together */
struct igd_plane_regs {
	uint32_t ctl, stride, pos, size, keyval, keymsk, keymax, offset, surf;
};

/** struct igd_cursor_regs - the same for the cursor */
struct igd_cursor_regs {
	uint32_t ctl, base, pos, fbc;
};

/** struct igd_scaler_regs - the same for a scaler */
struct igd_scaler_regs {
	uint32_t ctrl, pos, size;
};

/**
 * struct igd_plane - a universal plane
 * @armed: what the last write of PLANE_SURF armed
 * @live: what is being scanned out
 * @pending: @armed waits for the start of vertical blank
 */
struct igd_plane {
	struct igd_plane_regs armed, live;
	bool pending;
};

struct igd_cursor {
	struct igd_cursor_regs armed, live;
	bool pending;
};

struct igd_scaler {
	struct igd_scaler_regs armed, live;
	bool pending;
};

/**
 * struct igd_pipe - a pipe and the transcoder that it feeds
 * @on: a transcoder is enabled
 * @trans: which one, 3 for EDP
 * @epoch: virtual time at which line 0 of the current count began
 * @khz: pixels per millisecond
 * @htotal, @vtotal, @vblank: timings in pixels and lines; @vblank is the first blank line
 * @base: frame counter at @epoch
 * @seen: frame counter up to which vertical blanks have been acted on
 * @watch: vertical blank interrupts were let through since @seen
 * @flips, @flip_us: flips of plane 1, and when the last was asked for
 * @prec: precision palette
 * @row, @out: one line as the planes make it, and as the pipe's scaler and colours leave it
 * @fetch, @raw: one line of a plane, and as it lies in memory
 * @key: where plane 1 matches its destination key
 */
struct igd_pipe {
	struct igd_plane plane[IGD_PIPE_PLANES];
	struct igd_cursor cursor;
	struct igd_scaler scaler[IGD_PIPE_SCALERS];
	struct igd_timer timer;

	bool on;
	unsigned int trans;
	uint64_t epoch;
	uint32_t khz, htotal, vtotal, vblank;
	uint32_t base, seen;
	bool watch;
	uint32_t flips, flip_us;

	uint32_t prec[1024];
	uint32_t row[IGD_MAX_WIDTH];
	uint32_t out[IGD_MAX_WIDTH];
	uint32_t fetch[IGD_MAX_WIDTH];
	uint8_t raw[IGD_MAX_WIDTH * 8 + 8];
	uint8_t key[IGD_MAX_WIDTH];
};

#define IGD_PAGE_CACHE 256

/**
 * struct igd_page_cache - pages of graphics memory found while one frame is drawn
 * @tag: page number + 1
 *
 * Good only until control leaves the model, as igd_map() says.
 */
struct igd_page_cache {
	uint32_t tag[IGD_PAGE_CACHE];
	const uint8_t *ptr[IGD_PAGE_CACHE];
};

/**
 * struct igd_gmbus - a transfer on the GMBUS
 * @monitor: at the other end of the selected pin pair, NULL when nothing is
 * @slave: 7-bit address of the transfer
 * @read: its direction
 * @left: bytes that it still has to carry
 */
struct igd_gmbus {
	struct igd_monitor *monitor;
	uint8_t slave;
	bool read;
	unsigned int left;
};

struct igd_display {
	struct igd_aspace ggtt;
	struct igd_pipe pipe[IGD_NUM_PIPES];
	struct igd_page_cache pages;
	struct igd_monitor monitor[IGD_NUM_PORTS];
	struct igd_gmbus gmbus;
};

#endif
