// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * containers.json lists the containers of Podman and CRI-O; the library
 * containers/storage writes it. volatile-containers.json lists containers that need
 * not survive a reboot, such as those of `podman run --rm`.
 */
#include <string.h>

#include "identity/runtime_layout.h"

/* "k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT"; no name of Kubernetes has a '_' */
static bool parse_pod_name(const char *name, struct metadata *f)
{
	static const enum metadata_text parts[] = { METADATA_CONTAINER, METADATA_POD, METADATA_NAMESPACE };
	char *rest;

	if (!name || strncmp(name, "k8s_", 4) != 0 || !(rest = json_arena_copy(name + 4)))
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		metadata_text(f, parts[i], strsep(&rest, "_"));
	f->text[METADATA_NAME] = f->text[METADATA_CONTAINER];
	f->text[METADATA_RUNTIME] = "cri-o";
	return true;
}

/*
 * {"id":"a0a5..","names":["web"],"image":"3553..","metadata":
 *  "{\"image-name\":\"localhost/busybox:latest\",..}",..}
 * Metadata that CRI-O has written include the pod.
 */
static bool parse_list(const json_t *value, const char *id, struct metadata *f)
{
	const char *name = json_string_value(json_array_get(json_arena_value(value, "names", NULL), 0));
	const json_t *more = json_arena_parse(json_arena_text(value, "metadata", NULL));

	(void)id;
	if (!json_arena_text(more, "pod-id", NULL)) {
		f->text[METADATA_RUNTIME] = "podman";
		metadata_text(f, METADATA_NAME, name);
	} else if (!parse_pod_name(name, f)) {
		return false;
	}
	metadata_text(f, METADATA_IMAGE, json_arena_text(more, "image-name", NULL));
	metadata_text(f, METADATA_DIGEST, json_arena_text(value, "image", NULL));
	return true;
}

const struct layout_kind list_kind = {
	.shared = true, .file = "containers.json",
	.pid_file = "userdata/pidfile", .parse = parse_list,
};

const struct layout_kind volatile_list_kind = {
	.shared = true, .file = "volatile-containers.json",
	.pid_file = "userdata/pidfile", .parse = parse_list,
};
