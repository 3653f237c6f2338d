/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Where a byte of a tiled surface lies, straight from the bit diagrams of the PRM. */
#ifndef TILE_REF_H
#define TILE_REF_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "igd_tile.h"

/* Address bits 11 to 0 of a page. */
static const char * const tile_ref_bits[] = {
	[IGD_TILE_X]     = "y2 y1 y0 x8 x7 x6 x5 x4 x3 x2 x1 x0",
	[IGD_TILE_Y]     = "x6 x5 x4 y4 y3 y2 y1 y0 x3 x2 x1 x0",
	[IGD_TILE_YF]    = "x6 y4 x5 y3 x4 y2 y1 y0 x3 x2 x1 x0",
	[IGD_TILE_YF_8]  = "x5 y5 x4 y4 y3 y2 y1 y0 x3 x2 x1 x0",
	[IGD_TILE_YF_64] = "x7 y3 x6 y2 x5 x4 y1 y0 x3 x2 x1 x0",
};

static inline unsigned int tile_ref_count(enum igd_tiling tiling, char axis)
{
	unsigned int n = 0;

	for (const char *p = tile_ref_bits[tiling]; *p; p++)
		n += *p == axis;
	return n;
}

static inline uint64_t tile_ref_offset(enum igd_tiling tiling, uint32_t stride, uint32_t x, uint32_t y)
{
	uint32_t width, height, within = 0;

	if (tiling == IGD_LINEAR)
		return (uint64_t)y * stride + x;

	width = 1u << tile_ref_count(tiling, 'x');
	height = 1u << tile_ref_count(tiling, 'y');
	for (const char *p = tile_ref_bits[tiling]; *p; p += p[2] ? 3 : 2)
		within = within << 1 | ((*p == 'x' ? x : y) >> (p[1] - '0') & 1);
	return ((uint64_t)(y / height) * (stride / width) + x / width) * 4096 + within;
}

#endif
