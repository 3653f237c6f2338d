/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: interrupt banks
 *
 * Each bank is ISR/IMR/IIR/IER.  An event that IMR lets through sets its IIR
 * bit; a second one is queued behind it and shows when the first is cleared.
 * The master register is computed from IIR & IER at every read.
 */
#ifndef IGD_IRQ_H
#define IGD_IRQ_H

#include "igd_types.h"

/* Engine events: bit positions within the engine's 16 bits of its GT bank. */
#define IGD_EV_USER_INTERRUPT	(1u << 0)
#define IGD_EV_CS_ERROR		(1u << 3)
#define IGD_EV_FLUSH_NOTIFY	(1u << 4)
#define IGD_EV_CONTEXT_SWITCH	(1u << 8)
#define IGD_EV_WAIT_SEMAPHORE	(1u << 11)

/** igd_irq_engine - an engine raises events; RING_IMR of the engine and its GT bank mask them */
void igd_irq_engine(struct igd *gd, enum igd_engine_id id, uint32_t events);
void igd_irq_pipe(struct igd *gd, enum igd_pipe_id pipe, uint32_t bits);	/* 0x44400 + 0x10 * pipe */
void igd_irq_port(struct igd *gd, uint32_t bits);	/* 0x44440: AUX, hot-plug of port A */
void igd_irq_misc(struct igd *gd, uint32_t bits);	/* 0x44460 */
void igd_irq_pcu(struct igd *gd, uint32_t bits);	/* 0x444e0 */
void igd_irq_pch(struct igd *gd, uint32_t bits);	/* SDE 0xc4000: hot-plug, GMBUS, AUX */
void igd_irq_pch_level(struct igd *gd, uint32_t mask, uint32_t level);	/* live status in SDEISR */

/** igd_irq_pipe_wanted - would any of these pipe events be seen (unmasked in IMR)? lets timers rest */
bool igd_irq_pipe_wanted(const struct igd *gd, enum igd_pipe_id pipe, uint32_t bits);

void igd_irq_init(struct igd *gd);
void igd_irq_reset(struct igd *gd);

#endif
