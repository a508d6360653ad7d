/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One OOM kill as a plain struct, filled further by each step on its way from
 * the source to the output. What is unknown stays unknown: numbers are
 * EVENT_UNKNOWN, strings NULL. Sizes are bytes, times nanoseconds.
 */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include <stddef.h>
#include <stdint.h>

#define EVENT_UNKNOWN	INT64_MIN
/*
 * No limit is set: 2^53 - 1, more than any machine's memory (4 PiB at most).
 * A JSON reader that knows only doubles holds this number exactly, and no
 * larger one of its kind. A limit that is set higher is no limit either.
 */
#define EVENT_UNLIMITED	((INT64_C(1) << 53) - 1)

enum {
	EVENT_TEXT_SIZE = 32768, EVENT_LEVELS = 12, EVENT_ANCESTORS = 16,
	EVENT_TOP = 5,
};

/* The names of these values in the output are in event/fields.c. */
enum event_source { SOURCE_BPF, SOURCE_PERF, SOURCE_KMSG };
enum event_constraint {
	CONSTRAINT_NONE, CONSTRAINT_CPUSET, CONSTRAINT_MEMORY_POLICY,
	CONSTRAINT_MEMCG,
};

enum event_pages_source {
	PAGES_OOM_CONTROL,		/* the kernel's own number */
	PAGES_REPORT,			/* made of those in its report */
	PAGES_LIMIT_FILES, PAGES_MEMINFO,
};

enum event_levels_source { LEVELS_PROBE, LEVELS_FILES, LEVELS_REPORT };
enum event_tpid_source {
	TPID_KERNEL,			/* its own memory */
	TPID_PROC,
	TPID_REPORT,			/* table of tasks or "oom-kill:" in its log */
	TPID_KILLED_LINE,		/* "Killed process N": may be a thread */
};

enum event_rss_source {
	RSS_TRACEPOINT,			/* what the kernel reads for itself */
	RSS_COUNTERS,			/* without what CPUs and threads keep back */
	RSS_REPORT,
};

enum event_cmdline_source {
	CMDLINE_PROBE, CMDLINE_PROC,
	CMDLINE_WITHHELD,		/* null: reading it could cost the victim's cgroup memory */
};

/* Why the victim was killed; event/verdict.h says how that is found. */
enum event_verdict {
	VERDICT_OWN_LIMIT, VERDICT_ANCESTOR_LIMIT, VERDICT_HOST,
	VERDICT_CPUSET, VERDICT_MEMPOLICY, VERDICT_SYSRQ,
	VERDICT_ALREADY_EXITING, VERDICT_UNKNOWN,
};

struct event_task {
	int64_t tgid, tid;		/* in the initial pid namespace */
	int64_t nspid;			/* tgid in its own pid namespace */
	int64_t uid, gid;		/* in the initial user namespace */
	int64_t mntns;			/* inode number of the mount namespace */
	int64_t parent_tgid, parent_tid;
	const char *comm, *parent_comm;
	const char *user, *group;
};

/* A process that is neither trigger nor victim. */
struct event_process {
	int64_t tgid;			/* in the initial pid namespace */
	int64_t rss_bytes, swap_bytes;	/* of the largest only */
	const char *comm;
};

struct event_victim {
	int64_t start_unix_ns;
	int64_t uptime_ns;		/* age at the kill */
	int64_t oom_score_adj;
	int64_t exiting;		/* bool: was on its way out already */
	int64_t threads;
	int64_t total_vm_bytes;
	int64_t anon_rss_bytes, file_rss_bytes, shmem_rss_bytes;
	int64_t rss_bytes;		/* the sum of these three */
	int64_t rss_source;		/* enum event_rss_source */
	int64_t swap_bytes, pgtables_bytes;
	const char *where;		/* pod, container, unit or cgroup, in words */
	const char *cgroup;		/* path of its memory cgroup, from the root */
	const char *cmdline;		/* its words joined by spaces */
	int64_t cmdline_source;		/* enum event_cmdline_source */
	/* Its parent, the parent's parent, ..; EVENT_UNKNOWN: not known. */
	int64_t ancestor_count;
	struct event_process ancestors[EVENT_ANCESTORS];
};

/* A level of the victim's memory-cgroup path; [0] is the victim's own. */
struct event_level {
	const char *name;
	int64_t max_bytes, high_bytes, usage_bytes;
	int64_t swap_max_bytes, swap_usage_bytes;	/* v1: memory + swap */
	int64_t oom_group;				/* bool */
};

struct event_oom {
	int64_t incident;		/* the same for all victims of one OOM */
	int64_t incident_member;	/* 1 for the first of them that was read, .. */
	int64_t verdict;		/* enum event_verdict */
	const char *verdict_text;	/* the same as a sentence */
	int64_t report;			/* bool: the kernel's log tells of the kill */
	int64_t marked_only;		/* bool: marked, but not killed by this OOM */
	int64_t group;			/* bool: a cgroup is killed as a whole */
	const char *group_memcg;	/* that cgroup's path; "": none */
	int64_t sysrq;			/* bool */
	int64_t cpu;
	int64_t constraint;		/* enum event_constraint */
	int64_t order;
	int64_t gfp_mask;
	const char *gfp_flags;		/* the same by name */
	int64_t nodemask;
	int64_t totalpages;		/* size of the OOM domain, in pages */
	int64_t totalpages_source;	/* enum event_pages_source */
	int64_t limiting_level;		/* index into levels */
	const char *memcg;		/* path of the memcg that ran out */
	int64_t memcg_version;		/* 1 or 2 */
	int64_t levels_source;		/* enum event_levels_source */
	int64_t level_count;
	struct event_level levels[EVENT_LEVELS];
};

/* What filled the memory cgroup that ran out, read @delay_ns after the kill. */
struct event_stat {
	int64_t delay_ns;
	int64_t anon_bytes, file_bytes, shmem_bytes;	/* file: without shmem */
	int64_t slab_bytes, sock_bytes;
};

/* Its largest processes, those that were still there after @delay_ns. */
struct event_top {
	int64_t delay_ns;
	int64_t scanned;		/* how many were looked at */
	int64_t complete;		/* bool: those are all */
	int64_t count;			/* EVENT_UNKNOWN: not known */
	struct event_process processes[EVENT_TOP];	/* the largest first */
};

struct event_runtime {
	const char *name, *container_id, *container_name;
	const char *image_name, *image_digest;
	int64_t container_pid, started_unix_ns;
	/* The outermost container around this one; "": there is none. */
	const char *outer_name, *outer_id, *outer_container_name;
};

struct event_k8s {
	const char *node, *namespace, *pod, *container;
	const char *labels;		/* "k=v,k=v" */
	const char *owner_kind, *owner_name;
	int64_t hostnetwork;		/* bool */
	const char *pod_uid;
	const char *qos;		/* "Guaranteed", .. */
};

struct event_systemd {
	const char *unit, *slice;	/* as the victim's cgroup path has them */
};

struct oom_event {
	int64_t source;			/* enum event_source */
	int64_t time_unix_ns;
	int64_t year_guessed;		/* bool: of time_unix_ns */
	int64_t time_boot_ns;
	struct event_task trigger, target;
	int64_t tpid_source;		/* enum event_tpid_source, of target.tgid */
	struct event_victim victim;
	struct event_oom oom;
	struct event_stat stat;
	struct event_top top;
	struct event_runtime runtime;
	struct event_k8s k8s;
	struct event_systemd systemd;

	size_t text_used;
	char text[EVENT_TEXT_SIZE];	/* what the strings above point into */
};

/* Makes everything unknown. An event must not be copied: it points into itself. */
void event_init(struct oom_event *e);

/*
 * Keeps a copy of the at most @len bytes at @bytes, up to the first NUL.
 * The copy lives as long as @e; NULL when the event has no room left.
 */
const char *event_text(struct oom_event *e, const char *bytes, size_t len);

/* Fills the victim's process id, and where it is from, unless it is known. */
void event_fill_tpid(struct oom_event *e, int64_t tgid, enum event_tpid_source source);

/* The level whose limit was hit, or NULL: it is not known, or there is none. */
const struct event_level *event_limit(const struct oom_event *e);

#endif
