// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Compares a type of the program with one of the kernel, by libbpf's three sets
 * of rules: a field that is accessed, "this type exists", "this type matches".
 * The kernel's types are untrusted, too: depth and work are bounded.
 */
#include "loader/core_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/btf_internal.h"

int core_work(struct core_pair *p)
{
	if (!p->work)
		return btf_refuse(p->target, EBADMSG,
				  "types take too long to compare");
	p->work--;
	return 0;
}

int core_too_deep(struct core_pair *p, uint32_t target)
{
	return btf_refuse(p->target, EBADMSG, "type %u is nested too deeply",
			  target);
}

int core_names_agree(struct core_pair *p, uint32_t local, uint32_t target)
{
	const char *l = btf_name(p->local, local);
	const char *t = btf_name(p->target, target);
	size_t length;

	if (!l || !t)
		return btf_failed(l ? p->target : p->local, NULL);
	length = btf_essential_length(l);
	return !strncmp(l, t, length) && btf_essential_length(t) == length;
}

int core_strip_both(struct core_pair *p, uint32_t local, uint32_t target,
		    struct btf_desc *l, struct btf_desc *t)
{
	int result = core_work(p);

	if (!result)
		result = btf_strip(p->local, local, l);
	return result ? result : btf_strip(p->target, target, t);
}

int core_param_types(struct core_pair *p, const struct btf_desc *l,
		     const struct btf_desc *t, uint32_t i, uint32_t *local,
		     uint32_t *target)
{
	int result = btf_param(p->local, l, i, local);

	return result ? result : btf_param(p->target, t, i, target);
}

int core_go_on(struct core_pair *p, const struct btf_desc *l,
	       const struct btf_desc *t, uint32_t *local, uint32_t *target)
{
	struct btf_array_desc a, b;
	int result;

	*local = l->type;
	*target = t->type;
	if (l->kind != BTF_KIND_ARRAY)
		return 0;
	result = btf_array(p->local, l, &a);
	if (!result)
		result = btf_array(p->target, t, &b);
	if (result)
		return result;
	*local = a.type;
	*target = b.type;
	return 0;
}

/* ---- a field that is accessed; "this type exists" ---- */

static bool same_kind(const struct btf_desc *l, const struct btf_desc *t)
{
	return l->kind == t->kind || (btf_is_enum(l) && btf_is_enum(t));
}

/* All but integers of the old form, which have a bit offset. */
static int integers_compatible(struct core_pair *p, const struct btf_desc *l,
			       const struct btf_desc *t)
{
	uint32_t a, b;
	int result = btf_integer(p->local, l, &a);

	if (!result)
		result = btf_integer(p->target, t, &b);
	return result ? result : !BTF_INT_OFFSET(a) && !BTF_INT_OFFSET(b);
}

/* No name agrees with any name. */
static int field_names_agree(struct core_pair *p, const struct btf_desc *l,
			     const struct btf_desc *t)
{
	const char *local = btf_name(p->local, l->name);
	const char *target = btf_name(p->target, t->name);

	if (!local || !target)
		return btf_failed(local ? p->target : p->local, NULL);
	if (!*local || !*target)
		return 1;
	return core_names_agree(p, l->name, t->name);
}

int core_field_compatible(struct core_pair *p, uint32_t local, uint32_t target)
{
	struct btf_desc l, t;
	int depth, result;

	for (depth = 0; depth < CORE_DEPTH_MAX; depth++) {
		result = core_strip_both(p, local, target, &l, &t);
		if (result)
			return result;
		if (btf_is_composite(&l) && btf_is_composite(&t))
			return 1;
		if (!same_kind(&l, &t))
			return 0;
		switch (l.kind) {
		case BTF_KIND_PTR:
		case BTF_KIND_FLOAT:
			return 1;
		case BTF_KIND_FWD:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			return field_names_agree(p, &l, &t);
		case BTF_KIND_INT:
			return integers_compatible(p, &l, &t);
		case BTF_KIND_ARRAY:
			break;
		default:
			return 0;
		}
		result = core_go_on(p, &l, &t, &local, &target);
		if (result)
			return result;
	}
	return core_too_deep(p, target);
}

static int types_compatible(struct core_pair *p, uint32_t local, uint32_t target,
			    int level);

static int params_compatible(struct core_pair *p, const struct btf_desc *l,
			     const struct btf_desc *t, int level)
{
	uint32_t a, b;
	int result, same = 1;

	if (l->vlen != t->vlen)
		return 0;
	for (uint32_t i = 0; i < l->vlen && same > 0; i++) {
		result = core_param_types(p, l, t, i, &a, &b);
		same = result ? result : types_compatible(p, a, b, level - 1);
	}
	return same;
}

static int types_compatible(struct core_pair *p, uint32_t local, uint32_t target,
			    int level)
{
	struct btf_desc l, t;
	int depth, result;

	for (depth = 0; depth < CORE_DEPTH_MAX && level > 0; depth++) {
		result = core_strip_both(p, local, target, &l, &t);
		if (result)
			return result;
		if (!same_kind(&l, &t))
			return 0;
		switch (l.kind) {
		case BTF_KIND_UNKN:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_FWD:
		case BTF_KIND_ENUM64:
			return 1;
		case BTF_KIND_INT:
			return integers_compatible(p, &l, &t);
		case BTF_KIND_FUNC_PROTO:
			result = params_compatible(p, &l, &t, level);
			if (result <= 0)
				return result;
			break;
		case BTF_KIND_PTR:
		case BTF_KIND_ARRAY:
			break;
		default:
			return 0;
		}
		result = core_go_on(p, &l, &t, &local, &target);
		if (result)
			return result;
	}
	return core_too_deep(p, target);
}

int core_type_compatible(struct core_pair *p, uint32_t local, uint32_t target)
{
	struct btf_desc l, t;
	int result = btf_describe(p->local, local, &l);

	if (!result)
		result = btf_describe(p->target, target, &t);
	if (result)
		return result;
	if (!same_kind(&l, &t))
		return 0;
	return types_compatible(p, local, target, CORE_DEPTH_MAX);
}

/*
 * ---- "this type matches" ----
 *
 * The strictest rule: all that the program's type has must be in the kernel's,
 * by name and of the same kind and size. Behind a pointer, name and kind are
 * enough.
 */

/* Types by id, and how far the comparison got. */
struct match {
	uint32_t local, target;
	bool behind_pointer;
	int level;		/* of nested members and parameters left */
};

static int types_match(struct core_pair *p, struct match m);

/* Is there an enumerator of @t with the name of the @i-th one of @l? */
static int find_enumerator(struct core_pair *p, const struct btf_desc *l,
			   const struct btf_desc *t, uint32_t i)
{
	struct btf_enumerator a, b;
	int result = btf_enumerator(p->local, l, i, &a), found = 0;

	for (uint32_t j = 0; !result && j < t->vlen && !found; j++) {
		result = core_work(p);
		if (!result)
			result = btf_enumerator(p->target, t, j, &b);
		if (!result)
			found = core_names_agree(p, a.name, b.name);
	}
	return result ? result : found;
}

/* By name alone: the value may differ. */
static int enums_match(struct core_pair *p, const struct btf_desc *l,
		       const struct btf_desc *t)
{
	int found = 1;

	if (!btf_is_enum(t) || l->size != t->size || l->vlen > t->vlen)
		return 0;
	for (uint32_t i = 0; i < l->vlen && found > 0; i++)
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
	return types_match(p, m);
}

static int match_any_member(struct core_pair *p, const struct btf_desc *l,
			    const struct btf_desc *t, uint32_t i, struct match m)
{
	struct btf_member_desc a, b;
	int result = btf_member(p->local, l, i, &a), found = 0;

	for (uint32_t j = 0; !result && j < t->vlen && !found; j++) {
		result = core_work(p);
		if (!result)
			result = btf_member(p->target, t, j, &b);
		if (!result)
			found = member_matches(p, &a, &b, m);
	}
	return result ? result : found;
}

static int members_match(struct core_pair *p, const struct btf_desc *l,
			 const struct btf_desc *t, struct match m)
{
	int found = 1;

	if (l->vlen > t->vlen)
		return 0;
	for (uint32_t i = 0; i < l->vlen && found > 0; i++)
		found = match_any_member(p, l, t, i, m);
	return found;
}

/* kflag of a forward declaration: a union, otherwise a struct. */
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
	int result;

	if (t->kind != BTF_KIND_INT || l->size != t->size)
		return 0;
	result = btf_integer(p->local, l, &a);
	if (!result)
		result = btf_integer(p->target, t, &b);
	if (result)
		return result;
	return !((BTF_INT_ENCODING(a) ^ BTF_INT_ENCODING(b)) & BTF_INT_SIGNED);
}

static int params_match(struct core_pair *p, const struct btf_desc *l,
			const struct btf_desc *t, struct match m)
{
	int result, same = 1;

	if (l->vlen != t->vlen)
		return 0;
	m.level--;
	for (uint32_t i = 0; i < l->vlen && same > 0; i++) {
		result = core_param_types(p, l, t, i, &m.local, &m.target);
		same = result ? result : types_match(p, m);
	}
	return same;
}

static int counts_match(struct core_pair *p, const struct btf_desc *l,
			const struct btf_desc *t)
{
	struct btf_array_desc a, b;
	int result = btf_array(p->local, l, &a);

	if (!result)
		result = btf_array(p->target, t, &b);
	return result ? result : a.count == b.count;
}

/* Kinds that refer to another type: do they match without it? */
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

static int types_match(struct core_pair *p, struct match m)
{
	struct btf_desc l, t;
	int depth, result;

	for (depth = 0; depth < CORE_DEPTH_MAX && m.level > 0; depth++) {
		result = core_strip_both(p, m.local, m.target, &l, &t);
		if (result)
			return result;
		result = core_names_agree(p, l.name, t.name);
		if (result <= 0)
			return result;
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
		result = links_match(p, &l, &t, &m);
		if (result <= 0)
			return result;
		result = core_go_on(p, &l, &t, &m.local, &m.target);
		if (result)
			return result;
	}
	return core_too_deep(p, m.target);
}

int core_type_matches(struct core_pair *p, uint32_t local, uint32_t target)
{
	struct match m = { local, target, false, CORE_DEPTH_MAX };

	return types_match(p, m);
}
