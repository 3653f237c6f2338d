/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a pipe shows: the live planes, fetched, blended and coloured. */
#ifndef IGD_PICTURE_H
#define IGD_PICTURE_H

#include "igd_types.h"

/* Which layers to draw; a CRC may be asked for of one plane alone. */
#define IGD_LAYER_PLANE(n)	(1u << (n))
#define IGD_LAYER_CURSOR	(1u << 7)
#define IGD_LAYERS_ALL		0xffu

/** igd_picture_size - Return: false when the pipe is off */
bool igd_picture_size(const struct igd *gd, unsigned int pipe, uint32_t *width, uint32_t *height);

/** igd_picture_draw - the whole frame as XRGB8888, X zero; see igd_display_compose() */
bool igd_picture_draw(struct igd *gd, unsigned int pipe, uint32_t *pixels, size_t stride);

/**
 * igd_picture_crc - 32 bits that tell one picture from another
 *
 * Not the polynomial of the silicon, which is not public: software compares
 * values with each other only.  Never zero, which would look like no CRC.
 */
uint32_t igd_picture_crc(struct igd *gd, unsigned int pipe, uint32_t layers);

#endif
