/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Numbers by chance, the same in each run; a test begins with a seed of its own. */
#ifndef RND_H
#define RND_H

#include <stdint.h>

static uint64_t seed;

static inline uint32_t rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % n;
}

#endif
