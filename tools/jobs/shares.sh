# Shares of the engines' time, the host's part (L1): loads, weights, phases;
# sourced after guests.sh by a job of tools/shares.py.
# shellcheck shell=sh disable=SC2154 # sourced, after guests.sh
# SPDX-License-Identifier: GPL-2.0 OR MIT

# A job that fails ends with its guests and its load: they have its output open.
trap 'kill $(cat /run/guest*.pid) $load $sampler 2>/dev/null' EXIT

# weights HOST GUEST...: from now on
weights() {
	echo "$1" >"$gpu/vgt/weight" || die "the host's weight is not set"
	shift
	for n in $guests; do
		echo "$1" >"/sys/bus/mdev/devices/$(vgpu_uuid "$n")/weight" || die "guest $n's weight is not set"
		shift
	done
}

# host_load_start: the same program as in the guests
host_load_start() {
	/job/programs/vgt_load --stop /job/stop --stats /job/load >load.log 2>&1 &
	load=$!
}

# load_wait N SECONDS PATTERN: until a line of guest N's (0: the host's) figures is so
load_wait() {
	dir=/job/guest$1
	[ "$1" != 0 ] || dir=/job
	for _ in $(seq $(($2 * 5))); do
		grep -q "$3" "$dir/load" 2>/dev/null && return
		[ ! -e "$dir/rc" ] || die "the load in $dir has ended: $(tail -n 1 "$dir/load.log")"
		sleep 0.2
	done
	die "no line '$3' in $dir/load after $2 s"
}

# sample_start MILLISECONDS: times on the engines, the host's first, until sample_end
sample_start() {
	set -- "$1"
	for e in rcs bcs; do
		set -- "$@" "$gpu/vgt_stats/${e}_us"
		for n in $guests; do
			set -- "$@" "/sys/bus/mdev/devices/$(vgpu_uuid "$n")/stats/${e}_us"
		done
	done
	cp /job/programs/vgt_sample /tmp/
	/tmp/vgt_sample "$@" >samples &
	sampler=$!
}

sample_end() {
	kill "$sampler"
	wait "$sampler" || die "vgt_sample has failed"
}

# phase NAME SECONDS: its beginning and end, on the sampler's clock
phase() {
	start=$(date +%s%N)
	sleep "$2"
	echo "$1 $start $(date +%s%N)" >>phases
}

# counts_save: of all vGPUs, into stats-N
counts_save() {
	for n in 0 $guests; do
		dir=/sys/bus/mdev/devices/$(vgpu_uuid "$n")/stats
		[ "$n" != 0 ] || dir=$gpu/vgt_stats
		for f in "$dir"/*; do echo "${f##*/} $(cat "$f")"; done >"stats-$n"
	done
}
