// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: what a guest shows
 *
 *   live registers ---> format, tiling, size, stride ---> within the guest's own
 *   of the first        known?             plausible?     graphics memory?  ---> struct vgt_plane
 *   pipe that is on        | no                | no              | no
 *                          +-------------------+-----------------+-------------> -EINVAL
 *
 * Registers are the guest's, so nothing in them is believed.  A plane that is
 * scaled is reported with the size of its source.
 *
 * Source: Skylake PRM vol. 12 (Display); i915 display/skl_universal_plane.c.
 */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sizes.h>

#include "vgt/abi/pvinfo.h"
#include "vgt/regs/display.h"
#include "vgt_display.h"
#include "vgt_guest.h"
#include "vgt_irq.h"

#define FOURCC(a, b, c, d)	((u32)(a) | (u32)(b) << 8 | (u32)(c) << 16 | (u32)(d) << 24)

/* I915_FORMAT_MOD_*: the vendor in the upper byte, and a number. */
#define MOD_INTEL	0x0100000000000000ull
#define MOD_LINEAR	0ull
#define MOD_X_TILED	(MOD_INTEL | 1)
#define MOD_Y_TILED	(MOD_INTEL | 2)

#define LINEAR_UNIT	64	/* bytes that the stride of a linear plane counts in */
#define SIZE_MASK	0x1fff
#define MAX_SIZE	(256ull * SZ_1M)	/* 8192 lines of 8192 pixels */

#define PLANE_CTL_DECOMPRESS	BIT(15)	/* the surface is compressed */

/**
 * struct format - of pixels, as PLANE_CTL has it
 * @bytes: per pixel
 * @plain: red above blue, no alpha; the only one if the others are 0
 * @alpha: the same with alpha
 * @swapped: blue above red, no alpha
 * @swapped_alpha: the same with alpha
 */
struct format {
	u8 bytes;
	u32 plain, alpha;
	u32 swapped, swapped_alpha;
};

static const struct format formats[16] = {
	[PLANE_FORMAT_2101010] = { 4, FOURCC('X', 'R', '3', '0'), FOURCC('A', 'R', '3', '0'),
				   FOURCC('X', 'B', '3', '0'), FOURCC('A', 'B', '3', '0') },
	[PLANE_FORMAT_8888] = { 4, FOURCC('X', 'R', '2', '4'), FOURCC('A', 'R', '2', '4'),
				FOURCC('X', 'B', '2', '4'), FOURCC('A', 'B', '2', '4') },
	[PLANE_FORMAT_16F] = { 8, FOURCC('X', 'R', '4', 'H'), FOURCC('A', 'R', '4', 'H'),
			       FOURCC('X', 'B', '4', 'H'), FOURCC('A', 'B', '4', 'H') },
	[PLANE_FORMAT_XYUV] = { 4, FOURCC('X', 'Y', 'U', 'V') },
	[PLANE_FORMAT_INDEXED] = { 1, FOURCC('C', '8', ' ', ' ') },
	[PLANE_FORMAT_565] = { 2, FOURCC('R', 'G', '1', '6') },
};

static const u32 yuv422[4] = {
	[PLANE_YUYV] = FOURCC('Y', 'U', 'Y', 'V'),
	[PLANE_UYVY] = FOURCC('U', 'Y', 'V', 'Y'),
	[PLANE_YVYU] = FOURCC('Y', 'V', 'Y', 'U'),
	[PLANE_VYUY] = FOURCC('V', 'Y', 'U', 'Y'),
};

/**
 * struct layout - how pixels lie in memory
 * @modifier: DRM's name of it
 * @unit: bytes that the stride counts in
 * @rows: lines of a row of tiles
 */
struct layout {
	u64 modifier;
	u32 unit;
	u32 rows;
};

static const struct layout linear = { MOD_LINEAR, LINEAR_UNIT, 1 };
static const struct layout x_tiled = { MOD_X_TILED, 512, 8 };
static const struct layout y_tiled = { MOD_Y_TILED, 128, 32 };

static const struct layout *layout_of(u32 ctl)
{
	if (ctl & PLANE_CTL_DECOMPRESS)
		return NULL;
	switch (PLANE_CTL_TILING(ctl)) {
	case PLANE_TILED_LINEAR:
		return &linear;
	case PLANE_TILED_X:
		return &x_tiled;
	case PLANE_TILED_Y:
		return &y_tiled;
	default:
		return NULL;
	}
}

/* Bytes per pixel, 0 for what nobody could show; @opaque: alpha has no meaning. */
static u32 decode_format(u32 ctl, bool opaque, u32 *fourcc)
{
	const struct format *f = &formats[PLANE_CTL_FORMAT(ctl)];
	bool alpha = !opaque && PLANE_CTL_ALPHA(ctl);

	if (PLANE_CTL_FORMAT(ctl) == PLANE_FORMAT_YUV422) {
		*fourcc = yuv422[PLANE_CTL_YUV_ORDER(ctl)];
		return 2;
	}
	if (!f->swapped)
		*fourcc = f->plain;
	else if (ctl & PLANE_CTL_RGBX)
		*fourcc = alpha ? f->swapped_alpha : f->swapped;
	else
		*fourcc = alpha ? f->alpha : f->plain;
	return f->bytes;
}

static bool within(const struct vgt_gm_range *range, u64 addr, u64 size)
{
	return addr >= range->start && size <= range->size &&
	       addr - range->start <= range->size - size;
}

/* Does the whole of it lie in one range of the guest?  Sets the size. */
static bool place(const struct vgt_guest *guest, struct vgt_plane *plane, u64 addr, u32 rows)
{
	u64 bytes = (u64)ALIGN(plane->height, rows) * plane->stride;

	plane->size = ALIGN(bytes, (u64)SZ_4K);
	if (plane->size > MAX_SIZE)
		return false;
	if (!within(&guest->vgpu.gm.low, addr, plane->size) &&
	    !within(&guest->vgpu.gm.high, addr, plane->size))
		return false;
	plane->addr = addr;
	return true;
}

/* Bytes from the surface to the first pixel.  False: not a place where a picture could begin. */
static bool skip_offset(const struct layout *layout, u32 bytes, u32 stride, u32 offset, u64 *skip)
{
	u32 x = offset & SIZE_MASK, y = offset >> 16 & SIZE_MASK;

	if (y % layout->rows || (layout != &linear && x))
		return false;
	*skip = (u64)y * stride + (u64)x * bytes;
	return !(*skip % SZ_4K);
}

static s32 coordinate(u32 val)
{
	return val & SIZE_MASK;
}

/* The window of the scaler that a universal plane is bound to, if any. */
static void place_scaled(struct vgt_guest *guest, unsigned int pipe, unsigned int n,
			 struct vgt_plane *plane)
{
	unsigned int i;
	u32 ctrl, pos;

	for (i = 0; i < 2; i++) {
		ctrl = *vgt_vreg(&guest->vgpu, PS_BASE(pipe, i) + PS_CTRL);
		if (!(ctrl & PS_ENABLE) || PS_BINDING(ctrl) != n + 1)
			continue;
		pos = *vgt_vreg(&guest->vgpu, PS_BASE(pipe, i) + PS_WIN_POS);
		plane->x = coordinate(pos >> 16);
		plane->y = coordinate(pos);
	}
}

static int decode_plane(struct vgt_guest *guest, unsigned int n, struct vgt_plane *plane)
{
	const struct layout *layout;
	struct vgt_plane_regs regs;
	unsigned int pipe;
	u32 bytes;
	u64 skip;

	if (!vgt_display_plane(guest, n, &pipe, &regs) || !(regs.ctl & PLANE_CTL_ENABLE))
		return -ENOENT;
	layout = layout_of(regs.ctl);
	bytes = decode_format(regs.ctl, !n, &plane->fourcc);
	if (!layout || !bytes || PLANE_CTL_ROTATE(regs.ctl) != PLANE_ROTATE_0)
		return -EINVAL;
	plane->modifier = layout->modifier;
	plane->width = (regs.size & SIZE_MASK) + 1;
	plane->height = (regs.size >> 16 & SIZE_MASK) + 1;
	plane->stride = (regs.stride & 0xfff) * layout->unit;
	plane->x = coordinate(regs.pos);
	plane->y = coordinate(regs.pos >> 16);
	place_scaled(guest, pipe, n, plane);
	if (plane->stride < plane->width * bytes ||
	    !skip_offset(layout, bytes, plane->stride, regs.offset, &skip) ||
	    !place(guest, plane, (regs.surf & PLANE_SURF_ADDR) + skip, layout->rows))
		return -EINVAL;
	return 0;
}

/*
 * The cursor
 */

static s32 sign_magnitude(u32 val, bool negative)
{
	s32 magnitude = val & 0x7fff;

	return negative ? -magnitude : magnitude;
}

static u32 cursor_size(u32 ctl)
{
	switch (CUR_MODE(ctl)) {
	case CUR_64_ARGB:
		return 64;
	case CUR_128_ARGB:
		return 128;
	case CUR_256_ARGB:
		return 256;
	default:
		return 0;
	}
}

static int decode_cursor(struct vgt_guest *guest, struct vgt_plane *plane)
{
	struct vgt_cursor_regs regs;

	if (!vgt_display_cursor(guest, &regs) || !CUR_MODE(regs.ctl))
		return -ENOENT;
	plane->fourcc = formats[PLANE_FORMAT_8888].alpha;
	plane->modifier = MOD_LINEAR;
	plane->width = cursor_size(regs.ctl);
	plane->height = plane->width;
	if (regs.fbc & CUR_FBC_ENABLE)
		plane->height = min(plane->height, (regs.fbc & 0xff) + 1);
	plane->stride = plane->width * 4;
	plane->x = sign_magnitude(regs.pos, regs.pos & CUR_POS_X_SIGN);
	plane->y = sign_magnitude(regs.pos >> 16, regs.pos & CUR_POS_Y_SIGN);
	plane->hot_x = *vgt_vreg(&guest->vgpu, PVINFO_CURSOR_HOT_X);
	plane->hot_y = *vgt_vreg(&guest->vgpu, PVINFO_CURSOR_HOT_Y);
	if (!plane->width || regs.ctl & CUR_ROTATE_180 ||
	    !place(guest, plane, regs.base & PLANE_SURF_ADDR, 1))
		return -EINVAL;
	return 0;
}

static int decode(struct vgt_guest *guest, enum vgt_plane_id id, struct vgt_plane *plane)
{
	switch (id) {
	case VGT_PLANE_PRIMARY:
		return decode_plane(guest, 0, plane);
	case VGT_PLANE_SPRITE:
		return decode_plane(guest, 1, plane);
	case VGT_PLANE_CURSOR:
		return decode_cursor(guest, plane);
	default:
		return -ENOENT;
	}
}

int vgt_guest_plane(struct vgt_guest *guest, enum vgt_plane_id id, struct vgt_plane *plane)
{
	int err = -ENOENT;

	*plane = (struct vgt_plane){ .hot_x = ~0u, .hot_y = ~0u };
	mutex_lock(&guest->lock);
	if (guest->ops)
		err = decode(guest, id, plane);
	mutex_unlock(&guest->lock);
	vgt_irq_deliver(guest->vgpu.gpu);
	return err;
}
EXPORT_SYMBOL_GPL(vgt_guest_plane);
