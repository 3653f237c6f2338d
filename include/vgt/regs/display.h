/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Display engine of Skylake with an SPT PCH: pipes, transcoders, planes, ports.
 * Source: Skylake PRM vol. 2c and 12 (Display); i915's register headers.
 */
#ifndef VGT_REGS_DISPLAY_H
#define VGT_REGS_DISPLAY_H

/* Transcoders A, B, C and EDP, 0x1000 apart but for the last. */
#define TRANS_BASE(t)		((t) == 3 ? 0x6f000 : 0x60000 + 0x1000 * (t))
#define TRANS_HTOTAL		0x000	/* total - 1 : active - 1 */
#define TRANS_HBLANK		0x004
#define TRANS_HSYNC		0x008
#define TRANS_VTOTAL		0x00c
#define TRANS_VBLANK		0x010	/* end - 1 : start - 1 */
#define TRANS_VSYNC		0x014
#define PIPESRC			0x01c	/* width - 1 : height - 1 */
#define BCLRPAT			0x020
#define TRANS_VSYNCSHIFT	0x028
#define TRANS_MULT		0x02c
#define TRANS_DATA_M1		0x030
#define TRANS_LINK_M1		0x040
#define TRANS_LINK_N1		0x044
#define  LINK_MN_MASK		0x00ffffff
#define PIPE_CRC_CTL		0x050
#define  PIPE_CRC_ENABLE	(1u << 31)
#define  PIPE_CRC_SOURCE(v)	((v) >> 28 & 7)
#define  PIPE_CRC_PLANE_1	0
#define  PIPE_CRC_PLANE_2	2
#define  PIPE_CRC_DMUX		4
#define  PIPE_CRC_PLANE_3	6
#define PIPE_CRC_EXP		0x054
#define PIPE_CRC_RES		0x064
#define TRANS_DDI_FUNC_CTL	0x400
#define  TRANS_DDI_ENABLE	(1u << 31)
#define  TRANS_DDI_PORT(v)	((v) >> 28 & 7)
#define  TRANS_DDI_MODE(v)	((v) >> 24 & 7)
#define  TRANS_DDI_HDMI		0
#define  TRANS_DDI_DVI		1
#define  TRANS_DDI_DP_SST	2
#define  TRANS_DDI_DP_MST	3
#define  TRANS_DDI_BPC(v)	((v) >> 20 & 7)
#define  TRANS_DDI_BPC_8	0
#define  TRANS_DDI_BPC_10	1
#define  TRANS_DDI_BPC_12	3
#define  TRANS_DDI_EDP_INPUT(v)	((v) >> 12 & 7)
#define TRANS_MSA_MISC		0x410

/* Pipes A, B, C, 0x1000 apart; the transcoder's enable lives here as well. */
#define PIPE_BASE(p)		((p) == 3 ? 0x7f000 : 0x70000 + 0x1000 * (p))
#define PIPEDSL			0x000
#define TRANSCONF		0x008
#define  TRANSCONF_ENABLE	(1u << 31)
#define  TRANSCONF_STATE	(1u << 30)
#define PIPEGCMAX		0x010
#define STEREO_3D_CTL		0x020
#define PIPESTAT		0x024
#define PIPE_MISC		0x030
#define BOTTOM_COLOR		0x034
#define  BOTTOM_COLOR_GAMMA	(1u << 31)
#define  BOTTOM_COLOR_CSC	(1u << 30)
#define PIPE_FRMCNT		0x040
#define PIPE_FLIPCNT		0x044
#define PIPE_FRMTMSTMP		0x048
#define PIPE_FLIPTMSTMP		0x04c

/* Cursor, from the pipe's base. */
#define CUR_CTL			0x080
#define  CUR_MODE(v)		((v) & 0x27)
#define  CUR_64_ARGB		0x27
#define  CUR_128_ARGB		0x22
#define  CUR_256_ARGB		0x23
#define  CUR_ROTATE_180		(1u << 15)
#define  CUR_PIPE_CSC		(1u << 24)
#define  CUR_PIPE_GAMMA		(1u << 26)
#define CUR_BASE		0x084
#define CUR_POS			0x088
#define  CUR_POS_Y_SIGN		(1u << 31)
#define  CUR_POS_X_SIGN		(1u << 15)
#define CUR_FBC_CTL		0x0a0
#define  CUR_FBC_ENABLE		(1u << 31)
#define CUR_SURFLIVE		0x0ac
#define CUR_WM			0x140
#define CUR_WM_TRANS		0x168
#define CUR_BUF_CFG		0x17c

/* Universal planes 1, 2, ..., from the pipe's base plus PLANE_BASE(). */
#define PLANE_BASE(n)		(0x180 + 0x100 * (n))
#define PLANE_CTL		0x00
#define  PLANE_CTL_ENABLE	(1u << 31)
#define  PLANE_CTL_PIPE_GAMMA	(1u << 30)
#define  PLANE_CTL_YUV_FULL	(1u << 28)
#define  PLANE_CTL_FORMAT(v)	((v) >> 24 & 15)
#define  PLANE_FORMAT_YUV422	0
#define  PLANE_FORMAT_2101010	2
#define  PLANE_FORMAT_8888	4
#define  PLANE_FORMAT_16F	6
#define  PLANE_FORMAT_XYUV	8
#define  PLANE_FORMAT_INDEXED	12
#define  PLANE_FORMAT_565	14
#define  PLANE_CTL_PIPE_CSC	(1u << 23)
#define  PLANE_CTL_KEY(v)	((v) >> 21 & 3)
#define  PLANE_KEY_SOURCE	1
#define  PLANE_KEY_DEST		2
#define  PLANE_CTL_RGBX		(1u << 20)
#define  PLANE_CTL_BT709	(1u << 18)
#define  PLANE_CTL_YUV_ORDER(v)	((v) >> 16 & 3)
#define  PLANE_YUYV		0
#define  PLANE_UYVY		1
#define  PLANE_YVYU		2
#define  PLANE_VYUY		3
#define  PLANE_CTL_TILING(v)	((v) >> 10 & 7)
#define  PLANE_TILED_LINEAR	0
#define  PLANE_TILED_X		1
#define  PLANE_TILED_Y		4
#define  PLANE_TILED_YF		5
#define  PLANE_CTL_ASYNC_FLIP	(1u << 9)
#define  PLANE_CTL_ALPHA(v)	((v) >> 4 & 3)
#define  PLANE_ALPHA_PREMULT	2	/* software has multiplied */
#define  PLANE_ALPHA_STRAIGHT	3	/* the plane multiplies */
#define  PLANE_CTL_ROTATE(v)	((v) & 3)
#define  PLANE_ROTATE_0		0
#define  PLANE_ROTATE_90	1	/* clockwise */
#define  PLANE_ROTATE_180	2
#define  PLANE_ROTATE_270	3
#define PLANE_STRIDE		0x08
#define PLANE_POS		0x0c
#define PLANE_SIZE		0x10
#define PLANE_KEYVAL		0x14
#define PLANE_KEYMSK		0x18
#define  PLANE_KEYMSK_ALPHA	(1u << 31)
#define PLANE_SURF		0x1c
#define  PLANE_SURF_ADDR	0xfffff000
#define PLANE_KEYMAX		0x20
#define PLANE_OFFSET		0x24
#define PLANE_SURFLIVE		0x2c
#define PLANE_AUX_DIST		0x40
#define PLANE_AUX_OFFSET	0x44
#define PLANE_WM		0xc0
#define PLANE_WM_TRANS		0xe8
#define PLANE_NV12_BUF_CFG	0xf8
#define PLANE_BUF_CFG		0xfc

/* Two scalers per pipe. */
#define PS_BASE(p, i)		(0x68100 + 0x800 * (p) + 0x100 * (i))
#define PS_PWR_GATE		0x60
#define PS_WIN_POS		0x70	/* x : y */
#define PS_WIN_SZ		0x74	/* width : height, the arming register */
#define PS_CTRL			0x80
#define  PS_ENABLE		(1u << 31)
#define  PS_BINDING(v)		((v) >> 25 & 7)	/* 0: the pipe, n: plane n */

/* Colour: legacy palette, precision palette, CSC. */
#define LGC_PALETTE(p)		(0x4a000 + 0x800 * (p))
#define PREC_PAL_BASE(p)	(0x4a400 + 0x800 * (p))
#define PREC_PAL_INDEX		0x00
#define  PREC_PAL_SPLIT		(1u << 31)
#define  PREC_PAL_AUTO_INC	(1u << 15)
#define  PREC_PAL_INDEX_MASK	0x3ff
#define PREC_PAL_DATA		0x04
#define PREC_PAL_GC_MAX		0x10
#define GAMMA_MODE		0x80
#define  GAMMA_MODE_MASK	3
#define  GAMMA_8BIT		0
#define  GAMMA_10BIT		1
#define  GAMMA_SPLIT		3
#define PIPE_CSC_BASE(p)	(0x49000 + 0x100 * (p))
#define PIPE_CSC_COEFF		0x10
#define PIPE_CSC_MODE		0x28
#define  CSC_BEFORE_GAMMA	(1u << 1)
#define PIPE_CSC_PREOFF		0x30
#define PIPE_CSC_POSTOFF	0x40

/* Interrupt bits of a pipe's bank. */
#define PIPE_IRQ_VBLANK		(1u << 0)
#define PIPE_IRQ_FLIP_DONE(n)	(1u << (3 + (n)))
#define PIPE_IRQ_CRC_DONE	(1u << 28)

#define TIMESTAMP_CTR		0x44070	/* microseconds, as the frame timestamps */
#define WM_LINETIME(p)		(0x45270 + 4 * (p))
#define TRANS_CLK_SEL(t)	(0x46140 + 4 * (t))
#define VGACNTRL		0x41000
#define  VGA_DISP_DISABLE	(1u << 31)

/* Ports A to E. */
#define DDI_BASE(p)		(0x64000 + 0x100 * (p))
#define DDI_BUF_CTL		0x00
#define  DDI_BUF_ENABLE		(1u << 31)
#define  DDI_BUF_IDLE		(1u << 7)
#define DP_AUX_CTL		0x10
#define  AUX_SEND_BUSY		(1u << 31)
#define  AUX_DONE		(1u << 30)
#define  AUX_INTERRUPT		(1u << 29)
#define  AUX_TIMEOUT_ERROR	(1u << 28)
#define  AUX_RECEIVE_ERROR	(1u << 25)
#define  AUX_STATUS		(AUX_DONE | AUX_TIMEOUT_ERROR | AUX_RECEIVE_ERROR)
#define  AUX_SIZE_SHIFT		20
#define  AUX_SIZE_MASK		(0x1fu << AUX_SIZE_SHIFT)
#define DP_AUX_DATA		0x14
#define DP_TP_CTL		0x40
#define  DP_TP_ENABLE		(1u << 31)
#define  DP_TP_FORCE_ACT	(1u << 25)
#define  DP_TP_TRAIN(v)		((v) >> 8 & 7)
#define  DP_TP_PAT1		0
#define  DP_TP_PAT2		1
#define  DP_TP_IDLE		2
#define  DP_TP_NORMAL		3
#define  DP_TP_PAT3		4
#define DP_TP_STATUS		0x44
#define  DP_TP_IDLE_DONE	(1u << 25)
#define  DP_TP_ACT_SENT		(1u << 24)
#define DDI_BUF_TRANS(p)	(0x64e00 + 0x60 * (p))
#define DPLL_CTRL2_DDI_PLL(v, p) ((v) >> ((p) * 3 + 1) & 3)
#define DPLL_CTRL2_DDI_OFF(p)	(1u << ((p) + 15))

/* AUX-done bits of the port interrupt bank. */
#define DE_PORT_AUX_A		(1u << 0)
#define DE_PORT_AUX_B		(1u << 25)
#define DE_PORT_AUX_C		(1u << 26)
#define DE_PORT_AUX_D		(1u << 27)

/* South display engine. */
#define SDE_PORT_B_HOTPLUG	(1u << 21)
#define SDE_PORT_C_HOTPLUG	(1u << 22)
#define SDE_PORT_D_HOTPLUG	(1u << 23)
#define SDE_PORT_A_HOTPLUG	(1u << 24)
#define SDE_GMBUS		(1u << 17)
#define SFUSE_STRAP		0xc2014
#define  SFUSE_DDI_B		(1u << 2)
#define  SFUSE_DDI_C		(1u << 1)
#define  SFUSE_DDI_D		(1u << 0)
#define SHOTPLUG_CTL		0xc4030
#define  SHOTPLUG_LONG		2
#define  SHOTPLUG_STATUS	0x03030303
#define SHOTPLUG_CTL2		0xc403c
#define PCH_GPIO(i)		(0xc5010 + 4 * (i))
#define  GPIO_CLOCK_DIR_MASK	(1u << 0)
#define  GPIO_CLOCK_DIR_OUT	(1u << 1)
#define  GPIO_CLOCK_VAL_MASK	(1u << 2)
#define  GPIO_CLOCK_VAL_OUT	(1u << 3)
#define  GPIO_CLOCK_VAL_IN	(1u << 4)
#define  GPIO_DATA_SHIFT	8	/* the data line has the same bits, this much higher */
#define GMBUS0			0xc5100
#define  GMBUS_PIN(v)		((v) & 7)
#define  GMBUS_COUNT_OVERRIDE	(1u << 6)
#define  GMBUS_PIN_C		4
#define  GMBUS_PIN_B		5
#define  GMBUS_PIN_D		6
#define GMBUS1			0xc5104
#define  GMBUS_SW_CLR_INT	(1u << 31)
#define  GMBUS_SW_RDY		(1u << 30)
#define  GMBUS_CYCLE_WAIT	(1u << 25)
#define  GMBUS_CYCLE_INDEX	(1u << 26)
#define  GMBUS_CYCLE_STOP	(1u << 27)
#define  GMBUS_COUNT(v)		((v) >> 16 & 0x1ff)
#define  GMBUS_INDEX(v)		((v) >> 8 & 0xff)
#define  GMBUS_SLAVE(v)		((v) >> 1 & 0x7f)
#define  GMBUS_READ		(1u << 0)
#define GMBUS2			0xc5108
#define  GMBUS_INUSE		(1u << 15)
#define  GMBUS_WAIT_PHASE	(1u << 14)
#define  GMBUS_INT		(1u << 12)
#define  GMBUS_HW_RDY		(1u << 11)
#define  GMBUS_SATOER		(1u << 10)
#define  GMBUS_ACTIVE		(1u << 9)
#define GMBUS3			0xc510c
#define GMBUS4			0xc5110
#define  GMBUS_NAK_EN		(1u << 3)
#define  GMBUS_IDLE_EN		(1u << 2)
#define  GMBUS_WAIT_EN		(1u << 1)
#define  GMBUS_RDY_EN		(1u << 0)
#define GMBUS5			0xc5120
#define  GMBUS_2BYTE_INDEX	(1u << 31)
#define PCH_RAWCLK_FREQ		0xc6204
#define PP_STATUS		0xc7200
#define  PP_ON			(1u << 31)
#define  PP_ON_IDLE		8
#define PP_CONTROL		0xc7204
#define  PP_POWER_ON		(1u << 0)

#endif
