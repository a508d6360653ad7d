// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The walk over all types. A type's place is known only once those before it
 * were walked over, for each kind has its own length; the places of a few are
 * remembered. A kernel has some 130,000 types, so this is the hot loop of the
 * start: most types cost no more than a look at their kind.
 */
#include "loader/btf_parts.h"

#include <errno.h>
#include <string.h>

#include "loader/refuse.h"

/* Types that are at hand, from @start up to @end of the types. */
struct run {
	const uint8_t *bytes;
	uint64_t start, end;
};

/*
 * The length of a type with @info in bytes, 0: the kind is not known. Branches
 * rather than a table, for a guess at the next type's place is worth more than
 * a sure but late answer.
 */
static inline uint32_t length(uint32_t info)
{
	uint32_t vlen = BTF_VLEN(info);

	switch (BTF_KIND(info)) {
	case BTF_KIND_FUNC:
	case BTF_KIND_PTR:
	case BTF_KIND_FWD:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_TYPE_TAG:
		return sizeof(struct btf_type);
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return sizeof(struct btf_type) + sizeof(uint32_t);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_type) + sizeof(struct btf_array);
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_ENUM:
		return sizeof(struct btf_type) + 8 * vlen;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case BTF_KIND_ENUM64:
		return sizeof(struct btf_type) + 12 * vlen;
	}
	return 0;
}

/* A kind that is newer than this program, by the layout that came with it. */
static int newer_length(struct btf *b, uint32_t id, uint32_t info,
			uint64_t *len)
{
	uint64_t off = BTF_KIND(info) * 4;
	const uint8_t *layout;

	if (!off || off + 4 > b->layout.size)
		return btf_refuse(b, ENOTSUP, "type %u is of unknown kind %u",
				  id, BTF_KIND(info));
	layout = btf_bytes(b, b->layout.start + off, 4);
	if (!layout)
		return -b->fault.error;
	*len = sizeof(struct btf_type) + layout[0] +
	       (uint64_t)layout[1] * BTF_VLEN(info);
	return 0;
}

/* The types from @off on, as many as are to be had at once. */
static int take(struct btf *b, uint64_t off, struct run *r)
{
	uint64_t left = b->types.size - off;

	if (left < sizeof(struct btf_type))
		return btf_refuse(b, EBADMSG, "truncated type");
	if (!b->bytes.data && left > BTF_NAME_MAX)
		left = BTF_NAME_MAX;
	r->bytes = btf_bytes(b, b->types.start + off, (uint32_t)left);
	r->start = off;
	r->end = off + left;
	return r->bytes ? 0 : -b->fault.error;
}

static void decode(struct btf *b, const uint8_t *bytes, uint64_t off,
		   struct btf_desc *d)
{
	struct btf_type t;

	memcpy(&t, bytes, sizeof(t));
	d->name = t.name_off;
	d->kind = BTF_KIND(t.info);
	d->vlen = BTF_VLEN(t.info);
	d->kflag = t.info >> 31;
	d->size = d->type = t.size;
	d->body = b->types.start + off + sizeof(t);
}

/* Remembers where type @id begins, if it is the next one to be known. */
static inline void remember(struct btf *b, uint32_t id, uint64_t off,
			    uint64_t next)
{
	if (id != b->known + 1)
		return;
	if (b->known % BTF_STRIDE == 0)
		b->index[b->known / BTF_STRIDE] = (uint32_t)off;
	b->known = id;
	b->frontier = next;
}

int btf_skim(struct btf *b, struct btf_cursor *c, uint64_t kinds,
	     uint32_t until)
{
	const uint64_t size = b->types.size;
	struct run r = { NULL, 0, 0 };
	uint64_t off, next = c->next, len;
	uint32_t id = c->d.id, info;
	int err;

	for (off = next; off < size; off = next) {
		err = off + sizeof(struct btf_type) > r.end ?
			take(b, off, &r) : 0;
		if (err)
			return err;
		memcpy(&info, r.bytes + (off - r.start) + 4, sizeof(info));
		id++;
		len = length(info);
		err = len ? 0 : newer_length(b, id, info, &len);
		if (err)
			return err;
		if (len > size - off)
			return btf_refuse(b, EBADMSG, "type %u is truncated",
					  id);
		next = off + len;
		if (id > b->known)
			remember(b, id, off, next);
		if (id == until || (kinds & BTF_KIND_BIT(info))) {
			c->next = next;
			c->d.id = id;
			decode(b, r.bytes + (off - r.start), off, &c->d);
			return 1;
		}
	}
	return 0;
}

/* Puts a cursor before type @id, as near as is known. */
static void seek(const struct btf *b, uint32_t id, struct btf_cursor *c)
{
	uint32_t slot = (id - 1) / BTF_STRIDE;

	if (id > b->known) {
		c->d.id = b->known;
		c->next = b->frontier;
		return;
	}
	c->d.id = slot * BTF_STRIDE;
	c->next = b->index[slot];
}

int btf_describe(struct btf *b, uint32_t id, struct btf_desc *d)
{
	struct btf_cursor c;
	int more;

	memset(d, 0, sizeof(*d));
	if (!id)
		return 0;
	seek(b, id, &c);
	more = btf_skim(b, &c, 0, id);
	if (more < 0)
		return more;
	if (!more)
		return btf_refuse(b, EBADMSG, "there is no type %u", id);
	*d = c.d;
	return 0;
}
