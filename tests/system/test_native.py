# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Debian's i915, unmodified, on the emulated Skylake GPU."""

import re

import demo
import machine


def test_job_ends_well(host):
    assert host.end == "power-off" and host.rc == 0, host.describe()


def test_kernel_log_is_clean(host):
    assert host.dmesg == []


def test_nothing_hangs(host):
    """Hangs and resets are no errors to the kernel, but nothing here should cause one."""
    assert machine.scan_hangs((host.where / "dmesg").read_text()) == []


def test_no_violations(host):
    assert host.violations == []


def test_pci_identity(facts):
    lspci = facts("lspci")
    assert "VGA compatible controller [0300]" in lspci
    assert "[8086:1912] (rev 06)" in lspci


def test_pci_bars(facts):
    lspci = facts("lspci")
    assert re.search(r"Region 0: Memory .*64-bit, non-prefetchable.*\[size=16M\]", lspci)
    assert re.search(r"Region 2: Memory .*64-bit, prefetchable.*\[size=256M\]", lspci)
    assert re.search(r"Region 4: I/O ports .*\[size=64\]", lspci)


def test_pci_capabilities(facts):
    lspci = facts("lspci")
    for capability in ("MSI: ", "Power Management", "PCI Advanced Features"):
        assert capability in lspci


def test_gmch_control(facts):
    """0x50: 8 MiB of page table entries, no stolen memory."""
    row = re.search(r"^50: (.*)", facts("lspci"), re.M).group(1).split()
    assert row[:2] == ["c0", "00"]


def test_driver_is_bound(facts):
    assert facts("driver").strip() == "i915"


def test_engines(facts):
    assert set(facts("engines").split()) == {"rcs0", "bcs0", "vcs0", "vecs0"}


def test_monitor_is_lit(facts):
    """A connected, enabled connector with a mode."""
    lit = [line for line in facts("connectors").splitlines()
           if re.search(r" connected enabled \d+x\d+", line)]
    assert lit, facts("connectors")


def test_pipe_is_active(facts):
    assert re.search(r"\[CRTC:\d+:pipe A\]:\n\s*uapi: enable=yes, active=yes", facts("i915_display_info"))


def test_console_is_on_the_monitor(facts):
    assert "frame buffer device" in facts("consoles")


def test_screenshot_is_not_blank(host):
    assert demo.lit_pixels(host.where / "host.png") > 1000
