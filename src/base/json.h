/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reads JSON of any size through a small buffer: each value is shown to its
 * reader as it goes by, with the keys that lead to it, and nothing is
 * allocated. Made for files of which a few values are wanted.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/span.h"

enum { JSON_DEPTH = 32, JSON_TEXT_SIZE = 4096, JSON_KEYS_SIZE = 1024 };

enum json_type {
	JSON_IS_STRING, JSON_IS_NUMBER, JSON_IS_TRUE, JSON_IS_FALSE, JSON_IS_NULL,
	JSON_IS_END,		/* of the object or array that the keys lead to */
};

struct json {
	/*
	 * Where the bytes come from: first @ahead, then, unless it is NULL,
	 * more(), which reads into @buffer and returns how many bytes it were,
	 * 0 at the end, or -errno. Not more than @limit bytes in all.
	 */
	struct span ahead;
	ssize_t (*more)(void *from, void *to, size_t size);
	void *from;
	void *buffer;
	size_t buffer_size, limit;

	/* Is called for each value; what it returns other than 0 is the end. */
	int (*value)(void *to, const struct json *j);
	void *to;

	/* The value, for value() to look at. */
	enum json_type type;
	size_t len;			/* of @text: a string, unescaped, or a number */
	bool cut;			/* @text was too small for it */
	char text[JSON_TEXT_SIZE];	/* NUL-terminated, and has no other NUL */

	/* Private. */
	unsigned int depth;		/* of objects and arrays around */
	uint16_t key_at[JSON_DEPTH + 1];	/* each level's in @keys */
	char keys[JSON_KEYS_SIZE];
};

/*
 * Reads one value, which must be all there is. 0; -EBADMSG: it is no JSON, or
 * deeper than JSON_DEPTH; -EFBIG: beyond the limit; what more() or value()
 * returned. What was shown before an error may come from half a file.
 */
int json_parse(struct json *j);

/*
 * Do exactly these keys, outermost first and closed by NULL, lead to the
 * value? The elements of an array have the key "".
 */
bool json_at(const struct json *j, ...) __attribute__((sentinel));

/* The key at @level, 0 being the outermost; NULL: it is not that deep. */
const char *json_key(const struct json *j, unsigned int level);

/* The text as a whole number; @otherwise: it is none, or beyond 64 bits. */
int64_t json_number(const struct json *j, int64_t otherwise);

#endif
