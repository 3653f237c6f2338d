#!/bin/sh
# Builds vgt.ko, kvmgt.ko and the patched drivers for the kernel of the host image, as
# build/modules/lib/modules/VERSION/updates/*.ko with the index files of all
# modules beside them; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

need_space 2
log=$build/logs/modules-apt.log
version=$(sed -n 's/^linux-image-\([0-9][^ ]*\) .*/\1/p' "$build/host/packages")
headers=/lib/modules/$version/build
source=/usr/src/linux-source-6.12.tar.xz
pristine=$build/modules-orig
tree=$build/modules-src
out=$build/modules

if [ ! -e "$headers/Makefile" ] || [ ! -e "$source" ]; then
	{ apt-get update && apt-get install -y --no-install-recommends \
		"linux-headers-$version" linux-source-6.12; } >"$log" 2>&1 || {
		grep -q "Unable to locate package" "$log" &&
			die "Debian no longer has the headers of kernel $version;" \
				"remove build/host and run make again for its current kernel"
		explain_apt "$log"
		die "installing linux-headers-$version failed, see $log"
	}
fi

# Unpacked once per source package: nothing but what is compiled.
parts=$("$top/tools/module-tree.sh" --parts linux-source-6.12)
package="$(stat -c '%Y %s' "$source") $parts"
if [ "$(cat "$pristine/package" 2>/dev/null)" != "$package" ]; then
	rm -rf "$pristine"
	mkdir -p "$pristine"
	# shellcheck disable=SC2086 # a list of words
	tar -xf "$source" -C "$pristine" --strip-components=1 $parts
	echo "$package" >"$pristine/package"
fi
"$top/tools/module-tree.sh" "$pristine" "$tree" "$version"

make -C "$tree" -j"$(nproc)" KVER="$version"

# The index has to know the image's other modules too.
image=$build/modules-image
rm -rf "$out" "$image"
unsquashfs -q -n -d "$image" "$build/host/root.squashfs" usr/lib/modules >/dev/null
ln -s usr/lib "$image/lib"
updates=$image/lib/modules/$version/updates
mkdir -p "$updates"
find "$tree" -name '*.ko' -exec cp -t "$updates" {} +
depmod -b "$image" "$version"
rm -rf "$image/lib/modules/$version/kernel"
mkdir -p "$out/lib"
mv "$image/usr/lib/modules" "$out/lib/"
rm -rf "$image"
