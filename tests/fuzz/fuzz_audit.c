// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/kernel.h>

#include "fuzz.h"
#include "igd_cmds.h"
#include "drivers/vgt/vgt_audit.h"
#include "drivers/vgt/vgt_regs.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/mi.h"

#define LOW	0x08000000u
#define HIGH	0x28000000u
#define COPY	0xff800000ull	/* where copies of batches are: the core's */

static const struct vgt_gm_share gm = {
	.low = { LOW, 0x4000000 },
	.high = { HIGH, 0x18000000 },
};

static struct vgt_regs *regs(void)
{
	static struct vgt_regs table;

	if (!table.entry && vgt_regs_init(&table))
		abort();
	return &table;
}

/* What the callback is told of the audit that it is called from. */
struct how {
	enum vgt_audit_kind kind;
	bool fails;
};

static int start(void *priv, u32 *dw)
{
	const struct how *how = priv;
	u64 addr = (u64)dw[2] << 32 | dw[1];

	if (how->kind != VGT_AUDIT_USER && !(dw[0] & MI_BATCH_PPGTT) &&
	    addr - gm.low.start >= gm.low.size && addr - gm.high.start >= gm.high.size)
		abort();
	dw[0] &= ~MI_BATCH_PPGTT;
	dw[1] = (u32)COPY | (dw[1] & 0xfc0);
	dw[2] = 0;
	return how->fails ? -ENOMEM : 0;
}

static void report(const char *what, const u32 *dw)
{
	fprintf(stderr, "fuzz: %s: %#x %#x %#x\n", what, dw[0], dw[1], dw[2]);
	abort();
}

static bool is_shared_register(enum vgt_engine_id engine, u32 offset)
{
	static const u32 base[] = {
		RENDER_RING_BASE, BLT_RING_BASE, BSD_RING_BASE, VEBOX_RING_BASE,
	};
	unsigned int i;

	offset &= 0x7ffffc;
	for (i = 0; i < VGT_NUM_ENGINES; i++)
		if (i != engine && offset - base[i] < RING_MMIO_SIZE)
			return true;
	if (engine != VGT_RCS && offset - base[engine] >= RING_MMIO_SIZE)
		return true;
	if (offset - base[engine] >= 0x4d0 && offset - base[engine] < 0x500)
		return true;
	return offset >= 0x10000 && engine == VGT_RCS;
}

/* Once more, by the GPU model's eyes: what the GPU would do with commands that have passed. */
static void check_again(enum vgt_engine_id engine, const u32 *dw, unsigned int n)
{
	struct igd_cmd cmd;
	unsigned int i, k;

	for (i = 0; i < n; i += cmd.len) {
		if (!igd_cmd_decode((enum igd_engine_id)engine, dw[i], &cmd) || cmd.len > n - i)
			report("a command that the engine does not know", &dw[i]);
		if (CMD_CLIENT(dw[i]) != CMD_CLIENT_MI)
			continue;
		switch (MI_OPCODE(dw[i])) {
		case MI_OP_LOAD_REGISTER_IMM:
			for (k = 1; k < cmd.len; k += 2)
				if (is_shared_register(engine, dw[i + k]))
					report("load of a register", &dw[i]);
			break;
		case MI_OP_LOAD_REGISTER_MEM:
			if (is_shared_register(engine, dw[i + 1]))
				report("load of a register", &dw[i]);
			break;
		case MI_OP_BATCH_BUFFER_START:
			if (!(dw[i] & MI_BATCH_PPGTT) ? (dw[i + 1] & ~0xfffu) != (u32)COPY :
							engine == VGT_BCS)
				report("a batch that is no copy", &dw[i]);
			break;
		case MI_OP_UPDATE_GTT:
		case MI_OP_DISPLAY_FLIP:
		case MI_OP_SET_CONTEXT:
			report("a command for hosts", &dw[i]);
		}
	}
}

void fuzz_audit(const uint8_t *data, size_t size)
{
	struct vgt_audit_finding finding = { 0 };
	struct vgt_audit audit = { .regs = regs(), .gm = &gm };
	unsigned int n;
	struct how how;
	u32 *dw;
	u8 byte;
	int ret;

	if (!size || size > 65536)
		return;
	byte = *data++;
	n = (size - 1) / 4;
	audit.engine = byte & 3;
	audit.kind = byte >> 2 & 3;
	/* As the core asks: of engines, for the blitter's; and batches are started from two kinds. */
	if (byte & 0x80 && audit.engine == VGT_BCS)
		audit.kind = VGT_AUDIT_USER;
	how = (struct how){ audit.kind, !(byte & 0xf) };
	audit.priv = &how;
	if (audit.kind == VGT_AUDIT_RING || audit.kind == VGT_AUDIT_USER)
		audit.start = start;
	dw = malloc(4 * n + 1);
	memcpy(dw, data, 4 * n);
	ret = vgt_audit(&audit, dw, n, &finding);
	if (ret > (int)n || (ret == -EPERM && (!finding.rule || finding.at >= n)))
		abort();
	if (ret > 0)
		check_again(audit.engine, dw, ret);
	free(dw);
}
