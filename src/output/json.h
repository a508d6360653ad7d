/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Nested keys and values, written as JSON in one line or many, or as YAML. */
#ifndef OUTPUT_JSON_H
#define OUTPUT_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "output/output.h"

struct json_writer {
	struct text *t;			/* borrowed */
	enum output_mode mode;		/* JSON, JSONPRETTY or YAML */
	unsigned int depth;		/* how many brackets are open */
	bool empty;			/* nothing stands yet in the innermost */
	bool dash;			/* YAML: the next key opens a list's item */
};

/*
 * Opens an object '{' or a list '[', under the @len bytes at @key; in a list
 * and at the root @key is NULL. Lists must not be empty, and hold objects.
 */
void json_writer_open(struct json_writer *d, char bracket, const char *key, size_t len);

/* Closes the innermost one; after the root this ends the line. */
void json_writer_close(struct json_writer *d, char bracket);

/* Writes a key; the caller adds its value to d->t. */
void json_writer_key(struct json_writer *d, const char *key);

/* Writes a string value of @len bytes with its quotes. */
void json_writer_string(struct json_writer *d, const char *s, size_t len);

#endif
