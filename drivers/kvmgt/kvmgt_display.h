/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_DISPLAY_H
#define KVMGT_DISPLAY_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <vgt/vmm.h>

#include "kvmgt_screen.h"

struct kvmgt_device;

#define KVMGT_EDID_SIZE		4096	/* of its region: header, then blocks */

/**
 * struct kvmgt_display - the screen of a vGPU, as its user sees it
 * @lock: protects the rest
 * @edid: what the user has written, from where it may not be complete yet
 * @edid_size: bytes of it that count
 * @link_up: whether the monitor is plugged
 * @region_only: dma-bufs are not on offer, so that a user without OpenGL takes the region
 * @pictures: that may be asked for as dma-buf, the latest first
 * @num_pictures: how many
 * @last_id: of a picture
 * @screen: what the region has
 */
struct kvmgt_display {
	struct mutex lock; /* see above */
	u8 edid[VGT_EDID_MAX];
	u32 edid_size;
	bool link_up;
	bool region_only;
	struct list_head pictures;
	unsigned int num_pictures;
	u32 last_id;
	struct kvmgt_screen screen;
};

void kvmgt_display_init(struct kvmgt_display *display);
void kvmgt_display_open(struct kvmgt_device *dev);
void kvmgt_display_close(struct kvmgt_device *dev);

/** kvmgt_display_edid - an access to the EDID region, within KVMGT_EDID_SIZE */
int kvmgt_display_edid(struct kvmgt_device *dev, u32 offset, u8 *buf, unsigned int size,
		       bool write);

/** kvmgt_display_forget - let go of the guest's memory, but for what users still look at */
void kvmgt_display_forget(struct kvmgt_device *dev);

/* Requests of VFIO, @arg the user's pointer; the second returns a file descriptor. */
int kvmgt_display_query(struct kvmgt_device *dev, unsigned long arg);
int kvmgt_display_dmabuf(struct kvmgt_device *dev, unsigned long arg);

#endif
