// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: who may touch what
 *
 * A context is its vGPU's in whose window, or in whose graphics memory, it is:
 *
 *    context of    a page of      reads      writes
 *    guest         its own        while it is pinned
 *                  the core's     yes        its own image, when it is saved
 *                  others         never      never
 *    nobody        the core's     yes        yes: status pages of engines
 *                  others         never      never
 *    host, core                   trusted
 *
 * What a guest's context executes with privileges is in the core's graphics
 * memory: its ring, batches in the GGTT, workaround batches.
 *
 * And some of the model's strict rules no guest can break: those about
 * submissions, images, rings and entries, all of which the core makes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sizes.h>

#include "fuzz_world.h"
#include "drivers/vgt/vgt_gm.h"
#include "drivers/vgt/vgt_image.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/gtt.h"

#define GPU_MHZ		50		/* commands take long, so endless ones are few */

static void found(const char *what, const struct igd_client *who, u64 addr, bool write)
{
	fprintf(stderr, "fuzz: %s: engine %d, context %#x %s %#llx\n", what, who->engine, who->lrca,
		write ? "writes" : "reads", addr);
	abort();
}

static struct vgt_guest_rig *guest_of_context(struct fuzz_world *w, u32 lrca)
{
	for (int i = 0; i < FUZZ_MAX_GUESTS; i++) {
		struct vgt_guest_rig *g = w->guest[i];
		u32 window;

		if (!g)
			continue;
		window = vgt_gm_window(&w->v->host->gpu->gm, g->guest->vgpu.id);
		if (lrca - window < VGT_GM_WINDOW_SIZE || vgt_gm_owns(&g->guest->vgpu.gm, lrca))
			return g;
	}
	return NULL;
}

static bool is_in_image(struct fuzz_world *w, const struct igd_client *who, u64 page)
{
	unsigned int n = who->engine == IGD_RCS ? VGT_IMAGE_PAGES_RCS : VGT_IMAGE_PAGES_OTHER;

	for (unsigned int i = 0; i < n; i++)
		if (rig_ggtt_pa(w->v->rig, who->lrca + i * IGD_PAGE_SIZE) == page * IGD_PAGE_SIZE)
			return true;
	return false;
}

/* The page that the core's own commands for guests write zeroes to. */
static bool is_zeroes(struct fuzz_world *w, const struct igd_client *who, u64 page)
{
	const struct vgt_idle *idle = &w->v->host->gpu->engine[who->engine].idle_context;

	const u32 *dw = idle->page[idle->pages].addr;

	if (idle->page[idle->pages].bus != page * IGD_PAGE_SIZE)
		return false;
	for (unsigned int i = 0; i < IGD_PAGE_SIZE / 4; i++)
		if (dw[i])
			return false;
	return true;
}

static bool in_core_memory(struct fuzz_world *w, u64 addr)
{
	return addr - w->v->host->gpu->gm.end < VGT_GM_CORE_SIZE;
}

/* Batches without privileges may be the guest's own, where the engine sees to it that they have none. */
static bool may_execute(struct fuzz_world *w, const struct igd_engine *e,
			const struct igd_cs_batch *batch)
{
	if (batch->ppgtt)
		return e->id != IGD_BCS;
	return in_core_memory(w, batch->addr);
}

static void check_commands(struct fuzz_world *w, const struct igd_client *who, u64 addr)
{
	const struct igd_engine *e = &w->v->rig->gd->engine[who->engine];
	u32 start = igd_reg_get(w->v->rig->gd, RING_START(e->base));
	u64 root = e->ppgtt.root[0] / IGD_PAGE_SIZE;

	if (!in_core_memory(w, start))
		found("ring that is not the core's", who, addr, false);
	if (e->cs.level == IGD_CS_WA && !in_core_memory(w, e->cs.wa.addr))
		found("workaround batch that is not the core's", who, addr, false);
	if ((e->cs.level == IGD_CS_BATCH || e->cs.level == IGD_CS_BATCH2) &&
	    !may_execute(w, e, &e->cs.batch[e->cs.level == IGD_CS_BATCH2]))
		found("batch that is not the core's", who, addr, false);
	if (root >= RIG_RAM_PAGES || w->host[root] || w->whose[root])
		found("page tables that are not the core's", who, addr, false);
}

/* While a context is loaded, registers are still those of another one. */
static bool is_loading(struct fuzz_world *w, const struct igd_client *who, u64 page)
{
	return is_in_image(w, who, page);
}

static void watch(void *arg, const struct igd_client *who, uint64_t addr, bool write)
{
	struct fuzz_world *w = arg;
	struct vgt_guest_rig *guest, *owner = NULL;
	u64 page = addr / IGD_PAGE_SIZE;

	if (who->unit != IGD_UNIT_ENGINE)
		return;
	guest = guest_of_context(w, who->lrca);
	if (who->lrca && !guest)
		return;
	if (page >= RIG_RAM_PAGES || w->host[page])
		found("a page of the host", who, addr, write);
	if (w->whose[page])
		owner = w->guest[w->whose[page] - 1];
	if (owner != guest && owner)
		found("a page of another guest", who, addr, write);
	if (owner && !owner->pins[w->gfn[page]])
		found("a page that is not pinned", who, addr, write);
	if (!owner && guest && write && !is_in_image(w, who, page) && !is_zeroes(w, who, page))
		found("a page of the core", who, addr, write);
	if (guest && !is_loading(w, who, page))
		check_commands(w, who, addr);
}

/* Rules that only the core can break; a guest's context is no better than its image. */
static void violation(void *opaque, const char *rule, const char *text, bool stop)
{
	static const char * const core_only[] = {
		"elsp-protocol", "csb-overflow", "context-image", "ring", "forcewake", "pte-reserved",
		"bad-address",
	};
	struct rig *r = opaque;
	unsigned long long addr;

	(void)stop;
	snprintf(r->violation, sizeof(r->violation), "%s: %s", rule, text);
	/* The model's images have loads of registers only; silicon's have state as well. */
	if (!r->watch || strstr(text, "not an LRI"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(core_only); i++)
		if (!strcmp(rule, core_only[i])) {
			fprintf(stderr, "fuzz: %s\n", r->violation);
			abort();
		}
	if (!strncmp(rule, "ggtt-", 5) && sscanf(text, "address %llx", &addr) == 1 &&
	    in_core_memory(r->watch_arg, addr)) {
		fprintf(stderr, "fuzz: the core's own memory: %s\n", r->violation);
		abort();
	}
}

/*
 * The host
 */

static void raise_irq(void *priv)
{
	((struct fuzz_world *)priv)->v->raised = true;
}

static void reset_engine(void *priv, unsigned int id)
{
	((struct fuzz_world *)priv)->reset_asked |= 1ul << id;
}

static void do_resets(struct fuzz_world *w)
{
	static const u32 domain[] = {
		[IGD_RCS] = GDRST_RENDER, [IGD_BCS] = GDRST_BLT,
		[IGD_VCS] = GDRST_MEDIA, [IGD_VECS] = GDRST_VECS,
	};
	unsigned int id;

	for (id = 0; id < IGD_NUM_ENGINES; id++) {
		if (!(w->reset_asked & 1ul << id))
			continue;
		w->reset_asked &= ~(1ul << id);
		vgt_rig_write_masked(w->v, RING_RESET_CTL(w->v->rig->gd->engine[id].base),
				     RESET_CTL_REQUEST, RESET_CTL_REQUEST);
		vgt_rig_write(w->v, GEN6_GDRST, domain[id]);
		vgt_rig_engine_enable(w->v, id);
	}
}

static void hw_sleep(struct vgt_hw *hw, u64 ns)
{
	struct vgt_rig *v = container_of(hw, struct vgt_rig, hw);

	if (shim_locks_held)
		abort();
	fuzz_world_run(v->rig->watch_arg, ns);
}

void fuzz_world_run(struct fuzz_world *w, u64 ns)
{
	do_resets(w);
	vgt_rig_run(w->v, ns);
}

void fuzz_world_check(struct fuzz_world *w)
{
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		struct vgt_engine *engine = &w->v->host->gpu->engine[id];
		u32 hws = igd_reg_get(w->v->rig->gd, RING_HWS_PGA(engine->base));

		if (engine->live && hws != engine->page_addr) {
			fprintf(stderr, "fuzz: engine %d has its status page at %#x\n", id, hws);
			abort();
		}
	}
	if (w->v->rig->trespasses) {
		fprintf(stderr, "fuzz: a page of a context of the host\n");
		abort();
	}
}

void fuzz_world_note_memory(struct fuzz_world *w)
{
	memset(w->whose, 0, sizeof(w->whose));
	for (int i = 0; i < FUZZ_MAX_GUESTS; i++) {
		struct vgt_guest_rig *g = w->guest[i];

		for (u64 gfn = 0; g && gfn < g->max_gfn; gfn++) {
			u64 page = g->bus[gfn] / IGD_PAGE_SIZE;

			if (!page)
				continue;
			w->whose[page] = 1 + i;
			w->gfn[page] = gfn;
		}
	}
}

static void note_host(struct fuzz_world *w, u64 first, u64 end)
{
	while (first < end)
		w->host[first++] = true;
}

struct rig_context *fuzz_world_host_context(struct fuzz_world *w, enum igd_engine_id engine)
{
	u64 first = w->v->rig->next_page;
	struct rig_context *c = rig_context_new(w->v->rig, engine, 0x100 + engine);

	note_host(w, first, w->v->rig->next_page);
	return c;
}

void fuzz_world_start(struct fuzz_world *w)
{
	memset(w, 0, sizeof(*w));
	w->v = vgt_rig_new(true);
	w->v->rig->gd->cfg.gpu_mhz = GPU_MHZ;
	/* The host's status pages came after all of the rig's and before the core's first. */
	note_host(w, 0, rig_ggtt_pa(w->v->rig, w->v->hwsp[IGD_NUM_ENGINES - 1]) / IGD_PAGE_SIZE + 1);
	w->hw_ops = *w->v->hw.ops;
	w->hw_ops.sleep = hw_sleep;
	w->v->hw.ops = &w->hw_ops;
	w->host_ops = (struct vgt_host_ops){ .raise_irq = raise_irq, .reset_engine = reset_engine };
	w->v->host->gpu->host_ops = &w->host_ops;
	w->v->host->gpu->host_priv = w;
	w->igd_ops = *w->v->rig->gd->ops;
	w->igd_ops.violation = violation;
	w->v->rig->gd->ops = &w->igd_ops;
	w->v->rig->watch_arg = w;
	w->v->rig->watch = watch;
}

static void settle(struct fuzz_world *w)
{
	struct rig *r = w->v->rig;

	fuzz_world_run(w, 1000);
	fuzz_world_check(w);
	rig_log_clear(r);
	igd_violations_clear(r->gd);
}

void fuzz_world_add_guest(struct fuzz_world *w, unsigned int i, unsigned int mib)
{
	static const struct vgt_guest_type type = {
		"fuzz", 2 * SZ_1M, 6 * SZ_1M, 4, VGT_WEIGHT_DEFAULT, 1024, 768,
	};
	struct vgt_guest_rig *g;
	size_t size;

	g = vgt_guest_rig_new_of(w->v, &type, mib);
	vgt_guest_close(g->guest);
	w->guest[i] = g;
	size = g->max_gfn * sizeof(*g->bus);
	w->bus[i] = memcpy(malloc(size), g->bus, size);
	settle(w);
	w->first_page = w->v->rig->next_page;
	w->core_pages = w->v->pages;
	w->free_pages = w->v->num_free;
}

static void clear_memory(struct fuzz_world *w, unsigned int i)
{
	struct vgt_guest_rig *g = w->guest[i];

	memcpy(g->bus, w->bus[i], g->max_gfn * sizeof(*g->bus));
	for (u64 gfn = 0; gfn < g->max_gfn; gfn++) {
		u8 *page = w->v->rig->page[g->bus[gfn] / IGD_PAGE_SIZE];

		if (g->bus[gfn] && page)
			memset(page, 0, IGD_PAGE_SIZE);
	}
	g->next_gfn = 16;
}

void fuzz_world_open_guests(struct fuzz_world *w)
{
	const struct vgt_sched_settings settings = {
		.weight = 1024, .quantum_ms = 1, .preempt_timeout_us = 1000,
	};

	for (int i = 0; i < FUZZ_MAX_GUESTS; i++) {
		struct vgt_guest_rig *g = w->guest[i];

		clear_memory(w, i);
		if (vgt_guest_rig_open(g) ||
		    vgt_sched_set(w->v->host->gpu, g->guest->vgpu.id, &settings))
			abort();
	}
	fuzz_world_note_memory(w);
}

/* Pages that the core has had since are free. */
static void forget_memory(struct fuzz_world *w)
{
	if (w->v->pages != w->core_pages) {
		fprintf(stderr, "fuzz: the core has kept %d pages\n", w->v->pages - w->core_pages);
		abort();
	}
	w->v->num_free = w->free_pages;
	w->v->rig->next_page = w->first_page;
}

void fuzz_world_close_guests(struct fuzz_world *w)
{
	shim_fail_alloc = 0;
	for (int i = 0; i < FUZZ_MAX_GUESTS; i++) {
		struct vgt_guest_rig *g = w->guest[i];

		g->fail_pin = 0;
		g->no_track = false;
		vgt_guest_close(g->guest);
		for (u64 gfn = 0; gfn < g->max_gfn; gfn++)
			if (g->pins[gfn] || g->tracked[gfn]) {
				fprintf(stderr, "fuzz: page %#llx is still in use\n", gfn);
				abort();
			}
	}
	settle(w);
	forget_memory(w);
}

void fuzz_world_stop(struct fuzz_world *w)
{
	w->v->rig->watch = NULL;
	vgt_rig_free(w->v);
}
