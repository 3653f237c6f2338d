/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SIZES_H
#define SHIM_LINUX_SIZES_H

#define SZ_4K			0x1000
#define SZ_1M			0x100000
#define SZ_2M			0x200000
#define SZ_8M			0x800000
#define SZ_256M			0x10000000

#endif
