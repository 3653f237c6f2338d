// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The blitter, against the same work done by the CPU. */
#include <stdlib.h>
#include <unistd.h>

#include "blt.h"

static const struct vgt_engine *const bcs = &vgt_engines[1];

/**
 * struct surface - a picture, and what it ought to be
 * @want: linear
 */
struct surface {
	struct blt_surface blt;
	uint8_t *want;
};

static uint8_t *surface_byte(const struct surface *s, uint32_t x, uint32_t y)
{
	return &s->blt.bo.u8[tiled_offset(s->blt.tiling, s->blt.stride, x, y)];
}

/* The height is a multiple of a tile's, the stride of a tile's width. */
static struct surface surface_create(int fd, uint32_t tiling, uint32_t cpp, uint32_t width, uint32_t height)
{
	struct surface s = { .blt = { .tiling = tiling, .cpp = cpp, .width = width, .height = height } };

	s.blt.stride = (width * cpp + 511) & ~511u;
	s.blt.bo = bo_create(fd, s.blt.stride * height);
	s.want = malloc(s.blt.stride * height);
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < s.blt.stride; x++)
			s.want[y * s.blt.stride + x] = *surface_byte(&s, x, y) = vgt_random();
	}
	return s;
}

static void surface_check(const struct surface *s)
{
	for (uint32_t y = 0; y < s->blt.height; y++) {
		for (uint32_t x = 0; x < s->blt.stride; x++)
			vgt_assert_f(*surface_byte(s, x, y) == s->want[y * s->blt.stride + x],
				     "byte %u of line %u: %#x instead of %#x", x, y,
				     *surface_byte(s, x, y), s->want[y * s->blt.stride + x]);
	}
}

static void cpu_color(const struct surface *s, const struct blt_rect *r, uint32_t colour)
{
	for (uint32_t y = r->y1; y < r->y2; y++) {
		for (uint32_t x = r->x1; x < r->x2; x++)
			memcpy(s->want + y * s->blt.stride + x * s->blt.cpp, &colour, s->blt.cpp);
	}
}

static void cpu_copy(const struct surface *dst, const struct blt_rect *r, const struct surface *src,
		     uint32_t x, uint32_t y)
{
	uint32_t height = r->y2 - r->y1, len = (r->x2 - r->x1) * dst->blt.cpp;

	for (uint32_t i = 0; i < height; i++) {
		/* Within one surface, from the side to which it moves. */
		uint32_t line = dst == src && y < r->y1 ? height - 1 - i : i;

		memmove(dst->want + (r->y1 + line) * dst->blt.stride + r->x1 * dst->blt.cpp,
			src->want + (y + line) * src->blt.stride + x * src->blt.cpp, len);
	}
}

static struct blt_rect random_rect(uint32_t width, uint32_t height)
{
	struct blt_rect r = { .x1 = vgt_random() % width, .y1 = vgt_random() % height };

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
			batch_use(&b, &dst.blt.bo, true);
			blt_tilings(&b, 0, *t);
			for (int i = 0; i < 12; i++) {
				struct blt_rect r = random_rect(dst.blt.width, dst.blt.height);
				uint32_t colour = vgt_random();

				blt_color(&b, &dst.blt, &r, colour);
				cpu_color(&dst, &r, colour);
			}
			blt_tilings(&b, 0, 0);
			batch_end(&b);
			batch_run(&b, bcs);
			surface_check(&dst);
		}
	}
}

typedef void copy_fn(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r,
		     const struct blt_surface *src, uint32_t x, uint32_t y);

/* Random rectangles between each two tilings. */
static void copy_all(int fd, copy_fn *copy, uint32_t cpp)
{
	for_each_tiling(from) {
		for_each_tiling(to) {
			struct surface src = surface_create(fd, *from, cpp, 260, 64);
			struct surface dst = surface_create(fd, *to, cpp, 390, 96);
			struct batch b;

			batch_init(&b, fd, 4096);
			batch_use(&b, &src.blt.bo, false);
			batch_use(&b, &dst.blt.bo, true);
			blt_tilings(&b, *from, *to);
			for (int i = 0; i < 8; i++) {
				struct blt_rect s = random_rect(src.blt.width, src.blt.height), r;

				r.x1 = vgt_random() % (dst.blt.width - (s.x2 - s.x1));
				r.y1 = vgt_random() % (dst.blt.height - (s.y2 - s.y1));
				r.x2 = r.x1 + s.x2 - s.x1;
				r.y2 = r.y1 + s.y2 - s.y1;
				copy(&b, &dst.blt, &r, &src.blt, s.x1, s.y1);
				cpu_copy(&dst, &r, &src, s.x1, s.y1);
			}
			blt_tilings(&b, 0, 0);
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
	copy_all(fd, blt_copy, 1);
}

static void src_copy_16(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	copy_all(fd, blt_copy, 2);
}

static void src_copy_32(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	copy_all(fd, blt_copy, 4);
}

static void fast_copy(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	copy_all(fd, blt_fast_copy, 4);
}

/* Scrolling: source and destination overlap. */
static void overlap(int fd, const struct vgt_engine *unused)
{
	static const int moves[][2] = { { 0, 3 }, { 0, -3 }, { 5, 0 }, { -5, 0 }, { 7, 2 }, { -7, -2 } };

	(void)unused;
	for_each_tiling(t) {
		for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
			struct surface s = surface_create(fd, *t, 4, 128, 32);
			struct blt_rect r = { .x1 = 10 + moves[i][0], .y1 = 5 + moves[i][1] };
			struct batch b;

			r.x2 = r.x1 + 100;
			r.y2 = r.y1 + 20;
			batch_init(&b, fd, 4096);
			batch_use(&b, &s.blt.bo, true);
			blt_tilings(&b, *t, *t);
			blt_copy(&b, &s.blt, &r, &s.blt, 10, 5);
			blt_tilings(&b, 0, 0);
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
	struct blt_rect all = { 0, 0, WIDTH, HEIGHT };
	struct batch b;

	(void)unused;
	for (int i = 0; i < 3; i++) {
		s[i].blt = (struct blt_surface){ .bo = bo_create(fd, SIZE), .stride = WIDTH * 4, .cpp = 4,
						 .width = WIDTH, .height = HEIGHT };
	}
	for (uint32_t i = 0; i < SIZE / 4; i++)
		s[0].blt.bo.u32[i] = i * 2654435761u;
	for_each_tiling(t) {
		s[1].blt.tiling = *t;
		batch_init(&b, fd, 4096);
		for (int i = 0; i < 3; i++)
			batch_use(&b, &s[i].blt.bo, true);
		blt_tilings(&b, 0, *t);
		blt_copy(&b, &s[1].blt, &all, &s[0].blt, 0, 0);
		blt_tilings(&b, 0, 0);
		blt_fast_copy(&b, &s[2].blt, &all, &s[1].blt, 0, 0);
		batch_end(&b);
		batch_run(&b, bcs);
		vgt_assert_f(!memcmp(s[0].blt.bo.map, s[2].blt.bo.map, SIZE), "tiling %u", *t);
		vgt_assert(!memcmp(s[0].blt.bo.map, s[1].blt.bo.map, SIZE) == !*t);
		memset(s[2].blt.bo.map, 0, SIZE);
	}
}

/* Pictures handed on from object to object, one batch each; none is lost or mixed up. */
static void chain(int fd, const struct vgt_engine *unused)
{
	enum { OBJECTS = 12, MOVES = 60, WIDTH = 128, HEIGHT = 64 };
	struct surface s[OBJECTS];
	struct blt_rect all = { 0, 0, WIDTH, HEIGHT };
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
		batch_use(&b, &s[from].blt.bo, false);
		batch_use(&b, &s[to].blt.bo, true);
		blt_tilings(&b, s[from].blt.tiling, s[to].blt.tiling);
		blt_copy(&b, &s[to].blt, &all, &s[from].blt, 0, 0);
		blt_tilings(&b, 0, 0);
		batch_end(&b);
		batch_exec(&b, bcs);
		value[to] = value[from];
		batch_fini(&b);
	}
	for (uint32_t i = 0; i < OBJECTS; i++) {
		gem_wait(fd, s[i].blt.bo.handle);
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
