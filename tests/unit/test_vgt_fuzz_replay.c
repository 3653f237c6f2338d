// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * What the fuzzers have found worth keeping (tests/fuzz/corpus), and some inputs
 * of chance, without a fuzzer.  A target that finds something aborts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/fuzz/fuzz.h"

#define CORPUS		"tests/fuzz/corpus"
#define INPUT_MAX	4096

static const struct fuzz_target audit = { "audit", fuzz_audit };
static const struct fuzz_target host = { "host", fuzz_host };
static const struct fuzz_target guest = { "guest", fuzz_guest };

static unsigned int replay_file(const struct fuzz_target *t, const char *name)
{
	uint8_t data[INPUT_MAX];
	char path[512];
	size_t size;
	FILE *f;

	if (name[0] == '.')
		return 0;
	snprintf(path, sizeof(path), CORPUS "/%s/%s", t->name, name);
	f = fopen(path, "r");
	assert_non_null(f);
	size = fread(data, 1, sizeof(data), f);
	fclose(f);
	t->run(data, size);
	return 1;
}

static void replay_corpus(const struct fuzz_target *t)
{
	unsigned int n = 0;
	struct dirent *entry;
	char path[512];
	DIR *dir;

	snprintf(path, sizeof(path), CORPUS "/%s", t->name);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		n += replay_file(t, entry->d_name);
	closedir(dir);
	assert_true(n > 10);
}

static void run_by_chance(const struct fuzz_target *t, unsigned int inputs, unsigned int max)
{
	uint8_t data[INPUT_MAX];
	unsigned int seed = 1;

	while (inputs--) {
		size_t size = 1 + rand_r(&seed) % max;

		for (size_t i = 0; i < size; i++)
			data[i] = rand_r(&seed) >> 8;
		t->run(data, size);
	}
}

static void audit_corpus(void **state)
{
	(void)state;
	replay_corpus(&audit);
}

static void audit_by_chance(void **state)
{
	(void)state;
	run_by_chance(&audit, 100000, 100);
}

static void host_corpus(void **state)
{
	(void)state;
	replay_corpus(&host);
}

static void host_by_chance(void **state)
{
	(void)state;
	run_by_chance(&host, 40, 600);
}

static void guest_corpus(void **state)
{
	(void)state;
	replay_corpus(&guest);
}

static void guest_by_chance(void **state)
{
	(void)state;
	run_by_chance(&guest, 1200, 700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audit_corpus),
		cmocka_unit_test(audit_by_chance),
		cmocka_unit_test(host_corpus),
		cmocka_unit_test(host_by_chance),
		cmocka_unit_test(guest_corpus),
		cmocka_unit_test(guest_by_chance),
	};

	return cmocka_run_group_tests_name("vgt_fuzz_replay", tests, NULL, NULL);
}
