// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: global GTT
 *
 *                     index in low or high range of the vGPU?
 *   host's access ----- yes ----> entry of the GPU, which the host's driver may
 *                  |              write by itself, see vgt_host_may_map()
 *                  \--- no -----> refused: reads 0, the write is dropped; counted
 *
 *   guest's write ----- yes ----> guest->ggtt ---- take_over() ----> entry of the GPU
 *     that traps   \--- no -----> refused   ^             |
 *                                           |    page pinned, its address on the bus
 *   guest's write to entries that are its memory: found at the flush
 *
 * A guest reads what it wrote; what the GPU goes by is written by the core only.
 * It is not present when the guest's is not, or points to memory that the guest
 * does not have.  A page that loses its entry is unpinned after a flush of the
 * TLBs, see vgt_page.c.
 *
 * Bit 0 of the low half says whether an entry is present.  Of an entry written in
 * halves:
 *
 *   low half, not present ----> taken over at once: nothing is mapped
 *   any other, the first -----> waits; the GPU keeps the entry it has
 *   the second ---------------> taken over
 *   flush, submission --------> those that wait are taken over as they are
 *
 * so that no mixture of an old and a new address is ever used, and a driver that
 * writes only the half that changes is understood all the same.
 *
 * Entries as memory.  The VMM may give pages of guest->ggtt to the guest:
 *
 *              vgt_guest_share_ggtt(): the guest touches the page
 *   trapped ---------------------------------------------------> shared
 *           <---------------------------------------------------
 *              a flush finds more than VGT_GGTT_MAX_SHARED of them
 *
 * A driver must flush after it has written entries, so that is when those of all
 * shared pages are compared with what is in force: thousands of writes cost one
 * trap, and one more for each page of 512 entries that was not shared.  The guest may
 * write at any moment, so an entry is read once.
 *
 * The core's own pages are at the very top, which belongs to nobody.
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "vgt/regs/fence.h"
#include "vgt/regs/gtt.h"
#include "vgt_ggtt.h"
#include "vgt_gm.h"
#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_page.h"
#include "vgt_stats.h"

/* What is taken over of an entry besides the address: the rest is reserved. */
#define ENTRY_FLAGS (GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE | GEN8_PTE_PWT | GEN8_PTE_PCD | \
		     GEN8_PTE_PAT)
#define ENTRIES_PER_PAGE (SZ_4K / 8)

static bool may_access(struct vgt_vgpu *vgpu, u32 index)
{
	if (likely(vgt_gm_owns(&vgpu->gm, (u64)index * SZ_4K)))
		return true;
	vgt_count(&vgpu->stats, VGT_EVENT_GGTT_REFUSED);
	return false;
}

static u64 host_read(struct vgt_vgpu *host, u32 index)
{
	struct vgt_hw *hw = host->gpu->hw;

	return may_access(host, index) ? hw->ops->gtt_read(hw, index) : 0;
}

static void host_write(struct vgt_vgpu *host, u32 index, u64 pte)
{
	struct vgt_hw *hw = host->gpu->hw;

	if (may_access(host, index))
		hw->ops->gtt_write(hw, index, pte);
}

u64 vgt_ggtt_host_read_bar(struct vgt_vgpu *host, u32 offset, unsigned int size)
{
	u64 pte = host_read(host, offset / 8) >> (8 * (offset & 7));

	return size == 8 ? pte : pte & ((1ull << (8 * size)) - 1);
}

void vgt_ggtt_host_write_bar(struct vgt_vgpu *host, u32 offset, u64 val, unsigned int size)
{
	unsigned int shift = 8 * (offset & 4);
	u64 old;

	if (size == 8) {
		host_write(host, offset / 8, val);
		return;
	}
	if (size != 4) {
		vgt_count(&host->stats, VGT_EVENT_GGTT_REFUSED);
		return;
	}
	old = host_read(host, offset / 8) & ~(0xffffffffull << shift);
	host_write(host, offset / 8, old | (u64)(u32)val << shift);
}

/*
 * The core's own range
 */

u32 vgt_ggtt_status_addr(const struct vgt_gpu *gpu, unsigned int id)
{
	return vgt_gm_window(&gpu->gm, 0) + id * SZ_4K;
}

static void write_entry(struct vgt_gpu *gpu, u32 index, u64 pte)
{
	gpu->hw->ops->gtt_write(gpu->hw, index, pte);
}

void vgt_ggtt_flush(struct vgt_gpu *gpu)
{
	vgt_gpu_write(gpu, GFX_FLSH_CNTL, GFX_FLSH_CNTL_EN);
}

void vgt_ggtt_map_page(struct vgt_gpu *gpu, u32 addr, u64 bus)
{
	write_entry(gpu, addr / SZ_4K, bus | GEN8_PTE_PRESENT | GEN8_PTE_WRITABLE);
}

void vgt_ggtt_unmap_page(struct vgt_gpu *gpu, u32 addr)
{
	write_entry(gpu, addr / SZ_4K, 0);
}

void vgt_ggtt_map_core(struct vgt_gpu *gpu)
{
	u32 i, first = gpu->gm.end / SZ_4K;
	unsigned int id;

	bitmap_zero(gpu->scrubbed, VGT_GGTT_MAX_CHUNKS);
	for (i = first + VGT_NUM_ENGINES; i < gpu->hw->gtt_entries; i++)
		write_entry(gpu, i, 0);
	for (id = 0; id < VGT_NUM_ENGINES; id++)
		vgt_ggtt_map_page(gpu, vgt_ggtt_status_addr(gpu, id), gpu->engine[id].page_bus);
	vgt_ggtt_flush(gpu);
}

void vgt_ggtt_unmap_core(struct vgt_gpu *gpu)
{
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++)
		vgt_ggtt_unmap_page(gpu, vgt_ggtt_status_addr(gpu, id));
	vgt_ggtt_flush(gpu);
}

/*
 * Guests: which entries
 */

#define NO_SLOT (~0u)

static u32 low_slots(const struct vgt_guest *guest)
{
	return guest->vgpu.gm.low.size / SZ_4K;
}

static u32 num_slots(const struct vgt_guest *guest)
{
	return (guest->vgpu.gm.low.size + guest->vgpu.gm.high.size) / SZ_4K;
}

/* Place of a GGTT entry in the guest's tables; NO_SLOT: not the guest's. */
static u32 find_slot(const struct vgt_guest *guest, u64 index)
{
	const struct vgt_gm_share *gm = &guest->vgpu.gm;

	if (index - gm->low.start / SZ_4K < gm->low.size / SZ_4K)
		return index - gm->low.start / SZ_4K;
	if (index - gm->high.start / SZ_4K < gm->high.size / SZ_4K)
		return low_slots(guest) + index - gm->high.start / SZ_4K;
	return NO_SLOT;
}

static u32 slot_index(const struct vgt_guest *guest, u32 slot)
{
	const struct vgt_gm_share *gm = &guest->vgpu.gm;

	if (slot < low_slots(guest))
		return gm->low.start / SZ_4K + slot;
	return gm->high.start / SZ_4K + slot - low_slots(guest);
}

/* Of an access by the driver; counted when there is none. */
static u32 accessed_slot(struct vgt_guest *guest, u32 offset, unsigned int size)
{
	u32 slot = NO_SLOT;

	if ((size == 4 || size == 8) && IS_ALIGNED(offset, size))
		slot = find_slot(guest, offset / 8);
	if (slot == NO_SLOT)
		vgt_count(&guest->vgpu.stats, VGT_EVENT_GGTT_REFUSED);
	return slot;
}

/*
 * Guests: from their entries to those of the GPU
 */

static void write_slot(struct vgt_guest *guest, u32 slot)
{
	struct vgt_page *page = guest->ggtt_page[slot];
	u64 flags = guest->ggtt_taken[slot] & ENTRY_FLAGS;

	write_entry(guest->vgpu.gpu, slot_index(guest, slot), page ? page->bus | flags : 0);
	guest->ggtt_pending.dirty = true;
}

static struct vgt_page *pin_entry(struct vgt_guest *guest, u64 pte)
{
	struct vgt_page *page;

	if (!(pte & GEN8_PTE_PRESENT))
		return NULL;
	page = vgt_page_get(guest, (pte & GEN8_PTE_ADDR_MASK) / SZ_4K);
	if (!IS_ERR(page))
		return page;
	vgt_count(&guest->vgpu.stats, VGT_EVENT_MEMORY_REFUSED);
	return NULL;
}

static void replace_page(struct vgt_guest *guest, u32 slot, struct vgt_page *page)
{
	struct vgt_page *old = guest->ggtt_page[slot];

	if (!old && !page)
		return;
	if (old != page)
		WRITE_ONCE(guest->ggtt_changes, guest->ggtt_changes + 1);
	guest->ggtt_page[slot] = page;
	write_slot(guest, slot);
	if (old == page)
		vgt_page_put(guest, old);
	else
		vgt_page_drop(guest, old);
}

static void take_over(struct vgt_guest *guest, u32 slot)
{
	u64 pte = READ_ONCE(guest->ggtt[slot]);
	struct vgt_page *page = pin_entry(guest, pte);

	guest->ggtt_taken[slot] = page || !(pte & GEN8_PTE_PRESENT) ? pte : 0;
	replace_page(guest, slot, page);
}

/*
 * Guests: entries that are their memory
 */

static bool is_shareable(const struct vgt_gm_range *range)
{
	return IS_ALIGNED(range->start | range->size, ENTRIES_PER_PAGE * SZ_4K);
}

struct vgt_gm_range vgt_ggtt_guest_window(const struct vgt_guest *guest, unsigned int n)
{
	const struct vgt_gm_share *gm = &guest->vgpu.gm;
	struct vgt_gm_range range = n ? gm->high : gm->low;

	if (!is_shareable(&gm->low) || !is_shareable(&gm->high))
		return (struct vgt_gm_range){};
	return (struct vgt_gm_range){ range.start / SZ_4K * 8, range.size / SZ_4K * 8 };
}

void *vgt_ggtt_guest_share(struct vgt_guest *guest, u32 offset)
{
	u32 slot = find_slot(guest, offset / 8);

	if (!guest->ggtt || slot == NO_SLOT || !vgt_ggtt_guest_window(guest, 0).size)
		return NULL;
	slot = round_down(slot, ENTRIES_PER_PAGE);
	set_bit(slot / ENTRIES_PER_PAGE, guest->ggtt_pending.shared);
	vgt_count(&guest->vgpu.stats, VGT_EVENT_GGTT_SHARED);
	return &guest->ggtt[slot];
}

static void compare_page(struct vgt_guest *guest, unsigned long page)
{
	u32 slot = page * ENTRIES_PER_PAGE, end = slot + ENTRIES_PER_PAGE;

	for (; slot < end; slot++) {
		if (READ_ONCE(guest->ggtt[slot]) == guest->ggtt_taken[slot])
			continue;
		take_over(guest, slot);
		vgt_count(&guest->vgpu.stats, VGT_EVENT_GGTT_WRITE);
	}
	cond_resched();
}

/* A page that the guest touches again while they are taken back is shared again, and stays so. */
static void compare_shared(struct vgt_guest *guest)
{
	unsigned long *shared = guest->ggtt_pending.shared, page;
	DECLARE_BITMAP(now, VGT_GGTT_MAX_PAGES);

	bitmap_copy(now, shared, VGT_GGTT_MAX_PAGES);
	if (bitmap_weight(now, VGT_GGTT_MAX_PAGES) > VGT_GGTT_MAX_SHARED) {
		for_each_set_bit(page, now, VGT_GGTT_MAX_PAGES)
			clear_bit(page, shared);
		guest->ops->unshare_ggtt(guest->priv);
	}
	for_each_set_bit(page, now, VGT_GGTT_MAX_PAGES)
		compare_page(guest, page);
}

/*
 * Guests: trapped accesses
 */

/* Whether both halves of the entry have been written now. */
static bool both_written(struct vgt_guest *guest, u32 slot, u32 half)
{
	struct vgt_ggtt_pending *pending = &guest->ggtt_pending;
	struct vgt_ggtt_half *h, *end = pending->half + pending->num_half;

	for (h = pending->half; h < end; h++) {
		if (h->slot != slot)
			continue;
		h->written |= half;
		if (h->written != 3)
			return false;
		*h = end[-1];
		pending->num_half--;
		return true;
	}
	if (pending->num_half == VGT_GGTT_MAX_HALF)
		vgt_ggtt_guest_settle(guest);
	pending->half[pending->num_half++] = (struct vgt_ggtt_half){ slot, half };
	return false;
}

static void forget_halves(struct vgt_guest *guest, u32 slot)
{
	struct vgt_ggtt_pending *pending = &guest->ggtt_pending;
	unsigned int i;

	for (i = 0; i < pending->num_half; i++) {
		if (pending->half[i].slot == slot) {
			pending->half[i] = pending->half[--pending->num_half];
			return;
		}
	}
}

static void write_half(struct vgt_guest *guest, u32 slot, bool high, u32 val)
{
	u64 old = guest->ggtt[slot];

	if (high)
		guest->ggtt[slot] = lower_32_bits(old) | (u64)val << 32;
	else
		guest->ggtt[slot] = (old & ~0xffffffffull) | val;
	if (both_written(guest, slot, high ? 2 : 1) || !(guest->ggtt[slot] & GEN8_PTE_PRESENT))
		take_over(guest, slot);
}

/* Nothing to do when the same is written again, but for what could not be taken over before. */
static bool in_force(struct vgt_guest *guest, u32 slot, u64 pte)
{
	return guest->ggtt_taken[slot] == pte && guest->ggtt[slot] == pte &&
	       !guest->ggtt_pending.num_half;
}

u64 vgt_ggtt_guest_read(struct vgt_guest *guest, u32 offset, unsigned int size)
{
	u32 slot = accessed_slot(guest, offset, size);

	if (slot == NO_SLOT)
		return 0;
	if (size == 8)
		return guest->ggtt[slot];
	return offset & 4 ? upper_32_bits(guest->ggtt[slot]) : lower_32_bits(guest->ggtt[slot]);
}

void vgt_ggtt_guest_write(struct vgt_guest *guest, u32 offset, u64 val, unsigned int size)
{
	u32 slot = accessed_slot(guest, offset, size);

	if (slot == NO_SLOT)
		return;
	vgt_count(&guest->vgpu.stats, VGT_EVENT_GGTT_WRITE);
	if (size == 4) {
		write_half(guest, slot, offset & 4, val);
	} else if (!in_force(guest, slot, val)) {
		forget_halves(guest, slot);
		guest->ggtt[slot] = val;
		take_over(guest, slot);
	}
}

void vgt_ggtt_guest_settle(struct vgt_guest *guest)
{
	struct vgt_ggtt_pending *pending = &guest->ggtt_pending;

	while (pending->num_half)
		take_over(guest, pending->half[--pending->num_half].slot);
}

void vgt_ggtt_guest_flush(struct vgt_guest *guest)
{
	vgt_ggtt_guest_settle(guest);
	compare_shared(guest);
	if (guest->ggtt_pending.dirty)
		vgt_ggtt_flush(guest->vgpu.gpu);
	guest->ggtt_pending.dirty = false;
	vgt_pages_release(guest);
}

struct vgt_page *vgt_ggtt_guest_page(struct vgt_guest *guest, u32 addr)
{
	u32 slot = find_slot(guest, addr / SZ_4K);

	return slot == NO_SLOT ? NULL : guest->ggtt_page[slot];
}

/*
 * Guests: life
 */

static u32 fence_reg(const struct vgt_guest *guest, unsigned int n)
{
	return FENCE_LO(guest->vgpu.gm.first_fence + n);
}

static void clear_fences(struct vgt_guest *guest)
{
	unsigned int n;

	for (n = 0; n < guest->vgpu.gm.num_fences; n++) {
		vgt_gpu_write(guest->vgpu.gpu, fence_reg(guest, n), 0);
		vgt_gpu_write(guest->vgpu.gpu, fence_reg(guest, n) + 4, 0);
		if (!guest->vreg)
			continue;
		*vgt_vreg(&guest->vgpu, FENCE_LO(n)) = 0;
		*vgt_vreg(&guest->vgpu, FENCE_HI(n)) = 0;
	}
}

/* What the GPU still has there from before the core, or from its own waking up. */
static void scrub(struct vgt_gpu *gpu, const struct vgt_gm_range *range)
{
	u64 addr, end = range->start + range->size;

	for (addr = range->start; addr < end; addr += SZ_4K) {
		if (test_bit(addr / VGT_GGTT_CHUNK, gpu->scrubbed)) {
			addr += VGT_GGTT_CHUNK - SZ_4K;
			continue;
		}
		write_entry(gpu, addr / SZ_4K, 0);
		if (IS_ALIGNED(addr + SZ_4K, VGT_GGTT_CHUNK)) {
			set_bit(addr / VGT_GGTT_CHUNK, gpu->scrubbed);
			cond_resched();
		}
	}
}

static void scrub_ranges(struct vgt_guest *guest)
{
	scrub(guest->vgpu.gpu, &guest->vgpu.gm.low);
	scrub(guest->vgpu.gpu, &guest->vgpu.gm.high);
	vgt_ggtt_flush(guest->vgpu.gpu);
}

static void free_tables(struct vgt_guest *guest)
{
	vfree(guest->ggtt);
	kvfree(guest->ggtt_taken);
	kvfree(guest->ggtt_page);
	guest->ggtt = NULL;
	guest->ggtt_taken = NULL;
	guest->ggtt_page = NULL;
}

/* The first table is in pages of its own, which may become the guest's. */
int vgt_ggtt_guest_init(struct vgt_guest *guest)
{
	u32 slots = num_slots(guest);

	guest->ggtt = __vmalloc(slots * sizeof(*guest->ggtt), GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	guest->ggtt_taken = kvcalloc(slots, sizeof(*guest->ggtt_taken), GFP_KERNEL_ACCOUNT);
	guest->ggtt_page = kvcalloc(slots, sizeof(*guest->ggtt_page), GFP_KERNEL_ACCOUNT);
	if (!guest->ggtt || !guest->ggtt_taken || !guest->ggtt_page) {
		free_tables(guest);
		return -ENOMEM;
	}
	memset(&guest->ggtt_pending, 0, sizeof(guest->ggtt_pending));
	scrub_ranges(guest);
	clear_fences(guest);
	return 0;
}

void vgt_ggtt_guest_clear(struct vgt_guest *guest)
{
	u32 slot;

	lockdep_assert_held(&guest->lock);
	clear_fences(guest);
	for (slot = 0; slot < num_slots(guest); slot++) {
		guest->ggtt[slot] = 0;
		guest->ggtt_taken[slot] = 0;
		replace_page(guest, slot, NULL);
		if (!(slot & 0xfff))
			cond_resched();
	}
	vgt_ggtt_guest_flush(guest);
}

/*
 * A page of entries that the guest has had as memory may be written to even when it is mapped
 * nowhere any more, by who has it pinned: what is written now must not be taken over.
 */
void vgt_ggtt_guest_fini(struct vgt_guest *guest)
{
	if (!guest->ggtt)
		return;
	guest->ggtt_pending.num_half = 0;
	bitmap_zero(guest->ggtt_pending.shared, VGT_GGTT_MAX_PAGES);
	vgt_ggtt_guest_clear(guest);
	free_tables(guest);
}

void vgt_ggtt_guest_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages)
{
	u32 slot;

	for (slot = 0; slot < num_slots(guest); slot++) {
		if (!guest->ggtt_page[slot] || guest->ggtt_page[slot]->gfn - gfn >= pages)
			continue;
		guest->ggtt_taken[slot] = 0;
		replace_page(guest, slot, NULL);
	}
	vgt_pages_release(guest);
}

/*
 * Registers
 */

static unsigned int fence_number(u32 offset)
{
	return (offset - FENCE_LO(0)) / 8;
}

static bool own_fence(struct vgt_vgpu *vgpu, u32 offset)
{
	if (fence_number(offset) < vgpu->gm.num_fences)
		return true;
	vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
	return false;
}

/* A fence that is switched on, with an end that is not before its start. */
static bool fence_valid(u32 lo, u32 hi)
{
	return lo & FENCE_VALID && (hi & FENCE_END_MASK) >= (lo & FENCE_START_MASK);
}

static bool fence_in_low(const struct vgt_guest *guest, u32 lo, u32 hi)
{
	const struct vgt_gm_range *low = &guest->vgpu.gm.low;

	return (lo & FENCE_START_MASK) - low->start < low->size &&
	       (hi & FENCE_END_MASK) - low->start < low->size;
}

/*
 * Tiles are laid out a row of them after the other, so of a range that is not whole rows the last
 * addresses would be behind its end.
 */
static bool fence_of_whole_rows(u32 lo, u32 hi)
{
	u64 bytes = (u64)(hi & FENCE_END_MASK) + SZ_4K - (lo & FENCE_START_MASK), row;
	u32 width = lo & FENCE_TILE_Y ? 128 : 512;

	row = (u64)FENCE_PITCH(hi) * (SZ_4K / width);
	return !(FENCE_PITCH(hi) % width) && bytes >= row && !(bytes % row);
}

/* As its driver must: first off, then the end, then the start. */
static void write_guest_fence(struct vgt_guest *guest, unsigned int n)
{
	u32 lo = *vgt_vreg(&guest->vgpu, FENCE_LO(n)), hi = *vgt_vreg(&guest->vgpu, FENCE_HI(n));
	struct vgt_gpu *gpu = guest->vgpu.gpu;
	u32 reg = fence_reg(guest, n);

	vgt_gpu_write(gpu, reg, 0);
	if (!fence_valid(lo, hi))
		return;
	if (!fence_in_low(guest, lo, hi) || !fence_of_whole_rows(lo, hi)) {
		vgt_count(&guest->vgpu.stats, VGT_EVENT_REG_REFUSED);
		return;
	}
	vgt_gpu_write(gpu, reg + 4, hi);
	vgt_gpu_write(gpu, reg, lo);
}

/* The fences of the host are the first of the GPU. */
u32 vgt_ggtt_fence_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	if (!own_fence(vgpu, offset))
		return 0;
	return vgpu->guest ? *vgt_vreg(vgpu, offset) : vgt_gpu_read(vgpu->gpu, offset);
}

void vgt_ggtt_fence_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	if (!own_fence(vgpu, offset))
		return;
	if (!vgpu->guest) {
		vgt_gpu_write(vgpu->gpu, offset, val);
		return;
	}
	*vgt_vreg(vgpu, offset) = val;
	write_guest_fence(to_guest(vgpu), fence_number(offset));
}

void vgt_ggtt_guest_restore(struct vgt_guest *guest)
{
	unsigned int n;
	u32 slot;

	scrub_ranges(guest);
	for (slot = 0; slot < num_slots(guest); slot++)
		if (guest->ggtt_page[slot])
			write_slot(guest, slot);
	vgt_ggtt_guest_flush(guest);
	for (n = 0; n < guest->vgpu.gm.num_fences; n++)
		write_guest_fence(guest, n);
}

u32 vgt_ggtt_pvinfo_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return 0;
}

void vgt_ggtt_pvinfo_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
}
