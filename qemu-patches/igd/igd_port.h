/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Digital ports: DDI, DisplayPort transport, AUX, hot-plug; the PCH's display registers. */
#ifndef IGD_PORT_H
#define IGD_PORT_H

#include "igd_types.h"

void igd_port_init(struct igd *gd);
void igd_port_reset(struct igd *gd);

#endif
