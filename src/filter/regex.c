// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "filter/regex.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

enum {
	REPEAT_MOST = 1000,	/* as in RE2 */
	NESTED_MOST = 50,
};

struct compiler {
	struct regex_pool *pool;
	const char *at, *end;		/* what of the expression is left */
	const char *wrong;		/* in words; NULL: nothing so far */
	unsigned int nested;
	bool fold, dot_all;		/* (?i), (?s) */
	struct regex_node spare;	/* what is written when the pool is full */
};

/* ---- the compiler ---------------------------------------------------------- */

/* Ends the compilation; the first reason stays. */
static void fail(struct compiler *c, const char *why)
{
	if (!c->wrong)
		c->wrong = why;
	c->at = c->end;
}

/* Takes @word from the front of what is left. */
static bool accept(struct compiler *c, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len))
		return false;
	c->at += len;
	return true;
}

static int64_t peek(const struct compiler *c)
{
	return c->at < c->end ? (unsigned char)*c->at : REGEX_NONE;
}

/* Makes room for @count nodes at @where. */
static struct regex_node *insert(struct compiler *c, size_t where, size_t count)
{
	struct regex_pool *p = c->pool;
	struct regex_node *at = &p->nodes[where];

	if (count > REGEX_NODES - p->used) {
		fail(c, "it is too large");
		c->spare = (struct regex_node){ 0 };
		return &c->spare;
	}
	memmove(at + count, at, (p->used - where) * sizeof(*at));
	memset(at, 0, count * sizeof(*at));
	p->used += count;
	return at;
}

static struct regex_node *add_node(struct compiler *c, uint8_t op)
{
	struct regex_node *node = insert(c, c->pool->used, 1);

	node->op = op;
	return node;
}

static void insert_fork(struct compiler *c, size_t where, size_t to)
{
	struct regex_node *node = insert(c, where, 1);

	node->op = REGEX_FORK;
	node->to = (int32_t)to;
}

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

static uint32_t take_char(struct compiler *c)
{
	size_t used;
	uint32_t code;

	if (c->at == c->end) {
		fail(c, "it ends too early");
		return 0;
	}
	code = text_decode(c->at, (size_t)(c->end - c->at), &used);
	if (code == TEXT_BAD && memcmp(c->at, "\xef\xbf\xbd", used < 3 ? used : 3))
		fail(c, "it is not UTF-8");
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
static uint32_t take_hex(struct compiler *c)
{
	bool braces = accept(c, "{");
	uint32_t code = 0;
	int digits = 0;

	for (; hex_digit(peek(c)) >= 0 && digits < (braces ? 6 : 2); digits++)
		code = code << 4 | (uint32_t)hex_digit((unsigned char)*c->at++);
	if (!digits || (braces ? !accept(c, "}") : digits < 2) || code > REGEX_LAST)
		fail(c, "\\x wants two hexadecimal digits, or some in {}");
	return code;
}

/* A character as it is, or escaped. */
static uint32_t take_literal(struct compiler *c)
{
	static const char letters[] = "afnrtv", codes[] = "\a\f\n\r\t\v";
	const char *letter;
	uint32_t code;

	if (!accept(c, "\\"))
		return take_char(c);
	code = take_char(c);
	if (code == 'x')
		return take_hex(c);
	letter = code && code < 0x80 ? strchr(letters, (int)code) : NULL;
	if (letter)
		return (uint32_t)codes[letter - letters];
	if (code >= 0x80 || (code >= '0' && code <= '9') ||
	    ((code | 0x20) >= 'a' && (code | 0x20) <= 'z'))
		fail(c, "no such escape");
	return code;
}

/* ---- classes ---- */

static void add_range(struct compiler *c, uint32_t low, uint32_t high)
{
	struct regex_node *node = add_node(c, REGEX_RANGE);

	node->low = low;
	node->high = high;
}

static void add_set(struct compiler *c, const struct set *s, bool negated)
{
	uint32_t next = 0;

	for (const struct range *r = s->ranges; r->high; r++) {
		if (!negated)
			add_range(c, r->low, r->high);
		else if (next < r->low)
			add_range(c, next, r->low - 1u);
		next = r->high + 1u;
	}
	if (negated)
		add_range(c, next, REGEX_LAST);
}

/* \d, \D, .. and, within brackets, [:alpha:] and [:^alpha:] */
static bool take_set(struct compiler *c, bool bracketed)
{
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		const char *name = sets[i].name;
		char positive[] = { '\\', name[0], '\0' };
		char negative[] = { '\\', (char)(name[0] - 'a' + 'A'), '\0' };
		const char *start = c->at;
		bool negated;

		if (*name != '[') {
			negated = accept(c, negative);
			if (!negated && !accept(c, positive))
				continue;
		} else {
			if (!bracketed || !accept(c, "[:"))
				continue;
			negated = accept(c, "^");
			if (!accept(c, name + 2)) {
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
static void take_class_item(struct compiler *c)
{
	uint32_t low, high;

	if (c->at == c->end)
		fail(c, "a [ is not closed");
	if (take_set(c, true))
		return;
	if (c->end - c->at >= 2 && !memcmp(c->at, "[:", 2) &&
	    memmem(c->at, (size_t)(c->end - c->at), ":]", 2)) {
		fail(c, "no such [: :]");
		return;
	}
	low = high = take_literal(c);
	if (c->end - c->at > 1 && c->at[0] == '-' && c->at[1] != ']') {
		c->at++;
		high = take_literal(c);
	}
	if (high < low)
		fail(c, "a range runs backwards");
	add_range(c, low, high);
}

static void end_class(struct compiler *c, size_t start)
{
	if (c->wrong)
		return;
	c->pool->nodes[start].count = (uint16_t)(c->pool->used - start - 1);
}

/* Behind the [ */
static void take_class(struct compiler *c)
{
	size_t start = c->pool->used;
	struct regex_node *node = add_node(c, REGEX_CLASS);

	node->fold = c->fold;
	node->negated = accept(c, "^");
	do
		take_class_item(c);
	while (!c->wrong && c->at < c->end && *c->at != ']');
	if (!accept(c, "]"))
		fail(c, "a [ is not closed");
	end_class(c, start);
}

/* \d and its like, as a class of their own */
static bool take_lone_set(struct compiler *c)
{
	size_t start = c->pool->used;

	if (peek(c) != '\\')
		return false;
	add_node(c, REGEX_CLASS);
	if (c->wrong)
		return true;
	if (take_set(c, false)) {
		end_class(c, start);
		return true;
	}
	c->pool->used = start;
	return false;
}

/* ---- atoms ---- */

static void take_alternatives(struct compiler *c);

/* Behind "(?": i) or i:, or a : alone. True: it opens a group. */
static bool take_flags(struct compiler *c)
{
	bool any = false;

	for (;; any = true) {
		if (accept(c, "i"))
			c->fold = true;
		else if (accept(c, "s"))
			c->dot_all = true;
		else
			break;
	}
	if (accept(c, ":"))
		return true;
	if (!any || !accept(c, ")"))
		fail(c, "of (? only (?: (?i and (?s are known");
	return false;
}

/* Behind the ( */
static void take_group(struct compiler *c)
{
	bool fold = c->fold, dot_all = c->dot_all;

	if (accept(c, "?") && !take_flags(c))
		return;			/* (?i) holds to the end of the group around */
	if (++c->nested > NESTED_MOST)
		fail(c, "its groups are nested too deeply");
	else
		take_alternatives(c);
	c->nested--;
	if (!accept(c, ")"))
		fail(c, "a ( is not closed");
	c->fold = fold;
	c->dot_all = dot_all;
}

static void add_char(struct compiler *c, uint32_t code)
{
	struct regex_node *node = add_node(c, REGEX_CHAR);

	node->low = node->high = code;
	node->fold = c->fold;
}

static void add_dot(struct compiler *c)
{
	size_t start = c->pool->used;

	add_node(c, REGEX_CLASS)->negated = true;
	if (!c->dot_all)
		add_range(c, '\n', '\n');
	end_class(c, start);
}

/* Takes an assertion, which consumes no character. */
static bool take_assertion(struct compiler *c)
{
	static const struct {
		char word[3];
		uint8_t op;
	} assertions[] = {
		{ "^", REGEX_BEGIN }, { "\\A", REGEX_BEGIN }, { "$", REGEX_END },
		{ "\\z", REGEX_END }, { "\\b", REGEX_WORD }, { "\\B", REGEX_NO_WORD },
	};

	for (size_t i = 0; i < sizeof(assertions) / sizeof(assertions[0]); i++)
		if (accept(c, assertions[i].word)) {
			add_node(c, assertions[i].op);
			return true;
		}
	return false;
}

static void take_atom(struct compiler *c)
{
	if (accept(c, "("))
		take_group(c);
	else if (accept(c, "["))
		take_class(c);
	else if (accept(c, "."))
		add_dot(c);
	else if (peek(c) == '*' || peek(c) == '+' || peek(c) == '?')
		fail(c, "there is nothing to repeat before * + ?");
	else if (!take_assertion(c) && !take_lone_set(c))
		add_char(c, take_literal(c));
}

/* ---- repetition ---- */

/* Adds a copy of the @len nodes at @start. */
static void copy(struct compiler *c, size_t start, size_t len)
{
	struct regex_node *to = insert(c, c->pool->used, len);

	if (!c->wrong)
		memcpy(to, &c->pool->nodes[start], len * sizeof(*to));
}

/* The nodes from @start on are one atom; they become any number of it. */
static void make_star(struct compiler *c, size_t start)
{
	size_t len = c->pool->used - start;

	insert_fork(c, start, len + 2);
	add_node(c, REGEX_JUMP)->to = -(int32_t)(len + 1);
}

/* @least times, and up to @most; negative: without end. */
static void repeat(struct compiler *c, size_t start, int least, int most)
{
	size_t len = c->pool->used - start;

	for (int i = 1; i < least && !c->wrong; i++)
		copy(c, start, len);
	if (!least && !most)
		c->pool->used = start;
	else if (most < 0 && !least)
		make_star(c, start);
	else if (most < 0)
		add_node(c, REGEX_FORK)->to = -(int32_t)len;
	for (int i = least; i < most && !c->wrong; i++) {
		if (i)			/* the first one is there */
			copy(c, least ? start : start + 1, len);
		insert_fork(c, c->pool->used - len, len + 1);
	}
}

static int take_count(struct compiler *c)
{
	int count = 0;

	if (peek(c) < '0' || peek(c) > '9')
		return -1;
	while (peek(c) >= '0' && peek(c) <= '9') {
		count = count * 10 + (*c->at++ - '0');
		if (count > REPEAT_MOST)
			count = REPEAT_MOST + 1;
	}
	return count;
}

/* {2} {2,} {2,5}; a { that begins none of them is one. */
static bool take_braces(struct compiler *c, int *least, int *most)
{
	const char *start = c->at;

	if (!accept(c, "{"))
		return false;
	*least = *most = take_count(c);
	if (accept(c, ","))
		*most = take_count(c);
	if (*least < 0 || !accept(c, "}")) {
		c->at = start;
		return false;
	}
	if (*least > REPEAT_MOST || *most > REPEAT_MOST)
		fail(c, "{} repeats at most 1000 times");
	else if (*most >= 0 && *most < *least)
		fail(c, "{} has its numbers the wrong way round");
	return true;
}

static bool take_repeat(struct compiler *c, int *least, int *most)
{
	*least = 0;
	*most = -1;
	if (accept(c, "*"))
		return true;
	if (accept(c, "+")) {
		*least = 1;
		return true;
	}
	if (accept(c, "?")) {
		*most = 1;
		return true;
	}
	return take_braces(c, least, most);
}

static void take_repeated(struct compiler *c)
{
	size_t start = c->pool->used;
	int least, most;

	take_atom(c);
	if (c->wrong || !take_repeat(c, &least, &most) || c->wrong)
		return;
	accept(c, "?");			/* the lazy forms match the same */
	repeat(c, start, least, most);
	if (take_repeat(c, &least, &most))
		fail(c, "one repetition follows another");
}

static void take_sequence(struct compiler *c)
{
	while (c->at < c->end && *c->at != '|' && *c->at != ')')
		take_repeated(c);
}

static void take_alternatives(struct compiler *c)
{
	size_t start = c->pool->used, jump;

	take_sequence(c);
	while (accept(c, "|")) {
		insert_fork(c, start, c->pool->used - start + 2);
		jump = c->pool->used;
		add_node(c, REGEX_JUMP);
		take_sequence(c);
		if (!c->wrong)
			c->pool->nodes[jump].to = (int32_t)(c->pool->used - jump);
	}
}

int regex_compile(struct regex_pool *pool, const char *s, const char **wrong)
{
	struct compiler c = {
		.pool = pool, .at = s, .end = s + strlen(s),
	};
	size_t start = pool->used;

	take_alternatives(&c);
	if (c.at < c.end)
		fail(&c, "a ) closes nothing");
	add_node(&c, REGEX_MATCH);
	if (!c.wrong)
		return (int)start;
	pool->used = start;
	*wrong = c.wrong;
	return -EINVAL;
}
