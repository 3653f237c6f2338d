// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a vGPU's files in sysfs
 *
 *   .../0000:00:02.0/vgt/             the host, which is vGPU 0
 *                        sched_priority        0 low, 1 normal, 2 high: who goes first
 *                        weight                share of each engine, of 1 to 65536
 *                        exec_quantum_ms       time on an engine while others wait
 *                        preempt_timeout_us    time to leave it, then it is reset
 *   .../0000:00:02.0/vgt_stats/       its counters
 *   /sys/bus/mdev/devices/UUID/       a vGPU
 *                        vgpu_id, sched_priority, weight, exec_quantum_ms, preempt_timeout_us
 *                        display               "dmabuf", or "region" for a VMM without OpenGL
 *                        stats/                its counters
 *                        intel_vgpu/vgpu_id    as GVT-g has it
 *
 * One set of functions serves both.  The settings may be changed while the vGPU runs and
 * are in force from the scheduler's next decision on.
 */
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"
#include "kvmgt_main.h"
#include "kvmgt_sysfs.h"

/* A store reads all settings and writes them back. */
static DEFINE_MUTEX(settings_lock);

static struct vgt_gpu *gpu_of(struct device *dev)
{
	struct kvmgt_device *kvmgt = dev_get_drvdata(dev);

	return dev_is_pci(dev) ? kvmgt_gpu_at(dev)->vgt : kvmgt->gpu->vgt;
}

static unsigned int id_of(struct device *dev)
{
	struct kvmgt_device *kvmgt = dev_get_drvdata(dev);

	return dev_is_pci(dev) ? 0 : kvmgt->id;
}

/* The attribute's variable is the member's offset. */
static u32 *member_of(struct vgt_sched_settings *settings, struct device_attribute *attr)
{
	void *var = container_of(attr, struct dev_ext_attribute, attr)->var;

	return (u32 *)((u8 *)settings + (unsigned long)var);
}

static ssize_t setting_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vgt_sched_settings settings;
	int ret = vgt_sched_settings(gpu_of(dev), id_of(dev), &settings);

	return ret ?: sysfs_emit(buf, "%u\n", *member_of(&settings, attr));
}

static int change_setting(struct device *dev, struct device_attribute *attr, u32 val)
{
	struct vgt_sched_settings settings;
	int ret;

	ret = vgt_sched_settings(gpu_of(dev), id_of(dev), &settings);
	if (ret)
		return ret;
	*member_of(&settings, attr) = val;
	return vgt_sched_set(gpu_of(dev), id_of(dev), &settings);
}

static ssize_t setting_store(struct device *dev, struct device_attribute *attr, const char *buf,
			     size_t count)
{
	u32 val;
	int ret;

	ret = kstrtou32(buf, 0, &val);
	if (ret)
		return ret;
	mutex_lock(&settings_lock);
	ret = change_setting(dev, attr, val);
	mutex_unlock(&settings_lock);
	return ret ?: count;
}

#define SETTING(file, member) \
	static struct dev_ext_attribute dev_attr_##file = { \
		.attr = __ATTR(file, 0644, setting_show, setting_store), \
		.var = (void *)offsetof(struct vgt_sched_settings, member), \
	}

SETTING(sched_priority, priority);
SETTING(weight, weight);
SETTING(exec_quantum_ms, quantum_ms);
SETTING(preempt_timeout_us, preempt_timeout_us);

static ssize_t vgpu_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", id_of(dev));
}
static DEVICE_ATTR_RO(vgpu_id);

static const char * const display_names[] = { "dmabuf", "region" };

/* What a user that knows both is made to take. */
static ssize_t display_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct kvmgt_device *kvmgt = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", display_names[READ_ONCE(kvmgt->display.region_only)]);
}

static ssize_t display_store(struct device *dev, struct device_attribute *attr, const char *buf,
			     size_t count)
{
	struct kvmgt_device *kvmgt = dev_get_drvdata(dev);
	int n = sysfs_match_string(display_names, buf);

	if (n < 0)
		return n;
	WRITE_ONCE(kvmgt->display.region_only, n);
	return count;
}
static DEVICE_ATTR_RW(display);

static ssize_t counter_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	unsigned long n = (unsigned long)container_of(attr, struct dev_ext_attribute, attr)->var;

	return sysfs_emit(buf, "%llu\n", vgt_stats_get(gpu_of(dev), id_of(dev), n));
}

static struct attribute *device_attrs[] = {
	&dev_attr_vgpu_id.attr,
	&dev_attr_display.attr,
	&dev_attr_sched_priority.attr.attr,
	&dev_attr_weight.attr.attr,
	&dev_attr_exec_quantum_ms.attr.attr,
	&dev_attr_preempt_timeout_us.attr.attr,
	NULL,
};

static const struct attribute_group device_group = {
	.attrs = device_attrs,
};

static struct attribute *intel_vgpu_attrs[] = {
	&dev_attr_vgpu_id.attr,
	NULL,
};

static const struct attribute_group intel_vgpu_group = {
	.name = "intel_vgpu",
	.attrs = intel_vgpu_attrs,
};

static struct attribute *host_attrs[] = {
	&dev_attr_sched_priority.attr.attr,
	&dev_attr_weight.attr.attr,
	&dev_attr_exec_quantum_ms.attr.attr,
	&dev_attr_preempt_timeout_us.attr.attr,
	NULL,
};

static const struct attribute_group host_group = {
	.name = "vgt",
	.attrs = host_attrs,
};

/* Filled with the names that the core has. */
static struct dev_ext_attribute *counters;
static struct attribute **counter_attrs;
static struct attribute_group stats_group = { .name = "stats" };
static struct attribute_group host_stats_group = { .name = "vgt_stats" };

const struct attribute_group *kvmgt_device_groups[] = {
	&device_group,
	&intel_vgpu_group,
	&stats_group,
	NULL,
};

const struct attribute_group *kvmgt_host_groups[] = {
	&host_group,
	&host_stats_group,
	NULL,
};

static unsigned int count_counters(void)
{
	unsigned int n = 0;

	while (vgt_stats_name(n))
		n++;
	return n;
}

static void name_counter(unsigned long n)
{
	struct dev_ext_attribute *counter = &counters[n];

	sysfs_attr_init(&counter->attr.attr);
	counter->attr.attr.name = vgt_stats_name(n);
	counter->attr.attr.mode = 0444;
	counter->attr.show = counter_show;
	counter->var = (void *)n;
	counter_attrs[n] = &counter->attr.attr;
}

int kvmgt_sysfs_init(void)
{
	unsigned int i, n = count_counters();

	counters = kcalloc(n, sizeof(*counters), GFP_KERNEL);
	counter_attrs = kcalloc(n + 1, sizeof(*counter_attrs), GFP_KERNEL);
	if (!counters || !counter_attrs) {
		kvmgt_sysfs_exit();
		return -ENOMEM;
	}
	for (i = 0; i < n; i++)
		name_counter(i);
	stats_group.attrs = counter_attrs;
	host_stats_group.attrs = counter_attrs;
	return 0;
}

void kvmgt_sysfs_exit(void)
{
	kfree(counter_attrs);
	kfree(counters);
}
