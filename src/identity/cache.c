// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/cache.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "sys/oom_safety.h"

#include "base/hash.h"

enum {
	ALIGN = 8, CHAINS_BYTES = CACHE_CHAINS * (int)sizeof(uint64_t),
};

/* The id and the texts follow, each closed by NUL. */
struct record {
	uint64_t older;			/* in the same chain; 0: none */
	uint32_t size;			/* of all, aligned */
	uint32_t texts;			/* a bit for each that is known */
	struct cache_stamp stamp;
	int64_t number[METADATA_NUMBERS];
	char text[];
};

int cache_open(struct cache *t)
{
	void *memory = oom_safety_map(CACHE_RING_BYTES + CHAINS_BYTES);

	t->ring = NULL;
	if (!memory)
		return -errno;
	t->ring = memory;
	t->chains = (uint64_t *)(t->ring + CACHE_RING_BYTES);
	t->from = t->to = CACHE_RING_BYTES;	/* 0 is the end of a chain */
	return 0;
}

void cache_close(struct cache *t)
{
	if (t->ring)
		munmap(t->ring, CACHE_RING_BYTES + CHAINS_BYTES);
	t->ring = NULL;
}

static struct record *record_at(const struct cache *t, uint64_t at)
{
	return (struct record *)(t->ring + at % CACHE_RING_BYTES);
}

static uint64_t *chain_of(const struct cache *t, const char *id)
{
	uint32_t hash = hash_fnv32(span_of(id, strlen(id)));

	return &t->chains[(hash ^ hash >> 16) % CACHE_CHAINS];
}

static struct record *find_record(const struct cache *t, const char *id)
{
	if (!t->ring)
		return NULL;
	for (uint64_t at = *chain_of(t, id); at >= t->from && at;
	     at = record_at(t, at)->older)
		if (!strcmp(record_at(t, at)->text, id))
			return record_at(t, at);
	return NULL;
}

bool cache_find(const struct cache *t, const char *id, struct metadata *f,
		struct cache_stamp *stamp)
{
	const struct record *r = find_record(t, id);
	const char *text;

	if (!r)
		return false;
	text = r->text + strlen(r->text) + 1;
	for (int i = 0; i < METADATA_TEXTS; i++) {
		f->text[i] = r->texts & 1u << i ? text : NULL;
		if (f->text[i])
			text += strlen(text) + 1;
	}
	memcpy(f->number, r->number, sizeof(f->number));
	*stamp = r->stamp;
	return true;
}

/* ---- keeping --------------------------------------------------------------- */

static size_t size_of(const char *id, const struct metadata *f)
{
	size_t size = sizeof(struct record) + strlen(id) + 1;

	for (int i = 0; i < METADATA_TEXTS; i++)
		if (f->text[i])
			size += strlen(f->text[i]) + 1;
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

/* Builds the record outside the ring: @f may borrow texts from a record that the new
 * one overwrites. */
static struct record *compose(struct cache *t, const char *id, size_t size, const struct metadata *f,
			      const struct cache_stamp *stamp)
{
	struct record *r = (struct record *)t->composed;
	char *to = stpcpy(r->text, id) + 1;

	r->size = (uint32_t)size;
	r->texts = 0;
	for (int i = 0; i < METADATA_TEXTS; i++) {
		if (!f->text[i])
			continue;
		r->texts |= 1u << i;
		to = stpcpy(to, f->text[i]) + 1;
	}
	memcpy(r->number, f->number, sizeof(r->number));
	r->stamp = *stamp;
	return r;
}

/* Skips the end of the ring if it is too short for a record of @size bytes. */
static void skip_end(struct cache *t, size_t size)
{
	uint64_t rest = CACHE_RING_BYTES - t->to % CACHE_RING_BYTES;

	if (rest >= size)
		return;
	/* make_room() has to skip it, too. If not even a header fits, it needs none. */
	if (rest >= sizeof(struct record))
		record_at(t, t->to)->size = (uint32_t)rest;
	t->to += rest;
}

/* Drops the oldest records until @size more bytes fit. */
static void make_room(struct cache *t, size_t size)
{
	while (t->to + size - t->from > CACHE_RING_BYTES) {
		uint64_t rest = CACHE_RING_BYTES - t->from % CACHE_RING_BYTES;

		t->from += rest < sizeof(struct record) ? rest :
			   record_at(t, t->from)->size;
	}
}

void cache_keep(struct cache *t, const char *id, const struct metadata *f,
		const struct cache_stamp *stamp)
{
	size_t size = size_of(id, f);
	struct record *r = find_record(t, id), *composed;
	uint64_t *chain;

	if (!t->ring || size > CACHE_RECORD_BYTES)
		return;
	composed = compose(t, id, size, f, stamp);
	chain = chain_of(t, id);
	if (r && r->size == size) {
		composed->older = r->older;
	} else {
		make_room(t, size + CACHE_RECORD_BYTES);
		skip_end(t, size);
		r = record_at(t, t->to);
		composed->older = *chain;
		*chain = t->to;
		t->to += size;
	}
	memcpy(r, composed, size);
}
