// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: commands
 *
 * A header tells client, opcode and, with few exceptions, the length of the
 * command.  An engine that meets a header which it does not know cannot go on:
 * it does not know where the next command starts.  So there is a table for
 * every client and engine, and it is complete: also for the 3D, media and video
 * commands, whose units are not modelled.
 *
 * Source: Skylake PRM vol. 2a (Command Reference: Instructions).
 */
#include "igd_blt.h"
#include "igd_cmds.h"
#include "vgt/regs/mi.h"

#define RCS	(1u << IGD_RCS)
#define BCS	(1u << IGD_BCS)
#define VCS	(1u << IGD_VCS)
#define VECS	(1u << IGD_VECS)
#define ALL	(RCS | BCS | VCS | VECS)

/**
 * struct mi_op - an MI opcode
 * @engines: that have it, 0 when there is no such command
 * @length_bits: width of the length field; 0: one dword
 */
struct mi_op {
	uint8_t engines;
	uint8_t length_bits;
};

static const struct mi_op mi_ops[64] = {
	[MI_OP_NOOP]			= { ALL, 0 },
	[MI_OP_SET_PREDICATE]		= { ALL, 0 },
	[MI_OP_USER_INTERRUPT]		= { ALL, 0 },
	[MI_OP_WAIT_FOR_EVENT]		= { RCS | BCS, 0 },
	[MI_OP_FLUSH]			= { ALL, 0 },
	[MI_OP_ARB_CHECK]		= { ALL, 0 },
	[MI_OP_RS_CONTROL]		= { RCS, 0 },
	[MI_OP_REPORT_HEAD]		= { ALL, 0 },
	[MI_OP_ARB_ON_OFF]		= { ALL, 0 },
	[MI_OP_URB_ATOMIC_ALLOC]	= { RCS, 0 },
	[MI_OP_BATCH_BUFFER_END]	= { ALL, 0 },
	[MI_OP_SUSPEND_FLUSH]		= { ALL, 0 },
	[MI_OP_PREDICATE]		= { RCS, 0 },
	[MI_OP_TOPOLOGY_FILTER]		= { ALL, 0 },
	[MI_OP_SET_APPID]		= { ALL, 0 },
	[MI_OP_RS_CONTEXT]		= { RCS, 0 },
	[MI_OP_LOAD_SCAN_LINES_INCL]	= { RCS | BCS, 6 },
	[MI_OP_LOAD_SCAN_LINES_EXCL]	= { RCS | BCS, 6 },
	[MI_OP_DISPLAY_FLIP]		= { RCS | BCS, 8 },
	[MI_OP_SEMAPHORE_MBOX]		= { ALL, 8 },
	[MI_OP_SET_CONTEXT]		= { RCS, 8 },
	[MI_OP_URB_CLEAR]		= { RCS, 8 },
	[MI_OP_MATH]			= { ALL, 8 },
	[MI_OP_SEMAPHORE_SIGNAL]	= { ALL, 8 },
	[MI_OP_SEMAPHORE_WAIT]		= { ALL, 8 },
	[MI_OP_FORCE_WAKEUP]		= { VCS | VECS, 8 },
	[MI_OP_STORE_DATA_IMM]		= { ALL, 10 },
	[MI_OP_STORE_DATA_INDEX]	= { ALL, 8 },
	[MI_OP_LOAD_REGISTER_IMM]	= { ALL, 8 },
	[MI_OP_UPDATE_GTT]		= { ALL, 10 },
	[MI_OP_STORE_REGISTER_MEM]	= { ALL, 8 },
	[MI_OP_FLUSH_DW]		= { BCS | VCS | VECS, 6 },
	[MI_OP_CLFLUSH]			= { RCS, 10 },
	[MI_OP_REPORT_PERF_COUNT]	= { ALL, 6 },
	[MI_OP_LOAD_REGISTER_MEM]	= { ALL, 8 },
	[MI_OP_LOAD_REGISTER_REG]	= { ALL, 8 },
	[MI_OP_RS_STORE_DATA_IMM]	= { RCS, 8 },
	[MI_OP_LOAD_URB_MEM]		= { RCS, 8 },
	[MI_OP_STORE_URB_MEM]		= { RCS, 8 },
	[MI_OP_COPY_MEM_MEM]		= { ALL, 8 },
	[MI_OP_ATOMIC]			= { ALL, 8 },
	[MI_OP_BATCH_BUFFER_START]	= { ALL, 8 },
	[MI_OP_CONDITIONAL_BATCH_BUFFER_END] = { ALL, 8 },
};

static bool decode_mi(enum igd_engine_id id, uint32_t dw0, struct igd_cmd *cmd)
{
	const struct mi_op *op = &mi_ops[MI_OPCODE(dw0)];

	cmd->unit = IGD_CMD_MI;
	cmd->len = 1;
	if (op->length_bits)
		cmd->len = (dw0 & ((1u << op->length_bits) - 1)) + MI_LENGTH_BIAS;
	return op->engines & (1u << id);
}

/**
 * struct gfx_op - a run of commands of client 3 that differ only in the sub-opcode
 * @first, @last: sub-opcodes
 * @length_bits: width of the length field; 0: one dword
 */
struct gfx_op {
	uint8_t pipe, opcode;
	uint8_t first, last;
	uint8_t length_bits;
	uint8_t unit;
};

static const struct gfx_op render_ops[] = {
	{ GFX_PIPE_COMMON, 0, 0x03, 0x03, 8, IGD_CMD_STATE },	/* STATE_PREFETCH */
	{ GFX_PIPE_COMMON, 1, 0x01, 0x04, 8, IGD_CMD_STATE },	/* STATE_BASE_ADDRESS, STATE_SIP, ... */
	{ GFX_PIPE_SINGLE_DW, 0, 0x0b, 0x0b, 0, IGD_CMD_STATE },/* 3DSTATE_VF_STATISTICS of gen4 */
	{ GFX_PIPE_SINGLE_DW, 1, 0x04, 0x04, 0, IGD_CMD_STATE },/* PIPELINE_SELECT */
	{ GFX_PIPE_MEDIA, 0, 0x00, 0x05, 16, IGD_CMD_STATE },	/* MEDIA_VFE_STATE ... MEDIA_POOL_STATE */
	{ GFX_PIPE_MEDIA, 1, 0x00, 0x00, 16, IGD_CMD_WORK },	/* MEDIA_OBJECT */
	{ GFX_PIPE_MEDIA, 1, 0x02, 0x03, 16, IGD_CMD_WORK },	/* MEDIA_OBJECT_PRT, MEDIA_OBJECT_WALKER */
	{ GFX_PIPE_MEDIA, 1, 0x05, 0x05, 8, IGD_CMD_WORK },	/* GPGPU_WALKER */
	{ GFX_PIPE_MEDIA, 1, 0x06, 0x06, 16, IGD_CMD_WORK },	/* MEDIA_OBJECT_GRPID */
	{ GFX_PIPE_3D, 0, 0x04, 0x38, 8, IGD_CMD_STATE },	/* 3DSTATE_CLEAR_PARAMS ... */
	{ GFX_PIPE_3D, 0, 0x39, 0x3a, 11, IGD_CMD_STATE },	/* 3DSTATE_DX9_CONSTANTF_* */
	{ GFX_PIPE_3D, 0, 0x3b, 0x42, 8, IGD_CMD_STATE },
	{ GFX_PIPE_3D, 0, 0x43, 0x47, 9, IGD_CMD_STATE },	/* 3DSTATE_BINDING_TABLE_EDIT_* */
	{ GFX_PIPE_3D, 0, 0x49, 0x53, 8, IGD_CMD_STATE },	/* 3DSTATE_VF_INSTANCING ... */
	{ GFX_PIPE_3D, 0, 0x55, 0x56, 8, IGD_CMD_STATE },	/* 3DSTATE_COMPONENT_PACKING ... */
	{ GFX_PIPE_3D, 1, 0x00, 0x16, 8, IGD_CMD_STATE },	/* 3DSTATE_DRAWING_RECTANGLE ... */
	{ GFX_PIPE_3D, 1, 0x17, 0x17, 9, IGD_CMD_STATE },	/* 3DSTATE_SO_DECL_LIST */
	{ GFX_PIPE_3D, 1, 0x18, 0x1f, 8, IGD_CMD_STATE },	/* 3DSTATE_SO_BUFFER ... */
	{ GFX_PIPE_3D, 2, 0x00, 0x00, 8, IGD_CMD_PIPE_CONTROL },
	{ GFX_PIPE_3D, 3, 0x00, 0x00, 8, IGD_CMD_WORK },	/* 3DPRIMITIVE */
};

/* Of video commands bits 23:21 tell state (0), decoder (1) and encoder (2) objects apart. */
static const struct gfx_op video_ops[] = {
	{ GFX_PIPE_SINGLE_DW, 0, 0x00, 0x00, 0, IGD_CMD_STATE },/* MFX_WAIT */
	{ GFX_PIPE_MEDIA, 0, 0x00, 0x1f, 12, IGD_CMD_STATE },	/* MFX common */
	{ GFX_PIPE_MEDIA, 0, 0x20, 0x5f, 12, IGD_CMD_WORK },
	{ GFX_PIPE_MEDIA, 1, 0x00, 0x1f, 12, IGD_CMD_STATE },	/* AVC */
	{ GFX_PIPE_MEDIA, 1, 0x20, 0x5f, 12, IGD_CMD_WORK },
	{ GFX_PIPE_MEDIA, 2, 0x00, 0x1f, 12, IGD_CMD_STATE },	/* VC1 */
	{ GFX_PIPE_MEDIA, 2, 0x20, 0x5f, 12, IGD_CMD_WORK },
	{ GFX_PIPE_MEDIA, 3, 0x00, 0x1f, 12, IGD_CMD_STATE },	/* MPEG2 */
	{ GFX_PIPE_MEDIA, 3, 0x20, 0x5f, 12, IGD_CMD_WORK },
	{ GFX_PIPE_MEDIA, 3, 0x80, 0xff, 12, IGD_CMD_STATE },	/* HCP */
	{ GFX_PIPE_MEDIA, 4, 0x00, 0x1f, 12, IGD_CMD_STATE },	/* VP8 */
	{ GFX_PIPE_MEDIA, 4, 0x20, 0x5f, 12, IGD_CMD_WORK },
	{ GFX_PIPE_MEDIA, 5, 0x80, 0xff, 12, IGD_CMD_STATE },	/* HUC */
	{ GFX_PIPE_MEDIA, 6, 0x00, 0x1f, 12, IGD_CMD_STATE },
	{ GFX_PIPE_MEDIA, 7, 0x00, 0x1f, 12, IGD_CMD_STATE },	/* JPEG */
	{ GFX_PIPE_MEDIA, 7, 0x20, 0x5f, 12, IGD_CMD_WORK },
};

static const struct gfx_op vebox_ops[] = {
	{ GFX_PIPE_MEDIA, 4, 0x00, 0x02, 12, IGD_CMD_STATE },	/* VEBOX_SURFACE_STATE, VEBOX_STATE */
	{ GFX_PIPE_MEDIA, 4, 0x03, 0x03, 12, IGD_CMD_WORK },	/* VEB_DI_IECP */
};

static bool find_gfx(const struct gfx_op *ops, size_t n, uint32_t dw0, struct igd_cmd *cmd)
{
	unsigned int subop = GFX_SUBOP(dw0);

	for (size_t i = 0; i < n; i++) {
		const struct gfx_op *op = &ops[i];

		if (op->pipe != GFX_PIPE(dw0) || op->opcode != GFX_OPCODE(dw0) ||
		    subop < op->first || subop > op->last)
			continue;
		cmd->unit = op->unit;
		cmd->len = 1;
		if (op->length_bits)
			cmd->len = (dw0 & ((1u << op->length_bits) - 1)) + MI_LENGTH_BIAS;
		return true;
	}
	return false;
}

static bool decode_gfx(enum igd_engine_id id, uint32_t dw0, struct igd_cmd *cmd)
{
	switch (id) {
	case IGD_RCS:
		return find_gfx(render_ops, IGD_ARRAY_SIZE(render_ops), dw0, cmd);
	case IGD_VCS:
		return find_gfx(video_ops, IGD_ARRAY_SIZE(video_ops), dw0, cmd);
	case IGD_VECS:
		return find_gfx(vebox_ops, IGD_ARRAY_SIZE(vebox_ops), dw0, cmd);
	default:
		return false;
	}
}

bool igd_cmd_decode(enum igd_engine_id id, uint32_t dw0, struct igd_cmd *cmd)
{
	switch (CMD_CLIENT(dw0)) {
	case CMD_CLIENT_MI:
		return decode_mi(id, dw0, cmd);
	case CMD_CLIENT_2D:
		cmd->unit = IGD_CMD_2D;
		cmd->len = id == IGD_BCS ? igd_blt_len(dw0) : 0;
		return cmd->len != 0;
	case CMD_CLIENT_3D:
		return decode_gfx(id, dw0, cmd);
	default:
		return false;
	}
}
