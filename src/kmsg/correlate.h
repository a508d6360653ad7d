/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Joins the kernel's report of a kill to the event of another backend. The tracer
 * reads the log only when an event has come, so that other lines in the log do not
 * wake it.
 *
 * The kernel writes a report before the mark, except for its line "Killed process",
 * which follows a moment later. So this line may be missing when the event is read.
 */
#ifndef KMSG_CORRELATE_H
#define KMSG_CORRELATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "event/decode.h"
#include "kmsg/report.h"

/*
 * How many kills are held whose event has not come. Events come in the order of their
 * reports. So a kill that is older than many others has lost its event, and is dropped.
 */
enum { CORRELATE_KILLS = 8 };

/* The log to read; @backend is passed to both functions. */
struct correlate_log {
	void *backend;			/* NULL: there is no log */
	int fd;				/* readable when there is more to read */
	/* 1: *@kill is the next kill, valid until the next call; 0: there is none yet. */
	int (*next)(void *backend, const struct report_kill **kill);
	/* As source_whole(), for a victim that was marked at @boot_ns. */
	int (*whole)(void *backend, int64_t boot_ns);
};

struct correlate {
	struct correlate_log log;
	bool patient;			/* waits for the "Killed process" line */
	size_t held;
	struct report_kill kills[CORRELATE_KILLS];	/* whose event has not come, the oldest first */
	struct report_kill found;
};

/*
 * Fills unknown fields of @e from its report. Sets @e->oom.report to 1, or to 0 if the
 * log certainly has no report. Returns the report, valid until the next call, or NULL.
 */
const struct report_kill *correlate_event(struct correlate *c, struct oom_event *e,
					  const struct decode_host *host);

/*
 * Is @k the report of @e's kill? Compares the id of the marked thread, the scope and
 * the time: the kernel reuses thread ids.
 */
bool correlate_matches(const struct report_kill *k, const struct oom_event *e,
		       const struct decode_host *host);

/*
 * Adds "FIELD is VALUE, not VALUE" to @t, the report's value first, for the first field
 * in which the two differ. False: all fields that both know agree. Sizes are not
 * compared, as they change between mark and report.
 */
bool correlate_differs(const struct report_kill *k, const struct oom_event *e,
		       struct text *t);

#endif
