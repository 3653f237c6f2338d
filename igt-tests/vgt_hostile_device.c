// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A hostile guest: BARs, configuration space, interrupts, PVINFO, EDID (lib/scene.c).
 */
#define _GNU_SOURCE
#include <linux/vfio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "scene.h"

#define EDID_SIZE	offsetof(struct vfio_region_gfx_edid, edid_size)
#define EDID_LINK	offsetof(struct vfio_region_gfx_edid, link_state)

/* Sizes and places that no driver would use. */
subtest(access_sizes)
{
	static const unsigned int sizes[] = { 1, 2, 3, 4, 5, 7, 8, 12 };
	static const uint32_t borders[] = {
		VFIO_BAR0_REGISTERS, VFIO_GGTT, VFIO_BAR0_SIZE, 0x78000, 0x79000, 0x1000,
	};
	struct scene *s = scene_start();
	uint8_t data[16] = { };

	for (uint32_t at = 0; at < VFIO_BAR0_SIZE; at += 0x1fff)
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			vgt_assert(vfio_read(&s->v, VFIO_BAR0, at, data, sizes[i]) > 0);
	for (size_t b = 0; b < ARRAY_SIZE(borders); b++) {
		for (int off = -15; off < 8; off++) {
			for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
				int64_t left = (int64_t)VFIO_BAR0_SIZE - borders[b] - off;
				int n = vfio_read(&s->v, VFIO_BAR0, borders[b] + off, data,
						  sizes[i]);

				if (left <= 0)
					vgt_assert_eq(n, -EINVAL);
				else
					vgt_assert_eq(n, left < sizes[i] ? left : sizes[i]);
				memset(data, 0xa5, sizeof(data));
				vfio_write(&s->v, VFIO_BAR0, borders[b] + off, data, sizes[i]);
			}
		}
	}
	vgt_assert_eq(vfio_read(&s->v, VFIO_BAR0, VFIO_BAR0_SIZE + (1ull << 39), data, 4), -EINVAL);
	vgt_assert_eq(vfio_read(&s->v, 5, 0, data, 4), -EINVAL);
	vgt_assert_eq(vfio_read(&s->v, 200, 0, data, 4), -EINVAL);
	counted("ggtt_refused", 1);
	counted("registers_unknown", 100);
	scene_end(s);
}

subtest(bar0_garbage)
{
	static uint32_t data[0x10000 / 4];
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);

	emit_gate(c, s->d.results + 64, 1);
	context_submit(c);
	for (uint32_t at = 0; at < VFIO_BAR0_REGISTERS; at += sizeof(data)) {
		for (size_t i = 0; i < ARRAY_SIZE(data); i++)
			data[i] = vgt_random();
		vgt_assert_eq(vfio_write(&s->v, VFIO_BAR0, at, data, sizeof(data)), sizeof(data));
		vgt_assert_eq(vfio_read(&s->v, VFIO_BAR0, at, data, sizeof(data)), sizeof(data));
	}
	counted("registers_refused", 100);
	counted("registers_unknown", 1000);
	scene_end(s);
}

/* In the aperture, outside of its slice. */
subtest(aperture)
{
	struct scene *s = scene_start();
	uint32_t val = 0xbad;
	void *map;

	for (uint64_t at = 0; at < s->v.low; at += s->v.low / 64) {
		vfio_write(&s->v, VFIO_BAR2, at, &val, sizeof(val));
		vfio_read(&s->v, VFIO_BAR2, at, &val, sizeof(val));
		vgt_assert_eq(val, 0);
		val = 0xbad;
	}
	for (int64_t off = -1; off <= 1; off += 2) {
		map = mmap(NULL, s->v.low_size, PROT_READ | PROT_WRITE, MAP_SHARED, s->v.device,
			   ((uint64_t)VFIO_BAR2 << 40) + s->v.low + off * PAGE);
		vgt_assert(map == MAP_FAILED);
	}
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, s->v.device, (uint64_t)VFIO_BAR0 << 40);
	vgt_assert(map == MAP_FAILED);
	map = mremap(s->v.aperture, s->v.low_size, s->v.low_size + PAGE, MREMAP_MAYMOVE);
	vgt_assert(map == MAP_FAILED);
	scene_end(s);
}

static void config_write(struct scene *s, uint32_t at, uint32_t val, unsigned int size)
{
	vfio_write(&s->v, VFIO_CONFIG, at, &val, size);
}

subtest(config_space)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	uint32_t val;

	emit_gate(c, s->d.results + 64, 1);
	emit_store(c, s->d.results, 0x600d);
	context_submit(c);
	for (unsigned int i = 0; i < 400; i++) {
		config_write(s, 0x04, i & 7, 2);			/* decoding on and off */
		config_write(s, 0x10, i & 1 ? ~0u : vgt_random(), 4);	/* BAR0: sizing, anywhere */
		config_write(s, 0x14, i & 2 ? ~0u : vgt_random() & 0xff, 4);
		config_write(s, 0x18, vgt_random(), 4);			/* BAR2 */
		config_write(s, 0xae, i & 1, 2);			/* MSI */
		config_write(s, 0xd4, i & 3, 2);			/* power state */
		config_write(s, vgt_random() % 256, vgt_random(), 1 + vgt_random() % 4);
		vfio_read(&s->v, VFIO_CONFIG, vgt_random() % 260, &val, 1 + vgt_random() % 4);
	}
	vfio_read(&s->v, VFIO_CONFIG, 0, &val, 4);
	vgt_assert_eq(val & 0xffff, 0x8086);
	config_write(s, 0x10, ~0u, 4);
	vfio_read(&s->v, VFIO_CONFIG, 0x10, &val, 4);
	vgt_assert_eq(val, (uint32_t)-VFIO_BAR0_SIZE | 4);
	/* None of that is the engine's business. */
	*driver_result(&s->d, 16) = 1;
	vgt_assert(driver_settle(&s->d, e, PATIENCE));
	vgt_assert_eq(*driver_result(&s->d, 0), 0x600d);
	scene_end(s);
}

static void toggle_interrupts(struct scene *s, unsigned int i, int eventfd)
{
	vfio_set_reg(&s->v, GEN8_MASTER_IRQ, i & 1 ? GEN8_MASTER_IRQ_CONTROL : 0);
	vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(i & 3) + IRQ_IMR, i & 2 ? ~0u : 0);
	vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(i & 3) + IRQ_IER, i & 4 ? ~0u : 0);
	vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(i & 3) + IRQ_IIR, ~0u);
	if (i % 8 == 0)
		vfio_irq(&s->v, VFIO_PCI_MSI_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER |
			 VFIO_IRQ_SET_DATA_EVENTFD, i & 8 ? eventfd : -1);
	if (i % 8 == 4)
		vfio_irq(&s->v, VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER |
			 VFIO_IRQ_SET_DATA_EVENTFD, i & 8 ? eventfd : -1);
	vfio_irq(&s->v, VFIO_PCI_INTX_IRQ_INDEX, VFIO_IRQ_SET_DATA_NONE |
		 (i & 1 ? VFIO_IRQ_SET_ACTION_MASK : VFIO_IRQ_SET_ACTION_UNMASK), 0);
}

subtest(interrupt_storm)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);
	int event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	uint64_t n = 0;

	for (unsigned int i = 0; i < 1500; i++) {
		if (i % 16 == 0 && driver_settle(&s->d, e, 0)) {
			for (int k = 0; k < 50; k++)
				emit(c, MI_USER_INTERRUPT);
			context_submit(c);
		}
		toggle_interrupts(s, i, event);
	}
	for (uint32_t index = 0; index < 10; index++)
		for (uint32_t flags = 0; flags < 64; flags++)
			vfio_irq(&s->v, index, flags, flags & 4 ? 12345 : 0);
	vgt_assert(driver_settle(&s->d, e, PATIENCE));

	/* In order again, it is told. */
	close(vfio_listen(&s->v, VFIO_PCI_MSI_IRQ_INDEX));
	event = vfio_listen(&s->v, VFIO_PCI_MSI_IRQ_INDEX);
	for (int bank = 0; bank < 4; bank++) {
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IER, ~0u);
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IMR, 0);
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IIR, ~0u);
		vfio_set_reg(&s->v, GEN8_GT_IRQ_BASE(bank) + IRQ_IIR, ~0u);
	}
	vfio_set_reg(&s->v, GEN8_MASTER_IRQ, GEN8_MASTER_IRQ_CONTROL);
	emit(c, MI_USER_INTERRUPT, MI_NOOP);
	vgt_assert(context_run(c, PATIENCE));
	vgt_sleep(0.05);
	vgt_assert(read(event, &n, sizeof(n)) == sizeof(n) && n > 0);
	counted("register_writes", 6000);
	scene_end(s);
}

subtest(pvinfo)
{
	struct scene *s = scene_start();
	struct context *c = context_new(&s->d, e, 1);

	scene_store(s, c, 1);
	for (unsigned int i = 0; i < 2000; i++) {
		vfio_set_reg(&s->v, 0x78838 + 4 * (vgt_random() % 10),
			     i & 1 ? vgt_random() : (uint32_t)c->pml4);
		vfio_set_reg(&s->v, 0x78818, i & 2 ? vgt_random() : vgt_random() % 10);
	}
	for (uint32_t at = 0x78000; at < 0x79000; at += 4)
		vfio_set_reg(&s->v, at, vgt_random());
	counted("registers_refused", 500);
	vgt_assert_eq(vfio_reg(&s->v, 0x78000), 0x76544776);
	vgt_assert_eq(vfio_reg(&s->v, 0x78040), s->v.low);
	scene_store(s, c, 2);
	scene_end(s);
}

subtest(edid)
{
	struct scene *s = scene_start();
	struct vfio_region_gfx_edid header;
	uint32_t val;

	for (unsigned int i = 0; i < 1000; i++) {
		val = vgt_random();
		vfio_write(&s->v, VFIO_EDID, vgt_random() % 600, &val, 1 + i % 4);
		val = i % 8 * 64;
		vfio_write(&s->v, VFIO_EDID, EDID_SIZE, &val, 4);
		val = i % 5;
		vfio_write(&s->v, VFIO_EDID, EDID_LINK, &val, 4);
		vfio_reg(&s->v, 0xc4000 + 4 * (i % 4));
	}
	val = ~0u;
	vgt_assert_eq(vfio_write(&s->v, VFIO_EDID, EDID_SIZE, &val, 4), -EINVAL);
	vgt_assert(vfio_read(&s->v, VFIO_EDID, 0, &header, sizeof(header)) > 0);
	vgt_assert(header.edid_size <= header.edid_max_size);
	scene_end(s);
}

static const struct vgt_subtest subtests[] = {
	{ "access-sizes",
	  "reads and writes of all sizes, misaligned, across borders, beyond the end",
	  access_sizes, false },
	{ "bar0-garbage",
	  "random values in every register, while the engine works",
	  bar0_garbage, true },
	{ "aperture",
	  "the aperture outside of its slice",
	  aperture, false },
	{ "config-space",
	  "BARs sized, moved, switched off and on, MSI and power states, while the engine works",
	  config_space, true },
	{ "interrupt-storm",
	  "interrupts masked, unmasked, listened to and not, while they arise",
	  interrupt_storm, true },
	{ "pvinfo",
	  "garbage in the notifications",
	  pvinfo, true },
	{ "edid",
	  "garbage in the EDID region",
	  edid, false },
};

VGT_MAIN(true, "A hostile guest's accesses to its device, while another guest and the host work.")
