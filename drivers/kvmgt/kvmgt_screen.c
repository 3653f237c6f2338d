// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a copy of what a guest shows
 *
 *   primary plane: linear, X tiled, Y tiled --> lines of XRGB8888 --> region, linear
 *                                                                      ^
 *   cursor plane ------------------------------ blended ---------------+
 *
 * For users without OpenGL, who want pixels in a row at a place that does not move.  The copy
 * is made when the user asks what is shown, so it costs nothing while nobody looks.  Its
 * pages are made as they are needed and stay until the device is closed, for a user may have
 * them mapped.
 *
 * A fault of the mapping takes no lock: it comes with that of the user's memory, which pinning
 * of the guest's pages takes within ours.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_fourcc.h>

#include "kvmgt_screen.h"

#define PIXEL_BYTES	4	/* of the region and of the cursor */

/**
 * struct surface - a plane of the guest
 * @plane: its layout
 * @held: its pages
 * @addr: where they are
 */
struct surface {
	struct vgt_plane plane;
	struct vgt_held_pages *held;
	void **addr;
};

void kvmgt_screen_init(struct kvmgt_screen *screen)
{
	xa_init(&screen->pages);
	screen->count = 0;
}

void kvmgt_screen_close(struct kvmgt_screen *screen)
{
	unsigned long index;
	struct page *page;

	xa_for_each(&screen->pages, index, page)
		__free_page(page);
	xa_destroy(&screen->pages);
	screen->count = 0;
}

static int grow(struct kvmgt_screen *screen, u32 count)
{
	struct page *page;
	int ret;

	while (screen->count < count) {
		page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!page)
			return -ENOMEM;
		ret = xa_err(xa_store(&screen->pages, screen->count, page, GFP_KERNEL));
		if (ret) {
			__free_page(page);
			return ret;
		}
		screen->count++;
	}
	return 0;
}

static u8 *screen_at(struct kvmgt_screen *screen, u64 offset)
{
	return page_address(xa_load(&screen->pages, offset >> PAGE_SHIFT)) + offset_in_page(offset);
}

static int get_surface(struct vgt_guest *guest, enum vgt_plane_id id, struct surface *surface)
{
	u32 pages;
	int ret;

	ret = vgt_guest_plane(guest, id, &surface->plane);
	if (ret)
		return ret;
	pages = surface->plane.size >> PAGE_SHIFT;
	surface->addr = kvmalloc_array(pages, sizeof(*surface->addr), GFP_KERNEL);
	if (!surface->addr)
		return -ENOMEM;
	surface->held = vgt_guest_hold_pages(guest, surface->plane.addr, pages, NULL,
					     surface->addr);
	if (IS_ERR(surface->held)) {
		kvfree(surface->addr);
		return PTR_ERR(surface->held);
	}
	return 0;
}

static void put_surface(struct vgt_guest *guest, struct surface *surface)
{
	vgt_guest_release_pages(guest, surface->held);
	kvfree(surface->addr);
}

/*
 * Where byte @x of line @y is, and how many bytes follow it without a gap.
 * Tiles are a page each.
 */
static u8 *surface_at(const struct surface *surface, u32 x, u32 y, u32 *run)
{
	const struct vgt_plane *plane = &surface->plane;
	u64 page, offset;

	switch (plane->modifier) {
	case I915_FORMAT_MOD_X_TILED:
		page = (u64)(y / 8) * (plane->stride / 512) + x / 512;
		offset = y % 8 * 512 + x % 512;
		*run = 512 - x % 512;
		break;
	case I915_FORMAT_MOD_Y_TILED:
		page = (u64)(y / 32) * (plane->stride / 128) + x / 128;
		offset = x % 128 / 16 * 512 + y % 32 * 16 + x % 16;
		*run = 16 - x % 16;
		break;
	default:
		page = ((u64)y * plane->stride + x) >> PAGE_SHIFT;
		offset = offset_in_page((u64)y * plane->stride + x);
		*run = PAGE_SIZE - offset;
		break;
	}
	return surface->addr[page] + offset;
}

/*
 * Formats.  The region has only one: QEMU shows none of 16 or 30 bits, and the cursor has to
 * be blended with it.
 */

static u32 from_xbgr8888(u32 pixel)
{
	return (pixel & 0xff) << 16 | (pixel & 0xff00) | (pixel >> 16 & 0xff);
}

static u32 from_xrgb2101010(u32 pixel)
{
	return (pixel >> 22 & 0xff) << 16 | (pixel >> 12 & 0xff) << 8 | (pixel >> 2 & 0xff);
}

static u32 from_rgb565(u32 pixel)
{
	u32 red = pixel >> 11 & 0x1f, green = pixel >> 5 & 0x3f, blue = pixel & 0x1f;

	return (red << 3 | red >> 2) << 16 | (green << 2 | green >> 4) << 8 |
	       (blue << 3 | blue >> 2);
}

/**
 * struct format - of the guest's pixels
 * @fourcc: its name
 * @bytes: per pixel
 * @to_xrgb: makes the region's of one of them; NULL: it is one
 */
struct format {
	u32 fourcc;
	u32 bytes;
	u32 (*to_xrgb)(u32 pixel);
};

static const struct format formats[] = {
	{ DRM_FORMAT_XRGB8888, 4 },
	{ DRM_FORMAT_ARGB8888, 4 },
	{ DRM_FORMAT_XBGR8888, 4, from_xbgr8888 },
	{ DRM_FORMAT_ABGR8888, 4, from_xbgr8888 },
	{ DRM_FORMAT_XRGB2101010, 4, from_xrgb2101010 },
	{ DRM_FORMAT_ARGB2101010, 4, from_xrgb2101010 },
	{ DRM_FORMAT_RGB565, 2, from_rgb565 },
};

static const struct format *find_format(u32 fourcc)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (formats[i].fourcc == fourcc)
			return &formats[i];
	return NULL;
}

static void copy_line(struct kvmgt_screen *screen, u64 to, const struct surface *from, u32 y,
		      u32 bytes)
{
	u32 x, run;

	for (x = 0; x < bytes; x += run) {
		const u8 *src = surface_at(from, x, y, &run);

		run = min3(run, bytes - x, (u32)(PAGE_SIZE - offset_in_page(to + x)));
		memcpy(screen_at(screen, to + x), src, run);
	}
}

static void convert_line(struct kvmgt_screen *screen, u64 to, const struct surface *from, u32 y,
			 const struct format *format)
{
	u32 x, i, run;

	for (x = 0; x < from->plane.width; x += run) {
		const void *src = surface_at(from, x * format->bytes, y, &run);
		u64 at = to + (u64)x * PIXEL_BYTES;
		u32 *dst = (u32 *)screen_at(screen, at);

		run = min3(run / format->bytes, from->plane.width - x,
			   (u32)(PAGE_SIZE - offset_in_page(at)) / PIXEL_BYTES);
		for (i = 0; i < run; i++)
			dst[i] = format->to_xrgb(format->bytes == 2 ? ((const u16 *)src)[i] :
								      ((const u32 *)src)[i]);
	}
}

static u32 blend(u32 below, u32 above)
{
	u32 alpha = 255 - (above >> 24), out = 0;
	unsigned int shift;

	for (shift = 0; shift < 24; shift += 8) {
		u32 part = (below >> shift & 0xff) * alpha / 255 + (above >> shift & 0xff);

		out |= min(part, 255u) << shift;
	}
	return out | (below & 0xff000000);
}

static void blend_pixel(struct kvmgt_screen *screen, const struct vgt_plane *plane, s64 x, s64 y,
			u32 above)
{
	u32 *pixel;

	if (x < 0 || y < 0 || x >= plane->width || y >= plane->height || !above)
		return;
	pixel = (u32 *)screen_at(screen, y * plane->stride + x * PIXEL_BYTES);
	*pixel = blend(*pixel, above);
}

static void draw_cursor(struct kvmgt_screen *screen, struct vgt_guest *guest,
			const struct vgt_plane *plane)
{
	struct surface cursor;
	u32 x, y, run;

	if (get_surface(guest, VGT_PLANE_CURSOR, &cursor))
		return;
	for (y = 0; y < cursor.plane.height; y++)
		for (x = 0; x < cursor.plane.width; x++)
			blend_pixel(screen, plane, (s64)cursor.plane.x + x,
				    (s64)cursor.plane.y + y,
				    *(u32 *)surface_at(&cursor, x * PIXEL_BYTES, y, &run));
	put_surface(guest, &cursor);
}

static int draw_primary(struct kvmgt_screen *screen, const struct surface *primary,
			struct vgt_plane *plane)
{
	const struct format *format = find_format(plane->fourcc);
	u32 y, bytes = plane->width * PIXEL_BYTES;
	u64 to;
	int ret;

	plane->fourcc = DRM_FORMAT_XRGB8888;
	plane->modifier = DRM_FORMAT_MOD_LINEAR;
	plane->stride = ALIGN(bytes, 64);
	plane->size = PAGE_ALIGN((u64)plane->stride * plane->height);
	if (!format || plane->size > KVMGT_SCREEN_SIZE)
		return -EINVAL;
	ret = grow(screen, plane->size >> PAGE_SHIFT);
	if (ret)
		return ret;
	for (y = 0; y < plane->height; y++) {
		to = (u64)y * plane->stride;
		if (format->to_xrgb)
			convert_line(screen, to, primary, y, format);
		else
			copy_line(screen, to, primary, y, bytes);
		cond_resched();
	}
	return 0;
}

int kvmgt_screen_draw(struct kvmgt_screen *screen, struct vgt_guest *guest, struct vgt_plane *plane)
{
	struct surface primary;
	int ret;

	ret = get_surface(guest, VGT_PLANE_PRIMARY, &primary);
	if (ret)
		return ret;
	*plane = primary.plane;
	ret = draw_primary(screen, &primary, plane);
	put_surface(guest, &primary);
	if (!ret)
		draw_cursor(screen, guest, plane);
	return ret;
}

void kvmgt_screen_read(struct kvmgt_screen *screen, u64 offset, u8 *buf, unsigned int size)
{
	struct page *page = xa_load(&screen->pages, offset >> PAGE_SHIFT);

	if (page)
		memcpy(buf, page_address(page) + offset_in_page(offset), size);
	else
		memset(buf, 0, size);
}

static vm_fault_t screen_fault(struct vm_fault *vmf)
{
	struct kvmgt_screen *screen = vmf->vma->vm_private_data;
	struct page *page;

	page = xa_load(&screen->pages, vmf->pgoff & ((KVMGT_SCREEN_SIZE >> PAGE_SHIFT) - 1));
	if (!page)
		return VM_FAULT_SIGBUS;
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct screen_vm_ops = {
	.fault = screen_fault,
};

int kvmgt_screen_mmap(struct kvmgt_screen *screen, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EPERM;
	vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE);
	vma->vm_ops = &screen_vm_ops;
	vma->vm_private_data = screen;
	return 0;
}
