// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: one bit of a bank
 *
 *              event, IMR clear            event, IMR clear
 *   IIR=0 ------------------------> IIR=1 ------------------> IIR=1, one queued
 *     ^                               | ^                            |
 *     +---------- write 1 ------------+ +--------- write 1 ----------+
 *
 * A third event is lost, as it is on silicon.
 */
#include "igd_priv.h"
#include "igd_display.h"
#include "vgt/regs/irq.h"

#define RING_IMR(base)	((base) + 0xa8)

enum bank {
	BANK_GT0,
	BANK_GT1,
	BANK_GT2,
	BANK_GT3,
	BANK_PIPE_A,
	BANK_PORT = BANK_PIPE_A + IGD_NUM_PIPES,
	BANK_MISC,
	BANK_PCU,
	BANK_PCH,
	NUM_BANKS,
};

/* How a bank shows in the master register: its low and its high half. */
static const struct {
	uint32_t base;
	uint32_t master_lo, master_hi;
} banks[NUM_BANKS] = {
	[BANK_GT0] = { GEN8_GT_IRQ_BASE(0), GEN8_MASTER_RCS, GEN8_MASTER_BCS },
	[BANK_GT1] = { GEN8_GT_IRQ_BASE(1), GEN8_MASTER_VCS0, GEN8_MASTER_VCS1 },
	[BANK_GT2] = { GEN8_GT_IRQ_BASE(2), GEN8_MASTER_PM, GEN8_MASTER_PM },
	[BANK_GT3] = { GEN8_GT_IRQ_BASE(3), GEN8_MASTER_VECS, GEN8_MASTER_VECS },
	[BANK_PIPE_A + 0] = { GEN8_DE_PIPE_IRQ_BASE(0), GEN8_MASTER_DE_PIPE(0), GEN8_MASTER_DE_PIPE(0) },
	[BANK_PIPE_A + 1] = { GEN8_DE_PIPE_IRQ_BASE(1), GEN8_MASTER_DE_PIPE(1), GEN8_MASTER_DE_PIPE(1) },
	[BANK_PIPE_A + 2] = { GEN8_DE_PIPE_IRQ_BASE(2), GEN8_MASTER_DE_PIPE(2), GEN8_MASTER_DE_PIPE(2) },
	[BANK_PORT] = { GEN8_DE_PORT_IRQ_BASE, GEN8_MASTER_DE_PORT, GEN8_MASTER_DE_PORT },
	[BANK_MISC] = { GEN8_DE_MISC_IRQ_BASE, GEN8_MASTER_DE_MISC, GEN8_MASTER_DE_MISC },
	[BANK_PCU] = { GEN8_PCU_IRQ_BASE, GEN8_MASTER_PCU, GEN8_MASTER_PCU },
	[BANK_PCH] = { SDE_IRQ_BASE, GEN8_MASTER_DE_PCH, GEN8_MASTER_DE_PCH },
};

static uint32_t master_pending(const struct igd *gd)
{
	uint32_t master = 0;

	for (int b = 0; b < NUM_BANKS; b++) {
		uint32_t pending = igd_reg_get(gd, banks[b].base + IRQ_IIR) &
				   igd_reg_get(gd, banks[b].base + IRQ_IER);

		if (pending & 0x0000ffff)
			master |= banks[b].master_lo;
		if (pending & 0xffff0000)
			master |= banks[b].master_hi;
	}
	return master;
}

static void update_level(struct igd *gd)
{
	bool enabled = igd_reg_get(gd, GEN8_MASTER_IRQ) & GEN8_MASTER_IRQ_CONTROL;
	bool level = enabled && master_pending(gd);

	if (level == gd->irq.level)
		return;
	gd->irq.level = level;
	gd->ops->set_irq(gd->opaque, level);
}

static void raise(struct igd *gd, enum bank b, uint32_t events)
{
	uint32_t iir = igd_reg_get(gd, banks[b].base + IRQ_IIR);

	events &= ~igd_reg_get(gd, banks[b].base + IRQ_IMR);
	if (!events)
		return;
	gd->irq.queued[b] |= events & iir;
	igd_reg_set(gd, banks[b].base + IRQ_IIR, iir | events);
	update_level(gd);
}

static void iir_write(struct igd *gd, unsigned int b, uint32_t offset, uint32_t iir)
{
	uint32_t cleared = igd_reg_get(gd, offset) & ~iir;

	igd_reg_set(gd, offset, iir | (cleared & gd->irq.queued[b]));
	gd->irq.queued[b] &= ~cleared;
	update_level(gd);
}

static void enable_write(struct igd *gd, unsigned int b, uint32_t offset, uint32_t val)
{
	igd_reg_set(gd, offset, val);
	update_level(gd);
	if (b >= BANK_PIPE_A && b < BANK_PIPE_A + IGD_NUM_PIPES)
		igd_display_irq_changed(gd);
}

static uint32_t master_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)inst;
	return (igd_reg_get(gd, offset) & GEN8_MASTER_IRQ_CONTROL) | master_pending(gd);
}

static void master_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	igd_reg_set(gd, offset, val & GEN8_MASTER_IRQ_CONTROL);
	update_level(gd);
}

static const struct igd_reg bank_regs[] = {
	/* i915 clears ISR-less registers by writing all of a bank: ISR keeps its bits. */
	{ IRQ_ISR, "ISR", .ro = ~0u, .flags = IGD_REG_STICKY },
	{ IRQ_IMR, "IMR", .reset = ~0u, .write = enable_write, .flags = IGD_REG_STICKY },
	{ IRQ_IIR, "IIR", .write = iir_write, .flags = IGD_REG_W1C | IGD_REG_STICKY },
	{ IRQ_IER, "IER", .write = enable_write, .flags = IGD_REG_STICKY },
};

static const struct igd_reg master_regs[] = {
	{ GEN8_MASTER_IRQ, "MASTER_IRQ", .read = master_read, .write = master_write,
	  .flags = IGD_REG_STICKY },
};

void igd_irq_init(struct igd *gd)
{
	for (unsigned int b = 0; b < NUM_BANKS; b++)
		igd_mmio_add(gd, bank_regs, IGD_ARRAY_SIZE(bank_regs), banks[b].base, b);
	igd_mmio_add(gd, master_regs, IGD_ARRAY_SIZE(master_regs), 0, 0);
}

void igd_irq_reset(struct igd *gd)
{
	for (int b = 0; b < NUM_BANKS; b++)
		gd->irq.queued[b] = 0;
	update_level(gd);
}

void igd_irq_engine(struct igd *gd, enum igd_engine_id id, uint32_t events)
{
	static const struct {
		enum bank bank;
		unsigned int shift;
		uint32_t base;
	} line[IGD_NUM_ENGINES] = {
		[IGD_RCS] = { BANK_GT0, 0, 0x2000 },
		[IGD_BCS] = { BANK_GT0, 16, 0x22000 },
		[IGD_VCS] = { BANK_GT1, 0, 0x12000 },
		[IGD_VECS] = { BANK_GT3, 0, 0x1a000 },
	};

	/* RING_IMR has the events where the bank has them: BCS in the upper half. */
	events <<= line[id].shift;
	raise(gd, line[id].bank, events & ~igd_reg_get(gd, RING_IMR(line[id].base)));
}

void igd_irq_pipe(struct igd *gd, enum igd_pipe_id pipe, uint32_t bits)
{
	raise(gd, BANK_PIPE_A + pipe, bits);
}

void igd_irq_port(struct igd *gd, uint32_t bits)
{
	raise(gd, BANK_PORT, bits);
}

void igd_irq_misc(struct igd *gd, uint32_t bits)
{
	raise(gd, BANK_MISC, bits);
}

void igd_irq_pcu(struct igd *gd, uint32_t bits)
{
	raise(gd, BANK_PCU, bits);
}

void igd_irq_pch(struct igd *gd, uint32_t bits)
{
	raise(gd, BANK_PCH, bits);
}

void igd_irq_pch_level(struct igd *gd, uint32_t mask, uint32_t level)
{
	uint32_t isr = igd_reg_get(gd, SDE_IRQ_BASE + IRQ_ISR);

	igd_reg_set(gd, SDE_IRQ_BASE + IRQ_ISR, (isr & ~mask) | (level & mask));
}

bool igd_irq_pipe_wanted(const struct igd *gd, enum igd_pipe_id pipe, uint32_t bits)
{
	return bits & ~igd_reg_get(gd, GEN8_DE_PIPE_IRQ_BASE(pipe) + IRQ_IMR);
}
