// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Commands of the copy engine; Skylake PRM vol. 2a. */
#include "blt.h"

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

/* Tiled pitches count dwords. */
static uint32_t pitch(const struct blt_surface *s)
{
	return s->tiling ? s->stride / 4 : s->stride;
}

static uint32_t depth(const struct blt_surface *s)
{
	return (s->cpp == 4 ? 3 : s->cpp == 2 ? 1 : 0) << 24;
}

static uint32_t write_enables(const struct blt_surface *dst)
{
	return dst->cpp == 4 ? WRITE_RGBA : 0;
}

void blt_tilings(struct batch *b, uint32_t src, uint32_t dst)
{
	uint32_t y = (src == I915_TILING_Y ? SRC_Y : 0) | (dst == I915_TILING_Y ? DST_Y : 0);

	batch_emit(b, MI_FLUSH_DW);
	for (int i = 0; i < 4; i++)
		batch_emit(b, 0);
	batch_load_imm(b, BCS_SWCTRL, (SRC_Y | DST_Y) << 16 | y);
}

static void emit_rect(struct batch *b, const struct blt_rect *r)
{
	batch_emit(b, r->y1 << 16 | r->x1);
	batch_emit(b, r->y2 << 16 | r->x2);
}

void blt_color(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r, uint32_t colour)
{
	batch_emit(b, XY_COLOR_BLT | write_enables(dst) | (dst->tiling ? DST_TILED : 0));
	batch_emit(b, depth(dst) | ROP_PATTERN | pitch(dst));
	emit_rect(b, r);
	batch_emit_addr(b, dst->bo.addr);
	batch_emit(b, colour);
}

static void emit_copied(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r,
			const struct blt_surface *src, uint32_t x, uint32_t y)
{
	emit_rect(b, r);
	batch_emit_addr(b, dst->bo.addr);
	batch_emit(b, y << 16 | x);
	batch_emit(b, pitch(src));
	batch_emit_addr(b, src->bo.addr);
}

void blt_copy(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r,
	      const struct blt_surface *src, uint32_t x, uint32_t y)
{
	batch_emit(b, XY_SRC_COPY_BLT | write_enables(dst) |
		   (dst->tiling ? DST_TILED : 0) | (src->tiling ? SRC_TILED : 0));
	batch_emit(b, depth(dst) | ROP_COPY | pitch(dst));
	emit_copied(b, dst, r, src, x, y);
}

void blt_fast_copy(struct batch *b, const struct blt_surface *dst, const struct blt_rect *r,
		   const struct blt_surface *src, uint32_t x, uint32_t y)
{
	/* The uAPI's numbers are the command's: linear, X, legacy Y. */
	batch_emit(b, XY_FAST_COPY_BLT | FAST_SRC_TILING(src->tiling) | FAST_DST_TILING(dst->tiling));
	batch_emit(b, depth(dst) | pitch(dst));
	emit_copied(b, dst, r, src, x, y);
}
