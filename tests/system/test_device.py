# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Properties of the igd-skl device, seen from QEMU's monitor without a guest."""

import pytest

import machine


def stopped(tmp_path, gpu):
    return machine.Machine(tmp_path, gpu=gpu, qemu_args=["-S"])


@pytest.mark.parametrize("megabytes", [256, 512, 1024])
def test_aperture_size(tmp_path, megabytes):
    with stopped(tmp_path, f"aperture-mb={megabytes}") as m:
        devices = m.qmp.execute("query-pci")[0]["devices"]
    gpu = next(d for d in devices if d["slot"] == 2 and d["function"] == 0)
    sizes = {r["bar"]: r["size"] for r in gpu["regions"]}
    assert sizes[0] == 16 << 20 and sizes[2] == megabytes << 20


@pytest.mark.parametrize("option", ["port-d=dp", "aperture-mb=300", "aperture-mb=0", "strict=perhaps", "no-such-option=1"])
def test_wrong_value_is_one_clear_line(tmp_path, option):
    with pytest.raises(machine.MachineError) as error:
        with stopped(tmp_path, option):
            pass
    name = option.split("=")[0]
    lines = (tmp_path / "qemu.log").read_text().strip().splitlines()
    assert len(lines) == 1 and name in lines[0], lines
    assert name in str(error.value)
