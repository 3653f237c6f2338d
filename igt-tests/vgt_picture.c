// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Writes what a running guest shows to a file, as PPM.  Runs on the host, on the vGPU that a QEMU
 * has open:
 *
 *	QEMU's file descriptor of the device ── VFIO ──► dma-buf, or region ── mapped ──► lines ──► FILE
 *	                                                    └── imported, copied by the host's GPU ──► lines
 *
 * QEMU itself shows dma-bufs in windows only, and uses one of the two ways at a time.
 *
 * What is imported outlives QEMU: the picture is taken once, and again when QEMU has ended.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <drm.h>
#include <drm_fourcc.h>

#include "blt.h"

#define PRIMARY	1	/* DRM_PLANE_TYPE_PRIMARY */
#define CURSOR	2	/* DRM_PLANE_TYPE_CURSOR */

static void die(const char *what)
{
	fprintf(stderr, "error: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A copy of the file descriptor that the process has of its VFIO device. */
static int device_of(pid_t pid, int pidfd)
{
	char path[PATH_MAX], target[PATH_MAX];
	int fd = -1;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir || pidfd < 0)
		die("process");
	while (fd < 0 && (entry = readdir(dir))) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		target[len < 0 ? 0 : len] = 0;
		if (strstr(target, "vfio-device"))
			fd = syscall(SYS_pidfd_getfd, pidfd, atoi(entry->d_name), 0);
	}
	closedir(dir);
	if (fd < 0)
		die("the process has no VFIO device");
	return fd;
}

static struct vfio_device_gfx_plane_info query(int dev, uint32_t flags, uint32_t plane)
{
	struct vfio_device_gfx_plane_info info = {
		.argsz = sizeof(info), .flags = flags, .drm_plane_type = plane
	};

	if (ioctl(dev, VFIO_DEVICE_QUERY_GFX_PLANE, &info))
		die("VFIO_DEVICE_QUERY_GFX_PLANE");
	if (!info.size) {
		fprintf(stderr, "error: nothing is shown\n");
		exit(2);
	}
	return info;
}

static const uint8_t *map(int fd, uint64_t offset, size_t size)
{
	const uint8_t *at = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, offset);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

static int get_dmabuf(int dev, const struct vfio_device_gfx_plane_info *info)
{
	uint32_t id = info->dmabuf_id;
	int fd = ioctl(dev, VFIO_DEVICE_GET_GFX_DMABUF, &id);

	if (fd < 0)
		die("VFIO_DEVICE_GET_GFX_DMABUF");
	return fd;
}

static const uint8_t *map_dmabuf(int dev, const struct vfio_device_gfx_plane_info *info)
{
	return map(get_dmabuf(dev, info), 0, info->size);
}

static const uint8_t *map_region(int dev, const struct vfio_device_gfx_plane_info *info)
{
	struct vfio_region_info region = { .argsz = sizeof(region), .index = info->region_index };

	if (ioctl(dev, VFIO_DEVICE_GET_REGION_INFO, &region))
		die("VFIO_DEVICE_GET_REGION_INFO");
	return map(dev, region.offset, info->size);
}

/* Offset of a pixel of 4 bytes; tiles are 4 KiB. */
static size_t offset_of(const struct vfio_device_gfx_plane_info *info, uint32_t x, uint32_t y)
{
	x *= 4;
	switch (info->drm_format_mod) {
	case DRM_FORMAT_MOD_LINEAR:
		return (size_t)y * info->stride + x;
	case I915_FORMAT_MOD_X_TILED:
		return ((size_t)(y / 8) * (info->stride / 512) + x / 512) * 4096 +
		       y % 8 * 512 + x % 512;
	case I915_FORMAT_MOD_Y_TILED:
		return ((size_t)(y / 32) * (info->stride / 128) + x / 128) * 4096 +
		       x % 128 / 16 * 512 + y % 32 * 16 + x % 16;
	default:
		fprintf(stderr, "error: modifier %#llx\n",
			(unsigned long long)info->drm_format_mod);
		exit(1);
	}
}

static uint32_t pixel_at(const struct vfio_device_gfx_plane_info *info, const uint8_t *from,
			 uint32_t x, uint32_t y)
{
	uint32_t value;

	memcpy(&value, from + offset_of(info, x, y), sizeof(value));
	return value;
}

/** struct overlay - the cursor: where it is, and its pixels, with alpha; NULL: there is none */
struct overlay {
	struct vfio_device_gfx_plane_info info;
	const uint8_t *pixels;
};

static uint32_t shown_at(const struct vfio_device_gfx_plane_info *info, const uint8_t *from,
			 const struct overlay *over, uint32_t x, uint32_t y)
{
	uint32_t value = pixel_at(info, from, x, y), above = 0, part, out = 0;
	uint32_t cx = x - over->info.x_pos, cy = y - over->info.y_pos;

	if (over->pixels && cx < over->info.width && cy < over->info.height)
		above = pixel_at(&over->info, over->pixels, cx, cy);
	/* Colours are multiplied by alpha already. */
	for (unsigned int shift = 0; shift < 24; shift += 8) {
		part = (value >> shift & 0xff) * (255 - (above >> 24)) / 255 + (above >> shift & 0xff);
		out |= (part < 255 ? part : 255) << shift;
	}
	return out;
}

static void write_ppm(const struct vfio_device_gfx_plane_info *info, const uint8_t *from,
		      const struct overlay *over, const char *name)
{
	FILE *f = fopen(name, "we");

	if (!f)
		die(name);
	setvbuf(f, NULL, _IOFBF, 1 << 20);
	fprintf(f, "P6\n%u %u\n255\n", info->width, info->height);
	for (uint32_t y = 0; y < info->height; y++) {
		for (uint32_t x = 0; x < info->width; x++) {
			uint32_t value = shown_at(info, from, over, x, y);

			fputc(value >> 16 & 0xff, f);
			fputc(value >> 8 & 0xff, f);
			fputc(value & 0xff, f);
		}
	}
	if (fclose(f))
		die(name);
}

/** struct import - a dma-buf as the host's i915 has it, and where it is copied to */
struct import {
	int fd;
	struct blt_surface from, to;
};

/* Raw bytes, whatever their tiling, as lines of a page each. */
static struct blt_surface raw_surface(struct bo bo)
{
	return (struct blt_surface){
		.bo = bo, .cpp = 4, .stride = 4096, .width = 1024, .height = bo.size / 4096,
	};
}

static struct import import_dmabuf(int dmabuf, uint64_t size)
{
	struct import import = { .fd = vgt_open(true) };
	struct drm_prime_handle prime = { .fd = dmabuf };
	struct bo bo;

	if (import.fd < 0)
		die("no render node of i915");
	if (ioctl(import.fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime))
		die("DRM_IOCTL_PRIME_FD_TO_HANDLE");
	close(dmabuf);
	import.to = raw_surface(bo_create(import.fd, size));
	/* Behind the other; i915 maps no memory of other drivers for processors. */
	bo = (struct bo){ .handle = prime.handle, .size = size, .addr = 1ull << 40 };
	import.from = raw_surface(bo);
	return import;
}

static void copy_import(const struct import *import)
{
	struct blt_rect all = { 0, 0, import->to.width, import->to.height };
	struct batch b;

	memset(import->to.bo.map, 0, import->to.bo.size);
	batch_init(&b, import->fd, 4096);
	batch_use(&b, &import->from.bo, false);
	batch_use(&b, &import->to.bo, true);
	blt_tilings(&b, I915_TILING_NONE, I915_TILING_NONE);
	blt_copy(&b, &import->to, &all, &import->from, 0, 0);
	batch_end(&b);
	batch_run(&b, &vgt_engines[1]);
	batch_fini(&b);
}

static void show_import(int dev, int pidfd, const struct vfio_device_gfx_plane_info *info, char **files)
{
	struct import import = import_dmabuf(get_dmabuf(dev, info), info->size);
	static const struct overlay none;

	close(dev);
	copy_import(&import);
	write_ppm(info, import.to.bo.u8, &none, files[0]);
	if (poll(&(struct pollfd){ .fd = pidfd, .events = POLLIN }, 1, 60000) != 1)
		die("QEMU does not end");
	copy_import(&import);
	write_ppm(info, import.to.bo.u8, &none, files[1]);
	close(import.fd);
}

static void tell(const struct vfio_device_gfx_plane_info *info)
{
	printf("%ux%u modifier %#llx at %d,%d\n", info->width, info->height,
	       (unsigned long long)info->drm_format_mod, (int)info->x_pos, (int)info->y_pos);
	fflush(stdout);
}

static struct vfio_device_gfx_plane_info query_plane(int dev, uint32_t flags, uint32_t plane)
{
	struct vfio_device_gfx_plane_info info = query(dev, flags, plane);

	if (info.drm_format != DRM_FORMAT_XRGB8888 && info.drm_format != DRM_FORMAT_ARGB8888) {
		fprintf(stderr, "error: format %.4s\n", (const char *)&info.drm_format);
		exit(1);
	}
	tell(&info);
	return info;
}

static void usage(const char *program)
{
	fprintf(stderr, "usage: %s PID KIND FILE.ppm\n"
		"  dmabuf          the primary plane by its dma-buf\n"
		"  planes          with the cursor's dma-buf on it\n"
		"  region          the whole screen as the kernel copies it\n"
		"  import AFTER    the primary plane's dma-buf, by this machine's GPU; once more into\n"
		"                  AFTER.ppm when the process has ended\n", program);
	exit(2);
}

int main(int argc, char **argv)
{
	struct vfio_device_gfx_plane_info info;
	struct overlay cursor = { };
	const char *kind;
	int dev, pidfd;

	if (argc < 4 || argc != 4 + !strcmp(argv[2], "import"))
		usage(argv[0]);
	kind = argv[2];
	pidfd = syscall(SYS_pidfd_open, atoi(argv[1]), 0);
	dev = device_of(atoi(argv[1]), pidfd);
	if (!strcmp(kind, "region")) {
		info = query_plane(dev, VFIO_GFX_PLANE_TYPE_REGION, PRIMARY);
		write_ppm(&info, map_region(dev, &info), &cursor, argv[3]);
		return 0;
	}
	info = query_plane(dev, VFIO_GFX_PLANE_TYPE_DMABUF, PRIMARY);
	if (!strcmp(kind, "import")) {
		show_import(dev, pidfd, &info, argv + 3);
		return 0;
	}
	if (!strcmp(kind, "planes")) {
		cursor.info = query_plane(dev, VFIO_GFX_PLANE_TYPE_DMABUF, CURSOR);
		cursor.pixels = map_dmabuf(dev, &cursor.info);
	} else if (strcmp(kind, "dmabuf")) {
		usage(argv[0]);
	}
	write_ppm(&info, map_dmabuf(dev, &info), &cursor, argv[3]);
	return 0;
}
