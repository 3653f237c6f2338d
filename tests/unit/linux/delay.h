/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_DELAY_H
#define SHIM_LINUX_DELAY_H

#define udelay(us)	((void)(us))

#endif
