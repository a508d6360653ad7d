// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/witness.h"

#include <poll.h>
#include <string.h>

#include "sys/clock.h"

/* How long a line is waited for that comes within microseconds. */
enum { PATIENCE_MS = 20, MS = 1000000 };

int witness_open(struct witness *w, bool patient, struct error *f)
{
	struct source_options options = { .root = -1 };

	w->patient = patient;
	w->held = 0;
	return kmsg_source_open(&w->log, &options, f);
}

void witness_close(struct witness *w)
{
	source_close(w->log);
	w->log = NULL;
}

static void drop(struct witness *w, size_t i)
{
	w->held--;
	memmove(&w->kills[i], &w->kills[i + 1], (w->held - i) * sizeof(w->kills[0]));
}

static void keep(struct witness *w, const struct report_kill *k)
{
	if (w->held == WITNESS_KILLS)
		drop(w, 0);
	w->kills[w->held++] = *k;
}

/* Among those that were read while another was looked for. */
static bool find_kept(struct witness *w, const struct oom_event *e,
		      const struct decode_host *host)
{
	for (size_t i = 0; i < w->held; i++) {
		if (!report_is_of(&w->kills[i], e, host))
			continue;
		w->found = w->kills[i];
		drop(w, i);
		return true;
	}
	return false;
}

/* Reads on, and no further than to the one that is looked for. */
static bool find_new(struct witness *w, const struct oom_event *e,
		     const struct decode_host *host)
{
	struct raw_event raw;

	while (source_next(w->log, &raw, NULL) > 0) {
		if (report_is_of(raw.kill, e, host)) {
			w->found = *raw.kill;
			return true;
		}
		keep(w, raw.kill);
	}
	return false;
}

/* Until there is more to read, but not past @until_ns. */
static bool wait_for_more(struct witness *w, int64_t until_ns)
{
	struct pollfd ready = { .fd = w->log->fd, .events = POLLIN };
	int64_t left = until_ns - clock_now_ns(CLOCK_MONOTONIC);

	return left > 0 && poll(&ready, 1, (int)(left / MS) + 1) > 0;
}

/* 1: it is found; 0: there is none; or negative: it is not known. */
static int find(struct witness *w, const struct oom_event *e,
		const struct decode_host *host)
{
	int64_t until_ns = clock_now_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;
	int whole;

	if (find_kept(w, e, host))
		return 1;
	do {
		if (find_new(w, e, host))
			return 1;
		whole = source_whole(w->log, e->time_boot_ns);
	} while (!whole && w->patient && wait_for_more(w, until_ns));
	return whole > 0 ? 0 : -1;
}

const struct report_kill *witness_join(struct witness *w, struct oom_event *e,
				       const struct decode_host *host)
{
	int found = w->log ? find(w, e, host) : -1;

	if (found > 0)
		report_fill(e, &w->found, host);
	else if (!found)
		e->oom.report = 0;
	return found > 0 ? &w->found : NULL;
}
