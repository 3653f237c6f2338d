// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: fences
 *
 * Software turns a fence off, writes its high half and turns it on with the low
 * half, but nothing forces it to: both halves decode the register anew.  Pages
 * that a fence begins or ceases to cover are announced, for the shell must not
 * go on reaching them directly.
 */
#include "igd_priv.h"
#include "vgt/regs/fence.h"

static void announce(struct igd *gd, const struct igd_fence *f)
{
	if (gd->ops->gtt_changed)
		gd->ops->gtt_changed(gd->opaque, f->first, f->last - f->first + 1);
}

static bool decode(struct igd *gd, unsigned int i, struct igd_fence *f)
{
	uint32_t lo = igd_reg_get(gd, FENCE_LO(i));
	uint32_t hi = igd_reg_get(gd, FENCE_HI(i));

	if (!(lo & FENCE_VALID))
		return false;
	f->first = (lo & FENCE_START_MASK) / IGD_PAGE_SIZE;
	f->last = (hi & FENCE_END_MASK) / IGD_PAGE_SIZE;
	f->stride = FENCE_PITCH(hi);
	f->tiling = lo & FENCE_TILE_Y ? IGD_TILE_Y : IGD_TILE_X;
	if (f->first > f->last || f->stride % igd_tile_width(f->tiling)) {
		igd_violation(gd, IGD_RULE_MISALIGNED,
			      "fence %u: range or pitch that no surface has (%#x %#x)", i, hi, lo);
		return false;
	}
	return true;
}

static void update_bounds(struct igd_fences *fs)
{
	fs->first = UINT32_MAX;
	fs->last = 0;
	for (uint32_t left = fs->valid; left; left &= left - 1) {
		const struct igd_fence *f = &fs->fence[__builtin_ctz(left)];

		if (f->first < fs->first)
			fs->first = f->first;
		if (f->last > fs->last)
			fs->last = f->last;
	}
}

static void fence_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	unsigned int i = (offset - FENCE_LO(0)) / 8;
	struct igd_fences *fs = &gd->fences;
	struct igd_fence *f = &fs->fence[i];
	uint32_t bit = 1u << i;

	(void)inst;
	igd_reg_set(gd, offset, val);

	if (fs->valid & bit) {
		fs->valid &= ~bit;
		announce(gd, f);
	}
	if (decode(gd, i, f)) {
		fs->valid |= bit;
		announce(gd, f);
	}
	update_bounds(fs);
}

/* Fences lie outside of what GDRST resets; i915 restores them after a reset all the same. */
static const struct igd_reg fence_regs[] = {
	{ .offset = 0, .name = "FENCE", .count = 2 * IGD_NUM_FENCES, .flags = IGD_REG_STICKY,
	  .write = fence_write },
};

void igd_fence_init(struct igd *gd)
{
	igd_mmio_add(gd, fence_regs, IGD_ARRAY_SIZE(fence_regs), FENCE_LO(0), 0);
	update_bounds(&gd->fences);
}

void igd_fence_reset(struct igd *gd)
{
	struct igd_fences *fs = &gd->fences;

	for (unsigned int i = 0; i < IGD_NUM_FENCES; i++) {
		igd_reg_set(gd, FENCE_LO(i), 0);
		igd_reg_set(gd, FENCE_HI(i), 0);
		if (fs->valid & 1u << i)
			announce(gd, &fs->fence[i]);
	}
	fs->valid = 0;
	update_bounds(fs);
}

const struct igd_fence *igd_fence_at(const struct igd *gd, uint32_t page)
{
	const struct igd_fences *fs = &gd->fences;

	if (page < fs->first || page > fs->last)
		return NULL;
	for (uint32_t left = fs->valid; left; left &= left - 1) {
		const struct igd_fence *f = &fs->fence[__builtin_ctz(left)];

		if (page >= f->first && page <= f->last)
			return f;
	}
	return NULL;
}

uint64_t igd_fence_detile(const struct igd_fence *fence, uint64_t addr)
{
	uint64_t base = (uint64_t)fence->first * IGD_PAGE_SIZE;
	uint64_t offset = addr - base;

	return base + igd_tile_offset(fence->tiling, fence->stride,
				      offset % fence->stride, offset / fence->stride);
}
