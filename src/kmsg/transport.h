/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * struct log_line is one message of the kernel's log without its transport: the contract
 * between the readers of logs and kmsg/report, which parses the message. struct
 * transport turns a saved log of any format into such lines.
 */
#ifndef KMSG_TRANSPORT_H
#define KMSG_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "event/event.h"

/* The writer of a line, as the transport names it. */
enum log_writer { LOG_WRITER_UNKNOWN, LOG_WRITER_KERNEL, LOG_WRITER_OTHER };

/* Unknown numbers are EVENT_UNKNOWN. */
struct log_line {
	struct span text;	/* as the kernel wrote it */
	enum log_writer writer;
	int64_t sequence;	/* /dev/kmsg counts its records */
	int64_t time_ns;	/* of the kernel's own clock, near CLOCK_MONOTONIC */
	int64_t time_unix_ns;	/* of a date */
	bool year_guessed;	/* the date has no year: the last such day is assumed */
	int64_t caller;		/* thread, or ~CPU outside of one (CONFIG_PRINTK_CALLER) */
	bool fragment;		/* continues this caller's previous line */
	bool torn;		/* what follows a newline within a message */
	/*
	 * Lines may be missing before this one, or it is from another boot or
	 * host: a report that was begun before it does not go on behind it.
	 */
	bool gap;
};

/* Makes everything unknown. */
static inline void log_line_init(struct log_line *l)
{
	*l = (struct log_line){
		.sequence = EVENT_UNKNOWN, .time_ns = EVENT_UNKNOWN,
		.time_unix_ns = EVENT_UNKNOWN, .caller = EVENT_UNKNOWN,
	};
}

/* Counts over a log so far. */
struct transport_counts {
	uint64_t known;		/* lines with a prefix of a log, or of a report */
	/* Lines that hold a part of a report, */
	uint64_t quoted;	/* and were written by another program */
	uint64_t unread;	/* and whose prefix was not understood */
	uint64_t first_unread;	/* the number of the first of these, from 1 */
	char first_text[128];	/* and its beginning */
};

/*
 * Opens a reader for a saved log. All memory is allocated here, and bounded; time is
 * linear in the size of the log. NULL: out of memory.
 */
struct transport *transport_open(void);
void transport_close(struct transport *t);

/* Sets the log's end: a date without a year is the last such day before @end_unix_ns. */
void transport_set_end(struct transport *t, int64_t end_unix_ns);

/* The buffer for the next bytes of the log, and its size. transport_add() adds bytes that
 * were written there; with 0 the log has ended. */
uint8_t *transport_room(struct transport *t, size_t *size);
void transport_add(struct transport *t, size_t size);

/*
 * Returns 1 with the next line, valid until the next call; 0: the log has ended; -EAGAIN:
 * add more bytes first; -ENOTSUP: the file is no log, and transport_foreign() names its
 * type.
 *
 * A line with an unknown prefix is held back until another line of the same report has
 * confirmed the prefix.
 */
int transport_next(struct transport *t, struct log_line *l);

const char *transport_foreign(const struct transport *t);
const struct transport_counts *transport_counts(const struct transport *t);

/* Counts the last returned line as unread: kmsg/report could not parse it. */
void transport_reject(struct transport *t, const struct log_line *l);

#endif
