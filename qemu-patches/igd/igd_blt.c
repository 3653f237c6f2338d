// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: 2D commands
 *
 * Most XY commands share their first six dwords (control, BR13, rectangle,
 * destination) and go on with operands, each of which has the same form wherever
 * it occurs.  A table says at which dword the operands of a command begin:
 *
 *   colour source      y1 x1 | pitch | address, 2 dwords
 *   mono source        address, 2 dwords; or bits in the command
 *   its colours        background | foreground
 *   colour pattern     address, 2 dwords; or pixels in the command
 *   mono pattern       64 bits
 *   its colours        background | foreground
 *   chroma key         low | high
 *
 * XY_SETUP commands leave the first part in struct igd_blt for the drawing
 * commands that bring only coordinates.
 */
#include <string.h>

#include "igd_blt.h"
#include "igd_blt_draw.h"
#include "igd_priv.h"
#include "vgt/regs/blt.h"

/* One command on its way. */
struct job {
	struct igd *gd;
	struct igd_blt *blt;
	struct igd_aspace *as;
	const struct blt_cmd *cmd;
	uint32_t swctrl;
	const uint32_t *dw;
	unsigned int len;
	struct igd_blt_op op;
	struct igd_rect full;	/* the rectangle before clipping */
};

/**
 * struct blt_cmd - a 2D command
 * @len: length in dwords; with @more the least, for data may follow
 * @decode: fills job->op; false: malformed and reported
 * @state: changes struct igd_blt only, instead of @decode
 *
 * The others are the dwords at which an operand begins, 0 where it has none.
 */
struct blt_cmd {
	const char *name;
	uint8_t len;
	bool more;
	bool (*decode)(struct job *job);
	void (*state)(struct job *job);
	uint8_t src;
	uint8_t mono_src, mono_src_data, mono_src_colours;
	uint8_t pat, pat_data, solid;
	uint8_t mono_pat, mono_pat_colours;
	uint8_t chroma;
};

#define bad(job, fmt, ...) \
	(igd_violation((job)->gd, IGD_RULE_BAD_COMMAND, "%s: " fmt, (job)->cmd->name, ##__VA_ARGS__), \
	 false)

static uint64_t address(const uint32_t *dw)
{
	return dw[0] | (uint64_t)(dw[1] & 0xffff) << 32;
}

static int32_t low16(uint32_t dw)
{
	return (int16_t)dw;
}

static int32_t high16(uint32_t dw)
{
	return (int16_t)(dw >> 16);
}

static bool is_empty(const struct igd_rect *r)
{
	return r->x1 >= r->x2 || r->y1 >= r->y2;
}

/* @pitch: 16 bits as in the command: bytes, or dwords of a tiled surface. */
static bool set_surface(struct job *job, struct igd_surface *s, const char *what,
			uint64_t base, uint32_t pitch, enum igd_tiling tiling)
{
	int32_t bytes = low16(pitch);

	if (bytes <= 0)
		return bad(job, "%s pitch %d", what, bytes);
	s->base = base;
	s->tiling = tiling;
	s->pitch = tiling == IGD_LINEAR ? bytes : 4 * bytes;
	if (s->pitch % igd_tile_width(tiling))
		return bad(job, "%s pitch of %u bytes is no multiple of a tile's width", what, s->pitch);
	if (tiling != IGD_LINEAR && base & IGD_PAGE_MASK)
		return bad(job, "tiled %s at %#llx does not begin a page", what,
			   (unsigned long long)base);
	return true;
}

static void set_depth(struct igd_blt_op *op, uint32_t br13)
{
	static const uint8_t cpp[] = {
		[BR13_DEPTH_8] = 1, [BR13_DEPTH_565] = 2, [BR13_DEPTH_1555] = 2, [BR13_DEPTH_8888] = 4,
	};

	op->depth = BR13_DEPTH(br13);
	op->cpp = cpp[op->depth];
	op->rop = BR13_ROP(br13);
}

/* Byte enables count at 32 bpp only. */
static void set_write_mask(struct igd_blt_op *op, uint32_t br00)
{
	op->write_mask = ~0u;
	if (op->cpp != 4)
		return;
	op->write_mask = (br00 & BR00_WRITE_RGB ? 0x00ffffff : 0) |
			 (br00 & BR00_WRITE_ALPHA ? 0xff000000 : 0);
}

static void set_rect(struct job *job, int32_t x1, int32_t y1, int32_t x2, int32_t y2, bool clip)
{
	const struct igd_blt *blt = job->blt;
	struct igd_rect *r = &job->op.rect;

	*r = (struct igd_rect){ x1, y1, x2, y2 };
	job->full = *r;
	if (!clip)
		return;
	if (r->x1 < blt->clip_x1)
		r->x1 = blt->clip_x1;
	if (r->y1 < blt->clip_y1)
		r->y1 = blt->clip_y1;
	if (r->x2 > blt->clip_x2)
		r->x2 = blt->clip_x2;
	if (r->y2 > blt->clip_y2)
		r->y2 = blt->clip_y2;
}

/* Coordinates are signed, but a surface has nothing left of or above its origin. */
static bool check_rect(struct job *job)
{
	const struct igd_rect *r = &job->op.rect;

	if (r->x1 < 0 || r->y1 < 0)
		return bad(job, "destination (%d, %d)", r->x1, r->y1);
	return true;
}

static enum igd_tiling xy_tiling(uint32_t br00, uint32_t tiled, uint32_t swctrl, uint32_t y)
{
	if (!(br00 & tiled))
		return IGD_LINEAR;
	return swctrl & y ? IGD_TILE_Y : IGD_TILE_X;
}

static bool set_xy_dst(struct job *job, uint64_t base, uint32_t br13)
{
	return check_rect(job) &&
	       set_surface(job, &job->op.dst, "destination", base, BR13_PITCH(br13),
			   xy_tiling(job->dw[0], BR00_DST_TILED, job->swctrl, BCS_SWCTRL_DST_Y));
}

static void set_src_origin(struct job *job, int32_t x, int32_t y)
{
	job->op.src_x = x + (job->op.rect.x1 - job->full.x1);
	job->op.src_y = y + (job->op.rect.y1 - job->full.y1);
}

/*
 * A copy within one surface that overlaps itself starts at the side to which it
 * moves.  The hardware knows a surface by its base address.
 */
static void set_order(struct igd_blt_op *op)
{
	const struct igd_rect *r = &op->rect;

	if (op->src.base != op->dst.base || op->src.pitch != op->dst.pitch ||
	    op->src.tiling != op->dst.tiling)
		return;
	op->bottom_up = op->src_y < r->y1;
	op->right_to_left = op->src_y == r->y1 && op->src_x < r->x1;
}

static bool set_src(struct job *job, const uint32_t *dw)
{
	struct igd_blt_op *op = &job->op;

	op->source = IGD_BLT_COLOUR_SOURCE;
	set_src_origin(job, low16(dw[0]), high16(dw[0]));
	if (op->src_x < 0 || op->src_y < 0)
		return bad(job, "source (%d, %d)", op->src_x, op->src_y);
	if (!set_surface(job, &op->src, "source", address(dw + 2), dw[1],
			 xy_tiling(job->dw[0], BR00_SRC_TILED, job->swctrl, BCS_SWCTRL_SRC_Y)))
		return false;
	set_order(op);
	return true;
}

/* Rows begin at multiples of @align bits; @first bits of each are skipped. */
static bool set_mono_src(struct job *job, const uint32_t *colours, uint32_t br13,
			 uint32_t first, uint32_t align)
{
	const struct igd_rect *full = &job->full;
	struct igd_blt_op *op = &job->op;
	struct igd_mono *m = &op->mono;
	uint64_t bits;

	op->source = IGD_BLT_MONO_SOURCE;
	m->bg = colours[0];
	m->fg = colours[1];
	m->transparent = br13 & BR13_MONO_SRC_TRANSPARENT;
	m->stride = (first + full->x2 - full->x1 + align - 1) / align * align;
	m->first = first + (uint64_t)(op->rect.y1 - full->y1) * m->stride +
		   (op->rect.x1 - full->x1);

	bits = (uint64_t)(full->y2 - full->y1) * m->stride;
	if (m->data && bits > 8 * m->size)
		return bad(job, "%zu bytes of data for %llu bits", m->size, (unsigned long long)bits);
	return true;
}

static void take_data(struct job *job, unsigned int from)
{
	job->op.mono.data = (const uint8_t *)(job->dw + from);
	job->op.mono.size = 4 * (job->len - from);
}

static void set_pattern_seed(struct job *job)
{
	job->op.has_pattern = true;
	job->op.pattern.seed_x = BR00_PAT_X_SEED(job->dw[0]);
	job->op.pattern.seed_y = BR00_PAT_Y_SEED(job->dw[0]);
}

static void put_colour(struct igd_blt_op *op, unsigned int at, uint32_t colour)
{
	memcpy(op->pattern.pixel + at * op->cpp, &colour, op->cpp);
}

static void set_solid(struct igd_blt_op *op, uint32_t colour)
{
	op->has_pattern = true;
	op->pattern.solid = true;
	for (unsigned int i = 0; i < 64; i++)
		put_colour(op, i, colour);
}

/* A page of its own need not be there when the raster operation ignores it. */
static void load_pattern(struct job *job, uint64_t addr)
{
	struct igd_blt_op *op = &job->op;

	set_pattern_seed(job);
	if (igd_rop_uses_pat(op->rop))
		igd_read(job->as, addr, op->pattern.pixel, 64 * op->cpp);
}

static bool take_pattern(struct job *job, unsigned int from)
{
	struct igd_blt_op *op = &job->op;

	set_pattern_seed(job);
	if (4 * (job->len - from) < 64 * op->cpp)
		return bad(job, "%u dwords of pattern", job->len - from);
	memcpy(op->pattern.pixel, job->dw + from, 64 * op->cpp);
	return true;
}

static void set_mono_pattern(struct job *job, uint64_t bits, uint32_t bg, uint32_t fg, uint32_t br13)
{
	struct igd_blt_op *op = &job->op;
	struct igd_pattern *pat = &op->pattern;

	if (br13 & BR13_SOLID_PATTERN) {
		set_solid(op, fg);
		return;
	}
	set_pattern_seed(job);
	pat->transparent = br13 & BR13_MONO_PAT_TRANSPARENT;
	for (unsigned int i = 0; i < 64; i++) {
		/* A byte is a row, its highest bit the leftmost pixel. */
		bool on = bits >> (i ^ 7) & 1;

		put_colour(op, i, on ? fg : bg);
		pat->keep |= (uint64_t)on << i;
	}
}

static bool set_chroma(struct job *job, const uint32_t *dw)
{
	struct igd_blt_op *op = &job->op;
	unsigned int mode = BR00_CHROMA_MODE(job->dw[0]);

	if (CHROMA_OFF(mode))
		return true;
	if ((mode == CHROMA_SRC || mode == CHROMA_SRC_ALPHA) && op->source == IGD_BLT_NO_SOURCE)
		return bad(job, "key on a source that it does not have");
	op->chroma_mode = mode;
	op->chroma_low = dw[0];
	op->chroma_high = dw[1];
	return true;
}

/* Any XY command that brings all it needs. */
static bool decode_xy(struct job *job)
{
	const struct blt_cmd *cmd = job->cmd;
	struct igd_blt_op *op = &job->op;
	const uint32_t *dw = job->dw;

	set_depth(op, dw[1]);
	set_write_mask(op, dw[0]);
	set_rect(job, low16(dw[2]), high16(dw[2]), low16(dw[3]), high16(dw[3]), dw[1] & BR13_CLIP);
	if (is_empty(&op->rect))
		return true;
	if (!set_xy_dst(job, address(dw + 4), dw[1]))
		return false;

	if (cmd->src && !set_src(job, dw + cmd->src))
		return false;
	if (cmd->mono_src)
		op->mono.addr = address(dw + cmd->mono_src);
	if (cmd->mono_src_data)
		take_data(job, cmd->mono_src_data);
	if (cmd->mono_src_colours &&
	    !set_mono_src(job, dw + cmd->mono_src_colours, dw[1], BR00_MONO_FIRST_BIT(dw[0]), 16))
		return false;

	if (cmd->pat)
		load_pattern(job, address(dw + cmd->pat));
	if (cmd->pat_data && !take_pattern(job, cmd->pat_data))
		return false;
	if (cmd->solid)
		set_solid(op, dw[cmd->solid]);
	if (cmd->mono_pat)
		set_mono_pattern(job, dw[cmd->mono_pat] | (uint64_t)dw[cmd->mono_pat + 1] << 32,
				 dw[cmd->mono_pat_colours], dw[cmd->mono_pat_colours + 1], dw[1]);
	return !cmd->chroma || set_chroma(job, dw + cmd->chroma);
}

/* The predefined patterns are not documented bit by bit. */
static bool decode_fixed_pattern(struct job *job)
{
	return bad(job, "pattern %u is not modelled", job->dw[0] >> 12 & 0xf);
}

static void state_setup(struct job *job)
{
	struct igd_blt *blt = job->blt;
	const uint32_t *dw = job->dw;

	blt->br01 = dw[0];
	blt->br13 = dw[1];
	blt->clip_x1 = low16(dw[2]);
	blt->clip_y1 = high16(dw[2]);
	blt->clip_x2 = low16(dw[3]);
	blt->clip_y2 = high16(dw[3]);
	blt->dst = address(dw + 4);
	blt->bg = dw[6];
	blt->fg = dw[7];
	blt->mono = BLT_OPCODE(dw[0]) == XY_SETUP_MONO_PATTERN_SL_BLT;
	blt->pattern = blt->mono ? dw[8] | (uint64_t)dw[9] << 32 : address(dw + 8);
}

static void state_clip(struct job *job)
{
	struct igd_blt *blt = job->blt;

	blt->clip_x1 = low16(job->dw[1]);
	blt->clip_y1 = high16(job->dw[1]);
	blt->clip_x2 = low16(job->dw[2]);
	blt->clip_y2 = high16(job->dw[2]);
}

/* What a drawing command takes over from the setup.  Sets *@go when there is something to draw. */
static bool begin_from_setup(struct job *job, int32_t x1, int32_t y1, int32_t x2, int32_t y2,
			     bool *go)
{
	const struct igd_blt *blt = job->blt;
	struct igd_blt_op *op = &job->op;

	set_depth(op, blt->br13);
	set_write_mask(op, blt->br01);
	set_rect(job, x1, y1, x2, y2, blt->br13 & BR13_CLIP);
	*go = !is_empty(&op->rect);
	return !*go || set_xy_dst(job, blt->dst, blt->br13);
}

static void set_setup_pattern(struct job *job)
{
	const struct igd_blt *blt = job->blt;

	if (blt->mono)
		set_mono_pattern(job, blt->pattern, blt->bg, blt->fg, blt->br13);
	else
		load_pattern(job, blt->pattern);
}

static bool decode_pixel(struct job *job)
{
	int32_t x = low16(job->dw[1]), y = high16(job->dw[1]);
	bool go;

	if (!begin_from_setup(job, x, y, x + 1, y + 1, &go))
		return false;
	if (go)
		set_solid(&job->op, job->blt->fg);
	return true;
}

static bool decode_scanlines(struct job *job)
{
	const uint32_t *dw = job->dw;
	bool go;

	if (!begin_from_setup(job, low16(dw[1]), high16(dw[1]), low16(dw[2]), high16(dw[2]), &go))
		return false;
	if (go)
		set_setup_pattern(job);
	return true;
}

static bool decode_text(struct job *job)
{
	const struct blt_cmd *cmd = job->cmd;
	const uint32_t *dw = job->dw;
	const uint32_t colours[] = { job->blt->bg, job->blt->fg };
	bool go;

	if (!begin_from_setup(job, low16(dw[1]), high16(dw[1]), low16(dw[2]), high16(dw[2]), &go))
		return false;
	if (!go)
		return true;
	if (cmd->mono_src)
		job->op.mono.addr = address(dw + cmd->mono_src);
	else
		take_data(job, cmd->mono_src_data);
	if (igd_rop_uses_pat(job->op.rop))
		set_setup_pattern(job);
	return set_mono_src(job, colours, job->blt->br13, 0,
			    dw[0] & BR00_TEXT_BYTE_PACKED ? 8 : 1);
}

/* COLOR_BLT and SRC_COPY_BLT: linear, no coordinates; the width is in bytes. */
static bool begin_plain(struct job *job, uint64_t dst, bool *go)
{
	struct igd_blt_op *op = &job->op;
	const uint32_t *dw = job->dw;
	uint32_t width = dw[2] & 0xffff, height = dw[2] >> 16;

	set_depth(op, dw[1]);
	set_write_mask(op, dw[0]);
	if (width % op->cpp)
		return bad(job, "width of %u bytes at %u bytes per pixel", width, op->cpp);
	set_rect(job, 0, 0, width / op->cpp, height, false);
	*go = !is_empty(&op->rect);
	return !*go || set_surface(job, &op->dst, "destination", dst, BR13_PITCH(dw[1]), IGD_LINEAR);
}

static bool decode_plain_color(struct job *job)
{
	bool go;

	if (!begin_plain(job, address(job->dw + 3), &go))
		return false;
	if (go)
		set_solid(&job->op, job->dw[5]);
	return true;
}

static bool decode_plain_copy(struct job *job)
{
	struct igd_blt_op *op = &job->op;
	const uint32_t *dw = job->dw;
	bool go;

	if (!begin_plain(job, address(dw + 3), &go))
		return false;
	if (!go)
		return true;
	op->source = IGD_BLT_COLOUR_SOURCE;
	if (!set_surface(job, &op->src, "source", address(dw + 6), dw[5], IGD_LINEAR))
		return false;
	/* From right to left, the addresses are those of the last byte of a row. */
	op->right_to_left = dw[1] & BR13_RIGHT_TO_LEFT;
	if (op->right_to_left) {
		op->src.base -= (dw[2] & 0xffff) - 1;
		op->dst.base -= (dw[2] & 0xffff) - 1;
	}
	return true;
}

static bool fast_tiling(struct job *job, uint32_t mode, bool yf, unsigned int cpp,
			enum igd_tiling *tiling)
{
	switch (mode) {
	case FAST_COPY_LINEAR:
		*tiling = IGD_LINEAR;
		return true;
	case FAST_COPY_TILE_X:
		*tiling = IGD_TILE_X;
		return true;
	case FAST_COPY_TILE_Y:
		if (!yf)
			*tiling = IGD_TILE_Y;
		else
			*tiling = cpp == 1 ? IGD_TILE_YF_8 : cpp < 8 ? IGD_TILE_YF : IGD_TILE_YF_64;
		return true;
	default:
		return bad(job, "64 KiB tiles (Ys) are not modelled");
	}
}

/* Depths of up to 128 bpp and no raster operation: drawn as bytes. */
static bool decode_fast_copy(struct job *job)
{
	static const uint8_t bytes[8] = { [0] = 1, [1] = 2, [3] = 4, [4] = 8, [5] = 16 };
	struct igd_blt_op *op = &job->op;
	const uint32_t *dw = job->dw;
	int32_t cpp = bytes[FAST_COPY_DEPTH(dw[1])];
	enum igd_tiling src, dst;

	if (!cpp)
		return bad(job, "depth %u", FAST_COPY_DEPTH(dw[1]));
	op->cpp = 1;
	op->rop = ROP_SRC_COPY;
	op->write_mask = ~0u;
	op->source = IGD_BLT_COLOUR_SOURCE;
	set_rect(job, low16(dw[2]) * cpp, high16(dw[2]), low16(dw[3]) * cpp, high16(dw[3]), false);
	if (is_empty(&op->rect))
		return true;
	if (!fast_tiling(job, FAST_COPY_DST_TILING(dw[0]), dw[1] & FAST_COPY_DST_YF, cpp, &dst) ||
	    !fast_tiling(job, FAST_COPY_SRC_TILING(dw[0]), dw[1] & FAST_COPY_SRC_YF, cpp, &src) ||
	    !check_rect(job) ||
	    !set_surface(job, &op->dst, "destination", address(dw + 4), BR13_PITCH(dw[1]), dst) ||
	    !set_surface(job, &op->src, "source", address(dw + 8), dw[7], src))
		return false;
	set_src_origin(job, low16(dw[6]) * cpp, high16(dw[6]));
	if (op->src_x < 0 || op->src_y < 0)
		return bad(job, "source (%d, %d)", low16(dw[6]), high16(dw[6]));
	set_order(op);
	return true;
}

#define CMD(op, length, ...)	[op] = { .name = #op, .len = length, __VA_ARGS__ }
#define XY(op, length, ...)	CMD(op, length, .decode = decode_xy, __VA_ARGS__)

static const struct blt_cmd commands[0x80] = {
	CMD(XY_SETUP_BLT, 10, .state = state_setup),
	CMD(XY_SETUP_MONO_PATTERN_SL_BLT, 10, .state = state_setup),
	CMD(XY_SETUP_CLIP_BLT, 3, .state = state_clip),
	CMD(XY_PIXEL_BLT, 2, .decode = decode_pixel),
	CMD(XY_SCANLINES_BLT, 3, .decode = decode_scanlines),
	CMD(XY_TEXT_BLT, 5, .decode = decode_text, .mono_src = 3),
	CMD(XY_TEXT_IMMEDIATE_BLT, 3, .more = true, .decode = decode_text, .mono_src_data = 3),

	CMD(COLOR_BLT, 6, .decode = decode_plain_color),
	CMD(SRC_COPY_BLT, 8, .decode = decode_plain_copy),
	CMD(XY_FAST_COPY_BLT, 10, .decode = decode_fast_copy),
	CMD(XY_MONO_PAT_FIXED_BLT, 8, .decode = decode_fixed_pattern),

	XY(XY_COLOR_BLT, 7, .solid = 6),
	XY(XY_PAT_BLT, 8, .pat = 6),
	XY(XY_PAT_BLT_IMMEDIATE, 6, .more = true, .pat_data = 6),
	XY(XY_PAT_CHROMA_BLT, 10, .pat = 6, .chroma = 8),
	XY(XY_PAT_CHROMA_BLT_IMMEDIATE, 8, .more = true, .chroma = 6, .pat_data = 8),
	XY(XY_MONO_PAT_BLT, 10, .mono_pat_colours = 6, .mono_pat = 8),
	XY(XY_SRC_COPY_BLT, 10, .src = 6),
	XY(XY_SRC_COPY_CHROMA_BLT, 12, .src = 6, .chroma = 10),
	XY(XY_MONO_SRC_COPY_BLT, 10, .mono_src = 6, .mono_src_colours = 8),
	XY(XY_MONO_SRC_COPY_IMMEDIATE_BLT, 8, .more = true, .mono_src_colours = 6,
	   .mono_src_data = 8),
	XY(XY_FULL_BLT, 12, .src = 6, .pat = 10),
	XY(XY_FULL_IMMEDIATE_PATTERN_BLT, 10, .more = true, .src = 6, .pat_data = 10),
	XY(XY_FULL_MONO_SRC_BLT, 12, .mono_src = 6, .mono_src_colours = 8, .pat = 10),
	XY(XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT, 10, .more = true, .mono_src = 6,
	   .mono_src_colours = 8, .pat_data = 10),
	XY(XY_FULL_MONO_PATTERN_BLT, 14, .src = 6, .mono_pat_colours = 10, .mono_pat = 12),
	XY(XY_FULL_MONO_PATTERN_MONO_SRC_BLT, 14, .mono_src = 6, .mono_src_colours = 8,
	   .mono_pat_colours = 10, .mono_pat = 12),
};

static const struct blt_cmd *find(uint32_t dw0)
{
	const struct blt_cmd *cmd = &commands[BLT_OPCODE(dw0)];

	return dw0 >> BLT_CLIENT_SHIFT == BLT_CLIENT && cmd->name ? cmd : NULL;
}

unsigned int igd_blt_len(uint32_t dw0)
{
	return find(dw0) ? BLT_LENGTH(dw0) : 0;
}

/* A raster operation on something that the command does not bring is undefined. */
static bool check_rop(struct job *job)
{
	const struct igd_blt_op *op = &job->op;

	if (igd_rop_uses_src(op->rop) && op->source == IGD_BLT_NO_SOURCE)
		return bad(job, "raster operation %#x, but no source", op->rop);
	if (igd_rop_uses_pat(op->rop) && !op->has_pattern)
		return bad(job, "raster operation %#x, but no pattern", op->rop);
	return true;
}

static bool check_len(struct job *job)
{
	const struct blt_cmd *cmd = job->cmd;

	if (job->len != BLT_LENGTH(job->dw[0]) || job->len < cmd->len ||
	    (job->len > cmd->len && !cmd->more))
		return bad(job, "%u dwords, length field says %u", job->len, BLT_LENGTH(job->dw[0]));
	return true;
}

enum igd_blt_result igd_blt_exec(struct igd *gd, struct igd_blt *blt, struct igd_aspace *as,
				 uint32_t swctrl, const uint32_t *dw, unsigned int len,
				 uint64_t *bytes)
{
	struct job job = {
		.gd = gd, .blt = blt, .as = as, .swctrl = swctrl, .dw = dw, .len = len,
	};
	const struct igd_rect *r = &job.op.rect;

	*bytes = 0;
	job.cmd = len ? find(dw[0]) : NULL;
	if (!job.cmd) {
		igd_violation(gd, IGD_RULE_UNKNOWN_COMMAND, "2D command %#x", len ? dw[0] : 0);
		return IGD_BLT_BAD;
	}
	if (!check_len(&job))
		return IGD_BLT_BAD;
	if (job.cmd->state) {
		job.cmd->state(&job);
		return IGD_BLT_DONE;
	}
	if (!job.cmd->decode(&job))
		return IGD_BLT_BAD;
	if (is_empty(r))
		return IGD_BLT_DONE;
	if (!check_rop(&job))
		return IGD_BLT_BAD;

	*bytes = igd_blt_draw(as, &job.op, &blt->row, IGD_BLT_SLICE);
	if (blt->row < (uint32_t)(r->y2 - r->y1))
		return IGD_BLT_MORE;
	blt->row = 0;
	return IGD_BLT_DONE;
}
