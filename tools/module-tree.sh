#!/bin/sh
# Makes the tree of what has to be compiled: drivers of the distribution's
# kernel source with our patches, and our own. For tools/modules.sh and DKMS.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
usage="usage: module-tree.sh SOURCE TREE VERSION
SOURCE   linux-source-*.tar.*, or a tree unpacked from it
TREE     made, or brought up to date: files that stay the same keep their
         time stamps, and what the compiler left stays
VERSION  release of the kernel that the modules are for (uname -r)

   or: module-tree.sh --parts PREFIX
prints what is needed of a source, each below PREFIX"

top=$(cd "$(dirname "$0")/.." && pwd)
series=$top/patches/linux-6.12
parts="Makefile drivers/gpu/drm/i915 drivers/platform/x86/intel_ips.h arch/x86/kvm virt/kvm"

die() {
	echo "error: $*" >&2
	exit 1
}

if [ "$#" = 2 ] && [ "$1" = --parts ]; then
	for part in $parts; do
		echo "$2/$part"
	done
	exit
fi
[ "$#" = 3 ] || die "$usage"
source=$(realpath "$1") tree=$(realpath -m "$2") version=$3

new=$tree.new
rm -rf "$new"
mkdir -p "$new" "$tree"
if [ -d "$source" ]; then
	# shellcheck disable=SC2086 # a list of words
	(cd "$source" && cp -r --parents -t "$new" $parts)
else
	dir=$(basename "$source")
	# shellcheck disable=SC2046 # a list of words
	tar -xf "$source" -C "$new" --strip-components=1 $("$0" --parts "${dir%.tar.*}") ||
		die "$source is not the source of a kernel"
fi

# The release begins with the version, or in Debian with its upstream part.
have=$(awk '$2 == "=" && NR < 9 { v[$1] = $3 } END { print v["VERSION"] "." v["PATCHLEVEL"] "." v["SUBLEVEL"] }' \
	"$new/Makefile")
case $version in
"$have" | "$have"[!0-9]*) ;;
*) die "kernel $version, but $source has $have; install the two in the same version" ;;
esac
while read -r patch; do
	patch -p1 -s -f -F0 -d "$new" <"$series/$patch" ||
		die "$patch does not apply to Linux $have; vGT has patches for Linux 6.12"
done <"$series/series"
rm "$new/Makefile"
mkdir -p "$new/include"
cp -r "$top/include/vgt" "$new/include/"
cp -r "$top/drivers/vgt" "$top/drivers/kvmgt" "$new/drivers/"
cp "$series/Kbuild" "$series/Makefile" "$series/no-gvt.h" "$new/"

set --
for pattern in '*.o' '*.ko' '*.mod' '*.mod.c' '.*.cmd' '*.order' '*.symvers'; do
	set -- "$@" --filter="P $pattern"
done
rsync -rlp --checksum --delete "$@" "$new/" "$tree/"
rm -rf "$new"
