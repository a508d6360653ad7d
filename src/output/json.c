// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* JSON, jsonpretty and YAML: the same walk over the sorted fields. */
#include "output/json_writer.h"
#include "output/render.h"

#include <string.h>

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

static void put_value(struct render *r, const struct field *f,
		      int64_t number, const char *string)
{
	if (f->type == FIELD_ENUM)
		string = field_value(f, number);
	if (string)
		render_json(r, string);
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
		put_value(r, f, string ? EVENT_UNKNOWN : item_number(f, item),
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
		put_value(r, f, EVENT_UNKNOWN, field_string(f, e));
	else
		put_value(r, f, field_number(f, e), NULL);
}

/* How many bytes of two dotted names lead through the same objects. */
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

/* Opens what leads to the last part of @path, which is returned. */
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
