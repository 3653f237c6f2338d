// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The partition of graphics memory and fences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>

#include "drivers/vgt/vgt_gm.h"
#include "vgt/hw.h"
#include "vgt/vmm.h"

#define MIB (1ull << 20)

extern unsigned int *shim_param_host_low_gm_mb(void);
extern unsigned int *shim_param_host_high_gm_mb(void);
extern unsigned int *shim_param_host_fences(void);

static struct vgt_gm gm;
static struct vgt_gm_share host;

static void init(u64 aperture)
{
	struct vgt_hw hw = { .gtt_entries = 1 << 20, .aperture = aperture, .num_fences = 32 };

	vgt_gm_init(&gm, &hw);
	shim_printk_last[0] = 0;
}

static const struct vgt_guest_type *type(const char *name)
{
	for (int i = 0; vgt_guest_types[i].name; i++)
		if (!strcmp(vgt_guest_types[i].name, name))
			return &vgt_guest_types[i];
	fail();
	return NULL;
}

static void host_share_by_default(void **state)
{
	(void)state;
	init(256 * MIB);
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), 0);
	assert_int_equal(host.low.start, 0);
	assert_int_equal(host.low.size, 128 * MIB);
	assert_int_equal(host.high.start, 256 * MIB);
	/* The rest of its 384 MiB is the core's, at the top. */
	assert_int_equal(host.high.size, 320 * MIB);
	assert_int_equal(gm.end, 4032 * MIB);
	assert_int_equal(vgt_gm_window(&gm, 0), 4032 * MIB);
	assert_int_equal(vgt_gm_window(&gm, VGT_MAX_VGPUS - 1), 4088 * MIB);
	assert_int_equal(host.first_fence, 0);
	assert_int_equal(host.num_fences, 4);
	assert_true(vgt_gm_owns(&host, 0));
	assert_true(vgt_gm_owns(&host, 128 * MIB - 1));
	assert_false(vgt_gm_owns(&host, 128 * MIB));
	assert_false(vgt_gm_owns(&host, 256 * MIB - 1));
	assert_true(vgt_gm_owns(&host, 256 * MIB));
	assert_true(vgt_gm_owns(&host, 576 * MIB - 1));
	assert_false(vgt_gm_owns(&host, 576 * MIB));
	assert_false(vgt_gm_owns(&host, 4096 * MIB - 1));
}

static void host_share_that_does_not_fit(void **state)
{
	(void)state;
	init(256 * MIB);
	*shim_param_host_low_gm_mb() = 257;
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), -EINVAL);
	assert_string_equal(shim_printk_last,
			    "vgt: host: not enough low graphics memory: 257 MiB needed in one piece, "
			    "256 MiB left; vgt.host_low_gm_mb sets the host's share\n");
	*shim_param_host_low_gm_mb() = 0;
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), -EINVAL);
	assert_non_null(strstr(shim_printk_last, "host_low_gm_mb=0"));
	*shim_param_host_low_gm_mb() = 128;
	*shim_param_host_high_gm_mb() = 4000;
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), -EINVAL);
	assert_non_null(strstr(shim_printk_last, "high graphics memory"));
	/* No more than what the core takes of it. */
	*shim_param_host_high_gm_mb() = 64;
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), -EINVAL);
	assert_non_null(strstr(shim_printk_last, "more than 64 MiB of high"));
	assert_non_null(strstr(shim_printk_last, "host_high_gm_mb=64"));
	*shim_param_host_high_gm_mb() = 384;
	*shim_param_host_fences() = 33;
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), -EINVAL);
	assert_string_equal(shim_printk_last, "vgt: host: not enough fences: 33 needed in one piece, 32 left; "
			    "vgt.host_fences sets the host's share\n");
	*shim_param_host_fences() = 4;
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), 0);
}

static void as_many_as_users_know(void **state)
{
	struct vgt_gm_share a, b, c;

	(void)state;
	init(256 * MIB);
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), 0);
	assert_int_equal(vgt_gm_available(&gm, type("V5_8")), 2);
	assert_int_equal(vgt_gm_available(&gm, type("V5_4")), 1);
	assert_int_equal(vgt_gm_available(&gm, type("V5_2")), 0);
	assert_int_equal(vgt_gm_alloc(&gm, type("V5_8"), &a), 0);
	assert_int_equal(vgt_gm_available(&gm, type("V5_8")), 1);
	assert_int_equal(vgt_gm_alloc(&gm, type("V5_8"), &b), 0);
	assert_int_equal(a.low.start, 128 * MIB);
	assert_int_equal(b.low.start, 192 * MIB);
	assert_int_equal(a.first_fence, 4);
	assert_int_equal(b.first_fence, 8);
	assert_int_equal(vgt_gm_alloc(&gm, type("V5_8"), &c), -ENOSPC);
	assert_string_equal(shim_printk_last,
			    "vgt: V5_8: not enough low graphics memory: 64 MiB needed in one piece, "
			    "0 MiB left; vgt.host_low_gm_mb sets the host's share\n");
	/* The first gap again, whoever leaves. */
	vgt_gm_free(&gm, &a);
	assert_int_equal(vgt_gm_alloc(&gm, type("V5_8"), &c), 0);
	assert_int_equal(c.low.start, 128 * MIB);
	vgt_gm_free(&gm, &a);
	assert_int_equal(vgt_gm_available(&gm, type("V5_8")), 0);
}

/* A large aperture holds seven of the smallest, as with GVT-g. */
static void seven_of_the_smallest(void **state)
{
	struct vgt_gm_share share[VGT_MAX_VGPUS - 1];

	(void)state;
	init(1024 * MIB);
	assert_int_equal(vgt_gm_alloc_host(&gm, &host), 0);
	assert_int_equal(vgt_gm_available(&gm, type("V5_8")), VGT_MAX_VGPUS - 1);
	for (int i = 0; i < VGT_MAX_VGPUS - 1; i++)
		assert_int_equal(vgt_gm_alloc(&gm, type("V5_8"), &share[i]), 0);
	assert_int_equal(share[VGT_MAX_VGPUS - 2].high.start + 384 * MIB, gm.end);
}

static void more_than_the_table_holds(void **state)
{
	struct vgt_gm_share share[VGT_MAX_VGPUS + 1];
	const struct vgt_guest_type tiny = {
		.name = "tiny", .low = 1 << 20, .high = 1 << 20, .fences = 1,
	};

	(void)state;
	init(1024 * MIB);
	for (int i = 0; i < VGT_MAX_VGPUS; i++)
		assert_int_equal(vgt_gm_alloc(&gm, &tiny, &share[i]), 0);
	assert_int_equal(vgt_gm_alloc(&gm, &tiny, &share[VGT_MAX_VGPUS]), -ENOSPC);
	assert_string_equal(shim_printk_last, "vgt: tiny: there are 7 vGPUs already\n");
}

static bool overlap(u64 a, u64 a_size, u64 b, u64 b_size)
{
	return a < b + b_size && b < a + a_size;
}

/* Whatever comes and goes: no two shares meet, none leaves its bounds, none reaches the core's. */
static void random_come_and_go(void **state)
{
	struct vgt_gm_share share[VGT_MAX_VGPUS];
	bool used[VGT_MAX_VGPUS] = { false };
	unsigned int seed = 7, fitted = 0;

	(void)state;
	init(1024 * MIB);
	assert_int_equal(vgt_gm_alloc_host(&gm, &share[0]), 0);
	used[0] = true;
	for (int step = 0; step < 5000; step++) {
		int i = 1 + rand_r(&seed) % (VGT_MAX_VGPUS - 1);
		const struct vgt_guest_type *t = &vgt_guest_types[rand_r(&seed) % 4];
		unsigned int room = vgt_gm_available(&gm, t);

		if (used[i]) {
			vgt_gm_free(&gm, &share[i]);
			used[i] = false;
			continue;
		}
		used[i] = !vgt_gm_alloc(&gm, t, &share[i]);
		assert_int_equal(used[i], room > 0);
		if (!used[i])
			continue;
		fitted++;
		assert_true(share[i].low.start + share[i].low.size <= 1024 * MIB);
		assert_true(share[i].high.start >= 1024 * MIB);
		assert_true(share[i].high.start + share[i].high.size <= 4032 * MIB);
		assert_true(share[i].first_fence + share[i].num_fences <= 32);
		for (int k = 0; k < VGT_MAX_VGPUS; k++) {
			if (k == i || !used[k])
				continue;
			assert_false(overlap(share[i].low.start, share[i].low.size,
					     share[k].low.start, share[k].low.size));
			assert_false(overlap(share[i].high.start, share[i].high.size,
					     share[k].high.start, share[k].high.size));
			assert_false(overlap(share[i].first_fence, share[i].num_fences,
					     share[k].first_fence, share[k].num_fences));
		}
	}
	assert_true(fitted > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_share_by_default),
		cmocka_unit_test(host_share_that_does_not_fit),
		cmocka_unit_test(as_many_as_users_know),
		cmocka_unit_test(seven_of_the_smallest),
		cmocka_unit_test(more_than_the_table_holds),
		cmocka_unit_test(random_come_and_go),
	};

	return cmocka_run_group_tests_name("vgt_gm", tests, NULL, NULL);
}
