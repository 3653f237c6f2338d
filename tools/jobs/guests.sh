# Starts and ends guests (L2) in the host (L1); sourced by a host's job, which
# tools/guest.py makes. Each guest N has a directory /job/guestN that it mounts
# as its own /job.
# SPDX-License-Identifier: GPL-2.0 OR MIT

gpu=/sys/bus/pci/devices/0000:00:02.0
types=$gpu/mdev_supported_types
: "${firmware:=seabios}" "${machine:=pc}" "${append:=}" # of the guests

die() {
	echo "error: $*" >&2
	exit 1
}

# host_setup: the host's driver with mediation, the mediated devices, KVM.
host_setup() {
	load-i915 enable_gvt=1 || die "the host's i915 does not load"
	modprobe kvmgt || die "kvmgt does not load"
	modprobe kvm_amd || die "kvm_amd does not load"
	[ -d $types ] || die "i915 has no mediated devices; see dmesg"
}

vgpu_uuid() {
	printf '00000000-0000-4000-8000-%012x\n' "$1"
}

# vgpu_create N [TYPE]: one vGPU for guest N; of $type if it is not said.
vgpu_create() {
	set -- "$1" "${2:-$type}"
	if [ ! -d "$types/$2" ]; then
		die "no vGPU type $2; there are: $(cd $types && echo *)"
	fi
	if [ "$(cat "$types/$2/available_instances")" = 0 ]; then
		die "no room for vGPU $1 of type $2 ($(head -n 1 "$types/$2/description" | xargs));" \
			"a larger aperture has more: GPU=aperture-mb=1024"
	fi
	vgpu_uuid "$1" >"$types/$2/create" || die "cannot create vGPU $1 of type $2; see dmesg"
}

# vgpu_remove N
vgpu_remove() {
	echo 1 >"/sys/bus/mdev/devices/$(vgpu_uuid "$1")/remove" || return
	[ ! -e "/sys/bus/mdev/devices/$(vgpu_uuid "$1")" ]
}

# guest_start N [QEMU OPTION...]: boots guest N; with `firmware` set to ovmf by
# OVMF, else by SeaBIOS. Its console is on the variable `console`, or a file.
guest_start() {
	dir=/job/guest$1
	n=$1
	shift
	if [ "$firmware" = ovmf ]; then
		cp /usr/share/OVMF/OVMF_VARS_4M.fd "/tmp/vars$n"
		set -- -drive if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd \
			-drive "if=pflash,format=raw,file=/tmp/vars$n" "$@"
	fi
	if [ -b /dev/vdb ]; then
		set -- -drive file=/dev/vdb,format=raw,if=none,id=igt,readonly=on \
			-device virtio-blk-pci,drive=igt,addr=05.0 "$@"
	fi
	bus=pci.0
	[ "$machine" = pc ] || bus=pcie.0
	rm -f "$dir/rc" "$dir/exit"
	echo "guest $n: starts at $(cut -d ' ' -f 1 /proc/uptime)"
	qemu-system-x86_64 -name "guest$n" -nodefaults -no-user-config -machine "$machine" -accel kvm -cpu host \
		-smp 1 -m 1G -vga none -display none -action reboot=shutdown \
		-kernel /job/vmlinuz -initrd /job/initrd \
		-append "console=ttyS0 panic=1 loglevel=5 log_buf_len=4M vgt=guest$n $append" \
		-drive file=/dev/vda,format=raw,if=none,id=root,readonly=on \
		-device virtio-blk-pci,drive=root,addr=03.0 \
		-fsdev "local,id=job,path=$dir,security_model=none" \
		-device virtio-9p-pci,fsdev=job,mount_tag=job,addr=04.0 \
		-device "vfio-pci,sysfsdev=/sys/bus/mdev/devices/$(vgpu_uuid "$n"),id=vgpu,bus=$bus,addr=02.0,display=off,rombar=0" \
		-qmp "unix:/run/guest$n.qmp,server=on,wait=off" -pidfile "/run/guest$n.pid" \
		-serial "${console:-file:$dir/serial.log}" "$@" 2>"$dir/qemu.log" &
	eval "guest_child_$n=$!"
}

# guest_wait N: until its QEMU has ended; its exit status is then in guestN/exit.
guest_wait() {
	eval "wait \$guest_child_$1"
	echo $? >"/job/guest$1/exit"
	echo "guest $1: ended at $(cut -d ' ' -f 1 /proc/uptime), QEMU's exit status $(cat "/job/guest$1/exit")," \
		"its job's $(cat "/job/guest$1/rc" 2>/dev/null || echo none)"
}

tracing=/sys/kernel/tracing
hist_exit='hist:keys=common_pid:began=common_timestamp,why=exit_reason'
# shellcheck disable=SC2016 # the kernel's variables
hist_entry='hist:keys=common_pid:ns=common_timestamp-$began,reason=$why'
# shellcheck disable=SC2016
hist_entry=$hist_entry:'onmatch(kvm.kvm_exit).trace(vgt_exit,$reason,$ns)'
hist_time='hist:keys=exit_reason:vals=ns'
hist_user='hist:keys=reason'
hist_track='hist:keys=common_cpu'

# trigger EVENT [!]TRIGGER
trigger() {
	echo "$2" >"$tracing/events/$1/trigger"
}

# counters_setup: from here on exits are counted by their kind, with the time
# until the guest goes on, and writes to pages that somebody tracks.
counters_setup() {
	echo 'vgt_exit unsigned int exit_reason; u64 ns' >$tracing/synthetic_events &&
		echo 'p:vgt/track_write __kvm_page_track_write' >$tracing/kprobe_events &&
		trigger kvm/kvm_exit "$hist_exit" &&
		trigger kvm/kvm_entry "$hist_entry" &&
		trigger synthetic/vgt_exit "$hist_time" &&
		trigger kvm/kvm_userspace_exit "$hist_user" &&
		trigger vgt/track_write "$hist_track"
}

# counters_end: kvm.ko can be unloaded again.
counters_end() {
	trigger vgt/track_write "!$hist_track"
	trigger kvm/kvm_userspace_exit "!$hist_user"
	trigger synthetic/vgt_exit "!$hist_time"
	trigger kvm/kvm_entry "!$hist_entry"
	trigger kvm/kvm_exit "!$hist_exit"
	echo >$tracing/kprobe_events
	echo >$tracing/synthetic_events
}

# counters NAME: what KVM has counted so far, into /job/counters-NAME; tools/guest.py takes the difference of two.
counters() {
	{
		echo "uptime $(cut -d ' ' -f 1 /proc/uptime)"
		for f in /sys/kernel/debug/kvm/*; do
			[ -f "$f" ] && echo "kvm.${f##*/} $(cat "$f")"
		done
		sed -n 's/^{ exit_reason: *\([0-9]*\) } hitcount: *\([0-9]*\) *ns: *\([0-9]*\).*/exit.\1 \2\nexit_ns.\1 \3/p' \
			/sys/kernel/tracing/events/synthetic/vgt_exit/hist
		sed -n 's/^{ reason: *\([^ ]*\) } hitcount: *\([0-9]*\).*/userspace_exit.\1 \2/p' \
			/sys/kernel/tracing/events/kvm/kvm_userspace_exit/hist
		awk '$1 == "Hits:" { print "track_write", $2 }' /sys/kernel/tracing/events/vgt/track_write/hist
	} >"/job/counters-$1" 2>/dev/null
}
