/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the files that make up base/pattern share. */
#ifndef FILTER_REGEX_INTERNAL_H
#define FILTER_REGEX_INTERNAL_H

#include "filter/regex.h"

/*
 * An expression becomes a program: nodes that follow each other, each a test
 * or a jump. Jumps are relative, so that a part can be moved and copied.
 */
enum {
	OP_CHAR,		/* a character from low to high */
	OP_CLASS,		/* one of the ranges that follow, or of none */
	OP_RANGE,
	OP_FORK,		/* go on here, and there */
	OP_JUMP,
	OP_BEGIN, OP_END, OP_WORD, OP_NO_WORD,
	OP_MATCH,
};

enum {
	REGEX_LAST = 0x10ffff,	/* the last code point */
	REGEX_NONE = -1,		/* before the first character, behind the last */
};

struct pattern_compiler {
	struct regex_pool *pool;
	const char *at, *end;		/* what of the expression is left */
	const char *wrong;		/* in words; NULL: nothing so far */
	unsigned int nested;
	bool fold, dot_all;		/* (?i), (?s) */
};

/* Ends the compilation; the first reason stays. */
void pattern_refuse(struct pattern_compiler *c, const char *why);

/* Takes @word from the front, if it is there. */
bool pattern_take(struct pattern_compiler *c, const char *word);

/* The next byte, or REGEX_NONE. */
int64_t pattern_peek(const struct pattern_compiler *c);

/* Adds a node to the end; when there is no room for it, a dummy. */
struct regex_node *pattern_add(struct pattern_compiler *c, uint8_t op);

/* A character as it is, or escaped. */
uint32_t pattern_literal(struct pattern_compiler *c);

/* What is behind a [. */
void pattern_class(struct pattern_compiler *c);

/* Takes \d or one of its like, as a class of its own. */
bool pattern_lone_set(struct pattern_compiler *c);

/* What was added behind the class at @start are its ranges. */
void pattern_end_class(struct pattern_compiler *c, size_t start);
void pattern_add_range(struct pattern_compiler *c, uint32_t low, uint32_t high);

#endif
