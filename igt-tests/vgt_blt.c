// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The blitter, against the same work done by the CPU. */
#include <stdlib.h>
#include <unistd.h>

#include "batch.h"

/* Headers, with both write enables. */
#define XY_COLOR_BLT		(2u << 29 | 0x50 << 22 | 5)
#define XY_SRC_COPY_BLT		(2u << 29 | 0x53 << 22 | 8)
#define XY_FAST_COPY_BLT	(2u << 29 | 0x42 << 22 | 8)
#define   WRITE_RGBA		(3 << 20)
#define   SRC_TILED		(1 << 15)
#define   DST_TILED		(1 << 11)
#define   FAST_SRC_TILING(t)	((t) << 20)
#define   FAST_DST_TILING(t)	((t) << 13)
#define ROP_COPY		(0xcc << 16)
#define ROP_PATTERN		(0xf0 << 16)

#define BCS_SWCTRL		0x22200
#define   SRC_Y			(1 << 0)
#define   DST_Y			(1 << 1)

static const struct vgt_engine *const bcs = &vgt_engines[1];

/**
 * struct surface - a picture, and what it ought to be
 * @want: linear
 */
struct surface {
	struct bo bo;
	uint32_t tiling, stride, cpp, width, height;
	uint8_t *want;
};

struct rect {
	uint32_t x1, y1, x2, y2;
};

static uint8_t *surface_byte(const struct surface *s, uint32_t x, uint32_t y)
{
	return &s->bo.u8[tiled_offset(s->tiling, s->stride, x, y)];
}

/* The height is a multiple of a tile's, the stride of a tile's width. */
static struct surface surface_create(int fd, uint32_t tiling, uint32_t cpp, uint32_t width, uint32_t height)
{
	struct surface s = { .tiling = tiling, .cpp = cpp, .width = width, .height = height };

	s.stride = (width * cpp + 511) & ~511u;
	s.bo = bo_create(fd, s.stride * height);
	s.want = malloc(s.stride * height);
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < s.stride; x++)
			s.want[y * s.stride + x] = *surface_byte(&s, x, y) = vgt_random();
	}
	return s;
}

static void surface_check(const struct surface *s)
{
	for (uint32_t y = 0; y < s->height; y++) {
		for (uint32_t x = 0; x < s->stride; x++)
			vgt_assert_f(*surface_byte(s, x, y) == s->want[y * s->stride + x],
				     "byte %u of line %u: %#x instead of %#x", x, y,
				     *surface_byte(s, x, y), s->want[y * s->stride + x]);
	}
}

/* Tiled pitches count dwords. */
static uint32_t pitch(const struct surface *s)
{
	return s->tiling ? s->stride / 4 : s->stride;
}

static uint32_t depth(const struct surface *s)
{
	return (s->cpp == 4 ? 3 : s->cpp == 2 ? 1 : 0) << 24;
}

static void emit_swctrl(struct batch *b, uint32_t src_tiling, uint32_t dst_tiling)
{
	uint32_t y = (src_tiling == I915_TILING_Y ? SRC_Y : 0) | (dst_tiling == I915_TILING_Y ? DST_Y : 0);

	batch_emit(b, MI_FLUSH_DW);
	for (int i = 0; i < 4; i++)
		batch_emit(b, 0);
	batch_load_imm(b, BCS_SWCTRL, (SRC_Y | DST_Y) << 16 | y);
}

static void emit_color(struct batch *b, const struct surface *dst, const struct rect *r, uint32_t colour)
{
	batch_emit(b, XY_COLOR_BLT | (dst->cpp == 4 ? WRITE_RGBA : 0) | (dst->tiling ? DST_TILED : 0));
	batch_emit(b, depth(dst) | ROP_PATTERN | pitch(dst));
	batch_emit(b, r->y1 << 16 | r->x1);
	batch_emit(b, r->y2 << 16 | r->x2);
	batch_emit_addr(b, dst->bo.addr);
	batch_emit(b, colour);
}

static void emit_copy(struct batch *b, const struct surface *dst, const struct rect *r,
		      const struct surface *src, uint32_t x, uint32_t y)
{
	batch_emit(b, XY_SRC_COPY_BLT | (dst->cpp == 4 ? WRITE_RGBA : 0) |
		   (dst->tiling ? DST_TILED : 0) | (src->tiling ? SRC_TILED : 0));
	batch_emit(b, depth(dst) | ROP_COPY | pitch(dst));
	batch_emit(b, r->y1 << 16 | r->x1);
	batch_emit(b, r->y2 << 16 | r->x2);
	batch_emit_addr(b, dst->bo.addr);
	batch_emit(b, y << 16 | x);
	batch_emit(b, pitch(src));
	batch_emit_addr(b, src->bo.addr);
}

static void emit_fast_copy(struct batch *b, const struct surface *dst, const struct rect *r,
			   const struct surface *src, uint32_t x, uint32_t y)
{
	/* The uAPI's numbers are the command's: linear, X, legacy Y. */
	batch_emit(b, XY_FAST_COPY_BLT | FAST_SRC_TILING(src->tiling) | FAST_DST_TILING(dst->tiling));
	batch_emit(b, depth(dst) | pitch(dst));
	batch_emit(b, r->y1 << 16 | r->x1);
	batch_emit(b, r->y2 << 16 | r->x2);
	batch_emit_addr(b, dst->bo.addr);
	batch_emit(b, y << 16 | x);
	batch_emit(b, pitch(src));
	batch_emit_addr(b, src->bo.addr);
}

static void cpu_color(const struct surface *s, const struct rect *r, uint32_t colour)
{
	for (uint32_t y = r->y1; y < r->y2; y++) {
		for (uint32_t x = r->x1; x < r->x2; x++)
			memcpy(s->want + y * s->stride + x * s->cpp, &colour, s->cpp);
	}
}

static void cpu_copy(const struct surface *dst, const struct rect *r, const struct surface *src,
		     uint32_t x, uint32_t y)
{
	uint32_t height = r->y2 - r->y1, len = (r->x2 - r->x1) * dst->cpp;

	for (uint32_t i = 0; i < height; i++) {
		/* Within one surface, from the side to which it moves. */
		uint32_t line = dst == src && y < r->y1 ? height - 1 - i : i;

		memmove(dst->want + (r->y1 + line) * dst->stride + r->x1 * dst->cpp,
			src->want + (y + line) * src->stride + x * src->cpp, len);
	}
}

static struct rect random_rect(uint32_t width, uint32_t height)
{
	struct rect r = { .x1 = vgt_random() % width, .y1 = vgt_random() % height };

	r.x2 = r.x1 + 1 + vgt_random() % (width - r.x1);
	r.y2 = r.y1 + 1 + vgt_random() % (height - r.y1);
	return r;
}

static const uint32_t tilings[] = { I915_TILING_NONE, I915_TILING_X, I915_TILING_Y };

#define for_each_tiling(t) \
	for (const uint32_t *t = tilings; t < tilings + ARRAY_SIZE(tilings); t++)

static void color(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	for_each_tiling(t) {
		for (uint32_t cpp = 1; cpp <= 4; cpp *= 2) {
			struct surface dst = surface_create(fd, *t, cpp, 300, 64);
			struct batch b;

			batch_init(&b, fd, 4096);
			batch_use(&b, &dst.bo, true);
			emit_swctrl(&b, 0, *t);
			for (int i = 0; i < 12; i++) {
				struct rect r = random_rect(dst.width, dst.height);
				uint32_t colour = vgt_random();

				emit_color(&b, &dst, &r, colour);
				cpu_color(&dst, &r, colour);
			}
			emit_swctrl(&b, 0, 0);
			batch_end(&b);
			batch_run(&b, bcs);
			surface_check(&dst);
		}
	}
}

typedef void emit_copy_fn(struct batch *b, const struct surface *dst, const struct rect *r,
			  const struct surface *src, uint32_t x, uint32_t y);

/* Random rectangles between each two tilings. */
static void copy_all(int fd, emit_copy_fn *emit, uint32_t cpp)
{
	for_each_tiling(from) {
		for_each_tiling(to) {
			struct surface src = surface_create(fd, *from, cpp, 260, 64);
			struct surface dst = surface_create(fd, *to, cpp, 390, 96);
			struct batch b;

			batch_init(&b, fd, 4096);
			batch_use(&b, &src.bo, false);
			batch_use(&b, &dst.bo, true);
			emit_swctrl(&b, *from, *to);
			for (int i = 0; i < 8; i++) {
				struct rect s = random_rect(src.width, src.height), r;

				r.x1 = vgt_random() % (dst.width - (s.x2 - s.x1));
				r.y1 = vgt_random() % (dst.height - (s.y2 - s.y1));
				r.x2 = r.x1 + s.x2 - s.x1;
				r.y2 = r.y1 + s.y2 - s.y1;
				emit(&b, &dst, &r, &src, s.x1, s.y1);
				cpu_copy(&dst, &r, &src, s.x1, s.y1);
			}
			emit_swctrl(&b, 0, 0);
			batch_end(&b);
			batch_run(&b, bcs);
			printf("tiling %u to %u\n", *from, *to);
			surface_check(&src);
			surface_check(&dst);
			free(src.want);
			free(dst.want);
		}
	}
}

static void src_copy_8(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	copy_all(fd, emit_copy, 1);
}

static void src_copy_16(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	copy_all(fd, emit_copy, 2);
}

static void src_copy_32(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	copy_all(fd, emit_copy, 4);
}

static void fast_copy(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	copy_all(fd, emit_fast_copy, 4);
}

/* Scrolling: source and destination overlap. */
static void overlap(int fd, const struct vgt_engine *unused)
{
	static const int moves[][2] = { { 0, 3 }, { 0, -3 }, { 5, 0 }, { -5, 0 }, { 7, 2 }, { -7, -2 } };

	(void)unused;
	for_each_tiling(t) {
		for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
			struct surface s = surface_create(fd, *t, 4, 128, 32);
			struct rect r = { .x1 = 10 + moves[i][0], .y1 = 5 + moves[i][1] };
			struct batch b;

			r.x2 = r.x1 + 100;
			r.y2 = r.y1 + 20;
			batch_init(&b, fd, 4096);
			batch_use(&b, &s.bo, true);
			emit_swctrl(&b, *t, *t);
			emit_copy(&b, &s, &r, &s, 10, 5);
			emit_swctrl(&b, 0, 0);
			batch_end(&b);
			batch_run(&b, bcs);
			cpu_copy(&s, &r, &s, 10, 5);
			printf("tiling %u, moved by %d, %d\n", *t, moves[i][0], moves[i][1]);
			surface_check(&s);
			free(s.want);
		}
	}
}

/* A large picture there and back, tiled in between. */
static void large(int fd, const struct vgt_engine *unused)
{
	enum { WIDTH = 1024, HEIGHT = 512, SIZE = WIDTH * HEIGHT * 4 };
	struct surface s[3] = { };
	struct rect all = { 0, 0, WIDTH, HEIGHT };
	struct batch b;

	(void)unused;
	for (int i = 0; i < 3; i++) {
		s[i] = (struct surface){ .bo = bo_create(fd, SIZE), .stride = WIDTH * 4, .cpp = 4,
					 .width = WIDTH, .height = HEIGHT };
	}
	for (uint32_t i = 0; i < SIZE / 4; i++)
		s[0].bo.u32[i] = i * 2654435761u;
	for_each_tiling(t) {
		s[1].tiling = *t;
		batch_init(&b, fd, 4096);
		for (int i = 0; i < 3; i++)
			batch_use(&b, &s[i].bo, true);
		emit_swctrl(&b, 0, *t);
		emit_copy(&b, &s[1], &all, &s[0], 0, 0);
		emit_swctrl(&b, 0, 0);
		emit_fast_copy(&b, &s[2], &all, &s[1], 0, 0);
		batch_end(&b);
		batch_run(&b, bcs);
		vgt_assert_f(!memcmp(s[0].bo.map, s[2].bo.map, SIZE), "tiling %u", *t);
		vgt_assert(!memcmp(s[0].bo.map, s[1].bo.map, SIZE) == !*t);
		memset(s[2].bo.map, 0, SIZE);
	}
}

/* Pictures handed on from object to object, one batch each; none is lost or mixed up. */
static void chain(int fd, const struct vgt_engine *unused)
{
	enum { OBJECTS = 12, MOVES = 60, WIDTH = 128, HEIGHT = 64 };
	struct surface s[OBJECTS];
	struct rect all = { 0, 0, WIDTH, HEIGHT };
	uint32_t value[OBJECTS];

	(void)unused;
	for (uint32_t i = 0; i < OBJECTS; i++) {
		s[i] = surface_create(fd, tilings[i % 3], 4, WIDTH, HEIGHT);
		value[i] = i << 16;
		for (uint32_t y = 0; y < HEIGHT; y++)
			for (uint32_t x = 0; x < WIDTH; x++)
				*(uint32_t *)surface_byte(&s[i], 4 * x, y) = value[i] + y * WIDTH + x;
	}
	for (int n = 0; n < MOVES; n++) {
		uint32_t from = vgt_random() % OBJECTS, to = (from + 1 + vgt_random() % (OBJECTS - 1)) % OBJECTS;
		struct batch b;

		batch_init(&b, fd, 4096);
		batch_use(&b, &s[from].bo, false);
		batch_use(&b, &s[to].bo, true);
		emit_swctrl(&b, s[from].tiling, s[to].tiling);
		emit_copy(&b, &s[to], &all, &s[from], 0, 0);
		emit_swctrl(&b, 0, 0);
		batch_end(&b);
		batch_exec(&b, bcs);
		value[to] = value[from];
		batch_fini(&b);
	}
	for (uint32_t i = 0; i < OBJECTS; i++) {
		gem_wait(fd, s[i].bo.handle);
		for (uint32_t y = 0; y < HEIGHT; y++)
			for (uint32_t x = 0; x < WIDTH; x++)
				vgt_assert_eq(*(uint32_t *)surface_byte(&s[i], 4 * x, y),
					      value[i] + y * WIDTH + x);
	}
}

static const struct vgt_subtest subtests[] = {
	{ "color", "XY_COLOR_BLT of 8, 16, 32 bpp on linear, X and Y", color, false },
	{ "src-copy-8", "XY_SRC_COPY_BLT of bytes between linear, X and Y", src_copy_8, false },
	{ "src-copy-16", "XY_SRC_COPY_BLT of words between linear, X and Y", src_copy_16, false },
	{ "src-copy-32", "XY_SRC_COPY_BLT of dwords between linear, X and Y", src_copy_32, false },
	{ "fast-copy", "XY_FAST_COPY_BLT between linear, X and Y", fast_copy, false },
	{ "overlap", "XY_SRC_COPY_BLT within a surface, overlapping", overlap, false },
	{ "large", "megabytes there and back, tiled in between", large, false },
	{ "chain", "pictures handed on from object to object", chain, false },
};

VGT_MAIN(true, "The blitter, against the same work done by the CPU")
