/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Shared by all output modes: each function adds one event to a line. */
#ifndef OUTPUT_RENDER_H
#define OUTPUT_RENDER_H

#include <stdint.h>

#include "output/output.h"

/*
 * The longest that a string's bytes may be in this attempt; a longer one is
 * cut at a character and closed by an ellipsis.
 */
struct render {
	struct text *t;
	size_t longest;
};

/* An event as JSON, jsonpretty or YAML. */
void render_document(struct render *r, const struct output *o,
		     const struct oom_event *e);

/* Adds an event as a row, with titles before it if the columns have changed; titles. */
void render_row(struct render *r, struct output *o, const struct oom_event *e);
void render_titles(struct render *r, const struct output *o);

/* An event as a few lines for people, the first of them the answer. */
void render_story(struct render *r, const struct output *o,
		  const struct oom_event *e);

/* Finds o->widths for o->width. */
void columns_layout(struct output *o);

/* RFC 3339 with nine decimals in local time; "Aug 21 09:20:46". */
void render_time(struct render *r, int64_t ns);
void render_short_time(struct render *r, int64_t ns);

/* How many bytes of @s fit within r->longest, without cutting a character. */
size_t render_length(const struct render *r, const char *s);

/* A string for people, within r->longest. */
void render_clean(struct render *r, const char *s);

#endif
