// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * ELF relocations: which instruction refers to which map, variable or
 * function. They are only understood here; object_link() writes them.
 */
#include "loader/object_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/refuse.h"

#ifndef R_BPF_64_64
#define R_BPF_64_64	1
#endif
#ifndef R_BPF_64_32
#define R_BPF_64_32	10
#endif

/* One relocation, with all that it is about. */
struct site {
	struct object *o;
	uint32_t code;
	uint32_t insn;
	struct elf_symbol symbol;
	struct error *f;
};

static struct bpf_insn *insn_of(const struct site *s)
{
	return &s->o->codes[s->code].insns[s->insn];
}

static int set_reference(struct site *s, const struct object_reference *r)
{
	struct object_code *c = &s->o->codes[s->code];

	if (c->references[s->insn].kind != REFERENCE_NONE)
		return object_refuse(s->o, s->f, EBADMSG, "section %s: two "
				     "relocations of instruction %u", c->name,
				     s->insn);
	c->references[s->insn] = *r;
	return 0;
}

static bool is_wide_load(const struct site *s)
{
	const struct bpf_insn *insn = insn_of(s);

	return insn->code == (BPF_LD | BPF_IMM | BPF_DW) && !insn->src_reg &&
	       s->insn + 1 < s->o->codes[s->code].count;
}

/*
 * A static variable is its section's symbol plus what the instruction holds; a
 * global one has a symbol, and the instruction holds an offset into it.
 */
static int refer_to_map(struct site *s)
{
	struct object_reference r = { .kind = REFERENCE_MAP };
	const char *name = s->symbol.name;
	int64_t offset = -1;
	int map = -1;

	if (!is_wide_load(s))
		return object_refuse(s->o, s->f, EBADMSG, "section %s: "
				     "instruction %u is no 64-bit load",
				     s->o->codes[s->code].name, s->insn);
	if (s->symbol.value <= INT32_MAX)
		offset = (int64_t)s->symbol.value + insn_of(s)->imm;
	if (offset >= 0)
		map = object_map_at(s->o, s->symbol.section, (uint64_t)offset);
	if (map < 0 && object_code_at(s->o, s->symbol.section) >= 0)
		return object_refuse(s->o, s->f, ENOTSUP, "the address of "
				     "function %s is not supported", name);
	if (map < 0)
		return object_refuse(s->o, s->f, EBADMSG, "symbol %s is in no "
				     "map and no global data", name);
	r.target = (uint32_t)map;
	if (s->o->storage[map].is_data) {
		r.kind = REFERENCE_DATA;
		r.offset = (uint32_t)offset;
	}
	return set_reference(s, &r);
}

static bool is_local_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) &&
	       insn->src_reg == BPF_PSEUDO_CALL;
}

/* A call of what begins at instruction @target of @code. */
static int refer_to_function(struct site *s, int code, int64_t target)
{
	struct object_reference r = { .kind = REFERENCE_CALL };
	int function = -1;

	if (code >= 0 && target >= 0)
		function = object_function_at(s->o, (uint32_t)code,
					      (uint64_t)target);
	if (function < 0 || s->o->functions[function].start != target)
		return object_refuse(s->o, s->f, EBADMSG, "section %s: "
				     "instruction %u calls what is no function",
				     s->o->codes[s->code].name, s->insn);
	r.target = (uint32_t)function;
	return set_reference(s, &r);
}

/*
 * A static function is its section's symbol and imm + 1 instructions; a global
 * one has a symbol, and imm is -1.
 */
static int refer_to_symbol(struct site *s)
{
	uint64_t start = s->symbol.value / sizeof(struct bpf_insn);
	int code = object_code_at(s->o, s->symbol.section);

	if (!is_local_call(insn_of(s)))
		return object_refuse(s->o, s->f, EBADMSG, "section %s: "
				     "instruction %u is no call",
				     s->o->codes[s->code].name, s->insn);
	if (start > INT32_MAX)
		code = -1;
	return refer_to_function(s, code,
				 (int64_t)start + insn_of(s)->imm + 1);
}

static int read_relocation(struct site *s, const struct elf_relocation *r)
{
	const struct object_code *c = &s->o->codes[s->code];
	int err = elf_symbol(&s->o->elf, r->symbol, &s->symbol, s->f);

	if (err)
		return err;
	if (r->offset % sizeof(struct bpf_insn) ||
	    r->offset / sizeof(struct bpf_insn) >= c->count)
		return object_refuse(s->o, s->f, EBADMSG, "section %s: "
				     "relocation outside of it", c->name);
	s->insn = (uint32_t)(r->offset / sizeof(struct bpf_insn));
	if (r->type != R_BPF_64_64 && r->type != R_BPF_64_32)
		return object_refuse(s->o, s->f, ENOTSUP, "section %s: "
				     "relocation of unknown type %u", c->name,
				     r->type);
	if (s->symbol.section == SHN_UNDEF)
		return object_refuse(s->o, s->f, ENOENT, "missing symbol %s, "
				     "which section %s refers to",
				     s->symbol.name, c->name);
	if (r->type == R_BPF_64_64)
		return refer_to_map(s);
	return refer_to_symbol(s);
}

static int read_relocations(struct object *o, const struct elf_section *s,
			    uint32_t code, struct error *f)
{
	struct site site = { .o = o, .code = code, .f = f };
	struct elf_relocation r;
	uint32_t i, n = elf_relocation_count(s);
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		elf_relocation(s, i, &r);
		err = read_relocation(&site, &r);
	}
	return err;
}

/*
 * Debug information and types have relocations that we need not apply. Data
 * that holds addresses would need them.
 */
static int read_section(struct object *o, const struct elf_section *s,
			struct error *f)
{
	int code = object_code_at(o, s->info);
	struct elf_section target;

	if (s->type != SHT_REL && s->type != SHT_RELA)
		return 0;
	if (elf_section(&o->elf, s->info, &target))
		return object_refuse(o, f, EBADMSG, "section %s relocates no "
				     "section", s->name);
	if (code >= 0 && s->type == SHT_REL)
		return read_relocations(o, s, (uint32_t)code, f);
	if (code >= 0 || ((target.flags & SHF_ALLOC) && s->size))
		return object_refuse(o, f, ENOTSUP, "relocations %s are not "
				     "supported", s->name);
	return 0;
}

/* Calls within one section need no relocation. */
static int read_calls(struct object *o, uint32_t code, struct error *f)
{
	struct site s = { .o = o, .code = code, .f = f };
	const struct object_code *c = &o->codes[code];
	int err = 0;

	for (s.insn = 0; s.insn < c->count && !err; s.insn++) {
		const struct bpf_insn *insn = insn_of(&s);

		if (is_local_call(insn) &&
		    c->references[s.insn].kind == REFERENCE_NONE)
			err = refer_to_function(&s, (int)code, (int64_t)s.insn +
						insn->imm + 1);
	}
	return err;
}

int object_read_references(struct object *o, struct error *f)
{
	struct elf_section s;
	uint32_t i;
	int err = 0;

	for (i = 1; i < o->elf.section_count && !err; i++) {
		elf_section(&o->elf, i, &s);
		err = read_section(o, &s, f);
	}
	for (i = 0; i < o->code_count && !err; i++)
		err = read_calls(o, i, f);
	return err;
}
