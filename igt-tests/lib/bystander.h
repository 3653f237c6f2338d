/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_BYSTANDER_H
#define VGT_TEST_BYSTANDER_H

#include <sys/types.h>

#include "subtest.h"

/**
 * struct bystander - a process that works while somebody else misbehaves
 * @name: for messages
 * @shared: between it and its parent
 */
struct bystander {
	const char *name;
	pid_t pid;
	struct {
		unsigned int rounds;
		bool stop;
	} *shared;
};

/**
 * bystander_start - a process that calls @setup, and @round until it is to stop
 *
 * Both end the process by the asserts of subtest.h when something is not right.
 */
void bystander_start(struct bystander *b, const char *name, void *(*setup)(int arg),
		     void (*round)(void *priv, unsigned int n), int arg);
/** bystander_goes_on - it makes @rounds more, or the subtest fails; returns how long that took */
double bystander_goes_on(struct bystander *b, unsigned int rounds, double seconds);
/** bystander_stop - all was right until its end */
void bystander_stop(struct bystander *b);

/** bystander_host - submits by the host's driver, on each engine in turn */
void bystander_host(struct bystander *b);
/** bystander_guest - blits and stores on the vGPU @number, checks its memory's checksums */
void bystander_guest(struct bystander *b, int number);

#endif
