# SPDX-License-Identifier: GPL-2.0 OR MIT
"""tools/vgt in a mediated host: each of its commands against what sysfs says."""

import re
import xml.etree.ElementTree as ET

import pytest

import machine
import modules

UUID = "12345678-1234-4321-8765-123456789abc"
OTHER = "00000000-0000-4000-8000-000000000001"
TYPES = ("i915-GVTg_V5_1", "i915-GVTg_V5_2", "i915-GVTg_V5_4", "i915-GVTg_V5_8")

# Each call leaves what it says in out/NAME, with its exit status as the last line.
SCRIPT = """
cat >vgt <<'END_OF_TOOL'
TOOL
END_OF_TOOL
chmod +x vgt
mkdir out
vgt() { # NAME COMMAND...
	name=$1
	shift
	./vgt "$@" >out/$name 2>&1 </dev/null
	echo $? >>out/$name
}
settings() {
	for f in vgpu_id sched_priority weight exec_quantum_ms preempt_timeout_us; do cat $mdev/UUID/$f; done
}
gpu=/sys/bus/pci/devices/0000:00:02.0
mdev=/sys/bus/mdev/devices
vgt doctor-bare doctor
vgt list-bare list
vgt types-bare types
load-i915 enable_gvt=1 || exit 1
modprobe kvmgt && modprobe kvm_amd && modprobe vfio_iommu_type1 || exit 2
vgt doctor doctor
(ulimit -l 64; setpriv --reuid 65534 --clear-groups ./vgt doctor >out/doctor-user 2>&1; echo $? >>out/doctor-user)
vgt list-none list
for t in $gpu/mdev_supported_types/*; do echo ${t##*/} $(cat $t/available_instances); done >out/available
vgt types types
vgt create create i915-GVTg_V5_8 UUID
basename $(readlink $mdev/UUID/mdev_type) >out/type
vgt create-twice create i915-GVTg_V5_8 UUID
vgt create-unknown create i915-GVTg_V5_9
vgt create-name create i915-GVTg_V5_8 mine
vgt create-full create i915-GVTg_V5_1
vgt create-any create i915-GVTg_V5_8
any=$(head -n 1 out/create-any)
ls $mdev >out/devices
settings >out/settings
vgt list list
vgt set set UUID weight=2048 sched_priority=2 exec_quantum_ms=5 preempt_timeout_us=100000
vgt set-host set host weight=512
cat $gpu/vgt/weight >out/host-weight
vgt set-wrong set UUID weight=0
vgt set-unknown set UUID colour=red
settings >out/settings-set
vgt list-set list
(until [ -e top-has-ended ]; do programs/vgt_exec --run-subtest store-dword-rcs0; done >exec.log) &
work=$!
vgt top top 4
touch top-has-ended
wait $work
vgt args args UUID
vgt xml xml UUID
vgt args-unknown args OTHER
vgt remove remove UUID
ls $mdev >out/devices-removed
vgt remove-again remove UUID
vgt remove-any remove $any
ls $mdev >out/devices-none
vgt nonsense frobnicate
vgt help --help
exit 0
""".replace("UUID", UUID).replace("OTHER", OTHER).replace("TOOL\n", (machine.TOP / "tools/vgt").read_text(), 1)


@pytest.fixture(scope="module")
def out(kvmgt):
    """Reads what one command has said: (lines, exit status)."""
    run = modules.run_job(machine.BUILD / "run/tool", SCRIPT, timeout=150, gpu="aperture-mb=512")
    assert run.ok, run.describe()

    def read(name):
        lines = (run.where / "out" / name).read_text().splitlines()
        return lines[:-1], int(lines[-1])
    read.file = lambda name: (run.where / "out" / name).read_text().split()
    return read


def rows(lines):
    """A table as {first cell: {column: cell}}; columns are two blanks apart."""
    head, *body = (re.split(r"  +", line) for line in lines)
    return {cells[0]: dict(zip(head, cells)) for cells in body}


def failed(said, text):
    """One line for the user, and an exit status for scripts."""
    lines, status = said
    return status == 1 and len(lines) == 1 and lines[0].startswith("vgt: ") and text in lines[0]


def test_doctor_without_driver(out):
    lines, status = out("doctor-bare")
    missing = {line[4:].split(":")[0] for line in lines if line.startswith("NO ")}
    assert status == 1
    assert {"the host's i915", "vgt.ko", "kvmgt.ko", "types of vGPUs on offer"} <= missing
    assert all(": " in line for line in lines if line.startswith("NO "))


def test_doctor(out):
    lines, status = out("doctor")
    assert status == 0 and all(line.startswith("ok ") for line in lines)


def test_doctor_user(out):
    """Who is not root may lock less memory and read less."""
    lines, status = out("doctor-user")
    assert status == 1 and ["memory lock limit" in line for line in lines if line.startswith("NO ")] == [True]
    assert {line.split(":")[0][4:] for line in lines if line.startswith("? ")} <= \
        {"i915.enable_gvt is on", "GuC submission is off"}


def test_without_driver(out):
    assert failed(out("types-bare"), "vgt doctor")
    assert rows(out("list-bare")[0]) == {} and out("list-bare")[1] == 0
    assert rows(out("list-none")[0]) == {}


def test_types(out):
    lines, status = out("types")
    available = out.file("available")
    assert status == 0
    table = rows(lines)
    assert tuple(table) == TYPES
    assert {name: row["room for"] for name, row in table.items()} == dict(zip(available[::2], available[1::2]))
    assert table["i915-GVTg_V5_4"]["low GM"] == "128MB" and table["i915-GVTg_V5_4"]["monitor"] == "1920x1200"


def test_create(out):
    assert out("create") == ([UUID], 0)
    assert out.file("type") == ["i915-GVTg_V5_8"]
    (name,), status = out("create-any")
    assert status == 0 and sorted(out.file("devices")) == sorted([UUID, name])


def test_create_refused(out):
    assert failed(out("create-twice"), "File exists")
    assert failed(out("create-unknown"), "no type i915-GVTg_V5_9")
    assert failed(out("create-name"), "not a UUID")
    assert failed(out("create-full"), "no room")


def test_list(out):
    lines, status = out("list")
    (any_vgpu,), _ = out("create-any")
    assert status == 0 and set(rows(lines)) == {UUID, any_vgpu}
    row = rows(lines)[UUID]
    assert row["type"] == "i915-GVTg_V5_8"
    assert [row[c] for c in ("id", "sched_priority", "weight", "exec_quantum_ms", "preempt_timeout_us")] == \
        out.file("settings")


def test_set(out):
    assert out("set") == ([], 0)
    assert out.file("settings-set")[1:] == ["2", "2048", "5", "100000"]
    assert rows(out("list-set")[0])[UUID]["weight"] == "2048"
    assert out("set-host") == ([], 0) and out.file("host-weight") == ["512"]
    assert failed(out("set-wrong"), "weight to 0")
    assert failed(out("set-unknown"), "colour=red")


def test_top(out):
    """The host's submissions show; the vGPUs without a machine are idle."""
    lines, status = out("top")
    assert status == 0
    tables = [rows(part.splitlines()) for part in re.split(r"(?m)^(?=vGPU )", "\n".join(lines)) if part]
    assert len(tables) >= 3
    assert all("host" in table and UUID[:8] in table for table in tables)
    assert any(float(table["host"]["submits/s"]) > 0 for table in tables)
    assert all(float(table[UUID[:8]]["submits/s"]) == 0 for table in tables)


def test_args(out):
    lines, status = out("args")
    device = next(line for line in lines if line.startswith("-device "))
    assert status == 0 and f"sysfsdev=/sys/bus/mdev/devices/{UUID}," in device
    assert failed(out("args-unknown"), "no vGPU")


def test_xml(out):
    lines, status = out("xml")
    hostdev = ET.fromstring("\n".join(lines))
    assert status == 0 and hostdev.get("type") == "mdev" and hostdev.find("source/address").get("uuid") == UUID


def test_remove(out):
    (any_vgpu,), _ = out("create-any")
    assert out("remove") == ([], 0) and out.file("devices-removed") == [any_vgpu]
    assert failed(out("remove-again"), "no vGPU")
    assert out("remove-any") == ([], 0) and out.file("devices-none") == []


def test_usage(out):
    assert out("nonsense")[1] == 2 and out("help")[1] == 0
    assert all(any(name in line for line in out("help")[0]) for name in ("list", "doctor", "remove UUID"))
