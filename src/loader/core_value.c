// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The number that a relocation asks for, by one side's types. The program's
 * and the kernel's go through the same function.
 */
#include "loader/core_internal.h"

#include <errno.h>

#include "loader/btf_internal.h"
#include "loader/refuse.h"

/* Where a member lies, and how it is to be loaded. */
struct runtime_layout {
	uint32_t type;		/* of the member, past typedefs */
	uint32_t kind;		/* of that type */
	bool is_signed;
	bool bitfield;
	uint32_t bit_offset;	/* from the root */
	uint32_t bits;
	uint32_t offset;	/* bytes: what a load has to cover */
	uint32_t size;
};

/*
 * The smallest load that covers a bitfield: of its type's size, aligned to
 * that, or of twice the size when it crosses a boundary.
 */
static int cover_bitfield(struct btf *b, uint32_t type_size, struct runtime_layout *p)
{
	uint32_t size = type_size;

	if (!size)
		return btf_refuse(b, EBADMSG, "bitfield of a type without size");
	p->offset = p->bit_offset / 8 / size * size;
	while (p->bit_offset + p->bits - p->offset * 8 > size * 8) {
		if (size >= 8)
			return btf_refuse(b, EBADMSG,
					  "bitfield wider than a load");
		size *= 2;
		p->offset = p->bit_offset / 8 / size * size;
	}
	p->size = size;
	return 0;
}

static int find_sign(struct btf *b, const struct btf_desc *d, bool *is_signed)
{
	uint32_t data;
	int err;

	*is_signed = btf_is_enum(d) && d->kflag;
	if (d->kind != BTF_KIND_INT)
		return 0;
	err = btf_integer(b, d, &data);
	if (!err)
		*is_signed = BTF_INT_ENCODING(data) & BTF_INT_SIGNED;
	return err;
}

static int find_place(struct btf *b, const struct core_spec *s,
		      struct runtime_layout *p)
{
	const struct core_step *last = &s->steps[s->count - 1];
	struct btf_member_desc m;
	struct btf_desc d;
	int err = btf_describe(b, last->type, &d);

	if (!err)
		err = btf_member(b, &d, last->index, &m);
	if (!err)
		err = btf_strip(b, m.type, &d);
	if (!err)
		err = find_sign(b, &d, &p->is_signed);
	if (err)
		return err;
	p->type = d.id;
	p->bit_offset = (uint32_t)s->bit_offset;
	p->bits = m.bits;
	p->bitfield = m.bits > 0;
	if (p->bitfield)
		return cover_bitfield(b, d.size, p);
	err = btf_size(b, d.id, &p->size);
	p->offset = p->bit_offset / 8;
	p->bits = p->size * 8;
	return err;
}

/* A load reads one element, however many dimensions an array has. */
static int load_size(struct btf *b, uint32_t type, uint32_t *size)
{
	struct btf_array_desc a;
	struct btf_desc d;
	int depth, err;

	for (depth = 0; depth < CORE_DEPTH_MAX; depth++) {
		err = btf_strip(b, type, &d);
		if (err)
			return err;
		if (d.kind != BTF_KIND_ARRAY)
			return btf_size(b, d.id, size);
		err = btf_array(b, &d, &a);
		if (err)
			return err;
		type = a.type;
	}
	return btf_refuse(b, EBADMSG, "type %u is nested too deeply", type);
}

static uint32_t left_shift(const struct runtime_layout *p)
{
	uint32_t first = p->bit_offset - p->offset * 8;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return 64 - (first + p->bits);
#else
	return (8 - p->size) * 8 + first;
#endif
}

/*
 * For a bitfield, the compiler may have chosen another load than we do: only
 * its sign and the right shift are beyond doubt.
 */
static int evaluate_member(struct btf *b, const struct core_spec *s,
			   struct core_value *v)
{
	struct runtime_layout p;
	int err = find_place(b, s, &p);

	if (err)
		return err;
	v->exact = !p.bitfield;
	switch (s->kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		v->value = p.offset;
		v->type = p.bitfield ? 0 : p.type;
		return p.bitfield ? 0 : load_size(b, p.type, &v->size);
	case BPF_CORE_FIELD_BYTE_SIZE:
		v->value = p.size;
		return 0;
	case BPF_CORE_FIELD_SIGNED:
		v->value = p.is_signed;
		v->exact = true;
		return 0;
	case BPF_CORE_FIELD_LSHIFT_U64:
		v->value = left_shift(&p);
		return 0;
	}
	v->value = 64 - p.bits;
	v->exact = true;
	return 0;
}

static int evaluate_element(struct btf *b, const struct core_spec *s,
			    struct core_value *v)
{
	uint32_t type = s->steps[s->count - 1].type, size;
	int err = btf_size(b, type, &size);

	if (err)
		return err;
	switch (s->kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		v->value = (uint32_t)s->bit_offset / 8;
		v->type = type;
		return load_size(b, type, &v->size);
	case BPF_CORE_FIELD_BYTE_SIZE:
		v->value = size;
		return 0;
	}
	return btf_refuse(b, ENOTSUP, "%s of an array's element",
			  core_kind_name(s->kind));
}

static int evaluate_field(struct btf *b, const struct core_spec *s,
			  struct core_value *v)
{
	v->value = 1;
	if (s->kind == BPF_CORE_FIELD_EXISTS)
		return 0;
	if (s->bit_offset > UINT32_MAX)
		return btf_refuse(b, EBADMSG, "offset beyond 512 MiB");
	if (s->steps[s->count - 1].name)
		return evaluate_member(b, s, v);
	return evaluate_element(b, s, v);
}

static int evaluate_enumerator(struct btf *b, const struct core_spec *s,
			       struct core_value *v)
{
	struct btf_enumerator e;
	struct btf_desc d;
	int err;

	v->value = 1;
	if (s->kind == BPF_CORE_ENUMVAL_EXISTS)
		return 0;
	err = btf_describe(b, s->steps[0].type, &d);
	if (!err)
		err = btf_enumerator(b, &d, s->steps[0].index, &e);
	if (!err)
		v->value = e.value;
	return err;
}

static int evaluate_type(struct btf *b, const struct core_spec *s,
			 struct core_value *v)
{
	uint32_t size;
	int err;

	v->value = 1;
	if (s->kind == BPF_CORE_TYPE_ID_TARGET) {
		v->value = s->root;
		v->exact = false;	/* ids change when objects are linked */
	}
	if (s->kind != BPF_CORE_TYPE_SIZE)
		return 0;
	err = btf_size(b, s->root, &size);
	if (!err)
		v->value = size;
	return err;
}

int core_evaluate(struct btf *b, const struct core_spec *s,
		  struct core_value *v)
{
	*v = (struct core_value){ .exact = true };
	if (core_is_field(s->kind))
		return evaluate_field(b, s, v);
	if (core_is_enumerator(s->kind))
		return evaluate_enumerator(b, s, v);
	return evaluate_type(b, s, v);
}
