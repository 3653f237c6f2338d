/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* A driver that talks to the monitor on PORT_B over AUX; after a rig with rd() and wr(). */
#ifndef AUX_DRIVER_H
#define AUX_DRIVER_H

#include "vgt/regs/display.h"

#define AUX_CTL(port)	(DDI_BASE(port) + DP_AUX_CTL)
#define AUX_START	(AUX_SEND_BUSY | AUX_STATUS | AUX_INTERRUPT)

#define NATIVE_WRITE	0x8
#define NATIVE_READ	0x9
#define I2C_WRITE	0x0
#define I2C_READ	0x1
#define I2C_MOT		0x4

#define REPLY_ACK	0x0
#define REPLY_I2C_NACK	0x4

/* A transaction in the way of intel_dp_aux_xfer().  Bytes of data in the reply, -1: timeout. */
static inline int aux(unsigned int port, uint8_t cmd, uint32_t addr, const uint8_t *out,
		      unsigned int len, uint8_t *in, uint8_t *code)
{
	bool read = cmd & I2C_READ;
	uint8_t msg[20] = { cmd << 4 | addr >> 16, addr >> 8, addr, len - 1 };
	unsigned int size = len ? 4 + (read ? 0 : len) : 3;
	uint32_t ctl;

	if (!read && len)
		memcpy(msg + 4, out, len);
	for (unsigned int i = 0; i < 20; i += 4)
		wr(AUX_CTL(port) + 4 + i,
		   (uint32_t)msg[i] << 24 | msg[i + 1] << 16 | msg[i + 2] << 8 | msg[i + 3]);
	wr(AUX_CTL(port), AUX_START | size << AUX_SIZE_SHIFT);
	ctl = rd(AUX_CTL(port));
	assert_false(ctl & AUX_SEND_BUSY);
	assert_true(ctl & AUX_DONE);
	wr(AUX_CTL(port), (ctl & ~AUX_SIZE_MASK) | AUX_STATUS);
	assert_false(rd(AUX_CTL(port)) & AUX_STATUS);
	if (ctl & AUX_TIMEOUT_ERROR)
		return -1;
	size = (ctl & AUX_SIZE_MASK) >> AUX_SIZE_SHIFT;
	assert_in_range(size, 1, 20);
	for (unsigned int i = 0; i < size; i++)
		msg[i] = rd(AUX_CTL(port) + 4 + (i & ~3u)) >> (24 - 8 * (i & 3));
	*code = msg[0] >> 4;
	if (in)
		memcpy(in, msg + 1, size - 1);
	return size - 1;
}

static inline uint8_t dpcd(uint32_t addr)
{
	uint8_t val = 0, code;

	assert_int_equal(aux(PORT_B, NATIVE_READ, addr, NULL, 1, &val, &code), 1);
	assert_int_equal(code, REPLY_ACK);
	return val;
}

static inline void set_dpcd(uint32_t addr, uint8_t val)
{
	uint8_t code;

	assert_int_equal(aux(PORT_B, NATIVE_WRITE, addr, &val, 1, NULL, &code), 0);
	assert_int_equal(code, REPLY_ACK);
}

#endif
