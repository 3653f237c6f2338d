#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Boots the host with i915 on the emulated GPU; shows what the driver found.

Fails if the monitor stays blank, if the kernel complains, or if the GPU model
saw the driver break a rule.
"""

import argparse
import pathlib
import shutil
import sys

from PIL import Image

import machine


def lit_pixels(path):
    """How many pixels of the picture are not black."""
    histogram = Image.open(path).convert("L").histogram()
    return sum(histogram[1:])


def boot(name="facts", **options):
    """The result of tools/jobs/facts."""
    job = machine.BUILD / "run" / name
    return machine.run_job(job, script=(machine.TOP / "tools/jobs/facts").read_text(),
                           timeout=300, **options)


def table(result):
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--screenshot", required=True, type=pathlib.Path)
    args = parser.parse_args()
    try:
        result = boot()
    except machine.MachineError as e:
        print(f"error: {e}", file=sys.stderr)
        return 1
    picture = result.where / "host.png"
    if not result.ok or not picture.exists():
        print(result.describe(), file=sys.stderr)
        print(f"see {result.where}", file=sys.stderr)
        return 1
    args.screenshot.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(picture, args.screenshot)
    if args.table:
        print(table(result))
    if lit_pixels(picture) < 1000:
        print(f"error: the monitor is blank, see {args.screenshot}", file=sys.stderr)
        return 1
    print(f"picture: {args.screenshot}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
