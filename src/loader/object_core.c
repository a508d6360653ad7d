// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * CO-RE for a whole object: the types of the kernel that any relocation may be
 * about are found in one pass, then the relocations are applied in order.
 *
 * The pass ends when each name has a type. Another one of the same name, some
 * driver's, comes later in the kernel's BTF; it is looked for only where the
 * first does not fit. (Where both would and disagree, libbpf gives up.)
 */
#include "loader/object_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/core_ext.h"
#include "loader/core_patch.h"
#include "loader/refuse.h"

/* The types that relocations begin at, and what may be theirs in the kernel. */
struct roots {
	uint32_t *ids;		/* ascending */
	struct btf_wanted *wanted;
	uint32_t count;
	bool all;		/* no type of these names is left to be found */
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

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t sort_unique(uint32_t *ids, uint32_t count)
{
	uint32_t i, kept = 0;

	qsort(ids, count, sizeof(*ids), compare_ids);
	for (i = 0; i < count; i++) {
		if (!kept || ids[kept - 1] != ids[i])
			ids[kept++] = ids[i];
	}
	return kept;
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
			r->ids[r->count++] = relo.type_id;
	}
	r->count = sort_unique(r->ids, r->count);
	return more;
}

static int name_roots(struct object *o, struct roots *r, struct error *f)
{
	struct btf_desc d;
	uint32_t i;

	if (!object_room(r->wanted, r->count))
		return object_refuse(o, f, ENOMEM, "out of memory");
	for (i = 0; i < r->count; i++) {
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
	int err = read_roots(o, r, f);

	if (!err)
		err = name_roots(o, r, f);
	if (err || !kernel)
		return err;
	err = btf_find_first(kernel, r->wanted, r->count);
	return err ? btf_failed(kernel, f) : 0;
}

static int find_all_roots(struct btf *kernel, struct roots *r, struct error *f)
{
	btf_wanted_free(r->wanted, r->count);
	r->all = true;
	return btf_find(kernel, r->wanted, r->count) ? btf_failed(kernel, f) : 0;
}

static void free_roots(struct roots *r)
{
	if (r->wanted)
		btf_wanted_free(r->wanted, r->count);
	free(r->wanted);
	free(r->ids);
}

static struct btf_wanted *candidates(const struct roots *r, uint32_t id)
{
	const uint32_t *at = bsearch(&id, r->ids, r->count, sizeof(id),
				     compare_ids);

	return at ? &r->wanted[at - r->ids] : NULL;
}

/* A ___flavor is another kernel's: that this one lacks it is no surprise. */
static bool is_surprise(const struct btf_wanted *w, const struct core_result *r)
{
	return w && !r->found && !w->name[btf_essential_length(w->name)];
}

static int calculate(struct object *o, struct btf *kernel, struct roots *r,
		     const struct bpf_core_relo *relo,
		     struct core_result *result, struct error *f)
{
	struct btf_wanted *cands = candidates(r, relo->type_id);
	int err = core_calculate(relo, o->btf, kernel, cands, result, f);

	if (err || !kernel || r->all || !is_surprise(cands, result))
		return err;
	err = find_all_roots(kernel, r, f);
	return err ? err : core_calculate(relo, o->btf, kernel, cands, result, f);
}

/* The room for them doubles whenever their number is a power of two. */
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
	uint32_t i;

	for (i = 0; i < o->code_count; i++) {
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

static int apply(struct object *o, struct btf *kernel, struct roots *r,
		 const char *section, const struct bpf_core_relo *relo,
		 struct error *f)
{
	struct core_result result;
	struct object_code *c;
	int err, insn, code = find_code(o, section, f);

	if (code < 0)
		return code;
	c = &o->codes[code];
	insn = find_insn(o, (uint32_t)code, relo->insn_off, f);
	if (insn < 0 || object_function_at(o, (uint32_t)code,
					   (uint64_t)insn) < 0)
		return insn < 0 ? insn : 0;
	err = calculate(o, kernel, r, relo, &result, f);
	if (!err)
		err = core_patch(relo, o->btf, &result, &c->insns[insn],
				 c->count - (uint32_t)insn, f);
	if (err <= 0)
		return err;
	err = note_poison(o, (uint32_t)code, (uint32_t)insn, relo);
	return err ? object_refuse(o, f, err, "out of memory") : 0;
}

int object_relocate(struct object *o, struct btf *kernel, struct error *f)
{
	struct roots r = { .count = 0 };
	struct bpf_core_relo relo;
	struct core_ext e;
	int err = find_roots(o, kernel, &r, f);

	if (!err)
		err = open_ext(o, &e, f);
	while (!err && (err = core_ext_next(&e, &relo, f)) > 0)
		err = apply(o, kernel, &r, e.section, &relo, f);
	free_roots(&r);
	return err;
}
