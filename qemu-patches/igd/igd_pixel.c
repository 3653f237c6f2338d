// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: pixels
 *
 * Everything is brought to eight bits per channel.  The deeper formats are
 * truncated, so that a picture with the same upper bits is the same picture.
 */
#include <string.h>

#include "igd_pixel.h"
#include "vgt/regs/display.h"

unsigned int igd_pixel_bytes(uint32_t ctl)
{
	switch (PLANE_CTL_FORMAT(ctl)) {
	case PLANE_FORMAT_INDEXED:
		return 1;
	case PLANE_FORMAT_565:
	case PLANE_FORMAT_YUV422:
		return 2;
	case PLANE_FORMAT_2101010:
	case PLANE_FORMAT_8888:
	case PLANE_FORMAT_XYUV:
		return 4;
	case PLANE_FORMAT_16F:
		return 8;
	default:
		return 0;
	}
}

static uint32_t argb(uint32_t a, uint32_t r, uint32_t g, uint32_t b)
{
	return a << 24 | r << 16 | g << 8 | b;
}

static uint32_t swap_rb(uint32_t p)
{
	return (p & 0xff00ff00) | (p >> 16 & 0xff) | (p & 0xff) << 16;
}

/* A half float from 0.0 to 1.0 as 8 bits; what lies outside is clamped. */
static uint32_t half_to_8(uint16_t h)
{
	unsigned int exp = h >> 10 & 31;
	uint32_t mant = (h & 0x3ff) | 0x400;

	if (h & 0x8000 || exp < 6)
		return 0;
	if (exp >= 15)
		return 255;
	/* mant * 2^(exp - 25) * 255, rounded */
	return (mant * 255 + (1u << (24 - exp))) >> (25 - exp);
}

static uint32_t clamp8(int v)
{
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* Coefficients in 1/65536. */
struct yuv_matrix {
	int y, rv, gu, gv, bu;
	int black;
};

static const struct yuv_matrix yuv_matrix[2][2] = {
	/* limited range: 219 steps of Y, 224 of U and V */
	{ { 76309, 104597, 25675, 53279, 132201, 16 }, { 76309, 117489, 13975, 34925, 138438, 16 } },
	/* full range */
	{ { 65536, 91881, 22554, 46802, 116130, 0 }, { 65536, 103206, 12276, 30679, 121609, 0 } },
};

static uint32_t yuv_to_rgb(uint32_t ctl, int y, int u, int v)
{
	const struct yuv_matrix *m = &yuv_matrix[!!(ctl & PLANE_CTL_YUV_FULL)]
						[!!(ctl & PLANE_CTL_BT709)];

	y = (y - m->black) * m->y + 32768;
	u -= 128;
	v -= 128;
	return argb(255, clamp8((y + m->rv * v) >> 16),
		    clamp8((y - m->gu * u - m->gv * v) >> 16),
		    clamp8((y + m->bu * u) >> 16));
}

static void unpack_422(uint32_t ctl, const uint8_t *raw, uint32_t first, uint32_t *out,
		       uint32_t count)
{
	/* Places of Y0, U and V in the four bytes of a pair; Y1 is two after Y0. */
	static const uint8_t place[4][3] = {
		[PLANE_YUYV] = { 0, 1, 3 },
		[PLANE_UYVY] = { 1, 0, 2 },
		[PLANE_YVYU] = { 0, 3, 1 },
		[PLANE_VYUY] = { 1, 2, 0 },
	};
	const uint8_t *at = place[PLANE_CTL_YUV_ORDER(ctl)];

	for (uint32_t i = 0; i < count; i++) {
		uint32_t x = i + (first & 1);
		const uint8_t *pair = raw + x / 2 * 4;

		out[i] = yuv_to_rgb(ctl, pair[at[0] + 2 * (x & 1)], pair[at[1]], pair[at[2]]);
	}
}

static uint32_t load32(const uint8_t *raw, uint32_t i)
{
	uint32_t v;

	memcpy(&v, raw + 4 * (size_t)i, 4);
	return v;
}

static uint32_t load16(const uint8_t *raw, uint32_t i)
{
	uint16_t v;

	memcpy(&v, raw + 2 * (size_t)i, 2);
	return v;
}

void igd_pixels_unpack(uint32_t ctl, const uint8_t *raw, uint32_t first,
		       uint32_t *out, uint32_t count)
{
	uint32_t v;

	switch (PLANE_CTL_FORMAT(ctl)) {
	case PLANE_FORMAT_8888:
		memcpy(out, raw, 4 * (size_t)count);
		break;
	case PLANE_FORMAT_2101010:
		for (uint32_t i = 0; i < count; i++) {
			v = load32(raw, i);
			out[i] = argb((v >> 30) * 85, v >> 22 & 0xff, v >> 12 & 0xff, v >> 2 & 0xff);
		}
		break;
	case PLANE_FORMAT_16F:
		for (uint32_t i = 0; i < count; i++)
			out[i] = argb(half_to_8(load16(raw, 4 * i + 3)),
				      half_to_8(load16(raw, 4 * i + 2)),
				      half_to_8(load16(raw, 4 * i + 1)),
				      half_to_8(load16(raw, 4 * i)));
		break;
	case PLANE_FORMAT_565:
		for (uint32_t i = 0; i < count; i++) {
			v = load16(raw, i);
			out[i] = argb(255, (v >> 8 & 0xf8) | v >> 13,
				      (v >> 3 & 0xfc) | (v >> 9 & 3),
				      (v << 3 & 0xf8) | (v >> 2 & 7));
		}
		break;
	case PLANE_FORMAT_INDEXED:
		for (uint32_t i = 0; i < count; i++)
			out[i] = 0xff000000 | raw[i] * 0x010101u;
		break;
	case PLANE_FORMAT_XYUV:
		for (uint32_t i = 0; i < count; i++) {
			v = load32(raw, i);
			out[i] = yuv_to_rgb(ctl, v >> 16 & 0xff, v >> 8 & 0xff, v & 0xff);
		}
		return;
	case PLANE_FORMAT_YUV422:
		unpack_422(ctl, raw, first, out, count);
		return;
	default:
		memset(out, 0, 4 * (size_t)count);
		return;
	}
	if (ctl & PLANE_CTL_RGBX)
		for (uint32_t i = 0; i < count; i++)
			out[i] = swap_rb(out[i]);
}

/* x / 255, rounded, for x up to 255 * 255 */
static uint32_t div255(uint32_t x)
{
	return (x + 127) / 255;
}

uint32_t igd_pixel_blend(enum igd_blend mode, uint32_t alpha, uint32_t src, uint32_t dst)
{
	uint32_t a = src >> 24, out = 0;
	uint32_t keep, weight;

	switch (mode) {
	case IGD_BLEND_PREMULT:
		weight = alpha;
		keep = 255 - div255(a * alpha);
		break;
	case IGD_BLEND_STRAIGHT:
		weight = div255(a * alpha);
		keep = 255 - weight;
		break;
	default:
		weight = alpha;
		keep = 255 - alpha;
		break;
	}
	for (int shift = 0; shift < 24; shift += 8) {
		uint32_t v = div255((src >> shift & 0xff) * weight + (dst >> shift & 0xff) * keep);

		out |= (v > 255 ? 255 : v) << shift;
	}
	return out;
}
