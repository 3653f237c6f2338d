/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_STRING_H
#define SHIM_LINUX_STRING_H

#include <string.h>

#include <linux/types.h>

static inline void *memset32(u32 *p, u32 val, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = val;
	return p;
}

/* The first byte that is not @c, NULL: all are. */
static inline const void *memchr_inv(const void *p, int c, size_t n)
{
	const u8 *byte = p;

	for (; n; n--, byte++)
		if (*byte != (u8)c)
			return byte;
	return NULL;
}

#endif
