/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The blitter of BCS: 2D fills and copies on linear, X- and Y-tiled surfaces. */
#ifndef IGD_BLT_H
#define IGD_BLT_H

#include "igd_types.h"
#include "igd_mem.h"

/**
 * struct igd_blt - the blitter's own registers, and how far the current command has come
 * @br01: first dword of the last XY_SETUP command: byte write enables
 * @br13: its depth, raster operation, pitch, transparency and clip enable
 * @clip_x1, @clip_y1: first pixel inside the clip rectangle
 * @clip_x2, @clip_y2: first pixel outside of it
 * @dst: its destination surface
 * @bg, @fg: its colours for monochrome expansion
 * @pattern: address of its 8x8 colour pattern, or the pattern itself when @mono
 * @mono: the last setup was XY_SETUP_MONO_PATTERN_SL_BLT
 * @row: rows of the current command that are done; 0 between commands
 *
 * All zero is the state after reset.  An engine reset in the middle of a
 * command must clear it, or the next one would start at row @row.
 */
struct igd_blt {
	uint32_t br01, br13;
	int32_t clip_x1, clip_y1, clip_x2, clip_y2;
	uint64_t dst;
	uint32_t bg, fg;
	uint64_t pattern;
	bool mono;
	uint32_t row;
};

/**
 * enum igd_blt_result - what became of igd_blt_exec()
 * @IGD_BLT_DONE: the command is finished
 * @IGD_BLT_MORE: a part is done; call again with the very same arguments
 * @IGD_BLT_BAD: unknown or malformed; a violation has been reported, nothing
 *	was written, the caller skips the command
 */
enum igd_blt_result { IGD_BLT_DONE, IGD_BLT_MORE, IGD_BLT_BAD };

/** Memory traffic after which igd_blt_exec() returns IGD_BLT_MORE at the next row, in bytes. */
#define IGD_BLT_SLICE (4u << 20)

/**
 * igd_blt_exec - carry out one 2D command (client 2 in bits 31:29), or a slice of it
 * @as: address space of its surfaces
 * @swctrl: BCS_SWCTRL 0x22200, whose bits 0 (source) and 1 (destination) turn X- into Y-tiled
 * @dw: the whole command, @len dwords long
 * @bytes: memory traffic of this call, for the cost model
 *
 * The 16-bit coordinates allow surfaces of gigabytes, so the host's time is
 * bounded per call instead: a slice ends after IGD_BLT_SLICE bytes.  A blit is
 * no arbitration point: do not load another context before IGD_BLT_DONE.
 */
enum igd_blt_result igd_blt_exec(struct igd *gd, struct igd_blt *blt, struct igd_aspace *as,
				 uint32_t swctrl, const uint32_t *dw, unsigned int len,
				 uint64_t *bytes);

/** igd_blt_len - total length in dwords of the 2D command that starts with @dw0, 0 when unknown */
unsigned int igd_blt_len(uint32_t dw0);

#endif
