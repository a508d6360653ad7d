/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A window on bytes that somebody else owns, and the one bounds check that
 * every parser of untrusted bytes goes through.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *data;	/* borrowed; NULL: there is nothing here */
	size_t size;
};

/* A window on @size bytes at @data. */
static inline struct span span_of(const void *data, size_t size)
{
	return (struct span){ .data = data, .size = size };
}

/* Do the @len bytes at @off lie within @s? No sum can overflow. */
static inline bool span_has(struct span s, uint64_t off, uint64_t len)
{
	return s.data && off <= s.size && len <= s.size - off;
}

/* The @len bytes at @off of @s, or the span with NULL when they do not fit. */
struct span span_sub(struct span s, uint64_t off, uint64_t len);

/* Copies @len bytes at @off of @s to @to. 0, or -EBADMSG and @to untouched. */
int span_copy(struct span s, uint64_t off, void *to, size_t len);

/* The NUL-terminated string at @off, or NULL when it does not end within @s. */
const char *span_string(struct span s, uint64_t off);

#endif
