/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a decoded 2D command draws: igd_blt.c decodes, igd_blt_draw.c draws. */
#ifndef IGD_BLT_DRAW_H
#define IGD_BLT_DRAW_H

#include "igd_mem.h"
#include "igd_tile.h"

/** struct igd_surface - pixels in graphics memory; @pitch in bytes */
struct igd_surface {
	uint64_t base;
	uint32_t pitch;
	enum igd_tiling tiling;
};

/** struct igd_rect - pixels from (@x1, @y1) to before (@x2, @y2) */
struct igd_rect {
	int32_t x1, y1, x2, y2;
};

/**
 * struct igd_mono - a bitmap that is expanded to two colours, leftmost pixel in bit 7
 * @addr: where it is, unless it is in the command: @data, @size bytes
 * @first: number of the bit that belongs to the rectangle's first pixel
 * @stride: bits from one row to the next
 */
struct igd_mono {
	uint64_t addr;
	const uint8_t *data;
	size_t size;
	uint64_t first;
	uint32_t stride;
	uint32_t bg, fg;
	bool transparent;
};

/**
 * struct igd_pattern - 8 x 8 pixels that repeat over the destination
 * @pixel: row by row, at the operation's depth
 * @keep: with @transparent, a bit per pixel that is drawn: bit 8 * y + x
 * @seed_x, @seed_y: added to the destination coordinates
 * @solid: all pixels are the first
 */
struct igd_pattern {
	uint8_t pixel[64 * 4];
	uint64_t keep;
	unsigned int seed_x, seed_y;
	bool solid;
	bool transparent;
};

enum igd_blt_source { IGD_BLT_NO_SOURCE, IGD_BLT_COLOUR_SOURCE, IGD_BLT_MONO_SOURCE };

/**
 * struct igd_blt_op - a raster operation over a rectangle
 * @rect: destination, clipped, not empty, nothing negative
 * @cpp: bytes per pixel: 1, 2 or 4
 * @rop: bit (P << 2 | S << 1 | D) is the result
 * @write_mask: bits of a pixel that are written
 * @dst, @src: surfaces
 * @src_x, @src_y: source pixel that goes to (x1, y1)
 * @chroma_mode: CHROMA_*, its bit 0 clear when off
 * @chroma_low, @chroma_high: bounds of each colour component, inclusive
 * @depth: BR13_DEPTH_*, which says what the components are
 * @right_to_left, @bottom_up: order in which an overlapping copy has to be made
 */
struct igd_blt_op {
	struct igd_rect rect;
	unsigned int cpp;
	uint8_t rop;
	uint32_t write_mask;
	struct igd_surface dst;

	enum igd_blt_source source;
	struct igd_surface src;
	int32_t src_x, src_y;
	struct igd_mono mono;

	bool has_pattern;
	struct igd_pattern pattern;

	unsigned int chroma_mode;
	uint32_t chroma_low, chroma_high;
	unsigned int depth;

	bool right_to_left, bottom_up;
};

static inline bool igd_rop_uses_dst(uint8_t rop)
{
	return ((rop >> 1) ^ rop) & 0x55;
}

static inline bool igd_rop_uses_src(uint8_t rop)
{
	return ((rop >> 2) ^ rop) & 0x33;
}

static inline bool igd_rop_uses_pat(uint8_t rop)
{
	return ((rop >> 4) ^ rop) & 0x0f;
}

/**
 * igd_blt_draw - draw rows of @op from number @row on, until @slice bytes have moved
 * @row: how many rows are done, in the order of drawing; advanced
 *
 * Return: memory traffic in bytes.
 */
uint64_t igd_blt_draw(struct igd_aspace *as, const struct igd_blt_op *op,
		      uint32_t *row, uint64_t slice);

#endif
