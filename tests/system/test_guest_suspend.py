# SPDX-License-Identifier: GPL-2.0 OR MIT
"""A guest suspends to RAM, its QEMU resets the vGPU, and its driver goes on with it."""

import re

import pytest

import guest
import machine

CYCLES = 2

# 9p does not come back from S3: from the first on all goes to the console. The
# clock wakes the guest; the reset at the end is how its QEMU ends.
SCRIPT = """\
#!/bin/sh
load-i915 || exit 1
cp /job/programs/vgt_exec /job/programs/vgt_kms /tmp/
cat >/tmp/suspend <<'END'
cd /tmp
pkill dmesg
dmesg -n 1
for n in $(seq %d); do
	rtcwake -m mem -s 2 || echo "suspend $n: failed"
	for t in vgt_exec@store-dword-rcs0 vgt_exec@store-dword-bcs0 vgt_kms@modeset; do
		/tmp/${t%%@*} --run-subtest ${t#*@} >/tmp/log 2>&1
		echo "cycle $n: $t $?"
		grep Failed /tmp/log
	done
done
cat /sys/power/suspend_stats/success /sys/power/suspend_stats/fail | xargs echo "suspends:"
echo "--- dmesg"
dmesg --color=never
echo "--- end"
sleep 1
echo b >/proc/sysrq-trigger
END
exec sh /tmp/suspend >/dev/ttyS0 2>&1
""" % CYCLES


@pytest.fixture(scope="module")
def run(kvmgt):
    result, guests = guest.run(machine.BUILD / "run/guest-suspend", [SCRIPT], gvt="vgt", guest_machine="q35", timeout=400)
    result.said = guests[0].read("serial.log").replace("\r", "")
    result.log = result.said.partition("--- dmesg\n")[2]
    return result


def test_comes_back_each_time(run):
    assert run.ok, run.describe()
    assert "--- end" in run.said and f"suspends: {CYCLES} 0" in run.said, run.said[-2000:]


def test_works_after_each(run):
    cycles = re.findall(r"^cycle (\d+): (\S+) (\d+)$", run.said, re.M)
    assert len(cycles) == 3 * CYCLES and all(rc == "0" for _, _, rc in cycles), cycles


def test_guest_log_is_clean(run):
    assert machine.scan_dmesg(run.log) == []
