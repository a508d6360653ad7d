/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The order of things: open, announce, then poll, complete, write, till the end. */
#ifndef TRACE_H
#define TRACE_H

#include "base/error.h"
#include "accounting.h"
#include "options.h"

/*
 * Traces as @o says until the time is over, a signal (INT, TERM) or a
 * failure ends it; the rings are read to the end then. @note is called with
 * a line for people: losses when they are noticed, the counts on SIGUSR1 and,
 * if anything was attached, at the end, more when verbose.
 * Returns 0, or -errno and an error; @counts holds either way.
 */
int trace_run(const struct options *o, void (*note)(const char *line),
	       struct accounting *counts, struct error *f);

/*
 * Writes the kills that are in the kernel's log, or in one that was saved, if
 * standard input is a file or a pipe that holds something; traces nothing.
 * @counts: past, and how many records of the log were overwritten as lost.
 */
int trace_history(const struct options *o, void (*note)(const char *line),
		     struct accounting *counts, struct error *f);

#endif
