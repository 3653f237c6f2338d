// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A hostile guest.  It has a driver that does well enough - contexts with rings,
 * batches and page tables on two engines - and bytes that say what it does with
 * that: each is an action and is followed by what the action needs.  Another
 * guest and the host have work of their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sizes.h>

#include "fuzz.h"
#include "fuzz_world.h"
#include "drivers/vgt/vgt_image.h"
#include "vgt/abi/pvinfo.h"
#include "vgt/regs/blt.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/mi.h"

#define MAX_ACTIONS	400
#define MAX_TIME	3000000		/* ns that pass by the guest's will */
#define RING_PAGES	2
#define BATCH		0x100000ull	/* in each context's own address space */
#define DATA		0x200000ull
#define GTT		0x800000	/* in BAR0 */
#define PAGE_DWORDS	1024
#define DONE		0xd0e0000u
#define PATIENCE	100		/* times 100 us */

#define A_CONTEXTS	3	/* two on RCS, one on BCS */

/* Graphics memory of a guest that its driver has mapped: a page each. */
struct mapping {
	u32 addr;
	u64 gfn;
};

struct context {
	enum igd_engine_id engine;
	u32 lrca, ring, tail;
	u64 image[VGT_IMAGE_PAGES_RCS];		/* gfns */
	u64 ring_gfn[RING_PAGES];
	u64 table[4];				/* from the top */
	u64 batch, data;
};

struct driver {
	struct vgt_guest_rig *g;
	u32 next_gm;
	u64 hwsp[IGD_NUM_ENGINES];	/* gfns */
	u32 hwsp_addr[IGD_NUM_ENGINES];
	u32 scratch;			/* graphics address of a page */
	u64 scratch_gfn;
	struct context ctx[A_CONTEXTS];
	unsigned int num_ctx;
};

struct fuzz {
	struct fuzz_world *w;
	struct fuzz_bytes in;
	struct driver hostile, good;
	struct rig_context *host;
	u64 time;
	struct vgt_held_pages *held;
};

static u32 base(struct fuzz *f, enum igd_engine_id engine)
{
	return f->w->v->rig->gd->engine[engine].base;
}

/*
 * A driver
 */

static u32 gm_alloc(struct driver *d, unsigned int pages, u64 *gfn)
{
	u32 addr = d->next_gm;

	for (unsigned int i = 0; i < pages; i++) {
		gfn[i] = vgt_guest_rig_alloc(d->g);
		vgt_guest_rig_map(d->g, addr + i * SZ_4K, gfn[i]);
	}
	d->next_gm += (pages + 1) * SZ_4K;
	return addr;
}

static void write_dwords(struct driver *d, u64 gfn, unsigned int dword, const u32 *dw, size_t n)
{
	vgt_guest_rig_copy(d->g, (gfn << 12) + 4 * (dword % PAGE_DWORDS), dw,
			   4 * min(n, (size_t)PAGE_DWORDS - dword % PAGE_DWORDS));
}

static void set_entry(struct driver *d, u64 table, unsigned int index, u64 entry)
{
	vgt_guest_rig_write64(d->g, (table << 12) + 8 * (index & 511), entry);
}

/* Page tables and image as a driver makes them; nothing in the ring. */
static void context_set_up(struct fuzz *f, struct driver *d, struct context *c)
{
	u32 image[VGT_RING_CONTEXT + 1];

	for (int i = 0; i < 3; i++)
		set_entry(d, c->table[i], 0, c->table[i + 1] << 12 | 3);
	/* Batch and data are 1 MiB apart: one table, which two entries of the third level have. */
	set_entry(d, c->table[3], BATCH >> 12 & 511, c->batch << 12 | 3);
	set_entry(d, c->table[2], 1, c->table[3] << 12 | 3);
	set_entry(d, c->table[3], DATA >> 12 & 511, c->data << 12 | 3);

	c->tail = 0;
	vgt_image_init(image, base(f, c->engine));
	image[VGT_RING_CONTEXT] = MI_BATCH_BUFFER_END;
	image[IMAGE_CONTEXT_CONTROL] = 0x00090009;
	image[IMAGE_RING_START] = c->ring;
	image[IMAGE_RING_CTL] = (RING_PAGES - 1) * SZ_4K | RING_CTL_VALID;
	image[IMAGE_BB_STATE] = BBSTATE_PPGTT;
	image[IMAGE_PDP_LDW(0)] = c->table[0] << 12;
	write_dwords(d, c->image[1], 0, image, VGT_RING_CONTEXT + 1);
}

static unsigned int image_pages(enum igd_engine_id engine)
{
	return engine == IGD_RCS ? VGT_IMAGE_PAGES_RCS : VGT_IMAGE_PAGES_OTHER;
}

static void context_init(struct fuzz *f, struct driver *d, enum igd_engine_id engine)
{
	struct context *c = &d->ctx[d->num_ctx++];

	c->engine = engine;
	c->lrca = gm_alloc(d, image_pages(engine), c->image);
	c->ring = gm_alloc(d, RING_PAGES, c->ring_gfn);
	for (int i = 0; i < 4; i++)
		c->table[i] = vgt_guest_rig_alloc(d->g);
	c->batch = vgt_guest_rig_alloc(d->g);
	c->data = vgt_guest_rig_alloc(d->g);
	context_set_up(f, d, c);
}

static void enable_engine(struct fuzz *f, struct driver *d, enum igd_engine_id id)
{
	const u32 last = CSB_ENTRIES - 1;

	write_dwords(d, d->hwsp[id], HWSP_CSB_WRITE_PTR, &last, 1);
	vgt_guest_rig_set_reg(d->g, RING_CSB_PTR(base(f, id)), 0xffff0505);
	vgt_guest_rig_set_reg(d->g, RING_MODE(base(f, id)), GFX_RUN_LIST_ENABLE * 0x10001);
	vgt_guest_rig_set_reg(d->g, RING_HWS_PGA(base(f, id)), d->hwsp_addr[id]);
	vgt_guest_rig_set_reg(d->g, RING_IMR(base(f, id)), 0);
}

static void driver_init(struct fuzz *f, struct driver *d, struct vgt_guest_rig *g)
{
	struct vgt_gm_range low, high;

	memset(d, 0, sizeof(*d));
	d->g = g;
	vgt_guest_gm(g->guest, &low, &high);
	d->next_gm = high.start;
	for (int bank = 0; bank < 4; bank++) {
		vgt_guest_rig_set_reg(g, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		vgt_guest_rig_set_reg(g, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
	}
	vgt_guest_rig_set_reg(g, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		d->hwsp_addr[id] = gm_alloc(d, 1, &d->hwsp[id]);
		enable_engine(f, d, id);
	}
	d->scratch = gm_alloc(d, 1, &d->scratch_gfn);
	context_init(f, d, IGD_RCS);
	context_init(f, d, IGD_BCS);
	context_init(f, d, IGD_RCS);
	vgt_guest_rig_set_reg(g, 0x101008, 1);
}

static void emit(struct driver *d, struct context *c, const u32 *dw, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		write_dwords(d, c->ring_gfn[c->tail / SZ_4K], c->tail % SZ_4K / 4, &dw[i], 1);
		c->tail = (c->tail + 4) % (RING_PAGES * SZ_4K);
	}
}

static u64 descriptor(struct driver *d, struct context *c)
{
	const u32 noop = MI_NOOP;

	if (c->tail & 4)
		emit(d, c, &noop, 1);
	write_dwords(d, c->image[1], IMAGE_RING_TAIL, &c->tail, 1);
	return (u64)(1 + (c - d->ctx)) << 32 | c->lrca | CTX_DESC_PPGTT | CTX_DESC_VALID |
	       CTX_DESC_MODE_LEGACY_64B << CTX_DESC_MODE_SHIFT;
}

static void submit(struct fuzz *f, struct driver *d, enum igd_engine_id engine, u64 first,
		   u64 second)
{
	u32 elsp = RING_ELSP(base(f, engine));

	vgt_guest_rig_set_reg(d->g, elsp, second >> 32);
	vgt_guest_rig_set_reg(d->g, elsp, second);
	vgt_guest_rig_set_reg(d->g, elsp, first >> 32);
	vgt_guest_rig_set_reg(d->g, elsp, first);
}

/*
 * Values that are worth trying
 */

static u32 take(struct fuzz *f, unsigned int bytes)
{
	return fuzz_take(&f->in, bytes);
}

static struct context *some_context(struct fuzz *f)
{
	return &f->hostile.ctx[take(f, 1) % A_CONTEXTS];
}

static u64 some_gfn(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 which = take(f, 1);

	switch (which & 15) {
	case 0:
		return c->batch;
	case 1:
		return c->data;
	case 2:
	case 3:
	case 4:
	case 5:
		return c->table[(which & 15) - 2];
	case 6:
		return c->image[0];
	case 7:
		return c->image[1];
	case 8:
		return c->ring_gfn[0];
	case 9:
		return f->hostile.scratch_gfn;
	case 10:
		return f->hostile.hwsp[which >> 4 & 3];
	case 11:
		return take(f, 4);
	case 12:
		return take(f, 1);			/* low pages, not used otherwise */
	case 13:
		return c->image[which >> 4 & 1 ? 2 : 0];
	default:
		return 16 + take(f, 1) * 8;
	}
}

static bool is_memory(struct fuzz *f, u64 gfn)
{
	return gfn < f->hostile.g->max_gfn && f->hostile.g->bus[gfn];
}

static u32 some_graphics_address(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 which = take(f, 1);

	switch (which & 7) {
	case 0:
		return f->hostile.scratch + (which & 0xf8);
	case 1:
		return c->lrca + 4096 * (which >> 3 & 3);
	case 2:
		return c->ring;
	case 3:
		return f->hostile.g->guest->vgpu.gm.low.start + (which >> 3) * 4096;
	case 4:
		return f->good.scratch;
	case 5:
		return f->w->v->hwsp[IGD_RCS];
	case 6:
		return 0xff000000 + take(f, 3);		/* the core's */
	default:
		return take(f, 4);
	}
}

static u32 some_register(struct fuzz *f)
{
	static const u32 absolute[] = {
		GEN6_GDRST, 0x101008, 0x44200, 0x44300, 0x44304, 0x44308, 0x4430c, 0x44404, 0x4260,
		0x100000, 0x100004, 0x100008, 0x100020, PVINFO_NOTIFY, PVINFO_PDP_LO(0),
		PVINFO_PDP_HI(0), PVINFO_PDP_LO(3), PVINFO_CONTEXT_LO, PVINFO_DISPLAY_READY,
		0x70008, 0x60000, 0x70180, 0x70188, 0x70190, 0x7019c, 0x70080, 0x70084, 0xa188,
		0xa278, 0x45400, 0x138124, 0x138128, 0xc800, 0xb020, 0x4090,
		/* pipe, planes, transcoder, ports, AUX, GMBUS */
		0x6001c, 0x60008, 0x60030, 0x60400, 0x71008, 0x71180, 0x70280, 0x7029c, 0x70194,
		0x7008c, 0x64000, 0x64010, 0x64014, 0x64100, 0x64110, 0x64040, 0x46010, 0x6c058,
		0x6c060, 0xc5100, 0xc5104, 0xc5108, 0xc510c, 0xc5120, 0xc4030, 0xc4008, 0x44470,
		0x46000, 0x42000,
	};
	static const u16 engine[] = {
		0x30, 0x34, 0x38, 0x3c, 0x80, 0x9c, 0xa8, 0xb0, 0xd0, 0x230, 0x234, 0x29c, 0x358,
		0x370, 0x3a0, 0x4d0, 0x4d4, 0x600,
	};
	u32 which = take(f, 1);

	if (which < 0x70)
		return absolute[which % ARRAY_SIZE(absolute)];
	if (which < 0xd0)
		return base(f, which & 3) + engine[(which >> 2) % ARRAY_SIZE(engine)];
	return take(f, 3) & (which & 1 ? 0xffffff : 0x1fffff);
}

static u32 some_value(struct fuzz *f)
{
	u32 which = take(f, 1);

	switch (which & 7) {
	case 0:
		return 0;
	case 1:
		return 1u << (which >> 3);
	case 2:
		return 0x10001u << (which >> 3 & 15);
	case 3:
		return some_graphics_address(f);
	case 4:
		return ~0u;
	case 5:
		return some_gfn(f) << 12;
	case 6:
		return which >> 3;
	default:
		return take(f, 4);
	}
}

/* Commands whose fields are looked for, rather than hit by chance. */
static unsigned int some_command(struct fuzz *f, u32 *dw)
{
	static const u32 headers[] = {
		MI_NOOP, MI_ARB_CHECK, MI_USER_INTERRUPT, MI_ARB_ON_OFF, MI_ARB_ON_OFF | 1,
		MI_STORE_DWORD_IMM | MI_GGTT, MI_STORE_DWORD_IMM, MI_STORE_QWORD_IMM | MI_GGTT,
		MI_SEMAPHORE_WAIT | MI_GGTT | MI_SEMAPHORE_POLL,
		MI_SEMAPHORE_WAIT | MI_SEMAPHORE_POLL,
		MI_LOAD_REGISTER_IMM(1), MI_LOAD_REGISTER_IMM(3), MI_LOAD_REGISTER_MEM | MI_GGTT,
		MI_LOAD_REGISTER_REG, MI_STORE_REGISTER_MEM | MI_GGTT, MI_STORE_REGISTER_MEM,
		MI_COPY_MEM_MEM | MI_COPY_SRC_GGTT, MI_COPY_MEM_MEM | MI_COPY_DST_GGTT,
		MI_ATOMIC | MI_GGTT | 1 | ATOMIC_INC << MI_ATOMIC_OP_SHIFT, MI_STORE_DATA_INDEX,
		MI_STORE_DATA_INDEX | MI_STORE_INDEX_PPHWSP, MI_REPORT_PERF_COUNT,
		MI_BATCH_BUFFER_START, MI_BATCH_BUFFER_START | MI_BATCH_PPGTT,
		MI_BATCH_BUFFER_START | MI_BATCH_PPGTT | MI_BATCH_SECOND_LEVEL, MI_BATCH_BUFFER_END,
		PIPE_CONTROL, MI_FLUSH_DW | MI_FLUSH_DW_OP_WRITE, MI_UPDATE_GTT | 2,
		BLT_CMD(XY_COLOR_BLT) | BR00_WRITE_ALPHA | BR00_WRITE_RGB | 5,
		BLT_CMD(XY_FAST_COPY_BLT) | 8, MI_MATH(2),
		MI_CONDITIONAL_BATCH_BUFFER_END | MI_COND_BBE_COMPARE,
		MI_PREDICATE, MI_SET_PREDICATE | 2,
	};
	u32 which = take(f, 1), how = take(f, 1);
	unsigned int len, i;

	dw[0] = headers[which % ARRAY_SIZE(headers)];
	len = dw[0] >> 29 == 0 && MI_OPCODE(dw[0]) < MI_ONE_DWORD_OPCODES ? 1 : (dw[0] & 0xf) + 2;
	for (i = 1; i < len; i++)
		dw[i] = 0;
	if (len > 1)
		dw[1] = how & 1 ? some_graphics_address(f) :
			how & 2 ? some_register(f) : some_value(f);
	if (len > 2)
		dw[2] = how & 4 ? some_graphics_address(f) : how & 8 ? some_value(f) : 0;
	if (how & 16 && len > 1)
		dw[1] = how & 32 ? BATCH : DATA;
	if (how & 64)
		dw[len - 1] = some_value(f);
	if (how & 128)
		dw[0] ^= 1u << (take(f, 1) & 31);
	/* What these need to do anything. */
	if (dw[0] == PIPE_CONTROL && len == 6)
		dw[1] |= how & 2 ? PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_GGTT : PIPE_CONTROL_STORE_INDEX;
	return len;
}

/*
 * Actions
 */

static void access_register(struct fuzz *f)
{
	u32 offset = some_register(f), how = take(f, 1);
	unsigned int size = 1u << (how >> 1 & 3);

	if (!(how & 8)) {
		offset &= ~3u;
		size = 4;
	}
	if (how & 1)
		vgt_guest_write(f->hostile.g->guest, offset, some_value(f), size);
	else
		vgt_guest_read(f->hostile.g->guest, offset, size);
}

static void write_ggtt_entry(struct fuzz *f)
{
	u32 addr = some_graphics_address(f), how = take(f, 1);
	u64 entry = some_gfn(f) << 12 | (how & 3);
	u32 offset = GTT + addr / SZ_4K * 8;

	if (how & 4)
		entry |= (u64)take(f, 4) << 32;
	if (how & 8)
		vgt_guest_write(f->hostile.g->guest, offset + (how >> 4 & 7), entry,
				how & 128 ? 8 : 4);
	else if (!(how & 32) || !vgt_guest_rig_poke_entry(f->hostile.g, addr, entry))
		vgt_guest_write(f->hostile.g->guest, offset, entry, 8);
	if (how & 64)
		vgt_guest_rig_set_reg(f->hostile.g, 0x101008, 1);
}

static void write_memory(struct fuzz *f)
{
	u64 gfn = some_gfn(f);
	u32 dword = take(f, 2), val = some_value(f);

	if (is_memory(f, gfn))
		write_dwords(&f->hostile, gfn, dword, &val, 1);
}

static void write_image(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 dword = take(f, 1), val = some_value(f);

	write_dwords(&f->hostile, c->image[1], dword & 0x7f, &val, 1);
}

/* An image of a context that was preempted within a batch, which is to be gone on with. */
static void fake_batch_in_progress(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 how = take(f, 1), image[VGT_RING_CONTEXT + 8];
	u32 addr = how & 1 ? BATCH : some_graphics_address(f);

	for (unsigned int i = 0; i < ARRAY_SIZE(image); i++)
		image[i] = vgt_guest_rig_read32(f->hostile.g, (c->image[1] << 12) + 4 * i);
	image[IMAGE_CONTEXT_CONTROL] = 0x00090008;
	image[IMAGE_BB_ADDR] = addr | 1;
	image[IMAGE_BB_FIRST] = 0;
	image[IMAGE_BB_STATE] = how & 2 ? BBSTATE_PPGTT : 0;
	image[IMAGE_BB_LAST] = how & 4 ? BBSTATE_PPGTT : 0;
	if (how & 8) {
		image[0x13] = 0;
		image[0x15] = some_graphics_address(f) | 1;
	}
	image[VGT_RING_CONTEXT] = 0;
	image[VGT_RING_CONTEXT + 1] = MI_LOAD_REGISTER_IMM(1);
	image[VGT_RING_CONTEXT + 2] = RING_BB_RETURN(base(f, c->engine));
	image[VGT_RING_CONTEXT + 3] = how & 16 ? image[IMAGE_RING_HEAD] : some_value(f);
	image[VGT_RING_CONTEXT + 4] = MI_BATCH_BUFFER_END;
	write_dwords(&f->hostile, c->image[1], 0, image, VGT_RING_CONTEXT + 5);
}

static void write_table(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 how = take(f, 2);
	u64 entry = some_gfn(f) << 12 | (how & 3);

	if (how & 4)
		entry |= 1u << 7;
	if (how & 8)
		entry |= 1u << 11;
	if (how & 16)
		entry |= (u64)take(f, 3) << 36;
	set_entry(&f->hostile, c->table[how >> 5 & 3],
		  how & 0x80 ? how >> 8 : how >> 8 & 1 ? BATCH >> 12 & 511 : how >> 9 & 1, entry);
}

static bool is_halted(struct driver *d, struct context *c)
{
	return d->g->guest->vgpu.port[c->engine].halted;
}

/* What a driver does to an engine that hangs: the rest of the ring is lost. */
static void recover(struct fuzz *f, struct driver *d, struct context *c)
{
	vgt_guest_rig_set_reg(d->g, GEN6_GDRST, c->engine == IGD_BCS ? GDRST_BLT : GDRST_RENDER);
	enable_engine(f, d, c->engine);
	context_set_up(f, d, c);
}

static void spend(struct fuzz *f, u64 ns)
{
	if (f->time + ns > MAX_TIME)
		return;
	f->time += ns;
	fuzz_world_run(f->w, ns);
}

/*
 * To the engine with what has been emitted.  What is refused would be in the way
 * of all that comes after it, so it is taken back to @tail.
 */
static void kick(struct fuzz *f, struct context *c, u32 tail)
{
	u64 refused = vgt_guest_rig_stat(f->hostile.g, VGT_EVENT_AUDIT_REFUSED);

	submit(f, &f->hostile, c->engine, descriptor(&f->hostile, c), 0);
	if (vgt_guest_rig_stat(f->hostile.g, VGT_EVENT_AUDIT_REFUSED) != refused)
		c->tail = tail;
	spend(f, 2000);
}

static void execute_something(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 how = take(f, 1), tail, dw[32];

	if (is_halted(&f->hostile, c) && how & 12)
		recover(f, &f->hostile, c);
	tail = c->tail;
	for (unsigned int n = how & 3; n; n--)
		emit(&f->hostile, c, dw, some_command(f, dw));
	kick(f, c, tail);
}

static void emit_something(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 dw[32];

	emit(&f->hostile, c, dw, some_command(f, dw));
}

static void write_batch(struct fuzz *f)
{
	struct context *c = some_context(f);
	unsigned int at = take(f, 1) & 0x3f, n = take(f, 1) & 3, len;
	u32 dw[32];

	while (n--) {
		len = some_command(f, dw);
		write_dwords(&f->hostile, c->batch, at, dw, len);
		at += len;
	}
	dw[0] = MI_BATCH_BUFFER_END;
	write_dwords(&f->hostile, c->batch, at, dw, 1);
}

/* A privileged batch is one in the GGTT: the scratch page is mapped there. */
static void write_privileged_batch(struct fuzz *f)
{
	struct context *c = some_context(f);
	unsigned int at = 0, how = take(f, 1), n = 1 + (how & 3);
	u32 dw[32], tail = c->tail;

	while (n--) {
		unsigned int len = some_command(f, dw);

		write_dwords(&f->hostile, f->hostile.scratch_gfn, at, dw, len);
		at += len;
	}
	dw[0] = MI_BATCH_BUFFER_END;
	write_dwords(&f->hostile, f->hostile.scratch_gfn, at, dw, 1);
	emit(&f->hostile, c, (u32[]){ MI_BATCH_BUFFER_START, f->hostile.scratch, 0, MI_NOOP }, 4);
	if (how & 4)
		kick(f, c, tail);
}

static void set_wa_batch(struct fuzz *f)
{
	struct context *c = some_context(f);
	u32 how = take(f, 1), addr = some_graphics_address(f);
	u32 val = how & 1 ? (addr & ~0x3fu) | (how >> 1 & 3) : (addr & ~0xfffu) | 1;

	write_dwords(&f->hostile, c->image[1],
		     how & 1 ? IMAGE_INDIRECT_CTX : IMAGE_BB_PER_CTX, &val, 1);
}

static void run_batch(struct fuzz *f)
{
	struct context *c = some_context(f);

	emit(&f->hostile, c, (u32[]){ MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, BATCH, 0, MI_NOOP }, 4);
}

static void submit_something(struct fuzz *f)
{
	struct context *c = some_context(f), *other = some_context(f);
	u32 how = take(f, 1);
	u64 first = descriptor(&f->hostile, c), second = 0;

	if (how & 1)
		second = descriptor(&f->hostile, other);
	if (how & 2)
		first |= CTX_DESC_FORCE_RESTORE;
	if (how & 4)
		first ^= 1ull << (take(f, 1) & 63);
	if (how & 8)
		first = (first & 0xffffffff00000fffull) | (some_graphics_address(f) & ~0xfffu);
	submit(f, &f->hostile, how & 16 ? (how >> 5 & 3) : (unsigned int)c->engine, first, second);
}

static void repair_context(struct fuzz *f)
{
	struct context *c = some_context(f);

	recover(f, &f->hostile, c);
}

static void pass_time(struct fuzz *f)
{
	spend(f, 200ull << (take(f, 1) % 12));
}

static void reset_something(struct fuzz *f)
{
	u32 how = take(f, 1);

	if (how & 0x80)
		vgt_guest_reset(f->hostile.g->guest);
	else
		vgt_guest_rig_set_reg(f->hostile.g, GEN6_GDRST, how & 31);
}

static void notify_ppgtt(struct fuzz *f)
{
	struct context *c = some_context(f);
	struct vgt_guest_rig *g = f->hostile.g;
	u32 how = take(f, 1);

	for (int i = 0; i < 4; i++) {
		u64 table = how & 8 ? some_gfn(f) : c->table[i];

		vgt_guest_rig_set_reg(g, PVINFO_PDP_LO(i), table << 12);
		vgt_guest_rig_set_reg(g, PVINFO_PDP_HI(i), how & 16 ? take(f, 1) : 0);
	}
	vgt_guest_rig_set_reg(g, PVINFO_NOTIFY, how & 7);
}

static void unmap_memory(struct fuzz *f)
{
	u64 gfn = some_gfn(f), pages = 1ull << (take(f, 1) & 63);

	vgt_guest_unmap(f->hostile.g->guest, gfn, pages);
}

/* What has been taken is not there any more. */
static void lose_memory(struct fuzz *f)
{
	u64 gfn = some_gfn(f);

	if (!is_memory(f, gfn) || gfn < 16)
		return;
	vgt_guest_unmap(f->hostile.g->guest, gfn, 1);
	/* Then the driver's own writes must not go there either. */
	for (int i = 0; i < A_CONTEXTS; i++) {
		const u64 *first = f->hostile.ctx[i].image;

		for (const u64 *p = first; p < &f->hostile.ctx[i].data + 1; p++)
			if (*p == gfn)
				return;
	}
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		if (f->hostile.hwsp[id] == gfn)
			return;
	if (gfn == f->hostile.scratch_gfn)
		return;
	vgt_guest_rig_remove(f->hostile.g, gfn);
	fuzz_world_note_memory(f->w);
}

static void release_held(struct fuzz *f)
{
	if (f->held)
		vgt_guest_release_pages(f->hostile.g->guest, f->held);
	f->held = NULL;
}

static void look_at_screen(struct fuzz *f)
{
	struct vgt_plane plane;
	u32 how = take(f, 1);

	release_held(f);
	if (vgt_guest_plane(f->hostile.g->guest, how & 3, &plane) && !(how & 4))
		return;
	if (how & 4) {
		plane.addr = some_graphics_address(f);
		plane.size = (u64)(take(f, 1) & 15) << 12;
	}
	f->held = vgt_guest_hold_pages(f->hostile.g->guest, plane.addr,
				       min(plane.size >> 12, 4096ull), NULL, NULL);
	if (IS_ERR(f->held))
		f->held = NULL;
}

/* Its machine goes, and another one takes the vGPU. */
static void start_anew(struct fuzz *f)
{
	release_held(f);
	vgt_guest_close(f->hostile.g->guest);
	f->hostile.g->fail_pin = 0;
	shim_fail_alloc = 0;
	f->hostile.g->next_gfn = 16;
	if (vgt_guest_rig_open(f->hostile.g))
		abort();
	driver_init(f, &f->hostile, f->hostile.g);
}

static void run_out_of_memory(struct fuzz *f)
{
	u32 how = take(f, 1);

	if (how & 1)
		f->hostile.g->fail_pin = how >> 2;
	if (how & 2)
		f->hostile.g->no_track = how & 4;
	if (how & 8)
		shim_fail_alloc = 1 + (how >> 4);
}

static void others_work(struct fuzz *f)
{
	u32 how = take(f, 1);
	unsigned int fail = shim_fail_alloc;
	struct context *c = &f->good.ctx[how & 1];
	const u32 dw[] = {
		MI_STORE_DWORD_IMM | MI_GGTT, f->good.scratch, 0, how, MI_USER_INTERRUPT, MI_ARB_CHECK,
	};

	/* No allocation of theirs fails. */
	shim_fail_alloc = 0;
	if (how & 2) {
		emit(&f->good, c, dw, ARRAY_SIZE(dw));
		submit(f, &f->good, c->engine, descriptor(&f->good, c), 0);
	}
	if (how & 4) {
		rig_emit(f->host, MI_ARB_CHECK, MI_NOOP);
		vgt_rig_submit(f->w->v, f->host, NULL, 0);
	}
	shim_fail_alloc = fail;
}

/* Whatever the hostile guest has done, the other one gets its work done. */
static void check_progress(struct fuzz *f)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct context *c = &f->good.ctx[i];
		const u32 dw[] = { MI_STORE_DWORD_IMM | MI_GGTT, f->good.scratch + 8, 0, DONE + i };
		const u64 result = (f->good.scratch_gfn << 12) + 8;
		unsigned int n = 0;

		emit(&f->good, c, dw, ARRAY_SIZE(dw));
		submit(f, &f->good, c->engine, descriptor(&f->good, c), 0);
		while (vgt_guest_rig_read32(f->good.g, result) != DONE + i) {
			if (n++ == PATIENCE) {
				fprintf(stderr, "fuzz: engine %d: the other guest's work waits\n",
					c->engine);
				abort();
			}
			fuzz_world_run(f->w, 100000);
		}
	}
}

static void (*const actions[])(struct fuzz *f) = {
	access_register, access_register, access_register, write_ggtt_entry, write_ggtt_entry,
	write_memory, write_memory, write_image,
	fake_batch_in_progress, write_table, write_table,
	emit_something, emit_something, execute_something, execute_something, execute_something,
	write_batch, write_batch,
	write_privileged_batch, set_wa_batch, run_batch, run_batch,
	submit_something, submit_something, submit_something, submit_something,
	pass_time, pass_time, pass_time, reset_something, notify_ppgtt, unmap_memory, lose_memory,
	look_at_screen, start_anew, repair_context, run_out_of_memory, others_work, others_work,
};

static struct fuzz_world *world(struct rig_context **host)
{
	static struct fuzz_world *w;
	static struct rig_context *context;

	if (!w) {
		w = calloc(1, sizeof(*w));
		fuzz_world_start(w);
		context = fuzz_world_host_context(w, IGD_RCS);
		fuzz_world_add_guest(w, 0, 4);
		fuzz_world_add_guest(w, 1, 2);
	}
	*host = context;
	return w;
}

void fuzz_guest(const uint8_t *data, size_t size)
{
	struct fuzz *f = calloc(1, sizeof(*f));

	f->in = (struct fuzz_bytes){ data, data + size };
	f->w = world(&f->host);
	fuzz_world_open_guests(f->w);
	driver_init(f, &f->hostile, f->w->guest[0]);
	driver_init(f, &f->good, f->w->guest[1]);
	for (int n = 0; n < MAX_ACTIONS && f->in.at < f->in.end; n++) {
		actions[take(f, 1) % ARRAY_SIZE(actions)](f);
		fuzz_world_check(f->w);
	}
	shim_fail_alloc = 0;
	check_progress(f);
	release_held(f);
	fuzz_world_close_guests(f->w);
	free(f);
}
