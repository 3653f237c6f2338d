// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: registers of the display, gen9 and the SPT PCH
 *
 * The host has the display as it is.  A guest has one of its own, vgt_display.c and
 * vgt_monitor.c: most of its registers are plain storage, for a picture is not made
 * here; what has a handler is what a driver waits for, counts on, or shows with.
 *
 * Source: Skylake PRM vol. 2c and 12; i915 i915_reg.h, display/.
 */
#include <linux/kernel.h>

#include "vgt/regs/display.h"
#include "vgt_display.h"
#include "vgt_monitor.h"
#include "vgt_regs.h"

#define RAWCLK_MHZ	24

/* Pipes A to C, and the transcoder of the panel. */
static const u32 pipe_base[] = { PIPE_BASE(0), PIPE_BASE(1), PIPE_BASE(2), VGT_REG_END };
static const u32 pipe_edp_base[] = { PIPE_BASE(3), VGT_REG_END };
static const u32 conf_base[] = {
	PIPE_BASE(0), PIPE_BASE(1), PIPE_BASE(2), PIPE_BASE(3), VGT_REG_END,
};

static const u32 trans_base[] = {
	TRANS_BASE(0), TRANS_BASE(1), TRANS_BASE(2), TRANS_BASE(3), VGT_REG_END,
};

static const u32 pipe_trans_base[] = { TRANS_BASE(0), TRANS_BASE(1), TRANS_BASE(2), VGT_REG_END };

static const struct vgt_reg trans_regs[] = {
	{ TRANS_HTOTAL, "TRANS_HTOTAL", VGT_REG_DISPLAY,
	  .guest_write = vgt_display_timing_write },
	{ TRANS_HBLANK, "TRANS_HBLANK", VGT_REG_DISPLAY, .count = 2 },
	{ TRANS_VTOTAL, "TRANS_VTOTAL", VGT_REG_DISPLAY, .count = 2,
	  .guest_write = vgt_display_timing_write },
	{ TRANS_VSYNC, "TRANS_VSYNC", VGT_REG_DISPLAY, .count = 2 },
	{ BCLRPAT, "BCLRPAT", VGT_REG_DISPLAY },
	{ TRANS_VSYNCSHIFT, "TRANS_VSYNCSHIFT", VGT_REG_DISPLAY },
	{ TRANS_MULT, "TRANS_MULT", VGT_REG_DISPLAY },
	{ TRANS_DATA_M1, "TRANS_DATA_MN", VGT_REG_DISPLAY, .count = 4 },
	{ TRANS_LINK_M1, "TRANS_LINK_MN", VGT_REG_DISPLAY, .count = 4,
	  .guest_write = vgt_display_timing_write },
	{ 0x0a0, "TRANS_DP2_CTL", VGT_REG_DISPLAY, .count = 3 },
	{ 0x110, "DIP_STATUS", VGT_REG_DISPLAY },
	{ 0x200, "VIDEO_DIP_CTL", VGT_REG_DISPLAY },
	{ 0x210, "VIDEO_DIP_GCP", VGT_REG_DISPLAY },
	{ 0x220, "VIDEO_DIP_DATA", VGT_REG_DISPLAY, .count = 0x60 },
	{ 0x3a0, "PIPE_DSS_CTL", VGT_REG_DISPLAY, .count = 2 },
	{ TRANS_DDI_FUNC_CTL, "TRANS_DDI_FUNC_CTL", VGT_REG_DISPLAY },
	{ 0x404, "TRANS_DDI_FUNC_CTL2", VGT_REG_DISPLAY },
	{ TRANS_MSA_MISC, "TRANS_MSA_MISC", VGT_REG_DISPLAY },
	{ 0x440, "VIDEO_DIP_DRM_DATA", VGT_REG_DISPLAY, .count = 10 },
	{ 0x5f0, "DDI_DP_COMP", VGT_REG_DISPLAY, .count = 4 },
	{ 0x800, "SRD_CTL", VGT_REG_DISPLAY },
	{ 0x810, "SRD_AUX", VGT_REG_DISPLAY, .count = 6 },
	{ 0x840, "SRD_STATUS", VGT_REG_DISPLAY, .count = 3 },
	{ 0x860, "SRD_DEBUG", VGT_REG_DISPLAY },
	{ 0x900, "PSR2", VGT_REG_DISPLAY, .count = 0x15 },
	{ }
};

static const struct vgt_reg pipe_trans_regs[] = {
	{ PIPESRC, "PIPESRC", VGT_REG_DISPLAY },
	{ PIPE_CRC_CTL, "PIPE_CRC_CTL", VGT_REG_DISPLAY },
	{ PIPE_CRC_EXP, "PIPE_CRC_EXP", VGT_REG_DISPLAY, .count = 4 },
	{ PIPE_CRC_RES, "PIPE_CRC_RES", VGT_REG_DISPLAY, .count = 5,
	  .guest_write = vgt_regs_ignore_write },
	{ }
};

static const struct vgt_reg pipe_regs[] = {
	{ PIPEDSL, "PIPEDSL", VGT_REG_DISPLAY, .guest_read = vgt_display_dsl_read,
	  .guest_write = vgt_regs_ignore_write },
	{ 0x004, "PIPESLC", VGT_REG_DISPLAY },
	{ PIPEGCMAX, "PIPEGCMAX", VGT_REG_DISPLAY, .count = 3 },
	{ STEREO_3D_CTL, "STEREO_3D_CTL", VGT_REG_DISPLAY },
	{ PIPESTAT, "PIPESTAT", VGT_REG_DISPLAY },
	{ PIPE_MISC, "PIPE_MISC", VGT_REG_DISPLAY },
	{ BOTTOM_COLOR, "BOTTOM_COLOR", VGT_REG_DISPLAY },
	{ 0x038, "PIPE_CHICKEN", VGT_REG_DISPLAY, .count = 2 },
	{ PIPE_FRMCNT, "PIPE_FRMCNT", VGT_REG_DISPLAY, .guest_read = vgt_display_frmcnt_read,
	  .guest_write = vgt_regs_ignore_write },
	{ PIPE_FLIPCNT, "PIPE_FLIPCNT", VGT_REG_DISPLAY,
	  .guest_read = vgt_display_flipcnt_read, .guest_write = vgt_display_flipcnt_write },
	{ PIPE_FRMTMSTMP, "PIPE_FRMTMSTMP", VGT_REG_DISPLAY,
	  .guest_read = vgt_display_frmtmstmp_read, .guest_write = vgt_regs_ignore_write },
	{ PIPE_FLIPTMSTMP, "PIPE_FLIPTMSTMP", VGT_REG_DISPLAY,
	  .guest_read = vgt_display_fliptmstmp_read, .guest_write = vgt_regs_ignore_write },
	{ 0x068, "DE_LOAD_SL", VGT_REG_DISPLAY },
	{ }
};

static const struct vgt_reg conf_regs[] = {
	{ TRANSCONF, "TRANSCONF", VGT_REG_DISPLAY, .guest_write = vgt_display_transconf_write },
	{ }
};

static const struct vgt_reg edp_pipe_regs[] = {
	{ PIPEDSL, "PIPEDSL_EDP", VGT_REG_DISPLAY },
	{ PIPESTAT, "PIPESTAT_EDP", VGT_REG_DISPLAY },
	{ PIPE_FRMCNT, "PIPE_FRMCNT_EDP", VGT_REG_DISPLAY, .count = 2 },
	{ }
};

static const struct vgt_reg display_regs[] = {
	{ VGACNTRL, "VGACNTRL", VGT_REG_DISPLAY, .reset = VGA_DISP_DISABLE },
	{ TIMESTAMP_CTR, "TIMESTAMP_CTR", VGT_REG_DISPLAY,
	  .guest_read = vgt_display_timestamp_read, .guest_write = vgt_regs_ignore_write },
	{ TRANS_CLK_SEL(0), "TRANS_CLK_SEL", VGT_REG_DISPLAY, .count = 3 },
	{ WM_LINETIME(0), "WM_LINETIME", VGT_REG_DISPLAY, .count = 3 },
	{ 0x43200, "FBC_CFB_BASE", VGT_REG_DISPLAY },
	{ 0x43208, "FBC_CTL", VGT_REG_DISPLAY, .count = 2 },
	{ 0x43210, "FBC_STATUS", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 2 },
	{ 0x43218, "FBC_FENCE_YOFF", VGT_REG_DISPLAY },
	{ 0x43224, "FBC_CHICKEN", VGT_REG_DISPLAY, .count = 2 },
	{ 0x43408, "IPS_CTL", VGT_REG_DISPLAY },
	{ 0x50080, "FLIP_QUEUE", VGT_REG_DISPLAY, .count = 8 },
	{ 0x50380, "MSG_FBC_REND_STATE", VGT_REG_DISPLAY, .count = 2 },
	{ 0x61100, "ADPA", VGT_REG_DISPLAY },
	{ 0x68070, "PF_WIN", VGT_REG_DISPLAY, .count = 2 },
	{ 0x68080, "PF_CTL", VGT_REG_DISPLAY, .count = 2 },
	{ 0x68090, "PF_HSCALE", VGT_REG_DISPLAY },
	{ 0x68870, "PF_WIN_B", VGT_REG_DISPLAY, .count = 2 },
	{ 0x68880, "PF_CTL_B", VGT_REG_DISPLAY, .count = 2 },
	{ 0x68890, "PF_HSCALE_B", VGT_REG_DISPLAY },
	{ 0x69070, "PF_WIN_C", VGT_REG_DISPLAY, .count = 2 },
	{ 0x69080, "PF_CTL_C", VGT_REG_DISPLAY, .count = 2 },
	{ 0x69090, "PF_HSCALE_C", VGT_REG_DISPLAY },
	{ 0x80000, "DMC_PROGRAM", VGT_REG_DISPLAY, .count = 0xc00 },
	{ 0x8f000, "DMC_MMIO", VGT_REG_DISPLAY, .count = 0x80 },
	{ }
};

static const u32 plane_base[] = {
	PIPE_BASE(0) + PLANE_BASE(0), PIPE_BASE(0) + PLANE_BASE(1), PIPE_BASE(0) + PLANE_BASE(2),
	PIPE_BASE(1) + PLANE_BASE(0), PIPE_BASE(1) + PLANE_BASE(1), PIPE_BASE(1) + PLANE_BASE(2),
	PIPE_BASE(2) + PLANE_BASE(0), PIPE_BASE(2) + PLANE_BASE(1), PIPE_BASE(2) + PLANE_BASE(2),
	VGT_REG_END,
};

static const struct vgt_reg plane_regs[] = {
	{ PLANE_CTL, "PLANE_CTL", VGT_REG_DISPLAY },
	{ 0x04, "PLANE_LINOFF", VGT_REG_DISPLAY },
	{ PLANE_STRIDE, "PLANE_STRIDE", VGT_REG_DISPLAY },
	{ PLANE_POS, "PLANE_POS", VGT_REG_DISPLAY },
	{ PLANE_SIZE, "PLANE_SIZE", VGT_REG_DISPLAY },
	{ PLANE_KEYVAL, "PLANE_KEYVAL", VGT_REG_DISPLAY },
	{ PLANE_KEYMSK, "PLANE_KEYMSK", VGT_REG_DISPLAY },
	{ PLANE_SURF, "PLANE_SURF", VGT_REG_DISPLAY, .guest_write = vgt_display_surf_write },
	{ PLANE_KEYMAX, "PLANE_KEYMAX", VGT_REG_DISPLAY },
	{ PLANE_OFFSET, "PLANE_OFFSET", VGT_REG_DISPLAY },
	{ PLANE_SURFLIVE, "PLANE_SURFLIVE", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY,
	  .guest_read = vgt_display_surflive_read },
	{ 0x34, "PLANE_CC_VAL", VGT_REG_DISPLAY, .count = 2 },
	{ PLANE_AUX_DIST, "PLANE_AUX_DIST", VGT_REG_DISPLAY },
	{ PLANE_AUX_OFFSET, "PLANE_AUX_OFFSET", VGT_REG_DISPLAY },
	{ 0x80, "PLANE_GAMMA", VGT_REG_DISPLAY, .count = 16 },
	{ PLANE_WM, "PLANE_WM", VGT_REG_DISPLAY, .count = 8 },
	{ PLANE_WM_TRANS, "PLANE_WM_TRANS", VGT_REG_DISPLAY },
	{ PLANE_NV12_BUF_CFG, "PLANE_NV12_BUF_CFG", VGT_REG_DISPLAY },
	{ PLANE_BUF_CFG, "PLANE_BUF_CFG", VGT_REG_DISPLAY },
	{ }
};

/* i915 clears the buffer allocation of a fourth plane, which is the cursor's. */
static const u32 plane4_base[] = {
	PIPE_BASE(0) + PLANE_BASE(3), PIPE_BASE(1) + PLANE_BASE(3), PIPE_BASE(2) + PLANE_BASE(3),
	VGT_REG_END,
};

static const struct vgt_reg plane4_regs[] = {
	{ PLANE_AUX_DIST, "PLANE4_AUX_DIST", VGT_REG_DISPLAY, .count = 2 },
	{ PLANE_NV12_BUF_CFG, "PLANE4_BUF_CFG", VGT_REG_DISPLAY, .count = 2 },
	{ }
};

static const struct vgt_reg cursor_regs[] = {
	{ CUR_CTL, "CUR_CTL", VGT_REG_DISPLAY },
	{ CUR_BASE, "CUR_BASE", VGT_REG_DISPLAY, .guest_write = vgt_display_curbase_write },
	{ CUR_POS, "CUR_POS", VGT_REG_DISPLAY },
	{ 0x090, "CUR_PALETTE", VGT_REG_DISPLAY, .count = 4 },
	{ CUR_FBC_CTL, "CUR_FBC_CTL", VGT_REG_DISPLAY },
	{ CUR_SURFLIVE, "CUR_SURFLIVE", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY,
	  .guest_read = vgt_display_cursurflive_read },
	{ CUR_WM, "CUR_WM", VGT_REG_DISPLAY, .count = 8 },
	{ CUR_WM_TRANS, "CUR_WM_TRANS", VGT_REG_DISPLAY },
	{ CUR_BUF_CFG, "CUR_BUF_CFG", VGT_REG_DISPLAY },
	{ }
};

static const u32 scaler_base[] = {
	PS_BASE(0, 0), PS_BASE(0, 1), PS_BASE(1, 0), PS_BASE(1, 1), PS_BASE(2, 0), PS_BASE(2, 1),
	VGT_REG_END,
};

static const struct vgt_reg scaler_regs[] = {
	{ PS_PWR_GATE, "PS_PWR_GATE", VGT_REG_DISPLAY },
	{ PS_WIN_POS, "PS_WIN_POS", VGT_REG_DISPLAY },
	{ PS_WIN_SZ, "PS_WIN_SZ", VGT_REG_DISPLAY },
	{ PS_CTRL, "PS_CTRL", VGT_REG_DISPLAY },
	{ 0x84, "PS_VSCALE", VGT_REG_DISPLAY, .count = 2 },
	{ 0x90, "PS_HSCALE", VGT_REG_DISPLAY, .count = 4 },
	{ 0xd0, "PS_ECC_STAT", VGT_REG_DISPLAY },
	{ }
};

static const u32 palette_base[] = { LGC_PALETTE(0), LGC_PALETTE(1), LGC_PALETTE(2), VGT_REG_END };

static const struct vgt_reg palette_regs[] = {
	{ 0x000, "LGC_PALETTE", VGT_REG_DISPLAY, .count = 256 },
	{ }
};

static const u32 prec_base[] = {
	PREC_PAL_BASE(0), PREC_PAL_BASE(1), PREC_PAL_BASE(2), VGT_REG_END,
};

static const struct vgt_reg prec_regs[] = {
	{ PREC_PAL_INDEX, "PREC_PAL_INDEX", VGT_REG_DISPLAY },
	{ PREC_PAL_DATA, "PREC_PAL_DATA", VGT_REG_DISPLAY,
	  .guest_read = vgt_display_prec_read, .guest_write = vgt_display_prec_write },
	{ PREC_PAL_GC_MAX, "PREC_PAL_GC_MAX", VGT_REG_DISPLAY, .count = 3 },
	{ 0x20, "PREC_PAL_EXT_GC_MAX", VGT_REG_DISPLAY, .count = 3 },
	{ GAMMA_MODE, "GAMMA_MODE", VGT_REG_DISPLAY },
	{ }
};

static const u32 csc_base[] = { PIPE_CSC_BASE(0), PIPE_CSC_BASE(1), PIPE_CSC_BASE(2), VGT_REG_END };

static const struct vgt_reg csc_regs[] = {
	{ PIPE_CSC_COEFF, "PIPE_CSC_COEFF", VGT_REG_DISPLAY, .count = 6 },
	{ PIPE_CSC_MODE, "PIPE_CSC_MODE", VGT_REG_DISPLAY },
	{ PIPE_CSC_PREOFF, "PIPE_CSC_PREOFF", VGT_REG_DISPLAY, .count = 3 },
	{ PIPE_CSC_POSTOFF, "PIPE_CSC_POSTOFF", VGT_REG_DISPLAY, .count = 3 },
	{ 0x80, "PIPE_CSC_AUX", VGT_REG_DISPLAY },
	{ 0x90, "PIPE_CSC_AUX_COEFF", VGT_REG_DISPLAY, .count = 5 },
	{ }
};

/* Ports A to E; the last has no AUX channel of its own. */
static const u32 ddi_base[] = {
	DDI_BASE(0), DDI_BASE(1), DDI_BASE(2), DDI_BASE(3), DDI_BASE(4),
	VGT_REG_END,
};

static const u32 aux_base[] = { DDI_BASE(0), DDI_BASE(1), DDI_BASE(2), DDI_BASE(3), VGT_REG_END };

static const u32 buf_trans_base[] = {
	DDI_BUF_TRANS(0), DDI_BUF_TRANS(1), DDI_BUF_TRANS(2), DDI_BUF_TRANS(3), DDI_BUF_TRANS(4),
	VGT_REG_END,
};

static const struct vgt_reg ddi_regs[] = {
	{ DDI_BUF_CTL, "DDI_BUF_CTL", VGT_REG_DISPLAY, .reset = DDI_BUF_IDLE,
	  .guest_write = vgt_monitor_ddi_buf_write },
	{ 0x30, "DDI_CLK_VALFREQ", VGT_REG_DISPLAY },
	{ DP_TP_CTL, "DP_TP_CTL", VGT_REG_DISPLAY, .guest_write = vgt_monitor_tp_ctl_write },
	{ DP_TP_STATUS, "DP_TP_STATUS", VGT_REG_DISPLAY, .flags = VGT_REG_W1C },
	{ }
};

static const struct vgt_reg aux_regs[] = {
	{ DP_AUX_CTL, "DP_AUX_CTL", VGT_REG_DISPLAY, .guest_write = vgt_monitor_aux_ctl_write },
	{ DP_AUX_DATA, "DP_AUX_DATA", VGT_REG_DISPLAY, .count = 5 },
	{ 0x28, "DP_AUX_MUTEX", VGT_REG_DISPLAY },
	{ }
};

static const struct vgt_reg buf_trans_regs[] = {
	{ 0, "DDI_BUF_TRANS", VGT_REG_DISPLAY, .count = 24 },
	{ }
};

static const u32 audio_base[] = { 0x65000, 0x65100, 0x65200, VGT_REG_END };

static const struct vgt_reg audio_regs[] = {
	{ 0x00, "AUD_CONFIG", VGT_REG_DISPLAY },
	{ 0x10, "AUD_MISC_CTRL", VGT_REG_DISPLAY },
	{ 0x28, "AUD_M_CTS_ENABLE", VGT_REG_DISPLAY },
	{ 0x50, "AUD_EDID_DATA", VGT_REG_DISPLAY },
	{ 0x80, "AUD_DIG_CNVT", VGT_REG_DISPLAY },
	{ 0xb4, "AUD_DIP_ELD_CTRL", VGT_REG_DISPLAY },
	{ 0xbc, "AUD_DP_2DOT0_CTRL", VGT_REG_DISPLAY },
	{ }
};

static const struct vgt_reg port_regs[] = {
	{ 0x48250, "BLC_PWM_CPU", VGT_REG_DISPLAY, .count = 2 },
	{ 0x48260, "BLM_HIST", VGT_REG_DISPLAY, .count = 4 },
	{ 0x48350, "BLC_PWM2", VGT_REG_DISPLAY },
	{ 0x48400, "UTIL_PIN_CTL", VGT_REG_DISPLAY },
	{ 0x48414, "AUD_PIN_BUF_CTL", VGT_REG_DISPLAY },
	{ 0x48800, "BLC_MISC", VGT_REG_DISPLAY },
	{ 0x44030, "DIGITAL_PORT_HOTPLUG", VGT_REG_DISPLAY },
	{ 0x46100, "PORT_CLK_SEL", VGT_REG_DISPLAY, .count = 5 },
	{ 0x64800, "SRD_CTL", VGT_REG_DISPLAY },
	{ 0x64810, "SRD_AUX", VGT_REG_DISPLAY, .count = 6 },
	{ 0x64834, "PSR_IMR", VGT_REG_DISPLAY, .reset = ~0u },
	{ 0x64838, "PSR_IIR", VGT_REG_DISPLAY, .flags = VGT_REG_W1C },
	{ 0x64840, "SRD_STATUS", VGT_REG_DISPLAY, .count = 2 },
	{ 0x64860, "SRD_DEBUG", VGT_REG_DISPLAY },
	{ 0x6507c, "AUD_PIPE_CONV_CFG", VGT_REG_DISPLAY },
	{ 0x650c0, "AUD_PIN_ELD_CP_VLD", VGT_REG_DISPLAY },
	{ 0x65900, "AUD_FREQ_CNTRL", VGT_REG_DISPLAY },
	{ 0x65ea0, "AUD_TS_CDCLK", VGT_REG_DISPLAY, .count = 2 },
	{ 0x65ef0, "AUD_CONFIG_BE", VGT_REG_DISPLAY },
	{ 0x65f00, "AUD_CHICKEN", VGT_REG_DISPLAY, .count = 8 },
	{ 0x66400, "HDCP_CONF", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 8 },
	{ 0x66500, "HDCP_PORT_B", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 8 },
	{ 0x66600, "HDCP_PORT_C", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 8 },
	{ 0x66700, "HDCP_PORT_D", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 8 },
	{ 0x66800, "HDCP_PORT_A", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 8 },
	{ 0x66c00, "HDCP_KEY", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 6 },
	{ 0x66d00, "HDCP_REP", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY, .count = 7 },
	{ 0x67054, "DE_CHICKEN", VGT_REG_DISPLAY },
	{ 0x6c00c, "DISPIO_CR_TX_BMU_CR0", VGT_REG_DISPLAY },
	{ 0x6e554, "DE_SPARE", VGT_REG_DISPLAY },
	{ 0x6e560, "DE_SPARE1", VGT_REG_DISPLAY },
	{ 0x6e570, "DE_SPARE2", VGT_REG_DISPLAY },
	{ 0xc2000, "SOUTH_CHICKEN", VGT_REG_DISPLAY, .count = 2 },
	{ SFUSE_STRAP, "SFUSE_STRAP", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY,
	  .reset = SFUSE_DDI_B },
	{ 0xc2020, "SOUTH_DSPCLK_GATE_D", VGT_REG_DISPLAY },
	{ SHOTPLUG_CTL, "SHOTPLUG_CTL", VGT_REG_DISPLAY,
	  .guest_write = vgt_monitor_hotplug_write },
	{ SHOTPLUG_CTL2, "SHOTPLUG_CTL2", VGT_REG_DISPLAY,
	  .guest_write = vgt_monitor_hotplug_write },
	{ 0xc4034, "SHOTPLUG_CTL_TC", VGT_REG_DISPLAY, .count = 2 },
	{ 0xc4040, "SERR_INT", VGT_REG_DISPLAY, .flags = VGT_REG_W1C },
	{ 0xc6000, "PIXCLK_GATE_SBI", VGT_REG_DISPLAY, .count = 3 },
	{ 0xc6014, "PCH_DPLL", VGT_REG_DISPLAY, .count = 2 },
	{ 0xc6020, "PIXCLK_GATE", VGT_REG_DISPLAY },
	{ 0xc6040, "PCH_FP", VGT_REG_DISPLAY, .count = 4 },
	{ 0xc6200, "PCH_DREF_CONTROL", VGT_REG_DISPLAY },
	{ PCH_RAWCLK_FREQ, "PCH_RAWCLK_FREQ", VGT_REG_DISPLAY, .reset = RAWCLK_MHZ },
	{ 0xc6208, "PCH_DPLL_TMR_CFG", VGT_REG_DISPLAY },
	{ 0xc6210, "PCH_SSC4_PARMS", VGT_REG_DISPLAY, .count = 2 },
	{ 0xc7000, "PCH_DPLL_SEL", VGT_REG_DISPLAY },
	{ PP_STATUS, "PP_STATUS", VGT_REG_DISPLAY, .flags = VGT_REG_READ_ONLY },
	{ PP_CONTROL, "PP_CONTROL", VGT_REG_DISPLAY,
	  .guest_write = vgt_monitor_pp_control_write },
	{ 0xc7208, "PP_DELAYS", VGT_REG_DISPLAY, .count = 3 },
	{ 0xc8250, "BLC_PWM_PCH", VGT_REG_DISPLAY, .count = 3 },
	{ 0xc8350, "BLC_PWM_PCH2", VGT_REG_DISPLAY, .count = 3 },
	{ 0xce044, "PCH_SPARE", VGT_REG_DISPLAY },
	{ }
};

/* What i915 reads or clears although this generation does not have it, and the PCH. */
static const struct vgt_reg older_regs[] = {
	{ 0x44040, "ERR_INT", VGT_REG_DISPLAY, .flags = VGT_REG_W1C },
	{ 0x44050, "DERRMR", VGT_REG_DISPLAY, .reset = ~0u },
	{ 0x44484, "DE_SPARE3", VGT_REG_DISPLAY },
	{ 0x4448c, "DE_SPARE4", VGT_REG_DISPLAY },
	{ 0x44500, "DE_SPARE5", VGT_REG_DISPLAY },
	{ 0x45100, "WM_PIPE_LP", VGT_REG_DISPLAY, .count = 5 },
	{ 0x45120, "WM_LP_SPRITE", VGT_REG_DISPLAY, .count = 3 },
	{ 0x45200, "WM_PIPE_C", VGT_REG_DISPLAY },
	{ 0x46508, "DE_SPARE6", VGT_REG_DISPLAY },
	{ 0x61208, "PP_ON_DELAYS", VGT_REG_DISPLAY, .count = 2 },
	{ 0xe0000, "PCH_TRANS_A_TIMINGS", VGT_REG_DISPLAY, .count = 20 },
	{ 0xe1000, "PCH_TRANS_B_TIMINGS", VGT_REG_DISPLAY, .count = 20 },
	{ 0xe0200, "PCH_DIP_A", VGT_REG_DISPLAY, .count = 5 },
	{ 0xe1200, "PCH_DIP_B", VGT_REG_DISPLAY, .count = 5 },
	{ 0xe2200, "PCH_DIP_C", VGT_REG_DISPLAY, .count = 5 },
	{ 0xe0300, "TRANS_DP_CTL", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xe1100, "PCH_ADPA", VGT_REG_DISPLAY },
	{ 0xe1140, "PCH_HDMI", VGT_REG_DISPLAY, .count = 3, .stride = 0x10 },
	{ 0xe1180, "PCH_LVDS", VGT_REG_DISPLAY },
	{ 0xe4f00, "PCH_DDI", VGT_REG_DISPLAY, .count = 10 },
	{ 0xe6500, "PCH_PHY_A", VGT_REG_DISPLAY, .count = 2 },
	{ 0xe6600, "PCH_PHY_B", VGT_REG_DISPLAY, .count = 2 },
	{ 0xe6700, "PCH_PHY_C", VGT_REG_DISPLAY, .count = 2 },
	{ 0xe6800, "PCH_PHY_D", VGT_REG_DISPLAY, .count = 2 },
	{ 0xe651c, "PCH_PHY_CTL", VGT_REG_DISPLAY, .count = 4, .stride = 0x100 },
	{ 0xe6c04, "PCH_PHY_E", VGT_REG_DISPLAY },
	{ 0xe6e1c, "PCH_PHY_F", VGT_REG_DISPLAY },
	{ 0xe7000, "PCH_GTC_CTL", VGT_REG_DISPLAY },
	{ 0xec008, "PCH_LANE_A", VGT_REG_DISPLAY, .count = 4, .stride = 0x18 },
	{ 0xec00c, "PCH_LANE_A2", VGT_REG_DISPLAY, .count = 4, .stride = 0x18 },
	{ 0xec408, "PCH_LANE_B", VGT_REG_DISPLAY, .count = 4, .stride = 0x18 },
	{ 0xec40c, "PCH_LANE_B2", VGT_REG_DISPLAY, .count = 4, .stride = 0x18 },
	{ 0xf0008, "PCH_TRANSCONF", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf000c, "FDI_RX_CTL", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf0010, "FDI_RX_MISC", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf0014, "FDI_RX_IIR", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf0018, "FDI_RX_IMR", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf0030, "FDI_RX_TUSIZE1", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf0038, "FDI_RX_TUSIZE2", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf0060, "PCH_TRANS_CHICKEN1", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xf0064, "PCH_TRANS_CHICKEN2", VGT_REG_DISPLAY, .count = 3, .stride = 0x1000 },
	{ 0xfc810, "PCH_MPHY_A", VGT_REG_DISPLAY, .count = 4, .stride = 0xc },
	{ 0xfcc00, "PCH_MPHY_B", VGT_REG_DISPLAY, .count = 4, .stride = 0xc },
	{ 0xfd000, "PCH_MPHY_C", VGT_REG_DISPLAY, .count = 3, .stride = 0xc },
	{ 0xfd024, "PCH_MPHY_D", VGT_REG_DISPLAY },
	{ 0xfd034, "PCH_MPHY_E", VGT_REG_DISPLAY },
	{ }
};

static const struct vgt_reg gmbus_regs[] = {
	{ PCH_GPIO(0), "PCH_GPIO", VGT_REG_DISPLAY, .count = 8,
	  .reset = GPIO_LINES_HIGH, .guest_write = vgt_monitor_gpio_write },
	{ GMBUS0, "GMBUS0", VGT_REG_DISPLAY },
	{ GMBUS1, "GMBUS1", VGT_REG_DISPLAY, .guest_write = vgt_monitor_gmbus1_write },
	{ GMBUS2, "GMBUS2", VGT_REG_DISPLAY, .reset = GMBUS_HW_RDY,
	  .guest_write = vgt_monitor_gmbus2_write },
	{ GMBUS3, "GMBUS3", VGT_REG_DISPLAY },
	{ GMBUS4, "GMBUS4", VGT_REG_DISPLAY },
	{ GMBUS5, "GMBUS5", VGT_REG_DISPLAY },
	{ }
};

const struct vgt_reg_block vgt_regs_display[] = {
	{ .regs = trans_regs, .base = trans_base },
	{ .regs = pipe_trans_regs, .base = pipe_trans_base },
	{ .regs = pipe_regs, .base = pipe_base },
	{ .regs = conf_regs, .base = conf_base },
	{ .regs = edp_pipe_regs, .base = pipe_edp_base },
	{ .regs = display_regs },
	{ .regs = plane_regs, .base = plane_base },
	{ .regs = plane4_regs, .base = plane4_base },
	{ .regs = cursor_regs, .base = pipe_base },
	{ .regs = scaler_regs, .base = scaler_base },
	{ .regs = palette_regs, .base = palette_base },
	{ .regs = prec_regs, .base = prec_base },
	{ .regs = csc_regs, .base = csc_base },
	{ .regs = ddi_regs, .base = ddi_base },
	{ .regs = aux_regs, .base = aux_base },
	{ .regs = buf_trans_regs, .base = buf_trans_base },
	{ .regs = audio_regs, .base = audio_base },
	{ .regs = port_regs },
	{ .regs = older_regs },
	{ .regs = gmbus_regs },
	{ }
};
