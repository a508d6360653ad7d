/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Converts the kernel's report of a kill to an event. Pure. */
#ifndef KMSG_REPORT_EVENT_H
#define KMSG_REPORT_EVENT_H

#include "event/decode.h"
#include "event/event.h"
#include "kmsg/report.h"

/*
 * Fills @e, after event_init(), from a kill of the kmsg source. All of @host may be
 * unknown. Fields that the report lacks stay unknown.
 */
void report_decode(struct oom_event *e, const struct report_kill *k,
		   const struct decode_host *host);

/* Fills unknown fields of @e, the event of the same kill from another source. */
void report_fill(struct oom_event *e, const struct report_kill *k,
		 const struct decode_host *host);

/*
 * If the victim's process id is unknown, uses the number in the "Killed process" line,
 * and sets tpid_source. The number is the leader's thread id, and so the process id,
 * unless the leader had exited before.
 */
void report_fill_tpid(struct oom_event *e);

#endif
