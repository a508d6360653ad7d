/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* From the raw bytes of a source to an event. Pure, but for what it is told. */
#ifndef EVENT_DECODE_H
#define EVENT_DECODE_H

#include <stdbool.h>

#include "base/span.h"
#include "event/event.h"
#include "event/tracepoint_format.h"

/* What must be known of the host to read its records. */
struct decode_host {
	int64_t page_size;		/* bytes */
	int64_t unix_minus_boot_ns;	/* CLOCK_REALTIME - CLOCK_BOOTTIME */
	int64_t unix_minus_mono_ns;	/* CLOCK_REALTIME - CLOCK_MONOTONIC */
	bool initial_pids;		/* our pid namespace is the initial one */
	bool control_seen;		/* the probe has found an oom_control here */
	int64_t ram_bytes, swap_bytes;	/* MemTotal, SwapTotal; 0, 0: not known */
};

/*
 * Fills @e, which event_init() has made empty, from a struct oom_record.
 * 0; -EBADMSG: it is cut or contradicts itself; -ENOTSUP: another version.
 */
int decode_record(struct oom_event *e, struct span record,
		  const struct decode_host *host);

/*
 * Fills @e, which event_init() has made empty, from the body of a perf sample
 * of the tracepoint (kernel/perf.h says which parts it has), whose record is
 * laid out as @format says. 0; -EBADMSG: it is cut or has other parts.
 */
int decode_sample(struct oom_event *e, struct span sample,
		  const struct tracepoint_format *format, const struct decode_host *host);

#endif
