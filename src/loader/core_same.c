// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * When a type of the program matches one of the kernel, the strictest of the
 * rules: all that the program's type has must be there, by name and of the
 * same kind and size. Behind a pointer, names and kinds are enough.
 */
#include "loader/core_internal.h"

#include <errno.h>

/* Types by id, and how far the comparison got. */
struct match {
	uint32_t local, target;
	bool behind_pointer;
	int level;		/* of nested members and parameters left */
};

static int matches(struct core_pair *p, struct match m);

/* Is there an enumerator of @t with the name of the @i-th one of @l? */
static int find_enumerator(struct core_pair *p, const struct btf_desc *l,
			   const struct btf_desc *t, uint32_t i)
{
	struct btf_enumerator a, b;
	int err = btf_enumerator(p->local, l, i, &a), found = 0;
	uint32_t j;

	for (j = 0; !err && j < t->vlen && !found; j++) {
		err = core_work(p);
		if (!err)
			err = btf_enumerator(p->target, t, j, &b);
		if (!err)
			found = core_names_agree(p, a.name, b.name);
	}
	return err ? err : found;
}

/* By name alone: the value may differ. */
static int enums_match(struct core_pair *p, const struct btf_desc *l,
		       const struct btf_desc *t)
{
	uint32_t i;
	int found = 1;

	if (!btf_is_enum(t) || l->size != t->size || l->vlen > t->vlen)
		return 0;
	for (i = 0; i < l->vlen && found > 0; i++)
		found = find_enumerator(p, l, t, i);
	return found;
}

static int member_matches(struct core_pair *p, const struct btf_member_desc *a,
			  const struct btf_member_desc *b, struct match m)
{
	int same = core_names_agree(p, a->name, b->name);

	if (same <= 0)
		return same;
	m.local = a->type;
	m.target = b->type;
	m.level--;
	return matches(p, m);
}

static int find_member(struct core_pair *p, const struct btf_desc *l,
		       const struct btf_desc *t, uint32_t i, struct match m)
{
	struct btf_member_desc a, b;
	int err = btf_member(p->local, l, i, &a), found = 0;
	uint32_t j;

	for (j = 0; !err && j < t->vlen && !found; j++) {
		err = core_work(p);
		if (!err)
			err = btf_member(p->target, t, j, &b);
		if (!err)
			found = member_matches(p, &a, &b, m);
	}
	return err ? err : found;
}

static int members_match(struct core_pair *p, const struct btf_desc *l,
			 const struct btf_desc *t, struct match m)
{
	uint32_t i;
	int found = 1;

	if (l->vlen > t->vlen)
		return 0;
	for (i = 0; i < l->vlen && found > 0; i++)
		found = find_member(p, l, t, i, m);
	return found;
}

/* A declaration says of what kind it is by its flag: a union, or a struct. */
static bool declares(const struct btf_desc *fwd, const struct btf_desc *d)
{
	return d->kind == (fwd->kflag ? BTF_KIND_UNION : BTF_KIND_STRUCT);
}

static int composites_match(struct core_pair *p, const struct btf_desc *l,
			    const struct btf_desc *t, struct match m)
{
	if (m.behind_pointer && t->kind == BTF_KIND_FWD)
		return declares(t, l);
	if (l->kind != t->kind)
		return 0;
	return m.behind_pointer ? 1 : members_match(p, l, t, m);
}

static int declarations_match(const struct btf_desc *l,
			      const struct btf_desc *t, bool behind_pointer)
{
	if (t->kind == BTF_KIND_FWD)
		return l->kflag == t->kflag;
	return behind_pointer && declares(l, t);
}

static int integers_match(struct core_pair *p, const struct btf_desc *l,
			  const struct btf_desc *t)
{
	uint32_t a, b;
	int err;

	if (t->kind != BTF_KIND_INT || l->size != t->size)
		return 0;
	err = btf_integer(p->local, l, &a);
	if (!err)
		err = btf_integer(p->target, t, &b);
	if (err)
		return err;
	return !((BTF_INT_ENCODING(a) ^ BTF_INT_ENCODING(b)) & BTF_INT_SIGNED);
}

static int params_match(struct core_pair *p, const struct btf_desc *l,
			const struct btf_desc *t, struct match m)
{
	uint32_t i;
	int err, same = 1;

	if (l->vlen != t->vlen)
		return 0;
	m.level--;
	for (i = 0; i < l->vlen && same > 0; i++) {
		err = core_param_types(p, l, t, i, &m.local, &m.target);
		same = err ? err : matches(p, m);
	}
	return same;
}

static int counts_match(struct core_pair *p, const struct btf_desc *l,
			const struct btf_desc *t)
{
	struct btf_array_desc a, b;
	int err = btf_array(p->local, l, &a);

	if (!err)
		err = btf_array(p->target, t, &b);
	return err ? err : a.count == b.count;
}

/* For kinds that lead on to another type: do they match so far? */
static int links_match(struct core_pair *p, const struct btf_desc *l,
		       const struct btf_desc *t, struct match *m)
{
	if (l->kind != t->kind)
		return 0;
	switch (l->kind) {
	case BTF_KIND_PTR:
		m->behind_pointer = true;
		return 1;
	case BTF_KIND_ARRAY:
		return counts_match(p, l, t);
	case BTF_KIND_FUNC_PROTO:
		return params_match(p, l, t, *m);
	}
	return 0;
}

static int matches(struct core_pair *p, struct match m)
{
	struct btf_desc l, t;
	int depth, err;

	for (depth = 0; depth < CORE_DEPTH_MAX && m.level > 0; depth++) {
		err = core_strip_both(p, m.local, m.target, &l, &t);
		if (err)
			return err;
		err = core_names_agree(p, l.name, t.name);
		if (err <= 0)
			return err;
		switch (l.kind) {
		case BTF_KIND_UNKN:
			return t.kind == BTF_KIND_UNKN;
		case BTF_KIND_FWD:
			return declarations_match(&l, &t, m.behind_pointer);
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			return enums_match(p, &l, &t);
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
			return composites_match(p, &l, &t, m);
		case BTF_KIND_INT:
			return integers_match(p, &l, &t);
		}
		err = links_match(p, &l, &t, &m);
		if (err <= 0)
			return err;
		err = core_go_on(p, &l, &t, &m.local, &m.target);
		if (err)
			return err;
	}
	return core_too_deep(p, m.target);
}

int core_type_matches(struct core_pair *p, uint32_t local, uint32_t target)
{
	struct match m = { local, target, false, CORE_DEPTH_MAX };

	return matches(p, m);
}
