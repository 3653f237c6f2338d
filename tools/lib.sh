# Shared by the build steps; sourced, with $top set to the repository.
# SPDX-License-Identifier: GPL-2.0 OR MIT

build=$top/build
suite=trixie

die() {
	echo "error: $*" >&2
	exit 1
}

# need_space GIB: stop early rather than in the middle of a long step.
need_space() {
	mkdir -p "$build"
	have=$(($(df -Pk "$build" | awk 'NR == 2 { print $4 }') / 1048576))
	[ "$have" -ge "$1" ] || die "not enough disk space under $build:" \
		"need $1 GiB, have $have GiB; free some and run make again"
}

# explain_apt LOG: turn a failed apt run into one line that says what to do.
explain_apt() {
	line=$(grep -m1 'Failed to fetch' "$1" || grep -m1 -E '^Err:|Could not (resolve|connect)' "$1") || return 0
	die "cannot fetch Debian packages: ${line#[EW]: };" \
		"check the network (or apt's proxy settings) and run make again"
}
