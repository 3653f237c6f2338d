// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a vGPU's user without a virtual machine
 *
 *   mdev_create ---> vfio_open: container, group, memory, device ---> reads, writes, mmap, eventfds
 *                        ^                                              |
 *                        +---------------- vfio_close <-----------------+---> mdev_remove
 *
 * By the VFIO group, as QEMU does it; type 1 IOMMU.
 */
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vfio.h"

#define TYPES		"/sys/bus/pci/devices/0000:00:02.0/mdev_supported_types/" MDEV_TYPE
#define DEVICES		"/sys/bus/mdev/devices/"
#define REGION_SHIFT	40	/* of a region's number in offsets; checked at open */
#define PVINFO_LOW	0x78040	/* base and size of low, then of high graphics memory */

static void uuid_of(int number, char *uuid, size_t size)
{
	snprintf(uuid, size, "00000000-0000-4000-9000-%012x", number);
}

static int read_text(const char *path, char *text, size_t size)
{
	int f = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (f < 0)
		return -errno;
	n = read(f, text, size - 1);
	close(f);
	if (n < 0)
		return -errno;
	text[n] = 0;
	return 0;
}

static int write_text(const char *path, const char *text)
{
	int f = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (f < 0)
		return -errno;
	if (write(f, text, strlen(text)) < 0)
		err = -errno;
	close(f);
	return err;
}

void vfio_need(void)
{
	if (access(TYPES, F_OK) && system("modprobe -q kvmgt") != 0)
		vgt_skip("kvmgt.ko");
	if (access("/dev/vfio/vfio", F_OK) || system("modprobe -q vfio_iommu_type1") != 0)
		vgt_skip("VFIO with a type 1 IOMMU");
	if (access(TYPES, F_OK))
		vgt_skip("vGPUs of type " MDEV_TYPE " (the host's i915 with enable_gvt=1)");
}

long mdev_available(void)
{
	char text[32];

	return read_text(TYPES "/available_instances", text, sizeof(text)) ? -1 : atol(text);
}

int mdev_create(int number)
{
	char uuid[40];

	uuid_of(number, uuid, sizeof(uuid));
	return write_text(TYPES "/create", uuid);
}

static void device_file(int number, const char *file, char *path, size_t size)
{
	char uuid[40];

	uuid_of(number, uuid, sizeof(uuid));
	snprintf(path, size, DEVICES "%s/%s", uuid, file);
}

int mdev_remove(int number)
{
	char path[128];

	device_file(number, "remove", path, sizeof(path));
	return write_text(path, "1");
}

bool mdev_exists(int number)
{
	char path[128];

	device_file(number, "remove", path, sizeof(path));
	return !access(path, F_OK);
}

uint64_t mdev_stat(int number, const char *name)
{
	char path[128], file[64], text[32];

	snprintf(file, sizeof(file), "stats/%s", name);
	device_file(number, file, path, sizeof(path));
	vgt_assert_f(!read_text(path, text, sizeof(text)), "%s", path);
	return strtoull(text, NULL, 10);
}

/* The number of the device's group, from the link to it. */
static int open_group(int number)
{
	char path[128], link[256], file[64];
	ssize_t n;

	device_file(number, "iommu_group", path, sizeof(path));
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return -errno;
	link[n] = 0;
	snprintf(file, sizeof(file), "/dev/vfio/%s", strrchr(link, '/') + 1);
	/* The node comes a moment after the device. */
	for (int i = 0; i < 200 && access(file, F_OK); i++)
		vgt_sleep(0.01);
	n = open(file, O_RDWR | O_CLOEXEC);
	return n < 0 ? -errno : n;
}

static int open_device(struct vfio *v)
{
	char uuid[40];
	int err;

	v->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (v->container < 0)
		return -errno;
	v->group = open_group(v->number);
	if (v->group < 0)
		return v->group;
	if (ioctl(v->group, VFIO_GROUP_SET_CONTAINER, &v->container) ||
	    ioctl(v->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return -errno;
	/* Halves that can be taken away one by one. */
	err = vfio_map(v, 0, v->mem_size / 2);
	if (!err)
		err = vfio_map(v, v->mem_size / 2, v->mem_size / 2);
	if (err)
		return err;
	uuid_of(v->number, uuid, sizeof(uuid));
	v->device = ioctl(v->group, VFIO_GROUP_GET_DEVICE_FD, uuid);
	return v->device < 0 ? -errno : 0;
}

/* Regions are where this file takes them to be. */
static void check_regions(struct vfio *v)
{
	static const enum vfio_region regions[] = { VFIO_BAR0, VFIO_BAR2, VFIO_CONFIG, VFIO_EDID };

	for (size_t i = 0; i < ARRAY_SIZE(regions); i++) {
		struct vfio_region_info info = { .argsz = sizeof(info), .index = regions[i] };

		vgt_do_ioctl(v->device, VFIO_DEVICE_GET_REGION_INFO, &info);
		vgt_assert_eq(info.offset, (uint64_t)regions[i] << REGION_SHIFT);
		vgt_assert(info.size);
	}
}

static uint64_t place(enum vfio_region region, uint64_t offset)
{
	return ((uint64_t)region << REGION_SHIFT) + offset;
}

int vfio_try_open(struct vfio *v, int number, uint64_t mem_size)
{
	int err;

	*v = (struct vfio){ .number = number, .container = -1, .group = -1, .device = -1,
			    .mem_size = mem_size, .aperture = MAP_FAILED };
	v->mem = mmap(NULL, mem_size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	vgt_assert(v->mem != MAP_FAILED);
	err = open_device(v);
	if (err)
		vfio_close(v);
	return err;
}

void vfio_open(struct vfio *v, int number, uint64_t mem_size)
{
	int err = vfio_try_open(v, number, mem_size);

	vgt_assert_f(!err, "vGPU %d: %s", number, strerror(-err));
	check_regions(v);
	v->low = vfio_reg(v, PVINFO_LOW);
	v->low_size = vfio_reg(v, PVINFO_LOW + 4);
	v->high = vfio_reg(v, PVINFO_LOW + 8);
	v->high_size = vfio_reg(v, PVINFO_LOW + 12);
	vgt_assert(v->low_size && v->high_size);
	v->aperture = mmap(NULL, v->low_size, PROT_READ | PROT_WRITE, MAP_SHARED, v->device,
			   place(VFIO_BAR2, v->low));
	vgt_assert(v->aperture != MAP_FAILED);
}

void vfio_close(struct vfio *v)
{
	if (v->aperture != MAP_FAILED)
		munmap(v->aperture, v->low_size);
	if (v->device >= 0)
		close(v->device);
	if (v->group >= 0)
		close(v->group);
	if (v->container >= 0)
		close(v->container);
	munmap(v->mem, v->mem_size);
}

int vfio_map(struct vfio *v, uint64_t gpa, uint64_t size)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)v->mem + gpa,
		.iova = gpa,
		.size = size,
	};

	return ioctl(v->container, VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

int vfio_unmap(struct vfio *v, uint64_t gpa, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = gpa, .size = size,
	};

	return ioctl(v->container, VFIO_IOMMU_UNMAP_DMA, &unmap) ? -errno : 0;
}

void vfio_reset(struct vfio *v)
{
	vgt_do_ioctl(v->device, VFIO_DEVICE_RESET, NULL);
}

int vfio_read(struct vfio *v, enum vfio_region region, uint64_t offset, void *data, size_t size)
{
	ssize_t n = pread(v->device, data, size, place(region, offset));

	return n < 0 ? -errno : n;
}

int vfio_write(struct vfio *v, enum vfio_region region, uint64_t offset, const void *data,
	       size_t size)
{
	ssize_t n = pwrite(v->device, data, size, place(region, offset));

	return n < 0 ? -errno : n;
}

int vfio_irq(struct vfio *v, uint32_t index, uint32_t flags, int32_t fd)
{
	union {
		struct vfio_irq_set set;
		char room[sizeof(struct vfio_irq_set) + sizeof(fd)];
	} arg = { .set = { .argsz = sizeof(arg.set), .flags = flags, .index = index, .count = 1 } };

	if (flags & VFIO_IRQ_SET_DATA_EVENTFD) {
		arg.set.argsz = sizeof(arg.set) + sizeof(fd);
		memcpy(arg.set.data, &fd, sizeof(fd));
	} else if (fd < 0) {
		arg.set.count = 0;
	}
	return ioctl(v->device, VFIO_DEVICE_SET_IRQS, &arg.set) ? -errno : 0;
}

int vfio_listen(struct vfio *v, uint32_t index)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), err;

	vgt_assert(fd >= 0);
	err = vfio_irq(v, index, VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD, fd);
	vgt_assert_f(!err, "%s", strerror(-err));
	return fd;
}
