/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_HOST_REGS_H
#define VGT_TEST_HOST_REGS_H

#include "subtest.h"

/**
 * struct host_regs - the GPU's registers as the hardware has them, past driver and mediator
 * @map: of the PCI function's resource
 * @wake: keeps the GPU awake
 */
struct host_regs {
	volatile uint32_t *map;
	int wake;
};

/** host_regs_open - of the GPU whose file of the driver @fd is */
void host_regs_open(struct host_regs *h, int fd);
void host_regs_close(struct host_regs *h);

static inline uint32_t host_reg(const struct host_regs *h, uint32_t offset)
{
	return h->map[offset / 4];
}

static inline void host_set_reg(struct host_regs *h, uint32_t offset, uint32_t val)
{
	h->map[offset / 4] = val;
}

#endif
