// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Steps in comparing a type of the program with one of the kernel. There are
 * three sets of rules, all of them libbpf's: for a field that is accessed, for
 * "this type exists" and for "this type matches". The kernel's types are data
 * like any other: depth and work are bounded.
 */
#include "loader/core_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/btf_internal.h"
#include "loader/refuse.h"

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
	int err = core_work(p);

	if (!err)
		err = btf_strip(p->local, local, l);
	return err ? err : btf_strip(p->target, target, t);
}

int core_param_types(struct core_pair *p, const struct btf_desc *l,
		     const struct btf_desc *t, uint32_t i, uint32_t *local,
		     uint32_t *target)
{
	int err = btf_param(p->local, l, i, local);

	return err ? err : btf_param(p->target, t, i, target);
}

int core_go_on(struct core_pair *p, const struct btf_desc *l,
	       const struct btf_desc *t, uint32_t *local, uint32_t *target)
{
	struct btf_array_desc a, b;
	int err;

	*local = l->type;
	*target = t->type;
	if (l->kind != BTF_KIND_ARRAY)
		return 0;
	err = btf_array(p->local, l, &a);
	if (!err)
		err = btf_array(p->target, t, &b);
	if (err)
		return err;
	*local = a.type;
	*target = b.type;
	return 0;
}
