/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_BITS_H
#define SHIM_LINUX_BITS_H

#define BIT(n)			(1ul << (n))
#define GENMASK(h, l)		((~0ul << (l)) & (~0ul >> (63 - (h))))

#endif
