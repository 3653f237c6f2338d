/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Registers of planes, cursors and scalers, and how they latch. */
#ifndef IGD_PLANE_H
#define IGD_PLANE_H

#include "igd_types.h"
#include "igd_display_types.h"

void igd_planes_init(struct igd *gd);
void igd_planes_reset(struct igd_pipe *p);

/**
 * igd_planes_latch - armed registers of @pipe take effect
 * Return: flip-done bits of the pipe's interrupt bank.
 */
uint32_t igd_planes_latch(struct igd *gd, unsigned int pipe);

/** igd_planes_pending - is something armed that waits for vertical blank? */
bool igd_planes_pending(const struct igd_pipe *p);

/** igd_pipe_planes - universal planes that @pipe has */
unsigned int igd_pipe_planes(unsigned int pipe);

#endif
