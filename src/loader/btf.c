// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/btf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/btf_internal.h"

/*
 * ---- bytes that are not in memory ----
 *
 * They are read through a few windows, 64 KiB in all: types are walked in
 * order, but their names are all over the strings. sysfs gives a page at once;
 * a window may begin anywhere, so that consecutive windows do not overlap.
 */

#define WINDOWS		16
#define WINDOW_SIZE	4096
#define WINDOW_ALIGN	512

_Static_assert(BTF_READ_MAX + WINDOW_ALIGN <= WINDOW_SIZE,
	       "the longest read fits, wherever it begins");

int btf_windows_open(struct btf *b)
{
	b->windows = calloc(WINDOWS, sizeof(*b->windows));
	for (int i = 0; b->windows && i < WINDOWS; i++) {
		b->windows[i] = calloc(1, sizeof(**b->windows) + WINDOW_SIZE);
		if (!b->windows[i])
			return btf_refuse(b, ENOMEM, "out of memory");
	}
	return b->windows ? 0 : btf_refuse(b, ENOMEM, "out of memory");
}

void btf_windows_close(struct btf *b)
{
	for (int i = 0; b->windows && i < WINDOWS; i++)
		free(b->windows[i]);
	free(b->windows);
}

static bool window_holds(const struct btf_window *w, uint64_t off, uint32_t len)
{
	return off >= w->start && off + len <= w->start + w->size;
}

static int fill_window(struct btf *b, struct btf_window *w, uint64_t off)
{
	uint64_t left;
	int result;

	w->start = off - off % WINDOW_ALIGN;
	left = b->source.size - w->start;
	w->size = left < WINDOW_SIZE ? (uint32_t)left : WINDOW_SIZE;
	result = b->source.read(b->source.ctx, w->start, w->bytes, w->size);
	if (result < 0) {
		w->size = 0;
		return btf_refuse(b, result, "reading at byte %llu: %s",
				  (unsigned long long)w->start, strerror(-result));
	}
	return 0;
}

/* The last window is then the one that was unused for the longest time. */
static struct btf_window *move_to_front(struct btf *b, int i)
{
	struct btf_window *w = b->windows[i];

	for (; i > 0; i--)
		b->windows[i] = b->windows[i - 1];
	b->windows[0] = w;
	return w;
}

const uint8_t *btf_window_bytes(struct btf *b, uint64_t off, uint32_t len,
				uint64_t *have)
{
	struct btf_window *w;
	int i;

	if (b->bytes.data || off > b->source.size ||
	    len > b->source.size - off) {
		btf_refuse(b, EBADMSG, "truncated at byte %llu",
			   (unsigned long long)off);
		return NULL;
	}
	for (i = 0; i < WINDOWS - 1 && !window_holds(b->windows[i], off, len); i++)
		;
	w = move_to_front(b, i);
	if (!window_holds(w, off, len) && fill_window(b, w, off))
		return NULL;
	*have = w->start + w->size - off;
	return w->bytes + (off - w->start);
}

/* ---- header ---- */

/* BTF_MAGIC in the other byte order. */
#define OTHER_MAGIC	0x9feb

/* Kernels from 7.0 on also describe the layout of each kind. */
struct long_header {
	struct btf_header base;
	uint32_t layout_off;
	uint32_t layout_len;
};

static uint64_t total_size(const struct btf *b)
{
	return b->bytes.data ? b->bytes.size : b->source.size;
}

static int check_magic(struct btf *b, const struct btf_header *h)
{
	if (h->magic == OTHER_MAGIC)
		return btf_refuse(b, ENOTSUP,
				  "BTF of the other byte order");
	if (h->magic != BTF_MAGIC)
		return btf_refuse(b, EBADMSG, "not BTF (magic 0x%04x)",
				  h->magic);
	if (h->version != BTF_VERSION)
		return btf_refuse(b, ENOTSUP, "BTF version %u is not known",
				  h->version);
	if (h->hdr_len < sizeof(*h) || h->hdr_len > total_size(b))
		return btf_refuse(b, EBADMSG, "BTF header of %u bytes",
				  h->hdr_len);
	return 0;
}

static int set_section(struct btf *b, struct btf_section *s, const char *what,
		       const struct btf_header *h, uint32_t off, uint32_t size)
{
	s->start = (uint64_t)h->hdr_len + off;
	s->size = size;
	if (s->start + size > total_size(b))
		return btf_refuse(b, EBADMSG, "BTF %s end beyond the data",
				  what);
	return 0;
}

static int check_strings(struct btf *b)
{
	const uint8_t *c;

	if (b->types.start % 4 || b->types.start + b->types.size >
				  b->strings.start)
		return btf_refuse(b, EBADMSG, "BTF types and strings overlap");
	if (!b->strings.size)
		return btf_refuse(b, EBADMSG, "BTF without strings");
	c = btf_bytes(b, b->strings.start, 1);
	if (c && !*c)
		c = btf_bytes(b, b->strings.start + b->strings.size - 1, 1);
	if (!c)
		return -b->error.error;
	if (*c)
		return btf_refuse(b, EBADMSG, "BTF strings without an end");
	return 0;
}

static int read_header(struct btf *b, struct long_header *h)
{
	const uint8_t *bytes = btf_bytes(b, 0, sizeof(h->base));
	int result;

	if (!bytes)
		return -b->error.error;
	memcpy(&h->base, bytes, sizeof(h->base));
	result = check_magic(b, &h->base);
	if (result || h->base.hdr_len < sizeof(*h))
		return result;
	bytes = btf_bytes(b, 0, sizeof(*h));
	if (!bytes)
		return -b->error.error;
	memcpy(h, bytes, sizeof(*h));
	return 0;
}

static int open_header(struct btf *b)
{
	struct long_header h = { 0 };
	int result = read_header(b, &h);

	if (!result)
		result = set_section(b, &b->types, "types", &h.base,
				     h.base.type_off, h.base.type_len);
	if (!result)
		result = set_section(b, &b->strings, "strings", &h.base,
				     h.base.str_off, h.base.str_len);
	if (!result)
		result = set_section(b, &b->layout, "kinds", &h.base,
				     h.layout_off, h.layout_len);
	return result ? result : check_strings(b);
}

static int open_reader(struct btf *b, const char *name)
{
	uint64_t types_max;
	int result = 0;

	b->name = strdup(name);
	if (!b->name)
		return -ENOMEM;
	if (!b->bytes.data)
		result = btf_windows_open(b);
	if (!result)
		result = open_header(b);
	if (result)
		return result;
	types_max = b->types.size / sizeof(struct btf_type);
	b->index = calloc((size_t)(types_max / BTF_STRIDE + 1), sizeof(*b->index));
	return b->index ? 0 : btf_refuse(b, ENOMEM, "out of memory");
}

static int open_any(struct btf **to, const char *name, const struct btf *from,
		    struct error *f)
{
	struct btf *b = malloc(sizeof(*b));
	int result = -ENOMEM;

	*to = NULL;
	if (b) {
		*b = *from;
		result = open_reader(b, name);
	}
	if (!result) {
		*to = b;
		return 0;
	}
	if (b)
		btf_failed(b, f);
	btf_close(b);
	return error_refuse(f, result, name, "out of memory");
}

int btf_open(struct btf **b, const char *name, struct span bytes,
	     struct error *f)
{
	struct btf from = { .bytes = bytes };

	if (!bytes.data)
		from.bytes = span_of("", 0);
	return open_any(b, name, &from, f);
}

int btf_open_source(struct btf **b, const char *name,
		    const struct btf_source *source, struct error *f)
{
	struct btf from = { .source = *source };

	return open_any(b, name, &from, f);
}

void btf_close(struct btf *b)
{
	if (!b)
		return;
	btf_windows_close(b);
	free(b->index);
	free(b->name);
	free(b);
}

void btf_set_pointer_size(struct btf *b, uint32_t size)
{
	b->pointer_size = size;
}

int btf_failed(const struct btf *b, struct error *f)
{
	if (f && !f->error)
		*f = b->error;
	return -b->error.error;
}

/*
 * ---- the walk over all types ----
 *
 * The position of a type is known only after a walk over those before it, for
 * each kind has its own length. The offset of every BTF_STRIDE-th is kept. A
 * kernel has some 130,000 types, and this is the hot loop of the start: most
 * types cost no more than a look at their kind.
 */

/* Consecutive bytes of types, in memory or in a window. */
struct run {
	const uint8_t *bytes;
	uint64_t size;
};

/*
 * The length of a type: @once bytes, and @each for every one of its vlen. A
 * table rather than a switch: kinds follow each other at random, and a branch
 * that is predicted wrongly costs more than two loads.
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

/* In bytes; 0: the kind is not known. */
static inline uint64_t type_length(uint32_t info)
{
	uint32_t kind = BTF_KIND(info);

	return layouts[kind].once +
	       (uint64_t)layouts[kind].each * BTF_VLEN(info);
}

/* Kinds that are newer than this program: kernels from 7.0 on describe them. */
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

/* The types from @off on, as many as one read yields. */
static int types_at_hand(struct btf *b, uint64_t off, struct run *r)
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

static void decode_type(struct btf *b, const uint8_t *bytes, uint64_t off,
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

/* The walk has come to the end of type @id. */
static void note_position(struct btf *b, struct btf_cursor *c, uint32_t id,
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
 * Walks over @r, from @c on, as btf_skim() does. 0: to its end, and beyond it by
 * what the last type has there.
 *
 * The length of a type decides where the next one begins, so that each load
 * waits for the one before. Two types in five are functions: the branch for
 * them lets the processor go on before memory has answered.
 */
static int skim_run(struct btf *b, const struct run *r, struct btf_cursor *c,
		    uint64_t kinds, uint32_t until)
{
	const uint64_t first = c->next, left = b->types.size - first;
	uint32_t *const index = b->index;
	uint32_t id = c->d.id, info;
	uint64_t off = 0, len;
	int result;

	while (off + sizeof(struct btf_type) <= r->size) {
		if (id % BTF_STRIDE == 0)
			index[id / BTF_STRIDE] = (uint32_t)(first + off);
		id++;
		memcpy(&info, r->bytes + off + offsetof(struct btf_type, info),
		       sizeof(info));
		if (BTF_KIND(info) == BTF_KIND_FUNC) {
			len = sizeof(struct btf_type);
		} else {
			len = type_length(info);
			result = len ? 0 : newer_length(b, id, info, &len);
			if (!result && len > left - off)
				result = btf_refuse(b, EBADMSG,
						    "type %u is truncated", id);
			if (result)
				return result;
		}
		off += len;
		if (id == until || (kinds & BTF_KIND_BIT(info))) {
			note_position(b, c, id, first + off);
			decode_type(b, r->bytes + (off - len), first + off - len,
				    &c->d);
			return 1;
		}
	}
	note_position(b, c, id, first + off);
	return 0;
}

int btf_skim(struct btf *b, struct btf_cursor *c, uint64_t kinds,
	     uint32_t until)
{
	struct run r = { NULL, 0 };
	int found = 0;

	while (!found && c->next < b->types.size) {
		found = types_at_hand(b, c->next, &r);
		if (!found)
			found = skim_run(b, &r, c, kinds, until);
	}
	return found;
}

/* Puts a cursor before type @id, as near as the index allows. */
static void seek_type(const struct btf *b, uint32_t id, struct btf_cursor *c)
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
	seek_type(b, id, &c);
	more = btf_skim(b, &c, 0, id);
	if (more < 0)
		return more;
	if (!more)
		return btf_refuse(b, EBADMSG, "there is no type %u", id);
	*d = *recent = c.d;
	return 0;
}

/* ---- members, enumerators, parameters, names ---- */

/* Copies record @i of @d, of @size bytes. The walk has checked the bounds. */
static int copy_record(struct btf *b, const struct btf_desc *d, uint32_t i,
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
	int result = copy_record(b, d, i, d->vlen, &r, sizeof(r));

	if (result)
		return result;
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
	int result = copy_record(b, d, i, d->vlen, r, size);

	if (result)
		return result;
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
	int result = copy_record(b, d, i, d->vlen, &r, sizeof(r));

	if (!result)
		*type = r.type;
	return result;
}

int btf_array(struct btf *b, const struct btf_desc *d,
	      struct btf_array_desc *a)
{
	struct btf_array r;
	int result = copy_record(b, d, 0, d->kind == BTF_KIND_ARRAY, &r, sizeof(r));

	if (result)
		return result;
	a->type = r.type;
	a->count = r.nelems;
	return 0;
}

int btf_variable(struct btf *b, const struct btf_desc *d, uint32_t i,
		 uint32_t *type)
{
	struct btf_var_secinfo r;
	int result = copy_record(b, d, i, d->vlen, &r, sizeof(r));

	if (!result)
		*type = r.type;
	return result;
}

int btf_integer(struct btf *b, const struct btf_desc *d, uint32_t *data)
{
	return copy_record(b, d, 0, d->kind == BTF_KIND_INT, data, sizeof(*data));
}

const char *btf_name(struct btf *b, uint32_t off)
{
	uint64_t left = b->strings.size - off;
	const uint8_t *bytes;

	if (off >= b->strings.size) {
		btf_refuse(b, EBADMSG, "name at %u is out of bounds", off);
		return NULL;
	}
	/* check_strings() has found a NUL at their end. */
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

/* ---- sizes ---- */

/* Typedefs, modifiers and arrays in a row; real types have 5. */
#define DEPTH_MAX	32

static bool is_transparent(uint32_t kind)
{
	switch (kind) {
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return true;
	}
	return false;
}

int btf_strip(struct btf *b, uint32_t id, struct btf_desc *d)
{
	int depth, result;

	for (depth = 0; depth < DEPTH_MAX; depth++) {
		result = btf_describe(b, id, d);
		if (result || !is_transparent(d->kind))
			return result;
		id = d->type;
	}
	return btf_refuse(b, EBADMSG, "type %u refers to itself", id);
}

/* A 32-bit tracer may run on a 64-bit kernel: its BTF has a `long` of 8 bytes. */
static int find_pointer_size(struct btf *b)
{
	struct btf_cursor c = { .next = 0 };
	const char *name;
	int more;

	b->pointer_size = sizeof(void *);
	while ((more = btf_skim(b, &c, 1 << BTF_KIND_INT, 0)) > 0) {
		if (c.d.size != 4 && c.d.size != 8)
			continue;
		name = btf_name(b, c.d.name);
		if (!name)
			return -b->error.error;
		if (strcmp(name, "long") && strcmp(name, "long int") &&
		    strcmp(name, "unsigned long") &&
		    strcmp(name, "long unsigned int"))
			continue;
		b->pointer_size = c.d.size;
		return 0;
	}
	return more;
}

static int size_of_many(struct btf *b, const struct btf_desc *d, uint32_t count,
			uint32_t *size)
{
	uint64_t each = d->size;
	int result;

	if (d->kind == BTF_KIND_PTR) {
		result = b->pointer_size ? 0 : find_pointer_size(b);
		if (result)
			return result;
		each = b->pointer_size;
	}
	if (each * count > UINT32_MAX)
		return btf_refuse(b, EBADMSG, "type %u is too large", d->id);
	*size = (uint32_t)(each * count);
	return 0;
}

static bool has_size(uint32_t kind)
{
	switch (kind) {
	case BTF_KIND_INT:
	case BTF_KIND_PTR:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
	case BTF_KIND_DATASEC:
	case BTF_KIND_FLOAT:
		return true;
	}
	return false;
}

int btf_size(struct btf *b, uint32_t id, uint32_t *size)
{
	struct btf_array_desc a;
	struct btf_desc d;
	uint64_t count = 1;
	int depth, result;

	for (depth = 0; depth < DEPTH_MAX; depth++) {
		result = btf_describe(b, id, &d);
		if (result)
			return result;
		if (has_size(d.kind))
			return size_of_many(b, &d, (uint32_t)count, size);
		id = d.type;
		if (d.kind == BTF_KIND_ARRAY) {
			result = btf_array(b, &d, &a);
			if (result)
				return result;
			id = a.type;
			count *= a.count;
		} else if (!is_transparent(d.kind) && d.kind != BTF_KIND_VAR &&
			   d.kind != BTF_KIND_DECL_TAG) {
			return btf_refuse(b, EBADMSG, "type %u has no size",
					  d.id);
		}
		if (count > UINT32_MAX)
			return btf_refuse(b, EBADMSG, "type %u is too large",
					  d.id);
	}
	return btf_refuse(b, EBADMSG, "type %u refers to itself", id);
}
