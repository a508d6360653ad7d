// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Types by name. A kernel has some 130,000 types, so all names are looked for
 * in one pass, and only types of a kind that may match have their name read.
 */
#include "loader/btf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/btf_internal.h"

#define BUCKETS		256
#define NONE		UINT32_MAX

/* The wanted names by their first characters, see bucket_of(). */
struct search {
	struct btf_wanted *wanted;
	size_t *lengths;
	uint32_t *next;		/* in the same bucket, or NONE */
	uint32_t first[BUCKETS];
	uint64_t kinds;		/* a bit for each kind of interest */
	size_t missing;		/* names that have no type so far */
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

/* By three characters, and not beyond a `_`, with which a flavor may begin. */
static inline uint32_t bucket_of(const char *name)
{
	uint32_t hash = (unsigned char)name[0], i;

	for (i = 1; hash && i < 3 && name[i] && name[i] != '_'; i++)
		hash = hash * 7u + (unsigned char)name[i];
	return hash % BUCKETS;
}

static bool is_enum_kind(uint32_t kind)
{
	return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

static uint64_t kind_bits(uint32_t kind)
{
	if (is_enum_kind(kind))
		return 1ull << BTF_KIND_ENUM | 1ull << BTF_KIND_ENUM64;
	return kind ? 1ull << kind : 0;
}

static bool kinds_agree(uint32_t a, uint32_t b)
{
	return a == b || (is_enum_kind(a) && is_enum_kind(b));
}

static int search_open(struct search *s, struct btf_wanted *wanted, size_t n)
{
	uint32_t *head;

	memset(s->first, 0xff, sizeof(s->first));
	s->wanted = wanted;
	s->kinds = 0;
	s->missing = n;
	s->lengths = calloc(n, sizeof(*s->lengths));
	s->next = calloc(n, sizeof(*s->next));
	if (!s->lengths || !s->next)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		head = &s->first[bucket_of(wanted[i].name)];
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

/* The array doubles whenever its length reaches a power of two. */
static int add_candidate(struct btf_wanted *w, uint32_t id)
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

static bool is_same_name(const char *wanted, size_t length, const char *name)
{
	if (strncmp(wanted, name, length))
		return false;
	return !name[length] || btf_essential_length(name) == length;
}

static int compare_names(struct search *s, const struct btf_desc *d,
			 const char *name)
{
	int result;

	for (uint32_t i = s->first[bucket_of(name)]; i != NONE; i = s->next[i]) {
		struct btf_wanted *w = &s->wanted[i];

		if (!kinds_agree(w->kind, d->kind) ||
		    !is_same_name(w->name, s->lengths[i], name))
			continue;
		s->missing -= !w->count;
		result = add_candidate(w, d->id);
		if (result)
			return result;
	}
	return 0;
}

static int search_types(struct btf *b, struct search *s, bool first)
{
	struct btf_cursor c = { .next = 0 };
	const char *name;
	int result;

	while ((result = btf_skim(b, &c, s->kinds, 0)) > 0) {
		if (!c.d.name)
			continue;
		name = btf_name(b, c.d.name);
		if (!name)
			return -b->error.error;
		if (s->first[bucket_of(name)] == NONE)
			continue;
		result = compare_names(s, &c.d, name);
		if (result)
			return btf_refuse(b, result, "out of memory");
		if (first && !s->missing)
			return 0;
	}
	return result;
}

static int find_types(struct btf *b, struct btf_wanted *wanted, size_t n, bool first)
{
	struct search s;
	int result;

	for (size_t i = 0; i < n; i++) {
		wanted[i].ids = NULL;
		wanted[i].count = 0;
	}
	if (!n)
		return 0;
	result = search_open(&s, wanted, n);
	if (result)
		btf_refuse(b, result, "out of memory");
	else
		result = search_types(b, &s, first);
	search_close(&s);
	return result;
}

int btf_find(struct btf *b, struct btf_wanted *wanted, size_t n)
{
	return find_types(b, wanted, n, false);
}

int btf_find_first(struct btf *b, struct btf_wanted *wanted, size_t n)
{
	return find_types(b, wanted, n, true);
}

void btf_wanted_free(struct btf_wanted *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(wanted[i].ids);
		wanted[i].ids = NULL;
		wanted[i].count = 0;
	}
}
