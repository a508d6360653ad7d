// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "build.h"

#include <stdlib.h>
#include <string.h>

/* Also where a test makes allocations fail: these here must not. */
void *__real_realloc(void *old, size_t size);

size_t bytes_add(struct bytes *b, const void *data, size_t size)
{
	size_t off = b->size;

	b->data = __real_realloc(b->data, off + size + 1);
	if (!b->data)
		abort();
	if (data)
		memcpy(b->data + off, data, size);
	else
		memset(b->data + off, 0, size);
	b->size += size;
	return off;
}

size_t bytes_add_u32(struct bytes *b, uint32_t value)
{
	return bytes_add(b, &value, sizeof(value));
}

void bytes_set_u32(struct bytes *b, size_t off, uint32_t value)
{
	memcpy(b->data + off, &value, sizeof(value));
}

struct span bytes_span(const struct bytes *b)
{
	return span_of(b->data, b->size);
}

void bytes_free(struct bytes *b)
{
	free(b->data);
	memset(b, 0, sizeof(*b));
}

/* ---- BTF ---------------------------------------------------------------- */

void build_btf_begin(struct build_btf *b)
{
	memset(b, 0, sizeof(*b));
	bytes_add(&b->strings, "", 1);
}

uint32_t build_string(struct build_btf *b, const char *s)
{
	return s ? (uint32_t)bytes_add(&b->strings, s, strlen(s) + 1) : 0;
}

uint32_t build_type(struct build_btf *b, const char *name, uint32_t kind,
		    uint32_t vlen, int kflag, uint32_t size_or_type)
{
	bytes_add_u32(&b->types, build_string(b, name));
	bytes_add_u32(&b->types, (uint32_t)!!kflag << 31 | kind << 24 | vlen);
	bytes_add_u32(&b->types, size_or_type);
	return ++b->count;
}

uint32_t build_int(struct build_btf *b, const char *name, uint32_t size,
		   uint32_t encoding)
{
	uint32_t id = build_type(b, name, BTF_KIND_INT, 0, 0, size);

	bytes_add_u32(&b->types, encoding << 24 | size * 8);
	return id;
}

uint32_t build_ref(struct build_btf *b, const char *name, uint32_t kind,
		   uint32_t type)
{
	return build_type(b, name, kind, 0, 0, type);
}

uint32_t build_array(struct build_btf *b, uint32_t type, uint32_t count)
{
	uint32_t id = build_type(b, NULL, BTF_KIND_ARRAY, 0, 0, 0);

	bytes_add_u32(&b->types, type);
	bytes_add_u32(&b->types, type);
	bytes_add_u32(&b->types, count);
	return id;
}

uint32_t build_composite(struct build_btf *b, const char *name, uint32_t kind,
			 uint32_t size, uint32_t vlen)
{
	return build_type(b, name, kind, vlen, 0, size);
}

uint32_t build_bitfields(struct build_btf *b, const char *name, uint32_t kind,
			 uint32_t size, uint32_t vlen)
{
	return build_type(b, name, kind, vlen, 1, size);
}

void build_member(struct build_btf *b, const char *name, uint32_t type,
		  uint32_t bit_offset)
{
	bytes_add_u32(&b->types, build_string(b, name));
	bytes_add_u32(&b->types, type);
	bytes_add_u32(&b->types, bit_offset);
}

void build_bitfield(struct build_btf *b, const char *name, uint32_t type,
		    uint32_t bit_offset, uint32_t bits)
{
	build_member(b, name, type, bits << 24 | bit_offset);
}

uint32_t build_enum(struct build_btf *b, const char *name, uint32_t size,
		    int is_signed, uint32_t vlen)
{
	return build_type(b, name, BTF_KIND_ENUM, vlen, is_signed, size);
}

uint32_t build_enum64(struct build_btf *b, const char *name, int is_signed,
		      uint32_t vlen)
{
	return build_type(b, name, BTF_KIND_ENUM64, vlen, is_signed, 8);
}

void build_value(struct build_btf *b, const char *name, uint32_t value)
{
	bytes_add_u32(&b->types, build_string(b, name));
	bytes_add_u32(&b->types, value);
}

void build_value64(struct build_btf *b, const char *name, uint64_t value)
{
	build_value(b, name, (uint32_t)value);
	bytes_add_u32(&b->types, (uint32_t)(value >> 32));
}

uint32_t build_proto(struct build_btf *b, uint32_t returns, uint32_t vlen)
{
	return build_type(b, NULL, BTF_KIND_FUNC_PROTO, vlen, 0, returns);
}

void build_param(struct build_btf *b, const char *name, uint32_t type)
{
	build_value(b, name, type);
}

void build_btf_end(struct build_btf *b, struct bytes *to)
{
	struct btf_header h = {
		.magic = BTF_MAGIC, .version = BTF_VERSION,
		.hdr_len = sizeof(h),
		.type_len = (uint32_t)b->types.size,
		.str_off = (uint32_t)b->types.size,
		.str_len = (uint32_t)b->strings.size,
	};

	bytes_add(to, &h, sizeof(h));
	bytes_add(to, b->types.data, b->types.size);
	bytes_add(to, b->strings.data, b->strings.size);
}

void build_btf_free(struct build_btf *b)
{
	bytes_free(&b->types);
	bytes_free(&b->strings);
}

/* ---- ELF ---------------------------------------------------------------- */

void build_elf_begin(struct build_elf *e)
{
	memset(e, 0, sizeof(*e));
	e->section_count = 1;
	e->symbol_count = 1;
	bytes_add(&e->symbol_names, "", 1);
	memcpy(e->header.e_ident, ELFMAG, SELFMAG);
	e->header.e_ident[EI_CLASS] = ELFCLASS64;
	e->header.e_ident[EI_DATA] =
		__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB :
							    ELFDATA2MSB;
	e->header.e_ident[EI_VERSION] = EV_CURRENT;
	e->header.e_type = ET_REL;
	e->header.e_machine = 247;
	e->header.e_version = EV_CURRENT;
	e->header.e_ehsize = sizeof(Elf64_Ehdr);
	e->header.e_shentsize = sizeof(Elf64_Shdr);
}

uint32_t build_section(struct build_elf *e, const char *name, uint32_t type,
		       uint64_t flags, const void *data, size_t size)
{
	struct build_section *s = &e->sections[e->section_count];

	if (e->section_count == BUILD_SECTIONS_MAX)
		abort();
	s->name = name;
	s->type = type;
	s->flags = flags;
	if (type == SHT_NOBITS)
		s->size = size;
	else
		bytes_add(&s->data, data, size);
	return e->section_count++;
}

uint32_t build_symbol(struct build_elf *e, const char *name, unsigned int type,
		      unsigned int bind, uint32_t section, uint64_t value,
		      uint64_t size)
{
	Elf64_Sym *s = &e->symbols[e->symbol_count];

	if (e->symbol_count == BUILD_SYMBOLS_MAX)
		abort();
	s->st_name = name ? (uint32_t)bytes_add(&e->symbol_names, name,
						strlen(name) + 1) : 0;
	s->st_info = (unsigned char)ELF64_ST_INFO(bind, type);
	s->st_shndx = (uint16_t)section;
	s->st_value = value;
	s->st_size = size;
	return e->symbol_count++;
}

static struct build_section *relocations_of(struct build_elf *e, uint32_t info)
{
	static char names[BUILD_SECTIONS_MAX][64];
	uint32_t i;

	for (i = 1; i < e->section_count; i++) {
		if (e->sections[i].type == SHT_REL &&
		    e->sections[i].info == info)
			return &e->sections[i];
	}
	strcpy(names[info], ".rel");
	strncat(names[info], e->sections[info].name, 50);
	i = build_section(e, names[info], SHT_REL, 0, "", 0);
	e->sections[i].info = info;
	e->sections[i].entsize = sizeof(Elf64_Rel);
	return &e->sections[i];
}

void build_relocation(struct build_elf *e, uint32_t section, uint64_t offset,
		      uint32_t type, uint32_t symbol)
{
	Elf64_Rel r = {
		.r_offset = offset, .r_info = ELF64_R_INFO(symbol, type),
	};

	bytes_add(&relocations_of(e, section)->data, &r, sizeof(r));
}

/* Symbols and names, as the last sections. */
static void add_tables(struct build_elf *e)
{
	uint32_t strings = build_section(e, ".strtab", SHT_STRTAB, 0,
					 e->symbol_names.data,
					 e->symbol_names.size);
	uint32_t symbols = build_section(e, ".symtab", SHT_SYMTAB, 0,
					 e->symbols,
					 e->symbol_count * sizeof(Elf64_Sym));

	e->sections[symbols].link = strings;
	e->sections[symbols].entsize = sizeof(Elf64_Sym);
	e->header.e_shstrndx = (uint16_t)build_section(e, ".shstrtab",
						       SHT_STRTAB, 0, "", 1);
}

static void add_headers(struct build_elf *e, const Elf64_Shdr *headers,
			struct bytes *to)
{
	while (to->size % 8)
		bytes_add(to, "", 1);
	e->table = bytes_add(to, headers,
			     e->section_count * sizeof(*headers));
	e->header.e_shoff = e->table;
	e->header.e_shnum = (uint16_t)e->section_count;
	memcpy(to->data, &e->header, sizeof(e->header));
}

void build_elf_end(struct build_elf *e, struct bytes *to)
{
	Elf64_Shdr headers[BUILD_SECTIONS_MAX] = { { 0 } };
	struct build_section *names;
	uint32_t i;

	add_tables(e);
	bytes_add(to, NULL, sizeof(e->header));
	names = &e->sections[e->header.e_shstrndx];
	for (i = 1; i < e->section_count; i++)
		headers[i].sh_name = (uint32_t)
			bytes_add(&names->data, e->sections[i].name,
				  strlen(e->sections[i].name) + 1);
	for (i = 1; i < e->section_count; i++) {
		const struct build_section *s = &e->sections[i];

		headers[i].sh_type = s->type;
		headers[i].sh_flags = s->flags;
		headers[i].sh_offset = bytes_add(to, s->data.data, s->data.size);
		headers[i].sh_size = s->size ? s->size : s->data.size;
		headers[i].sh_link = s->link;
		headers[i].sh_info = s->info;
		headers[i].sh_entsize = s->entsize;
	}
	add_headers(e, headers, to);
}

void build_elf_free(struct build_elf *e)
{
	for (uint32_t i = 0; i < BUILD_SECTIONS_MAX; i++)
		bytes_free(&e->sections[i].data);
	bytes_free(&e->symbol_names);
}
