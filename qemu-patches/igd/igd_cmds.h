/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What commands each engine has, and how long they are. */
#ifndef IGD_CMDS_H
#define IGD_CMDS_H

#include "igd_types.h"

/**
 * enum igd_cmd_unit - who carries a command out
 */
enum igd_cmd_unit {
	IGD_CMD_MI,		/* igd_mi.c */
	IGD_CMD_2D,		/* igd_blt.c */
	IGD_CMD_PIPE_CONTROL,	/* igd_mi.c */
	IGD_CMD_STATE,		/* state of 3D, media and video units: by length only */
	IGD_CMD_WORK,		/* makes such a unit work: by length only */
};

/**
 * struct igd_cmd - a command, decoded from its header
 * @len: dwords, header included
 */
struct igd_cmd {
	enum igd_cmd_unit unit;
	unsigned int len;
};

/**
 * igd_cmd_decode - what does the header @dw0 say to engine @id?
 *
 * Return: false when the engine does not have such a command.
 */
bool igd_cmd_decode(enum igd_engine_id id, uint32_t dw0, struct igd_cmd *cmd);

#endif
