# SPDX-License-Identifier: GPL-2.0 OR MIT
"""A guest's screen as its VMM sees it: dma-buf and region, in each tiling, pixel by pixel."""

import pytest

import guest
import machine
import modules

# vgt_show says what it shows as soon as that is on the screen.
SCRIPT = """\
#!/bin/sh
load-i915 || exit 1
show() { # NAME TILING OPTION...
	name=$1 tiling=$2
	shift 2
	until [ -e /job/wanted-$name ]; do sleep 0.2; done
	/job/programs/vgt_show --still --mode 1024x768 --tiling $tiling --ppm /job/$name.ppm --name VGT "$@"
}
show linear linear --no-cursor
show x x --no-cursor
show y y --no-cursor
show cursor x
exit 0
"""

HOST_SCRIPT = """\
host_setup
vgpu_create 1
guest_start 1
take() { # NAME KIND...
	name=$1
	shift
	touch /job/guest1/wanted-$name
	until [ -e /job/guest1/$name.ppm ]; do
		[ -e /job/guest1/rc ] && return
		sleep 0.2
	done
	sleep 1
	for kind in "$@"; do
		programs/vgt_picture $(cat /run/guest1.pid) $kind /job/$name-$kind.ppm >>/job/pictures 2>&1
	done
}
for tiling in linear x y; do take $tiling dmabuf region; done
take cursor region cursor
guest_wait 1
vgpu_remove 1 || exit 1
cat /sys/kernel/debug/dma_buf/bufinfo >dmabufs
"""


@pytest.fixture(scope="module")
def job():
    if not modules.has("kvmgt"):
        pytest.skip("our kvmgt.ko is not built: run make modules")
    result, guests = guest.run(machine.BUILD / "run/display", [SCRIPT], HOST_SCRIPT, timeout=400, gvt="vgt")
    assert result.ok, result.describe()
    assert guests[0].end == "power-off", guests[0].describe()
    return result.where


@pytest.mark.parametrize("tiling", ["linear", "x", "y"])
@pytest.mark.parametrize("kind", ["dmabuf", "region"])
def test_picture(job, kind, tiling):
    """What the VMM sees is what the guest has drawn."""
    assert (job / f"{tiling}-{kind}.ppm").read_bytes() == (job / f"guest1/{tiling}.ppm").read_bytes()


def test_tilings(job):
    """The modifiers tell them: none, X, Y; a region is always linear."""
    told = [line.split()[2] for line in (job / "pictures").read_text().splitlines()[:6]]
    assert told == ["0", "0", "0x100000000000001", "0", "0x100000000000002", "0"]


def test_cursor_in_region(job):
    """The region has the cursor in it, as the guest's own picture has."""
    assert (job / "cursor-region.ppm").read_bytes() == (job / "guest1/cursor.ppm").read_bytes()


def test_cursor_plane(job):
    """The cursor on its own: size and place."""
    assert "64x64 modifier 0 at 512,192" in (job / "pictures").read_text()


def test_nothing_left(job):
    """No dma-buf outlives its users."""
    assert "Total 0 objects" in (job / "dmabufs").read_text()
