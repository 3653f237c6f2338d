/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The emulated Skylake GT2 as its user sees it: the PCI shell (igd.c) or a test.
 */
#ifndef IGD_CORE_H
#define IGD_CORE_H

#include "igd_types.h"

/**
 * igd_core_new - create a GPU in its reset state
 * @cfg: copied; must be valid, see igd_config_check()
 * @ops: kept; must live as long as the GPU
 * @opaque: handed to every op
 *
 * Return: the GPU; aborts when out of memory, as QEMU does.
 */
struct igd *igd_core_new(const struct igd_config *cfg, const struct igd_ops *ops, void *opaque);
void igd_core_free(struct igd *gd);

/**
 * igd_config_check - say what is wrong with a configuration
 *
 * Return: NULL when it is fine, else one sentence naming the value and what is allowed.
 */
const char *igd_config_check(const struct igd_config *cfg);

/** igd_core_reset - power-on or function-level reset; stolen time, counters of violations stay */
void igd_core_reset(struct igd *gd);

/** igd_core_run - run every timer that is due; sets the next deadline */
void igd_core_run(struct igd *gd);

/*
 * BAR0.  @size is 1, 2, 4 or 8 bytes, @offset is naturally aligned for it
 * (QEMU splits the others).
 */
uint64_t igd_core_bar0_read(struct igd *gd, uint64_t offset, unsigned size);
void igd_core_bar0_write(struct igd *gd, uint64_t offset, uint64_t val, unsigned size);

/* BAR2, the aperture: detiled by the fences, translated by the GGTT. */
uint64_t igd_core_aperture_read(struct igd *gd, uint64_t offset, unsigned size);
void igd_core_aperture_write(struct igd *gd, uint64_t offset, uint64_t val, unsigned size);

/**
 * igd_core_aperture_page - where a page of the aperture really is
 * @page: page number in the aperture
 * @pa: bus address of the page
 *
 * Return: true when the page is plain memory (no fence covers it, its PTE is
 * present) and may be accessed directly until gtt_changed names it.
 */
bool igd_core_aperture_page(struct igd *gd, uint32_t page, uint64_t *pa);

#endif
