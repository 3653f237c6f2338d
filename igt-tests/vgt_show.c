// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * Shows a picture that the GPU draws: colour bars, a name, a frame counter, a clock and a moving
 * square, with page flips, and a cursor that goes round on its own plane.  Says once a second how far
 * it is, and whether the blitter still works right.
 *
 *	stage (drawn once) ── copied ──► back buffer ── square, texts ──► flip ──► front buffer
 *
 * With --window it shows smaller copies of pictures from files, as often as those are replaced.
 * With --still the picture does not move, is compared with the same drawn by the CPU, and can be
 * written to a file. With --follow it is drawn anew in the preferred mode of each monitor that is
 * plugged, as a desktop does:
 *
 *	uevent HOTPLUG ──► look at the connector ── unplugged, or prefers the same ──► wait on
 *	                           └── prefers another mode ──► draw, set mode
 */
#include <ctype.h>
#include <getopt.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "blt.h"
#include "kms.h"

#define BACKGROUND	0x202830
#define INK		0xf0f0f0
#define CURSOR_SIZE	64
#define GLYPH_WIDTH	6
#define GLYPH_HEIGHT	8
#define NUM_GLYPHS	('_' - ' ' + 1)
#define MAX_WINDOWS	2
#define NUM_CHECK	128	/* width and height of the surfaces that are compared */

static const struct vgt_engine *const rcs = &vgt_engines[0];
static const struct vgt_engine *const bcs = &vgt_engines[1];

/* Seven rows of five bits. */
static const uint8_t font[NUM_GLYPHS][7] = {
	['%' - ' '] = { 0x18, 0x19, 0x02, 0x04, 0x08, 0x13, 0x03 },
	['-' - ' '] = { 0x00, 0x00, 0x00, 0x1f, 0x00, 0x00, 0x00 },
	['.' - ' '] = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c },
	['/' - ' '] = { 0x00, 0x01, 0x02, 0x04, 0x08, 0x10, 0x00 },
	['0' - ' '] = { 0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e },
	['1' - ' '] = { 0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e },
	['2' - ' '] = { 0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f },
	['3' - ' '] = { 0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e },
	['4' - ' '] = { 0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02 },
	['5' - ' '] = { 0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e },
	['6' - ' '] = { 0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e },
	['7' - ' '] = { 0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08 },
	['8' - ' '] = { 0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e },
	['9' - ' '] = { 0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c },
	[':' - ' '] = { 0x00, 0x0c, 0x0c, 0x00, 0x0c, 0x0c, 0x00 },
	['A' - ' '] = { 0x0e, 0x11, 0x11, 0x11, 0x1f, 0x11, 0x11 },
	['B' - ' '] = { 0x1e, 0x11, 0x11, 0x1e, 0x11, 0x11, 0x1e },
	['C' - ' '] = { 0x0e, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0e },
	['D' - ' '] = { 0x1c, 0x12, 0x11, 0x11, 0x11, 0x12, 0x1c },
	['E' - ' '] = { 0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f },
	['F' - ' '] = { 0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10 },
	['G' - ' '] = { 0x0e, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0f },
	['H' - ' '] = { 0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11 },
	['I' - ' '] = { 0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e },
	['J' - ' '] = { 0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0c },
	['K' - ' '] = { 0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11 },
	['L' - ' '] = { 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f },
	['M' - ' '] = { 0x11, 0x1b, 0x15, 0x15, 0x11, 0x11, 0x11 },
	['N' - ' '] = { 0x11, 0x11, 0x19, 0x15, 0x13, 0x11, 0x11 },
	['O' - ' '] = { 0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e },
	['P' - ' '] = { 0x1e, 0x11, 0x11, 0x1e, 0x10, 0x10, 0x10 },
	['Q' - ' '] = { 0x0e, 0x11, 0x11, 0x11, 0x15, 0x12, 0x0d },
	['R' - ' '] = { 0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11 },
	['S' - ' '] = { 0x0f, 0x10, 0x10, 0x0e, 0x01, 0x01, 0x1e },
	['T' - ' '] = { 0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04 },
	['U' - ' '] = { 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e },
	['V' - ' '] = { 0x11, 0x11, 0x11, 0x11, 0x11, 0x0a, 0x04 },
	['W' - ' '] = { 0x11, 0x11, 0x11, 0x15, 0x15, 0x15, 0x0a },
	['X' - ' '] = { 0x11, 0x11, 0x0a, 0x04, 0x0a, 0x11, 0x11 },
	['Y' - ' '] = { 0x11, 0x11, 0x11, 0x0a, 0x04, 0x04, 0x04 },
	['Z' - ' '] = { 0x1f, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1f },
	['_' - ' '] = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x1f },
};

/* White, yellow, cyan, green, magenta, red, blue, black; tools/demo.py looks for them. */
static const uint32_t bars[] = {
	0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff, 0x000000,
};

static struct {
	const char *name, *stats, *ppm;
	uint32_t color, width, height, tiling, work;
	double seconds, fps;
	bool still, follow, cursor;
	const char *windows[MAX_WINDOWS];
	uint32_t num_windows;
} options = {
	.name = "vgt", .color = 0x3070d0, .width = 1024, .height = 768, .work = 1, .seconds = 10, .cursor = true,
};

/** struct counts - what has been done so far */
static struct {
	uint32_t frames, submissions, checks, check_errors, hotplugs;
} counts;

/**
 * struct canvas - a surface that is drawn on by one batch
 * @want: the same drawn by the CPU, or NULL
 */
struct canvas {
	struct blt_surface surface;
	struct batch batch;
	uint32_t *want;
};

/** struct glyphs - the font as a row of cells, each bit @scale pixels wide and high */
struct glyphs {
	struct blt_surface surface;
	uint32_t scale;
};

/** struct window - a picture from a file, which had this inode number when it was read */
struct window {
	struct blt_surface surface;
	ino_t inode;
};

static volatile sig_atomic_t stopped;
static struct window windows[MAX_WINDOWS];
static struct glyphs glyphs;
static struct canvas stage;

static struct blt_rect rect(uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	return (struct blt_rect){ x, y, x + width, y + height };
}

static struct blt_surface linear_surface(int fd, uint32_t width, uint32_t height)
{
	struct blt_surface s = { .stride = (4 * width + 63) & ~63u, .cpp = 4, .width = width, .height = height };

	s.bo = bo_create(fd, s.stride * height);
	return s;
}

static void canvas_begin(struct canvas *c)
{
	c->batch.pos = 0;
	blt_tilings(&c->batch, I915_TILING_NONE, c->surface.tiling);
}

static void submit(struct batch *b, const struct vgt_engine *e)
{
	batch_exec(b, e);
	counts.submissions++;
}

static void canvas_end(struct canvas *c)
{
	blt_tilings(&c->batch, I915_TILING_NONE, I915_TILING_NONE);
	batch_end(&c->batch);
	submit(&c->batch, bcs);
}

static void fill(struct canvas *c, struct blt_rect r, uint32_t color)
{
	blt_color(&c->batch, &c->surface, &r, color);
	for (uint32_t y = r.y1; c->want && y < r.y2; y++) {
		for (uint32_t x = r.x1; x < r.x2; x++)
			c->want[y * c->surface.width + x] = color;
	}
}

/* Of a surface that is ready and linear. */
static void copy(struct canvas *c, struct blt_rect r, const struct blt_surface *src, uint32_t x, uint32_t y)
{
	blt_copy(&c->batch, &c->surface, &r, src, x, y);
	for (uint32_t j = r.y1; c->want && j < r.y2; j++)
		memcpy(&c->want[j * c->surface.width + r.x1], blt_pixel(src, x, y + j - r.y1),
		       4 * (r.x2 - r.x1));
}

static void glyphs_init(int fd, uint32_t scale)
{
	glyphs.scale = scale;
	glyphs.surface = linear_surface(fd, NUM_GLYPHS * GLYPH_WIDTH * scale, GLYPH_HEIGHT * scale);
	for (uint32_t y = 0; y < glyphs.surface.height; y++) {
		for (uint32_t x = 0; x < glyphs.surface.width; x++) {
			uint32_t column = x / scale % GLYPH_WIDTH, row = y / scale;
			const uint8_t *glyph = font[x / scale / GLYPH_WIDTH];
			bool ink = column < 5 && row < 7 && glyph[row] >> (4 - column) & 1;

			*blt_pixel(&glyphs.surface, x, y) = ink ? INK : BACKGROUND;
		}
	}
}

/* What does not fit is left out. */
static void text(struct canvas *c, uint32_t x, uint32_t y, const char *s)
{
	uint32_t width = GLYPH_WIDTH * glyphs.scale;

	for (; *s && x + width <= c->surface.width; s++, x += width) {
		uint32_t n = toupper((unsigned char)*s) - ' ';

		if (n < NUM_GLYPHS)
			copy(c, rect(x, y, width, GLYPH_HEIGHT * glyphs.scale), &glyphs.surface, n * width, 0);
	}
}

/* What is the same in all frames. */
static void draw_stage(struct canvas *c)
{
	uint32_t w = c->surface.width, h = c->surface.height, border = h / 96;
	uint32_t left = w / 16, bar = (w - 2 * left) / 8, top = h / 12, middle = h * 5 / 12, bottom = h / 2;

	canvas_begin(c);
	fill(c, rect(0, 0, w, h), options.color);
	fill(c, rect(border, border, w - 2 * border, h - 2 * border), BACKGROUND);
	for (uint32_t i = 0; i < 8; i++)
		fill(c, rect(left + i * bar, top, bar, middle - top), bars[i]);
	for (uint32_t i = 0; i < 16; i++)
		fill(c, rect(left + i * bar / 2, middle, bar / 2, bottom - middle), i * 0x111111);
	text(c, left, h * 13 / 24, options.name);
	canvas_end(c);
}

/* The average of the pixels that fall on one. */
static uint32_t average(const uint8_t *rgb, uint32_t width, struct blt_rect r)
{
	uint32_t sum[3] = { }, n = (r.x2 - r.x1) * (r.y2 - r.y1);

	for (uint32_t y = r.y1; y < r.y2; y++) {
		for (uint32_t x = r.x1; x < r.x2; x++) {
			for (int i = 0; i < 3; i++)
				sum[i] += rgb[3 * (y * width + x) + i];
		}
	}
	return sum[0] / n << 16 | sum[1] / n << 8 | sum[2] / n;
}

static void window_fill(const struct blt_surface *s, const uint8_t *rgb, uint32_t width, uint32_t height)
{
	for (uint32_t y = 0; y < s->height; y++) {
		for (uint32_t x = 0; x < s->width; x++) {
			struct blt_rect r = {
				x * width / s->width, y * height / s->height,
				(x + 1) * width / s->width, (y + 1) * height / s->height,
			};

			*blt_pixel(s, x, y) = average(rgb, width, r);
		}
	}
}

/* Of a PPM file at least as large as the window; anything else leaves the window as it is. */
static void window_load(struct window *window, const char *path)
{
	uint32_t width, height;
	uint8_t *rgb = NULL;
	struct stat st;
	FILE *f;

	if (stat(path, &st) || st.st_ino == window->inode)
		return;
	f = fopen(path, "r");
	if (!f)
		return;
	if (fscanf(f, "P6 %u %u 255", &width, &height) == 2 && fgetc(f) == '\n' &&
	    width >= window->surface.width && height >= window->surface.height &&
	    width <= 8192 && height <= 8192)
		rgb = malloc(3 * width * height);
	if (rgb && fread(rgb, 3 * width, height, f) == height) {
		window_fill(&window->surface, rgb, width, height);
		window->inode = st.st_ino;
	}
	free(rgb);
	fclose(f);
}

static void windows_init(int fd, const struct output *o)
{
	for (uint32_t i = 0; i < options.num_windows; i++)
		windows[i].surface = linear_surface(fd, o->mode.hdisplay * 3 / 8, o->mode.vdisplay * 3 / 8);
}

static void draw_windows(struct canvas *c, uint32_t frame)
{
	uint32_t w = c->surface.width, h = c->surface.height, left = w / 16;
	char line[32];

	snprintf(line, sizeof(line), "frame %06u", frame);
	text(c, w / 2, h * 13 / 24, line);
	for (uint32_t i = 0; i < options.num_windows; i++) {
		const struct blt_surface *s = &windows[i].surface;

		window_load(&windows[i], options.windows[i]);
		copy(c, rect(i ? w - left - s->width : left, h * 29 / 48, s->width, s->height), s, 0, 0);
	}
}

static void draw_moving(struct canvas *c, uint32_t frame)
{
	uint32_t w = c->surface.width, h = c->surface.height, left = w / 16, side = h / 8;
	uint32_t way = w - 2 * left - side, at = frame * 8 % (2 * way);
	char line[64], clock[16];
	time_t now = time(NULL);

	strftime(clock, sizeof(clock), "%H:%M:%S", gmtime(&now));
	snprintf(line, sizeof(line), "frame %06u  %s", frame, clock);
	text(c, left, h * 15 / 24, line);
	snprintf(line, sizeof(line), "blits right %u wrong %u", counts.checks - counts.check_errors,
		 counts.check_errors);
	text(c, left, h * 17 / 24, line);
	fill(c, rect(left + (at < way ? at : 2 * way - at), h * 19 / 24, side, side), options.color);
}

static void draw(struct canvas *c, uint32_t frame)
{
	canvas_begin(c);
	copy(c, rect(0, 0, c->surface.width, c->surface.height), &stage.surface, 0, 0);
	if (options.num_windows)
		draw_windows(c, frame);
	else if (!options.still)
		draw_moving(c, frame);
	canvas_end(c);
}

static void canvas_init(struct canvas *c, int fd)
{
	batch_init(&c->batch, fd, 16384);
	batch_use(&c->batch, &c->surface.bo, true);
	batch_use(&c->batch, &glyphs.surface.bo, false);
	if (c != &stage)
		batch_use(&c->batch, &stage.surface.bo, false);
	for (uint32_t i = 0; i < options.num_windows; i++)
		batch_use(&c->batch, &windows[i].surface.bo, false);
	if (options.still)
		c->want = calloc(c->surface.width * c->surface.height, 4);
}

static void canvas_for_fb(struct canvas *c, int fd, const struct fb *fb)
{
	c->surface = (struct blt_surface){
		.bo = bo_wrap(fd, fb->handle, fb->size), .tiling = fb->tiling, .stride = fb->stride,
		.cpp = 4, .width = fb->width, .height = fb->height,
	};
	canvas_init(c, fd);
}

/* There and back through a tiled surface, with a rectangle painted there; against the CPU. */
static void check_blitter(int fd)
{
	static struct blt_surface from, tiled, to;
	static struct batch b;
	struct blt_rect all = rect(0, 0, NUM_CHECK, NUM_CHECK);
	uint32_t x = vgt_random() % 64, y = vgt_random() % 64, seed = vgt_random();
	struct blt_rect painted = rect(x, y, 1 + vgt_random() % 64, 1 + vgt_random() % 64);

	if (!b.fd) {
		from = linear_surface(fd, NUM_CHECK, NUM_CHECK);
		tiled = linear_surface(fd, NUM_CHECK, NUM_CHECK);
		tiled.tiling = I915_TILING_X;
		to = linear_surface(fd, NUM_CHECK, NUM_CHECK);
		batch_init(&b, fd, 4096);
		batch_use(&b, &from.bo, false);
		batch_use(&b, &tiled.bo, true);
		batch_use(&b, &to.bo, true);
	}
	for (uint32_t i = 0; i < NUM_CHECK * NUM_CHECK; i++)
		from.bo.u32[i] = (i + seed) * 2654435761u;
	b.pos = 0;
	blt_copy(&b, &tiled, &all, &from, 0, 0);
	blt_color(&b, &tiled, &painted, seed);
	blt_copy(&b, &to, &all, &tiled, 0, 0);
	batch_end(&b);
	submit(&b, bcs);
	gem_wait(fd, to.bo.handle);
	counts.checks++;
	for (uint32_t i = 0; i < NUM_CHECK * NUM_CHECK; i++) {
		uint32_t px = i % NUM_CHECK, py = i / NUM_CHECK;
		bool in = px >= painted.x1 && px < painted.x2 && py >= painted.y1 && py < painted.y2;

		if (to.bo.u32[i] != (in ? seed : from.bo.u32[i])) {
			counts.check_errors++;
			break;
		}
	}
}

/* A batch on the render engine, and what it has written the time before. */
static void work(int fd)
{
	static struct batch b;
	static struct bo result;
	static uint32_t value;

	if (!b.fd) {
		result = bo_create(fd, 4096);
		batch_init(&b, fd, 4096);
		batch_use(&b, &result, true);
	} else {
		gem_wait(fd, result.handle);
		counts.checks++;
		counts.check_errors += result.u32[0] != value;
	}
	b.pos = 0;
	batch_store(&b, &result, 0, ++value);
	batch_end(&b);
	submit(&b, rcs);
}

static void write_stats(double seconds)
{
	char part[256];
	FILE *f;

	if (!options.stats)
		return;
	snprintf(part, sizeof(part), "%s.part", options.stats);
	f = fopen(part, "w");
	vgt_assert(f);
	fprintf(f, "seconds %.3f\nframes %u\nsubmissions %u\nchecks %u\ncheck_errors %u\n", seconds,
		counts.frames, counts.submissions, counts.checks, counts.check_errors);
	fclose(f);
	vgt_assert_eq(rename(part, options.stats), 0);
}

/* An arrow: black with a white edge. */
static struct bo cursor_create(int fd)
{
	struct bo bo = bo_create(fd, 4 * CURSOR_SIZE * CURSOR_SIZE);

	for (uint32_t y = 0; y < CURSOR_SIZE; y++) {
		for (uint32_t x = 0; x <= y && x + y < 80; x++) {
			bool edge = x < 3 || y - x < 4 || x + y > 74 || y > CURSOR_SIZE - 4;

			bo.u32[y * CURSOR_SIZE + x] = edge ? 0xffffffff : 0xff000000;
		}
	}
	return bo;
}

static void cursor_show(const struct output *o, const struct bo *cursor)
{
	struct drm_mode_cursor arg = {
		.flags = DRM_MODE_CURSOR_BO, .crtc_id = o->crtc, .handle = cursor->handle,
		.width = CURSOR_SIZE, .height = CURSOR_SIZE,
	};

	vgt_do_ioctl(o->fd, DRM_IOCTL_MODE_CURSOR, &arg);
}

/* On a diamond in the middle of the screen; the place of frame 0 is the still picture's. */
static void cursor_place(const struct output *o, uint32_t frame, int *x, int *y)
{
	int size = o->mode.vdisplay / 4, step = frame * 4 % (4 * size), part = step % size;
	static const int corners[5][2] = { { 0, -1 }, { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
	const int *from = corners[step / size], *to = corners[step / size + 1];

	*x = o->mode.hdisplay / 2 + from[0] * (size - part) + to[0] * part;
	*y = o->mode.vdisplay / 2 + from[1] * (size - part) + to[1] * part;
}

static void cursor_move(const struct output *o, uint32_t frame)
{
	struct drm_mode_cursor arg = { .flags = DRM_MODE_CURSOR_MOVE, .crtc_id = o->crtc };

	cursor_place(o, frame, &arg.x, &arg.y);
	vgt_do_ioctl(o->fd, DRM_IOCTL_MODE_CURSOR, &arg);
}

/* What the screen shows: the picture with the cursor on it. */
static void write_ppm(const struct output *o, const struct canvas *c, const struct bo *cursor)
{
	char part[256];
	int left, top;
	FILE *f;

	snprintf(part, sizeof(part), "%s.part", options.ppm);
	f = fopen(part, "w");
	vgt_assert(f);
	/* Few and large writes: the file may be on a share of the host's. */
	setvbuf(f, NULL, _IOFBF, 1 << 20);
	cursor_place(o, 0, &left, &top);
	fprintf(f, "P6\n%u %u\n255\n", c->surface.width, c->surface.height);
	for (int y = 0; y < (int)c->surface.height; y++) {
		for (int x = 0; x < (int)c->surface.width; x++) {
			uint32_t value = c->want[y * c->surface.width + x], over = 0;

			if (options.cursor && x >= left && x < left + CURSOR_SIZE && y >= top && y < top + CURSOR_SIZE)
				over = cursor->u32[(y - top) * CURSOR_SIZE + x - left];
			if (over >> 24)
				value = over;
			fputc(value >> 16 & 0xff, f);
			fputc(value >> 8 & 0xff, f);
			fputc(value & 0xff, f);
		}
	}
	vgt_assert_eq(fclose(f), 0);
	vgt_assert_eq(rename(part, options.ppm), 0);
}

static void check_still(int fd, const struct canvas *c)
{
	const struct blt_surface *s = &c->surface;

	gem_wait(fd, s->bo.handle);
	for (uint32_t y = 0; y < s->height; y++) {
		for (uint32_t x = 0; x < s->width; x++)
			vgt_assert_f(*blt_pixel(s, x, y) == c->want[y * s->width + x],
				     "(%u, %u): %#x instead of %#x", x, y, *blt_pixel(s, x, y),
				     c->want[y * s->width + x]);
	}
}

/* From here on it is on the screen. */
static void check_picture(const struct output *o, const struct canvas *c, const struct bo *cursor)
{
	check_still(o->fd, c);
	kms_vblank(o, 2);
	printf("still picture, %s\n", o->mode.name);
	fflush(stdout);
	if (options.ppm)
		write_ppm(o, c, cursor);
}

static void still(const struct output *o, struct canvas *c, const struct bo *cursor)
{
	draw(c, 0);
	check_picture(o, c, cursor);
	/* Seldom awake: what is left of the time is for counting what a screen alone costs. */
	for (double end = vgt_now() + options.seconds; vgt_now() < end && !stopped;)
		poll(NULL, 0, 1000);
}

static void move(const struct output *o, struct canvas canvases[2], const struct fb fb[2])
{
	double start = vgt_now(), second = start, now = start;

	for (uint32_t frame = 1; now < start + options.seconds && !stopped; frame++) {
		struct drm_event_vblank event;

		/* Flipped away from, so done. */
		draw(&canvases[frame % 2], frame);
		for (uint32_t i = 0; i < options.work; i++)
			work(o->fd);
		vgt_assert_eq(-kms_flip(o, &fb[frame % 2], frame), 0);
		if (options.cursor)
			cursor_move(o, frame);
		kms_event(o->fd, &event, sizeof(event));
		counts.frames++;
		now = vgt_now();
		if (now >= second) {
			check_blitter(o->fd);
			write_stats(now - start);
			second = now + 1;
		}
		if (options.fps > 0 && now < start + frame / options.fps)
			vgt_sleep(start + frame / options.fps - now);
	}
	write_stats(now - start);
	printf("%u frames, %u submissions, %u checks, %u wrong, in %.1f s\n", counts.frames, counts.submissions,
	       counts.checks, counts.check_errors, now - start);
}

static struct output choose_mode(int fd)
{
	struct output o = kms_output(fd);

	o.mode = o.modes[0];
	for (uint32_t i = 0; i < o.num_modes && !options.follow; i++) {
		const struct drm_mode_modeinfo *m = &o.modes[i];

		if (m->hdisplay == options.width && m->vdisplay == options.height &&
		    !(m->flags & DRM_MODE_FLAG_INTERLACE)) {
			o.mode = *m;
			break;
		}
	}
	printf("mode %s\n", o.mode.name);
	return o;
}

static void stage_init(int fd, const struct output *o)
{
	glyphs_init(fd, o->mode.vdisplay / 192);
	windows_init(fd, o);
	stage.surface = linear_surface(fd, o->mode.hdisplay, o->mode.vdisplay);
	canvas_init(&stage, fd);
	draw_stage(&stage);
	gem_wait(fd, stage.surface.bo.handle);
}

static void canvas_fini(struct canvas *c)
{
	free(c->want);
	c->want = NULL;
	batch_fini(&c->batch);
}

static void show_on(const struct output *o, const struct fb *fb, const struct bo *cursor)
{
	kms_set_mode(o, fb);
	if (options.cursor) {
		cursor_show(o, cursor);
		cursor_move(o, 0);
	}
}

static int listen_to_uevents(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	vgt_assert(s >= 0 && !bind(s, (struct sockaddr *)&addr, sizeof(addr)));
	return s;
}

/* A uevent is strings one after the other. */
static bool is_hotplug(const char *event, ssize_t len)
{
	for (ssize_t at = 0; at < len; at += strlen(event + at) + 1) {
		if (!strcmp(event + at, "HOTPLUG=1"))
			return true;
	}
	return false;
}

static bool hotplugged(int uevents)
{
	struct pollfd pfd = { .fd = uevents, .events = POLLIN };
	char event[8192];
	ssize_t len;

	if (poll(&pfd, 1, 200) != 1)
		return false;
	len = recv(uevents, event, sizeof(event) - 1, 0);
	vgt_assert(len > 0);
	event[len] = 0;
	return is_hotplug(event, len);
}

/* The monitor that prefers another mode than @o has; false: stopped before there is one. */
static bool next_monitor(int uevents, struct output *o)
{
	struct output now;

	while (!stopped) {
		if (!hotplugged(uevents))
			continue;
		counts.hotplugs++;
		if (!kms_outputs(o->fd, &now, 1)) {
			printf("hot-plug %u: no monitor\n", counts.hotplugs);
			fflush(stdout);
			continue;
		}
		now.mode = now.modes[0];
		printf("hot-plug %u: monitor of %s\n", counts.hotplugs, now.mode.name);
		fflush(stdout);
		if (now.mode.hdisplay != o->mode.hdisplay || now.mode.vdisplay != o->mode.vdisplay) {
			*o = now;
			return true;
		}
	}
	return false;
}

/* What was on the screen before stays until the new picture is there. */
static void follow(int fd)
{
	int uevents = listen_to_uevents();
	struct output o = choose_mode(fd);
	struct bo cursor = cursor_create(fd);
	struct canvas canvas = { };
	struct fb fb, old = { };

	do {
		stage_init(fd, &o);
		fb = fb_for(&o, options.tiling);
		canvas_for_fb(&canvas, fd, &fb);
		draw(&canvas, 0);
		gem_wait(fd, fb.handle);
		show_on(&o, &fb, &cursor);
		if (old.id)
			fb_destroy(fd, &old);
		old = fb;
		check_picture(&o, &canvas, &cursor);
		munmap(canvas.surface.bo.map, canvas.surface.bo.size);
		canvas_fini(&canvas);
		canvas_fini(&stage);
		bo_destroy(fd, &stage.surface.bo);
		bo_destroy(fd, &glyphs.surface.bo);
	} while (next_monitor(uevents, &o));
	close(uevents);
}

static void show(int fd)
{
	struct output o = choose_mode(fd);
	struct bo cursor = cursor_create(fd);
	struct fb fb[2];
	struct canvas canvases[2] = { };

	stage_init(fd, &o);
	for (int i = 0; i < 2; i++) {
		fb[i] = fb_for(&o, options.tiling);
		canvas_for_fb(&canvases[i], fd, &fb[i]);
	}
	draw(&canvases[0], 0);
	show_on(&o, &fb[0], &cursor);
	if (options.still)
		still(&o, &canvases[0], &cursor);
	else
		move(&o, canvases, fb);
}

/* The counts so far are still written. */
static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static uint32_t parse_tiling(const char *s)
{
	if (!strcmp(s, "linear"))
		return I915_TILING_NONE;
	if (!strcmp(s, "x"))
		return I915_TILING_X;
	if (!strcmp(s, "y"))
		return I915_TILING_Y;
	fprintf(stderr, "--tiling %s: linear, x or y\n", s);
	exit(2);
}

static void usage(const char *program)
{
	printf("usage: %s [OPTION...]\n"
	       "  --name TEXT         shown on the screen\n"
	       "  --color RRGGBB      of the border and the square\n"
	       "  --mode WIDTHxHEIGHT if the monitor has it (1024x768), else its preferred one\n"
	       "  --tiling TILING     linear, x or y\n"
	       "  --seconds N         how long (10)\n"
	       "  --fps N             at most so many frames a second, else one for each vertical blank\n"
	       "  --stats FILE        what was done so far, each second\n"
	       "  --work N            batches on the render engine for each frame (1)\n"
	       "  --window FILE.ppm   shown small; at most two of them\n"
	       "  --still             a picture that does not move, compared with the CPU's\n"
	       "  --follow            the same in the preferred mode of each monitor that is plugged, until SIGTERM\n"
	       "  --ppm FILE          what --still or --follow shows\n"
	       "  --no-cursor\n", program);
}

static void parse_options(int argc, char **argv)
{
	static const struct option known[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "color", required_argument, NULL, 'c' },
		{ "mode", required_argument, NULL, 'm' },
		{ "tiling", required_argument, NULL, 't' },
		{ "seconds", required_argument, NULL, 's' },
		{ "fps", required_argument, NULL, 'r' },
		{ "stats", required_argument, NULL, 'f' },
		{ "work", required_argument, NULL, 'w' },
		{ "window", required_argument, NULL, 'W' },
		{ "still", no_argument, NULL, 'S' },
		{ "follow", no_argument, NULL, 'F' },
		{ "ppm", required_argument, NULL, 'p' },
		{ "no-cursor", no_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case 'n':
			options.name = optarg;
			break;
		case 'c':
			options.color = strtoul(optarg, NULL, 16);
			break;
		case 'm':
			if (sscanf(optarg, "%ux%u", &options.width, &options.height) == 2)
				break;
			fprintf(stderr, "--mode %s: WIDTHxHEIGHT\n", optarg);
			exit(2);
		case 't':
			options.tiling = parse_tiling(optarg);
			break;
		case 's':
			options.seconds = atof(optarg);
			break;
		case 'r':
			options.fps = atof(optarg);
			break;
		case 'f':
			options.stats = optarg;
			break;
		case 'w':
			options.work = atoi(optarg);
			break;
		case 'W':
			if (options.num_windows < MAX_WINDOWS)
				options.windows[options.num_windows++] = optarg;
			break;
		case 'S':
			options.still = true;
			break;
		case 'F':
			options.still = true;
			options.follow = true;
			break;
		case 'p':
			options.ppm = optarg;
			break;
		case 'C':
			options.cursor = false;
			break;
		default:
			usage(argv[0]);
			exit(c == 'h' ? 0 : 2);
		}
	}
}

int main(int argc, char **argv)
{
	int fd;

	parse_options(argc, argv);
	fd = vgt_open(false);
	if (fd < 0) {
		fprintf(stderr, "no card of i915\n");
		return 1;
	}
	signal(SIGTERM, stop);
	if (options.follow)
		follow(fd);
	else
		show(fd);
	return counts.check_errors ? 1 : 0;
}
