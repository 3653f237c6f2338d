// SPDX-License-Identifier: GPL-2.0 OR MIT
/* What a guest's display shows, and its pages, held for who looks at them. */
#include "vgt_display_rig.h"
#include "drivers/vgt/vgt_hold.h"
#include "vgt/abi/pvinfo.h"
#include "vgt/regs/engine.h"

#define MOD_X	0x0100000000000001ull
#define MOD_Y	0x0100000000000002ull

static u32 fourcc(const char *s)
{
	return s[0] | s[1] << 8 | s[2] << 16 | s[3] << 24;
}

/* -- what is shown ------------------------------------------------------------- */

/* The pipe is off while planes are written, so that all of it is live at once. */
static int shown(unsigned int n, u32 ctl, u32 width, u32 height, u32 stride, u32 surf,
		 struct vgt_plane *p)
{
	pipe_off(0);
	show(0, n, ctl, width, height, stride, surf);
	mode_set(0);
	return vgt_guest_plane(g->guest, n ? VGT_PLANE_SPRITE : VGT_PLANE_PRIMARY, p);
}

static void test_formats(void **state)
{
	static const struct {
		u32 format, order, alpha;
		u32 bytes;
		const char *primary, *sprite;
	} cases[] = {
		{ PLANE_FORMAT_8888, 0, 0, 4, "XR24", "XR24" },
		{ PLANE_FORMAT_8888, 0, 2, 4, "XR24", "AR24" },
		{ PLANE_FORMAT_8888, 0, 3, 4, "XR24", "AR24" },
		{ PLANE_FORMAT_8888, PLANE_CTL_RGBX, 0, 4, "XB24", "XB24" },
		{ PLANE_FORMAT_8888, PLANE_CTL_RGBX, 2, 4, "XB24", "AB24" },
		{ PLANE_FORMAT_2101010, 0, 0, 4, "XR30", "XR30" },
		{ PLANE_FORMAT_2101010, PLANE_CTL_RGBX, 0, 4, "XB30", "XB30" },
		{ PLANE_FORMAT_2101010, 0, 2, 4, "XR30", "AR30" },
		{ PLANE_FORMAT_16F, PLANE_CTL_RGBX, 0, 8, "XB4H", "XB4H" },
		{ PLANE_FORMAT_565, 0, 0, 2, "RG16", "RG16" },
		{ PLANE_FORMAT_INDEXED, 0, 0, 1, "C8  ", "C8  " },
		{ PLANE_FORMAT_XYUV, 0, 0, 4, "XYUV", "XYUV" },
		{ PLANE_FORMAT_YUV422, PLANE_YUYV << 16, 0, 2, "YUYV", "YUYV" },
		{ PLANE_FORMAT_YUV422, PLANE_UYVY << 16, 0, 2, "UYVY", "UYVY" },
		{ PLANE_FORMAT_YUV422, PLANE_YVYU << 16, 0, 2, "YVYU", "YVYU" },
		{ PLANE_FORMAT_YUV422, PLANE_VYUY << 16, 0, 2, "VYUY", "VYUY" },
	};
	static const u32 unknown[] = { 1, 3, 5, 7, 9, 10, 11, 13, 15 };
	struct vgt_plane p;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (unsigned int n = 0; n < 2; n++) {
			u32 ctl = cases[i].format << 24 | cases[i].order | cases[i].alpha << 4;
			u32 stride = 640 * cases[i].bytes;

			assert_int_equal(shown(n, ctl, 640, 480, stride / 64, high(), &p), 0);
			assert_int_equal(p.fourcc, fourcc(n ? cases[i].sprite : cases[i].primary));
			assert_true(p.modifier == 0);
			assert_int_equal(p.stride, stride);
			assert_int_equal(p.width, 640);
			assert_int_equal(p.height, 480);
			assert_int_equal(p.addr, high());
			assert_int_equal(p.size, (480 * stride + 4095) / 4096 * 4096);
			assert_int_equal(p.hot_x, ~0u);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		assert_int_equal(shown(0, unknown[i] << 24, 640, 480, 80, low(), &p), -EINVAL);
}

static void test_tilings(void **state)
{
	struct vgt_plane p;

	(void)state;
	assert_int_equal(shown(0, XRGB | X_TILED, 1000, 767, 8, low() + 0x10000, &p), 0);
	assert_true(p.modifier == MOD_X);
	assert_int_equal(p.stride, 4096);
	assert_int_equal(p.height, 767);
	assert_int_equal(p.size, 768 * 4096);
	assert_int_equal(shown(0, XRGB | Y_TILED, 1000, 767, 32, low() + 0x10000, &p), 0);
	assert_true(p.modifier == MOD_Y);
	assert_int_equal(p.stride, 4096);
	assert_int_equal(p.size, 768 * 4096);
	assert_int_equal(shown(0, XRGB | Y_TILED, 1000, 769, 32, low() + 0x10000, &p), 0);
	assert_int_equal(p.size, 800 * 4096);
	/* Yf, reserved ones, compression. */
	assert_int_equal(shown(0, XRGB | PLANE_TILED_YF << 10, 64, 64, 32, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB | 2 << 10, 64, 64, 32, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB | Y_TILED | 1 << 15, 64, 64, 32, low(), &p), -EINVAL);
	/* Rotation. */
	for (u32 rotate = 1; rotate < 4; rotate++)
		assert_int_equal(shown(0, XRGB | Y_TILED | rotate, 64, 64, 32, low(), &p), -EINVAL);
}

static void test_position(void **state)
{
	struct vgt_plane p;

	(void)state;
	shown(1, XRGB, 64, 64, 4, low(), &p);
	wr(plane(0, 1) + PLANE_POS, 200 << 16 | 100);
	flip(0, 1, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_SPRITE, &p), 0);
	assert_int_equal(p.x, 100);
	assert_int_equal(p.y, 200);
	/* Behind a scaler the window says where; the size is that of the source. */
	wr(PS_BASE(0, 1) + PS_WIN_POS, 30 << 16 | 40);
	wr(PS_BASE(0, 1) + PS_WIN_SZ, 128 << 16 | 128);
	wr(PS_BASE(0, 1) + PS_CTRL, PS_ENABLE | 2 << 25);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_SPRITE, &p), 0);
	assert_int_equal(p.x, 30);
	assert_int_equal(p.y, 40);
	assert_int_equal(p.width, 64);
}

/* A picture that begins within its surface, where a page begins; nowhere else. */
static void test_offset(void **state)
{
	struct vgt_plane p;

	(void)state;
	pipe_off(0);
	mode_set(0);
	show(0, 0, XRGB, 1024, 100, 64, low());
	wr(plane(0, 0) + PLANE_OFFSET, 7 << 16);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.addr, low() + 7 * 4096);
	wr(plane(0, 0) + PLANE_OFFSET, 7 << 16 | 1);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -EINVAL);
	show(0, 0, XRGB | X_TILED, 1024, 100, 8, low());
	wr(plane(0, 0) + PLANE_OFFSET, 16 << 16);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.addr, low() + 16 * 4096);
	wr(plane(0, 0) + PLANE_OFFSET, 4 << 16);
	flip(0, 0, low());
	vgt_rig_run(v, FRAME_NS);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -EINVAL);
}

static void test_bounds(void **state)
{
	const struct vgt_gm_share *gm = &g->guest->vgpu.gm;
	u32 low_end = gm->low.start + gm->low.size, high_end = gm->high.start + gm->high.size;
	u32 size = 1024 * 4 * 768;
	struct vgt_plane p;

	(void)state;
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, low_end - size, &p), 0);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, low_end - size + 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, low() - 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, high_end - size, &p), 0);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, high_end - size + 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, high() - 4096, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, 0, &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 64, 0xfffff000, &p), -EINVAL);
	/* Lines that overlap. */
	assert_int_equal(shown(0, XRGB, 1024, 768, 63, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB, 1024, 768, 0, low(), &p), -EINVAL);
	/* 4 GiB and 4 MiB. */
	assert_int_equal(shown(0, XRGB | X_TILED, 8192, 8192, 1025, low(), &p), -EINVAL);
	/* Lines so far apart that it is more than a screen can have, if not than the guest has. */
	assert_int_equal(shown(0, XRGB | X_TILED, 1024, 128, 0x1000 / 2, high(), &p), 0);
	assert_int_equal(shown(0, XRGB | X_TILED, 1024, 264, 0x1000 / 2, high(), &p), -EINVAL);
	/* The most that the registers can say: 8192 lines of 2 MiB, 16 GiB. */
	assert_int_equal(shown(0, XRGB | X_TILED, 8192, 8192, 0xfff, low(), &p), -EINVAL);
	assert_int_equal(shown(0, XRGB | X_TILED, 8192, 8192, 0xffffffff, high(), &p), -EINVAL);
}

/* Whatever the registers say, what is reported lies within the guest's own memory. */
static void test_hostile_planes(void **state)
{
	const struct vgt_gm_share *gm = &g->guest->vgpu.gm;
	struct vgt_plane p;
	unsigned int good = 0;
	u32 seed = 1;

	(void)state;
	mode_set(0);
	for (unsigned int i = 0; i < 50000; i++) {
		for (u32 reg = 0; reg < 0x30; reg += 4) {
			seed = seed * 1664525 + 1013904223;
			wr(plane(0, i & 1) + reg, seed >> (seed >> 27 & 15));
			wr(PIPE_BASE(0) + CUR_CTL + 4 * (reg % 12 / 4), seed * 77);
		}
		if (i & 2)
			wr(plane(0, i & 1) + PLANE_CTL, PLANE_CTL_ENABLE | XRGB);
		if (i & 4)
			wr(plane(0, i & 1) + PLANE_OFFSET, 0);
		flip(0, i & 1, (i & 8 ? low() : high()) + (seed >> 8 & 0xffff000));
		v->rig->now += FRAME_NS;
		for (unsigned int id = 0; id < VGT_NUM_PLANES + 1; id++) {
			if (vgt_guest_plane(g->guest, id, &p))
				continue;
			good++;
			assert_true(id < VGT_NUM_PLANES);
			assert_int_equal(p.addr % 4096 | p.size % 4096, 0);
			assert_true((u64)p.height * p.stride <= p.size);
			assert_true((p.addr >= gm->low.start &&
				     p.addr + p.size <= gm->low.start + gm->low.size) ||
				    (p.addr >= gm->high.start &&
				     p.addr + p.size <= gm->high.start + gm->high.size));
		}
	}
	assert_true(good > 100);
}

static void set_cursor(u32 ctl, u32 pos, u32 fbc, u32 base)
{
	wr(PIPE_BASE(0) + CUR_CTL, ctl);
	wr(PIPE_BASE(0) + CUR_POS, pos);
	wr(PIPE_BASE(0) + CUR_FBC_CTL, fbc);
	wr(PIPE_BASE(0) + CUR_BASE, base);
	vgt_rig_run(v, FRAME_NS);
}

static void test_cursor(void **state)
{
	struct vgt_plane p;

	(void)state;
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -ENOENT);
	mode_set(0);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -ENOENT);
	set_cursor(CUR_64_ARGB, CUR_POS_X_SIGN | 5 | 700 << 16, 0, low() + 0x5000);
	assert_int_equal(rd(PIPE_BASE(0) + CUR_SURFLIVE), low() + 0x5000);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), 0);
	assert_int_equal(p.fourcc, fourcc("AR24"));
	assert_true(p.modifier == 0);
	assert_int_equal(p.width, 64);
	assert_int_equal(p.height, 64);
	assert_int_equal(p.stride, 256);
	assert_int_equal(p.size, 16384);
	assert_int_equal(p.addr, low() + 0x5000);
	assert_int_equal(p.x, -5);
	assert_int_equal(p.y, 700);
	assert_int_equal(p.hot_x, ~0u);
	wr(PVINFO_CURSOR_HOT_X, 3);
	wr(PVINFO_CURSOR_HOT_Y, 4);
	set_cursor(CUR_256_ARGB, CUR_POS_Y_SIGN | 9 << 16, CUR_FBC_ENABLE | 31, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), 0);
	assert_int_equal(p.width, 256);
	assert_int_equal(p.height, 32);
	assert_int_equal(p.y, -9);
	assert_int_equal(p.hot_x, 3);
	assert_int_equal(p.hot_y, 4);
	set_cursor(CUR_128_ARGB | CUR_ROTATE_180, 0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -EINVAL);
	set_cursor(0x7, 0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -EINVAL);
	set_cursor(CUR_64_ARGB, 0, 0, low() - 4096);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -EINVAL);
	set_cursor(0, 0, 0, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_CURSOR, &p), -ENOENT);
}

static void test_nothing_shown(void **state)
{
	struct vgt_plane p;

	(void)state;
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -ENOENT);
	show(0, 0, XRGB, 1024, 768, 64, low());
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), -ENOENT);
	mode_set(0);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_SPRITE, &p), -ENOENT);
	/* Another pipe alone is what is shown then. */
	pipe_off(0);
	show(2, 0, XRGB, 800, 600, 50, low());
	mode_set(2);
	assert_int_equal(vgt_guest_plane(g->guest, VGT_PLANE_PRIMARY, &p), 0);
	assert_int_equal(p.width, 800);
}

/* -- pages --------------------------------------------------------------------- */

static void test_hold(void **state)
{
	struct vgt_held_pages *held;
	u64 gfn[4], bus[4];
	void *addr[4];
	unsigned int pinned = g->pinned;

	(void)state;
	for (int i = 0; i < 4; i++) {
		gfn[i] = vgt_guest_rig_alloc(g);
		vgt_guest_rig_map(g, low() + 4096 * i, gfn[i]);
	}
	held = vgt_guest_hold_pages(g->guest, low(), 4, bus, addr);
	assert_false(IS_ERR(held));
	for (int i = 0; i < 4; i++) {
		assert_true(bus[i] == g->bus[gfn[i]]);
		assert_ptr_equal(addr[i], vgt_guest_rig_mem(g, gfn[i] << 12));
	}
	/* The guest maps something else: what is looked at stays. */
	for (int i = 0; i < 4; i++)
		vgt_guest_write(g->guest, 0x800000 + low() / 512 + 8 * i, 0, 8);
	wr(0x101008, 1);
	for (int i = 0; i < 4; i++)
		assert_true(g->pins[gfn[i]]);
	vgt_guest_unmap(g->guest, gfn[2], 1);
	assert_false(g->pins[gfn[2]]);
	assert_true(g->pins[gfn[1]]);
	vgt_guest_release_pages(g->guest, held);
	vgt_guest_reset(g->guest);
	assert_int_equal(g->pinned, pinned);
}

/* Not one page after the other waits for an engine that does not answer. */
static void test_hold_of_a_deaf_engine(void **state)
{
	unsigned int pinned = g->pinned;
	struct vgt_held_pages *held;
	u64 before;

	(void)state;
	for (int i = 0; i < 64; i++)
		vgt_guest_rig_map(g, low() + 4096 * i, vgt_guest_rig_alloc(g));
	held = vgt_guest_hold_pages(g->guest, low(), 64, NULL, NULL);
	assert_false(IS_ERR(held));
	v->deaf = GEN8_BTCR;
	for (int i = 0; i < 64; i++)
		vgt_guest_write(g->guest, 0x800000 + low() / 512 + 8 * i, 0, 8);
	before = v->rig->now;
	vgt_guest_release_pages(g->guest, held);
	assert_in_range(v->rig->now - before, 4000000, 5000000);
	assert_int_equal(g->pinned, pinned + 64);
	v->deaf = 0;
	wr(0x101008, 1);
	assert_int_equal(g->pinned, pinned);
}

static void test_ggtt_changes(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g), changes = vgt_guest_ggtt_changes(g->guest);

	(void)state;
	vgt_guest_rig_map(g, low(), gfn);
	assert_true(vgt_guest_ggtt_changes(g->guest) != changes);
	changes = vgt_guest_ggtt_changes(g->guest);
	/* The same again, or what is not present, puts no other page anywhere. */
	vgt_guest_rig_map(g, low(), gfn);
	vgt_guest_write(g->guest, 0x800000 + low() / 512 + 8, 0, 8);
	wr(0x101008, 1);
	assert_true(vgt_guest_ggtt_changes(g->guest) == changes);
	vgt_guest_rig_map(g, low(), vgt_guest_rig_alloc(g));
	assert_true(vgt_guest_ggtt_changes(g->guest) != changes);
	changes = vgt_guest_ggtt_changes(g->guest);
	vgt_guest_reset(g->guest);
	assert_true(vgt_guest_ggtt_changes(g->guest) != changes);
	changes = vgt_guest_ggtt_changes(g->guest);
	vgt_guest_rig_map(g, low(), gfn);
	vgt_guest_unmap(g->guest, gfn, 1);
	assert_true(vgt_guest_ggtt_changes(g->guest) > changes + 1);
}

static void test_hold_errors(void **state)
{
	u64 bus[4];

	(void)state;
	vgt_guest_rig_map(g, low(), vgt_guest_rig_alloc(g));
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 2, bus, NULL)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 0, NULL, NULL)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low() + 1, 1, NULL, NULL)),
			 -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low() - 4096, 2, NULL, NULL)),
			 -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, 0, 1, NULL, NULL)), -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, 0xfffff000, ~0u, NULL, NULL)),
			 -EFAULT);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, 0xfffff000, 2, NULL, NULL)),
			 -EFAULT);
	shim_fail_alloc = 1;
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 1, NULL, NULL)), -ENOMEM);
}

/* A hold over the end of its machine is empty, and can still be given back. */
static void test_hold_over_close(void **state)
{
	u64 gfn = vgt_guest_rig_alloc(g);
	struct vgt_held_pages *held;

	(void)state;
	vgt_guest_rig_map(g, low(), gfn);
	held = vgt_guest_hold_pages(g->guest, low(), 1, NULL, NULL);
	assert_false(IS_ERR(held));
	vgt_guest_close(g->guest);
	assert_int_equal(g->pinned, 0);
	assert_int_equal(PTR_ERR(vgt_guest_hold_pages(g->guest, low(), 1, NULL, NULL)), -EFAULT);
	vgt_guest_release_pages(g->guest, held);
	assert_int_equal(vgt_guest_open(g->guest, machine, g), 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, display_setup, display_teardown)
	const struct CMUnitTest tests[] = {
		T(test_formats),
		T(test_tilings),
		T(test_position),
		T(test_offset),
		T(test_bounds),
		T(test_hostile_planes),
		T(test_cursor),
		T(test_nothing_shown),
		T(test_hold),
		T(test_hold_of_a_deaf_engine),
		T(test_ggtt_changes),
		T(test_hold_errors),
		T(test_hold_over_close),
	};

	return cmocka_run_group_tests_name("vgt_plane", tests, NULL, NULL);
}
