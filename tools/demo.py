#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Guests on vGPUs, seen: two stock guests and their host, each drawing on its own screen.

Boots the host (L1) with mediation, gives each guest a vGPU of another type, takes pictures of the
three screens and counts meanwhile. Leaves build/demo/{guest1,guest2,host}.png and report.txt; fails
if a picture is not what was drawn, if nothing moves, or if the GPU computed something wrong.
With --host-only it shows the host's driver without mediation.
"""

import argparse
import dataclasses
import pathlib
import re
import shutil
import sys
import time

from PIL import Image

import cli
import guest
import machine

OUT = machine.BUILD / "demo"
GL = machine.BUILD / "gl.squashfs"
GL_ARGS = ["-drive", f"file={GL},format=raw,if=none,id=gl,readonly=on",
           "-device", "virtio-blk-pci,drive=gl,addr=06.0,serial=gl"]
JOB = machine.BUILD / "run/demo"
MODE = (1024, 768)
FPS = 5                     # emulated guests cannot do many more at once
SPAN = 10                   # seconds over which is counted
# As vgt_show.c draws them.
BARS = ((255, 255, 255), (255, 255, 0), (0, 255, 255), (0, 255, 0), (255, 0, 255), (255, 0, 0), (0, 0, 255), (0, 0, 0))
MIN_COLORS = 12


@dataclasses.dataclass(frozen=True)
class Screen:
    """One of the three that draw."""
    name: str               # of its directory below the job's, "" for the host
    type: str               # of its vGPU
    title: str              # on the screen
    color: str              # of the border

    @property
    def label(self):
        return self.name or "host"


SCREENS = (Screen("guest1", "i915-GVTg_V5_4", "guest 1  i915-GVTg_V5_4", "3070d0"),
           Screen("guest2", "i915-GVTg_V5_8", "guest 2  i915-GVTg_V5_8", "d07030"))
HOST = Screen("", "", "host", "30a060")


def show_command(screen, directory, more=""):
    return (f"{directory}/programs/vgt_show --name '{screen.title}' --color {screen.color} --fps {FPS} "
            f"--mode {MODE[0]}x{MODE[1]} --stats {directory}/stats --seconds 3600 {more} >{directory}/show.log 2>&1")


def guest_script(screen):
    return f"""\
#!/bin/sh
hostname {screen.name}
load-i915 || exit 1
{show_command(screen, "/job")} &
show=$!
while [ ! -e /job/stop ] && kill -0 $show; do sleep 1; done
kill $show 2>/dev/null
wait $show
"""


def host_script(gl):
    create = "\n".join(f"vgpu_create {n} {screen.type}\ncat $types/{screen.type}/description >{screen.name}/description"
                       for n, screen in enumerate(SCREENS, 1))
    return f"""\
shown=
gl={"off" if gl == "off" else "on"}
. /job/demo.sh
host_setup
say "host: i915 with mediation is up"
gl_setup
{create}
say "vGPUs: {", ".join(s.type for s in SCREENS)}"
for n in $guests; do
	[ $n.{gl} != 2.mixed ] || gl=off
	screen_start $n
done
say "guests: started, firmware $firmware, display=on,gl={gl}"
for n in $guests; do
	screen_wait $n 300 || continue
	say "guest $n: shows frames"
	viewer_start $n || continue
	shown="$shown $n"
	guest_picture $n early
	say "guest $n: a viewer has its picture"
done
{show_command(HOST, "/job", "--window /run/guest1.ppm --window /run/guest2.ppm")} &
show=$!
for _ in $(seq 60); do
	grep -q '^frames [1-9]' /job/stats 2>/dev/null && break
	sleep 0.5
done
say "host: shows frames"
sleep 2
snapshot before
for n in $shown; do guest_picture $n first; done
sleep {SPAN}
for n in $shown; do guest_picture $n second; done
host_picture host
snapshot after
say "pictures taken"
for n in $guests; do touch guest$n/stop; done
for n in $guests; do guest_wait $n; done
kill $show && wait $show || die "the host's own picture failed, see show.log"
for n in $guests; do vgpu_remove $n || die "vGPU $n is not removed"; done
[ $(echo $shown | wc -w) = $(echo $guests | wc -w) ]
"""


def pixel_near(pixel, want):
    return all(abs(a - b) <= 8 for a, b in zip(pixel, want))


def bar_points(width, height, n):
    """Places inside colour bar n; the cursor may be on some of them."""
    left = width // 16
    bar = (width - 2 * left) // 8
    top, bottom = height // 12, height * 5 // 12
    return [(left + n * bar + bar * i // 4, top + (bottom - top) * j // 6) for i in (1, 2, 3) for j in (1, 2, 3, 4, 5)]


def picture_errors(path, screen):
    """What is wrong with a picture, one line each."""
    if not path.exists():
        return [f"no picture {path}"]
    picture = Image.open(path).convert("RGB")
    if picture.size != MODE:
        return [f"{picture.width}x{picture.height} instead of {MODE[0]}x{MODE[1]}"]
    colors = picture.getcolors(1 << 24)
    if len(colors) < MIN_COLORS:
        return [f"blank: {len(colors)} colours"]
    errors = []
    for n, want in enumerate(BARS):
        points = bar_points(*picture.size, n)
        good = sum(pixel_near(picture.getpixel(p), want) for p in points)
        if good < len(points) * 2 / 3:
            errors.append(f"colour bar {n + 1}: {picture.getpixel(points[4])} instead of {want}")
    border = tuple(bytes.fromhex(screen.color))
    for place in ((2, 2), (MODE[0] - 3, 2), (2, MODE[1] - 3), (MODE[0] - 3, MODE[1] - 3)):
        if not pixel_near(picture.getpixel(place), border):
            errors.append(f"border at {place}: {picture.getpixel(place)} instead of {border}")
    return errors


def moved(first, second):
    return Image.open(first).tobytes() != Image.open(second).tobytes()


def read_counts(path):
    fields = (line.split() for line in path.read_text().splitlines())
    return {f[0]: float(f[1]) for f in fields if len(f) == 2}


@dataclasses.dataclass
class Row:
    """What one of the three did in the span that was counted."""
    screen: Screen
    counts: dict            # differences, a second
    checks: int
    errors: int
    gm: str

    def rate(self, name):
        return f"{self.counts[name]:.1f}" if name in self.counts else "-"

    @property
    def share(self):
        busy = [(name, self.counts.get(f"vgpu.{name}_us", 0) / 1e4) for name in ("rcs", "bcs", "vcs", "vecs")]
        return " ".join(f"{name} {percent:.0f}%" for name, percent in busy if percent >= 0.5) or "-"

    @property
    def cells(self):
        return [self.screen.label, self.screen.type or "-", self.gm, self.share, self.rate("show.submissions"),
                self.rate("exits"), self.rate("show.frames"),
                f"{self.checks - self.errors} of {self.checks} right"]


def graphics_memory(description):
    found = dict(re.findall(r"^(low_gm_size|high_gm_size): (\d+)MB", description, re.M))
    return f"{found['low_gm_size']}+{found['high_gm_size']} MiB" if len(found) == 2 else "-"


def read_row(screen):
    where = JOB / screen.name
    before, after = read_counts(where / "before"), read_counts(where / "after")
    span = after["uptime"] - before["uptime"]
    counts = {name: (value - before.get(name, 0)) / span for name, value in after.items()}
    description = where / "description"
    return Row(screen, counts, int(after.get("show.checks", 0)), int(after.get("show.check_errors", 0)),
               graphics_memory(description.read_text()) if screen.name and description.exists() else "the rest")


def table(rows):
    lines = [["", "vGPU type", "GM low+high", "GPU share", "submissions/s", "exits/s", "frames/s", "GPU's results"],
             *(row.cells for row in rows)]
    return cli.table(lines)


class Progress:
    """Prints the lines of the host's job that begin with 'demo: ' as they come."""

    def __init__(self):
        self.seen = 0
        self.start = time.monotonic()

    def __call__(self):
        stdout = JOB / "stdout"
        if stdout.exists():
            lines = [line for line in stdout.read_text(errors="replace").splitlines(True)
                     if line.startswith(("demo: ", "error: ")) and line.endswith("\n")]
            for line in lines[self.seen:]:
                text = line.split(" ", 2)[2] if line.startswith("demo: ") else line
                print(f"{time.monotonic() - self.start:5.0f} s  {text.rstrip()}", flush=True)
            self.seen = len(lines)
        return False


def check_pictures():
    errors = []
    for screen in SCREENS:
        where = JOB / screen.name
        for name in ("first", "second"):
            errors += [f"{screen.label}: {e}" for e in picture_errors(where / f"{name}.ppm", screen)]
        if not errors and not moved(where / "first.ppm", where / "second.ppm"):
            errors.append(f"{screen.label}: nothing moves")
    return errors + [f"host: {e}" for e in picture_errors(JOB / "host.png", HOST)]


def check_rows(rows):
    errors = []
    for row in rows:
        if row.errors or not row.checks:
            errors.append(f"{row.screen.label}: {row.errors} of {row.checks} results of the GPU are wrong")
        if not row.counts.get("show.frames", 0) > 0:
            errors.append(f"{row.screen.label}: no frame shown")
    return errors


def demo(args):
    if not GL.exists():
        raise machine.MachineError(f"{GL} is missing; run: make gl-image")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    start = time.monotonic()
    print("boots the host on the emulated Skylake", flush=True)
    progress = Progress()
    result, guests = guest.run(
        JOB, [guest_script(s) for s in SCREENS], host_script(args.gl), firmware=args.firmware, gvt=args.gvt,
        append="quiet", timeout=args.timeout, watch=progress, memory="5G",
        fill=lambda job: shutil.copy(machine.TOP / "tools/jobs/demo.sh", job), qemu_args=GL_ARGS)
    progress()
    errors = [line for r in (result, *guests) if not r.ok for line in r.describe().splitlines()]
    rows = [read_row(s) for s in (*SCREENS, HOST) if (JOB / s.name / "after").exists()]
    errors += check_rows(rows) + check_pictures()
    for screen in SCREENS:
        taken = [p for p in (JOB / screen.name / f"{n}.ppm" for n in ("second", "first", "early")) if p.exists()]
        if taken:
            Image.open(taken[0]).save(OUT / f"{screen.label}.png")
    if (JOB / "host.png").exists():
        shutil.copy(JOB / "host.png", OUT)
    versions = machine.versions()
    vgpus_by = f"vGT {versions['vgt']}" if args.gvt == "vgt" else "the in-tree GVT-g"
    lines = [table(rows) if rows else "nothing was counted", "",
             f"Debian {versions['debian']}, Linux {versions['kernel']}, QEMU {versions['qemu']} with the emulated GPU; "
             f"vGPUs by {vgpus_by}; {args.firmware}, gl={args.gl}; {time.monotonic() - start:.0f} s",
             *(f"error: {e}" for e in errors)]
    (OUT / "report.txt").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    print(f"pictures and report.txt: {OUT}")
    return 1 if errors else 0


def lit_pixels(path):
    """How many pixels of the picture are not black."""
    histogram = Image.open(path).convert("L").histogram()
    return sum(histogram[1:])


def boot(name="facts", **options):
    """The result of tools/jobs/facts: the host's driver without mediation."""
    job = machine.BUILD / "run" / name
    return machine.run_job(job, script=(machine.TOP / "tools/jobs/facts").read_text(),
                           timeout=300, **options)


def facts_table(result):
    facts = result.where / "facts"
    versions = machine.versions()
    rows = [("kernel", versions["kernel"]), ("qemu", versions["qemu"]),
            ("driver", (facts / "driver").read_text().strip()),
            ("engines", " ".join((facts / "engines").read_text().split()))]
    for line in (facts / "connectors").read_text().splitlines():
        name, status, enabled, mode = line.split()
        if status == "connected":
            rows.append(("monitor", f"{name} {mode} {enabled}"))
    rows.append(("violations", str(sum(v["count"] for v in result.violations))))
    rows.append(("boot + run", f"{result.seconds:.0f} s"))
    return "\n".join(f"{name:<11} {value}" for name, value in rows)


def host_only(args):
    result = boot()
    picture = result.where / "host.png"
    if not result.ok or not picture.exists():
        raise machine.MachineError(f"{result.describe()}\nsee {result.where}")
    args.screenshot.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(picture, args.screenshot)
    if args.table:
        print(facts_table(result))
    if lit_pixels(picture) < 1000:
        raise machine.MachineError(f"the monitor is blank, see {args.screenshot}")
    print(f"picture: {args.screenshot}")
    return 0


@cli.tool(machine.MachineError)
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gvt", default=guest.GVT, choices=guest.GVTS, help="whose vGPUs: stock or vgt")
    parser.add_argument("--gl", default="on", choices=("on", "off", "mixed"),
                        help="pictures as dma-bufs, or as copies in the region; mixed: guest 1's as dma-buf")
    parser.add_argument("--firmware", default="ovmf", choices=("ovmf", "seabios"))
    parser.add_argument("--timeout", type=int, default=600, help="seconds")
    parser.add_argument("--screenshot", type=pathlib.Path, help="of the host alone, without guests")
    parser.add_argument("--table", action="store_true", help="what the host's driver found, with --screenshot")
    args = parser.parse_args()
    return host_only(args) if args.screenshot else demo(args)


if __name__ == "__main__":
    sys.exit(main())
