/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Targets of the fuzzer: each makes a world, does to it what the bytes say, and
 * takes it to pieces.  abort() when something is found, after a line on stderr.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** fuzz_audit - the audit alone: commands of any engine, at any place */
void fuzz_audit(const uint8_t *data, size_t size);
/** fuzz_host - accesses of the host's driver */
void fuzz_host(const uint8_t *data, size_t size);
/** fuzz_guest - a hostile guest beside another one and the host */
void fuzz_guest(const uint8_t *data, size_t size);

/** struct fuzz_target - one of them, and the directory of its corpus */
struct fuzz_target {
	const char *name;
	void (*run)(const uint8_t *data, size_t size);
};

/** struct fuzz_bytes - what is left of the input */
struct fuzz_bytes {
	const uint8_t *at, *end;
};

/* Beyond the end there are zeroes. */
static inline uint32_t fuzz_take(struct fuzz_bytes *b, unsigned int bytes)
{
	uint32_t val = 0;

	for (unsigned int i = 0; i < bytes && b->at < b->end; i++)
		val |= (uint32_t)*b->at++ << 8 * i;
	return val;
}

#endif
