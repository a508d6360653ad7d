/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The metrics for Prometheus: totals of the host, and series for each
 * container and each systemd unit that had a kill within the last hour.
 */
#ifndef AGENT_METRICS_H
#define AGENT_METRICS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "agent/destination.h"
#include "agent/oom_kill.h"

enum {
	METRICS_SERIES = 1000,		/* more go into namespace="other" */
	METRICS_LABEL_SIZE = 256,	/* a longer value is cut */
};

#define METRICS_SERIES_NS (INT64_C(3600) * 1000000000)

/* METRICS_FILE: text without what node_exporter says of itself under the same name. */
enum metrics_format { METRICS_TEXT, METRICS_OPENMETRICS, METRICS_FILE };

struct metrics_series {
	char *key;			/* "namespace\0pod\0container\0unit\0", malloc'd */
	size_t key_size;
	uint64_t kills[SCOPES];
	int64_t last_kill_ns;		/* since 1970 */
	int64_t changed_ns;		/* CLOCK_MONOTONIC: when it was counted last */
};

struct metrics {
	uint64_t kills[SCOPES];
	uint64_t incidents;
	bool losses_known;		/* the tracer has said how many: */
	uint64_t lost, unseen;		/* by it, and counted by the kernel alone */
	uint64_t unreadable;		/* lines of the tracer that were no kill */
	uint64_t series_dropped;	/* kills that went into namespace="other" */
	char source[16];		/* "bpf", ..; empty: no kill yet */
	int64_t started_ns;		/* of this process, since 1970 */
	bool cadvisor;			/* container_oom_events_total as well */
	size_t count;
	struct metrics_series series[METRICS_SERIES];
	struct metrics_series other;
};

/*
 * Counts @k, which happened before this start if @restored: its counters were
 * counted by the agent before this one, and only the time of the last kill is
 * taken. @now_ns: CLOCK_MONOTONIC.
 */
void metrics_count(struct metrics *m, const struct oom_kill *k, bool restored, int64_t now_ns);

/*
 * Writes all series in @format. @destinations, @count: whose deliveries and
 * losses are shown.
 */
void metrics_write(struct metrics *m, FILE *to, enum metrics_format format, int64_t now_ns,
		   const struct destination *destinations, size_t count);

/*
 * Writes @path for node_exporter's textfile collector: 0644, in one piece, by
 * a rename. 0, or -errno and an error.
 */
int metrics_write_file(struct metrics *m, const char *path, int64_t now_ns,
		       const struct destination *destinations, size_t count,
		       struct error *e);

void metrics_clear(struct metrics *m);

#endif
