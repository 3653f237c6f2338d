// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <stdio.h>
#include <stdlib.h>

#include "igd_priv.h"
#include "igd_power.h"

const struct igd_client igd_client_cpu = { .unit = IGD_UNIT_CPU };

/* A register of a table that was added for one instance. */
struct igd_mmio_entry {
	const struct igd_reg *reg;
	unsigned int inst;
};

static const struct igd_mmio_entry *find(const struct igd *gd, uint32_t offset)
{
	const struct igd_mmio *m = &gd->mmio;
	uint16_t i = m->index[offset / 4];

	return i ? &m->entry[i - 1] : NULL;
}

void igd_mmio_init(struct igd *gd)
{
	struct igd_mmio *m = &gd->mmio;

	m->value = igd_calloc(IGD_MMIO_SIZE / 4, sizeof(*m->value));
	m->index = igd_calloc(IGD_MMIO_SIZE / 4, sizeof(*m->index));
}

void igd_mmio_fini(struct igd *gd)
{
	struct igd_mmio *m = &gd->mmio;

	free(m->value);
	free(m->index);
	free(m->entry);
}

static void add_one(struct igd *gd, const struct igd_reg *reg, uint32_t base, unsigned int inst)
{
	struct igd_mmio *m = &gd->mmio;
	uint32_t count = reg->count ? reg->count : 1;
	uint32_t stride = reg->stride ? reg->stride : 4;

	if (m->num == m->max) {
		m->max = m->max ? 2 * m->max : 1024;
		m->entry = realloc(m->entry, m->max * sizeof(*m->entry));
		if (!m->entry || m->max > UINT16_MAX)
			abort();
	}
	m->entry[m->num++] = (struct igd_mmio_entry){ .reg = reg, .inst = inst };

	for (uint32_t i = 0; i < count; i++) {
		uint32_t offset = base + reg->offset + i * stride;
		const struct igd_mmio_entry *old;

		if (offset % 4 || offset >= IGD_MMIO_SIZE) {
			fprintf(stderr, "igd: %s: offset %#x is out of range\n", reg->name, offset);
			abort();
		}
		old = find(gd, offset);
		if (old && reg->flags & IGD_REG_FILL)
			continue;
		if (old) {
			fprintf(stderr, "igd: %#x is claimed by both %s and %s\n",
				offset, old->reg->name, reg->name);
			abort();
		}
		m->index[offset / 4] = m->num;
		m->value[offset / 4] = reg->reset;
	}
}

void igd_mmio_add(struct igd *gd, const struct igd_reg *regs, size_t n,
		  uint32_t base, unsigned int inst)
{
	for (size_t i = 0; i < n; i++)
		add_one(gd, &regs[i], base, inst);
}

const struct igd_reg *igd_mmio_known(const struct igd *gd, uint32_t offset)
{
	const struct igd_mmio_entry *e = find(gd, offset);

	return e ? e->reg : NULL;
}

uint32_t igd_reg_get(const struct igd *gd, uint32_t offset)
{
	return gd->mmio.value[offset / 4];
}

void igd_reg_set(struct igd *gd, uint32_t offset, uint32_t val)
{
	gd->mmio.value[offset / 4] = val;
}

static const char *who_name(const struct igd_client *who)
{
	static const char * const engine[] = { "rcs0", "bcs0", "vcs0", "vecs0" };

	if (who->unit == IGD_UNIT_ENGINE)
		return engine[who->engine];
	return who->unit == IGD_UNIT_CPU ? "cpu" : "display";
}

static bool awake_for(struct igd *gd, const struct igd_client *who, uint32_t offset, bool write)
{
	return who->unit != IGD_UNIT_CPU || igd_forcewake_check(gd, offset, write);
}

uint32_t igd_mmio_read(struct igd *gd, const struct igd_client *who, uint32_t offset)
{
	const struct igd_mmio_entry *e = find(gd, offset);

	if (!e) {
		igd_violation(gd, IGD_RULE_UNKNOWN_REGISTER, "%s reads %#x",
			      who_name(who), offset);
		return 0;
	}
	if (!awake_for(gd, who, offset, false))
		return 0;
	if (e->reg->read)
		return e->reg->read(gd, e->inst, offset);
	return igd_reg_get(gd, offset);
}

/* What the register will hold, by the rules of its class. */
static uint32_t merge(const struct igd_reg *reg, uint32_t old, uint32_t val)
{
	if (reg->flags & IGD_REG_MASKED) {
		uint32_t mask = val >> 16;

		val = (old & ~mask) | (val & mask);
	} else if (reg->flags & IGD_REG_W1C) {
		val = old & ~val;
	}
	return (val & ~reg->ro) | (old & reg->ro);
}

void igd_mmio_write(struct igd *gd, const struct igd_client *who, uint32_t offset, uint32_t val)
{
	const struct igd_mmio_entry *e = find(gd, offset);
	uint32_t merged;

	if (!e) {
		igd_violation(gd, IGD_RULE_UNKNOWN_REGISTER, "%s writes %#x to %#x",
			      who_name(who), val, offset);
		return;
	}
	if (!awake_for(gd, who, offset, true))
		return;
	if (e->reg->flags & IGD_REG_RO) {
		igd_violation(gd, IGD_RULE_READ_ONLY, "%s writes %#x to %s (%#x)",
			      who_name(who), val, e->reg->name, offset);
		return;
	}
	if ((e->reg->flags & IGD_REG_MASKED) && !(val >> 16) && val)
		igd_violation(gd, IGD_RULE_NO_MASK, "%s writes %#x to %s (%#x)",
			      who_name(who), val, e->reg->name, offset);

	merged = merge(e->reg, igd_reg_get(gd, offset), val);
	if (e->reg->write)
		e->reg->write(gd, e->inst, offset, merged);
	else
		igd_reg_set(gd, offset, merged);
}

void igd_mmio_reset_range(struct igd *gd, uint32_t start, uint32_t end)
{
	for (uint32_t offset = start; offset < end; offset += 4) {
		const struct igd_mmio_entry *e = find(gd, offset);

		if (e && !(e->reg->flags & IGD_REG_STICKY))
			igd_reg_set(gd, offset, e->reg->reset);
	}
}
