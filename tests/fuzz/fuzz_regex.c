// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * An expression, a NUL, a string. As they are they must not do any harm; and
 * an expression made of them in the part of the syntax that regcomp() has too
 * must match as regexec() does.
 */
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "filter/regex.h"

static struct regex_pool pool;

struct maker {
	const uint8_t *data;
	size_t size;
	char made[128];
	size_t len;
	int depth;
};

static uint8_t next(struct maker *m)
{
	if (!m->size)
		return 0;
	m->size--;
	return *m->data++;
}

static void put(struct maker *m, const char *s)
{
	size_t len = strlen(s);

	if (len >= sizeof(m->made) - m->len)
		return;
	memcpy(m->made + m->len, s, len + 1);
	m->len += len;
}

static void make(struct maker *m);

/* Is it a group? Room for what closes the groups that are open is kept. */
static bool make_atom(struct maker *m)
{
	static const char *const atoms[] = {
		"a", "b", "c", "ab", ".", "[ab]", "[^a]", "[b-c]", "[]a]", "[^b-]",
		"[[:alpha:]]", "[[:digit:]x]", "1",
	};
	uint8_t choice = next(m);

	if (choice % 4 || m->depth > 1 || m->len > 40) {
		put(m, atoms[choice / 4 % (sizeof(atoms) / sizeof(atoms[0]))]);
		return false;
	}
	m->depth++;
	put(m, "(");
	make(m);
	put(m, ")");
	m->depth--;
	return true;
}

static void make(struct maker *m)
{
	static const char *const ends[] = {
		"", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "{1,3}", "|", "",
	};
	int parts = 1 + next(m) % 3;

	/* Where an atom has no room, its repetition would follow another's. */
	for (int i = 0; i < parts && (!i || m->len < 90); i++) {
		const char *end = ends[next(m) % (sizeof(ends) / sizeof(ends[0]))];

		/* glibc takes minutes for counts of counts. */
		if (make_atom(m) && m->depth && *end == '{')
			end = "*";
		put(m, *end == '|' && i + 1 == parts ? "" : end);
	}
}

static void compare(const uint8_t *data, size_t size)
{
	struct maker m = { .data = data, .size = size };
	char s[24];
	size_t len = 0;
	const char *wrong = NULL;
	int ours;
	regex_t theirs;

	/* Only outside: glibc repeats an anchor like a character. */
	put(&m, next(&m) % 2 ? "^" : "");
	make(&m);
	put(&m, next(&m) % 2 ? "$" : "");
	while (len < sizeof(s) - 1 && m.size)
		s[len++] = "abc1-]"[next(&m) % 6];
	s[len] = '\0';
	pool.used = 0;
	ours = regex_compile(&pool, m.made, &wrong);
	if (regcomp(&theirs, m.made, REG_EXTENDED | REG_NOSUB))
		return;
	if (ours < 0 && strcmp(wrong, "it is too large"))
		abort();
	if (ours >= 0 && regex_match(&pool, ours, s) != !regexec(&theirs, s, 0, NULL, 0))
		abort();
	regfree(&theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 2);
	const char *wrong = NULL, *s;
	int start;

	memcpy(copy, data, size);
	copy[size] = copy[size + 1] = '\0';
	s = copy + strlen(copy) + 1;
	pool.used = 0;
	start = regex_compile(&pool, copy, &wrong);
	if ((start < 0) != (wrong != NULL) || pool.used > REGEX_NODES)
		abort();
	if (start >= 0 && size < 2000)
		regex_match(&pool, start, s);
	free(copy);
	compare(data, size);
	return 0;
}
