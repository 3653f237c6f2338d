# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Whether the kernel holds more after many rounds of the same: for the jobs and tests here."""

GROWTH = 8 << 10    # KiB that it may hold more: noise, where a leak would add up

# Shell: what the kernel itself holds, in KiB. A job writes it to memory-warm, when caches have
# their size, and to memory-end.
MEMORY = """
memory() {
	udevadm settle && sync	# its queue is kernel memory too
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	awk '/^(Slab|KernelStack|PageTables|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}
"""


def growth(job, rounds):
    """KiB from memory-warm to memory-end, also printed."""
    warm, end = (int((job / f"memory-{when}").read_text()) for when in ("warm", "end"))
    print(f"{job.name}: {end - warm} KiB more after {rounds} rounds")
    return end - warm
