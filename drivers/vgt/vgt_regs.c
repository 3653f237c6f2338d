// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: registers
 *
 * Tables say what there is (vgt_regs_gt.c, vgt_regs_power.c, vgt_regs_display.c);
 * this makes a lookup of them and dispatches accesses:
 *
 *                 offset
 *                   |
 *       page[offset / 4 KiB] ---> u16 per dword ---> entry: register, instance
 *                                     | 0                  |          |
 *                                     v                    v          v
 *                            not known: counted,     no handler    handler
 *                            passed on for the host    |               |
 *                                     |                v               v
 *                                     +----------> hardware      vgt_irq.c, ...
 *
 * The host is trusted with its GPU, so a register that nobody knows passes
 * through for it.  A guest is not:
 *
 *   guest_read, guest_write   else read, write   else its virtual register,
 *   of the register           of the register    which holds what the flags make
 *                                                of a write
 *
 * so nothing of a guest reaches the hardware but through a handler.  What nobody
 * knows reads 0, or what the class says: a constant is the GPU's own, however
 * often it is written.
 *
 * A virtual register starts with what is documented (struct vgt_reg.reset, 0 if
 * not mentioned).  What the firmware has set up would confuse a guest: it finds
 * pipes off, power wells off, no fault, no context.  Where the value says what
 * this GPU is or how it likes to be set up (fuses, capabilities, clock gating,
 * L3), it is the one that the GPU held when the host attached.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "vgt_gpu.h"
#include "vgt_guest.h"
#include "vgt_regs.h"
#include "vgt_stats.h"

#define DWORDS_PER_PAGE ((1u << VGT_REGS_PAGE_SHIFT) / 4)

static const struct vgt_reg_block * const units[] = {
	vgt_regs_gt, vgt_regs_power, vgt_regs_display,
};

static const u32 *bases(const struct vgt_reg_block *block)
{
	static const u32 at_zero[] = { 0, VGT_REG_END };

	return block->base ? block->base : at_zero;
}

static unsigned int count_entries(void)
{
	const struct vgt_reg_block *block;
	const struct vgt_reg *reg;
	unsigned int n = 0, i;
	const u32 *base;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		for (block = units[i]; block->regs; block++)
			for (base = bases(block); *base != VGT_REG_END; base++)
				for (reg = block->regs; reg->name; reg++)
					n++;
	return n;
}

static int claim(struct vgt_regs *regs, u32 offset, u16 entry)
{
	u16 **page = &regs->page[offset >> VGT_REGS_PAGE_SHIFT];
	u16 *slot;

	if (!*page)
		*page = kcalloc(DWORDS_PER_PAGE, sizeof(**page), GFP_KERNEL);
	if (!*page)
		return -ENOMEM;
	slot = &(*page)[offset / 4 % DWORDS_PER_PAGE];
	if (*slot) {
		pr_err("register %#x is both %s and %s\n", offset, regs->entry[*slot].reg->name,
		       regs->entry[entry].reg->name);
		return -EINVAL;
	}
	*slot = entry;
	return 0;
}

static int add_reg(struct vgt_regs *regs, const struct vgt_reg *reg, u32 base, u16 entry)
{
	u32 stride = reg->stride ? reg->stride : 4;
	u32 count = reg->count ? reg->count : 1;
	u32 i;
	int err;

	for (i = 0; i < count; i++) {
		err = claim(regs, base + reg->offset + i * stride, entry);
		if (err)
			return err;
		regs->reset[(base + reg->offset + i * stride) / 4] = reg->reset;
	}
	return 0;
}

static int add_block(struct vgt_regs *regs, const struct vgt_reg_block *block, u16 *entry)
{
	const u32 *base = bases(block);
	const struct vgt_reg *reg;
	unsigned int inst;
	int err;

	for (inst = 0; base[inst] != VGT_REG_END; inst++) {
		for (reg = block->regs; reg->name; reg++) {
			regs->entry[*entry] = (struct vgt_reg_entry){ reg, inst };
			err = add_reg(regs, reg, base[inst], *entry);
			if (err)
				return err;
			(*entry)++;
		}
	}
	return 0;
}

static bool passes(const struct vgt_reg_entry *e)
{
	return !e->reg->read && !e->reg->write;
}

static void find_passing(struct vgt_regs *regs)
{
	const struct vgt_reg_entry *e;
	unsigned int page;
	u32 offset, end;

	for (page = 0; page < VGT_REGS_NUM_PAGES; page++) {
		if (!regs->page[page])
			continue;
		end = (page + 1) << VGT_REGS_PAGE_SHIFT;
		for (offset = page << VGT_REGS_PAGE_SHIFT; offset < end; offset += 4) {
			e = vgt_regs_find(regs, offset);
			if (e && passes(e))
				set_bit(offset / 4, regs->passing);
		}
	}
}

int vgt_regs_init(struct vgt_regs *regs)
{
	const struct vgt_reg_block *block;
	unsigned int i;
	u16 entry = 1;
	int err = 0;

	regs->entry = kcalloc(1 + count_entries(), sizeof(*regs->entry), GFP_KERNEL);
	regs->reset = vzalloc(VGT_REGS_SIZE);
	regs->passing = bitmap_zalloc(VGT_REGS_SIZE / 4, GFP_KERNEL);
	if (!regs->entry || !regs->reset || !regs->passing)
		err = -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(units) && !err; i++)
		for (block = units[i]; block->regs && !err; block++)
			err = add_block(regs, block, &entry);
	if (err)
		vgt_regs_fini(regs);
	else
		find_passing(regs);
	return err;
}

void vgt_regs_fini(struct vgt_regs *regs)
{
	unsigned int i;

	for (i = 0; i < VGT_REGS_NUM_PAGES; i++) {
		kfree(regs->page[i]);
		regs->page[i] = NULL;
	}
	kfree(regs->entry);
	regs->entry = NULL;
	vfree(regs->reset);
	regs->reset = NULL;
	bitmap_free(regs->passing);
	regs->passing = NULL;
}

/*
 * What the GPU is like
 */

static bool as_found(const struct vgt_reg *reg)
{
	return reg->class == VGT_REG_CONSTANT || reg->flags & VGT_REG_AS_FOUND;
}

static void look_at_page(struct vgt_gpu *gpu, unsigned int page)
{
	struct vgt_regs *regs = &gpu->regs;
	u32 offset = page << VGT_REGS_PAGE_SHIFT;
	const struct vgt_reg_entry *e;
	unsigned int i;

	for (i = 0; i < DWORDS_PER_PAGE; i++, offset += 4) {
		e = vgt_regs_find(regs, offset);
		if (e && as_found(e->reg))
			regs->reset[offset / 4] = vgt_gpu_read(gpu, offset);
	}
}

void vgt_regs_look(struct vgt_gpu *gpu)
{
	unsigned int page;

	for (page = 0; page < VGT_REGS_NUM_PAGES; page++)
		if (gpu->regs.page[page])
			look_at_page(gpu, page);
}

static const struct vgt_reg_entry *find(struct vgt_vgpu *vgpu, u32 offset)
{
	const struct vgt_reg_entry *e = vgt_regs_find(&vgpu->gpu->regs, offset);

	if (unlikely(!e))
		vgt_count(&vgpu->stats, VGT_EVENT_REG_UNKNOWN);
	return e;
}

/*
 * Accesses of the host
 */

static bool passes_or_unknown(const struct vgt_reg_entry *e)
{
	return !e || passes(e);
}

static u32 read_dword(struct vgt_vgpu *host, const struct vgt_reg_entry *e, u32 offset)
{
	if (e && e->reg->read)
		return e->reg->read(host, e->inst, offset);
	return vgt_gpu_read(host->gpu, offset);
}

static void write_dword(struct vgt_vgpu *host, const struct vgt_reg_entry *e, u32 offset, u32 val)
{
	if (e && e->reg->write)
		e->reg->write(host, e->inst, offset, val);
	else
		vgt_gpu_write(host->gpu, offset, val);
}

u64 vgt_regs_host_read(struct vgt_vgpu *host, u32 offset, unsigned int size)
{
	const struct vgt_reg_entry *e = find(host, offset), *high;
	struct vgt_hw *hw = host->gpu->hw;
	u64 val;

	if (likely(size == 4))
		return read_dword(host, e, offset);
	if (size == 8) {
		high = find(host, offset + 4);
		if (passes_or_unknown(e) && passes_or_unknown(high))
			return hw->ops->read(hw, offset, size);
		val = read_dword(host, e, offset);
		return val | (u64)read_dword(host, high, offset + 4) << 32;
	}
	if (passes_or_unknown(e))
		return hw->ops->read(hw, offset, size);
	val = read_dword(host, e, offset & ~3u) >> (8 * (offset & 3));
	return val & ((1u << (8 * size)) - 1);
}

void vgt_regs_host_write(struct vgt_vgpu *host, u32 offset, u64 val, unsigned int size)
{
	const struct vgt_reg_entry *e = find(host, offset), *high;
	struct vgt_hw *hw = host->gpu->hw;

	if (likely(size == 4)) {
		write_dword(host, e, offset, val);
		return;
	}
	if (size == 8) {
		high = find(host, offset + 4);
		if (!passes_or_unknown(e) || !passes_or_unknown(high)) {
			write_dword(host, e, offset, lower_32_bits(val));
			write_dword(host, high, offset + 4, upper_32_bits(val));
			return;
		}
	} else if (!passes_or_unknown(e)) {
		/* No register with a handler takes parts of a dword. */
		vgt_count(&host->stats, VGT_EVENT_REG_REFUSED);
		return;
	}
	hw->ops->write(hw, offset, val, size);
}

/*
 * Accesses of a guest
 */

static u32 read_virtual(struct vgt_vgpu *vgpu, const struct vgt_reg_entry *e, u32 offset)
{
	if (!e || e->reg->class == VGT_REG_CONSTANT)
		return vgpu->gpu->regs.reset[offset / 4];
	return *vgt_vreg(vgpu, offset);
}

static u32 guest_read_dword(struct vgt_vgpu *vgpu, u32 offset)
{
	const struct vgt_reg_entry *e = find(vgpu, offset);

	if (e && e->reg->guest_read)
		return e->reg->guest_read(vgpu, e->inst, offset);
	if (e && e->reg->read)
		return e->reg->read(vgpu, e->inst, offset);
	return read_virtual(vgpu, e, offset);
}

static bool takes_writes(const struct vgt_reg *reg)
{
	return reg->class != VGT_REG_CONSTANT && !(reg->flags & VGT_REG_READ_ONLY);
}

static u32 merge(const struct vgt_reg *reg, u32 old, u32 val)
{
	u32 mask = val >> 16;

	if (reg->flags & VGT_REG_MASKED)
		return (old & ~mask) | (val & mask);
	if (reg->flags & VGT_REG_W1C)
		return old & ~val;
	return val;
}

static void guest_write_dword(struct vgt_vgpu *vgpu, u32 offset, u32 val)
{
	const struct vgt_reg_entry *e = find(vgpu, offset);
	u32 *vreg = vgt_vreg(vgpu, offset);

	if (!e)
		return;
	if (e->reg->guest_write)
		e->reg->guest_write(vgpu, e->inst, offset, val);
	else if (e->reg->write)
		e->reg->write(vgpu, e->inst, offset, val);
	else if (takes_writes(e->reg))
		WRITE_ONCE(*vreg, merge(e->reg, *vreg, val));
	else
		vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
}

/* Bytes of a register that is nothing but memory. */
static void guest_write_part(struct vgt_vgpu *vgpu, u32 offset, u32 val, unsigned int size)
{
	const struct vgt_reg_entry *e = find(vgpu, offset & ~3u);
	u32 *vreg = vgt_vreg(vgpu, offset & ~3u);
	unsigned int shift = 8 * (offset & 3);
	u32 mask = ((1u << (8 * size)) - 1) << shift;

	if (!e)
		return;
	if (e->reg->guest_write || e->reg->write || !takes_writes(e->reg) ||
	    e->reg->flags & (VGT_REG_MASKED | VGT_REG_W1C)) {
		vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
		return;
	}
	WRITE_ONCE(*vreg, (*vreg & ~mask) | (val << shift & mask));
}

/* Its halves must be of one moment. */
static bool is_clock(struct vgt_vgpu *vgpu, u32 offset)
{
	const struct vgt_reg_entry *e = vgt_regs_find(&vgpu->gpu->regs, offset);

	return e && e->reg->guest_read == vgt_regs_hw_read;
}

/* Within a dword, or two whole ones; and within the registers. */
static bool well_formed(struct vgt_vgpu *vgpu, u32 offset, unsigned int size)
{
	bool fits = size == 8 ? !(offset & 3) : (offset & 3) + size <= 4;

	if ((size == 1 || size == 2 || size == 4 || size == 8) && fits &&
	    offset <= VGT_REGS_SIZE - size)
		return true;
	vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
	return false;
}

u64 vgt_regs_guest_read(struct vgt_guest *guest, u32 offset, unsigned int size)
{
	struct vgt_vgpu *vgpu = &guest->vgpu;
	u64 val;

	vgt_count(&vgpu->stats, VGT_EVENT_READ);
	if (!well_formed(vgpu, offset, size))
		return 0;
	if (size == 8 && is_clock(vgpu, offset) && is_clock(vgpu, offset + 4))
		return vgpu->gpu->hw->ops->read(vgpu->gpu->hw, offset, size);
	val = guest_read_dword(vgpu, offset & ~3u);
	if (size == 4)
		return val;
	if (size == 8)
		return val | (u64)guest_read_dword(vgpu, offset + 4) << 32;
	return val >> (8 * (offset & 3)) & ((1u << (8 * size)) - 1);
}

void vgt_regs_guest_write(struct vgt_guest *guest, u32 offset, u64 val, unsigned int size)
{
	struct vgt_vgpu *vgpu = &guest->vgpu;

	vgt_count(&vgpu->stats, VGT_EVENT_WRITE);
	if (!well_formed(vgpu, offset, size))
		return;
	if (size < 4) {
		guest_write_part(vgpu, offset, val, size);
		return;
	}
	guest_write_dword(vgpu, offset, lower_32_bits(val));
	if (size == 8)
		guest_write_dword(vgpu, offset + 4, upper_32_bits(val));
}

void vgt_regs_guest_reset_range(struct vgt_guest *guest, u32 start, u32 end)
{
	memcpy(&guest->vreg[start / 4], &guest->vgpu.gpu->regs.reset[start / 4], end - start);
}

void vgt_regs_guest_reset(struct vgt_guest *guest)
{
	vgt_regs_guest_reset_range(guest, 0, VGT_REGS_SIZE);
}

u32 vgt_regs_hw_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return vgt_gpu_read(vgpu->gpu, offset);
}

u32 vgt_regs_virtual_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset)
{
	return *vgt_vreg(vgpu, offset);
}

void vgt_regs_ignore_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
}
