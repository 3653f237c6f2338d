// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: colour
 *
 *   8-bit, 10-bit mode:  [gamma ->] CSC [-> gamma]   the CSC mode says on which side
 *   split mode:          degamma -> CSC -> gamma     each has half of the palette
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_color.h"
#include "vgt/regs/display.h"

#define ONE	4096	/* 1.0 in the matrix' fixed point */

static uint32_t prec_place(uint32_t index)
{
	return index & PREC_PAL_INDEX_MASK;
}

static void prec_step(struct igd *gd, unsigned int pipe)
{
	uint32_t reg = PREC_PAL_BASE(pipe) + PREC_PAL_INDEX;
	uint32_t index = igd_reg_get(gd, reg);

	if (index & PREC_PAL_AUTO_INC)
		igd_reg_set(gd, reg, (index & ~PREC_PAL_INDEX_MASK) | prec_place(index + 1));
}

static uint32_t prec_read(struct igd *gd, unsigned int pipe, uint32_t offset)
{
	uint32_t index = igd_reg_get(gd, PREC_PAL_BASE(pipe) + PREC_PAL_INDEX);

	(void)offset;
	prec_step(gd, pipe);
	return gd->display.pipe[pipe].prec[prec_place(index)];
}

static void prec_write(struct igd *gd, unsigned int pipe, uint32_t offset, uint32_t val)
{
	uint32_t index = igd_reg_get(gd, PREC_PAL_BASE(pipe) + PREC_PAL_INDEX);

	(void)offset;
	gd->display.pipe[pipe].prec[prec_place(index)] = val;
	prec_step(gd, pipe);
}

/* Per pipe, from LGC_PALETTE(). */
static const struct igd_reg palette_regs[] = {
	{ 0x000, "LGC_PALETTE", .count = 256 },
};

/* Per pipe, from PREC_PAL_BASE(). */
static const struct igd_reg prec_regs[] = {
	{ PREC_PAL_INDEX, "PREC_PAL_INDEX" },
	{ PREC_PAL_DATA, "PREC_PAL_DATA", .read = prec_read, .write = prec_write },
	{ PREC_PAL_GC_MAX, "PREC_PAL_GC_MAX", .count = 3 },
	{ 0x20, "PREC_PAL_EXT_GC_MAX", .count = 3 },
	{ GAMMA_MODE, "GAMMA_MODE" },
};

/* Per pipe, from PIPE_CSC_BASE(). */
static const struct igd_reg csc_regs[] = {
	{ PIPE_CSC_COEFF, "PIPE_CSC_COEFF", .count = 6 },
	{ PIPE_CSC_MODE, "PIPE_CSC_MODE" },
	{ PIPE_CSC_PREOFF, "PIPE_CSC_PREOFF", .count = 3 },
	{ PIPE_CSC_POSTOFF, "PIPE_CSC_POSTOFF", .count = 3 },
	{ 0x80, "PIPE_CSC_AUX" },
	{ 0x90, "PIPE_CSC_AUX_COEFF", .count = 5 },
};

void igd_color_init(struct igd *gd)
{
	for (unsigned int pipe = 0; pipe < IGD_NUM_PIPES; pipe++) {
		igd_mmio_add(gd, palette_regs, IGD_ARRAY_SIZE(palette_regs),
			     LGC_PALETTE(pipe), pipe);
		igd_mmio_add(gd, prec_regs, IGD_ARRAY_SIZE(prec_regs),
			     PREC_PAL_BASE(pipe), pipe);
		igd_mmio_add(gd, csc_regs, IGD_ARRAY_SIZE(csc_regs), PIPE_CSC_BASE(pipe), pipe);
	}
}

/* Both palettes hold red above green above blue. */
static void load_legacy(const struct igd *gd, unsigned int pipe, uint8_t lut[3][256])
{
	for (unsigned int i = 0; i < 256; i++) {
		uint32_t v = igd_reg_get(gd, LGC_PALETTE(pipe) + 4 * i);

		lut[0][i] = v >> 16;
		lut[1][i] = v >> 8;
		lut[2][i] = v;
	}
}

/* @entries from @first on span the whole range of the input. */
static void load_prec(const struct igd *gd, unsigned int pipe, unsigned int first,
		      unsigned int entries, uint8_t lut[3][256])
{
	for (unsigned int i = 0; i < 256; i++) {
		/* the input's 8 bits, widened by repeating the upper ones */
		unsigned int place = first + (i << 8 | i) * entries / 65536;
		uint32_t v = gd->display.pipe[pipe].prec[place];

		lut[0][i] = v >> 22;
		lut[1][i] = v >> 12;
		lut[2][i] = v >> 2;
	}
}

static bool is_identity(uint8_t lut[3][256])
{
	for (int i = 0; i < 256; i++)
		if (lut[0][i] != i || lut[1][i] != i || lut[2][i] != i)
			return false;
	return true;
}

/* Sign, three bits of exponent, nine of mantissa; in 1/4096. */
static int32_t csc_coeff(uint32_t v)
{
	static const int8_t shift[8] = { 0, -1, -2, -3, 0, 0, 2, 1 };
	int s = shift[v >> 12 & 7];
	int32_t mant = v & 0xff8;

	mant = s < 0 ? mant >> -s : mant << s;
	return v & 0x8000 ? -mant : mant;
}

/* Offsets are 13-bit signed numbers of which 4096 is the full range. */
static int32_t csc_offset(uint32_t v)
{
	return (int32_t)(v << 19) >> 19;
}

static bool load_csc(const struct igd *gd, unsigned int pipe, struct igd_color *c)
{
	uint32_t base = PIPE_CSC_BASE(pipe);
	bool identity = true;

	for (int row = 0; row < 3; row++) {
		uint32_t two = igd_reg_get(gd, base + PIPE_CSC_COEFF + 8 * row);
		uint32_t one = igd_reg_get(gd, base + PIPE_CSC_COEFF + 8 * row + 4);

		c->coeff[3 * row] = csc_coeff(two >> 16);
		c->coeff[3 * row + 1] = csc_coeff(two & 0xffff);
		c->coeff[3 * row + 2] = csc_coeff(one >> 16);
		c->preoff[row] = csc_offset(igd_reg_get(gd, base + PIPE_CSC_PREOFF + 4 * row));
		c->postoff[row] = csc_offset(igd_reg_get(gd, base + PIPE_CSC_POSTOFF + 4 * row));
		for (int col = 0; col < 3; col++)
			identity &= c->coeff[3 * row + col] == (row == col ? ONE : 0);
		identity &= !c->preoff[row] && !c->postoff[row];
	}
	return !identity;
}

bool igd_color_prepare(const struct igd *gd, unsigned int pipe, bool gamma, bool csc,
		       struct igd_color *c)
{
	uint32_t mode = igd_reg_get(gd, PREC_PAL_BASE(pipe) + GAMMA_MODE) & GAMMA_MODE_MASK;
	bool csc_first = igd_reg_get(gd, PIPE_CSC_BASE(pipe) + PIPE_CSC_MODE) & CSC_BEFORE_GAMMA;

	c->use_before = false;
	c->use_after = false;
	c->use_csc = csc && load_csc(gd, pipe, c);
	if (gamma && mode == GAMMA_SPLIT) {
		load_prec(gd, pipe, 0, 512, c->before);
		load_prec(gd, pipe, 512, 512, c->after);
		c->use_before = !is_identity(c->before);
		c->use_after = !is_identity(c->after);
	} else if (gamma) {
		uint8_t (*lut)[256] = csc_first ? c->after : c->before;

		if (mode == GAMMA_8BIT)
			load_legacy(gd, pipe, lut);
		else
			load_prec(gd, pipe, 0, 1024, lut);
		*(csc_first ? &c->use_after : &c->use_before) = !is_identity(lut);
	}
	return c->use_before || c->use_csc || c->use_after;
}

static void apply_lut(const uint8_t lut[3][256], uint32_t ch[3])
{
	for (int i = 0; i < 3; i++)
		ch[i] = lut[i][ch[i]];
}

static void apply_csc(const struct igd_color *c, uint32_t ch[3])
{
	int32_t in[3];

	/* 255 is full range, as 4095 is for the offsets */
	for (int i = 0; i < 3; i++)
		in[i] = (int32_t)(ch[i] << 4 | ch[i] >> 4) + c->preoff[i];
	for (int row = 0; row < 3; row++) {
		int64_t sum = 0;

		for (int col = 0; col < 3; col++)
			sum += (int64_t)c->coeff[3 * row + col] * in[col];
		sum = (sum >> 12) + c->postoff[row];
		ch[row] = sum < 0 ? 0 : sum > 4095 ? 255 : sum >> 4;
	}
}

void igd_color_apply(const struct igd_color *c, uint32_t *pixels, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t ch[3] = { pixels[i] >> 16 & 0xff, pixels[i] >> 8 & 0xff, pixels[i] & 0xff };

		if (c->use_before)
			apply_lut(c->before, ch);
		if (c->use_csc)
			apply_csc(c, ch);
		if (c->use_after)
			apply_lut(c->after, ch);
		pixels[i] = ch[0] << 16 | ch[1] << 8 | ch[2];
	}
}
