/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Selects the events to show: rules over any field of the table, which must all hold.
 * Rules are parsed before tracing begins; matching allocates nothing.
 *
 * An unknown string or enum counts as an empty string, as it does in the
 * gadget's events; an unknown number, time or boolean differs from every
 * value, and is neither less nor greater.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "event/fields.h"
#include "filter/regex.h"

enum { FILTER_RULES = 64, FILTER_TEXT = 4096 };

/* The options that name containers: each is a list, "a,b,!c". */
enum filter_list {
	FILTER_CONTAINER,		/* runtime.containerName */
	FILTER_K8S_CONTAINER, FILTER_NAMESPACE, FILTER_POD, FILTER_SELECTOR,
	FILTER_RUNTIME,
	FILTER_IN_CONTAINER,		/* no list: any container at all */
	FILTER_LISTS,
};

enum filter_op {
	FILTER_EQUAL, FILTER_LESS, FILTER_LESS_EQUAL, FILTER_GREATER, FILTER_GREATER_EQUAL,
	FILTER_REGEX, FILTER_LABEL,
};

struct filter_rule {
	const struct field *field;
	uint8_t op;			/* enum filter_op */
	uint8_t list;			/* enum filter_list; FILTER_LISTS: of none */
	bool negated;
	bool one_of;			/* of its list's rules one must hold */
	int64_t number;			/* what is compared with, by type */
	const char *string;
	int regex;			/* where it starts in @regexes */
};

/* All zero: everything is shown. */
struct filter {
	struct filter_rule rules[FILTER_RULES];
	size_t count;
	char text[FILTER_TEXT];		/* what the rules' strings point into */
	size_t text_used;
	struct regex_pool regexes;
};

/*
 * Adds "field OP value,..": the field by its name or its column's title, in any
 * case; OP is one of == = != < <= > >= ~ !~; blanks around it are ignored. The
 * rules are joined by commas, and "\," is a comma within a value. -EINVAL and
 * an error that names the rule. An empty @rules adds none.
 */
int filter_add(struct filter *f, const char *rules, struct error *error);

/*
 * Adds a list of names: the field must be one of them, and none of those with
 * a "!" before it. For FILTER_SELECTOR they are k=v and k!=v, and all must
 * hold. An empty @names adds none. The error does not name the option.
 * Several lists of one kind are one.
 */
int filter_add_names(struct filter *f, enum filter_list list,
		     const char *names, struct error *error);

/* Removes what was added for @list. */
void filter_drop_names(struct filter *f, enum filter_list list);

/* Do all rules hold for @e? */
bool filter_match(const struct filter *f, const struct oom_event *e);

/*
 * Is the field of rule @i unknown in @e, so that only its value could tell
 * whether @e is to be shown? False too if an earlier rule asks for that field,
 * or if another field, which is known, rules @e out.
 */
bool filter_hangs_on(const struct filter *f, const struct oom_event *e, size_t i);

#endif
