# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Desktops in a guest, an X server and a Wayland compositor, as the VMM sees them: make check-guests."""

import re
import shutil
import struct

import pytest
from PIL import Image, ImageChops

import guest
import machine

DESKTOP = machine.BUILD / "desktop.squashfs"
# Where guest_start looks for a disk to pass on.
DESKTOP_ARGS = ["-drive", f"file={DESKTOP},format=raw,if=none,id=desktop,readonly=on",
                "-device", "virtio-blk-pci,drive=desktop,addr=05.0"]

FIRST, OTHER = (1920, 1200), (1280, 720)
X_COLOR, WESTON_COLOR = "336699", "8a2b4d"
CLOCK = (100, 100, 330, 360)        # xclock within twm's frame: left, top, right, bottom
TERMINAL = (500, 100, 1000, 400)
MIDDLE, CORNER = (960, 600), (0, 700)   # the cursor's hot spot
CURSOR_SIZE = 32                    # of the core font's shapes, at most

# Each with the mode's size and the cursor's place.
X_STEPS = {"x": (FIRST, MIDDLE), "x-mode": (OTHER, MIDDLE), "x-later": (OTHER, CORNER), "x-on": (OTHER, CORNER)}
DEPTHS = {"16": "31659c", "30": X_COLOR}    # bits of a pixel, and what they make of the colour
WESTON_STEPS = ("weston", "weston-client", "weston-later")

XORG_CONF = """\
Section "Device"
	Identifier "vGPU"
	Driver "modesetting"
	Option "AccelMethod" "none"
EndSection
Section "Module"
	Disable "glx"
EndSection
"""

# Of the fonts that are built into the X server.
TWMRC = "\n".join(f'{font}Font "fixed"' for font in ("Title", "Menu", "Icon", "Resize", "IconManager"))

WESTON_INI = f"""\
[core]
idle-time=0
[input-method]
path=
[shell]
background-color=0xff{WESTON_COLOR}
panel-position=none
startup-animation=none
locking=false
[output]
name=DP-1
mode={OTHER[0]}x{OTHER[1]}
"""

WARP = """\
import ctypes, sys
x11 = ctypes.CDLL("libX11.so.6")
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XDefaultRootWindow.restype = ctypes.c_ulong
display = ctypes.c_void_p(x11.XOpenDisplay(None))
root = ctypes.c_ulong(x11.XDefaultRootWindow(display))
x11.XWarpPointer(display, ctypes.c_ulong(0), root, 0, 0, 0, 0, int(sys.argv[1]), int(sys.argv[2]))
x11.XSync(display, 0)
"""

# What moves is stopped while pictures are taken.
SCRIPT = f"""\
#!/bin/sh
load-i915 || exit 1
mount -t overlay -o lowerdir=/opt/igt:/usr overlay /usr || exit 1
shown() {{ # NAME
	touch /job/shown-$1
	until [ -e /job/taken-$1 ]; do sleep 0.2; done
}}
x_shown() {{ # NAME
	sleep 1
	xwd -root -out /tmp/xwd && cp /tmp/xwd /job/$1.xwd || exit 3
	shown $1
}}
export DISPLAY=:0 XDG_RUNTIME_DIR=/run/user LIBSEAT_BACKEND=noop
mkdir -m 700 $XDG_RUNTIME_DIR

printf '\\033[?25lThe console.\\n' >/dev/tty1
sleep 2
shown console

start_x() {{ # LOG OPTION...
	log=$1
	shift
	/usr/lib/xorg/Xorg :0 vt2 -keeptty -noreset -config /job/xorg.conf -logfile /job/$log "$@" >/job/$log.out 2>&1 &
	x=$!
	until xset q >/job/xset 2>&1; do
		kill -0 $x || exit 2
		sleep 0.2
	done
	xsetroot -solid '#{X_COLOR}' -cursor_name left_ptr || exit 3
}}
end_x() {{
	kill $x
	wait $x
	echo $? >>/job/xorg.rc
}}
start_x xorg.log
LANG=C twm -f /job/twmrc >/job/twm.log 2>&1 &
xclock -geometry 200x200+{CLOCK[0]}+{CLOCK[1]} -update 1 >/job/xclock.log 2>&1 &
clock=$!
xterm -geometry 60x10+{TERMINAL[0]}+{TERMINAL[1]} -e sh -c 'uname -a; sleep 600' >/job/xterm.log 2>&1 &
xrandr --prop >/job/xrandr || exit 3
sleep 5
kill -STOP $clock
x_shown x
xrandr --output $(sed -n 's/ connected .*//p' /job/xrandr) --mode {OTHER[0]}x{OTHER[1]} || exit 3
x_shown x-mode
kill -CONT $clock
python3 /job/warp.py {CORNER[0]} {CORNER[1]} || exit 3
sleep 2
kill -STOP $clock
x_shown x-later
xset dpms force off || exit 3
sleep 1
shown x-off
xset dpms force on || exit 3
x_shown x-on
kill -CONT $clock
end_x
shown x-end
for depth in {" ".join(DEPTHS)}; do
	start_x xorg-$depth.log -depth $depth
	sleep 1
	shown x-$depth
	end_x
done

weston --backend=drm --renderer=pixman --continue-without-input --config=/job/weston.ini --log=/job/weston.log &
weston=$!
until [ -S $XDG_RUNTIME_DIR/wayland-1 ]; do
	kill -0 $weston || exit 4
	sleep 0.2
done
sleep 5
shown weston
WAYLAND_DISPLAY=wayland-1 weston-simple-shm >/job/client.log 2>&1 &
client=$!
sleep 5
kill -STOP $client
sleep 1
shown weston-client
kill -CONT $client
sleep 3
kill -STOP $client
sleep 1
shown weston-later
kill -CONT $client
kill $client
kill $weston
wait $weston
echo $? >/job/weston.rc
shown weston-end
"""

HOST_SCRIPT = f"""\
host_setup
vgpu_create 1
echo region >/sys/bus/mdev/devices/$(vgpu_uuid 1)/display || exit 1
guest_start 1 -set device.vgpu.display=on
take() {{ # STEP KIND...
	name=$1
	shift
	until [ -e guest1/shown-$name ]; do
		kill -0 $guest_child_1 || die "QEMU ends before $name is shown"
		[ ! -e guest1/rc ] || die "the guest's job ends before $name is shown"
		sleep 0.2
	done
	for kind in "$@"; do
		text=$(programs/vgt_picture $(cat /run/guest1.pid) $kind /job/$name-$kind.ppm 2>&1)
		echo $name $kind $? $text >>pictures
	done
	programs/qmp /run/guest1.qmp screendump filename=/job/$name-qemu.ppm >>screendumps
	echo $name $(cat /sys/bus/mdev/devices/$(vgpu_uuid 1)/stats/frames) >>frames
	touch guest1/taken-$name
}}
take console region
for step in {" ".join(X_STEPS)}; do
	[ $step != x-on ] || take x-off dmabuf region
	take $step dmabuf region planes
done
take x-end region
for depth in {" ".join(DEPTHS)}; do take x-$depth; done
for step in {" ".join(WESTON_STEPS)}; do take $step dmabuf region; done
take weston-end region
guest_wait 1
vgpu_remove 1 || exit 1
cat /sys/kernel/debug/dma_buf/bufinfo >dmabufs
"""


def fill(job):
    shutil.copy(machine.TOP / "tools/jobs/qmp", job / "programs")
    for name, text in (("xorg.conf", XORG_CONF), ("twmrc", TWMRC), ("weston.ini", WESTON_INI), ("warp.py", WARP)):
        (job / "guest1" / name).write_text(text)


@pytest.fixture(scope="module", params=["vgt"])
def run(kvmgt):
    if not DESKTOP.exists():
        pytest.skip("the guest's desktops are not built: run make desktop-image")
    return guest.run(machine.BUILD / "run/desktop", [SCRIPT], HOST_SCRIPT, timeout=500, gvt="vgt", fill=fill,
                     qemu_args=DESKTOP_ARGS)


@pytest.fixture(scope="module")
def job(run):
    result, guests = run
    assert result.end == "power-off" and result.rc == 0 and guests[0].rc == 0, \
        f"{result.describe()}\n{guests[0].describe()}"
    return result.where


def picture(job, step, kind="qemu"):
    return Image.open(job / f"{step}-{kind}.ppm").convert("RGB")


def color(text):
    return tuple(bytes.fromhex(text))


def dumped(path):
    """What xwd has written: 25 numbers, a name, colours, pixels."""
    data = path.read_bytes()
    head = struct.unpack(">25I", data[:100])
    size, (order, bits, stride), colors = head[4:6], (head[7], head[11], head[12]), head[19]
    assert (order, bits) == (0, 32)
    return Image.frombytes("RGB", size, data[head[0] + 12 * colors:], "raw", "BGRX", stride)


def differs(one, other):
    """The box that holds all pixels that are not the same, None if there are none."""
    assert one.size == other.size
    return ImageChops.difference(one, other).getbbox()


def outside(image, *boxes):
    """The colours of all that is in none of the boxes."""
    image = image.copy()
    for box in boxes:
        image.paste(image.getpixel((0, 0)), box)
    return {pixel for _, pixel in image.getcolors(1 << 24)}


def within(box, outer):
    return box[0] >= outer[0] and box[1] >= outer[1] and box[2] <= outer[2] and box[3] <= outer[3]


def told(job, step, kind):
    """What vgt_picture said: its exit status, and the planes, or an error."""
    line = next(x for x in (job / "pictures").read_text().splitlines() if x.startswith(f"{step} {kind} "))
    status, text = line.split(" ", 3)[2:]
    return int(status), text


def cursor_box(spot):
    """Where the shape of a cursor can be, its hot spot anywhere in it."""
    x, y = spot
    return (max(x - CURSOR_SIZE, 0), y - CURSOR_SIZE, x + CURSOR_SIZE, y + CURSOR_SIZE)


def test_console(job):
    """Before the first desktop the screen has text on it."""
    assert picture(job, "console").size == FIRST
    assert picture(job, "console").getbbox()


def test_x_picture(job):
    """The primary plane is what the X server has drawn, pixel by pixel."""
    for step in X_STEPS:
        assert differs(picture(job, step, "dmabuf"), dumped(job / f"guest1/{step}.xwd")) is None, step


def test_x_screen(job):
    """With the cursor on it, it is the same in all ways to look at it."""
    for step in X_STEPS:
        for kind in ("planes", "region"):
            assert differs(picture(job, step), picture(job, step, kind)) is None, (step, kind)


def test_x_desktop(job):
    """In the mode's size: the root's colour, but for the windows and the cursor."""
    for step, (size, spot) in X_STEPS.items():
        screen = picture(job, step)
        assert screen.size == size, step
        assert outside(screen, CLOCK, TERMINAL, cursor_box(spot)) == {color(X_COLOR)}, step
        assert all(len(screen.crop(box).getcolors(1 << 24)) > 2 for box in (CLOCK, TERMINAL)), step


def test_x_cursor(job):
    """A plane of its own, black with a white border."""
    for step, (_, spot) in X_STEPS.items():
        changed = differs(picture(job, step), picture(job, step, "dmabuf"))
        assert changed and within(changed, cursor_box(spot)), step
        shape = picture(job, step).crop(changed)
        assert {(0, 0, 0), (255, 255, 255)} <= {pixel for _, pixel in shape.getcolors()}, step


def test_x_clock_goes(job):
    changed = differs(picture(job, "x-mode", "dmabuf"), picture(job, "x-later", "dmabuf"))
    assert changed and within(changed, CLOCK)


def test_x_monitor(job):
    """Its name and its modes."""
    text = (job / "guest1/xrandr").read_text()
    edid = bytes.fromhex("".join(re.findall(r"^\t\t([0-9a-f]{32})$", text, re.M)))
    assert b"\0\0\0\xfc\0vGT\n" in edid
    modes = re.findall(r"^   (\d+x\d+) (.*)$", text, re.M)
    assert "+" in dict(modes)["{}x{}".format(*FIRST)]
    assert {"1920x1080", "1280x720", "1024x768", "640x480"} <= dict(modes).keys()


def test_x_dpms(job):
    """Nothing is shown while it is off; then what was there before."""
    assert [told(job, "x-off", kind) for kind in ("dmabuf", "region")] == [(2, "error: nothing is shown")] * 2
    assert differs(picture(job, "x-later"), picture(job, "x-on")) is None


def test_x_ends(job):
    """With success, and the screen is the console's again."""
    assert (job / "guest1/xorg.rc").read_text() == "0\n" * (1 + len(DEPTHS))
    log = (job / "guest1/xorg.log").read_text().split("unknown.\n", 1)[1]
    assert [line for line in log.splitlines() if "(EE)" in line and "dbus-core" not in line] == []     # no D-Bus here
    assert differs(picture(job, "x-end"), picture(job, "console")) is None


def test_x_depths(job):
    """Of any depth QEMU gets a picture, with the cursor on it."""
    for depth, want in DEPTHS.items():
        screen = picture(job, f"x-{depth}")
        assert screen.size == FIRST, depth
        assert outside(screen, cursor_box(MIDDLE)) == {color(want)}, depth
        shape = screen.crop(cursor_box(MIDDLE))
        assert {(0, 0, 0), (255, 255, 255)} <= {pixel for _, pixel in shape.getcolors()}, depth


def test_weston_screen(job):
    """The same in all ways to look at it."""
    for step in WESTON_STEPS:
        for kind in ("dmabuf", "region"):
            assert differs(picture(job, step), picture(job, step, kind)) is None, (step, kind)


def test_weston_background(job):
    assert picture(job, "weston").size == OTHER
    assert outside(picture(job, "weston")) == {color(WESTON_COLOR)}


def test_weston_client(job):
    """A window of 250x250 in front of it that moves, by flips."""
    background = picture(job, "weston")
    window = differs(background, picture(job, "weston-client"))
    assert (window[2] - window[0], window[3] - window[1]) == (250, 250)
    changed = differs(picture(job, "weston-client"), picture(job, "weston-later"))
    assert changed and within(changed, window)
    frames = dict(line.split() for line in (job / "frames").read_text().splitlines())
    assert int(frames["weston-later"]) - int(frames["weston-client"]) > 1


def test_weston_ends(job):
    log = (job / "guest1/weston.log").read_text()
    assert "atomic modesetting" in log and "Using Pixman renderer" in log
    assert (job / "guest1/weston.rc").read_text() == "0\n"
    assert differs(picture(job, "weston-end"), picture(job, "console")) is None


def test_logs_are_clean(run):
    result, guests = run
    assert (result.dmesg, guests[0].dmesg) == ([], [])


def test_no_violations(run):
    assert run[0].violations == []


def test_nothing_left(job):
    assert "Total 0 objects" in (job / "dmabufs").read_text()
