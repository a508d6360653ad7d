// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * loader/object: a good object from end to end, and the same one with one
 * thing broken at a time.
 */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "build.h"
#include "failing.h"
#include "loader/core.h"
#include "loader/object.h"

Suite *object_suite(void);

enum { INSN = sizeof(struct bpf_insn) };

static const char section[] = "tracepoint/oom/mark_victim";
static const int fds[] = { 10, 11, 12, 13 };

static struct build_object good;
static struct build_btf kernel_types;
static struct bytes file, kernel_bytes;
static struct error failure;
static struct object *o;
static struct btf *kernel;

/* The kernel has struct task_struct { long a; int pid; } */
static void make_kernel(void)
{
	struct build_btf *k = &kernel_types;
	uint32_t integer, wide;

	build_btf_begin(k);
	integer = build_int(k, "int", 4, BTF_INT_SIGNED);
	wide = build_int(k, "long", 8, BTF_INT_SIGNED);
	build_composite(k, "task_struct", BTF_KIND_STRUCT, 24, 2);
	build_member(k, "a", wide, 0);
	build_member(k, "pid", integer, 160);
	memset(&kernel_bytes, 0, sizeof(kernel_bytes));
	build_btf_end(k, &kernel_bytes);
	ck_assert_int_eq(btf_open(&kernel, "kernel", bytes_span(&kernel_bytes),
				  NULL), 0);
}

static void setup(void)
{
	build_object_begin(&good);
	make_kernel();
	memset(&file, 0, sizeof(file));
	memset(&failure, 0, sizeof(failure));
	o = NULL;
}

static void teardown(void)
{
	object_close(o);
	btf_close(kernel);
	build_object_free(&good);
	build_btf_free(&kernel_types);
	bytes_free(&kernel_bytes);
	bytes_free(&file);
}

static int open_it(void)
{
	build_object_end(&good, &file);
	return object_open(&o, "x.o", bytes_span(&file), &failure);
}

static void open_good(void)
{
	int err = open_it();

	ck_assert_str_eq(failure.why, "");
	ck_assert_int_eq(err, 0);
}

static void refused(int err, int error, const char *why)
{
	ck_assert_str_eq(failure.why, why);
	ck_assert_str_eq(failure.what, "object x.o");
	ck_assert_int_eq(err, -error);
	ck_assert_int_eq(failure.error, error);
}

static void not_opened(int error, const char *why)
{
	refused(open_it(), error, why);
	ck_assert_ptr_null(o);
}

static const struct bpf_insn *link_it(void)
{
	ck_assert_int_eq(object_link(o, 0, fds, &failure), 0);
	return object_program(o, 0)->insns;
}

/* Breaks the object where the builder has put it. */
static struct bpf_insn *insn(enum build_insn i)
{
	struct build_section *s = &good.elf.sections[good.program];

	return (struct bpf_insn *)(void *)(s->data.data + i * INSN);
}

static struct build_section *relocations(void)
{
	for (uint32_t i = 1; i < good.elf.section_count; i++) {
		if (good.elf.sections[i].type == SHT_REL)
			return &good.elf.sections[i];
	}
	ck_abort_msg("no relocations");
	return NULL;
}

/* The relocation of instruction @i. */
static Elf64_Rel *relocation(enum build_insn i)
{
	struct build_section *s = relocations();

	for (size_t off = 0; off < s->data.size; off += sizeof(Elf64_Rel)) {
		Elf64_Rel *r = (void *)(s->data.data + off);

		if (r->r_offset == i * INSN)
			return r;
	}
	ck_abort_msg("no relocation of instruction %d", i);
	return NULL;
}

static Elf64_Sym *symbol(uint32_t i)
{
	return &good.elf.symbols[i];
}

static void set_relo(size_t field, uint32_t value)
{
	bytes_set_u32(&good.ext, good.relo + field, value);
}

START_TEST(whole)
{
	const struct object_map *m;
	const struct bpf_insn *p;

	open_good();
	ck_assert_str_eq(object_license(o), "GPL");
	ck_assert_uint_eq(object_program_count(o), 1);
	ck_assert_str_eq(object_program(o, 0)->name, "mark_victim");
	ck_assert_str_eq(object_program(o, 0)->section, section);
	ck_assert_ptr_null(object_program(o, 0)->insns);
	ck_assert_ptr_null(object_program(o, 1));
	ck_assert_int_eq(object_program_index(o, section, &failure), 0);
	ck_assert_uint_eq(object_map_count(o), 4);
	ck_assert_ptr_null(object_map(o, 4));
	m = object_map(o, 0);
	ck_assert_str_eq(m->name, "table");
	ck_assert_uint_eq(m->type, BPF_MAP_TYPE_HASH);
	ck_assert_uint_eq(m->key_size, 4);
	ck_assert_uint_eq(m->value_size, 24);
	ck_assert_uint_eq(m->max_entries, 64);
	ck_assert_uint_eq(m->map_flags, 0);
	ck_assert_ptr_null(m->data.data);
	m = object_map(o, 1);
	ck_assert_str_eq(m->name, ".rodata");
	ck_assert_uint_eq(m->type, BPF_MAP_TYPE_ARRAY);
	ck_assert_uint_eq(m->key_size, 4);
	ck_assert_uint_eq(m->value_size, 8);
	ck_assert_uint_eq(m->max_entries, 1);
	ck_assert_uint_eq(m->map_flags, BPF_F_RDONLY_PROG);
	ck_assert(m->frozen);
	ck_assert_mem_eq(m->data.data, ((uint32_t[]){ 7, 8 }), 8);
	m = object_map(o, 2);
	ck_assert_str_eq(m->name, ".data");
	ck_assert(!m->frozen);
	ck_assert_uint_eq(m->map_flags, 0);
	ck_assert_uint_eq(m->data.size, 24);
	m = object_map(o, 3);
	ck_assert_str_eq(m->name, ".bss");
	ck_assert_uint_eq(m->value_size, 4096);
	ck_assert_ptr_null(m->data.data);
	ck_assert_int_eq(object_map_index(o, ".data"), 2);
	ck_assert_int_eq(object_map_index(o, "absent"), -ENOENT);

	ck_assert_int_eq(object_relocate(o, kernel, &failure), 0);
	p = link_it();
	ck_assert_uint_eq(object_program(o, 0)->insn_count,
			  BUILD_PROGRAM_SIZE + 4);
	ck_assert_int_eq(p[BUILD_READ_PID].imm, 20);
	ck_assert_int_eq(p[BUILD_LOAD_MAP].src_reg, BPF_PSEUDO_MAP_FD);
	ck_assert_int_eq(p[BUILD_LOAD_MAP].imm, 10);
	ck_assert_int_eq(p[BUILD_LOAD_CONSTANT].src_reg, BPF_PSEUDO_MAP_VALUE);
	ck_assert_int_eq(p[BUILD_LOAD_CONSTANT].imm, 11);
	ck_assert_int_eq(p[BUILD_LOAD_CONSTANT + 1].imm, 4);
	ck_assert_int_eq(p[BUILD_LOAD_STATIC].src_reg, BPF_PSEUDO_MAP_VALUE);
	ck_assert_int_eq(p[BUILD_LOAD_STATIC].imm, 12);
	ck_assert_int_eq(p[BUILD_LOAD_STATIC + 1].imm, 8);
	/* The static function is called first, and it calls the global one. */
	ck_assert_int_eq(p[BUILD_CALL_STATIC].imm,
			 BUILD_PROGRAM_SIZE - BUILD_CALL_STATIC - 1);
	ck_assert_int_eq(p[BUILD_CALL_GLOBAL].imm,
			 BUILD_PROGRAM_SIZE + 2 - BUILD_CALL_GLOBAL - 1);
	ck_assert_int_eq(p[BUILD_PROGRAM_SIZE].imm, 1);
	ck_assert_int_eq(p[BUILD_PROGRAM_SIZE + 2].code,
			 BPF_ALU64 | BPF_MOV | BPF_K);
	ck_assert_int_eq(p[BUILD_CALL_HELPER].imm, BPF_FUNC_probe_read_kernel);
	ck_assert_int_eq(failure.error, 0);
}
END_TEST

START_TEST(without_kernel_types)
{
	const struct bpf_insn *p;
	char text[64];

	open_good();
	ck_assert_int_eq(object_relocate(o, NULL, &failure), 0);
	ck_assert_int_eq(object_unresolved(o, 0, 0, text, sizeof(text)),
			 -ENOENT);
	p = link_it();
	ck_assert_int_eq(p[BUILD_READ_PID].code, BPF_JMP | BPF_CALL);
	ck_assert_int_eq(p[BUILD_READ_PID].imm, CORE_POISON);
	ck_assert_int_eq(object_unresolved(o, 0, BUILD_READ_PID, text,
					   sizeof(text)), 0);
	ck_assert_str_eq(text, "struct task_struct.pid (byte offset)");
	ck_assert_int_eq(object_unresolved(o, 0, BUILD_LOAD_MAP, text,
					   sizeof(text)), -ENOENT);
	ck_assert_int_eq(object_unresolved(o, 0, 10000, text, sizeof(text)),
			 -ENOENT);
	ck_assert_int_eq(object_unresolved(o, 1, 0, text, sizeof(text)),
			 -ENOENT);
}
END_TEST

/* Two programs in one section: the second one is relocated and explained. */
START_TEST(second_program)
{
	struct bpf_insn more[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 8 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	char text[64];

	bytes_add(&good.elf.sections[good.program].data, more, sizeof(more));
	build_symbol(&good.elf, "second", STT_FUNC, STB_GLOBAL, good.program,
		     BUILD_PROGRAM_SIZE * INSN, sizeof(more));
	set_relo(0, (BUILD_PROGRAM_SIZE + 1) * INSN);
	open_good();
	ck_assert_uint_eq(object_program_count(o), 2);
	ck_assert_str_eq(object_program(o, 1)->name, "second");
	ck_assert_int_eq(object_program_index(o, section, &failure), 0);
	ck_assert_int_eq(object_relocate(o, NULL, &failure), 0);
	ck_assert_int_eq(link_it()[BUILD_READ_PID].imm, 8);
	ck_assert_int_eq(object_link(o, 1, fds, &failure), 0);
	ck_assert_uint_eq(object_program(o, 1)->insn_count, 3);
	ck_assert_int_eq(object_program(o, 1)->insns[1].imm, CORE_POISON);
	ck_assert_int_eq(object_unresolved(o, 1, 1, text, sizeof(text)), 0);
	ck_assert_int_eq(object_unresolved(o, 0, 1, text, sizeof(text)),
			 -ENOENT);
}
END_TEST

/* Sections of a similar name hold no variables of ours. */
START_TEST(sections_of_no_interest)
{
	build_section(&good.elf, ".database", SHT_PROGBITS, SHF_ALLOC, "x", 1);
	build_section(&good.elf, ".rodata.cst", SHT_PROGBITS, SHF_ALLOC, "x",
		      1);
	build_section(&good.elf, ".data.empty", SHT_PROGBITS, SHF_ALLOC, "", 0);
	build_section(&good.elf, ".debug", SHT_PROGBITS, 0, "x", 1);
	open_good();
	ck_assert_uint_eq(object_map_count(o), 5);
	ck_assert_str_eq(object_map(o, 4)->name, ".rodata.cst");
	ck_assert(object_map(o, 4)->frozen);
}
END_TEST

START_TEST(helpers)
{
	open_good();
	ck_assert_int_eq(object_replace_helper(o, BPF_FUNC_probe_read_kernel,
					       BPF_FUNC_probe_read), 1);
	ck_assert_int_eq(object_replace_helper(o, BPF_FUNC_probe_read_kernel,
					       BPF_FUNC_probe_read), 0);
	/* A call of a function is none, whatever it holds. */
	ck_assert_int_eq(object_replace_helper(o, 1, 2), 0);
	ck_assert_int_eq(link_it()[BUILD_CALL_HELPER].imm, BPF_FUNC_probe_read);
}
END_TEST

START_TEST(variables)
{
	uint32_t nine = 9;
	uint64_t big = 0x123456789;

	open_good();
	ck_assert_int_eq(object_set_variable(o, "constant", &nine, 4), 0);
	ck_assert_mem_eq(object_map(o, 1)->data.data, ((uint32_t[]){ 7, 9 }),
			 8);
	ck_assert_int_eq(object_set_variable(o, "constant", &big, 8), -EINVAL);
	ck_assert_int_eq(object_set_variable(o, "constan", &nine, 4), -ENOENT);
	ck_assert_int_eq(object_set_variable(o, "table", &big, 32), -ENOENT);
	ck_assert_int_eq(object_set_variable(o, "zero", &big, 8), 0);
	ck_assert_uint_eq(object_map(o, 3)->data.size, 4096);
	ck_assert_mem_eq(object_map(o, 3)->data.data + 16, &big, 8);
	ck_assert_int_eq(object_map(o, 3)->data.data[15], 0);
}
END_TEST

START_TEST(variable_beyond_its_section)
{
	uint64_t big = 1;

	build_symbol(&good.elf, "odd", STT_OBJECT, STB_GLOBAL, good.rodata, 4,
		     8);
	build_symbol(&good.elf, "far", STT_OBJECT, STB_GLOBAL, good.rodata,
		     UINT64_MAX - 3, 8);
	open_good();
	ck_assert_int_eq(object_set_variable(o, "odd", &big, 8), -EINVAL);
	ck_assert_int_eq(object_set_variable(o, "far", &big, 8), -ENOENT);
}
END_TEST

START_TEST(no_program)
{
	open_good();
	refused(object_program_index(o, "tracepoint/oom/mark_victims", &failure),
		ENOENT, "no program for the tracepoint oom/mark_victims");
	memset(&failure, 0, sizeof(failure));
	refused(object_program_index(o, ".text", &failure), ENOENT,
		"no program in section .text");
	memset(&failure, 0, sizeof(failure));
	refused(object_link(o, 1, fds, &failure), ENOENT, "no program 1");
}
END_TEST

START_TEST(embedded)
{
	ck_assert_int_eq(object_open(&o, NULL, span_of("", 0), &failure),
			 -EBADMSG);
	ck_assert_str_eq(failure.what, "object <embedded>");
	ck_assert_ptr_null(o);
	ck_assert_int_eq(object_open(&o, NULL, span_of("", 0), NULL),
			 -EBADMSG);
	object_close(NULL);
}
END_TEST

START_TEST(missing_map)
{
	int none[] = { -1, 11, 12, 13 };

	open_good();
	refused(object_link(o, 0, none, &failure), EINVAL,
		"map table is not there");
	ck_assert_ptr_null(object_program(o, 0)->insns);
}
END_TEST

/* The second half of a 64-bit load is the next function's, or nobody's. */
START_TEST(function_ends_within)
{
	Elf64_Sym *program = symbol(good.map_symbol - 1);

	ck_assert_uint_eq(program->st_size, BUILD_PROGRAM_SIZE * INSN);
	program->st_size = (BUILD_LOAD_STATIC + 1) * INSN;
	open_good();
	refused(object_link(o, 0, fds, &failure), EBADMSG,
		"function mark_victim ends within an instruction");
}
END_TEST

/* ---- one thing broken ------------------------------------------------------ */

static void odd_code(void)
{
	bytes_add(&good.elf.sections[good.program].data, "", 1);
}

static void function_beyond(void)
{
	symbol(good.global_symbol)->st_size = 5 * INSN;
}

static void function_far(void)
{
	symbol(good.global_symbol)->st_value = UINT64_MAX - 7;
}

static void function_empty(void)
{
	symbol(good.global_symbol)->st_size = 0;
}

static void function_odd(void)
{
	symbol(good.global_symbol)->st_value = 4;
}

static void license_without_end(void)
{
	for (uint32_t i = 1; i < good.elf.section_count; i++) {
		if (!strcmp(good.elf.sections[i].name, "license"))
			good.elf.sections[i].data.size = 3;
	}
}

static void type_of_relocation(void)
{
	relocation(BUILD_LOAD_MAP)->r_info =
		ELF64_R_INFO((uint64_t)good.map_symbol, 77);
}

static void relocation_beyond(void)
{
	relocation(BUILD_LOAD_MAP)->r_offset = BUILD_PROGRAM_SIZE * INSN;
}

static void relocation_far(void)
{
	relocation(BUILD_LOAD_MAP)->r_offset = UINT64_MAX - 7;
}

static void relocation_odd(void)
{
	relocation(BUILD_LOAD_MAP)->r_offset = 4;
}

static void relocation_of_nothing(void)
{
	relocation(BUILD_LOAD_MAP)->r_info = ELF64_R_INFO(1000ul, 1);
}

static void relocations_of_nothing(void)
{
	relocations()->info = 1000;
}

static void two_relocations(void)
{
	build_relocation(&good.elf, good.program, BUILD_LOAD_MAP * INSN, 1,
			 good.map_symbol);
}

static void missing_symbol(void)
{
	symbol(good.map_symbol)->st_shndx = SHN_UNDEF;
}

static void missing_function(void)
{
	symbol(good.global_symbol)->st_shndx = SHN_UNDEF;
}

static void map_elsewhere(void)
{
	uint64_t odd = build_symbol(&good.elf, "odd", STT_OBJECT, STB_GLOBAL,
				    good.maps, 8, 32);

	relocation(BUILD_LOAD_MAP)->r_info = ELF64_R_INFO(odd, 1);
}

static void address_of_a_function(void)
{
	relocation(BUILD_LOAD_MAP)->r_info =
		ELF64_R_INFO((uint64_t)good.global_symbol, 1);
}

static void data_beyond(void)
{
	insn(BUILD_LOAD_STATIC)->imm = 24;
}

static void data_before(void)
{
	insn(BUILD_LOAD_STATIC)->imm = -1;
}

static void no_wide_load(void)
{
	insn(BUILD_LOAD_MAP)->code = BPF_ALU64 | BPF_MOV | BPF_K;
}

static void wide_load_of_something(void)
{
	insn(BUILD_LOAD_MAP)->src_reg = BPF_PSEUDO_MAP_FD;
}

static void no_call(void)
{
	insn(BUILD_CALL_STATIC)->src_reg = 0;
}

static void call_into_a_function(void)
{
	insn(BUILD_CALL_STATIC)->imm = 0;
}

static void call_beyond(void)
{
	insn(BUILD_CALL_STATIC)->imm = 1000;
}

static void call_before(void)
{
	insn(BUILD_CALL_STATIC)->imm = -1000;
}

/* Within its section, without a relocation. */
static void call_of_itself(void)
{
	insn(BUILD_CALL_HELPER)->src_reg = BPF_PSEUDO_CALL;
	insn(BUILD_CALL_HELPER)->imm = -2;
}

static void explicit_addends(void)
{
	relocations()->type = SHT_RELA;
}

static void data_with_addresses(void)
{
	build_relocation(&good.elf, good.data, 0, 2, good.map_symbol);
}

static void old_maps(void)
{
	good.elf.sections[good.maps].name = "maps";
}

static void maps_without_types(void)
{
	build_btf_free(&good.btf);
	build_btf_begin(&good.btf);
}

/* Of the map's members: name, type, offset. */
static void set_member(int i, int field, uint32_t value)
{
	bytes_set_u32(&good.btf.types, good.map_members +
		      (size_t)i * 12 + (size_t)field * 4, value);
}

static void pinned_map(void)
{
	set_member(1, 0, build_string(&good.btf, "pinning"));
}

static void map_without_type(void)
{
	set_member(0, 0, build_string(&good.btf, "map_flags"));
}

static void map_type_no_pointer(void)
{
	set_member(0, 1, 1);
}

static void map_key_no_pointer(void)
{
	set_member(2, 1, 1);
}

static void map_sizes_differ(void)
{
	set_member(3, 0, build_string(&good.btf, "key"));
}

static void map_of_unknown_type(void)
{
	set_member(0, 1, 1000);
}

static void map_name_beyond(void)
{
	set_member(0, 0, 100000);
}

static void map_no_struct(void)
{
	bytes_set_u32(&good.btf.types, good.map_members - 8,
		      BTF_KIND_UNION << 24 | 4);
}

static void map_without_symbol(void)
{
	symbol(good.map_symbol)->st_shndx = (uint16_t)good.data;
}

static void huge_bss(void)
{
	good.elf.sections[good.bss].size = (4u << 20) + 1;
}

static void unknown_kind(void)
{
	build_type(&good.btf, "new", 30, 0, 0, 0);
}

static void broken_types(void)
{
	good.btf.strings.data[good.btf.strings.size - 1] = 'x';
}

static const struct {
	void (*broken)(void);
	int error;
	const char *why;
} broken[] = {
	{ odd_code, EBADMSG, "section tracepoint/oom/mark_victim is not a "
	  "whole number of instructions" },
	{ function_beyond, EBADMSG,
	  "function global_function is not within section .text" },
	{ function_far, EBADMSG,
	  "function global_function is not within section .text" },
	{ function_empty, EBADMSG,
	  "function global_function is not within section .text" },
	{ function_odd, EBADMSG,
	  "function global_function is not within section .text" },
	{ license_without_end, EBADMSG, "the licence has no end" },
	{ type_of_relocation, ENOTSUP, "section tracepoint/oom/mark_victim: "
	  "relocation of unknown type 77" },
	{ relocation_beyond, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "relocation outside of it" },
	{ relocation_far, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "relocation outside of it" },
	{ relocation_odd, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "relocation outside of it" },
	{ relocation_of_nothing, EBADMSG, "no symbol 1000" },
	{ relocations_of_nothing, EBADMSG,
	  "section .reltracepoint/oom/mark_victim relocates no section" },
	{ two_relocations, EBADMSG, "section tracepoint/oom/mark_victim: two "
	  "relocations of instruction 1" },
	{ missing_symbol, ENOENT, "map table: missing symbol" },
	{ missing_function, ENOENT, "missing symbol global_function, which "
	  "section tracepoint/oom/mark_victim refers to" },
	{ map_elsewhere, EBADMSG,
	  "symbol odd is in no map and no global data" },
	{ address_of_a_function, ENOTSUP,
	  "the address of function global_function is not supported" },
	{ data_beyond, EBADMSG, "symbol  is in no map and no global data" },
	{ data_before, EBADMSG, "symbol  is in no map and no global data" },
	{ no_wide_load, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "instruction 1 is no 64-bit load" },
	{ wide_load_of_something, EBADMSG, "section "
	  "tracepoint/oom/mark_victim: instruction 1 is no 64-bit load" },
	{ no_call, EBADMSG, "section tracepoint/oom/mark_victim: instruction "
	  "7 is no call" },
	{ call_into_a_function, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "instruction 7 calls what is no function" },
	{ call_beyond, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "instruction 7 calls what is no function" },
	{ call_before, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "instruction 7 calls what is no function" },
	{ call_of_itself, EBADMSG, "section tracepoint/oom/mark_victim: "
	  "instruction 9 calls what is no function" },
	{ explicit_addends, ENOTSUP, "relocations "
	  ".reltracepoint/oom/mark_victim are not supported" },
	{ data_with_addresses, ENOTSUP,
	  "relocations .rel.data are not supported" },
	{ old_maps, ENOTSUP,
	  "map definitions of the old form, in section maps" },
	{ maps_without_types, ENOTSUP, "maps that no type (.BTF) describes" },
	{ pinned_map, ENOTSUP, "map table: attribute pinning is not known" },
	{ map_without_type, EBADMSG, "map table has no type" },
	{ map_type_no_pointer, EBADMSG, "map table: malformed attribute type" },
	{ map_key_no_pointer, EBADMSG, "map table: malformed attribute key" },
	{ map_sizes_differ, EBADMSG, "map table: malformed attribute key" },
	{ map_of_unknown_type, EBADMSG, "there is no type 1000" },
	{ map_name_beyond, EBADMSG, "name at 100000 is out of bounds" },
	{ map_no_struct, ENOTSUP, "map table is declared as no struct" },
	{ map_without_symbol, ENOENT, "map table: missing symbol" },
	{ huge_bss, ENOTSUP, "section .bss is larger than "
	  "4194304 bytes, the most that every kernel takes" },
	{ unknown_kind, ENOTSUP, "type 13 is of unknown kind 30" },
	{ broken_types, EBADMSG, "BTF strings without an end" },
};

enum { BROKEN = sizeof(broken) / sizeof(broken[0]) };

START_TEST(broken_things)
{
	broken[_i].broken();
	not_opened(broken[_i].error, broken[_i].why);
}
END_TEST

/* ---- CO-RE ------------------------------------------------------------------ */

static void set_header(size_t field, uint32_t value)
{
	bytes_set_u32(&good.ext, field, value);
}

static const struct {
	size_t field;
	uint32_t value;
	int error;
	const char *what, *why;
} ext[] = {
	{ 0, 0x12345678, EBADMSG, "object x.o", ".BTF.ext: magic 0x5678" },
	{ 0, 0x9feb | 1 << 16, ENOTSUP, "object x.o",
	  ".BTF.ext: magic 0x9feb" },
	{ 0, BTF_MAGIC | 9 << 16, ENOTSUP, "object x.o",
	  ".BTF.ext: version 9 is not known" },
	{ 4, UINT32_MAX, EBADMSG, "object x.o",
	  ".BTF.ext: CO-RE relocations end beyond the section" },
	{ 24, UINT32_MAX, EBADMSG, "object x.o",
	  ".BTF.ext: CO-RE relocations end beyond the section" },
	{ 28, UINT32_MAX, EBADMSG, "object x.o",
	  ".BTF.ext: CO-RE relocations end beyond the section" },
	{ 28, 3, EBADMSG, "object x.o",
	  ".BTF.ext: CO-RE relocations end beyond the section" },
	{ 28, 11, EBADMSG, "object x.o", ".BTF.ext is truncated" },
	{ 28, 27, EBADMSG, "object x.o", ".BTF.ext is truncated" },
	{ 32, 12, EBADMSG, "object x.o",
	  ".BTF.ext: CO-RE relocations of 12 bytes" },
	{ 32, 20, EBADMSG, "object x.o", ".BTF.ext is truncated" },
	{ 36, 100000, EBADMSG, "object x.o",
	  "name at 100000 is out of bounds" },
	{ 36, 1, EBADMSG, "object x.o",
	  "CO-RE relocations of section int, which is not there" },
	{ 40, 2, EBADMSG, "object x.o", ".BTF.ext is truncated" },
	{ 40, UINT32_MAX, EBADMSG, "object x.o", ".BTF.ext is truncated" },
	{ 44, 4, EBADMSG, "object x.o", "section tracepoint/oom/mark_victim: "
	  "CO-RE relocation outside of it" },
	{ 44, BUILD_PROGRAM_SIZE * 8, EBADMSG, "object x.o",
	  "section tracepoint/oom/mark_victim: CO-RE relocation outside of "
	  "it" },
	{ 44, BUILD_EXIT * 8, EBADMSG,
	  "object x.o: struct task_struct.pid (byte offset)",
	  "instruction 0x95 cannot be relocated" },
	{ 48, 1000, EBADMSG, "object x.o", "there is no type 1000" },
	{ 52, 100000, EBADMSG, "object x.o: struct task_struct (byte offset)",
	  "name at 100000 is out of bounds" },
	{ 56, 13, ENOTSUP, "object x.o: struct task_struct (kind 13)",
	  "relocation of unknown kind" },
	{ 56, UINT32_MAX, ENOTSUP,
	  "object x.o: struct task_struct (kind 4294967295)",
	  "relocation of unknown kind" },
};

enum { EXTS = sizeof(ext) / sizeof(ext[0]) };

START_TEST(broken_relocations)
{
	int err;

	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__ && !ext[_i].field)
		return;
	set_header(ext[_i].field, ext[_i].value);
	open_good();
	err = object_relocate(o, kernel, &failure);
	ck_assert_str_eq(failure.why, ext[_i].why);
	ck_assert_str_eq(failure.what, ext[_i].what);
	ck_assert_int_eq(err, -ext[_i].error);
}
END_TEST

START_TEST(wrong_instruction)
{
	insn(BUILD_READ_PID)->imm = 4;
	open_good();
	ck_assert_int_eq(object_relocate(o, kernel, &failure), -EINVAL);
	ck_assert_str_eq(failure.what,
			 "object x.o: struct task_struct.pid (byte offset)");
	ck_assert_str_eq(failure.why, "the instruction holds 4, but by its "
			 "types it is 8");
}
END_TEST

/* What the linker has dropped may still have relocations. */
START_TEST(relocation_outside_of_functions)
{
	struct bpf_insn last = { .code = BPF_JMP | BPF_EXIT };

	bytes_add(&good.elf.sections[good.program].data, &last, sizeof(last));
	set_relo(0, BUILD_PROGRAM_SIZE * INSN);
	open_good();
	ck_assert_int_eq(object_relocate(o, kernel, &failure), 0);
	ck_assert_int_eq(link_it()[BUILD_READ_PID].imm, 8);
}
END_TEST

/* A header of before CO-RE, no relocations, no .BTF.ext at all. */
START_TEST(nothing_to_relocate)
{
	if (_i == 0)
		set_header(4, 24);
	if (_i == 1)
		set_header(28, 0);
	good.ext.size = _i == 2 ? 0 : good.ext.size;
	open_good();
	ck_assert_int_eq(object_relocate(o, kernel, &failure), 0);
	ck_assert_int_eq(link_it()[BUILD_READ_PID].imm, 8);
}
END_TEST

/* Another kernel, whose two types called task_struct have these members. */
static void make_two(const char *first, const char *second)
{
	struct build_btf *k = &kernel_types;
	uint32_t integer;

	btf_close(kernel);
	bytes_free(&kernel_bytes);
	build_btf_free(k);
	build_btf_begin(k);
	integer = build_int(k, "int", 4, BTF_INT_SIGNED);
	build_composite(k, "task_struct", BTF_KIND_STRUCT, 24, 1);
	build_member(k, first, integer, 32);
	build_composite(k, "task_struct", BTF_KIND_STRUCT, 24, 1);
	build_member(k, second, integer, 64);
	build_btf_end(k, &kernel_bytes);
	ck_assert_int_eq(btf_open(&kernel, "kernel", bytes_span(&kernel_bytes),
				  NULL), 0);
}

/* The second is looked for where the first does not fit, and only there. */
START_TEST(two_of_a_name)
{
	static const struct {
		const char *first, *second;
		int offset;
	} cases[] = {
		{ "pid", "pid", 4 },
		{ "pid", "other", 4 },
		{ "other", "pid", 8 },
		{ "other", "another", CORE_POISON },
	};

	make_two(cases[_i].first, cases[_i].second);
	open_good();
	ck_assert_int_eq(object_relocate(o, kernel, &failure), 0);
	ck_assert_int_eq(link_it()[BUILD_READ_PID].imm, cases[_i].offset);
}
END_TEST

START_TEST(broken_kernel)
{
	bytes_set_u32(&kernel_bytes, sizeof(struct btf_header) + 4,
		      30 << 24);
	open_good();
	ck_assert_int_eq(object_relocate(o, kernel, &failure), -ENOTSUP);
	ck_assert_str_eq(failure.what, "kernel");
	ck_assert_str_eq(failure.why, "type 1 is of unknown kind 30");
}
END_TEST

/* A function that calls itself is the kernel's to refuse. */
START_TEST(recursion)
{
	struct bpf_insn *text = (void *)
		good.elf.sections[good.text].data.data;

	text[0] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL,
				     .src_reg = BPF_PSEUDO_CALL, .imm = -1 };
	text[2].imm = -1;
	open_good();
	ck_assert_int_eq(link_it()[BUILD_PROGRAM_SIZE].imm, -1);
}
END_TEST

/* Each one calls the next, and the kernel takes 256. */
START_TEST(too_many_functions)
{
	enum { MANY = 257 };
	static struct build_elf e;
	struct bpf_insn chain[MANY];

	build_elf_begin(&e);
	for (int i = 0; i < MANY; i++)
		chain[i] = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL,
					      .src_reg = BPF_PSEUDO_CALL };
	chain[MANY - 1] = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	build_section(&e, "socket", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
		      chain, sizeof(chain));
	for (uint64_t i = 0; i < MANY; i++)
		build_symbol(&e, "f", STT_FUNC, STB_GLOBAL, 1, i * INSN, INSN);
	build_elf_end(&e, &file);
	ck_assert_int_eq(object_open(&o, "x.o", bytes_span(&file), &failure), 0);
	refused(object_link(o, 0, NULL, &failure), E2BIG,
		"program f is too large");
	memset(&failure, 0, sizeof(failure));
	ck_assert_int_eq(object_link(o, 1, NULL, &failure), 0);
	ck_assert_uint_eq(object_program(o, 1)->insn_count, MANY - 1);
	build_elf_free(&e);
}
END_TEST

/* ---- memory ----------------------------------------------------------------- */

static int use_object(unsigned int n, bool *failing)
{
	uint32_t nine = 9;
	int err;

	failing_begin(n);
	err = object_open(&o, "x.o", bytes_span(&file), &failure);
	if (!err)
		err = object_set_variable(o, "constant", &nine, 4);
	if (!err)
		err = object_relocate(o, NULL, &failure);
	if (!err)
		err = object_link(o, 0, fds, &failure);
	*failing = failing_end();
	return err;
}

START_TEST(allocations_fail)
{
	bool failing = true;
	unsigned int i;
	int err;

	build_object_end(&good, &file);
	for (i = 0; failing; i++) {
		memset(&failure, 0, sizeof(failure));
		err = use_object(i, &failing);
		ck_assert_int_eq(err, failing ? -ENOMEM : 0);
		if (failure.error)
			ck_assert_str_eq(failure.why, "out of memory");
		object_close(o);
		o = NULL;
	}
	ck_assert_uint_ge(i, 20);
}
END_TEST

static void add_basics(TCase *t)
{
	tcase_add_test(t, whole);
	tcase_add_test(t, without_kernel_types);
	tcase_add_test(t, second_program);
	tcase_add_test(t, sections_of_no_interest);
	tcase_add_test(t, helpers);
	tcase_add_test(t, variables);
	tcase_add_test(t, variable_beyond_its_section);
	tcase_add_test(t, no_program);
	tcase_add_test(t, embedded);
	tcase_add_test(t, missing_map);
	tcase_add_test(t, recursion);
	tcase_add_test(t, function_ends_within);
	tcase_add_test(t, allocations_fail);
}

Suite *object_suite(void)
{
	Suite *s = suite_create("object");
	TCase *t = tcase_create("object");

	tcase_add_checked_fixture(t, setup, teardown);
	add_basics(t);
	tcase_add_loop_test(t, broken_things, 0, BROKEN);
	tcase_add_loop_test(t, broken_relocations, 0, EXTS);
	tcase_add_test(t, wrong_instruction);
	tcase_add_test(t, relocation_outside_of_functions);
	tcase_add_loop_test(t, nothing_to_relocate, 0, 3);
	tcase_add_loop_test(t, two_of_a_name, 0, 4);
	tcase_add_test(t, broken_kernel);
	tcase_add_test(t, too_many_functions);
	suite_add_tcase(s, t);
	return s;
}
