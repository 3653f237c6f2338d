// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: PVINFO
 *
 * The page that makes a driver know that it is on a vGPU.  Its words are virtual
 * registers; only one does something when it is written:
 *
 *   driver writes PDPs ---> driver writes the notification
 *                             |
 *        address space is made: nothing, see below
 *        address space ends:    its shadow is dropped
 *        context is made, ends: nothing
 *        anything else:         counted
 *
 * The shadow of an address space is made when a context that uses it is
 * submitted: a driver fills its tables after it has told of them, and each of
 * the entries would be followed.  Contexts are known by their submission, too,
 * so nobody needs to tell; i915 does not.
 */
#include <linux/kernel.h>

#include "vgt/abi/pvinfo.h"
#include "vgt_guest.h"
#include "vgt_ppgtt.h"
#include "vgt_pvinfo.h"
#include "vgt_stats.h"

#define NUM_PDPS	4

static void set(struct vgt_guest *guest, u32 offset, u32 val)
{
	*vgt_vreg(&guest->vgpu, offset) = val;
}

void vgt_pvinfo_reset(struct vgt_guest *guest)
{
	const struct vgt_gm_share *gm = &guest->vgpu.gm;

	set(guest, PVINFO_MAGIC, PVINFO_MAGIC_LO);
	set(guest, PVINFO_MAGIC + 4, PVINFO_MAGIC_HI);
	set(guest, PVINFO_VERSION, PVINFO_VERSION_1_0);
	set(guest, PVINFO_VGPU_ID, guest->vgpu.id);
	set(guest, PVINFO_CAPS,
	    PVINFO_CAPS_FULL_PPGTT | PVINFO_CAPS_HWSP | PVINFO_CAPS_HUGE_GTT);
	set(guest, PVINFO_LOW_BASE, gm->low.start);
	set(guest, PVINFO_LOW_SIZE, gm->low.size);
	set(guest, PVINFO_HIGH_BASE, gm->high.start);
	set(guest, PVINFO_HIGH_SIZE, gm->high.size);
	set(guest, PVINFO_NUM_FENCES, gm->num_fences);
	set(guest, PVINFO_CURSOR_HOT_X, PVINFO_CURSOR_HOT_UNKNOWN);
	set(guest, PVINFO_CURSOR_HOT_Y, PVINFO_CURSOR_HOT_UNKNOWN);
}

static void forget_ppgtt(struct vgt_guest *guest, unsigned int levels)
{
	unsigned int n, roots = levels == 4 ? 1 : NUM_PDPS;
	u64 root[NUM_PDPS] = { 0 };

	for (n = 0; n < roots; n++)
		root[n] = *vgt_vreg(&guest->vgpu, PVINFO_PDP_LO(n)) |
			  (u64)*vgt_vreg(&guest->vgpu, PVINFO_PDP_HI(n)) << 32;
	vgt_ppgtt_forget(guest, levels, root);
}

static void notify(struct vgt_guest *guest, u32 what)
{
	switch (what) {
	case PVINFO_NOTIFY_PPGTT3_CREATE:
	case PVINFO_NOTIFY_PPGTT4_CREATE:
	case PVINFO_NOTIFY_CONTEXT_CREATE:
	case PVINFO_NOTIFY_CONTEXT_DESTROY:
		break;
	case PVINFO_NOTIFY_PPGTT3_DESTROY:
		forget_ppgtt(guest, 3);
		break;
	case PVINFO_NOTIFY_PPGTT4_DESTROY:
		forget_ppgtt(guest, 4);
		break;
	default:
		vgt_count(&guest->vgpu.stats, VGT_EVENT_REG_REFUSED);
	}
}

void vgt_pvinfo_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	struct vgt_guest *guest = to_guest(vgpu);

	switch (offset) {
	case PVINFO_NOTIFY:
		notify(guest, val);
		break;
	case PVINFO_DISPLAY_READY:
	case PVINFO_CURSOR_HOT_X:
	case PVINFO_CURSOR_HOT_Y:
	case PVINFO_PDP_LO(0) ... PVINFO_PDP_HI(NUM_PDPS - 1):
	case PVINFO_CONTEXT_LO:
	case PVINFO_CONTEXT_HI:
		set(guest, offset, val);
		break;
	default:
		vgt_count(&vgpu->stats, VGT_EVENT_REG_REFUSED);
	}
}
