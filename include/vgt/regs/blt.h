/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The 2D commands of the blitter, in the gen8+ form with 64-bit addresses.
 * Source: Skylake PRM vol. 2a (Commands) and vol. 10 (Copy Engine);
 * gt/intel_gpu_commands.h and gvt/cmd_parser.c of i915.
 */
#ifndef VGT_REGS_BLT_H
#define VGT_REGS_BLT_H

#define BLT_CLIENT			2u	/* bits 31:29 */
#define BLT_CLIENT_SHIFT		29
#define BLT_OPCODE(dw0)			(((dw0) >> 22) & 0x7f)
#define BLT_LENGTH(dw0)			(((dw0) & 0xff) + 2)	/* in dwords */
#define BLT_CMD(op)			(BLT_CLIENT << BLT_CLIENT_SHIFT | (uint32_t)(op) << 22)

#define XY_SETUP_BLT			0x01
#define XY_SETUP_CLIP_BLT		0x03
#define XY_SETUP_MONO_PATTERN_SL_BLT	0x11
#define XY_PIXEL_BLT			0x24
#define XY_SCANLINES_BLT		0x25
#define XY_TEXT_BLT			0x26
#define XY_TEXT_IMMEDIATE_BLT		0x31
#define COLOR_BLT			0x40
#define XY_FAST_COPY_BLT		0x42
#define SRC_COPY_BLT			0x43
#define XY_COLOR_BLT			0x50
#define XY_PAT_BLT			0x51
#define XY_MONO_PAT_BLT			0x52
#define XY_SRC_COPY_BLT			0x53
#define XY_MONO_SRC_COPY_BLT		0x54
#define XY_FULL_BLT			0x55
#define XY_FULL_MONO_SRC_BLT		0x56
#define XY_FULL_MONO_PATTERN_BLT	0x57
#define XY_FULL_MONO_PATTERN_MONO_SRC_BLT 0x58
#define XY_MONO_PAT_FIXED_BLT		0x59
#define XY_MONO_SRC_COPY_IMMEDIATE_BLT	0x71
#define XY_PAT_BLT_IMMEDIATE		0x72
#define XY_SRC_COPY_CHROMA_BLT		0x73
#define XY_FULL_IMMEDIATE_PATTERN_BLT	0x74
#define XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT 0x75
#define XY_PAT_CHROMA_BLT		0x76
#define XY_PAT_CHROMA_BLT_IMMEDIATE	0x77

/* First dword (BR00). */
#define BR00_WRITE_ALPHA		(1u << 21)	/* 32 bpp: bits 31:24 of a pixel */
#define BR00_WRITE_RGB			(1u << 20)	/* 32 bpp: bits 23:0 */
#define BR00_MONO_FIRST_BIT(dw0)	(((dw0) >> 17) & 7)	/* of each scan line's first byte */
#define BR00_CHROMA_MODE(dw0)		(((dw0) >> 17) & 7)
#define BR00_TEXT_BYTE_PACKED		(1u << 16)
#define BR00_SRC_TILED			(1u << 15)
#define BR00_PAT_X_SEED(dw0)		(((dw0) >> 12) & 7)
#define BR00_DST_TILED			(1u << 11)
#define BR00_PAT_Y_SEED(dw0)		(((dw0) >> 8) & 7)

/* Chroma key modes: bit 0 enables. */
#define CHROMA_OFF(mode)		(!((mode) & 1))
#define CHROMA_SRC			1	/* drop pixels whose source is in range */
#define CHROMA_SRC_ALPHA		3	/* same, alpha compared too */
#define CHROMA_DST_ALPHA		5	/* write where destination in range, alpha too */
#define CHROMA_DST			7	/* same without alpha */

/* Second dword (BR13). */
#define BR13_SOLID_PATTERN		(1u << 31)	/* monochrome pattern reads as all ones */
#define BR13_CLIP			(1u << 30)	/* XY commands */
#define BR13_RIGHT_TO_LEFT		(1u << 30)	/* SRC_COPY_BLT */
#define BR13_MONO_SRC_TRANSPARENT	(1u << 29)
#define BR13_MONO_PAT_TRANSPARENT	(1u << 28)
#define BR13_DEPTH(br13)		(((br13) >> 24) & 3)
#define BR13_DEPTH_8			0
#define BR13_DEPTH_565			1
#define BR13_DEPTH_1555			2
#define BR13_DEPTH_8888			3
#define BR13_ROP(br13)			(((br13) >> 16) & 0xff)
#define BR13_PITCH(br13)		((br13) & 0xffff)	/* bytes; tiled: dwords */

/* XY_FAST_COPY_BLT has tilings and depths of its own. */
#define FAST_COPY_SRC_TILING(dw0)	(((dw0) >> 20) & 3)
#define FAST_COPY_DST_TILING(dw0)	(((dw0) >> 13) & 3)
#define FAST_COPY_LINEAR		0
#define FAST_COPY_TILE_X		1
#define FAST_COPY_TILE_Y		2	/* or Yf */
#define FAST_COPY_TILE_YS		3
#define FAST_COPY_SRC_YF		(1u << 31)	/* second dword */
#define FAST_COPY_DST_YF		(1u << 30)
#define FAST_COPY_DEPTH(dw1)		(((dw1) >> 24) & 7)	/* 8, 16, -, 32, 64, 128 bpp */

/* BCS_SWCTRL (0x22200): what tiled means to XY commands. */
#define BCS_SWCTRL_SRC_Y		(1u << 0)
#define BCS_SWCTRL_DST_Y		(1u << 1)

/* Raster operations: bit (P << 2 | S << 1 | D) is the result. */
#define ROP_SRC_COPY			0xcc
#define ROP_PAT_COPY			0xf0

#endif
