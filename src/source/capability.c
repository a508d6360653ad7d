// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "source/capability.h"

#include "event/fields.h"

#define ROW(name, ...)	{ name, { __VA_ARGS__ } }
#define BACKEND		FROM_BACKEND
#define REPORT		FROM_REPORT
#define PROC		FROM_PROC
#define CGROUP		FROM_CGROUP
#define RUNTIME		FROM_RUNTIME
#define NOTHING		FROM_NOTHING

const struct capability capabilities[] = {
	/* field or group                bpf      no stack no BTF:           perf:             kmsg
	 *                                        search   wide     narrow   wide     narrow */
	ROW("fprocess.comm",            BACKEND, BACKEND, BACKEND, BACKEND, PROC,    PROC,    PROC),
	ROW("fprocess.creds",           BACKEND, BACKEND, BACKEND, BACKEND, PROC,    PROC,    PROC),
	ROW("fprocess.mntns_id",        BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("fprocess.nspid",           BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("fprocess.parent.comm",     BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("fprocess.parent.pid",      BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("fprocess.parent.tid",      BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("fprocess.pid",             BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, PROC),
	ROW("fprocess.tid",             BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("k8s",                      RUNTIME, RUNTIME, PROC,    PROC,    PROC,    PROC,    RUNTIME),
	ROW("oom.constraint",           BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.cpu",                  BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("oom.gfp_flags",            BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.gfp_mask",             BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.group",                BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("oom.group_memcg",          BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("oom.incident",             BACKEND, BACKEND, BACKEND, BACKEND, REPORT,  REPORT,  BACKEND),
	ROW("oom.incident_member",      BACKEND, BACKEND, BACKEND, BACKEND, REPORT,  REPORT,  BACKEND),
	ROW("oom.levels",               BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("oom.levels_source",        BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("oom.limit_bytes",          BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.limiting_level",       BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.marked_only",          REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.memcg",                BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.memcg_version",        BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("oom.nodemask",             BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.order",                BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.report",               REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.stat",                 CGROUP,  CGROUP,  REPORT,  REPORT,  REPORT,  REPORT,  CGROUP),
	ROW("oom.swap_limit_bytes",     BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.swap_usage_bytes",     BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.sysrq",                BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.top",                  CGROUP,  CGROUP,  REPORT,  REPORT,  REPORT,  REPORT,  CGROUP),
	ROW("oom.usage_bytes",          BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.verdict",              BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("oom.verdict_text",         BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("pages",                    BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("pages_source",             BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("runtime",                  RUNTIME, RUNTIME, PROC,    PROC,    PROC,    PROC,    RUNTIME),
	ROW("source",                   BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("systemd",                  BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("tcomm",                    BACKEND, BACKEND, BACKEND, PROC,    BACKEND, PROC,    BACKEND),
	ROW("timestamp",                BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("timestamp_guessed",        BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("timestamp_raw",            BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("tmntns_id",                BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tpid",                     BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("tpid_source",              BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("tprocess.ancestors",       PROC,    PROC,    PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tprocess.anon_rss_bytes",  BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.cgroup",          BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
	ROW("tprocess.cmdline",         PROC,    PROC,    PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tprocess.cmdline_source",  PROC,    PROC,    PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tprocess.creds.gid",       BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tprocess.creds.group",     BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tprocess.creds.uid",       BACKEND, BACKEND, BACKEND, PROC,    BACKEND, PROC,    BACKEND),
	ROW("tprocess.creds.user",      BACKEND, BACKEND, BACKEND, PROC,    BACKEND, PROC,    BACKEND),
	ROW("tprocess.exiting",         BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("tprocess.file_rss_bytes",  BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.nspid",           BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tprocess.oom_score_adj",   BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.parent.comm",     BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("tprocess.parent.pid",      BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    PROC),
	ROW("tprocess.parent.tid",      BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("tprocess.pgtables_bytes",  BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.rss_bytes",       BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.rss_source",      BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.shmem_rss_bytes", BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.start_time",      BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("tprocess.swap_bytes",      BACKEND, REPORT,  REPORT,  REPORT,  REPORT,  REPORT,  BACKEND),
	ROW("tprocess.threads",         BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("tprocess.tid",             BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND, BACKEND),
	ROW("tprocess.total_vm_bytes",  BACKEND, BACKEND, BACKEND, REPORT,  BACKEND, REPORT,  BACKEND),
	ROW("tprocess.uptime_ns",       BACKEND, BACKEND, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
	ROW("tprocess.where",           BACKEND, BACKEND, PROC,    PROC,    PROC,    PROC,    BACKEND),
};

const size_t capability_count = sizeof(capabilities) / sizeof(capabilities[0]);

enum capability_from capability_find(const char *field, enum capability_backend backend)
{
	for (size_t i = 0; i < capability_count; i++)
		if (field_is_of(field, capabilities[i].name))
			return (enum capability_from)capabilities[i].from[backend];
	return FROM_NOTHING;
}
