/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* An EDID by the rules of who reads it, not of who wrote it; after cmocka.h. */
#ifndef EDID_CHECK_H
#define EDID_CHECK_H

#include <stdint.h>

static inline uint8_t sum(const uint8_t *p, size_t len)
{
	uint8_t s = 0;

	while (len--)
		s += *p++;
	return s;
}

/* Of the first detailed timing. */
static inline uint32_t edid_khz(const uint8_t *edid)
{
	return (edid[54] | edid[55] << 8) * 10;
}

/* The base block: version, and a first detailed timing of that size with 60 Hz. */
static inline void check_edid_block(const uint8_t *edid, uint32_t width, uint32_t height)
{
	static const uint8_t magic[] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	const uint8_t *d = edid + 54;
	uint32_t hblank = d[3] | (d[4] & 0xf) << 8, vblank = d[6] | (d[7] & 0xf) << 8;
	uint32_t hsync = (d[8] | (d[11] >> 6) << 8) + (d[9] | (d[11] >> 4 & 3) << 8);
	uint32_t vsync = (d[10] >> 4 | (d[11] >> 2 & 3) << 4) + ((d[10] & 0xf) | (d[11] & 3) << 4);
	uint32_t khz = edid_khz(edid), htotal = width + hblank, vtotal = height + vblank;

	assert_memory_equal(edid, magic, sizeof(magic));
	assert_int_equal(sum(edid, 128), 0);
	assert_int_equal(edid[18], 1);
	assert_int_equal(edid[19], 4);
	assert_int_equal(d[2] | d[4] >> 4 << 8, width);
	assert_int_equal(d[5] | d[7] >> 4 << 8, height);
	assert_in_range((uint64_t)khz * 100000 / (htotal * vtotal), 5930, 6001);
	assert_true(hsync < hblank && vsync < vblank);
	/* The vertical blank is at least 460 us. */
	assert_true((uint64_t)vblank * htotal * 1000 >= 459ull * khz);
	for (int i = 72; i < 126; i += 18)
		assert_int_equal(edid[i] | edid[i + 1] | edid[i + 2], 0);
}

#endif
