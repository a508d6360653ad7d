/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The victim's command line and its parents, as long as /proc has them. */
#ifndef HOST_LINEAGE_H
#define HOST_LINEAGE_H

#include "base/span.h"
#include "event/event.h"

enum { LINEAGE_CMDLINE_SIZE = 1024 };	/* a longer one is cut, with an ellipsis */

/*
 * Reads the victim's command line, unless it is known, from directory @proc.
 * A victim gives up its memory at once, and that with it: it is the first
 * thing to be read. It stays unknown when that was too late, or when the id
 * has gone to another process meanwhile. No allocation, as below.
 */
void lineage_cmdline(int proc, struct oom_event *e);

/*
 * Reads the parents, from the victim's up to one that has process id 1 in its
 * own pid namespace; for a victim that has it itself there are none. What is
 * missing behind one that is gone stays missing.
 */
void lineage_ancestors(int proc, struct oom_event *e);

/* What /proc/PID/status says of one process. Pure; @comm is unescaped. */
struct lineage_status {
	char comm[64];
	int64_t parent_tgid;		/* 0: none */
	int64_t nspid;			/* in its own pid namespace */
};

/* 0, or -EBADMSG: that is no such file. */
int lineage_parse_status(struct lineage_status *to, struct span text);

/* Adds the words of a command line, each ended by a NUL, to @e's text. */
const char *lineage_join(struct oom_event *e, const char *words, size_t len);

#endif
