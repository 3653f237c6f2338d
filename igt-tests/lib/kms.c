// SPDX-License-Identifier: GPL-2.0 OR MIT
#define _GNU_SOURCE	/* TEMP_FAILURE_RETRY */
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gem.h"
#include "kms.h"
#include "sysfs.h"

static bool get_connector(int fd, uint32_t id, struct output *o, uint32_t *possible)
{
	uint32_t encoders[8] = { };
	struct drm_mode_get_connector arg = { .connector_id = id };
	struct drm_mode_get_encoder encoder = { };

	/* The first call has the driver look for a monitor. */
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_GETCONNECTOR, &arg);
	if (arg.connection != 1 || !arg.count_modes || !arg.count_encoders)
		return false;
	vgt_assert(arg.count_modes <= ARRAY_SIZE(o->modes) && arg.count_encoders <= ARRAY_SIZE(encoders));
	arg.modes_ptr = (uintptr_t)o->modes;
	arg.encoders_ptr = (uintptr_t)encoders;
	arg.count_props = 0;
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_GETCONNECTOR, &arg);
	o->fd = fd;
	o->connector = id;
	o->num_modes = arg.count_modes;
	o->mode = o->modes[0];
	for (uint32_t i = 1; i < o->num_modes; i++) {
		const struct drm_mode_modeinfo *m = &o->modes[i];

		if (m->hdisplay >= 640 && m->hdisplay * m->vdisplay < o->mode.hdisplay * o->mode.vdisplay &&
		    !(m->flags & DRM_MODE_FLAG_INTERLACE))
			o->mode = *m;
	}
	encoder.encoder_id = encoders[0];
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_GETENCODER, &encoder);
	*possible = encoder.possible_crtcs;
	return true;
}

uint32_t kms_outputs(int fd, struct output *outputs, uint32_t max)
{
	uint32_t crtcs[8], connectors[32], used = 0, n = 0;
	struct drm_mode_card_res res = {
		.crtc_id_ptr = (uintptr_t)crtcs,
		.count_crtcs = ARRAY_SIZE(crtcs),
		.connector_id_ptr = (uintptr_t)connectors,
		.count_connectors = ARRAY_SIZE(connectors),
	};

	vgt_do_ioctl(fd, DRM_IOCTL_MODE_GETRESOURCES, &res);
	vgt_assert(res.count_crtcs <= ARRAY_SIZE(crtcs) && res.count_connectors <= ARRAY_SIZE(connectors));
	for (uint32_t i = 0; i < res.count_connectors && n < max; i++) {
		struct output *o = &outputs[n];
		uint32_t possible;

		memset(o, 0, sizeof(*o));
		if (!get_connector(fd, connectors[i], o, &possible))
			continue;
		possible &= ~used;
		if (!possible)
			continue;
		o->pipe = __builtin_ctz(possible);
		o->crtc = crtcs[o->pipe];
		used |= 1u << o->pipe;
		n++;
	}
	return n;
}

struct output kms_output(int fd)
{
	struct output o;

	if (!kms_outputs(fd, &o, 1))
		vgt_skip("a connected monitor");
	return o;
}

uint32_t kms_num_crtcs(int fd, uint32_t *crtcs, uint32_t max)
{
	struct drm_mode_card_res res = { .crtc_id_ptr = (uintptr_t)crtcs, .count_crtcs = max };

	vgt_do_ioctl(fd, DRM_IOCTL_MODE_GETRESOURCES, &res);
	vgt_assert(res.count_crtcs <= max);
	return res.count_crtcs;
}

uint32_t kms_property(int fd, uint32_t object, uint32_t type, const char *name, uint64_t *value)
{
	uint32_t ids[64];
	uint64_t values[64];
	struct drm_mode_obj_get_properties arg = {
		.props_ptr = (uintptr_t)ids, .prop_values_ptr = (uintptr_t)values,
		.count_props = ARRAY_SIZE(ids), .obj_id = object, .obj_type = type,
	};

	vgt_do_ioctl(fd, DRM_IOCTL_MODE_OBJ_GETPROPERTIES, &arg);
	for (uint32_t i = 0; i < arg.count_props; i++) {
		struct drm_mode_get_property property = { .prop_id = ids[i] };

		vgt_do_ioctl(fd, DRM_IOCTL_MODE_GETPROPERTY, &property);
		if (strcmp(property.name, name))
			continue;
		*value = values[i];
		return ids[i];
	}
	return 0;
}

uint32_t kms_plane(const struct output *o, uint64_t type)
{
	struct drm_set_client_cap cap = { .capability = DRM_CLIENT_CAP_UNIVERSAL_PLANES, .value = 1 };
	uint32_t planes[32];
	struct drm_mode_get_plane_res res = {
		.plane_id_ptr = (uintptr_t)planes, .count_planes = ARRAY_SIZE(planes),
	};

	vgt_do_ioctl(o->fd, DRM_IOCTL_SET_CLIENT_CAP, &cap);
	vgt_do_ioctl(o->fd, DRM_IOCTL_MODE_GETPLANERESOURCES, &res);
	for (uint32_t i = 0; i < res.count_planes; i++) {
		struct drm_mode_get_plane plane = { .plane_id = planes[i] };
		uint64_t value;

		vgt_do_ioctl(o->fd, DRM_IOCTL_MODE_GETPLANE, &plane);
		if (plane.possible_crtcs & 1u << o->pipe &&
		    kms_property(o->fd, planes[i], DRM_MODE_OBJECT_PLANE, "type", &value) && value == type)
			return planes[i];
	}
	return 0;
}

int kms_try_set_mode(const struct output *o, const struct fb *fb, uint32_t x, uint32_t y)
{
	struct drm_mode_crtc arg = { .crtc_id = o->crtc };

	if (fb) {
		arg.set_connectors_ptr = (uintptr_t)&o->connector;
		arg.count_connectors = 1;
		arg.fb_id = fb->id;
		arg.x = x;
		arg.y = y;
		arg.mode_valid = 1;
		arg.mode = o->mode;
	}
	return vgt_ioctl(o->fd, DRM_IOCTL_MODE_SETCRTC, &arg);
}

void kms_set_mode(const struct output *o, const struct fb *fb)
{
	int err = kms_try_set_mode(o, fb, 0, 0);

	vgt_assert_f(!err, "%s on pipe %u: %s", fb ? o->mode.name : "off", o->pipe, strerror(-err));
}

int kms_flip(const struct output *o, const struct fb *fb, uint64_t user_data)
{
	struct drm_mode_crtc_page_flip arg = {
		.crtc_id = o->crtc, .fb_id = fb->id,
		.flags = DRM_MODE_PAGE_FLIP_EVENT, .user_data = user_data,
	};

	return vgt_ioctl(o->fd, DRM_IOCTL_MODE_PAGE_FLIP, &arg);
}

void kms_event(int fd, void *event, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	vgt_assert_f(TEMP_FAILURE_RETRY(poll(&pfd, 1, 5000)) == 1, "no event");
	vgt_assert_eq(read(fd, event, size), size);
}

double kms_frame_time(const struct drm_mode_modeinfo *mode)
{
	double lines = mode->vtotal / (mode->flags & DRM_MODE_FLAG_INTERLACE ? 2.0 : 1.0);

	return mode->htotal * lines / (mode->clock * 1e3);
}

int kms_try_vblank(const struct output *o, uint32_t count, struct vblank *v)
{
	union drm_wait_vblank arg = {
		.request = {
			.type = _DRM_VBLANK_RELATIVE |
				(o->pipe << _DRM_VBLANK_HIGH_CRTC_SHIFT & _DRM_VBLANK_HIGH_CRTC_MASK),
			.sequence = count,
		},
	};
	int err = vgt_ioctl(o->fd, DRM_IOCTL_WAIT_VBLANK, &arg);

	v->sequence = arg.reply.sequence;
	v->time = arg.reply.tval_sec + arg.reply.tval_usec / 1e6;
	return err;
}

struct vblank kms_vblank(const struct output *o, uint32_t count)
{
	struct vblank v;
	int err = kms_try_vblank(o, count, &v);

	vgt_assert_f(!err, "%u vertical blanks: %s", count, strerror(-err));
	return v;
}

uint32_t kms_crc(const struct output *o)
{
	char file[64], line[128];
	uint32_t frame, crc = 0;
	int err, f;

	snprintf(file, sizeof(file), "crtc-%u/crc/control", o->pipe);
	err = debugfs_write(o->fd, file, "auto");
	if (err == -ENOENT || err == -EACCES)
		vgt_skip("debugfs %s: %s", file, strerror(-err));
	vgt_assert_f(!err, "%s: %s", file, strerror(-err));
	snprintf(file, sizeof(file), "crtc-%u/crc/data", o->pipe);
	f = debugfs_open(o->fd, file, O_RDONLY);
	vgt_assert_f(f >= 0, "%s: %s", file, strerror(-f));
	/* The first frame may have begun before. */
	for (int i = 0; i < 2; i++) {
		struct pollfd pfd = { .fd = f, .events = POLLIN };
		ssize_t n;

		vgt_assert_f(TEMP_FAILURE_RETRY(poll(&pfd, 1, 5000)) == 1, "no CRC");
		n = read(f, line, sizeof(line) - 1);
		vgt_assert(n > 0);
		line[n] = 0;
		vgt_assert_f(sscanf(line, "%x %x", &frame, &crc) == 2, "%s", line);
	}
	close(f);
	return crc;
}

int fb_try_add(int fd, struct fb *fb, uint64_t modifier)
{
	struct drm_mode_fb_cmd2 arg = {
		.width = fb->width, .height = fb->height, .pixel_format = fb->format,
		.flags = DRM_MODE_FB_MODIFIERS, .handles = { fb->handle }, .pitches = { fb->stride },
		.modifier = { modifier },
	};
	int err = vgt_ioctl(fd, DRM_IOCTL_MODE_ADDFB2, &arg);

	fb->id = arg.fb_id;
	return err;
}

struct fb fb_create(int fd, uint32_t width, uint32_t height, uint32_t format, uint32_t tiling)
{
	static const uint64_t modifiers[] = {
		[I915_TILING_NONE] = DRM_FORMAT_MOD_LINEAR,
		[I915_TILING_X] = I915_FORMAT_MOD_X_TILED,
		[I915_TILING_Y] = I915_FORMAT_MOD_Y_TILED,
	};
	struct fb fb = { .width = width, .height = height, .format = format, .tiling = tiling };

	fb.cpp = format == DRM_FORMAT_RGB565 || format == DRM_FORMAT_YUYV ? 2 : format == DRM_FORMAT_C8 ? 1 : 4;
	fb.stride = (width * fb.cpp + 511) & ~511u;
	fb.size = (uint64_t)fb.stride * ((height + 31) & ~31u);
	fb.handle = gem_create(fd, fb.size);
	if (tiling)
		gem_set_tiling(fd, fb.handle, tiling, fb.stride);
	fb.map = gem_mmap(fd, fb.handle, fb.size, I915_MMAP_OFFSET_WC);
	vgt_assert_eq(-fb_try_add(fd, &fb, modifiers[tiling]), 0);
	return fb;
}

struct fb fb_for(const struct output *o, uint32_t tiling)
{
	return fb_create(o->fd, o->mode.hdisplay, o->mode.vdisplay, DRM_FORMAT_XRGB8888, tiling);
}

void fb_destroy(int fd, struct fb *fb)
{
	vgt_do_ioctl(fd, DRM_IOCTL_MODE_RMFB, &fb->id);
	munmap(fb->map, fb->size);
	gem_close(fd, fb->handle);
}

void fb_pixel(const struct fb *fb, uint32_t x, uint32_t y, uint32_t value)
{
	memcpy(fb->map + tiled_offset(fb->tiling, fb->stride, x * fb->cpp, y), &value, fb->cpp);
}

void fb_rect(const struct fb *fb, int x, int y, int width, int height, uint32_t value)
{
	for (int j = y < 0 ? 0 : y; j < y + height && j < (int)fb->height; j++) {
		for (int i = x < 0 ? 0 : x; i < x + width && i < (int)fb->width; i++)
			fb_pixel(fb, i, j, value);
	}
}

void fb_picture(const struct fb *fb, uint32_t seed)
{
	for (uint32_t y = 0; y < fb->height; y++) {
		for (uint32_t x = 0; x < fb->width; x++)
			fb_pixel(fb, x, y, ((y << 11 ^ x) + seed) * 2654435761u >> 8);
	}
}
