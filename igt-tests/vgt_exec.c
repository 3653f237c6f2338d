// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What the command streamers execute. */
#include <sys/mman.h>
#include <unistd.h>

#include "batch.h"

static void basic(int fd, const struct vgt_engine *e)
{
	struct batch b;

	batch_init(&b, fd, 4096);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(gem_busy(fd, b.bo.handle), 0);
	batch_fini(&b);
}

/* The last of many tiny batches stores; each request must have had its turn before. */
static void nop_storm(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch nop, last;

	batch_init(&nop, fd, 4096);
	batch_end(&nop);
	for (int i = 0; i < 500; i++)
		batch_exec(&nop, e);
	batch_init(&last, fd, 4096);
	batch_use(&last, &out, true);
	batch_store(&last, &out, 0, 0xc0ffee);
	batch_end(&last);
	batch_run(&last, e);
	vgt_assert_eq(out.u32[0], 0xc0ffee);
	vgt_assert_eq(gem_busy(fd, nop.bo.handle), 0);
}

static void store_dword(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 64 << 10);
	struct batch b;

	batch_init(&b, fd, 8192);
	batch_use(&b, &out, true);
	for (int i = 0; i < 16; i++)
		batch_store(&b, &out, 4096 * i + 4 * i, 0x1000 + i);
	batch_end(&b);
	batch_run(&b, e);
	for (uint32_t i = 0; i < out.size / 4; i++)
		vgt_assert_eq(out.u32[i], i % 1025 ? 0 : 0x1000 + i / 1025);
}

static void store_qword(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_emit(&b, MI_STORE_QWORD_IMM);
	batch_emit_addr(&b, out.addr + 16);
	batch_emit(&b, 0x89abcdef);
	batch_emit(&b, 0x01234567);
	batch_end(&b);
	batch_run(&b, e);
	for (int i = 0; i < 512; i++)
		vgt_assert_eq(out.u64[i], i == 2 ? 0x0123456789abcdefull : 0);
}

/* Addresses above 4 GiB and in the upper half of the 48 bits. */
static void store_high(int fd, const struct vgt_engine *e)
{
	static const uint64_t addr[] = { 1ull << 32, 3ull << 39 | 5ull << 30, 0xffff00000000 };
	struct bo out[ARRAY_SIZE(addr)];
	struct batch b;

	batch_init(&b, fd, 4096);
	for (size_t i = 0; i < ARRAY_SIZE(addr); i++) {
		out[i] = bo_create(fd, 4096);
		out[i].addr = addr[i];
		batch_use(&b, &out[i], true);
		/* The execbuffer wants addresses with bit 47 extended. */
		b.objects[b.num_objects - 1].offset = (int64_t)(addr[i] << 16) >> 16;
		batch_store(&b, &out[i], 4 * i, 0xaa00 + i);
	}
	batch_end(&b);
	batch_run(&b, e);
	for (size_t i = 0; i < ARRAY_SIZE(addr); i++) {
		for (size_t j = 0; j < 1024; j++)
			vgt_assert_eq(out[i].u32[j], j == i ? 0xaa00 + i : 0);
	}
}

/*
 * A user's batch has no business in the GGTT: a store with that bit is not
 * carried out, neither there nor at the same address of the PPGTT, and what
 * follows it is.
 */
static void store_ggtt_denied(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_emit(&b, MI_STORE_DWORD_IMM | MI_USE_GGTT);
	batch_emit_addr(&b, out.addr);
	batch_emit(&b, 0xbad);
	batch_store(&b, &out, 4, 0x600d);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u32[0], 0);
	vgt_assert_eq(out.u32[1], 0x600d);
}

/* A user's batch cannot load a privileged register: the ring's interrupt mask keeps its value. */
static void load_reg_denied(int fd, const struct vgt_engine *e)
{
	const uint32_t hwstam = e->base + 0x98;
	struct bo out = bo_create(fd, 4096);
	struct batch b;
	int err;

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_load_imm(&b, hwstam, 0x5a5a5a5a);
	batch_store(&b, &out, 4, 0x600d);
	batch_end(&b);
	err = batch_try_exec(&b, e, NULL);
	if (is_bcs(e)) {
		/* The kernel's command parser is in the way, and says no. */
		vgt_assert_eq(-err, EACCES);
		return;
	}
	vgt_assert_eq(-err, 0);
	gem_wait(fd, b.bo.handle);
	vgt_assert_eq(out.u32[1], 0x600d);

	b.pos = 0;
	batch_store_reg(&b, hwstam, &out, 8);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_f(out.u32[2] != 0x5a5a5a5a, "the register was written");
}

static void large_batch(int fd, const struct vgt_engine *e)
{
	const uint32_t size = 512 << 10;
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	batch_init(&b, fd, size);
	batch_use(&b, &out, true);
	batch_store(&b, &out, 0, 1);
	b.pos = size / 8;
	batch_store(&b, &out, 4, 2);
	b.pos = size / 4 - 8;
	batch_store(&b, &out, 8, 3);
	batch_end(&b);
	batch_run(&b, e);
	for (int i = 0; i < 3; i++)
		vgt_assert_eq(out.u32[i], i + 1);
}

/* A called batch returns to its caller, and sees what the caller did before. */
static void second_level(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096), callee = bo_create(fd, 4096);
	struct batch b, sub;
	int err;

	batch_init(&sub, fd, 4096);
	bo_destroy(fd, &sub.bo);
	sub.bo = callee;
	batch_load_imm(&sub, GPR(e, 1), 100);
	batch_add_gpr(&sub, 0, 1);
	batch_end(&sub);

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_use(&b, &callee, false);
	batch_load_imm(&b, GPR(e, 0), 7);
	batch_load_imm(&b, GPR(e, 0) + 4, 0);
	batch_load_imm(&b, GPR(e, 1) + 4, 0);
	for (int i = 0; i < 3; i++) {
		batch_emit(&b, MI_BATCH_BUFFER_START | MI_SECOND_LEVEL);
		batch_emit_addr(&b, callee.addr);
	}
	batch_store_reg(&b, GPR(e, 0), &out, 0);
	batch_end(&b);
	err = batch_try_exec(&b, e, NULL);
	if (is_bcs(e)) {
		/* The kernel's command parser does not allow calls. */
		vgt_assert_eq(-err, EACCES);
		return;
	}
	vgt_assert_eq(-err, 0);
	gem_wait(fd, b.bo.handle);
	vgt_assert_eq(out.u32[0], 307);
}

/* A first-level start is a jump: nothing comes back. */
static void chain(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096), next = bo_create(fd, 4096);
	struct batch b, tail;
	int err;

	batch_init(&tail, fd, 4096);
	bo_destroy(fd, &tail.bo);
	tail.bo = next;
	batch_store(&tail, &out, 4, 2);
	batch_end(&tail);

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_use(&b, &next, false);
	batch_store(&b, &out, 0, 1);
	batch_jump(&b, next.addr);
	batch_store(&b, &out, 8, 3);
	batch_end(&b);
	err = batch_try_exec(&b, e, NULL);
	if (is_bcs(e)) {
		vgt_assert_eq(-err, EINVAL);
		return;
	}
	vgt_assert_eq(-err, 0);
	gem_wait(fd, b.bo.handle);
	vgt_assert_eq(out.u32[0], 1);
	vgt_assert_eq(out.u32[1], 2);
	vgt_assert_eq(out.u32[2], 0);
}

/* A counted loop: memory is read anew at each conditional end. */
static void cond_end(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;
	uint64_t loop;

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	for (int n = 0; n < 3; n++)
		batch_load_imm(&b, GPR(e, n) + 4, 0);
	batch_load_imm(&b, GPR(e, 0), 20);		/* left */
	batch_load_imm(&b, GPR(e, 1), 0xffffffff);	/* -1, in the low half */
	batch_load_imm(&b, GPR(e, 2), 0);		/* done */
	batch_load_imm(&b, GPR(e, 3), 1);
	batch_load_imm(&b, GPR(e, 3) + 4, 0);
	loop = b.bo.addr + 4 * b.pos;
	batch_add_gpr(&b, 2, 3);
	batch_store_reg(&b, GPR(e, 2), &out, 0);
	batch_add_gpr(&b, 0, 1);
	batch_store_reg(&b, GPR(e, 0), &out, 4);
	batch_emit(&b, MI_COND_BATCH_END);
	batch_emit(&b, 5);
	batch_emit_addr(&b, out.addr + 4);
	batch_jump(&b, loop);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u32[1], 5);
	vgt_assert_eq(out.u32[0], 15);
}

static void math(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_load_imm(&b, GPR(e, 4), 0xfffffff0);
	batch_load_imm(&b, GPR(e, 4) + 4, 0x1);
	batch_load_imm(&b, GPR(e, 5), 0x11);
	batch_load_imm(&b, GPR(e, 5) + 4, 0x10);
	batch_add_gpr(&b, 4, 5);
	batch_store_reg(&b, GPR(e, 4), &out, 0);
	batch_store_reg(&b, GPR(e, 4) + 4, &out, 4);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u64[0], 0x1200000001ull);
}

/* memory -> register -> register -> memory, and memory -> memory */
static void copy_data(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	out.u32[0] = 0xfeedface;
	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_emit(&b, MI_LOAD_REGISTER_MEM);
	batch_emit(&b, GPR(e, 8));
	batch_emit_addr(&b, out.addr);
	batch_emit(&b, MI_LOAD_REGISTER_REG);
	batch_emit(&b, GPR(e, 8));
	batch_emit(&b, GPR(e, 9));
	batch_store_reg(&b, GPR(e, 9), &out, 64);
	batch_emit(&b, MI_COPY_MEM_MEM);
	batch_emit_addr(&b, out.addr + 128);
	batch_emit_addr(&b, out.addr + 64);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u32[16], 0xfeedface);
	vgt_assert_eq(out.u32[32], 0xfeedface);
}

static void atomic_inc(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	out.u32[3] = 40;
	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	for (int i = 0; i < 2; i++) {
		batch_emit(&b, MI_ATOMIC_INC);
		batch_emit_addr(&b, out.addr + 12);
	}
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u32[3], 42);
	vgt_assert_eq(out.u32[2] | out.u32[4], 0);
}

static void flush_store(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	if (e->class == I915_ENGINE_CLASS_RENDER) {
		batch_emit(&b, PIPE_CONTROL);
		batch_emit(&b, 1 << 14 | 1 << 20);	/* write immediate, stall */
	} else {
		batch_emit(&b, MI_FLUSH_DW | 1 << 14);
	}
	batch_emit_addr(&b, out.addr + 8);
	batch_emit(&b, 0x55667788);
	batch_emit(&b, 0x11223344);
	batch_end(&b);
	batch_run(&b, e);
	vgt_assert_eq(out.u64[0], 0);
	vgt_assert_eq(out.u64[1], 0x1122334455667788ull);
	vgt_assert_eq(out.u64[2], 0);
}

/* The engine's clock and ours agree. */
static void timestamp(int fd, const struct vgt_engine *e)
{
	int hz = gem_getparam(fd, I915_PARAM_CS_TIMESTAMP_FREQUENCY);
	struct bo out = bo_create(fd, 4096);
	struct batch b[2];
	double before[2], after[2], ticks;

	for (int i = 0; i < 2; i++) {
		batch_init(&b[i], fd, 4096);
		batch_use(&b[i], &out, true);
		batch_store_reg(&b[i], RING_TIMESTAMP(e), &out, 4 * i);
		batch_end(&b[i]);
	}
	for (int i = 0; i < 2; i++) {
		before[i] = vgt_now();
		batch_run(&b[i], e);
		after[i] = vgt_now();
		vgt_sleep(0.3);
	}
	ticks = out.u32[1] - out.u32[0];
	printf("%d Hz: %.0f ticks in %.6f to %.6f s\n", hz, ticks, before[1] - after[0],
	       after[1] - before[0]);
	vgt_assert(hz > 0);
	/* Time stamps lie between the clock's readings; 1 % for the clocks' rates. */
	vgt_assert(ticks / hz > 0.99 * (before[1] - after[0]));
	vgt_assert(ticks / hz < 1.01 * (after[1] - before[0]));
}

/* The kernel writes the addresses into a batch that has none. */
static void relocation(int fd, const struct vgt_engine *e)
{
	struct bo out = bo_create(fd, 8192), batch = bo_create(fd, 4096);
	struct drm_i915_gem_relocation_entry reloc = {
		.target_handle = out.handle,
		.delta = 4096,
		.offset = 4,
		.presumed_offset = -1,
		.read_domains = I915_GEM_DOMAIN_INSTRUCTION,
		.write_domain = I915_GEM_DOMAIN_INSTRUCTION,
	};
	struct drm_i915_gem_exec_object2 objects[2] = {
		{ .handle = out.handle },
		{ .handle = batch.handle, .relocation_count = 1, .relocs_ptr = (uintptr_t)&reloc },
	};
	struct drm_i915_gem_execbuffer2 eb = {
		.buffers_ptr = (uintptr_t)objects, .buffer_count = 2, .flags = e->flag,
	};

	batch.u32[0] = MI_STORE_DWORD_IMM;
	batch.u32[3] = 0xd00d;
	batch.u32[4] = MI_BATCH_BUFFER_END;
	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_EXECBUFFER2, &eb);
	gem_wait(fd, batch.handle);
	vgt_assert_eq(out.u32[0], 0);
	vgt_assert_eq(out.u32[1024], 0xd00d);
	vgt_assert_eq(batch.u32[1] | (uint64_t)batch.u32[2] << 32,
		      ((objects[0].offset + 4096) & 0xffffffffffffull));
}

/* All engines at once, each on its own words and each on one shared page. */
static void parallel(int fd, const struct vgt_engine *unused)
{
	enum { ROUNDS = 32 };
	struct bo out = bo_create(fd, 4096 * (VGT_NUM_ENGINES + 1));
	struct batch b[VGT_NUM_ENGINES][ROUNDS];

	(void)unused;
	for (int r = 0; r < ROUNDS; r++) {
		for_each_engine(e) {
			int n = e - vgt_engines;
			struct batch *p = &b[n][r];

			batch_init(p, fd, 4096);
			batch_use(p, &out, false);
			batch_store(p, &out, 4096 * n + 4 * r, 0x100 * n + r);
			batch_store(p, &out, 4096 * VGT_NUM_ENGINES + 4 * (r * VGT_NUM_ENGINES + n), ~r);
			batch_end(p);
		}
	}
	for (int r = 0; r < ROUNDS; r++) {
		for_each_engine(e)
			batch_exec(&b[e - vgt_engines][r], e);
	}
	for_each_engine(e) {
		int n = e - vgt_engines;

		gem_wait(fd, b[n][ROUNDS - 1].bo.handle);
		for (int r = 0; r < ROUNDS; r++) {
			vgt_assert_eq(out.u32[1024 * n + r], 0x100 * n + r);
			vgt_assert_eq(out.u32[1024 * VGT_NUM_ENGINES + r * VGT_NUM_ENGINES + n],
				      (uint32_t)~r);
		}
	}
}

/* A context whose engines are numbered by us. */
static void engines_map(int fd, const struct vgt_engine *unused)
{
	I915_DEFINE_CONTEXT_PARAM_ENGINES(map, 3) = { };
	struct drm_i915_gem_context_param arg = {
		.param = I915_CONTEXT_PARAM_ENGINES, .value = (uintptr_t)&map, .size = sizeof(map),
	};
	struct vgt_engine slot = { .name = "slot" };
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	(void)unused;
	map.engines[0] = (struct i915_engine_class_instance){ I915_ENGINE_CLASS_VIDEO, 0 };
	map.engines[1] = (struct i915_engine_class_instance){
		I915_ENGINE_CLASS_INVALID, I915_ENGINE_CLASS_INVALID_NONE };
	map.engines[2] = (struct i915_engine_class_instance){ I915_ENGINE_CLASS_RENDER, 0 };
	arg.ctx_id = ctx_create(fd);
	vgt_do_ioctl(fd, DRM_IOCTL_I915_GEM_CONTEXT_SETPARAM, &arg);

	/* The register's address tells where it runs: another engine's would not change. */
	batch_init(&b, fd, 4096);
	b.ctx = arg.ctx_id;
	batch_use(&b, &out, true);
	for (slot.flag = 0; slot.flag < 4; slot.flag++) {
		const struct vgt_engine *e = &vgt_engines[slot.flag ? 0 : 2];

		b.pos = 0;
		batch_load_imm(&b, GPR(e, 0), 0x70 + slot.flag);
		batch_store_reg(&b, GPR(e, 0), &out, 4 * slot.flag);
		batch_end(&b);
		if (slot.flag & 1) {
			vgt_assert_eq(-batch_try_exec(&b, &slot, NULL), EINVAL);
			continue;
		}
		batch_run(&b, &slot);
		vgt_assert_eq(out.u32[slot.flag], 0x70 + slot.flag);
	}
}

static void bad_arguments(int fd, const struct vgt_engine *unused)
{
	const struct vgt_engine *e = vgt_engines;
	struct vgt_engine none = { .flag = 13 };
	struct bo out = bo_create(fd, 4096);
	struct batch b;

	(void)unused;
	batch_init(&b, fd, 4096);
	batch_use(&b, &out, true);
	batch_store(&b, &out, 0, 1);
	batch_end(&b);
	vgt_assert_eq(-batch_try_exec(&b, &none, NULL), EINVAL);
	b.ctx = 12345;
	vgt_assert_eq(-batch_try_exec(&b, e, NULL), ENOENT);
	b.ctx = 0;
	b.objects[1].handle = 12345;
	vgt_assert_eq(-batch_try_exec(&b, e, NULL), ENOENT);
	b.objects[1].handle = out.handle;
	b.objects[1].offset = 1;
	vgt_assert_eq(-batch_try_exec(&b, e, NULL), EINVAL);
	vgt_assert_eq(out.u32[0], 0);
	b.objects[1].offset = out.addr;
	batch_run(&b, e);
	vgt_assert_eq(out.u32[0], 1);
}

static const struct vgt_subtest subtests[] = {
	{ "basic", "an empty batch is executed", basic, true },
	{ "nop-storm", "hundreds of empty batches in a row are executed", nop_storm, true },
	{ "store-dword", "MI_STORE_DATA_IMM reaches the right dword of each page", store_dword, true },
	{ "store-qword", "MI_STORE_DATA_IMM of a qword", store_qword, true },
	{ "store-high", "stores above 4 GiB, through all four levels of page tables", store_high, true },
	{ "store-ggtt-denied", "a user's store into the GGTT is dropped", store_ggtt_denied, true },
	{ "load-reg-denied", "a user's load of a privileged register is dropped", load_reg_denied, true },
	{ "large-batch", "a batch of half a megabyte", large_batch, true },
	{ "second-level", "a second-level batch returns to its caller", second_level, true },
	{ "chain", "a first-level batch start does not return", chain, true },
	{ "cond-end", "a loop ended by MI_CONDITIONAL_BATCH_BUFFER_END", cond_end, true },
	{ "math", "MI_MATH adds 64 bits", math, true },
	{ "copy-data", "MI_LOAD_REGISTER_MEM, _REG, MI_STORE_REGISTER_MEM, MI_COPY_MEM_MEM",
	  copy_data, true },
	{ "atomic-inc", "MI_ATOMIC increments", atomic_inc, true },
	{ "flush-store", "PIPE_CONTROL or MI_FLUSH_DW writes a qword", flush_store, true },
	{ "timestamp", "the engine's time stamp runs at the rate that the driver states", timestamp, true },
	{ "relocation", "the kernel relocates a batch without addresses", relocation, true },
	{ "parallel", "all engines work at once", parallel, false },
	{ "engines-map", "a context's own numbering of engines", engines_map, false },
	{ "bad-arguments", "execbuffer refuses what makes no sense", bad_arguments, false },
};

VGT_MAIN(true, "What the command streamers execute")
