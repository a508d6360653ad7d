/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A state file of a container runtime as jansson's values. Who may start
 * containers chooses what is in it: size, depth and memory are bounded, and
 * no memory of the program's heap is used.
 */
#ifndef IDENTITY_STATE_H
#define IDENTITY_STATE_H

#include <jansson.h>
#include <stdint.h>

enum {
	STATE_FILE_BYTES = 512 << 10, STATE_DEPTH = 64,
	STATE_MEMORY_BYTES = 2 << 20,
};

struct state {
	json_t *top;			/* NULL: none */
	json_malloc_t malloc;		/* what others of jansson's users have */
	json_free_t free;
};

/*
 * Reads an object or array from @fd up to its end. 0, or -errno, -EBADMSG: it is none,
 * or there is too much of it. One at a time, and nobody else may use jansson
 * until it is closed; closing one that was not read is nothing.
 */
int state_read(struct state *s, int fd);
void state_close(struct state *s);

/* The object in @text, or NULL. It lasts as long as what was read. */
const json_t *state_parse(const char *text);

/* The text, or the whole number, or whatever, to which the keys up to NULL
 * lead; NULL, or EVENT_UNKNOWN: there is no such thing. */
const char *state_text(const json_t *from, ...) __attribute__((sentinel));
int64_t state_number(const json_t *from, ...) __attribute__((sentinel));
json_t *state_value(const json_t *from, ...) __attribute__((sentinel));

#endif
