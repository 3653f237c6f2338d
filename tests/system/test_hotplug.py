# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Monitors come and go while the host runs; a strict machine stops at the first broken rule."""

import machine

PLUG = r"""#!/bin/sh
load-i915 || exit 1
plug() {
	ask '{"execute": "qom-set", "arguments": {"path": "/machine/peripheral/gpu", "property": "'$1'", "value": "'$2'"}}'
}
# until_status CONNECTOR STATUS: the driver takes notice by itself, from the interrupt
until_status() {
	for _ in $(seq 100); do
		[ "$(cat "/sys/class/drm/card0-$1/status")" = "$2" ] && return
		sleep 0.1
	done
	echo "$1 is $(cat "/sys/class/drm/card0-$1/status"), not $2"
	exit 2
}
until_status DP-1 disconnected
until_status HDMI-A-1 connected
plug port-b dp
until_status DP-1 connected
cat /sys/class/drm/card0-DP-1/edid | wc -c >edid-size
plug port-c none
until_status HDMI-A-1 disconnected
plug port-c hdmi
until_status HDMI-A-1 connected
plug port-b none
until_status DP-1 disconnected
"""

# A register that no Skylake has, through the PCI function's resource file.
BREAK = r"""#!/bin/sh
load-i915 || exit 1
python3 -c '
import mmap, os, struct
fd = os.open("/sys/bus/pci/devices/0000:00:02.0/resource0", os.O_RDWR | os.O_SYNC)
m = mmap.mmap(fd, 0x200000)
struct.unpack_from("<I", m, 0x1ffff0)'
sleep 20
"""


def test_monitors_come_and_go():
    result = machine.run_job(machine.BUILD / "run/hotplug", script=PLUG, timeout=150)
    assert result.ok, result.describe() + (result.where / "stdout").read_text()
    assert int((result.where / "edid-size").read_text()) in (128, 256)


def test_strict_abort_stops_the_machine():
    result = machine.run_job(machine.BUILD / "run/strict-abort", script=BREAK, gpu="strict=abort", timeout=150)
    assert result.rc is None, "the job has gone on"
    assert "strict: unknown-register" in (result.where / "qemu.log").read_text()
