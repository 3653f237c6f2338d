// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * DOC: OpRegion and VBT
 *
 *   0x0000  header: signature, size in KiB, version, which mailboxes are there
 *   0x0100  mailbox 1 (ACPI), 0x0300 mailbox 3 (ASLE): empty, driver's to write
 *   0x0400  mailbox 4: the VBT
 *
 * The VBT has what a driver needs to find the outputs: the general definitions
 * with one child device for each port.  No panel and no port A, so no driver
 * waits for one.  Numbers are little-endian.
 */
#include <string.h>

#include "igd_opregion.h"

#define VBT_OFFSET		0x400
#define OPREGION_VERSION	0x02000000	/* 2.0 */
#define MBOX_ACPI		(1 << 0)
#define MBOX_ASLE		(1 << 2)

#define VBT_HEADER		48
#define BDB_HEADER		22
#define BDB_VERSION		205
#define BDB_GENERAL_FEATURES	1
#define BDB_GENERAL_DEFINITIONS	2
#define FEATURES_SIZE		7
#define DEFINITIONS_HEADER	5
#define CHILD_SIZE		38	/* as BDB versions 196 to 215 have it */
#define NUM_CHILDREN		3

/* Fields of a child device. */
#define CHILD_HANDLE		0
#define CHILD_TYPE		2
#define CHILD_DVO_PORT		16
#define CHILD_DDC_PIN		19
#define CHILD_SUPPORT		24
#define  SUPPORT_HDMI		(1 << 0)
#define  SUPPORT_DP		(1 << 1)
#define  SUPPORT_TMDS		(1 << 2)
#define CHILD_AUX_CHANNEL	26

#define DEVICE_HDMI		0x60d2
#define DEVICE_DP		0x68c6

struct child {
	uint16_t handle, type;
	uint8_t dvo_port, ddc_pin, support, aux;
};

static const struct child children[NUM_CHILDREN] = {
	{ 0x0004, DEVICE_DP, 7 /* DP B */, 5, SUPPORT_DP, 0x10 },
	{ 0x0010, DEVICE_HDMI, 2 /* HDMI C */, 4, SUPPORT_HDMI | SUPPORT_TMDS, 0 },
	{ 0x0020, DEVICE_HDMI, 3 /* HDMI D */, 6, SUPPORT_HDMI | SUPPORT_TMDS, 0 },
};

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = v;
	p[1] = v >> 8;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

/* A block is its id, the size of what follows, and that. */
static uint8_t *begin_block(uint8_t *p, uint8_t id, uint16_t size)
{
	p[0] = id;
	put16(p + 1, size);
	return p + 3;
}

static void put_child(uint8_t *p, const struct child *c)
{
	put16(p + CHILD_HANDLE, c->handle);
	put16(p + CHILD_TYPE, c->type);
	p[CHILD_DVO_PORT] = c->dvo_port;
	p[CHILD_DDC_PIN] = c->ddc_pin;
	p[CHILD_SUPPORT + 1] = c->support;
	p[CHILD_AUX_CHANNEL] = c->aux;
}

/* Return: its size. */
static size_t put_bdb(uint8_t *bdb)
{
	uint8_t *p = bdb + BDB_HEADER;

	memcpy(bdb, "BIOS_DATA_BLOCK ", 16);
	put16(bdb + 16, BDB_VERSION);
	put16(bdb + 18, BDB_HEADER);

	p = begin_block(p, BDB_GENERAL_FEATURES, FEATURES_SIZE);
	p[4] = 1 << 2;			/* flat panels, which are what is connected, are supported */
	p += FEATURES_SIZE;

	p = begin_block(p, BDB_GENERAL_DEFINITIONS, DEFINITIONS_HEADER + NUM_CHILDREN * CHILD_SIZE);
	p[4] = CHILD_SIZE;
	p += DEFINITIONS_HEADER;
	for (int i = 0; i < NUM_CHILDREN; i++, p += CHILD_SIZE)
		put_child(p, &children[i]);

	put16(bdb + 20, p - bdb);
	return p - bdb;
}

static void put_vbt(uint8_t *vbt)
{
	size_t size = VBT_HEADER + put_bdb(vbt + VBT_HEADER);
	uint8_t sum = 0;

	memcpy(vbt, "$VBT SKYLAKE        ", 20);
	put16(vbt + 20, 100);
	put16(vbt + 22, VBT_HEADER);
	put16(vbt + 24, size);
	put32(vbt + 28, VBT_HEADER);
	for (size_t i = 0; i < size; i++)
		sum += vbt[i];
	vbt[26] = -sum;
}

void igd_opregion_fill(uint8_t opregion[IGD_OPREGION_SIZE])
{
	memset(opregion, 0, IGD_OPREGION_SIZE);
	memcpy(opregion, "IntelGraphicsMem", 16);
	put32(opregion + 16, IGD_OPREGION_SIZE / 1024);
	put32(opregion + 20, OPREGION_VERSION);
	memcpy(opregion + 24, "vGT", 3);
	put32(opregion + 88, MBOX_ACPI | MBOX_ASLE);
	put_vbt(opregion + VBT_OFFSET);
}
