// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: audit of commands for the units behind the streamer
 *
 * 2D, 3D, media and video commands work on addresses in the PPGTT of the
 * context, whoever gives them, and a batch without privileges may give them as
 * well: so only their length matters.  What follows its own rules is
 * PIPE_CONTROL, which can write to the GGTT and load a register.
 *
 * Not in the tables, so refused: HUC commands (work on firmware that the host has
 * loaded).
 *
 * Source: Skylake PRM vol. 2a (Command Reference: Instructions), vol. 10 (Copy
 * Engine); lengths of 2D commands as in include/vgt/regs/blt.h.
 */
#include <linux/err.h>
#include <linux/kernel.h>

#include "vgt/regs/blt.h"
#include "vgt/regs/mi.h"
#include "vgt_audit_cmds.h"

#define PIPE_CONTROL_SNAPSHOT_RESET	BIT(19)	/* of counters that all have */
#define GFX_FLAGS			0xffffu		/* and the length: units see to it */
#define GPGPU_WALKER_PREDICATE		BIT(8)
#define GPGPU_WALKER_INDIRECT		BIT(10)
#define BLT_FLAGS			0x3fff00u

static int pipe_control_register(struct vgt_audit_scan *scan, u32 *dw)
{
	switch (vgt_audit_reg_load(scan->audit, dw[2])) {
	case VGT_AUDIT_REG_LOAD:
		return 0;
	case VGT_AUDIT_REG_DROP:
		dw[1] &= ~PIPE_CONTROL_MMIO_WRITE;
		dw[1] &= ~(POST_SYNC_TIMESTAMP * PIPE_CONTROL_QW_WRITE);
		return 0;
	default:
		return vgt_audit_refuse(scan, "load of a register");
	}
}

static int pipe_control(struct vgt_audit_scan *scan, u32 *dw, unsigned int len)
{
	u64 addr = (u64)dw[3] << 32 | dw[2];

	if (dw[1] & PIPE_CONTROL_SNAPSHOT_RESET)
		return vgt_audit_refuse(scan, "reset of counters");
	if (dw[1] & PIPE_CONTROL_MMIO_WRITE)
		return pipe_control_register(scan, dw);
	if (!PIPE_CONTROL_POST_SYNC(dw[1]))
		return 0;
	if (dw[1] & PIPE_CONTROL_STORE_INDEX) {
		if (dw[1] & PIPE_CONTROL_GGTT)
			return vgt_audit_refuse(scan, "store to the engine's status page");
		return vgt_audit_status_page(scan, addr);
	}
	if (!(dw[1] & PIPE_CONTROL_GGTT))
		return 0;
	return vgt_audit_ggtt(scan, addr & ~7ull, 8);
}

/**
 * struct run - commands that differ only in the sub-opcode; a list ends with one without name
 * @first: sub-opcode
 * @last: sub-opcode
 * @cmd: each of them
 */
struct run {
	u8 first, last;
	struct vgt_audit_cmd cmd;
};

#define STATE_OF(name, bits, flags)	{ name, AUDIT_ALL, AUDIT_ANYWHERE, bits, 1, 0xffff, flags }
#define WORK_OF(name, bits, flags)	{ name, AUDIT_ALL, AUDIT_RING | AUDIT_BATCH, bits, 1, \
					  0xffff, flags }
#define STATE(name, bits)	STATE_OF(name, bits, GFX_FLAGS)
#define WORK(name, bits)	WORK_OF(name, bits, GFX_FLAGS)
#define ONE_DWORD(name)		{ name, AUDIT_ALL, AUDIT_ANYWHERE, 0, 1, 1, GFX_FLAGS }
#define MFX_WAIT_FLAGS		(BIT(8) | BIT(9))

static const struct run common_0[] = {
	{ 0x03, 0x03, STATE("STATE_PREFETCH", 8) },
	{ }
};

static const struct run common_1[] = {
	{ 0x01, 0x04, STATE("STATE_BASE_ADDRESS", 8) },
	{ }
};

static const struct run single_0[] = {
	{ 0x0b, 0x0b, ONE_DWORD("3DSTATE_VF_STATISTICS") },
	{ }
};

static const struct run single_1[] = {
	{ 0x04, 0x04, ONE_DWORD("PIPELINE_SELECT") },
	{ }
};

static const struct run media_0[] = {
	{ 0x00, 0x05, STATE("MEDIA_STATE", 16) },
	{ }
};

static const struct run media_1[] = {
	{ 0x00, 0x00, WORK("MEDIA_OBJECT", 16) },
	{ 0x02, 0x03, WORK("MEDIA_OBJECT", 16) },
	{ 0x05, 0x05, { "GPGPU_WALKER", AUDIT_ALL, AUDIT_RING | AUDIT_BATCH, 8, 15, 15,
			.flags = GPGPU_WALKER_INDIRECT | GPGPU_WALKER_PREDICATE } },
	{ 0x06, 0x06, WORK("MEDIA_OBJECT_GRPID", 16) },
	{ }
};

static const struct run pipe_0[] = {
	{ 0x04, 0x38, STATE("3DSTATE", 8) },
	{ 0x39, 0x3a, STATE("3DSTATE_DX9_CONSTANTF", 11) },
	{ 0x3b, 0x42, STATE("3DSTATE", 8) },
	{ 0x43, 0x47, STATE("3DSTATE_BINDING_TABLE_EDIT", 9) },
	{ 0x49, 0x53, STATE("3DSTATE", 8) },
	{ 0x55, 0x56, STATE("3DSTATE", 8) },
	{ }
};

static const struct run pipe_1[] = {
	{ 0x00, 0x16, STATE("3DSTATE", 8) },
	{ 0x17, 0x17, STATE("3DSTATE_SO_DECL_LIST", 9) },
	{ 0x18, 0x1f, STATE("3DSTATE", 8) },
	{ }
};

static const struct run pipe_2[] = {
	{ 0x00, 0x00, { "PIPE_CONTROL", AUDIT_ALL, AUDIT_ANYWHERE, 8, 6, 6,
			.check = pipe_control } },
	{ }
};

static const struct run pipe_3[] = {
	{ 0x00, 0x00, WORK("3DPRIMITIVE", 8) },
	{ }
};

static const struct run mfx_wait[] = {
	{ 0x00, 0x00, { "MFX_WAIT", AUDIT_ALL, AUDIT_ANYWHERE, 0, 1, 1, MFX_WAIT_FLAGS } },
	{ }
};

/* Of video commands bits 23:21 tell state (0), decoder (1) and encoder (2) objects apart. */
static const struct run mfx[] = {
	{ 0x00, 0x1f, STATE_OF("MFX_STATE", 12, 0) },
	{ 0x20, 0x5f, WORK_OF("MFX_OBJECT", 12, 0) },
	{ }
};

static const struct run mpeg2_hcp[] = {
	{ 0x00, 0x1f, STATE_OF("MFX_STATE", 12, 0) },
	{ 0x20, 0x5f, WORK_OF("MFX_OBJECT", 12, 0) },
	{ 0x80, 0xff, WORK_OF("HCP", 12, 0) },
	{ }
};

static const struct run mfx_state[] = {
	{ 0x00, 0x1f, STATE_OF("MFX_STATE", 12, 0) },
	{ }
};

static const struct run vebox[] = {
	{ 0x00, 0x02, STATE_OF("VEBOX_STATE", 12, 0) },
	{ 0x03, 0x03, WORK_OF("VEB_DI_IECP", 12, 0) },
	{ }
};

/* Commands of a pipe and opcode. */
#define GROUP(pipe, opcode)	(8 * (pipe) + (opcode))
#define NUM_GROUPS		32

static const struct run * const render_groups[NUM_GROUPS] = {
	[GROUP(GFX_PIPE_COMMON, 0)] = common_0,
	[GROUP(GFX_PIPE_COMMON, 1)] = common_1,
	[GROUP(GFX_PIPE_SINGLE_DW, 0)] = single_0,
	[GROUP(GFX_PIPE_SINGLE_DW, 1)] = single_1,
	[GROUP(GFX_PIPE_MEDIA, 0)] = media_0,
	[GROUP(GFX_PIPE_MEDIA, 1)] = media_1,
	[GROUP(GFX_PIPE_3D, 0)] = pipe_0,
	[GROUP(GFX_PIPE_3D, 1)] = pipe_1,
	[GROUP(GFX_PIPE_3D, 2)] = pipe_2,
	[GROUP(GFX_PIPE_3D, 3)] = pipe_3,
};

static const struct run * const video_groups[NUM_GROUPS] = {
	[GROUP(GFX_PIPE_SINGLE_DW, 0)] = mfx_wait,
	[GROUP(GFX_PIPE_MEDIA, 0)] = mfx,
	[GROUP(GFX_PIPE_MEDIA, 1)] = mfx,
	[GROUP(GFX_PIPE_MEDIA, 2)] = mfx,
	[GROUP(GFX_PIPE_MEDIA, 3)] = mpeg2_hcp,
	[GROUP(GFX_PIPE_MEDIA, 4)] = mfx,
	[GROUP(GFX_PIPE_MEDIA, 6)] = mfx_state,
	[GROUP(GFX_PIPE_MEDIA, 7)] = mfx,
};

static const struct run * const vebox_groups[NUM_GROUPS] = {
	[GROUP(GFX_PIPE_MEDIA, 4)] = vebox,
};

const struct vgt_audit_cmd *vgt_audit_find_gfx(u32 dw0, enum vgt_engine_id engine)
{
	static const struct run * const * const groups[VGT_NUM_ENGINES] = {
		[VGT_RCS] = render_groups,
		[VGT_VCS] = video_groups,
		[VGT_VECS] = vebox_groups,
	};
	unsigned int subop = GFX_SUBOP(dw0);
	const struct run *run;

	if (!groups[engine])
		return NULL;
	run = groups[engine][GROUP(GFX_PIPE(dw0), GFX_OPCODE(dw0))];
	for (; run && run->cmd.name; run++)
		if (subop >= run->first && subop <= run->last)
			return &run->cmd;
	return NULL;
}

#define BLT(name, min, max)	{ name, AUDIT_BCS, AUDIT_WORK, 8, min, max, BLT_FLAGS }
#define MORE			257	/* dwords: data in the command itself */

static const struct vgt_audit_cmd blt[128] = {
	[XY_SETUP_BLT] = BLT("XY_SETUP_BLT", 10, 10),
	[XY_SETUP_CLIP_BLT] = BLT("XY_SETUP_CLIP_BLT", 3, 3),
	[XY_SETUP_MONO_PATTERN_SL_BLT] = BLT("XY_SETUP_MONO_PATTERN_SL_BLT", 10, 10),
	[XY_PIXEL_BLT] = BLT("XY_PIXEL_BLT", 2, 2),
	[XY_SCANLINES_BLT] = BLT("XY_SCANLINES_BLT", 3, 3),
	[XY_TEXT_BLT] = BLT("XY_TEXT_BLT", 5, 5),
	[XY_TEXT_IMMEDIATE_BLT] = BLT("XY_TEXT_IMMEDIATE_BLT", 3, MORE),
	[COLOR_BLT] = BLT("COLOR_BLT", 6, 6),
	[XY_FAST_COPY_BLT] = BLT("XY_FAST_COPY_BLT", 10, 10),
	[SRC_COPY_BLT] = BLT("SRC_COPY_BLT", 8, 8),
	[XY_COLOR_BLT] = BLT("XY_COLOR_BLT", 7, 7),
	[XY_PAT_BLT] = BLT("XY_PAT_BLT", 8, 8),
	[XY_MONO_PAT_BLT] = BLT("XY_MONO_PAT_BLT", 10, 10),
	[XY_SRC_COPY_BLT] = BLT("XY_SRC_COPY_BLT", 10, 10),
	[XY_MONO_SRC_COPY_BLT] = BLT("XY_MONO_SRC_COPY_BLT", 10, 10),
	[XY_FULL_BLT] = BLT("XY_FULL_BLT", 12, 12),
	[XY_FULL_MONO_SRC_BLT] = BLT("XY_FULL_MONO_SRC_BLT", 12, 12),
	[XY_FULL_MONO_PATTERN_BLT] = BLT("XY_FULL_MONO_PATTERN_BLT", 14, 14),
	[XY_FULL_MONO_PATTERN_MONO_SRC_BLT] = BLT("XY_FULL_MONO_PATTERN_MONO_SRC_BLT", 14, 14),
	[XY_MONO_PAT_FIXED_BLT] = BLT("XY_MONO_PAT_FIXED_BLT", 8, 8),
	[XY_MONO_SRC_COPY_IMMEDIATE_BLT] = BLT("XY_MONO_SRC_COPY_IMMEDIATE_BLT", 8, MORE),
	[XY_PAT_BLT_IMMEDIATE] = BLT("XY_PAT_BLT_IMMEDIATE", 6, MORE),
	[XY_SRC_COPY_CHROMA_BLT] = BLT("XY_SRC_COPY_CHROMA_BLT", 12, 12),
	[XY_FULL_IMMEDIATE_PATTERN_BLT] = BLT("XY_FULL_IMMEDIATE_PATTERN_BLT", 10, MORE),
	[XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT] =
		BLT("XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT", 10, MORE),
	[XY_PAT_CHROMA_BLT] = BLT("XY_PAT_CHROMA_BLT", 10, 10),
	[XY_PAT_CHROMA_BLT_IMMEDIATE] = BLT("XY_PAT_CHROMA_BLT_IMMEDIATE", 8, MORE),
};

const struct vgt_audit_cmd *vgt_audit_find_2d(u32 dw0)
{
	const struct vgt_audit_cmd *cmd = &blt[BLT_OPCODE(dw0)];

	return cmd->name ? cmd : NULL;
}
