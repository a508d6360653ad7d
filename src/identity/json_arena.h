/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A state file of a container runtime as jansson's values. Who may start
 * containers chooses what is in it: size, depth and memory are bounded, and
 * no memory of the program's heap is used.
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
	json_malloc_t malloc;		/* what others of jansson's users have */
	json_free_t free;
	size_t used;
	void *last;			/* this allocation alone can be given back */
	_Alignas(16) char memory[JSON_ARENA_MEMORY_BYTES];
};

/*
 * Reads an object or array from @fd up to its end. 0, or -errno, -EBADMSG: it is none,
 * or there is too much of it. One at a time, and nobody else may use jansson
 * until it is closed; closing one that was not read is nothing.
 */
int json_arena_read(struct json_arena *s, int fd);
void json_arena_close(struct json_arena *s);

/* A copy of @text that lasts as long as what was read; NULL: no room for it. */
char *json_arena_copy(const char *text);

/* The object in @text, or NULL. It lasts as long as what was read. */
const json_t *json_arena_parse(const char *text);

/* The text, or the whole number, or whatever, to which the keys up to NULL
 * lead; NULL, or EVENT_UNKNOWN: there is no such thing. */
const char *json_arena_text(const json_t *from, ...) __attribute__((sentinel));
int64_t json_arena_number(const json_t *from, ...) __attribute__((sentinel));
json_t *json_arena_value(const json_t *from, ...) __attribute__((sentinel));

#endif
