#!/bin/sh
# Makes the host image: build/host/{vmlinuz,initrd,root.squashfs,packages,
# intel-ci-tests}; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

need_space 5
out=$build/host
tree=$build/host-tree
log=$build/logs/host-apt.log
rm -rf "$out" "$tree"
mkdir -p "$out"

packages=$(sed 's/#.*//' "$top/tools/host/packages" | tr -s '\n' ,)
# The mirror is the one that the build root came from.
mmdebstrap --mode=root --variant=apt --include="${packages#,}" \
	--aptopt='Apt::Install-Recommends "false"' \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	"$suite" "$tree" /etc/apt/sources.list >"$log" 2>&1 || {
	explain_apt "$log"
	tail -5 "$log" >&2
	die "mmdebstrap of the host image failed, see $log"
}
# shellcheck disable=SC2016 # dpkg-query's own variables
dpkg-query --admindir="$tree/var/lib/dpkg" -W -f '${Package} ${Version}\n' >"$out/packages"
cp -r "$tree/usr/libexec/igt-gpu-tools/intel-ci-tests" "$out/"

version=$(cd "$tree/lib/modules" && echo *)
cp "$tree/boot/vmlinuz-$version" "$out/vmlinuz"
# Unpacked once here rather than at each load in an emulated machine.
find "$tree/lib/modules" -name '*.ko.xz' -print0 | xargs -0 -n 200 -P 2 unxz
depmod -b "$tree" "$version"
echo "blacklist i915" >"$tree/etc/modprobe.d/vgt.conf"
install "$top/tools/host/vgt-init" "$tree/sbin/vgt-init"
mkdir -p "$tree/usr/lib/vgt"
install "$top/tools/host/ask" "$top/tools/host/load-i915" "$tree/usr/lib/vgt/"
if [ -d "$build/igt" ]; then
	cp -r "$build/igt/." "$tree/"
fi

initrd=$build/host-initrd
rm -rf "$initrd"
mkdir -p "$initrd/bin" "$initrd/ro" "$initrd/rw" "$initrd/new" "$initrd/proc" "$initrd/sys" "$initrd/dev"
cp /bin/busybox "$initrd/bin/"
install "$top/tools/host/initrd-init" "$initrd/init"
for m in virtio_pci virtio_blk squashfs overlay 9p 9pnet_virtio; do
	modprobe -d "$tree" -S "$version" -D -a "$m"
done | awk -v tree="$tree/" '$1 == "insmod" { sub(tree, "", $2); sub("^/", "", $2); print $2 }' | sort -u |
	(cd "$tree" && xargs cp --parents -t "$initrd")
cp "$tree/lib/modules/$version/modules.order" "$tree/lib/modules/$version/modules.builtin" \
	"$initrd/lib/modules/$version/"
depmod -b "$initrd" "$version"
(cd "$initrd" && find . | cpio -o -H newc --quiet) | gzip -1 >"$out/initrd"

(cd "$tree" && rm -rf boot var/cache/apt var/lib/apt/lists)
# lz4: what matters is how fast an emulated processor unpacks it.
mksquashfs "$tree" "$out/root.squashfs" -comp lz4 -noappend -no-progress -quiet
rm -rf "$tree" "$initrd"
