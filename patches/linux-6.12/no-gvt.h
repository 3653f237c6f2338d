/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The distribution's kernel has GVT-g configured; our i915 has vGT instead. */
#undef CONFIG_DRM_I915_GVT
#undef CONFIG_DRM_I915_GVT_KVMGT
#undef CONFIG_DRM_I915_GVT_KVMGT_MODULE
