/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef IGD_ENGINE_TYPES_H
#define IGD_ENGINE_TYPES_H

#include "igd_mem.h"
#include "igd_timer.h"
#include "igd_blt.h"

#define IGD_CS_NO_TARGET UINT64_MAX
#define IGD_CS_MAX_COMMAND 1026	/* dwords; longer ones are never executed, only skipped */

/** enum igd_cs_level - where the command streamer fetches from */
enum igd_cs_level {
	IGD_CS_RING,
	IGD_CS_BATCH,		/* first level: started from the ring */
	IGD_CS_BATCH2,		/* second level: called from the first */
	IGD_CS_WA,		/* indirect-context or per-context batch during a restore */
};

/**
 * struct igd_cs_batch - an instruction pointer outside of the ring
 * @addr: of the next command
 * @ppgtt: in the context's address space, and hence non-privileged; else in the GGTT
 */
struct igd_cs_batch {
	uint64_t addr;
	bool ppgtt;
};

/**
 * struct igd_cs_fetch - the page that commands were last fetched from
 * @words: the page, good until control leaves the model; NULL when there is none
 */
struct igd_cs_fetch {
	const struct igd_aspace *as;
	uint64_t page;
	const uint32_t *words;
};

/**
 * struct igd_cs_spin - a loop of commands that changes nothing
 * @target: where the last backward jump led, IGD_CS_NO_TARGET before the first
 * @repeats: how often in a row it did, without any effect in between
 * @effect: memory or a register has changed since, or an interrupt was raised
 */
struct igd_cs_spin {
	uint64_t target;
	uint32_t repeats;
	bool effect;
};

/**
 * struct igd_cs - command streamer of an engine
 * @level: what is executed now; the ring's position is RING_HEAD
 * @batch: first and second level, valid as far as @level says
 * @wa: the workaround batch while @level is IGD_CS_WA
 * @arb_enabled: MI_ARB_ON_OFF: the context may be preempted at arbitration points
 * @halted: stopped at a command that it cannot execute, until the reset
 * @predicate: mode of MI_SET_PREDICATE
 * @wait_since: time at which the semaphore that blocks was first polled, 0: none does
 * @cmd: the command being executed
 */
struct igd_cs {
	enum igd_cs_level level;
	struct igd_cs_batch batch[2];
	struct igd_cs_batch wa;
	struct igd_cs_fetch fetch;
	struct igd_cs_spin spin;
	bool arb_enabled;
	bool halted;
	uint8_t predicate;
	uint64_t wait_since;
	uint32_t cmd[IGD_CS_MAX_COMMAND];
};

/**
 * struct igd_execlist - submission port of an engine
 * @elsp: descriptor halves written so far, @elsp_written of them
 * @active: the elements being executed, the first running
 * @num_active: 0 when the port is idle
 * @slot: place of the running element in its submission, 0 or 1
 * @pending: the submission that has not been taken up yet
 * @num_pending: 0 when there is none
 */
struct igd_execlist {
	uint32_t elsp[4];
	unsigned int elsp_written;
	uint64_t active[2];
	unsigned int num_active;
	unsigned int slot;
	uint64_t pending[2];
	unsigned int num_pending;
};

/**
 * struct igd_engine - one engine
 * @base: of its registers
 * @ggtt, @ppgtt: what addresses of its commands mean; ppgtt is loaded with the context
 * @timer: fires when the engine is to run its next slice
 * @time: modelled time up to which it has worked; ahead of the clock while it is busy
 * @in_slice: the model is executing this engine now
 * @waiting: it does not work until @timer fires (semaphore, spinning loop)
 * @ctx_ticks: CTX_TIMESTAMP when the context was loaded or its register written
 * @ctx_start: RING_TIMESTAMP then
 * @blt: state of XY_SETUP commands, BCS only
 */
struct igd_engine {
	struct igd *gd;
	enum igd_engine_id id;
	uint32_t base;
	struct igd_aspace ggtt;
	struct igd_aspace ppgtt;
	struct igd_timer timer;
	uint64_t time;
	bool in_slice;
	bool waiting;
	uint32_t ctx_ticks;
	uint64_t ctx_start;
	struct igd_execlist port;
	struct igd_cs cs;
	struct igd_blt blt;
};

#endif
