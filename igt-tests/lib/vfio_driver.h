/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_VFIO_DRIVER_H
#define VGT_TEST_VFIO_DRIVER_H

#include <vgt/regs/blt.h>
#include <vgt/regs/engine.h>
#include <vgt/regs/gt.h>
#include <vgt/regs/gtt.h>
#include <vgt/regs/irq.h>
#include <vgt/regs/mi.h>

#include "vfio.h"

/*
 * The least of a driver that makes a vGPU work: pages, GGTT, address spaces, contexts, ELSP.
 * It does what it is told, also when that is nonsense.
 */

#define PAGE			4096u
#define RING_PAGES		4
#define IMAGE_PAGES_RCS		22
#define IMAGE_PAGES_OTHER	2
#define DRIVER_BATCH		0x100000ull	/* in each context's own address space */
#define DRIVER_DATA		0x200000ull

/* Dwords of values in the page of state of an image. */
enum {
	IMG_CONTROL = 0x03, IMG_HEAD = 0x05, IMG_TAIL = 0x07, IMG_START = 0x09, IMG_CTL = 0x0b,
	IMG_BB_HIGH = 0x0d, IMG_BB_ADDR = 0x0f, IMG_BB_STATE = 0x11,
	IMG_SBB_HIGH = 0x13, IMG_SBB_ADDR = 0x15, IMG_SBB_STATE = 0x17, IMG_PER_CTX = 0x19,
	IMG_INDIRECT = 0x1b, IMG_INDIRECT_OFFSET = 0x1d, IMG_PDP_HIGH = 0x31, IMG_PDP_LOW = 0x33,
	IMG_ENGINE_CONTEXT = 0x50,
};

/**
 * struct driver - of one vGPU
 * @next_page: of guest memory that is not used yet, by its number
 * @next_gm: address of graphics memory that is not used yet
 * @results, @results_gpa: a page for results, in the GGTT and in memory
 * @hwsp: per engine, status page
 * @csb_head: per engine, the last status entry that has been read
 * @idle: per engine, as the status entries say
 */
struct driver {
	struct vfio *v;
	uint32_t next_page, next_gm;
	uint32_t results;
	uint64_t results_gpa;
	uint64_t hwsp[VGT_NUM_ENGINES];
	unsigned int csb_head[VGT_NUM_ENGINES];
	bool idle[VGT_NUM_ENGINES];
};

/**
 * struct context - one of its contexts
 * @image, @ring, @batch, @data, @pml4: guest-physical
 * @lrca, @start: image and ring in the GGTT
 */
struct context {
	struct driver *d;
	const struct vgt_engine *e;
	uint32_t id;
	uint32_t lrca, start, tail;
	uint64_t image, ring, batch, data, pml4;
};

void driver_init(struct driver *d, struct vfio *v);
/** driver_pages - guest-physical address of @n pages of zeroes in a row */
uint64_t driver_pages(struct driver *d, unsigned int n);
/** driver_gm - graphics address of @n pages at @gpa */
uint32_t driver_gm(struct driver *d, uint64_t gpa, unsigned int n);
void driver_flush(struct driver *d);
/** driver_enable - set the engine up, as after its reset */
void driver_enable(struct driver *d, const struct vgt_engine *e);
void driver_reset_engine(struct driver *d, const struct vgt_engine *e);
void driver_submit_raw(struct driver *d, const struct vgt_engine *e, uint64_t first,
		       uint64_t second);
/** driver_settle - read status entries until the engine has nothing to do; false: not in time */
bool driver_settle(struct driver *d, const struct vgt_engine *e, double seconds);

static inline volatile uint32_t *driver_result(struct driver *d, unsigned int dword)
{
	return vfio_u32(d->v, d->results_gpa + 4 * dword);
}

/** driver_wait - until a result has a value; false: not in time */
bool driver_wait(struct driver *d, unsigned int dword, uint32_t val, double seconds);

struct context *context_new(struct driver *d, const struct vgt_engine *e, uint32_t id);
/** context_entry - where the entry for @addr is, level 1: the PTE; tables are made as needed */
uint64_t context_entry(struct context *c, uint64_t addr, int level);
void context_map(struct context *c, uint64_t addr, uint64_t gpa);
/** context_image - a dword of the image's state */
volatile uint32_t *context_image(struct context *c, unsigned int dword);

void emit_dwords(struct context *c, const uint32_t *dw, size_t n);
#define emit(c, ...) \
	emit_dwords(c, (const uint32_t[]){ __VA_ARGS__ }, \
		    ARRAY_SIZE(((const uint32_t[]){ __VA_ARGS__ })))
void emit_store(struct context *c, uint32_t addr, uint32_t val);
/** emit_gate - wait until the dword at @addr is @val */
void emit_gate(struct context *c, uint32_t addr, uint32_t val);
/** emit_batch - start a batch at @addr; @flags MI_BATCH_PPGTT: one without privileges */
void emit_batch(struct context *c, uint64_t addr, uint32_t flags);
/** context_batch - contents of the batch at DRIVER_BATCH */
void context_batch(struct context *c, const uint32_t *dw, size_t n);

/** emit_endless - start a batch that never ends, with arbitration off */
void emit_endless(struct context *c);

/** context_desc - its descriptor, after its tail has been written */
uint64_t context_desc(struct context *c);
void context_submit(struct context *c);
/** context_run - submit, and wait for the end; false: not in time */
bool context_run(struct context *c, double seconds);

#endif
