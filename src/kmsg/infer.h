/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where a message begins in its line, if the prefix is of no known kind: the
 * fixed phrases of a report show it, and what is before them must be the same,
 * but for numbers, on two lines of the report. The header of a report begins with
 * a task's name, which may look like anything: it is held back until a line
 * with a fixed phrase has shown what the prefix is.
 */
#ifndef KMSG_INFER_H
#define KMSG_INFER_H

#include "kmsg/phrases.h"
#include "kmsg/transport.h"

enum { INFER_LINES = 32, INFER_BYTES = 12288, INFER_PREFIX = 256 };

/* A line, and what is not for the reader of it. */
struct unit {
	struct log_line line;
	uint64_t kinds;			/* of its known prefix; 0: it has none */
	uint64_t number;		/* of its line */
	uint32_t origin;		/* a hash of host and file; 0: they are not told */
	enum phrase phrase;
	size_t at;			/* where the phrase begins, or the header's name ends */
	bool is_stripped;		/* of the unknown prefix */
};

struct inference {
	struct transport_counts *counts;
	bool is_confirmed;		/* the prefix, by a second line */
	size_t prefix_size;
	char prefix[INFER_PREFIX];
	struct unit held[INFER_LINES];	/* the beginning of their message is not certain */
	size_t held_count, held_next, held_bytes;
	bool is_released;
	bool is_waiting;		/* behind those that are released: */
	struct unit waiting;
	char text[INFER_BYTES];		/* of those that are held */
};

/* 1: @l is a line that was held back and is certain now; 0: there is none. */
int infer_next(struct inference *f, struct log_line *l);

/* 1: @u is a unit that has waited for those that were held back: put it again. */
int infer_waiting(struct inference *f, struct unit *u);

/* Takes the next line. 1: it is in @l; 0: it is held back, counted, or waits. */
int infer_put(struct inference *f, struct unit *u, struct log_line *l);

/* Nothing that comes shows more of those that are held; @u, or NULL, comes next. */
void infer_end(struct inference *f, const struct unit *u);

/* Counts a line that holds a part of a report as unread. */
void infer_count_unread(struct transport_counts *c, struct span text, uint64_t number);

#endif
