// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { LONGEST = 40, PART = 3 };

static bool is_same_letter(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * Edit distance with transpositions, row by row: rows[i % 3][k] is the cost
 * of making the first k letters of @b from the first i of @a.
 */
static unsigned int edit_distance(const char *a, size_t alen,
				  const char *b, size_t blen)
{
	unsigned int rows[3][LONGEST + 1];

	for (unsigned int k = 0; k <= blen; k++)
		rows[0][k] = k;
	for (unsigned int i = 1; i <= alen; i++) {
		unsigned int *row = rows[i % 3], *last = rows[(i + 2) % 3];

		row[0] = i;
		for (size_t k = 1; k <= blen; k++) {
			row[k] = min(last[k - 1] + !is_same_letter(a[i - 1], b[k - 1]),
				     min(last[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && is_same_letter(a[i - 1], b[k - 2]) &&
			    is_same_letter(a[i - 2], b[k - 1]))
				row[k] = min(row[k],
					     rows[(i + 1) % 3][k - 2] + 1);
		}
	}
	return rows[alen % 3][blen];
}

void suggestion_try(struct suggestion *n, const char *name)
{
	size_t wlen = strlen(n->word), nlen = strlen(name);
	unsigned int distance;

	if (wlen > LONGEST || nlen > LONGEST)
		return;
	distance = edit_distance(n->word, wlen, name, nlen);
	if (distance > (wlen + 2) / 3 || (n->name && distance >= n->distance))
		return;
	n->name = name;
	n->distance = distance;
}

void suggestion_try_part(struct suggestion *n, const char *name)
{
	size_t wlen = strlen(n->word), nlen = strlen(name);
	unsigned int distance = (unsigned int)(nlen - wlen);

	suggestion_try(n, name);
	if (wlen < PART || !strcasestr(name, n->word) || (n->name && distance >= n->distance))
		return;
	n->name = name;
	n->distance = distance;
}
