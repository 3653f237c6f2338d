// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: harness
 *
 * A program is a list of subtests.  Each runs in a process of its own with a
 * fresh DRM file, so a crash is a failure, and what a subtest leaves running ends
 * with it: the contexts of its file are not persistent.
 *
 *   parent: fork ──► child: open, run ──► exit 0 (pass), 77 (skip), 98 (fail)
 *      └─ waits; kills the child after its time
 */
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gem.h"
#include "subtest.h"

enum { EXIT_PASS = 0, EXIT_SKIP = 77, EXIT_INVALID = 79, EXIT_FAIL = 98 };

#define SECONDS		30	/* until a subtest has failed */
#define NUM_MINORS	16

const struct vgt_engine vgt_engines[VGT_NUM_ENGINES] = {
	{ "rcs0", I915_EXEC_RENDER, I915_ENGINE_CLASS_RENDER, 0, 0x2000 },
	{ "bcs0", I915_EXEC_BLT, I915_ENGINE_CLASS_COPY, 0, 0x22000 },
	{ "vcs0", I915_EXEC_BSD, I915_ENGINE_CLASS_VIDEO, 0, 0x12000 },
	{ "vecs0", I915_EXEC_VEBOX, I915_ENGINE_CLASS_VIDEO_ENHANCE, 0, 0x1a000 },
};

void vgt_skip(const char *fmt, ...)
{
	va_list args;

	printf("Test requirement: ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(EXIT_SKIP);
}

void vgt_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	printf("%s:%d: Failed assertion: ", file, line);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(EXIT_FAIL);
}

int vgt_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = ioctl(fd, request, arg);
	} while (ret < 0 && (errno == EINTR || errno == EAGAIN));
	return ret < 0 ? -errno : 0;
}

int vgt_open(bool render)
{
	for (int i = 0; i < NUM_MINORS; i++) {
		char path[32], name[8] = "";
		struct drm_version version = { .name = name, .name_len = sizeof(name) - 1 };
		int fd;

		snprintf(path, sizeof(path), "/dev/dri/%s%d", render ? "renderD" : "card",
			 render ? 128 + i : i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (!vgt_ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, "i915"))
			return fd;
		close(fd);
	}
	return -1;
}

double vgt_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

void vgt_sleep(double seconds)
{
	struct timespec ts = { .tv_sec = seconds, .tv_nsec = (seconds - (long)seconds) * 1e9 };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

uint32_t vgt_random(void)
{
	static uint32_t state = 0x2545f491;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void run_child(const struct vgt_test *test, const struct vgt_subtest *s,
		      const struct vgt_engine *e)
{
	int fd = vgt_open(test->render);

	if (fd < 0)
		vgt_skip("a %s node of i915", test->render ? "render" : "card");
	if (e && !gem_has_engine(fd, e))
		vgt_skip("the engine %s", e->name);
	ctx_set_param(fd, 0, I915_CONTEXT_PARAM_PERSISTENCE, 0);
	s->run(fd, e);
	fflush(stdout);
	_exit(EXIT_PASS);
}

/* A process that the kernel does not let die is not waited for. */
static int reap(pid_t pid, unsigned int seconds)
{
	struct pollfd pfd = { .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	int status, rc = EXIT_FAIL;

	if (poll(&pfd, 1, seconds * 1000) != 1) {
		printf("no end in %u s\n", seconds);
		kill(pid, SIGKILL);
		if (poll(&pfd, 1, 5000) == 1)
			waitpid(pid, &status, 0);
	} else if (waitpid(pid, &status, 0) == pid) {
		if (WIFEXITED(status))
			rc = WEXITSTATUS(status);
		else
			printf("CRITICAL: %s\n", strsignal(WTERMSIG(status)));
	}
	close(pfd.fd);
	return rc;
}

static int run_subtest(const struct vgt_test *test, const struct vgt_subtest *s,
		       const struct vgt_engine *e, const char *name)
{
	double start = vgt_now();
	pid_t pid;
	int rc;

	printf("Starting subtest: %s\n", name);
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		return EXIT_FAIL;
	}
	if (!pid)
		run_child(test, s, e);
	rc = reap(pid, test->seconds ?: SECONDS);
	if (rc != EXIT_PASS && rc != EXIT_SKIP)
		rc = EXIT_FAIL;
	printf("Subtest %s: %s (%.3fs)\n", name,
	       rc == EXIT_PASS ? "SUCCESS" : rc == EXIT_SKIP ? "SKIP" : "FAIL", vgt_now() - start);
	return rc;
}

int vgt_main(int argc, char **argv, const struct vgt_test *test)
{
	static const struct option options[] = {
		{ "list-subtests", no_argument, NULL, 'l' },
		{ "run-subtest", required_argument, NULL, 'r' },
		{ "help-description", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	unsigned int ran[EXIT_FAIL + 1] = { };
	const char *only = NULL;
	bool list = false, describe = false;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'l':
			list = true;
			break;
		case 'r':
			only = optarg;
			break;
		case 'd':
			describe = true;
			break;
		default:
			printf("usage: %s [--list-subtests | --help-description] [--run-subtest NAME]\n",
			       argv[0]);
			return c == 'h' ? EXIT_PASS : EXIT_INVALID;
		}
	}
	if (describe && !only)
		printf("%s\n", test->describe);

	for (size_t i = 0; i < test->num_subtests; i++) {
		const struct vgt_subtest *s = &test->subtests[i];

		for (int n = 0; n < (s->each_engine ? VGT_NUM_ENGINES : 1); n++) {
			const struct vgt_engine *e = s->each_engine ? &vgt_engines[n] : NULL;
			char name[64];

			snprintf(name, sizeof(name), "%s%s%s", s->name, e ? "-" : "", e ? e->name : "");
			if (only && strcmp(only, name))
				continue;
			if (list)
				printf("%s\n", name);
			else if (describe)
				printf("SUB %s\n  %s\n", name, s->describe);
			ran[list || describe ? EXIT_PASS : run_subtest(test, s, e, name)]++;
		}
	}
	if (only && !ran[EXIT_PASS] && !ran[EXIT_SKIP] && !ran[EXIT_FAIL]) {
		fprintf(stderr, "Unknown subtest: %s\n", only);
		return EXIT_INVALID;
	}
	if (ran[EXIT_FAIL])
		return EXIT_FAIL;
	return ran[EXIT_SKIP] && !ran[EXIT_PASS] ? EXIT_SKIP : EXIT_PASS;
}
