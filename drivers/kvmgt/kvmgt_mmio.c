// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: BAR0 on KVM's MMIO bus
 *
 *           open        move: the guest enables BAR0
 *   closed -----> off ------------------------------> at an address --+
 *     ^            ^    move: disables, resets it          |    ^     | move
 *     +------------+<--------------------------------------+    +-----+
 *          close
 *
 * An access of the guest's CPU that KVM finds here is served before it would leave
 * for the VMM's process: the trap costs one exit from the guest and no switch to user
 * space.  The VMM needs not know; what does not come this way (its own accesses, a
 * BAR that overlaps something else) arrives by kvmgt_region_read() and _write()
 * and is served by the same functions of the core.
 *
 * KVM exports the registration only with our patch for it.  It is looked up when a
 * vGPU is opened, so that the module loads with either KVM; without the patch all
 * accesses arrive by VFIO.
 *
 * The aperture needs nothing of the kind: its slice can be mapped, which makes
 * KVM's VMM give it to the guest as memory.
 */
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/mutex.h>

#include <vgt/vmm.h>

#include "kvmgt_config.h"
#include "kvmgt_mmio.h"

static bool is_access(int len)
{
	return len == 1 || len == 2 || len == 4 || len == 8;
}

static int mmio_read(struct kvm_vcpu *vcpu, struct kvm_io_device *io, gpa_t addr, int len,
		     void *val)
{
	struct kvmgt_mmio *mmio = container_of(io, struct kvmgt_mmio, io);
	u64 data;

	if (!is_access(len)) {
		memset(val, 0, len);
		return 0;
	}
	data = vgt_guest_read(mmio->guest, addr - mmio->addr, len);
	memcpy(val, &data, len);
	return 0;
}

static int mmio_write(struct kvm_vcpu *vcpu, struct kvm_io_device *io, gpa_t addr, int len,
		      const void *val)
{
	struct kvmgt_mmio *mmio = container_of(io, struct kvmgt_mmio, io);
	u64 data = 0;

	if (!is_access(len))
		return 0;
	memcpy(&data, val, len);
	vgt_guest_write(mmio->guest, addr - mmio->addr, data, len);
	return 0;
}

static const struct kvm_io_device_ops mmio_ops = {
	.read = mmio_read,
	.write = mmio_write,
};

static void leave_bus(struct kvmgt_mmio *mmio)
{
	mutex_lock(&mmio->kvm->slots_lock);
	mmio->unregister_dev(mmio->kvm, KVM_MMIO_BUS, &mmio->io);
	mutex_unlock(&mmio->kvm->slots_lock);
	mmio->addr = KVMGT_MMIO_NOWHERE;
}

/* If the bus is full, the guest is only slower. */
static void enter_bus(struct kvmgt_mmio *mmio, u64 addr)
{
	mmio->addr = addr;
	mutex_lock(&mmio->kvm->slots_lock);
	if (mmio->register_dev(mmio->kvm, KVM_MMIO_BUS, addr, KVMGT_BAR0_SIZE, &mmio->io))
		mmio->addr = KVMGT_MMIO_NOWHERE;
	mutex_unlock(&mmio->kvm->slots_lock);
}

void kvmgt_mmio_move(struct kvmgt_mmio *mmio, u64 addr)
{
	if (!mmio->kvm || addr == mmio->addr)
		return;
	if (mmio->addr != KVMGT_MMIO_NOWHERE)
		leave_bus(mmio);
	if (addr != KVMGT_MMIO_NOWHERE)
		enter_bus(mmio, addr);
}

static bool get_functions(struct kvmgt_mmio *mmio)
{
	mmio->register_dev = symbol_get(kvm_io_bus_register_dev);
	if (!mmio->register_dev)
		return false;
	mmio->unregister_dev = symbol_get(kvm_io_bus_unregister_dev);
	if (!mmio->unregister_dev)
		symbol_put(kvm_io_bus_register_dev);
	return mmio->unregister_dev;
}

void kvmgt_mmio_open(struct kvmgt_mmio *mmio, struct kvm *kvm, struct vgt_guest *guest)
{
	kvm_iodevice_init(&mmio->io, &mmio_ops);
	mmio->guest = guest;
	mmio->addr = KVMGT_MMIO_NOWHERE;
	mmio->kvm = kvm && get_functions(mmio) ? kvm : NULL;
}

void kvmgt_mmio_close(struct kvmgt_mmio *mmio)
{
	if (!mmio->kvm)
		return;
	kvmgt_mmio_move(mmio, KVMGT_MMIO_NOWHERE);
	symbol_put(kvm_io_bus_unregister_dev);
	symbol_put(kvm_io_bus_register_dev);
	mmio->kvm = NULL;
}
