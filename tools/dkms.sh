#!/bin/sh
# Makes the DKMS package, build/dkms/vgt-VERSION/ and vgt-dkms_VERSION_all.deb;
# runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

version=0.1
out=$build/dkms
src=$out/vgt-$version
deb=$out/deb
rm -rf "$out"
mkdir -p "$src" "$deb/DEBIAN" "$deb/usr/src"
(cd "$top" && cp -r --parents -t "$src" include/vgt drivers/vgt drivers/kvmgt patches/linux-6.12 \
	tools/module-tree.sh tools/dkms/pre-build)
sed "s/@VERSION@/$version/" "$top/tools/dkms/dkms.conf" >"$src/dkms.conf"

cp -r "$src" "$deb/usr/src/"
for script in postinst prerm; do
	sed "s/@VERSION@/$version/" "$top/tools/dkms/$script" >"$deb/DEBIAN/$script"
	chmod 755 "$deb/DEBIAN/$script"
done
cat >"$deb/DEBIAN/control" <<END
Package: vgt-dkms
Version: $version
Architecture: all
Maintainer: vGT <vgt@localhost>
Section: kernel
Priority: optional
Depends: dkms, linux-source-6.12, make, patch, rsync, xz-utils
Description: vgt.ko and kvmgt.ko, and the i915.ko and kvm.ko that work with them
 Shares one Intel GPU among the host and virtual machines. Built for the
 running kernel from the distribution's linux-source.
END
dpkg-deb --root-owner-group -b "$deb" "$out/vgt-dkms_${version}_all.deb"
rm -rf "$deb"
