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
 *
 *   query: plane of the guest ----> in the cache, its pages still the same? ----> its id
 *                                                    | no
 *                                                    +--> a new picture, a new id
 *
 * A user asks many times a second and wants a dma-buf only for an id that it does not
 * know yet.  So a static or a double-buffered screen must keep its ids, and an id must not mean
 * other memory than before: the guest may put other pages behind an address.
 */
#include <linux/err.h>
#include <linux/uaccess.h>
#include <linux/vfio.h>

#include <drm/drm_plane.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"
#include "kvmgt_picture.h"
#include "kvmgt_region.h"

#define EDID_BLOB	64	/* where the blocks begin in the region */
#define MAX_PICTURES	8	/* in the cache: three buffers, some cursors */

void kvmgt_display_init(struct kvmgt_display *display)
{
	mutex_init(&display->lock);
	INIT_LIST_HEAD(&display->pictures);
	kvmgt_screen_init(&display->screen);
}

void kvmgt_display_open(struct kvmgt_device *dev)
{
	struct kvmgt_display *display = &dev->display;

	mutex_lock(&display->lock);
	memset(display->edid, 0, sizeof(display->edid));
	display->edid_size = vgt_guest_edid(dev->guest, display->edid);
	display->link_up = display->edid_size;
	mutex_unlock(&display->lock);
}

void kvmgt_display_close(struct kvmgt_device *dev)
{
	kvmgt_display_forget(dev);
	kvmgt_screen_close(&dev->display.screen);
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

/*
 * Pictures
 */

static void forget_picture(struct kvmgt_display *display, struct kvmgt_picture *picture)
{
	list_del(&picture->link);
	display->num_pictures--;
	kvmgt_picture_put(picture);
}

static void forget_pictures(struct kvmgt_display *display, unsigned int keep)
{
	while (display->num_pictures > keep)
		forget_picture(display, list_last_entry(&display->pictures, struct kvmgt_picture,
							link));
}

void kvmgt_display_forget(struct kvmgt_device *dev)
{
	mutex_lock(&dev->display.lock);
	forget_pictures(&dev->display, 0);
	mutex_unlock(&dev->display.lock);
}

static bool same_layout(const struct vgt_plane *a, const struct vgt_plane *b)
{
	return a->addr == b->addr && a->size == b->size && a->fourcc == b->fourcc &&
	       a->modifier == b->modifier && a->width == b->width && a->height == b->height &&
	       a->stride == b->stride;
}

static struct kvmgt_picture *find_layout(struct kvmgt_display *display,
					 const struct vgt_plane *plane)
{
	struct kvmgt_picture *picture;

	list_for_each_entry(picture, &display->pictures, link)
		if (same_layout(&picture->plane, plane))
			return picture;
	return NULL;
}

static struct kvmgt_picture *find_id(struct kvmgt_display *display, u32 id)
{
	struct kvmgt_picture *picture;

	list_for_each_entry(picture, &display->pictures, link)
		if (picture->id == id)
			return picture;
	return NULL;
}

static struct kvmgt_picture *add_picture(struct kvmgt_display *display,
					 struct kvmgt_picture *picture)
{
	forget_pictures(display, MAX_PICTURES - 1);
	picture->id = ++display->last_id;
	list_add(&picture->link, &display->pictures);
	display->num_pictures++;
	return picture;
}

static struct kvmgt_picture *get_picture(struct kvmgt_device *dev, const struct vgt_plane *plane)
{
	struct kvmgt_display *display = &dev->display;
	struct kvmgt_picture *now, *old = find_layout(display, plane);

	if (old && old->changes == vgt_guest_ggtt_changes(dev->guest)) {
		list_move(&old->link, &display->pictures);
		return old;
	}
	now = kvmgt_picture_make(dev->guest, plane);
	if (old && !IS_ERR(now) && kvmgt_picture_same(old, now)) {
		old->changes = now->changes;
		kvmgt_picture_put(now);
		list_move(&old->link, &display->pictures);
		return old;
	}
	if (old)
		forget_picture(display, old);
	return IS_ERR(now) ? now : add_picture(display, now);
}

/*
 * Requests
 */

static int plane_of(u32 type, enum vgt_plane_id *id)
{
	switch (type) {
	case DRM_PLANE_TYPE_PRIMARY:
		*id = VGT_PLANE_PRIMARY;
		return 0;
	case DRM_PLANE_TYPE_OVERLAY:
		*id = VGT_PLANE_SPRITE;
		return 0;
	case DRM_PLANE_TYPE_CURSOR:
		*id = VGT_PLANE_CURSOR;
		return 0;
	default:
		return -EINVAL;
	}
}

static void tell(struct vfio_device_gfx_plane_info *info, const struct vgt_plane *plane)
{
	info->drm_format = plane->fourcc;
	info->drm_format_mod = plane->modifier;
	info->width = plane->width;
	info->height = plane->height;
	info->stride = plane->stride;
	info->size = plane->size;
	info->x_pos = plane->x;
	info->y_pos = plane->y;
	info->x_hot = plane->hot_x;
	info->y_hot = plane->hot_y;
}

static int query_dmabuf(struct kvmgt_device *dev, struct vfio_device_gfx_plane_info *info)
{
	struct kvmgt_picture *picture;
	struct vgt_plane plane;
	enum vgt_plane_id id;
	int ret;

	ret = plane_of(info->drm_plane_type, &id);
	if (ret)
		return ret;
	ret = vgt_guest_plane(dev->guest, id, &plane);
	if (ret)
		return ret == -ENOENT || ret == -EINVAL ? 0 : ret;
	picture = get_picture(dev, &plane);
	if (IS_ERR(picture))
		return PTR_ERR(picture) == -EFAULT ? 0 : PTR_ERR(picture);
	tell(info, &plane);
	info->dmabuf_id = picture->id;
	return 0;
}

/* The whole screen, whatever plane is asked for: a region has place for one. */
static int query_region(struct kvmgt_device *dev, struct vfio_device_gfx_plane_info *info)
{
	struct vgt_plane plane;
	int ret;

	ret = kvmgt_screen_draw(&dev->display.screen, dev->guest, &plane);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	tell(info, &plane);
	info->region_index = KVMGT_SCREEN_REGION_INDEX;
	return 0;
}

/* What is not on the screen, or cannot be shown, is told by zeroes. */
static int query(struct kvmgt_device *dev, struct vfio_device_gfx_plane_info *info)
{
	switch (info->flags) {
	case VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_DMABUF:
		return READ_ONCE(dev->display.region_only) ? -EINVAL : 0;
	case VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_REGION:
		return 0;
	case VFIO_GFX_PLANE_TYPE_DMABUF:
		return query_dmabuf(dev, info);
	case VFIO_GFX_PLANE_TYPE_REGION:
		return query_region(dev, info);
	default:
		return -EINVAL;
	}
}

int kvmgt_display_query(struct kvmgt_device *dev, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_device_gfx_plane_info, dmabuf_id);
	struct vfio_device_gfx_plane_info in, info = {};
	int ret;

	if (copy_from_user(&in, (void __user *)arg, minsz))
		return -EFAULT;
	if (in.argsz < minsz)
		return -EINVAL;
	info.argsz = in.argsz;
	info.flags = in.flags;
	info.drm_plane_type = in.drm_plane_type;

	mutex_lock(&dev->display.lock);
	ret = query(dev, &info);
	mutex_unlock(&dev->display.lock);
	if (ret)
		return ret;
	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

int kvmgt_display_dmabuf(struct kvmgt_device *dev, unsigned long arg)
{
	struct kvmgt_picture *picture;
	int ret = -ENOENT;
	u32 id;

	if (get_user(id, (u32 __user *)arg))
		return -EFAULT;
	mutex_lock(&dev->display.lock);
	picture = find_id(&dev->display, id);
	if (picture)
		ret = kvmgt_picture_export(picture);
	mutex_unlock(&dev->display.lock);
	return ret;
}
