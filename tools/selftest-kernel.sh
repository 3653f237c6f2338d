#!/bin/sh
# Builds a small kernel with i915's selftests from Debian's kernel source:
# build/selftest-kernel/{vmlinuz,lib/modules}; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

need_space 5
out=$build/selftest-kernel
src=$build/kernel-src
log=$build/logs/selftest-kernel-apt.log

if [ ! -e "$src/Makefile" ]; then
	rm -rf "$src" "$build/fetch-kernel"
	mkdir -p "$build/fetch-kernel"
	cd "$build/fetch-kernel"
	{ apt-get update && apt-get download linux-source-6.12; } >"$log" 2>&1 || {
		explain_apt "$log"
		die "apt-get download linux-source-6.12 failed, see $log"
	}
	dpkg -x linux-source-6.12_*.deb .
	tar -xf usr/src/linux-source-6.12.tar.xz
	mv linux-source-6.12 "$src"
	cd "$build"
	rm -rf fetch-kernel
fi

cd "$src"
config=$top/tests/selftest.config
make -s O="$build/selftest-obj" KCONFIG_ALLCONFIG="$config" allnoconfig
missing=$(grep '^CONFIG_' "$config" | grep -vxFf "$build/selftest-obj/.config" || :)
[ -z "$missing" ] || die "this kernel cannot be configured with: $(echo "$missing" | tr '\n' ' ')"
make O="$build/selftest-obj" -j"$(nproc)" bzImage modules
rm -rf "$out"
mkdir -p "$out"
make -s O="$build/selftest-obj" INSTALL_MOD_PATH="$out" modules_install
rm -f "$out"/lib/modules/*/build
cp "$build/selftest-obj/arch/x86/boot/bzImage" "$out/vmlinuz"
