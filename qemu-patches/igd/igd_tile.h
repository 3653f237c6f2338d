/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: tiling
 *
 * A tile fills one 4 KiB page; a surface is rows of tiles.  Within a page, from
 * the highest address bit to the lowest:
 *
 *   X          y2 y1 y0 x8 x7 x6 x5 x4 x3 x2 x1 x0    512 bytes x  8 rows
 *   Y          x6 x5 x4 y4 y3 y2 y1 y0 x3 x2 x1 x0    128 bytes x 32 rows
 *   Yf  8 bpp  x5 y5 x4 y4 y3 y2 y1 y0 x3 x2 x1 x0     64 bytes x 64 rows
 *   Yf 16, 32  x6 y4 x5 y3 x4 y2 y1 y0 x3 x2 x1 x0    128 bytes x 32 rows
 *   Yf 64, 128 x7 y3 x6 y2 x5 x4 y1 y0 x3 x2 x1 x0    256 bytes x 16 rows
 *
 * x counts bytes.  Gen8+ has no bit-6 swizzling.
 */
#ifndef IGD_TILE_H
#define IGD_TILE_H

#include "igd_types.h"

enum igd_tiling {
	IGD_LINEAR,
	IGD_TILE_X,
	IGD_TILE_Y,
	IGD_TILE_YF,		/* at 16 and 32 bpp */
	IGD_TILE_YF_8,		/* at 8 bpp */
	IGD_TILE_YF_64,		/* at 64 and 128 bpp */
};

/** igd_tile_width - bytes per row of a tile, 1 for linear surfaces */
uint32_t igd_tile_width(enum igd_tiling tiling);
/** igd_tile_height - rows of a tile, 1 for linear surfaces */
uint32_t igd_tile_height(enum igd_tiling tiling);

/*
 * The offset of a byte is the sum of a part that depends on its row alone and
 * one that depends on its column alone; a loop along a row computes the first
 * once.
 */
uint64_t igd_tile_row(enum igd_tiling tiling, uint32_t stride, uint32_t y);

static inline uint32_t igd_tile_bit(uint32_t v, unsigned int from, unsigned int to)
{
	return (v >> from & 1) << to;
}

static inline uint64_t igd_tile_column(enum igd_tiling tiling, uint32_t x)
{
	switch (tiling) {
	case IGD_TILE_X:
		return (uint64_t)(x / 512) * IGD_PAGE_SIZE + x % 512;
	case IGD_TILE_Y:
		return (uint64_t)(x / 16) * 512 + x % 16;
	case IGD_TILE_YF:
		return (uint64_t)(x / 128) * IGD_PAGE_SIZE +
		       ((x & 15) | igd_tile_bit(x, 4, 7) | igd_tile_bit(x, 5, 9) |
			igd_tile_bit(x, 6, 11));
	case IGD_TILE_YF_8:
		return (uint64_t)(x / 64) * IGD_PAGE_SIZE +
		       ((x & 15) | igd_tile_bit(x, 4, 9) | igd_tile_bit(x, 5, 11));
	case IGD_TILE_YF_64:
		return (uint64_t)(x / 256) * IGD_PAGE_SIZE +
		       ((x & 15) | (x >> 4 & 3) << 6 | igd_tile_bit(x, 6, 9) |
			igd_tile_bit(x, 7, 11));
	default:
		return x;
	}
}

/**
 * igd_tile_offset - byte offset within a surface of byte column @x of row @y
 * @stride: bytes per row, a multiple of the tile width for tiled surfaces
 */
uint64_t igd_tile_offset(enum igd_tiling tiling, uint32_t stride, uint32_t x, uint32_t y);

/** igd_tile_run - how many bytes from column @x on lie contiguously in memory */
static inline uint32_t igd_tile_run(enum igd_tiling tiling, uint32_t x)
{
	switch (tiling) {
	case IGD_LINEAR:
		return UINT32_MAX;
	case IGD_TILE_X:
		return 512 - x % 512;
	default:
		return 16 - x % 16;
	}
}

#endif
