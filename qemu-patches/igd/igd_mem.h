/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: address spaces
 *
 * An address space is what a requester's graphics addresses mean: the GGTT, or
 * the PPGTT of the context that is loaded.  It carries the client, so that
 * every access below it is accounted to one.
 */
#ifndef IGD_MEM_H
#define IGD_MEM_H

#include "igd_types.h"

enum igd_as_kind {
	IGD_AS_GGTT,
	IGD_AS_PPGTT3,		/* 4 PDPs, 32-bit addresses */
	IGD_AS_PPGTT4,		/* PML4, 48-bit addresses */
};

#define IGD_TLB_ENTRIES 512

/**
 * struct igd_tlb_entry - one cached translation of a 4 KiB page
 * @tag: page number + 1, 0 when empty
 * @pa: bus address of the page
 * @pte_pa, @pte: where the leaf entry was read and its value then, to notice
 *	that software changed it without invalidation
 */
struct igd_tlb_entry {
	uint64_t tag;
	uint64_t pa;
	uint64_t pte_pa;
	uint64_t pte;
	bool writable;
};

struct igd_aspace {
	struct igd *gd;
	struct igd_client who;
	enum igd_as_kind kind;
	uint64_t root[4];	/* PPGTT4: root[0] is the PML4; PPGTT3: the PDPs */
	struct igd_tlb_entry tlb[IGD_TLB_ENTRIES];	/* PPGTT only */
};

void igd_aspace_init_ggtt(struct igd_aspace *as, struct igd *gd, enum igd_unit unit,
			  enum igd_engine_id engine);
/** igd_aspace_load_ppgtt - take the page directory pointers of a context; drops all translations */
void igd_aspace_load_ppgtt(struct igd_aspace *as, enum igd_as_kind kind, const uint64_t root[4]);
/** igd_aspace_invalidate - the TLB invalidation that PIPE_CONTROL, FLUSH_DW or a register asks for */
void igd_aspace_invalidate(struct igd_aspace *as);

/**
 * igd_translate - bus address of a graphics address
 *
 * Return: false on a fault.  The fault is recorded in the fault registers and
 * reported under its rule; the caller goes on as hardware does: reads give
 * zero, writes are dropped.
 */
bool igd_translate(struct igd_aspace *as, uint64_t addr, bool write, uint64_t *pa);

/*
 * Copy to or from graphics memory, across pages as needed.  On a fault the
 * read buffer is zero-filled for the page in question.
 * Return: false when any page faulted.
 */
bool igd_read(struct igd_aspace *as, uint64_t addr, void *buf, size_t len);
bool igd_write(struct igd_aspace *as, uint64_t addr, const void *buf, size_t len);

uint32_t igd_read32(struct igd_aspace *as, uint64_t addr);
uint64_t igd_read64(struct igd_aspace *as, uint64_t addr);
bool igd_write32(struct igd_aspace *as, uint64_t addr, uint32_t val);
bool igd_write64(struct igd_aspace *as, uint64_t addr, uint64_t val);

/**
 * igd_map - pointer to the byte at @addr, for fast paths
 *
 * Good for the bytes up to the end of its 4 KiB page and until control leaves
 * the model.  After changing bytes call igd_map_dirty().
 *
 * Return: NULL on a fault or when the page is not RAM; fall back to igd_read().
 */
void *igd_map(struct igd_aspace *as, uint64_t addr, bool write);
void igd_map_dirty(struct igd_aspace *as, uint64_t addr, size_t len);

#endif
