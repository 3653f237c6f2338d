# SPDX-License-Identifier: GPL-2.0 OR MIT
"""A hostile guest: igt-tests/vgt_hostile* in a mediated host, beside another guest and the host's own work."""

import collections
import fnmatch
import json
import pathlib
import re
import subprocess

import igt
import machine
import modules
import pytest

NAMES = ("vgt_hostile", "vgt_hostile_batch", "vgt_hostile_memory", "vgt_hostile_device")
ENGINES = ("rcs0", "bcs0", "vcs0", "vecs0")

SCRIPT = """
load-i915 enable_gvt=1 || exit 1
modprobe kvmgt && modprobe vfio_iommu_type1 || exit 2
# Nodes come from the kernel; udev takes most of the time of a thousand vGPUs that come and go.
udevadm control --exit
for s in %s; do
	echo "hostile: start $s" >/dev/kmsg
	timeout -k 5 90 "programs/${s%%@*}" --run-subtest "${s#*@}" >"out-$s" 2>&1 </dev/null
	echo "$s $?" >>results
	echo "hostile: end $s" >/dev/kmsg
	ask '{"execute": "qom-get", "arguments": {"path": "/machine/peripheral/gpu", "property": "violations"}}' \\
		>"violations-$s"
done
"""


def subtests():
    """program@subtest, each case on one engine, which take turns; `make igt LIST=hostile ON=mediated` has all."""
    cases = collections.defaultdict(list)
    for program in filter(pathlib.Path.exists, (modules.PROGRAMS / name for name in NAMES)):
        out = subprocess.run([program, "--list-subtests"], capture_output=True, text=True, check=True).stdout
        for name in (f"{program.name}@{line}" for line in out.split()):
            case, _, engine = name.rpartition("-")
            cases[case if engine in ENGINES else name].append(name)
    return [names[n % len(names)] for n, names in enumerate(cases.values())]


SUBTESTS = subtests()


@pytest.fixture(scope="module")
def run(kvmgt):
    """One boot, in which all have been run one after the other."""
    return modules.run_job(machine.BUILD / "run/hostile", SCRIPT % " ".join(SUBTESTS), timeout=550,
                           gpu="aperture-mb=512")


@pytest.fixture(scope="module")
def broken(run):
    """{subtest: rules of the GPU that were broken during it}"""
    rules, before = {}, collections.Counter()
    for name in SUBTESTS:
        path = run.where / f"violations-{name}"
        if not path.exists():
            break
        now = collections.Counter({v["rule"]: v["count"]
                                   for v in json.loads(json.loads(path.read_text())["return"])})
        rules[name], before = set(now - before), now
    return rules


def test_machine_survives(run):
    assert run.end == "power-off" and run.rc == 0, run.describe()


def test_log_is_clean(run):
    assert run.dmesg == []


@pytest.mark.parametrize("name", SUBTESTS)
def test_is_contained(run, broken, name):
    """Counted, nobody else harmed, no complaint in the log, no rule of the hardware broken but on purpose."""
    results = dict(line.split() for line in (run.where / "results").read_text().splitlines())
    assert results.get(name) == "0", (run.where / f"out-{name}").read_text()
    log = (run.where / "dmesg").read_text(errors="replace")
    during = re.search(rf"hostile: start {re.escape(name)}\n(.*?)hostile: end {re.escape(name)}\n", log, re.S)
    assert during and machine.scan_dmesg(during.group(1)) == []
    provoked = {rule for pattern, rule in igt.read_provoked()
                if fnmatch.fnmatchcase(f"vgt@{name}", pattern)}
    assert broken[name] - provoked == set()
