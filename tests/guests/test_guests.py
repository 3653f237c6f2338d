# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Two guests at work at once, and one killed in the middle: make check-guests."""

import pytest

import guest
import machine

# Submits for a minute after its peer is ready too; guest 2 goes on until it is killed.
SCRIPT = """\
#!/bin/sh
load-i915 || exit 1
touch ready
until [ -e go ]; do sleep 0.2; done
end=$(($(cut -d . -f 1 /proc/uptime) + 60))
while [ -e forever ] || [ "$(cut -d . -f 1 /proc/uptime)" -lt $end ]; do
	for e in rcs0 bcs0 vcs0 vecs0; do
		timeout 60 /job/programs/vgt_exec --run-subtest store-dword-$e >>exec.log 2>&1 || exit 2
		echo $e >>rounds
	done
done
exit 0
"""

HOST_SCRIPT = """\
host_setup
counters_setup
for n in 1 2; do vgpu_create $n; done
for n in 1 2; do guest_start $n; done
for n in 1 2; do until [ -e /job/guest$n/ready ]; do sleep 0.5; done; done
touch /job/guest2/forever
counters start
touch /job/guest1/go /job/guest2/go
# KVM's statistics are those of the machines that live: before the first ends.
sleep 45
counters end
guest_wait 1
wc -l </job/guest2/rounds >rounds-before-kill
kill -9 $guest_child_2
guest_wait 2
vgpu_remove 1 && vgpu_remove 2 || exit 1
timeout 60 /job/programs/vgt_exec --run-subtest store-dword-rcs0 >host-exec.log 2>&1 || exit 1
rm -f /job/guest1/ready /job/guest1/go
mv /job/guest1/rounds /job/guest1/rounds-first
vgpu_create 1
guest_start 1
until [ -e /job/guest1/ready ] || ! kill -0 $guest_child_1; do sleep 0.5; done
[ -e /job/guest1/ready ] && echo booted >again
kill -9 $guest_child_1
guest_wait 1
vgpu_remove 1
"""


@pytest.fixture(scope="module", params=guest.GVTS)
def boot(request):
    """On vGPUs of in-tree GVT-g (stock) and of ours (vgt); make check-guests GVT=... runs one of them."""
    if request.param == "vgt":
        request.getfixturevalue("kvmgt")
    result, guests = guest.run(machine.BUILD / f"run/guests-{request.param}", [SCRIPT, SCRIPT], HOST_SCRIPT, timeout=560,
                               gvt=request.param)
    result.gvt = request.param
    return result, guests


def test_both_submitted(boot):
    _, (one, two) = boot
    assert len(one.read("rounds-first").split()) >= 8 and "FAIL" not in one.read("exec.log")
    assert int((boot[0].where / "rounds-before-kill").read_text()) >= 8 and "FAIL" not in two.read("exec.log")


def test_host_goes_on(boot):
    host, _ = boot
    assert host.end == "power-off" and host.rc == 0, host.describe()
    assert "SUCCESS" in (host.where / "host-exec.log").read_text()
    assert host.dmesg == []


def test_new_guest_boots_after_the_kill(boot):
    assert (boot[0].where / "again").read_text().strip() == "booted"


def test_guests_logs_are_clean(boot):
    assert [line for one in boot[1] for line in one.dmesg] == []


def test_no_violations(boot):
    assert boot[0].violations == []


def test_counters(boot):
    """Exits were counted while the guests worked; they go to build/results/guests-counters-*.json."""
    counted = guest.counters(boot[0].where, "start", "end")
    machine.write_report(machine.RESULTS / f"guests-counters-{boot[0].gvt}.json", counted)
    assert counted["kvm.exits"] > 0
