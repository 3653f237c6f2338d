/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef IGD_EDID_H
#define IGD_EDID_H

#include "igd_types.h"

#define IGD_EDID_MAX 512

/**
 * igd_edid_default - a monitor of our own: EDID 1.4 with a CEA extension (HDMI) where asked
 * @width, @height: preferred mode in pixels, 640x480 to 4095x2304, at 60 Hz (CVT reduced blanking)
 * Return: length in bytes (128 or 256), 0 for a size out of range.
 */
size_t igd_edid_default(uint8_t edid[IGD_EDID_MAX], uint32_t width, uint32_t height, bool hdmi);

#endif
