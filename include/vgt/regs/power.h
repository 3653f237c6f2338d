/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Forcewake, power wells, clocks, pcode, RPS and RC6 of Skylake.
 * Source: Skylake PRM vol. 2c and 12; i915_reg.h, gt/intel_gt_regs.h.
 */
#ifndef VGT_REGS_POWER_H
#define VGT_REGS_POWER_H

/* Forcewake: masked request, acknowledged in bits 15:0 of its ack register. */
#define FORCEWAKE_RENDER	0xa278
#define FORCEWAKE_GT		0xa188
#define FORCEWAKE_MEDIA		0xa270
#define FORCEWAKE_ACK_RENDER	0x0d84
#define FORCEWAKE_ACK_GT	0x130044
#define FORCEWAKE_ACK_MEDIA	0x0d88

/* Display power wells: a request and a state bit per well, four requesters. */
#define PWR_WELL_CTL_BIOS	0x45400
#define PWR_WELL_CTL_DRIVER	0x45404
#define PWR_WELL_CTL_KVMR	0x45408
#define PWR_WELL_CTL_DEBUG	0x4540c
#define PWR_WELL_CTL_REQ(i)	(2u << (2 * (i)))
#define PWR_WELL_CTL_STATE(i)	(1u << (2 * (i)))
#define PWR_WELL_CTL_STATES	0x55555555u
#define DC_STATE_EN		0x45504
#define DC_STATE_DEBUG		0x45520
#define SKL_FUSE_STATUS		0x42000
#define SKL_FUSE_DOWNLOAD_STATUS (1u << 31)
#define SKL_FUSE_PG_DIST_STATUS(pg) (1u << (27 - (pg)))

/* Display clocks and buffer. */
#define CDCLK_CTL		0x46000
#define LCPLL1_CTL		0x46010	/* DPLL 0 */
#define LCPLL2_CTL		0x46014	/* DPLL 1 */
#define WRPLL_CTL1		0x46040	/* DPLL 2 */
#define WRPLL_CTL2		0x46060	/* DPLL 3 */
#define LCPLL_PLL_ENABLE	(1u << 31)
#define LCPLL_PLL_LOCK		(1u << 30)
#define DPLL_CFGCR1(id)		(0x6c040 + 8 * ((id) - 1))
#define DPLL_CFGCR2(id)		(0x6c044 + 8 * ((id) - 1))
#define DPLL_CTRL1		0x6c058
#define DPLL_CTRL1_HDMI_MODE(id) (1u << (6 * (id) + 5))
#define DPLL_CTRL1_LINK_RATE(v, id) ((v) >> (6 * (id) + 1) & 7)
#define DPLL_CTRL2		0x6c05c
#define DPLL_STATUS		0x6c060
#define DPLL_STATUS_LOCK(id)	(1u << (8 * (id)))
#define DBUF_CTL		0x45008
#define DBUF_POWER_REQUEST	(1u << 31)
#define DBUF_POWER_STATE	(1u << 30)

/* Mailbox to the power control unit. */
#define PCODE_MAILBOX		0x138124
#define PCODE_READY		(1u << 31)
#define PCODE_COMMAND(v)	((v) & 0xff)
#define PCODE_DATA		0x138128
#define PCODE_DATA1		0x13812c
#define PCODE_SUCCESS		0x0
#define PCODE_ILLEGAL_CMD	0x1
#define PCODE_WRITE_RC6VIDS	0x04
#define PCODE_HDCP_KEYS		0x05
#define PCODE_MEM_LATENCY	0x06
#define PCODE_CDCLK_CONTROL	0x07
#define PCODE_WRITE_FREQ_TABLE	0x08
#define PCODE_READ_FREQ_TABLE	0x09
#define PCODE_READ_OC_PARAMS	0x0c
#define PCODE_D_COMP_READ	0x10
#define PCODE_D_COMP_WRITE	0x11
#define PCODE_DUTY_CYCLE	0x1a
#define PCODE_SAGV_CONTROL	0x21

/* Render frequency; ratios are in 16.67 MHz, RP_STATE_CAP in 50 MHz. */
#define GPM_CONTROLS		0xa000	/* RPS and RC6 controls */
#define GPM_CONTROLS_END	0xa100
#define RPNSWREQ		0xa008
#define RP_FREQ_SHIFT		23
#define RPSTAT1			0xa01c
#define RC_CONTROL		0xa090
#define   RC_CTL_HW_ENABLE	(1u << 31)	/* the hardware enters RC6 by itself */
#define   RC_CTL_RC6_ENABLE	(1u << 18)
#define RC_STATE		0xa094
#define   RC_SW_TARGET(val)	(((val) >> 16) & 7)
#define     RC_SW_TARGET_RC6	4
#define CTC_MODE		0xa26c
#define RP_STATE_LIMITS		0x145994
#define RP_STATE_CAP		0x145998
#define GT_PERF_STATUS		0x145948
#define GT_GFX_RC6		0x138108	/* residency in 1.28 us */

#endif
