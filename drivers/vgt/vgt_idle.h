/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A context of the core on each engine that has nothing to do: submitted, it
 * takes the engine away from another one.  Its engine context is that of an
 * engine after a reset.
 */
#ifndef VGT_IDLE_H
#define VGT_IDLE_H

#include <linux/types.h>

#include "vgt_image.h"

struct vgt_engine;

/**
 * struct vgt_idle - the idle context of an engine
 * @addr: in the GGTT
 * @pages: of its image; the page behind them is its ring
 * @saved: the image has the engine context of an engine after a reset
 * @page: for the kernel, and on the bus
 */
struct vgt_idle {
	u32 addr;
	unsigned int pages;
	bool saved;
	struct {
		u32 *addr;
		u64 bus;
	} page[VGT_IMAGE_PAGES_RCS + 1];
};

/** vgt_idle_init - -ENOMEM.  May sleep. */
int vgt_idle_init(struct vgt_engine *engine);
/** vgt_idle_fini - also of one that has failed to be made; may sleep */
void vgt_idle_fini(struct vgt_engine *engine);

/** vgt_idle_map - enter it into the GGTT, and make it as it was at first.  Engine lock held. */
void vgt_idle_map(struct vgt_engine *engine);
/** vgt_idle_descriptor - what is to be submitted */
u64 vgt_idle_descriptor(const struct vgt_engine *engine);

#endif
