// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: debugfs
 *
 *   /sys/kernel/debug/vgt/
 *     registers   the table: offset, how many, class, flags, name
 *     gm          who has what of the graphics memory
 *     queues      per engine who has it, who waits, what is submitted
 *
 * Read only.  The core lives with one GPU, so there is no level for it.
 */
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>

#include "vgt_debugfs.h"
#include "vgt_gpu.h"
#include "vgt_regs.h"

static int registers_show(struct seq_file *m, void *unused)
{
	static const char * const classes[VGT_REG_NUM_CLASSES] = {
		[VGT_REG_HOST] = "host",
		[VGT_REG_STORAGE] = "storage",
		[VGT_REG_CONTEXT] = "context",
		[VGT_REG_OWNER] = "owner",
		[VGT_REG_ENGINE] = "engine",
		[VGT_REG_IRQ] = "irq",
		[VGT_REG_FENCE] = "fence",
		[VGT_REG_DISPLAY] = "display",
		[VGT_REG_POWER] = "power",
		[VGT_REG_PVINFO] = "pvinfo",
		[VGT_REG_CONSTANT] = "constant",
	};
	struct vgt_gpu *gpu = m->private;
	const struct vgt_reg_entry *e;
	u32 offset;

	for (offset = 0; offset < VGT_REGS_SIZE; offset += 4) {
		e = vgt_regs_find(&gpu->regs, offset);
		if (!e)
			continue;
		seq_printf(m, "%06x %-8s %c%c%c %s\n", offset, classes[e->reg->class],
			   e->reg->flags & VGT_REG_MASKED ? 'm' : '-',
			   e->reg->flags & VGT_REG_READ_ONLY ? 'r' : '-',
			   e->reg->flags & VGT_REG_W1C ? 'c' : '-', e->reg->name);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(registers);

static void show_range(struct seq_file *m, const char *name, const struct vgt_gm_range *range)
{
	if (range->size)
		seq_printf(m, " %s %08llx-%08llx (%llu MiB)", name, range->start,
			   range->start + range->size - 1, range->size >> 20);
}

static int gm_show(struct seq_file *m, void *unused)
{
	struct vgt_gpu *gpu = m->private;
	struct vgt_gm_share share[VGT_MAX_VGPUS];
	struct vgt_gm *gm = &gpu->gm;
	unsigned long flags;
	unsigned int i, n = 0;

	spin_lock_irqsave(&gm->lock, flags);
	for (i = 0; i < VGT_MAX_VGPUS; i++)
		if (gm->share[i])
			share[n++] = *gm->share[i];
	spin_unlock_irqrestore(&gm->lock, flags);

	seq_printf(m, "aperture to %08llx, core from %08llx\n", gm->aperture - 1, gm->end);
	for (i = 0; i < n; i++) {
		seq_puts(m, "share");
		show_range(m, "low", &share[i].low);
		show_range(m, "high", &share[i].high);
		seq_printf(m, " fences %u-%u\n", share[i].first_fence,
			   share[i].first_fence + share[i].num_fences - 1);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(gm);

static void show_port(struct seq_file *m, const struct vgt_engine *engine,
		      const struct vgt_port *port)
{
	seq_printf(m, "  vGPU %u:%s%s%s%s%s runtime %llu us, charged %llu us\n", port->vgpu->id,
		   engine->owner == port ? " owner" : "", engine->second == port ? " second" : "",
		   engine->next == port ? " next" : "",
		   port->sched.waits ? " has work" : " sleeps", port->halted ? " halted" : "",
		   div_u64(port->sched.runtime, NSEC_PER_USEC),
		   div_u64(port->sched.vruntime, NSEC_PER_USEC));
	seq_printf(m, "    active %016llx %016llx pending %016llx %016llx\n", port->active[0],
		   port->active[1], port->pending[0], port->pending[1]);
}

static int queues_show(struct seq_file *m, void *unused)
{
	static const char * const names[VGT_NUM_ENGINES] = { "rcs0", "bcs0", "vcs0", "vecs0" };
	struct vgt_gpu *gpu = m->private;
	const struct vgt_port *port;
	struct vgt_engine *engine;
	unsigned long flags;
	unsigned int id;

	for (id = 0; id < VGT_NUM_ENGINES; id++) {
		engine = &gpu->engine[id];
		spin_lock_irqsave(&engine->lock, flags);
		seq_printf(m, "%s:%s%s\n", names[id], engine->live ? " live" : " dead",
			   engine->owner == &engine->idle ? ", idle context" : "");
		list_for_each_entry(port, &engine->ports, link)
			show_port(m, engine, port);
		spin_unlock_irqrestore(&engine->lock, flags);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(queues);

void vgt_debugfs_add(struct vgt_gpu *gpu)
{
	gpu->debugfs = debugfs_create_dir("vgt", NULL);
	debugfs_create_file("registers", 0400, gpu->debugfs, gpu, &registers_fops);
	debugfs_create_file("gm", 0400, gpu->debugfs, gpu, &gm_fops);
	debugfs_create_file("queues", 0400, gpu->debugfs, gpu, &queues_fops);
}

void vgt_debugfs_remove(struct vgt_gpu *gpu)
{
	debugfs_remove(gpu->debugfs);
}
