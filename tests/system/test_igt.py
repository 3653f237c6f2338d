# SPDX-License-Identifier: GPL-2.0 OR MIT
"""A few of IGT's programs, through the runner that `make igt` uses."""

import json
import subprocess

import pytest

import machine


def igt(*arguments):
    return subprocess.run([machine.TOP / "tools/igt.py", *arguments], cwd=machine.TOP, text=True, capture_output=True,
                          check=False)


def run_igt(name, on="native"):
    result = igt(name, on)
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads((machine.BUILD / f"results/igt-{name}-{on}.json").read_text())


def test_own():
    """Our own tests, igt-tests/*.c."""
    assert run_igt("own")["counts"]["pass"] > 0


def test_own_mediated():
    """The same with our modules and enable_gvt=1, test by test as natively."""
    assert run_igt("own", "mediated")["counts"]["pass"] > 0
    result = igt("--compare", "own-native", "own-mediated")
    assert result.returncode == 0, result.stdout + result.stderr


def test_benchmarks():
    """They come with Debian's package of IGT's tools."""
    assert run_igt("benchmarks")["counts"]["pass"] > 0


@pytest.fixture
def built():
    if not machine.IGT.exists():
        log = machine.BUILD / "logs/igt-build.log"
        reason = log.read_text().strip().splitlines()[-1] if log.exists() else "run: make igt-build"
        pytest.skip(f"IGT's tests are not built: {reason}")


def test_smoke(built):
    """IGT's own tests, some for each part of the driver."""
    assert run_igt("smoke")["counts"]["pass"] > 0


def test_smoke_mediated(built):
    assert run_igt("smoke", "mediated")["counts"]["pass"] > 0
    result = igt("--compare", "smoke-native", "smoke-mediated")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("arguments, said", [
    (["no-such-list", "native"], "no list no-such-list"),
    (["wide", "mars"], "ON=mars: no such machine"),
    (["own"], "which list, and where?"),
    (["--compare", "own-native", "own-mars"], "no report"),
])
def test_wrong_arguments(arguments, said):
    result = igt(*arguments)
    assert result.returncode == 1
    assert result.stderr.startswith("error: ") and said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
