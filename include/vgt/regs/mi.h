/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Commands of the gen9 command streamers: memory interface (MI), and those of
 * the 3D pipe that the streamer itself carries out.
 */
#ifndef VGT_REGS_MI_H
#define VGT_REGS_MI_H

/* Bits 31:29 of a header say whose command it is. */
#define CMD_CLIENT(dw0)			((dw0) >> 29)
#define   CMD_CLIENT_MI			0
#define   CMD_CLIENT_2D			2
#define   CMD_CLIENT_3D			3	/* render, media, video, VEBOX */

/* MI: opcode in bits 28:23; opcodes below 0x10 are one dword long. */
#define MI_OPCODE(dw0)			(((dw0) >> 23) & 0x3f)
#define MI_CMD(op)			((op) << 23)
#define MI_ONE_DWORD_OPCODES		0x10
#define MI_LENGTH_BIAS			2

#define MI_OP_NOOP			0x00
#define MI_OP_SET_PREDICATE		0x01
#define MI_OP_USER_INTERRUPT		0x02
#define MI_OP_WAIT_FOR_EVENT		0x03
#define MI_OP_FLUSH			0x04
#define MI_OP_ARB_CHECK			0x05
#define MI_OP_RS_CONTROL		0x06
#define MI_OP_REPORT_HEAD		0x07
#define MI_OP_ARB_ON_OFF		0x08
#define MI_OP_URB_ATOMIC_ALLOC		0x09
#define MI_OP_BATCH_BUFFER_END		0x0a
#define MI_OP_SUSPEND_FLUSH		0x0b
#define MI_OP_PREDICATE			0x0c
#define MI_OP_TOPOLOGY_FILTER		0x0d
#define MI_OP_SET_APPID			0x0e
#define MI_OP_RS_CONTEXT		0x0f
#define MI_OP_OVERLAY_FLIP		0x11
#define MI_OP_LOAD_SCAN_LINES_INCL	0x12
#define MI_OP_LOAD_SCAN_LINES_EXCL	0x13
#define MI_OP_DISPLAY_FLIP		0x14
#define MI_OP_SEMAPHORE_MBOX		0x16
#define MI_OP_SET_CONTEXT		0x18
#define MI_OP_URB_CLEAR			0x19
#define MI_OP_MATH			0x1a
#define MI_OP_SEMAPHORE_SIGNAL		0x1b
#define MI_OP_SEMAPHORE_WAIT		0x1c
#define MI_OP_FORCE_WAKEUP		0x1d
#define MI_OP_STORE_DATA_IMM		0x20
#define MI_OP_STORE_DATA_INDEX		0x21
#define MI_OP_LOAD_REGISTER_IMM		0x22
#define MI_OP_UPDATE_GTT		0x23
#define MI_OP_STORE_REGISTER_MEM	0x24
#define MI_OP_FLUSH_DW			0x26
#define MI_OP_CLFLUSH			0x27
#define MI_OP_REPORT_PERF_COUNT		0x28
#define MI_OP_LOAD_REGISTER_MEM		0x29
#define MI_OP_LOAD_REGISTER_REG		0x2a
#define MI_OP_RS_STORE_DATA_IMM		0x2b
#define MI_OP_LOAD_URB_MEM		0x2c
#define MI_OP_STORE_URB_MEM		0x2d
#define MI_OP_COPY_MEM_MEM		0x2e
#define MI_OP_ATOMIC			0x2f
#define MI_OP_BATCH_BUFFER_START	0x31
#define MI_OP_CONDITIONAL_BATCH_BUFFER_END 0x36

/* Whole headers of the commands that software writes most, length included. */
#define MI_NOOP				0u
#define MI_USER_INTERRUPT		MI_CMD(MI_OP_USER_INTERRUPT)
#define MI_ARB_CHECK			MI_CMD(MI_OP_ARB_CHECK)
#define MI_ARB_ON_OFF			MI_CMD(MI_OP_ARB_ON_OFF)
#define   MI_ARB_ENABLE			(1u << 0)
#define MI_BATCH_BUFFER_END		MI_CMD(MI_OP_BATCH_BUFFER_END)
#define MI_BATCH_BUFFER_START		(MI_CMD(MI_OP_BATCH_BUFFER_START) | 1)
#define   MI_BATCH_PPGTT		(1u << 8)	/* and with it: non-privileged */
#define   MI_BATCH_PREDICATE		(1u << 15)
#define   MI_BATCH_SECOND_LEVEL		(1u << 22)
#define MI_LOAD_REGISTER_IMM(n)		(MI_CMD(MI_OP_LOAD_REGISTER_IMM) | (2 * (n) - 1))
#define   MI_LRI_FORCE_POSTED		(1u << 12)
#define MI_LOAD_REGISTER_MEM		(MI_CMD(MI_OP_LOAD_REGISTER_MEM) | 2)
#define MI_LOAD_REGISTER_REG		(MI_CMD(MI_OP_LOAD_REGISTER_REG) | 1)
#define MI_STORE_REGISTER_MEM		(MI_CMD(MI_OP_STORE_REGISTER_MEM) | 2)
#define MI_STORE_DWORD_IMM		(MI_CMD(MI_OP_STORE_DATA_IMM) | 2)
#define MI_STORE_QWORD_IMM		(MI_CMD(MI_OP_STORE_DATA_IMM) | 3 | MI_STORE_QWORD)
#define   MI_STORE_QWORD		(1u << 21)
#define MI_STORE_DATA_INDEX		(MI_CMD(MI_OP_STORE_DATA_INDEX) | 1)
#define   MI_STORE_INDEX_PPHWSP		(1u << 21)
#define MI_COPY_MEM_MEM			(MI_CMD(MI_OP_COPY_MEM_MEM) | 3)
#define   MI_COPY_SRC_GGTT		(1u << 22)
#define   MI_COPY_DST_GGTT		(1u << 21)
#define MI_MATH(n)			(MI_CMD(MI_OP_MATH) | ((n) - 1))
#define MI_SEMAPHORE_WAIT		(MI_CMD(MI_OP_SEMAPHORE_WAIT) | 2)
#define   MI_SEMAPHORE_POLL		(1u << 15)
#define   MI_SEMAPHORE_OP(dw0)		(((dw0) >> 12) & 7)
#define   MI_SEMAPHORE_OP_SHIFT		12
#define     SEMAPHORE_GT		0	/* memory > inline data */
#define     SEMAPHORE_GTE		1
#define     SEMAPHORE_LT		2
#define     SEMAPHORE_LTE		3
#define     SEMAPHORE_EQ		4
#define     SEMAPHORE_NEQ		5
#define MI_CONDITIONAL_BATCH_BUFFER_END	(MI_CMD(MI_OP_CONDITIONAL_BATCH_BUFFER_END) | 2)
#define   MI_COND_BBE_COMPARE		(1u << 21)
#define   MI_COND_BBE_MASK		(1u << 19)
#define MI_PREDICATE			MI_CMD(MI_OP_PREDICATE)
#define   MI_PREDICATE_LOAD(dw0)	(((dw0) >> 6) & 3)
#define     PREDICATE_LOAD_KEEP		0
#define     PREDICATE_LOAD_SET		2
#define     PREDICATE_LOAD_INV		3
#define   MI_PREDICATE_COMBINE(dw0)	(((dw0) >> 3) & 3)
#define     PREDICATE_COMBINE_SET	0
#define     PREDICATE_COMBINE_AND	1
#define     PREDICATE_COMBINE_OR	2
#define     PREDICATE_COMBINE_XOR	3
#define   MI_PREDICATE_COMPARE(dw0)	((dw0) & 3)
#define     PREDICATE_COMPARE_TRUE	0
#define     PREDICATE_COMPARE_FALSE	1
#define     PREDICATE_COMPARE_SRCS_EQUAL 2
#define     PREDICATE_COMPARE_DELTAS_EQUAL 3
#define MI_SET_PREDICATE		MI_CMD(MI_OP_SET_PREDICATE)
#define   MI_SET_PREDICATE_MODE(dw0)	((dw0) & 0xf)
#define     SET_PREDICATE_NEVER		0
#define     SET_PREDICATE_RESULT2_CLEAR	1
#define     SET_PREDICATE_RESULT2_SET	2
#define     SET_PREDICATE_ALWAYS	0xf
#define MI_REPORT_PERF_COUNT		(MI_CMD(MI_OP_REPORT_PERF_COUNT) | 2)
#define   MI_REPORT_PERF_COUNT_GGTT	(1u << 0)	/* in the address dword */
#define MI_UPDATE_GTT			MI_CMD(MI_OP_UPDATE_GTT)

/* The address is in the GGTT, for all MI commands that do not say otherwise. */
#define MI_GGTT				(1u << 22)

#define MI_FLUSH_DW			(MI_CMD(MI_OP_FLUSH_DW) | 2)
#define   MI_FLUSH_DW_NOTIFY		(1u << 8)
#define   MI_FLUSH_DW_OP(dw0)		(((dw0) >> 14) & 3)
#define   MI_FLUSH_DW_OP_WRITE		(1u << 14)
#define   MI_FLUSH_DW_OP_TIMESTAMP	(3u << 14)
#define   MI_FLUSH_DW_TLB_INVALIDATE	(1u << 18)
#define   MI_FLUSH_DW_STORE_INDEX	(1u << 21)
#define   MI_FLUSH_DW_GGTT		(1u << 2)	/* in the address dword */

/* What a post-sync operation writes: FLUSH_DW and PIPE_CONTROL alike. */
#define POST_SYNC_NONE			0
#define POST_SYNC_IMMEDIATE		1
#define POST_SYNC_DEPTH_COUNT		2
#define POST_SYNC_TIMESTAMP		3

#define MI_ATOMIC			MI_CMD(MI_OP_ATOMIC)
#define   MI_ATOMIC_OP(dw0)		(((dw0) >> 8) & 0xff)
#define   MI_ATOMIC_OP_SHIFT		8
#define   MI_ATOMIC_RETURN		(1u << 16)
#define   MI_ATOMIC_INLINE		(1u << 18)
#define   MI_ATOMIC_SIZE(dw0)		(((dw0) >> 19) & 3)	/* 0: dword, 1: qword */
#define   MI_ATOMIC_SIZE_SHIFT		19
#define     ATOMIC_AND			0x1
#define     ATOMIC_OR			0x2
#define     ATOMIC_XOR			0x3
#define     ATOMIC_MOVE			0x4
#define     ATOMIC_INC			0x5
#define     ATOMIC_DEC			0x6
#define     ATOMIC_ADD			0x7
#define     ATOMIC_SUB			0x8
#define     ATOMIC_RSUB			0x9
#define     ATOMIC_IMAX			0xa
#define     ATOMIC_IMIN			0xb
#define     ATOMIC_UMAX			0xc
#define     ATOMIC_UMIN			0xd
#define     ATOMIC_CMPXCHG		0xe

/* MI_MATH: one ALU instruction per dword. */
#define ALU(op, a, b)			((op) << 20 | (a) << 10 | (b))
#define ALU_OP(dw)			((dw) >> 20)
#define ALU_A(dw)			(((dw) >> 10) & 0x3ff)
#define ALU_B(dw)			((dw) & 0x3ff)
#define   ALU_NOOP			0x000
#define   ALU_LOAD			0x080
#define   ALU_LOADINV			0x480
#define   ALU_LOAD0			0x081
#define   ALU_LOAD1			0x481
#define   ALU_ADD			0x100
#define   ALU_SUB			0x101
#define   ALU_AND			0x102
#define   ALU_OR			0x103
#define   ALU_XOR			0x104
#define   ALU_STORE			0x180
#define   ALU_STOREINV			0x580
#define   ALU_REG(n)			(n)	/* CS_GPR, n < 16 */
#define   ALU_SRCA			0x20
#define   ALU_SRCB			0x21
#define   ALU_ACCU			0x31
#define   ALU_ZF			0x32
#define   ALU_CF			0x33

/* Client 3: pipe in bits 28:27, opcode 26:24, sub-opcode 23:16. */
#define GFX_PIPE(dw0)			(((dw0) >> 27) & 3)
#define   GFX_PIPE_COMMON		0
#define   GFX_PIPE_SINGLE_DW		1
#define   GFX_PIPE_MEDIA		2
#define   GFX_PIPE_3D			3
#define GFX_OPCODE(dw0)			(((dw0) >> 24) & 7)
#define GFX_SUBOP(dw0)			(((dw0) >> 16) & 0xff)
#define GFX_CMD(pipe, op, sub)		(3u << 29 | (pipe) << 27 | (op) << 24 | (sub) << 16)

/* Video and VEBOX commands split the same bits: opcode 26:24, sub-opcodes 23:21 and 20:16. */
#define MFX_SUBOP_A(dw0)		(((dw0) >> 21) & 7)
#define MFX_SUBOP_B(dw0)		(((dw0) >> 16) & 0x1f)
#define MFX_CMD(pipe, op, a, b)	(3u << 29 | (pipe) << 27 | (op) << 24 | (a) << 21 | (b) << 16)

#define PIPE_CONTROL			(GFX_CMD(GFX_PIPE_3D, 2u, 0u) | 4)
/* dword 1 */
#define   PIPE_CONTROL_NOTIFY		(1u << 8)
#define   PIPE_CONTROL_POST_SYNC(dw1)	(((dw1) >> 14) & 3)
#define   PIPE_CONTROL_QW_WRITE		(1u << 14)
#define   PIPE_CONTROL_TIMESTAMP	(3u << 14)
#define   PIPE_CONTROL_TLB_INVALIDATE	(1u << 18)
#define   PIPE_CONTROL_CS_STALL		(1u << 20)
#define   PIPE_CONTROL_STORE_INDEX	(1u << 21)
#define   PIPE_CONTROL_MMIO_WRITE	(1u << 23)
#define   PIPE_CONTROL_GGTT		(1u << 24)
#define   PIPE_CONTROL_FLUSH_L3		(1u << 27)	/* clears the EUs' state, too */

#endif
