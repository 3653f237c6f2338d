# SPDX-License-Identifier: GPL-2.0 OR MIT
"""A guest's screen as its VMM sees it: dma-buf and region, in each tiling, pixel by pixel; and when the VMM dies."""

import shutil

import pytest

import guest
import machine

TILINGS = ("linear", "x", "y")
IDLE_SECONDS = 5

# vgt_show writes its picture as soon as that is on the screen.
SCRIPT = """\
#!/bin/sh
load-i915 || exit 1
show() { # NAME TILING OPTION...
	name=$1 tiling=$2
	shift 2
	until [ -e /job/wanted-$name ]; do sleep 0.2; done
	/job/programs/vgt_show --still --mode 1024x768 --tiling $tiling --seconds 90 --ppm /job/$name.ppm \
		--name VGT "$@" &
	show=$!
	until [ -e /job/taken-$name ]; do kill -0 $show || exit 1; sleep 0.2; done
	kill $show
	wait $show || exit 1
}
show linear linear --no-cursor
show x x --no-cursor
show y y --no-cursor
show cursor x
show killed y --no-cursor
"""

# QEMU without OpenGL, whose screendump is what it has of the region.
HOST_SCRIPT = """\
host_setup
vgpu_create 1
echo region >/sys/bus/mdev/devices/$(vgpu_uuid 1)/display || exit 1
guest_start 1 -set device.vgpu.display=on
wanted() { # NAME
	touch /job/guest1/wanted-$1
	until [ -e /job/guest1/$1.ppm ]; do
		[ -e /job/guest1/rc ] && die "the guest shows nothing"
		sleep 0.2
	done
}
take() { # NAME KIND...
	name=$1
	shift
	wanted $name
	for kind in "$@"; do
		programs/vgt_picture $(cat /run/guest1.pid) $kind /job/$name-$kind.ppm >>/job/pictures 2>&1
	done
	programs/qmp /run/guest1.qmp screendump filename=/job/$name-qemu.ppm || exit 1
	[ $name != x ] || idle
	touch /job/guest1/taken-$name
}
counts() {
	echo "exits $(cat /sys/kernel/debug/kvm/$(cat /run/guest1.pid)-*/exits)"
	cd /sys/bus/mdev/devices/$(vgpu_uuid 1)/stats
	for f in *; do echo "$f $(cat $f)"; done
	cd /job
}
idle() {
	sleep 2
	counts >/job/idle-before
	sleep IDLE_SECONDS
	programs/vgt_picture $(cat /run/guest1.pid) dmabuf /run/again.ppm
	counts >/job/idle-after
}
for tiling in TILINGS; do take $tiling dmabuf region; done
take cursor region planes
wanted killed
programs/vgt_picture $(cat /run/guest1.pid) import /job/killed-before.ppm /job/killed-after.ppm >>/job/pictures 2>&1 &
import=$!
until [ -s /job/killed-before.ppm ]; do sleep 0.2; done
sleep 1
kill -9 $(cat /run/guest1.pid)
guest_wait 1
wait $import || exit 1
vgpu_remove 1 || exit 1
cat /sys/kernel/debug/dma_buf/bufinfo >dmabufs
timeout 60 programs/vgt_blt --run-subtest chain >blt.log 2>&1 || exit 1
""".replace("IDLE_SECONDS", str(IDLE_SECONDS)).replace("TILINGS", " ".join(TILINGS))


def counts(path):
    return {name: int(value) for name, value in (line.split() for line in path.read_text().splitlines())}


@pytest.fixture(scope="module")
def job(kvmgt):
    result, guests = guest.run(machine.BUILD / "run/display", [SCRIPT], HOST_SCRIPT, timeout=400, gvt="vgt",
                               fill=lambda job: shutil.copy(machine.TOP / "tools/jobs/qmp", job / "programs"))
    assert result.ok and guests[0].dmesg == [], f"{result.describe()}\n{guests[0].describe()}"
    return result.where


@pytest.mark.parametrize("tiling", TILINGS)
@pytest.mark.parametrize("kind", ["dmabuf", "region", "qemu"])
def test_picture(job, kind, tiling):
    """What the VMM sees is what the guest has drawn: dma-buf, region, and QEMU with the region (gl=off)."""
    assert (job / f"{tiling}-{kind}.ppm").read_bytes() == (job / f"guest1/{tiling}.ppm").read_bytes()


def test_tilings(job):
    """The modifiers tell them: none, X, Y; a region is always linear."""
    told = [line.split()[2] for line in (job / "pictures").read_text().splitlines()[:6]]
    assert told == ["0", "0", "0x100000000000001", "0", "0x100000000000002", "0"]


@pytest.mark.parametrize("kind", ["region", "qemu", "planes"])
def test_cursor(job, kind):
    """In the copy, and as a plane of its own over the primary one, the cursor is where the guest has it."""
    assert (job / f"cursor-{kind}.ppm").read_bytes() == (job / "guest1/cursor.ppm").read_bytes()
    assert (job / "guest1/cursor.ppm").read_bytes() != (job / "guest1/x.ppm").read_bytes()


def test_cursor_plane(job):
    """The cursor on its own: size and place."""
    assert "64x64 modifier 0 at 512,192" in (job / "pictures").read_text()


def test_idle(job):
    """A screen that does not change costs the guest no access to the vGPU, nor does looking at it."""
    before, after = counts(job / "idle-before"), counts(job / "idle-after")
    traps = {name: after[name] - before[name] for name in ("register_reads", "register_writes", "ggtt_writes")}
    assert sum(traps.values()) <= IDLE_SECONDS, traps


@pytest.mark.parametrize("when", ["before", "after"])
def test_import(job, when):
    """The host's GPU reads an imported dma-buf, also after QEMU was killed."""
    assert (job / f"killed-{when}.ppm").read_bytes() == (job / "guest1/killed.ppm").read_bytes()


def test_nothing_left(job):
    """No dma-buf outlives its users; the host's own work goes on."""
    assert "Total 0 objects" in (job / "dmabufs").read_text()
    assert "SUCCESS" in (job / "blt.log").read_text()
