/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_GEM_H
#define VGT_TEST_GEM_H

#include "subtest.h"

/**
 * struct bo - a buffer object
 * @addr: where it is in every context's PPGTT, chosen at creation
 * @map: CPU mapping, cached (coherent with the GPU thanks to the shared LLC)
 */
struct bo {
	uint32_t handle;
	uint64_t size, addr;
	union {
		void *map;
		uint32_t *u32;
		uint64_t *u64;
		uint8_t *u8;
	};
};

/* Objects. What fails ends the subtest; the ones with try_ return a negative error. */
bool gem_has_engine(int fd, const struct vgt_engine *e);
int gem_getparam(int fd, int param);
/** gem_preempts - the driver preempts, which i915 does not do on a vGPU */
bool gem_preempts(int fd);
uint32_t gem_create(int fd, uint64_t size);
void gem_close(int fd, uint32_t handle);

/** gem_mmap - map with I915_MMAP_OFFSET_WB, _WC or _GTT; unmap with munmap() */
void *gem_mmap(int fd, uint32_t handle, uint64_t size, uint64_t flags);
void gem_set_domain(int fd, uint32_t handle, uint32_t read, uint32_t write);
int gem_try_set_tiling(int fd, uint32_t handle, uint32_t tiling, uint32_t stride);
void gem_set_tiling(int fd, uint32_t handle, uint32_t tiling, uint32_t stride);
void gem_pread(int fd, uint32_t handle, uint64_t offset, void *data, uint64_t size);
void gem_pwrite(int fd, uint32_t handle, uint64_t offset, const void *data, uint64_t size);

/** gem_try_wait - until the GPU is done with an object; -ETIME after @ns */
int gem_try_wait(int fd, uint32_t handle, int64_t ns);
void gem_wait(int fd, uint32_t handle);

/** gem_busy - bits 15:0 class + 1 of the writer, 31:16 classes of the readers; 0: idle */
uint32_t gem_busy(int fd, uint32_t handle);

/** bo_create - make and map an object of zeroes */
struct bo bo_create(int fd, uint64_t size);
/** bo_wrap - give an existing object an address and a mapping */
struct bo bo_wrap(int fd, uint32_t handle, uint64_t size);
void bo_destroy(int fd, struct bo *bo);

/** tiled_offset - the byte of a tiled surface at (x in bytes, y); gen9, no swizzling */
uint64_t tiled_offset(uint32_t tiling, uint32_t stride, uint32_t x, uint32_t y);

/*
 * Contexts: made without persistence, so that what they run ends with the file. A driver that
 * does not preempt cannot end it.
 */
uint32_t ctx_create(int fd);
void ctx_destroy(int fd, uint32_t ctx);
int ctx_set_param(int fd, uint32_t ctx, uint64_t param, uint64_t value);
int ctx_get_param(int fd, uint32_t ctx, uint64_t param, uint64_t *value);
void ctx_set_priority(int fd, uint32_t ctx, int priority);

/* Fences: sync files and syncobjs. */

/** fence_wait - 0, or -ETIME when the sync file has not signalled after @ms */
int fence_wait(int fence, int ms);
/** fence_status - 1 signalled, 0 not yet, negative: the error it carries */
int fence_status(int fence);
int fence_merge(int a, int b);
uint32_t syncobj_create(int fd);
/** syncobj_wait - 0 or -ETIME */
int syncobj_wait(int fd, uint32_t syncobj, double seconds);

#endif
