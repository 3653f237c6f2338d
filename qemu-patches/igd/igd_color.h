/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Palettes and the colour space conversion at a pipe's end. */
#ifndef IGD_COLOR_H
#define IGD_COLOR_H

#include "igd_types.h"

/**
 * struct igd_color - colour correction of a frame, ready to be applied
 * @before, @after: per channel (red first), 8 bits in, 8 bits out
 * @coeff, @preoff, @postoff: in units of 1/4096, row by row
 */
struct igd_color {
	bool use_before, use_csc, use_after;
	uint8_t before[3][256];
	uint8_t after[3][256];
	int32_t coeff[9];
	int32_t preoff[3], postoff[3];
};

void igd_color_init(struct igd *gd);

/**
 * igd_color_prepare - decode the palettes and the matrix of @pipe
 * @gamma, @csc: whether the layers of the frame go through them
 * Return: false when pixels would come out as they went in.
 */
bool igd_color_prepare(const struct igd *gd, unsigned int pipe, bool gamma, bool csc,
		       struct igd_color *color);
void igd_color_apply(const struct igd_color *color, uint32_t *pixels, uint32_t count);

#endif
