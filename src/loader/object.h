/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A BPF object: its maps, its programs and what the kernel must be given to
 * create them. Pure: the file's bytes in, a description out, no kernel call.
 *
 *	object_open -> object_set_variable -> object_relocate
 *	-> (the caller creates the maps) -> object_link, for each program
 */
#ifndef LOADER_OBJECT_H
#define LOADER_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

#include "base/error.h"
#include "base/span.h"
#include "loader/btf.h"

struct object;

/* A map to create, in the order in which object_link() takes their fds. */
struct object_map {
	const char *name;	/* "events"; ".rodata" for global data */
	uint32_t type;		/* BPF_MAP_TYPE_* */
	uint32_t key_size;	/* bytes */
	uint32_t value_size;	/* bytes */
	uint32_t max_entries;	/* 0 for a perf event array: one per CPU */
	uint32_t map_flags;	/* BPF_F_* */
	struct span data;	/* what key 0 holds at first; NULL: nothing */
	bool frozen;		/* to be frozen once @data is in it */
};

/* A program to load. */
struct object_program {
	const char *name;	/* of its function */
	const char *section;	/* "tracepoint/oom/mark_victim" */
	const struct bpf_insn *insns;	/* NULL before object_link() */
	uint32_t insn_count;
};

/*
 * Parses @file, which is borrowed until object_close(). @name is copied, for
 * messages: a path, or NULL for the embedded object. On failure *@o is NULL:
 * -EBADMSG malformed, -ENOTSUP well-formed but not for us, -ENOMEM.
 */
int object_open(struct object **o, const char *name, struct span file,
		struct error *f);

/* Frees @o with all that it handed out. NULL is fine. */
void object_close(struct object *o);

/* The declared licence, or NULL. */
const char *object_license(const struct object *o);

/* All maps, by index. */
uint32_t object_map_count(const struct object *o);
const struct object_map *object_map(const struct object *o, uint32_t i);

/* The index of map @name, or -ENOENT. */
int object_map_index(const struct object *o, const char *name);

/* All programs, by index, in the order of the file. */
uint32_t object_program_count(const struct object *o);
const struct object_program *object_program(const struct object *o, uint32_t i);

/* The index of the (first) program in @section, or -ENOENT and an error. */
int object_program_index(const struct object *o, const char *section,
			 struct error *f);

/*
 * Sets the initial value of global variable @symbol, before its map is
 * created. -ENOENT no such variable, -EINVAL it is not of @size bytes.
 */
int object_set_variable(struct object *o, const char *symbol,
			const void *value, size_t size);

/*
 * Applies the CO-RE relocations against the types of @kernel, or against none
 * at all with NULL: nothing exists, and code that relies on it cannot load.
 * Once per object. -EBADMSG, -ENOTSUP, -EINVAL (ambiguous, or the instruction
 * is not what the local types say), -ENOMEM.
 */
int object_relocate(struct object *o, struct btf *kernel, struct error *f);

/*
 * Makes every call of helper @from one of @to, which takes the same arguments.
 * Before object_link(). Returns how many there were.
 */
int object_replace_helper(struct object *o, uint32_t from, uint32_t to);

/*
 * Builds the final instructions of program @i: the functions that it calls are
 * appended, and @map_fds (one for each map) inserted. They belong to @o.
 * -EBADMSG, -ENOTSUP, -ENOENT a missing symbol, -ENOMEM.
 */
int object_link(struct object *o, uint32_t i, const int *map_fds,
		struct error *f);

/*
 * When the verifier refuses instruction @insn of linked program @i: which
 * relocation could not be resolved there, as in "struct task_struct.foo (byte
 * offset)". Writes it to @to; -ENOENT when there was none.
 */
int object_unresolved(const struct object *o, uint32_t i, uint32_t insn,
		      char *to, size_t size);

#endif
