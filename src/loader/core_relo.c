// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/core_relo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "loader/btf_internal.h"
#include "loader/core_internal.h"
#include "loader/refuse.h"

bool core_wants_target(const struct bpf_core_relo *relo)
{
	return relo->kind != BPF_CORE_TYPE_ID_LOCAL;
}

/* Is there no answer without a target, not even "no" or 0? */
static bool needs_target(uint32_t kind)
{
	return (core_is_field(kind) && kind != BPF_CORE_FIELD_EXISTS) ||
	       kind == BPF_CORE_ENUMVAL_VALUE;
}

/*
 * May a load of this type be made wider or narrower? A pointer and an unsigned
 * integer keep their value, for the rest of the register is zero.
 */
static int is_resizable(struct btf *b, const struct core_value *v)
{
	struct btf_desc d;
	uint32_t data;
	int err = btf_describe(b, v->type, &d);

	if (err || d.kind == BTF_KIND_PTR)
		return err ? err : BTF_KIND_PTR;
	if (d.kind != BTF_KIND_INT)
		return 0;
	err = btf_integer(b, &d, &data);
	if (err)
		return err;
	return BTF_INT_ENCODING(data) == BTF_INT_SIGNED ? 0 : BTF_KIND_INT;
}

static int check_resize(struct btf *local, struct btf *target,
			const struct core_value *l, const struct core_value *t,
			struct core_result *r)
{
	int a, b;

	r->local_size = l->size;
	r->target_size = t->size;
	if (l->size == t->size)
		return 0;
	a = is_resizable(local, l);
	b = a < 0 ? a : is_resizable(target, t);
	if (b < 0)
		return b;
	r->resize_unsafe = !a || a != b;
	return 0;
}

/* The outcome with what was found in the target, or with NULL: nothing. */
static int combine(struct btf *local, const struct core_spec *here,
		   struct btf *target, const struct core_spec *there,
		   struct core_result *r)
{
	struct core_value l, t = { 0 };
	int err = core_evaluate(local, here, &l);

	memset(r, 0, sizeof(*r));
	if (err)
		return err;
	r->local = l.value;
	r->validate = l.exact;
	r->poison = !there && needs_target(here->kind);
	if (!there)
		return 0;
	err = core_evaluate(target, there, &t);
	if (err)
		return err;
	r->found = true;
	r->target = t.value;
	return check_resize(local, target, &l, &t, r);
}

/* All candidates that match must come to the same. */
struct verdict {
	struct core_result r;
	uint64_t bit_offset;
	uint32_t matches;
	uint32_t first;		/* the id of the first one */
};

static int agree(struct verdict *v, const struct core_result *r,
		 const struct core_spec *s, struct btf *target)
{
	if (!v->matches++) {
		v->r = *r;
		v->bit_offset = s->bit_offset;
		v->first = s->root;
		return 0;
	}
	if (v->bit_offset == s->bit_offset && v->r.target == r->target)
		return 0;
	return btf_refuse(target, EINVAL, "types %u and %u of the kernel "
			  "disagree: %" PRIu64 " or %" PRIu64, v->first,
			  s->root, v->r.target, r->target);
}

static int try_candidates(struct core_pair *p, const struct core_spec *here,
			  struct btf_wanted *cands, struct verdict *v)
{
	uint32_t i, kept = 0;
	struct core_spec there;
	struct core_result r;
	int err;

	for (i = 0; i < cands->count; i++) {
		err = core_spec_match(p, here, cands->ids[i], &there);
		if (!err)
			continue;
		if (err > 0)
			err = combine(p->local, here, p->target, &there, &r);
		if (!err)
			err = agree(v, &r, &there, p->target);
		if (err)
			return err;
		cands->ids[kept++] = cands->ids[i];
	}
	if (kept)
		cands->count = kept;
	return 0;
}

/* A target is found by name, so what is asked of it needs one. */
static int check_named(struct btf *local, uint32_t root)
{
	const char *name = NULL;
	struct btf_desc d;
	int err = btf_describe(local, root, &d);

	if (!err)
		name = btf_name(local, d.name);
	if (!name)
		return btf_failed(local, NULL);
	if (!*name)
		return btf_refuse(local, ENOTSUP, "type %u has no name", root);
	return 0;
}

static int resolve(const struct bpf_core_relo *relo, struct core_pair *p,
		   struct btf_wanted *cands, struct core_result *r)
{
	struct verdict v = { .matches = 0 };
	struct core_spec here;
	int err = core_spec_parse(relo, p->local, &here);

	if (err)
		return err;
	if (!core_wants_target(relo)) {
		*r = (struct core_result){ .local = relo->type_id,
					   .target = relo->type_id };
		return 0;
	}
	err = check_named(p->local, relo->type_id);
	if (!err && p->target && cands)
		err = try_candidates(p, &here, cands, &v);
	if (err)
		return err;
	if (!v.matches)
		return combine(p->local, &here, NULL, NULL, r);
	*r = v.r;
	return 0;
}

int core_refuse(const struct bpf_core_relo *relo, struct btf *local,
		struct error *f, int error, const char *why, ...)
{
	char cause[sizeof(f->why)], what[sizeof(f->what)];
	va_list args;
	int len;

	va_start(args, why);
	vsnprintf(cause, sizeof(cause), why, args);
	va_end(args);
	len = snprintf(what, sizeof(what), "%s: ", local->name);
	if (len < 0 || (size_t)len > sizeof(what))
		len = 0;
	core_describe(relo, local, what + len, sizeof(what) - (size_t)len);
	return refuse(f, error, what, "%s", cause);
}

/* The reader that failed knows why; here it is said of which relocation. */
static int explain(const struct bpf_core_relo *relo, struct btf *local,
		   struct btf *target, int err, struct error *f)
{
	if (local->error.error || !target)
		return core_refuse(relo, local, f, err, "%s",
				   local->error.why);
	return core_refuse(relo, local, f, err, "%s: %s", target->name,
			   target->error.why);
}

int core_calculate(const struct bpf_core_relo *relo, struct btf *local,
		   struct btf *target, struct btf_wanted *cands,
		   struct core_result *r, struct error *f)
{
	struct core_pair p = { local, target, CORE_WORK_MAX };
	int err;

	error_clear(&local->error);
	if (target)
		error_clear(&target->error);
	if (!core_kind_name(relo->kind))
		err = btf_refuse(local, ENOTSUP, "relocation of unknown kind");
	else
		err = resolve(relo, &p, cands, r);
	return err < 0 ? explain(relo, local, target, err, f) : 0;
}
