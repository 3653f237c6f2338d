# SPDX-License-Identifier: GPL-2.0 OR MIT
"""A stock guest on a vGPU: of ours, and of in-tree GVT-g, the second opinion on the emulated GPU."""

import re

import pytest

import guest
import machine

# The guest's job. IGT's own programs are there when they have been built.
SCRIPT = """\
#!/bin/sh
hostname guest1
load-i915 || exit 1
basename "$(readlink -f /sys/class/drm/card0/device/driver)" >driver
ls /sys/class/drm/card0/engine >engines
for s in $(/job/programs/vgt_exec --list-subtests | grep -E '^(basic|store-(dword|qword|high))-'); do
	timeout 60 /job/programs/vgt_exec --run-subtest $s >>exec.log 2>&1
	echo "vgt_exec@$s $?" >>results
done
for p in gem_exec_basic@basic gem_exec_store@basic; do
	program=/opt/igt/libexec/igt-gpu-tools/${p%@*}
	[ -x $program ] || continue
	LD_LIBRARY_PATH=/opt/igt/lib timeout 120 $program --run-subtest ${p#*@} >>exec.log 2>&1
	echo "$p $?" >>results
done
exit 0
"""

# The host's GPU is at work before, while and after the guest has its own.
HOST_SCRIPT = """\
host_setup
vgpu_create 1
guest_start 1
guest_wait 1
ls /sys/bus/mdev/devices >mdev-before
vgpu_remove 1 || exit 1
ls /sys/bus/mdev/devices >mdev-after
/job/programs/vgt_exec --run-subtest basic-rcs0 >host-exec.log 2>&1
"""


# gvt, firmware, machine, whether the host has an IOMMU
KINDS = {"vgt": ("vgt", "seabios", "pc", True), "gvtg": ("stock", "ovmf", "q35", False)}


@pytest.fixture(scope="module", params=KINDS)
def boot(request):
    """The machine's result and the guest's."""
    gvt, firmware, guest_machine, iommu = KINDS[request.param]
    if gvt == "vgt":
        request.getfixturevalue("kvmgt")
    result, guests = guest.run(machine.BUILD / f"run/guest-{request.param}", [SCRIPT], HOST_SCRIPT, timeout=400,
                               gvt=gvt, firmware=firmware, guest_machine=guest_machine, iommu=iommu)
    return result, guests[0]


@pytest.fixture
def host(boot):
    return boot[0]


@pytest.fixture
def one(boot):
    return boot[1]


def results(one):
    return dict(line.split() for line in one.read("results").splitlines())


def test_guest_shuts_down(boot):
    host, one = boot
    assert one.end == "power-off" and one.rc == 0, f"{host.describe()}\n{one.describe()}"


def test_guest_log_is_clean(one):
    """On GVT-g but for what tests/system/known-dmesg-gvtg.txt explains."""
    assert one.dmesg == []


def test_guest_driver(one):
    assert one.read("driver").strip() == "i915"
    assert set(one.read("engines").split()) == {"rcs0", "bcs0", "vcs0", "vecs0"}


def test_guest_sees_a_vgpu(one):
    """The share of graphics memory that the type promises: 128 MiB low, 512 MiB high."""
    log = one.read("dmesg")
    assert re.search(r"Mappable graphic memory: base 0x\w+ size 131072KiB", log)
    assert re.search(r"Unmappable graphic memory: base 0x\w+ size 524288KiB", log)
    assert "VGT balloon successfully" in log


def test_nothing_hangs(host, one):
    for log in (one.read("dmesg"), (host.where / "dmesg").read_text()):
        assert machine.scan_hangs(log) == []


def test_submission(one):
    done = {name: status for name, status in results(one).items() if name.startswith("vgt_exec@")}
    assert len(done) > 8 and set(done.values()) == {"0"}, one.read("exec.log")[-2000:]


@pytest.mark.parametrize("name", ["gem_exec_basic@basic", "gem_exec_store@basic"])
def test_igt(one, name):
    if not machine.IGT.exists():
        pytest.skip("IGT's tests are not built: run make igt-build")
    assert results(one).get(name) == "0", one.read("exec.log")[-2000:]


def test_vgpu_is_removed(host):
    assert (host.where / "mdev-before").read_text().strip()
    assert not (host.where / "mdev-after").read_text().strip()


def test_host_goes_on(host):
    assert host.end == "power-off" and host.rc == 0, host.describe()
    assert "SUCCESS" in (host.where / "host-exec.log").read_text()


def test_host_log_is_clean(host):
    assert host.dmesg == []


def test_iommu(host, request):
    """What it is for: the GPU's accesses are translated by the host's IOMMU where there is one."""
    iommu = KINDS[request.node.callspec.params["boot"]][3]
    assert ("0000:00:02.0: Adding to iommu group" in (host.where / "dmesg").read_text()) == iommu


def test_no_violations(host):
    """The host, and the guest through it, break no rule of the hardware."""
    assert host.violations == []


@pytest.mark.parametrize("arguments, said", [
    (["--type", "i915-GVTg_V5_3"], "no such type"),
    (["--gvt", "mine"], "stock (in-tree GVT-g) or vgt"),
    (["--firmware", "coreboot"], "seabios or ovmf"),
    (["--machine", "isapc"], "pc or q35"),
    (["-n", "0"], "1 to 8"),
    (["-n", "x"], "1 to 8"),
])
def test_wrong_arguments(arguments, said, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["guest.py", *arguments])
    assert guest.main() == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("error: ") and said in error and len(error.splitlines()) == 1
