/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Why the victim was killed. Pure: derived from the event's fields, after all other steps
 * have filled them.
 *
 *   already-exiting  the victim was exiting before, and was only marked
 *   sysrq            a user asked for a kill with the sysrq key: order -1
 *   own-limit        the limit of the victim's own memory cgroup was reached
 *   ancestor-limit   the limit of a cgroup above it was reached
 *   cpuset           the memory nodes of the trigger's cpuset were full
 *   mempolicy        the memory nodes of the trigger's memory policy were full
 *   host             the host had no memory left
 *   unknown          the facts are missing
 */
#ifndef EXPLAIN_VERDICT_H
#define EXPLAIN_VERDICT_H

#include "event/event.h"

/* Derives the verdict from @e's known fields; VERDICT_UNKNOWN if they do not suffice. */
enum event_verdict verdict_find(const struct oom_event *e);

/* Is shared memory, tmpfs included, more than half of what filled the limit? */
int verdict_is_shmem(const struct oom_event *e);

/*
 * Fills @e's verdict and verdict_text, and fields that follow from other fields: sysrq,
 * gfp_flags, marked_only (unless the source has set it), group, group_memcg, and the
 * victim's rss_bytes and where.
 */
void verdict_complete(struct oom_event *e);

#endif
