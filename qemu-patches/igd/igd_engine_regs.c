// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Registers that every engine has, at its base. */
#include <string.h>

#include "igd_priv.h"
#include "igd_cs.h"
#include "igd_engine.h"
#include "vgt/regs/engine.h"

static struct igd_engine *engine(struct igd *gd, unsigned int inst)
{
	return &gd->engine[inst];
}

static uint32_t acthd_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	struct igd_engine *e = engine(gd, inst);
	uint64_t addr = igd_engine_idle(gd, inst) ? 0 : igd_cs_acthd(e);

	return offset == RING_ACTHD(e->base) ? (uint32_t)addr : addr >> 32;
}

/* The batch registers are brought up to date only when somebody looks. */
static uint32_t batch_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	if (!igd_engine_idle(gd, inst))
		igd_cs_save(engine(gd, inst));
	return igd_reg_get(gd, offset);
}

static uint32_t instdone_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)offset;
	/* Bit 0: the ring; the units behind it are always done. */
	return igd_engine_idle(gd, inst) ? 0xffffffff : 0xfffffffe;
}

static uint32_t mi_mode_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	uint32_t val = igd_reg_get(gd, offset) & ~MI_MODE_IDLE;

	if (igd_engine_idle(gd, inst) || igd_engine_stopped(engine(gd, inst)))
		val |= MI_MODE_IDLE;
	return val;
}

static void store_and_kick(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	igd_reg_set(gd, offset, val);
	igd_engine_kick(engine(gd, inst));
}

/* The engine is always ready at once: commands are not interrupted in the middle. */
static void reset_ctl_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	if (val & RESET_CTL_REQUEST)
		val |= RESET_CTL_READY;
	else
		val &= ~RESET_CTL_READY;
	store_and_kick(gd, inst, offset, val);
}

static void elsp_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)offset;
	igd_engine_submit(engine(gd, inst), val);
}

static uint32_t timestamp_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	uint64_t ticks = igd_engine_ticks(igd_engine_now(gd));

	return offset == RING_TIMESTAMP(engine(gd, inst)->base) ? (uint32_t)ticks : ticks >> 32;
}

/* It counts by itself; a write from a command stream has no effect. */
static void timestamp_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)gd;
	(void)inst;
	(void)offset;
	(void)val;
}

static uint32_t ctx_timestamp_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	(void)offset;
	return igd_engine_ctx_timestamp(engine(gd, inst));
}

static void ctx_timestamp_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)offset;
	igd_engine_set_ctx_timestamp(engine(gd, inst), val);
}

/* A 3-level context may change its page directories from the ring. */
static void pdp_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	struct igd_engine *e = engine(gd, inst);
	uint32_t rel = offset - RING_PDP_LDW(e->base, 0);
	uint64_t root[4];

	igd_reg_set(gd, offset, val);
	if (igd_engine_idle(gd, inst))
		return;
	memcpy(root, e->ppgtt.root, sizeof(root));
	root[rel / 8] = (uint64_t)igd_reg_get(gd, RING_PDP_UDW(e->base, rel / 8)) << 32 |
			igd_reg_get(gd, RING_PDP_LDW(e->base, rel / 8));
	igd_aspace_load_ppgtt(&e->ppgtt, e->ppgtt.kind, root);
}

static const struct igd_reg engine_regs[] = {
	{ 0x028, "EXCC", .flags = IGD_REG_MASKED },
	{ 0x030, "RING_TAIL" },
	{ 0x034, "RING_HEAD" },
	{ 0x038, "RING_START" },
	{ 0x03c, "RING_CTL" },
	{ 0x040, "RING_SYNC", .count = 3 },
	{ 0x050, "RING_PSMI_CTL", .flags = IGD_REG_MASKED },
	{ 0x054, "RING_MAX_IDLE" },
	{ 0x05c, "RING_ACTHD_UDW", .flags = IGD_REG_RO, .read = acthd_read },
	{ 0x060, "RING_DMA_FADD_UDW", .flags = IGD_REG_RO },
	{ 0x064, "RING_IPEIR" },
	{ 0x068, "RING_IPEHR" },
	{ 0x06c, "RING_INSTDONE", .flags = IGD_REG_RO, .read = instdone_read },
	{ 0x070, "RING_INSTPS", .flags = IGD_REG_RO },
	{ 0x074, "RING_ACTHD", .flags = IGD_REG_RO, .read = acthd_read },
	{ 0x078, "RING_DMA_FADD", .flags = IGD_REG_RO },
	{ 0x080, "RING_HWS_PGA" },
	{ 0x094, "RING_NOPID" },
	{ 0x098, "RING_HWSTAM", .reset = 0xffffffff },
	{ 0x09c, "RING_MI_MODE", .flags = IGD_REG_MASKED, .ro = MI_MODE_IDLE,
	  .read = mi_mode_read, .write = store_and_kick },
	{ 0x0a8, "RING_IMR", .reset = 0xffffffff },
	{ 0x0b0, "RING_EIR", .flags = IGD_REG_W1C },
	{ 0x0b4, "RING_EMR", .reset = 0xffffffff },
	{ 0x0b8, "RING_ESR", .flags = IGD_REG_RO },
	{ 0x0c0, "RING_INSTPM", .flags = IGD_REG_MASKED },
	{ 0x0c4, "RING_CMD_CCTL" },
	{ 0x0c8, "RING_R_PWR_CLK_STATE" },
	{ 0x0d0, "RING_RESET_CTL", .flags = IGD_REG_MASKED, .write = reset_ctl_write },
	{ 0x0d4, "RING_CSFE_CHICKEN1", .flags = IGD_REG_MASKED },
	{ 0x110, "RING_BBSTATE", .read = batch_read },
	{ 0x114, "RING_SBBADDR", .read = batch_read },
	{ 0x118, "RING_SBBSTATE", .read = batch_read },
	{ 0x11c, "RING_SBBADDR_UDW", .read = batch_read },
	{ 0x134, "RING_UHPTR" },
	{ 0x140, "RING_BBADDR", .read = batch_read },
	{ 0x150, "RING_PREDICATE_MODE" },
	{ 0x154, "RING_BB_RETURN" },
	{ 0x158, "RING_BB_OFFSET" },
	{ 0x168, "RING_BBADDR_UDW", .read = batch_read },
	{ 0x170, "RING_170" },
	{ 0x178, "RING_WATCHDOG_CTL" },
	{ 0x17c, "RING_WATCHDOG_THRESH" },
	{ 0x180, "CCID" },
	{ 0x1c0, "RING_BB_PER_CTX_PTR" },
	{ 0x1c4, "RING_INDIRECT_CTX" },
	{ 0x1c8, "RING_INDIRECT_CTX_OFFSET" },
	{ 0x1d0, "ECOSKPD", .flags = IGD_REG_MASKED },
	{ 0x220, "RING_PP_DIR_DCLV" },
	{ 0x228, "RING_PP_DIR_BASE" },
	{ 0x230, "RING_ELSP", .write = elsp_write },
	{ 0x234, "RING_EXECLIST_STATUS", .count = 2, .flags = IGD_REG_RO },
	{ 0x244, "RING_CONTEXT_CONTROL", .flags = IGD_REG_MASKED },
	{ 0x24c, "RING_SEMA_WAIT_POLL" },
	{ 0x270, "RING_PDP", .count = 8, .write = pdp_write },
	{ 0x29c, "RING_MODE", .flags = IGD_REG_MASKED, .write = store_and_kick },
	{ 0x358, "RING_TIMESTAMP", .count = 2, .read = timestamp_read, .write = timestamp_write },
	{ 0x370, "RING_CSB", .count = 2 * CSB_ENTRIES },
	{ 0x3a0, "RING_CSB_PTR", .flags = IGD_REG_MASKED, .reset = CSB_WRITE_PTR | CSB_READ_PTR,
	  .ro = ~(uint32_t)(CSB_WRITE_PTR | CSB_READ_PTR) },
	{ 0x3a8, "RING_CTX_TIMESTAMP", .read = ctx_timestamp_read, .write = ctx_timestamp_write },
	{ 0x3b8, "RING_3B8" },
	{ 0x3bc, "RING_PREDICATE_RESULT_2" },
	{ 0x400, "RING_PREDICATE_SRC0", .count = 2 },
	{ 0x408, "RING_PREDICATE_SRC1", .count = 2 },
	{ 0x410, "RING_PREDICATE_DATA", .count = 2 },
	{ 0x418, "RING_PREDICATE_RESULT", .ro = ~1u },
	{ 0x41c, "RING_PREDICATE_RESULT_1" },
	{ 0x4d0, "RING_FORCE_TO_NONPRIV", .count = NONPRIV_SLOTS },
	{ 0x518, "RING_PP_DIR_BASE_READ" },
	{ 0x600, "RING_GPR", .count = 2 * RING_NUM_GPR },
};

/* All but RCS have 0x200 in their context; for BCS it is the tiling mode of the blitter. */
static const struct igd_reg other_regs[] = {
	{ 0x200, "RING_SWCTRL", .flags = IGD_REG_MASKED },
};

static const struct igd_reg video_regs[] = {
	{ 0x198, "VCS_198" },
	{ 0x800, "MFC", .count = 64 },
};

void igd_engine_regs_init(struct igd *gd)
{
	for (unsigned int id = 0; id < IGD_NUM_ENGINES; id++) {
		uint32_t base = gd->engine[id].base;

		igd_mmio_add(gd, engine_regs, IGD_ARRAY_SIZE(engine_regs), base, id);
		if (id != IGD_RCS)
			igd_mmio_add(gd, other_regs, IGD_ARRAY_SIZE(other_regs), base, id);
		if (id == IGD_VCS)
			igd_mmio_add(gd, video_regs, IGD_ARRAY_SIZE(video_regs), base, id);
	}
}
