# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Our i915.ko and vgt.ko in the host, mediated and not (make modules)."""

import re

import machine
import modules
import pytest

SCRIPT = """
unbind_console() {
	for con in /sys/class/vtconsole/vtcon*/bind; do
		grep -q frame ${con%%bind}name && echo 0 >$con
	done
}
rebind() {
	unbind_console
	echo 0000:00:02.0 >/sys/bus/pci/drivers/i915/unbind &&
		echo 0000:00:02.0 >/sys/bus/pci/drivers/i915/bind
}
echo "<4>modules: start" >/dev/kmsg
load-i915 enable_gvt=%d || exit 1
cat /sys/module/i915/parameters/enable_gvt >enable_gvt
cat /sys/kernel/debug/dri/0000:00:02.0/i915_display_info >display
dmesg -t --level emerg,alert,crit,err,warn,notice >loud
modinfo -n i915 vgt >paths
for engine in rcs0 bcs0 vcs0 vecs0; do
	programs/vgt_exec --run-subtest store-dword-$engine || exit 2
done
# The file of a client keeps what remains of its driver, not the GPU.
exec 3<>/dev/dri/renderD128
rebind || exit 5
exec 3<&-
rebind || exit 6
programs/vgt_exec --run-subtest store-dword-rcs0 || exit 7
unbind_console
modprobe -r i915 || exit 3
grep -E '^(i915|vgt) ' /proc/modules >left
load-i915 enable_gvt=%d || exit 4
cp /sys/kernel/debug/dri/0000:00:02.0/i915_display_info display2
"""

# What the kernel says of any module that is not the distribution's own, and of
# a machine that waits for its processor.
EXPECTED = [re.compile(r"^(vgt|i915): (loading out-of-tree module taints kernel\.|module verification failed: .*)$"),
            re.compile(r"^hrtimer: interrupt took"), *machine.known_dmesg()]


@pytest.fixture(scope="module", params=[0, 1], ids=["alone", "mediated"])
def run(request):
    """One boot, with enable_gvt=0 or 1."""
    gvt = request.param
    job = machine.BUILD / "run" / f"modules-{gvt}"
    result = modules.run_job(job, SCRIPT % (gvt, gvt), timeout=240)
    result.gvt = gvt
    return result


def test_loads_works_and_loads_again(run):
    assert run.ok, run.describe()


def test_is_ours(run):
    assert (run.where / "enable_gvt").read_text().strip() == "NY"[run.gvt]
    paths = (run.where / "paths").read_text().split()
    assert len(paths) == 2 and all("/updates/" in path for path in paths)


def test_is_mediated_as_asked(run):
    log = (run.where / "dmesg").read_text()
    # Loaded, bound again twice, loaded again.
    assert len(re.findall("vGT: the host keeps", log)) == 4 * run.gvt
    assert "enable_gvt ignored" not in log


def test_unloads_all(run):
    assert (run.where / "left").read_text() == ""


@pytest.mark.parametrize("name", ["display", "display2"])
def test_pipe_is_active(run, name):
    assert re.search(r"\[CRTC:\d+:pipe A\]:\n\s*uapi: enable=yes, active=yes", (run.where / name).read_text())


def test_says_no_more_than_stock(run, host):
    """No line above the level of information that the stock driver does not have too."""
    def plain(line):
        return re.sub(r"\d+", "N", line)
    stock = {plain(re.sub(r"^\[ *[\d.]+\] ", "", line))
             for line in (host.where / "dmesg").read_text().splitlines()}
    lines = (run.where / "loud").read_text().partition("modules: start\n")[2].splitlines()
    assert [line for line in lines
            if plain(line) not in stock and not any(e.search(line) for e in EXPECTED)] == []
