# The demo's part in the host (L1): guests with screens, pictures of them, and
# what was counted meanwhile; sourced after guests.sh by a job of tools/demo.py.
# shellcheck shell=sh disable=SC2154 # sourced, after guests.sh
# SPDX-License-Identifier: GPL-2.0 OR MIT

: "${gl:=off}"

say() {
	echo "demo: $(cut -d ' ' -f 1 /proc/uptime) $*"
}

# lost MESSAGE: like die, for what concerns one guest; the others go on.
lost() {
	echo "error: $*"
	return 1
}

# gl_setup: lays build/gl.squashfs, OpenGL for QEMU, over /usr.
gl_setup() {
	for block in /sys/block/vd?; do
		[ "$(cat "$block/serial")" = gl ] && disk=/dev/${block##*/}
	done
	mkdir -p /opt/gl
	mount -t squashfs -o ro "$disk" /opt/gl || die "cannot mount gl.squashfs"
	mount -t overlay -o lowerdir=/opt/gl:/usr overlay /usr || die "cannot lay gl.squashfs over /usr"
	# The emulated GPU has no execution units: OpenGL is computed, see tools/gl/soft_gbm.c.
	export GBM_BACKEND=soft
}

# screen_start N [QEMU OPTION...]: guest_start with the vGPU's monitor on; with
# `gl` its pictures are dma-bufs, else copies in the vGPU's region.
screen_start() {
	n=$1
	shift
	if [ "$gl" = on ]; then
		set -- -display dbus,p2p=on,gl=on,rendernode=/dev/dri/renderD128 "$@"
	else
		echo region >"/sys/bus/mdev/devices/$(vgpu_uuid "$n")/display" || die "only with vGT's vGPUs: gl=off"
		set -- -display dbus,p2p=on "$@"
	fi
	guest_start "$n" -set device.vgpu.display=on "$@"
}

# viewer_start N: from here on guest N's screen is in /run/guestN.ppm, anew each second.
viewer_start() {
	dbus-picture "/run/guest$1.qmp" "/run/guest$1.ppm" 1 >"/job/guest$1/viewer.log" 2>&1 &
	for _ in $(seq 60); do
		[ -e "/run/guest$1.ppm" ] && return
		sleep 0.5
	done
	lost "no picture of guest $1: $(cat "/job/guest$1/viewer.log")"
}

# guest_picture N NAME: as it is now, into guestN/NAME.ppm
guest_picture() {
	cp "/run/guest$1.ppm" "/job/guest$1/$2.ppm"
}

# host_picture NAME: of the emulated monitor
host_picture() {
	ask "{\"execute\": \"screendump\", \"arguments\":
		{\"filename\": \"@job@/$1.png\", \"format\": \"png\"}}" >"/job/$1.log"
}

# A job that fails ends with its guests: they have its output open.
trap 'kill $(cat /run/guest*.pid) 2>/dev/null' EXIT

# screen_wait N SECONDS: until guest N's program has shown frames.
screen_wait() {
	for second in $(seq "$2"); do
		grep -q '^frames [1-9]' "/job/guest$1/stats" 2>/dev/null && return
		[ -e "/run/guest$1.pid" ] || [ "$second" -lt 20 ] || {
			lost "guest $1 has died; see guest$1/qemu.log"
			return 1
		}
		if [ -e "/job/guest$1/rc" ]; then
			lost "guest $1 shows nothing; see guest$1/show.log and guest$1/dmesg"
			return 1
		fi
		sleep 1
	done
	lost "guest $1 shows nothing after $2 s; see guest$1/serial.log"
}

# snapshot NAME: what was counted so far, for each guest in guestN/NAME, for the host in NAME.
snapshot() {
	for n in $shown; do
		{
			echo "uptime $(cut -d ' ' -f 1 /proc/uptime)"
			echo "exits $(cat /sys/kernel/debug/kvm/"$(cat "/run/guest$n.pid")"-*/exits)"
			(cd "/sys/bus/mdev/devices/$(vgpu_uuid "$n")/stats" 2>/dev/null &&
				for f in *; do echo "vgpu.$f $(cat "$f")"; done)
			sed 's/^/show./' "/job/guest$n/stats"
		} >"/job/guest$n/$1"
	done
	{
		echo "uptime $(cut -d ' ' -f 1 /proc/uptime)"
		(cd "$gpu/vgt_stats" 2>/dev/null && for f in *; do echo "vgpu.$f $(cat "$f")"; done)
		sed 's/^/show./' /job/stats
	} >"/job/$1"
}
