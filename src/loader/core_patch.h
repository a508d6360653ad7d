/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * CO-RE: writes what a relocation came to into its instruction.
 */
#ifndef LOADER_CORE_PATCH_H
#define LOADER_CORE_PATCH_H

#include "loader/core_relo.h"

/*
 * A call of the helper with this number, which will never be, takes the place
 * of an instruction that has no meaning on this kernel: harmless where the
 * verifier finds it is not reached, refused where it is. libbpf does the same
 * with the same number, so tools know the verifier's complaint about it.
 */
#define CORE_POISON	0xbad2310

/*
 * Patches @insn, of which @left are there (a 64-bit load takes two). Returns 0,
 * 1 when it was poisoned, -EBADMSG when it is not an instruction that this
 * relocation can be for, -EINVAL when it does not hold what the program's own
 * types say, -ERANGE when the new value does not fit.
 */
int core_patch(const struct bpf_core_relo *relo, struct btf *local,
	       const struct core_result *r, struct bpf_insn *insn,
	       uint32_t left, struct error *f);

#endif
