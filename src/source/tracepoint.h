/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The tracepoint oom/mark_victim, as this kernel has it. */
#ifndef SOURCE_TRACEPOINT_H
#define SOURCE_TRACEPOINT_H

#include "base/error.h"
#include "event/tracepoint_format.h"

struct tracepoint {
	int root;		/* of the host's files, borrowed; -1: not to be had */
	int tracefs;		/* kept open: closing a detached mount waits for RCU,
				 * which would delay the start by 20 ms; -1: not open */
	struct tracepoint_format format;
};

/*
 * Reads the tracepoint's format from tracefs; @t->root is set. 0, or -errno and an error with
 * a hint: -ENOENT: this kernel lacks the tracepoint; -EACCES: tracefs may not be read.
 * Close @t either way.
 */
int tracepoint_open(struct tracepoint *t, struct error *f);

/* { .tracefs = -1 } is fine. */
void tracepoint_close(struct tracepoint *t);

#endif
