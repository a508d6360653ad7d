// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "event/fields.h"

#include <string.h>

/* The place of a member, refused by the compiler when its type is another. */
#define PLACE(s, member, type) \
	(offsetof(struct s, member) + \
	 0 * sizeof(char[__builtin_types_compatible_p( \
		__typeof__(((struct s *)0)->member), type) ? 1 : -1]))
#define NUMBER(member)	.offset = PLACE(oom_event, member, int64_t)
#define STRING(member)	.offset = PLACE(oom_event, member, const char *), \
			.type = FIELD_STRING
/* The id that is shown where the name is not known. */
#define OR_ID(member)	.id_offset = PLACE(oom_event, member, const char *)
/* Of the level whose limit was hit. */
#define LIMIT(member)	.offset = PLACE(event_level, member, int64_t), \
			.of_limit = true
#define LEVEL(member)	.offset = PLACE(event_level, member, int64_t)
#define PROCESS(member)	.offset = PLACE(event_process, member, int64_t)
#define LIST(member, table) .offset = offsetof(struct oom_event, member), \
			.type = FIELD_LIST, .list = &(table)
#define BYTES		.unit = "bytes", .width = 12, .right = true
#define NS		.unit = "ns", .width = 19
#define PID		.unit = "", .width = 7
#define PLAIN		.unit = ""

static const char *const source_names[] = { "bpf", "perf", "kmsg", NULL };
static const char *const constraint_names[] = {
	"none", "cpuset", "memory_policy", "memcg", NULL,
};
static const char *const pages_source_names[] = {
	"oom_control", "report", "limit_files", "meminfo", NULL,
};
static const char *const levels_source_names[] = {
	"probe", "files", "report", NULL,
};
static const char *const tpid_source_names[] = {
	"kernel", "proc", "report", "killed_line", NULL,
};
static const char *const rss_source_names[] = {
	"tracepoint", "counters", "report", NULL,
};
static const char *const cmdline_source_names[] = { "probe", "proc", "withheld", NULL };
static const char *const verdict_names[] = {
	"own-limit", "ancestor-limit", "host", "cpuset", "mempolicy", "sysrq",
	"already-exiting", "unknown", NULL,
};

/* ---- lists ---------------------------------------------------------------- */

static const struct field level_rows[] = {
	{ "high_bytes", "HIGH", LEVEL(high_bytes), BYTES, .type = FIELD_LIMIT,
	  .about = "where it is throttled (version 2); 2^53 - 1: nowhere" },
	{ "max_bytes", "MAX", LEVEL(max_bytes), BYTES, .type = FIELD_LIMIT,
	  .about = "its limit; 2^53 - 1: none" },
	{ "name", "NAME", .offset = PLACE(event_level, name, const char *), PLAIN,
	  .type = FIELD_STRING, .width = 16,
	  .about = "its directory, the last part of its path; root: empty" },
	{ "oom_group", "OOM_GROUP", LEVEL(oom_group), PLAIN, .type = FIELD_BOOL,
	  .width = 9,
	  .about = "whether memory.oom.group is set" },
	{ "swap_max_bytes", "SWAP_MAX", LEVEL(swap_max_bytes), BYTES, .type = FIELD_LIMIT,
	  .about = "its swap limit, in version 1 with memory; 2^53 - 1: none" },
	{ "swap_usage_bytes", "SWAP_USAGE", LEVEL(swap_usage_bytes), BYTES,
	  .about = "its swap usage; version 1: memory and swap together" },
	{ "usage_bytes", "USAGE", LEVEL(usage_bytes), BYTES,
	  .about = "its usage at the kill" },
};

static const struct field ancestor_rows[] = {
	{ "comm", "COMM", .offset = PLACE(event_process, comm, const char *),
	  PLAIN, .type = FIELD_STRING, .width = 16, .about = "its name" },
	{ "pid", "PID", PROCESS(tgid), PID,
	  .about = "its process id, in the initial pid namespace" },
};

static const struct field process_rows[] = {
	{ "comm", "COMM", .offset = PLACE(event_process, comm, const char *),
	  PLAIN, .type = FIELD_STRING, .width = 16, .about = "its name" },
	{ "pid", "PID", PROCESS(tgid), PID,
	  .about = "its process id, in the initial pid namespace" },
	{ "rss_bytes", "RSS", PROCESS(rss_bytes), BYTES,
	  .about = "memory that it held" },
	{ "swap_bytes", "SWAP", PROCESS(swap_bytes), BYTES,
	  .about = "what it had in swap" },
};

#define ROWS(table) .rows = (table), .row_count = sizeof(table) / sizeof((table)[0])

static const struct field_list levels_list = {
	ROWS(level_rows), .item_size = sizeof(struct event_level),
	.count_offset = PLACE(oom_event, oom.level_count, int64_t), .least = 1,
};

static const struct field_list ancestors_list = {
	ROWS(ancestor_rows), .item_size = sizeof(struct event_process),
	.count_offset = PLACE(oom_event, victim.ancestor_count, int64_t),
};

static const struct field_list processes_list = {
	ROWS(process_rows), .item_size = sizeof(struct event_process),
	.count_offset = PLACE(oom_event, top.count, int64_t),
};

/* ---- the table ------------------------------------------------------------ */

const struct field fields[] = {
	{ "fprocess.comm", "FCOMM", STRING(trigger.comm), PLAIN, .width = 16,
	  .rank = 4, .about = "name of the thread whose allocation ran out of memory" },
	{ "fprocess.creds.gid", "FGID", NUMBER(trigger.gid), PLAIN, .width = 5,
	  .about = "its group, in the initial user namespace" },
	{ "fprocess.creds.group", "FGROUP", STRING(trigger.group), PLAIN, .width = 12,
	  .about = "name of that group, gid:N where it has none" },
	{ "fprocess.creds.uid", "FUID", NUMBER(trigger.uid), PLAIN, .width = 5,
	  .about = "its user, in the initial user namespace" },
	{ "fprocess.creds.user", "FUSER", STRING(trigger.user), PLAIN, .width = 12,
	  .about = "name of that user, uid:N where it has none" },
	{ "fprocess.mntns_id", "FMNTNS_ID", NUMBER(trigger.mntns), PLAIN, .width = 10,
	  .about = "inode number of its mount namespace" },
	{ "fprocess.nspid", "FNSPID", NUMBER(trigger.nspid), PID,
	  .about = "its process id in its own pid namespace" },
	{ "fprocess.parent.comm", "FPCOMM", STRING(trigger.parent_comm), PLAIN, .width = 16,
	  .about = "name of its parent" },
	{ "fprocess.parent.pid", "FPPID", NUMBER(trigger.parent_tgid), PID,
	  .about = "process id of its parent" },
	{ "fprocess.parent.tid", "FPTID", NUMBER(trigger.parent_tid), PID,
	  .about = "thread id of its parent" },
	{ "fprocess.pid", "FPID", NUMBER(trigger.tgid), PID,
	  .rank = 3, .about = "its process id, in the initial pid namespace" },
	{ "fprocess.tid", "FTID", NUMBER(trigger.tid), PID,
	  .about = "its thread id, in the initial pid namespace" },

	{ "k8s.containerName", "K8S.CONTAINERNAME", STRING(k8s.container), PLAIN, .width = 20,
	  .rank = 5, .about = "container of the victim as its pod names it" },
	{ "k8s.hostnetwork", "K8S.HOSTNETWORK", NUMBER(k8s.hostnetwork), PLAIN, .width = 15,
	  .type = FIELD_BOOL,
	  .about = "whether the pod uses the network of the host" },
	{ "k8s.namespace", "K8S.NAMESPACE", STRING(k8s.namespace), PLAIN, .width = 16,
	  .rank = 5, .about = "Kubernetes namespace of the victim's pod" },
	{ "k8s.node", "K8S.NODE", STRING(k8s.node), PLAIN, .width = 16,
	  .about = "name of this node" },
	{ "k8s.owner.kind", "K8S.OWNER.KIND", STRING(k8s.owner_kind), PLAIN, .width = 14,
	  .about = "kind of the object that owns the pod" },
	{ "k8s.owner.name", "K8S.OWNER.NAME", STRING(k8s.owner_name), PLAIN, .width = 20,
	  .about = "name of the object that owns the pod" },
	{ "k8s.podLabels", "K8S.PODLABELS", STRING(k8s.labels), PLAIN, .width = 24,
	  .about = "labels of the pod: k=v,k=v" },
	{ "k8s.podName", "K8S.PODNAME", STRING(k8s.pod), PLAIN, .width = 32,
	  .rank = 7, .about = "pod of the victim" },
	{ "k8s.podUid", "K8S.PODUID", STRING(k8s.pod_uid), PLAIN, .width = 36,
	  .about = "uid of the pod; of a static pod the hash of its manifest" },
	{ "k8s.qosClass", "K8S.QOSCLASS", STRING(k8s.qos), PLAIN, .width = 12,
	  .about = "the pod's class: Guaranteed, Burstable or BestEffort" },

	{ "oom.constraint", "CONSTRAINT", NUMBER(oom.constraint), PLAIN, .width = 13,
	  .type = FIELD_ENUM, .values = constraint_names,
	  .about = "what was short: none (the host), cpuset, memory_policy, memcg" },
	{ "oom.cpu", "CPU", NUMBER(oom.cpu), PLAIN, .width = 3,
	  .about = "processor that ran the OOM killer" },
	{ "oom.gfp_flags", "GFP_FLAGS", STRING(oom.gfp_flags), PLAIN, .width = 24,
	  .about = "flags of the allocation that failed, by name" },
	{ "oom.gfp_mask", "GFP_MASK", NUMBER(oom.gfp_mask), PLAIN, .width = 10,
	  .type = FIELD_HEX,
	  .about = "flags of the allocation that failed" },
	{ "oom.group", "GROUP_KILL", NUMBER(oom.group), PLAIN, .width = 10,
	  .type = FIELD_BOOL,
	  .about = "whether a cgroup was killed as a whole (memory.oom.group)" },
	{ "oom.group_memcg", "GROUP_MEMCG", STRING(oom.group_memcg), PLAIN, .width = 40,
	  .about = "path of the memory cgroup that was killed as a whole" },
	{ "oom.incident", "INCIDENT", NUMBER(oom.incident), PLAIN, .width = 19,
	  .about = "the same number for all victims of one OOM" },
	{ "oom.incident_member", "MEMBER", NUMBER(oom.incident_member), PID,
	  .about = "which of these victims this one is, counted from 1" },
	{ "oom.levels", "LEVELS", LIST(oom.levels, levels_list), PLAIN, .width = 40,
	  .about = "the victim's memory cgroups up to the root, its own first" },
	{ "oom.levels_source", "LEVELS_SOURCE", NUMBER(oom.levels_source), PLAIN, .width = 13,
	  .type = FIELD_ENUM, .values = levels_source_names,
	  .about = "where their numbers are from: probe, files, report" },
	{ "oom.limit_bytes", "LIMIT", LIMIT(max_bytes), BYTES, .type = FIELD_LIMIT,
	  .rank = 7, .about = "limit of the memory cgroup that ran out; 2^53 - 1: none" },
	{ "oom.limiting_level", "CGROUPS_UP", NUMBER(oom.limiting_level), PLAIN, .width = 10,
	  .about = "whose limit: 0 the victim's own cgroup, 1 the one above it, .." },
	{ "oom.marked_only", "MARKED_ONLY", NUMBER(oom.marked_only), PLAIN, .width = 11,
	  .type = FIELD_BOOL,
	  .about = "whether it was only marked, and not killed by this OOM" },
	{ "oom.memcg", "MEMCG", STRING(oom.memcg), PLAIN, .width = 40,
	  .about = "path of the memory cgroup that ran out" },
	{ "oom.memcg_version", "CGROUP_VERSION", NUMBER(oom.memcg_version), PLAIN, .width = 14,
	  .about = "cgroup version of the memory controller: 1 or 2" },
	{ "oom.nodemask", "NODEMASK", NUMBER(oom.nodemask), PLAIN, .width = 10,
	  .type = FIELD_HEX,
	  .about = "memory nodes that were allowed, the first 63 as bits" },
	{ "oom.order", "ORDER", NUMBER(oom.order), PLAIN, .width = 5,
	  .about = "how many pages were asked for, as a power of 2; -1: the sysrq key" },
	{ "oom.report", "REPORT", NUMBER(oom.report), PLAIN, .width = 6,
	  .type = FIELD_BOOL,
	  .about = "whether the kernel's log tells of this kill, too" },
	{ "oom.stat.anon_bytes", "STAT_ANON", NUMBER(stat.anon_bytes), BYTES,
	  .about = "anonymous memory in the memory cgroup that ran out" },
	{ "oom.stat.delay_ns", "STAT_DELAY", NUMBER(stat.delay_ns), NS,
	  .about = "how long after the kill these were read" },
	{ "oom.stat.file_bytes", "STAT_FILE", NUMBER(stat.file_bytes), BYTES,
	  .about = "its page cache, without shmem" },
	{ "oom.stat.shmem_bytes", "STAT_SHMEM", NUMBER(stat.shmem_bytes), BYTES,
	  .about = "its shared memory and tmpfs" },
	{ "oom.stat.slab_bytes", "STAT_SLAB", NUMBER(stat.slab_bytes), BYTES,
	  .about = "what the kernel keeps for it in slabs (version 2)" },
	{ "oom.stat.sock_bytes", "STAT_SOCK", NUMBER(stat.sock_bytes), BYTES,
	  .about = "its network buffers; version 1: those of TCP" },
	{ "oom.swap_limit_bytes", "SWAP_LIMIT", LIMIT(swap_max_bytes), BYTES, .type = FIELD_LIMIT,
	  .about = "its swap limit, in version 1 with memory; 2^53 - 1: none" },
	{ "oom.swap_usage_bytes", "SWAP_USAGE", LIMIT(swap_usage_bytes), BYTES,
	  .about = "its swap usage; cgroup version 1: memory and swap together" },
	{ "oom.sysrq", "SYSRQ", NUMBER(oom.sysrq), PLAIN, .width = 5,
	  .type = FIELD_BOOL,
	  .about = "whether somebody asked for the kill with the sysrq key" },
	{ "oom.top.complete", "TOP_COMPLETE", NUMBER(top.complete), PLAIN, .width = 12,
	  .type = FIELD_BOOL,
	  .about = "whether these are all that there were" },
	{ "oom.top.delay_ns", "TOP_DELAY", NUMBER(top.delay_ns), NS,
	  .about = "how long after the kill they were read" },
	{ "oom.top.processes", "TOP", LIST(top.processes, processes_list), PLAIN, .width = 40,
	  .about = "the largest processes of the memory cgroup that ran out" },
	{ "oom.top.scanned", "TOP_SCANNED", NUMBER(top.scanned), PLAIN, .width = 11,
	  .about = "how many processes were looked at for these" },
	{ "oom.usage_bytes", "USAGE", LIMIT(usage_bytes), BYTES,
	  .about = "usage of the memory cgroup that ran out, at the kill" },
	{ "oom.verdict", "WHY", NUMBER(oom.verdict), PLAIN, .width = 15,
	  .type = FIELD_ENUM, .values = verdict_names,
	  .rank = 6, .about = "why it was killed: own-limit, ancestor-limit, host, .." },
	{ "oom.verdict_text", "VERDICT_TEXT", STRING(oom.verdict_text), PLAIN, .width = 40,
	  .about = "the same as a sentence" },

	{ "pages", "PAGES", NUMBER(oom.totalpages), .unit = "pages", .width = 8,
	  .rank = 4, .about = "size of what ran out, a limit or the host: not the victim's" },

	{ "pages_source", "PAGES_SOURCE", NUMBER(oom.totalpages_source), PLAIN, .width = 12,
	  .type = FIELD_ENUM, .values = pages_source_names,
	  .about = "where pages is from: oom_control, report, limit_files, meminfo" },

	{ "runtime.containerId", "RUNTIME.CONTAINERID", STRING(runtime.container_id), PLAIN, .width = 64,
	  .about = "id of the victim's container" },
	{ "runtime.containerImageDigest", "RUNTIME.CONTAINERIMAGEDIGEST", STRING(runtime.image_digest), PLAIN, .width = 71,
	  .about = "digest of its image" },
	{ "runtime.containerImageName", "RUNTIME.CONTAINERIMAGENAME", STRING(runtime.image_name), PLAIN, .width = 26,
	  .about = "name of its image" },
	{ "runtime.containerName", "RUNTIME.CONTAINERNAME", STRING(runtime.container_name), PLAIN, .width = 21,
	  OR_ID(runtime.container_id), .rank = 7, .about = "name of the victim's container" },
	{ "runtime.containerPid", "RUNTIME.CONTAINERPID", NUMBER(runtime.container_pid), PLAIN, .width = 20,
	  .about = "process id of the container's first process" },
	{ "runtime.containerStartedAt", "RUNTIME.CONTAINERSTARTEDAT", NUMBER(runtime.started_unix_ns), .unit = "ns", .width = 26,
	  .about = "when the container was started, since 1970" },
	{ "runtime.outer.containerId", "RUNTIME.OUTER.CONTAINERID", STRING(runtime.outer_id), PLAIN, .width = 64,
	  .about = "id of the outermost container around the victim's" },
	{ "runtime.outer.containerName", "RUNTIME.OUTER.CONTAINERNAME", STRING(runtime.outer_container_name), PLAIN, .width = 27,
	  OR_ID(runtime.outer_id), .about = "name of the outermost container around the victim's" },
	{ "runtime.outer.runtimeName", "RUNTIME.OUTER.RUNTIMENAME", STRING(runtime.outer_name), PLAIN, .width = 25,
	  .about = "runtime of the outermost container around the victim's" },
	{ "runtime.runtimeName", "RUNTIME.RUNTIMENAME", STRING(runtime.name), PLAIN, .width = 19,
	  .about = "docker, containerd, cri-o, podman, .." },

	{ "source", "SOURCE", NUMBER(source), PLAIN, .width = 6,
	  .type = FIELD_ENUM, .values = source_names,
	  .about = "who told of the kill: bpf, perf, kmsg" },
	{ "systemd.slice", "SLICE", STRING(systemd.slice), PLAIN, .width = 16,
	  .about = "slice of systemd that the victim's cgroup is in" },
	{ "systemd.unit", "UNIT", STRING(systemd.unit), PLAIN, .width = 24,
	  .about = "service or scope of systemd that the victim's cgroup is in" },
	{ "tcomm", "TCOMM", STRING(target.comm), PLAIN, .width = 16,
	  .rank = 9, .about = "name of the process that was killed" },
	{ "timestamp", "TIMESTAMP", NUMBER(time_unix_ns), PLAIN, .width = 35,
	  .type = FIELD_TIME,
	  .rank = 6, .about = "when it was killed, in local time" },
	{ "timestamp_guessed", "TIMESTAMP_GUESSED", NUMBER(year_guessed), PLAIN, .type = FIELD_BOOL,
	  .width = 17,
	  .about = "whether its year is a guess: a saved log may have none" },
	{ "timestamp_raw", "TIMESTAMP_RAW", NUMBER(time_unix_ns), NS,
	  .about = "when it was killed, since 1970" },
	{ "tmntns_id", "MNTNS_ID", NUMBER(target.mntns), PLAIN, .width = 10,
	  .about = "inode number of the victim's mount namespace" },
	{ "tpid", "TPID", NUMBER(target.tgid), PID,
	  .rank = 8, .about = "process id of the victim, in the initial pid namespace" },
	{ "tpid_source", "TPID_SOURCE", NUMBER(tpid_source), PLAIN, .width = 11,
	  .type = FIELD_ENUM, .values = tpid_source_names,
	  .about = "where that is from: kernel, proc, report, killed_line" },

	{ "tprocess.ancestors", "ANCESTORS", LIST(victim.ancestors, ancestors_list), PLAIN, .width = 40,
	  .about = "its parent, the parent's parent, .. in its pid namespace" },
	{ "tprocess.anon_rss_bytes", "ANON_RSS", NUMBER(victim.anon_rss_bytes), BYTES,
	  .about = "anonymous memory that the victim held" },
	{ "tprocess.cgroup", "CGROUP", STRING(victim.cgroup), PLAIN, .width = 40,
	  .about = "path of the victim's memory cgroup, from the root" },
	{ "tprocess.cmdline", "CMDLINE", STRING(victim.cmdline), PLAIN, .width = 40,
	  .about = "its command line" },
	{ "tprocess.cmdline_source", "CMDLINE_SOURCE", NUMBER(victim.cmdline_source), PLAIN, .width = 14,
	  .type = FIELD_ENUM, .values = cmdline_source_names,
	  .about = "its source: probe, proc; withheld: could not be read harmlessly" },
	{ "tprocess.creds.gid", "TCREDS.GID", NUMBER(target.gid), PLAIN, .width = 10,
	  .about = "group of the victim, in the initial user namespace" },
	{ "tprocess.creds.group", "TGROUP", STRING(target.group), PLAIN, .width = 12,
	  .about = "name of that group, gid:N where it has none" },
	{ "tprocess.creds.uid", "TCREDS.UID", NUMBER(target.uid), PLAIN, .width = 10,
	  .about = "user of the victim, in the initial user namespace" },
	{ "tprocess.creds.user", "TUSER", STRING(target.user), PLAIN, .width = 12,
	  .about = "name of that user, uid:N where it has none" },
	{ "tprocess.exiting", "EXITING", NUMBER(victim.exiting), PLAIN, .width = 7,
	  .type = FIELD_BOOL,
	  .about = "whether it was on its way out already" },
	{ "tprocess.file_rss_bytes", "FILE_RSS", NUMBER(victim.file_rss_bytes), BYTES,
	  .about = "file pages that the victim had mapped" },
	{ "tprocess.nspid", "TNSPID", NUMBER(target.nspid), PID,
	  .about = "its process id in its own pid namespace" },
	{ "tprocess.oom_score_adj", "OOM_SCORE_ADJ", NUMBER(victim.oom_score_adj), PLAIN, .width = 13,
	  .about = "its oom_score_adj, -1000 to 1000" },
	{ "tprocess.parent.comm", "TPCOMM", STRING(target.parent_comm), PLAIN, .width = 16,
	  .about = "name of its parent" },
	{ "tprocess.parent.pid", "TPPID", NUMBER(target.parent_tgid), PID,
	  .about = "process id of its parent" },
	{ "tprocess.parent.tid", "TPTID", NUMBER(target.parent_tid), PID,
	  .about = "thread id of its parent" },
	{ "tprocess.pgtables_bytes", "PGTABLES", NUMBER(victim.pgtables_bytes), BYTES,
	  .about = "its page tables" },
	{ "tprocess.rss_bytes", "RSS", NUMBER(victim.rss_bytes), BYTES,
	  .rank = 7, .about = "all memory that the victim held: anonymous, file and shared" },
	{ "tprocess.rss_source", "RSS_SOURCE", NUMBER(victim.rss_source), PLAIN, .width = 10,
	  .type = FIELD_ENUM, .values = rss_source_names,
	  .about = "where the RSS is from: tracepoint, counters, report" },
	{ "tprocess.shmem_rss_bytes", "SHMEM_RSS", NUMBER(victim.shmem_rss_bytes), BYTES,
	  .about = "shared memory and tmpfs that it had mapped" },
	{ "tprocess.start_time", "STARTED", NUMBER(victim.start_unix_ns), NS,
	  .about = "when it was started, since 1970" },
	{ "tprocess.swap_bytes", "SWAP", NUMBER(victim.swap_bytes), BYTES,
	  .about = "what it had in swap" },
	{ "tprocess.threads", "THREADS", NUMBER(victim.threads), PID,
	  .about = "how many threads it had" },
	{ "tprocess.tid", "TTID", NUMBER(target.tid), PID,
	  .about = "thread through which it was marked" },
	{ "tprocess.total_vm_bytes", "TOTAL_VM", NUMBER(victim.total_vm_bytes), BYTES,
	  .about = "its address space" },
	{ "tprocess.uptime_ns", "UPTIME", NUMBER(victim.uptime_ns), NS,
	  .about = "how old it was" },
	{ "tprocess.where", "WHERE", STRING(victim.where), PLAIN, .width = 28,
	  .rank = 8, .about = "pod, container, unit or cgroup that the victim was in" },
};

const size_t field_count = sizeof(fields) / sizeof(fields[0]);

const struct field *field_find(const char *name)
{
	for (size_t i = 0; i < field_count; i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

bool field_is_of(const char *name, const char *group)
{
	size_t len = strlen(group);

	return !strncmp(name, group, len) && (!name[len] || name[len] == '.');
}

/* The member itself, or NULL: no level's limit is known to have been hit. */
static const void *field_place(const struct field *f, const struct oom_event *e)
{
	const char *place = f->of_limit ? (const char *)event_limit(e) : (const char *)e;

	return place ? place + f->offset : NULL;
}

int64_t field_number(const struct field *f, const struct oom_event *e)
{
	const int64_t *value = field_place(f, e);

	return value ? *value : EVENT_UNKNOWN;
}

const char *field_string(const struct field *f, const struct oom_event *e)
{
	const char *const *value = field_place(f, e);

	return value ? *value : NULL;
}

const char *field_id(const struct field *f, const struct oom_event *e)
{
	if (!f->id_offset)
		return NULL;
	return *(const char *const *)((const char *)e + f->id_offset);
}

int64_t field_items(const struct field *f, const struct oom_event *e)
{
	int64_t count = *(const int64_t *)((const char *)e + f->list->count_offset);

	return count < f->list->least ? EVENT_UNKNOWN : count;
}

const void *field_item(const struct field *f, const struct oom_event *e, int64_t i)
{
	return (const char *)e + f->offset + (size_t)i * f->list->item_size;
}

int64_t item_number(const struct field *row, const void *item)
{
	return *(const int64_t *)((const char *)item + row->offset);
}

const char *item_string(const struct field *row, const void *item)
{
	return *(const char *const *)((const char *)item + row->offset);
}

const char *field_value(const struct field *f, int64_t value)
{
	for (int64_t i = 0; f->values[i]; i++)
		if (i == value)
			return f->values[i];
	return NULL;
}

const char *field_type_name(const struct field *f)
{
	static const char *const names[] = {
		[FIELD_INT] = "int", [FIELD_HEX] = "int",
		[FIELD_LIMIT] = "int", [FIELD_BOOL] = "bool",
		[FIELD_ENUM] = "enum", [FIELD_TIME] = "time",
		[FIELD_STRING] = "string", [FIELD_LIST] = "list",
	};

	return names[f->type];
}
