#!/bin/sh
# Builds IGT's tests from Debian's source package (Debian ships only the
# tools), as build/igt.squashfs, which the host mounts at /opt/igt.
# Runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

log=$build/logs/igt-apt.log
rm -rf "$build/igt-src" "$build/igt-obj" "$build/igt" "$build/igt.squashfs"
mkdir -p "$build/igt-src"
cd "$build/igt-src"
apt-get source -y intel-gpu-tools >"$log" 2>&1 || {
	explain_apt "$log"
	die "apt-get source intel-gpu-tools failed, see $log"
}
cd intel-gpu-tools-*/
meson setup "$build/igt-obj" --prefix=/opt/igt --libdir=lib --buildtype=debugoptimized \
	--auto-features=disabled -Dtests=enabled -Dlibdrm_drivers=intel
ninja -C "$build/igt-obj"
DESTDIR=$build/igt meson install -C "$build/igt-obj" --no-rebuild --strip
mksquashfs "$build/igt/opt/igt" "$build/igt.squashfs" -comp lz4 -noappend -no-progress -quiet
