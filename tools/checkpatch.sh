#!/bin/sh
# The kernel's checkpatch.pl --strict over files; says nothing if it finds nothing.
# SPDX-License-Identifier: GPL-2.0 OR MIT
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tools/lib.sh"

source=/usr/src/linux-source-6.12.tar.xz
log=$build/logs/checkpatch-apt.log
dir=$build/checkpatch

if [ ! -e "$dir/done" ]; then
	mkdir -p "$dir" "$build/logs"
	# The root has it only if the modules were built in it.
	if [ ! -e "$source" ]; then
		{ apt-get update && apt-get install -y --no-install-recommends linux-source-6.12; } >"$log" 2>&1 || {
			explain_apt "$log"
			die "installing linux-source-6.12 failed, see $log"
		}
	fi
	tar -C "$dir" --strip-components=1 --wildcards -xf "$source" \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
	touch "$dir/done"
fi
for file; do
	# Tracepoints have a layout of their own; tables of registers reuse their arguments.
	case $file in
	*/vgt_trace.h) ;;
	*) echo "$file" ;;
	esac
done | xargs "$dir/scripts/checkpatch.pl" --no-tree --strict --terse --quiet --no-summary --show-types \
	--ignore BIT_MACRO,MACRO_ARG_REUSE -f
