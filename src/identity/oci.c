// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * config.json describes a container to start, according to the runtime specification
 * of the Open Container Initiative. Its annotations hold the metadata of the pod or the
 * command that asked for the container.
 */
#include <string.h>

#include "identity/runtime_layout.h"

static const char *note(const json_t *file, const char *name)
{
	return json_arena_text(file, "annotations", name, NULL);
}

/* A container without a network namespace in its list shares the host's. */
static int64_t has_host_network(const json_t *file)
{
	const json_t *namespaces = json_arena_value(file, "linux", "namespaces", NULL);
	const json_t *one;
	const char *type;
	size_t i;

	if (!json_is_array(namespaces))
		return EVENT_UNKNOWN;
	json_array_foreach(namespaces, i, one) {
		type = json_arena_text(one, "type", NULL);
		if (type && !strcmp(type, "network"))
			return 0;
	}
	return 1;
}

/*
 * /run/containerd/io.containerd.runtime.v2.task/NAMESPACE/ID/config.json with
 * the annotations of containerd's CRI service (pkg/cri/annotations), or those
 * of nerdctl. Without any, as ctr starts them, a container's name is its id.
 */
static bool parse_containerd(const json_t *file, const char *id, struct metadata *f)
{
	const char *pod = note(file, "io.kubernetes.cri.sandbox-name");
	const char *name = note(file, "io.kubernetes.cri.container-name");

	f->text[METADATA_RUNTIME] = "containerd";
	metadata_text(f, METADATA_CGROUP, json_arena_text(file, "linux", "cgroupsPath", NULL));
	metadata_text(f, METADATA_NAME, note(file, "nerdctl/name"));
	metadata_text(f, METADATA_NAME, name);
	if (!f->text[METADATA_NAME] && !pod)
		metadata_text(f, METADATA_NAME, id);
	metadata_text(f, METADATA_IMAGE, note(file, "io.kubernetes.cri.image-name"));
	if (!pod)
		return true;
	metadata_text(f, METADATA_POD, pod);
	metadata_text(f, METADATA_NAMESPACE, note(file, "io.kubernetes.cri.sandbox-namespace"));
	metadata_text(f, METADATA_CONTAINER, name);
	metadata_text(f, METADATA_SANDBOX, note(file, "io.kubernetes.cri.sandbox-id"));
	f->number[METADATA_HOST_NETWORK] = has_host_network(file);
	return true;
}

const struct layout_kind containerd_kind = {
	.runtime = "containerd", .namespaced = true,
	.file = "config.json", .pid_file = "init.pid", .parse = parse_containerd,
};

/*
 * containers/storage's ID/userdata/config.json as CRI-O writes it. Podman
 * keeps its own in the same place, with some of the annotations.
 */
static bool parse_crio(const json_t *file, const char *id, struct metadata *f)
{
	const char *manager = note(file, "io.container.manager");
	const char *name = note(file, "io.kubernetes.container.name");

	(void)id;
	if (!manager || strcmp(manager, "cri-o") != 0)
		return false;
	f->text[METADATA_RUNTIME] = "cri-o";
	metadata_text(f, METADATA_CGROUP, json_arena_text(file, "linux", "cgroupsPath", NULL));
	metadata_text(f, METADATA_NAME, name);
	metadata_text(f, METADATA_IMAGE, note(file, "io.kubernetes.cri-o.ImageName"));
	metadata_text(f, METADATA_DIGEST, note(file, "io.kubernetes.cri-o.ImageRef"));
	metadata_text(f, METADATA_POD, note(file, "io.kubernetes.pod.name"));
	metadata_text(f, METADATA_NAMESPACE, note(file, "io.kubernetes.pod.namespace"));
	metadata_text(f, METADATA_CONTAINER, name);
	metadata_text(f, METADATA_SANDBOX, note(file, "io.kubernetes.cri-o.SandboxID"));
	f->number[METADATA_HOST_NETWORK] = has_host_network(file);
	return true;
}

/* The labels are a JSON object within a string. */
static const json_t *labels_of_crio(const json_t *file)
{
	return json_arena_parse(note(file, "io.kubernetes.cri-o.Labels"));
}

const struct layout_kind crio_kind = {
	.runtime = "cri-o", .listed = true,
	.file = "userdata/config.json", .pid_file = "userdata/pidfile", .parse = parse_crio,
	.labels = labels_of_crio,
};
