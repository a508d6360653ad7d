// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Types that lead to others: what is behind them, and how large. */
#include "loader/btf_internal.h"

#include <errno.h>
#include <string.h>

#include "loader/refuse.h"

/* Links of typedefs, modifiers and arrays to follow: real ones have 5. */
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
	int depth, err;

	for (depth = 0; depth < DEPTH_MAX; depth++) {
		err = btf_describe(b, id, d);
		if (err || !is_transparent(d->kind))
			return err;
		id = d->type;
	}
	return btf_refuse(b, EBADMSG, "type %u refers to itself", id);
}

/*
 * Programs and the kernel may differ in the size of a pointer: a 64-bit
 * kernel's BTF names a `long` of 8 bytes, also to a 32-bit reader.
 */
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

static int sized(struct btf *b, const struct btf_desc *d, uint32_t count,
		 uint32_t *size)
{
	uint64_t each = d->size;
	int err;

	if (d->kind == BTF_KIND_PTR) {
		err = b->pointer_size ? 0 : find_pointer_size(b);
		if (err)
			return err;
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
	int depth, err;

	for (depth = 0; depth < DEPTH_MAX; depth++) {
		err = btf_describe(b, id, &d);
		if (err)
			return err;
		if (has_size(d.kind))
			return sized(b, &d, (uint32_t)count, size);
		id = d.type;
		if (d.kind == BTF_KIND_ARRAY) {
			err = btf_array(b, &d, &a);
			if (err)
				return err;
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
