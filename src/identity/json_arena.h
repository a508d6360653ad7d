/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A state file of a container runtime as jansson's values. Any user who may start
 * containers can choose its content. So size, depth and memory are bounded, and
 * jansson allocates from a static arena.
 */
#ifndef IDENTITY_JSON_ARENA_H
#define IDENTITY_JSON_ARENA_H

#include <jansson.h>
#include <stdint.h>

enum {
	JSON_ARENA_FILE_BYTES = 512 << 10, JSON_ARENA_DEPTH = 64,
	JSON_ARENA_MEMORY_BYTES = 2 << 20,
};

struct json_arena {
	json_t *top;			/* NULL: none */
	json_malloc_t malloc;		/* jansson's previous allocator, to be restored */
	json_free_t free;
	size_t used;
	void *last;			/* this allocation alone can be given back */
	_Alignas(16) char memory[JSON_ARENA_MEMORY_BYTES];
};

/*
 * Reads an object or array from @fd up to its end. 0, or -errno; -EBADMSG: it is
 * neither, or too large. Only one arena may be open at a time, and no other code may
 * use jansson until it is closed. Closing an arena that was not read does nothing.
 */
int json_arena_read(struct json_arena *s, int fd);
void json_arena_close(struct json_arena *s);

/* A copy of @text that lasts as long as what was read; NULL: no room for it. */
char *json_arena_copy(const char *text);

/* Parses the object in @text; NULL: there is none. Valid until the arena is closed. */
const json_t *json_arena_parse(const char *text);

/* The string, integer or value at the path of keys, which NULL ends. NULL, or
 * EVENT_UNKNOWN, if there is none of that type. */
const char *json_arena_text(const json_t *from, ...) __attribute__((sentinel));
int64_t json_arena_number(const json_t *from, ...) __attribute__((sentinel));
json_t *json_arena_value(const json_t *from, ...) __attribute__((sentinel));

#endif
