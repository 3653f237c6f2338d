/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_SYSFS_H
#define VGT_TEST_SYSFS_H

#include "subtest.h"

/* Files of the DRM device of @fd, below /sys/class/drm/cardN or /sys/kernel/debug/dri/N. */

/** drm_minor - the N of the device's card */
int drm_minor(int fd);
/** sysfs_open - a file descriptor or a negative error */
int sysfs_open(int fd, const char *file, int flags);
int debugfs_open(int fd, const char *file, int flags);
/** sysfs_read - contents without the last newline; a negative error or the length */
int sysfs_read(int fd, const char *file, char *text, size_t size);
int debugfs_read(int fd, const char *file, char *text, size_t size);
int sysfs_write(int fd, const char *file, const char *text);
int debugfs_write(int fd, const char *file, const char *text);
/** sysfs_get - a number; the subtest fails when there is none */
long sysfs_get(int fd, const char *file);
void sysfs_set(int fd, const char *file, long value);
/** sysfs_wait - until the number is @value, or is not, or for @seconds; returns what it is then */
long sysfs_wait(int fd, const char *file, long value, bool equal, double seconds);

/**
 * struct hang_limits - how soon the driver resets an engine that does not obey
 *
 * Kept by the kernel until somebody sets them back.
 */
struct hang_limits {
	long heartbeat, preempt;
};

/** hang_limits_set - for one engine, in ms; returns the old ones */
struct hang_limits hang_limits_set(int fd, const struct vgt_engine *e, struct hang_limits limits);

#endif
