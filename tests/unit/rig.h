/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A world for a whole GPU: sparse system memory whose pages have owners, a clock
 * that is stepped by hand, and a log of what the GPU did to the outside.  And
 * what a driver needs to make it work: GGTT and PPGTT mappings, contexts, rings,
 * submissions, the context status buffer.
 */
#ifndef RIG_H
#define RIG_H

#include "igd_priv.h"
#include "igd_engine.h"

#define RIG_RAM_PAGES	16384u		/* 64 MiB */
#define RIG_RING_SIZE	4096u

enum rig_event_kind { RIG_WRITE, RIG_IRQ };

/**
 * struct rig_event - something the GPU did
 * @addr, @len: of a write; @data: its first dword
 * @level: of the interrupt line
 */
struct rig_event {
	enum rig_event_kind kind;
	struct igd_client who;
	uint64_t addr;
	size_t len;
	uint32_t data;
	bool level;
};

/**
 * struct rig - the world
 * @owner: per page of memory, LRCA of the context whose it is, 0: anybody's
 * @trespasses: accesses to pages of another owner
 * @watch: told of each access to memory, before it is made; NULL: nobody watches
 */
struct rig {
	struct igd *gd;
	uint8_t *page[RIG_RAM_PAGES];
	uint32_t owner[RIG_RAM_PAGES];
	unsigned int trespasses;
	void (*watch)(void *arg, const struct igd_client *who, uint64_t addr, bool write);
	void *watch_arg;
	uint32_t next_page;
	uint32_t next_ggtt;
	uint64_t now, deadline;
	bool irq;
	struct rig_event *log;
	size_t logged, log_max;
	uint32_t hwsp[IGD_NUM_ENGINES];		/* GGTT addresses */
	unsigned int csb_head[IGD_NUM_ENGINES];
	char violation[256];			/* the last */
};

/** struct rig_ppgtt - a 4-level address space */
struct rig_ppgtt {
	struct rig *rig;
	uint64_t pml4;
};

/**
 * struct rig_context - a context and its ring
 * @tail: where the next command goes; not seen by the GPU before rig_update_tail()
 */
struct rig_context {
	struct rig *rig;
	enum igd_engine_id engine;
	uint32_t id;
	uint32_t lrca;
	uint32_t ring;
	uint32_t tail;
	struct rig_ppgtt *ppgtt;
};

struct rig *rig_new(void);
void rig_free(struct rig *r);

/** rig_run - let @ns nanoseconds pass */
void rig_run(struct rig *r, uint64_t ns);
/** rig_settle - run until no engine wants to do anything, or a millisecond has passed */
void rig_settle(struct rig *r);

/* Registers as the CPU sees them; forcewake is held. */
uint32_t rig_read(struct rig *r, uint32_t offset);
void rig_write(struct rig *r, uint32_t offset, uint32_t val);
void rig_write_masked(struct rig *r, uint32_t offset, uint32_t mask, uint32_t val);

/* Memory. */
uint64_t rig_alloc_page(struct rig *r);
void *rig_pa(struct rig *r, uint64_t pa);
/** rig_ggtt_alloc - @pages of new memory, mapped into the GGTT; a guard page follows */
uint32_t rig_ggtt_alloc(struct rig *r, unsigned int pages);
/** rig_ggtt_pa - bus address of a GGTT address */
uint64_t rig_ggtt_pa(struct rig *r, uint32_t addr);
uint32_t *rig_ggtt(struct rig *r, uint32_t addr);

struct rig_ppgtt *rig_ppgtt_new(struct rig *r);
/** rig_ppgtt_map - one page; returns its memory.  @flags: of the PTE, 3: present and writable */
void *rig_ppgtt_map(struct rig_ppgtt *p, uint64_t addr, uint64_t pa, uint64_t flags);
/** rig_ppgtt_alloc - new memory at @addr */
void *rig_ppgtt_alloc(struct rig_ppgtt *p, uint64_t addr, unsigned int pages);

/* Contexts. */
struct rig_context *rig_context_new(struct rig *r, enum igd_engine_id engine, uint32_t id);
void rig_context_free(struct rig_context *c);
uint32_t *rig_context_image(struct rig_context *c);
uint32_t *rig_context_pphwsp(struct rig_context *c);

#define rig_emit(c, ...) \
	rig_emit_dwords(c, (const uint32_t[]){ __VA_ARGS__ }, \
			sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))
void rig_emit_dwords(struct rig_context *c, const uint32_t *dw, size_t n);
/** rig_emit_store - MI_STORE_DWORD_IMM to a GGTT address */
void rig_emit_store(struct rig_context *c, uint32_t addr, uint32_t val);
void rig_emit_semaphore(struct rig_context *c, uint32_t addr, unsigned int op, uint32_t val);
void rig_emit_srm(struct rig_context *c, uint32_t reg, uint32_t addr);
void rig_emit_batch(struct rig_context *c, uint64_t addr, uint32_t flags);
/** rig_update_tail - what has been emitted up to now is for the GPU to execute */
void rig_update_tail(struct rig_context *c);

uint64_t rig_descriptor(const struct rig_context *c);
/** rig_submit - update tails and write ELSP; @second may be NULL; @flags: of the descriptors */
void rig_submit(struct rig_context *first, struct rig_context *second, uint64_t flags);
void rig_submit_raw(struct rig *r, enum igd_engine_id engine, uint64_t first, uint64_t second);

/** rig_csb_next - take one entry from the status buffer as a driver does; false: there is none */
bool rig_csb_next(struct rig *r, enum igd_engine_id engine, uint32_t *status, uint32_t *id);
/** rig_csb_reset - what a driver does to the status buffer after a reset */
void rig_csb_reset(struct rig *r, enum igd_engine_id engine);
/** rig_engine_enable - what a driver does to an engine after a reset */
void rig_engine_enable(struct rig *r, enum igd_engine_id engine);

/* Interrupts: events of an engine that are latched in its IIR; clears them. */
uint32_t rig_take_events(struct rig *r, enum igd_engine_id engine);
/** rig_mask_events - let only @events through RING_IMR */
void rig_mask_events(struct rig *r, enum igd_engine_id engine, uint32_t events);

void rig_log_clear(struct rig *r);

#endif
