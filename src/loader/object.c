// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Opens an object: sections of instructions, the functions in them, and which
 * of these are programs: every global function, except in .text, where the
 * others call it.
 */
#include "loader/object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/object_internal.h"

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
	int result = 0;

	if (!object_room(o->codes, o->elf.section_count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (uint32_t i = 1; i < o->elf.section_count && !result; i++) {
		elf_section(&o->elf, i, &s);
		if (is_code(&s))
			result = add_code(o, i, &s, f);
	}
	return result;
}

int object_code_at(const struct object *o, uint32_t section)
{
	for (uint32_t i = 0; i < o->code_count; i++) {
		if (o->codes[i].section == section)
			return (int)i;
	}
	return -1;
}

int object_function_at(const struct object *o, uint32_t code, uint64_t insn)
{
	for (uint32_t i = 0; i < o->function_count; i++) {
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
	int result = 0;

	if (!object_room(o->functions, o->elf.symbol_count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (uint32_t i = 1; i < o->elf.symbol_count && !result; i++) {
		result = elf_symbol(&o->elf, i, &s, f);
		if (!result && s.type == STT_FUNC)
			result = add_function(o, &s, f);
	}
	return result;
}

static int list_programs(struct object *o, struct error *f)
{
	uint32_t n = 0;

	if (!object_room(o->programs, o->program_count) ||
	    !object_room(o->entries, o->program_count) ||
	    !object_room(o->images, o->program_count)) {
		o->program_count = 0;
		return object_refuse(o, f, ENOMEM, "out of memory");
	}
	for (uint32_t i = 0; i < o->function_count; i++) {
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
	int result = read_codes(o, f);

	if (!result)
		result = read_functions(o, f);
	if (result)
		o->program_count = 0;
	return result ? result : list_programs(o, f);
}

int object_replace_helper(struct object *o, uint32_t from, uint32_t to)
{
	struct bpf_insn *insn;
	int count = 0;

	for (uint32_t i = 0; i < o->code_count; i++) {
		for (uint32_t k = 0; k < o->codes[i].count; k++) {
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

static int read_license(struct object *o, struct error *f)
{
	int i = elf_section_index(&o->elf, "license");
	struct elf_section s;

	if (i < 0)
		return 0;
	elf_section(&o->elf, (uint32_t)i, &s);
	o->license = span_string(s.data, 0);
	return o->license ? 0 : object_refuse(o, f, EBADMSG,
					      "the licence has no end");
}

static int read_types(struct object *o, struct error *f)
{
	int result, i = elf_section_index(&o->elf, ".BTF");
	struct elf_section s;

	if (i < 0)
		return 0;
	elf_section(&o->elf, (uint32_t)i, &s);
	result = btf_open(&o->btf, o->what, s.data, f);
	if (!result)
		btf_set_pointer_size(o->btf, 8);
	return result;
}

static int read_object(struct object *o, struct span file, struct error *f)
{
	int result = elf_open(&o->elf, o->what, file, f);

	if (!result)
		result = read_license(o, f);
	if (!result)
		result = read_types(o, f);
	if (!result)
		result = object_read_code(o, f);
	if (!result)
		result = object_read_maps(o, f);
	return result ? result : object_read_references(o, f);
}

int object_open(struct object **to, const char *name, struct span file,
		struct error *f)
{
	struct object *o = calloc(1, sizeof(*o));
	static const char what[] = "object ";
	size_t size;
	int result;

	*to = NULL;
	name = name ? name : "<embedded>";
	size = sizeof(what) + strlen(name);
	if (!o || !(o->what = malloc(size))) {
		free(o);
		return error_refuse(f, ENOMEM, "object", "out of memory");
	}
	snprintf(o->what, size, "%s%s", what, name);
	result = read_object(o, file, f);
	if (result) {
		object_close(o);
		return result;
	}
	*to = o;
	return 0;
}

static void free_codes(struct object *o)
{
	for (uint32_t i = 0; i < o->code_count; i++) {
		free(o->codes[i].insns);
		free(o->codes[i].references);
	}
	free(o->codes);
	free(o->functions);
}

static void free_maps(struct object *o)
{
	for (uint32_t i = 0; i < o->map_count; i++)
		free(o->storage[i].bytes);
	free(o->storage);
	free(o->maps);
}

static void free_programs(struct object *o)
{
	for (uint32_t i = 0; i < o->program_count; i++)
		object_unlink(o, i);
	free(o->images);
	free(o->entries);
	free(o->programs);
	free(o->poisons);
}

void object_close(struct object *o)
{
	if (!o)
		return;
	free_programs(o);
	free_maps(o);
	free_codes(o);
	btf_close(o->btf);
	free(o->what);
	free(o);
}

const char *object_license(const struct object *o)
{
	return o->license;
}

uint32_t object_map_count(const struct object *o)
{
	return o->map_count;
}

const struct object_map *object_map(const struct object *o, uint32_t i)
{
	return i < o->map_count ? &o->maps[i] : NULL;
}

int object_map_index(const struct object *o, const char *name)
{
	for (uint32_t i = 0; i < o->map_count; i++) {
		if (!strcmp(o->maps[i].name, name))
			return (int)i;
	}
	return -ENOENT;
}

uint32_t object_program_count(const struct object *o)
{
	return o->program_count;
}

const struct object_program *object_program(const struct object *o, uint32_t i)
{
	return i < o->program_count ? &o->programs[i] : NULL;
}

int object_program_index(const struct object *o, const char *section,
			 struct error *f)
{
	static const char tracepoint[] = "tracepoint/";

	for (uint32_t i = 0; i < o->program_count; i++) {
		if (!strcmp(o->programs[i].section, section))
			return (int)i;
	}
	if (!strncmp(section, tracepoint, strlen(tracepoint)))
		return object_refuse(o, f, ENOENT, "no program for the "
				     "tracepoint %s",
				     section + strlen(tracepoint));
	return object_refuse(o, f, ENOENT, "no program in section %s", section);
}
