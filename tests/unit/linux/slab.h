/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <linux/types.h>

#define GFP_KERNEL 0
#define GFP_KERNEL_ACCOUNT 0
#define __GFP_ZERO 0

/* Where a test makes allocations fail: the call that counts it down to zero. */
extern unsigned int shim_fail_alloc;

void *shim_alloc(size_t n, size_t size);
void shim_free(const void *p);

#define kzalloc(size, gfp)	((void)(gfp), shim_alloc(1, size))
#define kcalloc(n, size, gfp)	((void)(gfp), shim_alloc(n, size))
#define kfree(p)		shim_free(p)
#define kvcalloc(n, size, gfp)	kcalloc(n, size, gfp)
#define kvzalloc(size, gfp)	kzalloc(size, gfp)
#define kvfree(p)		kfree(p)

#endif
