// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the screen of a vGPU, as its user sees it
 *
 *            write EDID          link_state = up
 *   unplugged --------> prepared -----------------> plugged
 *        ^                                             |
 *        +---------------------------------------------+
 *                       link_state = down
 *
 * The EDID region: struct vfio_region_gfx_edid, then the blocks of the EDID.
 */
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"

#define EDID_BLOB	64	/* where the blocks begin in the region */

void kvmgt_display_init(struct kvmgt_display *display)
{
	mutex_init(&display->lock);
}

void kvmgt_display_open(struct kvmgt_device *dev)
{
	struct kvmgt_display *display = &dev->display;

	mutex_lock(&display->lock);
	display->edid_size = vgt_guest_edid(dev->guest, display->edid);
	display->link_up = display->edid_size;
	mutex_unlock(&display->lock);
}

void kvmgt_display_close(struct kvmgt_device *dev)
{
}

static void plug(struct kvmgt_device *dev, bool up)
{
	struct kvmgt_display *display = &dev->display;

	if (vgt_guest_set_edid(dev->guest, up ? display->edid : NULL,
			       up ? display->edid_size : 0))
		return;
	display->link_up = up;
}

static int set_size(struct kvmgt_display *display, u32 size)
{
	if (size > VGT_EDID_MAX || size % 128)
		return -EINVAL;
	display->edid_size = size;
	return 0;
}

static int write_header(struct kvmgt_device *dev, u32 offset, u32 val)
{
	switch (offset) {
	case offsetof(struct vfio_region_gfx_edid, edid_size):
		return set_size(&dev->display, val);
	case offsetof(struct vfio_region_gfx_edid, link_state):
		if (val != VFIO_DEVICE_GFX_LINK_STATE_UP && val != VFIO_DEVICE_GFX_LINK_STATE_DOWN)
			return -EINVAL;
		plug(dev, val == VFIO_DEVICE_GFX_LINK_STATE_UP);
		return 0;
	default:
		return 0;
	}
}

static void read_header(struct kvmgt_device *dev, u32 offset, u8 *buf, unsigned int size)
{
	struct kvmgt_display *display = &dev->display;
	struct vfio_region_gfx_edid header = {
		.edid_offset = EDID_BLOB,
		.edid_max_size = VGT_EDID_MAX,
		.edid_size = display->edid_size,
		.max_xres = dev->type->width,
		.max_yres = dev->type->height,
		.link_state = display->link_up ? VFIO_DEVICE_GFX_LINK_STATE_UP :
						 VFIO_DEVICE_GFX_LINK_STATE_DOWN,
	};

	if (offset + size <= sizeof(header))
		memcpy(buf, (u8 *)&header + offset, size);
}

static int access_edid(struct kvmgt_device *dev, u32 offset, u8 *buf, unsigned int size, bool write)
{
	struct kvmgt_display *display = &dev->display;
	u32 val;

	if (!write)
		memset(buf, 0, size);
	if (offset >= EDID_BLOB) {
		offset -= EDID_BLOB;
		if (offset + size > VGT_EDID_MAX)
			return 0;
		if (write)
			memcpy(&display->edid[offset], buf, size);
		else
			memcpy(buf, &display->edid[offset], size);
		return 0;
	}
	if (!write) {
		read_header(dev, offset, buf, size);
		return 0;
	}
	if (size != sizeof(val))
		return -EINVAL;
	memcpy(&val, buf, sizeof(val));
	return write_header(dev, offset, val);
}

int kvmgt_display_edid(struct kvmgt_device *dev, u32 offset, u8 *buf, unsigned int size, bool write)
{
	int ret;

	mutex_lock(&dev->display.lock);
	ret = access_edid(dev, offset, buf, size, write);
	mutex_unlock(&dev->display.lock);
	return ret;
}

int kvmgt_display_query(struct kvmgt_device *dev, unsigned long arg)
{
	return -ENOTTY;
}

int kvmgt_display_dmabuf(struct kvmgt_device *dev, unsigned long arg)
{
	return -ENOTTY;
}
