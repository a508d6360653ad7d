/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Parses text from the left: each function takes its part from the front of the
 * span, or leaves the span as it was.
 */
#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include "base/span.h"

/* Takes the string @word. */
bool scan_word(struct span *s, const char *word);

/* Takes spaces and tabs, if any. */
void scan_blanks(struct span *s);

/* Take a decimal number, no larger than an int64_t; the second one may be < 0. */
bool scan_number(struct span *s, int64_t *to);
bool scan_signed(struct span *s, int64_t *to);

/* Is @s the id of a user or a group, in up to ten digits? */
bool scan_is_id(struct span s, uint32_t *to);

/* Takes the digits behind the decimal point of a second. */
int64_t scan_fraction_ns(struct span *s);

/* The value of a hexadecimal digit of either case; 16: it is none. */
unsigned int scan_hex_digit(uint8_t c);

/* Takes 0x and a hexadecimal number, no larger than an int64_t. */
bool scan_hex(struct span *s, int64_t *to);

/*
 * strtod() for parsers of text in which real numbers are not read: *@end is behind
 * the number, the value is 0.
 */
double scan_real(const char *text, char **end);

/* Takes everything up to @word, and @word; *@taken is what was before it. */
bool scan_up_to(struct span *s, const char *word, struct span *taken);

/* Does @s begin with, end with, or consist of @word? */
bool scan_begins(struct span s, const char *word);
bool scan_ends(struct span s, const char *word);
bool scan_is(struct span s, const char *word);

/* The offset of the first, or last, @word; -1: there is none. */
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
