/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Regular expressions, in the syntax of RE2: compiled once, then matched
 * without allocating, in time linear in the string whatever the expression.
 *
 * Known are . [..] [^..] [[:alpha:]] \d \w \s \D \W \S, ^ $ \A \z \b \B,
 * * + ? {n} {n,} {n,m} and the lazy forms, | ( ) (?: ) (?i) (?s), and the
 * escapes \a \f \n \r \t \v \xHH \x{H..} and of punctuation. Letters are
 * those of ASCII where it matters: \w, \b, (?i). Not known, and refused: \p,
 * \Q, octal, named groups.
 */
#ifndef FILTER_REGEX_H
#define FILTER_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REGEX_NODES = 1024 };

/*
 * An expression becomes a program: nodes that follow each other, each a test
 * or a jump. Jumps are relative, so that a part can be moved and copied.
 */
enum regex_op {
	REGEX_CHAR,		/* a character from low to high */
	REGEX_CLASS,		/* one of the ranges that follow, or of none */
	REGEX_RANGE,
	REGEX_FORK,		/* go on here, and there */
	REGEX_JUMP,
	REGEX_BEGIN, REGEX_END, REGEX_WORD, REGEX_NO_WORD,
	REGEX_MATCH,
};

enum {
	REGEX_LAST = 0x10ffff,	/* the last code point */
	REGEX_NONE = -1,	/* before the first character, after the last */
};

struct regex_node {
	uint8_t op;		/* enum regex_op */
	bool fold;		/* letters match in either case */
	bool negated;		/* a class: of what is not in it */
	uint16_t count;		/* a class: so many ranges follow */
	union {
		struct { uint32_t low, high; };	/* code points */
		int32_t to;		/* a jump's way from here */
	};
};

/* What any number of expressions are compiled into; starts all zero. */
struct regex_pool {
	struct regex_node nodes[REGEX_NODES];
	size_t used;
};

/*
 * Compiles @s. Where it begins in @pool, or -EINVAL and in *@wrong, in words,
 * what is wrong with it.
 */
int regex_compile(struct regex_pool *pool, const char *s, const char **wrong);

/* Does any part of @s match what regex_compile() called @start? */
bool regex_match(const struct regex_pool *pool, int start, const char *s);

#endif
