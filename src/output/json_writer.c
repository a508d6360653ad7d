// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/json_writer.h"

#include <string.h>

static void indent(struct json_writer *d, unsigned int levels)
{
	text_char(d->t, '\n');
	text_repeat(d->t, ' ', (size_t)2 * levels);
}

/* A YAML list's item begins on the line of its first key: "- name: .." */
static void begin_yaml(struct json_writer *d, const char *key, size_t len)
{
	if (!key) {
		if (d->depth)
			d->dash = true;
		else
			text_string(d->t, "---");
		return;
	}
	indent(d, d->depth - 1 - d->dash);
	if (d->dash)
		text_string(d->t, "- ");
	d->dash = false;
	text_bytes(d->t, key, len);
	text_char(d->t, ':');
}

static void begin_json(struct json_writer *d, const char *key, size_t len)
{
	if (d->depth && !d->empty)
		text_char(d->t, ',');
	if (d->depth && d->mode == OUTPUT_JSONPRETTY)
		indent(d, d->depth);
	if (!key)
		return;
	text_char(d->t, '"');
	text_bytes(d->t, key, len);
	text_string(d->t, "\":");
	if (d->mode == OUTPUT_JSONPRETTY)
		text_char(d->t, ' ');
}

static void begin(struct json_writer *d, const char *key, size_t len)
{
	if (d->mode == OUTPUT_YAML)
		begin_yaml(d, key, len);
	else
		begin_json(d, key, len);
	d->empty = false;
}

void json_writer_open(struct json_writer *d, char bracket, const char *key, size_t len)
{
	begin(d, key, len);
	if (d->mode != OUTPUT_YAML)
		text_char(d->t, bracket);
	d->depth++;
	d->empty = true;
}

void json_writer_close(struct json_writer *d, char bracket)
{
	d->depth--;
	if (d->mode == OUTPUT_JSONPRETTY)
		indent(d, d->depth);
	if (d->mode != OUTPUT_YAML)
		text_char(d->t, bracket);
	d->empty = false;
	if (!d->depth)
		text_char(d->t, '\n');
}

void json_writer_key(struct json_writer *d, const char *key)
{
	begin(d, key, strlen(key));
	if (d->mode == OUTPUT_YAML)
		text_char(d->t, ' ');
}
