// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host_regs.h"
#include "sysfs.h"

#define REGISTERS	0x200000u	/* of BAR0 */

void host_regs_open(struct host_regs *h, int fd)
{
	int f = sysfs_open(fd, "device/resource0", O_RDWR | O_SYNC);
	void *map;

	vgt_assert_f(f >= 0, "resource0: %s", strerror(-f));
	map = mmap(NULL, REGISTERS, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
	vgt_assert(map != MAP_FAILED);
	close(f);
	h->map = map;
	h->wake = debugfs_open(fd, "i915_forcewake_user", O_RDONLY);
	vgt_assert_f(h->wake >= 0, "i915_forcewake_user: %s", strerror(-h->wake));
}

void host_regs_close(struct host_regs *h)
{
	close(h->wake);
	munmap((void *)h->map, REGISTERS);
}
