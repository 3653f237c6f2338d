// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: EDID
 *
 * Block 0 of VESA E-EDID 1.4 with one detailed timing, and for HDMI a CEA-861
 * extension with HDMI's vendor block.  The preferred mode has the timings of
 * CVT 1.1 with reduced blanking, which no CEA mode has: software then sends
 * the full range of RGB.
 */
#include <string.h>

#include "igd_edid.h"

#define MIN_WIDTH	640
#define MIN_HEIGHT	480
#define MAX_WIDTH	4095	/* what twelve bits of the timing can hold */
#define MAX_HEIGHT	2304
#define REFRESH_HZ	60

/* CVT, reduced blanking. */
#define RB_HBLANK	160
#define RB_HFRONT	48
#define RB_HSYNC	32
#define RB_VFRONT	3
#define RB_MIN_VBACK	6
#define RB_MIN_VBLANK_US 460
#define CLOCK_STEP_HZ	250000

#define MAX_DOTCLOCK_10MHZ 62	/* what the range descriptor promises */
#define MAX_TMDS_5MHZ	60	/* 300 MHz, as much as the ports can do */

struct timing {
	uint32_t width, height;
	uint32_t vsync, vblank;
	uint32_t khz;
};

/* The width of vsync tells the aspect ratio to old monitors. */
static uint32_t cvt_vsync(uint32_t w, uint32_t h)
{
	static const struct { uint8_t w, h, vsync; } ratio[] = {
		{ 4, 3, 4 }, { 16, 9, 5 }, { 16, 10, 6 }, { 5, 4, 7 }, { 15, 9, 7 },
	};

	for (size_t i = 0; i < IGD_ARRAY_SIZE(ratio); i++)
		if (w * ratio[i].h == h * ratio[i].w)
			return ratio[i].vsync;
	return 10;
}

static void cvt_reduced(struct timing *t, uint32_t width, uint32_t height)
{
	/* line time without blanking lines, in ns */
	uint64_t active_ns = 1000000000ull / REFRESH_HZ - RB_MIN_VBLANK_US * 1000;
	uint32_t lines = RB_MIN_VBLANK_US * 1000ull * height / active_ns + 1;
	uint32_t min_lines;
	uint64_t hz;

	t->width = width;
	t->height = height;
	t->vsync = cvt_vsync(width, height);
	min_lines = RB_VFRONT + t->vsync + RB_MIN_VBACK;
	t->vblank = lines < min_lines ? min_lines : lines;
	hz = (uint64_t)REFRESH_HZ * (height + t->vblank) * (width + RB_HBLANK);
	t->khz = hz / CLOCK_STEP_HZ * CLOCK_STEP_HZ / 1000;
}

static void put_timing(uint8_t *d, const struct timing *t)
{
	uint32_t clock = t->khz / 10;

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
	/* image size in mm at about 96 dpi */
	d[12] = t->width * 254 / 960;
	d[13] = t->height * 254 / 960;
	d[14] = (t->width * 254 / 960) >> 8 << 4 | (t->height * 254 / 960) >> 8;
	d[17] = 0x1a;	/* digital separate sync, hsync positive, vsync negative */
}

static void put_text(uint8_t *d, uint8_t tag, const char *text)
{
	size_t len = strlen(text);

	memset(d, 0, 5);
	d[3] = tag;
	memset(d + 5, ' ', 13);
	memcpy(d + 5, text, len);
	d[5 + len] = '\n';
}

static void put_range(uint8_t *d)
{
	memset(d, 0, 18);
	d[3] = 0xfd;
	d[5] = 50;			/* Hz, vertical */
	d[6] = 75;
	d[7] = 30;			/* kHz, horizontal */
	d[8] = 160;
	d[9] = MAX_DOTCLOCK_10MHZ;
	d[10] = 0x01;			/* limits only */
	d[11] = '\n';
	memset(d + 12, ' ', 6);
}

static void put_checksum(uint8_t *block)
{
	uint8_t sum = 0;

	for (int i = 0; i < 127; i++)
		sum += block[i];
	block[127] = -sum;
}

/* An extension with nothing but HDMI's vendor block. */
static void put_cea(uint8_t *block)
{
	static const uint8_t vendor[] = {
		3 << 5 | 7, 0x03, 0x0c, 0x00,	/* vendor specific, 7 bytes, HDMI's OUI */
		0x10, 0x00,			/* physical address 1.0.0.0 */
		0x00,				/* no deep colour */
		MAX_TMDS_5MHZ,
	};

	memset(block, 0, 128);
	block[0] = 0x02;
	block[1] = 3;
	block[2] = 4 + sizeof(vendor);	/* detailed timings would follow here */
	memcpy(block + 4, vendor, sizeof(vendor));
	put_checksum(block);
}

size_t igd_edid_default(uint8_t edid[IGD_EDID_MAX], uint32_t width, uint32_t height, bool hdmi)
{
	static const uint8_t head[] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
		('V' - '@') << 2 | ('G' - '@') >> 3, (('G' - '@') & 7) << 5 | ('T' - '@'),
		0x01, 0x00,		/* product */
		0x01, 0x00, 0x00, 0x00,	/* serial number */
		0, 36,			/* made in 2026 */
		1, 4,			/* EDID 1.4 */
	};
	/* sRGB primaries */
	static const uint8_t colors[] = {
		0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54,
	};
	struct timing t;

	if (width < MIN_WIDTH || width > MAX_WIDTH || height < MIN_HEIGHT || height > MAX_HEIGHT)
		return 0;
	cvt_reduced(&t, width, height);

	memset(edid, 0, IGD_EDID_MAX);
	memcpy(edid, head, sizeof(head));
	edid[20] = 0xa0 | (hdmi ? 0x2 : 0x5);	/* digital, 8 bits per colour, HDMI or DP */
	edid[21] = width * 254 / 9600;		/* cm */
	edid[22] = height * 254 / 9600;
	edid[23] = 120;				/* gamma 2.2 */
	edid[24] = 0x06;			/* sRGB, first timing is the native one */
	memcpy(edid + 25, colors, sizeof(colors));
	edid[35] = 0x21;			/* 640x480 and 800x600 at 60 Hz */
	edid[36] = 0x08;			/* 1024x768 at 60 Hz */
	memset(edid + 38, 0x01, 16);		/* no standard timings */
	put_timing(edid + 54, &t);
	put_range(edid + 72);
	put_text(edid + 90, 0xfc, "vGT Monitor");
	put_text(edid + 108, 0xff, "1");
	edid[126] = hdmi;
	put_checksum(edid);
	if (!hdmi)
		return 128;
	put_cea(edid + 128);
	return 256;
}
