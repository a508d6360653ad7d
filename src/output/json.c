// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "output/json.h"

#include <string.h>

#include "output/render.h"

/* ---- the writer ---- */

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

void json_writer_string(struct json_writer *d, const char *s, size_t len)
{
	if (d->mode == OUTPUT_YAML)
		text_yaml(d->t, s, len);
	else
		text_json(d->t, s, len);
}

/* ---- an event ---- */

/* The ellipsis of a cut string is within the quotes. */
static void put_string(struct json_writer *d, struct render *r, const char *s)
{
	size_t len = render_length(r, s);

	json_writer_string(d, s, len);
	if (!s[len])
		return;
	if (r->t->used && !r->t->cut)
		r->t->used--;
	text_string(r->t, TEXT_ELLIPSIS "\"");
}

static void put_number(struct render *r, const struct field *f, int64_t value)
{
	switch (f->type) {
	case FIELD_BOOL:
		text_string(r->t, value ? "true" : "false");
		break;
	case FIELD_TIME:
		text_char(r->t, '"');
		render_time(r, value);
		text_char(r->t, '"');
		break;
	default:
		text_number(r->t, value);
	}
}

static void put_value(struct json_writer *d, struct render *r, const struct field *f,
		      int64_t number, const char *string)
{
	if (f->type == FIELD_ENUM)
		string = field_value(f, number);
	if (string)
		put_string(d, r, string);
	else if (f->type == FIELD_STRING || f->type == FIELD_ENUM ||
		 number == EVENT_UNKNOWN)
		text_string(r->t, "null");
	else
		put_number(r, f, number);
}

static void put_item(struct json_writer *d, struct render *r,
		     const struct field_list *list, const void *item)
{
	json_writer_open(d, '{', NULL, 0);
	for (size_t i = 0; i < list->row_count; i++) {
		const struct field *f = &list->rows[i];
		bool string = f->type == FIELD_STRING;

		json_writer_key(d, f->name);
		put_value(d, r, f, string ? EVENT_UNKNOWN : item_number(f, item),
			  string ? item_string(f, item) : NULL);
	}
	json_writer_close(d, '}');
}

static void put_list(struct json_writer *d, struct render *r, const char *key,
		     const struct field *f, const struct oom_event *e)
{
	int64_t count = field_items(f, e);

	if (count <= 0) {
		json_writer_key(d, key);
		text_string(r->t, count ? "null" : "[]");
		return;
	}
	json_writer_open(d, '[', key, strlen(key));
	for (int64_t i = 0; i < count; i++)
		put_item(d, r, f->list, field_item(f, e, i));
	json_writer_close(d, ']');
}

static void put_field(struct json_writer *d, struct render *r, const char *key,
		      const struct field *f, const struct oom_event *e)
{
	if (f->type == FIELD_LIST) {
		put_list(d, r, key, f, e);
		return;
	}
	json_writer_key(d, key);
	if (f->type == FIELD_STRING)
		put_value(d, r, f, EVENT_UNKNOWN, field_string(f, e));
	else
		put_value(d, r, f, field_number(f, e), NULL);
}

/* The length of the common objects' path of two dotted names. */
static size_t common_path(const char *a, const char *b)
{
	size_t common = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '.')
			common = i + 1;
	return common;
}

static void leave(struct json_writer *d, const char *path)
{
	while ((path = strchr(path, '.'))) {
		json_writer_close(d, '}');
		path++;
	}
}

/* Opens the objects along @path, and returns its last part. */
static const char *enter(struct json_writer *d, const char *path)
{
	const char *dot;

	while ((dot = strchr(path, '.'))) {
		json_writer_open(d, '{', path, (size_t)(dot - path));
		path = dot + 1;
	}
	return path;
}

void render_document(struct render *r, const struct output *o,
		     const struct oom_event *e)
{
	struct json_writer d = { .t = r->t, .mode = o->mode };
	const char *last = "";

	json_writer_open(&d, '{', NULL, 0);
	for (size_t i = 0; i < o->fields.count; i++) {
		const char *name = o->fields.at[i]->name;
		size_t common = common_path(last, name);

		leave(&d, last + common);
		put_field(&d, r, enter(&d, name + common), o->fields.at[i], e);
		last = name;
	}
	leave(&d, last);
	json_writer_close(&d, '}');
}
