// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: audit of registers
 *
 * A privileged command may load a register that the context brings and takes with
 * it: one of class VGT_REG_CONTEXT, of the engine that executes the command, or
 * for RCS of the units behind it.  Rules tell where that is not so, or where the
 * image does not really hold it:
 *
 *                     rule for it?                    class
 *    offset --> own? ----------------> its verdict
 *                |  no rule -------------------------> CONTEXT: load
 *                |                                     others: refuse; IMAGE: drop
 *                +-- another engine's, not aligned, not a register: refuse
 *
 * An image names only what the hardware has saved, and a driver never gets to see
 * all of that documented.  A register of the GPU's that is not known, then, is
 * left out of the copy rather than that the guest be refused.
 *
 * A batch without privileges loads what the hardware lets it load on other
 * engines; the rest is dropped, as it is there.
 *
 * Source: Skylake PRM vol. 2c (Command Reference: Registers).
 */
#include <linux/kernel.h>

#include "vgt/regs/engine.h"
#include "vgt_audit_cmds.h"
#include "vgt_regs.h"

#define TRTTE_ENABLE		BIT(0)
#define RING_NOPID_OFFSET	0x094
/* The value of L3SQCREG4 after reset, and what all drivers of gen9 set in it. */
#define L3SQCREG4_DEFAULT	0x40400000u
#define LQSC_FLUSH_COHERENT	BIT(21)

static const u32 base[VGT_NUM_ENGINES] = {
	[VGT_RCS] = RENDER_RING_BASE,
	[VGT_BCS] = BLT_RING_BASE,
	[VGT_VCS] = BSD_RING_BASE,
	[VGT_VECS] = VEBOX_RING_BASE,
};

/**
 * struct rule - registers that are not judged by their class
 * @first: offset
 * @last: offset
 * @kinds: where the rule applies
 * @verdict: of a load
 * @value: for VGT_AUDIT_REG_VALUE that, for VGT_AUDIT_REG_CLEAR the bits
 */
struct rule {
	u16 first, last;
	u8 kinds;
	enum vgt_audit_reg verdict;
	u32 value;
};

#define REFUSE(first, last)	{ first, last, AUDIT_ANYWHERE, VGT_AUDIT_REG_REFUSE }
#define DROP(first, last)	{ first, last, AUDIT_ANYWHERE, VGT_AUDIT_REG_DROP }
#define LOAD(first, last)	{ first, last, AUDIT_ANYWHERE, VGT_AUDIT_REG_LOAD }
#define SAVED(first, last)	{ first, last, AUDIT_IMAGE, VGT_AUDIT_REG_LOAD }

/*
 * From the engine's base, in the order of offsets.  What an image holds before its
 * engine context, the core writes itself: it must not come a second time.
 */
static const struct rule engine_rules[] = {
	REFUSE(0x030, 0x03c),		/* RING_TAIL, HEAD, START, CTL: other commands */
	SAVED(0x068, 0x068),		/* IPEHR */
	LOAD(RING_NOPID_OFFSET, RING_NOPID_OFFSET),	/* MI_NOOP does so, too */
	{ 0x09c, 0x09c, AUDIT_IMAGE, VGT_AUDIT_REG_CLEAR, MI_MODE_STOP_RING },
	REFUSE(0x110, 0x11c),		/* batch in progress: other commands, or with privileges */
	REFUSE(0x140, 0x140),
	SAVED(0x150, 0x154),		/* belongs to it, of no use without */
	REFUSE(0x150, 0x154),
	REFUSE(0x168, 0x168),
	SAVED(0x170, 0x170),
	REFUSE(0x1c0, 0x1c8),		/* workaround batches: other commands */
	REFUSE(0x220, 0x244),		/* PP_DIR, ELSP; CONTEXT_CONTROL: save and restore */
	REFUSE(0x24c, 0x24c),		/* SEMA_WAIT_POLL: not saved */
	/*
	 * PDPs: page tables that are not shadows.  Drivers load what the image has
	 * as well, and that is what the core has replaced.
	 */
	DROP(0x270, 0x28c),
	SAVED(0x358, 0x35c),		/* TIMESTAMP: an image has it for information */
	REFUSE(0x3a8, 0x3a8),		/* CTX_TIMESTAMP: the scheduler's measure */
	REFUSE(0x4d0, 0x4fc),		/* FORCE_TO_NONPRIV: registers for anybody */
};

/*
 * Of RCS and the units behind it, absolute.  Most are dropped: settings that images
 * do not hold would stay for others, and for this GPU the host's driver has made
 * them; observation is the host's.
 */
static const struct rule render_rules[] = {
	DROP(0x0d00, 0x0d2c),		/* RPM_CONFIG, NOA_CONFIG */
	DROP(0x2084, 0x2084),		/* _3D_CHICKEN */
	DROP(0x208c, 0x208c),		/* _3D_CHICKEN2 */
	DROP(0x20a0, 0x20a0),		/* FF_THREAD_MODE */
	DROP(0x20cc, 0x20cc),		/* WAIT_FOR_RC6_EXIT, for observation */
	DROP(0x20e0, 0x20ec),		/* FF_SLICE_CS_CHICKEN, CS_DEBUG_MODE1 */
	REFUSE(0x20f0, 0x2100),		/* STATE_ACK */
	DROP(0x2120, 0x2124),
	REFUSE(0x2148, 0x2148),		/* BB_PREEMPT_ADDR */
	DROP(0x215c, 0x215c),
	REFUSE(0x21a0, 0x21a8),		/* CXT_SIZE: how much is saved */
	DROP(0x21f0, 0x2214),
	DROP(0x2470, 0x2470),
	REFUSE(0x2520, 0x2520),		/* GFX_MODE */
	DROP(0x2690, 0x26c0),
	DROP(0x2710, 0x27ac),		/* OASTARTTRIG, OAREPORTTRIG, OACEC */
	DROP(0x2b00, 0x2b2c),		/* OACONTROL ... OAGLBCTXCTRL */
	/* Tables of tiled resources, which the GPU would look for at physical addresses. */
	{ TRTTE, TRTTE, AUDIT_ANYWHERE, VGT_AUDIT_REG_CLEAR, TRTTE_ENABLE },
	DROP(0x5588, 0x5588),		/* WM_CHICKEN3 */
	REFUSE(0x7020, 0x7024),		/* FBC_RT_BASE: the display's */
	DROP(0x7100, 0x7180),
	DROP(0x731c, 0x731c),		/* SLICE_COMMON_ECO_CHICKEN1 */
	DROP(0x7408, 0x7c00),
	DROP(0x8430, 0x8430),
	DROP(0x91b8, 0x91cc),
	DROP(0x9800, 0x9888),		/* MICRO_BP ... NOA_WRITE, for observation */
	/*
	 * Not saved either, but drivers save it to memory at each restore of a
	 * context, load this value for a flush, and load what they had saved.
	 * Other values have hung the GPU beyond recovery.
	 */
	{ L3SQCREG4, L3SQCREG4, AUDIT_CODE, VGT_AUDIT_REG_VALUE,
	  L3SQCREG4_DEFAULT | LQSC_FLUSH_COHERENT },
	DROP(0xe160, 0xe164),
	DROP(0xe18c, 0xe18c),		/* SAMPLER_MODE */
	DROP(0xe220, 0xe2c0),
	DROP(0xe420, 0xe420),		/* CACHE_MODE_SS */
	DROP(0xe48c, 0xe4cc),		/* ROW_CHICKEN4, ROW_CHICKEN3 */
	DROP(0xe4f4, 0xe530),		/* ROW_CHICKEN2, RT_CTRL */
};

static bool is_register(u32 offset)
{
	return offset < VGT_REGS_SIZE && IS_ALIGNED(offset, 4);
}

static bool in_engine(enum vgt_engine_id id, u32 offset)
{
	return offset - base[id] < RING_MMIO_SIZE;
}

/* Does a load by this engine change the state of its own context, and nobody else's? */
static bool is_own(enum vgt_engine_id id, u32 offset)
{
	unsigned int other;

	if (in_engine(id, offset))
		return true;
	if (id != VGT_RCS)
		return false;
	for (other = 0; other < VGT_NUM_ENGINES; other++)
		if (in_engine(other, offset))
			return false;
	return true;
}

static const struct rule *find_in(const struct rule *rule, unsigned int n, u32 offset, u32 kind)
{
	for (; n && rule->first <= offset; rule++, n--)
		if (offset <= rule->last && rule->kinds & kind)
			return rule;
	return NULL;
}

static const struct rule *find_rule(const struct vgt_audit *audit, u32 offset)
{
	u32 kind = BIT(audit->kind);
	const struct rule *rule = NULL;

	if (in_engine(audit->engine, offset))
		rule = find_in(engine_rules, ARRAY_SIZE(engine_rules),
			       offset - base[audit->engine], kind);
	if (!rule && audit->engine == VGT_RCS)
		rule = find_in(render_rules, ARRAY_SIZE(render_rules), offset, kind);
	return rule;
}

/* The same registers as i915 lets its programs load on the blitter: gen9_blt_regs. */
static bool is_for_users(enum vgt_engine_id id, u32 offset)
{
	u32 first = RING_GPR(base[id], 0), last = RING_GPR(base[id], RING_NUM_GPR) - 4;

	return (offset >= first && offset <= last && IS_ALIGNED(offset, 4)) ||
	       offset == base[id] + RING_NOPID_OFFSET || (id == VGT_BCS && offset == BCS_SWCTRL);
}

enum vgt_audit_reg vgt_audit_reg_load(const struct vgt_audit *audit, u32 offset)
{
	const struct vgt_reg_entry *entry;
	const struct rule *rule;

	if (audit->kind == VGT_AUDIT_USER)
		return is_for_users(audit->engine, offset) ? VGT_AUDIT_REG_LOAD :
							     VGT_AUDIT_REG_DROP;
	if (!is_register(offset) || !is_own(audit->engine, offset))
		return VGT_AUDIT_REG_REFUSE;
	rule = find_rule(audit, offset);
	if (rule)
		return rule->verdict;
	entry = vgt_regs_find(audit->regs, offset);
	if (entry && entry->reg->class == VGT_REG_CONTEXT)
		return VGT_AUDIT_REG_LOAD;
	return audit->kind == VGT_AUDIT_IMAGE ? VGT_AUDIT_REG_DROP : VGT_AUDIT_REG_REFUSE;
}

u32 vgt_audit_reg_value(const struct vgt_audit *audit, u32 offset)
{
	return find_rule(audit, offset)->value;
}

u32 vgt_audit_reg_clear(const struct vgt_audit *audit, u32 offset)
{
	return find_rule(audit, offset)->value;
}

/* Performance settings of the host's driver that others verify: nothing to hide, no side effect. */
static bool is_open(u32 offset)
{
	switch (offset) {
	case 0x4ab8:			/* GAMT_CHKN_BIT_REG */
	case 0xb004:			/* GARBCNTL */
	case 0xb008:			/* SCRATCH_LNCF1 */
	case 0xb100:			/* L3SQCREG1 */
	case L3SQCREG4:
	case 0xb11c:			/* SCRATCH1 */
		return true;
	default:
		return false;
	}
}

bool vgt_audit_reg_may_read(const struct vgt_audit *audit, u32 offset)
{
	const struct vgt_reg_entry *entry;
	unsigned int id;

	if (!is_register(offset))
		return false;
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		if (offset == RING_TIMESTAMP(base[id]) || offset == RING_TIMESTAMP_UDW(base[id]))
			return true;
	entry = vgt_regs_find(audit->regs, offset);
	if (!entry)
		return false;
	switch (entry->reg->class) {
	case VGT_REG_CONTEXT:
	case VGT_REG_ENGINE:
		return is_own(audit->engine, offset);
	case VGT_REG_OWNER:
	case VGT_REG_CONSTANT:
		return true;
	default:
		return is_open(offset);
	}
}

u32 vgt_audit_reg_sink(const struct vgt_audit *audit)
{
	return base[audit->engine] + RING_NOPID_OFFSET;
}
