/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Logical ring contexts: their image in memory, its layout, save and restore. */
#ifndef IGD_LRC_H
#define IGD_LRC_H

#include "igd_types.h"

struct igd_engine;

#define IGD_LRC_STATE_OFFSET	IGD_PAGE_SIZE	/* registers, after the per-process status page */
#define IGD_LRC_STATE_DWORDS	1024		/* of the image, which the registers fit into */
#define IGD_LRC_RING_DWORDS	0x50		/* restored even when restore is inhibited */

/* Dwords of the image whose place software knows; each is the value, its offset is before it. */
#define IGD_LRC_CONTEXT_CONTROL	0x03
#define IGD_LRC_RING_HEAD	0x05
#define IGD_LRC_RING_TAIL	0x07
#define IGD_LRC_RING_START	0x09
#define IGD_LRC_RING_CTL	0x0b
#define IGD_LRC_TIMESTAMP	0x23

/**
 * igd_lrc_layout - headers and register offsets of an image, values zero
 * @image: IGD_LRC_STATE_DWORDS, filled up with NOOPs
 *
 * Return: dwords up to and including MI_BATCH_BUFFER_END.
 */
unsigned int igd_lrc_layout(enum igd_engine_id id, uint32_t base, uint32_t *image);

/**
 * igd_lrc_restore - load the context at @lrca
 *
 * Executes the image, then the workaround batches that it names.
 * Return: false when the image makes no sense; the engine has been halted.
 */
bool igd_lrc_restore(struct igd_engine *e, uint64_t desc);

/** igd_lrc_resample_tail - lite restore: take the tail from the image of the running context */
void igd_lrc_resample_tail(struct igd_engine *e);

/**
 * igd_lrc_save - write the running context's image
 *
 * Everything but the values of RING_TAIL, RING_START and RING_CTL, which belong
 * to software: it may be writing the next tail at this very moment.
 */
void igd_lrc_save(struct igd_engine *e);

#endif
