/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_DISPLAY_H
#define KVMGT_DISPLAY_H

#include <linux/mutex.h>
#include <linux/types.h>

#include <vgt/vmm.h>

struct kvmgt_device;

#define KVMGT_EDID_SIZE		4096	/* of its region: header, then blocks */

/**
 * struct kvmgt_display - the screen of a vGPU, as its user sees it
 * @lock: protects the rest
 * @edid: what the user has written, from where it may not be complete yet
 * @edid_size: bytes of it that count
 * @link_up: whether the monitor is plugged
 */
struct kvmgt_display {
	struct mutex lock; /* see above */
	u8 edid[VGT_EDID_MAX];
	u32 edid_size;
	bool link_up;
};

void kvmgt_display_init(struct kvmgt_display *display);
void kvmgt_display_open(struct kvmgt_device *dev);
void kvmgt_display_close(struct kvmgt_device *dev);

/** kvmgt_display_edid - an access to the EDID region, within KVMGT_EDID_SIZE */
int kvmgt_display_edid(struct kvmgt_device *dev, u32 offset, u8 *buf, unsigned int size,
		       bool write);

/* Requests of VFIO, @arg the user's pointer. */
int kvmgt_display_query(struct kvmgt_device *dev, unsigned long arg);
int kvmgt_display_dmabuf(struct kvmgt_device *dev, unsigned long arg);

#endif
