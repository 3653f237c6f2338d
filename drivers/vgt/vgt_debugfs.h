/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_DEBUGFS_H
#define VGT_DEBUGFS_H

struct vgt_gpu;

#ifdef CONFIG_DEBUG_FS
/** vgt_debugfs_add - what there is to see of a GPU, in /sys/kernel/debug/vgt.  May sleep. */
void vgt_debugfs_add(struct vgt_gpu *gpu);
/** vgt_debugfs_remove - before the GPU goes; waits for readers */
void vgt_debugfs_remove(struct vgt_gpu *gpu);
#else
static inline void vgt_debugfs_add(struct vgt_gpu *gpu) {}
static inline void vgt_debugfs_remove(struct vgt_gpu *gpu) {}
#endif

#endif
