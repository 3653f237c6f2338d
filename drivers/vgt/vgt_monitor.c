// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: the monitor of a guest
 *
 * One DisplayPort monitor on port B, or none.  DisplayPort, for its link carries
 * whatever mode an EDID of a VMM asks for; without HDMI's vendor block (QEMU makes
 * none) HDMI would end at 165 MHz.
 *
 *               vgt_guest_set_edid()
 *   unplugged <----------------------> plugged --+ another EDID
 *                                         ^------+
 *
 * each with a long hot-plug pulse, and the live state in the PCH's ISR.  What one
 * machine has plugged is not there for the next one.
 *
 * A transaction on the AUX channel is over when the write that starts it returns:
 *
 *   CTL.SEND_BUSY -> request in DATA --+-- port B, plugged --> reply in DATA, DONE
 *                                      +-- anything else ----> DONE, TIME_OUT_ERROR
 *
 * The sink is of DPCD revision 1.2: four lanes of 5.4 Gb/s, one stream, no PSR,
 * no compression, no content protection.  Its link is as good as can be while the
 * port's buffer is on, so training takes one try.
 *
 * There is nobody on the GMBUS: each cycle is answered by SATOER, and the lines
 * beside it read high unless driven low.
 *
 * What is read follows from what is written, and is computed then: reads are
 * plain memory.
 *
 * Source: Skylake PRM vol. 12 (Display); VESA DisplayPort 1.2; i915 display/intel_dp_aux.c,
 * intel_hotplug_irq.c, intel_gmbus.c.
 */
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "vgt/regs/display.h"
#include "vgt/regs/irq.h"
#include "vgt_edid.h"
#include "vgt_guest.h"
#include "vgt_irq.h"
#include "vgt_monitor.h"

#define PORT_B		1

#define AUX_MAX		20	/* bytes in DATA */
#define AUX_DATA_MAX	16	/* bytes that a transaction carries */

/* Commands, the upper four bits of a request. */
#define AUX_I2C_READ	0x1
#define AUX_I2C_STATUS	0x2
#define AUX_I2C_MOT	0x4	/* the I2C transaction goes on after this */
#define AUX_NATIVE	0x8

/* Replies, the upper four bits of the first byte. */
#define AUX_ACK		0x0
#define AUX_NACK	0x1
#define AUX_I2C_NACK	0x4

#define DDC_SEGMENT	0x30
#define DDC_EDID	0x50
#define DDC_SEGMENT_SIZE 256

#define DPCD_SINK_COUNT	0x200
#define DPCD_LANE01	0x202
#define DPCD_LANE23	0x203
#define DPCD_ALIGN	0x204
#define DPCD_SYNC	0x205
#define DPCD_POWER	0x600
#define LANES_GOOD	0x77	/* two lanes: clock recovered, equalized, symbols locked */
#define POWER_D0	1

#define SHOTPLUG_B_ENABLE	BIT(4)

static u32 port_reg(struct vgt_vgpu *vgpu, unsigned int port, u32 reg)
{
	return *vgt_vreg(vgpu, DDI_BASE(port) + reg);
}

/*
 * The sink
 */

static bool link_is_up(struct vgt_vgpu *vgpu)
{
	return port_reg(vgpu, PORT_B, DDI_BUF_CTL) & DDI_BUF_ENABLE;
}

static u8 dpcd_read(struct vgt_vgpu *vgpu, u32 addr)
{
	static const u8 caps[] = {
		[0x0] = 0x12,			/* DPCD 1.2 */
		[0x1] = 0x14,			/* 5.4 Gb/s */
		[0x2] = 4 | BIT(6) | BIT(7),	/* lanes, third pattern, enhanced framing */
		[0x3] = 0x01,			/* 0.5 % down-spread */
		[0x6] = 0x01,			/* 8b/10b */
		[0x8] = 0x02,			/* port 0 has an EDID of its own */
	};
	const struct vgt_display *display = &to_guest(vgpu)->display;

	if (addr < sizeof(caps))
		return caps[addr];
	if (addr - VGT_DPCD_LINK < VGT_DPCD_LINK_SIZE)
		return display->dpcd_link[addr - VGT_DPCD_LINK];
	switch (addr) {
	case DPCD_SINK_COUNT:
		return 1;
	case DPCD_LANE01:
	case DPCD_LANE23:
		return link_is_up(vgpu) ? LANES_GOOD : 0;
	case DPCD_ALIGN:
	case DPCD_SYNC:
		return link_is_up(vgpu);
	case DPCD_POWER:
		return display->dpcd_power;
	default:
		return 0;
	}
}

static void dpcd_write(struct vgt_vgpu *vgpu, u32 addr, u8 val)
{
	struct vgt_display *display = &to_guest(vgpu)->display;

	if (addr - VGT_DPCD_LINK < VGT_DPCD_LINK_SIZE)
		display->dpcd_link[addr - VGT_DPCD_LINK] = val;
	else if (addr == DPCD_POWER)
		display->dpcd_power = val;
}

/* Whether a slave answers to what is written to it. */
static bool ddc_write(struct vgt_display *display, u8 slave, const u8 *buf, unsigned int len)
{
	if (slave == DDC_SEGMENT) {
		if (len)
			display->ddc_segment = buf[len - 1];
		return true;
	}
	if (slave != DDC_EDID)
		return false;
	if (len)
		display->ddc_offset = buf[0];
	return true;
}

static bool ddc_read(struct vgt_display *display, u8 slave, u8 *buf, unsigned int len)
{
	unsigned int i, at;

	if (slave != DDC_EDID)
		return false;
	for (i = 0; i < len; i++) {
		at = display->ddc_segment * DDC_SEGMENT_SIZE + display->ddc_offset++;
		buf[i] = at < display->edid_size ? display->edid[at] : 0xff;
	}
	return true;
}

/*
 * AUX
 */

/**
 * struct aux - one transaction
 * @req: the request as on the wire: command and address, length - 1, data
 * @req_len: bytes of @req
 * @reply: the answer: code, data
 * @reply_len: bytes of @reply
 */
struct aux {
	u8 req[AUX_MAX];
	unsigned int req_len;
	u8 reply[AUX_MAX];
	unsigned int reply_len;
};

static void answer(struct aux *a, u8 code, unsigned int data_len)
{
	a->reply[0] = code << 4;
	a->reply_len = 1 + data_len;
}

static void aux_native(struct vgt_vgpu *vgpu, struct aux *a, u32 addr, unsigned int len)
{
	bool read = a->req[0] >> 4 & AUX_I2C_READ;
	unsigned int i;

	for (i = 0; i < len; i++) {
		if (read)
			a->reply[1 + i] = dpcd_read(vgpu, addr + i);
		else
			dpcd_write(vgpu, addr + i, a->req[4 + i]);
	}
	answer(a, len ? AUX_ACK : AUX_NACK, read ? len : 0);
}

/* A transaction without length only addresses. */
static void aux_i2c(struct vgt_vgpu *vgpu, struct aux *a, u8 slave, unsigned int len)
{
	struct vgt_display *display = &to_guest(vgpu)->display;
	u8 cmd = a->req[0] >> 4;
	bool read = false, ok;

	if (cmd & AUX_I2C_STATUS) {
		ok = true;		/* nothing is ever left to be told */
	} else if (cmd & AUX_I2C_READ && len) {
		read = ddc_read(display, slave, a->reply + 1, len);
		ok = read;
	} else {
		ok = ddc_write(display, slave, a->req + 4, len);
	}
	if (!(cmd & AUX_I2C_MOT))
		display->ddc_segment = 0;
	answer(a, ok ? AUX_ACK : AUX_I2C_NACK, read ? len : 0);
}

/* Whether anybody answers.  A sink keeps silent when what it hears makes no sense. */
static bool transact(struct vgt_vgpu *vgpu, unsigned int port, struct aux *a)
{
	u32 addr = (a->req[0] & 0xf) << 16 | a->req[1] << 8 | a->req[2];
	unsigned int len = a->req_len > 3 ? a->req[3] + 1 : 0;
	bool read = a->req[0] >> 4 & AUX_I2C_READ;

	if (port != PORT_B || !to_guest(vgpu)->display.edid_size)
		return false;
	if (a->req_len < 3 || a->req_len > AUX_MAX || len > AUX_DATA_MAX ||
	    (!read && len && a->req_len != 4 + len))
		return false;
	if (a->req[0] >> 4 & AUX_NATIVE)
		aux_native(vgpu, a, addr, len);
	else
		aux_i2c(vgpu, a, addr & 0x7f, len);
	return true;
}

/* The first byte on the wire is the highest of the first register. */
static void load_request(struct vgt_vgpu *vgpu, unsigned int port, struct aux *a)
{
	unsigned int i;

	for (i = 0; i < AUX_MAX; i++)
		a->req[i] = port_reg(vgpu, port, DP_AUX_DATA + (i & ~3u)) >> (24 - 8 * (i & 3));
}

static void store_reply(struct vgt_vgpu *vgpu, unsigned int port, const struct aux *a)
{
	u32 data[AUX_MAX / 4] = { 0 };
	unsigned int i;

	for (i = 0; i < a->reply_len; i++)
		data[i / 4] |= (u32)a->reply[i] << (24 - 8 * (i & 3));
	for (i = 0; i < ARRAY_SIZE(data); i++)
		*vgt_vreg(vgpu, DDI_BASE(port) + DP_AUX_DATA + 4 * i) = data[i];
}

void vgt_monitor_aux_ctl_write(struct vgt_vgpu *vgpu, unsigned int port, u32 offset, u32 val)
{
	static const u32 done_event[] = {
		DE_PORT_AUX_A, DE_PORT_AUX_B, DE_PORT_AUX_C, DE_PORT_AUX_D,
	};
	u32 status = *vgt_vreg(vgpu, offset) & AUX_STATUS & ~val;
	struct aux a = { .req_len = (val & AUX_SIZE_MASK) >> AUX_SIZE_SHIFT };

	val &= ~AUX_STATUS;
	if (!(val & AUX_SEND_BUSY)) {
		*vgt_vreg(vgpu, offset) = val | status;
		return;
	}
	load_request(vgpu, port, &a);
	status = AUX_DONE;
	if (transact(vgpu, port, &a)) {
		store_reply(vgpu, port, &a);
		val = (val & ~AUX_SIZE_MASK) | a.reply_len << AUX_SIZE_SHIFT;
	} else {
		status |= AUX_TIMEOUT_ERROR;
	}
	*vgt_vreg(vgpu, offset) = (val & ~AUX_SEND_BUSY) | status;
	if (val & AUX_INTERRUPT)
		vgt_irq_event(vgpu, VGT_IRQ_PORT, done_event[port]);
}

/*
 * Ports
 */

void vgt_monitor_ddi_buf_write(struct vgt_vgpu *vgpu, unsigned int port, u32 offset, u32 val)
{
	*vgt_vreg(vgpu, offset) = val & DDI_BUF_ENABLE ? val & ~DDI_BUF_IDLE : val | DDI_BUF_IDLE;
}

void vgt_monitor_tp_ctl_write(struct vgt_vgpu *vgpu, unsigned int port, u32 offset, u32 val)
{
	u32 *status = vgt_vreg(vgpu, DDI_BASE(port) + DP_TP_STATUS);

	*vgt_vreg(vgpu, offset) = val;
	if (val & DP_TP_ENABLE && DP_TP_TRAIN(val) == DP_TP_IDLE)
		*status |= DP_TP_IDLE_DONE;
	if (val & DP_TP_FORCE_ACT)
		*status |= DP_TP_ACT_SENT;
}

void vgt_monitor_pp_control_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	*vgt_vreg(vgpu, offset) = val;
	*vgt_vreg(vgpu, PP_STATUS) = val & PP_POWER_ON ? PP_ON | PP_ON_IDLE : 0;
}

void vgt_monitor_hotplug_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	u32 status = *vgt_vreg(vgpu, offset) & SHOTPLUG_STATUS & ~val;

	*vgt_vreg(vgpu, offset) = (val & ~SHOTPLUG_STATUS) | status;
}

/*
 * The GMBUS and its lines
 */

void vgt_monitor_gmbus1_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	u32 *status = vgt_vreg(vgpu, GMBUS2);

	*vgt_vreg(vgpu, offset) = val;
	if (val & GMBUS_SW_CLR_INT)
		*status &= GMBUS_INUSE;
	else if (val & GMBUS_SW_RDY && val & (GMBUS_CYCLE_WAIT | GMBUS_CYCLE_INDEX))
		*status = (*status & GMBUS_INUSE) | GMBUS_SATOER;
	else if (val & GMBUS_SW_RDY)
		*status = (*status & GMBUS_INUSE) | GMBUS_HW_RDY;
}

/* Software marks the controller as free by writing INUSE. */
void vgt_monitor_gmbus2_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	*vgt_vreg(vgpu, offset) &= ~(val & GMBUS_INUSE);
}

/* A line reads low only while software drives it low. */
static u32 line_level(u32 val)
{
	return val & GPIO_CLOCK_DIR_OUT && !(val & GPIO_CLOCK_VAL_OUT) ? 0 : GPIO_CLOCK_VAL_IN;
}

/* Direction and value of a line change only together with their mask bits. */
void vgt_monitor_gpio_write(struct vgt_vgpu *vgpu, unsigned int inst, u32 offset, u32 val)
{
	const u32 masks = GPIO_CLOCK_DIR_MASK | GPIO_CLOCK_VAL_MASK;
	u32 enable = (val & (masks | masks << GPIO_DATA_SHIFT)) << 1;
	u32 *reg = vgt_vreg(vgpu, offset);

	val = (*reg & ~(enable | GPIO_LINES_HIGH)) | (val & enable);
	*reg = val | line_level(val) | line_level(val >> GPIO_DATA_SHIFT) << GPIO_DATA_SHIFT;
}

/*
 * Plugging
 */

static void show_live_state(struct vgt_guest *guest)
{
	u32 *isr = vgt_vreg(&guest->vgpu, SDE_IRQ_BASE + IRQ_ISR);

	if (guest->display.edid_size)
		*isr |= SDE_PORT_B_HOTPLUG;
	else
		*isr &= ~SDE_PORT_B_HOTPLUG;
}

static void long_pulse(struct vgt_guest *guest)
{
	u32 *ctl = vgt_vreg(&guest->vgpu, SHOTPLUG_CTL);

	if (!(*ctl & SHOTPLUG_B_ENABLE))
		return;
	*ctl |= SHOTPLUG_LONG;
	vgt_irq_event(&guest->vgpu, VGT_IRQ_PCH, SDE_PORT_B_HOTPLUG);
}

static void reset_sink(struct vgt_display *display)
{
	display->ddc_segment = 0;
	display->ddc_offset = 0;
	memset(display->dpcd_link, 0, sizeof(display->dpcd_link));
	display->dpcd_power = POWER_D0;
}

void vgt_monitor_init(struct vgt_guest *guest)
{
	vgt_edid_make(guest->display.edid, guest->type->width, guest->type->height);
	guest->display.edid_size = VGT_EDID_BLOCK;
	reset_sink(&guest->display);
}

void vgt_monitor_reset(struct vgt_guest *guest)
{
	reset_sink(&guest->display);
	show_live_state(guest);
}

static bool same_monitor(const struct vgt_display *display, const void *edid, size_t size)
{
	return size == display->edid_size && (!size || !memcmp(edid, display->edid, size));
}

static void plug(struct vgt_guest *guest, const void *edid, size_t size)
{
	struct vgt_display *display = &guest->display;

	if (same_monitor(display, edid, size))
		return;
	if (size)
		memcpy(display->edid, edid, size);
	display->edid_size = size;
	reset_sink(display);
	if (!guest->ops)
		return;
	show_live_state(guest);
	long_pulse(guest);
}

int vgt_guest_set_edid(struct vgt_guest *guest, const void *edid, size_t size)
{
	if (!edid)
		size = 0;
	else if (!size || size > VGT_EDID_MAX || size % VGT_EDID_BLOCK)
		return -EINVAL;
	mutex_lock(&guest->lock);
	plug(guest, edid, size);
	mutex_unlock(&guest->lock);
	vgt_irq_deliver(guest->vgpu.gpu);
	return 0;
}
EXPORT_SYMBOL_GPL(vgt_guest_set_edid);

size_t vgt_guest_edid(struct vgt_guest *guest, void *edid)
{
	size_t size;

	mutex_lock(&guest->lock);
	size = guest->display.edid_size;
	memcpy(edid, guest->display.edid, size);
	mutex_unlock(&guest->lock);
	return size;
}
EXPORT_SYMBOL_GPL(vgt_guest_edid);
