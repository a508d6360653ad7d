/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* One line of the kernel's log, as /dev/kmsg hands it out. Pure. */
#ifndef KMSG_LOG_LINE_H
#define KMSG_LOG_LINE_H

#include "base/span.h"
#include "event/event.h"

/* What is not known is EVENT_UNKNOWN. */
struct log_line {
	int64_t sequence;	/* /dev/kmsg counts its records */
	int64_t time_ns;	/* of the kernel's own clock, near CLOCK_MONOTONIC */
	int64_t time_unix_ns;
	int64_t facility;	/* 0: the kernel itself */
	int64_t caller;		/* thread, or ~CPU outside of one (CONFIG_PRINTK_CALLER) */
	bool fragment;		/* goes on where this caller's last line ended */
	bool torn;		/* what follows a newline within a message */
	struct span text;
};

/*
 * Reads a record of /dev/kmsg; its text is unescaped in place, so that
 * @l->text points into @record. 0, or -EBADMSG.
 */
int log_line_record(struct log_line *l, char *record, size_t size);

/* Makes everything unknown. */
void log_line_init(struct log_line *l);

/* What "T123", a thread, or "C1", a CPU in an interrupt, stands for. */
int64_t log_line_caller(struct span s);

#endif
