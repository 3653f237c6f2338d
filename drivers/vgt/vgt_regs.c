// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: registers
 *
 * Tables say what there is (vgt_regs_gt.c, vgt_regs_display.c); this makes a
 * lookup of them and dispatches accesses:
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
 * through for it.
 */
#define pr_fmt(fmt) "vgt: " fmt

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "vgt_gpu.h"
#include "vgt_regs.h"
#include "vgt_stats.h"

#define DWORDS_PER_PAGE ((1u << VGT_REGS_PAGE_SHIFT) / 4)

static const struct vgt_reg_block * const units[] = { vgt_regs_gt, vgt_regs_display };

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

int vgt_regs_init(struct vgt_regs *regs)
{
	const struct vgt_reg_block *block;
	unsigned int i;
	u16 entry = 1;
	int err = 0;

	regs->entry = kcalloc(1 + count_entries(), sizeof(*regs->entry), GFP_KERNEL);
	if (!regs->entry)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(units); i++)
		for (block = units[i]; block->regs && !err; block++)
			err = add_block(regs, block, &entry);
	if (err)
		vgt_regs_fini(regs);
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
}

/*
 * Accesses of the host
 */

static bool passes(const struct vgt_reg_entry *e)
{
	return !e || (!e->reg->read && !e->reg->write);
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

static const struct vgt_reg_entry *find(struct vgt_vgpu *host, u32 offset)
{
	const struct vgt_reg_entry *e = vgt_regs_find(&host->gpu->regs, offset);

	if (unlikely(!e))
		vgt_count(&host->stats, VGT_EVENT_REG_UNKNOWN);
	return e;
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
		if (passes(e) && passes(high))
			return hw->ops->read(hw, offset, size);
		val = read_dword(host, e, offset);
		return val | (u64)read_dword(host, high, offset + 4) << 32;
	}
	if (passes(e))
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
		if (!passes(e) || !passes(high)) {
			write_dword(host, e, offset, lower_32_bits(val));
			write_dword(host, high, offset + 4, upper_32_bits(val));
			return;
		}
	} else if (!passes(e)) {
		/* No register with a handler takes parts of a dword. */
		vgt_count(&host->stats, VGT_EVENT_REG_REFUSED);
		return;
	}
	hw->ops->write(hw, offset, val, size);
}
