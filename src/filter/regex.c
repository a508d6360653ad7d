// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "filter/regex.h"

#include <errno.h>
#include <string.h>

#include "filter/regex_internal.h"

enum {
	REPEAT_MOST = 1000,	/* as in RE2 */
	NESTED_MOST = 50,
};

/* ---- the compiler ---------------------------------------------------------- */

void pattern_refuse(struct pattern_compiler *c, const char *why)
{
	if (!c->wrong)
		c->wrong = why;
	c->at = c->end;
}

bool pattern_take(struct pattern_compiler *c, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(c->end - c->at) < len || memcmp(c->at, word, len))
		return false;
	c->at += len;
	return true;
}

int64_t pattern_peek(const struct pattern_compiler *c)
{
	return c->at < c->end ? (unsigned char)*c->at : REGEX_NONE;
}

/* Makes room for @count nodes at @where and moves what is behind. */
static struct regex_node *insert(struct pattern_compiler *c, size_t where, size_t count)
{
	static struct regex_node nowhere;
	struct regex_pool *p = c->pool;
	struct regex_node *at = &p->nodes[where];

	if (count > REGEX_NODES - p->used) {
		pattern_refuse(c, "it is too large");
		nowhere = (struct regex_node){ 0 };
		return &nowhere;
	}
	memmove(at + count, at, (p->used - where) * sizeof(*at));
	memset(at, 0, count * sizeof(*at));
	p->used += count;
	return at;
}

struct regex_node *pattern_add(struct pattern_compiler *c, uint8_t op)
{
	struct regex_node *node = insert(c, c->pool->used, 1);

	node->op = op;
	return node;
}

static void insert_fork(struct pattern_compiler *c, size_t where, size_t to)
{
	struct regex_node *node = insert(c, where, 1);

	node->op = OP_FORK;
	node->to = (int32_t)to;
}

/* ---- atoms ---- */

static void take_alternatives(struct pattern_compiler *c);

/* Behind "(?": i) or i:, or a : alone. True: it opens a group. */
static bool take_flags(struct pattern_compiler *c)
{
	bool any = false;

	for (;; any = true) {
		if (pattern_take(c, "i"))
			c->fold = true;
		else if (pattern_take(c, "s"))
			c->dot_all = true;
		else
			break;
	}
	if (pattern_take(c, ":"))
		return true;
	if (!any || !pattern_take(c, ")"))
		pattern_refuse(c, "of (? only (?: (?i and (?s are known");
	return false;
}

/* Behind the ( */
static void take_group(struct pattern_compiler *c)
{
	bool fold = c->fold, dot_all = c->dot_all;

	if (pattern_take(c, "?") && !take_flags(c))
		return;			/* (?i) holds to the end of the group around */
	if (++c->nested > NESTED_MOST)
		pattern_refuse(c, "its groups are nested too deeply");
	else
		take_alternatives(c);
	c->nested--;
	if (!pattern_take(c, ")"))
		pattern_refuse(c, "a ( is not closed");
	c->fold = fold;
	c->dot_all = dot_all;
}

static void add_char(struct pattern_compiler *c, uint32_t code)
{
	struct regex_node *node = pattern_add(c, OP_CHAR);

	node->low = node->high = code;
	node->fold = c->fold;
}

static void add_dot(struct pattern_compiler *c)
{
	size_t start = c->pool->used;

	pattern_add(c, OP_CLASS)->negated = true;
	if (!c->dot_all)
		pattern_add_range(c, '\n', '\n');
	pattern_end_class(c, start);
}

/* Takes what tests a place and no character. */
static bool take_place(struct pattern_compiler *c)
{
	static const struct {
		char word[3];
		uint8_t op;
	} places[] = {
		{ "^", OP_BEGIN }, { "\\A", OP_BEGIN }, { "$", OP_END },
		{ "\\z", OP_END }, { "\\b", OP_WORD }, { "\\B", OP_NO_WORD },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (pattern_take(c, places[i].word)) {
			pattern_add(c, places[i].op);
			return true;
		}
	return false;
}

static void take_atom(struct pattern_compiler *c)
{
	if (pattern_take(c, "("))
		take_group(c);
	else if (pattern_take(c, "["))
		pattern_class(c);
	else if (pattern_take(c, "."))
		add_dot(c);
	else if (pattern_peek(c) == '*' || pattern_peek(c) == '+' || pattern_peek(c) == '?')
		pattern_refuse(c, "there is nothing to repeat before * + ?");
	else if (!take_place(c) && !pattern_lone_set(c))
		add_char(c, pattern_literal(c));
}

/* ---- repetition ---- */

/* Adds a copy of the @len nodes at @start. */
static void copy(struct pattern_compiler *c, size_t start, size_t len)
{
	struct regex_node *to = insert(c, c->pool->used, len);

	if (!c->wrong)
		memcpy(to, &c->pool->nodes[start], len * sizeof(*to));
}

/* The nodes from @start on are one atom; they become any number of it. */
static void make_star(struct pattern_compiler *c, size_t start)
{
	size_t len = c->pool->used - start;

	insert_fork(c, start, len + 2);
	pattern_add(c, OP_JUMP)->to = -(int32_t)(len + 1);
}

/* @least times, and up to @most; negative: without end. */
static void repeat(struct pattern_compiler *c, size_t start, int least, int most)
{
	size_t len = c->pool->used - start;

	for (int i = 1; i < least && !c->wrong; i++)
		copy(c, start, len);
	if (!least && !most)
		c->pool->used = start;
	else if (most < 0 && !least)
		make_star(c, start);
	else if (most < 0)
		pattern_add(c, OP_FORK)->to = -(int32_t)len;
	for (int i = least; i < most && !c->wrong; i++) {
		if (i)			/* the first one is there */
			copy(c, least ? start : start + 1, len);
		insert_fork(c, c->pool->used - len, len + 1);
	}
}

static int take_count(struct pattern_compiler *c)
{
	int count = 0;

	if (pattern_peek(c) < '0' || pattern_peek(c) > '9')
		return -1;
	while (pattern_peek(c) >= '0' && pattern_peek(c) <= '9') {
		count = count * 10 + (*c->at++ - '0');
		if (count > REPEAT_MOST)
			count = REPEAT_MOST + 1;
	}
	return count;
}

/* {2} {2,} {2,5}; a { that begins none of them is one. */
static bool take_braces(struct pattern_compiler *c, int *least, int *most)
{
	const char *start = c->at;

	if (!pattern_take(c, "{"))
		return false;
	*least = *most = take_count(c);
	if (pattern_take(c, ","))
		*most = take_count(c);
	if (*least < 0 || !pattern_take(c, "}")) {
		c->at = start;
		return false;
	}
	if (*least > REPEAT_MOST || *most > REPEAT_MOST)
		pattern_refuse(c, "{} repeats at most 1000 times");
	else if (*most >= 0 && *most < *least)
		pattern_refuse(c, "{} has its numbers the wrong way round");
	return true;
}

static bool take_repeat(struct pattern_compiler *c, int *least, int *most)
{
	*least = 0;
	*most = -1;
	if (pattern_take(c, "*"))
		return true;
	if (pattern_take(c, "+")) {
		*least = 1;
		return true;
	}
	if (pattern_take(c, "?")) {
		*most = 1;
		return true;
	}
	return take_braces(c, least, most);
}

static void take_repeated(struct pattern_compiler *c)
{
	size_t start = c->pool->used;
	int least, most;

	take_atom(c);
	if (c->wrong || !take_repeat(c, &least, &most) || c->wrong)
		return;
	pattern_take(c, "?");			/* the lazy forms match the same */
	repeat(c, start, least, most);
	if (take_repeat(c, &least, &most))
		pattern_refuse(c, "one repetition follows another");
}

static void take_sequence(struct pattern_compiler *c)
{
	while (c->at < c->end && *c->at != '|' && *c->at != ')')
		take_repeated(c);
}

static void take_alternatives(struct pattern_compiler *c)
{
	size_t start = c->pool->used, jump;

	take_sequence(c);
	while (pattern_take(c, "|")) {
		insert_fork(c, start, c->pool->used - start + 2);
		jump = c->pool->used;
		pattern_add(c, OP_JUMP);
		take_sequence(c);
		if (!c->wrong)
			c->pool->nodes[jump].to = (int32_t)(c->pool->used - jump);
	}
}

int regex_compile(struct regex_pool *pool, const char *s, const char **wrong)
{
	struct pattern_compiler c = {
		.pool = pool, .at = s, .end = s + strlen(s),
	};
	size_t start = pool->used;

	take_alternatives(&c);
	if (c.at < c.end)
		pattern_refuse(&c, "a ) closes nothing");
	pattern_add(&c, OP_MATCH);
	if (!c.wrong)
		return (int)start;
	pool->used = start;
	*wrong = c.wrong;
	return -EINVAL;
}

