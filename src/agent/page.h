/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The last kills of this host as a web page, each to be opened into its story,
 * and as JSON. Plain HTML with a little CSS: it needs no script, and a text
 * browser shows all of it.
 */
#ifndef AGENT_PAGE_H
#define AGENT_PAGE_H

#include <stddef.h>
#include <stdio.h>

#include "agent/oom_kill.h"

enum { PAGE_KILLS = 100 };

struct page_kills {
	struct oom_kill *kill[PAGE_KILLS];	/* a ring */
	size_t next, count;
};

/* Keeps @k as the newest, and forgets the oldest of more than PAGE_KILLS. */
void page_add(struct page_kills *p, struct oom_kill *k);
void page_clear(struct page_kills *p);

/* @health: what the tracer counts, as a sentence. */
void page_write_html(const struct page_kills *p, FILE *to, const char *health);

/* An array, the newest first, of the lines that the tracer wrote. */
void page_write_json(const struct page_kills *p, FILE *to);

#endif
