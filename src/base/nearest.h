/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Did you mean ..? */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

/* Looks for the nearest of the names shown to it; starts as { .word = .. }. */
struct nearest {
	const char *word;
	const char *name;	/* the best so far, borrowed; NULL: none is near */
	unsigned int distance;
};

/*
 * Shows one name. It is near when at most a third of the word's letters, case
 * aside, must be changed, added, left out or swapped with their neighbour.
 */
void nearest_try(struct nearest *n, const char *name);

#endif
