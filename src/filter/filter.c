// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "filter/filter.h"

#include <errno.h>
#include <string.h>

#include "base/suggest.h"
#include "base/scan.h"
#include "filter/filter_internal.h"
#include "kmsg/log_date.h"

/* What is behind a field's name, up to its value. */
static const struct {
	char word[3];
	uint8_t op;
	bool negated;
} ops[] = {
	{ "==", OP_EQUAL, false }, { "=", OP_EQUAL, false },
	{ "!=", OP_EQUAL, true }, { "<", OP_LESS, false },
	{ "<=", OP_LESS_EQUAL, false }, { ">", OP_GREATER, false },
	{ ">=", OP_GREATER_EQUAL, false }, { "~", OP_PATTERN, false },
	{ "!~", OP_PATTERN, true },
};

/* ---- the store ------------------------------------------------------------ */

int filter_refuse(struct error *error, const char *rule, const char *why)
{
	error_set(error, EINVAL, "'%s'", rule);
	return error_why(error, "%s", why);
}

char *filter_keep(struct filter *f, const char *s, size_t len)
{
	char *copy = f->text + f->text_used;

	if (len >= sizeof(f->text) - f->text_used)
		return NULL;
	memcpy(copy, s, len);
	copy[len] = '\0';
	f->text_used += len + 1;
	return copy;
}

struct filter_rule *filter_new_rule(struct filter *f, const char *rule, struct error *error)
{
	if (f->count == FILTER_RULES) {
		filter_refuse(error, rule, "there are too many rules");
		return NULL;
	}
	f->rules[f->count] = (struct filter_rule){ .list = FILTER_LISTS };
	return &f->rules[f->count];
}

/* ---- values, by type ------------------------------------------------------ */

/* 64M, for bytes */
static bool take_unit(struct span *s, const struct field *field, int64_t *number)
{
	static const char units[] = "KMGT";
	const char *unit = s->size && *s->data ? strchr(units, *s->data) : NULL;

	if (!unit || strcmp(field->unit, "bytes"))
		return true;
	*s = scan_behind(*s, 1);
	return !__builtin_mul_overflow(*number, (int64_t)1 << 10 * (unit - units + 1), number);
}

static const char *read_number(struct filter_rule *r)
{
	struct span s = span_of(r->string, strlen(r->string));

	if (r->field->type == FIELD_LIMIT && !strcmp(r->string, "max")) {
		r->number = EVENT_UNLIMITED;
		return NULL;
	}
	if (!scan_hex(&s, &r->number) && !scan_signed(&s, &r->number))
		return "the value is not a whole number";
	if (!take_unit(&s, r->field, &r->number))
		return "the value is too large";
	return s.size ? "the value is not a whole number" : NULL;
}

static const char *read_bool(struct filter_rule *r)
{
	r->number = !strcmp(r->string, "true") || !strcmp(r->string, "1");
	if (!r->number && strcmp(r->string, "false") && strcmp(r->string, "0"))
		return "the value is neither true nor false";
	return r->op == OP_EQUAL ? NULL : "of a boolean only == and != are known";
}

static const char *read_enum(const struct filter_rule *r)
{
	if (r->op == OP_PATTERN)
		return NULL;
	if (r->op != OP_EQUAL)
		return "of a name only == != ~ and !~ are known";
	for (int64_t i = 0; r->field->values[i]; i++)
		if (!strcmp(r->field->values[i], r->string))
			return NULL;
	return *r->string ? "the field has no such value (--list-fields)" : NULL;
}

/* 2026-08-21T09:20:46.5+03:00, or nanoseconds since 1970 */
static const char *read_time(struct filter_rule *r)
{
	struct span s = span_of(r->string, strlen(r->string));
	struct log_clock clock = { 0 };
	struct log_date date;

	if (scan_signed(&s, &r->number) && !s.size)
		return NULL;
	s = span_of(r->string, strlen(r->string));
	if (*r->string >= '0' && *r->string <= '9' &&
	    log_date_take(&s, &clock, &date) && !s.size && !date.year_guessed &&
	    date.unix_ns != EVENT_UNKNOWN) {
		r->number = date.unix_ns;
		return NULL;
	}
	return "the value is no time as in 2026-08-21T09:20:46+03:00";
}

static const char *read_value(struct filter *f, struct filter_rule *r)
{
	const char *wrong = NULL;

	if (r->field->type == FIELD_LIST)
		return "a list cannot be compared";
	if (r->op == OP_PATTERN) {
		if (!filter_is_string(r->field))
			return "~ is for strings";
		r->pattern = regex_compile(&f->patterns, r->string, &wrong);
		return wrong;
	}
	switch (r->field->type) {
	case FIELD_STRING:
		return NULL;
	case FIELD_ENUM:
		return read_enum(r);
	case FIELD_BOOL:
		return read_bool(r);
	case FIELD_TIME:
		return read_time(r);
	default:
		return read_number(r);
	}
}

/* ---- rules as in --filter ------------------------------------------------- */

/*
 * Takes the rule at *@rules, which goes on behind its comma or becomes NULL;
 * a backslash counts with what is behind it, and "\," is a comma.
 */
static char *take_rule(struct filter *f, const char **rules)
{
	const char *s = *rules;
	size_t len = 0;
	char *rule;

	while (s[len] && s[len] != ',')
		len += s[len] == '\\' && s[len + 1] ? 2 : 1;
	rule = filter_keep(f, s, len);
	*rules = s[len] ? s + len + 1 : NULL;
	if (!rule)
		return NULL;
	for (char *from = rule, *to = rule;; from++, to++) {
		if (*from == '\\' && from[1] == ',')
			from++;
		else if (*from == '\\' && from[1])
			*to++ = *from++;
		*to = *from;
		if (!*from)
			return rule;
	}
}

static int refuse_field(struct error *error, const char *rule, const char *name)
{
	struct suggestion near = { .word = name };

	for (size_t i = 0; i < field_count; i++)
		suggestion_try(&near, fields[i].name);
	filter_refuse(error, rule, "no such field");
	if (near.name)
		return error_hint(error, "did you mean '%s'? --list-fields names them all",
				  near.name);
	return error_hint(error, "--list-fields names them all");
}

static int find_field(struct filter_rule *r, const char *rule, size_t len,
		      struct error *error)
{
	char name[64];

	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, rule, len);
	name[len] = '\0';
	r->field = field_find(name);
	return r->field ? 0 : refuse_field(error, rule, name);
}

/* Its operator is all of the characters that operators are made of. */
static bool find_op(struct filter_rule *r, const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strlen(ops[i].word) != len || memcmp(ops[i].word, word, len))
			continue;
		r->op = ops[i].op;
		r->negated = ops[i].negated;
		return true;
	}
	return false;
}

static int add_rule(struct filter *f, const char *rule, struct error *error)
{
	size_t name = strcspn(rule, "=!<>~");
	size_t op = strspn(rule + name, "=!<>~");
	struct filter_rule *r = filter_new_rule(f, rule, error);
	const char *wrong;

	if (!r)
		return -EINVAL;
	if (!op || !find_op(r, rule + name, op)) {
		filter_refuse(error, rule, op ? "no such operator" : "an operator is missing");
		return error_hint(error, "field OP value, OP one of == != < <= > >= ~ !~");
	}
	if (find_field(r, rule, name, error) < 0)
		return -EINVAL;
	r->string = rule + name + op;
	wrong = read_value(f, r);
	if (wrong)
		return filter_refuse(error, rule, wrong);
	f->count++;
	return 0;
}

int filter_add(struct filter *f, const char *rules, struct error *error)
{
	const char *rule;
	int result = 0;

	if (!*rules)
		return 0;
	while (!result && rules) {
		rule = take_rule(f, &rules);
		result = rule ? add_rule(f, rule, error) :
			filter_refuse(error, "..", "the rules are too long");
	}
	return result;
}
