/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The loop: open, announce, poll, drain, close; --history before it. */
#ifndef TRACE_H
#define TRACE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "accounting.h"
#include "options.h"
#include "pipeline.h"
#include "source/source.h"

/* What the loop waits for. */
enum trace_wait {
	WAIT_SIGNAL, WAIT_END, WAIT_SOURCE, WAIT_TIME, WAIT_OUTPUT, WAIT_NAMES, TRACE_WAITS
};

/*
 * All that is large or lives as long as the program: sizeof(struct trace) is
 * its memory. It must be all zero, and is used once.
 */
struct trace {
	struct pollfd wait[TRACE_WAITS];
	struct source *source;
	int vmstat;			/* the kernel's count of kills; -1: unavailable */
	int64_t start_kills[2];		/* that count before and after attaching */
	bool done;
	bool counts_wanted;		/* by SIGUSR1 */
	bool watching;			/* containers wait to be read, between kills */
	bool pending;			/* records wait that were not read last time */
	struct pipeline pipeline;
};

/*
 * Traces as @o says until the time is over, a signal (HUP, INT, QUIT, TERM) or a
 * failure ends it, then reads the rings to their end. @note gets a line for people:
 * losses when they are noticed, the counts on SIGUSR1 and, if anything was
 * attached, at the end, more when verbose.
 * Returns 0, or -errno and an error; t->pipeline.accounting holds either way.
 */
int trace_run(struct trace *t, const struct options *o, void (*note)(const char *line),
	      struct error *f);

/*
 * Writes the kills in the kernel's log, or in a saved one, if standard input is
 * a file or a pipe that holds something; traces nothing. In the accounting,
 * past counts these kills, and lost the records of the log that were overwritten.
 */
int trace_history(struct trace *t, const struct options *o, void (*note)(const char *line),
		  struct error *f);

#endif
