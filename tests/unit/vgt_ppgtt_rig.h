/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What the tests of shadow page tables share: a guest that builds tables, a walk
 * of them, and a comparison of it with what the GPU finds.
 */
#ifndef VGT_PPGTT_RIG_H
#define VGT_PPGTT_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_page.h"
#include "drivers/vgt/vgt_ppgtt.h"
#include "vgt/regs/gtt.h"

#define P	GEN8_PTE_PRESENT
#define RW	(GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE)
#define VA	0x123456789000ull

static const struct vgt_guest_type small = {
	.name = "small", .low = 1 << 20, .high = 1 << 20, .fences = 1,
};

static struct vgt_rig *v;
static struct vgt_guest_rig *g;
static struct vgt_guest *guest;
static struct vgt_ppgtt *held[320];	/* spaces in use, NULL: a free place */
static unsigned int mapped;		/* translations that were compared */

static inline struct vgt_ppgtt **place_of(struct vgt_ppgtt *space)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(held); i++)
		if (held[i] == space)
			return &held[i];
	fail();
	return NULL;
}

/* As before a submission in each space that is in use, or by something else if none is. */
static inline int sync(void)
{
	int err = 0, ret;

	for (unsigned int i = 0; i < ARRAY_SIZE(held); i++) {
		ret = held[i] ? vgt_ppgtt_sync(guest, held[i]) : 0;
		err = err ?: ret;
	}
	vgt_pages_release(guest);
	return err;
}

static inline void hold(struct vgt_ppgtt *space)
{
	*place_of(NULL) = space;
}

static inline struct vgt_ppgtt *get_space(unsigned int levels, const u64 *root)
{
	struct vgt_ppgtt *space = vgt_ppgtt_get(guest, levels, root);

	assert_false(IS_ERR(space));
	hold(space);
	return space;
}

static inline void put_space(struct vgt_ppgtt *space)
{
	*place_of(space) = NULL;
	vgt_ppgtt_put(guest, space);
}

static inline int ppgtt_setup(void **state)
{
	(void)state;
	v = vgt_rig_new(true);
	g = vgt_guest_rig_new_bare(v, 1, &small, 8);
	guest = g->guest;
	return 0;
}

/* Everything is given back, whatever the test has left. */
static inline int ppgtt_teardown(void **state)
{
	unsigned int tables;

	(void)state;
	shim_fail_alloc = 0;
	vgt_ppgtt_fini(guest);
	tables = guest->ppgtt.num_tables;
	for (unsigned int i = 0; i < ARRAY_SIZE(held); i++)
		if (held[i])
			put_space(held[i]);
	vgt_guest_rig_free(g);
	vgt_rig_free(v);
	return tables ? -1 : 0;
}

/* Accesses to what is not mapped are no mistake here; everything else is. */
static inline void expect_clean(void)
{
	struct igd *gd = v->rig->gd;

	if (igd_violation_total(gd) - igd_violation_count(gd, IGD_RULE_PPGTT_NONPRESENT))
		fail_msg("%s", v->rig->violation);
}

/*
 * The guest's tables, and what they say
 */

static inline u64 new_table(void)
{
	return vgt_guest_rig_alloc(g);
}

static inline unsigned int index_of(u64 va, int level)
{
	return va >> (12 + 9 * (level - 1)) & 511;
}

static inline void set(u64 table, unsigned int i, u64 entry)
{
	vgt_guest_rig_write64(g, (table << 12) + 8 * i, entry);
}

static inline u64 get(u64 table, unsigned int i)
{
	return vgt_guest_rig_read64(g, (table << 12) + 8 * i);
}

static inline bool is_memory(u64 gfn)
{
	return gfn < g->max_gfn && g->bus[gfn];
}

struct mapping {
	bool there, writable;
	u64 gfn;
};

static inline struct mapping walk(unsigned int levels, const u64 *root, u64 va)
{
	struct mapping m = { .writable = true };
	int level = levels == 4 ? 4 : 2;
	u64 table = root[levels == 4 ? 0 : va >> 30 & 3] >> 12, entry;
	bool pages_64k = false;

	for (;; level--) {
		unsigned int i = index_of(va, level);

		if (!is_memory(table))
			return m;
		if (level == 1 && pages_64k)
			i &= ~15u;
		entry = get(table, i);
		m.writable &= !!(entry & GEN8_PTE_WRITABLE);
		if (!(entry & P))
			return m;
		table = (entry & GEN8_PTE_ADDR_MASK) >> 12;
		if (level == 1) {
			m.gfn = pages_64k ? (table & ~15ull) + (va >> 12 & 15) : table;
			break;
		}
		if (level == 2 && entry & GEN8_PDE_PS_2M) {
			m.gfn = (table & ~511ull) + (va >> 12 & 511);
			break;
		}
		pages_64k = level == 2 && entry & GEN8_PDE_IPS_64K;
	}
	m.there = is_memory(m.gfn);
	return m;
}

/* Sets @va in a 4-level space, with tables of its own on the way. */
static inline void map(u64 root, u64 va, u64 entry, int level)
{
	u64 table = root >> 12;

	for (int l = 4; l > level; l--) {
		if (!(get(table, index_of(va, l)) & P))
			set(table, index_of(va, l), new_table() << 12 | RW);
		table = get(table, index_of(va, l)) >> 12;
	}
	set(table, index_of(va, level), entry);
}

static inline u64 table_of(u64 root, u64 va, int level)
{
	u64 table = root >> 12;

	for (int l = 4; l > level; l--)
		table = get(table, index_of(va, l)) >> 12;
	return table;
}

/*
 * The shadow, and what the GPU finds
 */

static inline struct igd_aspace *load(const struct vgt_ppgtt *space, unsigned int levels)
{
	struct igd_aspace *as = &v->rig->gd->engine[IGD_BCS].ppgtt;
	uint64_t root[4];

	for (int n = 0; n < 4; n++)
		root[n] = vgt_ppgtt_root(space, n);
	igd_aspace_load_ppgtt(as, levels == 4 ? IGD_AS_PPGTT4 : IGD_AS_PPGTT3, root);
	return as;
}

static inline void expect(struct igd_aspace *as, unsigned int levels, const u64 *root, u64 va)
{
	struct mapping m = walk(levels, root, va);
	uint64_t pa;

	if (!m.there) {
		assert_false(igd_translate(as, va, false, &pa));
		return;
	}
	if (!igd_translate(as, va | 0x123, false, &pa))
		fail_msg("%#llx leads nowhere, should be page %#llx", va, m.gfn);
	mapped++;
	assert_int_equal(pa, g->bus[m.gfn] | 0x123);
	assert_int_equal(igd_translate(as, va, true, &pa), m.writable);
}

static inline void expect_range(const struct vgt_ppgtt *space, unsigned int levels,
				const u64 *root, u64 va, unsigned int pages)
{
	struct igd_aspace *as = load(space, levels);

	for (unsigned int i = 0; i < pages; i++)
		expect(as, levels, root, va + i * 4096ull);
	igd_aspace_invalidate(as);
	expect_clean();
}

static inline u64 stat(enum vgt_event event)
{
	return vgt_guest_rig_stat(g, event);
}

static inline u64 syncs_of_tables(unsigned int syncs)
{
	u64 before = stat(VGT_EVENT_TABLE_SYNC);

	while (syncs--)
		assert_int_equal(sync(), 0);
	return stat(VGT_EVENT_TABLE_SYNC) - before;
}

static inline unsigned int num_tracked(void)
{
	unsigned int n = 0;

	for (u64 gfn = 0; gfn < g->max_gfn; gfn++)
		n += g->tracked[gfn];
	return n;
}

#endif
