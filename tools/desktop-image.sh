#!/bin/sh
# Makes build/desktop.squashfs: an X server and a Wayland compositor for guests,
# a tree to lay over the host image's /usr; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

need_space 3
work=$build/desktop-work
log=$build/logs/desktop-apt.log
rm -rf "$work"
mkdir -p "$work/debs/partial" "$work/all" "$work/tree" "$build/logs"

# apt adds what the host image does not have yet.
unsquashfs -cat "$build/host/root.squashfs" var/lib/dpkg/status >"$work/status"
packages=$(sed 's/#.*//' "$top/tools/desktop/packages")
# shellcheck disable=SC2086 # words
apt-get -y --no-install-recommends --download-only -o Dir::State::status="$work/status" \
	-o Dir::Cache::archives="$work/debs" -o Debug::NoLocking=1 -o APT::Sandbox::User=root \
	install $packages >"$log" 2>&1 || {
	explain_apt "$log"
	tail -5 "$log" >&2
	die "apt-get install of its packages failed, see $log"
}
for deb in "$work"/debs/*.deb; do
	dpkg-deb -x "$deb" "$work/all"
done

# The rest, three quarters of it, is for remote desktops, films and OpenGL.
programs=$(sed 's/#.*//' "$top/tools/desktop/programs")
libraries=lib/x86_64-linux-gnu
cd "$work/all/usr"
# shellcheck disable=SC2086 # words
LD_LIBRARY_PATH=$PWD/$libraries:$PWD/$libraries/weston ldd $programs >"$work/needed"
if grep 'not found' "$work/needed"; then
	die "a library of the programs is in none of their packages"
fi
sed -n "s|.*=> $PWD/\([^ ]*\) .*|\1|p" "$work/needed" | xargs realpath --relative-to=. | sort -u >"$work/files"
# With the links to them, some of which lead to others.
find $libraries -name '*.so*' | while read -r library; do
	! grep -qxF "$(realpath --relative-to=. "$library")" "$work/files" || echo "$library"
done >"$work/libraries"
# shellcheck disable=SC2086 # words
cp -a --parents $programs share/X11 share/weston -t "$work/tree"
xargs -a "$work/libraries" cp -a --parents -t "$work/tree"
mksquashfs "$work/tree" "$build/desktop.squashfs.part" -comp lz4 -noappend -no-progress -quiet
mv "$build/desktop.squashfs.part" "$build/desktop.squashfs"
rm -rf "$work"
