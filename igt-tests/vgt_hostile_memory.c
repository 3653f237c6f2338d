// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A hostile guest: GGTT, page tables, memory, life (lib/scene.c).
 */
#include <fcntl.h>
#include <linux/vfio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scene.h"

#define BEYOND	0x7fffff000ull	/* of guest memory: the last page that an entry can name */

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
	struct scene *s = scene_start();
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
	scene_end(s);
}

/* All entries that there are, in few calls. */
subtest(ggtt_flood)
{
	static uint64_t entries[1 << 20];
	struct scene *s = scene_start();
	uint64_t gpa = driver_pages(&s->d, 1);
	uint32_t own = (s->v.low_size + s->v.high_size) / PAGE;

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		entries[i] = gpa | ENTRY;
	vgt_assert_eq(vfio_write(&s->v, VFIO_BAR0, VFIO_GGTT, entries, sizeof(entries)),
		      sizeof(entries));
	driver_flush(&s->d);
	vgt_assert_eq(scene_stat("ggtt_refused"), ARRAY_SIZE(entries) - own);
	scene_end(s);
}

subtest(ggtt_no_memory)
{
	static const uint64_t nowhere[] = {
		MEMORY, MEMORY + PAGE, 0x100000000ull, 0xfee00000, 0xe0000000, 0xfd000000, BEYOND,
		GEN8_PTE_ADDR_MASK,
	};
	struct scene *s = scene_start();
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
	scene_store(s, c, 1);
	scene_end(s);
}

subtest(ggtt_halves)
{
	struct scene *s = scene_start();
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
	scene_end(s);
}

/* Entries of [@low, @low + @size) of graphics memory, as memory of this process. */
static volatile uint64_t *map_entries(struct vfio *v, uint32_t low, uint32_t size, int flags)
{
	void *map = mmap(NULL, size / PAGE * 8, PROT_READ | PROT_WRITE, flags, v->device,
			 ((uint64_t)VFIO_BAR0 << 40) + VFIO_GGTT + low / PAGE * 8);

	return map == MAP_FAILED ? NULL : map;
}

static pid_t start_scribbler(volatile uint64_t *entries, unsigned int n)
{
	pid_t pid = fork();

	vgt_assert(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		entries[vgt_random() % n] = (uint64_t)(vgt_random() & 0xff) << 32 |
					    vgt_random() % (2 * MEMORY);
}

/* Entries that are changed without a trap, at any moment. */
subtest(ggtt_as_memory)
{
	struct scene *s = scene_start();
	uint64_t gpa = driver_pages(&s->d, 1);
	struct vfio *v = &s->v;
	struct context *c = context_new(&s->d, RCS, 1);
	volatile uint64_t *high, *entry;
	unsigned int used;
	pid_t scribbler;

	vgt_assert(!map_entries(v, v->low - 512 * PAGE, v->low_size, MAP_SHARED));
	vgt_assert(!map_entries(v, v->low + 512 * PAGE, v->low_size, MAP_SHARED));
	vgt_assert(!map_entries(v, 0, 512 * PAGE, MAP_SHARED));
	vgt_assert(!map_entries(v, v->high + v->high_size, 512 * PAGE, MAP_SHARED));
	vgt_assert(!map_entries(v, v->high, v->high_size, MAP_PRIVATE));
	high = map_entries(v, v->high, v->high_size, MAP_SHARED);
	vgt_assert(high);

	entry = high + v->high_size / PAGE - 1;
	*entry = gpa | ENTRY;
	driver_flush(&s->d);
	emit_store(c, v->high + v->high_size - PAGE, 0x11);
	scene_store(s, c, 1);
	vgt_assert_eq(*vfio_u32(v, gpa), 0x11);
	vgt_assert_eq(vfio_pte(v, (v->high + v->high_size) / PAGE - 1), gpa | ENTRY);

	used = (s->d.next_gm - v->high) / PAGE;
	scribbler = start_scribbler(high + used, v->high_size / PAGE - 1 - used);
	for (double began = vgt_now(); scene_stat("ggtt_pages_shared") < 500;) {
		driver_flush(&s->d);
		vgt_assert(vgt_now() - began < PATIENCE);
	}
	scene_store(s, c, 2);
	kill(scribbler, SIGKILL);
	vgt_assert(waitpid(scribbler, NULL, 0) == scribbler);
	counted("ggtt_writes", 500);	/* at least the one for which each was touched */
	counted("memory_refused", 100);

	*entry = MEMORY | ENTRY;
	driver_flush(&s->d);
	emit_store(c, v->high + v->high_size - PAGE, 0xbad);
	scene_store(s, c, 3);
	vgt_assert_eq(*vfio_u32(v, gpa), 0x11);
	munmap((void *)high, v->high_size / PAGE * 8);
	scene_end(s);
}

subtest(fences)
{
	struct scene *s = scene_start();
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
	scene_end(s);
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
	scene_store(s, c, val);
}

subtest(ppgtt_no_memory)
{
	static const uint64_t nowhere[] = {
		MEMORY, 0x100000000ull, 0xfee00000, 0xe0000000, BEYOND, GEN8_PTE_ADDR_MASK,
	};
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, RCS, 1);

	run_data_store(s, c, DRIVER_DATA, 1);
	for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
		uint64_t addr = DRIVER_DATA + (i + 1) * PAGE;

		context_map(c, addr, nowhere[i]);
		run_data_store(s, c, addr, 0xbad);
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
	scene_end(s);
}

/* A 2 MiB page whose second half is not the guest's. */
subtest(ppgtt_half_a_page)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, RCS, 1);

	vgt_assert_eq(vfio_unmap(&s->v, MEMORY / 2, MEMORY / 2), 0);
	vgt_assert_eq(vfio_map(&s->v, MEMORY / 2, PAGE * 256), 0);
	*vfio_u64(&s->v, context_entry(c, 8ull << 21, 2)) = MEMORY / 2 | ENTRY | GEN8_PDE_PS_2M;
	run_data_store(s, c, 8ull << 21, 0x11);
	run_data_store(s, c, (8ull << 21) + PAGE * 256, 0x12);
	counted("memory_refused", 1);
	scene_end(s);
}

subtest(table_becomes_data)
{
	struct scene *s = scene_start();
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
			*vfio_u64(&s->v, table + 8 * i) =
				(uint64_t)vgt_random() << 32 | vgt_random();
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
	scene_end(s);
}

subtest(tables_in_circles)
{
	struct scene *s = scene_start();
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
	/* Once to make the shadows, once to compare them. */
	for (unsigned int i = 0; i < 2; i++) {
		emit_batch(c, DRIVER_BATCH, MI_BATCH_PPGTT);
		context_submit(c);
		driver_settle(&s->d, RCS, 0.5);
	}
	counted("table_syncs", 5);
	scene_end(s);
}

/* Every page is a table, at every level, of all other pages. */
subtest(table_flood)
{
	struct scene *s = scene_start();
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
	/* Once to make the shadows, once to compare them. */
	run_data_store(s, c, DRIVER_DATA, 1);
	run_data_store(s, c, DRIVER_DATA, 2);
	counted("table_syncs", n);
	scene_end(s);
}

/*
 * Memory and life
 */

subtest(unmap_while_running)
{
	struct scene *s = scene_start();

	for (unsigned int i = 0; i < 10; i++) {
		struct context *c = context_new(&s->d, e, 1);
		uint64_t from = i & 1 ? 0 : MEMORY / 2;

		if (i % 5 == 4)
			emit_endless(c);
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
	scene_end(s);
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
			emit_endless(c);
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

	scene_stage(s);
	scene_create(HOSTILE);
	scene_start_bystanders(s);
	scene_goes_on(s);
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
	scene_end(s);
}

/* Whoever removes the vGPU waits for its user, who is asked to let go of it. */
subtest(remove_while_in_use)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, RCS, 1);
	struct pollfd asked = { .events = POLLIN };
	int status;
	pid_t pid;

	asked.fd = vfio_listen(&s->v, VFIO_PCI_REQ_IRQ_INDEX);
	emit_endless(c);
	context_submit(c);
	pid = fork();
	vgt_assert(pid >= 0);
	if (!pid) {
		vfio_close(&s->v);	/* its own copy */
		_exit(!!mdev_remove(HOSTILE));
	}
	vgt_assert_eq(poll(&asked, 1, PATIENCE * 1000), 1);
	vgt_assert(vfio_reg(&s->v, 0x78000));
	vfio_close(&s->v);
	vgt_assert(waitpid(pid, &status, 0) == pid);
	vgt_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	vgt_assert(!mdev_exists(HOSTILE));
	scene_leave(s);
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

/* Without what waits for udev, which is slower than those who make devices. */
static long settled_slab(void)
{
	int f = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	if (system("udevadm settle --timeout=30"))
		printf("udev is still at it\n");
	vgt_assert(f >= 0 && write(f, "3", 1) == 1);
	close(f);
	vgt_sleep(0.3);
	return meminfo("SUnreclaim");
}

static void cycle(int number, unsigned int n)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (n--) {
		scene_create(number);
		vgt_assert_eq(mdev_remove(number), 0);
	}
	_exit(0);
}

/* Several at once, for each waits most of its time. */
static void cycles(unsigned int n)
{
	pid_t pid[NUM_SPARE];
	int status;

	for (int i = 0; i < NUM_SPARE; i++) {
		pid[i] = fork();
		vgt_assert(pid[i] >= 0);
		if (!pid[i])
			cycle(SPARE + i, n / NUM_SPARE);
	}
	for (int i = 0; i < NUM_SPARE; i++) {
		vgt_assert(waitpid(pid[i], &status, 0) == pid[i]);
		vgt_assert(WIFEXITED(status) && !WEXITSTATUS(status));
	}
}

subtest(create_destroy)
{
	static struct scene scene;
	struct scene *s = &scene;
	long slab, grown, vmalloc;
	double began, until;

	scene_stage(s);
	if (s->available < NUM_SPARE)
		vgt_skip("room for %d vGPUs; a larger aperture has it", NUM_SPARE);
	cycles(200);
	slab = settled_slab();
	vmalloc = meminfo("VmallocUsed");
	began = vgt_now();
	cycles(1000);
	printf("1000 in %.1f s\n", vgt_now() - began);
	/* What is freed with a delay goes soon; a structure that is lost each time is seen. */
	until = vgt_now() + 15;
	do {
		grown = settled_slab() - slab;
	} while (grown > 500 && vgt_now() < until);
	vmalloc = meminfo("VmallocUsed") - vmalloc;
	printf("slab %+ld kB, vmalloc %+ld kB\n", grown, vmalloc);
	vgt_assert(grown < 500);
	vgt_assert(vmalloc < 500);
	vgt_assert_eq(mdev_available(), s->available);
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
	{ "ggtt-as-memory",
	  "GGTT entries that are the guest's memory, written over while they are flushed",
	  ggtt_as_memory, false },
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
	{ "unmap-while-running",
	  "memory is taken away while the engine works with it",
	  unmap_while_running, true },
	{ "close-in-the-middle",
	  "the user goes away, or is killed, while its work runs, 50 times",
	  close_in_the_middle, false },
	{ "remove-while-in-use",
	  "a vGPU that is removed while its user has an endless batch on it",
	  remove_while_in_use, false },
	{ "create-destroy",
	  "1000 vGPUs made and removed: nothing is lost",
	  create_destroy, false },
};

VGT_SLOW_MAIN(true, 80, "A hostile guest's memory, while another guest and the host work.")
