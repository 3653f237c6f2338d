/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* A monitor at the other end of a cable: its EDID behind DDC, its DPCD. */
#ifndef IGD_SINK_H
#define IGD_SINK_H

#include "igd_types.h"
#include "igd_display.h"
#include "igd_edid.h"

#define IGD_DPCD_SIZE	0x700	/* what the model keeps; the rest of 1 MiB reads zero */

#define IGD_DDC_EDID	0x50
#define IGD_DDC_SEGMENT	0x30
#define IGD_DDC_SCDC	0x54

/**
 * struct igd_monitor - what is plugged into a port
 * @segment, @offset: the EDID pointer of the DDC slave, in 256-byte segments and bytes
 * @trained: the link was trained and has not been switched off since
 */
struct igd_monitor {
	enum igd_sink kind;
	uint8_t edid[IGD_EDID_MAX];
	size_t edid_len;
	uint8_t segment, offset;
	uint8_t dpcd[IGD_DPCD_SIZE];
	bool trained;
};

/** enum igd_dp_pattern - what the port sends on its main link */
enum igd_dp_pattern {
	IGD_DP_OFF, IGD_DP_TPS1, IGD_DP_TPS2, IGD_DP_TPS3, IGD_DP_IDLE, IGD_DP_VIDEO,
};

/** igd_sink_init - a monitor as it is after power-on; @edid must have been filled in */
void igd_sink_init(struct igd_monitor *m, enum igd_sink kind);

/*
 * The DDC slaves.  Return: false for a NAK: nobody at that address.
 * igd_sink_ddc_stop() is the STOP condition, which forgets the segment.
 */
bool igd_sink_ddc_write(struct igd_monitor *m, uint8_t slave, const uint8_t *buf, size_t len);
bool igd_sink_ddc_read(struct igd_monitor *m, uint8_t slave, uint8_t *buf, size_t len);
void igd_sink_ddc_stop(struct igd_monitor *m);

/** igd_sink_dpcd_read - @pattern is what reaches the sink now: link status depends on it */
void igd_sink_dpcd_read(struct igd_monitor *m, enum igd_dp_pattern pattern,
			uint32_t addr, uint8_t *buf, size_t len);
void igd_sink_dpcd_write(struct igd_monitor *m, uint32_t addr, const uint8_t *buf, size_t len);

#endif
