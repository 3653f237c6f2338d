/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: guests, as a VMM's glue brings them to the core
 *
 *   vgt_vmm_register()                            vgt_host_ready() in between: add()
 *        |
 *   vgt_guest_create() -> vgt_guest_open() -> accesses -> vgt_guest_close() -> vgt_guest_destroy()
 *        ^                      |                            |
 *        |                      +----- may be repeated ------+
 *   graphics memory is reserved; without a VM nothing runs
 *
 * A guest is a vGPU whose driver is in a virtual machine.  The glue (kvmgt) owns
 * configuration space, the VFIO interface and the machine's memory; everything
 * that is in BAR0 is here.  BAR2 needs no service: the guest's slice of the
 * aperture is mapped into it at the same offset.
 *
 * All functions may sleep and serialise on the guest's own lock, unless they
 * say otherwise.  The operations are called with that lock held, unless they
 * say otherwise: they must not call back.
 */
#ifndef VGT_VMM_H
#define VGT_VMM_H

#include <linux/types.h>

#include "vgt/host.h"

struct device;
struct vgt_gpu;
struct vgt_guest;

/**
 * struct vgt_vmm_driver - the one VMM glue
 * @add: there is a GPU whose host is ready: offer vGPUs of it.  @dev: the PCI device.
 * @remove: the host's driver leaves.  On return no guest exists any more and
 *	none will be made.
 *
 * Called from process context, one at a time.
 */
struct vgt_vmm_driver {
	int (*add)(struct vgt_gpu *gpu, struct device *dev);
	void (*remove)(struct vgt_gpu *gpu);
};

/** vgt_vmm_register - -EBUSY when there is one already; @driver->add is called for a ready GPU */
int vgt_vmm_register(const struct vgt_vmm_driver *driver);
/** vgt_vmm_unregister - @driver->remove is called for a ready GPU */
void vgt_vmm_unregister(const struct vgt_vmm_driver *driver);

/**
 * struct vgt_guest_ops - what the core asks of a guest's VMM
 * @pin: make the guest's page @gfn stay where it is and tell its address on the
 *	@bus and for the kernel.  0; -EFAULT: the guest has no such memory, -ENOMEM.
 * @unpin: the other direction
 * @track: call vgt_guest_written() when the guest writes to its page @gfn the next time; the
 *	tracking has then ended.  0 or an error; NULL: the VMM cannot.
 * @untrack: not any more.  Does not wait for a vgt_guest_written() that is under way.
 * @unshare_ggtt: on return no page that vgt_guest_share_ggtt() has given is the guest's memory
 *	any more, nor one that it has returned and that was about to become it.  The guest may
 *	ask for them again, at once.  Not NULL if that function is ever called.
 * @raise_irq: the interrupt of the vGPU has risen: inject its MSI or INTx.  Any
 *	context, no lock of the core held.
 * @display_changed: what vgt_guest_plane() says may have changed.  Any context, locks held.
 *	NULL: nobody looks.
 */
struct vgt_guest_ops {
	int (*pin)(void *priv, u64 gfn, u64 *bus, void **addr);
	void (*unpin)(void *priv, u64 gfn);
	int (*track)(void *priv, u64 gfn);
	void (*untrack)(void *priv, u64 gfn);
	void (*unshare_ggtt)(void *priv);
	void (*raise_irq)(void *priv);
	void (*display_changed)(void *priv);
};

/* Sizes of vGPUs. */

/**
 * struct vgt_guest_type - a kind of vGPU on offer
 * @name: the end of "i915-GVTg_"
 * @low: bytes of low graphics memory
 * @high: bytes of high graphics memory
 * @fences: fence registers
 * @weight: default of its scheduling weight, 1024 is the host's
 * @width, @height: of its monitor, if the VMM does not say otherwise
 */
struct vgt_guest_type {
	const char *name;
	u64 low, high;
	unsigned int fences;
	unsigned int weight;
	unsigned int width, height;
};

/** vgt_guest_types - ends with an entry without a name */
extern const struct vgt_guest_type vgt_guest_types[];

/** vgt_guest_available - how many more of @type there is room for */
unsigned int vgt_guest_available(struct vgt_gpu *gpu, const struct vgt_guest_type *type);

/**
 * vgt_guest_create - reserve a vGPU
 * @id: set to a small number that is unique among the GPU's vGPUs and not 0
 *
 * Return: the guest, or an ERR_PTR: -ENOSPC when graphics memory, fences or
 * vGPUs are used up (printed: which, needed and left), -ENOMEM.
 */
struct vgt_guest *vgt_guest_create(struct vgt_gpu *gpu, const struct vgt_guest_type *type,
				   unsigned int *id);
/** vgt_guest_destroy - after vgt_guest_close(); its graphics memory is scrubbed and free */
void vgt_guest_destroy(struct vgt_guest *guest);

/**
 * vgt_guest_open - a virtual machine takes the vGPU, which is as after power-on
 *
 * Return: 0, -EBUSY when one has it already, -ENOMEM.
 */
int vgt_guest_open(struct vgt_guest *guest, const struct vgt_guest_ops *ops, void *priv);

/**
 * vgt_guest_close - the machine is gone, or its user wants the vGPU back
 *
 * Takes the vGPU off the engines, by a reset of an engine if its work does not
 * yield.  On return nothing is pinned or tracked and no operation will be called.
 */
void vgt_guest_close(struct vgt_guest *guest);

/** vgt_guest_reset - function-level reset: as after power-on, nothing pinned */
void vgt_guest_reset(struct vgt_guest *guest);

/*
 * Accesses of the guest to BAR0.
 * @offset: in the BAR, of 16 MiB; any alignment, @size 1, 2, 4 or 8: what the
 *	hardware would not take is dropped and reads as 0.
 */
u64 vgt_guest_read(struct vgt_guest *guest, u32 offset, unsigned int size);
void vgt_guest_write(struct vgt_guest *guest, u32 offset, u64 val, unsigned int size);

/*
 * Entries of the GGTT in BAR0 may be memory of the guest instead of being trapped.  They are
 * looked at when the guest flushes, see &vgt_guest_ops.unshare_ggtt.
 */
/**
 * vgt_guest_ggtt_window - a part of BAR0 where that is possible
 * @n: 0 or 1
 *
 * Return: offset and size in bytes, multiples of 4096; size 0: not possible.  Any context.
 */
struct vgt_gm_range vgt_guest_ggtt_window(const struct vgt_guest *guest, unsigned int n);
/**
 * vgt_guest_share_ggtt - a page of entries, to be given to the guest as memory at once
 * @offset: in BAR0
 *
 * Return: its address, of vmalloc(), valid until vgt_guest_close(); NULL: outside of the
 * windows, or not open.  Any context.
 */
void *vgt_guest_share_ggtt(struct vgt_guest *guest, u32 offset);

/** vgt_guest_written - see &vgt_guest_ops.track.  Any context, never sleeps. */
void vgt_guest_written(struct vgt_guest *guest, u64 gfn);

/**
 * vgt_guest_unmap - the VMM takes memory from the guest
 *
 * On return nothing of [@gfn, @gfn + @pages) is pinned; work of the guest that
 * needs it is lost.
 */
void vgt_guest_unmap(struct vgt_guest *guest, u64 gfn, u64 pages);

/** vgt_guest_gm - the guest's graphics memory; @low is its slice of the aperture.  Any context. */
void vgt_guest_gm(const struct vgt_guest *guest, struct vgt_gm_range *low,
		  struct vgt_gm_range *high);
/** vgt_gpu_aperture - bytes of BAR2 of the GPU, and of its vGPUs.  Any context. */
u64 vgt_gpu_aperture(const struct vgt_gpu *gpu);

/*
 * Scheduling; vGPU 0 is the host.  Changeable at any time, in force from the next decision on.
 */
#define VGT_WEIGHT_MIN		1
#define VGT_WEIGHT_MAX		65536

/** enum vgt_sched_priority - who has a higher one gets an engine at once, while it has work */
enum vgt_sched_priority {
	VGT_PRIORITY_LOW,
	VGT_PRIORITY_NORMAL,
	VGT_PRIORITY_HIGH,
};

/**
 * struct vgt_sched_settings - how a vGPU is to be treated
 * @priority: of &enum vgt_sched_priority
 * @weight: share among those of the same priority; VGT_WEIGHT_MIN to VGT_WEIGHT_MAX
 * @quantum_ms: how long it keeps an engine that another waits for, 1 to 10000
 * @preempt_timeout_us: how long it may take to let go of it then, 1000 to 60000000
 */
struct vgt_sched_settings {
	u32 priority;
	u32 weight;
	u32 quantum_ms;
	u32 preempt_timeout_us;
};

/** vgt_sched_settings - @id: of the vGPU; -ENODEV: no such */
int vgt_sched_settings(struct vgt_gpu *gpu, unsigned int id, struct vgt_sched_settings *settings);
/** vgt_sched_set - -ERANGE: a value out of its range, nothing is changed */
int vgt_sched_set(struct vgt_gpu *gpu, unsigned int id, const struct vgt_sched_settings *settings);

/* Statistics, per vGPU. */

/** vgt_stats_name - name of counter number @n, NULL: there are no more */
const char *vgt_stats_name(unsigned int n);
/** vgt_stats_get - value of counter number @n of vGPU @id */
u64 vgt_stats_get(struct vgt_gpu *gpu, unsigned int id, unsigned int n);

/*
 * The monitor.
 */

#define VGT_EDID_MAX	512

/**
 * vgt_guest_set_edid - plug a monitor, or another one
 * @edid: blocks of 128 bytes; copied.  NULL: unplug.
 *
 * Return: 0, -EINVAL when @size is not a multiple of 128 up to VGT_EDID_MAX.
 */
int vgt_guest_set_edid(struct vgt_guest *guest, const void *edid, size_t size);
/** vgt_guest_edid - what is plugged; its size, 0: nothing.  @edid has room for VGT_EDID_MAX. */
size_t vgt_guest_edid(struct vgt_guest *guest, void *edid);

/** enum vgt_plane_id - layers of the screen, from the back */
enum vgt_plane_id {
	VGT_PLANE_PRIMARY,
	VGT_PLANE_SPRITE,
	VGT_PLANE_CURSOR,
	VGT_NUM_PLANES,
};

/**
 * struct vgt_plane - a layer of a guest's screen
 * @addr: in the GGTT; the pages behind it are the guest's
 * @fourcc: DRM_FORMAT_*
 * @modifier: I915_FORMAT_MOD_* or linear
 * @width, @height, @stride: in pixels, pixels and bytes
 * @x, @y: position on the screen; may be negative
 * @hot_x, @hot_y: of the cursor, ~0: not known
 * @size: bytes, a multiple of 4096
 */
struct vgt_plane {
	u32 addr;
	u32 fourcc;
	u64 modifier;
	u32 width, height, stride;
	s32 x, y;
	u32 hot_x, hot_y;
	u64 size;
};

/**
 * vgt_guest_plane - what the guest shows now
 *
 * Return: 0; -ENOENT: nothing there, -EINVAL: the guest has set up what cannot be shown.
 */
int vgt_guest_plane(struct vgt_guest *guest, enum vgt_plane_id id, struct vgt_plane *plane);

/**
 * vgt_guest_hold_pages - keep the pages behind a range of the guest's GGTT pinned
 * @bus: filled with an address per page; may be NULL
 * @addr: filled with a kernel address per page; may be NULL
 *
 * For pictures that others look at.  The hold lasts over a change of the GGTT,
 * not over vgt_guest_close(), which the caller has to see to.
 *
 * Return: a handle for vgt_guest_release_pages(), or an ERR_PTR: -EFAULT when not all is mapped
 * or is not the guest's, -ENOMEM.
 */
struct vgt_held_pages;
struct vgt_held_pages *vgt_guest_hold_pages(struct vgt_guest *guest, u32 ggtt_addr, u32 pages,
					    u64 *bus, void **addr);
void vgt_guest_release_pages(struct vgt_guest *guest, struct vgt_held_pages *held);

/**
 * vgt_guest_ggtt_changes - changes whenever other pages are behind an address of the guest's GGTT
 *
 * As long as it has not, vgt_guest_hold_pages() would give the same pages as before.  Any context.
 */
u64 vgt_guest_ggtt_changes(const struct vgt_guest *guest);

#endif
