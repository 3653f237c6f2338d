# SPDX-License-Identifier: GPL-2.0 OR MIT
"""What a guest costs whose screen does not change: make check-guests; the figures are in baseline.md."""

import pytest

import guest
import machine

SPAN = 15
PAGE_FAULT = "exit.1024"    # of the nested tables: what an access to the vGPU is

# Quiet while it is counted: a picture and a cursor that stay.
SCRIPT = f"""\
#!/bin/sh
load-i915 || exit 1
/job/programs/vgt_show --still --mode 1024x768 --seconds {SPAN + 20} --ppm /job/shown.ppm
"""

HOST_SCRIPT = f"""\
host_setup
counters_setup
vgpu_create 1
guest_start 1
until [ -e guest1/shown.ppm ]; do
	kill -0 $guest_child_1 || die "the guest ends before it shows anything"
	sleep 0.5
done
sleep 5
counters before
sleep {SPAN}
counters after
guest_wait 1
counters_end
vgpu_remove 1
"""


@pytest.fixture(scope="module", params=guest.GVTS)
def rates(request):
    """Exits a second by kind; they go to build/results/idle-*.json."""
    if request.param == "vgt":
        request.getfixturevalue("kvmgt")
    result, guests = guest.run(machine.BUILD / f"run/idle-{request.param}", [SCRIPT], HOST_SCRIPT, timeout=300,
                               gvt=request.param)
    assert result.ok and guests[0].end == "power-off", f"{result.describe()}\n{guests[0].describe()}"
    counted = guest.counters(result.where, "before", "after")
    rates = {name: round(value / counted["uptime"], 1) for name, value in counted.items()}
    machine.write_report(machine.RESULTS / f"idle-{request.param}.json", rates)
    return rates


def test_screen_costs_no_access(rates):
    assert rates["kvm.exits"] > 0
    assert rates.get(PAGE_FAULT, 0) <= 1
