#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Builds and runs the unit tests; JUnit results go to build/results/unit/."""

import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = TOP / "build"
RESULTS = BUILD / "results/unit"
TIMEOUT = 300


def write_crash(name, text):
    """A program that dies writes no results of its own."""
    suite = ET.Element("testsuite", name=name, tests="1", failures="0", errors="1", skipped="0")
    case = ET.SubElement(suite, "testcase", name=name)
    ET.SubElement(case, "error", message="died").text = text.encode("ascii", "replace").decode()
    ET.ElementTree(suite).write(RESULTS / f"{name}-died.xml")


def run(program):
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE=f"{RESULTS}/{program.name}-%g.xml")
    try:
        child = subprocess.run([program], cwd=TOP, env=env, text=True, errors="replace", timeout=TIMEOUT,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        rc, text = child.returncode, child.stdout
    except subprocess.TimeoutExpired:
        rc, text = -1, f"no end after {TIMEOUT} s"
    suites = [s for f in sorted(RESULTS.glob(f"{program.name}-*.xml")) for s in ET.parse(f).iter("testsuite")]
    failed = [(c.get("name"), (bad.text or bad.get("message") or "").strip())
              for s in suites for c in s.iter("testcase")
              for bad in [c.find("failure") if c.find("failure") is not None else c.find("error")]
              if bad is not None]
    if not suites or (rc and not failed):
        write_crash(program.name, text)
        failed.append((program.name, text.strip()))
    total = sum(int(s.get("tests")) for s in suites)
    print(f"{program.name}: {total} tests{', FAILED' if failed else ''}", flush=True)
    for name, why in failed:
        print(f"  {name}: {why}")
    return not failed


def main():
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    jobs = f"-j{os.cpu_count()}"
    if subprocess.run(["make", "-s", "-k", jobs, "-f", "tests/unit/Makefile"], cwd=TOP, check=False).returncode:
        write_crash("build", "the unit tests do not compile")
        return 1
    sources = sorted((TOP / "tests/unit").glob("test_*.c"))
    return 0 if all([run(BUILD / "unit" / s.stem) for s in sources]) else 1


if __name__ == "__main__":
    sys.exit(main())
