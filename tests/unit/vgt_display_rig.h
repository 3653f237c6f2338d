/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the tests of a guest's display share: a guest, its registers, mode, planes and monitor. */
#ifndef VGT_DISPLAY_RIG_H
#define VGT_DISPLAY_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "edid_check.h"
#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_display.h"
#include "drivers/vgt/vgt_gpu.h"
#include "vgt/regs/display.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

#define PORT_B		1
#define MS		1000000ull

/* Of the mode that mode_set() sets. */
#define FRAME_NS	(1344ull * 806 * 1000000 / 65000)
#define LINE_NS		(FRAME_NS / 806)

#define XRGB	((u32)PLANE_FORMAT_8888 << 24)
#define X_TILED	(PLANE_TILED_X << 10)
#define Y_TILED	(PLANE_TILED_Y << 10)

static struct vgt_rig *v;
static struct vgt_guest_rig *g;
static const struct vgt_guest_ops *machine;

static inline int display_setup(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	g = vgt_guest_rig_new(v, "V5_8", 8);
	machine = g->guest->ops;
	return 0;
}

static inline int display_teardown(void **state)
{
	(void)state;
	vgt_guest_rig_free(g);
	vgt_rig_free(v);
	return 0;
}

static inline u32 rd(u32 offset)
{
	return vgt_guest_rig_reg(g, offset);
}

static inline void wr(u32 offset, u32 val)
{
	vgt_guest_rig_set_reg(g, offset, val);
}

static inline u64 now(void)
{
	return v->rig->now;
}

static inline u32 low(void)
{
	return g->guest->vgpu.gm.low.start;
}

static inline u32 high(void)
{
	return g->guest->vgpu.gm.high.start;
}

/* The EDID of a vGPU's monitor. */
static inline void check_edid(const u8 *edid, u32 width, u32 height)
{
	static const u16 num[4] = { 10, 3, 4, 9 }, den[4] = { 16, 4, 5, 16 };

	check_edid_block(edid, width, height);
	assert_int_equal(edid[20], 0xa5);	/* digital, 8 bits, DisplayPort */
	assert_int_equal(edid[126], 0);
	for (int i = 72; i < 126; i += 18) {
		assert_true(edid[i + 3] >= 0xfc || edid[i + 3] == 0x10);
		if (edid[i + 3] == 0xfc)
			assert_memory_equal(edid + i + 5, "vGT\n", 4);
		if (edid[i + 3] == 0xfd)
			assert_true(edid[i + 9] * 10000u >= edid_khz(edid));
	}
	/* Standard timings: none larger than the monitor, none twice, none the preferred one. */
	for (int i = 38; i < 54; i += 2) {
		u32 w = (edid[i] + 31) * 8, h = w * num[edid[i + 1] >> 6] / den[edid[i + 1] >> 6];

		if (edid[i] == 1 && edid[i + 1] == 1)
			continue;
		assert_int_equal(edid[i + 1] & 0x3f, 0);
		assert_true(w <= width && h <= height);
		assert_false(w == width && h == height);
		for (int j = 38; j < i; j += 2)
			assert_false(edid[i] == edid[j] && edid[i + 1] == edid[j + 1]);
	}
	assert_int_equal(!!(edid[35] & 1), width >= 800 && height >= 600);
	assert_int_equal(!!(edid[36] & 8), width >= 1024 && height >= 768);
}

static inline void enable_interrupts(void)
{
	wr(SDE_IRQ_BASE + IRQ_IER, ~0u);
	wr(SDE_IRQ_BASE + IRQ_IMR, ~SDE_PORT_B_HOTPLUG);
	for (unsigned int pipe = 0; pipe < 3; pipe++)
		wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IER,
		   PIPE_IRQ_VBLANK | PIPE_IRQ_FLIP_DONE(0));
	wr(GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

static inline bool connected(void)
{
	return rd(SDE_IRQ_BASE + IRQ_ISR) & SDE_PORT_B_HOTPLUG;
}

/* 1024x768 at 60 Hz, 65 MHz, over two lanes of 2.7 Gb/s: DPLL 1, in i915's order. */
static inline void mode_set(unsigned int pipe)
{
	u32 trans = TRANS_BASE(pipe), ddi = DDI_BASE(PORT_B);

	wr(DPLL_CTRL1, 1 << 6 | 1 << (6 + 1));
	wr(LCPLL2_CTL, 1u << 31);
	assert_true(rd(DPLL_STATUS) & DPLL_STATUS_LOCK(1));
	wr(DPLL_CTRL2, 1 << 4 | 1 << 3);
	wr(ddi + DDI_BUF_CTL, DDI_BUF_ENABLE);
	wr(TRANS_CLK_SEL(pipe), 2 << 29);
	wr(trans + PIPESRC, 1023 << 16 | 767);
	wr(trans + TRANS_LINK_M1, 65000);
	wr(trans + TRANS_LINK_N1, 270000);
	wr(trans + TRANS_HTOTAL, 1343 << 16 | 1023);
	wr(trans + TRANS_VTOTAL, 805 << 16 | 767);
	wr(trans + TRANS_VBLANK, 805 << 16 | 767);
	wr(trans + TRANS_DDI_FUNC_CTL,
	   TRANS_DDI_ENABLE | PORT_B << 28 | TRANS_DDI_DP_SST << 24 | 1 << 1);
	wr(PIPE_BASE(pipe) + TRANSCONF, TRANSCONF_ENABLE);
	assert_true(rd(PIPE_BASE(pipe) + TRANSCONF) & TRANSCONF_STATE);
}

static inline void pipe_off(unsigned int pipe)
{
	wr(PIPE_BASE(pipe) + TRANSCONF, 0);
	assert_false(rd(PIPE_BASE(pipe) + TRANSCONF) & TRANSCONF_STATE);
}

static inline u32 plane(unsigned int pipe, unsigned int n)
{
	return PIPE_BASE(pipe) + PLANE_BASE(n);
}

static inline void flip(unsigned int pipe, unsigned int n, u32 surf)
{
	wr(plane(pipe, n) + PLANE_SURF, surf);
}

static inline void show(unsigned int pipe, unsigned int n, u32 ctl, u32 width, u32 height,
			u32 stride, u32 surf)
{
	wr(plane(pipe, n) + PLANE_CTL, PLANE_CTL_ENABLE | ctl);
	wr(plane(pipe, n) + PLANE_SIZE, (height - 1) << 16 | (width - 1));
	wr(plane(pipe, n) + PLANE_STRIDE, stride);
	wr(plane(pipe, n) + PLANE_POS, 0);
	wr(plane(pipe, n) + PLANE_OFFSET, 0);
	flip(pipe, n, surf);
}

#endif
