// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a hostile guest
 *
 * This process is the guest: it uses a vGPU by VFIO, without a virtual machine.  Another guest, on
 * a vGPU of its own, and the host's driver work meanwhile.
 *
 *   start: two vGPUs, both bystanders at work
 *     attack
 *   counted: the vGPU's statistics tell of it
 *   end: the bystanders go on and have seen nothing; the hostile vGPU works after a reset;
 *        nothing is pinned, all graphics memory is back
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/vfio.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bystander.h"
#include "vfio_driver.h"

#define HOSTILE		1	/* numbers of vGPUs */
#define VICTIM		2
#define SPARE		3
#define MEMORY		(16ull << 20)
#define PATIENCE	15.0	/* seconds; under emulation, with two others at work */
#define ROUNDS		3	/* of a bystander, to show that it is well */
#define HOST_GM		0x1000u	/* the host's graphics memory is from 0 on */
#define ENTRY		(GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE)
#define RCS		(&vgt_engines[0])
#define BCS		(&vgt_engines[1])
#define BEYOND		0x7fffff000ull	/* of guest memory: the last page that an entry can name */

/* What each subtest is; @e of those that run on each engine. */
#define subtest(name) \
	static void name(int fd __attribute__((unused)), \
			 const struct vgt_engine *e __attribute__((unused)))

struct scene {
	struct bystander host, guest;
	struct vfio v;
	struct driver d;
	long available, pinned;
};

/*
 * The scene
 */

static long vmstat(const char *name)
{
	char line[128], key[64];
	long val, found = -1;
	FILE *f = fopen("/proc/vmstat", "re");

	vgt_assert(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %ld", key, &val) == 2 && !strcmp(key, name))
			found = val;
	fclose(f);
	return found;
}

static long pinned_pages(void)
{
	return vmstat("nr_foll_pin_acquired") - vmstat("nr_foll_pin_released");
}

static uint64_t stat(const char *name)
{
	return mdev_stat(HOSTILE, name);
}

/* Contained is not enough: whoever looks at the statistics must see it. */
#define counted(name, least) \
	vgt_assert_f(stat(name) >= (least), "%s: %llu", name, (unsigned long long)stat(name))

/* Of a subtest that did not come to its end; its process may be about to die. */
static void remove_leftover(int number)
{
	for (int i = 0; i < 100 && mdev_exists(number); i++)
		if (mdev_remove(number))
			vgt_sleep(0.05);
}

static void create(int number)
{
	int err = mdev_create(number);

	vgt_assert_f(!err, "vGPU %d: %s", number, strerror(-err));
}

static void stage(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	vfio_need();
	for (int number = HOSTILE; number <= SPARE; number++)
		remove_leftover(number);
	s->available = mdev_available();
	if (s->available < 2)
		vgt_skip("room for two vGPUs; a larger aperture has it");
	s->pinned = pinned_pages();
}

static void start_bystanders(struct scene *s)
{
	create(VICTIM);
	bystander_guest(&s->guest, VICTIM);
	bystander_host(&s->host);
}

static void bystanders_go_on(struct scene *s)
{
	bystander_goes_on(&s->guest, ROUNDS, PATIENCE);
	bystander_goes_on(&s->host, ROUNDS, PATIENCE);
}

static struct scene *start(void)
{
	static struct scene scene;
	struct scene *s = &scene;

	stage(s);
	create(HOSTILE);
	start_bystanders(s);
	vfio_open(&s->v, HOSTILE, MEMORY);
	driver_init(&s->d, &s->v);
	bystanders_go_on(s);
	return s;
}

/* Whatever it has done to itself: a reset mends it. */
static void works_after_reset(struct scene *s)
{
	vfio_reset(&s->v);
	driver_init(&s->d, &s->v);
	for_each_engine(e) {
		struct context *c = context_new(&s->d, e, 100);

		emit_store(c, s->d.results, c->e->base);
		vgt_assert_f(context_run(c, PATIENCE), "%s does not run after a reset", e->name);
		vgt_assert_eq(*driver_result(&s->d, 0), e->base);
	}
}

static void leave(struct scene *s)
{
	bystanders_go_on(s);
	bystander_stop(&s->guest);
	bystander_stop(&s->host);
	if (mdev_exists(HOSTILE))
		vgt_assert_eq(mdev_remove(HOSTILE), 0);
	vgt_assert_eq(mdev_remove(VICTIM), 0);
	vgt_assert_eq(mdev_available(), s->available);
	vgt_assert_eq(pinned_pages(), s->pinned);
}

static void end(struct scene *s)
{
	works_after_reset(s);
	vfio_close(&s->v);
	leave(s);
}

static void stores_work(struct scene *s, struct context *c, uint32_t val)
{
	emit_store(c, s->d.results, val);
	vgt_assert_f(context_run(c, PATIENCE), "%s does not run", c->e->name);
	vgt_assert_eq(*driver_result(&s->d, 0), val);
}

/*
 * GGTT
 */

/* Pages of graphics memory that are somebody else's. */
static unsigned int foreign_pages(const struct vfio *v, uint32_t *page)
{
	const uint32_t list[] = {
		0, 1, 2, 1000, v->low / PAGE - 1, (v->low + v->low_size) / PAGE,
		v->high / PAGE - 1, (v->high + v->high_size) / PAGE, 0xffffc, 0xfffff,
	};

	memcpy(page, list, sizeof(list));
	return ARRAY_SIZE(list);
}

#define MAX_FOREIGN 16

subtest(ggtt_foreign_range)
{
	struct scene *s = start();
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t page[MAX_FOREIGN];
	unsigned int n = foreign_pages(&s->v, page);

	for (unsigned int i = 0; i < n; i++) {
		vfio_set_pte(&s->v, page[i], gpa | ENTRY);
		vgt_assert_eq(vfio_pte(&s->v, page[i]), 0);
		vfio_set_reg(&s->v, VFIO_GGTT + 8 * page[i], gpa | ENTRY);
		vfio_set_reg(&s->v, VFIO_GGTT + 8 * page[i] + 4, 0);
	}
	driver_flush(&s->d);
	counted("ggtt_refused", 4 * n);
	end(s);
}

/* All entries that there are, in few calls. */
subtest(ggtt_flood)
{
	static uint64_t entries[1 << 20];
	struct scene *s = start();
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t own = (s->v.low_size + s->v.high_size) / PAGE;

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		entries[i] = gpa | ENTRY;
	vgt_assert_eq(vfio_write(&s->v, VFIO_BAR0, VFIO_GGTT, entries, sizeof(entries)),
		      sizeof(entries));
	driver_flush(&s->d);
	vgt_assert_eq(stat("ggtt_refused"), ARRAY_SIZE(entries) - own);
	end(s);
}

subtest(ggtt_no_memory)
{
	static const uint64_t nowhere[] = {
		MEMORY, MEMORY + PAGE, 0x100000000ull, 0xfee00000, 0xe0000000, 0xfd000000, BEYOND,
		GEN8_PTE_ADDR_MASK,
	};
	struct scene *s = start();
	struct context *c = context_new(&s->d, RCS, 1);
	uint32_t at = s->d.next_gm / PAGE;

	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		vfio_set_pte(&s->v, at + i, nowhere[i] | ENTRY);
		vfio_set_pte(&s->v, s->v.low / PAGE + i, nowhere[i] | ENTRY);
	}
	driver_flush(&s->d);
	counted("memory_refused", 2 * ARRAY_SIZE(nowhere));
	/* Its own address, nothing behind it. */
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++)
		emit_store(c, (at + i) * PAGE, 0xbad);
	stores_work(s, c, 1);
	end(s);
}

subtest(ggtt_halves)
{
	struct scene *s = start();
	uint64_t gpa = driver_pages(&s->d, 4);
	uint32_t at = s->d.next_gm / PAGE;

	for (unsigned int i = 0; i < 3000; i++) {
		uint32_t entry = VFIO_GGTT + 8 * (at + i % 500);

		vfio_set_reg(&s->v, entry + 4 * (vgt_random() & 1), vgt_random());
		if (!(i & 15))
			vfio_set_reg(&s->v, entry, (gpa + i % 4 * PAGE) | ENTRY);
		if (!(i & 127))
			driver_flush(&s->d);
	}
	driver_flush(&s->d);
	counted("ggtt_writes", 3000);
	end(s);
}

subtest(fences)
{
	struct scene *s = start();
	const uint32_t range[][2] = {
		{ 0, 0x10000 }, { s->v.low - PAGE, s->v.low + PAGE },
		{ s->v.low, s->v.low + s->v.low_size }, { 0, ~0u }, { s->v.high, s->v.high + PAGE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(range); i++) {
		for (unsigned int n = 0; n < 32; n++) {
			uint64_t val = (uint64_t)((range[i][1] & ~0xfffu) | 7) << 32 |
				       (range[i][0] & ~0xfffu) | 1;

			vfio_write(&s->v, VFIO_BAR0, 0x100000 + 8 * n, &val, sizeof(val));
		}
	}
	counted("registers_refused", ARRAY_SIZE(range) * 28);
	end(s);
}

/*
 * Page tables
 */

static void run_data_store(struct scene *s, struct context *c, uint64_t addr, uint32_t val)
{
	const uint32_t dw[] = {
		MI_STORE_DWORD_IMM, addr, addr >> 32, val, MI_BATCH_BUFFER_END, MI_NOOP,
	};

	context_batch(c, dw, ARRAY_SIZE(dw));
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
	stores_work(s, c, val);
}

subtest(ppgtt_no_memory)
{
	static const uint64_t nowhere[] = {
		MEMORY, 0x100000000ull, 0xfee00000, 0xe0000000, BEYOND, GEN8_PTE_ADDR_MASK,
	};
	struct scene *s = start();
	struct context *c = context_new(&s->d, RCS, 1);

	run_data_store(s, c, DRIVER_DATA, 1);
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		*vfio_u64(&s->v, context_entry(c, DRIVER_DATA + (i + 1) * PAGE, 1)) = nowhere[i] | ENTRY;
		run_data_store(s, c, DRIVER_DATA + (i + 1) * PAGE, 0xbad);
	}
	/* The same for tables, and for large pages. */
	for (int level = 2; level <= 4; level++) {
		uint64_t addr = 5ull << (3 + 9 * level);

		*vfio_u64(&s->v, context_entry(c, addr, level)) = nowhere[level - 2] | ENTRY;
		run_data_store(s, c, addr, 0xbad);
	}
	*vfio_u64(&s->v, context_entry(c, 7ull << 21, 2)) = MEMORY | ENTRY | GEN8_PDE_PS_2M;
	run_data_store(s, c, 7ull << 21, 0xbad);
	counted("memory_refused", ARRAY_SIZE(nowhere) + 4);
	run_data_store(s, c, DRIVER_DATA, 2);
	vgt_assert_eq(*vfio_u32(&s->v, c->data), 2);
	end(s);
}

/* A 2 MiB page whose second half is not the guest's. */
subtest(ppgtt_half_a_page)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, RCS, 1);

	vgt_assert_eq(vfio_unmap(&s->v, MEMORY / 2, MEMORY / 2), 0);
	vgt_assert_eq(vfio_map(&s->v, MEMORY / 2, PAGE * 256), 0);
	*vfio_u64(&s->v, context_entry(c, 8ull << 21, 2)) = MEMORY / 2 | ENTRY | GEN8_PDE_PS_2M;
	run_data_store(s, c, 8ull << 21, 0x11);
	run_data_store(s, c, (8ull << 21) + PAGE * 256, 0x12);
	counted("memory_refused", 1);
	end(s);
}

subtest(table_becomes_data)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, RCS, 1);
	uint64_t addr = 9ull << 21, table, page = driver_pages(&s->d, 1);

	context_map(c, addr, page);
	table = context_entry(c, addr, 1) & ~(uint64_t)(PAGE - 1);
	context_map(c, DRIVER_DATA + PAGE, table);
	run_data_store(s, c, addr, 1);
	vgt_assert_eq(*vfio_u32(&s->v, page), 1);

	/* Data from the CPU, then from the GPU itself, while entries still lead there. */
	for (unsigned int round = 0; round < 20; round++) {
		for (unsigned int i = 0; i < 512; i++)
			*vfio_u64(&s->v, table + 8 * i) = (uint64_t)vgt_random() << 32 | vgt_random();
		run_data_store(s, c, DRIVER_DATA + PAGE + 8 * round, 0xda7a0001 + round);
		vgt_assert_eq(*vfio_u32(&s->v, table + 8 * round), 0xda7a0001 + round);
	}
	counted("memory_refused", 100);
	/* And a table again. */
	memset((void *)vfio_u32(&s->v, table), 0, PAGE);
	context_map(c, addr, page);
	run_data_store(s, c, addr, 3);
	vgt_assert_eq(*vfio_u32(&s->v, page), 3);
	/* Its end is told of, then it is data: who writes there now does as it likes. */
	vfio_set_reg(&s->v, 0x78838, c->pml4);
	vfio_set_reg(&s->v, 0x7883c, c->pml4 >> 32);
	vfio_set_reg(&s->v, 0x78818, 5);
	*vfio_u64(&s->v, table) = ~0ull;
	run_data_store(s, c, DRIVER_DATA, 4);
	end(s);
}

subtest(tables_in_circles)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, RCS, 1);
	uint64_t addr;

	/* Each level leads to the top; behind the last one, the top is a page of data. */
	for (unsigned int i = 1; i < 512; i++)
		*vfio_u64(&s->v, c->pml4 + 8 * i) = c->pml4 | ENTRY;
	addr = 3ull << 39 | 3ull << 30 | 3ull << 21 | 3ull << 12;
	run_data_store(s, c, addr, (uint32_t)c->pml4 | ENTRY);
	/* To itself at each level, by the way that goes through all. */
	for (unsigned int i = 0; i < 512; i++)
		*vfio_u64(&s->v, c->pml4 + 8 * i) = c->pml4 | ENTRY;
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
	context_submit(c);
	driver_settle(&s->d, RCS, 0.5);
	counted("table_syncs", 5);
	end(s);
}

/* Every page is a table, at every level, of all other pages. */
subtest(table_flood)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, RCS, 1);
	unsigned int n = 1024, first;
	uint64_t table;

	table = driver_pages(&s->d, n);
	first = table / PAGE;
	for (unsigned int t = 0; t < n; t++)
		for (unsigned int i = 0; i < 512; i++)
			*vfio_u64(&s->v, table + t * PAGE + 8 * i) =
				(uint64_t)(first + (t * 7 + i) % n) * PAGE | ENTRY;
	for (unsigned int i = 1; i < 512; i++)
		*vfio_u64(&s->v, c->pml4 + 8 * i) = (table + i * PAGE) | ENTRY;
	run_data_store(s, c, DRIVER_DATA, 1);
	counted("table_syncs", n);
	end(s);
}

/*
 * Commands
 */

/* The ring has been refused: take back what is in it. */
static void expect_refused(struct scene *s, struct context *c, const uint32_t *dw, size_t n)
{
	uint64_t before = stat("audit_refused");
	uint32_t tail = c->tail;

	emit_dwords(c, dw, n);
	driver_submit_raw(&s->d, c->e, context_desc(c), 0);
	vgt_assert_f(stat("audit_refused") == before + 1, "%s: %#x %#x %#x is not refused",
		     c->e->name, dw[0], dw[1], dw[2]);
	c->tail = tail;
}

#define refuse(s, c, ...) \
	expect_refused(s, c, (const uint32_t[]){ __VA_ARGS__ }, \
		       ARRAY_SIZE(((const uint32_t[]){ __VA_ARGS__ })))

/* Registers that would reach beyond the vGPU; of the engine's own, offsets. */
static const uint32_t engine_regs[] = {
	0x030, 0x034, 0x038, 0x03c, 0x080, 0x0a8, 0x140, 0x168, 0x1c0, 0x1c4, 0x230, 0x244, 0x29c,
	0x3a0, 0x4d0,
};

static const uint32_t other_regs[] = {
	GEN6_GDRST, GFX_FLSH_CNTL, GEN8_MASTER_IRQ, GEN8_GT_IRQ_BASE(0) + IRQ_IMR, 0xa278, 0xa188,
	0x70180, 0x7019c, 0x100000, 0x100004, 0x45400, 0x138124, 0x4260, 0x78818, 0x9424, 0xc800,
	0x2000000, 0x1fffffc, 3,
};

subtest(lri_ring)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);

	stores_work(s, c, 1);
	for (size_t i = 0; i < ARRAY_SIZE(engine_regs); i++)
		refuse(s, c, MI_LOAD_REGISTER_IMM(1), e->base + engine_regs[i], 0xffff0001);
	for (size_t i = 0; i < ARRAY_SIZE(other_regs); i++)
		refuse(s, c, MI_LOAD_REGISTER_IMM(1), other_regs[i], ~0u);
	for_each_engine(o)
		if (o != e)
			refuse(s, c, MI_LOAD_REGISTER_IMM(1), o->base + 0x600, 1);
	/* Behind harmless ones, and by other commands. */
	refuse(s, c, MI_LOAD_REGISTER_IMM(2), e->base + 0x600, 1, RING_ELSP(e->base), 1);
	refuse(s, c, MI_LOAD_REGISTER_REG, e->base + 0x600, RING_ELSP(e->base));
	refuse(s, c, MI_LOAD_REGISTER_MEM | MI_GGTT, RING_ELSP(e->base), s->d.results, 0);
	refuse(s, c, MI_STORE_REGISTER_MEM | MI_GGTT, RING_ELSP(e->base), s->d.results, 0);
	refuse(s, c, MI_STORE_REGISTER_MEM | MI_GGTT, 0x70180, s->d.results, 0);
	stores_work(s, c, 2);
	end(s);
}

subtest(privileged_batch)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1);
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);

	for (size_t i = 0; i < ARRAY_SIZE(other_regs); i++) {
		dw[0] = MI_LOAD_REGISTER_IMM(1);
		dw[1] = other_regs[i];
		dw[2] = ~0u;
		dw[3] = MI_BATCH_BUFFER_END;
		refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	}
	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[1] = HOST_GM;
	dw[2] = 0;
	dw[3] = 0xbad;
	dw[4] = MI_BATCH_BUFFER_END;
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	/* A batch in a batch, one without an end, one at somebody else's. */
	dw[0] = MI_BATCH_BUFFER_START;
	dw[1] = at;
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	for (unsigned int i = 0; i < PAGE / 4; i++)
		dw[i] = MI_NOOP;
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	refuse(s, c, MI_BATCH_BUFFER_START, HOST_GM, 0, MI_NOOP);
	refuse(s, c, MI_BATCH_BUFFER_START, s->v.low - PAGE, 0, MI_NOOP);
	refuse(s, c, MI_BATCH_BUFFER_START, at, 1, MI_NOOP);
	stores_work(s, c, 2);
	end(s);
}

subtest(lri_batch)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	uint32_t dw[512];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(engine_regs); i++) {
		dw[n++] = MI_LOAD_REGISTER_IMM(1);
		dw[n++] = e->base + engine_regs[i];
		dw[n++] = 0xffff0001;
	}
	for (size_t i = 0; i < 16; i++) {
		dw[n++] = MI_LOAD_REGISTER_IMM(1);
		dw[n++] = other_regs[i];
		dw[n++] = ~0u;
	}
	/* To the GGTT: the host's memory, and its own, which it may not either. */
	for (uint32_t at = HOST_GM; at; at = at == HOST_GM ? s->d.results + 64 : 0) {
		dw[n++] = MI_STORE_DWORD_IMM | MI_GGTT;
		dw[n++] = at;
		dw[n++] = 0;
		dw[n++] = 0xbad;
	}
	dw[n++] = MI_STORE_DWORD_IMM;
	dw[n++] = DRIVER_DATA;
	dw[n++] = 0;
	dw[n++] = 0x600d;
	dw[n++] = MI_BATCH_BUFFER_END;
	context_batch(c, dw, n);
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
	stores_work(s, c, 1);
	vgt_assert_eq(*vfio_u32(&s->v, c->data), 0x600d);
	vgt_assert_eq(*driver_result(&s->d, 16), 0);
	end(s);
}

static void refuse_stores(struct scene *s, struct context *c, uint32_t at)
{
	refuse(s, c, MI_STORE_DWORD_IMM | MI_GGTT, at, 0, 0xbad);
	refuse(s, c, MI_STORE_QWORD_IMM | MI_GGTT, at, 0, 0xbad, 0xbad, MI_NOOP);
	refuse(s, c, MI_STORE_REGISTER_MEM | MI_GGTT, RING_TIMESTAMP(c->e->base), at, 0);
	refuse(s, c, MI_ATOMIC | MI_GGTT | ATOMIC_INC << MI_ATOMIC_OP_SHIFT | 1, at, 0, MI_NOOP);
	refuse(s, c, MI_COPY_MEM_MEM | MI_COPY_SRC_GGTT | MI_COPY_DST_GGTT, at, 0, s->d.results, 0,
	       MI_NOOP);
	refuse(s, c, MI_COPY_MEM_MEM | MI_COPY_SRC_GGTT | MI_COPY_DST_GGTT, s->d.results, 0, at, 0,
	       MI_NOOP);
	refuse(s, c, MI_SEMAPHORE_WAIT | MI_GGTT, 0, at, 0);
	if (c->e == RCS)
		refuse(s, c, PIPE_CONTROL, PIPE_CONTROL_QW_WRITE | PIPE_CONTROL_GGTT |
		       PIPE_CONTROL_CS_STALL, at, 0, 0xbad, 0xbad);
	else
		refuse(s, c, MI_CMD(MI_OP_FLUSH_DW) | 3 | MI_FLUSH_DW_OP_WRITE,
		       at | MI_FLUSH_DW_GGTT, 0, 0xbad, 0xbad, MI_NOOP);
}

subtest(ggtt_stores)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);

	refuse_stores(s, c, HOST_GM);
	refuse_stores(s, c, s->v.low - 8);
	refuse_stores(s, c, s->v.low + s->v.low_size);
	refuse_stores(s, c, s->v.high + s->v.high_size);
	refuse_stores(s, c, 0xffffe000);
	refuse(s, c, MI_STORE_QWORD_IMM | MI_GGTT, s->v.low + s->v.low_size - 4, 0, 1, 1, MI_NOOP);
	refuse(s, c, MI_STORE_DWORD_IMM | MI_GGTT, s->d.results, 1, 1);
	refuse(s, c, MI_STORE_DATA_INDEX, 0x40, 1, MI_NOOP);
	refuse(s, c, MI_STORE_DATA_INDEX | MI_STORE_INDEX_PPHWSP, PAGE, 1, MI_NOOP);
	refuse(s, c, MI_UPDATE_GTT | 1, s->d.results, ENTRY, MI_NOOP);
	stores_work(s, c, 2);
	end(s);
}

subtest(unknown_commands)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	unsigned int refused = 0;

	for (unsigned int i = 0; i < 300; i++) {
		uint64_t before = stat("audit_refused");
		uint32_t tail = c->tail;

		for (unsigned int k = 0; k < 8; k++)
			emit(c, vgt_random());
		driver_submit_raw(&s->d, e, context_desc(c), 0);
		if (stat("audit_refused") == before)
			vgt_assert(driver_settle(&s->d, e, PATIENCE));
		else
			c->tail = tail;
		refused += stat("audit_refused") != before;
		/* Before so many that the engine is taken away. */
		if (i % 90 == 89)
			driver_reset_engine(&s->d, e);
	}
	vgt_assert_f(refused > 280, "%u of 300 refused", refused);
	end(s);
}

/*
 * What is changed after it has been submitted
 */

subtest(toctou_ring)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	uint32_t tail;

	emit_gate(c, s->d.results + 64, 1);
	tail = c->tail;
	emit_store(c, s->d.results, 0x600d);
	emit_store(c, s->d.results + 4, 0x600d);
	context_submit(c);
	for (unsigned int i = 0; i < 2; i++) {
		*vfio_u32(&s->v, c->ring + tail + 16 * i + 4) = HOST_GM;
		*vfio_u32(&s->v, c->ring + tail + 16 * i + 12) = 0xbad;
	}
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 0x600d);
	vgt_assert_eq(*driver_result(&s->d, 1), 0x600d);
	counted("audit_dwords", 12);
	end(s);
}

subtest(toctou_batch)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1);
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);

	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[1] = s->d.results;
	dw[2] = 0;
	dw[3] = 0x600d;
	dw[4] = MI_BATCH_BUFFER_END;
	emit_gate(c, s->d.results + 64, 1);
	emit_batch(c, at, 0);
	emit_store(c, s->d.results + 4, 2);
	context_submit(c);
	dw[1] = HOST_GM;
	dw[3] = 0xbad;
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 0x600d);
	vgt_assert_eq(*driver_result(&s->d, 1), 2);
	/* As it is now, it is refused. */
	refuse(s, c, MI_BATCH_BUFFER_START, at, 0, MI_NOOP);
	end(s);
}

subtest(toctou_wa_batch)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, RCS, 1), *other = context_new(&s->d, RCS, 2);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1);
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);

	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[1] = s->d.results + 4;
	dw[3] = 0x600d;
	*context_image(c, IMG_INDIRECT) = at | 1;
	*context_image(c, IMG_INDIRECT_OFFSET) = 0x26 << 6;
	/* It waits in the second element: what is restored next has been audited before. */
	emit_gate(other, s->d.results + 64, 1);
	emit_store(c, s->d.results, 1);
	s->d.idle[0] = false;
	driver_submit_raw(&s->d, RCS, context_desc(other), context_desc(c));
	dw[1] = HOST_GM;
	dw[3] = 0xbad;
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, RCS, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 1);
	vgt_assert_eq(*driver_result(&s->d, 1), 0x600d);
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	end(s);
}

struct race {
	volatile uint32_t *addr, *stop;
	uint32_t good, bad;
};

static void *flip(void *arg)
{
	struct race *r = arg;

	while (!*r->stop) {
		*r->addr = r->bad;
		*r->addr = r->good;
	}
	return NULL;
}

/* Another CPU changes the address of a store all the time. */
subtest(toctou_race)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t at = driver_gm(&s->d, gpa, 1), stop = 0, refused = 0, ran = 0;
	volatile uint32_t *dw = vfio_u32(&s->v, gpa);
	struct race race = { .addr = &dw[1], .stop = &stop, .good = s->d.results, .bad = HOST_GM };
	pthread_t thread;

	dw[0] = MI_STORE_DWORD_IMM | MI_GGTT;
	dw[3] = 0x600d;
	dw[4] = MI_BATCH_BUFFER_END;
	vgt_assert(!pthread_create(&thread, NULL, flip, &race));
	for (unsigned int i = 0; i < 150; i++) {
		uint64_t before = stat("audit_refused");
		uint32_t tail = c->tail;

		emit_batch(c, at, 0);
		driver_submit_raw(&s->d, e, context_desc(c), 0);
		s->d.idle[e - vgt_engines] = false;
		if (stat("audit_refused") != before) {
			s->d.idle[e - vgt_engines] = true;
			c->tail = tail;
			if (!(++refused % 90))
				driver_reset_engine(&s->d, e);
			continue;
		}
		vgt_assert(driver_settle(&s->d, e, PATIENCE));
		ran++;
	}
	stop = 1;
	pthread_join(thread, NULL);
	printf("%u ran, %u were refused\n", ran, refused);
	end(s);
}

/*
 * Engines
 */

static void make_endless(struct context *c)
{
	const uint32_t loop[] = { MI_BATCH_BUFFER_START | MI_BATCH_PPGTT, DRIVER_BATCH, 0 };

	context_batch(c, loop, ARRAY_SIZE(loop));
	emit(c, MI_ARB_ON_OFF, MI_NOOP);
	emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
}

subtest(endless_batch)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	double began = vgt_now(), took;

	make_endless(c);
	context_submit(c);
	/* Enough rounds that both have needed this engine. */
	bystander_goes_on(&s->guest, 2, PATIENCE);
	bystander_goes_on(&s->host, VGT_NUM_ENGINES, PATIENCE);
	took = vgt_now() - began;
	printf("the others had %s after %.2f s\n", e->name, took);
	if (e == RCS || e == BCS)
		vgt_assert_eq(stat("preempt_timeouts"), 1);
	/* Nothing more runs until its driver has reset the engine. */
	driver_reset_engine(&s->d, e);
	stores_work(s, context_new(&s->d, e, 2), 5);
	end(s);
}

/* Where there is no batch: the engine reads NOOPs, or nothing, for ever. */
subtest(batch_nowhere)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);

	emit_batch(c, 0x7f0000000000ull, MI_BATCH_PPGTT);
	context_submit(c);
	bystander_goes_on(&s->guest, 2, PATIENCE);
	bystander_goes_on(&s->host, VGT_NUM_ENGINES, PATIENCE);
	driver_reset_engine(&s->d, e);
	stores_work(s, context_new(&s->d, e, 2), 5);
	end(s);
}

subtest(elsp_garbage)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);

	for (unsigned int i = 0; i < 1000; i++) {
		uint64_t desc[2];

		for (int k = 0; k < 2; k++)
			desc[k] = (uint64_t)vgt_random() << 32 | vgt_random();
		if (i & 1)	/* something of its own that is no context */
			desc[0] = s->d.results | (desc[0] & 0xfff);
		if (i % 4 == 3)	/* a context, but how? */
			desc[1] = context_desc(c) ^ 1u << (i / 4 % 12);
		driver_submit_raw(&s->d, e, desc[0] | (i & 2), desc[1]);
		if (i % 50 == 49)
			driver_reset_engine(&s->d, e);
	}
	vgt_assert_f(stat("audit_refused") + stat("registers_refused") > 300, "not counted");
	driver_reset_engine(&s->d, e);
	/* A submission that is not complete is part of the next. */
	vfio_set_reg(&s->v, RING_ELSP(e->base), vgt_random());
	driver_submit_raw(&s->d, e, context_desc(c), context_desc(c));
	driver_reset_engine(&s->d, e);
	stores_work(s, context_new(&s->d, e, 2), 5);
	end(s);
}

subtest(same_context_twice)
{
	struct scene *s = start();
	struct context *a = context_new(&s->d, e, 1), *b = context_new(&s->d, e, 2);

	b->lrca = a->lrca;
	emit_store(a, s->d.results, 1);
	driver_submit_raw(&s->d, e, context_desc(a), context_desc(b));
	driver_submit_raw(&s->d, e, context_desc(a), context_desc(a));
	counted("audit_refused", 2);
	/* One image, on two engines. */
	emit_gate(a, s->d.results + 64, 1);
	context_submit(a);
	for_each_engine(o)
		if (o != e)
			driver_submit_raw(&s->d, o, context_desc(a), 0);
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	end(s);
}

subtest(image_tampered)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	unsigned int at = IMG_ENGINE_CONTEXT, loads = 0;

	stores_work(s, c, 1);
	while (*context_image(c, at) == MI_NOOP)
		at++;
	vgt_assert_eq(MI_OPCODE(*context_image(c, at)), MI_OP_LOAD_REGISTER_IMM);
	/* A register of the engine context becomes one that submits; a load becomes a store. */
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t old = *context_image(c, at + 1 - i);

		*context_image(c, at + 1 - i) = i ? (MI_STORE_DWORD_IMM | MI_GGTT) : RING_ELSP(e->base);
		refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
		*context_image(c, at + 1 - i) = old;
	}
	/* A batch in progress that has the ring's privileges. */
	*context_image(c, IMG_BB_ADDR) = s->d.results | BBADDR_VALID;
	*context_image(c, IMG_BB_STATE) = 0;
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	*context_image(c, IMG_BB_ADDR) = 0;
	*context_image(c, IMG_BB_STATE) = BBSTATE_PPGTT;
	/* A ring that is the host's memory. */
	*context_image(c, IMG_START) = HOST_GM;
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	*context_image(c, IMG_START) = c->start;
	/* Page tables where there is no memory. */
	*context_image(c, IMG_PDP_LOW) = 0xfee00000;
	refuse(s, c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	*context_image(c, IMG_PDP_LOW) = c->pml4;
	/* Headers of the ring context are the core's, whatever is written there. */
	for (unsigned int i = 0; i < IMG_ENGINE_CONTEXT; i += 2, loads++)
		*context_image(c, i) = RING_ELSP(e->base);
	stores_work(s, c, 2);
	end(s);
}

/* Any dword, any value. */
subtest(image_garbage)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	unsigned int ran = 0;

	stores_work(s, c, 1);
	for (unsigned int i = 0; i < 120; i++) {
		volatile uint32_t *dw = context_image(c, vgt_random() % (i & 1 ? 0x50 : 0x400));
		uint32_t old = *dw;

		*dw = i & 2 ? vgt_random() : old ^ 1u << vgt_random() % 32;
		emit_store(c, s->d.results + 4, i);
		context_submit(c);
		ran += driver_settle(&s->d, e, 0.02);
		*dw = old;
		driver_reset_engine(&s->d, e);
		if (i % 20 == 19)
			c = context_new(&s->d, e, i);
	}
	printf("%u of 120 ran\n", ran);
	counted("submissions", 120);
	end(s);
}

subtest(submission_storm)
{
	struct scene *s = start();
	struct context *c[VGT_NUM_ENGINES][2];
	double end_at = vgt_now() + 2, pace;

	for_each_engine(o)
		for (int i = 0; i < 2; i++)
			c[o - vgt_engines][i] = context_new(&s->d, o, i + 1);
	while (vgt_now() < end_at) {
		for_each_engine(o) {
			struct context *a = c[o - vgt_engines][vgt_random() & 1];
			struct context *b = c[o - vgt_engines][vgt_random() & 1];

			emit_store(a, s->d.results, vgt_random());
			driver_submit_raw(&s->d, o, context_desc(a), a != b ? context_desc(b) : 0);
		}
	}
	pace = bystander_goes_on(&s->guest, ROUNDS, PATIENCE);
	printf("%llu submissions in 2 s; then %d rounds of the other guest in %.2f s\n",
	       (unsigned long long)stat("submissions"), ROUNDS, pace);
	counted("submissions", 200);
	end(s);
}

/*
 * The device as software sees it
 */

/* Sizes and places that no driver would use. */
subtest(access_sizes)
{
	static const unsigned int sizes[] = { 1, 2, 3, 4, 5, 7, 8, 12 };
	static const uint32_t borders[] = {
		VFIO_BAR0_REGISTERS, VFIO_GGTT, VFIO_BAR0_SIZE, 0x78000, 0x79000, 0x1000,
	};
	struct scene *s = start();
	uint8_t data[16] = { };

	for (uint32_t at = 0; at < VFIO_BAR0_SIZE; at += 0x1fff)
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			vgt_assert(vfio_read(&s->v, VFIO_BAR0, at, data, sizes[i]) > 0);
	for (size_t b = 0; b < ARRAY_SIZE(borders); b++) {
		for (int off = -15; off < 8; off++) {
			for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
				int64_t left = (int64_t)VFIO_BAR0_SIZE - borders[b] - off;
				int n = vfio_read(&s->v, VFIO_BAR0, borders[b] + off, data, sizes[i]);

				if (left <= 0)
					vgt_assert_eq(n, -EINVAL);
				else
					vgt_assert_eq(n, left < sizes[i] ? left : sizes[i]);
				memset(data, 0xa5, sizeof(data));
				vfio_write(&s->v, VFIO_BAR0, borders[b] + off, data, sizes[i]);
			}
		}
	}
	vgt_assert_eq(vfio_read(&s->v, VFIO_BAR0, VFIO_BAR0_SIZE + (1ull << 39), data, 4), -EINVAL);
	vgt_assert_eq(vfio_read(&s->v, 5, 0, data, 4), -EINVAL);
	vgt_assert_eq(vfio_read(&s->v, 200, 0, data, 4), -EINVAL);
	counted("ggtt_refused", 1);
	counted("registers_unknown", 100);
	end(s);
}

subtest(bar0_garbage)
{
	static uint32_t data[0x10000 / 4];
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);

	emit_gate(c, s->d.results + 64, 1);
	context_submit(c);
	for (uint32_t at = 0; at < VFIO_BAR0_REGISTERS; at += sizeof(data)) {
		for (size_t i = 0; i < ARRAY_SIZE(data); i++)
			data[i] = vgt_random();
		vgt_assert_eq(vfio_write(&s->v, VFIO_BAR0, at, data, sizeof(data)), sizeof(data));
		vgt_assert_eq(vfio_read(&s->v, VFIO_BAR0, at, data, sizeof(data)), sizeof(data));
	}
	counted("registers_refused", 100);
	counted("registers_unknown", 1000);
	end(s);
}

/* In the aperture, outside of its slice. */
subtest(aperture)
{
	struct scene *s = start();
	uint32_t val = 0xbad;
	void *map;

	for (uint64_t at = 0; at < s->v.low; at += s->v.low / 64) {
		vfio_write(&s->v, VFIO_BAR2, at, &val, sizeof(val));
		vfio_read(&s->v, VFIO_BAR2, at, &val, sizeof(val));
		vgt_assert_eq(val, 0);
		val = 0xbad;
	}
	for (int64_t off = -1; off <= 1; off += 2) {
		map = mmap(NULL, s->v.low_size, PROT_READ | PROT_WRITE, MAP_SHARED, s->v.device,
			   ((uint64_t)VFIO_BAR2 << 40) + s->v.low + off * PAGE);
		vgt_assert(map == MAP_FAILED);
	}
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, s->v.device, (uint64_t)VFIO_BAR0 << 40);
	vgt_assert(map == MAP_FAILED);
	map = mremap(s->v.aperture, s->v.low_size, s->v.low_size + PAGE, MREMAP_MAYMOVE);
	vgt_assert(map == MAP_FAILED);
	end(s);
}

static void config_write(struct scene *s, uint32_t at, uint32_t val, unsigned int size)
{
	vfio_write(&s->v, VFIO_CONFIG, at, &val, size);
}

subtest(config_space)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	uint32_t val;

	emit_gate(c, s->d.results + 64, 1);
	emit_store(c, s->d.results, 0x600d);
	context_submit(c);
	for (unsigned int i = 0; i < 400; i++) {
		config_write(s, 0x04, i & 7, 2);			/* decoding on and off */
		config_write(s, 0x10, i & 1 ? ~0u : vgt_random(), 4);	/* BAR0: sizing, anywhere */
		config_write(s, 0x14, i & 2 ? ~0u : vgt_random() & 0xff, 4);
		config_write(s, 0x18, vgt_random(), 4);			/* BAR2 */
		config_write(s, 0xae, i & 1, 2);			/* MSI */
		config_write(s, 0xd4, i & 3, 2);			/* power state */
		config_write(s, vgt_random() % 256, vgt_random(), 1 + vgt_random() % 4);
		vfio_read(&s->v, VFIO_CONFIG, vgt_random() % 260, &val, 1 + vgt_random() % 4);
	}
	vfio_read(&s->v, VFIO_CONFIG, 0, &val, 4);
	vgt_assert_eq(val & 0xffff, 0x8086);
	config_write(s, 0x10, ~0u, 4);
	vfio_read(&s->v, VFIO_CONFIG, 0x10, &val, 4);
	vgt_assert_eq(val, (uint32_t)-VFIO_BAR0_SIZE | 4);
	/* None of that is the engine's business. */
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 0x600d);
	end(s);
}

static void toggle_interrupts(struct scene *s, unsigned int i, int eventfd)
{
	vfio_set_reg(&s->v, GEN8_MASTER_IRQ, i & 1 ? GEN8_MASTER_IRQ_CONTROL : 0);
	vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(i & 3) + IRQ_IMR, i & 2 ? ~0u : 0);
	vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(i & 3) + IRQ_IER, i & 4 ? ~0u : 0);
	vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(i & 3) + IRQ_IIR, ~0u);
	if (i % 8 == 0)
		vfio_irq(&s->v, VFIO_PCI_MSI_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER |
			 VFIO_IRQ_SET_DATA_EVENTFD, i & 8 ? eventfd : -1);
	if (i % 8 == 4)
		vfio_irq(&s->v, VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER |
			 VFIO_IRQ_SET_DATA_EVENTFD, i & 8 ? eventfd : -1);
	vfio_irq(&s->v, VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_DATA_NONE |
		 (i & 1 ? VFIO_IRQ_SET_ACTION_MASK : VFIO_IRQ_SET_ACTION_UNMASK), 0);
}

subtest(interrupt_storm)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	uint64_t n = 0;

	for (unsigned int i = 0; i < 1500; i++) {
		if (i % 16 == 0 && driver_settle(&s->d, e, 0)) {
			for (int k = 0; k < 50; k++)
				emit(c, MI_USER_INTERRUPT);
			context_submit(c);
		}
		toggle_interrupts(s, i, event);
	}
	for (uint32_t index = 0; index < 10; index++)
		for (uint32_t flags = 0; flags < 64; flags++)
			vfio_irq(&s->v, index, flags, flags & 4 ? 12345 : 0);
	vgt_assert(driver_settle(&s->d, e, PATIENCE));

	/* In order again, it is told. */
	close(vfio_listen(&s->v));
	event = vfio_listen(&s->v);
	for (int bank = 0; bank < 4; bank++) {
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IIR, ~0u);
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IIR, ~0u);
	}
	vfio_set_reg(&s->v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	emit(c, MI_USER_INTERRUPT, MI_NOOP);
	vgt_assert(context_run(c, PATIENCE));
	vgt_sleep(0.05);
	vgt_assert(read(event, &n, sizeof(n)) == sizeof(n) && n > 0);
	counted("register_writes", 6000);
	end(s);
}

subtest(pvinfo)
{
	struct scene *s = start();
	struct context *c = context_new(&s->d, e, 1);

	stores_work(s, c, 1);
	for (unsigned int i = 0; i < 2000; i++) {
		vfio_set_reg(&s->v, 0x78838 + 4 * (vgt_random() % 10),
			     i & 1 ? vgt_random() : (uint32_t)c->pml4);
		vfio_set_reg(&s->v, 0x78818, i & 2 ? vgt_random() : vgt_random() % 10);
	}
	for (uint32_t at = 0x78000; at < 0x79000; at += 4)
		vfio_set_reg(&s->v, at, vgt_random());
	counted("registers_refused", 500);
	vgt_assert_eq(vfio_reg(&s->v, 0x78000), 0x76544776);
	vgt_assert_eq(vfio_reg(&s->v, 0x78040), s->v.low);
	stores_work(s, c, 2);
	end(s);
}

subtest(edid)
{
	struct scene *s = start();
	struct vfio_region_gfx_edid header;
	uint32_t val;

	for (unsigned int i = 0; i < 1000; i++) {
		val = vgt_random();
		vfio_write(&s->v, VFIO_EDID, vgt_random() % 600, &val, 1 + i % 4);
		val = i % 8 * 64;
		vfio_write(&s->v, VFIO_EDID, offsetof(struct vfio_region_gfx_edid, edid_size), &val, 4);
		val = i % 5;
		vfio_write(&s->v, VFIO_EDID, offsetof(struct vfio_region_gfx_edid, link_state), &val, 4);
		vfio_reg(&s->v, 0xc4000 + 4 * (i % 4));
	}
	val = ~0u;
	vgt_assert_eq(vfio_write(&s->v, VFIO_EDID, offsetof(struct vfio_region_gfx_edid, edid_size),
				 &val, 4), -EINVAL);
	vgt_assert(vfio_read(&s->v, VFIO_EDID, 0, &header, sizeof(header)) > 0);
	vgt_assert(header.edid_size <= header.edid_max_size);
	end(s);
}

/*
 * Memory and life
 */

subtest(unmap_while_running)
{
	struct scene *s = start();

	for (unsigned int i = 0; i < 10; i++) {
		struct context *c = context_new(&s->d, e, 1);
		uint64_t from = i & 1 ? 0 : MEMORY / 2;

		if (i % 5 == 4)
			make_endless(c);
		else
			emit_gate(c, s->d.results + 64, 1);
		context_submit(c);
		vgt_assert_eq(vfio_unmap(&s->v, 0, MEMORY), 0);
		vgt_assert_eq(vfio_map(&s->v, from, MEMORY - from), 0);
		/* Submitted again, to what is gone and what is back. */
		driver_submit_raw(&s->d, e, context_desc(c), 0);
		vfio_set_pte(&s->v, s->v.high / PAGE, ENTRY);
		if (from)
			vgt_assert_eq(vfio_map(&s->v, 0, from), 0);
		vfio_reset(&s->v);
		driver_init(&s->d, &s->v);
	}
	end(s);
}

/* A process that opens the device, has it work and dies with it. */
static void work_and_die(unsigned int i)
{
	struct context *c;
	struct driver d;
	struct vfio v;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	vfio_open(&v, HOSTILE, 4 << 20);
	driver_init(&d, &v);
	for_each_engine(e) {
		c = context_new(&d, e, 1);
		if (i % 16 == 15)
			make_endless(c);
		else
			emit_gate(c, d.results + 64, 1);
		context_submit(c);
	}
	if (i & 1)
		kill(getpid(), SIGKILL);
	_exit(0);
}

subtest(close_in_the_middle)
{
	static struct scene scene;
	struct scene *s = &scene;
	double began;

	stage(s);
	create(HOSTILE);
	start_bystanders(s);
	bystanders_go_on(s);
	began = vgt_now();
	for (unsigned int i = 0; i < 50; i++) {
		pid_t pid = fork();
		int status;

		if (!pid)
			work_and_die(i);
		vgt_assert(waitpid(pid, &status, 0) == pid);
		vgt_assert(i & 1 ? WIFSIGNALED(status) : WIFEXITED(status) && !WEXITSTATUS(status));
	}
	printf("50 times in %.1f s\n", vgt_now() - began);
	vfio_open(&s->v, HOSTILE, MEMORY);
	driver_init(&s->d, &s->v);
	end(s);
}

static long meminfo(const char *name)
{
	char line[128], key[64];
	long val, found = -1;
	FILE *f = fopen("/proc/meminfo", "re");

	vgt_assert(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63[^:]: %ld", key, &val) == 2 && !strcmp(key, name))
			found = val;
	fclose(f);
	return found;
}

static long settled_slab(void)
{
	int f = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	vgt_assert(f >= 0 && write(f, "3", 1) == 1);
	close(f);
	vgt_sleep(0.3);
	return meminfo("SUnreclaim");
}

static void cycle(unsigned int n)
{
	while (n--) {
		create(SPARE);
		vgt_assert_eq(mdev_remove(SPARE), 0);
	}
}

subtest(create_destroy)
{
	static struct scene scene;
	struct scene *s = &scene;
	long slab, vmalloc;
	double began;

	stage(s);
	create(HOSTILE);
	if (mdev_available() < 2)
		vgt_skip("room for three vGPUs; a larger aperture has it");
	start_bystanders(s);
	cycle(50);
	slab = settled_slab();
	vmalloc = meminfo("VmallocUsed");
	began = vgt_now();
	cycle(1000);
	printf("1000 in %.1f s\n", vgt_now() - began);
	/* A byte that is lost each time would not be seen, a structure would. */
	printf("slab %+ld kB, vmalloc %+ld kB\n", settled_slab() - slab,
	       meminfo("VmallocUsed") - vmalloc);
	vgt_assert(settled_slab() - slab < 500);
	vgt_assert(meminfo("VmallocUsed") - vmalloc < 500);
	leave(s);
}

static const struct vgt_subtest subtests[] = {
	{ "ggtt-foreign-range",
	  "GGTT entries of the host, of another guest, of the core are neither written nor read",
	  ggtt_foreign_range, false },
	{ "ggtt-flood",
	  "a million GGTT entries at once: those outside of the ranges are refused",
	  ggtt_flood, false },
	{ "ggtt-no-memory",
	  "GGTT entries to memory that the guest does not have map nothing",
	  ggtt_no_memory, false },
	{ "ggtt-halves",
	  "GGTT entries written in halves, at random",
	  ggtt_halves, false },
	{ "fences",
	  "fences over others' graphics memory, and others' fences",
	  fences, false },
	{ "ppgtt-no-memory",
	  "page tables' entries at all levels to memory that the guest does not have",
	  ppgtt_no_memory, false },
	{ "ppgtt-half-a-page",
	  "a page of 2 MiB of which the guest has one half",
	  ppgtt_half_a_page, false },
	{ "table-becomes-data",
	  "a page table is written over by CPU and GPU before anybody is told",
	  table_becomes_data, false },
	{ "tables-in-circles",
	  "page tables that lead to themselves",
	  tables_in_circles, false },
	{ "table-flood",
	  "a thousand page tables that all lead to each other, at all levels",
	  table_flood, false },
	{ "lri-ring",
	  "loads of registers from the ring that reach beyond the vGPU are refused",
	  lri_ring, true },
	{ "privileged-batch",
	  "batches in the GGTT that load registers, store to others, nest, do not end",
	  privileged_batch, true },
	{ "lri-batch",
	  "the same from a batch without privileges does nothing",
	  lri_batch, true },
	{ "ggtt-stores",
	  "stores, post-sync operations, copies, atomics to others' graphics memory",
	  ggtt_stores, true },
	{ "unknown-commands",
	  "random dwords in the ring",
	  unknown_commands, true },
	{ "toctou-ring",
	  "a ring that is changed after its submission is executed as it was",
	  toctou_ring, true },
	{ "toctou-batch",
	  "a privileged batch that is changed after its submission is executed as it was",
	  toctou_batch, true },
	{ "toctou-wa-batch",
	  "a workaround batch that is changed after its submission is executed as it was",
	  toctou_wa_batch, false },
	{ "toctou-race",
	  "a batch that another CPU changes all the time is refused or harmless",
	  toctou_race, true },
	{ "endless-batch",
	  "an endless batch with arbitration off loses its engine, the others go on",
	  endless_batch, true },
	{ "batch-nowhere",
	  "a batch where there is no memory",
	  batch_nowhere, true },
	{ "elsp-garbage",
	  "submissions of random descriptors",
	  elsp_garbage, true },
	{ "same-context-twice",
	  "one context in both elements, and on all engines",
	  same_context_twice, true },
	{ "image-tampered",
	  "a saved context image whose loads, ring, batch or tables are made others'",
	  image_tampered, true },
	{ "image-garbage",
	  "a context image with random dwords",
	  image_garbage, true },
	{ "submission-storm",
	  "submissions to all engines as fast as they can be written",
	  submission_storm, false },
	{ "access-sizes",
	  "reads and writes of all sizes, misaligned, across borders, beyond the end",
	  access_sizes, false },
	{ "bar0-garbage",
	  "random values in every register, while the engine works",
	  bar0_garbage, true },
	{ "aperture",
	  "the aperture outside of its slice",
	  aperture, false },
	{ "config-space",
	  "BARs sized, moved, switched off and on, MSI and power states, while the engine works",
	  config_space, true },
	{ "interrupt-storm",
	  "interrupts masked, unmasked, listened to and not, while they arise",
	  interrupt_storm, true },
	{ "pvinfo",
	  "garbage in the notifications",
	  pvinfo, true },
	{ "edid",
	  "garbage in the EDID region",
	  edid, false },
	{ "unmap-while-running",
	  "memory is taken away while the engine works with it",
	  unmap_while_running, true },
	{ "close-in-the-middle",
	  "the user goes away, or is killed, while its work runs, 50 times",
	  close_in_the_middle, false },
	{ "create-destroy",
	  "1000 vGPUs made and removed: nothing is lost",
	  create_destroy, false },
};

VGT_MAIN(true, "A hostile guest on a vGPU, while another guest and the host work.")
