// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: a copy of what a guest shows
 *
 *   primary plane: linear, X tiled, Y tiled --> lines --> region, linear
 *                                                           ^
 *   cursor plane ------------------------ blended ----------+
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

#define CURSOR_BYTES	4	/* per pixel */

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

/* Bytes per pixel; 0: no format for a user who has no GPU to convert it. */
static u32 bytes_per_pixel(u32 fourcc)
{
	switch (fourcc) {
	case DRM_FORMAT_XRGB8888:
	case DRM_FORMAT_ARGB8888:
	case DRM_FORMAT_XBGR8888:
	case DRM_FORMAT_ABGR8888:
	case DRM_FORMAT_XRGB2101010:
	case DRM_FORMAT_ARGB2101010:
		return 4;
	case DRM_FORMAT_RGB565:
		return 2;
	default:
		return 0;
	}
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
	pixel = (u32 *)screen_at(screen, y * plane->stride + x * CURSOR_BYTES);
	*pixel = blend(*pixel, above);
}

/* Where red is above blue, as in the cursor. */
static void draw_cursor(struct kvmgt_screen *screen, struct vgt_guest *guest,
			const struct vgt_plane *plane)
{
	struct surface cursor;
	u32 x, y, run;

	if (plane->fourcc != DRM_FORMAT_XRGB8888 && plane->fourcc != DRM_FORMAT_ARGB8888)
		return;
	if (get_surface(guest, VGT_PLANE_CURSOR, &cursor))
		return;
	for (y = 0; y < cursor.plane.height; y++)
		for (x = 0; x < cursor.plane.width; x++)
			blend_pixel(screen, plane, (s64)cursor.plane.x + x,
				    (s64)cursor.plane.y + y,
				    *(u32 *)surface_at(&cursor, x * CURSOR_BYTES, y, &run));
	put_surface(guest, &cursor);
}

static int draw_primary(struct kvmgt_screen *screen, const struct surface *primary,
			struct vgt_plane *plane)
{
	u32 y, bytes = plane->width * bytes_per_pixel(plane->fourcc);
	int ret;

	plane->modifier = DRM_FORMAT_MOD_LINEAR;
	plane->stride = ALIGN(bytes, 64);
	plane->size = PAGE_ALIGN((u64)plane->stride * plane->height);
	if (!bytes || plane->size > KVMGT_SCREEN_SIZE)
		return -EINVAL;
	ret = grow(screen, plane->size >> PAGE_SHIFT);
	if (ret)
		return ret;
	for (y = 0; y < plane->height; y++) {
		copy_line(screen, (u64)y * plane->stride, primary, y, bytes);
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
