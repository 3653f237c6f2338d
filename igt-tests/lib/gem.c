// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <linux/sync_file.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gem.h"

#define BO_ALIGN	0x10000

bool gem_has_engine(int fd, const struct vgt_engine *e)
{
	_Alignas(8) char buffer[4096] = { };
	struct drm_i915_query_item item = {
		.query_id = DRM_I915_QUERY_ENGINE_INFO,
		.length = sizeof(buffer),
		.data_ptr = (uintptr_t)buffer,
	};
	struct drm_i915_query query = { .num_items = 1, .items_ptr = (uintptr_t)&item };
	const struct drm_i915_query_engine_info *info = (const void *)buffer;

	vgt_do_ioctl(fd, DRM_IOCTL_I915_QUERY, &query);
	vgt_assert(item.length > 0);
	for (uint32_t i = 0; i < info->num_engines; i++) {
		if (info->engines[i].engine.engine_class == e->class &&
		    info->engines[i].engine.engine_instance == e->instance)
			return true;
	}
	return false;
}

int gem_getparam(int fd, int param)
{
	int value = 0;
	struct drm_i915_getparam arg = { .param = param, .value = &value };

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GETPARAM, &arg);
	return value;
}

bool gem_preempts(int fd)
{
	return gem_getparam(fd, I915_PARAM_HAS_SCHEDULER) & I915_SCHEDULER_CAP_PREEMPTION;
}

uint32_t gem_create(int fd, uint64_t size)
{
	struct drm_i915_gem_create arg = { .size = size };

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_CREATE, &arg);
	return arg.handle;
}

void gem_close(int fd, uint32_t handle)
{
	struct drm_gem_close arg = { .handle = handle };

	vgt_do_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &arg);
}

void *gem_mmap(int fd, uint32_t handle, uint64_t size, uint64_t flags)
{
	struct drm_i915_gem_mmap_offset arg = { .handle = handle, .flags = flags };
	void *map;

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_MMAP_OFFSET, &arg);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, arg.offset);
	vgt_assert(map != MAP_FAILED);
	return map;
}

void gem_set_domain(int fd, uint32_t handle, uint32_t read, uint32_t write)
{
	struct drm_i915_gem_set_domain arg = {
		.handle = handle, .read_domains = read, .write_domain = write,
	};

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_SET_DOMAIN, &arg);
}

int gem_try_set_tiling(int fd, uint32_t handle, uint32_t tiling, uint32_t stride)
{
	struct drm_i915_gem_set_tiling arg = {
		.handle = handle, .tiling_mode = tiling, .stride = tiling ? stride : 0,
	};

	return vgt_ioctl(fd, DRM_IOCTL_I915_GEM_SET_TILING, &arg);
}

void gem_set_tiling(int fd, uint32_t handle, uint32_t tiling, uint32_t stride)
{
	struct drm_i915_gem_get_tiling get = { .handle = handle };

	vgt_assert_eq(gem_try_set_tiling(fd, handle, tiling, stride), 0);
	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_GET_TILING, &get);
	vgt_assert_eq(get.tiling_mode, tiling);
	vgt_assert_eq(get.swizzle_mode, I915_BIT_6_SWIZZLE_NONE);
}

void gem_pread(int fd, uint32_t handle, uint64_t offset, void *data, uint64_t size)
{
	struct drm_i915_gem_pread arg = {
		.handle = handle, .offset = offset, .size = size, .data_ptr = (uintptr_t)data,
	};

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_PREAD, &arg);
}

void gem_pwrite(int fd, uint32_t handle, uint64_t offset, const void *data, uint64_t size)
{
	struct drm_i915_gem_pwrite arg = {
		.handle = handle, .offset = offset, .size = size, .data_ptr = (uintptr_t)data,
	};

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_PWRITE, &arg);
}

int gem_try_wait(int fd, uint32_t handle, int64_t ns)
{
	struct drm_i915_gem_wait arg = { .bo_handle = handle, .timeout_ns = ns };

	return vgt_ioctl(fd, DRM_IOCTL_I915_GEM_WAIT, &arg);
}

void gem_wait(int fd, uint32_t handle)
{
	vgt_assert_eq(gem_try_wait(fd, handle, -1), 0);
}

uint32_t gem_busy(int fd, uint32_t handle)
{
	struct drm_i915_gem_busy arg = { .handle = handle };

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_BUSY, &arg);
	return arg.busy;
}

struct bo bo_wrap(int fd, uint32_t handle, uint64_t size)
{
	/* Neither at 0, which the kernel never uses, nor where relocated objects are put. */
	static uint64_t next = 0x1000000;
	struct bo bo = { .handle = handle, .size = size, .addr = next };

	next += (size + 2 * BO_ALIGN - 1) & ~(uint64_t)(BO_ALIGN - 1);
	bo.map = gem_mmap(fd, handle, size, I915_MMAP_OFFSET_WB);
	return bo;
}

struct bo bo_create(int fd, uint64_t size)
{
	size = (size + 4095) & ~4095ull;
	return bo_wrap(fd, gem_create(fd, size), size);
}

void bo_destroy(int fd, struct bo *bo)
{
	munmap(bo->map, bo->size);
	gem_close(fd, bo->handle);
	bo->handle = 0;
}

uint64_t tiled_offset(uint32_t tiling, uint32_t stride, uint32_t x, uint32_t y)
{
	switch (tiling) {
	case I915_TILING_X:	/* 512 bytes by 8 rows, row after row */
		return (uint64_t)(y / 8) * stride * 8 + x / 512 * 4096 + y % 8 * 512 + x % 512;
	case I915_TILING_Y:	/* 128 bytes by 32 rows, in columns of 16 bytes */
		return (uint64_t)(y / 32) * stride * 32 + x / 128 * 4096 +
		       x % 128 / 16 * 512 + y % 32 * 16 + x % 16;
	default:
		return (uint64_t)y * stride + x;
	}
}

uint32_t ctx_create(int fd)
{
	struct drm_i915_gem_context_create arg = { };
	int err;

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_CONTEXT_CREATE, &arg);
	err = ctx_set_param(fd, arg.ctx_id, I915_CONTEXT_PARAM_PERSISTENCE, 0);
	vgt_assert_f(!err || (err == -ENODEV && !gem_preempts(fd)), "%s", strerror(-err));
	return arg.ctx_id;
}

void ctx_destroy(int fd, uint32_t ctx)
{
	struct drm_i915_gem_context_destroy arg = { .ctx_id = ctx };

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_CONTEXT_DESTROY, &arg);
}

int ctx_set_param(int fd, uint32_t ctx, uint64_t param, uint64_t value)
{
	struct drm_i915_gem_context_param arg = { .ctx_id = ctx, .param = param, .value = value };

	return vgt_ioctl(fd, DRM_IOCTL_I915_GEM_CONTEXT_SETPARAM, &arg);
}

int ctx_get_param(int fd, uint32_t ctx, uint64_t param, uint64_t *value)
{
	struct drm_i915_gem_context_param arg = { .ctx_id = ctx, .param = param };
	int err = vgt_ioctl(fd, DRM_IOCTL_I915_GEM_CONTEXT_GETPARAM, &arg);

	*value = arg.value;
	return err;
}

void ctx_set_priority(int fd, uint32_t ctx, int priority)
{
	vgt_assert_eq(ctx_set_param(fd, ctx, I915_CONTEXT_PARAM_PRIORITY, priority), 0);
}

int fence_wait(int fence, int ms)
{
	struct pollfd pfd = { .fd = fence, .events = POLLIN };

	return poll(&pfd, 1, ms) == 1 ? 0 : -ETIME;
}

int fence_status(int fence)
{
	struct sync_file_info info = { };

	vgt_do_ioctl(fence, SYNC_IOC_FILE_INFO, &info);
	return info.status;
}

int fence_merge(int a, int b)
{
	struct sync_merge_data data = { .name = "vgt", .fd2 = b };

	vgt_do_ioctl(a, SYNC_IOC_MERGE, &data);
	return data.fence;
}

uint32_t syncobj_create(int fd)
{
	struct drm_syncobj_create arg = { };

	vgt_do_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &arg);
	return arg.handle;
}

int syncobj_wait(int fd, uint32_t syncobj, double seconds)
{
	struct drm_syncobj_wait arg = {
		.handles = (uintptr_t)&syncobj,
		.count_handles = 1,
		.timeout_nsec = (vgt_now() + seconds) * 1e9,
		.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT,
	};

	return vgt_ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &arg);
}
