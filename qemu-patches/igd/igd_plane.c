// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: double buffering
 *
 * The registers of a plane are written in any order and take effect together:
 * the write of the arming register takes a copy of them all, which becomes
 * live at the next start of vertical blank, or at once while the pipe is off.
 *
 *            arming write             start of vertical blank
 *   written ---------------> armed -----------------------------> live
 *                              |                                    ^
 *                              +------- pipe off, or async flip ----+
 *
 * Arming registers: PLANE_SURF, CURBASE, PS_WIN_SZ.
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_pipe.h"
#include "igd_plane.h"
#include "vgt/regs/display.h"

/* Handlers of planes and scalers get the pipe and the unit in one number. */
#define INST(pipe, unit)	((pipe) * 4 + (unit))
#define INST_PIPE(inst)		((inst) / 4)
#define INST_UNIT(inst)		((inst) % 4)

unsigned int igd_pipe_planes(unsigned int pipe)
{
	return pipe == IGD_PIPE_C ? 2 : IGD_PIPE_PLANES;
}

static uint32_t plane_reg(const struct igd *gd, unsigned int pipe, unsigned int n, uint32_t reg)
{
	return igd_reg_get(gd, PIPE_BASE(pipe) + PLANE_BASE(n) + reg);
}

static void check_power(struct igd *gd, unsigned int pipe, const char *what)
{
	if (!igd_pipe_powered(gd, pipe))
		igd_violation(gd, IGD_RULE_POWER_WELL, "%s of pipe %c is enabled without power",
			      what, 'A' + pipe);
}

/* An async flip exchanges the surface alone, without waiting. */
static void async_flip(struct igd *gd, unsigned int pipe, unsigned int n)
{
	struct igd_plane *plane = &gd->display.pipe[pipe].plane[n];

	plane->live.surf = plane->armed.surf;
	plane->live.ctl = plane->armed.ctl;
	plane->pending = false;
	igd_irq_pipe(gd, pipe, PIPE_IRQ_FLIP_DONE(n));
}

static void surf_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	unsigned int pipe = INST_PIPE(inst), n = INST_UNIT(inst);
	struct igd_pipe *p = &gd->display.pipe[pipe];
	struct igd_plane *plane = &p->plane[n];
	/* The async bit latches as well: the first flip with it is not async yet. */
	const uint32_t async = PLANE_CTL_ENABLE | PLANE_CTL_ASYNC_FLIP;

	igd_pipe_catch_up(gd, pipe);
	igd_reg_set(gd, offset, val);
	plane->armed = (struct igd_plane_regs){
		.ctl = plane_reg(gd, pipe, n, PLANE_CTL),
		.stride = plane_reg(gd, pipe, n, PLANE_STRIDE),
		.pos = plane_reg(gd, pipe, n, PLANE_POS),
		.size = plane_reg(gd, pipe, n, PLANE_SIZE),
		.keyval = plane_reg(gd, pipe, n, PLANE_KEYVAL),
		.keymsk = plane_reg(gd, pipe, n, PLANE_KEYMSK),
		.keymax = plane_reg(gd, pipe, n, PLANE_KEYMAX),
		.offset = plane_reg(gd, pipe, n, PLANE_OFFSET),
		.surf = val,
	};
	plane->pending = true;
	if (plane->armed.ctl & PLANE_CTL_ENABLE)
		check_power(gd, pipe, "a plane");
	if (n == 0) {
		p->flips++;
		p->flip_us = igd_display_us(gd);
	}
	if (!p->on)
		igd_planes_latch(gd, pipe);
	else if ((plane->armed.ctl & plane->live.ctl & async) == async)
		async_flip(gd, pipe, n);
	igd_pipe_rearm(gd, pipe);
}

static uint32_t surflive_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)offset;
	igd_pipe_catch_up(gd, INST_PIPE(inst));
	return gd->display.pipe[INST_PIPE(inst)].plane[INST_UNIT(inst)].live.surf;
}

static void curbase_write(struct igd *gd, unsigned int pipe, uint32_t offset, uint32_t val)
{
	struct igd_pipe *p = &gd->display.pipe[pipe];
	uint32_t base = PIPE_BASE(pipe);

	igd_pipe_catch_up(gd, pipe);
	igd_reg_set(gd, offset, val);
	p->cursor.armed = (struct igd_cursor_regs){
		.ctl = igd_reg_get(gd, base + CUR_CTL),
		.base = val,
		.pos = igd_reg_get(gd, base + CUR_POS),
		.fbc = igd_reg_get(gd, base + CUR_FBC_CTL),
	};
	p->cursor.pending = true;
	if (CUR_MODE(p->cursor.armed.ctl))
		check_power(gd, pipe, "the cursor");
	if (!p->on)
		igd_planes_latch(gd, pipe);
	igd_pipe_rearm(gd, pipe);
}

static uint32_t cursurflive_read(struct igd *gd, unsigned int pipe, uint32_t offset)
{
	(void)offset;
	igd_pipe_catch_up(gd, pipe);
	return gd->display.pipe[pipe].cursor.live.base;
}

static void ps_size_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	unsigned int pipe = INST_PIPE(inst), i = INST_UNIT(inst);
	struct igd_pipe *p = &gd->display.pipe[pipe];

	igd_pipe_catch_up(gd, pipe);
	igd_reg_set(gd, offset, val);
	if (i >= IGD_PIPE_SCALERS)
		return;
	p->scaler[i].armed = (struct igd_scaler_regs){
		.ctrl = igd_reg_get(gd, PS_BASE(pipe, i) + PS_CTRL),
		.pos = igd_reg_get(gd, PS_BASE(pipe, i) + PS_WIN_POS),
		.size = val,
	};
	p->scaler[i].pending = true;
	if (!p->on)
		igd_planes_latch(gd, pipe);
	igd_pipe_rearm(gd, pipe);
}

bool igd_planes_pending(const struct igd_pipe *p)
{
	bool pending = p->cursor.pending;

	for (int n = 0; n < IGD_PIPE_PLANES; n++)
		pending |= p->plane[n].pending;
	for (int i = 0; i < IGD_PIPE_SCALERS; i++)
		pending |= p->scaler[i].pending;
	return pending;
}

uint32_t igd_planes_latch(struct igd *gd, unsigned int pipe)
{
	struct igd_pipe *p = &gd->display.pipe[pipe];
	uint32_t done = 0;

	for (int n = 0; n < IGD_PIPE_PLANES; n++) {
		struct igd_plane *plane = &p->plane[n];

		if (!plane->pending)
			continue;
		plane->live = plane->armed;
		plane->pending = false;
		done |= PIPE_IRQ_FLIP_DONE(n);
	}
	if (p->cursor.pending) {
		p->cursor.live = p->cursor.armed;
		p->cursor.pending = false;
	}
	for (int i = 0; i < IGD_PIPE_SCALERS; i++) {
		if (!p->scaler[i].pending)
			continue;
		p->scaler[i].live = p->scaler[i].armed;
		p->scaler[i].pending = false;
	}
	return done;
}

void igd_planes_reset(struct igd_pipe *p)
{
	memset(p->plane, 0, sizeof(p->plane));
	memset(&p->cursor, 0, sizeof(p->cursor));
	memset(p->scaler, 0, sizeof(p->scaler));
}

/* Per plane, from PIPE_BASE() + PLANE_BASE(). */
static const struct igd_reg plane_regs[] = {
	{ PLANE_CTL, "PLANE_CTL" },
	{ 0x04, "PLANE_LINOFF" },
	{ PLANE_STRIDE, "PLANE_STRIDE" },
	{ PLANE_POS, "PLANE_POS" },
	{ PLANE_SIZE, "PLANE_SIZE" },
	{ PLANE_KEYVAL, "PLANE_KEYVAL" },
	{ PLANE_KEYMSK, "PLANE_KEYMSK" },
	{ PLANE_SURF, "PLANE_SURF", .write = surf_write },
	{ PLANE_KEYMAX, "PLANE_KEYMAX" },
	{ PLANE_OFFSET, "PLANE_OFFSET" },
	{ PLANE_SURFLIVE, "PLANE_SURFLIVE", .read = surflive_read, .ro = ~0u },
	{ 0x34, "PLANE_CC_VAL", .count = 2 },
	{ PLANE_AUX_DIST, "PLANE_AUX_DIST" },
	{ PLANE_AUX_OFFSET, "PLANE_AUX_OFFSET" },
	{ 0x80, "PLANE_GAMMA", .count = 16 },
	{ PLANE_WM, "PLANE_WM", .count = 8 },
	{ PLANE_WM_TRANS, "PLANE_WM_TRANS" },
	{ PLANE_NV12_BUF_CFG, "PLANE_NV12_BUF_CFG" },
	{ PLANE_BUF_CFG, "PLANE_BUF_CFG" },
};

/* Of the fourth plane, which Skylake's pipes use as the cursor, only these are there. */
static const struct igd_reg plane4_regs[] = {
	{ PLANE_AUX_DIST, "PLANE4_AUX_DIST", .count = 2 },
	{ PLANE_NV12_BUF_CFG, "PLANE4_BUF_CFG", .count = 2 },
};

/* Per pipe, from PIPE_BASE(). */
static const struct igd_reg cursor_regs[] = {
	{ CUR_CTL, "CUR_CTL" },
	{ CUR_BASE, "CUR_BASE", .write = curbase_write },
	{ CUR_POS, "CUR_POS" },
	{ 0x090, "CUR_PALETTE", .count = 4 },
	{ CUR_FBC_CTL, "CUR_FBC_CTL" },
	{ CUR_SURFLIVE, "CUR_SURFLIVE", .read = cursurflive_read, .ro = ~0u },
	{ CUR_WM, "CUR_WM", .count = 8 },
	{ CUR_WM_TRANS, "CUR_WM_TRANS" },
	{ CUR_BUF_CFG, "CUR_BUF_CFG" },
};

/* Per scaler, from PS_BASE(). */
static const struct igd_reg scaler_regs[] = {
	{ PS_PWR_GATE, "PS_PWR_GATE" },
	{ PS_WIN_POS, "PS_WIN_POS" },
	{ PS_WIN_SZ, "PS_WIN_SZ", .write = ps_size_write },
	{ PS_CTRL, "PS_CTRL" },
	{ 0x84, "PS_VSCALE", .count = 2 },
	{ 0x90, "PS_HSCALE", .count = 4 },
	{ 0xd0, "PS_ECC_STAT" },
};

void igd_planes_init(struct igd *gd)
{
	for (unsigned int pipe = 0; pipe < IGD_NUM_PIPES; pipe++) {
		for (unsigned int n = 0; n < IGD_PIPE_PLANES; n++)
			igd_mmio_add(gd, plane_regs, IGD_ARRAY_SIZE(plane_regs),
				     PIPE_BASE(pipe) + PLANE_BASE(n), INST(pipe, n));
		igd_mmio_add(gd, plane4_regs, IGD_ARRAY_SIZE(plane4_regs),
			     PIPE_BASE(pipe) + PLANE_BASE(3), INST(pipe, 3));
		igd_mmio_add(gd, cursor_regs, IGD_ARRAY_SIZE(cursor_regs), PIPE_BASE(pipe), pipe);
		for (unsigned int i = 0; i < IGD_PIPE_SCALERS; i++)
			igd_mmio_add(gd, scaler_regs, IGD_ARRAY_SIZE(scaler_regs),
				     PS_BASE(pipe, i), INST(pipe, i));
	}
}
