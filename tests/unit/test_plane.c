// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Composition: random planes against a reference that works out each pixel of
 * the screen by itself, with addresses from tile_ref.h and colours in doubles.
 */
#include <math.h>
#include <stdio.h>

#include "display_rig.h"
#include "igd_picture.h"
#include "igd_pixel.h"
#include "rnd.h"
#include "tile_ref.h"

#define PIPE		IGD_PIPE_A
#define WIDTH		200u
#define HEIGHT		120u
#define SURF_PAGES	96u

static const struct mode mode = { WIDTH, HEIGHT, 250, 150, false, 1, 120 };

static uint32_t surf[4];
static uint32_t screen[WIDTH * HEIGHT];

static int setup(void **state)
{
	display_setup(state);
	seed = 0x2545f4914f6cdd1dull;
	for (int i = 0; i < 4; i++) {
		surf[i] = rig_ggtt_alloc(rig, SURF_PAGES);
		for (uint32_t page = 0; page < SURF_PAGES; page++) {
			uint8_t *p = gm(surf[i] + page * IGD_PAGE_SIZE);

			for (unsigned int b = 0; b < IGD_PAGE_SIZE; b++)
				p[b] = rnd(256);
		}
	}
	light(PIPE, &mode);
	return 0;
}

static void next_frame(void)
{
	rig_run(rig, 40 * 1000000);
}

static void draw(void)
{
	memset(screen, 0x5a, sizeof(screen));
	assert_true(igd_display_compose(rig->gd, PIPE, screen, WIDTH * 4));
}

/* -- planes -------------------------------------------------------------------- */

/* What a test asks of a plane; strides are chosen to fit. */
struct plane {
	bool on;
	uint32_t format, order, flags;
	enum igd_tiling tiling;
	unsigned int rotate;
	uint32_t x, y, w, h;
	uint32_t off_x, off_y;
	uint32_t alpha_mode, alpha;	/* @alpha: 256 for none */
	uint32_t stride;		/* in register units */
};

static unsigned int plane_bytes(const struct plane *p)
{
	return igd_pixel_bytes(p->format << 24);
}

static const uint32_t tiling_bits[] = {
	[IGD_LINEAR] = PLANE_TILED_LINEAR << 10,
	[IGD_TILE_X] = PLANE_TILED_X << 10,
	[IGD_TILE_Y] = PLANE_TILED_Y << 10,
	[IGD_TILE_YF] = PLANE_TILED_YF << 10,
	[IGD_TILE_YF_8] = PLANE_TILED_YF << 10,
	[IGD_TILE_YF_64] = PLANE_TILED_YF << 10,
};

static void program(unsigned int n, const struct plane *p)
{
	uint32_t base = PIPE_BASE(PIPE) + PLANE_BASE(n);

	wr(base + PLANE_STRIDE, p->stride);
	wr(base + PLANE_POS, p->y << 16 | p->x);
	wr(base + PLANE_SIZE, (p->h - 1) << 16 | (p->w - 1));
	wr(base + PLANE_OFFSET, p->off_y << 16 | p->off_x);
	wr(base + PLANE_KEYMSK, p->alpha < 256 ? PLANE_KEYMSK_ALPHA : 0);
	wr(base + PLANE_KEYMAX, p->alpha << 24);
	wr(base + PLANE_CTL, p->on ? PLANE_CTL_ENABLE | p->format << 24 | p->order | p->flags |
	   tiling_bits[p->tiling] | p->alpha_mode << 4 | p->rotate : 0);
	wr(base + PLANE_SURF, surf[n]);
}

/* The byte of a surface at byte column @x of row @y. */
static uint8_t surface_byte(unsigned int n, const struct plane *p, uint32_t x, uint32_t y)
{
	uint32_t unit = p->tiling == IGD_LINEAR ? 64 : igd_tile_width(p->tiling);

	return *gm(surf[n] + tile_ref_offset(p->tiling, p->stride * unit, x, y));
}

/*
 * The same for a pixel of a turned surface: the tile that is at (column, row) of
 * an upright surface of @rows rows of tiles is at (rows - 1 - row, column) of
 * the view.
 */
static uint8_t turned_byte(unsigned int n, const struct plane *p, uint32_t vx, uint32_t vy,
			   unsigned int byte)
{
	uint32_t tw = igd_tile_width(p->tiling) / plane_bytes(p), th = igd_tile_height(p->tiling);
	uint32_t page = vy / tw * p->stride + vx / th;
	uint32_t row = th - 1 - vx % th, column = vy % tw * plane_bytes(p) + byte;

	return *gm(surf[n] + page * IGD_PAGE_SIZE +
		   tile_ref_offset(p->tiling, igd_tile_width(p->tiling), column, row));
}

struct rgba {
	double r, g, b, a;
};

static double half(uint16_t h)
{
	double v = h >> 10 & 31 ? ldexp((h & 0x3ff) + 1024, (h >> 10 & 31) - 25) :
				  ldexp(h & 0x3ff, -24);

	v = (h >> 10 & 31) == 31 ? 1e9 : v;
	v = h & 0x8000 ? -v : v;
	return v < 0 ? 0 : v > 1 ? 255 : floor(v * 255 + 0.5);
}

static double clamp(double v)
{
	return v < 0 ? 0 : v > 255 ? 255 : v;
}

static struct rgba yuv(const struct plane *p, double y, double u, double v)
{
	double kr = p->flags & PLANE_CTL_BT709 ? 0.2126 : 0.299;
	double kb = p->flags & PLANE_CTL_BT709 ? 0.0722 : 0.114;
	bool full = p->flags & PLANE_CTL_YUV_FULL;
	double yy = full ? y : (y - 16) * 255 / 219;
	double cu = (u - 128) * (full ? 1 : 255.0 / 224), cv = (v - 128) * (full ? 1 : 255.0 / 224);
	struct rgba c = { .a = 255 };

	c.r = clamp(yy + 2 * (1 - kr) * cv);
	c.b = clamp(yy + 2 * (1 - kb) * cu);
	c.g = clamp(yy - 2 * (1 - kr) * kr / (1 - kr - kb) * cv -
		    2 * (1 - kb) * kb / (1 - kr - kb) * cu);
	return c;
}

/* The colour of pixel (@i, @j) of the plane, as it stands on the screen. */
static struct rgba plane_pixel(unsigned int n, const struct plane *p, uint32_t i, uint32_t j)
{
	unsigned int bytes = plane_bytes(p);
	bool back = p->rotate & 2;
	uint32_t x = p->off_x + (back ? p->w - 1 - i : i);
	uint32_t y = p->off_y + (back ? p->h - 1 - j : j);
	uint8_t b[8] = { 0 };
	struct rgba c;
	uint64_t v = 0;

	if (p->format == PLANE_FORMAT_YUV422) {
		uint32_t order = PLANE_CTL_YUV_ORDER(p->order), pair = x / 2 * 4;
		bool y_first = order == PLANE_YUYV || order == PLANE_YVYU;
		bool v_first = order == PLANE_YVYU || order == PLANE_VYUY;
		uint32_t chroma = y_first ? 1 : 0;
		double lum = surface_byte(n, p, pair + (x & 1) * 2 + !y_first, y);
		double first = surface_byte(n, p, pair + chroma, y);
		double second = surface_byte(n, p, pair + chroma + 2, y);

		return yuv(p, lum, v_first ? second : first, v_first ? first : second);
	}
	for (unsigned int k = 0; k < bytes; k++) {
		b[k] = p->rotate & 1 ? turned_byte(n, p, x, y, k) :
				       surface_byte(n, p, x * bytes + k, y);
		v |= (uint64_t)b[k] << (8 * k);
	}
	c.a = 255;
	switch (p->format) {
	case PLANE_FORMAT_565:
		c.r = floor((v >> 11 & 31) * 33 / 4);
		c.g = floor((v >> 5 & 63) * 65 / 16);
		c.b = floor((v & 31) * 33 / 4);
		break;
	case PLANE_FORMAT_2101010:
		c = (struct rgba){ v >> 22 & 255, v >> 12 & 255, v >> 2 & 255, (v >> 30 & 3) * 85 };
		break;
	case PLANE_FORMAT_16F:
		c = (struct rgba){ half(v >> 32), half(v >> 16), half(v), half(v >> 48) };
		break;
	case PLANE_FORMAT_INDEXED:
		c = (struct rgba){ v, v, v, 255 };
		break;
	case PLANE_FORMAT_XYUV:
		return yuv(p, b[2], b[1], b[0]);
	default:
		c = (struct rgba){ b[2], b[1], b[0], b[3] };
		break;
	}
	if (p->order & PLANE_CTL_RGBX) {
		double tmp = c.r;

		c.r = c.b;
		c.b = tmp;
	}
	return c;
}

static double over(uint32_t alpha_mode, double s, double d, double a, double pa)
{
	double keep, weight, v;

	if (alpha_mode == PLANE_ALPHA_PREMULT) {
		weight = pa;
		keep = 255 - floor(a * pa / 255 + 0.5);
	} else {
		weight = alpha_mode == PLANE_ALPHA_STRAIGHT ? floor(a * pa / 255 + 0.5) : pa;
		keep = 255 - weight;
	}
	v = floor((s * weight + d * keep) / 255 + 0.5);
	return v > 255 ? 255 : v;
}

static struct rgba reference(const struct plane *planes, uint32_t x, uint32_t y)
{
	struct rgba c = { 0 };

	for (unsigned int n = 0; n < 3; n++) {
		const struct plane *p = &planes[n];
		struct rgba s;
		double pa = p->alpha > 255 ? 255 : p->alpha;

		if (!p->on || x < p->x || y < p->y || x >= p->x + p->w || y >= p->y + p->h)
			continue;
		s = plane_pixel(n, p, x - p->x, y - p->y);
		c.r = over(p->alpha_mode, s.r, c.r, s.a, pa);
		c.g = over(p->alpha_mode, s.g, c.g, s.a, pa);
		c.b = over(p->alpha_mode, s.b, c.b, s.a, pa);
	}
	return c;
}

/* @slack: how far a channel may be off, for YUV's fixed point */
static void compare(const struct plane *planes, double slack)
{
	next_frame();
	draw();
	for (uint32_t y = 0; y < HEIGHT; y++) {
		for (uint32_t x = 0; x < WIDTH; x++) {
			uint32_t px = screen[y * WIDTH + x];
			struct rgba want = reference(planes, x, y);

			if (fabs((px >> 16 & 255) - want.r) > slack ||
			    fabs((px >> 8 & 255) - want.g) > slack ||
			    fabs((px & 255) - want.b) > slack || px >> 24)
				fail_msg("(%u, %u): %06x, not %02x%02x%02x; format %u tiling %d rotate %u",
					 x, y, px, (int)want.r, (int)want.g, (int)want.b,
					 planes[0].format, planes[0].tiling, planes[0].rotate);
		}
	}
	assert_int_equal(violations(), 0);
}

/* A plane somewhere on the screen, of the given format, tiling and rotation. */
static struct plane somewhere(uint32_t format, enum igd_tiling tiling, unsigned int rotate)
{
	struct plane p = { .on = true, .format = format, .tiling = tiling, .rotate = rotate,
			   .alpha = 256 };
	unsigned int bytes = plane_bytes(&p);
	uint32_t unit = tiling == IGD_LINEAR ? 64 : igd_tile_width(tiling);
	uint32_t rows, columns;

	p.w = 8 + rnd(120);
	p.h = 8 + rnd(90);
	p.off_x = rnd(24);
	p.off_y = rnd(20);
	p.x = rnd(WIDTH - 8);
	p.y = rnd(HEIGHT - 8);
	if (rotate & 1) {
		p.stride = (p.off_x + p.w + igd_tile_height(tiling) - 1) / igd_tile_height(tiling);
		rows = (p.off_y + p.h) * bytes / igd_tile_width(tiling) + 1;
		columns = p.stride;
	} else {
		p.stride = ((p.off_x + p.w) * bytes + 4 + unit - 1) / unit + rnd(2);
		columns = p.stride;
		rows = tiling == IGD_LINEAR ? (p.stride * 64 * (p.off_y + p.h) + 4095) / 4096 / columns + 1
					    : (p.off_y + p.h) / igd_tile_height(tiling) + 1;
	}
	/* Shrink what does not fit into the test's surfaces. */
	while (rows * columns > SURF_PAGES && p.h > 4) {
		p.h /= 2;
		p.off_y /= 2;
		rows = rows / 2 + 1;
	}
	return p;
}

static enum igd_tiling yf_for(unsigned int bytes)
{
	return bytes == 1 ? IGD_TILE_YF_8 : bytes == 8 ? IGD_TILE_YF_64 : IGD_TILE_YF;
}

static void test_formats_and_tilings(void **state)
{
	static const uint32_t formats[] = {
		PLANE_FORMAT_8888, PLANE_FORMAT_565, PLANE_FORMAT_2101010, PLANE_FORMAT_16F,
		PLANE_FORMAT_INDEXED,
	};
	struct plane planes[3] = { 0 };

	(void)state;
	for (unsigned int f = 0; f < IGD_ARRAY_SIZE(formats); f++) {
		for (int t = 0; t < 4; t++) {
			for (unsigned int order = 0; order < 2; order++) {
				enum igd_tiling tiling = t;

				planes[0] = (struct plane){ .format = formats[f] };
				if (t == 3)
					tiling = yf_for(plane_bytes(&planes[0]));
				planes[0] = somewhere(formats[f], tiling, order ? 2 : 0);
				planes[0].order = order ? PLANE_CTL_RGBX : 0;
				program(0, &planes[0]);
				compare(planes, 0);
			}
		}
	}
}

static void test_yuv(void **state)
{
	struct plane planes[3] = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		planes[0] = somewhere(PLANE_FORMAT_YUV422, i & 1 ? IGD_TILE_X : IGD_LINEAR,
				      i & 2 ? PLANE_ROTATE_180 : 0);
		planes[0].order = (i >> 2) << 16;
		planes[0].flags = rnd(2) * PLANE_CTL_BT709 | rnd(2) * PLANE_CTL_YUV_FULL;
		program(0, &planes[0]);
		compare(planes, 1.01);
	}
	planes[0] = somewhere(PLANE_FORMAT_XYUV, IGD_TILE_Y, 0);
	program(0, &planes[0]);
	compare(planes, 1.01);
}

static void test_turned(void **state)
{
	struct plane planes[3] = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		planes[0] = somewhere(i & 1 ? PLANE_FORMAT_565 : PLANE_FORMAT_8888,
				      i & 2 ? IGD_TILE_YF : IGD_TILE_Y,
				      i & 4 ? PLANE_ROTATE_90 : PLANE_ROTATE_270);
		program(0, &planes[0]);
		compare(planes, 0);
	}
}

/*
 * The same against what turning is for: an upright picture, whose tiles are
 * laid out as i915's rotated view of it, comes out turned clockwise.
 */
static void test_turned_is_clockwise(void **state)
{
	const uint32_t w = 64, h = 96, tiles_x = 2, tiles_y = 3;
	struct plane p = { .on = true, .format = PLANE_FORMAT_8888, .tiling = IGD_TILE_Y,
			   .rotate = PLANE_ROTATE_90, .w = h, .h = w, .alpha = 256,
			   .stride = tiles_y };

	(void)state;
	for (uint32_t y = 0; y < h; y++) {
		for (uint32_t x = 0; x < w; x++) {
			uint32_t tx = x / 32, ty = y / 32;
			uint32_t page = tx * tiles_y + (tiles_y - 1 - ty);
			uint32_t at = surf[0] + page * IGD_PAGE_SIZE +
				      tile_ref_offset(IGD_TILE_Y, 128, x % 32 * 4, y % 32);

			*(uint32_t *)gm(at) = y << 8 | x;
			assert_in_range(tx, 0, tiles_x - 1);
		}
	}
	program(0, &p);
	next_frame();
	draw();
	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w; x++)
			assert_int_equal(screen[x * WIDTH + (h - 1 - y)], y << 8 | x);
	p.rotate = PLANE_ROTATE_270;
	program(0, &p);
	next_frame();
	draw();
	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w; x++)
			assert_int_equal(screen[(w - 1 - x) * WIDTH + y], y << 8 | x);
}

static void test_blending(void **state)
{
	static const uint32_t modes[] = { 0, PLANE_ALPHA_PREMULT, PLANE_ALPHA_STRAIGHT };
	struct plane planes[3];

	(void)state;
	for (unsigned int round = 0; round < 12; round++) {
		for (unsigned int n = 0; n < 3; n++) {
			planes[n] = somewhere(PLANE_FORMAT_8888, round % 3, rnd(2) * 2);
			planes[n].alpha_mode = modes[rnd(3)];
			planes[n].alpha = rnd(3) ? rnd(256) : 256;
			planes[n].on = rnd(8);
			program(n, &planes[n]);
		}
		compare(planes, 0);
	}
}

/* -- the rest of the pipe -------------------------------------------------------- */

static void fill(uint32_t n, uint32_t pixels, uint32_t color)
{
	for (uint32_t i = 0; i < pixels; i++)
		*(uint32_t *)gm(surf[n] + 4 * i) = color;
}

static struct plane whole(uint32_t w, uint32_t h)
{
	return (struct plane){ .on = true, .format = PLANE_FORMAT_8888, .w = w, .h = h,
			       .alpha = 256, .stride = (w * 4 + 63) / 64 };
}

static void test_source_key(void **state)
{
	struct plane p = whole(64, 64);
	uint32_t base = PIPE_BASE(PIPE) + PLANE_BASE(1);

	(void)state;
	fill(0, 64 * 64, 0x112233);
	fill(1, 64 * 64, 0xff00ff);
	*(uint32_t *)gm(surf[1] + 4 * 5) = 0xabcdef;
	program(0, &p);
	p.flags = PLANE_KEY_SOURCE << 21;
	program(1, &p);
	wr(base + PLANE_KEYVAL, 0xff00ff);
	wr(base + PLANE_KEYMSK, 0xffffff);
	wr(base + PLANE_SURF, surf[1]);
	next_frame();
	draw();
	assert_int_equal(screen[0], 0x112233);
	assert_int_equal(screen[5], 0xabcdef);
}

static void test_destination_key(void **state)
{
	struct plane p = whole(64, 64);
	uint32_t base = PIPE_BASE(PIPE) + PLANE_BASE(0);

	(void)state;
	fill(0, 64 * 64, 0x112233);
	*(uint32_t *)gm(surf[0] + 4 * 7) = 0x00ff00;
	fill(1, 64 * 64, 0xabcdef);
	program(1, &p);
	p.flags = PLANE_KEY_DEST << 21;
	program(0, &p);
	wr(base + PLANE_KEYVAL, 0x00ff00);
	wr(base + PLANE_KEYMSK, 0xffffff);
	wr(base + PLANE_SURF, surf[0]);
	next_frame();
	draw();
	assert_int_equal(screen[0], 0x112233);
	assert_int_equal(screen[7], 0xabcdef);
}

static void cursor(uint32_t ctl, uint32_t pos, uint32_t fbc)
{
	uint32_t base = PIPE_BASE(PIPE);

	wr(base + CUR_CTL, ctl);
	wr(base + CUR_POS, pos);
	wr(base + CUR_FBC_CTL, fbc);
	wr(base + CUR_BASE, surf[3]);
	next_frame();
	draw();
}

static void test_cursor(void **state)
{
	(void)state;
	for (uint32_t y = 0; y < 64; y++)
		for (uint32_t x = 0; x < 64; x++)
			*(uint32_t *)gm(surf[3] + y * 256 + x * 4) = 0xff000000 | y << 8 | x;
	cursor(CUR_64_ARGB, 10 << 16 | 20, 0);
	assert_int_equal(screen[10 * WIDTH + 20], 0);
	assert_int_equal(screen[11 * WIDTH + 23], 1 << 8 | 3);
	assert_int_equal(screen[73 * WIDTH + 83], 63 << 8 | 63);
	assert_int_equal(screen[74 * WIDTH + 83], 0);
	/* off the upper left corner */
	cursor(CUR_64_ARGB, CUR_POS_Y_SIGN | 4 << 16 | CUR_POS_X_SIGN | 6, 0);
	assert_int_equal(screen[0], 4 << 8 | 6);
	/* off the lower right one */
	cursor(CUR_64_ARGB, (HEIGHT - 2) << 16 | (WIDTH - 3), 0);
	assert_int_equal(screen[(HEIGHT - 1) * WIDTH + WIDTH - 1], 1 << 8 | 2);
	/* upside down, and cut to eight lines */
	cursor(CUR_64_ARGB | CUR_ROTATE_180, 0, 0);
	assert_int_equal(screen[0], 63 << 8 | 63);
	cursor(CUR_64_ARGB, 0, CUR_FBC_ENABLE | 7);
	assert_int_equal(screen[7 * WIDTH + 1], 7 << 8 | 1);
	assert_int_equal(screen[8 * WIDTH + 1], 0);
	cursor(0, 0, 0);
	assert_int_equal(screen[1], 0);
	assert_int_equal(violations(), 0);
}

static void test_large_cursors(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < SURF_PAGES * 1024; i++)
		*(uint32_t *)gm(surf[3] + 4 * i) = 0xff000000 | i;
	cursor(CUR_128_ARGB, 0, 0);
	assert_int_equal(screen[99 * WIDTH + 127], 99 * 128 + 127);
	assert_int_equal(screen[99 * WIDTH + 128], 0);
	cursor(CUR_256_ARGB, 0, 0);
	assert_int_equal(screen[99 * WIDTH + 199], 99 * 256 + 199);
}

static void test_bottom_color(void **state)
{
	(void)state;
	wr(PIPE_BASE(PIPE) + BOTTOM_COLOR, 0x3ffu << 20 | 0x200 << 10 | 0x004);
	draw();
	assert_int_equal(screen[5], 0xff8001);
}

static void test_plane_scaler(void **state)
{
	struct plane p = whole(40, 30);

	(void)state;
	for (uint32_t i = 0; i < 16 * 1024; i++)
		*(uint32_t *)gm(surf[1] + 4 * i) = i;
	program(1, &p);
	wr(PS_BASE(PIPE, 1) + PS_CTRL, PS_ENABLE | 2u << 25);
	wr(PS_BASE(PIPE, 1) + PS_WIN_POS, 10 << 16 | 20);
	wr(PS_BASE(PIPE, 1) + PS_WIN_SZ, 80 << 16 | 60);
	next_frame();
	draw();
	for (uint32_t y = 0; y < 60; y++)
		for (uint32_t x = 0; x < 80; x++)
			assert_int_equal(screen[(20 + y) * WIDTH + 10 + x],
					 y / 2 * p.stride * 16 + x / 2);
	assert_int_equal(screen[20 * WIDTH + 9], 0);
	assert_int_equal(screen[20 * WIDTH + 90], 0);
}

static void test_pipe_scaler(void **state)
{
	struct plane p = whole(50, 30);
	uint32_t w, h;

	(void)state;
	wr(TRANS_BASE(PIPE) + PIPESRC, 49 << 16 | 29);
	fill(0, 64 * 64, 0x123456);
	program(0, &p);
	wr(PS_BASE(PIPE, 0) + PS_CTRL, PS_ENABLE);
	wr(PS_BASE(PIPE, 0) + PS_WIN_POS, 0 << 16 | 10);
	wr(PS_BASE(PIPE, 0) + PS_WIN_SZ, 200 << 16 | 100);
	next_frame();
	assert_true(igd_display_mode(rig->gd, PIPE, &w, &h));
	assert_int_equal(w, WIDTH);
	assert_int_equal(h, HEIGHT);
	draw();
	assert_int_equal(screen[9 * WIDTH], 0);
	assert_int_equal(screen[10 * WIDTH], 0x123456);
	assert_int_equal(screen[109 * WIDTH + 199], 0x123456);
	assert_int_equal(screen[110 * WIDTH + 199], 0);
}

static void test_palettes(void **state)
{
	struct plane p = whole(64, 1);

	(void)state;
	*(uint32_t *)gm(surf[0]) = 0x10a0ff;
	for (uint32_t i = 0; i < 256; i++)
		wr(LGC_PALETTE(PIPE) + 4 * i, (255 - i) << 16 | (i / 2) << 8 | i);
	program(0, &p);
	next_frame();
	draw();
	assert_int_equal(screen[0], 0x10a0ff);
	p.flags = PLANE_CTL_PIPE_GAMMA;
	program(0, &p);
	next_frame();
	draw();
	assert_int_equal(screen[0], 0xef50ff);

	/* ten bits: all channels inverted */
	wr(PREC_PAL_BASE(PIPE) + PREC_PAL_INDEX, PREC_PAL_AUTO_INC);
	for (uint32_t i = 0; i < 1024; i++)
		wr(PREC_PAL_BASE(PIPE) + PREC_PAL_DATA, (1023 - i) * (1 << 20 | 1 << 10 | 1));
	wr(PREC_PAL_BASE(PIPE) + GAMMA_MODE, GAMMA_10BIT);
	draw();
	assert_int_equal(screen[0], 0xef5f00);
	wr(PREC_PAL_BASE(PIPE) + PREC_PAL_INDEX, PREC_PAL_AUTO_INC | 1022);
	assert_int_equal(rd(PREC_PAL_BASE(PIPE) + PREC_PAL_DATA), 1 << 20 | 1 << 10 | 1);
	assert_int_equal(rd(PREC_PAL_BASE(PIPE) + PREC_PAL_DATA), 0);
	assert_int_equal(rd(PREC_PAL_BASE(PIPE) + PREC_PAL_DATA), 1023u << 20 | 1023 << 10 | 1023);
}

static void test_csc(void **state)
{
	struct plane p = whole(64, 1);
	uint32_t base = PIPE_CSC_BASE(PIPE);

	(void)state;
	*(uint32_t *)gm(surf[0]) = 0x1020c0;
	p.flags = PLANE_CTL_PIPE_CSC;
	program(0, &p);
	wr(base + PIPE_CSC_COEFF, 0x7800u << 16);		/* identity */
	wr(base + PIPE_CSC_COEFF + 8, 0x7800);
	wr(base + PIPE_CSC_COEFF + 20, 0x7800u << 16);
	next_frame();
	draw();
	assert_int_equal(screen[0], 0x1020c0);
	wr(base + PIPE_CSC_COEFF, 0);				/* red from blue */
	wr(base + PIPE_CSC_COEFF + 4, 0x7800u << 16);
	draw();
	assert_int_equal(screen[0], 0xc020c0);
	wr(base + PIPE_CSC_COEFF + 8, 0x0800);			/* green by half */
	wr(base + PIPE_CSC_POSTOFF + 4, 16 << 4);		/* and 16 more */
	draw();
	assert_int_equal(screen[0], 0xc020c0);
	wr(base + PIPE_CSC_COEFF + 8, 0x8800);			/* by minus a half */
	wr(base + PIPE_CSC_POSTOFF + 4, 32 << 4);
	draw();
	assert_in_range(screen[0] >> 8 & 0xff, 0x0f, 0x10);
}

static void test_fault(void **state)
{
	struct plane p = whole(64, 64);

	(void)state;
	program(0, &p);
	igd_gtt_write(rig->gd, 8 * (surf[0] / IGD_PAGE_SIZE + 1), 0, 8);
	igd_gtt_flush(rig->gd);
	next_frame();
	draw();
	assert_int_equal(igd_violation_count(rig->gd, IGD_RULE_GGTT_NONPRESENT), 1);
	assert_int_equal(screen[17 * WIDTH], 0);
	assert_int_equal(screen[0], *(uint32_t *)gm(surf[0]) & 0xffffff);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, display_teardown)
	const struct CMUnitTest tests[] = {
		T(test_formats_and_tilings),
		T(test_yuv),
		T(test_turned),
		T(test_turned_is_clockwise),
		T(test_blending),
		T(test_source_key),
		T(test_destination_key),
		T(test_cursor),
		T(test_large_cursors),
		T(test_bottom_color),
		T(test_plane_scaler),
		T(test_pipe_scaler),
		T(test_palettes),
		T(test_csc),
		T(test_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
