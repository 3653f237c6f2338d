/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef KVMGT_MMIO_H
#define KVMGT_MMIO_H

#include <linux/kvm_host.h>
#include <linux/types.h>

#include <kvm/iodev.h>

struct vgt_guest;

#define KVMGT_MMIO_NOWHERE	(~0ull)

/**
 * struct kvmgt_mmio - BAR0 of a vGPU on KVM's MMIO bus
 * @io: KVM's handle
 * @kvm: the machine, NULL: there is none, or its KVM has no place for us
 * @guest: who is accessed
 * @register_dev: of KVM, held by us while @kvm is set
 * @unregister_dev: likewise
 * @addr: where the guest sees BAR0, KVMGT_MMIO_NOWHERE: nowhere
 */
struct kvmgt_mmio {
	struct kvm_io_device io;
	struct kvm *kvm;
	struct vgt_guest *guest;
	typeof(kvm_io_bus_register_dev) *register_dev;
	typeof(kvm_io_bus_unregister_dev) *unregister_dev;
	u64 addr;
};

void kvmgt_mmio_open(struct kvmgt_mmio *mmio, struct kvm *kvm, struct vgt_guest *guest);
/** kvmgt_mmio_close - on return no access is under way */
void kvmgt_mmio_close(struct kvmgt_mmio *mmio);
/** kvmgt_mmio_move - BAR0 is at @addr, one move at a time; not from within an access */
void kvmgt_mmio_move(struct kvmgt_mmio *mmio, u64 addr);

#endif
