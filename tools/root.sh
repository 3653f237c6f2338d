#!/bin/sh
# Makes the build root, Debian 13 in build/root, or adds what is missing in it.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

root=$build/root
log=$build/logs/root-apt.log
mkdir -p "$build/logs"

if [ ! -e "$root/etc/debian_version" ]; then
	need_space 12
	for tool in unshare chroot mount; do
		command -v $tool >/dev/null || die "$tool is missing; run: apt-get install util-linux coreutils"
	done
	if ! command -v mmdebstrap >/dev/null; then
		[ "$(id -u)" = 0 ] || die "mmdebstrap is missing; run as root: apt-get install mmdebstrap"
		(apt-get update && apt-get install -y mmdebstrap) >"$log" 2>&1 || {
			explain_apt "$log"
			die "apt-get install mmdebstrap failed, see $log"
		}
	fi
	# Built aside, so that a run cut short leaves no half root.
	"$top/tools/as-root" rm -rf "$root.new"
	"$top/tools/as-root" mmdebstrap --mode=root --variant=apt "$suite" "$root.new" >"$log" 2>&1 || {
		explain_apt "$log"
		tail -5 "$log" >&2
		die "mmdebstrap failed, see $log"
	}
	sed -n 's/^deb /deb-src /p' "$root.new/etc/apt/sources.list" \
		>"$root.new/etc/apt/sources.list.d/source.list"
	mv "$root.new" "$root"
fi

packages=$(sed 's/#.*//' "$top/tools/root-packages")
# shellcheck disable=SC2086 # a list of words
"$top/tools/in-root" sh -euc 'apt-get update
	apt-get install -y --no-install-recommends "$@"
	apt-get clean' sh $packages >"$log" 2>&1 || {
	explain_apt "$log"
	tail -5 "$log" >&2
	die "installing the packages of the build root failed, see $log"
}
