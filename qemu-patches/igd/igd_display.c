// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: pipes
 *
 * Nothing ticks: a pipe's line and frame counters are computed from the time
 * since its transcoder was enabled.  What happens at the start of vertical
 * blank (armed registers latch, the CRC of the frame is final, interrupts) is
 * done by igd_pipe_catch_up(), called before anything that could tell the difference,
 * and by a timer while somebody waits:
 *
 *                 TRANSCONF enable              IMR clear, CRC on, or
 *      +-------+  --------------->  +---------+ something armed      +---------+
 *      |  off  |                    | running | ------------------>  | ticking |
 *      +-------+  <---------------  +---------+ <------------------  +---------+
 *                 TRANSCONF disable              none of these
 *
 * The line counter of the hardware steps at the leading edge of hsync and one
 * line late (two on HDMI); i915 adds that back (intel_crtc_scanline_offset()),
 * so it has to be there.
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_display.h"
#include "igd_color.h"
#include "igd_gmbus.h"
#include "igd_picture.h"
#include "igd_pipe.h"
#include "igd_plane.h"
#include "igd_port.h"
#include "igd_power.h"
#include "vgt/regs/display.h"
#include "vgt/regs/power.h"

#define TRANS_EDP	3
#define NUM_TRANS	4

#define FALLBACK_HZ	60	/* when the clocks make no sense */
#define MIN_HZ		5
#define MAX_HZ		1000

static uint32_t trans_reg(const struct igd *gd, unsigned int trans, uint32_t reg)
{
	return igd_reg_get(gd, TRANS_BASE(trans) + reg);
}

/* -- clocks and counters ------------------------------------------------------ */

static bool trans_is_dp(uint32_t ddi)
{
	return TRANS_DDI_MODE(ddi) == TRANS_DDI_DP_SST || TRANS_DDI_MODE(ddi) == TRANS_DDI_DP_MST;
}

static unsigned int trans_port(const struct igd *gd, unsigned int trans)
{
	return trans == TRANS_EDP ? 0 : TRANS_DDI_PORT(trans_reg(gd, trans, TRANS_DDI_FUNC_CTL));
}

static uint32_t trans_link_khz(const struct igd *gd, unsigned int trans)
{
	unsigned int port = trans_port(gd, trans);

	if (port > 4)
		return 0;
	return igd_dpll_khz(gd, DPLL_CTRL2_DDI_PLL(igd_reg_get(gd, DPLL_CTRL2), port));
}

/* Pixel clock in kHz, from the link's clock; 0 when it cannot be told. */
static uint32_t trans_dotclock(const struct igd *gd, unsigned int trans)
{
	uint32_t ddi = trans_reg(gd, trans, TRANS_DDI_FUNC_CTL);
	uint64_t khz = trans_link_khz(gd, trans);

	if (trans_is_dp(ddi)) {
		uint32_t m = trans_reg(gd, trans, TRANS_LINK_M1) & LINK_MN_MASK;
		uint32_t n = trans_reg(gd, trans, TRANS_LINK_N1) & LINK_MN_MASK;

		return n ? khz * m / n : 0;
	}
	/* TMDS carries deep colour by running faster than the pixels. */
	if (TRANS_DDI_BPC(ddi) == TRANS_DDI_BPC_10)
		khz = khz * 8 / 10;
	else if (TRANS_DDI_BPC(ddi) == TRANS_DDI_BPC_12)
		khz = khz * 8 / 12;
	return khz / ((trans_reg(gd, trans, TRANS_MULT) & 3) + 1);
}

static uint64_t frame_pixels(const struct igd_pipe *p)
{
	return (uint64_t)p->htotal * p->vtotal;
}

/* Pixels scanned since the epoch. */
static uint64_t pixels_at(const struct igd_pipe *p, uint64_t now)
{
	return (unsigned __int128)(now - p->epoch) * p->khz / 1000000;
}

/* Pixels from the start of a vertical blank to the end of its frame. */
static uint64_t blank_pixels(const struct igd_pipe *p)
{
	return (uint64_t)(p->vtotal - p->vblank) * p->htotal;
}

/* Vertical blanks begun since the epoch. */
static uint64_t blanks_at(const struct igd_pipe *p, uint64_t now)
{
	return (pixels_at(p, now) + blank_pixels(p)) / frame_pixels(p);
}

/* When blank number @n (from 1) since the epoch begins: the first time at which it is counted. */
static uint64_t blank_time(const struct igd_pipe *p, uint64_t n)
{
	uint64_t pixels = n * frame_pixels(p) - blank_pixels(p);

	return p->epoch + ((unsigned __int128)pixels * 1000000 + p->khz - 1) / p->khz;
}

static uint32_t frame_counter(struct igd *gd, const struct igd_pipe *p)
{
	return p->on ? p->base + (uint32_t)blanks_at(p, igd_now(gd)) : p->base;
}

/* Take over timings and clock; the picture begins anew at line 0. */
static void pipe_retime(struct igd *gd, struct igd_pipe *p)
{
	uint32_t vblank = (trans_reg(gd, p->trans, TRANS_VBLANK) & 0xffff) + 1;
	uint64_t frame, hz;

	p->base = frame_counter(gd, p);
	p->epoch = igd_now(gd);
	p->htotal = (trans_reg(gd, p->trans, TRANS_HTOTAL) >> 16) + 1;
	p->vtotal = (trans_reg(gd, p->trans, TRANS_VTOTAL) >> 16) + 1;
	p->vblank = vblank < p->vtotal ? vblank : p->vtotal - 1;
	if (!p->vblank) {	/* not a timing at all */
		p->vtotal = 2;
		p->vblank = 1;
	}
	frame = frame_pixels(p);
	p->khz = trans_dotclock(gd, p->trans);
	hz = (uint64_t)p->khz * 1000 / frame;
	if (hz < MIN_HZ || hz > MAX_HZ)
		p->khz = frame * FALLBACK_HZ / 1000 + 1;
	p->seen = p->base;
}

/* -- the start of vertical blank ---------------------------------------------- */

static uint32_t crc_ctl(const struct igd *gd, unsigned int pipe)
{
	return trans_reg(gd, pipe, PIPE_CRC_CTL);
}

static bool crc_on(const struct igd *gd, unsigned int pipe)
{
	return crc_ctl(gd, pipe) & PIPE_CRC_ENABLE;
}

static void pipe_crc(struct igd *gd, unsigned int pipe)
{
	uint32_t layers = IGD_LAYERS_ALL;

	switch (PIPE_CRC_SOURCE(crc_ctl(gd, pipe))) {
	case PIPE_CRC_PLANE_1:
		layers = IGD_LAYER_PLANE(0);
		break;
	case PIPE_CRC_PLANE_2:
		layers = IGD_LAYER_PLANE(1);
		break;
	case PIPE_CRC_PLANE_3:
		layers = IGD_LAYER_PLANE(2);
		break;
	}
	igd_reg_set(gd, TRANS_BASE(pipe) + PIPE_CRC_RES, igd_picture_crc(gd, pipe, layers));
}

/*
 * Act on the vertical blanks that have begun since the last call.  Several are
 * one here: whoever was too slow for the first gets the last.
 */
void igd_pipe_catch_up(struct igd *gd, unsigned int pipe)
{
	struct igd_pipe *p = &gd->display.pipe[pipe];
	uint32_t now, events = 0;

	if (!p->on)
		return;
	now = frame_counter(gd, p);
	if (now == p->seen)
		return;
	p->seen = now;

	/* The CRC is that of the frame that has just ended: before anything latches. */
	if (crc_on(gd, pipe)) {
		pipe_crc(gd, pipe);
		events |= PIPE_IRQ_CRC_DONE;
	}
	events |= igd_planes_latch(gd, pipe);
	/* A blank that passed while nobody listened must not show up later. */
	if (p->watch)
		events |= PIPE_IRQ_VBLANK;
	igd_irq_pipe(gd, pipe, events);
}

void igd_pipe_rearm(struct igd *gd, unsigned int pipe)
{
	struct igd_pipe *p = &gd->display.pipe[pipe];

	p->watch = igd_irq_pipe_wanted(gd, pipe, PIPE_IRQ_VBLANK);
	if (p->on && (p->watch || crc_on(gd, pipe) || igd_planes_pending(p)))
		igd_timer_arm(gd, &p->timer, blank_time(p, blanks_at(p, igd_now(gd)) + 1));
	else
		igd_timer_cancel(gd, &p->timer);
}

static void tick(struct igd *gd, unsigned int pipe)
{
	igd_pipe_catch_up(gd, pipe);
	igd_pipe_rearm(gd, pipe);
}

void igd_display_irq_changed(struct igd *gd)
{
	for (unsigned int pipe = 0; pipe < IGD_NUM_PIPES; pipe++)
		tick(gd, pipe);
}

uint32_t igd_display_us(struct igd *gd)
{
	return igd_now(gd) / 1000;
}

/* -- transcoder enable -------------------------------------------------------- */

static unsigned int edp_pipe(const struct igd *gd)
{
	switch (TRANS_DDI_EDP_INPUT(trans_reg(gd, TRANS_EDP, TRANS_DDI_FUNC_CTL))) {
	case 5:
		return IGD_PIPE_B;
	case 6:
		return IGD_PIPE_C;
	default:
		return IGD_PIPE_A;
	}
}

bool igd_pipe_powered(const struct igd *gd, unsigned int pipe)
{
	return igd_power_well_on(gd, pipe == IGD_PIPE_A ? IGD_WELL_1 : IGD_WELL_2);
}

static void check_enable(struct igd *gd, unsigned int trans, unsigned int pipe)
{
	uint32_t ddi = trans_reg(gd, trans, TRANS_DDI_FUNC_CTL);

	if (!igd_pipe_powered(gd, pipe))
		igd_violation(gd, IGD_RULE_POWER_WELL, "pipe %c is enabled without power",
			      'A' + pipe);
	if (!trans_reg(gd, trans, TRANS_HTOTAL) || !trans_reg(gd, trans, TRANS_VTOTAL))
		igd_violation(gd, IGD_RULE_DISPLAY, "transcoder %u is enabled without timings",
			      trans);
	if ((ddi & TRANS_DDI_ENABLE) && !trans_link_khz(gd, trans))
		igd_violation(gd, IGD_RULE_DISPLAY,
			      "transcoder %u is enabled while the PLL of port %c is not locked",
			      trans, 'A' + trans_port(gd, trans));
}

static void pipe_start(struct igd *gd, unsigned int pipe, unsigned int trans)
{
	struct igd_pipe *p = &gd->display.pipe[pipe];

	check_enable(gd, trans, pipe);
	p->trans = trans;
	pipe_retime(gd, p);
	p->on = true;
	igd_trace(gd, "display", "pipe %c on: %ux%u at %u kHz, total %ux%u", 'A' + pipe,
		  (trans_reg(gd, trans, TRANS_HTOTAL) & 0xffff) + 1,
		  (trans_reg(gd, trans, TRANS_VTOTAL) & 0xffff) + 1,
		  p->khz, p->htotal, p->vtotal);
}

static void pipe_stop(struct igd *gd, unsigned int pipe)
{
	struct igd_pipe *p = &gd->display.pipe[pipe];

	p->base = frame_counter(gd, p);
	p->seen = p->base;
	p->on = false;
	/* Without a pipe nothing holds armed registers back. */
	igd_planes_latch(gd, pipe);
	igd_trace(gd, "display", "pipe %c off", 'A' + pipe);
}

static void transconf_write(struct igd *gd, unsigned int trans, uint32_t offset, uint32_t val)
{
	bool on = val & TRANSCONF_ENABLE;
	bool was_on = igd_reg_get(gd, offset) & TRANSCONF_ENABLE;
	unsigned int pipe = trans == TRANS_EDP ? edp_pipe(gd) : trans;

	if (was_on)
		igd_pipe_catch_up(gd, pipe);
	val &= ~TRANSCONF_STATE;
	igd_reg_set(gd, offset, on ? val | TRANSCONF_STATE : val);
	if (on && !was_on)
		pipe_start(gd, pipe, trans);
	else if (!on && was_on)
		pipe_stop(gd, pipe);
	igd_pipe_rearm(gd, pipe);
}

/* Timings and clocks that change under a running pipe take effect at once. */
static void timing_write(struct igd *gd, unsigned int trans, uint32_t offset, uint32_t val)
{
	bool changed = igd_reg_get(gd, offset) != val;

	for (unsigned int pipe = 0; pipe < IGD_NUM_PIPES && changed; pipe++)
		igd_pipe_catch_up(gd, pipe);
	igd_reg_set(gd, offset, val);
	for (unsigned int pipe = 0; pipe < IGD_NUM_PIPES && changed; pipe++) {
		struct igd_pipe *p = &gd->display.pipe[pipe];

		if (!p->on || p->trans != trans)
			continue;
		pipe_retime(gd, p);
		igd_pipe_rearm(gd, pipe);
	}
}

static void crc_ctl_write(struct igd *gd, unsigned int pipe, uint32_t offset, uint32_t val)
{
	igd_pipe_catch_up(gd, pipe);
	igd_reg_set(gd, offset, val);
	igd_pipe_rearm(gd, pipe);
}

/* -- counters as software reads them ------------------------------------------ */

static uint32_t dsl_read(struct igd *gd, unsigned int pipe, uint32_t offset)
{
	const struct igd_pipe *p = &gd->display.pipe[pipe];
	uint32_t ddi, line, late;

	if (!p->on)
		return igd_reg_get(gd, offset);
	igd_pipe_catch_up(gd, pipe);
	ddi = trans_reg(gd, p->trans, TRANS_DDI_FUNC_CTL);
	late = trans_is_dp(ddi) ? 1 : 2;
	line = pixels_at(p, igd_now(gd)) % frame_pixels(p) / p->htotal;
	return (line + p->vtotal - late % p->vtotal) % p->vtotal;
}

static uint32_t frmcnt_read(struct igd *gd, unsigned int pipe, uint32_t offset)
{
	(void)offset;
	igd_pipe_catch_up(gd, pipe);
	return frame_counter(gd, &gd->display.pipe[pipe]);
}

static uint32_t frmtmstmp_read(struct igd *gd, unsigned int pipe, uint32_t offset)
{
	const struct igd_pipe *p = &gd->display.pipe[pipe];
	uint64_t n;

	(void)offset;
	if (!p->on)
		return 0;
	igd_pipe_catch_up(gd, pipe);
	n = blanks_at(p, igd_now(gd));
	return n ? blank_time(p, n) / 1000 : p->epoch / 1000;
}

static uint32_t flipcnt_read(struct igd *gd, unsigned int pipe, uint32_t offset)
{
	(void)offset;
	igd_pipe_catch_up(gd, pipe);
	return gd->display.pipe[pipe].flips;
}

static void flipcnt_write(struct igd *gd, unsigned int pipe, uint32_t offset, uint32_t val)
{
	(void)offset;
	gd->display.pipe[pipe].flips = val;
}

static uint32_t fliptmstmp_read(struct igd *gd, unsigned int pipe, uint32_t offset)
{
	(void)offset;
	return gd->display.pipe[pipe].flip_us;
}

static void ignore_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)gd;
	(void)inst;
	(void)offset;
	(void)val;
}

static uint32_t timestamp_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)inst;
	(void)offset;
	return igd_display_us(gd);
}

/* -- tables ------------------------------------------------------------------- */

/* Per transcoder, from TRANS_BASE(). */
static const struct igd_reg trans_regs[] = {
	{ TRANS_HTOTAL, "TRANS_HTOTAL", .write = timing_write },
	{ TRANS_HBLANK, "TRANS_HBLANK", .count = 2 },
	{ TRANS_VTOTAL, "TRANS_VTOTAL", .count = 2, .write = timing_write },
	{ TRANS_VSYNC, "TRANS_VSYNC", .count = 2 },
	{ BCLRPAT, "BCLRPAT" },
	{ TRANS_VSYNCSHIFT, "TRANS_VSYNCSHIFT" },
	{ TRANS_MULT, "TRANS_MULT", .write = timing_write },
	{ TRANS_DATA_M1, "TRANS_DATA_MN", .count = 4 },
	{ TRANS_LINK_M1, "TRANS_LINK_MN", .count = 4, .write = timing_write },
	{ 0x0a0, "TRANS_DP2_CTL", .count = 3 },
	{ 0x110, "DIP_STATUS" },
	{ 0x200, "VIDEO_DIP_CTL" },
	{ 0x210, "VIDEO_DIP_GCP" },
	{ 0x220, "VIDEO_DIP_DATA", .count = 0x60 },
	{ 0x3a0, "PIPE_DSS_CTL", .count = 2 },
	{ TRANS_DDI_FUNC_CTL, "TRANS_DDI_FUNC_CTL" },
	{ 0x404, "TRANS_DDI_FUNC_CTL2" },
	{ TRANS_MSA_MISC, "TRANS_MSA_MISC" },
	{ 0x440, "VIDEO_DIP_DRM_DATA", .count = 10 },
	{ 0x5f0, "DDI_DP_COMP", .count = 4 },
	{ 0x800, "SRD_CTL" },
	{ 0x810, "SRD_AUX", .count = 6 },
	{ 0x840, "SRD_STATUS", .count = 3 },
	{ 0x860, "SRD_DEBUG" },
	{ 0x900, "PSR2", .count = 0x15 },
};

/* Registers that only the transcoders of pipes have. */
static const struct igd_reg pipe_trans_regs[] = {
	{ PIPESRC, "PIPESRC" },
	{ PIPE_CRC_CTL, "PIPE_CRC_CTL", .write = crc_ctl_write },
	{ PIPE_CRC_EXP, "PIPE_CRC_EXP", .count = 4 },
	{ PIPE_CRC_RES, "PIPE_CRC_RES", .count = 5, .write = ignore_write },
};

/* Per pipe, from PIPE_BASE(). */
static const struct igd_reg pipe_regs[] = {
	{ PIPEDSL, "PIPEDSL", .read = dsl_read, .write = ignore_write },
	{ 0x004, "PIPESLC" },
	{ PIPEGCMAX, "PIPEGCMAX", .count = 3 },
	{ STEREO_3D_CTL, "STEREO_3D_CTL" },
	{ PIPESTAT, "PIPESTAT" },
	{ PIPE_MISC, "PIPE_MISC" },
	{ BOTTOM_COLOR, "BOTTOM_COLOR" },
	{ 0x038, "PIPE_CHICKEN", .count = 2 },
	{ PIPE_FRMCNT, "PIPE_FRMCNT", .read = frmcnt_read, .write = ignore_write },
	{ PIPE_FLIPCNT, "PIPE_FLIPCNT", .read = flipcnt_read, .write = flipcnt_write },
	{ PIPE_FRMTMSTMP, "PIPE_FRMTMSTMP", .read = frmtmstmp_read, .write = ignore_write },
	{ PIPE_FLIPTMSTMP, "PIPE_FLIPTMSTMP", .read = fliptmstmp_read, .write = ignore_write },
	{ 0x068, "DE_LOAD_SL" },
};

static const struct igd_reg conf_regs[] = {
	{ TRANSCONF, "TRANSCONF", .write = transconf_write },
};

/* The in-tree GVT-g saves these of the EDP transcoder's pipe that never was. */
static const struct igd_reg edp_pipe_regs[] = {
	{ PIPEDSL, "PIPEDSL_EDP" },
	{ PIPESTAT, "PIPESTAT_EDP" },
	{ PIPE_FRMCNT, "PIPE_FRMCNT_EDP", .count = 2 },
};

static const struct igd_reg display_regs[] = {
	{ VGACNTRL, "VGACNTRL", .reset = VGA_DISP_DISABLE },
	{ TIMESTAMP_CTR, "TIMESTAMP_CTR", .read = timestamp_read, .write = ignore_write },
	{ TRANS_CLK_SEL(0), "TRANS_CLK_SEL", .count = 3 },
	{ WM_LINETIME(0), "WM_LINETIME", .count = 3 },
	{ 0x43200, "FBC_CFB_BASE" },
	{ 0x43208, "FBC_CTL", .count = 2 },
	{ 0x43210, "FBC_STATUS", .count = 2, .ro = ~0u },
	{ 0x43218, "FBC_FENCE_YOFF" },
	{ 0x43224, "FBC_CHICKEN", .count = 2 },
	{ 0x43408, "IPS_CTL" },
	{ 0x50080, "FLIP_QUEUE", .count = 8 },
	{ 0x50380, "MSG_FBC_REND_STATE", .count = 2 },
	{ 0x61100, "ADPA" },
	{ 0x68070, "PF_WIN", .count = 2 },
	{ 0x68080, "PF_CTL", .count = 2 },
	{ 0x68090, "PF_HSCALE" },
	{ 0x68870, "PF_WIN_B", .count = 2 },
	{ 0x68880, "PF_CTL_B", .count = 2 },
	{ 0x68890, "PF_HSCALE_B" },
	{ 0x69070, "PF_WIN_C", .count = 2 },
	{ 0x69080, "PF_CTL_C", .count = 2 },
	{ 0x69090, "PF_HSCALE_C" },
	/* Microcode of the DMC: where it is loaded, and its own registers. */
	{ 0x80000, "DMC_PROGRAM", .count = 0xc00 },
	{ 0x8f000, "DMC_MMIO", .count = 0x80 },
};

void igd_display_init(struct igd *gd)
{
	struct igd_display *d = &gd->display;

	igd_aspace_init_ggtt(&d->ggtt, gd, IGD_UNIT_DISPLAY, IGD_RCS);
	for (unsigned int trans = 0; trans < NUM_TRANS; trans++) {
		igd_mmio_add(gd, trans_regs, IGD_ARRAY_SIZE(trans_regs), TRANS_BASE(trans), trans);
		igd_mmio_add(gd, conf_regs, IGD_ARRAY_SIZE(conf_regs), PIPE_BASE(trans), trans);
	}
	for (unsigned int pipe = 0; pipe < IGD_NUM_PIPES; pipe++) {
		igd_mmio_add(gd, pipe_trans_regs, IGD_ARRAY_SIZE(pipe_trans_regs),
			     TRANS_BASE(pipe), pipe);
		igd_mmio_add(gd, pipe_regs, IGD_ARRAY_SIZE(pipe_regs), PIPE_BASE(pipe), pipe);
		igd_timer_init(gd, &d->pipe[pipe].timer, tick, pipe);
	}
	igd_mmio_add(gd, edp_pipe_regs, IGD_ARRAY_SIZE(edp_pipe_regs), PIPE_BASE(TRANS_EDP), 0);
	igd_mmio_add(gd, display_regs, IGD_ARRAY_SIZE(display_regs), 0, 0);
	igd_planes_init(gd);
	igd_color_init(gd);
	igd_port_init(gd);
	igd_gmbus_init(gd);
}

void igd_display_reset(struct igd *gd)
{
	for (unsigned int pipe = 0; pipe < IGD_NUM_PIPES; pipe++) {
		struct igd_pipe *p = &gd->display.pipe[pipe];

		igd_timer_cancel(gd, &p->timer);
		p->on = false;
		p->watch = false;
		p->base = 0;
		p->seen = 0;
		p->flips = 0;
		p->flip_us = 0;
		memset(p->prec, 0, sizeof(p->prec));
		igd_planes_reset(p);
	}
	igd_gmbus_reset(gd);
	igd_port_reset(gd);
}

/* -- the picture -------------------------------------------------------------- */

bool igd_display_mode(struct igd *gd, enum igd_pipe_id pipe, uint32_t *width, uint32_t *height)
{
	igd_pipe_catch_up(gd, pipe);
	return igd_picture_size(gd, pipe, width, height);
}

bool igd_display_compose(struct igd *gd, enum igd_pipe_id pipe, uint32_t *pixels, size_t stride)
{
	igd_pipe_catch_up(gd, pipe);
	return igd_picture_draw(gd, pipe, pixels, stride);
}
