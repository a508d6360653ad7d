// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* ROOT/containers/ID/config.v2.json, which dockerd replaces when it changes. */
#include <string.h>
#include <unistd.h>

#include "identity/runtime_layout.h"
#include "sys/hostfs.h"

/* A sandbox carries the labels of its pod (cri-dockerd, formerly dockershim). */
static const json_t *labels_of(const json_t *file)
{
	return json_arena_value(file, "Config", "Labels", NULL);
}

/*
 * {"State":{"Pid":23031,"StartedAt":"2026-11-25T19:58:02.651493635Z",..},
 *  "Config":{"Image":"busybox",..},"Image":"sha256:e930..","Name":"/web",..}
 * The pid of a stopped container is 0. Kubernetes, where it uses Docker, puts labels of
 * its own into Config.
 */
static bool parse_docker(const json_t *file, const char *id, struct metadata *f)
{
	const json_t *labels = labels_of(file);
	const char *name = json_arena_text(file, "Name", NULL);
	int64_t pid = json_arena_number(file, "State", "Pid", NULL);

	(void)id;
	metadata_text(f, METADATA_NAME, name && *name == '/' ? name + 1 : name);
	metadata_text(f, METADATA_IMAGE, json_arena_text(file, "Config", "Image", NULL));
	metadata_text(f, METADATA_DIGEST, json_arena_text(file, "Image", NULL));
	f->text[METADATA_RUNTIME] = "docker";
	if (pid > 0)
		f->number[METADATA_PID] = pid;
	f->number[METADATA_STARTED_NS] =
		metadata_parse_time(json_arena_text(file, "State", "StartedAt", NULL));
	metadata_text(f, METADATA_NAMESPACE, json_arena_text(labels, "io.kubernetes.pod.namespace", NULL));
	metadata_text(f, METADATA_POD, json_arena_text(labels, "io.kubernetes.pod.name", NULL));
	metadata_text(f, METADATA_CONTAINER, json_arena_text(labels, "io.kubernetes.container.name", NULL));
	metadata_text(f, METADATA_SANDBOX, json_arena_text(labels, "io.kubernetes.sandbox.id", NULL));
	return true;
}

const struct layout_kind docker_kind = {
	.runtime = "docker", .file = "config.v2.json", .parse = parse_docker, .labels = labels_of,
};

/* {"data-root":"/srv/docker"}; it was "graph" up to 17.04 */
void docker_find_root(struct json_arena *s, int root, char *to, size_t size)
{
	int fd = hostfs_open(root, "/etc/docker/daemon.json", 0);
	const char *path;

	if (fd < 0)
		return;
	if (json_arena_read(s, fd) == 0) {
		path = json_arena_text(s->top, "data-root", NULL);
		if (!path)
			path = json_arena_text(s->top, "graph", NULL);
		if (path && strlen(path) < size)
			strcpy(to, path);
		json_arena_close(s);
	}
	close(fd);
}
