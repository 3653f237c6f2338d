#!/bin/sh
# Configures and builds QEMU with the emulated GPU; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

mkdir -p "$build/qemu"
cd "$build/qemu"
if [ ! -e build.ninja ]; then
	../qemu-src/configure --target-list=x86_64-softmmu --without-default-features \
		--disable-install-blobs --enable-tcg --enable-system --enable-fdt=system \
		--enable-pixman --enable-png --enable-vnc --enable-slirp \
		--enable-attr --enable-virtfs --enable-trace-backends=log
fi
# meson's list of the model's sources is made when it configures.
find "$top/qemu-patches/igd" -name '*.c' | sort >sources.new
if ! cmp -s sources.new sources.list; then
	[ ! -e sources.list ] || pyvenv/bin/meson setup --reconfigure . ../qemu-src
	mv sources.new sources.list
fi
# All errors at once, not just the first file's.
ninja -k 0 qemu-system-x86_64
