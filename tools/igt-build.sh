#!/bin/sh
# Builds IGT's tests (Debian ships only the tools), as build/igt.squashfs, which
# the host mounts at /opt/igt: from build/igt-source.tar, a release of IGT, if
# that is there, else from Debian's source package. build/igt-lists has its lists.
# Runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

log=$build/logs/igt-apt.log
given=$build/igt-source.tar
rm -rf "$build/igt-src" "$build/igt-obj" "$build/igt" "$build/igt-lists" "$build/igt.squashfs"
mkdir -p "$build/igt-src"
cd "$build/igt-src"
if [ -e "$given" ]; then
	tar -xf "$given"
else
	apt-get source -y intel-gpu-tools >"$log" 2>&1 || {
		explain_apt "$log"
		die "apt-get source intel-gpu-tools failed, see $log"
	}
fi
cd ./*/
meson setup "$build/igt-obj" --prefix=/opt/igt --libdir=lib --buildtype=debugoptimized \
	--auto-features=disabled -Dtests=enabled -Dlibdrm_drivers=intel
ninja -C "$build/igt-obj"
DESTDIR=$build/igt meson install -C "$build/igt-obj" --no-rebuild --strip --quiet
# The lists of this very version: 2.x keeps them by driver.
mkdir -p "$build/igt-lists"
basename "$PWD" >"$build/igt-lists/version"
if [ -d tests/intel-ci/i915/default ]; then
	cp tests/intel-ci/i915/default/*.testlist "$build/igt-lists"
else
	cp tests/intel-ci/fast-feedback.testlist "$build/igt-lists/bat.testlist"
fi
mksquashfs "$build/igt/opt/igt" "$build/igt.squashfs" -comp lz4 -noappend -no-progress -quiet
rm -rf "$build/igt"
