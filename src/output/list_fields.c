// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* --list-fields */
#include "output/json.h"

#include <errno.h>
#include <string.h>

static void put_pair(struct json_writer *d, const char *key, const char *value)
{
	json_writer_key(d, key);
	json_writer_string(d, value, strlen(value));
}

static void list_document(struct text *t, enum output_mode mode)
{
	struct json_writer d = { .t = t, .mode = mode };

	json_writer_open(&d, '[', NULL, 0);
	for (size_t i = 0; i < field_count; i++) {
		json_writer_open(&d, '{', NULL, 0);
		put_pair(&d, "description", fields[i].about);
		put_pair(&d, "name", fields[i].name);
		put_pair(&d, "title", fields[i].title);
		put_pair(&d, "type", field_type_name(&fields[i]));
		put_pair(&d, "unit", fields[i].unit);
		json_writer_close(&d, '}');
	}
	json_writer_close(&d, ']');
}

static void put_cell(struct text *t, const char *s, size_t width)
{
	size_t len = strlen(s);

	text_string(t, s);
	text_repeat(t, ' ', len < width ? width - len + 2 : 2);
}

static void put_line(struct text *t, size_t width, const char *name,
		     const char *type, const char *unit, const char *about)
{
	put_cell(t, name, width);
	put_cell(t, type, 6);
	put_cell(t, *unit ? unit : "-", 5);
	text_string(t, about);
	text_char(t, '\n');
}

static void list_columns(struct text *t)
{
	size_t width = 0;

	for (size_t i = 0; i < field_count; i++)
		if (strlen(fields[i].name) > width)
			width = strlen(fields[i].name);
	put_line(t, width, "NAME", "TYPE", "UNIT", "DESCRIPTION");
	for (size_t i = 0; i < field_count; i++)
		put_line(t, width, fields[i].name, field_type_name(&fields[i]),
			 fields[i].unit, fields[i].about);
}

int output_list_fields(enum output_mode mode, int fd, struct error *f)
{
	char page[OUTPUT_LINE_SIZE];
	struct text t = text_on(page, sizeof(page));

	if (mode == OUTPUT_COLUMNS || mode == OUTPUT_STORY)
		list_columns(&t);
	else if (mode != OUTPUT_NONE)
		list_document(&t, mode);
	if (t.cut)
		return error_set(f, EOVERFLOW, "list the fields");
	return output_write(fd, &t, f);
}
