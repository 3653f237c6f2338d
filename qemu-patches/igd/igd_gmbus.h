/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The I2C controller of the PCH, behind which HDMI monitors' DDC is found. */
#ifndef IGD_GMBUS_H
#define IGD_GMBUS_H

#include "igd_types.h"

void igd_gmbus_init(struct igd *gd);
void igd_gmbus_reset(struct igd *gd);

#endif
