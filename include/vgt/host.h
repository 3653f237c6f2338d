/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: the host's driver, as vGPU 0
 *
 * The patched i915 calls these functions in place of touching the GPU.  They
 * hold all logic; the patch holds only calls, behind a static branch.
 *
 *   i915 probe ---> vgt_host_attach() --- every access through vgt_host_*() --->
 *   i915 remove --> vgt_host_detach()
 *
 * Life: attach before the first register access of the probe, detach after the
 * last of the removal.  There is one integrated GPU, so there is one host.
 */
#ifndef VGT_HOST_H
#define VGT_HOST_H

#include <linux/bitmap.h>
#include <linux/types.h>

struct vgt_hw;
struct vgt_host;

/**
 * struct vgt_host_ops - what the core asks of the host's driver
 * @raise_irq: run the driver's interrupt handler soon, on any CPU: virtual
 *	interrupts are pending and the virtual master interrupt is enabled.
 *	Called with no lock of the core held, from any context; locks of the
 *	driver may be held, for it may be within one of its accesses.
 * @engine_events: engine number @id (0: RCS, 1: BCS, 2: VCS, 3: VECS) has raised
 *	@events, bits as RCS has them in its bank, that the driver waits for.  Called
 *	in vgt_host_irq() with no lock of the core held; they do not show in the
 *	virtual banks then.  NULL: they do.
 * @reset_engine: engine number @id is held by
 *	work that does not yield: reset it as if it were the driver's own that hangs.
 *	Only starts it; any context, locks of the core held.
 * @keep_awake: others use the GPU from now on / no longer: it must not be parked
 *	nor lose its power.  Balanced; may sleep.
 */
struct vgt_host_ops {
	void (*raise_irq)(void *priv);
	void (*engine_events)(void *priv, unsigned int id, u32 events);
	void (*reset_engine)(void *priv, unsigned int id);
	void (*keep_awake)(void *priv, bool on);
};

/**
 * struct vgt_gm_range - a range of graphics memory in bytes
 */
struct vgt_gm_range {
	u64 start, size;
};

/**
 * vgt_host_attach - put the host's driver on the mediated GPU
 * @hw: the physical GPU; must live until vgt_host_detach()
 * @ops: @priv is handed to each
 *
 * Return: the host, or an ERR_PTR: -EBUSY when there is one already, -EINVAL
 * when the host's share does not fit the GPU, -ENOMEM.  The cause has been
 * printed; the driver goes on without mediation.  May sleep.
 */
struct vgt_host *vgt_host_attach(struct vgt_hw *hw, const struct vgt_host_ops *ops, void *priv);
void vgt_host_detach(struct vgt_host *host);

/**
 * vgt_host_ready - the driver's probe has come to its end: guests may be made
 * vgt_host_leaving - the driver is about to go; on return there is no guest
 *
 * NULL, a GPU that is not mediated, is fine.  May sleep.
 */
void vgt_host_ready(struct vgt_host *host);
void vgt_host_leaving(struct vgt_host *host);

/*
 * Accesses of the driver to registers and GGTT entries.  Any context, hard
 * interrupt included.  @offset is in BAR0; @size 1, 2, 4 or 8 bytes.  8 bytes to
 * a submission port are a context descriptor: its high and its low dword.
 */
u64 vgt_host_read(struct vgt_host *host, u32 offset, unsigned int size);
void vgt_host_write(struct vgt_host *host, u32 offset, u64 val, unsigned int size);

/**
 * vgt_host_passing - registers of which the core has no part
 *
 * They pass through for the host: the functions above do nothing but access the
 * GPU's, so the driver may do that by itself.
 *
 * Return: a bit for each dword of the registers; there as long as the host is
 * attached, and never changed.
 */
const unsigned long *vgt_host_passing(struct vgt_host *host);

/** vgt_host_passes - may an access be made without the functions above? */
static inline bool vgt_host_passes(const unsigned long *passing, u32 offset, unsigned int size)
{
	return test_bit(offset / 4, passing) && (size != 8 || test_bit(offset / 4 + 1, passing));
}

/**
 * vgt_host_may_map - whether a range of graphics memory is all the host's
 * @start: in bytes
 * @size: in bytes
 *
 * If so, the driver may write its GGTT entries by itself.  If not, nothing of it
 * is to be written, which is counted.  Any context.
 */
bool vgt_host_may_map(struct vgt_host *host, u64 start, u64 size);

/**
 * vgt_host_irq - the physical GPU has raised its interrupt
 *
 * Reads and acknowledges the physical banks once, hands each event to whom it
 * belongs.
 *
 * Return: whether the driver's own handler shall run, because it has virtual
 * interrupts pending.  Then the physical master interrupt stays off until that
 * handler enables its (virtual) own, so it must run.  Hard interrupt context.
 */
bool vgt_host_irq(struct vgt_host *host);

/**
 * vgt_host_guest_time - how long guests have had an engine, in nanoseconds since the attach
 * @base: of the engine's registers
 *
 * For who chooses the GPU's frequency by the load.  NULL, a GPU that is not mediated, is
 * fine: 0.  Any context.
 */
u64 vgt_host_guest_time(struct vgt_host *host, u32 base);
/** vgt_host_has_guests - whether the GPU is kept awake for others; NULL is fine.  Any context. */
bool vgt_host_has_guests(struct vgt_host *host);

/**
 * vgt_host_gm - the graphics memory that the driver may use
 * @low: within the aperture; @high: above it
 *
 * Everything else must be reserved by the driver before it allocates.
 */
void vgt_host_gm(struct vgt_host *host, struct vgt_gm_range *low, struct vgt_gm_range *high);
/** vgt_host_fences - the driver may use fences 0 to this number - 1 */
unsigned int vgt_host_fences(struct vgt_host *host);

/*
 * System sleep.  Suspend: after the driver's last access.  Resume: before its
 * first; the GPU has lost all state.  NULL is fine.
 */
void vgt_host_suspend(struct vgt_host *host);
void vgt_host_resume(struct vgt_host *host);

#endif
