/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * --history: kills from before the start, which the kernel's log, or one that
 * was saved, still tells of.
 *
 * Before tracing the log is read before the source is opened, and again
 * behind that: what comes then may be in the source, too. It is for certain,
 * if at all, once the log was read to its end, for the kernel writes a kill's
 * line after it has marked the victim. Only that one look at the source must
 * leave out what was told, and no clocks need be compared.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "base/error.h"
#include "source/source.h"
#include "pipeline.h"

/*
 * Opens the kernel's log and tells what is in it. 0, or -errno and an error;
 * *@log is to be closed with source_close() either way.
 */
int history_begin(struct pipeline *t, struct source **log, struct error *f);

/* Now that @s is open: tells what came meanwhile, each kill once. */
int history_end(struct pipeline *t, struct source *log, struct source *s,
	     struct error *f);

/*
 * Tells a saved log, if standard input is a file or a pipe that holds
 * something, else the kernel's own; the records of it that were overwritten
 * count as lost. Needs the teller's host and output, nothing that is live.
 */
int history_only(struct pipeline *t, struct error *f);

#endif
