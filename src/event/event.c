// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "event/event.h"

#include <string.h>

static void task_init(struct event_task *t)
{
	*t = (struct event_task){
		.tgid = EVENT_UNKNOWN, .tid = EVENT_UNKNOWN,
		.nspid = EVENT_UNKNOWN,
		.uid = EVENT_UNKNOWN, .gid = EVENT_UNKNOWN,
		.mntns = EVENT_UNKNOWN,
		.parent_tgid = EVENT_UNKNOWN, .parent_tid = EVENT_UNKNOWN,
	};
}

static void victim_init(struct event_victim *v)
{
	*v = (struct event_victim){
		.start_unix_ns = EVENT_UNKNOWN, .uptime_ns = EVENT_UNKNOWN,
		.oom_score_adj = EVENT_UNKNOWN,
		.exiting = EVENT_UNKNOWN, .threads = EVENT_UNKNOWN,
		.total_vm_bytes = EVENT_UNKNOWN,
		.anon_rss_bytes = EVENT_UNKNOWN,
		.file_rss_bytes = EVENT_UNKNOWN,
		.shmem_rss_bytes = EVENT_UNKNOWN,
		.rss_bytes = EVENT_UNKNOWN,
		.rss_source = EVENT_UNKNOWN,
		.swap_bytes = EVENT_UNKNOWN, .pgtables_bytes = EVENT_UNKNOWN,
		.cmdline_source = EVENT_UNKNOWN,
		.ancestor_count = EVENT_UNKNOWN,
	};
}

static void oom_init(struct event_oom *o)
{
	o->incident = EVENT_UNKNOWN;
	o->incident_member = EVENT_UNKNOWN;
	o->verdict = EVENT_UNKNOWN;
	o->verdict_text = NULL;
	o->report = EVENT_UNKNOWN;
	o->marked_only = EVENT_UNKNOWN;
	o->group = EVENT_UNKNOWN;
	o->group_memcg = NULL;
	o->sysrq = EVENT_UNKNOWN;
	o->cpu = EVENT_UNKNOWN;
	o->constraint = EVENT_UNKNOWN;
	o->order = EVENT_UNKNOWN;
	o->gfp_mask = EVENT_UNKNOWN;
	o->gfp_flags = NULL;
	o->nodemask = EVENT_UNKNOWN;
	o->totalpages = EVENT_UNKNOWN;
	o->totalpages_source = EVENT_UNKNOWN;
	o->limiting_level = EVENT_UNKNOWN;
	o->memcg = NULL;
	o->memcg_version = EVENT_UNKNOWN;
	o->levels_source = EVENT_UNKNOWN;
	o->level_count = 0;
}

static void story_init(struct oom_event *e)
{
	e->stat = (struct event_stat){
		EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN, EVENT_UNKNOWN,
		EVENT_UNKNOWN, EVENT_UNKNOWN,
	};
	e->top.delay_ns = EVENT_UNKNOWN;
	e->top.scanned = EVENT_UNKNOWN;
	e->top.complete = EVENT_UNKNOWN;
	e->top.count = EVENT_UNKNOWN;
}

void event_init(struct oom_event *e)
{
	e->source = EVENT_UNKNOWN;
	e->time_unix_ns = EVENT_UNKNOWN;
	e->year_guessed = EVENT_UNKNOWN;
	e->time_boot_ns = EVENT_UNKNOWN;
	task_init(&e->trigger);
	task_init(&e->target);
	e->tpid_source = EVENT_UNKNOWN;
	victim_init(&e->victim);
	oom_init(&e->oom);
	story_init(e);
	e->runtime = (struct event_runtime){
		.container_pid = EVENT_UNKNOWN,
		.started_unix_ns = EVENT_UNKNOWN,
	};
	e->k8s = (struct event_k8s){ .hostnetwork = EVENT_UNKNOWN };
	e->systemd = (struct event_systemd){ NULL, NULL };
	e->text_used = 0;
}

const char *event_text(struct oom_event *e, const char *bytes, size_t len)
{
	size_t used = strnlen(bytes, len);
	char *copy = e->text + e->text_used;

	if (used >= sizeof(e->text) - e->text_used)
		return NULL;
	memcpy(copy, bytes, used);
	copy[used] = '\0';
	e->text_used += used + 1;
	return copy;
}

void event_fill_tpid(struct oom_event *e, int64_t tgid, enum event_tpid_source source)
{
	if (e->target.tgid != EVENT_UNKNOWN || tgid == EVENT_UNKNOWN)
		return;
	e->target.tgid = tgid;
	e->tpid_source = source;
}

const struct event_level *event_limit(const struct oom_event *e)
{
	int64_t level = e->oom.limiting_level;

	return level >= 0 && level < e->oom.level_count ? &e->oom.levels[level] : NULL;
}
