/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * CO-RE: the value of one relocation, calculated from the types that the
 * program was compiled with and those of the running kernel, and patched into
 * its instruction.
 */
#ifndef LOADER_CORE_H
#define LOADER_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

#include "base/error.h"
#include "loader/btf.h"

/*
 * An instruction without a meaning on this kernel becomes a call of this
 * helper, which does not exist: harmless in code that the verifier finds dead,
 * refused elsewhere. libbpf uses the same number, which tools know.
 */
#define CORE_POISON	0xbad2310

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

/* Does @relo need candidates? All kinds but the id of a local type do. */
bool core_wants_target(const struct bpf_core_relo *relo);

/*
 * Patches @insn, the first of @left instructions (a 64-bit load takes two).
 * Returns 0, 1 when it was poisoned, -EBADMSG when this relocation cannot be
 * for such an instruction, -EINVAL when it does not hold what the program's own
 * types say, -ERANGE when the new value does not fit.
 */
int core_patch(const struct bpf_core_relo *relo, struct btf *local,
	       const struct core_result *r, struct bpf_insn *insn,
	       uint32_t left, struct error *f);

/* Writes "struct task_struct.mm.pgd (byte offset)" to @to. */
void core_describe(const struct bpf_core_relo *relo, struct btf *local,
		   char *to, size_t size);

#endif
