// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Ports: AUX and DPCD, link training, DDC over AUX and GMBUS, hot-plug. */
#include "display_rig.h"
#include "aux_driver.h"
#include "igd_edid.h"

/* -- AUX ----------------------------------------------------------------------- */

static void plug_dp(void)
{
	igd_display_plug(rig->gd, IGD_PORT_B, IGD_SINK_DP, NULL, 0);
}

static void test_aux_without_sink(void **state)
{
	uint8_t val, code;

	(void)state;
	assert_int_equal(aux(IGD_PORT_B, NATIVE_READ, 0, NULL, 1, &val, &code), -1);
	/* An HDMI monitor has no AUX either. */
	igd_display_plug(rig->gd, IGD_PORT_C, IGD_SINK_HDMI, NULL, 0);
	assert_int_equal(aux(IGD_PORT_C, NATIVE_READ, 0, NULL, 1, &val, &code), -1);
	assert_int_equal(violations(), 0);
}

static void test_aux_interrupt(void **state)
{
	static const uint32_t bits[] = { DE_PORT_AUX_A, DE_PORT_AUX_B, DE_PORT_AUX_C, DE_PORT_AUX_D };
	uint8_t val, code;

	(void)state;
	wr(GEN8_DE_PORT_IRQ_BASE + IRQ_IMR, 0);
	for (unsigned int port = 0; port < IGD_NUM_PORTS; port++) {
		aux(port, NATIVE_READ, 0, NULL, 1, &val, &code);
		assert_int_equal(rd(GEN8_DE_PORT_IRQ_BASE + IRQ_IIR), bits[port]);
		wr(GEN8_DE_PORT_IRQ_BASE + IRQ_IIR, ~0u);
	}
}

static void test_aux_power(void **state)
{
	uint8_t val, code;

	(void)state;
	plug_dp();
	wr(PWR_WELL_CTL_DRIVER, PWR_WELL_CTL_REQ(14));
	assert_int_equal(aux(IGD_PORT_B, NATIVE_READ, 0, NULL, 1, &val, &code), -1);
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_POWER_WELL), 1);
}

static void test_dpcd(void **state)
{
	uint8_t caps[16], code;

	(void)state;
	plug_dp();
	assert_int_equal(aux(IGD_PORT_B, NATIVE_READ, 0, NULL, 15, caps, &code), 15);
	assert_int_equal(caps[0], 0x12);		/* revision */
	assert_int_equal(caps[1], 0x14);		/* 5.4 Gb/s */
	assert_int_equal(caps[2] & 0x1f, 4);		/* lanes */
	assert_int_equal(caps[5], 0);			/* no branch */
	assert_int_equal(dpcd(0x021), 0);		/* no MST */
	assert_int_equal(dpcd(0x060), 0);		/* no DSC */
	assert_int_equal(dpcd(0x070), 0);		/* no PSR */
	assert_int_equal(dpcd(0x200) & 0x3f, 1);	/* one sink */
	assert_int_equal(dpcd(0xf0000), 0);		/* no repeaters */
	set_dpcd(0x600, 2);
	assert_int_equal(dpcd(0x600), 2);
	set_dpcd(0x000, 0x55);				/* capabilities stay */
	assert_int_equal(dpcd(0x000), 0x12);
	set_dpcd(0xfffff, 1);
	assert_int_equal(dpcd(0xfffff), 0);
}

static void test_malformed_aux(void **state)
{
	(void)state;
	plug_dp();
	for (unsigned int size = 0; size < 32; size++) {
		for (unsigned int cmd = 0; cmd < 16; cmd++) {
			wr(AUX_CTL(1) + 4, cmd << 28 | 0x00500013);
			wr(AUX_CTL(1), AUX_START | size << AUX_SIZE_SHIFT);
			assert_false(rd(AUX_CTL(1)) & AUX_SEND_BUSY);
		}
	}
}

static void test_link_training(void **state)
{
	uint32_t ddi = DDI_BASE(IGD_PORT_B);

	(void)state;
	plug_dp();
	wr(DPLL_CTRL2, 1 << 4 | 1 << 3);
	set_dpcd(0x100, 0x0a);
	set_dpcd(0x101, 0x84);
	set_dpcd(0x102, 0x21);
	assert_int_equal(dpcd(0x202), 0);		/* nothing is sent yet */

	wr(ddi + DP_TP_CTL, DP_TP_ENABLE | DP_TP_PAT1 << 8);
	assert_int_equal(rd(ddi + DDI_BUF_CTL) & DDI_BUF_IDLE, DDI_BUF_IDLE);
	wr(ddi + DDI_BUF_CTL, DDI_BUF_ENABLE | 3 << 1);
	assert_int_equal(rd(ddi + DDI_BUF_CTL) & DDI_BUF_IDLE, 0);
	assert_int_equal(dpcd(0x202), 0x11);		/* clock recovery, nothing more */
	assert_int_equal(dpcd(0x203), 0x11);
	assert_int_equal(dpcd(0x204), 0);

	set_dpcd(0x102, 0x22);
	assert_int_equal(dpcd(0x202), 0);		/* the source still sends pattern 1 */
	wr(ddi + DP_TP_CTL, DP_TP_ENABLE | DP_TP_PAT2 << 8);
	assert_int_equal(dpcd(0x202), 0x77);
	assert_int_equal(dpcd(0x203), 0x77);
	assert_int_equal(dpcd(0x204), 1);
	assert_int_equal(dpcd(0x206), 0);		/* no adjustment asked for */

	set_dpcd(0x102, 0);
	assert_int_equal(rd(ddi + DP_TP_STATUS) & DP_TP_IDLE_DONE, 0);
	wr(ddi + DP_TP_CTL, DP_TP_ENABLE | DP_TP_IDLE << 8);
	assert_int_equal(rd(ddi + DP_TP_STATUS) & DP_TP_IDLE_DONE, DP_TP_IDLE_DONE);
	wr(ddi + DP_TP_CTL, DP_TP_ENABLE | DP_TP_NORMAL << 8);
	assert_int_equal(dpcd(0x202), 0x77);		/* stays trained */
	assert_int_equal(dpcd(0x205), 1);

	wr(ddi + DDI_BUF_CTL, 0);
	wr(ddi + DDI_BUF_CTL, DDI_BUF_ENABLE);
	assert_int_equal(dpcd(0x202), 0);		/* until the link was off */
}

/* -- EDID ---------------------------------------------------------------------- */

static uint8_t edid[IGD_EDID_MAX];

/* Four blocks that differ in every byte. */
static void make_edid(void)
{
	for (unsigned int i = 0; i < sizeof(edid); i++)
		edid[i] = i * 7 + i / 128;
}

/* @count bytes from @offset of @segment, in the way of drm_do_probe_ddc_edid(). */
static void aux_read_edid(uint8_t segment, uint8_t offset, uint8_t *buf, unsigned int count)
{
	uint8_t code;

	if (segment) {
		aux(1, I2C_WRITE | I2C_MOT, 0x30, NULL, 0, NULL, &code);
		assert_int_equal(code, REPLY_ACK);
		aux(1, I2C_WRITE | I2C_MOT, 0x30, &segment, 1, NULL, &code);
		assert_int_equal(code, REPLY_ACK);
	}
	aux(1, I2C_WRITE | I2C_MOT, 0x50, NULL, 0, NULL, &code);
	aux(1, I2C_WRITE | I2C_MOT, 0x50, &offset, 1, NULL, &code);
	assert_int_equal(code, REPLY_ACK);
	aux(1, I2C_READ | I2C_MOT, 0x50, NULL, 0, NULL, &code);
	assert_int_equal(code, REPLY_ACK);
	for (unsigned int i = 0; i < count; i += 16)
		assert_int_equal(aux(1, I2C_READ | I2C_MOT, 0x50, NULL, 16, buf + i, &code), 16);
	aux(1, I2C_READ, 0x50, NULL, 0, NULL, &code);	/* STOP */
}

static void test_edid_over_aux(void **state)
{
	uint8_t buf[128], code, val;

	(void)state;
	make_edid();
	igd_display_plug(rig->gd, IGD_PORT_B, IGD_SINK_DP, edid, sizeof(edid));
	for (unsigned int block = 0; block < 4; block++) {
		aux_read_edid(block / 2, block % 2 * 128, buf, 128);
		assert_memory_equal(buf, edid + block * 128, 128);
	}
	/* STOP forgot the segment */
	aux_read_edid(0, 0, buf, 128);
	assert_memory_equal(buf, edid, 128);
	/* nobody at another address */
	assert_int_equal(aux(1, I2C_READ, 0x37, NULL, 1, &val, &code), 0);
	assert_int_equal(code, REPLY_I2C_NACK);
}

/* -- GMBUS --------------------------------------------------------------------- */

static void gmbus_stop(void)
{
	wr(GMBUS1, GMBUS_CYCLE_STOP | GMBUS_SW_RDY);
	assert_int_equal(rd(GMBUS2) & GMBUS_ACTIVE, 0);
	wr(GMBUS0, 0);
}

static void gmbus_clear_error(void)
{
	assert_int_equal(rd(GMBUS2) & GMBUS_ACTIVE, 0);
	wr(GMBUS1, GMBUS_SW_CLR_INT);
	wr(GMBUS1, 0);
	wr(GMBUS0, 0);
	assert_int_equal(rd(GMBUS2) & GMBUS_SATOER, 0);
}

/* Return: false for a NAK. */
static bool gmbus_write(uint8_t slave, uint8_t byte)
{
	wr(GMBUS3, byte);
	wr(GMBUS1, GMBUS_CYCLE_WAIT | 1 << 16 | slave << 1 | GMBUS_SW_RDY);
	return !(rd(GMBUS2) & GMBUS_SATOER);
}

static bool gmbus_read(uint8_t slave, int index, uint8_t *buf, unsigned int len)
{
	wr(GMBUS1, GMBUS_CYCLE_WAIT | (index >= 0 ? GMBUS_CYCLE_INDEX | index << 8 : 0) |
	   len << 16 | slave << 1 | GMBUS_READ | GMBUS_SW_RDY);
	for (unsigned int i = 0; i < len; i += 4) {
		uint32_t data;

		if (rd(GMBUS2) & GMBUS_SATOER)
			return false;
		assert_true(rd(GMBUS2) & GMBUS_HW_RDY);
		assert_false(rd(GMBUS2) & GMBUS_WAIT_PHASE);
		data = rd(GMBUS3);
		memcpy(buf + i, &data, len - i < 4 ? len - i : 4);
	}
	assert_true(rd(GMBUS2) & GMBUS_WAIT_PHASE);
	return true;
}

static void test_edid_over_gmbus(void **state)
{
	static const struct { uint8_t pin; enum igd_port port; } pins[] = {
		{ 5, IGD_PORT_B }, { 4, IGD_PORT_C }, { 6, IGD_PORT_D },
	};
	uint8_t buf[128];

	(void)state;
	make_edid();
	for (unsigned int i = 0; i < IGD_ARRAY_SIZE(pins); i++) {
		wr(GMBUS0, pins[i].pin);
		assert_false(gmbus_read(0x50, 0, buf, 128));
		gmbus_clear_error();

		edid[20] = i;
		igd_display_plug(rig->gd, pins[i].port, IGD_SINK_HDMI, edid, sizeof(edid));
		for (unsigned int block = 0; block < 4; block++) {
			wr(GMBUS0, pins[i].pin);
			if (block / 2)
				assert_true(gmbus_write(0x30, block / 2));
			assert_true(gmbus_read(0x50, block % 2 * 128, buf, 128));
			gmbus_stop();
			assert_memory_equal(buf, edid + 128 * block, 128);
		}
	}
	/* a read of its own goes on where the last ended, and lengths need not be round */
	wr(GMBUS0, 4);
	edid[20] = 1;
	assert_true(gmbus_write(0x50, 10));
	assert_true(gmbus_read(0x50, -1, buf, 7));
	assert_memory_equal(buf, edid + 10, 7);
	assert_true(gmbus_read(0x50, -1, buf, 9));
	assert_memory_equal(buf, edid + 17, 9);
	gmbus_stop();
	/* no SCDC, no dual-mode adaptor */
	wr(GMBUS0, 4);
	assert_false(gmbus_write(0x54, 1));
	gmbus_clear_error();
	wr(GMBUS0, 4);
	assert_false(gmbus_read(0x40, 0, buf, 16));
	gmbus_clear_error();
	assert_int_equal(violations(), 0);
}

/* Transfers of more than 511 bytes stop the byte counter for a while. */
static void test_gmbus_burst(void **state)
{
	uint8_t buf[768];
	unsigned int len = sizeof(buf), size = len % 256 + 256, at = 0;

	(void)state;
	make_edid();
	igd_display_plug(rig->gd, IGD_PORT_C, IGD_SINK_HDMI, edid, sizeof(edid));
	wr(GMBUS0, 4 | GMBUS_COUNT_OVERRIDE);
	wr(GMBUS1, GMBUS_CYCLE_WAIT | GMBUS_CYCLE_INDEX | size << 16 | 0x50 << 1 | GMBUS_READ |
	   GMBUS_SW_RDY);
	while (len) {
		uint32_t data;

		assert_true(rd(GMBUS2) & GMBUS_HW_RDY);
		assert_false(rd(GMBUS2) & GMBUS_WAIT_PHASE);
		data = rd(GMBUS3);
		memcpy(buf + at, &data, 4);
		at += 4;
		len -= 4;
		if (len == size - 4)
			wr(GMBUS0, 4);
	}
	assert_true(rd(GMBUS2) & GMBUS_WAIT_PHASE);
	gmbus_stop();
	assert_memory_equal(buf, edid, 256);
	assert_memory_equal(buf + 256, edid, 256);	/* the offset has eight bits */
}

static void test_gmbus_interrupt(void **state)
{
	(void)state;
	igd_display_plug(rig->gd, IGD_PORT_C, IGD_SINK_HDMI, NULL, 0);
	wr(SDE_IRQ_BASE + IRQ_IMR, ~SDE_GMBUS);
	wr(GMBUS0, 4);
	gmbus_write(0x50, 0);
	assert_int_equal(rd(SDE_IRQ_BASE + IRQ_IIR), 0);
	wr(GMBUS4, GMBUS_WAIT_EN);
	gmbus_write(0x50, 0);
	assert_int_equal(rd(SDE_IRQ_BASE + IRQ_IIR), SDE_GMBUS);
	assert_true(rd(GMBUS2) & GMBUS_INT);
}

static void test_gpio_lines(void **state)
{
	const uint32_t clock = 0x3, data_out_low = 0x700;

	(void)state;
	assert_int_equal(rd(PCH_GPIO(3)) & 0x1010, 0x1010);
	wr(PCH_GPIO(3), data_out_low);			/* drive data low */
	assert_int_equal(rd(PCH_GPIO(3)) & 0x1010, 0x0010);
	wr(PCH_GPIO(3), 0x100);				/* let go */
	assert_int_equal(rd(PCH_GPIO(3)) & 0x1010, 0x1010);
	wr(PCH_GPIO(3), clock | 0x4);			/* clock low */
	assert_int_equal(rd(PCH_GPIO(3)) & 0x1010, 0x1000);
	assert_int_equal(rd(PCH_GPIO(4)) & 0x1010, 0x1010);
}

/* -- hot-plug -------------------------------------------------------------------- */

static void test_hotplug(void **state)
{
	static const struct { enum igd_port port; uint32_t sde, ctl, status; } ports[] = {
		{ IGD_PORT_B, SDE_PORT_B_HOTPLUG, 1 << 4, 2 << 0 },
		{ IGD_PORT_C, SDE_PORT_C_HOTPLUG, 1 << 12, 2 << 8 },
		{ IGD_PORT_D, SDE_PORT_D_HOTPLUG, 1 << 20, 2 << 16 },
		{ IGD_PORT_A, SDE_PORT_A_HOTPLUG, 1 << 28, 2 << 24 },
	};

	(void)state;
	wr(SDE_IRQ_BASE + IRQ_IMR, 0);
	for (unsigned int i = 0; i < IGD_ARRAY_SIZE(ports); i++) {
		enum igd_sink sink = i & 1 ? IGD_SINK_HDMI : IGD_SINK_DP;

		/* Not enabled: only the live state changes. */
		igd_display_plug(rig->gd, ports[i].port, sink, NULL, 0);
		assert_int_equal(rd(SDE_IRQ_BASE + IRQ_ISR), ports[i].sde);
		assert_int_equal(rd(SDE_IRQ_BASE + IRQ_IIR), 0);

		wr(SHOTPLUG_CTL, ports[i].ctl);
		igd_display_plug(rig->gd, ports[i].port, IGD_SINK_NONE, NULL, 0);
		assert_int_equal(rd(SDE_IRQ_BASE + IRQ_ISR), 0);
		assert_int_equal(rd(SDE_IRQ_BASE + IRQ_IIR), ports[i].sde);
		assert_int_equal(rd(SHOTPLUG_CTL), ports[i].ctl | ports[i].status);
		wr(SDE_IRQ_BASE + IRQ_IIR, ports[i].sde);
		wr(SHOTPLUG_CTL, rd(SHOTPLUG_CTL));
		assert_int_equal(rd(SHOTPLUG_CTL), ports[i].ctl);

		/* The same again is no change. */
		igd_display_plug(rig->gd, ports[i].port, IGD_SINK_NONE, NULL, 0);
		assert_int_equal(rd(SDE_IRQ_BASE + IRQ_IIR), 0);
		assert_int_equal(igd_display_sink(rig->gd, ports[i].port), IGD_SINK_NONE);
		wr(SHOTPLUG_CTL, 0);
	}
}

static void test_reset_keeps_monitors(void **state)
{
	(void)state;
	plug_dp();
	set_dpcd(0x100, 0x14);
	igd_core_reset(rig->gd);
	assert_int_equal(rd(SDE_IRQ_BASE + IRQ_ISR), SDE_PORT_B_HOTPLUG);
	power_up();
	assert_int_equal(dpcd(0x100), 0);
	assert_int_equal(dpcd(0x000), 0x12);
}

static void test_panel_power(void **state)
{
	(void)state;
	assert_int_equal(rd(PP_STATUS), 0);
	wr(PP_CONTROL, PP_POWER_ON);
	assert_int_equal(rd(PP_STATUS), PP_ON | PP_ON_IDLE);
	wr(PP_CONTROL, 0);
	assert_int_equal(rd(PP_STATUS), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, display_setup, display_teardown)
	const struct CMUnitTest tests[] = {
		T(test_aux_without_sink),
		T(test_aux_interrupt),
		T(test_aux_power),
		T(test_dpcd),
		T(test_malformed_aux),
		T(test_link_training),
		T(test_edid_over_aux),
		T(test_edid_over_gmbus),
		T(test_gmbus_burst),
		T(test_gmbus_interrupt),
		T(test_gpio_lines),
		T(test_hotplug),
		T(test_reset_keeps_monitors),
		T(test_panel_power),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
