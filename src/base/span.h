/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A view of bytes with another owner, and the one bounds check of all parsers
 * of untrusted bytes.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	const uint8_t *data;	/* borrowed; NULL: absent */
	size_t size;
};

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
