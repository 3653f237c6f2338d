# The benchmarks in the host and in guests, one configuration after the other in
# the same boot; sourced by the job that tools/bench.py makes, after guests.sh.
# Leaves /job/out-COLUMN-ROUND, for guests also the counters of each span.
# SPDX-License-Identifier: GPL-2.0 OR MIT

index=/lib/modules/$(uname -r)
workloads="nothing nop latency switch blt ppgtt ggtt cursor flip"

# use stock|vgt: which modules modprobe finds. Both are there, but for the index.
use() {
	if [ ! -d /run/index-stock ]; then
		mkdir /run/index-stock /run/index-vgt
		cp "$index"/modules.* /run/index-stock/
		if mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288 modules /mnt 2>/dev/null; then
			cp -r /mnt/lib/modules/. /lib/modules/ || die "our modules cannot be read"
			umount /mnt
		fi
		cp "$index"/modules.* /run/index-vgt/
	fi
	cp "/run/index-$1"/modules.* "$index/"
}

unload() {
	for con in /sys/class/vtconsole/vtcon*/bind; do
		grep -q frame "${con%bind}name" && echo 0 >"$con"
	done
	modprobe -r kvmgt 2>/dev/null
	modprobe -r kvm_amd 2>/dev/null
	modprobe -r i915 || die "i915 does not unload"
}

# bench_host COLUMN ROUND stock|vgt ENABLE_GVT: what other tasks interrupt ten times, the rest once.
bench_host() {
	use "$3"
	load-i915 "enable_gvt=$4" || die "$1: i915 does not load"
	(
		for _ in 1 2 3 4 5 6 7 8 9; do
			/tmp/vgt_bench nop latency switch || exit 1
		done
		/tmp/vgt_bench
	) >"/job/out-$1-$2" 2>&1 || die "$1: $(tail -n 1 "/job/out-$1-$2")"
	unload
}

# profile_host WORKLOAD...: which functions of vgt.ko are called, and for how
# long, into /job/trace-WORKLOAD.
profile_host() {
	t=/sys/kernel/tracing
	use vgt
	load-i915 enable_gvt=1 || die "profile: i915 does not load"
	echo ':mod:vgt' >$t/set_ftrace_filter
	echo 40000 >$t/buffer_size_kb
	echo 1 >$t/options/funcgraph-tail 2>/dev/null || echo funcgraph-tail >$t/trace_options
	for w in "$@"; do
		echo function_graph >$t/current_tracer || die "profile: the kernel cannot trace functions"
		/tmp/vgt_bench "$w" >/dev/null 2>&1 || die "profile: $w fails"
		echo 0 >$t/tracing_on
		cat $t/trace >"/job/trace-$w"
		echo nop >$t/current_tracer
		echo 1 >$t/tracing_on
	done
	echo >$t/set_ftrace_filter
	unload
}

# guest_ready: waits until guest 1 has done what it had to, first of all its boot. It counts what it has done;
# a file that came and went would sometimes be gone before the guest has finished making it.
guest_ready() {
	turn=$((${turn:-0} + 1))
	until [ "$(cat /job/guest1/done 2>/dev/null)" = $turn ]; do
		kill -0 "$guest_child_1" 2>/dev/null || die "guest 1 has ended"
		sleep 0.2
	done
}

# go WORD: tells guest 1 what to do next, and waits until it has done it.
go() {
	echo "$1" >/job/guest1/go.part
	mv /job/guest1/go.part /job/guest1/go
	guest_ready
}

# bench_guest COLUMN WORKLOAD...: in guest 1, counted from outside.
bench_guest() {
	column=$1
	shift
	for w in "$@"; do
		counters "$column-$w-0"
		go "$w"
		counters "$column-$w-1"
	done
	mv /job/guest1/out "/job/out-$column-1"
}

# bench_guests COLUMN stock|vgt: a guest alone, then with an idle second one beside it.
bench_guests() {
	use "$2"
	turn=0
	host_setup
	counters_setup || die "the kernel does not count exits"
	for n in 1 2; do vgpu_create $n; done
	counters "$1-boot-0"
	guest_start 1
	guest_ready
	counters "$1-boot-1"
	counters "$1-probe-0"
	go probe
	counters "$1-probe-1"
	# shellcheck disable=SC2086 # words
	bench_guest "$1" $workloads
	guest_start 2
	until [ -e /job/guest2/done ] || ! kill -0 "$guest_child_2" 2>/dev/null; do sleep 0.2; done
	bench_guest "$1+idle" nothing nop latency blt flip
	touch /job/guest2/stop
	go end
	for n in 1 2; do guest_wait $n; done
	for n in 1 2; do vgpu_remove $n; done
	rm -f /job/guest?/rc /job/guest?/stop /job/guest?/done
	counters_end
	unload
}
