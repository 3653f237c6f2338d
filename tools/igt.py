#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Runs a list of IGT tests in one of the testbed's machines.

A list is igt-tests/lists/NAME.txt or one of IGT's own (bat, full). A machine
that dies or hangs is replaced by a fresh one, which goes on with the next
test. The results are in build/results/igt-LIST-ON.json, the output of each
test beside it in igt-LIST-ON/.
"""

import argparse
import base64
import collections
import fnmatch
import functools
import io
import json
import os
import pathlib
import re
import shutil
import sys
import tarfile
import time

import cli
import guest
import machine
import modules

LISTS = machine.TOP / "igt-tests/lists"
IGT_LISTS = machine.BUILD / "igt-lists"      # IGT's own, of the version that was built
EXPECTED = machine.TOP / "igt-tests/expected.txt"
EXPECTED_GUEST = machine.TOP / "igt-tests/expected-guest.txt"  # in any guest, besides
EXPECTED_GVTG = machine.TOP / "igt-tests/expected-gvtg.txt"    # in a guest on GVT-g, besides
# Where the tests run: stock i915 on the GPU, ours under mediation, a guest on our vGPU, a guest on GVT-g's.
PLACES = ("native", "mediated", "guest", "gvtg-guest")
PROVOKED = machine.TOP / "igt-tests/provoked.txt"
MEMORY = "6G"       # some of IGT's tests fill the 4 GiB that a context of 32 bits sees
PASS, SKIP, TIMEOUT = 0, 77, (124, 137)


def read_list(name):
    lists = [*LISTS.glob("*.txt"), *IGT_LISTS.glob("*.testlist")]
    path = next((p for p in lists if p.stem == name), None)
    if path is None:
        known = sorted({p.stem for p in lists})
        raise machine.MachineError(f"no list {name}; there are: {' '.join(known)}")
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return [line for line in lines if line]


def read_expected(path=EXPECTED):
    """[(pattern of the name, result, reason)]"""
    return [tuple(line.split(None, 2)) for line in machine.read_lines(path)]


def read_provoked():
    """[(pattern of the name, rule)]"""
    return [tuple(line.split(None, 2)[:2]) for line in machine.read_lines(PROVOKED)]


def suspends(name):
    """Whether a test suspends the machine; tools/jobs/igt, too, goes by the name."""
    return "suspend" in name


def unpack(said, job):
    """Unpacks what tests that suspend have left, as a serial port has brought it; false if they came to no end."""
    try:
        with tarfile.open(fileobj=io.BytesIO(base64.b64decode(said.read_bytes()))) as tar:
            tar.extractall(job, filter="data")
    except (ValueError, tarfile.TarError):
        return False
    return True


def why(result, text):
    """The line of a test's output that tells its result."""
    patterns = {"skip": (r"Test requirement: .*", r".*SKIP.*"),
                "fail": (r".*Failed assertion: .*", r".*CRITICAL.*", r".*FAIL.*")}
    for pattern in patterns.get(result, ()):
        found = re.search(pattern, text)
        if found:
            return found.group().strip()
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no output"


class Run:
    """A list on its way through one or more boots."""

    def __init__(self, name, on, tests, timeout, gpu):
        self.name, self.on, self.timeout = name, on, timeout
        self.in_guest = on.endswith("guest")
        self.gpu = gpu or (guest.APERTURE if self.in_guest else "")
        self.gvt = "stock" if on in ("native", "gvtg-guest") else "vgt"
        self.files = None               # the job directory of the machine that runs the tests
        self.host_dmesg = []            # bad lines of the host's log while a guest ran them
        self.left = tests
        self.tests = {}
        self.out = machine.RESULTS / name
        self.boots = 0
        self.violations = collections.Counter()
        self.seen = collections.Counter()
        self.current = None
        self.machine = None
        self.provoked = read_provoked()

    def watch(self):
        """Follows the tests; true if one holds up the machine itself."""
        path = self.files / "current"
        if not path.exists():
            return time.monotonic() - self.changed > self.timeout + 60
        current = path.read_text().strip()
        self.changed = time.monotonic()
        if sys.stdout.isatty():
            print(f"\r\033[K{current}", end="", flush=True)
        # What is new since the last look is the last test's.
        now = collections.Counter({v["rule"]: v["count"] for v in self.machine.violations() or []})
        if self.current:
            self.charge(self.current, now - self.seen)
        self.seen, self.current = now, current
        # The job waits for that before it starts the test.
        path.rename(path.with_name("watched"))

    def charge(self, test, rules):
        for rule, count in rules.items():
            if any(rule == r and fnmatch.fnmatchcase(test, pattern) for pattern, r in self.provoked):
                continue
            self.violations[rule] += count
            self.by_test.setdefault(test, []).append(f"{rule} x{count}")

    def boot(self):
        """Runs what is left, until its end or the machine's."""
        aside = suspends(self.left[0])
        if aside and self.in_guest:
            self.add(self.left.pop(0), {"result": "skip", "seconds": 0,
                                        "reason": "the share that tests come by does not survive a guest's suspend"}, "", "")
            return
        self.boots += 1
        self.by_test, self.seen, self.current = {}, collections.Counter(), None
        job = machine.BUILD / "run" / f"{self.name}-{self.boots}"
        script = (machine.TOP / "tools/jobs/igt").read_text()
        if self.in_guest:
            self.files = job / "guest1"
            guest.prepare(job, [script], gvt=self.gvt)
        else:
            self.files = job
            machine.fresh_job(job, (modules.USE if self.gvt == "vgt" else "") + script)
            if modules.PROGRAMS.exists():
                modules.add_programs(job)
        (self.files / "parameters").write_text("enable_gvt=1\n" if self.on == "mediated" else "")
        (self.files / "out").mkdir()
        (self.files / "tests").write_text("\n".join(self.left) + "\n")
        (self.files / "first").write_text(f"{len(self.tests)}\n")
        (self.files / "timeout").write_text(f"{self.timeout}\n")
        left_aside = job / "aside"
        with machine.Machine(job, gpu=self.gpu, memory=MEMORY, qemu_args=[
                *guest.qemu_args(self.gvt), "-serial", f"file:{left_aside}"]) as self.machine:
            self.changed = time.monotonic()
            count = 1 if aside else len(self.left)
            result = self.machine.wait(240 + count * (self.timeout + 30), None if aside else self.watch)
        end, scan = result.end, machine.scan_dmesg
        if aside:
            self.current = self.left[0]
            if unpack(left_aside, job):
                end = "power-off"
        if result.violations and self.current:
            now = collections.Counter({v["rule"]: v["count"] for v in result.violations})
            self.charge(self.current, now - self.seen)
        if self.on == "mediated" and "vGT: the host keeps" not in (job / "dmesg").read_text(errors="replace"):
            raise machine.MachineError(f"i915 did not attach to vgt.ko, see {job}/dmesg")
        if self.in_guest:
            scan = functools.partial(guest.scan_dmesg, gvt=self.gvt)
            self.host_dmesg += result.dmesg
            if end == "power-off":
                end = guest.guest_result(self.files, self.gvt).end
        self.collect(self.files, end, scan)

    def collect(self, job, end, scan):
        if not (job / "expanded").exists():
            raise machine.MachineError(f"the machine did not get as far as the tests "
                                       f"({end}), see {job}")
        self.left = (job / "expanded").read_text().splitlines()
        log = (job / "dmesg").read_text(errors="replace")
        done = (job / "results").read_text().splitlines() if (job / "results").exists() else []
        for line in done:
            number, rc, began, ended, _, name = line.split(None, 5)
            rc = int(rc)
            text = (job / "out" / number).read_text(errors="replace")
            seconds = round(float(ended) - float(began), 2)
            # IGT, too, says 137, of children that it has killed for being late.
            late = rc in TIMEOUT and seconds >= self.timeout
            test = {"result": {PASS: "pass", SKIP: "skip"}.get(rc, "timeout" if late else "fail"), "seconds": seconds}
            if test["result"] != "pass":
                test["reason"] = f"no end in {self.timeout} s" if late else why(test["result"], text)
            during = log.partition(f"igt: start {number} ")[2].partition(f"igt: end {number}\n")[0]
            complaints = scan(during)
            if complaints and test["result"] in ("pass", "skip"):
                test.update(result="fail", reason=f"dmesg: {complaints[0]}")
            if name in self.by_test and test["result"] in ("pass", "skip"):
                test.update(result="fail", reason="violations: " + ", ".join(self.by_test[name]))
            self.add(name, test, text, during)
        self.left = self.left[len(done):]
        if self.left and (end != "power-off" or not done):
            text = (job / "serial.log").read_text(errors="replace")
            what = "crash" if end in ("died", "power-off") else "timeout"
            self.add(self.left.pop(0), {"result": what, "seconds": 0, "reason": f"the machine: {end}"},
                     text, log)

    def add(self, name, test, text, log):
        number = len(self.tests)
        self.tests[name] = test
        (self.out / f"{number:04d}.txt").write_text(f"{name}: {json.dumps(test)}\n\n{text}\n--- dmesg\n{log}")
        erase = "\r\033[K" if sys.stdout.isatty() else ""
        print(f"{erase}{name}: {test['result']} {test['seconds']} s {test.get('reason', '')}", flush=True)


def judge(tests, expected):
    """Counts; marks tests that did as expected.txt says."""
    counts = dict.fromkeys(("pass", "expected", "fail", "timeout", "crash"), 0)
    for name, test in tests.items():
        for pattern, result, reason in expected:
            if test["result"] == result and fnmatch.fnmatchcase(name, pattern):
                test.update(expected=True, reason=reason)
                break
        result = "expected" if test.get("expected") else test["result"]
        counts["fail" if result == "skip" else result] += 1
    return counts


def conclude(path, report):
    """Writes a report on tests and prints their counts; whether all did as they should."""
    machine.write_report(path, report)
    counts = report["counts"]
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    print(path.relative_to(machine.TOP))
    return counts["pass"] + counts["expected"] == sum(counts.values())


def read_report(name):
    """A report by its file, or as LIST-ON."""
    path = pathlib.Path(name) if name.endswith(".json") else machine.RESULTS / f"igt-{name}.json"
    if not path.exists():
        raise machine.MachineError(f"no report {path}; run: make igt LIST=... ON=...")
    return json.loads(path.read_text())["tests"]


def compare(names):
    """Lists the tests whose results differ; the exit status."""
    one, two = (read_report(name) for name in names)
    differ = 0
    for test in [*one, *(t for t in two if t not in one)]:
        said = [run[test]["result"] if test in run else "absent" for run in (one, two)]
        if said[0] != said[1]:
            reasons = [run.get(test, {}).get("reason") for run in (one, two)]
            print(f"{test}: {said[0]}, {said[1]}: {reasons[1] or reasons[0] or ''}")
            differ += 1
    both = [t for t in one if t in two and one[t]["result"] == two[t]["result"] == "pass"]
    seconds = [sum(run[t]["seconds"] for t in both) for run in (one, two)]
    print(f"{differ} of {len(one.keys() | two.keys())} differ; "
          f"{len(both)} pass in both, in {seconds[0]:.0f} s and {seconds[1]:.0f} s")
    return 1 if differ else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", nargs="?")
    parser.add_argument("on", nargs="?", help=" ".join(PLACES))
    parser.add_argument("--compare", nargs=2, metavar="REPORT",
                        help="list the tests that differ in two reports, as own-native own-mediated")
    parser.add_argument("--timeout", type=int, default=int(os.environ.get("IGT_TIMEOUT", 180)),
                        help="seconds for one test")
    parser.add_argument("--gpu", default="", metavar="OPTIONS", help="options of igd-skl")
    return parser.parse_args()


def run_list(args):
    """Runs a list and writes its report; the exit status."""
    if not args.list or not args.on:
        raise machine.MachineError("which list, and where? for instance: wide native")
    if args.on not in PLACES:
        raise machine.MachineError(f"ON={args.on}: no such machine; there are: {' '.join(PLACES)}")
    tests = read_list(args.list)
    if any(t.startswith("igt@") for t in tests) and not machine.IGT.exists():
        raise machine.MachineError("IGT's tests are not built; run: make igt-build")
    needed = {"mediated": "vgt", "guest": "kvmgt"}.get(args.on)
    if needed and not modules.has(needed):
        raise machine.MachineError(f"ON={args.on}: our {needed}.ko is not built; run: make modules")
    name = f"igt-{args.list}-{args.on}"
    run = Run(name, args.on, tests, args.timeout, args.gpu)
    shutil.rmtree(run.out, ignore_errors=True)
    run.out.mkdir(parents=True)
    start = time.monotonic()
    while run.left:
        run.boot()
    expected = read_expected()
    if run.in_guest:
        expected += read_expected(EXPECTED_GUEST)
    if args.on == "gvtg-guest":
        expected += read_expected(EXPECTED_GVTG)
    counts = judge(run.tests, expected)
    version = IGT_LISTS / "version"
    report = {"versions": {**machine.versions(), "igt-tests": version.read_text().strip() if version.exists() else "none"},
              "list": args.list, "on": args.on, "seconds": round(time.monotonic() - start), "boots": run.boots, "counts": counts,
              "violations": dict(run.violations), "host_dmesg": run.host_dmesg, "tests": run.tests}
    return 0 if conclude(machine.RESULTS / f"{name}.json", report) else 1


@cli.tool(machine.MachineError, OSError)
def main():
    args = arguments()
    return compare(args.compare) if args.compare else run_list(args)


if __name__ == "__main__":
    sys.exit(main())
