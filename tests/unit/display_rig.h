/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the display tests share: a rig with power, registers, a lit pipe. */
#ifndef DISPLAY_RIG_H
#define DISPLAY_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "igd_display.h"
#include "rig.h"
#include "vgt/regs/display.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

#define PORT_B	IGD_PORT_B

static struct rig *rig;

static inline uint32_t rd(uint32_t offset)
{
	return igd_mmio_read(rig->gd, &igd_client_cpu, offset);
}

static inline void wr(uint32_t offset, uint32_t val)
{
	igd_mmio_write(rig->gd, &igd_client_cpu, offset, val);
}

/* Everything that a driver switches on before it lights a pipe. */
static inline void power_up(void)
{
	wr(PWR_WELL_CTL_DRIVER, PWR_WELL_CTL_REQ(0) | PWR_WELL_CTL_REQ(14) | PWR_WELL_CTL_REQ(15));
	wr(DPLL_CTRL1, 0x00000002 << 6 | 1 << 6);	/* DPLL 1: 1350 MHz, a link of 2.7 Gb/s */
	wr(LCPLL2_CTL, LCPLL_PLL_ENABLE);
}

static inline int display_setup(void **state)
{
	(void)state;
	rig = rig_new();
	power_up();
	return 0;
}

static inline int display_teardown(void **state)
{
	(void)state;
	rig_free(rig);
	return 0;
}

/* A mode of 270000 * m / n kHz through port B as DisplayPort, or HDMI at the link's clock. */
struct mode {
	uint32_t width, height, htotal, vtotal;
	bool hdmi;
	uint32_t m, n;
};

static const struct mode small_mode = { 64, 32, 100, 50, false, 1, 900 };	/* 300 kHz: 60 Hz */

static inline void light(unsigned int pipe, const struct mode *mode)
{
	uint32_t t = TRANS_BASE(pipe);

	wr(DPLL_CTRL2, 1 << 4 | 1 << 3);		/* port B: DPLL 1 */
	wr(t + TRANS_HTOTAL, (mode->htotal - 1) << 16 | (mode->width - 1));
	wr(t + TRANS_HBLANK, (mode->htotal - 1) << 16 | (mode->width - 1));
	wr(t + TRANS_VTOTAL, (mode->vtotal - 1) << 16 | (mode->height - 1));
	wr(t + TRANS_VBLANK, (mode->vtotal - 1) << 16 | (mode->height - 1));
	wr(t + PIPESRC, (mode->width - 1) << 16 | (mode->height - 1));
	wr(t + TRANS_LINK_M1, mode->m);
	wr(t + TRANS_LINK_N1, mode->n);
	wr(TRANS_CLK_SEL(pipe), 2u << 29);
	wr(t + TRANS_DDI_FUNC_CTL, TRANS_DDI_ENABLE | 1u << 28 |
	   (mode->hdmi ? TRANS_DDI_HDMI : TRANS_DDI_DP_SST) << 24);
	wr(PIPE_BASE(pipe) + TRANSCONF, TRANSCONF_ENABLE);
}

/* The byte at a GGTT address; good up to the end of its page. */
static inline uint8_t *gm(uint32_t addr)
{
	return (uint8_t *)rig_ggtt(rig, addr & ~3u) + (addr & 3);
}

static inline uint64_t violations(void)
{
	return igd_violation_total(rig->gd);
}

static inline void unmask_pipe(unsigned int pipe, uint32_t bits)
{
	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IMR, ~bits);
	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IER, bits);
}

/* The pipe's events since the last call, cleared. */
static inline uint32_t take_pipe_events(unsigned int pipe)
{
	uint32_t iir = rd(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR);

	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR, iir);
	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR, iir);
	return iir;
}

#endif
