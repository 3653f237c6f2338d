/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: GGTT
 *
 * One million 64-bit entries written by the CPU at BAR0 + 8 MiB.  The GPU sees
 * an entry when it first uses it, and goes on with what it saw until
 * GFX_FLSH_CNTL is written.
 */
#ifndef IGD_GTT_H
#define IGD_GTT_H

#include "igd_types.h"

#define IGD_PTE_PRESENT		(1ull << 0)
#define IGD_PTE_WRITABLE	(1ull << 1)
#define IGD_PTE_ADDR		0x0000007ffffff000ull	/* 39-bit bus addresses */

/**
 * struct igd_gtt
 * @pte: what software wrote
 * @tlb: what the GPU goes by, where @state says that it has looked
 * @state: per entry, bit 0: @tlb is valid; bit 1: @pte changed since the last flush
 * @changed: numbers of the entries with bit 1 set, @num_changed of them
 */
struct igd_gtt {
	uint64_t *pte;
	uint64_t *tlb;
	uint8_t *state;
	uint32_t *changed;
	uint32_t num_changed;
};

void igd_gtt_init(struct igd *gd);
void igd_gtt_fini(struct igd *gd);
void igd_gtt_reset(struct igd *gd);
/** igd_gtt_flush - GFX_FLSH_CNTL: changed entries take effect */
void igd_gtt_flush(struct igd *gd);
uint64_t igd_gtt_read(struct igd *gd, uint32_t offset, unsigned int size);
void igd_gtt_write(struct igd *gd, uint32_t offset, uint64_t val, unsigned int size);

/**
 * igd_gtt_lookup - the entry that the GPU goes by for GGTT page @page
 *
 * Applies the staleness rule.  Return: the entry, 0 when it is not present
 * (no violation is reported for that: the caller knows whether it matters).
 */
uint64_t igd_gtt_lookup(struct igd *gd, uint32_t page);

#endif
