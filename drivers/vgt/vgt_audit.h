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
};

/**
 * struct vgt_audit - what is to be checked, and by what rules
 * @regs: the register table
 * @gm: graphics memory that the guest may address
 * @engine: whose commands
 * @kind: where they stand
 * @batch: called for each start of a privileged batch: makes a safe copy of what
 *	is at GGTT address @addr, audits it, returns the address of the copy in
 *	@addr, which replaces the guest's.  0 or an error, which the audit then returns.
 *	Never called for kinds that may not start one.  NULL: none may be started.
 * @priv: handed to it
 */
struct vgt_audit {
	const struct vgt_regs *regs;
	const struct vgt_gm_share *gm;
	enum vgt_engine_id engine;
	enum vgt_audit_kind kind;
	int (*batch)(void *priv, u64 *addr);
	void *priv;
};

/**
 * struct vgt_audit_finding - why commands were refused
 * @at: dword
 * @command: first dword of the command
 * @rule: what it breaks, a few words; constant
 */
struct vgt_audit_finding {
	unsigned int at;
	u32 command;
	const char *rule;
};

/**
 * vgt_audit - may the GPU execute these commands for the guest?
 * @dw: the copy; addresses of privileged batches are replaced in it, and loads of
 *	registers that are not for the guest but that its driver does not miss are
 *	taken out
 * @n: dwords
 * @finding: filled on -EPERM
 *
 * Return: number of dwords up to and including the end (the whole of a ring),
 * -EPERM when a command is refused, -ENODATA when there is no end within @n, or
 * what @audit->batch returned.
 */
int vgt_audit(const struct vgt_audit *audit, u32 *dw, unsigned int n,
	      struct vgt_audit_finding *finding);

#endif
