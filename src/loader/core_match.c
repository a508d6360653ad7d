// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Finds in a type of the kernel what a relocation is about in the program's:
 * by the names of members, wherever they are by now, also within anonymous
 * structs and unions.
 */
#include "loader/core_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/btf_internal.h"
#include "loader/refuse.h"

/* What is looked for, and the target's type in which to go on. */
struct member_search {
	struct core_pair *pair;
	const char *name;
	uint32_t local_type;	/* of the member */
	uint32_t target_type;	/* of the member that was found */
};

static int find_member(struct member_search *f, uint32_t id,
		       struct core_spec *s);

/* The name is right: is the type? Otherwise no member is. */
static int take_member(struct member_search *f, const struct btf_desc *d,
		       uint32_t i, const struct btf_member_desc *m,
		       struct core_spec *s)
{
	int same = core_field_compatible(f->pair, f->local_type, m->type);

	if (same <= 0)
		return same;
	s->steps[s->count++] = (struct core_step){ d->id, i, m->name };
	s->bit_offset += m->bit_offset;
	f->target_type = m->type;
	return 1;
}

/* Looks into an anonymous member, as if what is in it were here. */
static int look_into(struct member_search *f, const struct btf_member_desc *m,
		     struct core_spec *s)
{
	int found;

	s->bit_offset += m->bit_offset;
	found = find_member(f, m->type, s);
	if (!found)
		s->bit_offset -= m->bit_offset;
	return found;
}

static int try_member(struct member_search *f, const struct btf_desc *d,
		      uint32_t i, struct core_spec *s, bool *done)
{
	struct btf *target = f->pair->target;
	struct btf_member_desc m;
	const char *name;
	int err = core_work(f->pair);

	if (!err)
		err = btf_member(target, d, i, &m);
	if (err)
		return err;
	name = btf_name(target, m.name);
	if (!name)
		return btf_failed(target, NULL);
	if (!*name)
		return look_into(f, &m, s);
	if (strcmp(name, f->name))
		return 0;
	*done = true;
	return take_member(f, d, i, &m, s);
}

static int find_member(struct member_search *f, uint32_t id,
		       struct core_spec *s)
{
	struct btf_desc d;
	bool done = false;
	uint32_t i;
	int found = btf_strip(f->pair->target, id, &d);

	if (found || !btf_is_composite(&d))
		return found;
	if (s->depth == CORE_STEPS_MAX)
		return core_too_deep(f->pair, id);
	s->depth++;
	for (i = 0; i < d.vlen && !found && !done; i++)
		found = try_member(f, &d, i, s, &done);
	if (!found)
		s->depth--;
	return found;
}

static int match_member(struct core_pair *p, const struct core_step *step,
			uint32_t *id, struct core_spec *s)
{
	struct member_search f = { .pair = p };
	struct btf_member_desc m;
	struct btf_desc d;
	int err = btf_describe(p->local, step->type, &d);

	if (!err)
		err = btf_member(p->local, &d, step->index, &m);
	if (err)
		return err;
	f.name = btf_name(p->local, m.name);
	if (!f.name)
		return btf_failed(p->local, NULL);
	f.local_type = m.type;
	err = find_member(&f, *id, s);
	*id = f.target_type;
	return err;
}

static int match_element(struct core_pair *p, const struct core_step *step,
			 uint32_t *id, struct core_spec *s)
{
	struct btf_array_desc a;
	struct btf_desc d;
	int err = btf_strip(p->target, *id, &d);

	if (err || d.kind != BTF_KIND_ARRAY)
		return err;
	err = btf_array(p->target, &d, &a);
	if (err)
		return err;
	err = core_spec_indexes(p->target, s, &a, step->index);
	if (err <= 0)
		return err;
	err = btf_strip(p->target, a.type, &d);
	if (!err)
		err = core_spec_element(p->target, s, d.id, step->index);
	*id = d.id;
	return err ? err : 1;
}

static int match_field(struct core_pair *p, const struct core_spec *local,
		       uint32_t root, struct core_spec *s)
{
	struct btf_desc d;
	uint32_t i, id;
	int found, err = btf_strip(p->target, root, &d);

	if (!err)
		err = core_spec_element(p->target, s, d.id,
					local->steps[0].index);
	if (err)
		return err;
	id = d.id;
	for (i = 1, found = 1; i < local->count && found > 0; i++) {
		if (local->steps[i].name)
			found = match_member(p, &local->steps[i], &id, s);
		else
			found = match_element(p, &local->steps[i], &id, s);
	}
	return found;
}

static int match_enumerator(struct core_pair *p, const struct core_spec *local,
			    uint32_t root, struct core_spec *s)
{
	struct btf_enumerator e;
	struct btf_desc d;
	uint32_t i;
	int found = btf_strip(p->target, root, &d);

	if (found || !btf_is_enum(&d))
		return found;
	for (i = 0; i < d.vlen && !found; i++) {
		found = btf_enumerator(p->target, &d, i, &e);
		if (!found)
			found = core_names_agree(p, local->steps[0].name,
						 e.name);
	}
	if (found > 0) {
		s->count = s->depth = 1;
		s->steps[0] = (struct core_step){ d.id, i - 1, e.name };
	}
	return found;
}

int core_spec_match(struct core_pair *p, const struct core_spec *local,
		    uint32_t root, struct core_spec *target)
{
	target->root = root;
	target->kind = local->kind;
	target->count = target->depth = 0;
	target->bit_offset = 0;
	if (core_is_enumerator(local->kind))
		return match_enumerator(p, local, root, target);
	if (core_is_field(local->kind))
		return match_field(p, local, root, target);
	if (local->kind == BPF_CORE_TYPE_MATCHES)
		return core_type_matches(p, local->root, root);
	return core_type_compatible(p, local->root, root);
}
