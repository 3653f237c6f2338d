/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_HOST_TYPES_H
#define VGT_HOST_TYPES_H

#include "vgt_gpu_types.h"

/**
 * struct vgt_host - the host's driver on its vGPU
 * @vgpu: vGPU 0
 * @gpu: the mediated GPU, which lives as long as the host is attached
 */
struct vgt_host {
	struct vgt_vgpu vgpu;
	struct vgt_gpu *gpu;
};

#endif
