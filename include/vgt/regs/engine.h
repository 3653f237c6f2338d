/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Registers of the command streamers of Skylake, and those of the GT that belong
 * to what they feed: 3D, media, L3, MOCS, address translation.
 */
#ifndef VGT_REGS_ENGINE_H
#define VGT_REGS_ENGINE_H

#define RENDER_RING_BASE		0x02000
#define BSD_RING_BASE			0x12000
#define VEBOX_RING_BASE			0x1a000
#define BLT_RING_BASE			0x22000
#define RING_MMIO_SIZE			0x01000

/* Every engine, from its base. */
#define RING_EXCC(base)			((base) + 0x028)
#define RING_TAIL(base)			((base) + 0x030)
#define   RING_TAIL_ADDR		0x001ffff8
#define RING_HEAD(base)			((base) + 0x034)
#define   RING_HEAD_ADDR		0x001ffffc
#define   RING_HEAD_WRAP		0xffe00000
#define   RING_HEAD_WRAP_ONE		0x00200000
#define RING_START(base)		((base) + 0x038)
#define RING_CTL(base)			((base) + 0x03c)
#define   RING_CTL_PAGES		0x001ff000	/* size in pages, minus one */
#define   RING_CTL_VALID		0x00000001
#define RING_SYNC(base, n)		((base) + 0x040 + 4 * (n))
#define RING_PSMI_CTL(base)		((base) + 0x050)
#define RING_MAX_IDLE(base)		((base) + 0x054)
#define RING_ACTHD_UDW(base)		((base) + 0x05c)
#define RING_DMA_FADD_UDW(base)		((base) + 0x060)
#define RING_IPEIR(base)		((base) + 0x064)
#define RING_IPEHR(base)		((base) + 0x068)
#define RING_INSTDONE(base)		((base) + 0x06c)
#define RING_INSTPS(base)		((base) + 0x070)
#define RING_ACTHD(base)		((base) + 0x074)
#define RING_DMA_FADD(base)		((base) + 0x078)
#define RING_HWS_PGA(base)		((base) + 0x080)
#define RING_NOPID(base)		((base) + 0x094)
#define RING_HWSTAM(base)		((base) + 0x098)
#define RING_MI_MODE(base)		((base) + 0x09c)
#define   MI_MODE_IDLE			(1u << 9)
#define   MI_MODE_STOP_RING		(1u << 8)
#define RING_IMR(base)			((base) + 0x0a8)
#define RING_EIR(base)			((base) + 0x0b0)
#define   RING_ERROR_INSTRUCTION	(1u << 0)
#define   RING_ERROR_PRIVILEGE		(1u << 2)
#define   RING_ERRORS			0x0000ffffu
#define RING_EMR(base)			((base) + 0x0b4)
#define RING_ESR(base)			((base) + 0x0b8)
#define RING_INSTPM(base)		((base) + 0x0c0)
#define RING_CMD_CCTL(base)		((base) + 0x0c4)
#define RING_R_PWR_CLK_STATE(base)	((base) + 0x0c8)
#define RING_RESET_CTL(base)		((base) + 0x0d0)
#define   RESET_CTL_REQUEST		(1u << 0)
#define   RESET_CTL_READY		(1u << 1)
#define RING_CSFE_CHICKEN1(base)	((base) + 0x0d4)
#define RING_BBSTATE(base)		((base) + 0x110)
#define   BBSTATE_PPGTT			(1u << 5)
#define RING_SBBADDR(base)		((base) + 0x114)
#define RING_SBBSTATE(base)		((base) + 0x118)
#define RING_SBBADDR_UDW(base)		((base) + 0x11c)
#define RING_UHPTR(base)		((base) + 0x134)
#define RING_BBADDR(base)		((base) + 0x140)
#define   BBADDR_VALID			(1u << 0)
/* Two registers of the context image whose use is not documented; the model has them for */
#define RING_PREDICATE_MODE(base)	((base) + 0x150)	/* MI_SET_PREDICATE, current */
#define RING_BB_RETURN(base)		((base) + 0x154)	/* HEAD after the batch */
#define RING_BB_OFFSET(base)		((base) + 0x158)
#define RING_BBADDR_UDW(base)		((base) + 0x168)
#define RING_WATCHDOG_CTL(base)		((base) + 0x178)
#define RING_WATCHDOG_THRESH(base)	((base) + 0x17c)
#define RING_BB_PER_CTX_PTR(base)	((base) + 0x1c0)
#define   BB_PER_CTX_VALID		(1u << 0)
#define   BB_PER_CTX_ADDR		0xfffff000
#define RING_INDIRECT_CTX(base)		((base) + 0x1c4)
#define   INDIRECT_CTX_LINES		0x3f		/* in 64-byte lines */
#define   INDIRECT_CTX_ADDR		0xffffffc0
#define RING_INDIRECT_CTX_OFFSET(base)	((base) + 0x1c8)
#define   INDIRECT_CTX_OFFSET_DEFAULT	(0x26 << 6)	/* of RCS: where in the restore it is run */
#define RING_PP_DIR_DCLV(base)		((base) + 0x220)
#define RING_PP_DIR_BASE(base)		((base) + 0x228)
#define RING_ELSP(base)			((base) + 0x230)
#define RING_EXECLIST_STATUS_LO(base)	((base) + 0x234)
#define   EXECLIST_STATUS_QUEUE_FULL	(1u << 2)
#define   EXECLIST_STATUS_VALID(n)	(1u << (4 - (n)))
#define   EXECLIST_STATUS_ELEMENT(n)	((n) << 14)	/* 1: first, 2: second element runs */
#define   EXECLIST_STATUS_ARB_ENABLE	(1u << 16)
#define   EXECLIST_STATUS_ACTIVE(n)	(1u << (18 - (n)))
#define RING_EXECLIST_STATUS_HI(base)	((base) + 0x238)
#define RING_CONTEXT_CONTROL(base)	((base) + 0x244)
#define   CTX_CTRL_RESTORE_INHIBIT	(1u << 0)
#define   CTX_CTRL_RS_ENABLE		(1u << 1)
#define   CTX_CTRL_SAVE_INHIBIT		(1u << 2)
#define   CTX_CTRL_INHIBIT_SYN_SWITCH	(1u << 3)
#define RING_SEMA_WAIT_POLL(base)	((base) + 0x24c)
#define RING_PDP_LDW(base, n)		((base) + 0x270 + 8 * (n))
#define RING_PDP_UDW(base, n)		((base) + 0x274 + 8 * (n))
#define RING_MODE(base)			((base) + 0x29c)
#define   GFX_RUN_LIST_ENABLE		(1u << 15)
#define RING_TIMESTAMP(base)		((base) + 0x358)
#define RING_TIMESTAMP_UDW(base)	((base) + 0x35c)
#define   RING_TIMESTAMP_HZ		12000000u
#define RING_CSB(base)			((base) + 0x370)	/* 6 x 64 bits */
#define RING_CSB_PTR(base)		((base) + 0x3a0)
#define   CSB_ENTRIES			6
#define   CSB_WRITE_PTR			0x7
#define   CSB_READ_PTR			0x700
#define   CSB_READ_PTR_SHIFT		8
#define RING_CTX_TIMESTAMP(base)	((base) + 0x3a8)
#define RING_PREDICATE_RESULT_2(base)	((base) + 0x3bc)
#define RING_PREDICATE_SRC0(base)	((base) + 0x400)
#define RING_PREDICATE_SRC1(base)	((base) + 0x408)
#define RING_PREDICATE_DATA(base)	((base) + 0x410)
#define RING_PREDICATE_RESULT(base)	((base) + 0x418)
#define RING_PREDICATE_RESULT_1(base)	((base) + 0x41c)
#define RING_FORCE_TO_NONPRIV(base, n)	((base) + 0x4d0 + 4 * (n))
#define   NONPRIV_SLOTS			12
#define   NONPRIV_ADDR			0x03fffffc
#define   NONPRIV_RANGE(val)		(1u << 2 * ((val) & 3))	/* registers */
#define   NONPRIV_ACCESS(val)		(((val) >> 28) & 3)
#define     NONPRIV_ACCESS_RW		0
#define     NONPRIV_ACCESS_RD		1
#define     NONPRIV_ACCESS_WR		2
#define   NONPRIV_DENY			(1u << 30)
#define RING_GPR(base, n)		((base) + 0x600 + 8 * (n))
#define   RING_NUM_GPR			16

/* The status page that RING_HWS_PGA points to: dwords of interest. */
#define HWSP_CSB			0x10	/* 6 x 64 bits */
#define HWSP_CSB_WRITE_PTR		0x1f
#define PPHWSP_CTX_TIMESTAMP		0x10

/* Context status: low dword of an entry; the high one is the context's id. */
#define CSB_IDLE_ACTIVE			(1u << 0)
#define CSB_PREEMPTED			(1u << 1)
#define CSB_ELEMENT_SWITCH		(1u << 2)
#define CSB_ACTIVE_IDLE			(1u << 3)
#define CSB_COMPLETE			(1u << 4)
#define CSB_LITE_RESTORE		(1u << 15)

/* Context descriptor: low dword flags and LRCA, high dword the software's id. */
#define CTX_DESC_VALID			(1ull << 0)
#define CTX_DESC_FORCE_RESTORE		(1ull << 2)
#define CTX_DESC_MODE(desc)		(((desc) >> 3) & 3)
#define   CTX_DESC_MODE_LEGACY_32B	1
#define   CTX_DESC_MODE_LEGACY_64B	3
#define   CTX_DESC_MODE_SHIFT		3
#define CTX_DESC_COHERENT		(1ull << 5)	/* L3 and LLC; i915 sets it on gen8 alone */
#define CTX_DESC_PPGTT			(1ull << 8)	/* gen8, gen9 */
#define CTX_DESC_LRCA(desc)		((uint32_t)(desc) & 0xfffff000u)
#define CTX_DESC_ID(desc)		((uint32_t)((desc) >> 32))

/* BCS only; its bits are in blt.h. */
#define BCS_SWCTRL			0x22200

/* RCS only: statistics, 64 bits each. */
#define GPGPU_THREADS_DISPATCHED	0x2290
#define PS_INVOCATION_COUNT_SLICE0	0x22c8
#define PS_DEPTH_COUNT_SLICE0		0x22d8
#define PS_INVOCATION_COUNT_SLICE1	0x22f0
#define PS_DEPTH_COUNT_SLICE1		0x22f8
#define HS_INVOCATION_COUNT		0x2300
#define DS_INVOCATION_COUNT		0x2308
#define IA_VERTICES_COUNT		0x2310
#define IA_PRIMITIVES_COUNT		0x2318
#define VS_INVOCATION_COUNT		0x2320
#define GS_INVOCATION_COUNT		0x2328
#define GS_PRIMITIVES_COUNT		0x2330
#define CL_INVOCATION_COUNT		0x2338
#define CL_PRIMITIVES_COUNT		0x2340
#define PS_INVOCATION_COUNT		0x2348
#define PS_DEPTH_COUNT			0x2350
#define PS_INVOCATION_COUNT_SLICE2	0x2448
#define PS_DEPTH_COUNT_SLICE2		0x2450
#define PRIM_END_OFFSET			0x2420
#define PRIM_START_VERTEX		0x2430
#define PRIM_VERTEX_COUNT		0x2434
#define PRIM_INSTANCE_COUNT		0x2438
#define PRIM_START_INSTANCE		0x243c
#define PRIM_BASE_VERTEX		0x2440
#define GPGPU_DISPATCHDIM(n)		(0x2500 + 4 * (n))
#define SO_NUM_PRIMS_WRITTEN(n)		(0x5200 + 8 * (n))
#define SO_PRIM_STORAGE_NEEDED(n)	(0x5240 + 8 * (n))
#define SO_WRITE_OFFSET(n)		(0x5280 + 4 * (n))

/* RCS only: modes, and workarounds ("chickens"). */
#define FF_SLICE_CHICKEN		0x2088
#define _3D_CHICKEN3			0x2090
#define FF_THREAD_MODE			0x20a0
#define CSFE_CHICKEN1			0x20d4
#define CS_DEBUG_MODE2			0x20d8
#define FF_SLICE_CS_CHICKEN1		0x20e0
#define FF_SLICE_CS_CHICKEN2		0x20e4
#define CS_DEBUG_MODE1			0x20ec
#define GEN9_CTX_PREEMPT_REG		0x2248
#define CS_CHICKEN1			0x2580
#define CACHE_MODE_0			0x7000
#define CACHE_MODE_1			0x7004
#define GT_MODE				0x7008
#define COMMON_SLICE_CHICKEN1		0x7010
#define COMMON_SLICE_CHICKEN2		0x7014
#define HIZ_CHICKEN			0x7018
#define L3CNTLREG			0x7034
#define SC_INSTDONE			0x7100
#define HDC_CHICKEN0			0x7300
#define HDC_CHICKEN1			0x7304
#define VF_GUARDBAND			0x83a4
#define HALF_SLICE_CHICKEN1		0xe100
#define SAMPLER_INSTDONE		0xe160
#define ROW_INSTDONE			0xe164
#define HALF_SLICE_CHICKEN2		0xe180
#define HALF_SLICE_CHICKEN3		0xe184
#define HALF_SLICE_CHICKEN5		0xe188
#define HALF_SLICE_CHICKEN7		0xe194
#define TD_CTL				0xe400
#define TD_CTL2				0xe404
#define ROW_CHICKEN			0xe4f0
#define ROW_CHICKEN2			0xe4f4

/* RCS only: observation. */
#define OACTXCONTROL			0x2360
#define OACTXID				0x2364
#define EU_PERF_CNTL0			0xe458
#define EU_PERF_CNTL1			0xe558
#define EU_PERF_CNTL2			0xe658
#define EU_PERF_CNTL3			0xe758
#define EU_PERF_CNTL4			0xe45c
#define EU_PERF_CNTL5			0xe55c
#define EU_PERF_CNTL6			0xe65c
#define   NUM_EU_PERF_CNTL		7

/* Tiled resources translation table. */
#define TRVATTL3PTRDW(n)		(0x4de0 + 4 * (n))
#define TRNULLDETCT			0x4de8
#define TRINVTILEDETCT			0x4dec
#define TRVADR				0x4df0
#define TRTTE				0x4df4
#define TRTT_4DFC			0x4dfc

/* Software asks an engine to drop its translations: bit 0 clears itself. */
#define GEN8_RTCR			0x4260	/* RCS */
#define GEN8_M1TCR			0x4264	/* VCS */
#define GEN8_M2TCR			0x4268	/* second VCS */
#define GEN8_BTCR			0x426c	/* BCS */
#define GEN8_VTCR			0x4270	/* VECS */
#define   TLB_INVALIDATE		(1u << 0)

#define L3SQCREG4			0xb118
#define MOCS_CONTROL(engine_index, n)	(0xc800 + 0x100 * (engine_index) + 4 * (n))

#endif
