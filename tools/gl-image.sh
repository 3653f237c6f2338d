#!/bin/sh
# Makes build/gl.squashfs: what QEMU in the host (L1) needs for gl=on beside
# the host image, a tree to lay over the image's /usr; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

need_space 2
work=$build/gl-work
log=$build/logs/gl-apt.log
rm -rf "$work"
mkdir -p "$work/debs/partial" "$work/tree" "$build/logs"

# apt adds what the host image does not have yet.
unsquashfs -cat "$build/host/root.squashfs" var/lib/dpkg/status >"$work/status"
packages=$(sed 's/#.*//' "$top/tools/gl/packages")
# shellcheck disable=SC2086 # words
apt-get -y --no-install-recommends --download-only -o Dir::State::status="$work/status" \
	-o Dir::Cache::archives="$work/debs" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
	install $packages >"$log" 2>&1 || {
	explain_apt "$log"
	tail -5 "$log" >&2
	die "apt-get install of its packages failed, see $log"
}
for deb in "$work"/debs/*.deb; do
	dpkg-deb -x "$deb" "$work/tree"
done
(cd "$work/tree/usr/share" && rm -rf doc man locale lintian bug)
flags="-O2 -Wall -Wextra -Werror"
# shellcheck disable=SC2086 # words
gcc $flags -shared -fPIC -o "$work/tree/usr/lib/x86_64-linux-gnu/gbm/soft_gbm.so" "$top/tools/gl/soft_gbm.c"
mkdir -p "$work/tree/usr/bin"
# shellcheck disable=SC2046,SC2086 # words
gcc $flags $(pkg-config --cflags gio-unix-2.0) -o "$work/tree/usr/bin/dbus-picture" \
	"$top/tools/gl/dbus_picture.c" $(pkg-config --libs gio-unix-2.0)
mksquashfs "$work/tree/usr" "$build/gl.squashfs.part" -comp lz4 -noappend -no-progress -quiet
mv "$build/gl.squashfs.part" "$build/gl.squashfs"
rm -rf "$work"
