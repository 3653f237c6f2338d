/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Registers of the GT as a whole: fuses, steering, resets, thermal and memory facts. */
#ifndef IGD_GT_H
#define IGD_GT_H

#include "igd_types.h"

void igd_gt_init(struct igd *gd);

#endif
