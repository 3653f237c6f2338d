// SPDX-License-Identifier: GPL-2.0 OR MIT
#include "igd_priv.h"
#include "igd_engine.h"
#include "igd_power.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/power.h"

/* -- forcewake ------------------------------------------------------------ */

static const struct {
	uint32_t request, ack;
	const char *name;
} domains[IGD_FW_NUM] = {
	[IGD_FW_RENDER] = { FORCEWAKE_RENDER, FORCEWAKE_ACK_RENDER, "render" },
	[IGD_FW_GT] = { FORCEWAKE_GT, FORCEWAKE_ACK_GT, "gt" },
	[IGD_FW_MEDIA] = { FORCEWAKE_MEDIA, FORCEWAKE_ACK_MEDIA, "media" },
};

#define RENDER	(1 << IGD_FW_RENDER)
#define GT	(1 << IGD_FW_GT)
#define MEDIA	(1 << IGD_FW_MEDIA)

/* Which domains must be awake, up to and including @last, from where the row before ended. */
static const struct {
	uint32_t last;
	uint8_t domains;
} ranges[] = {
	{ 0x00aff, GT },	{ 0x01fff, 0 },		{ 0x026ff, RENDER },
	{ 0x02fff, GT },	{ 0x03fff, RENDER },	{ 0x051ff, GT },
	{ 0x07fff, RENDER },	{ 0x0812f, GT },	{ 0x0813f, MEDIA },
	{ 0x0815f, RENDER },	{ 0x082ff, GT },	{ 0x084ff, RENDER },
	{ 0x087ff, GT },	{ 0x089ff, MEDIA },	{ 0x08bff, GT },
	{ 0x08cff, RENDER },	{ 0x093ff, GT },	{ 0x097ff, RENDER | MEDIA },
	{ 0x0afff, GT },	{ 0x0b47f, RENDER },	{ 0x0cfff, GT },
	{ 0x0d7ff, MEDIA },	{ 0x0dfff, GT },	{ 0x0e8ff, RENDER },
	{ 0x11fff, GT },	{ 0x13fff, MEDIA },	{ 0x19fff, GT },
	{ 0x1e9ff, MEDIA },	{ 0x243ff, GT },	{ 0x247ff, RENDER },
	{ 0x2ffff, GT },	{ 0x3ffff, MEDIA },
};

/*
 * Registers that need no forcewake although they are in a domain's range: the
 * requests themselves, and what takes writes while the GT sleeps.  i915 writes
 * ring tails, submissions, frequency and RC6 controls without forcewake.
 */
static bool always_on(uint32_t offset, bool write)
{
	switch (offset) {
	case FORCEWAKE_RENDER:
	case FORCEWAKE_GT:
	case FORCEWAKE_MEDIA:
		return true;
	case RING_TAIL(RENDER_RING_BASE):
	case RING_TAIL(BLT_RING_BASE):
	case RING_TAIL(BSD_RING_BASE):
	case RING_TAIL(VEBOX_RING_BASE):
	case RING_ELSP(RENDER_RING_BASE):
	case RING_ELSP(BLT_RING_BASE):
	case RING_ELSP(BSD_RING_BASE):
	case RING_ELSP(VEBOX_RING_BASE):
		return write;
	}
	return write && offset >= GPM_CONTROLS && offset < GPM_CONTROLS_END;
}

static uint8_t domains_of(uint32_t offset)
{
	for (size_t i = 0; i < IGD_ARRAY_SIZE(ranges); i++)
		if (offset <= ranges[i].last)
			return ranges[i].domains;
	return 0;
}

#define RC6_UNIT_NS 1280
#define RC6_ENTRY_NS IGD_NS_PER_SEC	/* long, for the driver runs slowly under emulation */

static bool engines_busy(const struct igd *gd)
{
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		if (!igd_engine_idle(gd, id))
			return true;
	return false;
}

/* RC6 is entered by the hardware's timers, or at once when software says so. */
static bool rc6_enabled(const struct igd *gd)
{
	uint32_t control = igd_reg_get(gd, RC_CONTROL);

	return control & RC_CTL_HW_ENABLE ||
	       (control & RC_CTL_RC6_ENABLE &&
		RC_SW_TARGET(igd_reg_get(gd, RC_STATE)) == RC_SW_TARGET_RC6);
}

static bool in_rc6(const struct igd *gd)
{
	if (!rc6_enabled(gd))
		return false;
	for (int d = 0; d < IGD_FW_NUM; d++)
		if (igd_reg_get(gd, domains[d].ack))
			return false;
	return !gd->power.busy;
}

/* Called after every change of what in_rc6() looks at. */
void igd_power_activity(struct igd *gd)
{
	struct igd_power *p = &gd->power;
	uint64_t now = igd_now(gd);

	if (p->in_rc6)
		p->rc6_ns += now - p->rc6_since;
	p->rc6_since = now;
	if (p->busy)
		p->last_busy = now;
	p->busy = engines_busy(gd);
	p->in_rc6 = in_rc6(gd);
}

/* The GT does not enter RC6 at once when its engines go idle. */
static bool kept_awake_by_work(struct igd *gd)
{
	return gd->power.busy || igd_now(gd) - gd->power.last_busy < RC6_ENTRY_NS;
}

/*
 * Writes need forcewake even while the GT happens to be awake, for no driver
 * can know that.  Reads are forgiven then: i915 posts writes by reads whose
 * result it throws away.
 */
bool igd_forcewake_check(struct igd *gd, uint32_t offset, bool write)
{
	uint8_t needed;

	if (offset > ranges[IGD_ARRAY_SIZE(ranges) - 1].last || always_on(offset, write))
		return true;
	if (!write && kept_awake_by_work(gd))
		return true;
	needed = domains_of(offset);
	for (int d = 0; d < IGD_FW_NUM; d++) {
		if (!(needed & 1 << d) || igd_reg_get(gd, domains[d].ack))
			continue;
		igd_violation(gd, IGD_RULE_FORCEWAKE, "cpu %s %#x while the %s domain sleeps",
			      write ? "writes" : "reads", offset, domains[d].name);
		return false;
	}
	return true;
}

static uint32_t rc6_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)inst;
	(void)offset;
	igd_power_activity(gd);
	return gd->power.rc6_ns / RC6_UNIT_NS;
}

static void rc_control_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	igd_reg_set(gd, offset, val);
	igd_power_activity(gd);
}

static void forcewake_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	igd_reg_set(gd, offset, val);
	for (int d = 0; d < IGD_FW_NUM; d++)
		if (domains[d].request == offset)
			igd_reg_set(gd, domains[d].ack, val & 0xffff);
	igd_power_activity(gd);
}

/* -- display power wells, clocks, buffer ------------------------------------ */

static uint32_t wells_requested(const struct igd *gd)
{
	return igd_reg_get(gd, PWR_WELL_CTL_BIOS) | igd_reg_get(gd, PWR_WELL_CTL_DRIVER) |
	       igd_reg_get(gd, PWR_WELL_CTL_KVMR) | igd_reg_get(gd, PWR_WELL_CTL_DEBUG);
}

bool igd_power_well_on(const struct igd *gd, enum igd_power_well well)
{
	return wells_requested(gd) & PWR_WELL_CTL_REQ(well);
}

static uint32_t well_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)inst;
	return igd_reg_get(gd, offset) | (wells_requested(gd) >> 1 & PWR_WELL_CTL_STATES);
}

static void pll_write(struct igd *gd, unsigned int id, uint32_t offset, uint32_t val)
{
	uint32_t status = igd_reg_get(gd, DPLL_STATUS) & ~DPLL_STATUS_LOCK(id);

	val &= ~LCPLL_PLL_LOCK;
	if (val & LCPLL_PLL_ENABLE) {
		val |= LCPLL_PLL_LOCK;
		status |= DPLL_STATUS_LOCK(id);
	}
	igd_reg_set(gd, offset, val);
	igd_reg_set(gd, DPLL_STATUS, status);
}

/* The frequency of a PLL in HDMI mode: reference 24 MHz, DCO integer and fraction, three dividers. */
static uint32_t wrpll_khz(const struct igd *gd, unsigned int id)
{
	static const uint8_t p_divider[8] = { 1, 2, 3, 1, 7, 1, 1, 1 };
	static const uint8_t k_divider[4] = { 5, 2, 3, 1 };
	uint32_t cfg1 = igd_reg_get(gd, DPLL_CFGCR1(id));
	uint32_t cfg2 = igd_reg_get(gd, DPLL_CFGCR2(id));
	uint64_t dco_khz = (uint64_t)(cfg1 & 0x1ff) * 24000 +
			   (((uint64_t)(cfg1 >> 9 & 0x7fff) * 24000) >> 15);
	uint32_t q = (cfg2 & 1 << 7) ? cfg2 >> 8 & 0xff : 1;
	uint32_t divider = p_divider[cfg2 >> 2 & 7] * k_divider[cfg2 >> 5 & 3] * (q ? q : 1);

	return dco_khz / (divider * 5);
}

uint32_t igd_dpll_khz(const struct igd *gd, unsigned int id)
{
	static const uint32_t link_khz[8] = { 540000, 270000, 162000, 324000, 216000, 432000 };
	uint32_t ctrl1 = igd_reg_get(gd, DPLL_CTRL1);

	if (!(igd_reg_get(gd, DPLL_STATUS) & DPLL_STATUS_LOCK(id)))
		return 0;
	if (id && ctrl1 & DPLL_CTRL1_HDMI_MODE(id))
		return wrpll_khz(gd, id);
	return link_khz[DPLL_CTRL1_LINK_RATE(ctrl1, id)];
}

static void dbuf_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	val &= ~DBUF_POWER_STATE;
	if (val & DBUF_POWER_REQUEST)
		val |= DBUF_POWER_STATE;
	igd_reg_set(gd, offset, val);
}

/* -- pcode mailbox ---------------------------------------------------------- */

/* Latencies of the eight watermark levels in microseconds, a byte each. */
static const uint32_t mem_latency[2] = { 0x201c1302, 0x63534d3f };

static uint32_t pcode_run(struct igd *gd, uint32_t command)
{
	uint32_t data = igd_reg_get(gd, PCODE_DATA);

	switch (command) {
	case PCODE_CDCLK_CONTROL:
		igd_reg_set(gd, PCODE_DATA, 1);		/* ready for the change */
		return PCODE_SUCCESS;
	case PCODE_SAGV_CONTROL:
		igd_reg_set(gd, PCODE_DATA, 1);		/* disabled */
		return PCODE_SUCCESS;
	case PCODE_MEM_LATENCY:
		igd_reg_set(gd, PCODE_DATA, mem_latency[data & 1]);
		return PCODE_SUCCESS;
	case PCODE_DUTY_CYCLE:
		igd_reg_set(gd, PCODE_DATA, 12 << 8);	/* most efficient at 600 MHz */
		return PCODE_SUCCESS;
	case PCODE_WRITE_FREQ_TABLE:
		gd->power.min_freq[data & 0xff] = data >> 8;
		return PCODE_SUCCESS;
	case PCODE_READ_FREQ_TABLE:
		igd_reg_set(gd, PCODE_DATA, gd->power.min_freq[data & 0xff]);
		return PCODE_SUCCESS;
	case PCODE_READ_OC_PARAMS:
	case PCODE_D_COMP_READ:
		igd_reg_set(gd, PCODE_DATA, 0);
		return PCODE_SUCCESS;
	case PCODE_WRITE_RC6VIDS:
	case PCODE_HDCP_KEYS:
	case PCODE_D_COMP_WRITE:
		return PCODE_SUCCESS;
	}
	igd_violation(gd, IGD_RULE_PCODE, "unknown mailbox command %#x, data %#x", command, data);
	return PCODE_ILLEGAL_CMD;
}

static void mailbox_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	if (val & PCODE_READY)
		val = pcode_run(gd, PCODE_COMMAND(val));
	igd_reg_set(gd, offset, val);
}

/* -- frequency -------------------------------------------------- */

static uint32_t rpstat_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)inst;
	(void)offset;
	return igd_reg_get(gd, RPNSWREQ) & ~0u << RP_FREQ_SHIFT;
}

static const struct igd_reg power_regs[] = {
	{ FORCEWAKE_RENDER, "FORCEWAKE_RENDER", .write = forcewake_write, .flags = IGD_REG_MASKED },
	{ FORCEWAKE_GT, "FORCEWAKE_GT", .write = forcewake_write, .flags = IGD_REG_MASKED },
	{ FORCEWAKE_MEDIA, "FORCEWAKE_MEDIA", .write = forcewake_write, .flags = IGD_REG_MASKED },
	{ FORCEWAKE_ACK_RENDER, "FORCEWAKE_ACK_RENDER", .flags = IGD_REG_RO },
	{ FORCEWAKE_ACK_GT, "FORCEWAKE_ACK_GT", .flags = IGD_REG_RO },
	{ FORCEWAKE_ACK_MEDIA, "FORCEWAKE_ACK_MEDIA", .flags = IGD_REG_RO },

	{ PWR_WELL_CTL_BIOS, "PWR_WELL_CTL", .count = 4, .ro = PWR_WELL_CTL_STATES, .read = well_read },
	{ 0x45410, "PWR_WELL_CTL5", .count = 2 },
	{ DC_STATE_EN, "DC_STATE_EN" },
	{ DC_STATE_DEBUG, "DC_STATE_DEBUG" },
	{ SKL_FUSE_STATUS, "FUSE_STATUS", .flags = IGD_REG_RO,
	  .reset = 1u << 31 | SKL_FUSE_PG_DIST_STATUS(0) | SKL_FUSE_PG_DIST_STATUS(1) |
		   SKL_FUSE_PG_DIST_STATUS(2) },

	{ CDCLK_CTL, "CDCLK_CTL" },
	{ 0x46200, "CDCLK_FREQ" },
	{ DPLL_CFGCR1(1), "DPLL_CFGCR", .count = 6 },
	{ DPLL_CTRL1, "DPLL_CTRL1" },
	{ DPLL_CTRL2, "DPLL_CTRL2" },
	{ DPLL_STATUS, "DPLL_STATUS", .flags = IGD_REG_RO },
	{ DBUF_CTL, "DBUF_CTL", .write = dbuf_write },
	{ 0x45000, "DISP_ARB_CTL", .count = 2 },
	{ 0x45010, "MSG_CTL" },
	{ 0x45050, "HDPORT_STATE" },
	{ 0x45280, "WM_DBG" },
	{ 0x45260, "WM_MISC" },
	{ 0x42004, "CHICKEN_DISPLAY2" },
	{ 0x4200c, "CHICKEN3" },
	{ 0x42014, "FUSE_STRAP", .flags = IGD_REG_RO },
	{ 0x42020, "DSPCLK_GATE_D" },
	{ 0x42060, "RM_TIMEOUT" },
	{ 0x420e0, "RM_TIMEOUT_REG_CAPTURE" },
	{ 0x42080, "CHICKEN_PAR1", .count = 5 },
	{ 0x420b0, "CHICKEN_PIPESL", .count = 3 },
	{ 0x420c0, "CHICKEN_TRANS", .count = 4 },
	{ 0x42300, "FPGA_DBG", .flags = IGD_REG_W1C },
	{ 0x46020, "CLOCK_GATE_DIS_0", .count = 2 },
	{ 0x46408, "NDE_RSTWRN_OPT" },
	{ 0x46430, "CHICKEN_DCPR", .count = 3 },
	{ 0x46530, "CLKGATE_DIS", .count = 5 },
	{ 0x46520, "CLKGATE_DIS_PSL", .count = 4 },
	{ 0x4f000, "SWF", .count = 64 },
	{ 0x51000, "DFSM", .flags = IGD_REG_RO },
	{ 0x51004, "DSSM", .flags = IGD_REG_RO },

	{ PCODE_MAILBOX, "PCODE_MAILBOX", .write = mailbox_write },
	{ PCODE_DATA, "PCODE_DATA" },
	{ PCODE_DATA1, "PCODE_DATA1" },

	{ 0xa000, "GFXPAUSE" },
	{ RPNSWREQ, "RPNSWREQ", .count = 2 },
	{ 0xa010, "RP_TIMEOUT_LIMITS", .count = 2 },
	{ RPSTAT1, "RPSTAT1", .read = rpstat_read, .flags = IGD_REG_RO },
	{ 0xa024, "RP_CONTROL" },
	{ 0xa02c, "RP_THRESHOLD", .count = 2 },
	{ 0xa050, "RP_COUNTERS", .count = 9 },
	{ 0xa080, "RPDEU", .count = 3 },
	{ RC_CONTROL, "RC_CONTROL", .write = rc_control_write },
	{ RC_STATE, "RC_STATE", .write = rc_control_write },
	{ 0xa098, "RC_LIMITS", .count = 13 },
	{ 0xa168, "PMINTRMSK" },
	{ 0xa180, "ECOBUS" },
	{ 0xa18c, "FORCEWAKE" },
	{ 0x130090, "FORCEWAKE_ACK", .flags = IGD_REG_RO },
	{ 0xa210, "PG_ENABLE" },
	{ 0xa248, "PUSHBUS_CONTROL" },
	{ 0xa250, "PUSHBUS_ENABLE" },
	{ 0xa25c, "PUSHBUS_SHIFT" },
	/* Bits 2:1 hold log2 of the divider, here 12 MHz of a 24 MHz crystal; bit 0: crystal. */
	{ CTC_MODE, "CTC_MODE", .reset = 4 },
	{ 0xa2a0, "PWRGT_DOMAIN_STATUS", .reset = 7, .flags = IGD_REG_RO },
	{ 0xa500, "MISC_STATUS", .count = 2, .flags = IGD_REG_RO },

	{ 0x13805c, "GT_STATUS", .count = 2 },
	{ 0x138104, "RC6_LOCKED", .flags = IGD_REG_RO },
	{ GT_GFX_RC6, "GT_GFX_RC6", .read = rc6_read, .flags = IGD_REG_RO },
	{ 0x13810c, "GT_GFX_RC6P", .count = 2, .flags = IGD_REG_RO },
	/* RPn 350 MHz, RP1 600 MHz, RP0 1150 MHz. */
	{ RP_STATE_CAP, "RP_STATE_CAP", .reset = 7 << 16 | 12 << 8 | 23, .flags = IGD_REG_RO },
	{ 0x145994, "RP_STATE_LIMITS", .reset = 23 },
	{ GT_PERF_STATUS, "GT_PERF_STATUS", .flags = IGD_REG_RO },
};

static const struct igd_reg pll_regs[] = {
	{ 0, "PLL_CTL", .write = pll_write },
};

void igd_power_init(struct igd *gd)
{
	static const uint32_t pll[] = { LCPLL1_CTL, LCPLL2_CTL, WRPLL_CTL1, WRPLL_CTL2 };

	igd_mmio_add(gd, power_regs, IGD_ARRAY_SIZE(power_regs), 0, 0);
	for (unsigned int id = 0; id < IGD_ARRAY_SIZE(pll); id++)
		igd_mmio_add(gd, pll_regs, IGD_ARRAY_SIZE(pll_regs), pll[id], id);
	igd_power_reset(gd);
}

void igd_power_reset(struct igd *gd)
{
	gd->power = (struct igd_power){ .rc6_since = igd_now(gd) };
}
