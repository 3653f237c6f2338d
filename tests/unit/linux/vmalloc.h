/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_VMALLOC_H
#define SHIM_LINUX_VMALLOC_H

#include <linux/slab.h>

#define __vmalloc(size, gfp)	((void)(gfp), shim_alloc(1, size))
#define vzalloc(size)	shim_alloc(1, size)
#define vfree(p)	shim_free(p)

#endif
