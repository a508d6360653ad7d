/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One line of the kernel's log, without what stands around it: the contract
 * between those who read logs and kmsg/report, which knows what a line means.
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

#endif
