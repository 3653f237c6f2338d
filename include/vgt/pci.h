/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: the physical GPU as a PCI device
 *
 * The kernel's backing of struct vgt_hw, for the driver that is bound to the
 * device and is about to call vgt_host_attach().
 */
#ifndef VGT_PCI_H
#define VGT_PCI_H

struct pci_dev;
struct vgt_hw;

/**
 * vgt_pci_open - map the registers and the GGTT of a gen9 GPU
 * @pdev: the GPU, enabled, bound to the caller
 *
 * Reads configuration space only; no register is touched.
 *
 * Return: the GPU, or an ERR_PTR: -ENODEV when its BARs or its GTT are not
 * what a gen9 GPU has, -ENOMEM.  The cause has been printed.  May sleep.
 */
struct vgt_hw *vgt_pci_open(struct pci_dev *pdev);

/**
 * vgt_pci_close - the other direction, after vgt_host_detach(); may sleep
 */
void vgt_pci_close(struct vgt_hw *hw);

#endif
