/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_VFIO_H
#define VGT_TEST_VFIO_H

#include "subtest.h"

/*
 * A vGPU and its user, which is no virtual machine but this process: what a guest's CPU would do,
 * it does by reads and writes of the device's regions; a part of its memory is the guest's.
 */

#define MDEV_TYPE		"i915-GVTg_V5_8"
#define VFIO_GGTT		0x800000u	/* of GGTT entries in BAR0 */
#define VFIO_BAR0_SIZE		0x1000000u
#define VFIO_BAR0_REGISTERS	0x200000u

enum vfio_region { VFIO_BAR0 = 0, VFIO_BAR2 = 2, VFIO_CONFIG = 7, VFIO_EDID = 9 };

/**
 * struct vfio - a vGPU that is open
 * @number: of the mediated device
 * @mem: the guest's memory, from guest-physical 0 on
 * @mem_size: of it
 * @aperture: the vGPU's slice of BAR2
 * @low, @low_size, @high, @high_size: its graphics memory
 */
struct vfio {
	int number;
	int container, group, device;
	uint8_t *mem;
	uint64_t mem_size;
	uint8_t *aperture;
	uint32_t low, low_size, high, high_size;
};

/* Mediated devices, by a number of the caller's. */

/** vfio_need - skip the subtest where there is nothing to make vGPUs of */
void vfio_need(void);
/** mdev_available - how many more of MDEV_TYPE */
long mdev_available(void);
/** mdev_create - 0 or a negative error */
int mdev_create(int number);
int mdev_remove(int number);
bool mdev_exists(int number);
/** mdev_stat - a counter of the vGPU */
uint64_t mdev_stat(int number, const char *name);

/** vfio_try_open - 0 or a negative error, of the last step that there is */
int vfio_try_open(struct vfio *v, int number, uint64_t mem_size);
void vfio_open(struct vfio *v, int number, uint64_t mem_size);
void vfio_close(struct vfio *v);
/** vfio_map, vfio_unmap - guest-physical [@gpa, @gpa + @size) is memory, is none */
int vfio_map(struct vfio *v, uint64_t gpa, uint64_t size);
int vfio_unmap(struct vfio *v, uint64_t gpa, uint64_t size);
void vfio_reset(struct vfio *v);

/** vfio_read, vfio_write - one system call; bytes done or a negative error */
int vfio_read(struct vfio *v, enum vfio_region region, uint64_t offset, void *data, size_t size);
int vfio_write(struct vfio *v, enum vfio_region region, uint64_t offset, const void *data,
	       size_t size);

/** vfio_irq - VFIO_DEVICE_SET_IRQS for the one interrupt of an index; 0 or a negative error */
int vfio_irq(struct vfio *v, uint32_t index, uint32_t flags, int32_t fd);
/** vfio_listen - an eventfd that the interrupt of an index signals */
int vfio_listen(struct vfio *v, uint32_t index);

static inline uint32_t vfio_reg(struct vfio *v, uint32_t offset)
{
	uint32_t val = 0;

	vfio_read(v, VFIO_BAR0, offset, &val, sizeof(val));
	return val;
}

static inline void vfio_set_reg(struct vfio *v, uint32_t offset, uint32_t val)
{
	vfio_write(v, VFIO_BAR0, offset, &val, sizeof(val));
}

static inline uint64_t vfio_pte(struct vfio *v, uint64_t index)
{
	uint64_t val = 0;

	vfio_read(v, VFIO_BAR0, VFIO_GGTT + 8 * index, &val, sizeof(val));
	return val;
}

static inline void vfio_set_pte(struct vfio *v, uint64_t index, uint64_t val)
{
	vfio_write(v, VFIO_BAR0, VFIO_GGTT + 8 * index, &val, sizeof(val));
}

/* The guest's memory; its CPU and the GPU see each other's writes. */
static inline volatile uint32_t *vfio_u32(struct vfio *v, uint64_t gpa)
{
	return (volatile uint32_t *)(v->mem + gpa);
}

static inline volatile uint64_t *vfio_u64(struct vfio *v, uint64_t gpa)
{
	return (volatile uint64_t *)(v->mem + gpa);
}

#endif
