/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_HOLD_H
#define VGT_HOLD_H

#include <linux/types.h>

struct vgt_guest;

/* Guest's lock held. */

/** vgt_hold_drop_range - guest pages [@gfn, @gfn + @pages) are not held any more */
void vgt_hold_drop_range(struct vgt_guest *guest, u64 gfn, u64 pages);
/** vgt_hold_drop_all - nothing is held any more; handles stay valid until they are released */
void vgt_hold_drop_all(struct vgt_guest *guest);

#endif
