/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_GGTT_H
#define VGT_GGTT_H

#include <linux/types.h>

struct vgt_gpu;
struct vgt_vgpu;

/* Entries of the host, by number.  Any context. */
u64 vgt_ggtt_host_read(struct vgt_vgpu *host, u32 index);
void vgt_ggtt_host_write(struct vgt_vgpu *host, u32 index, u64 pte);

/* The same through BAR0; @offset from the start of the entries, @size 4 or 8 bytes. */
u64 vgt_ggtt_host_read_bar(struct vgt_vgpu *host, u32 offset, unsigned int size);
void vgt_ggtt_host_write_bar(struct vgt_vgpu *host, u32 offset, u64 val, unsigned int size);

/** vgt_ggtt_status_addr - where the status page of engine number @id is in the GGTT */
u32 vgt_ggtt_status_addr(const struct vgt_gpu *gpu, unsigned int id);
/** vgt_ggtt_map_core - (again) enter the core's own pages, and nothing else of its range */
void vgt_ggtt_map_core(struct vgt_gpu *gpu);
/** vgt_ggtt_unmap_core - no entry points to the core's pages any more */
void vgt_ggtt_unmap_core(struct vgt_gpu *gpu);

/* Register handlers: fences outside of the vGPU's own, PVINFO of who is not a guest. */
u32 vgt_ggtt_fence_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
void vgt_ggtt_fence_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);
u32 vgt_ggtt_pvinfo_read(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset);
void vgt_ggtt_pvinfo_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val);

#endif
