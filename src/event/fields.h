/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The one table of fields: what an event says, under which name, as which
 * type and in which unit. Columns, JSON, YAML, filters and --list-fields are
 * made from it; tests hold the manual and uapi/event.schema.json against it.
 */
#ifndef EVENT_FIELDS_H
#define EVENT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum field_type {
	FIELD_INT,		/* int64_t */
	FIELD_HEX,		/* the same; columns show it as 0x.. */
	FIELD_LIMIT,		/* the same, or EVENT_UNLIMITED; columns: max */
	FIELD_BOOL,		/* int64_t 0 or 1 */
	FIELD_ENUM,		/* int64_t, an index into @values */
	FIELD_TIME,		/* int64_t Unix ns, shown as RFC 3339 */
	FIELD_STRING,		/* const char * */
	FIELD_LIST,		/* an array of structs, as @list says */
};

/* An array in struct oom_event and the fields of each of its items. */
struct field_list {
	const struct field *rows;	/* sorted by name; offsets in the item */
	size_t row_count;
	size_t item_size;
	size_t count_offset;		/* of the int64_t that counts the items */
	int64_t least;			/* items; fewer: the list is not known */
};

struct field {
	const char *name;	/* path in JSON: "fprocess.creds.uid" */
	const char *title;	/* of its column */
	const char *unit;	/* "" when it has none */
	const char *about;	/* one line */
	const char *const *values;	/* FIELD_ENUM: names, closed by NULL */
	const struct field_list *list;	/* FIELD_LIST */
	uint16_t offset;	/* in struct oom_event, or in the list's item */
	uint8_t type;		/* enum field_type */
	uint8_t width;		/* of its column, at least the title's */
	uint8_t rank;		/* on a narrow terminal the lowest is left out first */
	bool of_limit;		/* @offset is in the level whose limit was hit */
	bool right;		/* its column is aligned to the right */
	/* Of a name that may be unknown: where the id is that stands in its
	 * column then, shortened as runtimes do; 0: none does. */
	uint16_t id_offset;
};

/* Sorted by name, bytewise: a walk yields nested JSON with its keys sorted. */
extern const struct field fields[];
extern const size_t field_count;

/* The field of that exact name, as in a filter, or NULL. */
const struct field *field_find(const char *name);

/* Is @name, of a field, that of @group or of one of its members: "a.b" of "a"? */
bool field_is_of(const char *name, const char *group);

/* Its value: any type but string and list. EVENT_UNKNOWN: not known. */
int64_t field_number(const struct field *f, const struct oom_event *e);

/* Its value if it is a string, borrowed from the event. NULL: not known. */
const char *field_string(const struct field *f, const struct oom_event *e);

/* The id that stands for it in columns, borrowed from the event, or NULL. */
const char *field_id(const struct field *f, const struct oom_event *e);

/* How many items a list has; EVENT_UNKNOWN: it is not known. */
int64_t field_items(const struct field *f, const struct oom_event *e);

/* Item @i of the list @f, for the two functions below. */
const void *field_item(const struct field *f, const struct oom_event *e, int64_t i);

/* The same values for @row of a list's rows. */
int64_t item_number(const struct field *row, const void *item);
const char *item_string(const struct field *row, const void *item);

/* The name of value @value of an enum; NULL: unknown, or it has none. */
const char *field_value(const struct field *f, int64_t value);

/* "int", "bool", "string", "enum", "time" or "list", for people. */
const char *field_type_name(const struct field *f);

#endif
