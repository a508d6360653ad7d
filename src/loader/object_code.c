// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The sections of instructions, the functions in them, and which of these are
 * programs: every global function, except in .text where the others call it.
 */
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/refuse.h"

static bool is_code(const struct elf_section *s)
{
	return s->type == SHT_PROGBITS && (s->flags & SHF_EXECINSTR) &&
	       s->data.data;
}

static int add_code(struct object *o, uint32_t section,
		    const struct elf_section *s, struct error *f)
{
	struct object_code *c = &o->codes[o->code_count];
	size_t count = s->data.size / sizeof(struct bpf_insn);

	if (s->data.size % sizeof(struct bpf_insn) || count > INT32_MAX)
		return object_refuse(o, f, EBADMSG, "section %s is not a whole "
				     "number of instructions", s->name);
	c->section = section;
	c->name = s->name;
	c->count = (uint32_t)count;
	c->insns = calloc(count, sizeof(*c->insns));
	c->references = calloc(count, sizeof(*c->references));
	o->code_count++;
	if (!c->insns || !c->references)
		return object_refuse(o, f, ENOMEM, "out of memory");
	span_copy(s->data, 0, c->insns, s->data.size);
	return 0;
}

static int read_codes(struct object *o, struct error *f)
{
	struct elf_section s;
	uint32_t i;
	int err = 0;

	if (!object_room(o->codes, o->elf.section_count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (i = 1; i < o->elf.section_count && !err; i++) {
		elf_section(&o->elf, i, &s);
		if (is_code(&s))
			err = add_code(o, i, &s, f);
	}
	return err;
}

int object_code_at(const struct object *o, uint32_t section)
{
	uint32_t i;

	for (i = 0; i < o->code_count; i++) {
		if (o->codes[i].section == section)
			return (int)i;
	}
	return -1;
}

int object_function_at(const struct object *o, uint32_t code, uint64_t insn)
{
	uint32_t i;

	for (i = 0; i < o->function_count; i++) {
		const struct object_function *fn = &o->functions[i];

		if (fn->code == code && insn >= fn->start &&
		    insn - fn->start < fn->count)
			return (int)i;
	}
	return -1;
}

static int add_function(struct object *o, const struct elf_symbol *s,
			struct error *f)
{
	struct object_function *fn = &o->functions[o->function_count];
	int code = object_code_at(o, s->section);
	const struct object_code *c;
	uint64_t start = s->value / sizeof(struct bpf_insn);
	uint64_t count = s->size / sizeof(struct bpf_insn);

	if (code < 0)
		return 0;
	c = &o->codes[code];
	if (s->value % sizeof(struct bpf_insn) || !count ||
	    s->size % sizeof(struct bpf_insn) || start > c->count ||
	    count > c->count - start)
		return object_refuse(o, f, EBADMSG, "function %s is not within "
				     "section %s", s->name, c->name);
	fn->name = s->name;
	fn->code = (uint32_t)code;
	fn->start = (uint32_t)start;
	fn->count = (uint32_t)count;
	fn->is_program = s->bind != STB_LOCAL && strcmp(c->name, ".text");
	o->function_count++;
	o->program_count += fn->is_program;
	return 0;
}

static int read_functions(struct object *o, struct error *f)
{
	struct elf_symbol s;
	uint32_t i;
	int err = 0;

	if (!object_room(o->functions, o->elf.symbol_count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (i = 1; i < o->elf.symbol_count && !err; i++) {
		err = elf_symbol(&o->elf, i, &s, f);
		if (!err && s.type == STT_FUNC)
			err = add_function(o, &s, f);
	}
	return err;
}

static int list_programs(struct object *o, struct error *f)
{
	uint32_t i, n = 0;

	if (!object_room(o->programs, o->program_count) ||
	    !object_room(o->entries, o->program_count) ||
	    !object_room(o->images, o->program_count)) {
		o->program_count = 0;
		return object_refuse(o, f, ENOMEM, "out of memory");
	}
	for (i = 0; i < o->function_count; i++) {
		const struct object_function *fn = &o->functions[i];

		if (!fn->is_program)
			continue;
		o->programs[n].name = fn->name;
		o->programs[n].section = o->codes[fn->code].name;
		o->entries[n++] = i;
	}
	return 0;
}

int object_read_code(struct object *o, struct error *f)
{
	int err = read_codes(o, f);

	if (!err)
		err = read_functions(o, f);
	if (err)
		o->program_count = 0;
	return err ? err : list_programs(o, f);
}

int object_replace_helper(struct object *o, uint32_t from, uint32_t to)
{
	struct bpf_insn *insn;
	uint32_t i, k;
	int count = 0;

	for (i = 0; i < o->code_count; i++) {
		for (k = 0; k < o->codes[i].count; k++) {
			insn = &o->codes[i].insns[k];
			if (insn->code != (BPF_JMP | BPF_CALL) ||
			    insn->src_reg || (uint32_t)insn->imm != from)
				continue;
			insn->imm = (int32_t)to;
			count++;
		}
	}
	return count;
}
