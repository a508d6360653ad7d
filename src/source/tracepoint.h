/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The tracepoint oom/mark_victim, as this kernel has it. */
#ifndef SOURCE_TRACEPOINT_H
#define SOURCE_TRACEPOINT_H

#include "base/error.h"
#include "event/tracepoint_format.h"

struct tracepoint {
	int root;		/* of the host's files, borrowed; -1: not to be had */
	int tracefs;		/* kept: closing a detached mount waits for RCU,
				 * 20 ms that nobody has at the start; -1: not open */
	struct tracepoint_format format;
};

/*
 * Reads what tracefs says of it; @t has its root. 0, or -errno and an error with the way out:
 * -ENOENT this kernel does not have it, -EACCES tracefs is not for us.
 * Close @t either way.
 */
int tracepoint_open(struct tracepoint *t, struct error *f);

/* { .tracefs = -1 } is fine. */
void tracepoint_close(struct tracepoint *t);

#endif
