/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The phrases by which a line of a report is recognised, whatever stands before it. */
#ifndef KMSG_PHRASES_H
#define KMSG_PHRASES_H

#include <stddef.h>

#include "base/span.h"

enum phrase {
	PHRASE_NONE,
	PHRASE_LINE,		/* a line of a report that begins at *@at */
	PHRASE_PART,		/* the same, and the report is lost without it */
	PHRASE_HEADER,		/* "COMM invoked oom-killer: ": COMM ends at *@at */
};

/* Does the line begin with one? */
enum phrase phrase_begins(struct span s);

/* The first in the line; those that are no part are only looked for if @all. */
enum phrase phrase_find(struct span s, bool all, size_t *at);

#endif
