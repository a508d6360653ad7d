/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the kernel's report says of a kill, as an event. Pure. */
#ifndef KMSG_REPORT_EVENT_H
#define KMSG_REPORT_EVENT_H

#include "event/decode.h"
#include "event/event.h"
#include "kmsg/report.h"

/*
 * Fills @e, which event_init() has made empty, from a kill of the kmsg source. Of
 * @host everything may be unknown. What the report does not say stays unknown.
 */
void report_decode(struct oom_event *e, const struct report_kill *k,
		   const struct decode_host *host);

/* Fills what is unknown in @e, the event of that kill from another source. */
void report_fill(struct oom_event *e, const struct report_kill *k,
		 const struct decode_host *host);

/*
 * Takes the number in the "Killed process" line for the victim's process id where
 * nothing better is known: the kernel calls it that, and it is the leader's unless
 * that one had exited before. Says so in tpid_source.
 */
void report_fill_tpid(struct oom_event *e);

#endif
