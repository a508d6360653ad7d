/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Recognises a line of a report by its fixed phrases, behind any prefix. */
#ifndef KMSG_PHRASES_H
#define KMSG_PHRASES_H

#include <stddef.h>

#include "base/span.h"

enum phrase {
	PHRASE_NONE,
	PHRASE_LINE,		/* a line of a report that begins at *@at */
	PHRASE_PART,		/* the same; without this line the report is useless */
	PHRASE_HEADER,		/* "COMM invoked oom-killer: ": COMM ends at *@at */
};

/* The phrase that the line begins with. */
enum phrase phrase_begins(struct span s);

/* The first phrase in the line. Only @all includes PHRASE_LINE. */
enum phrase phrase_find(struct span s, bool all, size_t *at);

#endif
