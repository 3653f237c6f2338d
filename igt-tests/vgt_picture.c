// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Writes what a running guest shows to a file, as PPM.  Runs on the host, on the vGPU that a QEMU
 * has open:
 *
 *	QEMU's file descriptor of the device ── VFIO ──► dma-buf, or region ── mapped ──► lines ──► FILE
 *
 * QEMU itself shows dma-bufs in windows only, and uses one of the two ways at a time.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <drm_fourcc.h>

#define PRIMARY	1	/* DRM_PLANE_TYPE_PRIMARY */
#define CURSOR	2	/* DRM_PLANE_TYPE_CURSOR */

static void die(const char *what)
{
	fprintf(stderr, "error: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A copy of the file descriptor that process @pid has of its VFIO device. */
static int device_of(pid_t pid)
{
	char path[PATH_MAX], target[PATH_MAX];
	int pidfd = syscall(SYS_pidfd_open, pid, 0), fd = -1;
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
	close(pidfd);
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

static const uint8_t *map_dmabuf(int dev, const struct vfio_device_gfx_plane_info *info)
{
	uint32_t id = info->dmabuf_id;
	int fd = ioctl(dev, VFIO_DEVICE_GET_GFX_DMABUF, &id);

	if (fd < 0)
		die("VFIO_DEVICE_GET_GFX_DMABUF");
	return map(fd, 0, info->size);
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

static void write_ppm(const struct vfio_device_gfx_plane_info *info, const uint8_t *from,
		      const char *name)
{
	FILE *f = fopen(name, "we");

	if (!f)
		die(name);
	fprintf(f, "P6\n%u %u\n255\n", info->width, info->height);
	for (uint32_t y = 0; y < info->height; y++) {
		for (uint32_t x = 0; x < info->width; x++) {
			const uint8_t *pixel = from + offset_of(info, x, y);

			fputc(pixel[2], f);
			fputc(pixel[1], f);
			fputc(pixel[0], f);
		}
	}
	if (fclose(f))
		die(name);
}

int main(int argc, char **argv)
{
	struct vfio_device_gfx_plane_info info;
	bool region;
	int dev;

	if (argc != 4 || (strcmp(argv[2], "dmabuf") && strcmp(argv[2], "region") &&
			  strcmp(argv[2], "cursor"))) {
		fprintf(stderr, "usage: %s PID dmabuf|region|cursor FILE.ppm\n", argv[0]);
		return 2;
	}
	region = !strcmp(argv[2], "region");
	dev = device_of(atoi(argv[1]));
	info = query(dev, region ? VFIO_GFX_PLANE_TYPE_REGION : VFIO_GFX_PLANE_TYPE_DMABUF,
		     !strcmp(argv[2], "cursor") ? CURSOR : PRIMARY);
	if (info.drm_format != DRM_FORMAT_XRGB8888 && info.drm_format != DRM_FORMAT_ARGB8888) {
		fprintf(stderr, "error: format %.4s\n", (const char *)&info.drm_format);
		return 1;
	}
	write_ppm(&info, region ? map_region(dev, &info) : map_dmabuf(dev, &info), argv[3]);
	printf("%ux%u modifier %#llx at %d,%d\n", info.width, info.height,
	       (unsigned long long)info.drm_format_mod, (int)info.x_pos, (int)info.y_pos);
	return 0;
}
