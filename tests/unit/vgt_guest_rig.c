// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include <stdlib.h>
#include <string.h>

#include "vgt_guest_rig.h"
#include "drivers/vgt/vgt_ggtt.h"
#include "drivers/vgt/vgt_gm.h"
#include "drivers/vgt/vgt_page.h"
#include "drivers/vgt/vgt_ppgtt.h"
#include "drivers/vgt/vgt_vgpu.h"

/*
 * The machine, as the core sees it
 */

static bool has_page(struct vgt_guest_rig *g, u64 gfn)
{
	return gfn < g->max_gfn && g->bus[gfn];
}

static int pin(void *priv, u64 gfn, u64 *bus, void **addr)
{
	struct vgt_guest_rig *g = priv;

	if (shim_locks_held)
		abort();
	if (g->no_memory || (g->fail_pin && !--g->fail_pin))
		return -ENOMEM;
	if (!has_page(g, gfn))
		return -EFAULT;
	g->pins[gfn]++;
	g->pinned++;
	*bus = g->bus[gfn];
	*addr = rig_pa(g->v->rig, g->bus[gfn]);
	return 0;
}

/* Whether a translation that the GPU goes by until it is flushed leads to the page at @bus. */
static bool gpu_reaches(struct vgt_guest_rig *g, u64 bus)
{
	struct igd *gd = g->v->rig->gd;

	for (u32 i = 0; i < gd->gtt.num_changed; i++) {
		u32 page = gd->gtt.changed[i];

		if (gd->gtt.state[page] & 1 && (gd->gtt.tlb[page] & IGD_PTE_ADDR) == bus)
			return true;
	}
	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		const struct igd_tlb_entry *t = gd->engine[id].ppgtt.tlb;

		for (int i = 0; i < IGD_TLB_ENTRIES; i++)
			if (t[i].tag && t[i].pa == bus)
				return true;
	}
	return false;
}

static void unpin(void *priv, u64 gfn)
{
	struct vgt_guest_rig *g = priv;

	if (shim_locks_held || !has_page(g, gfn) || !g->pins[gfn] || gpu_reaches(g, g->bus[gfn]))
		abort();
	g->pins[gfn]--;
	g->pinned--;
}

static int track(void *priv, u64 gfn)
{
	struct vgt_guest_rig *g = priv;

	if (shim_locks_held || !has_page(g, gfn) || !g->pins[gfn])
		abort();
	if (g->no_track)
		return -ENOSPC;
	g->tracked[gfn] = true;
	return 0;
}

static void untrack(void *priv, u64 gfn)
{
	struct vgt_guest_rig *g = priv;

	if (shim_locks_held || !has_page(g, gfn))
		abort();
	g->tracked[gfn] = false;
}

static void unshare_ggtt(void *priv)
{
	struct vgt_guest_rig *g = priv;

	if (shim_locks_held)
		abort();
	g->unshared++;
	if (g->late_addr && !vgt_guest_rig_poke_entry(g, g->late_addr, g->late_pte))
		abort();
	memset(g->entries, 0, sizeof(g->entries));
}

static void raise_irq(void *priv)
{
	struct vgt_guest_rig *g = priv;

	if (shim_locks_held)
		abort();
	g->raised++;
}

static void display_changed(void *priv)
{
	struct vgt_guest_rig *g = priv;

	g->changed++;
}

static const struct vgt_guest_ops ops = {
	.pin = pin,
	.unpin = unpin,
	.track = track,
	.untrack = untrack,
	.unshare_ggtt = unshare_ggtt,
	.raise_irq = raise_irq,
	.display_changed = display_changed,
};

bool vgt_guest_rig_poke_entry(struct vgt_guest_rig *g, u32 addr, u64 pte)
{
	u32 index = addr / 4096, page = index / 512;

	if (!g->entries[page])
		g->entries[page] = vgt_guest_share_ggtt(g->guest, 0x800000 + 8 * index);
	if (!g->entries[page])
		return false;
	g->entries[page][index % 512] = pte;
	return true;
}

/*
 * Memory
 */

void *vgt_guest_rig_mem(struct vgt_guest_rig *g, u64 gpa)
{
	if (!has_page(g, gpa / IGD_PAGE_SIZE))
		abort();
	return rig_pa(g->v->rig, g->bus[gpa / IGD_PAGE_SIZE]) + gpa % IGD_PAGE_SIZE;
}

u32 vgt_guest_rig_read32(struct vgt_guest_rig *g, u64 gpa)
{
	return *(u32 *)vgt_guest_rig_mem(g, gpa);
}

u64 vgt_guest_rig_read64(struct vgt_guest_rig *g, u64 gpa)
{
	return *(u64 *)vgt_guest_rig_mem(g, gpa);
}

/* The processor stops before the first write to the page. */
static void tell(struct vgt_guest_rig *g, u64 gfn)
{
	if (!g->tracked[gfn])
		return;
	g->tracked[gfn] = false;
	g->written++;
	if (g->bare)
		vgt_ppgtt_written(g->guest, gfn);
	else
		vgt_guest_written(g->guest, gfn);
}

void vgt_guest_rig_copy(struct vgt_guest_rig *g, u64 gpa, const void *from, size_t size)
{
	while (size) {
		size_t n = min((size_t)(IGD_PAGE_SIZE - gpa % IGD_PAGE_SIZE), size);
		void *to = vgt_guest_rig_mem(g, gpa);

		tell(g, gpa / IGD_PAGE_SIZE);
		memcpy(to, from, n);
		gpa += n;
		from = (const char *)from + n;
		size -= n;
	}
}

void vgt_guest_rig_write32(struct vgt_guest_rig *g, u64 gpa, u32 val)
{
	vgt_guest_rig_copy(g, gpa, &val, sizeof(val));
}

void vgt_guest_rig_write64(struct vgt_guest_rig *g, u64 gpa, u64 val)
{
	vgt_guest_rig_copy(g, gpa, &val, sizeof(val));
}

u64 vgt_guest_rig_alloc(struct vgt_guest_rig *g)
{
	while (g->next_gfn < g->max_gfn && !g->bus[g->next_gfn])
		g->next_gfn++;
	if (g->next_gfn == g->max_gfn)
		abort();
	return g->next_gfn++;
}

/* New numbers behind all others. */
u64 vgt_guest_rig_alloc_contiguous(struct vgt_guest_rig *g, unsigned int pages)
{
	struct rig *r = g->v->rig;
	u64 first = ALIGN(g->max_gfn, (u64)pages), max = first + pages;

	r->next_page = ALIGN(r->next_page, pages);
	g->bus = realloc(g->bus, max * sizeof(*g->bus));
	g->pins = realloc(g->pins, max * sizeof(*g->pins));
	g->tracked = realloc(g->tracked, max * sizeof(*g->tracked));
	for (u64 gfn = g->max_gfn; gfn < max; gfn++) {
		g->bus[gfn] = gfn < first ? 0 : rig_alloc_page(r);
		g->pins[gfn] = 0;
		g->tracked[gfn] = false;
	}
	g->max_gfn = max;
	return first;
}

void vgt_guest_rig_remove(struct vgt_guest_rig *g, u64 gfn)
{
	if (g->pins[gfn] || g->tracked[gfn])
		abort();
	g->bus[gfn] = 0;
}

u64 vgt_guest_rig_stat(struct vgt_guest_rig *g, enum vgt_event event)
{
	return vgt_stats_read(&g->guest->vgpu.stats, event);
}

/*
 * Life
 */

static bool is_memory(u64 gfn, u64 pages)
{
	return gfn < pages * 3 / 4 || gfn >= pages;
}

/* Bus pages in an order that has nothing to do with the guest's. */
static void scatter(struct vgt_guest_rig *g, u64 pages)
{
	unsigned int seed = 1;

	for (u64 gfn = 0; gfn < g->max_gfn; gfn++)
		if (is_memory(gfn, pages))
			g->bus[gfn] = rig_alloc_page(g->v->rig);
	for (u64 gfn = 0; gfn < g->max_gfn; gfn++) {
		u64 other = rand_r(&seed) % g->max_gfn, bus = g->bus[gfn];

		if (!bus || !g->bus[other])
			continue;
		g->bus[gfn] = g->bus[other];
		g->bus[other] = bus;
	}
}

static struct vgt_guest_rig *new_machine(struct vgt_rig *v, unsigned int mib)
{
	struct vgt_guest_rig *g = calloc(1, sizeof(*g));
	u64 pages = (u64)mib << 8;

	g->v = v;
	g->max_gfn = pages * 5 / 4;
	g->bus = calloc(g->max_gfn, sizeof(*g->bus));
	g->pins = calloc(g->max_gfn, sizeof(*g->pins));
	g->tracked = calloc(g->max_gfn, sizeof(*g->tracked));
	g->next_gfn = 16;
	scatter(g, pages);
	return g;
}

static const struct vgt_guest_type *find_type(const char *name)
{
	const struct vgt_guest_type *type;

	for (type = vgt_guest_types; type->name; type++)
		if (!strcmp(type->name, name))
			return type;
	abort();
}

int vgt_guest_rig_open(struct vgt_guest_rig *g)
{
	memset(g->entries, 0, sizeof(g->entries));
	return vgt_guest_open(g->guest, &ops, g);
}

struct vgt_guest_rig *vgt_guest_rig_new_of(struct vgt_rig *v, const struct vgt_guest_type *type,
					   unsigned int mib)
{
	struct vgt_guest_rig *g = new_machine(v, mib);
	unsigned int id;

	g->guest = vgt_guest_create(v->host->gpu, type, &id);
	if (IS_ERR(g->guest) || vgt_guest_rig_open(g))
		abort();
	return g;
}

struct vgt_guest_rig *vgt_guest_rig_new(struct vgt_rig *v, const char *type, unsigned int mib)
{
	return vgt_guest_rig_new_of(v, find_type(type), mib);
}

struct vgt_guest_rig *vgt_guest_rig_new_bare(struct vgt_rig *v, unsigned int id,
					     const struct vgt_guest_type *type, unsigned int mib)
{
	struct vgt_guest_rig *g = new_machine(v, mib);
	struct vgt_guest *guest = calloc(1, sizeof(*guest));

	g->bare = true;
	g->guest = guest;
	guest->type = type;
	guest->ops = &ops;
	guest->priv = g;
	guest->vreg = calloc(1, VGT_REGS_SIZE);
	guest->vgpu.gpu = v->host->gpu;
	guest->vgpu.id = id;
	guest->vgpu.guest = guest;
	mutex_init(&guest->lock);
	vgt_pages_init(guest);
	vgt_ppgtt_init(guest);
	mutex_lock(&guest->lock);
	if (vgt_gm_alloc(&v->host->gpu->gm, type, &guest->vgpu.gm) || vgt_ggtt_guest_init(guest))
		abort();
	return g;
}

static void free_bare(struct vgt_guest_rig *g)
{
	struct vgt_guest *guest = g->guest;

	vgt_ppgtt_fini(guest);
	vgt_ggtt_guest_fini(guest);
	mutex_unlock(&guest->lock);
	vgt_gm_free(&guest->vgpu.gpu->gm, &guest->vgpu.gm);
	free(guest->vreg);
	free(guest);
}

void vgt_guest_rig_free(struct vgt_guest_rig *g)
{
	if (g->bare) {
		free_bare(g);
	} else {
		vgt_guest_close(g->guest);
		vgt_guest_destroy(g->guest);
	}
	for (u64 gfn = 0; gfn < g->max_gfn; gfn++)
		if (g->pins[gfn] || g->tracked[gfn])
			abort();
	free(g->bus);
	free(g->pins);
	free(g->tracked);
	free(g);
}
