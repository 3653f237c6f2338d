// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: guests
 *
 *             vgt_guest_create()              vgt_guest_open()
 *   nothing ---------------------> reserved -------------------> open <--.
 *           <---------------------          <-------------------  |      | vgt_guest_reset():
 *             vgt_guest_destroy()             vgt_guest_close()   '------' FLR
 *
 *   reserved: graphics memory, fences, a number, a monitor; no virtual machine,
 *             nothing of it is in the GPU
 *   open:     as after power-on, on the run queues, the GPU is kept awake
 *
 * Taken to pieces in the opposite order of how it is made, and what is on an
 * engine first of all, for everything else may be in use by it:
 *
 *   engines -> display -> run queues, interrupts -> contexts -> page tables -> GGTT
 *
 * The guest's own lock is held in all of this and in each of its accesses, and
 * not while a risen interrupt is told, which may be somebody else's.
 *
 * A type says how much graphics memory a vGPU has.  It does not say how much
 * time: all start with the weight of the host, 1024, so that those who are busy
 * share alike.  GVT-g has tied weights to sizes, 8:4:2:1 from V5_1 to V5_8; who
 * wants that sets the vGPUs' weights.
 */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "vgt/hw.h"
#include "vgt/vmm.h"
#include "vgt_awake.h"
#include "vgt_context.h"
#include "vgt_display.h"
#include "vgt_execlist.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_hold.h"
#include "vgt_irq.h"
#include "vgt_page.h"
#include "vgt_ppgtt.h"
#include "vgt_pvinfo.h"
#include "vgt_regs.h"
#include "vgt_sched.h"
#include "vgt_stats.h"
#include "vgt_trace.h"
#include "vgt_vgpu.h"

#define GTT_OFFSET	SZ_8M	/* of the GGTT's entries in BAR0 */
#define BAR0_SIZE	(2u * SZ_8M)
#define ALL_ENGINES	(BIT(VGT_NUM_ENGINES) - 1)

const struct vgt_guest_type vgt_guest_types[] = {
	{ "V5_1", 512ull * SZ_1M, 2048ull * SZ_1M, 4, VGT_WEIGHT_DEFAULT, 1920, 1200 },
	{ "V5_2", 256ull * SZ_1M, 1024ull * SZ_1M, 4, VGT_WEIGHT_DEFAULT, 1920, 1200 },
	{ "V5_4", 128ull * SZ_1M, 512ull * SZ_1M, 4, VGT_WEIGHT_DEFAULT, 1920, 1200 },
	{ "V5_8", 64ull * SZ_1M, 384ull * SZ_1M, 4, VGT_WEIGHT_DEFAULT, 1024, 768 },
	{ }
};
EXPORT_SYMBOL_GPL(vgt_guest_types);

unsigned int vgt_guest_available(struct vgt_gpu *gpu, const struct vgt_guest_type *type)
{
	return vgt_gm_available(&gpu->gm, type);
}
EXPORT_SYMBOL_GPL(vgt_guest_available);

/*
 * Reserved
 */

/* There are as many numbers as there may be shares of graphics memory. */
static void take_number(struct vgt_gpu *gpu, struct vgt_guest *guest)
{
	unsigned int id = 1;

	mutex_lock(&gpu->guests_lock);
	while (id < VGT_MAX_VGPUS - 1 && gpu->guest[id])
		id++;
	vgt_vgpu_prepare(&guest->vgpu, gpu, id);
	guest->vgpu.sched.weight = guest->type->weight;
	gpu->guest[id] = guest;
	mutex_unlock(&gpu->guests_lock);
}

static void give_number_back(struct vgt_gpu *gpu, struct vgt_guest *guest)
{
	mutex_lock(&gpu->guests_lock);
	gpu->guest[guest->vgpu.id] = NULL;
	mutex_unlock(&gpu->guests_lock);
}

struct vgt_guest *vgt_guest_create(struct vgt_gpu *gpu, const struct vgt_guest_type *type,
				   unsigned int *id)
{
	struct vgt_guest *guest;
	int err = -ENOMEM;

	guest = kvzalloc(sizeof(*guest), GFP_KERNEL);
	if (!guest)
		return ERR_PTR(-ENOMEM);
	guest->type = type;
	guest->vgpu.guest = guest;
	mutex_init(&guest->lock);
	vgt_pages_init(guest);
	guest->vreg = vzalloc(VGT_REGS_SIZE);
	if (!guest->vreg)
		goto free_guest;
	err = vgt_gm_alloc(&gpu->gm, type, &guest->vgpu.gm);
	if (err)
		goto free_vreg;
	take_number(gpu, guest);
	mutex_lock(&guest->lock);
	vgt_display_init(guest);
	mutex_unlock(&guest->lock);
	*id = guest->vgpu.id;
	return guest;

free_vreg:
	vfree(guest->vreg);
free_guest:
	kvfree(guest);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(vgt_guest_create);

void vgt_guest_destroy(struct vgt_guest *guest)
{
	struct vgt_gpu *gpu = guest->vgpu.gpu;

	vgt_guest_close(guest);
	give_number_back(gpu, guest);
	vgt_gm_free(&gpu->gm, &guest->vgpu.gm);
	mutex_destroy(&guest->lock);
	vfree(guest->vreg);
	kvfree(guest);
}
EXPORT_SYMBOL_GPL(vgt_guest_destroy);

/*
 * Open
 */

static void reset_registers(struct vgt_guest *guest)
{
	vgt_regs_guest_reset(guest);
	vgt_pvinfo_reset(guest);
	vgt_display_reset(guest);
}

static int power_on(struct vgt_guest *guest)
{
	int err;

	reset_registers(guest);
	err = vgt_ggtt_guest_init(guest);
	if (err)
		return err;
	vgt_ppgtt_init(guest);
	err = vgt_context_init(guest);
	if (err) {
		vgt_ppgtt_fini(guest);
		vgt_ggtt_guest_fini(guest);
		return err;
	}
	vgt_vgpu_enter(&guest->vgpu, guest->ops->raise_irq, guest->priv);
	vgt_display_open(guest);
	return 0;
}

static void power_off(struct vgt_guest *guest)
{
	vgt_execlist_guest_reset(guest, ALL_ENGINES);
	vgt_display_close(guest);
	vgt_vgpu_leave(&guest->vgpu);
	vgt_hold_drop_all(guest);
	vgt_context_fini(guest);
	vgt_ppgtt_fini(guest);
	vgt_ggtt_guest_fini(guest);
	vgt_pages_release_all(guest);
}

int vgt_guest_open(struct vgt_guest *guest, const struct vgt_guest_ops *ops, void *priv)
{
	struct vgt_gpu *gpu = guest->vgpu.gpu;
	int err = -EBUSY;

	/* The host may resume the GPU for it, and then needs the guest's lock. */
	vgt_awake_get(gpu);
	mutex_lock(&guest->lock);
	if (!guest->ops) {
		guest->ops = ops;
		guest->priv = priv;
		err = power_on(guest);
		if (err)
			guest->ops = NULL;
	}
	mutex_unlock(&guest->lock);
	if (err)
		vgt_awake_put(gpu);
	return err;
}
EXPORT_SYMBOL_GPL(vgt_guest_open);

void vgt_guest_close(struct vgt_guest *guest)
{
	bool was_open;

	mutex_lock(&guest->lock);
	was_open = guest->ops;
	if (was_open) {
		power_off(guest);
		guest->ops = NULL;
	}
	mutex_unlock(&guest->lock);
	if (!was_open)
		return;
	vgt_irq_deliver(guest->vgpu.gpu);
	vgt_awake_put(guest->vgpu.gpu);
}
EXPORT_SYMBOL_GPL(vgt_guest_close);

void vgt_guest_reset(struct vgt_guest *guest)
{
	mutex_lock(&guest->lock);
	if (guest->ops) {
		vgt_execlist_guest_reset(guest, ALL_ENGINES);
		vgt_irq_vgpu_init(&guest->vgpu);
		vgt_context_drop_all(guest);
		vgt_ppgtt_fini(guest);
		vgt_ggtt_guest_clear(guest);
		reset_registers(guest);
		vgt_count(&guest->vgpu.stats, VGT_EVENT_RESET);
	}
	mutex_unlock(&guest->lock);
	vgt_irq_deliver(guest->vgpu.gpu);
}
EXPORT_SYMBOL_GPL(vgt_guest_reset);

void vgt_guests_resume(struct vgt_gpu *gpu)
{
	struct vgt_guest *guest;
	unsigned int id;

	mutex_lock(&gpu->guests_lock);
	for (id = 1; id < VGT_MAX_VGPUS; id++) {
		guest = gpu->guest[id];
		if (!guest)
			continue;
		mutex_lock(&guest->lock);
		if (guest->ops) {
			vgt_ggtt_guest_restore(guest);
			vgt_context_restore(guest);
		}
		mutex_unlock(&guest->lock);
	}
	mutex_unlock(&gpu->guests_lock);
}

/*
 * Accesses
 */

static bool in_gtt(u32 offset, unsigned int size)
{
	return offset >= GTT_OFFSET && offset <= BAR0_SIZE - size;
}

static u64 read_bar(struct vgt_guest *guest, u32 offset, unsigned int size)
{
	if (!guest->ops)
		return 0;
	if (likely(offset < VGT_REGS_SIZE))
		return vgt_regs_guest_read(guest, offset, size);
	if (in_gtt(offset, size))
		return vgt_ggtt_guest_read(guest, offset - GTT_OFFSET, size);
	vgt_count(&guest->vgpu.stats, VGT_EVENT_REG_UNKNOWN);
	return 0;
}

static void write_bar(struct vgt_guest *guest, u32 offset, u64 val, unsigned int size)
{
	if (!guest->ops)
		return;
	if (likely(offset < VGT_REGS_SIZE))
		vgt_regs_guest_write(guest, offset, val, size);
	else if (in_gtt(offset, size))
		vgt_ggtt_guest_write(guest, offset - GTT_OFFSET, val, size);
	else
		vgt_count(&guest->vgpu.stats, VGT_EVENT_REG_UNKNOWN);
}

u64 vgt_guest_read(struct vgt_guest *guest, u32 offset, unsigned int size)
{
	u64 val;

	mutex_lock(&guest->lock);
	val = read_bar(guest, offset, size);
	mutex_unlock(&guest->lock);
	trace_vgt_guest_reg(guest->vgpu.id, false, offset, val, size);
	vgt_irq_deliver(guest->vgpu.gpu);
	return val;
}
EXPORT_SYMBOL_GPL(vgt_guest_read);

void vgt_guest_write(struct vgt_guest *guest, u32 offset, u64 val, unsigned int size)
{
	trace_vgt_guest_reg(guest->vgpu.id, true, offset, val, size);
	mutex_lock(&guest->lock);
	write_bar(guest, offset, val, size);
	mutex_unlock(&guest->lock);
	vgt_irq_deliver(guest->vgpu.gpu);
}
EXPORT_SYMBOL_GPL(vgt_guest_write);

struct vgt_gm_range vgt_guest_ggtt_window(const struct vgt_guest *guest, unsigned int n)
{
	struct vgt_gm_range window = vgt_ggtt_guest_window(guest, n);

	window.start += GTT_OFFSET;
	return window;
}
EXPORT_SYMBOL_GPL(vgt_guest_ggtt_window);

void *vgt_guest_share_ggtt(struct vgt_guest *guest, u32 offset)
{
	return in_gtt(offset, 1) ? vgt_ggtt_guest_share(guest, offset - GTT_OFFSET) : NULL;
}
EXPORT_SYMBOL_GPL(vgt_guest_share_ggtt);

/*
 * The guest's memory
 */

void vgt_guest_written(struct vgt_guest *guest, u64 gfn)
{
	vgt_ppgtt_written(guest, gfn);
}
EXPORT_SYMBOL_GPL(vgt_guest_written);

static bool any_pinned(struct vgt_guest *guest, u64 gfn, u64 pages)
{
	struct vgt_page *page;
	int bucket;

	hash_for_each(guest->pages.table, bucket, page, node)
		if (page->gfn - gfn < pages)
			return true;
	return false;
}

/* What the engines have may use the range: who it is for cannot be told, so all is lost. */
void vgt_guest_unmap(struct vgt_guest *guest, u64 gfn, u64 pages)
{
	mutex_lock(&guest->lock);
	if (guest->ops && any_pinned(guest, gfn, pages)) {
		vgt_execlist_guest_reset(guest, ALL_ENGINES);
		vgt_context_drop_range(guest, gfn, pages);
		vgt_ppgtt_drop_range(guest, gfn, pages);
		vgt_ggtt_guest_drop_range(guest, gfn, pages);
		vgt_hold_drop_range(guest, gfn, pages);
		vgt_pages_release_all(guest);
	}
	mutex_unlock(&guest->lock);
	vgt_irq_deliver(guest->vgpu.gpu);
}
EXPORT_SYMBOL_GPL(vgt_guest_unmap);

void vgt_guest_gm(const struct vgt_guest *guest, struct vgt_gm_range *low,
		  struct vgt_gm_range *high)
{
	*low = guest->vgpu.gm.low;
	*high = guest->vgpu.gm.high;
}
EXPORT_SYMBOL_GPL(vgt_guest_gm);

u64 vgt_gpu_aperture(const struct vgt_gpu *gpu)
{
	return gpu->hw->aperture;
}
EXPORT_SYMBOL_GPL(vgt_gpu_aperture);
