/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The 32 fence registers at 0x100000 + 8 * i and the aperture that they detile. */
#ifndef IGD_FENCE_H
#define IGD_FENCE_H

#include "igd_types.h"
#include "igd_tile.h"

#define IGD_NUM_FENCES 32

/**
 * struct igd_fence - a fence register, decoded when either half is written
 * @first, @last: GGTT pages covered, inclusive
 * @stride: bytes per row of the surface, a multiple of the tile width
 * @tiling: IGD_TILE_X or IGD_TILE_Y
 */
struct igd_fence {
	uint32_t first, last;
	uint32_t stride;
	enum igd_tiling tiling;
};

/**
 * struct igd_fences - all of them
 * @valid: one bit per element of @fence that means something
 * @first, @last: pages outside of this range are covered by no fence
 */
struct igd_fences {
	struct igd_fence fence[IGD_NUM_FENCES];
	uint32_t valid;
	uint32_t first, last;
};

void igd_fence_init(struct igd *gd);
void igd_fence_reset(struct igd *gd);

/** igd_fence_at - the fence that covers GGTT page @page, the lowest-numbered of several, or NULL */
const struct igd_fence *igd_fence_at(const struct igd *gd, uint32_t page);

/** igd_fence_detile - GGTT address of the byte that @fence shows at GGTT address @addr */
uint64_t igd_fence_detile(const struct igd_fence *fence, uint64_t addr);

#endif
