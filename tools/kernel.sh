#!/bin/sh
# Builds a small kernel of our own from Debian's kernel source, and our modules
# for it: build/KIND-kernel/{vmlinuz,lib/modules,updates}; runs in the build root.
#   selftest   with i915's selftests
#   debug      the same, with what finds mistakes in our modules: lockdep, KASAN,
#              UBSAN, kmemleak, and KVM and VFIO for guests
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

kind=$1
need_space 8
out=$build/$kind-kernel
obj=$build/$kind-obj
src=$build/kernel-src
tree=$build/$kind-modules-src
log=$build/logs/$kind-kernel-apt.log

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

# The later file has the last word.
mkdir -p "$obj"
config=$obj/wanted
cat "$top/tests/selftest.config" >"$config"
if [ "$kind" != selftest ]; then
	sed 's/=.*//' "$top/tests/$kind.config" | grep '^CONFIG_' >"$obj/again"
	grep -vwFf "$obj/again" "$top/tests/selftest.config" >"$config" || :
	cat "$top/tests/$kind.config" >>"$config"
fi
cd "$src"
make -s O="$obj" KCONFIG_ALLCONFIG="$config" allnoconfig
missing=$(grep '^CONFIG_.*=' "$config" | grep -v '=n$' | grep -vxFf "$obj/.config" || :)
[ -z "$missing" ] || die "this kernel cannot be configured with: $(echo "$missing" | tr '\n' ' ')"
make O="$obj" -j"$(nproc)" bzImage modules
rm -rf "$out"
mkdir -p "$out/updates"
make -s O="$obj" INSTALL_MOD_PATH="$out" modules_install
release=$(cat "$obj/include/config/kernel.release")
rm -f "$out/lib/modules/$release/build"
cp "$obj/arch/x86/boot/bzImage" "$out/vmlinuz"

"$top/tools/module-tree.sh" "$src" "$tree" "$release"
# Without KVM in the kernel there is nobody to make vGPUs for.
if ! grep -q '^CONFIG_KVM=m' "$obj/.config"; then
	sed -i 's|drivers/kvmgt/||; s|arch/x86/kvm/||' "$tree/Kbuild"
fi
make -C "$src" O="$obj" M="$tree" -j"$(nproc)" CONFIG_DRM_I915_GVT= CONFIG_DRM_I915_GVT_KVMGT= modules
find "$tree" -name '*.ko' -exec cp -t "$out/updates" {} +
