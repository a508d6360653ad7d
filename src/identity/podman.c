// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* containers.json, in which containers/storage has all containers. */
#include <string.h>

#include "identity/place.h"

static const json_t *find(const json_t *file, const char *id)
{
	const json_t *one;
	const char *its;
	size_t i;

	json_array_foreach(file, i, one) {
		its = state_text(one, "id", NULL);
		if (its && !strcmp(its, id))
			return one;
	}
	return NULL;
}

/*
 * [{"id":"a0a5..","names":["web"],"image":"3553..","metadata":
 *   "{\"image-name\":\"localhost/busybox:latest\",..}",..},..]
 * CRI-O's containers are in such a file, too: their metadata tell of a pod.
 */
static bool take(const json_t *file, const char *id, struct facts *f)
{
	const json_t *one = find(file, id);
	const char *metadata = state_text(one, "metadata", NULL);
	const json_t *more = state_parse(metadata);

	if (!one || state_text(more, "pod-id", NULL))
		return false;
	f->text[FACT_RUNTIME] = "podman";
	facts_text(f, FACT_NAME,
		   json_string_value(json_array_get(state_value(one, "names", NULL), 0)));
	facts_text(f, FACT_IMAGE, state_text(more, "image-name", NULL));
	facts_text(f, FACT_DIGEST, state_text(one, "image", NULL));
	return true;
}

const struct place_kind podman_kind = {
	.runtime = "podman", .shared = true,
	.file = "containers.json", .pid_file = "userdata/pidfile", .take = take,
};
