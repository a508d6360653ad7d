/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Makes BTF and BPF ELF objects in memory, good ones, whose parts a test can
 * then break one at a time. Everything is freed with build_free().
 */
#ifndef TESTS_BUILD_H
#define TESTS_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include <elf.h>
#include <linux/bpf.h>
#include <linux/btf.h>

#include "base/span.h"

/* Bytes that grow. Use the address of its data only once it is complete. */
struct bytes {
	uint8_t *data;
	size_t size;
};

/* Appends, and returns the offset at which that begins. */
size_t bytes_add(struct bytes *b, const void *data, size_t size);
size_t bytes_add_u32(struct bytes *b, uint32_t value);
void bytes_set_u32(struct bytes *b, size_t off, uint32_t value);
struct span bytes_span(const struct bytes *b);
void bytes_free(struct bytes *b);

/* ---- BTF ---------------------------------------------------------------- */

struct build_btf {
	struct bytes types, strings;
	uint32_t count;
};

void build_btf_begin(struct build_btf *b);

/* The offset of @s, added to the strings. NULL: 0, no name. */
uint32_t build_string(struct build_btf *b, const char *s);

/* Adds a type without what follows it. All of these return its id. */
uint32_t build_type(struct build_btf *b, const char *name, uint32_t kind,
		    uint32_t vlen, int kflag, uint32_t size_or_type);
uint32_t build_int(struct build_btf *b, const char *name, uint32_t size,
		   uint32_t encoding);
uint32_t build_ref(struct build_btf *b, const char *name, uint32_t kind,
		   uint32_t type);
uint32_t build_array(struct build_btf *b, uint32_t type, uint32_t count);

/* Adds a struct or union; its members follow, each with build_member(). */
uint32_t build_composite(struct build_btf *b, const char *name, uint32_t kind,
			 uint32_t size, uint32_t vlen);
uint32_t build_bitfields(struct build_btf *b, const char *name, uint32_t kind,
			 uint32_t size, uint32_t vlen);
void build_member(struct build_btf *b, const char *name, uint32_t type,
		  uint32_t bit_offset);
void build_bitfield(struct build_btf *b, const char *name, uint32_t type,
		    uint32_t bit_offset, uint32_t bits);

/* An enum of @size bytes; its values follow. */
uint32_t build_enum(struct build_btf *b, const char *name, uint32_t size,
		    int is_signed, uint32_t vlen);
uint32_t build_enum64(struct build_btf *b, const char *name, int is_signed,
		      uint32_t vlen);
void build_value(struct build_btf *b, const char *name, uint32_t value);
void build_value64(struct build_btf *b, const char *name, uint64_t value);

/* A function's type; its parameters follow. */
uint32_t build_proto(struct build_btf *b, uint32_t returns, uint32_t vlen);
void build_param(struct build_btf *b, const char *name, uint32_t type);

/* All of it, header first. */
void build_btf_end(struct build_btf *b, struct bytes *to);
void build_btf_free(struct build_btf *b);

/* ---- ELF ---------------------------------------------------------------- */

enum { BUILD_SECTIONS_MAX = 32, BUILD_SYMBOLS_MAX = 512 };

struct build_section {
	const char *name;
	uint32_t type;
	uint64_t flags;
	struct bytes data;
	uint64_t size;		/* where it is not that of the data */
	uint32_t link, info;
	uint64_t entsize;
};

struct build_elf {
	struct build_section sections[BUILD_SECTIONS_MAX];
	uint32_t section_count;
	Elf64_Sym symbols[BUILD_SYMBOLS_MAX];
	uint32_t symbol_count;
	struct bytes symbol_names;
	Elf64_Ehdr header;	/* to be broken before the end */
	size_t table;		/* where the section headers are, at the end */
};

void build_elf_begin(struct build_elf *e);

/* Returns its index. */
uint32_t build_section(struct build_elf *e, const char *name, uint32_t type,
		       uint64_t flags, const void *data, size_t size);
uint32_t build_symbol(struct build_elf *e, const char *name, unsigned int type,
		      unsigned int bind, uint32_t section, uint64_t value,
		      uint64_t size);

/* Adds a relocation of @section, in a section ".rel" + its name. */
void build_relocation(struct build_elf *e, uint32_t section, uint64_t offset,
		      uint32_t type, uint32_t symbol);

void build_elf_end(struct build_elf *e, struct bytes *to);
void build_elf_free(struct build_elf *e);

/* ---- an object ---------------------------------------------------------- */

/*
 * A whole object: a program for oom/mark_victim that uses a map and global
 * data, reads a member of struct task_struct by CO-RE and calls one static
 * and one global function. Break @elf or @btf, then end it.
 */
struct build_object {
	struct build_elf elf;
	struct build_btf btf;
	struct bytes ext;		/* .BTF.ext */
	uint32_t program, text, maps, rodata, data, bss;	/* sections */
	uint32_t map_symbol, static_symbol, global_symbol;
	uint32_t map_type;		/* ids: the map's struct, */
	uint32_t task_type;		/* the struct task_struct */
	size_t map_members;		/* offset in btf.types of its members */
	size_t relo;			/* offset in ext of the CO-RE record */
};

/* Instructions of the program, by what they are there for. */
enum build_insn {
	BUILD_READ_PID = 0,		/* r2 = offset of task_struct.pid */
	BUILD_LOAD_MAP = 1,		/* r1 = map, two */
	BUILD_LOAD_CONSTANT = 3,	/* r3 = &constant, two */
	BUILD_LOAD_STATIC = 5,		/* r4 = &(static in .data + 8), two */
	BUILD_CALL_STATIC = 7,
	BUILD_CALL_GLOBAL = 8,
	BUILD_CALL_HELPER = 9,		/* bpf_probe_read_kernel */
	BUILD_EXIT = 10,
	BUILD_PROGRAM_SIZE = 11,
};

void build_object_begin(struct build_object *o);
void build_object_end(struct build_object *o, struct bytes *to);
void build_object_free(struct build_object *o);

#endif
