/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Execution of the MI commands and of PIPE_CONTROL. */
#ifndef IGD_MI_H
#define IGD_MI_H

#include "igd_cs.h"

/**
 * igd_mi_exec - carry out an MI command
 * @dw: the command, @len dwords long
 *
 * The instruction pointer stands behind the command already; the result
 * IGD_CS_WAIT makes the streamer step back.
 */
enum igd_cs_result igd_mi_exec(struct igd_engine *e, const uint32_t *dw, unsigned int len);

/** igd_pipe_control_exec - carry out a PIPE_CONTROL */
enum igd_cs_result igd_pipe_control_exec(struct igd_engine *e, const uint32_t *dw,
					 unsigned int len);

#endif
