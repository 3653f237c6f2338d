// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: interrupts
 *
 * The core owns the physical banks; each vGPU has banks of its own, and a bit
 * of them goes through the same states as in hardware:
 *
 *              event, IMR clear            event, IMR clear
 *   IIR=0 ------------------------> IIR=1 ------------------> IIR=1, one queued
 *     ^                               | ^                            |
 *     +---------- write 1 ------------+ +--------- write 1 ----------+
 *
 * A physical interrupt is read once and split:
 *
 *   engine: context switch ----> the core itself (vgt_execlist.c), which makes
 *                                virtual events of it
 *   engine: command error -----> the vGPU that has the engine, if that is certain
 *   engine: anything else -----> the vGPUs that had the engine since the last time
 *   power, display, PCH -------> the host
 *
 * An event of an engine that the host's handler would find at once is handed to it
 * without a detour through the virtual bank, in which it had IIR=1 for no time.
 *
 * The physical masks are the host's, opened for what the core needs.  The
 * physical master interrupt is the host's virtual one, but for the time of the
 * host's handler: vgt_irq_handle() leaves it off, as the handler would do, and
 * the handler enables it in the end.  So a physical interrupt costs the host no
 * more register accesses than without mediation.
 *
 * A latched event may be found by reading IIR, without an interrupt: a read that
 * would give zero, and a write that clears what is not set, look into the
 * hardware first.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>

#include "vgt/host.h"
#include "vgt/regs/irq.h"
#include "vgt_display.h"
#include "vgt_execlist.h"
#include "vgt_gpu.h"
#include "vgt_irq.h"
#include "vgt_stats.h"

/* What a guest may wait for, whatever the host does.  RING_IMR has the last word. */
#define VGT_EV_OF_GUESTS (VGT_EV_USER_INTERRUPT | VGT_EV_MASTER_ERROR | VGT_EV_PIPE_NOTIFY | \
			  VGT_EV_CONTEXT_SWITCH | VGT_EV_SEMAPHORE_WAIT)

/* How a bank shows in the master register: its low and its high half; what the core needs. */
static const struct {
	u32 base;
	u32 master_lo, master_hi;
	u32 core;
} banks[VGT_IRQ_NUM_BANKS] = {
	[VGT_IRQ_GT0] = { GEN8_GT_IRQ_BASE(0), GEN8_MASTER_RCS, GEN8_MASTER_BCS,
			  VGT_EV_OF_GUESTS | VGT_EV_OF_GUESTS << 16 },
	[VGT_IRQ_GT1] = { GEN8_GT_IRQ_BASE(1), GEN8_MASTER_VCS0, GEN8_MASTER_VCS1,
			  VGT_EV_OF_GUESTS },
	[VGT_IRQ_PM] = { GEN8_GT_IRQ_BASE(2), GEN8_MASTER_PM, GEN8_MASTER_PM },
	[VGT_IRQ_GT3] = { GEN8_GT_IRQ_BASE(3), GEN8_MASTER_VECS, GEN8_MASTER_VECS,
			  VGT_EV_OF_GUESTS },
	[VGT_IRQ_PIPE_A] = { GEN8_DE_PIPE_IRQ_BASE(0), GEN8_MASTER_DE_PIPE(0),
			     GEN8_MASTER_DE_PIPE(0) },
	[VGT_IRQ_PIPE_B] = { GEN8_DE_PIPE_IRQ_BASE(1), GEN8_MASTER_DE_PIPE(1),
			     GEN8_MASTER_DE_PIPE(1) },
	[VGT_IRQ_PIPE_C] = { GEN8_DE_PIPE_IRQ_BASE(2), GEN8_MASTER_DE_PIPE(2),
			     GEN8_MASTER_DE_PIPE(2) },
	[VGT_IRQ_PORT] = { GEN8_DE_PORT_IRQ_BASE, GEN8_MASTER_DE_PORT, GEN8_MASTER_DE_PORT },
	[VGT_IRQ_MISC] = { GEN8_DE_MISC_IRQ_BASE, GEN8_MASTER_DE_MISC, GEN8_MASTER_DE_MISC },
	[VGT_IRQ_PCU] = { GEN8_PCU_IRQ_BASE, GEN8_MASTER_PCU, GEN8_MASTER_PCU },
	[VGT_IRQ_PCH] = { SDE_IRQ_BASE, GEN8_MASTER_DE_PCH, GEN8_MASTER_DE_PCH },
};

static const struct {
	enum vgt_irq_bank_id bank;
	unsigned int shift;
} lines[VGT_NUM_ENGINES] = {
	[VGT_RCS] = { VGT_IRQ_GT0, 0 },
	[VGT_BCS] = { VGT_IRQ_GT0, 16 },
	[VGT_VCS] = { VGT_IRQ_GT1, 0 },
	[VGT_VECS] = { VGT_IRQ_GT3, 0 },
};

u32 vgt_irq_bank_base(enum vgt_irq_bank_id bank)
{
	return banks[bank].base;
}

unsigned int vgt_irq_shift(enum vgt_engine_id id)
{
	return lines[id].shift;
}

void vgt_irq_init(struct vgt_gpu *gpu)
{
	spin_lock_init(&gpu->irq.lock);
	gpu->irq.master = false;
	gpu->irq.raise = false;
}

void vgt_irq_vgpu_init(struct vgt_vgpu *vgpu)
{
	struct vgt_vgpu_irq *irq = &vgpu->irq;
	unsigned long flags;
	unsigned int b;

	spin_lock_irqsave(&vgpu->gpu->irq.lock, flags);
	for (b = 0; b < VGT_IRQ_NUM_BANKS; b++)
		irq->bank[b] = (struct vgt_irq_bank){ .imr = ~0u };
	irq->master = 0;
	irq->enabled = false;
	irq->level = false;
	irq->raise = false;
	irq->held = false;
	if (!vgpu->id)
		vgpu->gpu->irq.master = false;
	spin_unlock_irqrestore(&vgpu->gpu->irq.lock, flags);
}

/*
 * The virtual wire
 */

static void update_level(struct vgt_vgpu *vgpu)
{
	struct vgt_vgpu_irq *irq = &vgpu->irq;
	bool level = irq->enabled && irq->master;

	lockdep_assert_held(&vgpu->gpu->irq.lock);
	if (level && !irq->level && !irq->held) {
		irq->raise = true;
		WRITE_ONCE(vgpu->gpu->irq.raise, true);
	}
	irq->level = level;
}

/* After any change of a bank. */
static void update_bank(struct vgt_vgpu *vgpu, enum vgt_irq_bank_id b)
{
	struct vgt_vgpu_irq *irq = &vgpu->irq;
	u32 pending = irq->bank[b].iir & irq->bank[b].ier;
	u32 master = irq->master & ~(banks[b].master_lo | banks[b].master_hi);

	if (pending & 0x0000ffff)
		master |= banks[b].master_lo;
	if (pending & 0xffff0000)
		master |= banks[b].master_hi;
	WRITE_ONCE(irq->master, master);
	update_level(vgpu);
}

static void latch(struct vgt_vgpu *vgpu, enum vgt_irq_bank_id b, u32 events)
{
	struct vgt_irq_bank *bank = &vgpu->irq.bank[b];

	events &= ~bank->imr;
	bank->queued |= events & bank->iir;
	bank->iir |= events;
	update_bank(vgpu, b);
}

void vgt_irq_engine_event(struct vgt_vgpu *vgpu, enum vgt_engine_id id, u32 events)
{
	unsigned long flags;

	events = (events << lines[id].shift) & ~READ_ONCE(vgpu->port[id].imr);
	if (!events)
		return;
	spin_lock_irqsave(&vgpu->gpu->irq.lock, flags);
	latch(vgpu, lines[id].bank, events);
	spin_unlock_irqrestore(&vgpu->gpu->irq.lock, flags);
}

void vgt_irq_event(struct vgt_vgpu *vgpu, enum vgt_irq_bank_id bank, u32 events)
{
	unsigned long flags;

	spin_lock_irqsave(&vgpu->gpu->irq.lock, flags);
	latch(vgpu, bank, events);
	spin_unlock_irqrestore(&vgpu->gpu->irq.lock, flags);
}

u32 vgt_irq_wanted(const struct vgt_vgpu *vgpu, enum vgt_irq_bank_id bank)
{
	const struct vgt_irq_bank *b = &vgpu->irq.bank[bank];

	return READ_ONCE(b->ier) & ~READ_ONCE(b->imr);
}

static struct vgt_vgpu *next_risen(struct vgt_gpu *gpu)
{
	struct vgt_vgpu *risen = NULL;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&gpu->irq.lock, flags);
	WRITE_ONCE(gpu->irq.raise, false);
	for (i = 0; i < VGT_MAX_VGPUS; i++) {
		if (!gpu->vgpu[i] || !gpu->vgpu[i]->irq.raise)
			continue;
		if (risen) {
			WRITE_ONCE(gpu->irq.raise, true);
			break;
		}
		risen = gpu->vgpu[i];
		risen->irq.raise = false;
	}
	spin_unlock_irqrestore(&gpu->irq.lock, flags);
	return risen;
}

void vgt_irq_raise(struct vgt_gpu *gpu)
{
	struct vgt_vgpu *vgpu;

	while (READ_ONCE(gpu->irq.raise)) {
		rcu_read_lock(); /* vgt_vgpu_leave() waits */
		vgpu = next_risen(gpu);
		if (vgpu) {
			vgt_count(&vgpu->stats, VGT_EVENT_IRQ);
			vgpu->raise_irq(vgpu->priv);
		}
		rcu_read_unlock();
	}
}

/*
 * The physical banks
 */

static u32 take(struct vgt_gpu *gpu, enum vgt_irq_bank_id b)
{
	u32 iir = vgt_gpu_read(gpu, banks[b].base + IRQ_IIR);

	if (iir)
		vgt_gpu_write(gpu, banks[b].base + IRQ_IIR, iir);
	return iir;
}

/* Hand what a bank had latched to whom it is for; @tell: how the host hears of its engines. */
static void split(struct vgt_gpu *gpu, enum vgt_irq_bank_id b, u32 iir,
		  void (*tell)(struct vgt_vgpu *host, enum vgt_engine_id id, u32 events))
{
	unsigned int id;
	u32 events;

	for (id = 0; id < VGT_NUM_ENGINES && iir; id++) {
		if (lines[id].bank != b)
			continue;
		events = iir >> lines[id].shift & VGT_EV_ENGINE;
		iir &= ~(VGT_EV_ENGINE << lines[id].shift);
		if (events)
			events = vgt_execlist_events(&gpu->engine[id], events);
		if (events)
			tell(gpu->vgpu[0], id, events);
	}
	if (iir)
		vgt_irq_event(gpu->vgpu[0], b, iir);
}

/* Within the physical interrupt the host gets what its handler would find in its banks now. */
static void tell_at_once(struct vgt_vgpu *host, enum vgt_engine_id id, u32 events)
{
	const struct vgt_host_ops *ops = host->gpu->host_ops;
	const struct vgt_irq_bank *bank = &host->irq.bank[lines[id].bank];
	u32 bits = events << lines[id].shift;

	bits &= ~(READ_ONCE(host->port[id].imr) | READ_ONCE(bank->imr));
	if (ops->engine_events && READ_ONCE(host->irq.enabled) &&
	    !(bits & (READ_ONCE(bank->iir) | ~READ_ONCE(bank->ier))))
		ops->engine_events(host->gpu->host_priv, id, bits >> lines[id].shift);
	else
		vgt_irq_engine_event(host, id, events);
}

/* Two context switches in short succession are taken together, by one interrupt. */
static bool crowded(struct vgt_gpu *gpu, enum vgt_irq_bank_id b, u32 iir)
{
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++)
		if (lines[id].bank == b && iir >> lines[id].shift & VGT_EV_CONTEXT_SWITCH &&
		    vgt_execlist_crowded(&gpu->engine[id]))
			return true;
	return false;
}

static void empty_bank(struct vgt_gpu *gpu, enum vgt_irq_bank_id b)
{
	u32 iir = take(gpu, b);

	if (crowded(gpu, b, iir))
		iir |= take(gpu, b);
	split(gpu, b, iir, tell_at_once);
}

static void set_master(struct vgt_gpu *gpu, bool enable)
{
	lockdep_assert_held(&gpu->irq.lock);
	if (gpu->irq.master == enable)
		return;
	gpu->irq.master = enable;
	vgt_gpu_write(gpu, GEN8_MASTER_IRQ, enable ? GEN8_MASTER_IRQ_CONTROL : 0);
}

/* Read and acknowledge all that is pending; an engine event may come in while it is handed on. */
bool vgt_irq_handle(struct vgt_gpu *gpu)
{
	struct vgt_vgpu *host = gpu->vgpu[0];
	unsigned int b;
	bool pending;
	u32 master;

	spin_lock(&gpu->irq.lock);
	host->irq.held = true;
	gpu->irq.master = false;
	vgt_gpu_write(gpu, GEN8_MASTER_IRQ, 0);
	master = vgt_gpu_read(gpu, GEN8_MASTER_IRQ) & ~GEN8_MASTER_IRQ_CONTROL;
	spin_unlock(&gpu->irq.lock);

	for (b = 0; b < VGT_IRQ_NUM_BANKS && master; b++) {
		if (master & (banks[b].master_lo | banks[b].master_hi))
			empty_bank(gpu, b);
		master &= ~(banks[b].master_lo | banks[b].master_hi);
	}

	spin_lock(&gpu->irq.lock);
	host->irq.held = false;
	pending = host->irq.level;
	if (pending) {
		/* As its handler is about to have it. */
		WRITE_ONCE(host->irq.enabled, false);
		host->irq.level = false;
		host->irq.raise = false;
	} else {
		set_master(gpu, host->irq.enabled);
	}
	spin_unlock(&gpu->irq.lock);

	vgt_irq_deliver(gpu);
	return pending;
}

/*
 * Registers
 */

/* The host's masks, but for what the core needs; no guest has a say in them. */
static void write_imr(struct vgt_vgpu *vgpu, unsigned int b)
{
	if (!vgpu->id)
		vgt_gpu_write(vgpu->gpu, banks[b].base + IRQ_IMR,
			      vgpu->irq.bank[b].imr & ~banks[b].core);
}

static void write_ier(struct vgt_vgpu *vgpu, unsigned int b)
{
	if (!vgpu->id)
		vgt_gpu_write(vgpu->gpu, banks[b].base + IRQ_IER,
			      vgpu->irq.bank[b].ier | banks[b].core);
}

/* Events that the hardware has latched since the last interrupt. */
static void look(struct vgt_vgpu *vgpu, unsigned int b)
{
	u32 iir;

	if (vgpu->id)
		return;
	iir = take(vgpu->gpu, b);
	if (iir)
		split(vgpu->gpu, b, iir, vgt_irq_engine_event);
}

u32 vgt_irq_imr_read(struct vgt_vgpu *vgpu, unsigned int b, u32 offset)
{
	return READ_ONCE(vgpu->irq.bank[b].imr);
}

void vgt_irq_imr_write(struct vgt_vgpu *vgpu, unsigned int b, u32 offset, u32 val)
{
	unsigned long flags;

	spin_lock_irqsave(&vgpu->gpu->irq.lock, flags);
	vgpu->irq.bank[b].imr = val;
	write_imr(vgpu, b);
	spin_unlock_irqrestore(&vgpu->gpu->irq.lock, flags);
	vgt_display_irq_changed(vgpu, b);
}

u32 vgt_irq_ier_read(struct vgt_vgpu *vgpu, unsigned int b, u32 offset)
{
	return READ_ONCE(vgpu->irq.bank[b].ier);
}

void vgt_irq_ier_write(struct vgt_vgpu *vgpu, unsigned int b, u32 offset, u32 val)
{
	unsigned long flags;

	spin_lock_irqsave(&vgpu->gpu->irq.lock, flags);
	vgpu->irq.bank[b].ier = val;
	write_ier(vgpu, b);
	update_bank(vgpu, b);
	spin_unlock_irqrestore(&vgpu->gpu->irq.lock, flags);
	vgt_display_irq_changed(vgpu, b);
}

u32 vgt_irq_iir_read(struct vgt_vgpu *vgpu, unsigned int b, u32 offset)
{
	if (!READ_ONCE(vgpu->irq.bank[b].iir))
		look(vgpu, b);
	return READ_ONCE(vgpu->irq.bank[b].iir);
}

void vgt_irq_iir_write(struct vgt_vgpu *vgpu, unsigned int b, u32 offset, u32 val)
{
	struct vgt_irq_bank *bank = &vgpu->irq.bank[b];
	unsigned long flags;
	u32 cleared;

	if (val & ~READ_ONCE(bank->iir))
		look(vgpu, b);
	spin_lock_irqsave(&vgpu->gpu->irq.lock, flags);
	cleared = bank->iir & val;
	bank->iir = (bank->iir & ~cleared) | (cleared & bank->queued);
	bank->queued &= ~cleared;
	update_bank(vgpu, b);
	spin_unlock_irqrestore(&vgpu->gpu->irq.lock, flags);
}

u32 vgt_irq_master_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	u32 val = READ_ONCE(vgpu->irq.master);

	return READ_ONCE(vgpu->irq.enabled) ? val | GEN8_MASTER_IRQ_CONTROL : val;
}

void vgt_irq_master_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	unsigned long flags;

	if (!(val & GEN8_MASTER_IRQ_CONTROL) && !READ_ONCE(vgpu->irq.enabled))
		return;
	spin_lock_irqsave(&vgpu->gpu->irq.lock, flags);
	WRITE_ONCE(vgpu->irq.enabled, val & GEN8_MASTER_IRQ_CONTROL);
	if (!vgpu->id)
		set_master(vgpu->gpu, vgpu->irq.enabled);
	update_level(vgpu);
	spin_unlock_irqrestore(&vgpu->gpu->irq.lock, flags);
}
