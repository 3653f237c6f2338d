#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""How engine time is divided: two guests and their host, all with more work than there is time.

Boots the host (L1) with mediation and two stock guests on vGPUs of different types. igt-tests/vgt_load
keeps RCS and BCS of all three busy; the core's account of engine time is read every 50 ms. In turns:

  equal      weights 1:1:1
  weighted   4:2:1, set while all run
  idle       the same, but the second submits nothing: the others have its time
  resumed    it goes on, and has its share again

Over any 500 ms of a phase each must have had its share within 5 %. Leaves build/results/shares.json.

Time is instructions (-icount): what else the developer's machine does meanwhile is not in the figures.
"""

import argparse
import dataclasses
import pathlib
import shutil
import sys

import cli
import guest
import machine

JOB = machine.BUILD / "run/shares"
REPORT = machine.RESULTS / "shares.json"
TYPES = ("i915-GVTg_V5_4", "i915-GVTg_V5_8")
NAMES = ("host", "guest1", "guest2")
ENGINES = ("rcs", "bcs")
# Slow, as the processors are: so a batch of some milliseconds is one that costs little to emulate.
GPU = f"{guest.APERTURE},gpu-mhz=50,mem-mbps=100"
LENGTH_US = 2500
SAMPLE_MS = 50
WINDOW_NS = 500_000_000
TOLERANCE = 0.05
MIN_ACCOUNT, MAX_ACCOUNT = 0.95, 1.25     # the core's account by the GPU's clock, which knows nothing of switches
MAX_IDLE = 0.05         # part of a window in which an engine may have been nobody's: on its way between two


@dataclasses.dataclass(frozen=True)
class Phase:
    name: str
    weights: tuple          # of NAMES
    busy: tuple             # which of them
    part: float             # of the run

    @property
    def wanted(self):
        """Share of each."""
        total = sum(w for w, busy in zip(self.weights, self.busy) if busy)
        return [w / total if busy else 0.0 for w, busy in zip(self.weights, self.busy)]


ALL = (True, True, True)
PHASES = (Phase("equal", (1024, 1024, 1024), ALL, 0.35),
          Phase("weighted", (1024, 4096, 2048), ALL, 0.35),
          Phase("idle", (1024, 4096, 2048), (True, True, False), 0.15),
          Phase("resumed", (1024, 4096, 2048), ALL, 0.15))

GUEST_SCRIPT = """\
#!/bin/sh
load-i915 || exit 1
exec /job/programs/vgt_load --length %d --stop /job/stop --pause /job/pause --stats /job/load >load.log 2>&1
"""

HEAD = """\
. /job/shares.sh
host_setup
%s
for n in $guests; do guest_start $n; done
for n in $guests; do load_wait $n 200 "^bcs0.batches [1-9]"; done
host_load_start
load_wait 0 60 "^bcs0.batches [1-9]"
for n in 0 $guests; do load_wait $n 60 "^rcs0.batches [1-9]"; done
sample_start %d
"""

TAIL = """\
touch /job/stop /job/guest1/stop /job/guest2/stop
sample_end
wait $load || die "the host's load: $(tail -n 1 load.log)"
for n in $guests; do guest_wait $n; done
counts_save
for n in $guests; do vgpu_remove $n || die "vGPU $n is not removed"; done
"""


def host_script(seconds):
    lines = [HEAD % ("\n".join(f"vgpu_create {n} {t}" for n, t in enumerate(TYPES, 1)), SAMPLE_MS)]
    paused = False
    for phase in PHASES:
        lines.append(f"weights {' '.join(str(w) for w in phase.weights)}\n")
        if not phase.busy[2]:
            lines.append("touch /job/guest2/pause\n" + "".join(f'load_wait 2 60 "^{e}0.paused 1"\n' for e in ENGINES))
        elif paused:
            lines.append("rm /job/guest2/pause\n" + "".join(f'load_wait 2 60 "^{e}0.paused 0"\n' for e in ENGINES))
        paused = not phase.busy[2]
        lines.append(f"phase {phase.name} {seconds * phase.part:.1f}\n")
    return "".join([*lines, TAIL])


@dataclasses.dataclass
class Sample:
    start: int              # ns
    end: int                # when the last number had been read
    us: list                # engine time, by engine and name


def read_samples(text):
    samples = []
    for line in text.splitlines():
        start, end, *us = (int(x) for x in line.split())
        samples.append(Sample(start, end, us))
    return samples


def windows(samples):
    """All pairs of samples that are just 500 ms apart."""
    last = 0
    for first in samples:
        while last < len(samples) and samples[last].start - first.start < WINDOW_NS:
            last += 1
        if last == len(samples):
            return
        yield first, samples[last]


def spent(first, last, engine):
    """Microseconds of each between two samples."""
    at = len(NAMES) * engine
    return [b - a for a, b in zip(first.us[at:at + len(NAMES)], last.us[at:at + len(NAMES)])]


def shares_of(us):
    total = sum(us)
    return [x / total if total else 0.0 for x in us]


def deviation(share, wanted):
    """Relative to what it should be; of nothing, absolute."""
    return share / wanted - 1 if wanted else share


def evaluate(phase, samples, engine):
    """One engine in one phase: its mean shares, and for each name the window that is farthest from its share."""
    inside = list(windows(samples))
    if not inside:
        raise machine.MachineError(f"phase {phase.name}: no 500 ms have been sampled")
    result = {"wanted": phase.wanted, "mean": shares_of(spent(samples[0], samples[-1], engine)),
              "windows": len(inside), "worst": [0.0] * len(NAMES), "worst_at_ms": [0] * len(NAMES), "idle": 0.0}
    for first, last in inside:
        us = spent(first, last, engine)
        result["idle"] = max(result["idle"], 1 - sum(us) * 1000 / (last.start - first.start))
        for n, (share, wanted) in enumerate(zip(shares_of(us), phase.wanted)):
            off = deviation(share, wanted)
            if abs(off) > abs(result["worst"][n]):
                result["worst"][n] = off
                result["worst_at_ms"][n] = (first.start - samples[0].start) // 1_000_000
    return result


def read_figures(path):
    fields = (line.split() for line in path.read_text().splitlines()) if path.exists() else ()
    return {f[0]: int(f[1]) for f in fields if len(f) == 2}


def account(job):
    """Engine time as the core has it beside that of the GPU's own clock of the loads' contexts."""
    result = {}
    for n, name in enumerate(NAMES):
        load = read_figures((job / name if n else job) / "load")
        stats = read_figures(job / f"stats-{n}")
        for e in ENGINES:
            result[f"{name}.{e}"] = {"batches": load.get(f"{e}0.batches", 0), "batch_us": load.get(f"{e}0.batch_us", 0),
                                     "dry": load.get(f"{e}0.dry", -1), "gpu_us": load.get(f"{e}0.gpu_us", 0),
                                     "core_us": stats.get(f"{e}_us", 0)}
    return result


def read_report(job):
    samples = read_samples((job / "samples").read_text())
    report = {"phases": {}, "account": account(job), "sample_skew_us": max(s.end - s.start for s in samples) // 1000}
    for line in (job / "phases").read_text().splitlines():
        name, start, end = line.split()
        phase = next(p for p in PHASES if p.name == name)
        inside = [s for s in samples if s.start >= int(start) and s.end <= int(end)]
        report["phases"][name] = {e: evaluate(phase, inside, n) for n, e in enumerate(ENGINES)}
        report["phases"][name]["seconds"] = round((int(end) - int(start)) / 1e9, 1)
    return report


def errors_of(report):
    """What is not as it should be, one line each."""
    errors = [f"phase {p.name} was not reached" for p in PHASES if p.name not in report["phases"]]
    for phase, engines in report["phases"].items():
        for e in ENGINES:
            r = engines[e]
            errors += [f"{phase}, {e}: {name} had {off:+.1%} of its share over 500 ms" for name, off
                       in zip(NAMES, r["worst"]) if abs(off) > TOLERANCE]
            if r["idle"] > MAX_IDLE:
                errors.append(f"{phase}, {e}: idle for {r['idle']:.1%} of 500 ms")
    for what, a in report["account"].items():
        if not a["batches"]:
            errors.append(f"account, {what}: no batch")
        elif not MIN_ACCOUNT <= a["core_us"] / a["gpu_us"] <= MAX_ACCOUNT:
            errors.append(f"account, {what}: {a['core_us']} us, the GPU's clock says {a['gpu_us']} us")
    return errors


def table(report):
    lines = [["phase", "s", "engine", "", "should be", "mean", "worst 500 ms", "idle at most"]]
    for phase, engines in report["phases"].items():
        for e in ENGINES:
            r = engines[e]
            for n, name in enumerate(NAMES):
                first = [phase, str(engines["seconds"]), e] if not n else ["", "", ""]
                worst = f"{r['worst'][n]:+.1%} at {r['worst_at_ms'][n] / 1000:.1f} s"
                lines.append([*first, name, f"{r['wanted'][n]:.1%}", f"{r['mean'][n]:.1%}", worst,
                              "" if n else f"{r['idle']:.1%}"])
    lines += [[], ["", "", "engine", "", "batches", "us each", "by GPU's clock", "by the core"]]
    for what, a in report["account"].items():
        name, e = what.split(".")
        lines.append(["", "", e, name, str(a["batches"]), str(a["batch_us"]), f"{a['gpu_us'] / 1e6:.1f} s",
                      f"{a['core_us'] / 1e6:.1f} s" + (f", dry {a['dry']} times" if a["dry"] else "")])
    return cli.table(lines)


def run(seconds, job=JOB, timeout=600):
    """(the machine's result, [GuestResult], report)"""
    result, guests = guest.run(job, [GUEST_SCRIPT % LENGTH_US] * len(TYPES), host_script(seconds), gvt="vgt", gpu=GPU,
                               append="quiet", memory="5G", timeout=timeout, icount=True,
                               fill=lambda job: shutil.copy(machine.TOP / "tools/jobs/shares.sh", job))
    report = read_report(job) if result.end == "power-off" and (job / "phases").exists() else \
        {"phases": {}, "account": {}}
    report["machine"] = {**machine.versions(), "gpu": GPU, "clock": "one processor, 1 ns for an instruction"}
    report["errors"] = [line for r in (result, *guests) if not r.ok for line in r.describe().splitlines()]
    report["errors"] += errors_of(report)
    return result, guests, report


@cli.tool(machine.MachineError, OSError)
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120, help="of all phases together")
    parser.add_argument("--show", action="store_true", help="the last run once more: its files, no machine")
    parser.add_argument("--job", type=pathlib.Path, default=JOB, help="directory of the run")
    args = parser.parse_args()
    if args.show:
        report = read_report(args.job)
        report["errors"] = errors_of(report)
    else:
        _, _, report = run(args.seconds, args.job, timeout=600 + 10 * args.seconds)
        machine.write_report(REPORT, report)
    print(table(report))
    if "machine" in report:
        print(*(f"{name} {what}" for name, what in report["machine"].items()), sep=", ")
    print(*(f"error: {e}" for e in report["errors"]), sep="\n")
    return 1 if report["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
