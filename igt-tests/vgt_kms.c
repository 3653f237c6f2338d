// SPDX-License-Identifier: GPL-2.0 OR MIT
/* The display: modes, flips, planes, and what a pipe's CRC says of them. */

#include "gem.h"
#include "kms.h"

#define MAX_OUTPUTS	3
#define MAX_CRTCS	4

static bool is_near(double value, double want, double tolerance)
{
	return value > want * (1 - tolerance) && value < want * (1 + tolerance);
}

static void addfb_good(int fd, const struct vgt_engine *unused)
{
	static const uint32_t formats[] = {
		DRM_FORMAT_C8, DRM_FORMAT_RGB565, DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888,
		DRM_FORMAT_ARGB8888, DRM_FORMAT_XRGB2101010, DRM_FORMAT_XBGR2101010, DRM_FORMAT_YUYV,
	};
	static const uint32_t tilings[] = { I915_TILING_NONE, I915_TILING_X, I915_TILING_Y };

	(void)unused;
	for (size_t f = 0; f < ARRAY_SIZE(formats); f++) {
		for (size_t t = 0; t < ARRAY_SIZE(tilings); t++) {
			struct fb fb = fb_create(fd, 1024, 256, formats[f], tilings[t]);

			vgt_assert(fb.id);
			fb_destroy(fd, &fb);
		}
	}
}

static void addfb_bad(int fd, const struct vgt_engine *unused)
{
	const struct fb good = fb_create(fd, 512, 64, DRM_FORMAT_XRGB8888, I915_TILING_NONE);
	const struct fb x = fb_create(fd, 512, 64, DRM_FORMAT_XRGB8888, I915_TILING_X);
	const struct fb y = fb_create(fd, 512, 64, DRM_FORMAT_XRGB8888, I915_TILING_Y);
	struct {
		const char *what;
		struct fb fb;
		uint64_t modifier;
		int err;
	} bad[] = {
		{ "unknown format", good, DRM_FORMAT_MOD_LINEAR, EINVAL },
		{ "unknown handle", good, DRM_FORMAT_MOD_LINEAR, ENOENT },
		{ "no width", good, DRM_FORMAT_MOD_LINEAR, EINVAL },
		{ "no height", good, DRM_FORMAT_MOD_LINEAR, EINVAL },
		{ "stride of 32 bytes more", good, DRM_FORMAT_MOD_LINEAR, EINVAL },
		{ "stride below the width", good, DRM_FORMAT_MOD_LINEAR, EINVAL },
		{ "beyond the object", good, DRM_FORMAT_MOD_LINEAR, EINVAL },
		{ "unknown modifier", good, fourcc_mod_code(INTEL, 0x7777), EINVAL },
		{ "X modifier, linear object", good, I915_FORMAT_MOD_X_TILED, 0 },
		{ "linear modifier, X-tiled object", x, DRM_FORMAT_MOD_LINEAR, EINVAL },
		{ "Y modifier, X-tiled object", x, I915_FORMAT_MOD_Y_TILED, EINVAL },
		{ "X modifier, Y-tiled object", y, I915_FORMAT_MOD_X_TILED, EINVAL },
		{ "NV12 on Skylake", good, DRM_FORMAT_MOD_LINEAR, EINVAL },
	};

	(void)unused;
	bad[0].fb.format = fourcc_code('v', 'G', 'T', '?');
	bad[1].fb.handle = 12345;
	bad[2].fb.width = 0;
	bad[3].fb.height = 0;
	bad[4].fb.stride += 32;
	bad[5].fb.stride -= 64;
	bad[6].fb.height += 4096;
	bad[12].fb.format = DRM_FORMAT_NV12;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int err = -fb_try_add(fd, &bad[i].fb, bad[i].modifier);

		vgt_assert_f(err == bad[i].err, "%s: %s", bad[i].what, strerror(err));
	}
}

/* The mode is the one asked for, and frames come at its rate. */
static void check_mode(const struct output *o, const struct fb *fb)
{
	struct drm_mode_crtc crtc = { .crtc_id = o->crtc };
	double frame = kms_frame_time(&o->mode), measured;
	struct vblank first, last;

	vgt_do_ioctl(o->fd, DRM_IOCTL_MODE_GETCRTC, &crtc);
	vgt_assert_eq(crtc.mode_valid, 1);
	vgt_assert_eq(crtc.fb_id, fb->id);
	vgt_assert_eq(crtc.mode.clock, o->mode.clock);
	vgt_assert_eq(crtc.mode.htotal, o->mode.htotal);
	vgt_assert_eq(crtc.mode.vtotal, o->mode.vtotal);
	first = kms_vblank(o, 1);
	last = kms_vblank(o, 8);
	vgt_assert(last.sequence >= first.sequence + 8);
	measured = (last.time - first.time) / (last.sequence - first.sequence);
	printf("connector %u, pipe %u, %s: %.3f ms a frame, measured %.3f\n", o->connector, o->pipe,
	       o->mode.name, frame * 1e3, measured * 1e3);
	vgt_assert(is_near(measured, frame, 0.01));
}

static void modeset(int fd, const struct vgt_engine *unused)
{
	struct output outputs[MAX_OUTPUTS];
	uint32_t n = kms_outputs(fd, outputs, MAX_OUTPUTS);

	(void)unused;
	if (!n)
		vgt_skip("a connected monitor");
	for (uint32_t i = 0; i < n; i++) {
		struct output *o = &outputs[i];

		for (uint32_t m = 0; m < o->num_modes && m < 4; m++) {
			struct fb fb;

			o->mode = o->modes[m];
			if (o->mode.flags & DRM_MODE_FLAG_INTERLACE)
				continue;
			fb = fb_for(o, I915_TILING_X);
			kms_set_mode(o, &fb);
			check_mode(o, &fb);
			kms_set_mode(o, NULL);
			fb_destroy(fd, &fb);
		}
	}
}

/* All monitors at once, each on a pipe of its own. */
static void modeset_all(int fd, const struct vgt_engine *unused)
{
	struct output outputs[MAX_OUTPUTS];
	uint32_t n = kms_outputs(fd, outputs, MAX_OUTPUTS);
	struct fb fb[MAX_OUTPUTS];

	(void)unused;
	if (n < 2)
		vgt_skip("two connected monitors");
	for (uint32_t i = 0; i < n; i++) {
		fb[i] = fb_for(&outputs[i], I915_TILING_NONE);
		kms_set_mode(&outputs[i], &fb[i]);
	}
	for (uint32_t i = 0; i < n; i++)
		check_mode(&outputs[i], &fb[i]);
}

/* Every pipe can drive the monitor, and shows the same picture. */
static void pipes(int fd, const struct vgt_engine *unused)
{
	struct output o = kms_output(fd);
	struct fb fb = fb_for(&o, I915_TILING_X);
	uint32_t crtcs[MAX_CRTCS], n = kms_num_crtcs(fd, crtcs, MAX_CRTCS), crc[MAX_CRTCS];

	(void)unused;
	fb_picture(&fb, 5);
	for (o.pipe = 0; o.pipe < n; o.pipe++) {
		o.crtc = crtcs[o.pipe];
		kms_set_mode(&o, &fb);
		check_mode(&o, &fb);
		crc[o.pipe] = kms_crc(&o);
		vgt_assert_eq(crc[o.pipe], crc[0]);
		kms_set_mode(&o, NULL);
	}
}

/* Events say which flip, at which frame and when. */
static void flip(int fd, const struct vgt_engine *unused)
{
	struct output o = kms_output(fd);
	double frame = kms_frame_time(&o.mode), first_time = 0, last_time = 0;
	uint32_t first = 0, last = 0;
	struct fb fb[2];

	(void)unused;
	for (int i = 0; i < 2; i++) {
		fb[i] = fb_for(&o, I915_TILING_X);
		fb_picture(&fb[i], i);
	}
	kms_set_mode(&o, &fb[0]);
	for (int i = 1; i <= 20; i++) {
		struct drm_mode_crtc crtc = { .crtc_id = o.crtc };
		struct drm_event_vblank event;
		double asked = vgt_now(), time;

		vgt_assert_eq(-kms_flip(&o, &fb[i % 2], 0x7000 + i), 0);
		kms_event(fd, &event, sizeof(event));
		vgt_assert_eq(event.base.type, DRM_EVENT_FLIP_COMPLETE);
		vgt_assert_eq(event.user_data, 0x7000 + i);
		vgt_assert_eq(event.crtc_id, o.crtc);
		time = event.tv_sec + event.tv_usec / 1e6;
		vgt_do_ioctl(fd, DRM_IOCTL_MODE_GETCRTC, &crtc);
		vgt_assert_eq(crtc.fb_id, fb[i % 2].id);
		/* The time stamp is of the first line after the vertical blank. */
		vgt_assert_f(time > asked - 1e-5 && time < vgt_now() + frame,
			     "flip %d asked for at %.6f, done at %.6f", i, asked, time);
		if (i == 1) {
			first = event.sequence;
			first_time = time;
		} else {
			vgt_assert_f(event.sequence != last, "two flips in frame %u", last);
			vgt_assert_f(is_near((time - last_time) / (event.sequence - last), frame, 0.01),
				     "%u frames in %.6f s", event.sequence - last, time - last_time);
		}
		last = event.sequence;
		last_time = time;
	}
	printf("20 flips in %u frames of %.3f ms\n", last - first + 1,
	       (last_time - first_time) / (last - first) * 1e3);
}

/* A flip shows its framebuffer; while one is pending, a second is refused. */
static void flip_crc(int fd, const struct vgt_engine *unused)
{
	struct output o = kms_output(fd);
	struct drm_event_vblank event;
	uint32_t crc[3];
	struct fb fb[2];
	int err;

	(void)unused;
	for (int i = 0; i < 2; i++) {
		fb[i] = fb_for(&o, I915_TILING_X);
		fb_picture(&fb[i], 100 * i);
	}
	kms_set_mode(&o, &fb[0]);
	for (int i = 0; i < 3; i++) {
		if (i) {
			vgt_assert_eq(-kms_flip(&o, &fb[i % 2], 0), 0);
			kms_event(fd, &event, sizeof(event));
		}
		crc[i] = kms_crc(&o);
	}
	vgt_assert_eq(crc[0], crc[2]);
	vgt_assert(crc[0] != crc[1]);

	kms_vblank(&o, 1);
	vgt_assert_eq(-kms_flip(&o, &fb[1], 1), 0);
	err = kms_flip(&o, &fb[0], 2);
	kms_event(fd, &event, sizeof(event));
	vgt_assert_eq(event.user_data, 1);
	/* It is accepted only if the first was done meanwhile, and then brings its event. */
	if (!err) {
		kms_event(fd, &event, sizeof(event));
		vgt_assert_eq(event.user_data, 2);
	} else {
		vgt_assert_eq(-err, EBUSY);
	}
}

static void vblank(int fd, const struct vgt_engine *unused)
{
	struct output o = kms_output(fd);
	double frame = kms_frame_time(&o.mode);
	struct fb fb = fb_for(&o, I915_TILING_NONE);
	struct vblank first, last;

	(void)unused;
	kms_set_mode(&o, &fb);
	first = kms_vblank(&o, 1);
	for (int i = 0; i < 10; i++) {
		last = kms_vblank(&o, 1);
		vgt_assert(last.sequence > first.sequence + i);
		vgt_assert(last.time < vgt_now() + frame);
	}
	vgt_assert_f(is_near((last.time - first.time) / (last.sequence - first.sequence), frame, 0.01),
		     "%u frames in %.6f s, %.6f s each by the mode", last.sequence - first.sequence,
		     last.time - first.time, frame);
	/* Nobody has counted meanwhile: the driver finds out from the hardware's counter. */
	vgt_sleep(0.4);
	first = last;
	last = kms_vblank(&o, 0);
	vgt_assert_f(is_near((last.time - first.time) / (last.sequence - first.sequence), frame, 0.01),
		     "%u frames in %.6f s of sleep", last.sequence - first.sequence, last.time - first.time);
}

static void vblank_event(int fd, const struct vgt_engine *unused)
{
	struct output o = kms_output(fd);
	struct fb fb = fb_for(&o, I915_TILING_NONE);
	struct drm_crtc_get_sequence now = { .crtc_id = o.crtc };
	struct drm_event_crtc_sequence event;

	(void)unused;
	kms_set_mode(&o, &fb);
	vgt_do_ioctl(fd, DRM_IOCTL_CRTC_GET_SEQUENCE, &now);
	vgt_assert_eq(now.active, 1);
	for (uint32_t i = 5; i > 0; i--) {
		struct drm_crtc_queue_sequence queue = {
			.crtc_id = o.crtc, .sequence = now.sequence + 10 + i, .user_data = i,
		};

		vgt_do_ioctl(fd, DRM_IOCTL_CRTC_QUEUE_SEQUENCE, &queue);
	}
	for (uint32_t i = 1; i <= 5; i++) {
		kms_event(fd, &event, sizeof(event));
		vgt_assert_eq(event.base.type, DRM_EVENT_CRTC_SEQUENCE);
		vgt_assert_eq(event.user_data, i);
		vgt_assert(event.sequence >= now.sequence + 10 + i);
	}
}

/* Equal pictures have equal CRCs; one bit of one pixel makes a difference. */
static void crc(int fd, const struct vgt_engine *unused)
{
	struct output o = kms_output(fd);
	struct fb fb[3];
	uint32_t crc[3];

	(void)unused;
	for (int i = 0; i < 3; i++) {
		fb[i] = fb_for(&o, I915_TILING_NONE);
		fb_picture(&fb[i], 1);
	}
	fb_pixel(&fb[2], 0, 0, 0x804020);
	fb_pixel(&fb[1], 0, 0, 0x804020);
	fb_pixel(&fb[0], 0, 0, 0x804020);
	fb_pixel(&fb[2], o.mode.hdisplay - 1, o.mode.vdisplay - 1, 0x000040);
	fb_pixel(&fb[1], o.mode.hdisplay - 1, o.mode.vdisplay - 1, 0x000000);
	fb_pixel(&fb[0], o.mode.hdisplay - 1, o.mode.vdisplay - 1, 0x000000);
	for (int i = 0; i < 3; i++) {
		kms_set_mode(&o, &fb[i]);
		crc[i] = kms_crc(&o);
		vgt_assert_eq(kms_crc(&o), crc[i]);
	}
	vgt_assert_eq(crc[0], crc[1]);
	vgt_assert(crc[1] != crc[2]);
}

static void crc_tilings(int fd, const struct vgt_engine *unused)
{
	static const uint32_t tilings[] = { I915_TILING_NONE, I915_TILING_X, I915_TILING_Y };
	struct output o = kms_output(fd);
	uint32_t crc[3];

	(void)unused;
	for (int i = 0; i < 3; i++) {
		struct fb fb = fb_for(&o, tilings[i]);

		fb_picture(&fb, 77);
		kms_set_mode(&o, &fb);
		crc[i] = kms_crc(&o);
		vgt_assert_eq(crc[i], crc[0]);
	}
}

/* Three ways to write down the same colours. */
static void crc_formats(int fd, const struct vgt_engine *unused)
{
	static const uint32_t formats[] = { DRM_FORMAT_XRGB8888, DRM_FORMAT_XBGR8888, DRM_FORMAT_RGB565 };
	struct output o = kms_output(fd);
	uint32_t crc[3];

	(void)unused;
	for (int i = 0; i < 3; i++) {
		struct fb fb = fb_create(fd, o.mode.hdisplay, o.mode.vdisplay, formats[i], I915_TILING_X);

		/* Of each colour all or nothing: the same with 5, 6 and 8 bits. */
		for (uint32_t y = 0; y < fb.height; y++) {
			for (uint32_t x = 0; x < fb.width; x++) {
				bool r = (x ^ y) & 1, g = (x ^ y) & 16, b = x * y & 64;
				const uint32_t values[] = {
					(r ? 0xff0000 : 0) | (g ? 0xff00 : 0) | (b ? 0xff : 0),
					(r ? 0xff : 0) | (g ? 0xff00 : 0) | (b ? 0xff0000 : 0),
					(r ? 0xf800 : 0) | (g ? 0x7e0 : 0) | (b ? 0x1f : 0),
				};

				fb_pixel(&fb, x, y, values[i]);
			}
		}
		kms_set_mode(&o, &fb);
		crc[i] = kms_crc(&o);
		vgt_assert_f(crc[i] == crc[0], "format %d: %#x instead of %#x", i, crc[i], crc[0]);
	}
}

/* A part of a larger framebuffer looks like a framebuffer that holds only the part. */
static void panning(int fd, const struct vgt_engine *unused)
{
	static const uint32_t tilings[] = { I915_TILING_NONE, I915_TILING_X, I915_TILING_Y };
	static const uint32_t places[][2] = { { 64, 32 }, { 132, 45 }, { 300, 7 } };
	struct output o = kms_output(fd);
	struct fb part = fb_for(&o, I915_TILING_NONE);

	(void)unused;
	for (int i = 0; i < 3; i++) {
		uint32_t x = places[i][0], y = places[i][1], crc;
		struct fb whole = fb_create(fd, part.width + 400, part.height + 64, DRM_FORMAT_XRGB8888,
					    tilings[i]);

		fb_rect(&part, 0, 0, part.width, part.height, 0x123456);
		fb_rect(&part, 100, 50, 200, 100, 0xabcdef);
		fb_rect(&part, 0, 0, 9, 5, 0xff0000);
		kms_set_mode(&o, &part);
		crc = kms_crc(&o);
		fb_rect(&whole, 0, 0, whole.width, whole.height, 0x00ff00);
		fb_rect(&whole, x, y, part.width, part.height, 0x123456);
		fb_rect(&whole, x + 100, y + 50, 200, 100, 0xabcdef);
		fb_rect(&whole, x, y, 9, 5, 0xff0000);
		vgt_assert_eq(-kms_try_set_mode(&o, &whole, x, y), 0);
		vgt_assert_f(kms_crc(&o) == crc, "tiling %u, from (%u, %u)", tilings[i], x, y);
		kms_set_mode(&o, &part);
		fb_destroy(fd, &whole);
	}
}

static int move_cursor(const struct output *o, int x, int y)
{
	struct drm_mode_cursor arg = { .flags = DRM_MODE_CURSOR_MOVE, .crtc_id = o->crtc, .x = x, .y = y };

	return vgt_ioctl(o->fd, DRM_IOCTL_MODE_CURSOR, &arg);
}

static int show_cursor(const struct output *o, const struct fb *fb)
{
	struct drm_mode_cursor arg = { .flags = DRM_MODE_CURSOR_BO, .crtc_id = o->crtc };

	if (fb) {
		arg.handle = fb->handle;
		arg.width = fb->width;
		arg.height = fb->height;
	}
	return vgt_ioctl(o->fd, DRM_IOCTL_MODE_CURSOR, &arg);
}

/* A cursor, opaque and in part transparent, looks like the same painted into the picture. */
static void cursor(int fd, uint32_t size)
{
	struct output o = kms_output(fd);
	int w = o.mode.hdisplay, h = o.mode.vdisplay, s = size;
	const int places[][2] = { { 0, 0 }, { 201, 103 }, { -s / 3, 40 }, { 50, -s / 2 }, { w - s / 2, h - s / 3 } };
	struct fb fb = fb_for(&o, I915_TILING_NONE), painted = fb_for(&o, I915_TILING_NONE);
	struct fb image = fb_create(fd, size, size, DRM_FORMAT_ARGB8888, I915_TILING_NONE);
	uint32_t without;

	image.stride = size * 4;
	fb_rect(&image, 0, 0, s, s, 0xffffffff);
	fb_rect(&image, 5, 7, s / 2, s / 4, 0xff2060a0);
	fb_rect(&image, s / 2, s / 2, s / 4, s / 4, 0);
	fb_rect(&fb, 0, 0, w, h, 0x0000ff);
	kms_set_mode(&o, &fb);
	without = kms_crc(&o);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		int x = places[i][0], y = places[i][1];
		uint32_t with, crc;

		kms_set_mode(&o, &fb);
		vgt_assert_eq(-show_cursor(&o, &image), 0);
		vgt_assert_eq(-move_cursor(&o, x, y), 0);
		with = kms_crc(&o);
		vgt_assert_eq(-show_cursor(&o, NULL), 0);
		vgt_assert_eq(kms_crc(&o), without);

		fb_rect(&painted, 0, 0, w, h, 0x0000ff);
		for (int j = 0; j < s; j++) {
			for (int k = 0; k < s; k++) {
				uint32_t value;

				memcpy(&value, image.map + j * image.stride + 4 * k, 4);
				if (value >> 24)
					fb_rect(&painted, x + k, y + j, 1, 1, value & 0xffffff);
			}
		}
		kms_set_mode(&o, &painted);
		crc = kms_crc(&o);
		vgt_assert_f(with != without, "no cursor at (%d, %d)", x, y);
		vgt_assert_f(with == crc, "at (%d, %d): %#x, painted %#x", x, y, with, crc);
	}
}

static void cursor_64(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	cursor(fd, 64);
}

static void cursor_128(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	cursor(fd, 128);
}

static void cursor_256(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	cursor(fd, 256);
}

static int set_plane(const struct output *o, uint32_t plane, const struct fb *fb, int x, int y)
{
	struct drm_mode_set_plane arg = { .plane_id = plane };

	if (fb) {
		arg.crtc_id = o->crtc;
		arg.fb_id = fb->id;
		arg.crtc_x = x;
		arg.crtc_y = y;
		arg.crtc_w = fb->width;
		arg.crtc_h = fb->height;
		arg.src_w = fb->width << 16;
		arg.src_h = fb->height << 16;
	}
	return vgt_ioctl(o->fd, DRM_IOCTL_MODE_SETPLANE, &arg);
}

/* A sprite covers the primary plane where it should, in each tiling. */
static void plane_position(int fd, const struct vgt_engine *unused)
{
	static const uint32_t tilings[] = { I915_TILING_NONE, I915_TILING_X, I915_TILING_Y };
	struct output o = kms_output(fd);
	uint32_t plane = kms_plane(&o, DRM_PLANE_TYPE_OVERLAY);
	int w = o.mode.hdisplay, h = o.mode.vdisplay;
	const int places[][2] = { { 0, 0 }, { 131, 77 }, { w - 100, h - 60 } };
	struct fb fb = fb_for(&o, I915_TILING_X), painted = fb_for(&o, I915_TILING_X);
	uint32_t without;

	(void)unused;
	if (!plane)
		vgt_skip("a sprite plane");
	fb_rect(&fb, 0, 0, w, h, 0x808080);
	kms_set_mode(&o, &fb);
	without = kms_crc(&o);
	for (int i = 0; i < 3; i++) {
		struct fb sprite = fb_create(fd, 100, 60, DRM_FORMAT_XRGB8888, tilings[i]);
		int x = places[i][0], y = places[i][1];
		uint32_t with, crc;

		fb_rect(&sprite, 0, 0, 100, 60, 0xff8800);
		fb_rect(&sprite, 3, 4, 50, 20, 0x0088ff);
		kms_set_mode(&o, &fb);
		vgt_assert_eq(-set_plane(&o, plane, &sprite, x, y), 0);
		with = kms_crc(&o);
		vgt_assert_eq(-set_plane(&o, plane, NULL, 0, 0), 0);
		vgt_assert_eq(kms_crc(&o), without);

		fb_rect(&painted, 0, 0, w, h, 0x808080);
		fb_rect(&painted, x, y, 100, 60, 0xff8800);
		fb_rect(&painted, x + 3, y + 4, 50, 20, 0x0088ff);
		kms_set_mode(&o, &painted);
		crc = kms_crc(&o);
		vgt_assert(with != without);
		vgt_assert_f(with == crc, "tiling %u at (%d, %d): %#x, painted %#x", tilings[i], x, y,
			     with, crc);
	}
}

static void set_dpms(const struct output *o, uint64_t value)
{
	uint64_t old;
	struct drm_mode_connector_set_property arg = {
		.connector_id = o->connector, .value = value,
		.prop_id = kms_property(o->fd, o->connector, DRM_MODE_OBJECT_CONNECTOR, "DPMS", &old),
	};

	vgt_do_ioctl(o->fd, DRM_IOCTL_MODE_SETPROPERTY, &arg);
	vgt_assert(kms_property(o->fd, o->connector, DRM_MODE_OBJECT_CONNECTOR, "DPMS", &old));
	vgt_assert_eq(old, value);
}

static void dpms(int fd, const struct vgt_engine *unused)
{
	struct output o = kms_output(fd);
	struct fb fb = fb_for(&o, I915_TILING_X);
	struct drm_crtc_get_sequence now = { .crtc_id = o.crtc };
	struct vblank v;
	uint32_t crc;

	(void)unused;
	fb_picture(&fb, 9);
	kms_set_mode(&o, &fb);
	crc = kms_crc(&o);
	for (int i = 0; i < 3; i++) {
		set_dpms(&o, DRM_MODE_DPMS_OFF);
		vgt_assert_eq(-vgt_ioctl(fd, DRM_IOCTL_CRTC_GET_SEQUENCE, &now), EINVAL);
		vgt_assert_eq(-kms_try_vblank(&o, 1, &v), EINVAL);
		set_dpms(&o, DRM_MODE_DPMS_ON);
		check_mode(&o, &fb);
		vgt_assert_eq(kms_crc(&o), crc);
	}
}

/* A commit that changes framebuffer and position of two planes at one vertical blank. */
static void atomic_commit(int fd, const struct vgt_engine *unused)
{
	struct drm_set_client_cap cap = { .capability = DRM_CLIENT_CAP_ATOMIC, .value = 1 };
	struct output o = kms_output(fd);
	struct fb fb[2] = { fb_for(&o, I915_TILING_X), fb_for(&o, I915_TILING_X) };
	struct fb sprite = fb_create(fd, 80, 80, DRM_FORMAT_XRGB8888, I915_TILING_NONE);
	uint32_t planes[] = { kms_plane(&o, DRM_PLANE_TYPE_PRIMARY), kms_plane(&o, DRM_PLANE_TYPE_OVERLAY) };
	uint32_t counts[] = { 1, 10 }, props[11], before, both, after;
	uint64_t values[11] = {
		fb[1].id,
		sprite.id, o.crtc, 33, 44, 80, 80, 0, 0, 80 << 16, 80 << 16,
	};
	static const char *const names[] = {
		"FB_ID", "FB_ID", "CRTC_ID", "CRTC_X", "CRTC_Y", "CRTC_W", "CRTC_H",
		"SRC_X", "SRC_Y", "SRC_W", "SRC_H",
	};
	struct drm_mode_atomic arg = {
		.flags = DRM_MODE_ATOMIC_TEST_ONLY, .count_objs = 2, .objs_ptr = (uintptr_t)planes,
		.count_props_ptr = (uintptr_t)counts, .props_ptr = (uintptr_t)props,
		.prop_values_ptr = (uintptr_t)values,
	};
	struct drm_event_vblank event;
	uint64_t old;

	(void)unused;
	if (!planes[0] || !planes[1])
		vgt_skip("a primary and a sprite plane");
	fb_rect(&fb[0], 0, 0, fb[0].width, fb[0].height, 0x111111);
	fb_rect(&fb[1], 0, 0, fb[1].width, fb[1].height, 0x222222);
	fb_rect(&sprite, 0, 0, 80, 80, 0xeeeeee);
	kms_set_mode(&o, &fb[0]);
	before = kms_crc(&o);
	vgt_do_ioctl(fd, DRM_IOCTL_SET_CLIENT_CAP, &cap);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		props[i] = kms_property(fd, planes[i > 0], DRM_MODE_OBJECT_PLANE, names[i], &old);
		vgt_assert_f(props[i], "no property %s", names[i]);
	}
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_ATOMIC, &arg);
	vgt_assert_eq(kms_crc(&o), before);

	arg.flags = DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT;
	arg.user_data = 0xa70;
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_ATOMIC, &arg);
	kms_event(fd, &event, sizeof(event));
	vgt_assert_eq(event.user_data, 0xa70);
	both = kms_crc(&o);

	fb_rect(&fb[0], 0, 0, fb[0].width, fb[0].height, 0x222222);
	fb_rect(&fb[0], 33, 44, 80, 80, 0xeeeeee);
	values[0] = fb[0].id;
	values[1] = values[2] = 0;
	arg.flags = 0;
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_ATOMIC, &arg);
	after = kms_crc(&o);
	vgt_assert(both != before);
	vgt_assert_eq(both, after);
}

static const struct vgt_subtest subtests[] = {
	{ "addfb-good", "framebuffers of each format and tiling are accepted", addfb_good, false },
	{ "addfb-bad", "framebuffers that make no sense are refused", addfb_bad, false },
	{ "modeset", "each monitor shows some of its modes at the right rate", modeset, false },
	{ "modeset-all", "all monitors at once", modeset_all, false },
	{ "pipes", "each pipe drives the monitor and shows the same picture", pipes, false },
	{ "flip", "page flips with events, one a frame at most, rightly stamped", flip, false },
	{ "flip-crc", "a flip shows its framebuffer; two at once are refused", flip_crc, false },
	{ "vblank", "vertical blanks are counted and stamped, also while nobody waits", vblank, false },
	{ "vblank-event", "events of vertical blanks to come, in order", vblank_event, false },
	{ "crc", "the CRC tells pictures apart, and only those", crc, false },
	{ "crc-tilings", "linear, X- and Y-tiled framebuffers look the same", crc_tilings, false },
	{ "crc-formats", "three pixel formats with the same colours look the same", crc_formats, false },
	{ "panning", "a part of a larger framebuffer, in each tiling", panning, false },
	{ "cursor-64", "a cursor of 64x64 looks like the same painted", cursor_64, false },
	{ "cursor-128", "a cursor of 128x128 looks like the same painted", cursor_128, false },
	{ "cursor-256", "a cursor of 256x256 looks like the same painted", cursor_256, false },
	{ "plane-position", "a sprite looks like the same painted", plane_position, false },
	{ "dpms", "off and on again shows the same picture", dpms, false },
	{ "atomic", "an atomic commit of two planes, tested and done", atomic_commit, false },
};

VGT_MAIN(false, "The display: modes, flips, planes, and what a pipe's CRC says of them")
