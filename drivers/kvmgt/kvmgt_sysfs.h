/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_SYSFS_H
#define KVMGT_SYSFS_H

struct attribute_group;

/* Of each vGPU; usable after kvmgt_sysfs_init(). */
extern const struct attribute_group *kvmgt_device_groups[];
/* Of the GPU: the same for the host. */
extern const struct attribute_group *kvmgt_host_groups[];

int kvmgt_sysfs_init(void);
void kvmgt_sysfs_exit(void);

#endif
