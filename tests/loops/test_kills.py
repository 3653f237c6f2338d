# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Guests whose QEMU is killed in the middle of their work, again and again: make check-kills [KILLS=100]."""

import os
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tools"))

import guest  # noqa: E402
import leaks  # noqa: E402
import machine  # noqa: E402
import modules  # noqa: E402
import shares  # noqa: E402

KILLS = int(os.environ.get("VGT_KILLS", "20"))
WARM = 2            # kills until caches have their size
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
vgpu_create 1 i915-GVTg_V5_8
vgpu_remove 1
works 0
state >state-0
for kill in $(seq %d); do
	set -- %s
	shift $((kill %% $#))
	rm -f /job/guest1/load
	vgpu_create 1 $1
	guest_start 1
	for _ in $(seq 600); do
		grep -q '^bcs0.batches [1-9]' /job/guest1/load 2>/dev/null && break
		kill -0 $guest_child_1 || die "kill $kill: QEMU has ended by itself"
		[ ! -e /job/guest1/rc ] || die "kill $kill: the load has ended: $(tail -n 1 /job/guest1/load.log)"
		sleep 0.2
	done
	grep -q '^bcs0.batches [1-9]' /job/guest1/load || die "kill $kill: the guest does not submit"
	sleep "0.$(shuf -i 0-9 -n 1)$(shuf -i 0-9 -n 1)"
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
def boot():
    if not modules.has("kvmgt"):
        pytest.skip("our kvmgt.ko is not built: run make modules")
    result, _ = guest.run(machine.BUILD / "run/kills", [SCRIPT], leaks.MEMORY + HOST_SCRIPT % (KILLS, TYPES, WARM),
                          gvt="vgt", gpu=shares.GPU, append="quiet", timeout=300 + 90 * KILLS)
    return result


def read(boot, name, kill):
    return (boot.where / f"{name}-{kill}").read_text(errors="replace")


def test_host_goes_on(boot):
    assert boot.ok, boot.describe()


def test_each_was_at_work(boot):
    """Killed with work on both engines, or waiting for them."""
    assert [kill for kill in range(1, KILLS + 1) if read(boot, "work", kill).split() != ["rcs0:", "bcs0:"]] == []


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
