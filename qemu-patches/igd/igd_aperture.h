/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: the aperture
 *
 * BAR2 shows the low part of the GGTT to the processor:
 *
 *   offset = GGTT address -> fence detiles -> GGTT entry -> memory
 *
 * Its functions are part of igd_core.h: igd_core_aperture_read(), _write() and
 * _page().  Writes to a non-present page are dropped and reads of one give zero,
 * as igd_translate() says; offsets beyond the aperture behave the same.
 */
#ifndef IGD_APERTURE_H
#define IGD_APERTURE_H

#include "igd_core.h"

/** igd_aperture_size - bytes of BAR2 */
uint64_t igd_aperture_size(const struct igd *gd);

#endif
