# SPDX-License-Identifier: GPL-2.0 OR MIT
"""A guest in a window, from its firmware on: handed over to the vGPU, resized, restarted."""

import shutil

import pytest
from PIL import Image, ImageChops

import demo
import guest
import machine

FIRST = "1024x768"
SIZES = ("1920x1200", "1280x720")
BOOTS = ("first", "second")

# Before its driver is loaded a guest has the firmware's framebuffer, ramfb, with the console on it.
SCRIPT = """\
#!/bin/sh
boot=first
[ ! -e /job/shown-first ] || boot=second
clear='\\033[2J\\033[H\\033[?25l'
printf "${clear}vGT: the $boot start, no driver yet\\n" >/dev/tty1
sleep 1
cp /dev/fb0 /job/$boot.fb
(cd /sys/class/graphics/fb0 && cat name virtual_size stride bits_per_pixel) >/job/part
mv /job/part /job/$boot.layout
until [ -e /job/shown-$boot ]; do sleep 0.2; done
load-i915 || exit 1
/job/programs/vgt_show --follow --ppm /job/$boot.ppm --name "VGT $boot start" >/job/$boot.log 2>&1 &
show=$!
until [ -e /job/leave-$boot ]; do kill -0 $show || exit 2; sleep 0.2; done
dmesg >/job/dmesg-$boot
[ $boot = second ] || busybox reboot -f
kill $show
wait $show
"""

# QEMU dumps screens that are no dma-buf; the viewer gets those that are one.
HOST_SCRIPT = """\
gl=on
. /job/demo.sh
host_setup
gl_setup
vgpu_create 1
qmp=/run/guest1.qmp
await() { # FILE: of the guest, or of its viewer
	until [ -s $1 ]; do
		kill -0 $guest_child_1 || die "QEMU ends before $1 is there"
		[ ! -e guest1/rc ] || die "the guest's job ends before $1 is there"
		sleep 0.2
	done
}
dump() { # fails for a dma-buf, and while there is nothing
	programs/qmp $qmp screendump filename=/run/dump.ppm >/run/dump.log
}
# Each picture that is there until the guest's kernel has come to its job.
firmware() { # BOOT
	number=0
	rm -f /run/last.ppm
	until [ -s guest1/$1.layout ]; do
		kill -0 $guest_child_1 || die "QEMU ends in the firmware"
		sleep 1
		if dump && ! cmp -s /run/dump.ppm /run/last.ppm; then
			number=$((number + 1))
			cp /run/dump.ppm firmware-$1-$number.ppm
			mv /run/dump.ppm /run/last.ppm
		fi
	done
	dump || die "no screendump: $(cat /run/dump.log)"
	cp /run/dump.ppm early-$1.ppm
	touch guest1/shown-$1
}
# What the guest has drawn, and what the viewer has: the second picture from there on was begun after.
window() { # NAME
	await guest1/$boot.ppm
	for _ in 1 2; do
		rm -f /run/window.ppm
		await /run/window.ppm
	done
	mv guest1/$boot.ppm $1-guest.ppm
	cp /run/window.ppm $1-window.ppm
}
screen_start 1 -action reboot=reset -set device.vgpu.driver=vfio-pci-nohotplug -set device.vgpu.ramfb=on \\
	-set device.vgpu.xres=FIRST_X -set device.vgpu.yres=FIRST_Y
until [ -S $qmp ]; do sleep 0.1; done
boot=first
firmware first
await guest1/first.ppm
mkfifo /run/window
dbus-picture $qmp /run/window.ppm 2 <>/run/window >viewer.log 2>&1 &
viewer=$!
await /run/window.ppm
window FIRST
for size in SIZES; do
	echo $size >/run/window
	window $size
done
touch guest1/leave-first
boot=second
firmware second
window second
touch guest1/leave-second
guest_wait 1
wait $viewer || exit 1
vgpu_remove 1 || exit 1
cat /sys/kernel/debug/dma_buf/bufinfo >dmabufs
""".replace("SIZES", " ".join(SIZES)).replace("FIRST_X", FIRST.split("x", maxsplit=1)[0]).replace(
    "FIRST_Y", FIRST.split("x")[1]).replace("FIRST", FIRST)


def fill(job):
    shutil.copy(machine.TOP / "tools/jobs/qmp", job / "programs")
    shutil.copy(machine.TOP / "tools/jobs/demo.sh", job)


@pytest.fixture(scope="module")
def run(kvmgt):
    if not demo.GL.exists():
        pytest.skip("QEMU's OpenGL for the host is not built: run make gl-image")
    return guest.run(machine.BUILD / "run/screen", [SCRIPT], HOST_SCRIPT, timeout=400, gvt="vgt", firmware="ovmf",
                     append="console=tty0", fill=fill, qemu_args=demo.GL_ARGS)


@pytest.fixture(scope="module")
def job(run):
    result, guests = run
    assert result.ok and guests[0].ok, f"{result.describe()}\n{guests[0].describe()}"
    return result.where


def framebuffer(where, boot):
    """What the guest read from /dev/fb0."""
    _, size, stride, bits = (where / f"{boot}.layout").read_text().splitlines()
    assert bits == "32"
    size = tuple(map(int, size.split(",")))
    data = (where / f"{boot}.fb").read_bytes()[:int(stride) * size[1]]
    return Image.frombytes("RGB", size, data, "raw", "BGRX", int(stride))


def same_picture(one, other):
    return one.size == other.size and not ImageChops.difference(one, other).getbbox()


@pytest.mark.parametrize("boot", BOOTS)
def test_firmware(job, boot):
    """OVMF's logo, anti-aliased, where text has few colours."""
    pictures = [Image.open(path).convert("RGB") for path in sorted(job.glob(f"firmware-{boot}-*.ppm"))]
    assert max(len(picture.getcolors(1 << 24)) for picture in pictures) > 16


@pytest.mark.parametrize("boot", BOOTS)
def test_early_kernel(job, boot):
    """Without a driver the window shows the guest's own framebuffer, with text on it."""
    assert (job / f"guest1/{boot}.layout").read_text().startswith("EFI VGA")
    own = framebuffer(job / "guest1", boot)
    assert own.getbbox()
    assert same_picture(own, Image.open(job / f"early-{boot}.ppm"))


@pytest.mark.parametrize("name", [FIRST, *SIZES])
def test_size(job, name):
    """Handed over to the vGPU, then at each size of the window: what the guest has drawn, in that size."""
    assert Image.open(job / f"{name}-window.ppm").size == tuple(map(int, name.split("x")))
    assert (job / f"{name}-window.ppm").read_bytes() == (job / f"{name}-guest.ppm").read_bytes()


def test_hotplugs(job):
    """A new size is a new monitor to the guest, and takes effect once."""
    log = (job / "guest1/first.log").read_text().splitlines()
    monitors = [line.split()[-1] for line in log if ": monitor of " in line]
    assert list(dict.fromkeys(monitors)) == list(SIZES)
    assert [line.split(", ")[1] for line in log if line.startswith("still picture")] == [FIRST, *SIZES]


def test_restart(job):
    """The window that was open shows the guest that has started anew, in the size that it had."""
    assert Image.open(job / "second-window.ppm").size == tuple(map(int, SIZES[-1].split("x")))
    assert (job / "second-window.ppm").read_bytes() == (job / "second-guest.ppm").read_bytes()
    assert (job / "second-window.ppm").read_bytes() != (job / f"{SIZES[-1]}-window.ppm").read_bytes()


def test_first_start_logs_nothing(job):
    assert machine.scan_dmesg((job / "guest1/dmesg-first").read_text(errors="replace")) == []


def test_nothing_left(job):
    assert "Total 0 objects" in (job / "dmabufs").read_text()
