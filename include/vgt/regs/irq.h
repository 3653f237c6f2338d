/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Interrupt banks of gen8+ and of the SPT PCH.
 * Source: Skylake PRM vol. 12 (Display), vol. 2c; i915_reg.h.
 */
#ifndef VGT_REGS_IRQ_H
#define VGT_REGS_IRQ_H

/* Registers of a bank, relative to its base. */
#define IRQ_ISR			0x0
#define IRQ_IMR			0x4
#define IRQ_IIR			0x8
#define IRQ_IER			0xc

#define GEN8_GT_IRQ_BASE(n)	(0x44300 + 0x10 * (n))	/* 0: RCS, BCS 1: VCS 2: PM 3: VECS */
#define GEN8_DE_PIPE_IRQ_BASE(p) (0x44400 + 0x10 * (p))
#define GEN8_DE_PORT_IRQ_BASE	0x44440
#define GEN8_DE_MISC_IRQ_BASE	0x44460
#define GEN8_PCU_IRQ_BASE	0x444e0
#define SDE_IRQ_BASE		0xc4000

#define GEN8_MASTER_IRQ		0x44200
#define GEN8_MASTER_IRQ_CONTROL	(1u << 31)
#define GEN8_MASTER_PCU		(1u << 30)
#define GEN8_MASTER_DE_PCH	(1u << 23)
#define GEN8_MASTER_DE_MISC	(1u << 22)
#define GEN8_MASTER_DE_PORT	(1u << 20)
#define GEN8_MASTER_DE_PIPE(p)	(1u << (16 + (p)))
#define GEN8_MASTER_VECS	(1u << 6)
#define GEN8_MASTER_PM		(1u << 4)
#define GEN8_MASTER_VCS1	(1u << 3)
#define GEN8_MASTER_VCS0	(1u << 2)
#define GEN8_MASTER_BCS		(1u << 1)
#define GEN8_MASTER_RCS		(1u << 0)

#endif
