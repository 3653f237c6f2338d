/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Pixel formats of universal planes, and blending. */
#ifndef IGD_PIXEL_H
#define IGD_PIXEL_H

#include "igd_types.h"

/** igd_pixel_bytes - bytes of a pixel in the format that @ctl (PLANE_CTL) names, 0 if there is none */
unsigned int igd_pixel_bytes(uint32_t ctl);

/**
 * igd_pixels_unpack - @count pixels as they lie in memory to ARGB8888
 * @first: number of the first pixel in its line: packed YUV shares colour between two,
 *	and @raw then starts at the even one
 */
void igd_pixels_unpack(uint32_t ctl, const uint8_t *raw, uint32_t first,
		       uint32_t *argb, uint32_t count);

/** enum igd_blend - how a pixel's own alpha is meant */
enum igd_blend { IGD_BLEND_NONE, IGD_BLEND_PREMULT, IGD_BLEND_STRAIGHT };

/** igd_pixel_blend - @src over @dst; @alpha (0 to 255) is the plane's own. Return: XRGB8888, X zero */
uint32_t igd_pixel_blend(enum igd_blend mode, uint32_t alpha, uint32_t src, uint32_t dst);

#endif
