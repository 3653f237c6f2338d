/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What the blitter's tests share: graphics memory that is a scrambled set of
 * pages, so that whatever crosses a page in the wrong way is seen.  After each
 * command all of it is compared, so that a byte too much is seen as well.
 */
#ifndef BLT_RIG_H
#define BLT_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "igd_blt.h"
#include "rig.h"
#include "rnd.h"
#include "vgt/regs/blt.h"

#define GM_SIZE		(2u << 20)	/* what the commands may reach */
#define DST_BASE	0u
#define SRC_BASE	0x80000u
#define MISC_BASE	0x180000u	/* patterns and bitmaps */
#define SURFACE_BYTES	0x60000u
#define RAM_BASE	(32u << 20)	/* first bus address used for it */

static struct rig *rig;
static struct rig_ppgtt *ppgtt;
static struct igd_aspace as;
static struct igd_blt blt;
static uint8_t *expect;		/* GM as it ought to be */

/* Page @page of graphics memory lies here; a bijection on pages. */
static inline uint64_t gm_pa(uint64_t addr)
{
	uint64_t pages = GM_SIZE / 4096, page = addr / 4096;

	return RAM_BASE + page * 37 % pages * 4096 + addr % 4096;
}

static inline uint8_t *gm(uint64_t addr)
{
	return rig_pa(rig, gm_pa(addr));
}

static inline void gm_save(uint8_t *to)
{
	for (uint32_t a = 0; a < GM_SIZE; a += 4096)
		memcpy(to + a, gm(a), 4096);
}

static inline void check_gm(const char *what, int round)
{
	for (uint32_t a = 0; a < GM_SIZE; a += 4096) {
		if (!memcmp(expect + a, gm(a), 4096))
			continue;
		for (uint32_t b = a; b < a + 4096; b++)
			if (expect[b] != *gm(b))
				fail_msg("%s, round %d: byte %#x is %#x, not %#x",
					 what, round, b, *gm(b), expect[b]);
	}
}

static inline int blt_setup(void **state)
{
	uint64_t root[4] = { 0 };

	(void)state;
	rig = rig_new();
	ppgtt = rig_ppgtt_new(rig);
	for (uint32_t a = 0; a < GM_SIZE; a += 4096)
		rig_ppgtt_map(ppgtt, a, gm_pa(a), 3);
	igd_aspace_init_ggtt(&as, rig->gd, IGD_UNIT_ENGINE, IGD_BCS);
	root[0] = ppgtt->pml4;
	igd_aspace_load_ppgtt(&as, IGD_AS_PPGTT4, root);
	memset(&blt, 0, sizeof(blt));
	expect = calloc(1, GM_SIZE);
	seed = 0x9e3779b97f4a7c15;
	for (uint32_t a = 0; a < GM_SIZE; a++)
		*gm(a) = rnd(256);
	return 0;
}

static inline int blt_teardown(void **state)
{
	(void)state;
	free(expect);
	free(ppgtt);
	rig_free(rig);
	return 0;
}

static inline uint64_t violations(void)
{
	return igd_violation_total(rig->gd);
}

static inline void assert_clean(const char *what, int round)
{
	char *json;

	if (!violations())
		return;
	json = igd_violations_json(rig->gd);
	fail_msg("%s, round %d: %s", what, round, json);
}

static inline enum igd_blt_result exec(uint32_t swctrl, const uint32_t *dw, unsigned int len,
				       uint64_t *total)
{
	enum igd_blt_result res;
	uint64_t bytes;

	*total = 0;
	do {
		res = igd_blt_exec(rig->gd, &blt, &as, swctrl, dw, len, &bytes);
		*total += bytes;
	} while (res == IGD_BLT_MORE);
	return res;
}

static inline void must(uint32_t swctrl, const uint32_t *dw, unsigned int len)
{
	uint64_t bytes;

	assert_int_equal(igd_blt_len(dw[0]), len);
	assert_int_equal(exec(swctrl, dw, len, &bytes), IGD_BLT_DONE);
}

#endif
