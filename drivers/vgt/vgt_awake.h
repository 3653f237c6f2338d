/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_AWAKE_H
#define VGT_AWAKE_H

#include "vgt_awake_types.h"

struct vgt_gpu;
struct vgt_vgpu;

void vgt_awake_init(struct vgt_gpu *gpu);

/**
 * vgt_awake_get - the GPU stays powered, all of it, until vgt_awake_put()
 *
 * Balanced.  May sleep; the host may resume the GPU in it, so no lock that
 * vgt_host_resume() takes may be held.
 */
void vgt_awake_get(struct vgt_gpu *gpu);
void vgt_awake_put(struct vgt_gpu *gpu);

/** vgt_awake_forcewake - hold or drop forcewake alone; for who knows that the GPU is powered */
void vgt_awake_forcewake(struct vgt_gpu *gpu, bool hold);

/** vgt_awake_suspend - let the GPU sleep with the machine */
void vgt_awake_suspend(struct vgt_gpu *gpu);
/** vgt_awake_resume - hold forcewake again if it was held; any state may have been lost */
void vgt_awake_resume(struct vgt_gpu *gpu);

/* Register handlers of the host: the core's bit is not there for it. */
void vgt_awake_request_write(struct vgt_vgpu *vgpu, unsigned int domain, u32 offset, u32 val);
u32 vgt_awake_request_read(struct vgt_vgpu *vgpu, unsigned int domain, u32 offset);
u32 vgt_awake_ack_read(struct vgt_vgpu *vgpu, unsigned int domain, u32 offset);

#endif
