// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "base/scan.h"

#include <string.h>

/* How long @word is, if @s begins with it; else SIZE_MAX. Most words differ early. */
static size_t length_of(struct span s, const char *word)
{
	size_t i;

	for (i = 0; word[i]; i++)
		if (i >= s.size || s.data[i] != (uint8_t)word[i])
			return SIZE_MAX;
	return i;
}

bool scan_begins(struct span s, const char *word)
{
	return length_of(s, word) != SIZE_MAX;
}

bool scan_ends(struct span s, const char *word)
{
	size_t len = strlen(word);

	return len <= s.size && scan_begins(scan_behind(s, s.size - len), word);
}

bool scan_is(struct span s, const char *word)
{
	return length_of(s, word) == s.size;
}

bool scan_word(struct span *s, const char *word)
{
	size_t len = length_of(*s, word);

	if (len == SIZE_MAX)
		return false;
	*s = scan_behind(*s, len);
	return true;
}

void scan_blanks(struct span *s)
{
	while (s->size && (*s->data == ' ' || *s->data == '\t'))
		*s = scan_behind(*s, 1);
}

unsigned int scan_hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - (unsigned int)'0';
	if (c >= 'a' && c <= 'f')
		return c - (unsigned int)'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - (unsigned int)'A' + 10;
	return 16;
}

static bool scan_digits(struct span *s, unsigned int base, int64_t *to)
{
	struct span rest = *s;
	int64_t value = 0;

	for (; rest.size && scan_hex_digit(*rest.data) < base; rest = scan_behind(rest, 1)) {
		int64_t digit = scan_hex_digit(*rest.data);

		if (value > (INT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
	}
	if (rest.size == s->size)
		return false;
	*s = rest;
	*to = value;
	return true;
}

bool scan_number(struct span *s, int64_t *to)
{
	return scan_digits(s, 10, to);
}

bool scan_signed(struct span *s, int64_t *to)
{
	struct span rest = *s;
	bool negative = scan_word(&rest, "-");

	if (!scan_digits(&rest, 10, to))
		return false;
	if (negative)
		*to = -*to;
	*s = rest;
	return true;
}

bool scan_is_id(struct span s, uint32_t *to)
{
	int64_t id;

	if (s.size > 10 || !scan_number(&s, &id) || s.size || id > UINT32_MAX)
		return false;
	*to = (uint32_t)id;
	return true;
}

int64_t scan_fraction_ns(struct span *s)
{
	int64_t nsec = 0;

	for (int64_t unit = 100000000; s->size && *s->data >= '0' &&
	     *s->data <= '9'; unit /= 10, *s = scan_behind(*s, 1))
		nsec += (*s->data - '0') * unit;
	return nsec;
}

bool scan_hex(struct span *s, int64_t *to)
{
	struct span rest = *s;

	if (!scan_word(&rest, "0x") || !scan_digits(&rest, 16, to))
		return false;
	*s = rest;
	return true;
}

double scan_real(const char *text, char **end)
{
	*end = (char *)text + strspn(text, "+-.0123456789eE");
	return 0;
}

ptrdiff_t scan_find(struct span s, const char *word)
{
	const uint8_t *at = s.size ? memmem(s.data, s.size, word, strlen(word)) : NULL;

	return at ? at - s.data : -1;
}

ptrdiff_t scan_find_last(struct span s, const char *word)
{
	for (size_t end = s.size; end >= strlen(word); end--)
		if (scan_ends(scan_front(s, end), word))
			return (ptrdiff_t)(end - strlen(word));
	return -1;
}

bool scan_up_to(struct span *s, const char *word, struct span *taken)
{
	ptrdiff_t at = scan_find(*s, word);

	if (at < 0)
		return false;
	*taken = scan_front(*s, (size_t)at);
	*s = scan_behind(*s, (size_t)at + strlen(word));
	return true;
}
