// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the GPU as a whole
 *
 * Creates the units in an order in which each finds what it registers with, and
 * hands accesses to BAR0 on: registers to igd_mmio.c, GGTT entries to igd_gtt.c.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "igd_priv.h"
#include "igd_display.h"
#include "igd_engine.h"
#include "igd_gt.h"
#include "igd_power.h"

const char *igd_config_check(const struct igd_config *cfg)
{
	if (cfg->aperture_mb != 256 && cfg->aperture_mb != 512 && cfg->aperture_mb != 1024)
		return "aperture-mb must be 256, 512 or 1024";
	if (cfg->strict > IGD_STRICT_ABORT)
		return "strict must be off, on or abort";
	if (cfg->gpu_mhz < 50 || cfg->gpu_mhz > 2000)
		return "gpu-mhz must be from 50 to 2000";
	if (cfg->mem_mbps < 100 || cfg->mem_mbps > 1000000)
		return "mem-mbps must be from 100 to 1000000";
	return NULL;
}

void *igd_calloc(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		abort();
	return p;
}

struct igd *igd_core_new(const struct igd_config *cfg, const struct igd_ops *ops, void *opaque)
{
	struct igd *gd = igd_calloc(1, sizeof(*gd));

	if (igd_config_check(cfg))
		abort();
	gd->cfg = *cfg;
	gd->ops = ops;
	gd->opaque = opaque;
	gd->announced_deadline = IGD_NEVER;

	igd_mmio_init(gd);
	igd_gtt_init(gd);
	igd_irq_init(gd);
	igd_power_init(gd);
	igd_gt_init(gd);
	igd_fence_init(gd);
	igd_engine_init(gd);
	igd_display_init(gd);
	igd_aspace_init_ggtt(&gd->aperture, gd, IGD_UNIT_CPU, IGD_RCS);
	return gd;
}

void igd_core_free(struct igd *gd)
{
	igd_gtt_fini(gd);
	igd_mmio_fini(gd);
	free(gd);
}

/* Sticky registers too: power-on and FLR reset what a GT reset spares. */
void igd_core_reset(struct igd *gd)
{
	for (uint32_t offset = 0; offset < IGD_MMIO_SIZE; offset += 4) {
		const struct igd_reg *reg = igd_mmio_known(gd, offset);

		if (reg)
			igd_reg_set(gd, offset, reg->reset);
	}
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		igd_engine_reset(gd, id);
	igd_gtt_reset(gd);
	igd_power_reset(gd);
	igd_fence_reset(gd);
	igd_display_reset(gd);
	igd_irq_reset(gd);
}

/* 8-byte accesses to registers are two halves, low first, as on the ring bus. */
static uint64_t reg_read(struct igd *gd, uint32_t offset, unsigned int size)
{
	uint32_t val;

	if (size == 8)
		return reg_read(gd, offset, 4) |
		       (uint64_t)reg_read(gd, offset + 4, 4) << 32;

	val = igd_mmio_read(gd, &igd_client_cpu, offset & ~3u);
	if (size < 4)
		val = (val >> (8 * (offset & 3))) & ((1u << (8 * size)) - 1);
	return val;
}

static void reg_write(struct igd *gd, uint32_t offset, uint64_t val, unsigned int size)
{
	const struct igd_reg *reg = igd_mmio_known(gd, offset & ~3u);
	uint32_t shift = 8 * (offset & 3);
	uint32_t mask;

	switch (size) {
	case 8:
		reg_write(gd, offset, (uint32_t)val, 4);
		reg_write(gd, offset + 4, val >> 32, 4);
		return;
	case 4:
		igd_mmio_write(gd, &igd_client_cpu, offset, val);
		return;
	}

	if (!reg || !(reg->flags & IGD_REG_BYTES)) {
		igd_violation(gd, IGD_RULE_MISALIGNED, "cpu writes %u byte(s) at %#x", size, offset);
		return;
	}
	mask = ((1u << (8 * size)) - 1) << shift;
	val = (igd_reg_get(gd, offset & ~3u) & ~mask) | (((uint32_t)val << shift) & mask);
	igd_mmio_write(gd, &igd_client_cpu, offset & ~3u, val);
}

uint64_t igd_core_bar0_read(struct igd *gd, uint64_t offset, unsigned int size)
{
	if (offset >= IGD_GTT_OFFSET)
		return igd_gtt_read(gd, offset - IGD_GTT_OFFSET, size);
	if (offset < IGD_MMIO_SIZE)
		return reg_read(gd, offset, size);

	igd_violation(gd, IGD_RULE_UNKNOWN_REGISTER, "cpu reads %#llx", (unsigned long long)offset);
	return 0;
}

void igd_core_bar0_write(struct igd *gd, uint64_t offset, uint64_t val, unsigned int size)
{
	if (offset >= IGD_GTT_OFFSET)
		igd_gtt_write(gd, offset - IGD_GTT_OFFSET, val, size);
	else if (offset < IGD_MMIO_SIZE)
		reg_write(gd, offset, val, size);
	else
		igd_violation(gd, IGD_RULE_UNKNOWN_REGISTER, "cpu writes %#llx",
			      (unsigned long long)offset);
}

void igd_trace(struct igd *gd, const char *topic, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!gd->ops->trace)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	gd->ops->trace(gd->opaque, topic, text);
}
