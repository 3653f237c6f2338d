// SPDX-License-Identifier: GPL-2.0 OR MIT
#include "igd_tile.h"

uint32_t igd_tile_width(enum igd_tiling tiling)
{
	switch (tiling) {
	case IGD_TILE_X:
		return 512;
	case IGD_TILE_Y:
	case IGD_TILE_YF:
		return 128;
	case IGD_TILE_YF_8:
		return 64;
	case IGD_TILE_YF_64:
		return 256;
	default:
		return 1;
	}
}

uint32_t igd_tile_height(enum igd_tiling tiling)
{
	return tiling == IGD_LINEAR ? 1 : IGD_PAGE_SIZE / igd_tile_width(tiling);
}

uint64_t igd_tile_row(enum igd_tiling tiling, uint32_t stride, uint32_t y)
{
	switch (tiling) {
	case IGD_TILE_X:
		return (uint64_t)(y / 8 * 8) * stride + (y % 8) * 512;
	case IGD_TILE_Y:
		return (uint64_t)(y / 32 * 32) * stride + (y % 32) * 16;
	case IGD_TILE_YF:
		return (uint64_t)(y / 32 * 32) * stride +
		       ((y & 7) << 4 | igd_tile_bit(y, 3, 8) | igd_tile_bit(y, 4, 10));
	case IGD_TILE_YF_8:
		return (uint64_t)(y / 64 * 64) * stride +
		       ((y & 31) << 4 | igd_tile_bit(y, 5, 10));
	case IGD_TILE_YF_64:
		return (uint64_t)(y / 16 * 16) * stride +
		       ((y & 3) << 4 | igd_tile_bit(y, 2, 8) | igd_tile_bit(y, 3, 10));
	default:
		return (uint64_t)y * stride;
	}
}

uint64_t igd_tile_offset(enum igd_tiling tiling, uint32_t stride, uint32_t x, uint32_t y)
{
	return igd_tile_row(tiling, stride, y) + igd_tile_column(tiling, x);
}
