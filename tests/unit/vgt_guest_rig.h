/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A virtual machine for a guest of the core, as far as the core sees it: memory
 * that is scattered over the rig's, with pins and tracked pages that are counted.
 *
 * No guest page has the number of the bus page behind it, so that an address
 * that was not translated leads elsewhere.  The last quarter of the guest's
 * memory lies behind a hole: [pages * 3 / 4, pages) is none, the rest follows
 * at @pages.
 */
#ifndef VGT_GUEST_RIG_H
#define VGT_GUEST_RIG_H

#include "vgt_rig.h"
#include "vgt/vmm.h"
#include "drivers/vgt/vgt_guest.h"

/**
 * struct vgt_guest_rig - the machine
 * @v: the host and the GPU below it
 * @guest: the core's
 * @max_gfn: pages of guest memory have numbers below this
 * @bus: per page its address in the rig, 0: the guest has no such page
 * @pins: per page, how often the core has it pinned; @pinned: their sum
 * @tracked: per page, whether the guest's next write is to be told
 * @next_gfn: the next that vgt_guest_rig_alloc() gives away
 * @raised: how often the core asked for an interrupt
 * @changed: how often the display is said to have changed
 * @written: how often the core was told of a write to a tracked page
 * @no_track: tracking fails
 * @fail_pin: pinning fails with -ENOMEM when this counts down to 0
 * @no_memory: it fails with that each time
 * @entries: pages of GGTT entries that are the guest's memory
 * @unshared: how often they were taken back; in the last moment before that the guest writes
 *	@late_pte to the entry of address @late_addr
 * @bare: made without vgt_guest_create()
 */
struct vgt_guest_rig {
	struct vgt_rig *v;
	struct vgt_guest *guest;
	u64 max_gfn;
	u64 *bus;
	unsigned int *pins;
	unsigned int pinned;
	bool *tracked;
	u64 next_gfn;
	unsigned int raised, changed, written;
	bool no_track;
	unsigned int fail_pin;
	bool no_memory;
	u64 *entries[2048];
	unsigned int unshared;
	u32 late_addr;
	u64 late_pte;
	bool bare;
};

/** vgt_guest_rig_new - a vGPU of @type ("V5_8"), opened by a machine with @mib of memory */
struct vgt_guest_rig *vgt_guest_rig_new(struct vgt_rig *v, const char *type, unsigned int mib);
/** vgt_guest_rig_new_of - the same, of a kind that need not be on offer */
struct vgt_guest_rig *vgt_guest_rig_new_of(struct vgt_rig *v, const struct vgt_guest_type *type,
					   unsigned int mib);
/** vgt_guest_rig_open - the machine takes the vGPU again, after vgt_guest_close() */
int vgt_guest_rig_open(struct vgt_guest_rig *g);
/** vgt_guest_rig_new_bare - only what vgt_page, vgt_ggtt and vgt_ppgtt need */
struct vgt_guest_rig *vgt_guest_rig_new_bare(struct vgt_rig *v, unsigned int id,
					     const struct vgt_guest_type *type, unsigned int mib);
/** vgt_guest_rig_free - destroys the vGPU; stops the test when a page is still pinned or tracked */
void vgt_guest_rig_free(struct vgt_guest_rig *g);

/* Memory, by the guest's physical addresses. */
/** vgt_guest_rig_alloc - number of a page that nobody has used yet */
u64 vgt_guest_rig_alloc(struct vgt_guest_rig *g);
/** vgt_guest_rig_alloc_contiguous - @pages in a row, on the bus, too; both aligned to @pages */
u64 vgt_guest_rig_alloc_contiguous(struct vgt_guest_rig *g, unsigned int pages);
/** vgt_guest_rig_mem - the memory at @gpa, up to the end of its page; to read */
void *vgt_guest_rig_mem(struct vgt_guest_rig *g, u64 gpa);
u32 vgt_guest_rig_read32(struct vgt_guest_rig *g, u64 gpa);
u64 vgt_guest_rig_read64(struct vgt_guest_rig *g, u64 gpa);
/* The guest's processor writes: a tracked page is told first. */
void vgt_guest_rig_write32(struct vgt_guest_rig *g, u64 gpa, u32 val);
void vgt_guest_rig_write64(struct vgt_guest_rig *g, u64 gpa, u64 val);
void vgt_guest_rig_copy(struct vgt_guest_rig *g, u64 gpa, const void *from, size_t size);
/** vgt_guest_rig_remove - the machine loses the page @gfn; the core has given it up before */
void vgt_guest_rig_remove(struct vgt_guest_rig *g, u64 gfn);

/* BAR0, as the guest's driver accesses it. */
static inline u32 vgt_guest_rig_reg(struct vgt_guest_rig *g, u32 offset)
{
	return vgt_guest_read(g->guest, offset, 4);
}

static inline void vgt_guest_rig_set_reg(struct vgt_guest_rig *g, u32 offset, u32 val)
{
	vgt_guest_write(g->guest, offset, val, 4);
}

/** vgt_guest_rig_map - entry of the guest's GGTT: graphics address @addr is page @gfn */
static inline void vgt_guest_rig_map(struct vgt_guest_rig *g, u32 addr, u64 gfn)
{
	vgt_guest_write(g->guest, 0x800000 + addr / 4096 * 8, gfn << 12 | 3, 8);
}

/** vgt_guest_rig_poke_entry - the same without a trap, any entry; false: they cannot be memory */
bool vgt_guest_rig_poke_entry(struct vgt_guest_rig *g, u32 addr, u64 pte);

/** vgt_guest_rig_stat - one of the guest's counters */
u64 vgt_guest_rig_stat(struct vgt_guest_rig *g, enum vgt_event event);

#endif
