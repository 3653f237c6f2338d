/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#include "trace/trace-hw_display_igd.h"
