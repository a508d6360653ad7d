/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sections, symbols and relocations of a relocatable BPF ELF file. Pure:
 * everything it hands out is borrowed from the file's bytes.
 */
#ifndef LOADER_ELF_H
#define LOADER_ELF_H

#include <stdint.h>

#include <elf.h>

#include "base/error.h"
#include "base/span.h"

struct elf {
	const char *what;	/* "object FILE", borrowed, for messages */
	struct span file;
	uint64_t table;		/* offset of the section headers */
	uint32_t section_count;	/* with the empty one at 0 */
	uint32_t symbol_count;	/* likewise */
	struct span section_names;
	struct span symbols;
	struct span symbol_names;
};

struct elf_section {
	const char *name;
	uint32_t type;		/* SHT_* */
	uint64_t flags;		/* SHF_* */
	uint64_t size;		/* also where it holds no bytes in the file */
	struct span data;	/* NULL: SHT_NOBITS or empty */
	uint32_t info;		/* of SHT_REL: the section it applies to */
};

struct elf_symbol {
	const char *name;
	uint32_t section;	/* index, or SHN_UNDEF, SHN_ABS, ... */
	uint32_t type;		/* STT_* */
	uint32_t bind;		/* STB_* */
	uint64_t value;		/* offset within its section */
	uint64_t size;
};

struct elf_relocation {
	uint64_t offset;	/* within the section it applies to */
	uint32_t type;		/* R_BPF_* */
	uint32_t symbol;
};

/*
 * Checks the header and every section of @file. @what and @file are borrowed.
 * 0, -EBADMSG malformed, -ENOTSUP another class, byte order, machine or type.
 */
int elf_open(struct elf *e, const char *what, struct span file,
	     struct error *f);

/* Section @i. 0, or -EBADMSG, which only an index out of range still yields. */
int elf_section(const struct elf *e, uint32_t i, struct elf_section *s);

/* The index of the first section called @name, or -ENOENT. */
int elf_section_index(const struct elf *e, const char *name);

/* Symbol @i. 0, or -EBADMSG and an error. */
int elf_symbol(const struct elf *e, uint32_t i, struct elf_symbol *s,
	       struct error *f);

/* How many entries SHT_REL section @s has, and the @i-th of them. */
uint32_t elf_relocation_count(const struct elf_section *s);
void elf_relocation(const struct elf_section *s, uint32_t i,
		    struct elf_relocation *r);

#endif
