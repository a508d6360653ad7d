/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Splits a file into lines of UTF-8 and removes colours. Pure; memory is bounded. */
#ifndef KMSG_LINES_H
#define KMSG_LINES_H

#include "base/span.h"

/* A longer line is returned in pieces. */
enum { LINES_READ = 8192, LINES_LINE = 16384 };

enum lines_encoding { LINES_UNKNOWN, LINES_UTF8, LINES_UTF16LE, LINES_UTF16BE };

struct lines {
	enum lines_encoding encoding;
	const char *foreign;		/* the type of a file that is no log; NULL: maybe a log */
	bool end;			/* no more bytes will come */
	bool is_rest;			/* the last piece continues a line */
	bool is_cut;			/* the last piece does not end its line */
	uint64_t number;		/* of the line that was returned last */
	uint64_t strange;		/* bytes that no text file contains */
	uint64_t skip;			/* bytes to skip, outside of lines */
	uint32_t surrogate;
	size_t read_used;		/* raw bytes of an incomplete character */
	size_t from, used;
	uint8_t read[LINES_READ + 4];
	char bytes[2 * LINES_LINE + 2 * LINES_READ];
};

/* The buffer for the next bytes of the file, and its size. */
uint8_t *lines_room(struct lines *l, size_t *size);

/* Adds @size bytes that were written there; 0: the file has ended. */
void lines_add(struct lines *l, size_t size);

/* Takes a line without its newline. 1; 0: end of file; -EAGAIN: add more bytes first. */
int lines_next(struct lines *l, char **line, size_t *size);

/* Takes @size bytes verbatim, with any newlines. Returns as lines_next(). */
int lines_take(struct lines *l, size_t size, char **bytes);

#endif
