# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Suspend to RAM and resume of a mediated host; tools/machine.py wakes it."""

import re

import machine
import modules
import pytest

CYCLES = 20

# 9p does not come back from S3: from the first on all goes to a serial port of
# its own, and nothing may touch /job. The reset ends the machine: ACPI's power-off
# does nothing after S3 here.
SCRIPT = """
load-i915 enable_gvt=1 || exit 1
cp programs/vgt_exec programs/vgt_kms /tmp/
cat >/tmp/suspend <<'END'
cd /tmp
pkill dmesg
echo start
for n in $(seq %d); do
	echo mem >/sys/power/state || echo "suspend $n: failed"
	/tmp/vgt_exec --run-subtest store-dword-rcs0 >/tmp/log || cat /tmp/log
	echo "cycle $n: $?"
done
/tmp/vgt_kms --run-subtest crc >/tmp/log || cat /tmp/log
echo "display: $?"
cat /sys/power/suspend_stats/success /sys/power/suspend_stats/fail | xargs echo "suspends:"
echo "--- dmesg"
dmesg --color=never
echo "--- end"
sleep 1
echo b >/proc/sysrq-trigger
END
exec sh /tmp/suspend >/dev/ttyS1 2>&1
""" % CYCLES


@pytest.fixture(scope="module")
def run():
    job = machine.BUILD / "run/suspend"
    job.mkdir(parents=True, exist_ok=True)
    serial = machine.BUILD / "run/suspend-serial.log"
    result = modules.run_job(job, SCRIPT, timeout=240, qemu_args=["-serial", f"file:{serial}"])
    result.said = serial.read_text(errors="replace").replace("\r", "")
    result.log = result.said.partition("--- dmesg\n")[2]
    return result


def test_comes_back_each_time(run):
    assert run.end == "died" and "--- end" in run.said, run.describe() + run.said[-1000:]
    assert f"suspends: {CYCLES} 0" in run.said


def test_works_after_each(run):
    assert re.findall(r"^cycle (\d+): 0$", run.said, re.M) == [str(n + 1) for n in range(CYCLES)]
    assert "display: 0" in run.said


def test_log_is_clean(run):
    assert len(re.findall("vGT: the host keeps", run.log)) == 1
    assert machine.scan_dmesg(run.log) == []
    assert machine.scan_hangs(run.log) == []
    assert "Refused to change power state" not in run.log


def test_no_violations(run):
    assert run.violations == []
