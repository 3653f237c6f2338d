# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Machines that load our modules (make modules) in place of the stock ones."""

import fcntl
import shutil

import machine

MODULES = machine.BUILD / "modules"
STAMP = machine.BUILD / "stamps/modules"  # tools/step.py: they have been made
PROGRAMS = machine.BUILD / "igt-tests"
# For the head of a job's script. modprobe then finds ours first.
USE = """#!/bin/sh
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288 modules /mnt || exit 1
cp -r /mnt/lib/modules/. /lib/modules/ && umount /mnt || exit 1
"""


def being_made():
    try:
        with STAMP.with_suffix(".lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def has(name):
    """Whether there are any; an error if they are missing only now, which is no reason to do without."""
    if any(MODULES.glob(f"lib/modules/*/updates/{name}.ko")):
        return True
    if being_made():
        raise machine.MachineError(f"our {name}.ko is being built by a make beside this: wait for its end")
    if STAMP.exists():
        raise machine.MachineError(f"our {name}.ko has been built, but is not in {MODULES}: run make modules")
    return False


def qemu_args():
    return ["-fsdev", f"local,id=modules,path={MODULES},security_model=none,readonly=on",
            "-device", "virtio-9p-pci,fsdev=modules,mount_tag=modules,addr=08.0"]


def add_programs(job):
    """Copies our IGT programs into a job directory."""
    shutil.copytree(PROGRAMS, job / "programs", ignore=shutil.ignore_patterns(".*"))


def run_job(job, script, timeout=300, **options):
    """Runs a shell script (without its first line), our IGT programs beside it in programs/."""
    add_programs(machine.fresh_job(job, USE + script))
    options["qemu_args"] = [*qemu_args(), *options.get("qemu_args", ())]
    return machine.run_job(job, timeout=timeout, **options)
