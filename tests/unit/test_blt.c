// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The blitter against a reference that works one pixel and one bit at a time. */
#include <stdio.h>

#include "blt_rig.h"
#include "tile_ref.h"

/* ---- the reference ---- */

struct surface {
	uint32_t base, pitch;
	enum igd_tiling tiling;
};

/* A raster operation as its parts, before it becomes dwords. */
struct task {
	unsigned int depth, rop;
	bool write_rgb, write_alpha;
	struct surface dst, src;
	int x1, y1, x2, y2, sx, sy;
	bool clip;
	int cx1, cy1, cx2, cy2;

	bool colour_src, mono_src, mono_src_transparent;
	uint8_t *bitmap;		/* in expect[] or in the command */
	unsigned int first_bit, align;
	uint32_t sbg, sfg;

	bool pattern, mono_pattern, mono_pattern_transparent, solid;
	uint8_t *texture;		/* 64 pixels, or 8 bytes */
	unsigned int seed_x, seed_y;
	uint32_t pbg, pfg;

	unsigned int chroma;
	uint32_t low, high;
};

static unsigned int cpp_of(unsigned int depth)
{
	return depth == BR13_DEPTH_8 ? 1 : depth == BR13_DEPTH_8888 ? 4 : 2;
}

static uint32_t load(const uint8_t *mem, const struct surface *s, unsigned int cpp, int x, int y)
{
	uint32_t v = 0;

	for (unsigned int i = 0; i < cpp; i++)
		v |= (uint32_t)mem[s->base + tile_ref_offset(s->tiling, s->pitch, x * cpp + i, y)]
		     << (8 * i);
	return v;
}

static void store(uint8_t *mem, const struct surface *s, unsigned int cpp, int x, int y, uint32_t v)
{
	for (unsigned int i = 0; i < cpp; i++)
		mem[s->base + tile_ref_offset(s->tiling, s->pitch, x * cpp + i, y)] = v >> (8 * i);
}

static bool between(uint32_t v, uint32_t low, uint32_t high, int shift, int bits)
{
	uint32_t m = (1ull << bits) - 1;

	v = v >> shift & m;
	return v >= (low >> shift & m) && v <= (high >> shift & m);
}

static bool keyed(unsigned int depth, bool alpha, uint32_t v, uint32_t lo, uint32_t hi)
{
	switch (depth) {
	case BR13_DEPTH_8:
		return between(v, lo, hi, 0, 8);
	case BR13_DEPTH_565:
		return between(v, lo, hi, 0, 5) && between(v, lo, hi, 5, 6) &&
		       between(v, lo, hi, 11, 5);
	case BR13_DEPTH_1555:
		return between(v, lo, hi, 0, 5) && between(v, lo, hi, 5, 5) &&
		       between(v, lo, hi, 10, 5) && (!alpha || between(v, lo, hi, 15, 1));
	default:
		return between(v, lo, hi, 0, 8) && between(v, lo, hi, 8, 8) &&
		       between(v, lo, hi, 16, 8) && (!alpha || between(v, lo, hi, 24, 8));
	}
}

/* Draws one pixel of @t on @mem, with sources as they were in @before. */
static void draw_pixel(uint8_t *mem, const uint8_t *before, const struct task *t, int x, int y)
{
	unsigned int cpp = cpp_of(t->depth);
	uint32_t s = 0, p = 0, d = load(mem, &t->dst, cpp, x, y), r = 0, write = ~0u;

	if (t->clip && (x < t->cx1 || x >= t->cx2 || y < t->cy1 || y >= t->cy2))
		return;

	if (t->colour_src)
		s = load(before, &t->src, cpp, t->sx + x - t->x1, t->sy + y - t->y1);
	if (t->mono_src) {
		unsigned int row = t->first_bit + t->x2 - t->x1;
		unsigned int bit;

		while (row % t->align)
			row++;
		bit = row * (y - t->y1) + t->first_bit + x - t->x1;
		bit = t->bitmap[bit / 8] >> (7 - bit % 8) & 1;
		if (!bit && t->mono_src_transparent)
			return;
		s = bit ? t->sfg : t->sbg;
	}
	if (t->solid) {
		p = t->pfg;
	} else if (t->mono_pattern) {
		bool on = t->texture[(y + t->seed_y) & 7] << ((x + t->seed_x) & 7) & 0x80;

		if (!on && t->mono_pattern_transparent)
			return;
		p = on ? t->pfg : t->pbg;
	} else if (t->pattern) {
		unsigned int at = ((y + t->seed_y) & 7) * 8 + ((x + t->seed_x) & 7);

		for (unsigned int i = 0; i < cpp; i++)
			p |= (uint32_t)t->texture[at * cpp + i] << (8 * i);
	}
	switch (t->chroma) {
	case CHROMA_SRC:
	case CHROMA_SRC_ALPHA:
		if (keyed(t->depth, t->chroma == CHROMA_SRC_ALPHA, s, t->low, t->high))
			return;
		break;
	case CHROMA_DST:
	case CHROMA_DST_ALPHA:
		if (!keyed(t->depth, t->chroma == CHROMA_DST_ALPHA, d, t->low, t->high))
			return;
		break;
	}

	for (unsigned int bit = 0; bit < 8 * cpp; bit++) {
		unsigned int index = (p >> bit & 1) << 2 | (s >> bit & 1) << 1 | (d >> bit & 1);

		r |= (uint32_t)(t->rop >> index & 1) << bit;
	}
	if (cpp == 4)
		write = (t->write_rgb ? 0xffffff : 0) | (t->write_alpha ? 0xff000000 : 0);
	store(mem, &t->dst, cpp, x, y, (r & write) | (d & ~write));
}

static void draw(uint8_t *mem, const struct task *t)
{
	uint8_t *before = malloc(GM_SIZE);

	memcpy(before, mem, GM_SIZE);
	for (int y = t->y1; y < t->y2; y++)
		for (int x = t->x1; x < t->x2; x++)
			draw_pixel(mem, before, t, x, y);
	free(before);
}

/* ---- random tasks ---- */

static void random_surface(struct surface *s, uint32_t region, unsigned int cpp, int *height,
			   bool linear)
{
	uint32_t bytes = SURFACE_BYTES - 8192;

	s->tiling = linear ? IGD_LINEAR : (enum igd_tiling)rnd(3);
	s->base = region + rnd(2) * 4096;
	if (s->tiling == IGD_LINEAR) {
		s->base += rnd(1000) * cpp + (rnd(4) ? 0 : rnd(cpp));
		s->pitch = 64 + rnd(rnd(4) ? 500 : 5000) * 4;
		*height = bytes / s->pitch;
	} else {
		uint32_t tile = s->tiling == IGD_TILE_X ? 512 : 128;

		s->pitch = tile * (1 + rnd(rnd(4) ? 5 : 16));
		*height = bytes / (s->pitch * 32) * 32;
	}
	if (*height > 80)
		*height = 80;
}

static void random_task(struct task *t, bool linear)
{
	unsigned int cpp;
	int dw, dh, sw, sh, w, h;

	memset(t, 0, sizeof(*t));
	t->depth = rnd(4);
	cpp = cpp_of(t->depth);
	random_surface(&t->dst, DST_BASE, cpp, &dh, linear);
	random_surface(&t->src, SRC_BASE, cpp, &sh, linear);
	dw = t->dst.pitch / cpp;
	sw = t->src.pitch / cpp;

	w = 1 + rnd(dw < sw ? dw : sw);
	h = 1 + rnd(dh < sh ? dh : sh);
	if (rnd(8) == 0)
		w = 1 + rnd(4);
	if (w > (int)(t->dst.pitch / cpp))
		w = t->dst.pitch / cpp;
	t->x1 = rnd(dw - w + 1);
	t->y1 = rnd(dh - h + 1);
	t->x2 = t->x1 + w;
	t->y2 = t->y1 + h;
	t->sx = rnd(sw - w + 1);
	t->sy = rnd(sh - h + 1);
	t->write_rgb = rnd(4);
	t->write_alpha = rnd(4);
	t->clip = rnd(3) == 0;
	if (t->clip) {
		t->cx1 = rnd(dw);
		t->cy1 = rnd(dh);
		t->cx2 = t->cx1 + rnd(dw);
		t->cy2 = t->cy1 + rnd(dh);
	}
	t->align = 16;
	t->seed_x = rnd(8);
	t->seed_y = rnd(8);
	t->sbg = rnd(~0u);
	t->sfg = rnd(~0u);
	t->pbg = rnd(~0u);
	t->pfg = rnd(~0u);
	t->rop = rnd(256);
	switch (rnd(4)) {
	case 0:
		t->rop = ROP_SRC_COPY;
		break;
	case 1:
		t->rop = ROP_PAT_COPY;
		break;
	}
}

/* Takes out of the raster operation what the task has no operand for. */
static void limit_rop(struct task *t)
{
	if (!t->colour_src && !t->mono_src)
		t->rop = (t->rop & 0x33) | (t->rop & 0x33) << 2;
	if (!t->pattern && !t->mono_pattern && !t->solid)
		t->rop = (t->rop & 0x0f) | (t->rop & 0x0f) << 4;
}

/* ---- from tasks to dwords ---- */

struct command {
	uint32_t dw[300];
	unsigned int len;
	uint32_t swctrl;
};

static void put(struct command *c, uint32_t dw)
{
	assert_true(c->len < IGD_ARRAY_SIZE(c->dw));
	c->dw[c->len++] = dw;
}

static void put_addr(struct command *c, uint64_t addr)
{
	put(c, (uint32_t)addr);
	put(c, addr >> 32);
}

static uint32_t point(int x, int y)
{
	return (uint32_t)(y & 0xffff) << 16 | (x & 0xffff);
}

static uint32_t pitch_field(const struct surface *s)
{
	return s->tiling == IGD_LINEAR ? s->pitch : s->pitch / 4;
}

static uint32_t br13(const struct task *t)
{
	return t->clip << 30 | t->mono_src_transparent << 29 | t->mono_pattern_transparent << 28 |
	       t->depth << 24 | t->rop << 16 | pitch_field(&t->dst);
}

static uint32_t br00(const struct task *t, unsigned int op)
{
	return 2u << 29 | op << 22 | t->write_alpha << 21 | t->write_rgb << 20;
}

static void begin(struct command *c, const struct task *t, unsigned int op)
{
	uint32_t dw0 = br00(t, op);

	c->len = 0;
	/* Y-tiled is what BCS_SWCTRL makes of tiled; it means nothing to linear surfaces. */
	c->swctrl = (t->src.tiling == IGD_LINEAR ? rnd(2) : t->src.tiling == IGD_TILE_Y) |
		    (t->dst.tiling == IGD_LINEAR ? rnd(2) : t->dst.tiling == IGD_TILE_Y) << 1;
	if (t->dst.tiling != IGD_LINEAR)
		dw0 |= 1 << 11;
	if (t->colour_src && t->src.tiling != IGD_LINEAR)
		dw0 |= 1 << 15;
	if (t->mono_src)
		dw0 |= t->first_bit << 17;
	if (t->pattern || t->mono_pattern)
		dw0 |= t->seed_x << 12 | t->seed_y << 8;
	if (t->chroma)
		dw0 |= t->chroma << 17;
	put(c, dw0);
}

static void put_head(struct command *c, const struct task *t, unsigned int op)
{
	begin(c, t, op);
	put(c, br13(t));
	put(c, point(t->x1, t->y1));
	put(c, point(t->x2, t->y2));
	put_addr(c, t->dst.base);
}

static void put_src(struct command *c, const struct task *t)
{
	put(c, point(t->sx, t->sy));
	put(c, pitch_field(&t->src));
	put_addr(c, t->src.base);
}

static void put_bytes(struct command *c, const uint8_t *bytes, unsigned int n)
{
	for (unsigned int i = 0; i < n; i += 4)
		put(c, bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16 |
		       (uint32_t)bytes[i + 3] << 24);
}

static void finish(struct command *c)
{
	c->dw[0] |= c->len - 2;
}

static void set_clip(const struct task *t)
{
	const uint32_t dw[] = {
		2u << 29 | XY_SETUP_CLIP_BLT << 22 | 1, point(t->cx1, t->cy1), point(t->cx2, t->cy2),
	};

	if (t->clip)
		must(0, dw, 3);
}

/* Something to read 64 pixels or a bitmap from, in memory: its address. */
static uint32_t misc_addr(void)
{
	return MISC_BASE + rnd(0x40000) / 64 * 64;
}

static void run(struct command *c, const struct task *t, int round)
{
	char what[40];
	uint64_t bytes;

	snprintf(what, sizeof(what), "command %#x rop %#x", c->dw[0] >> 22 & 0x7f, t->rop);
	assert_int_equal(igd_blt_len(c->dw[0]), c->len);
	draw(expect, t);
	if (exec(c->swctrl, c->dw, c->len, &bytes) != IGD_BLT_DONE)
		assert_clean(what, round);
	assert_clean(what, round);
	check_gm(what, round);
}

typedef void (*encoder)(struct command *c, struct task *t);

static void random_rounds(encoder encode, int rounds)
{
	gm_save(expect);
	for (int i = 0; i < rounds; i++) {
		struct command c = { .len = 0 };
		struct task t;

		random_task(&t, false);
		encode(&c, &t);
		finish(&c);
		set_clip(&t);
		run(&c, &t, i);
	}
}

static void encode_color(struct command *c, struct task *t)
{
	t->solid = true;
	limit_rop(t);
	put_head(c, t, XY_COLOR_BLT);
	put(c, t->pfg);
}

static void encode_src_copy(struct command *c, struct task *t)
{
	t->colour_src = true;
	limit_rop(t);
	put_head(c, t, XY_SRC_COPY_BLT);
	put_src(c, t);
}

static void encode_chroma(struct command *c, struct task *t)
{
	static const unsigned int modes[] = {
		0, CHROMA_SRC, CHROMA_SRC_ALPHA, CHROMA_DST, CHROMA_DST_ALPHA,
	};

	t->colour_src = true;
	t->chroma = modes[rnd(IGD_ARRAY_SIZE(modes))];
	t->low = rnd(~0u) & 0x3f3f3f3f;
	t->high = rnd(~0u) | 0xc0c0c0c0;
	limit_rop(t);
	put_head(c, t, XY_SRC_COPY_CHROMA_BLT);
	put_src(c, t);
	put(c, t->low);
	put(c, t->high);
}

static void put_texture_addr(struct command *c, struct task *t)
{
	uint32_t addr = misc_addr();

	t->texture = expect + addr;
	put_addr(c, addr);
}

static void put_texture(struct command *c, struct task *t)
{
	t->texture = expect + misc_addr();
	put_bytes(c, t->texture, 64 * cpp_of(t->depth));
}

static void encode_pat(struct command *c, struct task *t)
{
	t->pattern = true;
	limit_rop(t);
	put_head(c, t, XY_PAT_BLT);
	put_texture_addr(c, t);
}

static void encode_pat_immediate(struct command *c, struct task *t)
{
	t->pattern = true;
	limit_rop(t);
	put_head(c, t, XY_PAT_BLT_IMMEDIATE);
	put_texture(c, t);
}

static void encode_pat_chroma(struct command *c, struct task *t)
{
	bool immediate = rnd(2);

	t->pattern = true;
	t->chroma = rnd(2) ? CHROMA_DST : CHROMA_DST_ALPHA;
	t->low = rnd(~0u) & 0x3f3f3f3f;
	t->high = rnd(~0u) | 0xc0c0c0c0;
	limit_rop(t);
	put_head(c, t, immediate ? XY_PAT_CHROMA_BLT_IMMEDIATE : XY_PAT_CHROMA_BLT);
	if (!immediate)
		put_texture_addr(c, t);
	put(c, t->low);
	put(c, t->high);
	if (immediate)
		put_texture(c, t);
}

static void put_mono_pattern(struct command *c, struct task *t)
{
	t->texture = expect + misc_addr();
	put(c, t->pbg);
	put(c, t->pfg);
	put_bytes(c, t->texture, 8);
}

static void encode_mono_pat(struct command *c, struct task *t)
{
	bool solid = rnd(4) == 0;

	t->mono_pattern = true;
	t->mono_pattern_transparent = !solid && rnd(2);
	limit_rop(t);
	put_head(c, t, XY_MONO_PAT_BLT);
	if (solid)
		c->dw[1] |= 1u << 31;
	put_mono_pattern(c, t);
	t->solid = solid;
}

static void begin_mono_src(struct task *t)
{
	t->mono_src = true;
	t->mono_src_transparent = rnd(2);
	t->first_bit = rnd(8);
}

static void put_bitmap_addr(struct command *c, struct task *t)
{
	uint32_t addr = misc_addr() + rnd(16);

	t->bitmap = expect + addr;
	put_addr(c, addr);
}

static void encode_mono_src(struct command *c, struct task *t)
{
	begin_mono_src(t);
	limit_rop(t);
	put_head(c, t, XY_MONO_SRC_COPY_BLT);
	put_bitmap_addr(c, t);
	put(c, t->sbg);
	put(c, t->sfg);
}

/* Not more than fits into a command. */
static void shrink_bitmap(struct task *t)
{
	if (t->x2 - t->x1 > 100)
		t->x2 = t->x1 + 100;
	if (t->y2 - t->y1 > 40)
		t->y2 = t->y1 + 40;
}

static void encode_mono_src_immediate(struct command *c, struct task *t)
{
	begin_mono_src(t);
	shrink_bitmap(t);
	limit_rop(t);
	put_head(c, t, XY_MONO_SRC_COPY_IMMEDIATE_BLT);
	put(c, t->sbg);
	put(c, t->sfg);
	t->bitmap = expect + misc_addr();
	put_bytes(c, t->bitmap, 14 * (t->y2 - t->y1) + 4);
}

static void encode_full(struct command *c, struct task *t)
{
	bool immediate = rnd(2);

	t->colour_src = true;
	t->pattern = true;
	put_head(c, t, immediate ? XY_FULL_IMMEDIATE_PATTERN_BLT : XY_FULL_BLT);
	put_src(c, t);
	if (immediate)
		put_texture(c, t);
	else
		put_texture_addr(c, t);
}

static void encode_full_mono_src(struct command *c, struct task *t)
{
	bool immediate = rnd(2);

	begin_mono_src(t);
	t->pattern = true;
	put_head(c, t, immediate ? XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT : XY_FULL_MONO_SRC_BLT);
	put_bitmap_addr(c, t);
	put(c, t->sbg);
	put(c, t->sfg);
	if (immediate)
		put_texture(c, t);
	else
		put_texture_addr(c, t);
}

static void encode_full_mono_pattern(struct command *c, struct task *t)
{
	t->colour_src = true;
	t->mono_pattern = true;
	t->mono_pattern_transparent = rnd(2);
	put_head(c, t, XY_FULL_MONO_PATTERN_BLT);
	put_src(c, t);
	put_mono_pattern(c, t);
}

static void encode_full_mono_both(struct command *c, struct task *t)
{
	begin_mono_src(t);
	t->mono_pattern = true;
	t->mono_pattern_transparent = rnd(2);
	put_head(c, t, XY_FULL_MONO_PATTERN_MONO_SRC_BLT);
	put_bitmap_addr(c, t);
	put(c, t->sbg);
	put(c, t->sfg);
	put_mono_pattern(c, t);
}

/* ---- tests of single commands ---- */

#define RANDOM_TEST(name, rounds) \
	static void xy_##name(void **state) \
	{ \
		(void)state; \
		random_rounds(encode_##name, rounds); \
	}

RANDOM_TEST(color, 150)
RANDOM_TEST(src_copy, 200)
RANDOM_TEST(chroma, 80)
RANDOM_TEST(pat, 80)
RANDOM_TEST(pat_immediate, 80)
RANDOM_TEST(pat_chroma, 80)
RANDOM_TEST(mono_pat, 80)
RANDOM_TEST(mono_src, 80)
RANDOM_TEST(mono_src_immediate, 80)
RANDOM_TEST(full, 80)
RANDOM_TEST(full_mono_src, 80)
RANDOM_TEST(full_mono_pattern, 80)
RANDOM_TEST(full_mono_both, 80)

/* Every raster operation, with all three operands. */
static void all_256_rops(void **state)
{
	(void)state;
	gm_save(expect);
	for (unsigned int rop = 0; rop < 256; rop++) {
		struct command c = { .len = 0 };
		struct task t;

		random_task(&t, false);
		shrink_bitmap(&t);
		t.clip = false;
		t.rop = rop;
		encode_full(&c, &t);
		finish(&c);
		run(&c, &t, rop);
	}
}

/* Within one surface, in every direction, a copy gives what a copy aside would. */
static void overlapping_copies(void **state)
{
	(void)state;
	gm_save(expect);
	for (int i = 0; i < 150; i++) {
		struct command c = { .len = 0 };
		struct task t;
		int w, h, sw;

		random_task(&t, false);
		t.clip = false;
		if (i % 2)
			t.write_rgb = t.write_alpha = true;
		t.src = t.dst;
		w = t.x2 - t.x1;
		h = t.y2 - t.y1;
		sw = t.dst.pitch / cpp_of(t.depth);
		t.sx = t.x1 + (int)rnd(33) - 16;
		t.sy = t.y1 + (int)rnd(5) - 2;
		if (i % 3 == 0)
			t.sy = t.y1;
		if (i % 6 == 0) {	/* to the right, in rows longer than what is moved at once */
			t.dst.tiling = IGD_LINEAR;
			t.dst.pitch = 4096 * cpp_of(t.depth);
			t.src = t.dst;
			t.x1 = 1 + rnd(16);
			t.y1 = t.sy = 0;
			t.x2 = 4096;
			t.y2 = 4;
			t.sx = rnd(t.x1);
			w = t.x2 - t.x1;
			h = t.y2;
			sw = 4096;
		}
		if (t.sx < 0)
			t.sx = 0;
		if (t.sx + w > sw)
			t.sx = sw - w;
		if (t.sy < 0)
			t.sy = 0;
		if (t.sy + h > 80)
			t.sy = t.y1;
		encode_src_copy(&c, &t);
		finish(&c);
		run(&c, &t, i);
	}
}

/* Setup, then commands that bring only coordinates. */
static void put_setup(struct command *c, const struct task *t, uint32_t pattern)
{
	c->len = 0;
	put(c, br00(t, XY_SETUP_BLT));
	put(c, br13(t));
	put(c, point(t->cx1, t->cy1));
	put(c, point(t->cx2, t->cy2));
	put_addr(c, t->dst.base);
	put(c, t->sbg);
	put(c, t->sfg);
	put_addr(c, pattern);
	finish(c);
}

static void setup_and_pixel(void **state)
{
	(void)state;
	gm_save(expect);
	for (int i = 0; i < 100; i++) {
		struct command c = { .len = 0 };
		struct task t;

		random_task(&t, false);
		t.solid = true;
		t.pfg = t.sfg;
		limit_rop(&t);
		put_setup(&c, &t, 0);
		must(0, c.dw, c.len);
		for (int n = 0; n < 4; n++) {
			t.x1 = rnd(t.dst.pitch / cpp_of(t.depth));
			t.y1 = rnd(32);
			t.x2 = t.x1 + 1;
			t.y2 = t.y1 + 1;
			begin(&c, &t, XY_PIXEL_BLT);
			put(&c, point(t.x1, t.y1));
			finish(&c);
			run(&c, &t, i);
		}
	}
}

static void setup_and_scanlines(void **state)
{
	(void)state;
	gm_save(expect);
	for (int i = 0; i < 100; i++) {
		struct command c = { .len = 0 };
		uint32_t addr = misc_addr();
		struct task t;

		random_task(&t, false);
		t.texture = expect + addr;
		if (i % 2) {
			t.mono_pattern = true;
			t.mono_pattern_transparent = rnd(2);
			t.pbg = t.sbg;
			t.pfg = t.sfg;
		} else {
			t.pattern = true;
		}
		limit_rop(&t);
		put_setup(&c, &t, addr);
		if (t.mono_pattern) {
			c.dw[0] = br00(&t, XY_SETUP_MONO_PATTERN_SL_BLT) | 8;
			c.len = 8;
			put_bytes(&c, t.texture, 8);
		}
		must(0, c.dw, c.len);
		begin(&c, &t, XY_SCANLINES_BLT);
		put(&c, point(t.x1, t.y1));
		put(&c, point(t.x2, t.y2));
		finish(&c);
		run(&c, &t, i);
	}
}

static void setup_and_text(void **state)
{
	(void)state;
	gm_save(expect);
	for (int i = 0; i < 120; i++) {
		struct command c = { .len = 0 };
		bool immediate = i % 2;
		struct task t;

		random_task(&t, false);
		t.mono_src = true;
		t.mono_src_transparent = rnd(2);
		t.align = rnd(2) ? 8 : 1;
		limit_rop(&t);
		if (immediate)
			shrink_bitmap(&t);
		put_setup(&c, &t, 0);
		must(0, c.dw, c.len);

		begin(&c, &t, immediate ? XY_TEXT_IMMEDIATE_BLT : XY_TEXT_BLT);
		if (t.align == 8)
			c.dw[0] |= 1 << 16;
		put(&c, point(t.x1, t.y1));
		put(&c, point(t.x2, t.y2));
		if (immediate) {
			t.bitmap = expect + misc_addr();
			put_bytes(&c, t.bitmap, 13 * (t.y2 - t.y1) + 8);
		} else {
			put_bitmap_addr(&c, &t);
		}
		finish(&c);
		run(&c, &t, i);
	}
}

static void plain_color_and_copy(void **state)
{
	(void)state;
	gm_save(expect);
	for (int i = 0; i < 100; i++) {
		struct command c = { .len = 0 };
		uint32_t bytes, dst_end = 0, src_end = 0;
		struct task t;

		random_task(&t, true);
		t.clip = false;
		t.x2 -= t.x1;
		t.y2 -= t.y1;
		t.x1 = t.y1 = t.sx = t.sy = 0;
		bytes = t.x2 * cpp_of(t.depth);
		if (i % 2)
			t.colour_src = true;
		else
			t.solid = true;
		limit_rop(&t);
		/* Every fourth copy runs from right to left, from the last byte of each row. */
		if (i % 4 == 3)
			dst_end = src_end = bytes - 1;
		put(&c, br00(&t, i % 2 ? SRC_COPY_BLT : COLOR_BLT));
		put(&c, br13(&t) | (i % 4 == 3) << 30);
		put(&c, (uint32_t)t.y2 << 16 | bytes);
		put_addr(&c, t.dst.base + dst_end);
		if (i % 2) {
			put(&c, t.src.pitch);
			put_addr(&c, t.src.base + src_end);
		} else {
			put(&c, t.pfg);
		}
		finish(&c);
		run(&c, &t, i);
	}
}

static void fast_copy(void **state)
{
	static const struct { unsigned int bytes, field; } depths[] = {
		{ 1, 0 }, { 2, 1 }, { 4, 3 }, { 8, 4 }, { 16, 5 },
	};

	(void)state;
	gm_save(expect);
	for (int i = 0; i < 300; i++) {
		unsigned int d = rnd(IGD_ARRAY_SIZE(depths)), cpp = depths[d].bytes;
		static const enum igd_tiling yf[] = {
			IGD_TILE_YF_8, IGD_TILE_YF, IGD_TILE_YF, IGD_TILE_YF_64, IGD_TILE_YF_64,
		};
		struct surface s[2];
		uint32_t mode[2];
		int x[2], y[2], w = 1 + rnd(1024 / cpp), h = 1 + rnd(64);
		struct command c = { .len = 0 };
		struct task t = { .depth = BR13_DEPTH_8, .rop = ROP_SRC_COPY, .colour_src = true };

		for (int k = 0; k < 2; k++) {
			unsigned int tiling = rnd(4);

			s[k].tiling = tiling == 3 ? yf[d] : (enum igd_tiling)tiling;
			mode[k] = tiling == 3 ? 2 : tiling;
			s[k].base = (k ? SRC_BASE : DST_BASE) + rnd(3) * 4096;
			s[k].pitch = 2048;
			if (s[k].tiling == IGD_LINEAR)
				s[k].base += rnd(100) * cpp;
			x[k] = rnd(1024 / cpp);
			y[k] = rnd(60);
		}
		put(&c, 2u << 29 | XY_FAST_COPY_BLT << 22 | mode[1] << 20 | mode[0] << 13);
		put(&c, depths[d].field << 24 | pitch_field(&s[0]) |
			(uint32_t)(s[1].tiling >= IGD_TILE_YF) << 31 |
			(uint32_t)(s[0].tiling >= IGD_TILE_YF) << 30);
		put(&c, point(x[0], y[0]));
		put(&c, point(x[0] + w, y[0] + h));
		put_addr(&c, s[0].base);
		put(&c, point(x[1], y[1]));
		put(&c, pitch_field(&s[1]));
		put_addr(&c, s[1].base);
		finish(&c);

		t.dst = s[0];
		t.src = s[1];
		t.x1 = x[0] * cpp;
		t.x2 = t.x1 + w * cpp;
		t.y1 = y[0];
		t.y2 = t.y1 + h;
		t.sx = x[1] * cpp;
		t.sy = y[1];
		run(&c, &t, i);
	}
}

static void *map_nothing(void *opaque, const struct igd_client *who, uint64_t addr, bool write)
{
	(void)opaque;
	(void)who;
	(void)addr;
	(void)write;
	return NULL;
}

/* Memory that cannot be mapped is copied. */
static void without_mapping(void **state)
{
	struct igd_ops ops = *rig->gd->ops;
	const struct igd_ops *old = rig->gd->ops;

	(void)state;
	ops.mem_map = map_nothing;
	rig->gd->ops = &ops;
	random_rounds(encode_color, 15);
	random_rounds(encode_src_copy, 15);
	random_rounds(encode_full, 15);
	rig->gd->ops = old;
}

static uint8_t dirty[GM_SIZE];	/* by offset from RAM_BASE */

static void mark_dirty(void *opaque, uint64_t addr, size_t len)
{
	(void)opaque;
	assert_true(addr >= RAM_BASE && addr + len <= RAM_BASE + GM_SIZE);
	memset(dirty + addr - RAM_BASE, 1, len);
}

static void changes_are_marked_dirty(void **state)
{
	struct igd_ops ops = *rig->gd->ops;
	const struct igd_ops *old = rig->gd->ops;
	uint8_t *before = malloc(GM_SIZE);

	(void)state;
	ops.mem_dirty = mark_dirty;
	rig->gd->ops = &ops;
	for (int i = 0; i < 20; i++) {
		gm_save(before);
		memset(dirty, 0, GM_SIZE);
		random_rounds(i % 2 ? encode_color : encode_full, 2);
		for (uint32_t a = 0; a < GM_SIZE; a++)
			assert_true(before[a] == *gm(a) || dirty[gm_pa(a) - RAM_BASE]);
	}
	rig->gd->ops = old;
	free(before);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, blt_setup, blt_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(xy_color),
		TEST(xy_src_copy),
		TEST(xy_chroma),
		TEST(xy_pat),
		TEST(xy_pat_immediate),
		TEST(xy_pat_chroma),
		TEST(xy_mono_pat),
		TEST(xy_mono_src),
		TEST(xy_mono_src_immediate),
		TEST(xy_full),
		TEST(xy_full_mono_src),
		TEST(xy_full_mono_pattern),
		TEST(xy_full_mono_both),
		TEST(all_256_rops),
		TEST(overlapping_copies),
		TEST(setup_and_pixel),
		TEST(setup_and_scanlines),
		TEST(setup_and_text),
		TEST(plain_color_and_copy),
		TEST(fast_copy),
		TEST(without_mapping),
		TEST(changes_are_marked_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
