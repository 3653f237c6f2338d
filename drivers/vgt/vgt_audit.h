/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The check of commands before the GPU may see them.  Pure functions on copies
 * that the guest cannot write; any context.
 */
#ifndef VGT_AUDIT_H
#define VGT_AUDIT_H

#include <linux/types.h>

#include "vgt_execlist_types.h"
#include "vgt_gm_types.h"

/** enum vgt_audit_kind - where commands stand */
enum vgt_audit_kind {
	VGT_AUDIT_RING,		/* ends where the buffer ends */
	VGT_AUDIT_BATCH,	/* privileged; ends with MI_BATCH_BUFFER_END */
	VGT_AUDIT_WA_BATCH,	/* run with each context, ends likewise; starts no batch */
	VGT_AUDIT_IMAGE,	/* context image after the ring context: register loads and state */
	VGT_AUDIT_USER,		/* batch without privileges that the hardware does not see to */
};

/**
 * struct vgt_audit - what is to be checked, and by what rules
 * @regs: the register table
 * @gm: graphics memory that the guest may address
 * @engine: whose commands
 * @kind: where they stand
 * @start: called for each start of a batch that has to be copied, with the command, whose
 *	address it replaces, at once or later.  0 or an error, which the audit then returns.
 *	From VGT_AUDIT_USER the address is one of the PPGTT, whatever the command says; else
 *	the command says so, and an address in the GGTT is the guest's own.
 *	Never called for kinds that may not start one.  NULL: none may be started.
 * @priv: handed to it
 */
struct vgt_audit {
	const struct vgt_regs *regs;
	const struct vgt_gm_share *gm;
	enum vgt_engine_id engine;
	enum vgt_audit_kind kind;
	int (*start)(void *priv, u32 *dw);
	void *priv;
};

/**
 * struct vgt_audit_finding - why commands were refused
 * @at: dword
 * @command: first dword of the command
 * @rule: what it breaks, a few words; constant
 * @dropped: of VGT_AUDIT_USER, what was taken out for such a rule; the rest may be executed
 * @stop: on -ENODATA the first dword that is not audited: more may be appended and the audit
 *	go on from there
 */
struct vgt_audit_finding {
	unsigned int at;
	u32 command;
	const char *rule;
	unsigned int dropped;
	unsigned int stop;
};

/**
 * vgt_audit - may the GPU execute these commands for the guest?
 * @dw: the copy; addresses of privileged batches are replaced in it, and loads of
 *	registers that are not for the guest but that its driver does not miss are
 *	taken out
 * @n: dwords
 * @finding: zeroed by the caller; filled on -EPERM, and where something was taken out
 *
 * Return: number of dwords up to and including the end (the whole of a ring),
 * -EPERM when a command is refused, -ENODATA when there is no end within @n, or
 * what @audit->start returned.
 */
int vgt_audit(const struct vgt_audit *audit, u32 *dw, unsigned int n,
	      struct vgt_audit_finding *finding);

#endif
