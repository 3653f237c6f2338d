// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Memory, as the CPU sees it through each of its windows, and the GPU. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"

#define GTT	I915_GEM_DOMAIN_GTT
#define CPU	I915_GEM_DOMAIN_CPU

#define STRIDE	2048u
#define HEIGHT	64u
#define SIZE	(STRIDE * HEIGHT)

static uint32_t pattern(uint32_t x, uint32_t y)
{
	return (y << 16 | x) ^ 0xa5000000;
}

/* The window that a test looks through, as dwords of a linear picture. */
struct window {
	struct bo bo;
	uint32_t tiling;
	uint32_t *gtt;
};

static struct window window_create(int fd, uint32_t tiling)
{
	struct window w = { .bo = bo_create(fd, SIZE), .tiling = tiling };

	if (tiling)
		gem_set_tiling(fd, w.bo.handle, tiling, STRIDE);
	w.gtt = gem_mmap(fd, w.bo.handle, SIZE, I915_MMAP_OFFSET_GTT);
	return w;
}

static uint32_t *window_memory(struct window *w, uint32_t x, uint32_t y)
{
	return &w->bo.u32[tiled_offset(w->tiling, STRIDE, 4 * x, y) / 4];
}

/* What is written through the aperture is found in memory, in the tiling's order. */
static void gtt_write(int fd, uint32_t tiling)
{
	struct window w = window_create(fd, tiling);

	gem_set_domain(fd, w.bo.handle, GTT, GTT);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < STRIDE / 4; x++)
			w.gtt[y * STRIDE / 4 + x] = pattern(x, y);
	gem_set_domain(fd, w.bo.handle, CPU, 0);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < STRIDE / 4; x++)
			vgt_assert_f(*window_memory(&w, x, y) == pattern(x, y),
				     "(%u, %u): %#x", x, y, *window_memory(&w, x, y));
}

static void gtt_read(int fd, uint32_t tiling)
{
	struct window w = window_create(fd, tiling);

	gem_set_domain(fd, w.bo.handle, CPU, CPU);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < STRIDE / 4; x++)
			*window_memory(&w, x, y) = pattern(x, y);
	gem_set_domain(fd, w.bo.handle, GTT, 0);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < STRIDE / 4; x++) {
			uint32_t got = w.gtt[y * STRIDE / 4 + x];

			vgt_assert_f(got == pattern(x, y), "(%u, %u): %#x", x, y, got);
		}
}

static void gtt_write_linear(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gtt_write(fd, I915_TILING_NONE);
}

static void gtt_write_x(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gtt_write(fd, I915_TILING_X);
}

static void gtt_write_y(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gtt_write(fd, I915_TILING_Y);
}

static void gtt_read_linear(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gtt_read(fd, I915_TILING_NONE);
}

static void gtt_read_x(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gtt_read(fd, I915_TILING_X);
}

static void gtt_read_y(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	gtt_read(fd, I915_TILING_Y);
}

/* Bytes, words and qwords, also where they do not end at a tile's column. */
static void gtt_sizes(int fd, const struct vgt_engine *unused)
{
	static const uint32_t tilings[] = { I915_TILING_NONE, I915_TILING_X, I915_TILING_Y };

	(void)unused;
	for (size_t t = 0; t < ARRAY_SIZE(tilings); t++) {
		struct window w = window_create(fd, tilings[t]);
		uint8_t *gtt = (uint8_t *)w.gtt;

		for (uint32_t i = 0; i < SIZE; i++)
			w.bo.u8[i] = i * 7 + i / 251;
		gem_set_domain(fd, w.bo.handle, GTT, GTT);
		for (int i = 0; i < 300; i++) {
			uint32_t size = 1u << vgt_random() % 4;
			uint32_t x = vgt_random() % (STRIDE / size) * size, y = vgt_random() % HEIGHT;
			uint8_t *p = gtt + y * STRIDE + x;
			uint64_t value = (uint64_t)vgt_random() << 32 | vgt_random(), got;
			uint8_t bytes[8];

			switch (size) {
			case 1:
				*(volatile uint8_t *)p = value;
				got = *(volatile uint8_t *)p;
				break;
			case 2:
				*(volatile uint16_t *)p = value;
				got = *(volatile uint16_t *)p;
				break;
			case 4:
				*(volatile uint32_t *)p = value;
				got = *(volatile uint32_t *)p;
				break;
			default:
				*(volatile uint64_t *)p = value;
				got = *(volatile uint64_t *)p;
			}
			vgt_assert_f(!memcmp(&got, &value, size), "%u bytes at (%u, %u) are read back as %#llx",
				     size, x, y, (unsigned long long)got);
			for (uint32_t j = 0; j < size; j++)
				bytes[j] = w.bo.u8[tiled_offset(w.tiling, STRIDE, x + j, y)];
			vgt_assert_f(!memcmp(bytes, &value, size), "%u bytes at (%u, %u)", size, x, y);
		}
		munmap(w.gtt, SIZE);
	}
}

/* More tiled objects than there are fences: each still sees its own tiling. */
static void fence_steal(int fd, const struct vgt_engine *unused)
{
	static const uint32_t tilings[] = { I915_TILING_X, I915_TILING_Y };
	int fences = gem_getparam(fd, I915_PARAM_NUM_FENCES_AVAIL);
	uint32_t count = fences + 8;
	struct window *w = calloc(count, sizeof(*w));

	(void)unused;
	vgt_assert(fences > 0 && w);
	for (uint32_t i = 0; i < count; i++) {
		w[i] = window_create(fd, tilings[i % 2]);
		gem_set_domain(fd, w[i].bo.handle, GTT, GTT);
	}
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < count; i++)
			w[i].gtt[(round + 9) * STRIDE / 4 + 301] = i << 8 | round;
	}
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < count; i++)
			vgt_assert_eq(*window_memory(&w[i], 301, round + 9), i << 8 | round);
	}
}

/* The tiling of an object is changed under its mapping. */
static void fence_change(int fd, const struct vgt_engine *unused)
{
	static const uint32_t tilings[] = {
		I915_TILING_X, I915_TILING_NONE, I915_TILING_Y, I915_TILING_X, I915_TILING_Y,
	};
	struct window w = window_create(fd, I915_TILING_NONE);

	(void)unused;
	for (uint32_t i = 0; i < ARRAY_SIZE(tilings); i++) {
		w.tiling = tilings[i];
		gem_set_tiling(fd, w.bo.handle, w.tiling, STRIDE);
		gem_set_domain(fd, w.bo.handle, GTT, GTT);
		for (uint32_t y = 0; y < HEIGHT; y += 5)
			w.gtt[y * STRIDE / 4 + 77] = i << 16 | y;
		gem_set_domain(fd, w.bo.handle, CPU, 0);
		for (uint32_t y = 0; y < HEIGHT; y += 5)
			vgt_assert_eq(*window_memory(&w, 77, y), i << 16 | y);
	}
}

/* pread and pwrite move bytes as they lie in memory, whatever the tiling. */
static void pread_pwrite(int fd, uint32_t tiling)
{
	struct window w = window_create(fd, tiling);
	uint8_t *raw = malloc(SIZE);

	gem_set_domain(fd, w.bo.handle, GTT, GTT);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < STRIDE / 4; x++)
			w.gtt[y * STRIDE / 4 + x] = pattern(x, y);
	gem_pread(fd, w.bo.handle, 0, raw, SIZE);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < STRIDE; x++) {
			uint32_t dw = pattern(x / 4, y);

			vgt_assert_eq(raw[tiled_offset(tiling, STRIDE, x, y)], dw >> 8 * (x % 4) & 0xff);
		}

	for (uint32_t i = 0; i < SIZE; i++)
		raw[i] = vgt_random();
	/* Neither beginning nor ending at a page, a tile or a dword. */
	gem_pwrite(fd, w.bo.handle, 4099, raw + 4099, SIZE / 2 + 1);
	gem_set_domain(fd, w.bo.handle, GTT, 0);
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < STRIDE; x += 3) {
			uint64_t i = tiled_offset(tiling, STRIDE, x, y);
			bool changed = i >= 4099 && i < 4099 + SIZE / 2 + 1;
			uint8_t want = changed ? raw[i] : pattern(x / 4, y) >> 8 * (x % 4);

			vgt_assert_eq(((volatile uint8_t *)w.gtt)[y * STRIDE + x], want);
		}
}

static void pread_linear(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	pread_pwrite(fd, I915_TILING_NONE);
}

static void pread_x(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	pread_pwrite(fd, I915_TILING_X);
}

static void pread_y(int fd, const struct vgt_engine *unused)
{
	(void)unused;
	pread_pwrite(fd, I915_TILING_Y);
}

/* One object in three kinds of mapping at once. */
static void mmap_kinds(int fd, const struct vgt_engine *unused)
{
	static const uint64_t kinds[] = { I915_MMAP_OFFSET_WB, I915_MMAP_OFFSET_WC, I915_MMAP_OFFSET_GTT };
	uint32_t handle = gem_create(fd, 65536);
	volatile uint32_t *map[3];

	(void)unused;
	for (int i = 0; i < 3; i++)
		map[i] = gem_mmap(fd, handle, 65536, kinds[i]);
	for (int w = 0; w < 3; w++) {
		gem_set_domain(fd, handle, w ? GTT : CPU, w ? GTT : CPU);
		for (int i = 0; i < 16; i++)
			map[w][1024 * i + i] = 0x100 * w + i;
		for (int r = 0; r < 3; r++) {
			gem_set_domain(fd, handle, r ? GTT : CPU, 0);
			for (int i = 0; i < 16; i++)
				vgt_assert_f(map[r][1024 * i + i] == 0x100u * w + i,
					     "written through map %d, read through %d: %#x", w, r,
					     map[r][1024 * i + i]);
		}
	}
}

/* GPU and CPU, the latter through each mapping, see what the other has written last. */
static void coherency(int fd, const struct vgt_engine *e)
{
	static const uint64_t kinds[] = { I915_MMAP_OFFSET_WB, I915_MMAP_OFFSET_WC, I915_MMAP_OFFSET_GTT };

	for (int k = 0; k < 3; k++) {
		uint32_t domain = k ? GTT : CPU;
		struct bo bo = bo_create(fd, 8192);
		volatile uint32_t *map = gem_mmap(fd, bo.handle, bo.size, kinds[k]);
		struct batch b;

		batch_init(&b, fd, 4096);
		batch_use(&b, &bo, true);
		batch_emit(&b, MI_COPY_MEM_MEM);
		batch_emit_addr(&b, bo.addr + 4096);
		batch_emit_addr(&b, bo.addr);
		batch_end(&b);
		for (uint32_t i = 1; i < 20; i++) {
			gem_set_domain(fd, bo.handle, domain, domain);
			map[0] = 0x11 * i;
			batch_exec(&b, e);
			gem_set_domain(fd, bo.handle, domain, 0);
			vgt_assert_f(map[1024] == 0x11 * i, "mapping %d: %#x instead of %#x", k,
				     map[1024], 0x11 * i);
		}
	}
}

/* The GPU writes raw memory of a tiled object, the CPU finds it through the fence. */
static void fence_and_gpu(int fd, const struct vgt_engine *e)
{
	static const uint32_t tilings[] = { I915_TILING_X, I915_TILING_Y };

	for (size_t t = 0; t < ARRAY_SIZE(tilings); t++) {
		struct window w = window_create(fd, tilings[t]);
		struct batch b;

		batch_init(&b, fd, 4096);
		batch_use(&b, &w.bo, true);
		for (uint32_t y = 0; y < HEIGHT; y += 3)
			batch_store(&b, &w.bo, tiled_offset(w.tiling, STRIDE, 4 * (5 * y + 1), y), y + 1);
		batch_end(&b);
		batch_exec(&b, e);
		gem_set_domain(fd, w.bo.handle, GTT, 0);
		for (uint32_t y = 0; y < HEIGHT; y += 3)
			vgt_assert_eq(w.gtt[y * STRIDE / 4 + 5 * y + 1], y + 1);
	}
}

static struct bo userptr(int fd, void *memory, uint64_t size, uint32_t flags)
{
	struct drm_i915_gem_userptr arg = {
		.user_ptr = (uintptr_t)memory, .user_size = size, .flags = flags,
	};

	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_USERPTR, &arg);
	return (struct bo){ .handle = arg.handle, .size = size, .addr = 0x50000000, .map = memory };
}

static uint32_t *anonymous(uint64_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	vgt_assert(memory != MAP_FAILED);
	return memory;
}

static void userptr_write(int fd, const struct vgt_engine *e)
{
	struct bo bo = userptr(fd, anonymous(65536), 65536, 0);
	struct batch b;

	for (uint32_t i = 0; i < 16; i++)
		bo.u32[1024 * i] = 0x300 + i;
	batch_init(&b, fd, 4096);
	batch_use(&b, &bo, true);
	for (uint32_t i = 0; i < 16; i++) {
		batch_emit(&b, MI_COPY_MEM_MEM);
		batch_emit_addr(&b, bo.addr + 4096 * i + 4);
		batch_emit_addr(&b, bo.addr + 4096 * (15 - i));
	}
	batch_end(&b);
	batch_run(&b, e);
	for (uint32_t i = 0; i < 16; i++)
		vgt_assert_eq(bo.u32[1024 * i + 1], 0x300 + 15 - i);
}

/* Writes through a read-only page-table entry are lost, and what follows is done. */
static void userptr_read_only(int fd, const struct vgt_engine *e)
{
	struct bo bo = userptr(fd, anonymous(4096), 4096, I915_USERPTR_READ_ONLY);
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	bo.u32[0] = 0x12121212;
	batch_init(&b, fd, 4096);
	batch_use(&b, &bo, false);
	batch_use(&b, &out, true);
	batch_store(&b, &bo, 0, 0xbad);
	batch_emit(&b, MI_COPY_MEM_MEM);
	batch_emit_addr(&b, out.addr);
	batch_emit_addr(&b, bo.addr);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(bo.u32[0], 0x12121212);
	vgt_assert_eq(out.u32[0], 0x12121212);
}

static const struct vgt_subtest subtests[] = {
	{ "gtt-write-linear", "writes through the aperture reach memory", gtt_write_linear, false },
	{ "gtt-write-x", "writes through an X fence, against detiling by the CPU", gtt_write_x, false },
	{ "gtt-write-y", "writes through a Y fence, against detiling by the CPU", gtt_write_y, false },
	{ "gtt-read-linear", "reads through the aperture", gtt_read_linear, false },
	{ "gtt-read-x", "reads through an X fence, against tiling by the CPU", gtt_read_x, false },
	{ "gtt-read-y", "reads through a Y fence, against tiling by the CPU", gtt_read_y, false },
	{ "gtt-sizes", "accesses of 1 to 8 bytes through the aperture and fences", gtt_sizes, false },
	{ "fence-steal", "more tiled objects than fences", fence_steal, false },
	{ "fence-change", "the tiling of an object changes under its mapping", fence_change, false },
	{ "pread-pwrite-linear", "pread and pwrite of a linear object", pread_linear, false },
	{ "pread-pwrite-x", "pread and pwrite of an X-tiled object", pread_x, false },
	{ "pread-pwrite-y", "pread and pwrite of a Y-tiled object", pread_y, false },
	{ "mmap-kinds", "WB, WC and aperture mappings show the same memory", mmap_kinds, false },
	{ "coherency", "CPU and GPU see each other's writes through each mapping", coherency, true },
	{ "fence-and-gpu", "a GPU write is found through the fence", fence_and_gpu, true },
	{ "userptr-write", "the GPU writes memory of the process", userptr_write, true },
	{ "userptr-read-only", "GPU writes to read-only pages are dropped", userptr_read_only, true },
};

VGT_MAIN(true, "Memory, as the CPU sees it through each of its windows, and the GPU")
