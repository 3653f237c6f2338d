// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <linux/err.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include <stdlib.h>
#include <string.h>

#include "vgt_rig.h"
#include "vgt/regs/engine.h"
#include "vgt/regs/gt.h"
#include "vgt/regs/irq.h"
#include "vgt/regs/power.h"

/*
 * The kernel
 */

char shim_printk_last[256];
unsigned int shim_fail_alloc;
unsigned int shim_locks_held;

void *shim_alloc(size_t n, size_t size)
{
	if (shim_locks_held)
		abort();
	if (shim_fail_alloc && !--shim_fail_alloc)
		return NULL;
	return calloc(n, size);
}

void shim_free(const void *p)
{
	free((void *)p);
}

/*
 * The GPU, as the core reaches it
 */

static struct vgt_rig *to_rig(struct vgt_hw *hw)
{
	return container_of(hw, struct vgt_rig, hw);
}

static u64 hw_read(struct vgt_hw *hw, u32 offset, unsigned int size)
{
	to_rig(hw)->accesses++;
	if (to_rig(hw)->deaf && offset == to_rig(hw)->deaf) {
		to_rig(hw)->rig->now += 1000;
		return TLB_INVALIDATE;
	}
	return igd_core_bar0_read(to_rig(hw)->rig->gd, offset, size);
}

static void hw_write(struct vgt_hw *hw, u32 offset, u64 val, unsigned int size)
{
	to_rig(hw)->accesses++;
	if (offset == GEN6_GDRST)
		to_rig(hw)->deaf = 0;
	igd_core_bar0_write(to_rig(hw)->rig->gd, offset, val, size);
}

static u64 hw_gtt_read(struct vgt_hw *hw, u32 index)
{
	return igd_gtt_read(to_rig(hw)->rig->gd, 8 * index, 8);
}

static void hw_gtt_write(struct vgt_hw *hw, u32 index, u64 pte)
{
	igd_gtt_write(to_rig(hw)->rig->gd, 8 * index, pte, 8);
}

static u64 hw_now(struct vgt_hw *hw)
{
	return to_rig(hw)->rig->now;
}

static void *hw_memory(struct vgt_hw *hw, u64 bus)
{
	return bus / IGD_PAGE_SIZE < RIG_RAM_PAGES ? rig_pa(to_rig(hw)->rig, bus) : NULL;
}

static void hw_set_timer(struct vgt_hw *hw, u64 when)
{
	to_rig(hw)->timer = when;
}

static void hw_stop_timer(struct vgt_hw *hw)
{
	if (shim_locks_held)
		abort();
	to_rig(hw)->timer = VGT_NEVER;
	to_rig(hw)->pages_at_stop = to_rig(hw)->pages;
}

static u64 take_page(struct vgt_rig *v)
{
	return v->num_free ? v->free[--v->num_free] : rig_alloc_page(v->rig);
}

static void *hw_alloc_page(struct vgt_hw *hw, u64 *bus)
{
	struct vgt_rig *v = to_rig(hw);

	if (shim_locks_held)
		abort();
	if (shim_fail_alloc && !--shim_fail_alloc)
		return NULL;
	v->pages++;
	*bus = take_page(v);
	return memset(rig_pa(v->rig, *bus), 0, IGD_PAGE_SIZE);
}

/* Who still uses the page finds entries whose reserved bits are set. */
static void hw_free_page(struct vgt_hw *hw, void *page, u64 bus)
{
	struct vgt_rig *v = to_rig(hw);

	if (shim_locks_held)
		abort();
	memset(page, 0xdd, IGD_PAGE_SIZE);
	v->free[v->num_free++] = bus;
	v->pages--;
}

static void hw_sleep(struct vgt_hw *hw, u64 ns)
{
	if (shim_locks_held)
		abort();
	vgt_rig_run(to_rig(hw), ns);
}

static const struct vgt_hw_ops hw_ops = {
	.read = hw_read,
	.write = hw_write,
	.gtt_read = hw_gtt_read,
	.gtt_write = hw_gtt_write,
	.now = hw_now,
	.memory = hw_memory,
	.set_timer = hw_set_timer,
	.stop_timer = hw_stop_timer,
	.page_alloc = hw_alloc_page,
	.page_free = hw_free_page,
	.sleep = hw_sleep,
};

static void raise_irq(void *priv)
{
	struct vgt_rig *v = priv;

	if (shim_locks_held)
		abort();
	v->raised = true;
}

static void engine_events(void *priv, unsigned int id, u32 events)
{
	struct vgt_rig *v = priv;

	if (shim_locks_held)
		abort();
	v->events[id] |= events;
	v->told++;
}

static void reset_engine(void *priv, unsigned int id)
{
	struct vgt_rig *v = priv;

	v->reset_asked |= 1ul << id;
}

static const struct vgt_host_ops host_ops = {
	.raise_irq = raise_irq, .engine_events = engine_events, .reset_engine = reset_engine,
};

/*
 * The driver
 */

/* As the patched i915 does it: what passes through for the host is the driver's own access. */
static bool through_core(struct vgt_rig *v, u32 offset)
{
	return v->host && (offset >= VGT_REGS_SIZE ||
			   !vgt_host_passes(vgt_host_passing(v->host), offset, 4));
}

u32 vgt_rig_read(struct vgt_rig *v, u32 offset)
{
	if (through_core(v, offset))
		return vgt_host_read(v->host, offset, 4);
	v->accesses++;
	return rig_read(v->rig, offset);
}

void vgt_rig_write(struct vgt_rig *v, u32 offset, u32 val)
{
	if (through_core(v, offset)) {
		vgt_host_write(v->host, offset, val, 4);
		return;
	}
	v->accesses++;
	rig_write(v->rig, offset, val);
}

void vgt_rig_write_masked(struct vgt_rig *v, u32 offset, u32 mask, u32 val)
{
	vgt_rig_write(v, offset, mask << 16 | val);
}

static u32 take_bank(struct vgt_rig *v, unsigned int bank)
{
	u32 iir = vgt_rig_read(v, GEN8_GT_IRQ_BASE(bank) + IRQ_IIR);

	if (iir)
		vgt_rig_write(v, GEN8_GT_IRQ_BASE(bank) + IRQ_IIR, iir);
	return iir;
}

/* As gen8_irq_handler() of i915, as far as there is something to handle here. */
static void handler(struct vgt_rig *v)
{
	u32 master, iir;

	vgt_rig_write(v, GEN8_MASTER_IRQ, 0);
	master = vgt_rig_read(v, GEN8_MASTER_IRQ);
	v->handled++;
	if (!master)
		v->spurious++;
	if (master & (GEN8_MASTER_RCS | GEN8_MASTER_BCS)) {
		iir = take_bank(v, 0);
		v->events[IGD_RCS] |= iir & 0xffff;
		v->events[IGD_BCS] |= iir >> 16;
	}
	if (master & (GEN8_MASTER_VCS0 | GEN8_MASTER_VCS1))
		v->events[IGD_VCS] |= take_bank(v, 1) & 0xffff;
	if (master & GEN8_MASTER_VECS)
		v->events[IGD_VECS] |= take_bank(v, 3) & 0xffff;
	vgt_rig_write(v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

/* A message-signalled interrupt is a rising edge: one that was missed does not come again. */
static bool take_edge(struct vgt_rig *v)
{
	bool rose = false;

	for (size_t i = 0; i < v->rig->logged; i++)
		if (v->rig->log[i].kind == RIG_IRQ && v->rig->log[i].level)
			rose = true;
	rig_log_clear(v->rig);
	return rose;
}

static void serve(struct vgt_rig *v)
{
	for (;;) {
		bool rose = take_edge(v);

		v->interrupts += rose;
		if (rose && (!v->host || vgt_host_irq(v->host))) {
			handler(v);
		} else if (v->raised) {
			v->raised = false;
			handler(v);
		} else if (!rose) {
			return;
		}
	}
}

/* As i915 resets an engine, from a thread of its own. */
static void reset_engines(struct vgt_rig *v)
{
	static const u32 domain[] = {
		[IGD_RCS] = GDRST_RENDER, [IGD_BCS] = GDRST_BLT,
		[IGD_VCS] = GDRST_MEDIA, [IGD_VECS] = GDRST_VECS,
	};

	for (int id = 0; id < IGD_NUM_ENGINES; id++) {
		if (!(v->reset_asked & 1ul << id))
			continue;
		v->reset_asked &= ~(1ul << id);
		v->resets++;
		vgt_rig_write(v, GEN6_GDRST, domain[id]);
		vgt_rig_engine_enable(v, id);
	}
}

/* Until the GPU or the core has something to do, so that interrupts are served when they come. */
static void run_until(struct vgt_rig *v, u64 end)
{
	u64 next = v->rig->deadline;

	if (v->timer < next)
		next = v->timer;
	if (next > end)
		next = end;
	rig_run(v->rig, next > v->rig->now ? next - v->rig->now : 0);
	serve(v);
	if (v->rig->now >= v->timer) {
		v->timer = VGT_NEVER;
		vgt_hw_timer(&v->hw);
		serve(v);
	}
	reset_engines(v);
}

void vgt_rig_run(struct vgt_rig *v, u64 ns)
{
	u64 end = v->rig->now + ns;

	serve(v);
	do
		run_until(v, end);
	while (v->rig->now < end);
}

void vgt_rig_settle(struct vgt_rig *v)
{
	vgt_rig_run(v, 1000000);
}

void vgt_rig_submit_raw(struct vgt_rig *v, enum igd_engine_id engine, u64 first, u64 second)
{
	u32 elsp = RING_ELSP(v->rig->gd->engine[engine].base);

	if (v->host) {
		vgt_host_write(v->host, elsp, second, 8);
		vgt_host_write(v->host, elsp, first, 8);
		return;
	}
	vgt_rig_write(v, elsp, second >> 32);
	vgt_rig_write(v, elsp, (u32)second);
	vgt_rig_write(v, elsp, first >> 32);
	vgt_rig_write(v, elsp, (u32)first);
}

void vgt_rig_submit(struct vgt_rig *v, struct rig_context *first, struct rig_context *second,
		    u64 flags)
{
	rig_update_tail(first);
	if (second)
		rig_update_tail(second);
	vgt_rig_submit_raw(v, first->engine, rig_descriptor(first) | flags,
			   second ? rig_descriptor(second) | flags : 0);
}

bool vgt_rig_csb_next(struct vgt_rig *v, enum igd_engine_id engine, u32 *status, u32 *id)
{
	u32 *hwsp = rig_ggtt(v->rig, v->hwsp[engine]);
	unsigned int *head = &v->csb_head[engine];
	u32 *entry;

	if (*head == hwsp[HWSP_CSB_WRITE_PTR])
		return false;
	*head = (*head + 1) % CSB_ENTRIES;
	entry = &hwsp[HWSP_CSB + 2 * *head];
	*status = entry[0];
	*id = entry[1];
	entry[0] = ~0u;
	entry[1] = ~0u;
	return true;
}

static void reset_csb(struct vgt_rig *v, enum igd_engine_id engine)
{
	u32 *hwsp = rig_ggtt(v->rig, v->hwsp[engine]);
	u32 last = CSB_ENTRIES - 1;

	vgt_rig_write_masked(v, RING_CSB_PTR(v->rig->gd->engine[engine].base), 0xffff,
			     last << CSB_READ_PTR_SHIFT | last);
	memset(&hwsp[HWSP_CSB], 0xff, 8 * CSB_ENTRIES);
	hwsp[HWSP_CSB_WRITE_PTR] = last;
	v->csb_head[engine] = last;
}

void vgt_rig_engine_enable(struct vgt_rig *v, enum igd_engine_id engine)
{
	u32 base = v->rig->gd->engine[engine].base;
	u32 events = IGD_EV_USER_INTERRUPT | IGD_EV_CONTEXT_SWITCH;

	reset_csb(v, engine);
	vgt_rig_write_masked(v, RING_MODE(base), GFX_RUN_LIST_ENABLE, GFX_RUN_LIST_ENABLE);
	vgt_rig_write_masked(v, RING_MI_MODE(base), MI_MODE_STOP_RING, 0);
	vgt_rig_write(v, RING_HWS_PGA(base), v->hwsp[engine]);
	vgt_rig_write(v, RING_EMR(base), ~RING_ERROR_INSTRUCTION);
	vgt_rig_write(v, RING_IMR(base), ~(events << (engine == IGD_BCS ? 16 : 0)));
}

void vgt_rig_probe(struct vgt_rig *v)
{
	vgt_rig_write_masked(v, FORCEWAKE_RENDER, 1, 1);
	vgt_rig_write_masked(v, FORCEWAKE_GT, 1, 1);
	vgt_rig_write_masked(v, FORCEWAKE_MEDIA, 1, 1);
	for (int bank = 0; bank < 4; bank++) {
		if (bank == 2)
			continue;
		vgt_rig_write(v, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		vgt_rig_write(v, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
	}
	for (int id = 0; id < IGD_NUM_ENGINES; id++)
		vgt_rig_engine_enable(v, id);
	vgt_rig_write(v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
}

/*
 * Life
 */

struct vgt_rig *vgt_rig_new_detached(void)
{
	struct vgt_rig *v = calloc(1, sizeof(*v));

	v->rig = rig_new();
	v->hw = (struct vgt_hw){
		.ops = &hw_ops, .gtt_entries = IGD_GTT_ENTRIES,
		.aperture = 256 << 20, .num_fences = IGD_NUM_FENCES,
	};
	v->timer = VGT_NEVER;
	memcpy(v->hwsp, v->rig->hwsp, sizeof(v->hwsp));
	igd_core_reset(v->rig->gd);
	for (int i = 0; i < IGD_NUM_ENGINES; i++)
		v->hwsp[i] = rig_ggtt_alloc(v->rig, 1);
	rig_log_clear(v->rig);
	return v;
}

struct vgt_rig *vgt_rig_new(bool mediated)
{
	struct vgt_rig *v = vgt_rig_new_detached();

	if (mediated) {
		v->host = vgt_host_attach(&v->hw, &host_ops, v);
		if (IS_ERR(v->host))
			abort();
	}
	vgt_rig_probe(v);
	/* What the core does on its own is over. */
	vgt_rig_settle(v);
	v->interrupts = 0;
	return v;
}

void vgt_rig_free(struct vgt_rig *v)
{
	if (v->host)
		vgt_host_detach(v->host);
	if (v->pages || shim_locks_held)
		abort();
	rig_free(v->rig);
	free(v);
}

u64 vgt_rig_stat(struct vgt_rig *v, enum vgt_event event)
{
	return vgt_stats_read(&v->host->vgpu.stats, event);
}
