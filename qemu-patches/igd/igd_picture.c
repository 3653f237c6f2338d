// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the picture
 *
 *   bottom colour <- plane 1 <- plane 2 <- plane 3 <- cursor     blended in this order
 *        |
 *   palettes, CSC -> pipe scaler -> screen, CRC
 *
 * Drawn line by line.  The pixels are read anew for every frame, since software
 * may draw into the buffer that is on the screen; what is decoded once per
 * frame is the geometry of the layers, and translations of pages are kept for
 * its duration.
 *
 * A plane rotated by 90 or 270 degrees is read through a view of its surface
 * in which the tiles have been reordered, as if the sheet of tiles had been
 * turned clockwise while each tile kept its own contents (i915 builds it in
 * rotate_pages()).  The hardware turns the tiles' contents to fit.
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_color.h"
#include "igd_picture.h"
#include "igd_pixel.h"
#include "igd_plane.h"
#include "igd_tile.h"
#include "vgt/regs/display.h"

#define MAX_LAYERS	(IGD_PIPE_PLANES + 1)
#define RGB		0x00ffffffu

/**
 * struct layer - one plane or the cursor in the frame being drawn
 * @ctl: format and order, as in PLANE_CTL
 * @surf: graphics address; @stride: bytes, or tiles when rotated by 90 or 270
 * @off_x, @off_y, @src_w, @src_h: the rectangle that is read, as oriented on the screen
 * @x, @y, @w, @h: where it goes
 * @key: value and mask of its colour key, and PLANE_KEY_* or 0
 */
struct layer {
	uint32_t ctl;
	unsigned int bytes;
	unsigned int rotate;
	enum igd_tiling tiling;
	uint32_t surf, stride;
	uint32_t off_x, off_y, src_w, src_h;
	int x, y, w, h;
	enum igd_blend blend;
	uint32_t alpha;
	bool plane2;
	unsigned int key;
	uint32_t keyval, keymsk;
};

/* What is needed to draw the lines of one frame. */
struct frame {
	struct igd *gd;
	struct igd_pipe *p;
	struct layer layer[MAX_LAYERS];
	unsigned int layers;
	uint32_t width, height;		/* of what the planes make */
	uint32_t bottom;
	bool keyed;			/* plane 1 has a destination key */
	bool colored;
	struct igd_color color;
};

/* -- reading graphics memory -------------------------------------------------- */

static const uint8_t *page_of(struct igd *gd, uint32_t addr)
{
	static const uint8_t black[IGD_PAGE_SIZE];
	struct igd_page_cache *cache = &gd->display.pages;
	uint32_t page = addr / IGD_PAGE_SIZE, slot = page % IGD_PAGE_CACHE;

	if (cache->tag[slot] != page + 1) {
		const uint8_t *ptr = igd_map(&gd->display.ggtt, addr & ~IGD_PAGE_MASK, false);

		cache->tag[slot] = page + 1;
		cache->ptr[slot] = ptr ? ptr : black;
	}
	return cache->ptr[slot];
}

static void forget_pages(struct igd *gd)
{
	memset(gd->display.pages.tag, 0, sizeof(gd->display.pages.tag));
}

/* @len bytes of row @y from byte column @x on. */
static void read_row(struct igd *gd, const struct layer *l, uint32_t x, uint32_t y,
		     uint8_t *dst, uint32_t len)
{
	uint64_t row = igd_tile_row(l->tiling, l->stride, y);

	while (len) {
		uint32_t addr = l->surf + row + igd_tile_column(l->tiling, x);
		uint32_t run = igd_tile_run(l->tiling, x);
		uint32_t left = IGD_PAGE_SIZE - (addr & IGD_PAGE_MASK);

		run = run < left ? run : left;
		run = run < len ? run : len;
		memcpy(dst, page_of(gd, addr) + (addr & IGD_PAGE_MASK), run);
		dst += run;
		x += run;
		len -= run;
	}
}

/* -- one line of a layer ------------------------------------------------------ */

static void reverse(uint32_t *px, uint32_t count)
{
	for (uint32_t i = 0; i < count / 2; i++) {
		uint32_t tmp = px[i];

		px[i] = px[count - 1 - i];
		px[count - 1 - i] = tmp;
	}
}

static void fetch_straight(struct frame *f, const struct layer *l, uint32_t x, uint32_t y,
			   uint32_t *out, uint32_t count)
{
	/* Packed YUV is read in pairs of pixels. */
	uint32_t odd = PLANE_CTL_FORMAT(l->ctl) == PLANE_FORMAT_YUV422 ? x & 1 : 0;
	uint32_t len = (count + odd) * l->bytes;

	if (PLANE_CTL_FORMAT(l->ctl) == PLANE_FORMAT_8888 && !(l->ctl & PLANE_CTL_RGBX)) {
		read_row(f->gd, l, x * 4, y, (uint8_t *)out, count * 4);
		return;
	}
	if (PLANE_CTL_FORMAT(l->ctl) == PLANE_FORMAT_YUV422)
		len = (len + 3) & ~3u;
	read_row(f->gd, l, (x - odd) * l->bytes, y, f->p->raw, len);
	igd_pixels_unpack(l->ctl, f->p->raw, x, out, count);
}

/* Pixel by pixel through the turned view: @x, @y are coordinates in it. */
static void fetch_turned(struct frame *f, const struct layer *l, uint32_t x, uint32_t y,
			 uint32_t *out, uint32_t count)
{
	uint32_t tile_h = igd_tile_height(l->tiling);
	uint32_t tile_w = igd_tile_width(l->tiling) / l->bytes;
	uint64_t tile_row = (uint64_t)(y / tile_w) * l->stride;
	uint32_t column = igd_tile_column(l->tiling, y % tile_w * l->bytes);

	for (uint32_t i = 0; i < count; i++, x++) {
		uint32_t addr = l->surf + (tile_row + x / tile_h) * IGD_PAGE_SIZE + column +
				igd_tile_row(l->tiling, igd_tile_width(l->tiling),
					     tile_h - 1 - x % tile_h);

		memcpy(f->p->raw + i * l->bytes, page_of(f->gd, addr) + (addr & IGD_PAGE_MASK),
		       l->bytes);
	}
	igd_pixels_unpack(l->ctl, f->p->raw, 0, out, count);
}

/* @count pixels of line @line of the layer, from column @first on, as on the screen. */
static void fetch_line(struct frame *f, const struct layer *l, uint32_t first, uint32_t line,
		       uint32_t *out, uint32_t count)
{
	bool turned = l->rotate & 1, backwards = l->rotate & 2;
	uint32_t x = l->off_x + (backwards ? l->src_w - first - count : first);
	uint32_t y = l->off_y + (backwards ? l->src_h - 1 - line : line);

	if (turned)
		fetch_turned(f, l, x, y, out, count);
	else
		fetch_straight(f, l, x, y, out, count);
	if (backwards)
		reverse(out, count);
}

static bool key_matches(const struct layer *l, uint32_t px)
{
	return !((px ^ l->keyval) & l->keymsk & RGB);
}

/* Where plane 1 does not match its key, it hides plane 2. */
static void note_keys(struct frame *f, const struct layer *l, uint32_t x, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		f->p->key[x + i] = !key_matches(l, f->p->row[x + i]);
}

static void draw_layer(struct frame *f, const struct layer *l, int y)
{
	struct igd_pipe *p = f->p;
	int left = l->x < 0 ? 0 : l->x;
	int right = l->x + l->w < (int)f->width ? l->x + l->w : (int)f->width;
	bool scaled = (uint32_t)l->w != l->src_w || (uint32_t)l->h != l->src_h;
	bool opaque = l->blend == IGD_BLEND_NONE && l->alpha == 255;
	uint32_t line = y - l->y, count;
	const uint32_t *src;

	if (y < l->y || y >= l->y + l->h || left >= right)
		return;
	count = right - left;

	if (!scaled && opaque && l->key != PLANE_KEY_SOURCE && !(l->plane2 && f->keyed)) {
		fetch_line(f, l, left - l->x, line, p->row + left, count);
		for (uint32_t i = 0; i < count; i++)
			p->row[left + i] &= RGB;
		if (l->key == PLANE_KEY_DEST)
			note_keys(f, l, left, count);
		return;
	}

	if (scaled) {
		line = (2ull * line + 1) * l->src_h / (2 * l->h);
		fetch_line(f, l, 0, line, p->fetch, l->src_w);
	} else {
		fetch_line(f, l, left - l->x, line, p->fetch, count);
	}
	src = p->fetch;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = scaled ? (2ull * (left - l->x + i) + 1) * l->src_w / (2 * l->w) : i;
		uint32_t px = src[at];

		if (l->key == PLANE_KEY_SOURCE && key_matches(l, px))
			continue;
		if (l->plane2 && f->keyed && p->key[left + i])
			continue;
		if (l->key == PLANE_KEY_DEST)
			p->key[left + i] = !key_matches(l, px);
		p->row[left + i] = opaque ? px & RGB :
			igd_pixel_blend(l->blend, l->alpha, px, p->row[left + i]);
	}
}

static void draw_line(struct frame *f, uint32_t y)
{
	for (uint32_t x = 0; x < f->width; x++)
		f->p->row[x] = f->bottom;
	if (f->keyed)
		memset(f->p->key, 0, f->width);
	for (unsigned int i = 0; i < f->layers; i++)
		draw_layer(f, &f->layer[i], y);
	if (f->colored)
		igd_color_apply(&f->color, f->p->row, f->width);
}

/* -- decoding the frame ------------------------------------------------------- */

static enum igd_tiling plane_tiling(uint32_t ctl, unsigned int bytes)
{
	switch (PLANE_CTL_TILING(ctl)) {
	case PLANE_TILED_X:
		return IGD_TILE_X;
	case PLANE_TILED_Y:
		return IGD_TILE_Y;
	case PLANE_TILED_YF:
		return bytes == 1 ? IGD_TILE_YF_8 : bytes == 8 ? IGD_TILE_YF_64 : IGD_TILE_YF;
	default:
		return IGD_LINEAR;
	}
}

static const struct igd_scaler_regs *scaler_of(const struct igd_pipe *p, unsigned int binding)
{
	for (int i = 0; i < IGD_PIPE_SCALERS; i++) {
		const struct igd_scaler_regs *s = &p->scaler[i].live;

		if ((s->ctrl & PS_ENABLE) && PS_BINDING(s->ctrl) == binding)
			return s;
	}
	return NULL;
}

static enum igd_blend plane_blend(uint32_t ctl)
{
	switch (PLANE_CTL_ALPHA(ctl)) {
	case PLANE_ALPHA_PREMULT:
		return IGD_BLEND_PREMULT;
	case PLANE_ALPHA_STRAIGHT:
		return IGD_BLEND_STRAIGHT;
	default:
		return IGD_BLEND_NONE;
	}
}

static void add_plane(struct frame *f, unsigned int n)
{
	const struct igd_plane_regs *r = &f->p->plane[n].live;
	const struct igd_scaler_regs *scaler = scaler_of(f->p, n + 1);
	struct layer *l = &f->layer[f->layers];

	*l = (struct layer){
		.ctl = r->ctl,
		.bytes = igd_pixel_bytes(r->ctl),
		.rotate = PLANE_CTL_ROTATE(r->ctl),
		.surf = r->surf & PLANE_SURF_ADDR,
		.off_x = r->offset & 0x1fff,
		.off_y = r->offset >> 16 & 0x1fff,
		.src_w = (r->size & 0x1fff) + 1,
		.src_h = (r->size >> 16 & 0x1fff) + 1,
		.x = r->pos & 0x1fff,
		.y = r->pos >> 16 & 0x1fff,
		.blend = plane_blend(r->ctl),
		.alpha = r->keymsk & PLANE_KEYMSK_ALPHA ? r->keymax >> 24 : 255,
		.plane2 = n == 1,
		.key = PLANE_CTL_KEY(r->ctl),
		.keyval = r->keyval,
		.keymsk = r->keymsk,
	};
	l->w = l->src_w;
	l->h = l->src_h;
	if (scaler) {
		l->x = scaler->pos >> 16 & 0x1fff;
		l->y = scaler->pos & 0x1fff;
		l->w = scaler->size >> 16 & 0x1fff;
		l->h = scaler->size & 0x1fff;
	}
	l->tiling = plane_tiling(r->ctl, l->bytes);
	l->stride = (r->stride & 0xfff) *
		    (l->rotate & 1 ? 1 : l->tiling == IGD_LINEAR ? 64 : igd_tile_width(l->tiling));
	/* Only surfaces of Y tiles can be turned: the others have no such view. */
	if (!l->bytes || ((l->rotate & 1) && (l->tiling == IGD_LINEAR || l->tiling == IGD_TILE_X)))
		return;
	if (l->key == PLANE_KEY_DEST && n)
		l->key = 0;
	f->keyed |= l->key == PLANE_KEY_DEST;
	f->layers++;
}

static int sign_magnitude(uint32_t v, uint32_t sign, uint32_t magnitude)
{
	return v & sign ? -(int)magnitude : (int)magnitude;
}

static void add_cursor(struct frame *f)
{
	const struct igd_cursor_regs *r = &f->p->cursor.live;
	struct layer *l = &f->layer[f->layers];
	uint32_t size;

	switch (CUR_MODE(r->ctl)) {
	case CUR_64_ARGB:
		size = 64;
		break;
	case CUR_128_ARGB:
		size = 128;
		break;
	case CUR_256_ARGB:
		size = 256;
		break;
	default:
		return;
	}
	*l = (struct layer){
		.ctl = PLANE_FORMAT_8888 << 24,
		.bytes = 4,
		.rotate = r->ctl & CUR_ROTATE_180 ? PLANE_ROTATE_180 : PLANE_ROTATE_0,
		.surf = r->base & PLANE_SURF_ADDR,
		.stride = size * 4,
		.src_w = size,
		.src_h = r->fbc & CUR_FBC_ENABLE ? (r->fbc & 0xff) + 1 : size,
		.x = sign_magnitude(r->pos, CUR_POS_X_SIGN, r->pos & 0x7fff),
		.y = sign_magnitude(r->pos, CUR_POS_Y_SIGN, r->pos >> 16 & 0x7fff),
		.blend = IGD_BLEND_PREMULT,
		.alpha = 255,
	};
	l->w = l->src_w;
	l->h = l->src_h;
	f->layers++;
}

static void source_size(const struct igd *gd, unsigned int pipe, uint32_t *w, uint32_t *h)
{
	uint32_t src = igd_reg_get(gd, TRANS_BASE(pipe) + PIPESRC);

	*w = (src >> 16) + 1;
	*h = (src & 0xffff) + 1;
	if (*w > IGD_MAX_WIDTH)
		*w = IGD_MAX_WIDTH;
	if (*h > IGD_MAX_HEIGHT)
		*h = IGD_MAX_HEIGHT;
}

static bool frame_begin(struct igd *gd, unsigned int pipe, uint32_t layers, struct frame *f)
{
	struct igd_pipe *p = &gd->display.pipe[pipe];
	uint32_t bottom = igd_reg_get(gd, PIPE_BASE(pipe) + BOTTOM_COLOR);
	bool gamma = bottom & BOTTOM_COLOR_GAMMA, csc = bottom & BOTTOM_COLOR_CSC;

	if (!p->on)
		return false;
	forget_pages(gd);
	f->gd = gd;
	f->p = p;
	f->layers = 0;
	f->keyed = false;
	f->bottom = (bottom >> 22 & 0xff) << 16 | (bottom >> 12 & 0xff) << 8 | (bottom >> 2 & 0xff);
	source_size(gd, pipe, &f->width, &f->height);
	for (unsigned int n = 0; n < igd_pipe_planes(pipe); n++) {
		uint32_t ctl = p->plane[n].live.ctl;

		if (!(layers & IGD_LAYER_PLANE(n)) || !(ctl & PLANE_CTL_ENABLE))
			continue;
		gamma |= ctl & PLANE_CTL_PIPE_GAMMA;
		csc |= ctl & PLANE_CTL_PIPE_CSC;
		add_plane(f, n);
	}
	if (layers & IGD_LAYER_CURSOR)
		add_cursor(f);
	f->colored = igd_color_prepare(gd, pipe, gamma, csc, &f->color);
	return true;
}

/* -- the pipe's scaler, and the frame line by line ------------------------------ */

bool igd_picture_size(const struct igd *gd, unsigned int pipe, uint32_t *width, uint32_t *height)
{
	const struct igd_pipe *p = &gd->display.pipe[pipe];

	if (!p->on)
		return false;
	source_size(gd, pipe, width, height);
	if (scaler_of(p, 0)) {
		*width = (igd_reg_get(gd, TRANS_BASE(p->trans) + TRANS_HTOTAL) & 0x1fff) + 1;
		*height = (igd_reg_get(gd, TRANS_BASE(p->trans) + TRANS_VTOTAL) & 0x1fff) + 1;
	}
	return true;
}

/* Line @y of the screen, out of the window that the scaler fills. */
static const uint32_t *scaled_line(struct frame *f, const struct igd_scaler_regs *s,
				   uint32_t width, uint32_t y, uint32_t *drawn)
{
	uint32_t x0 = s->pos >> 16 & 0x1fff, y0 = s->pos & 0x1fff;
	uint32_t w = s->size >> 16 & 0x1fff, h = s->size & 0x1fff;
	uint32_t *out = f->p->out, line;

	memset(out, 0, width * sizeof(*out));
	if (y < y0 || y >= y0 + h || !w)
		return out;
	line = (2ull * (y - y0) + 1) * f->height / (2 * h);
	if (line != *drawn)
		draw_line(f, line);
	*drawn = line;
	for (uint32_t x = x0; x < x0 + w && x < width; x++)
		out[x] = f->p->row[(2ull * (x - x0) + 1) * f->width / (2 * w)];
	return out;
}

typedef void (*line_fn)(void *arg, uint32_t y, const uint32_t *line, uint32_t width);

static bool for_each_line(struct igd *gd, unsigned int pipe, uint32_t layers,
			  line_fn fn, void *arg)
{
	const struct igd_scaler_regs *scaler = scaler_of(&gd->display.pipe[pipe], 0);
	uint32_t width, height, drawn = UINT32_MAX;
	struct frame f;

	if (!frame_begin(gd, pipe, layers, &f) || !igd_picture_size(gd, pipe, &width, &height))
		return false;
	for (uint32_t y = 0; y < height; y++) {
		if (scaler) {
			fn(arg, y, scaled_line(&f, scaler, width, y, &drawn), width);
			continue;
		}
		draw_line(&f, y);
		fn(arg, y, f.p->row, width);
	}
	return true;
}

struct canvas {
	uint32_t *pixels;
	size_t stride;
};

static void copy_line(void *arg, uint32_t y, const uint32_t *line, uint32_t width)
{
	const struct canvas *c = arg;

	memcpy((uint8_t *)c->pixels + y * c->stride, line, width * sizeof(*line));
}

bool igd_picture_draw(struct igd *gd, unsigned int pipe, uint32_t *pixels, size_t stride)
{
	struct canvas canvas = { pixels, stride };

	return for_each_line(gd, pipe, IGD_LAYERS_ALL, copy_line, &canvas);
}

/* Four hashes run side by side, so that the multiplications overlap. */
#define LANES	4

struct hash {
	uint64_t lane[LANES];
};

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static void hash_line(void *arg, uint32_t y, const uint32_t *line, uint32_t width)
{
	struct hash *h = arg;
	uint32_t x = 0;

	h->lane[0] = mix(h->lane[0], (uint64_t)width << 32 | y);
	for (; x + 2 * LANES <= width; x += 2 * LANES) {
		for (int i = 0; i < LANES; i++) {
			uint64_t v;

			memcpy(&v, line + x + 2 * i, sizeof(v));
			h->lane[i] = mix(h->lane[i], v);
		}
	}
	for (; x < width; x++)
		h->lane[1] = mix(h->lane[1], line[x]);
}

uint32_t igd_picture_crc(struct igd *gd, unsigned int pipe, uint32_t layers)
{
	struct hash h = { { 1, 2, 3, 4 } };
	uint64_t all = 0;

	for_each_line(gd, pipe, layers, hash_line, &h);
	for (int i = 0; i < LANES; i++)
		all = mix(all, h.lane[i]);
	all ^= all >> 32;
	return (uint32_t)all ? (uint32_t)all : 1;
}
