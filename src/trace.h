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
 * All large and long-lived data: sizeof(struct trace) is the program's memory. It must
 * be all zero, and is used once.
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
	bool cut;			/* the log was not read to its end */
	struct pipeline pipeline;
};

/*
 * Traces until the time of @o is over, a signal (HUP, INT, QUIT, TERM) arrives or an
 * operation fails, then drains the rings. @note is called with lines for people: losses
 * when they are noticed, and the counts on SIGUSR1 and, if the source was attached, at the
 * end; more with verbose.
 * Returns 0, or -errno and an error; t->pipeline.accounting holds either way.
 */
int trace_run(struct trace *t, const struct options *o, void (*note)(const char *line),
	      struct error *f);

/*
 * Writes the kills in the kernel's log, or in a saved log if standard input is a file or
 * a pipe with data. It traces nothing. A signal that ends tracing ends reading, too: then
 * t->cut is set. In the accounting, past counts these kills, unwritten those of them that
 * could not be written, lost the overwritten records of the log.
 * Returns 0, or -errno and an error; the accounting holds either way.
 */
int trace_history(struct trace *t, const struct options *o, void (*note)(const char *line),
		  struct error *f);

#endif
