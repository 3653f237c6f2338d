// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What planes and pipes do to pixels on their way: turned, scaled, blended, recoloured. */

#include "gem.h"
#include "kms.h"

#define RED	0xff0000u
#define BACK	0x406080u

/* A drm_rotation property's bits. */
enum { ROTATE_0 = 1 << 0, ROTATE_90 = 1 << 1, ROTATE_180 = 1 << 2, ROTATE_270 = 1 << 3 };

static void set_object(int fd, uint32_t object, uint32_t type, const char *name, uint64_t value)
{
	uint64_t old;
	struct drm_mode_obj_set_property arg = {
		.obj_id = object, .obj_type = type, .value = value,
		.prop_id = kms_property(fd, object, type, name, &old),
	};

	if (!arg.prop_id)
		vgt_skip("property %s", name);
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_OBJ_SETPROPERTY, &arg);
}

static void set_plane_property(const struct output *o, uint32_t plane, const char *name, uint64_t value)
{
	set_object(o->fd, plane, DRM_MODE_OBJECT_PLANE, name, value);
}

/* Show @fb at (@x, @y), @w by @h pixels of the screen; NULL: switch the plane off. */
static void show(const struct output *o, uint32_t plane, const struct fb *fb,
		 int x, int y, uint32_t w, uint32_t h)
{
	struct drm_mode_set_plane arg = { .plane_id = plane };

	if (fb) {
		arg = (struct drm_mode_set_plane){
			.plane_id = plane, .crtc_id = o->crtc, .fb_id = fb->id, .crtc_x = x, .crtc_y = y,
			.crtc_w = w, .crtc_h = h, .src_w = fb->width << 16, .src_h = fb->height << 16,
		};
	}
	vgt_do_ioctl(o->fd, DRM_IOCTL_MODE_SETPLANE, &arg);
}

/* The screen, filled with one colour, and its overlay plane. */
struct stage {
	struct output o;
	struct fb back;
	uint32_t plane;
};

static struct stage stage_for(int fd)
{
	struct drm_set_client_cap cap = { .capability = DRM_CLIENT_CAP_ATOMIC, .value = 1 };
	struct stage s = { .o = kms_output(fd) };

	/* Properties of planes are shown to atomic clients only. */
	vgt_do_ioctl(fd, DRM_IOCTL_SET_CLIENT_CAP, &cap);
	s.plane = kms_plane(&s.o, DRM_PLANE_TYPE_OVERLAY);
	if (!s.plane)
		vgt_skip("a sprite plane");
	s.back = fb_for(&s.o, I915_TILING_X);
	fb_rect(&s.back, 0, 0, s.back.width, s.back.height, BACK);
	kms_set_mode(&s.o, &s.back);
	return s;
}

/* CRC of the screen with @paint done to its one colour. */
static uint32_t crc_painted(struct stage *s, void (*paint)(const struct fb *fb, void *arg), void *arg)
{
	uint32_t crc;

	show(&s->o, s->plane, NULL, 0, 0, 0, 0);
	paint(&s->back, arg);
	crc = kms_crc(&s->o);
	fb_rect(&s->back, 0, 0, s->back.width, s->back.height, BACK);
	return crc;
}

static uint32_t color_at(uint32_t x, uint32_t y)
{
	return (x * 3 & 0xff) << 16 | (y * 5 & 0xff) << 8 | ((x ^ y) & 0xff);
}

struct turned {
	uint32_t w, h, x, y;
	uint64_t rotation;
};

/* A w x h picture of color_at(), turned counter-clockwise as DRM means it. */
static void paint_turned(const struct fb *fb, void *arg)
{
	const struct turned *t = arg;

	for (uint32_t y = 0; y < t->h; y++) {
		for (uint32_t x = 0; x < t->w; x++) {
			uint32_t px = color_at(x, y);

			switch (t->rotation) {
			case ROTATE_90:
				fb_pixel(fb, t->x + y, t->y + t->w - 1 - x, px);
				break;
			case ROTATE_180:
				fb_pixel(fb, t->x + t->w - 1 - x, t->y + t->h - 1 - y, px);
				break;
			case ROTATE_270:
				fb_pixel(fb, t->x + t->h - 1 - y, t->y + x, px);
				break;
			default:
				fb_pixel(fb, t->x + x, t->y + y, px);
				break;
			}
		}
	}
}

static void rotation(int fd, const struct vgt_engine *unused)
{
	static const uint64_t rotations[] = { ROTATE_0, ROTATE_90, ROTATE_180, ROTATE_270 };
	struct stage s = stage_for(fd);

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(rotations); i++) {
		struct turned t = { 150, 90, 64, 48, rotations[i] };
		struct fb fb = fb_create(fd, t.w, t.h, DRM_FORMAT_XRGB8888, I915_TILING_Y);
		bool sideways = t.rotation & (ROTATE_90 | ROTATE_270);
		uint32_t want = crc_painted(&s, paint_turned, &t), crc;

		for (uint32_t y = 0; y < t.h; y++)
			for (uint32_t x = 0; x < t.w; x++)
				fb_pixel(&fb, x, y, color_at(x, y));
		set_plane_property(&s.o, s.plane, "rotation", t.rotation);
		show(&s.o, s.plane, &fb, t.x, t.y, sideways ? t.h : t.w, sideways ? t.w : t.h);
		crc = kms_crc(&s.o);
		vgt_assert_f(crc == want, "rotation %#llx: %#x, painted %#x",
			     (unsigned long long)t.rotation, crc, want);
	}
	set_plane_property(&s.o, s.plane, "rotation", ROTATE_0);
	show(&s.o, s.plane, NULL, 0, 0, 0, 0);
}

/* Rectangles of one colour have only edges to get wrong, and these lie on whole pixels. */
static void paint_scaled(const struct fb *fb, void *arg)
{
	(void)arg;
	fb_rect(fb, 30, 20, 240, 160, RED);
}

static void scaling(int fd, const struct vgt_engine *unused)
{
	struct stage s = stage_for(fd);
	struct fb fb = fb_create(fd, 80, 80, DRM_FORMAT_XRGB8888, I915_TILING_X);
	uint32_t want = crc_painted(&s, paint_scaled, NULL), plain = kms_crc(&s.o);

	(void)unused;
	fb_rect(&fb, 0, 0, 80, 80, RED);
	show(&s.o, s.plane, &fb, 30, 20, 240, 160);
	vgt_assert_eq(kms_crc(&s.o), want);
	show(&s.o, s.plane, NULL, 0, 0, 0, 0);
	vgt_assert_eq(kms_crc(&s.o), plain);
}

static void paint_color(const struct fb *fb, void *arg)
{
	fb_rect(fb, 40, 40, 100, 100, *(uint32_t *)arg);
}

static void alpha(int fd, const struct vgt_engine *unused)
{
	/* Over BACK: opaque, transparent, and half by the plane's own alpha. */
	static const struct { uint32_t pixel; uint64_t plane; uint32_t want; } cases[] = {
		{ 0xff123456, 0xffff, 0x123456 },
		{ 0x00000000, 0xffff, BACK },
		{ 0xff123456, 0x0000, BACK },
	};
	struct stage s = stage_for(fd);

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fb fb = fb_create(fd, 100, 100, DRM_FORMAT_ARGB8888, I915_TILING_NONE);
		uint32_t color = cases[i].want, want = crc_painted(&s, paint_color, &color), crc;

		fb_rect(&fb, 0, 0, 100, 100, cases[i].pixel);
		set_plane_property(&s.o, s.plane, "alpha", cases[i].plane);
		show(&s.o, s.plane, &fb, 40, 40, 100, 100);
		crc = kms_crc(&s.o);
		vgt_assert_f(crc == want, "case %zu: %#x, painted %#x", i, crc, want);
	}
	set_plane_property(&s.o, s.plane, "alpha", 0xffff);
	show(&s.o, s.plane, NULL, 0, 0, 0, 0);
}

static uint32_t blob(int fd, const void *data, size_t size)
{
	struct drm_mode_create_blob arg = { .data = (uintptr_t)data, .length = size };

	vgt_do_ioctl(fd, DRM_IOCTL_MODE_CREATEPROPBLOB, &arg);
	return arg.blob_id;
}

static void set_crtc_property(const struct output *o, const char *name, uint64_t value)
{
	set_object(o->fd, o->crtc, DRM_MODE_OBJECT_CRTC, name, value);
}

/* A palette that exchanges light and dark, of @size entries. */
static void gamma_of(int fd, uint32_t size)
{
	static struct drm_color_lut lut[1024];
	struct stage s = stage_for(fd);
	uint32_t inverted = ~BACK & 0xffffff, want, plain = kms_crc(&s.o);

	for (uint32_t i = 0; i < size; i++) {
		uint16_t v = 0xffff - i * 0xffff / (size - 1);

		lut[i] = (struct drm_color_lut){ .red = v, .green = v, .blue = v };
	}
	fb_rect(&s.back, 0, 0, s.back.width, s.back.height, inverted);
	want = kms_crc(&s.o);
	fb_rect(&s.back, 0, 0, s.back.width, s.back.height, BACK);
	set_crtc_property(&s.o, "GAMMA_LUT", blob(fd, lut, size * sizeof(*lut)));
	vgt_assert_eq(kms_crc(&s.o), want);
	set_crtc_property(&s.o, "GAMMA_LUT", 0);
	vgt_assert_eq(kms_crc(&s.o), plain);
}

static void gamma_8(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gamma_of(fd, 256);
}

static void gamma_10(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gamma_of(fd, 1024);
}

static void ctm(int fd, const struct vgt_engine *unused)
{
	const uint64_t one = 1ull << 32;
	/* red from green, green from blue, blue from red */
	const struct drm_color_ctm matrix = { { 0, one, 0, 0, 0, one, one, 0, 0 } };
	struct stage s = stage_for(fd);
	uint32_t want, plain = kms_crc(&s.o);

	(void)unused;
	fb_rect(&s.back, 0, 0, s.back.width, s.back.height, (BACK << 8 | BACK >> 16) & 0xffffff);
	want = kms_crc(&s.o);
	fb_rect(&s.back, 0, 0, s.back.width, s.back.height, BACK);
	set_crtc_property(&s.o, "CTM", blob(fd, &matrix, sizeof(matrix)));
	vgt_assert_eq(kms_crc(&s.o), want);
	set_crtc_property(&s.o, "CTM", 0);
	vgt_assert_eq(kms_crc(&s.o), plain);
}

static const struct vgt_subtest subtests[] = {
	{ "rotation", "a turned sprite looks like the same painted", rotation, false },
	{ "scaling", "a scaled sprite fills its place", scaling, false },
	{ "alpha", "a sprite's alpha, and its pixels'", alpha, false },
	{ "gamma-8", "a palette of 256 entries", gamma_8, false },
	{ "gamma-10", "a palette of 1024 entries", gamma_10, false },
	{ "ctm", "a colour matrix", ctm, false },
};

VGT_MAIN(false, "What planes and pipes do to pixels on their way")
