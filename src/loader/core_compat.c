// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * When a type of the program and one of the kernel are compatible: the rules
 * for a field that is accessed, and for "this type exists".
 */
#include "loader/core_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/btf_internal.h"
#include "loader/refuse.h"

static bool same_kind(const struct btf_desc *l, const struct btf_desc *t)
{
	return l->kind == t->kind || (btf_is_enum(l) && btf_is_enum(t));
}

/* Only integers of the old, bitfield-like form are not compatible. */
static int integers_compatible(struct core_pair *p, const struct btf_desc *l,
			       const struct btf_desc *t)
{
	uint32_t a, b;
	int err = btf_integer(p->local, l, &a);

	if (!err)
		err = btf_integer(p->target, t, &b);
	return err ? err : !BTF_INT_OFFSET(a) && !BTF_INT_OFFSET(b);
}

/* An anonymous one agrees with any. */
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
	int depth, err;

	for (depth = 0; depth < CORE_DEPTH_MAX; depth++) {
		err = core_strip_both(p, local, target, &l, &t);
		if (err)
			return err;
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
		err = core_go_on(p, &l, &t, &local, &target);
		if (err)
			return err;
	}
	return core_too_deep(p, target);
}

static int compatible(struct core_pair *p, uint32_t local, uint32_t target,
		      int level);

static int params_compatible(struct core_pair *p, const struct btf_desc *l,
			     const struct btf_desc *t, int level)
{
	uint32_t i, a, b;
	int err, same = 1;

	if (l->vlen != t->vlen)
		return 0;
	for (i = 0; i < l->vlen && same > 0; i++) {
		err = core_param_types(p, l, t, i, &a, &b);
		same = err ? err : compatible(p, a, b, level - 1);
	}
	return same;
}

static int compatible(struct core_pair *p, uint32_t local, uint32_t target,
		      int level)
{
	struct btf_desc l, t;
	int depth, err;

	for (depth = 0; depth < CORE_DEPTH_MAX && level > 0; depth++) {
		err = core_strip_both(p, local, target, &l, &t);
		if (err)
			return err;
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
			err = params_compatible(p, &l, &t, level);
			if (err <= 0)
				return err;
			break;
		case BTF_KIND_PTR:
		case BTF_KIND_ARRAY:
			break;
		default:
			return 0;
		}
		err = core_go_on(p, &l, &t, &local, &target);
		if (err)
			return err;
	}
	return core_too_deep(p, target);
}

int core_type_compatible(struct core_pair *p, uint32_t local, uint32_t target)
{
	struct btf_desc l, t;
	int err = btf_describe(p->local, local, &l);

	if (!err)
		err = btf_describe(p->target, target, &t);
	if (err)
		return err;
	if (!same_kind(&l, &t))
		return 0;
	return compatible(p, local, target, CORE_DEPTH_MAX);
}
