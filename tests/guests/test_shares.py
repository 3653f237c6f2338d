# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Two guests and their host on two engines, all with more work than there is time: a short make check-shares."""

import pytest

import machine
import shares

SECONDS = 30        # of all phases


@pytest.fixture(scope="module", params=["vgt"])
def boot(kvmgt):
    host, guests, report = shares.run(SECONDS, machine.BUILD / "run/shares-short", timeout=900)
    machine.write_report(machine.RESULTS / "shares-short.json", report)
    return host, guests, report


def test_all_end_well(boot):
    """With the right results, which each load looks at, and clean logs."""
    host, guests, _ = boot
    assert host.end == "power-off" and host.rc == 0 and host.dmesg == [], host.describe()
    for one in guests:
        assert one.ok, f"{one.describe()}\n{one.read('load.log')}"


def test_no_violations(boot):
    assert boot[0].violations == []


def test_all_have_always_work(boot):
    """Else the shares would say nothing."""
    account = boot[2]["account"]
    assert account and all(a["batches"] and not a["dry"] for a in account.values()), account


def test_shares(boot):
    """Of any 500 ms each has what its weight says, within 5 %; none has what it does not want."""
    assert boot[2]["errors"] == [], shares.table(boot[2])
