// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "gem.h"
#include "sysfs.h"

int drm_minor(int fd)
{
	struct stat st;

	vgt_assert(!fstat(fd, &st));
	return minor(st.st_rdev) & 127;
}

static int file_open(int fd, const char *top, const char *file, int flags)
{
	char path[160];
	int f;

	snprintf(path, sizeof(path), "%s%d/%s", top, drm_minor(fd), file);
	f = open(path, flags | O_CLOEXEC);
	return f < 0 ? -errno : f;
}

int sysfs_open(int fd, const char *file, int flags)
{
	return file_open(fd, "/sys/class/drm/card", file, flags);
}

int debugfs_open(int fd, const char *file, int flags)
{
	return file_open(fd, "/sys/kernel/debug/dri/", file, flags);
}

static int read_all(int f, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n;

	if (f < 0)
		return f;
	do {
		n = read(f, text + len, size - 1 - len);
		if (n > 0)
			len += n;
	} while (n > 0 && len < size - 1);
	n = n < 0 ? -errno : 0;
	close(f);
	if (len && text[len - 1] == '\n')
		len--;
	text[len] = 0;
	return n ?: (int)len;
}

int sysfs_read(int fd, const char *file, char *text, size_t size)
{
	return read_all(sysfs_open(fd, file, O_RDONLY), text, size);
}

int debugfs_read(int fd, const char *file, char *text, size_t size)
{
	return read_all(debugfs_open(fd, file, O_RDONLY), text, size);
}

static int write_all(int f, const char *text)
{
	int err = 0;

	if (f < 0)
		return f;
	if (write(f, text, strlen(text)) < 0)
		err = -errno;
	close(f);
	return err;
}

int sysfs_write(int fd, const char *file, const char *text)
{
	return write_all(sysfs_open(fd, file, O_WRONLY), text);
}

int debugfs_write(int fd, const char *file, const char *text)
{
	return write_all(debugfs_open(fd, file, O_WRONLY), text);
}

long sysfs_get(int fd, const char *file)
{
	char text[64], *end;
	int err = sysfs_read(fd, file, text, sizeof(text));
	long value;

	vgt_assert_f(err > 0, "%s: %s", file, strerror(-err));
	value = strtol(text, &end, 0);
	vgt_assert_f(end != text, "%s: %s", file, text);
	return value;
}

long sysfs_wait(int fd, const char *file, long value, bool equal, double seconds)
{
	double until = vgt_now() + seconds;

	while ((sysfs_get(fd, file) == value) != equal && vgt_now() < until)
		vgt_sleep(0.02);
	return sysfs_get(fd, file);
}

void sysfs_set(int fd, const char *file, long value)
{
	char text[32];
	int err;

	snprintf(text, sizeof(text), "%ld\n", value);
	err = sysfs_write(fd, file, text);
	vgt_assert_f(!err, "%s = %ld: %s", file, value, strerror(-err));
}

struct hang_limits hang_limits_set(int fd, const struct vgt_engine *e, struct hang_limits limits)
{
	struct hang_limits old;
	char heartbeat[64], preempt[64];
	int f;

	snprintf(heartbeat, sizeof(heartbeat), "engine/%s/heartbeat_interval_ms", e->name);
	snprintf(preempt, sizeof(preempt), "engine/%s/preempt_timeout_ms", e->name);
	f = sysfs_open(fd, heartbeat, O_RDWR);
	if (f < 0)
		vgt_skip("write access to %s", heartbeat);
	close(f);
	if (!gem_preempts(fd))
		vgt_skip("a scheduler that preempts");
	old.heartbeat = sysfs_get(fd, heartbeat);
	old.preempt = sysfs_get(fd, preempt);
	sysfs_set(fd, heartbeat, limits.heartbeat);
	sysfs_set(fd, preempt, limits.preempt);
	return old;
}
