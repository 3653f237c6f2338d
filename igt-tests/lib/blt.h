/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_BLT_H
#define VGT_TEST_BLT_H

#include "batch.h"

/**
 * struct blt_surface - where the blitter draws
 * @tiling: I915_TILING_*
 * @stride: bytes
 * @cpp: bytes of a pixel: 1, 2, 4
 * @width: pixels
 */
struct blt_surface {
	struct bo bo;
	uint32_t tiling, stride, cpp, width, height;
};

/** struct blt_rect - x2 and y2 are not drawn any more */
struct blt_rect {
	uint32_t x1, y1, x2, y2;
};

/** blt_tilings - what the next commands' surfaces are; the batch ends with both linear */
void blt_tilings(struct batch *b, uint32_t src, uint32_t dst);
void blt_color(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r, uint32_t colour);
/** blt_copy - to @r from (x, y) in @src */
void blt_copy(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r,
	      const struct blt_surface *src, uint32_t x, uint32_t y);

/** blt_fast_copy - blt_copy() by XY_FAST_COPY_BLT, which has its tilings in itself */
void blt_fast_copy(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r,
		   const struct blt_surface *src, uint32_t x, uint32_t y);

/** blt_pixel - of a surface of four bytes a pixel */
static inline uint32_t *blt_pixel(const struct blt_surface *s, uint32_t x, uint32_t y)
{
	return (uint32_t *)&s->bo.u8[tiled_offset(s->tiling, s->stride, 4 * x, y)];
}

#endif
