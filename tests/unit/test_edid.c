// SPDX-License-Identifier: GPL-2.0 OR MIT
/* EDID and VBT: read by the rules of those who will read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "edid_check.h"
#include "igd_edid.h"
#include "igd_opregion.h"

static void check_edid(const uint8_t *edid, size_t len, uint32_t width, uint32_t height, bool hdmi)
{
	assert_int_equal(len, hdmi ? 256 : 128);
	check_edid_block(edid, width, height);
	assert_int_equal(edid[20] & 0x80, 0x80);
	assert_int_equal(edid[126], hdmi);
	for (int i = 72; i < 126; i += 18)
		assert_true(edid[i + 3] >= 0xfc);
	if (!hdmi)
		return;
	assert_int_equal(sum(edid + 128, 128), 0);
	assert_int_equal(edid[128], 2);
	assert_int_equal(edid[132] >> 5, 3);			/* vendor block ... */
	assert_int_equal(edid[133] | edid[134] << 8 | edid[135] << 16, 0x000c03);
	assert_int_equal(edid[130], 4 + 1 + (edid[132] & 31));	/* ... and nothing more */
}

static void test_edid_modes(void **state)
{
	static const uint16_t modes[][2] = {
		{ 640, 480 }, { 800, 600 }, { 1024, 768 }, { 1280, 720 }, { 1280, 800 },
		{ 1280, 1024 }, { 1366, 768 }, { 1600, 1200 }, { 1920, 1080 }, { 1920, 1200 },
		{ 2560, 1440 }, { 3840, 2160 }, { 4095, 2304 },
	};
	uint8_t edid[IGD_EDID_MAX];

	(void)state;
	for (size_t i = 0; i < IGD_ARRAY_SIZE(modes); i++)
		for (int hdmi = 0; hdmi < 2; hdmi++)
			check_edid(edid, igd_edid_default(edid, modes[i][0], modes[i][1], hdmi),
				   modes[i][0], modes[i][1], hdmi);
}

/* VESA's own figures for two well-known modes. */
static void test_cvt(void **state)
{
	uint8_t edid[IGD_EDID_MAX];

	(void)state;
	igd_edid_default(edid, 1920, 1080, false);
	assert_int_equal(edid_khz(edid), 138500);
	assert_int_equal(edid[60], 31);			/* 1111 lines in all */
	igd_edid_default(edid, 1920, 1200, false);
	assert_int_equal(edid_khz(edid), 154000);
	assert_int_equal(edid[60], 35);
}

static void test_edid_range(void **state)
{
	uint8_t edid[IGD_EDID_MAX];

	(void)state;
	assert_int_equal(igd_edid_default(edid, 639, 480, false), 0);
	assert_int_equal(igd_edid_default(edid, 640, 479, false), 0);
	assert_int_equal(igd_edid_default(edid, 4096, 2160, true), 0);
	assert_int_equal(igd_edid_default(edid, 4000, 2305, true), 0);
}

/* -- VBT, by the rules of intel_bios.c -------------------------------------------- */

static uint8_t opregion[IGD_OPREGION_SIZE];

static uint32_t u16(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

static uint32_t u32(const uint8_t *p)
{
	return u16(p) | u16(p + 2) << 16;
}

static const uint8_t *vbt(void)
{
	igd_opregion_fill(opregion);
	return opregion + 0x400;
}

/* Block @id of the BDB, or NULL; @size without id and size. */
static const uint8_t *bdb_block(const uint8_t *bdb, uint8_t id, uint32_t *size)
{
	uint32_t at = u16(bdb + 18), end = u16(bdb + 20);

	while (at + 3 < end) {
		*size = u16(bdb + at + 1);
		assert_true(at + 3 + *size <= end);
		if (bdb[at] == id)
			return bdb + at + 3;
		at += 3 + *size;
	}
	return NULL;
}

static void test_opregion(void **state)
{
	(void)state;
	vbt();
	assert_memory_equal(opregion, "IntelGraphicsMem", 16);
	assert_int_equal(u32(opregion + 16), 8);
	assert_int_equal(opregion[23], 2);		/* major version: no SWSCI */
	assert_int_equal(u32(opregion + 88) & 2, 0);
}

static void test_vbt(void **state)
{
	const uint8_t *v = vbt(), *bdb, *defs;
	uint32_t size, children = 0;

	(void)state;
	assert_memory_equal(v, "$VBT SKYLAKE", 12);
	assert_int_equal(sum(v, u16(v + 24)), 0);
	assert_true(u16(v + 24) <= IGD_OPREGION_SIZE - 0x400);
	bdb = v + u32(v + 28);
	assert_memory_equal(bdb, "BIOS_DATA_BLOCK ", 16);
	assert_true(u32(v + 28) + u16(bdb + 20) <= u16(v + 24));
	assert_non_null(bdb_block(bdb, 1, &size));

	defs = bdb_block(bdb, 2, &size);
	assert_non_null(defs);
	assert_int_equal(u16(bdb + 16), 205);
	assert_int_equal(defs[4], 38);			/* as this version has to have it */
	assert_int_equal((size - 5) % 38, 0);
	for (const uint8_t *c = defs + 5; c < defs + size; c += 38, children++) {
		static const uint8_t dvo_port[] = { 7, 2, 3 }, pin[] = { 5, 4, 6 };
		uint32_t type = u16(c + 2);

		assert_int_equal(c[16], dvo_port[children]);
		assert_int_equal(c[19], pin[children]);
		assert_int_equal(type & 1 << 12, 0);	/* no internal panel */
		/* DisplayPort is told from HDMI by these two bits */
		assert_int_equal(!!(type & 1 << 2), children == 0);
		assert_int_equal(!!(type & 1 << 4), children != 0);
	}
	assert_int_equal(children, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edid_modes),
		cmocka_unit_test(test_cvt),
		cmocka_unit_test(test_edid_range),
		cmocka_unit_test(test_opregion),
		cmocka_unit_test(test_vbt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
