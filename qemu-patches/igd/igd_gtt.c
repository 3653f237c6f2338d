// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <stdlib.h>
#include <string.h>

#include "igd_priv.h"

enum {
	LOOKED_UP = 1 << 0,	/* tlb[] holds what the GPU goes by */
	CHANGED = 1 << 1,	/* pte[] was written since the last flush */
};

void igd_gtt_init(struct igd *gd)
{
	struct igd_gtt *gtt = &gd->gtt;

	gtt->pte = igd_calloc(IGD_GTT_ENTRIES, sizeof(*gtt->pte));
	gtt->tlb = igd_calloc(IGD_GTT_ENTRIES, sizeof(*gtt->tlb));
	gtt->state = igd_calloc(IGD_GTT_ENTRIES, sizeof(*gtt->state));
	gtt->changed = igd_calloc(IGD_GTT_ENTRIES, sizeof(*gtt->changed));
}

void igd_gtt_fini(struct igd *gd)
{
	struct igd_gtt *gtt = &gd->gtt;

	free(gtt->pte);
	free(gtt->tlb);
	free(gtt->state);
	free(gtt->changed);
}

static void announce(struct igd *gd, uint32_t first, uint32_t count)
{
	if (gd->ops->gtt_changed)
		gd->ops->gtt_changed(gd->opaque, first, count);
}

void igd_gtt_reset(struct igd *gd)
{
	struct igd_gtt *gtt = &gd->gtt;

	memset(gtt->pte, 0, IGD_GTT_ENTRIES * sizeof(*gtt->pte));
	memset(gtt->state, 0, IGD_GTT_ENTRIES * sizeof(*gtt->state));
	gtt->num_changed = 0;
	announce(gd, 0, IGD_GTT_ENTRIES);
}

void igd_gtt_flush(struct igd *gd)
{
	struct igd_gtt *gtt = &gd->gtt;
	uint32_t first = 0, count = 0;

	for (uint32_t i = 0; i < gtt->num_changed; i++) {
		uint32_t page = gtt->changed[i];

		gtt->state[page] = 0;
		if (count && page == first + count) {
			count++;
			continue;
		}
		if (count)
			announce(gd, first, count);
		first = page;
		count = 1;
	}
	if (count)
		announce(gd, first, count);
	gtt->num_changed = 0;
}

uint64_t igd_gtt_read(struct igd *gd, uint32_t offset, unsigned int size)
{
	uint64_t val;

	if (offset / 8 >= IGD_GTT_ENTRIES || size > 8)
		return 0;
	val = gd->gtt.pte[offset / 8] >> (8 * (offset & 7));
	return size == 8 ? val : val & ((1ull << (8 * size)) - 1);
}

void igd_gtt_write(struct igd *gd, uint32_t offset, uint64_t val, unsigned int size)
{
	struct igd_gtt *gtt = &gd->gtt;
	uint32_t page = offset / 8;
	uint64_t old;

	if (size != 4 && size != 8) {
		igd_violation(gd, IGD_RULE_MISALIGNED, "cpu writes %u byte(s) of GGTT entry %#x",
			      size, page);
		return;
	}
	old = gtt->pte[page];
	if (size == 4) {
		unsigned int shift = 8 * (offset & 4);

		val = (old & ~(0xffffffffull << shift)) | (uint64_t)(uint32_t)val << shift;
	}
	if (val == old)
		return;
	gtt->pte[page] = val;
	if (!(gtt->state[page] & CHANGED)) {
		gtt->state[page] |= CHANGED;
		gtt->changed[gtt->num_changed++] = page;
	}
}

uint64_t igd_gtt_lookup(struct igd *gd, uint32_t page)
{
	struct igd_gtt *gtt = &gd->gtt;
	uint64_t pte;

	if (page >= IGD_GTT_ENTRIES)
		return 0;
	if (gtt->state[page] & CHANGED)
		igd_violation(gd, IGD_RULE_GGTT_STALE, "GGTT page %#x changed to %#llx, not flushed",
			      page, (unsigned long long)gtt->pte[page]);
	if (gtt->state[page] & LOOKED_UP)
		return gtt->tlb[page];

	pte = gtt->pte[page];
	if (!(pte & IGD_PTE_PRESENT))
		return 0;
	gtt->tlb[page] = pte;
	gtt->state[page] |= LOOKED_UP;
	return pte;
}
