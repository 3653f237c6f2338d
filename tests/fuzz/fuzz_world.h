/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A mediated GPU for fuzzing: the host's driver resets engines when the core asks,
 * and every access to memory is judged by whose context makes it.
 *
 * It takes long to make one, so it is kept, with its guests: they are open for
 * the time of an input.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "vgt_guest_rig.h"

#define FUZZ_MAX_GUESTS 2

/**
 * struct fuzz_world - the GPU and who is on it
 * @v: host and GPU
 * @hw_ops, @host_ops, @igd_ops: as @v has them, but for what is said above
 * @host: of each page, whether it is the host's
 * @whose: of each page, 1 + number of the guest that has it, 0: none; @gfn: as what
 * @reset_asked: a bit per engine that the host is to reset
 * @bus: of each guest, its memory as it was at first
 * @first_page, @core_pages, @free_pages: of the rig, while no guest is open
 * @guest: those that there are
 */
struct fuzz_world {
	struct vgt_rig *v;
	struct vgt_hw_ops hw_ops;
	struct vgt_host_ops host_ops;
	struct igd_ops igd_ops;
	bool host[RIG_RAM_PAGES];
	u8 whose[RIG_RAM_PAGES];
	u32 gfn[RIG_RAM_PAGES];
	unsigned long reset_asked;
	u64 *bus[FUZZ_MAX_GUESTS];
	u64 first_page;
	int core_pages;
	unsigned int free_pages;
	struct vgt_guest_rig *guest[FUZZ_MAX_GUESTS];
};

void fuzz_world_start(struct fuzz_world *w);
/** fuzz_world_add_guest - a small one with @mib of memory; closed */
void fuzz_world_add_guest(struct fuzz_world *w, unsigned int i, unsigned int mib);
/** fuzz_world_open_guests - as after power-on, memory zero; they have 1 ms to yield */
void fuzz_world_open_guests(struct fuzz_world *w);
/** fuzz_world_close_guests - all is as it was before they were opened */
void fuzz_world_close_guests(struct fuzz_world *w);
/** fuzz_world_note_memory - guests have got memory, or lost it */
void fuzz_world_note_memory(struct fuzz_world *w);
/** fuzz_world_host_context - a context of the host, in memory of its own */
struct rig_context *fuzz_world_host_context(struct fuzz_world *w, enum igd_engine_id engine);
/** fuzz_world_run - let time pass; what the host has been asked for is done in it */
void fuzz_world_run(struct fuzz_world *w, u64 ns);
/** fuzz_world_check - is what all share as it should be? */
void fuzz_world_check(struct fuzz_world *w);
void fuzz_world_stop(struct fuzz_world *w);

#endif
