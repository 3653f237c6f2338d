/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* struct igd, the whole GPU: for the model's own units only. */
#ifndef IGD_PRIV_H
#define IGD_PRIV_H

#include "igd_core.h"
#include "igd_mmio.h"
#include "igd_strict.h"
#include "igd_timer.h"
#include "igd_trace.h"
#include "igd_gtt.h"
#include "igd_mem.h"
#include "igd_irq.h"
#include "igd_fence.h"
#include "igd_power.h"
#include "igd_engine_types.h"
#include "igd_display_types.h"

/**
 * struct igd_mmio - the register file
 * @value: stored values
 * @index: per register, 1 + place in @entry, 0 for none
 */
struct igd_mmio {
	uint32_t *value;
	uint16_t *index;
	struct igd_mmio_entry *entry;
	size_t num, max;
};

/**
 * struct igd_irq - the second event of a bit that waits behind a set IIR bit
 */
struct igd_irq {
	uint32_t queued[16];
	bool level;
};

struct igd {
	struct igd_config cfg;
	const struct igd_ops *ops;
	void *opaque;

	struct igd_mmio mmio;
	struct igd_strict strict;
	struct igd_timer *timers;
	uint64_t announced_deadline;	/* last given to ops->set_deadline */
	bool running_timers;		/* within igd_core_run(), which announces at its end */
	struct igd_gtt gtt;
	struct igd_irq irq;
	struct igd_power power;
	struct igd_fences fences;
	struct igd_aspace aperture;	/* the CPU through BAR2 */
	struct igd_engine engine[IGD_NUM_ENGINES];
	struct igd_display display;
};

/** igd_calloc - zeroed memory; aborts when there is none, as QEMU does */
void *igd_calloc(size_t n, size_t size);

#endif
