// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "sample.h"

#include <string.h>

#include "event/fields.h"

#define MIB	INT64_C(1048576)
#define KIB	INT64_C(1024)

static struct event_task task(int64_t pid, const char *comm)
{
	return (struct event_task){
		.tgid = pid, .tid = pid + 2, .nspid = 7,
		.uid = 1000, .gid = 100, .mntns = 4026532205,
		.parent_tgid = pid - 23, .parent_tid = pid - 23,
		.comm = comm, .parent_comm = "containerd-shim",
		.user = "uid:1000", .group = "users",
	};
}

static void set_victim(struct event_victim *v)
{
	*v = (struct event_victim){
		.start_unix_ns = 1787293200000000000,
		.uptime_ns = 46123456789,
		.oom_score_adj = -998, .exiting = 0, .threads = 12,
		.total_vm_bytes = 1300 * MIB, .anon_rss_bytes = 498 * MIB,
		.file_rss_bytes = 3 * MIB, .shmem_rss_bytes = 2 * MIB,
		.rss_bytes = 503 * MIB,
		.swap_bytes = 0, .pgtables_bytes = 1148 * KIB,
		.where = "pod web/api-7f9 container app",
		.cgroup = "/kubepods/podX/app",
		.cmdline = "python3 -m api --port 80", .cmdline_source = CMDLINE_PROC,
		.ancestor_count = 2,
		.ancestors = { { .tgid = 733478, .comm = "tini" },
			       { .tgid = 733470, .comm = "containerd-shim" } },
	};
}

static void set_surroundings(struct oom_event *e)
{
	e->stat = (struct event_stat){
		.delay_ns = 1234567, .anon_bytes = 500 * MIB,
		.file_bytes = 3 * MIB, .shmem_bytes = 2 * MIB,
		.slab_bytes = 4 * MIB, .sock_bytes = 0,
	};
	e->top = (struct event_top){
		.delay_ns = 2345678, .scanned = 7, .complete = 1, .count = 2,
		.processes = {
			{ .tgid = 733502, .comm = "worker", .rss_bytes = 7 * MIB,
			  .swap_bytes = 0 },
			{ .tgid = 733478, .comm = "tini", .rss_bytes = 800 * KIB,
			  .swap_bytes = EVENT_UNKNOWN },
		},
	};
}

static void set_oom(struct event_oom *o)
{
	static const char *const names[] = { "app", "podX", "kubepods", "" };

	o->incident = 4711000000123;
	o->incident_member = 1;
	o->verdict = VERDICT_ANCESTOR_LIMIT;
	o->verdict_text = "python3 was killed: podX's limit was reached";
	o->report = 1;
	o->marked_only = 0;
	o->group = 1;
	o->group_memcg = "/kubepods/podX";
	o->sysrq = 0;
	o->cpu = 3;
	o->constraint = CONSTRAINT_MEMCG;
	o->order = 0;
	o->gfp_mask = 0xcc0;
	o->gfp_flags = "GFP_KERNEL";
	o->nodemask = 3;
	o->totalpages = 262144;
	o->totalpages_source = PAGES_OOM_CONTROL;
	o->limiting_level = 1;
	o->memcg = "/kubepods/podX";
	o->memcg_version = 2;
	o->levels_source = LEVELS_PROBE;
	o->level_count = 4;
	for (int64_t i = 0; i < 4; i++)
		o->levels[i] = (struct event_level){
			.name = names[i],
			.max_bytes = i == 1 ? 512 * MIB : EVENT_UNLIMITED,
			.high_bytes = EVENT_UNLIMITED,
			.usage_bytes = i == 3 ? EVENT_UNKNOWN
					      : 512 * MIB + i * 4 * KIB,
			.swap_max_bytes = 512 * MIB,
			.swap_usage_bytes = 0,
			.oom_group = i == 1,
		};
}

void sample_full(struct oom_event *e)
{
	event_init(e);
	e->source = SOURCE_BPF;
	e->time_unix_ns = 1787293246123456789;
	e->trigger = task(733493, "tail");
	e->target = task(733501, "python3");
	set_victim(&e->victim);
	set_oom(&e->oom);
	set_surroundings(e);
	e->runtime = (struct event_runtime){
		.name = "containerd",
		.container_id = "88df7f96a1b2c3d4e5f60718293a4b5c"
				"6d7e8f90112233445566778899aabbcc",
		.container_name = "test-trace-oomkill-with-a-long-name",
		.image_name = "docker.io/library/busybox:latest",
		.image_digest = "sha256:5eef",
		.container_pid = 733480, .started_unix_ns = 1737743296076978537,
		.outer_name = "docker", .outer_id = "1575e8b4a92a",
		.outer_container_name = "kind-worker",
	};
	e->k8s = (struct event_k8s){
		.node = "node-1", .namespace = "web", .pod = "api-7f9",
		.container = "app", .labels = "app=api,tier=backend",
		.owner_kind = "ReplicaSet", .owner_name = "api",
		.hostnetwork = 0,
		.pod_uid = "1858680e-b044-4fd5-9dd4-f137e30e2180",
		.qos = "Burstable",
	};
	e->systemd = (struct event_systemd){
		.unit = "cri-containerd-88df7f96.scope",
		.slice = "kubepods-burstable.slice",
	};
}

void sample_hostile(struct oom_event *e)
{
	event_init(e);
	e->source = SOURCE_KMSG;
	e->time_unix_ns = 1768471200000000001;	/* in winter */
	/* A quote, a newline, a backslash; an escape sequence; half a character. */
	e->trigger.comm = "a\"b\nc\\d\t\x7f";
	e->target.comm = "\x1b[2J\xe2\x80\xaex\xe2\x82";
	e->target.tgid = 4194304;
	e->trigger.uid = 4294967294;	/* wider than its column */
	e->trigger.parent_comm = "\xc2\x9b" "31m \xff\xfe";
	e->target.parent_comm = "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97"
				"e\xcc\x81";
	e->runtime = (struct event_runtime){
		.name = "", .container_id = "", .container_name = "",
		.image_name = "", .image_digest = "",
		.container_pid = EVENT_UNKNOWN,
		.started_unix_ns = EVENT_UNKNOWN,
	};
	e->oom.memcg = "/\xf3\xa0\x80\x81\xe2\x80\x8d";	/* a tag, a joiner */
	e->oom.constraint = 99;		/* has no name */
	e->oom.gfp_mask = 0x140cca;
	e->oom.order = -1;
	e->victim.exiting = 1;
}

void sample_deep(struct oom_event *e)
{
	static char names[EVENT_LEVELS][8];

	sample_full(e);
	e->oom.level_count = EVENT_LEVELS;
	e->oom.limiting_level = EVENT_LEVELS - 1;
	for (int i = 0; i < EVENT_LEVELS; i++) {
		memcpy(names[i], "level-A", 8);
		names[i][6] = (char)('A' + i);
		e->oom.levels[i] = e->oom.levels[1 + i % 2];
		e->oom.levels[i].name = names[i];
	}
}

static void worst_row(void *base, const struct field *f, const char *text)
{
	void *at = (char *)base + f->offset;

	if (f->type == FIELD_STRING)
		*(const char **)at = text;
	else
		*(int64_t *)at = f->type == FIELD_ENUM ? 0 : EVENT_UNKNOWN + 1;
}

static void worst_list(struct oom_event *e, const struct field *f, int64_t count)
{
	const struct field_list *list = f->list;
	char *items = (char *)e + f->offset;

	*(int64_t *)((char *)e + list->count_offset) = count;
	for (int64_t i = 0; i < count; i++)
		for (size_t k = 0; k < list->row_count; k++)
			worst_row(items + (size_t)i * list->item_size, &list->rows[k],
				  e->text);
}

void sample_worst(struct oom_event *e, char byte)
{
	event_init(e);
	memset(e->text, byte, sizeof(e->text) - 1);
	e->text[sizeof(e->text) - 1] = '\0';
	for (size_t i = 0; i < field_count; i++)
		if (fields[i].type != FIELD_LIST && !fields[i].of_limit)
			worst_row(e, &fields[i], e->text);
	worst_list(e, field_find("oom.levels"), EVENT_LEVELS);
	worst_list(e, field_find("oom.top.processes"), EVENT_TOP);
	worst_list(e, field_find("tprocess.ancestors"), EVENT_ANCESTORS);
	e->oom.limiting_level = EVENT_LEVELS - 1;
}
