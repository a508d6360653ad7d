/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * CO-RE: what one relocation comes to, given the types that the program was
 * compiled with and those of the running kernel. Nothing is patched here.
 */
#ifndef LOADER_CORE_RELO_H
#define LOADER_CORE_RELO_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

#include "base/error.h"
#include "loader/btf.h"

/* The outcome of a relocation. */
struct core_result {
	uint64_t local;		/* by the types it was compiled with */
	uint64_t target;	/* by the kernel's */
	bool validate;		/* the instruction must hold @local so far */
	bool found;		/* a candidate fits */
	bool poison;		/* there is no target: it must not load */
	uint32_t local_size;	/* of the field, in bytes, for its loads and */
	uint32_t target_size;	/* stores: these must change with it */
	bool resize_unsafe;	/* ... but a load could not give the value */
};

/*
 * Calculates @relo of an object with types @local. @cands are the types of
 * @target with the name of the relocation's root type (see btf_find()); those
 * that do not match are dropped, as later relocations of the same root must
 * agree with earlier ones. @target is NULL where nothing is known of the
 * kernel. -EBADMSG, -ENOTSUP, or -EINVAL when candidates contradict each other.
 */
int core_calculate(const struct bpf_core_relo *relo, struct btf *local,
		   struct btf *target, struct btf_wanted *cands,
		   struct core_result *r, struct error *f);

/* Does @relo need candidates: all kinds but the id of a local type. */
bool core_wants_target(const struct bpf_core_relo *relo);

/* Writes "struct task_struct.mm.pgd (byte offset)" to @to. */
void core_describe(const struct bpf_core_relo *relo, struct btf *local,
		   char *to, size_t size);

#endif
