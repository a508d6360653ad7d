// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The part of a type that a relocation is about. The compiler writes it down as
 * indices from the root: "0:1:2". In the kernel's type the same part is found
 * by the names of members, also within anonymous structs and unions.
 */
#include "loader/core_internal.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "loader/btf_internal.h"

bool core_is_field(uint32_t kind)
{
	return kind <= BPF_CORE_FIELD_RSHIFT_U64;
}

bool core_is_type(uint32_t kind)
{
	return (kind >= BPF_CORE_TYPE_ID_LOCAL &&
		kind <= BPF_CORE_TYPE_SIZE) || kind == BPF_CORE_TYPE_MATCHES;
}

bool core_is_enumerator(uint32_t kind)
{
	return kind == BPF_CORE_ENUMVAL_EXISTS ||
	       kind == BPF_CORE_ENUMVAL_VALUE;
}

const char *core_kind_name(uint32_t kind)
{
	static const char *const names[] = {
		[BPF_CORE_FIELD_BYTE_OFFSET]	= "byte offset",
		[BPF_CORE_FIELD_BYTE_SIZE]	= "byte size",
		[BPF_CORE_FIELD_EXISTS]		= "field exists",
		[BPF_CORE_FIELD_SIGNED]		= "signedness",
		[BPF_CORE_FIELD_LSHIFT_U64]	= "left shift",
		[BPF_CORE_FIELD_RSHIFT_U64]	= "right shift",
		[BPF_CORE_TYPE_ID_LOCAL]	= "local type id",
		[BPF_CORE_TYPE_ID_TARGET]	= "target type id",
		[BPF_CORE_TYPE_EXISTS]		= "type exists",
		[BPF_CORE_TYPE_SIZE]		= "type size",
		[BPF_CORE_ENUMVAL_EXISTS]	= "enumerator exists",
		[BPF_CORE_ENUMVAL_VALUE]	= "enumerator value",
		[BPF_CORE_TYPE_MATCHES]		= "type matches",
	};

	return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : NULL;
}

/* Takes the next number off an access string: 1, 0 at its end, -EBADMSG. */
static int next_index(const char **at, uint32_t *index)
{
	const char *s = *at;
	uint64_t n = 0;

	if (!*s)
		return 0;
	if (*s < '0' || *s > '9')
		return -EBADMSG;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (uint64_t)(*s - '0');
		if (n > INT32_MAX)
			return -EBADMSG;
	}
	if (*s == ':' && !*++s)
		return -EBADMSG;
	if (*s && (*s < '0' || *s > '9'))
		return -EBADMSG;
	*at = s;
	*index = (uint32_t)n;
	return 1;
}

static int go_deeper(struct btf *b, struct core_spec *s)
{
	if (s->depth == CORE_STEPS_MAX)
		return btf_refuse(b, EBADMSG, "type %u is nested too deeply",
				  s->root);
	s->depth++;
	return 0;
}

int core_spec_indexes(struct btf *b, const struct core_spec *s,
		      const struct btf_array_desc *array, uint32_t index)
{
	const struct core_step *last = &s->steps[s->count - 1];
	struct btf_desc d;
	int result;

	if (index < array->count)
		return 1;
	if (array->count || !last->name)
		return 0;
	result = btf_describe(b, last->type, &d);
	return result ? result : last->index + 1 == d.vlen;
}

int core_spec_element(struct btf *b, struct core_spec *s, uint32_t type,
		      uint32_t index)
{
	uint32_t size = 0;
	int result = go_deeper(b, s);

	if (!result && index)
		result = btf_size(b, type, &size);
	if (result)
		return result;
	s->steps[s->count++] = (struct core_step){ type, index, 0 };
	s->bit_offset += (uint64_t)index * size * 8;
	return 0;
}

static int parse_member(struct btf *b, struct core_spec *s,
			const struct btf_desc *d, uint32_t index, uint32_t *id)
{
	struct btf_member_desc m;
	int result = go_deeper(b, s);

	if (!result)
		result = btf_member(b, d, index, &m);
	if (result)
		return result;
	if (m.name)
		s->steps[s->count++] = (struct core_step){ d->id, index,
							   m.name };
	s->bit_offset += m.bit_offset;
	*id = m.type;
	return 0;
}

static int parse_element(struct btf *b, struct core_spec *s,
			 const struct btf_desc *d, uint32_t index, uint32_t *id)
{
	struct btf_array_desc a;
	struct btf_desc element;
	int result = btf_array(b, d, &a);

	if (!result)
		result = btf_strip(b, a.type, &element);
	if (result)
		return result;
	result = core_spec_indexes(b, s, &a, index);
	if (!result)
		return btf_refuse(b, EBADMSG, "element %u of an array of %u",
				  index, a.count);
	*id = element.id;
	return result < 0 ? result : core_spec_element(b, s, element.id, index);
}

/* One step down from type *@id. */
static int parse_step(struct btf *b, struct core_spec *s, uint32_t index,
		      uint32_t *id)
{
	struct btf_desc d;
	int result = btf_strip(b, *id, &d);

	if (result)
		return result;
	if (btf_is_composite(&d))
		return parse_member(b, s, &d, index, id);
	if (d.kind == BTF_KIND_ARRAY)
		return parse_element(b, s, &d, index, id);
	return btf_refuse(b, EBADMSG, "type %u has no parts", *id);
}

static int parse_enumerator(struct btf *b, struct core_spec *s,
			    const struct btf_desc *d, uint32_t index)
{
	struct btf_enumerator e;
	int result;

	if (!btf_is_enum(d))
		return btf_refuse(b, EBADMSG, "type %u is no enum", d->id);
	result = btf_enumerator(b, d, index, &e);
	if (result)
		return result;
	s->depth = s->count = 1;
	s->steps[0] = (struct core_step){ d->id, index, e.name };
	return 0;
}

static int parse_access(struct btf *b, struct core_spec *s, const char *access)
{
	uint32_t index, id;
	struct btf_desc d;
	int more, result;

	more = next_index(&access, &index);
	if (more <= 0 || (core_is_enumerator(s->kind) && *access))
		return btf_refuse(b, EBADMSG, "malformed access string");
	result = btf_strip(b, s->root, &d);
	if (result)
		return result;
	if (core_is_enumerator(s->kind))
		return parse_enumerator(b, s, &d, index);
	id = d.id;
	result = core_spec_element(b, s, id, index);
	while (!result && (more = next_index(&access, &index)) > 0)
		result = parse_step(b, s, index, &id);
	if (more < 0)
		return btf_refuse(b, EBADMSG, "malformed access string");
	return result;
}

int core_spec_parse(const struct bpf_core_relo *relo, struct btf *local,
		    struct core_spec *s)
{
	const char *access = btf_name(local, relo->access_str_off);

	if (!access)
		return btf_failed(local, NULL);
	s->root = relo->type_id;
	s->kind = relo->kind;
	s->count = s->depth = 0;
	s->bit_offset = 0;
	if (!core_is_type(s->kind))
		return parse_access(local, s, access);
	if (strcmp(access, "0"))
		return btf_refuse(local, EBADMSG, "malformed access string");
	return 0;
}

/* ---- the same part in the kernel's types ---- */

/* A member to find, and its type there. */
struct member_search {
	struct core_pair *pair;
	const char *name;
	uint32_t local_type;	/* of the member */
	uint32_t target_type;	/* of the member that was found */
};

static int find_member(struct member_search *f, uint32_t id,
		       struct core_spec *s);

/* The member has the name: it is the only candidate. */
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

/* The members of an anonymous member count as members of its parent. */
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
	int result = core_work(f->pair);

	if (!result)
		result = btf_member(target, d, i, &m);
	if (result)
		return result;
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
	int found = btf_strip(f->pair->target, id, &d);

	if (found || !btf_is_composite(&d))
		return found;
	if (s->depth == CORE_STEPS_MAX)
		return core_too_deep(f->pair, id);
	s->depth++;
	for (uint32_t i = 0; i < d.vlen && !found && !done; i++)
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
	int result = btf_describe(p->local, step->type, &d);

	if (!result)
		result = btf_member(p->local, &d, step->index, &m);
	if (result)
		return result;
	f.name = btf_name(p->local, m.name);
	if (!f.name)
		return btf_failed(p->local, NULL);
	f.local_type = m.type;
	result = find_member(&f, *id, s);
	*id = f.target_type;
	return result;
}

static int match_element(struct core_pair *p, const struct core_step *step,
			 uint32_t *id, struct core_spec *s)
{
	struct btf_array_desc a;
	struct btf_desc d;
	int result = btf_strip(p->target, *id, &d);

	if (result || d.kind != BTF_KIND_ARRAY)
		return result;
	result = btf_array(p->target, &d, &a);
	if (result)
		return result;
	result = core_spec_indexes(p->target, s, &a, step->index);
	if (result <= 0)
		return result;
	result = btf_strip(p->target, a.type, &d);
	if (!result)
		result = core_spec_element(p->target, s, d.id, step->index);
	*id = d.id;
	return result ? result : 1;
}

static int match_field(struct core_pair *p, const struct core_spec *local,
		       uint32_t root, struct core_spec *s)
{
	struct btf_desc d;
	uint32_t id;
	int found, result = btf_strip(p->target, root, &d);

	if (!result)
		result = core_spec_element(p->target, s, d.id,
					   local->steps[0].index);
	if (result)
		return result;
	id = d.id;
	found = 1;
	for (uint32_t i = 1; i < local->count && found > 0; i++) {
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

/* ---- in words ---- */

static const char *keyword(const struct btf_desc *d)
{
	if (d->kind == BTF_KIND_STRUCT)
		return "struct ";
	if (d->kind == BTF_KIND_UNION)
		return "union ";
	return btf_is_enum(d) ? "enum " : "";
}

/* Adds as much of @s as there is room for: a message may end anywhere. */
static void describe_part(struct text *t, const char *s)
{
	size_t size = strlen(s), room = t->size - t->used;

	text_bytes(t, s, size < room ? size : room);
}

static void describe_number(struct text *t, const char *before, uint32_t number,
			    const char *behind)
{
	char bytes[16];
	struct text digits = text_on(bytes, sizeof(bytes) - 1);

	text_number(&digits, number);
	bytes[digits.used] = '\0';
	describe_part(t, before);
	describe_part(t, bytes);
	describe_part(t, behind);
}

static void describe_steps(struct text *t, const struct bpf_core_relo *relo,
			   struct btf *b)
{
	struct core_spec s;

	if (!core_kind_name(relo->kind) || core_spec_parse(relo, b, &s))
		return;
	for (uint32_t i = core_is_field(s.kind) && !s.steps[0].index; i < s.count; i++) {
		const char *name = s.steps[i].name ? btf_name(b, s.steps[i].name) : NULL;

		if (name) {
			describe_part(t, core_is_enumerator(s.kind) ? "::" : ".");
			describe_part(t, name);
		} else {
			describe_number(t, "[", s.steps[i].index, "]");
		}
	}
}

void core_describe(const struct bpf_core_relo *relo, struct btf *local,
		   char *to, size_t size)
{
	const char *kind = core_kind_name(relo->kind), *name = NULL;
	struct text t = text_on(to, size - 1);
	struct btf_desc d = { 0 };

	if (!btf_describe(local, relo->type_id, &d))
		name = btf_name(local, d.name);
	describe_part(&t, keyword(&d));
	describe_part(&t, name && *name ? name : "(anonymous)");
	describe_steps(&t, relo, local);
	if (kind) {
		describe_part(&t, " (");
		describe_part(&t, kind);
		describe_part(&t, ")");
	} else {
		describe_number(&t, " (kind ", relo->kind, ")");
	}
	to[t.used] = '\0';
}
