#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Compares what the same work costs: natively, in a mediated host, in guests.

Runs in the build root (tools/in-root). The host's columns are measured in turns
in one boot, on one processor that takes a nanosecond for each instruction
(-icount), so that times are counts of instructions and come out the same on any
machine. The guests' are measured in another boot, native beside them, by the
clock. What a guest costs is also counted from outside: its exits by kind, the
time of each. The report is build/results/bench.json.
"""

import argparse
import json
import pathlib
import re
import shutil
import statistics
import sys
import time

import cli
import guest
import machine
import modules

# column: whose modules, enable_gvt
HOSTS = {"native": ("stock", 0), "off": ("vgt", 0), "mediated": ("vgt", 1)}
GUESTS = {"gvtg": "stock", "guest": "vgt"}
MEANING = {"native": "stock i915", "off": "our i915, enable_gvt=0", "mediated": "our i915, enable_gvt=1",
           "gvtg": "a guest on in-tree GVT-g", "gvtg+idle": "the same beside an idle guest",
           "guest": "a guest on our vGPU", "guest+idle": "the same beside an idle guest"}
PROFILED = ("nop", "latency", "switch", "cursor")
COLUMNS = [*HOSTS, *GUESTS]
REPORT = machine.RESULTS / "bench.json"
# SVM's exit codes and KVM's exit reasons by name, as far as they occur often.
EXITS = {"82": "write_cr2", "96": "interrupt", "100": "irq_window", "114": "cpuid", "120": "hlt", "123": "io",
         "124": "msr", "1024": "page_fault", "97": "nmi", "119": "pause"}
USER_EXITS = {"2": "io", "6": "mmio"}

GUEST_SCRIPT = """\
#!/bin/sh
cp /job/programs/vgt_bench /tmp/
turn=1
echo $turn >/job/done
until [ "$word" = end ]; do
	until [ -e /job/go ]; do sleep 0.2; done
	read -r word </job/go
	rm /job/go
	case $word in
	probe) load-i915 || exit 1 ;;
	end) ;;
	*) /tmp/vgt_bench $word >>/job/out 2>&1 || exit 2 ;;
	esac
	turn=$((turn + 1))
	echo $turn >/job/done
done
"""

# The driver's first load reads its file.
START = """\
. /job/bench.sh
cp /job/programs/vgt_bench /tmp/
modprobe i915 && unload
"""

IDLE_SCRIPT = """\
#!/bin/sh
load-i915
: >/job/done
until [ -e /job/stop ]; do sleep 1; done
"""


def host_script(columns, rounds):
    """Host columns in turns."""
    lines = [START]
    for n in range(1, rounds + 1):
        lines += [f"bench_host {c} {n} {whose} {gvt}" for c, (whose, gvt) in HOSTS.items() if c in columns]
    lines += [f"profile_host {' '.join(PROFILED)}"] if "mediated" in columns else []
    return "\n".join(lines) + "\n"


def guests_script(columns, rounds):
    lines = [START]
    lines += [f"bench_host native {n} stock 0" for n in range(1, rounds + 1)]
    lines += [f"bench_guests {c} {whose}" for c, whose in GUESTS.items() if c in columns]
    return "\n".join(lines) + "\n"


def read_runs(paths):
    """{workload: [(nanoseconds, context switches) for one operation, of each run]}, {workload: operations}"""
    runs, operations = {}, {}
    for name, ops, seconds, switches in (line.split() for path in paths for line in path.read_text().splitlines()):
        operations[name] = int(ops)
        if name != "nothing":
            runs.setdefault(name, []).append((float(seconds) / int(ops) * 1e9, int(switches) / int(ops)))
    return runs, operations


def mean(runs):
    """The middle of [(x, y)...]."""
    return [statistics.fmean(values) for values in zip(*runs)]


def alike(columns, base):
    """Ratios to a column's mean time, had each column been interrupted as often as that one.

    How often the scheduler lets another task run for every operation differs from run to run, and a time is a straight
    line of that: the slope is common to the columns, by least squares.
    """
    middles = {c: mean(runs) for c, runs in columns.items()}
    off = [(switches - middles[c][1], ns - middles[c][0]) for c, runs in columns.items() for ns, switches in runs]
    square = sum(x * x for x, _ in off)
    slope = sum(x * y for x, y in off) / square if square else 0
    ns, switches = middles[base]
    return {c: round((y + slope * (switches - x)) / ns, 3) for c, (y, x) in middles.items()}


def read_exits(job, column, span):
    """Exits in a span by name, as {"exits": {}, "userspace": {}, "ns": {}, ...}."""
    counted = guest.counters(job, f"{column}-{span}-0", f"{column}-{span}-1")
    report = {"exits": {}, "ns": {}, "userspace": {}}
    for name, value in counted.items():
        kind, _, code = name.partition(".")
        if kind in ("exit", "exit_ns"):
            report["exits" if kind == "exit" else "ns"][EXITS.get(code, code)] = int(value)
        elif kind == "userspace_exit":
            report["userspace"][USER_EXITS.get(code, code)] = int(value)
        elif name in ("track_write", "kvm.irq_injections"):
            report[name.removeprefix("kvm.")] = int(value)
    return report


def read_profile(path, ops):
    """{function of vgt.ko: [calls, ns] for one operation}; the time is with what it calls, and with the tracing."""
    calls = {}
    for us, name in re.findall(r"([\d.]+) us +\| +(?:} /\* )?(\w+)", path.read_text()):
        number, ns = calls.get(name, (0, 0))
        calls[name] = number + 1, ns + float(us) * 1000
    return {name: [round(number / ops, 2), round(ns / ops)] for name, (number, ns) in calls.items()
            if number / ops >= 0.05}


def boot(part, script, guests, icount, timeout):
    """Runs one of the two parts; its job directory."""
    job = machine.BUILD / f"run/bench-{part}"
    guest.prepare(job, guests, script)
    shutil.copy(machine.TOP / "tools/jobs/bench.sh", job)
    result = machine.run_job(job, timeout=timeout, gpu=guest.APERTURE, icount=icount,
                             append="nohz=off" if icount else "",
                             qemu_args=modules.qemu_args() if modules.has("vgt") else ())
    if not result.ok:
        raise machine.MachineError(result.error() or result.describe().replace("\n", "; ") + f"; see {job}")
    return job


def read_columns(job, columns, rounds):
    """Of one part: times by column, and their ratios to native's."""
    report = {"ns": {}, "ratios": {}, "runs": {}, "operations": {}}
    for column in columns:
        paths = [job / f"out-{column}-{n}" for n in range(1, rounds + 1 if column in HOSTS else 2)]
        report["runs"][column], operations = read_runs(paths)
        report["operations"].update(operations)
        report["ns"][column] = {w: round(statistics.median(ns for ns, _ in runs))
                                for w, runs in report["runs"][column].items()}
    base = report["ns"].get("native", {})
    for column, times in report["ns"].items():
        report["ratios"][column] = {w: round(ns / base[w], 3) for w, ns in times.items() if base.get(w)}
    return report


def measure_host(columns, rounds, timeout):
    job = boot("host", host_script(columns, rounds), [], True, timeout)
    report = read_columns(job, columns, rounds)
    if "native" in columns:
        report["alike"] = {w: alike({c: report["runs"][c][w] for c in columns}, "native") for w in report["ns"]["native"]}
    if "mediated" in columns:
        report["profile"] = {w: read_profile(job / f"trace-{w}", report["operations"][w]) for w in PROFILED}
    return report


def measure_guests(columns, rounds, timeout):
    job = boot("guests", guests_script(columns, rounds), [GUEST_SCRIPT, IDLE_SCRIPT], False, timeout)
    columns = [c for column in columns for c in (column, f"{column}+idle")]
    report = read_columns(job, ["native", *columns], rounds)
    report["exits"] = {}
    for column in columns:
        spans = [*(["boot", "probe"] if "+" not in column else []), "nothing", *report["ns"][column]]
        report["exits"][column] = {s: read_exits(job, column, s) for s in spans}
    return report


def show_times(part):
    columns = part["ns"]
    for column in columns:
        print(f"{column}: {MEANING[column]}")
    print(f"{'ns for one':12}" + "".join(f"{c:>24}" for c in columns))
    for work in next(iter(columns.values())):
        print(f"{work:12}" + "".join(f"{times[work]:>15} ({part['ratios'].get(c, {}).get(work, 0):6.3f})"
                                     if work in times else " " * 24 for c, times in columns.items()))


def show(report):
    host, guests = report.get("host"), report.get("guests")
    if host:
        print("the host, in instructions")
        show_times(host)
        for column in host["ns"] if "alike" in host else ():
            print(f"{column}, at native's number of context switches: "
                  + ", ".join(f"{work} {ratios[column]:.3f}" for work, ratios in host["alike"].items()))
        for work, functions in host.get("profile", {}).items():
            top = sorted(functions.items(), key=lambda item: -item[1][1])[:8]
            print(f"{work}, calls and ns in vgt.ko for one: "
                  + ", ".join(f"{name} {calls:g} {ns}" for name, (calls, ns) in top))
    if guests:
        print("\nguests, by the clock")
        show_times(guests)
        for column, spans in guests["exits"].items():
            print(f"\nexits of {column}")
            for span, counted in spans.items():
                kinds = sorted(counted["exits"].items(), key=lambda item: -item[1])
                print(f"{span:10}{sum(counted['exits'].values()):>8}  "
                      + ", ".join(f"{kind} {count}" for kind, count in kinds[:6])
                      + "; to user space: " + (", ".join(f"{k} {n}" for k, n in counted["userspace"].items()) or "0")
                      + f"; tracked writes {counted.get('track_write', 0)}")


@cli.tool(machine.MachineError, OSError)
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("columns", nargs="*", help=f"of {' '.join(COLUMNS)}; all that are built")
    parser.add_argument("--rounds", type=int, default=3, help="how often for each of the host's columns")
    parser.add_argument("--timeout", type=int, default=3600, help="seconds")
    parser.add_argument("--show", action="store_true", help="print the last report again")
    args = parser.parse_args()
    if args.show:
        if not REPORT.exists():
            raise machine.MachineError("there is no report yet; run: make bench")
        show(json.loads(REPORT.read_text()))
        return 0
    wrong = [c for c in args.columns if c not in COLUMNS]
    if wrong:
        raise machine.MachineError(f"no column {wrong[0]}; there are: {' '.join(COLUMNS)}")
    needs = {"off": "vgt", "mediated": "vgt", "guest": "kvmgt"}
    columns = args.columns or [c for c in COLUMNS if c not in needs or modules.has(needs[c])]
    lacking = [c for c in columns if c in needs and not modules.has(needs[c])]
    if lacking:
        raise machine.MachineError(f"{lacking[0]}: our {needs[lacking[0]]}.ko is not built; run: make modules")
    start = time.monotonic()
    report = {"versions": machine.versions()}
    hosts, guests = ([c for c in columns if c in known] for known in (HOSTS, GUESTS))
    if hosts:
        report["host"] = measure_host(hosts, args.rounds, args.timeout)
    if guests:
        report["guests"] = measure_guests(guests, args.rounds, args.timeout)
    report["seconds"] = round(time.monotonic() - start)
    machine.write_report(REPORT, report)
    show(report)
    print(f"\n{pathlib.Path(REPORT).relative_to(machine.TOP)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
