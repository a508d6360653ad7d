// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "explain/describe.h"

#include <stdbool.h>
#include <string.h>

/* ---- numbers -------------------------------------------------------------- */

static const struct unit {
	int64_t bytes;
	const char *name;
} units[] = {
	{ INT64_C(1) << 40, " TiB" }, { 1 << 30, " GiB" }, { 1 << 20, " MiB" },
	{ 1 << 10, " KiB" }, { 1, " bytes" },
};

static const struct unit *unit_of(int64_t bytes)
{
	const struct unit *u = units;

	while (u->bytes > 1 && bytes / u->bytes < 10 &&
	       (!bytes || bytes % u->bytes))
		u++;
	return u;
}

/* In units of @u: whole ones, or from GiB on with one decimal, rounded. */
static void put_in_units(struct text *t, int64_t bytes, const struct unit *u)
{
	int64_t whole = bytes / u->bytes, rest = bytes % u->bytes;
	int64_t tenths;

	if (u->bytes < 1 << 30 || !rest) {
		text_number(t, whole + (rest > 0 && rest >= u->bytes - rest));
		return;
	}
	tenths = (rest / (u->bytes / 1024) * 10 + 512) / 1024;
	text_number(t, whole + tenths / 10);
	text_char(t, '.');
	text_number(t, tenths % 10);
}

void describe_size(struct text *t, int64_t bytes)
{
	const struct unit *u;

	if (bytes == EVENT_UNLIMITED) {
		text_string(t, "max");
		return;
	}
	if (bytes < 0) {		/* EVENT_UNKNOWN */
		text_char(t, '-');
		return;
	}
	u = unit_of(bytes);
	put_in_units(t, bytes, u);
	text_string(t, bytes ? u->name : "");
}

void describe_size_briefly(struct text *t, int64_t bytes)
{
	const char *unit = "KMGTP";
	int64_t tenths;

	if (bytes < 1024) {
		text_number(t, bytes);
		return;
	}
	/* In tenths of the largest unit that leaves less than 1024 when rounded. */
	for (; bytes >= 1024 * 1024 - 512 && unit[1]; unit++)
		bytes = (bytes + 512) / 1024;
	tenths = (bytes * 10 + 512) / 1024;
	text_number(t, tenths < 1000 ? tenths / 10 : (bytes + 512) / 1024);
	if (tenths < 1000 && tenths % 10) {
		text_char(t, '.');
		text_number(t, tenths % 10);
	}
	text_char(t, *unit);
}

void describe_time(struct text *t, int64_t ns)
{
	static const struct {
		int64_t ns;
		const char *name;
	} steps[] = {
		{ INT64_C(86400000000000), " d" }, { INT64_C(3600000000000), " h" },
		{ INT64_C(60000000000), " min" }, { 1000000000, " s" },
		{ 1000000, " ms" }, { 1000, " us" }, { 1, " ns" },
	};
	size_t i = 0;

	if (ns < 0) {
		text_char(t, '-');
		return;
	}
	while (steps[i].ns > 1 && ns / steps[i].ns < 2)
		i++;
	text_number(t, ns / steps[i].ns);
	text_string(t, steps[i].name);
}

/* ---- pods, containers, units, cgroups -------------------------------------- */

/* Does the cgroup name contain the pod's uid? systemd slices have '_' for each '-'. */
static bool has_uid(const char *name, const char *uid)
{
	size_t len = strlen(uid), i;

	for (; strlen(name) >= len; name++) {
		for (i = 0; i < len; i++)
			if (name[i] != uid[i] && !(name[i] == '_' && uid[i] == '-'))
				break;
		if (i == len)
			return true;
	}
	return false;
}

static bool is_set(const char *s)
{
	return s && *s;
}

enum describe_level describe_level(const struct oom_event *e, int64_t level)
{
	const char *name = e->oom.levels[level].name;

	if (!is_set(name))
		return name ? DESCRIBE_ROOT : DESCRIBE_CGROUP;
	if (is_set(e->runtime.container_id) && strstr(name, e->runtime.container_id))
		return DESCRIBE_CONTAINER;
	if (is_set(e->k8s.pod_uid) && has_uid(name, e->k8s.pod_uid))
		return DESCRIBE_POD;
	if ((is_set(e->systemd.unit) && !strcmp(name, e->systemd.unit)) ||
	    (is_set(e->systemd.slice) && !strcmp(name, e->systemd.slice)))
		return DESCRIBE_UNIT;
	return DESCRIBE_CGROUP;
}

void describe_pod(struct text *t, const struct oom_event *e)
{
	const struct event_k8s *k = &e->k8s;

	text_string(t, "pod ");
	if (is_set(k->namespace)) {
		text_string(t, k->namespace);
		text_char(t, '/');
	}
	text_string(t, is_set(k->pod) ? k->pod : k->pod_uid);
}

void describe_container(struct text *t, const struct oom_event *e)
{
	const struct event_runtime *r = &e->runtime;

	text_string(t, "container ");
	if (is_set(e->k8s.container))
		text_string(t, e->k8s.container);
	else if (is_set(r->container_name))
		text_string(t, r->container_name);
	else	/* as docker ps shows it */
		text_bytes(t, r->container_id, strnlen(r->container_id, 12));
}

void describe_place(struct text *t, const struct oom_event *e)
{
	if (is_set(e->k8s.pod) || is_set(e->k8s.pod_uid)) {
		describe_pod(t, e);
		if (is_set(e->k8s.container)) {
			text_char(t, ' ');
			describe_container(t, e);
		}
	} else if (is_set(e->runtime.container_name) || is_set(e->runtime.container_id)) {
		describe_container(t, e);
	} else if (is_set(e->systemd.unit)) {
		text_string(t, e->systemd.unit);
	} else if (e->victim.cgroup && strcmp(e->victim.cgroup, "/")) {
		text_string(t, "cgroup ");
		text_string(t, e->victim.cgroup);
	}
}

/* ---- processes ------------------------------------------------------------ */

void describe_task(struct text *t, const struct event_task *task)
{
	text_string(t, is_set(task->comm) ? task->comm : "a process");
	if (task->tgid == EVENT_UNKNOWN && task->tid == EVENT_UNKNOWN)
		return;
	text_string(t, task->tgid == EVENT_UNKNOWN ? " (thread " : " (pid ");
	text_number(t, task->tgid == EVENT_UNKNOWN ? task->tid : task->tgid);
	text_char(t, ')');
}

static void put_part(struct text *t, int64_t bytes, const struct unit *u,
		     const char *name, const char **between)
{
	if (bytes <= 0)
		return;
	text_string(t, *between);
	put_in_units(t, bytes, u);
	text_string(t, name);
	*between = ", ";
}

void describe_memory(struct text *t, const struct event_victim *v)
{
	const char *between = ": ";
	const struct unit *u;

	if (v->rss_bytes == EVENT_UNKNOWN)
		return;
	u = unit_of(v->rss_bytes);
	describe_size(t, v->rss_bytes);
	put_part(t, v->anon_rss_bytes, u, " anon", &between);
	put_part(t, v->file_rss_bytes, u, " file", &between);
	put_part(t, v->shmem_rss_bytes, u, " shmem", &between);
	if (v->swap_bytes <= 0)
		return;
	text_string(t, "; swap ");
	describe_size(t, v->swap_bytes);
}
