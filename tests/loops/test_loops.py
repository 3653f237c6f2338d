# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Hundreds of binds, of module loads, of vGPUs made and removed: make check-loops."""

import re

import pytest

import leaks
import machine
import modules

LOOPS = {"bind": 200, "load": 200, "create": 1000}
WARM = 20           # loops until caches have their size

HEAD = leaks.MEMORY + """
# What kmemleak has found, if it is there.
leaks() {
	[ -e /sys/kernel/debug/kmemleak ] || return 0
	echo scan >/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	cat /sys/kernel/debug/kmemleak >kmemleak
}
unbind_console() {
	for con in /sys/class/vtconsole/vtcon*/bind; do
		grep -q frame ${con%%bind}name && echo 0 >$con
	done
}
works() {
	programs/vgt_exec --run-subtest store-dword-rcs0 >log || { cat log; echo "loop $1"; exit 2; }
}
cycle() {
	for n in $(seq $loops); do
		"$@" || { echo "loop $n: $*"; exit 1; }
		[ $((n % 20)) = 0 ] && works $n
		[ $n = $warm ] && memory >memory-warm
	done
	memory >memory-end
	leaks
}
"""

BIND = HEAD + """
rebind() {
	unbind_console
	echo 0000:00:02.0 >/sys/bus/pci/drivers/i915/unbind &&
		echo 0000:00:02.0 >/sys/bus/pci/drivers/i915/bind
}
load-i915 enable_gvt=1 || exit 1
cycle rebind
"""

LOAD = HEAD + """
reload() {
	unbind_console
	modprobe -r i915 && ! grep -q '^vgt ' /proc/modules && load-i915 enable_gvt=1
}
load-i915 enable_gvt=1 || exit 1
cycle reload
"""

# Types of all sizes that there is room for, in turns.
CREATE = HEAD + """
gpu=/sys/bus/pci/devices/0000:00:02.0
uuid=00000000-0000-4000-8000-000000000001
renew() {
	set -- $with_room
	shift $((n % $#))
	echo $uuid >${1%/*}/create && echo 1 >/sys/bus/mdev/devices/$uuid/remove
}
room() {
	cat $gpu/mdev_supported_types/*/available_instances | xargs
}
load-i915 enable_gvt=1 && modprobe kvmgt || exit 1
with_room=$(grep -L '^0$' $gpu/mdev_supported_types/*/available_instances)
room >room-before
cycle renew
room >room-after
"""


@pytest.fixture(scope="module", params=LOOPS)
def run(request):
    name = request.param
    script = f"loops={LOOPS[name]} warm={WARM}\n" + {"bind": BIND, "load": LOAD, "create": CREATE}[name]
    result = modules.run_job(machine.BUILD / f"run/loops-{name}", script, timeout=3600, gpu="aperture-mb=512")
    result.name = name
    return result


def test_goes_on(run):
    assert run.ok, run.describe()


def test_was_mediated_each_time(run):
    loads = 1 if run.name == "create" else LOOPS[run.name] + 1
    assert len(re.findall("vGT: the host keeps", (run.where / "dmesg").read_text())) == loads


def test_room_comes_back(run):
    if run.name == "create":
        before = (run.where / "room-before").read_text()
        assert any(int(n) for n in before.split()) and (run.where / "room-after").read_text() == before


def test_no_leak(run):
    assert leaks.growth(run.where, LOOPS[run.name] - WARM) < leaks.GROWTH
    if (run.where / "kmemleak").exists():
        assert (run.where / "kmemleak").read_text() == ""
