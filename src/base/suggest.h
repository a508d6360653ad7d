/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Did you mean ..? */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

/* The nearest of the names that were tried; starts as { .word = .. }. */
struct suggestion {
	const char *word;
	const char *name;	/* the best so far, borrowed; NULL: none is near */
	unsigned int distance;
};

/*
 * Tries one name. It is near if at most a third of the word's letters, case
 * aside, must be changed, added, left out or swapped with their neighbour.
 */
void suggestion_try(struct suggestion *n, const char *name);

/* The same; a name that the word, of at least three letters, is a part of is near, too. */
void suggestion_try_part(struct suggestion *n, const char *name);

#endif
