// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: context image
 *
 * The image is a batch of MI_LOAD_REGISTER_IMM, executed at a restore and
 * written anew at a save:
 *
 *     page 0        per-process status page
 *     page 1  0x00  ring context: always restored
 *             0x50  engine context: not restored while restore is inhibited
 *                   ... MI_BATCH_BUFFER_END
 *     rest          untouched: state of units that are not modelled
 *
 * The same image is read by the driver (which writes tails and status bits at
 * fixed places), by its self-tests, and by GVT-g, which parses from dword 0x50
 * on and accepts LRIs and NOOPs only.  So the layout is one table for RCS and
 * one for all other engines.
 *
 * Source: Skylake PRM vol. 7, "Register State Context"; i915 gt/intel_lrc.c.
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_cs.h"
#include "igd_engine.h"
#include "igd_lrc.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/mi.h"

/**
 * struct lrc_block - one LRI of the image
 * @at: dword of its header
 * @num: registers
 * @posted: the header has FORCE_POSTED set
 * @regs: their offsets; below RING_MMIO_SIZE from the engine's base, else absolute
 */
struct lrc_block {
	uint16_t at;
	uint8_t num;
	bool posted;
	const uint16_t *regs;
};

static const uint16_t ring_regs[] = {
	0x244, 0x034, 0x030, 0x038, 0x03c, 0x168, 0x140, 0x110,
	0x11c, 0x114, 0x118, 0x1c0, 0x1c4, 0x1c8,
};

static const uint16_t pdp_regs[] = {
	0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
};

static const uint16_t power_regs[] = { 0x0c8 };
static const uint16_t tiling_regs[] = { 0x200 };

static const uint16_t cs_regs[] = {
	0x028, 0x09c, 0x0c0, 0x178, 0x17c, 0x358, 0x170, 0x150, 0x154, 0x158, 0x41c,
	0x600, 0x604, 0x608, 0x60c, 0x610, 0x614, 0x618, 0x61c,
	0x620, 0x624, 0x628, 0x62c, 0x630, 0x634, 0x638, 0x63c,
	0x640, 0x644, 0x648, 0x64c, 0x650, 0x654, 0x658, 0x65c,
	0x660, 0x664, 0x668, 0x66c, 0x670, 0x674, 0x678, 0x67c,
	0x068,
};

static const uint16_t statistics_regs[] = {
	0x2290, 0x2294, 0x22c8, 0x22cc, 0x22d8, 0x22dc, 0x22f0, 0x22f4, 0x22f8, 0x22fc,
	0x2300, 0x2304, 0x2308, 0x230c, 0x2310, 0x2314, 0x2318, 0x231c, 0x2320, 0x2324,
	0x2328, 0x232c, 0x2330, 0x2334, 0x2338, 0x233c, 0x2340, 0x2344, 0x2348, 0x234c,
	0x2350, 0x2354, 0x2448, 0x244c, 0x2450, 0x2454,
	0x2400, 0x2404, 0x2408, 0x240c, 0x2410, 0x2414, 0x2418,
	0x2420, 0x2430, 0x2434, 0x2438, 0x243c, 0x2440, 0x2500, 0x2504, 0x2508,
};

/* OACTXCONTROL must come first: GVT-g and i915's perf patch dword 0x128. */
static const uint16_t mode_regs[] = {
	OACTXCONTROL, OACTXID, CS_DEBUG_MODE2, CS_CHICKEN1,
	0x4de0, 0x4de4, TRNULLDETCT, TRINVTILEDETCT, TRVADR, TRTTE, TRTT_4DFC,
	0x5280, 0x5284, 0x5288, 0x528c,
	CACHE_MODE_0, CACHE_MODE_1, GT_MODE, COMMON_SLICE_CHICKEN1, COMMON_SLICE_CHICKEN2,
	HIZ_CHICKEN, L3CNTLREG, HDC_CHICKEN0, HDC_CHICKEN1, VF_GUARDBAND,
	HALF_SLICE_CHICKEN1, HALF_SLICE_CHICKEN2, HALF_SLICE_CHICKEN3, HALF_SLICE_CHICKEN5,
	HALF_SLICE_CHICKEN7, TD_CTL, TD_CTL2, ROW_CHICKEN,
};

static const uint16_t so_regs[] = {
	0x5200, 0x5204, 0x5208, 0x520c, 0x5210, 0x5214, 0x5218, 0x521c,
	0x5240, 0x5244, 0x5248, 0x524c, 0x5250, 0x5254, 0x5258, 0x525c,
};

/* Again a place that software knows: the first offset is at dword 0x3de. */
static const uint16_t flex_regs[NUM_EU_PERF_CNTL] = {
	EU_PERF_CNTL0, EU_PERF_CNTL1, EU_PERF_CNTL2, EU_PERF_CNTL3,
	EU_PERF_CNTL4, EU_PERF_CNTL5, EU_PERF_CNTL6,
};

#define BLOCK(at, posted, regs) { at, IGD_ARRAY_SIZE(regs), posted, regs }

static const struct lrc_block render_blocks[] = {
	BLOCK(0x001, true, ring_regs),
	BLOCK(0x021, true, pdp_regs),
	BLOCK(0x041, false, power_regs),
	BLOCK(0x051, true, cs_regs),
	BLOCK(0x0ab, true, statistics_regs),
	BLOCK(0x127, true, mode_regs),
	BLOCK(0x171, true, so_regs),
	BLOCK(0x3dd, false, flex_regs),
};

static const struct lrc_block other_blocks[] = {
	BLOCK(0x001, true, ring_regs),
	BLOCK(0x021, true, pdp_regs),
	BLOCK(0x041, true, tiling_regs),
	BLOCK(0x051, true, cs_regs),
};

static const struct lrc_block *blocks(enum igd_engine_id id, unsigned int *num)
{
	if (id == IGD_RCS) {
		*num = IGD_ARRAY_SIZE(render_blocks);
		return render_blocks;
	}
	*num = IGD_ARRAY_SIZE(other_blocks);
	return other_blocks;
}

unsigned int igd_lrc_layout(enum igd_engine_id id, uint32_t base, uint32_t *image)
{
	const struct lrc_block *b;
	unsigned int num, end = 0;

	b = blocks(id, &num);
	memset(image, 0, 4 * IGD_LRC_STATE_DWORDS);
	for (unsigned int i = 0; i < num; i++) {
		uint32_t *dw = &image[b[i].at];

		*dw++ = MI_LOAD_REGISTER_IMM(b[i].num) | (b[i].posted ? MI_LRI_FORCE_POSTED : 0);
		for (unsigned int n = 0; n < b[i].num; n++, dw += 2)
			dw[0] = (b[i].regs[n] < RING_MMIO_SIZE ? base : 0) + b[i].regs[n];
		end = dw - image;
	}
	image[end] = MI_BATCH_BUFFER_END;
	return end + 1;
}

static uint32_t state_addr(const struct igd_engine *e)
{
	return e->ggtt.who.lrca + IGD_LRC_STATE_OFFSET;
}

/*
 * Save
 */

/* What the image holds for a register: masked ones with all bits enabled. */
static uint32_t saved_value(struct igd_engine *e, uint32_t offset)
{
	const struct igd_reg *reg = igd_mmio_known(e->gd, offset);
	uint32_t val;

	if (offset == RING_CONTEXT_CONTROL(e->base))
		return 0xffff0000 | (igd_reg_get(e->gd, offset) & ~CTX_CTRL_RESTORE_INHIBIT);
	if (offset == RING_CTX_TIMESTAMP(e->base))
		return igd_engine_ctx_timestamp(e);
	if (offset == RING_TIMESTAMP(e->base))
		return igd_engine_ticks(e->time);
	if (offset == RING_PREDICATE_MODE(e->base))
		return e->cs.predicate;
	if (offset == RING_BB_RETURN(e->base))
		return e->cs.level == IGD_CS_RING ? 0 :
		       igd_reg_get(e->gd, RING_HEAD(e->base)) & RING_HEAD_ADDR;

	val = igd_reg_get(e->gd, offset);
	if (reg && reg->flags & IGD_REG_MASKED)
		return 0xffff0000 | val;
	return val;
}

void igd_lrc_save(struct igd_engine *e)
{
	static const uint16_t owned_by_software[] = {
		IGD_LRC_RING_TAIL, IGD_LRC_RING_START, IGD_LRC_RING_CTL,
	};
	uint32_t image[IGD_LRC_STATE_DWORDS];
	unsigned int len = igd_lrc_layout(e->id, e->base, image);
	const struct lrc_block *b;
	unsigned int num, from = 0;
	uint32_t timestamp;

	igd_cs_save(e);
	b = blocks(e->id, &num);
	for (unsigned int i = 0; i < num; i++)
		for (unsigned int n = 0; n < b[i].num; n++) {
			uint32_t *dw = &image[b[i].at + 1 + 2 * n];

			dw[1] = saved_value(e, dw[0]);
		}

	timestamp = image[IGD_LRC_TIMESTAMP];
	igd_write32(&e->ggtt, e->ggtt.who.lrca + 4 * PPHWSP_CTX_TIMESTAMP, timestamp);
	for (unsigned int i = 0; i < IGD_ARRAY_SIZE(owned_by_software); i++) {
		unsigned int to = owned_by_software[i];

		igd_write(&e->ggtt, state_addr(e) + 4 * from, &image[from], 4 * (to - from));
		from = to + 1;
	}
	igd_write(&e->ggtt, state_addr(e) + 4 * from, &image[from], 4 * (len - from));
}

/*
 * Restore
 */

static bool bad_image(struct igd_engine *e, const char *what, uint32_t val)
{
	igd_violation(e->gd, IGD_RULE_CONTEXT_IMAGE, "engine %d, context %#x: %s: %#x",
		      e->id, e->ggtt.who.lrca, what, val);
	e->cs.halted = true;
	return false;
}

/* Of the registers that the streamer itself lives on, the value as it stands. */
static bool is_raw(const struct igd_engine *e, uint32_t offset)
{
	switch (offset - e->base) {
	case 0x030: case 0x034: case 0x038: case 0x03c:
	case 0x068: case 0x110: case 0x114: case 0x118: case 0x11c: case 0x140: case 0x168:
	case 0x1c0: case 0x1c4: case 0x1c8:
	case 0x270: case 0x274: case 0x278: case 0x27c:
	case 0x280: case 0x284: case 0x288: case 0x28c:
		return true;
	default:
		return false;
	}
}

/**
 * struct cs_image - what an image says about a batch in progress, beside its registers
 */
struct cs_image {
	uint32_t bb_return;
	uint32_t predicate;
};

static void restore_register(struct igd_engine *e, uint32_t offset, uint32_t val,
			     struct cs_image *cs)
{
	const struct igd_client who = e->ggtt.who;

	if (is_raw(e, offset))
		igd_reg_set(e->gd, offset, val);
	else if (offset == RING_CTX_TIMESTAMP(e->base))
		igd_engine_set_ctx_timestamp(e, val);
	else if (offset == RING_TIMESTAMP(e->base))
		;	/* the image has it for information only */
	else if (offset == RING_PREDICATE_MODE(e->base))
		cs->predicate = val;
	else if (offset == RING_BB_RETURN(e->base))
		cs->bb_return = val;
	else
		igd_mmio_write(e->gd, &who, offset, val);
}

/* Executes @image from the first to the @end'th dword. */
static bool execute_image(struct igd_engine *e, const uint32_t *image, unsigned int end,
			  struct cs_image *cs)
{
	unsigned int i = 0;

	while (i < end) {
		uint32_t dw0 = image[i++];
		unsigned int n;

		if (dw0 == MI_NOOP)
			continue;
		if ((dw0 & ~1u) == MI_BATCH_BUFFER_END)
			return true;
		if (CMD_CLIENT(dw0) != CMD_CLIENT_MI || MI_OPCODE(dw0) != MI_OP_LOAD_REGISTER_IMM)
			return bad_image(e, "not an LRI", dw0);
		for (n = ((dw0 & 0xff) + 1) / 2; n; n--, i += 2) {
			if (i + 1 >= IGD_LRC_STATE_DWORDS)
				return bad_image(e, "LRI past the end", dw0);
			if (image[i] >= IGD_MMIO_SIZE || image[i] & 3)
				return bad_image(e, "register offset", image[i]);
			restore_register(e, image[i], image[i + 1], cs);
		}
	}
	return true;
}

static bool ring_makes_sense(struct igd_engine *e)
{
	uint32_t ctl = igd_reg_get(e->gd, RING_CTL(e->base));
	uint32_t size = (ctl & RING_CTL_PAGES) + IGD_PAGE_SIZE;
	uint32_t start = igd_reg_get(e->gd, RING_START(e->base));
	uint32_t head = igd_reg_get(e->gd, RING_HEAD(e->base)) & RING_HEAD_ADDR;
	uint32_t tail = igd_reg_get(e->gd, RING_TAIL(e->base)) & RING_TAIL_ADDR;

	if ((ctl & RING_CTL_VALID) && !(start & IGD_PAGE_MASK) && head < size && tail < size)
		return true;

	igd_violation(e->gd, IGD_RULE_RING,
		      "engine %d, context %#x: start %#x ctl %#x head %#x tail %#x",
		      e->id, e->ggtt.who.lrca, start, ctl, head, tail);
	e->cs.halted = true;
	return false;
}

static bool load_ppgtt(struct igd_engine *e, uint64_t desc)
{
	enum igd_as_kind kind;
	uint64_t root[4];

	switch (CTX_DESC_MODE(desc)) {
	case CTX_DESC_MODE_LEGACY_32B:
		kind = IGD_AS_PPGTT3;
		break;
	case CTX_DESC_MODE_LEGACY_64B:
		kind = IGD_AS_PPGTT4;
		break;
	default:
		return bad_image(e, "addressing mode of the descriptor", (uint32_t)desc);
	}
	for (unsigned int i = 0; i < 4; i++)
		root[i] = (uint64_t)igd_reg_get(e->gd, RING_PDP_UDW(e->base, i)) << 32 |
			  igd_reg_get(e->gd, RING_PDP_LDW(e->base, i));
	igd_aspace_load_ppgtt(&e->ppgtt, kind, root);
	return true;
}

static void run_wa_batches(struct igd_engine *e)
{
	uint32_t indirect = igd_reg_get(e->gd, RING_INDIRECT_CTX(e->base));
	uint32_t per_ctx = igd_reg_get(e->gd, RING_BB_PER_CTX_PTR(e->base));

	if (indirect & INDIRECT_CTX_LINES)
		igd_cs_run_wa(e, indirect & INDIRECT_CTX_ADDR, 16 * (indirect & INDIRECT_CTX_LINES));
	if (per_ctx & BB_PER_CTX_VALID)
		igd_cs_run_wa(e, per_ctx & BB_PER_CTX_ADDR, 0);
	e->cs.arb_enabled = true;
}

bool igd_lrc_restore(struct igd_engine *e, uint64_t desc)
{
	uint32_t image[IGD_LRC_STATE_DWORDS];
	struct cs_image cs = { 0 };
	bool inhibit;

	e->ggtt.who.lrca = CTX_DESC_LRCA(desc);
	e->ppgtt.who.lrca = CTX_DESC_LRCA(desc);
	igd_cs_reset(e);
	if (!igd_read(&e->ggtt, state_addr(e), image, sizeof(image)))
		return bad_image(e, "not readable", state_addr(e));

	inhibit = image[IGD_LRC_CONTEXT_CONTROL] & CTX_CTRL_RESTORE_INHIBIT;
	if (!execute_image(e, image, inhibit ? IGD_LRC_RING_DWORDS : IGD_LRC_STATE_DWORDS,
			   &cs))
		return false;
	if (!ring_makes_sense(e) || !load_ppgtt(e, desc))
		return false;
	igd_cs_restore(e, cs.bb_return, cs.predicate);
	run_wa_batches(e);
	return !e->cs.halted;
}

void igd_lrc_resample_tail(struct igd_engine *e)
{
	uint32_t tail = igd_read32(&e->ggtt, state_addr(e) + 4 * IGD_LRC_RING_TAIL);
	uint32_t size = (igd_reg_get(e->gd, RING_CTL(e->base)) & RING_CTL_PAGES) + IGD_PAGE_SIZE;

	if ((tail & RING_TAIL_ADDR) >= size)
		igd_violation(e->gd, IGD_RULE_RING, "engine %d, context %#x: tail %#x of a ring of %#x",
			      e->id, e->ggtt.who.lrca, tail, size);
	else
		igd_reg_set(e->gd, RING_TAIL(e->base), tail);
}
