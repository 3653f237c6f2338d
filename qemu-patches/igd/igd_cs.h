/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The command streamer: fetches, decodes and executes commands. */
#ifndef IGD_CS_H
#define IGD_CS_H

#include "igd_types.h"

struct igd_engine;
struct igd_aspace;
struct igd_cs_batch;

/** enum igd_cs_result - what a step of the command streamer came to */
enum igd_cs_result {
	IGD_CS_OK,
	IGD_CS_ARB,	/* executed, and this is an arbitration point */
	IGD_CS_WAIT,	/* a semaphore blocks: an arbitration point; poll again later */
	IGD_CS_MORE,	/* a long blit has done a part; step again, no arbitration point */
	IGD_CS_SPIN,	/* executed, but it goes round a loop that changes nothing */
	IGD_CS_IDLE,	/* HEAD has reached TAIL */
	IGD_CS_ERROR,	/* cannot go on */
};

/** igd_cs_reset - as after an engine reset: in the ring, nothing pending */
void igd_cs_reset(struct igd_engine *e);

/** igd_cs_begin_slice - forget pointers into memory, which are good for one slice only */
void igd_cs_begin_slice(struct igd_engine *e);

/** igd_cs_step - execute the next command of the context that is loaded */
enum igd_cs_result igd_cs_step(struct igd_engine *e);

/**
 * igd_cs_run_wa - execute a workaround batch, as part of a context restore
 * @addr: GGTT address
 * @dwords: its length, 0: until MI_BATCH_BUFFER_END
 *
 * It must not wait for anything and must end within one page.
 */
void igd_cs_run_wa(struct igd_engine *e, uint32_t addr, unsigned int dwords);

/**
 * igd_cs_save - write where the streamer is to the batch registers, for the context image
 * igd_cs_restore - go on where the batch registers say
 * @bb_return, @predicate: what the image has for RING_BB_RETURN and RING_PREDICATE_MODE
 *
 * A batch is resumed only when RING_HEAD is where that batch would return to:
 * a driver that has moved HEAD wants the ring to be executed from there.
 */
void igd_cs_save(struct igd_engine *e);
void igd_cs_restore(struct igd_engine *e, uint32_t bb_return, uint32_t predicate);

/** igd_cs_acthd - address of the command being executed, or that of the next one */
uint64_t igd_cs_acthd(struct igd_engine *e);

/*
 * For the execution of commands (igd_mi.c).
 */

/** igd_cs_privileged - is the command in the ring, a workaround batch or a GGTT batch? */
bool igd_cs_privileged(const struct igd_engine *e);

/** igd_cs_start_batch - MI_BATCH_BUFFER_START */
enum igd_cs_result igd_cs_start_batch(struct igd_engine *e, const struct igd_cs_batch *to,
				      bool second_level);
/** igd_cs_end_batch - MI_BATCH_BUFFER_END: back to where the current level was called from */
void igd_cs_end_batch(struct igd_engine *e);

/** igd_cs_store - write to memory for a command, and note whether that changes anything */
void igd_cs_store(struct igd_engine *e, struct igd_aspace *as, uint64_t addr,
		  const void *buf, size_t len);

/** igd_cs_may_write - may a non-privileged batch write register @offset? */
bool igd_cs_may_write(const struct igd_engine *e, uint32_t offset);
/** igd_cs_reg_write - a command writes a register; privileges are checked as the engine does */
void igd_cs_reg_write(struct igd_engine *e, uint32_t offset, uint32_t val);
uint32_t igd_cs_reg_read(struct igd_engine *e, uint32_t offset);

/** igd_cs_privilege_violation - a command of a non-privileged batch is not carried out */
void igd_cs_privilege_violation(struct igd_engine *e, const char *what);

#endif
