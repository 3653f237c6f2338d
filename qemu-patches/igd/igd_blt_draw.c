// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: drawing
 *
 * A rectangle is drawn row by row.  Plain copies and fills move each run of
 * bytes that lies together straight between mapped pages.  Everything else goes
 * through buffers, a stretch of up to SPAN bytes of a row at a time:
 *
 *   source -> s ---+
 *   pattern -> p --+-> raster operation -> merge with d under mask -> destination
 *   destination -> d
 *
 * A page is translated once per call and surface, not once per access; memory
 * does not change its place while the model runs.
 */
#include <string.h>

#include "igd_blt_draw.h"
#include "igd_priv.h"
#include "vgt/regs/blt.h"

#define SPAN		2048u	/* bytes, a multiple of any pixel size */
#define FILL_WORDS	(SPAN / 8 + 1)	/* a span from any byte of a pixel on */
#define NUM_PAGES	256u	/* holds a row of tiles of all but the widest surfaces */

enum page_kind {
	PAGE_NONE,
	PAGE_MAPPED,
	PAGE_SLOW,	/* not RAM: through igd_read() and igd_write() */
	PAGE_FAULT,	/* reads give zero, writes are dropped */
};

/* A page of a surface, at bus address @pa; bytes from @lo to before @hi have been changed. */
struct page {
	uint64_t number;
	uint64_t pa;
	uint8_t *bytes;
	uint16_t lo, hi;
	uint8_t kind;
};

/* A surface, as one call sees it.  @row: offset of the row being drawn. */
struct view {
	struct igd_aspace *as;
	const struct igd_surface *surface;
	uint64_t row;
	bool write;
	struct page page[NUM_PAGES];
};

union span {
	uint64_t q[SPAN / 8];
	uint32_t l[SPAN / 4];
	uint16_t w[SPAN / 2];
	uint8_t b[SPAN];
};

static void view_open(struct view *v, struct igd_aspace *as, const struct igd_surface *surface,
		      bool write)
{
	v->as = as;
	v->surface = surface;
	v->row = 0;
	v->write = write;
	memset(v->page, 0, sizeof(v->page));
}

static void page_drop(struct view *v, struct page *p)
{
	struct igd *gd = v->as->gd;

	if (p->hi > p->lo)
		gd->ops->mem_dirty(gd->opaque, p->pa + p->lo, p->hi - p->lo);
	p->kind = PAGE_NONE;
	p->lo = IGD_PAGE_SIZE;
	p->hi = 0;
}

static void view_close(struct view *v)
{
	for (unsigned int i = 0; i < NUM_PAGES; i++)
		if (v->page[i].kind == PAGE_MAPPED)
			page_drop(v, &v->page[i]);
}

/*
 * A surface's pages are many: each is translated once, so a fault or a stale
 * entry is reported once, and not again to map the page or to mark it dirty.
 */
static struct page *view_open_page(struct view *v, struct page *p, uint64_t number)
{
	struct igd_aspace *as = v->as;
	struct igd *gd = as->gd;

	page_drop(v, p);
	p->number = number;
	if (!igd_translate(as, number * IGD_PAGE_SIZE, v->write, &p->pa)) {
		p->kind = PAGE_FAULT;
		return p;
	}
	p->bytes = gd->ops->mem_map(gd->opaque, &as->who, p->pa, v->write);
	p->kind = p->bytes ? PAGE_MAPPED : PAGE_SLOW;
	return p;
}

static inline struct page *view_page(struct view *v, uint64_t number)
{
	struct page *p = &v->page[number % NUM_PAGES];

	if (p->kind != PAGE_NONE && p->number == number)
		return p;
	return view_open_page(v, p, number);
}

static void view_set_row(struct view *v, uint32_t y)
{
	v->row = igd_tile_row(v->surface->tiling, v->surface->pitch, y);
}

/* The longest stretch from byte column @x on that lies together within a page. */
static inline uint32_t view_run(struct view *v, uint32_t x, uint32_t len, struct page **page,
				uint32_t *in_page)
{
	uint64_t addr = v->surface->base + v->row + igd_tile_column(v->surface->tiling, x);
	uint32_t run = igd_tile_run(v->surface->tiling, x);
	uint32_t left = IGD_PAGE_SIZE - addr % IGD_PAGE_SIZE;

	*page = view_page(v, (addr & 0xffffffffffffull) / IGD_PAGE_SIZE);
	*in_page = addr % IGD_PAGE_SIZE;
	if (run > left)
		run = left;
	return run < len ? run : len;
}

/* Words of Y tiles are what most short moves are: worth a move of constant size. */
static inline void move_bytes(void *to, const void *from, uint32_t len)
{
	if (len == 16)
		memmove(to, from, 16);
	else
		memmove(to, from, len);
}

static inline void page_read(struct view *v, struct page *p, uint32_t at, void *buf, uint32_t len)
{
	switch (p->kind) {
	case PAGE_MAPPED:
		move_bytes(buf, p->bytes + at, len);
		break;
	case PAGE_SLOW:
		igd_read(v->as, p->number * IGD_PAGE_SIZE + at, buf, len);
		break;
	default:
		memset(buf, 0, len);
	}
}

static inline void page_touched(struct page *p, uint32_t at, uint32_t len)
{
	if (at < p->lo)
		p->lo = at;
	if (at + len > p->hi)
		p->hi = at + len;
}

static inline void page_write(struct view *v, struct page *p, uint32_t at, const void *buf,
			      uint32_t len)
{
	switch (p->kind) {
	case PAGE_MAPPED:
		move_bytes(p->bytes + at, buf, len);
		page_touched(p, at, len);
		break;
	case PAGE_SLOW:
		igd_write(v->as, p->number * IGD_PAGE_SIZE + at, buf, len);
		break;
	}
}

static void view_read(struct view *v, uint32_t x, uint8_t *buf, uint32_t len)
{
	while (len) {
		struct page *p;
		uint32_t at, n = view_run(v, x, len, &p, &at);

		page_read(v, p, at, buf, n);
		buf += n;
		x += n;
		len -= n;
	}
}

static void view_write(struct view *v, uint32_t x, const uint8_t *buf, uint32_t len)
{
	while (len) {
		struct page *p;
		uint32_t at, n = view_run(v, x, len, &p, &at);

		page_write(v, p, at, buf, n);
		buf += n;
		x += n;
		len -= n;
	}
}

/* Left to right: right for rows that do not overlap and for those that move left. */
static void copy_row(struct view *dst, uint32_t dst_x, struct view *src, uint32_t src_x,
		     uint32_t len)
{
	uint8_t buf[IGD_PAGE_SIZE];

	while (len) {
		struct page *from, *to;
		uint32_t from_at, to_at;
		uint32_t n = view_run(src, src_x, len, &from, &from_at);

		n = view_run(dst, dst_x, n, &to, &to_at);
		if (from->kind == PAGE_MAPPED) {
			page_write(dst, to, to_at, from->bytes + from_at, n);
		} else {
			page_read(src, from, from_at, buf, n);
			page_write(dst, to, to_at, buf, n);
		}
		src_x += n;
		dst_x += n;
		len -= n;
	}
}

/* @colour: FILL_WORDS words of the same pixel over and over. */
static void fill_row(struct view *dst, uint32_t x, uint32_t len, const uint8_t *colour,
		     unsigned int cpp)
{
	while (len) {
		struct page *p;
		uint32_t at, n = view_run(dst, x, len < SPAN ? len : SPAN, &p, &at);

		page_write(dst, p, at, colour + x % cpp, n);
		x += n;
		len -= n;
	}
}

/*
 * d = rop(p, s, d), all bits at once: of each pair of bits of @rop, chosen by P
 * and S, the low one is the result for a clear D and the high one for a set D.
 */
static void apply_rop(uint8_t rop, uint64_t *d, const uint64_t *s, const uint64_t *p, size_t n)
{
	uint64_t clear[4], set[4];

	for (int i = 0; i < 4; i++) {
		clear[i] = rop >> (2 * i) & 1 ? ~0ull : 0;
		set[i] = rop >> (2 * i + 1) & 1 ? ~0ull : 0;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t v0 = (clear[0] & ~d[i]) | (set[0] & d[i]);
		uint64_t v1 = (clear[1] & ~d[i]) | (set[1] & d[i]);
		uint64_t v2 = (clear[2] & ~d[i]) | (set[2] & d[i]);
		uint64_t v3 = (clear[3] & ~d[i]) | (set[3] & d[i]);

		d[i] = (~p[i] & ((~s[i] & v0) | (s[i] & v1))) |
		       (p[i] & ((~s[i] & v2) | (s[i] & v3)));
	}
}

static void put_pixel(union span *span, unsigned int cpp, uint32_t i, uint32_t pixel)
{
	switch (cpp) {
	case 1:
		span->b[i] = pixel;
		break;
	case 2:
		span->w[i] = pixel;
		break;
	default:
		span->l[i] = pixel;
	}
}

static uint32_t get_pixel(const union span *span, unsigned int cpp, uint32_t i)
{
	switch (cpp) {
	case 1:
		return span->b[i];
	case 2:
		return span->w[i];
	default:
		return span->l[i];
	}
}

/*
 * What one stretch of a row is made of.  @mask: bits that are written; only
 * filled where @masked.
 */
struct stretch {
	union span s, p, d, old, mask;
	uint32_t pixels;
	bool masked;
};

static void mask_pixel(struct stretch *st, const struct igd_blt_op *op, uint32_t i)
{
	put_pixel(&st->mask, op->cpp, i, 0);
}

/* Are there bits or pixels of the rectangle that keep their old value? */
static bool is_masked(const struct igd_blt_op *op)
{
	return op->write_mask != ~0u || op->chroma_mode & 1 ||
	       (op->source == IGD_BLT_MONO_SOURCE && op->mono.transparent) ||
	       (op->has_pattern && op->pattern.transparent);
}

static void begin_mask(struct stretch *st, const struct igd_blt_op *op)
{
	st->masked = is_masked(op);
	if (!st->masked)
		return;
	for (uint32_t i = 0; i < st->pixels; i++)
		put_pixel(&st->mask, op->cpp, i, op->write_mask);
}

static void expand_mono(struct igd_aspace *as, struct stretch *st, const struct igd_blt_op *op,
			uint32_t column, uint32_t row)
{
	const struct igd_mono *m = &op->mono;
	uint64_t bit = m->first + (uint64_t)row * m->stride + column;
	uint8_t bits[SPAN / 8 + 1];
	size_t n = (bit % 8 + st->pixels + 7) / 8;

	if (m->data) {
		memset(bits, 0, n);
		if (bit / 8 < m->size)
			memcpy(bits, m->data + bit / 8,
			       n < m->size - bit / 8 ? n : m->size - bit / 8);
	} else {
		igd_read(as, m->addr + bit / 8, bits, n);
	}

	bit %= 8;
	for (uint32_t i = 0; i < st->pixels; i++, bit++) {
		bool on = bits[bit / 8] & 0x80 >> bit % 8;

		put_pixel(&st->s, op->cpp, i, on ? m->fg : m->bg);
		if (m->transparent && !on)
			mask_pixel(st, op, i);
	}
}

static void expand_pattern(struct stretch *st, const struct igd_blt_op *op, uint32_t x, uint32_t y)
{
	const struct igd_pattern *pat = &op->pattern;
	unsigned int row = (y + pat->seed_y) % 8;

	for (uint32_t i = 0; i < st->pixels; i++) {
		unsigned int at = row * 8 + (x + i + pat->seed_x) % 8;

		memcpy(st->p.b + i * op->cpp, pat->pixel + at * op->cpp, op->cpp);
		if (pat->transparent && !(pat->keep >> at & 1))
			mask_pixel(st, op, i);
	}
}

/* Is each component of @pixel between those of @low and @high? */
static bool in_range(unsigned int depth, bool alpha, uint32_t pixel, uint32_t low, uint32_t high)
{
	static const uint32_t component[4][4] = {
		[BR13_DEPTH_8]    = { 0xff },
		[BR13_DEPTH_565]  = { 0x001f, 0x07e0, 0xf800 },
		[BR13_DEPTH_1555] = { 0x001f, 0x03e0, 0x7c00, 0x8000 },
		[BR13_DEPTH_8888] = { 0xff, 0xff00, 0xff0000, 0xff000000 },
	};

	for (int i = 0; i < (alpha ? 4 : 3); i++) {
		uint32_t c = component[depth][i];

		if ((pixel & c) < (low & c) || (pixel & c) > (high & c))
			return false;
	}
	return true;
}

static void chroma_key(struct stretch *st, const struct igd_blt_op *op)
{
	bool alpha = op->chroma_mode == CHROMA_SRC_ALPHA || op->chroma_mode == CHROMA_DST_ALPHA;
	bool by_dst = op->chroma_mode == CHROMA_DST || op->chroma_mode == CHROMA_DST_ALPHA;

	for (uint32_t i = 0; i < st->pixels; i++) {
		uint32_t pixel = get_pixel(by_dst ? &st->d : &st->s, op->cpp, i);

		if (in_range(op->depth, alpha, pixel, op->chroma_low, op->chroma_high) != by_dst)
			mask_pixel(st, op, i);
	}
}

static bool reads_dst(const struct igd_blt_op *op)
{
	return igd_rop_uses_dst(op->rop) || op->chroma_mode & 1;
}

/* @column, @row: of the stretch's first pixel within the rectangle. */
static void draw_stretch(struct view *dst, struct view *src, const struct igd_blt_op *op,
			 struct stretch *st, uint32_t column, uint32_t row)
{
	uint32_t bytes = st->pixels * op->cpp;
	uint32_t words = (bytes + 7) / 8;
	uint32_t x = (op->rect.x1 + column) * op->cpp;

	begin_mask(st, op);
	if (st->masked || reads_dst(op))
		view_read(dst, x, st->d.b, bytes);
	if (op->source == IGD_BLT_COLOUR_SOURCE)
		view_read(src, (op->src_x + column) * op->cpp, st->s.b, bytes);
	else if (op->source == IGD_BLT_MONO_SOURCE)
		expand_mono(dst->as, st, op, column, row);
	if (op->has_pattern)
		expand_pattern(st, op, op->rect.x1 + column, op->rect.y1 + row);
	if (op->chroma_mode & 1)
		chroma_key(st, op);

	if (st->masked)
		memcpy(st->old.b, st->d.b, bytes);
	apply_rop(op->rop, st->d.q, st->s.q, st->p.q, words);
	if (st->masked)
		for (uint32_t i = 0; i < words; i++)
			st->d.q[i] = (st->d.q[i] & st->mask.q[i]) | (st->old.q[i] & ~st->mask.q[i]);
	view_write(dst, x, st->d.b, bytes);
}

static void draw_row(struct view *dst, struct view *src, const struct igd_blt_op *op,
		     struct stretch *st, uint32_t row)
{
	uint32_t width = op->rect.x2 - op->rect.x1;
	uint32_t most = SPAN / op->cpp;

	for (uint32_t done = 0; done < width; done += st->pixels) {
		st->pixels = width - done < most ? width - done : most;
		draw_stretch(dst, src, op, st,
			     op->right_to_left ? width - done - st->pixels : done, row);
	}
}

static bool is_copy(const struct igd_blt_op *op)
{
	return op->rop == ROP_SRC_COPY && op->source == IGD_BLT_COLOUR_SOURCE &&
	       !op->right_to_left && !is_masked(op);
}

static bool is_fill(const struct igd_blt_op *op)
{
	return !igd_rop_uses_src(op->rop) && !igd_rop_uses_dst(op->rop) && !is_masked(op) &&
	       (!igd_rop_uses_pat(op->rop) || op->pattern.solid);
}

/* The one pixel that a fill is made of, over and over. */
static void make_colour(const struct igd_blt_op *op, uint64_t *colour)
{
	static const uint64_t zero[FILL_WORDS];
	uint64_t pat[FILL_WORDS];

	for (uint32_t i = 0; i < sizeof(pat); i += op->cpp)
		memcpy((uint8_t *)pat + i, op->pattern.pixel, op->cpp);
	memset(colour, 0, sizeof(pat));
	apply_rop(op->rop, colour, zero, pat, FILL_WORDS);
}

static uint64_t row_traffic(const struct igd_blt_op *op, bool fill, bool copy)
{
	uint64_t width = op->rect.x2 - op->rect.x1, bytes = width * op->cpp;

	if (fill)
		return bytes;
	if (copy)
		return 2 * bytes;
	if (reads_dst(op) || is_masked(op))
		bytes *= 2;
	if (op->source == IGD_BLT_COLOUR_SOURCE)
		bytes += width * op->cpp;
	else if (op->source == IGD_BLT_MONO_SOURCE)
		bytes += width / 8;
	return bytes;
}

uint64_t igd_blt_draw(struct igd_aspace *as, const struct igd_blt_op *op,
		      uint32_t *row, uint64_t slice)
{
	const uint32_t height = op->rect.y2 - op->rect.y1;
	const uint32_t width = op->rect.x2 - op->rect.x1;
	bool fill = is_fill(op), copy = is_copy(op);
	uint64_t each = row_traffic(op, fill, copy), bytes = 0;
	uint64_t colour[FILL_WORDS];
	struct view dst, src;
	struct stretch st;

	view_open(&dst, as, &op->dst, true);
	view_open(&src, as, &op->src, false);
	if (fill)
		make_colour(op, colour);
	else
		memset(&st, 0, sizeof(st));

	while (*row < height && bytes < slice) {
		uint32_t r = op->bottom_up ? height - 1 - *row : *row;

		view_set_row(&dst, op->rect.y1 + r);
		view_set_row(&src, op->src_y + r);
		if (fill)
			fill_row(&dst, op->rect.x1 * op->cpp, width * op->cpp,
				 (const uint8_t *)colour, op->cpp);
		else if (copy)
			copy_row(&dst, op->rect.x1 * op->cpp, &src, op->src_x * op->cpp,
				 width * op->cpp);
		else
			draw_row(&dst, &src, op, &st, r);
		bytes += each;
		++*row;
	}

	view_close(&dst);
	return bytes;
}
