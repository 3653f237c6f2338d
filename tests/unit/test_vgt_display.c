// SPDX-License-Identifier: GPL-2.0 OR MIT
/* A guest's display: EDID, AUX, hot-plug, modes, vertical blanks, flips, what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_display.h"
#include "drivers/vgt/vgt_edid.h"
#include "drivers/vgt/vgt_gpu.h"
#include "drivers/vgt/vgt_hold.h"
#include "vgt/abi/pvinfo.h"
#include "vgt/regs/display.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

#define PORT_B		1
#define HOTPLUG_ENABLE	0x10
#define MS		1000000ull

#define MOD_X		0x0100000000000001ull
#define MOD_Y		0x0100000000000002ull

static struct vgt_rig *v;
static struct vgt_guest_rig *g;
static const struct vgt_guest_ops *machine;

static int setup(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	g = vgt_guest_rig_new(v, "V5_8", 8);
	machine = g->guest->ops;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vgt_guest_rig_free(g);
	vgt_rig_free(v);
	return 0;
}

static u32 rd(u32 offset)
{
	return vgt_guest_rig_reg(g, offset);
}

static void wr(u32 offset, u32 val)
{
	vgt_guest_rig_set_reg(g, offset, val);
}

static u32 fourcc(const char *s)
{
	return s[0] | s[1] << 8 | s[2] << 16 | s[3] << 24;
}

static u64 now(void)
{
	return v->rig->now;
}

/* -- EDID ---------------------------------------------------------------------- */

static u8 sum(const u8 *p, size_t len)
{
	u8 s = 0;

	while (len--)
		s += *p++;
	return s;
}

/* By the rules of who reads it, not of who wrote it. */
static void check_edid(const u8 *edid, u32 width, u32 height)
{
	static const u8 magic[] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	static const u16 num[4] = { 10, 3, 4, 9 }, den[4] = { 16, 4, 5, 16 };
	const u8 *d = edid + 54;
	u32 khz = (d[0] | d[1] << 8) * 10;
	u32 hblank = d[3] | (d[4] & 0xf) << 8, vblank = d[6] | (d[7] & 0xf) << 8;
	u32 hsync = (d[8] | (d[11] >> 6) << 8) + (d[9] | (d[11] >> 4 & 3) << 8);
	u32 vsync = (d[10] >> 4 | (d[11] >> 2 & 3) << 4) + ((d[10] & 0xf) | (d[11] & 3) << 4);
	u32 htotal = width + hblank, vtotal = height + vblank;

	assert_memory_equal(edid, magic, sizeof(magic));
	assert_int_equal(sum(edid, 128), 0);
	assert_int_equal(edid[18], 1);
	assert_int_equal(edid[19], 4);
	assert_int_equal(edid[20], 0xa5);	/* digital, 8 bits, DisplayPort */
	assert_int_equal(edid[126], 0);
	assert_int_equal(d[2] | d[4] >> 4 << 8, width);
	assert_int_equal(d[5] | d[7] >> 4 << 8, height);
	assert_in_range((u64)khz * 100000 / (htotal * vtotal), 5930, 6001);
	assert_true(hsync < hblank && vsync < vblank);
	assert_true((u64)vblank * htotal * 1000 >= 459ull * khz);
	for (int i = 72; i < 126; i += 18) {
		assert_int_equal(edid[i] | edid[i + 1] | edid[i + 2], 0);
		assert_true(edid[i + 3] >= 0xfc || edid[i + 3] == 0x10);
		if (edid[i + 3] == 0xfc)
			assert_memory_equal(edid + i + 5, "vGT\n", 4);
		if (edid[i + 3] == 0xfd)
			assert_true(edid[i + 9] * 10000u >= khz);
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

static void test_edid_modes(void **state)
{
	static const u16 modes[][2] = {
		{ 640, 480 }, { 800, 600 }, { 1024, 768 }, { 1280, 720 }, { 1280, 1024 },
		{ 1366, 768 }, { 1920, 1080 }, { 1920, 1200 }, { 2560, 1440 }, { 3840, 2160 },
		{ 4095, 2304 },
	};
	u8 edid[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		memset(edid, 0x5a, sizeof(edid));
		vgt_edid_make(edid, modes[i][0], modes[i][1]);
		check_edid(edid, modes[i][0], modes[i][1]);
	}
	/* VESA's own figures of CVT with reduced blanking. */
	vgt_edid_make(edid, 1920, 1080);
	assert_int_equal((edid[54] | edid[55] << 8) * 10, 138500);
	assert_int_equal(edid[60], 31);
	vgt_edid_make(edid, 1920, 1200);
	assert_int_equal((edid[54] | edid[55] << 8) * 10, 154000);
	assert_int_equal(edid[60], 35);
	/* What does not fit is brought into range. */
	vgt_edid_make(edid, 1, 100000);
	check_edid(edid, 640, 2304);
	vgt_edid_make(edid, ~0u, 0);
	check_edid(edid, 4095, 480);
}

static void test_edid_of_types(void **state)
{
	const struct vgt_guest_type *type = g->guest->type;
	u8 edid[VGT_EDID_MAX];

	(void)state;
	assert_int_equal(vgt_guest_edid(g->guest, edid), 128);
	check_edid(edid, type->width, type->height);
}

/* -- AUX ----------------------------------------------------------------------- */

#define AUX_CTL(port)	(DDI_BASE(port) + DP_AUX_CTL)
#define AUX_START	(AUX_SEND_BUSY | AUX_STATUS | AUX_INTERRUPT)

#define NATIVE_WRITE	0x8
#define NATIVE_READ	0x9
#define I2C_WRITE	0x0
#define I2C_READ	0x1
#define I2C_MOT		0x4

/* A transaction in the way of intel_dp_aux_xfer().  Bytes of data in the reply, -1: timeout. */
static int aux(unsigned int port, u8 cmd, u32 addr, const u8 *out, unsigned int len, u8 *in,
	       u8 *code)
{
	bool read = cmd & I2C_READ;
	u8 msg[20] = { cmd << 4 | addr >> 16, addr >> 8, addr, len - 1 };
	unsigned int size = len ? 4 + (read ? 0 : len) : 3;
	u32 ctl;

	if (!read && len)
		memcpy(msg + 4, out, len);
	for (unsigned int i = 0; i < 20; i += 4)
		wr(AUX_CTL(port) + 4 + i,
		   (u32)msg[i] << 24 | msg[i + 1] << 16 | msg[i + 2] << 8 | msg[i + 3]);
	wr(AUX_CTL(port), AUX_START | size << AUX_SIZE_SHIFT);
	ctl = rd(AUX_CTL(port));
	assert_false(ctl & AUX_SEND_BUSY);
	assert_true(ctl & AUX_DONE);
	wr(AUX_CTL(port), (ctl & ~AUX_SIZE_MASK) | AUX_STATUS);
	assert_false(rd(AUX_CTL(port)) & AUX_STATUS);
	if (ctl & AUX_TIMEOUT_ERROR)
		return -1;
	size = (ctl & AUX_SIZE_MASK) >> AUX_SIZE_SHIFT;
	assert_in_range(size, 1, 20);
	for (unsigned int i = 0; i < size; i++)
		msg[i] = rd(AUX_CTL(port) + 4 + (i & ~3u)) >> (24 - 8 * (i & 3));
	*code = msg[0] >> 4;
	if (in)
		memcpy(in, msg + 1, size - 1);
	return size - 1;
}

static u8 dpcd(u32 addr)
{
	u8 val = 0, code;

	assert_int_equal(aux(PORT_B, NATIVE_READ, addr, NULL, 1, &val, &code), 1);
	assert_int_equal(code, 0);
	return val;
}

static void set_dpcd(u32 addr, u8 val)
{
	u8 code;

	assert_int_equal(aux(PORT_B, NATIVE_WRITE, addr, &val, 1, NULL, &code), 0);
	assert_int_equal(code, 0);
}

/* Bytes of the EDID in the way of drm_do_probe_ddc_edid() over drm_dp_i2c_xfer(). */
static void ddc_read(u8 segment, u8 offset, u8 *buf, unsigned int count)
{
	u8 code;

	if (segment)
		assert_int_equal(aux(PORT_B, I2C_WRITE | I2C_MOT, 0x30, &segment, 1, NULL, &code),
				 0);
	assert_int_equal(aux(PORT_B, I2C_WRITE | I2C_MOT, 0x50, &offset, 1, NULL, &code), 0);
	assert_int_equal(code, 0);
	for (unsigned int i = 0; i < count; i += 16) {
		assert_int_equal(aux(PORT_B, I2C_READ | I2C_MOT, 0x50, NULL, 16, buf + i, &code),
				 16);
		assert_int_equal(code, 0);
	}
	assert_int_equal(aux(PORT_B, I2C_READ, 0x50, NULL, 0, NULL, &code), 0);
}

static void test_edid_over_aux(void **state)
{
	u8 want[VGT_EDID_MAX], got[VGT_EDID_MAX];

	(void)state;
	for (unsigned int i = 0; i < sizeof(want); i++)
		want[i] = i * 7 + i / 128;
	assert_int_equal(vgt_guest_set_edid(g->guest, want, sizeof(want)), 0);
	for (unsigned int block = 0; block < 4; block++)
		ddc_read(block / 2, block * 128, got + 128 * block, 128);
	assert_memory_equal(got, want, sizeof(want));
	/* The segment is forgotten when the transaction stops. */
	ddc_read(0, 0, got, 128);
	assert_memory_equal(got, want, 128);

	memset(want, 0xff, sizeof(want));
	assert_int_equal(vgt_guest_set_edid(g->guest, want, 128), 0);
	ddc_read(3, 0, got, 128);		/* beyond the end */
	assert_memory_equal(got, want, 128);
	assert_int_equal(vgt_guest_edid(g->guest, got), 128);
	assert_memory_equal(got, want, 128);
}

static void test_set_edid_errors(void **state)
{
	u8 edid[VGT_EDID_MAX + 128] = { 0 };

	(void)state;
	assert_int_equal(vgt_guest_set_edid(g->guest, edid, 0), -EINVAL);
	assert_int_equal(vgt_guest_set_edid(g->guest, edid, 127), -EINVAL);
	assert_int_equal(vgt_guest_set_edid(g->guest, edid, 129), -EINVAL);
	assert_int_equal(vgt_guest_set_edid(g->guest, edid, sizeof(edid)), -EINVAL);
	assert_int_equal(vgt_guest_edid(g->guest, edid), 128);
}

static void test_aux_without_sink(void **state)
{
	static const u32 events[] = {
		DE_PORT_AUX_A, DE_PORT_AUX_B, DE_PORT_AUX_C, DE_PORT_AUX_D,
	};
	u8 val, code;

	(void)state;
	wr(GEN8_DE_PORT_IRQ_BASE + IRQ_IMR, 0);
	for (unsigned int port = 0; port < 4; port++) {
		assert_int_equal(aux(port, NATIVE_READ, 0, NULL, 1, &val, &code),
				 port == PORT_B ? 1 : -1);
		assert_int_equal(rd(GEN8_DE_PORT_IRQ_BASE + IRQ_IIR), events[port]);
		wr(GEN8_DE_PORT_IRQ_BASE + IRQ_IIR, ~0u);
	}
	vgt_guest_set_edid(g->guest, NULL, 0);
	assert_int_equal(aux(PORT_B, NATIVE_READ, 0, NULL, 1, &val, &code), -1);
}

static void test_dpcd(void **state)
{
	u8 caps[16], code;

	(void)state;
	assert_int_equal(aux(PORT_B, NATIVE_READ, 0, NULL, 15, caps, &code), 15);
	assert_int_equal(caps[0], 0x12);
	assert_int_equal(caps[1], 0x14);
	assert_int_equal(caps[2] & 0x1f, 4);
	assert_int_equal(dpcd(0x021), 0);	/* no MST */
	assert_int_equal(dpcd(0x070), 0);	/* no PSR */
	assert_int_equal(dpcd(0x200), 1);
	set_dpcd(0x600, 2);
	assert_int_equal(dpcd(0x600), 2);
	set_dpcd(0x000, 0x55);			/* capabilities stay */
	assert_int_equal(dpcd(0x000), 0x12);
	set_dpcd(0xfffff, 1);
	assert_int_equal(dpcd(0xfffff), 0);
}

static void test_link_training(void **state)
{
	u32 ddi = DDI_BASE(PORT_B);

	(void)state;
	set_dpcd(0x100, 0x0a);
	set_dpcd(0x101, 0x84);
	assert_int_equal(dpcd(0x202), 0);
	assert_true(rd(ddi + DDI_BUF_CTL) & DDI_BUF_IDLE);
	wr(ddi + DP_TP_CTL, DP_TP_ENABLE | DP_TP_PAT1 << 8);
	wr(ddi + DDI_BUF_CTL, DDI_BUF_ENABLE | 3 << 1);
	assert_false(rd(ddi + DDI_BUF_CTL) & DDI_BUF_IDLE);
	set_dpcd(0x102, 0x21);
	assert_int_equal(dpcd(0x202) & 0x11, 0x11);
	wr(ddi + DP_TP_CTL, DP_TP_ENABLE | DP_TP_PAT2 << 8);
	set_dpcd(0x102, 0x22);
	assert_int_equal(dpcd(0x202), 0x77);
	assert_int_equal(dpcd(0x203), 0x77);
	assert_int_equal(dpcd(0x204), 1);
	assert_int_equal(dpcd(0x206), 0);	/* no adjustment asked for */
	assert_false(rd(ddi + DP_TP_STATUS) & DP_TP_IDLE_DONE);
	wr(ddi + DP_TP_CTL, DP_TP_ENABLE | DP_TP_IDLE << 8);
	assert_true(rd(ddi + DP_TP_STATUS) & DP_TP_IDLE_DONE);
	wr(ddi + DP_TP_STATUS, DP_TP_IDLE_DONE);
	assert_false(rd(ddi + DP_TP_STATUS) & DP_TP_IDLE_DONE);
	wr(ddi + DDI_BUF_CTL, 0);
	assert_true(rd(ddi + DDI_BUF_CTL) & DDI_BUF_IDLE);
	assert_int_equal(dpcd(0x202), 0);
}

static void test_malformed_aux(void **state)
{
	(void)state;
	for (unsigned int size = 0; size < 32; size++) {
		for (unsigned int cmd = 0; cmd < 16; cmd++) {
			for (unsigned int len = 0; len < 256; len += 5) {
				wr(AUX_CTL(PORT_B) + 4, cmd << 28 | 0x00fff000 >> 4 | len);
				wr(AUX_CTL(PORT_B), AUX_START | size << AUX_SIZE_SHIFT);
				assert_false(rd(AUX_CTL(PORT_B)) & AUX_SEND_BUSY);
				if (size < 3 || size > 20)
					assert_true(rd(AUX_CTL(PORT_B)) & AUX_TIMEOUT_ERROR);
			}
		}
	}
}

/* Nobody is on the GMBUS, whichever pins are selected. */
static void test_gmbus_nak(void **state)
{
	(void)state;
	for (unsigned int pin = 0; pin < 8; pin++) {
		wr(GMBUS0, pin);
		wr(GMBUS1, GMBUS_SW_RDY | GMBUS_CYCLE_WAIT | GMBUS_CYCLE_INDEX | 128 << 16 |
		   0x50 << 1 | GMBUS_READ);
		assert_true(rd(GMBUS2) & GMBUS_SATOER);
		assert_false(rd(GMBUS2) & GMBUS_ACTIVE);
		wr(GMBUS1, GMBUS_SW_CLR_INT);
		wr(GMBUS1, 0);
		assert_false(rd(GMBUS2) & (GMBUS_SATOER | GMBUS_ACTIVE));
		wr(GMBUS0, 0);
	}
	/* Lines read high unless driven low. */
	assert_true(rd(PCH_GPIO(1)) & GPIO_CLOCK_VAL_IN);
	wr(PCH_GPIO(1), GPIO_CLOCK_DIR_MASK | GPIO_CLOCK_DIR_OUT | GPIO_CLOCK_VAL_MASK);
	assert_false(rd(PCH_GPIO(1)) & GPIO_CLOCK_VAL_IN);
	assert_true(rd(PCH_GPIO(1)) & GPIO_CLOCK_VAL_IN << GPIO_DATA_SHIFT);
}

/* -- hot-plug ------------------------------------------------------------------ */

static void enable_interrupts(void)
{
	wr(SDE_IRQ_BASE + IRQ_IER, ~0u);
	wr(SDE_IRQ_BASE + IRQ_IMR, ~SDE_PORT_B_HOTPLUG);
	for (unsigned int pipe = 0; pipe < 3; pipe++)
		wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IER,
		   PIPE_IRQ_VBLANK | PIPE_IRQ_FLIP_DONE(0));
	wr(GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

/* As spt_irq_handler() finds it. */
static bool take_long_pulse(void)
{
	u32 iir, ctl;

	if (!(rd(GEN8_MASTER_IRQ) & GEN8_MASTER_DE_PCH))
		return false;
	iir = rd(SDE_IRQ_BASE + IRQ_IIR);
	wr(SDE_IRQ_BASE + IRQ_IIR, iir);
	assert_int_equal(iir, SDE_PORT_B_HOTPLUG);
	ctl = rd(SHOTPLUG_CTL);
	wr(SHOTPLUG_CTL, ctl);
	assert_int_equal(rd(SHOTPLUG_CTL) & SHOTPLUG_STATUS, 0);
	assert_int_equal(rd(SHOTPLUG_CTL) & HOTPLUG_ENABLE, HOTPLUG_ENABLE);
	return ctl & SHOTPLUG_LONG;
}

static bool connected(void)
{
	return rd(SDE_IRQ_BASE + IRQ_ISR) & SDE_PORT_B_HOTPLUG;
}

static void test_hotplug(void **state)
{
	u8 edid[256];
	unsigned int raised;

	(void)state;
	vgt_edid_make(edid, 1920, 1200);
	vgt_edid_make(edid + 128, 1280, 720);
	assert_true(connected());
	enable_interrupts();
	/* Detection is off: state changes, nobody is told. */
	assert_int_equal(vgt_guest_set_edid(g->guest, NULL, 0), 0);
	assert_false(connected());
	assert_false(take_long_pulse());

	wr(SHOTPLUG_CTL, HOTPLUG_ENABLE);
	raised = g->raised;
	assert_int_equal(vgt_guest_set_edid(g->guest, edid, 128), 0);
	assert_int_equal(g->raised, raised + 1);
	assert_true(connected());
	assert_true(take_long_pulse());
	assert_false(take_long_pulse());
	/* The same again is no news, another one is. */
	assert_int_equal(vgt_guest_set_edid(g->guest, edid, 128), 0);
	assert_false(take_long_pulse());
	assert_int_equal(vgt_guest_set_edid(g->guest, edid + 128, 128), 0);
	assert_true(connected());
	assert_true(take_long_pulse());
	assert_int_equal(vgt_guest_set_edid(g->guest, NULL, 0), 0);
	assert_true(take_long_pulse());
	assert_false(connected());
	assert_int_equal(vgt_guest_edid(g->guest, edid), 0);

	wr(SDE_IRQ_BASE + IRQ_IMR, ~0u);
	assert_int_equal(vgt_guest_set_edid(g->guest, edid, 128), 0);
	assert_false(take_long_pulse());
	/* Monitors stay over a reset of the vGPU. */
	vgt_guest_reset(g->guest);
	assert_true(connected());
}

/* -- modes --------------------------------------------------------------------- */

static u32 low(void)
{
	return g->guest->vgpu.gm.low.start;
}

static u32 high(void)
{
	return g->guest->vgpu.gm.high.start;
}

/* 1024x768 at 60 Hz, 65 MHz, over two lanes of 2.7 Gb/s: DPLL 1, in i915's order. */
static void mode_set(unsigned int pipe)
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

static void pipe_off(unsigned int pipe)
{
	wr(PIPE_BASE(pipe) + TRANSCONF, 0);
	assert_false(rd(PIPE_BASE(pipe) + TRANSCONF) & TRANSCONF_STATE);
}

#define FRAME_NS	(1344ull * 806 * 1000000 / 65000)
#define LINE_NS		(FRAME_NS / 806)

static u32 frames(unsigned int pipe)
{
	return rd(PIPE_BASE(pipe) + PIPE_FRMCNT);
}

/* As intel_get_crtc_scanline(). */
static u32 scanline(unsigned int pipe)
{
	return (rd(PIPE_BASE(pipe) + PIPEDSL) + 1) % 806;
}

static void test_counters(void **state)
{
	u32 last_line = 0, last_count, count, line, us;
	u64 start;

	(void)state;
	assert_int_equal(rd(PIPE_BASE(0) + PIPEDSL), 0);
	mode_set(0);
	start = now();
	last_count = frames(0);
	for (unsigned int i = 0; i < 3000; i++) {
		vgt_rig_run(v, LINE_NS / 2 + i % 977);
		count = frames(0);
		line = scanline(0);
		assert_in_range(line, 0, 805);
		assert_int_equal(line, (now() - start) % FRAME_NS * 806 / FRAME_NS);
		/* The counter steps where the blank begins, and nowhere else. */
		assert_int_equal(count - last_count, last_line < 768 && line >= 768);
		us = rd(PIPE_BASE(0) + PIPE_FRMTMSTMP);
		assert_true(rd(TIMESTAMP_CTR) - us <= FRAME_NS / 1000 + 1);
		if (count != last_count)
			assert_true(rd(TIMESTAMP_CTR) - us <= LINE_NS / 500);
		last_count = count;
		last_line = line;
	}
	pipe_off(0);
	count = frames(0);
	vgt_rig_run(v, 100 * MS);
	assert_int_equal(frames(0), count);
	mode_set(0);
	assert_int_equal(frames(0), count);
}

/* HDMI's counter is two lines late. */
static void test_hdmi_counter(void **state)
{
	u64 start;

	(void)state;
	mode_set(0);
	pipe_off(0);
	wr(TRANS_BASE(0) + TRANS_DDI_FUNC_CTL, TRANS_DDI_ENABLE | PORT_B << 28);
	wr(PIPE_BASE(0) + TRANSCONF, TRANSCONF_ENABLE);
	start = now();
	assert_int_equal(rd(PIPE_BASE(0) + PIPEDSL), 804);
	vgt_rig_run(v, 500 * LINE_NS);
	assert_in_range(rd(PIPE_BASE(0) + PIPEDSL) + 2, (now() - start) / LINE_NS - 2,
			(now() - start) / LINE_NS + 2);
}

static void test_frame_rate(void **state)
{
	u32 count;

	(void)state;
	mode_set(1);
	count = frames(1);
	vgt_rig_run(v, 1000 * MS);
	assert_in_range(frames(1) - count, 59, 61);
	/* Half the clock. */
	wr(TRANS_BASE(1) + TRANS_LINK_M1, 32500);
	count = frames(1);
	vgt_rig_run(v, 1000 * MS);
	assert_in_range(frames(1) - count, 29, 31);
	assert_int_equal(frames(0), 0);
}

/* Clocks and timings that make no sense. */
static void test_absurd_modes(void **state)
{
	static const u32 values[] = { 0, 1, 0xffff, 0x10000, 0x7fffffff, 0xffffffff };
	u32 trans = TRANS_BASE(0);
	u32 count;

	(void)state;
	mode_set(0);
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IER, ~0u);
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IMR, ~PIPE_IRQ_VBLANK);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(values); j++) {
			wr(trans + TRANS_HTOTAL, values[i]);
			wr(trans + TRANS_VTOTAL, values[j]);
			wr(trans + TRANS_VBLANK, values[(i + j) % ARRAY_SIZE(values)]);
			wr(trans + TRANS_LINK_M1, values[j]);
			wr(trans + TRANS_LINK_N1, values[i]);
			wr(trans + TRANS_DDI_FUNC_CTL, values[j]);
			wr(DPLL_CTRL2, values[i]);
			count = frames(0);
			vgt_rig_run(v, 100 * MS);
			assert_in_range(frames(0) - count, 0, 26);
			rd(PIPE_BASE(0) + PIPEDSL);
			rd(PIPE_BASE(0) + PIPE_FRMTMSTMP);
		}
	}
}

/* -- vertical blanks and flips ------------------------------------------------- */

static u32 take_events(unsigned int pipe)
{
	u32 iir = rd(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR);

	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR, iir);
	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IIR, iir);
	return iir;
}

static void unmask(unsigned int pipe, u32 events)
{
	wr(GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IMR, ~events);
}

static bool timer_runs(void)
{
	return v->timer != VGT_NEVER;
}

static void no_notify(void)
{
	static struct vgt_guest_ops ops;

	vgt_guest_close(g->guest);
	ops = *machine;
	ops.display_changed = NULL;
	assert_int_equal(vgt_guest_open(g->guest, &ops, g), 0);
}

static void test_vblank(void **state)
{
	unsigned int raised, events = 0;
	u64 start;
	u32 count;

	(void)state;
	enable_interrupts();
	mode_set(0);
	assert_false(timer_runs());		/* nobody waits */
	vgt_rig_run(v, 50 * MS);
	assert_int_equal(take_events(0), 0);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_VBLANK), 0);

	unmask(0, PIPE_IRQ_VBLANK);
	assert_int_equal(take_events(0), 0);	/* those that have passed do not show up */
	assert_true(timer_runs());
	assert_true(v->timer > now() && v->timer <= now() + FRAME_NS + 1);
	start = now();
	count = frames(0);
	for (unsigned int i = 0; i < 60; i++) {
		raised = g->raised;
		vgt_rig_run(v, v->timer - now() + 1000);
		assert_int_equal(g->raised, raised + 1);
		assert_int_equal(take_events(0), PIPE_IRQ_VBLANK);
		assert_in_range(scanline(0), 768, 769);
		events++;
	}
	assert_int_equal(frames(0) - count, events);
	assert_in_range(now() - start, 59 * FRAME_NS, 61 * FRAME_NS);
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_VBLANK), 60);
	assert_int_equal(take_events(1), 0);

	unmask(0, 0);
	assert_false(timer_runs());
	/* Unmasked but not enabled is nobody waiting, either. */
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IER, 0);
	unmask(0, PIPE_IRQ_VBLANK);
	assert_false(timer_runs());
	wr(GEN8_DE_PIPE_IRQ_BASE(0) + IRQ_IER, PIPE_IRQ_VBLANK);
	assert_true(timer_runs());
	pipe_off(0);
	assert_false(timer_runs());
}

/* A guest that was late gets one interrupt for what it has missed. */
static void test_missed_vblanks(void **state)
{
	(void)state;
	enable_interrupts();
	mode_set(0);
	unmask(0, PIPE_IRQ_VBLANK);
	v->rig->now += 10 * FRAME_NS;
	vgt_hw_timer(&v->hw);
	assert_int_equal(take_events(0), PIPE_IRQ_VBLANK);
	assert_true(v->timer > now() && v->timer <= now() + FRAME_NS + 1);
}

static u32 plane(unsigned int pipe, unsigned int n)
{
	return PIPE_BASE(pipe) + PLANE_BASE(n);
}

static void flip(unsigned int pipe, unsigned int n, u32 surf)
{
	wr(plane(pipe, n) + PLANE_SURF, surf);
}

static u32 live(unsigned int pipe, unsigned int n)
{
	return rd(plane(pipe, n) + PLANE_SURFLIVE);
}

static void show(unsigned int pipe, unsigned int n, u32 ctl, u32 width, u32 height, u32 stride,
		 u32 surf)
{
	wr(plane(pipe, n) + PLANE_CTL, PLANE_CTL_ENABLE | ctl);
	wr(plane(pipe, n) + PLANE_SIZE, (height - 1) << 16 | (width - 1));
	wr(plane(pipe, n) + PLANE_STRIDE, stride);
	wr(plane(pipe, n) + PLANE_POS, 0);
	wr(plane(pipe, n) + PLANE_OFFSET, 0);
	flip(pipe, n, surf);
}

#define XRGB	((u32)PLANE_FORMAT_8888 << 24)
#define X_TILED	(PLANE_TILED_X << 10)
#define Y_TILED	(PLANE_TILED_Y << 10)

static void test_flip(void **state)
{
	u32 flips;

	(void)state;
	no_notify();
	enable_interrupts();
	show(0, 0, XRGB, 1024, 768, 64, low());
	assert_int_equal(live(0, 0), low());	/* pipe off: at once */
	mode_set(0);
	flips = rd(PIPE_BASE(0) + PIPE_FLIPCNT);

	/* Nobody waits: no timer, yet it is live from the blank on. */
	flip(0, 0, low() + 0x400000);
	assert_int_equal(rd(PIPE_BASE(0) + PIPE_FLIPCNT), flips + 1);
	assert_false(timer_runs());
	assert_int_equal(live(0, 0), low());
	vgt_rig_run(v, 760 * LINE_NS);
	assert_int_equal(live(0, 0), low());
	vgt_rig_run(v, 20 * LINE_NS);
	assert_int_equal(live(0, 0), low() + 0x400000);
	assert_int_equal(take_events(0), 0);

	/* Whoever waits for flip-done gets it at the next blank, and the timer ends. */
	unmask(0, PIPE_IRQ_FLIP_DONE(0));
	assert_false(timer_runs());
	flip(0, 0, low() + 0x800000);
	assert_true(timer_runs());
	assert_int_equal(take_events(0), 0);
	vgt_rig_run(v, v->timer - now());
	assert_int_equal(take_events(0), PIPE_IRQ_FLIP_DONE(0));
	assert_int_equal(live(0, 0), low() + 0x800000);
	assert_false(timer_runs());

	/* The last of several wins. */
	flip(0, 0, low());
	flip(0, 0, low() + 0x1000);
	vgt_rig_run(v, 2 * FRAME_NS);
	assert_int_equal(live(0, 0), low() + 0x1000);
	assert_int_equal(take_events(0), PIPE_IRQ_FLIP_DONE(0));
	assert_int_equal(vgt_guest_rig_stat(g, VGT_EVENT_FRAME), 5);
}

/* Registers that are not armed do not show. */
static void test_arming(void **state)
{
	struct vgt_plane p;

	(void)state;
	mode_set(0);
	show(0, 0, XRGB, 640, 480, 40, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 640);
	wr(plane(0, 0) + PLANE_SIZE, 599 << 16 | 799);
	wr(plane(0, 0) + PLANE_STRIDE, 50);
	vgt_rig_run(v, 2 * FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 640);
	flip(0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 640);
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 800);
	assert_int_equal(p.stride, 3200);
}

static void test_async_flip(void **state)
{
	(void)state;
	no_notify();
	enable_interrupts();
	mode_set(0);
	show(0, 0, XRGB | X_TILED | PLANE_CTL_ASYNC_FLIP, 1024, 768, 8, low());
	assert_int_equal(live(0, 0), 0);	/* the first waits */
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(live(0, 0), low());
	unmask(0, PIPE_IRQ_FLIP_DONE(0));
	flip(0, 0, low() + 0x400000);
	assert_int_equal(live(0, 0), low() + 0x400000);
	assert_int_equal(take_events(0), PIPE_IRQ_FLIP_DONE(0));
	assert_false(timer_runs());
}

/* A VMM that looks is told when what is shown has changed. */
static void test_notify(void **state)
{
	unsigned int changed;

	(void)state;
	changed = g->changed;
	mode_set(0);
	assert_true(g->changed > changed);
	changed = g->changed;
	show(0, 0, XRGB, 1024, 768, 64, low());
	assert_int_equal(g->changed, changed);
	assert_true(timer_runs());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(g->changed, changed + 1);
	assert_false(timer_runs());
	vgt_rig_run(v, 10 * FRAME_NS);
	assert_int_equal(g->changed, changed + 1);
	wr(PIPE_BASE(0) + CUR_POS, 5);
	wr(PIPE_BASE(0) + CUR_BASE, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(g->changed, changed + 2);
	pipe_off(0);
	assert_true(g->changed > changed + 2);
}

/* The machine goes in mid-frame; nothing of it is called any more. */
static void test_close(void **state)
{
	unsigned int raised, changed;
	u8 edid[VGT_EDID_MAX];

	(void)state;
	assert_int_equal(vgt_guest_set_edid(g->guest, NULL, 0), 0);
	enable_interrupts();
	mode_set(0);
	unmask(0, PIPE_IRQ_VBLANK);
	assert_true(timer_runs());
	flip(0, 0, low());
	vgt_guest_close(g->guest);
	assert_false(timer_runs());
	raised = g->raised;
	changed = g->changed;
	v->rig->now += 3 * FRAME_NS;
	vgt_hw_timer(&v->hw);
	assert_int_equal(g->raised, raised);
	assert_int_equal(g->changed, changed);
	assert_int_equal(vgt_guest_edid(g->guest, edid), 128);
	check_edid(edid, g->guest->type->width, g->guest->type->height);
	assert_int_equal(vgt_guest_set_edid(g->guest, NULL, 0), 0);

	assert_int_equal(vgt_guest_open(g->guest, machine, g), 0);
	assert_false(timer_runs());
	assert_false(connected());
	assert_int_equal(rd(PIPE_BASE(0) + TRANSCONF), 0);
	assert_int_equal(frames(0), 0);
	assert_int_equal(live(0, 0), 0);
	assert_int_equal(rd(VGACNTRL) & VGA_DISP_DISABLE, VGA_DISP_DISABLE);
}

/* Two guests at different rates: each has its own blanks, and one goes before the other. */
static void test_two_guests(void **state)
{
	struct vgt_guest_rig *first = g, *second = vgt_guest_rig_new(v, "V5_8", 4);

	(void)state;
	for (int i = 0; i < 2; i++) {
		g = i ? second : first;
		enable_interrupts();
		mode_set(i);
		if (i)
			wr(TRANS_BASE(i) + TRANS_LINK_M1, 32500);
		unmask(i, PIPE_IRQ_VBLANK);
	}
	first->raised = 0;
	second->raised = 0;
	for (int i = 0; i < 2000; i++) {
		vgt_rig_run(v, MS / 2);
		g = first;
		take_events(0);
		g = second;
		take_events(1);
	}
	assert_in_range(first->raised, 59, 61);
	assert_in_range(second->raised, 29, 31);
	vgt_guest_rig_free(second);
	g = first;
	assert_true(timer_runs());
	vgt_rig_run(v, 2 * FRAME_NS);
	assert_int_equal(take_events(0), PIPE_IRQ_VBLANK);
	unmask(0, 0);
	assert_false(timer_runs());
}

static void test_reset(void **state)
{
	struct vgt_plane p;

	(void)state;
	enable_interrupts();
	mode_set(0);
	unmask(0, PIPE_IRQ_VBLANK);
	show(0, 0, XRGB, 1024, 768, 64, low());
	vgt_rig_run(v, FRAME_NS);
	vgt_guest_reset(g->guest);
	assert_false(timer_runs());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -ENOENT);
}

/* -- what is shown ------------------------------------------------------------- */

/* The pipe is off while planes are written, so that all of it is live at once. */
static int shown(unsigned int n, u32 ctl, u32 width, u32 height, u32 stride, u32 surf,
		 struct vgt_plane *p)
{
	pipe_off(0);
	show(0, n, ctl, width, height, stride, surf);
	mode_set(0);
	return vgt_guest_plane(g->guest, n ? VGT_PLANE_SPRITE : VGT_PLANE_PRIMARY, p);
}

static void test_formats(void **state)
{
	static const struct {
		u32 format, order, alpha;
		u32 bytes;
		const char *primary, *sprite;
	} cases[] = {
		{ PLANE_FORMAT_8888, 0, 0, 4, "XR24", "XR24" },
		{ PLANE_FORMAT_8888, 0, 2, 4, "XR24", "AR24" },
		{ PLANE_FORMAT_8888, 0, 3, 4, "XR24", "AR24" },
		{ PLANE_FORMAT_8888, PLANE_CTL_RGBX, 0, 4, "XB24", "XB24" },
		{ PLANE_FORMAT_8888, PLANE_CTL_RGBX, 2, 4, "XB24", "AB24" },
		{ PLANE_FORMAT_2101010, 0, 0, 4, "XR30", "XR30" },
		{ PLANE_FORMAT_2101010, PLANE_CTL_RGBX, 0, 4, "XB30", "XB30" },
		{ PLANE_FORMAT_2101010, 0, 2, 4, "XR30", "AR30" },
		{ PLANE_FORMAT_16F, PLANE_CTL_RGBX, 0, 8, "XB4H", "XB4H" },
		{ PLANE_FORMAT_565, 0, 0, 2, "RG16", "RG16" },
		{ PLANE_FORMAT_INDEXED, 0, 0, 1, "C8  ", "C8  " },
		{ PLANE_FORMAT_XYUV, 0, 0, 4, "XYUV", "XYUV" },
		{ PLANE_FORMAT_YUV422, PLANE_YUYV << 16, 0, 2, "YUYV", "YUYV" },
		{ PLANE_FORMAT_YUV422, PLANE_UYVY << 16, 0, 2, "UYVY", "UYVY" },
		{ PLANE_FORMAT_YUV422, PLANE_YVYU << 16, 0, 2, "YVYU", "YVYU" },
		{ PLANE_FORMAT_YUV422, PLANE_VYUY << 16, 0, 2, "VYUY", "VYUY" },
	};
	static const u32 unknown[] = { 1, 3, 5, 7, 9, 10, 11, 13, 15 };
	struct vgt_plane p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned int n = 0; n < 2; n++) {
			u32 ctl = cases[i].format << 24 | cases[i].order | cases[i].alpha << 4;
			u32 stride = 640 * cases[i].bytes;

			assert_int_equal(shown(n, ctl, 640, 480, stride / 64, high(), &p), 0);
			assert_int_equal(p.fourcc, fourcc(n ? cases[i].sprite : cases[i].primary));
			assert_true(p.modifier == 0);
			assert_int_equal(p.stride, stride);
			assert_int_equal(p.width, 640);
			assert_int_equal(p.height, 480);
			assert_int_equal(p.addr, high());
			assert_int_equal(p.size, (480 * stride + 4095) / 4096 * 4096);
			assert_int_equal(p.hot_x, ~0u);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		assert_int_equal(shown(0, unknown[i] << 24, 640, 480, 80, low(), &p), -EINVAL);
}

static void test_tilings(void **state)
{
	struct vgt_plane p;

	(void)state;
	assert_int_equal(shown(0, XRGB | X_TILED, 1000, 767, 8, low() + 0x10000, &p), 0);
	assert_true(p.modifier == MOD_X);
	assert_int_equal(p.stride, 4096);
	assert_int_equal(p.height, 767);
	assert_int_equal(p.size, 768 * 4096);
	assert_int_equal(shown(0, XRGB | Y_TILED, 1000, 767, 32, low() + 0x10000, &p), 0);
	assert_true(p.modifier == MOD_Y);
	assert_int_equal(p.stride, 4096);
	assert_int_equal(p.size, 768 * 4096);
	assert_int_equal(shown(0, XRGB | Y_TILED, 1000, 769, 32, low() + 0x10000, &p), 0);
	assert_int_equal(p.size, 800 * 4096);
	/* Yf, reserved ones, compression. */
	assert_int_equal(shown(0, XRGB | PLANE_TILED_YF << 10, 64, 64, 32, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB | 2 << 10, 64, 64, 32, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB | Y_TILED | 1 << 15, 64, 64, 32, low(), &p), -EINVAL);
	/* Rotation. */
	for (u32 rotate = 1; rotate < 4; rotate++)
		assert_int_equal(shown(0, XRGB | Y_TILED | rotate, 64, 64, 32, low(), &p), -EINVAL);
}

static void test_position(void **state)
{
	struct vgt_plane p;

	(void)state;
	shown(1, XRGB, 64, 64, 4, low(), &p);
	wr(plane(0, 1) + PLANE_POS, 200 << 16 | 100);
	flip(0, 1, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_SPRITE, &p), 0);
	assert_int_equal(p.x, 100);
	assert_int_equal(p.y, 200);
	/* Behind a scaler the window says where; the size is that of the source. */
	wr(PS_BASE(0, 1) + PS_WIN_POS, 30 << 16 | 40);
	wr(PS_BASE(0, 1) + PS_WIN_SZ, 128 << 16 | 128);
	wr(PS_BASE(0, 1) + PS_CTRL, PS_ENABLE | 2 << 25);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_SPRITE, &p), 0);
	assert_int_equal(p.x, 30);
	assert_int_equal(p.y, 40);
	assert_int_equal(p.width, 64);
}

/* A picture that begins within its surface, where a page begins; nowhere else. */
static void test_offset(void **state)
{
	struct vgt_plane p;

	(void)state;
	pipe_off(0);
	mode_set(0);
	show(0, 0, XRGB, 1024, 100, 64, low());
	wr(plane(0, 0) + PLANE_OFFSET, 7 << 16);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.addr, low() + 7 * 4096);
	wr(plane(0, 0) + PLANE_OFFSET, 7 << 16 | 1);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -EINVAL);
	show(0, 0, XRGB | X_TILED, 1024, 100, 8, low());
	wr(plane(0, 0) + PLANE_OFFSET, 16 << 16);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.addr, low() + 16 * 4096);
	wr(plane(0, 0) + PLANE_OFFSET, 4 << 16);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -EINVAL);
}

static void test_bounds(void **state)
{
	const struct vgt_gm_share *gm = &g->guest->vgpu.gm;
	u32 low_end = gm->low.start + gm->low.size, high_end = gm->high.start + gm->high.size;
	u32 size = 1024 * 4 * 768;
	struct vgt_plane p;

	(void)state;
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, low_end - size, &p), 0);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, low_end - size + 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, low() - 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, high_end - size, &p), 0);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, high_end - size + 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, high() - 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, 0, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, 0xfffff000, &p), -EINVAL);
	/* Lines that overlap. */
	assert_int_equal(shown(0, XRGB, 1024, 768, 63, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 0, low(), &p), -EINVAL);
	/* 4 GiB and 4 MiB. */
	assert_int_equal(shown(0, XRGB | X_TILED, 8192, 8192, 1025, low(), &p), -EINVAL);
	/* Lines so far apart that it is more than a screen can have, if not than the guest has. */
	assert_int_equal(shown(0, XRGB | X_TILED, 1024, 128, 0x1000 / 2, high(), &p), 0);
	assert_int_equal(shown(0, XRGB | X_TILED, 1024, 264, 0x1000 / 2, high(), &p), -EINVAL);
	/* The most that the registers can say: 8192 lines of 2 MiB, 16 GiB. */
	assert_int_equal(shown(0, XRGB | X_TILED, 8192, 8192, 0xfff, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB | X_TILED, 8192, 8192, 0xffffffff, high(), &p), -EINVAL);
}

/* Whatever the registers say, what is reported lies within the guest's own memory. */
static void test_hostile_planes(void **state)
{
	const struct vgt_gm_share *gm = &g->guest->vgpu.gm;
	struct vgt_plane p;
	unsigned int good = 0;
	u32 seed = 1;

	(void)state;
	mode_set(0);
	for (unsigned int i = 0; i < 50000; i++) {
		for (u32 reg = 0; reg < 0x30; reg += 4) {
			seed = seed * 1664525 + 1013904223;
			wr(plane(0, i & 1) + reg, seed >> (seed >> 27 & 15));
			wr(PIPE_BASE(0) + CUR_CTL + 4 * (reg % 12 / 4), seed * 77);
		}
		if (i & 2)
			wr(plane(0, i & 1) + PLANE_CTL, PLANE_CTL_ENABLE | XRGB);
		if (i & 4)
			wr(plane(0, i & 1) + PLANE_OFFSET, 0);
		flip(0, i & 1, (i & 8 ? low() : high()) + (seed >> 8 & 0xffff000));
		v->rig->now += FRAME_NS;
		for (unsigned int id = 0; id < VGT_NUM_PLANES + 1; id++) {
			if (vgt_guest_plane(g->guest, id, &p))
				continue;
			good++;
			assert_true(id < VGT_NUM_PLANES);
			assert_int_equal(p.addr % 4096 | p.size % 4096, 0);
			assert_true((u64)p.height * p.stride <= p.size);
			assert_true((p.addr >= gm->low.start &&
				     p.addr + p.size <= gm->low.start + gm->low.size) ||
				    (p.addr >= gm->high.start &&
				     p.addr + p.size <= gm->high.start + gm->high.size));
		}
	}
	assert_true(good > 100);
}

static void set_cursor(u32 ctl, u32 pos, u32 fbc, u32 base)
{
	wr(PIPE_BASE(0) + CUR_CTL, ctl);
	wr(PIPE_BASE(0) + CUR_POS, pos);
	wr(PIPE_BASE(0) + CUR_FBC_CTL, fbc);
	wr(PIPE_BASE(0) + CUR_BASE, base);
	vgt_rig_run(v, FRAME_NS);
}

static void test_cursor(void **state)
{
	struct vgt_plane p;

	(void)state;
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -ENOENT);
	mode_set(0);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -ENOENT);
	set_cursor(CUR_64_ARGB, CUR_POS_X_SIGN | 5 | 700 << 16, 0, low() + 0x5000);
	assert_int_equal(rd(PIPE_BASE(0) + CUR_SURFLIVE), low() + 0x5000);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), 0);
	assert_int_equal(p.fourcc, fourcc("AR24"));
	assert_true(p.modifier == 0);
	assert_int_equal(p.width, 64);
	assert_int_equal(p.height, 64);
	assert_int_equal(p.stride, 256);
	assert_int_equal(p.size, 16384);
	assert_int_equal(p.addr, low() + 0x5000);
	assert_int_equal(p.x, -5);
	assert_int_equal(p.y, 700);
	assert_int_equal(p.hot_x, ~0u);
	wr(PVINFO_CURSOR_HOT_X, 3);
	wr(PVINFO_CURSOR_HOT_Y, 4);
	set_cursor(CUR_256_ARGB, CUR_POS_Y_SIGN | 9 << 16, CUR_FBC_ENABLE | 31, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), 0);
	assert_int_equal(p.width, 256);
	assert_int_equal(p.height, 32);
	assert_int_equal(p.y, -9);
	assert_int_equal(p.hot_x, 3);
	assert_int_equal(p.hot_y, 4);
	set_cursor(CUR_128_ARGB | CUR_ROTATE_180, 0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -EINVAL);
	set_cursor(0x7, 0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -EINVAL);
	set_cursor(CUR_64_ARGB, 0, 0, low() - 4096);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -EINVAL);
	set_cursor(0, 0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -ENOENT);
}

static void test_nothing_shown(void **state)
{
	struct vgt_plane p;

	(void)state;
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -ENOENT);
	show(0, 0, XRGB, 1024, 768, 64, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -ENOENT);
	mode_set(0);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_SPRITE, &p), -ENOENT);
	/* Another pipe alone is what is shown then. */
	pipe_off(0);
	show(2, 0, XRGB, 800, 600, 50, low());
	mode_set(2);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 800);
}

/* -- pages --------------------------------------------------------------------- */

static void test_hold(void **state)
{
	struct vgt_held_pages *held;
	u64 gfn[4], bus[4];
	void *addr[4];
	unsigned int pinned = g->pinned;

	(void)state;
	for (int i = 0; i < 4; i++) {
		gfn[i] = vgt_guest_rig_alloc(g);
		vgt_guest_rig_map(g, low() + 4096 * i, gfn[i]);
	}
	held = vgt_guest_hold_pages(g->guest, low(), 4, bus, addr);
	assert_false(IS_ERR(held));
	for (int i = 0; i < 4; i++) {
		assert_true(bus[i] == g->bus[gfn[i]]);
		assert_ptr_equal(addr[i], vgt_guest_rig_mem(g, gfn[i] << 12));
	}
	/* The guest maps something else: what is looked at stays. */
	for (int i = 0; i < 4; i++)
		vgt_guest_write(g->guest, 0x800000 + low() / 512 + 8 * i, 0, 8);
	wr(0x101008, 1);
	for (int i = 0; i < 4; i++)
		assert_true(g->pins[gfn[i]]);
	vgt_guest_unmap(g->guest, gfn[2], 1);
	assert_false(g->pins[gfn[2]]);
	assert_true(g->pins[gfn[1]]);
	vgt_guest_release_pages(g->guest, held);
	vgt_guest_reset(g->guest);
	assert_int_equal(g->pinned, pinned);
}

static void test_ggtt_changes(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g), changes = vgt_guest_ggtt_changes(g->guest);

	(void)state;
	vgt_guest_rig_map(g, low(), gfn);
	assert_true(vgt_guest_ggtt_changes(g->guest) != changes);
	changes = vgt_guest_ggtt_changes(g->guest);
	/* The same again, or what is not present, puts no other page anywhere. */
	vgt_guest_rig_map(g, low(), gfn);
	vgt_guest_write(g->guest, 0x800000 + low() / 512 + 8, 0, 8);
	wr(0x101008, 1);
	assert_true(vgt_guest_ggtt_changes(g->guest) == changes);
	vgt_guest_rig_map(g, low(), vgt_guest_rig_alloc(g));
	assert_true(vgt_guest_ggtt_changes(g->guest) != changes);
	changes = vgt_guest_ggtt_changes(g->guest);
	vgt_guest_reset(g->guest);
	assert_true(vgt_guest_ggtt_changes(g->guest) != changes);
	changes = vgt_guest_ggtt_changes(g->guest);
	vgt_guest_rig_map(g, low(), gfn);
	vgt_guest_unmap(g->guest, gfn, 1);
	assert_true(vgt_guest_ggtt_changes(g->guest) > changes + 1);
}

static void test_hold_errors(void **state)
{
	u64 bus[4];

	(void)state;
	vgt_guest_rig_map(g, low(), vgt_guest_rig_alloc(g));
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 2, bus, NULL)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 0, NULL, NULL)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low() + 1, 1, NULL, NULL)),
			 -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low() - 4096, 2, NULL, NULL)),
			 -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, 0, 1, NULL, NULL)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, 0xfffff000, ~0u, NULL, NULL)),
			 -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, 0xfffff000, 2, NULL, NULL)),
			 -EFAULT);
	shim_fail_alloc = 1;
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 1, NULL, NULL)), -ENOMEM);
}

/* A hold over the end of its machine is empty, and can still be given back. */
static void test_hold_over_close(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);
	struct vgt_held_pages *held;

	(void)state;
	vgt_guest_rig_map(g, low(), gfn);
	held = vgt_guest_hold_pages(g->guest, low(), 1, NULL, NULL);
	assert_false(IS_ERR(held));
	vgt_guest_close(g->guest);
	assert_int_equal(g->pinned, 0);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 1, NULL, NULL)), -EFAULT);
	vgt_guest_release_pages(g->guest, held);
	assert_int_equal(vgt_guest_open(g->guest, machine, g), 0);
}

/* -- the rest ------------------------------------------------------------------ */

/* i915 reads back what it has written to the precision palette. */
static void test_palette(void **state)
{
	u32 index = PREC_PAL_BASE(1) + PREC_PAL_INDEX, data = PREC_PAL_BASE(1) + PREC_PAL_DATA;

	(void)state;
	wr(index, PREC_PAL_AUTO_INC);
	for (u32 i = 0; i < 1024; i++)
		wr(data, i * 3);
	wr(index, PREC_PAL_AUTO_INC);
	for (u32 i = 0; i < 1024; i++)
		assert_int_equal(rd(data), i * 3);
	wr(index, 7);
	assert_int_equal(rd(data), 21);
	assert_int_equal(rd(data), 21);
}

/* Every register of the display takes any value. */
static void test_storm(void **state)
{
	u32 seed = 7;

	(void)state;
	for (unsigned int i = 0; i < 300000; i++) {
		seed = seed * 1664525 + 1013904223;
		if (i % 3)
			wr(0x40000 + (seed >> 8 & 0x3fffc), seed * 31);
		else
			rd(0x40000 + (seed >> 8 & 0x3fffc));
		if (i % 8 == 0)
			wr(0xc0000 + (seed >> 9 & 0x3fffc), seed);
		if (i % 64 == 0) {
			v->rig->now += seed >> 6;
			if (now() >= v->timer)
				vgt_hw_timer(&v->hw);
		}
	}
	assert_int_equal(v->rig->trespasses, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_edid_modes), TEST(test_edid_of_types), TEST(test_edid_over_aux),
		TEST(test_set_edid_errors), TEST(test_aux_without_sink), TEST(test_dpcd),
		TEST(test_link_training), TEST(test_malformed_aux), TEST(test_gmbus_nak),
		TEST(test_hotplug), TEST(test_counters), TEST(test_hdmi_counter),
		TEST(test_frame_rate),
		TEST(test_absurd_modes), TEST(test_vblank), TEST(test_missed_vblanks),
		TEST(test_flip), TEST(test_arming), TEST(test_async_flip), TEST(test_notify),
		TEST(test_close), TEST(test_two_guests), TEST(test_reset), TEST(test_formats),
		TEST(test_tilings),
		TEST(test_position), TEST(test_offset), TEST(test_bounds),
		TEST(test_hostile_planes), TEST(test_cursor), TEST(test_nothing_shown),
		TEST(test_hold), TEST(test_ggtt_changes), TEST(test_hold_errors),
		TEST(test_hold_over_close),
		TEST(test_palette), TEST(test_storm),
	};

	return cmocka_run_group_tests_name("vgt_display", tests, NULL, NULL);
}
