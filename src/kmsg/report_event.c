// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "kmsg/report_event.h"

#include <string.h>

#include "base/path.h"

/* ---- time ------------------------------------------------------------------ */

/* The kernel's own clock stands still in suspend, as CLOCK_MONOTONIC does. */
static void decode_time(struct oom_event *e, const struct report_victim *v,
			const struct decode_host *host)
{
	e->time_unix_ns = v->time_unix_ns;
	if (v->time_unix_ns != EVENT_UNKNOWN)
		e->year_guessed = v->year_guessed;
	if (v->time_ns == EVENT_UNKNOWN || host->unix_minus_mono_ns == EVENT_UNKNOWN)
		return;
	if (v->time_unix_ns == EVENT_UNKNOWN) {
		e->time_unix_ns = v->time_ns + host->unix_minus_mono_ns;
		e->year_guessed = 0;
	}
	e->time_boot_ns = v->time_ns + host->unix_minus_mono_ns -
		host->unix_minus_boot_ns;
}

/* ---- tasks ----------------------------------------------------------------- */

static void fill_number(int64_t *to, int64_t value)
{
	if (*to == EVENT_UNKNOWN)
		*to = value;
}

static void fill_text(struct oom_event *e, const char **to, const char *s)
{
	if (!*to && s[0])
		*to = event_text(e, s, strlen(s));
}

static void fill_trigger(struct oom_event *e, const struct report_oom *oom)
{
	struct event_task *t = &e->trigger;

	fill_number(&t->tid, oom->trigger_tid);
	if (t->tid != oom->trigger_tid && oom->trigger_tid != EVENT_UNKNOWN)
		return;		/* another process's name and user */
	fill_number(&t->tgid, oom->trigger_tgid);
	fill_number(&t->uid, oom->trigger_uid);
	fill_text(e, &t->comm, oom->trigger_comm);
}

static void fill_victim(struct oom_event *e, const struct report_victim *v)
{
	fill_number(&e->target.tid, v->pid);
	event_fill_tpid(e, v->tgid, TPID_REPORT);
	fill_number(&e->target.uid, v->uid);
	fill_text(e, &e->target.comm, v->comm);
	fill_number(&e->victim.oom_score_adj, v->oom_score_adj);
	if (e->victim.anon_rss_bytes == EVENT_UNKNOWN && v->anon_rss_bytes != EVENT_UNKNOWN)
		e->victim.rss_source = RSS_REPORT;
	fill_number(&e->victim.total_vm_bytes, v->total_vm_bytes);
	fill_number(&e->victim.anon_rss_bytes, v->anon_rss_bytes);
	fill_number(&e->victim.file_rss_bytes, v->file_rss_bytes);
	fill_number(&e->victim.shmem_rss_bytes, v->shmem_rss_bytes);
	fill_number(&e->victim.pgtables_bytes, v->pgtables_bytes);
	fill_number(&e->victim.swap_bytes, v->swap_bytes);
}

/* ---- memory cgroups -------------------------------------------------------- */

static void level_init(struct event_level *l, const char *name)
{
	*l = (struct event_level){
		.name = name, .max_bytes = EVENT_UNKNOWN,
		.high_bytes = EVENT_UNKNOWN, .usage_bytes = EVENT_UNKNOWN,
		.swap_max_bytes = EVENT_UNKNOWN,
		.swap_usage_bytes = EVENT_UNKNOWN, .oom_group = EVENT_UNKNOWN,
	};
}

/* Makes a level for each part of "/a/b/c", from the last part up, and for the root. */
static void make_levels(struct oom_event *e, const char *path)
{
	size_t len = strlen(path);

	while (e->oom.level_count < EVENT_LEVELS) {
		size_t start = len;

		while (start && path[start - 1] != '/')
			start--;
		level_init(&e->oom.levels[e->oom.level_count++],
			   event_text(e, path + start, len - start));
		if (!len)
			return;
		len = start ? start - 1 : 0;
	}
}

static void fill_levels(struct oom_event *e, const struct report_oom *oom)
{
	int64_t level = path_depth(oom->cgroup) - path_depth(oom->memcg);
	struct event_level *limit;

	make_levels(e, oom->cgroup[1] ? oom->cgroup : "");
	e->oom.levels_source = LEVELS_REPORT;
	if (!oom->memcg[0] || level < 0 || level >= e->oom.level_count)
		return;
	e->oom.limiting_level = level;
	limit = &e->oom.levels[level];
	limit->max_bytes = oom->counters.limit_bytes;
	limit->usage_bytes = oom->counters.usage_bytes;
	limit->swap_max_bytes = oom->counters.swap_limit_bytes;
	limit->swap_usage_bytes = oom->counters.swap_usage_bytes;
}

static void fill_memcg(struct oom_event *e, const struct report_oom *oom)
{
	fill_number(&e->oom.memcg_version, oom->counters.memcg_version);
	fill_text(e, &e->oom.memcg, oom->memcg);
	fill_text(e, &e->victim.cgroup, oom->cgroup);
	if (!e->oom.level_count && oom->cgroup[0] && e->victim.cgroup &&
	    !strcmp(e->victim.cgroup, oom->cgroup))
		fill_levels(e, oom);
}

/* ---- the size of the OOM domain -------------------------------------------- */

static void set_pages(struct oom_event *e, int64_t pages,
		      enum event_pages_source source)
{
	e->oom.totalpages = pages;
	e->oom.totalpages_source = source;
}

/*
 * How much swap the memcg may use beside its memory. It is 0 on a host without swap;
 * otherwise it depends on swappiness, too, which the report lacks.
 */
static int64_t swap_allowance(const struct report_oom *oom,
			      const struct decode_host *host)
{
	if (host->ram_bytes > 0 && !host->swap_bytes)
		return 0;
	if (oom->counters.swap_limit_bytes == EVENT_UNKNOWN)
		return EVENT_UNKNOWN;
	if (oom->counters.memcg_version == 1)
		return oom->counters.swap_limit_bytes <= oom->counters.limit_bytes ? 0 : EVENT_UNKNOWN;
	return oom->counters.swap_limit_bytes == 0 ? 0 : EVENT_UNKNOWN;
}

static void fill_memcg_pages(struct oom_event *e, const struct report_oom *oom,
			       const struct decode_host *host, int64_t page_size)
{
	if (oom->counters.limit_bytes == EVENT_UNKNOWN || oom->counters.limit_bytes == EVENT_UNLIMITED ||
	    swap_allowance(oom, host) == EVENT_UNKNOWN)
		return;
	set_pages(e, oom->counters.limit_bytes / page_size, PAGES_REPORT);
}

static void fill_host_pages(struct oom_event *e, const struct report_oom *oom,
			      const struct decode_host *host, int64_t page_size)
{
	if (oom->counters.ram_pages != EVENT_UNKNOWN && oom->counters.reserved_pages != EVENT_UNKNOWN &&
	    oom->counters.swap_total_bytes != EVENT_UNKNOWN &&
	    oom->counters.reserved_pages <= oom->counters.ram_pages && oom->counters.ram_pages < INT64_MAX / 2)
		set_pages(e, oom->counters.ram_pages - oom->counters.reserved_pages +
			  oom->counters.swap_total_bytes / page_size, PAGES_REPORT);
	else if (host->ram_bytes > 0)
		set_pages(e, (host->ram_bytes + host->swap_bytes) / page_size,
			  PAGES_MEMINFO);
}

/*
 * The size of the allowed memory nodes: the kernel counts present pages, not managed
 * ones. Unknown if the nodes are listed twice: another CPU's failed allocation lists
 * nodes, too.
 */
static void fill_node_pages(struct oom_event *e, const struct report_oom *oom,
			      int64_t page_size)
{
	if (oom->node_lists == 1 && oom->counters.present_bytes != EVENT_UNKNOWN &&
	    oom->counters.swap_total_bytes != EVENT_UNKNOWN)
		set_pages(e, (oom->counters.present_bytes + oom->counters.swap_total_bytes) / page_size,
			  PAGES_REPORT);
}

static void fill_pages(struct oom_event *e, const struct report_kill *k,
			 const struct decode_host *host)
{
	int64_t page_size = k->victim.page_size;

	if (page_size == EVENT_UNKNOWN)
		page_size = host->page_size;
	if (page_size <= 0 || e->oom.totalpages != EVENT_UNKNOWN)
		return;
	if (k->oom.constraint == CONSTRAINT_MEMCG)
		fill_memcg_pages(e, &k->oom, host, page_size);
	else if (k->oom.constraint == CONSTRAINT_NONE)
		fill_host_pages(e, &k->oom, host, page_size);
	else if (k->oom.constraint != EVENT_UNKNOWN)
		fill_node_pages(e, &k->oom, page_size);
}

void report_fill(struct oom_event *e, const struct report_kill *k,
		 const struct decode_host *host)
{
	e->oom.report = 1;
	fill_trigger(e, &k->oom);
	fill_victim(e, &k->victim);
	fill_number(&e->oom.incident, k->victim.incident);
	fill_number(&e->oom.cpu, k->oom.cpu);
	fill_number(&e->oom.constraint, k->oom.constraint);
	fill_number(&e->oom.nodemask, k->oom.nodemask);
	fill_number(&e->oom.order, k->oom.order);
	fill_number(&e->oom.gfp_mask, k->oom.gfp_mask);
	fill_text(e, &e->oom.gfp_flags, k->oom.gfp_flags);
	fill_number(&e->oom.group, k->oom.group);
	fill_text(e, &e->oom.group_memcg, k->oom.group_memcg);
	fill_memcg(e, &k->oom);
	fill_pages(e, k, host);
}

void report_decode(struct oom_event *e, const struct report_kill *k,
		   const struct decode_host *host)
{
	e->source = SOURCE_KMSG;
	decode_time(e, &k->victim, host);
	report_fill(e, k, host);
}

void report_fill_tpid(struct oom_event *e)
{
	if (e->oom.report == 1)
		event_fill_tpid(e, e->target.tid, TPID_KILLED_LINE);
}
