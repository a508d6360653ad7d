// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/capability.h"

#define NAMES(...) (const char *const[]){ __VA_ARGS__, NULL }

/* bpf; without types: wide, narrow; perf: wide, narrow; kmsg */
const struct capability_class capability_classes[] = {
	/* the kernel's memory, or its report: CAPABILITY_CONTROL */
	{ "yrrrry", NAMES("oom.constraint", "oom.gfp_flags", "oom.gfp_mask",
		"oom.limit_bytes", "oom.limiting_level", "oom.memcg",
		"oom.nodemask", "oom.order", "oom.swap_limit_bytes",
		"oom.swap_usage_bytes", "oom.sysrq", "oom.usage_bytes",
		"oom.verdict", "pages", "pages_source",
		"tprocess.swap_bytes") },
	{ "yyyyyy", NAMES("fprocess.tid", "oom.cpu", "oom.verdict_text",
		"source", "timestamp", "timestamp_raw", "tprocess.tid") },
	/* of the one who asked: BPF's helpers */
	{ "yyylll", NAMES("fprocess.comm", "fprocess.creds") },
	{ "yyyyyl", NAMES("fprocess.pid") },
	/* the wide record, and the log's line */
	{ "yyryry", NAMES("tprocess.anon_rss_bytes", "tprocess.file_rss_bytes",
		"tprocess.oom_score_adj", "tprocess.pgtables_bytes",
		"tprocess.rss_bytes",
		"tprocess.shmem_rss_bytes", "tprocess.total_vm_bytes") },
	/* the same, or from /proc */
	{ "yylyly", NAMES("tcomm", "tprocess.creds.uid",
		"tprocess.creds.user") },
	/* the kernel, or /proc */
	{ "ylllll", NAMES("fprocess.mntns_id", "fprocess.nspid",
		"fprocess.parent.pid", "tmntns_id", "tpid",
		"tprocess.creds.gid", "tprocess.creds.group", "tprocess.nspid",
		"tprocess.parent.pid") },
	/* the kernel, its report, or /proc and cgroup files */
	{ "ylllly", NAMES("oom.group", "oom.group_memcg", "oom.levels",
		"oom.levels_source", "oom.memcg_version", "systemd",
		"tprocess.cgroup", "tprocess.where") },
	/* nobody but the kernel's types */
	{ "ynnnnn", NAMES("fprocess.parent.comm", "fprocess.parent.tid",
		"tprocess.exiting", "tprocess.parent.comm",
		"tprocess.parent.tid", "tprocess.start_time",
		"tprocess.threads", "tprocess.uptime_ns") },
	/* the probe, or the report */
	{ "yyyrry", NAMES("oom.incident", "oom.incident_member") },
	/* the report alone */
	{ "rrrrry", NAMES("oom.marked_only", "oom.report") },
	{ "llllll", NAMES("tprocess.ancestors", "tprocess.cmdline",
		"tprocess.cmdline_source") },
	/* by the victim's cgroup */
	{ "slllls", NAMES("k8s", "runtime") },
	/* of the limit that was hit */
	{ "grrrrg", NAMES("oom.stat", "oom.top") },
};

const size_t capability_count = sizeof(capability_classes) / sizeof(capability_classes[0]);

const struct capability_class *capability_find(const char *name)
{
	for (size_t i = 0; i < capability_count; i++)
		for (const char *const *row = capability_classes[i].names; *row; row++)
			if (field_is_of(name, *row))
				return &capability_classes[i];
	return NULL;
}
