/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_TRACK_H
#define KVMGT_TRACK_H

#include <linux/kvm_types.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <asm/kvm_page_track.h>

struct kvm;
struct vgt_guest;

/**
 * struct kvmgt_track - pages of a guest whose next write is of interest
 * @kvm: the machine, NULL: there is none
 * @guest: who is told
 * @node: KVM's entry for us
 * @lock: makes an entry of @pages and KVM's count of the page one
 * @pages: the guest's pages that KVM tracks for us, by number; marked: has been written
 * @untrack: gives pages back to KVM after their write
 */
struct kvmgt_track {
	struct kvm *kvm;
	struct vgt_guest *guest;
	struct kvm_page_track_notifier_node node;
	struct mutex lock; /* see above */
	struct xarray pages;
	struct work_struct untrack;
};

/** kvmgt_track_open - from now on pages may be tracked; by the process that made @kvm */
int kvmgt_track_open(struct kvmgt_track *track, struct kvm *kvm, struct vgt_guest *guest);
/** kvmgt_track_close - nothing is tracked any more; may sleep */
void kvmgt_track_close(struct kvmgt_track *track);

/* &struct vgt_guest_ops, @priv the &struct kvmgt_device */
int kvmgt_track(void *priv, u64 gfn);
void kvmgt_untrack(void *priv, u64 gfn);

#endif
