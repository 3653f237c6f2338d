# SPDX-License-Identifier: GPL-2.0 OR MIT
# Thin: the work is done by the scripts in tools/, most of it inside the build
# root (tools/in-root). A step whose inputs have not changed is not repeated.

LIST ?= bat
ON ?= native
GVT ?= vgt
TYPE ?= i915-GVTg_V5_4
N ?= 1
FIRMWARE ?= seabios
MACHINE ?= pc
GPU ?= aperture-mb=512
KILLS ?= 20

step := python3 tools/step.py
in_root := tools/in-root
machine := $(in_root) tools/machine.py

.PHONY: help root qemu-source qemu host-image gl-image desktop-image modules dkms host host-screenshot igt-build igt-programs igt bench check \
	check-unit check-system check-guests check-shares check-loops check-kills check-selftests check-debug selftest-kernel debug-kernel fuzz lint demo demo-host \
	clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-17s %s\n", $$1, $$2 }' Makefile

root: ## the build root: Debian 13 with compilers and libraries, in build/root
	@$(step) root -c -i tools/root.sh -i tools/root-packages \
		-o build/root -- tools/root.sh

qemu-source: root
	@$(step) qemu-source -i tools/qemu-source.sh -i qemu-patches/series \
		$(addprefix -i ,$(wildcard qemu-patches/*.patch)) \
		-o build/qemu-src -- $(in_root) tools/qemu-source.sh

qemu: qemu-source ## QEMU with the emulated Skylake GPU
	@$(step) qemu -c -i tools/qemu.sh -i tools/qemu-source.sh -i qemu-patches -i include/vgt \
		-o build/qemu/qemu-system-x86_64 -- $(in_root) tools/qemu.sh

host-image: root ## the host (L1): Debian 13's kernel and an image that boots in seconds
	@$(step) host-image -c -i tools/host-image.sh -i tools/host \
		-o build/host -- $(in_root) tools/host-image.sh

gl-image: host-image ## OpenGL for QEMU in the host, for pictures of guests with gl=on
	@$(step) gl-image -c -i tools/gl-image.sh -i tools/gl -i build/host/packages \
		-o build/gl.squashfs -- $(in_root) tools/gl-image.sh

desktop-image: host-image ## an X server and a Wayland compositor for guests, for check-guests
	@$(step) desktop-image -c -i tools/desktop-image.sh -i tools/desktop -i build/host/packages \
		-o build/desktop.squashfs -- $(in_root) tools/desktop-image.sh

modules: root host-image ## vgt.ko and the patched i915.ko for the host's kernel
	@nice $(step) modules -c -i tools/modules.sh -i tools/module-tree.sh -i patches/linux-6.12 \
		-i drivers/vgt -i drivers/kvmgt -i include/vgt -i build/host/packages \
		-o build/modules -- $(in_root) tools/modules.sh

dkms: root ## a DKMS package of the modules for real machines, in build/dkms
	@$(step) dkms -i tools/dkms.sh -i tools/dkms -i tools/module-tree.sh -i patches/linux-6.12 \
		-i drivers/vgt -i drivers/kvmgt -i include/vgt -o build/dkms -- $(in_root) tools/dkms.sh

host: qemu host-image ## boot the host to a shell here, its display on VNC
	@$(machine) shell

guest: qemu host-image igt-programs $(if $(filter vgt,$(GVT)),modules) ## boot a guest on a vGPU to a shell here: GVT=stock|vgt TYPE=i915-GVTg_V5_4 N=1 FIRMWARE=seabios|ovmf MACHINE=pc|q35
	@$(in_root) tools/guest.py --gvt $(GVT) --type $(TYPE) -n $(N) --firmware $(FIRMWARE) \
		--machine $(MACHINE) --gpu '$(GPU)'

host-screenshot: qemu host-image ## boot the host, load i915, leave build/host.png
	@$(in_root) tools/demo.py --screenshot build/host.png

# Where the mirror lacks IGT's source package, the tarball of a release does.
IGT_SOURCE ?= $(lastword $(wildcard $(HOME)/.cache/vgt/intel-gpu-tools_*.orig.tar.xz))
igt-build: root ## IGT's tests from Debian's source package, or from the tarball of a release: IGT_SOURCE=FILE
	@mkdir -p build && if [ -n '$(IGT_SOURCE)' ]; then cp '$(IGT_SOURCE)' build/igt-source.tar; fi
	@$(step) igt-build -c -i tools/igt-build.sh -i build/igt-source.tar \
		-o build/igt.squashfs -o build/igt-lists -- $(in_root) tools/igt-build.sh

igt-programs: root
	@$(in_root) make -s -f igt-tests/Makefile

# Our own tests and Debian's benchmarks do without IGT's source.
igt: qemu host-image igt-programs $(if $(filter own benchmarks hostile,$(LIST)),,igt-build) $(if $(filter mediated guest,$(ON)),modules) ## run IGT: LIST=bat|wide|own|... ON=native|mediated|guest|gvtg-guest
	@$(in_root) tools/igt.py $(LIST) $(ON)

check: ## everything that must pass: unit tests, then system tests
	@tools/check.py

check-unit: root ## the GPU model's unit tests (cmocka, ASan, UBSan)
	@$(in_root) tests/unit/run.py

check-system: qemu host-image gl-image igt-programs modules ## boot the machines and look (pytest)
	-@$(MAKE) --no-print-directory igt-build
	@$(in_root) pytest -q --junitxml=build/results/system.xml tests/system

check-guests: qemu host-image igt-programs $(if $(filter vgt,$(GVT)),modules desktop-image) ## two guests at work, one killed at it, desktops: GVT=stock|vgt (minutes; not in check)
	@$(in_root) pytest -q -k '[$(GVT)]' --junitxml=build/results/guests.xml tests/guests

check-shares: qemu host-image igt-programs modules ## two guests and the host on the same engines for two minutes: their shares (7 minutes; not in check)
	@$(in_root) tools/shares.py

bench: qemu host-image igt-programs modules ## what the same work costs natively, mediated, in guests: one run, ratios
	@$(in_root) tools/bench.py

check-loops: qemu host-image igt-programs modules ## 200 binds, 200 module loads, 1,000 vGPUs of a mediated host, and check-kills (an hour; not in check)
	@$(in_root) pytest -q -rP --junitxml=build/results/loops.xml tests/loops

check-kills: qemu host-image igt-programs modules ## guests whose QEMU is killed at random moments: KILLS=20 (15 s each; not in check)
	@$(in_root) env VGT_KILLS=$(KILLS) pytest -q -rP --junitxml=build/results/kills.xml tests/loops/test_kills.py

selftest-kernel: root
	@nice $(step) selftest-kernel -c -i tools/kernel.sh -i tools/module-tree.sh -i patches/linux-6.12 \
		-i drivers/vgt -i drivers/kvmgt -i include/vgt -i tests/selftest.config \
		-o build/selftest-kernel -- $(in_root) tools/kernel.sh selftest

check-selftests: qemu host-image selftest-kernel ## i915's live selftests, on a kernel built with them; GVT=1: as vGPU 0
	@$(in_root) tools/selftests.py $(if $(filter 1,$(GVT)),--gvt)

debug-kernel: root
	@nice $(step) debug-kernel -c -i tools/kernel.sh -i tools/module-tree.sh -i patches/linux-6.12 \
		-i drivers/vgt -i drivers/kvmgt -i include/vgt -i tests/selftest.config -i tests/debug.config \
		-o build/debug-kernel -- $(in_root) tools/kernel.sh debug

check-debug: qemu host-image igt-programs debug-kernel ## our modules on a kernel with lockdep, KASAN, UBSAN, kmemleak (not in check)
	@$(in_root) pytest -q --junitxml=build/results/debug.xml tests/debug

fuzz: root ## hostile guests, commands and accesses from libFuzzer's bytes, 10 minutes (not in check)
	@$(in_root) sh -c 'command -v clang >/dev/null || { apt-get update && \
		apt-get install -y --no-install-recommends clang libclang-rt-19-dev; }' >build/fuzz-apt.log 2>&1 || \
		{ echo "error: installing clang failed, see build/fuzz-apt.log" >&2; exit 1; }
	@$(in_root) make -s -f tests/fuzz/Makefile run seconds=600

lint: root ## shellcheck over the scripts, the kernel's checkpatch over the modules
	@$(in_root) shellcheck -x $$(grep -lE -I --exclude='*.py' '^#!/bin/(sh|busybox sh)' -r tools tests .ci)
	@$(in_root) tools/checkpatch.sh $$(git ls-files 'drivers/*.[ch]' include/vgt)

demo: FIRMWARE = ovmf
demo: qemu host-image gl-image igt-programs $(if $(filter vgt,$(GVT)),modules) ## two guests with screens on vGPUs: pictures and a table in build/demo: FIRMWARE=ovmf|seabios GVT=vgt|stock
	@$(in_root) tools/demo.py --gvt $(GVT) --firmware $(FIRMWARE)

demo-host: qemu host-image ## stock i915 on the emulated Skylake alone: a table and a picture
	@$(in_root) tools/demo.py --table --screenshot build/demo/host.png

clean: ## remove results and everything built, but not the build root
	@tools/as-root find build -mindepth 1 -maxdepth 1 ! -name root ! -name stamps -exec rm -rf {} +
	@find build/stamps -mindepth 1 ! -name root -delete

distclean: ## remove build/ as a whole
	@tools/as-root rm -rf build
