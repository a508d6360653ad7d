/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One line of the kernel's log, without what stands around it: the contract
 * between those who read logs and kmsg/report, which knows what a line means.
 * And a saved log, from whatever it was saved by, as a row of such lines.
 */
#ifndef KMSG_TRANSPORT_H
#define KMSG_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "event/event.h"

/* As far as the transport says. */
enum log_writer { LOG_WRITER_UNKNOWN, LOG_WRITER_KERNEL, LOG_WRITER_OTHER };

/* Numbers that are not known are EVENT_UNKNOWN. */
struct log_line {
	struct span text;	/* as the kernel wrote it */
	enum log_writer writer;
	int64_t sequence;	/* /dev/kmsg counts its records */
	int64_t time_ns;	/* of the kernel's own clock, near CLOCK_MONOTONIC */
	int64_t time_unix_ns;	/* of a date */
	bool year_guessed;	/* the date has no year: the last such day is assumed */
	int64_t caller;		/* thread, or ~CPU outside of one (CONFIG_PRINTK_CALLER) */
	bool fragment;		/* goes on where this caller's last line ended */
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

/* What was seen of a log so far. */
struct transport_counts {
	uint64_t known;		/* lines with a prefix of a log, or of a report */
	/* Lines that hold a part of a report, */
	uint64_t quoted;	/* but another program wrote them, */
	uint64_t unread;	/* or what stands before the part is not understood */
	uint64_t first_unread;	/* the number of the first of these, from 1 */
	char first_text[128];	/* and its beginning */
};

/*
 * A saved log. Memory is bounded and taken here, time is linear in the size of the
 * log. NULL: there is no memory.
 */
struct transport *transport_open(void);
void transport_close(struct transport *t);

/* A date without a year is the last such day before @end_unix_ns. */
void transport_set_end(struct transport *t, int64_t end_unix_ns);

/* Where the next bytes of the log go, and how many fit; transport_add(): they are
 * there, or with 0 there are no more. */
uint8_t *transport_room(struct transport *t, size_t *size);
void transport_add(struct transport *t, size_t size);

/*
 * The next line: 1, and it is valid until the next call; 0: the log has ended;
 * -EAGAIN: more bytes must be added first; -ENOTSUP: this is no log, and
 * transport_foreign() says what it is.
 *
 * A line is held back for as long as it is not certain where the message begins
 * in it: until another line of the same report has the same before its message.
 */
int transport_next(struct transport *t, struct log_line *l);

const char *transport_foreign(const struct transport *t);
const struct transport_counts *transport_counts(const struct transport *t);

/* Counts the line that was returned last as unread: its meaning is not understood. */
void transport_reject(struct transport *t, const struct log_line *l);

#endif
