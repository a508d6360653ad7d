/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Finds where the message begins in a line with an unknown prefix. The fixed phrases
 * of a report mark the beginning. The prefix counts only if it is the same, but for
 * numbers, on two lines of the report. The header of a report begins with a task's
 * name, which may be any text. So the header is held back until a line with a fixed
 * phrase has shown the prefix.
 */
#ifndef KMSG_INFER_H
#define KMSG_INFER_H

#include "kmsg/phrases.h"
#include "kmsg/transport.h"

enum { INFER_LINES = 32, INFER_BYTES = 12288, INFER_PREFIX = 256 };

/* A line, with data that only kmsg/transport and kmsg/infer use. */
struct unit {
	struct log_line line;
	uint64_t kinds;			/* of known prefix that it has; 0: none */
	uint64_t number;		/* of its line */
	uint32_t origin;		/* a hash of host and file; 0: unknown */
	enum phrase phrase;
	size_t at;			/* where the phrase begins, or the header's name ends */
	bool is_stripped;		/* the unknown prefix is removed */
};

struct inference {
	struct transport_counts *counts;
	bool is_confirmed;		/* a second line has the same prefix */
	size_t prefix_size;
	char prefix[INFER_PREFIX];
	struct unit held[INFER_LINES];	/* lines whose message begins at an uncertain offset */
	size_t held_count, held_next, held_bytes;
	bool is_released;
	bool is_waiting;		/* this unit follows the released ones: */
	struct unit waiting;
	char text[INFER_BYTES];		/* of the held lines */
};

/* 1: @l is a held line that has been settled; 0: there is none. */
int infer_next(struct inference *f, struct log_line *l);

/* 1: @u is a unit that waited for held lines: pass it to infer_put() again. */
int infer_waiting(struct inference *f, struct unit *u);

/* Takes the next line. 1: it is returned in @l; 0: it is held, rejected, or waits. */
int infer_put(struct inference *f, struct unit *u, struct log_line *l);

/* Releases the held lines: no later line can settle them. @u, or NULL, follows them. */
void infer_end(struct inference *f, const struct unit *u);

/* Counts a line that holds part of a report and could not be read. */
void infer_count_unread(struct transport_counts *c, struct span text, uint64_t number);

#endif
