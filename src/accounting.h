/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Counts the kills that are reported, and compares them with the kernel's own
 * count. Pure.
 *
 * The two may differ without a loss. A process that was exiting already is marked, which
 * is an event, but no kill. When the kernel kills a whole cgroup (memory.oom.group), it
 * counts the first victim twice, unless that has exited by then. A kill between reading the
 * count and attaching may be in only one of the two.
 */
#ifndef ACCOUNTING_H
#define ACCOUNTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "event/event.h"

struct accounting {
	uint64_t kills;		/* events that are kills, as far as is known */
	uint64_t marked_only;	/* victims that were exiting already, and not killed */
	uint64_t unclear;	/* those in @kills that may have been exiting */
	uint64_t groups;	/* how many victims may be counted twice */
	uint64_t shown;		/* events that passed the filter, written */
	uint64_t unwritten;	/* events that passed the filter, not written */
	uint64_t lost;		/* the next two together */
	uint64_t source_lost;	/* by the source's own count */
	uint64_t undecoded;	/* records that were read and could not be decoded */
	uint64_t past;		/* kills from before the start, not in the others */
	uint64_t unread;	/* lines of a saved log with a part of a report, not understood */
	/* Bounds of the kernel's count since the start, or EVENT_UNKNOWN. */
	int64_t host_least, host_most;
};

/* No event yet, and the host's count is not known. */
void accounting_init(struct accounting *c);

/* Counts a live event, which is complete. */
void accounting_event(struct accounting *c, const struct oom_event *e);

/*
 * Sets the host's count from readings before and after attaching (@start), and before and
 * after the last drain (@now). Negative: unknown. If it is less than the number of
 * events, the surplus events were marks without a kill.
 */
void accounting_host(struct accounting *c, const int64_t start[2], const int64_t now[2]);

/*
 * How many more kills the host counts than were seen or lost; negative: how
 * many fewer; 0 also if it is not known.
 */
int64_t accounting_difference(const struct accounting *c);

/*
 * "3 kills, 0 lost, 1 already exiting; the kernel counted 4, 1 more than these"; @shown: with
 * the number of those that passed the filter.
 */
void accounting_format(struct text *t, const struct accounting *c, bool shown);

/*
 * {"kills":3,"lost":0,"unwritten":0,"unseen":1} and a newline, for a program.
 * "unseen" is how many more the host counts; null if that is not known.
 */
void accounting_format_json(struct text *t, const struct accounting *c);

#endif
