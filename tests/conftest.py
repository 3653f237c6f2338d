# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Fixtures of all tests that boot machines; they run in the build root."""

import pytest

import modules


@pytest.fixture(scope="session")
def kvmgt():
    """Needed for vGPUs of ours; an error where they should be there, see modules.has()."""
    if not modules.has("kvmgt"):
        pytest.skip("our kvmgt.ko is not built: run make modules")
