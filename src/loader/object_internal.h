/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the files of the object share: its parts, by their ELF sections.
 */
#ifndef LOADER_OBJECT_INTERNAL_H
#define LOADER_OBJECT_INTERNAL_H

#include <linux/bpf.h>

#include "loader/elf.h"
#include "loader/object.h"

/* What an instruction refers to. */
struct object_reference {
	enum {
		REFERENCE_NONE,
		REFERENCE_MAP,
		REFERENCE_DATA,		/* a byte of a global data map */
		REFERENCE_CALL,
	} kind;
	uint32_t target;	/* index of a map or function */
	uint32_t offset;	/* of the byte in the map */
};

/* A section of instructions, copied to be changed. */
struct object_code {
	uint32_t section;	/* its index in the file */
	const char *name;
	struct bpf_insn *insns;
	struct object_reference *references;	/* one per instruction */
	uint32_t count;
};

/* A function: so many instructions of a section. */
struct object_function {
	const char *name;
	uint32_t code;		/* index in codes */
	uint32_t start;
	uint32_t count;
	bool is_program;	/* an entry, as it is not in .text */
};

/* Where a map was declared, and what is in it. */
struct object_storage {
	uint32_t section;
	uint64_t offset;	/* of its declaration in .maps */
	bool is_data;		/* the section is the map's value */
	uint8_t *bytes;		/* a copy of it; NULL: not needed so far */
};

/* An instruction that has no target on this kernel. */
struct object_poison {
	uint32_t code;
	uint32_t insn;
	struct bpf_core_relo relo;
};

/* Where a function lies in a linked program. */
struct object_placement {
	uint32_t function;
	uint32_t start;		/* its first instruction */
};

/* A linked program: the functions in it, in order. */
struct object_image {
	struct bpf_insn *insns;
	uint32_t insn_count;
	struct object_placement *placements;
	uint32_t placement_count;
};

struct object {
	char *what;		/* "object FILE", for messages */
	struct elf elf;
	struct btf *btf;	/* NULL: the file has none */
	const char *license;
	struct object_code *codes;
	struct object_function *functions;
	struct object_map *maps;
	struct object_storage *storage;		/* one for each map */
	struct object_program *programs;
	uint32_t *entries;			/* their functions */
	struct object_image *images;		/* and their linked form */
	struct object_poison *poisons;
	uint32_t code_count, function_count, map_count, program_count;
	uint32_t poison_count;
};

#define object_refuse(o, f, error, ...) \
	error_refuse(f, error, (o)->what, __VA_ARGS__)

/* Room for @n of what @array points to. False: there is none. */
#define object_room(array, n) \
	(((array) = calloc((n) ? (n) : 1u, sizeof(*(array)))) != NULL)

/* The steps of object_open(), in this order. */
int object_read_code(struct object *o, struct error *f);
int object_read_maps(struct object *o, struct error *f);
int object_read_references(struct object *o, struct error *f);

/* Adds a data map for each section of global variables. */
int object_read_data(struct object *o, struct error *f);

/* Adds a map, for which there is room. */
void object_add_map(struct object *o, const struct object_map *map,
		    const struct object_storage *storage);

/* The index of the code of @section; of the function of @code at @insn; -1. */
int object_code_at(const struct object *o, uint32_t section);
int object_function_at(const struct object *o, uint32_t code, uint64_t insn);

/*
 * The index of the map that is declared at @offset of @section, or whose value
 * the byte there is in; -1.
 */
int object_map_at(const struct object *o, uint32_t section, uint64_t offset);

/* Frees what object_link() made of program @i. */
void object_unlink(struct object *o, uint32_t i);

#endif
