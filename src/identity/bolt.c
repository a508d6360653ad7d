// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/bolt.h"

#include <errno.h>
#include <string.h>

#include "base/hash.h"
#include "sys/hostfs.h"

enum {
	HEADER_SIZE = 16, ELEMENT_SIZE = 16, BUCKET_SIZE = 16, META_SIZE = 64,
	META_SUMMED = 56, META_VERSION = 2,
	IS_BRANCH = 1, IS_LEAF = 2,	/* of a page */
	IS_BUCKET = 1,			/* of a leaf's element */
	LOOKS_MAX = 4096,		/* at elements, in one bolt_each() */
};

static const uint32_t meta_magic = 0xed0cdaed;

/* ---- bytes ------------------------------------------------------------------ */

/* The @size bytes at @at, valid until the next call; NULL: beyond the end. */
static const uint8_t *bytes_at(struct bolt *b, uint64_t at, size_t size)
{
	ssize_t n;

	if (at >= b->window_at && at - b->window_at <= b->window_size &&
	    size <= b->window_size - (at - b->window_at))
		return b->window + (at - b->window_at);
	if (size > BOLT_WINDOW || at > INT64_MAX - BOLT_WINDOW)
		return NULL;
	b->window_at = at & ~(uint64_t)(BOLT_WINDOW - 1);
	if (at - b->window_at + size > BOLT_WINDOW)
		b->window_at = at;
	n = hostfs_read_at(b->fd, b->window, BOLT_WINDOW, (off_t)b->window_at);
	b->window_size = n > 0 ? (size_t)n : 0;
	if (at - b->window_at + size > b->window_size)
		return NULL;
	return b->window + (at - b->window_at);
}

static uint16_t u16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t u64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* ---- meta pages ---------------------------------------------------------------- */

struct meta {
	uint32_t page_size;
	uint64_t root, pages, commit;
};

/* False: @page is no meta page, or was not written completely. */
static bool read_meta(int fd, uint64_t page, struct meta *m)
{
	uint8_t bytes[META_SIZE];

	if (hostfs_read_at(fd, bytes, sizeof(bytes), (off_t)page + HEADER_SIZE) !=
	    (ssize_t)sizeof(bytes))
		return false;
	m->page_size = u32(bytes + 8);
	m->root = u64(bytes + 16);
	m->pages = u64(bytes + 40);
	m->commit = u64(bytes + 48);
	return u32(bytes) == meta_magic && u32(bytes + 4) == META_VERSION &&
		u64(bytes + META_SUMMED) == hash_fnv64(span_of(bytes, META_SUMMED)) &&
		m->page_size >= 1024 && m->page_size <= 1 << 20 &&
		m->pages < INT64_MAX / m->page_size && m->root < m->pages;
}

/* Finds the newer of the two meta pages. If the first is damaged, the page size, and
 * so the offset of the second, has to be guessed. */
static bool find_meta(int fd, struct meta *m)
{
	static const uint32_t sizes[] = { 4096, 16384, 65536 };
	bool found = read_meta(fd, 0, m);
	struct meta other;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if ((found && m->page_size != sizes[i]) ||
		    !read_meta(fd, sizes[i], &other) || other.page_size != sizes[i])
			continue;
		if (!found || other.commit > m->commit)
			*m = other;
		return true;
	}
	return found;
}

int bolt_open(struct bolt *b, int fd)
{
	struct meta m;

	if (!find_meta(fd, &m))
		return -EBADMSG;
	b->fd = fd;
	b->page_size = m.page_size;
	b->pages = m.pages;
	b->commit = m.commit;
	b->root.page = m.root * m.page_size;
	b->window_at = b->window_size = 0;
	return 0;
}

bool bolt_is_current(const struct bolt *b)
{
	struct meta m;

	return find_meta(b->fd, &m) && m.commit == b->commit;
}

/* ---- pages ---------------------------------------------------------------------- */

struct page {
	uint64_t at;
	bool is_leaf;
	uint32_t count;
};

/* An element of a leaf page. In a branch page it has a @page instead of a value. */
struct element {
	bool is_bucket;
	uint64_t key, value, page;	/* where they are in the file */
	uint32_t key_size, value_size;
};

static bool read_page(struct bolt *b, uint64_t at, struct page *p)
{
	const uint8_t *bytes = bytes_at(b, at, HEADER_SIZE);
	uint16_t flags = bytes ? u16(bytes + 8) : 0;

	if (flags != IS_LEAF && flags != IS_BRANCH)
		return false;
	p->at = at;
	p->is_leaf = flags == IS_LEAF;
	p->count = u16(bytes + 10);
	return true;
}

static bool place_of(const struct bolt *b, uint64_t number, uint64_t *at)
{
	*at = number * b->page_size;
	return number < b->pages;
}

static bool read_element(struct bolt *b, const struct page *p, uint32_t i,
			 struct element *e)
{
	uint64_t at = p->at + HEADER_SIZE + (uint64_t)i * ELEMENT_SIZE;
	const uint8_t *bytes = bytes_at(b, at, ELEMENT_SIZE);

	if (!bytes)
		return false;
	if (!p->is_leaf) {
		e->is_bucket = false;
		e->key = at + u32(bytes);
		e->key_size = u32(bytes + 4);
		return place_of(b, u64(bytes + 8), &e->page);
	}
	e->is_bucket = u32(bytes) == IS_BUCKET;
	e->key = at + u32(bytes + 4);
	e->key_size = u32(bytes + 8);
	e->value = e->key + e->key_size;
	e->value_size = u32(bytes + 12);
	return true;
}

/* ---- to find a key ---------------------------------------------------------------- */

/* Less than 0, 0 or more: as @e's key is before, equal to or after @name. */
static bool compare(struct bolt *b, const struct element *e, const char *name, int *order)
{
	size_t len = strlen(name);
	size_t common = e->key_size < len ? e->key_size : len;
	const uint8_t *key = bytes_at(b, e->key, common);

	if (!key)
		return false;
	*order = memcmp(key, name, common);
	if (!*order)
		*order = e->key_size < len ? -1 : e->key_size > len;
	return true;
}

/* Finds the last element of @p whose key is not after @name, and how it compares. If
 * all keys are after @name: -ENOENT in a leaf, the first element in a branch. */
static int find_last(struct bolt *b, const struct page *p, const char *name,
		     struct element *e, int *order)
{
	uint32_t from = 0, to = p->count;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (!read_element(b, p, middle, e) || !compare(b, e, name, order))
			return -EBADMSG;
		if (*order > 0)
			to = middle;
		else
			from = middle + 1;
	}
	if (!from && p->is_leaf)
		return -ENOENT;
	if (!p->count || !read_element(b, p, from ? from - 1 : 0, e) ||
	    !compare(b, e, name, order))
		return -EBADMSG;
	return 0;
}

static int find(struct bolt *b, const struct bolt_bucket *in, const char *name,
		struct element *e)
{
	uint64_t at = in->page;
	struct page p;
	int order, result;

	for (int depth = 0; depth < BOLT_DEPTH; depth++) {
		if (!read_page(b, at, &p))
			return -EBADMSG;
		result = find_last(b, &p, name, e, &order);
		if (result < 0)
			return result;
		if (p.is_leaf)
			return order ? -ENOENT : 0;
		at = e->page;
	}
	return -EBADMSG;
}

/* A small bucket is stored inline, in the value behind the bucket's header. */
int bolt_enter(struct bolt *b, struct bolt_bucket *in, const char *name)
{
	struct element e;
	int result = find(b, in, name, &e);
	const uint8_t *value;

	if (result < 0)
		return result;
	if (!e.is_bucket)
		return -ENOENT;
	value = e.value_size < BUCKET_SIZE ? NULL : bytes_at(b, e.value, BUCKET_SIZE);
	if (!value)
		return -EBADMSG;
	if (!u64(value))
		in->page = e.value + BUCKET_SIZE;
	else if (!place_of(b, u64(value), &in->page))
		return -EBADMSG;
	return 0;
}

/* ---- values ---------------------------------------------------------------------- */

/* -ENOENT: the text is too long, or has a NUL in it. */
static int copy_text(struct bolt *b, uint64_t at, uint32_t len, char *to, size_t size)
{
	const uint8_t *bytes;

	if (len >= size)
		return -ENOENT;
	bytes = bytes_at(b, at, len);
	if (!bytes)
		return -EBADMSG;
	memcpy(to, bytes, len);
	to[len] = '\0';
	return strlen(to) == len ? 0 : -ENOENT;
}

int bolt_get(struct bolt *b, const struct bolt_bucket *in, const char *key,
	     char *to, size_t size)
{
	struct element e;
	int result = find(b, in, key, &e);

	if (result < 0)
		return result;
	return e.is_bucket ? -ENOENT : copy_text(b, e.value, e.value_size, to, size);
}

struct visit {
	int (*each)(void *ctx, const char *key, const char *value);
	void *ctx;
	int looks;
};

static int visit_value(struct bolt *b, const struct element *e, const struct visit *v)
{
	char key[BOLT_TEXT_SIZE], value[BOLT_TEXT_SIZE];
	int result;

	if (e->is_bucket)
		return 0;
	result = copy_text(b, e->key, e->key_size, key, sizeof(key));
	if (!result)
		result = copy_text(b, e->value, e->value_size, value, sizeof(value));
	if (result)
		return result == -ENOENT ? 0 : result;
	return v->each(v->ctx, key, value);
}

static int visit_page(struct bolt *b, uint64_t at, int depth, struct visit *v)
{
	struct page p;
	struct element e;
	int result = 0;

	if (depth == BOLT_DEPTH || !read_page(b, at, &p))
		return -EBADMSG;
	for (uint32_t i = 0; i < p.count && !result; i++) {
		if (!v->looks-- || !read_element(b, &p, i, &e))
			return -EBADMSG;
		result = p.is_leaf ? visit_value(b, &e, v) :
				     visit_page(b, e.page, depth + 1, v);
	}
	return result;
}

int bolt_each(struct bolt *b, const struct bolt_bucket *in,
	      int (*each)(void *ctx, const char *key, const char *value), void *ctx)
{
	struct visit v = { each, ctx, LOOKS_MAX };

	return visit_page(b, in->page, 0, &v);
}
