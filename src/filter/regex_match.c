// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <string.h>

#include "filter/regex_internal.h"
#include "base/text.h"

/* Each node once, in the order in which it was reached. */
struct places {
	uint16_t at[REGEX_NODES];
	size_t count;
	uint8_t has[REGEX_NODES / 8];
};

static void reach(struct places *p, size_t node)
{
	uint8_t bit = (uint8_t)(1u << node % 8);

	if (p->has[node / 8] & bit)
		return;
	p->has[node / 8] |= bit;
	p->at[p->count++] = (uint16_t)node;
}

static void forget(struct places *p)
{
	p->count = 0;
	memset(p->has, 0, sizeof(p->has));
}

static bool is_letter(int64_t code)
{
	return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
}

static bool is_word(int64_t code)
{
	return is_letter(code) || (code >= '0' && code <= '9') || code == '_';
}

static bool in_ranges(const struct regex_node *n, size_t count, int64_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= n[i].low && code <= n[i].high)
			return true;
	return false;
}

/* Does the character pass? */
static bool passes(const struct regex_node *n, int64_t code)
{
	bool class = n->op == OP_CLASS, found;
	const struct regex_node *ranges = n + class;
	size_t count = class ? n->count : 1;

	if (code == REGEX_NONE)
		return false;
	found = in_ranges(ranges, count, code) ||
		(n->fold && is_letter(code) && in_ranges(ranges, count, code ^ 0x20));
	return found != n->negated;
}

static bool holds(uint8_t op, int64_t before, int64_t code)
{
	switch (op) {
	case OP_BEGIN:
		return before == REGEX_NONE;
	case OP_END:
		return code == REGEX_NONE;
	case OP_WORD:
		return is_word(before) != is_word(code);
	default:
		return is_word(before) == is_word(code);
	}
}

/* From all places, between the characters @before and @code; true: matched. */
static bool step(const struct regex_pool *pool, struct places *now,
		 struct places *next, int64_t before, int64_t code)
{
	for (size_t i = 0; i < now->count; i++) {
		size_t at = now->at[i];
		const struct regex_node *n = &pool->nodes[at];

		switch (n->op) {
		case OP_MATCH:
			return true;
		case OP_FORK:
			reach(now, at + 1);
			reach(now, (size_t)((int64_t)at + n->to));
			break;
		case OP_JUMP:
			reach(now, (size_t)((int64_t)at + n->to));
			break;
		case OP_CHAR:
		case OP_CLASS:
			if (passes(n, code))
				reach(next, at + 1 + n->count);
			break;
		default:
			if (holds(n->op, before, code))
				reach(now, at + 1);
		}
	}
	return false;
}

bool regex_match(const struct regex_pool *pool, int start, const char *s)
{
	struct places lists[2];
	const char *end = s + strlen(s);
	int64_t before = REGEX_NONE, code;
	size_t used = 0;

	forget(&lists[0]);
	for (unsigned int turn = 0;; turn ^= 1) {
		code = REGEX_NONE;
		if (s < end)
			code = text_decode(s, (size_t)(end - s), &used);
		forget(&lists[turn ^ 1]);
		reach(&lists[turn], (size_t)start);
		if (step(pool, &lists[turn], &lists[turn ^ 1], before, code))
			return true;
		if (code == REGEX_NONE)
			return false;
		before = code;
		s += used;
	}
}
