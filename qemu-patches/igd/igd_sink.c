// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: monitors
 *
 * A DisplayPort monitor of DPCD revision 1.2: four lanes, 5.4 Gb/s, one stream,
 * no PSR, no DSC, no content protection.  Its receiver needs no adjustment of
 * swing or pre-emphasis: it has clock recovery as soon as it is sent the
 * pattern that software says it sends, and loses lock when the main link stops.
 *
 *   off --TPS1--> clock recovered --TPS2, TPS3--> trained --idle, video--> trained
 *    ^                                               |
 *    +------------------- main link off -------------+
 *
 * An HDMI monitor is only the EDID: no SCDC, which NAKs.
 */
#include <string.h>

#include "igd_sink.h"

#define EDID_SEGMENT		256

#define DPCD_REV		0x000
#define DPCD_LINK_BW		0x100
#define DPCD_LANE_COUNT		0x101
#define DPCD_TRAINING_PATTERN	0x102
#define DPCD_LINK_CONFIG_END	0x12f
#define DPCD_SINK_COUNT		0x200
#define DPCD_SERVICE_IRQ	0x201
#define DPCD_LANE01_STATUS	0x202
#define DPCD_LANE_ALIGN		0x204
#define DPCD_SINK_STATUS	0x205
#define DPCD_ADJUST_END		0x207
#define DPCD_SOURCE_OUI		0x300
#define DPCD_SOURCE_END		0x3ff
#define DPCD_SINK_OUI		0x400
#define DPCD_SET_POWER		0x600

#define LINK_BW_HBR2		0x14
#define LANES_4			4
#define CAP_TPS3		(1 << 6)
#define CAP_ENHANCED_FRAME	(1 << 7)
#define POWER_D0		1
#define POWER_MASK		7

#define LANE_CR			1
#define LANE_EQ_SYMBOL		6
#define ALIGN_DONE		1
#define SINK_IN_SYNC		1

static const uint8_t receiver_caps[] = {
	[0x00] = 0x12,				/* DPCD 1.2 */
	[0x01] = LINK_BW_HBR2,
	[0x02] = LANES_4 | CAP_TPS3 | CAP_ENHANCED_FRAME,
	[0x03] = 0x01,				/* 0.5 % down-spread */
	[0x06] = 0x01,				/* 8b/10b */
	[0x08] = 0x02,				/* port 0 has an EDID of its own */
};

void igd_sink_init(struct igd_monitor *m, enum igd_sink kind)
{
	m->kind = kind;
	m->segment = 0;
	m->offset = 0;
	m->trained = false;
	memset(m->dpcd, 0, sizeof(m->dpcd));
	if (kind != IGD_SINK_DP)
		return;
	memcpy(m->dpcd + DPCD_REV, receiver_caps, sizeof(receiver_caps));
	m->dpcd[DPCD_SINK_COUNT] = 1;
	memcpy(m->dpcd + DPCD_SINK_OUI + 3, "vGT\0\0\0", 6);
	m->dpcd[DPCD_SET_POWER] = POWER_D0;
}

/* -- DDC ---------------------------------------------------------------------- */

bool igd_sink_ddc_write(struct igd_monitor *m, uint8_t slave, const uint8_t *buf, size_t len)
{
	if (m->kind == IGD_SINK_NONE)
		return false;
	if (slave == IGD_DDC_SEGMENT) {
		if (len)
			m->segment = buf[len - 1];
		return true;
	}
	if (slave != IGD_DDC_EDID)
		return false;
	if (len)
		m->offset = buf[0];
	return true;
}

bool igd_sink_ddc_read(struct igd_monitor *m, uint8_t slave, uint8_t *buf, size_t len)
{
	if (m->kind == IGD_SINK_NONE || slave != IGD_DDC_EDID)
		return false;
	for (size_t i = 0; i < len; i++) {
		size_t at = m->segment * EDID_SEGMENT + m->offset++;

		buf[i] = at < m->edid_len ? m->edid[at] : 0xff;
	}
	return true;
}

void igd_sink_ddc_stop(struct igd_monitor *m)
{
	m->segment = 0;
}

/* -- DPCD --------------------------------------------------------------------- */

/* Is the sink being sent the very pattern that it has been told to expect? */
static bool pattern_agrees(const struct igd_monitor *m, enum igd_dp_pattern pattern)
{
	return (m->dpcd[DPCD_TRAINING_PATTERN] & 0xf) == pattern - IGD_DP_TPS1 + 1 &&
	       pattern >= IGD_DP_TPS1 && pattern <= IGD_DP_TPS3;
}

static void update_link_status(struct igd_monitor *m, enum igd_dp_pattern pattern)
{
	unsigned int lanes = m->dpcd[DPCD_LANE_COUNT] & 0x1f;
	bool usable = pattern != IGD_DP_OFF && lanes && lanes <= LANES_4 &&
		      m->dpcd[DPCD_LINK_BW] && m->dpcd[DPCD_LINK_BW] <= LINK_BW_HBR2 &&
		      (m->dpcd[DPCD_SET_POWER] & POWER_MASK) == POWER_D0;
	uint8_t status = 0;

	if (!usable || pattern == IGD_DP_TPS1)
		m->trained = false;
	else if (pattern_agrees(m, pattern))
		m->trained = true;

	if (m->trained)
		status = LANE_CR | LANE_EQ_SYMBOL;
	else if (usable && pattern_agrees(m, pattern))
		status = LANE_CR;

	memset(m->dpcd + DPCD_LANE01_STATUS, 0, DPCD_ADJUST_END + 1 - DPCD_LANE01_STATUS);
	for (unsigned int lane = 0; lane < lanes && lane < LANES_4; lane++)
		m->dpcd[DPCD_LANE01_STATUS + lane / 2] |= status << (4 * (lane & 1));
	if (m->trained) {
		m->dpcd[DPCD_LANE_ALIGN] = ALIGN_DONE;
		m->dpcd[DPCD_SINK_STATUS] = SINK_IN_SYNC;
	}
}

void igd_sink_dpcd_read(struct igd_monitor *m, enum igd_dp_pattern pattern,
			uint32_t addr, uint8_t *buf, size_t len)
{
	update_link_status(m, pattern);
	for (size_t i = 0; i < len; i++)
		buf[i] = addr + i < IGD_DPCD_SIZE ? m->dpcd[addr + i] : 0;
}

static bool dpcd_writable(uint32_t addr)
{
	return (addr >= DPCD_LINK_BW && addr <= DPCD_LINK_CONFIG_END) ||
	       (addr >= DPCD_SOURCE_OUI && addr <= DPCD_SOURCE_END) ||
	       addr == DPCD_SET_POWER;
}

void igd_sink_dpcd_write(struct igd_monitor *m, uint32_t addr, const uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++, addr++) {
		if (addr == DPCD_SERVICE_IRQ)
			m->dpcd[addr] &= ~buf[i];
		else if (dpcd_writable(addr))
			m->dpcd[addr] = buf[i];
	}
}
