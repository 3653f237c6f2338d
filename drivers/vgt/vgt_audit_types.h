/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What the parts of the audit share: how a command is described, and where in
 * the commands a check is.
 */
#ifndef VGT_AUDIT_TYPES_H
#define VGT_AUDIT_TYPES_H

#include <linux/bits.h>
#include <linux/types.h>

#include "vgt_audit.h"

/* Engines and kinds that a command is for, as bits. */
#define AUDIT_RCS	BIT(VGT_RCS)
#define AUDIT_BCS	BIT(VGT_BCS)
#define AUDIT_VCS	BIT(VGT_VCS)
#define AUDIT_VECS	BIT(VGT_VECS)
#define AUDIT_ALL	(AUDIT_RCS | AUDIT_BCS | AUDIT_VCS | AUDIT_VECS)

#define AUDIT_RING	BIT(VGT_AUDIT_RING)
#define AUDIT_BATCH	BIT(VGT_AUDIT_BATCH)
#define AUDIT_WA	BIT(VGT_AUDIT_WA_BATCH)
#define AUDIT_IMAGE	BIT(VGT_AUDIT_IMAGE)
#define AUDIT_USER	BIT(VGT_AUDIT_USER)
#define AUDIT_WORK	(AUDIT_RING | AUDIT_BATCH | AUDIT_USER)
#define AUDIT_TRUSTED	(AUDIT_RING | AUDIT_BATCH | AUDIT_WA)
#define AUDIT_CODE	(AUDIT_TRUSTED | AUDIT_USER)
#define AUDIT_ANYWHERE	(AUDIT_CODE | AUDIT_IMAGE)

/* What a check returns besides 0 and errors. */
#define AUDIT_END	1	/* the commands end here */
#define AUDIT_DROP	2	/* the command is not carried out, those after it are */

/**
 * struct vgt_audit_scan - an audit under way
 * @audit: what is asked
 * @finding: of the caller
 * @dw: the command being checked
 * @at: its place
 */
struct vgt_audit_scan {
	const struct vgt_audit *audit;
	struct vgt_audit_finding *finding;
	u32 *dw;
	unsigned int at;
};

/**
 * struct vgt_audit_operand - an address that a command has
 * @at: dword of its lower half, 0: there is none
 * @flag_at: dword that tells the address space
 * @ggtt: bit of that dword: in the GGTT.  In the PPGTT there is nothing to check.
 * @bytes: accessed from there on
 */
struct vgt_audit_operand {
	u8 at;
	u8 flag_at;
	u32 ggtt;
	u32 bytes;
};

#define AUDIT_MAX_OPERANDS 2

/**
 * struct vgt_audit_cmd - a command
 * @name: as in the PRM; NULL: there is no such command
 * @engines: that have it
 * @kinds: where it may stand
 * @length_bits: width of the length field, which counts from two on; 0: one dword
 * @min, @max: dwords that it may have
 * @flags: bits of the header that may be set, beside the opcode and the length
 * @operand: addresses with nothing special about them
 * @check: the rest, NULL: nothing.  0, AUDIT_END, AUDIT_DROP or an error.
 */
struct vgt_audit_cmd {
	const char *name;
	u8 engines;
	u8 kinds;
	u8 length_bits;
	u16 min, max;
	u32 flags;
	struct vgt_audit_operand operand[AUDIT_MAX_OPERANDS];
	int (*check)(struct vgt_audit_scan *scan, u32 *dw, unsigned int len);
};

/**
 * enum vgt_audit_reg - what comes of the load of a register
 */
enum vgt_audit_reg {
	VGT_AUDIT_REG_LOAD,	/* it is done */
	VGT_AUDIT_REG_VALUE,	/* it is done if the value is a known one; vgt_audit_reg_value() */
	VGT_AUDIT_REG_CLEAR,	/* it is done without some bits; vgt_audit_reg_clear() */
	VGT_AUDIT_REG_DROP,	/* it is not done, and the driver does not miss it */
	VGT_AUDIT_REG_REFUSE,
};

#endif
