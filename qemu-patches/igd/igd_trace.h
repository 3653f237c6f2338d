/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef IGD_TRACE_H
#define IGD_TRACE_H

#include "igd_types.h"

/** igd_trace - one line of debug output; free while the shell does not listen */
void igd_trace(struct igd *gd, const char *topic, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
