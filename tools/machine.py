#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Starts the host (L1): Debian 13 in our QEMU, with the emulated Skylake GPU.

Runs in the build root (tools/in-root). A job is a directory that the host
mounts at /job; it executes /job/run and leaves stdout, rc and dmesg there.
"""

import argparse
import collections
import ctypes
import dataclasses
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import cli

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / "build"
QEMU = BUILD / "qemu/qemu-system-x86_64"
HOST = BUILD / "host"
IGT = BUILD / "igt.squashfs"
RESULTS = BUILD / "results"
KNOWN_DMESG = TOP / "tests/system/known-dmesg.txt"

BAD_DMESG = re.compile(
    r"WARNING:|\bBUG\b|\*ERROR\*|KASAN|UBSAN|\bOops\b|Call Trace|Kernel panic"
    r"|general protection fault|(circular|recursive) locking|inconsistent lock state"
    r"|suspicious RCU usage|soft lockup|rcu_\w+ (self-)?detected.* stall|blocked for more than")
HANG = re.compile("GPU HANG|Resetting|Fence expiration")


class MachineError(Exception):
    """What the caller should see as one line."""


class NoAnswer(MachineError):
    """QEMU itself hangs."""


def read_lines(path):
    """Of a file in our repository, but for empty ones and comments."""
    return [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def known_dmesg(path=KNOWN_DMESG):
    """Patterns of a known-dmesg*.txt; behind each stand two spaces or more and the reason."""
    return [re.compile(re.split(r"\s{2,}", line.strip())[0]) for line in read_lines(path)]


def scan_dmesg(text):
    """Lines of a kernel log that say that something is wrong."""
    known = known_dmesg()
    return [line for line in text.splitlines()
            if BAD_DMESG.search(line) and not any(k.search(line) for k in known)]


def scan_hangs(text):
    """Lines of a kernel log that tell of hangs and resets of the GPU, which are no errors to the kernel."""
    return [line for line in text.splitlines() if HANG.search(line)]


class Files:
    """What a machine has left in its job directory, where."""

    def read(self, name):
        """One of them as text, empty if it is not there."""
        path = self.where / name
        return path.read_text(errors="replace") if path.exists() else ""


@dataclasses.dataclass
class Result(Files):
    end: str                        # "power-off", "died" or "timeout"
    seconds: float
    rc: int | None                  # exit status of the job, None if it did not end
    violations: list | None         # [{rule, count, first}], None without GPU or answer
    dmesg: list                     # its bad lines
    where: pathlib.Path             # job directory, with stdout, dmesg, serial.log

    @property
    def ok(self):
        return self.end == "power-off" and self.rc == 0 and not self.dmesg and not self.violations

    def describe(self):
        lines = [f"machine: {self.end} after {self.seconds:.1f} s, job exit status {self.rc}"]
        lines += [f"violation: {v['rule']} x{v['count']}: {v.get('first', '')}"
                  for v in self.violations or []]
        lines += [f"dmesg: {line}" for line in self.dmesg]
        return "\n".join(lines)

    def error(self):
        """What the job itself said was wrong, first."""
        said = (line for line in self.read("stdout").splitlines() if line.startswith("error: "))
        return next(said, "").removeprefix("error: ")


class Qmp:
    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(path))
        self.buffer = b""
        self.events = collections.deque()
        self.receive(10)
        self.execute("qmp_capabilities")

    def receive(self, timeout):
        """The next message, or None after the timeout."""
        self.sock.settimeout(timeout)
        while b"\n" not in self.buffer:
            try:
                data = self.sock.recv(65536)
            except (TimeoutError, BlockingIOError):
                return None
            if not data:
                raise EOFError
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def raw(self, message):
        self.sock.settimeout(None)
        self.sock.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = self.receive(60)
            if answer is None:
                raise NoAnswer("QEMU's monitor does not answer")
            if "event" not in answer:
                return answer
            self.events.append(answer)

    def execute(self, command, **arguments):
        answer = self.raw({"execute": command, "arguments": arguments})
        if "error" in answer:
            raise MachineError(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def next_event(self, timeout):
        return self.events.popleft() if self.events else self.receive(timeout)


def take_turn():
    """Waits for a free pair of processors: machines that compete for them fail by time-outs.

    The locks are abstract sockets, which end with their process and are the same in every root directory.
    """
    slots = max(1, os.cpu_count() // 2)
    turn = socket.socket(socket.AF_UNIX)
    since = time.monotonic()
    told = False
    while True:
        for slot in range(slots):
            try:
                turn.bind(f"\0vgt-machine-{slot}")
                return turn
            except OSError:
                pass
        if not told:
            print("waiting for another machine to end", file=sys.stderr, flush=True)
            told = True
        time.sleep(max(0.01, 1 - (time.monotonic() - since) / 60))     # who has waited longest asks most often


class Machine:
    """One run of the host. gpu holds options of igd-skl, or is None for no GPU.

    With icount its one processor takes a nanosecond for each instruction and none for waiting:
    slow, but times are the same from run to run.
    """

    def __init__(self, job, gpu="", append="", kernel=HOST / "vmlinuz", memory="4G", qemu_args=(),
                 console=None, icount=False):
        self.job = pathlib.Path(job).resolve()
        self.job.mkdir(parents=True, exist_ok=True)
        for stale in ("stdout", "rc", "rc.part", "dmesg", "ask", "answer", "serial.log"):
            (self.job / stale).unlink(missing_ok=True)
        self.gpu = gpu
        self.sockets = tempfile.TemporaryDirectory(prefix="vgt-")
        self.qmp_path = pathlib.Path(self.sockets.name) / "qmp"
        self.qmp = None
        self.process = None
        self.idle_looked = self.idle_entries = 0        # is_idle()
        self.idle_since = None
        self.takes_turn = console is None and "-S" not in qemu_args   # neither a shell nor one that never runs
        append = f"console=tty0 console=ttyS0 panic=1 unknown_nmi_panic=1 panic_print=0x41 loglevel=5 " \
            f"log_buf_len=16M {append}"
        self.command = [
            QEMU, "-name", "debug-threads=on", "-nodefaults", "-no-user-config",
            "-L", "/usr/share/qemu", "-L", "/usr/share/seabios",
            "-machine", "q35", "-cpu", "max", "-m", memory,
            "-vga", "none", "-display", "none", "-action", "reboot=shutdown,shutdown=pause",
            "-kernel", kernel, "-initrd", HOST / "initrd", "-append", append,
            "-drive", f"file={HOST}/root.squashfs,format=raw,if=none,id=root,readonly=on",
            "-device", "virtio-blk-pci,drive=root,addr=03.0",
            "-fsdev", f"local,id=job,path={self.job},security_model=none",
            "-device", "virtio-9p-pci,fsdev=job,mount_tag=job,addr=04.0",
            "-qmp", f"unix:{self.qmp_path},server=on,wait=off",
            "-serial", console or f"file:{self.job}/serial.log"]
        self.command += ["-accel", "tcg,thread=single", "-smp", "1", "-icount", "shift=0,sleep=off"] if icount \
            else ["-accel", "tcg,thread=multi", "-smp", "2"]
        if IGT.exists():
            self.command += ["-drive", f"file={IGT},format=raw,if=none,id=igt,readonly=on",
                             "-device", "virtio-blk-pci,drive=igt,addr=05.0"]
        if gpu is not None:
            options = f",{gpu}" if gpu else ""
            self.command += ["-device", f"igd-skl,id=gpu,bus=pcie.0,addr=02.0{options}"]
        self.command = [str(c) for c in [*self.command, *qemu_args]]

    def __enter__(self):
        def die_with_parent():
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        for needed in (QEMU, HOST / "root.squashfs"):
            if not needed.exists():
                raise MachineError(f"{needed} is missing; run: make qemu host-image")
        self.errors = (self.job / "qemu.log").open("w+")
        self.turn = take_turn() if self.takes_turn else None
        self.start = time.monotonic()
        self.process = subprocess.Popen(self.command, stderr=self.errors, preexec_fn=die_with_parent)
        while not self.qmp:
            try:
                self.qmp = Qmp(self.qmp_path)
            except OSError:
                if self.process.poll() is not None:
                    raise MachineError(f"QEMU does not start: {self.qemu_says()}") from None
                time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        if self.turn:
            self.turn.close()
        self.errors.close()
        self.sockets.cleanup()

    def qemu_says(self):
        self.errors.seek(0)
        lines = self.errors.read().strip().splitlines()
        return lines[-1] if lines else f"exit status {self.process.returncode}"

    def violations(self):
        """What the strict GPU model has counted."""
        if self.gpu is None:
            return None
        value = self.qmp.execute("qom-get", path="/machine/peripheral/gpu", property="violations")
        return json.loads(value) if isinstance(value, str) else value

    def screenshot(self, path):
        self.qmp.execute("screendump", filename=str(path), format="png")

    def post_mortem(self):
        """Of a machine that hangs: its processors' state in hang.txt, and by an
        NMI, at which the kernel panics, their call traces in serial.log."""
        with (self.job / "hang.txt").open("w") as out:
            for command in ("info registers -a", "info lapic 0", "info lapic 1", "info irq", "info pci",
                            "info registers -a"):
                out.write(f"{command}\n{self.qmp.execute('human-monitor-command', **{'command-line': command})}\n")
        self.qmp.execute("inject-nmi")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            event = self.qmp.next_event(1)
            if event and event.get("event") == "SHUTDOWN":
                break

    def is_idle(self):
        """Whether the host has newly been in suspend-to-idle for 5 s. QEMU cannot tell, and its clock's alarm
        ends no such sleep: the kernel waits for ACPI's event, which QEMU raises for S3 alone. The power button does."""
        now = time.monotonic()
        if now < self.idle_looked + 1:
            return False
        self.idle_looked = now
        log = self.job / "serial.log"
        entries = log.read_text(errors="replace").count("PM: suspend entry (s2idle)") if log.exists() else 0
        if entries == self.idle_entries:
            self.idle_since = None
        elif self.idle_since is None:
            self.idle_since = now
        elif now > self.idle_since + 5:
            self.idle_entries = entries
            return True
        return False

    def serve_ask(self):
        """Carries out what the job asked for with `ask`."""
        ask = self.job / "ask"
        if not ask.exists():
            return
        text = ask.read_text().replace("@job@", str(self.job))
        ask.unlink()
        try:
            answer = self.qmp.raw(json.loads(text))
        except ValueError as e:
            answer = {"error": {"desc": str(e)}}
        part = self.job / "answer.part"
        part.write_text(json.dumps(answer) + "\n")
        part.rename(self.job / "answer")

    def wait(self, timeout, watch=None):
        """Until the machine ends. watch() is called often; a true value ends the wait.

        A host that suspends is woken at once, one that suspends to idle after 5 s.
        """
        deadline = self.start + timeout
        end, violations = None, None
        try:
            while not end:
                event = self.qmp.next_event(0.02)
                if event and event.get("event") == "SHUTDOWN":
                    # A reset is how the kernel ends after a panic.
                    end = "died" if event["data"]["reason"] == "guest-reset" else "power-off"
                elif event and event.get("event") == "SUSPEND":
                    self.qmp.execute("system_wakeup")
                elif self.is_idle():
                    self.qmp.execute("system_powerdown")
                elif time.monotonic() > deadline:
                    end = "timeout"
                elif watch and watch():
                    end = "stopped"
                self.serve_ask()
            violations = self.violations()
            if end in ("timeout", "stopped"):
                self.post_mortem()
        except (EOFError, ConnectionError):
            end = "died"
            self.process.wait()
        except NoAnswer:
            end = "timeout"
        seconds = time.monotonic() - self.start
        rc, dmesg = self.job / "rc", self.job / "dmesg"
        log = dmesg if dmesg.exists() else self.job / "serial.log"
        return Result(end=end, seconds=seconds, rc=int(rc.read_text()) if rc.exists() else None,
                      violations=violations, where=self.job,
                      dmesg=scan_dmesg(log.read_text(errors="replace")) if log.exists() else [])


def write_script(path, text):
    path.write_text(text)
    path.chmod(0o755)


def fresh_job(job, script=None):
    """An empty job directory, but for the script."""
    job = pathlib.Path(job)
    shutil.rmtree(job, ignore_errors=True)
    job.mkdir(parents=True)
    if script is not None:
        write_script(job / "run", script)
    return job


def run_job(job, script=None, timeout=300, watch=None, **options):
    """Runs a job directory, or a script in a fresh one, to its end."""
    if script is not None:
        fresh_job(job, script)
    with Machine(job, **options) as machine:
        return machine.wait(timeout, watch)


def versions():
    """What a report was made with."""
    packages = dict(line.split() for line in (HOST / "packages").read_text().splitlines())
    kernel = next(v for p, v in packages.items() if p.startswith("linux-image-6"))
    head = subprocess.run(["git", "-c", "safe.directory=*", "describe", "--always", "--dirty"], cwd=TOP,
                          capture_output=True, text=True, check=False).stdout.strip()
    qemu = subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=True).stdout
    return {"vgt": head or "no commit", "qemu": qemu.split()[3], "kernel": kernel,
            "debian": pathlib.Path("/etc/debian_version").read_text().strip(),
            "igt": packages["intel-gpu-tools"]}


def write_report(path, report):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n")


@cli.tool(MachineError)
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gpu", default="", metavar="OPTIONS", help="options of igd-skl")
    parser.add_argument("--no-gpu", action="store_true", help="boot without the GPU")
    parser.add_argument("--append", default="", help="more for the kernel's command line")
    parser.add_argument("--timeout", type=int, default=300, help="seconds")
    parser.add_argument("--qemu", default="", metavar="OPTIONS", help="more options for QEMU")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a job directory")
    run.add_argument("--job", required=True)
    shell = commands.add_parser("shell", help="a shell on this terminal, the display on VNC")
    shell.add_argument("--vnc", default="127.0.0.1:0")
    args = parser.parse_args()
    options = {"gpu": None if args.no_gpu else args.gpu, "append": args.append,
               "qemu_args": shlex.split(args.qemu)}

    if args.command == "run":
        result = run_job(args.job, timeout=args.timeout, **options)
        sys.stdout.write(result.read("stdout"))
        print(result.describe(), file=sys.stderr)
        return 0 if result.ok else 1
    print(f"display: VNC on {args.vnc}; Ctrl-A X ends the machine", flush=True)
    options["qemu_args"] += ["-vnc", args.vnc]
    with tempfile.TemporaryDirectory() as job, Machine(job, console="mon:stdio", **options) as machine:
        machine.wait(10 ** 9)
    return 0


if __name__ == "__main__":
    sys.exit(main())
