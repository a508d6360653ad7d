// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "explain/verdict.h"

#include <stdbool.h>
#include <string.h>

#include "base/path.h"
#include "explain/gfp.h"
#include "explain/incident.h"
#include "explain/describe.h"

enum { SENTENCE_SIZE = 8192 };

/* ---- the verdict ---------------------------------------------------------- */

/* Whose limit it was, by the level or else by the paths. */
static enum event_verdict find_owner(const struct oom_event *e)
{
	const char *memcg = e->oom.memcg, *own = e->victim.cgroup;

	if (e->oom.limiting_level >= 0)
		return e->oom.limiting_level ? VERDICT_ANCESTOR_LIMIT
					     : VERDICT_OWN_LIMIT;
	if (!memcg || !own || !path_is_within(span_of(own, strlen(own)), span_of(memcg, strlen(memcg))))
		return VERDICT_UNKNOWN;
	return strcmp(own, memcg) ? VERDICT_ANCESTOR_LIMIT : VERDICT_OWN_LIMIT;
}

enum event_verdict verdict_find(const struct oom_event *e)
{
	if (e->oom.marked_only == 1)
		return VERDICT_ALREADY_EXITING;
	if (e->oom.order == -1)
		return VERDICT_SYSRQ;
	switch (e->oom.constraint) {
	case CONSTRAINT_NONE:
		return VERDICT_HOST;
	case CONSTRAINT_CPUSET:
		return VERDICT_CPUSET;
	case CONSTRAINT_MEMORY_POLICY:
		return VERDICT_MEMPOLICY;
	case CONSTRAINT_MEMCG:
		return find_owner(e);
	}
	return VERDICT_UNKNOWN;
}

int verdict_is_shmem(const struct oom_event *e)
{
	const struct event_level *limit = event_limit(e);
	int64_t shmem = e->stat.shmem_bytes;

	/* The victim's mapped shared memory was charged to the cgroup, too. */
	if (e->victim.shmem_rss_bytes > shmem)
		shmem = e->victim.shmem_rss_bytes;
	return limit && shmem > 0 && limit->usage_bytes >= 0 &&
	       shmem > limit->usage_bytes / 2;
}

/* ---- the sentence --------------------------------------------------------- */

static void put_victim(struct text *t, const struct oom_event *e)
{
	char bytes[160];
	struct text memory = text_on(bytes, sizeof(bytes));

	describe_task(t, &e->target);
	describe_memory(&memory, &e->victim);
	if (!memory.used)
		return;
	/* "(pid 1, 3 MiB: ..)", or "(3 MiB: ..)" where there is no pid. */
	if (e->target.tgid != EVENT_UNKNOWN || e->target.tid != EVENT_UNKNOWN) {
		if (!t->cut)
			t->used--;
		text_string(t, ", ");
	} else {
		text_string(t, " (");
	}
	text_bytes(t, memory.data, memory.used);
	text_char(t, ')');
}

static void put_place(struct text *t, const struct oom_event *e)
{
	size_t start = t->used;

	text_string(t, " in ");
	describe_place(t, e);
	if (!t->cut && t->used == start + 4)
		t->used = start;
}

/* The owner of the limit: "the pod's limit", "cgroup /a's limit". */
static void put_owner(struct text *t, const struct oom_event *e)
{
	enum describe_level kind = event_limit(e) ? describe_level(e, e->oom.limiting_level)
					    : DESCRIBE_CGROUP;

	if (kind == DESCRIBE_CONTAINER)
		text_string(t, "the container");
	else if (kind == DESCRIBE_POD)
		text_string(t, "the pod");
	else if (kind == DESCRIBE_UNIT)
		text_string(t, event_limit(e)->name);
	else if (e->oom.verdict == VERDICT_OWN_LIMIT)
		text_string(t, "its cgroup");
	else {
		text_string(t, "cgroup ");
		text_string(t, e->oom.memcg ? e->oom.memcg : "?");
	}
	text_string(t, "'s limit");
}

/*
 * Version 1 limits memory, and memory and swap. The limit with less room left was hit; if
 * the room is equal, the memory limit.
 */
static bool is_swap_limit(const struct oom_event *e, const struct event_level *l)
{
	if (e->oom.memcg_version != 1 || l->swap_max_bytes < 0 ||
	    l->swap_max_bytes == EVENT_UNLIMITED || l->swap_usage_bytes < 0 ||
	    l->max_bytes < 0 || l->usage_bytes < 0)
		return false;
	return l->swap_max_bytes - l->swap_usage_bytes <
	       l->max_bytes - l->usage_bytes;
}

static void put_limit(struct text *t, const struct oom_event *e)
{
	const struct event_level *l = event_limit(e);

	put_owner(t, e);
	if (l && is_swap_limit(e, l)) {
		text_string(t, " of memory and swap, ");
		describe_size(t, l->swap_max_bytes);
		text_char(t, ',');
	} else if (l && l->max_bytes >= 0 && l->max_bytes != EVENT_UNLIMITED) {
		text_string(t, " of ");
		describe_size(t, l->max_bytes);
	}
	/* For a pod or container the distance in levels is left out. */
	if (e->oom.verdict == VERDICT_ANCESTOR_LIMIT && l &&
	    describe_level(e, e->oom.limiting_level) >= DESCRIBE_UNIT) {
		text_string(t, ", ");
		text_number(t, e->oom.limiting_level);
		text_string(t, e->oom.limiting_level == 1 ? " cgroup above its own," :
			    " cgroups above its own,");
	}
	text_string(t, " was reached");
	if (!verdict_is_shmem(e))
		return;
	text_string(t, ", most of it by tmpfs and shared memory");
}

static void put_nodes(struct text *t, const char *what, int64_t mask)
{
	text_string(t, "no memory was left on the nodes of ");
	text_string(t, what);
	for (int node = 0; mask > 0 && node < 63; node++) {
		if (!(mask >> node & 1))
			continue;
		text_string(t, mask & ((INT64_C(1) << node) - 1) ? "," : " (");
		text_number(t, node);
	}
	if (mask > 0)
		text_char(t, ')');
}

static void put_cause(struct text *t, const struct oom_event *e)
{
	switch (e->oom.verdict) {
	case VERDICT_OWN_LIMIT:
	case VERDICT_ANCESTOR_LIMIT:
		put_limit(t, e);
		break;
	case VERDICT_HOST:
		text_string(t, "the host had no memory left");
		break;
	case VERDICT_CPUSET:
		put_nodes(t, "a cpuset", e->oom.nodemask);
		break;
	case VERDICT_MEMPOLICY:
		put_nodes(t, "a memory policy", e->oom.nodemask);
		break;
	case VERDICT_SYSRQ:
		text_string(t, "somebody asked for it with the sysrq key");
		break;
	case VERDICT_ALREADY_EXITING:
		text_string(t, "it was on its way out already");
		break;
	default:
		text_string(t, e->oom.constraint == CONSTRAINT_MEMCG ?
			    "a memory cgroup's limit was reached, but it is not known which" :
			    "it is not known why");
	}
}

static void put_trigger(struct text *t, const struct oom_event *e)
{
	if (e->oom.verdict == VERDICT_SYSRQ || e->oom.verdict == VERDICT_ALREADY_EXITING ||
	    (e->trigger.tgid == EVENT_UNKNOWN && !e->trigger.comm))
		return;
	text_string(t, "; ");
	if (e->trigger.tgid != EVENT_UNKNOWN && e->trigger.tgid == e->target.tgid)
		text_string(t, "it");
	else
		describe_task(t, &e->trigger);
	if (e->oom.order > 0 && e->oom.order < 32) {
		text_string(t, " asked for ");
		text_number(t, INT64_C(1) << e->oom.order);
		text_string(t, " pages in one piece");
	} else {
		text_string(t, " asked for memory");
	}
}

static void put_group(struct text *t, const struct oom_event *e)
{
	if (e->oom.group != 1)
		return;
	text_string(t, "; all of ");
	if (e->oom.group_memcg) {
		text_string(t, "cgroup ");
		text_string(t, e->oom.group_memcg);
	} else {
		text_string(t, "its cgroup");
	}
	text_string(t, " was killed (memory.oom.group)");
}

static const char *sentence(struct oom_event *e)
{
	char bytes[SENTENCE_SIZE];
	struct text t = text_on(bytes, sizeof(bytes));

	put_victim(&t, e);
	text_string(&t, e->oom.verdict == VERDICT_ALREADY_EXITING ?
		    " was marked but not killed" : " was killed");
	put_place(&t, e);
	text_string(&t, ": ");
	put_cause(&t, e);
	put_trigger(&t, e);
	put_group(&t, e);
	text_char(&t, '.');
	return event_text(e, t.data, t.used);
}

/* ---- derived fields ------------------------------------------------------- */

static void complete_gfp(struct oom_event *e)
{
	char bytes[512];
	struct text t = text_on(bytes, sizeof(bytes));

	/* A log may be from any kernel: bits without names in it cannot be decoded. */
	if (e->oom.gfp_mask < 0 || e->oom.gfp_flags || e->source == SOURCE_KMSG)
		return;
	gfp_names(&t, e->oom.gfp_mask);
	e->oom.gfp_flags = event_text(e, t.data, t.used);
}

/*
 * A mark without a kill leaves no line in the log. A trigger that is exiting was exiting
 * before the OOM, as it cannot begin to exit while it runs the OOM killer. For any other
 * victim the flag proves nothing: the kernel sends SIGKILL before the mark, and the
 * victim may start to exit on another CPU in between.
 */
static int64_t find_marked_only(const struct oom_event *e)
{
	if (e->oom.report == 1)
		return 0;
	if (e->victim.exiting == 1 && e->target.tid != EVENT_UNKNOWN &&
	    e->target.tid == e->trigger.tid)
		return 1;
	return e->oom.report == EVENT_UNKNOWN ? EVENT_UNKNOWN : !e->oom.report;
}

/* Unknown if one of the three is. */
static int64_t find_rss(const struct event_victim *v)
{
	const int64_t parts[] = { v->anon_rss_bytes, v->file_rss_bytes, v->shmem_rss_bytes };
	int64_t sum = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i] < 0 || parts[i] > EVENT_UNLIMITED)
			return EVENT_UNKNOWN;
		sum += parts[i];
	}
	return sum;
}

/* "nginx.service"; "" for the root cgroup, NULL where the cgroup is unknown. */
static const char *find_where(struct oom_event *e)
{
	char bytes[SENTENCE_SIZE];
	struct text t = text_on(bytes, sizeof(bytes));

	describe_place(&t, e);
	return t.used || e->victim.cgroup ? event_text(e, t.data, t.used) : NULL;
}

void verdict_complete(struct oom_event *e)
{
	e->victim.rss_bytes = find_rss(&e->victim);
	e->victim.where = find_where(e);
	if (e->oom.order != EVENT_UNKNOWN)
		e->oom.sysrq = e->oom.order == -1;
	if (e->oom.marked_only == EVENT_UNKNOWN)
		e->oom.marked_only = find_marked_only(e);
	complete_gfp(e);
	incident_group(e);
	e->oom.verdict = verdict_find(e);
	e->oom.verdict_text = sentence(e);
}
