// SPDX-License-Identifier: GPL-2.0 OR MIT
#include <unistd.h>

#include "batch.h"

void batch_init(struct batch *b, int fd, uint64_t size)
{
	memset(b, 0, sizeof(*b));
	b->fd = fd;
	b->bo = bo_create(fd, size);
	batch_use(b, &b->bo, false);
}

void batch_fini(struct batch *b)
{
	bo_destroy(b->fd, &b->bo);
}

void batch_use(struct batch *b, const struct bo *bo, bool write)
{
	vgt_assert(b->num_objects < BATCH_MAX_OBJECTS);
	b->objects[b->num_objects++] = (struct drm_i915_gem_exec_object2){
		.handle = bo->handle,
		.offset = bo->addr,
		.flags = EXEC_OBJECT_PINNED | EXEC_OBJECT_SUPPORTS_48B_ADDRESS |
			 (write ? EXEC_OBJECT_WRITE : 0),
	};
}

void batch_emit(struct batch *b, uint32_t dw)
{
	vgt_assert(4 * b->pos < b->bo.size);
	b->bo.u32[b->pos++] = dw;
}

void batch_emit_addr(struct batch *b, uint64_t addr)
{
	batch_emit(b, addr);
	batch_emit(b, addr >> 32);
}

void batch_store(struct batch *b, const struct bo *bo, uint64_t offset, uint32_t value)
{
	batch_emit(b, MI_STORE_DWORD_IMM);
	batch_emit_addr(b, bo->addr + offset);
	batch_emit(b, value);
}

void batch_load_imm(struct batch *b, uint32_t reg, uint32_t value)
{
	batch_emit(b, MI_LOAD_REGISTER_IMM);
	batch_emit(b, reg);
	batch_emit(b, value);
}

void batch_store_reg(struct batch *b, uint32_t reg, const struct bo *bo, uint64_t offset)
{
	batch_emit(b, MI_STORE_REGISTER_MEM);
	batch_emit(b, reg);
	batch_emit_addr(b, bo->addr + offset);
}

void batch_semaphore(struct batch *b, const struct bo *bo, uint64_t offset, uint32_t value,
		     enum semaphore_op op)
{
	batch_emit(b, MI_SEMAPHORE_WAIT | op << 12);
	batch_emit(b, value);
	batch_emit_addr(b, bo->addr + offset);
}

void batch_jump(struct batch *b, uint64_t addr)
{
	batch_emit(b, MI_BATCH_BUFFER_START);
	batch_emit_addr(b, addr);
}

void batch_add_gpr(struct batch *b, uint32_t n, uint32_t m)
{
	batch_emit(b, MI_MATH(4));
	batch_emit(b, MATH_LOAD(MATH_SRCA, n));
	batch_emit(b, MATH_LOAD(MATH_SRCB, m));
	batch_emit(b, MATH_ADD);
	batch_emit(b, MATH_STORE(n, MATH_ACCU));
}

void batch_end(struct batch *b)
{
	batch_emit(b, MI_BATCH_BUFFER_END);
	if (b->pos & 1)
		batch_emit(b, MI_NOOP);
}

int batch_try_exec(struct batch *b, const struct vgt_engine *e, int *out_fence)
{
	struct drm_i915_gem_execbuffer2 eb = {
		.buffers_ptr = (uintptr_t)b->objects,
		.buffer_count = b->num_objects,
		.flags = e->flag | I915_EXEC_NO_RELOC | I915_EXEC_BATCH_FIRST,
		.rsvd1 = b->ctx,
	};
	int err;

	if (b->num_fences) {
		eb.flags |= I915_EXEC_FENCE_ARRAY;
		eb.cliprects_ptr = (uintptr_t)b->fences;
		eb.num_cliprects = b->num_fences;
	}
	if (b->in_fence > 0) {
		eb.flags |= I915_EXEC_FENCE_IN;
		eb.rsvd2 = b->in_fence;
	}
	if (out_fence)
		eb.flags |= I915_EXEC_FENCE_OUT;
	err = vgt_ioctl(b->fd, DRM_IOCTL_I915_GEM_EXECBUFFER2_WR, &eb);
	if (out_fence)
		*out_fence = err ? -1 : (int)(eb.rsvd2 >> 32);
	return err;
}

void batch_exec(struct batch *b, const struct vgt_engine *e)
{
	int err = batch_try_exec(b, e, NULL);

	vgt_assert_f(!err, "%s: %s", e->name, strerror(-err));
}

int batch_exec_fence(struct batch *b, const struct vgt_engine *e)
{
	int fence, err = batch_try_exec(b, e, &fence);

	vgt_assert_f(!err, "%s: %s", e->name, strerror(-err));
	return fence;
}

void batch_run(struct batch *b, const struct vgt_engine *e)
{
	int fence = batch_exec_fence(b, e);

	vgt_assert_eq(fence_wait(fence, -1), 0);
	vgt_assert_eq(fence_status(fence), 1);
	close(fence);
}

/*
 * The copy engine's batches are copied and checked by the kernel, so a spinner is
 * never released by overwriting its commands: it looks at a dword elsewhere.
 */
void spin_init(struct spin *s, int fd, uint32_t ctx, enum spin_kind kind)
{
	struct batch *b = &s->batch;
	uint64_t loop;

	batch_init(b, fd, 4096);
	s->state = bo_create(fd, 4096);
	s->kind = kind;
	s->fence = -1;
	b->ctx = ctx;
	batch_use(b, &s->state, false);
	batch_store(b, &s->state, 0, 1);
	if (kind == SPIN_SEMAPHORE) {
		batch_semaphore(b, &s->state, 4, 1, SEM_EQ);
		batch_end(b);
		return;
	}
	loop = b->bo.addr + 4 * b->pos;
	if (kind == SPIN_LOOP)
		batch_emit(b, MI_ARB_CHECK);
	/* Ends when the dword is 0 or less; so the loop runs while state[1] == 1. */
	s->state.u32[1] = 1;
	batch_emit(b, MI_COND_BATCH_END);
	batch_emit(b, 0);
	batch_emit_addr(b, s->state.addr + 4);
	batch_jump(b, loop);
	batch_end(b);
}

void spin_start(struct spin *s, const struct vgt_engine *e)
{
	s->fence = batch_exec_fence(&s->batch, e);
}

void spin_wait_running(struct spin *s)
{
	volatile uint32_t *running = s->state.u32;
	double end = vgt_now() + 8;

	while (!*running) {
		vgt_assert_f(vgt_now() < end, "the spinner does not start");
		vgt_sleep(0.0005);
	}
}

void spin_release(struct spin *s)
{
	__atomic_store_n(&s->state.u32[1], s->kind == SPIN_SEMAPHORE, __ATOMIC_SEQ_CST);
}

void spin_fini(struct spin *s)
{
	spin_release(s);
	if (s->fence >= 0) {
		vgt_assert_f(!fence_wait(s->fence, 8000), "a released spinner does not end");
		close(s->fence);
	}
	bo_destroy(s->batch.fd, &s->state);
	batch_fini(&s->batch);
}
