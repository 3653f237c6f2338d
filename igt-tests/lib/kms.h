/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_KMS_H
#define VGT_TEST_KMS_H

#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>

#include "subtest.h"

/* Values of a plane's property "type"; libdrm has them, its kernel headers do not. */
enum { DRM_PLANE_TYPE_OVERLAY, DRM_PLANE_TYPE_PRIMARY, DRM_PLANE_TYPE_CURSOR };

/** struct fb - a framebuffer, drawn through a write-combining mapping */
struct fb {
	uint32_t id, handle, width, height, format, cpp, tiling, stride;
	uint64_t size;
	uint8_t *map;
};

/**
 * struct output - a connector with a monitor, and the pipe that drives it
 * @pipe: index of the CRTC @crtc
 * @mode: the smallest that the monitor has, so that frames are cheap to emulate
 * @modes: all of them, the preferred one first
 */
struct output {
	int fd;
	uint32_t connector, crtc, pipe;
	struct drm_mode_modeinfo mode;
	struct drm_mode_modeinfo modes[64];
	uint32_t num_modes;
};

/** kms_outputs - the connectors with monitors; each gets a pipe of its own */
uint32_t kms_outputs(int fd, struct output *outputs, uint32_t max);
/** kms_output - the first; skips when there is none */
struct output kms_output(int fd);
uint32_t kms_num_crtcs(int fd, uint32_t *crtcs, uint32_t max);

/** kms_property - id of an object's property by name, its value in *@value; 0: has none */
uint32_t kms_property(int fd, uint32_t object, uint32_t type, const char *name, uint64_t *value);
/** kms_plane - a plane of this DRM_PLANE_TYPE that the output's pipe can have, 0: none */
uint32_t kms_plane(const struct output *o, uint64_t type);

/** kms_try_set_mode - show a framebuffer from (x, y); NULL: switch off */
int kms_try_set_mode(const struct output *o, const struct fb *fb, uint32_t x, uint32_t y);
void kms_set_mode(const struct output *o, const struct fb *fb);
int kms_flip(const struct output *o, const struct fb *fb, uint64_t user_data);
/** kms_event - the next event of the device; fails the subtest when there is none for long */
void kms_event(int fd, void *event, size_t size);

double kms_frame_time(const struct drm_mode_modeinfo *mode);

/** struct vblank - number and time of a vertical blank */
struct vblank {
	uint32_t sequence;
	double time;
};

/** kms_vblank - wait for @count vertical blanks from now on; 0: the last one */
int kms_try_vblank(const struct output *o, uint32_t count, struct vblank *v);
struct vblank kms_vblank(const struct output *o, uint32_t count);

/** kms_crc - CRC of a frame that shows all that was done before */
uint32_t kms_crc(const struct output *o);

int fb_try_add(int fd, struct fb *fb, uint64_t modifier);
/** fb_create - of zeroes; I915_TILING_* */
struct fb fb_create(int fd, uint32_t width, uint32_t height, uint32_t format, uint32_t tiling);
struct fb fb_for(const struct output *o, uint32_t tiling);
void fb_destroy(int fd, struct fb *fb);
void fb_pixel(const struct fb *fb, uint32_t x, uint32_t y, uint32_t value);
/** fb_rect - clipped to the framebuffer */
void fb_rect(const struct fb *fb, int x, int y, int width, int height, uint32_t value);
/** fb_picture - a picture in which no two places look alike */
void fb_picture(const struct fb *fb, uint32_t seed);

#endif
