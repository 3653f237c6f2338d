/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * PVINFO: a page of registers that bare hardware does not have, in which a vGPU
 * tells its driver that it is one, and the driver tells what it does.  Drivers in
 * the field rely on it as it is: i915 (i915_pvinfo.h, i915_vgpu.c), Windows.
 *
 * The upper half of the page is the vGPU's, the lower half the driver's.
 */
#ifndef VGT_ABI_PVINFO_H
#define VGT_ABI_PVINFO_H

#define PVINFO_BASE			0x78000
#define PVINFO_SIZE			0x1000

/* To be read by the driver. */
#define PVINFO_MAGIC			0x78000	/* 64 bits */
#define   PVINFO_MAGIC_LO		0x76544776u	/* "vGTvGTvG" */
#define   PVINFO_MAGIC_HI		0x47765447u
#define PVINFO_VERSION			0x78008	/* minor in the high half, major in the low */
#define   PVINFO_VERSION_1_0		0x00000001u
#define PVINFO_VGPU_ID			0x7800c
#define PVINFO_CAPS			0x78010
#define   PVINFO_CAPS_FULL_PPGTT	(1u << 2)	/* 48 bits, isolated */
#define   PVINFO_CAPS_HWSP		(1u << 3)	/* context status is in the status page */
#define   PVINFO_CAPS_HUGE_GTT		(1u << 4)	/* 64K and 2M pages in the PPGTT */
#define PVINFO_LOW_BASE			0x78040	/* graphics memory within the aperture */
#define PVINFO_LOW_SIZE			0x78044
#define PVINFO_HIGH_BASE		0x78048	/* and above it */
#define PVINFO_HIGH_SIZE		0x7804c
#define PVINFO_NUM_FENCES		0x78050

/* To be written by the driver. */
#define PVINFO_DISPLAY_READY		0x78804
#define PVINFO_NOTIFY			0x78818
#define PVINFO_CURSOR_HOT_X		0x78830
#define PVINFO_CURSOR_HOT_Y		0x78834
#define PVINFO_PDP_LO(n)		(0x78838 + 8 * (n))	/* 4 of them */
#define PVINFO_PDP_HI(n)		(0x7883c + 8 * (n))
#define PVINFO_CONTEXT_LO		0x78858
#define PVINFO_CONTEXT_HI		0x7885c

#define PVINFO_CURSOR_HOT_UNKNOWN	0xffffffffu

/* What may be written to PVINFO_NOTIFY; the PDPs, or the context, have been written before. */
#define PVINFO_NOTIFY_PPGTT3_CREATE	2
#define PVINFO_NOTIFY_PPGTT3_DESTROY	3
#define PVINFO_NOTIFY_PPGTT4_CREATE	4
#define PVINFO_NOTIFY_PPGTT4_DESTROY	5
#define PVINFO_NOTIFY_CONTEXT_CREATE	6
#define PVINFO_NOTIFY_CONTEXT_DESTROY	7

#endif
