/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: register file
 *
 * Every unit describes its registers in tables of struct igd_reg and hands them
 * to igd_mmio_add() once per instance (engine, pipe, port).  A register without
 * handlers is plain storage.  See Documentation/model-registers.md.
 */
#ifndef IGD_MMIO_H
#define IGD_MMIO_H

#include "igd_types.h"

enum igd_reg_flags {
	IGD_REG_MASKED	= 1 << 0, /* bits 31:16 of a write select the bits 15:0 that it changes */
	IGD_REG_RO	= 1 << 1, /* a CPU or GPU write breaks a rule and is dropped */
	IGD_REG_W1C	= 1 << 2, /* a written 1 clears the bit */
	IGD_REG_STICKY	= 1 << 3, /* survives igd_mmio_reset_range(), as display state survives a GT reset */
	IGD_REG_BYTES	= 1 << 4, /* 1- and 2-byte accesses are allowed */
	IGD_REG_FILL	= 1 << 5, /* a row that leaves out what other tables, added before, claim */
};

/**
 * struct igd_reg - one register, or a row of @count equal ones @stride apart
 * @offset: from the base given to igd_mmio_add()
 * @name: PRM or i915 name
 * @count: how many (0 means 1); @stride: bytes between two (0 means 4)
 * @reset: value after reset
 * @ro: bits that software cannot change (silently kept)
 * @read: value to return; NULL: the stored one
 * @write: called with the merged value (mask and @ro applied) instead of
 *	storing it; a handler stores with igd_reg_set()
 */
struct igd_reg {
	uint32_t offset;
	const char *name;
	uint32_t count;
	uint32_t flags;
	uint32_t stride;
	uint32_t reset;
	uint32_t ro;
	uint32_t (*read)(struct igd *gd, unsigned int inst, uint32_t offset);
	void (*write)(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val);
};

/**
 * igd_mmio_add - register a table
 * @base: added to each offset; handlers get the absolute offset
 * @inst: handed to the handlers (engine, pipe or port number)
 *
 * The table is kept, not copied.  Two tables that claim one offset: abort, for
 * it is a mistake in the model.
 */
void igd_mmio_add(struct igd *gd, const struct igd_reg *regs, size_t n,
		  uint32_t base, unsigned int inst);

/* Access as software sees it, with every rule applied.  @offset is 4-byte aligned. */
uint32_t igd_mmio_read(struct igd *gd, const struct igd_client *who, uint32_t offset);
void igd_mmio_write(struct igd *gd, const struct igd_client *who, uint32_t offset, uint32_t val);

/** igd_mmio_known - is there a register at @offset? */
const struct igd_reg *igd_mmio_known(const struct igd *gd, uint32_t offset);

/* The stored value, without handlers or rules: for the model's own use. */
uint32_t igd_reg_get(const struct igd *gd, uint32_t offset);
void igd_reg_set(struct igd *gd, uint32_t offset, uint32_t val);

/** igd_mmio_reset_range - back to reset values, but for IGD_REG_STICKY ones; @end is exclusive */
void igd_mmio_reset_range(struct igd *gd, uint32_t start, uint32_t end);

void igd_mmio_init(struct igd *gd);
void igd_mmio_fini(struct igd *gd);

#endif
