/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Why the victim was killed. Pure: found in what the event knows, after all
 * other steps have filled it.
 *
 *   already-exiting  it was only marked: it was on its way out before
 *   sysrq            somebody asked for it: order -1
 *   own-limit        the limit of the victim's own memory cgroup was reached
 *   ancestor-limit   that of one above it
 *   cpuset           the memory nodes of the trigger's cpuset were full
 *   mempolicy        those of the trigger's memory policy were full
 *   host             no memory was left
 *   unknown          it could not be learnt
 */
#ifndef EXPLAIN_VERDICT_H
#define EXPLAIN_VERDICT_H

#include "event/event.h"

/* The verdict by what is known of @e; VERDICT_UNKNOWN at worst. */
enum event_verdict verdict_find(const struct oom_event *e);

/* Is shared memory, tmpfs included, more than half of what filled the limit? */
int verdict_is_shmem(const struct oom_event *e);

/*
 * Fills @e's verdict and verdict_text, and what follows from other fields
 * alone: sysrq, gfp_flags, marked_only (unless the source knows better), group,
 * group_memcg, the victim's rss_bytes and where it was.
 */
void verdict_complete(struct oom_event *e);

#endif
