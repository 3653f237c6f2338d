/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_VMM_LIST_H
#define VGT_VMM_LIST_H

struct vgt_gpu;

/** vgt_vmm_offer - guests may be made of a GPU from now on.  May sleep. */
void vgt_vmm_offer(struct vgt_gpu *gpu);
/** vgt_vmm_withdraw - no guest of the GPU is left on return; fine without an offer.  May sleep. */
void vgt_vmm_withdraw(struct vgt_gpu *gpu);

#endif
