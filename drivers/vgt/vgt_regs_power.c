// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: registers of power, clocks and frequency, gen9
 *
 * All this is the host's.  A guest has a power control unit of its own, made of
 * virtual registers, that does at once what it is asked for:
 *
 *   forcewake request ---> acknowledged        PLL enabled ---> locked
 *   power well requested -> on                 mailbox READY -> answered
 *   buffer power requested -> on
 *
 * Frequency and RC6 are what its driver sets, without effect.
 *
 * Source: Skylake PRM vol. 2c and 12; i915 intel_uncore.c, intel_pcode.c,
 * display/intel_display_power_well.c, intel_dpll_mgr.c, intel_cdclk.c.
 */
#include <linux/kernel.h>

#include "vgt/regs/power.h"
#include "vgt_awake.h"
#include "vgt_guest.h"
#include "vgt_regs.h"

/*
 * Forcewake
 */

static const u32 forcewake_request[] = {
	FORCEWAKE_RENDER, FORCEWAKE_GT, FORCEWAKE_MEDIA, VGT_REG_END,
};

static const u32 forcewake_ack[] = {
	FORCEWAKE_ACK_RENDER, FORCEWAKE_ACK_GT, FORCEWAKE_ACK_MEDIA, VGT_REG_END,
};

static void forcewake_write(struct vgt_vgpu *vgpu, unsigned int domain, u32 offset, u32 val)
{
	u32 *request = vgt_vreg(vgpu, offset), mask = val >> 16;

	*request = (*request & ~mask) | (val & mask);
	*vgt_vreg(vgpu, forcewake_ack[domain]) = *request;
}

static const struct vgt_reg forcewake_request_regs[] = {
	{ 0, "FORCEWAKE_REQUEST", VGT_REG_POWER, .flags = VGT_REG_MASKED,
	  .read = vgt_awake_request_read, .write = vgt_awake_request_write,
	  .guest_read = vgt_regs_virtual_read, .guest_write = forcewake_write },
	{ }
};

static const struct vgt_reg forcewake_ack_regs[] = {
	{ 0, "FORCEWAKE_ACK", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY,
	  .read = vgt_awake_ack_read, .guest_read = vgt_regs_virtual_read },
	{ }
};

/*
 * Display power wells, clocks, buffer
 */

static u32 wells_requested(struct vgt_vgpu *vgpu)
{
	return *vgt_vreg(vgpu, PWR_WELL_CTL_BIOS) | *vgt_vreg(vgpu, PWR_WELL_CTL_DRIVER) |
	       *vgt_vreg(vgpu, PWR_WELL_CTL_KVMR) | *vgt_vreg(vgpu, PWR_WELL_CTL_DEBUG);
}

static u32 well_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return *vgt_vreg(vgpu, offset) | (wells_requested(vgpu) >> 1 & PWR_WELL_CTL_STATES);
}

static void well_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	*vgt_vreg(vgpu, offset) = val & ~PWR_WELL_CTL_STATES;
}

static void pll_write(struct vgt_vgpu *vgpu, unsigned int id, u32 offset, u32 val)
{
	u32 *status = vgt_vreg(vgpu, DPLL_STATUS);

	val &= ~LCPLL_PLL_LOCK;
	*status &= ~DPLL_STATUS_LOCK(id);
	if (val & LCPLL_PLL_ENABLE) {
		val |= LCPLL_PLL_LOCK;
		*status |= DPLL_STATUS_LOCK(id);
	}
	*vgt_vreg(vgpu, offset) = val;
}

static void dbuf_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	val &= ~DBUF_POWER_STATE;
	if (val & DBUF_POWER_REQUEST)
		val |= DBUF_POWER_STATE;
	*vgt_vreg(vgpu, offset) = val;
}

/*
 * Mailbox
 */

/* Microseconds that memory takes to wake up, per watermark level, a byte each. */
static const u32 mem_latency[2] = { 0x201c1302, 0x63534d3f };

#define CDCLK_READY		1
#define SAGV_IS_DISABLED	1
#define EFFICIENT_600_MHZ	(12 << 8)

static u32 run_command(struct vgt_vgpu *vgpu, u32 command)
{
	u32 *data = vgt_vreg(vgpu, PCODE_DATA);

	switch (command) {
	case PCODE_CDCLK_CONTROL:
		*data = CDCLK_READY;
		return PCODE_SUCCESS;
	case PCODE_SAGV_CONTROL:
		*data = SAGV_IS_DISABLED;
		return PCODE_SUCCESS;
	case PCODE_MEM_LATENCY:
		*data = mem_latency[*data & 1];
		return PCODE_SUCCESS;
	case PCODE_DUTY_CYCLE:
		*data = EFFICIENT_600_MHZ;
		return PCODE_SUCCESS;
	case PCODE_READ_FREQ_TABLE:
	case PCODE_READ_OC_PARAMS:
	case PCODE_D_COMP_READ:
		*data = 0;
		return PCODE_SUCCESS;
	case PCODE_WRITE_FREQ_TABLE:
	case PCODE_WRITE_RC6VIDS:
	case PCODE_HDCP_KEYS:
	case PCODE_D_COMP_WRITE:
		return PCODE_SUCCESS;
	}
	return PCODE_ILLEGAL_CMD;
}

static void mailbox_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	if (val & PCODE_READY)
		val = run_command(vgpu, PCODE_COMMAND(val));
	*vgt_vreg(vgpu, offset) = val;
}

/*
 * Frequency
 */

/* The GPU runs as fast as the driver has asked for. */
static u32 rpstat_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return *vgt_vreg(vgpu, RPNSWREQ) & ~0u << RP_FREQ_SHIFT;
}

static const struct vgt_reg power_regs[] = {
	{ PWR_WELL_CTL_BIOS, "PWR_WELL_CTL", VGT_REG_POWER, .count = 4,
	  .guest_read = well_read, .guest_write = well_write },
	{ 0x45410, "PWR_WELL_CTL5", VGT_REG_POWER, .count = 2 },
	{ DC_STATE_EN, "DC_STATE_EN", VGT_REG_POWER },
	{ DC_STATE_DEBUG, "DC_STATE_DEBUG", VGT_REG_POWER },
	{ SKL_FUSE_STATUS, "FUSE_STATUS", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY,
	  .reset = SKL_FUSE_DOWNLOAD_STATUS | SKL_FUSE_PG_DIST_STATUS(0) |
		   SKL_FUSE_PG_DIST_STATUS(1) | SKL_FUSE_PG_DIST_STATUS(2) },
	{ CDCLK_CTL, "CDCLK_CTL", VGT_REG_POWER },
	{ 0x46200, "CDCLK_FREQ", VGT_REG_POWER },
	{ DPLL_CFGCR1(1), "DPLL_CFGCR", VGT_REG_POWER, .count = 6 },
	{ DPLL_CTRL1, "DPLL_CTRL1", VGT_REG_POWER },
	{ DPLL_CTRL2, "DPLL_CTRL2", VGT_REG_POWER },
	{ DPLL_STATUS, "DPLL_STATUS", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY },
	{ DBUF_CTL, "DBUF_CTL", VGT_REG_POWER, .guest_write = dbuf_write },
	{ 0x45000, "DISP_ARB_CTL", VGT_REG_POWER, .count = 2 },
	{ 0x45010, "MSG_CTL", VGT_REG_POWER },
	{ 0x45050, "HDPORT_STATE", VGT_REG_POWER },
	{ 0x45280, "WM_DBG", VGT_REG_POWER },
	{ 0x45260, "WM_MISC", VGT_REG_POWER },
	{ 0x42004, "CHICKEN_DISPLAY2", VGT_REG_POWER },
	{ 0x4200c, "CHICKEN3", VGT_REG_POWER },
	{ 0x42014, "FUSE_STRAP", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x42020, "DSPCLK_GATE_D", VGT_REG_POWER },
	{ 0x42060, "RM_TIMEOUT", VGT_REG_POWER },
	{ 0x420e0, "RM_TIMEOUT_REG_CAPTURE", VGT_REG_POWER },
	{ 0x42080, "CHICKEN_PAR1", VGT_REG_POWER, .count = 5 },
	{ 0x420b0, "CHICKEN_PIPESL", VGT_REG_POWER, .count = 3 },
	{ 0x420c0, "CHICKEN_TRANS", VGT_REG_POWER, .count = 4 },
	{ 0x42300, "FPGA_DBG", VGT_REG_POWER, .flags = VGT_REG_W1C },
	{ 0x46020, "CLOCK_GATE_DIS_0", VGT_REG_POWER, .count = 2 },
	{ 0x46408, "NDE_RSTWRN_OPT", VGT_REG_POWER },
	{ 0x46430, "CHICKEN_DCPR", VGT_REG_POWER, .count = 3 },
	{ 0x46530, "CLKGATE_DIS", VGT_REG_POWER, .count = 5 },
	{ 0x46520, "CLKGATE_DIS_PSL", VGT_REG_POWER, .count = 4 },
	{ 0x4f000, "SWF", VGT_REG_POWER, .count = 64 },
	{ 0x51000, "DFSM", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ 0x51004, "DSSM", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ PCODE_MAILBOX, "PCODE_MAILBOX", VGT_REG_POWER, .guest_write = mailbox_write },
	{ PCODE_DATA, "PCODE_DATA", VGT_REG_POWER },
	{ PCODE_DATA1, "PCODE_DATA1", VGT_REG_POWER },
	{ 0xa000, "GFXPAUSE", VGT_REG_POWER },
	{ RPNSWREQ, "RPNSWREQ", VGT_REG_POWER, .count = 2 },
	{ 0xa010, "RP_TIMEOUT_LIMITS", VGT_REG_POWER, .count = 2 },
	{ RPSTAT1, "RPSTAT1", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY,
	  .guest_read = rpstat_read },
	{ 0xa024, "RP_CONTROL", VGT_REG_POWER },
	{ 0xa02c, "RP_THRESHOLD", VGT_REG_POWER, .count = 2 },
	{ 0xa050, "RP_COUNTERS", VGT_REG_POWER, .count = 9 },
	{ 0xa080, "RPDEU", VGT_REG_POWER, .count = 3 },
	{ RC_CONTROL, "RC_CONTROL", VGT_REG_POWER },
	{ RC_STATE, "RC_STATE", VGT_REG_POWER },
	{ 0xa098, "RC_LIMITS", VGT_REG_POWER, .count = 13 },
	{ 0xa168, "PMINTRMSK", VGT_REG_POWER },
	{ 0xa180, "ECOBUS", VGT_REG_POWER },
	{ 0xa18c, "FORCEWAKE", VGT_REG_POWER },
	{ 0x130090, "FORCEWAKE_ACK", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY },
	{ 0xa210, "PG_ENABLE", VGT_REG_POWER },
	{ 0xa248, "PUSHBUS_CONTROL", VGT_REG_POWER },
	{ 0xa250, "PUSHBUS_ENABLE", VGT_REG_POWER },
	{ 0xa25c, "PUSHBUS_SHIFT", VGT_REG_POWER },
	{ CTC_MODE, "CTC_MODE", VGT_REG_POWER, .flags = VGT_REG_AS_FOUND },
	{ 0xa2a0, "PWRGT_DOMAIN_STATUS", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY, .reset = 7 },
	{ 0xa500, "MISC_STATUS", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY, .count = 2 },
	{ 0x13805c, "GT_STATUS", VGT_REG_POWER, .count = 2 },
	{ 0x138104, "RC6_LOCKED", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY },
	{ GT_GFX_RC6, "GT_GFX_RC6", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY },
	{ 0x13810c, "GT_GFX_RC6P", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY, .count = 2 },
	{ RP_STATE_CAP, "RP_STATE_CAP", VGT_REG_CONSTANT, .flags = VGT_REG_READ_ONLY },
	{ RP_STATE_LIMITS, "RP_STATE_LIMITS", VGT_REG_POWER, .flags = VGT_REG_AS_FOUND },
	{ GT_PERF_STATUS, "GT_PERF_STATUS", VGT_REG_POWER, .flags = VGT_REG_READ_ONLY },
	{ }
};

/* DPLL 0 to 3. */
static const u32 pll_base[] = { LCPLL1_CTL, LCPLL2_CTL, WRPLL_CTL1, WRPLL_CTL2, VGT_REG_END };

static const struct vgt_reg pll_regs[] = {
	{ 0, "PLL_CTL", VGT_REG_POWER, .guest_write = pll_write },
	{ }
};

const struct vgt_reg_block vgt_regs_power[] = {
	{ .regs = forcewake_request_regs, .base = forcewake_request },
	{ .regs = forcewake_ack_regs, .base = forcewake_ack },
	{ .regs = power_regs },
	{ .regs = pll_regs, .base = pll_base },
	{ }
};
