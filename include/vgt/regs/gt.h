/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Fuses and resets of the GT.  Source: Skylake PRM vol. 2c; i915 gt/intel_gt_regs.h. */
#ifndef VGT_REGS_GT_H
#define VGT_REGS_GT_H

#define GEN8_FUSE2		0x9120
#define FUSE2_SLICE_ENABLE(s)	(1u << (25 + (s)))
#define FUSE2_SUBSLICE_DISABLE(ss) (1u << (20 + (ss)))

#define GEN6_GDRST		0x941c
#define GDRST_FULL		(1u << 0)
#define GDRST_RENDER		(1u << 1)
#define GDRST_MEDIA		(1u << 2)
#define GDRST_BLT		(1u << 3)
#define GDRST_VECS		(1u << 4)

#define GUC_STATUS		0xc000
#define GUC_STATUS_MIA_IN_RESET	(1u << 0)

#endif
