// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: MI commands
 *
 * One function per command.  A command that a non-privileged batch may not
 * give is reported and skipped, as is one with fields that make no sense.
 *
 * Source: Skylake PRM vol. 2a (Command Reference: Instructions).
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_engine.h"
#include "igd_mi.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/mi.h"

/*
 * Latencies in ns.  An access to memory or to a register takes longer than one
 * tick of the timestamp (83 ns), so timestamps that commands store do differ.
 */
enum {
	NS_STORE		= 40,
	NS_LOAD			= 150,
	NS_REGISTER		= 90,
	NS_LRI			= 20,
	NS_POST_SYNC		= 200,
	NS_FLUSH		= 400,
	NS_ATOMIC		= 200,
};

static enum igd_cs_result bad_command(struct igd_engine *e, const char *what)
{
	igd_violation(e->gd, IGD_RULE_BAD_COMMAND, "engine %d, before %#llx: %s (%#x %#x)",
		      e->id, (unsigned long long)igd_cs_acthd(e), what, e->cs.cmd[0], e->cs.cmd[1]);
	return IGD_CS_OK;
}

static uint64_t addr64(const uint32_t *dw)
{
	return (uint64_t)dw[1] << 32 | dw[0];
}

/* Where @ggtt says; NULL when the batch may not go there, which has been reported. */
static struct igd_aspace *space(struct igd_engine *e, bool ggtt)
{
	if (!ggtt)
		return &e->ppgtt;
	if (igd_cs_privileged(e))
		return &e->ggtt;
	igd_cs_privilege_violation(e, "GGTT address");
	return NULL;
}

static uint64_t gpr_get(struct igd_engine *e, unsigned int n)
{
	uint32_t offset = RING_GPR(e->base, n);

	return (uint64_t)igd_reg_get(e->gd, offset + 4) << 32 | igd_reg_get(e->gd, offset);
}

static void gpr_set(struct igd_engine *e, unsigned int n, uint64_t val)
{
	uint32_t offset = RING_GPR(e->base, n);

	if (gpr_get(e, n) != val)
		e->cs.spin.effect = true;
	igd_reg_set(e->gd, offset, (uint32_t)val);
	igd_reg_set(e->gd, offset + 4, val >> 32);
}

static void notify(struct igd_engine *e, uint32_t event)
{
	e->cs.spin.effect = true;
	igd_irq_engine(e->gd, e->id, event);
}

/*
 * Flow
 */

static enum igd_cs_result batch_start(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	struct igd_cs_batch to;

	if (len < 2)
		return bad_command(e, "length");
	if (dw[0] & MI_BATCH_PREDICATE &&
	    !(igd_reg_get(e->gd, RING_PREDICATE_RESULT_1(e->base)) & 1))
		return IGD_CS_OK;

	to.ppgtt = dw[0] & MI_BATCH_PPGTT;
	to.addr = dw[1] & ~3u;
	if (len > 2)
		to.addr |= (uint64_t)(dw[2] & 0xffff) << 32;
	return igd_cs_start_batch(e, &to, dw[0] & MI_BATCH_SECOND_LEVEL);
}

static enum igd_cs_result conditional_batch_end(struct igd_engine *e, const uint32_t *dw,
						unsigned int len)
{
	struct igd_aspace *as = space(e, dw[0] & MI_GGTT);
	uint32_t val[2] = { 0, ~0u };
	bool masked = dw[0] & MI_COND_BBE_MASK;

	if (len != 4)
		return bad_command(e, "length");
	if (!as || !(dw[0] & MI_COND_BBE_COMPARE))
		return IGD_CS_OK;
	igd_engine_spend(e, NS_LOAD);
	/* With a mask it is a qword: the value, and what of it counts. */
	igd_read(as, addr64(&dw[2]) & (masked ? ~7ull : ~3ull), val, masked ? 8 : 4);
	if ((val[0] & val[1]) <= dw[1])
		igd_cs_end_batch(e);
	return IGD_CS_OK;
}

static bool semaphore_satisfied(uint32_t dw0, uint32_t mem, uint32_t data)
{
	switch (MI_SEMAPHORE_OP(dw0)) {
	case SEMAPHORE_GT:
		return mem > data;
	case SEMAPHORE_GTE:
		return mem >= data;
	case SEMAPHORE_LT:
		return mem < data;
	case SEMAPHORE_LTE:
		return mem <= data;
	case SEMAPHORE_EQ:
		return mem == data;
	case SEMAPHORE_NEQ:
		return mem != data;
	default:
		return true;
	}
}

static enum igd_cs_result semaphore_wait(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	struct igd_aspace *as = space(e, dw[0] & MI_GGTT);

	if (len != 4 || MI_SEMAPHORE_OP(dw[0]) > SEMAPHORE_NEQ)
		return bad_command(e, "semaphore");
	if (!as)
		return IGD_CS_OK;
	igd_engine_spend(e, NS_LOAD);
	if (semaphore_satisfied(dw[0], igd_read32(as, addr64(&dw[2]) & ~3ull), dw[1])) {
		e->cs.wait_since = 0;
		return IGD_CS_OK;
	}
	if (!e->cs.wait_since) {
		e->cs.wait_since = e->time;
		notify(e, IGD_EV_WAIT_SEMAPHORE);
	}
	return IGD_CS_WAIT;
}

static enum igd_cs_result arb_on_off(struct igd_engine *e, const uint32_t *dw)
{
	if (!igd_cs_privileged(e))
		igd_cs_privilege_violation(e, "MI_ARB_ON_OFF");
	else
		e->cs.arb_enabled = dw[0] & MI_ARB_ENABLE;
	return IGD_CS_OK;
}

static enum igd_cs_result predicate(struct igd_engine *e, const uint32_t *dw)
{
	struct igd *gd = e->gd;
	uint32_t base = e->base;
	uint64_t src0 = (uint64_t)igd_reg_get(gd, RING_PREDICATE_SRC0(base) + 4) << 32 |
			igd_reg_get(gd, RING_PREDICATE_SRC0(base));
	uint64_t src1 = (uint64_t)igd_reg_get(gd, RING_PREDICATE_SRC1(base) + 4) << 32 |
			igd_reg_get(gd, RING_PREDICATE_SRC1(base));
	uint64_t data = (uint64_t)igd_reg_get(gd, RING_PREDICATE_DATA(base) + 4) << 32 |
			igd_reg_get(gd, RING_PREDICATE_DATA(base));
	uint32_t result = igd_reg_get(gd, RING_PREDICATE_RESULT(base)) & 1;
	uint32_t val = 0;

	switch (MI_PREDICATE_COMPARE(dw[0])) {
	case PREDICATE_COMPARE_TRUE:
		val = 1;
		break;
	case PREDICATE_COMPARE_SRCS_EQUAL:
		val = src0 == src1;
		break;
	case PREDICATE_COMPARE_DELTAS_EQUAL:
		val = src0 - src1 == data;
		break;
	}
	if (MI_PREDICATE_LOAD(dw[0]) == PREDICATE_LOAD_KEEP)
		return IGD_CS_OK;
	if (MI_PREDICATE_LOAD(dw[0]) == PREDICATE_LOAD_INV)
		val = !val;

	switch (MI_PREDICATE_COMBINE(dw[0])) {
	case PREDICATE_COMBINE_AND:
		val &= result;
		break;
	case PREDICATE_COMBINE_OR:
		val |= result;
		break;
	case PREDICATE_COMBINE_XOR:
		val ^= result;
		break;
	}
	igd_reg_set(gd, RING_PREDICATE_RESULT(base), val);
	return IGD_CS_OK;
}

/*
 * Registers
 */

static enum igd_cs_result load_register_imm(struct igd_engine *e, const uint32_t *dw,
					    unsigned int len)
{
	if (!(len & 1))
		return bad_command(e, "even length");
	for (unsigned int i = 1; i + 1 < len; i += 2) {
		igd_engine_spend(e, NS_LRI);
		igd_cs_reg_write(e, dw[i] & 0x7ffffc, dw[i + 1]);
	}
	return IGD_CS_OK;
}

static enum igd_cs_result load_register_mem(struct igd_engine *e, const uint32_t *dw,
					    unsigned int len)
{
	struct igd_aspace *as = space(e, dw[0] & MI_GGTT);

	if (len != 4)
		return bad_command(e, "length");
	if (!as)
		return IGD_CS_OK;
	igd_engine_spend(e, NS_LOAD);
	igd_cs_reg_write(e, dw[1] & 0x7ffffc, igd_read32(as, addr64(&dw[2]) & ~3ull));
	return IGD_CS_OK;
}

static enum igd_cs_result store_register_mem(struct igd_engine *e, const uint32_t *dw,
					     unsigned int len)
{
	struct igd_aspace *as = space(e, dw[0] & MI_GGTT);
	uint32_t val;

	if (len != 4)
		return bad_command(e, "length");
	if (!as)
		return IGD_CS_OK;
	igd_engine_spend(e, NS_REGISTER);
	val = igd_cs_reg_read(e, dw[1] & 0x7ffffc);
	igd_cs_store(e, as, addr64(&dw[2]) & ~3ull, &val, sizeof(val));
	return IGD_CS_OK;
}

static enum igd_cs_result load_register_reg(struct igd_engine *e, const uint32_t *dw,
					    unsigned int len)
{
	if (len != 3)
		return bad_command(e, "length");
	igd_engine_spend(e, NS_REGISTER);
	igd_cs_reg_write(e, dw[2] & 0x7ffffc, igd_cs_reg_read(e, dw[1] & 0x7ffffc));
	return IGD_CS_OK;
}

struct alu {
	uint64_t srca, srcb, accu;
	bool zero, carry;
};

static bool alu_operand(struct igd_engine *e, const struct alu *alu, unsigned int reg,
			uint64_t *val)
{
	if (reg < RING_NUM_GPR)
		*val = gpr_get(e, reg);
	else if (reg == ALU_ACCU)
		*val = alu->accu;
	else if (reg == ALU_ZF)
		*val = alu->zero ? ~0ull : 0;
	else if (reg == ALU_CF)
		*val = alu->carry ? ~0ull : 0;
	else
		return false;
	return true;
}

static bool alu_load(struct alu *alu, unsigned int reg, uint64_t val)
{
	if (reg == ALU_SRCA)
		alu->srca = val;
	else if (reg == ALU_SRCB)
		alu->srcb = val;
	else
		return false;
	return true;
}

static bool alu_step(struct igd_engine *e, struct alu *alu, uint32_t dw)
{
	unsigned int a = ALU_A(dw), b = ALU_B(dw);
	uint64_t val;

	switch (ALU_OP(dw)) {
	case ALU_NOOP:
		return true;
	case ALU_LOAD:
		return alu_operand(e, alu, b, &val) && alu_load(alu, a, val);
	case ALU_LOADINV:
		return alu_operand(e, alu, b, &val) && alu_load(alu, a, ~val);
	case ALU_LOAD0:
		return alu_load(alu, a, 0);
	case ALU_LOAD1:
		return alu_load(alu, a, ~0ull);
	case ALU_STORE:
	case ALU_STOREINV:
		if (a >= RING_NUM_GPR || !alu_operand(e, alu, b, &val))
			return false;
		gpr_set(e, a, ALU_OP(dw) == ALU_STORE ? val : ~val);
		return true;
	case ALU_ADD:
		alu->accu = alu->srca + alu->srcb;
		alu->carry = alu->accu < alu->srca;
		break;
	case ALU_SUB:
		alu->accu = alu->srca - alu->srcb;
		alu->carry = alu->srca < alu->srcb;
		break;
	case ALU_AND:
		alu->accu = alu->srca & alu->srcb;
		alu->carry = false;
		break;
	case ALU_OR:
		alu->accu = alu->srca | alu->srcb;
		alu->carry = false;
		break;
	case ALU_XOR:
		alu->accu = alu->srca ^ alu->srcb;
		alu->carry = false;
		break;
	default:
		return false;
	}
	alu->zero = !alu->accu;
	return true;
}

static enum igd_cs_result math(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	struct alu alu = { 0 };

	for (unsigned int i = 1; i < len; i++)
		if (!alu_step(e, &alu, dw[i]))
			return bad_command(e, "ALU instruction");
	return IGD_CS_OK;
}

/*
 * Memory
 */

static enum igd_cs_result store_data_imm(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	struct igd_aspace *as = space(e, dw[0] & MI_GGTT);

	if (len < 4 || ((dw[0] & MI_STORE_QWORD) && len < 5))
		return bad_command(e, "length");
	if (!as)
		return IGD_CS_OK;
	igd_engine_spend(e, NS_STORE);
	igd_cs_store(e, as, addr64(&dw[1]) & ~3ull, &dw[3], 4 * (len - 3));
	return IGD_CS_OK;
}

/* Graphics address of the status page that a store-by-index goes to. */
static struct igd_aspace *status_page(struct igd_engine *e, bool per_process, uint64_t *addr)
{
	if (!igd_cs_privileged(e)) {
		igd_cs_privilege_violation(e, "store to the status page");
		return NULL;
	}
	if (per_process)
		*addr = e->ggtt.who.lrca;
	else
		*addr = igd_reg_get(e->gd, RING_HWS_PGA(e->base)) & ~IGD_PAGE_MASK;
	return &e->ggtt;
}

static enum igd_cs_result store_data_index(struct igd_engine *e, const uint32_t *dw,
					   unsigned int len)
{
	struct igd_aspace *as;
	uint64_t page = 0;

	if (len < 3 || len > 4)
		return bad_command(e, "length");
	as = status_page(e, dw[0] & MI_STORE_INDEX_PPHWSP, &page);
	if (!as)
		return IGD_CS_OK;
	igd_engine_spend(e, NS_STORE);
	igd_cs_store(e, as, page + (dw[1] & 0xffc), &dw[2], 4 * (len - 2));
	return IGD_CS_OK;
}

static enum igd_cs_result copy_mem_mem(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	struct igd_aspace *dst, *src;
	uint32_t val;

	if (len != 5)
		return bad_command(e, "length");
	dst = space(e, dw[0] & MI_COPY_DST_GGTT);
	src = dst ? space(e, dw[0] & MI_COPY_SRC_GGTT) : NULL;
	if (!src)
		return IGD_CS_OK;
	igd_engine_spend(e, NS_LOAD);
	val = igd_read32(src, addr64(&dw[3]) & ~3ull);
	igd_cs_store(e, dst, addr64(&dw[1]) & ~3ull, &val, sizeof(val));
	return IGD_CS_OK;
}

/* @bits wide; signed comparisons work on the sign-extended values. */
static bool atomic_result(unsigned int op, unsigned int bits, uint64_t old,
			  uint64_t op1, uint64_t op2, uint64_t *result)
{
	int64_t sold = bits == 32 ? (int32_t)old : (int64_t)old;
	int64_t sop1 = bits == 32 ? (int32_t)op1 : (int64_t)op1;

	switch (op) {
	case ATOMIC_AND:
		*result = old & op1;
		break;
	case ATOMIC_OR:
		*result = old | op1;
		break;
	case ATOMIC_XOR:
		*result = old ^ op1;
		break;
	case ATOMIC_MOVE:
		*result = op1;
		break;
	case ATOMIC_INC:
		*result = old + 1;
		break;
	case ATOMIC_DEC:
		*result = old - 1;
		break;
	case ATOMIC_ADD:
		*result = old + op1;
		break;
	case ATOMIC_SUB:
		*result = old - op1;
		break;
	case ATOMIC_RSUB:
		*result = op1 - old;
		break;
	case ATOMIC_IMAX:
		*result = sold > sop1 ? old : op1;
		break;
	case ATOMIC_IMIN:
		*result = sold < sop1 ? old : op1;
		break;
	case ATOMIC_UMAX:
		*result = old > op1 ? old : op1;
		break;
	case ATOMIC_UMIN:
		*result = old < op1 ? old : op1;
		break;
	case ATOMIC_CMPXCHG:
		*result = old == op1 ? op2 : old;
		break;
	default:
		return false;
	}
	return true;
}

static enum igd_cs_result atomic(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	struct igd_aspace *as = space(e, dw[0] & MI_GGTT);
	unsigned int bytes = 4u << MI_ATOMIC_SIZE(dw[0]);
	/* Opcodes for qwords are those for dwords plus 0x20. */
	unsigned int op = MI_ATOMIC_OP(dw[0]) & 0x1f;
	uint64_t addr, old = 0, op1, op2, result;

	if (len < 3 || ((dw[0] & MI_ATOMIC_INLINE) && len < 11))
		return bad_command(e, "length");
	if (MI_ATOMIC_SIZE(dw[0]) > 1)
		return bad_command(e, "data size");
	if (!as)
		return IGD_CS_OK;

	op1 = gpr_get(e, 0);
	op2 = gpr_get(e, 1);
	if (dw[0] & MI_ATOMIC_INLINE) {
		op1 = (uint64_t)dw[5] << 32 | dw[3];
		op2 = (uint64_t)dw[6] << 32 | dw[4];
	}
	if (bytes == 4) {
		op1 = (uint32_t)op1;
		op2 = (uint32_t)op2;
	}

	igd_engine_spend(e, NS_ATOMIC);
	addr = addr64(&dw[1]) & ~(uint64_t)(bytes - 1);
	igd_read(as, addr, &old, bytes);
	if (!atomic_result(op, 8 * bytes, old, op1, op2, &result))
		return bad_command(e, "atomic operation");
	igd_cs_store(e, as, addr, &result, bytes);
	if (dw[0] & MI_ATOMIC_RETURN)
		gpr_set(e, 0, old);
	return IGD_CS_OK;
}

static enum igd_cs_result update_gtt(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	uint32_t page = len > 1 ? dw[1] >> 12 : 0;

	if (!igd_cs_privileged(e)) {
		igd_cs_privilege_violation(e, "MI_UPDATE_GTT");
		return IGD_CS_OK;
	}
	if (len < 4 || len % 2 || page + (len - 2) / 2 > IGD_GTT_ENTRIES)
		return bad_command(e, "length");
	for (unsigned int i = 2; i < len; i += 2, page++)
		igd_gtt_write(e->gd, 8 * page, addr64(&dw[i]), 8);
	igd_engine_spend(e, NS_FLUSH);
	e->cs.spin.effect = true;
	e->cs.fetch.words = NULL;
	return IGD_CS_OK;
}

#define OA_REPORT_SIZE 256

/* Counters of units that are not modelled stand still: only the header moves. */
static enum igd_cs_result report_perf_count(struct igd_engine *e, const uint32_t *dw,
					    unsigned int len)
{
	uint32_t report[OA_REPORT_SIZE / 4] = { 0 };
	struct igd_aspace *as;

	if (len != 4)
		return bad_command(e, "length");
	as = space(e, dw[1] & MI_REPORT_PERF_COUNT_GGTT);
	if (!as)
		return IGD_CS_OK;
	igd_engine_spend(e, NS_FLUSH);
	report[0] = dw[3];
	report[1] = igd_engine_ticks(e->time);
	report[2] = CTX_DESC_ID(e->port.active[0]);
	report[3] = e->time * e->gd->cfg.gpu_mhz / 1000;
	igd_cs_store(e, as, addr64(&dw[1]) & ~63ull, report, sizeof(report));
	return IGD_CS_OK;
}

/*
 * Flushes
 */

static void invalidate(struct igd_engine *e)
{
	igd_aspace_invalidate(&e->ppgtt);
	e->cs.fetch.words = NULL;
}

/**
 * post_sync - the write that ends a flush
 * @op: POST_SYNC_*
 * @data: @bytes to write, 4 or 8, for POST_SYNC_IMMEDIATE
 */
static void post_sync(struct igd_engine *e, unsigned int op, struct igd_aspace *as, uint64_t addr,
		      const uint32_t *data, unsigned int bytes)
{
	uint64_t val = 0;

	igd_engine_spend(e, NS_POST_SYNC);
	switch (op) {
	case POST_SYNC_IMMEDIATE:
		memcpy(&val, data, bytes);
		break;
	case POST_SYNC_TIMESTAMP:
		val = igd_engine_ticks(e->time);
		bytes = 8;
		break;
	case POST_SYNC_DEPTH_COUNT:
		val = (uint64_t)igd_reg_get(e->gd, PS_DEPTH_COUNT + 4) << 32 |
		      igd_reg_get(e->gd, PS_DEPTH_COUNT);
		bytes = 8;
		break;
	}
	igd_cs_store(e, as, addr, &val, bytes);
}

static enum igd_cs_result flush_dw(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	unsigned int op = MI_FLUSH_DW_OP(dw[0]);

	if (len < 3 || (op == POST_SYNC_IMMEDIATE && len < 4) || op == POST_SYNC_DEPTH_COUNT)
		return bad_command(e, "flush");
	igd_engine_spend(e, NS_FLUSH);
	if (dw[0] & MI_FLUSH_DW_TLB_INVALIDATE)
		invalidate(e);
	if (op) {
		bool index = dw[0] & MI_FLUSH_DW_STORE_INDEX;
		uint64_t page = 0;
		struct igd_aspace *as = index ? status_page(e, true, &page) :
						space(e, dw[1] & MI_FLUSH_DW_GGTT);
		uint64_t addr = index ? page + (dw[1] & 0xff8) : addr64(&dw[1]) & ~7ull;

		if (as)
			post_sync(e, op, as, addr, &dw[3], len > 4 ? 8 : 4);
	}
	if (dw[0] & MI_FLUSH_DW_NOTIFY)
		notify(e, IGD_EV_FLUSH_NOTIFY);
	return IGD_CS_OK;
}

enum igd_cs_result igd_pipe_control_exec(struct igd_engine *e, const uint32_t *dw,
					 unsigned int len)
{
	unsigned int op;

	if (len < 6)
		return bad_command(e, "length");
	op = PIPE_CONTROL_POST_SYNC(dw[1]);
	igd_engine_spend(e, NS_FLUSH);
	if (dw[1] & PIPE_CONTROL_TLB_INVALIDATE)
		invalidate(e);
	if (dw[1] & PIPE_CONTROL_MMIO_WRITE) {
		igd_cs_reg_write(e, dw[2] & 0x7ffffc, dw[4]);
	} else if (op) {
		bool index = dw[1] & PIPE_CONTROL_STORE_INDEX;
		uint64_t page = 0;
		struct igd_aspace *as = index ? status_page(e, true, &page) :
						space(e, dw[1] & PIPE_CONTROL_GGTT);
		uint64_t addr = index ? page + (dw[2] & 0xff8) : addr64(&dw[2]) & ~7ull;

		if (as)
			post_sync(e, op, as, addr, &dw[4], 8);
	}
	if (dw[1] & PIPE_CONTROL_NOTIFY)
		notify(e, IGD_EV_FLUSH_NOTIFY);
	return IGD_CS_OK;
}

enum igd_cs_result igd_mi_exec(struct igd_engine *e, const uint32_t *dw, unsigned int len)
{
	switch (MI_OPCODE(dw[0])) {
	case MI_OP_NOOP:
		/* Bit 22: keep the identification number. */
		if (dw[0] & (1u << 22))
			igd_reg_set(e->gd, RING_NOPID(e->base), dw[0] & 0x3fffff);
		return IGD_CS_OK;
	case MI_OP_SET_PREDICATE:
		e->cs.predicate = MI_SET_PREDICATE_MODE(dw[0]);
		return IGD_CS_OK;
	case MI_OP_USER_INTERRUPT:
		notify(e, IGD_EV_USER_INTERRUPT);
		return IGD_CS_OK;
	case MI_OP_ARB_CHECK:
		return IGD_CS_ARB;
	case MI_OP_ARB_ON_OFF:
		return arb_on_off(e, dw);
	case MI_OP_BATCH_BUFFER_END:
		igd_cs_end_batch(e);
		return IGD_CS_OK;
	case MI_OP_PREDICATE:
		return predicate(e, dw);
	case MI_OP_MATH:
		return math(e, dw, len);
	case MI_OP_SEMAPHORE_WAIT:
		return semaphore_wait(e, dw, len);
	case MI_OP_STORE_DATA_IMM:
		return store_data_imm(e, dw, len);
	case MI_OP_STORE_DATA_INDEX:
		return store_data_index(e, dw, len);
	case MI_OP_LOAD_REGISTER_IMM:
		return load_register_imm(e, dw, len);
	case MI_OP_LOAD_REGISTER_MEM:
		return load_register_mem(e, dw, len);
	case MI_OP_LOAD_REGISTER_REG:
		return load_register_reg(e, dw, len);
	case MI_OP_STORE_REGISTER_MEM:
		return store_register_mem(e, dw, len);
	case MI_OP_FLUSH_DW:
		return flush_dw(e, dw, len);
	case MI_OP_REPORT_PERF_COUNT:
		return report_perf_count(e, dw, len);
	case MI_OP_COPY_MEM_MEM:
		return copy_mem_mem(e, dw, len);
	case MI_OP_ATOMIC:
		return atomic(e, dw, len);
	case MI_OP_UPDATE_GTT:
		return update_gtt(e, dw, len);
	case MI_OP_BATCH_BUFFER_START:
		return batch_start(e, dw, len);
	case MI_OP_CONDITIONAL_BATCH_BUFFER_END:
		return conditional_batch_end(e, dw, len);
	case MI_OP_DISPLAY_FLIP:
	case MI_OP_LOAD_SCAN_LINES_INCL:
	case MI_OP_LOAD_SCAN_LINES_EXCL:
		/* Waits for the display are over at once; flips are made by the CPU. */
		if (!igd_cs_privileged(e))
			igd_cs_privilege_violation(e, "display command");
		else if (MI_OPCODE(dw[0]) == MI_OP_DISPLAY_FLIP)
			return bad_command(e, "flip by a command streamer");
		return IGD_CS_OK;
	case MI_OP_SET_CONTEXT:
	case MI_OP_SEMAPHORE_MBOX:
		return bad_command(e, "not in execlist mode");
	case MI_OP_WAIT_FOR_EVENT:
	case MI_OP_FLUSH:
	case MI_OP_RS_CONTROL:
	case MI_OP_REPORT_HEAD:
	case MI_OP_URB_ATOMIC_ALLOC:
	case MI_OP_SUSPEND_FLUSH:
	case MI_OP_TOPOLOGY_FILTER:
	case MI_OP_SET_APPID:
	case MI_OP_RS_CONTEXT:
	case MI_OP_URB_CLEAR:
	case MI_OP_SEMAPHORE_SIGNAL:
	case MI_OP_FORCE_WAKEUP:
	case MI_OP_CLFLUSH:
	case MI_OP_RS_STORE_DATA_IMM:
	case MI_OP_LOAD_URB_MEM:
	case MI_OP_STORE_URB_MEM:
		/* Nothing of what they act on is modelled. */
		return IGD_CS_OK;
	default:
		return bad_command(e, "not executed");
	}
}
