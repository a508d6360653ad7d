/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A file's bytes as lines of UTF-8, without colours. Pure; memory is bounded. */
#ifndef KMSG_LINES_H
#define KMSG_LINES_H

#include "base/span.h"

/* A longer line comes in pieces. */
enum { LINES_READ = 8192, LINES_LINE = 16384 };

enum lines_encoding { LINES_UNKNOWN, LINES_UTF8, LINES_UTF16LE, LINES_UTF16BE };

struct lines {
	enum lines_encoding encoding;
	const char *foreign;		/* what the file is in place of a log; NULL: maybe one */
	bool end;			/* no more bytes will come */
	bool is_rest;			/* the piece that was returned last does not begin its line */
	bool is_cut;			/* nor end it */
	uint64_t number;		/* of the line that was returned last */
	uint64_t strange;		/* bytes that are in no text */
	uint64_t skip;			/* bytes that belong to no line */
	uint32_t surrogate;
	size_t read_used;		/* raw bytes that make no whole character yet */
	size_t from, used;
	uint8_t read[LINES_READ + 4];
	char bytes[2 * LINES_LINE + 2 * LINES_READ];
};

/* Where the next bytes of the file go, and how many fit. */
uint8_t *lines_room(struct lines *l, size_t *size);

/* They are there; none: the file has ended. */
void lines_add(struct lines *l, size_t size);

/* Takes a line without its end. 1; 0: the file has ended; -EAGAIN: more bytes first. */
int lines_next(struct lines *l, char **line, size_t *size);

/* Takes @size bytes, as they are, however many lines they are. As lines_next(). */
int lines_take(struct lines *l, size_t size, char **bytes);

#endif
