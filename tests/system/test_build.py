# SPDX-License-Identifier: GPL-2.0 OR MIT
"""What the build says when something is missing, and that it goes on later."""

import shutil
import subprocess

import pytest

from machine import TOP


def sh(script, **options):
    """Runs a script in mount and network namespaces of its own."""
    return subprocess.run(["unshare", "--mount", "--net", "sh", "-euc", script], cwd=TOP, text=True,
                          capture_output=True, timeout=120, check=False, **options)


def the_error(result):
    """The single line that a failed command says."""
    assert result.returncode != 0
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), result.stderr
    return lines[0]


def test_no_disk_space():
    line = the_error(sh("mount -t tmpfs -o size=16m none build; tools/root.sh"))
    assert "need 12 GiB, have 0 GiB" in line


def test_unreachable_mirror():
    line = the_error(sh("mount -t tmpfs -o size=13g none build; tools/root.sh"))
    assert "cannot fetch Debian packages" in line and "check the network" in line


def test_missing_tool(tmp_path):
    """Without mmdebstrap, and without the right to install it."""
    for directory in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        directory.chmod(0o755)
    for tool in ("awk", "df", "dirname", "id", "mkdir", "sh", "unshare", "chroot", "mount"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    line = the_error(sh("mount -t tmpfs -o size=13g,mode=1777 none build;"
                        f"exec setpriv --reuid 65534 env PATH={tmp_path} tools/root.sh"))
    assert line == "error: mmdebstrap is missing; run as root: apt-get install mmdebstrap"


def test_no_build_root():
    line = the_error(sh("mount -t tmpfs none build; tools/in-root true"))
    assert line == "error: no build root; run: make root"


@pytest.fixture
def step(tmp_path):
    """tools/step.py in a tree of its own; runs the step `s` over the file `in`."""
    (tmp_path / "tools").mkdir()
    for name in ("step.py", "as-root"):
        shutil.copy(TOP / "tools" / name, tmp_path / "tools")

    def run(command, *options, **env):
        return subprocess.run(["python3", tmp_path / "tools/step.py", "s", "-i", "in", "-o", "build/out",
                               *options, "--", "sh", "-c", command], cwd=tmp_path, text=True,
                              capture_output=True, check=False, env={"PATH": "/usr/bin:/bin", "HOME": "/", **env})
    run.top = tmp_path
    return run


def test_step_runs_once_for_an_input(step):
    command = "cat in >>build/out"
    (step.top / "in").write_text("a")
    assert step(command).returncode == 0
    assert step(command).stdout == ""
    (step.top / "in").write_text("b")
    assert step(command).returncode == 0
    assert (step.top / "build/out").read_text() == "ab"


def test_failed_step_is_tried_again(step):
    (step.top / "in").write_text("a")
    failed = step("echo details; echo 'error: no luck' >&2; test -e lucky && touch build/out")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[0] == "error: no luck"
    (step.top / "lucky").touch()
    assert step("echo details; echo 'error: no luck' >&2; test -e lucky && touch build/out").returncode == 0


def test_step_comes_from_the_cache(step):
    (step.top / "in").write_text("a")
    cache = {"VGT_CACHE": str(step.top / "cache")}
    command = "echo made; mkdir -p build; cp in build/out"
    assert step(command, "-c", **cache).returncode == 0
    shutil.rmtree(step.top / "build")
    again = step(command, "-c", **cache)
    assert again.returncode == 0 and "from" in again.stdout
    assert (step.top / "build/out").read_text() == "a"


def test_hooks_in_i915_are_few():
    """They are to be carried from kernel to kernel: what has logic belongs into the core."""
    patches = (TOP / "patches/linux-6.12/i915").glob("*.patch")
    added = [line for patch in patches for line in patch.read_text().splitlines()
             if line.startswith("+") and not line.startswith("+++ ")]
    assert 100 < len(added) < 400
