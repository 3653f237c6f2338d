// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Keeps engines busy with batches that are all of one length, and looks at what they have done.
 *
 *   chain of GROUP batches:
 *
 *     link 0 ──copy──► link 1 ──copy──► ... ──copy──► link GROUP
 *     random numbers           ▲                      the same numbers?
 *          skipped words, or more copies, until LENGTH
 *
 * FLIGHT chains are queued at a time, so there is always a next batch.  How long a batch is, is
 * measured with the context's own clock, which stands still while others have the engine; that
 * clock also says how long the engine was this program's, whatever its drivers believe.
 */
#include <getopt.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "blt.h"

#define GROUP		8
#define FLIGHT		3
#define SIDE		64			/* pixels, of a link */
#define LINK		(4 * SIDE * SIDE)	/* bytes */
#define WORDS		16			/* of a link that the render engine copies */
#define SKIPPED		4096u			/* words, read for nothing */
#define BATCH		(16u << 10)
#define MAX_REPEAT	300
#define TRIALS		8
#define TICKS_PER_US	12
#define PATIENCE_MS	30000
#define POLL		0.25			/* seconds between looks at the files */
#define MI_SET_PREDICATE	(0x01 << 23)
#define   ALWAYS_SKIP		0xf
#define MEDIA_OBJECT		(3u << 29 | 2 << 27 | 1 << 24)
#define RING_CTX_TIMESTAMP(e)	((e)->base + 0x3a8)

enum { STAMP_START, STAMP_END, NUM_STAMPS };

/**
 * struct progress - of one engine, shared with the parent
 * @batches: that have ended with the right result
 * @ticks: of the context's clock in them
 * @batch_us: length of a batch, as measured at the start
 * @dry: times that nothing was queued any more
 * @paused: nothing is queued because nothing is to be
 */
struct progress {
	uint64_t batches, ticks;
	uint32_t batch_us, repeat, dry;
	bool paused;
};

static struct {
	const struct vgt_engine *engines[VGT_NUM_ENGINES];
	unsigned int num_engines, length_us;
	double seconds;
	const char *stop, *pause, *stats;
} options = { .length_us = 2500, .seconds = 3600 };

static struct {
	bool stop, pause;
	struct progress progress[VGT_NUM_ENGINES];
} *shared;

struct chain {
	struct bo bo;
	struct batch batch[GROUP];
	uint32_t seed;
	int fence;
};

/**
 * struct load - what one process does to one engine
 * @skip: commands of the render engine that take time and nothing else
 * @stamps: of the last batch
 * @clock: of the last chain that has been looked at
 */
struct load {
	int fd;
	const struct vgt_engine *e;
	struct progress *progress;
	struct chain chain[FLIGHT];
	struct bo skip, stamps;
	uint32_t clock;
};

static bool wanted(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_RELAXED);
}

static uint32_t next_number(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

static unsigned int link_words(const struct load *l)
{
	return is_bcs(l->e) ? LINK / 4 : WORDS;
}

static uint32_t *link_at(struct chain *c, unsigned int n)
{
	return &c->bo.u32[n * LINK / 4];
}

static void emit_stamp(struct load *l, struct batch *b, unsigned int n)
{
	batch_store_reg(b, RING_CTX_TIMESTAMP(l->e), &l->stamps, 4 * n);
}

static void emit_blits(struct chain *c, struct batch *b, unsigned int n, uint32_t repeat)
{
	struct blt_surface from = {
		.bo = c->bo, .stride = 4 * SIDE, .width = SIDE, .height = SIDE, .cpp = 4,
	};
	struct blt_surface to = from;
	struct blt_rect r = { 0, 0, SIDE, SIDE };

	from.bo.addr += n * LINK;
	to.bo.addr += (n + 1) * LINK;
	for (uint32_t i = 0; i < repeat; i++)
		blt_copy(b, &to, &r, &from, 0, 0);
}

static void emit_skips(struct load *l, struct chain *c, struct batch *b, unsigned int n,
		       uint32_t repeat)
{
	for (uint32_t i = 0; i < repeat; i++) {
		batch_emit(b, MI_BATCH_BUFFER_START | MI_SECOND_LEVEL);
		batch_emit_addr(b, l->skip.addr);
	}
	for (uint32_t i = 0; i < WORDS; i++) {
		batch_emit(b, MI_COPY_MEM_MEM);
		batch_emit_addr(b, c->bo.addr + (n + 1) * LINK + 4 * i);
		batch_emit_addr(b, c->bo.addr + n * LINK + 4 * i);
	}
}

/* From link @n to the next. */
static void write_batch(struct load *l, struct chain *c, unsigned int n, uint32_t repeat)
{
	struct batch *b = &c->batch[n];

	b->pos = 0;
	emit_stamp(l, b, STAMP_START);
	if (is_bcs(l->e))
		emit_blits(c, b, n, repeat);
	else
		emit_skips(l, c, b, n, repeat);
	emit_stamp(l, b, STAMP_END);
	batch_end(b);
}

/* Some in the machine may be slow at times; none is fast by mistake. */
static uint32_t shortest(struct load *l, uint32_t repeat)
{
	uint32_t best = UINT32_MAX;

	write_batch(l, &l->chain[0], 0, repeat);
	for (int i = 0; i < TRIALS; i++) {
		uint32_t ticks;

		batch_run(&l->chain[0].batch[0], l->e);
		ticks = l->stamps.u32[STAMP_END] - l->stamps.u32[STAMP_START];
		best = ticks < best ? ticks : best;
	}
	return best;
}

static void choose_length(struct load *l)
{
	uint32_t one = shortest(l, 1), unit = (shortest(l, 9) - one) / 8;
	uint32_t want = options.length_us * TICKS_PER_US, repeat = 1;

	vgt_assert_f(unit && unit < want, "%s: work of %u ticks cannot be repeated to fill %u",
		     l->e->name, unit, want);
	if (want > one)
		repeat += (want - one + unit / 2) / unit;
	l->progress->repeat = repeat < MAX_REPEAT ? repeat : MAX_REPEAT;
	l->progress->batch_us = shortest(l, l->progress->repeat) / TICKS_PER_US;
}

/* One long command that is not carried out: cheaper to emulate than as many no-ops. */
static void write_skip(uint32_t *cs)
{
	cs[0] = MI_SET_PREDICATE | ALWAYS_SKIP;
	cs[1] = MEDIA_OBJECT | (SKIPPED - 2);
	cs[SKIPPED + 1] = MI_SET_PREDICATE;
	cs[SKIPPED + 2] = MI_BATCH_BUFFER_END;
}

static void setup(struct load *l)
{
	for (int i = 0; i < FLIGHT; i++) {
		struct chain *c = &l->chain[i];

		c->bo = bo_create(l->fd, (GROUP + 1) * LINK);
		c->fence = -1;
		c->seed = vgt_random() | 1;
		for (int n = 0; n < GROUP; n++)
			batch_init(&c->batch[n], l->fd, BATCH);
	}
	l->stamps = bo_create(l->fd, 4096);
	/* Behind the batches: to the GPU's model a repeated jump backwards is a loop that waits. */
	l->skip = bo_create(l->fd, 4 * (SKIPPED + 3));
	write_skip(l->skip.u32);
	for (int i = 0; i < FLIGHT; i++) {
		for (int n = 0; n < GROUP; n++) {
			batch_use(&l->chain[i].batch[n], &l->chain[i].bo, true);
			batch_use(&l->chain[i].batch[n], &l->stamps, true);
			batch_use(&l->chain[i].batch[n], &l->skip, false);
		}
	}
	choose_length(l);
	for (int i = 0; i < FLIGHT; i++)
		for (int n = 0; n < GROUP; n++)
			write_batch(l, &l->chain[i], n, l->progress->repeat);
	l->clock = l->stamps.u32[STAMP_END];
}

static void submit(struct load *l, struct chain *c)
{
	uint32_t x = c->seed, *first = link_at(c, 0), *last = link_at(c, GROUP);

	for (unsigned int i = 0; i < link_words(l); i++) {
		first[i] = next_number(&x);
		last[i] = 0;
	}
	for (int n = 0; n < GROUP - 1; n++)
		batch_exec(&c->batch[n], l->e);
	c->fence = batch_exec_fence(&c->batch[GROUP - 1], l->e);
}

static bool is_dry(const struct load *l, const struct chain *done)
{
	for (const struct chain *c = l->chain; c < l->chain + FLIGHT; c++)
		if (c != done && c->fence >= 0 && fence_wait(c->fence, 0))
			return false;
	return true;
}

static void finish(struct load *l, struct chain *c)
{
	uint32_t x = c->seed, *last = link_at(c, GROUP), clock;

	vgt_assert_f(!fence_wait(c->fence, PATIENCE_MS), "%s hangs", l->e->name);
	vgt_assert_f(fence_status(c->fence) == 1, "work on %s is lost: %d", l->e->name,
		     fence_status(c->fence));
	close(c->fence);
	c->fence = -1;
	for (unsigned int i = 0; i < link_words(l); i++) {
		uint32_t want = next_number(&x);

		vgt_assert_f(last[i] == want, "%s, word %u of a result: %#x instead of %#x",
			     l->e->name, i, last[i], want);
	}
	c->seed = x;
	clock = __atomic_load_n(&l->stamps.u32[STAMP_END], __ATOMIC_RELAXED);
	l->progress->ticks += clock - l->clock;
	l->clock = clock;
	l->progress->batches += GROUP;
}

static void drain(struct load *l, unsigned int oldest)
{
	for (unsigned int i = 0; i < FLIGHT; i++) {
		struct chain *c = &l->chain[(oldest + i) % FLIGHT];

		if (c->fence >= 0)
			finish(l, c);
	}
}

static void pause_load(struct load *l)
{
	l->progress->paused = true;
	while (wanted(&shared->pause) && !wanted(&shared->stop))
		vgt_sleep(0.02);
	l->progress->paused = false;
}

static void work(struct load *l)
{
	unsigned int n = 0;

	while (!wanted(&shared->stop)) {
		struct chain *c = &l->chain[n % FLIGHT];

		if (wanted(&shared->pause)) {
			drain(l, n % FLIGHT);
			pause_load(l);
			continue;
		}
		if (c->fence >= 0) {
			finish(l, c);
			l->progress->dry += is_dry(l, c);
		}
		submit(l, c);
		n++;
	}
	drain(l, n % FLIGHT);
}

static pid_t start(const struct vgt_engine *e, struct progress *progress)
{
	struct load l = { .e = e, .progress = progress };
	pid_t pid;

	fflush(stdout);
	pid = fork();
	vgt_assert(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	l.fd = vgt_open(true);
	vgt_assert(l.fd >= 0);
	setup(&l);
	work(&l);
	_exit(0);
}

static void write_stats(void)
{
	FILE *f = options.stats ? fopen(options.stats, "we") : NULL;

	if (!f)
		return;
	for (unsigned int i = 0; i < options.num_engines; i++) {
		const struct progress *p = &shared->progress[i];
		const char *name = options.engines[i]->name;

		fprintf(f, "%s.batches %llu\n", name, (unsigned long long)p->batches);
		fprintf(f, "%s.gpu_us %llu\n", name, (unsigned long long)p->ticks / TICKS_PER_US);
		fprintf(f, "%s.batch_us %u\n%s.repeat %u\n", name, p->batch_us, name, p->repeat);
		fprintf(f, "%s.dry %u\n%s.paused %d\n", name, p->dry, name, p->paused);
	}
	fclose(f);
}

static bool exists(const char *file)
{
	return file && !access(file, F_OK);
}

/* Until all have ended; one that fails ends the others. */
static bool watch(void)
{
	unsigned int left = options.num_engines;
	double end = vgt_now() + options.seconds;
	bool good = true;
	int status;

	for (unsigned int n = 0; left; n++) {
		while (left && waitpid(-1, &status, WNOHANG) > 0) {
			left--;
			good &= WIFEXITED(status) && !WEXITSTATUS(status);
		}
		__atomic_store_n(&shared->pause, exists(options.pause), __ATOMIC_RELAXED);
		if (!good || exists(options.stop) || vgt_now() > end)
			__atomic_store_n(&shared->stop, true, __ATOMIC_RELAXED);
		if (n % 4 == 0)
			write_stats();
		vgt_sleep(POLL);
	}
	write_stats();
	return good;
}

static const struct vgt_engine *engine_named(const char *name)
{
	for_each_engine(e)
		if (!strcmp(e->name, name))
			return e;
	fprintf(stderr, "--engine %s: rcs0, bcs0, vcs0 or vecs0\n", name);
	exit(2);
}

static void usage(const char *program)
{
	printf("usage: %s [OPTION...]\n"
	       "  --engine NAME   to keep busy; may be given several times (rcs0 and bcs0)\n"
	       "  --length US     engine time of a batch (2500)\n"
	       "  --seconds N     how long (3600)\n"
	       "  --stop FILE     end when it exists\n"
	       "  --pause FILE    submit nothing while it exists\n"
	       "  --stats FILE    what was done so far, each second\n", program);
}

static void parse_options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "engine", required_argument, NULL, 'e' },
		{ "length", required_argument, NULL, 'l' },
		{ "seconds", required_argument, NULL, 's' },
		{ "stop", required_argument, NULL, 'q' },
		{ "pause", required_argument, NULL, 'p' },
		{ "stats", required_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case 'e':
			if (options.num_engines < VGT_NUM_ENGINES)
				options.engines[options.num_engines++] = engine_named(optarg);
			break;
		case 'l':
			options.length_us = atoi(optarg);
			break;
		case 's':
			options.seconds = atof(optarg);
			break;
		case 'q':
			options.stop = optarg;
			break;
		case 'p':
			options.pause = optarg;
			break;
		case 'o':
			options.stats = optarg;
			break;
		default:
			usage(argv[0]);
			exit(c == 'h' ? 0 : 2);
		}
	}
	if (!options.num_engines) {
		options.engines[options.num_engines++] = engine_named("rcs0");
		options.engines[options.num_engines++] = engine_named("bcs0");
	}
}

int main(int argc, char **argv)
{
	parse_options(argc, argv);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	vgt_assert(shared != MAP_FAILED);
	for (unsigned int i = 0; i < options.num_engines; i++)
		start(options.engines[i], &shared->progress[i]);
	return watch() ? EXIT_SUCCESS : EXIT_FAILURE;
}
