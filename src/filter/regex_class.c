// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Characters and classes of them. */
#include "filter/regex_internal.h"

#include <string.h>

#include "base/text.h"

/* ---- the sets that have names -------------------------------------------- */

struct range {
	uint8_t low, high;
};

/* Sorted ranges, closed by one of NULs. */
struct set {
	const char *name;
	struct range ranges[6];
};

static const struct set sets[] = {
	{ "d", { { '0', '9' } } },
	{ "w", { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } } },
	{ "s", { { '\t', '\n' }, { '\f', '\r' }, { ' ', ' ' } } },
	{ "[:alnum:]", { { '0', '9' }, { 'A', 'Z' }, { 'a', 'z' } } },
	{ "[:alpha:]", { { 'A', 'Z' }, { 'a', 'z' } } },
	{ "[:blank:]", { { '\t', '\t' }, { ' ', ' ' } } },
	{ "[:cntrl:]", { { 0, 0x1f }, { 0x7f, 0x7f } } },
	{ "[:digit:]", { { '0', '9' } } },
	{ "[:graph:]", { { '!', '~' } } },
	{ "[:lower:]", { { 'a', 'z' } } },
	{ "[:print:]", { { ' ', '~' } } },
	{ "[:punct:]", { { '!', '/' }, { ':', '@' }, { '[', '`' }, { '{', '~' } } },
	{ "[:space:]", { { '\t', '\r' }, { ' ', ' ' } } },
	{ "[:upper:]", { { 'A', 'Z' } } },
	{ "[:word:]", { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } } },
	{ "[:xdigit:]", { { '0', '9' }, { 'A', 'F' }, { 'a', 'f' } } },
};

/* ---- characters ---- */

static uint32_t take_char(struct pattern_compiler *c)
{
	size_t used;
	uint32_t code;

	if (c->at == c->end) {
		pattern_refuse(c, "it ends too early");
		return 0;
	}
	code = text_decode(c->at, (size_t)(c->end - c->at), &used);
	if (code == TEXT_BAD && memcmp(c->at, "\xef\xbf\xbd", used < 3 ? used : 3))
		pattern_refuse(c, "it is not UTF-8");
	else
		c->at += used;
	return code;
}

static int hex_digit(int64_t ch)
{
	if (ch >= '0' && ch <= '9')
		return (int)(ch - '0');
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? (int)(ch - 'a' + 10) : -1;
}

/* Behind \x: 41 or {1f600} */
static uint32_t take_hex(struct pattern_compiler *c)
{
	bool braces = pattern_take(c, "{");
	uint32_t code = 0;
	int digits = 0;

	for (; hex_digit(pattern_peek(c)) >= 0 && digits < (braces ? 6 : 2); digits++)
		code = code << 4 | (uint32_t)hex_digit((unsigned char)*c->at++);
	if (!digits || (braces ? !pattern_take(c, "}") : digits < 2) || code > REGEX_LAST)
		pattern_refuse(c, "\\x wants two hexadecimal digits, or some in {}");
	return code;
}

/* A character as it is, or escaped. */
uint32_t pattern_literal(struct pattern_compiler *c)
{
	static const char letters[] = "afnrtv", codes[] = "\a\f\n\r\t\v";
	const char *letter;
	uint32_t code;

	if (!pattern_take(c, "\\"))
		return take_char(c);
	code = take_char(c);
	if (code == 'x')
		return take_hex(c);
	letter = code && code < 0x80 ? strchr(letters, (int)code) : NULL;
	if (letter)
		return (uint32_t)codes[letter - letters];
	if (code >= 0x80 || (code >= '0' && code <= '9') ||
	    ((code | 0x20) >= 'a' && (code | 0x20) <= 'z'))
		pattern_refuse(c, "no such escape");
	return code;
}

/* ---- classes ---- */

void pattern_add_range(struct pattern_compiler *c, uint32_t low, uint32_t high)
{
	struct regex_node *node = pattern_add(c, OP_RANGE);

	node->low = low;
	node->high = high;
}

static void add_set(struct pattern_compiler *c, const struct set *s, bool negated)
{
	uint32_t next = 0;

	for (const struct range *r = s->ranges; r->high; r++) {
		if (!negated)
			pattern_add_range(c, r->low, r->high);
		else if (next < r->low)
			pattern_add_range(c, next, r->low - 1u);
		next = r->high + 1u;
	}
	if (negated)
		pattern_add_range(c, next, REGEX_LAST);
}

/* \d, \D, .. and, within brackets, [:alpha:] and [:^alpha:] */
static bool take_set(struct pattern_compiler *c, bool bracketed)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		const char *name = sets[i].name;
		char positive[] = { '\\', name[0], '\0' };
		char negative[] = { '\\', (char)(name[0] - 'a' + 'A'), '\0' };
		const char *start = c->at;
		bool negated;

		if (*name != '[') {
			negated = pattern_take(c, negative);
			if (!negated && !pattern_take(c, positive))
				continue;
		} else {
			if (!bracketed || !pattern_take(c, "[:"))
				continue;
			negated = pattern_take(c, "^");
			if (!pattern_take(c, name + 2)) {
				c->at = start;
				continue;
			}
		}
		add_set(c, &sets[i], negated);
		return true;
	}
	return false;
}

/* a, a-z, \d or [:alpha:] */
static void take_class_item(struct pattern_compiler *c)
{
	uint32_t low, high;

	if (c->at == c->end)
		pattern_refuse(c, "a [ is not closed");
	if (take_set(c, true))
		return;
	if (c->end - c->at >= 2 && !memcmp(c->at, "[:", 2) &&
	    memmem(c->at, (size_t)(c->end - c->at), ":]", 2)) {
		pattern_refuse(c, "no such [: :]");
		return;
	}
	low = high = pattern_literal(c);
	if (c->end - c->at > 1 && c->at[0] == '-' && c->at[1] != ']') {
		c->at++;
		high = pattern_literal(c);
	}
	if (high < low)
		pattern_refuse(c, "a range runs backwards");
	pattern_add_range(c, low, high);
}

void pattern_end_class(struct pattern_compiler *c, size_t start)
{
	if (c->wrong)
		return;
	c->pool->nodes[start].count = (uint16_t)(c->pool->used - start - 1);
}

/* Behind the [ */
void pattern_class(struct pattern_compiler *c)
{
	size_t start = c->pool->used;
	struct regex_node *node = pattern_add(c, OP_CLASS);

	node->fold = c->fold;
	node->negated = pattern_take(c, "^");
	do
		take_class_item(c);
	while (!c->wrong && c->at < c->end && *c->at != ']');
	if (!pattern_take(c, "]"))
		pattern_refuse(c, "a [ is not closed");
	pattern_end_class(c, start);
}

/* \d and its like, as a class of their own */
bool pattern_lone_set(struct pattern_compiler *c)
{
	size_t start = c->pool->used;

	if (pattern_peek(c) != '\\')
		return false;
	pattern_add(c, OP_CLASS);
	if (c->wrong)
		return true;
	if (take_set(c, false)) {
		pattern_end_class(c, start);
		return true;
	}
	c->pool->used = start;
	return false;
}

