/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef SHIM_LINUX_BITMAP_H
#define SHIM_LINUX_BITMAP_H

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <string.h>

#define BITS_PER_LONG		64
#define BITS_TO_LONGS(n)	(((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

static inline bool test_bit(unsigned long n, const unsigned long *map)
{
	return map[n / BITS_PER_LONG] >> (n % BITS_PER_LONG) & 1;
}

static inline void set_bit(unsigned long n, unsigned long *map)
{
	__atomic_fetch_or(&map[n / BITS_PER_LONG], BIT(n % BITS_PER_LONG), __ATOMIC_RELAXED);
}

static inline void clear_bit(unsigned long n, unsigned long *map)
{
	__atomic_fetch_and(&map[n / BITS_PER_LONG], ~BIT(n % BITS_PER_LONG), __ATOMIC_RELAXED);
}

static inline bool test_and_set_bit(unsigned long n, unsigned long *map)
{
	bool old = test_bit(n, map);

	set_bit(n, map);
	return old;
}

static inline bool test_and_clear_bit(unsigned long n, unsigned long *map)
{
	bool old = test_bit(n, map);

	clear_bit(n, map);
	return old;
}

static inline void bitmap_zero(unsigned long *map, unsigned int bits)
{
	memset(map, 0, BITS_TO_LONGS(bits) * sizeof(*map));
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int bits)
{
	memcpy(to, from, BITS_TO_LONGS(bits) * sizeof(*to));
}

static inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int count)
{
	while (count--)
		set_bit(start++, map);
}

static inline void bitmap_clear(unsigned long *map, unsigned int start, unsigned int count)
{
	while (count--)
		clear_bit(start++, map);
}

static inline unsigned int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	unsigned int i, n = 0;

	for (i = 0; i < bits; i++)
		n += test_bit(i, map);
	return n;
}

static inline bool bitmap_empty(const unsigned long *map, unsigned int bits)
{
	return !bitmap_weight(map, bits);
}

static inline unsigned long find_next_bit(const unsigned long *map, unsigned long size,
					  unsigned long from)
{
	while (from < size && !test_bit(from, map))
		from++;
	return from < size ? from : size;
}

static inline unsigned long find_next_zero_bit(const unsigned long *map, unsigned long size,
					       unsigned long from)
{
	while (from < size && test_bit(from, map))
		from++;
	return from < size ? from : size;
}

#define find_first_bit(map, size)	find_next_bit(map, size, 0)
#define find_first_zero_bit(map, size)	find_next_zero_bit(map, size, 0)
#define for_each_set_bit(bit, map, size) \
	for ((bit) = find_first_bit(map, size); (bit) < (size); \
	     (bit) = find_next_bit(map, size, (bit) + 1))

/* First of @count free bits in a row; beyond @size: there are none. */
static inline unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size,
						       unsigned long start, unsigned int count,
						       unsigned long align_mask)
{
	unsigned long first, next;

	for (;;) {
		first = find_next_zero_bit(map, size, start);
		first = (first + align_mask) & ~align_mask;
		if (first + count > size)
			return first + count;
		next = find_next_bit(map, first + count, first);
		if (next == first + count)
			return first;
		start = next + 1;
	}
}

static inline unsigned long *bitmap_zalloc(unsigned int bits, int flags)
{
	(void)flags;
	return kcalloc(BITS_TO_LONGS(bits), sizeof(unsigned long), flags);
}

static inline void bitmap_free(const unsigned long *map)
{
	kfree(map);
}

#endif
