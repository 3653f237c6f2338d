/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_CONFIG_H
#define KVMGT_CONFIG_H

#include <linux/mutex.h>
#include <linux/pci_regs.h>
#include <linux/sizes.h>
#include <linux/types.h>

struct kvmgt_device;

#define KVMGT_BAR0_SIZE		SZ_16M

/**
 * struct kvmgt_config - configuration space of a vGPU
 * @lock: protects the rest; outside of all other locks of this module
 * @bytes: its contents, little endian
 * @writable: bits that a write changes
 */
struct kvmgt_config {
	struct mutex lock; /* see above */
	u8 bytes[PCI_CFG_SPACE_SIZE];
	u8 writable[PCI_CFG_SPACE_SIZE];
};

void kvmgt_config_init(struct kvmgt_config *config);
/** kvmgt_config_reset - as after power-on */
void kvmgt_config_reset(struct kvmgt_device *dev);

/* Any part of it, of any size and alignment, @pos + @count <= PCI_CFG_SPACE_SIZE.  May sleep. */
void kvmgt_config_read(struct kvmgt_device *dev, u32 pos, void *buf, size_t count);
void kvmgt_config_write(struct kvmgt_device *dev, u32 pos, const void *buf, size_t count);

#endif
