/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef IGD_OPREGION_H
#define IGD_OPREGION_H

#include "igd_types.h"

#define IGD_OPREGION_SIZE 8192

/** igd_opregion_fill - an OpRegion with a small VBT: port B DisplayPort, port C HDMI, port D HDMI */
void igd_opregion_fill(uint8_t opregion[IGD_OPREGION_SIZE]);

#endif
