#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Runs i915's live selftests in the host, on the kernel built with them.

Each group gets a fresh boot. i915 stops a group at its first failure, so the
group is run again without the subtests that failed, until it gets through.
The results are in build/results/selftests.json; with --gvt, on our i915 as vGPU 0
of vgt.ko, in selftests-gvt.json, and they must be the same.
"""

import argparse
import json
import re
import shutil
import sys
import time

import cli
import igt
import machine

GROUPS = ["workarounds", "gt_engines", "gt_timelines", "gt_contexts", "gt_lrc", "gt_mocs", "gt_pm",
          "gt_heartbeat", "gt_tlb", "requests", "migrate", "gtt", "gem_contexts", "client", "hangcheck",
          "execlists"]
KERNEL = machine.BUILD / "selftest-kernel"
ENOTTY = 25     # what i915 leaves as its verdict when all has passed

STAMP = r"^\[\s*(\d+\.\d+)\]"
RUNNING = re.compile(STAMP + r".*i915: Running (\w+)/(\w+)", re.M)
FAILED = re.compile(STAMP + r".*i915/(\w+): (\w+) failed with error (-?\d+)", re.M)
LAST = re.compile(STAMP, re.M)


def parse(log):
    """{caller/subtest: {result, seconds}} from the kernel's log."""
    tests = {}
    started = [(float(m[1]), f"{m[2]}/{m[3]}") for m in RUNNING.finditer(log)]
    stamps = [float(s) for s in LAST.findall(log)] or [0.0]
    ends = [t for t, _ in started[1:]] + stamps[-1:]
    for (start, name), end in zip(started, ends):
        tests[name] = {"result": "pass", "seconds": round(end - start, 2)}
    for m in FAILED.finditer(log):
        test = tests.setdefault(f"{m[2]}/{m[3]}", {"seconds": 0})
        test.update(result="fail", reason=f"error {m[4]}")
    return tests


def boot(group, attempt, skip, args):
    """One boot for one group; its subtests and the machine's result."""
    job = machine.fresh_job(machine.BUILD / f"run/selftest-{group}-{attempt}")
    shutil.copytree(KERNEL / "lib/modules", job / "modules")
    if args.gvt:
        shutil.copytree(KERNEL / "updates", job / "updates")
    shutil.copy(machine.TOP / "tools/jobs/selftests", job / "run")
    (job / "group").write_text(group)
    # The name alone: callers differ within a group.
    (job / "filter").write_text(",".join(f"!{name.split('/')[1]}" for name in skip))
    result = machine.run_job(job, timeout=args.timeout, kernel=KERNEL / "vmlinuz", gpu=args.gpu)
    tests = parse(result.read("dmesg"))
    if result.end != "power-off" and tests:
        last = list(tests)[-1]
        tests[last].update(result="timeout" if result.end == "timeout" else "crash",
                           reason=f"the machine: {result.end}")
    return tests, result


def run_group(group, args):
    tests, complaints, violations = {}, [], []
    skip = []
    for attempt in range(1, args.attempts + 1):
        found, result = boot(group, attempt, skip, args)
        tests.update(found)
        complaints += [line for line in result.dmesg if line not in complaints]
        violations += [v | {"boot": attempt} for v in result.violations or []]
        verdict = result.where / "verdict"
        if verdict.exists() and int(verdict.read_text()) == -ENOTTY:
            break
        bad = [name for name, t in found.items() if t["result"] != "pass"]
        if not bad:
            # The driver did not get as far as its tests.
            tests[f"{group}/load"] = {"result": "fail", "seconds": 0,
                                      "reason": f"no test ran to a verdict ({result.end}), see {result.where}"}
            break
        skip += bad
    for name, test in tests.items():
        print(f"  {name}: {test['result']} {test['seconds']} s {test.get('reason', '')}", flush=True)
    for v in violations:
        print(f"  violation: {v['rule']} x{v['count']}: {v['first']}", flush=True)
    return {"tests": tests, "dmesg": complaints, "violations": violations}


def differences(native, groups):
    """Lines on subtests that do not end as natively."""
    for group, ours in groups.items():
        theirs = native.get("groups", {}).get(group)
        if not theirs:
            yield f"{group}: not run natively; make check-selftests"
            continue
        for name in sorted(set(ours["tests"]) | set(theirs["tests"])):
            a, b = (tests.get(name, {}).get("result", "not run") for tests in (theirs["tests"], ours["tests"]))
            if a != b:
                yield f"{group}: {name}: {a} natively, {b} with vgt"


@cli.tool(machine.MachineError, OSError)
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("group", nargs="*", default=GROUPS)
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one boot")
    parser.add_argument("--attempts", type=int, default=8, help="boots for one group")
    parser.add_argument("--gvt", action="store_true", help="with our modules, enable_gvt=1")
    parser.add_argument("--gpu", default="", metavar="OPTIONS", help="options of igd-skl")
    args = parser.parse_args()
    start = time.monotonic()
    groups, tests = {}, {}
    for group in args.group:
        print(f"{group}:", flush=True)
        groups[group] = run_group(group, args)
        tests.update({f"selftest@{group}@{name.split('/')[1]}": test
                      for name, test in groups[group]["tests"].items()})
    counts = igt.judge(tests, igt.read_expected())
    report = {"versions": machine.versions(), "seconds": round(time.monotonic() - start),
              "counts": counts, "groups": groups}
    good = igt.conclude(machine.RESULTS / ("selftests-gvt.json" if args.gvt else "selftests.json"), report)
    if args.gvt:
        native = machine.RESULTS / "selftests.json"
        bad = list(differences(json.loads(native.read_text()) if native.exists() else {}, groups))
        print(*bad, sep="\n")
        return 1 if bad else 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
