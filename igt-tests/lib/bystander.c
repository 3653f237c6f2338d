// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: bystanders
 *
 *   start: fork ──► setup ──► round ──► round ... ──► exit 0
 *      │                        `── not right: exit 98, said on stdout
 *      └─ goes_on: counts rounds;  stop: waits for exit 0
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch.h"
#include "bystander.h"
#include "sysfs.h"

#define PAUSE		0.004	/* between rounds: the machine has two processors */
#define STORES		16
#define PATIENCE_MS	15000

void bystander_start(struct bystander *b, const char *name, void *(*setup)(int arg),
		     void (*round)(void *priv, unsigned int n), int arg)
{
	void *priv;

	b->name = name;
	b->shared = mmap(NULL, sizeof(*b->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	vgt_assert(b->shared != MAP_FAILED);
	fflush(stdout);
	b->pid = fork();
	vgt_assert(b->pid >= 0);
	if (b->pid)
		return;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	priv = setup(arg);
	for (unsigned int n = 1; !__atomic_load_n(&b->shared->stop, __ATOMIC_SEQ_CST); n++) {
		round(priv, n);
		__atomic_add_fetch(&b->shared->rounds, 1, __ATOMIC_SEQ_CST);
		vgt_sleep(PAUSE);
	}
	_exit(0);
}

static unsigned int rounds_of(struct bystander *b)
{
	return __atomic_load_n(&b->shared->rounds, __ATOMIC_SEQ_CST);
}

double bystander_goes_on(struct bystander *b, unsigned int rounds, double seconds)
{
	double start = vgt_now();
	/* The one that is under way does not count. */
	unsigned int end = rounds_of(b) + rounds + 1;

	while ((int)(rounds_of(b) - end) < 0) {
		vgt_assert_f(waitpid(b->pid, NULL, WNOHANG) == 0, "%s has failed", b->name);
		vgt_assert_f(vgt_now() < start + seconds, "%s does not go on", b->name);
		vgt_sleep(0.001);
	}
	return vgt_now() - start;
}

void bystander_stop(struct bystander *b)
{
	int status;

	__atomic_store_n(&b->shared->stop, true, __ATOMIC_SEQ_CST);
	vgt_assert(waitpid(b->pid, &status, 0) == b->pid);
	vgt_assert_f(WIFEXITED(status) && !WEXITSTATUS(status), "%s has failed", b->name);
	munmap(b->shared, sizeof(*b->shared));
}

/*
 * The host's own work
 */

struct host_work {
	struct batch batch;
	struct bo bo;
};

static void *host_setup(int arg)
{
	struct host_work *w = calloc(1, sizeof(*w));
	int fd = vgt_open(true);

	(void)arg;
	vgt_assert(w && fd >= 0);
	/* Somebody who waits for its turn is not to be taken for one who hangs. */
	for_each_engine(e)
		hang_limits_set(fd, e, (struct hang_limits){ .heartbeat = 10000, .preempt = 5000 });
	batch_init(&w->batch, fd, 4096);
	w->bo = bo_create(fd, 4096);
	batch_use(&w->batch, &w->bo, true);
	return w;
}

static void host_round(void *priv, unsigned int n)
{
	const struct vgt_engine *e = &vgt_engines[n % VGT_NUM_ENGINES];
	struct host_work *w = priv;
	int fence;

	w->batch.pos = 0;
	for (unsigned int i = 0; i < STORES; i++)
		batch_store(&w->batch, &w->bo, 4 * i, n * STORES + i);
	batch_end(&w->batch);
	fence = batch_exec_fence(&w->batch, e);
	vgt_assert_f(!fence_wait(fence, PATIENCE_MS), "the host's %s hangs", e->name);
	vgt_assert_f(fence_status(fence) == 1, "the host's work on %s is lost", e->name);
	close(fence);
	for (unsigned int i = 0; i < STORES; i++)
		vgt_assert_eq(w->bo.u32[i], n * STORES + i);
}

void bystander_host(struct bystander *b)
{
	bystander_start(b, "the host", host_setup, host_round, 0);
}
