// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/json.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

enum { END = -1 };		/* of the input, in place of a byte */

/* Can be in no key that is asked for: stands for one that is too long. */
static const char unknown_key[] = "\x01";

static int parse_value(struct json *j);

/* ---- bytes ---- */

/* Makes the next byte ready. 1; 0: there is none; -errno. */
static int fill(struct json *j)
{
	size_t size = j->buffer_size < j->limit ? j->buffer_size : j->limit;
	ssize_t n;

	if (j->ahead.size)
		return 1;
	if (!j->more)
		return 0;
	if (!size)
		return -EFBIG;
	n = j->more(j->from, j->buffer, size);
	if (n <= 0)
		return (int)n;
	j->limit -= (size_t)n;
	j->ahead = span_of(j->buffer, (size_t)n);
	return 1;
}

/* The next byte, which stays; END; or -errno, all of which are below END. */
static int peek(struct json *j)
{
	int result = fill(j);

	if (result < 0)
		return result == END ? -EIO : result;
	return result ? j->ahead.data[0] : END;
}

static int take(struct json *j)
{
	int c = peek(j);

	if (c >= 0) {
		j->ahead.data++;
		j->ahead.size--;
	}
	return c;
}

/* What to return where @c was not expected. */
static int wrong(int c)
{
	return c < END ? c : -EBADMSG;
}

/* The first byte that is no white space; it stays. */
static int skip_space(struct json *j)
{
	int c;

	while ((c = peek(j)) == ' ' || c == '\t' || c == '\n' || c == '\r')
		take(j);
	return c;
}

/* ---- strings ---- */

/* Where a string goes; what does not fit is counted all the same. */
struct sink {
	char *to;
	size_t size, used;
};

static void put(struct sink *s, unsigned int byte)
{
	if (s->used < s->size)
		s->to[s->used] = (char)byte;
	s->used++;
}

static void put_code(struct sink *s, uint32_t code)
{
	if (!code || (code >= 0xd800 && code < 0xe000))
		code = 0xfffd;
	if (code < 0x80) {
		put(s, code);
		return;
	}
	if (code < 0x800) {
		put(s, 0xc0 | code >> 6);
	} else if (code < 0x10000) {
		put(s, 0xe0 | code >> 12);
		put(s, 0x80 | (code >> 6 & 0x3f));
	} else {
		put(s, 0xf0 | code >> 18);
		put(s, 0x80 | (code >> 12 & 0x3f));
		put(s, 0x80 | (code >> 6 & 0x3f));
	}
	put(s, 0x80 | (code & 0x3f));
}

static int hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits after \u. A code unit, or -errno. */
static int32_t take_unit(struct json *j)
{
	int32_t unit = 0;

	for (int i = 0; i < 4; i++) {
		int c = take(j);
		int digit = c < 0 ? -1 : hex_digit(c);

		if (digit < 0)
			return wrong(c);
		unit = unit << 4 | digit;
	}
	return unit;
}

/*
 * \ud83d\ude00 is one character; a half on its own is none. The first unit
 * has been taken. 1: so has the backslash of an escape that is no unit.
 */
static int put_units(struct json *j, struct sink *s, int32_t unit)
{
	while (unit >= 0xd800 && unit < 0xdc00 && peek(j) == '\\') {
		int32_t next;

		take(j);
		if (peek(j) != 'u') {
			put_code(s, (uint32_t)unit);
			return 1;
		}
		take(j);
		next = take_unit(j);
		if (next >= 0xdc00 && next < 0xe000)
			unit = 0x10000 + ((unit & 0x3ff) << 10 | (next & 0x3ff));
		else if (next >= 0)
			put_code(s, (uint32_t)unit);
		if (unit < 0x10000)
			unit = next;
	}
	if (unit >= 0)
		put_code(s, (uint32_t)unit);
	return unit < 0 ? unit : 0;
}

/* What follows a backslash. 1: another backslash has been taken with it. */
static int take_escape(struct json *j, struct sink *s)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	int c = take(j);
	const char *found = c > 0 ? strchr(names, c) : NULL;
	int32_t unit;

	if (found) {
		put(s, (unsigned char)bytes[found - names]);
		return 0;
	}
	if (c != 'u')
		return wrong(c);
	unit = take_unit(j);
	return unit < 0 ? unit : put_units(j, s, unit);
}

/* The opening quote is next. */
static int take_string(struct json *j, struct sink *s)
{
	int c = take(j), result;

	if (c != '"')
		return wrong(c);
	while ((c = take(j)) != '"') {
		if (c < ' ')
			return wrong(c);	/* the end, or a control byte */
		if (c != '\\') {
			put(s, (unsigned int)c);
			continue;
		}
		do
			result = take_escape(j, s);
		while (result > 0);
		if (result < 0)
			return result;
	}
	return 0;
}

/* ---- values ---- */

static int show(struct json *j, enum json_type type)
{
	j->type = type;
	return j->value(j->to, j);
}

/* The text is complete: @used bytes were meant to be in it. */
static int show_text(struct json *j, enum json_type type, size_t used)
{
	j->cut = used >= sizeof(j->text);
	j->len = j->cut ? sizeof(j->text) - 1 : used;
	j->text[j->len] = '\0';
	return show(j, type);
}

static int parse_string(struct json *j)
{
	struct sink s = { j->text, sizeof(j->text), 0 };
	int result = take_string(j, &s);

	return result ? result : show_text(j, JSON_IS_STRING, s.used);
}

static int take_digits(struct json *j, struct sink *s)
{
	int c = peek(j);

	if (c < '0' || c > '9')
		return wrong(c);
	for (; c >= '0' && c <= '9'; c = peek(j))
		put(s, (unsigned int)take(j));
	return 0;
}

/* -12.5e+3, and no digit after a leading 0 */
static int parse_number(struct json *j)
{
	struct sink s = { j->text, sizeof(j->text), 0 };
	int result = 0;

	if (peek(j) == '-')
		put(&s, (unsigned int)take(j));
	if (peek(j) == '0')
		put(&s, (unsigned int)take(j));
	else
		result = take_digits(j, &s);
	if (!result && peek(j) == '.') {
		put(&s, (unsigned int)take(j));
		result = take_digits(j, &s);
	}
	if (!result && (peek(j) | 0x20) == 'e') {
		put(&s, (unsigned int)take(j));
		if (peek(j) == '+' || peek(j) == '-')
			put(&s, (unsigned int)take(j));
		result = take_digits(j, &s);
	}
	return result ? result : show_text(j, JSON_IS_NUMBER, s.used);
}

static int parse_word(struct json *j, const char *word, enum json_type type)
{
	for (; *word; word++) {
		int c = take(j);

		if (c != *word)
			return wrong(c);
	}
	j->len = 0;
	j->text[0] = '\0';
	return show(j, type);
}

/* ---- objects and arrays ---- */

static char *key_place(struct json *j)
{
	return j->keys + j->key_at[j->depth - 1];
}

/* The key of the level is what @s holds, up to its end. */
static void close_key(struct json *j, struct sink *s)
{
	char *key = key_place(j);
	size_t room = (size_t)(j->keys + sizeof(j->keys) - key);

	if (s->used < room) {
		key[s->used] = '\0';
	} else {
		strcpy(key, unknown_key);
		s->used = 1;
	}
	j->key_at[j->depth] = (uint16_t)(key - j->keys + (ptrdiff_t)s->used + 1);
}

static int parse_key(struct json *j)
{
	char *key = key_place(j);
	struct sink s = { key, (size_t)(j->keys + sizeof(j->keys) - key), 0 };
	int result = take_string(j, &s), c;

	if (result)
		return result;
	close_key(j, &s);
	c = skip_space(j);
	if (c != ':')
		return wrong(c);
	take(j);
	return 0;
}

/* A member of an object, or an element of an array. */
static int parse_member(struct json *j, bool keyed)
{
	struct sink none = { NULL, 0, 0 };
	int result = 0;

	if (keyed)
		result = parse_key(j);
	else
		close_key(j, &none);
	return result ? result : parse_value(j);
}

/* Its first byte is next; @end is its last. */
static int parse_members(struct json *j, int end)
{
	int c, result;

	take(j);
	if (skip_space(j) == end) {
		take(j);
		return 0;
	}
	do {
		skip_space(j);
		result = parse_member(j, end == '}');
		if (result)
			return result;
		c = skip_space(j);
		if (c != ',' && c != end)
			return wrong(c);
		take(j);
	} while (c != end);
	return 0;
}

static int parse_nested(struct json *j, int end)
{
	int result;

	/* Two bytes are kept for each level's unknown_key. */
	if (j->depth == JSON_DEPTH ||
	    j->key_at[j->depth] + sizeof(unknown_key) > sizeof(j->keys))
		return -EBADMSG;
	j->depth++;
	result = parse_members(j, end);
	j->depth--;
	if (result)
		return result;
	j->len = 0;
	j->text[0] = '\0';
	return show(j, JSON_IS_END);
}

static int parse_value(struct json *j)
{
	int c = skip_space(j);

	switch (c) {
	case '{':
		return parse_nested(j, '}');
	case '[':
		return parse_nested(j, ']');
	case '"':
		return parse_string(j);
	case 't':
		return parse_word(j, "true", JSON_IS_TRUE);
	case 'f':
		return parse_word(j, "false", JSON_IS_FALSE);
	case 'n':
		return parse_word(j, "null", JSON_IS_NULL);
	}
	return c < 0 ? wrong(c) : parse_number(j);
}

int json_parse(struct json *j)
{
	int result, c;

	j->depth = 0;
	j->key_at[0] = 0;
	j->cut = false;
	result = parse_value(j);
	if (result)
		return result;
	c = skip_space(j);
	return c == END ? 0 : wrong(c);
}

/* ---- what leads to a value ---- */

const char *json_key(const struct json *j, unsigned int level)
{
	return level < j->depth ? j->keys + j->key_at[level] : NULL;
}

bool json_at(const struct json *j, ...)
{
	unsigned int level = 0;
	bool same = true;
	const char *key;
	va_list keys;

	va_start(keys, j);
	while (same && (key = va_arg(keys, const char *)) != NULL) {
		const char *own = json_key(j, level++);

		same = own && !strcmp(own, key);
	}
	va_end(keys);
	return same && level == j->depth;
}

int64_t json_number(const struct json *j, int64_t otherwise)
{
	const char *digits = j->text + (j->text[0] == '-');
	int64_t value = 0;

	if (j->cut || !*digits)
		return otherwise;
	for (const char *p = digits; *p; p++)
		if (*p < '0' || *p > '9' ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *p - '0', &value))
			return otherwise;
	if (digits != j->text)
		return value;
	return value == INT64_MIN ? otherwise : -value;
}
