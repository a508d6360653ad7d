// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include <string.h>

#include "filter/filter_internal.h"

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

static const char *string_of(const struct filter_rule *r, const struct oom_event *e)
{
	if (r->field->type == FIELD_ENUM)
		return field_value(r->field, field_number(r->field, e));
	return field_string(r->field, e);
}

static bool compares(uint8_t op, int order)
{
	switch (op) {
	case OP_LESS:
		return order < 0;
	case OP_LESS_EQUAL:
		return order <= 0;
	case OP_GREATER:
		return order > 0;
	case OP_GREATER_EQUAL:
		return order >= 0;
	default:
		return !order;
	}
}

static bool string_holds(const struct filter *f, const struct filter_rule *r,
			 const struct oom_event *e)
{
	const char *s = string_of(r, e);

	if (!s)
		s = "";
	if (r->op == OP_PATTERN)
		return regex_match(&f->patterns, r->pattern, s);
	if (r->op == OP_LABEL)
		return has_label(s, r->string);
	return compares(r->op, strcmp(s, r->string));
}

static bool number_holds(const struct filter_rule *r, const struct oom_event *e)
{
	int64_t value = field_number(r->field, e);

	return value != EVENT_UNKNOWN &&
		compares(r->op, (value > r->number) - (value < r->number));
}

static bool holds(const struct filter *f, const struct filter_rule *r,
		  const struct oom_event *e)
{
	return (filter_is_string(r->field) ? string_holds(f, r, e) :
		number_holds(r, e)) != r->negated;
}

bool filter_match(const struct filter *f, const struct oom_event *e)
{
	unsigned int wanted = 0, found = 0;	/* a bit for each list */

	for (size_t i = 0; i < f->count; i++) {
		const struct filter_rule *r = &f->rules[i];
		bool held = holds(f, r, e);

		if (!r->one_of && !held)
			return false;
		if (!r->one_of)
			continue;
		wanted |= 1u << r->list;
		found |= (unsigned int)held << r->list;
	}
	return wanted == found;
}

const struct field *filter_missing(const struct filter *f, const struct oom_event *e)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->rules[i].list != FILTER_LISTS &&
		    !field_string(f->rules[i].field, e))
			return f->rules[i].field;
	return NULL;
}
