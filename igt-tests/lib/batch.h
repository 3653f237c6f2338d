/* SPDX-License-Identifier: GPL-2.0 OR MIT */
#ifndef VGT_TEST_BATCH_H
#define VGT_TEST_BATCH_H

#include "gem.h"

/* Headers with their lengths; Skylake PRM vol. 2a. */
#define MI_NOOP			0
#define MI_ARB_CHECK		(0x05 << 23)
#define MI_BATCH_BUFFER_END	(0x0a << 23)
#define MI_MATH(n)		(0x1a << 23 | ((n) - 1))
#define MI_SEMAPHORE_WAIT	(0x1c << 23 | 1 << 15 /* poll */ | 2)
#define MI_STORE_DWORD_IMM	(0x20 << 23 | 2)
#define MI_STORE_QWORD_IMM	(0x20 << 23 | 1 << 21 | 3)
#define MI_LOAD_REGISTER_IMM	(0x22 << 23 | 1)
#define MI_STORE_REGISTER_MEM	(0x24 << 23 | 2)
#define MI_FLUSH_DW		(0x26 << 23 | 3)
#define MI_LOAD_REGISTER_MEM	(0x29 << 23 | 2)
#define MI_LOAD_REGISTER_REG	(0x2a << 23 | 1)
#define MI_COPY_MEM_MEM		(0x2e << 23 | 3)
#define MI_ATOMIC_INC		(0x2f << 23 | 0x05 << 8 | 1)
#define MI_BATCH_BUFFER_START	(0x31 << 23 | 1 << 8 /* PPGTT */ | 1)
#define MI_COND_BATCH_END	(0x36 << 23 | 1 << 21 /* compare */ | 2)
#define PIPE_CONTROL		(0x7a000000 | 4)
#define   MI_USE_GGTT		(1 << 22)	/* store, load and semaphore commands */
#define   MI_SECOND_LEVEL	(1 << 22)	/* batch start */

enum semaphore_op { SEM_GT, SEM_GTE, SEM_LT, SEM_LTE, SEM_EQ, SEM_NEQ };

#define MATH_LOAD(operand, reg)	(0x080 << 20 | (operand) << 10 | (reg))
#define MATH_ADD		(0x100 << 20)
#define MATH_STORE(reg, result)	(0x180 << 20 | (reg) << 10 | (result))
#define   MATH_SRCA		0x20
#define   MATH_SRCB		0x21
#define   MATH_ACCU		0x31

/* Registers of an engine. */
#define RING_TIMESTAMP(e)	((e)->base + 0x358)
#define GPR(e, n)		((e)->base + 0x600 + 8 * (n))
#define NUM_GPR			16

#define BATCH_MAX_OBJECTS	40

/**
 * struct batch - commands being written, and what they are executed with
 * @bo: the batch itself
 * @pos: dwords so far
 * @objects: the batch first, then what batch_use() adds
 * @ctx: context to execute in
 * @in_fence: sync file to wait for, 0: none
 * @fences: I915_EXEC_FENCE_ARRAY
 */
struct batch {
	int fd;
	struct bo bo;
	uint32_t pos;
	struct drm_i915_gem_exec_object2 objects[BATCH_MAX_OBJECTS];
	uint32_t num_objects;
	uint32_t ctx;
	int in_fence;
	struct drm_i915_gem_exec_fence fences[4];
	uint32_t num_fences;
};

void batch_init(struct batch *b, int fd, uint64_t size);
void batch_fini(struct batch *b);

/** batch_use - the batch will touch an object, or write it */
void batch_use(struct batch *b, const struct bo *bo, bool write);
void batch_emit(struct batch *b, uint32_t dw);
void batch_emit_addr(struct batch *b, uint64_t addr);

/* One command each; the object must have been named with batch_use(). */
void batch_store(struct batch *b, const struct bo *bo, uint64_t offset, uint32_t value);
void batch_load_imm(struct batch *b, uint32_t reg, uint32_t value);
void batch_store_reg(struct batch *b, uint32_t reg, const struct bo *bo, uint64_t offset);
void batch_semaphore(struct batch *b, const struct bo *bo, uint64_t offset, uint32_t value,
		     enum semaphore_op op);
void batch_jump(struct batch *b, uint64_t addr);
/** batch_add_gpr - GPR @n += GPR @m, 64 bits */
void batch_add_gpr(struct batch *b, uint32_t n, uint32_t m);

/** batch_end - end the commands; more may be written after it with @pos moved */
void batch_end(struct batch *b);

/** batch_try_exec - submit; with @out_fence it returns a sync file there */
int batch_try_exec(struct batch *b, const struct vgt_engine *e, int *out_fence);
void batch_exec(struct batch *b, const struct vgt_engine *e);
int batch_exec_fence(struct batch *b, const struct vgt_engine *e);

/* batch_run - execute and wait until it has ended */
void batch_run(struct batch *b, const struct vgt_engine *e);

/** enum spin_kind - how a spinner keeps its engine */
enum spin_kind {
	SPIN_SEMAPHORE,		/* waits on a semaphore: can be preempted */
	SPIN_LOOP,		/* jumps in circles past an arbitration point */
	SPIN_HOG,		/* jumps in circles and cannot be preempted */
};

/**
 * struct spin - a batch that runs until it is released
 * @batch: its objects may be added to before spin_start()
 * @state: dword 0 becomes 1 when it runs; it spins on dword 1
 */
struct spin {
	struct batch batch;
	struct bo state;
	enum spin_kind kind;
	int fence;
};

void spin_init(struct spin *s, int fd, uint32_t ctx, enum spin_kind kind);
/** spin_start - submit, do not wait; @fence becomes its sync file */
void spin_start(struct spin *s, const struct vgt_engine *e);
/** spin_wait_running - until it runs on the engine */
void spin_wait_running(struct spin *s);
void spin_release(struct spin *s);
/** spin_fini - release, wait for the end and free */
void spin_fini(struct spin *s);

#endif
