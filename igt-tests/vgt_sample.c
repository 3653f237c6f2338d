// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Reads numbers from files at regular times, until SIGTERM; then writes them to the output, a line
 * for each time: its beginning and end in nanoseconds of the wall clock, and the numbers.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "subtest.h"

#define MAX_FILES	32
#define MAX_SAMPLES	20000

struct sample {
	uint64_t start, end, value[MAX_FILES];
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static uint64_t wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint64_t read_number(int fd)
{
	char text[32] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	vgt_assert(n > 0);
	return strtoull(text, NULL, 10);
}

static void take(struct sample *s, const int *fds, int num)
{
	s->start = wall_clock();
	for (int i = 0; i < num; i++)
		s->value[i] = read_number(fds[i]);
	s->end = wall_clock();
}

static void print(const struct sample *s, int num)
{
	printf("%llu %llu", (unsigned long long)s->start, (unsigned long long)s->end);
	for (int i = 0; i < num; i++)
		printf(" %llu", (unsigned long long)s->value[i]);
	printf("\n");
}

int main(int argc, char **argv)
{
	struct sample *samples = calloc(MAX_SAMPLES, sizeof(*samples));
	int fds[MAX_FILES], num = argc - 2, taken = 0;
	const struct sched_param priority = { .sched_priority = 10 };
	struct timespec next;
	long ns;

	if (num < 1 || num > MAX_FILES) {
		fprintf(stderr, "usage: %s MILLISECONDS FILE...\n", argv[0]);
		return 2;
	}
	vgt_assert(samples);
	ns = 1000000 * atol(argv[1]);
	for (int i = 0; i < num; i++) {
		fds[i] = open(argv[i + 2], O_RDONLY | O_CLOEXEC);
		vgt_assert_f(fds[i] >= 0, "%s", argv[i + 2]);
	}
	signal(SIGTERM, stop);
	/* Before everything that it looks at. */
	vgt_assert(!sched_setscheduler(0, SCHED_FIFO, &priority));

	clock_gettime(CLOCK_MONOTONIC, &next);
	while (!stopped && taken < MAX_SAMPLES) {
		take(&samples[taken++], fds, num);
		next.tv_nsec += ns;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	for (int i = 0; i < taken; i++)
		print(&samples[i], num);
	return 0;
}
