/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Types that every unit of the emulated Skylake GT2 shares.
 *
 * The model is a plain C library: it includes nothing of QEMU.  It reaches
 * memory, time and the interrupt line through struct igd_ops, so the very same
 * objects run inside QEMU (igd.c) and in the unit tests.
 *
 * One thread at a time: the caller serialises all calls (QEMU: the big lock).
 */
#ifndef IGD_TYPES_H
#define IGD_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IGD_PAGE_SIZE		4096u
#define IGD_PAGE_MASK		(IGD_PAGE_SIZE - 1)

#define IGD_MMIO_SIZE		0x200000u	/* registers, at BAR0 + 0 */
#define IGD_GTT_OFFSET		0x800000u	/* GGTT entries, at BAR0 + 8 MiB */
#define IGD_GTT_ENTRIES		(1u << 20)	/* 8 MiB of 64-bit PTEs: 4 GiB of GM */

#define IGD_NS_PER_SEC		1000000000ull
#define IGD_NEVER		UINT64_MAX	/* a deadline that does not come */

#define IGD_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct igd;

enum igd_engine_id {
	IGD_RCS,
	IGD_BCS,
	IGD_VCS,
	IGD_VECS,
	IGD_NUM_ENGINES,
};

enum igd_pipe_id { IGD_PIPE_A, IGD_PIPE_B, IGD_PIPE_C, IGD_NUM_PIPES };

/** enum igd_unit - which part of the machine makes an access */
enum igd_unit {
	IGD_UNIT_CPU,		/* the processor: MMIO, GTT and aperture accesses */
	IGD_UNIT_ENGINE,	/* a command streamer or what it feeds */
	IGD_UNIT_DISPLAY,	/* plane fetch */
};

/**
 * struct igd_client - for whom an access to memory or to a register is made
 * @unit: the kind of requester
 * @engine: the engine, when @unit is IGD_UNIT_ENGINE
 * @lrca: page-aligned GGTT address of the running logical ring context, 0 while
 *	no context runs; what an owner check goes by
 */
struct igd_client {
	enum igd_unit unit;
	enum igd_engine_id engine;
	uint32_t lrca;
};

extern const struct igd_client igd_client_cpu;

/** enum igd_strict_mode - what a broken rule does, beyond being answered as hardware would */
enum igd_strict_mode {
	IGD_STRICT_OFF,		/* not even counted */
	IGD_STRICT_ON,		/* counted and reported through ops->violation */
	IGD_STRICT_ABORT,	/* reported, then ops->violation is told to stop the machine */
};

/**
 * struct igd_config - what may differ between two instances
 * @aperture_mb: size of BAR2: 256, 512 or 1024
 * @strict: see &enum igd_strict_mode
 * @gpu_mhz: clock of the command streamers for the cost model
 * @mem_mbps: memory bandwidth that one engine gets, in 10^6 bytes per second
 */
struct igd_config {
	uint32_t aperture_mb;
	enum igd_strict_mode strict;
	uint32_t gpu_mhz;
	uint32_t mem_mbps;
};

/**
 * struct igd_ops - what the model needs of the world around it
 * @mem_read: copy @len bytes of system memory at bus address @addr to @buf;
 *	false when nothing answers there
 * @mem_write: the other direction
 * @mem_map: host pointer to the 4 KiB page of system memory at page-aligned
 *	bus address @addr, or NULL when it is not plain RAM.  The pointer is
 *	good until control goes back to the caller of the model.
 * @mem_dirty: @len bytes at @addr have been changed through a mapped pointer
 * @now: virtual time in nanoseconds, monotonic
 * @set_deadline: call igd_core_run() at this virtual time (IGD_NEVER: do not);
 *	one deadline at a time, a new one replaces the old
 * @set_irq: level of the interrupt that the model requests; the shell makes an
 *	MSI of a rising edge or drives INTx
 * @violation: a strict rule was broken; @stop says that the machine must stop
 * @gtt_changed: translations of @count GGTT pages from @first may have changed
 *	(PTEs taken over at a flush, or a fence moved): a shell that caches
 *	aperture translations drops them.  May be NULL.
 * @trace: one line of debug output on topic @topic; may be NULL
 *
 * Every memory access says for whom it is made, so that a test can check that
 * a context touches only pages of its owner.
 */
struct igd_ops {
	bool (*mem_read)(void *opaque, const struct igd_client *who,
			 uint64_t addr, void *buf, size_t len);
	bool (*mem_write)(void *opaque, const struct igd_client *who,
			  uint64_t addr, const void *buf, size_t len);
	void *(*mem_map)(void *opaque, const struct igd_client *who,
			 uint64_t addr, bool write);
	void (*mem_dirty)(void *opaque, uint64_t addr, size_t len);
	uint64_t (*now)(void *opaque);
	void (*set_deadline)(void *opaque, uint64_t ns);
	void (*set_irq)(void *opaque, bool level);
	void (*violation)(void *opaque, const char *rule, const char *text, bool stop);
	void (*gtt_changed)(void *opaque, uint32_t first, uint32_t count);
	void (*trace)(void *opaque, const char *topic, const char *text);
};

#endif
