// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: telling the core of a guest's next write to a page
 *
 *              track                   write, or the memory goes: tell the core
 *   untracked --------> tracked ------------------------------------> written
 *    ^    ^                |   ^                                        |  |
 *    |    +----------------+   +----------------------------------------+  |
 *    |         untrack                        track                        |
 *    +---------------------------------------------------------------------+
 *                     work: the page is given back to KVM
 *
 * KVM counts how often a page is tracked, in the slot of memory that the page is in,
 * and forgets the count when the slot goes.  Giving back what it has forgotten would
 * be an error, so an entry of ours exists exactly as long as KVM's count of it:
 * changes are made within kvm->srcu and only while the slot is valid, for KVM
 * invalidates a slot and waits for kvm->srcu before it tells us that the slot goes.
 *
 * A page is not given back from within KVM's call, which may be in the midst of
 * emulating the guest's write to it.
 *
 * Order of locks: guest's lock, @lock, that of @pages; KVM's calls take the last only.
 */
#include <linux/kvm_host.h>

#include <vgt/vmm.h>

#include "kvmgt_device.h"

#define WRITTEN		XA_MARK_0

/* Takes note of a write; whether it is the first. */
static bool take_note(struct kvmgt_track *track, u64 gfn)
{
	bool first;

	xa_lock(&track->pages);
	first = xa_load(&track->pages, gfn) && !xa_get_mark(&track->pages, gfn, WRITTEN);
	if (first)
		__xa_set_mark(&track->pages, gfn, WRITTEN);
	xa_unlock(&track->pages);
	return first;
}

static void track_write(gpa_t gpa, const u8 *new, int bytes,
			struct kvm_page_track_notifier_node *node)
{
	struct kvmgt_track *track = container_of(node, struct kvmgt_track, node);
	u64 gfn = gpa_to_gfn(gpa);

	if (!take_note(track, gfn))
		return;
	vgt_guest_written(track->guest, gfn);
	queue_work(system_unbound_wq, &track->untrack);
}

static void track_remove_region(gfn_t gfn, unsigned long nr_pages,
				struct kvm_page_track_notifier_node *node)
{
	struct kvmgt_track *track = container_of(node, struct kvmgt_track, node);
	unsigned long index;
	void *entry;

	xa_for_each_range(&track->pages, index, entry, gfn, gfn + nr_pages - 1) {
		bool first = take_note(track, index);

		xa_erase(&track->pages, index);
		if (first)
			vgt_guest_written(track->guest, index);
	}
}

/* With kvm->srcu held. */
static bool slot_is_valid(struct kvm *kvm, u64 gfn)
{
	struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gfn);

	return slot && !(slot->flags & KVM_MEMSLOT_INVALID);
}

static void give_back(struct kvmgt_track *track, u64 gfn)
{
	struct kvm *kvm = track->kvm;
	int idx = srcu_read_lock(&kvm->srcu);

	if (xa_erase(&track->pages, gfn) && slot_is_valid(kvm, gfn))
		kvm_write_track_remove_gfn(kvm, gfn);
	srcu_read_unlock(&kvm->srcu, idx);
}

static void give_back_written(struct work_struct *work)
{
	struct kvmgt_track *track = container_of(work, struct kvmgt_track, untrack);
	unsigned long gfn;
	void *entry;

	mutex_lock(&track->lock);
	xa_for_each_marked(&track->pages, gfn, entry, WRITTEN)
		give_back(track, gfn);
	mutex_unlock(&track->lock);
}

/* Whether KVM still tracks the page of an earlier time; if so, again for its next write. */
static bool track_again(struct kvmgt_track *track, u64 gfn)
{
	bool found;

	xa_lock(&track->pages);
	found = xa_load(&track->pages, gfn);
	if (found)
		__xa_clear_mark(&track->pages, gfn, WRITTEN);
	xa_unlock(&track->pages);
	return found;
}

/* With kvm->srcu held. */
static int start_tracking(struct kvmgt_track *track, u64 gfn)
{
	int ret;

	if (track_again(track, gfn))
		return 0;
	if (!slot_is_valid(track->kvm, gfn))
		return -EFAULT;
	/* First the entry: the write may come at once. */
	ret = xa_err(xa_store(&track->pages, gfn, xa_mk_value(0), GFP_KERNEL));
	if (ret)
		return ret;
	ret = kvm_write_track_add_gfn(track->kvm, gfn);
	if (ret)
		xa_erase(&track->pages, gfn);
	return ret;
}

int kvmgt_track(void *priv, u64 gfn)
{
	struct kvmgt_track *track = &((struct kvmgt_device *)priv)->track;
	int idx, ret;

	mutex_lock(&track->lock);
	idx = srcu_read_lock(&track->kvm->srcu);
	ret = start_tracking(track, gfn);
	srcu_read_unlock(&track->kvm->srcu, idx);
	mutex_unlock(&track->lock);
	return ret;
}

void kvmgt_untrack(void *priv, u64 gfn)
{
	struct kvmgt_track *track = &((struct kvmgt_device *)priv)->track;

	mutex_lock(&track->lock);
	give_back(track, gfn);
	mutex_unlock(&track->lock);
}

int kvmgt_track_open(struct kvmgt_track *track, struct kvm *kvm, struct vgt_guest *guest)
{
	int ret;

	mutex_init(&track->lock);
	xa_init(&track->pages);
	INIT_WORK(&track->untrack, give_back_written);
	track->guest = guest;
	track->node.track_write = track_write;
	track->node.track_remove_region = track_remove_region;
	track->kvm = kvm;
	ret = kvm_page_track_register_notifier(kvm, &track->node);
	if (ret)
		track->kvm = NULL;
	return ret;
}

void kvmgt_track_close(struct kvmgt_track *track)
{
	unsigned long gfn;
	void *entry;

	if (!track->kvm)
		return;
	cancel_work_sync(&track->untrack);
	mutex_lock(&track->lock);
	xa_for_each(&track->pages, gfn, entry)
		give_back(track, gfn);
	mutex_unlock(&track->lock);
	kvm_page_track_unregister_notifier(track->kvm, &track->node);
	cancel_work_sync(&track->untrack);
	xa_destroy(&track->pages);
	track->kvm = NULL;
}
