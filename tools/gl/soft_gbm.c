// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A GBM backend (GBM_BACKEND=soft) for machines whose GPU cannot draw: Mesa's own, without the device.
 *
 * The emulated GPU has no execution units, so QEMU's OpenGL is Mesa's llvmpipe. That imports a
 * dma-buf by mapping it, as it should, only where it does not know of a DRM device (Mesa 25.0: the
 * window system "swrast"). Given one ("kms_swrast") it imports into that device and asks there for
 * a mapping, which i915 refuses for other drivers' memory, and then crashes.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The heads of Mesa's gbm_device and gbm_backend, of backend ABI versions 0 and 1. */
struct gbm_device {
	void *dummy;
	const void *backend_desc;
	uint32_t backend_version;
	int fd;
};

struct gbm_backend {
	uint32_t backend_version;
	const char *backend_name;
	struct gbm_device *(*create_device)(int fd, uint32_t backend_version);
};

typedef const struct gbm_backend *get_backend_fn(const void *core);

static const struct gbm_backend *dri;

static struct gbm_device *create_device(int fd, uint32_t backend_version)
{
	struct gbm_device *device = dri->create_device(-1, backend_version);

	/* EGL wants to know it. */
	if (device)
		device->fd = fd;
	return device;
}

const struct gbm_backend *gbmint_get_backend(const void *core)
{
	static struct gbm_backend soft = { .backend_name = "soft", .create_device = create_device };
	void *lib = dlopen("/usr/lib/x86_64-linux-gnu/gbm/dri_gbm.so", RTLD_NOW | RTLD_LOCAL);
	get_backend_fn *get_backend = lib ? (get_backend_fn *)dlsym(lib, "gbmint_get_backend") : NULL;

	if (!get_backend) {
		fprintf(stderr, "soft_gbm: %s\n", dlerror());
		return NULL;
	}
	dri = get_backend(core);
	soft.backend_version = dri->backend_version;
	return &soft;
}
