// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * containers.json, in which containers/storage has all containers, whether they
 * are Podman's or CRI-O's, and volatile-containers.json, in which it has those
 * that need not outlive the host: what `podman run --rm` starts.
 */
#include <string.h>

#include "identity/place.h"

/* "k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT"; no name of Kubernetes has a '_' */
static bool take_pod(const char *name, struct facts *f)
{
	static const enum fact_text parts[] = { FACT_CONTAINER, FACT_POD, FACT_NAMESPACE };
	static char copy[FACT_TEXT_SIZE];
	char *rest = copy;

	if (!name || strncmp(name, "k8s_", 4) != 0 || strlen(name) >= sizeof(copy))
		return false;
	strcpy(copy, name + 4);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		facts_text(f, parts[i], strsep(&rest, "_"));
	f->text[FACT_NAME] = f->text[FACT_CONTAINER];
	f->text[FACT_RUNTIME] = "cri-o";
	return true;
}

/*
 * {"id":"a0a5..","names":["web"],"image":"3553..","metadata":
 *  "{\"image-name\":\"localhost/busybox:latest\",..}",..}
 * The metadata of CRI-O's tell of a pod.
 */
static bool take(const json_t *value, const char *id, struct facts *f)
{
	const char *name = json_string_value(json_array_get(state_value(value, "names", NULL), 0));
	const json_t *more = state_parse(state_text(value, "metadata", NULL));

	(void)id;
	if (!state_text(more, "pod-id", NULL)) {
		f->text[FACT_RUNTIME] = "podman";
		facts_text(f, FACT_NAME, name);
	} else if (!take_pod(name, f)) {
		return false;
	}
	facts_text(f, FACT_IMAGE, state_text(more, "image-name", NULL));
	facts_text(f, FACT_DIGEST, state_text(value, "image", NULL));
	return true;
}

const struct place_kind list_kind = {
	.shared = true, .file = "containers.json",
	.pid_file = "userdata/pidfile", .take = take,
};

const struct place_kind volatile_list_kind = {
	.shared = true, .file = "volatile-containers.json",
	.pid_file = "userdata/pidfile", .take = take,
};
