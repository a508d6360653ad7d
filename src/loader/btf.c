// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "loader/btf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/btf_internal.h"
#include "loader/refuse.h"

/* The kernel stores a byte-swapped magic when BTF is of the other order. */
#define OTHER_MAGIC	0x9feb

/*
 * The header of later kernels (7.x) goes on with where the layout of kinds is
 * described: how many bytes follow a type of a kind that we do not know.
 */
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
	int err;

	if (!bytes)
		return -b->error.error;
	memcpy(&h->base, bytes, sizeof(h->base));
	err = check_magic(b, &h->base);
	if (err || h->base.hdr_len < sizeof(*h))
		return err;
	bytes = btf_bytes(b, 0, sizeof(*h));
	if (!bytes)
		return -b->error.error;
	memcpy(h, bytes, sizeof(*h));
	return 0;
}

static int open_header(struct btf *b)
{
	struct long_header h = { 0 };
	int err = read_header(b, &h);

	if (!err)
		err = set_section(b, &b->types, "types", &h.base,
				  h.base.type_off, h.base.type_len);
	if (!err)
		err = set_section(b, &b->strings, "strings", &h.base,
				  h.base.str_off, h.base.str_len);
	if (!err)
		err = set_section(b, &b->layout, "kinds", &h.base,
				  h.layout_off, h.layout_len);
	return err ? err : check_strings(b);
}

/* Room for the offsets of as many types as could be there. */
static int open_index(struct btf *b)
{
	uint64_t types = b->types.size / sizeof(struct btf_type);

	b->index = calloc((size_t)(types / BTF_STRIDE + 1), sizeof(*b->index));
	return b->index ? 0 : btf_refuse(b, ENOMEM, "out of memory");
}

static int open_reader(struct btf *b, const char *name)
{
	int err = 0;

	b->name = strdup(name);
	if (!b->name)
		return -ENOMEM;
	if (!b->bytes.data)
		err = btf_windows_open(b);
	if (!err)
		err = open_header(b);
	return err ? err : open_index(b);
}

static int open_any(struct btf **to, const char *name, const struct btf *from,
		    struct error *f)
{
	struct btf *b = malloc(sizeof(*b));
	int err = -ENOMEM;

	*to = NULL;
	if (b) {
		*b = *from;
		err = open_reader(b, name);
	}
	if (!err) {
		*to = b;
		return 0;
	}
	if (b)
		btf_failed(b, f);
	btf_close(b);
	return refuse(f, err, name, "out of memory");
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
