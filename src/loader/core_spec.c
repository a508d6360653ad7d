// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * What a relocation is about, in the types that the program was compiled with.
 * The compiler writes it down as the indices on the way there: "0:1:2".
 */
#include "loader/core_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/btf_internal.h"
#include "loader/refuse.h"

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
	int err;

	if (index < array->count)
		return 1;
	if (array->count || !last->name)
		return 0;
	err = btf_describe(b, last->type, &d);
	return err ? err : last->index + 1 == d.vlen;
}

int core_spec_element(struct btf *b, struct core_spec *s, uint32_t type,
		      uint32_t index)
{
	uint32_t size = 0;
	int err = go_deeper(b, s);

	if (!err && index)
		err = btf_size(b, type, &size);
	if (err)
		return err;
	s->steps[s->count++] = (struct core_step){ type, index, 0 };
	s->bit_offset += (uint64_t)index * size * 8;
	return 0;
}

static int parse_member(struct btf *b, struct core_spec *s,
			const struct btf_desc *d, uint32_t index, uint32_t *id)
{
	struct btf_member_desc m;
	int err = go_deeper(b, s);

	if (!err)
		err = btf_member(b, d, index, &m);
	if (err)
		return err;
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
	int err = btf_array(b, d, &a);

	if (!err)
		err = btf_strip(b, a.type, &element);
	if (err)
		return err;
	err = core_spec_indexes(b, s, &a, index);
	if (!err)
		return btf_refuse(b, EBADMSG, "element %u of an array of %u",
				  index, a.count);
	*id = element.id;
	return err < 0 ? err : core_spec_element(b, s, element.id, index);
}

/* One step down from type *@id. */
static int parse_step(struct btf *b, struct core_spec *s, uint32_t index,
		      uint32_t *id)
{
	struct btf_desc d;
	int err = btf_strip(b, *id, &d);

	if (err)
		return err;
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
	int err;

	if (!btf_is_enum(d))
		return btf_refuse(b, EBADMSG, "type %u is no enum", d->id);
	err = btf_enumerator(b, d, index, &e);
	if (err)
		return err;
	s->depth = s->count = 1;
	s->steps[0] = (struct core_step){ d->id, index, e.name };
	return 0;
}

static int parse_access(struct btf *b, struct core_spec *s, const char *access)
{
	uint32_t index, id;
	struct btf_desc d;
	int more, err;

	more = next_index(&access, &index);
	if (more <= 0 || (core_is_enumerator(s->kind) && *access))
		return btf_refuse(b, EBADMSG, "malformed access string");
	err = btf_strip(b, s->root, &d);
	if (err)
		return err;
	if (core_is_enumerator(s->kind))
		return parse_enumerator(b, s, &d, index);
	id = d.id;
	err = core_spec_element(b, s, id, index);
	while (!err && (more = next_index(&access, &index)) > 0)
		err = parse_step(b, s, index, &id);
	if (more < 0)
		return btf_refuse(b, EBADMSG, "malformed access string");
	return err;
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
