// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/text.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

/* ---- adding ---- */

void text_bytes(struct text *t, const char *bytes, size_t len)
{
	if (t->cut || len > t->size - t->used) {
		t->cut = true;
		return;
	}
	memcpy(t->data + t->used, bytes, len);
	t->used += len;
}

void text_string(struct text *t, const char *s)
{
	text_bytes(t, s, strlen(s));
}

void text_char(struct text *t, char c)
{
	text_bytes(t, &c, 1);
}

void text_repeat(struct text *t, char c, size_t count)
{
	if (t->cut || count > t->size - t->used) {
		t->cut = true;
		return;
	}
	memset(t->data + t->used, c, count);
	t->used += count;
}

/* At least @width digits of @value in @base, at most the 20 of 64 bits. */
static void put_digits(struct text *t, uint64_t value, unsigned int base,
		       unsigned int width)
{
	char digits[20];
	size_t at = sizeof(digits);

	if (width > sizeof(digits))
		width = sizeof(digits);
	do {
		digits[--at] = hex_digits[value % base];
		value /= base;
	} while (value || sizeof(digits) - at < width);
	text_bytes(t, digits + at, sizeof(digits) - at);
}

void text_number(struct text *t, int64_t value)
{
	uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;

	if (value < 0)
		text_char(t, '-');
	put_digits(t, size, 10, 1);
}

void text_hex(struct text *t, uint64_t value)
{
	text_string(t, "0x");
	put_digits(t, value, 16, 1);
}

void text_digits(struct text *t, uint64_t value, unsigned int width)
{
	put_digits(t, value, 10, width);
}

/* ---- UTF-8 ---- */

/*
 * Four first bytes restrict the second one: no overlong forms, no surrogates,
 * nothing above U+10FFFF.
 */
static bool second_fits(unsigned char first, unsigned char second)
{
	unsigned char low = 0x80, high = 0xbf;

	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	return second >= low && second <= high;
}

/* The length of a sequence by its first byte; 0: none begins with it. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

uint32_t text_decode(const char *s, size_t len, size_t *used)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t want = sequence_length(u[0]), n = 1;
	uint32_t c;

	*used = 1;
	if (want <= 1)
		return want ? u[0] : TEXT_BAD;
	c = u[0] & (0x7fu >> want);
	for (; n < want; n++) {
		bool fits = n < len && (n == 1 ? second_fits(u[0], u[1])
					       : (u[n] & 0xc0) == 0x80);

		*used = n;
		if (!fits)
			return TEXT_BAD;
		c = c << 6 | (u[n] & 0x3f);
	}
	*used = want;
	return c;
}

/* ---- classes of characters ---- */

struct range {
	uint32_t first, last;
};

static bool in_ranges(const struct range *r, size_t count, uint32_t c)
{
	while (count--)
		if (c >= r[count].first && c <= r[count].last)
			return true;
	return false;
}
#define IN(ranges, c) in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), c)

/*
 * General categories Cc, Cf, Zl and Zp, Default_Ignorable_Code_Point (assigned
 * or not), and the noncharacters, as of Unicode 15.
 */
static bool is_unsafe(uint32_t c)
{
	static const struct range unsafe[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f },		/* C0, DEL, C1 */
		{ 0xad, 0xad }, { 0x34f, 0x34f },	/* soft hyphen, joiner */
		{ 0x600, 0x605 }, { 0x61c, 0x61c }, { 0x6dd, 0x6dd },
		{ 0x70f, 0x70f }, { 0x890, 0x891 }, { 0x8e2, 0x8e2 },
		{ 0x115f, 0x1160 },			/* Hangul fillers */
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e },	/* zero width, lines, bidi */
		{ 0x2060, 0x206f },			/* joiners, isolates */
		{ 0x3164, 0x3164 }, { 0xfdd0, 0xfdef },
		{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },	/* selectors, BOM */
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },	/* annotations */
		{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
		{ 0x13430, 0x1343f }, { 0x1bca0, 0x1bca3 },
		{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },	/* music, tags */
	};

	if (c >= 0x20 && c < 0x7f)
		return false;
	return (c & 0xfffe) == 0xfffe || IN(unsafe, c);
}

static bool is_combining(uint32_t c)
{
	static const struct range combining[] = {
		{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd },
		{ 0x610, 0x61a }, { 0x64b, 0x65f }, { 0x93c, 0x93c },
		{ 0x94d, 0x94d }, { 0xe31, 0xe31 }, { 0xe34, 0xe3a },
		{ 0xe47, 0xe4e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
		{ 0x20d0, 0x20ff }, { 0x302a, 0x302d }, { 0x3099, 0x309a },
		{ 0xfe20, 0xfe2f },
	};

	return c >= 0x300 && IN(combining, c);
}

/* East Asian wide and full-width, and emoji. */
static bool is_wide_character(uint32_t c)
{
	static const struct range wide[] = {
		{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x23e9, 0x23ec },
		{ 0x2614, 0x2615 }, { 0x26a1, 0x26a1 }, { 0x2705, 0x2705 },
		{ 0x2728, 0x2728 }, { 0x274c, 0x274c }, { 0x2753, 0x2755 },
		{ 0x2e80, 0x303e }, { 0x3041, 0x33ff }, { 0x3400, 0x4dbf },
		{ 0x4e00, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff60 },
		{ 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
	};

	return c >= 0x1100 && IN(wide, c);
}

static size_t code_point_width(uint32_t c)
{
	return is_combining(c) ? 0 : is_wide_character(c) ? 2 : 1;
}

/* ---- escaping of untrusted text ---- */

/* A backslash, @letter and @width hexadecimal digits of @c. */
static void put_escape(struct text *t, char letter, uint32_t c, unsigned int width)
{
	char out[10] = { '\\', letter };

	for (unsigned int i = 0; i < width; i++)
		out[2 + i] = hex_digits[c >> 4 * (width - 1 - i) & 15];
	text_bytes(t, out, 2 + width);
}

/* \n or \x1b below U+0080; \u009b, \u202e, \U000e0001 above. */
static void put_visible(struct text *t, uint32_t c)
{
	char letter[] = { '\\', "abtnvfr"[c >= 0x07 && c <= 0x0d ? c - 0x07 : 0] };

	if (c >= 0x07 && c <= 0x0d)
		text_bytes(t, letter, sizeof(letter));
	else if (c < 0x80)
		put_escape(t, 'x', c, 2);
	else
		put_escape(t, c < 0x10000 ? 'u' : 'U', c, c < 0x10000 ? 4 : 8);
}

void text_clean(struct text *t, const char *s, size_t len)
{
	size_t used;

	for (; len; s += used, len -= used) {
		uint32_t c = text_decode(s, len, &used);

		if (is_unsafe(c))
			put_visible(t, c);
		else if (c == TEXT_BAD)
			text_string(t, "\xef\xbf\xbd");
		else
			text_bytes(t, s, used);
	}
}

/* U+E0001 is \udb40\udc01, written whole or not at all. */
static void put_surrogates(struct text *t, uint32_t c)
{
	char out[12];
	struct text pair = text_on(out, sizeof(out));

	put_escape(&pair, 'u', 0xd800 + ((c - 0x10000) >> 10), 4);
	put_escape(&pair, 'u', 0xdc00 + (c & 0x3ff), 4);
	text_bytes(t, out, sizeof(out));
}

static void put_quoted(struct text *t, const char *s, size_t len, bool surrogates)
{
	size_t used;

	text_char(t, '"');
	for (; len; s += used, len -= used) {
		uint32_t c = text_decode(s, len, &used);

		if (c == '"' || c == '\\')
			text_bytes(t, c == '"' ? "\\\"" : "\\\\", 2);
		else if (is_unsafe(c) && c < 0x10000)
			put_escape(t, 'u', c, 4);
		else if (is_unsafe(c) && surrogates)
			put_surrogates(t, c);
		else if (is_unsafe(c))
			put_escape(t, 'U', c, 8);
		else if (c == TEXT_BAD)
			text_string(t, "\xef\xbf\xbd");
		else
			text_bytes(t, s, used);
	}
	text_char(t, '"');
}

void text_json(struct text *t, const char *s, size_t len)
{
	put_quoted(t, s, len, true);
}

void text_yaml(struct text *t, const char *s, size_t len)
{
	put_quoted(t, s, len, false);
}

/* ---- columns ---- */

size_t text_fit(const char *s, size_t len, size_t width)
{
	size_t at = 0, used;

	while (at < len) {
		uint32_t c = text_decode(s + at, len - at, &used);

		if (code_point_width(c) > width)
			break;
		width -= code_point_width(c);
		at += used;
	}
	return at;
}

size_t text_width(const char *s, size_t len)
{
	size_t width = 0, used;

	for (; len; s += used, len -= used)
		width += code_point_width(text_decode(s, len, &used));
	return width;
}
