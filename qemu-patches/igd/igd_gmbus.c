// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: GMBUS
 *
 * A transfer is started by GMBUS1 and its bytes pass through GMBUS3, four at a
 * time.  Bytes move as fast as software asks for them, so the controller is
 * either ready for the next four or waits for the next cycle:
 *
 *            GMBUS1, slave answers          last byte moved
 *    idle ------------------------> HW_RDY -----------------> HW_RDY|WAIT_PHASE
 *     ^  \                                                        |
 *     |   +--- no slave ---> SATOER                               |
 *     +----------- CYCLE_STOP, SW_CLR_INT ------------------------+
 *
 * A cycle with STOP but without WAIT goes back to idle by itself.  The GPIO
 * lines beside it read high: nobody bangs bits here.
 */
#include <string.h>

#include "igd_priv.h"
#include "igd_gmbus.h"
#include "igd_sink.h"
#include "vgt/regs/display.h"

static struct igd_monitor *monitor_at(struct igd *gd, unsigned int pin)
{
	static const uint8_t pin_port[8] = {
		[GMBUS_PIN_B] = IGD_PORT_B,
		[GMBUS_PIN_C] = IGD_PORT_C,
		[GMBUS_PIN_D] = IGD_PORT_D,
	};
	struct igd_monitor *m = &gd->display.monitor[pin_port[pin]];

	/* A DisplayPort monitor's EDID is behind AUX, not on these wires. */
	return pin_port[pin] && m->kind == IGD_SINK_HDMI ? m : NULL;
}

/* The interrupt is of changes: enabling one for a state that is there already raises nothing. */
static void signal_events(struct igd *gd)
{
	uint32_t status = igd_reg_get(gd, GMBUS2);
	uint32_t enable = igd_reg_get(gd, GMBUS4);
	uint32_t events = 0;

	if (status & GMBUS_HW_RDY)
		events |= GMBUS_RDY_EN;
	if (status & GMBUS_WAIT_PHASE)
		events |= GMBUS_WAIT_EN;
	if (status & GMBUS_SATOER)
		events |= GMBUS_NAK_EN;
	if (!(status & GMBUS_ACTIVE))
		events |= GMBUS_IDLE_EN;
	if (!(events & enable))
		return;
	igd_reg_set(gd, GMBUS2, status | GMBUS_INT);
	igd_irq_pch(gd, SDE_GMBUS);
}

static void set_status(struct igd *gd, uint32_t status)
{
	igd_reg_set(gd, GMBUS2, status | (igd_reg_get(gd, GMBUS2) & GMBUS_INUSE));
	signal_events(gd);
}

/* All bytes of the cycle have moved. */
static void cycle_done(struct igd *gd)
{
	struct igd_gmbus *bus = &gd->display.gmbus;
	uint32_t cycle = igd_reg_get(gd, GMBUS1);

	if (cycle & GMBUS_CYCLE_STOP) {
		igd_sink_ddc_stop(bus->monitor);
		set_status(gd, GMBUS_HW_RDY);
	} else {
		set_status(gd, GMBUS_HW_RDY | GMBUS_WAIT_PHASE | GMBUS_ACTIVE);
	}
}

/* @n bytes have moved.  While the count is overridden, it stands still. */
static void bytes_moved(struct igd *gd, unsigned int n)
{
	struct igd_gmbus *bus = &gd->display.gmbus;

	if (!(igd_reg_get(gd, GMBUS0) & GMBUS_COUNT_OVERRIDE))
		bus->left -= n;
	if (bus->left)
		set_status(gd, GMBUS_HW_RDY | GMBUS_ACTIVE);
	else
		cycle_done(gd);
}

static unsigned int next_bytes(const struct igd_gmbus *bus)
{
	return bus->left < 4 ? bus->left : 4;
}

/* Move up to four bytes from GMBUS3 to the slave. */
static void send_data(struct igd *gd)
{
	struct igd_gmbus *bus = &gd->display.gmbus;
	uint32_t data = igd_reg_get(gd, GMBUS3);
	unsigned int n = next_bytes(bus);
	uint8_t buf[4];

	memcpy(buf, &data, 4);
	igd_sink_ddc_write(bus->monitor, bus->slave, buf, n);
	bytes_moved(gd, n);
}

/* Whether a slave answers to its address; an index is written to it first. */
static bool address_slave(struct igd *gd, uint32_t cycle)
{
	struct igd_gmbus *bus = &gd->display.gmbus;
	uint32_t long_index = igd_reg_get(gd, GMBUS5);
	uint8_t index[2] = { long_index >> 8, long_index };

	if (!bus->monitor)
		return false;
	if (!(cycle & GMBUS_CYCLE_INDEX))
		return igd_sink_ddc_write(bus->monitor, bus->slave, NULL, 0);
	if (long_index & GMBUS_2BYTE_INDEX)
		return igd_sink_ddc_write(bus->monitor, bus->slave, index, 2);
	index[0] = GMBUS_INDEX(cycle);
	return igd_sink_ddc_write(bus->monitor, bus->slave, index, 1);
}

static void start_cycle(struct igd *gd, uint32_t cycle)
{
	struct igd_gmbus *bus = &gd->display.gmbus;

	if (!(cycle & (GMBUS_CYCLE_WAIT | GMBUS_CYCLE_INDEX))) {
		/* STOP alone ends what is going on. */
		if (bus->monitor && (cycle & GMBUS_CYCLE_STOP))
			igd_sink_ddc_stop(bus->monitor);
		bus->left = 0;
		set_status(gd, GMBUS_HW_RDY);
		return;
	}

	bus->slave = GMBUS_SLAVE(cycle);
	bus->read = cycle & GMBUS_READ;
	bus->left = GMBUS_COUNT(cycle);
	if (!address_slave(gd, cycle)) {
		bus->left = 0;
		set_status(gd, GMBUS_SATOER);
	} else if (!bus->left) {
		cycle_done(gd);
	} else if (bus->read) {
		set_status(gd, GMBUS_HW_RDY | GMBUS_ACTIVE);
	} else {
		send_data(gd);
	}
}

static void gmbus0_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	struct igd_gmbus *bus = &gd->display.gmbus;
	uint32_t old = igd_reg_get(gd, offset);

	(void)inst;
	igd_reg_set(gd, offset, val);
	if (GMBUS_PIN(val) != GMBUS_PIN(old)) {
		bus->monitor = monitor_at(gd, GMBUS_PIN(val));
		bus->left = 0;
	} else if ((old & ~val & GMBUS_COUNT_OVERRIDE) && bus->left > 4) {
		/* Counting goes on with the four bytes that are in GMBUS3. */
		bus->left -= 4;
	}
}

static void gmbus1_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	(void)inst;
	igd_reg_set(gd, offset, val);
	if (val & GMBUS_SW_CLR_INT) {
		gd->display.gmbus.left = 0;
		igd_reg_set(gd, GMBUS2, igd_reg_get(gd, GMBUS2) & GMBUS_INUSE);
	} else if (val & GMBUS_SW_RDY) {
		start_cycle(gd, val);
	}
}

/* Software marks the controller as free by writing INUSE. */
static void gmbus2_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	uint32_t status = igd_reg_get(gd, offset);

	(void)inst;
	if (val & GMBUS_INUSE)
		igd_reg_set(gd, offset, status & ~GMBUS_INUSE);
}

static uint32_t gmbus3_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	struct igd_gmbus *bus = &gd->display.gmbus;
	unsigned int n = next_bytes(bus);
	uint8_t buf[4] = { 0 };
	uint32_t data;

	(void)inst;
	if (!bus->read || !bus->left || !bus->monitor)
		return igd_reg_get(gd, offset);
	igd_sink_ddc_read(bus->monitor, bus->slave, buf, n);
	memcpy(&data, buf, 4);
	igd_reg_set(gd, offset, data);
	bytes_moved(gd, n);
	return data;
}

static void gmbus3_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	struct igd_gmbus *bus = &gd->display.gmbus;

	(void)inst;
	igd_reg_set(gd, offset, val);
	if (!bus->read && bus->left && bus->monitor)
		send_data(gd);
}

/* A line reads low only while software drives it low. */
static uint32_t line_level(uint32_t val)
{
	bool low = (val & GPIO_CLOCK_DIR_OUT) && !(val & GPIO_CLOCK_VAL_OUT);

	return low ? 0 : GPIO_CLOCK_VAL_IN;
}

static uint32_t gpio_read(struct igd *gd, unsigned int inst, uint32_t offset)
{
	uint32_t val = igd_reg_get(gd, offset);

	(void)inst;
	return val | line_level(val) | line_level(val >> GPIO_DATA_SHIFT) << GPIO_DATA_SHIFT;
}

/* Direction and value of each line change only together with their mask bits. */
static void gpio_write(struct igd *gd, unsigned int inst, uint32_t offset, uint32_t val)
{
	const uint32_t masks = GPIO_CLOCK_DIR_MASK | GPIO_CLOCK_VAL_MASK;
	uint32_t enable = (val & (masks | masks << GPIO_DATA_SHIFT)) << 1;
	uint32_t old = igd_reg_get(gd, offset);
	uint32_t pullups = 1u << 5 | 1u << 13;

	(void)inst;
	igd_reg_set(gd, offset, (old & ~(enable | pullups)) | (val & (enable | pullups)));
}

static const struct igd_reg gmbus_regs[] = {
	{ PCH_GPIO(0), "PCH_GPIO", .count = 8, .read = gpio_read, .write = gpio_write },
	{ GMBUS0, "GMBUS0", .write = gmbus0_write },
	{ GMBUS1, "GMBUS1", .write = gmbus1_write },
	{ GMBUS2, "GMBUS2", .write = gmbus2_write, .reset = GMBUS_HW_RDY },
	{ GMBUS3, "GMBUS3", .read = gmbus3_read, .write = gmbus3_write },
	{ GMBUS4, "GMBUS4" },
	{ GMBUS5, "GMBUS5" },
};

void igd_gmbus_init(struct igd *gd)
{
	igd_mmio_add(gd, gmbus_regs, IGD_ARRAY_SIZE(gmbus_regs), 0, 0);
}

void igd_gmbus_reset(struct igd *gd)
{
	memset(&gd->display.gmbus, 0, sizeof(gd->display.gmbus));
}
