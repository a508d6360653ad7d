// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * CO-RE for a whole object: one pass over the kernel's types finds those that
 * any relocation may be about, then the relocations are applied in order.
 *
 * The pass ends when each name has a type. A second type of the same name, some
 * driver's, comes later in the kernel's BTF; it is looked for only if the first
 * does not fit. (If both fit and disagree, libbpf gives up.)
 */
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/core.h"

/* Walks over the CO-RE relocations of .BTF.ext, all sections of code. */
struct core_ext {
	const char *what;	/* "object FILE", borrowed, for messages */
	struct btf *btf;	/* borrowed, for names */
	struct span records;	/* borrowed */
	uint32_t record_size;
	uint64_t at;
	uint32_t left;		/* records of this section */
	const char *section;	/* the section that they are for */
};

/* What .BTF.ext begins with; offsets count from behind it. */
struct ext_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	uint32_t func_info_off, func_info_len;
	uint32_t line_info_off, line_info_len;
	uint32_t core_relo_off, core_relo_len;	/* as of clang 10 */
};

/* What the relocations of one section begin with. */
struct ext_section {
	uint32_t name;
	uint32_t count;
};

static int check_ext_header(const struct core_ext *e, const struct ext_header *h,
			    struct error *f)
{
	if (h->magic != BTF_MAGIC)
		return error_refuse(f, h->magic == 0x9feb ? ENOTSUP : EBADMSG,
				    e->what, ".BTF.ext: magic 0x%04x", h->magic);
	if (h->version != BTF_VERSION)
		return error_refuse(f, ENOTSUP, e->what,
				    ".BTF.ext: version %u is not known", h->version);
	return 0;
}

static int core_ext_open(struct core_ext *e, const char *what, struct span bytes,
			 struct btf *btf, struct error *f)
{
	struct ext_header h = { 0 };
	size_t short_size = offsetof(struct ext_header, core_relo_off);
	int result;

	*e = (struct core_ext){ .what = what, .btf = btf };
	if (!bytes.data)
		return 0;
	if (span_copy(bytes, 0, &h, short_size))
		return error_refuse(f, EBADMSG, what, ".BTF.ext is truncated");
	result = check_ext_header(e, &h, f);
	if (result)
		return result;
	if (h.hdr_len >= sizeof(h) && span_copy(bytes, 0, &h, sizeof(h)))
		return error_refuse(f, EBADMSG, what, ".BTF.ext is truncated");
	if (!h.core_relo_len)
		return 0;
	e->records = span_sub(bytes, (uint64_t)h.hdr_len + h.core_relo_off,
			      h.core_relo_len);
	if (span_copy(e->records, 0, &e->record_size, sizeof(e->record_size)))
		return error_refuse(f, EBADMSG, what, ".BTF.ext: CO-RE relocations "
				    "end beyond the section");
	e->at = sizeof(e->record_size);
	if (e->record_size < sizeof(struct bpf_core_relo))
		return error_refuse(f, EBADMSG, what, ".BTF.ext: CO-RE relocations "
				    "of %u bytes", e->record_size);
	return 0;
}

static int next_section(struct core_ext *e, struct error *f)
{
	struct ext_section s;

	if (span_copy(e->records, e->at, &s, sizeof(s)))
		return error_refuse(f, EBADMSG, e->what, ".BTF.ext is truncated");
	e->at += sizeof(s);
	e->left = s.count;
	e->section = btf_name(e->btf, s.name);
	return e->section ? 0 : btf_failed(e->btf, f);
}

static int core_ext_next(struct core_ext *e, struct bpf_core_relo *relo,
			 struct error *f)
{
	int result;

	while (!e->left) {
		if (e->at == e->records.size)
			return 0;
		result = next_section(e, f);
		if (result)
			return result;
	}
	if (!span_has(e->records, e->at, e->record_size))
		return error_refuse(f, EBADMSG, e->what, ".BTF.ext is truncated");
	span_copy(e->records, e->at, relo, sizeof(*relo));
	e->at += e->record_size;
	e->left--;
	return 1;
}

/* The root types of all relocations, and their candidates in the kernel. */
struct roots {
	uint32_t *ids;		/* ascending */
	struct btf_wanted *wanted;
	uint32_t count;
	bool all;		/* the candidates are complete */
};

static int open_ext(struct object *o, struct core_ext *e, struct error *f)
{
	int i = elf_section_index(&o->elf, ".BTF.ext");
	struct elf_section s = { .name = "" };

	if (i >= 0)
		elf_section(&o->elf, (uint32_t)i, &s);
	if (s.data.data && !o->btf)
		return object_refuse(o, f, EBADMSG, ".BTF.ext without .BTF");
	return core_ext_open(e, o->what, s.data, o->btf, f);
}

/* The index of @id in @ids, or of the place to insert it. */
static uint32_t find_id(const uint32_t *ids, uint32_t count, uint32_t id)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_root(struct roots *r, uint32_t id)
{
	uint32_t at = find_id(r->ids, r->count, id);

	if (at < r->count && r->ids[at] == id)
		return;
	memmove(&r->ids[at + 1], &r->ids[at], (r->count - at) * sizeof(id));
	r->ids[at] = id;
	r->count++;
}

static int read_roots(struct object *o, struct roots *r, struct error *f)
{
	struct bpf_core_relo relo;
	struct core_ext e;
	int more = open_ext(o, &e, f);

	if (more)
		return more;
	if (!object_room(r->ids, e.records.size / sizeof(relo)))
		return object_refuse(o, f, ENOMEM, "out of memory");
	while ((more = core_ext_next(&e, &relo, f)) > 0) {
		if (core_wants_target(&relo))
			add_root(r, relo.type_id);
	}
	return more;
}

static int name_roots(struct object *o, struct roots *r, struct error *f)
{
	struct btf_desc d;

	if (!object_room(r->wanted, r->count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (uint32_t i = 0; i < r->count; i++) {
		if (btf_describe(o->btf, r->ids[i], &d))
			return btf_failed(o->btf, f);
		r->wanted[i].kind = d.kind;
		r->wanted[i].name = btf_name(o->btf, d.name);
		if (!r->wanted[i].name)
			return btf_failed(o->btf, f);
	}
	return 0;
}

static int find_roots(struct object *o, struct btf *kernel, struct roots *r,
		      struct error *f)
{
	int result = read_roots(o, r, f);

	if (!result)
		result = name_roots(o, r, f);
	if (result || !kernel)
		return result;
	result = btf_find_first(kernel, r->wanted, r->count);
	return result ? btf_failed(kernel, f) : 0;
}

static int find_all_roots(struct btf *kernel, struct roots *r, struct error *f)
{
	btf_wanted_free(r->wanted, r->count);
	r->all = true;
	return btf_find(kernel, r->wanted, r->count) ? btf_failed(kernel, f) : 0;
}

static struct btf_wanted *candidates_of(const struct roots *r, uint32_t id)
{
	uint32_t at = find_id(r->ids, r->count, id);

	return at < r->count && r->ids[at] == id ? &r->wanted[at] : NULL;
}

/* A ___flavor is for another kernel: this one need not have it. */
static bool is_surprise(const struct btf_wanted *w, const struct core_result *r)
{
	return w && !r->found && !w->name[btf_essential_length(w->name)];
}

static int calculate_outcome(struct object *o, struct btf *kernel, struct roots *r,
			     const struct bpf_core_relo *relo,
			     struct core_result *outcome, struct error *f)
{
	struct btf_wanted *cands = candidates_of(r, relo->type_id);
	int result = core_calculate(relo, o->btf, kernel, cands, outcome, f);

	if (result || !kernel || r->all || !is_surprise(cands, outcome))
		return result;
	result = find_all_roots(kernel, r, f);
	return result ? result : core_calculate(relo, o->btf, kernel, cands, outcome, f);
}

static int note_poison(struct object *o, uint32_t code, uint32_t insn,
		       const struct bpf_core_relo *relo)
{
	uint32_t n = o->poison_count;
	struct object_poison *p = o->poisons;

	if ((n & (n - 1)) == 0) {
		p = realloc(p, (n ? n * (size_t)2 : 1) * sizeof(*p));
		if (!p)
			return -ENOMEM;
		o->poisons = p;
	}
	p[o->poison_count++] = (struct object_poison){ code, insn, *relo };
	return 0;
}

static int find_code(struct object *o, const char *section, struct error *f)
{
	for (uint32_t i = 0; i < o->code_count; i++) {
		if (!strcmp(o->codes[i].name, section))
			return (int)i;
	}
	return object_refuse(o, f, EBADMSG, "CO-RE relocations of section %s, "
			     "which is not there", section);
}

static int find_insn(struct object *o, uint32_t code, uint32_t offset,
		     struct error *f)
{
	struct object_code *c = &o->codes[code];

	if (offset % sizeof(struct bpf_insn) ||
	    offset / sizeof(struct bpf_insn) >= c->count)
		return object_refuse(o, f, EBADMSG, "section %s: CO-RE "
				     "relocation outside of it", c->name);
	return (int)(offset / sizeof(struct bpf_insn));
}

static int apply_relocation(struct object *o, struct btf *kernel, struct roots *r,
			    const char *section, const struct bpf_core_relo *relo,
			    struct error *f)
{
	struct core_result outcome;
	struct object_code *c;
	int result, insn, code = find_code(o, section, f);

	if (code < 0)
		return code;
	c = &o->codes[code];
	insn = find_insn(o, (uint32_t)code, relo->insn_off, f);
	if (insn < 0 || object_function_at(o, (uint32_t)code,
					   (uint64_t)insn) < 0)
		return insn < 0 ? insn : 0;
	result = calculate_outcome(o, kernel, r, relo, &outcome, f);
	if (!result)
		result = core_patch(relo, o->btf, &outcome, &c->insns[insn],
				    c->count - (uint32_t)insn, f);
	if (result <= 0)
		return result;
	result = note_poison(o, (uint32_t)code, (uint32_t)insn, relo);
	return result ? object_refuse(o, f, result, "out of memory") : 0;
}

int object_relocate(struct object *o, struct btf *kernel, struct error *f)
{
	struct roots r = { .count = 0 };
	struct bpf_core_relo relo;
	struct core_ext e;
	int result = find_roots(o, kernel, &r, f);

	if (!result)
		result = open_ext(o, &e, f);
	while (!result && (result = core_ext_next(&e, &relo, f)) > 0)
		result = apply_relocation(o, kernel, &r, e.section, &relo, f);
	if (r.wanted)
		btf_wanted_free(r.wanted, r.count);
	free(r.wanted);
	free(r.ids);
	return result;
}
