#!/bin/sh
# Makes build/demo.squashfs: what QEMU in the host (L1) needs for gl=on beside
# the host image, a tree to lay over the image's /usr; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

need_space 2
work=$build/demo-work
log=$build/logs/demo-apt.log
rm -rf "$work"
mkdir -p "$work/debs/partial" "$work/tree" "$build/logs"

# apt adds what the host image does not have yet.
unsquashfs -cat "$build/host/root.squashfs" var/lib/dpkg/status >"$work/status"
packages=$(sed 's/#.*//' "$top/tools/demo-packages")
# shellcheck disable=SC2086 # words
apt-get -y --no-install-recommends --download-only -o Dir::State::status="$work/status" \
	-o Dir::Cache::archives="$work/debs" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
	install $packages >"$log" 2>&1 || {
	explain_apt "$log"
	tail -5 "$log" >&2
	die "apt-get install of the demo's packages failed, see $log"
}
for deb in "$work"/debs/*.deb; do
	dpkg-deb -x "$deb" "$work/tree"
done
(cd "$work/tree/usr/share" && rm -rf doc man locale lintian bug)
mksquashfs "$work/tree/usr" "$build/demo.squashfs.part" -comp lz4 -noappend -no-progress -quiet
mv "$build/demo.squashfs.part" "$build/demo.squashfs"
rm -rf "$work"
