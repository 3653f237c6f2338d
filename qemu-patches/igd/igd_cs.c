// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: command streamer
 *
 * Commands come from the ring of the context that is loaded, or from a batch:
 *
 *            BATCH_BUFFER_START            BATCH_BUFFER_START, second level
 *     RING --------------------->  BATCH  --------------------------------> BATCH2
 *          <---------------------    |  ^ <--------------------------------  |  ^
 *             BATCH_BUFFER_END       +--+          BATCH_BUFFER_END          +--+
 *                            BATCH_BUFFER_START: chained         chained, at its own level
 *
 * Ring and GGTT batches are privileged.  A batch in the PPGTT is not: commands
 * with GGTT addresses are not carried out, and of the registers it may write
 * only those below and those that software put into a FORCE_TO_NONPRIV slot.
 * Loads of others are dropped and raise the privilege error, but by BCS, whose
 * streamer carries them out.  Either way they break a rule, for software that
 * lets users write batches has to keep such loads out of those for BCS.
 * Registers can be read by anybody.
 *
 * Source: Skylake PRM vol. 7 (3D-Media-GPGPU), "Command Streamer"; for BCS
 * i915_cmd_parser.c, which looks through its batches on gen9 (CVE-2019-0155).
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_blt.h"
#include "igd_cmds.h"
#include "igd_cs.h"
#include "igd_engine.h"
#include "igd_mi.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/mi.h"

/* What the parts of a command cost: clocks of the streamer, or ns of latency. */
enum {
	CLOCKS_HEADER		= 8,
	CLOCKS_PER_DWORD	= 2,
	CLOCKS_BATCH_START	= 100,
	CLOCKS_WORK		= 400,
	NS_BLT_SETUP		= 300,
};

/* A loop that changes nothing is let run for a while before it is slowed down. */
#define SPIN_FREE_REPEATS 4

/* A workaround batch that has not ended after this many commands never will. */
#define WA_MAX_COMMANDS 1024

void igd_cs_reset(struct igd_engine *e)
{
	memset(&e->cs, 0, sizeof(e->cs));
	e->cs.spin.target = IGD_CS_NO_TARGET;
	e->cs.arb_enabled = true;
}

void igd_cs_begin_slice(struct igd_engine *e)
{
	e->cs.fetch.words = NULL;
}

static struct igd_cs_batch *current_batch(struct igd_engine *e)
{
	switch (e->cs.level) {
	case IGD_CS_BATCH:
		return &e->cs.batch[0];
	case IGD_CS_BATCH2:
		return &e->cs.batch[1];
	case IGD_CS_WA:
		return &e->cs.wa;
	default:
		return NULL;
	}
}

static const char *level_name(const struct igd_engine *e)
{
	static const char * const name[] = { "ring", "batch", "second-level batch", "wa batch" };

	return name[e->cs.level];
}

static uint32_t ring_size(const struct igd_engine *e)
{
	uint32_t ctl = igd_reg_get(e->gd, RING_CTL(e->base));

	return (ctl & RING_CTL_PAGES) + IGD_PAGE_SIZE;
}

static uint32_t ring_head(const struct igd_engine *e)
{
	return igd_reg_get(e->gd, RING_HEAD(e->base)) & RING_HEAD_ADDR;
}

static uint32_t ring_tail(const struct igd_engine *e)
{
	return igd_reg_get(e->gd, RING_TAIL(e->base)) & RING_TAIL_ADDR;
}

/* Dwords from HEAD to TAIL. */
static uint32_t ring_filled(const struct igd_engine *e)
{
	uint32_t size = ring_size(e);

	return (ring_tail(e) + size - ring_head(e)) % size / 4;
}

static uint64_t ring_addr(const struct igd_engine *e, uint32_t offset)
{
	return (igd_reg_get(e->gd, RING_START(e->base)) & ~IGD_PAGE_MASK) + offset % ring_size(e);
}

uint64_t igd_cs_acthd(struct igd_engine *e)
{
	const struct igd_cs_batch *b = current_batch(e);

	return b ? b->addr : ring_addr(e, ring_head(e));
}

bool igd_cs_privileged(const struct igd_engine *e)
{
	switch (e->cs.level) {
	case IGD_CS_BATCH:
		return !e->cs.batch[0].ppgtt;
	case IGD_CS_BATCH2:
		return !e->cs.batch[1].ppgtt;
	default:
		return true;
	}
}

void igd_cs_privilege_violation(struct igd_engine *e, const char *what)
{
	igd_violation(e->gd, IGD_RULE_PRIVILEGED_COMMAND, "engine %d, %s at %#llx: %s (%#x)",
		      e->id, level_name(e), (unsigned long long)igd_cs_acthd(e), what, e->cs.cmd[0]);
	igd_engine_error(e, RING_ERROR_PRIVILEGE);
}

/*
 * Fetching
 */

static struct igd_aspace *fetch_space(struct igd_engine *e)
{
	const struct igd_cs_batch *b = current_batch(e);

	return b && b->ppgtt ? &e->ppgtt : &e->ggtt;
}

/* @words and what follows in its page; NULL on a fault or when it is not in RAM. */
static const uint32_t *fetch_page(struct igd_engine *e, struct igd_aspace *as, uint64_t addr)
{
	struct igd_cs_fetch *f = &e->cs.fetch;
	uint64_t page = addr & ~(uint64_t)IGD_PAGE_MASK;

	if (!f->words || f->as != as || f->page != page) {
		f->words = igd_map(as, page, false);
		f->as = as;
		f->page = page;
	}
	return f->words ? f->words + (addr & IGD_PAGE_MASK) / 4 : NULL;
}

static bool fetch(struct igd_engine *e, struct igd_aspace *as, uint64_t addr,
		  uint32_t *to, unsigned int dwords)
{
	while (dwords) {
		unsigned int n = (IGD_PAGE_SIZE - (addr & IGD_PAGE_MASK)) / 4;
		const uint32_t *words = fetch_page(e, as, addr);

		if (n > dwords)
			n = dwords;
		if (words)
			memcpy(to, words, 4 * n);
		else if (!igd_read(as, addr, to, 4 * n))
			return false;
		to += n;
		addr += 4 * n;
		dwords -= n;
	}
	return true;
}

static bool fetch_ring(struct igd_engine *e, uint32_t offset, uint32_t *to, unsigned int dwords)
{
	uint32_t size = ring_size(e);

	while (dwords) {
		unsigned int n = (size - offset % size) / 4;

		if (n > dwords)
			n = dwords;
		if (!fetch(e, &e->ggtt, ring_addr(e, offset), to, n))
			return false;
		to += n;
		offset += 4 * n;
		dwords -= n;
	}
	return true;
}

/* The command at the instruction pointer, from its @from'th dword on. */
static bool fetch_command(struct igd_engine *e, unsigned int from, unsigned int dwords)
{
	const struct igd_cs_batch *b = current_batch(e);

	if (!b)
		return fetch_ring(e, ring_head(e) + 4 * from, &e->cs.cmd[from], dwords);
	return fetch(e, fetch_space(e), b->addr + 4 * from, &e->cs.cmd[from], dwords);
}

static void advance(struct igd_engine *e, unsigned int dwords)
{
	struct igd_cs_batch *b = current_batch(e);
	uint32_t head, size;

	if (b) {
		b->addr += 4 * (uint64_t)dwords;
		return;
	}
	size = ring_size(e);
	head = igd_reg_get(e->gd, RING_HEAD(e->base));
	if (ring_head(e) + 4 * dwords >= size)
		head = ((head & RING_HEAD_WRAP) + RING_HEAD_WRAP_ONE) |
		       (ring_head(e) + 4 * dwords - size);
	else
		head += 4 * dwords;
	igd_reg_set(e->gd, RING_HEAD(e->base), head);
}

/* How many NOOPs follow one after the other, at most to the end of the page. */
static unsigned int count_noops(struct igd_engine *e)
{
	uint64_t addr = igd_cs_acthd(e);
	const uint32_t *words = fetch_page(e, fetch_space(e), addr);
	unsigned int n = 1, max = (IGD_PAGE_SIZE - (addr & IGD_PAGE_MASK)) / 4;

	if (!words || e->cs.level == IGD_CS_WA)
		return 1;
	if (e->cs.level == IGD_CS_RING && max > ring_filled(e))
		max = ring_filled(e);
	while (n < max && words[n] == MI_NOOP)
		n++;
	return n;
}

/*
 * Batches
 */

/*
 * Software waits by looping.  A jump back to where the last one led, with
 * nothing changed since, makes the engine rest before it goes round again.
 */
static enum igd_cs_result note_jump(struct igd_engine *e, uint64_t from, uint64_t to)
{
	struct igd_cs_spin *s = &e->cs.spin;

	if (to > from)
		return IGD_CS_OK;
	if (to != s->target || s->effect) {
		s->target = to;
		s->repeats = 0;
		s->effect = false;
		return IGD_CS_OK;
	}
	return ++s->repeats > SPIN_FREE_REPEATS ? IGD_CS_SPIN : IGD_CS_OK;
}

enum igd_cs_result igd_cs_start_batch(struct igd_engine *e, const struct igd_cs_batch *to,
				      bool second_level)
{
	struct igd_cs_batch *b = current_batch(e);
	struct igd_cs_batch dest = *to;
	enum igd_cs_result result = IGD_CS_OK;

	igd_engine_spend_clocks(e, CLOCKS_BATCH_START);
	if (!igd_cs_privileged(e) && !dest.ppgtt) {
		igd_cs_privilege_violation(e, "batch start in the GGTT");
		dest.ppgtt = true;
	}
	if (b)
		result = note_jump(e, b->addr, dest.addr);

	switch (e->cs.level) {
	case IGD_CS_RING:
		e->cs.level = IGD_CS_BATCH;
		e->cs.batch[0] = dest;
		break;
	case IGD_CS_BATCH:
		if (second_level) {
			e->cs.level = IGD_CS_BATCH2;
			e->cs.batch[1] = dest;
			break;
		}
		e->cs.batch[0] = dest;
		break;
	case IGD_CS_BATCH2:
	case IGD_CS_WA:
		*b = dest;
		break;
	}
	return result;
}

void igd_cs_end_batch(struct igd_engine *e)
{
	switch (e->cs.level) {
	case IGD_CS_BATCH:
		e->cs.level = IGD_CS_RING;
		e->cs.predicate = SET_PREDICATE_NEVER;
		break;
	case IGD_CS_BATCH2:
		e->cs.level = IGD_CS_BATCH;
		break;
	case IGD_CS_WA:
		break;
	case IGD_CS_RING:
		igd_violation(e->gd, IGD_RULE_BAD_COMMAND, "engine %d: batch end in the ring",
			      e->id);
		break;
	}
}

/*
 * Memory and registers
 */

void igd_cs_store(struct igd_engine *e, struct igd_aspace *as, uint64_t addr,
		  const void *buf, size_t len)
{
	/* Only where a loop is suspected does it matter whether memory changes. */
	if (e->cs.spin.target != IGD_CS_NO_TARGET && !e->cs.spin.effect) {
		uint64_t old = 0;

		if (len <= sizeof(old))
			igd_read(as, addr, &old, len);
		e->cs.spin.effect = len > sizeof(old) || memcmp(&old, buf, len);
	}
	igd_write(as, addr, buf, len);
}

/* Registers that a non-privileged batch may write, from the engine's base. */
struct user_range {
	uint32_t offset;
	uint32_t count;
};

static const struct user_range user_all[] = {
	{ 0x600, 2 * RING_NUM_GPR },
};

/* The same for RCS, absolute. */
static const struct user_range user_render[] = {
	{ 0x2094, 1 },				/* NOPID */
	{ 0x20c0, 1 },				/* INSTPM */
	{ CS_DEBUG_MODE2, 1 },
	{ 0x2158, 1 },				/* BB_OFFSET */
	{ GPGPU_THREADS_DISPATCHED, 2 },
	{ PS_INVOCATION_COUNT_SLICE0, 2 },
	{ PS_DEPTH_COUNT_SLICE0, 2 },
	{ PS_INVOCATION_COUNT_SLICE1, 4 },
	{ HS_INVOCATION_COUNT, 22 },		/* ... PS_DEPTH_COUNT */
	{ OACTXCONTROL, 2 },			/* and OACTXID */
	{ 0x23bc, 1 },				/* MI_PREDICATE_RESULT_2 */
	{ 0x2400, 8 },				/* MI_PREDICATE_SRC0 ... RESULT_1 */
	{ PRIM_END_OFFSET, 1 },
	{ PRIM_START_VERTEX, 5 },
	{ PS_INVOCATION_COUNT_SLICE2, 4 },
	{ GPGPU_DISPATCHDIM(0), 3 },
	{ SO_NUM_PRIMS_WRITTEN(0), 8 },
	{ SO_PRIM_STORAGE_NEEDED(0), 8 },
	{ SO_WRITE_OFFSET(0), 4 },
	{ CACHE_MODE_0, 3 },			/* CACHE_MODE_1, GT_MODE */
	{ L3CNTLREG, 1 },
	{ TD_CTL, 2 },
};

/* For BCS, absolute: what i915 lets users load (gen9_blt_regs). */
static const struct user_range user_blitter[] = {
	{ RING_TIMESTAMP(RENDER_RING_BASE), 2 },
	{ RING_TIMESTAMP(BSD_RING_BASE), 2 },
	{ BCS_SWCTRL, 1 },
	{ RING_TIMESTAMP(BLT_RING_BASE), 2 },
	{ RING_CTX_TIMESTAMP(BLT_RING_BASE), 1 },
};

static bool in_ranges(const struct user_range *r, size_t n, uint32_t offset)
{
	for (size_t i = 0; i < n; i++)
		if (offset >= r[i].offset && offset < r[i].offset + 4u * r[i].count)
			return true;
	return false;
}

static bool in_nonpriv_slot(const struct igd_engine *e, uint32_t offset)
{
	for (unsigned int i = 0; i < NONPRIV_SLOTS; i++) {
		uint32_t val = igd_reg_get(e->gd, RING_FORCE_TO_NONPRIV(e->base, i));
		uint32_t bytes = 4 * NONPRIV_RANGE(val);

		if (val & NONPRIV_DENY || NONPRIV_ACCESS(val) == NONPRIV_ACCESS_RD)
			continue;
		if ((val & NONPRIV_ADDR & ~(bytes - 1)) == (offset & ~(bytes - 1)))
			return true;
	}
	return false;
}

bool igd_cs_may_write(const struct igd_engine *e, uint32_t offset)
{
	if (offset - e->base < RING_MMIO_SIZE &&
	    in_ranges(user_all, IGD_ARRAY_SIZE(user_all), offset - e->base))
		return true;
	if (e->id == IGD_RCS && in_ranges(user_render, IGD_ARRAY_SIZE(user_render), offset))
		return true;
	if (e->id == IGD_BCS && in_ranges(user_blitter, IGD_ARRAY_SIZE(user_blitter), offset))
		return true;
	return in_nonpriv_slot(e, offset);
}

/* Does the streamer drop what igd_cs_may_write() does not allow? */
static bool guards_registers(const struct igd_engine *e)
{
	return e->id != IGD_BCS;
}

void igd_cs_reg_write(struct igd_engine *e, uint32_t offset, uint32_t val)
{
	const struct igd_client who = e->ggtt.who;
	uint32_t old;

	if (!igd_cs_privileged(e) && !igd_cs_may_write(e, offset)) {
		igd_violation(e->gd, IGD_RULE_PRIVILEGED_REGISTER,
			      "engine %d, %s at %#llx: write of %#x to %#x", e->id, level_name(e),
			      (unsigned long long)igd_cs_acthd(e), val, offset);
		if (guards_registers(e)) {
			igd_engine_error(e, RING_ERROR_PRIVILEGE);
			return;
		}
	}
	if (offset >= IGD_MMIO_SIZE) {
		igd_violation(e->gd, IGD_RULE_UNKNOWN_REGISTER, "engine %d writes %#x", e->id, offset);
		return;
	}
	old = igd_reg_get(e->gd, offset);
	igd_mmio_write(e->gd, &who, offset, val);
	if (igd_reg_get(e->gd, offset) != old)
		e->cs.spin.effect = true;
}

uint32_t igd_cs_reg_read(struct igd_engine *e, uint32_t offset)
{
	const struct igd_client who = e->ggtt.who;

	if (offset >= IGD_MMIO_SIZE) {
		igd_violation(e->gd, IGD_RULE_UNKNOWN_REGISTER, "engine %d reads %#x", e->id, offset);
		return 0;
	}
	return igd_mmio_read(e->gd, &who, offset);
}

/*
 * Execution
 */

static enum igd_cs_result halt(struct igd_engine *e)
{
	e->cs.halted = true;
	return IGD_CS_ERROR;
}

static enum igd_cs_result bad_instruction(struct igd_engine *e)
{
	igd_violation(e->gd, IGD_RULE_UNKNOWN_COMMAND, "engine %d, %s at %#llx: %#x",
		      e->id, level_name(e), (unsigned long long)igd_cs_acthd(e), e->cs.cmd[0]);
	igd_engine_error(e, RING_ERROR_INSTRUCTION);
	return halt(e);
}

/* MI_SET_PREDICATE turns all but the flow of control off. */
static bool predicated_off(const struct igd_engine *e, uint32_t dw0)
{
	uint32_t result2 = igd_reg_get(e->gd, RING_PREDICATE_RESULT_2(e->base)) & 1;

	switch (e->cs.predicate) {
	case SET_PREDICATE_NEVER:
		return false;
	case SET_PREDICATE_RESULT2_CLEAR:
		if (result2)
			return false;
		break;
	case SET_PREDICATE_RESULT2_SET:
		if (!result2)
			return false;
		break;
	}
	if (CMD_CLIENT(dw0) != CMD_CLIENT_MI)
		return true;
	switch (MI_OPCODE(dw0)) {
	case MI_OP_SET_PREDICATE:
	case MI_OP_ARB_CHECK:
	case MI_OP_ARB_ON_OFF:
	case MI_OP_BATCH_BUFFER_END:
	case MI_OP_BATCH_BUFFER_START:
		return false;
	default:
		return true;
	}
}

static enum igd_cs_result blt_exec(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	uint64_t bytes = 0;
	enum igd_blt_result result;

	igd_engine_spend(e, NS_BLT_SETUP);
	result = igd_blt_exec(e->gd, &e->blt, &e->ppgtt, igd_reg_get(e->gd, BCS_SWCTRL),
			      dw, len, &bytes);
	igd_engine_spend(e, bytes * 1000 / e->gd->cfg.mem_mbps);
	e->cs.spin.effect = true;
	e->cs.fetch.words = NULL;
	return result == IGD_BLT_MORE ? IGD_CS_MORE : IGD_CS_OK;
}

static enum igd_cs_result execute(struct igd_engine *e, const struct igd_cmd *cmd)
{
	const uint32_t *dw = e->cs.cmd;

	igd_engine_spend_clocks(e, CLOCKS_HEADER + CLOCKS_PER_DWORD * cmd->len);
	if (predicated_off(e, dw[0]))
		return IGD_CS_OK;

	switch (cmd->unit) {
	case IGD_CMD_MI:
		return igd_mi_exec(e, dw, cmd->len);
	case IGD_CMD_PIPE_CONTROL:
		return igd_pipe_control_exec(e, dw, cmd->len);
	case IGD_CMD_2D:
		return blt_exec(e, dw, cmd->len);
	case IGD_CMD_WORK:
		igd_engine_spend_clocks(e, CLOCKS_WORK);
		return IGD_CS_OK;
	case IGD_CMD_STATE:
		return IGD_CS_OK;
	}
	return IGD_CS_OK;
}

/* Commands of these units are not executed, so their bodies need not be fetched. */
static bool body_matters(const struct igd_cmd *cmd)
{
	return cmd->unit != IGD_CMD_STATE && cmd->unit != IGD_CMD_WORK;
}

enum igd_cs_result igd_cs_step(struct igd_engine *e)
{
	enum igd_cs_level level = e->cs.level;
	uint32_t head = igd_reg_get(e->gd, RING_HEAD(e->base));
	struct igd_cs_batch *b = current_batch(e), at = { 0 };
	enum igd_cs_result result;
	struct igd_cmd cmd;

	if (e->cs.halted)
		return IGD_CS_ERROR;
	if (!b && !ring_filled(e))
		return IGD_CS_IDLE;

	if (!fetch_command(e, 0, 1)) {
		e->cs.cmd[0] = 0;
		return halt(e);
	}
	if (e->cs.cmd[0] == MI_NOOP) {
		unsigned int n = count_noops(e);

		igd_engine_spend_clocks(e, n);
		advance(e, n);
		return IGD_CS_OK;
	}

	igd_reg_set(e->gd, RING_IPEHR(e->base), e->cs.cmd[0]);
	if (!igd_cmd_decode(e->id, e->cs.cmd[0], &cmd))
		return bad_instruction(e);
	if (!b && cmd.len > ring_filled(e)) {
		igd_violation(e->gd, IGD_RULE_RING, "engine %d: command %#x at head %#x goes past tail %#x",
			      e->id, e->cs.cmd[0], ring_head(e), ring_tail(e));
		return halt(e);
	}
	if (body_matters(&cmd)) {
		if (cmd.len > IGD_CS_MAX_COMMAND || !fetch_command(e, 1, cmd.len - 1))
			return bad_instruction(e);
	}

	if (b)
		at = *b;
	advance(e, cmd.len);
	result = execute(e, &cmd);
	if (result == IGD_CS_WAIT || result == IGD_CS_MORE) {
		/* The same command again; such a one does not change levels. */
		e->cs.level = level;
		if (b)
			*b = at;
		else
			igd_reg_set(e->gd, RING_HEAD(e->base), head);
	}
	return result;
}

void igd_cs_run_wa(struct igd_engine *e, uint32_t addr, unsigned int dwords)
{
	enum igd_cs_level level = e->cs.level;
	uint64_t end = dwords ? (uint64_t)addr + 4 * dwords : UINT64_MAX;
	unsigned int n;

	e->cs.level = IGD_CS_WA;
	e->cs.wa = (struct igd_cs_batch){ .addr = addr, .ppgtt = false };
	for (n = 0; n < WA_MAX_COMMANDS && e->cs.wa.addr < end; n++) {
		enum igd_cs_result result = igd_cs_step(e);

		if (result == IGD_CS_ERROR)
			break;
		if (result == IGD_CS_WAIT) {
			igd_violation(e->gd, IGD_RULE_CONTEXT_IMAGE,
				      "engine %d: workaround batch %#x waits", e->id, addr);
			halt(e);
			break;
		}
		if (e->cs.cmd[0] == MI_BATCH_BUFFER_END)
			break;
	}
	if (n == WA_MAX_COMMANDS) {
		igd_violation(e->gd, IGD_RULE_CONTEXT_IMAGE,
			      "engine %d: workaround batch %#x does not end", e->id, addr);
		halt(e);
	}
	e->cs.level = level;
}

/*
 * Context switch
 */

static void set_batch_regs(struct igd_engine *e, const struct igd_cs_batch *b,
			   uint32_t lo, uint32_t hi, uint32_t state)
{
	igd_reg_set(e->gd, lo, b ? (uint32_t)b->addr | BBADDR_VALID : 0);
	igd_reg_set(e->gd, hi, b ? (uint32_t)(b->addr >> 32) : 0);
	igd_reg_set(e->gd, state, b && b->ppgtt ? BBSTATE_PPGTT : 0);
}

void igd_cs_save(struct igd_engine *e)
{
	bool in_batch = e->cs.level == IGD_CS_BATCH || e->cs.level == IGD_CS_BATCH2;

	set_batch_regs(e, in_batch ? &e->cs.batch[0] : NULL, RING_BBADDR(e->base),
		       RING_BBADDR_UDW(e->base), RING_BBSTATE(e->base));
	set_batch_regs(e, e->cs.level == IGD_CS_BATCH2 ? &e->cs.batch[1] : NULL,
		       RING_SBBADDR(e->base), RING_SBBADDR_UDW(e->base), RING_SBBSTATE(e->base));
}

static bool get_batch_regs(struct igd_engine *e, struct igd_cs_batch *b,
			   uint32_t lo, uint32_t hi, uint32_t state)
{
	uint32_t addr = igd_reg_get(e->gd, lo);

	b->addr = (uint64_t)igd_reg_get(e->gd, hi) << 32 | (addr & ~3u);
	b->ppgtt = igd_reg_get(e->gd, state) & BBSTATE_PPGTT;
	return addr & BBADDR_VALID;
}

void igd_cs_restore(struct igd_engine *e, uint32_t bb_return, uint32_t predicate)
{
	igd_cs_reset(e);
	if (!get_batch_regs(e, &e->cs.batch[0], RING_BBADDR(e->base), RING_BBADDR_UDW(e->base),
			    RING_BBSTATE(e->base)))
		return;
	if (bb_return != ring_head(e))
		return;
	e->cs.level = IGD_CS_BATCH;
	e->cs.predicate = predicate;
	if (get_batch_regs(e, &e->cs.batch[1], RING_SBBADDR(e->base), RING_SBBADDR_UDW(e->base),
			   RING_SBBSTATE(e->base)))
		e->cs.level = IGD_CS_BATCH2;
}
