// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "identity/json_arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>

#include "event/event.h"
#include "sys/hostfs.h"

/* ---- memory ---------------------------------------------------------------- */

/* jansson's allocators have no context: the arena that is being read. */
static struct json_arena *current;

/* A bump allocator: all memory is freed at once. */
static void *allocate(size_t size)
{
	size_t aligned = (size + 15) & ~(size_t)15;

	if (aligned < size || aligned > sizeof(current->memory) - current->used)
		return NULL;
	current->last = current->memory + current->used;
	current->used += aligned;
	return current->last;
}

static void release(void *bytes)
{
	if (!bytes || bytes != current->last)
		return;
	current->used = (size_t)((char *)bytes - current->memory);
	current->last = NULL;
}

char *json_arena_copy(const char *text)
{
	char *result = current ? allocate(strlen(text) + 1) : NULL;

	return result ? strcpy(result, text) : NULL;
}

/* ---- reading --------------------------------------------------------------- */

/* Scans the text ahead of jansson, to limit its depth. */
struct reading {
	int fd, error;
	size_t total, depth;
	bool in_string, escaped;
};

static void follow(struct reading *r, char c)
{
	if (r->escaped)
		r->escaped = false;
	else if (r->in_string && c == '\\')
		r->escaped = true;
	else if (c == '"')
		r->in_string = !r->in_string;
	else if (!r->in_string && (c == '{' || c == '['))
		r->depth++;
	else if (!r->in_string && (c == '}' || c == ']'))
		r->depth--;
	if (r->depth > JSON_ARENA_DEPTH)
		r->error = -EBADMSG;
}

/* jansson recurses once for each level, so the depth is limited. */
static size_t read_more(void *to, size_t size, void *from)
{
	struct reading *r = from;
	ssize_t n = r->error ? r->error : hostfs_read(r->fd, to, size);

	if (n < 0)
		r->error = (int)n;
	else if ((r->total += (size_t)n) > JSON_ARENA_FILE_BYTES)
		r->error = -EBADMSG;
	for (ssize_t i = 0; i < n; i++)
		follow(r, ((char *)to)[i]);
	return r->error ? (size_t)-1 : (size_t)n;
}

/* A random number of the kernel: a file's author cannot prepare keys that collide. */
static size_t random_seed(void)
{
	const void *bytes = (const void *)getauxval(AT_RANDOM);
	uint32_t seed = 0;

	if (bytes)
		memcpy(&seed, bytes, sizeof(seed));
	return seed ? seed : 1;		/* with 0 jansson would generate one */
}

int json_arena_read(struct json_arena *s, int fd)
{
	struct reading r = { .fd = fd };
	json_error_t error;

	json_get_alloc_funcs(&s->malloc, &s->free);
	current = s;
	json_set_alloc_funcs(allocate, release);
	json_object_seed(random_seed());
	s->top = json_load_callback(read_more, &r, 0, &error);
	if (s->top)
		return 0;
	json_arena_close(s);
	return r.error ? r.error : -EBADMSG;
}

void json_arena_close(struct json_arena *s)
{
	if (s->malloc)
		json_set_alloc_funcs(s->malloc, s->free);
	s->malloc = NULL;
	s->top = NULL;		/* and all below it */
	s->used = 0;
	s->last = NULL;
	current = NULL;
}

/* The depth is limited here, too. */
const json_t *json_arena_parse(const char *text)
{
	struct reading r = { .fd = -1 };
	const json_t *value;
	json_error_t error;

	for (size_t i = 0; text && text[i]; i++)
		follow(&r, text[i]);
	value = text && !r.error ? json_loads(text, 0, &error) : NULL;
	return json_is_object(value) ? value : NULL;
}

/* ---- values ---------------------------------------------------------------- */

static json_t *walk(const json_t *from, va_list keys)
{
	const char *key;

	while (from && (key = va_arg(keys, const char *)) != NULL)
		from = json_object_get(from, key);
	return (json_t *)(uintptr_t)from;
}

json_t *json_arena_value(const json_t *from, ...)
{
	json_t *value;
	va_list keys;

	va_start(keys, from);
	value = walk(from, keys);
	va_end(keys);
	return value;
}

const char *json_arena_text(const json_t *from, ...)
{
	const json_t *value;
	va_list keys;

	va_start(keys, from);
	value = walk(from, keys);
	va_end(keys);
	return json_string_value(value);
}

int64_t json_arena_number(const json_t *from, ...)
{
	const json_t *value;
	va_list keys;

	va_start(keys, from);
	value = walk(from, keys);
	va_end(keys);
	return json_is_integer(value) ? json_integer_value(value) : EVENT_UNKNOWN;
}
