// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Applies the rules to each event. Only this file of filter/ stays in memory after the start. */
#include <string.h>

#include "base/text.h"
#include "filter/filter.h"
#include "filter/regex.h"

/* ---- regular expressions --------------------------------------------------- */

/* The nodes that can be reached at one point of the string, each once. */
struct states {
	uint16_t at[REGEX_NODES];
	size_t count;
	uint8_t has[REGEX_NODES / 8];
};

static void add_state(struct states *s, size_t node)
{
	uint8_t bit = (uint8_t)(1u << node % 8);

	if (s->has[node / 8] & bit)
		return;
	s->has[node / 8] |= bit;
	s->at[s->count++] = (uint16_t)node;
}

static void clear_states(struct states *s)
{
	s->count = 0;
	memset(s->has, 0, sizeof(s->has));
}

static bool is_letter(int64_t code)
{
	return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
}

static bool is_word(int64_t code)
{
	return is_letter(code) || (code >= '0' && code <= '9') || code == '_';
}

static bool is_in_ranges(const struct regex_node *n, size_t count, int64_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= n[i].low && code <= n[i].high)
			return true;
	return false;
}

/* Is the character what the node asks for? */
static bool accepts(const struct regex_node *n, int64_t code)
{
	bool class = n->op == REGEX_CLASS, found;
	const struct regex_node *ranges = n + class;
	size_t count = class ? n->count : 1;

	if (code == REGEX_NONE)
		return false;
	found = is_in_ranges(ranges, count, code) ||
		(n->fold && is_letter(code) && is_in_ranges(ranges, count, code ^ 0x20));
	return found != n->negated;
}

/* Does an assertion hold between the characters @before and @code? */
static bool is_asserted(uint8_t op, int64_t before, int64_t code)
{
	switch (op) {
	case REGEX_BEGIN:
		return before == REGEX_NONE;
	case REGEX_END:
		return code == REGEX_NONE;
	case REGEX_WORD:
		return is_word(before) != is_word(code);
	default:
		return is_word(before) == is_word(code);
	}
}

/* From all states, between the characters @before and @code; true: matched. */
static bool step(const struct regex_pool *pool, struct states *now,
		 struct states *next, int64_t before, int64_t code)
{
	for (size_t i = 0; i < now->count; i++) {
		size_t at = now->at[i];
		const struct regex_node *n = &pool->nodes[at];

		switch (n->op) {
		case REGEX_MATCH:
			return true;
		case REGEX_FORK:
			add_state(now, at + 1);
			add_state(now, (size_t)((int64_t)at + n->to));
			break;
		case REGEX_JUMP:
			add_state(now, (size_t)((int64_t)at + n->to));
			break;
		case REGEX_CHAR:
		case REGEX_CLASS:
			if (accepts(n, code))
				add_state(next, at + 1 + n->count);
			break;
		default:
			if (is_asserted(n->op, before, code))
				add_state(now, at + 1);
		}
	}
	return false;
}

bool regex_match(const struct regex_pool *pool, int start, const char *s)
{
	struct states lists[2];
	const char *end = s + strlen(s);
	int64_t before = REGEX_NONE, code;
	size_t used = 0;

	clear_states(&lists[0]);
	for (unsigned int turn = 0;; turn ^= 1) {
		code = REGEX_NONE;
		if (s < end)
			code = text_decode(s, (size_t)(end - s), &used);
		clear_states(&lists[turn ^ 1]);
		add_state(&lists[turn], (size_t)start);
		if (step(pool, &lists[turn], &lists[turn ^ 1], before, code))
			return true;
		if (code == REGEX_NONE)
			return false;
		before = code;
		s += used;
	}
}

/* ---- rules ---------------------------------------------------------------- */

static bool is_string(const struct field *field)
{
	return field->type == FIELD_STRING || field->type == FIELD_ENUM;
}

/* An enum has the name of its value. */
static const char *string_of(const struct field *field, const struct oom_event *e)
{
	if (field->type == FIELD_ENUM)
		return field_value(field, field_number(field, e));
	return field_string(field, e);
}

static bool is_known(const struct field *field, const struct oom_event *e)
{
	return is_string(field) ? string_of(field, e) != NULL :
		field_number(field, e) != EVENT_UNKNOWN;
}

/* Is @label one of "k=v,k=v"? */
static bool has_label(const char *labels, const char *label)
{
	size_t len = strlen(label);

	while (*labels) {
		size_t here = strcspn(labels, ",");

		if (here == len && !memcmp(labels, label, len))
			return true;
		labels += here;
		labels += *labels == ',';
	}
	return false;
}

static bool is_ordered(uint8_t op, int order)
{
	switch (op) {
	case FILTER_LESS:
		return order < 0;
	case FILTER_LESS_EQUAL:
		return order <= 0;
	case FILTER_GREATER:
		return order > 0;
	case FILTER_GREATER_EQUAL:
		return order >= 0;
	default:
		return !order;
	}
}

static bool string_holds(const struct filter *f, const struct filter_rule *r,
			 const struct oom_event *e)
{
	const char *s = string_of(r->field, e);

	if (!s)
		s = "";
	if (r->op == FILTER_REGEX)
		return regex_match(&f->regexes, r->regex, s);
	if (r->op == FILTER_LABEL)
		return has_label(s, r->string);
	return is_ordered(r->op, strcmp(s, r->string));
}

static bool number_holds(const struct filter_rule *r, const struct oom_event *e)
{
	int64_t value = field_number(r->field, e);

	return value != EVENT_UNKNOWN &&
		is_ordered(r->op, (value > r->number) - (value < r->number));
}

/* With @lenient a rule over an unknown field holds. */
static bool match(const struct filter *f, const struct oom_event *e, bool lenient)
{
	unsigned int wanted = 0, found = 0;	/* a bit for each list */

	for (size_t i = 0; i < f->count; i++) {
		const struct filter_rule *r = &f->rules[i];
		bool held = (is_string(r->field) ? string_holds(f, r, e) :
			     number_holds(r, e)) != r->negated;

		held = held || (lenient && !is_known(r->field, e));
		if (!r->one_of && !held)
			return false;
		if (!r->one_of)
			continue;
		wanted |= 1u << r->list;
		found |= (unsigned int)held << r->list;
	}
	return wanted == found;
}

bool filter_match(const struct filter *f, const struct oom_event *e)
{
	return match(f, e, false);
}

bool filter_hangs_on(const struct filter *f, const struct oom_event *e, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (f->rules[k].field == f->rules[i].field)
			return false;
	return !is_known(f->rules[i].field, e) && match(f, e, true);
}
