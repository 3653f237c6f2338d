/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef IGD_DISPLAY_H
#define IGD_DISPLAY_H

#include "igd_types.h"

enum igd_port { IGD_PORT_A, IGD_PORT_B, IGD_PORT_C, IGD_PORT_D, IGD_NUM_PORTS };

/** enum igd_sink - what is plugged into a port */
enum igd_sink { IGD_SINK_NONE, IGD_SINK_DP, IGD_SINK_HDMI };

void igd_display_init(struct igd *gd);
void igd_display_reset(struct igd *gd);

/**
 * igd_display_plug - plug a monitor in or out; raises the hot-plug interrupt on a change
 * @edid: @len bytes, a multiple of 128, copied; NULL: igd_edid_default()
 */
void igd_display_plug(struct igd *gd, enum igd_port port, enum igd_sink sink,
		      const uint8_t *edid, size_t len);
enum igd_sink igd_display_sink(const struct igd *gd, enum igd_port port);

/**
 * igd_display_mode - size of the picture of @pipe
 * Return: false when the pipe is off.
 */
bool igd_display_mode(struct igd *gd, enum igd_pipe_id pipe, uint32_t *width, uint32_t *height);

/**
 * igd_display_compose - draw the pipe's current frame as XRGB8888
 * @pixels: @stride bytes per row, at least the size that igd_display_mode() gave
 *
 * The very pixels that the pipe CRC is computed from.
 */
bool igd_display_compose(struct igd *gd, enum igd_pipe_id pipe, uint32_t *pixels, size_t stride);

/** igd_display_irq_changed - masks of the pipes' interrupts changed: timers start or rest accordingly */
void igd_display_irq_changed(struct igd *gd);

#endif
