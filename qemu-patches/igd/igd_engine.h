/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef IGD_ENGINE_H
#define IGD_ENGINE_H

#include "igd_types.h"

struct igd_engine;

void igd_engine_init(struct igd *gd);
/** igd_engine_reset - GDRST for one engine: running and pending contexts are lost, not saved */
void igd_engine_reset(struct igd *gd, enum igd_engine_id id);
/** igd_engine_idle - no context on the engine and none pending */
bool igd_engine_idle(const struct igd *gd, enum igd_engine_id id);
/** igd_engine_invalidate_tlb - the engine's TLB invalidation register (0x4260, ...) was written */
void igd_engine_invalidate_tlb(struct igd *gd, enum igd_engine_id id);

/*
 * For the register handlers.
 */

/** igd_engine_regs_init - register the tables of igd_engine_regs.c and igd_render_regs.c */
void igd_engine_regs_init(struct igd *gd);
void igd_render_regs_init(struct igd *gd);
/** igd_engine_submit - a 32-bit write to ELSP; the fourth commits */
void igd_engine_submit(struct igd_engine *e, uint32_t val);
/** igd_engine_kick - something that the engine may be waiting for has changed; run it soon */
void igd_engine_kick(struct igd_engine *e);
/** igd_engine_stopped - STOP_RING is set or a reset has been requested: no commands are fetched */
bool igd_engine_stopped(const struct igd_engine *e);

/**
 * igd_engine_error - raise error bits in EIR that EMR lets through
 * @bits: RING_ERROR_*
 */
void igd_engine_error(struct igd_engine *e, uint32_t bits);

/*
 * Time.  Within a slice an engine's time runs ahead of the clock by the cost of
 * the commands it has executed, and timestamps are taken from its time.
 */

/** igd_engine_now - time in ns of the engine that is executing, else of the clock */
uint64_t igd_engine_now(struct igd *gd);
/** igd_engine_ticks - RING_TIMESTAMP at time @ns: 12 MHz, common to all engines */
uint64_t igd_engine_ticks(uint64_t ns);
/** igd_engine_ctx_timestamp - CTX_TIMESTAMP now */
uint32_t igd_engine_ctx_timestamp(const struct igd_engine *e);
void igd_engine_set_ctx_timestamp(struct igd_engine *e, uint32_t ticks);
/** igd_engine_spend - the engine works for @ns nanoseconds */
void igd_engine_spend(struct igd_engine *e, uint64_t ns);
/** igd_engine_spend_clocks - the engine works for @clocks of its clock */
void igd_engine_spend_clocks(struct igd_engine *e, uint64_t clocks);

#endif
