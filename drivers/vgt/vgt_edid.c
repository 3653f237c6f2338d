// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: EDID
 *
 * The monitor of a guest whose VMM has no EDID of its own for it: one block of
 * VESA E-EDID 1.4.  The preferred mode is computed, with the reduced blanking of
 * CVT 1.1; below it come those of the usual modes that are smaller:
 *
 *   established timings   640x480, 800x600, 1024x768
 *   standard timings      up to eight that every driver knows the timing of
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "vgt_edid.h"

#define MIN_WIDTH	640
#define MIN_HEIGHT	480
#define REFRESH_HZ	60

/* CVT, reduced blanking. */
#define RB_HBLANK	160
#define RB_HFRONT	48
#define RB_HSYNC	32
#define RB_VFRONT	3
#define RB_MIN_VBACK	6
#define RB_MIN_VBLANK_NS 460000
#define CLOCK_STEP_HZ	250000

/* Where things are in the block. */
#define EDID_INPUT	20
#define EDID_COLORS	25
#define EDID_STANDARD	38
#define EDID_DETAILED	54
#define EDID_DESC_SIZE	18

#define DESC_NAME	0xfc
#define DESC_RANGE	0xfd
#define DESC_DUMMY	0x10

/**
 * struct timing - of the preferred mode
 * @width: active pixels
 * @height: active lines
 * @vsync: lines of the vertical sync pulse
 * @vblank: blank lines
 * @khz: pixel clock
 */
struct timing {
	u32 width, height;
	u32 vsync, vblank;
	u32 khz;
};

/* The width of vsync tells the aspect ratio to old monitors. */
static u32 cvt_vsync(u32 w, u32 h)
{
	static const struct { u8 w, h, vsync; } ratio[] = {
		{ 4, 3, 4 }, { 16, 9, 5 }, { 16, 10, 6 }, { 5, 4, 7 }, { 15, 9, 7 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ratio); i++)
		if (w * ratio[i].h == h * ratio[i].w)
			return ratio[i].vsync;
	return 10;
}

static void cvt_reduced(struct timing *t, u32 width, u32 height)
{
	u32 active_ns = 1000000000 / REFRESH_HZ - RB_MIN_VBLANK_NS;
	u32 lines = div_u64((u64)RB_MIN_VBLANK_NS * height, active_ns) + 1;
	u64 hz;

	t->width = width;
	t->height = height;
	t->vsync = cvt_vsync(width, height);
	t->vblank = max(lines, RB_VFRONT + t->vsync + RB_MIN_VBACK);
	hz = (u64)REFRESH_HZ * (height + t->vblank) * (width + RB_HBLANK);
	t->khz = div_u64(hz, CLOCK_STEP_HZ) * (CLOCK_STEP_HZ / 1000);
}

static u32 to_mm(u32 pixels)
{
	return pixels * 254 / 960;	/* 96 dpi */
}

static void put_timing(u8 *d, const struct timing *t)
{
	u32 clock = t->khz / 10, w = to_mm(t->width), h = to_mm(t->height);

	d[0] = clock;
	d[1] = clock >> 8;
	d[2] = t->width;
	d[3] = RB_HBLANK;
	d[4] = t->width >> 8 << 4 | RB_HBLANK >> 8;
	d[5] = t->height;
	d[6] = t->vblank;
	d[7] = t->height >> 8 << 4 | t->vblank >> 8;
	d[8] = RB_HFRONT;
	d[9] = RB_HSYNC;
	d[10] = (RB_VFRONT & 15) << 4 | (t->vsync & 15);
	d[11] = RB_HFRONT >> 8 << 6 | RB_HSYNC >> 8 << 4 | RB_VFRONT >> 4 << 2 | t->vsync >> 4;
	d[12] = w;
	d[13] = h;
	d[14] = w >> 8 << 4 | h >> 8;
	d[17] = 0x1a;			/* separate sync, horizontal positive, vertical negative */
}

static void put_text(u8 *d, u8 tag, const char *text)
{
	size_t len = strlen(text);

	d[3] = tag;
	memset(d + 5, ' ', 13);
	memcpy(d + 5, text, len);
	d[5 + len] = '\n';
}

static void put_range(u8 *d, const struct timing *t)
{
	d[3] = DESC_RANGE;
	d[5] = 50;			/* Hz, vertical */
	d[6] = 75;
	d[7] = 30;			/* kHz, horizontal */
	d[8] = 160;
	d[9] = max(t->khz / 10000 + 1, 17u);	/* 10 MHz, pixel clock */
	d[10] = 0x01;			/* limits only */
	d[11] = '\n';
	memset(d + 12, ' ', 6);
}

/* The largest first; the aspect ratios are 0: 16:10, 1: 4:3, 2: 5:4, 3: 16:9. */
static void put_standard(u8 *d, u32 width, u32 height)
{
	static const struct { u16 w, h; u8 aspect; } modes[] = {
		{ 1920, 1200, 0 }, { 1920, 1080, 3 }, { 1600, 1200, 1 }, { 1680, 1050, 0 },
		{ 1600, 900, 3 }, { 1440, 900, 0 }, { 1280, 1024, 2 }, { 1280, 800, 0 },
		{ 1280, 720, 3 },
	};
	unsigned int i, n = 0;

	memset(d, 0x01, 16);		/* unused */
	for (i = 0; i < ARRAY_SIZE(modes) && n < 8; i++) {
		if (modes[i].w > width || modes[i].h > height ||
		    (modes[i].w == width && modes[i].h == height))
			continue;
		d[2 * n] = modes[i].w / 8 - 31;
		d[2 * n + 1] = modes[i].aspect << 6 | (REFRESH_HZ - 60);
		n++;
	}
}

static void put_established(u8 *d, u32 width, u32 height)
{
	d[0] = 0x20;			/* 640x480 at 60 Hz */
	if (width >= 800 && height >= 600)
		d[0] |= 0x01;
	if (width >= 1024 && height >= 768)
		d[1] = 0x08;
}

static void put_checksum(u8 *block)
{
	u8 sum = 0;
	unsigned int i;

	for (i = 0; i < VGT_EDID_BLOCK - 1; i++)
		sum += block[i];
	block[VGT_EDID_BLOCK - 1] = -sum;
}

static u32 within(u32 val, u32 low, u32 high)
{
	return min(max(val, low), high);
}

void vgt_edid_make(u8 *edid, unsigned int width, unsigned int height)
{
	static const u8 head[EDID_INPUT] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
		('V' - '@') << 2 | ('G' - '@') >> 3, (('G' - '@') & 7) << 5 | ('T' - '@'),
		0x02, 0x00,		/* product */
		0x01, 0x00, 0x00, 0x00,	/* serial number */
		0, 36,			/* made in 2026 */
		1, 4,			/* EDID 1.4 */
	};
	/* sRGB primaries */
	static const u8 colors[] = {
		0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54,
	};
	u8 *desc = edid + EDID_DETAILED;
	struct timing t;

	cvt_reduced(&t, within(width, MIN_WIDTH, VGT_EDID_MAX_WIDTH),
		    within(height, MIN_HEIGHT, VGT_EDID_MAX_HEIGHT));

	memset(edid, 0, VGT_EDID_BLOCK);
	memcpy(edid, head, sizeof(head));
	edid[EDID_INPUT] = 0xa5;		/* digital, 8 bits per colour, DisplayPort */
	edid[EDID_INPUT + 1] = to_mm(t.width) / 10;
	edid[EDID_INPUT + 2] = to_mm(t.height) / 10;
	edid[EDID_INPUT + 3] = 120;		/* gamma 2.2 */
	edid[EDID_INPUT + 4] = 0x06;		/* sRGB, first timing is the native one */
	memcpy(edid + EDID_COLORS, colors, sizeof(colors));
	put_established(edid + EDID_COLORS + sizeof(colors), t.width, t.height);
	put_standard(edid + EDID_STANDARD, t.width, t.height);
	put_timing(desc, &t);
	put_range(desc + EDID_DESC_SIZE, &t);
	put_text(desc + 2 * EDID_DESC_SIZE, DESC_NAME, "vGT");
	desc[3 * EDID_DESC_SIZE + 3] = DESC_DUMMY;
	put_checksum(edid);
}
