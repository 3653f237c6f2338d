/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a pipe offers to the units that hang on it; see igd_display.c. */
#ifndef IGD_PIPE_H
#define IGD_PIPE_H

#include "igd_types.h"

/**
 * igd_pipe_catch_up - act on the vertical blanks that have begun since the last call
 *
 * To be called before anything that a vertical blank would have changed is
 * looked at or changed.
 */
void igd_pipe_catch_up(struct igd *gd, unsigned int pipe);

/** igd_pipe_rearm - start or stop the pipe's timer, after what it waits for has changed */
void igd_pipe_rearm(struct igd *gd, unsigned int pipe);

/** igd_pipe_powered - is the power well of the pipe and its planes on? */
bool igd_pipe_powered(const struct igd *gd, unsigned int pipe);

/** igd_display_us - the display's timestamp counter, in microseconds */
uint32_t igd_display_us(struct igd *gd);

#endif
