/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * DOC: power and clocks
 *
 * Forcewake, display power wells, DC states, CDCLK, DPLLs, the pcode mailbox,
 * RPS and RC6 registers.  All handshakes finish within the register write.
 */
#ifndef IGD_POWER_H
#define IGD_POWER_H

#include "igd_types.h"

enum igd_fw_domain { IGD_FW_RENDER, IGD_FW_GT, IGD_FW_MEDIA, IGD_FW_NUM };

enum igd_power_well {
	IGD_WELL_MISC_IO,	/* HSW_PWR_WELL_CTL index 0 */
	IGD_WELL_DDI_A_E,	/* 1 */
	IGD_WELL_DDI_B,
	IGD_WELL_DDI_C,
	IGD_WELL_DDI_D,
	IGD_WELL_1 = 14,	/* pipe A, DBUF, AUX A ... */
	IGD_WELL_2 = 15,	/* pipes B and C, ports, AUX B-D, audio */
};

/**
 * struct igd_power - RC6 residency, and what pcode remembers
 * @rc6_ns: time spent in RC6 up to @rc6_since
 * @rc6_since: when that was last brought up to date
 * @in_rc6: the GT has slept since then
 * @busy: an engine has work
 * @last_busy: when that was last so
 * @min_freq: by ratio of the GPU: least ratios of processor (bits 7:0) and ring (15:8)
 */
struct igd_power {
	uint64_t rc6_ns;
	uint64_t rc6_since;
	bool in_rc6;
	bool busy;
	uint64_t last_busy;
	uint16_t min_freq[256];
};

void igd_power_init(struct igd *gd);
void igd_power_reset(struct igd *gd);

/** igd_forcewake_check - may the CPU touch @offset now? reports a violation and returns false if not */
bool igd_forcewake_check(struct igd *gd, uint32_t offset, bool write);
/** igd_power_activity - an engine goes busy or idle: residency is accounted up to now */
void igd_power_activity(struct igd *gd);
bool igd_power_well_on(const struct igd *gd, enum igd_power_well well);
/** igd_dpll_khz - link symbol clock of DPLL @id (0..3) in kHz, 0 while it is not locked */
uint32_t igd_dpll_khz(const struct igd *gd, unsigned int id);

#endif
