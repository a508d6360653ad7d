// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* A kill's report as the second witness of an event from another source. */
#include "kmsg/report.h"

#include <string.h>

#include "event/fields.h"

/* The log is read late, and its clock is not quite ours. */
static const int64_t apart_ns = INT64_C(60000000000);

bool report_is_of(const struct report_kill *k, const struct oom_event *e,
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

/* ---- contradictions -------------------------------------------------------- */

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

/* ".../c" is cut: it says how a longer one ends. */
static bool differ_path(struct text *t, const char *field, const char *report,
			const char *event)
{
	return event && event[0] == '/' && differ_text(t, field, report, event);
}

/* Each thread has a name, and the report may have the leader's. */
static bool differ_comm(struct text *t, const struct report_victim *v,
			const struct event_task *target)
{
	return target->tid == target->tgid &&
		differ_text(t, "tcomm", v->comm, target->comm);
}

bool report_contradicts(const struct report_kill *k, const struct oom_event *e,
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
