/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_EDID_H
#define VGT_EDID_H

#include <linux/types.h>

#define VGT_EDID_BLOCK		128
#define VGT_EDID_MAX_WIDTH	4095	/* what twelve bits of a detailed timing can hold */
#define VGT_EDID_MAX_HEIGHT	2304

/**
 * vgt_edid_make - a monitor of our own: EDID 1.4, one block, 60 Hz with CVT's reduced blanking
 * @edid: VGT_EDID_BLOCK bytes
 * @width: of the preferred mode, in pixels; brought into the range 640 to VGT_EDID_MAX_WIDTH
 * @height: likewise, 480 to VGT_EDID_MAX_HEIGHT
 */
void vgt_edid_make(u8 *edid, unsigned int width, unsigned int height);

#endif
