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
#ifndef PAST_H
#define PAST_H

#include "base/fault.h"
#include "source/source.h"
#include "teller.h"

/*
 * Opens the kernel's log and tells what is in it. 0, or -errno and a fault;
 * *@log is to be closed with source_close() either way.
 */
int past_begin(struct teller *t, struct source **log, struct fault *f);

/* Now that @s is open: tells what came meanwhile, each kill once. */
int past_end(struct teller *t, struct source *log, struct source *s,
	     struct fault *f);

/*
 * Tells a saved log, if standard input is a file or a pipe that holds
 * something, else the kernel's own; the records of it that were overwritten
 * count as lost. Needs the teller's host and output, nothing that is live.
 */
int past_tell_only(struct teller *t, struct fault *f);

#endif
