/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Graphics translation: page-table entries, flush and fault registers of gen8+.
 * Source: Skylake PRM vol. 5 (Memory Views); i915 gt/intel_gtt.h, intel_gt_regs.h.
 */
#ifndef VGT_REGS_GTT_H
#define VGT_REGS_GTT_H

#define GEN8_PTE_PRESENT	(1ull << 0)
#define GEN8_PTE_WRITABLE	(1ull << 1)
#define GEN8_PTE_PWT		(1ull << 3)	/* PWT, PCD, PAT: number of a cache policy */
#define GEN8_PTE_PCD		(1ull << 4)
#define GEN8_PTE_PAT		(1ull << 7)
#define GEN8_PTE_ADDR_MASK	0x0000007ffffff000ull
#define GEN8_PTE_RESERVED	0xffffff8000000000ull
#define GEN8_PDE_PS_2M		(1ull << 7)
#define GEN8_PDE_PAT_2M		(1ull << 12)
#define GEN8_PDE_IPS_64K	(1ull << 11)
#define GEN8_PAGE_64K		0x10000ull
#define GEN8_PAGE_2M		0x200000ull

#define GFX_FLSH_CNTL		0x101008
#define GFX_FLSH_CNTL_EN	(1u << 0)

#define GEN8_RING_FAULT		0x4094
#define RING_FAULT_VALID	(1u << 0)
#define RING_FAULT_TYPE_SHIFT	1
#define RING_FAULT_INVALID_PTE	0u
#define RING_FAULT_ACCESS	2u
#define RING_FAULT_ENGINE_SHIFT	12
#define GEN8_FAULT_TLB_DATA0	0x4b10	/* address bits 43:12 */
#define GEN8_FAULT_TLB_DATA1	0x4b14	/* address bits 47:44 */
#define FAULT_GTT_SEL		(1u << 4)

#endif
