#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Guests (L2) in the host (L1): stock Debian on a vGPU, in the host's QEMU and KVM.

Runs in the build root (tools/in-root). A guest is the same kernel, initrd and
image as the host's, and runs a job in the same way: a directory guestN in the
host's job directory is the guest's /job, with stdout, rc and dmesg when it is
over. What the host does around its guests is a script with the functions of
tools/jobs/guests.sh.
"""

import argparse
import dataclasses
import pathlib
import re
import shutil
import sys
import tempfile

import cli
import machine
import modules

GVTS = ("stock", "vgt")         # in-tree GVT-g, or our modules
GVT = "vgt"
TYPES = ("i915-GVTg_V5_1", "i915-GVTg_V5_2", "i915-GVTg_V5_4", "i915-GVTg_V5_8")
TYPE = "i915-GVTg_V5_4"
APERTURE = "aperture-mb=512"    # room for the host's 128 MiB and two vGPUs V5_4
KNOWN_DMESG = machine.TOP / "tests/system/known-dmesg-gvtg.txt"

# One vGPU for each guest, all guests at once, until the last has ended.
HOST_SCRIPT = """\
host_setup
for n in $guests; do vgpu_create $n; done
for n in $guests; do guest_start $n; done
for n in $guests; do guest_wait $n; done
for n in $guests; do vgpu_remove $n || exit 1; done
"""

SHELL_HOST_SCRIPT = """\
host_setup
for n in $guests; do vgpu_create $n; done
for n in $guests; do [ $n = 1 ] || guest_start $n; done
stty raw -echo </dev/ttyS0
console=stdio
guest_start 1 </dev/ttyS0 >/dev/ttyS0
guest_wait 1
stty sane </dev/ttyS0
for n in $guests; do touch /job/guest$n/stop; done
for n in $guests; do [ $n = 1 ] || guest_wait $n; done
for n in $guests; do vgpu_remove $n; done
"""

SHELL_SCRIPT = """\
#!/bin/sh
hostname guest1
load-i915
echo "vGT guest: i915 on a vGPU; IGT-style tests in /job/programs; 'exit' ends it." >/dev/ttyS0
setsid -c bash </dev/ttyS0 >/dev/ttyS0 2>&1
"""

IDLE_SCRIPT = """\
#!/bin/sh
load-i915
until [ -e /job/stop ]; do sleep 1; done
"""


@dataclasses.dataclass
class GuestResult(machine.Files):
    """How one guest ended."""
    end: str                        # "power-off", or "died": killed, failed, or never started
    rc: int | None                  # exit status of its job, None if that did not end
    dmesg: list                     # bad lines of its kernel's log
    where: pathlib.Path             # its directory, with stdout, dmesg, serial.log, qemu.log

    @property
    def ok(self):
        return self.end == "power-off" and self.rc == 0 and not self.dmesg

    def describe(self):
        lines = [f"{self.where.name}: {self.end}, job exit status {self.rc}"]
        lines += [f"{self.where.name} dmesg: {line}" for line in self.dmesg]
        lines += [f"{self.where.name} qemu: {line}" for line in self.read("qemu.log").splitlines()[-3:]]
        return "\n".join(lines)


def prepare(job, scripts, host_script=HOST_SCRIPT, gvt_type=TYPE, firmware="seabios", append="", gvt="stock",
            guest_machine="pc"):
    """Fills a job directory: what the host runs, and a directory for each guest's script.

    The machine needs qemu_args(gvt).
    """
    job = machine.fresh_job(job)
    for name in ("vmlinuz", "initrd"):
        shutil.copy(machine.HOST / name, job)
    shutil.copy(machine.TOP / "tools/jobs/guests.sh", job)
    for n, script in enumerate(scripts, 1):
        guest = job / f"guest{n}"
        guest.mkdir()
        machine.write_script(guest / "run", script)
    if modules.PROGRAMS.exists():
        for where in (job, *job.glob("guest[0-9]*")):
            modules.add_programs(where)
    guests = " ".join(str(n + 1) for n in range(len(scripts)))
    head = modules.USE if gvt == "vgt" else "#!/bin/sh\n"
    machine.write_script(job / "run", f"{head}type={gvt_type} firmware={firmware} machine={guest_machine}\n"
                         f"guests='{guests}' append='{append}'\n. /job/guests.sh\n{host_script}")


def qemu_args(gvt):
    return modules.qemu_args() if gvt == "vgt" else []


def scan_dmesg(text, gvt="stock"):
    """Bad lines of a guest's kernel log, without those that are GVT-g's doing."""
    if gvt != "stock":
        return machine.scan_dmesg(text)
    known = machine.known_dmesg(KNOWN_DMESG)
    # A warning is judged by its first line, the call trace goes with it.
    text = re.sub(r"^.*\[ cut here \]-.*\n(?:.*\n){,3}?(.*WARNING: .*\n)(?:(?!.*\[ cut here \]-).*\n)*?"
                  r".*---\[ end trace .*\n?", r"\1", text, flags=re.M)
    return [line for line in machine.scan_dmesg(text) if not any(k.search(line) for k in known)]


def guest_result(where, gvt="stock"):
    """Reads what guest_wait and the guest's init have left."""
    ended, rc, dmesg = where / "exit", where / "rc", where / "dmesg"
    status = ended.read_text().strip() if ended.exists() else None
    log = dmesg if dmesg.exists() else where / "serial.log"
    return GuestResult(end="power-off" if status == "0" and rc.exists() else "died",
                       rc=int(rc.read_text()) if rc.exists() and rc.read_text().strip() else None,
                       dmesg=scan_dmesg(log.read_text(errors="replace"), gvt) if log.exists() else [],
                       where=where)


def run(job, scripts, host_script=HOST_SCRIPT, gvt_type=TYPE, firmware="seabios", append="", gvt="stock",
        guest_machine="pc", gpu=APERTURE, iommu=False, timeout=600, watch=None, fill=None, **options):
    """Boots the host and its guests; (the machine's Result, [GuestResult]).

    scripts: what each guest runs. iommu: the host has one, so that the GPU's addresses are not the memory's.
    fill(job) may add files before the machine starts.
    """
    job = pathlib.Path(job)
    prepare(job, scripts, host_script, gvt_type, firmware, append, gvt, guest_machine)
    if fill:
        fill(job)
    options["qemu_args"] = [*qemu_args(gvt), *options.get("qemu_args", ())]
    if iommu:
        options["qemu_args"] += ["-device", "intel-iommu"]
        options["append"] = "intel_iommu=on iommu.passthrough=0"
    result = machine.run_job(job, timeout=timeout, watch=watch, gpu=gpu, **options)
    return result, [guest_result(job / f"guest{n + 1}", gvt) for n in range(len(scripts))]


def counters(job, before, after):
    """What happened in a span of work between two calls of `counters` in the host's job: {name: count}.

    exit.N is by SVM's exit code, exit_ns.N the time until the guest went on, userspace_exit.N by KVM's exit reason,
    track_write writes to pages that a vGPU's implementation tracks, the rest KVM's own statistics.
    """
    old, new = (dict(line.split(None, 1) for line in (pathlib.Path(job) / f"counters-{name}").read_text().splitlines())
                for name in (before, after))
    spans = {name: round(float(value) - float(old.get(name, 0)), 2) for name, value in new.items()}
    return {name: value for name, value in spans.items() if value}


def check_arguments(args):
    """What can be said before the machine starts; the host's kernel has the last word."""
    if args.gvt not in GVTS:
        raise machine.MachineError(f"GVT={args.gvt}: stock (in-tree GVT-g) or vgt (ours)")
    if args.type not in TYPES:
        raise machine.MachineError(f"TYPE={args.type}: no such type; there are: {' '.join(TYPES)}")
    if args.firmware not in ("seabios", "ovmf"):
        raise machine.MachineError(f"FIRMWARE={args.firmware}: seabios or ovmf")
    if args.machine not in ("pc", "q35"):
        raise machine.MachineError(f"MACHINE={args.machine}: pc or q35")
    if args.number not in ("1", "2", "3", "4", "5", "6", "7", "8"):
        raise machine.MachineError(f"N={args.number}: 1 to 8 guests")
    args.number = int(args.number)
    if args.gvt == "vgt" and not modules.has("kvmgt"):
        raise machine.MachineError("GVT=vgt: our kvmgt.ko is not built; run: make modules")


def shell(args):
    """A shell in guest 1 on this terminal; the others idle with their consoles in files."""
    with tempfile.TemporaryDirectory(prefix="vgt-guest-") as parent:
        job = pathlib.Path(parent) / "job"
        prepare(job, [SHELL_SCRIPT] + [IDLE_SCRIPT] * (args.number - 1), SHELL_HOST_SCRIPT, args.type,
                args.firmware, "quiet loglevel=3", args.gvt, args.machine)
        print("starts the host, then the guest; Ctrl-A X ends all machines", flush=True)
        for n in range(2, args.number + 1):
            print(f"guest {n}: console in {job}/guest{n}/serial.log", flush=True)
        with machine.Machine(job, gpu=args.gpu, console="mon:stdio", qemu_args=qemu_args(args.gvt)) as host:
            result = host.wait(10 ** 9)
        guest = guest_result(job / "guest1", args.gvt)
        if result.error():
            raise machine.MachineError(result.error())
        print(guest.describe())
        return 0 if result.end == "power-off" and guest.end == "power-off" else 1


@cli.tool(machine.MachineError, OSError)
def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gvt", default=GVT, help="whose vGPUs: stock or vgt")
    parser.add_argument("--type", default=TYPE, help="mdev type")
    parser.add_argument("-n", "--number", default="1", help="how many guests")
    parser.add_argument("--firmware", default="seabios", help="seabios or ovmf")
    parser.add_argument("--machine", default="pc", help="pc or q35")
    parser.add_argument("--gpu", default=APERTURE, metavar="OPTIONS", help="options of igd-skl")
    parser.add_argument("--script", help="run this in each guest instead of a shell")
    parser.add_argument("--timeout", type=int, default=600, help="seconds, with --script")
    parser.add_argument("--append", default="", help="more for the guests' kernel command line")
    args = parser.parse_args()
    check_arguments(args)
    if not args.script:
        return shell(args)
    job = machine.BUILD / "run/guest"
    script = pathlib.Path(args.script).read_text()
    result, guests = run(job, [script] * args.number, gvt_type=args.type, firmware=args.firmware,
                         gpu=args.gpu, timeout=args.timeout, append=args.append, gvt=args.gvt,
                         guest_machine=args.machine)
    sys.stdout.write(result.read("stdout"))
    for guest in guests:
        print(f"--- {guest.where.name}")
        sys.stdout.write(guest.read("stdout"))
    print(result.describe(), *[g.describe() for g in guests], sep="\n", file=sys.stderr)
    return 0 if result.ok and all(g.ok for g in guests) else 1


if __name__ == "__main__":
    sys.exit(main())
