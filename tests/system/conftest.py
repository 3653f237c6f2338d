# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Fixtures of the system tests, which run in the build root (make check-system)."""

import pathlib
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tools"))

import demo  # noqa: E402


@pytest.fixture(scope="session")
def host():
    """One boot of the host with stock i915; what it saw is in result.where/facts."""
    return demo.boot("system")


@pytest.fixture
def facts(host):
    """Reads one of the files that tools/jobs/facts wrote."""
    return lambda name: (host.where / "facts" / name).read_text()
