// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/elf.h"

#include <errno.h>
#include <string.h>

#ifndef EM_BPF
#define EM_BPF 247
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HOST_DATA	ELFDATA2LSB
#define HOST_ORDER	"little"
#define OTHER_ORDER	"big"
#else
#define HOST_DATA	ELFDATA2MSB
#define HOST_ORDER	"big"
#define OTHER_ORDER	"little"
#endif

static int check_ident(const struct elf *e, struct error *f)
{
	uint8_t id[EI_NIDENT];

	if (!span_has(e->file, 0, SELFMAG) ||
	    memcmp(e->file.data, ELFMAG, SELFMAG))
		return error_refuse(f, EBADMSG, e->what, "not an ELF file");
	if (span_copy(e->file, 0, id, sizeof(id)))
		return error_refuse(f, EBADMSG, e->what, "truncated ELF header");
	if (id[EI_CLASS] != ELFCLASS64)
		return error_refuse(f, ENOTSUP, e->what,
				    "ELF class %u, not a 64-bit file", id[EI_CLASS]);
	if (id[EI_DATA] != ELFDATA2LSB && id[EI_DATA] != ELFDATA2MSB)
		return error_refuse(f, EBADMSG, e->what,
				    "unknown byte order %u", id[EI_DATA]);
	if (id[EI_DATA] != HOST_DATA)
		return error_refuse(f, ENOTSUP, e->what, OTHER_ORDER
				    "-endian, but this host is " HOST_ORDER "-endian");
	if (id[EI_VERSION] != EV_CURRENT)
		return error_refuse(f, ENOTSUP, e->what,
				    "ELF version %u is not known", id[EI_VERSION]);
	return 0;
}

static int check_elf_header(const struct elf *e, Elf64_Ehdr *h, struct error *f)
{
	int result = check_ident(e, f);

	if (result)
		return result;
	if (span_copy(e->file, 0, h, sizeof(*h)))
		return error_refuse(f, EBADMSG, e->what, "truncated ELF header");
	if (h->e_machine != EM_BPF)
		return error_refuse(f, ENOTSUP, e->what,
				    "for machine %u, not BPF", h->e_machine);
	if (h->e_type != ET_REL)
		return error_refuse(f, ENOTSUP, e->what,
				    "ELF type %u, not relocatable", h->e_type);
	if (!h->e_shoff || !h->e_shnum)
		return error_refuse(f, EBADMSG, e->what, "no section headers");
	if (h->e_shentsize != sizeof(Elf64_Shdr))
		return error_refuse(f, EBADMSG, e->what, "section headers of %u bytes",
				    h->e_shentsize);
	return 0;
}

static int section_header(const struct elf *e, uint32_t i, Elf64_Shdr *h)
{
	if (i >= e->section_count)
		return -EBADMSG;
	return span_copy(e->file, e->table + i * sizeof(*h), h, sizeof(*h));
}

static int check_section(const struct elf *e, uint32_t i, struct error *f)
{
	Elf64_Shdr h;

	section_header(e, i, &h);
	if (h.sh_type == SHT_NULL)
		return 0;
	if (!span_string(e->section_names, h.sh_name))
		return error_refuse(f, EBADMSG, e->what, "section %u: name out of "
				    "bounds", i);
	if (h.sh_type != SHT_NOBITS && h.sh_size &&
	    !span_has(e->file, h.sh_offset, h.sh_size))
		return error_refuse(f, EBADMSG, e->what, "truncated: section %s ends "
				    "beyond the file",
				    span_string(e->section_names, h.sh_name));
	if (h.sh_type == SHT_REL && h.sh_size % sizeof(Elf64_Rel))
		return error_refuse(f, EBADMSG, e->what, "section %s: not a whole "
				    "number of relocations",
				    span_string(e->section_names, h.sh_name));
	return 0;
}

static struct span strings_at(const struct elf *e, uint32_t i)
{
	Elf64_Shdr h;

	if (section_header(e, i, &h) || h.sh_type != SHT_STRTAB)
		return span_of(NULL, 0);
	return span_sub(e->file, h.sh_offset, h.sh_size);
}

static int open_symbols(struct elf *e, const Elf64_Shdr *h, struct error *f)
{
	if (e->symbols.data)
		return error_refuse(f, EBADMSG, e->what, "two symbol tables");
	if (h->sh_entsize != sizeof(Elf64_Sym) ||
	    h->sh_size % sizeof(Elf64_Sym) ||
	    h->sh_size / sizeof(Elf64_Sym) > UINT32_MAX)
		return error_refuse(f, EBADMSG, e->what, "malformed symbol table");
	e->symbol_names = strings_at(e, h->sh_link);
	if (!e->symbol_names.data)
		return error_refuse(f, EBADMSG, e->what, "symbols without names");
	e->symbols = span_sub(e->file, h->sh_offset, h->sh_size);
	e->symbol_count = (uint32_t)(h->sh_size / sizeof(Elf64_Sym));
	return 0;
}

static int open_sections(struct elf *e, struct error *f)
{
	Elf64_Shdr h;
	int result = 0;

	for (uint32_t i = 1; i < e->section_count && !result; i++) {
		result = check_section(e, i, f);
		section_header(e, i, &h);
		if (!result && h.sh_type == SHT_SYMTAB)
			result = open_symbols(e, &h, f);
	}
	return result;
}

int elf_open(struct elf *e, const char *what, struct span file,
	     struct error *f)
{
	Elf64_Ehdr h;
	int result;

	*e = (struct elf){ .what = what, .file = file };
	result = check_elf_header(e, &h, f);
	if (result)
		return result;
	if (!span_has(file, h.e_shoff, (uint64_t)h.e_shnum * h.e_shentsize))
		return error_refuse(f, EBADMSG, what,
				    "truncated: section headers beyond the file");
	e->table = h.e_shoff;
	e->section_count = h.e_shnum;
	e->section_names = strings_at(e, h.e_shstrndx);
	if (!e->section_names.data)
		return error_refuse(f, EBADMSG, what, "no section names");
	return open_sections(e, f);
}

int elf_section(const struct elf *e, uint32_t i, struct elf_section *s)
{
	Elf64_Shdr h;

	memset(s, 0, sizeof(*s));
	s->name = "";
	if (section_header(e, i, &h))
		return -EBADMSG;
	if (!i || h.sh_type == SHT_NULL)
		return 0;
	s->name = span_string(e->section_names, h.sh_name);
	s->type = h.sh_type;
	s->flags = h.sh_flags;
	s->size = h.sh_size;
	s->info = h.sh_info;
	if (h.sh_type != SHT_NOBITS && h.sh_size)
		s->data = span_sub(e->file, h.sh_offset, h.sh_size);
	return 0;
}

int elf_section_index(const struct elf *e, const char *name)
{
	struct elf_section s;

	for (uint32_t i = 1; i < e->section_count; i++) {
		if (!elf_section(e, i, &s) && !strcmp(s.name, name))
			return (int)i;
	}
	return -ENOENT;
}

int elf_symbol(const struct elf *e, uint32_t i, struct elf_symbol *s,
	       struct error *f)
{
	Elf64_Sym sym;

	if (span_copy(e->symbols, (uint64_t)i * sizeof(sym), &sym, sizeof(sym)))
		return error_refuse(f, EBADMSG, e->what, "no symbol %u", i);
	s->name = span_string(e->symbol_names, sym.st_name);
	if (!s->name)
		return error_refuse(f, EBADMSG, e->what, "symbol %u: name out of "
				    "bounds", i);
	s->section = sym.st_shndx;
	s->type = ELF64_ST_TYPE(sym.st_info);
	s->bind = ELF64_ST_BIND(sym.st_info);
	s->value = sym.st_value;
	s->size = sym.st_size;
	return 0;
}

uint32_t elf_relocation_count(const struct elf_section *s)
{
	uint64_t count = s->data.size / sizeof(Elf64_Rel);

	return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

void elf_relocation(const struct elf_section *s, uint32_t i,
		    struct elf_relocation *r)
{
	Elf64_Rel rel;

	*r = (struct elf_relocation){ 0 };
	if (span_copy(s->data, (uint64_t)i * sizeof(rel), &rel, sizeof(rel)))
		return;
	r->offset = rel.r_offset;
	r->type = (uint32_t)ELF64_R_TYPE(rel.r_info);
	r->symbol = (uint32_t)ELF64_R_SYM(rel.r_info);
}
