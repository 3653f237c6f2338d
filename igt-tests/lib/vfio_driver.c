// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a small driver of a vGPU
 *
 *   pages --> GGTT --> status page, image, ring --> ELSP --> status entries --> idle
 *     `-----> page tables --> batch, data ---'
 *
 * One submission after the other; addresses are handed out upwards and never taken back.
 */
#include <stdlib.h>

#include "vfio_driver.h"

#define ENTRY	(GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE)

static unsigned int index_of(const struct vgt_engine *e)
{
	return e - vgt_engines;
}

/*
 * Memory
 */

uint64_t driver_pages(struct driver *d, unsigned int n)
{
	uint64_t gpa = (uint64_t)d->next_page * PAGE;

	vgt_assert(gpa + (uint64_t)n * PAGE <= d->v->mem_size);
	d->next_page += n;
	memset(d->v->mem + gpa, 0, (size_t)n * PAGE);
	return gpa;
}

/* A page is left out behind each, so that what reaches too far is found. */
uint32_t driver_gm(struct driver *d, uint64_t gpa, unsigned int n)
{
	uint32_t addr = d->next_gm;

	for (unsigned int i = 0; i < n; i++)
		vfio_set_pte(d->v, addr / PAGE + i, (gpa + (uint64_t)i * PAGE) | ENTRY);
	driver_flush(d);
	d->next_gm += (n + 1) * PAGE;
	return addr;
}

void driver_flush(struct driver *d)
{
	vfio_set_reg(d->v, GFX_FLSH_CNTL, GFX_FLSH_CNTL_EN);
}

/*
 * Engines
 */

void driver_enable(struct driver *d, const struct vgt_engine *e)
{
	unsigned int n = index_of(e);
	uint32_t hwsp;

	if (!d->hwsp[n])
		d->hwsp[n] = driver_pages(d, 1);
	hwsp = driver_gm(d, d->hwsp[n], 1);
	d->csb_head[n] = CSB_ENTRIES - 1;
	d->idle[n] = true;
	*vfio_u32(d->v, d->hwsp[n] + 4 * HWSP_CSB_WRITE_PTR) = d->csb_head[n];
	vfio_set_reg(d->v, RING_CSB_PTR(e->base), 0xffff0505);
	vfio_set_reg(d->v, RING_MODE(e->base), GFX_RUN_LIST_ENABLE * 0x10001);
	vfio_set_reg(d->v, RING_HWS_PGA(e->base), hwsp);
	vfio_set_reg(d->v, RING_IMR(e->base), ~(0x101u << (is_bcs(e) ? 16 : 0)));
}

void driver_reset_engine(struct driver *d, const struct vgt_engine *e)
{
	static const uint32_t domain[VGT_NUM_ENGINES] = {
		GDRST_RENDER, GDRST_BLT, GDRST_MEDIA, GDRST_VECS,
	};

	vfio_set_reg(d->v, GEN6_GDRST, domain[index_of(e)]);
	driver_enable(d, e);
}

static void enable_interrupts(struct driver *d)
{
	for (int bank = 0; bank < 4; bank++) {
		vfio_set_reg(d->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		vfio_set_reg(d->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
	}
	vfio_set_reg(d->v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

void driver_init(struct driver *d, struct vfio *v)
{
	*d = (struct driver){ .v = v, .next_page = 1, .next_gm = v->high };
	enable_interrupts(d);
	for_each_engine(e)
		driver_enable(d, e);
	d->results_gpa = driver_pages(d, 1);
	d->results = driver_gm(d, d->results_gpa, 1);
}

void driver_submit_raw(struct driver *d, const struct vgt_engine *e, uint64_t first,
		       uint64_t second)
{
	const uint32_t dw[] = { second >> 32, second, first >> 32, first };

	for (size_t i = 0; i < ARRAY_SIZE(dw); i++)
		vfio_set_reg(d->v, RING_ELSP(e->base), dw[i]);
}

static void read_events(struct driver *d, unsigned int n)
{
	volatile uint32_t *page = vfio_u32(d->v, d->hwsp[n]);
	unsigned int end = page[HWSP_CSB_WRITE_PTR] % CSB_ENTRIES;

	while (d->csb_head[n] != end) {
		uint32_t status;

		d->csb_head[n] = (d->csb_head[n] + 1) % CSB_ENTRIES;
		status = page[HWSP_CSB + 2 * d->csb_head[n]];
		if (status & CSB_IDLE_ACTIVE)
			d->idle[n] = false;
		if (status & CSB_ACTIVE_IDLE)
			d->idle[n] = true;
	}
}

bool driver_settle(struct driver *d, const struct vgt_engine *e, double seconds)
{
	double end = vgt_now() + seconds;
	unsigned int n = index_of(e);

	for (;;) {
		read_events(d, n);
		if (d->idle[n])
			return true;
		if (vgt_now() > end)
			return false;
		vgt_sleep(0.0003);
	}
}

bool driver_wait(struct driver *d, unsigned int dword, uint32_t val, double seconds)
{
	double end = vgt_now() + seconds;

	while (*driver_result(d, dword) != val) {
		if (vgt_now() > end)
			return false;
		vgt_sleep(0.0003);
	}
	return true;
}

/*
 * Contexts
 */

uint64_t context_entry(struct context *c, uint64_t addr, int level)
{
	uint64_t table = c->pml4;
	struct vfio *v = c->d->v;

	for (int l = 4; l > level; l--) {
		uint64_t at = table + 8 * (addr >> (3 + 9 * l) & 511);

		if (!(*vfio_u64(v, at) & GEN8_PTE_PRESENT))
			*vfio_u64(v, at) = driver_pages(c->d, 1) | ENTRY;
		table = *vfio_u64(v, at) & GEN8_PTE_ADDR_MASK;
	}
	return table + 8 * (addr >> (3 + 9 * level) & 511);
}

void context_map(struct context *c, uint64_t addr, uint64_t gpa)
{
	*vfio_u64(c->d->v, context_entry(c, addr, 1)) = gpa | ENTRY;
}

volatile uint32_t *context_image(struct context *c, unsigned int dword)
{
	return vfio_u32(c->d->v, c->image + PAGE + 4 * dword);
}

static void load_list(struct context *c, unsigned int at, const uint16_t *regs, unsigned int n,
		      uint32_t flags)
{
	*context_image(c, at++) = MI_LOAD_REGISTER_IMM(n) | flags;
	for (unsigned int i = 0; i < n; i++, at += 2) {
		*context_image(c, at) = c->e->base + regs[i];
		*context_image(c, at + 1) = 0;
	}
}

static void make_image(struct context *c)
{
	static const uint16_t ring[] = {
		0x244, 0x034, 0x030, 0x038, 0x03c, 0x168, 0x140, 0x110, 0x11c, 0x114, 0x118,
		0x1c0, 0x1c4, 0x1c8,
	};
	static const uint16_t ppgtt[] = {
		0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
	};
	bool rcs = c->e == &vgt_engines[0];
	const uint16_t last = rcs ? 0x0c8 : 0x200;

	load_list(c, 0x01, ring, ARRAY_SIZE(ring), MI_LRI_FORCE_POSTED);
	load_list(c, 0x21, ppgtt, ARRAY_SIZE(ppgtt), MI_LRI_FORCE_POSTED);
	load_list(c, 0x41, &last, 1, rcs ? 0 : MI_LRI_FORCE_POSTED);
	*context_image(c, IMG_CONTROL) = 0x10001 * (CTX_CTRL_RESTORE_INHIBIT |
						    CTX_CTRL_INHIBIT_SYN_SWITCH);
	*context_image(c, IMG_START) = c->start;
	*context_image(c, IMG_CTL) = (RING_PAGES - 1) * PAGE | RING_CTL_VALID;
	*context_image(c, IMG_BB_STATE) = BBSTATE_PPGTT;
	*context_image(c, IMG_PDP_HIGH) = c->pml4 >> 32;
	*context_image(c, IMG_PDP_LOW) = c->pml4;
}

struct context *context_new(struct driver *d, const struct vgt_engine *e, uint32_t id)
{
	unsigned int pages = e == &vgt_engines[0] ? IMAGE_PAGES_RCS : IMAGE_PAGES_OTHER;
	struct context *c = calloc(1, sizeof(*c));

	vgt_assert(c);
	c->d = d;
	c->e = e;
	c->id = id;
	c->image = driver_pages(d, pages);
	c->lrca = driver_gm(d, c->image, pages);
	c->ring = driver_pages(d, RING_PAGES);
	c->start = driver_gm(d, c->ring, RING_PAGES);
	c->pml4 = driver_pages(d, 1);
	c->batch = driver_pages(d, 1);
	c->data = driver_pages(d, 1);
	context_map(c, DRIVER_BATCH, c->batch);
	context_map(c, DRIVER_DATA, c->data);
	make_image(c);
	return c;
}

void emit_dwords(struct context *c, const uint32_t *dw, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		*vfio_u32(c->d->v, c->ring + c->tail) = dw[i];
		c->tail = (c->tail + 4) % (RING_PAGES * PAGE);
	}
}

void emit_store(struct context *c, uint32_t addr, uint32_t val)
{
	emit(c, MI_STORE_DWORD_IMM | MI_GGTT, addr, 0, val);
}

void emit_gate(struct context *c, uint32_t addr, uint32_t val)
{
	emit(c, MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL |
	     SEMAPHORE_EQ << MI_SEMAPHORE_OP_SHIFT, val, addr, 0);
}

void emit_batch(struct context *c, uint64_t addr, uint32_t flags)
{
	emit(c, MI_BATCH_BUFFER_START | flags, (uint32_t)addr, addr >> 32, MI_NOOP);
}

void context_batch(struct context *c, const uint32_t *dw, size_t n)
{
	vgt_assert(4 * n <= PAGE);
	for (size_t i = 0; i < n; i++)
		vfio_u32(c->d->v, c->batch)[i] = dw[i];
}

void emit_endless(struct context *c)
{
	const uint32_t loop[] = { MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, DRIVER_BATCH, 0 };

	context_batch(c, loop, ARRAY_SIZE(loop));
	emit(c, MI_ARB_ON_OFF, MI_NOOP);
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
}

uint64_t context_desc(struct context *c)
{
	if (c->tail & 4)
		emit(c, MI_NOOP);
	*context_image(c, IMG_TAIL) = c->tail;
	return (uint64_t)c->id << 32 | c->lrca | 1u << 8 | CTX_DESC_VALID |
	       CTX_DESC_MODE_LEGACY_64B << CTX_DESC_MODE_SHIFT;
}

void context_submit(struct context *c)
{
	c->d->idle[index_of(c->e)] = false;
	driver_submit_raw(c->d, c->e, context_desc(c), 0);
}

bool context_run(struct context *c, double seconds)
{
	context_submit(c);
	return driver_settle(c->d, c->e, seconds);
}
