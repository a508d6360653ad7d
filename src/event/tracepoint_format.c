// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "event/tracepoint_format.h"

#include <errno.h>
#include <string.h>

const char *const tracepoint_format_names[TRACEPOINT_ITEMS] = {
	[TRACEPOINT_COMMON_PID] = "common_pid",
	[TRACEPOINT_PID] = "pid",
	[TRACEPOINT_COMM] = "comm",
	[TRACEPOINT_TOTAL_VM] = "total_vm",
	[TRACEPOINT_ANON_RSS] = "anon_rss",
	[TRACEPOINT_FILE_RSS] = "file_rss",
	[TRACEPOINT_SHMEM_RSS] = "shmem_rss",
	[TRACEPOINT_PGTABLES] = "pgtables",
	[TRACEPOINT_UID] = "uid",
	[TRACEPOINT_OOM_SCORE_ADJ] = "oom_score_adj",
};

/* ---- the text ------------------------------------------------------------ */

static struct span skip(struct span s, size_t len)
{
	return span_of(s.data + len, s.size - len);
}

/* Takes @word from the front of @s, if it is there. */
static bool take_word(struct span *s, const char *word)
{
	size_t len = strlen(word);

	if (s->size < len || memcmp(s->data, word, len))
		return false;
	*s = skip(*s, len);
	return true;
}

/* Takes a decimal number of at most @most from the front of @s. */
static bool take_number(struct span *s, uint32_t most, uint32_t *value)
{
	size_t i = 0;

	*value = 0;
	for (; i < s->size && s->data[i] >= '0' && s->data[i] <= '9'; i++) {
		uint32_t digit = (uint32_t)(s->data[i] - '0');

		if (digit > most || *value > (most - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	*s = skip(*s, i);
	return i > 0;
}

/* Takes all up to the first @end, which is taken too but not in @part. */
static bool take_until(struct span *s, char end, struct span *part)
{
	const uint8_t *at = s->size ? memchr(s->data, end, s->size) : NULL;

	if (!at)
		return false;
	*part = span_of(s->data, (size_t)(at - s->data));
	*s = skip(*s, part->size + 1);
	return true;
}

static bool is_name(uint8_t c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* "unsigned long total_vm", "__data_loc char[] comm", "char comm[16]" */
static struct span name_of(struct span declaration)
{
	const uint8_t *d = declaration.data;
	size_t end = declaration.size, start;

	if (end && d[end - 1] == ']')
		while (end && d[end - 1] != '[')
			end--;
	end -= end && d[end - 1] == '[';
	for (start = end; start && is_name(d[start - 1]);)
		start--;
	return span_of(d + start, end - start);
}

static int item_of(struct span name)
{
	for (int i = 0; i < TRACEPOINT_ITEMS; i++)
		if (strlen(tracepoint_format_names[i]) == name.size &&
		    !memcmp(tracepoint_format_names[i], name.data, name.size))
			return i;
	return -1;
}

/* May a field of this kind be @item? */
static bool fits(const struct tracepoint_field *f, int item)
{
	if (f->data_loc)
		return item == TRACEPOINT_COMM && f->size == 4;
	if (item == TRACEPOINT_COMM)
		return f->size > 0;
	return f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8;
}

/* Behind the declaration: "\toffset:16;\tsize:8;\tsigned:0;" */
static bool take_place(struct span *line, struct tracepoint_field *f)
{
	uint32_t offset, size, is_signed;

	if (!take_word(line, "\toffset:") || !take_number(line, UINT16_MAX, &offset) ||
	    !take_word(line, ";\tsize:") || !take_number(line, UINT16_MAX, &size) ||
	    !take_word(line, ";\tsigned:") || !take_number(line, 1, &is_signed) ||
	    !take_word(line, ";"))
		return false;
	f->offset = (uint16_t)offset;
	f->size = (uint16_t)size;
	f->is_signed = is_signed;
	return true;
}

/* What follows "field:" in a line. */
static int parse_field(struct tracepoint_format *f, struct span line)
{
	struct span declaration, rest;
	struct tracepoint_field field = { 0 };
	int item;

	if (!take_until(&line, ';', &declaration) || !take_place(&line, &field))
		return -EBADMSG;
	item = item_of(name_of(declaration));
	if (item < 0)
		return 0;
	rest = declaration;
	field.data_loc = take_word(&rest, "__data_loc ");
	if (tracepoint_format_has(f, (enum tracepoint_item)item) || !fits(&field, item))
		return -EBADMSG;
	f->fields[item] = field;
	return 0;
}

static int parse_line(struct tracepoint_format *f, struct span line)
{
	if (take_word(&line, "ID: "))
		return take_number(&line, UINT32_MAX, &f->id) ? 0 : -EBADMSG;
	return take_word(&line, "\tfield:") ? parse_field(f, line) : 0;
}

int tracepoint_format_parse(struct tracepoint_format *f, struct span text)
{
	struct span line;
	int result;

	memset(f, 0, sizeof(*f));
	while (take_until(&text, '\n', &line)) {
		result = parse_line(f, line);
		if (result < 0)
			return result;
	}
	if (text.size || !f->id)	/* cut off within a line, or not begun */
		return -EBADMSG;
	return tracepoint_format_has(f, TRACEPOINT_PID) && tracepoint_format_has(f, TRACEPOINT_COMMON_PID) ?
		0 : -ENOTSUP;
}

/* ---- records ------------------------------------------------------------- */

int tracepoint_format_number(const struct tracepoint_format *f, enum tracepoint_item item,
		  struct span record, int64_t *value)
{
	const struct tracepoint_field *at = &f->fields[item];
	union { uint8_t b; uint16_t h; uint32_t w; uint64_t d; } u = { .d = 0 };

	if (!at->size || at->size > sizeof(u) ||
	    span_copy(record, at->offset, &u, at->size) < 0)
		return -EBADMSG;
	switch (at->size) {
	case 1:
		*value = at->is_signed ? (int8_t)u.b : u.b;
		return 0;
	case 2:
		*value = at->is_signed ? (int16_t)u.h : u.h;
		return 0;
	case 4:
		*value = at->is_signed ? (int32_t)u.w : (int64_t)u.w;
		return 0;
	case 8:
		*value = (int64_t)u.d;
		return 0;
	}
	return -EBADMSG;
}

/* A __data_loc: the low 16 bits are the offset, the high ones the length. */
static int follow(const struct tracepoint_field *at, struct span record,
		  struct span *text)
{
	uint32_t where;

	if (span_copy(record, at->offset, &where, sizeof(where)) < 0)
		return -EBADMSG;
	*text = span_sub(record, where & 0xffff, where >> 16);
	return text->data ? 0 : -EBADMSG;
}

int tracepoint_format_text(const struct tracepoint_format *f, enum tracepoint_item item,
		struct span record, struct span *text)
{
	const struct tracepoint_field *at = &f->fields[item];
	int result = 0;

	if (!at->size)
		return -EBADMSG;
	if (at->data_loc)
		result = follow(at, record, text);
	else
		*text = span_sub(record, at->offset, at->size);
	if (result < 0 || !text->data)
		return -EBADMSG;
	text->size = strnlen((const char *)text->data, text->size);
	return 0;
}
