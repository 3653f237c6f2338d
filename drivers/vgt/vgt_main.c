// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: vgt.ko
 *
 * A library for the drivers above it: it does nothing until the host's driver
 * attaches.
 */
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include "vgt_trace.h"

MODULE_DESCRIPTION("vGT, a mediator that shares one Intel GPU among host and virtual machines");
MODULE_LICENSE("Dual MIT/GPL");
