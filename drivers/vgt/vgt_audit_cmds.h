/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Between the parts of the audit: tables of commands, rules for registers. */
#ifndef VGT_AUDIT_CMDS_H
#define VGT_AUDIT_CMDS_H

#include "vgt_audit_types.h"

/**
 * vgt_audit_find - the command that a header begins
 * @len: set to its length in dwords
 *
 * Return: NULL when no engine has it.
 */
const struct vgt_audit_cmd *vgt_audit_find(u32 dw0, enum vgt_engine_id engine, unsigned int *len);

/* The same within a client of the command streamer; bits 31:29 of @dw0 are its number. */
const struct vgt_audit_cmd *vgt_audit_find_mi(u32 dw0);
const struct vgt_audit_cmd *vgt_audit_find_2d(u32 dw0);
const struct vgt_audit_cmd *vgt_audit_find_gfx(u32 dw0, enum vgt_engine_id engine);

/* vgt_audit_refuse_all - fill in the finding; -EPERM */
int vgt_audit_refuse_all(struct vgt_audit_scan *scan, const char *rule);
/* vgt_audit_refuse - the same, but AUDIT_DROP where the hardware would go on behind the command */
int vgt_audit_refuse(struct vgt_audit_scan *scan, const char *rule);
/* vgt_audit_dropped - a command, or part of it, is taken out; a finding where that matters */
void vgt_audit_dropped(struct vgt_audit_scan *scan, const char *rule);

/** vgt_audit_ggtt - may the guest's command access @bytes at a GGTT address?  0, or refused */
int vgt_audit_ggtt(struct vgt_audit_scan *scan, u64 addr, u32 bytes);
/** vgt_audit_status_page - the same for an index into the context's own status page */
int vgt_audit_status_page(struct vgt_audit_scan *scan, u64 index);

/** vgt_audit_reg_load - what is to come of a load of the register at @offset? */
enum vgt_audit_reg vgt_audit_reg_load(const struct vgt_audit *audit, u32 offset);
/** vgt_audit_reg_value - the value that a register of VGT_AUDIT_REG_VALUE keeps */
u32 vgt_audit_reg_value(const struct vgt_audit *audit, u32 offset);
/** vgt_audit_reg_clear - bits that are not loaded into one of VGT_AUDIT_REG_CLEAR */
u32 vgt_audit_reg_clear(const struct vgt_audit *audit, u32 offset);
/** vgt_audit_reg_may_read - may its value be stored? */
bool vgt_audit_reg_may_read(const struct vgt_audit *audit, u32 offset);

/** vgt_audit_reg_sink - a register of the engine that takes any value and does nothing */
u32 vgt_audit_reg_sink(const struct vgt_audit *audit);

#endif
