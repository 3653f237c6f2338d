// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: struct vgt_hw over the BARs of a PCI device
 *
 *   BAR0  0        2 MiB  8 MiB           16 MiB
 *         +---------+------+---------------+
 *         |registers|      | GGTT entries  |
 *         +---------+------+---------------+
 *          uncached         write-combined, drained by the next uncached
 *                           write: that of the flush register
 *
 * PRM, Skylake, volume 5 "Memory views": GTTMMADR and GMCH graphics control.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include <vgt/hw.h>
#include <vgt/pci.h>

#define BAR_REGISTERS	0
#define BAR_APERTURE	2
#define REGISTERS_SIZE	SZ_2M
#define GTT_OFFSET	SZ_8M
#define GMCH_CTRL	0x50
#define GMCH_GGMS(ctrl)	(((ctrl) >> 6) & 3)	/* 1 << n MiB of entries, 0 is none */
#define NUM_FENCES	32

/**
 * struct vgt_pci - a GPU on PCI
 * @hw: what the core sees
 * @domain: its IOMMU's translation, NULL without one
 * @gtt: its GGTT entries
 * @timer: calls the core
 */
struct vgt_pci {
	struct vgt_hw hw;
	struct iommu_domain *domain;
	u64 __iomem *gtt;
	struct hrtimer timer;
};

static struct vgt_pci *to_pci(struct vgt_hw *hw)
{
	return container_of(hw, struct vgt_pci, hw);
}

static u64 pci_read(struct vgt_hw *hw, u32 offset, unsigned int size)
{
	void __iomem *addr = hw->regs + offset;

	if (WARN_ON_ONCE(offset > REGISTERS_SIZE - size))
		return 0;
	switch (size) {
	case 1:
		return readb(addr);
	case 2:
		return readw(addr);
	case 4:
		return readl(addr);
	default:
		return readq(addr);
	}
}

static void pci_write(struct vgt_hw *hw, u32 offset, u64 val, unsigned int size)
{
	void __iomem *addr = hw->regs + offset;

	if (WARN_ON_ONCE(offset > REGISTERS_SIZE - size))
		return;
	switch (size) {
	case 1:
		writeb(val, addr);
		break;
	case 2:
		writew(val, addr);
		break;
	case 4:
		writel(val, addr);
		break;
	default:
		writeq(val, addr);
	}
}

static u64 pci_gtt_read(struct vgt_hw *hw, u32 index)
{
	return readq(to_pci(hw)->gtt + index);
}

static void pci_gtt_write(struct vgt_hw *hw, u32 index, u64 pte)
{
	writeq(pte, to_pci(hw)->gtt + index);
}

/* Not ktime_get_ns(), which complains while the machine is being suspended. */
static u64 pci_now(struct vgt_hw *hw)
{
	return ktime_get_mono_fast_ns();
}

static void *pci_memory(struct vgt_hw *hw, u64 bus)
{
	struct vgt_pci *pci = to_pci(hw);
	phys_addr_t phys = pci->domain ? iommu_iova_to_phys(pci->domain, bus) : bus;
	unsigned long pfn = PHYS_PFN(phys);

	/* What is no memory but has a struct page, a hole in a section, is reserved. */
	if (!pfn || !pfn_valid(pfn) || PageReserved(pfn_to_page(pfn)))
		return NULL;
	return pfn_to_kaddr(pfn);
}

static enum hrtimer_restart pci_timer(struct hrtimer *timer)
{
	vgt_hw_timer(&container_of(timer, struct vgt_pci, timer)->hw);
	return HRTIMER_NORESTART;
}

/* The core may hold a lock that pci_timer() waits for: no waiting here. */
static void pci_set_timer(struct vgt_hw *hw, u64 when)
{
	struct vgt_pci *pci = to_pci(hw);

	if (when == VGT_NEVER)
		hrtimer_try_to_cancel(&pci->timer);
	else
		hrtimer_start(&pci->timer, ns_to_ktime(when), HRTIMER_MODE_ABS_HARD);
}

static void pci_stop_timer(struct vgt_hw *hw)
{
	hrtimer_cancel(&to_pci(hw)->timer);
}

static void *pci_alloc_page(struct vgt_hw *hw, u64 *bus)
{
	dma_addr_t addr;
	void *page = dma_alloc_coherent(hw->dev, PAGE_SIZE, &addr, GFP_KERNEL);

	*bus = addr;
	return page;
}

static void pci_free_page(struct vgt_hw *hw, void *page, u64 bus)
{
	dma_free_coherent(hw->dev, PAGE_SIZE, page, bus);
}

static void pci_sleep(struct vgt_hw *hw, u64 ns)
{
	unsigned long us = div_u64(ns, NSEC_PER_USEC);

	usleep_range(us, 2 * us + 1);
}

static const struct vgt_hw_ops pci_ops = {
	.read = pci_read,
	.write = pci_write,
	.gtt_read = pci_gtt_read,
	.gtt_write = pci_gtt_write,
	.now = pci_now,
	.memory = pci_memory,
	.set_timer = pci_set_timer,
	.stop_timer = pci_stop_timer,
	.page_alloc = pci_alloc_page,
	.page_free = pci_free_page,
	.sleep = pci_sleep,
};

struct vgt_hw *vgt_pci_open(struct pci_dev *pdev)
{
	resource_size_t bar0 = pci_resource_start(pdev, BAR_REGISTERS);
	resource_size_t bar0_size = pci_resource_len(pdev, BAR_REGISTERS);
	size_t gtt_size;
	struct vgt_pci *pci;
	u16 ctrl;

	pci_read_config_word(pdev, GMCH_CTRL, &ctrl);
	gtt_size = GMCH_GGMS(ctrl) ? SZ_1M << GMCH_GGMS(ctrl) : 0;
	if (!gtt_size || bar0_size < GTT_OFFSET + gtt_size ||
	    !pci_resource_len(pdev, BAR_APERTURE)) {
		pci_warn(pdev, "vgt: unexpected layout: BAR0 has %pa bytes, GTT %zu; firmware must enable the GPU and its aperture\n",
			 &bar0_size, gtt_size);
		return ERR_PTR(-ENODEV);
	}

	pci = kzalloc(sizeof(*pci), GFP_KERNEL);
	if (!pci)
		return ERR_PTR(-ENOMEM);
	pci->hw.ops = &pci_ops;
	pci->hw.dev = &pdev->dev;
	pci->hw.gtt_entries = gtt_size / sizeof(u64);
	pci->hw.aperture = pci_resource_len(pdev, BAR_APERTURE);
	pci->hw.num_fences = NUM_FENCES;
	pci->domain = iommu_get_domain_for_dev(&pdev->dev);
	hrtimer_init(&pci->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	pci->timer.function = pci_timer;
	pci->hw.regs = ioremap(bar0, REGISTERS_SIZE);
	pci->gtt = ioremap_wc(bar0 + GTT_OFFSET, gtt_size);
	if (!pci->hw.regs || !pci->gtt) {
		pci_warn(pdev, "vgt: no address space left to map registers and GTT\n");
		vgt_pci_close(&pci->hw);
		return ERR_PTR(-ENOMEM);
	}
	return &pci->hw;
}
EXPORT_SYMBOL_GPL(vgt_pci_open);

void vgt_pci_close(struct vgt_hw *hw)
{
	struct vgt_pci *pci = to_pci(hw);

	if (pci->gtt)
		iounmap(pci->gtt);
	if (pci->hw.regs)
		iounmap(pci->hw.regs);
	kfree(pci);
}
EXPORT_SYMBOL_GPL(vgt_pci_close);
