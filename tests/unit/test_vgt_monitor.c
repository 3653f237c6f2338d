// SPDX-License-Identifier: GPL-2.0 OR MIT
/* A guest's monitor: EDID, AUX, link training, hot-plug. */
#include "vgt_display_rig.h"
#include "aux_driver.h"
#include "drivers/vgt/vgt_edid.h"

#define HOTPLUG_ENABLE	0x10

/* -- EDID ---------------------------------------------------------------------- */

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
	assert_int_equal(edid_khz(edid), 138500);
	assert_int_equal(edid[60], 31);
	vgt_edid_make(edid, 1920, 1200);
	assert_int_equal(edid_khz(edid), 154000);
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

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, display_setup, display_teardown)
	const struct CMUnitTest tests[] = {
		T(test_edid_modes),
		T(test_edid_of_types),
		T(test_edid_over_aux),
		T(test_set_edid_errors),
		T(test_aux_without_sink),
		T(test_dpcd),
		T(test_link_training),
		T(test_malformed_aux),
		T(test_gmbus_nak),
		T(test_hotplug),
	};

	return cmocka_run_group_tests_name("vgt_monitor", tests, NULL, NULL);
}
