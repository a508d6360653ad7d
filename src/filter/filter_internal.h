/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the files that make up event/filter share. */
#ifndef FILTER_FILTER_INTERNAL_H
#define FILTER_FILTER_INTERNAL_H

#include "filter/filter.h"

enum filter_op {
	OP_EQUAL, OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL,
	OP_PATTERN, OP_LABEL,
};

/* Says what is wrong with @rule. -EINVAL. */
int filter_refuse(struct error *error, const char *rule, const char *why);

/* Keeps the @len bytes at @s; NULL: there is no room. */
char *filter_keep(struct filter *f, const char *s, size_t len);

/*
 * A rule that is in force when f->count is raised. NULL and an error that
 * names @rule: there are too many.
 */
struct filter_rule *filter_new_rule(struct filter *f, const char *rule,
				    struct error *error);

/* An enum has the name of its value. */
static inline bool filter_is_string(const struct field *field)
{
	return field->type == FIELD_STRING || field->type == FIELD_ENUM;
}

#endif
