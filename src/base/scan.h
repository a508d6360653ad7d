/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Reading a line of text from the left: each function takes what it knows
 * from the front of the span, or leaves the span as it was.
 */
#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include "base/span.h"

/* Takes the string @word. */
bool scan_word(struct span *s, const char *word);

/* Takes all the blanks there are: spaces and tabs. */
void scan_blanks(struct span *s);

/* Takes decimal digits, with a sign in front for the second one; no more
 * than an int64_t holds. */
bool scan_number(struct span *s, int64_t *to);
bool scan_signed(struct span *s, int64_t *to);

/* Is @s the id of a user or a group, in up to ten digits? */
bool scan_is_id(struct span s, uint32_t *to);

/* Takes the digits behind a decimal point: of a second, in nanoseconds. */
int64_t scan_fraction_ns(struct span *s);

/* Takes 0x and hexadecimal digits, no more than an int64_t holds. */
bool scan_hex(struct span *s, int64_t *to);

/* Takes everything up to @word, and @word; *@taken is what was before it. */
bool scan_up_to(struct span *s, const char *word, struct span *taken);

/* Does @s begin with, end with, or consist of @word? */
bool scan_begins(struct span s, const char *word);
bool scan_ends(struct span s, const char *word);
bool scan_is(struct span s, const char *word);

/* Where @word is found first, or last; -1: nowhere. */
ptrdiff_t scan_find(struct span s, const char *word);
ptrdiff_t scan_find_last(struct span s, const char *word);

/* The first @len bytes of @s, and what is behind them; @len fits. */
static inline struct span scan_front(struct span s, size_t len)
{
	return (struct span){ .data = s.data, .size = len };
}

static inline struct span scan_behind(struct span s, size_t len)
{
	return (struct span){ .data = s.data + len, .size = s.size - len };
}

#endif
