// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/record_btf.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <linux/btf.h>

/* A number of 1, 2, 4 or 8 bytes, with a sign or without. */
enum { INT_TYPES = 8 };

struct maker {
	struct btf_type ints[INT_TYPES];
	uint32_t encodings[INT_TYPES];
	struct btf_type record;
	struct btf_member members[TRACEPOINT_ITEMS];
	uint32_t member_count;
	char strings[512];
	uint32_t strings_size;
};

static uint32_t add_string(struct maker *m, const char *prefix, const char *s)
{
	uint32_t at = m->strings_size;
	int len = snprintf(m->strings + at, sizeof(m->strings) - at, "%s%s", prefix, s);

	m->strings_size += (uint32_t)len + 1;
	return at;
}

/* All kinds of numbers, as types 1 to 8: small ones first, unsigned first. */
static void make_ints(struct maker *m)
{
	for (uint32_t i = 0; i < INT_TYPES; i++) {
		uint32_t size = 1u << i / 2;

		m->ints[i].name_off = add_string(m, i % 2 ? "s" : "u", "");
		m->ints[i].info = BTF_KIND_INT << 24;
		m->ints[i].size = size;
		m->encodings[i] = (i % 2 ? BTF_INT_SIGNED << 24 : 0) | size * 8;
	}
}

static uint32_t int_type(const struct tracepoint_field *field)
{
	uint32_t log2 = (uint32_t)__builtin_ctz(field->size);

	return 1 + log2 * 2 + (field->is_signed ? 1 : 0);
}

static void add_member(struct maker *m, const char *name,
		       const struct tracepoint_field *field)
{
	struct btf_member *member = &m->members[m->member_count++];
	uint32_t end = (uint32_t)field->offset + field->size;

	member->name_off = add_string(m, field->data_loc ? "__data_loc_" : "", name);
	member->type = int_type(field);
	member->offset = field->offset * 8u;
	if (end > m->record.size)
		m->record.size = end;
}

/* A comm that is an array is left out: the probe reads a __data_loc. */
static bool is_described(enum tracepoint_item item, const struct tracepoint_field *field)
{
	return field->size && (item != TRACEPOINT_COMM || field->data_loc);
}

static void make_record(struct maker *m, const struct tracepoint_format *format)
{
	m->record.name_off = add_string(m, "trace_event_raw_", "mark_victim");
	for (int i = 0; i < TRACEPOINT_ITEMS; i++)
		if (is_described((enum tracepoint_item)i, &format->fields[i]))
			add_member(m, tracepoint_format_names[i], &format->fields[i]);
	m->record.info = BTF_KIND_STRUCT << 24 | m->member_count;
}

static void append(struct format_btf *b, uint32_t *at, const void *bytes, size_t size)
{
	memcpy(b->bytes + *at, bytes, size);
	*at += (uint32_t)size;
}

struct span format_btf_make(struct format_btf *b, const struct tracepoint_format *format)
{
	struct maker m = { .strings_size = 1 };		/* "" comes first */
	struct btf_header header = {
		.magic = BTF_MAGIC, .version = BTF_VERSION,
		.hdr_len = sizeof(header),
	};
	uint32_t at = sizeof(header);

	make_ints(&m);
	make_record(&m, format);
	for (int i = 0; i < INT_TYPES; i++) {
		append(b, &at, &m.ints[i], sizeof(m.ints[i]));
		append(b, &at, &m.encodings[i], sizeof(m.encodings[i]));
	}
	append(b, &at, &m.record, sizeof(m.record));
	append(b, &at, m.members, m.member_count * sizeof(m.members[0]));
	header.type_len = header.str_off = at - (uint32_t)sizeof(header);
	append(b, &at, m.strings, m.strings_size);
	header.str_len = m.strings_size;
	memcpy(b->bytes, &header, sizeof(header));
	return span_of(b->bytes, at);
}
