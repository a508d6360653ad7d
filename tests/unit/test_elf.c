// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* loader/elf: what it takes, and in which words it refuses the rest. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "build.h"
#include "loader/elf.h"

Suite *elf_suite(void);

static struct build_elf elf;
static struct bytes file;
static struct error failure;
static struct elf e;

static void setup(void)
{
	build_elf_begin(&elf);
	build_section(&elf, "first", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
	build_section(&elf, ".bss", SHT_NOBITS, SHF_ALLOC, NULL, 1 << 20);
	build_symbol(&elf, "symbol", STT_OBJECT, STB_GLOBAL, 1, 2, 3);
	build_relocation(&elf, 1, 8, 10, 1);
	memset(&file, 0, sizeof(file));
	memset(&failure, 0, sizeof(failure));
}

static void teardown(void)
{
	build_elf_free(&elf);
	bytes_free(&file);
}

static int open_file(void)
{
	return elf_open(&e, "object x", bytes_span(&file), &failure);
}

static void set_u16(size_t off, uint16_t value)
{
	memcpy(file.data + off, &value, sizeof(value));
}

static void set_u64(size_t off, uint64_t value)
{
	memcpy(file.data + off, &value, sizeof(value));
}

static void refused(int error, const char *why)
{
	int result = open_file();

	ck_assert_str_eq(failure.why, why);
	ck_assert_int_eq(result, -error);
	ck_assert_int_eq(failure.error, error);
	ck_assert_str_eq(failure.what, "object x");
}

START_TEST(good)
{
	struct elf_relocation r;
	struct elf_section s;
	struct elf_symbol sym;

	build_elf_end(&elf, &file);
	ck_assert_int_eq(open_file(), 0);
	ck_assert_int_eq(elf_section_index(&e, "first"), 1);
	ck_assert_int_eq(elf_section_index(&e, "absent"), -ENOENT);
	ck_assert_int_eq(elf_section(&e, 1, &s), 0);
	ck_assert_str_eq(s.name, "first");
	ck_assert_uint_eq(s.data.size, 8);
	ck_assert_mem_eq(s.data.data, "12345678", 8);
	ck_assert_int_eq(elf_section(&e, 2, &s), 0);
	ck_assert_ptr_null(s.data.data);
	ck_assert_uint_eq(s.size, 1 << 20);
	ck_assert_int_eq(elf_section(&e, 0, &s), 0);
	ck_assert_str_eq(s.name, "");
	ck_assert_int_eq(elf_section(&e, e.section_count, &s), -EBADMSG);
	ck_assert_int_eq(elf_symbol(&e, 1, &sym, &failure), 0);
	ck_assert_str_eq(sym.name, "symbol");
	ck_assert_uint_eq(sym.section, 1);
	ck_assert_uint_eq(sym.value, 2);
	ck_assert_uint_eq(sym.size, 3);
	ck_assert_uint_eq(sym.type, STT_OBJECT);
	ck_assert_uint_eq(sym.bind, STB_GLOBAL);
	ck_assert_int_eq(elf_section(&e, 3, &s), 0);
	ck_assert_uint_eq(elf_relocation_count(&s), 1);
	elf_relocation(&s, 0, &r);
	ck_assert_uint_eq(r.offset, 8);
	ck_assert_uint_eq(r.type, 10);
	ck_assert_uint_eq(r.symbol, 1);
	ck_assert_int_eq(failure.error, 0);
}
END_TEST

START_TEST(not_an_elf)
{
	struct error f = { 0 };

	bytes_add(&file, "#!/bin/sh\n", 10);
	refused(EBADMSG, "not an ELF file");
	ck_assert_int_eq(elf_open(&e, "x", span_of(NULL, 0), &f), -EBADMSG);
	ck_assert_str_eq(f.why, "not an ELF file");
	ck_assert_int_eq(elf_open(&e, "x", span_of(NULL, 0), NULL), -EBADMSG);
}
END_TEST

START_TEST(wrong_class)
{
	elf.header.e_ident[EI_CLASS] = ELFCLASS32;
	build_elf_end(&elf, &file);
	refused(ENOTSUP, "ELF class 1, not a 64-bit file");
}
END_TEST

START_TEST(wrong_byte_order)
{
	elf.header.e_ident[EI_DATA] ^= ELFDATA2LSB ^ ELFDATA2MSB;
	build_elf_end(&elf, &file);
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		refused(ENOTSUP, "big-endian, but this host is little-endian");
	else
		refused(ENOTSUP, "little-endian, but this host is big-endian");
}
END_TEST

START_TEST(unknown_byte_order)
{
	elf.header.e_ident[EI_DATA] = 3;
	build_elf_end(&elf, &file);
	refused(EBADMSG, "unknown byte order 3");
}
END_TEST

START_TEST(wrong_version)
{
	elf.header.e_ident[EI_VERSION] = 2;
	build_elf_end(&elf, &file);
	refused(ENOTSUP, "ELF version 2 is not known");
}
END_TEST

START_TEST(wrong_machine)
{
	elf.header.e_machine = EM_X86_64;
	build_elf_end(&elf, &file);
	refused(ENOTSUP, "for machine 62, not BPF");
}
END_TEST

START_TEST(wrong_type)
{
	elf.header.e_type = ET_EXEC;
	build_elf_end(&elf, &file);
	refused(ENOTSUP, "ELF type 2, not relocatable");
}
END_TEST

START_TEST(no_sections)
{
	build_elf_end(&elf, &file);
	set_u16(offsetof(Elf64_Ehdr, e_shnum), 0);
	refused(EBADMSG, "no section headers");
}
END_TEST

START_TEST(odd_section_headers)
{
	build_elf_end(&elf, &file);
	set_u16(offsetof(Elf64_Ehdr, e_shentsize), 40);
	refused(EBADMSG, "section headers of 40 bytes");
}
END_TEST

/* Wherever the sum of two offsets could wrap around. */
START_TEST(offsets_that_overflow)
{
	static const uint64_t offsets[] = {
		UINT64_MAX, UINT64_MAX - 63, INT64_MAX, UINT32_MAX, 1 << 20,
	};

	build_elf_end(&elf, &file);
	set_u64(offsetof(Elf64_Ehdr, e_shoff), offsets[_i]);
	refused(EBADMSG, "truncated: section headers beyond the file");
	memset(&failure, 0, sizeof(failure));
	set_u64(offsetof(Elf64_Ehdr, e_shoff), elf.table);
	set_u64(elf.table + 64 + offsetof(Elf64_Shdr, sh_offset), offsets[_i]);
	refused(EBADMSG, "truncated: section first ends beyond the file");
	memset(&failure, 0, sizeof(failure));
	set_u64(elf.table + 64 + offsetof(Elf64_Shdr, sh_offset), 64);
	set_u64(elf.table + 64 + offsetof(Elf64_Shdr, sh_size), offsets[_i]);
	refused(EBADMSG, "truncated: section first ends beyond the file");
}
END_TEST

START_TEST(no_section_names)
{
	build_elf_end(&elf, &file);
	set_u16(offsetof(Elf64_Ehdr, e_shstrndx), (uint16_t)(1 + _i * 1000));
	refused(EBADMSG, "no section names");
}
END_TEST

START_TEST(name_out_of_bounds)
{
	build_elf_end(&elf, &file);
	bytes_set_u32(&file, elf.table + 64, 1 << 20);
	refused(EBADMSG, "section 1: name out of bounds");
}
END_TEST

START_TEST(half_a_relocation)
{
	bytes_add(&elf.sections[3].data, "", 1);
	build_elf_end(&elf, &file);
	refused(EBADMSG, "section .relfirst: not a whole number of "
		"relocations");
}
END_TEST

START_TEST(broken_symbols)
{
	struct elf_symbol s;
	size_t table;

	build_elf_end(&elf, &file);
	table = elf.table + (elf.section_count - 2) * sizeof(Elf64_Shdr);
	bytes_set_u32(&file, table + offsetof(Elf64_Shdr, sh_link), 1);
	refused(EBADMSG, "symbols without names");
	memset(&failure, 0, sizeof(failure));
	set_u64(table + offsetof(Elf64_Shdr, sh_size), 25);
	refused(EBADMSG, "malformed symbol table");
	memset(&failure, 0, sizeof(failure));
	bytes_set_u32(&file, table + offsetof(Elf64_Shdr, sh_type),
		      SHT_PROGBITS);
	ck_assert_int_eq(open_file(), 0);
	ck_assert_int_eq(elf_symbol(&e, 1, &s, &failure), -EBADMSG);
	ck_assert_str_eq(failure.why, "no symbol 1");
}
END_TEST

START_TEST(two_symbol_tables)
{
	build_section(&elf, ".symtab2", SHT_STRTAB, 0, "", 1);
	elf.sections[4].type = SHT_SYMTAB;
	elf.sections[4].entsize = sizeof(Elf64_Sym);
	elf.sections[4].link = 5;
	bytes_free(&elf.sections[4].data);
	bytes_add(&elf.sections[4].data, NULL, 48);
	build_elf_end(&elf, &file);
	refused(EBADMSG, "two symbol tables");
}
END_TEST

START_TEST(symbol_name_out_of_bounds)
{
	struct elf_symbol s;

	elf.symbols[1].st_name = 1 << 20;
	build_elf_end(&elf, &file);
	ck_assert_int_eq(open_file(), 0);
	ck_assert_int_eq(elf_symbol(&e, 1, &s, &failure), -EBADMSG);
	ck_assert_str_eq(failure.why, "symbol 1: name out of bounds");
}
END_TEST

START_TEST(truncated_anywhere)
{
	struct bytes part;
	size_t size;

	build_elf_end(&elf, &file);
	for (size = 0; size < file.size; size++) {
		memset(&part, 0, sizeof(part));
		memset(&failure, 0, sizeof(failure));
		bytes_add(&part, file.data, size);
		ck_assert_int_lt(elf_open(&e, "x", span_of(part.data, size),
					  &failure), 0);
		ck_assert_int_ne(failure.why[0], '\0');
		bytes_free(&part);
	}
}
END_TEST

Suite *elf_suite(void)
{
	Suite *s = suite_create("elf");
	TCase *t = tcase_create("elf");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, good);
	tcase_add_test(t, not_an_elf);
	tcase_add_test(t, wrong_class);
	tcase_add_test(t, wrong_byte_order);
	tcase_add_test(t, unknown_byte_order);
	tcase_add_test(t, wrong_version);
	tcase_add_test(t, wrong_machine);
	tcase_add_test(t, wrong_type);
	tcase_add_test(t, no_sections);
	tcase_add_test(t, odd_section_headers);
	tcase_add_loop_test(t, offsets_that_overflow, 0, 5);
	tcase_add_loop_test(t, no_section_names, 0, 2);
	tcase_add_test(t, name_out_of_bounds);
	tcase_add_test(t, half_a_relocation);
	tcase_add_test(t, broken_symbols);
	tcase_add_test(t, two_symbol_tables);
	tcase_add_test(t, symbol_name_out_of_bounds);
	tcase_add_test(t, truncated_anywhere);
	suite_add_tcase(s, t);
	return s;
}
