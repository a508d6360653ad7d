/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Numbers the victims of one OOM in the order in which they are read. Events are written
 * at once, so the total is unknown at that time.
 */
#ifndef EXPLAIN_INCIDENT_H
#define EXPLAIN_INCIDENT_H

#include "event/event.h"

/* Concurrent incidents: each has a trigger, which waits until its kill is done. */
enum { INCIDENTS = 64 };

/* All zero: none was seen. */
struct incidents {
	struct {
		int64_t id, members;
		uint64_t last;		/* when it was used, in @uses */
	} at[INCIDENTS];
	uint64_t uses;
};

/*
 * Fills @e's incident_member: the number of events of its incident so far, this one
 * included. It is unknown if the incident is. With more than INCIDENTS at a time, the one
 * with the oldest event is dropped.
 */
void incident_count(struct incidents *all, struct oom_event *e);

/*
 * Fills @e's group and group_memcg by the kernel's rule: among the victim's cgroups up to
 * the one that ran out, the highest with memory.oom.group set. A victim that was only
 * marked has no group kill.
 */
void incident_group(struct oom_event *e);

#endif
