/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Which fields are shown, in which order: --columns names a set to start
 * from, --fields replaces it or changes it.
 */
#ifndef OUTPUT_SELECTION_H
#define OUTPUT_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "event/fields.h"

enum { SELECTION_SIZE = 192 };

struct selection {
	const struct field *at[SELECTION_SIZE];
	size_t count;
};

/* Every field, sorted by name: what JSON and YAML start from. */
void selection_all(struct selection *s);

/*
 * The set @name: "default", "host", "k8s", "wide" or "k8s-wide". -EINVAL and an
 * error when there is no such set.
 */
int selection_set(struct selection *s, const char *name, struct error *f);

/*
 * Changes @s as --fields says: words joined by commas, +NAME adds, -NAME
 * removes, and any bare NAME means that the selection starts empty. NAME is
 * a field's name, its column's title, or the name of a group ("tprocess"),
 * in any case. -EINVAL and an error that names the word.
 */
int selection_change(struct selection *s, const char *words, struct error *f);

/* Is a field of that name, or one of that group, among them? */
bool selection_has(const struct selection *s, const char *name);

/* Brings the fields into the order of the table. */
void selection_sort(struct selection *s);

#endif
