# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Guests whose QEMU is killed at random moments, again and again: make check-kills [KILLS=100]."""

import os
import re

import pytest

import guest
import leaks
import machine
import shares

KILLS = int(os.environ.get("VGT_KILLS", "20"))
WARM = 4            # kills until caches have their size
AT_WORK = 4         # each so manieth while both engines have work, the others within MOMENTS after QEMU's start
MOMENTS = 150       # tenths of a second: firmware, kernel, i915's probe, work
TYPES = "i915-GVTg_V5_4 i915-GVTg_V5_8"

SCRIPT = """\
#!/bin/sh
load-i915 || exit 1
exec /job/programs/vgt_load --length 20000 --stats /job/load >load.log 2>&1
"""

HOST_SCRIPT = """\
host_setup
# What must be the same after each kill: pages pinned, room for vGPUs, graphics memory, devices.
state() {
	echo 1 >/proc/sys/vm/stat_refresh
	awk '/^nr_foll_pin_acquired/ { n += $2 } /^nr_foll_pin_released/ { n -= $2 } END { print "pinned", n }' /proc/vmstat
	echo "room $(cat $types/*/available_instances | xargs)"
	sed 's/^/gm /' /sys/kernel/debug/vgt/gm
	echo "devices $(ls /sys/bus/mdev/devices | xargs)"
}
works() {
	for e in rcs0 bcs0; do
		timeout 60 /job/programs/vgt_exec --run-subtest store-dword-$e >host-exec.log 2>&1 || die "kill $1: the host's $e"
	done
}
# Engines that vGPU $1 has or waits for
at_work() {
	awk -v id="vGPU $1:" '/^[a-z]/ { e = $1 } index($0, id) && /has work/ { print e }' /sys/kernel/debug/vgt/queues
}
# Until the guest's work is on both engines, in kill $1.
wait_for_work() {
	for _ in $(seq 600); do
		grep -q '^bcs0.batches [1-9]' /job/guest1/load 2>/dev/null && break
		kill -0 $guest_child_1 || die "kill $1: QEMU has ended by itself"
		[ ! -e /job/guest1/rc ] || die "kill $1: the load has ended: $(tail -n 1 /job/guest1/load.log)"
		sleep 0.2
	done
	grep -q '^bcs0.batches [1-9]' /job/guest1/load || die "kill $1: the guest does not submit"
	sleep "0.$(shuf -i 0-9 -n 1)$(shuf -i 0-9 -n 1)"
}
vgpu_create 1 i915-GVTg_V5_8
vgpu_remove 1
works 0
state >state-0
for kill in $(seq %d); do
	set -- %s
	shift $((kill %% $#))
	rm -f /job/guest1/load
	: >/job/guest1/serial.log # QEMU may be killed before it opens it
	vgpu_create 1 $1
	guest_start 1
	moment=$(shuf -i 0-%d -n 1)
	if [ $((kill %% %d)) = 0 ]; then
		wait_for_work $kill
	else
		sleep "$((moment / 10)).$((moment %% 10))"
	fi
	at_work "$(cat /sys/bus/mdev/devices/$(vgpu_uuid 1)/vgpu_id)" >work-$kill
	kill -9 $guest_child_1
	guest_wait 1
	cp /job/guest1/serial.log serial-$kill
	vgpu_remove 1 || die "kill $kill: the vGPU is not removed"
	works $kill
	state >state-$kill
	[ $kill -gt %d ] || memory >memory-warm
done
memory >memory-end
"""


@pytest.fixture(scope="module")
def boot(kvmgt):
    script = leaks.MEMORY + HOST_SCRIPT % (KILLS, TYPES, MOMENTS, AT_WORK, WARM)
    result, _ = guest.run(machine.BUILD / "run/kills", [SCRIPT], script, gvt="vgt", gpu=shares.GPU, append="quiet",
                          timeout=300 + 90 * KILLS)
    return result


def read(boot, name, kill):
    return (boot.where / f"{name}-{kill}").read_text(errors="replace")


def test_host_goes_on(boot):
    assert boot.ok, boot.describe()


def test_some_were_at_work(boot):
    """Killed with work on both engines, or waiting for them."""
    assert [kill for kill in range(AT_WORK, KILLS + 1, AT_WORK)
            if read(boot, "work", kill).split() != ["rcs0:", "bcs0:"]] == []


def test_all_is_back(boot):
    """After each kill: nothing pinned, graphics memory free, no device left."""
    before = read(boot, "state", 0)
    assert re.search("^pinned 0$", before, re.M)
    for kill in range(1, KILLS + 1):
        assert read(boot, "state", kill) == before, f"kill {kill}"


def test_guests_logs_are_clean(boot):
    assert [line for kill in range(1, KILLS + 1) for line in machine.scan_dmesg(read(boot, "serial", kill))] == []


def test_no_leak(boot):
    assert leaks.growth(boot.where, KILLS - WARM) < leaks.GROWTH
