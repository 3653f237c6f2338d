// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * vnc-picture SOCKET FILE.ppm: one picture of a machine's screen, as a viewer sees it (RFC 6143).
 *
 * QEMU's own screendump has nothing to say of screens that are dma-bufs.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SECONDS			30	/* without an answer */
#define MAX_SIZE		8192
#define ENCODING_RAW		0
#define ENCODING_DESKTOP_SIZE	(-223)

static int server;

/** struct screen - what is known of it; lines of pixels 0x00RRGGBB */
static struct {
	uint32_t width, height, *pixels;
} screen;

static void get(void *data, size_t size)
{
	for (ssize_t n; size; data = (char *)data + n, size -= n) {
		n = read(server, data, size);
		if (n <= 0)
			errx(1, "the server does not answer");
	}
}

static void put(const void *data, size_t size)
{
	if (write(server, data, size) != (ssize_t)size)
		err(1, "write");
}

static uint8_t get8(void)
{
	uint8_t value;

	get(&value, 1);
	return value;
}

static uint16_t get16(void)
{
	uint16_t value;

	get(&value, 2);
	return ntohs(value);
}

static uint32_t get32(void)
{
	uint32_t value;

	get(&value, 4);
	return ntohl(value);
}

static void skip(uint32_t size)
{
	while (size--)
		get8();
}

static void resize(uint32_t width, uint32_t height)
{
	if (width > MAX_SIZE || height > MAX_SIZE)
		errx(1, "a screen of %ux%u", width, height);
	screen.width = width;
	screen.height = height;
	free(screen.pixels);
	screen.pixels = calloc(width * height + 1, 4);
	if (!screen.pixels)
		err(1, "calloc");
}

static void open_session(const char *path)
{
	struct timeval timeout = { .tv_sec = SECONDS };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char version[12];
	uint32_t width;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	server = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(server, (struct sockaddr *)&addr, sizeof(addr)))
		err(1, "%s", path);
	setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	get(version, sizeof(version));
	put("RFB 003.008\n", 12);
	skip(get8());			/* kinds of security; the socket is ours alone */
	put("\1", 1);
	if (get32())
		errx(1, "the server refuses us");
	put("\1", 1);			/* a shared session */
	width = get16();
	resize(width, get16());
	skip(16);			/* its pixels' format */
	skip(get32());			/* its name */
}

static void choose_formats(void)
{
	/* 32 bits, depth 24, little-endian, true colour, 8 bits each: red at 16, green at 8, blue at 0 */
	static const uint8_t format[20] = { 0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0 };
	static const uint8_t encodings[12] = { 2, 0, 0, 2, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x21 };

	put(format, sizeof(format));
	put(encodings, sizeof(encodings));
}

static void ask_for_picture(void)
{
	uint8_t request[10] = { 3, 0, 0, 0, 0, 0, screen.width >> 8, screen.width,
				screen.height >> 8, screen.height };

	put(request, sizeof(request));
}

/* Returns how many pixels it has brought, or 0 when the screen has another size now. */
static uint32_t get_rectangle(void)
{
	uint32_t x = get16(), y = get16(), width = get16(), height = get16();
	int32_t encoding = get32();

	if (encoding == ENCODING_DESKTOP_SIZE) {
		resize(width, height);
		return 0;
	}
	if (encoding != ENCODING_RAW || x + width > screen.width || y + height > screen.height)
		errx(1, "encoding %d of %ux%u", encoding, width, height);
	for (uint32_t i = 0; i < height; i++)
		get(&screen.pixels[(y + i) * screen.width + x], 4 * width);
	return width * height;
}

/* Returns how many pixels it has brought. */
static uint32_t get_update(void)
{
	uint32_t pixels = 0;

	skip(1);
	for (uint16_t n = get16(); n; n--) {
		uint32_t brought = get_rectangle();

		pixels = brought ? pixels + brought : 0;
	}
	return pixels;
}

static void get_picture(void)
{
	uint32_t pixels = 0;

	ask_for_picture();
	while (pixels < screen.width * screen.height) {
		uint8_t type = get8();

		if (type == 0) {
			uint32_t brought = get_update();

			pixels += brought;
			if (!brought)
				ask_for_picture();
		} else if (type == 3) {	/* a clipboard */
			skip(3);
			skip(get32());
		} else if (type != 2) {	/* a bell */
			errx(1, "message %u", type);
		}
	}
}

static void write_picture(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		err(1, "%s", path);
	fprintf(f, "P6\n%u %u\n255\n", screen.width, screen.height);
	for (uint32_t i = 0; i < screen.width * screen.height; i++) {
		uint32_t value = screen.pixels[i];

		fputc(value >> 16 & 0xff, f);
		fputc(value >> 8 & 0xff, f);
		fputc(value & 0xff, f);
	}
	if (fclose(f))
		err(1, "%s", path);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(2, "usage: vnc-picture SOCKET FILE.ppm");
	open_session(argv[1]);
	choose_formats();
	get_picture();
	write_picture(argv[2]);
	return 0;
}
