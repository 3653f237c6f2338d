// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: graphics memory
 *
 * The 4 GiB of the global GTT and the fences are divided, not translated: an
 * address means the same page of graphics memory in every view.
 *
 *   0              host low      aperture                 end        4 GiB
 *   +--------------+-------------+-----------+------------+-----------+
 *   | host         | vGPUs, low  | host      | vGPUs,high | core's own|
 *   +--------------+-------------+-----------+------------+-----------+
 *
 * The core's own, a window per vGPU for what the GPU executes on its behalf, is
 * taken out of the host's share, so that the vGPUs have what is left in whole.
 * Each vGPU gets the first gap that is large enough.  There are few vGPUs, so
 * gaps are found by walking from the end of one share to the next.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/sizes.h>

#include "vgt/hw.h"
#include "vgt/vmm.h"
#include "vgt_gm.h"

static unsigned int host_low_mb = 128;
module_param_named(host_low_gm_mb, host_low_mb, uint, 0444);
MODULE_PARM_DESC(host_low_gm_mb, "Host's graphics memory within the aperture, MiB (default 128)");

static unsigned int host_high_mb = 384;
module_param_named(host_high_gm_mb, host_high_mb, uint, 0444);
MODULE_PARM_DESC(host_high_gm_mb, "Host's graphics memory above the aperture, MiB, the core's 64 MiB included (default 384)");

static unsigned int host_fences = 4;
module_param_named(host_fences, host_fences, uint, 0444);
MODULE_PARM_DESC(host_fences, "Host's fence registers (default 4)");

#define MIB(n) ((u64)(n) * SZ_1M)

/* A resource that is divided: which part of a share it is, and its bounds. */
enum resource { LOW, HIGH, FENCES, NUM_RESOURCES };

static const struct {
	const char *name, *param;
} resources[NUM_RESOURCES] = {
	[LOW] = { "low graphics memory", "host_low_gm_mb" },
	[HIGH] = { "high graphics memory", "host_high_gm_mb" },
	[FENCES] = { "fences", "host_fences" },
};

void vgt_gm_init(struct vgt_gm *gm, const struct vgt_hw *hw)
{
	unsigned int i;

	gm->aperture = hw->aperture;
	gm->end = (u64)hw->gtt_entries * SZ_4K - VGT_GM_CORE_SIZE;
	gm->num_fences = hw->num_fences;
	spin_lock_init(&gm->lock);
	for (i = 0; i < VGT_MAX_VGPUS; i++)
		gm->share[i] = NULL;
}

static u64 resource_start(const struct vgt_gm *gm, enum resource what)
{
	return what == HIGH ? gm->aperture : 0;
}

static u64 resource_end(const struct vgt_gm *gm, enum resource what)
{
	if (what == FENCES)
		return gm->num_fences;
	return what == LOW ? gm->aperture : gm->end;
}

static struct vgt_gm_range part(const struct vgt_gm_share *share, enum resource what)
{
	if (what == FENCES)
		return (struct vgt_gm_range){ share->first_fence, share->num_fences };
	return what == LOW ? share->low : share->high;
}

/* The gap at or after @from, not before the end of any share that covers its start. */
static struct vgt_gm_range next_gap(const struct vgt_gm *gm, enum resource what, u64 from)
{
	struct vgt_gm_range gap = { from, 0 }, taken;
	u64 end = resource_end(gm, what);
	unsigned int i;
	bool moved;

	do {
		moved = false;
		for (i = 0; i < VGT_MAX_VGPUS; i++) {
			if (!gm->share[i])
				continue;
			taken = part(gm->share[i], what);
			if (taken.size && gap.start - taken.start < taken.size) {
				gap.start = taken.start + taken.size;
				moved = true;
			}
		}
	} while (moved);

	for (i = 0; i < VGT_MAX_VGPUS; i++) {
		if (!gm->share[i])
			continue;
		taken = part(gm->share[i], what);
		if (taken.size && taken.start > gap.start)
			end = min(end, taken.start);
	}
	gap.size = end - gap.start;
	return gap;
}

/* First gap of @size; @left: all that is free, in one piece or not. */
static bool find_gap(const struct vgt_gm *gm, enum resource what, u64 size, u64 *start, u64 *left)
{
	u64 from = resource_start(gm, what), end = resource_end(gm, what);
	bool found = false;

	*left = 0;
	while (from < end) {
		struct vgt_gm_range gap = next_gap(gm, what, from);

		if (!found && gap.size >= size) {
			*start = gap.start;
			found = true;
		}
		*left += gap.size;
		from = gap.start + gap.size;
	}
	return found;
}

static void say_short(enum resource what, const char *who, u64 needed, u64 left)
{
	const char *unit = what == FENCES ? "" : " MiB";

	if (what != FENCES) {
		needed /= SZ_1M;
		left /= SZ_1M;
	}
	pr_err("%s: not enough %s: %llu%s needed in one piece, %llu%s left; vgt.%s sets the host's share\n",
	       who, resources[what].name, needed, unit, left, unit, resources[what].param);
}

static int fit(const struct vgt_gm *gm, const struct vgt_guest_type *type,
	       struct vgt_gm_share *share, enum resource *lacking, u64 *left)
{
	u64 start[NUM_RESOURCES];
	const u64 needed[NUM_RESOURCES] = {
		[LOW] = type->low, [HIGH] = type->high, [FENCES] = type->fences,
	};
	enum resource what;

	for (what = LOW; what < NUM_RESOURCES; what++) {
		if (!find_gap(gm, what, needed[what], &start[what], left)) {
			*lacking = what;
			return -ENOSPC;
		}
	}
	share->low = (struct vgt_gm_range){ start[LOW], type->low };
	share->high = (struct vgt_gm_range){ start[HIGH], type->high };
	share->first_fence = start[FENCES];
	share->num_fences = type->fences;
	return 0;
}

static int enter(struct vgt_gm *gm, struct vgt_gm_share *share)
{
	unsigned int i;

	for (i = 0; i < VGT_MAX_VGPUS; i++) {
		if (!gm->share[i]) {
			gm->share[i] = share;
			return 0;
		}
	}
	return -ENOSPC;
}

int vgt_gm_alloc(struct vgt_gm *gm, const struct vgt_guest_type *type, struct vgt_gm_share *share)
{
	enum resource lacking = NUM_RESOURCES;
	unsigned long flags;
	u64 left = 0;
	int err;

	spin_lock_irqsave(&gm->lock, flags);
	err = fit(gm, type, share, &lacking, &left);
	if (!err)
		err = enter(gm, share);
	spin_unlock_irqrestore(&gm->lock, flags);

	if (err && lacking == NUM_RESOURCES)
		pr_err("%s: there are %u vGPUs already\n", type->name, VGT_MAX_VGPUS - 1);
	else if (err && lacking == LOW)
		say_short(lacking, type->name, type->low, left);
	else if (err && lacking == HIGH)
		say_short(lacking, type->name, type->high, left);
	else if (err)
		say_short(lacking, type->name, type->fences, left);
	return err;
}

int vgt_gm_alloc_host(struct vgt_gm *gm, struct vgt_gm_share *share)
{
	const struct vgt_guest_type host = {
		.name = "host", .low = MIB(host_low_mb),
		.high = MIB(host_high_mb) - VGT_GM_CORE_SIZE, .fences = host_fences,
	};

	if (!host_low_mb || MIB(host_high_mb) <= VGT_GM_CORE_SIZE || !host_fences) {
		pr_err("the host needs low graphics memory, more than %llu MiB of high, and a fence: host_low_gm_mb=%u, host_high_gm_mb=%u, host_fences=%u\n",
		       VGT_GM_CORE_SIZE / SZ_1M, host_low_mb, host_high_mb, host_fences);
		return -EINVAL;
	}
	return vgt_gm_alloc(gm, &host, share) ? -EINVAL : 0;
}

void vgt_gm_free(struct vgt_gm *gm, struct vgt_gm_share *share)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&gm->lock, flags);
	for (i = 0; i < VGT_MAX_VGPUS; i++)
		if (gm->share[i] == share)
			gm->share[i] = NULL;
	spin_unlock_irqrestore(&gm->lock, flags);
}

unsigned int vgt_gm_available(struct vgt_gm *gm, const struct vgt_guest_type *type)
{
	struct vgt_gm_share trial[VGT_MAX_VGPUS];
	enum resource lacking;
	unsigned int n = 0;
	unsigned long flags;
	struct vgt_gm copy;
	u64 left;

	spin_lock_irqsave(&gm->lock, flags);
	copy = *gm;
	spin_unlock_irqrestore(&gm->lock, flags);

	while (n < VGT_MAX_VGPUS && !fit(&copy, type, &trial[n], &lacking, &left) &&
	       !enter(&copy, &trial[n]))
		n++;
	return n;
}
