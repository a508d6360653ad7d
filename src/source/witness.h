/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's own report of a kill, joined to the event of another source. The
 * log is looked into when an event has come, never else: nobody is woken up by
 * the lines of others.
 *
 * Before the mark the kernel writes all of a report but the line "Killed
 * process", and that a moment later. So it is most often there, but not always.
 */
#ifndef SOURCE_WITNESS_H
#define SOURCE_WITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "event/decode.h"
#include "kmsg/report.h"
#include "source/source.h"

/* Marks that are told at once come in the order of their lines, and of what was
 * lost no more than the last need be kept. */
enum { WITNESS_KILLS = 8 };

struct witness {
	struct source *log;		/* NULL: there is none */
	bool patient;			/* waits for a line that must come */
	size_t held;
	struct report_kill kills[WITNESS_KILLS];	/* whose event has not come, */
	struct report_kill found;			/* the oldest first */
};

/* Opens the log at its end. 0, or -errno, an error, and a witness of nothing. */
int witness_open(struct witness *w, bool patient, struct error *f);

/*
 * Fills what is unknown in @e by its report, and @e->oom.report: whether there is
 * one, if that is certain. The report until the next call, or NULL.
 */
const struct report_kill *witness_join(struct witness *w, struct oom_event *e,
				       const struct decode_host *host);

void witness_close(struct witness *w);

#endif
