// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: audit of commands
 *
 * Commands that the hardware trusts - those of rings, of batches in the GGTT and
 * of context images - are gone through one by one before the GPU sees them.
 * One that is not in the tables is refused, and all that came with it.
 *
 *        dword                     known, of this        what the table says
 *   --+---------> vgt_audit_find ---- engine, ----> length -> flags -> operands -> check --+
 *     ^           mi, 2d, gfx        kind                                            |     |
 *     |               |                |              |         |          |         |    end
 *     |               +----------------+--------------+----+----+----------+---------+     |
 *     |                                              refused                               v
 *     +------------------------------ next ------------------------------------------- return
 *
 * Batches without privileges are left to the hardware, which does not carry out
 * what they must not do.  The blitter of gen9 carries out their register loads,
 * so its batches are audited as well (VGT_AUDIT_USER), and what other engines would
 * not carry out is taken out.
 *
 * Why a list of the commands of 3D and media units need not be long: what they
 * are given are addresses in the PPGTT, where the page tables of the core say
 * what there is, and a batch without privileges may give all of them.  A command
 * is dangerous that takes a GGTT address, loads a register, writes to a status
 * page, starts a batch or makes other units work.
 *
 * Source: Skylake PRM vol. 2a (Command Reference: Instructions), vol. 7 ("Command
 * Streamer"); what there is in rings: i915 gt/gen8_engine_cs.c, intel_lrc.c,
 * intel_workarounds.c, intel_migrate.c, intel_renderstate.c, i915_perf.c.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "vgt/regs/mi.h"
#include "vgt_audit_cmds.h"
#include "vgt_gm.h"

#define PAGE_BYTES	4096u

int vgt_audit_refuse_all(struct vgt_audit_scan *scan, const char *rule)
{
	scan->finding->at = scan->at;
	scan->finding->command = scan->dw[0];
	scan->finding->rule = rule;
	return -EPERM;
}

void vgt_audit_dropped(struct vgt_audit_scan *scan, const char *rule)
{
	if (scan->audit->kind != VGT_AUDIT_USER)
		return;
	vgt_audit_refuse_all(scan, rule);
	scan->finding->dropped++;
}

int vgt_audit_refuse(struct vgt_audit_scan *scan, const char *rule)
{
	if (scan->audit->kind != VGT_AUDIT_USER)
		return vgt_audit_refuse_all(scan, rule);
	vgt_audit_dropped(scan, rule);
	return AUDIT_DROP;
}

/* Both ends in one range: the space between two ranges is somebody else's. */
static bool range_holds(const struct vgt_gm_range *range, u64 first, u64 last)
{
	return first - range->start < range->size && last - range->start < range->size;
}

int vgt_audit_ggtt(struct vgt_audit_scan *scan, u64 addr, u32 bytes)
{
	const struct vgt_gm_share *gm = scan->audit->gm;
	u64 last = addr + bytes - 1;

	if (scan->audit->kind == VGT_AUDIT_USER)
		return vgt_audit_refuse(scan, "GGTT address without privileges");
	if (range_holds(&gm->low, addr, last) || range_holds(&gm->high, addr, last))
		return 0;
	return vgt_audit_refuse(scan, "GGTT address");
}

int vgt_audit_status_page(struct vgt_audit_scan *scan, u64 index)
{
	if (scan->audit->kind == VGT_AUDIT_USER)
		return vgt_audit_refuse(scan, "status page without privileges");
	if (index <= PAGE_BYTES - 8 && IS_ALIGNED(index, 4))
		return 0;
	return vgt_audit_refuse(scan, "index into the status page");
}

const struct vgt_audit_cmd *vgt_audit_find(u32 dw0, enum vgt_engine_id engine, unsigned int *len)
{
	const struct vgt_audit_cmd *cmd = NULL;

	switch (CMD_CLIENT(dw0)) {
	case CMD_CLIENT_MI:
		cmd = vgt_audit_find_mi(dw0);
		break;
	case CMD_CLIENT_2D:
		cmd = vgt_audit_find_2d(dw0);
		break;
	case CMD_CLIENT_3D:
		cmd = vgt_audit_find_gfx(dw0, engine);
		break;
	}
	if (!cmd || !(cmd->engines & BIT(engine)))
		return NULL;
	*len = 1;
	if (cmd->length_bits)
		*len = (dw0 & ((1u << cmd->length_bits) - 1)) + MI_LENGTH_BIAS;
	return cmd;
}

/* What of a header is the opcode: the rest is length and flags. */
static u32 opcode_mask(u32 dw0)
{
	switch (CMD_CLIENT(dw0)) {
	case CMD_CLIENT_MI:
		return ~0u << 23;
	case CMD_CLIENT_2D:
		return ~0u << 22;
	default:
		return ~0u << 16;
	}
}

static bool flags_are_known(const struct vgt_audit_cmd *cmd, u32 dw0)
{
	u32 length = (1u << cmd->length_bits) - 1;

	return !(dw0 & ~(opcode_mask(dw0) | length | cmd->flags));
}

static int check_operands(struct vgt_audit_scan *scan, const struct vgt_audit_cmd *cmd)
{
	const struct vgt_audit_operand *op;
	const u32 *dw = scan->dw;
	unsigned int i;
	int err;

	for (i = 0; i < AUDIT_MAX_OPERANDS; i++) {
		op = &cmd->operand[i];
		if (!op->at || !(dw[op->flag_at] & op->ggtt))
			continue;
		/* Addresses are in dwords. */
		err = vgt_audit_ggtt(scan, (u64)dw[op->at + 1] << 32 | (dw[op->at] & ~3u),
				     op->bytes);
		if (err)
			return err;
	}
	return 0;
}

static int check_command(struct vgt_audit_scan *scan, const struct vgt_audit_cmd *cmd,
			 unsigned int len)
{
	int err;

	if (len < cmd->min || len > cmd->max)
		return vgt_audit_refuse_all(scan, "length");
	if (!(cmd->kinds & BIT(scan->audit->kind)))
		return vgt_audit_refuse(scan, "command not allowed here");
	if (!flags_are_known(cmd, scan->dw[0]))
		return vgt_audit_refuse(scan, "reserved bits");
	err = check_operands(scan, cmd);
	if (err || !cmd->check)
		return err;
	return cmd->check(scan, scan->dw, len);
}

int vgt_audit(const struct vgt_audit *audit, u32 *dw, unsigned int n,
	      struct vgt_audit_finding *finding)
{
	struct vgt_audit_scan scan = { .audit = audit, .finding = finding };
	const struct vgt_audit_cmd *cmd;
	unsigned int i = 0, len;
	int ret;

	while (i < n) {
		if (dw[i] == MI_NOOP) {
			i++;
			continue;
		}
		scan.at = i;
		scan.dw = &dw[i];
		cmd = vgt_audit_find(dw[i], audit->engine, &len);
		if (!cmd)
			return vgt_audit_refuse_all(&scan, "unknown command");
		if (len > n - i)
			break;
		ret = check_command(&scan, cmd, len);
		if (ret < 0)
			return ret;
		if (ret == AUDIT_DROP)
			memset32(scan.dw, MI_NOOP, len);
		i += len;
		if (ret == AUDIT_END)
			return i;
	}
	if (audit->kind != VGT_AUDIT_RING) {
		finding->stop = i;
		return -ENODATA;
	}
	return i < n ? vgt_audit_refuse_all(&scan, "command goes past the tail") : n;
}
