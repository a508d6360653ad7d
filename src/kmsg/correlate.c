// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/correlate.h"

#include <poll.h>
#include <string.h>

#include "event/fields.h"
#include "kmsg/report_event.h"
#include "sys/clock.h"

/* ---- the same kill? -------------------------------------------------------- */

/* The report may be read late, and the log's clock drifts from CLOCK_BOOTTIME. */
static const int64_t apart_ns = INT64_C(60000000000);

bool correlate_matches(const struct report_kill *k, const struct oom_event *e,
		  const struct decode_host *host)
{
	int64_t apart;

	if (k->victim.pid == EVENT_UNKNOWN || k->victim.pid != e->target.tid)
		return false;
	if (k->victim.time_ns == EVENT_UNKNOWN || e->time_unix_ns == EVENT_UNKNOWN)
		return true;
	apart = k->victim.time_ns + host->unix_minus_mono_ns - e->time_unix_ns;
	return apart > -apart_ns && apart < apart_ns;
}

/* ---- the report of an event ------------------------------------------------ */

/* How long to wait for the line "Killed process", which the kernel writes within
 * microseconds. */
enum { PATIENCE_MS = 20, MS = 1000000 };

static void drop_kill(struct correlate *c, size_t i)
{
	c->held--;
	memmove(&c->kills[i], &c->kills[i + 1], (c->held - i) * sizeof(c->kills[0]));
}

static void hold_kill(struct correlate *c, const struct report_kill *k)
{
	if (c->held == CORRELATE_KILLS)
		drop_kill(c, 0);
	c->kills[c->held++] = *k;
}

/* Searches the kills that were read earlier, during the search for another one. */
static bool find_held(struct correlate *c, const struct oom_event *e,
		      const struct decode_host *host)
{
	for (size_t i = 0; i < c->held; i++) {
		if (!correlate_matches(&c->kills[i], e, host))
			continue;
		c->found = c->kills[i];
		drop_kill(c, i);
		return true;
	}
	return false;
}

/* Reads kills up to and including the one that is searched for. */
static bool find_next(struct correlate *c, const struct oom_event *e,
		     const struct decode_host *host)
{
	const struct report_kill *kill;

	while (c->log.next(c->log.backend, &kill) > 0) {
		if (correlate_matches(kill, e, host)) {
			c->found = *kill;
			return true;
		}
		hold_kill(c, kill);
	}
	return false;
}

/* Waits for more to read, but not past @until_ns. */
static bool wait_for_more(struct correlate *c, int64_t until_ns)
{
	struct pollfd ready = { .fd = c->log.fd, .events = POLLIN };
	int64_t left = until_ns - clock_now_ns(CLOCK_MONOTONIC);

	return left > 0 && poll(&ready, 1, (int)(left / MS) + 1) > 0;
}

/* 1: the report is found; 0: the log has none; negative: unknown. */
static int find_report(struct correlate *c, const struct oom_event *e,
		const struct decode_host *host)
{
	int64_t until_ns = clock_now_ns(CLOCK_MONOTONIC) + PATIENCE_MS * MS;
	int whole;

	if (find_held(c, e, host))
		return 1;
	do {
		if (find_next(c, e, host))
			return 1;
		whole = c->log.whole(c->log.backend, e->time_boot_ns);
	} while (!whole && c->patient && wait_for_more(c, until_ns));
	return whole > 0 ? 0 : -1;
}

const struct report_kill *correlate_event(struct correlate *c, struct oom_event *e,
					  const struct decode_host *host)
{
	int result = c->log.backend ? find_report(c, e, host) : -1;

	if (result > 0)
		report_fill(e, &c->found, host);
	else if (!result)
		e->oom.report = 0;
	return result > 0 ? &c->found : NULL;
}

/* ---- differences -------------------------------------------------------- */

static void put_number(struct text *t, const char *name, int64_t value)
{
	const struct field *f = field_find(name);
	const char *word = f->type == FIELD_ENUM ? field_value(f, value) : NULL;

	if (word)
		text_string(t, word);
	else if (f->type == FIELD_HEX)
		text_hex(t, (uint64_t)value);
	else
		text_number(t, value);
}

static bool differ(struct text *t, const char *field, int64_t report, int64_t event)
{
	if (report == event || report == EVENT_UNKNOWN || event == EVENT_UNKNOWN)
		return false;
	text_string(t, field);
	text_string(t, " is ");
	put_number(t, field, report);
	text_string(t, ", not ");
	put_number(t, field, event);
	return true;
}

static bool differ_text(struct text *t, const char *field, const char *report,
			const char *event)
{
	if (!report[0] || !event || !strcmp(report, event))
		return false;
	text_string(t, field);
	text_string(t, " is ");
	text_clean(t, report, strlen(report));
	text_string(t, ", not ");
	text_clean(t, event, strlen(event));
	return true;
}

/* ".../c" is a cut path: only its end can be compared. */
static bool differ_path(struct text *t, const char *field, const char *report,
			const char *event)
{
	return event && event[0] == '/' && differ_text(t, field, report, event);
}

/* Threads of a process may have different names, and the report may show the leader's. */
static bool differ_comm(struct text *t, const struct report_victim *v,
			const struct event_task *target)
{
	return target->tid == target->tgid &&
		differ_text(t, "tcomm", v->comm, target->comm);
}

bool correlate_differs(const struct report_kill *k, const struct oom_event *e,
			struct text *t)
{
	const struct report_victim *v = &k->victim;
	const struct report_oom *oom = &k->oom;

	return differ(t, "tpid", v->tgid, e->target.tgid) ||
		differ_comm(t, v, &e->target) ||
		differ(t, "tprocess.creds.uid", v->uid, e->target.uid) ||
		differ(t, "tprocess.oom_score_adj", v->oom_score_adj, e->victim.oom_score_adj) ||
		differ(t, "fprocess.tid", oom->trigger_tid, e->trigger.tid) ||
		differ(t, "oom.constraint", oom->constraint, e->oom.constraint) ||
		differ(t, "oom.order", oom->order, e->oom.order) ||
		differ(t, "oom.gfp_mask", oom->gfp_mask, e->oom.gfp_mask) ||
		differ_path(t, "oom.memcg", oom->memcg, e->oom.memcg) ||
		differ_path(t, "tprocess.cgroup", oom->cgroup, e->victim.cgroup);
}
