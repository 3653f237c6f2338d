#!/bin/sh
# SPDX-License-Identifier: GPL-2.0 OR MIT
# The kernel's checkpatch.pl --strict over files; says nothing if it finds nothing.
set -e
dir=build/checkpatch
if [ ! -e $dir/scripts/checkpatch.pl ]; then
	mkdir -p $dir
	tar -C $dir --strip-components=1 --wildcards -xf /usr/src/linux-source-6.12.tar.xz \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
fi
for file; do
	# Tracepoints have a layout of their own; tables of registers reuse their arguments.
	case $file in
	*/vgt_trace.h) ;;
	*) echo "$file" ;;
	esac
done | xargs $dir/scripts/checkpatch.pl --no-tree --strict --terse --quiet --no-summary --show-types \
	--ignore BIT_MACRO,MACRO_ARG_REUSE -f
