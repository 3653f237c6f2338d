# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Our modules on a kernel that finds their mistakes: lockdep, KASAN, UBSAN, kmemleak.

make check-debug; minutes, not in check.
"""

import fnmatch
import re
import shutil
import subprocess

import pytest

import igt
import machine
import modules

KERNEL = machine.BUILD / "debug-kernel"

# From here on VFIO takes memory away. Its type 1 driver holds device_list_lock while vGPUs let go, which takes
# iommu->lock, and takes the two the other way round when a device is opened: lockdep says so once, and no more.
UNMAP_BEGINS = "debug: tests that unmap begin"

SCRIPT = """#!/bin/sh
cp -r modules/* /lib/modules/
cp -r updates "/lib/modules/$(uname -r)/" && depmod || exit 1
run() {
	for s in "$@"; do
		timeout 300 /job/programs/${s%@*} --run-subtest "${s#*@}" >>programs.log 2>&1
		echo "$s $?" >>results
		ask '{"execute": "qom-get", "arguments": {"path": "/machine/peripheral/gpu", "property": "violations"}}' \
			>"violations-$s"
	done
}
load-i915 enable_gvt=1 || exit 1
modprobe kvmgt || exit 1
run $(cat host-tests)
types=/sys/bus/pci/devices/0000:00:02.0/mdev_supported_types
for n in 1 2 3; do
	uuid=00000000-0000-4000-8000-00000000000$n
	echo $uuid >$types/i915-GVTg_V5_8/create || exit 1
	echo 1 >/sys/bus/mdev/devices/$uuid/remove
done
run $(cat guest-tests)
echo "BEGINS" >/dev/kmsg
run $(cat unmap-tests)
echo 0000:00:02.0 >/sys/bus/pci/drivers/i915/unbind
modprobe -r kvmgt
modprobe -r i915 && modprobe -r vgt || exit 1
# What was freed late is seen at the second scan.
for i in 1 2; do
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
done
cat /sys/kernel/debug/kmemleak >leaks
""".replace("BEGINS", UNMAP_BEGINS)

HOST_TESTS = ["vgt_exec@basic-rcs0", "vgt_exec@basic-bcs0", "vgt_exec@store-dword-vcs0", "vgt_exec@store-dword-vecs0"]


def subtests(program):
    return [f"{program}@{line}" for line in subprocess.run(
        [modules.PROGRAMS / program, "--list-subtests"], capture_output=True, text=True, check=True).stdout.split()]


@pytest.fixture(scope="module")
def boot():
    job = machine.fresh_job(machine.BUILD / "run/debug", SCRIPT)
    shutil.copytree(KERNEL / "lib/modules", job / "modules")
    shutil.copytree(KERNEL / "updates", job / "updates")
    modules.add_programs(job)
    (job / "host-tests").write_text("\n".join(HOST_TESTS) + "\n")
    # Storms, floods, thousandfold cycles, and a race against a processor are for a quicker kernel.
    hostile = [test for program in igt.read_list("hostile") for test in subtests(program.removeprefix("vgt@"))
               if not re.search("storm|flood|create-destroy|ggtt-as-memory", test)]
    unmap = [test for test in hostile if re.search("unmap|half-a-page", test)]
    (job / "guest-tests").write_text("\n".join(test for test in hostile if test not in unmap) + "\n")
    (job / "unmap-tests").write_text("\n".join(unmap) + "\n")
    return machine.run_job(job, timeout=3600, kernel=KERNEL / "vmlinuz", gpu="aperture-mb=512")


def test_machine_ends_well(boot):
    assert boot.end == "power-off" and boot.rc == 0, boot.describe()


def test_programs_pass(boot):
    results = dict(line.split() for line in (boot.where / "results").read_text().splitlines())
    assert results and set(results.values()) == {"0"}, results


def test_kernel_finds_nothing(boot):
    before, began, after = (boot.where / "dmesg").read_text(errors="replace").partition(UNMAP_BEGINS)
    assert began and machine.scan_dmesg(before) == []
    report = r"^.*WARNING: possible circular locking dependency(?:.*\n)*?.*&iommu->device_list_lock(?:.*\n)*?.*</TASK>$"
    assert machine.scan_dmesg(re.sub(report, "", after, count=1, flags=re.M)) == []


def test_nothing_leaks(boot):
    leaks = (boot.where / "leaks").read_text()
    assert "vgt" not in leaks and "kvmgt" not in leaks, leaks[:4000]


def test_no_rule_broken(boot):
    """But for those that a test breaks on purpose."""
    tests = [test for name in ("guest-tests", "unmap-tests") for test in (boot.where / name).read_text().split()]
    provoked = {rule for pattern, rule in igt.read_provoked()
                if any(fnmatch.fnmatchcase(f"vgt@{test}", pattern) for test in tests)}
    assert [v for v in boot.violations if v["rule"] not in provoked] == []
