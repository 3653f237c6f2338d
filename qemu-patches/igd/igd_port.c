// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: ports
 *
 * DDI A to E with their DisplayPort transport and AUX channel; monitors can be
 * plugged into A to D.  An AUX transaction is over when the write that starts
 * it returns:
 *
 *   CTL.SEND_BUSY -> request in DATA --+-- sink answers --> reply in DATA, DONE
 *                                      +-- no sink -------> DONE, TIME_OUT_ERROR
 *
 * Request and reply have the bytes of the wire: command and address (20 bits),
 * length - 1, data.  An I2C transaction without length only addresses.
 */
#include <stdlib.h>
#include <string.h>

#include "igd_priv.h"
#include "igd_port.h"
#include "igd_power.h"
#include "igd_sink.h"
#include "vgt/regs/display.h"
#include "vgt/regs/power.h"

#define NUM_DDI		5	/* A to E; E has no AUX of its own and no monitor */
#define AUX_MAX		20	/* bytes in DATA */
#define AUX_DATA_MAX	16	/* bytes that a transaction carries */

/* Commands, the upper four bits of a request. */
#define AUX_I2C_READ	0x1
#define AUX_I2C_STATUS	0x2
#define AUX_I2C_MOT	0x4	/* the I2C transaction goes on after this */
#define AUX_NATIVE	0x8
#define AUX_NATIVE_READ	0x9

/* Replies, the upper four bits of the first byte. */
#define AUX_ACK		0x0
#define AUX_NACK	0x1
#define AUX_I2C_NACK	0x4

#define RAWCLK_MHZ	24

static uint32_t ddi_reg(const struct igd *gd, unsigned int port, uint32_t reg)
{
	return igd_reg_get(gd, DDI_BASE(port) + reg);
}

/* -- the main link ------------------------------------------------------------ */

static enum igd_dp_pattern port_pattern(const struct igd *gd, unsigned int port)
{
	uint32_t tp = ddi_reg(gd, port, DP_TP_CTL);
	uint32_t ctrl2 = igd_reg_get(gd, DPLL_CTRL2);

	if (!(ddi_reg(gd, port, DDI_BUF_CTL) & DDI_BUF_ENABLE) || !(tp & DP_TP_ENABLE) ||
	    (ctrl2 & DPLL_CTRL2_DDI_OFF(port)) ||
	    !igd_dpll_khz(gd, DPLL_CTRL2_DDI_PLL(ctrl2, port)))
		return IGD_DP_OFF;
	switch (DP_TP_TRAIN(tp)) {
	case DP_TP_PAT1:
		return IGD_DP_TPS1;
	case DP_TP_PAT2:
		return IGD_DP_TPS2;
	case DP_TP_PAT3:
		return IGD_DP_TPS3;
	case DP_TP_IDLE:
		return IGD_DP_IDLE;
	default:
		return IGD_DP_VIDEO;
	}
}

static uint32_t ddi_buf_read(struct igd *gd, unsigned int port, uint32_t offset)
{
	uint32_t val = igd_reg_get(gd, offset);

	(void)port;
	return val & DDI_BUF_ENABLE ? val & ~DDI_BUF_IDLE : val | DDI_BUF_IDLE;
}

/* What switches the main link off loses the training of the sink. */
static void main_link_write(struct igd *gd, unsigned int port, uint32_t offset, uint32_t val)
{
	igd_reg_set(gd, offset, val);
	if (port < IGD_NUM_PORTS && port_pattern(gd, port) == IGD_DP_OFF)
		gd->display.monitor[port].trained = false;
}

static void tp_ctl_write(struct igd *gd, unsigned int port, uint32_t offset, uint32_t val)
{
	uint32_t status = DDI_BASE(port) + DP_TP_STATUS;

	main_link_write(gd, port, offset, val);
	if ((val & DP_TP_ENABLE) && DP_TP_TRAIN(val) == DP_TP_IDLE)
		igd_reg_set(gd, status, igd_reg_get(gd, status) | DP_TP_IDLE_DONE);
	if (val & DP_TP_FORCE_ACT)
		igd_reg_set(gd, status, igd_reg_get(gd, status) | DP_TP_ACT_SENT);
}

/* -- AUX ---------------------------------------------------------------------- */

/**
 * struct aux - one transaction
 * @req: the request, @req_len bytes; @reply: the answer, likewise
 */
struct aux {
	uint8_t req[AUX_MAX];
	unsigned int req_len;
	uint8_t reply[AUX_MAX];
	unsigned int reply_len;
};

static void aux_reply(struct aux *a, uint8_t code, unsigned int data_len)
{
	a->reply[0] = code << 4;
	a->reply_len = 1 + data_len;
}

static void aux_native(struct igd *gd, unsigned int port, struct aux *a,
		       uint32_t addr, unsigned int len)
{
	struct igd_monitor *m = &gd->display.monitor[port];

	if (a->req[0] >> 4 == AUX_NATIVE_READ) {
		igd_sink_dpcd_read(m, port_pattern(gd, port), addr, a->reply + 1, len);
		aux_reply(a, AUX_ACK, len);
		return;
	}
	igd_sink_dpcd_write(m, addr, a->req + 4, len);
	aux_reply(a, AUX_ACK, 0);
}

static void aux_i2c(struct igd *gd, unsigned int port, struct aux *a,
		    uint8_t slave, unsigned int len)
{
	struct igd_monitor *m = &gd->display.monitor[port];
	uint8_t cmd = a->req[0] >> 4;
	bool ok;

	if (cmd & AUX_I2C_STATUS)	/* nothing is ever left to be told */
		ok = true;
	else if ((cmd & AUX_I2C_READ) && len)
		ok = igd_sink_ddc_read(m, slave, a->reply + 1, len);
	else
		ok = igd_sink_ddc_write(m, slave, a->req + 4, len);
	if (!(cmd & AUX_I2C_MOT))
		igd_sink_ddc_stop(m);
	aux_reply(a, ok ? AUX_ACK : AUX_I2C_NACK,
		  ok && (cmd & AUX_I2C_READ) && !(cmd & AUX_I2C_STATUS) ? len : 0);
}

/* Return: false when nobody answers. */
static bool aux_transact(struct igd *gd, unsigned int port, struct aux *a)
{
	bool native = a->req[0] >> 4 & AUX_NATIVE;
	bool read = a->req[0] >> 4 & AUX_I2C_READ;
	uint32_t addr = (a->req[0] & 0xf) << 16 | a->req[1] << 8 | a->req[2];
	unsigned int len = a->req_len > 3 ? a->req[3] + 1 : 0;

	if (gd->display.monitor[port].kind != IGD_SINK_DP)
		return false;
	/* A sink keeps silent when what it hears makes no sense. */
	if (a->req_len < 3 || len > AUX_DATA_MAX || (!read && len && a->req_len != 4 + len))
		return false;
	if (!native)
		aux_i2c(gd, port, a, addr & 0x7f, len);
	else if (len)
		aux_native(gd, port, a, addr, len);
	else
		aux_reply(a, AUX_NACK, 0);
	return true;
}

/* The first byte on the wire is the highest of the first register. */
static void aux_load(const struct igd *gd, unsigned int port, struct aux *a)
{
	for (unsigned int i = 0; i < AUX_MAX; i++)
		a->req[i] = ddi_reg(gd, port, DP_AUX_DATA + (i & ~3u)) >> (24 - 8 * (i & 3));
}

static void aux_store(struct igd *gd, unsigned int port, const struct aux *a)
{
	uint32_t data[AUX_MAX / 4] = { 0 };

	for (unsigned int i = 0; i < a->reply_len; i++)
		data[i / 4] |= (uint32_t)a->reply[i] << (24 - 8 * (i & 3));
	for (unsigned int i = 0; i < AUX_MAX / 4; i++)
		igd_reg_set(gd, DDI_BASE(port) + DP_AUX_DATA + 4 * i, data[i]);
}

static bool aux_powered(const struct igd *gd, unsigned int port)
{
	return igd_power_well_on(gd, port == IGD_PORT_A ? IGD_WELL_1 : IGD_WELL_2);
}

static void aux_ctl_write(struct igd *gd, unsigned int port, uint32_t offset, uint32_t val)
{
	static const uint32_t done_irq[IGD_NUM_PORTS] = {
		DE_PORT_AUX_A, DE_PORT_AUX_B, DE_PORT_AUX_C, DE_PORT_AUX_D,
	};
	uint32_t status = igd_reg_get(gd, offset) & AUX_STATUS & ~val;
	struct aux a = { .req_len = (val & AUX_SIZE_MASK) >> AUX_SIZE_SHIFT };

	val &= ~AUX_STATUS;
	if (!(val & AUX_SEND_BUSY)) {
		igd_reg_set(gd, offset, val | status);
		return;
	}
	if (!aux_powered(gd, port))
		igd_violation(gd, IGD_RULE_POWER_WELL, "AUX %c is used without power", 'A' + port);

	aux_load(gd, port, &a);
	if (aux_powered(gd, port) && a.req_len <= AUX_MAX && aux_transact(gd, port, &a)) {
		aux_store(gd, port, &a);
		status = AUX_DONE;
		val = (val & ~AUX_SIZE_MASK) | a.reply_len << AUX_SIZE_SHIFT;
	} else {
		status = AUX_DONE | AUX_TIMEOUT_ERROR;
	}
	igd_reg_set(gd, offset, (val & ~AUX_SEND_BUSY) | status);
	if (val & AUX_INTERRUPT)
		igd_irq_port(gd, done_irq[port]);
}

/* -- hot-plug ------------------------------------------------------------------ */

/* Where a port is in SHOTPLUG_CTL and in the PCH's interrupt bank. */
static const struct {
	uint8_t shift;
	uint32_t sde;
} hotplug[IGD_NUM_PORTS] = {
	[IGD_PORT_A] = { 24, SDE_PORT_A_HOTPLUG },
	[IGD_PORT_B] = { 0, SDE_PORT_B_HOTPLUG },
	[IGD_PORT_C] = { 8, SDE_PORT_C_HOTPLUG },
	[IGD_PORT_D] = { 16, SDE_PORT_D_HOTPLUG },
};

#define SHOTPLUG_ENABLE	(1u << 4)	/* of a port's field */

static void update_live(struct igd *gd, enum igd_port port)
{
	igd_irq_pch_level(gd, hotplug[port].sde,
			  gd->display.monitor[port].kind != IGD_SINK_NONE ? hotplug[port].sde : 0);
}

static void long_pulse(struct igd *gd, enum igd_port port)
{
	uint32_t ctl = igd_reg_get(gd, SHOTPLUG_CTL);

	if (!(ctl >> hotplug[port].shift & SHOTPLUG_ENABLE))
		return;
	igd_reg_set(gd, SHOTPLUG_CTL, ctl | SHOTPLUG_LONG << hotplug[port].shift);
	igd_irq_pch(gd, hotplug[port].sde);
}

static void shotplug_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	uint32_t status = igd_reg_get(gd, offset) & SHOTPLUG_STATUS & ~val;

	(void)inst;
	igd_reg_set(gd, offset, (val & ~SHOTPLUG_STATUS) | status);
}

static bool same_monitor(const struct igd_monitor *m, enum igd_sink sink,
			 const uint8_t *edid, size_t len)
{
	return m->kind == sink &&
	       (sink == IGD_SINK_NONE || (m->edid_len == len && !memcmp(m->edid, edid, len)));
}

void igd_display_plug(struct igd *gd, enum igd_port port, enum igd_sink sink,
		      const uint8_t *edid, size_t len)
{
	struct igd_monitor *m = &gd->display.monitor[port];
	uint8_t standard[IGD_EDID_MAX];

	if (!edid && sink != IGD_SINK_NONE) {
		len = igd_edid_default(standard, 1920, 1080, sink == IGD_SINK_HDMI);
		edid = standard;
	}
	if (len > IGD_EDID_MAX)
		len = IGD_EDID_MAX;
	if (same_monitor(m, sink, edid, len))
		return;
	m->edid_len = 0;
	if (sink != IGD_SINK_NONE) {
		memcpy(m->edid, edid, len);
		m->edid_len = len;
	}
	igd_sink_init(m, sink);
	update_live(gd, port);
	long_pulse(gd, port);
	igd_trace(gd, "display", "port %c: %s", 'A' + port,
		  sink == IGD_SINK_DP ? "DisplayPort" : sink == IGD_SINK_HDMI ? "HDMI" : "nothing");
}

enum igd_sink igd_display_sink(const struct igd *gd, enum igd_port port)
{
	return gd->display.monitor[port].kind;
}

/* -- panel power -------------------------------------------------------------- */

static uint32_t pp_status_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)inst;
	(void)offset;
	return igd_reg_get(gd, PP_CONTROL) & PP_POWER_ON ? PP_ON | PP_ON_IDLE : 0;
}

/* -- tables ------------------------------------------------------------------- */

/* Per DDI, from DDI_BASE(). */
static const struct igd_reg ddi_regs[] = {
	{ DDI_BUF_CTL, "DDI_BUF_CTL", .read = ddi_buf_read, .write = main_link_write,
	  .reset = DDI_BUF_IDLE },
	{ 0x30, "DDI_CLK_VALFREQ" },
	{ DP_TP_CTL, "DP_TP_CTL", .write = tp_ctl_write },
	{ DP_TP_STATUS, "DP_TP_STATUS", .flags = IGD_REG_W1C },
};

static const struct igd_reg aux_regs[] = {
	{ DP_AUX_CTL, "DP_AUX_CTL", .write = aux_ctl_write },
	{ DP_AUX_DATA, "DP_AUX_DATA", .count = 5 },
	{ 0x28, "DP_AUX_MUTEX" },
};

static const struct igd_reg buf_trans_regs[] = {
	{ 0, "DDI_BUF_TRANS", .count = 24 },
};

/* Audio of one transcoder, 0x100 apart. */
static const struct igd_reg audio_regs[] = {
	{ 0x00, "AUD_CONFIG" },
	{ 0x10, "AUD_MISC_CTRL" },
	{ 0x28, "AUD_M_CTS_ENABLE" },
	{ 0x50, "AUD_EDID_DATA" },
	{ 0x80, "AUD_DIG_CNVT" },
	{ 0xb4, "AUD_DIP_ELD_CTRL" },
	{ 0xbc, "AUD_DP_2DOT0_CTRL" },
};

static const struct igd_reg port_regs[] = {
	{ 0x48250, "BLC_PWM_CPU", .count = 2 },
	{ 0x48260, "BLM_HIST", .count = 4 },
	{ 0x48350, "BLC_PWM2" },
	{ 0x48400, "UTIL_PIN_CTL" },
	{ 0x48414, "AUD_PIN_BUF_CTL" },
	{ 0x48800, "BLC_MISC" },
	{ 0x44030, "DIGITAL_PORT_HOTPLUG" },
	{ 0x46100, "PORT_CLK_SEL", .count = 5 },
	{ 0x64800, "SRD_CTL" },
	{ 0x64810, "SRD_AUX", .count = 6 },
	{ 0x64834, "PSR_IMR", .reset = ~0u },
	{ 0x64838, "PSR_IIR", .flags = IGD_REG_W1C },
	{ 0x64840, "SRD_STATUS", .count = 2 },
	{ 0x64860, "SRD_DEBUG" },
	{ 0x6507c, "AUD_PIPE_CONV_CFG" },
	{ 0x650c0, "AUD_PIN_ELD_CP_VLD" },
	{ 0x65900, "AUD_FREQ_CNTRL" },
	{ 0x65ea0, "AUD_TS_CDCLK", .count = 2 },
	{ 0x65ef0, "AUD_CONFIG_BE" },
	{ 0x65f00, "AUD_CHICKEN", .count = 8 },
	/* HDCP: no keys are loaded and nothing authenticates. */
	{ 0x66400, "HDCP_CONF", .count = 8, .ro = ~0u },
	{ 0x66500, "HDCP_PORT_B", .count = 8, .ro = ~0u },
	{ 0x66600, "HDCP_PORT_C", .count = 8, .ro = ~0u },
	{ 0x66700, "HDCP_PORT_D", .count = 8, .ro = ~0u },
	{ 0x66800, "HDCP_PORT_A", .count = 8, .ro = ~0u },
	{ 0x66c00, "HDCP_KEY", .count = 6, .ro = ~0u },
	{ 0x66d00, "HDCP_REP", .count = 7, .ro = ~0u },
	{ 0x67054, "DE_CHICKEN" },
	{ 0x6c00c, "DISPIO_CR_TX_BMU_CR0" },
	{ 0x6e554, "DE_SPARE" },
	{ 0x6e560, "DE_SPARE1" },
	{ 0x6e570, "DE_SPARE2" },

	/* The PCH. */
	{ 0xc2000, "SOUTH_CHICKEN", .count = 2 },
	{ SFUSE_STRAP, "SFUSE_STRAP", .flags = IGD_REG_RO,
	  .reset = SFUSE_DDI_B | SFUSE_DDI_C | SFUSE_DDI_D },
	{ 0xc2020, "SOUTH_DSPCLK_GATE_D" },
	{ SHOTPLUG_CTL, "SHOTPLUG_CTL", .write = shotplug_write },
	{ SHOTPLUG_CTL2, "SHOTPLUG_CTL2", .write = shotplug_write },
	{ 0xc4034, "SHOTPLUG_CTL_TC", .count = 2 },
	{ 0xc4040, "SERR_INT", .flags = IGD_REG_W1C },
	{ 0xc6000, "PIXCLK_GATE_SBI", .count = 3 },
	{ 0xc6014, "PCH_DPLL", .count = 2 },
	{ 0xc6020, "PIXCLK_GATE" },
	{ 0xc6040, "PCH_FP", .count = 4 },
	{ 0xc6200, "PCH_DREF_CONTROL" },
	{ PCH_RAWCLK_FREQ, "PCH_RAWCLK_FREQ", .reset = RAWCLK_MHZ },
	{ 0xc6208, "PCH_DPLL_TMR_CFG" },
	{ 0xc6210, "PCH_SSC4_PARMS", .count = 2 },
	{ 0xc7000, "PCH_DPLL_SEL" },
	{ PP_STATUS, "PP_STATUS", .read = pp_status_read, .flags = IGD_REG_RO },
	{ PP_CONTROL, "PP_CONTROL" },
	{ 0xc7208, "PP_DELAYS", .count = 3 },
	{ 0xc8250, "BLC_PWM_PCH", .count = 3 },
	{ 0xc8350, "BLC_PWM_PCH2", .count = 3 },
	{ 0xce044, "PCH_SPARE" },
};

/*
 * Registers of earlier PCHs and of units without a function here.  The in-tree
 * GVT-g reads them all when it loads, and hands them to its guests.
 */
static const struct igd_reg older_regs[] = {
	{ 0x44040, "ERR_INT", .flags = IGD_REG_W1C },
	{ 0x44050, "DERRMR", .reset = ~0u },
	{ 0x44484, "DE_SPARE3" },
	{ 0x4448c, "DE_SPARE4" },
	{ 0x44500, "DE_SPARE5" },
	{ 0x45100, "WM_PIPE_LP", .count = 5 },
	{ 0x45120, "WM_LP_SPRITE", .count = 3 },
	{ 0x45200, "WM_PIPE_C" },
	{ 0x46508, "DE_SPARE6" },
	{ 0x61208, "PP_ON_DELAYS", .count = 2 },
	{ 0xe0000, "PCH_TRANS_A_TIMINGS", .count = 20 },
	{ 0xe1000, "PCH_TRANS_B_TIMINGS", .count = 20 },
	{ 0xe0200, "PCH_DIP_A", .count = 5 },
	{ 0xe1200, "PCH_DIP_B", .count = 5 },
	{ 0xe2200, "PCH_DIP_C", .count = 5 },
	{ 0xe0300, "TRANS_DP_CTL", .count = 3, .stride = 0x1000 },
	{ 0xe1100, "PCH_ADPA" },
	{ 0xe1140, "PCH_HDMI", .count = 3, .stride = 0x10 },
	{ 0xe1180, "PCH_LVDS" },
	{ 0xe4f00, "PCH_DDI", .count = 10 },
	{ 0xe6500, "PCH_PHY_A", .count = 2 },
	{ 0xe6600, "PCH_PHY_B", .count = 2 },
	{ 0xe6700, "PCH_PHY_C", .count = 2 },
	{ 0xe6800, "PCH_PHY_D", .count = 2 },
	{ 0xe651c, "PCH_PHY_CTL", .count = 4, .stride = 0x100 },
	{ 0xe6c04, "PCH_PHY_E" },
	{ 0xe6e1c, "PCH_PHY_F" },
	{ 0xe7000, "PCH_GTC_CTL" },
	{ 0xec008, "PCH_LANE_A", .count = 4, .stride = 0x18 },
	{ 0xec00c, "PCH_LANE_A2", .count = 4, .stride = 0x18 },
	{ 0xec408, "PCH_LANE_B", .count = 4, .stride = 0x18 },
	{ 0xec40c, "PCH_LANE_B2", .count = 4, .stride = 0x18 },
	{ 0xf0008, "PCH_TRANSCONF", .count = 3, .stride = 0x1000 },
	{ 0xf000c, "FDI_RX_CTL", .count = 3, .stride = 0x1000 },
	{ 0xf0010, "FDI_RX_MISC", .count = 3, .stride = 0x1000 },
	{ 0xf0014, "FDI_RX_IIR", .count = 3, .stride = 0x1000 },
	{ 0xf0018, "FDI_RX_IMR", .count = 3, .stride = 0x1000 },
	{ 0xf0030, "FDI_RX_TUSIZE1", .count = 3, .stride = 0x1000 },
	{ 0xf0038, "FDI_RX_TUSIZE2", .count = 3, .stride = 0x1000 },
	{ 0xf0060, "PCH_TRANS_CHICKEN1", .count = 3, .stride = 0x1000 },
	{ 0xf0064, "PCH_TRANS_CHICKEN2", .count = 3, .stride = 0x1000 },
	{ 0xfc810, "PCH_MPHY_A", .count = 4, .stride = 0xc },
	{ 0xfcc00, "PCH_MPHY_B", .count = 4, .stride = 0xc },
	{ 0xfd000, "PCH_MPHY_C", .count = 3, .stride = 0xc },
	{ 0xfd024, "PCH_MPHY_D" },
	{ 0xfd034, "PCH_MPHY_E" },
};

void igd_port_init(struct igd *gd)
{
	for (unsigned int port = 0; port < NUM_DDI; port++) {
		igd_mmio_add(gd, ddi_regs, IGD_ARRAY_SIZE(ddi_regs), DDI_BASE(port), port);
		igd_mmio_add(gd, buf_trans_regs, IGD_ARRAY_SIZE(buf_trans_regs),
			     DDI_BUF_TRANS(port), port);
	}
	for (unsigned int port = 0; port < IGD_NUM_PORTS; port++)
		igd_mmio_add(gd, aux_regs, IGD_ARRAY_SIZE(aux_regs), DDI_BASE(port), port);
	for (unsigned int trans = 0; trans < IGD_NUM_PIPES; trans++)
		igd_mmio_add(gd, audio_regs, IGD_ARRAY_SIZE(audio_regs),
			     0x65000 + 0x100 * trans, trans);
	igd_mmio_add(gd, port_regs, IGD_ARRAY_SIZE(port_regs), 0, 0);
	igd_mmio_add(gd, older_regs, IGD_ARRAY_SIZE(older_regs), 0, 0);
}

/* Monitors stay plugged in when the GPU is reset; what it told them is lost. */
void igd_port_reset(struct igd *gd)
{
	for (unsigned int port = 0; port < IGD_NUM_PORTS; port++) {
		struct igd_monitor *m = &gd->display.monitor[port];

		igd_sink_init(m, m->kind);
		update_live(gd, port);
	}
}
