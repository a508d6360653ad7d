// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "event/decode.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "uapi/oom_record.h"

static int64_t bytes_of(uint64_t pages, int64_t page_size)
{
	if (pages == OOM_RECORD_NO_LIMIT)
		return EVENT_UNKNOWN;
	if (pages >= (uint64_t)(EVENT_UNLIMITED / page_size))
		return EVENT_UNLIMITED;
	return (int64_t)pages * page_size;
}

static const char *comm_of(struct oom_event *e, const char comm[OOM_RECORD_COMM])
{
	return event_text(e, comm, OOM_RECORD_COMM);
}

/* The members behind OOM_KNOWS_TRIGGER and OOM_KNOWS_VICTIM. */
static void decode_relations(struct oom_event *e, struct event_task *t,
			     const struct oom_record_task *r)
{
	if (r->ns_tgid)
		t->nspid = r->ns_tgid;
	if (r->mntns)
		t->mntns = r->mntns;
	t->parent_tgid = r->parent_tgid;
	t->parent_tid = r->parent_tid;
	t->parent_comm = comm_of(e, r->parent_comm);
}

static void decode_trigger(struct oom_event *e, const struct oom_record *r)
{
	if (r->known & OOM_KNOWS_CREDENTIALS) {
		e->trigger.tgid = r->trigger.tgid;
		e->trigger.tid = r->trigger.tid;
		e->trigger.uid = r->trigger.uid;
		e->trigger.gid = r->trigger.gid;
		e->trigger.comm = comm_of(e, r->trigger.comm);
	}
	if (r->known & OOM_KNOWS_TRIGGER)
		decode_relations(e, &e->trigger, &r->trigger);
}

static int64_t unix_ns(const struct oom_record *r, uint64_t time_ns,
		       const struct decode_host *host)
{
	return (int64_t)time_ns + (r->known & OOM_KNOWS_BOOTTIME ?
		host->unix_minus_boot_ns : host->unix_minus_mono_ns);
}

/*
 * Whether the victim was exiting before: then the kernel marked it and did not
 * kill it. A task that runs out of memory while it is being killed marks
 * itself, and no oom_control has chosen it. That none was found is evidence
 * only on a host where the probe has found one before.
 */
static int64_t is_exiting(const struct oom_record *r, const struct decode_host *host)
{
	bool not_chosen = (r->known & OOM_KNOWS_SEARCHED) &&
			  !(r->known & OOM_KNOWS_CONTROL);
	bool self = r->victim.tgid == r->trigger.tgid;

	if (r->exit_state || (r->task_flags & 4 /* PF_EXITING */))
		return 1;
	if (!not_chosen || !self || !(r->signal_flags & 4 /* SIGNAL_GROUP_EXIT */))
		return 0;
	return host->control_seen ? 1 : EVENT_UNKNOWN;
}

static void decode_victim(struct oom_event *e, const struct oom_record *r,
			  const struct decode_host *host)
{
	e->target.tid = r->victim.tid;
	if (r->known & (OOM_KNOWS_VICTIM | OOM_KNOWS_WIDE)) {
		e->target.comm = comm_of(e, r->victim.comm);
		e->target.uid = r->victim.uid;
		e->victim.oom_score_adj = r->oom_score_adj;
	}
	if (!(r->known & OOM_KNOWS_VICTIM))
		return;
	event_fill_tpid(e, r->victim.tgid, TPID_KERNEL);
	e->target.gid = r->victim.gid;
	decode_relations(e, &e->target, &r->victim);
	e->victim.threads = r->threads;
	e->victim.exiting = is_exiting(r, host);
	/* A start time is always of CLOCK_BOOTTIME. */
	if (r->start_ns)
		e->victim.start_unix_ns = (int64_t)r->start_ns + host->unix_minus_boot_ns;
	if (r->start_ns && r->known & OOM_KNOWS_BOOTTIME)
		e->victim.uptime_ns = (int64_t)(r->time_ns - r->start_ns);
}

static void decode_memory(struct oom_event *e, const struct oom_record *r)
{
	if (r->known & (OOM_KNOWS_MM | OOM_KNOWS_WIDE)) {
		e->victim.total_vm_bytes = (int64_t)r->total_vm_bytes;
		e->victim.anon_rss_bytes = (int64_t)r->anon_rss_bytes;
		e->victim.file_rss_bytes = (int64_t)r->file_rss_bytes;
		e->victim.shmem_rss_bytes = (int64_t)r->shmem_rss_bytes;
		e->victim.pgtables_bytes = (int64_t)r->pgtables_bytes;
		e->victim.rss_source = r->known & OOM_KNOWS_WIDE ? RSS_TRACEPOINT : RSS_COUNTERS;
	}
	if (r->known & OOM_KNOWS_SWAP)
		e->victim.swap_bytes = (int64_t)r->swap_bytes;
}

static void decode_control(struct oom_event *e, const struct oom_record *r)
{
	e->oom.cpu = r->cpu;
	e->oom.incident = (int64_t)r->incident_ns;
	if (r->known & OOM_KNOWS_NODEMASK)
		e->oom.nodemask = (int64_t)(r->nodemask & INT64_MAX);
	if (!(r->known & OOM_KNOWS_CONTROL))
		return;
	e->oom.totalpages = (int64_t)r->totalpages;
	e->oom.totalpages_source = PAGES_OOM_CONTROL;
	e->oom.constraint = r->constraint;
	e->oom.order = r->order;
	e->oom.gfp_mask = r->gfp_mask;
}

static int decode_level(struct oom_event *e, int64_t i, struct span *rest,
			int64_t page_size)
{
	struct event_level *to = &e->oom.levels[i];
	struct oom_record_level level;
	struct span name;
	uint64_t padded;

	if (span_copy(*rest, 0, &level, sizeof(level)) < 0 ||
	    level.name_size < 1 || level.name_size > OOM_RECORD_NAME)
		return -EBADMSG;
	padded = sizeof(level) + ((level.name_size + 7) & ~7U);
	name = span_sub(*rest, sizeof(level), level.name_size);
	if (!name.data || !span_has(*rest, 0, padded) ||
	    strnlen((const char *)name.data, name.size) != name.size - 1)
		return -EBADMSG;
	*rest = span_sub(*rest, padded, rest->size - padded);

	to->name = event_text(e, (const char *)name.data, name.size);
	to->max_bytes = bytes_of(level.max, page_size);
	to->high_bytes = bytes_of(level.high, page_size);
	to->usage_bytes = bytes_of(level.usage, page_size);
	to->swap_max_bytes = bytes_of(level.swap_max, page_size);
	to->swap_usage_bytes = bytes_of(level.swap_usage, page_size);
	to->oom_group = level.oom_group ? 1 : 0;
	if (level.limiting && e->oom.constraint == CONSTRAINT_MEMCG)
		e->oom.limiting_level = i;
	return 0;
}

/*
 * The path from the root down to level @from: "/a/b", "/" for the root,
 * ".../a/b" when there were levels above that did not fit the record.
 */
static const char *path_of(struct oom_event *e, int64_t from, bool cut)
{
	char path[3 + OOM_RECORD_LEVELS * OOM_RECORD_NAME] = "...";
	size_t used = cut ? 3 : 0;

	for (int64_t i = e->oom.level_count - 1; i >= from; i--) {
		const char *name = e->oom.levels[i].name;
		size_t len = name ? strlen(name) : 0;

		if (!len)
			continue;
		path[used++] = '/';
		memcpy(path + used, name, len);
		used += len;
	}
	if (!used)
		path[used++] = '/';
	return event_text(e, path, used);
}

static int decode_memcg(struct oom_event *e, const struct oom_record *r,
			struct span rest, int64_t page_size)
{
	int result;

	if (!(r->known & OOM_KNOWS_MEMCG))
		return r->levels ? -EBADMSG : 0;
	if (r->levels > EVENT_LEVELS)
		return -EBADMSG;
	for (uint16_t i = 0; i < r->levels; i++) {
		result = decode_level(e, i, &rest, page_size);
		if (result < 0)
			return result;
	}
	e->oom.level_count = r->levels;
	e->oom.levels_source = r->levels ? LEVELS_PROBE : EVENT_UNKNOWN;
	e->oom.memcg_version = r->memcg_hierarchy ? 1 : 2;
	if (!r->levels)
		return 0;
	e->victim.cgroup = path_of(e, 0, r->levels_cut);
	if (e->oom.limiting_level >= 0)
		e->oom.memcg = path_of(e, e->oom.limiting_level, r->levels_cut);
	return 0;
}

int decode_record(struct oom_event *e, struct span record,
		  const struct decode_host *host)
{
	struct oom_record r;
	struct span levels;

	if (span_copy(record, 0, &r, sizeof(r.version)) < 0)
		return -EBADMSG;
	if (r.version != OOM_RECORD_VERSION)
		return -ENOTSUP;
	if (span_copy(record, 0, &r, sizeof(r)) < 0 || r.size < sizeof(r))
		return -EBADMSG;
	levels = span_sub(record, sizeof(r), r.size - sizeof(r));
	if (!levels.data)
		return -EBADMSG;

	e->source = SOURCE_BPF;
	e->time_unix_ns = unix_ns(&r, r.time_ns, host);
	e->year_guessed = 0;
	e->time_boot_ns = (int64_t)r.time_ns;
	decode_trigger(e, &r);
	decode_victim(e, &r, host);
	decode_memory(e, &r);
	decode_control(e, &r);
	return decode_memcg(e, &r, levels, host->page_size);
}
