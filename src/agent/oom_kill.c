// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
#include "agent/oom_kill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const kill_scope_names[SCOPES] = {
	"own", "ancestor", "host", "cpuset", "mempolicy", "sysrq", "unknown",
};

const json_t *oom_kill_value(const struct oom_kill *k, const char *path)
{
	const json_t *value = k->json;

	while (value && *path) {
		size_t length = strcspn(path, ".");

		value = json_object_getn(value, path, length);
		path += length + (path[length] == '.');
	}
	return value;
}

const char *oom_kill_string(const struct oom_kill *k, const char *path)
{
	return json_string_value(oom_kill_value(k, path));
}

int64_t oom_kill_number(const struct oom_kill *k, const char *path)
{
	const json_t *value = oom_kill_value(k, path);

	return json_is_integer(value) ? json_integer_value(value) : KILL_UNKNOWN;
}

static const char *string_or_empty(const struct oom_kill *k, const char *path)
{
	const char *s = oom_kill_string(k, path);

	return s ? s : "";
}

/* The verdict names the scope, but for a victim that was exiting already. */
static enum kill_scope find_scope(const struct oom_kill *k)
{
	static const char *const verdicts[] = {
		[SCOPE_OWN] = "own-limit", [SCOPE_ANCESTOR] = "ancestor-limit",
		[SCOPE_HOST] = "host", [SCOPE_CPUSET] = "cpuset",
		[SCOPE_MEMPOLICY] = "mempolicy", [SCOPE_SYSRQ] = "sysrq",
	};
	const char *verdict = string_or_empty(k, "oom.verdict");

	for (enum kill_scope scope = 0; scope < SCOPE_UNKNOWN; scope++)
		if (!strcmp(verdict, verdicts[scope]))
			return scope;
	return SCOPE_UNKNOWN;
}

int oom_kill_parse(struct oom_kill **to, const char *line, size_t length)
{
	struct oom_kill *k = calloc(1, sizeof(*k));

	*to = NULL;
	if (!k)
		return -ENOMEM;
	k->references = 1;
	k->delivered = &k->bits;
	k->line = strndup(line, length);
	k->length = length;
	k->json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	if (!k->line || !json_is_object(k->json) || !oom_kill_value(k, "oom.verdict")) {
		int result = k->line ? -EBADMSG : -ENOMEM;

		oom_kill_release(k);
		return result;
	}
	k->scope = find_scope(k);
	k->tid = oom_kill_number(k, "tprocess.tid");
	k->time_ns = oom_kill_number(k, "timestamp_raw");
	k->member = oom_kill_number(k, "oom.incident_member");
	k->sentence = string_or_empty(k, "oom.verdict_text");
	k->comm = string_or_empty(k, "tcomm");
	k->namespace = string_or_empty(k, "k8s.namespace");
	k->pod = string_or_empty(k, "k8s.podName");
	k->container = string_or_empty(k, "k8s.containerName");
	if (!*k->container)
		k->container = string_or_empty(k, "runtime.containerName");
	if (!*k->container)
		k->container = string_or_empty(k, "runtime.containerId");
	k->unit = string_or_empty(k, "systemd.unit");
	*to = k;
	return 0;
}

struct oom_kill *oom_kill_hold(struct oom_kill *k)
{
	k->references++;
	return k;
}

void oom_kill_release(struct oom_kill *k)
{
	if (!k || --k->references)
		return;
	json_decref(k->json);
	free(k->line);
	free(k);
}

static const struct {
	const char *name, *path;
} fields[] = {
	{ "OOM_VERDICT", "oom.verdict" },
	{ "OOM_VERDICT_TEXT", "oom.verdict_text" },
	{ "OOM_TIMESTAMP", "timestamp" },
	{ "OOM_VICTIM_PID", "tpid" },
	{ "OOM_VICTIM_TID", "tprocess.tid" },
	{ "OOM_VICTIM_COMM", "tcomm" },
	{ "OOM_VICTIM_CMDLINE", "tprocess.cmdline" },
	{ "OOM_VICTIM_UID", "tprocess.creds.uid" },
	{ "OOM_VICTIM_CGROUP", "tprocess.cgroup" },
	{ "OOM_VICTIM_RSS_BYTES", "tprocess.rss_bytes" },
	{ "OOM_TRIGGER_PID", "fprocess.pid" },
	{ "OOM_TRIGGER_COMM", "fprocess.comm" },
	{ "OOM_MEMCG", "oom.memcg" },
	{ "OOM_LIMIT_BYTES", "oom.limit_bytes" },
	{ "OOM_USAGE_BYTES", "oom.usage_bytes" },
	{ "OOM_INCIDENT", "oom.incident" },
	{ "OOM_INCIDENT_MEMBER", "oom.incident_member" },
	{ "OOM_RUNTIME", "runtime.runtimeName" },
	{ "OOM_CONTAINER_ID", "runtime.containerId" },
	{ "OOM_CONTAINER_NAME", "runtime.containerName" },
	{ "OOM_IMAGE", "runtime.containerImageName" },
	{ "OOM_K8S_NODE", "k8s.node" },
	{ "OOM_K8S_NAMESPACE", "k8s.namespace" },
	{ "OOM_K8S_POD", "k8s.podName" },
	{ "OOM_K8S_CONTAINER", "k8s.containerName" },
	{ "OOM_UNIT", "systemd.unit" },
	{ "OOM_SLICE", "systemd.slice" },
	{ "OOM_SOURCE", "source" },
};

int oom_kill_each_field(const struct oom_kill *k,
			int (*each)(void *context, const char *name, const char *value),
			void *context)
{
	int result = 0;

	for (size_t i = 0; result >= 0 && i < sizeof(fields) / sizeof(fields[0]); i++) {
		const json_t *value = oom_kill_value(k, fields[i].path);
		const char *text = json_string_value(value);
		char number[24];

		if (json_is_integer(value)) {
			snprintf(number, sizeof(number), "%lld",
				 (long long)json_integer_value(value));
			text = number;
		}
		if (text && *text)
			result = each(context, fields[i].name, text);
	}
	return result < 0 ? result : 0;
}
