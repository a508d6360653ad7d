// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "build.h"

#include <string.h>

#define CALL		(BPF_JMP | BPF_CALL)
#define LOAD64		(BPF_LD | BPF_IMM | BPF_DW)
#define RETURN		{ .code = BPF_JMP | BPF_EXIT }
#define MOVE(to, value)	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, \
			  .dst_reg = (to), .imm = (value) }

enum { INSN = sizeof(struct bpf_insn) };

static const struct bpf_insn program[BUILD_PROGRAM_SIZE] = {
	[BUILD_READ_PID]	= MOVE(2, 8),
	[BUILD_LOAD_MAP]	= { .code = LOAD64, .dst_reg = 1 },
	[BUILD_LOAD_CONSTANT]	= { .code = LOAD64, .dst_reg = 3 },
	[BUILD_LOAD_STATIC]	= { .code = LOAD64, .dst_reg = 4, .imm = 8 },
	[BUILD_CALL_STATIC]	= { .code = CALL, .src_reg = BPF_PSEUDO_CALL,
				    .imm = 1 },	/* .text + 2 */
	[BUILD_CALL_GLOBAL]	= { .code = CALL, .src_reg = BPF_PSEUDO_CALL,
				    .imm = -1 },
	[BUILD_CALL_HELPER]	= { .code = CALL,
				    .imm = BPF_FUNC_probe_read_kernel },
	[BUILD_EXIT]		= RETURN,
};

/* A global function, then a static one, which calls the global one. */
static const struct bpf_insn text[] = {
	MOVE(0, 1), RETURN,
	{ .code = CALL, .src_reg = BPF_PSEUDO_CALL, .imm = -3 }, RETURN,
};

static void add_map_type(struct build_object *o)
{
	struct build_btf *b = &o->btf;
	uint32_t integer = build_int(b, "int", 4, BTF_INT_SIGNED);
	uint32_t type = build_ref(b, NULL, BTF_KIND_PTR,
				  build_array(b, integer, BPF_MAP_TYPE_HASH));
	uint32_t entries = build_ref(b, NULL, BTF_KIND_PTR,
				     build_array(b, integer, 64));
	uint32_t key = build_ref(b, NULL, BTF_KIND_PTR, integer);
	uint32_t value = build_ref(b, NULL, BTF_KIND_PTR,
				   build_array(b, integer, 6));
	uint32_t variable;

	o->map_type = build_composite(b, NULL, BTF_KIND_STRUCT, 32, 4);
	o->map_members = b->types.size;
	build_member(b, "type", type, 0);
	build_member(b, "max_entries", entries, 64);
	build_member(b, "key", key, 128);
	build_member(b, "value", value, 192);
	variable = build_ref(b, "table", BTF_KIND_VAR, o->map_type);
	bytes_add_u32(&b->types, BTF_VAR_GLOBAL_ALLOCATED);
	build_type(b, ".maps", BTF_KIND_DATASEC, 1, 0, 0);
	bytes_add_u32(&b->types, variable);
	bytes_add_u32(&b->types, 0);
	bytes_add_u32(&b->types, 32);
	o->task_type = build_composite(b, "task_struct", BTF_KIND_STRUCT, 16,
				       2);
	build_member(b, "flags", integer, 0);
	build_member(b, "pid", integer, 64);
}

/* One CO-RE relocation: the offset of task_struct.pid. */
static void add_ext(struct build_object *o)
{
	struct bytes *e = &o->ext;
	uint32_t section = build_string(&o->btf, "tracepoint/oom/mark_victim");
	uint32_t access = build_string(&o->btf, "0:1");

	bytes_add_u32(e, __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ?
			 BTF_MAGIC | BTF_VERSION << 16 :
			 (uint32_t)BTF_MAGIC << 16 | BTF_VERSION << 8);
	bytes_add_u32(e, 32);
	bytes_add(e, NULL, 16);		/* no functions, no lines */
	bytes_add_u32(e, 0);
	bytes_add_u32(e, 4 + 8 + 16);
	bytes_add_u32(e, 16);
	bytes_add_u32(e, section);
	bytes_add_u32(e, 1);
	o->relo = bytes_add_u32(e, BUILD_READ_PID * INSN);
	bytes_add_u32(e, o->task_type);
	bytes_add_u32(e, access);
	bytes_add_u32(e, BPF_CORE_FIELD_BYTE_OFFSET);
}

static void add_sections(struct build_object *o)
{
	struct build_elf *e = &o->elf;
	static const uint64_t data[] = { 1, 2, 3 };
	static const uint32_t rodata[] = { 7, 8 };

	o->text = build_section(e, ".text", SHT_PROGBITS,
				SHF_ALLOC | SHF_EXECINSTR, text, sizeof(text));
	o->program = build_section(e, "tracepoint/oom/mark_victim",
				   SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
				   program, sizeof(program));
	o->maps = build_section(e, ".maps", SHT_PROGBITS,
				SHF_ALLOC | SHF_WRITE, NULL, 32);
	o->rodata = build_section(e, ".rodata", SHT_PROGBITS, SHF_ALLOC,
				  rodata, sizeof(rodata));
	o->data = build_section(e, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE,
				data, sizeof(data));
	o->bss = build_section(e, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE,
			       NULL, 4096);
	build_section(e, "license", SHT_PROGBITS, SHF_ALLOC, "GPL", 4);
}

static void add_symbols(struct build_object *o)
{
	struct build_elf *e = &o->elf;
	uint32_t constant, statics;

	o->static_symbol = build_symbol(e, NULL, STT_SECTION, STB_LOCAL,
					o->text, 0, 0);
	statics = build_symbol(e, NULL, STT_SECTION, STB_LOCAL, o->data, 0, 0);
	build_symbol(e, "static_function", STT_FUNC, STB_LOCAL, o->text,
		     2 * INSN, 2 * INSN);
	o->global_symbol = build_symbol(e, "global_function", STT_FUNC,
					STB_GLOBAL, o->text, 0, 2 * INSN);
	build_symbol(e, "mark_victim", STT_FUNC, STB_GLOBAL, o->program, 0,
		     sizeof(program));
	o->map_symbol = build_symbol(e, "table", STT_OBJECT, STB_GLOBAL,
				     o->maps, 0, 32);
	constant = build_symbol(e, "constant", STT_OBJECT, STB_GLOBAL,
				o->rodata, 4, 4);
	build_symbol(e, "zero", STT_OBJECT, STB_GLOBAL, o->bss, 16, 8);
	build_relocation(e, o->program, BUILD_LOAD_MAP * INSN, 1,
			 o->map_symbol);
	build_relocation(e, o->program, BUILD_LOAD_CONSTANT * INSN, 1,
			 constant);
	build_relocation(e, o->program, BUILD_LOAD_STATIC * INSN, 1, statics);
	build_relocation(e, o->program, BUILD_CALL_STATIC * INSN, 10,
			 o->static_symbol);
	build_relocation(e, o->program, BUILD_CALL_GLOBAL * INSN, 10,
			 o->global_symbol);
}

void build_object_begin(struct build_object *o)
{
	memset(o, 0, sizeof(*o));
	build_elf_begin(&o->elf);
	build_btf_begin(&o->btf);
	add_map_type(o);
	add_ext(o);
	add_sections(o);
	add_symbols(o);
}

void build_object_end(struct build_object *o, struct bytes *to)
{
	struct bytes btf = { NULL, 0 };

	build_btf_end(&o->btf, &btf);
	build_section(&o->elf, ".BTF", SHT_PROGBITS, 0, btf.data, btf.size);
	build_section(&o->elf, ".BTF.ext", SHT_PROGBITS, 0, o->ext.data,
		      o->ext.size);
	build_elf_end(&o->elf, to);
	bytes_free(&btf);
}

void build_object_free(struct build_object *o)
{
	build_elf_free(&o->elf);
	build_btf_free(&o->btf);
	bytes_free(&o->ext);
}
