// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* What follows a type: its members, enumerators, parameters, ... */
#include "loader/btf_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/refuse.h"

/* Copies record @i of @d, of @size bytes. Types lie within bounds as a whole. */
static int record(struct btf *b, const struct btf_desc *d, uint32_t i,
		  uint32_t count, void *to, uint32_t size)
{
	const uint8_t *bytes;

	if (i >= count)
		return btf_refuse(b, EBADMSG, "type %u has %u parts, not %u",
				  d->id, count, i + 1);
	bytes = btf_bytes(b, d->body + (uint64_t)i * size, size);
	if (!bytes)
		return -b->error.error;
	memcpy(to, bytes, size);
	return 0;
}

int btf_member(struct btf *b, const struct btf_desc *d, uint32_t i,
	       struct btf_member_desc *m)
{
	struct btf_member r;
	int err = record(b, d, i, d->vlen, &r, sizeof(r));

	if (err)
		return err;
	m->name = r.name_off;
	m->type = r.type;
	m->bit_offset = r.offset;
	m->bits = 0;
	if (d->kflag) {
		m->bit_offset = BTF_MEMBER_BIT_OFFSET(r.offset);
		m->bits = BTF_MEMBER_BITFIELD_SIZE(r.offset);
	}
	return 0;
}

int btf_enumerator(struct btf *b, const struct btf_desc *d, uint32_t i,
		   struct btf_enumerator *e)
{
	uint32_t r[3];	/* name, value, its upper half in a 64-bit one */
	uint32_t size = d->kind == BTF_KIND_ENUM64 ? 12 : 8;
	int err = record(b, d, i, d->vlen, r, size);

	if (err)
		return err;
	e->name = r[0];
	if (d->kind == BTF_KIND_ENUM64)
		e->value = (uint64_t)r[2] << 32 | r[1];
	else
		e->value = (uint64_t)(int64_t)(int32_t)r[1];
	return 0;
}

int btf_param(struct btf *b, const struct btf_desc *d, uint32_t i,
	      uint32_t *type)
{
	struct btf_param r;
	int err = record(b, d, i, d->vlen, &r, sizeof(r));

	if (!err)
		*type = r.type;
	return err;
}

int btf_array(struct btf *b, const struct btf_desc *d,
	      struct btf_array_desc *a)
{
	struct btf_array r;
	int err = record(b, d, 0, d->kind == BTF_KIND_ARRAY, &r, sizeof(r));

	if (err)
		return err;
	a->type = r.type;
	a->count = r.nelems;
	return 0;
}

int btf_variable(struct btf *b, const struct btf_desc *d, uint32_t i,
		 uint32_t *type)
{
	struct btf_var_secinfo r;
	int err = record(b, d, i, d->vlen, &r, sizeof(r));

	if (!err)
		*type = r.type;
	return err;
}

int btf_integer(struct btf *b, const struct btf_desc *d, uint32_t *data)
{
	return record(b, d, 0, d->kind == BTF_KIND_INT, data, sizeof(*data));
}

const char *btf_name(struct btf *b, uint32_t off)
{
	uint64_t left = b->strings.size - off;
	const uint8_t *bytes;

	if (off >= b->strings.size) {
		btf_refuse(b, EBADMSG, "name at %u is out of bounds", off);
		return NULL;
	}
	/* The strings end with a NUL, so this one ends too. */
	if (b->bytes.data)
		return (const char *)b->bytes.data + b->strings.start + off;
	if (left > BTF_NAME_MAX)
		left = BTF_NAME_MAX;
	bytes = btf_bytes(b, b->strings.start + off, (uint32_t)left);
	if (bytes && !memchr(bytes, '\0', (size_t)left)) {
		btf_refuse(b, EBADMSG, "name at %u is too long", off);
		return NULL;
	}
	return (const char *)bytes;
}
