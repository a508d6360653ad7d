// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/core.h"

/*
 * ---- ELF relocations ----
 *
 * Which instruction refers to which map, variable or function. They are only
 * understood here; object_link() writes them.
 */

#ifndef R_BPF_64_64
#define R_BPF_64_64	1
#endif
#ifndef R_BPF_64_32
#define R_BPF_64_32	10
#endif

/* One relocation. */
struct reference_site {
	struct object *o;
	uint32_t code;
	uint32_t insn;
	struct elf_symbol symbol;
	struct error *f;
};

static struct bpf_insn *insn_of(const struct reference_site *s)
{
	return &s->o->codes[s->code].insns[s->insn];
}

static int set_reference(struct reference_site *s, const struct object_reference *r)
{
	struct object_code *c = &s->o->codes[s->code];

	if (c->references[s->insn].kind != REFERENCE_NONE)
		return object_refuse(s->o, s->f, EBADMSG, "section %s: two "
				     "relocations of instruction %u", c->name,
				     s->insn);
	c->references[s->insn] = *r;
	return 0;
}

static bool is_wide_load(const struct reference_site *s)
{
	const struct bpf_insn *insn = insn_of(s);

	return insn->code == (BPF_LD | BPF_IMM | BPF_DW) && !insn->src_reg &&
	       s->insn + 1 < s->o->codes[s->code].count;
}

/*
 * A static variable is its section's symbol plus what the instruction holds; a
 * global one has a symbol, and the instruction holds an offset into it.
 */
static int refer_to_map(struct reference_site *s)
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
static int refer_to_function(struct reference_site *s, int code, int64_t target)
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
static int refer_to_symbol(struct reference_site *s)
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

static int read_relocation(struct reference_site *s, const struct elf_relocation *r)
{
	const struct object_code *c = &s->o->codes[s->code];
	int result = elf_symbol(&s->o->elf, r->symbol, &s->symbol, s->f);

	if (result)
		return result;
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
	struct reference_site site = { .o = o, .code = code, .f = f };
	struct elf_relocation r;
	uint32_t i, n = elf_relocation_count(s);
	int result = 0;

	for (i = 0; i < n && !result; i++) {
		elf_relocation(s, i, &r);
		result = read_relocation(&site, &r);
	}
	return result;
}

/*
 * Relocations of debug information and types need not be applied; those of data
 * that holds addresses would have to be.
 */
static int read_rel_section(struct object *o, const struct elf_section *s,
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
	struct reference_site s = { .o = o, .code = code, .f = f };
	const struct object_code *c = &o->codes[code];
	int result = 0;

	for (s.insn = 0; s.insn < c->count && !result; s.insn++) {
		const struct bpf_insn *insn = insn_of(&s);

		if (is_local_call(insn) &&
		    c->references[s.insn].kind == REFERENCE_NONE)
			result = refer_to_function(&s, (int)code, (int64_t)s.insn +
						   insn->imm + 1);
	}
	return result;
}

int object_read_references(struct object *o, struct error *f)
{
	struct elf_section s;
	int result = 0;

	for (uint32_t i = 1; i < o->elf.section_count && !result; i++) {
		elf_section(&o->elf, i, &s);
		result = read_rel_section(o, &s, f);
	}
	for (uint32_t i = 0; i < o->code_count && !result; i++)
		result = read_calls(o, i, f);
	return result;
}

/*
 * ---- linking ----
 *
 * A program as the kernel takes it: its function, the functions that it calls in
 * the order of their first call, and the references between them.
 */

/* The kernel's limits. */
#define FUNCTIONS_MAX	256
#define INSNS_MAX	1000000

static struct object_placement *find_placement(const struct object_image *m,
					       uint32_t function)
{
	for (uint32_t i = 0; i < m->placement_count; i++) {
		if (m->placements[i].function == function)
			return &m->placements[i];
	}
	return NULL;
}

/* Appends @function, and then the functions that it calls. */
static int place_function(const struct object *o, struct object_image *m,
			  uint32_t function)
{
	const struct object_function *fn = &o->functions[function];
	const struct object_reference *r;
	int result = 0;

	if (find_placement(m, function))
		return 0;
	if (m->placement_count == FUNCTIONS_MAX ||
	    fn->count > INSNS_MAX - m->insn_count)
		return -E2BIG;
	m->placements[m->placement_count++] =
		(struct object_placement){ function, m->insn_count };
	m->insn_count += fn->count;
	for (uint32_t i = 0; i < fn->count && !result; i++) {
		r = &o->codes[fn->code].references[fn->start + i];
		if (r->kind == REFERENCE_CALL)
			result = place_function(o, m, r->target);
	}
	return result;
}

/* An instruction of a placed function, into which a reference is written. */
struct link_site {
	const struct object *o;
	const struct object_image *m;
	const struct object_function *fn;
	uint32_t at;		/* in the program */
	uint32_t left;		/* instructions of the function from here on */
	struct error *f;
};

static int write_map(const struct link_site *s, const struct object_reference *r,
		     const int *map_fds)
{
	struct bpf_insn *insn = &s->m->insns[s->at];
	int fd = map_fds ? map_fds[r->target] : -1;

	if (fd < 0)
		return object_refuse(s->o, s->f, EINVAL, "map %s is not there",
				     s->o->maps[r->target].name);
	if (s->left < 2)
		return object_refuse(s->o, s->f, EBADMSG, "function %s ends "
				     "within an instruction", s->fn->name);
	insn[0].src_reg = BPF_PSEUDO_MAP_FD;
	insn[0].imm = fd;
	insn[1].imm = 0;
	if (r->kind == REFERENCE_DATA) {
		insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
		insn[1].imm = (int32_t)r->offset;
	}
	return 0;
}

static int write_reference(const struct link_site *s,
			   const struct object_reference *r, const int *map_fds)
{
	const struct object_placement *callee;

	switch (r->kind) {
	case REFERENCE_NONE:
		return 0;
	case REFERENCE_MAP:
	case REFERENCE_DATA:
		return write_map(s, r, map_fds);
	case REFERENCE_CALL:
		callee = find_placement(s->m, r->target);
		s->m->insns[s->at].imm = (int32_t)callee->start -
					 (int32_t)s->at - 1;
		return 0;
	}
	return 0;
}

static int write_function(const struct object *o, struct object_image *m,
			  const struct object_placement *p, const int *map_fds,
			  struct error *f)
{
	const struct object_function *fn = &o->functions[p->function];
	const struct object_code *c = &o->codes[fn->code];
	struct link_site s = { o, m, fn, p->start, fn->count, f };
	int result = 0;

	memcpy(m->insns + p->start, c->insns + fn->start,
	       fn->count * sizeof(*m->insns));
	for (uint32_t i = 0; i < fn->count && !result; i++, s.at++, s.left--)
		result = write_reference(&s, &c->references[fn->start + i],
					 map_fds);
	return result;
}

static int build_image(const struct object *o, struct object_image *m,
		       uint32_t entry, const int *map_fds, struct error *f)
{
	int result;

	if (!object_room(m->placements, FUNCTIONS_MAX))
		return object_refuse(o, f, ENOMEM, "out of memory");
	result = place_function(o, m, entry);
	if (result)
		return object_refuse(o, f, result, "program %s is too large",
				     o->functions[entry].name);
	if (!object_room(m->insns, m->insn_count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (uint32_t i = 0; i < m->placement_count && !result; i++)
		result = write_function(o, m, &m->placements[i], map_fds, f);
	return result;
}

int object_link(struct object *o, uint32_t i, const int *map_fds,
		struct error *f)
{
	int result;

	if (i >= o->program_count)
		return object_refuse(o, f, ENOENT, "no program %u", i);
	object_unlink(o, i);
	result = build_image(o, &o->images[i], o->entries[i], map_fds, f);
	if (result) {
		object_unlink(o, i);
		return result;
	}
	o->programs[i].insns = o->images[i].insns;
	o->programs[i].insn_count = o->images[i].insn_count;
	return 0;
}

void object_unlink(struct object *o, uint32_t i)
{
	struct object_image *m = &o->images[i];

	free(m->insns);
	free(m->placements);
	memset(m, 0, sizeof(*m));
	o->programs[i].insns = NULL;
	o->programs[i].insn_count = 0;
}

/* The place that instruction @insn of the program is in. */
static const struct object_placement *placed_at(const struct object *o,
						const struct object_image *m,
						uint32_t insn)
{
	const struct object_placement *p;

	for (uint32_t i = 0; i < m->placement_count; i++) {
		p = &m->placements[i];
		if (insn >= p->start &&
		    insn - p->start < o->functions[p->function].count)
			return p;
	}
	return NULL;
}

int object_unresolved(const struct object *o, uint32_t i, uint32_t insn,
		      char *to, size_t size)
{
	const struct object_placement *p = NULL;
	const struct object_function *fn;

	if (i < o->program_count)
		p = placed_at(o, &o->images[i], insn);
	if (!p)
		return -ENOENT;
	fn = &o->functions[p->function];
	insn = insn - p->start + fn->start;
	for (uint32_t k = 0; k < o->poison_count; k++) {
		if (o->poisons[k].code != fn->code ||
		    o->poisons[k].insn != insn)
			continue;
		core_describe(&o->poisons[k].relo, o->btf, to, size);
		return 0;
	}
	return -ENOENT;
}
