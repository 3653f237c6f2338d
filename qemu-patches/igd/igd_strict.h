/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: strict rules
 *
 * Silicon tolerates some mistakes of software until it does not.  The model
 * answers each as the hardware would, and reports it under the rule's name.
 */
#ifndef IGD_STRICT_H
#define IGD_STRICT_H

#include "igd_types.h"

/* name, what it means */
#define IGD_RULES(R) \
	R(UNKNOWN_REGISTER,	"unknown-register",	"access to a register that the model does not have") \
	R(MISALIGNED,		"misaligned",		"register access of a size or alignment that is not allowed") \
	R(READ_ONLY,		"read-only-register",	"write to a read-only register") \
	R(NO_MASK,		"no-mask",		"write to a masked register that enables no bit") \
	R(FORCEWAKE,		"forcewake",		"access to a sleeping domain without forcewake") \
	R(POWER_WELL,		"power-well",		"display access while its power well is off") \
	R(GGTT_STALE,		"ggtt-stale",		"use of a GGTT entry changed without a flush") \
	R(GGTT_NONPRESENT,	"ggtt-nonpresent",	"use of a non-present GGTT entry") \
	R(PPGTT_STALE,		"ppgtt-stale",		"use of a PPGTT entry changed without TLB invalidation") \
	R(PPGTT_NONPRESENT,	"ppgtt-nonpresent",	"use of a non-present PPGTT entry") \
	R(PTE_RESERVED,		"pte-reserved",		"reserved bits set in a page-table entry") \
	R(BAD_ADDRESS,		"bad-address",		"a translation leads to no memory") \
	R(ELSP_PROTOCOL,	"elsp-protocol",	"submission out of protocol") \
	R(CSB_OVERFLOW,		"csb-overflow",		"context status buffer overrun") \
	R(CONTEXT_IMAGE,	"context-image",	"malformed context image") \
	R(RING,			"ring",			"ring registers that make no sense") \
	R(UNKNOWN_COMMAND,	"unknown-command",	"command that the engine does not have") \
	R(BAD_COMMAND,		"bad-command",		"command with fields that are not allowed") \
	R(PRIVILEGED_COMMAND,	"privileged-command",	"privileged command in a non-privileged batch") \
	R(PRIVILEGED_REGISTER,	"privileged-register",	"privileged register from a non-privileged batch") \
	R(DISPLAY,		"display",		"display programming out of sequence or out of range") \
	R(PCODE,		"pcode",		"mailbox used while busy, or unknown command")

enum igd_rule {
#define R(id, name, text) IGD_RULE_##id,
	IGD_RULES(R)
#undef R
	IGD_NUM_RULES,
};

/** struct igd_strict - counters per rule, and the first break of each in words */
struct igd_strict {
	uint64_t count[IGD_NUM_RULES];
	char first[IGD_NUM_RULES][160];
};

/**
 * igd_violation - a rule has been broken
 *
 * Counts, keeps the text of the first, traces; never changes what the model
 * does next.  The text names offsets and values in hex.
 */
void igd_violation(struct igd *gd, enum igd_rule rule, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

const char *igd_rule_name(enum igd_rule rule);
const char *igd_rule_text(enum igd_rule rule);
uint64_t igd_violation_count(const struct igd *gd, enum igd_rule rule);
uint64_t igd_violation_total(const struct igd *gd);

/** igd_violations_json - all broken rules as a JSON list; the caller frees */
char *igd_violations_json(const struct igd *gd);
void igd_violations_clear(struct igd *gd);

#endif
