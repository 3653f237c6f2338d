// SPDX-License-Identifier: GPL-2.0 OR MIT
#include "igd_priv.h"
#include "igd_engine.h"
#include "igd_gt.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/gtt.h"

/*
 * A domain reset stops its engines where they are; contexts are not saved.
 * GGTT, display and the interrupt banks are not touched.
 */
static void gdrst_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	static const uint32_t domain[IGD_NUM_ENGINES] = {
		[IGD_RCS] = GDRST_RENDER, [IGD_BCS] = GDRST_BLT,
		[IGD_VCS] = GDRST_MEDIA, [IGD_VECS] = GDRST_VECS,
	};

	(void)inst;
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		if (val & (domain[id] | GDRST_FULL))
			igd_engine_reset(gd, id);
	igd_reg_set(gd, offset, 0);
}

static void flush_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	(void)offset;
	(void)val;
	igd_gtt_flush(gd);
}

static void discard(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)gd;
	(void)inst;
	(void)offset;
	(void)val;
}

static const struct igd_reg gt_regs[] = {
	{ 0x00fdc, "MCR_SELECTOR" },
	{ 0x00d00, "RPM_CONFIG", .count = 3, .flags = IGD_REG_RO },
	{ 0x00d40, "RC6_LOCATION" },
	{ 0x00d48, "RC6_CTX_BASE" },
	{ GEN8_FUSE2, "FUSE2", .reset = FUSE2_SLICE_ENABLE(0) | FUSE2_SUBSLICE_DISABLE(3),
	  .flags = IGD_REG_RO },
	{ 0x09134, "EU_DISABLE", .count = 3, .flags = IGD_REG_RO },
	{ 0x09008, "SNPCR", .count = 2 },
	{ 0x0902c, "MBCUNIT_CONFIG", .count = 2 },
	{ 0x09044, "FBC_LLC_READ_CTRL" },
	{ 0x0907c, "MBCTL" },
	{ 0x0911c, "PAVP_FUSE1", .flags = IGD_REG_RO },
	{ 0x08504, "RC6_CTX_INFO", .reset = 1, .flags = IGD_REG_RO },
	{ GEN6_GDRST, "GDRST", .write = gdrst_write },
	{ GFX_FLSH_CNTL, "GFX_FLSH_CNTL", .write = flush_write },
	{ 0x111b8, "RSTDBYCTL", .flags = IGD_REG_RO },
	{ 0x101000, "TILECTL" },
	{ 0x1082c0, "MEM_MODE", .flags = IGD_REG_RO },
	{ 0x120000, "GTFIFODBG", .flags = IGD_REG_W1C },
	{ 0x120008, "GTFIFOCTL", .reset = 0x3f, .flags = IGD_REG_RO },
	{ 0x120010, "EDRAM_CAP", .flags = IGD_REG_RO },
	{ 0x130040, "GTLC", .count = 1 },

	/* Where a hypervisor shows PVINFO; bare hardware ignores writes and reads zero. */
	{ 0x78000, "PVINFO", .count = 1024, .write = discard },

	/* Mirror of MCHBAR: two channels of one single-rank 8 GB DDR4 DIMM. */
	{ 0x145000, "MAD_INTER_CHANNEL", .reset = 0, .flags = IGD_REG_RO },
	{ 0x14500c, "MAD_DIMM_CH0", .reset = 8 | 1 << 8, .flags = IGD_REG_RO },
	{ 0x145010, "MAD_DIMM_CH1", .reset = 8 | 1 << 8, .flags = IGD_REG_RO },
	{ 0x145e04, "MC_BIOS_DATA", .reset = 8, .flags = IGD_REG_RO },
};

/* What no driver uses, but GVT-g reads when it starts: the rest of the memory controller, and others. */
static const struct igd_reg unused_regs[] = {
	{ 0x0003c, "UNUSED", .flags = IGD_REG_RO },
	{ 0x00860, "UNUSED", .flags = IGD_REG_RO },
	{ 0x06200, "UNUSED", .count = 3, .flags = IGD_REG_RO },
	{ 0x320f0, "UNUSED", .flags = IGD_REG_RO },
	{ 0x110000, "UNUSED", .flags = IGD_REG_RO },
	{ 0x140000, "MCHBAR", .count = 0x10000, .flags = IGD_REG_RO | IGD_REG_FILL },
};

void igd_gt_init(struct igd *gd)
{
	igd_mmio_add(gd, gt_regs, IGD_ARRAY_SIZE(gt_regs), 0, 0);
	igd_mmio_add(gd, unused_regs, IGD_ARRAY_SIZE(unused_regs), 0, 0);
}
