// SPDX-License-Identifier: GPL-2.0 OR MIT
/* GGTT entries and their staleness, PPGTT walks, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rig.h"
#include "vgt/regs/gtt.h"

#define GPU(r) ((r)->gd)
#define PTE_OFFSET(page) (IGD_GTT_OFFSET + 8 * (page))
#define PAGE 0x123u

static int setup(void **state)
{
	*state = rig_new();
	return 0;
}

static int teardown(void **state)
{
	rig_free(*state);
	return 0;
}

static void set_pte(struct rig *r, uint32_t page, uint64_t pte)
{
	igd_core_bar0_write(GPU(r), PTE_OFFSET(page), pte, 8);
}

static void flush(struct rig *r)
{
	rig_write(r, GFX_FLSH_CNTL, GFX_FLSH_CNTL_EN);
}

static struct igd_aspace *ggtt(struct rig *r)
{
	return &GPU(r)->engine[IGD_BCS].ggtt;
}

static void pte_halves(void **state)
{
	struct rig *r = *state;

	igd_core_bar0_write(GPU(r), PTE_OFFSET(PAGE), 0x00005001, 4);
	igd_core_bar0_write(GPU(r), PTE_OFFSET(PAGE) + 4, 0x00000012, 4);
	assert_int_equal(igd_core_bar0_read(GPU(r), PTE_OFFSET(PAGE), 8), 0x1200005001);
	assert_int_equal(igd_core_bar0_read(GPU(r), PTE_OFFSET(PAGE) + 4, 4), 0x12);
	igd_core_bar0_write(GPU(r), PTE_OFFSET(PAGE), 0xff, 1);
	assert_int_equal(igd_core_bar0_read(GPU(r), PTE_OFFSET(PAGE), 8), 0x1200005001);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_MISALIGNED), 1);
}

static void changed_entry_is_stale_until_flushed(void **state)
{
	struct rig *r = *state;
	uint64_t a = rig_alloc_page(r), b = rig_alloc_page(r), pa;

	set_pte(r, PAGE, a | IGD_PTE_PRESENT);
	flush(r);
	assert_true(igd_translate(ggtt(r), PAGE << 12 | 0x10, false, &pa));
	assert_int_equal(pa, a | 0x10);

	set_pte(r, PAGE, b | IGD_PTE_PRESENT);
	assert_true(igd_translate(ggtt(r), PAGE << 12, false, &pa));
	assert_int_equal(pa, a);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_GGTT_STALE), 1);

	flush(r);
	assert_true(igd_translate(ggtt(r), PAGE << 12, false, &pa));
	assert_int_equal(pa, b);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_GGTT_STALE), 1);
}

static void unchanged_rewrite_is_no_change(void **state)
{
	struct rig *r = *state;
	uint64_t a = rig_alloc_page(r), pa;

	set_pte(r, PAGE, a | IGD_PTE_PRESENT);
	flush(r);
	set_pte(r, PAGE, a | IGD_PTE_PRESENT);
	assert_true(igd_translate(ggtt(r), PAGE << 12, false, &pa));
	assert_int_equal(igd_violation_total(GPU(r)), 0);
}

static void missing_entry_faults_and_is_recorded(void **state)
{
	struct rig *r = *state;
	uint32_t val = 0x5a5a5a5a;

	assert_false(igd_read(ggtt(r), (uint64_t)PAGE << 12, &val, sizeof(val)));
	assert_int_equal(val, 0);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_GGTT_NONPRESENT), 1);
	assert_int_equal(rig_read(r, GEN8_RING_FAULT) & 0x7001,
			 RING_FAULT_VALID | 2u << RING_FAULT_ENGINE_SHIFT);
	assert_int_equal(rig_read(r, GEN8_FAULT_TLB_DATA0), PAGE);
	assert_int_equal(rig_read(r, GEN8_FAULT_TLB_DATA1), FAULT_GTT_SEL);
}

static void reserved_bits_and_no_memory_break_rules(void **state)
{
	struct rig *r = *state;
	uint64_t a = rig_alloc_page(r), pa;

	set_pte(r, PAGE, 1ull << 40 | a | IGD_PTE_PRESENT);
	set_pte(r, PAGE + 1, (IGD_PTE_ADDR - 0xfff000) | IGD_PTE_PRESENT);
	flush(r);
	assert_true(igd_translate(ggtt(r), PAGE << 12, false, &pa));
	assert_int_equal(pa, a);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_PTE_RESERVED), 1);
	assert_false(igd_write32(ggtt(r), (PAGE + 1) << 12, 1));
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_BAD_ADDRESS), 1);
}

static void access_across_pages(void **state)
{
	struct rig *r = *state;
	uint64_t a = rig_alloc_page(r), hole = rig_alloc_page(r), b = rig_alloc_page(r);
	uint64_t val = 0x1122334455667788;
	uint32_t half;

	(void)hole;
	set_pte(r, PAGE, a | IGD_PTE_PRESENT);
	set_pte(r, PAGE + 1, b | IGD_PTE_PRESENT);
	flush(r);
	assert_true(igd_write64(ggtt(r), (PAGE << 12) + 0xffc, val));
	memcpy(&half, (uint8_t *)rig_pa(r, a) + 0xffc, 4);
	assert_int_equal(half, 0x55667788);
	memcpy(&half, rig_pa(r, b), 4);
	assert_int_equal(half, 0x11223344);
	assert_int_equal(igd_read64(ggtt(r), (PAGE << 12) + 0xffc), val);
}

/* PPGTT: tables are built by hand, so that the rig's own builder is not what is tested. */

#define VA 0x123456789000ull
#define INDEX(va, level) ((va) >> (12 + 9 * ((level) - 1)) & 511)

static uint64_t *entry(struct rig *r, uint64_t table, uint64_t va, int level)
{
	return (uint64_t *)rig_pa(r, table) + INDEX(va, level);
}

struct tables { uint64_t level[5]; };

static struct tables build(struct rig *r, uint64_t va, int top)
{
	struct tables t;

	for (int level = top; level >= 1; level--) {
		t.level[level] = rig_alloc_page(r);
		if (level < top)
			*entry(r, t.level[level + 1], va, level + 1) = t.level[level] | 3;
	}
	return t;
}

static struct igd_aspace *load(struct rig *r, enum igd_as_kind kind, uint64_t root)
{
	struct igd_aspace *as = &GPU(r)->engine[IGD_BCS].ppgtt;
	uint64_t roots[4] = { root, root, root, root };

	igd_aspace_load_ppgtt(as, kind, roots);
	return as;
}

static void walk_4_level(void **state)
{
	struct rig *r = *state;
	struct tables t = build(r, VA, 4);
	struct igd_aspace *as = load(r, IGD_AS_PPGTT4, t.level[4]);
	uint64_t page = rig_alloc_page(r), pa;

	*entry(r, t.level[1], VA, 1) = page | 3;
	assert_true(igd_translate(as, VA | 0xabc, true, &pa));
	assert_int_equal(pa, page | 0xabc);
	/* Upper bits do not count. */
	assert_true(igd_translate(as, 0xffff000000000000ull | VA, false, &pa));
	assert_int_equal(pa, page);
	assert_int_equal(igd_violation_total(GPU(r)), 0);
}

static void walk_3_level(void **state)
{
	struct rig *r = *state;
	const uint64_t va = 0xc0402000;
	struct tables t = build(r, va, 2);
	struct igd_aspace *as = load(r, IGD_AS_PPGTT3, t.level[2]);
	uint64_t page = rig_alloc_page(r), pa;

	as->root[0] = as->root[1] = as->root[2] = 0;
	*entry(r, t.level[1], va, 1) = page | 3;
	assert_true(igd_translate(as, va, true, &pa));
	assert_int_equal(pa, page);
}

static void page_sizes(void **state)
{
	struct rig *r = *state;
	struct tables t = build(r, VA, 4);
	struct igd_aspace *as = load(r, IGD_AS_PPGTT4, t.level[4]);
	uint64_t pa;

	/* 64K: of sixteen entries the first counts, the others may hold anything. */
	*entry(r, t.level[2], VA, 2) |= GEN8_PDE_IPS_64K;
	for (unsigned int i = 0; i < 16; i++)
		((uint64_t *)rig_pa(r, t.level[1]))[(INDEX(VA, 1) & ~15u) + i] = i ? ~0ull : 0x10000 | 3;
	assert_true(igd_translate(as, VA | 0x234, false, &pa));
	assert_int_equal(pa, 0x10000 | (VA & 0xffff) | 0x234);

	*entry(r, t.level[2], VA, 2) = 0x400000 | GEN8_PDE_PS_2M | 3;
	igd_aspace_invalidate(as);
	assert_true(igd_translate(as, VA | 0x234, false, &pa));
	assert_int_equal(pa, 0x400000 | (VA & 0x1fffff) | 0x234);
	assert_int_equal(igd_violation_total(GPU(r)), 0);
}

static void read_only_page_drops_writes(void **state)
{
	struct rig *r = *state;
	struct tables t = build(r, VA, 4);
	struct igd_aspace *as = load(r, IGD_AS_PPGTT4, t.level[4]);
	uint64_t page = rig_alloc_page(r);

	*entry(r, t.level[1], VA, 1) = page | IGD_PTE_PRESENT;
	*(uint32_t *)rig_pa(r, page) = 7;
	assert_false(igd_write32(as, VA, 8));
	assert_int_equal(igd_read32(as, VA), 7);
	assert_null(igd_map(as, VA, true));
	assert_non_null(igd_map(as, VA, false));
	assert_int_equal(igd_violation_total(GPU(r)), 0);
	assert_int_equal(rig_read(r, GEN8_RING_FAULT) & 7,
			 RING_FAULT_VALID | RING_FAULT_ACCESS << RING_FAULT_TYPE_SHIFT);
}

static void translation_is_kept_until_invalidated(void **state)
{
	struct rig *r = *state;
	struct tables t = build(r, VA, 4);
	struct igd_aspace *as = load(r, IGD_AS_PPGTT4, t.level[4]);
	uint64_t a = rig_alloc_page(r), b = rig_alloc_page(r), pa;

	*entry(r, t.level[1], VA, 1) = a | 3;
	assert_true(igd_translate(as, VA, false, &pa));
	*entry(r, t.level[1], VA, 1) = b | 3;
	assert_true(igd_translate(as, VA, false, &pa));
	assert_int_equal(pa, a);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_PPGTT_STALE), 1);
	igd_aspace_invalidate(as);
	assert_true(igd_translate(as, VA, false, &pa));
	assert_int_equal(pa, b);
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_PPGTT_STALE), 1);
}

static void missing_entry_at_each_level(void **state)
{
	struct rig *r = *state;
	struct tables t = build(r, VA, 4);
	struct igd_aspace *as = load(r, IGD_AS_PPGTT4, t.level[4]);
	uint64_t pa;

	for (int level = 1; level <= 4; level++) {
		*entry(r, t.level[level], VA, level) = 0;
		assert_false(igd_translate(as, VA, false, &pa));
		assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_PPGTT_NONPRESENT), level);
	}
	as = load(r, IGD_AS_PPGTT4, IGD_PTE_ADDR);
	assert_false(igd_translate(as, VA, false, &pa));
	assert_int_equal(igd_violation_count(GPU(r), IGD_RULE_BAD_ADDRESS), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(pte_halves),
		T(changed_entry_is_stale_until_flushed),
		T(unchanged_rewrite_is_no_change),
		T(missing_entry_faults_and_is_recorded),
		T(reserved_bits_and_no_memory_break_rules),
		T(access_across_pages),
		T(walk_4_level),
		T(walk_3_level),
		T(page_sizes),
		T(read_only_page_drops_writes),
		T(translation_is_kept_until_invalidated),
		T(missing_entry_at_each_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
