// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the other guest
 *
 *   source ── blit (BCS) ──► copy ── its checksum is the source's?
 *   counters ── stores (RCS) ──► data ── as written?
 *   canary: pages that nobody writes to ── their checksum is what it was?
 */
#include <stdlib.h>

#include "bystander.h"
#include "vfio_driver.h"

#define MEMORY		(8u << 20)
#define SURFACE_PAGES	8
#define CANARY_PAGES	256
#define SOURCE		0x400000ull
#define COPY		0x500000ull
#define CANARY_OFTEN	8		/* rounds between looks at it */
#define STORES		32
#define PATIENCE	15.0

struct guest_work {
	struct vfio v;
	struct driver d;
	struct context *rcs, *bcs;
	uint64_t source, copy, canary, canary_sum;
};

static uint64_t checksum(struct guest_work *w, uint64_t gpa, unsigned int pages)
{
	volatile uint64_t *p = vfio_u64(&w->v, gpa);
	uint64_t sum = 0xcbf29ce484222325ull;

	for (unsigned int i = 0; i < pages * PAGE / 8; i++)
		sum = (sum ^ p[i]) * 0x100000001b3ull;
	return sum;
}

static void fill(struct guest_work *w, uint64_t gpa, unsigned int pages)
{
	for (unsigned int i = 0; i < pages * PAGE / 4; i++)
		*vfio_u32(&w->v, gpa + 4 * i) = vgt_random();
}

/* A surface of one page's width; in its middle nothing else of the space. */
static void write_blit(struct guest_work *w)
{
	const uint32_t dw[] = {
		BLT_CMD(XY_SRC_COPY_BLT) | BR00_WRITE_ALPHA | BR00_WRITE_RGB | 8,
		BR13_DEPTH_8888 << 24 | ROP_SRC_COPY << 16 | PAGE,
		0, SURFACE_PAGES << 16 | PAGE / 4, COPY, 0, 0, PAGE, SOURCE, 0,
		MI_BATCH_BUFFER_END, MI_NOOP,
	};

	context_batch(w->bcs, dw, ARRAY_SIZE(dw));
}

static void write_stores(struct guest_work *w, unsigned int n)
{
	uint32_t dw[4 * STORES + 2];

	for (unsigned int i = 0; i < STORES; i++) {
		dw[4 * i] = MI_STORE_DWORD_IMM;
		dw[4 * i + 1] = DRIVER_DATA + 64 * i;
		dw[4 * i + 2] = 0;
		dw[4 * i + 3] = n * STORES + i;
	}
	dw[4 * STORES] = MI_BATCH_BUFFER_END;
	dw[4 * STORES + 1] = MI_NOOP;
	context_batch(w->rcs, dw, ARRAY_SIZE(dw));
}

static void *guest_setup(int number)
{
	struct guest_work *w = calloc(1, sizeof(*w));

	vgt_assert(w);
	vfio_open(&w->v, number, MEMORY);
	driver_init(&w->d, &w->v);
	w->rcs = context_new(&w->d, &vgt_engines[0], 1);
	w->bcs = context_new(&w->d, &vgt_engines[1], 2);
	w->source = driver_pages(&w->d, SURFACE_PAGES);
	w->copy = driver_pages(&w->d, SURFACE_PAGES);
	w->canary = driver_pages(&w->d, CANARY_PAGES);
	for (unsigned int i = 0; i < SURFACE_PAGES; i++) {
		context_map(w->bcs, SOURCE + i * PAGE, w->source + i * PAGE);
		context_map(w->bcs, COPY + i * PAGE, w->copy + i * PAGE);
	}
	driver_gm(&w->d, w->canary, CANARY_PAGES);
	fill(w, w->source, SURFACE_PAGES);
	fill(w, w->canary, CANARY_PAGES);
	w->canary_sum = checksum(w, w->canary, CANARY_PAGES);
	write_blit(w);
	return w;
}

static void run(struct guest_work *w, struct context *c, unsigned int result, uint32_t n)
{
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
	emit_store(c, w->d.results + 4 * result, n);
	vgt_assert_f(context_run(c, PATIENCE), "the other guest's %s hangs", c->e->name);
	vgt_assert_eq(*driver_result(&w->d, result), n);
}

static void guest_round(void *priv, unsigned int n)
{
	struct guest_work *w = priv;

	*vfio_u32(&w->v, w->source + n % (SURFACE_PAGES * PAGE / 4) * 4) = n;
	run(w, w->bcs, 0, n);
	vgt_assert_eq(checksum(w, w->copy, SURFACE_PAGES), checksum(w, w->source, SURFACE_PAGES));
	write_stores(w, n);
	run(w, w->rcs, 1, n);
	for (unsigned int i = 0; i < STORES; i++)
		vgt_assert_eq(*vfio_u32(&w->v, w->rcs->data + 64 * i), n * STORES + i);
	if (n % CANARY_OFTEN == 0)
		vgt_assert_eq(checksum(w, w->canary, CANARY_PAGES), w->canary_sum);
}

void bystander_guest(struct bystander *b, int number)
{
	bystander_start(b, "the other guest", guest_setup, guest_round, number);
}
