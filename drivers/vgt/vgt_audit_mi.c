// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: audit of MI commands
 *
 * Not in the table, so refused:
 *
 *  - what works on what all share: UPDATE_GTT, SET_CONTEXT, SEMAPHORE_SIGNAL and
 *    SEMAPHORE_MBOX (wake others), REPORT_HEAD (writes to the engine's status
 *    page, which is the core's), CLFLUSH, SET_APPID (protected content),
 *    FORCE_WAKEUP, SUSPEND_FLUSH
 *  - what works on the display, which is the host's: WAIT_FOR_EVENT,
 *    LOAD_SCAN_LINES, DISPLAY_FLIP, OVERLAY_FLIP.  Drivers of gen9 flip by register.
 *  - what no driver of gen9 has in rings: FLUSH, URB_CLEAR, LOAD and STORE_URB_MEM,
 *    RS_STORE_DATA_IMM
 *
 * Loads of registers that are not to be done but that a driver does not miss are
 * taken out of the copy: of a register list, the pair becomes one for the NOP
 * identification register, which nobody looks at; other commands become NOOPs.
 *
 * Source: Skylake PRM vol. 2a (Command Reference: Instructions).
 */
#include <linux/err.h>
#include <linux/kernel.h>

#include "vgt/regs/mi.h"
#include "vgt_audit_cmds.h"

#define NOOP_WRITE_ID		BIT(22)	/* and the number below it */
#define NOOP_ID			0x3fffffu
#define BATCH_ADD_OFFSET	BIT(16)
#define FLUSH_DW_INVALIDATE_BSD	BIT(7)
#define FLUSH_DW_OP		(3u << 14)
#define ATOMIC_CS_STALL		BIT(17)
#define ATOMIC_MAX_SIZE		2		/* 16 bytes */
#define ATOMIC_SHORT		3		/* dwords: operands in registers */
#define ATOMIC_LONG		11		/* inline */
#define OA_REPORT_BYTES		256

static u64 addr64(const u32 *dw)
{
	return (u64)dw[1] << 32 | dw[0];
}

/*
 * Flow
 */

static int batch_end(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	return AUDIT_END;
}

/*
 * A batch in the PPGTT has no privileges: the hardware looks after it, but for the
 * blitter's.  One in the GGTT has those of the ring, so what it is has to be known as well.
 */
static int batch_start(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	const struct vgt_audit *audit = scan->audit;
	bool user = audit->kind == VGT_AUDIT_USER, ppgtt = user || dw[0] & MI_BATCH_PPGTT;
	bool nested = dw[0] & MI_BATCH_SECOND_LEVEL;
	int err;

	if (nested && audit->kind == VGT_AUDIT_RING)
		return vgt_audit_refuse(scan, "second level batch from the ring");
	if (!ppgtt || audit->engine == VGT_BCS) {
		if (!audit->start)
			return vgt_audit_refuse(scan, "batch from here");
		if (dw[0] & BATCH_ADD_OFFSET || dw[1] & 3)
			return vgt_audit_refuse(scan, "address of a batch");
		err = ppgtt ? 0 : vgt_audit_ggtt(scan, addr64(&dw[1]), 4);
		if (err)
			return err;
		err = audit->start(audit->priv, dw);
		if (err)
			return err == -EPERM ? vgt_audit_refuse_all(scan, "batch") : err;
	}
	/* From a batch a start at the same level is a jump: there is no way back. */
	if ((audit->kind == VGT_AUDIT_BATCH || user) && !nested && !(dw[0] & MI_BATCH_PREDICATE))
		return AUDIT_END;
	return 0;
}

static int semaphore_wait(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	if (MI_SEMAPHORE_OP(dw[0]) > SEMAPHORE_NEQ)
		return vgt_audit_refuse(scan, "comparison of a semaphore");
	return 0;
}

/*
 * Registers
 */

static int load_immediate(struct vgt_audit_scan *scan, u32 *pair)
{
	const struct vgt_audit *audit = scan->audit;

	switch (vgt_audit_reg_load(audit, pair[0])) {
	case VGT_AUDIT_REG_LOAD:
		return 0;
	case VGT_AUDIT_REG_VALUE:
		if (pair[1] != vgt_audit_reg_value(audit, pair[0]))
			return vgt_audit_refuse(scan, "value of a register");
		return 0;
	case VGT_AUDIT_REG_CLEAR:
		pair[1] &= ~vgt_audit_reg_clear(audit, pair[0]);
		return 0;
	case VGT_AUDIT_REG_DROP:
		vgt_audit_dropped(scan, "load of a register");
		pair[0] = vgt_audit_reg_sink(audit);
		pair[1] = 0;
		return 0;
	case VGT_AUDIT_REG_REFUSE:
		break;
	}
	return vgt_audit_refuse(scan, "load of a register");
}

static int load_register_imm(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	unsigned int i;
	int err;

	if (!(len & 1))
		return vgt_audit_refuse(scan, "length");
	for (i = 1; i < len; i += 2) {
		err = load_immediate(scan, &dw[i]);
		if (err)
			return err;
	}
	return 0;
}

/* The guest can write to that memory until the very moment, so any value is to be expected. */
static int load_register_mem(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	const struct vgt_audit *audit = scan->audit;

	switch (vgt_audit_reg_load(audit, dw[1])) {
	case VGT_AUDIT_REG_LOAD:
		return 0;
	case VGT_AUDIT_REG_VALUE:
		dw[0] = MI_LOAD_REGISTER_IMM(1);
		dw[2] = vgt_audit_reg_value(audit, dw[1]);
		dw[3] = MI_NOOP;
		return 0;
	case VGT_AUDIT_REG_DROP:
		vgt_audit_dropped(scan, "load of a register");
		return AUDIT_DROP;
	default:
		return vgt_audit_refuse(scan, "load of a register");
	}
}

static int check_read(struct vgt_audit_scan *scan, u32 offset)
{
	if (vgt_audit_reg_may_read(scan->audit, offset))
		return 0;
	return vgt_audit_refuse(scan, "store of a register");
}

static int load_register_reg(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	int err = check_read(scan, dw[1]);

	if (err)
		return err;
	switch (vgt_audit_reg_load(scan->audit, dw[2])) {
	case VGT_AUDIT_REG_LOAD:
		return 0;
	case VGT_AUDIT_REG_DROP:
		vgt_audit_dropped(scan, "load of a register");
		return AUDIT_DROP;
	default:
		return vgt_audit_refuse(scan, "load of a register");
	}
}

static int store_register_mem(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	return check_read(scan, dw[1]);
}

/*
 * Memory
 */

static int store_data_imm(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	if (dw[0] & MI_STORE_QWORD && !(len & 1))
		return vgt_audit_refuse(scan, "length");
	if (!(dw[0] & MI_GGTT))
		return 0;
	return vgt_audit_ggtt(scan, addr64(&dw[1]) & ~3ull, 4 * (len - 3));
}

/* Without the bit it is the engine's status page, which is the core's. */
static int store_data_index(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	if (!(dw[0] & MI_STORE_INDEX_PPHWSP))
		return vgt_audit_refuse(scan, "store to the engine's status page");
	return vgt_audit_status_page(scan, dw[1]);
}

static int flush_dw(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	unsigned int op = MI_FLUSH_DW_OP(dw[0]);

	if (!op)
		return 0;
	if (op == POST_SYNC_DEPTH_COUNT || (op == POST_SYNC_IMMEDIATE && len < 4))
		return vgt_audit_refuse(scan, "post-sync operation");
	if (dw[0] & MI_FLUSH_DW_STORE_INDEX) {
		if (dw[1] & MI_FLUSH_DW_GGTT)
			return vgt_audit_refuse(scan, "store to the engine's status page");
		return vgt_audit_status_page(scan, addr64(&dw[1]));
	}
	if (!(dw[1] & MI_FLUSH_DW_GGTT))
		return 0;
	return vgt_audit_ggtt(scan, addr64(&dw[1]) & ~7ull, 8);
}

static int memory_atomic(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	u32 bytes = 4u << MI_ATOMIC_SIZE(dw[0]);

	if (len != (dw[0] & MI_ATOMIC_INLINE ? ATOMIC_LONG : ATOMIC_SHORT))
		return vgt_audit_refuse(scan, "length");
	if (MI_ATOMIC_SIZE(dw[0]) > ATOMIC_MAX_SIZE)
		return vgt_audit_refuse(scan, "size of an operation");
	if (!(dw[0] & MI_GGTT))
		return 0;
	if (!IS_ALIGNED(dw[1], bytes))
		return vgt_audit_refuse(scan, "address of an operation");
	return vgt_audit_ggtt(scan, addr64(&dw[1]), bytes);
}

static int report_perf_count(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	if (!(dw[1] & MI_REPORT_PERF_COUNT_GGTT))
		return 0;
	return vgt_audit_ggtt(scan, addr64(&dw[1]) & ~63ull, OA_REPORT_BYTES);
}

#define GGTT(dword, flag, n)	{ .at = (dword), .ggtt = (flag), .bytes = (n) }

static const struct vgt_audit_cmd mi[64] = {
	[MI_OP_NOOP] = {
		"MI_NOOP", AUDIT_ALL, AUDIT_CODE, 0, 1, 1,
		.flags = NOOP_WRITE_ID | NOOP_ID,
	},
	[MI_OP_SET_PREDICATE] = {
		/* Not in batches: what ends them, for the audit, must not be turned off. */
		"MI_SET_PREDICATE", AUDIT_ALL, AUDIT_RING | AUDIT_WA, 0, 1, 1, .flags = 0xf,
	},
	[MI_OP_USER_INTERRUPT] = {
		"MI_USER_INTERRUPT", AUDIT_ALL, AUDIT_CODE, 0, 1, 1,
	},
	[MI_OP_ARB_CHECK] = {
		"MI_ARB_CHECK", AUDIT_ALL, AUDIT_CODE, 0, 1, 1,
	},
	[MI_OP_RS_CONTROL] = {
		"MI_RS_CONTROL", AUDIT_RCS, AUDIT_IMAGE, 0, 1, 1, .flags = 1,
	},
	[MI_OP_ARB_ON_OFF] = {
		"MI_ARB_ON_OFF", AUDIT_ALL, AUDIT_TRUSTED, 0, 1, 1, .flags = MI_ARB_ENABLE,
	},
	[MI_OP_URB_ATOMIC_ALLOC] = {
		"MI_URB_ATOMIC_ALLOC", AUDIT_RCS, AUDIT_IMAGE, 0, 1, 1, .flags = 0xfffff,
	},
	[MI_OP_BATCH_BUFFER_END] = {
		"MI_BATCH_BUFFER_END", AUDIT_ALL, AUDIT_BATCH | AUDIT_USER | AUDIT_WA | AUDIT_IMAGE,
		0, 1, 1,
		.flags = 1, .check = batch_end,
	},
	[MI_OP_PREDICATE] = {
		"MI_PREDICATE", AUDIT_RCS, AUDIT_CODE, 0, 1, 1, .flags = 0xff,
	},
	[MI_OP_TOPOLOGY_FILTER] = {
		"MI_TOPOLOGY_FILTER", AUDIT_RCS, AUDIT_ANYWHERE, 0, 1, 1, .flags = 0x3f,
	},
	[MI_OP_MATH] = {
		"MI_MATH", AUDIT_ALL, AUDIT_CODE, 8, 2, 257,
	},
	[MI_OP_SEMAPHORE_WAIT] = {
		"MI_SEMAPHORE_WAIT", AUDIT_ALL, AUDIT_WORK, 8, 4, 4,
		.flags = MI_GGTT | MI_SEMAPHORE_POLL | 7u << MI_SEMAPHORE_OP_SHIFT,
		.operand = { GGTT(2, MI_GGTT, 4) }, .check = semaphore_wait,
	},
	[MI_OP_STORE_DATA_IMM] = {
		"MI_STORE_DATA_IMM", AUDIT_ALL, AUDIT_CODE, 10, 4, 1025,
		.flags = MI_GGTT | MI_STORE_QWORD, .check = store_data_imm,
	},
	[MI_OP_STORE_DATA_INDEX] = {
		"MI_STORE_DATA_INDEX", AUDIT_ALL, AUDIT_TRUSTED, 8, 3, 4,
		.flags = MI_STORE_INDEX_PPHWSP, .check = store_data_index,
	},
	[MI_OP_LOAD_REGISTER_IMM] = {
		"MI_LOAD_REGISTER_IMM", AUDIT_ALL, AUDIT_ANYWHERE, 8, 3, 257,
		.flags = MI_LRI_FORCE_POSTED, .check = load_register_imm,
	},
	[MI_OP_STORE_REGISTER_MEM] = {
		"MI_STORE_REGISTER_MEM", AUDIT_ALL, AUDIT_CODE, 8, 4, 4,
		.flags = MI_GGTT, .operand = { GGTT(2, MI_GGTT, 4) },
		.check = store_register_mem,
	},
	[MI_OP_FLUSH_DW] = {
		"MI_FLUSH_DW", AUDIT_BCS | AUDIT_VCS | AUDIT_VECS, AUDIT_CODE, 6, 3, 5,
		.flags = FLUSH_DW_INVALIDATE_BSD | MI_FLUSH_DW_NOTIFY | FLUSH_DW_OP |
			 MI_FLUSH_DW_TLB_INVALIDATE | MI_FLUSH_DW_STORE_INDEX,
		.check = flush_dw,
	},
	[MI_OP_REPORT_PERF_COUNT] = {
		"MI_REPORT_PERF_COUNT", AUDIT_ALL, AUDIT_WORK, 6, 4, 4,
		.check = report_perf_count,
	},
	[MI_OP_LOAD_REGISTER_MEM] = {
		"MI_LOAD_REGISTER_MEM", AUDIT_ALL, AUDIT_CODE, 8, 4, 4,
		.flags = MI_GGTT, .operand = { GGTT(2, MI_GGTT, 4) },
		.check = load_register_mem,
	},
	[MI_OP_LOAD_REGISTER_REG] = {
		"MI_LOAD_REGISTER_REG", AUDIT_ALL, AUDIT_CODE, 8, 3, 3,
		.check = load_register_reg,
	},
	[MI_OP_COPY_MEM_MEM] = {
		"MI_COPY_MEM_MEM", AUDIT_ALL, AUDIT_CODE, 8, 5, 5,
		.flags = MI_COPY_SRC_GGTT | MI_COPY_DST_GGTT,
		.operand = { GGTT(1, MI_COPY_DST_GGTT, 4), GGTT(3, MI_COPY_SRC_GGTT, 4) },
	},
	[MI_OP_ATOMIC] = {
		"MI_ATOMIC", AUDIT_ALL, AUDIT_CODE, 8, ATOMIC_SHORT, ATOMIC_LONG,
		.flags = MI_GGTT | 0xff00 | MI_ATOMIC_RETURN | ATOMIC_CS_STALL | MI_ATOMIC_INLINE |
			 3u << MI_ATOMIC_SIZE_SHIFT,
		.check = memory_atomic,
	},
	[MI_OP_BATCH_BUFFER_START] = {
		"MI_BATCH_BUFFER_START", AUDIT_ALL, AUDIT_WORK, 8, 3, 3,
		.flags = MI_BATCH_PPGTT | MI_BATCH_PREDICATE | MI_BATCH_SECOND_LEVEL |
			 BATCH_ADD_OFFSET,
		.check = batch_start,
	},
	[MI_OP_CONDITIONAL_BATCH_BUFFER_END] = {
		"MI_CONDITIONAL_BATCH_BUFFER_END", AUDIT_ALL, AUDIT_BATCH | AUDIT_USER, 8, 4, 4,
		.flags = MI_GGTT | MI_COND_BBE_COMPARE | MI_COND_BBE_MASK,
		.operand = { GGTT(2, MI_GGTT, 8) },
	},
};

const struct vgt_audit_cmd *vgt_audit_find_mi(u32 dw0)
{
	const struct vgt_audit_cmd *cmd = &mi[MI_OPCODE(dw0)];

	return cmd->name ? cmd : NULL;
}
