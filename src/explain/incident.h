/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The victims of one OOM, counted as they come. How many there will be nobody
 * knows while they are being killed, and nothing is held back to find out.
 */
#ifndef EXPLAIN_INCIDENT_H
#define EXPLAIN_INCIDENT_H

#include "event/event.h"

/* At once: each has a trigger of its own, and a trigger waits for its kill. */
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
 * Fills @e's incident_member: the number of events of its incident, this one
 * included; unknown if the incident is. Of more incidents than INCIDENTS that
 * go on at once the one that was silent for longest is forgotten.
 */
void incident_count(struct incidents *all, struct oom_event *e);

/*
 * Fills @e's group and group_memcg, as the kernel finds them: of the victim's
 * cgroups up to the one that ran out, the highest that has memory.oom.group.
 * A victim that was only marked takes nobody with it.
 */
void incident_group(struct oom_event *e);

#endif
