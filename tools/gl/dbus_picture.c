// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * dbus-picture QMP-SOCKET FILE.ppm [SECONDS]: a picture of a machine's screen, as a viewer of QEMU's
 * display "dbus,p2p=on" gets it: from the guest's dma-buf itself when it has one.  With SECONDS the file
 * is replaced by the next picture so often, until the machine ends.  A line "WIDTHxHEIGHT" of standard
 * input is what resizing a viewer's window is to the machine.
 *
 *	QMP: getfd, add_client ──► console: RegisterListener ──► listener: Scanout, Update, ScanoutDMABUF,
 *	                                    SetUIInfo                      CursorDefine, MouseSet
 *
 * QEMU 10 neither dumps nor sends by VNC a screen that is a dma-buf.
 */
#include <err.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SECONDS		20	/* without a picture */
#define SETTLE_MS	1000	/* for what comes after the first picture: the cursor */
#define MAX_SIZE	8192
#define CONSOLE		"/org/qemu/Display1/Console_0"
#define LISTENER	"/org/qemu/Display1/Listener"

static const char listener_xml[] =
	"<node><interface name='org.qemu.Display1.Listener'>"
	"<method name='Scanout'><arg type='u' direction='in'/><arg type='u' direction='in'/>"
	"<arg type='u' direction='in'/><arg type='u' direction='in'/><arg type='ay' direction='in'/></method>"
	"<method name='Update'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
	"<arg type='i' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='in'/>"
	"<arg type='u' direction='in'/><arg type='ay' direction='in'/></method>"
	"<method name='ScanoutDMABUF'><arg type='h' direction='in'/><arg type='u' direction='in'/>"
	"<arg type='u' direction='in'/><arg type='u' direction='in'/><arg type='u' direction='in'/>"
	"<arg type='t' direction='in'/><arg type='b' direction='in'/></method>"
	"<method name='UpdateDMABUF'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
	"<arg type='i' direction='in'/><arg type='i' direction='in'/></method>"
	"<method name='Disable'/>"
	"<method name='MouseSet'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
	"<arg type='i' direction='in'/></method>"
	"<method name='CursorDefine'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
	"<arg type='i' direction='in'/><arg type='i' direction='in'/><arg type='ay' direction='in'/></method>"
	"<property name='Interfaces' type='as' access='read'/>"
	"</interface></node>";

/** struct image - lines of pixels 0xAARRGGBB */
struct image {
	uint32_t width, height;
	uint32_t *pixels;
};

/** struct screen - what the listener was told, what is wanted; @fd: the dma-buf, -1: none */
static struct {
	struct image image, cursor;
	int fd, cursor_x, cursor_y, cursor_on;
	uint32_t stride;
	uint64_t modifier;
	const char *path;
	double seconds;
	guint missing;
	GMainLoop *loop;
} screen = { .fd = -1 };

static void set_size(struct image *image, uint32_t width, uint32_t height)
{
	if (!width || !height || width > MAX_SIZE || height > MAX_SIZE)
		errx(1, "an image of %ux%u", width, height);
	g_free(image->pixels);
	image->pixels = g_malloc0(4 * width * height);
	image->width = width;
	image->height = height;
}

static void fill(struct image *image, const uint8_t *data, size_t size, uint32_t stride)
{
	if (stride < 4 * image->width || size < (size_t)stride * (image->height - 1) + 4 * image->width)
		errx(1, "%zu bytes of %u a line for %ux%u", size, stride, image->width, image->height);
	for (uint32_t y = 0; y < image->height; y++)
		memcpy(image->pixels + y * image->width, data + y * stride, 4 * image->width);
}

static gboolean picture_missing(gpointer unused)
{
	(void)unused;
	errx(1, "no picture in %u s", SECONDS);
}

/* What the guest shows at this moment. */
static void read_dmabuf(void)
{
	size_t size = lseek(screen.fd, 0, SEEK_END);
	void *data;

	if (screen.modifier)
		errx(1, "a dma-buf of modifier %#lx, which takes a GPU to read", screen.modifier);
	data = mmap(NULL, size, PROT_READ, MAP_SHARED, screen.fd, 0);
	if (data == MAP_FAILED)
		err(1, "mmap of the dma-buf");
	fill(&screen.image, data, size, screen.stride);
	munmap(data, size);
}

/* The cursor is opaque or not there. */
static void put_cursor(uint32_t *line, uint32_t y)
{
	const struct image *cursor = &screen.cursor;
	uint32_t cy = y - screen.cursor_y;

	if (!screen.cursor_on || cy >= cursor->height)
		return;
	for (uint32_t cx = 0; cx < cursor->width; cx++) {
		uint32_t value = cursor->pixels[cy * cursor->width + cx], x = screen.cursor_x + cx;

		if (value >> 31 && x < screen.image.width)
			line[x] = value;
	}
}

/* A line at a time: while it is at it QEMU waits. */
static void write_picture(void)
{
	char *part = g_strdup_printf("%s.part", screen.path);
	uint32_t width = screen.image.width, line[MAX_SIZE];
	uint8_t rgb[3 * MAX_SIZE];
	FILE *f = fopen(part, "w");

	if (!f)
		err(1, "%s", part);
	fprintf(f, "P6\n%u %u\n255\n", width, screen.image.height);
	for (uint32_t y = 0; y < screen.image.height; y++) {
		memcpy(line, screen.image.pixels + y * width, 4 * width);
		put_cursor(line, y);
		for (uint32_t x = 0; x < width; x++) {
			rgb[3 * x] = line[x] >> 16;
			rgb[3 * x + 1] = line[x] >> 8;
			rgb[3 * x + 2] = line[x];
		}
		fwrite(rgb, 3, width, f);
	}
	if (fclose(f) || rename(part, screen.path))
		err(1, "%s", screen.path);
	g_free(part);
}

static gboolean take_picture(gpointer unused)
{
	(void)unused;
	if (screen.fd >= 0)
		read_dmabuf();
	write_picture();
	if (!screen.seconds)
		g_main_loop_quit(screen.loop);
	return G_SOURCE_CONTINUE;
}

static gboolean picture_settled(gpointer unused)
{
	take_picture(unused);
	if (screen.seconds)
		g_timeout_add(screen.seconds * 1000, take_picture, NULL);
	return G_SOURCE_REMOVE;
}

static void picture_begins(void)
{
	static bool begun;

	if (!begun)
		g_timeout_add(SETTLE_MS, picture_settled, NULL);
	begun = true;
	if (screen.missing)
		g_source_remove(screen.missing);
	screen.missing = 0;
}

static void scanout(GVariant *args)
{
	uint32_t width, height, stride, format;
	GVariant *data;

	g_variant_get(args, "(uuuu@ay)", &width, &height, &stride, &format, &data);
	set_size(&screen.image, width, height);
	fill(&screen.image, g_variant_get_data(data), g_variant_get_size(data), stride);
	g_variant_unref(data);
	if (screen.fd >= 0)
		close(screen.fd);
	screen.fd = -1;
	picture_begins();
}

/* A rectangle of the copy. */
static void update(GVariant *args)
{
	int left, top, width, height;
	uint32_t stride, format;
	struct image part = { };
	GVariant *data;

	g_variant_get(args, "(iiiiuu@ay)", &left, &top, &width, &height, &stride, &format, &data);
	set_size(&part, width, height);
	if (left < 0 || top < 0 || left + part.width > screen.image.width || top + part.height > screen.image.height)
		errx(1, "%dx%d at %d,%d of a picture of %ux%u", width, height, left, top, screen.image.width,
		     screen.image.height);
	fill(&part, g_variant_get_data(data), g_variant_get_size(data), stride);
	for (uint32_t y = 0; y < part.height; y++)
		memcpy(screen.image.pixels + (top + y) * screen.image.width + left, part.pixels + y * part.width,
		       4 * part.width);
	g_variant_unref(data);
	g_free(part.pixels);
}

static void scanout_dmabuf(GVariant *args, GDBusMethodInvocation *call)
{
	GUnixFDList *fds = g_dbus_message_get_unix_fd_list(g_dbus_method_invocation_get_message(call));
	uint32_t width, height, fourcc;
	gboolean y0_top;
	int handle;

	g_variant_get(args, "(huuuutb)", &handle, &width, &height, &screen.stride, &fourcc, &screen.modifier,
		      &y0_top);
	set_size(&screen.image, width, height);
	if (screen.fd >= 0)
		close(screen.fd);
	screen.fd = fds ? g_unix_fd_list_get(fds, handle, NULL) : -1;
	if (screen.fd < 0)
		errx(1, "a dma-buf without a file");
	picture_begins();
}

static void cursor_define(GVariant *args)
{
	int width, height, hot_x, hot_y;
	GVariant *data;

	g_variant_get(args, "(iiii@ay)", &width, &height, &hot_x, &hot_y, &data);
	set_size(&screen.cursor, width, height);
	fill(&screen.cursor, g_variant_get_data(data), g_variant_get_size(data), 4 * width);
	g_variant_unref(data);
}

static void listener_call(GDBusConnection *connection, const char *sender, const char *path,
			  const char *interface, const char *method, GVariant *args,
			  GDBusMethodInvocation *call, gpointer unused)
{
	(void)connection, (void)sender, (void)path, (void)interface, (void)unused;
	if (!strcmp(method, "Scanout"))
		scanout(args);
	else if (!strcmp(method, "Update"))
		update(args);
	else if (!strcmp(method, "ScanoutDMABUF"))
		scanout_dmabuf(args, call);
	else if (!strcmp(method, "CursorDefine"))
		cursor_define(args);
	else if (!strcmp(method, "MouseSet"))
		g_variant_get(args, "(iii)", &screen.cursor_x, &screen.cursor_y, &screen.cursor_on);
	g_dbus_method_invocation_return_value(call, NULL);
}

static GVariant *listener_property(GDBusConnection *connection, const char *sender, const char *path,
				   const char *interface, const char *name, GError **error, gpointer unused)
{
	(void)connection, (void)sender, (void)path, (void)interface, (void)name, (void)error, (void)unused;
	return g_variant_new_strv(NULL, 0);
}

static void check(const char *what, GError *error)
{
	if (error)
		errx(1, "%s: %s", what, error->message);
}

static GDBusConnection *connect_to(int fd, GDBusConnectionFlags flags)
{
	GError *error = NULL;
	GSocket *socket = g_socket_new_from_fd(fd, &error);
	GDBusConnection *connection;

	check("socket", error);
	connection = g_dbus_connection_new_sync(G_IO_STREAM(g_socket_connection_factory_create_connection(socket)),
						NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | flags,
						NULL, NULL, &error);
	check("connection to QEMU", error);
	return connection;
}

static void qmp_read_answer(FILE *qmp)
{
	char line[4096];

	while (fgets(line, sizeof(line), qmp)) {
		if (strstr(line, "\"error\""))
			errx(1, "QMP: %s", line);
		if (strstr(line, "\"return\""))
			return;
	}
	errx(1, "QMP ends");
}

static void qmp_send(int qmp, const char *command, int fd)
{
	union {
		char data[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { };
	struct iovec iov = { .iov_base = (void *)command, .iov_len = strlen(command) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		control.align = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.align), &fd, sizeof(fd));
		msg.msg_control = control.data;
		msg.msg_controllen = sizeof(control.data);
	}
	if (sendmsg(qmp, &msg, 0) != (ssize_t)iov.iov_len)
		err(1, "QMP");
}

static void make_pair(int pair[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		err(1, "socketpair");
}

/* The display's D-Bus, over a socket that QEMU gets by QMP. */
static GDBusConnection *open_display(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int qmp = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), pair[2];
	FILE *answers;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (connect(qmp, (struct sockaddr *)&addr, sizeof(addr)))
		err(1, "%s", path);
	answers = fdopen(qmp, "r");
	make_pair(pair);
	qmp_send(qmp, "{\"execute\": \"qmp_capabilities\"}\n", -1);
	qmp_read_answer(answers);
	qmp_send(qmp, "{\"execute\": \"getfd\", \"arguments\": {\"fdname\": \"viewer\"}}\n", pair[1]);
	qmp_read_answer(answers);
	qmp_send(qmp, "{\"execute\": \"add_client\", \"arguments\": "
		 "{\"protocol\": \"@dbus-display\", \"fdname\": \"viewer\"}}\n", -1);
	qmp_read_answer(answers);
	fclose(answers);
	close(pair[1]);
	return connect_to(pair[0], G_DBUS_CONNECTION_FLAGS_NONE);
}

static void listen_to_console(GDBusConnection *display)
{
	static const GDBusInterfaceVTable vtable = { .method_call = listener_call, .get_property = listener_property };
	GDBusNodeInfo *info = g_dbus_node_info_new_for_xml(listener_xml, NULL);
	GUnixFDList *fds = g_unix_fd_list_new();
	GDBusConnection *listener;
	GError *error = NULL;
	int pair[2];

	make_pair(pair);
	g_unix_fd_list_append(fds, pair[1], NULL);
	close(pair[1]);
	g_dbus_connection_call_with_unix_fd_list_sync(display, NULL, CONSOLE, "org.qemu.Display1.Console",
						      "RegisterListener", g_variant_new("(h)", 0), NULL,
						      G_DBUS_CALL_FLAGS_NONE, SECONDS * 1000, fds, NULL, NULL,
						      &error);
	check("RegisterListener", error);
	listener = connect_to(pair[0], G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING);
	g_dbus_connection_register_object(listener, LISTENER, info->interfaces[0], &vtable, NULL, NULL, &error);
	check("listener", error);
	g_dbus_connection_start_message_processing(listener);
}

static void resize_window(GDBusConnection *display, uint32_t width, uint32_t height)
{
	GError *error = NULL;

	g_dbus_connection_call_sync(display, NULL, CONSOLE, "org.qemu.Display1.Console", "SetUIInfo",
				    g_variant_new("(qqiiuu)", 0, 0, 0, 0, width, height), NULL,
				    G_DBUS_CALL_FLAGS_NONE, SECONDS * 1000, NULL, &error);
	check("SetUIInfo", error);
}

static gboolean line_read(GIOChannel *input, GIOCondition condition, gpointer display)
{
	uint32_t width, height;
	char *line = NULL;

	(void)condition;
	if (g_io_channel_read_line(input, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
		return G_SOURCE_REMOVE;
	if (sscanf(line, "%ux%u", &width, &height) != 2)
		errx(2, "%s is not WIDTHxHEIGHT", line);
	g_free(line);
	resize_window(display, width, height);
	return G_SOURCE_CONTINUE;
}

static void machine_ended(GDBusConnection *connection, gboolean vanished, GError *error, gpointer unused)
{
	(void)connection, (void)vanished, (void)error, (void)unused;
	g_main_loop_quit(screen.loop);
}

int main(int argc, char **argv)
{
	GDBusConnection *display;

	if (argc != 3 && argc != 4)
		errx(2, "usage: dbus-picture QMP-SOCKET FILE.ppm [SECONDS]");
	screen.path = argv[2];
	screen.seconds = argc == 4 ? strtod(argv[3], NULL) : 0;
	screen.loop = g_main_loop_new(NULL, FALSE);
	screen.missing = g_timeout_add_seconds(SECONDS, picture_missing, NULL);
	display = open_display(argv[1]);
	g_signal_connect(display, "closed", G_CALLBACK(machine_ended), NULL);
	listen_to_console(display);
	g_io_add_watch(g_io_channel_unix_new(STDIN_FILENO), G_IO_IN | G_IO_HUP, line_read, display);
	g_main_loop_run(screen.loop);
	fprintf(stderr, "%ux%u from %s\n", screen.image.width, screen.image.height,
		screen.fd >= 0 ? "the guest's dma-buf" : "a copy");
	return 0;
}
