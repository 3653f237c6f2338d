#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Runs one build step unless it has already run with the same inputs.

The stamp of a step is a hash over its command and the contents of its inputs,
so it survives a new checkout and does not depend on time stamps. With a cache
directory (VGT_CACHE, or ~/.cache/vgt if that exists) the outputs of a step
are kept there as a tar file under the same hash.
"""

import argparse
import fcntl
import hashlib
import os
import pathlib
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / "build"


def files(path):
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file())
    return [path] if path.is_file() else []


def digest(command, inputs):
    h = hashlib.sha256("\0".join(command).encode())
    for path in inputs:
        for f in files(TOP / path):
            h.update(f"\0{f.relative_to(TOP)}\0".encode())
            h.update(f.read_bytes())
    return h.hexdigest()


def cache_file(name, key):
    path = os.environ.get("VGT_CACHE")
    path = pathlib.Path(path) if path else pathlib.Path.home() / ".cache/vgt"
    if not os.environ.get("VGT_CACHE") and not path.is_dir():
        return None
    return path / f"{name}-{key[:32]}.tar"


def tar(*args):
    return subprocess.run([TOP / "tools/as-root", "tar", "-C", TOP, *args]).returncode == 0


def store(cached, outputs):
    cached.parent.mkdir(parents=True, exist_ok=True)
    part = cached.with_suffix(f".{os.getpid()}")
    if tar("-cf", part, *outputs):
        part.rename(cached)
    else:
        part.unlink(missing_ok=True)
        print(f"note: could not write {cached}", file=sys.stderr)


def run(name, command):
    """Runs the command with its output in a log, and shows that time passes."""
    log = BUILD / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    live = sys.stdout.isatty()
    if not live:
        print(f"{name} ...", flush=True)
    with log.open("wb") as out:
        child = subprocess.Popen(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.STDOUT)
        while True:
            try:
                rc = child.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                if live:
                    print(f"\r{name} ... {time.monotonic() - start:.0f} s", end="", flush=True)
    seconds = time.monotonic() - start
    print(f"\r{name}: {'done' if rc == 0 else 'failed'} in {seconds:.0f} s", flush=True)
    if rc:
        lines = log.read_text(errors="replace").splitlines()
        # A script that knows what went wrong says so in its last line; a
        # compiler's words may stand far above the end.
        known = lines[-1:] if lines and lines[-1].startswith("error: ") else \
            [line for line in lines if " error: " in line][:20]
        print("\n".join(known or lines[-20:]), file=sys.stderr)
        print(f"full log: {log.relative_to(TOP)}", file=sys.stderr)
    return rc


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("-i", "--input", action="append", default=[], help="file or directory")
    parser.add_argument("-o", "--output", action="append", default=[], help="file or directory that must exist afterwards")
    parser.add_argument("-c", "--cache", action="store_true", help="keep the outputs in the cache")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    stamp = BUILD / "stamps" / args.name
    stamp.parent.mkdir(parents=True, exist_ok=True)
    # Two makes at once: the second waits, and mostly finds the work done.
    lock = stamp.with_suffix(".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"{args.name}: waiting for another make", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    key = digest(args.command, args.input)
    complete = all((TOP / o).exists() for o in args.output)
    if complete and stamp.is_file() and stamp.read_text() == key:
        return 0

    cached = cache_file(args.name, key) if args.cache else None
    if cached and cached.exists():
        print(f"{args.name}: from {cached}", flush=True)
        subprocess.run([TOP / "tools/as-root", "rm", "-rf", *args.output], cwd=TOP, check=True)
        rc = 0 if tar("-xf", cached) else 1
    else:
        rc = run(args.name, args.command)
        if rc == 0 and cached:
            store(cached, args.output)
    if rc:
        return 1
    missing = [o for o in args.output if not (TOP / o).exists()]
    if missing:
        print(f"error: {args.name} did not make {', '.join(missing)}", file=sys.stderr)
        return 1
    stamp.write_text(key)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
