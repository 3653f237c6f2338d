#!/bin/sh
# Fetches Debian's QEMU source and applies our series; runs in the build root.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

log=$build/logs/qemu-apt.log
rm -rf "$build/fetch"
mkdir -p "$build/fetch"
cd "$build/fetch"
apt-get source -y qemu >"$log" 2>&1 || {
	explain_apt "$log"
	die "apt-get source qemu failed, see $log"
}
cd qemu-*/
# Debian's patches are the base, not part of our series.
rm -rf .pc
QUILT_PATCHES=$top/qemu-patches QUILT_PC=.pc-vgt quilt push -a
# Links keep one copy of the model, and time stamps that ninja can use.
ln -s ../../../../qemu-patches/igd hw/display/igd
ln -s ../../../include/vgt include/vgt
# Files that stay the same keep their time stamps: a new patch costs ninja
# only what it changes.
rsync -rlp --checksum --delete ./ "$build/qemu-src/"
rm -rf "$build/fetch"
