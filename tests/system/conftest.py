# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Fixtures of the system tests (make check-system)."""

import pytest

import demo


@pytest.fixture(scope="session")
def host():
    """One boot of the host with stock i915; what it saw is in result.where/facts."""
    return demo.boot("system")


@pytest.fixture
def facts(host):
    """Reads one of the files that tools/jobs/facts wrote."""
    return lambda name: (host.where / "facts" / name).read_text()
