// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the display of a guest
 *
 * Nothing ticks.  Line and frame counters of a pipe are computed from the time
 * since its transcoder was enabled.  What happens at the start of vertical blank
 * is done by catch_up(), called before anything that could tell the difference,
 * and by a timer while somebody waits:
 *
 *                TRANSCONF enable               vertical blank or flip-done let
 *     +-------+  --------------->  +---------+  through, or armed and watched    +---------+
 *     |  off  |                    | running |  ------------------------------>  | ticking |
 *     +-------+  <---------------  +---------+  <------------------------------  +---------+
 *                TRANSCONF disable                      none of these
 *
 * The registers of a plane are written in any order and take effect together:
 *
 *             PLANE_SURF, CUR_BASE           start of vertical blank
 *   written ----------------------> armed -----------------------------> live
 *                                     |                                    ^
 *                                     +------- pipe off, or async flip ----+
 *
 * The hardware's line counter is one line late, two on HDMI; i915 adds that back
 * (intel_crtc_scanline_offset()), so it has to be there.
 *
 * The timer comes in hard interrupt context.  It finds displays through
 * &vgt_gpu.display, under &vgt_gpu.display_lock; what it touches of one is
 * protected by that one's own lock.  Virtual registers are not touched.
 *
 * Source: Skylake PRM vol. 12 (Display); i915 display/intel_vblank.c.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "vgt/regs/display.h"
#include "vgt/regs/power.h"
#include "vgt_display.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_irq.h"
#include "vgt_monitor.h"
#include "vgt_stats.h"

#define TRANS_EDP	3

#define FALLBACK_NS	(1000000000u / 60)	/* when the clocks make no sense */
#define MIN_FRAME_NS	(1000000000u / 250)	/* more would cost the host too many interrupts */
#define MAX_FRAME_NS	(1000000000u / 5)

#define FLIP_EVENTS	(PIPE_IRQ_FLIP_DONE(0) | PIPE_IRQ_FLIP_DONE(1) | PIPE_IRQ_FLIP_DONE(2))
#define PIPE_EVENTS	(PIPE_IRQ_VBLANK | FLIP_EVENTS)

static struct vgt_display *display_of(struct vgt_vgpu *vgpu)
{
	return &to_guest(vgpu)->display;
}

static struct vgt_guest *guest_of(struct vgt_display *display)
{
	return container_of(display, struct vgt_guest, display);
}

static u64 now_of(struct vgt_display *display)
{
	return vgt_gpu_now(guest_of(display)->vgpu.gpu);
}

static u32 now_us(struct vgt_display *display)
{
	return div_u64(now_of(display), 1000);
}

/*
 * Counters
 */

/* Vertical blanks begun since the epoch. */
static u64 blanks_at(const struct vgt_pipe *p, u64 now)
{
	u64 passed = now - p->epoch;
	u64 frames = div_u64(passed, p->frame_ns);

	return frames + (passed - frames * p->frame_ns >= p->blank_ns);
}

/* When blank number @n (from 1) since the epoch begins. */
static u64 blank_time(const struct vgt_pipe *p, u64 n)
{
	return p->epoch + (n - 1) * p->frame_ns + p->blank_ns;
}

static u32 line_at(const struct vgt_pipe *p, u64 now)
{
	u64 passed = now - p->epoch;
	u32 in_frame = passed - div_u64(passed, p->frame_ns) * p->frame_ns;

	return div_u64((u64)in_frame * p->vtotal, p->frame_ns);
}

static u32 frame_counter(const struct vgt_pipe *p, u64 now)
{
	return p->on ? p->base + (u32)blanks_at(p, now) : p->base;
}

/*
 * The start of vertical blank.  Display's lock held.
 */

static void changed(struct vgt_display *display)
{
	struct vgt_guest *guest = guest_of(display);

	if (display->notify)
		guest->ops->display_changed(guest->priv);
}

static bool is_pending(const struct vgt_pipe *p)
{
	unsigned int n;

	for (n = 0; n < VGT_PIPE_PLANES; n++)
		if (p->plane[n].pending)
			return true;
	return p->cursor.pending;
}

/* What is armed becomes live.  Returns the events that say so. */
static u32 latch(struct vgt_display *display, struct vgt_pipe *p)
{
	u32 done = 0;
	unsigned int n;

	if (!is_pending(p))
		return 0;
	for (n = 0; n < VGT_PIPE_PLANES; n++) {
		if (!p->plane[n].pending)
			continue;
		p->plane[n].live = p->plane[n].armed;
		p->plane[n].pending = false;
		done |= PIPE_IRQ_FLIP_DONE(n);
	}
	if (p->cursor.pending) {
		p->cursor.live = p->cursor.armed;
		p->cursor.pending = false;
	}
	changed(display);
	return done;
}

static void raise_events(struct vgt_display *display, const struct vgt_pipe *p, u32 events)
{
	struct vgt_vgpu *vgpu = &guest_of(display)->vgpu;

	if (events)
		vgt_irq_event(vgpu, VGT_IRQ_PIPE_A + (p - display->pipe), events);
}

/*
 * Act on the vertical blanks that have begun since the last call.  Several are
 * one here: whoever was too slow for the first gets the last.  A blank that has
 * passed while nobody listened must not show up later.
 */
static void catch_up(struct vgt_display *display, struct vgt_pipe *p)
{
	u32 counter;

	lockdep_assert_held(&display->lock);
	if (!p->on)
		return;
	counter = frame_counter(p, now_of(display));
	if (counter == p->seen)
		return;
	p->seen = counter;
	if (p->watch & PIPE_IRQ_VBLANK)
		vgt_count(&guest_of(display)->vgpu.stats, VGT_EVENT_VBLANK);
	raise_events(display, p, (latch(display, p) | PIPE_IRQ_VBLANK) & p->watch);
}

/* The next blank that somebody waits for. */
static u64 pipe_deadline(struct vgt_display *display, const struct vgt_pipe *p)
{
	bool waits = p->watch & PIPE_IRQ_VBLANK ||
		     (is_pending(p) && (p->watch & FLIP_EVENTS || display->notify));

	if (!p->on || !waits)
		return VGT_NEVER;
	return blank_time(p, blanks_at(p, now_of(display)) + 1);
}

/* After anything that pipe_deadline() looks at.  Whether the timer has to be set anew. */
static bool set_deadline(struct vgt_display *display)
{
	struct vgt_vgpu *vgpu = &guest_of(display)->vgpu;
	u64 *deadline = &vgpu->gpu->display_deadline[vgpu->id];
	u64 earliest = VGT_NEVER;
	unsigned int i;

	lockdep_assert_held(&display->lock);
	if (vgpu->gpu->display[vgpu->id] != display)
		return false;
	for (i = 0; i < VGT_NUM_PIPES; i++)
		earliest = min(earliest, pipe_deadline(display, &display->pipe[i]));
	if (earliest == *deadline)
		return false;
	WRITE_ONCE(*deadline, earliest);
	return true;
}

/*
 * A register access that looks at or changes what a blank could change is made
 * between these two.
 */
static struct vgt_pipe *pipe_begin(struct vgt_display *display, unsigned int pipe,
				   unsigned long *flags)
	__acquires(&display->lock)
{
	struct vgt_pipe *p = &display->pipe[pipe];

	spin_lock_irqsave(&display->lock, *flags);
	catch_up(display, p);
	return p;
}

static void pipe_end(struct vgt_display *display, unsigned long flags)
	__releases(&display->lock)
{
	bool moved = set_deadline(display);

	spin_unlock_irqrestore(&display->lock, flags);
	if (moved)
		vgt_gpu_set_timer(guest_of(display)->vgpu.gpu);
}

static void tick(struct vgt_display *display)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&display->lock, flags);
	for (i = 0; i < VGT_NUM_PIPES; i++)
		catch_up(display, &display->pipe[i]);
	set_deadline(display);
	spin_unlock_irqrestore(&display->lock, flags);
}

void vgt_display_timer(struct vgt_gpu *gpu)
{
	u64 now = vgt_gpu_now(gpu);
	unsigned long flags;
	unsigned int id;

	for (id = 0; id < VGT_MAX_VGPUS; id++) {
		if (now < READ_ONCE(gpu->display_deadline[id]))
			continue;
		spin_lock_irqsave(&gpu->display_lock, flags);
		if (gpu->display[id])
			tick(gpu->display[id]);
		spin_unlock_irqrestore(&gpu->display_lock, flags);
	}
}

void vgt_display_irq_changed(struct vgt_vgpu *vgpu, unsigned int bank)
{
	struct vgt_display *display = vgpu->gpu->display[vgpu->id];
	unsigned int pipe = bank - VGT_IRQ_PIPE_A;
	unsigned long flags;

	if (!display || pipe >= VGT_NUM_PIPES)
		return;
	pipe_begin(display, pipe, &flags)->watch = vgt_irq_wanted(vgpu, bank) & PIPE_EVENTS;
	pipe_end(display, flags);
}

/*
 * Clocks and timings
 */

static u32 trans_reg(struct vgt_vgpu *vgpu, unsigned int trans, u32 reg)
{
	return *vgt_vreg(vgpu, TRANS_BASE(trans) + reg);
}

static bool trans_is_dp(u32 ddi)
{
	return TRANS_DDI_MODE(ddi) == TRANS_DDI_DP_SST || TRANS_DDI_MODE(ddi) == TRANS_DDI_DP_MST;
}

/* Clock of the DisplayPort link that a transcoder feeds, 0 when it cannot be told. */
static u32 link_khz(struct vgt_vgpu *vgpu, unsigned int trans, u32 ddi)
{
	static const u32 rate_khz[8] = { 540000, 270000, 162000, 324000, 216000, 432000 };
	unsigned int port = trans == TRANS_EDP ? 0 : TRANS_DDI_PORT(ddi), pll;
	u32 ctrl1 = *vgt_vreg(vgpu, DPLL_CTRL1);

	if (port > 4 || !trans_is_dp(ddi))
		return 0;
	pll = DPLL_CTRL2_DDI_PLL(*vgt_vreg(vgpu, DPLL_CTRL2), port);
	if (pll && ctrl1 & DPLL_CTRL1_HDMI_MODE(pll))
		return 0;
	return rate_khz[DPLL_CTRL1_LINK_RATE(ctrl1, pll)];
}

/* Duration of a frame of @pixels.  What no monitor would show is shown at 60 Hz. */
static u32 frame_time(struct vgt_vgpu *vgpu, unsigned int trans, u32 pixels)
{
	u32 m = trans_reg(vgpu, trans, TRANS_LINK_M1) & LINK_MN_MASK;
	u32 n = trans_reg(vgpu, trans, TRANS_LINK_N1) & LINK_MN_MASK;
	u64 hz, ns;

	if (!m || !n)
		return FALLBACK_NS;
	hz = link_khz(vgpu, trans, trans_reg(vgpu, trans, TRANS_DDI_FUNC_CTL));
	hz = div_u64(hz * 1000 * m, n);
	if (!hz || hz > ~0u)
		return FALLBACK_NS;
	ns = div_u64(pixels * 1000000000ull, hz);
	return ns < MIN_FRAME_NS || ns > MAX_FRAME_NS ? FALLBACK_NS : ns;
}

/* Take over timings and clock; the picture begins anew at line 0. */
static void retime(struct vgt_vgpu *vgpu, struct vgt_pipe *p)
{
	u64 now = vgt_gpu_now(vgpu->gpu);
	u32 htotal = (trans_reg(vgpu, p->trans, TRANS_HTOTAL) >> 16 & 0x1fff) + 1;
	u32 vblank = (trans_reg(vgpu, p->trans, TRANS_VBLANK) & 0x1fff) + 1;
	u32 vtotal = (trans_reg(vgpu, p->trans, TRANS_VTOTAL) >> 16 & 0x1fff) + 1;

	p->base = frame_counter(p, now);
	p->seen = p->base;
	p->epoch = now;
	p->late = trans_is_dp(trans_reg(vgpu, p->trans, TRANS_DDI_FUNC_CTL)) ? 1 : 2;
	p->vtotal = max(vtotal, 2u);
	p->frame_ns = frame_time(vgpu, p->trans, htotal * p->vtotal);
	/* The first time at which line_at() is in the blank. */
	vblank = min(vblank, p->vtotal - 1);
	p->blank_ns = div_u64((u64)vblank * p->frame_ns + p->vtotal - 1, p->vtotal);
}

/* Timings and clocks that change under a running pipe take effect at once. */
void vgt_display_timing_write(struct vgt_vgpu *vgpu, unsigned int trans, u32 offset, u32 val)
{
	struct vgt_display *display = display_of(vgpu);
	u32 *reg = vgt_vreg(vgpu, offset);
	unsigned long flags;
	struct vgt_pipe *p;
	unsigned int i;

	if (*reg == val)
		return;
	*reg = val;
	for (i = 0; i < VGT_NUM_PIPES; i++) {
		p = pipe_begin(display, i, &flags);
		if (p->on && p->trans == trans)
			retime(vgpu, p);
		pipe_end(display, flags);
	}
}

static unsigned int trans_pipe(struct vgt_vgpu *vgpu, unsigned int trans)
{
	if (trans != TRANS_EDP)
		return trans;
	switch (TRANS_DDI_EDP_INPUT(trans_reg(vgpu, trans, TRANS_DDI_FUNC_CTL))) {
	case 5:
		return 1;
	case 6:
		return 2;
	default:
		return 0;
	}
}

/* Without a pipe nothing holds armed registers back. */
static void stop(struct vgt_display *display, struct vgt_pipe *p)
{
	p->base = frame_counter(p, now_of(display));
	p->seen = p->base;
	p->on = false;
	latch(display, p);
	changed(display);
}

void vgt_display_transconf_write(struct vgt_vgpu *vgpu, unsigned int trans, u32 offset, u32 val)
{
	struct vgt_display *display = display_of(vgpu);
	bool on = val & TRANSCONF_ENABLE;
	unsigned long flags;
	struct vgt_pipe *p;

	*vgt_vreg(vgpu, offset) = on ? val | TRANSCONF_STATE : val & ~TRANSCONF_STATE;
	p = pipe_begin(display, trans_pipe(vgpu, trans), &flags);
	if (on && !p->on) {
		p->trans = trans;
		retime(vgpu, p);
		p->on = true;
		changed(display);
	} else if (!on && p->on && p->trans == trans) {
		stop(display, p);
	}
	pipe_end(display, flags);
}

/*
 * Counters as software reads them
 */

u32 vgt_display_dsl_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;
	struct vgt_pipe *p;
	u32 line = 0;

	p = pipe_begin(display, pipe, &flags);
	if (p->on) {
		line = line_at(p, now_of(display)) + p->vtotal - p->late;
		line -= line >= p->vtotal ? p->vtotal : 0;
	}
	pipe_end(display, flags);
	return line;
}

u32 vgt_display_frmcnt_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;
	struct vgt_pipe *p;
	u32 val;

	p = pipe_begin(display, pipe, &flags);
	val = frame_counter(p, now_of(display));
	pipe_end(display, flags);
	return val;
}

u32 vgt_display_frmtmstmp_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;
	struct vgt_pipe *p;
	u32 val = 0;
	u64 n;

	p = pipe_begin(display, pipe, &flags);
	if (p->on) {
		n = blanks_at(p, now_of(display));
		val = div_u64(n ? blank_time(p, n) : p->epoch, 1000);
	}
	pipe_end(display, flags);
	return val;
}

u32 vgt_display_flipcnt_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;
	u32 val;

	val = pipe_begin(display, pipe, &flags)->flips;
	pipe_end(display, flags);
	return val;
}

void vgt_display_flipcnt_write(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset, u32 val)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;

	pipe_begin(display, pipe, &flags)->flips = val;
	pipe_end(display, flags);
}

u32 vgt_display_fliptmstmp_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;
	u32 val;

	val = pipe_begin(display, pipe, &flags)->flip_us;
	pipe_end(display, flags);
	return val;
}

u32 vgt_display_timestamp_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return now_us(display_of(vgpu));
}

/*
 * Planes; @inst counts all planes, VGT_PIPE_PLANES of each pipe
 */

/* An async flip exchanges the surface alone, without waiting. */
static u32 async_flip(struct vgt_display *display, struct vgt_pipe_plane *plane, unsigned int n)
{
	plane->live.surf = plane->armed.surf;
	plane->live.ctl = plane->armed.ctl;
	plane->pending = false;
	changed(display);
	return PIPE_IRQ_FLIP_DONE(n);
}

static struct vgt_plane_regs written(struct vgt_vgpu *vgpu, u32 base)
{
	return (struct vgt_plane_regs){
		.ctl = *vgt_vreg(vgpu, base + PLANE_CTL),
		.stride = *vgt_vreg(vgpu, base + PLANE_STRIDE),
		.pos = *vgt_vreg(vgpu, base + PLANE_POS),
		.size = *vgt_vreg(vgpu, base + PLANE_SIZE),
		.offset = *vgt_vreg(vgpu, base + PLANE_OFFSET),
		.surf = *vgt_vreg(vgpu, base + PLANE_SURF),
	};
}

/* The async bit latches as well: the first flip with it is not async yet. */
static bool flips_async(const struct vgt_pipe_plane *plane)
{
	const u32 async = PLANE_CTL_ENABLE | PLANE_CTL_ASYNC_FLIP;

	return (plane->armed.ctl & plane->live.ctl & async) == async;
}

void vgt_display_surf_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned int n = inst % VGT_PIPE_PLANES;
	struct vgt_pipe_plane *plane;
	unsigned long flags;
	struct vgt_pipe *p;

	*vgt_vreg(vgpu, offset) = val;
	p = pipe_begin(display, inst / VGT_PIPE_PLANES, &flags);
	plane = &p->plane[n];
	plane->armed = written(vgpu, offset - PLANE_SURF);
	plane->pending = true;
	if (!n) {
		p->flips++;
		p->flip_us = now_us(display);
		if (plane->armed.ctl & PLANE_CTL_ENABLE)
			vgt_count(&vgpu->stats, VGT_EVENT_FRAME);
	}
	if (!p->on)
		latch(display, p);
	else if (flips_async(plane))
		raise_events(display, p, async_flip(display, plane, n));
	pipe_end(display, flags);
}

u32 vgt_display_surflive_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;
	struct vgt_pipe *p;
	u32 val;

	p = pipe_begin(display, inst / VGT_PIPE_PLANES, &flags);
	val = p->plane[inst % VGT_PIPE_PLANES].live.surf;
	pipe_end(display, flags);
	return val;
}

void vgt_display_curbase_write(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset, u32 val)
{
	struct vgt_display *display = display_of(vgpu);
	u32 base = offset - CUR_BASE;
	unsigned long flags;
	struct vgt_pipe *p;

	*vgt_vreg(vgpu, offset) = val;
	p = pipe_begin(display, pipe, &flags);
	p->cursor.armed = (struct vgt_cursor_regs){
		.ctl = *vgt_vreg(vgpu, base + CUR_CTL),
		.base = val,
		.pos = *vgt_vreg(vgpu, base + CUR_POS),
		.fbc = *vgt_vreg(vgpu, base + CUR_FBC_CTL),
	};
	p->cursor.pending = true;
	if (!p->on)
		latch(display, p);
	pipe_end(display, flags);
}

u32 vgt_display_cursurflive_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset)
{
	struct vgt_display *display = display_of(vgpu);
	unsigned long flags;
	u32 val;

	val = pipe_begin(display, pipe, &flags)->cursor.live.base;
	pipe_end(display, flags);
	return val;
}

static struct vgt_pipe *first_on(struct vgt_display *display)
{
	unsigned int i;

	for (i = 0; i < VGT_NUM_PIPES; i++)
		if (display->pipe[i].on)
			return &display->pipe[i];
	return NULL;
}

bool vgt_display_plane(struct vgt_guest *guest, unsigned int n, unsigned int *pipe,
		       struct vgt_plane_regs *regs)
{
	struct vgt_display *display = &guest->display;
	unsigned long flags;
	struct vgt_pipe *p;

	spin_lock_irqsave(&display->lock, flags);
	p = first_on(display);
	if (p) {
		catch_up(display, p);
		*pipe = p - display->pipe;
		*regs = p->plane[n].live;
	}
	spin_unlock_irqrestore(&display->lock, flags);
	return p;
}

bool vgt_display_cursor(struct vgt_guest *guest, struct vgt_cursor_regs *regs)
{
	struct vgt_display *display = &guest->display;
	unsigned long flags;
	struct vgt_pipe *p;

	spin_lock_irqsave(&display->lock, flags);
	p = first_on(display);
	if (p) {
		catch_up(display, p);
		*regs = p->cursor.live;
	}
	spin_unlock_irqrestore(&display->lock, flags);
	return p;
}

/*
 * The precision palette: an index that may step by itself, and a window
 */

static u32 *prec_entry(struct vgt_vgpu *vgpu, unsigned int pipe)
{
	u32 *reg = vgt_vreg(vgpu, PREC_PAL_BASE(pipe) + PREC_PAL_INDEX);
	u32 index = *reg & PREC_PAL_INDEX_MASK;

	if (*reg & PREC_PAL_AUTO_INC)
		*reg = (*reg & ~PREC_PAL_INDEX_MASK) | ((index + 1) & PREC_PAL_INDEX_MASK);
	return &display_of(vgpu)->pipe[pipe].prec[index];
}

u32 vgt_display_prec_read(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset)
{
	return *prec_entry(vgpu, pipe);
}

void vgt_display_prec_write(struct vgt_vgpu *vgpu, unsigned int pipe, u32 offset, u32 val)
{
	*prec_entry(vgpu, pipe) = val;
}

/*
 * Life
 */

void vgt_display_gpu_init(struct vgt_gpu *gpu)
{
	unsigned int id;

	spin_lock_init(&gpu->display_lock);
	for (id = 0; id < VGT_MAX_VGPUS; id++) {
		gpu->display[id] = NULL;
		gpu->display_deadline[id] = VGT_NEVER;
	}
}

void vgt_display_init(struct vgt_guest *guest)
{
	struct vgt_display *display = &guest->display;

	memset(display, 0, sizeof(*display));
	spin_lock_init(&display->lock);
	INIT_LIST_HEAD(&display->held);
	vgt_monitor_init(guest);
}

void vgt_display_reset(struct vgt_guest *guest)
{
	struct vgt_display *display = &guest->display;
	unsigned long flags;

	spin_lock_irqsave(&display->lock, flags);
	memset(display->pipe, 0, sizeof(display->pipe));
	changed(display);
	pipe_end(display, flags);
	vgt_monitor_reset(guest);
}

/* Makes the timer find, or not find, a guest's display. */
static void enter_table(struct vgt_guest *guest, struct vgt_display *display)
{
	struct vgt_gpu *gpu = guest->vgpu.gpu;
	unsigned int id = guest->vgpu.id;
	unsigned long flags;

	spin_lock_irqsave(&gpu->display_lock, flags);
	gpu->display[id] = display;
	WRITE_ONCE(gpu->display_deadline[id], VGT_NEVER);
	spin_unlock_irqrestore(&gpu->display_lock, flags);
}

static void set_notify(struct vgt_display *display, bool notify)
{
	unsigned long flags;

	spin_lock_irqsave(&display->lock, flags);
	display->notify = notify;
	spin_unlock_irqrestore(&display->lock, flags);
}

void vgt_display_open(struct vgt_guest *guest)
{
	enter_table(guest, &guest->display);
	set_notify(&guest->display, guest->ops->display_changed);
}

void vgt_display_close(struct vgt_guest *guest)
{
	set_notify(&guest->display, false);
	enter_table(guest, NULL);
	vgt_gpu_set_timer(guest->vgpu.gpu);
	vgt_monitor_init(guest);
}
