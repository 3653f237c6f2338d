// SPDX-License-Identifier: GPL-2.0 OR MIT
#include "igd_aperture.h"
#include "igd_priv.h"

uint64_t igd_aperture_size(const struct igd *gd)
{
	return (uint64_t)gd->cfg.aperture_mb << 20;
}

/*
 * One access may touch two places: it may cross a page, and under a fence the
 * 16 bytes of a Y tile's word.  The bytes from @addr on that lie together:
 */
static unsigned int piece(struct igd *gd, uint64_t addr, unsigned int size, uint64_t *to)
{
	const struct igd_fence *fence = igd_fence_at(gd, addr / IGD_PAGE_SIZE);
	unsigned int left;

	*to = fence ? igd_fence_detile(fence, addr) : addr;
	left = fence ? 16 - addr % 16 : IGD_PAGE_SIZE - addr % IGD_PAGE_SIZE;
	return size < left ? size : left;
}

static bool outside(struct igd *gd, uint64_t offset, unsigned int size)
{
	return size > sizeof(uint64_t) || offset >= igd_aperture_size(gd) ||
	       size > igd_aperture_size(gd) - offset;
}

uint64_t igd_core_aperture_read(struct igd *gd, uint64_t offset, unsigned int size)
{
	uint8_t byte[sizeof(uint64_t)];
	uint64_t val = 0;

	if (outside(gd, offset, size))
		return 0;
	for (unsigned int done = 0, n; done < size; done += n) {
		uint64_t addr;

		n = piece(gd, offset + done, size - done, &addr);
		igd_read(&gd->aperture, addr, byte + done, n);
	}
	for (unsigned int i = 0; i < size; i++)
		val |= (uint64_t)byte[i] << (8 * i);
	return val;
}

void igd_core_aperture_write(struct igd *gd, uint64_t offset, uint64_t val, unsigned int size)
{
	uint8_t byte[sizeof(uint64_t)];

	if (outside(gd, offset, size))
		return;
	for (unsigned int i = 0; i < size; i++)
		byte[i] = val >> (8 * i);
	for (unsigned int done = 0, n; done < size; done += n) {
		uint64_t addr;

		n = piece(gd, offset + done, size - done, &addr);
		igd_write(&gd->aperture, addr, byte + done, n);
	}
}

/*
 * The caller asks on every first touch, also of pages that nobody maps, so a
 * page that is not there breaks no rule.  What is there but is not RAM goes the
 * trapped way: a GPU's own BAR must not be reached through its aperture.
 */
bool igd_core_aperture_page(struct igd *gd, uint32_t page, uint64_t *pa)
{
	uint64_t pte;

	if (page >= igd_aperture_size(gd) / IGD_PAGE_SIZE || igd_fence_at(gd, page))
		return false;
	pte = igd_gtt_lookup(gd, page);
	if (!(pte & IGD_PTE_PRESENT))
		return false;
	*pa = pte & IGD_PTE_ADDR;
	return gd->ops->mem_map(gd->opaque, &igd_client_cpu, *pa, true);
}
