// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Registers of RCS alone, and of the GT around the engines: 3D and media units,
 * L3, MOCS, address translation, clock gating.  None of these units is modelled
 * but for translation, so nearly all of it is storage, masked where it is.
 */
#include "igd_priv.h"
#include "igd_engine.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gtt.h"

#define M .flags = IGD_REG_MASKED
#define DONE .flags = IGD_REG_RO, .reset = 0xffffffff

static void tlb_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	if (val & 1) {
		switch (offset) {
		case GEN8_RTCR:
			igd_engine_invalidate_tlb(gd, IGD_RCS);
			break;
		case GEN8_BTCR:
			igd_engine_invalidate_tlb(gd, IGD_BCS);
			break;
		case GEN8_M1TCR:
			igd_engine_invalidate_tlb(gd, IGD_VCS);
			break;
		case GEN8_VTCR:
			igd_engine_invalidate_tlb(gd, IGD_VECS);
			break;
		}
	}
	igd_reg_set(gd, offset, val & ~1u);
}

static const struct igd_reg render_regs[] = {
	{ 0x2024, "PGTBL_ER" },
	{ 0x2084, "_3D_CHICKEN", M },
	{ FF_SLICE_CHICKEN, "FF_SLICE_CHICKEN", M },
	{ 0x208c, "_3D_CHICKEN2", M },
	{ _3D_CHICKEN3, "_3D_CHICKEN3", M },
	{ FF_THREAD_MODE, "FF_THREAD_MODE" },
	{ 0x20cc, "WAIT_FOR_RC6_EXIT" },
	{ 0x20d8, "CS_DEBUG_MODE2", M },
	{ 0x20dc, "FW_BLC2", M },
	{ 0x20e0, "FF_SLICE_CS_CHICKEN1", M },
	{ 0x20e4, "FF_SLICE_CS_CHICKEN2", M },
	{ 0x20ec, "CS_DEBUG_MODE1", M },
	{ 0x20f0, "STATE_ACK" },
	{ 0x20f8, "STATE_ACK_SLICE1" },
	{ 0x2100, "STATE_ACK_SLICE2" },
	{ 0x2120, "CACHE_MODE_0_GEN4", M },
	{ 0x2124, "RCS_2124", M },
	{ 0x2128, "FBC_RT_BASE_ILK" },
	{ 0x2148, "BB_PREEMPT_ADDR" },
	{ 0x215c, "RCS_215C" },
	{ 0x21a0, "CXT_SIZE" },
	{ 0x21a8, "GEN7_CXT_SIZE" },
	{ 0x21f0, "RCS_21F0" },
	{ 0x2214, "HSW_MI_PREDICATE_RESULT_2" },
	{ GEN9_CTX_PREEMPT_REG, "CTX_PREEMPT" },
	{ GPGPU_THREADS_DISPATCHED, "GPGPU_THREADS_DISPATCHED", .count = 2 },
	{ 0x22a4, "RCS_FE_FSM2" },
	{ 0x22ac, "RCS_PWR_FSM" },
	{ PS_INVOCATION_COUNT_SLICE0, "PS_INVOCATION_COUNT_SLICE0", .count = 2 },
	{ PS_DEPTH_COUNT_SLICE0, "PS_DEPTH_COUNT_SLICE0", .count = 2 },
	{ PS_INVOCATION_COUNT_SLICE1, "PS_INVOCATION_COUNT_SLICE1", .count = 2 },
	{ PS_DEPTH_COUNT_SLICE1, "PS_DEPTH_COUNT_SLICE1", .count = 2 },
	{ HS_INVOCATION_COUNT, "HS_INVOCATION_COUNT", .count = 2 },
	{ DS_INVOCATION_COUNT, "DS_INVOCATION_COUNT", .count = 2 },
	{ IA_VERTICES_COUNT, "IA_VERTICES_COUNT", .count = 2 },
	{ IA_PRIMITIVES_COUNT, "IA_PRIMITIVES_COUNT", .count = 2 },
	{ VS_INVOCATION_COUNT, "VS_INVOCATION_COUNT", .count = 2 },
	{ GS_INVOCATION_COUNT, "GS_INVOCATION_COUNT", .count = 2 },
	{ GS_PRIMITIVES_COUNT, "GS_PRIMITIVES_COUNT", .count = 2 },
	{ CL_INVOCATION_COUNT, "CL_INVOCATION_COUNT", .count = 2 },
	{ CL_PRIMITIVES_COUNT, "CL_PRIMITIVES_COUNT", .count = 2 },
	{ PS_INVOCATION_COUNT, "PS_INVOCATION_COUNT", .count = 2 },
	{ PS_DEPTH_COUNT, "PS_DEPTH_COUNT", .count = 2 },
	{ OACTXCONTROL, "OACTXCONTROL" },
	{ OACTXID, "OACTXID" },
	{ 0x23b0, "OABUFFER_GEN7", .count = 2 },
	{ PRIM_END_OFFSET, "PRIM_END_OFFSET" },
	{ PRIM_START_VERTEX, "PRIM_START_VERTEX" },
	{ PRIM_VERTEX_COUNT, "PRIM_VERTEX_COUNT" },
	{ PRIM_INSTANCE_COUNT, "PRIM_INSTANCE_COUNT" },
	{ PRIM_START_INSTANCE, "PRIM_START_INSTANCE" },
	{ PRIM_BASE_VERTEX, "PRIM_BASE_VERTEX" },
	{ PS_INVOCATION_COUNT_SLICE2, "PS_INVOCATION_COUNT_SLICE2", .count = 2 },
	{ PS_DEPTH_COUNT_SLICE2, "PS_DEPTH_COUNT_SLICE2", .count = 2 },
	{ 0x2470, "RCS_2470", M },
	{ GPGPU_DISPATCHDIM(0), "GPGPU_DISPATCHDIM", .count = 3 },
	{ 0x2520, "GFX_MODE_GEN6", M },
	{ CS_CHICKEN1, "CS_CHICKEN1", M },
	{ 0x2690, "RCS_2690", .count = 3 },
	{ 0x26c0, "DRAW_WATERMARK" },
	{ 0x2710, "OASTARTTRIG", .count = 8 },
	{ 0x2740, "OAREPORTTRIG", .count = 8 },
	{ 0x2770, "OACEC", .count = 16 },
	{ 0x2800, "OA_COUNTER", .count = 64 },
	{ 0x2b00, "OACONTROL" },
	{ 0x2b04, "OA_DEBUG", M },
	{ 0x2b08, "OASTATUS" },
	{ 0x2b0c, "OAHEADPTR" },
	{ 0x2b10, "OATAILPTR" },
	{ 0x2b14, "OABUFFER" },
	{ 0x2b20, "OA_IMR" },
	{ 0x2b28, "OAGLBCTXCTRL" },
};

static const struct igd_reg gam_regs[] = {
	{ 0x4024, "HSW_GTT_CACHE_EN" },
	{ 0x4028, "GEN7_WR_WATERMARK" },
	{ 0x4030, "ARB_MODE", M },
	{ 0x4034, "GFX_PEND_TLB", .count = 2 },
	{ 0x4068, "GAM_4068" },
	{ 0x4070, "MEDIA_MAX_REQ_COUNT" },
	{ 0x4074, "GFX_MAX_REQ_COUNT" },
	{ 0x4080, "GAMW_ECO_DEV_RW_IA" },
	{ 0x4090, "GAM_ECOCHK" },
	{ GEN8_RING_FAULT, "RING_FAULT" },
	{ 0x40a0, "ERROR_GEN6", .flags = IGD_REG_W1C },
	{ 0x40b0, "DONE_REG", DONE },
	{ 0x40e0, "PRIVATE_PAT", .count = 2 },
	{ 0x4180, "BSD_HWS_PGA_GEN7" },
	{ 0x4194, "RING_FAULT_BSD_GEN7" },
	{ 0x41d0, "GAM_41D0" },
	{ GEN8_RTCR, "TLB_INVALIDATE", .count = 6, .write = tlb_write },
	{ 0x4280, "BLT_HWS_PGA_GEN7" },
	{ 0x4294, "RING_FAULT_BLT_GEN7" },
	{ 0x4380, "VEBOX_HWS_PGA_GEN7" },
	{ 0x4494, "RING_FAULT_VEBOX_GEN7" },
	{ 0x4a08, "GAMTARBMODE", M },
	{ 0x4ab0, "GAMT_ECO_REG_RW_IA" },
	{ 0x4ab8, "GAMT_CHKN_BIT_REG" },
	{ GEN8_FAULT_TLB_DATA0, "FAULT_TLB_DATA", .count = 2 },
	{ 0x4dd4, "L3_LRA_1_GPGPU" },
	{ 0x4ddc, "MMCD_MISC_CTRL" },
	{ TRVATTL3PTRDW(0), "TRVATTL3PTR", .count = 2 },
	{ TRNULLDETCT, "TRNULLDETCT" },
	{ TRINVTILEDETCT, "TRINVTILEDETCT" },
	{ TRVADR, "TRVADR" },
	{ TRTTE, "TRTTE" },
	{ TRTT_4DFC, "TRTT_4DFC" },
	{ 0x14090, "GAC_ECO_BITS" },
	{ 0x24000, "GAB_CTL" },
};

static const struct igd_reg unit_regs[] = {
	{ SO_NUM_PRIMS_WRITTEN(0), "SO_NUM_PRIMS_WRITTEN", .count = 8 },
	{ SO_PRIM_STORAGE_NEEDED(0), "SO_PRIM_STORAGE_NEEDED", .count = 8 },
	{ SO_WRITE_OFFSET(0), "SO_WRITE_OFFSET", .count = 4, .ro = 0x3 },
	{ 0x5588, "WM_CHICKEN3", M },
	{ CACHE_MODE_0, "CACHE_MODE_0", M },
	{ CACHE_MODE_1, "CACHE_MODE_1", M },
	{ GT_MODE, "GT_MODE", M },
	{ COMMON_SLICE_CHICKEN1, "COMMON_SLICE_CHICKEN1", M },
	{ COMMON_SLICE_CHICKEN2, "COMMON_SLICE_CHICKEN2", M },
	{ HIZ_CHICKEN, "HIZ_CHICKEN", M },
	{ 0x7020, "FBC_RT_BASE", .count = 2 },
	{ L3CNTLREG, "L3CNTLREG" },
	{ SC_INSTDONE, "SC_INSTDONE", DONE },
	{ 0x7118, "SC_7118" },
	{ 0x7180, "SC_7180" },
	{ HDC_CHICKEN0, "HDC_CHICKEN0", M },
	{ HDC_CHICKEN1, "HDC_CHICKEN1", M },
	{ 0x731c, "SLICE_COMMON_ECO_CHICKEN1", M },
	{ 0x7408, "UNIT_7408" },
	{ 0x7c00, "UNIT_7C00" },
	{ 0x8000, "MSG_IDLE", .count = 5 },
	/* Powered: slice 0 with subslices 0 to 2, and all of their EUs; the other slices are fused off. */
	{ 0x804c, "SLICE_PGCTL_ACK", .reset = 0x55, .flags = IGD_REG_RO },
	{ 0x8050, "SLICE_PGCTL_ACK", .flags = IGD_REG_RO, .count = 2 },
	{ 0x805c, "SS01_EU_PGCTL_ACK", .reset = 0x5555, .flags = IGD_REG_RO },
	{ 0x8060, "SS23_EU_PGCTL_ACK", .reset = 0x0055, .flags = IGD_REG_RO },
	{ 0x8064, "EU_PGCTL_ACK", .flags = IGD_REG_RO, .count = 4 },
	{ VF_GUARDBAND, "VF_GUARDBAND", M },
	{ 0x8430, "UNIT_8430" },

	{ 0x9400, "UCGCTL", .count = 4 },
	{ 0x9410, "RCGCTL", .count = 2 },
	{ 0x9420, "RSTCTL" },
	{ 0x9424, "MISCCPCTL" },
	{ 0x9430, "UCGCTL6" },
	{ 0x9434, "UNSLICE_UNIT_LEVEL_CLKGATE", .count = 4 },
	{ 0x9800, "MICRO_BP", .count = 35 },	/* ... NOA_WRITE 0x9888 */

	{ 0xb000, "SARCHKMD" },
	{ 0xb004, "GARBCNTL" },
	{ 0xb008, "SCRATCH_LNCF1" },
	{ 0xb010, "L3SQCREG1_GEN7" },
	{ 0xb01c, "L3CNTLREG1" },
	{ 0xb020, "LNCFCMOCS", .count = 32 },
	{ 0xb100, "L3SQCREG1" },
	{ 0xb10c, "L3_10C" },
	{ 0xb110, "L3_110" },
	{ L3SQCREG4, "L3SQCREG4" },
	{ 0xb11c, "SCRATCH1" },
	{ 0xb1c0, "L3_1C0" },
	{ 0xb1f0, "L3_1F0" },

	/* The microcontroller has no firmware and stays in reset. */
	{ 0xc000, "GUC_STATUS", .reset = 1, .flags = IGD_REG_RO },
	{ 0xc050, "GUC_WOPCM_SIZE" },
	{ 0xc064, "GUC_MISC" },
	{ 0xc068, "GUC_SHIM_CONTROL2" },
	{ 0xc180, "SOFT_SCRATCH", .count = 16 },
	{ 0xc300, "DMA_ADDR", .count = 4 },
	{ 0xc310, "DMA_COPY_SIZE" },
	{ 0xc314, "DMA_CTRL" },
	{ 0xc340, "DMA_GUC_WOPCM_OFFSET" },
	{ 0xc3e4, "GUC_MAX_IDLE_COUNT" },
	{ 0xc3e8, "GUC_PM_TIMESTAMP" },
	{ MOCS_CONTROL(0, 0), "MOCS", .count = 510 },

	{ HALF_SLICE_CHICKEN1, "HALF_SLICE_CHICKEN1", M },
	{ SAMPLER_INSTDONE, "SAMPLER_INSTDONE", DONE },
	{ ROW_INSTDONE, "ROW_INSTDONE", DONE },
	{ HALF_SLICE_CHICKEN2, "HALF_SLICE_CHICKEN2", M },
	{ HALF_SLICE_CHICKEN3, "HALF_SLICE_CHICKEN3", M },
	{ HALF_SLICE_CHICKEN5, "HALF_SLICE_CHICKEN5", M },
	{ 0xe18c, "SAMPLER_MODE", M },
	{ HALF_SLICE_CHICKEN7, "HALF_SLICE_CHICKEN7", M },
	{ 0xe220, "TDL_220", .count = 3, .stride = 0x10 },
	{ 0xe260, "TDL_260", .count = 3, .stride = 0x10 },
	{ 0xe2a0, "TDL_2A0", .count = 3, .stride = 0x10 },
	{ TD_CTL, "TD_CTL", .count = 2 },
	{ 0xe420, "CACHE_MODE_SS", M },
	{ EU_PERF_CNTL0, "EU_PERF_CNTL0" },
	{ EU_PERF_CNTL4, "EU_PERF_CNTL4" },
	{ 0xe48c, "ROW_CHICKEN4", M },
	{ 0xe49c, "ROW_CHICKEN3", M },
	{ 0xe4cc, "ROW_4CC" },
	{ ROW_CHICKEN, "ROW_CHICKEN", M },
	{ ROW_CHICKEN2, "ROW_CHICKEN2", M },
	{ 0xe530, "RT_CTRL" },
	{ EU_PERF_CNTL1, "EU_PERF_CNTL1" },
	{ EU_PERF_CNTL5, "EU_PERF_CNTL5" },
	{ EU_PERF_CNTL2, "EU_PERF_CNTL2" },
	{ EU_PERF_CNTL6, "EU_PERF_CNTL6" },
	{ EU_PERF_CNTL3, "EU_PERF_CNTL3" },
};

/* GT2 has one VCS; where the second would be, registers read as zero. */
static const struct igd_reg no_vcs2_regs[] = {
	{ 0x1c054, "VCS2_MAX_IDLE", .flags = IGD_REG_RO },
	{ 0x1c178, "VCS2_WATCHDOG_CTL", .flags = IGD_REG_RO },
	{ 0x1c17c, "VCS2_WATCHDOG_THRESH", .flags = IGD_REG_RO },
	{ 0x1c1d0, "VCS2_ECOSKPD", .flags = IGD_REG_RO },
};

void igd_render_regs_init(struct igd *gd)
{
	igd_mmio_add(gd, render_regs, IGD_ARRAY_SIZE(render_regs), 0, IGD_RCS);
	igd_mmio_add(gd, gam_regs, IGD_ARRAY_SIZE(gam_regs), 0, 0);
	igd_mmio_add(gd, unit_regs, IGD_ARRAY_SIZE(unit_regs), 0, 0);
	igd_mmio_add(gd, no_vcs2_regs, IGD_ARRAY_SIZE(no_vcs2_regs), 0, 0);
}
