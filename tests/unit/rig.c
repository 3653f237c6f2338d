// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "rig.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gtt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/mi.h"
#include "vgt/regs/power.h"

static uint8_t *page_at(struct rig *r, uint64_t addr)
{
	uint64_t n = addr / IGD_PAGE_SIZE;

	if (n >= RIG_RAM_PAGES)
		return NULL;
	if (!r->page[n])
		r->page[n] = calloc(1, IGD_PAGE_SIZE);
	return r->page[n];
}

static void check_owner(struct rig *r, const struct igd_client *who, uint64_t addr, bool write)
{
	uint32_t owner = addr / IGD_PAGE_SIZE < RIG_RAM_PAGES ? r->owner[addr / IGD_PAGE_SIZE] : 0;

	if (owner && who->unit == IGD_UNIT_ENGINE && who->lrca && who->lrca != owner)
		r->trespasses++;
	if (r->watch)
		r->watch(r->watch_arg, who, addr, write);
}

static struct rig_event *log_event(struct rig *r)
{
	if (r->logged == r->log_max) {
		r->log_max = r->log_max ? 2 * r->log_max : 1024;
		r->log = realloc(r->log, r->log_max * sizeof(*r->log));
	}
	memset(&r->log[r->logged], 0, sizeof(*r->log));
	return &r->log[r->logged++];
}

static bool mem_read(void *opaque, const struct igd_client *who, uint64_t addr, void *buf, size_t len)
{
	struct rig *r = opaque;
	uint8_t *page = page_at(r, addr);

	check_owner(r, who, addr, false);
	if (!page)
		return false;
	memcpy(buf, page + addr % IGD_PAGE_SIZE, len);
	return true;
}

static bool mem_write(void *opaque, const struct igd_client *who, uint64_t addr,
		      const void *buf, size_t len)
{
	struct rig *r = opaque;
	uint8_t *page = page_at(r, addr);
	struct rig_event *ev;

	check_owner(r, who, addr, true);
	if (!page)
		return false;
	memcpy(page + addr % IGD_PAGE_SIZE, buf, len);
	ev = log_event(r);
	ev->kind = RIG_WRITE;
	ev->who = *who;
	ev->addr = addr;
	ev->len = len;
	memcpy(&ev->data, buf, len < 4 ? len : 4);
	return true;
}

static void *mem_map(void *opaque, const struct igd_client *who, uint64_t addr, bool write)
{
	struct rig *r = opaque;

	check_owner(r, who, addr, write);
	return page_at(r, addr);
}

static void mem_dirty(void *opaque, uint64_t addr, size_t len)
{
	(void)opaque;
	(void)addr;
	(void)len;
}

static uint64_t now(void *opaque)
{
	return ((struct rig *)opaque)->now;
}

static void set_deadline(void *opaque, uint64_t ns)
{
	((struct rig *)opaque)->deadline = ns;
}

static void set_irq(void *opaque, bool level)
{
	struct rig *r = opaque;
	struct rig_event *ev = log_event(r);

	ev->kind = RIG_IRQ;
	ev->level = level;
	r->irq = level;
}

static void violation(void *opaque, const char *rule, const char *text, bool stop)
{
	struct rig *r = opaque;

	(void)stop;
	snprintf(r->violation, sizeof(r->violation), "%s: %s", rule, text);
}

static const struct igd_ops ops = {
	.mem_read = mem_read,
	.mem_write = mem_write,
	.mem_map = mem_map,
	.mem_dirty = mem_dirty,
	.now = now,
	.set_deadline = set_deadline,
	.set_irq = set_irq,
	.violation = violation,
};

/*
 * Clock
 */

void rig_run(struct rig *r, uint64_t ns)
{
	uint64_t end = r->now + ns;

	while (r->deadline <= end) {
		if (r->deadline > r->now)
			r->now = r->deadline;
		r->deadline = IGD_NEVER;
		igd_core_run(r->gd);
	}
	r->now = end;
}

static bool engines_rest(struct rig *r)
{
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		if (r->gd->engine[id].timer.deadline != IGD_NEVER)
			return false;
	return true;
}

void rig_settle(struct rig *r)
{
	for (int i = 0; i < 1000 && !engines_rest(r); i++)
		rig_run(r, 1000);
}

/*
 * Registers
 */

uint32_t rig_read(struct rig *r, uint32_t offset)
{
	return igd_mmio_read(r->gd, &igd_client_cpu, offset);
}

void rig_write(struct rig *r, uint32_t offset, uint32_t val)
{
	igd_mmio_write(r->gd, &igd_client_cpu, offset, val);
}

void rig_write_masked(struct rig *r, uint32_t offset, uint32_t mask, uint32_t val)
{
	rig_write(r, offset, mask << 16 | val);
}

/*
 * Memory
 */

uint64_t rig_alloc_page(struct rig *r)
{
	if (r->next_page == RIG_RAM_PAGES)
		abort();
	return (uint64_t)r->next_page++ * IGD_PAGE_SIZE;
}

void *rig_pa(struct rig *r, uint64_t pa)
{
	return page_at(r, pa) + pa % IGD_PAGE_SIZE;
}

uint32_t rig_ggtt_alloc(struct rig *r, unsigned int pages)
{
	uint32_t first = r->next_ggtt;

	for (unsigned int i = 0; i < pages; i++)
		igd_gtt_write(r->gd, 8 * (first + i), rig_alloc_page(r) | 3, 8);
	igd_gtt_flush(r->gd);
	r->next_ggtt += pages + 1;
	return first * IGD_PAGE_SIZE;
}

uint64_t rig_ggtt_pa(struct rig *r, uint32_t addr)
{
	return (igd_gtt_lookup(r->gd, addr / IGD_PAGE_SIZE) & GEN8_PTE_ADDR_MASK) +
	       addr % IGD_PAGE_SIZE;
}

uint32_t *rig_ggtt(struct rig *r, uint32_t addr)
{
	return rig_pa(r, rig_ggtt_pa(r, addr));
}

struct rig_ppgtt *rig_ppgtt_new(struct rig *r)
{
	struct rig_ppgtt *p = calloc(1, sizeof(*p));

	p->rig = r;
	p->pml4 = rig_alloc_page(r);
	return p;
}

void *rig_ppgtt_map(struct rig_ppgtt *p, uint64_t addr, uint64_t pa, uint64_t flags)
{
	uint64_t table = p->pml4;

	for (int shift = 39; shift > 12; shift -= 9) {
		uint64_t *entry = (uint64_t *)rig_pa(p->rig, table) + (addr >> shift & 511);

		if (!*entry)
			*entry = rig_alloc_page(p->rig) | 3;
		table = *entry & GEN8_PTE_ADDR_MASK;
	}
	((uint64_t *)rig_pa(p->rig, table))[addr >> 12 & 511] = pa | flags;
	return rig_pa(p->rig, pa);
}

void *rig_ppgtt_alloc(struct rig_ppgtt *p, uint64_t addr, unsigned int pages)
{
	void *first = NULL;

	for (unsigned int i = 0; i < pages; i++) {
		void *page = rig_ppgtt_map(p, addr + i * IGD_PAGE_SIZE, rig_alloc_page(p->rig), 3);

		if (!i)
			first = page;
	}
	return first;
}

/*
 * Contexts
 */

uint32_t *rig_context_image(struct rig_context *c)
{
	return rig_ggtt(c->rig, c->lrca + IGD_PAGE_SIZE);
}

uint32_t *rig_context_pphwsp(struct rig_context *c)
{
	return rig_ggtt(c->rig, c->lrca);
}

/* The ring context of a new image, as i915 writes it: the engine context is not restored. */
static void init_image(struct rig_context *c)
{
	static const uint16_t ring[] = {
		0x244, 0x034, 0x030, 0x038, 0x03c, 0x168, 0x140, 0x110,
		0x11c, 0x114, 0x118, 0x1c0, 0x1c4, 0x1c8,
	};
	static const uint16_t pdp[] = {
		0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
	};
	uint32_t base = c->rig->gd->engine[c->engine].base;
	uint32_t *image = rig_context_image(c);

	image[0x01] = MI_LOAD_REGISTER_IMM(14) | MI_LRI_FORCE_POSTED;
	for (int i = 0; i < 14; i++)
		image[0x02 + 2 * i] = base + ring[i];
	image[0x21] = MI_LOAD_REGISTER_IMM(9) | MI_LRI_FORCE_POSTED;
	for (int i = 0; i < 9; i++)
		image[0x22 + 2 * i] = base + pdp[i];
	image[0x03] = 0x000f0009;	/* INHIBIT_SYN_SWITCH, RESTORE_INHIBIT */
	image[0x09] = c->ring;
	image[0x0b] = (RIG_RING_SIZE - IGD_PAGE_SIZE) | RING_CTL_VALID;
	image[0x31] = c->ppgtt->pml4 >> 32;
	image[0x33] = c->ppgtt->pml4;
}

struct rig_context *rig_context_new(struct rig *r, enum igd_engine_id engine, uint32_t id)
{
	struct rig_context *c = calloc(1, sizeof(*c));

	c->rig = r;
	c->engine = engine;
	c->id = id;
	c->lrca = rig_ggtt_alloc(r, engine == IGD_RCS ? 22 : 2);
	c->ring = rig_ggtt_alloc(r, RIG_RING_SIZE / IGD_PAGE_SIZE);
	c->ppgtt = rig_ppgtt_new(r);
	r->owner[rig_ggtt_pa(r, c->lrca) / IGD_PAGE_SIZE] = c->lrca;
	r->owner[rig_ggtt_pa(r, c->lrca + IGD_PAGE_SIZE) / IGD_PAGE_SIZE] = c->lrca;
	r->owner[rig_ggtt_pa(r, c->ring) / IGD_PAGE_SIZE] = c->lrca;
	r->owner[c->ppgtt->pml4 / IGD_PAGE_SIZE] = c->lrca;
	init_image(c);
	return c;
}

void rig_context_free(struct rig_context *c)
{
	free(c->ppgtt);
	free(c);
}

void rig_emit_dwords(struct rig_context *c, const uint32_t *dw, size_t n)
{
	uint32_t *ring = rig_ggtt(c->rig, c->ring);

	for (size_t i = 0; i < n; i++) {
		ring[c->tail / 4] = dw[i];
		c->tail = (c->tail + 4) % RIG_RING_SIZE;
	}
}

void rig_emit_store(struct rig_context *c, uint32_t addr, uint32_t val)
{
	rig_emit(c, MI_STORE_DWORD_IMM | MI_GGTT, addr, 0, val);
}

void rig_emit_semaphore(struct rig_context *c, uint32_t addr, unsigned int op, uint32_t val)
{
	rig_emit(c, MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL | op << MI_SEMAPHORE_OP_SHIFT,
		 val, addr, 0);
}

void rig_emit_srm(struct rig_context *c, uint32_t reg, uint32_t addr)
{
	rig_emit(c, MI_STORE_REGISTER_MEM | MI_GGTT, reg, addr, 0);
}

void rig_emit_batch(struct rig_context *c, uint64_t addr, uint32_t flags)
{
	rig_emit(c, MI_BATCH_BUFFER_START | flags, (uint32_t)addr, (uint32_t)(addr >> 32), MI_NOOP);
}

/* Tails are qword-aligned. */
void rig_update_tail(struct rig_context *c)
{
	if (c->tail & 4)
		rig_emit(c, MI_NOOP);
	rig_context_image(c)[0x07] = c->tail;
}

uint64_t rig_descriptor(const struct rig_context *c)
{
	return (uint64_t)c->id << 32 | c->lrca | CTX_DESC_VALID |
	       CTX_DESC_MODE_LEGACY_64B << CTX_DESC_MODE_SHIFT;
}

void rig_submit_raw(struct rig *r, enum igd_engine_id engine, uint64_t first, uint64_t second)
{
	uint32_t elsp = RING_ELSP(r->gd->engine[engine].base);

	rig_write(r, elsp, second >> 32);
	rig_write(r, elsp, (uint32_t)second);
	rig_write(r, elsp, first >> 32);
	rig_write(r, elsp, (uint32_t)first);
}

void rig_submit(struct rig_context *first, struct rig_context *second, uint64_t flags)
{
	rig_update_tail(first);
	if (second)
		rig_update_tail(second);
	rig_submit_raw(first->rig, first->engine, rig_descriptor(first) | flags,
		       second ? rig_descriptor(second) | flags : 0);
}

/*
 * Status and interrupts
 */

bool rig_csb_next(struct rig *r, enum igd_engine_id engine, uint32_t *status, uint32_t *id)
{
	uint32_t *hwsp = rig_ggtt(r, r->hwsp[engine]);
	unsigned int *head = &r->csb_head[engine];
	uint32_t *entry;

	if (*head == hwsp[HWSP_CSB_WRITE_PTR])
		return false;
	*head = (*head + 1) % CSB_ENTRIES;
	entry = &hwsp[HWSP_CSB + 2 * *head];
	*status = entry[0];
	*id = entry[1];
	entry[0] = entry[1] = ~0u;
	return true;
}

void rig_csb_reset(struct rig *r, enum igd_engine_id engine)
{
	uint32_t *hwsp = rig_ggtt(r, r->hwsp[engine]);
	uint32_t last = CSB_ENTRIES - 1;

	rig_write_masked(r, RING_CSB_PTR(r->gd->engine[engine].base), 0xffff,
			 last << CSB_READ_PTR_SHIFT | last);
	memset(&hwsp[HWSP_CSB], 0xff, 8 * CSB_ENTRIES);
	hwsp[HWSP_CSB_WRITE_PTR] = last;
	r->csb_head[engine] = last;
}

void rig_engine_enable(struct rig *r, enum igd_engine_id engine)
{
	uint32_t base = r->gd->engine[engine].base;

	rig_csb_reset(r, engine);
	rig_write_masked(r, RING_MODE(base), GFX_RUN_LIST_ENABLE, GFX_RUN_LIST_ENABLE);
	rig_write_masked(r, RING_MI_MODE(base), MI_MODE_STOP_RING, 0);
	rig_write(r, RING_HWS_PGA(base), r->hwsp[engine]);
	rig_write(r, RING_EMR(base), ~RING_ERROR_INSTRUCTION);
	rig_mask_events(r, engine, 0xffff);
}

static const struct {
	uint32_t bank;
	unsigned int shift;
} engine_irq[IGD_NUM_ENGINES] = {
	[IGD_RCS] = { GEN8_GT_IRQ_BASE(0), 0 },
	[IGD_BCS] = { GEN8_GT_IRQ_BASE(0), 16 },
	[IGD_VCS] = { GEN8_GT_IRQ_BASE(1), 0 },
	[IGD_VECS] = { GEN8_GT_IRQ_BASE(3), 0 },
};

uint32_t rig_take_events(struct rig *r, enum igd_engine_id engine)
{
	uint32_t iir = engine_irq[engine].bank + IRQ_IIR, shift = engine_irq[engine].shift;
	uint32_t all = 0, events;

	/* A second event of a kind waits behind the first. */
	for (int i = 0; i < 2; i++) {
		events = rig_read(r, iir) >> shift & 0xffff;
		all |= events;
		rig_write(r, iir, events << shift);
	}
	return all;
}

void rig_mask_events(struct rig *r, enum igd_engine_id engine, uint32_t events)
{
	/* RING_IMR has the bits where the GT bank has them: those of BCS are shifted, too. */
	rig_write(r, RING_IMR(r->gd->engine[engine].base), ~(events << engine_irq[engine].shift));
}

void rig_log_clear(struct rig *r)
{
	r->logged = 0;
}

/*
 * The world
 */

struct rig *rig_new(void)
{
	static const struct igd_config cfg = {
		.aperture_mb = 256, .strict = IGD_STRICT_ON, .gpu_mhz = 1000, .mem_mbps = 25000,
	};
	struct rig *r = calloc(1, sizeof(*r));

	r->next_page = 16;
	r->next_ggtt = 16;
	r->now = 1000000;
	r->deadline = IGD_NEVER;
	r->gd = igd_core_new(&cfg, &ops, r);

	rig_write_masked(r, FORCEWAKE_RENDER, 1, 1);
	rig_write_masked(r, FORCEWAKE_GT, 1, 1);
	rig_write_masked(r, FORCEWAKE_MEDIA, 1, 1);
	for (int bank = 0; bank < 4; bank++) {
		rig_write(r, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
		rig_write(r, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
	}
	rig_write(r, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		r->hwsp[id] = rig_ggtt_alloc(r, 1);
		rig_engine_enable(r, id);
	}
	rig_log_clear(r);
	return r;
}

void rig_free(struct rig *r)
{
	igd_core_free(r->gd);
	for (unsigned int i = 0; i < RIG_RAM_PAGES; i++)
		free(r->page[i]);
	free(r->log);
	free(r);
}
