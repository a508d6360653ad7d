/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * A bounded line of text. All bytes that a process may choose (its name, its
 * cgroup's) are made safe for terminals and JSON readers here, nowhere else.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_ELLIPSIS	"\xe2\x80\xa6"		/* one column wide */
#define TEXT_BAD	0xfffdu			/* stands for broken UTF-8 */

/*
 * Each function below adds its argument whole or not at all. If it does not fit,
 * @cut is set and nothing more is added: @data is always a prefix of the text.
 * It is not NUL-terminated.
 */
struct text {
	char *data;		/* borrowed */
	size_t size, used;
	bool cut;
};

static inline struct text text_on(char *data, size_t size)
{
	return (struct text){ .data = data, .size = size };
}

void text_bytes(struct text *t, const char *bytes, size_t len);
void text_string(struct text *t, const char *s);
void text_char(struct text *t, char c);
void text_repeat(struct text *t, char c, size_t count);
void text_number(struct text *t, int64_t value);
void text_hex(struct text *t, uint64_t value);		/* with 0x */
void text_digits(struct text *t, uint64_t value, unsigned int width); /* 0-padded */

/*
 * Decodes one code point at the front of @s, which has @len > 0 bytes; *@used
 * becomes its number of bytes. Broken UTF-8 is TEXT_BAD, one for each maximal
 * part of a sequence that could have become a character.
 */
uint32_t text_decode(const char *s, size_t len, size_t *used);

/*
 * Adds the @len bytes at @s for people. A code point that moves the cursor,
 * breaks a line, turns the direction of writing or cannot be seen (all of
 * Unicode's controls, formats, tags, default-ignorables and noncharacters) is
 * shown as \n, \x1b or \u202e, broken UTF-8 as U+FFFD. Clean text stays as is.
 */
void text_clean(struct text *t, const char *s, size_t len);

/* Adds a JSON string with its quotes: \u00XX, pairs of surrogates above U+FFFF. */
void text_json(struct text *t, const char *s, size_t len);

/* Adds the same for YAML, where it is \UXXXXXXXX above U+FFFF. */
void text_yaml(struct text *t, const char *s, size_t len);

/* The number of terminal columns of clean text. */
size_t text_width(const char *s, size_t len);

/* The number of its first bytes that fit into @width columns. */
size_t text_fit(const char *s, size_t len, size_t width);

#endif
