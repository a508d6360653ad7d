// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* ROOT/containers/ID/config.v2.json, which dockerd replaces when it changes. */
#include <string.h>
#include <unistd.h>

#include "identity/place.h"
#include "kernel/hostfs.h"

/* A sandbox has the pod's among its own (cri-dockerd, and dockershim before). */
static const json_t *labels_of(const json_t *file)
{
	return state_value(file, "Config", "Labels", NULL);
}

/*
 * {"State":{"Pid":23031,"StartedAt":"2026-11-25T19:58:02.651493635Z",..},
 *  "Config":{"Image":"busybox",..},"Image":"sha256:e930..","Name":"/web",..}
 * Of one that does not run the pid is 0. The labels of Config are Kubernetes'
 * own where it runs its pods with Docker.
 */
static bool take(const json_t *file, const char *id, struct facts *f)
{
	const json_t *labels = labels_of(file);
	const char *name = state_text(file, "Name", NULL);
	int64_t pid = state_number(file, "State", "Pid", NULL);

	(void)id;
	facts_text(f, FACT_NAME, name && *name == '/' ? name + 1 : name);
	facts_text(f, FACT_IMAGE, state_text(file, "Config", "Image", NULL));
	facts_text(f, FACT_DIGEST, state_text(file, "Image", NULL));
	f->text[FACT_RUNTIME] = "docker";
	if (pid > 0)
		f->number[FACT_PID] = pid;
	f->number[FACT_STARTED_NS] =
		facts_parse_time(state_text(file, "State", "StartedAt", NULL));
	facts_text(f, FACT_NAMESPACE, state_text(labels, "io.kubernetes.pod.namespace", NULL));
	facts_text(f, FACT_POD, state_text(labels, "io.kubernetes.pod.name", NULL));
	facts_text(f, FACT_CONTAINER, state_text(labels, "io.kubernetes.container.name", NULL));
	facts_text(f, FACT_SANDBOX, state_text(labels, "io.kubernetes.sandbox.id", NULL));
	return true;
}

const struct place_kind docker_kind = {
	.runtime = "docker", .file = "config.v2.json", .take = take, .labels = labels_of,
};

/* {"data-root":"/srv/docker"}; it was "graph" up to 17.04 */
void docker_find_root(int root, char *to, size_t size)
{
	int fd = hostfs_open(root, "/etc/docker/daemon.json", 0);
	struct state s = { .top = NULL };
	const char *path;

	if (fd < 0)
		return;
	if (state_read(&s, fd) == 0) {
		path = state_text(s.top, "data-root", NULL);
		if (!path)
			path = state_text(s.top, "graph", NULL);
		if (path && strlen(path) < size)
			strcpy(to, path);
		state_close(&s);
	}
	close(fd);
}
