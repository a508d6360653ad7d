// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * The walk over all types. A type's place is known only once those before it
 * were walked over, for each kind has its own length; the places of a few are
 * remembered. A kernel has some 130,000 types, so this is the hot loop of the
 * start: most types cost no more than a look at their kind.
 */
#include "loader/btf_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/refuse.h"

/* Where a type says its kind. */
#define INFO	offsetof(struct btf_type, info)

/* Types that are at hand. */
struct run {
	const uint8_t *bytes;
	uint64_t size;
};

/*
 * What a type of each kind is followed by: @once bytes, itself included, and
 * @each for every one of its vlen. A table rather than a switch: kinds follow
 * each other at random, and a wrong guess costs more than two loads.
 */
static const struct {
	uint8_t once;		/* 0: the kind is not known */
	uint8_t each;
} layouts[BTF_KIND(UINT32_MAX) + 1] = {
	[BTF_KIND_INT]		= { 16, 0 },
	[BTF_KIND_PTR]		= { 12, 0 },
	[BTF_KIND_ARRAY]	= { 24, 0 },
	[BTF_KIND_STRUCT]	= { 12, 12 },
	[BTF_KIND_UNION]	= { 12, 12 },
	[BTF_KIND_ENUM]		= { 12, 8 },
	[BTF_KIND_FWD]		= { 12, 0 },
	[BTF_KIND_TYPEDEF]	= { 12, 0 },
	[BTF_KIND_VOLATILE]	= { 12, 0 },
	[BTF_KIND_CONST]	= { 12, 0 },
	[BTF_KIND_RESTRICT]	= { 12, 0 },
	[BTF_KIND_FUNC]		= { 12, 0 },
	[BTF_KIND_FUNC_PROTO]	= { 12, 8 },
	[BTF_KIND_VAR]		= { 16, 0 },
	[BTF_KIND_DATASEC]	= { 12, 12 },
	[BTF_KIND_FLOAT]	= { 12, 0 },
	[BTF_KIND_DECL_TAG]	= { 16, 0 },
	[BTF_KIND_TYPE_TAG]	= { 12, 0 },
	[BTF_KIND_ENUM64]	= { 12, 12 },
};

/* The length of a type with @info in bytes, 0: the kind is not known. */
static inline uint64_t length(uint32_t info)
{
	uint32_t kind = BTF_KIND(info);

	return layouts[kind].once +
	       (uint64_t)layouts[kind].each * BTF_VLEN(info);
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
		return -b->error.error;
	*len = sizeof(struct btf_type) + layout[0] +
	       (uint64_t)layout[1] * BTF_VLEN(info);
	return 0;
}

/* The types from @off on, as many as are at hand. */
static int take(struct btf *b, uint64_t off, struct run *r)
{
	uint64_t left = b->types.size - off;

	if (left < sizeof(struct btf_type))
		return btf_refuse(b, EBADMSG, "truncated type");
	r->bytes = btf_bytes_here(b, b->types.start + off,
				  sizeof(struct btf_type), &r->size);
	if (!r->bytes)
		return -b->error.error;
	if (r->size > left)
		r->size = left;
	return 0;
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

/* How far types are known now. */
static void reach(struct btf *b, struct btf_cursor *c, uint32_t id,
		  uint64_t next)
{
	c->d.id = id;
	c->next = next;
	if (id <= b->known)
		return;
	b->known = id;
	b->frontier = next;
}

/*
 * Walks over what is in @r, from @c on, as btf_skim() does. 0: all of it was
 * walked over, which may be far past its end.
 *
 * Where a type ends says where the next one begins, so that each would wait
 * for the one before. Two in five are functions: a guess that it is one more
 * is right often enough to go on before the memory has answered.
 */
static int skim_run(struct btf *b, const struct run *r, struct btf_cursor *c,
		    uint64_t kinds, uint32_t until)
{
	const uint64_t first = c->next, left = b->types.size - first;
	uint32_t *const index = b->index;
	uint32_t id = c->d.id, info;
	uint64_t off = 0, len;
	int err;

	while (off + sizeof(struct btf_type) <= r->size) {
		if (id % BTF_STRIDE == 0)
			index[id / BTF_STRIDE] = (uint32_t)(first + off);
		id++;
		memcpy(&info, r->bytes + off + INFO, sizeof(info));
		if (BTF_KIND(info) == BTF_KIND_FUNC) {
			len = sizeof(struct btf_type);
		} else {
			len = length(info);
			err = len ? 0 : newer_length(b, id, info, &len);
			if (!err && len > left - off)
				err = btf_refuse(b, EBADMSG,
						 "type %u is truncated", id);
			if (err)
				return err;
		}
		off += len;
		if (id == until || (kinds & BTF_KIND_BIT(info))) {
			reach(b, c, id, first + off);
			decode(b, r->bytes + (off - len), first + off - len,
			       &c->d);
			return 1;
		}
	}
	reach(b, c, id, first + off);
	return 0;
}

int btf_skim(struct btf *b, struct btf_cursor *c, uint64_t kinds,
	     uint32_t until)
{
	struct run r = { NULL, 0 };
	int found = 0;

	while (!found && c->next < b->types.size) {
		found = take(b, c->next, &r);
		if (!found)
			found = skim_run(b, &r, c, kinds, until);
	}
	return found;
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
	struct btf_desc *recent = &b->recent[id % BTF_RECENT];
	struct btf_cursor c;
	int more;

	memset(d, 0, sizeof(*d));
	if (id && recent->id == id)
		*d = *recent;
	if (d->id == id)
		return 0;	/* void, too */
	seek(b, id, &c);
	more = btf_skim(b, &c, 0, id);
	if (more < 0)
		return more;
	if (!more)
		return btf_refuse(b, EBADMSG, "there is no type %u", id);
	*d = *recent = c.d;
	return 0;
}
