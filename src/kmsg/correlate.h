/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The kernel's own report of a kill, joined to the event of another backend. The
 * log is read when an event has come, never else: lines of others wake nobody up.
 *
 * Before the mark the kernel writes all of a report but the line "Killed process",
 * and that a moment later. So it is most often there, but not always.
 */
#ifndef KMSG_CORRELATE_H
#define KMSG_CORRELATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "event/decode.h"
#include "kmsg/report.h"

/*
 * How many kills are kept whose event has not come. Events come in the order of
 * their lines, so that of lost ones no more than the last need be kept.
 */
enum { CORRELATE_KILLS = 8 };

/* A log that is read for it; @backend is handed to both functions. */
struct correlate_log {
	void *backend;			/* NULL: there is no log */
	int fd;				/* readable when there is more to read */
	/* 1: *@kill is the next kill, until the next call; 0: there is none yet. */
	int (*next)(void *backend, const struct report_kill **kill);
	/* As source_whole(), for a victim that was marked at @boot_ns. */
	int (*whole)(void *backend, int64_t boot_ns);
};

struct correlate {
	struct correlate_log log;
	bool patient;			/* waits for a line that must come */
	size_t held;
	struct report_kill kills[CORRELATE_KILLS];	/* without an event, the oldest first */
	struct report_kill found;
};

/*
 * Fills what is unknown in @e by its report, and @e->oom.report: whether there is
 * one, if that is certain. The report until the next call, or NULL.
 */
const struct report_kill *correlate_event(struct correlate *c, struct oom_event *e,
					  const struct decode_host *host);

/*
 * Is @k the report of the kill that @e is the mark of? By the thread that was
 * marked, for ids are used again not too far apart in time.
 */
bool correlate_matches(const struct report_kill *k, const struct oom_event *e,
		       const struct decode_host *host);

/*
 * Where the two differ: adds "FIELD is VALUE, not VALUE", the report's first, for
 * the first such field. False: they agree in all that both know. Sizes are not
 * compared, they change between mark and report.
 */
bool correlate_differs(const struct report_kill *k, const struct oom_event *e,
		       struct text *t);

#endif
