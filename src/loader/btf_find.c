// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Types by name. A kernel has some 130,000 types, so all names are looked for
 * in one pass, and only types of a kind that may match have their name read.
 */
#include "loader/btf_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/refuse.h"

#define BUCKETS		256
#define NONE		UINT32_MAX

/* The wanted names by their first two characters, see bucket(). */
struct search {
	struct btf_wanted *wanted;
	size_t *lengths;
	uint32_t *next;		/* in the same bucket, or NONE */
	uint32_t first[BUCKETS];
	uint64_t kinds;		/* a bit for each kind of interest */
};

size_t btf_essential_length(const char *name)
{
	size_t n = strlen(name), i;

	/* "task_struct___v61": exactly three, and something on both sides */
	for (i = n >= 5 ? n - 4 : 0; i > 0; i--) {
		if (name[i - 1] != '_' && !memcmp(name + i, "___", 3) &&
		    name[i + 3] != '_')
			return i;
	}
	return n;
}

/* The second one may begin a flavor, so `_` counts as the end. */
static uint32_t bucket(const char *name)
{
	unsigned char a = (unsigned char)name[0];
	unsigned char b = a && name[1] != '_' ? (unsigned char)name[1] : 0;

	return (a * 7u + b) % BUCKETS;
}

static bool kinds_agree(uint32_t a, uint32_t b)
{
	bool enums = (a == BTF_KIND_ENUM || a == BTF_KIND_ENUM64) &&
		     (b == BTF_KIND_ENUM || b == BTF_KIND_ENUM64);

	return a == b || enums;
}

static uint64_t kind_bits(uint32_t kind)
{
	if (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64)
		return 1ull << BTF_KIND_ENUM | 1ull << BTF_KIND_ENUM64;
	return kind ? 1ull << kind : 0;
}

static int search_open(struct search *s, struct btf_wanted *wanted, size_t n)
{
	uint32_t i, *head;

	memset(s->first, 0xff, sizeof(s->first));
	s->wanted = wanted;
	s->kinds = 0;
	s->lengths = calloc(n, sizeof(*s->lengths));
	s->next = calloc(n, sizeof(*s->next));
	if (!s->lengths || !s->next)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		head = &s->first[bucket(wanted[i].name)];
		s->lengths[i] = btf_essential_length(wanted[i].name);
		s->next[i] = *head;
		*head = i;
		s->kinds |= kind_bits(wanted[i].kind);
	}
	return 0;
}

static void search_close(struct search *s)
{
	free(s->lengths);
	free(s->next);
}

/* The array's room doubles whenever its length reaches a power of two. */
static int append(struct btf_wanted *w, uint32_t id)
{
	uint32_t *ids = w->ids;

	if ((w->count & (w->count - 1)) == 0) {
		ids = realloc(ids, (w->count ? w->count * 2u : 1u) *
			      sizeof(*ids));
		if (!ids)
			return -ENOMEM;
		w->ids = ids;
	}
	ids[w->count++] = id;
	return 0;
}

static bool same_name(const char *wanted, size_t length, const char *name)
{
	if (strncmp(wanted, name, length))
		return false;
	return !name[length] || btf_essential_length(name) == length;
}

static int compare(struct search *s, const struct btf_desc *d,
		   const char *name)
{
	uint32_t i;
	int err;

	for (i = s->first[bucket(name)]; i != NONE; i = s->next[i]) {
		struct btf_wanted *w = &s->wanted[i];

		if (!kinds_agree(w->kind, d->kind) ||
		    !same_name(w->name, s->lengths[i], name))
			continue;
		err = append(w, d->id);
		if (err)
			return err;
	}
	return 0;
}

static int search_all(struct btf *b, struct search *s)
{
	struct btf_cursor c = { .next = 0 };
	const char *name;
	int err;

	while ((err = btf_skim(b, &c, s->kinds, 0)) > 0) {
		name = btf_name(b, c.d.name);
		if (!name)
			return -b->fault.error;
		if (s->first[bucket(name)] == NONE)
			continue;
		err = compare(s, &c.d, name);
		if (err)
			return btf_refuse(b, err, "out of memory");
	}
	return err;
}

int btf_find(struct btf *b, struct btf_wanted *wanted, size_t n)
{
	struct search s;
	size_t i;
	int err;

	for (i = 0; i < n; i++) {
		wanted[i].ids = NULL;
		wanted[i].count = 0;
	}
	if (!n)
		return 0;
	err = search_open(&s, wanted, n);
	if (err)
		btf_refuse(b, err, "out of memory");
	else
		err = search_all(b, &s);
	search_close(&s);
	return err;
}

void btf_wanted_free(struct btf_wanted *wanted, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(wanted[i].ids);
		wanted[i].ids = NULL;
		wanted[i].count = 0;
	}
}
