// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: configuration space of a vGPU
 *
 *   read ---> bytes[]
 *   write --> bytes[], where writable[] has a bit --> command, BAR0: where BAR0 is decoded
 *                                                `--> command: whether INTx may be raised
 *
 * What the guest's driver identifies the GPU by is the physical one's; all else
 * is made here, nothing is passed through.  No stolen memory and no OpRegion: both
 * would be the host's.  VFIO's users keep the MSI capability themselves and set the
 * interrupt up by VFIO_DEVICE_SET_IRQS, so its bits are only storage.
 *
 * PRM, Skylake, volume 5 "Memory views", configuration registers of device 2.
 */
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"
#include "kvmgt_main.h"

#define GMCH_CTRL	0x50
#define GMCH_GGMS_8M	(3 << 6)	/* 8 MiB of GGTT entries; no stolen memory */
#define CAP_MSI		0xac
#define CAP_PM		0xd0

#define BAR0_TYPE	PCI_BASE_ADDRESS_MEM_TYPE_64
#define BAR2_TYPE	(PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)
#define COMMAND_BITS	(PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | \
			 PCI_COMMAND_INTX_DISABLE)

static void put8(struct kvmgt_config *config, u32 pos, u8 val, u8 writable)
{
	config->bytes[pos] = val;
	config->writable[pos] = writable;
}

static void put16(struct kvmgt_config *config, u32 pos, u16 val, u16 writable)
{
	put_unaligned_le16(val, &config->bytes[pos]);
	put_unaligned_le16(writable, &config->writable[pos]);
}

static void put64(struct kvmgt_config *config, u32 pos, u64 val, u64 writable)
{
	put_unaligned_le64(val, &config->bytes[pos]);
	put_unaligned_le64(writable, &config->writable[pos]);
}

static void put_identity(struct kvmgt_config *config, struct pci_dev *pdev)
{
	put16(config, PCI_VENDOR_ID, pdev->vendor, 0);
	put16(config, PCI_DEVICE_ID, pdev->device, 0);
	put16(config, PCI_SUBSYSTEM_VENDOR_ID, pdev->subsystem_vendor, 0);
	put16(config, PCI_SUBSYSTEM_ID, pdev->subsystem_device, 0);
	put8(config, PCI_REVISION_ID, pdev->revision, 0);
	put16(config, PCI_CLASS_DEVICE, PCI_CLASS_DISPLAY_VGA, 0);
}

static void put_capabilities(struct kvmgt_config *config)
{
	put16(config, PCI_STATUS, PCI_STATUS_CAP_LIST, 0);
	put8(config, PCI_CAPABILITY_LIST, CAP_MSI, 0);

	put8(config, CAP_MSI, PCI_CAP_ID_MSI, 0);
	put8(config, CAP_MSI + PCI_CAP_LIST_NEXT, CAP_PM, 0);
	put16(config, CAP_MSI + PCI_MSI_FLAGS, 0, PCI_MSI_FLAGS_ENABLE);
	put16(config, CAP_MSI + PCI_MSI_ADDRESS_LO, 0, 0xfffc);
	put16(config, CAP_MSI + PCI_MSI_ADDRESS_LO + 2, 0, 0xffff);
	put16(config, CAP_MSI + PCI_MSI_DATA_32, 0, 0xffff);

	put8(config, CAP_PM, PCI_CAP_ID_PM, 0);
	put16(config, CAP_PM + PCI_PM_PMC, 2, 0);
	put16(config, CAP_PM + PCI_PM_CTRL, PCI_PM_CTRL_NO_SOFT_RESET, PCI_PM_CTRL_STATE_MASK);
}

void kvmgt_config_init(struct kvmgt_config *config)
{
	mutex_init(&config->lock);
}

static u64 bar0(struct kvmgt_config *config)
{
	return get_unaligned_le64(&config->bytes[PCI_BASE_ADDRESS_0]) & ~(u64)(KVMGT_BAR0_SIZE - 1);
}

/* A BAR that is being sized has all of its bits set. */
static bool bar0_is_decoded(struct kvmgt_config *config)
{
	u64 addr = bar0(config);

	return config->bytes[PCI_COMMAND] & PCI_COMMAND_MEMORY && addr &&
	       lower_32_bits(addr) != lower_32_bits(-KVMGT_BAR0_SIZE) &&
	       !(upper_32_bits(addr) >> 20);
}

static void take_effect(struct kvmgt_device *dev)
{
	struct kvmgt_config *config = &dev->config;
	u16 command = get_unaligned_le16(&config->bytes[PCI_COMMAND]);

	kvmgt_mmio_move(&dev->mmio, bar0_is_decoded(config) ? bar0(config) : KVMGT_MMIO_NOWHERE);
	kvmgt_irq_disable_intx(&dev->irqs, command & PCI_COMMAND_INTX_DISABLE);
}

void kvmgt_config_reset(struct kvmgt_device *dev)
{
	struct kvmgt_config *config = &dev->config;

	mutex_lock(&config->lock);
	memset(config->bytes, 0, sizeof(config->bytes));
	memset(config->writable, 0, sizeof(config->writable));
	put_identity(config, dev->gpu->pdev);
	put_capabilities(config);
	put16(config, PCI_COMMAND, 0, COMMAND_BITS);
	put8(config, PCI_CACHE_LINE_SIZE, 0, 0xff);
	put64(config, PCI_BASE_ADDRESS_0, BAR0_TYPE, ~(u64)(KVMGT_BAR0_SIZE - 1));
	put64(config, PCI_BASE_ADDRESS_2, BAR2_TYPE, ~(vgt_gpu_aperture(dev->gpu->vgt) - 1));
	put8(config, PCI_INTERRUPT_LINE, 0, 0xff);
	put8(config, PCI_INTERRUPT_PIN, 1, 0);
	put16(config, GMCH_CTRL, GMCH_GGMS_8M, 0);
	take_effect(dev);
	mutex_unlock(&config->lock);
}

void kvmgt_config_read(struct kvmgt_device *dev, u32 pos, void *buf, size_t count)
{
	mutex_lock(&dev->config.lock);
	memcpy(buf, &dev->config.bytes[pos], count);
	mutex_unlock(&dev->config.lock);
}

void kvmgt_config_write(struct kvmgt_device *dev, u32 pos, const void *buf, size_t count)
{
	struct kvmgt_config *config = &dev->config;
	const u8 *val = buf;
	size_t i;

	mutex_lock(&config->lock);
	for (i = 0; i < count; i++) {
		u8 *byte = &config->bytes[pos + i];
		u8 writable = config->writable[pos + i];

		*byte = (*byte & ~writable) | (val[i] & writable);
	}
	take_effect(dev);
	mutex_unlock(&config->lock);
}
