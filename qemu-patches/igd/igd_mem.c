// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: translation
 *
 * GGTT addresses go through igd_gtt.c.  PPGTT addresses are walked:
 *
 *   PML4 -> PDP -> PD -> PT -> page       4-level, 48 bits
 *           PDP[4] -> PD -> PT -> page    3-level, 32 bits
 *
 * A PD entry with the 2 MiB bit is a leaf; one with the 64 KiB bit says that of
 * each 16 PT entries only the first counts.  Leaves are kept in a direct-mapped
 * TLB until software invalidates it; a hit on a leaf that software has changed
 * meanwhile is answered from the TLB, as hardware may, and breaks ppgtt-stale.
 */
#include <string.h>

#include "igd_priv.h"
#include "vgt/regs/gtt.h"

static const uint8_t fault_engine_id[IGD_NUM_ENGINES] = {
	[IGD_RCS] = 0, [IGD_VCS] = 1, [IGD_BCS] = 2, [IGD_VECS] = 3,
};

void igd_aspace_init_ggtt(struct igd_aspace *as, struct igd *gd, enum igd_unit unit,
			  enum igd_engine_id engine)
{
	memset(as, 0, sizeof(*as));
	as->gd = gd;
	as->who.unit = unit;
	as->who.engine = engine;
	as->kind = IGD_AS_GGTT;
}

void igd_aspace_load_ppgtt(struct igd_aspace *as, enum igd_as_kind kind, const uint64_t root[4])
{
	as->kind = kind;
	memcpy(as->root, root, sizeof(as->root));
	igd_aspace_invalidate(as);
}

void igd_aspace_invalidate(struct igd_aspace *as)
{
	memset(as->tlb, 0, sizeof(as->tlb));
}

/* The first fault is kept until software clears the valid bit. */
static void record_fault(struct igd_aspace *as, uint64_t addr, uint32_t type)
{
	struct igd *gd = as->gd;

	if (as->who.unit != IGD_UNIT_ENGINE ||
	    igd_reg_get(gd, GEN8_RING_FAULT) & RING_FAULT_VALID)
		return;
	igd_reg_set(gd, GEN8_FAULT_TLB_DATA0, addr >> 12);
	igd_reg_set(gd, GEN8_FAULT_TLB_DATA1,
		    (addr >> 44 & 0xf) | (as->kind == IGD_AS_GGTT ? FAULT_GTT_SEL : 0));
	igd_reg_set(gd, GEN8_RING_FAULT,
		    RING_FAULT_VALID | type << RING_FAULT_TYPE_SHIFT |
		    (uint32_t)fault_engine_id[as->who.engine] << RING_FAULT_ENGINE_SHIFT);
}

static bool fault(struct igd_aspace *as, enum igd_rule rule, uint64_t addr, uint64_t pte)
{
	record_fault(as, addr, RING_FAULT_INVALID_PTE);
	igd_violation(as->gd, rule, "address %#llx, entry %#llx, unit %d engine %d lrca %#x",
		      (unsigned long long)addr, (unsigned long long)pte,
		      as->who.unit, as->who.engine, as->who.lrca);
	return false;
}

static bool translate_ggtt(struct igd_aspace *as, uint64_t addr, uint64_t *pa)
{
	uint64_t pte;

	if (addr >> 32)
		return fault(as, IGD_RULE_GGTT_NONPRESENT, addr, 0);
	pte = igd_gtt_lookup(as->gd, addr >> 12);
	if (!(pte & IGD_PTE_PRESENT))
		return fault(as, IGD_RULE_GGTT_NONPRESENT, addr, pte);
	if (pte & ~(IGD_PTE_ADDR | IGD_PAGE_MASK))
		igd_violation(as->gd, IGD_RULE_PTE_RESERVED, "GGTT page %#llx: entry %#llx",
			      (unsigned long long)addr >> 12, (unsigned long long)pte);
	*pa = (pte & IGD_PTE_ADDR) | (addr & IGD_PAGE_MASK);
	return true;
}

static bool read_entry(struct igd_aspace *as, uint64_t pa, uint64_t *entry)
{
	return as->gd->ops->mem_read(as->gd->opaque, &as->who, pa, entry, sizeof(*entry));
}

/* Where the walk ended: the leaf, and what it maps. */
struct walk {
	uint64_t pte_pa, pte;
	uint64_t page;		/* bus address of the 4 KiB page */
	bool writable;
	bool broken;		/* an entry was not where it should be */
};

static bool walk_ppgtt(struct igd_aspace *as, uint64_t addr, struct walk *w)
{
	int level = as->kind == IGD_AS_PPGTT4 ? 4 : 2;
	uint64_t table, offset_mask = IGD_PAGE_MASK;
	bool pages_64k = false;

	if (level == 4)
		table = as->root[0];
	else
		table = as->root[addr >> 30 & 3];
	/* The PDP registers of 3-level tables hold plain addresses without flags. */
	table &= IGD_PTE_ADDR;
	w->writable = true;

	for (;; level--) {
		unsigned int index = addr >> (12 + 9 * (level - 1)) & 511;

		if (level == 1 && pages_64k)
			index &= ~15u;
		w->pte_pa = table + 8 * index;
		w->pte = 0;
		if (!read_entry(as, w->pte_pa, &w->pte)) {
			w->broken = true;
			return false;
		}
		if (!(w->pte & IGD_PTE_PRESENT))
			return false;
		if (w->pte & GEN8_PTE_RESERVED)
			igd_violation(as->gd, IGD_RULE_PTE_RESERVED,
				      "PPGTT address %#llx, level %d: entry %#llx",
				      (unsigned long long)addr, level, (unsigned long long)w->pte);
		w->writable &= !!(w->pte & IGD_PTE_WRITABLE);
		if (level == 1) {
			if (pages_64k)
				offset_mask = GEN8_PAGE_64K - 1;
			break;
		}
		if (level == 2) {
			if (w->pte & GEN8_PDE_PS_2M) {
				offset_mask = GEN8_PAGE_2M - 1;
				break;
			}
			pages_64k = w->pte & GEN8_PDE_IPS_64K;
		}
		table = w->pte & IGD_PTE_ADDR;
	}
	w->page = ((w->pte & IGD_PTE_ADDR & ~offset_mask) | (addr & offset_mask)) &
		  ~(uint64_t)IGD_PAGE_MASK;
	return true;
}

static void check_stale(struct igd_aspace *as, const struct igd_tlb_entry *t, uint64_t addr)
{
	uint64_t pte;

	if (as->gd->cfg.strict == IGD_STRICT_OFF)
		return;
	if (read_entry(as, t->pte_pa, &pte) && pte != t->pte)
		igd_violation(as->gd, IGD_RULE_PPGTT_STALE,
			      "address %#llx: entry %#llx is now %#llx, engine %d lrca %#x",
			      (unsigned long long)addr, (unsigned long long)t->pte,
			      (unsigned long long)pte, as->who.engine, as->who.lrca);
}

static bool translate_ppgtt(struct igd_aspace *as, uint64_t addr, bool write, uint64_t *pa)
{
	uint64_t vpn, mask = as->kind == IGD_AS_PPGTT4 ? (1ull << 48) - 1 : 0xffffffffull;
	struct igd_tlb_entry *t;

	addr &= mask;
	vpn = addr >> 12;
	t = &as->tlb[vpn % IGD_TLB_ENTRIES];
	if (t->tag == vpn + 1) {
		check_stale(as, t, addr);
	} else {
		struct walk w = { 0 };

		if (!walk_ppgtt(as, addr, &w))
			return fault(as, w.broken ? IGD_RULE_BAD_ADDRESS : IGD_RULE_PPGTT_NONPRESENT,
				     addr, w.broken ? w.pte_pa : w.pte);
		*t = (struct igd_tlb_entry){
			.tag = vpn + 1, .pa = w.page, .pte_pa = w.pte_pa, .pte = w.pte,
			.writable = w.writable,
		};
	}
	/* A write through a read-only entry is dropped; drivers may count on that. */
	if (write && !t->writable) {
		record_fault(as, addr, RING_FAULT_ACCESS);
		return false;
	}
	*pa = t->pa | (addr & IGD_PAGE_MASK);
	return true;
}

bool igd_translate(struct igd_aspace *as, uint64_t addr, bool write, uint64_t *pa)
{
	if (as->kind == IGD_AS_GGTT)
		return translate_ggtt(as, addr, pa);
	return translate_ppgtt(as, addr, write, pa);
}

static size_t left_in_page(uint64_t addr, size_t len)
{
	size_t left = IGD_PAGE_SIZE - (addr & IGD_PAGE_MASK);

	return len < left ? len : left;
}

static bool no_memory(struct igd_aspace *as, uint64_t addr, uint64_t pa)
{
	return fault(as, IGD_RULE_BAD_ADDRESS, addr, pa);
}

bool igd_read(struct igd_aspace *as, uint64_t addr, void *buf, size_t len)
{
	const struct igd_ops *ops = as->gd->ops;
	uint8_t *to = buf;
	bool good = true;

	while (len) {
		size_t n = left_in_page(addr, len);
		uint64_t pa;
		bool ok = igd_translate(as, addr, false, &pa);

		if (ok && !ops->mem_read(as->gd->opaque, &as->who, pa, to, n))
			ok = no_memory(as, addr, pa);
		if (!ok) {
			memset(to, 0, n);
			good = false;
		}
		to += n;
		addr += n;
		len -= n;
	}
	return good;
}

bool igd_write(struct igd_aspace *as, uint64_t addr, const void *buf, size_t len)
{
	const struct igd_ops *ops = as->gd->ops;
	const uint8_t *from = buf;
	bool good = true;

	while (len) {
		size_t n = left_in_page(addr, len);
		uint64_t pa;
		bool ok = igd_translate(as, addr, true, &pa);

		if (ok && !ops->mem_write(as->gd->opaque, &as->who, pa, from, n))
			ok = no_memory(as, addr, pa);
		good &= ok;
		from += n;
		addr += n;
		len -= n;
	}
	return good;
}

uint32_t igd_read32(struct igd_aspace *as, uint64_t addr)
{
	uint32_t val;

	igd_read(as, addr, &val, sizeof(val));
	return val;
}

uint64_t igd_read64(struct igd_aspace *as, uint64_t addr)
{
	uint64_t val;

	igd_read(as, addr, &val, sizeof(val));
	return val;
}

bool igd_write32(struct igd_aspace *as, uint64_t addr, uint32_t val)
{
	return igd_write(as, addr, &val, sizeof(val));
}

bool igd_write64(struct igd_aspace *as, uint64_t addr, uint64_t val)
{
	return igd_write(as, addr, &val, sizeof(val));
}

void *igd_map(struct igd_aspace *as, uint64_t addr, bool write)
{
	uint8_t *page;
	uint64_t pa;

	if (!igd_translate(as, addr, write, &pa))
		return NULL;
	page = as->gd->ops->mem_map(as->gd->opaque, &as->who, pa & ~(uint64_t)IGD_PAGE_MASK, write);
	return page ? page + (addr & IGD_PAGE_MASK) : NULL;
}

void igd_map_dirty(struct igd_aspace *as, uint64_t addr, size_t len)
{
	while (len) {
		size_t n = left_in_page(addr, len);
		uint64_t pa;

		if (igd_translate(as, addr, true, &pa))
			as->gd->ops->mem_dirty(as->gd->opaque, pa, n);
		addr += n;
		len -= n;
	}
}
